"""Two lists that are made alike, one kept by mlmmj and one by mn-list-*, and what each does.

    world = World(scratch, Mlmmj(), Ours(outbox, texts))
    for side in world.sides: side.control("moderated"); side.post("ann@example.net")
    for line in world.differences(): print(line)

What is compared: who gets what from which envelope sender, the files of subscribers, the archive,
and what waits where. Tokens, dates and the fields that only we add are made equal first.
"""

import collections
import ctypes
import email.header
import json
import os
import re
import shutil
import socket
import subprocess
import threading
import time

LIST = "cats@example.org"
VERIFIER = "mx.example.org"
DIRECTORIES = (
    "incoming queue queue/discarded archive text subconf unsubconf bounce control moderation "
    "subscribers.d digesters.d nomailsubs.d requeue"
).split()
HERE = os.path.dirname(os.path.abspath(__file__))
BIN = os.environ.get("MAILNODE_BIN", os.path.join(HERE, "..", "..", "build", "bin"))

# Fields that we add to everything, or that change from mail to mail.
OUR_FIELDS = (
    "list-|x-loop|precedence|archived-at|auto-submitted|sender|message-id|date|mime-version|"
    "content-type|content-transfer-encoding|received|in-reply-to|references|authentication-results"
)
OURS_ONLY = re.compile(r"^(%s)" % OUR_FIELDS, re.I)

Mail = collections.namedtuple("Mail", "sender recipient message")


class Sink(threading.Thread):
    """Takes whatever mlmmj sends. Acknowledges at once, for mlmmj writes three times a message."""

    def __init__(self):
        super().__init__(daemon=True)
        self.mails = []
        self.refused = set()  # recipients that get a 451
        self.server = socket.create_server(("127.0.0.1", 0))
        self.port = self.server.getsockname()[1]
        self.start()

    def run(self):
        while True:
            connection, _ = self.server.accept()
            threading.Thread(target=self.serve, args=(connection,), daemon=True).start()

    def lines(self, connection):
        rest = b""
        while True:
            while b"\n" in rest:
                line, rest = rest.split(b"\n", 1)
                yield line.removesuffix(b"\r")
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)
            try:
                more = connection.recv(65536)
            except OSError:
                return
            if not more:
                return
            rest += more

    def serve(self, connection):
        sender, recipients = "", []
        lines = self.lines(connection)
        connection.sendall(b"220 ready\r\n")
        for line in lines:
            word, answer = line[:4].upper(), "250 ok"
            text = line.decode("latin-1")
            if word == b"EHLO":
                answer = "250-here\r\n250 8BITMIME"
            elif word == b"MAIL":
                sender, recipients = re.search("<(.*?)>", text)[1], []
            elif word == b"RCPT":
                recipient = re.search("<(.*?)>", text)[1]
                if recipient in self.refused:
                    answer = "451 later"
                else:
                    recipients.append(recipient)
            elif word == b"DATA":
                connection.sendall(b"354 go on\r\n")
                body = []
                for part in lines:
                    if part == b".":
                        break
                    body.append(part[1:] if part.startswith(b".") else part)
                message = b"\n".join(body) + b"\n"
                self.mails += [Mail(sender, recipient, message) for recipient in recipients]
            elif word == b"QUIT":
                answer = "221 bye"
            connection.sendall(answer.encode() + b"\r\n")
            if word == b"QUIT":
                connection.close()
                return


def make_list(path):
    for directory in DIRECTORIES:
        os.makedirs(os.path.join(path, directory))
    files = {"control/listaddress": LIST + "\n", "control/owner": "boss@example.org\n", "index": ""}
    files["lastdigest"] = f"0:{int(time.time())}:0\n"  # none is due
    for name, text in files.items():
        with open(os.path.join(path, name), "w", encoding="utf-8") as file:
            file.write(text)


class Side:
    """One list and the programs that serve it."""

    def __init__(self, name, path, programs, others):
        self.name = name
        self.path = path
        self.programs = programs
        self.others = others
        self.mails = []  # all there were
        self.fresh = []  # those of the last step
        make_list(path)
        sink = next(programs.sink for programs in (programs, others) if isinstance(programs, Mlmmj))
        self.write("control/relayhost", "127.0.0.1\n")
        self.write("control/smtpport", f"{sink.port}\n")

    def hand_over(self):
        """From now on the other programs serve this list."""
        self.programs, self.others = self.others, self.programs

    def file(self, name):
        return os.path.join(self.path, name)

    def read(self, name):
        with open(self.file(name), encoding="utf-8", errors="surrogateescape") as file:
            return file.read()

    def write(self, name, text, age=0):
        os.makedirs(os.path.dirname(self.file(name)), exist_ok=True)
        with open(self.file(name), "w", encoding="utf-8", errors="surrogateescape") as file:
            file.write(text)
        self.age(name, age)

    def age(self, name, seconds):
        then = time.time() - seconds
        os.utime(self.file(name), (then, then))

    def names(self, directory):
        path = self.file(directory)
        if not os.path.isdir(path):
            return []
        return sorted(
            name for name in os.listdir(path) if os.path.isfile(os.path.join(path, name)) and not name.startswith(".")
        )

    def control(self, *names, **values):
        for name in names:
            self.write("control/" + name, "")
        for name, value in values.items():
            self.write("control/" + name, value + "\n")

    def subscribe(self, kind, *addresses):
        files = collections.defaultdict(list)
        for address in addresses:
            files[address[0]].append(address)
        for first, some in files.items():
            self.write(f"{kind}/{first}", "".join(address + "\n" for address in some))

    def mail(self, author, extension="", *, sender=None, header="", body="body\n", subject="tails", to=None,
             dmarc="pass"):
        """A mail to the list, checked by our verifier; what the list sends is in self.fresh."""
        address = LIST.replace("@", ("+" + extension if extension else "") + "@")
        subject = f"Subject: {subject}\n" if subject is not None else ""
        message = (
            f"Authentication-Results: {VERIFIER}; dmarc={dmarc} header.from=example.net\n"
            f"Received: from here\nFrom: {author}\nTo: {to or address}\n{subject}"
            f"Message-ID: <1@example.net>\nDate: Mon, 2 Mar 2026 10:00:00 +0000\n{header}\n{body}"
        )
        if sender is None:
            sender = author.split(",")[0].split("<")[-1].strip(" >")
        self.deliver(message.encode("utf-8", "surrogateescape"), sender, address, extension)

    def bounce(self, extension, name="postfix-unknown"):
        """The mail of tests/data/dsn comes back."""
        with open(os.path.join(HERE, "..", "data", "dsn", name + ".eml"), "rb") as file:
            message = file.read()
        address = LIST.replace("@", "+" + extension + "@")
        message = re.sub(rb"(?m)^To: .*$", b"To: " + address.encode(), message, count=1)
        self.deliver(message, "", address, extension)

    def deliver(self, message, sender, address, extension):
        self.programs.receive(self, message, sender, address, extension)
        self.fresh = self.programs.collect()
        self.mails += self.fresh

    def cron(self):
        self.programs.cron(self)
        self.fresh = self.programs.collect()
        self.mails += self.fresh

    def answer(self, pattern, author, number=0, **more):
        """Write to an address of the list that stands in a mail of the last step."""
        found = []
        for mail in self.fresh:
            found += re.findall(r"cats\+(%s[^@\s<>]*)@" % pattern, mail.message.decode("latin-1"))
        if not found:
            self.mails.append(Mail("", f"(no {pattern} in any mail)", b""))
            return
        self.mail(author, extension=list(dict.fromkeys(found))[number], **more)

    def bounce_back(self, recipient, name="postfix-unknown"):
        """What this recipient got in the last step comes back from him."""
        for mail in self.fresh:
            if mail.recipient == recipient:
                self.bounce(mail.sender.split("+", 1)[1].rsplit("@", 1)[0], name)
                return
        self.mails.append(Mail("", f"(nothing for {recipient})", b""))


class Mlmmj:
    """The programs of mlmmj, which send by SMTP."""

    def __init__(self):
        self.sink = Sink()
        self.taken = 0

    def collect(self):
        mails = self.sink.mails[self.taken :]
        self.taken += len(mails)
        return mails

    @staticmethod
    def receive(side, message, sender, _address, extension):
        command = ["/usr/bin/mlmmj-receive", "-L", side.path, "-F", "-s", sender]
        if extension:
            command += ["-e", extension]
        # It looks for these in its environment, and they may be set where the tests run.
        environment = {k: v for k, v in os.environ.items() if k not in ("DEFAULT", "EXTENSION", "LOCAL_PART_SUFFIX")}
        environment["SENDER"] = sender
        subprocess.run(command, input=message, env=environment, capture_output=True, check=False, timeout=60)
        wait_for_orphans()

    @staticmethod
    def cron(side):
        subprocess.run(["/usr/bin/mlmmj-maintd", "-L", side.path, "-F"], capture_output=True, check=False, timeout=60)
        wait_for_orphans()


def become_subreaper():
    """What mlmmj leaves running becomes ours to wait for."""
    ctypes.CDLL(None).prctl(36, 1, 0, 0, 0)


def wait_for_orphans():
    while True:
        try:
            os.waitpid(-1, 0)
        except ChildProcessError:
            return


class Ours:
    """mn-list-*, which send by sendmail."""

    def __init__(self, outbox, texts):
        self.outbox = outbox
        self.options = ["--texts", texts, "--sendmail", os.path.join(outbox, "sendmail")]
        shutil.rmtree(outbox, ignore_errors=True)
        os.makedirs(outbox)
        with open(os.path.join(outbox, "sendmail"), "w", encoding="utf-8") as file:
            file.write(SENDMAIL)
        os.chmod(os.path.join(outbox, "sendmail"), 0o755)
        self.refusals = []

    def collect(self):
        mails, self.refusals = self.refusals, []
        for name in sorted(n for n in os.listdir(self.outbox) if n.endswith(".json")):
            path = os.path.join(self.outbox, name)
            with open(path, encoding="utf-8") as file:
                arguments = json.load(file)
            with open(path.removesuffix(".json"), "rb") as file:
                message = file.read()
            os.unlink(path)
            sender = arguments[arguments.index("-f") + 1]
            for recipient in arguments[arguments.index("--") + 1 :]:
                mine = sender
                if "-XV-=" in arguments:  # what Postfix makes of it
                    local, domain = sender.rsplit("@", 1)
                    mine = f"{local}-{recipient.replace('@', '=')}@{domain}"
                mails.append(Mail(mine, recipient, message))
        return mails

    def receive(self, side, message, sender, address, _extension):
        command = [os.path.join(BIN, "mn-list-receive"), "--list", side.path, "--sender=" + sender]
        command += ["--recipient", address, "--authserv-id", VERIFIER] + self.options
        done = subprocess.run(command, input=message, capture_output=True, check=False, timeout=60)
        if done.returncode != 0:  # Postfix tells the sender
            text = (done.stdout + done.stderr).decode("latin-1").strip()
            self.refusals.append(Mail("", f"(refused: {text[:5]})", b""))

    def cron(self, side):
        command = [os.path.join(BIN, "mn-list-cron"), side.path] + self.options
        done = subprocess.run(command, capture_output=True, check=False, timeout=60)
        if done.returncode != 0 or done.stderr:
            self.refusals.append(Mail("", f"(cron: {done.stderr.decode('latin-1')})", b""))


SENDMAIL = """#!/usr/bin/python3
import json, os, sys, time
here = os.path.dirname(os.path.abspath(__file__))
name = os.path.join(here, "%d.%d" % (time.monotonic_ns(), os.getpid()))
with open(name, "wb") as file:
    file.write(sys.stdin.buffer.read())
with open(name + ".tmp", "w") as file:
    json.dump(sys.argv[1:], file)
os.rename(name + ".tmp", name + ".json")
"""


# ---- making equal what may differ ---------------------------------------------------------------


def without_tokens(text):
    text = re.sub(r"\b[a-z2-7]{32}\b|\b[0-9a-f]{16}\b(?:-[^@\s]*=[^@\s]*)?", "TOKEN", text)
    text = re.sub(r"(bounces-(?:\d+|digest))\.[a-z2-7]{16}", r"\1", text)
    text = re.sub(r"--=_[0-9a-f]{32}", "--BOUNDARY", text)
    return re.sub(r"bounces-probe-TOKEN-", "bounces-probe-", text)


def decoded(field):
    """mlmmj encodes whatever is not a letter, and all of it."""
    if not re.match("subject: =[?]utf-8[?]q[?]", field, re.I):
        return field
    return str(email.header.make_header(email.header.decode_header(field)))


def fields_of(message):
    header, _, body = message.decode("utf-8", "surrogateescape").partition("\n\n")
    header = header.replace("Subject: Subject: ", "Subject: ")  # of the digests of mlmmj
    fields = re.split(r"\n(?![ \t])", header)
    kept = [re.sub(r"\n[ \t]+", " ", field) for field in fields if not OURS_ONLY.match(field)]
    kept = [decoded(field) for field in kept]
    return sorted(kept), body


def describe(mail):
    """One line for a mail: envelope and subject."""
    fields, _ = fields_of(mail.message)
    subject = next((field for field in fields if field.lower().startswith("subject:")), "(no subject)")
    return without_tokens(f"<{mail.sender}> to {mail.recipient}: {subject}")


def contents(mail):
    fields, body = fields_of(mail.message)
    return without_tokens("\n".join(fields) + "\n\n" + body.rstrip("\n"))


class World:
    def __init__(self, scratch, mlmmj, ours):
        shutil.rmtree(scratch, ignore_errors=True)
        os.makedirs(scratch)
        self.sides = (
            Side("mlmmj", os.path.join(scratch, "mlmmj"), mlmmj, ours),
            Side("ours", os.path.join(scratch, "ours"), ours, mlmmj),
        )

    def differences(self):
        """Lines "mlmmj: what only it did" and "ours: …"."""
        found = []
        for aspect in (self.mails_of, self.files_of, self.archive_of):
            found += self.compare(*(aspect(side) for side in self.sides))
        return found + list(dict.fromkeys(self.differing_texts()))

    @staticmethod
    def compare(theirs, ours, prefix=""):
        theirs, ours = collections.Counter(theirs), collections.Counter(ours)
        return [f"mlmmj: {prefix}{line}" for line in sorted((theirs - ours).elements())] + [
            f"ours: {prefix}{line}" for line in sorted((ours - theirs).elements())
        ]

    @staticmethod
    def mails_of(side):
        return [describe(mail) for mail in side.mails]

    def differing_texts(self):
        """Of the mails that both have sent; what all recipients got differently comes once."""
        theirs, ours = ({describe(mail): contents(mail) for mail in side.mails} for side in self.sides)
        for what in sorted(theirs.keys() & ours.keys()):
            subject = what.partition(": ")[2]
            yield from self.compare(theirs[what].split("\n"), ours[what].split("\n"), f"in {subject} | ")

    @staticmethod
    def files_of(side):
        lines = []
        for kind in ("subscribers.d", "digesters.d", "nomailsubs.d"):
            for name in side.names(kind):
                lines += [f"{kind}/{name} has {line}" for line in side.read(f"{kind}/{name}").split("\n") if line]
        for directory in ("subconf", "unsubconf", "moderation", "queue", "queue/discarded", "requeue", "incoming"):
            names = [name for name in side.names(directory) if not name.endswith(".omit")]
            lines += [f"{directory} has {len(names)}"]
        for name in side.names("bounce"):
            if name.endswith((".lastmsg", "-probe")):
                lines.append(f"bounce/{name}")
            else:
                lines += [f"bounce/{name}: {line.split(':')[0]}" for line in side.read("bounce/" + name).splitlines()]
        return lines

    @staticmethod
    def archive_of(side):
        lines = [f"index is {side.read('index').strip() or '0'}"]
        for number in side.names("archive"):
            text = contents(Mail("", "", side.read("archive/" + number).encode("utf-8", "surrogateescape")))
            lines += [f"archive/{number} | {line}" for line in text.split("\n")]
        return lines
