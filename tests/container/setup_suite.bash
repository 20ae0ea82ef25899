# Docker, once for all files of this directory: see ../lib/docker.bash. For who works on them:
# with KEEP_DOCKER=DIRECTORY daemon, image and the copy of the tree stay there, and are used again.

setup_suite() {
    source "$(dirname "${BASH_SOURCE[0]}")/../lib/helpers.bash"
    source "$REPOSITORY/tests/lib/docker.bash"
    export NODE_ADDRESS=172.30.25.25
    [ "$(id -u)" = 0 ] || return 0
    if [ -n "${KEEP_DOCKER:-}" ]; then docker_keep "$KEEP_DOCKER"; else docker_start && docker_build; fi
}

teardown_suite() {
    [ -n "${KEEP_DOCKER:-}" ] || docker_stop
}
