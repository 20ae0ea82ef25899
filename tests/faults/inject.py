#!/usr/bin/env python3
"""Stop or disturb one delivery at every system call, then try again as Postfix would.

    inject.py kill  [--signal NAME] [--reader] OPTIONS   a signal before every system call
    inject.py fail  OPTIONS                              every call fails once, with each errno
    inject.py lie   --shim FILE OPTIONS                  calls are done and reported as failed

    OPTIONS: --tool mn-deliver --scratch DIR [--queue-id long|short|none] [--boxes N]
             [--missing]                          the mailboxes have to be made
             [--shim FILE --faults FAULT,FAULT]   standing faults, see shim.c (dynamic tool)

Prints every broken promise and a line of figures; exits 1 if there was one.
"""

import argparse
import errno
import os
import re
import sys

import injection
import maildir

LONG_ID = maildir.long_queue_id()
QUEUE_IDS = {"long": LONG_ID, "short": "3F9A21C07B", "none": None}

# What each call may plausibly answer. Calls of the C library's own start-up are included where
# the kernel can refuse them.
ERRORS = {
    "openat": "EACCES EIO EMFILE ENOSPC EROFS",
    "read": "EIO EINTR ECONNRESET",
    "write": "EIO ENOSPC EDQUOT EINTR EFBIG",
    "fsync": "EIO ENOSPC EDQUOT",
    "close": "EIO ENOSPC EDQUOT EINTR",
    "linkat": "EIO EPERM ENOSPC EDQUOT EMLINK ENOENT EEXIST",
    "renameat2": "EIO ENOSPC EDQUOT EINVAL",
    "unlinkat": "EIO EACCES",
    "pread64": "EIO EINTR",
    "newfstatat": "EIO EACCES",
    "fstat": "EIO",
    "getdents64": "EIO",
    "mkdirat": "EIO ENOSPC EDQUOT",
    "uname": "EFAULT",
    "getrandom": "EAGAIN EINTR",
    "brk": "ENOMEM",
    "mmap": "ENOMEM",
    "prctl": "EPERM",
    "landlock_create_ruleset": "EOPNOTSUPP ENOSYS",
    "landlock_add_rule": "EIO",
    "landlock_restrict_self": "E2BIG",
    "getppid": "EPERM",
    "fcntl": "EBADF",
    "rt_sigprocmask": "EINVAL",
    "rt_sigaction": "EINVAL",
    "umask": "EPERM",
    "alarm": "EPERM",
}
LIES = ("link", "rename", "fsync", "close")


class Delivery:
    """One way to call the tool, on mailboxes of its own."""

    def __init__(self, options, worker):
        self.options = options
        self.base = f"{options.scratch}/{worker}"
        self.content = maildir.message(1)
        self.boxes = []

    def start_over(self):
        os.makedirs(self.base, exist_ok=True)
        self.boxes = [maildir.Maildir(f"{self.base}/example.test/u{i}/Maildir",
                                      self.options.missing)
                      for i in range(self.options.boxes)]

    def command(self):
        command = [self.options.tool]
        if self.options.boxes == 1 and not self.options.missing:
            command += ["--maildir", self.boxes[0].path]
        else:
            command += ["--root", self.base]
        for i in range(self.options.boxes):
            command += ["--recipient", f"u{i}@example.test"]
        queue_id = QUEUE_IDS[self.options.queue_id]
        return command + (["--queue-id", queue_id] if queue_id else [])

    def environment(self, fault=""):
        faults = ",".join(filter(None, (self.options.faults, fault)))
        return {"LD_PRELOAD": self.options.shim, "SHIM": faults} if self.options.shim else {}

    def run(self, strace=(), fault=""):
        command = self.command()
        if strace:
            # strace itself must not be disturbed.
            setting = [word for key, value in self.environment(fault).items()
                       for word in ("-E", f"{key}={value}")]
            return maildir.Run(["strace", "-f", *strace, *setting, *command], self.content)
        return maildir.Run(command, self.content, self.environment(fault))

    def points(self):
        """(call, n): the n-th call of that name, for all calls that one delivery makes."""
        self.start_over()
        log = f"{self.base}/trace"
        done = self.run(strace=("-o", log, "-s", "200"))
        if done.status != 0:
            sys.exit(f"inject.py: a delivery without faults ends with {done}")
        # The dynamic loader of the tool with the shim is none of our business.
        return injection.points(log, "umask" if self.options.shim else None)


def check_whole(verdict, delivery, where):
    """What holds at any moment: nothing visible is damaged, nothing that was there is gone."""
    for box in delivery.boxes:
        damaged = [mail for mail in box.arrived() if mail != delivery.content]
        verdict.claim(not damaged, where, "a damaged message is visible")
        verdict.claim(box.old_is_there(), where, "the mail that was there before is gone")


def check_retry(verdict, delivery, where):
    """With a queue id one copy, whatever happened before; without, at least one."""
    retry = delivery.run()
    verdict.claim(retry.status == 0, where, f"the retry fails: {retry}")
    check_whole(verdict, delivery, where + ", retry")
    for box in delivery.boxes:
        copies = len(box.arrived())
        verdict.claim(copies > 0, where, "lost: no copy after the retry")
        if delivery.options.queue_id != "none":
            verdict.claim(copies <= 1, where, f"{copies} copies after the retry")
        if copies > 1:
            verdict.add("two copies")


def kill_at(verdict, delivery, point):
    call, number = point
    options = delivery.options
    where = f"SIG{options.signal} before {call} {number}"
    delivery.start_over()
    run = delivery.run(strace=injection.at(point, f"signal={options.signal}"))
    verdict.add("killed" if run.status < 0 else "went on")
    meaning = run.meaning()
    verdict.claim(meaning != "bounced", where, f"bounced: {run}")
    check_whole(verdict, delivery, where)
    arrived = [len(box.arrived()) for box in delivery.boxes]
    if sum(arrived) and meaning != "delivered":
        verdict.add("visible but deferred")
    if meaning == "delivered":
        verdict.claim(min(arrived) == 1, where, "exit 0 without the message")
    elif options.signal != "KILL":
        verdict.claim(sum(arrived) == 0, where, "visible though the signal ended it")
    # After SIGKILL only a file without a name can vanish.
    if options.signal != "KILL" or "fail" not in options.faults:
        left = sum(box.left_in_tmp() for box in delivery.boxes)
        verdict.claim(left == 0, where, f"{left} files left in tmp")
    if options.reader:
        for box in delivery.boxes:
            box.read_by_somebody()
    if meaning != "delivered" or options.queue_id != "none":
        check_retry(verdict, delivery, where)


def check_fault(verdict, delivery, run, where, may_leave=False):
    """After a fault: delivered once, or deferred without a trace; then the retry."""
    meaning = run.meaning()
    verdict.add(meaning)
    verdict.claim(meaning != "bounced", where, f"bounced: {run}")
    verdict.claim(run.status != 75 or re.fullmatch(rb"4\.\d\.\d [ -~]+\n", run.output), where,
                  f"says something else than one 4.x.x line: {run}")
    check_whole(verdict, delivery, where)
    wanted = 1 if meaning == "delivered" else 0
    for box in delivery.boxes:
        arrived = len(box.arrived())
        verdict.claim(arrived == wanted, where, f"{meaning}, but {arrived} copies visible")
        if not may_leave:
            verdict.claim(box.left_in_tmp() == 0, where, "left a file in tmp")
    if meaning != "delivered":
        check_retry(verdict, delivery, where)


def fail_at(verdict, delivery, fault):
    call, number, error = fault
    delivery.start_over()
    run = delivery.run(strace=injection.at((call, number), f"error={error}"))
    # Who cannot remove a file leaves it.
    check_fault(verdict, delivery, run, f"{call} {number} fails with {error}", call == "unlinkat")


def lie_at(verdict, delivery, fault):
    delivery.start_over()
    check_fault(verdict, delivery, delivery.run(fault=fault), fault)


def faults_of(points):
    for call, number in points:
        for error in ERRORS.get(call, "").split():
            yield call, number, error


def lies():
    for call in LIES:
        for number in range(1, 4):
            for error in (errno.EIO, errno.ENOSPC):
                yield f"lie:{call}:{number}:{error}"
    for size in (1, 7, 1000):
        yield f"short:{size}"


def parse():
    parser = argparse.ArgumentParser()
    parser.add_argument("what", choices=("kill", "fail", "lie"))
    parser.add_argument("--tool", required=True)
    parser.add_argument("--scratch", required=True)
    parser.add_argument("--signal", default="KILL")
    parser.add_argument("--reader", action="store_true")
    parser.add_argument("--queue-id", choices=QUEUE_IDS, default="long")
    parser.add_argument("--boxes", type=int, default=1)
    parser.add_argument("--missing", action="store_true")
    parser.add_argument("--shim")
    parser.add_argument("--faults", default="")
    return parser.parse_args()


def main():
    options = parse()

    def make(number):
        return Delivery(options, number)

    if options.what == "lie":
        places = list(lies())
        return injection.report(injection.everywhere(make, lie_at, places), places)
    os.makedirs(f"{options.scratch}/points")
    points = make("points").points()
    if options.what == "kill":
        return injection.report(injection.everywhere(make, kill_at, points), points, "killed")
    places = list(faults_of(points))
    return injection.report(injection.everywhere(make, fail_at, places), places)


if __name__ == "__main__":
    sys.exit(main())
