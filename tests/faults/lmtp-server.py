#!/usr/bin/env python3
"""An LMTP server that says what the test wants it to say.

    lmtp-server.py SOCKET COMMAND=ANSWER... [END=ANSWER]...

Serves one session. COMMAND: GREETING, LHLO, MAIL, RCPT, DATA, END (after the final dot; one for
each reply). ANSWER: lines with "|" between them; "hangup" closes the connection instead, "silence"
says nothing. What is not given is answered as it should be. RCPT and END may be given several
times: one answer after the other. Prints the data that it got.
"""

import socket
import sys

GOOD = {
    "GREETING": "220 ready",
    "LHLO": "250-here|250 ENHANCEDSTATUSCODES",
    "MAIL": "250 2.1.0 ok",
    "RCPT": "250 2.1.5 ok",
    "DATA": "354 go on",
    "END": "250 2.0.0 stored",
    "QUIT": "221 bye",
}


class Session:
    def __init__(self, connection, answers):
        self.connection = connection
        self.file = connection.makefile("rb")
        self.answers = answers

    def answer(self, command):
        """Say the next answer; its code, or None when the session is over."""
        given = self.answers.get(command)
        text = given.pop(0) if given else GOOD.get(command, "500 what?")
        if text == "hangup":
            return None
        if text != "silence":
            self.connection.sendall(text.replace("|", "\r\n").encode() + b"\r\n")
        return text[:3]

    def take_data(self):
        data = b""
        while True:
            line = self.file.readline()
            if line in (b".\r\n", b""):
                return data, line != b""
            data += line[1:] if line.startswith(b".") else line

    def serve(self):
        accepted = 0
        if self.answer("GREETING") is None:
            return
        while line := self.file.readline():
            command = line[:4].decode("latin-1").upper()
            code = self.answer(command)
            if code is None:
                return
            accepted += command == "RCPT" and code[:1] == "2"
            if command == "DATA" and code == "354":
                data, complete = self.take_data()
                if not complete:
                    print("(no final dot)")
                    return
                sys.stdout.buffer.write(data)
                for _ in range(accepted):
                    if self.answer("END") is None:
                        return


def main():
    answers = {}
    for word in sys.argv[2:]:
        command, text = word.split("=", 1)
        answers.setdefault(command, []).append(text)
    listening = socket.socket(socket.AF_UNIX)
    listening.bind(sys.argv[1])
    listening.listen(1)
    connection, _ = listening.accept()
    with connection:
        Session(connection, answers).serve()


if __name__ == "__main__":
    main()
