# Port 465: who may send, as whom, and what the world learns of it.

load ../lib/helpers
load ../lib/node

setup_file() {
    is_root || return 0
    node_prepare
    # gone@example.test: an account as carol's, disabled.
    sed -n 's/^carol@example.test:/gone@example.test:!/p' "$NODE_USERCONFIG/passwd" >>"$NODE_USERCONFIG/passwd"
    node_start
}

as_alice() { send --user alice --to bob@example.test --id "$id" "$@"; }

@test "submission: the right password sends a mail" {
    as_alice
    fetch bob "$id" >"$mail"
    [ "$(header Return-Path "$mail")" = "<alice@example.test>" ]
}

@test "submission: the login may have any case" {
    send --user ALICE@Example.Test --password alice-secret --from alice@example.test --to bob@example.test --id "$id"
    fetch bob "$id" >"$mail"
}

@test "submission: a wrong password, an unknown user and a disabled account get the same 535" {
    refused "535 5.7.8" as_alice --password wrong
    refused "535 5.7.8" as_alice --password ''
    refused "535 5.7.8" send --user nobody --to bob@example.test
    refused "535 5.7.8" send --user gone --password carol-secret --from gone@example.test --to bob@example.test
}

@test "submission: nothing without a login, not even to our own users" {
    talk smtps <<'END'
S: 220
C: EHLO client.example
S: 250
S? ^250.AUTH .*PLAIN
C: MAIL FROM:<alice@example.test>
S: 250
C: RCPT TO:<bob@example.test>
S: 554 5.7.1
C: DATA
S: 554
END
}

@test "submission: another user's, an outsider's and an unknown sender are refused" {
    refused "553 5.7.1" as_alice --from bob@example.test
    refused "553 5.7.1" as_alice --from someone@elsewhere.test
    refused "553 5.7.1" as_alice --from nobody@example.test
    refused "553 5.7.1" as_alice --from dave@second.test
    refused "553 5.7.1" as_alice --from bob+alice@example.test
    refused "553 5.7.1" as_alice --from alice@example.test.elsewhere.test
}

@test "submission: own address, sub-address, alias, any case, and the empty sender of a bounce" {
    as_alice --from alice+shop@example.test
    as_alice --from Alice@Example.TEST
    as_alice --from team@example.test
    as_alice --from postmaster@example.test
    # A receipt, as mail programs send it: nobody in the envelope, somebody in the header.
    printf 'From: alice@example.test\r\nSubject: read\r\n\r\nI read it.\r\n' >"$mail"
    as_alice --from '' "$mail"
    refused "553 5.7.1" send --user carol --from team@example.test --to bob@example.test
}

@test "submission: a sender without a domain is refused" {
    refused "50" as_alice --from alice
}

@test "submission: an unknown recipient of ours is refused at RCPT" {
    refused "550 5.1.1" send --user alice --to nobody@example.test
}

@test "submission: mail for elsewhere is accepted" {
    send --user alice --to joe@elsewhere.invalid --id "$id"
    until_ok bash -c "grep -rlqs 'joe@elsewhere.invalid' '$NODE_MAIL/example.test/alice/Maildir/new' '$NODE_MAIL/example.test/alice/Maildir/cur'"
}

@test "submission: the user's address is not in the mail" {
    as_alice
    fetch bob "$id" >"$mail"
    [ "$(header Received "$mail" | wc -l)" = 1 ]
    [[ $(header Received "$mail") == "by mail.example.test"*ESMTPSA* ]]
    not grep -F 127.0.0.1 "$mail"
    not grep -i '^received.*client.example' "$mail"
}

@test "submission: Received lines of others are kept, also if they look like ours" {
    cat >"$mail" <<END
Received: from client.example (client.example [192.0.2.1])
 by mx.elsewhere.test (Postfix) with ESMTPSA id 4jXZbq1r7vz8cyK
 for <bob@example.test>; Sun, 22 Nov 2026 12:00:00 +0000
From: alice@example.test
Message-ID: <$id@client.example>

Hello.
END
    sed -i 's/$/\r/' "$mail"
    as_alice "$mail"
    fetch bob "$id" >"$mail.got"
    [ "$(header Received "$mail.got" | wc -l)" = 2 ]
    grep -Fq '192.0.2.1' "$mail.got"
}

@test "submission: missing Date and Message-ID are added" {
    printf 'From: alice@example.test\r\nSubject: %s\r\n\r\nHello.\r\n' "$id" >"$mail"
    as_alice "$mail"
    drain
    local file
    file=$(grep -rl "^Subject: $id" "$NODE_MAIL/example.test/bob/Maildir/")
    [ -n "$(header Date "$file")" ]
    [[ $(header Message-ID "$file") == *@mail.example.test\> ]]
}

@test "submission: plain text gets nowhere on port 465" {
    talk smtps >"$mail" <<'END'
S: 220
C: EHLO client.example
S: 250
S! STARTTLS
C: STARTTLS
S: 5
END
    # A client that does not speak TLS: no greeting, no answer in plain text.
    exec 9<>"/dev/tcp/127.0.0.1/$NODE_SMTPS_PORT"
    printf 'EHLO client.example\r\nQUIT\r\n' >&9 || true
    timeout 10 cat <&9 >"$mail" || true
    exec 9>&-
    not grep -aq '^[0-9][0-9][0-9][ -]' "$mail"
}

tls_version() { # PORT OPTION of s_client...
    local port=$1
    shift
    openssl s_client -connect "127.0.0.1:$port" -cipher 'ALL:@SECLEVEL=0' "$@" </dev/null 2>&1 || true
}

@test "submission: TLS 1.2 and 1.3, nothing older" {
    tls_version "$NODE_SMTPS_PORT" -tls1_3 | grep -q 'Cipher is TLS_'
    tls_version "$NODE_SMTPS_PORT" -tls1_2 | grep -q 'Cipher is ECDHE'
    tls_version "$NODE_SMTPS_PORT" -tls1_1 | grep -q 'alert protocol version'
    tls_version "$NODE_SMTPS_PORT" -tls1 | grep -q 'alert protocol version'
}

@test "submission: the certificate has the node's name, and its key is nobody else's to read" {
    openssl x509 -in "$NODE_CA" -noout -checkhost mail.example.test | grep -q 'does match'
    [ -z "$(find "$NODE/state/tls" \( -name '*.key' -o -name node.pem \) -perm /077)" ]
}
