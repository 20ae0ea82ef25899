# Lists as mlmmj keeps them: the same things happen to a list of Debian's mlmmj and to one of ours,
# and both do the same, but for the departures in tests/lib/list-scenarios.py, each with its reason.

load ../lib/helpers

setup() {
    export MAILNODE_BIN
    if [ ! -x /usr/bin/mlmmj-receive ]; then skip "needs mlmmj"; fi
}

compare() { /usr/bin/python3 "$REPOSITORY/tests/lib/list-scenarios.py" "$BATS_TEST_TMPDIR/scratch" "$1"; }

@test "mlmmj: there are scenarios enough" {
    [ "$(/usr/bin/python3 "$REPOSITORY/tests/lib/list-scenarios.py" --count)" -ge 60 ]
}

@test "mlmmj: posts: who gets them, from whom, with what changed" { compare posts; }
@test "mlmmj: who may post, and what others are told" { compare denied; }
@test "mlmmj: moderators: posts and subscriptions held, released, rejected" { compare moderation; }
@test "mlmmj: subscribe and unsubscribe, with every tunable" { compare subscriptions; }
@test "mlmmj: help, faq, get, list" { compare requests; }
@test "mlmmj: bounces and probes" { compare bounces; }
@test "mlmmj: digests" { compare digests; }
@test "mlmmj: maintenance" { compare maintenance; }
@test "mlmmj: a list goes from one to the other in the middle of things, and back" { compare handover; }
