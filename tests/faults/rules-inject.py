#!/usr/bin/env python3
"""Stop or disturb mn-list-mod wherever it changes what moderators have decided, then do it again.

    rules-inject.py kill --tool mn-list-mod --scratch DIR    SIGKILL before calls that change files
    rules-inject.py full --tool mn-list-mod --scratch DIR    calls that want room find none, once

The rules are those of before or of after; after success those of after; the same command once more
completes it.

Prints every broken promise and a line of figures; exits 1 if there was one.
"""

import argparse
import os
import shutil
import subprocess
import sys

import injection

CHANGES = ("openat", "write", "fsync", "fchmod", "fchown", "linkat", "rename", "renameat", "unlink",
           "unlinkat", "mkdirat", "exit_group")
BEFORE = {("allow", "ann@example.net"), ("ban", "bob@example.net")}
FILE = "mailnode/moderator-rules"


class Command:
    def __init__(self, words, after):
        self.words = words
        self.after = after


COMMANDS = (
    Command(("ban", "ann@example.net"), {("ban", "ann@example.net"), ("ban", "bob@example.net")}),
    Command(("allow", "eve@example.net"), BEFORE | {("allow", "eve@example.net")}),
    Command(("forget", "bob@example.net"), {("allow", "ann@example.net")}),
)


class Rules:
    """One list."""

    def __init__(self, tool, path):
        self.tool = tool
        self.path = path

    def start_over(self):
        shutil.rmtree(self.path, ignore_errors=True)
        os.makedirs(f"{self.path}/control")
        os.makedirs(f"{self.path}/mailnode")
        with open(f"{self.path}/control/listaddress", "w", encoding="ascii") as file:
            file.write("cats@example.org\n")
        with open(f"{self.path}/{FILE}", "w", encoding="ascii") as file:
            file.writelines(f"{rule} {address}\n" for rule, address in sorted(BEFORE))

    def run(self, words, strace=()):
        return subprocess.run([*(["strace", *strace] if strace else []), self.tool, "--list",
                               self.path, *words], stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, check=False, timeout=60)

    def found(self):
        lines = self.run(("rules",)).stdout.decode().splitlines()
        return {tuple(line.split("\t")[:2]) for line in lines}

    def points(self, command):
        self.start_over()
        log = f"{self.path}.trace"
        done = self.run(command.words, ("-o", log))
        if done.returncode != 0:
            sys.exit(f"rules-inject.py: without faults: {done}")
        return [point for point in injection.points(log) if point[0] in CHANGES]


def disturbing(fault):
    def disturb(verdict, rules, place):
        command, point = place
        where = f"{command.words[0]}: {fault} at {point[0]} {point[1]}"
        rules.start_over()
        done = rules.run(command.words, injection.at(point, fault))
        verdict.add("went on" if done.returncode == 0 else "stopped")
        found = rules.found()
        verdict.claim(found in (BEFORE, command.after), where, f"neither before nor after: {found}")
        verdict.claim(done.returncode != 0 or found == command.after, where, f"not done: {found}")
        rules.run(command.words)
        verdict.claim(rules.found() == command.after, where, f"again: {rules.found()}")
    return disturb


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("what", choices=("kill", "full"))
    parser.add_argument("--tool", required=True)
    parser.add_argument("--scratch", required=True)
    options = parser.parse_args()

    def make(number):
        return Rules(options.tool, f"{options.scratch}/{number}")

    probe = make("points")
    places = [(command, point) for command in COMMANDS for point in probe.points(command)]
    if options.what == "full":
        places = [place for place in places if place[1][0] in injection.WANTS_ROOM]
    fault = "signal=KILL" if options.what == "kill" else "error=ENOSPC"
    verdict = injection.everywhere(make, disturbing(fault), places)
    return injection.report(verdict, places, "stopped")


if __name__ == "__main__":
    sys.exit(main())
