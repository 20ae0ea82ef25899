# The archives of the lists on the web: a real nginx and fcgiwrap, pages made by the real cron.

load ../lib/helpers
load ../lib/node

setup_file() {
    is_root || return 0
    node_prepare
    WEB_PORT=$(free_port)
    WEB=http://127.0.0.1:$WEB_PORT
    export WEB WEB_PORT
    local lists=$NODE_USERCONFIG/lists list
    for list in cats dogs; do
        "$MAILNODE_BIN/mn-makelist" -q --dir "$lists" --owner alice@example.test "$list@example.test"
        echo "$WEB/$list/" >"$lists/$list/archiveurl"
    done
    echo https://lists.example.test/unsubscribe >"$lists/cats/oneclick"
    account="ann:$(openssl passwd -6 meow-meow)"
    echo "$account" >"$lists/dogs/archive_private"
    node_start --web-port "$WEB_PORT"
    for list in cats dogs; do
        "$MAILNODE_BIN/mn-list-sub" --list "$NODE/state/lists/$list" add alice@example.test bob@example.test
    done
}
teardown_file() { node_remove; }

cron_file() { grep -lsF "$NODE/state" /etc/cron.d/*; }
free_port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }

# archive_now [OPTION...]: what cron does each minute.
archive_now() {
    setpriv --reuid mailnode-lists --regid mailnode-lists --clear-groups \
        "$MAILNODE_BIN/mn-list-archive" --out "$NODE/state/web" --search-form yes --all "$NODE/state/lists" "$@"
}

get() { curl -sS --path-as-is --max-time 20 "$@"; }
answer() { get -o "$BATS_TEST_TMPDIR/page" -w '%{http_code}' "$@"; } # prints the status; the page is in the file page
fields() { get -o /dev/null -D - "$@" | tr -d '\r'; }
page() { cat "$BATS_TEST_TMPDIR/page"; }

# post LIST [LINE]: by alice; waits for bob's copy, in $mail.
post() {
    printf '%s\r\n' "From: Alice <alice@example.test>" "To: $1@example.test" "Subject: About $id" "Message-ID: <$id@client.example>" \
        "Date: $(date -R)" "" "${2:-Green tea and <b>leaves</b>, says alice@example.test.}" >"$mail"
    send --user alice --to "$1@example.test" --id "$id" "$mail"
    fetch bob "$id" >"$mail"
}
permalink() { header Archived-At "$mail" | tr -d ' <>'; }

@test "archive: a post names its page, and cron makes it" {
    local link
    post cats
    link=$(permalink)
    [[ $link == "$WEB"/cats/m/*.html ]]
    [ "$(header List-Archive "$mail" | tr -d ' ')" = "<$WEB/cats/>" ]
    on_the_web() { [ "$(answer "$link")" = 200 ]; }
    NODE_PATIENCE=130 until_ok on_the_web
    page | grep -q "About $id"
    page | grep -qF '&lt;b&gt;leaves'
    not grep -q 'alice@example' "$BATS_TEST_TMPDIR/page"
    [ "$(stat -c %U "$NODE/state/web/cats")" = mailnode-lists ]
}

@test "archive: list, month, thread, feed, mbox and front page lead to it" {
    local link file
    post cats
    link=$(permalink)
    archive_now
    [ "$(answer "$WEB/cats/")" = 200 ]
    page | grep -q "About $id"
    for file in new.atom style.css "$(date -u +%Y-%m)/" "$(date -u +%Y-%m)/$(date -u +%Y-%m).mbox"; do
        [ "$(answer "$WEB/cats/$file")" = 200 ]
    done
    page | grep -q "^Subject: About $id"
    get "$link" | grep -o 'href="[^"]*t/[a-z2-7][^"#]*' | head -n 1 | grep -q html
    [ "$(answer "$WEB/")" = 200 ]
    page | grep -q cats
    [ "$(answer "$WEB/robots.txt")" = 200 ]
    [ "$(fields "$WEB/cats/new.atom" | grep -i '^content-type')" = "Content-Type: application/atom+xml; charset=utf-8" ]
}

@test "archive: what browsers are told" {
    local got field
    archive_now
    got=$(fields "$WEB/cats/")
    for field in "content-security-policy: default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'" \
        "x-content-type-options: nosniff" "referrer-policy: no-referrer" "cache-control: public, max-age=60" "content-type: text/html; charset=utf-8"; do
        grep -qix "$field" <<<"$got"
    done
    not grep -qi 'set-cookie\|^server: nginx/\|content-disposition' <<<"$got"
    fields -H 'Accept-Encoding: gzip' "$WEB/cats/" | grep -qix 'content-encoding: gzip'
    # A page that has not changed is not sent again.
    [ "$(answer -H "If-None-Match: W/$(fields "$WEB/cats/style.css" | sed -n 's/^ETag: //p')" "$WEB/cats/style.css")" = 304 ]
}

@test "archive: attachments are downloads, whatever they are" {
    local digest place got
    # A page with a script as an attachment.
    printf '%s\r\n' "From: Alice <alice@example.test>" "To: cats@example.test" "Subject: $id" "Message-ID: <$id@client.example>" \
        "Date: $(date -R)" "MIME-Version: 1.0" 'Content-Type: multipart/mixed; boundary="b"' "" "--b" "Content-Type: text/plain" "" "See there." \
        "--b" 'Content-Type: text/html; name="x.html"' 'Content-Disposition: attachment; filename="x.html"' "" "<script>alert(1)</script>" "--b--" >"$mail"
    send --user alice --to cats@example.test --id "$id" "$mail"
    fetch bob "$id" >"$mail"
    archive_now
    place=$(get "$(permalink)" | grep -o '\.\./a/[0-9a-f]*/[0-9a-f]*' | head -n 1)
    digest=${place##*/}
    got=$(fields "$WEB/cats/a/${digest:0:2}/$digest")
    head -n 1 <<<"$got" | grep -q ' 200 '
    grep -qix 'content-type: application/octet-stream' <<<"$got"
    grep -qix 'content-disposition: attachment' <<<"$got"
    grep -qix "content-security-policy: default-src 'none'; sandbox; frame-ancestors 'none'" <<<"$got"
    grep -qix 'x-content-type-options: nosniff' <<<"$got"
    get "$WEB/cats/a/${digest:0:2}/$digest" | grep -qF '<script>alert(1)</script>'
}

@test "archive: the search form finds a post, and what it is not asked for is not told" {
    post cats "Nothing but chamomile, $id."
    archive_now
    get "$WEB/cats/" | grep -q '<form'
    [ "$(answer "$WEB/cats/search/?q=CHAMOMILE+$id")" = 200 ]
    page | grep -q "$(basename "$(permalink)")"
    page | grep -qi '<mark>chamomile</mark>'
    [ "$(answer "$WEB/cats/search/?q=nobody-wrote-this")" = 200 ]
    not grep -q 'm/../' "$BATS_TEST_TMPDIR/page"
    [ "$(answer "$WEB/cats/search?q=$id")" = 301 ]
    [ "$(answer "$WEB/cats/search/?q=%ff")" = 400 ]
    [ "$(answer "$WEB/birds/search/?q=$id")" = 404 ]
    [ "$(answer --data q=tea "$WEB/cats/search/")" = 405 ]
    [ "$(answer "$WEB/cats/search/?--help")" = 200 ]
    fields "$WEB/cats/search/?q=x" | grep -qi '^x-robots-tag: noindex'
    # One field each, though server and program know them.
    [ "$(fields "$WEB/cats/search/?q=x" | grep -ci '^content-security-policy')" = 1 ]
    # More than a person asks for.
    for _ in {1..25}; do answer "$WEB/cats/search/?q=$id" && echo; done | grep -qx 429
}

@test "archive: a private list asks for a password everywhere, and is not on the front page" {
    local path key
    post dogs
    archive_now
    key=$(permalink)
    for path in "" index.html new.atom style.css "${key#"$WEB/dogs/"}" "search/?q=tea" sitemap.txt nothing; do
        [ "$(answer "$WEB/dogs/$path")" = 401 ]
        [ "$(answer -u ann:wrong "$WEB/dogs/$path")" = 401 ]
    done
    for path in "$WEB/cats/../dogs/" "$WEB//dogs/" "$WEB/./dogs/" "$WEB/%64ogs/" "$WEB/dogs/x/../"; do [ "$(answer "$path")" = 401 ]; done
    [ "$(answer -u ann:meow-meow "$WEB/dogs/")" = 200 ]
    page | grep -q "About $id"
    sleep 1 # searches are limited
    [ "$(answer -u ann:meow-meow "$WEB/dogs/search/?q=$id")" = 200 ]
    page | grep -q "About $id"
    fields -u ann:meow-meow "$WEB/dogs/" | grep -qix 'cache-control: private, max-age=60'
    fields -u ann:meow-meow "$WEB/dogs/" | grep -qix 'x-robots-tag: noindex, nofollow'
    get "$WEB/" >"$BATS_TEST_TMPDIR/page"
    page | grep -q cats
    not grep -q dogs "$BATS_TEST_TMPDIR/page"
}

@test "archive: with an account less, and made public" {
    : >"$NODE_USERCONFIG/lists/dogs/archive_private"
    mailnode reload
    archive_now
    [ "$(answer -u ann:meow-meow "$WEB/dogs/")" = 401 ] || [ "$(answer -u ann:meow-meow "$WEB/dogs/")" = 403 ]
    rm "$NODE_USERCONFIG/lists/dogs/archive_private"
    mailnode reload
    archive_now
    [ "$(answer "$WEB/dogs/")" = 200 ]
    not grep -qi x-robots-tag < <(fields "$WEB/dogs/")
}

@test "archive: nothing else of the node can be reached" {
    local path
    archive_now
    for path in .state cats/.state cats/.journal cats/.lock dogs/.htpasswd dogs/.private .htaccess cats/m/.x ../etc/settings ..%2fetc%2fsettings \
        cats/../../etc/settings cats/%2e%2e/%2e%2e/etc/settings cats/..%00/x lists/ etc/web/search; do
        [[ $(answer "$WEB/$path") == 40[034] ]]
    done
    [ "$(answer -X POST "$WEB/cats/")" = 405 ]
    [ "$(answer -X PUT --data x "$WEB/cats/x")" = 405 ]
    [ "$(answer -X DELETE "$WEB/cats/index.html")" = 405 ]
    ln -s ../../etc/settings "$NODE/state/web/cats/x.html"
    [[ $(answer "$WEB/cats/x.html") == 40[34] ]]
    rm "$NODE/state/web/cats/x.html"
    # A name that no list has, so that nothing asks for its password.
    cp -r "$NODE/state/web/dogs" "$NODE/state/web/+dogs"
    [ "$(answer "$WEB/+dogs/index.html")" = 404 ]
    rm -r "$NODE/state/web/+dogs"
}

@test "archive: one click unsubscribes, by the same server" {
    local link token
    post cats
    link=$(header List-Unsubscribe "$mail" | grep -o '<https://[^>]*>' | tr -d '<>')
    token=${link#https://lists.example.test}
    [[ $token == /unsubscribe/cats/* ]]
    [ "$(answer "$WEB$token")" = 200 ]
    page | grep -q '<form method="post">'
    [ "$(answer "$WEB/unsubscribe/cats/x")" = 404 ]
    [ "$(answer --data List-Unsubscribe=One-Click "$WEB$token")" = 200 ]
    not grep -qx bob@example.test < <("$MAILNODE_BIN/mn-list-sub" --list "$NODE/state/lists/cats" list)
    "$MAILNODE_BIN/mn-list-sub" --list "$NODE/state/lists/cats" add bob@example.test
}

@test "archive: a message is removed, and its page says so" {
    local link
    post cats "Something that was a mistake: $id."
    link=$(permalink)
    archive_now
    get "$link" | grep -q 'a mistake'
    setpriv --reuid mailnode-lists --regid mailnode-lists --clear-groups "$MAILNODE_BIN/mn-list-archive" --out "$NODE/state/web" \
        --remove "$id@client.example" "$NODE/state/lists/cats"
    [[ $(answer "$link") == [24]* ]]
    not grep -q "a mistake\|About $id" "$BATS_TEST_TMPDIR/page"
    not grep -q "About $id" < <(get "$WEB/cats/")
    not grep -r "a mistake" "$NODE/state/web/cats"
}

@test "archive: reload moves the port, switches it off and on again" {
    local other
    other=$(free_port)
    mailnode reload --web-port "$other"
    moved() { [ "$(answer "http://127.0.0.1:$other/cats/")" = 200 ]; }
    until_ok moved
    mailnode status | grep -q "^127.0.0.1 port $other: answers"
    mailnode reload --web-port 0
    not get -o /dev/null "http://127.0.0.1:$other/cats/" 2>/dev/null
    not grep -q web < <(mailnode status)
    not grep -q archive "$(cron_file)"
    mailnode status --json | grep -q '"ok":true.*"web":null'
    mailnode reload --web-port "$WEB_PORT"
    [ "$(answer "$WEB/cats/")" = 200 ]
    grep -q archive "$(cron_file)"
    mailnode status --json | grep -q '"ok":true.*"web":[0-9]'
}

@test "archive: a list that is gone is gone from the web, too" {
    mv "$NODE_USERCONFIG/lists/dogs" "$NODE/dogs"
    mailnode reload | grep -q 'dogs is no longer on the web'
    [ "$(answer "$WEB/dogs/")" = 404 ]
    mv "$NODE/dogs" "$NODE_USERCONFIG/lists/dogs"
    mailnode reload
    archive_now
    [ "$(answer "$WEB/dogs/")" = 200 ]
}

@test "archive: mistakes are named before anything starts" {
    local state=$BATS_TEST_TMPDIR/state
    says() { # WORDS OPTION...
        run mailnode check --state "$state" --userconfig "$NODE_USERCONFIG" "${@:2}"
        [ "$status" = 1 ]
        [[ $output == *"$1"* ]]
    }
    says '"x" is not a port' --web-port x
    says 'port 10025 is used twice' --web-port 10025
    says '"localhost" is not an IP address' --web-port 8080 --web-listen localhost
    mkdir "$NODE_USERCONFIG/lists/unsubscribe"
    echo unsubscribe@example.test >"$NODE_USERCONFIG/lists/unsubscribe/listaddress"
    says 'give that list another name' --web-port 8080
    rm -r "$NODE_USERCONFIG/lists/unsubscribe"
}

web_processes() { pgrep -f "fcgiwrap .*$NODE/state|nginx.*$NODE/state" | while read -r pid; do [ -n "$(tr -d '\0' 2>/dev/null <"/proc/$pid/cmdline")" ] && echo "$pid"; done; }

@test "archive: status sees what is gone; stop leaves nothing, also of a server that was killed" {
    local pid
    mailnode status >/dev/null
    kill "$(<"$NODE/state/run/web/search.pid")"
    until_ok not mailnode status >/dev/null
    mailnode restart
    mailnode status >/dev/null
    pid=$(mailnode status --json | sed -nE 's/.*"web":([0-9]+).*/\1/p')
    kill -KILL "$pid"
    until_ok not kill -0 "$pid" 2>/dev/null
    not mailnode status >/dev/null
    mailnode stop
    [ "$(web_processes)" = "" ]
    not get -o /dev/null "$WEB/" 2>/dev/null
    mailnode start
    [ "$(answer "$WEB/cats/")" = 200 ]
    mailnode stop
    [ "$(web_processes)" = "" ]
    not get -o /dev/null "$WEB/" 2>/dev/null
}

@test "archive: run ends when a part of the web server does, but not because of a reload" {
    local runner ended=0
    mailnode stop
    archive_now
    "$REPOSITORY/bin/mailnode" --state "$NODE/state" run >"$BATS_TEST_TMPDIR/told" 2>&1 3>&- 4>&- &
    runner=$!
    runs() { [ "$(answer "$WEB/cats/")" = 200 ] && grep -q 'runs on' "$BATS_TEST_TMPDIR/told"; }
    until_ok runs
    mailnode reload --web-port 0
    sleep 2.5
    mailnode reload --web-port "$WEB_PORT"
    sleep 2.5
    kill -0 "$runner"
    mailnode status >/dev/null
    kill -TERM "$runner"
    wait "$runner"
    "$REPOSITORY/bin/mailnode" --state "$NODE/state" run >"$BATS_TEST_TMPDIR/told" 2>&1 3>&- 4>&- &
    runner=$!
    until_ok runs
    sleep 1.5 # until it watches its parts
    kill "$(<"$NODE/state/run/web/search.pid")"
    wait "$runner" || ended=$?
    [ "$ended" = 2 ]
    grep -q 'search has ended by itself' "$BATS_TEST_TMPDIR/told"
    [ "$(web_processes)" = "" ]
}
