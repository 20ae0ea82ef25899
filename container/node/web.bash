# Part of mailnode: the archives of the lists on the web. An nginx of the node's own serves the files
# that mn-list-archive makes each minute in STATE/web, and asks two programs through fcgiwrap(8):
# mn-list-search as an account that may only read, mn-list-unsubscribe as the account of the lists.
# shellcheck shell=bash disable=SC2034,SC2154

readonly web_account=www-data
readonly web_parts=(web search unsubscribe) # as pid_of knows them

has_web() { [[ ${setting[web-port]} != 0 ]]; }

choose_web_addresses() { # IPv6 only where there is some
    local wanted address
    web_addresses=()
    read -r -a wanted <<<"${setting[web-listen]//,/ }"
    for address in "${wanted[@]}"; do
        if [[ $address == *:* ]] && ((${#wanted[@]} > 1)) && ! grep -qs . /proc/net/if_inet6; then continue; fi
        web_addresses+=("$address")
    done
}

check_web() {
    local address tool
    { is_number "${setting[web-port]}" && ((setting[web-port] <= 65535)); } ||
        problem --web-port "\"${setting[web-port]}\" is not a port" "use a number from 1 to 65535, or 0 for no web server"
    has_web || return 0
    [[ " ${ports[*]} ${setting[reinject-port]} " != *" ${setting[web-port]} "* ]] ||
        problem --web-port "port ${setting[web-port]} is used twice" "choose another"
    ((${#web_addresses[@]})) || problem --web-listen "no address is given" "use 127.0.0.1, or 0.0.0.0 for all"
    for address in "${web_addresses[@]}"; do
        is_address "$address" || problem --web-listen "\"$address\" is not an IP address" "write it in digits"
    done
    for tool in nginx fcgiwrap; do
        command -v $tool >/dev/null || problem --web-port "$tool is not installed" "apt-get install nginx fcgiwrap, or use 0"
    done
    for tool in mn-list-archive mn-list-search mn-list-unsubscribe; do
        [[ -x $bin/$tool ]] || problem "$bin/$tool" "it is missing" "build or install Mailnode, or set MAILNODE_BIN"
    done
    [[ ! -d ${setting[userconfig]}/lists/unsubscribe ]] ||
        problem --web-port "the archive of the list \"unsubscribe\" would be where links to unsubscribe lead" "give that list another name"
    getent passwd $web_account >/dev/null || problem --web-port "there is no account $web_account" "adduser --system --group $web_account"
}

check_web_ports() {
    local address
    has_web || return 0
    for address in "${web_addresses[@]}"; do
        ! connects "$address" "${setting[web-port]}" || problem "$address:${setting[web-port]}" "something else listens there" "stop it or choose another --web-port"
    done
}

# --- its files ----------------------------------------------------------------------------------

render_web() {
    local address
    has_web || return 0
    mkdir "$work/web"
    value[WEB_USER]=$web_account value[WEB_LISTEN]=""
    for address in "${web_addresses[@]}"; do
        if [[ $address == *:* ]]; then address="[$address]"; fi
        value[WEB_LISTEN]+="        listen $address:${setting[web-port]};"$'\n'
    done
    fill_in "$share/node/nginx.conf" >"$work/web/nginx.conf"
    # Web servers pass what follows "?" to programs as arguments: not on to ours.
    printf '#!/bin/sh\n# Made by mailnode; changes will be overwritten.\nexec %s --out %s\n' \
        "$bin/mn-list-search" "$state/web" >"$work/web/search"
    printf '#!/bin/sh\n# Made by mailnode; changes will be overwritten.\numask 077\nMAIL_CONFIG=%s\nexport MAIL_CONFIG\nexec %s --lists %s --texts %s\n' \
        "$etc/postfix" "$bin/mn-list-unsubscribe" "$state/lists" "$etc/listtext" >"$work/web/unsubscribe"
}

# The line of cron that keeps the pages up to date. One run at a time: the first may take long.
web_cron_line() {
    has_web || return 0
    echo "* * * * * root flock -n $state/run/web/archive.lock setpriv --reuid ${setting[lists-user]} --regid $(id -gn "${setting[lists-user]}") --clear-groups $(archive_command) 2>&1 | logger -p mail.warning -t mn-list-archive"
}

archive_command() { echo "$bin/mn-list-archive --out $state/web --search-form yes --all $state/lists"; }

install_web() {
    local user=${setting[lists-user]} group
    has_web || return 0
    group=$(id -gn "$user")
    install -d -m 755 "$etc/web" "$state/run/web"
    [[ -d $state/web ]] || install -d -m 755 -o "$user" -g "$group" "$state/web"
    # In the first only the web server's account makes and uses a socket, in the second the lists'
    # makes one that belongs to the group of the web server's.
    install -d -m 750 -o $web_account -g "$(id -gn $web_account)" "$state/run/web/search"
    install -d -m 2750 -o "$user" -g "$(id -gn $web_account)" "$state/run/web/unsubscribe"
    remove_old_pages
    install_file "$work/web/nginx.conf" "$etc/web/nginx.conf" 644 root:root
    install_file "$work/web/search" "$etc/web/search" 755 root:root
    install_file "$work/web/unsubscribe" "$etc/web/unsubscribe" 755 root:root
}

# Of lists that are gone. mn-list-archive makes them anew when the list is back.
remove_old_pages() {
    local directory
    for directory in "$state"/web/*/; do
        directory=${directory%/}
        [[ -d $directory && ! -d $state/lists/${directory##*/} ]] || continue
        rm -rf "$directory"
        tell_list "${directory##*/} is no longer on the web"
    done
}

# --- its processes ------------------------------------------------------------------------------

# nginx has no room for an environment of its own, but stays in a directory of ours.
web_pids() {
    [[ -d $state/run/web ]] || return 0
    { find /proc/[0-9]*/cwd -maxdepth 0 -lname "$state/run/web" -printf '%h/exe\n' 2>/dev/null || true; } |
        { xargs -r -I{} find {} -maxdepth 0 \( -lname '*/nginx*' -o -lname '*/fcgiwrap*' \) 2>/dev/null || true; } | cut -d/ -f3
}

start_web() {
    has_web || return 0
    pid_of web >/dev/null && return 0
    start_program search $web_account "$(id -gn $web_account)" 077 &&
        start_program unsubscribe "${setting[lists-user]}" "$(id -gn "${setting[lists-user]}")" 007 || return 1
    if ! (cd "$state/run/web" && exec nginx -e stderr -c "$etc/web/nginx.conf" 9>&- </dev/null >"$work/web.err" 2>&1); then
        cat "$work/web.err" >&2
        return 1
    fi
}

start_program() { # NAME ACCOUNT GROUP UMASK
    local socket=$state/run/web/$1/socket
    rm -f "$socket"
    (cd "$state/run/web" && umask "$4" && MAILNODE_INSTANCE=$state exec setsid setpriv --reuid "$2" --regid "$3" --clear-groups \
        fcgiwrap -c 4 -s "unix:$socket" </dev/null >/dev/null 2>&1 9>&-) &
    echo $! >"$state/run/web/$1.pid"
    wait_until 5 test -S "$socket"
}

# New settings, in a node that runs; no answer is interrupted.
reload_web() {
    local pid
    install_file "$work/cron" "$(cron_file)" 644 root:root
    if ! has_web; then
        stop_web
    elif pid=$(pid_of web); then
        if [[ $changed == *etc/web/nginx.conf* ]]; then kill -HUP "$pid"; fi
    else
        start_web
    fi
}

# Of a part that was there: its pid, "off" when reload has switched it off, "busy" while somebody works
# on the node and nobody can know; nothing when it has ended by itself.
web_part_now() { # PART
    (
        if ! flock -n 8; then
            echo busy
        elif grep -qx web-port=0 "$etc/settings"; then
            echo off
        else
            pid_of "$1" || true
        fi
    ) 8>"$state/lock"
}

stop_web() {
    local pid
    [[ -d $state/run/web ]] || return 0
    if pid=$(pid_of web); then
        kill -QUIT "$pid" 2>/dev/null || true # what has begun is answered
        wait_until 5 not_running "$pid" || true
    fi
    web_pids | xargs -r kill 2>/dev/null || true
    rm -f "$state"/run/web/*.pid
}

not_running() { ! kill -0 "$1" 2>/dev/null; }

web_works() {
    local part address
    has_web || return 0
    for part in "${web_parts[@]}"; do pid_of "$part" >/dev/null || return 1; done
    for address in "${web_addresses[@]}"; do answers_http "$address" "${setting[web-port]}" || return 1; done
}

answers_http() { # ADDRESS PORT
    local host=$1
    case $host in 0.0.0.0) host=127.0.0.1 ;; ::) host=::1 ;; esac
    timeout 5 bash -c "exec 3<>'/dev/tcp/$host/$2' && printf 'HEAD /robots.txt HTTP/1.0\r\n\r\n' >&3 && read -r line <&3 && [[ \$line == HTTP/1.* ]]" 2>/dev/null
}

status_web() {
    local address pid
    has_web || return 0
    pid=$(pid_of web) || pid=""
    echo "web: ${pid:+running, pid }${pid:-not running}"
    [[ -n $pid ]] || return 0
    for address in "${web_addresses[@]}"; do
        if answers_http "$address" "${setting[web-port]}"; then echo "$address port ${setting[web-port]}: answers"; else echo "$address port ${setting[web-port]}: does not answer"; fi
    done
}
