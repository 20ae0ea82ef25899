# What an operator gets wrong: one clear sentence for each mistake, an end, and nothing half done.

load ../lib/helpers
load ../lib/node
load ../lib/docker

setup() {
    node_test
    config=$BATS_TEST_TMPDIR/userconfig
    mkdir -p "$config"
    mn-makepasswd -q --update "$config/passwd" --stdin ann@one.example <<<ann-secret
    printf '%s@one.example ann@one.example\n' postmaster abuse >"$config/aliases"
}

teardown() { :; }

# start [OPTION of docker run…]: a container with this userconfig, and a new volume for its state.
start() {
    docker run --rm --read-only --tmpfs /tmp --tmpfs /run --tmpfs /etc/cron.d --volume "$BATS_TEST_TMPDIR/state:/var/lib/mailnode" \
        --volume "$config:/userconfig" --env MAILNODE_HOSTNAME=mx.one.example --env MAILNODE_DOMAINS=one.example "$@" mailnode 3>&- 4>&-
}

# refuses STATUS TEXT [OPTION…]: it says that, in one line, and has left nothing behind.
refuses() {
    expect "$1" start "${@:3}"
    [ "$(grep -cF -- "$2" <<<"$output")" = 1 ] || { echo "wanted \"$2\" once in: $output"; return 1; }
    ((${#lines[@]} <= 4)) || { echo "so many words: $output"; return 1; }
    [ -z "$(ls -A "$BATS_TEST_TMPDIR/state")" ]
}

@test "container mistakes: no host name, a wrong one, no domain, a wrong one" {
    refuses 1 '--hostname: error: it is still that of the example; set MAILNODE_HOSTNAME' --env MAILNODE_HOSTNAME=
    refuses 1 '--hostname: error: "mail" is not a full host name' --env MAILNODE_HOSTNAME=mail
    refuses 1 '--domains: error: "one..example" is not a domain' --env MAILNODE_DOMAINS=one..example
    refuses 1 '--domains: error: they are still those of the example; set MAILNODE_DOMAINS' --env MAILNODE_DOMAINS=
}

@test "container mistakes: a variable that does not exist" {
    refuses 64 'unknown variable MAILNODE_HOST' --env MAILNODE_HOST=mx.one.example
}

@test "container mistakes: a certificate that is not there, or not the key's" {
    refuses 1 '/certificates/none.pem: error: there is no certificate to read' \
        --env MAILNODE_TLS_CERT=/certificates/none.pem --env MAILNODE_TLS_KEY=/certificates/none.key
    refuses 1 '--tls-cert: error: certificate and key belong together' --env MAILNODE_TLS_CERT=/certificates/none.pem
}

@test "container mistakes: userconfig is not mounted, broken, or still the example" {
    sed 's/ann@one/ann@two/' "$config/passwd" >>"$config/passwd"
    refuses 1 '/userconfig/passwd:2: error:'
    echo 'team@one.example nobody@one.example' >>"$config/aliases"
    sed -i 2d "$config/passwd"
    refuses 1 '/userconfig/aliases:3: error:'
    rm "$config/passwd"
    refuses 1 '/userconfig/passwd: error: it cannot be read'
    cp "$REPOSITORY"/userconfig/{passwd,aliases} "$config"
    refuses 1 'it has example accounts, whose passwords are published' --env MAILNODE_DOMAINS=example.test,second.test,one.example
}

@test "container mistakes: a port that is taken" {
    local other
    other=$(docker run --detach --rm --entrypoint busybox mailnode nc -l -p 465)
    refuses 1 '0.0.0.0:465: error: something else listens there' --network "container:$other"
    docker rm -f "$other" >/dev/null 2>&1 || true # it may be gone already
}

@test "container mistakes: the host refuses a port: Docker says so, nothing runs" {
    python3 - "$BATS_TEST_TMPDIR/port" 3>&- 4>&- <<'END' &
import socket, sys, time
with socket.socket() as taken:
    taken.bind(("127.0.0.1", 0))
    taken.listen()
    with open(sys.argv[1] + ".new", "w") as file:
        print(taken.getsockname()[1], file=file)
    import os
    os.rename(sys.argv[1] + ".new", sys.argv[1])
    time.sleep(60)
END
    local listener=$!
    until_ok test -e "$BATS_TEST_TMPDIR/port"
    expect 125 start --publish "127.0.0.1:$(<"$BATS_TEST_TMPDIR/port"):25"
    kill "$listener"
    [[ $output == *"address already in use"* ]]
    [ -z "$(ls -A "$BATS_TEST_TMPDIR/state")" ]
}

@test "container mistakes: check says the same without starting anything, and finds nothing in what is right" {
    expect 0 docker run --rm --read-only --tmpfs /tmp --volume "$config:/userconfig:ro" --env MAILNODE_HOSTNAME=mx.one.example \
        --env MAILNODE_DOMAINS=one.example mailnode check
    [[ $output == *"no problems"* ]]
}

@test "container: setup shows what it would write, then writes it, with a password shown once" {
    rm -r "$config"
    mkdir "$config"
    cp "$REPOSITORY"/userconfig/{passwd,aliases} "$config"
    cp "$config/passwd" "$BATS_TEST_TMPDIR/passwd"
    prepare() {
        docker run --rm --read-only --tmpfs /tmp --tmpfs /run --volume "$BATS_TEST_TMPDIR/state:/var/lib/mailnode" \
            --volume "$config:/userconfig" mailnode setup "$@" 3>&- 4>&-
    }
    expect 0 prepare --dry-run ann@one.example
    [[ $output == *"+postmaster@one.example"* ]]
    cmp "$config/passwd" "$BATS_TEST_TMPDIR/passwd"
    expect 0 prepare ann@one.example
    mn-makepasswd -q --verify "$config/passwd" --stdin ann@one.example <<<"$(sed -n 's/^  password   //p' <<<"$output")"
    not grep -q example.test "$config/passwd" "$config/aliases"
    [ "$(stat -c %a "$config/passwd")" = 640 ]
}

@test "container: nothing of this host's accounts is in the image" {
    [ -z "$(docker run --rm --entrypoint find mailnode / -xdev -path '*userconfig*' -name 'passwd*')" ]
    [ -z "$(docker run --rm --entrypoint grep mailnode -rlF ann@one.example /usr /etc /var)" ]
}
