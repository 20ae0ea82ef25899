# mailnode passwd: a new password, by an admin or by who knows the old one. No node runs here; what a
# running one makes of it is in tests/system/46-passwd.bats.

load ../lib/helpers

setup() {
    cd "$BATS_TEST_TMPDIR"
    export MAILNODE_BIN
    mailnode=$REPOSITORY/bin/mailnode
    open=$(mktemp -d /tmp/mn.XXXXXX)
    chmod 755 "$open"
    export MAILNODE_STATE=$open/state MAILNODE_USERCONFIG=$open/config
    cp -r "$REPOSITORY/userconfig" "$MAILNODE_USERCONFIG"
    file=$MAILNODE_USERCONFIG/passwd
}

teardown() {
    rm -rf "$open"
}

says() { [[ $output == *"$1"* ]] || { printf 'wanted "%s" in: %s\n' "$1" "$output" >&2; return 1; }; }

lets_in() { mn-makepasswd -q --verify "$file" --stdin "$1" <<<"$2"; }

not() {
    if "$@"; then
        printf 'succeeded: %s\n' "$*" >&2
        return 1
    fi
}

# Every line of the file but one account's.
others() { grep -v "^$1:" "$file"; }

@test "passwd: an admin's new password opens the account, the old one does not, and nobody else notices" {
    before=$(others alice@example.test)
    expect 0 "$mailnode" passwd --stdin Alice@Example.TEST <<<'a new long one'
    says "changed; the node "
    lets_in alice@example.test 'a new long one'
    not lets_in alice@example.test alice-secret
    [ "$(others alice@example.test)" = "$before" ]
    [[ $output != *long* ]]
}

@test "passwd: --generate shows a new one once" {
    expect 0 "$mailnode" passwd --generate alice@example.test
    password=$(grep -xE '[a-z0-9]{4}(-[a-z0-9]{4}){3}' <<<"$output")
    lets_in alice@example.test "$password"
}

@test "passwd: at a terminal it asks twice, without echo" {
    printf '%s\n' 'set timeout 30' 'spawn -noecho $env(mailnode) passwd alice@example.test' \
        'expect "New password for alice@example.test: "' 'after 200' 'send "a new long one\r"' \
        'expect "once more: "' 'after 200' 'send "a new long one\r"' 'expect eof' \
        'exit [lindex [wait] 3]' >person.tcl
    mailnode=$mailnode expect 0 env --default-signal expect -f person.tcl
    [[ $output != *"a new long"* ]]
    lets_in alice@example.test 'a new long one'
}

@test "passwd: who is not there is not made, and a password is no argument" {
    before=$(<"$file")
    expect 1 "$mailnode" passwd --stdin nobody@example.test <<<'a new long one'
    says "there is no account nobody@example.test in $file; make it with mn-makepasswd --update"
    expect 64 "$mailnode" passwd alice@example.test secret-password
    [[ $output != *secret* ]]
    expect 64 "$mailnode" passwd
    expect 64 "$mailnode" passwd alice
    expect 64 "$mailnode" passwd 'a.*@example.test'
    expect 2 "$mailnode" passwd --stdin alice@example.test <<<short
    expect 2 "$mailnode" passwd --stdin alice@example.test </dev/null
    expect 2 "$mailnode" passwd --userconfig "$open" --stdin alice@example.test <<<'a new long one'
    says "missing or not yours to change"
    [ "$(<"$file")" = "$before" ]
}

@test "passwd: an admin is told that a disabled account is enabled by it" {
    mn-makepasswd -q --disable "$file" alice@example.test
    expect 0 "$mailnode" passwd --stdin alice@example.test <<<'a new long one'
    says "alice@example.test is disabled; a new password enables it"
    lets_in alice@example.test 'a new long one'
}

@test "passwd --old: with the old password, and only with it" {
    expect 0 "$mailnode" passwd --old --stdin alice@example.test <<<$'alice-secret\na new long one'
    lets_in alice@example.test 'a new long one'
    before=$(<"$file")
    expect 1 "$mailnode" passwd --old --stdin alice@example.test <<<$'alice-secret\nanother long one'
    wrong=$output
    says "nothing was changed"
    [ "$(<"$file")" = "$before" ]
    # The answer does not tell who has an account.
    expect 1 "$mailnode" passwd --old --stdin nobody@example.test <<<$'alice-secret\nanother long one'
    [ "${output//nobody/alice}" = "$wrong" ]
    mn-makepasswd -q --disable "$file" bob@example.test
    expect 1 "$mailnode" passwd --old --stdin bob@example.test <<<$'bob-secret\nanother long one'
    [ "${output//bob/alice}" = "$wrong" ]
}

@test "passwd --old: without an address it asks for one, as a rule of sudo wants it" {
    expect 0 "$mailnode" passwd --old --stdin <<<$'alice@example.test\nalice-secret\na new long one'
    lets_in alice@example.test 'a new long one'
    expect 64 "$mailnode" passwd --old --stdin </dev/null
}

@test "passwd --old: one try in three seconds for each caller, also for those killed or side by side" {
    [ "$EUID" -eq 0 ] || skip "who is not root could write the file anyway"
    export SUDO_UID=12345
    begin=$SECONDS
    for _ in 1 2 3; do
        "$mailnode" passwd --old --stdin alice@example.test <<<$'wrong-one\na new long one' >/dev/null 2>&1 &
        pids+=($!)
    done
    # Somebody else does not wait for them.
    SUDO_UID=12346 expect 1 "$mailnode" passwd --old --stdin alice@example.test <<<$'wrong-one\na new long one'
    for pid in "${pids[@]}"; do not wait "$pid"; done
    [ $((SECONDS - begin)) -ge 6 ]
    # Killed at once, each still costs its three seconds.
    for _ in 1 2 3; do timeout -s KILL 1 "$mailnode" passwd --old </dev/null >/dev/null 2>&1 || true; done
    [ "$(<"$MAILNODE_STATE/run/passwd-tries/12345")" -gt "$EPOCHSECONDS" ]
    # Too many in line are sent away; a clock that was put back locks nobody out.
    echo $((EPOCHSECONDS + 59)) >"$MAILNODE_STATE/run/passwd-tries/12345"
    expect 1 "$mailnode" passwd --old </dev/null
    says "too many tries"
    echo $((EPOCHSECONDS + 5000)) >"$MAILNODE_STATE/run/passwd-tries/12345"
    expect 0 "$mailnode" passwd --old --stdin alice@example.test <<<$'alice-secret\na new long one'
    [ "$(stat -c %a "$MAILNODE_STATE/run/passwd-tries")" = 700 ]
}

@test "passwd --old: unknown and disabled accounts take as long as others" {
    [ -z "${MAILNODE_SANITIZED:-}" ] || return 0
    processor_time() { # ADDRESS: of ten tries
        local TIMEFORMAT=%U
        { time for _ in {1..10}; do mn-makepasswd -q --update "$file" --old --stdin "$1" <<<$'wrong-one\nanother long one' || true; done; } 2>&1
    }
    mn-makepasswd -q --disable "$file" bob@example.test
    known=$(processor_time alice@example.test) unknown=$(processor_time nobody@example.test) disabled=$(processor_time bob@example.test)
    echo "known $known unknown $unknown disabled $disabled"
    awk -v a="$known" -v b="$unknown" -v c="$disabled" 'BEGIN { exit !(b > a / 2 && b < a * 2 && c > a / 2 && c < a * 2) }'
}

@test "passwd: neither the old nor the new password is in any argument or environment" {
    strace -f -qq -s 4096 -v -e trace=execve -o trace "$mailnode" passwd --old --stdin alice@example.test <<<$'alice-secret\na new long one'
    grep -q mn-makepasswd trace
    not grep -F -e alice-secret -e 'new long' trace
    lets_in alice@example.test 'a new long one'
}

@test "mn-makepasswd --old: what changes meanwhile counts" {
    # The account is disabled while its user thinks about a new password.
    mkfifo answers
    mn-makepasswd --update "$file" --old --stdin alice@example.test <answers 2>said &
    pid=$!
    exec 7>answers
    echo alice-secret >&7
    sleep 1
    mn-makepasswd -q --disable "$file" alice@example.test
    before=$(<"$file")
    echo 'a new long one' >&7
    exec 7>&-
    status=0
    wait "$pid" || status=$?
    [ "$status" -eq 1 ]
    [ "$(<"$file")" = "$before" ]
    grep -q "nothing was changed" said
}

@test "mn-makepasswd --old: goes with --update only" {
    expect 64 mn-makepasswd --old alice@example.test
    expect 64 mn-makepasswd --verify "$file" --old alice@example.test
    expect 0 mn-makepasswd --update "$file" --old --generate -n alice@example.test <<<alice-secret
    lets_in alice@example.test alice-secret
}
