#!/usr/bin/env python3
"""Stop or disturb one post at every system call, then try again as Postfix would.

    list-inject.py kill --tool mn-list-receive --scratch DIR [--subscribers N] [--noarchive]
    list-inject.py full --tool mn-list-receive --scratch DIR [--subscribers N]

kill: SIGKILL before every system call that the tool makes. full: every call that wants room on the
disk fails once with ENOSPC. After the retry every subscriber must have the post once, of one batch
perhaps twice, as long as that batch was under way; the archive has it once, whole; the number is 1;
nothing is left below mailnode/sending; and the next post gets number 2.

Prints every broken promise and a line of figures; exits 1 if there was one.
"""

import argparse
import collections
import concurrent.futures
import os
import re
import shutil
import subprocess
import sys
import threading

POST = (b"From: Ann <ann@example.net>\nTo: cats@example.org\nSubject: hi\n"
        b"Message-ID: <1@example.net>\nDate: Sun, 22 Nov 2026 00:00:00 +0000\n\nthe body\n")
FAKE = """#!/bin/sh
# Whole or not at all, as Postfix does it.
mail=$(mktemp "$SENT/.XXXXXXXX") || exit 75
while [ "$1" != -- ]; do shift; done
shift
printf '%s\\n' "$@" >"$mail" && cat >"$mail.body" && rm "$mail.body" &&
    mv "$mail" "$SENT/mail-${mail##*.}"
"""
# Calls whose failure for want of room makes sense.
WANTS_ROOM = ("openat", "write", "pwrite64", "linkat", "mkdirat", "fsync", "ftruncate")


class Post:
    """One list, and one mail for it."""

    def __init__(self, options, worker):
        self.options = options
        self.base = os.path.abspath(f"{options.scratch}/{worker}")
        self.list = f"{self.base}/cats"
        self.sent = f"{self.base}/sent"

    def start_over(self):
        shutil.rmtree(self.base, ignore_errors=True)
        os.makedirs(f"{self.list}/control")
        os.makedirs(f"{self.list}/subscribers.d")
        os.makedirs(self.sent)
        with open(f"{self.list}/control/listaddress", "w") as file:
            file.write("cats@example.org\n")
        if self.options.noarchive:
            open(f"{self.list}/control/noarchive", "w").close()
        with open(f"{self.list}/subscribers.d/s", "w") as file:
            file.writelines(f"s{i}@example.net\n" for i in range(self.options.subscribers))
        with open(f"{self.base}/sendmail", "w") as file:
            file.write(FAKE)
        os.chmod(f"{self.base}/sendmail", 0o700)

    def command(self, queue_id="4ABC"):
        return [self.options.tool, "--list", self.list, "--sendmail", f"{self.base}/sendmail",
                "--sender", "ann@example.net", "--recipient", "cats@example.org",
                "--queue-id", queue_id]

    def run(self, strace=(), queue_id="4ABC"):
        command = (["strace", *strace] if strace else []) + self.command(queue_id)
        return subprocess.run(command, input=POST, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, timeout=120, check=False,
                              env=dict(os.environ, SENT=self.sent))

    def points(self):
        """(call, n): the n-th call of that name of the tool itself, not of sendmail."""
        self.start_over()
        log = f"{self.base}/trace"
        done = self.run(("-o", log))
        if done.returncode != 0:
            sys.exit(f"list-inject.py: a post without faults ends with {done}")
        count = collections.Counter()
        points = []
        with open(log, encoding="latin-1") as lines:
            for line in lines:
                found = re.match(r"(\w+)\(", line)
                if not found or found.group(1) == "execve":
                    continue
                count[found.group(1)] += 1
                points.append((found.group(1), count[found.group(1)]))
        return points

    def copies(self):
        count = collections.Counter()
        for name in os.listdir(self.sent):
            if name.startswith("mail-"):
                with open(f"{self.sent}/{name}") as file:
                    count.update(file.read().split())
        return count

    def read(self, name):
        try:
            with open(f"{self.list}/{name}", "rb") as file:
                return file.read()
        except FileNotFoundError:
            return None

    def names(self, directory):
        try:
            return os.listdir(f"{self.list}/{directory}")
        except FileNotFoundError:
            return []


class Verdict:
    def __init__(self):
        self.lock = threading.Lock()
        self.broken = []
        self.count = collections.Counter()

    def add(self, name):
        with self.lock:
            self.count[name] += 1

    def claim(self, holds, where, what):
        if not holds:
            with self.lock:
                self.broken.append(f"{where}: {what}")


def check_end(verdict, post, where):
    """What holds once the mail was taken."""
    copies = post.copies()
    wanted = {f"s{i}@example.net" for i in range(post.options.subscribers)}
    verdict.claim(set(copies) == wanted, where, f"{len(wanted - set(copies))} got nothing")
    twice = sum(1 for count in copies.values() if count > 1)
    verdict.claim(max(copies.values(), default=0) <= 2, where, "somebody got it three times")
    verdict.claim(twice <= 1000, where, f"{twice} got it twice, more than one batch")
    if twice:
        verdict.add("a batch twice")
    archive = [] if post.options.noarchive else ["1"]
    verdict.claim(post.read("index") == b"1", where, f"index is {post.read('index')}")
    verdict.claim(post.names("archive") == archive, where, f"archive: {post.names('archive')}")
    if archive:
        text = post.read("archive/1") or b""
        verdict.claim(text.startswith(b"From: Ann") and text.endswith(b"\n\nthe body\n"), where,
                      "the archive's copy is damaged")
    verdict.claim(not post.names("mailnode/sending"), where, "something left in mailnode/sending")


def disturb(verdict, post, where, strace):
    post.start_over()
    run = post.run(strace)
    verdict.add({0: "went on", 75: "put off"}.get(run.returncode, "killed"))
    verdict.claim(run.returncode in (0, 75) or run.returncode < 0 or run.returncode == 137, where,
                  f"bounced: {run.returncode} {run.stdout}")
    if run.returncode == 75:
        verdict.claim(re.fullmatch(rb"4\.\d\.\d [ -~]+\n", run.stdout), where, run.stdout)
    retry = post.run()
    verdict.claim(retry.returncode == 0, where, f"the retry fails: {retry.stdout}")
    check_end(verdict, post, where)
    after = post.run(queue_id="4NEXT")
    verdict.claim(after.returncode == 0 and post.read("index") == b"2", where,
                  f"the next post: {after.stdout} {post.read('index')}")


def kill_at(verdict, post, point):
    call, number = point
    disturb(verdict, post, f"SIGKILL before {call} {number}",
            ("-o", "/dev/null", "-e", f"trace={call}",
             "-e", f"inject={call}:signal=KILL:when={number}"))


def full_at(verdict, post, point):
    call, number = point
    disturb(verdict, post, f"{call} {number} finds the disk full",
            ("-o", "/dev/null", "-e", f"trace={call}",
             "-e", f"inject={call}:error=ENOSPC:when={number}"))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("what", choices=("kill", "full"))
    parser.add_argument("--tool", required=True)
    parser.add_argument("--scratch", required=True)
    parser.add_argument("--subscribers", type=int, default=50)
    parser.add_argument("--noarchive", action="store_true")
    options = parser.parse_args()

    points = Post(options, "points").points()
    if options.what == "full":
        points = [point for point in points if point[0] in WANTS_ROOM]
    experiment = kill_at if options.what == "kill" else full_at
    verdict = Verdict()
    workers = os.cpu_count() or 1
    mine = threading.local()
    numbers = iter(range(workers))

    def begin():
        mine.post = Post(options, next(numbers))

    with concurrent.futures.ThreadPoolExecutor(workers, initializer=begin) as pool:
        for _ in pool.map(lambda point: experiment(verdict, mine.post, point), points):
            pass
    for broken in verdict.broken:
        print(broken)
    figures = ", ".join(f"{name} {count}" for name, count in sorted(verdict.count.items()))
    print(f"{len(points)} places: {figures}; {len(verdict.broken)} promises broken")
    disturbed = verdict.count["killed"] + verdict.count["put off"]
    return 1 if verdict.broken or len(points) < 20 or not disturbed else 0


if __name__ == "__main__":
    sys.exit(main())
