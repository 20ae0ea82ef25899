#!/usr/bin/env bats
# shellcheck disable=SC2030,SC2031 # tests are subshells
# mn-alias --forward: mail sent on to addresses elsewhere. The contract is man/mn-alias.1. That a real
# Postfix routes it there and that it passes at the other end is tests/system.

load ../lib/helpers
load ../lib/dns

setup() {
    cd "$BATS_TEST_TMPDIR" || return
    mkdir sink
    printf '%s\n' 'the newest secret of all' 'an older secret than that' >secrets
    cat >message <<'END'
Received: from a.test by mx.example.test; Sun, 22 Nov 2026 20:00:00 +0000
Authentication-Results: mx.example.test; spf=pass smtp.mailfrom=ann@far.test;
 dmarc=pass header.from=far.test
From: Ann <ann@far.test>
Subject: hello
Message-ID: <1@far.test>

.a line with a dot
.
and the last one
END
}

teardown() {
    dns_stop
    sink_stop
}

# sink [COMMAND=ANSWER…]: a server to send to; before the first `forward`.
sink() {
    # `run` waits for everybody who could still write to its output.
    python3 "$REPOSITORY/tests/lib/smtp-sink.py" sink "$@" >sink/log 2>&1 3>&- &
    echo $! >sink/pid
    local end=$((SECONDS + 10))
    until [ -s sink/port ]; do
        [ $SECONDS -lt $end ] || return
        sleep 0.02
    done
}

sink_stop() {
    [ ! -s sink/pid ] || kill "$(cat sink/pid)" 2>/dev/null || true
}

# forward OPTION…: sends the file message to joe@elsewhere.test, unless told otherwise.
forward() {
    local default defaults=()
    [ -s sink/port ] || sink
    for default in --sender=ann@far.test --recipient=elsewhere.test=joe@forward.internal --srs-secrets=secrets \
        --domain=example.test --hostname=mx.example.test --reinject="127.0.0.1:$(cat sink/port)" \
        --nameserver="${DNS_SERVER:-127.0.0.1:9}"; do
        [[ " $*" == *" ${default%%=*}="* ]] || defaults+=("$default")
    done
    mn-alias --forward --authserv-id=mx.example.test --dns-timeout=2 "${defaults[@]}" "$@" <message
}

# command_of N NAME: the argument of MAIL or RCPT that came with message N.
command_of() {
    sed -n "s/^$2[^<]*<\(.*\)>.*\r$/\1/p" "sink/$1.smtp"
}

# got N: message N with the line ends of this machine.
got() {
    sed 's/\r$//' "sink/$1.eml"
}

srs_of() {
    forward --sender="$1" >/dev/null
    command_of "$(find sink -name '*.eml' | wc -l)" MAIL
}

@test "a new sender, the target, and the message byte for byte below our mark" {
    expect 0 forward
    [ "$output" = "" ]
    [[ $(command_of 1 MAIL) =~ ^SRS0\+[a-z2-7]{8}=[a-z2-7]{2}=far\.test=ann@example\.test$ ]]
    [ "$(command_of 1 RCPT)" = joe@elsewhere.test ]
    head -n 1 sink/1.smtp | grep -qx $'EHLO mx.example.test\r'
    grep -q BODY=8BITMIME sink/1.smtp
    { echo 'Delivered-To: elsewhere.test=joe@forward.internal'; cat message; } >wanted
    got 1 | cmp - wanted
}

@test "odd bytes, no last line end, no body: nothing is changed" {
    printf 'From: a@far.test\nX: \xff\0\xfe\n \xc3\xb6\n\nb\rc\0\xff\n\n\n' >message
    forward
    printf 'From: a@far.test\nSubject: no body\n' >message
    forward
    printf 'From: a@far.test\r\n\r\nline\r\nlast' >message
    forward
    printf 'Delivered-To: elsewhere.test=joe@forward.internal\r\nFrom: a@far.test\r\nX: \xff\0\xfe\r\n \xc3\xb6\r\n\r\nb\rc\0\xff\r\n\r\n\r\n' |
        cmp - sink/1.eml
    printf 'Delivered-To: elsewhere.test=joe@forward.internal\r\nFrom: a@far.test\r\nSubject: no body\r\n' | cmp - sink/2.eml
    printf 'Delivered-To: elsewhere.test=joe@forward.internal\r\nFrom: a@far.test\r\n\r\nline\r\nlast\r\n' | cmp - sink/3.eml
}

@test "a big message, with little memory" {
    { cat message; head -c 30000000 /dev/urandom | base64 -w 900; } >big
    mv big message
    forward
    { echo 'Delivered-To: elsewhere.test=joe@forward.internal'; cat message; } >wanted
    got 1 | cmp - wanted
}

@test "the null sender stays, and one of our own domain" {
    forward --sender=
    forward --sender=bob@example.test
    grep -q '^MAIL FROM:<> ' sink/1.smtp
    [ "$(command_of 2 MAIL)" = bob@example.test ]
}

@test "-v prints the server's answer" {
    expect 0 forward -v
    [ "$output" = '2.0.0 Ok: queued as 4ABC' ]
}

@test "a detail goes along, and cannot choose the domain" {
    forward --recipient=elsewhere.test=joe+evil.test=x@forward.internal
    forward --recipient=Elsewhere.test=Joe+a=b=c@FORWARD.internal
    [ "$(command_of 1 RCPT)" = joe+evil.test=x@elsewhere.test ]
    [ "$(command_of 2 RCPT)" = Joe+a=b=c@elsewhere.test ]
}

@test "bounces come back, whatever happens to upper and lower case" {
    local address
    address=$(srs_of ann@far.test)
    forward --sender= --recipient="$address"
    forward --sender= --recipient="${address,,}"
    forward --sender=robot@third.test --recipient="$address"
    [ "$(command_of 2 RCPT)" = ann@far.test ]
    grep -q '^MAIL FROM:<> ' sink/2.smtp
    [ "$(command_of 3 RCPT)" = ann@far.test ]
    [ "$(command_of 4 RCPT)" = ann@far.test ]
    [[ $(command_of 4 MAIL) == SRS0+*=third.test=robot@example.test ]]
}

@test "forwarded twice: the bounce goes to where it was forwarded first" {
    local address
    address=$(srs_of SRS0=abcd=xy=origin.test=ann@far.test)
    [[ $address == SRS1+*=far.test==abcd=xy=origin.test=ann@example.test ]]
    forward --sender= --recipient="$address"
    [ "$(command_of 2 RCPT)" = SRS0=abcd=xy=origin.test=ann@far.test ]
}

@test "secrets are changed by a new first line; what the last one made is then forged" {
    local address
    address=$(srs_of ann@far.test)
    sed -i '1i a brand new secret' secrets
    forward --sender= --recipient="$address"
    [ "$(srs_of ann@far.test)" != "$address" ]
    sed -i 2d secrets
    expect 77 forward --sender= --recipient="$address"
    [ "$output" = '5.7.1 this return address was not made here' ]
}

@test "5.7.1: a forged return address; 5.1.1: an old, a damaged, and none" {
    expect 77 forward --recipient=SRS0+aaaaaaaa=aa=far.test=ann@example.test
    [[ $output == 5.7.1\ * ]]
    for address in SRS0+x@example.test srs0@example.test bob@example.test joe@forward.internal \
        SRS0+aaaaaaaa=aa=far.test=ann@other.test ann@far.test; do
        expect 67 forward --recipient="$address"
        [[ $output == 5.1.1\ * ]]
    done
    # Made a year ago: only the clock is another.
    address=$(srs_of ann@far.test)
    old=$(python3 - "$address" <<'END'
import base64, hashlib, hmac, re, sys, time
letters = "abcdefghijklmnopqrstuvwxyz234567"
day = (int(time.time()) // 86400 - 30) % 1024
stamp = letters[day // 32] + letters[day % 32]
text = stamp + "=far.test=ann"
value = hmac.new(b"the newest secret of all", b"srs0=" + text.encode(), hashlib.sha256).digest()
print("SRS0+" + base64.b32encode(value)[:8].decode().lower() + "=" + text + "@example.test")
END
    )
    expect 67 forward --sender= --recipient="$old"
    [ "$output" = '5.1.1 this return address has expired' ]
    [ "$(find sink -name '*.eml' | wc -l)" = 1 ]
}

@test "5.4.6: a message that was here before for this recipient, one that has seen too many servers" {
    cp message plain
    # As pipe(8) marks this delivery.
    { echo 'Delivered-To: Elsewhere.test=joe@forward.internal'; cat plain; } >message
    forward
    [ "$(grep -c ^Delivered-To: sink/1.eml)" = 1 ]
    { echo 'Received: x'; echo 'Delivered-To: elsewhere.test=JOE@forward.internal'; cat plain; } >message
    expect 69 forward
    [ "$output" = '5.4.6 mail forwarding loop' ]
    { echo 'Delivered-To: elsewhere.test=jim@forward.internal'; cat plain; } >message
    forward
    { for i in {1..49}; do echo "Received: $i"; done; cat plain; } >message
    forward
    { for i in {1..50}; do echo "Received: $i"; done; cat plain; } >message
    expect 69 forward
    [ "$output" = '5.4.6 too many hops' ]
}

@test "5.7.1: mail that fails DMARC is not sent on in our name, unless we want it" {
    sed -i 's/dmarc=pass/dmarc=fail/' message
    expect 77 forward
    [[ $output == 5.7.1\ *DMARC* ]]
    expect 77 forward --dmarc-fail refuse
    forward --dmarc-fail forward
    [ "$(command_of 1 RCPT)" = joe@elsewhere.test ]
    forward --dmarc-fail spam@example.test
    [ "$(command_of 2 RCPT)" = spam@example.test ]
    [ "$(command_of 2 MAIL)" = ann@far.test ]
    # Only our own results count.
    sed -i 's/^Authentication-Results: mx/Authentication-Results: other/' message
    forward
}

@test "ARC: a set that others can verify, with our results in it" {
    /usr/bin/python3 -c 'import dkim' 2>/dev/null || skip "no python3-dkim"
    install -d -m 700 keys keys/example.test
    (umask 077 && openssl genrsa -out keys/example.test/default.pem 2048 2>/dev/null)
    public=$(openssl rsa -in keys/example.test/default.pem -pubout -outform DER 2>/dev/null | base64 -w0)
    dns_start <<END
default._domainkey.example.test. TXT "v=DKIM1; k=rsa; p=${public:0:200}" "${public:200}"
END
    forward --keys keys
    verify_arc 1 >verdict
    grep -qx pass verdict
    seal_of 1 | grep -q '^ARC-Seal: .*cv=none; d=example.test; i=1;'
    got 1 | sed -n '/^ARC-Authentication-Results/,/^[A-Z]/p' | tr -d '\n' |
        grep -q 'i=1; mx.example.test;.*spf=pass smtp.mailfrom=ann@far.test;.*dmarc=pass header.from=far.test'
    # The rest is as it was.
    { echo 'Delivered-To: elsewhere.test=joe@forward.internal'; cat message; } >wanted
    got 1 | sed '1,/^Delivered-To/{/^Delivered-To/!d}' | cmp - wanted

    # Forwarded again by us: the chain goes on.
    got 1 | sed -e 's/^Delivered-To: .*/X-Was: &/' >again
    mv again message
    forward --keys keys --recipient=third.test=jim@forward.internal
    verify_arc 2 >verdict
    grep -qx pass verdict
    seal_of 2 | grep -q '^ARC-Seal: .*cv=pass; d=example.test; i=2;'
    got 2 | grep -q 'arc=pass'

    # Changed on the way: sealed as broken, once.
    sed -i 's/^and the last one/and another one/' message
    forward --keys keys
    seal_of 3 | grep -q '^ARC-Seal: .*cv=fail; d=example.test; i=2;'
}

# seal_of N: the topmost field, on one line.
seal_of() {
    got "$1" | sed -n '1p; 2,${/^[^ \t]/q; p}' | tr -d '\n'
}

# verify_arc N: python3-dkim on message N.
verify_arc() {
    /usr/bin/python3 - "sink/$1.eml" keys/example.test/default.pem <<'END'
import subprocess, sys, base64, dkim
der = subprocess.run(["openssl", "rsa", "-in", sys.argv[2], "-pubout", "-outform", "DER"],
                     capture_output=True, check=True).stdout
record = b"v=DKIM1; k=rsa; p=" + base64.b64encode(der)
names = (b"default._domainkey.example.test.",)
with open(sys.argv[1], "rb") as file:
    verdict, _, reason = dkim.arc_verify(file.read(), dnsfunc=lambda name, **kw: record if name in names else b"")
print(verdict.decode(), "" if verdict == b"pass" else reason, sep="", end="\n")
END
}

@test "ARC: without a key, or a DNS, the message goes on unsealed" {
    mkdir -p -m 700 keys
    forward --keys keys
    [[ $(got 1 | head -n 1) == Delivered-To:* ]]
    install -d -m 700 keys keys/example.test
    (umask 077 && openssl genrsa -out keys/example.test/default.pem 2048 2>/dev/null)
    forward --keys keys
    # A chain whose key nobody can look up now: no verdict of ours could be true.
    got 2 | sed -e 's/^Delivered-To: .*/X-Was: &/' >message
    forward --keys keys
    [[ $(got 2 | head -n 1) == ARC-Seal:* ]]
    [[ $(got 3 | head -n 1) == Delivered-To:* ]]
}

@test "the server's refusals are ours" {
    sink RCPT='550 5.1.1 no such user'
    expect 67 forward
    [ "$output" = '5.1.1 no such user' ]
}

@test "the server's temporary refusals are ours" {
    sink MAIL='452 4.3.1 disk full'
    expect 75 forward
    [ "$output" = '4.3.1 disk full' ]
}

@test "the server's word after the data counts" {
    sink END='554 5.6.0 bad content'
    expect 65 forward
    [ "$output" = '5.6.0 bad content' ]
}

@test "a server that hangs up: 75, at any point" {
    for command in GREETING EHLO MAIL RCPT DATA END; do
        rm -rf sink
        mkdir sink
        sink "$command=hangup"
        expect 75 forward
        [[ $output == 4.4.[12]\ * ]]
        sink_stop
    done
}

@test "no server: 75" {
    sink
    sink_stop
    while kill -0 "$(cat sink/pid)" 2>/dev/null; do sleep 0.02; done
    expect 75 forward
    [ "$output" = '4.4.1 mail server does not answer' ]
}

@test "empty input: 75, nothing sent" {
    : >message
    expect 75 forward
    [[ $output == 4.3.0\ * ]]
    [ ! -e sink/1.eml ]
}

@test "--from-pipe: the feeding process dies, nothing is sent" {
    sink
    mkfifo pipe
    # A parent that ends before the message does.
    bash -c 'mn-alias --forward --from-pipe --sender=a@far.test --recipient=elsewhere.test=joe@forward.internal \
        --srs-secrets=secrets --domain=example.test --reinject="127.0.0.1:$(cat sink/port)" <pipe >out 2>&1 3>&- &
        sleep 0.5'
    cat message >pipe
    local end=$((SECONDS + 10))
    until [ -s out ]; do
        [ $SECONDS -lt $end ]
        sleep 0.02
    done
    grep -q '^4.3.0 mail system stopped' out
    [ ! -e sink/1.eml ]
}

@test "wrong options and files: 4.3.5 and 75, for an admin can mend it" {
    for wrong in --recipient= --domain= --srs-secrets= --reinject= --reinject=localhost:25 \
        --reinject=127.0.0.1 --reinject=127.0.0.1:0 --reinject=127.0.0.1:65536 --dmarc-fail=maybe \
        --srs-secrets=nothing --domain=a..b --hostname= --nameserver=x --check; do
        expect 75 forward "$wrong"
        [[ $output == 4.3.[05]\ * ]]
    done
    printf 'short\n' >secrets
    expect 75 forward
    printf '# only a comment\n\n' >secrets
    expect 75 forward
    [ "$(find sink -name '*.eml' | wc -l)" = 0 ]
}

@test "5.1.7: a sender that is no address" {
    expect 67 forward --sender=MAILER-DAEMON
    [[ $output == 5.1.7\ * ]]
    expect 67 forward --sender=$'a\nb@far.test'
    [[ $output == 5.1.7\ * ]]
}
