#!/usr/bin/env bats
# A system call that fails once never means a bounce, a loss, a second copy, half a message or a
# file left in tmp. inject.py has the promises.

load ../lib/helpers
load common

no_tmpfile=fail:tmpfile:0:95
no_links=fail:tmpfile:0:95,fail:link:0:1
no_proc=fail:link:1:2

@test "every call fails once, with each plausible error" {
    inject fail --tool "$tool"
}

@test "every call fails once, without queue id" {
    inject fail --tool "$tool" --queue-id none
}

@test "every call fails once, with a short queue id" {
    inject fail --tool "$tool" --queue-id short
}

@test "every call fails once, two mailboxes: both have it or neither" {
    inject fail --tool "$tool" --boxes 2
}

@test "every call fails once while the mailbox is being made" {
    inject fail --tool "$tool" --missing
}

@test "every call fails once where there is no O_TMPFILE, no hard link, no /proc" {
    with_shim
    inject fail --tool "$dynamic" --shim "$shim" --faults "$no_tmpfile"
    inject fail --tool "$dynamic" --shim "$shim" --faults "$no_links"
    inject fail --tool "$dynamic" --shim "$shim" --faults "$no_proc"
}

@test "calls that are done but reported as failed; short writes" {
    with_shim
    local faults queue_id
    for faults in "" "$no_tmpfile" "$no_links" "$no_proc"; do
        for queue_id in long none; do
            inject lie --tool "$dynamic" --shim "$shim" --faults "$faults" --queue-id "$queue_id"
        done
    done
}

@test "a failed fsync, or a failed close where the file has a name, is a failed delivery" {
    with_shim
    cd "$BATS_TEST_TMPDIR"
    make_maildir box
    local faults
    for faults in {fail,lie}:fsync:{1,2}:5 "$no_tmpfile",{fail,lie}:close:1:5; do
        expect 75 env LD_PRELOAD="$shim" SHIM="$faults" "$dynamic" --maildir box <<<x
        [ "$(count box)" = 0 ]
    done
}
