#!/usr/bin/python3
"""Lists to be published: make-lists.py DIRECTORY BASE_URL COUNT

  DIRECTORY/cats   COUNT posts of tests/lib/archive_posts.py, hostile ones among them, and at the end two
                   that are alone in their month: "A picture of the feeder", with attachments, and an
                   answer to it
  DIRECTORY/dogs   no posts yet
  DIRECTORY/owls   private

On standard output: Message-IDs that the tests ask for, and a link to unsubscribe, as NAME=VALUE.
"""

import base64
import hashlib
import hmac
import os
import struct
import sys
import time
import zlib

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
from archive_posts import Posts, make_list  # noqa: E402

SCRIPT = "<script>document.title='owned'</script>"
# The password is "owls": openssl passwd -6 -salt owls owls
PASSWORD_LINE = b"hugo:$6$owls$S64e5clumj87GijZFlgARzzEcJQjXkhVKXkKqjVNGXZtllr/07RyOGhJpGqyVy9R2v0l6oiE8pGjEDhcjVBWz1\n"
ATTACK = f"\"'><img src=x onerror=\"document.title='owned'\">{SCRIPT}<a href=\"javascript:alert(1)\">x</a>"


def png():
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    rows = b"".join(b"\0" + bytes((x * 8, y * 8, 128)) * 1 for y in range(1) for x in range(1))
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0)) +
            chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))


def mail(fields, body):
    head = [f"{name}: {value}" if isinstance(value, str) else name.encode() + b": " + value
            for name, value in fields]
    lines = [line if isinstance(line, bytes) else line.encode() for line in head]
    return b"\n".join(lines) + b"\n\n" + (body if isinstance(body, bytes) else body.encode())


def plain(number, subject, body, *more):
    return mail([("From", "Mallory <mallory@example.net>"), ("Subject", subject),
                 ("Date", f"Mon, 2 Mar 2020 10:{number % 60:02}:00 +0000"),
                 ("Message-ID", f"<hostile-{number}@example.net>"), *more], body)


def nested(depth):
    text = b"deep\n"
    for level in range(depth):
        mark = b"b%d" % level
        text = (b"Content-Type: multipart/mixed; boundary=" + mark + b"\n\n--" + mark + b"\n" + text + b"--" + mark +
                b"--\n")
    return b"MIME-Version: 1.0\nSubject: nested\nFrom: x@example.net\nMessage-ID: <nested@example.net>\n" + text


def hostile():
    """Whatever somebody might send to a list to harm those who read its archive."""
    html = [("MIME-Version", "1.0"), ("Content-Type", "text/html; charset=utf-8")]
    number = iter(range(1, 100))
    yield plain(next(number), ATTACK, ATTACK + "\n")
    yield mail([(name, ATTACK) for name in ("From", "To", "Subject", "Date", "Message-ID", "In-Reply-To",
                                            "References", "List-Id", "Content-Type", "Received")], ATTACK)
    yield plain(next(number), "only HTML", "<p>Hello<script>alert(1)</script><b onclick=x>you</b><style>*{display:none}"
                "</style><iframe src=//evil.example></iframe><svg/onload=alert(1)>&lt;script&gt;", *html)
    yield plain(next(number), "HTML without end", "<div>" * 100000 + "x", *html)
    yield plain(next(number), "HTML cut off", "<p title=\"" + "<!--" * 5000, *html)
    yield plain(next(number), "direction \u202e gnp.exe \u2066 \u200f \u0000 \x1b[31m \x7f \x85",
                "a\u202eb\u2067c\u2069d \x00\x01\x08\x0b\x0c\x1b[2J\x7f \ufffe \uffff \ufdd0 end\n")
    yield plain(next(number), "bytes that are no text", bytes(range(256)) * 20)
    yield plain(next(number), "=?utf-8?b?PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==?= =?utf-8?q?=00=0A=0D?=", "x\n")
    for charset in ("utf-7", "iso-2022-jp", "utf-16", "no-such-thing", "\"><script>", "x" * 2000):
        yield plain(next(number), f"charset {charset[:20]}", b"+ADw-script+AD4-\xff\xfe\x1b$B!!\x1b(B\n",
                    ("MIME-Version", "1.0"), ("Content-Type", f"text/plain; charset={charset}"))
    yield plain(next(number), "links", "javascript:alert(1) data:text/html,<script> http://x.example/\"onclick=alert(1) "
                "https://x.example/'><script> http://[::1]/ https://user:pw@x.example/ <mailto:x@example.net?body=%3Cb%3E> "
                "vbscript:x file:///etc/passwd http://\u202eevil.example/ ftp://x.example/ http://" + "a" * 5000 + "\n")
    yield plain(next(number), "quotes", "".join(">" * depth + " x\n" for depth in range(1, 400)))
    yield plain(next(number), "one line", "x" * 300000)
    yield plain(next(number), "many lines", "\n" * 50000 + "end\n")
    yield plain(next(number), "10,000 recipients", "x\n", ("To", ", ".join(f"u{i}@example.net" for i in range(10000))))
    yield plain(next(number), "many references", "x\n",
                ("References", " ".join(f"<r{i}@example.net>" for i in range(20000))))
    yield plain(next(number), "its own parent", "x\n", ("References", f"<hostile-{20}@example.net>"))
    yield plain(1, "the same Message-ID again", "another body\n")
    yield plain(next(number), "s" * 5000, "x\n")
    yield plain(next(number), "", "no subject\n")
    yield nested(2000)
    parts = "".join(f"--b\nContent-Type: text/plain\nContent-Disposition: attachment; filename=\"../../{ATTACK}{i}\"\n\n{i}\n"
                    for i in range(1000))
    yield plain(next(number), "1,000 parts", parts + "--b--\n", ("MIME-Version", "1.0"),
                ("Content-Type", "multipart/mixed; boundary=b"))
    name = "=?utf-8?q?=22=3E=3Cscript=3E=2E=2E=2F=00=0Ax=2Ehtml?="
    yield plain(next(number), "an attachment that is a page",
                f"--b\n\nsee it\n--b\nContent-Type: text/html; name=\"{name}\"\n"
                f"Content-Disposition: attachment; filename=\"{name}\"\n\n<title>owned</title>{SCRIPT}\n--b\n"
                f"Content-Type: image/svg+xml\nContent-Disposition: inline; filename=x.svg\n\n<svg>{SCRIPT}</svg>\n--b--\n",
                ("MIME-Version", "1.0"), ("Content-Type", "multipart/mixed; boundary=b"))
    yield plain(next(number), "a patch", f"--- a/<x>\n+++ b/{ATTACK}\n@@ -1 +1 @@ {ATTACK}\n-{ATTACK}\n+{ATTACK}\n")
    yield plain(next(number), "flowed", (ATTACK + " \n") * 50 + "> " + ATTACK + " \n> x\n-- \n" + ATTACK,
                ("Content-Type", "text/plain; format=flowed; delsp=yes"))
    yield plain(next(number), "a message in it", f"Subject: {ATTACK}\nFrom: {ATTACK}\n\n{ATTACK}\n",
                ("MIME-Version", "1.0"), ("Content-Type", "message/rfc822"))
    yield plain(next(number), "dates", "x\n", ("Date", "Mon, 99 Foo 99999999999 99:99:99 +9999"))
    yield b""
    yield b"\n\n\n"
    yield b"no header at all"
    yield b"Subject: \xff\xfe\x00\n\tfolded\n \x00\n\n\x00"


def feeder():
    picture = base64.encodebytes(png()).decode()
    first = mail([("From", "Ann Adler <ann@example.net>"), ("Subject", "A picture of the feeder"),
                  ("Date", "Mon, 1 Jun 2026 09:30:00 +0200"), ("Message-ID", "<feeder-1@example.net>"),
                  ("MIME-Version", "1.0"), ("Content-Type", "multipart/mixed; boundary=b")],
                 "--b\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n"
                 "Dear all,\n\nthis is the new feeder. The lid opens twice a day, and whoever writes to\n"
                 "ann@example.net gets the drawings; see https://example.org/feeder?a=1&b=2 for more.\n\n"
                 "diff --git a/lid.c b/lid.c\n--- a/lid.c\n+++ b/lid.c\n@@ -1,3 +1,3 @@ void lid(void)\n"
                 " {\n-\topen(1);\n+\topen(2);\n }\n\n-- \nAnn\n"
                 f"--b\nContent-Type: image/png\nContent-Transfer-Encoding: base64\n"
                 f"Content-Disposition: attachment; filename=feeder.png\n\n{picture}--b--\n")
    answer = mail([("From", "Björn Brown <bjoern@example.net>"), ("Subject", "Re: A picture of the feeder"),
                   ("Date", "Mon, 1 Jun 2026 10:00:00 +0200"), ("Message-ID", "<feeder-2@example.net>"),
                   ("In-Reply-To", "<feeder-1@example.net>"), ("References", "<feeder-1@example.net>"),
                   ("Content-Type", "text/plain; charset=utf-8")],
                  "Ann Adler wrote:\n\n> this is the new feeder. The lid opens twice a day\n>> and who feeds them?\n\n"
                  "Lovely! It reminds me of a zeppelin.\n")
    return [first, answer]


def long_thread(count):
    """More than fit on a page; some answer those of the page before."""
    for number in range(1, count + 1):
        before = [f"<long-{other}@example.net>" for other in {1, max(1, number - 3)} if other < number]
        yield mail([("From", f"Reader {number % 7} <r@example.net>"), ("Date", f"Tue, 3 Mar 2020 10:{number % 60:02}:00 +0000"),
                    ("Subject", "Re: A long thread" if before else "A long thread"),
                    ("Message-ID", f"<long-{number}@example.net>"), ("References", " ".join(sorted(before)))],
                   f"Number {number}.\n")


def all_posts(count):
    """Hostile ones here and there among the others."""
    yield from long_thread(min(430, count // 4))
    count -= min(430, count // 4)
    posts = Posts()
    others = list(hostile())
    between = max(1, (count - 2) // len(others))
    plain_number = 0
    for number in range(1, count - 1):
        if others and number % between == 0:
            yield others.pop(0)
        else:
            plain_number += 1
            yield posts.message(plain_number)
    yield from feeder()


def token(directory, address):
    """The link of a subscriber, worked out apart from the programs."""
    letters = "abcdefghijklmnopqrstuvwxyz234567"
    minutes = (int(time.time()) + 3600) // 60
    when = "".join(letters[minutes >> shift & 31] for shift in (25, 20, 15, 10, 5, 0))
    with open(f"{directory}/control/listaddress", encoding="ascii") as file:
        primary = file.readline().strip()
    text = "".join(f"{len(part)}:{part}" for part in ("token", primary, "oneclick", address, when))
    with open(f"{directory}/mailnode/secret", "rb") as file:
        mac = hmac.digest(file.read(), text.encode(), hashlib.sha256)
    proof = base64.b32encode(mac).decode().lower()[:26]
    return base64.urlsafe_b64encode(address.encode()).decode().rstrip("=") + "." + when + proof


def write(path, content):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as file:
        file.write(content)


def new_list(directory, name, url):
    path = f"{directory}/{name}"
    make_list(path)
    write(f"{path}/control/listaddress", f"{name}@example.org\n".encode())
    write(f"{path}/control/owner", b"owner@example.org\n")
    write(f"{path}/control/archiveurl", f"{url}{name}/\n".encode())
    for kind in ("subscribers.d", "digesters.d", "nomailsubs.d"):
        os.mkdir(f"{path}/{kind}")
    write(f"{path}/mailnode/secret", os.urandom(32))
    return path


def add_posts(path, posts):
    number = 0
    for number, post in enumerate(posts, 1):
        write(f"{path}/archive/{number}", post)
    write(f"{path}/index", f"{number}\n".encode())


def main():
    directory, url, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
    cats = new_list(directory, "cats", url)
    add_posts(cats, all_posts(count))
    new_list(directory, "dogs", url)
    owls = new_list(directory, "owls", url)
    write(f"{owls}/control/archive_private", PASSWORD_LINE)
    add_posts(owls, feeder())
    links = []
    for look in ("phone-light", "phone-dark", "desktop-light", "desktop-dark", "axe"):
        address = f"{look}@example.net"
        write(f"{cats}/subscribers.d/{address[0]}", b"")
        links.append((look, address))
    with open(f"{cats}/subscribers.d/p", "w", encoding="ascii") as file:
        file.writelines(f"{address}\n" for _, address in links if address[0] == "p")
    for letter in "da":
        with open(f"{cats}/subscribers.d/{letter}", "w", encoding="ascii") as file:
            file.writelines(f"{address}\n" for _, address in links if address[0] == letter)
    for look, address in links:
        print(f"{look}=unsubscribe/cats/{token(cats, address)}")


main()
