# mailnode passwd while the node runs: the new password counts at once, and nothing else changes.

load ../lib/helpers
load ../lib/node

setup() {
    node_test
    passwd=$NODE_USERCONFIG/passwd
}

# As a login of the machine that a rule of sudo(8) permits this one command.
user_changes() { # ANSWER...
    printf '%s\n' "$@" | SUDO_UID=4711 mailnode passwd --old --stdin
}

@test "passwd: an admin's new password is the only one, at once" {
    mailnode passwd --stdin bob@example.test <<<new-long-secret
    send --user bob --password new-long-secret --to alice@example.test --id "$id"
    refused "535" send --user bob --password bob-secret --to alice@example.test
    # Twice within a second, which Dovecot does not see by the time of the file.
    mailnode passwd --stdin bob@example.test <<<other-long-secre
    mailnode passwd --stdin bob@example.test <<<bob-secret
    send --user bob --to alice@example.test --id "$id"
}

@test "passwd: a user with the old password changes it, and nobody without" {
    run user_changes alice@example.test wrong-secret new-long-secret
    [ "$status" -eq 1 ]
    send --user alice --to bob@example.test --id "$id"
    user_changes alice@example.test alice-secret new-long-secret
    refused "535" send --user alice --to bob@example.test
    send --user alice --password new-long-secret --to bob@example.test --id "$id"
    mailnode log | grep -q "passwd: refused, with a wrong old password, for alice@example.test, asked by uid 4711"
    mailnode log | grep -q "passwd: changed, for alice@example.test, by uid 4711"
    not grep -rqs -e new-long-secret -e wrong-secret "$NODE/state/log" "$NODE/state/etc" "$NODE_USERCONFIG"
    mailnode passwd --stdin alice@example.test <<<alice-secret
}

@test "passwd: what else was edited waits for a reload" {
    cp "$passwd" "$BATS_TEST_TMPDIR/passwd"
    mn-makepasswd --update "$passwd" eve@example.test <<<eve-long-secret
    sed -i '/^carol@/d' "$passwd"
    mailnode passwd --stdin bob@example.test <<<new-long-secret
    send --user bob --password new-long-secret --to alice@example.test --id "$id"
    send --user carol --to alice@example.test --id "$id-2"
    refused "535" send --user eve --password eve-long-secret --to alice@example.test
    run mailnode passwd --stdin eve@example.test <<<eve-other-secret
    [ "$status" -eq 0 ]
    [[ $output == *"does not know the account yet: mailnode reload"* ]]
    cp "$BATS_TEST_TMPDIR/passwd" "$passwd"
    mailnode reload
}

@test "passwd: works while another mistake keeps the node from reloading" {
    echo "x@example.test nobody@example.test" >>"$NODE_USERCONFIG/aliases"
    run mailnode reload
    [ "$status" -eq 1 ]
    mailnode passwd --stdin bob@example.test <<<new-long-secret
    send --user bob --password new-long-secret --to alice@example.test --id "$id"
    sed -i '$d' "$NODE_USERCONFIG/aliases"
    mailnode passwd --stdin bob@example.test <<<bob-secret
}
