"""One fault at each system call of a program, by strace(1), and the promises that must outlive it.

    points = injection.points(log)                   # where: strace wrote log, without a fault
    verdict = injection.everywhere(make, experiment, points)
    return injection.report(verdict, points, "killed")

make(number) gives each thread what it experiments on; experiment(verdict, made, point) runs the
program under ["strace", *injection.at(point, "signal=KILL")] and claims what must hold.
"""

import collections
import concurrent.futures
import os
import re
import threading

# Calls whose failure for want of room makes sense.
WANTS_ROOM = ("openat", "write", "pwrite64", "linkat", "mkdirat", "fsync", "ftruncate")


def points(log, first_call=None):
    """(call, n): the n-th call of that name, for all calls in the log of strace.

    first_call: what comes before it, as a dynamic loader does, is none of our business.
    """
    count = collections.Counter()
    found = []
    started = first_call is None
    with open(log, encoding="latin-1") as lines:
        for line in lines:
            match = re.match(r"(?:\d+ +)?(\w+)\(", line)
            if not match:
                continue
            call = match.group(1)
            count[call] += 1
            started = started or call == first_call
            if started and call != "execve":
                found.append((call, count[call]))
    return found


def wanting_room(places):
    return [point for point in places if point[0] in WANTS_ROOM]


def at(point, fault):
    """Options for strace: this fault, "signal=KILL" or "error=ENOSPC", at that point."""
    call, number = point
    return ("-o", "/dev/null", "-e", f"trace={call}", "-e", f"inject={call}:{fault}:when={number}")


class Verdict:
    """Counts what happened and collects what must not happen; for several threads."""

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


def everywhere(make, experiment, places):
    """Do the experiment at all places, on all processors."""
    verdict = Verdict()
    workers = os.cpu_count() or 1
    mine = threading.local()
    numbers = iter(range(workers))

    def begin():
        mine.subject = make(next(numbers))

    with concurrent.futures.ThreadPoolExecutor(workers, initializer=begin) as pool:
        for _ in pool.map(lambda place: experiment(verdict, mine.subject, place), places):
            pass
    return verdict


def report(verdict, places, *disturbances):
    """Print the broken promises and a line of figures. The exit status: 1 if there was one, or if
    nothing was disturbed, which means that the test itself is broken."""
    for broken in verdict.broken:
        print(broken)
    figures = ", ".join(f"{name} {count}" for name, count in sorted(verdict.count.items()))
    print(f"{len(places)} places: {figures}; {len(verdict.broken)} promises broken")
    idle = bool(disturbances) and not any(verdict.count[name] for name in disturbances)
    return 1 if verdict.broken or len(places) < 20 or idle else 0
