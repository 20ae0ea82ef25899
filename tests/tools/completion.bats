# What bash and zsh offer after TAB, made from each program's own list of options.

load ../lib/helpers

setup() {
    cd "$BATS_TEST_TMPDIR"
    made=$BATS_FILE_TMPDIR/made
}

setup_file() {
    local program
    for program in "$MAILNODE_BIN"/mn-* "$REPOSITORY/bin/mailnode"; do
        "$REPOSITORY/container/completion" "$program" "$BATS_FILE_TMPDIR/made"
    done
}

programs() { ls "$made/bash"; }

# What bash offers for the last of these words: offered mn-x --sch, one a line. As readline does, "="
# is a word of its own.
offered() {
    bash --norc -c '
        source "$1"
        shift
        read -r -a COMP_WORDS <<<"$(printf "%s " "${@:1:$#-1}" | sed "s/=/ = /g")"
        COMP_WORDS+=("${!#}")
        COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
        command=$(complete -p "$1") || exit 1
        [[ $command =~ -F\ ([^ ]+) ]] || exit 1
        "${BASH_REMATCH[1]}"
        if ((${#COMPREPLY[@]})); then printf "%s\n" "${COMPREPLY[@]}"; fi' \
        bash "$made/bash/$1" "$@"
}

options_of_help() { "$1" --help </dev/null | grep -oE '^ *(-[A-Za-z], ?)?--[a-z][a-z0-9-]*' | grep -oE -- '--[a-z0-9-]+' | sort -u; }

@test "completion: every program has both scripts, and both shells can read them" {
    [ "$(programs | wc -l)" -ge 12 ]
    [ "$(programs)" = "$(ls "$made/zsh" | sed s/^_//)" ]
    for name in $(programs); do
        bash -n "$made/bash/$name"
        zsh -n "$made/zsh/_$name"
        [ "$(head -n 1 "$made/zsh/_$name")" = "#compdef $name" ]
    done
}

@test "completion: after -- bash offers exactly the options of --help" {
    PATH=$REPOSITORY/bin:$PATH
    for name in $(programs); do
        diff <(offered "$name" -- | sort) <(options_of_help "$name")
        grep -qx -e -h <(offered "$name" -)
    done
    [ "$(offered mn-makepasswd --sch)" = --scheme ]
}

@test "completion: words of options, after a blank and after =" {
    [ "$(offered mn-makepasswd --scheme "" | xargs)" = "yescrypt sha512-crypt bcrypt" ]
    [ "$(offered mn-makepasswd --scheme b)" = bcrypt ]
    [ "$(offered mn-makepasswd --scheme=b)" = "" ] # never one word for bash
    [ "$(offered mn-makepasswd --scheme = b)" = bcrypt ]
    [ "$(offered mn-makepasswd --scheme =| xargs)" = "yescrypt sha512-crypt bcrypt" ]
    [ "$(offered mn-makelist --preset d)" = discussion ]
    [ "$(offered mailnode --postscreen "" | xargs)" = "yes no" ]
}

@test "completion: the commands of mailnode, as the first argument only" {
    expect 0 "$REPOSITORY/bin/mailnode" help
    commands=$(sed -nE 's/^  ([a-z][a-z-]*) .*/\1/p' <<<"$output")
    [ "$(wc -l <<<"$commands")" -ge 10 ]
    [ "$(offered mailnode "")" = "$commands" ]
    [ "$(offered mailnode sta | xargs)" = "start status" ]
    [ "$(offered mailnode --state dir --smtp-port=25 sta | xargs)" = "start status" ]
    [ "$(offered mailnode --json sta | xargs)" = "start status" ]
    [ -z "$(offered mailnode start sta)" ]
    [ -z "$(offered mailnode --hostname sta)" ]
}

@test "completion: files and directories where an option wants them" {
    mkdir directory
    touch "a file" another
    [ "$(offered mn-makepasswd --update a | sort | xargs -d '\n' printf '<%s>')" = "<a file><another>" ]
    [ "$(offered mn-deliver --maildir "")" = directory ]
    [ "$(offered mailnode --userconfig = d)" = directory ]
    [ -z "$(offered mn-deliver --max-size "")" ]
}

@test "completion: every word that a program names in its source is offered" {
    for source in "$REPOSITORY"/src/tools/mn-*.cpp; do
        name=$(basename "$source" .cpp)
        while IFS=$'\t' read -r after words; do
            # shellcheck disable=SC2086 # no word at all
            [ "$(offered "$name" $after "" | xargs)" = "$words" ]
        done < <(sed -nE 's/^ *tool\.words\("([^"]*)", "([^"]*)"\);.*/\1\t\2/p' "$source" | sed 's/^-*\t/&/')
    done
}

@test "completion: zsh offers options, words and commands" {
    # zsh completes at a prompt only: one on a pseudo-terminal.
    cat >person.py <<'END'
import os, pty, select, sys, time
made, line, wanted = sys.argv[1:]
pid, fd = pty.fork()
if pid == 0:
    os.environ.update(TERM="dumb", PS1="ready> ", HOME=os.getcwd(), ZDOTDIR=os.getcwd())
    os.execlp("zsh", "zsh", "-f", "-i")
seen = b""
def until(text, seconds=60):
    global seen
    end = time.time() + seconds
    while text not in seen:
        if time.time() > end: sys.exit("not seen: %r in %r" % (text, seen))
        if select.select([fd], [], [], 0.2)[0]:
            try: seen += os.read(fd, 65536)
            except OSError: sys.exit("zsh ended; seen: %r" % seen)
    seen = seen.split(text, 1)[1]
os.write(fd, b"PS1='ready> '; fpath=(%s $fpath); autoload -Uz compinit; compinit -u -D; zstyle ':completion:*' list-prompt ''; LISTMAX=0; echo set''up\n" % made.encode())
until(b"setup")
until(b"ready> ")
os.write(fd, line.encode() + b"\t")
until(wanted.encode())
os.write(fd, b"\x15exit\n")
END
    python3 person.py "$made/zsh" "mn-makepasswd --sche" "me="
    python3 person.py "$made/zsh" "mn-makepasswd --scheme b" "crypt"
    python3 person.py "$made/zsh" "mailnode purge" "-lists"
    python3 person.py "$made/zsh" "mn-deliver --max-s" "ize"
    python3 person.py "$made/zsh" "mailnode --forward-f" "ailed"
}
