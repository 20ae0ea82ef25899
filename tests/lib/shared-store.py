#!/usr/bin/python3
"""What people do to one of two nodes that share their mail and their lists.

    shared-store.py post PREFIX COUNT TO USER...    each USER sends COUNT mails to TO, all at once
    shared-store.py flood PREFIX COUNT TO...        COUNT mails from outside, to all of TO
    shared-store.py answer WORD USER...             each USER replies to the mail for him whose
                                                    Reply-To has the WORD, and deletes it
    shared-store.py inbox USER...                   "USER MESSAGE-ID NUMBER" of all mails there;
                                                    NUMBER is that of a post, or -

post and flood print "accepted ID", or "unsure ID" where the end of the session kept the answer.
Which node: the NODE_* of mail.py.
"""
import concurrent.futures
import re
import smtplib
import sys
import time

import mail

PATIENCE = 60


def say(*words, stream=sys.stdout):
    """A line, whole, whoever else is writing."""
    stream.write(" ".join(map(str, words)) + "\n")


def hand_over(open_session, sender, recipients, identities):
    """Each in turn; a new session where one has ended. What is refused goes to standard error."""
    session = None
    for identity in identities:
        sent = False
        try:
            session = session or open_session()
            session.mail(sender)
            for to in recipients:
                session.rcpt(to)
            sent = True
            code, text = session.data(mail.message(identity, sender, recipients[0]))
            if code == 250:
                say("accepted", identity)
            else:
                say("refused", identity, code, text.decode(errors="replace"), stream=sys.stderr)
                session.rset()
        except (smtplib.SMTPException, OSError) as problem:
            say("refused", identity, problem, stream=sys.stderr)
            if sent:
                say("unsure", identity)
            session = None
            time.sleep(0.1)


def at_once(function, *arguments):
    with concurrent.futures.ThreadPoolExecutor(max_workers=16) as pool:
        list(pool.map(function, *arguments))


def post(prefix, count, to, *users):
    def one(user):
        hand_over(lambda: mail.smtp_session(user), mail.login_of(user), [to],
                  [f"{prefix}-{user.split('@')[0]}-{number}" for number in range(int(count))])
    at_once(one, users)


def flood(prefix, count, *recipients):
    def one(numbers):
        hand_over(mail.smtp_session, "someone@outside.example", recipients,
                  [f"{prefix}-{number}" for number in numbers])
    at_once(one, [range(start, int(count), 4) for start in range(4)])


def find_question(session, word):
    end = time.monotonic() + PATIENCE
    while True:
        session.select("INBOX")
        found = session.search(None, "HEADER", "Reply-To", word)[1][0].split()
        if found:
            return found[-1]
        if time.monotonic() > end:
            sys.exit(f"no mail with a Reply-To of {word}")
        time.sleep(0.1)


def answer(word, *users):
    def one(user):
        session = mail.imap_session(user)
        number = find_question(session, word)
        text = session.fetch(number, "(BODY.PEEK[HEADER.FIELDS (REPLY-TO)])")[1][0][1].decode()
        session.store(number, "+FLAGS", "\\Deleted")
        session.expunge()
        session.logout()
        to = re.search(r"[\w.+-]+@[\w.-]+", text.partition(":")[2]).group()
        hand_over(lambda: mail.smtp_session(user), mail.login_of(user), [to], [f"answer-{user}"])
    at_once(one, users)


def inbox(*users):
    for user in users:
        session = mail.imap_session(user)
        session.select("INBOX", readonly=True)
        found = session.fetch("1:*", "(BODY.PEEK[HEADER.FIELDS (MESSAGE-ID RETURN-PATH)])")[1]
        for part in (part[1].decode() for part in found if isinstance(part, tuple)):
            identity = re.search(r"(?im)^message-id:\s*<([^@>]*)", part)
            number = re.search(r"\+bounces-([0-9]+)\.", part)
            print(user, identity.group(1) if identity else "?", number.group(1) if number else "-")
        session.logout()


if __name__ == "__main__":
    sys.stdout.reconfigure(line_buffering=True)
    {"post": post, "flood": flood, "answer": answer, "inbox": inbox}[sys.argv[1]](*sys.argv[2:])
