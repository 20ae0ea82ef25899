#!/usr/bin/python3
"""Verdicts of pyspf on worlds (see spf-worlds.py) on standard input: lines "NUMBER VERDICT"."""
import shlex
import sys

import spf


def read_worlds(lines):
    world = None
    for line in lines:
        words = line.rstrip("\n").split(" ", 2)
        if words[0] == "world":
            fields = line.split()
            world = {"number": fields[1], "client": fields[3], "helo": fields[4],
                     "sender": fields[5] if len(fields) > 5 else "", "zone": {}}
        elif words[0]:
            kind = words[1]
            data = words[2] if len(words) > 2 else ""
            world["zone"].setdefault(words[0].lower(), []).append((kind, data))
        else:
            yield world


def value(kind, data):
    if kind == "TXT":
        return [text.encode("latin-1") for text in shlex.split(data)]
    if kind == "MX":
        preference, host = data.split()
        return int(preference), host
    return data


def lookup_in(zone):
    def lookup(name, qtype, tcpfallback=True, timeout=30):
        records = zone.get(name.lower().rstrip("."), [])
        if any(kind == "TIMEOUT" for kind, _ in records):
            raise spf.TempError("DNS timeout")
        return [((name, qtype), value(kind, data)) for kind, data in records if kind == qtype]
    return lookup


def main():
    for world in read_worlds(sys.stdin):
        spf.DNSLookup = lookup_in(world["zone"])
        query = spf.query(i=world["client"], s=world["sender"], h=world["helo"], strict=True)
        print(world["number"], query.check()[0])


main()
