#!/usr/bin/env bats
# A post to 50 subscribers, ended before any of its system calls or with the disk full at any
# write, and tried again: everybody has it once (at worst the batch under way twice), it is archived
# once, numbers have no holes, nothing is damaged. The same for digests: every post is in one of
# them, and everybody gets each. list-inject.py and digest-inject.py have the promises.

load ../lib/helpers
load common

# inject_list PROGRAM TOOL OPTION...
inject_list() {
    local scratch
    scratch=$(mktemp -d -p "$BATS_TEST_TMPDIR")
    python3 "$FAULTS/$1" "${@:3}" --tool "$(command -v "$2")" --scratch "$scratch"
}
inject_post() { inject_list list-inject.py mn-list-receive "$@"; }
inject_digest() { inject_list digest-inject.py mn-list-cron "$@"; }

@test "SIGKILL before every system call of a post to 50" {
    inject_post kill
}

@test "SIGKILL, several batches" {
    inject_post kill --subscribers 2100
}

@test "SIGKILL, nothing is archived" {
    inject_post kill --noarchive
}

@test "SIGKILL, a copy for each subscriber (control/oneclick): one of them at most comes twice" {
    mkdir "$BATS_TEST_TMPDIR/keys"
    mn-dkimkey --keys "$BATS_TEST_TMPDIR/keys" -q create example.org >/dev/null
    inject_post kill --subscribers 4 --oneclick "$BATS_TEST_TMPDIR/keys"
    inject_post full --subscribers 4 --oneclick "$BATS_TEST_TMPDIR/keys"
}

@test "the disk is full at every call that wants room" {
    inject_post full
    inject_post full --noarchive
}

@test "SIGKILL before every system call that makes and sends two digests in batches" {
    inject_digest kill --subscribers 1100 --digests 2
}

@test "the disk is full at every call that wants room, for digests" {
    inject_digest full --subscribers 1100 --digests 2
}
