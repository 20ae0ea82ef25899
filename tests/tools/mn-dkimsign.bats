# mn-dkimsign as a person, a chain and Postfix call it; another program verifies what it signs.
# What is ours to sign is tests/unit/test_auth_signing_policy.cpp, what a signature holds up to
# tests/unit/test_auth_dkim_sign.cpp and tests/oracle; a real Postfix is in tests/system.

load ../lib/helpers

setup_file() {
    cd "$BATS_FILE_TMPDIR"
    mkdir -m 700 keys
    mn-dkimkey --keys keys -q create example.test >records
    mn-dkimkey --keys keys -q create --type ed25519 --selector second example.net >>records
    # As tests/oracle/dkimpy.py wants them: name, space, text.
    sed -i -E 's/\.? (IN )?TXT / /; s/" "//g; s/"//g' records
    printf '%s\n' '# made for a test' 'ann@example.test ann@example.test' \
        'info@example.test ann@example.test,joe@example.test' >senders
}

setup() {
    cd "$BATS_TEST_TMPDIR"
    printf 'From: Ann <ann@example.test>\nTo: bob@example.net\nSubject: hello\n\nbody  text\n' >plain
    keys=$BATS_FILE_TMPDIR/keys
    senders=$BATS_FILE_TMPDIR/senders
}

sign() { mn-dkimsign --keys "$keys" "$@"; }

# verdicts FILE: of each signature, by another program.
verdicts() {
    mkdir -p verdicts
    cp "$1" verdicts/0.eml
    "$REPOSITORY/tests/oracle/dkimpy.py" verify "$BATS_FILE_TMPDIR/records" verdicts | cut -d ' ' -f 2-
}

# milter [session options] MESSAGE... -- [options of mn-dkimsign]
milter() {
    local session=()
    while [ "$1" != -- ]; do
        session+=("$1")
        shift
    done
    "$REPOSITORY/tests/lib/milter-session.py" "${session[@]}" -- "$MAILNODE_BIN/mn-dkimsign" --milter \
        --keys "$keys" --domains example.test,nokey.test --senders "$senders" "${@:2}"
}

@test "mn-dkimsign: every active key of the domain signs, and nothing else changes" {
    sign <plain >out
    [ "$(verdicts out)" = "pass pass" ]
    [ "$(grep -c '^DKIM-Signature:' out)" -eq 2 ]
    [ "$(grep -o ' s=[^;]*' out | tr -d '\n')" = " s=default s=default-ed25519" ]
    cmp plain <(tail -c "$(stat -c %s plain)" out)
}

@test "mn-dkimsign: a prepared key and a retired one do not sign" {
    cp -a "$keys" rotating
    mkdir rotating/example.test/next rotating/example.test/retired
    cp "$keys/example.net/second.pem" rotating/example.test/next/new.pem
    mv rotating/example.test/default.pem rotating/example.test/retired/
    mn-dkimsign --keys rotating <plain >out
    [ "$(grep -o ' s=[^;]*' out)" = " s=default-ed25519" ]
}

@test "mn-dkimsign: bytes in are bytes out" {
    local n=0
    while read -r case; do
        printf '%b' "$case" >in
        sign <in >out
        cmp in <(tail -c "$(stat -c %s in)" out)
        [ "$(verdicts out)" = "pass pass" ]
        n=$((n + 1))
    done <<'END'
From: ann@example.test\r\nTo: x\r\n\r\nCRLF\r\n
From: ann@example.test\nX: \0344\n\n8-bit \0303\0244, no last newline
From: ann@example.test\n\n
From: ann@example.test\n
From: ann@example.test\nSubject: a\n\tfolded \n one\n\n\n\n  \n\n
From: ann@example.test\r\nmixed: x\n\r\na\nb\r\n
END
    [ "$n" -eq 6 ]
    printf 'From: ann@example.test\r\n\r\nx\r\n' | sign | grep -c $'^DKIM.*\r$'
}

@test "mn-dkimsign: NUL and bare CR stay what they are" {
    printf 'From: ann@example.test\n\na\0b\rc\n' >in
    sign <in >out
    cmp in <(tail -c "$(stat -c %s in)" out)
    [ "$(verdicts out)" = "pass pass" ]
}

@test "mn-dkimsign: nobody can add what misleads" {
    sign <plain >out
    for field in 'From: boss@example.test' 'Subject: pay' 'Reply-To: eve@other.test' 'Content-Type: text/html'; do
        { echo "$field"; cat out; } >changed
        [ "$(verdicts changed)" = "fail fail" ]
    done
    { echo 'Received: by another'; cat out; } >changed
    [ "$(verdicts changed)" = "pass pass" ]
}

@test "mn-dkimsign: never twice" {
    sign <plain >once
    sign <once >twice
    cmp once twice
    # A key that did not sign yet still does.
    awk '/^DKIM-Signature/ { n++ } n != 1 || /^From/ { print }' once >one
    sign <one >both
    [ "$(verdicts both)" = "pass pass" ]
    # Somebody else's signature is no reason.
    { printf 'DKIM-Signature: v=1; a=rsa-sha256; d=other.test; s=default; h=from; bh=%s; b=AAAA\n' \
        "$(head -c 32 /dev/zero | base64)"; cat plain; } | sign >out
    [ "$(grep -c '^DKIM-Signature' out)" -eq 3 ]
}

@test "mn-dkimsign: without a key of its domain a message passes as it is" {
    sed s/example.test/nokey.test/ plain >in
    sign <in >out
    cmp in out
    sign --domains example.net <plain >out
    cmp plain out
    for from in 'a@example.test, b@example.net' '' 'nonsense' 'x:;'; do
        printf 'From: %s\n\nbody\n' "$from" >in
        sign <in >out
        cmp in out
    done
}

@test "mn-dkimsign: a domain below ours only with --parent-domains" {
    sed s/ann@example.test/root@mx.example.test/ plain >in
    sign <in >out
    cmp in out
    sign --parent-domains <in >out
    [ "$(verdicts out)" = "pass pass" ]
    grep -q ' d=example.test;' out
    sign --parent-domains --domains example.test <in >out
    [ "$(verdicts out)" = "pass pass" ]
}

@test "mn-dkimsign: a login writes in its own name, or not at all" {
    own=(--senders "$senders" --domains example.test)
    sign "${own[@]}" --login ann@example.test <plain >out
    [ "$(verdicts out)" = "pass pass" ]
    expect 77 sign "${own[@]}" --login joe@example.test <plain
    [ "$output" = "5.7.1 the From address ann@example.test may not be used by this account" ]
    sed s/ann@/info@/ plain | sign "${own[@]}" --login JOE@example.test >out
    [ "$(verdicts out)" = "pass pass" ]
    sed s/ann@example.test/ann@other.test/ plain >in
    expect 77 sign "${own[@]}" --login ann@example.test <in
    for from in '' nonsense 'ann@example.test, ann@example.net' $'ann@example.test\nFrom: boss@example.test'; do
        printf 'From: %s\n\nbody\n' "$from" >in
        expect 77 sign "${own[@]}" --login ann@example.test <in
        [[ $output == "5.7.1 "* ]]
    done
}

@test "mn-dkimsign: a line that would be broken on the way is refused" {
    long=$(head -c 998 /dev/zero | tr '\0' x)
    { cat plain; echo "$long"; } | sign >out
    [ "$(verdicts out)" = "pass pass" ]
    { cat plain; echo "${long}x"; } >in
    expect 65 sign <in
    [[ $output == "5.6.0 a line of the message is longer than 998 octets"* ]]
    { echo "X: $long"; cat plain; } >in
    expect 65 sign <in
    # What is not signed is not our business.
    sed s/example.test/nokey.test/ in >foreign
    sign <foreign >out
    cmp foreign out
}

@test "mn-dkimsign: results that claim our name are removed before signing" {
    { printf 'Authentication-Results: mx.test; dmarc=pass\nAuthentication-Results: other.test; dmarc=pass\n'; cat plain; } >in
    sign --authserv-id mx.test <in >out
    [ "$(verdicts out)" = "pass pass" ]
    [ "$(grep '^Authentication-Results' out)" = "Authentication-Results: other.test; dmarc=pass" ]
    sign <in | grep -c '^Authentication-Results: mx.test'
}

@test "mn-dkimsign: the message becomes the input of a command, and its exit status ours" {
    sign -- cat <plain >out
    [ "$(verdicts out)" = "pass pass" ]
    expect 7 sign -- sh -c 'cat >/dev/null; exit 7' <plain
    expect 75 sign -- /nonexistent/command <plain
    [[ $output == "4.3."* ]]
}

@test "mn-dkimsign: nothing comes out when something goes wrong" {
    : >empty
    expect 75 sign <empty
    [[ $output == "4.3.0 "* ]]
    expect 75 mn-dkimsign <plain
    [[ $output == "4.3.5 "* ]]
    expect 75 mn-dkimsign --keys "$keys" --senders /nonexistent <plain
    [[ $output == "4.3."* ]]
    for arguments in "--milter" "--milter --domains x.test -- cat" "--milter --domains x.test --login ann" "--no-such"; do
        # shellcheck disable=SC2086
        expect 75 sign $arguments <plain
        [[ $output == "4.3.5 "* || $arguments == *--milter* && -z $output ]]
    done
    { head -c 1100000 /dev/zero | tr '\0' x | fold -w 70 | sed 's/^/X: /'; cat plain; } >in
    expect 69 sign <in
    [[ $output == "5.3.4 "* ]]
    printf ' folded\nFrom: ann@example.test\n\nbody\n' >in
    expect 65 sign <in
    [[ $output == "5.6.0 "* ]]
}

@test "mn-dkimsign: a damaged key stops the mail instead of letting it out unsigned" {
    mkdir -m 700 broken broken/example.test
    echo garbage >broken/example.test/default.pem
    chmod 600 broken/example.test/default.pem
    expect 75 mn-dkimsign --keys broken <plain
    [[ $output == "4.3."* && $output != *garbage* && $output != *broken* ]]
}

@test "mn-dkimsign: a full standard output is a failure" {
    run bash -c 'mn-dkimsign --keys "$1" <plain >/dev/full' - "$keys"
    [ "$status" -eq 75 ]
}

@test "mn-dkimsign: memory does not grow with the message" {
    local limit=16000 # KB
    if [ -n "${MAILNODE_SANITIZED:-}" ]; then limit=400000; fi # they keep what was freed
    { cat plain; head -c 50000000 /dev/zero | tr '\0' x | fold -w 76; } >large
    for how in "" "-- wc -c"; do
        # shellcheck disable=SC2086
        /usr/bin/time -f %M -o kilobytes mn-dkimsign --keys "$keys" $how <large >/dev/null
        [ "$(<kilobytes)" -lt "$limit" ]
    done
}

# The message as it would be after the milter.
apply() { # ANSWERS MESSAGE
    sed -n 's/^insert //p' "$1" | sed 's/\\n/\n/g'
    cat "$2"
}

@test "mn-dkimsign --milter: who has logged in is signed, in every message of a session" {
    milter --login ann@example.test plain plain -- >answers
    [ "$(cut -d ' ' -f 1 answers | tr '\n' ' ')" = "insert insert accept insert insert accept " ]
    apply <(head -n 3 answers) plain >out
    [ "$(verdicts out)" = "pass pass" ]
    [ "$(head -n 1 out | cut -c 1-20)" = "DKIM-Signature: v=1;" ]
}

@test "mn-dkimsign --milter: what was made here is signed, what came from elsewhere is not" {
    run milter --client "" plain --
    [ "${#lines[@]}" -eq 3 ]
    { echo 'Received: from elsewhere'; cat plain; } >passing
    run milter --client "" passing --
    [ "$output" = accept ]
    # A login makes it ours all the same.
    run milter --login ann@example.test passing --
    [ "${#lines[@]}" -eq 3 ]
    sed s/example.test/nokey.test/ plain >nokey
    sed s/example.test/example.net/ plain >not-listed
    run milter --client "" nokey not-listed --
    [ "$output" = accept$'\n'accept ]
}

@test "mn-dkimsign --milter: refusals, and the next message is judged for itself" {
    sed s/ann@/boss@/ plain >boss
    { cat plain; head -c 999 /dev/zero | tr '\0' x; echo; } >long
    run milter --login ann@example.test boss long plain --
    [ "${lines[0]}" = "reply 550 5.7.1 the From address boss@example.test may not be used by this account" ]
    [[ ${lines[1]} == "reply 550 5.6.0 a line of the message is longer than 998 octets"* ]]
    [[ ${lines[2]} == insert* ]]
    [ "${lines[4]}" = accept ]
}

@test "mn-dkimsign --milter: forged results are removed" {
    { printf 'Authentication-Results: other.test; spf=pass\nAuthentication-Results: mx.test; dmarc=pass\n'; cat plain; } >forged
    run milter --login ann@example.test forged -- --authserv-id mx.test
    [ "${lines[0]}" = "remove 2 Authentication-Results" ]
    [ "${#lines[@]}" -eq 4 ]
}

@test "mn-dkimsign --milter: killed at any stage is no answer, never a message unsigned" {
    for stage in start header body end; do
        run milter --login ann@example.test --kill-at "$stage" plain --
        [ "$output" = "no answer" ]
    done
}

@test "mn-dkimsign --milter: nothing but the protocol on the socket, even when it cannot work" {
    for option in --no-such-option --login=ann; do
        run milter plain -- "$option"
        [ "$output" = "no answer" ]
    done
    senders=/nonexistent run milter plain --
    [ "$output" = "no answer" ]
    keys=/nonexistent run milter plain --
    [ "$output" = "no answer" ]
}

@test "mn-dkimsign --milter: keys that cannot be read are 451" {
    mkdir -m 700 broken broken/example.test
    echo garbage >broken/example.test/default.pem
    keys=broken run milter --login ann@example.test plain --
    [[ $output == "reply 451 4.3."* ]]
}

@test "mn-dkimsign: confined before it reads what it need not trust, but for a chain" {
    confinement() { # what it gets to read, options
        mkfifo fifo
        local text=$1 pid
        shift
        mn-dkimsign --keys "$keys" "$@" <fifo >/dev/null 3>&- &
        pid=$!
        exec 5>fifo
        printf '%s' "$text" >&5
        for _ in {1..100}; do
            grep -qs '^Name:.*mn-dkimsign' "/proc/$pid/status" && [[ $(<"/proc/$pid/wchan") == *pipe* ]] &&
                [ "$(pending)" = 0 ] && break
            sleep 0.02
        done
        awk '/^(NoNewPrivs|Seccomp):/ { print $2 }' "/proc/$pid/status" | xargs
        exec 5>&-
        wait "$pid" || true
        rm fifo
    }
    pending() { # bytes in the pipe
        python3 -c 'import array, fcntl, termios; n = array.array("i", [0]); fcntl.ioctl(5, termios.FIONREAD, n); print(n[0])'
    }
    # The header decides whose keys are read; the body is read without any file in reach.
    header=$(<plain)
    header=${header%%$'\n\n'*}$'\n\n'
    [ "$(confinement "$header")" = "1 2" ]
    [ "$(confinement "$header" -- cat)" = "0 0" ]
    [ "$(confinement "" --milter --domains example.test)" = "1 2" ]
}
