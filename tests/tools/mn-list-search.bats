#!/usr/bin/env bats
# mn-list-search from outside: as a web server calls it.

load ../lib/helpers

setup() {
    cd "$BATS_TEST_TMPDIR"
    key=abcdefghijklmnopqrstuvwxyz234567
    mkdir -p web/cats/2026-11 web/cats/2026-10
    touch web/cats/index.html
    record $key "Green tea" >web/cats/2026-11/2026-11.mbox
    record ${key/a/z} "Black tea, and milk" >web/cats/2026-10/2026-10.mbox
}

not() { if "$@"; then return 1; fi; }

record() { # KEY TEXT
    printf 'From %s@example.org Sun Nov 22 12:00:00 2026\nFrom: Ann\nDate: Sun, 22 Nov 2026 12:00:00 +0000\nSubject: About %s\n\n%s\n\n' \
        "$1" "${1:0:1}" "$2"
}

# cgi METHOD PATH QUERY [OPTION...]: the answer is in the file answer.
cgi() {
    env -i PATH="$PATH" LC_ALL=C GATEWAY_INTERFACE=CGI/1.1 REQUEST_METHOD="$1" PATH_INFO="$2" QUERY_STRING="$3" \
        mn-list-search --out web "${@:4}" >answer </dev/null
}

status() { head -1 answer | tr -d '\r'; }

@test "results: newest first, with links; the form has the words" {
    cgi GET /cats/ q=TEA
    [ "$(status)" = "Status: 200 OK" ]
    [ "$(grep -o 'm/../[a-z0-9]*\.html' answer | tr '\n' ' ')" = "m/ab/$key.html m/zb/${key/a/z}.html " ]
    grep -q '<mark>tea</mark>' answer
    grep -q 'value="TEA"' answer
    cgi GET /cats 'q=tea+milk'
    [ "$(grep -c 'm/../[a-z0-9]*\.html' answer)" = 1 ]
    cgi GET /cats 'q=coffee'
    [ "$(status)" = "Status: 200 OK" ]
    not grep -q 'm/../[a-z0-9]*\.html' answer
}

@test "the answer: its fields, its length; HEAD has no page" {
    local field
    cgi GET /cats q=tea
    for field in "Content-Type: text/html; charset=utf-8" "Content-Security-Policy: default-src 'none'; style-src 'self'" \
        "X-Content-Type-Options: nosniff" "Referrer-Policy: no-referrer" "X-Frame-Options: DENY" "X-Robots-Tag: noindex"; do
        grep -qi "^$field" answer
    done
    not grep -qi '<script\|set-cookie\|^location:\|onclick\|style=' answer
    [ "$(sed '1,/^\r$/d' answer | wc -c)" = "$(sed -n 's/^Content-Length: \([0-9]*\)\r$/\1/p' answer)" ]
    cgi HEAD /cats q=tea
    [ "$(status)" = "Status: 200 OK" ]
    [ "$(sed '1,/^\r$/d' answer | wc -c)" = 0 ]
}

@test "what was asked comes back escaped" {
    cgi GET /cats 'q=%3Cscript%3E%22%27%26+%22%3E%3Cimg%3E'
    [ "$(status)" = "Status: 200 OK" ]
    not grep -qi '<script\|<img' answer
    grep -qF '&lt;script&gt;' answer
}

@test "400, 404, 405" {
    local path
    cgi GET /cats 'q=%ff'
    [ "$(status)" = "Status: 400 Bad Request" ]
    cgi GET /cats 'q=tea&page=0'
    [ "$(status)" = "Status: 400 Bad Request" ]
    cgi GET /cats "q=$(head -c 3000 /dev/zero | tr '\0' x)"
    [ "$(status)" = "Status: 400 Bad Request" ]
    mkdir -p web/dogs outside/2026-11
    touch outside/index.html
    for path in "" / /dogs /birds /../web/cats /cats/../cats /cats/x //cats /.; do
        cgi GET "$path" q=tea
        [ "$(status)" = "Status: 404 Not Found" ]
    done
    cgi POST /cats q=tea
    [ "$(status)" = "Status: 405 Method Not Allowed" ]
    grep -q '^Allow: GET, HEAD' answer
}

@test "503 for trouble and for links, and nothing of it is told" {
    ln -s cats web/link
    cgi GET /link q=tea
    [ "$(status)" = "Status: 503 Service Unavailable" ]
    grep -q '^Retry-After: ' answer
    rm web/cats/2026-10/2026-10.mbox
    ln -s /etc/passwd web/cats/2026-10/2026-10.mbox
    cgi GET /cats q=root
    [ "$(status)" = "Status: 503 Service Unavailable" ]
    not grep -q passwd answer
    mv web gone
    cgi GET /cats q=tea
    [ "$(status)" = "Status: 503 Service Unavailable" ]
    env -i PATH="$PATH" REQUEST_METHOD=GET PATH_INFO=/cats mn-list-search >answer
    [ "$(status)" = "Status: 503 Service Unavailable" ]
}

@test "503 when it takes too long" {
    truncate -s 1T web/cats/2026-11/2026-11.mbox # sparse, and bigger than anybody's patience
    cgi GET /cats q=tea --time-limit 1
    [ "$(status)" = "Status: 503 Service Unavailable" ]
    [ "$(grep -c ^Status answer)" = 1 ]
}

@test "exit 64 for wrong options, and no answer" {
    expect 64 mn-list-search --no-such-option
    expect 64 mn-list-search --out web one-argument
    expect 64 mn-list-search --out web --time-limit never
}

@test "what reads the web has given up everything but the pages" {
    [ -z "${MAILNODE_SANITIZED:-}" ] || return 0 # the leak checker wants ptrace for itself
    local reader
    strace -f -o trace env -i PATH="$PATH" REQUEST_METHOD=GET PATH_INFO=/cats QUERY_STRING=q=tea mn-list-search --out web >answer </dev/null
    [ "$(status)" = "Status: 200 OK" ]
    reader=$(grep '2026-11.mbox' trace | awk '{ print $1; exit }')
    [ -n "$reader" ]
    awk -v reader="$reader" '$1 == reader && /landlock_restrict_self/ { files = 1 } $1 == reader && /SECCOMP/ { calls = 1 }
        $1 == reader && /2026-11.mbox/ { exit !(files && calls) }' trace
    # It writes nothing but its answer.
    not grep -E "^$reader +openat.*(O_WRONLY|O_RDWR|O_CREAT)" trace
}
