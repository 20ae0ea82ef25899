#!/usr/bin/env python3
"""An SMTP server that says what the test wants it to say, and keeps what it gets.

    smtp-sink.py DIR COMMAND=ANSWER...

Listens on a free port of 127.0.0.1, which it writes to DIR/port. Message number N goes to DIR/N.eml
as it came, without the doubled dots; the commands before it to DIR/N.smtp. COMMAND: GREETING, EHLO,
MAIL, RCPT, DATA, END (after the final dot). ANSWER: lines with "|" between them; "hangup" closes
the connection instead. What is not given is answered as it should be. Serves until it is killed.
"""

import os
import socket
import sys

GOOD = {
    "GREETING": "220 ready",
    "EHLO": "250-here|250-8BITMIME|250 SMTPUTF8",
    "MAIL": "250 2.1.0 ok",
    "RCPT": "250 2.1.5 ok",
    "DATA": "354 go on",
    "END": "250 2.0.0 Ok: queued as 4ABC",
    "QUIT": "221 bye",
}


def read_lines(connection):
    """Until the client is gone, however it goes."""
    file = connection.makefile("rb")
    while True:
        try:
            line = file.readline()
        except OSError:
            return
        if not line:
            return
        yield line


def serve(connection, answers, directory, number):
    """One session. Returns the number of the last message."""
    lines = read_lines(connection)
    commands = b""

    def answer(command):
        text = answers.get(command, GOOD.get(command, "500 what?"))
        if text == "hangup":
            return ""
        try:
            connection.sendall(text.replace("|", "\r\n").encode() + b"\r\n")
        except OSError:
            return ""
        return text[:3]

    if not answer("GREETING"):
        return number
    for line in lines:
        commands += line
        command = line[:4].decode("latin-1").upper()
        code = answer(command)
        if not code:
            return number
        if command != "DATA" or code != "354":
            continue
        data = []
        for line in lines:
            if line == b".\r\n":
                break
            data.append(line[1:] if line.startswith(b".") else line)
        else:
            return number
        number += 1
        for suffix, content in ((".eml", b"".join(data)), (".smtp", commands)):
            with open(os.path.join(directory, str(number) + suffix), "wb") as out:
                out.write(content)
        commands = b""
        if not answer("END"):
            return number
    return number


def main():
    directory, *given = sys.argv[1:]
    answers = dict(text.split("=", 1) for text in given)
    listener = socket.create_server(("127.0.0.1", 0))
    with open(os.path.join(directory, "port.new"), "w", encoding="ascii") as out:
        out.write(f"{listener.getsockname()[1]}\n")
    os.rename(os.path.join(directory, "port.new"), os.path.join(directory, "port"))
    number = 0
    while True:
        connection, _ = listener.accept()
        with connection:
            number = serve(connection, answers, directory, number)


main()
