# Mail flows for SOAK_SECONDS (60) while parts of the node are killed, stopped, and the disk fills up.

load ../lib/helpers
load ../lib/node

setup_file() {
    is_root || return 0
    export BATS_TEST_TIMEOUT=$((${SOAK_SECONDS:-60} + 300))
    node_prepare
    node_start
    # A file system that may be full: the mailboxes, not the queue.
    local owner
    owner=$(stat -c %U "$NODE_MAIL")
    mount -t tmpfs -o "size=1g,mode=700,uid=$(id -u "$owner"),gid=$(id -g "$owner")" none "$NODE_MAIL"
}

@test "soak: every accepted mail ends as one complete copy, or as a bounce" {
    export MAILNODE_BIN
    run "$BATS_TEST_DIRNAME/soak.py" "${SOAK_SECONDS:-60}" "$REPOSITORY/bin/mailnode" --state "$NODE/state" \
        --userconfig "$NODE_USERCONFIG" --smtp-port "$NODE_SMTP_PORT" --smtps-port "$NODE_SMTPS_PORT" \
        --imaps-port "$NODE_IMAPS_PORT" start 3>&- 4>&-
    echo "$output"
    echo "# $(grep accepted <<<"$output")" >&3
    [ "$status" -eq 0 ]
    mailnode status
}
