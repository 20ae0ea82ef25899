"""Time from the first message that Postfix is given until the last one is in the mailbox.

    pipe.py SCRATCH STATIC-TOOL DYNAMIC-TOOL EMPTY-PROGRAM ROUNDS MESSAGES

A private Postfix on a loopback port delivers the same load by several programs, in a new order in
each round; the figures are medians of the rates and of their ratios to virtual(8) of the same
round. Every message must be in its mailbox, whole. "nothing" is a program that does nothing: what
pipe(8) costs by itself. Root; programs that are missing are left out.
"""

import os
import random
import shutil
import socket
import statistics
import subprocess
import sys
import time

SESSIONS = 10
BYTES = 5000
PATIENCE = 180  # seconds for one load
USER = "nobody"
GROUP = "nogroup"
NOTHING = "nothing"
FLAGS = "flags=DORXhu"

MAIN = """\
compatibility_level = 3.6
queue_directory = {base}/queue
data_directory = {base}/data
maillog_file = {base}/log
maillog_file_prefixes = {base}
myhostname = bench.example.test
mydestination =
local_recipient_maps =
alias_maps =
alias_database =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks = 127.0.0.0/8
virtual_mailbox_domains = {domains}
virtual_mailbox_maps = static:virtual/Maildir/
virtual_mailbox_base = {base}/mail
virtual_uid_maps = static:{uid}
virtual_gid_maps = static:{gid}
virtual_minimum_uid = 1
transport_maps = texthash:{base}/etc/transport
enable_long_queue_ids = yes
smtpd_client_connection_count_limit = 0
in_flow_delay = 0
biff = no
notify_classes =
"""

MASTER = """\
127.0.0.1:{port} inet n - n - - smtpd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
error unix - - n - - error
retry unix - - n - - error
proxymap unix - - n - - proxymap
virtual unix - n n - 20 virtual
anvil unix - - n - 1 anvil
postlog unix-dgram n - n - 1 postlogd
"""

DOVECOT = """\
protocols =
ssl = no
log_path = {base}/lda.log
base_dir = {base}/run
state_dir = {base}/state
mail_location = maildir:{base}/mail/dovecot-lda/Maildir
mail_uid = {user}
mail_gid = {group}
first_valid_uid = 1
stats_writer_socket_path =
postmaster_address = postmaster@example.test
lda_mailbox_autocreate = no
"""


def transports(base):
    """name -> command for pipe(8), or None where it is not one; only what is installed."""
    delivery = ("--from-pipe --root={base}/mail --queue-id=${{queue_id}}"
                " --sender=${{sender}} --recipient=${{recipient}}").format(base=base)
    box = f"{base}/mail"
    others = {
        "dovecot-lda": f"/usr/lib/dovecot/dovecot-lda -c {base}/etc/lda.conf -f ${{sender}}",
        "safecat": f"/usr/bin/safecat {box}/safecat/Maildir/tmp {box}/safecat/Maildir/new",
        "maildrop": f"/usr/bin/maildrop {base}/etc/filter",
    }
    installed = {name: command for name, command in others.items()
                 if os.path.exists(command.split()[0])}
    return {
        "virtual": None,
        "mn-deliver": f"{base}/bin/static {delivery}",
        "mn-dynamic": f"{base}/bin/dynamic {delivery}",
        NOTHING: f"{base}/bin/empty",
        **installed,
    }


def mailbox_of(base, name):
    if name.startswith("mn-"):
        return f"{base}/mail/{name}.test/user/Maildir"
    return f"{base}/mail/{name}/Maildir"


def write(path, text, mode=0o644):
    with open(path, "w", encoding="ascii") as file:
        file.write(text)
    os.chmod(path, mode)


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return taken.getsockname()[1]


def configure(base, tools, programs, port):
    """Everything that Postfix and the programs read."""
    for directory in ("bin", "etc", "mail", "queue", "data"):
        os.mkdir(f"{base}/{directory}", 0o755)
    shutil.chown(f"{base}/data", "postfix")
    for name, tool in zip(("static", "dynamic", "empty"), tools):
        shutil.copy(tool, f"{base}/bin/{name}")
    uid = int(subprocess.check_output(["id", "-u", USER]))
    gid = int(subprocess.check_output(["id", "-g", USER]))
    domains = " ".join(f"{name}.test" for name in programs)
    write(f"{base}/etc/main.cf", MAIN.format(base=base, domains=domains, uid=uid, gid=gid)
          + "".join(f"{name}_destination_recipient_limit = 1\n" for name in programs))
    write(f"{base}/etc/master.cf", MASTER.format(port=port) + "".join(
        f"{name} unix - n n - 20 pipe\n"
        f"  {FLAGS} user={USER}:{GROUP} null_sender=\n  argv={command}\n"
        for name, command in programs.items() if command))
    write(f"{base}/etc/transport", "".join(f"{name}.test {name}:\n" for name in programs))
    write(f"{base}/etc/lda.conf", DOVECOT.format(base=base, user=USER, group=GROUP))
    write(f"{base}/lda.log", "", 0o666)
    write(f"{base}/etc/filter", f'to "{base}/mail/maildrop/Maildir"\n', 0o600)
    shutil.chown(f"{base}/etc/filter", USER, GROUP)
    shutil.chown(f"{base}/mail", USER, GROUP)


def fresh_mailbox(base, name):
    """Empty, as it was before the first round."""
    box = mailbox_of(base, name)
    top = os.path.join(f"{base}/mail", os.path.relpath(box, f"{base}/mail").split("/")[0])
    shutil.rmtree(top, ignore_errors=True)
    for folder in ("tmp", "new", "cur"):
        os.makedirs(f"{box}/{folder}")
    subprocess.run(["chown", "-R", f"{USER}:{GROUP}", top], check=True)
    subprocess.run(["chmod", "-R", "u=rwX,go=", top], check=True)
    return f"{box}/new"


def queued(base):
    return sum(len(os.listdir(f"{base}/queue/{name}")) for name in ("maildrop", "incoming", "active"))


def load(base, port, name, messages):
    """Messages per second."""
    new = fresh_mailbox(base, name)
    start = time.monotonic()
    subprocess.run(["smtp-source", "-s", str(SESSIONS), "-m", str(messages), "-l", str(BYTES),
                    "-f", "sender@example.test", "-t", f"user@{name}.test", f"127.0.0.1:{port}"],
                   check=True)
    while queued(base):
        if time.monotonic() - start > PATIENCE:
            sys.exit(f"{name}: not done after {PATIENCE} s; see {base}/log")
        time.sleep(0.005)
    took = time.monotonic() - start
    files = list(os.scandir(new))
    whole = sum(entry.stat().st_size >= BYTES for entry in files)
    if name == NOTHING:
        return messages / took
    if len(files) != messages or whole != messages:
        with open(f"{base}/log", encoding="latin-1") as log:
            problems = [line for line in log if "status=" in line and "status=sent" not in line]
        sys.exit(f"{name}: {len(files)} of {messages} arrived, {whole} whole\n" + "".join(problems[:3]))
    return messages / took


def main():
    base, *tools = sys.argv[1:5]
    rounds, messages = int(sys.argv[5]), int(sys.argv[6])
    programs = transports(base)
    port = free_port()
    configure(base, tools, programs, port)
    postfix = ["postfix", "-c", f"{base}/etc"]
    subprocess.run([*postfix, "start"], check=True, stderr=subprocess.DEVNULL)
    rates = {name: [] for name in programs}
    try:
        load(base, port, "virtual", 100)  # processes start, caches fill
        for _ in range(rounds):
            for name in random.sample(list(programs), len(programs)):
                rates[name].append(load(base, port, name, messages))
    finally:
        subprocess.run([*postfix, "stop"], check=True, stderr=subprocess.DEVNULL)
    print(f"  {'':12} messages/s   to virtual(8)  (least, greatest)")
    for name, own in rates.items():
        ratios = [a / b for a, b in zip(own, rates["virtual"])]
        print(f"  {name:12} {statistics.median(own):10.0f} {statistics.median(ratios):14.2f}"
              f"   ({min(ratios):.2f}, {max(ratios):.2f})")


if __name__ == "__main__":
    main()
