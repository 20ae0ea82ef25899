"""Messages per second that a real Postfix accepts with each filter in front, and delivers.

    milter.py SCRATCH MESSAGE DNS-SERVER KEYS DOMAIN ROUNDS MESSAGES

A new order in each round; the figures are medians of the rates and of their ratios to no filter in
the same round. spawn(8) starts mn-verify and mn-dkimsign for every SMTP session, and smtp-source
makes a session for each message: the worst case. mn-deliver delivers, as on a node. opendkim is a daemon that stays. MESSAGE is signed,
its key is in the DNS. Every message must be in the mailbox.
"""

import os
import random
import shutil
import statistics
import subprocess
import sys
import time

from pipe import GROUP, MAIN, MASTER, PATIENCE, SESSIONS, USER, free_port, queued, write

DELIVER = (f"mn-deliver unix - n n - 20 pipe\n  flags=DORXhu user={USER} null_sender=\n"
           "  argv={base}/bin/mn-deliver --from-pipe --root={base}/mail --queue-id=${{queue_id}}"
           " --sender=${{sender}} --recipient=${{recipient}}\n")
SPAWN = "  argv={base}/bin/{tool} --milter --time-limit 86400 {options}\n"


def filters(base, dns, keys, domain):
    """name -> value of smtpd_milters, and the lines of master.cf that make it."""
    tools = {
        "mn-verify": f"--authserv-id bench.example.test --policy --nameserver {dns}",
        "mn-dkimsign": f"--keys {keys} --domains {domain}",
    }
    master = "".join(f"{tool} unix - n n - 0 spawn user={USER}\n" + SPAWN.format(base=base, tool=tool, options=options)
                     for tool, options in tools.items())
    names = {"none": "", **{tool: f"unix:private/{tool}" for tool in tools}}
    for mode in ("verify", "sign"):
        names[f"opendkim-{mode}"] = f"unix:{base}/opendkim-{mode}.socket"
    return names, master


def configure(base, names, master, smtp_ports):
    for directory in ("etc", "mail", "queue", "data"):
        os.mkdir(f"{base}/{directory}", 0o755)
    shutil.chown(f"{base}/data", "postfix")
    uid = int(subprocess.check_output(["id", "-u", USER]))
    gid = int(subprocess.check_output(["id", "-g", USER]))
    write(f"{base}/etc/main.cf", MAIN.format(base=base, domains="virtual.test", uid=uid, gid=gid))
    services = MASTER.format(port=smtp_ports["none"]) + DELIVER.format(base=base) + master + "".join(
        f"127.0.0.1:{smtp_ports[name]} inet n - n - - smtpd\n  -o smtpd_milters={milter}\n"
        for name, milter in names.items() if name != "none")
    write(f"{base}/etc/master.cf", services)
    write(f"{base}/etc/transport", "virtual.test mn-deliver:\n")
    shutil.chown(f"{base}/mail", USER, GROUP)


def start_opendkim(base, dns, keys, domain):
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
        started.append(subprocess.Popen(["opendkim", "-f", "-x", f"{base}/opendkim-{mode}.conf"]))
    return started


def load(base, port, message, messages):
    """Messages per second, from the first until the last is in the mailbox."""
    top = f"{base}/mail/virtual.test/user"
    shutil.rmtree(top, ignore_errors=True)
    start = time.monotonic()
    subprocess.run(["smtp-source", "-s", str(SESSIONS), "-m", str(messages), "-F", message,
                    "-f", "sender@bench.example", "-t", "user@virtual.test", f"127.0.0.1:{port}"], check=True)
    while queued(base):
        if time.monotonic() - start > PATIENCE:
            sys.exit(f"port {port}: not done after {PATIENCE} s; see {base}/log")
        time.sleep(0.005)
    took = time.monotonic() - start
    arrived = len(os.listdir(f"{top}/Maildir/new"))
    if arrived != messages:
        sys.exit(f"port {port}: {arrived} of {messages} arrived; see {base}/log")
    first = next(os.scandir(f"{top}/Maildir/new"))
    with open(first.path, encoding="latin-1") as file:
        return messages / took, file.read()


def main():
    base, message, dns, keys, domain = sys.argv[1:6]
    rounds, messages = int(sys.argv[6]), int(sys.argv[7])
    names, master = filters(base, dns, keys, domain)
    smtp_ports = {name: free_port() for name in names}
    configure(base, names, master, smtp_ports)
    daemons = start_opendkim(base, dns, keys, domain)
    postfix = ["postfix", "-c", f"{base}/etc"]
    subprocess.run([*postfix, "start"], check=True, stderr=subprocess.DEVNULL)
    rates = {name: [] for name in names}
    proof = {"mn-verify": "dkim=pass", "opendkim-verify": "dkim=pass"}
    try:
        time.sleep(1)
        for name in names:  # processes start, caches fill; and does it do its work?
            _, text = load(base, smtp_ports[name], message, 50)
            wanted = proof.get(name, "DKIM-Signature" if name != "none" else "")
            if wanted not in text:
                sys.exit(f"{name} did not do its work:\n{text[:2000]}")
        for _ in range(rounds):
            for name in random.sample(list(names), len(names)):
                rates[name].append(load(base, smtp_ports[name], message, messages)[0])
    finally:
        subprocess.run([*postfix, "stop"], check=True, stderr=subprocess.DEVNULL)
        for daemon in daemons:
            daemon.kill()
            daemon.wait()
    print(f"  {'':16} messages/s   to no filter   (least, greatest)")
    for name, own in rates.items():
        ratios = [a / b for a, b in zip(own, rates["none"])]
        print(f"  {name:16} {statistics.median(own):10.0f} {statistics.median(ratios):14.2f}"
              f"   ({min(ratios):.2f}, {max(ratios):.2f})")


if __name__ == "__main__":
    main()
