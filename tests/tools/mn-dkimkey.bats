# mn-dkimkey as an admin uses it, with a real DNS server; other programs say whether its keys and
# records are good.

load ../lib/helpers
load ../lib/dns

setup() {
    K=$BATS_TEST_TMPDIR/dkim
    mkdir -m 700 "$K"
}

teardown() {
    dns_stop
}

keys() {
    mn-dkimkey --keys "$K" "$@"
}

# Publish what mn-dkimkey prints, and nothing else.
publish() {
    keys dns "$@" >"$BATS_TEST_TMPDIR/records"
    if [ -n "${DNS_DIRECTORY:-}" ]; then
        dns_change <"$BATS_TEST_TMPDIR/records"
    else
        dns_start <"$BATS_TEST_TMPDIR/records"
    fi
}

# The public key that OpenSSL reads from a private one, as base64.
public_of() {
    openssl pkey -in "$1" -pubout -outform DER | base64 -w0
}

@test "create makes an RSA and an Ed25519 key that nobody else can read" {
    expect 0 keys -q create Example.TEST
    [ "$(cd "$K" && find . -type f | LC_ALL=C sort | xargs)" = "./.lock ./example.test/default-ed25519.pem ./example.test/default.pem" ]
    [ "$(stat -c %a "$K/example.test")" = 700 ]
    [ "$(stat -c %a "$K/example.test/default.pem")" = 600 ]
    openssl pkey -in "$K/example.test/default.pem" -noout -text | grep -q "2048 bit"
    openssl pkey -in "$K/example.test/default-ed25519.pem" -noout -text | grep -q ED25519
}

@test "create prints the records, in a zone that nsd takes and answers whole" {
    keys -q create example.test >"$BATS_TEST_TMPDIR/zone"
    [ "$(wc -l <"$BATS_TEST_TMPDIR/zone")" -eq 2 ]
    python3 - "$BATS_TEST_TMPDIR/zone" <<'END'
import re, sys
for line in open(sys.argv[1]):
    assert all(len(text) <= 255 for text in re.findall('"([^"]*)"', line)), line
END
    dns_start <"$BATS_TEST_TMPDIR/zone"
    expect 0 keys check --nameserver "$DNS_SERVER"
    [ "$(grep -c ': ok: ' <<<"$output")" -eq 2 ]
}

@test "create twice makes nothing twice, and never replaces a key" {
    keys -q create example.test >"$BATS_TEST_TMPDIR/first"
    before=$(cat "$K"/example.test/*.pem | sha256sum)
    expect 0 keys create example.test
    [[ $output == "example.test has keys already"* ]]
    expect 0 keys create --selector default example.test
    [[ $output == "already there, and left alone: $K/example.test/default.pem"* ]]
    [ "$before" = "$(cat "$K"/example.test/*.pem | sha256sum)" ]
    [ "$(keys -q create example.test | wc -c)" -eq 0 ]
}

@test "create makes one of a kind, of a size, by name, prepared" {
    expect 0 keys -q create --type rsa --bits 1024 --selector Mail2 --next example.test
    openssl pkey -in "$K/example.test/next/mail2.pem" -noout -text | grep -q "1024 bit"
    [ "$(find "$K" -name '*.pem' | wc -l)" -eq 1 ]
    expect 0 keys -q create --type ed25519 --selector solo example.net
    [ "$(find "$K/example.net" -name '*.pem')" = "$K/example.net/solo.pem" ]
    expect 64 keys create --type dsa example.org
    expect 64 keys create --bits 512 example.org
    expect 64 keys create --bits 8192 example.org
}

@test "names that would lead out of the directory are refused" {
    for domain in .. ../x a/b . "" "a b" "$(printf 'a\nb')"; do
        expect 64 keys create "$domain"
        expect 64 keys check "$domain"
        expect 64 keys rotate "$domain"
    done
    for selector in .. ../x a/b "a b"; do
        expect 64 keys create --selector "$selector" example.test
    done
    [ "$(find "$K" | wc -l)" -eq 1 ]
}

@test "below a directory shared with a group the group may read the keys, and nobody more" {
    chmod 750 "$K"
    [ "$(id -u)" -ne 0 ] || chgrp 54321 "$K"
    keys -q create example.test
    [ "$(stat -c %a "$K/example.test")" = 750 ]
    [ "$(stat -c %a "$K/example.test/default.pem")" = 640 ]
    [ "$(stat -c %g "$K/example.test/default.pem")" = "$(stat -c %g "$K")" ]
    expect 0 keys list
}

@test "dns prints what openssl says is the public key" {
    keys -q create example.test
    keys dns --web example.test >"$BATS_TEST_TMPDIR/web"
    [ "$(sed -n 1p "$BATS_TEST_TMPDIR/web")" = default._domainkey.example.test ]
    [ "$(sed -n 2p "$BATS_TEST_TMPDIR/web")" = "v=DKIM1; k=rsa; p=$(public_of "$K/example.test/default.pem")" ]
    # An Ed25519 key is published without the 12 bytes before it.
    bare=$(openssl pkey -in "$K/example.test/default-ed25519.pem" -pubout -outform DER | tail -c 32 | base64)
    [ "$(sed -n 4p "$BATS_TEST_TMPDIR/web")" = "v=DKIM1; k=ed25519; p=$bare" ]
    expect 0 keys dns --selector default --json
    python3 -c 'import json,sys; assert json.loads(sys.argv[1])["name"] == "default._domainkey.example.test"' "$output"
    expect 1 keys dns --selector other
    expect 1 keys dns example.net
}

@test "list shows all keys, and what is wrong with the files" {
    keys -q create example.test
    keys -q create --next --selector later --type rsa example.test
    expect 0 keys list
    [ "$output" = "$(printf '%s\t%s\t%s\t%s\n' example.test default active "rsa 2048" \
        example.test default-ed25519 active ed25519 example.test later next "rsa 2048")" ]
    keys list --json | python3 -c 'import json,sys; [json.loads(line) for line in sys.stdin]'
    chmod 644 "$K/example.test/default.pem"
    touch "$K/example.test/default.txt"
    expect 1 keys list
    [[ $output == *"default.pem: error: everybody on this machine may read it; chmod"* ]]
    [[ $output == *"default.txt: warning: is no key, and ignored"* ]]
    expect 1 keys list example.net
    [[ $output == *"example.net: error: has no key"* ]]
}

@test "the lock and unfinished keys are no domains; who is locked out waits" {
    keys -q create --type ed25519 example.test
    mkdir "$K/.new"
    cp "$K/example.test/default.pem" "$K/.new/half.pem"
    expect 0 keys list
    [ "$output" = $'example.test\tdefault\tactive\ted25519' ]
    printf 'From: ann@example.test\nSubject: x\n\nhello\n' >"$BATS_TEST_TMPDIR/mail"
    [ "$(mn-dkimsign --keys "$K" <"$BATS_TEST_TMPDIR/mail" | grep -c '^DKIM-Signature:')" -eq 1 ]
    python3 -c 'import fcntl,sys,time; f=open(sys.argv[1],"r+"); fcntl.lockf(f,fcntl.LOCK_EX); print(flush=True); time.sleep(1)' \
        "$K/.lock" | {
        read -r
        # What changes nothing does not wait.
        expect 0 timeout 0.8 mn-dkimkey --keys "$K" create example.test
        [[ $output == "example.test has keys already"* ]]
        expect 0 timeout 0.8 mn-dkimkey --keys "$K" list
        expect 124 timeout 0.3 mn-dkimkey --keys "$K" create example.net
        expect 0 mn-dkimkey --keys "$K" -q create --type ed25519 example.net
    }
    [ ! -e "$K/.new" ]
    [ -e "$K/example.net/default.pem" ]
}

@test "import takes a key of opendkim as it is, once" {
    if [ -x /usr/sbin/opendkim-genkey ]; then
        /usr/sbin/opendkim-genkey -D "$BATS_TEST_TMPDIR" -s default -d example.test -b 2048
    else
        openssl genrsa -traditional -out "$BATS_TEST_TMPDIR/default.private" 2048
    fi
    expect 0 keys import example.test "$BATS_TEST_TMPDIR/default.private"
    [ "$(public_of "$K/example.test/default.pem")" = "$(public_of "$BATS_TEST_TMPDIR/default.private")" ]
    [ "$(stat -c %a "$K/example.test/default.pem")" = 600 ]
    expect 0 keys import example.test "$BATS_TEST_TMPDIR/default.private"
    [[ $output == "already there: "* ]]
    # The record that opendkim-genkey wrote is as good as ours.
    if [ -e "$BATS_TEST_TMPDIR/default.txt" ]; then
        sed 's/^default._domainkey/&.example.test./' "$BATS_TEST_TMPDIR/default.txt" >"$BATS_TEST_TMPDIR/zone"
        dns_start <"$BATS_TEST_TMPDIR/zone"
        expect 0 keys check --nameserver "$DNS_SERVER"
    fi
}

@test "import refuses what is no key, and never says what is in it" {
    printf 'my secret\n' >"$BATS_TEST_TMPDIR/x.pem"
    expect 2 keys import example.test "$BATS_TEST_TMPDIR/x.pem"
    [[ $output == *"not a PEM file with a private key"* ]]
    [[ $output != *secret* ]]
    openssl genrsa -out "$BATS_TEST_TMPDIR/small.pem" 512 2>/dev/null
    expect 2 keys import example.test "$BATS_TEST_TMPDIR/small.pem"
    openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$BATS_TEST_TMPDIR/ec.pem"
    expect 2 keys import example.test "$BATS_TEST_TMPDIR/ec.pem"
    openssl genpkey -algorithm ed25519 -aes128 -pass pass:x -out "$BATS_TEST_TMPDIR/locked.pem"
    expect 2 keys import example.test "$BATS_TEST_TMPDIR/locked.pem"
    [[ $output == *"it is encrypted"* ]]
    expect 2 keys import example.test "$BATS_TEST_TMPDIR/missing.pem"
    [ "$(find "$K" -name '*.pem' | wc -l)" -eq 0 ]
    # Another key of a name that is taken.
    keys -q create example.test
    openssl genpkey -algorithm ed25519 -out "$BATS_TEST_TMPDIR/default.pem"
    before=$(sha256sum <"$K/example.test/default.pem")
    expect 2 keys import example.test "$BATS_TEST_TMPDIR/default.pem"
    [ "$before" = "$(sha256sum <"$K/example.test/default.pem")" ]
    expect 0 keys import --selector other example.test - <"$BATS_TEST_TMPDIR/default.pem"
    expect 64 keys import example.test - </dev/null
}

@test "check: published, missing, wrong, several, revoked, test mode" {
    keys -q create example.test
    publish
    expect 0 keys check --nameserver "$DNS_SERVER"
    [[ $output == *"default._domainkey.example.test: ok: rsa 2048, published, and libopendkim accepts"* ]]

    dns_change </dev/null
    expect 1 keys check --nameserver "$DNS_SERVER"
    [[ $output == *"default._domainkey.example.test: error: there is no such record; publish"* ]]

    good=$(keys dns --web | sed -n 2p)
    other=$(openssl genrsa 2048 2>/dev/null | openssl pkey -pubout -outform DER | base64 -w0)
    try() {
        printf '%s\n' "$@" | sed -E 's/(.{250})/\1" "/g; s/^/default._domainkey.example.test. TXT "/; s/$/"/' |
            cat - <(keys dns --selector default-ed25519) >"$BATS_TEST_TMPDIR/zone"
        dns_change <"$BATS_TEST_TMPDIR/zone"
        run keys check --nameserver "$DNS_SERVER"
    }
    try "v=DKIM1; k=rsa; p=$other"
    [ "$status" -eq 1 ]
    [[ $output == *"another key is published"* ]]
    try "$good" "v=DKIM1; k=rsa; p=$other"
    [ "$status" -eq 1 ]
    [[ $output == *"there are several TXT records"* ]]
    try "v=DKIM1; k=rsa; p="
    [ "$status" -eq 1 ]
    [[ $output == *"revoked"* ]]
    try "t=y; ${good#v=DKIM1; }"
    [ "$status" -eq 0 ]
    [[ $output == *"t=y"* ]]
    try "v=spf1 -all"
    [ "$status" -eq 1 ]
}

@test "check: a DNS that does not answer is not a wrong record" {
    keys -q create example.test
    dns_start </dev/null
    dns_fault silent
    expect 2 keys check --nameserver "$DNS_FAULT_SERVER" --dns-timeout 1
    [[ $output == *"warning: no answer from the DNS"* ]]
    [[ $output != *": ok"* ]]
    [[ $output != *"error"* ]]
}

@test "check: JSON has one object for each key" {
    keys -q create example.test
    publish --selector default
    expect 1 keys check --json --nameserver "$DNS_SERVER"
    python3 - "$output" <<'END'
import json, sys
lines = [json.loads(line) for line in sys.argv[1].splitlines()]
assert [(l["selector"], l["result"]) for l in lines] == [("default", "ok"), ("default-ed25519", "problem")], lines
END
}

@test "check: a damaged file, an open one, a small key, a domain without" {
    keys -q create example.test
    keys -q create --type rsa --bits 1024 --selector small example.test
    publish
    echo garbage >"$K/example.test/default-ed25519.pem"
    chmod 606 "$K/example.test/default.pem"
    expect 1 keys check example.test example.net --nameserver "$DNS_SERVER"
    [[ $output == *"default-ed25519.pem: error: "*"not a PEM file"* ]]
    [[ $output == *"default.pem: error: everybody on this machine may read it"* ]]
    [[ $output == *"default.pem: error: others than its owner may change it"* ]]
    [[ $output == *"small._domainkey.example.test: warning: the key has only 1024 bits"* ]]
    [[ $output == *"example.net: error: has no key"* ]]
}

@test "rotate: make, publish, switch, retire; every step twice" {
    keys -q create example.test
    publish
    expect 0 keys rotate make example.test
    [[ $output == *"next: publish these records beside the old ones, then: mn-dkimkey rotate switch example.test"* ]]
    records=$(keys -q rotate make example.test)
    [ "$records" = "$(keys dns | grep "s$(date -u +%Y%m%d)")" ]
    [ "$(find "$K/example.test/next" -type f | wc -l)" -eq 2 ]
    # Prepared keys are no problem before they are published.
    expect 0 keys check --nameserver "$DNS_SERVER"
    [[ $output == *": waiting: prepared, not published yet"* ]]

    before=$(find "$K" | sort)
    expect 1 keys rotate switch example.test --nameserver "$DNS_SERVER"
    [[ $output == *"nothing has been changed: the DNS does not show the new keys yet"* ]]
    expect 0 keys rotate example.test --nameserver "$DNS_SERVER"
    [[ $output == *"next: publish the records"* ]]
    [ "$before" = "$(find "$K" | sort)" ]

    publish
    expect 0 keys rotate example.test --nameserver "$DNS_SERVER"
    [[ $output == *"next: mn-dkimkey rotate switch example.test"* ]]
    expect 0 keys rotate switch example.test --nameserver "$DNS_SERVER"
    [[ $output == *"retired: default, default-ed25519"* ]]
    [[ $output == *"leave the old records published until $(date -u -d '+7 days' +%Y-%m-%d)"* ]]
    expect 0 keys rotate switch example.test --nameserver "$DNS_SERVER"
    [[ $output == "nothing is prepared"* ]]
    [ "$(cd "$K/example.test" && find . -name '*.pem' | grep -vc retired)" -eq 2 ]
    expect 0 keys check --nameserver "$DNS_SERVER"
    [ "$(grep -c ': ok: ' <<<"$output")" -eq 2 ]

    expect 0 keys rotate retire example.test
    [[ $output == "next: leave the old records until "* ]]
    [ "$(find "$K/example.test/retired" -type f | wc -l)" -eq 2 ]
    touch -d '8 days ago' "$K"/example.test/retired/*
    [ "$(keys -q rotate retire example.test)" = "$(printf '%s\n' default default-ed25519 | sed 's/$/._domainkey.example.test/')" ]
    [ "$(find "$K/example.test/retired" -type f | wc -l)" -eq 0 ]
    [ "$(keys -q rotate retire example.test | wc -c)" -eq 0 ]
}

@test "rotate: --force does not wait for the DNS or the calendar; a name is never used twice" {
    keys -q create --type rsa example.test
    keys -q rotate make example.test
    expect 0 keys rotate switch --force example.test
    keys -q rotate make example.test
    expect 0 keys rotate switch --force example.test
    today=s$(date -u +%Y%m%d)
    [ -e "$K/example.test/${today}b.pem" ]
    [ "$(find "$K/example.test/retired" -type f | wc -l)" -eq 2 ]
    expect 0 keys rotate retire --force example.test
    [ "$(find "$K/example.test" -type f)" = "$K/example.test/${today}b.pem" ]
}

@test "rotate: a DNS that does not answer changes nothing" {
    keys -q create example.test
    keys -q rotate make example.test
    dns_start </dev/null
    dns_fault silent
    before=$(find "$K" | sort)
    expect 1 keys rotate switch example.test --nameserver "$DNS_FAULT_SERVER" --dns-timeout 1
    [[ $output == *"no answer from the DNS"* ]]
    [ "$before" = "$(find "$K" | sort)" ]
}

@test "usage: what is missing is named" {
    expect 64 mn-dkimkey
    expect 64 mn-dkimkey create example.test
    [[ $output == *"--keys DIR is missing"* ]]
    expect 64 keys
    expect 64 keys create
    expect 64 keys destroy example.test
    expect 64 keys rotate
    expect 64 keys rotate example.test make
    expect 64 keys import example.test
    expect 64 keys check --nameserver nonsense
    expect 2 mn-dkimkey --keys /nonexistent list
}

@test "records that cannot be written leave whole keys" {
    [ -w /dev/full ] || skip "no /dev/full"
    run bash -c "mn-dkimkey --keys '$K' create example.test >/dev/full"
    [ "$status" -ne 0 ]
    for key in "$K"/example.test/*.pem; do
        openssl pkey -in "$key" -noout
    done
}
