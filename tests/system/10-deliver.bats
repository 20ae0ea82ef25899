# A stranger's mail on port 25 reaches the mailbox and can be read over IMAPS.

load ../lib/helpers
load ../lib/node

@test "deliver: a stranger's mail to alice is read by her over IMAPS" {
    send --from stranger@elsewhere.test --to alice@example.test --id "$id"
    fetch alice "$id" >"$mail"
    [ "$(header Subject "$mail")" = "$id" ]
    tail -n 1 "$mail" | grep -qx $'Hello.\r'
}

@test "deliver: the envelope is in the header, above everything of the sender's" {
    send --from stranger@elsewhere.test --to alice@example.test --id "$id"
    fetch alice "$id" >"$mail"
    [ "$(header Return-Path "$mail")" = "<stranger@elsewhere.test>" ]
    [ "$(header Delivered-To "$mail")" = "alice@example.test" ]
    [ "$(header X-Original-To "$mail")" = "alice@example.test" ]
    head -n 1 "$mail" | grep -q '^Return-Path: '
    [[ $(header Received "$mail") == *"from client.example"*"by mail.example.test"* ]]
}

@test "deliver: a bounce has an empty Return-Path" {
    send --from '' --to alice@example.test --id "$id"
    fetch alice "$id" >"$mail"
    [ "$(header Return-Path "$mail")" = "<>" ]
}

@test "deliver: the file is where Dovecot looks, of the mail account, mode 0600" {
    send --from stranger@elsewhere.test --to carol@example.test --id "$id"
    fetch carol "$id" >"$mail"
    [ "$(copies_of "$id")" = 1 ]
    local file
    file=$(grep -rl "$id" "$NODE_MAIL/example.test/carol/Maildir/new" "$NODE_MAIL/example.test/carol/Maildir/cur")
    [ "$(stat -c %a "$file")" = 600 ]
    [ "$(stat -c %U "$file")" = "$(stat -c %U "$NODE_MAIL")" ]
    # Dovecot's empty dovecot-uidvalidity.N is 0444, below directories of 0700.
    [ -z "$(find "$NODE_MAIL" -perm /077 ! -name 'dovecot-uidvalidity.*')" ]
    [ "$(stat -c %U "$NODE_MAIL")" != root ]
}

@test "deliver: the name ends with the size, as Dovecot likes it" {
    send --from stranger@elsewhere.test --to carol@example.test --id "$id"
    drain
    local file
    file=$(grep -rl "$id" "$NODE_MAIL/example.test/carol/Maildir/")
    [[ $file =~ ,S=([0-9]+) ]]
    [ "${BASH_REMATCH[1]}" = "$(stat -c %s "$file")" ]
}

@test "deliver: two recipients of one mail get one copy each, with their own Delivered-To" {
    send --from stranger@elsewhere.test --to alice@example.test --to bob@example.test --id "$id"
    fetch alice "$id" >"$mail"
    [ "$(header Delivered-To "$mail")" = "alice@example.test" ]
    fetch bob "$id" >"$mail"
    [ "$(header Delivered-To "$mail")" = "bob@example.test" ]
    [ "$(copies_of "$id")" = 2 ]
}

@test "deliver: postmaster, with and without a domain, has a reader" { # [RFC5321 4.5.1]
    send --from stranger@elsewhere.test --to postmaster@example.test --id "$id"
    fetch alice "$id" >"$mail"
    [ "$(header X-Original-To "$mail")" = "postmaster@example.test" ]
    send --from stranger@elsewhere.test --to postmaster --id "$id-bare"
    fetch alice "$id-bare" >"$mail"
}

@test "deliver: second.test is served as well" {
    send --from stranger@elsewhere.test --to dave@second.test --id "$id"
    fetch dave@second.test "$id" >"$mail"
    [ -d "$NODE_MAIL/second.test/dave/Maildir" ]
}

@test "deliver: IPv6 on all three ports" {
    if ! grep -q '^0*1 ' /proc/net/if_inet6; then
        # A machine without IPv6: the node must say so and leave it.
        not grep -F '::1 port' <<<"$(mailnode status)"
        return
    fi
    send --host ::1 --from stranger@elsewhere.test --to alice@example.test --id "$id"
    fetch --host ::1 alice "$id" >"$mail"
    grep -Fq '[IPv6:::1]' "$mail"
    send --host ::1 --user bob --to alice@example.test --id "$id-own"
    fetch --host ::1 alice "$id-own" >"$mail"
}

@test "deliver: a mail that has been here before is a loop and bounces" {
    cat >"$mail" <<END
From: alice@example.test
Delivered-To: bob@example.test
Message-ID: <$id@client.example>

Round and round.
END
    sed -i 's/$/\r/' "$mail"
    send --user alice --to bob@example.test "$mail"
    drain
    [ "$(copies_of "$id")" = 0 ]
    grep -rlq "mail forwarding loop for bob@example.test" "$NODE_MAIL/example.test/alice/Maildir/"
}
