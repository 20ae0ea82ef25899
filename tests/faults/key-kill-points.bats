#!/usr/bin/env bats
# mn-dkimkey, ended before any call that changes files or with the disk full, and many of it at once:
# mail stays signed, and the same command once more completes what was begun. key-inject.py has the
# promises.

load ../lib/helpers
load common

key_inject() {
    local scratch
    scratch=$(mktemp -d -p "$BATS_TEST_TMPDIR")
    python3 "$FAULTS/key-inject.py" "$@" --bin "$(dirname "$(command -v mn-dkimkey)")" \
        --scratch "$scratch"
}

@test "SIGKILL: the first keys of a domain are there together or not at all" {
    key_inject kill create
    key_inject kill next
}

@test "SIGKILL: more keys beside others" {
    key_inject kill more
}

@test "SIGKILL in each step of a rotation" {
    key_inject kill make
    key_inject kill switch
    key_inject kill retire
}

@test "the disk is full at every call that wants room" {
    local step
    for step in create more next make switch retire; do
        key_inject full "$step"
    done
}

@test "many at once make one pair of keys, and one rotation" {
    local keys=$BATS_TEST_TMPDIR/keys round
    mkdir -m 700 "$keys"
    for round in 1 2 3 4 5 6; do
        mn-dkimkey --keys "$keys" -q create --bits 1024 example.test >"$BATS_TEST_TMPDIR/made.$round" &
        started+=($!)
    done
    wait_for_started
    # One has made them, and only that one says what to publish.
    [ "$(cat "$BATS_TEST_TMPDIR"/made.* | wc -l)" -eq 2 ]
    [ "$(find "$keys" -name '*.pem' | wc -l)" -eq 2 ]
    for round in 1 2 3 4 5 6; do
        mn-dkimkey --keys "$keys" -q rotate make --bits 1024 example.test >"$BATS_TEST_TMPDIR/next.$round" &
        started+=($!)
    done
    wait_for_started
    # All say the same.
    [ "$(cat "$BATS_TEST_TMPDIR"/next.* | sort -u | wc -l)" -eq 2 ]
    [ "$(find "$keys/example.test/next" -name '*.pem' | wc -l)" -eq 2 ]
    for round in 1 2 3; do
        mn-dkimkey --keys "$keys" -q rotate switch --force example.test &
        started+=($!)
    done
    wait_for_started
    mn-dkimkey --keys "$keys" list >"$BATS_TEST_TMPDIR/list"
    [ "$(grep -c active "$BATS_TEST_TMPDIR/list")" -eq 2 ]
    [ "$(grep -c retired "$BATS_TEST_TMPDIR/list")" -eq 2 ]
    [ "$(wc -l <"$BATS_TEST_TMPDIR/list")" -eq 4 ]
}
