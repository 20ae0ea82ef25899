#!/usr/bin/env bats
# What moderators decide, with mn-list-mod ended before any call that changes files or with the disk
# full: done or not, and done when it is done again. rules-inject.py has the promises.

load ../lib/helpers
load common

rules_inject() {
    local scratch
    scratch=$(mktemp -d -p "$BATS_TEST_TMPDIR")
    python3 "$FAULTS/rules-inject.py" "$@" --tool "$(command -v mn-list-mod)" --scratch "$scratch"
}

@test "SIGKILL: a rule is there or not" {
    rules_inject kill
}

@test "the disk is full: a rule is there or not" {
    rules_inject full
}
