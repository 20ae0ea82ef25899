# mn-makepasswd as an admin and scripts call it. A real Dovecot, started once for this file from a
# private directory with nothing but its login service, says whether the accounts work.

# shellcheck disable=SC2016 # hashes and scripts are full of dollar signs that mean themselves
load ../lib/helpers

# passwd files are DIR/DOMAIN: a domain of its own for each test is a file Dovecot has not seen.
start_dovecot() {
    local dir=$1 user group
    user=$(id -un) group=$(id -gn)
    cat >"$dir/dovecot.conf" <<END
base_dir = $dir/run
state_dir = $dir/state
log_path = $dir/log
protocols =
ssl = no
default_internal_user = $user
default_internal_group = $group
default_login_user = $user
auth_username_format = %Lu
auth_failure_delay = 0
auth_verbose = yes
passdb {
  driver = passwd-file
  args = scheme=CRYPT username_format=%Lu $dir/%Ld
}
userdb {
  driver = passwd-file
  args = username_format=%Lu $dir/%Ld
  override_fields = uid=2000 gid=2000 home=/nonexistent
}
service anvil {
  chroot =
  # No penalty for wrong passwords: the tests make many.
  unix_listener anvil-auth-penalty {
    mode = 0
  }
}
END
    PATH=$PATH:/usr/sbin dovecot -c "$dir/dovecot.conf"
    for _ in {1..100}; do
        [ -S "$dir/run/auth-client" ] && return
        sleep 0.05
    done
    return 1
}

setup_file() {
    # A short path: a socket's may have 107 bytes.
    DOVECOT=$(mktemp -d /tmp/mnpw.XXXXXX)
    chmod 755 "$DOVECOT"
    export DOVECOT
    # For a build with sanitizers: leaks cannot be looked for below strace.
    export ASAN_OPTIONS=detect_leaks=0
    start_dovecot "$DOVECOT"
}

teardown_file() {
    local master
    master=$(cat "$DOVECOT/run/master.pid")
    kill "$master"
    while kill -0 "$master" 2>/dev/null; do sleep 0.05; done
    rm -rf "$DOVECOT"
}

setup() {
    cd "$BATS_TEST_TMPDIR" || return
    FILE=passwd
    OLD_HASH='$6$saltstring$svn8UoSVapNtMuq1ukKS4tPQd8iKwSMHWjl/O817G3uBnIFNjnQJuesI68u4OTLiBFdcbYEdFCoEOfaS35inz1'
}

# Bats overlooks "! command" that is not the last: say it so.
not() {
    if "$@"; then
        printf 'succeeded: %s\n' "$*" >&2
        return 1
    fi
}

# An account line, for what need not be a good password.
line() { printf '%s:%s:2000:2000::::\n' "$1" "${2-$OLD_HASH}"; }

# Does Dovecot let this account in?
login() {
    # doveadm takes the password as an argument; these are not worth hiding.
    PATH=$PATH:/usr/sbin doveadm -c "$DOVECOT/dovecot.conf" auth test "$1" "$2" >"$BATS_TEST_TMPDIR/login" 2>&1
}

# Run a command on a pseudo-terminal and play the person: QUESTION ANSWER pairs; status is the
# command's own, output (terminal.log) everything the terminal showed.
type_answers() {
    local command=$1
    shift
    {
        printf 'log_file -noappend terminal.log\nset timeout 20\n'
        printf 'spawn -noecho sh -c {%s}\n' "$command"
        while [ $# -gt 0 ]; do
            printf 'expect {\n {%s} {}\n default {exit 99}\n}\n' "$1"
            # Not before echo is off: what was typed ahead is thrown away.
            printf 'after 100\nsend -- "%s"\n' "$2"
            shift 2
        done
        printf 'expect {\n eof {}\n timeout {exit 97}\n}\nset end [wait]\nif {[llength $end] > 4} {exit 98}\nexit [lindex $end 3]\n'
    } >person.tcl
    env --default-signal expect -f person.tcl >/dev/null
}

# ---- a line on standard output --------------------------------------------------------------------

@test "mn-makepasswd: prints one line for passwd-file, the address in lower case" {
    expect 0 mn-makepasswd Alice@Example.TEST <<<"alice-secret"
    [[ $output =~ ^alice@example\.test:\$y\$j9T\$[./A-Za-z0-9]+\$[./A-Za-z0-9]{43}:2000:2000::::$ ]]
    first=$output
    expect 0 mn-makepasswd alice@example.test <<<"alice-secret"
    [ "$output" != "$first" ]
}

@test "mn-makepasswd: Dovecot lets every scheme in, with the right password only" {
    domain=schemes.test
    for scheme in yescrypt sha512-crypt bcrypt; do
        mn-makepasswd --scheme "$scheme" "$scheme@$domain" <<<'räksmörgås: 1 $x' >>"$DOVECOT/$domain"
    done
    chmod 644 "$DOVECOT/$domain"
    for scheme in yescrypt sha512-crypt bcrypt; do
        login "$scheme@$domain" 'räksmörgås: 1 $x'
        login "${scheme^^}@$domain" 'räksmörgås: 1 $x'
        not login "$scheme@$domain" 'räksmörgås: 1 $y'
        not login "$scheme@$domain" ''
    done
    expect 0 mn-makepasswd --check "$DOVECOT/$domain"
    [ -z "$output" ]
}

@test "mn-makepasswd: --generate shows the password on stderr, and Dovecot takes it" {
    mn-makepasswd --generate ann@generated.test >>"$DOVECOT/generated.test" 2>password </dev/null
    chmod 644 "$DOVECOT/generated.test"
    [[ $(cat password) =~ ^[a-z2-9]{4}(-[a-z2-9]{4}){3}$ ]]
    login ann@generated.test "$(cat password)"
    not login ann@generated.test "$(cat password)x"
}

@test "mn-makepasswd: the password is the first line of stdin and not a byte more" {
    rest=$( { mn-makepasswd ann@x.test >first; cat; } < <(printf 'first-line\nsecond-line\n'))
    [ "$rest" = second-line ]
    cp first "$FILE"
    expect 0 mn-makepasswd --verify "$FILE" ann@x.test < <(printf 'first-line\r\nx')
    expect 0 mn-makepasswd --stdin --verify "$FILE" ann@x.test < <(printf 'first-line')
    expect 1 mn-makepasswd --verify "$FILE" ann@x.test < <(printf 'first-line \n')
}

@test "mn-makepasswd: a password as an argument is refused, not repeated, and the reason told" {
    expect 64 mn-makepasswd ann@x.test hunter2hunter2 </dev/null
    [[ $output == *"never taken from the command line"* && $output != *hunter2* ]]
}

@test "mn-makepasswd: no account that would break the file, no directory outside the mail root" {
    for name in '' ann ann@ @x.test 'a:b@x.test' $'a\n@x.test' 'ann@x.test ' 'ann@x_.test' \
        ../ann@x.test a/b@x.test ann+list@x.test '"a"@x.test' 'ann@[127.0.0.1]' '#ann@x.test' ' ' \
        '!ann@x.test' ann..b@x.test $'\xc3\xa4@x.test'; do
        expect 64 mn-makepasswd -- "$name" <<<"good-password"
        expect 64 mn-makepasswd --update "$FILE" -- "$name" <<<"good-password"
        [ "$(printf '%s\n' "$output" | wc -l)" -eq 1 ]
    done
    [ ! -e "$FILE" ]
}

@test "mn-makepasswd: passwords nobody should have or no mail program can send" {
    refuse() {
        expect 2 mn-makepasswd "$@" ann@x.test
        [[ $output == *"password"* ]]
    }
    refuse </dev/null
    refuse < <(printf '\n')
    refuse < <(printf '\r\n')
    refuse <<<"seven77"
    refuse < <(printf 'tab\there-and\n')
    refuse < <(printf 'nul\0here-and\n')
    refuse < <(printf 'latin1-\344\366\374\n')
    refuse < <(head -c 256 /dev/zero | tr '\0' x)
    refuse < <(head -c 5000000 /dev/zero | tr '\0' x)
    refuse --scheme bcrypt < <(head -c 73 /dev/zero | tr '\0' x)
    expect 0 mn-makepasswd --scheme bcrypt ann@x.test < <(head -c 72 /dev/zero | tr '\0' x)
    expect 0 mn-makepasswd ann@x.test < <(head -c 255 /dev/zero | tr '\0' x)
}

@test "mn-makepasswd: one action, and only the options that mean something to it" {
    line ann@x.test >"$FILE"
    while read -r arguments; do
        # shellcheck disable=SC2086 # words on purpose
        expect 64 mn-makepasswd $arguments </dev/null
    done <<'END'
--update passwd
--update passwd --update passwd ann@x.test
--update passwd --remove passwd ann@x.test
--list passwd --check passwd
--list passwd ann@x.test
--check passwd ann@x.test
--update= ann@x.test
--json ann@x.test
--json --update passwd ann@x.test
--domains x.test --list passwd
--domains x_y --check passwd
--domains x.test, --check passwd
--generate --verify passwd ann@x.test
--generate --stdin ann@x.test
--stdin --remove passwd ann@x.test
--dry-run ann@x.test
--dry-run --check passwd
--scheme md5 ann@x.test
--scheme= ann@x.test
--password=x ann@x.test

END
    [ "$(cat "$FILE")" = "$(line ann@x.test)" ]
    [ ! -e "$FILE.lock" ]
}

@test "mn-makepasswd: full standard output is a failure, and no password is shown for nothing" {
    run bash -c 'mn-makepasswd --generate ann@x.test >/dev/full'
    [ "$status" -eq 2 ]
    [[ $output == *"No space left"* && $output != *-*-*-* ]]
}

# ---- a file ----------------------------------------------------------------------------------------

@test "mn-makepasswd: --update makes the file, mode 0640, and adds at its end" {
    expect 0 mn-makepasswd --update "$FILE" ann@x.test <<<"ann-secret"
    [ "$output" = "added: ann@x.test in $FILE" ]
    [ "$(stat -c %a "$FILE")" = 640 ]
    expect 0 mn-makepasswd -q --update "$FILE" bob@x.test <<<"bob-secret"
    [ -z "$output" ]
    [ "$(cut -d: -f1 "$FILE" | paste -sd' ')" = "ann@x.test bob@x.test" ]
    expect 0 mn-makepasswd --verify "$FILE" bob@x.test <<<"bob-secret"
    [ -z "$(find . -name '*.tmp')" ]
}

@test "mn-makepasswd: --update keeps every other byte, the other fields, mode and links" {
    printf '# staff\r\n\n%s\nA\0\377odd\n' "$(line bob@x.test)" >real
    printf 'Ann@X.test:!old:1:2:Ann A.:/h:/s:a=b:c\n#last, no newline' >>real
    chmod 604 real
    ln -s real "$FILE"
    expect 0 mn-makepasswd --update "$FILE" ann@x.test <<<"ann-secret"
    [ "$output" = "changed: ann@x.test in $FILE" ]
    [ -L "$FILE" ]
    [ "$(stat -c %a real)" = 604 ]
    hash=$(grep -a '^ann@' real | cut -d: -f2)
    printf '# staff\r\n\n%s\nA\0\377odd\n' "$(line bob@x.test)" >wanted
    printf 'ann@x.test:%s:1:2:Ann A.:/h:/s:a=b:c\n#last, no newline' "$hash" >>wanted
    cmp wanted real
    expect 0 mn-makepasswd --update "$FILE" carl@x.test <<<"carl-secret"
    printf '\r\n%s\r\n' "$(grep -a '^carl@' real | tr -d '\r')" >>wanted
    cmp wanted real
}

@test "mn-makepasswd: --update refuses an account that has two lines" {
    { line ann@x.test; line bob@x.test; line ANN@x.test; } >"$FILE"
    cp "$FILE" before
    expect 2 mn-makepasswd --update "$FILE" ann@x.test <<<"ann-secret"
    [[ $output == *"(1, 3)"* ]]
    cmp before "$FILE"
}

@test "mn-makepasswd: --disable and --enable, as Dovecot sees them" {
    file=$DOVECOT/disable.test
    mn-makepasswd -q --update "$file" ann@disable.test <<<"ann-secret"
    chmod 644 "$file"
    cp "$file" before
    login ann@disable.test ann-secret
    expect 0 mn-makepasswd --disable "$file" ann@disable.test
    [ "$output" = "disabled: ann@disable.test in $file" ]
    sleep 1.2 # Dovecot looks once a second
    not login ann@disable.test ann-secret
    expect 1 mn-makepasswd --verify "$file" ann@disable.test <<<"ann-secret"
    [[ $output == disabled:* ]]
    expect 0 mn-makepasswd --disable "$file" ann@disable.test
    [[ $output == "already disabled:"* ]]
    expect 0 mn-makepasswd --enable "$file" Ann@Disable.test
    cmp before "$file"
    sleep 1.2
    login ann@disable.test ann-secret
}

@test "mn-makepasswd: Dovecot sees a second change of the same size in the same second" {
    file=$DOVECOT/twice.test
    for attempt in 1 2 3; do
        mn-makepasswd -q --scheme bcrypt --update "$file" "u$attempt@twice.test" <<<"one-secret"
        chmod 644 "$file"
        login "u$attempt@twice.test" one-secret || sleep 1.2
        mn-makepasswd -q --scheme bcrypt --update "$file" "u$attempt@twice.test" <<<"two-secret"
        sleep 1.2
        login "u$attempt@twice.test" two-secret
        not login "u$attempt@twice.test" one-secret
    done
    # The same without Dovecot: the whole second of the time moves on with every change.
    before=$(stat -c %Y "$file")
    for _ in 1 2 3; do mn-makepasswd -q --scheme bcrypt --update "$file" u1@twice.test <<<"one-secret"; done
    [ "$(stat -c %Y "$file")" -ge $((before + 3)) ]
}

@test "mn-makepasswd: --enable needs a hash, and changes nothing without one" {
    line ann@x.test '!' >"$FILE"
    cp "$FILE" before
    expect 2 mn-makepasswd --enable "$FILE" ann@x.test
    [[ $output == *"--update"* ]]
    cmp before "$FILE"
}

@test "mn-makepasswd: --remove takes all lines of the account and nothing else" {
    { line ann@x.test; echo '# ann@x.test'; line annb@x.test; line Ann@x.test; } >"$FILE"
    expect 0 mn-makepasswd --remove "$FILE" ann@x.test
    { echo '# ann@x.test'; line annb@x.test; } | cmp - "$FILE"
    expect 1 mn-makepasswd --remove "$FILE" ann@x.test
    expect 1 mn-makepasswd --disable "$FILE" ann@x.test
    expect 1 mn-makepasswd --enable "$FILE" ann@x.test
    { echo '# ann@x.test'; line annb@x.test; } | cmp - "$FILE"
}

@test "mn-makepasswd: --verify says yes, no, no such account, or that it cannot tell" {
    mn-makepasswd -q --update "$FILE" ann@x.test <<<"ann-secret"
    line bob@x.test '{SSHA512}abcd' >>"$FILE"
    expect 0 mn-makepasswd --verify "$FILE" ANN@x.test <<<"ann-secret"
    expect 1 mn-makepasswd --verify "$FILE" ann@x.test <<<"ann-Secret"
    expect 1 mn-makepasswd --verify "$FILE" eve@x.test <<<"ann-secret"
    expect 2 mn-makepasswd --verify "$FILE" bob@x.test <<<"ann-secret"
    expect 1 mn-makepasswd -q --verify "$FILE" ann@x.test <<<"wrong"
    [ -z "$output" ]
}

@test "mn-makepasswd: --list for people and as JSON" {
    { line ann@x.test; echo '# c'; line bob@x.test '!{SSHA512}abcd'; line eve@x.test '*'; } >"$FILE"
    expect 0 mn-makepasswd --list "$FILE"
    [ "$output" = "$(printf 'ann@x.test\tenabled\tsha512-crypt\nbob@x.test\tdisabled\tSSHA512\neve@x.test\tdisabled\t-')" ]
    expect 0 mn-makepasswd --json --list "$FILE"
    [ "${lines[1]}" = '{"address":"bob@x.test","disabled":true,"scheme":"SSHA512","line":3}' ]
    [[ $output != *abcd* ]]
}

@test "mn-makepasswd: --dry-run asks, tells and changes nothing" {
    line ann@x.test >"$FILE"
    cp "$FILE" before
    expect 0 mn-makepasswd -n --update "$FILE" ann@x.test <<<"ann-secret"
    [ "$output" = "would have been changed: ann@x.test in $FILE" ]
    expect 0 mn-makepasswd -n --update "$FILE" bob@x.test <<<"bob-secret"
    [ "$output" = "would have been added: bob@x.test in $FILE" ]
    expect 2 mn-makepasswd -n --update "$FILE" bob@x.test <<<"short"
    expect 0 mn-makepasswd -n --remove "$FILE" ann@x.test
    expect 0 mn-makepasswd -n --disable "$FILE" ann@x.test
    expect 0 mn-makepasswd -n --update new ann@x.test <<<"ann-secret"
    cmp before "$FILE"
    [ "$(printf '%s ' *)" = "before passwd " ]
}

@test "mn-makepasswd: what is no passwd file is left alone" {
    mkdir directory
    ln -s nowhere dangling
    mkfifo fifo
    for file in directory dangling fifo /dev/null missing/passwd; do
        expect 2 mn-makepasswd --update "$file" ann@x.test <<<"ann-secret"
        [[ $output == *"$file"* ]]
    done
    for action in list check remove disable enable verify; do
        address=ann@x.test
        [[ $action == list || $action == check ]] && address=
        expect 2 mn-makepasswd "--$action" missing ${address:+"$address"} <<<"ann-secret"
    done
    [ -c /dev/null ]
    [ -p fifo ]
    [ -L dangling ]
    [ "$(printf '%s ' *)" = "dangling directory fifo " ]
}

@test "mn-makepasswd: eight at once, and no account is lost" {
    for round in 1 2 3; do
        pids=()
        for name in {1..8}; do
            mn-makepasswd -q --scheme bcrypt --update "$FILE" "u$name-$round@x.test" <<<"some-secret" 3>&- &
            pids+=($!)
        done
        # Not for all children: bats keeps one of its own to watch the time.
        wait "${pids[@]}"
    done
    [ "$(wc -l <"$FILE")" -eq 24 ]
    [ "$(cut -d: -f1 "$FILE" | sort -u | wc -l)" -eq 24 ]
    expect 0 mn-makepasswd --check "$FILE"
}

@test "mn-makepasswd: killed at any moment, the file is the old one or the new one" {
    { for n in {1..2000}; do line "u$n@x.test"; done; line ann@x.test; } >original
    old=0 new=0
    for ((ms = 0; ms < 120; ms += 2)); do
        cp original "$FILE"
        mn-makepasswd -q --scheme sha512-crypt --update "$FILE" ann@x.test <<<"ann-secret" 3>&- &
        sleep "$(printf '0.%03d' "$ms")"
        kill -KILL $! 2>/dev/null || true
        wait $! 2>/dev/null || true
        if cmp -s original "$FILE"; then
            old=$((old + 1))
        else
            new=$((new + 1))
            cmp <(head -n 2000 original) <(head -n 2000 "$FILE")
            [[ $(tail -n +2001 "$FILE") =~ ^ann@x\.test:\$6\$rounds=50000\$[^:]{103}:2000:2000::::$ ]]
        fi
    done
    [ "$old" -gt 0 ]
    [ "$new" -gt 0 ]
}

@test "mn-makepasswd: killed at each system call that touches the disk" {
    line ann@x.test >original
    killed=0
    for call in openat:1 openat:3 openat:5 openat:6 openat:7 fcntl:1 fcntl:2 fchmod:1 write:1 write:2 \
        fsync:1 close:3 close:5 rename:1 fsync:2 utimensat:1; do
        cp original "$FILE"
        strace -qq -o trace -e inject="${call%:*}:signal=KILL:when=${call#*:}" \
            mn-makepasswd -q --scheme sha512-crypt --update "$FILE" ann@x.test <<<"ann-secret" ||
            killed=$((killed + 1))
        cmp -s original "$FILE" ||
            [[ $(cat "$FILE") =~ ^ann@x\.test:\$6\$rounds=50000\$[^:]{103}:2000:2000::::$ ]]
        # A dead run does not keep the next one out.
        expect 0 mn-makepasswd -q --update "$FILE" bob@x.test <<<"bob-secret"
        [ "$(wc -l <"$FILE")" -eq 2 ]
    done
    [ "$killed" -ge 8 ] # or the kills come too early or too late to mean anything
}

@test "mn-makepasswd: a full disk leaves the file as it was" {
    for n in {1..100}; do line "u$n@x.test"; done >"$FILE"
    cp "$FILE" before
    # Any user's full disk: no file may grow beyond 4 KiB.
    run bash -c 'ulimit -f 4; mn-makepasswd --update passwd ann@x.test <<<"ann-secret"'
    [ "$status" -eq 2 ]
    cmp before "$FILE"
    [ "$(find . -name '*.tmp' | wc -l)" -eq 0 ]
    for call in fsync rename; do
        run bash -c "strace -qq -o trace -e inject=$call:error=ENOSPC mn-makepasswd --update passwd ann@x.test <<<ann-secret"
        [ "$status" -eq 2 ]
        cmp before "$FILE"
        [ "$(find . -name '*.tmp' | wc -l)" -eq 0 ]
    done
}

@test "mn-makepasswd: a truly full file system, where we may mount one" {
    [ "$(id -u)" -eq 0 ] || skip "needs root"
    run bash -euc '
        mkdir disk
        mount -t tmpfs -o size=64k tmpfs disk
        trap "umount disk" EXIT
        for n in {1..200}; do printf "u%s@x.test:!:2000:2000::::\n" $n; done >disk/passwd
        : >disk/passwd.lock
        cp disk/passwd before
        cat /dev/zero >disk/filler 2>/dev/null || true
        status=0
        mn-makepasswd --update disk/passwd ann@x.test <<<"ann-secret" || status=$?
        cmp before disk/passwd
        [ "$(ls -A disk | wc -l)" -eq 3 ]
        exit $status'
    [ "$status" -eq 2 ]
    [[ $output == *"No space left"* ]]
}

# ---- --check -----------------------------------------------------------------------------------------

@test "mn-makepasswd: --check prints file, line, what and remedy; --json the same" {
    { line ann@x.test; echo; line Bob@x.test; line ann@x.test; line eve@y.test '{PLAIN}hunter2'; } >"$FILE"
    expect 1 mn-makepasswd --check "$FILE" --domains x.test
    [ "${#lines[@]}" -eq 4 ]
    [[ ${lines[0]} == "passwd:3: error: Bob@x.test has upper case letters; "* ]]
    [[ ${lines[1]} == "passwd:4: error: ann@x.test has a line already, line 1, "* ]]
    [[ ${lines[2]} == "passwd:5: warning: the password scheme PLAIN is weak; "* ]]
    [[ ${lines[3]} == "passwd:5: error: eve@y.test is not in a domain of this node; "* ]]
    [[ $output != *hunter2* ]]
    expect 1 mn-makepasswd --json --check "$FILE" --domains X.test,y.test
    [ "${#lines[@]}" -eq 3 ]
    [[ ${lines[2]} == '{"severity":"warning","file":"passwd","line":5,"what":'* ]]
    line eve@y.test '{PLAIN}hunter2' >"$FILE"
    expect 0 mn-makepasswd --check "$FILE"
}

@test "mn-makepasswd: --check of 150 damaged files: always a line number, never a crash" {
    bad=('ann' 'ann@x.test' ':' '::::::::' '@' 'ann@x.test:' 'ann@x.test::2000:2000::::' ' '
        'ann@x.test:x:2000:2000::::' 'ann@x.test:{FOO}x:2000:2000::::' 'ann@x.test:{:2000:2000::::'
        'ann@x.test:{}x:2000:2000::::' 'ann@x.test:$6$:2000:2000::::' 'ann@x.test:$y$j9T$x$y:2000:2000::::'
        'ann@x.test:$2b$10$short:2000:2000::::' 'ann@x.test:$$$$:2000:2000::::'
        "ann@x.test:$OLD_HASH" "ann@x.test:$OLD_HASH:2000" "ann@x.test:$OLD_HASH:2000:x::::"
        "ann@x.test:$OLD_HASH:-1:2000::::" "ann@x.test:$OLD_HASH:2000:99999999999999999999999::::"
        "ann@x.test:$OLD_HASH x:2000:2000::::" "ANN@x.test:$OLD_HASH:2000:2000::::"
        "ann@x..test:$OLD_HASH:2000:2000::::" "a:nn@x.test:$OLD_HASH:2000:2000::::"
        " ann@x.test:$OLD_HASH:2000:2000::::" "ann@x.test :$OLD_HASH:2000:2000::::"
        $'\xef\xbb\xbf'"ann@x.test:$OLD_HASH:2000:2000::::" $'\xff@x.test:'"$OLD_HASH:2000:2000::::"
        $'a\tnn@x.test:'"$OLD_HASH:2000:2000::::" $'ann@x.test:'"$OLD_HASH"$':2000:2000:\r:::'
        $'\e[31mann@x.test:'"$OLD_HASH:2000:2000::::" "../../ann@x.test:$OLD_HASH:2000:2000::::"
        "ann@x.test:$OLD_HASH:2000:2000::::nopassword=y" "bob@x.test:$OLD_HASH:2000:2000::::"
        "$(head -c 100000 /dev/zero | tr '\0' a)" "$(head -c 9000 /dev/zero | tr '\0' :)"
        "$(head -c 70 /dev/zero | tr '\0' a)@x.test:$OLD_HASH:2000:2000::::")
    count=0
    for text in "${bad[@]}"; do
        for form in '%s' '# c\n\n%s\n' '%s\n# c\r\n' '# c\n%s\nzoe@x.test:!:2000:2000::::\n'; do
            # shellcheck disable=SC2059 # the form is a format
            { line bob@x.test; printf "$form" "$text"; } >"$FILE"
            wanted=2
            [[ $form == '# c\n%s'* ]] && wanted=3
            [[ $form == '# c\n\n%s'* ]] && wanted=4
            count=$((count + 1))
            run mn-makepasswd --check "$FILE"
            # A line of white space only is a warning.
            [ "$status" -eq 1 ] || { [ "$text" = ' ' ] && [ "$status" -eq 0 ]; }
            grep -qE "^passwd:$wanted: (error|warning): .+; .+" <<<"$output"
            not grep -vqE '^passwd:[0-9]+: (error|warning): [ -~]+; [ -~]+$' <<<"$output"
            [[ $output != *'svn8UoSV'* ]]
        done
    done
    [ "$count" -ge 150 ]
    { line bob@x.test; printf 'a\0nn@x.test:!:2000:2000::::\n'; head -c 300000 /dev/urandom; } >"$FILE"
    expect 1 mn-makepasswd --check "$FILE"
    grep -q '^passwd:2: error: control character' <<<"$output"
}

@test "mn-makepasswd: what --check calls an error is no login for Dovecot, what it lets pass is one" {
    domain=oracle.test
    hash=$(openssl passwd -6 good-password)
    good=("$hash" "{CRYPT}$hash" "{SHA512-CRYPT}$hash" "{PLAIN}good-password" "$(openssl passwd -1 good-password)"
        "{PLAIN.B64}Z29vZC1wYXNzd29yZA==")
    bad=("" "good-password" "{FOO}good-password" "${hash%?}" "$hash " " $hash" '$6$' "!$hash" "*$hash" "!{PLAIN}good-password")
    { # Spread over accounts, so that Dovecot reads one file.
        for i in "${!good[@]}"; do line "good$i@$domain" "${good[i]}"; done
        for i in "${!bad[@]}"; do line "bad$i@$domain" "${bad[i]}"; done
        printf 'short@%s:%s\nuid@%s:%s:x:2000::::\nUpper@%s:%s:2000:2000::::\n' \
            "$domain" "$hash" "$domain" "$hash" "$domain" "$hash"
        printf ' space@%s:%s:2000:2000::::\nfour@%s:%s:2000:2000' "$domain" "$hash" "$domain" "$hash"
    } >"$DOVECOT/$domain"
    chmod 644 "$DOVECOT/$domain"
    run mn-makepasswd --check "$DOVECOT/$domain"
    is_error() { grep -q "^[^:]*:$1: error: " <<<"$output"; }
    number=0
    for i in "${!good[@]}"; do
        number=$((number + 1))
        not is_error "$number"
        login "good$i@$domain" good-password
    done
    for i in "${!bad[@]}"; do
        number=$((number + 1))
        [[ ${bad[i]} == ['!*']* ]] || is_error "$number"
        not login "bad$i@$domain" good-password
    done
    for name in short uid Upper space; do
        number=$((number + 1))
        is_error "$number"
    done
    not login "uid@$domain" good-password
    not login "upper@$domain" good-password
    not login "space@$domain" good-password
    not is_error $((number + 1))
    login "four@$domain" good-password
}

# ---- at the terminal ----------------------------------------------------------------------------------

@test "mn-makepasswd: at a terminal it asks twice, without echo, wherever stdout goes" {
    type_answers 'mn-makepasswd ann@x.test >line' \
        'New password for ann@x.test: ' 'typed-secret\r' 'The same once more: ' 'typed-secret\r'
    not grep -q typed-secret terminal.log
    mv line "$FILE"
    expect 0 mn-makepasswd --verify "$FILE" ann@x.test <<<"typed-secret"
    type_answers 'mn-makepasswd --verify passwd ann@x.test' 'Password of ann@x.test: ' 'typed-secret\r'
    grep -q 'password right' terminal.log
}

@test "mn-makepasswd: two different passwords, a bad one, or an end of file: nothing is written" {
    run type_answers 'mn-makepasswd --update passwd ann@x.test' \
        'New password' 'typed-secret\r' 'once more' 'typed-secreT\r'
    [ "$status" -eq 2 ]
    grep -q 'the two passwords differ' terminal.log
    run type_answers 'mn-makepasswd --update passwd ann@x.test' 'New password' 'short\r'
    [ "$status" -eq 2 ]
    run type_answers 'mn-makepasswd --update passwd ann@x.test' 'New password' '\x04'
    [ "$status" -eq 2 ]
    grep -q 'no password was given' terminal.log
    [ ! -e "$FILE" ]
    not grep -q typed terminal.log
}

@test "mn-makepasswd: interrupted at the question, the terminal echoes again" {
    for keys in '\x03' 'half\x04\x03' '\x1c'; do
        # The shell of the pair outlives it and reports the terminal's state.
        type_answers 'trap : INT QUIT; mn-makepasswd --update passwd ann@x.test; echo ended $?; stty -a' \
            'New password' "$keys" || true
        grep -qE 'ended 1(30|31)' terminal.log
        grep -qE '[^-]echo ' terminal.log
        not grep -q half terminal.log
    done
    [ ! -e "$FILE" ]
    # And when somebody else ends it.
    type_answers '(sleep 1; pkill -TERM -P $$ -x mn-makepasswd) & mn-makepasswd ann@x.test; echo ended $?; stty -a' || true
    grep -q 'ended 143' terminal.log
    grep -qE '[^-]echo ' terminal.log
}

@test "mn-makepasswd: without a terminal and without stdin it says so" {
    run setsid -w bash -c 'mn-makepasswd ann@x.test </dev/null'
    [ "$status" -eq 2 ]
    [[ $output == *"no password was given"* ]]
}

@test "mn-makepasswd: the password is in no argument, environment or log while it works" {
    mkfifo pipe
    mn-makepasswd ann@x.test <pipe >line 3>&- &
    tool=$!
    exec 9>pipe
    printf 'hidden-secret' >&9
    sleep 0.3
    not grep -aq hidden-secret "/proc/$tool/cmdline" "/proc/$tool/environ"
    printf '\n' >&9
    exec 9>&-
    wait "$tool"
    not grep -q hidden-secret line
}
