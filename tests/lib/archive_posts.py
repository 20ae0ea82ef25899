"""Posts such as a mailing list has, as many as one likes and always the same: threads that come and
go, people who answer late, texts of people and of programs, now and then an attachment.

    posts = Posts()
    posts.message(7)                       # bytes, as archive/7 has them
    write_posts("lists/cats", posts, 1, 1000)
"""

import base64
import os
import random
import time

WORDS = ("the of and to in is that it was for on are as with they be at one have this from or had by but not "
         "what all were when we there can an your which their said if do will each about how up out them then she "
         "many some so these would other into has more two like him see time could no make than first been its who "
         "now people my made over did down only way find use may water long little very after words called just "
         "where most know get through back much before go good new write our used me man too any day same right "
         "look think also around another came come work three word must because does part even place well such "
         "here take why things help put years different away again off went old number great tell men say small "
         "every found still between name should home big give air line set own under read last never us left end "
         "along while might next sound below saw something thought both few those always looked show large often "
         "together asked house world going want school important until form food keep children feet land side "
         "without boy once animals life enough took sometimes four head above kind began almost live page got "
         "earth need far hand high year mother light parts country father let night following picture being study "
         "second eyes soon times story boys since white days ever paper hard near sentence better best across "
         "during today others however sure means knew try told young miles sun ways thing whole hear example heard "
         "several change answer room sea against top turned learn point city play toward five using himself "
         "usually Grüße naïve façade Žižek").split()
RARE = "umbrella teapot zeppelin marzipan quokka lighthouse".split()
PEOPLE = [f"{first} {last}" for first in ("Ann", "Björn", "Carla", "Dmitri", "Eve", "Farid", "Grace", "Hugo")
          for last in ("Adler", "Brown", "Castro", "Dvořák", "Eriksen")]
EPOCH = 1577836800  # 2020-01-01
SPAN = 1400  # seconds from one post to the next, in the mean


class Posts:
    """Every post is made of its number alone, so that any range can be had at any time."""

    mean_size = 0.0

    def __init__(self):
        sizes = [len(self.message(number)) for number in range(1, 1001)]
        self.mean_size = sum(sizes) / len(sizes)

    @staticmethod
    def parent(number):
        """The post that this one answers; 0: none."""
        chance = random.Random(number * 7919)
        if number == 1 or chance.random() < 0.25:
            return 0
        return max(1, number - 1 - min(int(chance.expovariate(1 / 6)), 400))

    def references(self, number):
        chain = []
        while (number := self.parent(number)) and len(chain) < 12:
            chain.insert(0, f"<{number}@example.net>")
        return chain

    def subject(self, number):
        top = number
        while parent := self.parent(top):
            top = parent
        words = random.Random(top).sample(WORDS[:100], 5)
        return ("Re: " if top != number else "") + " ".join(words)

    def message(self, number):
        chance = random.Random(number)
        author = PEOPLE[chance.randrange(len(PEOPLE))]
        date = time.strftime("%a, %d %b %Y %H:%M:%S +0000", time.gmtime(EPOCH + number * SPAN))
        fields = self.seal(chance, date) + [f"Received: from mail.example.net (mail.example.net [192.0.2.{number % 250}])",
                  f"\tby mail.example.org (Postfix) with ESMTPS id {number:X}", f"\tfor <cats@example.org>; {date}",
                  f"From: =?utf-8?q?{''.join('=%02X' % byte for byte in author.encode())}?= "
                  f"<{author.split()[0].encode('ascii', 'ignore').decode().lower()}@example.net>",
                  "To: cats@example.org", f"Subject: {self.subject(number)}", f"Date: {date}",
                  f"Message-ID: <{number}@example.net>"]
        chain = self.references(number)
        if chain:
            fields += [f"In-Reply-To: {chain[-1]}", "References: " + "\n ".join(chain)]
        fields += ["List-Id: <cats.example.org>", "MIME-Version: 1.0"]
        return "\n".join(fields + self.body(number, chance)).encode()

    @staticmethod
    def seal(chance, date):
        """What the list puts on top: its signatures and its seal, and the author's signature below."""
        def value(octets):
            text = base64.b64encode(chance.randbytes(octets)).decode()
            return "\n\t ".join(text[at:at + 70] for at in range(0, len(text), 70))
        names = "from:to:subject:date:message-id:in-reply-to:references:list-id:list-post:mime-version:content-type"
        signature = [f"DKIM-Signature: v=1; a={algorithm}-sha256; c=relaxed/relaxed; d={domain};\n\ts={selector}; t=1764000000;"
                     f" h={names[:60]}\n\t :{names[60:]};\n\tbh={value(32)};\n\tb={value(octets)}"
                     for algorithm, octets, domain, selector in
                     (("ed25519", 64, "example.org", "default-ed25519"), ("rsa", 256, "example.org", "default"),
                      ("rsa", 256, "example.net", "s1"))]
        seal = [f"ARC-Seal: i=1; a=rsa-sha256; t=1764000000; cv=none; d=example.org; s=default;\n\tb={value(256)}",
                f"ARC-Message-Signature: i=1; a=rsa-sha256; c=relaxed/relaxed; d=example.org;\n\ts=default; h={names[:60]}"
                f"\n\t :{names[60:]};\n\tbh={value(32)};\n\tb={value(256)}",
                "ARC-Authentication-Results: i=1; mail.example.org; dkim=pass header.d=example.net\n\theader.s=s1 "
                f"header.a=rsa-sha256; spf=pass smtp.mailfrom=example.net; dmarc=pass\n\theader.from=example.net"]
        return seal + signature

    def body(self, number, chance):
        text = self.text(number, chance)
        plain = ["Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: 8bit", ""] + text
        if chance.random() > 0.02:
            return plain + [""]
        boundary = f"b{number}"
        data = base64.encodebytes(chance.randbytes(chance.randrange(500, 20000))).decode().rstrip().split("\n")
        return ([f"Content-Type: multipart/mixed; boundary={boundary}", "", f"--{boundary}"] + plain +
                ["", f"--{boundary}", "Content-Type: application/octet-stream", "Content-Transfer-Encoding: base64",
                 f"Content-Disposition: attachment; filename=data{number}.bin", ""] + data + [f"--{boundary}--", ""])

    def text(self, number, chance):
        lines = []
        if self.parent(number):
            other = random.Random(self.parent(number))
            lines += [f"On Monday, {PEOPLE[other.randrange(len(PEOPLE))]} wrote:"]
            lines += ["> " + self.line(other) for _ in range(other.randrange(2, 12))] + [""]
        for _ in range(chance.randrange(1, 6)):
            lines += [self.line(chance) for _ in range(chance.randrange(2, 9))] + [""]
        if chance.random() < 0.1:
            lines += ["See https://example.org/" + chance.choice(RARE) + f"?n={number}&x=1", ""]
        if chance.random() < 0.1:
            lines += ["diff --git a/x.c b/x.c", "--- a/x.c", "+++ b/x.c", "@@ -1,2 +1,2 @@", "-int x;", "+long x;", ""]
        if chance.random() < 0.001:
            lines += ["An umbrella and a teapot.", ""]
        return lines + ["-- ", PEOPLE[number % len(PEOPLE)]]

    @staticmethod
    def line(chance):
        return " ".join(chance.choices(WORDS, k=12))


def make_list(directory):
    for name in ("control", "archive"):
        os.makedirs(f"{directory}/{name}")
    with open(f"{directory}/control/listaddress", "w") as file:
        file.write("cats@example.org\n")
    with open(f"{directory}/index", "w") as file:
        file.write("0\n")


def write_posts(directory, posts, first, last):
    for number in range(first, last + 1):
        with open(f"{directory}/archive/{number}", "wb") as file:
            file.write(posts.message(number))
    with open(f"{directory}/index", "w") as file:
        file.write(f"{last}\n")


def write_mbox(path, posts, first, last):
    with open(path, "wb") as file:
        for number in range(first, last + 1):
            message = posts.message(number).replace(b"\nFrom ", b"\n>From ")
            file.write(b"From x@example.net Thu Jan  1 00:00:00 2026\n" + message + b"\n")
