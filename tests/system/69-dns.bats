# What mn-dns prints for a real node makes a zone in which mn-dns finds nothing wrong, neither with
# the DNS nor with Postfix and Dovecot; what it does to them leaves no mail.

load ../lib/helpers
load ../lib/node
load ../lib/dns

DOMAINS=(node.example second.example)

# Sets SELF, what mn-dns is to know of the node.
know() {
    SELF=(--host mail.node.example --address 127.0.0.1 --keys "$NODE/state/dkim" --smtp-port "$NODE_SMTP_PORT"
        --smtps-port "$NODE_SMTPS_PORT" --imaps-port "$NODE_IMAPS_PORT")
}

setup_file() {
    is_root || return 0
    node_prepare
    grep -rlE '(example|second)\.test' "$NODE_USERCONFIG" |
        xargs sed -i 's/example\.test/node.example/g; s/second\.test/second.example/g'
    node_start --hostname mail.node.example --domains "$(tr ' ' , <<<"${DOMAINS[*]}")"
    know
    mn-dns print "${SELF[@]}" "${DOMAINS[@]}" | sed -nE 's/^; ([^ ]+\.arpa\. IN PTR )/\1/; /^;/!p' >"$NODE/zone"
    dns_change <"$NODE/zone"
}

teardown_file() {
    node_remove
}

setup() {
    node_test
    know
}

teardown() {
    node_explain
}

check() { mn-dns check "${SELF[@]}" --nameserver "$DNS_SERVER" --ca-file "$NODE_CA" "$@" "${DOMAINS[@]}"; }

@test "mn-dns: all is OK with a node whose records are published" {
    expect 0 check
    [ "$(grep -cv '^OK ' <<<"$output")" -eq 0 ]
    for what in "smtp: 127.0.0.1 port $NODE_SMTP_PORT name: mail.node.example" "certificate: 127.0.0.1 port $NODE_SMTP_PORT" \
        "certificate: 127.0.0.1 port $NODE_SMTPS_PORT" "certificate: 127.0.0.1 port $NODE_IMAPS_PORT" \
        "postmaster: 127.0.0.1 port $NODE_SMTP_PORT" "relay: 127.0.0.1 port $NODE_SMTP_PORT" \
        "smuggling: 127.0.0.1 port $NODE_SMTP_PORT" "dkim: default._domainkey.second.example"; do
        grep -qF "OK $what" <<<"$output"
    done
    queue_is_empty
    [ "$(find "$NODE_MAIL" -type f -path '*/new/*' | wc -l)" -eq 0 ]
}

@test "mn-dns: Postfix as Debian has it can be smuggled through, which is found and makes no mail" {
    local before
    before=$(<"$NODE/state/etc/postfix/main.cf")
    sed -i 's/^smtpd_forbid_bare_newline = .*/smtpd_forbid_bare_newline = no/' "$NODE/state/etc/postfix/main.cf"
    on_node_postfix postfix reload 2>/dev/null
    run check -q
    printf '%s\n' "$before" >"$NODE/state/etc/postfix/main.cf"
    on_node_postfix postfix reload 2>/dev/null
    [ "$status" -eq 1 ]
    [ "${#lines[@]}" -eq 1 ]
    [[ $output == "FAIL smuggling-open: 127.0.0.1 port $NODE_SMTP_PORT smuggling: it takes LF . LF for the end"* ]]
    queue_is_empty
    [ "$(find "$NODE_MAIL" -type f -path '*/new/*' | wc -l)" -eq 0 ]
}

@test "mn-dns: an open relay is found, and nothing is relayed" {
    local before
    before=$(<"$NODE/state/etc/postfix/main.cf")
    sed -i 's/^mynetworks =.*/mynetworks = 0.0.0.0\/0/; s/^smtpd_relay_restrictions =.*/smtpd_relay_restrictions = permit_mynetworks, reject/' \
        "$NODE/state/etc/postfix/main.cf"
    on_node_postfix postfix reload 2>/dev/null
    run check -q
    printf '%s\n' "$before" >"$NODE/state/etc/postfix/main.cf"
    on_node_postfix postfix reload 2>/dev/null
    [ "$status" -eq 1 ]
    [[ $output == *"FAIL relay-open: 127.0.0.1 port $NODE_SMTP_PORT relaying: open relay"* ]]
    queue_is_empty
}
