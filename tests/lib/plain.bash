# A mail host that is not ours: a plain Postfix with the opendkim milter, mx.plain.example, which takes
# mail for plain.example at $PLAIN_ADDRESS. After ../lib/nodes, whose DNS must know it:
#
#   nodes_start <<<"$PLAIN_RECORDS"; plain_start; …; plain_mails TEXT; plain_stop

PLAIN_ADDRESS=$NODES_NETWORK.$((NODES_FIRST + 3))
PLAIN_RECORDS="plain.example. MX 10 mx.plain.example.
mx.plain.example. A $PLAIN_ADDRESS"

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
    ip address add "$PLAIN_ADDRESS/32" dev lo
    opendkim -f -x "$base/opendkim.conf" </dev/null >"$base/opendkim.log" 2>&1 3>&- 4>&- &
    echo $! >"$base/opendkim.pid"
    postfix -c "$base/etc" start 3>&- 4>&- >/dev/null 2>&1
}

plain_stop() {
    postfix -c "$NODE/plain/etc" stop >/dev/null 2>&1 || true
    kill "$(<"$NODE/plain/opendkim.pid")" 2>/dev/null || true
}

plain_mails() { grep -rlF -- "$1" "$NODE/plain/mail/box/new" 2>/dev/null; } # TEXT
