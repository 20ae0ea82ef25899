#!/usr/bin/env bats
# mn-list-archive as cron or a person calls it: what it publishes and what not, every exit status of
# the manual page. What pages look like: tests/unit/test_archive_pages*.cpp, tests/web; that it may
# be ended at any moment: tests/faults/archive-kill-points.bats.

load ../lib/helpers

setup() {
    cd "$BATS_TEST_TMPDIR"
    make_list cats
}

make_list() { # NAME
    mkdir -p "$1"/{control,archive}
    echo "$1@example.org" >"$1/control/listaddress"
    echo "https://lists.example.org/$1/" >"$1/control/archiveurl"
    printf 0 >"$1/index"
}

not() { if "$@"; then return 1; fi; }

# post LIST [FIELD...]: the next number, header lines as given; body from standard input.
post() {
    local list=$1 number
    number=$(($(cat "$list/index") + 1))
    {
        printf '%s\n' "From: Ann Lee <ann@example.net>" "Date: Sun, 1 Mar 2026 10:00:$((number % 60)) +0000" \
            "${@:2}" ""
        cat
    } >"$list/archive/$number"
    printf '%s' "$number" >"$list/index"
}
# say LIST [FIELD...]: one whose body is "text of" its number.
say() { post "$@" <<<"text of $(($(cat "$1/index") + 1))"; }

archive() { mn-list-archive --out out "$@"; }

# page MSGID [LIST]: the file of a message.
page() {
    printf 'out/%s/%s' "${2:-cats}" "$(page_of "$1")"
}
page_of() {
    python3 - "$1" <<'END'
import base64, hashlib, sys
key = base64.b32encode(hashlib.sha1(sys.argv[1].encode()).digest()).decode().lower()
print(f"m/{key[:2]}/{key}.html", end="")
END
}

# make_posts LIST FIRST LAST BYTES: a post in three answers an earlier one; headers as real ones.
make_posts() {
    python3 - "$@" <<'END'
import random, sys
from email.utils import formatdate
name, first, last, size = sys.argv[1], *map(int, sys.argv[2:])
signature = "".join(f"\t{i:064x}\n" for i in range(20))
for number in range(first, last + 1):
    dice = random.Random(number)
    answers = f"References: <{dice.randint(max(1, number - 30), number)}@example.net>\n" if number % 3 else ""
    time = 1577836800 + number * 2500
    text = "".join(f"{dice.getrandbits(200):x}\n" for _ in range(size // 50))
    with open(f"{name}/archive/{number}", "w") as file:
        file.write(f"DKIM-Signature: v=1; b=\n{signature}From: Ann {number % 9} <ann@example.net>\n"
                   f"Subject: =?utf-8?q?post_=C3=BC?= {number}\nDate: {formatdate(time)}\n"
                   f"Message-ID: <{number}@example.net>\n{answers}\n{text}")
with open(f"{name}/index", "w") as file:
    file.write(str(last))
END
}

@test "mn-list-archive: a post has its page, is in its thread, its month, the feed, and the list is on the front page" {
    say cats "Message-ID: <1@example.net>" "Subject: tea"
    say cats "Message-ID: <2@example.net>" "In-Reply-To: <1@example.net>" "Subject: Re: tea"
    expect 0 archive cats
    [ -z "$output" ]
    grep -q 'text of 1' "$(page 1@example.net)"
    grep -q 'text of 2' "$(page 2@example.net)"
    local thread
    thread=out/cats/$(page_of 1@example.net | sed 's/^m/t/')
    grep -q 'text of 1' "$thread"
    grep -q 'text of 2' "$thread"
    [ "$(find out/cats/t -type f | wc -l)" -eq 1 ]
    grep -q 'Re: tea' out/cats/2026-03/index.html
    [ "$(grep -c '^From .*@example.org ' out/cats/2026-03/2026-03.mbox)" -eq 2 ]
    grep -q "https://lists.example.org/cats/$(page_of 2@example.net)" out/cats/new.atom
    grep -q 'href="cats/"' out/index.html
    [ "$(cat out/cats/sitemap.txt)" = "https://lists.example.org/cats/${thread#out/cats/}" ]
    grep -qx 'Sitemap: https://lists.example.org/cats/sitemap.txt' out/robots.txt
}

@test "mn-list-archive: the web server can read all of it, whatever our umask is" {
    say cats "Message-ID: <1@example.net>"
    umask 077
    expect 0 archive cats
    [ -z "$(find out ! -name '.*lock' -type f ! -perm 0644)" ]
    [ -z "$(find out -type d ! -perm 0755)" ]
}

@test "mn-list-archive: nothing to do: nothing is written" {
    say cats "Message-ID: <1@example.net>"
    archive cats
    find out -type f -printf '%p %i %T@\n' | sort >before
    expect 0 archive -v cats
    [[ "$output" == cats:\ 0\ new\;\ 1\ messages\ at\ https://lists.example.org/cats/ ]]
    find out -type f -printf '%p %i %T@\n' | sort | diff before -
}

@test "mn-list-archive: whatever the batches are, the bytes are those of a rebuild" {
    make_posts cats 1 450 300
    for last in 1 2 3 9 10 199 200 201 202 399 401 450; do
        printf '%s' "$last" >cats/index
        archive cats
    done
    cp -r out steps
    archive --rebuild cats
    diff -r steps out
    rm -r out
    archive cats
    diff -r steps out
    [ -e out/cats/2020-01/index-3.html ]
}

@test "mn-list-archive: a thread of more than 200 messages goes on, on the next page" {
    say cats "Message-ID: <1@example.net>"
    for _ in {2..200}; do say cats "References: <1@example.net>"; done
    archive cats
    [ "$(find out/cats/t -type f | wc -l)" -eq 1 ]
    cp -r cats more
    for _ in 201 202; do say cats "References: <1@example.net>"; done
    archive cats
    [ "$(find out/cats/t -name '*-2.html' | wc -l)" -eq 1 ]
    grep -q 'text of 202' out/cats/t/*/*-2.html
    grep -q -- '-2.html' "out/cats/$(page_of 1@example.net | sed 's/^m/t/')"
    grep -q 'text of 201' out/cats/2026-03/2026-03.mbox
    cp -r out steps
    archive --rebuild cats
    diff -r steps out
}

@test "mn-list-archive: answers find a message that comes after them" {
    say cats "Message-ID: <2@example.net>" "References: <1@example.net>"
    archive cats
    say cats "Message-ID: <3@example.net>" "References: <1@example.net> <2@example.net>"
    say cats "Message-ID: <1@example.net>"
    archive cats
    [ "$(find out/cats/t -type f | wc -l)" -eq 1 ]
    [ "$(grep -c '<article' out/cats/t/*/*)" -eq 3 ]
}

@test "mn-list-archive: a second message with the same Message-ID, and messages without one, have pages of their own" {
    for _ in 1 2 3; do say cats "Message-ID: <1@example.net>"; done
    for _ in 4 5; do say cats; done
    archive cats
    [ "$(find out/cats/m -type f | wc -l)" -eq 5 ]
    local path
    path=$(page 1@example.net)
    grep -q 'text of 1' "$path"
    grep -q 'text of 2' "${path%.html}-2.html"
    grep -q 'text of 3' "${path%.html}-3.html"
}

@test "mn-list-archive: who does not want to be archived is not, and numbers may be missing" {
    say cats "Message-ID: <1@example.net>" "X-No-Archive: yes"
    say cats "Message-ID: <2@example.net>"
    say cats "Message-ID: <3@example.net>"
    rm cats/archive/2
    expect 0 archive -v cats
    [[ "$output" == *"; 1 messages at "* ]]
    [ "$(find out/cats/m -type f | wc -l)" -eq 1 ]
    [ -e "$(page 3@example.net)" ]
}

@test "mn-list-archive: attachments are files named by what is in them, once" {
    for number in 1 2; do
        printf '%s\n' "--x" "Content-Type: image/png; name=\"../../<x>.png\"" "Content-Transfer-Encoding: base64" "" \
            "aGVsbG8K" "--x--" | post cats "Message-ID: <$number@example.net>" "MIME-Version: 1.0" \
            "Content-Type: multipart/mixed; boundary=x"
    done
    archive cats
    local digest
    digest=$(echo hello | sha256sum | cut -d' ' -f1)
    [ "$(cat "out/cats/a/${digest:0:2}/$digest")" = hello ]
    [ "$(find out/cats/a -type f | wc -l)" -eq 1 ]
    grep -q "$digest" "$(page 2@example.net)"
    not grep -rq '<x>' out/cats/m out/cats/t
}

@test "mn-list-archive: --remove leaves the place and no trace of the text, and holds after rm and --rebuild" {
    say cats "Message-ID: <1@example.net>" "Subject: tea"
    post cats "Message-ID: <2@example.net>" "References: <1@example.net>" "Subject: the secret" <<<$'text of 2\nmore secrets'
    say cats "Message-ID: <3@example.net>" "References: <1@example.net> <2@example.net>" "Subject: Re: tea"
    archive cats
    grep -rq secret out
    expect 0 archive --remove '<2@example.net>' cats
    not grep -rqi secret out
    not grep -rqi 'text of 2' out
    [ -e "$(page 2@example.net)" ]
    [ "$(grep -c '<article' out/cats/t/*/*)" -eq 3 ]
    grep -q secret cats/archive/2
    cp -r out before
    rm -r out
    archive cats
    diff -r before out
    say cats "Message-ID: <4@example.net>" "References: <2@example.net>"
    archive cats
    [ "$(grep -c '<article' out/cats/t/*/*)" -eq 4 ]
    rm cats/mailnode/web-removed/*
    archive cats
    grep -rq secret out
}

@test "mn-list-archive: --remove takes the address of a page; exit 1 for what is not there, and nothing is changed" {
    say cats "Message-ID: <1@example.net>"
    say cats "Message-ID: <2@example.net>"
    archive cats
    expect 0 archive --remove "https://lists.example.org/cats/$(page_of 1@example.net)" cats
    not grep -q 'text of 1' -r out
    cp -r out before
    expect 1 archive --remove 9@example.net cats
    [[ "$output" == *"no message on the web is called 9@example.net" ]]
    expect 1 archive --remove ../../etc/passwd cats
    [ "$(ls cats/mailnode/web-removed | wc -l)" -eq 1 ]
    diff -r before out
}

@test "mn-list-archive: a private archive has its password file before it has pages, and nobody tells of it" {
    local hash
    hash='$6$salt$'$(printf 'x%.0s' {1..86})
    printf '%s\n' "ann:$hash" "nonsense" >cats/control/archive_private
    say cats "Message-ID: <1@example.net>"
    expect 1 archive cats
    [[ "$output" == *'nobody gets in by the line "nonsense"' ]]
    [ "$(cat out/cats/.htpasswd)" = "ann:$hash" ]
    [ -e out/cats/.private ]
    not grep -rq cats out/index.html out/robots.txt
    [ ! -e out/cats/sitemap.txt ]
    grep -q noindex "$(page 1@example.net)"
    : >cats/control/archive_private
    expect 0 archive cats
    [ -e out/cats/.private ]
    [ ! -s out/cats/.htpasswd ]
    rm cats/control/archive_private
    expect 0 archive cats
    [ ! -e out/cats/.private ]
    [ ! -e out/cats/.htpasswd ]
    not grep -q noindex "$(page 1@example.net)"
    grep -q 'href="cats/"' out/index.html
}

@test "mn-list-archive: it becomes private even if new pages cannot be made" {
    say cats "Message-ID: <1@example.net>"
    archive cats
    : >cats/control/archive_private
    echo nonsense >cats/index
    expect 1 archive cats
    [ -e out/cats/.private ]
    [ -e out/cats/.htpasswd ]
    printf 1 >cats/index
    expect 0 archive cats
    grep -q noindex "$(page 1@example.net)"
}

@test "mn-list-archive: a list that is no longer to be published loses its pages; a mistake in the address does not" {
    say cats "Message-ID: <1@example.net>"
    archive cats
    echo "lists.example.org" >cats/control/archiveurl
    expect 1 archive cats
    [[ "$output" == *"control/archiveurl is no http or https address" ]]
    [ -e "$(page 1@example.net)" ]
    rm cats/control/archiveurl
    expect 0 archive -v cats
    [[ "$output" == *"no longer published: pages removed" ]]
    [ ! -e out/cats ]
    not grep -q 'href="cats/"' out/index.html
    expect 0 archive -v cats
    [[ "$output" == *"not published: no control/archiveurl" ]]
    echo https://lists.example.org/cats >cats/control/archiveurl
    archive cats
    touch cats/control/noarchive
    expect 0 archive cats
    [ ! -e out/cats ]
}

@test "mn-list-archive: --base-url publishes a list that has no address, and is remembered" {
    rm cats/control/archiveurl
    say cats "Message-ID: <1@example.net>"
    expect 0 archive --base-url https://example.org/archives cats
    grep -q "https://example.org/archives/cats/$(page_of 1@example.net)" "$(page 1@example.net)"
    expect 0 archive -v cats
    [[ "$output" == *": 0 new; 1 messages at https://example.org/archives/cats/" ]]
    expect 64 archive --base-url 'javascript:x' cats
}

@test "mn-list-archive: a setting that changes changes all pages" {
    post cats "Message-ID: <1@example.net>" <<<"ask ann@example.net"
    archive cats
    not grep -rq 'ann at example.net' out
    echo at >cats/control/archive_addresses
    expect 0 archive -v cats
    [[ "$output" == *"all pages made (settings or program changed)"* ]]
    grep -q 'ann at example.net' "$(page 1@example.net)"
    not grep -rq 'action="[^"]*search/"' out
    expect 0 archive --search-form yes cats
    grep -q 'action="search/"' out/cats/index.html
    cp -r out before
    archive --rebuild cats
    diff -r before out
    expect 64 archive --search-form maybe cats
}

@test "mn-list-archive: pages that somebody has damaged are made anew" {
    say cats "Message-ID: <1@example.net>"
    archive cats
    echo more >>out/cats/2026-03/index.html
    say cats "Message-ID: <2@example.net>"
    expect 0 archive -v cats
    [[ "$output" == *"all pages made ("*"does not end as it should)"* ]]
    cp -r out before
    rm -r out
    archive cats
    diff -r before out
    echo nonsense >out/cats/.state
    expect 0 archive cats
    diff -r before out
    echo nonsense >out/cats/.journal
    expect 0 archive cats
    diff -r before out
}

@test "mn-list-archive: what others have put into our place is not touched" {
    mkdir -p out/cats
    echo mine >out/cats/index.html
    say cats "Message-ID: <1@example.net>"
    expect 1 archive cats
    [[ "$output" == *"not made by this program"* ]]
    [ "$(cat out/cats/index.html)" = mine ]
    expect 0 archive --rebuild cats
    not grep -q mine out/cats/index.html
}

@test "mn-list-archive: an index that went back publishes nothing away" {
    say cats "Message-ID: <1@example.net>"
    say cats "Message-ID: <2@example.net>"
    archive cats
    printf 1 >cats/index
    expect 1 archive cats
    [[ "$output" == *"mend it, or let --rebuild publish what is there" ]]
    [ -e "$(page 2@example.net)" ]
    expect 0 archive --rebuild cats
    [ ! -e "$(page 2@example.net)" ]
}

@test "mn-list-archive: one list with a problem does not stop the others; --all takes every list" {
    mkdir lists
    make_list lists/cats
    make_list lists/dogs
    make_list lists/elks
    echo "https://lists.example.org/dogs/" >lists/dogs/control/archiveurl
    rm lists/cats/control/listaddress && mkdir lists/cats/control/listaddress
    say lists/dogs "Message-ID: <1@example.net>"
    expect 1 archive --all lists
    [[ "$output" == *lists/cats* ]]
    [ -e "$(page 1@example.net dogs)" ]
    [ -e out/elks/index.html ]
}

@test "mn-list-archive: another run is at it: nothing is done, exit 0" {
    say cats "Message-ID: <1@example.net>"
    archive cats
    say cats "Message-ID: <2@example.net>"
    cat >hold.py <<'END'
import fcntl, subprocess, sys
lock = open("out/.cats.lock", "r+")
fcntl.lockf(lock, fcntl.LOCK_EX)
sys.exit(subprocess.run(sys.argv[1:]).returncode)
END
    expect 0 python3 hold.py mn-list-archive -v --out out cats
    [[ "$output" == *": another run is under way" ]]
    [ ! -e "$(page 2@example.net)" ]
    expect 0 archive cats
    [ -e "$(page 2@example.net)" ]
}

@test "mn-list-archive: --search finds words, the newest first, and exit 1 tells that there are none" {
    say cats "Message-ID: <1@example.net>" "Subject: Tea"
    say cats "Message-ID: <2@example.net>" "Subject: coffee" "References: <1@example.net>"
    archive cats
    expect 0 mn-list-archive --out out --search 'lee TEXT' cats
    [ "${lines[0]}" = "$(printf '2026-03-01\tAnn Lee\tcoffee\thttps://lists.example.org/cats/%s' "$(page_of 2@example.net)")" ]
    [ "${#lines[@]}" -eq 2 ]
    expect 0 mn-list-archive --out out --search tea --json cats
    [ "$(jq -r .subject <<<"$output")" = Tea ]
    expect 1 mn-list-archive --out out --search cocoa cats
    [ -z "$output" ]
    expect 64 mn-list-archive --out out --search ' ' cats
}

@test "mn-list-archive: --search shows 50, and --page the others" {
    for _ in {1..60}; do say cats; done
    archive cats
    expect 0 mn-list-archive --out out --search text cats
    [ "${#lines[@]}" -eq 51 ]
    [ "${lines[50]}" = "mn-list-archive: there is more: --page 2 shows it" ]
    expect 0 mn-list-archive --out out --search text --page 2 cats
    [ "${#lines[@]}" -eq 10 ]
}

@test "mn-list-archive: --import of an mbox: numbered as it is, published by the next run, old links known" {
    printf '%s\n' "From ann at example.net  Sun Mar  1 10:00:00 2026" "Message-ID: <1@example.net>" "From: ann at example.net (Ann)" \
        "Subject: first" "Date: Sun, 1 Mar 2026 10:00:00 +0100" "" "From here on it is text" ">From that, too" "" \
        "From bob at example.net  Mon Apr  6 10:00:00 2026" "Message-ID: <2@example.net>" "Subject: second" \
        "Date: Mon, 6 Apr 2026 10:00:00 +0100" "" "text" "" >old.mbox
    expect 0 mn-list-archive --import old.mbox --aliases "$PWD/aliases" cats
    [[ "$output" == *"cats: 2 messages imported, from number 1 on" ]]
    [ "$(cat cats/index)" = 2 ]
    [ "$(tail -n 2 cats/archive/1)" = "$(printf 'From here on it is text\nFrom that, too')" ]
    printf '%s\n' "2026-March/000000.html $(page_of 1@example.net);" "2026-April/000001.html $(page_of 2@example.net);" | diff - aliases
    [ ! -e cats/mailnode/import ]
    archive cats
    grep -q 'From that, too' "$(page 1@example.net)"
    expect 1 mn-list-archive --import old.mbox cats
    [[ "$output" == *"has posts; --append puts the others after them" ]]
    [ "$(cat cats/index)" = 2 ]
    expect 0 mn-list-archive --import old.mbox --append cats
    [ "$(cat cats/index)" = 4 ]
}

@test "mn-list-archive: --import of a Maildir, by date" {
    mkdir -p Maildir/{new,cur,tmp}
    printf 'Subject: b\r\nDate: Sun, 1 Mar 2026 10:00:00 +0000\r\n\r\ntext\r\n' >Maildir/cur/1:2,S
    printf 'Subject: a\nDate: Sat, 28 Feb 2026 10:00:00 +0000\n\ntext\n' >Maildir/new/2
    expect 0 mn-list-archive --import Maildir cats
    [ "$(head -n 1 cats/archive/1)" = "Subject: a" ]
    [ "$(head -n 1 cats/archive/2)" = "Subject: b" ]
    [ "$(ls cats/archive | wc -l)" -eq 2 ]
}

@test "mn-list-archive: --import that fails leaves the list as it was, and can be done again" {
    printf 'From a@example.net Sun Mar  1 10:00:00 2026\nSubject: a\n\ntext\n' >old.mbox
    expect 1 mn-list-archive --import old.mbox --import missing cats
    [ "$(cat cats/index)" = 0 ]
    expect 0 mn-list-archive --import old.mbox cats
    [ "$(cat cats/index)" = 1 ]
    [ "$(ls cats/archive)" = 1 ]
    echo "no mbox" >text
    expect 1 mn-list-archive --import text --append cats
    touch cats/archive/2
    expect 1 mn-list-archive --import old.mbox --append cats
    [[ "$output" == *"is there, though index ends before it: mend that first" ]]
    [ ! -s cats/archive/2 ]
}

@test "mn-list-archive: --json tells of each list" {
    say cats "Message-ID: <1@example.net>"
    expect 0 archive --json cats
    [ "$(jq -c '[.url, .added, .messages, .rebuilt, .removed, .busy]' <<<"$output")" = '["https://lists.example.org/cats/",1,1,true,false,false]' ]
}

@test "mn-list-archive: wrong options end with 64, what cannot be used with 2" {
    expect 64 mn-list-archive cats
    expect 64 mn-list-archive --out out
    expect 64 archive --append cats
    expect 64 archive --import old.mbox cats
    expect 64 archive --search tea --rebuild cats
    make_list dogs
    expect 64 archive --remove 1@example.net cats dogs
    expect 0 archive cats
    expect 2 archive --all missing
    expect 2 mn-list-archive --out missing/out cats
    expect 1 archive missing/list
    expect 1 archive . # a directory that is no list
}

@test "mn-list-archive: root acts as the owner of the list" {
    [ "$(id -u)" -eq 0 ] || skip "wants root"
    say cats "Message-ID: <1@example.net>"
    chmod 755 "$BATS_TEST_TMPDIR"
    chown -R nobody cats
    expect 0 archive cats
    [ -z "$(find out ! -user nobody)" ]
    rm -r out
    mkdir out
    expect 1 archive cats
    [[ "$output" == *"out"* ]]
}

@test "mn-list-archive: what a post costs does not depend on how many there are" {
    local hundred size
    make_posts cats 1 10100 3000
    written() { # FROM: of the 100 posts after that
        printf '%s' "$1" >cats/index
        archive cats
        printf '%s' "$(($1 + 100))" >cats/index
        strace -f -o trace -e trace=write,pwrite64 mn-list-archive --out out cats
        sed -n 's/.* = \([0-9]*\)$/\1/p' trace | paste -sd+ | bc
    }
    hundred=$(written 100)
    rm -r out
    size=$(written 10000)
    [ "$hundred" -gt 300000 ]
    [ $((size * 100)) -lt $((hundred * 110)) ]
    [ $((size * 110)) -gt $((hundred * 100)) ]
    # Not more than three times the messages, besides what a run writes in any case.
    local posts
    posts=$(seq -f 'cats/archive/%.0f' 10001 10100 | xargs cat | wc -c)
    size=$((size - $(cat out/cats/{index.html,new.atom,.state} | wc -c)))
    [ "$size" -lt $((3 * posts)) ]
}
