# Loaded by every bats file of tests/faults, after ../lib/helpers.

FAULTS=$(dirname "${BASH_SOURCE[0]}")
export PYTHONDONTWRITEBYTECODE=1

# wants_root WHY: in the setup of tests that cannot do without.
wants_root() {
    [ "$(id -u)" = 0 ] || skip "wants root: $1"
}

# The tool under test, by its path.
tool=$(command -v mn-deliver)

# Build the same tool linked dynamically, and the shim that shim.c describes, once per run of bats:
# $dynamic and $shim. The static tool has no library calls to get between.
with_shim() {
    local built=$BATS_RUN_TMPDIR/dynamic
    dynamic=$built/mn-deliver
    shim=$built/shim.so
    [ -e "$built/done" ] && return
    mkdir -p "$built"
    gcc -Wall -Wextra -Werror -O1 -shared -fPIC -o "$shim" "$FAULTS/shim.c" -ldl
    g++ -std=c++20 -O1 -D_FILE_OFFSET_BITS=64 -I "$REPOSITORY/src" -o "$dynamic" \
        "$REPOSITORY/src/tools/mn-deliver.cpp" "$MAILNODE_BIN/../libmailnode.a" -lcrypt
    touch "$built/done"
}

# inject KIND OPTION...: see inject.py.
inject() {
    local scratch
    scratch=$(mktemp -d -p "$BATS_TEST_TMPDIR")
    python3 "$FAULTS/inject.py" "$@" --scratch "$scratch"
}

# make_maildir DIR
make_maildir() {
    mkdir -p "$1"/{tmp,new,cur}
}

# count DIR: the files in it.
count() {
    find "$1" -type f | wc -l
}

# unprivileged COMMAND...: root without its privileges, so that permissions hold for it.
unprivileged() {
    if [ "$(id -u)" = 0 ]; then setpriv --bounding-set=-all "$@"; else "$@"; fi
}

# letter BYTES: a message of about that size.
letter() {
    printf 'From: a@example.test\nSubject: of %s bytes\n\n' "$1"
    head -c "$1" /dev/zero | tr '\0' 'x' | fold -w 70
    printf '\nthe end\n'
}

# Waits for every process of $started, and for no other: bats has one of its own.
started=()
wait_for_started() {
    local process
    for process in "${started[@]}"; do
        wait "$process" || true
    done
    started=()
}
