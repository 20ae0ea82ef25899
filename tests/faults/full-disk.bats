#!/usr/bin/env bats
# Full disks, missing and forbidden directories: always "try again", never a bounce, a loss or a
# leftover that keeps the disk full.

load ../lib/helpers
load common

setup() {
    cd "$BATS_TEST_TMPDIR"
    box=$BATS_TEST_TMPDIR/box
}

teardown() {
    ! mountpoint -q "$BATS_TEST_TMPDIR/disk" || umount -l "$BATS_TEST_TMPDIR/disk"
}

# small_disk OPTIONS: a Maildir on a file system of its own.
small_disk() {
    wants_root "mounts a small file system"
    mkdir disk
    mount -t tmpfs -o "$1" none disk
    box=$PWD/disk/box
    make_maildir "$box"
}

limited=()

# refused [WORD]: exit 75, one line 4.x.x with that word, nothing visible, nothing left.
refused() {
    expect 75 unprivileged "${limited[@]}" mn-deliver --maildir "$box" --queue-id 4ABC
    [[ $output =~ ^4\.[0-9]\.[0-9]\ [^$'\n']*$ ]]
    [[ $output == *"${1-}"* ]]
    [ "$(find "$box/" -type f 2>/dev/null | wc -l)" = 0 ]
}

@test "a message bigger than the disk" {
    small_disk size=1m
    letter 3000000 | refused "mail system full"
    [ "$(df --output=used disk | tail -1)" -lt 64 ]
}

@test "the disk fills up: each message is there whole or was put off" {
    small_disk size=1m
    local delivered=0 put_off=0 i
    for i in {1..20}; do
        letter 120000 >"message$i"
        if mn-deliver --maildir "$box" <"message$i" 2>said; then
            delivered=$((delivered + 1))
        else
            [ $? = 75 ]
            grep -qx '4.3.1 mail system full' said
            put_off=$((put_off + 1))
        fi
    done
    [ "$delivered" -ge 4 ]
    [ "$put_off" -ge 4 ]
    [ "$(count "$box/tmp")" = 0 ]
    [ "$(count "$box/new")" = "$delivered" ]
    for file in "$box"/new/*; do cmp "$file" message1; done
}

@test "room again: the retry is delivered" {
    small_disk size=1m
    head -c 1000000 /dev/zero >disk/ballast || true
    letter 100000 | refused "mail system full"
    rm disk/ballast
    letter 100000 | mn-deliver --maildir "$box" --queue-id 4ABC
    [ "$(count "$box/new")" = 1 ]
}

@test "no inodes left" {
    small_disk size=1m,nr_inodes=60
    local i
    for i in {1..100}; do : 2>/dev/null >"disk/x$i" || break; done
    [ "$i" -lt 100 ]
    letter 100 | refused "mail system full"
}

@test "no inodes left for a new mailbox" {
    small_disk size=1m,nr_inodes=60
    local i
    for i in {1..100}; do : 2>/dev/null >"disk/x$i" || break; done
    expect 75 mn-deliver --root disk --recipient u@example.test <<<x
    rm disk/x*
    mn-deliver --root disk --recipient u@example.test <<<x
    [ "$(count disk/example.test/u/Maildir/new)" = 1 ]
}

@test "over the limit of file size (ulimit -f)" {
    make_maildir "$box"
    ulimit -f 64
    letter 200000 | refused "mail system full"
}

@test "no more descriptors" {
    make_maildir "$box"
    limited=(prlimit --nofile=6)
    letter 100 | refused "short of resources"
}

@test "tmp, new or cur missing: made" {
    local missing
    for missing in tmp new cur; do
        make_maildir "$box"
        rmdir "$box/$missing"
        letter 100 | mn-deliver --maildir "$box"
        [ "$(stat -c %a "$box/$missing")" = 700 ]
        [ "$(count "$box/new")" = 1 ]
        rm -r "$box"
    done
}

@test "the Maildir missing: put off, and not made" {
    letter 100 | refused "configuration"
    [ ! -e "$box" ]
}

@test "not writable" {
    make_maildir "$box"
    chmod 500 "$box"/*
    letter 100 | refused "configuration"
    chmod 700 "$box"/*
}

@test "not searchable" {
    make_maildir "$box"
    chmod 000 "$box"
    letter 100 | refused "configuration"
    chmod 700 "$box"
}

@test "read-only" {
    small_disk size=1m
    mount -o remount,ro disk
    letter 100 | refused "configuration"
}

@test "tmp, new or cur a symbolic link: refused" {
    local linked
    for linked in tmp new cur; do
        make_maildir "$box"
        mkdir -p elsewhere
        rmdir "$box/$linked"
        ln -s ../elsewhere "$box/$linked"
        letter 100 | refused
        [ "$(count elsewhere)" = 0 ]
        rm -r "$box"
    done
}

@test "a user's directory below the root a symbolic link: refused" {
    mkdir -p root/example.test elsewhere
    ln -s ../../elsewhere root/example.test/u
    expect 75 mn-deliver --root root --recipient u@example.test <<<x
    [ "$(count elsewhere)" = 0 ]
    [ -z "$(ls elsewhere)" ]
}

@test "a file where the Maildir, or its new, should be" {
    : >"$box"
    expect 75 mn-deliver --maildir "$box" <<<x
    [[ $output == 4.* ]]
    rm "$box"
    make_maildir "$box"
    rmdir "$box/new"
    : >"$box/new"
    expect 75 mn-deliver --maildir "$box" <<<x
    [ ! -s "$box/new" ]
    [ "$(count "$box/tmp")" = 0 ]
}

@test "mode 0600 and owner, whatever the umask" {
    make_maildir "$box"
    umask 0
    mn-deliver --maildir "$box" <<<x
    [ "$(stat -c %a "$box"/new/*)" = 600 ]
}
