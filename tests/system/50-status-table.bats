# What Postfix makes of every way in which a delivery fails: tried again or bounced as the manual
# says, with a text that a stranger may read, and after mending each mail that waited is there once.
#
# One mail goes to many recipients below fault.test, each with a fault of its own: a script that
# runs mn-deliver in trouble, or a transport that is wrong by itself. The last test mends all.

load ../lib/helpers
load ../lib/node

setup_file() {
    is_root || return 0
    node_prepare
    node_start
    make_places
    make_hanging_server
    make_faults
    make_transports
    send_to_all
    wait_for_outcomes
}

teardown_file() {
    if [ -e "$NODE/hanging.pid" ]; then kill "$(<"$NODE/hanging.pid")" || true; fi
    node_remove
}

teardown() {
    [ -n "${BATS_TEST_COMPLETED:-}" ] || cat "$NODE/outcomes"
    node_explain
}

owner() { stat -c %U "$NODE_MAIL"; }

make_places() {
    local place
    mkdir "$NODE/place"
    for place in full inodes readonly; do mkdir "$NODE/place/$place"; done
    mount -t tmpfs -o "size=100k,mode=700,uid=$(id -u "$(owner)")" none "$NODE/place/full"
    mount -t tmpfs -o "nr_inodes=3,mode=700,uid=$(id -u "$(owner)")" none "$NODE/place/inodes"
    mount -t tmpfs -o "ro,mode=700,uid=$(id -u "$(owner)")" none "$NODE/place/readonly"
    for place in odd linked; do install -d -o "$(owner)" -m 700 "$NODE/place/$place/fault.test/$place"; done
    touch "$NODE/place/odd/fault.test/odd/Maildir"
    install -d -o "$(owner)" -m 700 "$NODE/place/linked/fault.test/linked/Maildir"/{tmp,cur}
    ln -s /var/tmp "$NODE/place/linked/fault.test/linked/Maildir/new"
    install -d -m 700 "$NODE/place/foreign"
}

# Takes connections and says nothing: who waits for an answer hangs.
make_hanging_server() {
    python3 -c 'import signal, socket, sys
server = socket.socket(socket.AF_UNIX)
server.bind(sys.argv[1])
server.listen(50)
signal.pause()' "$NODE/hanging" 3>&- 4>&- >/dev/null 2>&1 &
    echo $! >"$NODE/hanging.pid"
    until_ok test -S "$NODE/hanging"
    chmod 666 "$NODE/hanging"
}

# Run by pipe(8): fault NAME and mn-deliver's usual options.
make_faults() {
    cat >"$NODE/fault" <<END
#!/bin/bash
name=\$1
shift
deliver=$MAILNODE_BIN/mn-deliver place=$NODE/place
inject() { # WHAT: strace stays out of the way, mn-deliver is the child of pipe(8)
    exec strace -D -qq -o /dev/null -e trace="\${1%%:*}" -e inject="\$1" "\$deliver" --root=$NODE_MAIL "\${@:2}"
}
case \$name in
mended) exec "\$deliver" --root=$NODE_MAIL "\$@" ;;
full | inodes | readonly | odd | linked | foreign) exec "\$deliver" --root="\$place/\$name" "\$@" ;;
no-root) exec "\$deliver" --root="\$place/nowhere" "\$@" ;;
quota) inject write:error=EDQUOT:when=1 "\$@" ;;
sync) inject fsync:error=EIO:when=1 "\$@" ;;
input) inject read:error=EIO:when=3+ "\$@" ;;
memory) ulimit -v 1000; exec "\$deliver" --root=$NODE_MAIL "\$@" ;;
file-size) ulimit -f 50; exec "\$deliver" --root=$NODE_MAIL "\$@" ;;
kill) inject fsync:signal=KILL "\$@" ;;
term) inject fsync:signal=TERM "\$@" ;;
segv) inject fsync:signal=SEGV "\$@" ;;
abrt) inject fsync:signal=ABRT "\$@" ;;
option) exec "\$deliver" --rooot=$NODE_MAIL "\$@" ;;
argument) exec "\$deliver" --root=$NODE_MAIL "\$@" extra ;;
two-places) exec "\$deliver" --root=$NODE_MAIL --maildir=$NODE_MAIL/x "\$@" ;;
queue-id) exec "\$deliver" --root=$NODE_MAIL "\$@" --queue-id=../../x ;;
too-big) exec "\$deliver" --root=$NODE_MAIL "\$@" --max-size=100000 ;;
closed) exec "\$deliver" --root=$NODE_MAIL "\$@" <&- ;;
empty) exec "\$deliver" --root=$NODE_MAIL "\$@" </dev/null ;;
directory) exec "\$deliver" --root=$NODE_MAIL "\$@" </ ;;
alarm) exec "\$deliver" --lmtp="$NODE/hanging" --time-limit=1 "\$@" ;;
hang) exec "\$deliver" --lmtp="$NODE/hanging" "\$@" ;;
no-lmtp) exec "\$deliver" --lmtp="$NODE/nothing-here" "\$@" ;;
exit-*) exit "\${name#exit-}" ;;
say-4) echo "4.2.1 busy"; exit 1 ;;
say-5) echo "5.2.1 closed for good"; exit 75 ;;
esac
END
    chmod 755 "$NODE/fault"
    cp "$MAILNODE_BIN/mn-deliver" "$NODE/unreadable"
    chmod 000 "$NODE/unreadable"
    printf 'not a program\n' >"$NODE/text"
    chmod 755 "$NODE/text"
}

faults=(mended full inodes readonly odd linked foreign no-root quota sync input memory file-size kill term segv abrt
    option argument two-places queue-id too-big closed empty directory alarm no-lmtp say-4 say-5
    exit-{1,2,64,65,67,69,70,71,72,73,74,75,76,77,78,99,100,111,126,127,128,255})
transports=(missing unreadable text place hang)

make_transports() {
    local name map="fault.test=fault:" rest='--from-pipe --queue-id=${queue_id} --sender=${sender} --recipient=${recipient}'
    transport fault "$NODE/fault \${user} $rest"
    for name in "${transports[@]}"; do
        transport "$name" "$NODE/$name --root=$NODE_MAIL $rest"
        map+=", $name@fault.test=$name:"
    done
    transport hang "$NODE/fault hang $rest"
    on_node_postfix postconf -e "transport_maps = inline:{$map}" hang_time_limit=1
    on_node_postfix postfix reload
}

transport() { # NAME COMMAND
    on_node_postfix postconf -M "$1/unix=$1 unix - n n - 20 pipe flags=DORXhu user=$(owner) null_sender= argv=$2"
    on_node_postfix postconf -e "$1_destination_recipient_limit=1"
}

send_to_all() {
    local name to=()
    for name in "${faults[@]}" "${transports[@]}"; do to+=(--to "$name@fault.test"); done
    {
        printf 'From: alice@example.test\r\nMessage-ID: <faults@client.example>\r\n\r\n'
        yes "$(printf '%070d\r' 0)" | head -c 200000
        printf '\r\n'
    } >"$NODE/message"
    send --user alice "${to[@]}" "$NODE/message"
}

everyone_has_an_outcome() {
    "$MAIL_PY" outcomes alice "$NODE/state/queue/defer" | sort >"$NODE/outcomes"
    # "mended" is delivered, and has none.
    [ "$(cut -d ' ' -f 2 "$NODE/outcomes" | sort -u | wc -l)" = $((${#faults[@]} + ${#transports[@]} - 1)) ]
}

wait_for_outcomes() {
    until_ok everyone_has_an_outcome || { cat "$NODE/outcomes"; return 1; }
}

# ends NAME deferred|bounced TEXT: exactly one outcome, and it is this one.
ends() {
    local outcome
    outcome=$(grep " $1@fault.test " "$NODE/outcomes" | sed "s/ $1@fault.test / /")
    [[ $outcome == "$2 $3"* && $outcome != *$'\n'* ]] && return
    printf '%s: wanted "%s %s...", got "%s"\n' "$1" "$2" "$3" "$outcome"
    return 1
}

@test "status: a sound delivery among them arrived" {
    [ -n "$(find "$NODE_MAIL/fault.test/mended/Maildir/new" -type f)" ]
    not grep ' mended@' "$NODE/outcomes"
}

@test "status: no room, no inodes, read-only, a file too big: deferred" {
    ends full deferred '4.3.1 '
    ends inodes deferred '4.3.1 '
    ends readonly deferred '4.3.5 '
    ends file-size deferred '4.3.1 '
}

@test "status: over quota, an error when reading or syncing, no memory: deferred" {
    ends quota deferred '4.2.2 '
    ends sync deferred '4.3.0 '
    ends input deferred '4.3.0 '
    ends memory deferred '4.3.0 '
}

@test "status: no mail directory, another's, a file or a link in its place: deferred" {
    ends no-root deferred '4.3.5 '
    ends foreign deferred '4.3.5 '
    ends odd deferred '4.3.5 '
    ends linked deferred '4.3.5 '
}

@test "status: a mistake in master.cf: deferred" {
    ends option deferred '4.3.5 '
    ends argument deferred '4.3.5 '
    ends two-places deferred '4.3.5 '
    ends queue-id deferred '4.3.5 '
}

@test "status: standard input closed, empty, a directory: deferred" {
    ends closed deferred '4.3.0 '
    ends empty deferred '4.3.0 '
    ends directory deferred '4.3.0 '
}

@test "status: killed, crashed: deferred" {
    ends kill deferred '4.3.0 '
    ends term deferred '4.3.0 '
    ends segv deferred '4.3.0 '
    ends abrt deferred '4.3.0 '
}

@test "status: out of time, by its own clock or by Postfix's: deferred" {
    ends alarm deferred '4.3.0 '
    ends hang deferred '4.3.0 '
}

@test "status: no LMTP server: deferred" {
    ends no-lmtp deferred '4.4.1 '
}

@test "status: a program that is missing, unreadable, a text, a directory: deferred" {
    ends missing deferred '4.3.0 '
    ends unreadable deferred '4.3.0 '
    ends text deferred '4.3.0 '
    ends place deferred '4.3.0 '
}

@test "status: bigger than --max-size: bounced as 5.3.4" {
    ends too-big bounced '5.3.4 '
}

@test "status: the text decides, not the number" {
    ends say-4 deferred '4.2.1 busy'
    ends say-5 bounced '5.2.1 closed for good'
}

@test "status: refusals on purpose bounce by number, too" {
    ends exit-65 bounced 5.6.0
    ends exit-67 bounced 5.1.1
}

@test "status: every other number is deferred, though pipe(8) would bounce" {
    local number
    for number in 1 2 64 70 71 72 73 74 75 77 78 99 100 111 126 127 128 255; do
        ends "exit-$number" deferred '4.'
    done
}

@test "status: no text shows a path" {
    not grep -E '(^|[^[:alnum:]<>])/[[:alnum:]]' "$NODE/outcomes"
    # Nor does the bounce elsewhere.
    not grep -rlF "$NODE" "$NODE_MAIL/example.test/alice/Maildir/"
}

@test "status: nothing of a failed delivery is visible" {
    [ "$(find "$NODE_MAIL/fault.test" "$NODE/place" -type f ! -name Maildir ! -path '*/mended/*')" = "" ]
}

@test "status: after mending, what waited is delivered once, and what bounced is not" {
    local name
    grep '^deferred' "$NODE/outcomes" | cut -d ' ' -f 2 | sort -u >"$NODE/waiting"
    for name in fault "${transports[@]}"; do
        transport "$name" "$NODE/fault mended --from-pipe --queue-id=\${queue_id} --sender=\${sender} --recipient=\${recipient}"
    done
    on_node_postfix postfix reload
    flush
    while IFS=@ read -r name _; do
        [ "$(find "$NODE_MAIL/fault.test/$name/Maildir/new" -type f | wc -l)" = 1 ] || {
            echo "$name: not one copy"
            false
        }
    done <"$NODE/waiting"
    # "mended" itself, and those that waited: nobody else.
    [ "$(find "$NODE_MAIL/fault.test" -type f -path '*/new/*' | wc -l)" = $(($(wc -l <"$NODE/waiting") + 1)) ]
    [ "$(find "$NODE_MAIL" -type f -path '*/Maildir/tmp/*')" = "" ]
}
