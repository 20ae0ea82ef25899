# SMTP smuggling: only CR LF . CR LF ends a message. [RFC5321 4.1.1.4] What looks similar to another
# server must not become a second mail here, with a sender of the attacker's choice.

load ../lib/helpers
load ../lib/node

# One mail whose body holds a false end of data and a second mail behind it. Whatever the server
# says to it, nothing of the second may arrive as a mail of its own.
smuggle() { # FALSE-END
    talk smtp <<END || true
S: 220
C: EHLO client.example
S: 250
C: MAIL FROM:<stranger@elsewhere.test>
S: 250
C: RCPT TO:<alice@example.test>
S: 250
C: DATA
S: 354
X: Message-ID: <$id@client.example>\r\n\r\nfirst$1MAIL FROM:<boss@example.test>\r\nRCPT TO:<alice@example.test>\r\nDATA\r\nMessage-ID: <$id-smuggled@client.example>\r\n\r\nsecond\r\n.\r\n
S: 2
C: QUIT
S: 221
END
    drain
    [ "$(copies_of "$id-smuggled")" = 0 ]
    # The first arrived as the one mail that it is, with all that follows; or not at all.
    local stored
    stored=$(grep -rla "^Message-ID: <$id@" "$NODE_MAIL" || true)
    if [ -n "$stored" ]; then grep -a '^second' "$stored"; fi
}

@test "smuggling: LF . LF" { smuggle '\n.\n'; }
@test "smuggling: LF . CRLF" { smuggle '\n.\r\n'; }
@test "smuggling: CRLF . LF" { smuggle '\r\n.\n'; }
@test "smuggling: CR . CR" { smuggle '\r.\r'; }
@test "smuggling: CR . CRLF" { smuggle '\r.\r\n'; }
@test "smuggling: CRLF . CR" { smuggle '\r\n.\r'; }
@test "smuggling: CR . LF" { smuggle '\r.\n'; }
@test "smuggling: LF . CR" { smuggle '\n.\r'; }
@test "smuggling: CR CRLF . CRLF is an end, or not, but no second sender" { smuggle '\r\r\n.\r\r\n'; }
@test "smuggling: CRLF NUL . CRLF" { smuggle '\r\n\0.\r\n'; }
@test "smuggling: CRLF . NUL CRLF" { smuggle '\r\n.\0\r\n'; }

@test "smuggling: the probe works: with a true end, the second mail does arrive" {
    # Else every test above would pass with a probe that says nothing to anyone.
    talk smtp <<END
S: 220
C: EHLO client.example
S: 250
C: MAIL FROM:<stranger@elsewhere.test>
S: 250
C: RCPT TO:<alice@example.test>
S: 250
C: DATA
S: 354
X: Message-ID: <$id@client.example>\r\n\r\nfirst\r\n.\r\nMAIL FROM:<boss@example.test>\r\nRCPT TO:<alice@example.test>\r\nDATA\r\n
S: 250
S: 250
S: 250
S: 354
X: Message-ID: <$id-second@client.example>\r\n\r\nsecond\r\n.\r\n
S: 250
END
    drain
    [ "$(copies_of "$id-second")" = 1 ]
    [ "$(copies_of "$id")" = 1 ]
}

@test "smuggling: an attacker with BDAT gains nothing by its dots" {
    printf 'Message-ID: <%s@client.example>\r\n\r\nfirst\r\n.\r\nMAIL FROM:<boss@example.test>\r\n' "$id" >"$mail"
    send --from stranger@elsewhere.test --to alice@example.test --bdat "$mail"
    fetch alice "$id" >"$mail.got"
    [ "$(tail -n 2 "$mail.got" | head -n 1)" = $'.\r' ]
}

@test "pipelining: talking before the greeting's turn is refused" {
    talk smtp <<'END'
X: EHLO client.example\r\nMAIL FROM:<stranger@elsewhere.test>\r\nRCPT TO:<alice@example.test>\r\nDATA\r\n
S: EOF
S? ^554 5.5.0
S! ^250
END
}

@test "pipelining: a whole mail in one go, unasked, does not arrive" {
    talk smtp <<END || true
S: 220
X: HELO client.example\r\nMAIL FROM:<stranger@elsewhere.test>\r\nRCPT TO:<alice@example.test>\r\nDATA\r\nMessage-ID: <$id@client.example>\r\n\r\nspam\r\n.\r\nQUIT\r\n
S: EOF
END
    drain
    [ "$(copies_of "$id")" = 0 ]
}

@test "pipelining: allowed after EHLO has offered it" {
    talk smtp <<END
S: 220
C: EHLO client.example
S: 250
S? ^250.PIPELINING
X: MAIL FROM:<stranger@elsewhere.test>\r\nRCPT TO:<alice@example.test>\r\nDATA\r\n
S: 250
S: 250
S: 354
X: Message-ID: <$id@client.example>\r\n\r\nham\r\n.\r\nQUIT\r\n
S: 250
S: 221
END
    fetch alice "$id" >"$mail"
}
