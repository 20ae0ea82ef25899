# Part of mailnode: the processes of one node, and its log.
#
# Those that Postfix started carry MAILNODE_INSTANCE=STATE in their environment. Dovecot wipes its
# processes' environment, but they stay in directories below STATE.
# shellcheck shell=bash disable=SC2034,SC2154

postfix_pids() { { grep -lzxsF "MAILNODE_INSTANCE=$state" /proc/[0-9]*/environ || true; } | cut -d/ -f3; }
dovecot_pids() {
    { find /proc/[0-9]*/cwd -maxdepth 0 -lname "$state/*" -printf '%h/exe\n' 2>/dev/null || true; } |
        { xargs -r -I{} find {} -maxdepth 0 -lname '*/dovecot*' 2>/dev/null || true; } | cut -d/ -f3
}
node_pids() { { postfix_pids; dovecot_pids; web_pids; } | sort -u; }

pid_of() { # postfix|dovecot|log|cron|web|search|unsubscribe: prints its pid; a stale file or a recycled number is not it
    local file pid
    case $1 in
    postfix) file=$state/queue/pid/master.pid ;;
    dovecot) file=$state/run/dovecot/master.pid ;;
    log) file=$state/run/syslogd.pid ;;
    cron) file=$state/run/cron.pid ;;
    web) file=$state/run/web/nginx.pid ;;
    search | unsubscribe) file=$state/run/web/$1.pid ;;
    esac
    [[ -e $file ]] || return 1
    read -r pid <"$file" || true
    grep -qx "${pid:-none}" <(node_pids) && echo "$pid"
}

connects() { # ADDRESS PORT
    local host=$1
    case $host in 0.0.0.0) host=127.0.0.1 ;; ::) host=::1 ;; esac
    timeout 5 bash -c "exec 3<>'/dev/tcp/$host/$2'" 2>/dev/null
}

answers() { # ADDRESS PORT: with a greeting on port 25 and 587, with a TLS handshake elsewhere
    local host=$1
    case $host in 0.0.0.0) host=127.0.0.1 ;; ::) host=::1 ;; esac
    case $2 in
    "${setting[smtp-port]}" | "${setting[submission-port]}")
        timeout 10 bash -c "exec 3<>'/dev/tcp/$host/$2' && read -r line <&3 && [[ \$line == 220* ]] && echo QUIT >&3" 2>/dev/null
        ;;
    *) timeout 5 openssl s_client -connect "[$host]:$2" </dev/null >/dev/null 2>&1 ;;
    esac
}

wait_until() { # SECONDS COMMAND...
    local end=$((SECONDS + $1))
    shift
    until "$@"; do
        ((SECONDS < end)) || return 1
        sleep 0.1
    done
}

log_works() { logger --socket-errors=on -p mail.info -t mailnode "$1" 2>/dev/null; }

# The last 20 to 40 MB are kept. Renaming is enough: this syslogd opens the file anew each second.
rotate_log() {
    if [[ $(stat -c %s "$state/log/mail.log" 2>/dev/null || echo 0) -gt 20000000 ]]; then
        mv "$state/log/mail.log" "$state/log/mail.log.1"
    fi
}

start_log() {
    log_works "${1:-}" && return 0
    # Nothing listens on /dev/log.
    rotate_log
    command -v busybox >/dev/null || die "nothing listens on /dev/log; install a syslog daemon, or busybox"
    (umask 027; MAILNODE_INSTANCE=$state setsid busybox syslogd -n -O "$state/log/mail.log" </dev/null >/dev/null 2>&1 9>&- &
        echo $! >"$state/run/syslogd.pid")
    wait_until 5 log_works "${1:-}" || die "syslogd does not listen on /dev/log"
}

start_dovecot() {
    pid_of dovecot >/dev/null && return 0
    rm -f "$state/run/dovecot/master.pid" # with a recycled number in it Dovecot would refuse
    # Into a file: the daemon keeps what it is given, and a pipe of our caller would never end.
    dovecot -c "$etc/dovecot/dovecot.conf" 9>&- >/dev/null 2>"$work/dovecot.err" || {
        cat "$work/dovecot.err" >&2
        return 1
    }
}

start_postfix() {
    pid_of postfix >/dev/null && return 0
    MAILNODE_INSTANCE=$state postfix -c "$etc/postfix" start 9>&- >/dev/null 2>"$work/postfix.err" || cat "$work/postfix.err" >&2
    pid_of postfix >/dev/null
}

all_answer() {
    local address port
    for address in "${addresses[@]}"; do
        for port in "${ports[@]}"; do answers "$address" "$port" || return 1; done
    done
}

start_all() {
    start_log "starting the node in $state"
    # Postfix makes the queue directories, and Dovecot a socket in one of them, before Postfix needs it.
    trust_configuration yes
    { [[ -d $state/queue/private ]] || postfix -c "$etc/postfix" check 9>&-; } &&
        start_dovecot && start_postfix && start_cron && start_web && wait_until 30 all_answer &&
        wait_until 10 web_works
}

no_process() { [[ -z $(node_pids) ]]; }
no_other_process() { [[ $(node_pids) == "$(pid_of log)" ]]; }

signal_rest() { # SIGNAL
    local pids
    mapfile -t pids < <(node_pids | grep -vx "$(pid_of log || echo none)")
    ((${#pids[@]} == 0)) || kill "-$1" "${pids[@]}" 2>/dev/null || true
}

stop_all() {
    local log
    if pid_of postfix >/dev/null; then postfix -c "$etc/postfix" stop >/dev/null 2>&1 || true; fi
    if pid_of dovecot >/dev/null; then doveadm -c "$etc/dovecot/dovecot.conf" stop || true; fi
    stop_cron
    stop_web
    trust_configuration no
    dovecot_pids | xargs -r kill 2>/dev/null || true # IMAP sessions: their clients get a BYE
    wait_until 15 no_other_process || { signal_rest TERM; wait_until 10 no_other_process; } ||
        { signal_rest KILL; wait_until 5 no_other_process; } || true
    if log=$(pid_of log); then
        kill "$log"
        wait_until 5 no_process || kill -KILL "$log"
        # A socket that nobody listens on makes every program on the machine wait for its log lines.
        logger --socket-errors=on -p mail.info -t mailnode "stopped" 2>/dev/null || rm -f /dev/log
    fi
    rm -f "$state/run/syslogd.pid"
    no_process || die "these processes would not go: $(node_pids | tr '\n' ' ')"
}
