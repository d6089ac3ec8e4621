#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Who steers whom, in every form; and what the forms for people draw where there is too much to draw.

usage: test-steering.py BUILD_DIR
"""

import json
import re

import jsonschema

import places
from krraudit import equal, expect, main
from places import SCENARIOS
from scenarios import HOSTS

POLICY = """
[kms]
users = sip:*@home.example.org
home = kms.home.example.org
external = kms.partner.example.org
[severity]
unsigned-krr = off
creator-without-standing = off
"""

OFFER = """
offer {name}
  idri    = sip:alice{user}@home.example.org
  idrr    = sip:bob@partner.example.org
  idrkmsi = kms.home.example.org
  idrkmsr = {kms}
end
"""
REDIRECT = """
krr {name}
  answers        = {offer}
  creator        = {creator}
  initiator-list = ANY
  receiver-list  = {kms}
end
"""


def call(user, creator, kms, first):
    """One user is redirected to a KMS, and takes it."""
    names = {"user": user, "creator": creator, "kms": kms}
    return (OFFER.format(**names | {"name": f"first{user}", "kms": "kms.home.example.org"})
            + REDIRECT.format(**names, name=f"krr{user}", offer=f"first{user}")
            + OFFER.format(**names, name=f"second{user}") + f"""
at {first}.000 alice -> proxy INVITE call=a{user} offer=first{user}
at {first}.010 proxy -> alice 488 krr=krr{user}
at {first}.020 alice -> proxy ACK
at {first}.500 alice -> proxy INVITE call=b{user} offer=second{user}
at {first}.600 proxy -> alice 200 sdp=no
""")


STORY = "title  Three users and two servers\n" + HOSTS + "".join([
    call(1, "sip:is-proxy@partner.example.org", "kms.partner.example.org", 1),
    call(2, "sip:IS-proxy@other.example.org", "KMS.evil.example", 3),
    call(3, "sip:IS-proxy@OTHER.example.org", "kms.EVIL.example", 5)])


def audit(bench, *options):
    scenario, policy = bench.folder / "steering.scenario", bench.folder / "policy.ini"
    scenario.write_text(STORY, encoding="utf-8")
    policy.write_text(POLICY, encoding="utf-8")
    return ["--policy", policy, *options, bench.capture(scenario)]


def sums(bench):
    """All spellings of a creator and of a KMS are one row; the gravest come first."""
    report = bench.report(*audit(bench))
    jsonschema.validate(report, json.loads(places.SCHEMA.read_text()))
    steering = report["steering"]
    rows = [(row["creator"], row["krrs"], row["users"], row["kms"], row["signatures"]["absent"])
            for row in steering["creators"]]
    equal(rows, [("sip:IS-proxy@other.example.org", 2, 2, 1, 2),
                 ("sip:is-proxy@partner.example.org", 1, 1, 1, 1)], "creators")
    rows = [(row["kms"], row["krrs"], row["creators"], row["users"], row["taken_up"])
            for row in steering["kms"]]
    equal(rows, [("KMS.evil.example", 2, 1, 2, 2), ("kms.partner.example.org", 1, 1, 1, 1)], "KMSs")
    rows = [(row["initiator_domain"], row["receiver_domain"], row["negotiations"], row["krrs"])
            for row in steering["domains"]]
    equal(rows, [("home.example.org", "partner.example.org", 3, 3)], "domains")


def domains(bench):
    """Offers are summed up by domains and KMSs, redirected or not; each offer is in one row."""
    report = bench.report(*audit(bench))
    rows = {(row["initiator_domain"], row["receiver_domain"], row["idrkmsi"], row["idrkmsr"].lower()):
            (row["offers"], row["users"], row["redirected"], row["krrs"], row["krrs_reported"])
            for row in report["domains"]}
    home, away = "home.example.org", "partner.example.org"
    equal(rows, {(home, away, "kms.home.example.org", "kms.home.example.org"): (3, 3, 3, 3, 0),
                 (home, away, "kms.home.example.org", "kms.evil.example"): (2, 2, 0, 0, 0),
                 (home, away, "kms.home.example.org", "kms.partner.example.org"): (1, 1, 0, 0, 0)},
          "domains")
    equal(report["domains_left_out"], 0)
    demo = bench.report(bench.demo())
    equal(sum(row["offers"] for row in demo["domains"]), demo["summary"]["offers_seen"], "offers")
    for row in report["domains"] + demo["domains"]:
        expect(row["first"] <= row["last"], row)


def reported(bench):
    """A KRR that its user uploaded to a KMS counts as reported."""
    name = "krr-not-reported/uploaded-at-next-connection.scenario"
    report = bench.report("--policy", SCENARIOS / "policy-report.ini", bench.capture(SCENARIOS / name))
    equal([row["krrs_reported"] for row in report["domains"] if row["krrs"]], [1])


def findings_add_up(bench):
    """Whatever was found in a KRR stands with its creator."""
    report = bench.report(*audit(bench))
    about_krrs = [finding["severity"] for finding in report["findings"] if finding["krr"]]
    for severity in ("error", "warning", "note"):
        equal(sum(row[severity + "s"] for row in report["steering"]["creators"]),
              about_krrs.count(severity), severity)
    expect("error" in about_krrs or "warning" in about_krrs, about_krrs)


def told_to_people(bench):
    """Text and HTML name the creators and the KMSs before any negotiation."""
    text = bench.run(*audit(bench)).stdout
    expect(text.index("CREATORS OF KRRs") < text.index("NEGOTIATIONS"), text)
    expect(re.search(r"KMS.evil.example +2 KRRs", text), text)
    page = bench.run("--format", "html", *audit(bench)).stdout
    expect(page.index("Creators of KRRs") < page.index('id="negotiation-1"'), "the page's order")
    expect('class="timeline"' in page, "no time line")


def grouped(bench):
    """Findings of one rule about one creator and the same lists are one row, with a sample."""
    page = bench.run("--format", "html", *audit(bench)).stdout
    table = page[page.index('id="groups"'):page.index('id="negotiations"')]
    report = bench.report(*audit(bench))
    unknown = [finding["id"] for finding in report["findings"] if finding["rule"] == "unknown-kms"]
    equal(len(unknown), 2, "findings of unknown-kms")
    row = next(row for row in table.split("<tr>") if "unknown-kms" in row)
    expect('<td class="number">2</td>' in row and unknown[0] in row and unknown[1] not in row, row)
    expect("retry-unprovisioned-kms" in table, table)


def looked_at(bench):
    """Beside each finding stands how to look at its first frame."""
    options = audit(bench)
    report = bench.report(*options)
    page = bench.run("--format", "html", *options).stdout
    for finding in report["findings"]:
        expect(f"<code>wireshark -r {options[-1]} -g {finding['frames'][0]}</code>" in page,
               finding["id"])


def changed(bench):
    """A KRR stands beside the one that it embeds: what is the same in both is not repeated."""
    page = bench.run("--format", "html", bench.demo()).stdout
    changes = re.search(r'<dl class="changes">(.*?)</dl>', page, re.DOTALL).group(1)
    equal(re.findall(r"<dt>(.*?)</dt>", changes), ["creator", "time", "receiver list"])
    expect("kms.partner.example.org \u2192 kms.h0me.example.org, kms.partner.example.org" in changes,
           changes)


def drawn(bench):
    """Where not all are drawn, those with the gravest findings are; the others are counted."""
    page = bench.run("--format", "html", *audit(bench, "--max-negotiations", "1")).stdout
    equal(re.findall(r'<section class="negotiation" id="([^"]+)"', page), ["negotiation-2"])
    expect("2 more negotiations have no drawing here" in page, page)
    for target in set(re.findall(r'href="#([^"]+)"', page)):
        expect(f'id="{target}"' in page, f"a link to {target}, which is not there")
    text = bench.run(*audit(bench, "--max-negotiations", "1")).stdout
    equal(re.findall(r"^negotiation-[0-9]+", text, re.MULTILINE), ["negotiation-2"])
    expect("2 more negotiations: 2 established" in " ".join(text.split()), text)


def all_are_drawn(bench):
    """0 draws all, clean ones too; so does whatever they fit in."""
    for most in ("0", "3", "500"):
        text = bench.run(*audit(bench, "--max-negotiations", most)).stdout
        equal(len(re.findall(r"^negotiation-[0-9]+", text, re.MULTILINE)), 3, most)
        expect("more negotiations" not in text, text)


def wrong_number(bench):
    error = bench.refused(*audit(bench, "--max-negotiations", "many"))
    expect("--max-negotiations many" in error, error)


main([sums, domains, reported, findings_add_up, told_to_people, grouped, looked_at, changed, drawn, all_are_drawn, wrong_number])
