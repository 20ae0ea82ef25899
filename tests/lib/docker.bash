# A private Docker daemon, and the image under test, as an operator builds it from the source tree.
#
#   docker_start             a daemon with its own data, and debian:bookworm-slim made from Debian's packages
#   docker_build             the operator's copy of the tree in $OPERATOR, and the image from it
#   compose up --detach …    Debian's docker-compose in that copy, on 127.0.0.1 and with the test's DNS
#   in_node mailnode status  a command in the running container
#   docker_stop
#
# Everything is in $DOCKER_ROOT and gone afterwards, with networks and addresses.

# The data must be on a file system that overlays can use; a short path, for its sockets.
docker_start() {
    docker_sweep
    docker_use "$(mktemp -d /var/tmp/mnk.XXXXXX)"
    echo $$ >"$DOCKER_ROOT/owner"
    docker_daemon
    docker_base
}

docker_use() { # DIRECTORY
    chmod 755 "$1"
    export DOCKER_ROOT=$1 DOCKER_HOST=unix://$1/socket DOCKER_BUILDKIT=0 COMPOSE_PROJECT_NAME=mailnode-test
}

docker_daemon() {
    dockerd --data-root "$DOCKER_ROOT/data" --exec-root "$DOCKER_ROOT/exec" --pidfile "$DOCKER_ROOT/pid" \
        --host "$DOCKER_HOST" >"$DOCKER_ROOT/log" 2>&1 </dev/null 3>&- 4>&- &
    local end=$((SECONDS + 60))
    until docker version >/dev/null 2>&1; do
        if ((SECONDS >= end)); then
            tail -n 20 "$DOCKER_ROOT/log" >&2
            return 1
        fi
        sleep 0.2
    done
}

# For who works on these tests: the daemon in DIRECTORY and its images, started if it does not run.
docker_keep() { # DIRECTORY
    mkdir -p "$1"
    docker_use "$1"
    docker version >/dev/null 2>&1 || docker_daemon
    docker image inspect debian:bookworm-slim >/dev/null 2>&1 || docker_base
    rm -rf "$1/operator"
    docker_build
}

# The same packages as the published debian:bookworm-slim, and as little else.
docker_base() {
    local root=$DOCKER_ROOT/base
    debootstrap --variant=minbase bookworm "$root" >"$DOCKER_ROOT/debootstrap.log" 2>&1 || {
        tail -n 20 "$DOCKER_ROOT/debootstrap.log" >&2
        return 1
    }
    cp /etc/apt/sources.list "$root/etc/apt/sources.list" 2>/dev/null || true
    rm -rf "$root"/var/{cache/apt/archives/*.deb,cache/apt/*.bin,lib/apt/lists/*,log/*} "$root"/usr/share/{doc,man,locale,info}/*
    tar -C "$root" -c . | docker import - debian:bookworm-slim >/dev/null
    rm -rf "$root"
}

# docker_build: what git has of the tree, as a clone is, with the lines CONFIGURE ME! changed.
docker_build() {
    OPERATOR=$DOCKER_ROOT/operator
    export OPERATOR
    mkdir "$OPERATOR"
    git -C "$REPOSITORY" ls-files -z --cached --others --exclude-standard | tar -C "$REPOSITORY" --null -T - -c | tar -C "$OPERATOR" -x
    sed -i -e 's/mail\.example\.org/mx.one.example/; s/lists\.example\.org/lists.one.example/; s/example\.org,example\.net/one.example/' \
        -e "s/\(MAILNODE_PUBLIC_ADDRESSES:\) \"\"/\1 $NODE_ADDRESS/" \
        -e 's/- "\([0-9]*:[0-9]*\)"/- "127.0.0.1:\1"/' "$OPERATOR/container/compose.yaml"
    compose build mailnode >"$DOCKER_ROOT/build.log" 2>&1 || {
        tail -n 30 "$DOCKER_ROOT/build.log" >&2
        return 1
    }
}

compose() { # with compose.yaml if COMPOSE_YAML says so
    docker-compose -f "$OPERATOR/container/${COMPOSE_YAML:-standalone.yaml}" -f "$REPOSITORY/tests/container/override.yaml" "$@" 3>&- 4>&-
}

container() { compose ps -q mailnode; }
in_node() { docker exec "$(container)" "$@" 3>&- 4>&-; }
node_logs() { docker logs "$(container)" 2>&1; }

is_healthy() { in_node mailnode status >/dev/null 2>&1; }

docker_stop() {
    [ -n "${DOCKER_ROOT:-}" ] || return 0
    docker_remove "$DOCKER_ROOT"
    unset DOCKER_ROOT DOCKER_HOST
}

docker_remove() { # DIRECTORY
    local pid mount containers
    pid=$(cat "$1/pid" 2>/dev/null) || pid=
    if [ -n "$pid" ]; then
        mapfile -t containers < <(docker --host "unix://$1/socket" ps -aq)
        ((${#containers[@]} == 0)) || docker --host "unix://$1/socket" rm -f "${containers[@]}" >/dev/null
        docker --host "unix://$1/socket" network prune -f >/dev/null
        kill "$pid"
        while [ -e "/proc/$pid/exe" ]; do sleep 0.1; done
    fi
    while read -r mount; do umount -l "$mount"; done < <(awk -v d="$1/" 'index($2, d) == 1 { print $2 }' /proc/mounts)
    rm -rf "$1"
}

# Daemons of runs that were killed.
docker_sweep() {
    local directory
    for directory in /var/tmp/mnk.*; do
        [ -e "$directory/owner" ] || continue
        [ -e "/proc/$(<"$directory/owner")" ] || docker_remove "$directory"
    done
}
