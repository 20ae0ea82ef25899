#!/usr/bin/env bats
# Every check of tests/lint sees the fault it is for: a copy of the tree, one fault planted in it.

load ../lib/helpers

setup() {
    tree=$BATS_TEST_TMPDIR/tree
    mkdir -p "$tree/tests"
    cd "$REPOSITORY"
    cp -r README src man bin container "$tree"
    cp -r tests/lint tests/unit tests/tools tests/lib tests/bench tests/faults "$tree/tests"
    cd "$tree"
}

# fails CHECK PLACE TEXT: the check fails, and names this place and this reason.
fails() {
    MAILNODE_BIN=$(cd "$REPOSITORY" && cd "$MAILNODE_BIN" && pwd) run "tests/lint/$1"
    [ "$status" -ne 0 ] || { echo "tests/lint/$1 saw nothing"; return 1; }
    grep -F -- "$2" <<<"$output" | grep -qF -- "$3" || { echo "$output"; return 1; }
}

@test "lint/layers: an include from a higher layer" {
    sed -i '1i #include "store/maildir.hpp"' src/base/fd.cpp
    fails layers src/base/fd.cpp:1: "base/ may not include store/"
}

@test "lint/layers: a tool that is included" {
    sed -i '1i #include "tools/mn-alias.cpp"' src/tools/mn-deliver.cpp
    fails layers src/tools/mn-deliver.cpp:1: "nobody includes tools/"
}

@test "lint/layers: an include without its folder" {
    sed -i '1i #include "fd.hpp"' src/base/file.cpp
    fails layers src/base/file.cpp:1: 'include "folder/file.hpp"'
}

@test "lint/layers: a folder that the map does not know" {
    mkdir src/extra
    echo '#include "base/fd.hpp"' >src/extra/x.cpp
    fails layers src/extra/x.cpp:1: "does not know the folder"
}

@test "lint/wrappers: a third-party header outside its wrapper" {
    sed -i '1i #include <CLI/CLI.hpp>' src/tools/mn-alias.cpp
    fails wrappers src/tools/mn-alias.cpp:1: "wrapped by cli/tool"
}

@test "lint/wrappers: a library function that exits, prints, or reads the environment" {
    printf 'void f() { std::%s(1); }\n' exit >src/store/a.cpp
    printf 'void f() { std::%s("x"); }\n' puts >src/store/b.cpp
    printf 'void f() { std::%s("x"); }\n' getenv >src/store/c.cpp
    fails wrappers src/store/a.cpp:1: "only cli/tool ends the process"
    fails wrappers src/store/b.cpp:1: "only cli/ prints"
    fails wrappers src/store/c.cpp:1: "take values"
}

@test "lint/wrappers: a comment that mentions a call is none" {
    printf '// never system("x")\n' >src/store/a.cpp
    run tests/lint/wrappers
    [[ $output != *src/store/a.cpp* ]]
}

@test "lint/map: a file without a line, a line without a file, a line too many" {
    touch src/base/unlisted.cpp
    fails map src/README "0 lines for src/base/unlisted"
    sed -i 's/^  fd  .*/&\n&\n  nothing  there/' src/README
    fails map src/README "2 lines for src/base/fd"
    fails map src/README "there is no src/base/nothing"
}

@test "lint/map: a tool without manual, tests, or a line in README" {
    touch src/tools/mn-new.cpp
    fails map man/mn-new.1:1: missing
    fails map tests/tools/mn-new.bats:1: missing
    fails map README:1: mn-new
}

@test "lint/options: an option that is not documented" {
    sed -i '/^\.It Fl -sender/d' man/mn-deliver.1
    fails options man/mn-deliver.1:1: "--sender of mn-deliver is not documented"
}

@test "lint/options: an option that does not exist" {
    sed -i 's/^\.It Fl -sender/.It Fl -no-such-option\n&/' man/mn-deliver.1
    fails options man/mn-deliver.1: "mn-deliver has no option --no-such-option"
}

@test "lint/options: the same for mailnode" {
    sed -i '0,/^\.It Fl -/s/^\.It Fl -/.It Fl -no-such-option\n&/' man/mailnode.8
    fails options man/mailnode.8: "mailnode has no option --no-such-option"
}

@test "lint/rfcs: a citation without a row, a row without a citation, a status of its own" {
    echo '// [RFC9999 1.2]' >>src/base/fd.cpp
    sed -i '0,/^\.It RFC/s/^\.It RFC/.It RFC8888 Ta 3.4 Ta yes Ta x\n.It RFC8887 Ta 1 Ta nearly Ta x\n&/' \
        man/mailnode-standards.7
    fails rfcs src/base/fd.cpp: "RFC9999 1.2 has no row"
    fails rfcs man/mailnode-standards.7: "RFC8888 3.4 is not cited"
    fails rfcs man/mailnode-standards.7: "the status of RFC8887 1"
}

@test "lint/rfcs: a citation in a form of its own" {
    echo '// see RFC 9998, section 3' >>src/base/fd.cpp
    fails rfcs src/base/fd.cpp: "RFC 9998"
}

@test "lint/manuals: an mdoc mistake" {
    sed -i 's/^\.Sh DESCRIPTION/.Sh DESCRIPTION\n.No.such.macro/' man/mn-deliver.1
    fails manuals man/mn-deliver.1: "No.such.macro"
}

@test "lint/shell: a careless script, with and without a suffix, and a bats file" {
    # shellcheck disable=SC2016 # planted as it stands
    for file in bin/careless container/careless.bash tests/tools/careless.bats; do
        printf '#!/bin/bash\nrm -r $1\n' >"$file"
        fails shell "$file:2:" SC2086
        rm "$file"
    done
}

@test "lint/shell: a pipe into grep -q, where its writer's end would count as a failure" {
    printf '#!/bin/bash\nset -o pipefail\nyes | grep -q y\n' >bin/careless
    fails shell bin/careless:3: "grep -q PATTERN"
    printf '#!/bin/bash\nset -o pipefail\ngrep -q y < <(yes)\nfalse || grep -q y bin/careless\n' >bin/careless
    expect 0 tests/lint/shell
    rm bin/careless
}

@test "lint/format: a line that clang-format would write otherwise" {
    echo 'int   badly ;' >>src/base/fd.cpp
    fails format src/base/fd.cpp: clang-format
}

@test "lint/words: other people's paths, unfinished business, stray white space" {
    mkdir -p docs
    printf '%s\n' "see /ho""me/somebody/x" >docs/a
    printf '%s\n' "FIX""ME" >docs/b
    printf 'x \n' >docs/c
    printf 'x\r\n' >docs/d
    printf '%s\n' "TO""DO later" "TO""DO(reason) fine" >docs/e
    fails words docs/a:1: "particular machine"
    fails words docs/b:1: unfinished
    fails words docs/c:1: "white space"
    fails words docs/d:1: CRLF
    fails words docs/e:1: unfinished
    [[ $output != *docs/e:2* ]]
}

@test "lint/tidy: a mistake that clang-tidy knows" {
    local database
    database=$(cd "$REPOSITORY" && cd "${MAILNODE_BIN%/bin}" && pwd)
    [ -e "$database/compile_commands.json" ]
    cp "$REPOSITORY/.clang-tidy" .
    rm -r src/[ac-z]* src/base/[a-eg-z]* src/base/file.* tests/unit # one file is enough
    echo 'namespace mn { void BadName() { } }' >>src/base/fd.cpp
    cp "$REPOSITORY"/src/base/*.hpp src/base
    sed "s:$REPOSITORY/:$tree/:g" "$database/compile_commands.json" >compile_commands.json
    mkdir -p build # where the compiler would work, if it is in the tree
    MAILNODE_BUILD=$tree fails tidy src/base/fd.cpp: BadName
}
