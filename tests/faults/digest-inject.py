#!/usr/bin/env python3
"""Stop or disturb mn-list-cron at every system call while it makes and sends digests, then let it
run again as cron would.

    digest-inject.py kill --tool mn-list-cron --scratch DIR [--subscribers N] [--digests N]
    digest-inject.py full --tool mn-list-cron --scratch DIR [--subscribers N] [--digests N]

kill: SIGKILL before every system call that the tool makes. full: every call that wants room on the
disk fails once with ENOSPC. After the next run every subscriber must have each post in exactly one
digest, which those of one batch may have twice; lastdigest says so; no file is left that a run
without faults does not leave; one more run changes and sends nothing; and the next digest begins
after the last one.

Prints every broken promise and a line of figures; exits 1 if there was one.
"""

import argparse
import os
import re
import shutil
import sys
import time

import injection
import maillist

POSTS = 7  # in one digest
BEFORE = 5  # posts that went out in digests already
ISSUES_BEFORE = 2
FINE, FAILED = 0, 1


class Digests:
    """One list with posts for one digest or more."""

    def __init__(self, options, worker):
        self.options = options
        # Not root, who would start a process for each list.
        self.list = maillist.MailingList(f"{options.scratch}/{worker}", "nobody")
        self.subscribers = [f"d{i}@example.net" for i in range(options.subscribers)]
        self.began = int(time.time())
        self.usual = []

    def archive(self, first, last):
        posts = {f"archive/{number}": f"From: Ann <ann@example.net>\nSubject: post {number}\n"
                                      f"Message-ID: <{number}@example.net>\n\n"
                                      f"body of post {number}\n"
                 for number in range(first, last + 1)}
        self.list.write({**posts, "index": str(last)})
        self.list.give_away()

    def start_over(self):
        self.list.start_over({
            "control/digestmaxmails": f"{POSTS}\n",
            "digesters.d/d": "".join(f"{address}\n" for address in self.subscribers),
            "lastdigest": f"{BEFORE}:{self.began}:{ISSUES_BEFORE}\n",
            "text/digest": "Subject: issue $digestissue$\n\n* %digestthreads%\n"})
        self.archive(1, BEFORE + POSTS * self.options.digests)

    def run(self, strace=()):
        command = ["../../mn-list-cron", "--sendmail", maillist.SENDMAIL, maillist.DIRECTORY]
        return self.list.run((["strace", *strace] if strace else []) + command)

    def points(self):
        """Of the tool itself, not of sendmail."""
        self.start_over()
        done = self.run(("-o", "trace"))
        if done.returncode != FINE or done.stdout:
            sys.exit(f"digest-inject.py: digests without faults end with {done}")
        return injection.points(f"{self.list.place}/trace")

    def files(self):
        top = f"{self.list.place}/{maillist.DIRECTORY}"
        return sorted(os.path.relpath(f"{directory}/{name}", top)
                      for directory, _, names in os.walk(top) for name in names)


def check_issue(verdict, digests, where, issue):
    """That digest and nothing else has these posts, and everybody has it."""
    first = BEFORE + 1 + (issue - ISSUES_BEFORE - 1) * POSTS
    wanted = list(range(first, first + POSTS))
    mine = []
    for call in digests.list.calls():
        posts = [int(number) for number in re.findall(rb"(?m)^body of post (\d+)$", call.message)]
        if f"\nSubject: issue {issue}\n".encode() in b"\n" + call.message:
            verdict.claim(posts == wanted, where, f"issue {issue} has the posts {posts}")
            mine.append(call)
        else:
            verdict.claim(not set(posts) & set(wanted), where,
                          f"posts of issue {issue} are in another one")
    maillist.check_copies(verdict, f"{where}, issue {issue}", mine, set(digests.subscribers))


def check_mark(verdict, digests, where, issue):
    last = BEFORE + (issue - ISSUES_BEFORE) * POSTS
    mark = digests.list.read("lastdigest") or b""
    found = re.fullmatch(rb"(\d+):(\d+):(\d+)\n", mark)
    verdict.claim(found and (int(found[1]), int(found[3])) == (last, issue) and
                  int(found[2]) >= digests.began, where, f"lastdigest is {mark}, not {last}:…:{issue}")


def check_end(verdict, digests, where, usual):
    """What holds once a run went well."""
    last = ISSUES_BEFORE + digests.options.digests
    for issue in range(ISSUES_BEFORE + 1, last + 1):
        check_issue(verdict, digests, where, issue)
    check_mark(verdict, digests, where, last)
    left = sorted(set(digests.files()) - set(usual))
    verdict.claim(not left, where, f"left over: {left}")


def check_what_follows(verdict, digests, where):
    """Nothing without new posts; and then those alone."""
    issue = ISSUES_BEFORE + digests.options.digests
    mark = digests.list.read("lastdigest")
    digests.list.forget_calls()
    again = digests.run()
    verdict.claim(again.returncode == FINE and not digests.list.calls() and
                  digests.list.read("lastdigest") == mark, where, "one more run does it again")
    last = BEFORE + digests.options.digests * POSTS
    digests.archive(last + 1, last + POSTS)
    after = digests.run()
    verdict.claim(after.returncode == FINE, where, f"the next digest fails: {after.stdout}")
    check_issue(verdict, digests, where, issue + 1)
    check_mark(verdict, digests, where, issue + 1)


def disturb(verdict, digests, where, strace):
    digests.start_over()
    run = digests.run(strace)
    verdict.add({FINE: "went on", FAILED: "put off"}.get(run.returncode, "killed"))
    verdict.claim(run.returncode in (FINE, FAILED, 137) or run.returncode < 0, where,
                  f"ends with {run.returncode} {run.stdout}")
    if run.returncode == FAILED:
        verdict.claim(run.stdout.startswith(b"mn-list-cron: "), where, f"says {run.stdout}")
    retry = digests.run()
    verdict.claim(retry.returncode == FINE and not retry.stdout, where,
                  f"the next run fails: {retry.stdout}")
    check_end(verdict, digests, where, digests.usual)
    check_what_follows(verdict, digests, where)


def kill_at(verdict, digests, point):
    disturb(verdict, digests, f"SIGKILL before {point[0]} {point[1]}",
            injection.at(point, "signal=KILL"))


def full_at(verdict, digests, point):
    disturb(verdict, digests, f"{point[0]} {point[1]} finds the disk full",
            injection.at(point, "error=ENOSPC"))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("what", choices=("kill", "full"))
    parser.add_argument("--tool", required=True)
    parser.add_argument("--scratch", required=True)
    parser.add_argument("--subscribers", type=int, default=50)
    parser.add_argument("--digests", type=int, default=1)
    options = parser.parse_args()

    # Others may not look into our directories: what they need is here, by relative names.
    shutil.copy(options.tool, f"{options.scratch}/mn-list-cron")
    os.chmod(options.scratch, 0o755)

    plain = Digests(options, "points")
    points = plain.points()
    usual = plain.files()
    verdict = injection.Verdict()
    check_end(verdict, plain, "without faults", usual)
    if verdict.broken:
        sys.exit("\n".join(verdict.broken))

    def make(number):
        digests = Digests(options, number)
        digests.usual = usual
        return digests

    if options.what == "full":
        points = injection.wanting_room(points)
    experiment = kill_at if options.what == "kill" else full_at
    verdict = injection.everywhere(make, experiment, points)
    return injection.report(verdict, points, "killed", "put off")


if __name__ == "__main__":
    sys.exit(main())
