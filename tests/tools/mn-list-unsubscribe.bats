#!/usr/bin/env bats
# mn-list-unsubscribe from outside: as a web server calls it, and with one.

load ../lib/helpers

setup() {
    cd "$BATS_TEST_TMPDIR"
    mkdir -p lists/cats/control lists/cats/{subscribers,digesters,nomailsubs}.d lists/dogs/control lists/cats/mailnode sent
    echo cats@example.org >lists/cats/control/listaddress
    echo owner@example.org >lists/cats/control/owner
    echo dogs@example.org >lists/dogs/control/listaddress
    head -c 32 /dev/urandom >lists/cats/mailnode/secret
    echo ann@example.net | tee lists/cats/subscribers.d/a lists/cats/digesters.d/a >lists/cats/nomailsubs.d/a
    echo bob@example.net >lists/cats/subscribers.d/b
    cat >sendmail <<'END_OF_SENDMAIL'
#!/bin/bash
[ ! -e fail ] || exit 75
[ ! -e slow ] || sleep 20
mail=$(mktemp -d sent/XXXXXXXX)
printf '%s\n' "$@" >"$mail/argv"
cat >"$mail/mail"
END_OF_SENDMAIL
    chmod +x sendmail
    body=List-Unsubscribe=One-Click
}

teardown() { [ -z "${server:-}" ] || kill "$server"; }

not() { if "$@"; then return 1; fi; }

# token ADDRESS [SECONDS [LIST]]: as the list would make it, good for so long; worked out apart from the programs.
token() {
    python3 - "$1" "${2:-3600}" "${3:-lists/cats}" <<'END_OF_PYTHON'
import base64, hashlib, hmac, sys, time
address, seconds, directory = sys.argv[1], int(sys.argv[2]), sys.argv[3]
letters = "abcdefghijklmnopqrstuvwxyz234567"
minutes = (int(time.time()) + seconds) // 60
when = "".join(letters[minutes >> shift & 31] for shift in (25, 20, 15, 10, 5, 0))
primary = open(f"{directory}/control/listaddress").readline().strip()
text = "".join(f"{len(part)}:{part}" for part in ("token", primary, "oneclick", address, when))
mac = hmac.digest(open(f"{directory}/mailnode/secret", "rb").read(), text.encode(), hashlib.sha256)
proof = base64.b32encode(mac).decode().lower()[:26]
print(base64.urlsafe_b64encode(address.encode()).decode().rstrip("=") + "." + when + proof)
END_OF_PYTHON
}

# cgi METHOD PATH [NAME=VALUE...]: standard input is the body; the answer is in the file answer.
cgi() {
    local method=$1 path=$2
    shift 2
    env -i PATH="$PATH" LC_ALL=C GATEWAY_INTERFACE=CGI/1.1 REQUEST_METHOD="$method" PATH_INFO="$path" REMOTE_ADDR=192.0.2.1 "$@" \
        mn-list-unsubscribe --lists lists --texts "$REPOSITORY/userconfig/listtext" --sendmail ./sendmail >answer
}

# click PATH [BODY]
click() {
    local text=${2-$body}
    printf %s "$text" >body
    cgi POST "$1" CONTENT_TYPE=application/x-www-form-urlencoded CONTENT_LENGTH=${#text} <body
}

status() { head -1 answer | tr -d '\r'; }
calls() { find sent -mindepth 1 -maxdepth 1 | wc -l; }
subscribed() { grep -lrx "$1" lists/cats/{subscribers,digesters,nomailsubs}.d | wc -l; }

@test "a click: gone from all three, goodbye sent, again the same answer, the others stay" {
    click "/cats/$(token ann@example.net)"
    [ "$(status)" = "Status: 200 OK" ]
    [ "$(subscribed ann@example.net)" = 0 ]
    [ "$(subscribed bob@example.net)" = 1 ]
    [ "$(calls)" = 1 ]
    grep -qx ann@example.net sent/*/argv
    grep -q '^Subject: You have left cats@example.org' sent/*/mail
    grep -q '^Auto-Submitted: auto-generated' sent/*/mail
    click "/cats/$(token ann@example.net)"
    [ "$(status)" = "Status: 200 OK" ]
    [ "$(calls)" = 1 ]
}

@test "with notifysub the owners hear of it, and how" {
    : >lists/cats/control/notifysub
    click "/cats/$(token ann@example.net)"
    [ "$(calls)" = 2 ]
    [ "$(cat sent/*/argv | grep -c '^owner@example.org$')" = 1 ]
    cat sent/*/mail | tr '\n' ' ' | grep -q 'done by the link to unsubscribe'
}

@test "multipart/form-data, as some senders have it" {
    printf -- '--b7\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--b7--\r\n' >body
    cgi POST "/cats/$(token ann@example.net)" "CONTENT_TYPE=multipart/form-data; boundary=b7" CONTENT_LENGTH="$(stat -c %s body)" <body
    [ "$(status)" = "Status: 200 OK" ]
    [ "$(subscribed ann@example.net)" = 0 ]
}

@test "only as much of the body is read as there is; the server may keep it open" {
    printf %s "$body" >body
    (cat body; sleep 5) | cgi POST "/cats/$(token ann@example.net)" CONTENT_TYPE=application/x-www-form-urlencoded CONTENT_LENGTH=26
    [ "$(status)" = "Status: 200 OK" ]
    [ "$(subscribed ann@example.net)" = 0 ]
}

@test "GET and HEAD change nothing, the page has a button and no scripts" {
    cgi GET "/cats/$(token ann@example.net)" </dev/null
    [ "$(status)" = "Status: 200 OK" ]
    grep -q '<form method="post">' answer
    grep -q '<html lang="en">' answer
    not grep -qi '<script\|set-cookie\|^location:\|onclick' answer
    grep -qi "^Content-Security-Policy: default-src 'none'" answer
    for field in "X-Content-Type-Options: nosniff" "Referrer-Policy: no-referrer" "Cache-Control: no-store" "X-Frame-Options: DENY"; do
        grep -qi "^$field" answer
    done
    # The style is the one that the policy allows.
    local wanted
    wanted=$(sed -n 's:.*<style>\(.*\)</style>.*:\1:p' answer | tr -d '\n' | openssl dgst -sha256 -binary | base64)
    grep -qF "style-src 'sha256-$wanted'" answer
    [ "$(sed '1,/^\r$/d' answer | wc -c)" = "$(sed -n 's/^Content-Length: \([0-9]*\)\r$/\1/p' answer)" ]
    cgi HEAD "/cats/$(token ann@example.net)" </dev/null
    [ "$(status)" = "Status: 200 OK" ]
    [ "$(sed '1,/^\r$/d' answer | wc -c)" = 0 ]
    [ "$(subscribed ann@example.net)" = 3 ]
    [ "$(calls)" = 0 ]
}

@test "404 for whatever is no good link, and always the same words" {
    local good path
    good=$(token ann@example.net)
    cgi GET /nowhere </dev/null
    mv answer wanted
    head -1 wanted | grep -q '^Status: 404 '
    mkdir outside && cp -r lists/cats outside/
    ln -s ../outside/cats lists/link
    for path in "" / /cats /cats/ "/cats/$good$good" "/dogs/$good" "/../lists/cats/$good" "/cats/../cats/$good" \
        "/./cats/$good" "/cats/${good}a" "/cats/a$good" "/.../x" "/cats/$(token x | cut -d. -f1).${good#*.}" "//cats/$good"; do
        click "$path"
        cmp answer wanted
    done
    [ "$(subscribed ann@example.net)" = 3 ]
    [ ! -e lists/dogs/mailnode ]
}

@test "the token of somebody else, of another list, of another purpose" {
    local ann
    ann=$(token ann@example.net)
    mkdir lists/dogs/mailnode && head -c 32 /dev/urandom >lists/dogs/mailnode/secret
    click "/dogs/$ann"
    [ "$(status)" = "Status: 404 Not Found" ]
    click "/cats/$(token bob@example.net | cut -d. -f1).${ann#*.}"
    [ "$(status)" = "Status: 404 Not Found" ]
    [ "$(subscribed ann@example.net)$(subscribed bob@example.net)" = 31 ]
}

@test "410 when it has expired" {
    click "/cats/$(token ann@example.net -120)"
    [ "$(status)" = "Status: 410 Gone" ]
    grep -q 'mailto:cats+unsubscribe@example.org' answer
    [ "$(subscribed ann@example.net)" = 3 ]
}

@test "403 when the list is closed" {
    : >lists/cats/control/closedlist
    click "/cats/$(token ann@example.net)"
    [ "$(status)" = "Status: 403 Forbidden" ]
    [ "$(subscribed ann@example.net)" = 3 ]
}

@test "405 with Allow, 413, 400" {
    local path
    path=/cats/$(token ann@example.net)
    for method in PUT DELETE OPTIONS get; do
        cgi "$method" "$path" </dev/null
        [ "$(status)" = "Status: 405 Method Not Allowed" ]
        grep -q '^Allow: GET, HEAD, POST' answer
    done
    click "$path" "$body&$(head -c 9000 /dev/zero | tr '\0' x)"
    [ "$(status)" = "Status: 413 Content Too Large" ]
    click "$path" "List-Unsubscribe=No"
    [ "$(status)" = "Status: 400 Bad Request" ]
    cgi POST "$path" CONTENT_TYPE=application/x-www-form-urlencoded CONTENT_LENGTH=27 <<<"" # cut off
    [ "$(status)" = "Status: 400 Bad Request" ]
    cgi POST "$path" CONTENT_TYPE=application/x-www-form-urlencoded <body
    [ "$(status)" = "Status: 400 Bad Request" ]
    [ "$(subscribed ann@example.net)" = 3 ]
}

@test "503 with Retry-After for trouble; nothing was changed" {
    local path
    path=/cats/$(token ann@example.net)
    echo short >lists/cats/mailnode/secret
    click "$path"
    [ "$(status)" = "Status: 503 Service Unavailable" ]
    grep -q '^Retry-After: ' answer
    not grep -q 'secret' answer
    mv lists gone
    click "$path"
    [ "$(status)" = "Status: 503 Service Unavailable" ]
    env -i PATH="$PATH" REQUEST_METHOD=GET PATH_INFO=/ mn-list-unsubscribe >answer
    [ "$(status)" = "Status: 503 Service Unavailable" ]
}

@test "503 when it takes too long; a slow sendmail does not make a click wait for ever" {
    (sleep 10) | env -i PATH="$PATH" REQUEST_METHOD=POST PATH_INFO=/cats/x CONTENT_LENGTH=10 \
        CONTENT_TYPE=text/plain mn-list-unsubscribe --lists lists --time-limit 1 >answer
    [ "$(status)" = "Status: 503 Service Unavailable" ]
    [ "$(grep -c ^Status answer)" = 1 ]
}

@test "done is done: sendmail fails and the answer is 200" {
    touch fail
    click "/cats/$(token ann@example.net)"
    [ "$(status)" = "Status: 200 OK" ]
    [ "$(subscribed ann@example.net)" = 0 ]
}

@test "exit 64 for wrong options, and no answer" {
    expect 64 mn-list-unsubscribe --no-such-option
    expect 64 mn-list-unsubscribe --lists lists one-argument
    expect 64 mn-list-unsubscribe --lists lists --time-limit never
}

@test "what reads the web has given up everything but the lists" {
    [ -z "${MAILNODE_SANITIZED:-}" ] || return 0 # the leak checker wants ptrace for itself
    printf %s "$body" >body
    strace -f -o trace env -i PATH="$PATH" REQUEST_METHOD=POST PATH_INFO="/cats/$(token ann@example.net)" CONTENT_LENGTH=26 \
        CONTENT_TYPE=application/x-www-form-urlencoded mn-list-unsubscribe --lists lists \
        --texts "$REPOSITORY/userconfig/listtext" --sendmail ./sendmail <body >answer
    [ "$(status)" = "Status: 200 OK" ]
    # The process that reads standard input is confined before it does.
    local reader
    reader=$(grep 'read(0,.*List-Unsubscribe' trace | awk '{ print $1 }')
    [ -n "$reader" ]
    awk -v reader="$reader" '$1 == reader && /SECCOMP/ { confined = 1 } $1 == reader && /read\(0,/ { exit !confined }' trace
    # The one that starts sendmail is another.
    not grep -Eq "^$reader +execve" trace
    [ "$(calls)" = 1 ]
}

@test "with a web server: page, button, one click of a mail provider; nothing in a link is an option" {
    local port i base path
    mkdir -p www/cgi-bin
    cat >www/cgi-bin/unsubscribe <<END_OF_SCRIPT
#!/bin/sh
cd "$PWD" || exit
PATH=$PATH exec mn-list-unsubscribe --lists lists --texts "$REPOSITORY/userconfig/listtext" --sendmail ./sendmail
END_OF_SCRIPT
    chmod +x www/cgi-bin/unsubscribe
    port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
    busybox httpd -f -p "127.0.0.1:$port" -h www 3>&- &
    server=$!
    base=http://127.0.0.1:$port/cgi-bin/unsubscribe
    for i in {1..50}; do
        ! curl -s -o /dev/null "$base/" || break
        sleep "0.$((i > 9 ? 9 : i))"
    done
    path=$base/cats/$(token ann@example.net)
    [ "$(curl -s -o page -w '%{http_code} %{content_type}' "$path")" = "200 text/html; charset=utf-8" ]
    grep -q '<button' page
    [ "$(curl -s -o page -w '%{http_code}' "$base/cats/x")" = 404 ]
    [ "$(curl -s -o page -w '%{http_code}' "$path?--lists+/etc+--help")" = 200 ]
    grep -q '<button' page
    [ "$(subscribed ann@example.net)" = 3 ]
    [ "$(curl -s -o page -w '%{http_code}' --data List-Unsubscribe=One-Click "$path")" = 200 ]
    [ "$(subscribed ann@example.net)" = 0 ]
    path=$base/cats/$(token bob@example.net)
    [ "$(curl -s -o page -w '%{http_code}' -F List-Unsubscribe=One-Click "$path")" = 200 ]
    [ "$(subscribed bob@example.net)" = 0 ]
    [ "$(curl -s -o page -w '%{http_code}' -F List-Unsubscribe=One-Click "$path")" = 200 ]
}
