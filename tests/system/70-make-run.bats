# The two commands of the README: `make run`, again, and `make stop`. On ports and in a directory of
# this test's own, with the build under test.

load ../lib/helpers
load ../lib/node

# shellcheck disable=SC2153 # node_prepare sets NODE
setup_file() {
    is_root || return 0
    node_prepare
    export MAILNODE_DEMO=$NODE/demo NODE_MAIL=$NODE/demo/state/mail NODE_CA=$NODE/demo/state/tls/cert.pem
    export MAILNODE_SMTP_PORT=$NODE_SMTP_PORT MAILNODE_SMTPS_PORT=$NODE_SMTPS_PORT MAILNODE_IMAPS_PORT=$NODE_IMAPS_PORT
    export MAILNODE_DOMAINS=example.test,second.test MAILNODE_REINJECT_PORT=$NODE_REINJECT_PORT
    NODE_WEB_PORT=$(free_port)
    export NODE_WEB_PORT MAILNODE_WEB_PORT=$NODE_WEB_PORT
    dns_start </dev/null
    export MAILNODE_NAMESERVER=$DNS_SERVER
}

teardown_file() {
    tree_make stop >/dev/null || true
    node_remove
}

teardown() {
    if [ -e "$NODE/demo/state/log/mail.log" ] && [ -z "${BATS_TEST_COMPLETED:-}" ]; then tail -n 25 "$NODE/demo/state/log/mail.log"; fi
}

tree_make() {
    (
        unset MAILNODE_BUILD MAILNODE_BUILD_ASAN MAKEFLAGS MFLAGS MAKELEVEL
        make -C "$REPOSITORY" --no-print-directory BUILD="$NODE_BUILD" "$1" 3>&- 4>&-
    )
}

processes() { # of the demo: by environment, working directory or program
    local pid
    for pid in /proc/[0-9]*; do
        if tr '\0' '\n' <"$pid/environ" 2>/dev/null | grep -qx "MAILNODE_INSTANCE=$NODE/demo/state" ||
            [[ $(readlink "$pid/cwd") == "$NODE"/* || $(readlink "$pid/exe") == "$NODE"/* ]]; then
            printf '%s %s\n' "${pid#/proc/}" "$(tr '\0' ' ' <"$pid/cmdline")"
        fi
    done 2>/dev/null
}

free_port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }
listens() { (exec 9<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

@test "make run: a node runs, shows mail each way, and says how to get in; under 60 s" {
    local begin=$SECONDS
    run tree_make run
    echo "$output"
    [ "$status" -eq 0 ]
    ((SECONDS - begin < 60))
    grep -q '^sent .*alice@example.test -> bob@example.test' <<<"$output"
    grep -q '^read back bob@example.test' <<<"$output"
    grep -q '^read back alice@example.test' <<<"$output"
    grep -q "^on the web http://127.0.0.1:$NODE_WEB_PORT/talk/m/" <<<"$output"
    grep -q "http://127.0.0.1:$NODE_WEB_PORT/talk/\$" <<<"$output"
    local word
    for word in mail.example.test "$NODE_SMTP_PORT" "$NODE_SMTPS_PORT" "$NODE_IMAPS_PORT" 'make stop' \
        {alice,bob,carol}@example.test dave@second.test {alice,bob,carol,dave}-secret; do
        grep -qF -- "$word" <<<"$output"
    done
    [ -n "$(processes)" ]
}

@test "make run: what it says is true, for each account" {
    local address
    for address in {alice,bob,carol}@example.test dave@second.test; do
        send --user "$address" --to alice@example.test --id "$id-$address"
        fetch alice "$id-$address" >"$mail"
        count "$address" none
    done
}

@test "make run: the commands that it suggests work" {
    local node=$NODE/demo/usr/sbin/mailnode
    "$node" --state "$NODE/demo/state" status
    "$node" --state "$NODE/demo/state" log | grep -q postfix
    curl -sSk --user alice@example.test:alice-secret "imaps://localhost:$NODE_IMAPS_PORT/INBOX;MAILINDEX=1" >"$mail"
    grep -q '^Subject:' "$mail"
}

@test "make run: a second time, with the mail of the first" {
    send --user alice --to bob@example.test --id "$id"
    fetch bob "$id" >"$mail"
    run tree_make run
    echo "$output"
    [ "$status" -eq 0 ]
    fetch bob "$id" >"$mail"
}

@test "make run: nothing of the machine's own Postfix and Dovecot runs or was changed" {
    [ ! -e /var/spool/postfix/pid/master.pid ] || ! kill -0 "$(xargs </var/spool/postfix/pid/master.pid)"
    # But for the line that lets sendmail(1) use our configuration.
    [ "$(grep -rhs "$NODE" /etc/postfix /etc/dovecot)" = "alternate_config_directories = $NODE/state/etc/postfix" ] ||
        [[ $(grep -rhs "$NODE" /etc/postfix /etc/dovecot) == "alternate_config_directories ="* ]]
}

@test "make stop: nothing is left running, and no port is open" {
    tree_make stop
    [ "$(processes)" = "" ]
    local port
    for port in "$NODE_SMTP_PORT" "$NODE_SMTPS_PORT" "$NODE_IMAPS_PORT"; do not listens "$port"; done
}

@test "make stop: again is no mistake" {
    tree_make stop
}
