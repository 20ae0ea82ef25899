# Loaded by every bats file: the tools under test come first in PATH.

REPOSITORY=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
MAILNODE_BIN=${MAILNODE_BIN:-$REPOSITORY/build/bin}
PATH=$MAILNODE_BIN:$PATH
export LC_ALL=C

# Run a command that must end with this status: `expect 75 mn-deliver …`. Output in $output.
# stdin of the caller is the command's stdin.
expect() {
    local wanted=$1
    shift
    run "$@"
    [ "$status" -eq "$wanted" ] && return
    printf 'wanted exit %s, got %s from: %s\n%s\n' "$wanted" "$status" "$*" "$output" >&2
    return 1
}
