# mn-list-cron as cron or a person calls it: which lists, which user, every exit status of the
# manual page, and what each step leaves. The steps themselves: tests/unit/test_list_maintenance.cpp
# and test_list_bounce.cpp.

load ../lib/helpers

setup() {
    cd "$BATS_TEST_TMPDIR"
    mkdir sent
    # Takes mail as sendmail(1) does: arguments to N.args, message to N.eml.
    cat >sendmail <<'END'
#!/bin/sh
here=$(dirname "$0")
[ -e "$here/broken" ] && { echo "no room" >&2; exit 75; }
n=$(mktemp "$here/sent/XXXXXX") || exit 75
printf '%s\n' "$@" >"$n.args"
cat >"$n.eml"
END
    chmod 755 sendmail
    make_list lists/cats cats@example.org
}

make_list() { # DIRECTORY ADDRESS
    mkdir -p "$1"/{control,text,subscribers.d,digesters.d,nomailsubs.d,archive,queue/discarded} \
        "$1"/{subconf,unsubconf,moderation,bounce,requeue,incoming}
    printf '%s\n' "$2" >"$1/control/listaddress"
    printf 'boss@example.org\n' >"$1/control/owner"
    printf 0 >"$1/index"
    printf '0:%s:0\n' "$(date +%s)" >"$1/lastdigest"
}

not() { if "$@"; then return 1; fi; }

cron() { mn-list-cron --sendmail "$PWD/sendmail" --texts "$REPOSITORY/userconfig/listtext" "$@"; }
mails() { find sent -name '*.args' | wc -l; }
old() { touch -d '-8 days' "$@"; }

@test "mn-list-cron: nothing to do: silent, nothing sent, the run is logged" {
    expect 0 cron lists/cats
    [ -z "$output" ]
    [ "$(mails)" -eq 0 ]
    grep -q '^Starting maintenance run at ' lists/cats/mlmmj-maintd.lastrun.log
}

@test "mn-list-cron: -v says what was done" {
    : >lists/cats/subconf/0123456789abcdef-eve=example.net
    old lists/cats/subconf/*
    expect 0 cron -v lists/cats
    [ "$output" = "lists/cats: subconf: requests expired: 1" ]
    [ -z "$(ls lists/cats/subconf)" ]
}

@test "mn-list-cron: --all takes every list below, and nothing else" {
    make_list lists/dogs dogs@example.org
    mkdir lists/empty
    make_list lists/.hidden hidden@example.org
    : >lists/file
    for list in cats dogs .hidden; do
        : >"lists/$list/unsubconf/x"
        old "lists/$list/unsubconf/x"
    done
    expect 0 cron -v --all lists
    [ "${#lines[@]}" -eq 2 ]
    [[ ${lines[0]} == lists/cats:* && ${lines[1]} == lists/dogs:* ]]
    [ -e lists/.hidden/unsubconf/x ]
}

@test "mn-list-cron: one bad list does not stop the others, exit 1" {
    make_list lists/bad bad@example.org
    echo nonsense >lists/bad/control/listaddress
    make_list lists/dogs dogs@example.org
    : >lists/dogs/subconf/x
    old lists/dogs/subconf/x
    expect 1 cron --all lists
    [[ $output == *lists/bad*listaddress* ]]
    [ ! -e lists/dogs/subconf/x ]
    expect 1 cron lists/none lists/cats
}

@test "mn-list-cron: exit 2 when there is nothing to look into, 64 for a wrong call" {
    expect 2 cron --all nowhere
    expect 64 cron
    expect 64 cron --nonsense lists/cats
    expect 64 mn-list-cron --sendmail ' ' lists/cats
}

@test "mn-list-cron: sendmail that fails is a failure, and the next run tries again" {
    printf 'ann@example.net\n' >lists/cats/subscribers.d/a
    printf '7:1 # long ago\n' >lists/cats/bounce/ann=example.net
    : >lists/cats/subconf/x
    old lists/cats/subconf/x
    : >broken
    expect 1 cron lists/cats
    [[ $output == *"bounces of ann=example.net"* ]]
    [ ! -e lists/cats/subconf/x ]
    [ ! -e lists/cats/bounce/ann=example.net-probe ]
    rm broken
    expect 0 cron lists/cats
    [ "$(mails)" -eq 1 ]
    [ -e lists/cats/bounce/ann=example.net-probe ]
}

# Whoever bounced before is asked with a mail that only he can bounce: from probe to removal.
@test "mn-list-cron: probe, its bounce, removal, and a word to the owner" {
    : >lists/cats/control/notifysub
    printf 'ann@example.net\nabe@example.net\n' >lists/cats/subscribers.d/a
    printf '7:1 # long ago\n' >lists/cats/bounce/ann=example.net
    expect 0 cron lists/cats
    local from
    from=$(grep -h -o 'cats+bounces-probe-[^ ]*' sent/*.args)
    [[ $from == cats+bounces-probe-*-ann=example.net@example.org ]]
    grep -qx 'ann@example.net' sent/*.args
    rm sent/*
    expect 0 mn-list-receive --list lists/cats --sender= --recipient "$from" \
        --texts "$REPOSITORY/userconfig/listtext" --sendmail "$PWD/sendmail" \
        <"$REPOSITORY/tests/data/dsn/postfix-unknown.eml"
    expect 0 cron -v lists/cats
    [[ $output == *"ann@example.net unsubscribed: it bounces" ]]
    [ "$(cat lists/cats/subscribers.d/a)" = abe@example.net ]
    [ "$(mails)" -eq 1 ]
    grep -qx 'boss@example.org' sent/*.args
    [ -z "$(ls lists/cats/bounce)" ]
}

# mlmmj lets anybody have anybody removed: it believes every bounce, and every bounce of a probe.
@test "mn-list-cron: forged bounces remove nobody" {
    printf 'ann@example.net\n' >lists/cats/subscribers.d/a
    for extension in bounces-7-ann=example.net bounces-7.abcdefghijklmnop-ann=example.net \
        bounces-probe-ann=example.net bounces-7; do
        mn-list-receive --list lists/cats --sender= --recipient "cats+$extension@example.org" \
            --texts "$REPOSITORY/userconfig/listtext" --sendmail "$PWD/sendmail" \
            <"$REPOSITORY/tests/data/dsn/postfix-unknown.eml"
    done
    [ -z "$(ls lists/cats/bounce)" ]
    expect 0 cron lists/cats
    [ "$(cat lists/cats/subscribers.d/a)" = ann@example.net ]
    [ "$(mails)" -eq 0 ]
}

# mlmmj stops reading a report at its first empty line, and so never finds anybody in one.
@test "mn-list-cron: a report without an address in its envelope is read" {
    printf 'ann@example.net\n' >lists/cats/subscribers.d/a
    printf 'bob@example.com\n' >lists/cats/subscribers.d/b
    printf 'From: bob@example.com\nTo: cats@example.org\nSubject: x\n\nx\n' |
        mn-list-receive --list lists/cats --sender bob@example.com --recipient cats@example.org \
            --texts "$REPOSITORY/userconfig/listtext" --sendmail "$PWD/sendmail"
    local from
    from=$(grep -h -o 'cats+bounces-1\.[^ ]*' sent/*.args | head -1)
    [ -n "$from" ]
    expect 0 mn-list-receive --list lists/cats --sender= --recipient "$from" \
        --texts "$REPOSITORY/userconfig/listtext" --sendmail "$PWD/sendmail" \
        <"$REPOSITORY/tests/data/dsn/two-recipients.eml"
    [[ $(cat lists/cats/bounce/ann=example.net) == 1:* ]]
    [ ! -e lists/cats/bounce/bob=example.com ]
}

@test "mn-list-cron: two runs at once do things once" {
    printf 'ann@example.net\n' >lists/cats/subscribers.d/a
    printf '7:1 # long ago\n' >lists/cats/bounce/ann=example.net
    local pids=() pid
    for _ in 1 2 3 4; do
        cron lists/cats &
        pids+=($!)
    done
    for pid in "${pids[@]}"; do wait "$pid"; done
    [ "$(mails)" -eq 1 ]
}

@test "mn-list-cron: root acts as the owner of each list" {
    [ "$(id -u)" -eq 0 ] || skip "needs root"
    chmod 755 "$BATS_TEST_TMPDIR"
    chmod 777 sent
    make_list lists/theirs theirs@example.org
    printf 'ann@example.net\n' >lists/theirs/subscribers.d/a
    printf '7:1 # long ago\n' >lists/theirs/bounce/ann=example.net
    chown -R nobody:nogroup lists/theirs
    # What belongs to root stays out of reach, even if the list points there.
    mkdir secret
    : >secret/x
    old secret/x
    chmod 700 secret
    rmdir lists/theirs/subconf
    ln -s "$PWD/secret" lists/theirs/subconf
    # Paths below the working directory: nobody may not come here from above.
    cp -r "$REPOSITORY/userconfig/listtext" texts
    chmod -R a+rX texts
    expect 1 mn-list-cron --sendmail ./sendmail --texts texts --all lists
    [[ $output == *lists/theirs* && $output != *lists/cats* ]]
    [ -e secret/x ]
    [ "$(stat -c %U sent/*.args)" = nobody ]
    [ "$(stat -c %U lists/theirs/bounce/ann=example.net-probe)" = nobody ]
    [ "$(stat -c %U lists/theirs/mlmmj-maintd.lastrun.log)" = nobody ]
    [ "$(stat -c %U lists/cats/mlmmj-maintd.lastrun.log)" = root ]
}

@test "mn-list-cron: a list that nothing happens on costs little" {
    command -v strace >/dev/null || skip "needs strace"
    [ -z "${MAILNODE_SANITIZED:-}" ] || return 0
    cron lists/cats
    strace -f -o trace mn-list-cron --sendmail "$PWD/sendmail" lists/cats
    [ "$(grep -c 'open.*' trace)" -lt 60 ]
    not grep -q 'fsync\|fdatasync' trace
}

# interrupted_post: a list with control/oneclick, whose post has reached nobody yet.
interrupted_post() {
    echo https://lists.example.org/unsubscribe >lists/cats/control/oneclick
    printf '%s\n' ann@example.net abe@example.net >lists/cats/subscribers.d/a
    mkdir keys
    mn-dkimkey --keys keys -q create example.org >/dev/null
    touch broken
    printf 'From: ann@example.net\nTo: cats@example.org\n\nhi\n' >post
    expect 75 mn-list-receive --list lists/cats --sendmail "$PWD/sendmail" --keys keys --sender ann@example.net \
        --recipient cats@example.org <post
    rm broken
}

@test "mn-list-cron: --keys: interrupted posts with links go on as signed copies" {
    interrupted_post
    expect 0 cron -v --keys keys lists/cats
    [ "$output" = "lists/cats: posts finished: 1" ]
    [ "$(mails)" -eq 2 ]
    [ "$(cat sent/*.eml | grep -c '^List-Unsubscribe-Post: ')" = 2 ]
    [ "$(cat sent/*.eml | grep -c '^DKIM-Signature: ')" -ge 2 ]
    grep -q 'bounces-1.*-abe=example.net@example.org' sent/*.args
}

@test "mn-list-cron: without --keys the rest gets such a post as one mail, signed as it was" {
    interrupted_post
    expect 0 cron -v lists/cats
    [ "$(mails)" -eq 1 ]
    grep -q '^DKIM-Signature: ' sent/*.eml
    not grep -q '^List-Unsubscribe-Post: ' sent/*.eml
    grep -qx abe@example.net sent/*.args
}
