# Changed accounts and aliases take effect by `mailnode reload`, and nobody notices anything else.

load ../lib/helpers
load ../lib/node

setup() {
    node_test
    passwd=$NODE_USERCONFIG/passwd
    aliases=$NODE_USERCONFIG/aliases
}
teardown() {
    touch "$BATS_TEST_TMPDIR/stop"
    node_explain
}

set_password() { # ADDRESS PASSWORD
    mn-makepasswd --update "$passwd" "$1" <<<"$2"
}

stranger() { send --from stranger@elsewhere.test --id "$id" --to "$@"; }

@test "reload: mail flows and sessions stay while accounts and aliases change" {
    local stop=$BATS_TEST_TMPDIR/stop ids=$BATS_TEST_TMPDIR/ids problems=$BATS_TEST_TMPDIR/problems round
    traffic flow "$id" "$stop" >"$ids" 2>"$problems" &
    local flow=$!
    until_ok grep -rqs "$id-long" "$NODE_MAIL/example.test/alice/Maildir"
    for round in 1 2 3; do
        set_password "guest$round@example.test" "guest$round-secret"
        echo "role$round@example.test guest$round@example.test alice@example.test" >>"$aliases"
        mailnode reload
        send --from stranger@elsewhere.test --to "role$round@example.test" --id "$id-$round"
        fetch "guest$round@example.test" "$id-$round" >"$mail"
    done
    touch "$stop"
    wait "$flow" || { cat "$problems"; false; }
    # A message that is being delivered while the queue manager is replaced rests for five minutes.
    flush
    [ "$(wc -l <"$ids")" -gt 20 ]
    traffic verify <"$ids"
}

@test "reload: a new account can be written to, read and send at once" {
    refused "550 5.1.1" stranger erin@example.test
    set_password erin@example.test erin-secret
    mailnode reload
    stranger erin@example.test
    fetch erin "$id" >"$mail"
    send --user erin --to alice@example.test --id "$id-2"
    fetch alice "$id-2" >"$mail"
}

@test "reload: a new password is the only one" {
    set_password bob@example.test new-secret
    mailnode reload
    send --user bob --password new-secret --to alice@example.test --id "$id"
    refused "535" send --user bob --password bob-secret --to alice@example.test
    set_password bob@example.test bob-secret
    mailnode reload
    send --user bob --to alice@example.test --id "$id"
}

@test "reload: a removed account is refused everywhere, its mail stays on disk" {
    stranger carol@example.test
    fetch carol "$id" >"$mail"
    mn-makepasswd --remove "$passwd" carol@example.test
    mailnode reload
    refused "550 5.1.1" stranger carol@example.test
    refused "535" send --user carol --to alice@example.test
    not count carol "$id"
    [ "$(copies_of "$id")" = 1 ]
}

@test "reload: a changed alias leads elsewhere, a removed one nowhere" {
    sed -i 's/^team@example.test.*/team@example.test dave@second.test/; /^abuse@second.test/d' "$aliases"
    mailnode reload
    stranger team@example.test
    fetch dave@second.test "$id" >"$mail"
    [ "$(copies_of "$id")" = 1 ]
    refused "550 5.1.1" stranger abuse@second.test
    refused "553" send --user alice --from team@example.test --to bob@example.test
    send --user dave@second.test --from team@example.test --to bob@example.test
}

# What runs, and every file that it was configured with.
snapshot() {
    find "$NODE/state/etc" -type f -exec sha256sum {} + | sort -k 2
    cat "$NODE/state/queue/pid/master.pid" "$NODE/state/run/dovecot/master.pid"
}

broken_is_refused() { # FILE, with its last line broken
    local before
    before=$(snapshot)
    run mailnode reload
    [ "$status" -ne 0 ]
    [[ $output =~ $1:$(wc -l <"$1"):\ error:\ .*\;\ . ]]
    [ "$(snapshot)" = "$before" ]
    stranger alice@example.test
    fetch alice "$id" >"$mail"
}

@test "reload: a broken line in passwd is named, and nothing changes" {
    cp "$passwd" "$mail.save"
    echo 'frank@example.test' >>"$passwd"
    broken_is_refused "$passwd"
    cp "$mail.save" "$passwd"
    mailnode reload
}

@test "reload: a broken line in aliases is named, and nothing changes" {
    cp "$aliases" "$mail.save"
    echo 'sales@example.test nobody-here@example.test' >>"$aliases"
    broken_is_refused "$aliases"
    cp "$mail.save" "$aliases"
    mailnode reload
}

@test "reload: without a change it does nothing, and says so" {
    local before
    before=$(snapshot)
    mailnode reload
    run mailnode reload
    [ "$status" -eq 0 ]
    [[ $output == *"nothing changed"* ]]
    [ "$(snapshot)" = "$before" ]
}
