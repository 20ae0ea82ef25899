# Several whole nodes at once, each a host of its own on the loopback network 127.0.71.0/24, found
# through a real DNS server as hosts on the Internet are. After ../lib/node and ../lib/dns:
#
#   nodes_prepare one two three; nodes_start <<<"strict.example. TXT …"      # and other records of the test
#   at one send --user ann@one.example --to ben@two.example --id "$id"
#   at two fetch ben@two.example "$id" >"$mail"
#
# Node NAME has the domain NAME.example, the host mx.NAME.example and the accounts in $NODE/NAME/userconfig,
# whose passwords are their names with "-secret". Postfix asks the server of /etc/resolv.conf: while
# the nodes run, another file is mounted there. On another network than loopback set NODES_NETWORK,
# and NODES_FIRST, the number of the first node's host.

NODES_NETWORK=${NODES_NETWORK:-127.0.71}
NODES_FIRST=${NODES_FIRST:-1}

nodes_accounts="ann@one.example ben@two.example cal@three.example"

# nodes_prepare NAME...: then edit userconfig. nodes_start: records on standard input.
nodes_prepare() {
    local name account
    nodes_leave_network
    node_prepare
    NODES="$*"
    export NODES
    for name; do
        # shellcheck disable=SC2153 # NODE is set by node_prepare
        mkdir -p "$NODE/$name/userconfig"
        for account in $nodes_accounts; do
            [[ $account == *@$name.example ]] || continue
            "$MAILNODE_BIN/mn-makepasswd" --stdin "$account" <<<"${account%@*}-secret" >>"$NODE/$name/userconfig/passwd"
            printf '%s@%s.example %s\n' postmaster "$name" "$account" abuse "$name" "$account" >"$NODE/$name/userconfig/aliases"
        done
    done
}

nodes_start() {
    local records name
    records=$(cat)
    nodes_records >"$NODE/records"
    printf '%s\n' "$records" >>"$NODE/records"
    ip address replace "$NODES_NETWORK.53/32" dev lo
    dns_start "$NODES_NETWORK.53" 53 <"$NODE/records"
    printf 'nameserver %s.53\noptions timeout:2 attempts:2\n' "$NODES_NETWORK" >"$NODE/resolv.conf"
    mount --bind "$NODE/resolv.conf" /etc/resolv.conf
    for name in $NODES; do
        ip address add "$(nodes_address "$name")/32" dev lo # Postfix wants addresses of interfaces
        nodes_mailnode "$name" start --userconfig "$NODE/$name/userconfig" --hostname "mx.$name.example" --domains "$name.example" \
            --listen "$(nodes_address "$name")" --smtp-port 25 --smtps-port 465 --imaps-port 993 \
            --outgoing-address "$(nodes_address "$name")" --nameserver "$NODES_NETWORK.53" \
            --reinject-port "$((10100 + $(nodes_number "$name")))" || return
        "$MAILNODE_BIN/mn-dkimkey" --keys "$NODE/$name/state/dkim" dns "$name.example" >>"$NODE/records"
    done
    dns_change <"$NODE/records"
}

nodes_records() {
    local name address
    for name in $NODES; do
        address=$(nodes_address "$name")
        cat <<END
$name.example. MX 10 mx.$name.example.
$name.example. TXT "v=spf1 mx -all"
_dmarc.$name.example. TXT "v=DMARC1; p=reject"
mx.$name.example. A $address
mx.$name.example. TXT "v=spf1 a -all"
$(nodes_reverse "$address"). PTR mx.$name.example.
END
    done
}

nodes_reverse() { awk -F. '{ print $4 "." $3 "." $2 "." $1 ".in-addr.arpa" }' <<<"$1"; } # ADDRESS

nodes_number() { # NAME: its place in $NODES, from 1
    local name number=0
    for name in $NODES; do
        number=$((number + 1))
        if [ "$name" = "$1" ]; then echo "$number"; fi
    done
}
nodes_address() { echo "$NODES_NETWORK.$((NODES_FIRST - 1 + $(nodes_number "$1")))"; }
nodes_mailnode() { "$REPOSITORY/bin/mailnode" --state "$NODE/$1/state" "${@:2}" 3>&- 4>&-; }

# at NAME COMMAND…: send, fetch or talk with that node.
at() {
    NODE_HOSTNAME=mx.$1.example NODE_SMTP_PORT=25 NODE_SMTPS_PORT=465 NODE_IMAPS_PORT=993 NODE_CA=$NODE/$1/state/tls/cert.pem \
        "$2" --host "$(nodes_address "$1")" "${@:3}"
}

# results FILE METHOD: what the last host's results in a message say of a method, one line each.
results() { header Authentication-Results "$1" | head -1 | tr ';' '\n' | sed 's/^ *//' | grep "^$2="; }

nodes_remove() {
    local name
    for name in $NODES; do nodes_mailnode "$name" stop >/dev/null || true; done
    nodes_leave_network
    dns_stop
    node_delete "$NODE"
}

# Also what a run that was killed left behind.
nodes_leave_network() {
    local address
    while read -r address; do ip address del "$address" dev lo; done < <(ip -o address show dev lo | grep -o "$NODES_NETWORK\.[0-9]*/32")
    while grep -qs "^nameserver $NODES_NETWORK.53$" /etc/resolv.conf; do umount /etc/resolv.conf || return; done
}

nodes_explain() {
    local name
    [ -z "${BATS_TEST_COMPLETED:-}" ] || return 0
    echo "--- end of the log, which they share; queues"
    nodes_mailnode "${NODES%% *}" log 2>&1 | tail -n 40
    for name in $NODES; do
        postqueue -c "$NODE/$name/state/etc/postfix" -p 2>&1 | tail -n 10
    done
}
