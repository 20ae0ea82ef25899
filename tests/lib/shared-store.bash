# Two whole nodes for the same domains, with one mail store and one list store, as mailnode-growing(7)
# has it: queue, sockets and rendered configuration are a node's own; mail, lists, keys and secrets are
# mounted where each expects them. After ../lib/node:
#
#   shared_prepare; shared_start one; shared_start two
#   on one send --user alice --to bob@example.test --id "$id"
#   on two fetch bob "$id" >"$mail"
#
# Node NAME is mx-NAME.example.test, with its state in $NODE/NAME/state; what they share is in $STORE.

SHARED_PY=$REPOSITORY/tests/lib/shared-store.py
shared_names="one two"
shared_parts="mail lists lists-removed dkim srs"

shared_prepare() {
    local name part
    shared_sweep
    node_prepare
    STORE=$NODE/store
    NODE_MAIL=$STORE/mail
    export STORE NODE_MAIL
    for name in $shared_names; do
        mkdir -p "$NODE/$name/state"
        "$MAIL_PY" ports >"$NODE/$name/ports"
        for part in $shared_parts; do
            mkdir -p "$NODE/$name/state/$part" "$STORE/$part"
            mount --bind "$STORE/$part" "$NODE/$name/state/$part"
        done
    done
    # As the first node would find it that starts alone.
    chown "$(getent passwd vmail >/dev/null && echo vmail: || echo mail:)" "$STORE/mail"
    chmod 700 "$STORE/mail"
}

shared_start() { # NAME
    local smtp smtps imaps reinject
    read -r smtp smtps imaps reinject <"$NODE/$1/ports"
    [ -n "${DNS_SERVER:-}" ] || dns_start </dev/null
    shared_mailnode "$1" start --userconfig "$NODE_USERCONFIG" --hostname "mx-$1.example.test" --nameserver "$DNS_SERVER" \
        --smtp-port "$smtp" --smtps-port "$smtps" --imaps-port "$imaps" --reinject-port "$reinject"
}

shared_mailnode() { "$REPOSITORY/bin/mailnode" --state "$NODE/$1/state" "${@:2}" 3>&- 4>&-; } # NAME ARGUMENT…

# on NAME COMMAND…: with the ports, certificate and host name of that node.
on() {
    local smtp smtps imaps
    read -r smtp smtps imaps _ <"$NODE/$1/ports"
    NODE_HOSTNAME=mx-$1.example.test NODE_SMTP_PORT=$smtp NODE_SMTPS_PORT=$smtps NODE_IMAPS_PORT=$imaps \
        NODE_CA=$NODE/$1/state/tls/cert.pem "${@:2}"
}
people() { "$SHARED_PY" "$@" 3>&- 4>&-; }

# The lists' maintenance, as cron of that node runs it.
shared_cron() { # NAME
    MAIL_CONFIG=$NODE/$1/state/etc/postfix "$MAILNODE_BIN/mn-list-cron" --texts "$NODE/$1/state/etc/listtext" --all "$NODE/$1/state/lists"
}

# SIGKILL for the node's Postfix and all that it has started, at once.
shared_kill_postfix() { # NAME
    local pids
    mapfile -t pids < <(grep -lzxsF "MAILNODE_INSTANCE=$NODE/$1/state" /proc/[0-9]*/environ | cut -d/ -f3)
    kill -KILL "${pids[@]}" 2>/dev/null || true
}

# Everything that the nodes have accepted is where it goes.
shared_queues() {
    local name
    for name in $shared_names; do find "$NODE/$name/state/queue/"{maildrop,incoming,active,deferred} -type f -perm -0100 2>/dev/null || true; done
}
shared_is_drained() { [ -z "$(shared_queues)" ] && [ -z "$(shared_queues)" ]; }
shared_drain() { until_ok shared_is_drained; }
shared_flush() { until_ok shared_is_flushed; }
shared_is_flushed() {
    local name
    for name in $shared_names; do postqueue -c "$NODE/$name/state/etc/postfix" -f 3>&- 4>&-; done
    NODE_PATIENCE=2 shared_drain 2>/dev/null
}

shared_remove() {
    local name
    [ -n "${NODE:-}" ] || return 0
    # The second first: the first may have the syslogd and the cron of both.
    for name in two one; do shared_mailnode "$name" stop >/dev/null || true; done
    dns_stop
    node_delete "$NODE"
}

# Nodes of runs that were killed; node_sweep removes their files.
shared_sweep() {
    local directory owner name state
    for directory in /var/tmp/mnt.*; do
        [ -e "$directory/store" ] || continue
        for owner in $(<"$directory/owners"); do
            if [ -e "/proc/$owner" ]; then continue 2; fi
        done
        for name in two one; do
            state=$directory/$name/state
            "$REPOSITORY/bin/mailnode" --state "$state" stop >/dev/null 2>&1 3>&- 4>&- || true
            rm -f "/etc/cron.d/mailnode$(tr -c 'A-Za-z0-9\n' - <<<"$state")" # of a node without a process
        done
    done
}

shared_explain() {
    local name
    [ -z "${BATS_TEST_COMPLETED:-}" ] || return 0
    echo "--- end of the log, which they share; queues"
    shared_mailnode one log 2>&1 | tail -n 40
    for name in $shared_names; do postqueue -c "$NODE/$name/state/etc/postfix" -p 2>&1 | tail -n 10; done
}
