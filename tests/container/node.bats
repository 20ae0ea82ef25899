# A production node in a container, as container/README has it: built and started by docker-compose
# from a copy of the tree, with a second node and a plain Postfix beside it, and a real DNS.
# The tests are one story: each goes on with the node that the one before has left.

NODES_NETWORK=172.30.25
NODES_FIRST=101

load ../lib/helpers
load ../lib/node
load ../lib/dns
load ../lib/nodes
load ../lib/plain
load ../lib/docker
load ../lib/certificate

export NODE_HOSTNAME=mx.one.example NODE_SMTP_PORT=25 NODE_SMTPS_PORT=465 NODE_IMAPS_PORT=993

setup_file() {
    is_root || return 0
    export BATS_TEST_TIMEOUT=400
    # Starting must not depend on how quickly a machine in use gets through it.
    NODE_PATIENCE=120
    nodes_prepare two
    export NODE_CA=$OPERATOR/certificates/cert.pem NODE_MAIL=$DOCKER_ROOT/data/volumes/mailnode-test_mail/_data
    mkdir "$OPERATOR/certificates"
    make_certificate "$NODE_HOSTNAME" "$NODE_CA" "$OPERATOR/certificates/key.pem"
    compose run --rm -T mailnode setup --stdin ann@one.example <<<ann-secret >"$NODE/setup"
    local config=$OPERATOR/userconfig
    "$MAILNODE_BIN/mn-makepasswd" -q --update "$config/passwd" --stdin bob@one.example <<<bob-secret
    echo 'away@one.example ben@two.example' >>"$config/aliases"
    "$MAILNODE_BIN/mn-makelist" --dir "$config/lists" --owner ann@one.example cats@one.example >/dev/null
    compose up --detach mailnode >/dev/null 2>&1
    until_ok is_healthy
    ready_in >"$NODE/ready"
    NODE_PATIENCE=60 nodes_start <<<"$PLAIN_RECORDS"
    eval "in_node $(published print)" | sed -nE 's/^; ([^ ]+\.arpa\. IN PTR )/\1/; /^;/!p' >>"$NODE/records"
    dns_change <"$NODE/records"
    plain_start
}

teardown_file() {
    is_root || return 0
    compose down --volumes >/dev/null 2>&1 || true
    plain_stop
    nodes_remove
}

setup() { node_test; }
teardown() {
    [ -z "${BATS_TEST_COMPLETED:-}" ] || return 0
    node_logs | tail -n 15
    [ ! -s "$mail" ] || cat "$mail"
}

# The command that setup names, to say or do something else with it.
published() { sed -n "s/^mailnode: then check: mn-dns check/mn-dns $1/p" "$NODE/setup"; } # check|print

# Seconds from the container's start to the line that says that all ports answer.
ready_in() {
    local started ready
    started=$(docker inspect -f '{{.State.StartedAt}}' "$(container)")
    ready=$(docker logs --timestamps "$(container)" 2>&1 | sed -n 's/ mailnode: .* runs on .*//p' | tail -n 1)
    echo "$(date -d "$started" +%s.%N) $(date -d "$ready" +%s.%N)" | awk '{ printf "%.1f\n", $2 - $1 }'
}

# here COMMAND…: send, fetch or talk with the container, past Docker's port mapping.
here() { "$1" --host "$NODE_ADDRESS" "${@:2}"; }
subscriber() { in_node mn-list-sub --list /var/lib/mailnode/lists/cats "$@"; }
queue_files() {
    local directory
    for directory in maildrop incoming active deferred hold; do
        find "$DOCKER_ROOT/data/volumes/mailnode-test_queue/_data/$directory" -type f -perm -0100 2>/dev/null || true
    done
}
on_node_postfix() { in_node "$1" -c /var/lib/mailnode/etc/postfix "${@:2}"; }

@test "container: setup has written userconfig, and says what to publish and what to do next" {
    grep -q 'next: docker compose .*up --detach --build' "$NODE/setup"
    grep -q 'ann@one.example' "$OPERATOR/userconfig/passwd"
    not grep -q example.test "$OPERATOR/userconfig/passwd"
    local what
    for what in 'one.example. IN MX 10 mx.one.example.' 'default._domainkey.one.example. IN TXT' '_dmarc.one.example. IN TXT'; do
        grep -F "$what" "$NODE/setup"
    done
}

@test "container: mn-dns in it says OK of all that it has published" {
    eval "expect 0 in_node $(published check)" --connect 127.0.0.1 --ca-file /certificates/cert.pem \
        --nameserver "$NODES_NETWORK.53" # Docker's own has names of its own for the addresses of containers
    [ "$(grep -cv '^OK ' <<<"$output")" -eq 0 ] || { echo "$output"; return 1; }
    [ "${#lines[@]}" -gt 15 ]
}

@test "container: mail from another node passes SPF, DKIM and DMARC, and its address is the real one" {
    at two send --user ben@two.example --to ann@one.example --id "$id"
    here fetch ann@one.example "$id" >"$mail"
    results "$mail" spf | grep -q '^spf=pass.*smtp.mailfrom=ben@two.example'
    [ "$(results "$mail" dkim | grep -c '^dkim=pass.*header.d=two.example')" = 2 ]
    [[ $(results "$mail" dmarc) == "dmarc=pass"* ]]
    header Received "$mail" | grep -F "[$(nodes_address two)]"
}

@test "container: by IPv6 it serves, too, and sees the client's address" {
    local address
    address=$(docker inspect -f '{{range .NetworkSettings.Networks}}{{.GlobalIPv6Address}}{{end}}' "$(container)")
    send --host "$address" --from stranger@elsewhere.test --to ann@one.example --id "$id"
    here fetch ann@one.example "$id" >"$mail"
    header Received "$mail" | grep -F '[IPv6:fd25:6d61:696c::1]'
}

@test "container: mail to another node is signed twice and believed" {
    here send --user ann@one.example --to ben@two.example --id "$id"
    NODE_HOSTNAME=mx.two.example at two fetch ben@two.example "$id" >"$mail"
    results "$mail" spf | grep -q '^spf=pass.*smtp.mailfrom=ann@one.example'
    [ "$(results "$mail" dkim | grep -c '^dkim=pass.*header.d=one.example')" = 2 ]
    [[ $(results "$mail" dmarc) == "dmarc=pass"* ]]
}

@test "container: a plain Postfix with opendkim accepts what it signs" {
    here send --user ann@one.example --to joe@plain.example --id "$id"
    until_ok plain_mails "$id@"
    header Authentication-Results "$(plain_mails "$id@")" | grep -q 'dkim=pass.*header.d=one.example.*header.a=rsa-sha256'
}

@test "container: swaks and msmtp send, mbsync fetches" {
    swaks --server "$NODE_HOSTNAME" --port 465 --tls-on-connect --tls-verify --tls-ca-path "$NODE_CA" --auth PLAIN \
        --auth-user ann@one.example --auth-password ann-secret --from ann@one.example --to bob@one.example \
        --header "Message-Id: <$id-swaks@client.example>" --silent 2
    printf '%s\r\n' 'From: ann@one.example' 'To: bob@one.example' "Message-ID: <$id-msmtp@client.example>" '' 'Hello.' |
        msmtp --file=/dev/null --host="$NODE_HOSTNAME" --port=465 --tls=on --tls-starttls=off --tls-trust-file="$NODE_CA" --auth=plain \
            --user=ann@one.example --passwordeval='echo ann-secret' --from=ann@one.example bob@one.example
    here fetch bob@one.example "$id-swaks" >/dev/null
    here fetch bob@one.example "$id-msmtp" >/dev/null
    mkdir "$BATS_TEST_TMPDIR/box"
    cat >"$BATS_TEST_TMPDIR/mbsyncrc" <<END
IMAPAccount one
Host $NODE_HOSTNAME
SSLType IMAPS
CertificateFile $NODE_CA
User bob@one.example
Pass bob-secret

IMAPStore far
Account one

MaildirStore near
Inbox $BATS_TEST_TMPDIR/box/INBOX

Channel all
Far :far:
Near :near:
Patterns INBOX
Create Near
SyncState *
END
    mbsync --config "$BATS_TEST_TMPDIR/mbsyncrc" all
    [ "$(grep -rlE "$id-(swaks|msmtp)@" "$BATS_TEST_TMPDIR/box/INBOX" | wc -l)" = 2 ]
}

@test "container: through a published port everybody is the gateway, and nobody may relay" {
    refused "554 5.7.1" send --from ann@one.example --to joe@elsewhere.example
    refused "554 5.7.1" send --from stranger@elsewhere.example --to joe@plain.example
    send --user ann@one.example --to bob@one.example --id "$id"
    fetch bob@one.example "$id" >/dev/null
}

@test "container: an alias to somebody elsewhere: forwarded, sealed, believed there" {
    here send --user bob@one.example --to away@one.example --id "$id"
    NODE_HOSTNAME=mx.two.example at two fetch ben@two.example "$id" >"$mail"
    [[ $(results "$mail" dmarc) == "dmarc=pass"*"header.from=one.example"* ]]
}

@test "container: what root sends by hand in it goes out by the node, signed" {
    in_node sh -c "printf 'From: ann@one.example\nTo: bob@one.example\nMessage-ID: <$id@client.example>\n\nHello.\n' | sendmail -f ann@one.example bob@one.example"
    here fetch bob@one.example "$id" >"$mail"
    header DKIM-Signature "$mail" | grep -F d=one.example
}

subscribed() { subscriber list | grep -xF "$1"; }
@test "container: joining a list by mail, posting to it" {
    at two send --user ben@two.example --to cats+subscribe@one.example --id "$id"
    local box=$NODE/two/state/mail/two.example/ben/Maildir/new
    until_ok grep -rlE 'cats\+confsub-' "$box"
    cp "$(grep -rlE 'cats\+confsub-' "$box" | head -n 1)" "$mail"
    at two send --user ben@two.example --to "$(header Reply-To "$mail" | tr -d ' <>')" --id "$id-answer"
    until_ok subscribed ben@two.example
    subscriber add ann@one.example
    at two send --user ben@two.example --to cats@one.example --id "$id-post"
    here fetch ann@one.example "$id-post" >"$mail"
    [[ $(header List-Id "$mail") == *"<cats.one.example>"* ]]
    NODE_HOSTNAME=mx.two.example at two fetch ben@two.example "$id-post" >/dev/null
}

# A request that nobody confirmed for a month is what its work is seen at.
@test "container: cron looks after the lists each minute" {
    in_node setpriv --reuid mailnode-lists --regid mailnode-sign --clear-groups \
        touch -d '30 days ago' /var/lib/mailnode/lists/cats/subconf/old
    NODE_PATIENCE=100 until_ok not in_node test -e /var/lib/mailnode/lists/cats/subconf/old
}

@test "container: little power: a read-only root, only the capabilities named, no way to more" {
    not in_node sh -c 'touch /usr/bin/new 2>/dev/null'
    not in_node sh -c 'touch /etc/new 2>/dev/null'
    # CHOWN DAC_OVERRIDE FOWNER KILL SETGID SETUID NET_BIND_SERVICE SYS_CHROOT SYS_PTRACE AUDIT_WRITE
    [ "$(in_node awk '/^CapBnd:/ { print $2 }' /proc/1/status)" = 00000000200c04eb ]
    [ "$(in_node sh -c 'awk "/^CapEff:/ { print \$2 }" /proc/$(pgrep -x qmgr)/status')" = 0000000000000000 ]
    in_node sh -c '! command -v gcc cc make cmake git' >/dev/null
}

restarts() { docker inspect -f '{{.RestartCount}}' "$(container)"; }
restarted() { [ "$(restarts)" -gt "$1" ] && is_healthy; }
main_pid() { # postfix|dovecot|syslogd|cron
    if [ "$1" = cron ]; then in_node cat /var/lib/mailnode/run/cron.pid; else in_node mailnode status --json | sed -nE "s/.*\"$1\":([0-9]+).*/\1/p"; fi
}

@test "container: any main process killed, the container ends and is there again, with its mail" {
    local part before
    for part in postfix dovecot syslogd cron; do
        before=$(restarts)
        in_node kill -KILL "$(main_pid "$part")"
        until_ok restarted "$before"
    done
    here send --user ann@one.example --to bob@one.example --id "$id"
    here fetch bob@one.example "$id" >/dev/null
}

@test "container: stopped amid 200 messages and started again: each that was accepted is there once" {
    local ids=$BATS_TEST_TMPDIR/ids sender
    "$TRAFFIC_PY" stubborn "$id" 200 20000 ann@one.example "$NODE_ADDRESS" >"$ids" 2>/dev/null 3>&- 4>&- &
    sender=$!
    until_ok bash -c "[ \$(wc -l <$ids) -ge 60 ]"
    compose stop mailnode 2>/dev/null
    [ "$(docker inspect -f '{{.State.ExitCode}}' "$(compose ps -aq mailnode)")" = 0 ]
    [ "$(wc -l <"$ids")" -lt 200 ] # or nothing was amid
    compose start mailnode 2>/dev/null
    wait "$sender"
    until_ok is_healthy
    flush
    traffic verify <"$ids"
}

@test "container: an upgrade keeps keys, mail, queue, subscribers and archive" {
    in_node postconf -c /var/lib/mailnode/etc/postfix -e 'defer_transports=smtp' >/dev/null
    in_node postfix -c /var/lib/mailnode/etc/postfix reload 2>/dev/null
    here send --user ann@one.example --to ben@two.example --id "$id"
    until_ok bash -c "[ -n \"\$(find $DOCKER_ROOT/data/volumes/mailnode-test_queue/_data/deferred -type f)\" ]"
    local before image
    before=$(kept)
    image=$(docker inspect -f '{{.Image}}' "$(container)")
    echo '# newer' >>"$OPERATOR/bin/mailnode"
    compose down 2>/dev/null
    compose up --detach --build mailnode >/dev/null 2>&1
    until_ok is_healthy
    [ "$(docker inspect -f '{{.Image}}' "$(container)")" != "$image" ]
    diff <(echo "$before") <(kept)
    # What had been waiting goes out, for the new node has its own configuration again.
    flush
    NODE_HOSTNAME=mx.two.example at two fetch ben@two.example "$id" >/dev/null
    not grep -q 'new keys sign' <(node_logs)
}
kept() {
    in_node sh -c 'cd /var/lib/mailnode && { find dkim mail lists srs -type f ! -name "dovecot*" ! -name ".lock*" ! -name "*lastrun.log" ! -path "*/tmp/*" | sort | xargs sha256sum; }; ls -lnd dkim mail lists queue'
}

@test "container: a renewed certificate is served within a minute, and an open session stays" {
    coproc openssl s_client -quiet -connect "$NODE_ADDRESS:993" 2>/dev/null
    local session=$COPROC_PID line wanted
    printf 'a LOGIN ann@one.example ann-secret\r\n' >&"${COPROC[1]}"
    until [[ ${line:-} == "a OK"* ]]; do read -r -t 30 line <&"${COPROC[0]}"; done
    make_certificate "$NODE_HOSTNAME" "$NODE_CA" "$OPERATOR/certificates/key.pem"
    wanted=$(serial_of "$NODE_CA")
    NODE_PATIENCE=60 until_ok serves_serial "$wanted" "$NODE_ADDRESS" 993 465
    printf 'b NOOP\r\n' >&"${COPROC[1]}"
    until [[ $line == "b OK"* ]]; do read -r -t 30 line <&"${COPROC[0]}"; done
    kill "$session"
}

@test "container: what was backed up as container/README says is there again in new volumes" {
    here send --user ann@one.example --to bob@one.example --id "$id"
    here fetch bob@one.example "$id" >/dev/null
    compose stop 2>/dev/null
    compose run --rm -T --entrypoint tar mailnode -C /var/lib/mailnode --warning=no-file-ignored --exclude=./run -cz . >"$mail.tar.gz"
    compose down --volumes 2>/dev/null
    compose run --rm -T --entrypoint tar mailnode -C /var/lib/mailnode -xpz <"$mail.tar.gz"
    compose up --detach 2>/dev/null
    until_ok is_healthy
    here fetch bob@one.example "$id" >/dev/null
    subscribed ben@two.example
    not grep -q 'new keys sign' <(node_logs)
}

@test "container: small, quickly ready, and idle without much memory" {
    local size memory
    size=$(docker image inspect -f '{{.Size}}' mailnode)
    memory=$(docker stats --no-stream --format '{{.MemUsage}}' "$(container)" | sed 's/ .*//')
    echo "# image $((size / 1000000)) MB, memory $memory, ready in $(<"$NODE/ready") s" >&3
    ((size < 200000000))
    [[ $memory == *MiB ]]
    awk -v m="${memory%MiB}" 'BEGIN { exit !(m < 64) }'
    awk -v s="$(<"$NODE/ready")" 'BEGIN { exit !(s < 5) }'
}
