#!/usr/bin/env bats
# The pages of a list's archive, ended before any of its system calls or with the disk full at any
# write, and run again as cron would: every byte is as if nothing had happened. archive-inject.py
# has the promises.

load ../lib/helpers
load common

inject_archive() {
    local scratch
    scratch=$(mktemp -d -p "$BATS_TEST_TMPDIR")
    python3 "$FAULTS/archive-inject.py" "$@" --tool "$(command -v mn-list-archive)" --scratch "$scratch"
}

@test "SIGKILL before every system call that adds posts to an archive" {
    inject_archive kill add
}

@test "SIGKILL before every system call that makes all pages" {
    inject_archive kill new
}

@test "SIGKILL before every system call that makes all pages in place of others" {
    inject_archive kill rebuild
}

@test "SIGKILL before every system call that removes a message" {
    inject_archive kill remove
}

@test "SIGKILL before every system call that makes an archive private: no page without its password" {
    inject_archive kill private
}

@test "SIGKILL before every system call that imports" {
    inject_archive kill import
}

@test "the disk is full at every call that wants room" {
    inject_archive full add
    inject_archive full rebuild
    inject_archive full import
}
