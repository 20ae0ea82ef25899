# The DNS fails in every way it can: mail is delayed or marked, never lost, never wrongly refused.

load ../lib/helpers
load ../lib/node
load ../lib/dns

setup_file() {
    is_root || return 0
    dns_start <<'END'
good.test. TXT "v=spf1 ip4:127.0.0.1 -all"
_dmarc.good.test. TXT "v=DMARC1; p=reject"
strict.test. TXT "v=spf1 -all"
_dmarc.strict.test. TXT "v=DMARC1; p=reject"
END
    dns_fault honest
    node_prepare
    node_start --nameserver "$DNS_FAULT_SERVER"
}
teardown_file() {
    node_remove
    dns_stop
}
setup() {
    node_test
    dns_fault honest
}

results() { header Authentication-Results "$mail" | tr ';' '\n' | sed 's/^ *//' | grep "^$1="; }

# Mail that no fault of the DNS makes a forgery: accepted, and there once.
arrives() { # FROM
    send --from "$1" --to alice@example.test --id "$id"
    fetch alice "$id" >"$mail"
    [ "$(count alice "$id")" = 1 ]
}

@test "dns trouble: none, for comparison" {
    arrives ann@good.test
    [[ $(results dmarc) == "dmarc=pass"* ]]
    refused "550 5.7.1" send --from ann@strict.test --to alice@example.test
}

@test "dns trouble: every answer two seconds late" {
    dns_fault delay 2000
    local start=$SECONDS
    arrives ann@good.test
    [ $((SECONDS - start)) -ge 2 ]
    [[ $(results dmarc) == "dmarc=pass"* ]]
    refused "550 5.7.1" send --from ann@strict.test --to alice@example.test
}

@test "dns trouble: silence; what cannot be judged is marked" {
    dns_fault silent
    arrives ann@strict.test
    [[ $(results spf) == "spf=temperror"* ]]
    [[ $(results dmarc) == "dmarc=temperror"* ]]
}

@test "dns trouble: garbage" {
    dns_fault garbage
    arrives ann@strict.test
    [[ $(results dmarc) == "dmarc=temperror"* ]]
}

@test "dns trouble: SERVFAIL, REFUSED" {
    dns_fault servfail
    arrives ann@strict.test
    [[ $(results dmarc) == "dmarc=temperror"* ]]
    id=$id-2
    dns_fault refused
    arrives ann@strict.test
    [[ $(results dmarc) == "dmarc=temperror"* ]]
}

@test "dns trouble: answers that belong to another question are not believed" {
    dns_fault wrong-id
    arrives ann@strict.test
    [[ $(results dmarc) == "dmarc=temperror"* ]]
    id=$id-2
    dns_fault wrong-question
    arrives ann@strict.test
    [[ $(results dmarc) == "dmarc=temperror"* ]]
}

@test "dns trouble: cut answers are asked for again by TCP, and if that fails too, marked" {
    dns_fault truncate
    arrives ann@good.test
    [[ $(results dmarc) == "dmarc=pass"* ]]
    id=$id-2
    dns_fault truncate-only
    arrives ann@strict.test
    [[ $(results dmarc) == "dmarc=temperror"* ]]
}

@test "dns trouble: no server at all" {
    dns_fault_stop
    arrives ann@strict.test
    [[ $(results dmarc) == "dmarc=temperror"* ]]
}
