# mailnode setup: the first userconfig of a domain. No node is started here.

load ../lib/helpers

setup() {
    cd "$BATS_TEST_TMPDIR"
    export MAILNODE_BIN
    mailnode=$REPOSITORY/bin/mailnode
    # The scratch directory of bats is long, and closed to the accounts of the node.
    open=$(mktemp -d /tmp/mn.XXXXXX)
    chmod 755 "$open"
    config=$open/config
    export MAILNODE_STATE=$open/state MAILNODE_USERCONFIG=$config
    # An account that every Debian has: keys need a group.
    export MAILNODE_SIGN_USER=daemon
}

teardown() {
    rm -rf "$open"
}

set_up() { expect 0 "$mailnode" setup "$@"; }

says() { [[ $output == *"$1"* ]] || { printf 'wanted "%s" in: %s\n' "$1" "$output" >&2; return 1; }; }

silent_on() { [[ $output != *"$1"* ]] || { printf 'did not want "%s" in: %s\n' "$1" "$output" >&2; return 1; }; }

# Everything about every file, times of directories apart.
state_of() { (cd "$1" && find . -printf '%p %y %m %u %s\n' -type f -exec sha256sum {} +) | sort; }

password_shown() { sed -n 's/^  password   //p' <<<"$output"; }

lets_in() { "$MAILNODE_BIN/mn-makepasswd" -q --verify "$config/passwd" --stdin "$1" <<<"$2"; }

@test "setup: the example that it knows is the one in the tree" {
    (cd "$REPOSITORY/userconfig" && sha256sum --check --quiet "$REPOSITORY/container/node/example-files")
    [ "$(wc -l <"$REPOSITORY/container/node/example-files")" = 2 ]
}

@test "setup: account, aliases, lists and texts, and a check finds nothing wrong" {
    set_up you@example.org
    [ "$("$MAILNODE_BIN/mn-makepasswd" --list "$config/passwd" 2>&1)" = $'you@example.org\tenabled\tyescrypt' ]
    for name in postmaster abuse hostmaster security; do
        grep -qxE "$name@example.org +you@example.org" "$config/aliases"
    done
    [ -d "$config/lists" ]
    diff -r "$REPOSITORY/userconfig/listtext" "$config/listtext"
    [ "$(stat -c %a "$config/passwd")" = 640 ]
    [ -z "$(find "$config" -perm /022)" ]
    expect 0 "$mailnode" check --domains example.org --hostname mail.example.org
    [ "$output" = "mailnode: no problems" ]
}

@test "setup: the password is shown once, opens the account, and is written nowhere" {
    set_up you@example.org
    password=$(password_shown)
    [[ $password =~ ^[a-z0-9]{4}(-[a-z0-9]{4}){3}$ ]]
    lets_in you@example.org "$password"
    [ "$(grep -oF "$password" <<<"$output" | wc -l)" -eq 1 ]
    run grep -rF "$password" "$open"
    [ "$status" -eq 1 ]
}

@test "setup: the password is in no argument and no environment of any program" {
    strace -f -qq -s 4096 -v -e trace=execve -o trace "$mailnode" setup you@example.org >out 2>&1
    output=$(<out)
    password=$(password_shown)
    [ -n "$password" ]
    grep -q 'mn-makepasswd' trace
    run grep -F "$password" trace
    [ "$status" -eq 1 ]
}

@test "setup: --stdin takes the password, and shows none" {
    set_up --stdin you@example.org <<<'correct horse battery'
    lets_in you@example.org 'correct horse battery'
    silent_on "correct horse"
    [ -z "$(password_shown)" ]
    rm -r "$config"
    expect 2 "$mailnode" setup --stdin you@example.org <<<'short'
    [ ! -e "$config" ]
    expect 2 "$mailnode" setup --stdin you@example.org </dev/null
    [ ! -e "$config" ]
}

@test "setup: --dry-run shows what would be new, without a hash, and writes nothing" {
    set_up --dry-run you@example.org
    says "+you@example.org:HASH:2000:2000::::"
    says "+postmaster@example.org"
    says "new: $config/listtext"
    silent_on '$y$'
    [ ! -e "$config" ]
    [ ! -e "$MAILNODE_STATE" ]
    set_up you@example.org
    before=$(state_of "$open")
    set_up -n me@example.net
    says " you@example.org:HASH:"
    says "+me@example.net:HASH:"
    silent_on '$y$'
    [ "$(state_of "$open")" = "$before" ]
}

@test "setup: a second run says what is there and changes nothing" {
    set_up you@example.org
    before=$(state_of "$config")
    set_up You@Example.ORG
    says "was in $config already, and stays as it is: the account you@example.org, postmaster@example.org, abuse@example.org"
    says "nothing to do"
    [ -z "$(password_shown)" ]
    [ "$(state_of "$config")" = "$before" ]
}

@test "setup: what an admin has changed stays, also a role that leads elsewhere or is gone" {
    set_up you@example.org
    sed -i -e '/^security/d' -e 's/^abuse.*/ABUSE@example.org friend@elsewhere.example/' "$config/aliases"
    echo 'ours' >"$config/listtext/confirm"
    before=$(state_of "$config")
    set_up you@example.org
    [ "$(state_of "$config")" = "$before" ]
    # But a domain must have a postmaster.
    sed -i '/^postmaster/d' "$config/aliases"
    set_up you@example.org
    grep -qxE 'postmaster@example.org +you@example.org' "$config/aliases"
    grep -qx 'ABUSE@example.org friend@elsewhere.example' "$config/aliases"
}

@test "setup: a second domain is added, and not a byte of the first is lost" {
    set_up you@example.org
    printf '# mine, with no end of line' >>"$config/passwd"
    cp -p "$config/passwd" passwd
    cp -p "$config/aliases" aliases
    chmod 600 "$config/passwd" "$config/aliases"
    set_up me@example.net
    head -c "$(stat -c %s passwd)" "$config/passwd" | cmp - passwd
    head -c "$(stat -c %s aliases)" "$config/aliases" | cmp - aliases
    [ "$(stat -c %a "$config/passwd" "$config/aliases" | xargs)" = "600 600" ]
    says "--domains example.org,example.net"
    expect 0 "$mailnode" check --domains example.org,example.net --hostname mail.example.org
    [ "$output" = "mailnode: no problems" ]
}

@test "setup: a domain that has an account already gets no second first one" {
    set_up you@example.org
    before=$(state_of "$config")
    expect 1 "$mailnode" setup other@example.org
    says "example.org is set up already, with you@example.org; nothing was changed"
    says "mn-makepasswd --update $config/passwd other@example.org"
    [ "$(state_of "$config")" = "$before" ]
    # A name that only ends or looks like it is another domain.
    set_up other@xexample.org
    set_up other@examplexorg.example
}

@test "setup: what a broken file has is named, and nothing is written" {
    mkdir "$config"
    echo 'nonsense' >"$config/passwd"
    before=$(state_of "$config")
    expect 1 "$mailnode" setup you@example.org
    says "$config/passwd:1: error: "
    says "nothing was written"
    [ "$(state_of "$config")" = "$before" ]
    rm "$config/passwd"
    echo 'you@example.org elsewhere@example.org' >"$config/aliases"
    before=$(state_of "$config")
    expect 1 "$mailnode" setup you@example.org
    says "$config/aliases:1: error: "
    [ "$(state_of "$config")" = "$before" ]
}

@test "setup: a role is no alias when the account itself has that name" {
    set_up postmaster@example.org
    run grep '^postmaster' "$config/aliases"
    [ "$status" -eq 1 ]
    grep -qxE 'abuse@example.org +postmaster@example.org' "$config/aliases"
}

@test "setup: addresses that cannot be are refused in one clear sentence" {
    refused() {
        expect 64 "$mailnode" setup "$2"
        says "$1"
        [ "${#lines[@]}" -eq 1 ]
        [ ! -e "$config" ]
    }
    refused "is not an address" you
    refused "is not an address" you@
    refused "is not an address" @example.org
    refused "cannot be an account" 'a b@example.org'
    refused "cannot be an account" a@b@example.org
    refused "cannot be an account" ../../x@example.org
    refused "cannot be an account" 'a:b@example.org'
    refused "cannot be an account" $'a\nb@example.org'
    refused "is in no domain that mail can have" you@example
    refused "is in no domain that mail can have" you@-example.org
    refused "is in no domain that mail can have" you@ex_ample.org
    refused "is in no domain that mail can have" you@bücher.example
    refused "is in no domain that mail can have" you@example.org.
    expect 64 "$mailnode" setup
    says "mailnode setup you@example.org"
    expect 64 "$mailnode" setup you@example.org password
    expect 1 "$mailnode" setup you@example.org --hostname mail
    says '"mail" is not a full host name'
    [ ! -e "$config" ]
}

@test "setup: the example is never written to, and a copy of it makes room, kept beside" {
    expect 2 env MAILNODE_USERCONFIG= "$mailnode" setup you@example.org --userconfig "$REPOSITORY/userconfig"
    says "is the example, and stays as it is"
    cp -r "$REPOSITORY/userconfig" "$config"
    set_up you@example.org
    cmp "$config/passwd.example" "$REPOSITORY/userconfig/passwd"
    cmp "$config/aliases.example" "$REPOSITORY/userconfig/aliases"
    [ "$("$MAILNODE_BIN/mn-makepasswd" --list "$config/passwd" 2>&1)" = $'you@example.org\tenabled\tyescrypt' ]
    expect 0 "$mailnode" check --domains example.org --hostname mail.example.org --listen 192.0.2.1
}

@test "setup: accounts of the example among one's own are pointed out" {
    mkdir "$config"
    { echo '# mine'; cat "$REPOSITORY/userconfig/passwd"; } >"$config/passwd"
    cp "$REPOSITORY/userconfig/aliases" "$config/aliases"
    echo >>"$config/aliases"
    set_up you@example.org
    says "mn-makepasswd --remove $config/passwd alice@example.test"
    [ "$(grep -c -- --remove <<<"$output")" -eq 4 ]
}

@test "setup: without root or rights it says so, and without the network settings it names them all" {
    mkdir "$config"
    chmod 755 "$config"
    # Root may write everywhere.
    if [ "$EUID" -eq 0 ]; then
        cp -r "$MAILNODE_BIN" "$open/bin" 2>/dev/null || true
        cp -r "$REPOSITORY/bin" "$REPOSITORY/container" "$REPOSITORY/userconfig" "$open"
        run env MAILNODE_BIN="$open/bin" setpriv --reuid=65534 --regid=65534 --clear-groups "$open/bin/mailnode" setup you@example.org
    else
        chmod 555 "$config"
        run "$mailnode" setup you@example.org
    fi
    [ "$status" -eq 2 ]
    says "is not yours to write in; run it as root, or give another --userconfig"
    [ -z "$(ls "$config")" ]
    rmdir "$config"
    set_up you@example.org
    says "start --userconfig $config --hostname mail.example.org --domains example.org --listen 0.0.0.0,:: --smtp-port 25 --smtps-port 465 --imaps-port 993"
    set_up me@example.net --hostname mx.example.net --smtp-port 2525
    says "--hostname mx.example.net --domains example.org,example.net --listen 0.0.0.0,:: --smtp-port 2525"
    MAILNODE_NEXT="docker compose up" set_up me@example.net
    says "mailnode: next: docker compose up"
}

@test "setup: records to publish; root makes the keys, and a second run prints the same" {
    set_up you@example.org
    says "example.org. IN MX 10 mail.example.org."
    says 'example.org. IN TXT "v=spf1 mx -all"'
    says '_dmarc.example.org. IN TXT "v=DMARC1;'
    says "mailnode: then check: mn-dns check --host mail.example.org"
    if [ "$EUID" -ne 0 ]; then
        says "DKIM keys come with the first start"
        return
    fi
    first=$(grep _domainkey <<<"$output")
    [ "$(grep -c _domainkey <<<"$first")" -ge 2 ]
    [ "$(find "$MAILNODE_STATE/dkim" -name '*.pem' -perm 640 | wc -l)" -ge 2 ]
    set_up you@example.org
    [ "$(grep _domainkey <<<"$output")" = "$first" ]
}

@test "setup: killed at any moment, the next run completes it" {
    for delay in 0.05 0.1 0.15 0.2 0.3 0.4 0.6; do
        rm -rf "$config"
        timeout -s KILL "$delay" "$mailnode" setup you@example.org >/dev/null 2>&1 || true
        set_up you@example.org
        expect 0 "$mailnode" check --domains example.org --hostname mail.example.org
        [ "$(grep -c '^you@' "$config/passwd")" -eq 1 ]
        [ "$(grep -c '^postmaster@' "$config/aliases")" -eq 1 ]
        diff -r "$REPOSITORY/userconfig/listtext" "$config/listtext"
    done
}

@test "setup: four at once for four domains, and none is lost" {
    pids=()
    for name in a b c d; do
        "$mailnode" setup "you@$name.example" >"out.$name" 2>&1 &
        pids+=($!)
    done
    for pid in "${pids[@]}"; do wait "$pid"; done
    [ "$(grep -c '^you@' "$config/passwd")" -eq 4 ]
    [ "$(grep -c '^postmaster@' "$config/aliases")" -eq 4 ]
    expect 0 "$mailnode" check --domains a.example,b.example,c.example,d.example --hostname mail.a.example
}
