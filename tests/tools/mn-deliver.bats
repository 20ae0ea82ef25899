# mn-deliver as a person or Postfix calls it: where mail goes, byte fidelity, every exit status of
# the man page that needs no root. Faults and power cuts are in tests/faults, LMTP in
# tests/faults/lmtp.bats, Postfix's reaction in tests/system.

load ../lib/helpers

setup() {
    cd "$BATS_TEST_TMPDIR"
    printf 'Subject: hello\n\nbody\n' >message
    mkdir root
}

new_files() { find "$1" -path '*/new/*' -type f | sort; }

# The one delivered file below a directory; fails when there is not exactly one.
only_file() {
    local files
    files=$(new_files "$1")
    [ "$(printf '%s' "$files" | grep -c .)" -eq 1 ] || return 1
    printf '%s\n' "$files"
}

deliver_as_root_tree() { mn-deliver --root root --recipient "$@"; }

@test "mn-deliver: an account's Maildir is made below the root, with Dovecot's layout and modes" {
    expect 0 mn-deliver --root root --recipient bob@example.test <message
    cmp message "$(only_file root)"
    [ "$(stat -c %a "$(only_file root)")" = 600 ]
    for directory in example.test example.test/bob example.test/bob/Maildir \
        example.test/bob/Maildir/{tmp,new,cur}; do
        [ "$(stat -c '%F %a' "root/$directory")" = "directory 700" ]
    done
    [ -z "$(ls root/example.test/bob/Maildir/tmp)" ]
}

@test "mn-deliver: silent on success, and -v prints the path" {
    expect 0 mn-deliver --root root --recipient bob@example.test <message
    [ -z "$output" ]
    expect 0 mn-deliver --root root --recipient ann@example.test -v <message
    [ "$output" = "$(only_file root/example.test/ann)" ]
}

@test "mn-deliver: addresses of any case share one mailbox" {
    mn-deliver --root root --recipient Bob@Example.TEST <message
    mn-deliver --root root --recipient bob@example.test <message
    [ "$(new_files root/example.test/bob | wc -l)" -eq 2 ]
    [ "$(ls root)" = example.test ]
}

@test "mn-deliver: the file name tells size and size with CRLF" {
    printf 'a: b\n\nx\r\ny\nz' >mixed
    mn-deliver --root root --recipient bob@example.test <mixed
    [[ $(only_file root) == *,S=12,W=15 ]]
}

@test "mn-deliver: what goes in comes out, byte for byte" {
    local n=0
    while read -r name; do
        printf '%b' "$name" >input
        mn-deliver --maildir "box$n" --create <input
        cmp input "$(only_file "box$n")"
        n=$((n + 1))
    done <<'CASES'
x
\\n
From: a\\n\\nno last newline
nul \\0000 in the\\0000 body\\n
\\0000
bare \\r carriage \\r\\n mixed \\n\\r ends
8-bit \\0377\\0376 \\0303\\0251\\n
.\\n..\\n.x\\n
From here\\n>From there\\n
CASES
    [ "$n" -ge 9 ]
    head -c 3000000 /dev/zero | tr '\0' a >long-line
    mn-deliver --maildir long --create <long-line
    cmp long-line "$(only_file long)"
}

@test "mn-deliver: user+detail goes to INBOX, and to an existing folder only when asked" {
    mn-deliver --root root --recipient bob+Lists@example.test <message
    only_file root/example.test/bob/Maildir/new/..
    mn-deliver --root root --recipient bob@example.test --folder Lists <message
    mn-deliver --root root --recipient bob+lists@example.test --detail-folders <message
    [ "$(new_files root/example.test/bob/Maildir/.Lists | wc -l)" -eq 2 ]
    mn-deliver --root root --recipient bob+other@example.test --detail-folders <message
    [ ! -e root/example.test/bob/Maildir/.other ]
    [ "$(find root/example.test/bob/Maildir/new -type f | wc -l)" -eq 2 ]
}

@test "mn-deliver: a detail never leaves the Maildir" {
    mkdir -p root/example.test/bob/Maildir root/.secret/new
    local detail
    for detail in ../../.secret .. . / './.' new 'a/../..' '.new'; do
        run mn-deliver --root root --recipient "bob+$detail@example.test" --detail-folders <message
    done
    [ -z "$(new_files root/.secret)" ]
}

@test "mn-deliver: folders are Maildir++ as Dovecot makes them" {
    mn-deliver --maildir box --create --folder Work/2026 <message
    only_file box/.Work.2026
    [ -f box/.Work.2026/maildirfolder ]
    mn-deliver --maildir box --folder 'Entwürfe & mehr' <message
    only_file 'box/.Entw&APw-rfe &- mehr'
    mn-deliver --maildir box --folder '日本語😀' <message
    only_file 'box/.&ZeVnLIqe2D3eAA-'
}

# quarantined RESULT: a message with these results of ours.
quarantined() {
    printf 'Delivered-To: bob@example.test\nReceived: x\nAuthentication-Results: mx.example.test; spf=none;\n dmarc=%s\nFrom: a@b.test\n\nbody\n' "$1"
}

@test "mn-deliver: what our own results call quarantined goes into Junk, made if missing" {
    quarantined 'fail (p=quarantine) header.from=b.test policy.dmarc=quarantine' >junk
    quarantined 'fail (p=none) header.from=b.test' >suspect
    deliver() { mn-deliver --root root --authserv-id mx.example.test --recipient bob@example.test "$@"; }
    deliver <junk
    cmp junk "$(only_file root/example.test/bob/Maildir/.Junk)"
    [ -e root/example.test/bob/Maildir/.Junk/maildirfolder ]
    [ -z "$(ls root/example.test/bob/Maildir/new)" ]
    # Not because of what somebody else says, or of a text, or without being asked.
    deliver <suspect
    sed 's/mx.example/other.example/' junk | deliver
    sed 's/^Authentication-Results/X-&/' junk | deliver
    mn-deliver --root root --recipient bob@example.test <junk
    [ "$(find root/example.test/bob/Maildir/new -type f | wc -l)" = 4 ]
    [ "$(new_files root/example.test/bob/Maildir/.Junk | wc -l)" = 1 ]
}

@test "mn-deliver: Junk beats every other choice of a folder, for all recipients" {
    quarantined 'fail policy.dmarc=quarantine' >junk
    mn-deliver --maildir box --create --folder List <message
    mn-deliver --maildir box --folder List --authserv-id mx.example.test <junk
    cmp junk "$(only_file box/.Junk)"
    mn-deliver --root root --authserv-id mx.example.test --recipient bob@example.test --recipient eve+x@example.test <junk
    cmp junk "$(only_file root/example.test/bob/Maildir/.Junk)"
    cmp junk "$(only_file root/example.test/eve/Maildir/.Junk)"
    expect 75 mn-deliver --lmtp nowhere --authserv-id mx.example.test --recipient bob@example.test <junk
}

@test "mn-deliver: --authserv-id changes no byte, whatever the header, and needs no more memory" {
    local n=0
    for header in '' '\n' 'a: b' 'a: b\n' '\r\n' 'no header at all\n\n\0\xff' 'A: \xff\0\n\n'; do
        printf '%b' "${header:-x}" >input
        mn-deliver --maildir "byte$n" --create --authserv-id mx.example.test <input
        cmp input "$(only_file "byte$n")"
        n=$((n + 1))
    done
    { yes 'X-Long: header' | head -n 200000; quarantined 'fail policy.dmarc=quarantine'; } >long
    { quarantined 'fail policy.dmarc=quarantine'; yes 'a line of the body' | head -n 2000000; } >big
    # A header of more than a megabyte is looked at no further.
    mn-deliver --maildir long-box --create --authserv-id mx.example.test <long
    cmp long "$(only_file long-box/new)"
    if [ -z "${MAILNODE_SANITIZED:-}" ]; then ulimit -v 40000; fi
    mn-deliver --maildir big-box --create --authserv-id mx.example.test <big
    cmp big "$(only_file big-box/.Junk)"
    # In single bytes, as a slow pipe has them.
    quarantined 'fail policy.dmarc=quarantine' >junk
    while IFS= read -r -d '' -n 1 c || [ -n "$c" ]; do printf '%s' "$c"; done <junk |
        mn-deliver --maildir slow-box --create --authserv-id mx.example.test
    cmp junk "$(only_file slow-box/.Junk)"
    expect 75 mn-deliver --maildir empty-box --create --authserv-id mx.example.test </dev/null
    expect 69 mn-deliver --maildir small-box --create --authserv-id mx.example.test --max-size 5 <junk
    [ ! -e small-box ]
}

@test "mn-deliver: names that are no folders are refused for now, and nothing is made" {
    mkdir -p box
    local name
    for name in . .. / a//b /a a/ 'x..y' $'line\nbreak' $'\xff'; do
        expect 75 mn-deliver --maildir box --folder "$name" <message
        [[ $output == 4.3.5\ * ]]
    done
    [ -z "$(find box -name '.*' -mindepth 1)" ]
}

@test "mn-deliver: with a queue id the same message is stored once" {
    local id
    for id in 4c5XYB1ZqFz9vJm4 3F1A2B4C5D; do
        mn-deliver --maildir "$id" --create --queue-id "$id" <message
        mn-deliver --maildir "$id" --queue-id "$id" <message
        only_file "$id"
        # A mail reader has seen it meanwhile.
        mv "$(only_file "$id")" "$id/cur/$(basename "$(only_file "$id")"):2,S"
        expect 0 mn-deliver --maildir "$id" --queue-id "$id" -v <message
        [[ $output == "$id"/cur/* ]]
        [ -z "$(new_files "$id")" ]
    done
}

@test "mn-deliver: another queue id, recipient or content is another message" {
    mn-deliver --maildir box --create --queue-id A1 --recipient a@x.test <message
    mn-deliver --maildir box --queue-id A2 --recipient a@x.test <message
    mn-deliver --maildir box --queue-id A1 --recipient b@x.test <message
    printf 'Subject: hello\n\nbodY\n' | mn-deliver --maildir box --queue-id A1 --recipient a@x.test
    [ "$(new_files box | wc -l)" -eq 4 ]
}

@test "mn-deliver: without a queue id every call is a new message" {
    mn-deliver --maildir box --create <message
    mn-deliver --maildir box <message
    [ "$(new_files box | wc -l)" -eq 2 ]
}

@test "mn-deliver: the name begins with the arrival time that a long queue id carries" {
    # 1795364661.123456 seconds as Postfix would write it, then z and an inode.
    mn-deliver --maildir box --create --queue-id 4jXZCT0sf8z9vJm4 <message
    [[ $(basename "$(only_file box)") == 1795364661.Q4jXZCT0sf8z9vJm4H* ]]
}

@test "mn-deliver: several recipients get one copy each, the same mailbox only one" {
    mn-deliver --root root --recipient a@x.test --recipient b@x.test --recipient A+tag@x.test <message
    cmp message "$(only_file root/x.test/a)"
    cmp message "$(only_file root/x.test/b)"
}

@test "mn-deliver: several recipients, one of them impossible: nobody gets it" {
    mkdir -p root/x.test/b
    touch root/x.test/b/Maildir
    expect 75 mn-deliver --root root --recipient a@x.test --recipient b@x.test <message
    [ -z "$(new_files root)" ]
}

@test "mn-deliver: empty input is no message (75)" {
    expect 75 mn-deliver --maildir box --create </dev/null
    [ "$output" = "4.3.0 mail system error" ]
    [ -z "$(new_files box)" ]
}

@test "mn-deliver: input that cannot be read is no message (75)" {
    mkdir box
    # Closed by a shell of its own: bash would reuse the number for the pipe of bats' $(...).
    expect 75 sh -c 'exec mn-deliver --maildir box <&-'
    expect 75 mn-deliver --maildir box </tmp
    expect 75 mn-deliver --maildir box 0>/dev/null
    [ -z "$(new_files box)" ]
}

@test "mn-deliver: a missing Maildir is an error (75), made with --create" {
    expect 75 mn-deliver --maildir box <message
    [ "$output" = "4.3.5 mail system configuration error" ]
    [ ! -e box ]
    expect 0 mn-deliver --maildir box --create <message
    only_file box
}

@test "mn-deliver: a missing root is an error (75): it may be a volume that is not mounted" {
    expect 75 mn-deliver --root nowhere --recipient bob@example.test <message
    [ ! -e nowhere ]
}

@test "mn-deliver: missing tmp, new and cur are made" {
    mkdir box
    expect 0 mn-deliver --maildir box <message
    only_file box
    [ -d box/cur ] && [ -d box/tmp ]
}

@test "mn-deliver: symbolic links below the named directory are refused (75)" {
    local part
    for part in tmp new cur; do
        rm -rf box elsewhere
        mkdir -p box elsewhere
        ln -s ../elsewhere "box/$part"
        expect 75 mn-deliver --maildir box <message
        [ -z "$(ls elsewhere)" ]
    done
    mkdir -p root/x.test
    ln -s /tmp root/x.test/eve
    expect 75 mn-deliver --root root --recipient eve@x.test <message
    ln -s /tmp root/y.test
    expect 75 mn-deliver --root root --recipient eve@y.test <message
}

@test "mn-deliver: recipients that cannot have a mailbox bounce (5.1.3, 67)" {
    local address
    for address in '' bob @x.test '""@x.test' ../etc@x.test a/b@x.test .@x.test ..@x.test \
        '.a@x.test' 'a..b@x.test' "bob@../x" 'bob@x/y' bob@ $'b\nob@x.test' '-x@x.test' \
        'a b@x.test' '+tag@x.test' "bob@[127.0.0.1]"; do
        expect 67 mn-deliver --root root "--recipient=$address" <message
        [ "$output" = "5.1.3 bad destination mailbox address syntax" ]
    done
    [ -z "$(ls -A root)" ]
}

@test "mn-deliver: a message above --max-size bounces (5.3.4, 69), one of that size does not" {
    local size
    size=$(stat -c %s message)
    expect 0 mn-deliver --maildir box --create --max-size "$size" <message
    expect 69 mn-deliver --maildir box --max-size $((size - 1)) <message
    [ "$output" = "5.3.4 message too big" ]
    only_file box
}

@test "mn-deliver: nonsense on the command line is temporary (4.3.5, 75)" {
    mkdir -p box
    local line
    while read -r line; do
        # shellcheck disable=SC2086 # words on purpose
        expect 75 mn-deliver $line <message
        [ "$output" = "4.3.5 mail system configuration error" ]
    done <<'LINES'

--maildir
--bogus
--maildir box --root root --recipient a@x.test
--root root
--lmtp socket
--maildir box --max-size 1k
--maildir box --max-size -1
--maildir box --time-limit 0
--maildir box --queue-id ../x
--maildir box stray
--root root --recipient a@x.test --create
--lmtp socket --recipient a@x.test --folder Junk
LINES
    [ -z "$(new_files box)" ]
}

@test "mn-deliver: --sender= and --queue-id= may be empty, as Postfix gives them for a bounce" {
    expect 0 mn-deliver --root=root --queue-id= --sender= --recipient=bob@example.test <message
    only_file root
}

@test "mn-deliver: gives up after its time limit (75) and leaves nothing" {
    mkdir box
    expect 75 bash -c '{ cat message; sleep 30; } | { mn-deliver --maildir box --time-limit 1; s=$?; kill %% 2>/dev/null; exit $s; }' <&-
    [[ $output == "4.3.0 mail system took too long"* ]]
    [ -z "$(find box -type f)" ]
}

@test "mn-deliver: output that cannot be written does not undo a delivery" {
    expect 0 bash -c 'mn-deliver --maildir box --create -v <message >/dev/full'
    only_file box
    expect 0 bash -c 'mn-deliver --maildir box2 --create -v <message >&-'
    only_file box2
}

@test "mn-deliver: an error shows no path to a pipe, the whole truth to a terminal" {
    expect 75 mn-deliver --maildir /nonexistent/secret <message
    [[ $output != *secret* ]]
    expect 75 script -qec "mn-deliver --maildir /nonexistent/secret" /dev/null <message
    [[ $output == *"4.3.5 "*"/nonexistent/secret: No such file or directory"* ]]
}

# What confinement forbids is tests/unit/test_base_confine.cpp's business.
@test "mn-deliver: it confines itself before it reads the first byte of a message" {
    env -u TZ strace -f -o trace mn-deliver --maildir box --create <message
    if grep -q 'landlock_create_ruleset(NULL.*= [2-9]' trace; then
        grep -q 'landlock_restrict_self(.*= 0' trace
        local confined
        confined=$(grep -n landlock_restrict_self trace | cut -d: -f1)
        [ "$confined" -lt "$(grep -n 'read(0' trace | head -n1 | cut -d: -f1)" ]
        # The time zone of what it may log later is known by then.
        [ "$confined" -gt "$(grep -n '/etc/localtime' trace | head -n1 | cut -d: -f1)" ]
    fi
}

@test "mn-deliver: file, then directory are synced, in this order around the publication" {
    mkdir -p box
    strace -f -y -o trace mn-deliver --maildir box <message
    grep -oE '(fsync\([0-9]+<[^>]*>|linkat\()' trace | sed 's/<.*\/box/ box/' >calls
    run cat calls
    grep -q 'linkat' calls
    [[ $(tail -n 1 calls) == *"box/new>"* ]]
    [ "$(grep -n linkat calls | cut -d: -f1)" -gt "$(grep -n 'box/tmp' calls | head -n1 | cut -d: -f1)" ]
}

@test "mn-deliver: fewer than 80 system calls into a mailbox that exists" {
    mn-deliver --maildir box --create <message
    strace -f -o trace mn-deliver --maildir box --queue-id 4jXZCT0sf8z9vJm4 <message
    [ -n "${MAILNODE_SANITIZED:-}" ] || [ "$(wc -l <trace)" -lt 80 ]
}
