#!/usr/bin/python3
"""Mail in numbers, each message able to prove that it is complete: a command, and a module.

    traffic.py burst PREFIX COUNT SIZE TO     send at once; prints the ids accepted with 250
    traffic.py stubborn PREFIX COUNT SIZE TO HOST
                                              as many, whatever happens: tries again until each is
                                              accepted, as another message; prints those ids
    traffic.py flow PREFIX STOPFILE           send and read until STOPFILE exists; problems to
                                              stderr (exit 1), accepted ids to stdout
    traffic.py verify < IDS                   below $NODE_MAIL there is one complete copy of each,
                                              nothing damaged, nothing left in tmp/
"""
import collections
import hashlib
import os
import pathlib
import random
import smtplib
import sys
import threading
import time

import mail

LINE = b"The quick brown fox jumps over the lazy dog, and %d more do the same.\n"


def sealed(identity, sender, to, size, extra=""):
    """A message of about this size with the digest of its body in the header."""
    number = random.randrange(10**9)
    body = b"".join(LINE % (number + line) for line in range(max(1, size // len(LINE % number))))
    digest = hashlib.sha256(body).hexdigest()
    return (f"{extra}From: {sender}\nTo: {to}\nSubject: {identity}\nX-Seal: {identity} {digest}\n"
            "Date: Sun, 22 Nov 2026 12:00:00 +0000\n"
            f"Message-ID: <{identity}@client.example>\n\n").encode().replace(b"\n", b"\r\n") \
        + body.replace(b"\n", b"\r\n")


def top_header(text, name):
    """The values of a header field, without its folded lines."""
    return [line[len(name) + 2:].strip() for line in text.split("\n")
            if line.lower().startswith(name.lower() + ":")]


class Inventory:
    """Everything below $NODE_MAIL, in INBOX and in folders."""

    def __init__(self):
        self.copies = collections.Counter()   # (id, "domain/user"): complete copies
        self.bounces = collections.Counter()  # id: bounces about it
        self.damaged, self.leftover = [], []
        root = pathlib.Path(os.environ["NODE_MAIL"])
        for path in [*root.glob("*/*/Maildir/*/*"), *root.glob("*/*/Maildir/.*/*/*")]:
            account = "/".join(path.relative_to(root).parts[:2])
            try:
                if path.parent.name == "tmp":
                    self.leftover.append(str(path))
                elif path.parent.name in ("new", "cur"):
                    self.add(path, account)
            except FileNotFoundError:
                pass  # an IMAP session moved it from new/ to cur/

    def add(self, path, account):
        header, _, body = path.read_bytes().partition(b"\n\n")
        header = header.decode(errors="replace")
        if path.stat().st_mode & 0o777 != 0o600:
            self.damaged.append(f"{path}: mode")
        for seal in top_header(header, "X-Seal"):
            identity, digest = seal.split()
            if hashlib.sha256(body).hexdigest() == digest:
                self.copies[identity, account] += 1
            else:
                self.damaged.append(str(path))
        if "auto-replied" in top_header(header, "Auto-Submitted"):
            for seal in top_header(body.decode(errors="replace"), "X-Seal"):
                self.bounces[seal.split()[0]] += 1


def send(session, identity, size, sender, to, extra=""):
    """True if the server took it."""
    session.mail(sender)
    code, _ = session.rcpt(to)
    if code != 250:
        session.rset()
        return False
    return session.data(sealed(identity, sender, to, size, extra))[0] == 250


def burst(prefix, count, size, to):
    accepted = []

    def one(number):
        identity = f"{prefix}-{number}"
        with mail.smtp_session() as session:
            if send(session, identity, int(size), "stranger@elsewhere.test", to):
                accepted.append(identity)

    threads = [threading.Thread(target=one, args=(number,)) for number in range(int(count))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print(*accepted, sep="\n")
    return 0 if len(accepted) == int(count) else 1


def stubborn(prefix, count, size, to, host):
    accepted, waiting = [], list(range(int(count)))

    def one():
        while waiting:
            number, tries = waiting.pop(), 0
            while True:
                identity, tries = f"{prefix}-{number}-{tries}", tries + 1
                try:
                    with mail.smtp_session(host=host, timeout=20) as session:
                        if send(session, identity, int(size), "stranger@elsewhere.test", to):
                            accepted.append(identity)
                            # One call for the whole line: threads do not mix them.
                            sys.stdout.write(identity + "\n")
                            sys.stdout.flush()
                            break
                except (OSError, smtplib.SMTPException):
                    time.sleep(0.2)

    threads = [threading.Thread(target=one) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return 0 if len(accepted) == int(count) else 1


class Flow:
    """One long SMTPS session, short ones on port 25, one IMAP session that asks, one in IDLE."""

    def __init__(self, prefix, stop_file):
        self.prefix, self.stop_file = prefix, stop_file
        self.accepted, self.problems = [], []

    def stopped(self):
        return os.path.exists(self.stop_file)

    def guarded(self, name, function):
        try:
            function()
        except Exception as problem:  # whatever it is, it is the finding
            self.problems.append(f"{name}: {problem!r}")

    def long_session(self):
        number = 0
        with mail.smtp_session("bob") as session:
            while not self.stopped():
                number += 1
                self.send(session, f"{self.prefix}-long-{number}", "bob@example.test")
                time.sleep(0.05)

    def short_sessions(self):
        number = 0
        while not self.stopped():
            number += 1
            with mail.smtp_session() as session:
                self.send(session, f"{self.prefix}-short-{number}", "stranger@elsewhere.test")
            time.sleep(0.05)

    def send(self, session, identity, sender):
        if send(session, identity, 4000, sender, "alice@example.test"):
            self.accepted.append(identity)
        else:
            self.problems.append(f"{identity}: refused")

    def asking(self):
        session = mail.imap_session("alice")
        session.select("INBOX")
        while not self.stopped():
            if session.noop()[0] != "OK":
                self.problems.append("NOOP refused")
            time.sleep(0.1)
        session.logout()

    def idling(self):
        session = mail.imap_session("carol")
        session.select("INBOX")
        session.send(b"i IDLE\r\n")
        while not self.stopped():
            session.sock.settimeout(0.2)
            try:
                if session.sock.recv(4096) == b"":
                    raise EOFError("the server hung up")
            except TimeoutError:
                pass

    def run(self):
        parts = [self.long_session, self.short_sessions, self.asking, self.idling]
        threads = [threading.Thread(target=self.guarded, args=(part.__name__, part))
                   for part in parts]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()


def flow(prefix, stop_file):
    traffic = Flow(prefix, stop_file)
    traffic.run()
    print(*traffic.accepted, sep="\n")
    print(*traffic.problems, sep="\n", file=sys.stderr, end="")
    return 1 if traffic.problems or not traffic.accepted else 0


def verify():
    wanted = sys.stdin.read().split()
    found = Inventory()
    copies = collections.Counter()
    for (identity, _), number in found.copies.items():
        copies[identity] += number
    problems = [f"{identity}: {copies[identity]} copies" for identity in wanted
                if copies[identity] != 1]
    problems += [f"damaged: {path}" for path in found.damaged]
    problems += [f"left: {path}" for path in found.leftover]
    print(f"{len(wanted)} messages, {len(problems)} problems", *problems, sep="\n")
    return 1 if problems or not wanted else 0


if __name__ == "__main__":
    sys.exit({"burst": burst, "stubborn": stubborn, "flow": flow, "verify": verify}[sys.argv[1]](*sys.argv[2:]))
