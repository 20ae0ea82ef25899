#!/usr/bin/env bats
# Ended before any of its system calls and tried again, mn-deliver loses, damages and doubles
# nothing. inject.py has the promises.

load ../lib/helpers
load common

# Ways to store for file systems that lack what the first choice wants: shim.c has the syntax.
no_tmpfile=fail:tmpfile:0:95
no_links=fail:tmpfile:0:95,fail:link:0:1
no_proc=fail:link:1:2

@test "SIGKILL, long queue id: one copy after the retry, nothing in tmp" {
    inject kill --tool "$tool"
}

@test "SIGKILL, short queue id: one copy after the retry, nothing in tmp" {
    inject kill --tool "$tool" --queue-id short
}

@test "SIGKILL, no queue id: nothing lost or damaged, nothing in tmp" {
    inject kill --tool "$tool" --queue-id none
}

@test "SIGTERM: one copy after the retry, nothing in tmp, visible means exit 0" {
    inject kill --tool "$tool" --signal TERM
    inject kill --tool "$tool" --signal TERM --queue-id none
}

@test "SIGKILL, and a mail reader moved the first copy to cur: still one copy" {
    inject kill --tool "$tool" --reader
    inject kill --tool "$tool" --reader --queue-id short
}

@test "SIGKILL between two mailboxes: the retry leaves one copy in each" {
    inject kill --tool "$tool" --boxes 2
    inject kill --tool "$tool" --boxes 2 --queue-id short --reader
}

@test "SIGKILL while the mailbox is being made" {
    inject kill --tool "$tool" --missing
    inject kill --tool "$tool" --missing --boxes 2 --queue-id short
}

@test "SIGKILL and SIGTERM where there is no O_TMPFILE" {
    with_shim
    inject kill --tool "$dynamic" --shim "$shim" --faults "$no_tmpfile"
    inject kill --tool "$dynamic" --shim "$shim" --faults "$no_tmpfile" --signal TERM
}

@test "SIGKILL and SIGTERM where there are no hard links" {
    with_shim
    inject kill --tool "$dynamic" --shim "$shim" --faults "$no_links"
    inject kill --tool "$dynamic" --shim "$shim" --faults "$no_links" --signal TERM
}

@test "SIGKILL and SIGTERM where an unnamed file cannot be linked" {
    with_shim
    inject kill --tool "$dynamic" --shim "$shim" --faults "$no_proc"
    inject kill --tool "$dynamic" --shim "$shim" --faults "$no_proc" --signal TERM
}

@test "the static tool falls back to a named file as well" {
    make_maildir box
    local opens nth
    strace -o trace -e trace=openat "$tool" --maildir box <<<"one"
    opens=$(grep -n O_TMPFILE trace)
    nth=${opens%%:*}
    strace -o trace -e trace=openat,linkat,renameat2 \
        -e inject=openat:error=EOPNOTSUPP:when="$nth" -e inject=linkat:error=EPERM \
        "$tool" --maildir box <<<"two"
    grep -q 'renameat2.*= 0' trace
    [ "$(cat box/new/* | sort | xargs)" = "one two" ]
    [ "$(count box/tmp)" = 0 ]
}

setup() {
    cd "$BATS_TEST_TMPDIR"
}
