#!/usr/bin/env bats
# The commands of the Makefile that write outside the tree, and the sums of tests/run.

load ../lib/helpers

setup() {
    build=$(cd "$REPOSITORY" && cd "$MAILNODE_BIN/.." && pwd)
    # We may run below make: nothing of that one is for the ones started here.
    unset MAKEFLAGS MAKELEVEL MFLAGS CI BUILD
}

# A tree of its own for tests/run, with the bats file on standard input in tests/tools. Its tests
# begin with "test", lest bats takes them for tests of this file.
fake_tree() {
    mkdir -p "$BATS_TEST_TMPDIR/tree/tests/tools" "$BATS_TEST_TMPDIR/tree/build/bin"
    cd "$BATS_TEST_TMPDIR/tree"
    cp "$REPOSITORY/tests/run" tests
    sed 's/^test /@test /' >tests/tools/fake.bats
}

# tests/run as a person would start it: what this bats tells its tests would confuse one inside.
sums() {
    local wanted=$1
    shift
    expect "$wanted" env -i PATH=/usr/local/bin:/usr/bin:/bin TMPDIR="$BATS_TEST_TMPDIR" BATS_TEST_TIMEOUT=20 "$@"
}

@test "make install puts programs, manuals and templates below DESTDIR; uninstall removes exactly them" {
    mkdir -p "$BATS_TEST_TMPDIR/root/usr/bin"
    touch "$BATS_TEST_TMPDIR/root/usr/bin/other"
    cp -r "$build/install_manifest.txt" "$BATS_TEST_TMPDIR/kept" 2>/dev/null || true
    expect 0 make -C "$REPOSITORY" install BUILD="$build" CMAKE="$(fake_cmake)" DESTDIR="$BATS_TEST_TMPDIR/root" PREFIX=/usr
    cd "$BATS_TEST_TMPDIR/root/usr"
    for file in bin/mn-deliver bin/mn-alias bin/mn-makepasswd sbin/mailnode share/man/man1/mn-deliver.1 \
        share/man/man5/mn-aliases.5 share/man/man7/mailnode.7 share/man/man8/mailnode.8 \
        share/mailnode/postfix/main.cf share/mailnode/dovecot/dovecot.conf share/mailnode/userconfig/passwd share/mailnode/cron \
        share/bash-completion/completions/mn-deliver share/bash-completion/completions/mailnode \
        share/zsh/site-functions/_mn-deliver share/zsh/site-functions/_mailnode lib/systemd/system/mailnode.service; do
        [ -f "$file" ]
    done
    # Without DESTDIR in it: that is where it will be.
    grep -qx 'ExecStart=/usr/sbin/mailnode run' lib/systemd/system/mailnode.service
    grep -q ' root /usr/sbin/mailnode start$' share/mailnode/cron
    for program in bin/mn-* sbin/mailnode; do "./$program" --help >/dev/null; done
    expect 0 make -C "$REPOSITORY" uninstall BUILD="$build" DESTDIR="$BATS_TEST_TMPDIR/root" PREFIX=/usr
    [ "$(find . -type f)" = ./bin/other ]
    [ ! -e share/mailnode ]
    rm -f "$build/install_manifest.txt"
    cp "$BATS_TEST_TMPDIR/kept" "$build/install_manifest.txt" 2>/dev/null || true
}

@test "the unit for systemd has no mistake" {
    sed "s|@SBINDIR@|$REPOSITORY/bin|" "$REPOSITORY/container/boot/mailnode.service" >"$BATS_TEST_TMPDIR/mailnode.service"
    expect 0 systemd-analyze verify --man=no "$BATS_TEST_TMPDIR/mailnode.service"
    [[ $output != *mailnode.service* ]]
    # And if it had one, it would be seen.
    sed -i 's/^ProtectHome=/ProtectHoem=/' "$BATS_TEST_TMPDIR/mailnode.service"
    run systemd-analyze verify --man=no "$BATS_TEST_TMPDIR/mailnode.service"
    [[ $output == *ProtectHoem* ]]
}

# A cmake that only installs: what is tested here has been built.
fake_cmake() {
    printf '#!/bin/sh\n[ "$1" != --install ] || exec cmake "$@"\n' >"$BATS_TEST_TMPDIR/cmake"
    chmod +x "$BATS_TEST_TMPDIR/cmake"
    printf '%s\n' "$BATS_TEST_TMPDIR/cmake"
}

@test "make uninstall without a record says so and removes nothing" {
    expect 2 make -C "$REPOSITORY" uninstall BUILD="$BATS_TEST_TMPDIR/none"
    [[ $output == *"install_manifest.txt is missing"* ]]
}

@test "make help names every command of README" {
    expect 0 make -C "$REPOSITORY" help
    while read -r command; do
        grep -q "^$command " <<<"$output"
    done < <(grep -oE '\bmake (run|stop|test(-[a-z]+)?|lint|install|uninstall|bench|help)\b' \
        "$REPOSITORY/README" | cut -d' ' -f2)
}

@test "tests/run adds up, and fails when a test does" {
    fake_tree <<'END'
test "good" { true; }
test "better" { true; }
END
    sums 0 tests/run tools
    [ "${lines[-1]}" = "mailnode: 2 passed, 0 failed" ]
    echo '@test "bad" { false; }' >>tests/tools/fake.bats
    sums 1 tests/run tools
    [ "${lines[-1]}" = "mailnode: 2 passed, 1 failed" ]
    sums 0 tests/run -f bet tools
    [ "${lines[-1]}" = "mailnode: 1 passed, 0 failed" ]
}

@test "tests/run: where CI is set a skipped test has failed" {
    fake_tree <<'END'
test "good" { true; }
test "absent" { skip "no such thing here"; }
END
    sums 1 CI=true tests/run tools
    [ "${lines[-1]}" = "mailnode: 1 passed, 1 failed" ]
}

@test "tests/run: files that break, groups without tests, and unit tests that die have failed" {
    fake_tree <<<'test "unfinished" {'
    sums 1 tests/run tools
    rm tests/tools/fake.bats
    sums 1 tests/run tools
    [ "${lines[-1]}" = "mailnode: 0 passed, 1 failed" ]
    printf '#!/bin/sh\nkill -SEGV $$\n' >build/unit-tests
    chmod +x build/unit-tests
    sums 1 tests/run unit
    [ "${lines[-1]}" = "mailnode: 0 passed, 1 failed" ]
    sums 64 tests/run no-such-group
}
