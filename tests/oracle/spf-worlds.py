#!/usr/bin/python3
"""Worlds of SPF records made up at random: spf-worlds.py COUNT SEED

A world is "world NUMBER tame|wild CLIENT HELO SENDER", lines "NAME TYPE DATA" as in src/dns/zone.hpp,
and an empty line. Tame: no syntax errors, no redirect, no DNS trouble, far from all limits.
"""
import random
import sys

HOSTS4 = ["192.0.2.1", "192.0.2.2", "192.0.2.129", "198.51.100.7"]
HOSTS6 = ["2001:db8::1", "2001:db8::2", "2001:db8:1::1"]
CLIENTS = [*HOSTS4, *HOSTS6, "::ffff:192.0.2.1", "203.0.113.5"]
DOMAINS = [f"d{number}.test" for number in range(6)]
CLIENT_NAMES = [name for name in DOMAINS if name != "d3.test"]  # d3 is the one that may not answer
BROKEN = ["a:", "mx:/24", "ip4:1.2.3", "ip4:1.2.3.4/33", "ip6:::1/129", "include", "all:x", "foo:bar.test", "a:b",
          "exists:%{x}.d1.test", "exists:%{d", "exp=", "redirect=a b", "a:%{c}.test", "mx:d1.test/01", "-", "a=%", "ip4"]
MACROS = ["%{d}", "%{o}", "%{l}.d1.test", "%{ir}.d2.test", "%{i}.%{v}.d3.test", "%{d2}", "%{h}", "%{l1r-}.d1.test",
          "%{dr}.d2.test", "%{S}.d1.test", "%{d1r}.test", "%%{x}.d1.test", "%{L-+}.d1.test", "x%_y.d4.test"]


def prefix(chance, tame):
    if random.random() > 0.3:
        return ""
    four = f"/{random.choice([8, 24, 25, 31, 32] + ([] if tame else [0, 33]))}"
    six = f"//{random.choice([32, 64, 127, 128] + ([] if tame else [0]))}"
    return random.choice([four, six, four + six])


def target(tame):
    return random.choice(MACROS) if not tame and random.random() < 0.3 else random.choice(DOMAINS)


def mechanism(tame, own):
    kind = random.choice(["a", "a", "mx", "ip4", "ip4", "ip6", "include", "include", "exists", "ptr"])
    if kind == "include":
        # pyspf finds an include of the record itself without evaluating what stands before it.
        return f"include:{random.choice([name for name in DOMAINS if name != own] + ['%{l}.d1.test', '%{ir}.d2.test'][:0 if tame else 2])}"
    if kind == "ip4":
        return f"ip4:{random.choice(HOSTS4)}" + random.choice(["", "/24", "/25", "/31", "" if tame else "/0"])
    if kind == "ip6":
        return f"ip6:{random.choice(HOSTS6)}" + random.choice(["", "/32", "/64", "/127", "" if tame else "/0"])
    if kind == "exists":
        return f"exists:{target(tame)}"
    name = "" if random.random() < 0.4 else f":{target(tame)}"
    return kind + name + (prefix(0.3, tame) if kind != "ptr" else "")


def record(tame, depth):
    terms = [random.choice(["", "", "-", "~", "?", "+"]) + mechanism(tame, DOMAINS[depth]) for _ in range(random.randrange(1, 4))]
    if tame:
        # No include that leads back, and few lookups.
        terms = [term for term in terms if "include:" not in term]
        if depth < 2 and random.random() < 0.5:
            terms.insert(random.randrange(len(terms) + 1), f"include:{DOMAINS[depth + 1]}")
    terms = [term.upper() if random.random() < 0.05 and "%" not in term else term for term in terms]
    if random.random() < 0.8:
        terms.append(random.choice(["-all", "~all", "?all", "all"]))
    if not tame and random.random() < 0.2:
        terms.insert(random.randrange(len(terms) + 1), f"redirect={target(tame)}")
    if not tame and random.random() < 0.08:
        terms.insert(random.randrange(len(terms) + 1), random.choice(BROKEN))
    if not tame and random.random() < 0.1:
        terms.append("x-other=%{d}.y")
    return "v=spf1 " + random.choice([" ", " ", "  "]).join(terms)


def zone(tame):
    for depth, name in enumerate(DOMAINS):
        if random.random() < 0.9 or tame:
            yield f'{name} TXT "{record(tame, depth)}"'
        if not tame and random.random() < 0.04:
            yield f'{name} TXT "{record(tame, depth)}"'
        if random.random() < 0.2:
            yield f'{name} TXT "nothing of interest"'
        # Both families always: whether a host without one of them is a void lookup, nobody agrees.
        for address in random.sample(HOSTS4, 2) + random.sample(HOSTS6, 1):
            yield f"{name} {'AAAA' if ':' in address else 'A'} {address}"
        for host in random.sample(DOMAINS, random.randrange(1, 4)):
            yield f"{name} MX {random.randrange(30)} {host}"
    yield "1.2.0.192.in-addr.arpa PTR d1.test"
    yield "2.2.0.192.in-addr.arpa PTR d2.test"
    yield "129.2.0.192.in-addr.arpa PTR d0.test"
    yield "7.100.51.198.in-addr.arpa PTR d4.test"
    yield "5.113.0.203.in-addr.arpa PTR nowhere.test"
    yield "nowhere.test A 203.0.113.6"
    for name in ("1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa",
                 "2.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa",
                 "1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.1.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa"):
        yield f"{name} PTR {random.choice(CLIENT_NAMES)}"
    for name in ("1.2.0.192.d2.test", "ann.d1.test", "192.0.2.1.in-addr.d3.test", "ann%40d0.test.d1.test"):
        yield f"{name} A 127.0.0.2"
        yield f"{name} AAAA ::2"
    if not tame and random.random() < 0.1:
        yield "d3.test TIMEOUT"


def main():
    count, seed = int(sys.argv[1]), int(sys.argv[2])
    random.seed(seed)
    for number in range(count):
        tame = random.random() < 0.5
        sender = random.choice(["ann@d0.test", "ann@D0.test", "bob-eve@d0.test", "" if not tame else "ann@d0.test"])
        lines = sorted(zone(tame))
        timeouts = {line.split()[0] for line in lines if "TIMEOUT" in line}
        print(f"world {number} {'tame' if tame else 'wild'} {random.choice(CLIENTS)} d5.test {sender}".rstrip())
        for line in lines:
            if line.split()[0] not in timeouts or "TIMEOUT" in line:
                print(line)
        print()


main()
