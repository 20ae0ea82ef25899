# mn-list-sub as an admin and scripts call it, beside mlmmj's own programs on the same directory.

load ../lib/helpers

# The addresses are arguments here, so standard input must not be: bats leaves it open.
setup() {
    LIST=$BATS_TEST_TMPDIR/cats
    make_list "$LIST"
}

make_list() {
    mkdir -p "$1"/{control,text,subscribers.d,digesters.d,nomailsubs.d,queue,bounce,archive,subconf,unsubconf,moderation,incoming,requeue}
    echo cats@example.org >"$1/control/listaddress"
    echo ann@example.org >"$1/control/owner"
}

sub() { mn-list-sub --list "$LIST" "$@"; }
# sub with the addresses in $input, one a line.
sub_in() { sub "$@" <<<"$input"; }

# A sendmail that keeps what it gets: $BATS_TEST_TMPDIR/mail/N and N.arguments.
make_sendmail() {
    mkdir "$BATS_TEST_TMPDIR/mail"
    cat >"$BATS_TEST_TMPDIR/sendmail" <<END
#!/bin/bash
file=\$(mktemp "$BATS_TEST_TMPDIR/mail/XXXXXX")
cat >"\$file"
printf '%s\n' "\$@" >"\$file.arguments"
END
    chmod 755 "$BATS_TEST_TMPDIR/sendmail"
    printf 'Subject: welcome to $list$\n\nYou are subscribed.\n' >"$LIST/text/finish-sub"
    printf 'Subject: goodbye from $list$\n\nYou are unsubscribed.\n' >"$LIST/text/finish-unsub"
    printf 'Subject: confirm\n\nReply to $confirmaddr$\n' >"$LIST/text/confirm"
}
mails() { find "$BATS_TEST_TMPDIR/mail" -type f ! -name '*.arguments' | wc -l; }

@test "mn-list-sub: add, list, show, remove" {
    expect 0 sub add Ann@Example.net bob@example.net </dev/null
    [ "$output" = "2 added" ]
    [ "$(cat "$LIST/subscribers.d/a")" = ann@example.net ]
    expect 0 sub list
    [ "$output" = "$(printf 'ann@example.net\nbob@example.net')" ]
    expect 0 sub show ANN@example.net
    [ "$output" = "$(printf 'ann@example.net\tnormal')" ]
    expect 0 sub remove ann@example.net
    [ "$output" = "1 removed" ]
    [ ! -e "$LIST/subscribers.d/a" ]
    expect 1 sub show ann@example.net
    [ "$output" = "$(printf 'ann@example.net\tnone')" ]
}

@test "mn-list-sub: kinds, switched from one to the other" {
    expect 0 sub -q add --digest ann@example.net
    [ -z "$output" ]
    [ "$(cat "$LIST/digesters.d/a")" = ann@example.net ]
    expect 0 sub add --nomail ann@example.net
    [ "$output" = "1 switched" ]
    [ ! -e "$LIST/digesters.d/a" ]
    [ "$(cat "$LIST/nomailsubs.d/a")" = ann@example.net ]
    expect 0 sub add --both ann@example.net
    [ "$(cat "$LIST/subscribers.d/a" "$LIST/digesters.d/a")" = "$(printf 'ann@example.net\nann@example.net')" ]
    expect 0 sub add --both ann@example.net
    [ "$output" = "1 already" ]
    sub -q add bob@example.net
    expect 0 sub count
    [ "$output" = "$(printf 'normal\t1\ndigest\t0\nnomail\t0\nboth\t1\nall\t2')" ]
    expect 0 sub count --both --digest
    [ "$output" = 1 ]
    expect 0 sub count --json
    [ "$output" = '{"normal":1,"digest":0,"nomail":0,"both":1,"all":2}' ]
    expect 0 sub list --both
    [ "$output" = ann@example.net ]
}

@test "mn-list-sub: bad addresses are named with their lines, the rest is done" {
    input=$'ann@example.net\n\nnobody\nbob@example.net\ncats+x@example.org\n# a comment\na/b@example.net'
    expect 1 sub_in add
    [ "${lines[0]}" = "mn-list-sub: line 3: no address that can be subscribed: nobody" ]
    [ "${lines[1]}" = "mn-list-sub: line 5: an address of the list itself: cats+x@example.org" ]
    [ "${lines[2]}" = "mn-list-sub: line 7: no address that can be subscribed: a/b@example.net" ]
    [ "${lines[3]}" = "2 added" ]
    expect 1 sub add good@example.net "bad one"
    [ "${lines[0]}" = "mn-list-sub: no address that can be subscribed: bad one" ]
    [ "$(sub count --normal)" = 3 ]
    input=$'bob@example.net\neve@example.net\nbob@example.net'
    expect 1 sub_in remove
    [ "${lines[0]}" = "mn-list-sub: line 2: not subscribed: eve@example.net" ]
    [ "${lines[1]}" = "1 removed, 1 not subscribed" ]
    expect 1 grep -r bob "$LIST/subscribers.d"
}

@test "mn-list-sub: JSON" {
    sub -q add --digest ann@example.net
    input=$'ann@example.net\nbob@example.net'
    expect 0 sub_in -q add --json
    [ "${lines[0]}" = '{"address":"ann@example.net","result":"switched","before":"digest","subscription":"normal"}' ]
    [ "${lines[1]}" = '{"address":"bob@example.net","result":"added","before":"none","subscription":"normal"}' ]
    expect 0 sub list --json
    [ "${lines[0]}" = '{"address":"ann@example.net","subscription":"normal"}' ]
    expect 0 sub show --json bob@example.net
    [ "$output" = '{"address":"bob@example.net","subscription":"normal"}' ]
    expect 0 sub -q remove --json bob@example.net
    [ "$output" = '{"address":"bob@example.net","result":"removed","before":"normal"}' ]
}

@test "mn-list-sub: a dry run tells the same and changes nothing" {
    sub -q add ann@example.net
    find "$LIST" -type f -exec sha256sum {} + | sort >"$BATS_TEST_TMPDIR/before"
    expect 0 sub -n add --digest ann@example.net bob@example.net
    [ "$output" = "would be: 1 added, 1 switched" ]
    expect 0 sub -n add bob@example.net Bob@example.net
    [ "$output" = "would be: 1 added" ]
    expect 1 sub --dry-run remove ann@example.net bob@example.net
    [ "${lines[1]}" = "would be: 1 removed, 1 not subscribed" ]
    find "$LIST" -type f -exec sha256sum {} + | sort | diff "$BATS_TEST_TMPDIR/before" -
}

@test "mn-list-sub: import and export: Mailman, CSV, and back" {
    input=$'Ann Onymous <Ann@example.net>\n"Roe, Jane" <jane@example.net>'
    expect 0 sub_in -q import
    input=$'Name;E-Mail\nDan;dan@example.net\nEve;none'
    expect 1 sub_in import --digest
    [ "${lines[0]}" = "mn-list-sub: line 3: no address that can be subscribed: Eve;none" ]
    sub -q add --both zoe@example.net
    sub -q add --nomail nil@example.net
    expect 0 sub export
    [ "$output" = "$(sub list)" ]
    expect 0 sub export --format csv
    [ "$output" = "$(printf 'address,subscription\nann@example.net,normal\njane@example.net,normal\nzoe@example.net,both\ndan@example.net,digest\nnil@example.net,nomail')" ]
    first=$LIST LIST=$BATS_TEST_TMPDIR/dogs
    make_list "$LIST"
    input=$output
    expect 0 sub_in import
    [ "$output" = "5 added" ]
    for directory in subscribers.d digesters.d nomailsubs.d; do
        diff -r "$first/$directory" "$LIST/$directory"
    done
}

@test "mn-list-sub: welcome, goodbye and the question come by mail, to each" {
    make_sendmail
    sendmail=(--sendmail "$BATS_TEST_TMPDIR/sendmail" --texts "$LIST/text")
    expect 0 sub add "${sendmail[@]}" --welcome ann@example.net bob@example.net
    [ "$output" = "2 added" ]
    [ "$(mails)" -eq 2 ]
    grep -rq '^Subject: welcome to cats' "$BATS_TEST_TMPDIR/mail"
    grep -rqx bob@example.net "$BATS_TEST_TMPDIR/mail" --include='*.arguments'
    expect 0 sub add "${sendmail[@]}" --welcome bob@example.net
    [ "$output" = "1 already" ]
    [ "$(mails)" -eq 2 ]
    expect 0 sub remove "${sendmail[@]}" --goodbye bob@example.net
    [ "$(mails)" -eq 3 ]
    grep -rq '^Subject: goodbye from cats' "$BATS_TEST_TMPDIR/mail"
    expect 0 sub add "${sendmail[@]}" --confirm cal@example.net
    [ "$output" = "1 asked" ]
    [ "$(mails)" -eq 4 ]
    grep -rq '^Reply to cats+confsub-' "$BATS_TEST_TMPDIR/mail"
    expect 1 sub show cal@example.net
}

@test "mn-list-sub: nobody is written to unasked" {
    make_sendmail
    touch "$LIST/control/notifysub"
    sub -q add --sendmail "$BATS_TEST_TMPDIR/sendmail" ann@example.net
    sub -q remove --sendmail "$BATS_TEST_TMPDIR/sendmail" ann@example.net
    [ "$(mails)" -eq 0 ]
}

@test "mn-list-sub: mail that cannot be sent is status 2" {
    make_sendmail
    expect 2 sub add --sendmail /bin/false --texts "$LIST/text" --welcome ann@example.net
}

@test "mn-list-sub: wrong options are status 64" {
    local wrong
    for wrong in "" frob "list ann@example.net" "import ann@example.net" "show --digest ann@example.net" \
        "add --digest --both ann@example.net" "add --goodbye ann@example.net" "remove --welcome ann@example.net" \
        "list -n" "list --confirm" "export --format xml" "list --format csv" "export --format csv --json" "remove --nomail a@b"; do
        # shellcheck disable=SC2086
        expect 64 sub $wrong </dev/null
    done
    expect 64 mn-list-sub list
}

@test "mn-list-sub: no list, or none that works, is status 2" {
    expect 2 mn-list-sub --list "$BATS_TEST_TMPDIR/none" list
    rm "$LIST/control/listaddress"
    expect 2 sub add ann@example.net
    [[ $output == *listaddress* ]]
}

@test "mn-list-sub: mlmmj reads what we write" {
    sub -q add Ann@example.net amy@example.net bob@example.net
    sub -q add --digest dan@example.net
    sub -q add --nomail nil@example.net
    sub -q add --both zoe@example.net
    [ "$(/usr/bin/mlmmj-list -L "$LIST" | sort | xargs)" = "amy@example.net ann@example.net bob@example.net zoe@example.net" ]
    [ "$(/usr/bin/mlmmj-list -L "$LIST" -d | sort | xargs)" = "dan@example.net zoe@example.net" ]
    [ "$(/usr/bin/mlmmj-list -L "$LIST" -n | xargs)" = nil@example.net ]
    /usr/bin/mlmmj-unsub -L "$LIST" -a amy@example.net -q -s -U
    /usr/bin/mlmmj-unsub -L "$LIST" -a bob@example.net -q -s -U
    /usr/bin/mlmmj-sub -L "$LIST" -a ann@example.net -d -q -f -s -U
    [ "$(sub list --digest | xargs)" = "ann@example.net dan@example.net" ]
    [ "$(sub list --normal)" = "" ]
}

@test "mn-list-sub: we read what mlmmj writes, and the files come out the same" {
    other=$BATS_TEST_TMPDIR/dogs
    make_list "$other"
    echo cats@example.org >"$other/control/listaddress"
    for address in Ann@Example.net amy@example.net bob@example.net; do
        /usr/bin/mlmmj-sub -L "$LIST" -a "$address" -q -f -s -U
        mn-list-sub -q --list "$other" add "$address"
    done
    /usr/bin/mlmmj-sub -L "$LIST" -a dan@example.net -d -q -f -s -U
    mn-list-sub -q --list "$other" add --digest dan@example.net
    /usr/bin/mlmmj-sub -L "$LIST" -a nil@example.net -n -q -f -s -U
    mn-list-sub -q --list "$other" add --nomail nil@example.net
    expect 0 sub count --json
    [ "$output" = '{"normal":3,"digest":1,"nomail":1,"both":0,"all":5}' ]
    /usr/bin/mlmmj-unsub -L "$LIST" -a amy@example.net -q -s -U
    mn-list-sub -q --list "$other" remove amy@example.net
    for directory in subscribers.d digesters.d nomailsubs.d; do
        diff -r "$LIST/$directory" "$other/$directory"
    done
    expect 0 sub remove ann@example.net bob@example.net dan@example.net nil@example.net
    [ "$(find "$LIST"/*.d -type f | wc -l)" -eq 0 ]
}

@test "mn-list-sub: 200 come and 200 go at the same time" {
    local i pids=()
    for i in {1..200}; do echo "a-old$i@example.net"; done | mn-list-sub -q --list "$LIST" import
    for i in {1..200}; do
        sub -q add "a-new$i@example.net" </dev/null &
        pids+=($!)
        sub -q remove "a-old$i@example.net" </dev/null &
        pids+=($!)
    done
    for i in "${pids[@]}"; do wait "$i"; done
    for i in {1..200}; do echo "a-new$i@example.net"; done | sort >"$BATS_TEST_TMPDIR/wanted"
    sort "$LIST/subscribers.d/a" | diff "$BATS_TEST_TMPDIR/wanted" -
    [ "$(find "$LIST/subscribers.d" -mindepth 1 | wc -l)" -eq 1 ]
}

@test "mn-list-sub: beside mlmmj-sub, nobody gets lost" {
    local i pids=()
    for i in {1..40}; do
        sub -q add "a-ours$i@example.net" </dev/null &
        pids+=($!)
        /usr/bin/mlmmj-sub -L "$LIST" -a "a-theirs$i@example.net" -q -f -s -U </dev/null &
        pids+=($!)
    done
    for i in "${pids[@]}"; do wait "$i"; done
    # mlmmj removes a lock file that others wait for, and two of its own may then write at once; but
    # none of ours is lost, nor any line broken.
    for i in {1..40}; do grep -qx "a-ours$i@example.net" "$LIST/subscribers.d/a"; done
    expect 1 grep -vE '^a-(ours|theirs)[0-9]+@example\.net$' "$LIST/subscribers.d/a"
}

@test "mn-list-sub: root becomes the owner of the list" {
    [ "$(id -u)" -eq 0 ] || skip "not root"
    # Elsewhere, for others may not enter the directory of a test.
    place=$(mktemp -d /tmp/mn-list-sub.XXXXXX)
    chmod 755 "$place"
    LIST=$place/cats
    make_list "$LIST"
    chown -R nobody:games "$LIST"
    sub -q add ann@example.net
    chmod 2770 "$LIST"
    sub -q add bob@example.net
    found=$(stat -c %U:%G:%a "$LIST/subscribers.d/a" "$LIST/subscribers.d/b" | xargs)
    rm -r "$place"
    [ "$found" = "nobody:games:600 nobody:games:660" ]
}

@test "mn-list-sub: many thousand in one pass, over each file once" {
    seq -f 'a%.0f@example.net' 5000 >"$BATS_TEST_TMPDIR/many"
    expect 0 sub import <"$BATS_TEST_TMPDIR/many"
    [ "$output" = "5000 added" ]
    strace -f -e trace=rename,renameat -o "$BATS_TEST_TMPDIR/trace" \
        env ASAN_OPTIONS=detect_leaks=0 mn-list-sub -q --list "$LIST" add --digest <"$BATS_TEST_TMPDIR/many"
    [ "$(grep -c rename "$BATS_TEST_TMPDIR/trace")" -eq 1 ]
    [ "$(sub count --digest)" -eq 5000 ]
    [ "$(sub count --normal)" -eq 0 ]
    expect 0 sub remove <"$BATS_TEST_TMPDIR/many"
    [ "$(find "$LIST"/*.d -type f | wc -l)" -eq 0 ]
}

@test "mn-list-sub: a full disk changes nothing" {
    [ "$(id -u)" -eq 0 ] || skip "not root"
    mkdir "$BATS_TEST_TMPDIR/small"
    mount -t tmpfs -o size=256k tmpfs "$BATS_TEST_TMPDIR/small"
    LIST=$BATS_TEST_TMPDIR/small/cats
    make_list "$LIST"
    seq -f 'a%.0f@example.net' 20000 >"$BATS_TEST_TMPDIR/many"
    run bash -c 'mn-list-sub -q --list "$0" add ann@example.net && mn-list-sub --list "$0" add <"$1"' \
        "$LIST" "$BATS_TEST_TMPDIR/many"
    after=$(cat "$LIST/subscribers.d/a" && find "$LIST/subscribers.d" "$LIST/mailnode" -type f)
    umount "$BATS_TEST_TMPDIR/small"
    [ "$status" -eq 2 ]
    [[ $output == *"No space left"* ]]
    [ "$after" = "$(printf '%s\n%s' ann@example.net "$LIST/subscribers.d/a")" ]
}
