# Part of mailnode: the node as one process in the foreground, as containers and service managers
# want it. Nothing is repaired here: when a part of the node ends, the whole node ends in order, and
# who started it starts it again.
# shellcheck shell=bash disable=SC2034,SC2154

readonly seconds_between_looks=20
certificate_seen=""
log_follower=""

run_node() {
    declare -A main_pids=()
    local ended="" log_begin next_look=$((SECONDS + seconds_between_looks))
    no_process || die "already running" 1
    log_begin=$(stat -c %s "$state/log/mail.log" 2>/dev/null) || log_begin=0
    trap 'ended=asked' TERM INT HUP # asked to stop while it starts: it starts, and stops in order
    start
    exec 9>&- # the lock: reload and others may work on the node from now on
    follow_log "$log_begin"
    watch_parts
    certificate_seen=$(certificate_state)
    while [[ -z $ended ]]; do
        sleep 1 &
        wait $! || true # a signal ends the wait at once
        look_at_parts
        if ((SECONDS >= next_look)); then
            watch_parts
            renew_certificate
            rotate_log
            next_look=$((SECONDS + seconds_between_looks))
        fi
    done
    end_node "$ended"
}

# All that are there, also what reload has started since.
watch_parts() {
    local part pid
    for part in postfix dovecot cron "${web_parts[@]}" log; do
        if [[ ! -v main_pids[$part] ]] && pid=$(pid_of "$part"); then main_pids[$part]=$pid; fi
    done
}

look_at_parts() { # sets ended when a main process is gone
    local part now
    for part in "${!main_pids[@]}"; do
        if kill -0 "${main_pids[$part]}" 2>/dev/null; then continue; fi
        now=""
        if [[ " ${web_parts[*]} " == *" $part "* ]]; then now=$(web_part_now "$part"); fi
        case $now in
        "") ended=${ended:-$part} ;;
        busy) ;;
        off) unset "main_pids[$part]" ;;
        *) main_pids[$part]=$now ;;
        esac
    done
}

end_node() { # asked|PART
    trap 'rm -rf "$work"; kill $log_follower 2>/dev/null || true' EXIT # the last lines are told, too
    if [[ $1 == asked ]]; then
        stop
        exit 0
    fi
    log_works "$1 has ended by itself: the node stops" || true
    take_lock
    stop_all
    die "$1 has ended by itself: the node is stopped"
}

# The node's log on standard output, where the machine has none of its own.
follow_log() { # BYTES: what was there before
    local file
    file=$(log_file) && [[ $file == "$state"/* ]] || return 0
    (($(stat -c %s "$file") >= $1)) || set -- 0
    tail --pid=$$ -c "+$(($1 + 1))" -F "$file" 2>/dev/null &
    log_follower=$!
}

certificate_state() {
    [[ -z ${setting[tls-cert]} ]] || stat -L -c '%n %Y %s' "${setting[tls-cert]}" "${setting[tls-key]}" 2>/dev/null || true
}

# A renewed certificate is served soon, and no session is dropped. One that is no good is named once;
# the old one stays.
renew_certificate() {
    local now
    now=$(certificate_state)
    [[ $now != "$certificate_seen" ]] || return 0
    certificate_seen=$now
    echo "mailnode: the certificate has changed"
    "$0" --state "$state" reload || true
}
