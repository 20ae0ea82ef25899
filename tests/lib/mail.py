#!/usr/bin/python3
"""What a mail client and a hostile stranger do to a node under test: a command, and a module.

    mail.py send --from a@x.test --to alice@example.test --id t1       port 25
    mail.py send --user alice --to bob@example.test --id t2 [FILE]     SMTPS, with alice's password
    mail.py fetch alice t1                                             IMAPS: waits, prints the mail
    mail.py count alice t1                                             copies in all her folders
    mail.py talk smtp|smtps|imaps [--sasl USER] < TRANSCRIPT           see talk()
    mail.py outcomes alice DEFER-DIRECTORY                             see outcomes()
    mail.py ports                                                      four free ports

Where the node is comes from NODE_SMTP_PORT, NODE_SMTPS_PORT, NODE_IMAPS_PORT and NODE_CA; port 25
is called from NODE_SOURCE, or an address that the kernel chooses. A user "alice" is
alice@example.test with the password alice-secret, unless told otherwise.
"""
import argparse
import base64
import email
import imaplib
import os
import pathlib
import random
import re
import smtplib
import socket
import ssl
import sys
import time

NODE_SOURCE = os.environ.get("NODE_SOURCE")
SERVER_NAME = os.environ.get("NODE_HOSTNAME", "mail.example.test")
imaplib._MAXLINE = 100_000_000


def port(service):
    return int(os.environ[f"NODE_{service.upper()}_PORT"])


def tls():
    """A careful client's: the node's certificate and its name are checked."""
    return ssl.create_default_context(cafile=os.environ["NODE_CA"])


def login_of(user):
    return user if "@" in user else f"{user}@example.test"


def password_of(user):
    return user.split("@")[0].split("+")[0].lower() + "-secret"


class Smtps(smtplib.SMTP_SSL):
    def _get_socket(self, host, number, timeout):
        plain = socket.create_connection((host, number), timeout)
        return self.context.wrap_socket(plain, server_hostname=SERVER_NAME)


class Imaps(imaplib.IMAP4_SSL):
    def _create_socket(self, timeout):
        plain = socket.create_connection((self.host, self.port), timeout)
        return self.ssl_context.wrap_socket(plain, server_hostname=SERVER_NAME)


def smtp_session(user=None, password=None, host="127.0.0.1", timeout=60):
    if user is None:
        source = (NODE_SOURCE, 0) if NODE_SOURCE else None
        session = smtplib.SMTP(host, port("smtp"), "client.example", timeout, source)
        session.ehlo()
        return session
    session = Smtps(host, port("smtps"), "client.example", timeout=timeout, context=tls())
    session.ehlo()
    session.user, session.password = login_of(user), password_of(user) if password is None else password
    session.auth("PLAIN", session.auth_plain)  # login() would try each mechanism
    return session


def imap_session(user, password=None, host="127.0.0.1", timeout=60):
    session = Imaps(host, port("imaps"), ssl_context=tls(), timeout=timeout)
    session.login(login_of(user), password_of(user) if password is None else password)
    return session


def message(identity, sender, to, body=b"Hello.\r\n"):
    return (f"From: {sender}\r\nTo: {to}\r\nSubject: {identity}\r\n"
            f"Message-ID: <{identity}@client.example>\r\n"
            "Date: Sun, 22 Nov 2026 12:00:00 +0000\r\n\r\n").encode() + body


def refusal(problem):
    """(code, text) of whatever smtplib raises."""
    if isinstance(problem, smtplib.SMTPRecipientsRefused):
        return next(iter(problem.recipients.values()))
    if isinstance(problem, smtplib.SMTPResponseException):
        return problem.smtp_code, problem.smtp_error
    raise problem


def send(args):
    sender = args.sender
    if sender is None:
        sender = login_of(args.user)
    data = open(args.file, "rb").read() if args.file else message(args.id, sender, args.to[0])
    try:
        with smtp_session(args.user, args.password, args.host) as session:
            code, text = session.mail(sender, ["BODY=8BITMIME"])
            if code == 250:
                for to in args.to:
                    code, text = session.rcpt(to)
                    if code != 250:
                        break
            if code == 250:
                code, text = bdat(session, data) if args.bdat else session.data(data)
    except smtplib.SMTPException as problem:
        code, text = refusal(problem)
    print(code, text.decode(errors="replace"))
    return 0 if code == 250 else 1


def bdat(session, data):
    """[RFC3030 2] The only way to send a message whose last line has no end, or a NUL."""
    session.send(b"BDAT %d LAST\r\n" % len(data) + data)
    return session.getreply()


def numbers_of(session, identity):
    """Message numbers in the selected folder."""
    answer, found = session.search(None, "HEADER", "Message-ID", f"<{identity}@client.example>")
    assert answer == "OK", found
    return found[0].split()


def folders(session):
    return [line.decode().rsplit(' "/" ', 1)[-1].rsplit(' "." ', 1)[-1].strip('"')
            for line in session.list()[1]]


def fetch(args):
    session = imap_session(args.user, args.password, args.host)
    end = time.monotonic() + args.timeout
    while True:
        session.select(args.folder, readonly=True)
        found = numbers_of(session, args.id)
        if found or time.monotonic() > end:
            break
        time.sleep(0.1)
    if len(found) != 1:
        print(f"{len(found)} messages {args.id} in {args.folder} of {args.user}", file=sys.stderr)
        return 1
    answer, parts = session.fetch(found[0], "(BODY.PEEK[])")
    sys.stdout.buffer.write(parts[0][1])
    session.logout()
    return 0


def count(args):
    session = imap_session(args.user, args.password)
    total = 0
    for folder in folders(session):
        session.select(f'"{folder}"', readonly=True)
        total += len(numbers_of(session, args.id))
    print(total)
    session.logout()
    return 0


class Talk:
    """Plays a transcript; see talk()."""

    FINAL = re.compile(r"[0-9]{3} |[a-z][0-9]* (OK|NO|BAD)|\+ ")

    def __init__(self, service, host):
        self.socket = socket.create_connection((host, port(service)), 30)
        if service != "smtp":
            self.start_tls()
        self.answer = []
        self.pending = b""

    def start_tls(self):
        self.socket = tls().wrap_socket(self.socket, server_hostname=SERVER_NAME)

    def line(self):
        """The next line of the server; empty at the end of the connection."""
        while b"\n" not in self.pending:
            try:
                more = self.socket.recv(65536)
            except (ConnectionError, ssl.SSLEOFError):
                more = b""
            except TimeoutError:
                sys.exit("no answer within 30 s")
            if not more:
                break
            self.pending += more
        text, _, self.pending = self.pending.partition(b"\n")
        text = text.decode(errors="replace").rstrip("\r")
        print("S:", text)
        return text

    def expect(self, wanted):
        """Read one whole answer; of IMAP's untagged lines ("* ...") up to the wanted one."""
        self.answer = []
        while True:
            text = self.line()
            self.answer.append(text)
            if text == "":
                return wanted == "EOF"
            if wanted.startswith("* ") and text.startswith(wanted):
                return True
            if wanted != "EOF" and self.FINAL.match(text):
                return text.startswith(wanted)

    def step(self, kind, text):
        if kind == "C:":
            self.socket.sendall(text.encode() + b"\r\n")
        elif kind == "X:":
            # A server may hang up on what it does not like; its answer is what counts.
            try:
                self.socket.sendall(text.encode().decode("unicode_escape").encode("latin-1"))
            except ConnectionError:
                pass
        elif kind == "S:":
            return self.expect(text)
        elif kind == "S?":
            return any(re.search(text, line) for line in self.answer)
        elif kind == "S!":
            return not any(re.search(text, line) for line in self.answer)
        elif kind == "TLS":
            self.start_tls()
        else:
            sys.exit(f"mail.py: what is {kind}?")
        return True


def talk(args):
    """Line by line of standard input:

    C: TEXT   send the line            X: TEXT   send these bytes, \\r\\n\\0 and \\xNN as in Python
    S: TEXT   read an answer, whose last line must begin with TEXT ("EOF": the connection ends)
    S? REGEX  a line of that answer must match      S! REGEX  none may      TLS  start TLS now
    @SASL@ stands for the base64 of --sasl's login and password.
    """
    session = Talk(args.service, args.host)
    user = args.sasl or "alice"
    secret = password_of(user) if args.password is None else args.password
    plain = base64.b64encode(f"\0{login_of(user)}\0{secret}".encode()).decode()
    for step in sys.stdin.read().splitlines():
        if not step.strip() or step.startswith("#"):
            continue
        kind, _, text = step.partition(" ")
        text = text.replace("@SASL@", plain)
        print(kind, text)
        if not session.step(kind, text):
            print(f"the server's answer is not: {kind} {text}")
            return 1
    return 0


def outcomes(args):
    """What became of each recipient, one a line: "deferred ADDRESS STATUS TEXT" from Postfix's
    defer directory, "bounced ADDRESS STATUS TEXT" from the bounces in the user's INBOX."""
    for path in pathlib.Path(args.defer).glob("*/*"):
        for block in path.read_text().split("\n\n"):
            fields = dict(line.split("=", 1) for line in block.splitlines() if "=" in line)
            if "recipient" in fields:
                print("deferred", fields["recipient"], fields["status"], fields["reason"])
    session = imap_session(args.user, args.password)
    session.select("INBOX", readonly=True)
    numbers = session.search(None, "HEADER", "Auto-Submitted", "auto-replied")[1][0].split()
    for number in numbers:
        bounce = email.message_from_bytes(session.fetch(number, "(BODY.PEEK[])")[1][0][1])
        for part in bounce.walk():
            if part["Final-Recipient"] and part["Action"] == "failed":
                text = re.sub(r"\s+", " ", part["Diagnostic-Code"].partition(";")[2].strip())
                print("bounced", part["Final-Recipient"].split()[-1], part["Status"], text)
    session.logout()
    return 0


def ports(_):
    """Four numbers below the ephemeral ports and those of dns.bash, free on every address here."""
    while True:
        first = random.randrange(20000, 26000, 4)
        try:
            for number in range(first, first + 4):
                with socket.socket() as probe:
                    probe.bind(("", number))
            print(first, first + 1, first + 2, first + 3)
            return 0
        except OSError:
            continue


def main():
    sys.stdout.reconfigure(line_buffering=True)  # others follow a talk as it goes
    parser = argparse.ArgumentParser()
    commands = parser.add_subparsers(required=True)

    def command(function, *names):
        sub = commands.add_parser(function.__name__)
        sub.set_defaults(function=function)
        for name in names:
            sub.add_argument(name)
        sub.add_argument("--password")
        sub.add_argument("--host", default="127.0.0.1")
        return sub

    sub = command(send)
    sub.add_argument("file", nargs="?", help="a whole message, with CRLF")
    sub.add_argument("--from", dest="sender")
    sub.add_argument("--to", action="append", required=True)
    sub.add_argument("--user")
    sub.add_argument("--id", default="no-id")
    sub.add_argument("--bdat", action="store_true")
    sub = command(fetch, "user", "id")
    sub.add_argument("--folder", default="INBOX")
    sub.add_argument("--timeout", type=float, default=20)
    command(count, "user", "id")
    sub = command(talk, "service")
    sub.add_argument("--sasl")
    command(outcomes, "user", "defer")
    command(ports)
    args = parser.parse_args()
    return args.function(args)


if __name__ == "__main__":
    sys.exit(main())
