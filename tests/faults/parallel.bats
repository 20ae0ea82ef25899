#!/usr/bin/env bats
# Many deliveries into one mailbox at once: none is lost, none overwrites another, even where
# clock and process id are the same (two containers on one volume).

load ../lib/helpers
load common

setup() {
    cd "$BATS_TEST_TMPDIR"
    make_maildir box
    mkdir said
}

# all_at_once N COMMAND...: N different messages, each from a process of its own.
all_at_once() {
    local wanted=$1 i
    shift
    for ((i = 0; i < wanted; i++)); do
        printf 'Subject: message %d\n\n%01000d\n' "$i" "$i" | "$@" --maildir box 2>"said/$i" &
        started+=("$!")
    done
    wait_for_started
}

# all_there N: each of the messages exactly once, whole.
all_there() {
    cat said/*
    [ "$(count box/tmp)" = 0 ]
    [ "$(count box/new)" = "$1" ]
    [ "$(cat box/new/* | grep -c '^Subject: ')" = "$1" ]
    [ "$(cat box/new/* | grep '^Subject: ' | sort -u | wc -l)" = "$1" ]
    [ "$(find box/new -type f -size -1000c | wc -l)" = 0 ]
}

@test "200 at once" {
    all_at_once 200 mn-deliver
    all_there 200
}

@test "200 at once by one queue id, different messages: each is kept" {
    all_at_once 200 mn-deliver --queue-id 4ABC
    all_there 200
}

@test "the same message by the same long queue id, 50 at once: one copy" {
    local i id
    id=$(python3 -c 'import sys; sys.path.insert(0, sys.argv[1]); import maildir
print(maildir.long_queue_id())' "$FAULTS")
    for i in {1..50}; do
        mn-deliver --maildir box --queue-id "$id" <<<"the same" 2>"said/$i" || echo "$?" >>failed &
        started+=("$!")
    done
    wait_for_started
    cat said/*
    [ ! -e failed ]
    [ "$(count box/new)" = 1 ]
    [ "$(count box/tmp)" = 0 ]
}

frozen() {
    with_shim
    export SHIM=time:1795331000
}

@test "40 at once with the clock frozen" {
    frozen
    all_at_once 40 env LD_PRELOAD="$shim" "$dynamic"
    all_there 40
    # The clock was really frozen.
    [ "$(find box/new -name '1795331000.M123456*' | wc -l)" = 40 ]
}

@test "40 at once with the clock frozen and the same process id" {
    wants_root "makes process id name spaces"
    frozen
    all_at_once 40 unshare --pid --fork --kill-child env LD_PRELOAD="$shim" "$dynamic"
    all_there 40
    [ "$(find box/new -name '1795331000.M123456P1R*' | wc -l)" = 40 ]
}

@test "40 at once into a named file, with the clock frozen and the same process id" {
    wants_root "makes process id name spaces"
    frozen
    export SHIM=time:1795331000,fail:tmpfile:0:95,fail:link:0:1
    all_at_once 40 unshare --pid --fork --kill-child env LD_PRELOAD="$shim" "$dynamic"
    all_there 40
}

# When all that makes names differ is the same, the second must be put off, not overwrite.
same_name() {
    wants_root "makes process id name spaces"
    frozen
    export SHIM=time:1795331000,same:1$1
    local i
    for i in {1..5}; do
        unshare --pid --fork --kill-child env LD_PRELOAD="$shim" "$dynamic" --maildir box \
            <<<"message $i" 2>said/all || [ $? = 75 ]
    done
    [ "$(cat box/new/*)" = "message 1" ]
    [ "$(count box/tmp)" = 0 ]
}

@test "the very same name: the first message stays, the others are put off" {
    same_name ""
}

@test "the very same name, where there are no hard links" {
    same_name ,fail:tmpfile:0:95,fail:link:0:1
}

@test "the very same name in tmp: the file of another delivery stays" {
    frozen
    export SHIM=time:1795331000,same:1,fail:tmpfile:0:95
    mkfifo slow
    env LD_PRELOAD="$shim" "$dynamic" --maildir box <slow &
    started+=("$!")
    exec 9>slow
    printf 'first half\n' >&9
    local i
    for i in {1..100}; do
        [ "$(count box/tmp)" = 1 ] && break
        sleep 0.02
    done
    expect 75 env LD_PRELOAD="$shim" "$dynamic" --maildir box <<<"other"
    [ "$(count box/tmp)" = 1 ]
    exec 9>&-
    wait_for_started
    [ "$(cat box/new/*)" = "first half" ]
}
