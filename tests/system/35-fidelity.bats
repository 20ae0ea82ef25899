# Bytes in = bytes out: what a user submits on 465 is what another reads on 993, to the last byte.
# Lines are added above the sender's header; nothing of his is touched.

load ../lib/helpers
load ../lib/node

# The header of a message of ours: complete, so that nothing needs to be added to it.
start_message() {
    printf '%s\r\n' 'From: Alice <alice@example.test>' 'To: bob@example.test' "Subject: $id" \
        'Date: Sun, 22 Nov 2026 12:00:00 +0000' "Message-ID: <$id@client.example>" 'MIME-Version: 1.0' \
        'Content-Type: text/plain; charset=utf-8' 'Content-Transfer-Encoding: 8bit' ''
}

# $mail goes from alice to bob; what he gets must end with exactly these bytes, and begin with lines
# of the server only.
arrives_unchanged() { # [OPTION of send...]
    goes_unchanged --user alice "$@"
}
goes_unchanged() { # OPTION of send...
    send --to bob@example.test "$@" "$mail"
    fetch --timeout 60 bob "$id" >"$mail.got"
    local sent got
    sent=$(stat -c %s "$mail")
    got=$(stat -c %s "$mail.got")
    [ "$got" -gt "$sent" ]
    tail -c "$sent" "$mail.got" | cmp - "$mail"
    head -c "$((got - sent))" "$mail.got" | tr -d '\r' >"$mail.added"
    not grep -vE '^(Return-Path|X-Original-To|Delivered-To|Received|DKIM-Signature|Authentication-Results): |^[[:space:]]' "$mail.added"
}

@test "fidelity: a plain mail" {
    { start_message; printf 'Hello.\r\n'; } >"$mail"
    arrives_unchanged
}

@test "fidelity: every byte but CR, LF and NUL, in the body" {
    {
        start_message
        local octet
        for octet in {1..9} 11 12 {14..255}; do printf '%b' "\\x$(printf %02x "$octet")"; done
        printf '\r\n'
    } >"$mail"
    arrives_unchanged
}

@test "fidelity: raw UTF-8 and other 8-bit characters in the header" {
    {
        start_message | head -n 5
        printf 'X-Name: J\xc3\xbcrgen, and \xe4 of Latin-1\r\nContent-Transfer-Encoding: 8bit\r\n\r\n\xe2\x82\xac\r\n'
    } >"$mail"
    arrives_unchanged
}

# IMAP cannot show a NUL, Dovecot sends 0x80 for it: the file has it.
is_stored_unchanged() { # [OPTION of send...]
    send --user alice --to bob@example.test "$@" "$mail"
    drain
    tr -d '\r' <"$mail" >"$mail.lf"
    tail -c "$(stat -c %s "$mail.lf")" "$(grep -rla "^Subject: $id" "$NODE_MAIL/example.test/bob/Maildir")" | cmp - "$mail.lf"
}

@test "fidelity: NUL" {
    { start_message; printf 'a\0b\r\n\0\r\n'; } >"$mail"
    is_stored_unchanged
}

@test "fidelity: NUL, sent with BDAT" {
    { start_message; printf 'a\0b\r\n\0\r\n'; } >"$mail"
    is_stored_unchanged --bdat
}

@test "fidelity: leading dots, one, two, and with text" {
    { start_message; printf '.\r\n..\r\n.text\r\n...\r\n\r\n.\r\n'; } >"$mail"
    arrives_unchanged
}

@test "fidelity: From at the start of a line, trailing blanks and tabs, empty lines at the end" {
    { start_message; printf 'From me\r\n>From you\r\nblanks   \r\ntab\t\r\n\r\n\r\n\r\n'; } >"$mail"
    arrives_unchanged
}

@test "fidelity: an empty body" {
    start_message >"$mail"
    arrives_unchanged
}

@test "fidelity: a body of one empty line" {
    { start_message; printf '\r\n'; } >"$mail"
    arrives_unchanged
}

a_line_of() { # OCTETS
    head -c "$1" /dev/zero | tr '\0' x
    printf '\r\n'
}

@test "fidelity: lines of 998 octets, the longest that SMTP promises to carry" {
    { start_message; a_line_of 998; a_line_of 997; a_line_of 998; } >"$mail"
    arrives_unchanged
}

@test "fidelity: a user's line of 999 octets is refused, for somebody would break it and its signature" {
    { start_message; a_line_of 999; } >"$mail"
    refused "550 5.6.0" send --user alice --to bob@example.test "$mail"
    { start_message | head -n 5; printf 'X-Long: '; a_line_of 5000; printf '\r\nHello.\r\n'; } >"$mail"
    refused "550 5.6.0" send --user alice --to bob@example.test "$mail"
}

@test "fidelity: a stranger's lines of 999, 2048, 5,000 and 100,000 octets" {
    {
        start_message | sed 's/alice@example.test/stranger@elsewhere.test/'
        local length
        for length in 998 999 2047 2048 2049 5000 100000; do a_line_of $length; done
    } >"$mail"
    goes_unchanged --from stranger@elsewhere.test
}

@test "fidelity: a stranger's long header line" {
    {
        start_message | head -n 5 | sed 's/alice@example.test/stranger@elsewhere.test/'
        printf 'X-Long: '
        a_line_of 5000
        printf '\r\nHello.\r\n'
    } >"$mail"
    goes_unchanged --from stranger@elsewhere.test
}

@test "fidelity: header lines folded in odd ways" {
    {
        start_message | head -n 5
        printf 'X-Folded: a\r\n\tb\r\n   c  \r\nX-Empty:\r\nX-Empty: \r\n\r\nHello.\r\n'
    } >"$mail"
    arrives_unchanged
}

@test "fidelity: a signed mail's header fields keep order, case and blanks" {
    {
        printf 'DKIM-Signature: v=1; a=rsa-sha256; d=example.test;\r\n\tb=AAAA  BBBB\r\n'
        start_message | sed 's/^Subject:/SUBJECT:/; s/^To: /to:  /'
        printf 'Hello.\r\n'
    } >"$mail"
    arrives_unchanged
}

@test "fidelity: 40 MB" {
    { start_message; head -c 30000000 /dev/urandom | base64 -w 76 | sed 's/$/\r/'; } >"$mail"
    [ "$(stat -c %s "$mail")" -gt 40000000 ]
    arrives_unchanged
}

@test "fidelity: the last line has no end: it arrives, with one" {
    # Only BDAT can say so; a message of SMTP has lines.
    { start_message; printf 'Hello.\r\nno end'; } >"$mail"
    send --user alice --to bob@example.test --bdat "$mail"
    fetch bob "$id" >"$mail.got"
    printf '\r\n' >>"$mail"
    tail -c "$(stat -c %s "$mail")" "$mail.got" | cmp - "$mail"
}

@test "fidelity: a stranger's 8-bit mail on port 25, the same" {
    { start_message; printf 'J\xc3\xbcrgen \x80\xff\r\n'; } >"$mail"
    send --from stranger@elsewhere.test --to bob@example.test "$mail"
    fetch bob "$id" >"$mail.got"
    tail -c "$(stat -c %s "$mail")" "$mail.got" | cmp - "$mail"
}
