"""A Maildir to deliver into, messages to put there, and what became of them.

Shared by the programs of tests/faults. Deliveries run without capabilities, so that permissions
and limits hold for them as they do in production.
"""

import os
import re
import shutil
import subprocess
import time

FOLDERS = ("tmp", "new", "cur")
OLD_MAIL = b"Subject: was here before\n\nleave me alone\n"


def message(number=1, size=3000):
    """A message that shows where it was cut: numbered lines and a last one."""
    text = b"From: a@example.test\nTo: b@example.test\nSubject: number %d\n\n" % number
    line = 0
    while len(text) < size:
        text += b"message %d line %d\n" % (number, line)
        line += 1
    return text + b"the end of %d\n" % number


def long_queue_id(seconds=None):
    """A queue id as Postfix makes it with enable_long_queue_ids, for a mail that arrived then."""
    digits = "0123456789BCDFGHJKLMNPQRSTVWXYZbcdfghjklmnpqrstvwxyz"

    def base52(value, width):
        text = ""
        while value or len(text) < width:
            text = digits[value % 52] + text
            value //= 52
        return text

    return base52(int(seconds or time.time()), 6) + base52(123456, 4) + "zBcD"


class Maildir:
    """A fresh one that already holds one old message; or one that is not there yet."""

    def __init__(self, path, missing=False):
        self.path = path
        self.missing = missing
        shutil.rmtree(os.path.dirname(path), ignore_errors=True)
        if missing:
            return
        for folder in FOLDERS:
            os.makedirs(f"{path}/{folder}", 0o700)
        with open(f"{path}/new/1.old.host", "wb") as file:
            file.write(OLD_MAIL)

    def names(self, folder):
        directory = f"{self.path}/{folder}"
        return sorted(os.listdir(directory)) if os.path.isdir(directory) else []

    def files(self, *folders):
        found = []
        for folder in folders:
            for name in self.names(folder):
                with open(f"{self.path}/{folder}/{name}", "rb") as file:
                    found.append(file.read())
        return found

    def left_in_tmp(self):
        return len(self.names("tmp"))

    def arrived(self):
        """What a mail reader sees apart from the old message."""
        return [content for content in self.files("new", "cur") if content != OLD_MAIL]

    def old_is_there(self):
        return self.missing or self.files("new", "cur").count(OLD_MAIL) == 1

    def read_by_somebody(self):
        """Do what a mail reader does with new mail."""
        for name in self.names("new"):
            os.rename(f"{self.path}/new/{name}", f"{self.path}/cur/{name}:2,S")


def without_capabilities(command):
    if os.geteuid() != 0:
        return command
    return ["setpriv", "--bounding-set=-all", *command]


class Run:
    """How one delivery ended."""

    def __init__(self, command, content, environment=None, timeout=60):
        done = subprocess.run(
            without_capabilities(command), input=content, timeout=timeout, check=False,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            env={**os.environ, **(environment or {})})
        self.status = done.returncode
        self.output = done.stdout

    def meaning(self):
        """What Postfix pipe(8) makes of it: delivered, deferred or bounced."""
        if self.status == 0:
            return "delivered"
        text = re.match(rb"([45])\.\d{1,3}\.\d{1,3}\b", self.output)
        if self.status > 0 and text:
            return "deferred" if text.group(1) == b"4" else "bounced"
        return "deferred" if self.status < 0 or self.status in (71, 75) else "bounced"

    def __str__(self):
        return f"exit {self.status} {self.output.decode('latin-1').strip()!r}"
