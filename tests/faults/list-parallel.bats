#!/usr/bin/env bats
# Posts, subscriptions and removals at the same time, by mail and by tool: the list is exactly as if
# they had come one after the other.

load ../lib/helpers
load common

setup() {
    cd "$BATS_TEST_TMPDIR"
    mkdir -p cats/{control,subscribers.d} sent said
    echo cats@example.org >cats/control/listaddress
    echo 1000 >cats/control/answersaday
    touch cats/control/nosubconfirm
    cat >sendmail <<'END'
#!/bin/sh
call=$(mktemp -d sent/XXXXXXXX) || exit 75
while [ "$1" != -- ]; do shift; done
shift
printf '%s\n' "$@" >"$call/to" && cat >"$call/mail"
END
    chmod +x sendmail
}

# addresses WHAT FIRST LAST: of different first letters, so of several files.
addresses() { seq -f "%.0f" "$2" "$3" | sed "s/\(.*\)\(.\)$/\2\1-$1@example.net/"; }

# mail ADDRESS RECIPIENT: from somebody who is genuine.
mail() {
    printf '%s\n' "Authentication-Results: mx; dmarc=pass header.from=example.net" "From: $1" \
        "To: $2" "Message-ID: <$RANDOM$RANDOM@example.net>" "Subject: post of $1" "" "the body" "the end" |
        mn-list-receive --list cats --sendmail ./sendmail --texts "$REPOSITORY/userconfig/listtext" \
            --authserv-id mx --sender "$1" --recipient "$2"
}

# start COMMAND...: one of many.
start() {
    "$@" </dev/null >"said/${#started[@]}" 2>&1 &
    started+=("$!")
}

# at_the_same_time LIST...: a command a line, one of each list in turn.
at_the_same_time() {
    local line
    while read -r line; do
        # shellcheck disable=SC2086 # a command and its arguments
        start $line
    done < <(paste -d '\n' "$@" | grep .)
}

@test "20 posts, 200 subscriptions and 200 removals at the same time" {
    addresses stays 100 149 >stays
    addresses new 200 399 >new
    addresses old 400 599 >old
    cat stays old | mn-list-sub -q --list cats add
    { head -n 100 new | sed 's/.*/mail & cats+subscribe@example.org/'; tail -n 100 new | sed 's/^/mn-list-sub -q --list cats add /'; } >subscriptions
    { head -n 100 old | sed 's/.*/mail & cats+unsubscribe@example.org/'; tail -n 100 old | sed 's/^/mn-list-sub -q --list cats remove /'; } >removals
    head -n 20 stays | sed 's/.*/mail & cats@example.org/' >posts
    at_the_same_time posts subscriptions removals
    [ "${#started[@]}" = 420 ]
    local process
    for process in "${started[@]}"; do wait "$process" || { tail -n 2 said/*; false; }; done

    sort stays new >wanted
    sort cats/subscribers.d/* | diff wanted -
    [ "$(find cats/subscribers.d -type f | wc -l)" = 10 ]
    [ "$(cat cats/index)" = 20 ]
    [ "$(ls cats/archive | sort -n | xargs)" = "$(seq 20 | xargs)" ]
    [ "$(sed -n 's/^Subject: post of //p' cats/archive/* | sort)" = "$(head -n 20 stays | sort)" ]
    for process in {1..20}; do [ "$(tail -n 2 "cats/archive/$process" | xargs)" = "the body the end" ]; done
    [ -z "$(ls cats/mailnode/sending)" ]
    # Who stays has every post once. Who comes or goes has it at most once, and nobody else at all.
    grep -l '^List-Id: ' sent/*/mail | xargs grep -l '^Subject: post of ' | sed 's/mail$/to/' >calls
    [ "$(wc -l <calls)" = 20 ]
    xargs cat <calls | sort | uniq -c >copies
    sed 's/.*/     20 &/' stays | sort | diff - <(grep -F -- -stays copies | sort)
    xargs -n 1 sh -c 'sort "$1" | uniq -d' - <calls >twice
    [ ! -s twice ]
    expect 1 grep -vE -- '-(stays|new|old)@example\.net$' copies
}
