#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Holds every name and text that the plugin registers to Wireshark's conventions.

usage: conventions.py BUILD_DIR

Wireshark checks its own dissectors for such things (names, filter names, masks and value strings that
do not fit, items that nothing shows); what a plugin registers it does not see. Asked is tshark -G,
and for what is never shown the sources.
"""

import collections
import pathlib
import re
import sys

import captures
from places import SOURCE
from tshark import Tshark
from views import PROTOCOLS

# What begins with a small letter, since it is a formula's.
SYMBOLS = {"mikey_sakke.sign.r", "mikey_sakke.sign.s"}

# What repeats its protocol's name: these are called as the rules, which are about KRRs.
RULES = {"krr.krr_not_forwarded", "krr.krr_replayed", "krr.krr_not_reported", "krr.krr_flood",
         "krr.krr_older_than_offer"}

WIDTHS = {"FT_UINT8": 8, "FT_UINT16": 16, "FT_UINT24": 24, "FT_UINT32": 32, "FT_UINT64": 64,
          "FT_INT8": 8, "FT_INT16": 16, "FT_INT32": 32}
PLAIN = {"FT_STRING", "FT_STRINGZ", "FT_BYTES", "FT_NONE", "FT_FRAMENUM", "FT_IPv4", "FT_IPv6"}
TIMES = {"FT_ABSOLUTE_TIME", "FT_RELATIVE_TIME"}

# Reports that must come without a complaint.
REPORTS = ["fields", "protocols", "values", "heuristic-decodes", "decodes", "defaultprefs",
           "currentprefs", "plugins", "ftypes", "column-formats"]

# C functions that are unsafe, or depend on the locale, where GLib and Wireshark have better ones.
UNWANTED = """atoi atol strcpy strncpy strcat strncat sprintf vsprintf gets strtok strdup malloc calloc
    realloc isalpha isalnum isdigit isprint isspace isupper islower toupper tolower strcasecmp
    printf puts perror exit abort tmpnam mktemp""".split()

Field = collections.namedtuple("Field", "name abbreviation type protocol display mask blurb")


def registered(tshark):
    """Our fields, and the abbreviations of all."""
    rows = [line.split("\t") for line in tshark.output("-G", "fields").splitlines()]
    rows = [row + [""] * (8 - len(row)) for row in rows if row[0] == "F"]
    fields = [Field(*row[1:6], int(row[6] or "0", 16), row[7]) for row in rows if row[4] in PROTOCOLS]
    return fields, collections.Counter(row[2] for row in rows)


def wrong_text(text):
    """What is wrong with a text that stands by itself: a name, a description, a value's meaning."""
    if text != text.strip() or "  " in text:
        yield "blanks at an end, or two in a row"
    if not text.isascii() or not text.isprintable() or "%" in text:
        yield "characters that not everybody can show, or a format"
    if any(text.count(a) != text.count(b) for a, b in ("()", "[]", "{}")):
        yield "brackets without their counterpart"
    if text.endswith((".", ":", ",", ";")):
        yield "ends in a punctuation mark"


def words(text):
    return sorted(text.lower().strip(" .").split())


def wrong_names(fields, counts):
    for field in fields:
        place = f"{field.abbreviation}: \"{field.name}\""
        yield from (f"{place}: {problem}" for problem in wrong_text(field.name))
        if not field.name or (not re.match(r"[A-Z0-9]", field.name)
                              and field.abbreviation not in SYMBOLS):
            yield f"{place}: does not begin with a capital"
        if len(field.name) > 90:
            yield f"{place}: longer than anybody reads"
        if counts[field.abbreviation] != 1:
            yield f"{place}: registered {counts[field.abbreviation]} times"
        if not re.fullmatch(rf"{field.protocol}(\.[a-z][a-z0-9]*(_[a-z0-9]+)*)+", field.abbreviation):
            yield f"{place}: not of the form {field.protocol}.some_name"
        rest = field.abbreviation.removeprefix(f"{field.protocol}.")
        if rest.startswith(field.protocol) != (field.abbreviation in RULES):
            yield f"{place}: repeats its protocol, or no longer does"


def wrong_blurbs(fields):
    for field in filter(lambda field: field.blurb, fields):
        place = f"{field.abbreviation}: \"{field.blurb}\""
        yield from (f"{place}: {problem}" for problem in wrong_text(field.blurb))
        if not re.match(r"[A-Z0-9]", field.blurb):
            yield f"{place}: does not begin with a capital"
        if set(words(field.blurb)) <= set(words(field.name)):
            yield f"{place}: says no more than the name \"{field.name}\""


def wrong_types(fields):
    for field in fields:
        place = f"{field.abbreviation}: {field.type} {field.display} {field.mask:#x}"
        base = field.display not in ("", "BASE_NONE")
        width = int(field.display) if field.type == "FT_BOOLEAN" and field.display.isdigit() \
            else WIDTHS.get(field.type, 0)
        if field.type in PLAIN and (base or field.mask):
            yield f"{place}: has a base or a mask"
        if field.type in WIDTHS and not field.display.startswith(("BASE_DEC", "BASE_HEX")):
            yield f"{place}: has no base"
        if field.type not in PLAIN | TIMES | {"FT_BOOLEAN"} | set(WIDTHS):
            yield f"{place}: a type that this test does not know"
        if field.mask >> width:
            yield f"{place}: the mask does not fit"
        if field.mask and "0" in f"{field.mask:b}".strip("0"):
            yield f"{place}: the mask has holes"
        # Frame numbers are links in the packet list, and nothing else is.
        if bool(re.search(r"(^|_)(in|of)$", field.abbreviation.split(".")[-1])) != \
                (field.type == "FT_FRAMENUM"):
            yield f"{place}: only what is called ..._in or ..._of is a frame number"
        if field.abbreviation.split(".")[-1].startswith("time_since") and \
                field.type != "FT_RELATIVE_TIME":
            yield f"{place}: is no relative time"


def wrong_experts(fields):
    """Expert infos are told apart by their summaries; subtrees of ours have other names."""
    names = collections.Counter((field.protocol, field.name) for field in fields
                                if field.type == "FT_NONE")
    yield from (f"{protocol}: several are called \"{name}\""
                for (protocol, name), count in names.items() if count > 1)


def wrong_values(tshark, fields):
    by_abbreviation = {field.abbreviation: field for field in fields}
    last = {}
    rows = [line.split("\t") for line in tshark.output("-G", "values").splitlines()]
    ours = [row for row in rows if len(row) > 2 and row[1] in by_abbreviation]
    if not ours:
        yield "-G values lists nothing of ours"
    for kind, abbreviation, number, *text in ours:
        place = f"{abbreviation} {number} {text}"
        if kind == "V":
            field = by_abbreviation[abbreviation]
            number = int(number, 0)
            bits = f"{field.mask:b}".count("1") if field.mask else WIDTHS.get(field.type, 0)
            if number >> bits:
                yield f"{place}: does not fit into {bits} bits"
            if number <= last.get(abbreviation, -1):
                yield f"{place}: out of order, or twice"
            last[abbreviation] = number
        for each in text:
            yield from (f"{place}: {problem}" for problem in wrong_text(each) if each != "")
            if not each:
                yield f"{place}: no text"


def wrong_protocols(tshark):
    rows = [line.split("\t") for line in tshark.output("-G", "protocols").splitlines()]
    for name, short, abbreviation, *_ in rows:
        if abbreviation in PROTOCOLS:
            yield from (f"{abbreviation}: {problem}" for each in (name, short)
                        for problem in wrong_text(each))
            alike = [row[:3] for row in rows if name in row[:1] or short in row[1:2]]
            if len(alike) != 1:
                yield f"{abbreviation}: shares a name with {alike}"


def wrong_preferences(tshark):
    """Descriptions are sentences."""
    text = tshark.output("-G", "defaultprefs")
    found = re.findall(r"(?m)^# (\S.*(?:\n# .*)*)\n# .*\n#?((?:krr|mikey_sakke)\.\w+):", text)
    if not found:
        yield "-G defaultprefs describes no preference of ours"
    for description, name in found:
        description = description.replace("\n# ", " ")
        if not re.fullmatch(r"[A-Z\"'].*\.", description) or "  " in description:
            yield f"{name}: \"{description}\" is no sentence"


def wrong_sources():
    """Each item, subtree and expert info is declared, registered and used; see also UNWANTED."""
    for path in sorted(SOURCE.glob("plugin/**/*.c")):
        code = re.sub(r'(?s)/\*.*?\*/|"(?:\\.|[^"\\])*"', " ", path.read_text(encoding="utf-8"))
        declared = re.findall(r"(?m)^static (?:int|expert_field) ((?:hf|ett|ei)_\w+)", code)
        for name in declared:
            if len(re.findall(rf"\b{name}\b", code)) < 3:
                yield f"{path.name}: {name} is not registered, or not used"
        for name in UNWANTED:
            if re.search(rf"(?<![\w>.]){name} *\(", code):
                yield f"{path.name} calls {name}()"


def main():
    build = pathlib.Path(sys.argv[1]).resolve()
    with captures.folder() as where:
        tshark = Tshark(build, where)
        fields, counts = registered(tshark)
        for report in REPORTS:
            tshark.output("-G", report)  # which ends the test where it complains
        problems = [*wrong_names(fields, counts), *wrong_blurbs(fields), *wrong_types(fields),
                    *wrong_experts(fields), *wrong_values(tshark, fields), *wrong_protocols(tshark),
                    *wrong_preferences(tshark), *wrong_sources()]
    if {field.protocol for field in fields} != set(PROTOCOLS):
        problems.append("tshark does not list the fields of all our protocols")
    print("\n".join(problems))
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
