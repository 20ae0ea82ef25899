#!/usr/bin/env bats
# A post to 50 subscribers, ended before any of its system calls or with the disk full at any
# write, and tried again: everybody has it once (at worst the batch under way twice), it is archived
# once, numbers have no holes, nothing is damaged. list-inject.py has the promises.

load ../lib/helpers
load common

list_inject() {
    local scratch
    scratch=$(mktemp -d -p "$BATS_TEST_TMPDIR")
    python3 "$FAULTS/list-inject.py" "$@" --tool "$(command -v mn-list-receive)" \
        --scratch "$scratch"
}

@test "SIGKILL before every system call of a post to 50" {
    list_inject kill
}

@test "SIGKILL, several batches" {
    list_inject kill --subscribers 2100
}

@test "SIGKILL, nothing is archived" {
    list_inject kill --noarchive
}

@test "the disk is full at every call that wants room" {
    list_inject full
    list_inject full --noarchive
}
