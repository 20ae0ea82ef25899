# Port 25: what a stranger must not get.

load ../lib/helpers
load ../lib/node

stranger() { send --from stranger@elsewhere.test --to "$@"; }

@test "relay: mail for elsewhere is refused, whoever the sender claims to be" {
    refused "554 5.7.1" stranger joe@far.test
    refused "554 5.7.1" send --from alice@example.test --to joe@far.test
    refused "554 5.7.1" send --from '' --to joe@far.test
    refused "554 5.7.1" stranger alice@example.test --to joe@far.test
    queue_is_empty
}

@test "relay: no way round: percent, bang, source route, quotes, address literal, sub-domain" {
    refused "55" stranger 'joe%far.test@example.test'
    refused "55" stranger 'joe%far.test@mail.example.test'
    refused "55" stranger 'far.test!joe@example.test'
    refused "55" stranger '@example.test:joe@far.test'
    refused "55" stranger '"joe@far.test"@example.test'
    refused "55" stranger '"joe@far.test"@second.test'
    refused "55" stranger 'joe@far.test@example.test'
    refused "55" stranger 'joe@[127.0.0.1]'
    refused "55" stranger 'joe@[IPv6:::1]'
    refused "55" stranger 'joe@sub.example.test'
    refused "55" stranger 'joe@mail.example.test'
    refused "55" stranger 'root@localhost'
    queue_is_empty
}

@test "relay: a local part alone is nobody here" {
    refused "504 5.5.2" stranger alice
    refused "504 5.5.2" stranger root
}

@test "relay: AUTH is neither offered nor done, with or without TLS" {
    talk smtp <<'END'
S: 220
C: EHLO client.example
S: 250
S? ^250.STARTTLS
S! AUTH
S! VRFY
S! ETRN
C: AUTH PLAIN @SASL@
S: 503 5.5.1
C: STARTTLS
S: 220
TLS
C: EHLO client.example
S: 250
S! AUTH
S! STARTTLS
C: AUTH PLAIN @SASL@
S: 503 5.5.1
C: MAIL FROM:<alice@example.test>
S: 250
C: RCPT TO:<joe@far.test>
S: 554 5.7.1
END
}

@test "relay: mail over STARTTLS arrives, and says so" {
    talk smtp <<END
S: 220
C: EHLO client.example
S: 250
C: STARTTLS
S: 220
TLS
C: EHLO client.example
S: 250
C: MAIL FROM:<stranger@elsewhere.test>
S: 250
C: RCPT TO:<alice@example.test>
S: 250
C: DATA
S: 354
C: Message-ID: <$id@client.example>
C:
C: Hello.
C: .
S: 250
C: QUIT
S: 221
END
    fetch alice "$id" >"$mail"
    [[ $(header Received "$mail") == *ESMTPS* ]]
}

@test "relay: commands before STARTTLS are forgotten, and none is smuggled past it" { # CVE-2011-0411
    talk smtp <<'END'
S: 220
C: EHLO client.example
S: 250
X: STARTTLS\r\nMAIL FROM:<evil@elsewhere.test>\r\n
S: 220
TLS
C: EHLO client.example
S: 250
C: RCPT TO:<alice@example.test>
S: 503
END
}

@test "relay: VRFY, EXPN and other ways to ask who is here" {
    talk smtp <<'END'
S: 220
C: EHLO client.example
S: 250
C: VRFY alice
S: 502
C: EXPN team
S: 50
C: ETRN example.test
S: 554
C: DEBUG
S: 50
END
}

@test "relay: HELO comes first" {
    talk smtp <<'END'
S: 220 mail.example.test
S! Postfix
C: MAIL FROM:<stranger@elsewhere.test>
S: 503
C: DATA
S: 503
END
}

@test "relay: no sender without a domain, no recipient without brackets" {
    refused "504 5.5.2" send --from stranger --to alice@example.test
    talk smtp <<'END'
S: 220
C: EHLO client.example
S: 250
C: MAIL FROM: stranger@elsewhere.test
S: 501
C: MAIL FROM:<stranger@elsewhere.test>
S: 250
C: RCPT TO:alice@example.test
S: 501
END
}

@test "relay: XCLIENT and XFORWARD are not for strangers" {
    talk smtp <<'END'
S: 220
C: EHLO client.example
S: 250
S! XCLIENT
S! XFORWARD
C: XCLIENT ADDR=192.0.2.1
S: 5
END
}

@test "relay: a message over the limit is refused, by its SIZE or when it gets there" {
    local limit
    limit=$(on_node_postfix postconf -h message_size_limit)
    talk smtp <<END
S: 220
C: EHLO client.example
S: 250
S? ^250.SIZE $limit\$
C: MAIL FROM:<stranger@elsewhere.test> SIZE=$((limit + 1))
S: 552 5.3.4
END
    {
        printf 'Message-ID: <%s@client.example>\r\n\r\n' "$id"
        yes "$(printf '%01000d\r' 0)" | head -c $((limit + 1000))
        printf '\r\n'
    } >"$mail"
    refused "552 5.3.4" stranger alice@example.test "$mail"
    queue_is_empty
}

@test "relay: the port for forwarded mail answers on this machine only" {
    local address
    # Any address of ours that is not loopback stands for the outside.
    for address in $(hostname -I); do
        not bash -c "exec 9<>/dev/tcp/$address/$NODE_REINJECT_PORT"
    done 2>/dev/null
    bash -c "exec 9<>/dev/tcp/127.0.0.1/$NODE_REINJECT_PORT"
}

@test "relay: no plain IMAP, POP or submission port listens" {
    local addresses
    addresses=$(on_node_postfix postconf -M | awk '$2 == "inet" { print $1 }')
    [ "$addresses" = "$(printf '%s\n%s\n127.0.0.1:%s' "$NODE_SMTP_PORT" "$NODE_SMTPS_PORT" "$NODE_REINJECT_PORT")" ]
    [ "$(doveconf -c "$NODE/state/etc/dovecot/dovecot.conf" -h protocols | xargs)" = imap ]
    [ "$(doveconf -c "$NODE/state/etc/dovecot/dovecot.conf" -n | grep -c 'port = [1-9]')" = 1 ]
}
