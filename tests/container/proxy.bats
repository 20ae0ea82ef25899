# The node beside nginx-proxy and acme-companion, as container/compose.yaml has it by default. Their
# part is played by hand: the network, and a volume into which certificates are put as they do it.

load ../lib/helpers
load ../lib/node
load ../lib/docker
load ../lib/certificate

NODE_HOSTNAME=mx.one.example
export COMPOSE_YAML=compose.yaml

setup_file() {
    is_root || return 0
    docker volume create nginx-certs >/dev/null
    docker network create nginx-proxy >/dev/null
    # What compose.yaml takes from a registry: a web server.
    printf '%s\n' 'FROM debian:bookworm-slim' 'RUN apt-get update -qq && apt-get install -y -qq --no-install-recommends nginx-light' \
        'RUN mv /etc/nginx/sites-available/default /etc/nginx/conf.d/default.conf && rm /etc/nginx/sites-enabled/default' \
        'CMD ["nginx", "-g", "daemon off;"]' | docker build -q -t nginx:alpine - >/dev/null
    local config=$OPERATOR/userconfig
    mn-makepasswd --stdin ann@one.example <<<ann-secret >"$config/passwd"
    printf '%s@one.example ann@one.example\n' postmaster abuse >"$config/aliases"
    rm -rf "$config/lists/cats" # of other files' node
    "$MAILNODE_BIN/mn-makelist" --dir "$config/lists" --owner ann@one.example cats@one.example >/dev/null
    echo https://lists.one.example/cats/ >"$config/lists/cats/archiveurl"
    compose up --detach mailnode tls-helper lists >/dev/null 2>&1
}

teardown_file() {
    is_root || return 0
    compose down --volumes >/dev/null 2>&1 || true
    docker network rm nginx-proxy >/dev/null
    docker volume rm nginx-certs >/dev/null
}

setup() {
    node_test
    certificates=$DOCKER_ROOT/data/volumes/nginx-certs/_data
}
teardown() { [ -n "${BATS_TEST_COMPLETED:-}" ] || node_logs | tail -n 20; }

# As acme-companion: files in a directory of that name, and links to them.
obtain_certificate() {
    mkdir -p "$certificates/$NODE_HOSTNAME"
    make_certificate "$NODE_HOSTNAME" "$certificates/$NODE_HOSTNAME/fullchain.pem" "$certificates/$NODE_HOSTNAME/key.pem"
    ln -sfn "./$NODE_HOSTNAME/key.pem" "$certificates/$NODE_HOSTNAME.key"
    ln -sfn "./$NODE_HOSTNAME/fullchain.pem" "$certificates/$NODE_HOSTNAME.crt"
    wanted=$(serial_of "$certificates/$NODE_HOSTNAME.crt")
}
serves_wanted() { serves_serial "$wanted" "$NODE_ADDRESS" 993 465; }
says() { grep -qF -- "$1" <(node_logs); }

@test "container with nginx-proxy: no certificate yet: the node says so, and is there once it is" {
    until_ok says '/certificates/mx.one.example.crt: error: there is no certificate to read'
    obtain_certificate
    NODE_PATIENCE=120 until_ok serves_wanted
    until_ok is_healthy
}

@test "container with nginx-proxy: the first start says what to publish, with keys that it has made" {
    says 'mailnode: new keys sign the mail of one.example. Publish these records:'
    says 'default._domainkey.one.example. IN TXT'
    says 'one.example. IN MX 10 mx.one.example.'
}

@test "container with nginx-proxy: a renewed certificate is served within a minute" {
    obtain_certificate
    until_ok serves_wanted
    says 'the certificate has changed'
}

@test "container with nginx-proxy: a web host of the node's name is there for acme-companion" {
    local helper address
    environment_of tls-helper >"$mail"
    grep -x "VIRTUAL_HOST=$NODE_HOSTNAME" "$mail"
    grep -x "LETSENCRYPT_HOST=$NODE_HOSTNAME" "$mail"
    ask tls-helper "$NODE_HOSTNAME" / >/dev/null
}

# What nginx-proxy does: it asks a service in its own network.
environment_of() { docker inspect -f '{{range .Config.Env}}{{println .}}{{end}}' "$(compose ps -q "$1")"; }
ask() { # SERVICE HOST PATH
    local address
    address=$(docker inspect -f '{{(index .NetworkSettings.Networks "nginx-proxy").IPAddress}}' "$(compose ps -q "$1")")
    curl --silent --show-error --fail --max-time 30 --header "Host: $2" "http://$address$3"
}

@test "container with nginx-proxy: a post to a list is on the web, and is found there" {
    local page
    environment_of lists >"$mail"
    grep -x "VIRTUAL_HOST=lists.one.example" "$mail"
    in_node mn-list-sub --list /var/lib/mailnode/lists/cats add ann@one.example
    printf 'From: ann@one.example\nTo: cats@one.example\nSubject: A zeppelin\nMessage-ID: <%s@one.example>\n\nIt flies.\n' "$id" |
        docker exec -i "$(container)" sendmail -f ann@one.example cats@one.example
    until_ok in_node test -e /var/lib/mailnode/lists/cats/archive/1
    in_node cat /var/lib/mailnode/lists/cats/archive/1 >"$mail"
    page=$(sed -n 's/^Archived-At: *<https:\/\/lists\.one\.example\(.*\)>$/\1/p' "$mail")
    [ -n "$page" ]
    # Cron makes it, once a minute.
    NODE_PATIENCE=150 until_ok ask lists lists.one.example "$page"
    grep -F "It flies." < <(ask lists lists.one.example "$page")
    grep -F "zeppelin" < <(ask lists lists.one.example "/cats/search/?q=flies")
    not ask lists lists.one.example /cats/.state 2>/dev/null
}
