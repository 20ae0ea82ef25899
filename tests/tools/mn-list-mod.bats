# mn-list-mod: what waits for the moderators, from the command line; and that a list goes from mlmmj
# to us and back with what is under way.

# shellcheck disable=SC2016 # the sendmail below expands its own variables
load ../lib/helpers

setup() {
    umask 077
    list=$BATS_TEST_TMPDIR/cats
    sent=$BATS_TEST_TMPDIR/sent
    mkdir -p "$list"/{control,text,moderation,archive,subconf,unsubconf,incoming,queue/discarded} \
        "$list"/{bounce,requeue,subscribers.d,digesters.d,nomailsubs.d} "$sent"
    echo cats@example.org >"$list/control/listaddress"
    echo owner@example.org >"$list/control/owner"
    echo mod@example.org >"$list/control/moderators"
    echo bob@example.net >"$list/subscribers.d/b"
    : >"$list/index"
    # Stands in for Postfix: NUMBER.args, NUMBER.mail for each mail.
    cat >"$BATS_TEST_TMPDIR/sendmail" <<'END'
#!/bin/sh
number=$(ls "$SENT"/*.args 2>/dev/null | wc -l)
cat >"$SENT/$number.mail"
echo "$*" >"$SENT/$number.args"
END
    chmod 700 "$BATS_TEST_TMPDIR/sendmail"
    export SENT=$sent
    post=$'From: Ann <ann@example.net>\nTo: cats@example.org\nSubject: =?utf-8?q?caf=C3=A9?=\nMessage-ID: <1@example.net>\n\nhello\n'
}

mod() {
    mn-list-mod --list "$list" --texts "$REPOSITORY/userconfig/listtext" \
        --sendmail "$BATS_TEST_TMPDIR/sendmail" "$@"
}

receive() { # SENDER EXTENSION: a mail on standard input
    mn-list-receive --list "$list" --texts "$REPOSITORY/userconfig/listtext" \
        --sendmail "$BATS_TEST_TMPDIR/sendmail" --sender "$1" --recipient "cats+$2@example.org"
}

request() { # AUTHOR EXTENSION
    printf 'From: %s\nTo: x@example.org\nSubject: x\n\nhello\n' "$1" | receive "$1" "$2"
}

hold() { # TOKEN [TEXT]: as mlmmj holds a post
    printf '%s' "${2:-$post}" >"$list/moderation/$1"
}

not() { if "$@"; then return 1; fi; }

mails() { find "$sent" -name '*.mail' | wc -l; }

@test "list: token, age, kind, author, subject; oldest first" {
    hold 0123456789abcdef
    printf 'eve@example.net\nSUB_DIGEST\n' >"$list/moderation/subscribeaaaaaaaaaaaaaaaa"
    touch -d '3 hours ago' "$list/moderation/0123456789abcdef"
    touch -d '3 days ago' "$list/moderation/subscribeaaaaaaaaaaaaaaaa"
    expect 0 mod
    [ "${lines[0]}" = $'aaaaaa\t3 d\tsubscription\teve@example.net\tdigest' ]
    [ "${lines[1]}" = $'012345\t3 h\tpost\tann@example.net\tcafé' ]
    [ "${#lines[@]}" = 2 ]
    touch -d '8 days ago' "$list/moderation/0123456789abcdef"
    expect 0 mod list
    [ "${#lines[@]}" = 1 ]
}

@test "an empty queue" {
    expect 0 mod list
    [ -z "$output" ]
}

@test "--json: every line is one object" {
    hold 0123456789abcdef
    expect 0 mod --json list
    echo "$output" | jq -e '.kind == "post" and .token == "0123456789abcdef" and .size > 50 and
        .subject == "café" and .author == "ann@example.net"'
    expect 0 mod --json show 0123456789abcdef
    [ "$(echo "$output" | jq -r .message)" = "${post%$'\n'}" ]
}

@test "show: the message, without what a terminal would obey" {
    hold 0123456789abcdef $'Subject: \033]0;x\007 y\nFrom: ann@example.net\n\n\033[31mred \302\233 caf\303\251\n'
    expect 0 mod show 0123
    [[ $output == *'?[31mred ? café'* ]]
    not grep -q $'\033' <<<"$output"
    expect 0 mod list
    not grep -q $'\033' <<<"$output"
}

@test "release: archived, sent to the subscribers, gone from the queue" {
    hold 0123456789abcdef
    printf bob@example.net >"$list/moderation/0123456789abcdef.omit"
    echo carol@example.net >"$list/subscribers.d/c"
    expect 0 mod release 0123456789abcdef
    [ "$(cat "$list/archive/1")" = "${post%$'\n'}" ]
    [ -z "$(ls "$list/moderation")" ]
    [ "$(mails)" = 1 ]
    grep -q -e 'cats+bounces-1\.[a-z2-7]*@example.org -- carol@example.net$' "$sent/0.args"
    expect 1 mod release 0123456789abcdef
    [ "$(mails)" = 1 ]
}

@test "several tokens: what can be done is done, and the rest said" {
    hold 0123456789abcdef
    hold 1123456789abcdef
    expect 1 mod release 0123456789abcdef ffff 1123456789abcdef
    [[ $output == *'ffff: no such post waits'* ]]
    [ -z "$(ls "$list/moderation")" ]
    [ "$(mails)" = 2 ]
}

@test "the beginning of a token is enough if it is unique" {
    hold 0123456789abcdef
    hold 0123456799abcdef
    expect 1 mod reject 01234567
    [[ $output == *'2 tokens begin so'* ]]
    [ "$(ls "$list/moderation" | wc -l)" = 2 ]
    # What list prints is enough.
    mod list | cut -f 1 | head -1 >"$BATS_TEST_TMPDIR/token"
    expect 0 mod reject "$(cat "$BATS_TEST_TMPDIR/token")"
    [ "$(ls "$list/moderation" | wc -l)" = 1 ]
    [ "$(mails)" = 0 ]
    expect 1 mod reject ''
    [ "$(ls "$list/moderation" | wc -l)" = 1 ]
}

@test "reject --reason: the author is told, the words are data" {
    hold 0123456789abcdef
    expect 0 mod reject 0123 --reason $'Too long. $control owner$ %text help%\nSecond line.'
    [ -z "$(ls "$list/moderation")" ]
    grep -q -e '-- ann@example.net$' "$sent/0.args"
    grep -qF 'Too long. $control owner$ %text help%' "$sent/0.mail"
    grep -q 'Second line\.' "$sent/0.mail"
    grep -q '^Auto-Submitted:' "$sent/0.mail"
    grep -q '^In-Reply-To: <1@example.net>' "$sent/0.mail"
}

@test "reject --reason: nobody to tell, nothing rejected" {
    hold 0123456789abcdef $'Subject: x\n\nhello\n'
    expect 2 mod reject 0123 --reason no
    [ -e "$list/moderation/0123456789abcdef" ]
    expect 0 mod reject 0123
}

@test "reject: the author is found when From has become the list's" {
    hold 0123456789abcdef $'From: "Ann via cats" <cats@example.org>\nReply-To: ann@example.net\n\nhello\n'
    expect 0 mod reject 0123 --reason no
    grep -q -e '-- ann@example.net$' "$sent/0.args"
}

@test "permit and obstruct: subscriptions only" {
    printf 'eve@example.net\nSUB_DIGEST\n' >"$list/moderation/subscribeaaaaaaaaaaaaaaaa"
    printf 'fay@example.net\nSUB_NORMAL\n' >"$list/moderation/subscribebbbbbbbbbbbbbbbb"
    hold cccccccccccccccc
    expect 1 mod permit cccc
    expect 1 mod release aaaa
    expect 0 mod permit aaaa
    [ "$(cat "$list/digesters.d/e")" = eve@example.net ]
    grep -q -e '-- eve@example.net$' "$sent/0.args"
    expect 0 mod obstruct bbbb
    [ ! -e "$list/subscribers.d/f" ]
    [ "$(ls "$list/moderation")" = cccccccccccccccc ]
}

from() { # AUTHOR: a post of hers
    printf 'From: %s\nTo: cats@example.org\nSubject: x\n\nhello\n' "$1" |
        mn-list-receive --list "$list" --texts "$REPOSITORY/userconfig/listtext" \
            --sendmail "$BATS_TEST_TMPDIR/sendmail" --sender x@example.net --recipient cats@example.org
}

archived() { find "$list/archive" -type f | wc -l; }

@test "allow: may post as if subscribed, once" {
    touch "$list/control/subonlypost"
    from ann@example.net
    [ "$(archived)" = 0 ]
    expect 0 mod --by mod@example.org allow Ann@Example.net
    [ "$output" = "allowed: ann@example.net, by mod@example.org" ]
    from ann@example.net
    [ "$(archived)" = 1 ]
    expect 0 mod allow ann@example.net
    [[ $output == "already allowed: ann@example.net, by mod@example.org, 2"* ]]
    [ "$(grep -c . "$list/mailnode/moderator-rules")" = 1 ]
    expect 64 mod allow 'no address'
    expect 64 mod allow
    expect 64 mod --by $'a\nb' allow x@example.net
}

@test "ban: that author and nobody else, and others may post as before" {
    expect 0 mod ban a.n+n@example.net
    from 'a.n+n@example.net'
    from 'A <A.N+N@Example.Net> (x)'
    [ "$(archived)" = 0 ]
    [ "$(find "$list/queue/discarded" -type f | wc -l)" -gt 0 ]
    from 'aan+n@example.net'
    from 'xa.n+n@example.net'
    from 'a.n+n@example.net.example'
    from 'a.nn@example.net'
    [ "$(archived)" = 4 ]
    expect 0 mod ban a.n+n@example.net
    [[ $output == "already banned: "* ]]
}

@test "rules stay when the control files are made anew, and control files are left alone" {
    printf 'deny ^Subject: y\nallow\n' >"$list/control/access"
    before=$(sha256sum "$list"/control/*)
    expect 0 mod ban ann@example.net
    expect 0 mod allow bob@example.net
    [ "$before" = "$(sha256sum "$list"/control/*)" ]
    rm "$list/control/access"
    from ann@example.net
    [ "$(archived)" = 0 ]
}

@test "rules and forget: what was decided, when, by whom; and undone" {
    expect 0 mod rules
    [ -z "$output" ]
    expect 0 mod --by 'Mod One' ban ann@example.net eve@example.com
    expect 0 mod --by mod@example.org allow ann@example.net
    [[ $output == "allowed: ann@example.net, by mod@example.org; before: ban, by Mod One, "* ]]
    expect 0 mod rules
    [[ ${lines[0]} == $'ban\teve@example.com\t'2???-??-??T??:??:??Z$'\tMod One' ]]
    [[ ${lines[1]} == $'allow\tann@example.net\t'2*$'\tmod@example.org' ]]
    [ "${#lines[@]}" = 2 ]
    mod --json rules | python3 -c 'import json,sys
rules = [json.loads(line) for line in sys.stdin]
assert [(r["rule"], r["address"], r["who"]) for r in rules] == [
    ("ban", "eve@example.com", "Mod One"), ("allow", "ann@example.net", "mod@example.org")], rules'
    expect 1 mod forget Eve@example.com nobody@example.net
    [[ ${lines[0]} == "forgotten: eve@example.com, by "*"; before: ban, by Mod One, "* ]]
    [ "${lines[1]}" = "no rule about nobody@example.net" ]
    from eve@example.com
    [ "$(archived)" = 1 ]
    expect 1 mod forget eve@example.com
    expect 64 mod forget
    expect 64 mod rules extra
    expect 64 mod --access list
}

@test "rules: who has decided is the account, unless --by says another" {
    expect 0 mod ban eve@example.com
    [[ $(mod rules) == *$'\t'?* ]]
}

@test "rules --access: what mlmmj then discards is what was banned" {
    [ -x /usr/bin/mlmmj-receive ] || skip "no mlmmj"
    mod ban a.n+n@example.net
    mod allow zed@example.net
    expect 0 mod rules --access
    [ "${#lines[@]}" = 2 ]
    [ "${lines[1]}" = allow ]
    mod rules --access >"$list/control/access.new"
    mv "$list/control/access.new" "$list/control/access"
    mod forget a.n+n@example.net
    from_mlmmj() {
        echo 1 >"$list/control/smtpport"
        printf 'From: %s\nTo: cats@example.org\nSubject: x\n\nhello\n' "$1" |
            timeout 60 /usr/bin/mlmmj-receive -F -L "$list" -s "$1"
    }
    mlmmj_texts
    from_mlmmj a.n+n@example.net
    from a.n+n@example.net
    [ "$(archived)" = 0 ]
    from_mlmmj b.n+n@example.net
    [ "$(archived)" = 1 ]
}

@test "going back to mlmmj: who is allowed is subscribed without mail, and nobody else is changed" {
    mod allow zed@example.net bob@example.net
    mod ban eve@example.net
    mod rules | awk '$1 == "allow" { print $2 }' |
        mn-list-sub --list "$list" show | awk '$2 == "none" { print $1 }' |
        mn-list-sub --list "$list" add --nomail
    [ "$(cat "$list"/nomailsubs.d/*)" = zed@example.net ]
    [ "$(cat "$list"/subscribers.d/*)" = bob@example.net ]
}

@test "a line that is no rule: the mail waits, and the line is named" {
    mkdir -p "$list/mailnode"
    printf 'ban eve@example.com\nbann ann@example.net\n' >"$list/mailnode/moderator-rules"
    expect 75 from ann@example.net
    expect 2 mod rules
    [[ $output == *"moderator-rules:2: not a rule"* ]]
}

@test "many moderators at once: no decision is lost" {
    started=()
    for i in 1 2 3 4 5 6 7 8 9; do
        mod ban "u$i@example.net" >/dev/null &
        started+=($!)
        mod allow "v$i@example.net" >/dev/null &
        started+=($!)
    done
    wait "${started[@]}"
    [ "$(mod rules | wc -l)" = 18 ]
    [ "$(grep -c . "$list/mailnode/moderator-rules")" = 18 ]
}

@test "--dry-run changes nothing" {
    hold 0123456789abcdef
    printf 'eve@example.net\nSUB_DIGEST\n' >"$list/moderation/subscribeaaaaaaaaaaaaaaaa"
    mod ban y@example.net
    before=$(cat "$list/mailnode/moderator-rules")
    for action in 'release 0123' 'reject 0123' 'permit aaaa' 'obstruct aaaa' 'allow x@example.net' \
        'ban x@example.net' 'forget y@example.net'; do
        # shellcheck disable=SC2086 # words
        expect 0 mod -n $action
        [[ $output == 'would have been '* ]]
    done
    [ "$(ls "$list/moderation" | wc -l)" = 2 ]
    [ "$before" = "$(cat "$list/mailnode/moderator-rules")" ]
    [ "$(mails)" = 0 ]
}

@test "what cannot be sent stays held" {
    hold 0123456789abcdef
    expect 2 mn-list-mod --list "$list" --sendmail /bin/false release 0123
    [ -e "$list/moderation/0123456789abcdef" ]
    expect 0 mod release 0123
    [ "$(mails)" = 1 ]
    [ ! -e "$list/archive/2" ]
}

@test "two moderators at once: it goes out once" {
    hold 0123456789abcdef
    local pids=() pid
    for _ in 1 2 3 4 5; do
        mod release 0123 >>"$BATS_TEST_TMPDIR/out" 3>&- &
        pids+=($!)
    done
    # Not for all children: bats keeps one of its own to watch the time.
    for pid in "${pids[@]}"; do wait "$pid" || true; done
    [ "$(mails)" = 1 ]
    [ "$(grep -c ^released "$BATS_TEST_TMPDIR/out")" = 1 ]
}

@test "wrong usage: 64; no such list: 2" {
    expect 64 mn-list-mod list
    expect 64 mod frobnicate
    expect 64 mod release
    expect 64 mod list --reason x
    expect 64 mod list extra
    expect 2 mn-list-mod --list "$BATS_TEST_TMPDIR/nothing" list
}

# ---- from mlmmj, and back to it -----------------------------------------------------------------

# It finds no SMTP server here: what it would send stays in queue/ of the list.
mlmmj() { # AUTHOR EXTENSION: as Debian's mlmmj gets a mail
    echo 1 >"$list/control/smtpport"
    printf 'From: %s\nTo: cats+%s@example.org\nSubject: x\n\nhello\n' "$1" "$2" |
        timeout 60 /usr/bin/mlmmj-receive -F -L "$list" -s "$1" -e "$2"
}

mlmmj_texts() { cp /usr/share/mlmmj/text.skel/en/* "$list/text/"; }

only() { # DIRECTORY: the name of the one thing in it
    [ "$(ls "$1" | wc -l)" = 1 ] && ls "$1"
}

@test "what mlmmj asked is answered to us" {
    mlmmj_texts
    mlmmj Ann@example.net subscribe-digest
    request ann@example.net "confsub-digest-$(only "$list/subconf")"
    [ "$(cat "$list/digesters.d/a")" = ann@example.net ]
    [ -z "$(ls "$list/subconf")" ]
    mlmmj ann@example.net unsubscribe
    request ann@example.net "confunsub-$(only "$list/unsubconf")"
    [ ! -e "$list/digesters.d/a" ]
}

@test "what we asked is answered to mlmmj" {
    mlmmj_texts
    request ann@example.net subscribe-nomail
    mlmmj ann@example.net "confsub-nomail-$(only "$list/subconf")"
    [ "$(cat "$list/nomailsubs.d/a")" = ann@example.net ]
    request ann@example.net unsubscribe
    mlmmj ann@example.net "confunsub-$(only "$list/unsubconf")"
    [ ! -e "$list/nomailsubs.d/a" ]
}

@test "what mlmmj holds is released by us, and the reverse" {
    mlmmj_texts
    : >"$list/control/moderated"
    printf 'From: ann@example.net\nTo: cats@example.org\nSubject: one\n\nof mlmmj\n' \
        >"$BATS_TEST_TMPDIR/one"
    echo 1 >"$list/control/smtpport"
    timeout 60 /usr/bin/mlmmj-receive -F -L "$list" -s ann@example.net <"$BATS_TEST_TMPDIR/one"
    request mod@example.org "release-$(only "$list/moderation")"
    grep -q 'of mlmmj' "$list/archive/1"
    [ -z "$(ls "$list/moderation")" ]
    mn-list-receive --list "$list" --sendmail "$BATS_TEST_TMPDIR/sendmail" --sender ann@example.net \
        --recipient cats@example.org --texts "$REPOSITORY/userconfig/listtext" \
        < <(sed 's/of mlmmj/of ours/' "$BATS_TEST_TMPDIR/one")
    mlmmj mod@example.org "release-$(only "$list/moderation")"
    grep -q 'of ours' "$list/archive/2"
    [ "$(cat "$list/index")" = 2 ]
}

@test "subscriptions that wait for a gatekeeper, either way" {
    mlmmj_texts
    touch "$list/control/submod" "$list/control/nosubconfirm"
    mlmmj ann@example.net subscribe-both
    name=$(only "$list/moderation")
    request owner@example.org "permit-${name#subscribe}"
    [ "$(cat "$list/digesters.d/a" "$list/subscribers.d/a")" = $'ann@example.net\nann@example.net' ]
    # Nobody vouches for the author here, so we ask all the same.
    request eve@example.net subscribe-digest
    request eve@example.net "confsub-digest-$(only "$list/subconf")"
    name=$(only "$list/moderation")
    mlmmj owner@example.org "permit-${name#subscribe}"
    [ "$(cat "$list/digesters.d/e")" = eve@example.net ]
}
