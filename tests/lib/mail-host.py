#!/usr/bin/env python3
"""The ports of a mail host on 127.0.0.1: SMTP with STARTTLS, and two that begin with TLS.

    mail-host.py DIR CERTIFICATE KEY NAME [FAULT...]

Writes the three port numbers to DIR/ports once it listens. What SMTP clients say goes to DIR/smtp,
each message that was ended to DIR/N.eml. FAULT: no-starttls, open-relay (takes any recipient),
no-postmaster, LF.LF and the like (what ends a message besides CRLF.CRLF), no-hops (takes messages
that have passed any number of hosts), refuses-bare (complains about bare LF), hangs-up (does not
speak), busy (421 at once). Serves until it is killed.
"""

import os
import re
import socket
import ssl
import sys
import threading

directory, certificate, key, name, *faults = sys.argv[1:]
ENDS = {"LF.LF": b"\n.\n", "LF.CRLF": b"\n.\r\n", "CRLF.LF": b"\r\n.\n", "CR.CR": b"\r.\r"}
ends = [b"\r\n.\r\n"] + [ENDS[fault] for fault in faults if fault in ENDS]
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(certificate, key)
lock = threading.Lock()
messages = 0


def keep(text):
    global messages
    with lock:
        messages += 1
        with open(os.path.join(directory, f"{messages}.eml"), "wb") as file:
            file.write(text)


def read_message(connection):
    """What to answer to it; None: the client is gone."""
    text = b""
    while True:
        got = connection.recv(4096)
        if not got:
            return None
        text += got
        if "refuses-bare" in faults and re.search(b"[^\r]\n", text):
            return "550 5.5.2 Error: bare <LF> received"
        for end in ends:
            if end in text:
                if text.count(b"Received:") > 50 and "no-hops" not in faults:
                    return "554 5.4.0 Error: too many hops"
                keep(text)
                return "250 2.0.0 Ok: queued"


def answer_to(line):
    command = line.upper()
    if command.startswith("EHLO"):
        offer = "" if "no-starttls" in faults else "250-STARTTLS\r\n"
        return f"250-{name}\r\n{offer}250 8BITMIME"
    if command.startswith("RCPT"):
        if "example.net" in line and "open-relay" not in faults:
            return "554 5.7.1 Relay access denied"
        if "postmaster" in line and "no-postmaster" in faults:
            return "550 5.1.1 User unknown"
    if command.startswith("DATA"):
        return "354 go on"
    return "250 2.0.0 Ok"


def serve_smtp(connection):
    if "hangs-up" in faults:
        return
    if "busy" in faults:
        connection.sendall(b"421 4.3.2 come back later\r\n")
        return
    connection.sendall(f"220 {name} ESMTP\r\n".encode())
    pending = b""
    while True:
        while b"\n" not in pending:
            got = connection.recv(4096)
            if not got:
                return
            pending += got
        line, pending = pending.split(b"\n", 1)
        text = line.decode("latin-1").strip()
        with lock, open(os.path.join(directory, "smtp"), "a") as log:
            log.write(text + "\n")
        if text == "QUIT":
            return
        if text == "STARTTLS":
            connection.sendall(b"220 2.0.0 Ready\r\n")
            context.wrap_socket(connection, server_side=True)
            return
        connection.sendall(answer_to(text).encode() + b"\r\n")
        if text == "DATA":
            answer = read_message(connection)
            if answer is None:
                return
            connection.sendall(answer.encode() + b"\r\n")


def serve(connection, has_tls):
    with connection:
        try:
            if has_tls:
                context.wrap_socket(connection, server_side=True)
            else:
                serve_smtp(connection)
        except OSError:  # a TLS error is one
            pass


def listen(has_tls):
    listener = socket.create_server(("127.0.0.1", 0))

    def loop():
        while True:
            connection = listener.accept()[0]
            threading.Thread(target=serve, args=(connection, has_tls), daemon=True).start()

    threading.Thread(target=loop, daemon=True).start()
    return str(listener.getsockname()[1])


ports = " ".join(listen(has_tls) for has_tls in (False, True, True))
with open(os.path.join(directory, "ports.new"), "w") as file:
    file.write(ports + "\n")
os.rename(os.path.join(directory, "ports.new"), os.path.join(directory, "ports"))
threading.Event().wait()
