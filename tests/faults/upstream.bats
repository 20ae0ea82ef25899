#!/usr/bin/env bats
# Whoever feeds us may die in mid-message, and the pipe then ends as if all were well. With
# --from-pipe that is seen; what cannot be read at all is never taken for an empty message.

load ../lib/helpers
load common

setup() {
    cd "$BATS_TEST_TMPDIR"
    make_maildir box
}

# feed HOW TRIALS OPTION...: exit statuses of mn-deliver in $output.
feed() {
    local how=$1 trials=$2
    shift 2
    # Standard error apart: it is what mn-deliver says.
    output=$(python3 "$FAULTS/upstream.py" "$how" --trials "$trials" -- \
        "$tool" --maildir box "$@" 2>said) || cat said
    echo "$output"
}

nothing_visible() {
    [ "$(count box)" = 0 ]
}

@test "parent killed in mid-message: 75, nothing visible" {
    feed killed-half 30 --from-pipe
    [ "$output" = "status 75: 30" ]
    nothing_visible
    [ "$(sort -u said)" = "4.3.0 mail system stopped in mid-message" ]
}

@test "parent killed after the last byte: 75, nothing visible" {
    feed killed-end 30 --from-pipe
    [ "$output" = "status 75: 30" ]
    nothing_visible
}

@test "parent that takes long to die: 75, nothing visible" {
    wants_root "mounts a small file system"
    # Where fsync takes no time, the second look at the parent comes as early as it can.
    mount -t tmpfs -o size=8m none box
    make_maildir box
    feed killed-slow 20 --from-pipe
    [ "$output" = "status 75: 20" ]
    nothing_visible
}

teardown() {
    ! mountpoint -q "$BATS_TEST_TMPDIR/box" || umount -l "$BATS_TEST_TMPDIR/box"
}

@test "parent that closes the pipe and waits: delivered, each time" {
    feed closed 30 --from-pipe
    [ "$output" = "status 0: 30" ]
    [ "$(count box/new)" = 30 ]
    [ "$(count box/tmp)" = 0 ]
}

@test "without --from-pipe nobody is watched: the test itself can fail" {
    feed killed-half 4
    [ "$output" = "status 0: 4" ]
}

@test "the parent dies while the message is being made durable: 75, nothing visible" {
    # strace holds the tool at fsync; its parent is the shell below it, which we kill meanwhile.
    cat >parent <<'END'
echo $$ >parent.pid
"$1" --maildir box --from-pipe <message 2>said
echo "the parent lives" >>said
END
    letter 1000 >message
    strace -f -o trace -e trace=fsync -e inject=fsync:delay_enter=1000000 bash parent "$tool" &
    local i
    for i in {1..100}; do
        grep -q 'fsync(' trace 2>/dev/null && break
        sleep 0.02
    done
    kill -9 "$(cat parent.pid)"
    wait "$!" || true
    [ "$(cat said)" = "4.3.0 mail system stopped in mid-message" ]
    nothing_visible
}

@test "standard input closed, a directory, not readable, empty: 75, nothing visible" {
    # Closed in a shell of its own, or bats puts one of its pipes there.
    expect 75 sh -c 'exec mn-deliver --maildir box <&-'
    expect 75 mn-deliver --maildir box <.
    expect 75 mn-deliver --maildir box 0>written
    expect 75 mn-deliver --maildir box </dev/null
    nothing_visible
}

@test "standard input a socket that is reset in mid-message: 75, nothing visible" {
    run python3 - "$tool" <<'END'
import socket, struct, subprocess, sys
listening = socket.create_server(("127.0.0.1", 0))
sending = socket.create_connection(listening.getsockname())
receiving, _ = listening.accept()
tool = subprocess.Popen([sys.argv[1], "--maildir", "box"], stdin=receiving)
receiving.close()
sending.sendall(b"Subject: x\n\n" + b"half\n" * 1000)
sending.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
sending.close()
sys.exit(tool.wait(20))
END
    [ "$status" = 75 ]
    nothing_visible
}

@test "standard input that never ends: given up after --time-limit with 75, nothing left" {
    expect 75 mn-deliver --maildir box --time-limit 1 < <(printf 'half'; exec sleep 5)
    [ "$output" = "4.3.0 mail system took too long" ]
    nothing_visible
}

@test "standard output and error closed: delivered or put off all the same" {
    mn-deliver --maildir box -v <<<x >&- 2>&-
    [ "$(cat box/new/*)" = x ]
    rm box/new/*
    local status=0
    mn-deliver --maildir box -v </dev/null >&- 2>&- || status=$?
    [ "$status" = 75 ]
    nothing_visible
}
