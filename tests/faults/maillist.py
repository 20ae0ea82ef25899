"""A mailing list, a sendmail(1) that writes down what it gets, and what that was.

Shared by the programs of tests/faults that disturb lists.
"""

import collections
import os
import pwd
import shutil
import subprocess

ADDRESS = "cats@example.org"
DIRECTORY = "cats"  # below the working directory of what runs
SENDMAIL = "./sendmail"
BATCH = 1000
FAKE = """#!/bin/sh
# Whole or not at all, as Postfix does it.
call=$(mktemp -d sent/.XXXXXXXX) || exit 75
while [ "$1" != -- ]; do shift; done
shift
printf '%s\\n' "$@" >"$call/to" && cat >"$call/mail" && mv "$call" "sent/${call##*.}"
"""

Call = collections.namedtuple("Call", "recipients message")


class MailingList:
    """A fresh one for each experiment. What an earlier one has left running cannot reach it."""

    def __init__(self, base, account=None):
        """account: whom it belongs to and who runs the tools; None: whoever we are."""
        self.base = os.path.abspath(base)
        self.account = pwd.getpwnam(account) if account and os.geteuid() == 0 else None
        self.turn = 0
        self.place = f"{self.base}/0"

    def start_over(self, files):
        """files: name below the list's directory -> content."""
        shutil.rmtree(self.place, ignore_errors=True)
        self.turn += 1
        self.place = f"{self.base}/{self.turn}"
        os.makedirs(f"{self.place}/sent")
        self.write({"control/listaddress": f"{ADDRESS}\n", **files})
        with open(f"{self.place}/sendmail", "w") as file:
            file.write(FAKE)
        os.chmod(f"{self.place}/sendmail", 0o755)
        self.give_away()

    def write(self, files):
        for name, content in files.items():
            path = f"{self.place}/{DIRECTORY}/{name}"
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "w") as file:
                file.write(content)

    def give_away(self):
        if self.account:
            for directory, _, names in os.walk(self.place):
                for name in (".", *names):
                    os.chown(f"{directory}/{name}", self.account.pw_uid, self.account.pw_gid)

    def run(self, command, mail=b""):
        identity = {}
        if self.account:
            identity = {"user": self.account.pw_uid, "group": self.account.pw_gid,
                        "extra_groups": []}
        return subprocess.run(command, input=mail, cwd=self.place, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, timeout=120, check=False, **identity)

    def read(self, name):
        try:
            with open(f"{self.place}/{DIRECTORY}/{name}", "rb") as file:
                return file.read()
        except FileNotFoundError:
            return None

    def names(self, directory="."):
        try:
            return sorted(os.listdir(f"{self.place}/{DIRECTORY}/{directory}"))
        except FileNotFoundError:
            return []

    def calls(self):
        """What sendmail took."""
        found = []
        for name in os.listdir(f"{self.place}/sent"):
            if name.startswith("."):
                continue
            with open(f"{self.place}/sent/{name}/to") as file:
                recipients = file.read().split()
            with open(f"{self.place}/sent/{name}/mail", "rb") as file:
                found.append(Call(recipients, file.read()))
        return found

    def forget_calls(self):
        shutil.rmtree(f"{self.place}/sent")
        os.mkdir(f"{self.place}/sent")
        self.give_away()


def check_copies(verdict, where, calls, wanted, batch=BATCH):
    """Each of them has it once; those of one batch perhaps twice."""
    copies = collections.Counter(recipient for call in calls for recipient in call.recipients)
    verdict.claim(set(copies) == wanted, where,
                  f"{len(wanted - set(copies))} got nothing, {len(set(copies) - wanted)} others did")
    twice = sum(1 for count in copies.values() if count > 1)
    verdict.claim(max(copies.values(), default=0) <= 2, where, "somebody got it three times")
    verdict.claim(twice <= batch, where, f"{twice} got it twice, more than one batch")
    if twice:
        verdict.add("a batch twice")
