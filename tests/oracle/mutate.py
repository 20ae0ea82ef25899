#!/usr/bin/python3
"""Change each signed message a little, mostly in its signature: mutate.py SEED FROM TO"""
import os
import random
import re
import sys

# What a signer could have written, or a forger: (what, with what).
EDITS = [
    (rb"v=1", b"v=1 "), (rb"v=1;", b""), (rb"v=1", b"v=1.0"), (rb"v=1", b"V=1"), (rb"v=1;", b"v=1;;"),
    (rb"; c=", b";\r\n\tc ="), (rb"a=rsa-sha256", b"a=rsa-sha1"), (rb"a=rsa-sha256", b"a=RSA-SHA256"),
    (rb"c=\w+/\w+", b"c=relaxed"), (rb"c=\w+/\w+;", b""), (rb"c=\w+/\w+", b"c=simple"),
    (rb"d=example.org", b"d=EXAMPLE.org"), (rb"d=example.org", b"d=example.org."), (rb"d=example.org", b"d= example.org"),
    (rb"d=example.org", b"d=example.com"), (rb"s=r", b"s=R"), (rb"s=r;", b"s=r; i=@example.org;"),
    (rb"s=r;", b"s=r; i=a@sub.example.org;"), (rb"s=r;", b"s=r; i=example.org;"), (rb"s=r;", b"s=r; q=dns/txt;"),
    (rb"s=r;", b"s=r; q=dns;"), (rb"s=r;", b"s=r; l=0;"), (rb"s=r;", b"s=r; l=x;"), (rb"s=r;", b"s=r; x=1;"),
    (rb"s=r;", b"s=r; z=From:a|b;"), (rb"s=r;", b"s=r; unknown=1;"), (rb"s=r;", b"s=r; s=r;"),
    (rb"b=(\w)", rb"b= \1"), (rb"b=", b"b=="), (rb"bh=(\w\w)", rb"bh=\1 "), (rb"h=", b"h= "), (rb"h=", b"h=x:"),
    (rb":", b" : "), (rb"DKIM-Signature:", b"DKIM-Signature :"), (rb"DKIM-Signature:", b"dkim-SIGNATURE:"),
    (rb"DKIM-Signature: ", b"DKIM-Signature:"), (rb"\r?\n ", b" "), (rb"b=(\w{20})", rb"b=\1\r\n\t"),
    (rb"\Z", b"\r\n"), (rb"(\r\n\r\n[\s\S]*)\Z", rb"\1more\r\n"), (rb"\A", b"From: b@example.org\r\n"),
    (rb"\A", b"Subject: another\r\n"), (rb"\A", b"X-New: field\r\n"), (rb"\r?\n\r?\n", b"\r\n\r\n\r\n"),
]


def changed(source, text):
    what, replacement = source.choice(EDITS)
    text = re.sub(what, replacement, text, count=1)
    place = source.randrange(len(text))
    # Not in b=, where libopendkim reads over whatever is not base64, nor between CR and LF, where it
    # drops the CR of a field.
    value = re.search(rb"[ \t;]b=[^\r\n]*(\r?\n[ \t][^\r\n]*)*\r?\n", text)
    if source.random() < 0.3 and text[place - 1:place] != b"\r" and not (value and value.start() < place <= value.end()):
        text = text[:place] + bytes([source.choice(b" \tab;")]) + text[place + source.randint(0, 1):]
    return text


def main():
    source = random.Random(int(sys.argv[1]))
    for name in sorted(os.listdir(sys.argv[2])):
        with open(os.path.join(sys.argv[2], name), "rb") as file:
            text = file.read()
        with open(os.path.join(sys.argv[3], name), "wb") as file:
            file.write(changed(source, text))


main()
