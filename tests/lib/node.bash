# A private node for one bats file: its own directory, ports and copy of userconfig/.
#
#   @test "…" { send --user alice --to bob@example.test --id "$id"; fetch bob "$id" >"$mail"; }
#
# A file that wants more than the example's accounts has a setup_file of its own, and so on:
#
#   setup_file() {
#       is_root || return 0
#       node_prepare
#       echo "more@example.test alice@example.test" >>"$NODE_USERCONFIG/aliases"
#       node_start
#   }
#
# $id is new for each test, $mail a scratch file. Nothing is left running or on disk, also when the
# run before this one was killed.

MAIL_PY=$REPOSITORY/tests/lib/mail.py
# shellcheck source=/dev/null
source "$REPOSITORY/tests/lib/dns.bash"
export PYTHONDONTWRITEBYTECODE=1 # nothing is written in the tree

# Absolute times are for a busy machine; nothing waits longer than it has to.
NODE_PATIENCE=${NODE_PATIENCE:-60}

mailnode() { "$REPOSITORY/bin/mailnode" --state "$NODE/state" "$@" 3>&- 4>&-; }
send() { "$MAIL_PY" send "$@"; }
fetch() { "$MAIL_PY" fetch "$@"; }
count() { "$MAIL_PY" count "$@"; }
talk() { "$MAIL_PY" talk "$@"; }
on_node_postfix() { "$1" -c "$NODE/state/etc/postfix" "${@:2}" 3>&- 4>&-; }

is_root() { [ "$(id -u)" = 0 ]; }

# Sets and exports NODE, NODE_USERCONFIG and the ports; starts nothing.
node_prepare() {
    node_sweep
    NODE=$(mktemp -d /var/tmp/mnt.XXXXXX) # short: the paths of sockets have 108 bytes
    chmod 755 "$NODE"
    echo "$PPID ${BATS_ROOT_PID:-$PPID}" >"$NODE/owners"
    # The account that delivers may be unable to enter the checkout.
    NODE_BUILD=$(dirname "$MAILNODE_BIN")
    install -D -t "$NODE/bin" "$MAILNODE_BIN"/mn-*
    MAILNODE_BIN=$NODE/bin
    export NODE_BUILD MAILNODE_BIN
    NODE_USERCONFIG=$NODE/userconfig
    cp -r "$REPOSITORY/userconfig" "$NODE_USERCONFIG"
    read -r NODE_SMTP_PORT NODE_SMTPS_PORT NODE_IMAPS_PORT NODE_REINJECT_PORT < <("$MAIL_PY" ports)
    NODE_CA=$NODE/state/tls/cert.pem
    NODE_MAIL=$NODE/state/mail
    export NODE NODE_USERCONFIG NODE_SMTP_PORT NODE_SMTPS_PORT NODE_IMAPS_PORT NODE_REINJECT_PORT NODE_CA NODE_MAIL
}

# node_start [OPTION of mailnode start...]: with the DNS of the test, or one that knows nothing.
node_start() {
    [ -n "${DNS_SERVER:-}" ] || dns_start </dev/null
    mailnode start --nameserver "$DNS_SERVER" --reinject-port "$NODE_REINJECT_PORT" --userconfig "$NODE_USERCONFIG" --smtp-port "$NODE_SMTP_PORT" \
        --smtps-port "$NODE_SMTPS_PORT" --imaps-port "$NODE_IMAPS_PORT" "$@" && return
    mailnode log 2>&1 | tail -n 40 >&2
    return 1
}

node_remove() {
    [ -n "${NODE:-}" ] || return 0
    mailnode stop >/dev/null
    node_delete "$NODE"
    dns_stop
}

node_delete() { # DIRECTORY
    local mount
    while read -r mount; do umount -l "$mount"; done < <(awk -v d="$1/" 'index($2, d) == 1 { print $2 }' /proc/mounts)
    rm -rf "$1"
}

# Nodes of runs that were killed.
node_sweep() {
    local directory owner alive
    for directory in /var/tmp/mnt.*; do
        [ -e "$directory/owners" ] || continue
        alive=no
        for owner in $(<"$directory/owners"); do
            if [ -e "/proc/$owner" ]; then alive=yes; fi
        done
        [ $alive = no ] || continue
        NODE=$directory mailnode stop >/dev/null 2>&1 || true
        node_delete "$directory"
    done
}

node_test() {
    is_root || skip "Postfix and Dovecot want root"
    id=t$BATS_TEST_NUMBER-$RANDOM$RANDOM
    mail=$BATS_TEST_TMPDIR/mail
}

# What a failed test needs to be understood.
node_explain() {
    [ -z "${BATS_TEST_COMPLETED:-}" ] || return 0
    [ -n "${NODE:-}" ] || return 0
    echo "--- end of the node's log"
    mailnode log 2>&1 | tail -n 25
    echo "--- queue"
    on_node_postfix postqueue -p 2>&1 | tail -n 25
}

# not COMMAND...: it must fail. (bats does not see a failing "!" in the middle of a test.)
not() {
    if "$@"; then
        echo "succeeded, and should not: $*" >&2
        return 1
    fi
}

# until_ok COMMAND...: tries until it works, for $NODE_PATIENCE seconds.
until_ok() {
    local end=$((SECONDS + NODE_PATIENCE))
    until "$@"; do
        if ((SECONDS >= end)); then
            echo "not within $NODE_PATIENCE s: $*" >&2
            return 1
        fi
        sleep 0.05
    done
}

# Accepted mail in the queue. What is not executable is unfinished, or of a killed cleanup(8).
queue_files() {
    # In the direction in which mail moves, so that none is missed.
    local directory
    for directory in maildrop incoming active deferred hold; do
        find "$NODE/state/queue/$directory" -type f -perm -0100 2>/dev/null || true
    done
}

queue_is_empty() { [ -z "$(queue_files)" ] && [ -z "$(queue_files)" ]; }

# Everything that was accepted is where it goes.
drain() { until_ok queue_is_empty; }

# The same for mail that waits for its next try. Again and again: what fails once more meanwhile, or
# belongs to a transport whose pipe(8) was killed, rests for a minute otherwise.
flush() { until_ok flushed; }
flushed() {
    on_node_postfix postqueue -f
    NODE_PATIENCE=1 drain 2>/dev/null
}

# Message files in new/ and cur/ of all accounts.
stored_files() {
    find "$NODE_MAIL" -path '*/Maildir/*' \( -path '*/new/*' -o -path '*/cur/*' \) -type f 2>/dev/null
}

# copies_of ID: message files with this Message-ID, of all accounts. The mail is not touched.
copies_of() {
    stored_files | xargs -r -d '\n' awk -v line="<$1@client.example>" '
        /^\r?$/ { nextfile }
        tolower($1) == "message-id:" && index($2, line) == 1 { copies++; nextfile }
        END { print copies + 0 }' /dev/null
}

# header NAME FILE: the values, unfolded, one a line, of the top-level header.
header() {
    tr -d '\r' <"$2" | awk -v name="${1,,}:" '
        /^$/ { exit }
        /^[ \t]/ { if (on) printf "%s", $0; next }
        { if (on) print ""; on = index(tolower($0), name) == 1; if (on) printf "%s", substr($0, length(name) + 2) }
        END { if (on) print "" }' | sed '/^$/d'
}

# refused STATUS-TEXT COMMAND...: a send that must fail with an answer that begins so.
refused() {
    local wanted=$1 answer
    shift
    if answer=$("$@"); then
        echo "accepted: $answer"
        return 1
    fi
    [[ $answer == "$wanted"* ]] && return
    echo "wanted \"$wanted…\", got: $answer"
    return 1
}

TRAFFIC_PY=$REPOSITORY/tests/lib/traffic.py
traffic() { "$TRAFFIC_PY" "$@" 3>&- 4>&-; }

# What bats calls, unless the file has its own.
setup_file() {
    is_root || return 0
    node_prepare
    node_start
}
teardown_file() { node_remove; }
setup() { node_test; }
teardown() { node_explain; }
