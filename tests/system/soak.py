#!/usr/bin/python3
"""Mail from six sessions while parts of the node are killed: soak.py SECONDS COMMAND...

COMMAND starts what is missing of the node. At the end every message that was accepted with 250 must
be there: one complete copy in each recipient's mailbox, or a bounce if it was made to bounce. One
whose answer was lost may be there once or not at all. Prints a line of figures; exit 1 on problems.
"""
import collections
import os
import pathlib
import random
import signal
import subprocess
import sys
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "lib"))
import mail
import traffic

STATE = pathlib.Path(os.environ["NODE"]) / "state"
POSTFIX = str(STATE / "etc/postfix")
READERS = {  # address: whose mailbox
    "alice@example.test": ["example.test/alice"],
    "Bob+list@example.test": ["example.test/bob"],
    "carol@example.test": ["example.test/carol"],
    "dave@second.test": ["second.test/dave"],
    "team@example.test": ["example.test/alice", "example.test/bob"],
}


class Soak:
    def __init__(self, seconds, start_command):
        self.end = time.monotonic() + seconds
        self.start_command = start_command
        self.sent = {}  # id: (accepted, address, bounces)
        self.faults = collections.Counter()
        self.logins = 0

    def running(self):
        return time.monotonic() < self.end

    # --- clients ---

    def sender(self, number):
        count = 0
        while self.running():
            try:
                with mail.smtp_session("bob" if number == 0 else None, timeout=30) as session:
                    for _ in range(random.randint(1, 5)):
                        count += 1
                        self.send_one(session, f"s{number}-{count}")
                        time.sleep(random.uniform(0, 0.1))
            except (OSError, mail.smtplib.SMTPException, EOFError):
                time.sleep(0.1)  # somebody killed our server: that is the point

    def send_one(self, session, identity):
        # Most mail is small.
        size = int(500 * 3000 ** (random.random() ** 3))
        address = random.choice(list(READERS))
        bounces = address == "alice@example.test" and random.random() < 0.2
        # It has been there: Postfix bounces a loop.
        extra = "Delivered-To: alice@example.test\n" if bounces else ""
        self.sent[identity] = False, address, bounces
        # carol has no other mail of this kind, and is there to get the bounces.
        sender = "bob@example.test" if identity.startswith("s0-") else "carol@example.test"
        if traffic.send(session, identity, size, sender, address, extra):
            self.sent[identity] = True, address, bounces

    def reader(self):
        while self.running():
            try:
                session = mail.imap_session(random.choice(["alice", "bob", "carol"]), timeout=30)
                session.select("INBOX")
                newest = session.search(None, "ALL")[1][0].split()[-1:]
                if newest:
                    session.fetch(newest[0], "(BODY[])")
                session.logout()
                self.logins += 1
            except (OSError, mail.imaplib.IMAP4.error, EOFError):
                pass
            time.sleep(0.2)

    # --- faults ---

    def processes(self):
        """(name, pid) of what belongs to this node and may be killed."""
        master = (STATE / "queue/pid/master.pid").read_text().strip()
        dovecot = (STATE / "run/dovecot/master.pid").read_text().strip()
        for stat in pathlib.Path("/proc").glob("[0-9]*/stat"):
            try:
                text = stat.read_text()
                pid, name = text.split(" (", 1)[0], text.split("(", 1)[1].rsplit(")", 1)[0]
                parent = text.rsplit(")", 1)[1].split()[1]
                if parent in (master, dovecot) and name not in ("log", "config", "tlsmgr"):
                    yield name, int(pid)
            except OSError:
                continue

    def kill_one(self):
        by_name = collections.defaultdict(list)
        for name, pid in self.processes():
            by_name[name].append(pid)
        # Ours and pipe(8) are what this is about.
        draw = random.random()
        if draw < 0.4 and self.hunt(by_name["pipe"]):
            return
        name = "pipe" if draw < 0.6 and by_name["pipe"] else random.choice([name for name in by_name if by_name[name]])
        try:
            os.kill(random.choice(by_name[name]), signal.SIGKILL)
            self.faults[name] += 1
        except ProcessLookupError:
            pass

    def hunt(self, pipes):
        """Kill an mn-deliver: they live for milliseconds."""
        end = time.monotonic() + 0.3
        while time.monotonic() < end:
            for pipe in pipes:
                try:
                    child = pathlib.Path(f"/proc/{pipe}/task/{pipe}/children").read_text().split()
                    if child:
                        os.kill(int(child[0]), signal.SIGKILL)
                        self.faults["mn-deliver"] += 1
                        return True
                except OSError:
                    continue
        return False

    def fill_disk(self):
        filler = pathlib.Path(os.environ["NODE_MAIL"]) / "filler"
        room = os.statvfs(filler.parent)
        with open(filler, "wb") as file:
            os.posix_fallocate(file.fileno(), 0, max(1, room.f_bavail * room.f_frsize))
        time.sleep(1)
        filler.unlink()
        self.faults["disk full"] += 1

    def postfix(self, how):
        subprocess.run(["postfix", "-c", POSTFIX, how], capture_output=True, check=False)
        self.start_node()
        self.faults[f"postfix {how}"] += 1

    def start_node(self):
        subprocess.run(self.start_command, capture_output=True, check=True)

    def chaos(self):
        while self.running():
            try:
                draw = random.random()
                if draw < 0.04:
                    self.postfix("stop")
                elif draw < 0.08:
                    self.postfix("abort")
                elif draw < 0.18:
                    self.fill_disk()
                else:
                    for _ in range(random.randint(1, 4)):
                        self.kill_one()
            except OSError:
                pass  # Postfix was just between two pid files
            time.sleep(random.uniform(0.1, 0.6))

    # --- the end ---

    def settle(self):
        """Wait until the queue is empty."""
        self.start_node()
        end = time.monotonic() + 120
        while time.monotonic() < end:
            # What is not executable is unfinished mail of a cleanup(8) that we killed.
            queue = [path for name in ("maildrop", "incoming", "active", "deferred")
                     for path in (STATE / "queue" / name).rglob("*")
                     if path.is_file() and os.access(path, os.X_OK)]
            if not queue:
                return []
            subprocess.run(["postqueue", "-c", POSTFIX, "-f"], check=False)
            time.sleep(1)
        return [f"still in the queue: {len(queue)}"]

    def problems(self):
        problems = self.settle()
        found = traffic.Inventory()
        for identity, (accepted, address, bounces) in self.sent.items():
            wanted = 1 if accepted and not bounces else 0
            for account in READERS[address]:
                there = found.copies.pop((identity, account), 0)
                if there != wanted and (accepted or there > 1 or bounces):
                    problems.append(f"{identity}: {there} copies for {account}, not {wanted}")
            if accepted and bounces and found.bounces[identity] == 0:
                problems.append(f"{identity}: neither copy nor bounce")
            if not bounces and found.bounces[identity]:
                problems.append(f"{identity}: bounced")
        problems += [f"{identity}: in the mailbox of {account}" for identity, account in found.copies]
        problems += [f"damaged: {path}" for path in found.damaged]
        problems += [f"left: {path}" for path in found.leftover]
        return problems

    def run(self):
        parts = [threading.Thread(target=self.sender, args=(number,)) for number in range(6)]
        parts += [threading.Thread(target=self.reader) for _ in range(2)]
        parts += [threading.Thread(target=self.chaos)]
        for part in parts:
            part.start()
        for part in parts:
            part.join()
        problems = self.problems()
        accepted = [entry for entry in self.sent.values() if entry[0]]
        print(f"{len(accepted)} accepted, {len(self.sent) - len(accepted)} not or unknown, "
              f"{sum(entry[2] for entry in accepted)} made to bounce, {self.logins} IMAP sessions, "
              f"{sum(self.faults.values())} faults:",
              ", ".join(f"{name} {number}" for name, number in self.faults.most_common()))
        print(*problems[:30], sep="\n")
        if len(accepted) < 50 or sum(self.faults.values()) < 10:
            problems.append("too little happened")
        print(f"{len(problems)} problems")
        return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(Soak(float(sys.argv[1]), sys.argv[2:]).run())
