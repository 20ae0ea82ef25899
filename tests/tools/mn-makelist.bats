# mn-makelist as an admin and scripts call it.

load ../lib/helpers

setup() {
    cd "$BATS_TEST_TMPDIR" || return
    mkdir userconfig
}

@test "mn-makelist: writes the control files, and says what they mean" {
    expect 0 mn-makelist --owner ann@example.org --owner bob@example.org Cats@Example.org
    [[ $output == *"In userconfig/lists/cats/:"* ]]
    [[ $output == *"subonlypost "*"only subscribers may post"* ]]
    [[ $output == *"mailnode reload"* ]]
    [ "$(cat userconfig/lists/cats/listaddress)" = cats@example.org ]
    [ "$(cat userconfig/lists/cats/owner)" = "$(printf 'ann@example.org\nbob@example.org')" ]
    [ "$(stat -c %a userconfig/lists userconfig/lists/cats userconfig/lists/cats/owner | xargs)" = "755 755 644" ]
    expect 0 mn-makelist --check userconfig/lists/cats
    [ -z "$output" ]
}

@test "mn-makelist: presets differ in who may post and subscribe" {
    mkdir lists
    local preset
    for preset in discussion announce closed; do
        expect 0 mn-makelist -q --dir lists --preset "$preset" --owner ann@example.org "$preset@example.org"
        [ -z "$output" ]
        expect 0 mn-makelist --check "lists/$preset"
        [ -z "$output" ]
    done
    [ "$(cd lists/discussion && echo *)" = "listaddress moderators owner subonlypost" ]
    [ "$(cd lists/announce && echo *)" = "listaddress moderators modonlypost owner" ]
    [ "$(cd lists/closed && echo *)" = "closedlistsub listaddress moderators owner subonlyget subonlypost" ]
}

@test "mn-makelist: what is there is not touched" {
    mkdir -p userconfig/lists/cats
    expect 2 mn-makelist --owner ann@example.org cats@example.org
    [[ $output == *"exists already"* ]]
    [ -z "$(ls -A userconfig/lists/cats)" ]
    ln -s nowhere userconfig/lists/dogs
    expect 2 mn-makelist --owner ann@example.org dogs@example.org
    expect 2 mn-makelist --dir nowhere/lists --owner ann@example.org cats@example.org
}

@test "mn-makelist: a dry run only explains" {
    expect 0 mn-makelist -n --owner ann@example.org cats@example.org
    [[ $output == *"In userconfig/lists/cats/:"* ]]
    [ ! -e userconfig/lists ]
    mkdir -p userconfig/lists/cats
    expect 2 mn-makelist -n --owner ann@example.org cats@example.org
}

@test "mn-makelist: names that no list can have, and other wrong arguments" {
    local address
    for address in cats cats@ cats+x@example.org .cats@example.org "c/ats@example.org" "cats'@example.org" \
        postmaster@example.org Abuse@example.org MAILER-DAEMON@example.org root@example.org; do
        expect 64 mn-makelist --owner ann@example.org "$address"
    done
    expect 64 mn-makelist cats@example.org
    expect 64 mn-makelist --owner ann cats@example.org
    expect 64 mn-makelist --owner CATS@example.org cats@example.org
    expect 64 mn-makelist --owner ann@example.org
    expect 64 mn-makelist --owner ann@example.org cats@example.org dogs@example.org
    expect 64 mn-makelist --owner ann@example.org --preset none cats@example.org
    expect 64 mn-makelist --owner ann@example.org --json cats@example.org
    expect 64 mn-makelist --check
    expect 64 mn-makelist --check -n userconfig
    [ ! -e userconfig/lists ]
}

@test "mn-makelist: --check names each mistake with its file and line" {
    mn-makelist -q --owner ann@example.org cats@example.org
    cd userconfig/lists/cats
    touch closedlsit relayhost
    printf 'ann@example.org\nbob\n' >owner
    echo 7d >modreqlife
    printf 'allow\ndeny [\n' >access
    printf 'Reply-To: x\nno field\n' >customheaders
    rm listaddress
    expect 1 mn-makelist --check .
    [[ $output == *"./closedlsit: error: is no control file; did you mean closedlist?"* ]]
    [[ $output == *"./relayhost: warning: has no effect here"* ]]
    [[ $output == *"./owner:2: error: is no address: bob"* ]]
    [[ $output == *"./modreqlife:1: error: is no number: 7d"* ]]
    [[ $output == *"./access:2: error: "* ]]
    [[ $output == *"./customheaders:2: error: "* ]]
    [[ $output == *"./listaddress: error: is missing"* ]]
    expect 1 mn-makelist --check --json .
    [ "${#lines[@]}" -eq 7 ]
    [[ $output == *'{"severity":"error","file":"./owner","line":2,"what":"is no address: bob"'* ]]
}

@test "mn-makelist: --check of several lists, one of them alive; warnings alone are status 0" {
    mn-makelist -q --owner ann@example.org cats@example.org
    mkdir -p state/dogs/control
    echo dogs@example.org >state/dogs/control/listaddress
    mkdir userconfig/lists/cats/text
    expect 0 mn-makelist --check userconfig/lists/cats state/dogs
    [[ $output == "state/dogs/control/owner: warning: is missing"* ]]
    echo x >state/dogs/control/maxmailsize
    expect 1 mn-makelist --check state/dogs userconfig/lists/cats
    [[ $output == *"state/dogs/control/maxmailsize:1: error"* ]]
    expect 2 mn-makelist --check nowhere
}

@test "mn-makelist: a full disk leaves no half list" {
    [ "$(id -u)" -eq 0 ] || skip "not root"
    mount -t tmpfs -o size=8k tmpfs userconfig
    mkdir userconfig/lists
    dd if=/dev/zero of=userconfig/big bs=4k count=2 2>/dev/null || true
    run mn-makelist --owner ann@example.org cats@example.org
    left=$(ls -A userconfig/lists)
    umount userconfig
    [ "$status" -eq 2 ]
    [ -z "$left" ]
}
