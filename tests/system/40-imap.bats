# Port 993: reading mail, and nobody else's.

load ../lib/helpers
load ../lib/node

@test "imap: login with the right password, in any case" {
    talk imaps <<'END'
S: * OK
S? mail.example.test
C: a LOGIN alice@example.test alice-secret
S: a OK
C: b LOGOUT
S: b OK
END
    talk imaps <<'END'
S: * OK
C: a LOGIN Alice@EXAMPLE.test alice-secret
S: a OK
C: b SELECT INBOX
S: b OK
END
    [ ! -e "$NODE_MAIL/EXAMPLE.test" ]
    [ ! -e "$NODE_MAIL/example.test/Alice" ]
}

@test "imap: a wrong password, another's password, an unknown user" {
    talk imaps <<'END'
S: * OK
C: a LOGIN alice@example.test wrong
S: a NO [AUTHENTICATIONFAILED]
C: b LOGIN alice@example.test bob-secret
S: b NO [AUTHENTICATIONFAILED]
END
    talk imaps <<'END'
S: * OK
C: a LOGIN nobody@example.test alice-secret
S: a NO [AUTHENTICATIONFAILED]
END
}

@test "imap: a login is a whole address" {
    talk imaps <<'END'
S: * OK
C: a LOGIN alice alice-secret
S: a NO
END
}

@test "imap: no plain text on port 993" {
    exec 9<>"/dev/tcp/127.0.0.1/$NODE_IMAPS_PORT"
    printf 'a LOGIN alice@example.test alice-secret\r\n' >&9 || true
    timeout 10 cat <&9 >"$mail" || true
    exec 9>&-
    not grep -aq -e '^\*' -e '^a ' "$mail"
}

tls_version() {
    openssl s_client -connect "127.0.0.1:$NODE_IMAPS_PORT" -cipher 'ALL:@SECLEVEL=0' "$@" </dev/null 2>&1 || true
}

@test "imap: TLS 1.2 and 1.3, nothing older" {
    tls_version -tls1_3 | grep -q 'Cipher is TLS_'
    tls_version -tls1_2 | grep -q 'Cipher is ECDHE'
    # Dovecot hangs up without an alert, right after the client's hello.
    tls_version -tls1_1 | grep -q 'has read 0 bytes and written [1-9]'
    tls_version -tls1 | grep -q 'has read 0 bytes and written [1-9]'
}

@test "imap: the same certificate as on port 465" {
    local imaps smtps
    imaps=$(openssl s_client -connect "127.0.0.1:$NODE_IMAPS_PORT" </dev/null 2>/dev/null | openssl x509 -noout -fingerprint)
    smtps=$(openssl s_client -connect "127.0.0.1:$NODE_SMTPS_PORT" </dev/null 2>/dev/null | openssl x509 -noout -fingerprint)
    [ -n "$imaps" ]
    [ "$imaps" = "$smtps" ]
}

@test "imap: Drafts, Sent, Junk and Trash are there, marked and subscribed" { # [RFC6154 2]
    talk imaps >"$mail" <<'END'
S: * OK
C: a LOGIN bob@example.test bob-secret
S: a OK
C: b LIST (SUBSCRIBED) "" "*" RETURN (SPECIAL-USE)
S: b OK
S? \\Drafts\b.* "?Drafts
S? \\Sent\b.* "?Sent
S? \\Junk\b.* "?Junk
S? \\Trash\b.* "?Trash
C: c STATUS Junk (MESSAGES)
S: c OK
END
}

@test "imap: IDLE announces a new mail within 5 seconds" { # [RFC2177]
    # LOGIN first, so that the five seconds are those of the announcement.
    coproc SESSION { talk imaps; } 3>&- 4>&-
    # shellcheck disable=SC2153
    local out=${SESSION[0]} in=${SESSION[1]} before line
    printf '%s\n' 'S: * OK' 'C: a LOGIN carol@example.test carol-secret' 'S: a OK' \
        'C: b SELECT INBOX' 'S: b OK' 'C: c IDLE' 'S: + ' 'S: * 1 EXISTS' 'C: DONE' 'S: c OK' >&"$in"
    exec {in}>&-
    while read -r line <&"$out"; do if [[ $line == "S: + idling"* ]]; then break; fi; done
    before=$EPOCHREALTIME
    send --from stranger@elsewhere.test --to carol@example.test --id "$id"
    while read -r line <&"$out"; do if [[ $line == "S: * 1 EXISTS"* ]]; then break; fi; done
    [[ $line == "S: * 1 EXISTS"* ]]
    [ "$((${EPOCHREALTIME/./} - ${before/./}))" -lt 5000000 ]
    wait "$SESSION_PID"
}

@test "imap: a copy appended to Sent is there, unchanged" {
    talk imaps <<END
S: * OK
C: a LOGIN alice@example.test alice-secret
S: a OK
C: b APPEND Sent (\\Seen) {$((41 + ${#id}))+}
C: Message-ID: <$id@client.example>
C:
C: Hello.
C:
S: b OK
END
    fetch alice "$id" --folder Sent >"$mail"
    [ "$(tail -n 1 "$mail")" = $'Hello.\r' ]
    [ -n "$(find "$NODE_MAIL/example.test/alice/Maildir/.Sent/cur" -type f)" ]
}

@test "imap: a mail moved to Trash is there and no longer in INBOX" { # [RFC6851]
    send --from stranger@elsewhere.test --to bob@example.test --id "$id"
    fetch bob "$id" >"$mail"
    talk imaps <<'END'
S: * OK
C: a LOGIN bob@example.test bob-secret
S: a OK
C: b SELECT INBOX
S: b OK
C: c MOVE 1:* Trash
S: c OK
C: d SELECT INBOX
S: d OK
S? ^\* 0 EXISTS
C: e SELECT Trash
S: e OK
S? ^\* 1 EXISTS
END
    fetch bob "$id" --folder Trash >"$mail"
    [ "$(count bob "$id")" = 1 ]
}

@test "imap: flags and deletion last from session to session" {
    send --from stranger@elsewhere.test --to dave@second.test --id "$id"
    fetch dave@second.test "$id" >"$mail"
    talk imaps <<'END'
S: * OK
C: a LOGIN dave@second.test dave-secret
S: a OK
C: b SELECT INBOX
S: b OK
C: c STORE 1 +FLAGS (\Seen \Flagged)
S: c OK
END
    talk imaps <<'END'
S: * OK
C: a LOGIN dave@second.test dave-secret
S: a OK
C: b SELECT INBOX
S: b OK
C: c FETCH 1 FLAGS
S: c OK
S? \\Seen
S? \\Flagged
C: d STORE 1 +FLAGS (\Deleted)
S: d OK
C: e EXPUNGE
S: e OK
END
    [ "$(count dave@second.test "$id")" = 0 ]
    [ "$(copies_of "$id")" = 0 ]
}

@test "imap: nobody sees another's mail" {
    send --from stranger@elsewhere.test --to alice@example.test --id "$id"
    fetch alice "$id" >"$mail"
    [ "$(count bob "$id")" = 0 ]
    talk imaps <<'END'
S: * OK
C: a LOGIN bob@example.test bob-secret
S: a OK
C: b SELECT "../../alice/Maildir"
S: b NO
C: c SELECT "user/alice"
S: c NO
C: d SELECT "~alice/Maildir"
S: d NO
C: e SELECT "/etc/passwd"
S: e NO
END
}

@test "imap: mail may be read while more arrives: no message twice, none missing" {
    local number
    for number in 1 2 3 4 5; do
        send --from stranger@elsewhere.test --to dave@second.test --id "$id-$number"
        [ "$(count dave@second.test "$id-1")" -le 1 ]
    done
    drain
    for number in 1 2 3 4 5; do [ "$(count dave@second.test "$id-$number")" = 1 ]; done
}
