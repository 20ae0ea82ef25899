#!/usr/bin/env python3
"""Deliver a hundred messages that no mail program should make, and compare byte for byte.

    malformed.py --tool mn-deliver --scratch DIR

Deterministic. Prints what went wrong and "N of N unchanged"; exits 1 if not all are.
"""

import argparse
import concurrent.futures
import os
import random
import sys

import maildir

HEADER = b"From: a@example.test\nSubject: x\n\n"


def by_hand():
    """What breaks programs that know too much about mail."""
    yield from (b"\n", b"\0", b" ", b"x", b"\r", b"\r\n", b"\n\n", b".", b".\n", b"\n.\n", b"\r\n.\r\n")
    yield b"no header at all, no line end"
    yield b"From somebody Mon Jan  1 00:00:00 2024\n" + HEADER + b"From here on\n>From there\n"
    yield HEADER  # no body
    yield HEADER[:-1]  # no empty line
    yield HEADER + b"no last newline"
    yield HEADER + b".\n..\n...\nQUIT\nDATA\n"
    yield HEADER + b"CR\rin\rlines\r" + b"CRLF\r\n" + b"LFCR\n\r"
    yield HEADER.replace(b"\n", b"\r\n") + b"all\r\nCRLF\r\n"
    yield HEADER + b"before\0after\n\0\0\0\nend"
    yield HEADER + bytes(range(256)) * 8
    yield b"Subject: \xff\xfe raw \xc3\n\xe4: \xf6\n\n\xed\xa0\x80 \xf4\x90\x80\x80\n"
    yield b": no name\n:\n::\nno colon\n\tonly folding\n\n"
    yield b"A" * 100000 + b": long name\n\n"
    yield b"A: " + b"long value " * 20000 + b"\n\n"
    yield b"A: b\n" * 20000 + b"\nmany headers\n"
    yield b"A: b\n" + b" c\n" * 20000 + b"\nmuch folding\n"
    yield b"To: " + b"a@example.test, " * 20000 + b"\n\n"
    yield b"To: ;:\nCc: a;b:\nFrom: ((((\n\n"
    yield b"Content-Length: 3\nStatus: RO\nX-Mozilla-Status: 0001\n" + HEADER + b"much longer\n"
    yield b"Content-Type: multipart/mixed; boundary=\"\"\n\n--\n----\n"
    yield b"".join(b'Content-Type: multipart/mixed; boundary="%d"\n\n--%d\n' % (i, i)
                   for i in range(5000))
    yield b"Content-Transfer-Encoding: base64\n\n|||====\n"
    yield b"Subject: =?utf-8?q?" + b"=00" * 1000 + b"?=\n\n"
    yield b"Return-Path: <>\nDelivered-To: x\n" * 50 + b"\nloop\n"
    yield HEADER + b"x" * 5_000_000
    yield HEADER + b"\n" * 1_000_000
    yield b"\0" * 1_000_000
    yield HEADER + b"\r" * 1_000_000
    # Around the sizes in which a program reads.
    for size in (4095, 4096, 4097, 65535, 65536, 65537, 131072):
        yield b"y" * size
        yield (b"z" * (size - 1) + b"\r\n")


def by_chance(count):
    """Pieces of mail in any order, from a fixed seed."""
    chance = random.Random(20261122)
    pieces = [b"From: a\n", b"\n", b"\r\n", b"\r", b"\0", b".", b" ", b"\t", b"From ", b"=?x?q?",
              b"--b\n", b"Content-Type: multipart/x; boundary=b\n", b"\xff\xc3\x28", b"a" * 998]
    for _ in range(count):
        yield b"".join(chance.choice(pieces) for _ in range(chance.randint(1, 3000)))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--tool", required=True)
    parser.add_argument("--scratch", required=True)
    options = parser.parse_args()

    inputs = list(by_hand())
    inputs += by_chance(100 - len(inputs))

    def is_unchanged(number):
        box = maildir.Maildir(f"{options.scratch}/{number}/Maildir")
        done = maildir.Run([options.tool, "--maildir", box.path], inputs[number])
        arrived = box.arrived()
        good = done.status == 0 and arrived == [inputs[number]] and box.left_in_tmp() == 0
        if not good:
            print(f"input {number} {inputs[number][:60]!r}: {done}, {len(arrived)} arrived")
        return good

    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        unchanged = sum(pool.map(is_unchanged, range(len(inputs))))
    print(f"{unchanged} of {len(inputs)} unchanged")
    return 0 if unchanged == len(inputs) == 100 else 1


if __name__ == "__main__":
    sys.exit(main())
