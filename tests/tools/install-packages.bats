# container/install-packages, with stand-ins for Debian's programs.

load ../lib/helpers

setup() {
    cd "$BATS_TEST_TMPDIR"
    script=$REPOSITORY/container/install-packages
    export POLICY_RC_D=$PWD/policy-rc.d STUB=$PWD
    mkdir stub
    PATH=$PWD/stub:$PATH
    echo coreutils >installed
    stub dpkg-query 'case "$*" in
        *-L*) printf "%s\n" /lib/systemd/system/postfix.service /lib/systemd/system/postfix@.service /etc/init.d/postfix /usr/sbin/postfix ;;
        *) sed "s/^/installed /" $STUB/installed ;; esac'
    stub apt-get 'echo "apt-get $*" >>$STUB/calls
        [ "$1" != install ] || { cat $POLICY_RC_D >$STUB/policy-then; for p; do case $p in -*|install) ;; *) echo $p >>$STUB/installed ;; esac; done; }'
    for name in systemctl update-rc.d; do stub $name "echo $name \"\$@\" >>\$STUB/calls"; done
    stub debconf-set-selections 'cat >>$STUB/calls'
}

stub() { # NAME BODY
    printf '#!/bin/bash\n%s\n' "$2" >"stub/$1"
    chmod +x "stub/$1"
}

root_only() { [ "$EUID" -eq 0 ]; }

@test "unknown purposes are refused, known ones are listed" {
    expect 64 "$script"
    expect 64 "$script" fun
    expect 0 "$script" --list run
    [[ $output == *postfix* ]]
    [ ! -e calls ]
}

@test "nothing is done when nothing is missing" {
    "$script" --list build run >installed
    expect 0 "$script" build run
    [ -z "$output" ]
    [ ! -e calls ]
}

@test "services are forbidden while packages come, and disabled afterwards" {
    root_only
    expect 0 "$script" run
    [[ $output == *"Installing Debian packages: "*postfix* ]]
    grep -q 'exit 101' policy-then
    grep -q 'main_mailer_type select No configuration' calls
    grep -q 'systemctl disable --quiet postfix.service' calls
    grep -q 'update-rc.d postfix disable' calls
    run grep '@' calls
    [ "$status" -eq 1 ]
    [ ! -e policy-rc.d ]
}

@test "a policy that was there is there again, also after a failure" {
    root_only
    printf '#!/bin/sh\nexit 7\n' >policy-rc.d
    cp policy-rc.d before
    expect 0 "$script" run
    cmp policy-rc.d before
    echo coreutils >installed
    stub apt-get '[ "$1" != install ] || { echo postfix >>$STUB/installed; exit 100; }'
    rm calls
    expect 100 "$script" run
    cmp policy-rc.d before
    grep -q 'systemctl disable --quiet postfix.service' calls
    [ "$(ls policy-rc.d*)" = policy-rc.d ]
}
