# mailnode: what needs no running daemon. Running nodes are in tests/system.

load ../lib/helpers

setup() {
    cd "$BATS_TEST_TMPDIR"
    export MAILNODE_BIN
    cp -r "$REPOSITORY/userconfig" userconfig
    mailnode=$REPOSITORY/bin/mailnode
    # The scratch directory of bats is long, and closed to the accounts of the node.
    open=$(mktemp -d /tmp/mn.XXXXXX)
    chmod 755 "$open"
    state=$open/state
    export MAILNODE_STATE=$state MAILNODE_USERCONFIG=$BATS_TEST_TMPDIR/userconfig
    open_programs
}

# The account that delivers must be able to run the programs; a checkout may be closed to it.
open_programs() {
    [ "$EUID" -eq 0 ] || return 0
    runuser -u mail -- test -x "$MAILNODE_BIN/mn-deliver" && return
    mkdir "$open/bin"
    cp "$MAILNODE_BIN"/mn-* "$open/bin"
    export MAILNODE_BIN=$open/bin
}

teardown() {
    rm -rf "$open"
}

# check with these options fails and says this.
check_says() {
    local text=$1
    shift
    expect 1 "$mailnode" check "$@"
    [[ $output == *"$text"* ]] || { echo "wanted \"$text\" in: $output" >&2; return 1; }
    [ ! -e "$state" ]
}

@test "help names every command, and unknown ones are refused" {
    expect 0 "$mailnode" help
    for word in start run stop restart reload status check log config purge-lists; do [[ $output == *"  $word"* ]]; done
    expect 0 "$mailnode" --help
    expect 64 "$mailnode"
    expect 64 "$mailnode" fly
    expect 64 "$mailnode" --no-such-option 1 check
    expect 64 "$mailnode" check --hostname
}

@test "the example configuration has no problems, and check creates nothing" {
    expect 0 "$mailnode" check
    [ "$output" = "mailnode: no problems" ]
    [ ! -e "$state" ]
}

@test "every wrong option is named, all in one run" {
    check_says "--hostname: error: \"mail\" is not a full host name" --hostname mail --domains a_b.test --smtp-port 70000
    [[ $output == *"\"a_b.test\" is not a domain"* ]]
    [[ $output == *"\"70000\" is not a port"* ]]
    check_says "no domain is given" --domains ,
    check_says "is there twice" --domains example.test,EXAMPLE.test
    check_says "port 10465 is used twice" --imaps-port 10465
    check_says "is not a port" --smtps-port 0
    check_says "is not a port" --smtps-port 010
    check_says "is not an IP address" --listen 127.0.0.256
    check_says "no address is given" --listen ,
    check_says "is not a size" --message-size 10M
    check_says "neither yes nor no" --postscreen maybe
    check_says "neither yes nor no" --policy maybe
    check_says "is neither refuse nor forward nor an address" --forward-failed maybe
    check_says "port 10465 is used twice" --reinject-port 10465
    check_says "is not an IP address" --outgoing-address mail.example.test
    check_says "more than one address of a kind" --outgoing-address 192.0.2.1,192.0.2.2
    for server in ns.example.test 192.0.2.1:0 192.0.2.1:70000 '[2001:db8::1' 192.0.2.256; do
        check_says "is not the address of a name server" --nameserver "$server"
    done
    check_says "there is no account" --user no-such-account
    check_says "mail cannot belong to root" --user root
    check_says "mail cannot belong to postfix" --user postfix
    check_says "root has too much power for it" --sign-user root
    check_says "has too much power for it" --verify-user postfix
    check_says "mail has another task" --verify-user mail --user mail
    check_says "signer has another task" --verify-user signer --sign-user signer
    check_says "cannot be the name of an account" --sign-user 'a b'
}

@test "variables do what options do, and options win" {
    MAILNODE_HOSTNAME=bad check_says "\"bad\" is not a full host name"
    MAILNODE_SMTP_PORT=0 check_says "--smtp-port: error: \"0\" is not a port"
    MAILNODE_HOSTNAME=bad expect 0 "$mailnode" check --hostname good.example.test
}

@test "a state directory that cannot work is refused" {
    MAILNODE_STATE="/tmp/with blank" check_says "cannot use the path"
    MAILNODE_STATE=/tmp/$(printf '%080d' 0) check_says "too long"
    touch file
    MAILNODE_STATE=$PWD/file expect 1 "$mailnode" check
    [[ $output == *"is not a directory"* ]]
    mkdir "$state" && chmod 777 "$state"
    expect 1 "$mailnode" check
    [[ $output == *"others can write to it"* ]]
}

@test "certificate and key: missing, foreign and half given ones are named" {
    openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=mail.example.test \
        -addext subjectAltName=DNS:mail.example.test -keyout key -out cert 2>/dev/null
    openssl genrsa -out other 2048 2>/dev/null
    expect 0 "$mailnode" check --tls-cert cert --tls-key key
    expect 0 "$mailnode" check --tls-cert cert --tls-key key --hostname mx.example.test
    [[ $output == *"warning: it does not name mx.example.test"* ]]
    check_says "belong together" --tls-cert cert
    check_says "there is no certificate to read" --tls-cert nothing --tls-key key
    check_says "there is no key to read" --tls-cert cert --tls-key cert
    check_says "it is not the key of" --tls-cert cert --tls-key other
}

@test "mistakes in userconfig are named with their line" {
    printf 'alice@example.test\n' >>userconfig/passwd
    check_says "$MAILNODE_USERCONFIG/passwd:$(wc -l <userconfig/passwd): error: "
    cp "$REPOSITORY/userconfig/passwd" userconfig/passwd
    printf 'x@example.test nobody@example.test\n' >>userconfig/aliases
    check_says "$MAILNODE_USERCONFIG/aliases:$(wc -l <userconfig/aliases): error: "
    rm userconfig/aliases
    check_says "aliases: error: it cannot be read"
    cp "$REPOSITORY/userconfig/aliases" userconfig/aliases
    printf '# good\nlists.example.org # fine\n\nnot a domain\n' >userconfig/trusted-sealers
    check_says "$MAILNODE_USERCONFIG/trusted-sealers:4: error: \"not a domain\" is not a domain"
}

@test "accounts with published passwords are for loopback only" {
    check_says "passwords are published" --listen 0.0.0.0
    grep -v '^[a-z]' userconfig/passwd >passwd
    sed -n 's/^alice@\([^:]*\):[^:]*:/alice@\1:!x:/p' userconfig/passwd >>passwd
    mv passwd userconfig/passwd
    run "$mailnode" check --listen 0.0.0.0
    [[ $output != *published* ]]
}

@test "the list of published passwords is that of the example" {
    diff <(grep -o '\$y\$[^:]*' "$REPOSITORY/userconfig/passwd") "$REPOSITORY/container/node/published-passwords"
}

@test "the example's host name is for loopback only" {
    check_says "still that of the example" --listen 0.0.0.0
    run "$mailnode" check --listen 0.0.0.0 --hostname mail.example.org
    [[ $output != *"still that of the example"* ]]
}

@test "check: a rootless container, where all clients look alike, is refused unless told otherwise" {
    [ "$EUID" -eq 0 ] || skip "it is root who becomes an ordinary user here"
    rootless() { expect "$1" setpriv --reuid nobody --regid nogroup --clear-groups unshare --map-root-user \
        env MAILNODE_STATE=/nonexistent/state "$mailnode" check --listen 0.0.0.0 --hostname mail.example.org "${@:2}"; }
    rootless 1
    [[ $output == *"--hidden-clients: error: in this rootless container every client would have the same address"* ]]
    rootless 1 --hidden-clients accept
    [[ $output != *"rootless"* ]]
    check_says "neither refuse nor accept" --hidden-clients maybe
}

@test "a variable that is no setting is an error: it would be one that does nothing" {
    MAILNODE_HOST_NAME=mail.example.org expect 64 "$mailnode" check
    [[ $output == "mailnode: unknown variable MAILNODE_HOST_NAME; see mailnode help" ]]
}

@test "config prints every file once and leaves nothing behind" {
    expect 0 "$mailnode" config
    for file in postfix/main.cf postfix/master.cf postfix/virtual_alias postfix/recipients postfix/senders dovecot/dovecot.conf; do
        [ "$(grep -c "^==> $state/etc/$file <==" <<<"$output")" -eq 1 ]
    done
    [[ ! $output =~ @[A-Z_]+@ ]]
    [[ $output != *'$y$'* ]]
    [ ! -e "$state" ]
}

@test "the same input renders the same bytes, other input does not" {
    expect 0 "$mailnode" config one
    expect 0 "$mailnode" config two
    diff -r one two
    expect 0 "$mailnode" config three --hostname mx.example.test
    run diff -rq one three
    [ "$status" -eq 1 ]
}

@test "the rendered configuration means what the options say" {
    expect 0 "$mailnode" config out --hostname mx.example.test --domains second.test,example.test \
        --listen 127.0.0.1 --smtp-port 2525 --message-size 1000000
    value() { postconf -c out/postfix -h "$1"; }
    [ "$(value myhostname)" = mx.example.test ]
    [ "$(value myorigin)" = second.test ]
    [ "$(value inet_interfaces)" = 127.0.0.1 ]
    [ "$(value inet_protocols)" = ipv4 ]
    [ "$(value message_size_limit)" = 1000000 ]
    postconf -c out/postfix -M 2525/inet | grep -q 'smtpd$'
    [ "$(doveconf -c out/dovecot/dovecot.conf -h listen)" = 127.0.0.1 ]
}

@test "judging and signing: who, with what, on which port" {
    printf ' Lists.Example.ORG # a list\n\n# nobody\n' >userconfig/trusted-sealers
    expect 0 "$mailnode" config out --hostname mx.example.test --nameserver "127.0.0.1:5353 [::1]:54" \
        --submission-port 10587 --verify-user judge --sign-user signer --outgoing-address "192.0.2.1,2001:db8::1"
    value() { postconf -c out/postfix -h "$1"; }
    service() { postconf -c out/postfix -M "$1"; }
    [ "$(value smtpd_milters)" = unix:private/mn-verify ]
    [ "$(value non_smtpd_milters)" = unix:private/mn-dkimsign ]
    [ "$(value internal_mail_filter_classes)" = bounce ]
    [ "$(value milter_default_action)" = tempfail ]
    [ "$(value smtp_bind_address)" = 192.0.2.1 ]
    [ "$(value smtp_bind_address6)" = 2001:db8::1 ]
    for port in 10465 10587; do
        service $port/inet | grep -q smtpd_milters=unix:private/mn-dkimsign
    done
    service mn-verify/unix >verify
    grep -q 'spawn user=judge argv=.*/mn-verify --milter' verify
    grep -qF -e '--authserv-id=mx.example.test' verify
    grep -qF -e '--policy' verify
    grep -qF -e '--nameserver=127.0.0.1:5353 --nameserver=[::1]:54' verify
    not_in_verify=$(grep -c -e --keys verify || true)
    [ "$not_in_verify" = 0 ]
    service mn-dkimsign/unix >sign
    grep -q "spawn user=signer argv=.*/mn-dkimsign --milter" sign
    grep -qF -e "--keys=$state/dkim" sign
    # As many processes as there are sessions.
    [ "$(awk '{ print $7 }' verify sign | xargs)" = "0 0" ]
    [ "$(cat out/trusted-sealers)" = lists.example.org ]
    service 127.0.0.1:10026/inet | grep -q 'smtpd_milters= '
    expect 0 "$mailnode" config off --policy no
    run grep -e --policy off/postfix/master.cf
    [ "$status" -eq 1 ]
}

@test "mailing lists: every mistake is named" {
    "$MAILNODE_BIN/mn-makelist" --dir userconfig/lists --owner alice@example.test cats@example.test >/dev/null
    expect 0 "$mailnode" check
    mkdir userconfig/lists/Big
    check_says '"Big" cannot be the name of a list'
    rmdir userconfig/lists/Big
    echo cats@elsewhere.example >>userconfig/lists/cats/listaddress
    check_says "cats@elsewhere.example is in no domain of this node"
    echo 'c*ts/@example.test' >userconfig/lists/cats/listaddress
    check_says '"c*ts/@example.test" cannot be the address of a list'
    echo Alice@example.test >userconfig/lists/cats/listaddress
    check_says "alice@example.test is also an account"
    echo team@example.test >userconfig/lists/cats/listaddress
    check_says "team@example.test is also an alias"
    cp -r userconfig/lists/cats userconfig/lists/dogs
    echo cats@example.test | tee userconfig/lists/*/listaddress >/dev/null
    check_says "cats@example.test is also the list dogs"
    rm -r userconfig/lists/dogs
    echo - >userconfig/lists/cats/delimiter
    check_says 'Postfix has "+" between address and extension here'
    rm userconfig/lists/cats/delimiter
    touch userconfig/lists/cats/subonlypots
    check_says subonlypots
}

@test "mailing lists: their addresses lead to their directories, past an alias for the whole domain" {
    "$MAILNODE_BIN/mn-makelist" --dir userconfig/lists --owner alice@example.test big.cats@example.test >/dev/null
    echo '@example.test alice@example.test' >>userconfig/aliases
    expect 0 "$mailnode" config out
    grep -qx 'big.cats@example.test mn-list:big.cats' out/postfix/transport
    grep -qx 'big.cats@example.test big.cats@example.test' out/postfix/virtual_alias
    [ "$(postmap -q 'big.cats+help@example.test' regexp:out/postfix/list_extensions)" = DUNNO ]
    [ "$(postmap -q 'big.cats+confsub-abc@example.test' regexp:out/postfix/list_extensions)" = DUNNO ]
    [[ $(postmap -q 'big.cats+helpless@example.test' regexp:out/postfix/list_extensions) == "550 5.1.1 "* ]]
    [ -z "$(postmap -q 'big.cats@example.test' regexp:out/postfix/list_extensions)" ]
    [ -z "$(postmap -q 'bigxcats+helpless@example.test' regexp:out/postfix/list_extensions)" ]
}

@test "what must be closed is closed" {
    expect 0 "$mailnode" config out
    value() { postconf -c out/postfix -h "$1"; }
    [ "$(value smtpd_forbid_bare_newline)" = normalize ]
    [ "$(value smtpd_forbid_unauth_pipelining)" = yes ]
    [ "$(value disable_vrfy_command)" = yes ]
    [ "$(value smtpd_sasl_auth_enable)" = no ]
    [ -z "$(value mynetworks)" ]
    [ "$(value smtpd_tls_mandatory_protocols)" = '>=TLSv1.2' ]
    [ "$(value smtpd_tls_protocols)" = '>=TLSv1.2' ]
    [ "$(doveconf -c out/dovecot/dovecot.conf -h ssl_min_protocol)" = TLSv1.2 ]
    [ "$(doveconf -c out/dovecot/dovecot.conf -h ssl)" = required ]
    # Every pipe gets one recipient at a time.
    while read -r transport _; do
        [ "$(value "${transport}_destination_recipient_limit")" = 1 ]
    done < <(postconf -c out/postfix -M | awk '$8 == "pipe"')
}

@test "submission on 587 and postscreen are off, and one option turns them on" {
    expect 0 "$mailnode" config off
    [ -z "$(postconf -c off/postfix -M 10587/inet 2>/dev/null)" ]
    postconf -c off/postfix -M 10025/inet | grep -q 'smtpd$'
    expect 0 "$mailnode" config on --submission-port 10587 --postscreen yes
    postconf -c on/postfix -M 10587/inet | grep -q smtpd_tls_security_level=encrypt
    postconf -c on/postfix -M 10025/inet | grep -q 'postscreen$'
}

@test "all addresses are written the way each server wants them" {
    sed -i 's/^\([a-z]*@[^:]*\):[^:]*:/\1:!x:/' userconfig/passwd
    run "$mailnode" config out --listen "0.0.0.0,::" --hostname mail.example.org --domains example.test,second.test,third.test
    [ "$status" -eq 0 ]
    [ "$(postconf -c out/postfix -h inet_interfaces)" = all ]
    [ "$(doveconf -c out/dovecot/dovecot.conf -h listen)" = "0.0.0.0, ::" ]
}

@test "a node that does not run says so" {
    expect 1 "$mailnode" status
    [[ $output == *"postfix: not running"* ]]
    expect 1 "$mailnode" status --json
    [[ $output == *'"ok":false'*'"postfix":null'* ]]
    expect 0 "$mailnode" stop
    expect 1 "$mailnode" reload
    expect 1 "$mailnode" log
}

@test "start with an error starts and writes nothing" {
    expect 1 "$mailnode" start --hostname mail
    [[ $output == *"nothing was started: 1 problem"* ]]
    [ ! -e "$state" ]
}

@test "start refuses a port that is taken" {
    python3 -c 'import socket,time
s=socket.socket(); s.bind(("127.0.0.1",0)); s.listen(9); print(s.getsockname()[1],flush=True); time.sleep(60)' >port &
    local server=$!
    until [ -s port ]; do sleep 0.1; done
    run "$mailnode" start --listen 127.0.0.1 --smtp-port "$(<port)" --smtps-port 1 --imaps-port 2
    kill "$server"
    [ "$status" -eq 1 ]
    [[ $output == *"127.0.0.1:$(<port): error: something else listens there"* ]]
    [ ! -e "$state" ]
}
