# One node, its keys and its judgement: what goes out is signed, what comes in is judged, nothing
# forged gets in, and a program that dies costs no mail. Several nodes are in 65-three-nodes.bats.

load ../lib/helpers
load ../lib/node

setup_file() {
    is_root || return 0
    node_prepare
    dns_start </dev/null
    node_start >"$NODE/first-start"
    {
        cat <<'END'
good.test. TXT "v=spf1 ip4:127.0.0.1 -all"
_dmarc.good.test. TXT "v=DMARC1; p=reject"
strict.test. TXT "v=spf1 -all"
_dmarc.strict.test. TXT "v=DMARC1; p=reject"
careful.test. TXT "v=spf1 -all"
_dmarc.careful.test. TXT "v=DMARC1; p=quarantine"
example.test. TXT "v=spf1 -all"
_dmarc.example.test. TXT "v=DMARC1; p=reject"
END
        node_keys dns
    } >"$NODE/records"
    dns_change <"$NODE/records"
}

setup() {
    node_test
    # Programs that a test took away, and did not live to bring back.
    local program
    for program in mn-verify mn-dkimsign; do
        if [ -e "$NODE/bin/$program.away" ]; then mv "$NODE/bin/$program.away" "$NODE/bin/$program"; fi
    done
}

node_keys() { mn-dkimkey --keys "$NODE/state/dkim" "$@"; }

# results FILE METHOD: what our own results say of a method, one line each.
results() { header Authentication-Results "$1" | tr ';' '\n' | sed 's/^ *//' | grep "^$2="; }

# signatures FILE: what python3-dkim, which is not ours, says of each signature.
signatures() {
    /usr/bin/python3 - "$1" "$DNS_SERVER" <<'END'
import re
import sys

import dkim
import dns.resolver

resolver = dns.resolver.Resolver(configure=False)
address, resolver.port = sys.argv[2].split(":")[0], int(sys.argv[2].split(":")[1])
resolver.nameservers = [address]


def find(name, timeout=5):
    return b"".join(resolver.resolve(name.decode(), "TXT")[0].strings)


message = re.sub(b"\r?\n", b"\r\n", open(sys.argv[1], "rb").read())
for number in range(len(re.findall(rb"^dkim-signature:", message.split(b"\r\n\r\n")[0], re.I | re.M))):
    one = dkim.DKIM(message)
    print(one.verify(number, find), one.domain.decode(), one.selector.decode())
END
}

signed_twice="True example.test default
True example.test default-ed25519"

# A file in alice's mailbox that holds these words.
in_mailbox() { grep -rlF -- "$2" "$NODE_MAIL/example.test/$1/Maildir/new" "$NODE_MAIL/example.test/$1/Maildir/cur" 2>/dev/null | head -1; }
is_in_mailbox() { [ -n "$(in_mailbox "$@")" ]; }
arrives() {
    until_ok is_in_mailbox "$@"
    in_mailbox "$@"
}

# pids of a program of ours, as the kernel has them
pids_of() { pgrep -f "^$NODE/bin/$1 " || true; }

@test "authentication: the first start makes keys and prints records, the second does not" {
    grep -q '^default._domainkey.example.test. IN TXT "v=DKIM1; k=rsa; p=' "$NODE/first-start"
    grep -q '^default-ed25519._domainkey.second.test. IN TXT "v=DKIM1; k=ed25519; p=' "$NODE/first-start"
    grep -q '^example.test. IN TXT "v=spf1 .* -all"' "$NODE/first-start"
    grep -q '^_dmarc.second.test. IN TXT "v=DMARC1; p=none' "$NODE/first-start"
    before=$(node_keys dns | sha256sum)
    mailnode stop
    run node_start
    [ "$status" -eq 0 ]
    [[ $output != *DKIM1* ]]
    [ "$before" = "$(node_keys dns | sha256sum)" ]
}

@test "authentication: the published keys are good, says libopendkim too" {
    expect 0 node_keys check --nameserver "$DNS_SERVER" example.test second.test
}

@test "authentication: keys and secrets are for root and the account that signs; it has no mail" {
    [ "$(stat -c '%a %U:%G' "$NODE/state/dkim" "$NODE/state/dkim/example.test/default.pem" "$NODE/state/srs/secrets" | xargs)" = \
        "750 root:mailnode-sign 640 root:mailnode-sign 640 root:mailnode-sign" ]
    runuser -u mailnode-sign -- cat "$NODE/state/dkim/example.test/default.pem" >/dev/null
    not runuser -u mailnode-verify -- cat "$NODE/state/dkim/example.test/default.pem"
    not runuser -u mail -- cat "$NODE/state/dkim/example.test/default.pem"
    not runuser -u mail -- cat "$NODE/state/srs/secrets"
    local account
    for account in mailnode-sign mailnode-verify; do
        not runuser -u $account -- ls "$NODE_MAIL/example.test"
        [[ $(getent passwd $account) == *:/usr/sbin/nologin ]]
    done
}

@test "authentication: a user's mail is signed with both keys, and others can verify it" {
    send --user alice --to bob@example.test --id "$id"
    fetch bob "$id" >"$mail"
    [ "$(signatures "$mail")" = "$signed_twice" ]
}

@test "authentication: 8-bit text, dots, blank lines and tabs survive with their signature" {
    {
        printf 'From: =?utf-8?q?J=C3=BCrgen?= <alice@example.test>\r\nSubject: %s  two  blanks\r\n\tand a fold\r\n' "$id"
        printf 'Message-ID: <%s@client.example>\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n' "$id"
        printf 'Content-Transfer-Encoding: 8bit\r\n\r\nGr\xc3\xbc\xc3\x9fe \t \r\n.\r\n..two\r\nFrom me\r\n\r\n\r\n'
    } >"$mail"
    send --user alice --to bob@example.test "$mail"
    fetch bob "$id" >"$mail.got"
    [ "$(signatures "$mail.got")" = "$signed_twice" ]
}

@test "authentication: the other domain has keys of its own" {
    send --user dave@second.test --to bob@example.test --id "$id"
    fetch bob "$id" >"$mail"
    [ "$(signatures "$mail")" = "${signed_twice//example.test/second.test}" ]
}

@test "authentication: what cron and other programs send by sendmail is signed" {
    printf 'Subject: %s\n\nHello from cron.\n' "$id" |
        sendmail -C "$NODE/state/etc/postfix" bob@example.test
    [ "$(signatures "$(arrives bob "Subject: $id")")" = "$signed_twice" ]
}

@test "authentication: our own bounces are signed" {
    send --user alice --to "nobody-$id@elsewhere.invalid"
    [ "$(signatures "$(arrives alice "nobody-$id@elsewhere.invalid")")" = "$signed_twice" ]
}

@test "authentication: a login may not write as somebody else" {
    local author
    for author in bob@example.test dave@second.test someone@elsewhere.test nobody@example.test \
        '"alice@example.test" <bob@example.test>' 'alice@example.test, bob@example.test'; do
        printf 'From: %s\r\nSubject: forged\r\nMessage-ID: <%s@client.example>\r\n\r\nHello.\r\n' "$author" "$id" >"$mail"
        run send --user alice --to bob@example.test "$mail"
        echo "$author: $output"
        [[ $output == "550 5.7.1 "* ]]
    done
    [ "$(copies_of "$id")" = 0 ]
    # An alias that leads to the account is fine, as is a detail.
    for author in team@example.test alice+shop@example.test 'Alice <ALICE@Example.test>'; do
        printf 'From: %s\r\nSubject: fine\r\n\r\nHello.\r\n' "$author" >"$mail"
        send --user alice --to bob@example.test "$mail"
    done
}

@test "authentication: what comes from outside is not signed, whoever it claims to be from" {
    printf 'From: bob@good.test\r\nSender: alice@example.test\r\nMessage-ID: <%s@client.example>\r\n\r\nHello.\r\n' "$id" >"$mail"
    send --from ann@good.test --to alice@example.test "$mail"
    fetch alice "$id" >"$mail.got"
    [ -z "$(header DKIM-Signature "$mail.got")" ]
}

@test "authentication: results of SPF and DMARC are in the header, once, on top of the sender's" {
    send --from ann@good.test --to alice@example.test --id "$id"
    fetch alice "$id" >"$mail"
    [ "$(header Authentication-Results "$mail" | wc -l)" = 1 ]
    [[ $(header Authentication-Results "$mail") == "mail.example.test;"* ]]
    [[ $(results "$mail" spf) == *"spf=pass"* ]]
    [[ $(results "$mail" dmarc) == "dmarc=pass"*"header.from=good.test"* ]]
}

@test "authentication: results that claim to be ours are removed, those of others stay" {
    {
        printf 'Authentication-Results: mail.example.test; dmarc=pass header.from=bank.test\r\n'
        printf 'authentication-results: MAIL.EXAMPLE.TEST (really)\r\n 1; spf=pass\r\n'
        printf 'Authentication-Results: mx.elsewhere.test; spf=fail\r\n'
        printf 'From: ann@good.test\r\nMessage-ID: <%s@client.example>\r\n\r\nHello.\r\n' "$id"
    } >"$mail"
    send --from ann@good.test --to alice@example.test "$mail"
    fetch alice "$id" >"$mail.got"
    [ "$(header Authentication-Results "$mail.got" | grep -ic 'mail.example.test')" = 1 ]
    [ "$(header Authentication-Results "$mail.got" | grep -c 'mx.elsewhere.test')" = 1 ]
    not grep -F bank.test "$mail.got"
    # A user's program that sends them is no better.
    sed -i 's/ann@good.test/alice@example.test/' "$mail"
    sed -i "s/$id/$id-2/" "$mail"
    send --user alice --to bob@example.test "$mail"
    fetch bob "$id-2" >"$mail.got"
    not grep -F bank.test "$mail.got"
}

@test "authentication: a forged From of a p=reject domain is refused with 550 at the end of DATA" {
    refused "550 5.7.1" send --from boss@strict.test --to alice@example.test --id "$id"
    # Ours is one of them.
    refused "550 5.7.1" send --from bob@example.test --to alice@example.test --id "$id"
    [ "$(copies_of "$id")" = 0 ]
    mailnode log | grep -qF 'reject: END-OF-MESSAGE'
    drain
}

@test "authentication: what p=quarantine asks for lands in Junk" {
    send --from boss@careful.test --to alice@example.test --id "$id"
    fetch alice "$id" --folder Junk >"$mail"
    [[ $(results "$mail" dmarc) == "dmarc=fail"*"policy.dmarc=quarantine"* ]]
    [ "$(copies_of "$id")" = 1 ]
}

@test "authentication: a mark of somebody else's does not file mail into Junk" {
    {
        printf 'Authentication-Results: mail.example.test; dmarc=fail (p=quarantine) header.from=good.test policy.dmarc=quarantine\r\n'
        printf 'Authentication-Results: other.test; dmarc=fail (p=quarantine) header.from=good.test policy.dmarc=quarantine\r\n'
        printf 'From: ann@good.test\r\nMessage-ID: <%s@client.example>\r\n\r\nHello.\r\n' "$id"
    } >"$mail"
    send --from ann@good.test --to alice@example.test "$mail"
    drain
    [ -n "$(in_mailbox alice "$id@client.example")" ]
}

@test "authentication: several mails in one session are each judged" {
    /usr/bin/env python3 - "$id" "$NODE_SMTP_PORT" <<'END'
import smtplib, sys
identity, port = sys.argv[1], int(sys.argv[2])
def message(sender, number):
    return f"From: {sender}\r\nMessage-ID: <{identity}-{number}@client.example>\r\n\r\nHello.\r\n"
with smtplib.SMTP("127.0.0.1", port, "client.example") as session:
    session.ehlo()
    for number, sender, wanted in ((1, "ann@good.test", 250), (2, "boss@strict.test", 550), (3, "ann@good.test", 250)):
        session.mail(sender)
        session.rcpt("alice@example.test")
        code, text = session.data(message(sender, number))
        assert code == wanted, (number, code, text)
END
    drain
    [ "$(copies_of "$id-1")$(copies_of "$id-2")$(copies_of "$id-3")" = 101 ]
}

# A session on port 25 up to a stage; what runs then is killed, and every answer after that must be
# temporary, or none.
session_with_a_killed_milter() { # STAGE
    /usr/bin/env python3 - "$1" "$id" "$NODE_SMTP_PORT" "$NODE/bin/mn-verify" <<'END'
import os, signal, smtplib, subprocess, sys, time
stage, identity, port, program = sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4]

def kill():
    for _ in range(200):
        found = subprocess.run(["pgrep", "-f", f"^{program} "], capture_output=True, text=True).stdout.split()
        if found:
            for pid in found:
                os.kill(int(pid), signal.SIGKILL)
            return
        time.sleep(0.02)
    raise SystemExit("no process to kill")

answers = []
def step(name, command):
    if stage == name:
        kill()
    answers.append((name, command()))

session = smtplib.SMTP("127.0.0.1", port, "client.example")
step("ehlo", session.ehlo)
step("mail", lambda: session.mail("ann@good.test"))
step("rcpt", lambda: session.rcpt("alice@example.test"))
step("data", lambda: session.docmd("DATA"))
text = f"From: ann@good.test\r\nMessage-ID: <{identity}@client.example>\r\n\r\n" + "Hello.\r\n" * 20000
if answers[-1][1][0] == 354:
    session.send(text[:100000].encode())
    step("body", lambda: (session.send(text[100000:].encode()), "")[:0] or (354, b""))
    step("dot", lambda: (session.send(b".\r\n"), session.getreply())[1])
codes = [code for _, (code, _) in answers]
print(stage, codes)
assert 451 in codes and 550 not in codes and codes[-1] != 250, answers
END
}

@test "authentication: the judge is killed in mid-session, at any stage: 451, and nothing accepted" {
    local stage
    for stage in mail rcpt data body dot; do session_with_a_killed_milter $stage; done
    drain
    [ "$(copies_of "$id")" = 0 ]
    send --from ann@good.test --to alice@example.test --id "$id"
    fetch alice "$id" >"$mail"
}

@test "authentication: no judge, no mail: 451 until it is back" {
    mv "$NODE/bin/mn-verify" "$NODE/bin/mn-verify.away"
    refused "451 4.7.1" send --from ann@good.test --to alice@example.test --id "$id"
    # Our users are not concerned.
    send --user alice --to bob@example.test --id "$id-2"
    mv "$NODE/bin/mn-verify.away" "$NODE/bin/mn-verify"
    send --from ann@good.test --to alice@example.test --id "$id"
    fetch alice "$id" >"$mail"
}

@test "authentication: no signer, no mail: 451 for users, patience for cron, nothing unsigned, nothing lost" {
    mv "$NODE/bin/mn-dkimsign" "$NODE/bin/mn-dkimsign.away"
    refused "45" send --user alice --to bob@example.test --id "$id" # 451, or 454 to AUTH
    printf 'Subject: cron %s\n\nHello.\n' "$id" | sendmail -C "$NODE/state/etc/postfix" bob@example.test
    # And mail for our users comes in.
    send --from ann@good.test --to bob@example.test --id "$id-2"
    fetch bob "$id-2" >"$mail"
    [ -z "$(in_mailbox bob "Subject: cron $id")" ]
    mv "$NODE/bin/mn-dkimsign.away" "$NODE/bin/mn-dkimsign"
    send --user alice --to bob@example.test --id "$id"
    fetch bob "$id" >"$mail"
    [ "$(signatures "$mail")" = "$signed_twice" ]
    # What cron sent waits in maildrop, and pickup(8) looks again every minute, or when told to.
    picked_up() {
        on_node_postfix postkick public pickup W
        queue_is_empty
    }
    NODE_PATIENCE=120 until_ok picked_up
    [ "$(signatures "$(arrives bob "Subject: cron $id")")" = "$signed_twice" ]
}

@test "authentication: a key that cannot be read is a fault of ours: 451, not unsigned" {
    mv "$NODE/state/dkim/second.test" "$NODE/state/dkim-second.away"
    mkdir -m 700 "$NODE/state/dkim/second.test"
    run send --user dave@second.test --to bob@example.test --id "$id"
    rmdir "$NODE/state/dkim/second.test"
    mv "$NODE/state/dkim-second.away" "$NODE/state/dkim/second.test"
    echo "$output"
    [[ $output == 451* ]]
}

@test "authentication: each program runs as its own account, and ends with its session" {
    exec 9<>"/dev/tcp/127.0.0.1/$NODE_SMTP_PORT"
    read -r <&9
    until_ok eval '[ -n "$(pids_of mn-verify)" ]'
    [ "$(stat -c %U "/proc/$(pids_of mn-verify | head -1)")" = mailnode-verify ]
    exec 9>&-
    until_ok eval '[ -z "$(pids_of mn-verify)" ]'
}

@test "authentication: rotation while mail flows: the next mail has the new keys" {
    node_keys -q rotate make example.test >/dev/null
    { cat "$NODE/records"; node_keys dns example.test | grep -F "$(date -u +s%Y)"; } | dns_change
    expect 0 node_keys rotate switch example.test --nameserver "$DNS_SERVER"
    send --user alice --to bob@example.test --id "$id"
    fetch bob "$id" >"$mail"
    [ "$(signatures "$mail" | grep -c "^True example.test s$(date -u +%Y)")" = 2 ]
    # The mail before it can still be verified: its records stay.
    [ "$(node_keys dns example.test | wc -l)" = 4 ]
}

@test "authentication: a domain more, and reload makes its keys and says what to publish" {
    run mailnode reload --domains example.test,second.test,third.test
    echo "$output"
    [ "$status" -eq 0 ]
    [[ $output == *'default._domainkey.third.test. IN TXT "v=DKIM1'* ]]
    [[ $output != *'second.test. IN TXT'* ]]
    [ "$(stat -c '%a %U:%G' "$NODE/state/dkim/third.test/default.pem")" = "640 root:mailnode-sign" ]
}
