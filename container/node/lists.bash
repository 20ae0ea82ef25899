# Part of mailnode: mailing lists. A directory userconfig/lists/NAME holds the control files of a
# list; its subscribers, posts and what waits are in STATE/lists/NAME, in the layout of mlmmj.
# shellcheck shell=bash disable=SC2034,SC2154

list_names() { # of userconfig, each on a line
    { find -L "${setting[userconfig]}/lists" -mindepth 1 -maxdepth 1 -type d -printf '%f\n' 2>/dev/null || true; } | sort
}

list_addresses() { # NAME: lower case, as its control file has them
    tr '[:upper:]' '[:lower:]' <"${setting[userconfig]}/lists/$1/listaddress" | tr -d ' \t\r' | grep . || true
}

check_lists() {
    local name directory
    local directories=()
    for name in $(list_names); do
        directory=${setting[userconfig]}/lists/$name
        if [[ ! $name =~ ^[a-z0-9_][a-z0-9._-]*$ ]]; then
            problem "$directory" "\"$name\" cannot be the name of a list" "use lower case letters, digits, dots, - and _"
        else
            directories+=("$directory")
        fi
    done
    ((${#directories[@]})) || return 0
    "$bin/mn-makelist" --check "${directories[@]}" || problems=$((problems + 1))
    for directory in "${directories[@]}"; do
        if [[ -r $directory/listaddress ]]; then check_list_addresses "${directory##*/}"; fi
    done
}

check_list_addresses() { # NAME
    local address taken file=${setting[userconfig]}/lists/$1/listaddress
    if [[ $(head -n 1 "${file%/*}/delimiter" 2>/dev/null || echo +) != + ]]; then
        problem "${file%/*}/delimiter" "Postfix has \"+\" between address and extension here" "remove the file"
    fi
    while IFS= read -r address; do
        # It becomes a part of Postfix's tables and patterns.
        [[ $address =~ ^[a-z0-9_][a-z0-9._-]*@[a-z0-9.-]+$ ]] ||
            problem "$file" "\"$address\" cannot be the address of a list" "use letters, digits, dots, - and _ before the @"
        [[ " ${domains[*]} " == *" ${address#*@} "* ]] ||
            problem "$file" "$address is in no domain of this node" "use one of ${domains[*]}"
        taken=$(address_taker "$address" "$1")
        [[ -z $taken ]] || problem "$file" "$address is also $taken" "give the list another address"
    done < <(list_addresses "$1")
}

address_taker() { # ADDRESS LIST: what else it is, besides that list
    local other
    if grep -qixF "$1" < <(cut -d: -f1 "${setting[userconfig]}/passwd" 2>/dev/null); then
        echo "an account"
    elif grep -qixF "$1" < <(awk '!/^[ \t]*#/ { print $1 }' "${setting[userconfig]}/aliases" 2>/dev/null); then
        echo "an alias"
    else
        for other in $(list_names); do
            if [[ $other != "$2" ]] && grep -qxF "$1" < <(list_addresses "$other"); then echo "the list $other"; fi
        done
    fi
}

# The words that may follow "+" in an address of a list; what else comes is refused at once.
readonly list_extensions='subscribe(-digest|-nomail|-both)?|unsubscribe(-digest|-nomail)?|conf(un)?sub-.+|bounces-.+|(release|moderate|reject|permit|obstruct)-.+|help|faq|get-[0-9]+|list|owner|moderators'

# Into the tables that mn-alias has written: each list's address leads to its own directory, also
# where an alias for a whole domain would take it.
render_lists() {
    local name address pattern directory
    : >"$work/postfix/list_extensions"
    for name in $(list_names); do
        for address in $(list_addresses "$name"); do
            echo "$address $name" >>"$work/postfix/recipients"
            echo "$address $address" >>"$work/postfix/virtual_alias"
            echo "$address mn-list:$name" >>"$work/postfix/transport"
            pattern=${address//./\\.}
            printf '/^%s\\+(%s)@%s$/ DUNNO\n/^%s\\+.*@%s$/ 550 5.1.1 the list has no such address; %s+help@%s tells what there is\n' \
                "${pattern%@*}" "$list_extensions" "${pattern#*@}" "${pattern%@*}" "${pattern#*@}" "${address%@*}" "${address#*@}" \
                >>"$work/postfix/list_extensions"
        done
    done
    # The texts that come with Mailnode, and those of userconfig in their place.
    mkdir "$work/listtext"
    for directory in "$example/listtext" "${setting[userconfig]}/listtext"; do
        [[ ! -d $directory ]] || find -L "$directory" -maxdepth 1 -type f -exec cp -t "$work/listtext" {} +
    done
    cron_table >"$work/cron"
}

# The lists' account with the group that may read keys, as pipe(8) starts mn-list-receive.
cron_table() {
    cat <<END
# Made by mailnode for the node in $state; changes will be overwritten.
SHELL=/bin/sh
HOME=/
MAIL_CONFIG=$etc/postfix
MAILNODE_INSTANCE=$state
* * * * * root setpriv --reuid ${setting[lists-user]} --regid $(sign_group) --clear-groups $bin/mn-list-cron --keys $state/dkim --texts $etc/listtext --all $state/lists 2>&1 | logger -p mail.warning -t mn-list-cron
END
    web_cron_line
}

# --- the directories of the lists ---------------------------------------------------------------

install_lists() {
    local name directory user=${setting[lists-user]}
    install -d -m 750 -o "$user" -g "$(id -gn "$user")" "$state/lists"
    install_text_files "$work/listtext" "$etc/listtext" root:root 644
    for name in $(list_names); do install_list "$name"; done
    for directory in "$state"/lists/*/; do
        name=$(basename "$directory")
        if [[ -d $directory && ! -d ${setting[userconfig]}/lists/$name ]]; then put_aside "$name"; fi
    done
}

install_list() { # NAME
    local owner directory=$state/lists/$1 part old
    owner=${setting[lists-user]}:$(id -gn "${setting[lists-user]}")
    if [[ ! -d $directory ]]; then
        old=$({ find "$state/lists-removed" -mindepth 1 -maxdepth 1 -type d -name "$1.[0-9]*" 2>/dev/null || true; } | sort | tail -n 1)
        if [[ -n $old ]]; then
            mv "$old" "$directory"
            tell_list "the list $1 is back, with its subscribers and posts of ${old##*.}"
        else
            tell_list "new list $1: $(list_addresses "$1" | head -n 1)"
        fi
    fi
    for part in "" /incoming /queue /queue/discarded /archive /text /subconf /unsubconf /bounce /control \
        /moderation /subscribers.d /digesters.d /nomailsubs.d /requeue; do
        install -d -m 700 -o "${owner%:*}" -g "${owner#*:}" "$directory$part"
    done
    if [[ ! -e $directory/index ]]; then install -m 600 -o "${owner%:*}" -g "${owner#*:}" /dev/null "$directory/index"; fi
    install_text_files "${setting[userconfig]}/lists/$1" "$directory/control" "$owner" 600
    install_text_files "${setting[userconfig]}/lists/$1/text" "$directory/text" "$owner" 600
}

# The files of a directory, and no others. SOURCE may be missing.
install_text_files() { # SOURCE TARGET OWNER MODE
    local file staged=()
    [[ -d $2 ]] || install -d -m 755 "$2"
    for file in "$1"/*; do
        if [[ -f $file ]] && stage_file "$file" "$2/${file##*/}" "$4" "$3"; then staged+=("$2/${file##*/}"); fi
    done
    publish_files "${staged[@]}"
    for file in "$2"/*; do
        if [[ -f $file && ! -f $1/${file##*/} ]]; then
            rm -f "$file"
            changed+=" -${file#"$state"/}"
        fi
    done
}

put_aside() { # NAME: a list whose directory in userconfig is gone
    local place
    place=$state/lists-removed/$1.$(date -u +%Y%m%dT%H%M%SZ)
    install -d -m 700 "$state/lists-removed"
    mv "$state/lists/$1" "$place"
    tell_list "userconfig has no list $1 any more: its subscribers and posts are kept in $place; put the directory back to have them again, or mailnode purge-lists"
}

tell_list() { # SENTENCE
    echo "mailnode: $1"
    log_works "$1" || true
}

purge_lists() {
    local directory
    need_root
    take_lock
    for directory in "$state"/lists-removed/*/; do
        [[ -d $directory ]] || continue
        rm -rf "$directory"
        tell_list "purged $(basename "$directory")"
    done
}

# --- Postfix and cron ---------------------------------------------------------------------------

# Programs that are not root's may use sendmail(1) with this node's configuration only if the
# machine's own main.cf says so. Entries of nodes that are gone are dropped on the way.
trust_configuration() { # yes|no: this node
    local main=/etc/postfix/main.cf directory trusted="" before
    if [[ ! -e $main ]]; then
        [[ $1 == yes ]] || return 0
        install -d -m 755 "${main%/*}"
        # What is said without a configuration, by cron or by hand, goes by this node.
        printf '# Made by mailnode, so that sendmail(1) finds the nodes of this machine.\ncompatibility_level = 3.6\nqueue_directory = %s\n' \
            "$state/queue" >"$main"
        look_old "$main"
    fi
    # In a container it is part of the image, with that entry.
    [[ -w ${main%/*} ]] || return 0
    before=$(postconf -c "${main%/*}" -h alternate_config_directories 2>/dev/null) || return 0
    for directory in ${before//,/ }; do
        if [[ $directory != "$etc/postfix" && -d $directory ]]; then trusted+=" $directory"; fi
    done
    if [[ $1 == yes ]]; then trusted+=" $etc/postfix"; fi
    [[ $trusted == " $before" || $trusted == "$before" ]] && return 0
    flock "${main%/*}" postconf -c "${main%/*}" -e "alternate_config_directories =$trusted"
    look_old "$main"
}

cron_file() { echo "/etc/cron.d/mailnode$(tr -c 'A-Za-z0-9\n' - <<<"$state")"; }

# cron(8) of the machine, if it runs; one of ours else.
start_cron() {
    install_file "$work/cron" "$(cron_file)" 644 root:root
    pid_of cron >/dev/null && return 0
    ! pgrep -x 'cron|crond' >/dev/null || return 0
    command -v cron >/dev/null || die "cron is not installed"
    (MAILNODE_INSTANCE=$state setsid cron -f </dev/null >/dev/null 2>&1 9>&- & echo $! >"$state/run/cron.pid")
}

stop_cron() {
    local pid
    rm -f "$(cron_file)"
    if pid=$(pid_of cron); then kill "$pid" 2>/dev/null || true; fi
    rm -f "$state/run/cron.pid"
}
