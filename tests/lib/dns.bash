# A real DNS server (nsd) on loopback that knows the records of the test, and that nothing else exists.
#
#   load ../lib/dns
#   dns_start <<'END'                      # sets and exports DNS_SERVER, 127.0.0.1:PORT
#   example.test.        TXT  "v=spf1 -all"
#   mail.example.test.   A    192.0.2.1
#   END
#   mn-verify --nameserver "$DNS_SERVER" …
#   dns_change <<'END' …                   # other records, at once
#   dns_stop
#
# A line without indentation begins with a full name and its dot; TTL and class may be left out.
# dns_fault MODE … puts something worse than a server in front: see tests/lib/dns-fault.py.

dns_zone() { # records on standard input
    printf '%s 60\n. SOA ns.invalid. postmaster.invalid. %d 60 60 60 60\n. NS ns.invalid.\n' "\$TTL" "$((++DNS_SERIAL))"
    cat
}

dns_answers() {
    python3 - "${DNS_SERVER%:*}" "${DNS_SERVER##*:}" "$DNS_SERIAL" <<'END'
import socket, struct, sys
query = struct.pack(">HHHHHH", 7, 0x100, 1, 0, 0, 0) + b"\0" + struct.pack(">HH", 6, 1)
with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
    client.settimeout(0.2)
    client.sendto(query, (sys.argv[1], int(sys.argv[2])))
    # The serial of the SOA is the first number after the two names.
    answer = client.recv(4096)
sys.exit(struct.pack(">I", int(sys.argv[3])) not in answer)
END
}

dns_free_port() { # for UDP and TCP
    python3 - <<'END'
import random, socket
while True:
    port = random.randrange(26000, 32000)  # below are those of mail.py
    try:
        for kind in socket.SOCK_STREAM, socket.SOCK_DGRAM:
            with socket.socket(socket.AF_INET, kind) as probe:
                probe.bind(("127.0.0.1", port))
    except OSError:
        continue
    print(port)
    break
END
}

dns_wait() {
    local end=$((SECONDS + 20))
    until dns_answers 2>/dev/null; do
        if ((SECONDS >= end)); then
            cat "$DNS_DIRECTORY/log" >&2
            return 1
        fi
        sleep 0.05
    done
}

# dns_start [ADDRESS [PORT]]: records on standard input.
dns_start() {
    local address=${1:-127.0.0.1} port=${2:-}
    [ -n "$port" ] || port=$(dns_free_port)
    DNS_DIRECTORY=$(mktemp -d /var/tmp/mnd.XXXXXX)
    DNS_SERIAL=0
    DNS_SERVER=$address:$port
    dns_zone >"$DNS_DIRECTORY/zone" || return
    cat >"$DNS_DIRECTORY/nsd.conf" <<END
server:
    ip-address: $address@$port
    username: ""
    chroot: ""
    server-count: 1
    zonesdir: "$DNS_DIRECTORY"
    zonelistfile: "$DNS_DIRECTORY/zones"
    database: ""
    pidfile: "$DNS_DIRECTORY/pid"
    logfile: "$DNS_DIRECTORY/log"
    xfrdfile: "$DNS_DIRECTORY/xfrd"
    xfrdir: "$DNS_DIRECTORY"
    rrl-ratelimit: 0
remote-control:
    control-enable: no
zone:
    name: "."
    zonefile: "$DNS_DIRECTORY/zone"
END
    /usr/sbin/nsd -d -c "$DNS_DIRECTORY/nsd.conf" >/dev/null 2>&1 3>&- 4>&- &
    DNS_PID=$!
    export DNS_DIRECTORY DNS_SERIAL DNS_SERVER DNS_PID
    dns_wait
}

# dns_change: all records anew, on standard input.
dns_change() {
    DNS_SERIAL=$(sed -nE 's/^\. SOA .* ([0-9]+) 60 60 60 60$/\1/p' "$DNS_DIRECTORY/zone")
    dns_zone >"$DNS_DIRECTORY/zone.new" || return
    mv "$DNS_DIRECTORY/zone.new" "$DNS_DIRECTORY/zone"
    kill -HUP "$(<"$DNS_DIRECTORY/pid")"
    dns_wait
}

dns_stop() {
    [ -n "${DNS_DIRECTORY:-}" ] || return 0
    dns_fault_stop
    local pid
    pid=$(cat "$DNS_DIRECTORY/pid" 2>/dev/null || echo "${DNS_PID:-}")
    if [ -n "$pid" ]; then
        kill "$pid" 2>/dev/null || true
        while [ -e "/proc/$pid/exe" ]; do sleep 0.02; done
    fi
    rm -rf "$DNS_DIRECTORY"
    unset DNS_DIRECTORY
}

# dns_fault MODE [VALUE]: a proxy to DNS_SERVER that misbehaves from now on, another way each time it
# is called. Sets and exports DNS_FAULT_SERVER; $DNS_DIRECTORY/fault.log has a line for each query.
dns_fault() {
    echo "$*" >"$DNS_DIRECTORY/mode.new"
    mv "$DNS_DIRECTORY/mode.new" "$DNS_DIRECTORY/mode"
    [ -z "${DNS_FAULT_SERVER:-}" ] || return 0
    "$REPOSITORY/tests/lib/dns-fault.py" "$DNS_SERVER" "$DNS_DIRECTORY/mode" \
        >"$DNS_DIRECTORY/fault" 2>"$DNS_DIRECTORY/fault.log" 3>&- 4>&- &
    DNS_FAULT_PID=$!
    local end=$((SECONDS + 20))
    until [ -s "$DNS_DIRECTORY/fault" ] || ((SECONDS >= end)); do sleep 0.02; done
    DNS_FAULT_SERVER=$(<"$DNS_DIRECTORY/fault")
    export DNS_FAULT_SERVER DNS_FAULT_PID
    [ -n "$DNS_FAULT_SERVER" ]
}

dns_fault_stop() {
    if [ -n "${DNS_FAULT_PID:-}" ]; then kill "$DNS_FAULT_PID" 2>/dev/null || true; fi
    rm -f "${DNS_DIRECTORY:-/nonexistent}/fault"
    unset DNS_FAULT_PID DNS_FAULT_SERVER
}
