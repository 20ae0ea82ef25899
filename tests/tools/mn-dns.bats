# mn-dns as an admin uses it, with a real DNS server, and a mail host on loopback.

load ../lib/helpers
load ../lib/dns

DATA=$REPOSITORY/tests/data/publish

setup_file() {
    F=$BATS_FILE_TMPDIR
    export F
    mkdir -m 700 "$F/keys"
    mn-dkimkey -q --keys "$F/keys" create good.example >/dev/null
    # What print says, the advice for others followed, and names that faults lead to.
    mn-dns print --host mail.good.example --address 192.0.2.1 --address 2001:db8::1 --keys "$F/keys" \
        good.example | sed -nE 's/^; ([^ ]+\.arpa\. IN PTR )/\1/; /^;/!p' >"$F/good"
    cat "$DATA/extra" >>"$F/good"
    # Certificates: an authority of our own, and what it issued.
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 30 -subj "/CN=An authority" \
        -keyout "$F/ca.key" -out "$F/ca.pem" 2>/dev/null
    issue good mail.good.example -days 30
    issue other mail.other.example -days 30
    issue expiring mail.good.example -days 3
    dns_start <"$F/good"
}

teardown_file() {
    dns_stop
}

setup() {
    W=$BATS_TEST_TMPDIR
}

teardown() {
    [ -z "${HOST_PID:-}" ] || kill "$HOST_PID" 2>/dev/null || true
}

issue() { # FILE NAME OPTION of openssl x509...
    openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj "/CN=$2" \
        -keyout "$F/$1.key" -out "$F/$1.csr" 2>/dev/null
    openssl x509 -req -in "$F/$1.csr" -CA "$F/ca.pem" -CAkey "$F/ca.key" -CAcreateserial "${@:3}" \
        -extfile <(echo "subjectAltName=DNS:$2") -out "$F/$1.pem" 2>/dev/null
}

# The certificate of good for a time that is over.
expire() {
    touch "$W/index"
    printf '%s\n' '[ca]' 'default_ca=x' '[x]' "database=$W/index" "new_certs_dir=$W" 'rand_serial=yes' 'default_md=sha256' \
        'policy=p' '[p]' 'commonName=supplied' '[names]' 'subjectAltName=DNS:mail.good.example' >"$W/ca.conf"
    openssl ca -batch -config "$W/ca.conf" -extensions names -cert "$F/ca.pem" -keyfile "$F/ca.key" -in "$F/good.csr" \
        -startdate 20200101000000Z -enddate 20200201000000Z -notext -out "$F/expired.pem" 2>/dev/null
    cp "$F/good.key" "$F/expired.key"
}

good_zone() { dns_change <"$F/good"; }

# The DNS only.
check() {
    mn-dns check --host mail.good.example --address 192.0.2.1 --address 2001:db8::1 --keys "$F/keys" \
        --nameserver "$DNS_SERVER" --no-connect "$@" good.example
}

# mail_host CERTIFICATE FAULT...: sets PORTS, options of mn-dns.
mail_host() {
    rm -rf "$W/host"
    mkdir "$W/host"
    "$REPOSITORY/tests/lib/mail-host.py" "$W/host" "$F/$1.pem" "$F/$1.key" "${HOST_NAME:-mail.good.example}" "${@:2}" \
        >"$W/host/log" 2>&1 3>&- 4>&- &
    HOST_PID=$!
    local end=$((SECONDS + 20)) smtp smtps imaps
    until [ -s "$W/host/ports" ] || ((SECONDS >= end)); do sleep 0.05; done
    read -r smtp smtps imaps <"$W/host/ports"
    PORTS=(--smtp-port "$smtp" --smtps-port "$smtps" --imaps-port "$imaps")
}

# The mail host; what the DNS says of its unusual ports does not matter here.
probe() {
    mn-dns check --host mail.good.example --address 192.0.2.1 --nameserver "$DNS_SERVER" --connect 127.0.0.1 \
        -q "${PORTS[@]}" --ca-file "$F/${CA:-ca.pem}" good.example 2>&1 | grep '127\.0\.0\.1'
}

# names JSON-LINES: the checks that found a problem, sorted, by commas; each with a remedy.
names() {
    python3 -c '
import json, sys
found = [json.loads(line) for line in sys.stdin]
bad = [f for f in found if f["result"] != "ok"]
assert all(f["result"] in ("warn", "fail") and f["remedy"] and f["subject"] and f["text"] for f in bad), bad
print(",".join(sorted({f["check"] for f in bad})))'
}

# ---- print ---------------------------------------------------------------------------------------

@test "print: a whole zone that nsd takes, a reason for each record" {
    mn-dns print --host mail.good.example --address 192.0.2.1 --address 2001:db8::1 --keys "$F/keys" \
        --ns ns1.elsewhere.example --ns ns2.elsewhere.example good.example >"$W/zone"
    expect 0 /usr/sbin/nsd-checkzone good.example "$W/zone"
    # Every record has a comment above it, but for those that every zone has.
    awk '!/^;/ && !/ IN (SOA|NS) / && !/^\$TTL/ { if (before !~ /^; /) { print; bad = 1 } } { before = $0 } END { exit bad }' "$W/zone"
    for record in 'good.example. IN MX 10 mail.good.example.' 'mail.good.example. IN A 192.0.2.1' \
        'mail.good.example. IN AAAA 2001:db8::1' 'good.example. IN TXT "v=spf1 mx -all"' \
        'mail.good.example. IN TXT "v=spf1 a -all"' \
        '_dmarc.good.example. IN TXT "v=DMARC1; p=none; rua=mailto:postmaster@good.example"' \
        '_smtp._tls.good.example. IN TXT "v=TLSRPTv1; rua=mailto:postmaster@good.example"' \
        '_imaps._tcp.good.example. IN SRV 0 1 993 mail.good.example.' \
        '_submissions._tcp.good.example. IN SRV 0 1 465 mail.good.example.' \
        '; 1.2.0.192.in-addr.arpa. IN PTR mail.good.example.' \
        '; _mta-sts.good.example. IN TXT "v=STSv1; id=1"'; do
        grep -qFx "$record" "$W/zone"
    done
    [ "$(grep -c '_domainkey.good.example. IN TXT "v=DKIM1;' "$W/zone")" -eq 2 ]
}

@test "print: other ports, policy and addresses for reports" {
    mn-dns print --host mail.good.example --address 192.0.2.1 --imaps-port 10993 --smtps-port 10465 \
        --dmarc-policy reject --report-to reports@other.example --report-to ann@good.example -q good.example >"$W/zone"
    grep -q '^_dmarc.*"v=DMARC1; p=reject; rua=mailto:reports@other.example,mailto:ann@good.example"' "$W/zone"
    grep -q '^; good.example._report._dmarc.other.example. IN TXT "v=DMARC1"' "$W/zone"
    grep -q '^_imaps.*SRV 0 1 10993' "$W/zone"
    grep -q '^_submissions.*SRV 0 1 10465' "$W/zone"
    [ "$(grep -c _report "$W/zone")" -eq 1 ]
}

@test "print: several domains, the host in one of them, or elsewhere, or unknown addresses" {
    mn-dns print -q --host mail.good.example --address 192.0.2.1 --report-to a@good.example good.example other.example >"$W/zone"
    grep -q '^mail.good.example. IN A 192.0.2.1' "$W/zone"
    grep -q '^other.example. IN MX 10 mail.good.example.' "$W/zone"
    # Both zones are ours, so the consent is a record to publish.
    grep -q '^other.example._report._dmarc.good.example. IN TXT "v=DMARC1"' "$W/zone"
    mn-dns print -q --host mail.good.example --address 192.0.2.1 other.example >"$W/zone"
    grep -q '^; mail.good.example. IN A 192.0.2.1' "$W/zone"
    mn-dns print -q --host mail.good.example good.example >"$W/zone"
    grep -q '^; mail.good.example needs an A record' "$W/zone"
    expect 0 mn-dns print --host mail.good.example --keys "$F/keys" other.example
    [[ $output == *"mn-dns: other.example has no DKIM key yet: mn-dkimkey create other.example"* ]]
    # A host that is the domain itself has one SPF record.
    [ "$(mn-dns print -q --host good.example good.example | grep -c spf1)" -eq 1 ]
}

@test "print --json: an object for each record" {
    mn-dns print --host mail.good.example --address 192.0.2.1 --keys "$F/keys" --json good.example | python3 -c '
import json, sys
records = [json.loads(line) for line in sys.stdin]
assert {r["type"] for r in records} == {"A", "PTR", "TXT", "MX", "SRV"}
assert all(r["name"] and r["why"] and isinstance(r["advice"], bool) for r in records)
assert [r["value"] for r in records if r["type"] == "MX"] == ["10 mail.good.example."]
assert [r["advice"] for r in records if r["type"] == "PTR"] == [True]'
}

# ---- check: the DNS ------------------------------------------------------------------------------

@test "check: nothing is wrong with what print prints" {
    good_zone
    expect 0 check
    [ "$(grep -cv '^OK ' <<<"$output")" -eq 0 ]
    for subject in 'mail.good.example address' '192.0.2.1 PTR' '2001:db8::1 PTR' 'mail.good.example SPF' \
        'good.example MX' 'good.example SPF' 'default._domainkey.good.example DKIM' \
        'default-ed25519._domainkey.good.example DKIM' 'good.example DMARC' 'good.example alignment' \
        'good.example TLSRPT' 'good.example MTA-STS' '_imaps._tcp.good.example SRV' \
        '_submissions._tcp.good.example SRV'; do
        grep -qF ": $subject: " <<<"$output"
    done
    expect 0 check -q
    [ -z "$output" ]
    # Without --address the addresses of the DNS are ours.
    expect 0 mn-dns check --host mail.good.example --keys "$F/keys" --nameserver "$DNS_SERVER" --no-connect good.example
}

@test "check: every fault is found, named, and told how to mend" {
    local wanted script what found status count=0 bad=0
    while IFS=$'\t' read -r wanted script what; do
        sed -E "$script" "$F/good" >"$W/zone"
        if cmp -s "$W/zone" "$F/good"; then
            echo "makes no fault: $what" >&2
            bad=1
            continue
        fi
        dns_change <"$W/zone"
        status=0
        check --json >"$W/json" || status=$?
        found=$(names <"$W/json")
        if [ "$status" -ne 1 ] || [ "$found" != "$(tr , '\n' <<<"$wanted" | sort | paste -sd,)" ]; then
            printf '%s: exit %s, wanted %s, found %s\n' "$what" "$status" "$wanted" "$found" >&2
            grep -v '"result":"ok"' "$W/json" >&2 || true
            bad=1
        fi
        count=$((count + 1))
    done <"$DATA/faults"
    [ "$bad" -eq 0 ]
    [ "$count" -ge 40 ]
}

@test "check: what is published, what should be, and what to do is in the text" {
    sed -E 's/(IN MX 10) .*/\1 other.example./' "$F/good" >"$W/zone"
    dns_change <"$W/zone"
    expect 1 check -q
    grep -qx 'FAIL mx-elsewhere: good.example MX: mail for the domain goes elsewhere, not to this host; published: other.example; should be: 10 mail.good.example.; to do: publish the record, or tell this host.s name by --host' <<<"$output"
}

@test "check: a record of 600 bytes is too much for libspf2, and that is told" {
    sed -E "$(grep -P '\t600 bytes$' "$DATA/faults" | cut -f2)" "$F/good" >"$W/zone"
    [ "$(grep '^good.example. IN TXT' "$W/zone" | wc -c)" -gt 600 ]
    dns_change <"$W/zone"
    expect 1 check -q
    [[ $output == "WARN spf-libspf2: good.example SPF: too long: 6"??" bytes, 36 terms; libspf2, which many receivers run"* ]]
    sed -E "$(grep 'libspf2 forgets' "$DATA/faults" | cut -f2)" "$F/good" >"$W/zone"
    dns_change <"$W/zone"
    expect 1 check -q
    [[ $output == "WARN spf-libspf2: good.example SPF: libspf2, which many receivers run, forgets the end of it: 6"* ]]
    # One that it reads whole is OK.
    sed -E 's/^(good.example. IN TXT).*/\1 "v=spf1 mx ip4:203.0.113.1 ip4:203.0.113.2 ip6:2001:db8:1::\/48 -all"/' "$F/good" >"$W/zone"
    dns_change <"$W/zone"
    expect 0 check -q
}

@test "check: no keys, keys that others can read, a prepared key" {
    good_zone
    mkdir -m 700 "$W/keys"
    expect 1 mn-dns check --host mail.good.example --keys "$W/keys" --nameserver "$DNS_SERVER" --no-connect -q good.example
    [[ $output == "FAIL dkim-file: good.example DKIM: has no key; to do: make some: mn-dkimkey create good.example"* ]]
    cp -r "$F/keys/good.example" "$W/keys"
    chmod 644 "$W/keys/good.example/default.pem"
    expect 1 mn-dns check --host mail.good.example --keys "$W/keys" --nameserver "$DNS_SERVER" --no-connect -q good.example
    [[ $output == *"dkim-file: $W/keys/good.example/default.pem: everybody on this machine may read it"* ]]
    chmod 600 "$W/keys/good.example/default.pem"
    mn-dkimkey -q --keys "$W/keys" create --next --selector later good.example >/dev/null
    expect 0 mn-dns check --host mail.good.example --keys "$W/keys" --nameserver "$DNS_SERVER" --no-connect good.example
    [[ $output == *"OK dkim: later._domainkey.good.example DKIM: prepared, not published yet"* ]]
    # Without --keys nothing is said about them.
    expect 0 mn-dns check --host mail.good.example --nameserver "$DNS_SERVER" --no-connect good.example
    [[ $output == *"--keys DIR is missing"* ]]
    [[ $output != *DKIM:* ]]
}

@test "check: a private address, and a host that is the domain itself" {
    dns_change <<'END'
good.example. MX 10 good.example.
good.example. A 10.1.2.3
good.example. TXT "v=spf1 mx -all"
3.2.1.10.in-addr.arpa. PTR good.example.
_dmarc.good.example. TXT "v=DMARC1; p=none; rua=mailto:postmaster@good.example"
_imaps._tcp.good.example. SRV 0 1 993 good.example.
_submissions._tcp.good.example. SRV 0 1 465 good.example.
END
    expect 1 mn-dns check -q --host good.example --nameserver "$DNS_SERVER" --no-connect good.example
    [ "$output" = "FAIL host-private: good.example address: 10.1.2.3 cannot be reached from outside; published: 10.1.2.3; to do: publish the public address" ]
    expect 0 mn-dns check -q --host good.example --address 10.1.2.3 --nameserver "$DNS_SERVER" --no-connect good.example
}

@test "check: a DNS that does not answer is no fault of the records" {
    good_zone
    dns_fault silent
    expect 2 mn-dns check -q --host mail.good.example --address 192.0.2.1 --nameserver "$DNS_FAULT_SERVER" --dns-timeout 1 --no-connect good.example
    [[ $output == *"???? mx: good.example MX: could not find out"* ]]
    [[ $output != *FAIL* && $output != *WARN* ]]
    dns_fault_stop
}

@test "check --changed: only what is new, and not what could not be found out" {
    good_zone
    expect 0 check --changed "$W/state"
    [ -z "$output" ]
    [ "$(stat -c %a "$W/state")" = 600 ]
    sed '/^_dmarc/d' "$F/good" >"$W/zone"
    dns_change <"$W/zone"
    expect 1 check --changed "$W/state"
    [[ $output == "FAIL dmarc-missing: good.example DMARC:"* ]]
    [ "${#lines[@]}" -eq 1 ]
    expect 1 check --changed "$W/state"
    [ -z "$output" ]
    dns_fault silent
    DNS_SERVER=$DNS_FAULT_SERVER expect 2 check --changed "$W/state" --dns-timeout 1
    [ -z "$output" ]
    dns_fault_stop
    good_zone
    expect 0 check --changed "$W/state"
    [[ $output == *"OK dmarc: good.example DMARC: v=DMARC1"* ]]
    expect 0 check --changed "$W/state"
    [ -z "$output" ]
    # The first time everything that is not OK is new.
    dns_change <"$W/zone"
    expect 1 check --changed "$W/other"
    [[ $output == "FAIL dmarc-missing"* ]]
    expect 2 check --changed "$W/missing/state"
}

@test "check --json: an object for each thing looked at" {
    good_zone
    check --json | python3 -c '
import json, sys
found = [json.loads(line) for line in sys.stdin]
assert len(found) > 12
assert all(set(f) >= {"result", "check", "subject", "text", "published"} for f in found)
assert {f["result"] for f in found} == {"ok"}
assert [f["published"] for f in found if f["subject"] == "good.example MX"] == [["mail.good.example"]]'
}

@test "check: colours and alignment on a terminal only, and nothing that a record says gets there raw" {
    sed '/^_dmarc/d' "$F/good" >"$W/zone"
    printf '%s\n' '_dmarc.good.example. IN TXT "v=DMARC1; p=none; rua=mailto:x\027[31m"' >>"$W/zone"
    dns_change <"$W/zone"
    check >"$W/plain" || true
    run grep -c $'\033' "$W/plain"
    [ "$output" = 0 ]
    grep -qF 'x\x1b[31m' "$W/plain"
    script -qec "$(printf '%q ' mn-dns check --host mail.good.example --address 192.0.2.1 --keys "$F/keys" --nameserver "$DNS_SERVER" --no-connect good.example)" /dev/null >"$W/typescript" </dev/null || true
    grep -qF $'\033[32mOK' "$W/typescript"
    grep -q '        to do      ' "$W/typescript"
    run grep -cF $'x\033[31m' "$W/typescript"
    [ "$output" = 0 ]
}

@test "check --blocklists: listed, not listed, and lists that refuse to answer" {
    printf '%s\n' '1.2.0.192.zen.spamhaus.org. A 127.0.0.4' 'good.example.dbl.spamhaus.org. A 127.0.1.255' \
        '1.2.0.192.psbl.surriel.com. A 127.255.255.254' | cat "$F/good" - >"$W/zone"
    dns_change <"$W/zone"
    expect 1 check -q --blocklists
    [[ $output == *"FAIL blocklist-listed: 192.0.2.1 in zen.spamhaus.org: listed: 127.0.0.4; to do: find out why"* ]]
    [[ $output == *"???? blocklist: good.example in dbl.spamhaus.org: could not find out"* ]]
    [[ $output == *"???? blocklist: 192.0.2.1 in psbl.surriel.com: could not find out: the answer is 127.255.255.254"* ]]
    [ "${#lines[@]}" -eq 3 ]
    # Nobody is asked without it.
    expect 0 check -q
    good_zone
    expect 0 check --blocklists
    [[ $output == *"OK blocklist: 192.0.2.1 in bl.spamcop.net: not listed"* ]]
    # A name server that makes up answers.
    sed 's/127.0.0.4/203.0.113.80/' "$W/zone" >"$W/zone2"
    dns_change <"$W/zone2"
    expect 2 check -q --blocklists
}

# ---- check: the host -----------------------------------------------------------------------------

@test "check connects: a good host is OK on all ports, and no mail comes of it" {
    good_zone
    mail_host good
    expect 1 mn-dns check --host mail.good.example --keys "$F/keys" --nameserver "$DNS_SERVER" --connect 127.0.0.1 "${PORTS[@]}" --ca-file "$F/ca.pem" good.example
    # Of these ports the DNS knows nothing.
    [ "$(grep -v '^OK' <<<"$output" | grep -cv '^FAIL srv-port')" -eq 0 ]
    for what in "smtp: 127.0.0.1 port ${PORTS[1]} name" "certificate: 127.0.0.1 port ${PORTS[1]}:" \
        "certificate: 127.0.0.1 port ${PORTS[3]}:" "certificate: 127.0.0.1 port ${PORTS[5]}:" \
        "postmaster: 127.0.0.1 port ${PORTS[1]}" "relay: 127.0.0.1 port ${PORTS[1]}" \
        "smuggling: 127.0.0.1 port ${PORTS[1]} smuggling: only CR LF . CR LF"; do
        grep -qF "OK $what" <<<"$output"
    done
    [ "$(find "$W/host" -name '*.eml' | wc -l)" -eq 0 ]
    # Addresses elsewhere are named, and nothing is sent there.
    run grep -A1 'RCPT TO:<probe@' "$W/host/smtp"
    [[ $output != *DATA* ]]
}

@test "check connects: certificates with a wrong name, about to expire, expired, of an unknown authority" {
    good_zone
    mail_host other
    run probe
    [ "$(grep -c '^FAIL cert-name: .*the certificate is for mail.other.example, not for mail.good.example' <<<"$output")" -eq 2 ]
    [ "$(grep -c '^WARN cert-name: ' <<<"$output")" -eq 1 ]
    kill "$HOST_PID"
    mail_host expiring
    run probe
    [ "$(grep -c '^WARN cert-expiring: .*good only until 2' <<<"$output")" -eq 3 ]
    kill "$HOST_PID"
    # openssl x509 makes none that has expired already.
    expire
    mail_host expired
    run probe
    [ "$(grep -c '^FAIL cert-expired: .*good until 2020-02-01' <<<"$output")" -eq 3 ]
    [ "${#lines[@]}" -eq 3 ]
    kill "$HOST_PID"
    mail_host good
    CA=other.pem run probe
    [ "$(grep -c '^FAIL cert-trust: ' <<<"$output")" -eq 2 ]
    [ "$(grep -c '^WARN cert-trust: ' <<<"$output")" -eq 1 ]
}

@test "check connects: openssl's own server, by STARTTLS too" {
    good_zone
    smtp=$(dns_free_port) smtps=$(dns_free_port)
    openssl s_server -quiet -accept "127.0.0.1:$smtp" -starttls smtp -naccept 1 -cert "$F/other.pem" -key "$F/other.key" \
        >/dev/null 2>&1 3>&- 4>&- </dev/null &
    openssl s_server -quiet -accept "127.0.0.1:$smtps" -cert "$F/other.pem" -key "$F/other.key" \
        >/dev/null 2>&1 3>&- 4>&- </dev/null &
    HOST_PID=$!
    end=$((SECONDS + 20))
    until (exec 3<>"/dev/tcp/127.0.0.1/$smtps") 2>/dev/null || ((SECONDS >= end)); do sleep 0.1; done
    PORTS=(--smtp-port "$smtp" --smtps-port "$smtps" --imaps-port "$smtps")
    run probe
    grep -q "^FAIL cert-name: 127.0.0.1 port $smtps" <<<"$output"
}

@test "check connects: no STARTTLS, another name, no postmaster, nobody there, nobody speaking" {
    good_zone
    HOST_NAME=localhost mail_host good no-starttls no-postmaster
    run probe
    [ "${#lines[@]}" -eq 4 ]
    [[ $output == *"FAIL starttls-missing: 127.0.0.1 port"* ]]
    [[ $output == *"WARN smtp-name: 127.0.0.1 port ${PORTS[1]} name: it calls itself localhost"* ]]
    [[ $output == *"FAIL postmaster-refused: "*"postmaster@good.example is refused: 550 5.1.1 User unknown"* ]]
    # Whether it can be smuggled through cannot be found out then.
    [[ $output == *"???? smuggling: "* ]]
    kill "$HOST_PID"
    mail_host good busy
    run probe
    [[ $output == "FAIL smtp-refuses: "*"421 4.3.2 come back later"* ]]
    kill "$HOST_PID"
    mail_host good hangs-up
    run probe
    [[ $output == "???? smtp: "* ]]
    kill "$HOST_PID"
    while [ -e "/proc/$HOST_PID/exe" ]; do sleep 0.02; done
    unset HOST_PID
    run probe
    [ "$(grep -c '^FAIL connect-failed: .*Connection refused' <<<"$output")" -eq 3 ]
}

@test "check connects: an open relay" {
    good_zone
    mail_host good open-relay
    run probe
    [ "${#lines[@]}" -eq 1 ]
    [[ $output == "FAIL relay-open: 127.0.0.1 port ${PORTS[1]} relaying: open relay"* ]]
    [ "$(find "$W/host" -name '*.eml' | wc -l)" -eq 0 ]
}

@test "check connects: SMTP smuggling is found, and no mail comes of that either" {
    good_zone
    for ending in LF.LF LF.CRLF CRLF.LF CR.CR; do
        mail_host good "$ending"
        run probe
        [ "${#lines[@]}" -eq 1 ]
        [[ $output == "FAIL smuggling-open: 127.0.0.1 port ${PORTS[1]} smuggling: it takes "*"too many hops"*"smtpd_forbid_bare_newline"* ]]
        [ "$(find "$W/host" -name '*.eml' | wc -l)" -eq 0 ]
        kill "$HOST_PID"
    done
    mail_host good refuses-bare
    run probe
    [ -z "$output" ]
}

# ---- exit status ---------------------------------------------------------------------------------

@test "usage: exit 64" {
    expect 64 mn-dns
    expect 64 mn-dns publish good.example
    expect 64 mn-dns print
    expect 64 mn-dns check --no-connect
    expect 64 mn-dns print --host localhost good.example
    expect 64 mn-dns print --host mail.good.example 'a b'
    expect 64 mn-dns print --host mail.good.example ..
    expect 64 mn-dns print --host mail.good.example --address 192.0.2.300 good.example
    expect 64 mn-dns print --host mail.good.example --dmarc-policy refuse good.example
    expect 64 mn-dns print --host mail.good.example --report-to 'a@b.example;x' good.example
    expect 64 mn-dns print --host mail.good.example --report-to 'a!b@b.example' good.example
    expect 64 mn-dns print --host mail.good.example --ns ns.example good.example other.example
    expect 64 mn-dns check --host mail.good.example --ns ns.example good.example
    expect 64 mn-dns check --host mail.good.example --no-connect --connect 127.0.0.1 good.example
    expect 64 mn-dns check --host mail.good.example --nameserver x good.example
}

@test "could not do it: exit 2" {
    expect 2 mn-dns print --host mail.good.example --keys "$W/none" good.example
    status=0
    mn-dns print -q --host mail.good.example good.example >/dev/full 2>"$W/errors" || status=$?
    [ "$status" -eq 2 ]
    good_zone
    mail_host good
    run mn-dns check --host mail.good.example --nameserver "$DNS_SERVER" --connect 127.0.0.1 "${PORTS[@]}" --ca-file "$W/none" good.example
    [ "$status" -eq 2 ]
    [[ $output == *"$W/none holds no certificates"* ]]
}
