# Part of mailnode: find every mistake in one go, touch nothing.
# shellcheck shell=bash disable=SC2034,SC2154

problem() { # WHERE WHAT REMEDY
    printf '%s: error: %s; %s\n' "$1" "$2" "$3"
    problems=$((problems + 1))
}

is_domain() { [[ ${#1} -le 253 && $1 =~ ^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$ ]]; }

check_names() {
    local domain seen=" "
    is_domain "${setting[hostname]}" ||
        problem --hostname "\"${setting[hostname]}\" is not a full host name" "write one like mail.example.org"
    ((${#domains[@]})) || problem --domains "no domain is given" "name at least one"
    for domain in "${domains[@]}"; do
        is_domain "$domain" || problem --domains "\"$domain\" is not a domain" "write names like example.org, separated by commas"
        [[ $seen != *" $domain "* ]] || problem --domains "\"$domain\" is there twice" "remove one"
        seen+="$domain "
    done
    # What the example has is fine on loopback, and a false name elsewhere.
    is_public || return 0
    [[ ${setting[hostname]} != mail.example.test ]] ||
        problem --hostname "it is still that of the example" "set MAILNODE_HOSTNAME to this host's name in the DNS"
    [[ ${setting[domains]} != example.test,second.test ]] ||
        problem --domains "they are still those of the example" "set MAILNODE_DOMAINS to yours, separated by commas"
}

is_public() { # others than this host's programs can connect
    local address
    for address in "${addresses[@]}" ${setting[public-addresses]//,/ }; do
        [[ $address == 127.* || $address == ::1 ]] || return 0
    done
    return 1
}

is_number() { [[ $1 =~ ^(0|[1-9][0-9]{0,10})$ ]]; }

check_numbers() {
    local name port seen=" "
    for name in smtp-port smtps-port imaps-port submission-port reinject-port; do
        port=${setting[$name]}
        if [[ $name == submission-port && $port == 0 ]]; then continue; fi
        { is_number "$port" && ((port >= 1 && port <= 65535)); } ||
            problem "--$name" "\"$port\" is not a port" "use a number from 1 to 65535"
        [[ $seen != *" $port "* ]] || problem "--$name" "port $port is used twice" "choose another"
        seen+="$port "
    done
    { is_number "${setting[message-size]}" && ((setting[message-size] >= 65536)); } ||
        problem --message-size "\"${setting[message-size]}\" is not a size" "use a number of bytes, at least 65536"
    [[ ${setting[postscreen]} =~ ^(yes|no)$ ]] ||
        problem --postscreen "\"${setting[postscreen]}\" is neither yes nor no" "use one of them"
    [[ ${setting[forward-failed]} =~ ^(refuse|forward|[A-Za-z0-9._+=-]+@[A-Za-z0-9.-]+)$ ]] ||
        problem --forward-failed "\"${setting[forward-failed]}\" is neither refuse nor forward nor an address" "use one of them"
    [[ ${setting[hidden-clients]} =~ ^(refuse|accept)$ ]] ||
        problem --hidden-clients "\"${setting[hidden-clients]}\" is neither refuse nor accept" "use one of them"
    [[ ${setting[policy]} =~ ^(yes|no)$ ]] ||
        problem --policy "\"${setting[policy]}\" is neither yes nor no" "use one of them"
}

is_address() {
    local octet='(25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])'
    [[ $1 =~ ^$octet(\.$octet){3}$ || ($1 == *:*:* && $1 =~ ^[0-9a-fA-F:]+$) ]]
}

check_addresses() {
    local address passwd=${setting[userconfig]}/passwd
    ((${#addresses[@]})) || problem --listen "no address is given" "use 127.0.0.1, or 0.0.0.0 for all"
    for address in "${addresses[@]}" ${setting[public-addresses]//,/ }; do
        is_address "$address" || problem --listen "\"$address\" is not an IP address" "write it in digits"
    done
    is_public || return 0
    if grep -qsFf "$share/node/published-passwords" "$passwd"; then
        problem "$passwd" "it has example accounts, whose passwords are published" \
            "remove them before you listen on ${setting[listen]}"
    fi
    check_clients_are_seen
}

# Containers of an ordinary user are given all connections by a proxy: SPF would then judge that
# proxy, and honest mail be refused. Their root is one account outside, and not root.
check_clients_are_seen() {
    local inside outside count
    read -r inside outside count </proc/self/uid_map || return 0
    if [[ $inside == 0 && $outside != 0 && $count == 1 && ${setting[hidden-clients]} == refuse ]]; then
        problem --hidden-clients "in this rootless container every client would have the same address, that of its gateway" \
            "run it by root's Docker, or see to it that addresses are kept and set MAILNODE_HIDDEN_CLIENTS=accept"
    fi
}

# From where mail leaves, and who is asked about the mail that comes.
check_others() {
    local address kinds=" "
    for address in "${outgoing[@]}"; do
        is_address "$address" || problem --outgoing-address "\"$address\" is not an IP address" "write it in digits"
        if [[ $address == *:* ]]; then kinds+="6 "; else kinds+="4 "; fi
    done
    [[ $kinds == " " || $kinds == " 4 " || $kinds == " 6 " || $kinds == " 4 6 " || $kinds == " 6 4 " ]] ||
        problem --outgoing-address "more than one address of a kind" "give one IPv4 and one IPv6 address at the most"
    for address in "${nameservers[@]}"; do
        is_nameserver "$address" ||
            problem --nameserver "\"$address\" is not the address of a name server" "write 192.0.2.1, 192.0.2.1:5353 or [2001:db8::1]:5353"
    done
}

is_nameserver() {
    local address=$1
    if [[ $address =~ ^\[(.*)\]:([0-9]+)$ || $address =~ ^([^:]*):([0-9]+)$ ]]; then
        address=${BASH_REMATCH[1]}
        ((10#${BASH_REMATCH[2]} >= 1 && 10#${BASH_REMATCH[2]} <= 65535)) || return 1
    fi
    is_address "$address"
}

check_programs() {
    local tool
    for tool in postfix postconf dovecot doveadm doveconf openssl; do
        command -v $tool >/dev/null ||
            problem mailnode "$tool is not installed" "apt-get install postfix dovecot-imapd openssl"
    done
    for tool in mn-deliver mn-alias mn-makepasswd mn-verify mn-dkimsign mn-dkimkey mn-dns mn-makelist mn-list-receive mn-list-cron; do
        [[ -x $bin/$tool ]] || problem "$bin/$tool" "it is missing" "build or install Mailnode, or set MAILNODE_BIN"
    done
    [[ $bin =~ ^[A-Za-z0-9/._+-]+$ ]] || problem "$bin" "Postfix cannot run programs of this path" "use a path without blanks and special characters"
}

check_account() {
    local user=${setting[user]} uid
    uid=$(id -u "$user" 2>/dev/null) || {
        problem --user "there is no account \"$user\"" "adduser --system --group --home /nonexistent --no-create-home $user"
        return 0
    }
    if [[ $uid == 0 || $user == postfix || $user == dovecot || $user == dovenull ]]; then
        problem --user "mail cannot belong to $user" "use an account for nothing else"
    elif ((EUID == 0)) && [[ -x $bin/mn-deliver ]] && ! runuser -u "$user" -- test -x "$bin/mn-deliver"; then
        problem "$bin/mn-deliver" "the account $user cannot run it" "make its directories searchable for all, or make install"
    fi
}

# The accounts that judge, sign and keep lists; start makes those that are missing.
check_signers() {
    local option account users=" ${setting[user]} "
    for option in verify-user sign-user lists-user; do
        account=${setting[$option]}
        if [[ ! $account =~ ^[a-z_][a-z0-9_-]{0,31}$ ]]; then
            problem "--$option" "\"$account\" cannot be the name of an account" "use lower case letters, digits, - and _"
        elif [[ $account == root || $account == postfix || $account == dovecot || $account == dovenull || $(id -u "$account" 2>/dev/null) == 0 ]]; then
            problem "--$option" "$account has too much power for it" "use an account for nothing else"
        elif [[ $users == *" $account "* ]]; then
            problem "--$option" "$account has another task" "use an account for nothing else"
        elif ((EUID == 0)) && [[ -x $bin/mn-verify ]] && getent passwd "$account" >/dev/null && ! runuser -u "$account" -- test -x "$bin/mn-verify"; then
            problem "$bin/mn-verify" "the account $account cannot run it" "make its directories searchable for all, or make install"
        fi
        users+="$account "
    done
}

check_state() {
    local directory=$state
    [[ $state =~ ^/[A-Za-z0-9/._+-]+$ ]] || problem --state "Postfix cannot use the path \"$state\"" "use one without blanks and special characters"
    # 108 bytes for a socket's path, and Dovecot's longest below ours has 37.
    ((${#state} <= 70)) || problem --state "$state is too long for the sockets in it" "use at most 70 characters"
    while [[ ! -e $directory ]]; do directory=$(dirname "$directory"); done
    [[ -d $directory ]] || { problem "$directory" "it is not a directory" "choose another --state"; return 0; }
    if [[ $directory == "$state" && -n $(find "$directory" -maxdepth 0 -perm /022) ]]; then
        problem "$directory" "others can write to it" "chmod go-w $directory"
    fi
    if ((EUID == 0)) && getent passwd postfix >/dev/null && ! runuser -u postfix -- test -x "$directory"; then
        problem "$directory" "Postfix cannot enter it" "make it and the directories above searchable for all"
    fi
}

check_tls() {
    local cert=${setting[tls-cert]} key=${setting[tls-key]} public
    if [[ -z $cert && -z $key ]]; then return 0; fi
    if [[ -z $cert || -z $key ]]; then
        problem --tls-cert "certificate and key belong together" "give --tls-cert and --tls-key"
        return 0
    fi
    openssl x509 -in "$cert" -noout 2>/dev/null || { problem "$cert" "there is no certificate to read" "give a PEM file"; return 0; }
    public=$(openssl pkey -in "$key" -passin pass: -pubout 2>/dev/null) || { problem "$key" "there is no key to read" "give a PEM file without a password"; return 0; }
    [[ $(openssl x509 -in "$cert" -noout -pubkey) == "$public" ]] || problem "$key" "it is not the key of $cert" "give the pair"
    openssl x509 -in "$cert" -noout -checkend 0 >/dev/null || problem "$cert" "it has expired" "renew it"
    [[ $(openssl x509 -in "$cert" -noout -checkhost "${setting[hostname]}") == *"does match"* ]] ||
        echo "$cert: warning: it does not name ${setting[hostname]}; clients will complain"
}

check_userconfig() {
    local directory=${setting[userconfig]} file good=yes
    for file in passwd aliases; do
        [[ -f $directory/$file && -r $directory/$file ]] || {
            problem "$directory/$file" "it cannot be read" "create it; an example is in $example"
            good=no
        }
    done
    check_sealers "$directory/trusted-sealers"
    [[ $good == yes && -x $bin/mn-alias && -x $bin/mn-makepasswd ]] || return 0
    "$bin/mn-makepasswd" --check "$directory/passwd" --domains "${setting[domains]}" || problems=$((problems + 1))
    "$bin/mn-alias" --check --aliases "$directory/aliases" --passwd "$directory/passwd" \
        --domains "${setting[domains]}" --forwarding "${domains[0]}" || problems=$((problems + 1))
    [[ ! -x $bin/mn-makelist ]] || check_lists
}

check_sealers() { # FILE
    local line number=0
    [[ -e $1 ]] || return 0
    while IFS= read -r line || [[ -n $line ]]; do
        number=$((number + 1))
        line=${line%%#*}
        read -r line <<<"$line" || true
        [[ -z $line ]] || is_domain "${line,,}" || problem "$1:$number" "\"$line\" is not a domain" "write one domain a line"
    done <"$1"
}

check_ports() {
    local address port
    for address in "${addresses[@]}"; do
        for port in "${ports[@]}"; do
            ! connects "$address" "$port" || problem "$address:$port" "something else listens there" "stop it or choose another port"
        done
    done
    port=${setting[reinject-port]}
    ! connects 127.0.0.1 "$port" || problem "127.0.0.1:$port" "something else listens there" "stop it or choose another --reinject-port"
}

check() {
    check_names
    # Without sound domains the tools would only say the same again.
    ((problems)) || check_userconfig
    check_numbers
    check_addresses
    check_others
    check_web
    check_programs
    check_account
    check_signers
    check_state
    check_tls
    ((problems == 0))
}
