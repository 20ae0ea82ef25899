#!/usr/bin/env bats
# mn-deliver --lmtp: to a real Dovecot, and to a server that answers as the test wants.

load ../lib/helpers
load common

# One private Dovecot for the file: users alice and bob, nobody else, no login service.
setup_file() {
    [ "$(id -u)" = 0 ] || return 0
    # Names of Unix sockets are short.
    dove=$(mktemp -d /tmp/dove.XXXXXX)
    export dove
    chmod 755 "$dove"
    install -d -o nobody -g nogroup -m 700 "$dove/mail"
    printf '%s@example.test::::::\n' alice bob >"$dove/users"
    cat >"$dove/dovecot.conf" <<END
base_dir = $dove/run
state_dir = $dove/state
log_path = $dove/log
protocols = lmtp
ssl = no
default_login_user = nobody
default_internal_user = nobody
default_internal_group = nogroup
mail_uid = nobody
mail_gid = nogroup
first_valid_uid = 1
mail_location = maildir:$dove/mail/%n
postmaster_address = postmaster@example.test
hostname = node.example.test
auth_username_format = %Lu
passdb {
  driver = passwd-file
  args = $dove/users
}
userdb {
  driver = passwd-file
  args = $dove/users
  default_fields = uid=nobody gid=nogroup home=$dove/mail
}
service lmtp {
  unix_listener $dove/lmtp {
    mode = 0666
  }
}
service stats {
  chroot =
}
service anvil {
  chroot =
}
END
    dovecot -c "$dove/dovecot.conf"
    local i
    for i in {1..100}; do
        [ -S "$dove/lmtp" ] && break
        sleep 0.05
    done
}

teardown_file() {
    [ "$(id -u)" = 0 ] || return 0
    doveadm -c "$dove/dovecot.conf" stop
    rm -rf "$dove"
}

setup() {
    cd "$BATS_TEST_TMPDIR"
    socket=$BATS_TEST_TMPDIR/s
    case $BATS_TEST_DESCRIPTION in
    "Dovecot: "*)
        wants_root "starts a Dovecot"
        rm -rf "$dove"/mail/*
        ;;
    esac
}

teardown() {
    [ -z "${server-}" ] || kill "$server" 2>/dev/null || true
}

# arrived USER: the messages of that user, without what Dovecot put on top.
arrived() {
    local file
    for file in "$dove/mail/$1"/new/*; do
        # Return-Path, Delivered-To and the Received header with its continuation lines.
        awk 'ours { print; next }
             /^(Return-Path|Delivered-To|Received):/ || /^[ \t]/ { next }
             { ours = 1; print }' "$file"
    done
}

to_dovecot() {
    mn-deliver --lmtp "$dove/lmtp" --sender a@example.test "$@"
}

@test "Dovecot: delivered" {
    letter 1000 >message
    to_dovecot --recipient alice@example.test <message
    arrived alice | cmp - message
}

@test "Dovecot: unknown user is 5.1.1, exit 67" {
    letter 1000 >message
    expect 67 to_dovecot --recipient nobody@example.test <message
    [[ $output =~ ^5\.1\.1\ [^$'\n']*$ ]]
}

@test "Dovecot: one answer for each recipient with -v; a refused one keeps nobody else's mail" {
    letter 1000 >message
    expect 67 to_dovecot -v --recipient alice@example.test --recipient no@example.test \
        --recipient bob@example.test <message
    grep -qx 'alice@example.test: 250 2.0.0 .*' <<<"$output"
    grep -qx 'no@example.test: 550 5.1.1 .*' <<<"$output"
    grep -qx 'bob@example.test: 250 2.0.0 .*' <<<"$output"
    arrived alice | cmp - message
    arrived bob | cmp - message
}

@test "Dovecot: dots, 8-bit and long lines arrive unchanged" {
    {
        printf 'Subject: dots\n\n.\n..\n.x\n...\n\n.\n'
        printf '\303\244\377\200 raw bytes\n'
        head -c 300000 /dev/zero | tr '\0' 'y'
        printf '\nDATA\nQUIT\nRSET\n.\n'
    } >message
    to_dovecot --recipient alice@example.test <message
    arrived alice | cmp - message
}

@test "Dovecot: CRLF and LF, no newline at the end: the same text" {
    printf 'Subject: ends\r\n\r\none\r\ntwo\n.\r\nno newline' >message
    to_dovecot --recipient alice@example.test <message
    arrived alice | tr -d '\r' >got
    printf 'Subject: ends\n\none\ntwo\n.\nno newline\n' | cmp - got
}

@test "Dovecot: big messages, 20 at once" {
    local i
    letter 2000000 >message
    for i in {1..20}; do
        to_dovecot --recipient alice@example.test <message || echo "$?" >>failed &
        started+=("$!")
    done
    wait_for_started
    [ ! -e failed ]
    [ "$(find "$dove/mail/alice/new" -type f -size +2000000c | wc -l)" = 20 ]
}

@test "Dovecot: parent killed in mid-message, with --from-pipe: 75, nothing delivered" {
    output=$(python3 "$FAULTS/upstream.py" killed-half --trials 10 -- "$tool" --lmtp "$dove/lmtp" \
        --sender a@example.test --recipient alice@example.test --from-pipe 2>said)
    [ "$output" = "status 75: 10" ]
    # What Dovecot does at a broken connection, it has done by now.
    to_dovecot --recipient bob@example.test <<<"Subject: x"
    [ ! -e "$dove/mail/alice/new" ] || [ "$(count "$dove/mail/alice/new")" = 0 ]
}

@test "Dovecot: parent that closes the pipe and waits: delivered" {
    output=$(python3 "$FAULTS/upstream.py" closed --trials 10 -- "$tool" --lmtp "$dove/lmtp" \
        --sender a@example.test --recipient alice@example.test --from-pipe)
    [ "$output" = "status 0: 10" ]
    [ "$(count "$dove/mail/alice/new")" = 10 ]
}

# serve ANSWER...: see lmtp-server.py; what it got is in the file "got".
serve() {
    [ -z "${server-}" ] || wait "$server" || true
    rm -f "$socket"
    python3 "$FAULTS/lmtp-server.py" "$socket" "$@" >got 3>&- &
    server=$!
    local i
    for i in {1..100}; do
        [ -S "$socket" ] && break
        sleep 0.02
    done
}

# says STATUS TEXT OPTION...: how a delivery ends, with the recipients given or one.
says() {
    local status_wanted=$1 text=$2
    shift 2
    [ $# -gt 0 ] || set -- --recipient a@example.test
    expect "$status_wanted" mn-deliver --lmtp "$socket" --sender s@example.test "$@" <<<"Subject: x"
    # shellcheck disable=SC2053 # a pattern
    [[ $output == $text ]] || { echo "says: $output"; return 1; }
}

@test "a server that ends the session at any point: 75" {
    local point
    for point in GREETING LHLO MAIL RCPT DATA END; do
        serve "$point=hangup"
        says 75 '4.4.2 *'
    done
}

@test "a server that is killed in mid-message: 75" {
    serve
    { printf 'Subject: x\n\n'; head -c 200000 /dev/zero; kill -9 "$server"; head -c 9000000 /dev/zero; } |
        expect 75 mn-deliver --lmtp "$socket" --recipient a@example.test
}

@test "no server, or nobody listens: 75" {
    says 75 '4.4.1 *'
    python3 -c 'import socket, sys; socket.socket(socket.AF_UNIX).bind(sys.argv[1])' "$socket"
    says 75 '4.4.1 *'
}

@test "a silent server: given up after --time-limit with 75" {
    serve END=silence
    says 75 '4.3.0 mail system took too long' --recipient a@example.test --time-limit 1
}

@test "what the server says is what we say" {
    serve RCPT='550 5.1.1 no such user'
    says 67 '5.1.1 no such user'
    serve RCPT='450 4.2.1 locked'
    says 75 '4.2.1 locked'
    serve END='552 5.2.2 over quota'
    says 69 '5.2.2 over quota'
    serve END='452 4.2.2 over quota'
    says 75 '4.2.2 over quota'
    serve MAIL='530 5.7.0 not you'
    says 77 '5.7.0 not you'
    serve DATA='451 4.3.0 later'
    says 75 '4.3.0 later'
    serve GREETING='554 5.3.2 go away'
    says 75 '4.4.1 *'
}

@test "replies of several lines, in pieces, without an enhanced status code" {
    serve RCPT='250-2.1.5 yes|250-2.1.5 really|250 2.1.5 ok'
    says 0 ''
    serve END='550 no'
    says 69 '5.0.0 no'
    serve END='450 no'
    says 75 '4.0.0 no'
    # A status that contradicts the code is not believed.
    serve END='450 5.1.1 no'
    says 75 '4.0.0 5.1.1 no'
}

@test "251 and 252 accept a recipient: the data is sent, its answer counts" {
    local code
    for code in 251 252; do
        serve RCPT="$code 2.1.5 elsewhere"
        says 0 ''
        wait "$server"
        grep -q 'Subject: x' got
        serve RCPT="$code 2.1.5 elsewhere" END='452 4.2.2 full'
        says 75 '4.2.2 full'
    done
    serve RCPT='251 2.1.5 elsewhere' RCPT='250 2.1.5 ok' END='452 4.2.2 full' END='250 2.0.0 ok'
    says 75 '4.2.2 full' --recipient a@example.test --recipient b@example.test
}

@test "answers that make no sense are no reason to bounce" {
    local word
    for word in MAIL=354 RCPT=354 DATA=250 END=354 GREETING=250 LHLO=354; do
        serve "$word what"
        says 75 '4.*'
    done
    for word in 'RCPT=hello' 'END=9' 'END=2x0 ok' 'DATA='; do
        serve "$word"
        says 75 '4.*'
    done
}

@test "one temporary refusal makes the whole delivery temporary" {
    serve RCPT='550 5.1.1 no' RCPT='250 ok' RCPT='451 4.3.0 later'
    says 75 '4.3.0 later' --recipient a@example.test --recipient b@example.test \
        --recipient c@example.test
}

@test "an answer that would tell a stranger a path is not passed on" {
    serve END='452 4.2.0 cannot write /var/mail/alice'
    says 75 '4.2.0 *'
    [[ $output != */* ]]
}

@test "recipients that would end the command never reach the server" {
    serve
    says 67 '5.1.3 *' --recipient $'a@example.test>\r\nRCPT TO:<b@example.test'
}
