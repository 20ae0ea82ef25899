# What mlmmj 1.3 gets wrong and our lists must not, as far as no other file has it; the whole table
# is in tests/README.

load ../lib/helpers

setup() {
    cd "$BATS_TEST_TMPDIR"
    mkdir -p cats/{control,subscribers.d,archive} sent
    echo cats@example.org >cats/control/listaddress
    echo boss@example.org >cats/control/owner
    cat >sendmail <<'END'
#!/bin/bash
call=$(mktemp -d sent/XXXXXXXX)
printf '%s\n' "$@" >"$call/argv"
cat >"$call/mail"
END
    chmod +x sendmail
}

not() { if "$@"; then return 1; fi; }

# subscribe COUNT
subscribe() { seq -f 's%.0f@example.net' "$1" >cats/subscribers.d/s; }

# letter FIELD...: from ann, with these fields besides.
letter() {
    printf '%s\n' "From: Ann <ann@example.net>" "To: cats@example.org" "Message-ID: <1@example.net>" \
        "$@" "" "the body"
}

# receive OPTION...: standard input, sent by ann to the list unless the options say otherwise.
receive() {
    local options=("$@")
    [[ " $* " == *" --sender"* ]] || options+=(--sender ann@example.net)
    [[ " $* " == *" --recipient "* ]] || options+=(--recipient cats@example.org)
    mn-list-receive --list cats --sendmail ./sendmail --texts "$REPOSITORY/userconfig/listtext" "${options[@]}"
}
cron() { mn-list-cron --sendmail ./sendmail --texts "$REPOSITORY/userconfig/listtext" cats; }

calls() { find sent -mindepth 1 -maxdepth 1 | wc -l; }
everybody() { for call in sent/*/; do sed '1,/^--$/d' "$call/argv"; done | sort; }

@test "the table of faults in tests/README names tests that there are" {
    local number file name numbers=0
    while IFS='|' read -r number file name; do
        # Each has a test, and none is left out.
        [ "$number" -le $((numbers + 1)) ]
        numbers=$number
        grep -qF "\"$name\"" "$REPOSITORY/tests/$file" || {
            echo "tests/README: fault $number: no \"$name\" in tests/$file"
            return 1
        }
    done < <(awk '/^ +[0-9]+  / { number = $1 }
        /^        [a-z]+\/[^ ]+: / { at = index($0, ": "); print number "|" substr($0, 9, at - 9) "|" substr($0, at + 2) }' \
        "$REPOSITORY/tests/README")
    [ "$numbers" = 16 ]
}

# mlmmj waits 44 ms for each message.
@test "defect 1: nothing is done or waited for once for each subscriber" {
    command -v strace >/dev/null || skip "needs strace"
    subscribe 10000
    letter >mail
    # The tool alone: a child is let go as soon as it becomes another program.
    timeout 120 strace -f -b execve -o trace -E ASAN_OPTIONS=detect_leaks=0 \
        mn-list-receive --list cats --sendmail ./sendmail --sender ann@example.net \
        --recipient cats@example.org <mail
    [ "$(calls)" = 10 ]
    [ "$(everybody | sort -u | wc -l)" = 10000 ]
    not grep -q nanosleep trace
    [ -n "${MAILNODE_SANITIZED:-}" ] || [ "$(wc -l <trace)" -lt 2000 ]
}

# mlmmj makes them of 32 bits, and shows numbers of the same sequence to the author.
@test "defect 4: nobody guesses the token of a held post, nor is it told to its author" {
    touch cats/control/moderated cats/control/notifymod
    echo mo@example.org >cats/control/moderators
    local i
    for i in {1..20}; do letter "Subject: $i" | receive --queue-id "4AB$i"; done
    grep -ho '^Reply-To: cats+release-[^@]*' sent/*/mail | sed 's/.*-//' | sort >tokens
    [ "$(wc -l <tokens)" = 20 ]
    # 128 bits or more of base32, and neither the beginnings nor the ends of two are alike.
    [ "$(grep -cE '^[a-z2-7]{26,}$' tokens)" = 20 ]
    [ "$(sed -E 's/.*(.{6})$/\1/' tokens | sort -u | wc -l)" -ge 19 ]
    local told
    mapfile -t told < <(grep -lx ann@example.net sent/*/argv | sed 's/argv$/mail/')
    [ "${#told[@]}" -ge 1 ]
    expect 1 grep -Ff tokens "${told[@]}"
    [ "$(stat -c %a cats/mailnode/secret)" = 600 ]
}

@test "defect 7: machines, bounces and the list itself get no answer" {
    subscribe 1
    local verb field
    for verb in help faq subscribe unsubscribe get-1 list; do
        letter | receive --sender= --recipient "cats+$verb@example.org"
        for field in "Auto-Submitted: auto-replied" "Precedence: bulk" "List-Id: <dogs.example.com>"; do
            letter "$field" | receive --recipient "cats+$verb@example.org"
        done
        letter | sed 's/^From:.*/From: cats@example.org/' |
            receive --sender cats@example.org --recipient "cats+$verb@example.org"
    done
    [ "$(calls)" = 0 ]
    letter | receive --recipient cats+help@example.org
    [ "$(everybody)" = ann@example.net ]
}

@test "defect 13: a digest has one Subject, a Date, a Message-ID and real threads" {
    mkdir cats/digesters.d
    echo dan@example.net >cats/digesters.d/d
    echo 3 >cats/control/digestmaxmails
    echo "0:$(date +%s):0" >cats/lastdigest
    letter "Subject: one thing" | receive --queue-id 1
    letter "Subject: another thing" | sed s/1@/2@/ | receive --queue-id 2
    letter "Subject: Re: one thing" "In-Reply-To: <1@example.net>" | sed '3s/1@/3@/' | receive --queue-id 3
    [ "$(calls)" = 0 ]
    cron
    [ "$(everybody)" = dan@example.net ]
    python3 - sent/*/mail <<'END'
import email, email.policy, sys
digest = email.message_from_binary_file(open(sys.argv[1], "rb"), policy=email.policy.default)
for name in "Subject", "Date", "Message-ID", "From", "MIME-Version":
    assert len(digest.get_all(name, [])) == 1, name
assert digest["Date"].datetime and not digest["Subject"].startswith("Subject"), digest["Subject"]
text, posts = digest.iter_parts()
assert posts.get_content_type() == "multipart/digest"
parts = [part.get_content() for part in posts.iter_parts()]
assert [part["Message-ID"] for part in parts] == [f"<{n}@example.net>" for n in (1, 2, 3)]
topics = text.get_content()
print(topics)
# The answer stands with what it answers, before the post that came between them.
assert topics.index("one thing") < topics.index("3 -") < topics.index("another thing"), topics
END
}

# mlmmj is killed by pipe(8): the author gets a bounce, some get the post, and the archive has none.
@test "defect 16: too slow a sendmail: the post is put off, kept, and sent to the rest later" {
    subscribe 2500
    cp sendmail quick
    sed -i '2i[ "$(ls sent | wc -l)" -lt 1 ] || exec sleep 60' sendmail
    letter >mail
    local begin=$SECONDS
    expect 75 receive --queue-id 4ABC --time-limit 3 <mail
    [ $((SECONDS - begin)) -lt 30 ]
    [[ $output == "4.3.0 "* ]]
    [ "$(tail -n 1 cats/archive/1)" = "the body" ]
    [ "$(calls)" = 1 ]
    cp quick sendmail
    receive --queue-id 4ABC <mail
    [ "$(everybody | wc -l)" = 2500 ]
    [ "$(everybody | uniq -d | wc -l)" = 0 ]
    [ "$(ls cats/archive)" = 1 ]
}

@test "defect 16: the tool gives up by itself, well before its transport would kill it" {
    local ours theirs
    ours=$(mn-list-receive --help | sed -nE 's/.*--time-limit SECONDS=([0-9]+) .*/\1/p')
    theirs=$(sed -nE 's/^mn-list_time_limit = ([0-9]+)$/\1/p' "$REPOSITORY/container/postfix/main.cf")
    [ "$ours" -gt 0 ]
    [ "$ours" -lt $((theirs / 2)) ]
    expect 1 grep -E 'mn-list-receive.*--time-limit' "$REPOSITORY/container/postfix/master.cf"
}
