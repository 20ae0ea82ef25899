#!/usr/bin/env bats
# What mn-deliver said 0 to is there after a power cut. power-cut.py has the method.

load ../lib/helpers
load common

setup() {
    wants_root "mounts file systems"
    # Not every /tmp is a disk; its images are sparse.
    scratch=$(mktemp -d /var/tmp/power-cut.XXXXXX)
}

teardown() {
    mountpoint -q "$scratch/mounted" && umount -l "$scratch/mounted"
    rm -rf "$scratch"
}

cut() {
    python3 "$FAULTS/power-cut.py" --tool "$tool" --scratch "$scratch" "$@"
}

@test "ext4: 30 of 30 kept" {
    cut --type ext4 --rounds 30
}

@test "xfs: 30 of 30 kept" {
    cut --type xfs --rounds 30
}

@test "ext4: mailboxes made for the message are kept with it" {
    cut --type ext4 --rounds 10 --missing
}

@test "xfs: mailboxes made for the message are kept with it" {
    cut --type xfs --rounds 10 --missing
}

@test "every directory that is made is synced into its parent, whatever the file system" {
    # ext4 and xfs keep the entry without being asked, so the tests above cannot tell.
    mkdir "$scratch/root"
    strace -o "$scratch/trace" -e trace=mkdirat,fsync \
        mn-deliver --root "$scratch/root" --recipient u@example.test <<<x
    local made
    made=$(grep -c '^mkdirat' "$scratch/trace")
    [ "$made" = 6 ]
    # mkdirat(N, …) and at once fsync(N).
    [ "$(sed -nE '/^mkdirat/ { N; /^mkdirat\(([0-9]+),.*\nfsync\(\1\)/p }' "$scratch/trace" |
        grep -c '^mkdirat')" = "$made" ]
}
