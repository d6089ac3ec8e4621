#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The CSV report: it says what the JSON report says, and no spreadsheet takes it for anything else.

usage: test-csv.py BUILD_DIR
"""

import csv
import io
import unicodedata

import scenarios
from krraudit import equal, expect, main
from places import SAMPLES, SCENARIOS

POLICY = ["--policy", SAMPLES / "policy.ini"]
SIGNS = tuple("=+-@'＝＋－＠")
GRAVITY = ["none", "note", "warning", "error"]

# Whoever writes these wants to be more than a name.
HOSTILE = """
title  Identities that are more than names
expect unsigned-krr
host alice 192.0.2.1:5060
host proxy 192.0.2.2:5060
offer first
  idri    = =HYPERLINK("http://evil.example.org";"alice")
  idrr    = sip:bob@partner.example.org
  idrkmsi = kms.home.example.org
  idrkmsr = @SUM(1+1)*cmd|' /C calc'!A0
end
krr redirect
  answers        = first
  creator        = sip:mallory@example.org;=1+1; -2,"+3"
  initiator-list = +kms.example.org; -kms.example.org; kms with space.example.org
  receiver-list  = ＝kms.example.org; 'kms.example.org; back\\slash.example.org
end
at 0.000 alice -> proxy INVITE offer=first
at 0.030 proxy -> alice 488    krr=redirect
"""


def rows_of(bench, *arguments):
    """The rows of a report, each a dictionary."""
    result = bench.run("--format", "csv", *arguments, text=False)
    expect(result.returncode in (0, 1, 3), result.stderr)
    lines = result.stdout.split(b"\r\n")
    equal(lines[-1], b"", "end of the last line")
    expect(not any(set(line) & set(b"\r\n\t") for line in lines), "a line within a line")
    table = list(csv.reader(io.StringIO(result.stdout.decode("utf-8"), newline=""), strict=True))
    equal(len(table), len(lines) - 1, "lines")
    for row in table:
        equal(len(row), len(table[0]), f"cells of {row}")
    return [dict(zip(table[0], row)) for row in table[1:]]


def safe(text):
    """A text as people are shown it: what has no glyph can be seen."""
    named = {"\n": "\\n", "\t": "\\t", "\r": "\\r", "\\": "\\\\"}
    def letter(char):
        category = unicodedata.category(char)
        if char in named:
            return named[char]
        if category in "Cc Cf Cn Co Cs Zl Zp".split() or category == "Zs" and char != " ":
            return f"\\x{ord(char):02x}" if char < "\x80" else f"\\u{{{ord(char):04x}}}"
        return char
    return "".join(letter(char) for char in text or "")


def guarded(text):
    """A cell in which no formula begins, neither at its start nor behind a semicolon."""
    def guard(part):
        bare = part.lstrip(" ")
        return part[:len(part) - len(bare)] + ("'" if bare.startswith(SIGNS) else "") + bare
    return ";".join(guard(part) for part in text.split(";"))


def cell(value):
    return guarded(safe(value))


def items(values):
    return guarded(" ".join(safe(str(value)).replace(" ", "\\x20") for value in values))


def finding_cells(report, finding):
    """What the JSON report says of a finding, by column."""
    def named(kind):
        return next((found for found in report[kind + "s"] if found["id"] == finding[kind]), {})
    negotiation, krr, offer = named("negotiation"), named("krr"), named("offer")
    number = str(finding["frames"][0])
    capture = report["captures"][int(number.split(":")[0]) - 1 if ":" in number else 0]
    either = {name: offer.get(name) or krr.get(name) for name in ("idri", "idrr")}
    whose = offer or krr
    return {
        "row": "finding", "finding": finding["id"], "gravest": "",
        **{name: cell(finding[name]) for name in ("severity", "rule", "clause", "summary",
                                                  "expected", "observed", "negotiation", "krr",
                                                  "offer")},
        "outcome": cell(negotiation.get("outcome")),
        "attempts": str(len(negotiation["attempts"])) if negotiation else "",
        "idri": cell(negotiation.get("idri") or either["idri"]),
        "idrr": cell(negotiation.get("idrr") or either["idrr"]),
        "key_purpose": cell(negotiation.get("key_purpose") or offer.get("key_purpose")),
        "creator": "unknown" if "unreadable" in krr else cell(krr.get("creator")), "krr_time": cell(krr.get("time")),
        "signature": cell(krr.get("signature", {}).get("status")),
        "signer": cell(krr.get("signature", {}).get("signer")),
        "krr_digest": cell(krr.get("digest")), "offer_digest": cell(offer.get("digest")),
        **{name: cell(krr.get(name, {}).get("kind")) for name in ("initiator_list",
                                                                  "receiver_list")},
        **{f"{name}_kms": items(krr.get(name, {}).get("kms", [])) for name in ("initiator_list",
                                                                               "receiver_list")},
        "idrkmsi": cell(whose.get("idrkmsi")), "idrkmsr": cell(whose.get("idrkmsr")),
        "frame": number.split(":")[-1], "frames": items(finding["frames"]),
        "capture": cell(capture["path"]), "capture_sha256": cell(capture["sha256"]),
        "capture_complete": "yes" if capture["complete"] else "no",
        "identity": finding["identity"], "state": finding.get("state", ""),
    }


def compare(bench, *arguments):
    """Row by row what the JSON report of the same audit says. Returns the rows."""
    report = bench.report(*arguments, status=(0, 1, 3))
    rows = rows_of(bench, *arguments)
    by_kind = {}
    for row in rows:
        by_kind.setdefault(row["row"], []).append(row)
    findings = by_kind.get("finding", [])
    equal(len(findings), len(report["findings"]), "findings")
    for row, finding in zip(findings, report["findings"]):
        expected = finding_cells(report, finding)
        equal(set(row) - set(expected), {"time"}, "columns that the test does not know")
        for name, text in expected.items():
            equal(row[name], text, f"{name} of {finding['id']}")
        expect(row["time"].endswith("Z"), row["time"])
    equal([row["negotiation"] for row in by_kind.get("negotiation", [])],
          [negotiation["id"] for negotiation in report["negotiations"]], "negotiations")
    for row in by_kind.get("negotiation", []):
        severities = [finding["severity"] for finding in report["findings"]
                      if finding["negotiation"] == row["negotiation"]]
        gravest = max(severities, key=GRAVITY.index, default="none")
        equal(row["gravest"], gravest, row["negotiation"])
    equal([row["capture"] for row in by_kind["capture"]],
          [cell(capture["path"]) for capture in report["captures"]], "captures")
    equal([(row["rule"], row["observed"]) for row in by_kind.get("not-evaluated", [])],
          [(gap["rule"], cell(gap["reason"])) for gap in report["rules_not_evaluated"]], "gaps")
    order = ["finding", "negotiation", "capture", "unread", "not-evaluated", "left-out"]
    equal([row["row"] for row in rows],
          [kind for kind in order for _ in by_kind.get(kind, [])], "order of the rows")
    return rows


def sample(bench):
    """All that JSON says of a finding, in flat columns; the time is that of its first frame."""
    rows = compare(bench, *POLICY, bench.demo())
    widened = next(row for row in rows if row["rule"] == "list-widened")
    equal(widened["time"], "2026-01-01T09:31:30.050000000Z")
    equal(widened["receiver_list_kms"], "kms.h0me.example.org kms.partner.example.org")
    equal((widened["frame"], widened["frames"]), ("28", "28"))


def every_scenario_that_fires(bench):
    """Whatever the findings are of: with and without negotiation, KRR, offer."""
    for scenario in scenarios.one_a_rule()[::3]:
        compare(bench, "--policy", SCENARIOS / "policy.ini", bench.capture(scenario))


def several_captures(bench):
    """Frames are written index:number; the capture is that of the first."""
    other = bench.capture(SCENARIOS / "carrier/ipv6.scenario")
    rows = compare(bench, *POLICY, "--only", "list-widened", bench.demo(), other)
    captures = [row for row in rows if row["row"] == "capture"]
    equal([row["gravest"] for row in captures], ["error", "none"])
    widened = next(row for row in rows if row["rule"] == "list-widened")
    equal((widened["frame"], widened["frames"]), ("28", "1:28"))


def nothing_found(bench):
    """A clean capture, and one that could not be read, can be told apart."""
    rows = compare(bench, "--only", "redirect-loop", bench.demo())
    equal([row["gravest"] for row in rows if row["row"] != "not-evaluated"], ["none"] * 3)
    cut = bench.folder / "cut.pcap"
    cut.write_bytes(bench.demo().read_bytes()[:1000])
    result = bench.run("--format", "csv", cut)
    equal(result.returncode, 3)
    row = next(row for row in csv.DictReader(io.StringIO(result.stdout)) if row["row"] == "capture")
    equal((row["capture_complete"], row["capture"]), ("no", str(cut)))
    expect(row["observed"] and row["observed"] in result.stderr, row)


def hostile(bench):
    """No formula begins where a cell does, whether a comma or a semicolon parts the cells."""
    rows = compare(bench, bench.capture(HOSTILE, "hostile"))
    expect(any(row["creator"].startswith("sip:mallory@example.org;'=1+1; '-2,") for row in rows),
           "the creator is not as it should be")
    text = bench.run("--format", "csv", bench.folder / "hostile").stdout
    for delimiter in ",;":
        for line in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
            for found in line:
                bare = found.lstrip(" \"")
                expect(not bare.startswith(SIGNS) or bare.startswith("'"), f"a formula: {found}")
    for scenario in scenarios.all_of("hostile"):
        compare(bench, bench.capture(scenario))


def same_bytes(bench):
    """The same input gives the same octets, wherever and however many at a time."""
    flood = SCENARIOS / "krr-flood/twenty-one-in-ten-seconds.scenario"
    captures = [bench.demo(), bench.capture(flood)]
    reports = {bench.run("--format", "csv", *POLICY, "--jobs", jobs, *captures, text=False,
                         env=bench.environment | {"TZ": zone, "LC_ALL": locale}).stdout
               for jobs, zone, locale in ((1, "UTC", "C"), (2, "Asia/Tokyo", "C.UTF-8"))}
    equal(len(reports), 1, "different reports")
    expect(reports.pop().startswith(b"row,finding,severity,rule,"), "names of the columns")


main([sample, every_scenario_that_fires, several_captures, nothing_found, hostile, same_bytes])
