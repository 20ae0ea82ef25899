#!/usr/bin/env bats
# One message for several mailboxes: all of them have it, or none. A crash between two of them:
# kill-points.bats.

load ../lib/helpers
load common

setup() {
    wants_root "mounts a small file system"
    cd "$BATS_TEST_TMPDIR"
    mkdir -p root/{first,second}.test
    mount -t tmpfs -o size=64k none root/second.test
}

teardown() {
    umount -l "$BATS_TEST_TMPDIR/root/second.test"
}

to_both() {
    mn-deliver --root root --queue-id 4ABC \
        --recipient "u@$1.test" --recipient "u@$2.test"
}

mails() {
    find root -path '*/new/*' -type f | wc -l
}

@test "the second mailbox is full: nobody has the message, nothing is left" {
    letter 100000 >message
    expect 75 to_both first second <message
    [ "$output" = "4.3.1 mail system full" ]
    [ "$(find root -type f | wc -l)" = 0 ]
}

@test "the first mailbox is full: the same" {
    letter 100000 >message
    expect 75 to_both second first <message
    [ "$(find root -type f | wc -l)" = 0 ]
}

@test "publishing fails in the second mailbox: it is withdrawn from the first" {
    letter 100 >message
    strace -o trace -e trace=linkat mn-deliver --root root --recipient u@first.test \
        --recipient u@second.test <message
    [ "$(grep -c linkat trace)" = 2 ]
    rm root/*.test/u/Maildir/new/*
    expect 75 strace -o trace -e trace=linkat,unlinkat -e inject=linkat:error=ENOSPC:when=2 \
        mn-deliver --root root --recipient u@first.test --recipient u@second.test <message
    [ "$(mails)" = 0 ]
}

@test "room again: the retry reaches both, once" {
    letter 100000 >message
    expect 75 to_both first second <message
    mount -o remount,size=1m root/second.test
    to_both first second <message
    to_both first second <message
    [ "$(mails)" = 2 ]
    cmp message root/first.test/u/Maildir/new/*
    cmp message root/second.test/u/Maildir/new/*
}

@test "the same mailbox twice: one copy" {
    letter 100 | to_both first first
    [ "$(mails)" = 1 ]
}
