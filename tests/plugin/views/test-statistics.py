#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Checks -z krr,tree: it counts what the trees of the same frames show, whatever filter and pass.

usage: test-statistics.py BUILD_DIR

The trees are asked for as PDML and counted here. A flood of names, among them some that mean harm,
leaves a tree that is bounded, printable and complete in its sums.
"""

import collections
import pathlib
import re
import sys
import xml.etree.ElementTree

import audits
import captures
from cases import CASES, set_up
from scenarios import HOSTS, OFFER
from tshark import Tshark

LIST_KINDS = {"0": "missing", "1": "any", "2": "empty", "3": "listed"}
PURPOSES = dict(enumerate(["GMK", "PCK", "CSK", "SPK", "MKFC", "MSCCK", "MuSiK"]))
CARRIERS = {"mikey_sakke": "MIKEY", "http": "HTTP", "http2": "HTTP", "sip": "SIP"}
DELAY = "Time from offer to KRR (ms)"
RANGES = {0.01: "up to 10 ms", 0.1: "up to 100 ms", 1: "up to 1 s", 10: "up to 10 s",
          60: "up to 60 s", float("inf"): "longer"}

# The flood: more names than a branch takes.
FLOOD = 700
MOST_NAMES = 500
LONGEST = 100
HOSTILE = ["[beyond the first 500 names]", "[not named]", "Rules that fired", "%s%n%d", "../../etc",
           "x" * 3000, "root", "&#8238;gpj.exe", "kms&#9;tab", "caf&#233;"]

FLOOD_HEAD = """title  More names than a tree takes
start  2026-01-01T12:00:00Z
""" + HOSTS + OFFER
BODY = """<KmsRedirectResponse xmlns="urn:3gpp:ns:mcsecKMSKRR:1.0" Version="1.0">
  <CreatorUri>{name}</CreatorUri>
  <ReceiverKmsList><KmsUri>{name}</KmsUri></ReceiverKmsList>
</KmsRedirectResponse>"""

# Branches that some case filled: one that none does is not tested.
FILLED = set()


def count_of(output):
    """{branch: (count, {name: count}, rest of the branch's line)} of what tshark prints. The columns
    are as wide as the longest name, in octets."""
    lines = output.encode().splitlines()
    header = next(line for line in lines if line.startswith(b"Topic / Item"))
    width = header.index(b"Count")
    branches = {}
    for line in lines[lines.index(header) + 2:]:
        name, columns = line[:width].decode().rstrip(), line[width:].split()
        if not columns:
            break
        if not name.startswith(" "):
            branches[name] = (int(columns[0]), {}, columns[1:])
            last = branches[name][1]
        else:
            assert name[1:] not in last, f"{name} twice"
            last[name[1:]] = int(columns[0])
    return branches


def shown_in(element, name):
    return [field.get("show") for field in element.iter("field") if field.get("name") == name]


def value(element, name, missing="[not named]"):
    """What a field directly in the element shows, or in a list or signature of it."""
    for field in element:
        for candidate in (field, *(field if field.get("name") != "krr.sub_krr" else ())):
            if candidate.get("name") == name:
                return candidate.get("show")
    return missing


def kms_of(krr, side):
    return [kms.get("show") for field in krr if field.get("name") == f"krr.{side}_list"
            for kms in field if kms.get("name") == f"krr.{side}_list.kms"]


def krrs_of(document):
    """The elements that stand for its KRRs, at whatever depth: those that show one."""
    return [element for element in document.iter()
            if any(field.get("name") == "krr.depth" for field in element)]


def count_krr(counts, krr):
    counts["KRRs by creator"][value(krr, "krr.creator")] += 1
    counts["KRRs by depth"][value(krr, "krr.depth")] += 1
    counts["KRRs by signature"][value(krr, "krr.signature.status")] += 1
    for side, branch in (("initiator", "KMSs offered to the initiator"),
                         ("receiver", "KMSs offered for the receiver")):
        counts[f"KRRs by {side} list"][LIST_KINDS[value(krr, f"krr.{side}_list.kind")]] += 1
        counts[branch].update(kms or "[not named]" for kms in kms_of(krr, side))


def policy_of(document):
    """Which policy the document says that it was judged by, and the beginning of its digest."""
    name, digest = (shown_in(document, f"krr.policy{part}")[:1] for part in ("", ".digest"))
    return f"{name[0]}, SHA-256 {digest[0][:12]}" if digest else name[0]


def count_document(counts, document, around):
    layers = [layer.get("name") for layer in around]
    carrier = next((name for name in ("mikey_sakke", "http", "http2", "sip") if name in layers), "other")
    counts["KRR documents by carrier"][CARRIERS.get(carrier, "other")] += 1
    if shown_in(document, "krr.policy"):
        counts["KRR documents by policy"][policy_of(document)] += 1
    krrs = krrs_of(document)
    for krr in krrs:
        count_krr(counts, krr)
    if not krrs:
        cut = shown_in(document, "krr.cut")
        counts["KRR documents not read"]["cut short by the capture" if cut else "malformed"] += 1


def count_message(counts, message):
    """A message without a digest could not be read; one of another type is an answer."""
    if not shown_in(message, "mikey_sakke.digest"):
        return
    if "26" not in shown_in(message, "mikey_sakke.data_type"):
        return
    if message.get("showname").endswith("[incomplete]"):
        purpose = "[incomplete]"
    else:
        tag = int(shown_in(message, "mikey_sakke.csb_id")[0], 16) >> 28
        purpose = PURPOSES.get(tag, f"unassigned purpose {tag}")
    counts["Offers by key purpose"][purpose] += 1
    pair = [value(message, f"mikey_sakke.idrkms{side}") for side in "ir"]
    counts["Offers by KMS pair"][" -> ".join(pair)] += 1


def delay_of(packets):
    """What the branch of delays holds: its average, least and greatest in ms, and the ranges."""
    delays = [float(delay) for packet in packets for delay in shown_in(packet, "krr.time_since_offer")]
    ranges = collections.Counter(next(name for limit, name in RANGES.items() if delay <= limit)
                                 for delay in delays)
    numbers = [sum(delays) / len(delays), min(delays), max(delays)] if delays else []
    return [f"{number * 1000:.2f}" for number in numbers], dict(ranges)


def count_shown(packets, rules):
    """The same as count_of(), of what trees show."""
    counts = collections.defaultdict(collections.Counter)

    def walk(element, around):
        name = element.get("name")
        if name == "krr":
            count_document(counts, element, around)
        elif name == "mikey_sakke":
            count_message(counts, element)
        for child in element:
            walk(child, [*around, element])

    for packet in packets:
        layers = list(packet.findall("proto"))
        for layer in layers:
            walk(layer, layers)
        for message in shown_in(packet, "_ws.expert.message"):
            if message.partition(":")[0] in rules:
                counts["Rules that fired"][message.partition(":")[0]] += 1
    return counts


# Filters, and the same for the trees.
FILTERS = {
    "frame": lambda packet: True,
    "frame.number > 4": lambda packet: int(shown_in(packet, "frame.number")[0]) > 4,
    "krr.sub_krrs > 0": lambda packet: any(map(int, shown_in(packet, "krr.sub_krrs"))),
}


def comparable(counts):
    return {branch: dict(names) for branch, names in counts.items() if names}


def check_trees(what, output, packets, rules):
    """One tree for each filter, in no particular order."""
    trees = [count_of(tree) for tree in output.split("\nKRR:\n")[1:]]
    expected = []
    for keep in FILTERS.values():
        shown = count_shown(filter(keep, packets), rules)
        numbers, shown[DELAY] = delay_of(filter(keep, packets))
        expected.append(comparable(shown) | {"delays": numbers})
        FILLED.update(comparable(shown))
        if set(shown) - set(trees[0]):
            yield f"{what}: {set(shown) - set(trees[0])} are not counted"
    counted = []
    for tree in trees:
        numbers = [f"{float(number):.2f}" for number in tree[DELAY][2][:3]] if tree[DELAY][0] else []
        counted.append(comparable({branch: names for branch, (_, names, _) in tree.items()})
                       | {"delays": numbers})
    for tree in counted:
        if tree not in expected:
            yield f"{what}: the tree counts {tree}, which is not in {expected}"
    if any(tree not in counted for tree in expected) or len(trees) != len(FILTERS):
        yield f"{what}: not every filter has its tree: {counted}"
    for tree in trees:
        for branch, (total, names, _) in tree.items():
            if total != sum(names.values()):
                yield f"{what}: {branch} has {total}, which is not the sum of {names}"


def check_case(build, tshark, where, case, rules):
    """Counts are those of the trees: of all frames and of filtered ones, in one pass and in two."""
    _, options = set_up(build, case, where)
    ask = [word for filter_ in FILTERS for word in ("-z", f"krr,tree,{filter_}")]
    for passes in ((), ("-2",)):
        pdml, end, output = tshark.output(*options, *passes, "-T", "pdml", *ask).partition("</pdml>")
        packets = list(xml.etree.ElementTree.fromstring((pdml + end).encode()).iter("packet"))
        yield from check_trees(f"{case} {passes}", output, packets, rules)


def flood():
    """A scenario with more creators and KMSs than a branch takes, the hostile ones first."""
    names = HOSTILE + [f"sip:proxy-{number}@example.org" for number in range(FLOOD - len(HOSTILE))]
    lines = [FLOOD_HEAD]
    for number, name in enumerate(names):
        lines += [f"body krr-{number} krr", BODY.format(name=name), "end"]
    for number in range(len(names)):
        lines += [f"at {number}.0  alice -> proxy  INVITE  offer=first",
                  f"at {number}.1  proxy -> alice  488  body=krr-{number}"]
    return "\n".join(lines) + "\n"


def check_flood(build, tshark, where):
    scenario = where / "flood.scenario"
    scenario.write_text(flood())
    capture = captures.make(build, scenario, where)
    output = tshark.output("-r", capture, "-q", "-z", "krr,tree")
    branches = count_of(output)
    columns = tshark.output("-r", capture, "-Y", "krr")
    drawn = tshark.output("-r", capture, "-q", "-z", "flow,krr,standard")
    for branch in ("KRRs by creator", "KMSs offered for the receiver"):
        total, names, _ = branches[branch]
        rest = names.pop(f"[beyond the first {MOST_NAMES} names]", 0)
        if (total, len(names), rest) != (FLOOD, MOST_NAMES, FLOOD - MOST_NAMES):
            yield f"{branch}: {total} in {len(names)} names and {rest} beyond"
        if set(names.values()) != {1}:
            yield f"{branch}: a name is counted more than once"
        for name in ("\\[not named]", "Rules that fired", "%s%n%d", "root", "../../etc", "kms\\ttab",
                     "x" * LONGEST + "..."):
            if name not in names:
                yield f"{branch}: no {name}, but {[*names][:20]}"
    # Whatever the name, the line says the rest, and where nothing has signed.
    for text in (columns, drawn):
        if text.count(", unsigned\n") != FLOOD:
            yield f"{text.count(', unsigned')} of {FLOOD} lines end as they should"
    if re.search(r"[^\x20-\x7e\n\u00a0-\uffff]|\u202e", output + columns + drawn):
        yield "something that is not printable is printed"


def main():
    build = pathlib.Path(sys.argv[1]).resolve()
    rules = set(audits.Program(build).rules())
    with captures.folder() as where:
        tshark = Tshark(build, where)
        problems = [problem for case in CASES
                    for problem in check_case(build, tshark, where, case, rules)]
        problems += check_flood(build, tshark, where)
    if len(FILLED) < 12:
        problems.append(f"no case fills other branches than {sorted(FILLED)}")
    print("\n".join(problems))
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
