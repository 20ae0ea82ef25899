# Where mail for each kind of address goes, and which addresses there are none.

load ../lib/helpers
load ../lib/node

setup_file() {
    is_root || return 0
    node_prepare
    cat >>"$NODE_USERCONFIG/aliases" <<'END'
everyone@example.test   team@example.test, carol@example.test
Office@Example.Test     BOB@EXAMPLE.TEST
hostmaster              carol@example.test
@second.test            carol@example.test
END
    node_start
}

stranger() { send --from stranger@elsewhere.test --id "$id" --to "$@"; }

@test "aliases: team reaches alice and bob, each once" {
    stranger team@example.test
    fetch alice "$id" >"$mail"
    [ "$(header X-Original-To "$mail")" = "team@example.test" ]
    [ "$(header Delivered-To "$mail")" = "alice@example.test" ]
    fetch bob "$id" >"$mail"
    drain
    [ "$(copies_of "$id")" = 2 ]
}

@test "aliases: an alias of an alias reaches everyone once" {
    stranger everyone@example.test
    fetch alice "$id" >"$mail"
    fetch bob "$id" >"$mail"
    fetch carol "$id" >"$mail"
    drain
    [ "$(copies_of "$id")" = 3 ]
}

@test "aliases: upper case, in the file as in the envelope, makes no difference" {
    stranger OFFICE@example.TEST
    fetch bob "$id" >"$mail"
    [ -d "$NODE_MAIL/example.test/bob" ]
    [ ! -e "$NODE_MAIL/example.test/BOB" ]
}

@test "aliases: an account is found in any case, and has one mailbox" {
    stranger ALICE@Example.Test
    fetch alice "$id" >"$mail"
    [ ! -e "$NODE_MAIL/example.test/ALICE" ]
    [ ! -e "$NODE_MAIL/Example.Test" ]
}

@test "aliases: a bare name is there at each domain" {
    stranger hostmaster@example.test
    fetch carol "$id" >"$mail"
    send --from stranger@elsewhere.test --id "$id-2" --to hostmaster@second.test
    fetch carol "$id-2" >"$mail"
}

@test "aliases: a sub-address goes to its account's INBOX" {
    stranger alice+shop@example.test
    fetch alice "$id" >"$mail"
    [ "$(header X-Original-To "$mail")" = "alice+shop@example.test" ]
    [ ! -e "$NODE_MAIL/example.test/alice+shop" ]
}

@test "aliases: a sub-address of an alias works, too" {
    stranger team+2026@example.test
    fetch alice "$id" >"$mail"
    fetch bob "$id" >"$mail"
}

@test "aliases: the catch-all gets what nobody else has" {
    stranger whoever@second.test
    fetch carol "$id" >"$mail"
    [ "$(header X-Original-To "$mail")" = "whoever@second.test" ]
    [ "$(copies_of "$id")" = 1 ]
}

@test "aliases: the catch-all leaves accounts and aliases of its domain alone" {
    stranger dave@second.test
    fetch dave@second.test "$id" >"$mail"
    send --from stranger@elsewhere.test --id "$id-2" --to postmaster@second.test
    fetch dave@second.test "$id-2" >"$mail"
    send --from stranger@elsewhere.test --id "$id-3" --to dave+x@second.test
    fetch dave@second.test "$id-3" >"$mail"
    [ "$(copies_of "$id")" = 1 ]
    [ "$(copies_of "$id-2")" = 1 ]
    [ "$(copies_of "$id-3")" = 1 ]
}

@test "aliases: an unknown user of a domain without catch-all is refused at RCPT" {
    refused "550 5.1.1" stranger nobody@example.test
    refused "550 5.1.1" stranger nobody+alice@example.test
    refused "550 5.1.1" stranger alice@example.test --to nobody@example.test
}

@test "aliases: odd local parts are refused or bounced, never a file elsewhere" {
    local before
    before=$(find "$NODE_MAIL" -mindepth 2 -maxdepth 2 | sort)
    refused 55 stranger '../alice@example.test'
    refused 55 stranger '"../../etc"@example.test'
    refused 55 stranger '"alice bob"@example.test'
    refused 501 stranger '""@example.test'
    refused 501 stranger '@example.test'
    refused 55 stranger '/etc/passwd@example.test'
    drain
    [ "$(find "$NODE_MAIL" -mindepth 2 -maxdepth 2 | sort)" = "$before" ]
}
