# Part of mailnode: the accounts that judge and sign mail, their keys and secrets, and what is to be
# published. The one that judges has no key; the one that signs is the only one that reads them.
# shellcheck shell=bash disable=SC2034,SC2154

make_account() { # NAME
    ! getent passwd "$1" >/dev/null || return 0
    useradd --system --user-group --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin "$1" ||
        die "the system account $1 cannot be made"
    echo "mailnode: made the system account $1"
}

make_accounts() {
    make_account "${setting[verify-user]}"
    make_account "${setting[sign-user]}"
    make_account "${setting[lists-user]}"
}

sign_group() { id -gn "${setting[sign-user]}" 2>/dev/null || echo "${setting[sign-user]}"; }

share_with_signer() { # DIRECTORY: it and all below for the group of the signer, and nobody else
    local group
    group=$(id -gn "${setting[sign-user]}")
    install -d -m 750 -o root -g "$group" "$1"
    find "$1" ! \( -user root -group "$group" \) -exec chown -h "root:$group" {} +
    find "$1" \( -type d ! -perm 750 -exec chmod 750 {} + \) -o \( -type f ! -perm 640 -exec chmod 640 {} + \)
}

install_secrets() {
    local secrets=$state/srs/secrets
    share_with_signer "$state/srs"
    if [[ ! -s $secrets ]]; then
        openssl rand -base64 32 >"$work/secrets"
        install_file "$work/secrets" "$secrets" 640 "root:$(id -gn "${setting[sign-user]}")"
    fi
}

# The first keys of each domain; what to publish is said once, when they are made.
install_keys() {
    local domain new
    share_with_signer "$state/dkim"
    for domain in "${domains[@]}"; do
        new=$("$bin/mn-dkimkey" --keys "$state/dkim" --quiet create "$domain") || die "no DKIM key for $domain"
        if [[ -n $new ]]; then
            echo "mailnode: new keys sign the mail of $domain. Publish these records:"
            tell_records "$domain"
        fi
    done
}

tell_records() { # DOMAIN: what to publish, and how to see that all of it is right
    local address options=(--host "${setting[hostname]}")
    if [[ -r $state/dkim/$1 ]]; then options+=(--keys "$state/dkim"); fi
    for address in $(tr ' ' ',' <<<"${setting[public-addresses]},${setting[outgoing-address]}" | tr ',' '\n' | sort -u); do
        options+=(--address "$address")
    done
    "$bin/mn-dns" print --quiet "${options[@]}" --smtps-port "${setting[smtps-port]}" --imaps-port "${setting[imaps-port]}" "$1" ||
        echo "mailnode: mn-dns cannot print the records of $1" >&2
    echo "mailnode: then check: mn-dns check ${options[*]} $1"
}
