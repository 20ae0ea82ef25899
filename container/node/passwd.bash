# Part of mailnode: a new password for an account, by an admin or, with the old one, by its user.
# shellcheck shell=bash disable=SC2034,SC2154

from_stdin=no generate=no old=no # --stdin --generate --old

change_password() {
    local file=${setting[userconfig]}/passwd address status=0 options=()
    [[ -x $bin/mn-makepasswd ]] || die "$bin/mn-makepasswd is missing; build or install Mailnode, or set MAILNODE_BIN"
    [[ $old == no ]] || wait_for_turn
    take_account
    [[ -r $file && -w $file ]] || die "the passwords are in $file, which is missing or not yours to change; run it as root, or see \"Changing passwords\" in mailnode(8)"
    [[ $old == yes ]] || must_be_account "$file" "$address"
    if [[ $old == yes ]]; then options+=(--old); fi
    if [[ $from_stdin == yes ]]; then options+=(--stdin); fi
    if [[ $generate == yes ]]; then options+=(--generate); fi
    "$bin/mn-makepasswd" --quiet --update "$file" "${options[@]}" "$address" || status=$?
    if ((status == 1)); then
        log_works "passwd: refused, with a wrong old password, for $address, asked by uid ${SUDO_UID:-$UID}" || true
        die "nothing was changed: there is no account $address, it is disabled, or that is not its password" 1
    fi
    ((status == 0)) || die "nothing was changed" "$status"
    log_works "passwd: changed, for $address, by uid ${SUDO_UID:-$UID}" || true
    put_into_effect "$file" "$address"
}

# Sets address. A rule of sudo(8) that takes no argument is a safe one: then it is asked for.
take_account() {
    address=${arguments[0]-}
    ((${#arguments[@]} <= 1)) || die "passwd wants one address, and never a password: it asks for that" 64
    if [[ -z $address && $old == yes ]]; then
        if [[ -t 0 ]]; then read -r -p "Address: " address; else read -r address; fi || true
    fi
    address=${address,,}
    [[ $address =~ ^[a-z0-9][a-z0-9._-]*@[a-z0-9.-]+$ ]] ||
        die "passwd wants the address of an account: mailnode passwd you@example.org" 64
}

must_be_account() { # FILE ADDRESS
    local accounts
    accounts=$("$bin/mn-makepasswd" --quiet --list "$1") || die "$1 cannot be read"
    case $'\n'$accounts in
    *$'\n'"$2"$'\t'enabled*) ;;
    *$'\n'"$2"$'\t'*) echo "mailnode: $2 is disabled; a new password enables it" >&2 ;;
    *) die "there is no account $2 in $1; make it with mn-makepasswd --update $1 $2, then mailnode reload" 1 ;;
    esac
}

# Guessing is slow: one try in three seconds for each caller, however many run at once, are ended, or
# wait at their questions. Nobody waits for somebody else.
wait_for_turn() {
    local tries=$state/run/passwd-tries caller=${SUDO_UID:-0} turn=0 now
    ((EUID == 0)) || return 0 # who may write the file may do so without asking
    [[ $caller =~ ^[0-9]{1,10}$ ]] || die "SUDO_UID is no number"
    install -d -m 755 "$state" "$state/run"
    install -d -m 700 "$tries"
    exec 8>>"$tries/$caller"
    flock 8
    read -r turn <"$tries/$caller" || true
    now=$EPOCHSECONDS turn=$((${turn:-0} + 3))
    # Far ahead is only a clock that was put back.
    if ((turn < now || turn > now + 64)); then turn=$now; fi
    ((turn <= now + 60)) || die "too many tries; wait a minute" 1
    echo "$turn" >"$tries/$caller"
    exec 8>&-
    sleep $((turn - now))
}

# Into the accounts of the running node goes this one line. What else was edited waits for a reload.
put_into_effect() { # FILE ADDRESS
    local live=$etc/dovecot/passwd
    if ((EUID != 0)); then
        [[ ! -e $live ]] || echo "mailnode: changed; the node learns it by: sudo mailnode reload"
        return
    fi
    if ! pid_of dovecot >/dev/null; then
        echo "mailnode: changed; the node does not run"
        return
    fi
    take_lock
    make_work
    if (umask 077; replace_account "$1" "$2" "$live" >"$work/dovecot/passwd"); then
        install_accounts
        echo "mailnode: changed, and in effect. Open sessions go on: doveadm -c $etc/dovecot/dovecot.conf kick $2 ends them"
    else
        echo "mailnode: changed; the node does not know the account yet: mailnode reload"
    fi
}

replace_account() { # FILE ADDRESS LIVE: prints LIVE with the line that FILE has
    awk -F: -v OFS=: -v wanted="$2" '
        { sub(/\r$/, ""); key = tolower($1) }
        NR == FNR { if (key == wanted && line == "") { $1 = key; line = $0 }; next }
        key == wanted && line != "" { print line; found = 1; next }
        { print }
        END { exit !found }' "$1" "$3"
}
