#!/usr/bin/env bats
# shellcheck disable=SC2030,SC2031,SC2059 # tests are subshells; formats with escapes
# mn-alias: the contract is man/mn-alias.1, the format man/mn-aliases.5.

load ../lib/helpers

setup() {
    cd "$BATS_TEST_TMPDIR" || return
    mkdir tables conf
    # postmap wants a configuration, any will do.
    printf 'compatibility_level = 3.6\ninet_interfaces = 127.0.0.1\n' >conf/main.cf
    write_passwd alice@example.test bob@example.test carol@example.test dave@second.test
}

write_passwd() {
    # shellcheck disable=SC2016
    printf '%s:$6$salt$aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa:2000:2000::::\n' "$@" >passwd
}

# The tool with our two files and two domains.
alias_tool() {
    mn-alias --aliases aliases --passwd passwd --domains example.test,second.test "$@"
}

# want TEXT: what the last run printed.
want() {
    [ "$output" = "$1" ] && return
    printf 'wanted:\n%s\ngot:\n%s\n' "$1" "$output" >&2
    return 1
}

# lookup TABLE KEY: as Postfix's own library reads the table.
lookup() {
    postmap -c conf -q "$2" "texthash:tables/$1"
}

write_example() {
    cat >aliases <<'END'
# An example with one of each.
postmaster              alice@example.test
info@example.test       Alice, bob   # a comment
    , sales@example.test

sales@Example.test      carol
   # continued below
    Joe@Elsewhere.TEST
carol@example.test      carol bob
@second.test            dave
END
}

@test "filter: arguments, recursion, no duplicates, first-seen order" {
    write_example
    expect 0 alias_tool INFO@example.test sales@example.test alice@example.test
    want 'alice@example.test
bob@example.test
carol@example.test
Joe@elsewhere.test'
}

@test "filter: standard input, one a line, blank lines ignored, CRLF" {
    write_example
    run alias_tool <<<$'sales@example.test\r\n\n  who@second.test '
    [ "$status" -eq 0 ]
    want 'carol@example.test
bob@example.test
Joe@elsewhere.test
dave@second.test'
    run alias_tool </dev/null
    [ "$status" -eq 0 ]
    want ''
}

@test "filter: unknown addresses and nonsense are reported, the rest is answered, exit 1" {
    write_example
    alias_tool nobody@example.test 'x y' bob@example.test >out 2>err && return 1
    [ "$(cat out)" = bob@example.test ]
    [ "$(cat err)" = 'mn-alias: nobody@example.test: unknown: neither account nor alias
mn-alias: "x y" is not an address' ]
}

@test "filter: a loop is reported with its path, exit 1" {
    printf '%s\n' 'a@example.test b' 'b@example.test c bob' 'c@example.test a' >aliases
    alias_tool a@example.test >out 2>err && return 1
    [ "$(cat out)" = bob@example.test ]
    grep -qF 'aliases:3: a@example.test: loop: a@example.test -> b@example.test -> c@example.test -> a@example.test' err
}

@test "filter: without --domains, the domains of the accounts are ours" {
    write_example
    expect 0 mn-alias --aliases aliases --passwd passwd x@second.test y@third.test
    want 'dave@second.test
y@third.test'
}

@test "filter: a detail goes along with the targets, but not through a catch-all" {
    write_example
    expect 0 alias_tool info+News@example.test x+y@second.test dave+z@second.test
    want 'alice+News@example.test
bob+News@example.test
carol+News@example.test
Joe+News@elsewhere.test
dave@second.test
dave+z@second.test'
}

@test "--explain: a tree with lines, and who may send" {
    write_example
    write_passwd alice@example.test bob@example.test carol@example.test
    printf 'dave@second.test:!:2000:2000::::\n' >>passwd
    expect 0 alias_tool --explain info@example.test x@second.test
    want 'info@example.test: alias, line 3
  alice@example.test: account
  bob@example.test: account
  sales@example.test: alias, line 6
    carol@example.test: alias, line 9
      carol@example.test: account
      bob@example.test: account
    Joe@elsewhere.test: elsewhere
  may send as info@example.test: alice@example.test, bob@example.test, carol@example.test
x@second.test: alias, line 10, catch-all
  dave@second.test: account, disabled: takes mail, cannot log in
  may send as x@second.test: dave@second.test'
}

@test "--explain: unknown and loop are in the tree, exit 1" {
    printf '%s\n' 'a@example.test b' 'b@example.test a ghost' >aliases
    expect 1 alias_tool --explain a@example.test
    want 'a@example.test: alias, line 1
  b@example.test: alias, line 2
    a@example.test: loop: a@example.test -> b@example.test -> a@example.test
    ghost@example.test: unknown: neither account nor alias
  may send as a@example.test: nobody'
}

@test "--explain --json: one object a hop" {
    write_example
    expect 0 alias_tool --explain --json postmaster+x@second.test
    want '{"kind":"alias","depth":0,"address":"postmaster+x@second.test","line":2,"via":"bare name","sub_address":true}
{"kind":"account","depth":1,"address":"alice+x@example.test","named_on":2,"sub_address":true}
{"kind":"senders","address":"postmaster+x@second.test","senders":["alice@example.test"]}'
}

@test "--check: nothing wrong is silent, warnings alone exit 0" {
    printf 'postmaster alice@example.test\n' >aliases
    expect 0 alias_tool --check
    want ''
    write_example
    expect 0 alias_tool --check
    want 'aliases:10: warning: the catch-all takes mail for every name at second.test, misspelt ones and those that spammers guess included; list the names that are meant, if you can'
}

@test "--check: every problem with its line" {
    cat >aliases <<'END'
info@example.test  alcie
info@EXAMPLE.test  bob
x@third.test       bob
 carol
bob@example.test   carol
@second.test       dave
y@second.test      dvae
empty@example.test
z@example.test     z+tag
q@example.test     q
a@example.test     b
b@example.test     a
alice              carol
END
    expect 1 alias_tool --check
    want 'aliases: warning: there is no postmaster at example.test; add a line "postmaster USER@DOMAIN", which serves all domains
aliases:1: error: the target "alcie@example.test" does not exist: it is neither an account nor an alias; correct it, or make the account
aliases:2: error: "info@EXAMPLE.test" is already on line 1; join the targets of both lines on line 1
aliases:3: error: "x@third.test" is not at a domain of this node; correct it, or add third.test to the domains
aliases:5: warning: the account bob@example.test gets no mail: this alias sends all of it elsewhere; add the name itself to the targets to keep a copy
aliases:6: warning: the catch-all takes mail for every name at second.test, misspelt ones and those that spammers guess included; list the names that are meant, if you can
aliases:7: warning: the target "dvae@second.test" is neither an account nor an alias: only the catch-all on line 6 takes its mail; correct it if it is misspelt
aliases:8: error: "empty@example.test" has no target; write who gets its mail after the name
aliases:9: error: loop: z@example.test -> z+tag@example.test -> z@example.test; a sub-address of an alias leads back to the alias: use another target
aliases:10: error: q@example.test leads to itself, but is no account; make the account, or take it off the targets
aliases:11: error: loop: a@example.test -> b@example.test -> a@example.test; take one of these targets away
aliases:13: warning: the target "carol@second.test" is neither an account nor an alias: only the catch-all on line 6 takes its mail; correct it if it is misspelt'
}

@test "--check --json" {
    printf 'info@example.test alcie\n' >aliases
    expect 1 mn-alias --aliases aliases --passwd passwd --domains example.test --check --json
    want '{"severity":"warning","file":"aliases","what":"there is no postmaster at example.test","remedy":"add a line \"postmaster USER@DOMAIN\", which serves all domains"}
{"severity":"error","file":"aliases","line":1,"what":"the target \"alcie@example.test\" does not exist: it is neither an account nor an alias","remedy":"correct it, or make the account"}'
}

@test "--postfix: the tables, read back with Postfix's own postmap" {
    write_example
    expect 0 alias_tool --postfix tables
    want ''
    [ "$(lookup virtual_alias info@example.test)" = alice@example.test,bob@example.test,sales@example.test ]
    [ "$(lookup virtual_alias sales@example.test)" = carol@example.test,Joe@elsewhere.test ]
    [ "$(lookup virtual_alias postmaster@second.test)" = alice@example.test ]
    [ "$(lookup virtual_alias @second.test)" = dave@second.test ]
    [ "$(lookup virtual_alias dave@second.test)" = dave@second.test ]
    expect 1 lookup virtual_alias alice@example.test
    [ "$(lookup recipients alice@example.test)" = alice@example.test ]
    expect 1 lookup recipients info@example.test
    [ "$(lookup senders alice@example.test)" = alice@example.test ]
    [ "$(lookup senders info@example.test)" = alice@example.test,bob@example.test,carol@example.test ]
    [ "$(lookup senders sales@example.test)" = bob@example.test,carol@example.test ]
    [ "$(lookup senders @second.test)" = dave@second.test ]
    [ "$(stat -c %a tables/virtual_alias tables/recipients tables/senders | sort -u)" = 644 ]
}

@test "--postfix: mail elsewhere gives nobody a right, not even the owner of the catch-all" {
    printf '%s\n' 'out@second.test a@far.test' '@second.test dave' 'out@example.test a@far.test' >aliases
    expect 0 alias_tool --postfix tables
    [ "$(lookup senders out@second.test)" = nobody ]
    expect 1 lookup senders out@example.test
}

@test "--postfix: an account whose mail goes to another may still send as itself; others get no right by it" {
    printf '%s\n' 'bob@example.test carol' 'team@example.test bob' >aliases
    expect 0 alias_tool --postfix tables
    [ "$(lookup senders bob@example.test)" = bob@example.test,carol@example.test ]
    [ "$(lookup senders team@example.test)" = carol@example.test ]
}

@test "--postfix: a table that does not change keeps its time; a changed one is replaced whole" {
    write_example
    alias_tool --postfix tables
    touch -d '2001-01-01' tables/*
    alias_tool --postfix tables
    [ "$(stat -c %Y tables/* | sort -u)" = "$(date -d '2001-01-01' +%s)" ]
    for edit in 's/^info/infi/' 's/infi/information/' 's/^information.*/info@example.test bob/' 10d; do
        sed -i "$edit" aliases
        alias_tool --postfix tables
        mkdir -p fresh
        alias_tool --postfix fresh
        diff -r tables fresh
        rm -r fresh
    done
    [ "$(find tables -type f | wc -l)" -eq 3 ]
}

@test "--postfix: refuses when the accounts have an error, and names the line" {
    write_example
    alias_tool --postfix tables
    cp -r tables before
    printf 'no account\n' >>passwd
    expect 1 alias_tool --postfix tables
    [[ $output == passwd:5:\ error:* ]]
    diff -r tables before
}

@test "--postfix --forwarding: targets elsewhere go to mn-forward, all else is as without it" {
    write_example
    alias_tool --postfix tables
    mkdir plain
    mv tables/* plain
    expect 0 alias_tool --postfix tables --forwarding example.test
    [ "$(lookup virtual_alias sales@example.test)" = carol@example.test,elsewhere.test=Joe@forward.internal ]
    [ "$(lookup transport forward.internal)" = mn-forward: ]
    [ "$(lookup transport srs0@example.test)" = mn-forward: ]
    [ "$(lookup transport srs1@example.test)" = mn-forward: ]
    expect 1 lookup transport srs0@second.test
    [ "$(lookup recipients srs0@example.test)" = srs0@example.test ]
    [ "$(lookup recipients srs1@example.test)" = srs1@example.test ]
    expect 1 lookup virtual_alias srs0@example.test
    diff plain/senders tables/senders
    diff <(grep -v '^srs' tables/recipients) plain/recipients
    diff <(sed 's/elsewhere.test=Joe@forward.internal/Joe@elsewhere.test/' tables/virtual_alias) plain/virtual_alias
    [ ! -e plain/transport ]
}

@test "--postfix --forwarding: what comes back is not for the catch-all" {
    printf '%s\n' '@second.test dave' >aliases
    expect 0 alias_tool --postfix tables --forwarding Second.TEST
    [ "$(lookup virtual_alias srs0@second.test)" = srs0@second.test ]
    [ "$(lookup virtual_alias srs1@second.test)" = srs1@second.test ]
    [ "$(lookup transport srs1@second.test)" = mn-forward: ]
}

@test "--forwarding: names that bounces come back to are taken" {
    printf '%s\n' 'postmaster alice@example.test' 'srs0 alice@example.test' 'SRS1@example.test bob' >aliases
    expect 1 alias_tool --check --forwarding example.test
    want 'aliases:2: error: the alias "srs0@example.test" has a name that forwarded mail comes back to; give it another name
aliases:3: error: the alias "srs1@example.test" has a name that forwarded mail comes back to; give it another name'
    expect 1 alias_tool --postfix tables --forwarding example.test
    [ ! -e tables/recipients ]
    expect 0 alias_tool --check
    printf '%s\n' 'postmaster alice@example.test' >aliases
    write_passwd alice@example.test srs0@example.test
    expect 1 alias_tool --check --forwarding example.test
    [[ $output == 'aliases: error: the account "srs0@example.test" has a name'* ]]
}

@test "--explain --forwarding: says how it gets there" {
    printf '%s\n' 'out@example.test joe@far.test, alice' >aliases
    expect 0 alias_tool --explain --forwarding example.test out@example.test
    want 'out@example.test: alias, line 1
  joe@far.test: elsewhere, forwarded with a new envelope sender
  alice@example.test: account
  may send as out@example.test: alice@example.test'
    expect 0 alias_tool --explain --json --forwarding example.test out@example.test
    [[ $output == *'"address":"joe@far.test","named_on":1,"forwarded":true}'* ]]
    expect 0 alias_tool --explain out@example.test
    [[ $output == *'  joe@far.test: elsewhere'$'\n'* ]]
    expect 0 alias_tool --forwarding example.test out@example.test
    want 'joe@far.test
alice@example.test'
}

@test "exit 2: a file that is not there, a directory that is not there" {
    expect 2 alias_tool --check
    [[ $output == mn-alias:*aliases* ]]
    write_example
    expect 2 alias_tool --postfix nowhere
    expect 2 mn-alias --aliases aliases --passwd nothing --check
}

@test "exit 64: options that make no sense" {
    write_example
    expect 64 alias_tool --check --explain
    expect 64 alias_tool --json alice@example.test
    expect 64 alias_tool --check alice@example.test
    expect 64 alias_tool --nonsense
    expect 64 alias_tool --check --forwarding elsewhere.test
    expect 64 alias_tool --recipient alice@example.test
    expect 64 mn-alias --aliases aliases --passwd passwd --domains 'a b' --check
    : >passwd
    expect 64 mn-alias --aliases aliases --passwd passwd --check
}

# refused NAME [LINE]: the file `aliases` must be refused with FILE:LINE and a sentence, and the
# tables must stay as they were.
refused() {
    local name=$1 line=${2:-[0-9]+}
    run alias_tool --postfix tables </dev/null
    if [ "$status" -ne 1 ] || ! grep -qE "^aliases:$line: error: .{10,}" <<<"$output" ||
        grep -qvE '^aliases:[0-9]+: error: .{10,}' <<<"$output" || ! diff -r tables before >&2; then
        printf '%s: exit %s: %s\n' "$name" "$status" "${output:0:2000}" >&2
        return 1
    fi
    run alias_tool --check
    [ "$status" -eq 1 ] || return 1
    # The filter must not fall over it either.
    run alias_tool alice@example.test x@example.test n0@example.test
    [ "$status" -le 1 ] || return 1
    variants=$((variants + 1))
}

@test "malformed files: always a line and a sentence, never a crash, never a changed table" {
    write_example
    alias_tool --postfix tables
    touch -d '2001-01-01' tables/*
    cp -rp tables before
    variants=0

    # Every control character in a name, in a target and in a comment.
    local code
    for code in {0..31} 127; do
        [ "$code" -eq 9 ] || [ "$code" -eq 10 ] && continue
        local byte
        byte=$(printf '\\x%02x' "$code")
        printf "ok@example.test bob\nx${byte}y@example.test bob\n" >aliases
        refused "name $byte" 2
        printf "x@example.test bob\n  b${byte}b\n" >aliases
        refused "target $byte" 2
        printf "# b${byte}b\nx@example.test bob\n" >aliases
        refused "comment $byte" 1
    done

    # Names that are none, on line 2.
    local name
    for name in @ @@ a@ @.test a@b@ a..b@example.test .a@example.test a.@example.test \
        '"a b"@example.test' a@-x.test a@x-.test a@x..test a@.test 'a@[127.0.0.1]' '<a@example.test>' \
        a:b@example.test alice: 'a,b@example.test' ',' ',,,' 'a;b@example.test' 'a\b@example.test' \
        '-a@example.test' 'a!b@example.test' 'a%b@example.test' $'\xe4@example.test' \
        $'a@b\xc3\xa4.test' $'\xef\xbb\xbfa@example.test' x@third.test @third.test \
        "$(printf '%065d' 0)@example.test" "a@$(printf '%064d' 0).test" \
        "$(printf 'a%.0s' {1..5000})@example.test" 'a(b)@example.test' 'a@example_x.test'; do
        printf 'ok@example.test bob\n%s bob\n' "$name" >aliases
        refused "name $name" 2
    done

    # Targets that are none, on line 3.
    local target
    for target in @ @example.test a@ ghost ghost@example.test ghost+x@example.test '"bob"' '<bob>' \
        '|/bin/sh' /var/mail/bob :include:/etc/passwd 'bob;carol' 'Bob (bob)' 'b..b' bob@x..test \
        $'b\xf6b' 'bob:' "$(printf '%065d' 0)" 'a@[::1]' 'bob,#x' 'bob,,@' 'x' 'x+y'; do
        printf 'ok@example.test bob\nx@example.test carol,\n %s\n' "$target" >aliases
        refused "target $target" '[23]'
    done

    # Loops of each length.
    local length i
    for length in {1..30} 999 5000; do
        { for ((i = 0; i < length; i++)); do
            printf 'n%d@example.test n%d bob\n' "$i" "$(((i + 1) % length))"
        done } >aliases
        refused "loop of $length" 1
    done

    # Shapes.
    printf ' bob\n' >aliases && refused 'continues nothing' 1
    printf '# only\n\tbob\n' >aliases && refused 'continues a comment' 2
    printf 'x@example.test\n' >aliases && refused 'no target' 1
    printf 'x@example.test # bob\n' >aliases && refused 'target in a comment' 1
    printf 'x@example.test ,,, ,\n' >aliases && refused 'commas only' 1
    printf 'x@example.test bob\nX@EXAMPLE.TEST carol\n' >aliases && refused 'twice' 2
    printf 'bob bob@example.test\nBOB bob@example.test\n' >aliases && refused 'bare twice' 2
    printf '@second.test dave\n@second.test dave\n' >aliases && refused 'catch-all twice' 2
    printf 'x bob\n' >aliases && refused 'bare name, target at one domain only' 1
    printf '@second.test ghost\n' >aliases && refused 'catch-all for itself' 1
    printf '@second.test a\na@second.test ghost\n' >aliases && refused 'loop by a catch-all' 1
    printf 'alice@example.test alice bob+x\nbob@example.test bob alice\n' >aliases
    refused 'growing details' 1
    printf 'x@example.test bob\ry@example.test bob\r' >aliases && refused 'CR only' 1
    head -c 1000000 /dev/zero | tr '\0' x >aliases && refused '1 MB word' 1
    head -c 1000000 /dev/zero >aliases && refused '1 MB of NUL' 1
    { printf 'x@example.test '; yes bob | head -c 1000000 | tr '\n' ,; } >aliases
    refused '1 MB line of targets' 1
    { printf 'x@example.test\n'; yes ' bob' | head -n 100000; } >aliases
    refused 'huge continuation' '[0-9]+'
    { printf 'l@example.test n0\n'; for i in {0..1100}; do
        printf 'n%d@example.test n%d\n' "$i" "$((i + 1))"
    done; printf 'n1101@example.test bob\n'; } >aliases
    refused 'too deep'
    { for i in {0..20}; do
        printf 'n%d@example.test n%d n%d\n' "$i" "$((i + 1))" "$((i + 1))"
    done; printf 'n21@example.test bob\n'; } >aliases
    refused 'expands to a million' 12
    head -c 20000 "$(command -v mn-alias)" >aliases && refused 'a program'
    gzip -c "$BATS_TEST_FILENAME" >aliases && refused 'compressed'

    [ "$variants" -ge 150 ]
    [ "$(stat -c %Y tables/* | sort -u)" = "$(date -d '2001-01-01' +%s)" ]
}

@test "limits: what Postfix just accepts is accepted, one more is not" {
    chain() { # chain HOPS
        local i
        for ((i = 1; i < $1; i++)); do printf 'n%d@example.test n%d\n' "$i" "$((i + 1))"; done
        printf 'n%d@example.test bob\n' "$1"
    }
    chain 999 >aliases
    expect 0 alias_tool --postfix tables
    expect 0 alias_tool n1@example.test
    want bob@example.test
    chain 1000 >aliases
    expect 1 alias_tool --postfix tables
    [[ $output == 'aliases:1: error: n1@example.test leads through more than 999 aliases'* ]]
    expect 1 alias_tool n1@example.test
    { printf 'x@example.test'; printf ' u%d@far.test' {1..1000}; echo; } >aliases
    expect 0 alias_tool --postfix tables
    [ "$(alias_tool x@example.test | wc -l)" -eq 1000 ]
    printf 'y@example.test x bob\n' >>aliases
    expect 1 alias_tool --postfix tables
    [[ $output == 'aliases:2: error: y@example.test leads to more than 1000 addresses'* ]]
}

@test "deep nesting does not need the machine's stack" {
    awk 'BEGIN { for (i = 0; i < 100000; i++) print "n" i "@example.test n" i + 1
        print "n100000@example.test bob" }' >aliases
    run bash -c 'ulimit -s 256; mn-alias --aliases aliases --passwd passwd --domains example.test --check'
    [ "$status" -eq 1 ]
    [ "$(grep -c error: <<<"$output")" -eq 1 ]
    sed -i 's/^n100000@.*/n100000@example.test n0/' aliases
    run bash -c 'ulimit -s 256; mn-alias --aliases aliases --passwd passwd --domains example.test --check'
    [ "$status" -eq 1 ]
    [[ $output == *'loop: n0@example.test -> n1@example.test'*'more) -> n0@example.test'* ]]
}

# random_aliases SEED: about 50 lines, mostly without errors.
random_aliases() {
    awk -v seed="$1" 'function pick(list,    words, n) { n = split(list, words, " "); return words[1 + int(rand() * n)] }
    function target(i,    r) {
        r = rand()
        if (r < 0.35) return pick("alice@example.test Bob@example.test carol@Example.test dave@second.test")
        if (r < 0.65 && i < 45) return "n" i + 1 + int(rand() * (45 - i)) "@" pick("example.test second.test")
        if (r < 0.75 && i < 45) return "n" i + 1 + int(rand() * (45 - i))
        if (r < 0.85) return pick("out Far") int(rand() * 5) "@elsewhere.test"
        if (r < 0.92) return pick("alice bob") "+" pick("x Tag") "@example.test"
        return pick("carol@example.test dave+list@second.test postmaster@second.test")
    }
    BEGIN {
        srand(seed)
        print "postmaster alice@example.test"
        for (i = 0; i <= 45; i++) {
            n = 1 + int(rand() * 3); line = ""
            for (j = 0; j < n; j++) line = line pick("_ , _,_") target(i)
            gsub("_", " ", line); sub("^[ ,]*", "", line)
            if (rand() < 0.2) print "n" i " " line
            else { print "n" i "@example.test " line; print "n" i "@second.test " line }
            if (rand() < 0.1) print "n" i "+x@example.test " target(i)
        }
        if (rand() < 0.5) print "carol@example.test carol, bob"
        if (rand() < 0.5) print "bob@example.test bob carol"
        if (rand() < 0.3) print "alice@example.test dave@second.test"
        if (rand() < 0.5) print "@second.test n40@example.test"
    }'
}

# The rules of virtual(5), told a second time: lines "ROOT ADDRESS" in the file frontier are looked
# up with Postfix's postmap until nothing changes. Leaves "ROOT ADDRESS" of final ones in finals.
follow_with_postmap() {
    : >finals
    : >seen
    local round
    for ((round = 0; round < 60; round++)); do
        [ -s frontier ] || return 0
        awk '{ at = index($2, "@"); local = tolower(substr($2, 1, at - 1)); domain = tolower(substr($2, at))
            print local domain; print domain
            if (match(local, /.\+/)) print substr(local, 1, index(substr(local, 2), "+")) domain }' frontier |
            sort -u | postmap -c conf -q - texthash:tables/virtual_alias >answers || true
        awk -v OFS=' ' '
        FILENAME == "answers" { at = match($0, /[ \t]/); value[substr($0, 1, at - 1)] = substr($0, at + 1); next }
        FILENAME == "seen" { seen[$1, $2]; next }
        {
            root = $1; address = $2; folded = tolower(address)
            if ((root, folded) in seen) next
            seen[root, folded]; print root, folded >>"seen"
            at = index(folded, "@"); domain = substr(folded, at); detail = ""; key = folded
            plus = index(substr(folded, 2, at - 2), "+")
            if (!(key in value) && plus) {
                key = substr(folded, 1, plus) domain
                detail = substr(address, plus + 1, at - plus - 1)
            }
            if (!(key in value)) { key = domain; detail = "" }
            if (!(key in value)) { print root, folded >>"finals"; next }
            n = split(value[key], targets, /[ ,]+/)
            for (i = 1; i <= n; i++) {
                t = targets[i]; sub("@", detail "@", t)
                if (tolower(t) == folded) print root, folded >>"finals"
                else print root, t
            }
        }' answers seen frontier >next
        mv next frontier
    done
    return 1
}

# Keeps lines "ROOT ADDRESS" that can be delivered: elsewhere, or to an account.
deliverable() {
    awk 'NR == FNR { if ($1 !~ /^#/) account[$1]; next }
        { base = $2; sub(/\+[^@]*@/, "@", base) }
        $2 !~ /@(example|second)\.test$/ || base in account' tables/recipients -
}

@test "random files: the filter, --explain and the tables agree with Postfix's rules" {
    local seed compared=0
    for seed in {1..12}; do
        random_aliases "$seed" >aliases
        alias_tool --postfix tables 2>errors || { head -n 3 errors >&2; continue; }
        { awk '$1 ~ /@./ && $1 !~ /^[#@]/ { print tolower($1) }' tables/virtual_alias tables/recipients
            printf '%s\n' nobody@second.test nobody@example.test n3+Tag@example.test n7+x@example.test \
                n9+x+y@second.test n12+@example.test alice+q@example.test; } | sort -u >questions
        awk '{ print $1, $1 }' questions >frontier
        follow_with_postmap
        deliverable <finals | sort -u >wanted
        while read -r question; do
            { alias_tool "$question" 2>/dev/null || true; } | sed "s/^/$question /"
        done <questions | tr '[:upper:]' '[:lower:]' | sort -u >got
        tr '[:upper:]' '[:lower:]' <wanted | sort -u | diff - got
        # Sender rights: the accounts among these, and the account of the name itself.
        grep -v '^#' tables/senders | grep -v '^@' | while read -r key logins; do
            tr , '\n' <<<"$logins" | sed "s/^/$key /"
        done | grep -v ' nobody$' | sort -u >got
        { awk '{ sub(/\+[^@]*@/, "@", $2); print }' wanted | grep -E ' [^ ]*@(example|second)\.test$'
            awk '!/^#/ { print $1, $1 }' tables/recipients; } |
            awk 'NR == FNR { if ($1 !~ /^#/) key[$1]; next } $1 in key' tables/senders - |
            sort -u | diff - got
        compared=$((compared + 1))
    done
    [ "$compared" -ge 10 ]
}
