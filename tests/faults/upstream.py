#!/usr/bin/env python3
"""Feed mn-deliver from a process that ends too early, or as it should.

    upstream.py HOW --trials N -- COMMAND...

    killed-half   the feeding parent is killed after half of the message
    killed-end    it is killed after the last byte, before it says that this was the end
    killed-slow   killed-half, by a parent that takes long to die: the end of the pipe can be seen
                  before the parent is gone, for there are big files to give back after it
    closed        it closes its end of the pipe after the last byte, and waits: all is well

Prints "status N: how often" for each exit status, in order.
"""

import argparse
import collections
import ctypes
import fcntl
import os
import signal
import sys
import termios
import time

import maildir

PR_SET_CHILD_SUBREAPER = 36
BIG = 64 << 20


def write_all(descriptor, content):
    while content:
        content = content[os.write(descriptor, content):]


def big_file():
    descriptor = os.memfd_create("ballast")
    os.posix_fallocate(descriptor, 0, BIG)
    return descriptor


def feed(how, command, content):
    """The parent. Never returns."""
    ballast = bytearray(BIG) if how == "killed-slow" else b""
    for position in range(0, len(ballast), 4096):
        ballast[position] = 1
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.dup2(reading, 0)
        os.close(reading)
        os.close(writing)
        os.execv(command[0], command)
    os.close(reading)
    if how == "closed":
        write_all(writing, content)
        os.close(writing)
        os._exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
    # The child must have looked at its parent before that one dies: it has when it reads.
    write_all(writing, content[:1])
    while fcntl.ioctl(writing, termios.FIONREAD, bytes(4)) != bytes(4):
        time.sleep(0.001)
    write_all(writing, content[1:] if how == "killed-end" else content[1:len(content) // 2])
    os.kill(os.getpid(), signal.SIGKILL)


def trial(how, command, content):
    """The exit status of the command: of our child's orphan, or passed on by our child."""
    parent = os.fork()
    if parent == 0:
        feed(how, command, content)
    statuses = {}
    while True:
        try:
            pid, status = os.wait()
        except ChildProcessError:
            break
        statuses[pid] = os.waitstatus_to_exitcode(status)
    passed_on = statuses.pop(parent)
    return next(iter(statuses.values())) if statuses else passed_on


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("how", choices=("killed-half", "killed-end", "killed-slow", "closed"))
    parser.add_argument("--trials", type=int, required=True)
    parser.add_argument("command", nargs="+")
    options = parser.parse_args()
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    # Less than a pipe holds, and more: the command is behind, or it has read nearly all.
    sizes = (40000, 200000)
    counts = collections.Counter(
        trial(options.how, options.command, maildir.message(number, sizes[number % 2]))
        for number in range(options.trials))
    for status, count in sorted(counts.items()):
        print(f"status {status}: {count}")


if __name__ == "__main__":
    sys.exit(main())
