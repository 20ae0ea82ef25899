#!/usr/bin/env python3
"""Stop or disturb one post at every system call, then try again as Postfix would.

    list-inject.py kill --tool mn-list-receive --scratch DIR [--subscribers N] [--noarchive]
    list-inject.py full --tool mn-list-receive --scratch DIR [--subscribers N]

With --oneclick KEYS, a directory of DKIM keys, every subscriber gets a copy of his own; then at most
one of them may come twice, and each has its own link.

kill: SIGKILL before every system call that the tool makes. full: every call that wants room on the
disk fails once with ENOSPC. After the retry every subscriber must have the post once, of one batch
perhaps twice, as long as that batch was under way; the archive has it once, whole; the number is 1;
nothing is left below mailnode/sending; and the next post gets number 2.

Prints every broken promise and a line of figures; exits 1 if there was one.
"""

import argparse
import collections
import os
import re
import sys
import time

import injection
import maillist

POST = (b"From: Ann <ann@example.net>\nTo: cats@example.org\nSubject: hi\n"
        b"Message-ID: <1@example.net>\nDate: Sun, 22 Nov 2026 00:00:00 +0000\n\nthe body\n")

LINK = re.compile(rb"https://lists.example.org/unsubscribe/cats/([\w-]+)\.")


class Post:
    """One list, and one mail for it."""

    def __init__(self, options, worker):
        self.options = options
        self.list = maillist.MailingList(f"{options.scratch}/{worker}")
        self.subscribers = [f"s{i}@example.net" for i in range(options.subscribers)]

    def start_over(self):
        files = {"subscribers.d/s": "".join(f"{address}\n" for address in self.subscribers)}
        if self.options.noarchive:
            files["control/noarchive"] = ""
        if self.options.oneclick:
            files["control/oneclick"] = "https://lists.example.org/unsubscribe\n"
        self.list.start_over(files)

    def run(self, strace=(), queue_id="4ABC"):
        command = [self.options.tool, "--list", maillist.DIRECTORY, "--sendmail",
                   maillist.SENDMAIL, "--sender", "ann@example.net", "--recipient",
                   maillist.ADDRESS, "--queue-id", queue_id]
        if self.options.oneclick:
            command += ["--keys", os.path.abspath(self.options.oneclick)]
        return self.list.run((["strace", *strace] if strace else []) + command, POST)

    def retry(self):
        """As Postfix does, again and again while the post is busy: a child that was about to become
        sendmail when its parent was killed has the parent's lock until then."""
        for _ in range(100):
            run = self.run()
            if run.returncode != 75 or not run.stdout.startswith(b"4.3.2 "):
                break
            time.sleep(0.1)
        return run

    def points(self):
        """Of the tool itself, not of sendmail."""
        self.start_over()
        log = f"{self.list.place}/trace"
        done = self.run(("-o", log))
        if done.returncode != 0:
            sys.exit(f"list-inject.py: a post without faults ends with {done}")
        return injection.points(log)


def check_end(verdict, post, where):
    """What holds once the mail was taken."""
    calls = post.list.calls()
    is_oneclick = bool(post.options.oneclick)
    maillist.check_copies(verdict, where, calls, set(post.subscribers),
                          1 if is_oneclick else maillist.BATCH)
    if is_oneclick:
        links = collections.defaultdict(set)
        for call in calls:
            links[LINK.search(call.message).group(1)].update(call.recipients)
        verdict.claim(len(links) == len(post.subscribers) and
                      all(len(who) == 1 for who in links.values()), where, f"links: {links}")
    archive = [] if post.options.noarchive else ["1"]
    index = post.list.read("index")
    verdict.claim(index == b"1", where, f"index is {index}")
    found = post.list.names("archive")
    verdict.claim(found == archive, where, f"archive: {found}")
    if archive:
        text = post.list.read("archive/1") or b""
        begin = b"DKIM-Signature:" if is_oneclick else b"From: Ann"
        verdict.claim(text.startswith(begin) and text.endswith(b"\n\nthe body\n"), where,
                      "the archive's copy is damaged")
    verdict.claim(not post.list.names("mailnode/sending"), where,
                  "something left in mailnode/sending")


def disturb(verdict, post, where, strace):
    post.start_over()
    run = post.run(strace)
    verdict.add({0: "went on", 75: "put off"}.get(run.returncode, "killed"))
    verdict.claim(run.returncode in (0, 75) or run.returncode < 0 or run.returncode == 137, where,
                  f"bounced: {run.returncode} {run.stdout}")
    if run.returncode == 75:
        verdict.claim(re.fullmatch(rb"4\.\d\.\d [ -~]+\n", run.stdout), where, run.stdout)
    retry = post.retry()
    verdict.claim(retry.returncode == 0, where, f"the retry fails: {retry.stdout}")
    check_end(verdict, post, where)
    after = post.run(queue_id="4NEXT")
    index = post.list.read("index")
    verdict.claim(after.returncode == 0 and index == b"2", where,
                  f"the next post: {after.stdout} {index}")


def kill_at(verdict, post, point):
    disturb(verdict, post, f"SIGKILL before {point[0]} {point[1]}",
            injection.at(point, "signal=KILL"))


def full_at(verdict, post, point):
    disturb(verdict, post, f"{point[0]} {point[1]} finds the disk full",
            injection.at(point, "error=ENOSPC"))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("what", choices=("kill", "full"))
    parser.add_argument("--tool", required=True)
    parser.add_argument("--scratch", required=True)
    parser.add_argument("--subscribers", type=int, default=50)
    parser.add_argument("--noarchive", action="store_true")
    parser.add_argument("--oneclick", metavar="KEYS")
    options = parser.parse_args()

    def make(number):
        return Post(options, number)

    points = make("points").points()
    if options.what == "full":
        points = injection.wanting_room(points)
    experiment = kill_at if options.what == "kill" else full_at
    verdict = injection.everywhere(make, experiment, points)
    return injection.report(verdict, points, "killed", "put off")


if __name__ == "__main__":
    sys.exit(main())
