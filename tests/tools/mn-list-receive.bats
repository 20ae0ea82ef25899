#!/usr/bin/env bats
# mn-list-receive from outside: one mail in, a fake sendmail(1) that writes down what it gets.

load ../lib/helpers

setup() {
    cd "$BATS_TEST_TMPDIR"
    mkdir -p cats/control cats/subscribers.d sent
    echo cats@example.org >cats/control/listaddress
    echo owner@example.org >cats/control/owner
    cat >sendmail <<'END'
#!/bin/bash
[ ! -e fail ] || exit 75
mail=$(mktemp -d sent/XXXXXXXX)
printf '%s\n' "$@" >"$mail/argv"
cat >"$mail/mail"
END
    chmod +x sendmail
    subscribe ann@example.net bob@example.net cal@example.net
}

# subscribe ADDRESS...
subscribe() {
    local address
    for address; do echo "$address" >>"cats/subscribers.d/${address:0:1}"; done
}

# letter FIELD...: from ann, with these fields besides.
letter() {
    printf '%s\n' "From: Ann <ann@example.net>" "To: cats@example.org" \
        "Message-ID: <1@example.net>" "$@" "" "the body"
}

# receive OPTION...: standard input, sent by ann to the list unless the options say otherwise.
receive() {
    local options=("$@")
    [[ " $* " == *" --list "* ]] || options+=(--list cats)
    [[ " $* " == *" --sendmail "* ]] || options+=(--sendmail ./sendmail)
    [[ " $* " == *" --sender"* ]] || options+=(--sender ann@example.net)
    [[ " $* " == *" --recipient "* ]] || options+=(--recipient cats@example.org)
    mn-list-receive --texts "$REPOSITORY/userconfig/listtext" "${options[@]}"
}

# refused STATUS OPTION...: the same, and the exit status is this; what it said is in $output.
refused() {
    local wanted=$1
    shift
    letter >refused.mail
    expect "$wanted" receive "$@" <refused.mail
}

not() { if "$@"; then return 1; fi; }

# set_control NAME [LINE...]
set_control() {
    local name=$1
    shift
    printf '%s\n' "$@" >"cats/control/$name"
    [ $# != 0 ] || : >"cats/control/$name"
}

calls() { find sent -mindepth 1 -maxdepth 1 | wc -l; }
# everybody: who got anything, of all calls.
everybody() { for call in sent/*/; do sed '1,/^--$/d' "$call/argv"; done | sort; }
forget() { rm -rf sent/*; }

@test "a post: archived, numbered, sent once to all, with the sender for VERP" {
    letter "Subject: hi" | receive --queue-id 4ABC
    [ "$(cat cats/index)" = 1 ]
    [ "$(calls)" = 1 ]
    cmp cats/archive/1 sent/*/mail
    [ "$(everybody | xargs)" = "ann@example.net bob@example.net cal@example.net" ]
    [ "$(sed -n 1,4p sent/*/argv | xargs)" = "-XV-= -G -i -f" ]
    sed -n 5p sent/*/argv | grep -Eqx 'cats\+bounces-1\.[a-z2-7]{16}@example\.org'
    grep -qx 'List-Id: <cats.example.org>' cats/archive/1
    grep -qx 'Precedence: list' cats/archive/1
    grep -qx 'X-Loop: cats@example.org' cats/archive/1
    grep -qx 'From: Ann <ann@example.net>' cats/archive/1
    [ "$(tail -1 cats/archive/1)" = "the body" ]
}

@test "nobody but the owner may read what it makes" {
    letter | receive
    [ "$(stat -c %a cats/archive/1 cats/mailnode cats/mailnode/secret | xargs)" = "600 700 600" ]
}

@test "the same mail again after it was sent: nothing is sent" {
    letter | receive --queue-id 4ABC
    letter | receive --queue-id 4ABC -v | grep -q 'was sent before'
    [ "$(calls)" = 1 ]
    letter | receive --queue-id 4ABD
    [ "$(cat cats/index)" = 2 ]
}

@test "batches of a thousand; after a failure only the rest is sent" {
    local i
    for i in {1..2500}; do echo "u$i@example.net"; done >cats/subscribers.d/u
    letter | receive --queue-id 4ABC
    [ "$(calls)" = 3 ]
    [ "$(everybody | uniq -d | wc -l)" = 0 ]
    [ "$(everybody | wc -l)" = 2503 ]
    forget
    # shellcheck disable=SC2016
    sed -i '2i[ "$(ls sent | wc -l)" != 2 ] || [ -e again ] || exit 1' sendmail
    refused 75 --queue-id 4ABD
    [[ $output == "4.3.0 "* ]]
    [ "$(calls)" = 2 ]
    touch again
    letter | receive --queue-id 4ABD
    [ "$(everybody | wc -l)" = 2503 ]
    [ "$(everybody | uniq -d | wc -l)" = 0 ]
    [ "$(cat cats/index)" = 2 ]
}

@test "20 posts at once get the numbers 1 to 20" {
    local i started=()
    for i in {1..20}; do
        letter "Subject: nr $i" | receive --queue-id "4AB$i" &
        started+=($!)
    done
    for i in "${started[@]}"; do wait "$i"; done
    [ "$(cat cats/index)" = 20 ]
    [ "$(ls cats/archive | wc -l)" = 20 ]
    [ "$(cat cats/archive/* | grep -c '^Subject: nr')" = 20 ]
    [ "$(cat cats/archive/* | grep '^Subject: nr' | sort -u | wc -l)" = 20 ]
    [ "$(calls)" = 20 ]
    [ -z "$(ls cats/mailnode/sending)" ]
}

@test "exit 75: empty input, no sendmail, no list, a directory that is none" {
    expect 75 receive </dev/null
    [[ $output == "4.3.0 "* ]]
    touch fail
    refused 75
    [[ $output == "4."* ]]
    refused 75 --list nowhere
    [[ $output == "4.3."* ]]
    refused 75 --list sent
    refused 75 --sendmail ./nothing
    refused 75 --domains example.org
    refused 75 --no-such-option
    refused 75 --queue-id ../x
}

@test "exit 67, 5.1.1: an extension nobody knows, an address of another list" {
    refused 67 --recipient cats+nonsense@example.org
    [[ $output == "5.1.1 "* ]]
    refused 67 --recipient dogs@example.org
    refused 67 --recipient cats@example.net
    [ "$(calls)" = 0 ]
}

@test "--from-pipe: who feeds us has ended, so the message may be cut off" {
    letter | receive --from-pipe
    [ "$(cat cats/index)" = 1 ]
    output=$(python3 -B "$REPOSITORY/tests/faults/upstream.py" killed-half --trials 5 -- \
        "$(command -v mn-list-receive)" --list cats --sendmail ./sendmail --sender a@example.net \
        --recipient cats@example.org --from-pipe 2>said)
    [ "$output" = "status 75: 5" ]
    [ "$(sort -u said)" = "4.3.0 mail system stopped in mid-message" ]
    [ "$(cat cats/index)" = 1 ]
}

@test "defect 2: sending that was interrupted goes on, and the archive has the post already" {
    touch fail
    refused 75 --queue-id 4ABC
    [ -s cats/archive/1 ]
    rm fail
    letter | receive --queue-id 4ABC
    [ "$(everybody | wc -l)" = 3 ]
    [ "$(ls cats/archive)" = 1 ]
}

@test "defect 3: a batch that fails keeps its number and is tried as it was" {
    touch fail
    refused 75 --queue-id 4ABC
    subscribe new@example.net
    rm fail cats/subscribers.d/c
    letter | receive --queue-id 4ABC
    [ "$(everybody | xargs)" = "ann@example.net bob@example.net cal@example.net" ]
}

@test "defect 9: the envelope decides what a mail is, not To" {
    letter "Cc: cats+unsubscribe@example.org" "To: cats+subscribe@example.org" | receive
    [ "$(cat cats/index)" = 1 ]
    [ -z "$(ls cats/subconf 2>/dev/null)" ]
    letter | receive --recipient cats+help@example.org
    [ "$(cat cats/index)" = 1 ]
}

@test "defect 10: a last line without its end arrives" {
    printf 'From: ann@example.net\nTo: cats@example.org\n\nfirst\nlast' | receive
    [ "$(tail -c 10 cats/archive/1)" = "first
last" ]
}

@test "defect 11: prefix, Reply-To and footer" {
    set_control prefix "[cats]"
    set_control customheaders "Reply-To: cats@example.org"
    printf -- '-- \nthe footer\n' >cats/control/footer
    # "[cats] hä", in base64
    letter "Subject: =?utf-8?b?W2NhdHNdIGjDpA==?=" "Reply-To: ann@example.net" \
        "Content-Type: multipart/signed; boundary=b" >mail
    receive <mail
    grep -qx 'Subject: =?utf-8?b?W2NhdHNdIGjDpA==?=' cats/archive/1
    [ "$(grep -c '^Reply-To:' cats/archive/1)" = 1 ]
    not grep -q 'the footer' cats/archive/1
    letter "Subject: =?utf-8?q?h=C3=A4?=" "Content-Transfer-Encoding: base64" \
        "Content-Type: text/plain; charset=utf-8" | sed 's/^the body$/aGkK/' | receive
    grep -qx 'Subject: \[cats\] =?utf-8?q?h=C3=A4?=' cats/archive/2
    [ "$(sed '1,/^$/d' cats/archive/2 | base64 -d | sed -n '1p;3p' | xargs)" = "hi the footer" ]
    letter "Content-Type: text/html" | receive
    grep -q '^Content-Type: multipart/mixed' cats/archive/3
}

@test "defect 12: notmetoo whatever the case" {
    set_control notmetoo
    letter | sed 's/ann@/ANN@/' | receive
    [ "$(everybody | xargs)" = "bob@example.net cal@example.net" ]
}

@test "defect 15: an unreadable control file is tried again, not bounced" {
    mkdir cats/control/access
    refused 75
    [[ $output == "4.3.5 "* ]]
    rmdir cats/control/access
    echo ten >cats/control/maxmailsize
    refused 75
    [ ! -e cats/index ]
}

@test "subonlypost: strangers are told, subscribers of any kind and allowposters post" {
    set_control subonlypost
    letter | receive
    [ "$(cat cats/index)" = 1 ]
    forget
    letter | sed s/ann@/zoe@/ | receive --sender zoe@example.net
    [ "$(everybody)" = zoe@example.net ]
    grep -q '^cats+bounces-help@example.org$' sent/*/argv
    grep -q '^Auto-Submitted: auto-replied' sent/*/mail
    [ "$(cat cats/index)" = 1 ]
    forget
    set_control nosubonlydenymails
    letter | sed s/ann@/zoe@/ | receive --sender zoe@example.net
    [ "$(calls)" = 0 ]
    set_control allowposters Zoe@example.net
    letter | sed s/ann@/zoe@/ | receive --sender zoe@example.net
    [ "$(cat cats/index)" = 2 ]
}

@test "no answer to a machine, nor to whom DMARC does not vouch for" {
    set_control subonlypost
    letter "Precedence: bulk" | sed s/ann@/zoe@/ | receive --sender zoe@example.net
    letter | sed s/ann@/zoe@/ | receive --sender other@example.com
    [ "$(calls)" = 0 ]
}

@test "what is put into an answer is never an order (template injection)" {
    set_control subonlypost
    # shellcheck disable=SC2016
    letter 'Subject: x $control owner$ %control owner%' | sed s/ann@/zoe@/ |
        receive --sender zoe@example.net
    [ "$(calls)" = 1 ]
    # shellcheck disable=SC2016
    grep -qF '$control owner$' sent/*/mail
    not grep -q 'owner@example.org' <(grep -v '^From:\|^List-\|+owner@' sent/*/mail)
}

@test "maxmailsize, tocc and access deny with the reason; null senders are discarded" {
    set_control maxmailsize 100
    letter | receive -v | grep -q '^denied (maxmailsize)'
    rm cats/control/maxmailsize
    letter | grep -v ^To: | receive -v | grep -q '^denied (tocc)'
    set_control access "deny ^Subject:.*spam" "discard ^Subject: dull" "allow"
    letter "Subject: spam" | receive -v | grep -q '^denied (access): line 1'
    letter "Subject: dull" | receive -v | grep -q '^discarded: line 2'
    letter | receive --sender= -v | grep -q '^discarded: .*null sender'
    [ "$(ls cats/queue/discarded | wc -l)" = 2 ]
    [ ! -e cats/index ]
    letter | receive
    [ "$(cat cats/index)" = 1 ]
}

@test "a post that came back is refused, or dropped when it would bounce to us" {
    letter "X-Loop: cats@example.org" >loop
    expect 69 receive <loop
    [[ $output == "5.4.6 "* ]]
    letter "List-Id: <cats.example.org>" |
        receive --sender cats+bounces-1.abc@example.org -v | grep -q ^discarded
    letter "Auto-Submitted: auto-replied" | receive -v | grep -q ^discarded
    [ ! -e cats/index ]
}

@test "one of our own must have passed DMARC here" {
    local results="Authentication-Results: mx.example.org; dmarc=fail (p=none) header.from=example.net"
    letter | sed "1i$results" >forged
    expect 77 receive --authserv-id mx.example.org --domains example.net,example.org <forged
    [[ $output == "5.7.1 "* ]]
    set_control trustunauthenticated
    receive --authserv-id mx.example.org --domains example.net,example.org <forged
    rm cats/control/trustunauthenticated
    sed s/dmarc=fail/dmarc=pass/ forged |
        receive --authserv-id mx.example.org --domains example.net
    letter | receive --authserv-id mx.example.org --domains example.net
    [ "$(cat cats/index)" = 3 ]
}

@test "moderated: held once, moderators asked, a reply releases it" {
    set_control moderated
    set_control moderators mo@example.org
    set_control notifymod
    letter "Subject: hi" | receive --queue-id 4ABC
    letter "Subject: hi" | receive --queue-id 4ABC
    [ "$(find cats/moderation -type f | wc -l)" = 1 ]
    [ ! -e cats/index ]
    everybody | grep -qx mo@example.org
    everybody | grep -qx ann@example.net
    local release
    release=$(cat sent/*/mail | grep -o '^Reply-To: cats+release-[a-z2-7]*@example.org' | head -1)
    forget
    printf 'From: mo@example.org\nTo: x\n\nyes\n' |
        receive --sender mo@example.org --recipient "${release#Reply-To: }"
    [ "$(cat cats/index)" = 1 ]
    [ "$(everybody | wc -l)" = 3 ]
    # Postfix tries the first mail once more, much later.
    letter "Subject: hi" | receive --queue-id 4ABC
    [ "$(cat cats/index)" = 1 ]
    [ "$(find cats/moderation -type f | wc -l)" = 0 ]
}

@test "ifmodsendonlymodmoderate: a moderator moderates alone" {
    set_control moderated
    set_control moderators mo@example.org ann@example.net
    set_control ifmodsendonlymodmoderate
    letter | receive
    [ "$(everybody)" = ann@example.net ]
}

@test "modonlypost and modnonsubposts" {
    set_control modonlypost
    set_control moderators mo@example.org
    letter | receive -v | grep -q '^denied (modonlypost)'
    set_control modnonsubposts
    letter | receive -v | grep -q '^held (modnonmodposts)'
    letter | sed s/ann@example.net/mo@example.org/ | receive --sender mo@example.org
    [ "$(cat cats/index)" = 1 ]
}

@test "noarchive: numbered and sent, not kept" {
    set_control noarchive
    letter | receive
    [ "$(cat cats/index)" = 1 ]
    [ -z "$(ls cats/archive 2>/dev/null)" ]
    [ "$(find cats/mailnode/sending -type f | wc -l)" = 0 ]
    [ "$(everybody | wc -l)" = 3 ]
}

@test "From becomes the list only where DMARC would fail" {
    local results="Authentication-Results: mx; dkim=pass header.d=example.net;
 dmarc=pass (p=reject) header.from=example.net"
    { echo "$results"; letter "Subject: hi"; } >mail
    receive --authserv-id mx --queue-id 1 <mail
    grep -qx 'From: Ann <ann@example.net>' cats/archive/1
    set_control footer bye
    receive --authserv-id mx --queue-id 2 <mail
    grep -qx 'From: "Ann via cats" <cats@example.org>' cats/archive/2
    grep -qx 'Reply-To: Ann <ann@example.net>' cats/archive/2
    set_control from keep
    receive --authserv-id mx --queue-id 3 <mail
    grep -qx 'From: Ann <ann@example.net>' cats/archive/3
}

@test "--keys: signed by the list's domain, sealed when there is something to say" {
    mkdir keys
    mn-dkimkey --keys keys -q create example.org >/dev/null
    letter | receive --keys keys --authserv-id mx
    grep -q '^DKIM-Signature:' cats/archive/1
    grep -q 'd=example.org' cats/archive/1
    not grep -q '^ARC-Seal' cats/archive/1
    letter | sed '1iAuthentication-Results: mx; spf=pass smtp.mailfrom=ann@example.net' |
        receive --keys keys --authserv-id mx
    [ "$(grep -c '^ARC-' cats/archive/2)" = 3 ]
    grep -q '^ARC-Seal:' cats/archive/2
}

@test "+owner goes to the owners, bounces are no posts" {
    letter | receive --recipient cats+owner@example.org
    [ "$(everybody)" = owner@example.org ]
    grep -qx ann@example.net sent/*/argv
    forget
    letter | receive --sender= --recipient cats+bounces-help@example.org
    [ "$(calls)" = 0 ]
    [ ! -e cats/index ]
}

@test "no author, or two: kept in queue/discarded" {
    letter "From: bob@example.net" | receive
    letter | grep -v ^From: | receive
    [ "$(ls cats/queue/discarded | wc -l)" = 2 ]
    [ "$(calls)" = 0 ]
}

@test "nothing in a message becomes an option or a command" {
    printf 'From: "-oQ/tmp; touch pwned" <-x@example.net>\nTo: cats@example.org\n\n.\n.\n' |
        receive --sender "-C/etc/passwd"
    [ ! -e pwned ]
    [ "$(tail -2 sent/*/mail | xargs)" = ". ." ]
    not grep -q -- '-C/etc' sent/*/argv
}

# ---- control/oneclick -----------------------------------------------------------------------------

# one_click: the list has it, and keys.
one_click() {
    set_control oneclick https://lists.example.org/unsubscribe
    mkdir -p keys
    mn-dkimkey --keys keys -q create example.org >/dev/null
}

# copy_of ADDRESS: the directory of the call that sent it.
copy_of() { dirname "$(grep -lx -- "$1" sent/*/argv)"; }

# link_of ADDRESS: what follows the address of the page in the link of his copy.
link_of() {
    sed -z 's/\n[ \t]\+/ /g' "$(copy_of "$1")/mail" | sed -n 's:^List-Unsubscribe\: <https\://lists.example.org/unsubscribe\([^>]*\)>.*:\1:p'
}

# vouched MAIL...: every DKIM signature of each holds and covers both fields, and so does its ARC
# chain if it has one; says the number of signatures.
vouched() {
    /usr/bin/python3 - "$@" <<'END_OF_PYTHON'
import base64, glob, os, re, subprocess, sys
import dkim
def record(name, timeout=5):
    selector, domain = name.decode().rstrip(".").split("._domainkey.")
    der = subprocess.run(["openssl", "pkey", "-in", f"keys/{domain}/{selector}.pem", "-pubout", "-outform", "DER"],
                         stdout=subprocess.PIPE, check=True).stdout
    kind, data = ("ed25519", der[-32:]) if len(der) < 60 else ("rsa", der)
    return f"v=DKIM1; k={kind}; p={base64.b64encode(data).decode()}".encode()
for path in sys.argv[1:]:
    mail = open(path, "rb").read()
    header = re.sub(rb"\n[ \t]+", b" ", mail.split(b"\n\n")[0])
    signatures = re.findall(rb"(?im)^DKIM-Signature:.*", header)
    assert signatures, f"{path} is not signed"
    for number, signature in enumerate(signatures):
        assert dkim.DKIM(mail).verify(number, record), f"{path}: signature {number}"
    for signature in signatures + re.findall(rb"(?im)^ARC-Message-Signature:.*", header):
        names = re.sub(rb"\s", b"", re.search(rb"\bh=([^;]*)", signature)[1]).lower().split(b":")
        assert {b"list-unsubscribe", b"list-unsubscribe-post"} <= set(names), (path, names)
    for name in (b"List-Unsubscribe", b"List-Unsubscribe-Post"):
        assert len(re.findall(rb"(?im)^" + name + rb":", header)) == 1, (path, name)
    if b"\nARC-Seal:" in b"\n" + header:
        assert dkim.arc_verify(mail, dnsfunc=record)[0] == dkim.CV_Pass, path
print(len(signatures))
END_OF_PYTHON
}

@test "oneclick: a copy for each, signed over its link, with the sender that names him" {
    one_click
    mkdir cats/digesters.d cats/nomailsubs.d
    echo dig@example.net >cats/digesters.d/d
    echo nom@example.net >cats/nomailsubs.d/n
    letter "Subject: hi" | receive --keys keys -v | grep -q 'sent to 3$'
    [ "$(calls)" = 3 ]
    [ "$(everybody | xargs)" = "ann@example.net bob@example.net cal@example.net" ]
    [ "$(vouched sent/*/mail)" = "$(find keys/example.org -maxdepth 1 -name '*.pem' | wc -l)" ]
    local who
    for who in ann bob cal; do
        sed -z 's/\n/ /g' "$(copy_of "$who@example.net")/argv" |
            grep -Eqx -- "-G -i -f cats\+bounces-1\.[a-z2-7]{16}-$who=example\.net@example\.org -- $who@example\.net "
        [[ $(link_of "$who@example.net") =~ ^/cats/[A-Za-z0-9_-]+\.[a-z2-7]{32}$ ]]
        grep -qx 'List-Unsubscribe-Post: List-Unsubscribe=One-Click' "$(copy_of "$who@example.net")/mail"
    done
    [ "$(cat sent/*/mail | grep -o 'lists.example.org/unsubscribe/[^>]*' | sort -u | wc -l)" = 3 ]
    # What is kept is as without it.
    grep -q '^List-Unsubscribe: <mailto:cats+unsubscribe@example.org>' cats/archive/1
    not grep -q 'lists.example.org' cats/archive/1
    [ -z "$(ls cats/mailnode/sending)" ]
}

@test "oneclick: a bounce to that sender is counted" {
    one_click
    letter | receive --keys keys
    local sender
    sender=$(sed -n 4p "$(copy_of bob@example.net)/argv")
    printf '%s\n' "From: mailer@example.net" "To: x" "Content-Type: multipart/report; report-type=delivery-status; boundary=b" "" \
        --b "Content-Type: text/plain" "" no --b "Content-Type: message/delivery-status" "" "Reporting-MTA: dns; x" "" \
        "Final-Recipient: rfc822; bob@example.net" "Action: failed" "Status: 5.1.1" "" --b-- |
        receive --sender= --recipient "$sender" -v | grep -q 'bob@example.net recorded'
}

@test "oneclick: the link of one unsubscribes him alone" {
    one_click
    letter | receive --keys keys
    printf List-Unsubscribe=One-Click >body
    env -i PATH="$PATH" REQUEST_METHOD=POST PATH_INFO="$(link_of ann@example.net)" CONTENT_LENGTH=26 \
        CONTENT_TYPE=application/x-www-form-urlencoded mn-list-unsubscribe --lists . \
        --texts "$REPOSITORY/userconfig/listtext" --sendmail ./sendmail <body | grep -q '^Status: 200'
    [ ! -s cats/subscribers.d/a ]
    grep -qx bob@example.net cats/subscribers.d/b
    forget
    letter | receive --keys keys --queue-id 4ABD
    [ "$(everybody | xargs)" = "bob@example.net cal@example.net" ]
}

@test "oneclick: what came from outside is sealed anew for each copy, and mn-verify agrees" {
    one_click
    set_control prefix "[cats]"
    letter "Subject: hi" | sed '1iAuthentication-Results: mx; spf=pass smtp.mailfrom=ann@example.net;\n dmarc=pass header.from=example.net' |
        receive --keys keys --authserv-id mx
    [ "$(cat sent/*/mail | grep -c '^ARC-Seal:')" = 3 ]
    vouched sent/*/mail
    # shellcheck source=tests/lib/dns.bash
    . "$REPOSITORY/tests/lib/dns.bash"
    local key mail record
    for key in keys/example.org/*.pem; do
        record=$(openssl pkey -in "$key" -pubout -outform DER | base64 -w 0)
        if [ ${#record} -lt 100 ]; then
            record="v=DKIM1; k=ed25519; p=$(openssl pkey -in "$key" -pubout -outform DER | tail -c 32 | base64 -w 0)"
        else
            record="v=DKIM1; k=rsa; p=$record"
        fi
        # shellcheck disable=SC2001
        printf '%s._domainkey.example.org. TXT %s\n' "$(basename "$key" .pem)" "$(sed -E 's/.{1,200}/"&" /g' <<<"$record")"
    done >records
    dns_start <records
    for mail in sent/*/mail; do
        mn-verify --nameserver "$DNS_SERVER" --authserv-id test <"$mail" >verified
        sed -z 's/\n[ \t]\+/ /g' verified | grep '^Authentication-Results: test' | grep 'dkim=pass' | grep -q 'arc=pass'
        not grep -q 'dkim=fail' verified
    done
    dns_stop
}

@test "oneclick: without keys, or on a closed list, all get the same in one batch" {
    set_control oneclick https://lists.example.org/unsubscribe
    letter | receive --queue-id 1
    [ "$(calls)" = 1 ]
    cmp sent/*/mail cats/archive/1
    forget
    one_click
    set_control closedlist
    letter | receive --keys keys --queue-id 2
    [ "$(calls)" = 1 ]
    not grep -q '^List-Unsubscribe' sent/*/mail
    rm cats/control/closedlist
    set_control oneclick http://lists.example.org/unsubscribe
    letter | receive --keys keys --queue-id 3
    [ "$(calls)" = 2 ]
}

@test "oneclick: after a failure only those get it who have not" {
    one_click
    local i
    for i in {1..150}; do echo "u$i@example.net"; done >cats/subscribers.d/u
    # shellcheck disable=SC2016
    sed -i '2i[ "$(ls sent | wc -l)" != 120 ] || [ -e again ] || exit 1' sendmail
    refused 75 --queue-id 4ABC --keys keys
    [ "$(calls)" = 120 ]
    touch again
    letter | receive --queue-id 4ABC --keys keys
    [ "$(everybody | wc -l)" = 153 ]
    [ "$(everybody | uniq -d | wc -l)" = 0 ]
    vouched sent/*/mail
}

@test "oneclick: what was held gets its links when it is released" {
    one_click
    set_control moderated
    set_control moderators mo@example.org
    letter "Subject: hi" | receive --keys keys --queue-id 4ABC
    local release
    release=$(cat sent/*/mail | grep -o '^Reply-To: cats+release-[a-z2-7]*@example.org')
    forget
    printf 'From: mo@example.org\nTo: x\n\nyes\n' |
        receive --keys keys --sender mo@example.org --recipient "${release#Reply-To: }"
    [ "$(calls)" = 3 ]
    vouched sent/*/mail
    [ -n "$(link_of cal@example.net)" ]
}

@test "oneclick: a link or a seal that somebody else has put into the post stays out" {
    one_click
    letter "List-Unsubscribe: <https://evil.example/>" "List-Unsubscribe-Post: List-Unsubscribe=One-Click" |
        receive --keys keys
    vouched sent/*/mail
    not grep -q evil.example sent/*/mail
}
