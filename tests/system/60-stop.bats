# The node is stopped, or parts of it are killed, while mail is being written into mailboxes: the
# reader of a pipe sees an ordinary end of file then. Nothing may be cut short, lost or doubled.

load ../lib/helpers
load ../lib/node

count=8
size=3000000

setup() {
    node_test
    ids=$BATS_TEST_TMPDIR/ids
    slow_down
    traffic burst "$id" "$count" "$size" alice@example.test >"$ids"
    until_ok in_flight
}

# mn-deliver takes 40 ms for each piece of its input, so that there is a middle to hit. strace -D
# keeps it the child of pipe(8). Whatever starts the node undoes this.
slow_down() {
    local service=mn-deliver/unix command
    command=$(on_node_postfix postconf -F "$service/command")
    command=${command#* = }
    [[ $command == *strace* ]] ||
        on_node_postfix postconf -F "$service/command=${command/argv=/argv=/usr/bin/strace -D -qq -o /dev/null -e trace=read -e inject=read:delay_exit=40000 }"
    # master(8) rests a service whose first process was killed for a minute: not for us.
    on_node_postfix postconf -e service_throttle_time=1
    on_node_postfix postfix reload
}

deliver_pids() { pgrep -f "^$MAILNODE_BIN/mn-deliver .*--root=$NODE_MAIL" || true; }
# Some may be gone before they are looked at.
pipe_pids() { deliver_pids | { xargs -r -I{} awk '/^PPid:/ { print $2 }' /proc/{}/status 2>/dev/null || true; }; }

# At least three programs have taken a part of their message, and not all of it.
in_flight() {
    local pid key octets middle=0
    for pid in $(deliver_pids); do
        while read -r key octets; do
            if [ "$key" = rchar: ] && ((octets > 200000 && octets < size - 200000)); then middle=$((middle + 1)); fi
        done <"/proc/$pid/io" || true
    done 2>/dev/null
    ((middle >= 3))
}

# Right after the blow: what can be seen is complete.
nothing_is_cut() {
    until_ok bash -c "! pgrep -f '^$MAILNODE_BIN/mn-deliver .*--root=$NODE_MAIL' >/dev/null"
    "$TRAFFIC_PY" verify <"$ids" >"$BATS_TEST_TMPDIR/now" || true
    not grep -E '^(damaged|left)' "$BATS_TEST_TMPDIR/now"
    # And the blow did hit something, or this test tested nothing.
    grep -q ': 0 copies' "$BATS_TEST_TMPDIR/now"
}

all_arrive_once() {
    flush
    traffic verify <"$ids"
}

@test "stop: mailnode stop, then start" {
    mailnode stop
    nothing_is_cut
    node_start
    all_arrive_once
}

@test "stop: postfix abort" {
    on_node_postfix postfix abort
    nothing_is_cut
    node_start
    all_arrive_once
}

@test "stop: SIGTERM to Postfix's master" {
    local master
    read -r master <"$NODE/state/queue/pid/master.pid"
    kill -TERM "$master"
    until_ok test ! -e "/proc/$master"
    nothing_is_cut
    node_start
    all_arrive_once
}

@test "stop: SIGKILL to Postfix's master and all that it started" {
    local master
    read -r master <"$NODE/state/queue/pid/master.pid"
    kill -KILL -- "-$master"
    until_ok test ! -e "/proc/$master"
    nothing_is_cut
    node_start
    all_arrive_once
}

@test "stop: SIGKILL to pipe(8)" {
    local pids
    pids=$(pipe_pids)
    [ -n "$pids" ]
    # shellcheck disable=SC2086
    kill -KILL $pids || true
    nothing_is_cut_so_far
    all_arrive_once
}

# Postfix runs on and tries again at once, so there may be new ones at work.
nothing_is_cut_so_far() {
    "$TRAFFIC_PY" verify <"$ids" >"$BATS_TEST_TMPDIR/now" || true
    not grep -E '^(damaged|left)' "$BATS_TEST_TMPDIR/now"
    grep -q ': 0 copies' "$BATS_TEST_TMPDIR/now"
}

@test "stop: SIGTERM and SIGKILL to mn-deliver" {
    local pids signal
    for signal in TERM KILL; do
        pids=$(deliver_pids)
        # shellcheck disable=SC2086
        [ -z "$pids" ] || kill "-$signal" $pids || true
    done
    nothing_is_cut_so_far
    all_arrive_once
}

@test "stop: SIGKILL to the queue manager" {
    local master
    read -r master <"$NODE/state/queue/pid/master.pid"
    pkill -KILL -P "$master" -x qmgr
    nothing_is_cut_so_far
    all_arrive_once
}

@test "stop: a start without options is the same node again" {
    mailnode stop
    mailnode start | grep -F "SMTP $NODE_SMTP_PORT,"
    mailnode status
    send --user alice --to bob@example.test --id "$id"
    fetch bob "$id" >"$mail"
}

@test "stop: mailnode restart" {
    mailnode restart
    all_arrive_once
}
