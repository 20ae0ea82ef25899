# Part of mailnode: the whole configuration into a new directory, validated there, then installed
# file by file, each by a rename, and only where something differs.
# shellcheck shell=bash disable=SC2034,SC2154

make_work() {
    work=$(mktemp -d)
    trap 'rm -rf "$work"' EXIT
    mkdir "$work/postfix" "$work/dovecot"
}

set_values() {
    local interfaces="${addresses[*]}" protocols=all address
    if [[ $interfaces != *:* ]]; then protocols=ipv4; fi
    if [[ $interfaces != *.* ]]; then protocols=ipv6; fi
    declare -gA value=([STATE]=$state [BIN]=$bin [HOSTNAME]=${setting[hostname]} [HOSTNAME_REGEXP]=${setting[hostname]//./\\.}
        [DOMAIN]=${domains[0]} [DOMAINS]=${domains[*]} [PROTOCOLS]=$protocols [INTERFACES]=$interfaces
        [PUBLIC_ADDRESSES]=${setting[public-addresses]} [DOVECOT_LISTEN]=${interfaces// /, }
        [SMTP_PORT]=${setting[smtp-port]} [SMTPS_PORT]=${setting[smtps-port]} [IMAPS_PORT]=${setting[imaps-port]}
        [SUBMISSION_PORT]=${setting[submission-port]} [SUBMISSION]="" [PORT25_DIRECT]="" [PORT25_POSTSCREEN]="#"
        [VERIFY_USER]=${setting[verify-user]} [SIGN_USER]=${setting[sign-user]} [REINJECT_PORT]=${setting[reinject-port]}
        [LISTS_USER]=${setting[lists-user]} [SIGN_GROUP]=$(sign_group)
        [POLICY]="" [NAMESERVERS]="" [OUTGOING4]="#" [OUTGOING6]="#" [OUTGOING4_ADDRESS]="" [OUTGOING6_ADDRESS]=""
        [FORWARD_FAILED]=${setting[forward-failed]} [DOMAIN_LIST]=${setting[domains]}
        [MESSAGE_SIZE]=${setting[message-size]} [USER]=${setting[user]} [UID]=$(id -u "${setting[user]}") [GID]=$(id -g "${setting[user]}"))
    case " $interfaces " in *" 0.0.0.0 "* | *" :: "*) value[INTERFACES]=all ;; esac
    if [[ ${setting[submission-port]} == 0 ]]; then value[SUBMISSION]="#"; fi
    if [[ ${setting[postscreen]} == yes ]]; then value[PORT25_DIRECT]="#" value[PORT25_POSTSCREEN]=""; fi
    if [[ ${setting[policy]} == yes ]]; then value[POLICY]=" --policy"; fi
    for address in "${nameservers[@]}"; do value[NAMESERVERS]+=" --nameserver=$address"; done
    for address in "${outgoing[@]}"; do
        if [[ $address == *:* ]]; then value[OUTGOING6]="" value[OUTGOING6_ADDRESS]=$address; else value[OUTGOING4]="" value[OUTGOING4_ADDRESS]=$address; fi
    done
}

fill_in() { # TEMPLATE: on standard output, with every @NAME@ replaced
    local text name
    text=$(<"$1")
    for name in "${!value[@]}"; do text=${text//"@$name@"/"${value[$name]}"}; done
    [[ ! $text =~ @[A-Z_]+@ ]] || die "$1: unknown placeholder ${BASH_REMATCH[0]}"
    printf '%s\n' "$text"
}

# Postfix's programs read a main.cf that is younger than a second again and again until it is older,
# for somebody might still be writing it: not this one, which is whole.
look_old() { touch -d '3 seconds ago' "$1"; }

render() {
    local file complaints
    set_values
    for file in "${rendered[@]}"; do fill_in "$share/$file" >"$work/$file"; done
    look_old "$work/postfix/main.cf"
    "$bin/mn-alias" --aliases "${setting[userconfig]}/aliases" --passwd "${setting[userconfig]}/passwd" \
        --domains "${setting[domains]}" --forwarding "${domains[0]}" --postfix "$work/postfix" >/dev/null
    render_lists
    render_web
    # Copies, for userconfig may be closed to the account that reads it.
    file=${setting[userconfig]}/trusted-sealers
    if [[ -e $file ]]; then sed -E 's/[ \t\r]*(#.*)?$//; s/^[ \t]*//; /^$/d' "$file" | tr A-Z a-z; fi >"$work/trusted-sealers"
    # Dovecot compares byte by byte, our users do not: lower case, and no comments.
    (umask 077; awk -F: -v OFS=: '/^[ \t]*(#|\r?$)/ { next } { sub(/\r$/, ""); $1 = tolower($1); print }' \
        "${setting[userconfig]}/passwd" >"$work/dovecot/passwd")
    complaints=$({ postconf -c "$work/postfix" && postconf -c "$work/postfix" -M; } 2>&1 >/dev/null) || true
    [[ -z $complaints ]] || die "Postfix would refuse the rendered configuration: $complaints"
    complaints=$(doveconf -c "$work/dovecot/dovecot.conf" 2>&1 >/dev/null) ||
        die "Dovecot would refuse the rendered configuration: $complaints"
}

install_file() { # SOURCE TARGET MODE OWNER: atomic, and not at all when nothing differs
    if stage_file "$@"; then publish_files "$2"; fi
}

# Many files are staged first and published together: the disk is waited for once.
stage_file() { # SOURCE TARGET MODE OWNER: into TARGET.new; fails when nothing differs
    if cmp -s "$1" "$2" && [[ $(stat -c '%a %U:%G' "$2") == "$3 $4" ]]; then return 1; fi
    rm -f "$2.new" || die "$2.new is in the way"
    install -m "$3" -o "${4%:*}" -g "${4#*:}" "$1" "$2.new" || die "$2.new cannot be written"
}

publish_files() { # TARGET...
    local target
    (($#)) || return 0
    sync "${@/%/.new}"
    for target; do
        mv -f "$target.new" "$target"
        changed+=" ${target#"$state"/}"
    done
}

# Dovecot sees a change of its accounts only by size and whole seconds of the time, so two changes in
# one second must not look alike; and it looks once in a second at the most, so what we have changed
# is in effect when the next one begins.
install_accounts() {
    local accounts=$etc/dovecot/passwd before now
    before=$(stat -c %Y "$accounts" 2>/dev/null) || before=0
    install_file "$work/dovecot/passwd" "$accounts" 640 root:dovecot
    if [[ $changed == *etc/dovecot/passwd* && $(stat -c %Y "$accounts") -le $before ]]; then
        touch -d "@$((before + 1))" "$accounts"
    fi
    if [[ $changed == *etc/dovecot/passwd* ]] && pid_of dovecot >/dev/null; then
        now=$EPOCHSECONDS
        while ((EPOCHSECONDS == now)); do sleep 0.05; done
    fi
}

make_directories() {
    local user=${setting[user]}
    install -d -m 755 "$state" "$etc" "$etc/postfix" "$etc/dovecot" "$state/lib" "$state/run" "$state/tls" "$state/queue"
    install -d -m 750 "$state/log"
    # A volume that is new is there already, empty and root's.
    [[ -n $(ls -A "$state/mail" 2>/dev/null) ]] || install -d -m 700 -o "$user" -g "$(id -gn "$user")" "$state/mail"
    [[ $(stat -c %U "$state/mail") == "$user" ]] ||
        die "$state/mail belongs to $(stat -c %U "$state/mail"), not to $user: choose --user, or chown -R it"
    [[ -d $state/lib/postfix ]] || install -d -m 700 -o postfix "$state/lib/postfix"
}

install_tls() {
    local cert=${setting[tls-cert]} key=${setting[tls-key]} own=$state/tls/self-signed
    if [[ -z $cert ]]; then
        cert=$own.crt key=$own.key
        still_good "$cert" || make_certificate "$key" "$cert"
    fi
    (umask 077; cat "$key" "$cert" >"$work/node.pem")
    install_file "$work/node.pem" "$state/tls/node.pem" 600 root:root
    install_file "$cert" "$state/tls/cert.pem" 644 root:root
}

still_good() { # CERTIFICATE: it names this host and lasts another month
    openssl x509 -in "$1" -noout -checkend 2592000 >/dev/null 2>&1 &&
        [[ $(openssl x509 -in "$1" -noout -checkhost "${setting[hostname]}") == *"does match"* ]]
}

make_certificate() { # KEY CERTIFICATE
    (umask 077; openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 825 \
        -subj "/CN=${setting[hostname]}" -addext "subjectAltName=DNS:${setting[hostname]}" \
        -keyout "$1" -out "$2.new" 2>/dev/null)
    mv -f "$2.new" "$2"
    chmod 644 "$2"
}

install_all() {
    local file name staged=()
    make_accounts
    make_directories
    install_tls
    install_secrets
    install_keys
    for file in "${rendered[@]}" "${tables[@]}"; do
        if stage_file "$work/$file" "$etc/$file" 644 root:root; then staged+=("$etc/$file"); fi
    done
    publish_files "${staged[@]}"
    if [[ " ${staged[*]} " == *" $etc/postfix/main.cf "* ]]; then look_old "$etc/postfix/main.cf"; fi
    install_accounts
    install_lists
    install_web
    for name in "${names[@]}"; do echo "$name=${setting[$name]}"; done >"$work/settings"
    install_file "$work/settings" "$etc/settings" 644 root:root
}
