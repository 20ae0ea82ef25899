# Two nodes, one mail store, one list store, both at work at once: every message arrives once, every
# post has a number of its own and reaches everybody once, and what happens to one node is no
# trouble of the other. What mailnode-growing(7) promises.

load ../lib/helpers
load ../lib/node
load ../lib/shared-store

members=(member1 member2 member3 member4 member5 member6)

setup_file() {
    is_root || return 0
    shared_prepare
    local name
    for name in "${members[@]}"; do
        "$MAILNODE_BIN/mn-makepasswd" --stdin "$name@example.test" <<<"$name-secret" >>"$NODE_USERCONFIG/passwd"
    done
    "$MAILNODE_BIN/mn-makelist" --dir "$NODE_USERCONFIG/lists" --owner alice@example.test cats@example.test >/dev/null
    echo 3 >"$NODE_USERCONFIG/lists/cats/digestmaxmails"
    shared_start one
    shared_start two
}
teardown_file() { shared_remove; }
teardown() { shared_explain; }

list_file() { echo "$STORE/lists/cats/$1"; }
subscriber() { "$MAILNODE_BIN/mn-list-sub" --list "$STORE/lists/cats" "$@"; }

# at_both FUNCTION…: it, with each node's name as an argument more, on both at once. Fails when one does.
at_both() {
    local name pid
    local -a pids=()
    for name in $shared_names; do
        "$@" "$name" 3>&- 4>&- &
        pids+=($!)
    done
    for pid in "${pids[@]}"; do wait "$pid" || return; done
}

# accepted FILE…: the ids, sorted.
accepted() { sed -n 's/^accepted //p' "$@" | sort; }
# mailbox NODE PREFIX USER…: "USER ID" for their mails whose id begins so, each as often as it is there.
mailbox() { on "$1" people inbox "${@:3}" | awk -v prefix="$2-" 'index($2, prefix) == 1 { print $1, $2 }' | sort; }
# has_all NODE PREFIX IDS-FILE USER…: all of them have all of those, each once, and no others of that prefix.
has_all() {
    local user
    diff <(for user in "${@:4}"; do sed "s/^/$user /" "$3"; done | sort) <(mailbox "$1" "$2" "${@:4}") >&2
}

flood() { on "$1" people flood "$id-$1" 20 alice@example.test bob@example.test >"$BATS_TEST_TMPDIR/flood-$1"; }

@test "shared store: mail that both nodes take for the same accounts arrives once, and is read at both" {
    local name
    at_both flood
    shared_drain
    accepted "$BATS_TEST_TMPDIR"/flood-* >"$BATS_TEST_TMPDIR/all"
    [ "$(wc -l <"$BATS_TEST_TMPDIR/all")" = 40 ]
    for name in $shared_names; do has_all "$name" "$id" "$BATS_TEST_TMPDIR/all" alice bob; done
    [ -z "$(find "$STORE/mail" -path '*/Maildir/tmp/*' -type f)" ]
}

@test "shared store: what is sent at one node is signed with the shared key, and read at the other" {
    on one send --user alice --to carol@example.test --id "$id"
    on two fetch carol "$id" >"$mail"
    [ "$(header DKIM-Signature "$mail" | wc -l)" = 2 ]
    on two send --user alice --to carol@example.test --id "$id-2"
    on one fetch carol "$id-2" >"$mail-2"
    [ "$(header DKIM-Signature "$mail" | grep -o 's=[^;]*' | sort)" = "$(header DKIM-Signature "$mail-2" | grep -o 's=[^;]*' | sort)" ]
}

subscribe() { # NODE
    local -a half=(member1 member2 member3)
    if [ "$1" = two ]; then half=(member4 member5 member6); fi
    on "$1" people post "$id" 1 cats+subscribe@example.test "${half[@]}" >/dev/null
}
confirm() { # NODE: what the other has asked
    local -a half=(member4 member5 member6)
    if [ "$1" = two ]; then half=(member1 member2 member3); fi
    on "$1" people answer cats+confsub- "${half[@]}" >/dev/null
}

@test "shared store: people join a list by mail at both nodes, each confirms at the other" {
    at_both subscribe
    at_both confirm
    shared_drain
    [ "$(subscriber list | sort)" = "$(printf '%s@example.test\n' "${members[@]}")" ]
    [ -z "$(ls "$(list_file subconf)")" ]
}

# Also where only some of these tests are run.
everybody_is_subscribed() { subscriber add "${members[@]/%/@example.test}" >/dev/null; }

post() { # NODE
    on "$1" people post "$id-$1" 2 cats@example.test "${members[@]}" >"$BATS_TEST_TMPDIR/posts-$1"
}

# every_member_has IDS-FILE PREFIX: each post once; half of them at each node, for both see the same.
every_member_has() {
    has_all one "$2" "$1" member1 member2 member3
    has_all two "$2" "$1" member4 member5 member6
}

# Numbers 1 to N, none twice, none missing; and the copies carry the number of the post in the archive.
archive_is_sound() {
    local last
    last=$(<"$(list_file index)")
    diff <(seq "$last") <(ls "$(list_file archive)" | sort -n) >&2
    [ "$(grep -L '^Message-ID:' "$(list_file archive)"/* | wc -l)" = 0 ]
    [ "$(grep -h -i -m 1 '^Message-ID:' "$(list_file archive)"/* | sort | uniq -d)" = "" ]
    diff <(grep -i -m 1 '^Message-ID:' "$(list_file archive)"/* | sed -E 's|.*/([0-9]+):[^<]*<([^@]*)@.*|\2 \1|' | sort) \
        <(on two people inbox member1 | awk '$3 != "-" { print $2, $3 }' | sort) >&2
}

@test "shared store: posts that both nodes take at once have numbers without gap or double, and reach everybody once" {
    local before
    everybody_is_subscribed
    before=$(<"$(list_file index)")
    at_both post
    shared_drain
    accepted "$BATS_TEST_TMPDIR"/posts-* >"$BATS_TEST_TMPDIR/all"
    [ "$(wc -l <"$BATS_TEST_TMPDIR/all")" = 24 ]
    [ "$(<"$(list_file index)")" = $((before + 24)) ]
    every_member_has "$BATS_TEST_TMPDIR/all" "$id"
    archive_is_sound
    [ -z "$(ls "$(list_file mailnode/sending)")" ]
}

# A post that mn-list-receive was killed over: numbered, archived, and nobody has it.
interrupted_post() { # NUMBER
    printf '%s\n' "From: member1@example.test" "To: cats@example.test" "Subject: $id" "Message-ID: <$id-$1@client.example>" \
        "Date: Sun, 22 Nov 2026 12:00:00 +0000" "" "Hello." |
        runuser -u mailnode-lists -- "$MAILNODE_BIN/mn-list-receive" --list "$STORE/lists/cats" --recipient cats@example.test \
            --sender member1@example.test --queue-id "KILLED$1" --sendmail "$NODE/kill-parent" 3>&- 4>&-
}
cron_thrice() { for _ in 1 2 3; do shared_cron "$1"; done; }

@test "shared store: mn-list-cron on both nodes at once finishes each post once, and sends each digest once" {
    local number
    everybody_is_subscribed
    printf '#!/bin/sh\nkill -KILL $PPID\n' >"$NODE/kill-parent"
    chmod 755 "$NODE/kill-parent"
    subscriber add --digest dave@second.test
    for number in 1 2 3; do
        expect 137 interrupted_post "$number"
        echo "$id-$number" >>"$BATS_TEST_TMPDIR/all"
    done
    at_both cron_thrice
    shared_drain
    every_member_has "$BATS_TEST_TMPDIR/all" "$id"
    archive_is_sound
    [ -z "$(ls "$(list_file mailnode/sending)")" ]
    # Digests have the Message-IDs of their posts inside.
    [ "$(grep -rhoF "<$id-1@client.example>" "$STORE/mail/second.test/dave/Maildir/new" | wc -l)" = 1 ]
}

# While both nodes take mail for accounts and for the list, $1 happens to node two; node one goes on.
disturbed() {
    local flood posts name
    everybody_is_subscribed
    on two people flood "$id-flood" 80 alice@example.test bob@example.test >"$BATS_TEST_TMPDIR/two" 2>/dev/null 3>&- 4>&- &
    flood=$!
    on two people post "$id-post" 3 cats@example.test "${members[@]}" >"$BATS_TEST_TMPDIR/posts" 2>/dev/null 3>&- 4>&- &
    posts=$!
    something_accepted() { [ "$(accepted "$BATS_TEST_TMPDIR"/{two,posts} | wc -l)" -gt 15 ]; }
    until_ok something_accepted
    "$@"
    posts_under_way >"$BATS_TEST_TMPDIR/under-way"
    flood one
    on one people post "$id-one" 1 cats@example.test member1 >"$BATS_TEST_TMPDIR/posts-one"
    # Node one delivers and serves, whatever the other has left behind.
    accepted "$BATS_TEST_TMPDIR/flood-one" >"$BATS_TEST_TMPDIR/floods"
    one_is_served() { has_all one "$id-one" "$BATS_TEST_TMPDIR/floods" alice 2>/dev/null; }
    until_ok one_is_served
    post_is_there() { [ "$(mailbox one "$id-one" member2)" = "member2 $id-one-member1-0" ]; }
    until_ok post_is_there
    wait "$flood" "$posts"
    shared_start two
    shared_flush
    cat "$BATS_TEST_TMPDIR"/{two,flood-one} >"$BATS_TEST_TMPDIR/mails"
    cat "$BATS_TEST_TMPDIR"/{posts,posts-one,under-way} >"$BATS_TEST_TMPDIR/all-posts"
    for name in $shared_names; do nothing_lost_or_twice "$name" "$BATS_TEST_TMPDIR/mails" alice bob; done
    nothing_lost_or_twice one "$BATS_TEST_TMPDIR/all-posts" "${members[@]}"
    archive_is_sound
}

# "under-way ID": posts of which a batch may have been handed over without a record of it, if their
# mn-list-receive was killed at that very moment; mn-list-receive(1) says that it is sent again then.
posts_under_way() {
    local state
    for state in "$(list_file mailnode/sending)"/*.state; do
        [ ! -e "$state" ] || sed -nE 's/^Message-ID:[^<]*<([^@]*)@.*/under-way \1/Ip' "$(list_file "archive/$(basename "$state" .state)")"
    done
}

# nothing_lost_or_twice NODE SENT USER…: what was accepted all of them have, and nothing twice.
nothing_lost_or_twice() {
    on "$1" people inbox "${@:3}" | awk -v prefix="$id-" -v users="${*:3}" '
        NR == FNR { if ($1 == "accepted") accepted[$2]; if ($1 == "under-way") twice[$2]; next }
        index($2, prefix) == 1 && ++copies[$1, $2] > 1 + ($2 in twice) { print $1, "has too often:", $2; bad = 1 }
        END {
            count = split(users, user, " ")
            for (i in accepted)
                for (u = 1; u <= count; u++)
                    if (!((user[u], i) in copies)) { print user[u], "has lost:", i; bad = 1 }
            exit bad
        }' "$2" - >&2
}

@test "shared store: SIGKILL of one node's Postfix and its children loses nothing, doubles nothing, and the other goes on" {
    disturbed shared_kill_postfix two
}

@test "shared store: one node is stopped in order while it works; the other goes on" {
    disturbed shared_mailnode two stop
}
