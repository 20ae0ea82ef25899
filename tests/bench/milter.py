"""What each filter in front of a real Postfix costs: CPU time a message, and messages per second.

    milter.py SCRATCH SIGNED UNSIGNED DNS-SERVER KEYS DOMAIN ROUNDS MESSAGES

CPU time is that of the whole node: a control group of its own holds Postfix, all that Postfix
starts, and opendkim, so processes that live for one message count, too. What sends the mail and what
answers for the DNS is outside. Every round has all filters, once in one order and once in the other,
and compares each with no filter in the same round; the figures are medians over the rounds. Of the
two, the CPU time is the steady one: on a machine with other work the rate is how busy that one was.

spawn(8) starts mn-verify and mn-dkimsign for every SMTP session. The worst case for us is a session
for each message, as strangers make them; then the same with all messages in ten sessions, as hosts
do that have much for us. opendkim is a daemon that stays. mn-deliver delivers, as on a node, and
Postfix has a node's settings for milters. Who verifies gets the message SIGNED,
whose keys are in the DNS, all others UNSIGNED. Every message must be in the mailbox, and the filter
must have done its work.
"""

import os
import shutil
import statistics
import subprocess
import sys
import time

from pipe import GROUP, MAIN, MASTER, PATIENCE, SESSIONS, USER, free_port, queued, write

REPOSITORY = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
NONE = "none"
SETTLE = 0.2  # seconds in which processes end after their last message
DELIVER = (f"mn-deliver unix - n n - 20 pipe\n  flags=DORXhu user={USER} null_sender=\n"
           "  argv={base}/bin/mn-deliver --from-pipe --root={base}/mail --queue-id=${{queue_id}}"
           " --sender=${{sender}} --recipient=${{recipient}}\n")
SPAWN = "  argv={base}/bin/{tool} --milter --time-limit 86400 {options}\n"


class ControlGroup:
    """Processes, and the CPU time of all that ever were in it."""

    def __init__(self):
        with open("/proc/mounts", encoding="ascii") as mounts:
            tops = [line.split()[1] for line in mounts if line.split()[2] == "cgroup2"]
        if not tops:
            sys.exit("no control groups (version 2) are mounted: CPU time cannot be told")
        self.path = f"{tops[0]}/mailnode-bench-{os.getpid()}"
        os.mkdir(self.path)

    def enter(self):
        """The calling process, and its children from now on."""
        write(f"{self.path}/cgroup.procs", str(os.getpid()))

    def seconds(self):
        with open(f"{self.path}/cpu.stat", encoding="ascii") as stat:
            return int(dict(line.split() for line in stat)["usage_usec"]) / 1e6

    def remove(self):
        """When the last process has ended."""
        while True:
            try:
                return os.rmdir(self.path)
            except OSError:
                time.sleep(0.1)


def verifies(name):
    return "verify" in name


def node_settings():
    """What a node tells Postfix of milters, but for which there are."""
    with open(f"{REPOSITORY}/container/postfix/main.cf", encoding="utf-8") as file:
        return "".join(line for line in file if line.startswith("milter_"))


def filters(base, dns, keys, domain):
    """name -> value of smtpd_milters, and the lines of master.cf that make it."""
    services = {
        "mn-verify": ("mn-verify", f"--authserv-id bench.example.test --policy --nameserver {dns}"),
        "mn-dkimsign": ("mn-dkimsign", f"--keys {keys} --domains {domain}"),
        "mn-dkimsign-rsa": ("mn-dkimsign", f"--keys {keys}-rsa --domains {domain}"),
    }
    master = "".join(f"{name} unix - n n - 0 spawn user={USER}\n" + SPAWN.format(base=base, tool=tool, options=options)
                     for name, (tool, options) in services.items())
    names = {NONE: "", **{name: f"unix:private/{name}" for name in services}}
    for mode in ("verify", "sign"):
        names[f"opendkim-{mode}"] = f"unix:{base}/opendkim-{mode}.socket"
    return names, master


def configure(base, names, master, smtp_ports):
    for directory in ("etc", "mail", "queue", "data"):
        os.mkdir(f"{base}/{directory}", 0o755)
    shutil.chown(f"{base}/data", "postfix")
    uid = int(subprocess.check_output(["id", "-u", USER]))
    gid = int(subprocess.check_output(["id", "-g", USER]))
    write(f"{base}/etc/main.cf", MAIN.format(base=base, domains="virtual.test", uid=uid, gid=gid) + node_settings())
    services = MASTER.format(port=smtp_ports[NONE]) + DELIVER.format(base=base) + master + "".join(
        f"127.0.0.1:{smtp_ports[name]} inet n - n - - smtpd\n  -o smtpd_milters={milter}\n"
        for name, milter in names.items() if name != NONE)
    write(f"{base}/etc/master.cf", services)
    write(f"{base}/etc/transport", "virtual.test mn-deliver:\n")
    shutil.chown(f"{base}/mail", USER, GROUP)


def start_opendkim(base, dns, keys, domain, group):
    # A local socket, as Debian has it: by TCP each message waits twice for a delayed acknowledgement.
    address = dns.partition(":")[0]  # opendkim knows only port 53
    started = []
    for mode, letter in (("verify", "v"), ("sign", "s")):
        write(f"{base}/opendkim-{mode}.conf",
              f"Mode {letter}\nSocket local:{base}/opendkim-{mode}.socket\nUMask 000\nNameservers {address}\n"
              f"Domain {domain}\nSelector default\nKeyFile {keys}/{domain}/default.pem\n"
              "Canonicalization relaxed/relaxed\nRequireSafeKeys no\nInternalHosts 127.0.0.1\nExternalIgnoreList 127.0.0.1\n"
              "UserID root\nBackground no\nSyslog no\n"
              + ("InternalHosts 192.0.2.1\n" if mode == "verify" else ""))
        started.append(subprocess.Popen(["opendkim", "-f", "-x", f"{base}/opendkim-{mode}.conf"],
                                        preexec_fn=group.enter))
    return started


def load(base, port, message, messages, keep_sessions, group):
    """Messages per second, from the first until the last is in the mailbox; CPU seconds a message;
    and one of them."""
    top = f"{base}/mail/virtual.test/user"
    shutil.rmtree(top, ignore_errors=True)
    used = group.seconds()
    start = time.monotonic()
    subprocess.run(["smtp-source", *(["-d"] if keep_sessions else []), "-s", str(SESSIONS), "-m", str(messages), "-F", message,
                    "-f", "sender@bench.example", "-t", "user@virtual.test", f"127.0.0.1:{port}"], check=True)
    while queued(base):
        if time.monotonic() - start > PATIENCE:
            sys.exit(f"port {port}: not done after {PATIENCE} s; see {base}/log")
        time.sleep(0.005)
    took = time.monotonic() - start
    time.sleep(SETTLE)
    used = group.seconds() - used
    arrived = len(os.listdir(f"{top}/Maildir/new"))
    if arrived != messages:
        sys.exit(f"port {port}: {arrived} of {messages} arrived; see {base}/log")
    first = next(os.scandir(f"{top}/Maildir/new"))
    with open(first.path, encoding="latin-1") as file:
        return messages / took, used / messages, file.read()


def warm_up(names, measure):
    """Processes start, caches fill; and does each filter do its work?"""
    for name in names:
        text = measure(name, 50, False)[2]
        wanted = "dkim=pass" if verifies(name) else "DKIM-Signature:"
        if (wanted in text) != (name != NONE):
            sys.exit(f"{name} did not do its work:\n{text[:2000]}")


def one_round(names, measure, messages, keep_sessions):
    """name -> messages per second, CPU seconds a message: the means of there and back."""
    runs = {name: [] for name in names}
    for name in [*names, *reversed(names)]:
        runs[name].append(measure(name, messages, keep_sessions)[:2])
    return {name: [statistics.mean(figures) for figures in zip(*own)] for name, own in runs.items()}


def spread(values):
    return f"{statistics.median(values):.2f} ({min(values):.2f} to {max(values):.2f})"


def report(rounds):
    print(f"  {'':16} {'CPU ms':>7} {'times no filter':>23} {'messages/s':>11} {'of no filter':>23}")
    for name in rounds[0]:
        rates, costs = ([a_round[name][i] for a_round in rounds] for i in (0, 1))
        of_rates = spread([a_round[name][0] / a_round[NONE][0] for a_round in rounds])
        of_costs = spread([a_round[name][1] / a_round[NONE][1] for a_round in rounds])
        print(f"  {name:16} {1000 * statistics.median(costs):7.2f} {of_costs:>23}"
              f" {statistics.median(rates):11.0f} {of_rates:>23}")


def main():
    base, signed, unsigned, dns, keys, domain = sys.argv[1:7]
    rounds, messages = int(sys.argv[7]), int(sys.argv[8])
    names, master = filters(base, dns, keys, domain)
    smtp_ports = {name: free_port() for name in names}
    configure(base, names, master, smtp_ports)
    group = ControlGroup()
    daemons = start_opendkim(base, dns, keys, domain, group)
    postfix = ["postfix", "-c", f"{base}/etc"]
    subprocess.run([*postfix, "start"], check=True, stderr=subprocess.DEVNULL, preexec_fn=group.enter)

    def measure(name, count, keep_sessions):
        message = signed if verifies(name) else unsigned
        return load(base, smtp_ports[name], message, count, keep_sessions, group)

    try:
        time.sleep(1)
        warm_up(names, measure)
        for keep_sessions in False, True:
            print(f" {SESSIONS} sessions for all messages" if keep_sessions else " a session for each message", flush=True)
            report([one_round(list(names), measure, messages, keep_sessions) for _ in range(rounds)])
    finally:
        subprocess.run([*postfix, "stop"], check=True, stderr=subprocess.DEVNULL)
        for daemon in daemons:
            daemon.kill()
            daemon.wait()
        group.remove()


if __name__ == "__main__":
    main()
