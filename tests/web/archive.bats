#!/usr/bin/env bats
# The archive of lists in a real browser, Debian's Chromium, as a node serves it: 5,000 messages, some of
# them hostile. What is needed and where it is: setup_suite.bash. Pictures of the pages:
#   MAILNODE_WEB_SHOTS=/tmp/shots bats tests/web/archive.bats

load ../lib/helpers

# Thousands of pages are looked at; beside other tests that takes a while.
BATS_TEST_TIMEOUT=900

setup() {
    [ -z "$WEB_MISSING" ] || skip "not here: $WEB_MISSING"
    site=$WEB/site/web
}

# walk LOOK
walk() { node "$BATS_TEST_DIRNAME/walk.js" "$1" "$(sed -n "s/^$1=//p" "$WEB/links")"; }

# page_of SUBJECT [DIRECTORY]: the address of the page of a message, below the site.
page_of() {
    (cd "$site" && grep -rlF --include='*.html' "<h1>$1</h1>" "cats/${2:-m}" | sort | head -n 1)
}

# One page of every kind, and those of hostile mail.
pages() {
    printf '%s\n' index.html cats/ dogs/ cats/2020-01/ cats/2020-01/index-2.html cats/2026-06/
    page_of "A picture of the feeder"
    page_of "A picture of the feeder" t
    page_of "A long thread" t
    page_of "A long thread, page 2" t
    page_of "A long thread, page 3" t
    hostile_pages
    printf '%s\n' "cats/search/" "cats/search/?q=zeppelin" "cats/search/?q=the&page=2" "cats/search/?q=nothinghasthis" "cats/search/?q=%22%3E%3Cscript%3E"
    sed -n "s/^axe=//p" "$WEB/links"
}

hostile_pages() {
    local subject
    for subject in "only HTML" "HTML without end" "quotes" "one line" "links" "1,000 parts" "an attachment that is a page" \
        "a patch" "flowed" "a message in it" "bytes that are no text" "10,000 recipients" "(no subject)"; do
        page_of "$subject"
    done
    (cd "$site" && grep -rl --include='*.html' '<h1>.*onerror=' cats/m cats/t)
}

# look_at LOOK
look_at() {
    local -a all
    mapfile -t all < <(pages)
    [ ${#all[@]} -ge 30 ]
    node "$BATS_TEST_DIRNAME/look-at.js" "$1" "${all[@]}"
}

@test "a reader's walk on a phone, light: lists, month, message, attachment, thread, feed, search, unsubscribing" { walk phone-light; }
@test "a reader's walk on a phone, dark" { walk phone-dark; }
@test "a reader's walk on a desktop, light" { walk desktop-light; }
@test "a reader's walk on a desktop, dark" { walk desktop-dark; }

@test "axe-core finds nothing, no script runs, nothing is too wide: phone, light" { look_at phone-light; }
@test "axe-core finds nothing, no script runs, nothing is too wide: phone, dark" { look_at phone-dark; }
@test "axe-core finds nothing, no script runs, nothing is too wide: desktop, light" { look_at desktop-light; }
@test "axe-core finds nothing, no script runs, nothing is too wide: desktop, dark" { look_at desktop-dark; }

@test "html-validate finds nothing wrong in any page" {
    expect 0 node "$BATS_TEST_DIRNAME/validate.js" "$site"
    echo "$output"
    [[ $output =~ ([0-9]+)\ pages,\ 0\ faults ]]
    ((BASH_REMATCH[1] > WEB_POSTS))
}

@test "html-validate would find something" {
    mkdir "$BATS_TEST_TMPDIR/bad"
    sed 's/<h1>/<h1 onclick=x><p>/' "$site/cats/index.html" >"$BATS_TEST_TMPDIR/bad/index.html"
    expect 1 node "$BATS_TEST_DIRNAME/validate.js" "$BATS_TEST_TMPDIR/bad"
}

@test "the pages of a message that was removed are whole, and tell nothing of it" {
    local out=$BATS_TEST_TMPDIR/out
    mkdir "$out"
    cp -a "$WEB/lists/owls" "$BATS_TEST_TMPDIR/owls"
    (umask 022 && mn-list-archive --out "$out" "$BATS_TEST_TMPDIR/owls")
    grep -rq zeppelin "$out"
    (umask 022 && mn-list-archive --out "$out" --remove feeder-2@example.net "$BATS_TEST_TMPDIR/owls")
    expect 1 grep -rq zeppelin "$out"
    grep -rq 'This message was removed' "$out/owls/m" && grep -rq 'This message was removed' "$out/owls/t"
    expect 0 node "$BATS_TEST_DIRNAME/validate.js" "$out"
}
