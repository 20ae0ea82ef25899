#!/usr/bin/python3
"""The public SPF test suite as plain lines, for tests/unit/test_auth_spf_vectors.cpp.

spf-vectors.py FILE.json: for each scenario its records as "zone LINE" (the syntax of
src/dns/zone.hpp), then "case NAME CLIENT HELO SENDER RESULTS EXPLANATION", fields separated by
tabs, bytes beyond ASCII letters and the like as %HH. RESULTS is a list with commas.
"""
import json
import sys
import urllib.parse

TYPES = ("A", "AAAA", "TXT", "MX", "PTR", "NS", "CNAME")


def quoted(text):
    escaped = "".join(
        chr(byte) if 0x20 <= byte < 0x7F and byte not in b'"\\' else f"\\{byte:03d}"
        for byte in text.encode("latin-1")
    )
    return f'"{escaped}"'


def data(kind, value):
    if kind == "TXT":
        return " ".join(quoted(part) for part in (value if isinstance(value, list) else [value])) or '""'
    if kind == "MX":
        return f"{value[0]} {value[1]}"
    return str(value)


def zone_lines(name, records):
    # Records of the abandoned type SPF stand for TXT where the name has no TXT of its own.
    pairs = [next(iter(r.items())) for r in records if isinstance(r, dict)]
    has_txt = any(kind == "TXT" for kind, _ in pairs)
    listed = set()
    for kind, value in pairs:
        if kind == "SPF":
            if has_txt:
                continue
            kind = "TXT"
        listed.add(kind)
        if value == "TIMEOUT":
            yield f"{name} TIMEOUT {kind}"
        elif value != "NONE" and kind in TYPES:
            yield f"{name} {kind} {data(kind, value)}"
    if "TIMEOUT" in records:
        for kind in TYPES:
            if kind not in listed:
                yield f"{name} TIMEOUT {kind}"


def field(value):
    return urllib.parse.quote(str(value), safe="@.,:-_ '[]")


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        scenarios = json.load(file)
    for scenario in scenarios:
        print("scenario", scenario["description"])
        for name, records in scenario["zonedata"].items():
            for line in zone_lines(name, records):
                print("zone", line)
        for name, case in scenario["tests"].items():
            results = case["result"]
            if isinstance(results, list):
                results = ",".join(results)
            fields = (name, case["host"], case["helo"], case["mailfrom"], results, case.get("explanation", "-"))
            print("case", "\t".join(field(value) for value in fields), sep="\t")


main()
