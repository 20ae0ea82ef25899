#!/usr/bin/python3
"""A DNS proxy on loopback that misbehaves: dns-fault.py SERVER:PORT FILE

FILE says how, and is read anew for each query:

  delay MILLISECONDS   every answer comes that much later
  silent               no answer at all
  garbage              random bytes with the right identifier
  servfail             SERVFAIL to everything
  refused              REFUSED to everything
  truncate             UDP answers are cut and say so (TC); TCP works
  truncate-only        the same, and TCP does not work
  wrong-id             the right answer with another identifier
  wrong-question       the right answer to another question
  honest               no fault, but a log

Prints ADDRESS:PORT. Writes a line for each query, the time in ms and the name, to standard error.
"""
import os
import pathlib
import random
import socket
import struct
import sys
import threading
import time


def question(query):
    """Name and end of the question section."""
    labels, at = [], 12
    while at < len(query) and query[at]:
        labels.append(query[at + 1:at + 1 + query[at]].decode("latin-1"))
        at += 1 + query[at]
    return ".".join(labels), at + 5


def with_flags(query, flags):
    _, end = question(query)
    return query[:2] + struct.pack(">H", flags) + b"\0\1\0\0\0\0\0\0" + query[12:end]


def ask(server, query):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as upstream:
        upstream.settimeout(5)
        upstream.sendto(query, server)
        return upstream.recv(65535)


def ask_by_tcp(server, query):
    with socket.create_connection(server, timeout=5) as upstream:
        upstream.sendall(struct.pack(">H", len(query)) + query)
        return read_tcp(upstream)


def read_exactly(connection, count):
    data = b""
    while len(data) < count:
        piece = connection.recv(count - len(data))
        if not piece:
            return None
        data += piece
    return data


def read_tcp(connection):
    size = read_exactly(connection, 2)
    return size and read_exactly(connection, struct.unpack(">H", size)[0])


def answer(server, query, mode, value, by_tcp):
    """The bytes to send, or None for silence."""
    if mode == "silent" or (mode == "truncate-only" and by_tcp):
        return None
    if mode == "garbage":
        return query[:2] + os.urandom(random.randrange(1, 300))
    if mode == "servfail":
        return with_flags(query, 0x8182)
    if mode == "refused":
        return with_flags(query, 0x8185)
    if mode.startswith("truncate") and not by_tcp:
        return with_flags(query, 0x8380)
    reply = ask_by_tcp(server, query) if by_tcp else ask(server, query)
    if mode == "delay":
        time.sleep(value / 1000)
    if mode == "wrong-id":
        return bytes([reply[0] ^ 1]) + reply[1:]
    if mode == "wrong-question":
        _, end = question(query)
        return reply[:13] + bytes([reply[13] ^ 1]) + reply[14:] if end < len(reply) else reply
    return reply


def log(query, start):
    name, _ = question(query)
    print(f"{(time.monotonic() - start) * 1000:.0f} {name}", file=sys.stderr, flush=True)


def current_mode(path):
    """What the file says now: mode and value."""
    words = path.read_text().split() or ["honest"]
    return words[0], float(words[1]) if len(words) > 1 else 0


def serve_udp(listener, server, path, start):
    while True:
        query, client = listener.recvfrom(4096)
        log(query, start)

        def work(query=query, client=client):
            reply = answer(server, query, *current_mode(path), by_tcp=False)
            if reply is not None:
                listener.sendto(reply, client)
        threading.Thread(target=work, daemon=True).start()


def serve_tcp(listener, server, path, start):
    while True:
        connection, _ = listener.accept()

        def work(connection=connection):
            with connection:
                while query := read_tcp(connection):
                    log(query, start)
                    reply = answer(server, query, *current_mode(path), by_tcp=True)
                    if reply is None:
                        return
                    connection.sendall(struct.pack(">H", len(reply)) + reply)
        threading.Thread(target=work, daemon=True).start()


def bind():
    """The same port for UDP and TCP."""
    while True:
        udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        udp.bind(("127.0.0.1", 0))
        tcp = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        try:
            tcp.bind(udp.getsockname())
            tcp.listen(16)
            return udp, tcp
        except OSError:
            udp.close()
            tcp.close()


def main():
    host, port = sys.argv[1].rsplit(":", 1)
    udp, tcp = bind()
    print("%s:%d" % udp.getsockname(), flush=True)
    start = time.monotonic()
    arguments = ((host, int(port)), pathlib.Path(sys.argv[2]), start)
    threading.Thread(target=serve_tcp, args=(tcp, *arguments), daemon=True).start()
    serve_udp(udp, *arguments)


main()
