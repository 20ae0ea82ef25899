#!/usr/bin/python3
"""Write COUNT messages of every unpleasant shape to DIR/NNNN.eml: messages.py COUNT SEED DIR

The same seed gives the same messages. LF and CRLF line ends, mixed; what no mail system would pass
on (NUL, a header over 64 KiB) is left out, for the other programs do not pretend to take it; nor do
they all take white space before the colon.
"""
import random
import sys

WORDS = ["a", "mail", "server", "Grüße", "x" * 60, "=?utf-8?q?f=C3=BC?=", "<b>", "b=", "12:34", "--", "\"q\"", "(c)", ";"]
NAMES = ["Subject", "To", "Cc", "Reply-To", "Date", "Message-ID", "MIME-Version", "Content-Type",
         "Content-Transfer-Encoding", "List-Id", "List-Unsubscribe", "In-Reply-To", "References",
         "Sender", "Resent-From", "X-Other", "Received", "Comments", "DKIM-SIGNATURE-X", "x-LOWER", "SUBJECT"]


def words(random, most):
    return [random.choice(WORDS) for _ in range(random.randint(0, most))]


def blank(random):
    return random.choice([" ", " ", " ", "  ", "\t", " \t "])


def field_value(random):
    value = random.choice(["", " ", " ", "  ", "\t"])
    for word in words(random, 12):
        value += word
        value += random.choice([blank(random)] * 4 + ["\n ", "\n\t", " \n  "])
    if random.random() < 0.1:
        value += "y" * random.choice([70, 998, 5000])
    value = value.rstrip(" \t\n") + random.choice(["", "", "", " ", "\t "])
    # A folded line of nothing but white space is where parsers differ; it is not what is tested.
    return value


def header(random):
    fields = []
    for _ in range(random.choice([0, 1, 3, 8, 8, 20])):
        name = random.choice(NAMES)
        fields.append(name + ":" + field_value(random))
    fields.insert(random.randint(0, len(fields)), random.choice(["From", "From", "from", "FROM"]) +
                  ":" + random.choice([" ", "", "\t", "\n "]) + "Ann Ö. <ann@example.org>" +
                  random.choice(["", " "]))
    return fields


def body(random):
    lines = []
    for _ in range(random.choice([0, 0, 1, 2, 5, 30, 200])):
        line = random.choice(["", "", " ", "\t"]) if random.random() < 0.3 else ""
        for word in words(random, 15):
            line += word + blank(random)
        if random.random() < 0.4:
            line = line.rstrip()
        if random.random() < 0.05:
            line += random.choice(["z", " ", "ab "]) * random.choice([100, 998, 3000])
        if random.random() < 0.05:
            line = random.choice([".", "..", "From me", ">From", "a\x01\x7fb", "\x0c"])
        lines.append(line)
    text = "\n".join(lines)
    return text + random.choice(["\n", "\n", "\n", "", "\n\n\n", "\n \n\t\n", " ", "\n\n \n"])


def message(random):
    text = "\n".join(header(random)) + "\n"
    if random.random() < 0.95:
        text += "\n" + body(random)
    encoding = random.choice(["utf-8", "utf-8", "latin-1"])
    data = text.encode(encoding, "replace")
    ends = random.choice(["lf", "lf", "crlf", "mixed"])
    if ends == "crlf":
        data = data.replace(b"\n", b"\r\n")
    elif ends == "mixed":
        data = b"".join(line + random.choice([b"\n", b"\r\n"]) for line in data.split(b"\n")[:-1]) + \
            data.split(b"\n")[-1]
    return data


def main():
    count, seed, directory = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
    source = random.Random(seed)
    for number in range(count):
        with open("%s/%04d.eml" % (directory, number), "wb") as file:
            file.write(message(source))


main()
