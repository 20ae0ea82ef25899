# `mailnode run`: the node as one process in the foreground, as containers and systemd want it.

load ../lib/helpers
load ../lib/node
load ../lib/certificate

# The shared start knows the ports; each test runs the node by itself.
setup_file() {
    is_root || return 0
    node_prepare
    NODE_OWN_LOG=$([ -S /dev/log ] && echo no || echo yes)
    export NODE_OWN_LOG
    make_certificate mail.example.test "$NODE/cert.pem" "$NODE/key.pem"
    node_start --tls-cert "$NODE/cert.pem" --tls-key "$NODE/key.pem"
    mailnode stop
}

setup() {
    node_test
    run_node
}

teardown() {
    [ -n "${run_pid:-}" ] || return 0
    node_explain
    kill "$run_pid" 2>/dev/null || true
    wait "$run_pid" || true
}

run_node() {
    out=$BATS_TEST_TMPDIR/out
    env --default-signal "$REPOSITORY/bin/mailnode" --state "$NODE/state" run >"$out" 2>&1 3>&- 4>&- &
    run_pid=$!
    until_ok mailnode_answers
}
mailnode_answers() { mailnode status >/dev/null; }

# ends STATUS: `mailnode run` ends with it, and nothing is left running.
ends() {
    local status=0 pid=$run_pid
    wait "$pid" || status=$?
    run_pid=
    [ "$status" = "$1" ] || { echo "status $status instead of $1; $(tail -n 5 "$out")"; return 1; }
    not mailnode status
    not pgrep -f "^tail --pid=$pid "
    not grep -qzxF "MAILNODE_INSTANCE=$NODE/state" /proc/[0-9]*/environ 2>/dev/null
}

pid_of() { mailnode status --json | sed -nE "s/.*\"$1\":([0-9]+).*/\1/p"; }

@test "run: stays in front with the node's log, until a signal stops it in order" {
    send --from stranger@elsewhere.test --to alice@example.test --id "$id"
    drain
    [ "$(copies_of "$id")" = 1 ]
    if [ "$NODE_OWN_LOG" = yes ]; then until_ok grep -q "mn-deliver.*sent" "$out"; fi
    grep -q 'mail.example.test runs on' "$out"
    kill -TERM "$run_pid"
    ends 0
}

@test "run: a second one is refused, and disturbs nothing" {
    expect 1 mailnode run
    [[ $output == *"already running"* ]]
    mailnode status
}

@test "run: asked to stop while it is still starting, it stops in order" {
    kill -TERM "$run_pid"
    ends 0
    env --default-signal "$REPOSITORY/bin/mailnode" --state "$NODE/state" run >"$out" 2>&1 3>&- 4>&- &
    run_pid=$!
    until_ok test -e "$NODE/state/run/dovecot/master.pid"
    kill -TERM "$run_pid"
    ends 0
    queue_is_empty
}

@test "run: when Postfix dies, the whole node ends" {
    kill -KILL "$(pid_of postfix)"
    ends 2
    grep -q 'postfix has ended by itself' "$out"
}

@test "run: when Dovecot dies, the whole node ends" {
    kill -KILL "$(pid_of dovecot)"
    ends 2
    grep -q 'dovecot has ended by itself' "$out"
}

serves() { serves_serial "$wanted" 127.0.0.1 "$NODE_IMAPS_PORT" "$NODE_SMTPS_PORT"; }

@test "run: a renewed certificate is served, and a session that was open stays open" {
    coproc openssl s_client -quiet -connect "127.0.0.1:$NODE_IMAPS_PORT" 2>/dev/null
    local session=$COPROC_PID line wanted
    printf 'a LOGIN alice@example.test alice-secret\r\n' >&"${COPROC[1]}"
    until [[ ${line:-} == "a OK"* ]]; do read -r -t 30 line <&"${COPROC[0]}"; done

    make_certificate mail.example.test "$NODE/cert.pem" "$NODE/key.pem"
    wanted=$(serial_of "$NODE/cert.pem")
    until_ok serves

    printf 'b NOOP\r\n' >&"${COPROC[1]}"
    until [[ $line == "b OK"* ]]; do read -r -t 30 line <&"${COPROC[0]}"; done
    kill "$session"

    : >"$NODE/cert.pem"
    until_ok grep -q 'cert.pem: error:' "$out"
    serves
    make_certificate mail.example.test "$NODE/cert.pem" "$NODE/key.pem"
}
