# mn-verify as a person, a chain and Postfix call it, with a real DNS server and with messages that
# another program signed. What follows from which result is tests/unit/test_auth_judge.cpp; a real
# Postfix is in tests/system.

load ../lib/helpers
load ../lib/dns

# Signed by dkimpy; published by mn-dkimkey. Only made once for the whole file.
setup_file() {
    cd "$BATS_FILE_TMPDIR"
    mkdir -m 700 keys
    mn-dkimkey --keys keys -q create strict.test >records
    mn-dkimkey --keys keys -q create --type rsa list.test >>records
    dns_start < <(records)
}

teardown_file() {
    dns_stop
}

teardown() {
    dns_fault_stop
}

setup() {
    rm -f "$DNS_DIRECTORY/fault"
    cd "$BATS_TEST_TMPDIR"
    printf 'From: Ann <ann@strict.test>\nTo: bob@example.test\nSubject: hello\n\nbody\n' >plain
    sign strict.test default plain >signed
    client=(--client 192.0.2.1 --helo mail.strict.test --sender ann@strict.test)
    stranger=(--client 192.0.2.66 --helo mail.other.test --sender eve@other.test)
}

records() {
    cat "$BATS_FILE_TMPDIR/records"
    cat <<'END'
strict.test. TXT "v=spf1 ip4:192.0.2.1 ip6:2001:db8::/32 -all"
mail.strict.test. TXT "v=spf1 a -all"
mail.strict.test. A 192.0.2.1
mail.strict.test. AAAA 2001:db8::1
_dmarc.strict.test. TXT "v=DMARC1; p=reject"
mild.test. TXT "v=spf1 include:strict.test -all exp=why.mild.test"
why.mild.test. TXT "%{i} is not one of us"
_dmarc.mild.test. TXT "v=DMARC1; p=quarantine"
other.test. TXT "v=spf1 -all"
many.test. TXT "v=spf1 a:a.many.test a:b.many.test mx ?all"
END
}

# sign DOMAIN SELECTOR FILE
sign() {
    /usr/bin/python3 - "$BATS_FILE_TMPDIR/keys/$1/$2.pem" "$@" <<'END'
import sys, dkim
key, domain, selector, path = (arg.encode() for arg in sys.argv[1:5])
message = open(path, "rb").read()
sys.stdout.buffer.write(dkim.sign(message, selector, domain, open(key, "rb").read(),
                                  canonicalize=(b"relaxed", b"relaxed")).replace(b"\r\n", b"\n") + message)
END
}

verify() { mn-verify --nameserver "$DNS_SERVER" --authserv-id mx.test "$@"; }
milter() { # session options, then "--" and options of mn-verify
    "$REPOSITORY/tests/lib/milter-session.py" "${@:1:session}" -- \
        "$MAILNODE_BIN/mn-verify" --milter --nameserver "$DNS_SERVER" --authserv-id mx.test "${@:session+1}"
}
# The results that were added, each method on one line.
results() { sed -n '/^Authentication-Results: mx.test;/,/^[^ ]/p' "${1:--}" | sed '/^[^ A]/d' | tr -d '\n' | tr -s ' ' | sed 's/; */\n/g'; echo; }
result() { results "$2" | grep "^$1="; }

@test "mn-verify: a good message gets its results, and nothing else changes" {
    verify "${client[@]}" <signed >out
    [[ $(results out | grep -c '^spf=pass') -eq 2 ]]
    [[ $(result dkim out) == "dkim=pass (2048-bit key) header.d=strict.test header.i=@strict.test header.s=default header.a=rsa-sha256 header.b="* ]]
    [[ $(result dmarc out) == "dmarc=pass (p=reject) header.from=strict.test" ]]
    [[ $(head -n 1 out) == "Authentication-Results: mx.test;" ]]
    size=$(stat -c %s signed)
    cmp signed <(tail -c "$size" out)
}

@test "mn-verify: bytes in are bytes out" {
    local n=0
    while read -r case; do
        printf '%b' "$case" >in
        verify "${client[@]}" <in >out
        tail -c "$(stat -c %s in)" out | cmp in -
        n=$((n + 1))
    done <<'CASES'
From: a@strict.test\\n\\nno last newline
From: a@strict.test\\r\\nSubject: x\\r\\n\\r\\nbody\\r\\n
From: a@strict.test\\n\\nnul \\0000 and \\0377\\n
From: a@strict.test\\n
From: a@strict.test
\\n
\\nonly a body\\n
no field at all\\n\\nbody\\n
From: a@strict.test\\n\\n\\n\\nempty lines\\n\\n
CASES
    [ "$n" -eq 9 ]
    head -c 3000000 /dev/urandom >body
    cat plain body >in
    verify "${client[@]}" <in >out
    tail -c "$(stat -c %s in)" out | cmp in -
    # However it is passed on: to a pipe that is slow, to a file that is appended to.
    verify "${client[@]}" <in | { sleep 0.3; cat; } >slow
    cmp out slow
    echo first >appended
    verify "${client[@]}" <in >>appended
    tail -n +2 appended | cmp out -
    printf 'From: a@strict.test\r\n\r\nx\r\n' | verify "${client[@]}" >out
    [ "$(grep -c $'\r$' out)" -eq "$(wc -l <out)" ]
}

@test "mn-verify: results that others claim in our name are removed, those of others stay" {
    { printf 'Authentication-Results: mx.test; dmarc=pass\nAuthentication-Results: other.test; spf=pass\n'
      printf 'authentication-results: MX.test\n ; dkim=pass\n'; cat plain; } >in
    verify "${stranger[@]}" <in >out
    [ "$(grep -ci '^Authentication-Results:' out)" -eq 2 ]
    grep -q '^Authentication-Results: other.test; spf=pass$' out
    [[ $(results out) != *"dmarc=pass"* ]]
}

@test "mn-verify: without --policy everything is marked and passed on" {
    verify "${stranger[@]}" <plain >out
    [[ $(result dmarc out) == "dmarc=fail (p=reject)"* ]]
    [[ $(results out) == *"spf=fail (matched -all of other.test) smtp.mailfrom=eve@other.test"* ]]
}

@test "mn-verify: 5.7.1 when the policy is reject, and nothing on standard output" {
    status=0
    verify "${stranger[@]}" --policy <plain >out 2>err || status=$?
    [ "$status" -eq 77 ]
    [ ! -s out ]
    [[ $(<err) == "5.7.1 the DMARC policy of strict.test does not allow this message: neither SPF nor DKIM shows that it comes from there" ]]
    expect 0 verify "${stranger[@]}" --policy <signed
}

@test "mn-verify: quarantine is a mark that mn-deliver understands" {
    sed s/strict.test/mild.test/ plain >in
    verify "${stranger[@]}" --policy <in >out
    [[ $(result dmarc out) == "dmarc=fail (p=quarantine) "*" header.from=mild.test policy.dmarc=quarantine" ]]
    verify "${stranger[@]}" <in >out
    [[ $(result dmarc out) != *policy.dmarc* ]]
}

@test "mn-verify: 5.7.23 when SPF says fail, if asked, with the domain's own words" {
    sed s/strict.test/nobody.test/ plain >in
    expect 0 verify --client 192.0.2.9 --helo x.test --sender ann@mild.test <in
    expect 77 verify --client 192.0.2.9 --helo x.test --sender ann@mild.test --reject-spf-fail <in
    [ "$output" = "5.7.23 mild.test does not allow 192.0.2.9 to send its mail (SPF); mild.test explains: 192.0.2.9 is not one of us" ]
    expect 0 verify --client 192.0.2.1 --helo x.test --sender ann@mild.test --reject-spf-fail <in
}

@test "mn-verify: the null sender, IPv6 clients, no client" {
    verify --client IPv6:2001:db8::1 --helo mail.strict.test --sender= <plain >out
    [ "$(results out | grep -c '^spf=')" -eq 1 ]
    [[ $(result spf out) == *"spf=pass"*"smtp.helo=mail.strict.test" ]]
    for address in "" unknown; do
        verify --client "$address" --sender ann@strict.test <plain >out
        [[ $(results out) != *spf=* ]]
    done
    expect 75 verify --client 192.0.2 <plain
    [[ $output == "4.3.5 "* ]]
}

@test "mn-verify: the chain runs the command with the whole message, in its place" {
    verify "${client[@]}" -- sh -c 'cat >out; echo $$; exit 7' <signed >pid || status=$?
    [ "$status" -eq 7 ]
    verify "${client[@]}" <signed | cmp - out
    head -c 5000000 /dev/urandom >>signed
    verify "${client[@]}" -- wc -c <signed >size
    [ "$(<size)" -gt 5000000 ]
    verify "${client[@]}" -- cat <signed | tail -c "$(stat -c %s signed)" | cmp signed -
    # Refused: the command does not even start.
    expect 77 verify "${stranger[@]}" --policy -- touch started <plain
    [ ! -e started ]
    expect 75 verify "${client[@]}" -- ./no-such-program <plain
    [[ $output == "4.3."* ]]
    mkdir root
    expect 0 verify "${client[@]}" -- mn-deliver --root root --recipient bob@example.test <plain
    grep -rq '^Authentication-Results: mx.test;' root/example.test/bob/Maildir/new
}

@test "mn-verify: the command gets signals as they are by default" {
    # What is ignored is inherited; whoever runs the tests may have changed it (make(1) does, for two
    # signals that nobody else can name).
    local look=(grep -E '^Sig(Ign|Blk)' /proc/self/status)
    env --default-signal "${look[@]}" >wanted
    env --default-signal mn-verify --nameserver "$DNS_SERVER" --authserv-id mx.test "${client[@]}" -- \
        "${look[@]}" <plain >signals
    cmp wanted signals
}

@test "mn-verify: empty input is refused, a huge header too" {
    expect 75 verify </dev/null
    [ "$output" = "4.3.0 mail system error" ]
    { printf 'From: a@strict.test\n'; yes "X-Filler: $(printf %0100d 0)" | head -n 11000; printf '\nx\n'; } >huge
    expect 69 verify "${client[@]}" <huge
    [ "$output" = "5.3.4 message header too big" ]
    { printf 'From: a@strict.test\n'; yes "X-Filler: $(printf %0100d 0)" | head -n 9000; printf '\nx\n'; } >big
    verify "${client[@]}" <big | tail -n 1 | grep -qx x
}

@test "mn-verify: --from-pipe refuses a message whose end is the death of the process that feeds us" {
    expect 0 verify --from-pipe "${client[@]}" <plain
    mkfifo input
    bash -c 'mn-verify --nameserver "$1" --from-pipe <input >out 2>err & exec sleep 60' - "$DNS_SERVER" 3>&- &
    feeder=$!
    exec 5>input
    cat plain >&5
    kill -9 "$feeder"
    wait "$feeder" || true
    exec 5>&-
    for _ in {1..100}; do [ -s err ] && break; sleep 0.05; done
    [ "$(<err)" = "4.3.0 mail system stopped in mid-message" ]
    [ ! -s out ]
}

@test "mn-verify: temporary trouble marks, and defers when asked" {
    dns_fault silent
    status=0
    mn-verify --nameserver "$DNS_FAULT_SERVER" --dns-timeout 1 --authserv-id mx.test "${client[@]}" --policy <plain >out || status=$?
    [ "$status" -eq 0 ]
    [[ $(results out) == *"spf=temperror"*"dmarc=temperror"* ]]
    expect 75 mn-verify --nameserver "$DNS_FAULT_SERVER" --dns-timeout 1 "${client[@]}" --policy --defer-temperror <plain
    [ "$output" = "4.7.0 DNS trouble while looking up strict.test, please try again" ]
    for fault in servfail refused garbage wrong-id wrong-question truncate-only; do
        dns_fault "$fault"
        mn-verify --nameserver "$DNS_FAULT_SERVER" --dns-timeout 1 --authserv-id mx.test "${client[@]}" --policy <plain >out
        [[ $(results out) == *"dmarc=temperror"* ]] || { echo "$fault"; cat out; return 1; }
    done
    dns_fault truncate
    mn-verify --nameserver "$DNS_FAULT_SERVER" --authserv-id mx.test "${client[@]}" --policy <signed >out
    [[ $(results out) == *"dkim=pass"*"dmarc=pass"* ]]
}

@test "mn-verify: --dns-timeout is the limit for all waiting together" {
    dns_fault silent
    start=$(date +%s%N)
    mn-verify --nameserver "$DNS_FAULT_SERVER" --dns-timeout 1 --authserv-id mx.test "${client[@]}" <signed >out
    took=$((($(date +%s%N) - start) / 1000000))
    [ "$took" -ge 900 ]
    [ "$took" -lt 3000 ]
}

@test "mn-verify: SPF, two signatures and DMARC cost three round trips at most" {
    sign strict.test default signed >twice
    [ "$(grep -c ^DKIM-Signature twice)" -eq 2 ]
    dns_fault delay 200
    start=$(date +%s%N)
    mn-verify --nameserver "$DNS_FAULT_SERVER" --authserv-id mx.test "${client[@]}" <twice >out
    took=$((($(date +%s%N) - start) / 1000000))
    [ "$(results out | grep -c '^dkim=pass')" -eq 2 ]
    [[ $(result dmarc out) == "dmarc=pass"* ]]
    [ "$took" -ge 200 ]
    [ "$took" -lt 600 ]
}

@test "mn-verify: --explain tells the story, whatever the verdict" {
    expect 0 verify "${stranger[@]}" --policy --explain <plain
    for line in "  client     192.0.2.66" "Verdict: reject" "  5.7.1 the DMARC policy of strict.test" \
        "      _dmarc.strict.test: v=DMARC1; p=reject" "  no signature" "      other.test: v=spf1 -all"; do
        grep -qF -- "$line" <<<"$output"
    done
    grep -qE '^ +[0-9]+ +[0-9]+  TXT other.test: "v=spf1 -all"$' <<<"$output"
    expect 0 verify "${client[@]}" --explain <signed
    grep -q '^Verdict: accept$' <<<"$output"
    grep -q '^  strict.test, selector default, rsa-sha256, 2048 bits: pass$' <<<"$output"
}

@test "mn-verify: --json says the same, one object a line" {
    expect 0 verify "${stranger[@]}" --policy --json <signed
    printf '%s\n' "$output" | python3 -c '
import json, sys
lines = [json.loads(line) for line in sys.stdin]
kinds = {line["kind"] for line in lines}
assert kinds == {"lookup", "spf", "dkim", "arc", "dmarc", "verdict"}, kinds
assert lines[-1]["action"] == "accept"
dmarc = [line for line in lines if line["kind"] == "dmarc"]
assert dmarc[0]["result"] == "pass" and dmarc[0]["aligned_by"] == "dkim strict.test", dmarc
assert any(line.get("type") == "TXT" and line["name"] == "_dmarc.strict.test" and line["status"] == "found" for line in lines)'
}

@test "mn-verify: an ARC seal of a trusted domain overrides the policy" {
    /usr/bin/python3 -c '
import sys, dkim
message = sys.stdin.buffer.read()
message = b"Authentication-Results: list.test; dmarc=pass header.from=strict.test\n" + message
key = open(sys.argv[1], "rb").read()
fields = dkim.arc_sign(message, b"default", b"list.test", key, b"list.test", b"list.test")
sys.stdout.buffer.write(b"".join(fields).replace(b"\r\n", b"\n") + message)' \
        "$BATS_FILE_TMPDIR/keys/list.test/default.pem" <plain >sealed
    expect 77 verify "${stranger[@]}" --policy <sealed
    printf '# trusted\nlist.test\n' >sealers
    verify "${stranger[@]}" --policy --trusted-sealers sealers <sealed >out
    [[ $(result arc out) == "arc=pass (i=1 by list.test)"* ]]
    [[ $(result dmarc out) == *"overridden: ARC sealed by list.test"* ]]
    [[ $(result dmarc out) != *policy.dmarc* ]]
    expect 75 verify --trusted-sealers missing <plain
}

@test "mn-verify: usage that makes no sense is temporary" {
    for arguments in "--explain --milter" "--json -- cat" "--milter -- cat" "--milter --client 192.0.2.1" \
        "--nameserver localhost" "--nameserver 192.0.2.1:0" "--dns-timeout 0" "--no-such-option"; do
        # shellcheck disable=SC2086
        expect 75 mn-verify $arguments <plain
        [[ $output == "4.3.5 "* || $arguments == *--milter* && -z $output ]]
    done
}

@test "mn-verify: memory does not grow with the message" {
    local limit=16000 # KB
    if [ -n "${MAILNODE_SANITIZED:-}" ]; then limit=400000; fi # they keep what was freed
    { cat signed; head -c 50000000 /dev/zero | tr '\0' x; } >large
    for how in "" "-- wc -c"; do
        # shellcheck disable=SC2086
        command time -f %M -o kilobytes mn-verify --nameserver "$DNS_SERVER" "${client[@]}" $how <large >/dev/null
        [ "$(<kilobytes)" -lt "$limit" ]
    done
}

@test "mn-verify --milter: results are inserted, forged ones removed, in every message of a session" {
    { printf 'Authentication-Results: other.test; spf=pass\nAuthentication-Results: mx.test; dmarc=pass\n'; cat signed; } >forged
    session=8
    run milter "${client[@]}" forged signed --policy
    [ "$status" -eq 0 ]
    [ "${lines[0]}" = "remove 2 Authentication-Results" ]
    [[ ${lines[1]} == "insert Authentication-Results: mx.test;\\n spf=pass"*"dkim=pass"*"dmarc=pass (p=reject) header.from=strict.test" ]]
    [ "${lines[2]}" = accept ]
    [[ ${lines[3]} == "insert Authentication-Results: mx.test;"*"dkim=pass"* ]]
    [ "${lines[4]}" = accept ]
    [ "${#lines[@]}" -eq 5 ]
}

@test "mn-verify --milter: reject and quarantine" {
    sed s/strict.test/mild.test/ plain >mild
    session=9
    run milter "${stranger[@]}" plain mild signed --policy
    [[ ${lines[0]} == "reply 550 5.7.1 the DMARC policy of strict.test does not allow this message"* ]]
    [[ ${lines[1]} == insert*"policy.dmarc=quarantine" ]]
    [ "${lines[2]}" = accept ]
    [ "${lines[4]}" = accept ]
}

@test "mn-verify --milter: who has logged in is not judged, but may not forge either" {
    { printf 'Authentication-Results: mx.test; dmarc=pass\n'; cat plain; } >forged
    session=9
    run milter "${stranger[@]}" --login ann forged --policy
    [ "${lines[*]}" = "remove 1 Authentication-Results accept" ]
}

@test "mn-verify --milter: the host's name, IPv6, and a client without an address" {
    run "$REPOSITORY/tests/lib/milter-session.py" --host mx.example.test --client 2001:db8::1 --helo mail.strict.test \
        --sender ann@strict.test plain -- "$MAILNODE_BIN/mn-verify" --milter --nameserver "$DNS_SERVER"
    [[ ${lines[0]} == "insert Authentication-Results: mx.example.test;"*"spf=pass"*"dmarc=pass"* ]]
    session=5
    run milter --client "" --sender ann@strict.test plain
    [[ ${lines[0]} != *spf=* ]]
    [ "${lines[1]}" = accept ]
}

@test "mn-verify --milter: killed at any stage is no answer, never a wrong one" {
    for stage in start header body end; do
        session=9
        run milter "${client[@]}" --kill-at "$stage" signed --policy
        [ "$output" = "no answer" ]
    done
}

@test "mn-verify --milter: nothing but the protocol on the socket, even when it cannot work" {
    session=7
    for option in --no-such-option --client=192.0.2.1 --nameserver=nonsense --trusted-sealers=missing; do
        run milter "${client[@]}" plain "$option"
        [ "$output" = "no answer" ]
    done
}

@test "mn-verify --milter: temporary trouble" {
    dns_fault silent
    run "$REPOSITORY/tests/lib/milter-session.py" "${client[@]}" plain -- "$MAILNODE_BIN/mn-verify" --milter \
        --nameserver "$DNS_FAULT_SERVER" --dns-timeout 1 --defer-temperror --policy
    [ "$output" = "reply 451 4.7.0 DNS trouble while looking up strict.test, please try again" ]
}

@test "mn-verify: confined before it reads the first byte, but for a chain" {
    confinement() { # options
        mkfifo "$BATS_TEST_TMPDIR/fifo"
        mn-verify --nameserver "$DNS_SERVER" "$@" <"$BATS_TEST_TMPDIR/fifo" >/dev/null 3>&- &
        exec 5>"$BATS_TEST_TMPDIR/fifo"
        for _ in {1..100}; do
            grep -q '^Name:.*mn-verify' "/proc/$!/status" && [[ $(<"/proc/$!/wchan") == *pipe* ]] && break
            sleep 0.02
        done
        awk '/^(NoNewPrivs|Seccomp):/ { print $2 }' "/proc/$!/status" | xargs
        exec 5>&-
        wait "$!" || true
        rm "$BATS_TEST_TMPDIR/fifo"
    }
    [ "$(confinement)" = "1 2" ]
    [ "$(confinement --explain)" = "1 2" ]
    [ "$(confinement --milter)" = "1 2" ]
    [ "$(confinement -- cat)" = "0 0" ]
}
