# Before the files here: a site as it is published, served by the nginx of a node, and what drives a
# browser. What comes from the npm registry is pinned in package-lock.json, and installed outside the
# tree: into a temporary directory, or where MAILNODE_NODE_MODULES says it is already.
# shellcheck shell=bash

setup_suite() {
    load ../lib/helpers
    export WEB=$BATS_SUITE_TMPDIR/web WEB_POSTS=${MAILNODE_WEB_POSTS:-5000}
    WEB_MISSING=$(missing)
    export WEB_MISSING
    [ -z "$WEB_MISSING" ] || return 0
    WEB_PORT=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
    export WEB_URL=http://127.0.0.1:$WEB_PORT/ NODE_PATH=$WEB/modules/node_modules
    mkdir -p "$WEB"
    get_modules || return 1
    [ -z "$WEB_MISSING" ] || return 0
    make_site && start_site
}

teardown_suite() {
    local process
    [ ! -e "$WEB/pids" ] || while read -r process; do kill -- "-$process" 2>/dev/null || true; done <"$WEB/pids"
}

# serve COMMAND...: in a process group of its own, with no descriptor of bats, which would wait for it.
serve() {
    (
        for descriptor in /proc/self/fd/*; do
            descriptor=${descriptor##*/}
            if ((descriptor > 2)); then eval "exec $descriptor>&-"; fi
        done
        exec setsid "$@" </dev/null >>"$WEB/server.log" 2>&1
    ) &
    echo $! >>"$WEB/pids"
}

# What is not here, to be told by skipped tests.
missing() {
    local program
    for program in node npm chromium nginx fcgiwrap python3; do
        command -v "$program" >/dev/null || printf '%s ' "$program"
    done
}

get_modules() {
    mkdir -p "$WEB/modules"
    if [ -n "${MAILNODE_NODE_MODULES:-}" ]; then
        ln -s "$MAILNODE_NODE_MODULES" "$WEB/modules/node_modules"
        return
    fi
    cp "$BATS_TEST_DIRNAME"/package.json "$BATS_TEST_DIRNAME"/package-lock.json "$WEB/modules/"
    # No program of a package is run while it is installed.
    if ! (cd "$WEB/modules" && npm ci --ignore-scripts --prefer-offline --no-audit --no-fund) >"$WEB/npm.log" 2>&1; then
        cat "$WEB/npm.log" >&2
        export WEB_MISSING="what npm has in tests/web/package-lock.json"
    fi
}

make_site() {
    mkdir -p "$WEB/lists" "$WEB/site/web"
    chmod 755 "$WEB/site/web"
    "$BATS_TEST_DIRNAME/make-lists.py" "$WEB/lists" "$WEB_URL" "$WEB_POSTS" >"$WEB/links" || return 1
    (umask 022 && mn-list-archive --search-form yes --out "$WEB/site/web" "$WEB"/lists/*) >"$WEB/archive.log" 2>&1 && return
    cat "$WEB/archive.log" >&2
    return 1
}

# The settings are those of a node, container/node/nginx.conf; only who we are differs.
start_site() {
    local site=$WEB/site user
    user=$(id -un)
    mkdir -p "$site/run/web/search" "$site/run/web/unsubscribe" "$site/etc/web"
    sed -e "s|@STATE@|$site|g; s|@WEB_USER@|$user|; s|@WEB_LISTEN@|listen 127.0.0.1:$WEB_PORT;\n|" \
        "$REPOSITORY/container/node/nginx.conf" >"$site/etc/web/nginx.conf"
    printf '#!/bin/sh\nexec %s --out %s\n' "$MAILNODE_BIN/mn-list-search" "$site/web" >"$site/etc/web/search"
    printf '#!/bin/sh\nexec %s --lists %s --texts %s --sendmail true\n' "$MAILNODE_BIN/mn-list-unsubscribe" "$WEB/lists" \
        "$REPOSITORY/userconfig/listtext" >"$site/etc/web/unsubscribe"
    chmod 755 "$site"/etc/web/*
    serve fcgiwrap -c 2 -s "unix:$site/run/web/search/socket"
    serve fcgiwrap -c 2 -s "unix:$site/run/web/unsubscribe/socket"
    serve nginx -e stderr -p "$site" -c "$site/etc/web/nginx.conf" -g "daemon off;"
    answers && return
    cat "$WEB/server.log" >&2
    return 1
}

answers() {
    local try
    for try in $(seq 100); do
        if (exec 3<>"/dev/tcp/127.0.0.1/$WEB_PORT") 2>/dev/null; then return; fi
        sleep 0.1
    done
    return 1
}
