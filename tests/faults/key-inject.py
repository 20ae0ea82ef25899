#!/usr/bin/env python3
"""Stop or disturb mn-dkimkey wherever it changes files, then do the same again.

    key-inject.py kill STEP --bin DIR --scratch DIR    SIGKILL before every call that changes files
    key-inject.py full STEP --bin DIR --scratch DIR    every call that wants room finds none, once

    STEP: create, more, next, make, switch, retire

Between two calls that change files all moments are alike, so they are tried once. At any moment
every key is whole, mail of the domain is signed by the keys of before or of after (while they are
switched, by both), and the first keys in a place are there together or not at all. The same command
once more completes it, and leaves nothing but keys and the lock.

Prints every broken promise and a line of figures; exits 1 if there was one.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys

import injection

DOMAIN = "example.test"
MESSAGE = (b"From: Ann <ann@example.test>\nTo: bob@example.net\nSubject: hi\n"
           b"Date: Sun, 22 Nov 2026 00:00:00 +0000\nMessage-ID: <1@example.test>\n\nhello\n")
CHANGES = ("openat", "write", "fsync", "fchmod", "fchown", "linkat", "renameat", "renameat2",
           "unlink", "unlinkat", "mkdirat", "utimensat", "exit_group")
FIRST = {"default", "default-ed25519"}
SECOND = {"s2", "s2-ed25519"}
NONE = set()


class Step:
    """before: commands that lead there; command: what is disturbed; states: the selectors that are
    active, next and retired, before and after. gradual: one key after the other, in the place
    where they change."""

    def __init__(self, before, command, states, gradual=False):
        self.before = before
        self.command = command
        self.states = states
        self.gradual = gradual


CREATE = ("create", "--bits", "1024", DOMAIN)
MAKE = ("rotate", "make", "--bits", "1024", "--selector", "s2", DOMAIN)
SWITCH = ("rotate", "switch", "--force", DOMAIN)
STEPS = {
    "create": Step([], CREATE, [(NONE, NONE, NONE), (FIRST, NONE, NONE)]),
    "more": Step([CREATE], ("create", "--bits", "1024", "--selector", "s2", DOMAIN),
                 [(FIRST, NONE, NONE), (FIRST | SECOND, NONE, NONE)], gradual=True),
    "next": Step([], ("create", "--next", "--bits", "1024", DOMAIN),
                 [(NONE, NONE, NONE), (NONE, FIRST, NONE)]),
    "make": Step([CREATE], MAKE, [(FIRST, NONE, NONE), (FIRST, SECOND, NONE)]),
    "switch": Step([CREATE, MAKE], SWITCH, [(FIRST, SECOND, NONE), (SECOND, NONE, FIRST)],
                   gradual=True),
    "retire": Step([CREATE, MAKE, SWITCH], ("rotate", "retire", "--force", DOMAIN),
                   [(SECOND, NONE, FIRST), (SECOND, NONE, NONE)], gradual=True),
}


class Keys:
    """One directory of keys."""

    def __init__(self, options, worker):
        self.bin = options.bin
        self.step = STEPS[options.step]
        self.path = f"{options.scratch}/{worker}"
        self.template = f"{options.scratch}/template.{worker}"
        os.makedirs(self.template, mode=0o700)
        for command in self.step.before:
            self.command(command, directory=self.template, check=True)

    def command(self, words, strace=(), directory=None, check=False):
        return subprocess.run([*strace, f"{self.bin}/mn-dkimkey", "--keys", directory or self.path,
                               "-q", *words], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              check=check, timeout=120)

    def start_over(self):
        shutil.rmtree(self.path, ignore_errors=True)
        shutil.copytree(self.template, self.path)

    def run(self, strace=()):
        return self.command(self.step.command, ["strace", *strace] if strace else [])

    def points(self):
        self.start_over()
        log = f"{self.path}.trace"
        done = self.run(("-o", log))
        if done.returncode != 0:
            sys.exit(f"key-inject.py: without faults: {done}")
        return injection.points(log)

    def listed(self):
        """The selectors in each state, and what mn-dkimkey has to complain about."""
        done = self.command(("list",))
        lines = done.stdout.decode().splitlines()
        found = [line.split("\t") for line in lines if line.count("\t") == 3]
        state = tuple({words[1] for words in found if words[2] == name}
                      for name in ("active", "next", "retired"))
        return state, [line for line in lines if line.count("\t") != 3]

    def signers(self):
        """The selectors that a mail is signed with; None when it cannot be signed."""
        done = subprocess.run([f"{self.bin}/mn-dkimsign", "--keys", self.path], input=MESSAGE,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False,
                              timeout=60)
        if done.returncode != 0:
            return None
        return set(re.findall(r"[;\s]s=([\w-]+);", done.stdout.decode("latin-1")))

    def others(self):
        """What is there besides keys and the lock."""
        return [name for name in os.listdir(self.path) if name not in (DOMAIN, ".lock")]


def check_between(verdict, keys, where):
    before, after = keys.step.states
    state, problems = keys.listed()
    # A domain's directory may be there before its keys.
    problems = [line for line in problems if not line.endswith("has no key; make some: "
                                                               f"mn-dkimkey create {DOMAIN}")]
    verdict.claim(not problems, where, f"a problem: {problems}")
    if keys.step.gradual:
        allowed = [b | a for b, a in zip(before, after)]
        verdict.claim(all(found <= most for found, most in zip(state, allowed)), where, state)
    else:
        verdict.claim(state in (before, after), where, f"neither nothing nor all: {state}")
    signers = keys.signers()
    verdict.claim(signers == state[0], where, f"signed by {signers}, active is {state[0]}")
    verdict.claim(signers is not None and (signers >= before[0] or signers >= after[0]), where,
                  f"signed by {signers} only")


def disturb(verdict, keys, where, strace):
    keys.start_over()
    run = keys.run(strace)
    verdict.add("went on" if run.returncode == 0 else "stopped")
    check_between(verdict, keys, where)
    again = keys.run()
    verdict.claim(again.returncode == 0, where, f"again: {again.stdout}")
    state, problems = keys.listed()
    verdict.claim(state == keys.step.states[1] and not problems, where,
                  f"not complete: {state} {problems}")
    verdict.claim(keys.signers() == state[0], where, "not signed by all")
    verdict.claim(not keys.others(), where, f"left behind: {keys.others()}")


def kill_at(verdict, keys, point):
    disturb(verdict, keys, f"SIGKILL before {point[0]} {point[1]}",
            injection.at(point, "signal=KILL"))


def full_at(verdict, keys, point):
    disturb(verdict, keys, f"{point[0]} {point[1]} finds the disk full",
            injection.at(point, "error=ENOSPC"))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("what", choices=("kill", "full"))
    parser.add_argument("step", choices=STEPS)
    parser.add_argument("--bin", required=True)
    parser.add_argument("--scratch", required=True)
    options = parser.parse_args()

    def make(number):
        return Keys(options, number)

    points = make("points").points()
    points = [point for point in points if point[0] in CHANGES]
    if options.what == "full":
        points = injection.wanting_room(points)
    verdict = injection.everywhere(make, kill_at if options.what == "kill" else full_at, points)
    return injection.report(verdict, points, "stopped")


if __name__ == "__main__":
    sys.exit(main())
