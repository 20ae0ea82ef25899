#!/usr/bin/env bats
# Bytes in are bytes out, whatever they are, in a time that grows with their number only.

load ../lib/helpers
load common

setup() {
    cd "$BATS_TEST_TMPDIR"
    make_maildir box
}

@test "a hundred malformed messages arrive byte for byte" {
    mkdir scratch
    python3 "$FAULTS/malformed.py" --tool "$tool" --scratch scratch
}

@test "an empty message is put off" {
    expect 75 mn-deliver --maildir box </dev/null
    [ "$(count box)" = 0 ]
}

# milliseconds COMMAND...: processor time, not wall time, in user mode.
milliseconds() {
    local TIMEFORMAT=%3U
    { time "$@" >/dev/null 2>&1; } 2>&1 | tr -d .
}

deliver_file() {
    mn-deliver --maildir box <"$1"
}

@test "four times the bytes, in one line or in many, do not take sixteen times as long" {
    local kind small big
    head -c 40000000 /dev/zero | tr '\0' 'x' >line
    head -c 40000000 /dev/zero | tr '\0' '\n' >lines
    for kind in line lines; do
        head -c 10000000 "$kind" >part
        small=$((10#$(milliseconds deliver_file part)))
        big=$((10#$(milliseconds deliver_file "$kind")))
        echo "$kind: $small ms for 10 MB, $big ms for 40 MB"
        [ "$small" -lt 500 ]
        [ "$big" -lt $((8 * small + 50)) ]
        [ "$(cat box/new/* | wc -c)" = 50000000 ]
        rm box/new/*
    done
}
