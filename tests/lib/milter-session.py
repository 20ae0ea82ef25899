#!/usr/bin/python3
"""One SMTP session as Postfix tells a milter of it: milter-session.py [OPTION...] MESSAGE... -- COMMAND...

COMMAND gets a socket as standard input, output and error, as spawn(8) does it, and each MESSAGE (a
file with LF line ends) is handed over. Prints what the milter wants for each: lines "remove INDEX NAME",
"insert NAME: VALUE" (line ends as \\n), then "accept", "reply CODE TEXT", "discard" or "no answer". The
exit status is 0 unless the protocol is broken.

  --client ADDRESS --helo NAME --sender ADDRESS --recipient ADDRESS --login NAME --queue-id ID --host NAME
  --kill-at STAGE     kill -9 the milter at: start, header, body, end
"""
import argparse
import os
import signal
import socket
import struct
import subprocess
import sys

CHUNK = 65535


class Session:
    def __init__(self, connection):
        self.connection = connection

    def send(self, command, data=b""):
        try:
            self.connection.sendall(struct.pack(">I", len(data) + 1) + command + data)
        except (BrokenPipeError, ConnectionResetError):
            pass  # seen as an answer that does not come

    def read(self, count):
        data = b""
        while len(data) < count:
            try:
                piece = self.connection.recv(count - len(data))
            except ConnectionResetError:
                return None
            if not piece:
                return None
            data += piece
        return data

    def receive(self):
        size = self.read(4)
        if size is None:
            return None, b""
        data = self.read(struct.unpack(">I", size)[0])
        return (data[:1], data[1:]) if data else (None, b"")

    def macros(self, command, **values):
        pairs = b"".join(b"{%s}\0%s\0" % (k.encode(), v.encode()) for k, v in values.items() if v)
        self.send(b"D", command + pairs)


def text(value):
    return value.encode("utf-8", "surrogateescape") + b"\0"


def begin(session, options):
    session.send(b"O", struct.pack(">III", 6, 0x1FF, 0x1FFFFF))
    command, data = session.receive()
    if command is None:
        return False
    assert command == b"O" and len(data) == 12, (command, data)
    session.macros(b"C", j=options.host)
    family = b"6" if ":" in options.client else b"4"
    address = "IPv6:" + options.client if family == b"6" else options.client
    if options.client:
        session.send(b"C", text("client.invalid") + family + struct.pack(">H", 4025) + text(address))
    else:
        session.send(b"C", text("localhost") + b"L" + struct.pack(">H", 0) + text("/socket"))
    session.send(b"H", text(options.helo))
    return True


def split_header(message):
    header, _, body = message.partition(b"\n\n") if not message.startswith(b"\n") else (b"", b"", message[1:])
    fields = []
    for line in header.split(b"\n"):
        if line[:1] in (b" ", b"\t") and fields:
            fields[-1] += b"\n" + line
        elif line:
            fields.append(line)
    return fields, body.replace(b"\n", b"\r\n")


def tell(session):
    """The answer to one message, until it is complete."""
    while True:
        command, data = session.receive()
        if command is None:
            print("no answer")
            return False
        if command == b"m":
            index, (name, value) = struct.unpack(">I", data[:4])[0], data[4:].split(b"\0")[:2]
            assert not value, "a field is to be changed"
            print("remove", index, name.decode())
        elif command == b"i":
            name, value = data[4:].split(b"\0")[:2]
            print("insert", (name + b":" + value).decode("utf-8", "replace").replace("\n", "\\n"))
        elif command == b"y":
            print("reply", data.rstrip(b"\0").decode())
            return True
        elif command in (b"a", b"d"):
            print("accept" if command == b"a" else "discard")
            return True
        else:
            raise AssertionError((command, data))


def hand_over(session, milter, options, message):
    def reach(stage):
        if options.kill_at == stage:
            os.kill(milter.pid, signal.SIGKILL)
            milter.wait()

    reach("start")
    session.macros(b"M", i=options.queue_id, auth_authen=options.login)
    session.send(b"M", text(f"<{options.sender}>"))
    session.send(b"R", text(f"<{options.recipient}>"))
    fields, body = split_header(message)
    for number, field in enumerate(fields):
        if number == 1:
            reach("header")
        name, _, value = field.partition(b":")
        session.send(b"L", name + b"\0" + value + b"\0")
    session.send(b"N")
    for start in range(0, len(body), CHUNK):
        if start == 0:
            reach("body")
        session.send(b"B", body[start:start + CHUNK])
    reach("end")
    session.send(b"E")
    return tell(session)


def main():
    arguments = sys.argv[1:]
    place = arguments.index("--")
    parser = argparse.ArgumentParser()
    for name, default in (("client", "192.0.2.1"), ("helo", "client.invalid"), ("sender", ""), ("login", ""),
                          ("recipient", "bob@example.test"), ("queue-id", "4Xyz"), ("host", ""), ("kill-at", "")):
        parser.add_argument("--" + name, default=default)
    parser.add_argument("messages", nargs="*")
    options = parser.parse_args(arguments[:place])
    ours, theirs = socket.socketpair()
    milter = subprocess.Popen(arguments[place + 1:], stdin=theirs, stdout=theirs, stderr=theirs)
    theirs.close()
    session = Session(ours)
    if begin(session, options):
        for path in options.messages:
            with open(path, "rb") as file:
                if not hand_over(session, milter, options, file.read()):
                    break
        session.send(b"Q")
    else:
        print("no answer")
    ours.close()
    milter.wait(30)


main()
