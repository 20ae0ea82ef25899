#!/usr/bin/env python3
"""Cut the power right after mn-deliver said 0, and look what the disk holds.

    power-cut.py --tool mn-deliver --scratch DIR --type ext4|xfs --rounds N [--missing]

A file system in a loop-mounted image is told to stop without writing its log (the shutdown ioctl
of fs/xfs that ext4 took over), then unmounted and mounted again. Every round delivers one message
into the same mailbox, or (--missing) into a mailbox that has to be made. Exits 1 if one is lost.
"""

import argparse
import fcntl
import os
import struct
import subprocess
import sys
import time

import maildir

SHUTDOWN = 0x8004587D
WITHOUT_LOG = 2
IMAGE_SIZE = 320 << 20  # the least that mkfs.xfs takes, and a little; sparse


def command(*words):
    subprocess.run(words, check=True, stdout=subprocess.DEVNULL)


def mount(image, place):
    command("mount", "-o", "loop", image, place)


def unmount(place):
    for _ in range(50):
        if subprocess.run(["umount", place], check=False, stderr=subprocess.DEVNULL).returncode == 0:
            return
        time.sleep(0.1)
    sys.exit(f"power-cut.py: cannot unmount {place}")


def cut_power(place):
    directory = os.open(place, os.O_RDONLY)
    fcntl.ioctl(directory, SHUTDOWN, struct.pack("I", WITHOUT_LOG))
    os.close(directory)


def deliver(options, place, number):
    """Deliver message number; where it must be found, and what it must be."""
    content = maildir.message(number)
    if options.missing:
        box = f"{place}/example{number}.test/u{number}/Maildir"
        target = ["--root", place, "--recipient", f"u{number}@example{number}.test"]
    else:
        box = f"{place}/Maildir"
        target = ["--maildir", box]
    done = maildir.Run([options.tool, *target, "--queue-id", maildir.long_queue_id()], content)
    if done.status != 0:
        sys.exit(f"power-cut.py: delivery {number}: {done}")
    return box, content


def is_there(box, content):
    new = f"{box}/new"
    for name in os.listdir(new) if os.path.isdir(new) else []:
        with open(f"{new}/{name}", "rb") as file:
            if file.read() == content:
                return True
    return False


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--tool", required=True)
    parser.add_argument("--scratch", required=True)
    parser.add_argument("--type", choices=("ext4", "xfs"), required=True)
    parser.add_argument("--rounds", type=int, required=True)
    parser.add_argument("--missing", action="store_true")
    options = parser.parse_args()

    image = f"{options.scratch}/image"
    place = f"{options.scratch}/mounted"
    os.makedirs(place)
    with open(image, "wb") as file:
        file.truncate(IMAGE_SIZE)
    command(f"mkfs.{options.type}", "-q", image)
    mount(image, place)
    try:
        for folder in maildir.FOLDERS:
            os.makedirs(f"{place}/Maildir/{folder}")
        os.sync()
        kept = 0
        for number in range(options.rounds):
            box, content = deliver(options, place, number)
            cut_power(place)
            unmount(place)
            mount(image, place)
            kept += is_there(box, content)
    finally:
        unmount(place)
    print(f"{options.type}: {kept} of {options.rounds} kept")
    return 0 if kept == options.rounds else 1


if __name__ == "__main__":
    sys.exit(main())
