#!/usr/bin/env bats
# What all tools have in common (src/cli/tool.hpp), seen from outside: options, exit status, who is
# told what, and a process that treats signals and odd descriptors well. mn-deliver stands for the
# tools in the mail path, mn-alias for those of the admin.

load ../lib/helpers

setup() {
    cd "$BATS_TEST_TMPDIR"
    printf 'Subject: test\n\nbody\n' >message
    printf 'team@example.test alice@example.test\n' >aliases
    cp "$REPOSITORY/userconfig/passwd" passwd
}

deliver() {
    mn-deliver --maildir box --create "$@"
}

alias_tool() {
    mn-alias --aliases aliases --passwd passwd --domains example.test,second.test "$@"
}

# Every file of the Maildir "box" that holds a message.
messages() {
    find box -type f \( -path '*/new/*' -o -path '*/cur/*' -o -path '*/tmp/*' \) 2>/dev/null || true
}

all_tools() {
    find "$MAILNODE_BIN" -name 'mn-*' -type f -executable -printf '%f\n'
}

# --- help, options -------------------------------------------------------------------------------

@test "every tool has --help and --version, exit 0" {
    [ "$(all_tools | wc -l)" -ge 1 ]
    for tool in $(all_tools); do
        expect 0 "$tool" --help
        [[ $output == "$tool: "*"--help"* ]]
        expect 0 "$tool" -h
        expect 0 "$tool" --version
        [[ $output =~ ^$tool\ \(Mailnode\)\ [0-9]+\.[0-9]+\.[0-9]+$ ]]
    done
}

@test "--help reads nothing and does nothing" {
    deliver --help <message >/dev/null
    [ ! -e box ]
}

@test "mail path: a wrong option is temporary, one line, and names nothing" {
    for arguments in --no-such-option --maildir "--max-size ten" "--maildir box stray"; do
        # shellcheck disable=SC2086 # several words
        expect 75 mn-deliver $arguments <message
        [ "$output" = "4.3.5 mail system configuration error" ]
    done
    [ -z "$(messages)" ]
}

@test "admin: a wrong option is exit 64, says what and where to look" {
    expect 64 mn-alias --no-such-option
    [[ $output == "mn-alias: "*"--no-such-option"*"(see mn-alias --help)" ]]
    [ "${#lines[@]}" -eq 1 ]
}

@test "numbers are decimal digits and nothing else" {
    for number in -1 +1 "" " 1" 0x10 1k 1.0 1e3 18446744073709551616 99999999999999999999999; do
        expect 75 deliver --max-size "$number" <message
        [[ $output == "4.3.5 "* ]]
        expect 75 deliver --max-size="$number" <message
    done
    expect 75 deliver --time-limit 0 <message
    [ -z "$(messages)" ]
    expect 0 deliver --max-size 0099 <message
    [ "$(messages | wc -l)" -eq 1 ]
}

@test "an option takes what follows its =, whatever it looks like, nothing included" {
    for sender in -bs@example.test --help "" "'\$(id)"; do
        expect 0 deliver "--sender=$sender" <message
    done
    expect 0 deliver --sender "" <message
    [ "$(messages | wc -l)" -eq 5 ]
}

@test "an option given twice, where one is wanted, is a mistake" {
    expect 75 deliver --folder A --folder B <message
    [ -z "$(messages)" ]
}

# --- who is told what ----------------------------------------------------------------------------

@test "mail path: a stranger learns no path; a terminal does" {
    mkdir secret
    touch secret/file
    expect 75 mn-deliver --maildir secret/file <message
    [[ $output == "4."* && $output != *secret* && ${#lines[@]} -eq 1 ]]
    # Not in the middle of a line either: the code must be the very first thing.
    [ "$(mn-deliver --maildir secret/file <message 2>&1 | head -c 2)" = "4." ]
    run script -qec "mn-deliver --maildir secret/file <message" /dev/null
    [[ $output == "4."*secret/file* ]]
}

@test "mail path: a failure says nothing on standard output" {
    [ -z "$(mn-deliver --maildir /no/such <message 2>/dev/null)" ]
}

@test "admin: a failure is exit 2 and a sentence with the path" {
    expect 2 mn-alias --aliases /no/such/file --passwd passwd --domains example.test x@example.test
    [[ $output == "mn-alias: "*"/no/such/file"* ]]
}

# --- descriptors ---------------------------------------------------------------------------------

@test "a closed standard input is not an empty or complete message" {
    # Closed by a shell of its own: bash would reuse the number for the pipe of bats' $(...).
    expect 75 sh -c 'exec mn-deliver --maildir box --create <&-'
    [ -z "$(messages)" ]
}

@test "closed standard output and error do not end up in the message" {
    deliver -v <message >&-
    deliver -v <message 2>&-
    deliver -v <message >&- 2>&-
    [ "$(messages | wc -l)" -eq 3 ]
    for file in $(messages); do cmp message "$file"; done
    status=0
    mn-deliver --no-such-option <message >&- 2>&- || status=$?
    [ "$status" -eq 75 ]
}

@test "after the delivery nothing can make it a failure: output that cannot be written" {
    expect 0 sh -c 'mn-deliver --maildir box --create -v <message >/dev/full'
    expect 0 sh -c 'mn-deliver --maildir box --create -v <message | true'
    [ "$(messages | wc -l)" -eq 2 ]
}

@test "admin: an answer that cannot be written is a failure" {
    expect 2 sh -c 'mn-alias --aliases aliases --passwd passwd --domains example.test,second.test \
        team@example.test >/dev/full'
}

@test "more open descriptors than usual make no difference" {
    exec 7<message 8<message 9<message
    expect 0 deliver <message
    cmp message "$(messages)"
}

# --- process -------------------------------------------------------------------------------------

@test "what is made is private, whatever the umask" {
    (umask 0 && deliver <message)
    [ -z "$(find box -perm /077)" ]
}

@test "the time limit ends it with 75 and leaves nothing" {
    expect 75 deliver --time-limit 1 < <(cat message && exec sleep 5)
    [ "$output" = "4.3.0 mail system took too long" ]
    [ -z "$(messages)" ]
}

@test "signals end it as signals do, and leave nothing" {
    for signal in HUP INT QUIT TERM; do
        mkfifo "fifo-$signal"
        # With job control a background process hears SIGINT and SIGQUIT.
        set -m
        mn-deliver --maildir box --create <"fifo-$signal" &
        pid=$!
        set +m
        exec 6>"fifo-$signal"
        cat message >&6
        sleep 0.2
        kill -"$signal" "$pid"
        status=0
        wait "$pid" || status=$?
        exec 6>&-
        [ "$status" -eq $((128 + $(kill -l "$signal"))) ]
        [ -z "$(messages)" ]
    done
}

@test "a file size limit is an error, not a signal, and leaves nothing" {
    head -c 100000 /dev/zero >>message
    expect 75 bash -c 'ulimit -f 8 && mn-deliver --maildir box --create <message'
    [[ $output == "4."* ]]
    [ -z "$(messages)" ]
}
