#!/usr/bin/python3
"""The same as ours.cpp by python3-dkim: dkimpy.py sign RSA.pem ED25519.pem DIR OUT, verify RECORDS DIR

Signs with RSA; every fourth message with Ed25519 too.
"""
import base64
import os
import re
import sys
import time

import dkim


def messages(directory):
    for name in sorted(os.listdir(directory)):
        with open(os.path.join(directory, name), "rb") as file:
            text = re.sub(b"\r?\n", b"\r\n", file.read())
        # A message that SMTP carried has a last line end, and only then it gives the right hash.
        yield name, text if text.endswith(b"\n") else text + b"\r\n"


def sign(rsa_path, ed_path, directory, out):
    with open(rsa_path, "rb") as file:
        rsa = file.read()
    ed = None
    if ed_path != "-":
        with open(ed_path) as file:
            # The last 32 bytes of PKCS #8.
            ed = base64.b64encode(base64.b64decode("".join(file.read().split("\n")[1:-2]))[-32:])
    forms = [b"relaxed", b"simple"]
    for number, (name, message) in enumerate(messages(directory)):
        # Without a second key, for a bench: always relaxed, and all of the body.
        forms_now = (forms[number & 1], forms[number >> 1 & 1]) if ed else (forms[0], forms[0])
        signature = dkim.sign(message, b"r", b"example.org", rsa, canonicalize=forms_now,
                              length=ed is not None and number % 5 == 4)
        if ed and number % 4 == 0:
            signature += dkim.sign(message, b"e", b"example.org", ed, canonicalize=forms_now,
                                   signature_algorithm=b"ed25519-sha256")
        with open(os.path.join(out, name), "wb") as file:
            file.write(signature + message)


def verify(records_path, directory):
    with open(records_path, "rb") as file:
        records = dict(line.rstrip(b"\n").split(b" ", 1) for line in file)

    def find(name, timeout=5):
        return records.get(name.rstrip(b"."))

    for name, message in messages(directory):
        verdicts = []
        count = len(re.findall(rb"^dkim-signature:", message.split(b"\r\n\r\n")[0], re.I | re.M))
        for index in range(count):
            try:
                verdicts.append("pass" if dkim.DKIM(message).verify(index, find) else "fail")
            except (dkim.DKIMException, IndexError, ValueError, UnicodeError):
                verdicts.append("fail")
        print(name[:-4], *verdicts)


STARTED = time.process_time()
if sys.argv[1] == "sign":
    sign(*sys.argv[2:])
else:
    verify(*sys.argv[2:])
if "CPU" in os.environ:
    print("cpu %.3f" % ((time.process_time() - STARTED) * 1000), file=sys.stderr)
