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
        'CMD ["nginx", "-g", "daemon off;"]' | docker build -q -t nginx:alpine - >/dev/null
    local config=$OPERATOR/userconfig
    mn-makepasswd --stdin ann@one.example <<<ann-secret >"$config/passwd"
    printf '%s@one.example ann@one.example\n' postmaster abuse >"$config/aliases"
    compose up --detach mailnode tls-helper >/dev/null 2>&1
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
    helper=$(compose ps -q tls-helper)
    docker inspect -f '{{range .Config.Env}}{{println .}}{{end}}' "$helper" >"$mail"
    grep -x "VIRTUAL_HOST=$NODE_HOSTNAME" "$mail"
    grep -x "LETSENCRYPT_HOST=$NODE_HOSTNAME" "$mail"
    address=$(docker inspect -f '{{(index .NetworkSettings.Networks "nginx-proxy").IPAddress}}' "$helper")
    curl --silent --fail --header "Host: $NODE_HOSTNAME" "http://$address/" >/dev/null
}
