# Mailing lists between hosts: people elsewhere join by mail, post, get posts and digests, bounce and
# leave; moderators release by replying; everything arrives signed, sealed and believed.

load ../lib/helpers
load ../lib/node
load ../lib/dns
load ../lib/nodes

setup_file() {
    is_root || return 0
    nodes_prepare one two three
    local lists=$NODE/one/userconfig/lists
    "$MAILNODE_BIN/mn-makelist" --dir "$lists" --owner ann@one.example cats@one.example >/dev/null
    "$MAILNODE_BIN/mn-makelist" --dir "$lists" --owner ann@one.example --preset announce news@one.example >/dev/null
    echo '[cats] ' >"$lists/cats/prefix"
    echo 1 >"$lists/cats/digestmaxmails"
    touch "$lists/news/moderated"
    rm -f "$lists/news/modonlypost" "$lists/news/closedlist" "$lists/news/closedlistsub"
    echo ann@one.example >"$lists/news/moderators"
    touch "$lists/cats/notifysub"
    nodes_start <<'END'
crook.example. MX 10 mx.three.example.
crook.example. TXT "v=spf1 +all"
END
}
teardown_file() { nodes_remove; }
teardown() {
    nodes_explain
    [ -n "${BATS_TEST_COMPLETED:-}" ] || cat "$mail"
}

one() { nodes_mailnode one "$@"; }
subscriber() { "$MAILNODE_BIN/mn-list-sub" --list "$NODE/one/state/lists/$1" "${@:2}"; }

# cron_now: what cron does each minute.
cron_now() {
    MAIL_CONFIG=$NODE/one/state/etc/postfix "$MAILNODE_BIN/mn-list-cron" --texts "$NODE/one/state/etc/listtext" --all "$NODE/one/state/lists"
}
posts_of() { cat "$NODE/one/state/lists/$1/index"; } # LIST: how many it has had
bounce_file() { echo "$NODE/one/state/lists/cats/bounce/${1/@/=}"; } # ADDRESS
has_bounced() { [ -s "$(bounce_file "$1")" ]; } # ADDRESS

# age_bounces ADDRESS: it has bounced on the three days before as well.
age_bounces() {
    local file today now days
    file=$(bounce_file "$1")
    now=$(date +%s)
    today=$(<"$file")
    for days in 3 2 1; do echo "1:$((now - days * 86400)) # earlier"; done >"$file"
    echo "$today" >>"$file"
}

# from_outside OPTION...: send to port 25 from an address that is no node's.
from_outside() { NODE_SOURCE=127.0.0.1 at one send "$@"; }

# forge AUTHOR: into $mail, a post in the name of somebody.
forge() {
    printf '%s\r\n' "From: $1" "To: cats@one.example" "Subject: $id" "Message-ID: <$id@client.example>" \
        "Date: Sun, 22 Nov 2026 12:00:00 +0000" "" "Forged." >"$mail"
}

is_subscribed() { subscriber "$1" list | grep -qx "$2"; } # LIST ADDRESS

# mails ACCOUNT REGEX: files in the INBOX of an account whose text matches.
mails() { grep -rlE -- "$2" "$NODE/$(sed -E 's/.*@(.*)\.example/\1/' <<<"$1")/state/mail/${1#*@}/${1%@*}/Maildir/new" 2>/dev/null; }
# letter ACCOUNT REGEX: waits for one, copies it to $mail and takes it out of the INBOX.
letter() {
    local file
    until_ok mails "$1" "$2" >/dev/null
    file=$(mails "$1" "$2" | head -n 1)
    cp "$file" "$mail"
    rm "$file"
}
# answer NODE ACCOUNT [ADDRESS]: reply to the mail in $mail as a mail client does.
answer() { at "$1" send --user "$2" --to "${3:-$(reply_to)}" --id "$id"; }
reply_to() { header Reply-To "$mail" | tr -d ' <>'; }

@test "lists: somebody elsewhere joins by mail: asked, answered, welcome" {
    at two send --user ben@two.example --to cats+subscribe@one.example --id "$id"
    letter ben@two.example 'cats\+confsub-'
    [[ $(results "$mail" dmarc) == "dmarc=pass"*"header.from=one.example"* ]]
    [[ $(header Auto-Submitted "$mail") == *auto-replied* ]]
    [ "$(subscriber cats show ben@two.example || true)" != normal ]
    answer two ben@two.example
    letter ben@two.example 'Welcome'
    is_subscribed cats ben@two.example
}

@test "lists: a confirmation works once" {
    at three send --user cal@three.example --to cats+subscribe@one.example --id "$id"
    letter cal@three.example 'cats\+confsub-'
    local token
    token=$(reply_to)
    answer three cal@three.example
    letter cal@three.example 'Welcome'
    subscriber cats remove cal@three.example
    answer three cal@three.example "$token"
    sleep 2
    not is_subscribed cats cal@three.example
}

@test "lists: a post from elsewhere reaches everybody, signed, sealed, believed" {
    subscriber cats add ann@one.example
    at two send --user ben@two.example --to cats@one.example --id "$id"
    letter ben@two.example "$id@"
    results "$mail" spf | grep -q "^spf=pass.*smtp.mailfrom=\"\?cats+bounces-[0-9]*\.[a-z2-7]*-ben=two.example"
    [[ $(results "$mail" dkim) == *"dkim=pass"*"header.d=one.example"* ]]
    [[ $(results "$mail" dmarc) == "dmarc=pass"* ]]
    [[ $(results "$mail" arc) == "arc=pass"* ]]
    [[ $(header List-Id "$mail") == *"<cats.one.example>"* ]]
    [[ $(header List-Unsubscribe "$mail") == *"cats+unsubscribe@one.example"* ]]
    [[ $(header Subject "$mail") == *"[cats] "* ]]
    letter ann@one.example "$id@"
    grep -q "$id@" "$NODE/one/state/lists/cats/archive/$(<"$NODE/one/state/lists/cats/index")"
}

@test "lists: a subscriber of the list's own host posts" {
    at one send --user ann@one.example --to cats@one.example --id "$id"
    letter ben@two.example "$id@"
    [[ $(results "$mail" dmarc) == "dmarc=pass"* ]]
}

@test "lists: who is not subscribed is told so, and nobody gets it" {
    at three send --user cal@three.example --to cats@one.example --id "$id"
    letter cal@three.example 'not a.*subscriber|subscribe'
    not mails ben@two.example "$id@"
}

@test "lists: forged posts and requests are refused at the door" {
    refused "550 5.7.1" at one send --from ben@two.example --to cats@one.example --id "$id"
    refused "550 5.7.1" at one send --from ben@two.example --to cats+unsubscribe@one.example --id "$id"
    is_subscribed cats ben@two.example
}

@test "lists: an address that no list has is refused at RCPT" {
    refused "550 5.1.1" at one send --from ben@two.example --to cats+nonsense@one.example --id "$id"
}

@test "lists: a moderator releases by replying" {
    subscriber news add ben@two.example cal@three.example
    at three send --user cal@three.example --to news@one.example --id "$id"
    letter ann@one.example 'news\+release-'
    not mails ben@two.example "$id@"
    answer one ann@one.example
    # The reply and the post have the same Message-ID here; the post has the list's mark.
    letter ben@two.example "List-Id:.*news.one.example"
    grep -q "$id@" "$mail"
}

@test "lists: mail for the owner" {
    at two send --user ben@two.example --to cats+owner@one.example --id "$id"
    letter ann@one.example "$id@"
}

@test "lists: a digest comes by itself, from the real cron" {
    subscriber cats add --digest cal@three.example
    at two send --user ben@two.example --to cats@one.example --id "$id"
    NODE_PATIENCE=150 letter cal@three.example 'multipart/digest'
    [[ $(results "$mail" dmarc) == "dmarc=pass"*"header.from=one.example"* ]]
    [ "$(header Subject "$mail" | wc -l)" = 1 ]
    [ -n "$(header Date "$mail")" ]
}

@test "lists: one address that is gone holds nobody up; the bounce is recorded, if it is one of a post" {
    subscriber cats add ben@two.example gone@two.example
    at two send --user ben@two.example --to cats@one.example --id "$id"
    letter ben@two.example "$id@"
    until_ok has_bounced gone@two.example
    at one send --from '' --to cats+bounces-1.aaaaaaaaaaaaaaaa-ben=two.example@one.example --id "$id" || true
    sleep 2
    [ ! -e "$(bounce_file ben@two.example)" ]
}

@test "lists: who bounces for days is probed, and removed only when the probe bounces too" {
    subscriber cats add ben@two.example gone@two.example
    at two send --user ben@two.example --to cats@one.example --id "$id"
    until_ok has_bounced gone@two.example
    # A day of bounces is not enough, and ben has bounced once upon a time, but does no more.
    cron_now
    [ ! -e "$(bounce_file gone@two.example)-probe" ]
    cp -p "$(bounce_file gone@two.example)" "$(bounce_file ben@two.example)"
    age_bounces gone@two.example
    age_bounces ben@two.example
    probed() { cron_now && [ -e "$(bounce_file ben@two.example)-probe" ]; }
    until_ok probed
    letter ben@two.example 'Subject: Mail from cats@one.example came back from you'
    [[ $(results "$mail" dmarc) == "dmarc=pass"*"header.from=one.example"* ]]
    removed() { cron_now && not is_subscribed cats gone@two.example; }
    until_ok removed 2>/dev/null
    letter ann@one.example 'gone@two.example has left'
    is_subscribed cats ben@two.example
    # Half a day without a bounce of the probe: all is forgotten.
    echo "$(($(date +%s) - 43300))" >"$(bounce_file ben@two.example)-probe"
    forgiven() { cron_now && [ ! -e "$(bounce_file ben@two.example)" ]; }
    until_ok forgiven
    is_subscribed cats ben@two.example
}

# A list that alters mail and leaves From alone: what its author's domain wants to be refused is
# refused, and that is no subscriber's fault.
@test "lists: a refusal for policy counts against nobody" {
    echo keep >"$NODE/one/userconfig/lists/cats/from"
    one reload
    subscriber cats add ben@two.example
    subscriber cats add --digest cal@three.example
    at three send --user cal@three.example --to cats@one.example --id "$id"
    innocent() { one log 2>&1 | grep -q 'bounce of [0-9]*: ben@two.example does not count'; }
    until_ok innocent
    not mails ben@two.example "$id@"
    [ ! -e "$(bounce_file ben@two.example)" ]
    is_subscribed cats ben@two.example
    rm "$NODE/one/userconfig/lists/cats/from"
    one reload
}

@test "lists: nobody posts in the name of somebody here, or of a strict domain elsewhere" {
    local author before
    subscriber cats add ann@one.example ben@two.example crook@crook.example
    before=$(posts_of cats)
    for author in ann@one.example ben@two.example; do
        refused "550 5.7.1" from_outside --from "$author" --to cats@one.example --id "$id"
        # The same from somebody whose envelope is genuine.
        forge "$author"
        refused "550 5.7.1" from_outside --from crook@crook.example --to cats@one.example "$mail"
    done
    # And where the domain here asks for nothing: the list refuses it.
    sed 's/^_dmarc.one.example. .*/_dmarc.one.example. TXT "v=DMARC1; p=none"/' "$NODE/records" | dns_change
    forge ann@one.example
    from_outside --from crook@crook.example --to cats@one.example "$mail"
    bounced() { one log 2>&1 | grep -q "to=<cats@one.example>.*dsn=5.7.1, status=bounced"; }
    until_ok bounced
    dns_change <"$NODE/records"
    [ "$(posts_of cats)" = "$before" ]
    not mails ben@two.example "$id@"
    # In his own name he may.
    from_outside --from crook@crook.example --to cats@one.example --id "$id"
    letter ben@two.example "$id@"
    subscriber cats remove crook@crook.example
}

@test "lists: leaving, with a confirmation" {
    at two send --user ben@two.example --to cats+unsubscribe@one.example --id "$id"
    letter ben@two.example 'cats\+confunsub-'
    answer two ben@two.example
    gone() { not is_subscribed cats ben@two.example; }
    until_ok gone
}

@test "lists: a changed control file is in effect after reload" {
    touch "$NODE/one/userconfig/lists/cats/closedlist"
    one reload
    [ -e "$NODE/one/state/lists/cats/control/closedlist" ]
    rm "$NODE/one/userconfig/lists/cats/closedlist"
    one reload
    [ ! -e "$NODE/one/state/lists/cats/control/closedlist" ]
}

@test "lists: a directory that disappears is put aside, and can come back" {
    subscriber cats add ann@one.example
    mv "$NODE/one/userconfig/lists/cats" "$NODE/cats"
    run one reload
    [[ $output == *"are kept in $NODE/one/state/lists-removed/cats."* ]]
    refused "550 5.1.1" at one send --from '' --to cats@one.example --id "$id"
    mv "$NODE/cats" "$NODE/one/userconfig/lists/cats"
    run one reload
    [[ $output == *"the list cats is back"* ]]
    is_subscribed cats ann@one.example
}

@test "lists: purge-lists is the end of what was put aside" {
    mv "$NODE/one/userconfig/lists/news" "$NODE/news"
    one reload >/dev/null
    run one purge-lists
    [[ $output == *"purged news."* ]]
    [ -z "$(ls "$NODE/one/state/lists-removed")" ]
    mv "$NODE/news" "$NODE/one/userconfig/lists/news"
    one reload >/dev/null
    [ "$(subscriber news count | grep -c '[1-9]')" = 0 ]
}
