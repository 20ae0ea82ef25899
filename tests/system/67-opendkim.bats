# A host that is not ours, a plain Postfix with the opendkim milter, accepts what we sign.

load ../lib/helpers
load ../lib/node
load ../lib/dns
load ../lib/nodes

PLAIN_ADDRESS=$NODES_NETWORK.4

plain_start() {
    local base=$NODE/plain
    mkdir -p "$base"/{etc,mail,queue,lib}
    chmod 755 "$base"
    chown nobody "$base/mail"
    chown postfix "$base/lib"
    cat >"$base/etc/main.cf" <<END
compatibility_level = 3.6
queue_directory = $base/queue
data_directory = $base/lib
maillog_file = $base/log
maillog_file_prefixes = $base
myhostname = mx.plain.example
mydestination =
local_recipient_maps =
alias_maps =
alias_database =
mynetworks =
inet_interfaces = $PLAIN_ADDRESS
inet_protocols = ipv4
virtual_mailbox_domains = plain.example
virtual_mailbox_maps = static:box/
virtual_mailbox_base = $base/mail
virtual_minimum_uid = 1
virtual_uid_maps = static:$(id -u nobody)
virtual_gid_maps = static:$(id -g nobody)
smtpd_milters = inet:$PLAIN_ADDRESS:8891
milter_default_action = tempfail
END
    cat >"$base/etc/master.cf" <<END
25 inet n - n - - smtpd
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
error unix - - n - - error
retry unix - - n - - error
proxymap unix - - n - - proxymap
virtual unix - n n - - virtual
anvil unix - - n - 1 anvil
postlog unix-dgram n - n - 1 postlogd
END
    cat >"$base/opendkim.conf" <<END
Mode v
Socket inet:8891@$PLAIN_ADDRESS
Nameservers $NODES_NETWORK.53
UserID root
Background no
Syslog no
END
    opendkim -f -x "$base/opendkim.conf" </dev/null >"$base/opendkim.log" 2>&1 3>&- 4>&- &
    echo $! >"$base/opendkim.pid"
    ip address add "$PLAIN_ADDRESS/32" dev lo
    postfix -c "$base/etc" start 3>&- 4>&- >/dev/null 2>&1
}

plain_stop() {
    postfix -c "$NODE/plain/etc" stop >/dev/null 2>&1 || true
    kill "$(<"$NODE/plain/opendkim.pid")" 2>/dev/null || true
}

setup_file() {
    is_root || return 0
    nodes_prepare one
    nodes_start <<END
plain.example. MX 10 mx.plain.example.
mx.plain.example. A $PLAIN_ADDRESS
END
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

arrived() { grep -rlF "$id@" "$NODE/plain/mail/box/new" 2>/dev/null; }

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
