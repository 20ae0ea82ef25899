# Part of mailnode: the first userconfig of a domain. What is there stays: files get lines more, or
# are new. All of it is composed in a scratch directory and checked there before a byte is written.
# shellcheck shell=bash disable=SC2034,SC2154

dry_run=no         # -n
account="" domain="" # what the argument says, in lower case
password=""        # of the first account
news=()            # what is new, for people
olds=()            # what was there
proposed=()        # files of userconfig that $work/new has, complete

set_up() {
    take_first_account
    choose_userconfig
    make_work
    mkdir "$work/new"
    [[ $dry_run == yes ]] || lock_userconfig
    choose_settings
    propose_account
    propose_aliases
    propose_copies
    check_proposal
    if [[ $dry_run == yes ]]; then
        show_proposal
    else
        write_proposal
        tell_what_was_done
    fi
    tell_published_passwords
    tell_dns
    [[ $dry_run == yes ]] || tell_next
}

# --- what is wanted -----------------------------------------------------------------------------

take_first_account() {
    local given_address
    ((${#arguments[@]} == 1)) || die "setup wants one address, that of the first account: mailnode setup you@example.org" 64
    printf -v given_address %q "${arguments[0]}"
    account=${arguments[0],,}
    domain=${account##*@}
    [[ $account == ?*@?* ]] || die "$given_address is not an address; write it with its domain, like you@example.org" 64
    [[ ${account%@*} =~ ^[a-z0-9][a-z0-9._-]{0,63}$ ]] ||
        die "$given_address cannot be an account; use letters, digits, dots, - and _ before the @, beginning with a letter or digit" 64
    is_domain "$domain" || die "$given_address is in no domain that mail can have; write one like example.org, other alphabets as xn--..." 64
    [[ -x $bin/mn-makepasswd && -x $bin/mn-alias && -x $bin/mn-dkimkey && -x $bin/mn-dns ]] || die "the programs are not in $bin; build or install Mailnode, or set MAILNODE_BIN"
}

choose_userconfig() {
    if [[ ${setting[userconfig]} == "$example" ]]; then
        [[ ! -v given[userconfig] ]] || die "$example is the example, and stays as it is; give another --userconfig, such as /etc/mailnode"
        setting[userconfig]=/etc/mailnode
    fi
}

# What nobody has set so far becomes what a node on the internet has, not what the example has.
choose_settings() {
    local -A usual=([listen]="0.0.0.0 ::" [smtp-port]=25 [smtps-port]=465 [imaps-port]=993)
    local name
    if [[ ! -r $etc/settings ]]; then
        for name in "${!usual[@]}"; do
            if [[ ! -v given[$name] ]]; then setting["$name"]=${usual[$name]}; fi
        done
    fi
    if [[ ! -v given[domains] && ${setting[domains]} == example.test,second.test ]]; then
        mapfile -t domains < <(account_domains "${setting[userconfig]}/passwd")
    fi
    [[ " ${domains[*]} " == *" $domain "* ]] || domains+=("$domain")
    setting[domains]=$(IFS=,; echo "${domains[*]}")
    if [[ ! -v given[hostname] && ${setting[hostname]} == mail.example.test ]]; then setting[hostname]=mail.${domains[0]}; fi
    check_names >&2
    ((problems == 0)) || die "nothing was written" 1
}

account_domains() { # PASSWD: each once, in the order of the file
    is_of_example passwd || accounts_of "$1" | cut -d@ -f2 | awk '!seen[$0]++'
}

accounts_of() { [[ ! -e $1 ]] || "$bin/mn-makepasswd" -q --list "$1" | cut -f1; }

# The example's own file, nothing in it changed, is nobody's configuration.
is_of_example() {
    local file=${setting[userconfig]}/$1
    [[ -e $file ]] && grep -qxF "$(sha256sum <"$file" | cut -d' ' -f1)  $1" "$share/node/example-files"
}

# --- what it would become -----------------------------------------------------------------------

begin_with() { # FILE: what is there now
    local file=${setting[userconfig]}/$1
    if [[ -e $file ]] && ! is_of_example "$1"; then
        cat "$file" >"$work/new/$1" || die "$file cannot be read"
        # Not all editors end the last line.
        [[ -z $(tail -c 1 "$work/new/$1") ]] || echo >>"$work/new/$1"
    else
        "first_lines_of_$1" >"$work/new/$1"
    fi
    proposed+=("$1")
}

first_lines_of_passwd() {
    cat <<'END'
# Accounts: one line each. Format: mn-passwd(5).
#
# Add an account:      mn-makepasswd --update passwd alice@example.org, then mailnode reload
# Change a password:   mailnode passwd alice@example.org

END
}

first_lines_of_aliases() {
    cat <<'END'
# Addresses that are not accounts: a name, white space, where its mail goes. Format: mn-aliases(5).
# After a change: mailnode reload
END
}

propose_account() {
    local file=${setting[userconfig]}/passwd others
    if ! is_of_example passwd; then
        if grep -qxF "$account" < <(accounts_of "$file"); then
            olds+=("the account $account")
            return
        fi
        others=$(accounts_of "$file" | grep -xE "[^@]+@${domain//./\\.}" | head -n 3 | paste -sd ' ') || true
        [[ -z $others ]] || die "$domain is set up already, with $others; nothing was changed. One account more: mn-makepasswd --update $file $account, then mailnode reload" 1
    fi
    begin_with passwd
    get_first_password
    news+=("the account $account")
    printf '%s\n' "$password" | "$bin/mn-makepasswd" --stdin "$account" >>"$work/new/passwd" || die "nothing was written"
}

get_first_password() {
    if [[ $from_stdin == yes && $dry_run == no ]]; then
        IFS= read -r password || [[ -n $password ]] || die "there is no password on standard input"
    else
        password=$("$bin/mn-makepasswd" --generate "$account" 2>&1 >/dev/null) || die "no password could be made: $password"
    fi
}

# Postmaster and abuse must reach somebody in each domain. [RFC2142 4]
propose_aliases() {
    local name text="" there
    there=$(is_of_example aliases || awk '!/^[ \t]*#/ { print tolower($1) }' "${setting[userconfig]}/aliases" 2>/dev/null) || true
    there+=$'\n'$(is_of_example passwd || accounts_of "${setting[userconfig]}/passwd")$'\n'$account
    for name in postmaster abuse hostmaster security; do
        if grep -qxF "$name@$domain" <<<"$there"; then
            olds+=("$name@$domain")
        elif [[ $name == postmaster || $name == abuse ]] || ! grep -qxF "postmaster@$domain" <<<"$there"; then
            printf -v text '%s%-27s %s\n' "$text" "$name@$domain" "$account"
            news+=("$name@$domain")
        fi
    done
    if [[ -n $text ]]; then
        begin_with aliases
        printf '\n%s' "$text" >>"$work/new/aliases"
    fi
}

# Lists, and the texts for them, as they come.
propose_copies() {
    local name directory=${setting[userconfig]}
    for name in lists listtext trusted-sealers; do
        if [[ -e $directory/$name ]]; then
            olds+=("$name")
        else
            news+=("$name")
        fi
    done
}

check_proposal() {
    local passwd=$work/new/passwd aliases=$work/new/aliases found=0
    [[ -e $passwd ]] || passwd=${setting[userconfig]}/passwd
    [[ -e $aliases ]] || aliases=${setting[userconfig]}/aliases
    {
        "$bin/mn-makepasswd" --check "$passwd" --domains "${setting[domains]}" || found=1
        "$bin/mn-alias" --check --aliases "$aliases" --passwd "$passwd" --domains "${setting[domains]}" --forwarding "${domains[0]}" || found=1
    } > >(sed "s:^$work/new:${setting[userconfig]}:" >&2)
    ((found == 0)) || die "nothing was written: see above" 1
}

# --- show or write it ---------------------------------------------------------------------------

show_proposal() {
    local file old
    for file in "${proposed[@]}"; do
        old=${setting[userconfig]}/$file
        if [[ -e $old ]]; then cat "$old"; fi | diff -u --label "$old" --label "$old" - "$work/new/$file" |
            sed -E 's/^([ +-][^:#]+@[^:]+:)[^:]*:/\1HASH:/' || true
    done
    for file in lists listtext trusted-sealers; do
        [[ -e ${setting[userconfig]}/$file ]] || echo "new: ${setting[userconfig]}/$file$(copy_of "$file")"
    done
    echo "mailnode: nothing was written; without --dry-run it would be, with another password"
}

copy_of() { if [[ -e $example/$1 && $1 != lists ]]; then echo ", as in $example"; fi; }

# Two at once: the second finds what the first has written.
lock_userconfig() {
    local directory=${setting[userconfig]}
    if [[ ! -d $directory ]]; then
        install -d -m 755 "$directory" || die "nothing was written: $directory cannot be made; run it as root, or give another --userconfig"
        trap 'rm -rf "$work"; rmdir --ignore-fail-on-non-empty "${setting[userconfig]}"' EXIT
    fi
    [[ -w $directory ]] || die "nothing was written: $directory is not yours to write in; run it as root, or give another --userconfig"
    exec 8<"$directory"
    flock -w 60 8 || die "nothing was written: another setup works on $directory"
}

write_proposal() {
    local directory=${setting[userconfig]} file
    if ((${#news[@]} == 0)); then return; fi
    for file in lists listtext trusted-sealers; do write_copy "$file"; done
    for file in "${proposed[@]}"; do
        if is_of_example "$file"; then mv -f "$directory/$file" "$directory/$file.example"; fi
    done
    if [[ " ${proposed[*]} " == *" aliases "* ]]; then write_file aliases 644; fi
    if [[ " ${proposed[*]} " == *" passwd "* ]]; then write_account; fi
    sync "$directory"
}

write_copy() { # NAME
    local target=${setting[userconfig]}/$1
    [[ ! -e $target ]] || return 0
    rm -rf "$target.new"
    case $1 in
    lists) install -d -m 755 "$target.new" ;;
    listtext) install -d -m 755 "$target.new" && install -m 644 -t "$target.new" "$example/$1"/* ;;
    *) install -m 644 "$example/$1" "$target.new" ;;
    esac || die "$target cannot be written"
    mv -T "$target.new" "$target"
}

write_file() { # NAME MODE: of a new file; another keeps its own, and its owner
    local target
    target=$(readlink -m "${setting[userconfig]}/$1")
    rm -f "$target.new"
    install -m "$2" /dev/null "$target.new" || die "$target cannot be written"
    if [[ -e $target ]]; then chown --reference="$target" "$target.new" 2>/dev/null || true; chmod --reference="$target" "$target.new"; fi
    cat "$work/new/$1" >"$target.new" || die "$target cannot be written"
    sync "$target.new"
    mv -f "$target.new" "$target"
}

# By the program that others use at the same time.
write_account() {
    local file=${setting[userconfig]}/passwd
    if [[ ! -e $file ]]; then
        first_lines_of_passwd >"$work/new/passwd"
        write_file passwd 640
    fi
    printf '%s\n' "$password" | "$bin/mn-makepasswd" -q --update "$file" --stdin "$account" || die "the account could not be written"
}

# --- what to say --------------------------------------------------------------------------------

tell_what_was_done() {
    local directory=${setting[userconfig]}
    if ((${#olds[@]})); then echo "mailnode: was in $directory already, and stays as it is: $(enumerate "${olds[@]}")"; fi
    if ((${#news[@]} == 0)); then
        echo "mailnode: nothing to do"
        return
    fi
    echo "mailnode: new in $directory: $(enumerate "${news[@]}")"
    [[ -n $password && $from_stdin == no ]] || return 0
    cat <<END

  user name  $account
  password   $password

mailnode: the password is shown this once; "mailnode passwd $account" sets another
END
}

enumerate() {
    local text
    printf -v text '%s, ' "$@"
    echo "${text%, }"
}

tell_published_passwords() {
    local file=${setting[userconfig]}/passwd
    [[ $dry_run == no ]] && grep -qsFf "$share/node/published-passwords" "$file" || return 0
    echo "mailnode: these accounts have passwords that everybody can read in the example; the node does not serve them to the network:"
    grep -Ff "$share/node/published-passwords" "$file" | cut -d: -f1 | sed "s:^:  mn-makepasswd --remove $file :"
}

tell_dns() {
    echo
    if [[ $dry_run == no ]] && ((EUID == 0)); then make_first_keys; fi
    echo "mailnode: publish these records:"
    [[ -r $state/dkim/$domain ]] || echo "; DKIM keys come with the first start, which prints their records as well."
    tell_records "$domain"
}

make_first_keys() {
    { check_state && check_signers; } >&2
    ((problems == 0)) || die "userconfig is ready, but not the rest: $problems problem(s)" 1
    take_lock
    make_account "${setting[sign-user]}"
    share_with_signer "$state/dkim"
    "$bin/mn-dkimkey" --keys "$state/dkim" --quiet create "$domain" >/dev/null || die "no DKIM key for $domain"
    share_with_signer "$state/dkim"
}

tell_next() {
    local program name words=()
    echo
    if [[ -n ${MAILNODE_NEXT-} ]]; then
        echo "mailnode: next: $MAILNODE_NEXT"
        return
    fi
    program=$(command -v mailnode) && [[ $program -ef $0 ]] && program=mailnode || program=$(readlink -f "$0")
    ((EUID == 0)) || words+=(sudo)
    words+=("$program")
    [[ $state == /var/lib/mailnode ]] || words+=(--state "$state")
    if ((EUID == 0)) && [[ -r $etc/settings ]] && pid_of postfix >/dev/null; then words+=(reload); else words+=(start); fi
    setting[listen]=${setting[listen]// /,}
    for name in userconfig hostname domains listen smtp-port smtps-port imaps-port; do words+=("--$name" "${setting[$name]}"); done
    for name in tls-cert tls-key; do [[ -z ${setting[$name]} ]] || words+=("--$name" "${setting[$name]}"); done
    echo "mailnode: next, once:"
    echo "  ${words[*]@Q}" | sed -E "s|'([A-Za-z0-9_./:@,=+-]+)'|\1|g"
    [[ -n ${setting[tls-cert]} ]] || echo "mailnode: with --tls-cert and --tls-key if you have a certificate; else mail programs will ask about one that the node makes itself"
}
