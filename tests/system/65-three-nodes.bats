# Three hosts on a small Internet with a real DNS: what one node sends, another believes; what is
# forged is refused; what is forwarded arrives, and its bounce comes back.

load ../lib/helpers
load ../lib/node
load ../lib/dns
load ../lib/nodes

setup_file() {
    is_root || return 0
    nodes_prepare one two three
    cat >>"$NODE/two/userconfig/aliases" <<'END'
away@two.example      cal@three.example
both@two.example      ben@two.example cal@three.example
gone@two.example      nobody@three.example
further@two.example   back@three.example
END
    echo 'back@three.example ann@one.example' >>"$NODE/three/userconfig/aliases"
    nodes_start <<'END'
strict.example. TXT "v=spf1 -all"
_dmarc.strict.example. TXT "v=DMARC1; p=reject"
careful.example. TXT "v=spf1 -all"
_dmarc.careful.example. TXT "v=DMARC1; p=quarantine"
lax.example. TXT "v=spf1 -all"
_dmarc.lax.example. TXT "v=DMARC1; p=none"
strict.example. MX 10 mx.one.example.
careful.example. MX 10 mx.one.example.
lax.example. MX 10 mx.one.example.
END
}
teardown_file() { nodes_remove; }
teardown() {
    nodes_explain
    [ -n "${BATS_TEST_COMPLETED:-}" ] || cat "$mail"
}


@test "three nodes: mail passes SPF, both DKIM signatures and DMARC" {
    at one send --user ann@one.example --to ben@two.example --id "$id"
    at two fetch ben@two.example "$id" >"$mail"
    [ "$(header Authentication-Results "$mail" | wc -l)" = 1 ]
    results "$mail" spf | grep -q '^spf=pass.*smtp.helo=mx.one.example'
    results "$mail" spf | grep -q '^spf=pass.*smtp.mailfrom=ann@one.example'
    [ "$(results "$mail" dkim | grep -c '^dkim=pass')" = 2 ]
    [ "$(results "$mail" dkim | grep -c 'header.d=one.example')" = 2 ]
    [[ $(results "$mail" dmarc) == "dmarc=pass"*"header.from=one.example"* ]]
}

@test "three nodes: python3-dkim, which is not ours, verifies both signatures as they arrived" {
    at one send --user ann@one.example --to ben@two.example --id "$id"
    at two fetch ben@two.example "$id" >"$mail"
    run /usr/bin/python3 - "$mail" "$NODES_NETWORK.53" <<'END'
import sys
import dkim
import dns.resolver
resolver = dns.resolver.Resolver(configure=False)
resolver.nameservers = [sys.argv[2]]
def txt(name, timeout=5):
    for record in resolver.resolve(name.decode() if isinstance(name, bytes) else name, "TXT"):
        return b"".join(record.strings)
message = dkim.DKIM(open(sys.argv[1], "rb").read())
print(message.verify(0, dnsfunc=txt), message.verify(1, dnsfunc=txt))
END
    echo "$output"
    [ "$output" = "True True" ]
}

@test "three nodes: a forged From of a p=reject domain is refused with 550 at the end of DATA" {
    refused "550 5.7.1" at two send --from boss@strict.example --to ben@two.example --id "$id"
    refused "550 5.7.1" at two send --from ann@one.example --to ben@two.example --id "$id"
    [ "$(grep -rlF "$id@" "$NODE/two/state/mail" | wc -l)" = 0 ]
}

@test "three nodes: what p=quarantine asks for lands in Junk, and not in INBOX" {
    at two send --from boss@careful.example --to ben@two.example --id "$id"
    at two fetch ben@two.example "$id" --folder Junk >"$mail"
    [[ $(results "$mail" dmarc) == "dmarc=fail"*"policy.dmarc=quarantine"* ]]
}

@test "three nodes: p=none is delivered, and marked" {
    at two send --from boss@lax.example --to ben@two.example --id "$id"
    at two fetch ben@two.example "$id" >"$mail"
    [[ $(results "$mail" dmarc) == "dmarc=fail"* ]]
    results "$mail" spf | grep -q '^spf=fail.*smtp.mailfrom=boss@lax.example'
}

@test "three nodes: a bounce from the null sender is judged by HELO and passes" {
    at one send --user ann@one.example --to nobody@two.example --id "$id"
    local found
    found() { grep -rlF "nobody@two.example" "$NODE/one/state/mail/one.example/ann/Maildir/new" 2>/dev/null; }
    until_ok found
}

@test "three nodes: forwarded mail passes SPF, DKIM and DMARC at its end, sealed by the node between" {
    at one send --user ann@one.example --to away@two.example --id "$id"
    at three fetch cal@three.example "$id" >"$mail"
    results "$mail" spf | grep -q '^spf=pass.*smtp.mailfrom="\?[sS][rR][sS]0+[^ ]*=one.example=ann"\?@two.example'
    [ "$(results "$mail" dkim | grep -c '^dkim=pass.*header.d=one.example')" = 2 ]
    [[ $(results "$mail" dmarc) == "dmarc=pass"*"header.from=one.example"* ]]
    [[ $(results "$mail" arc) == "arc=pass"* ]]
    [[ $(header Return-Path "$mail") == *"<"[sS][rR][sS]"0+"*"=one.example=ann@two.example>"* ]]
}

@test "three nodes: an alias with one target here and one elsewhere serves both, the one here untouched" {
    at one send --user ann@one.example --to both@two.example --id "$id"
    at two fetch ben@two.example "$id" >"$mail"
    [[ $(header Return-Path "$mail") == *"<ann@one.example>" ]]
    [ -z "$(header ARC-Seal "$mail")" ]
    at three fetch cal@three.example "$id" >"$mail"
}

@test "three nodes: forwarded twice, and home again: the second node continues the chain" {
    at one send --user ann@one.example --to further@two.example --id "$id"
    at one fetch ann@one.example "$id" >"$mail"
    [ "$(header ARC-Seal "$mail" | wc -l)" = 2 ]
    [[ $(results "$mail" arc) == "arc=pass"* ]]
    [[ $(results "$mail" dmarc) == "dmarc=pass"* ]]
    [[ $(header Return-Path "$mail") == *[sS][rR][sS]1+*"@three.example>"* ]]
}

@test "three nodes: the bounce of a forwarded mail finds its way back to the writer" {
    at one send --user ann@one.example --to gone@two.example --id "$id"
    bounced() { grep -rlF "nobody@three.example" "$NODE/one/state/mail/one.example/ann/Maildir/new" 2>/dev/null; }
    until_ok bounced
    grep -qF "$id@" "$(bounced | head -1)"
}

@test "three nodes: mail that fails DMARC is not forwarded in our name" {
    at two send --from boss@lax.example --to away@two.example --id "$id"
    gone() { ! find "$NODE/two/state/queue/"{incoming,active,deferred} -type f | grep -q .; }
    until_ok gone
    not grep -rqF "$id@" "$NODE/three/state/mail"
}

@test "three nodes: a forged return address leads nowhere" {
    at two send --from '' --to 'srs0+AAAA=AA=one.example=ann@two.example' --id "$id" || true
    empty() { not grep -rqlF "$id@" "$NODE/two/state/queue/"{incoming,active,deferred}; }
    until_ok empty
    not grep -rqF "$id@" "$NODE/one/state/mail"
}

@test "three nodes: nobody outside can use the names and ports that forwarding uses inside" {
    refused "554 5.7.1" at two send --from ann@strict.example --to 'cal=three.example@forward.internal' --id "$id"
}
