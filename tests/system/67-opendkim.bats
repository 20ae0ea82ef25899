# A host that is not ours, a plain Postfix with the opendkim milter, accepts what we sign.

load ../lib/helpers
load ../lib/node
load ../lib/dns
load ../lib/nodes
load ../lib/plain

setup_file() {
    is_root || return 0
    nodes_prepare one
    nodes_start <<<"$PLAIN_RECORDS"
    plain_start
}
teardown_file() {
    plain_stop
    nodes_remove
}
teardown() {
    nodes_explain
    [ -n "${BATS_TEST_COMPLETED:-}" ] || tail -n 30 "$NODE/plain/log" "$NODE/plain/opendkim.log"
}

arrived() { plain_mails "$id@"; }

@test "opendkim: accepts our RSA signature of a user's mail" {
    at one send --user ann@one.example --to joe@plain.example --id "$id"
    until_ok arrived
    header Authentication-Results "$(arrived)" | tee /dev/stderr |
        grep -q 'dkim=pass.*header.d=one.example.*header.a=rsa-sha256'
}

@test "opendkim: accepts our Ed25519 signature as well" {
    at one send --user ann@one.example --to joe@plain.example --id "$id"
    until_ok arrived
    header Authentication-Results "$(arrived)" | tee /dev/stderr |
        grep -q 'dkim=pass[^;]*header.a=ed25519-sha256'
}

@test "opendkim: sees that a message was changed, so its word counts" {
    "$MAILNODE_BIN/mn-dkimsign" --keys "$NODE/one/state/dkim" >"$mail.signed" <<END
From: ann@one.example
To: joe@plain.example
Subject: changed
Message-ID: <$id@client.example>

Hello.
END
    sed 's/Hello/Goodbye/; s/$/\r/' "$mail.signed" >"$mail"
    NODE_SMTP_PORT=25 send --host "$PLAIN_ADDRESS" --from ann@one.example --to joe@plain.example "$mail"
    until_ok arrived
    [[ $(header Authentication-Results "$(arrived)") == *dkim=fail* ]]
    [[ $(header Authentication-Results "$(arrived)") != *dkim=pass* ]]
}
