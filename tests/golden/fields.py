#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Checks what the plugin registers, and that each field of it is shown in some golden test.

usage: fields.py BUILD_DIR

Names: each abbreviation occurs once and begins with its protocol's filter name; a description says
more than the name. Each registered field, expert infos included, occurs in the tree of at least one
scenario of this folder.
"""

import collections
import pathlib
import re
import sys

import captures
from cases import CASES, set_up
from tshark import Tshark
from views import PROTOCOLS

# Fields that no dissection can show, each with the reason. One that does occur has no place here.
UNSHOWN = dict.fromkeys(
    (f"krr.{rule}" for rule in """unread_krr krr_older_than_offer creator_without_standing list_not_of_user
        conflicting_answers contacted_other_kms offer_unprovisioned_kms
        wrong_list_for_role receiver_omits_own_kms receiver_omits_initiator_kms list_not_of_domain
        offer_forwarded_after_krr krr_not_forwarded embedded_krr_altered
        competing_krrs krr_replayed retry_unprovisioned_kms
        retry_not_preferred redirect_loop
        acted_on_forbidden_krr acted_on_unsigned_krr acted_before_acceptance krr_not_reported
        certificate_not_requested steered_to_own_domain krr_flood""".split()),
    "takes a story that no case tells") | {
        "krr.policy.changed": "takes a file that is edited while the program runs; see tests/gui"}

PREFERENCES = {
    "krr": ["policy_file", "vocabulary_file", "trust_anchors", "verify_signatures", "max_sub_krrs"],
}


def registered(tshark):
    """Our rows of -G fields: (name, abbreviation, type, protocol, description)."""
    rows = [line.split("\t") for line in tshark.output("-G", "fields").splitlines()]
    return [(row[1], row[2], row[3], row[4], row[7] if len(row) > 7 else "")
            for row in rows if row[0] == "F" and row[4] in PROTOCOLS]


def wrong_names(fields):
    counts = collections.Counter(abbreviation for _, abbreviation, *_ in fields)
    for name, abbreviation, _, protocol, description in fields:
        if counts[abbreviation] > 1:
            yield f"{abbreviation}: registered {counts[abbreviation]} times"
        if not re.fullmatch(rf"{protocol}(\.[a-z][a-z0-9_]*)+", abbreviation):
            yield f"{abbreviation}: not of the form {protocol}.name"
        if not name or name != name.strip() or name.endswith((".", ":")):
            yield f"{abbreviation}: bad name \"{name}\""
        if description and description.strip(" .").lower() == name.lower():
            yield f"{abbreviation}: the description repeats the name"


def wrong_lists(tshark):
    """What -G protocols and -G defaultprefs say about us."""
    rows = [line.split("\t") for line in tshark.output("-G", "protocols").splitlines()]
    for protocol in PROTOCOLS:
        if sum(row[2] == protocol for row in rows) != 1:
            yield f"-G protocols does not list {protocol} once"
    preferences = tshark.output("-G", "defaultprefs")
    for protocol, names in PREFERENCES.items():
        for name in names:
            if not re.search(rf"(?m)^# \S.*\n(# .*\n)*#?{protocol}\.{name}:", preferences):
                yield f"-G defaultprefs does not describe {protocol}.{name}"


def shown(build, tshark, where):
    """The names of all fields in the trees of all cases."""
    names = set()
    for case in CASES:
        _, options = set_up(build, case, where)
        output = tshark.output(*options, "-2", "-T", "pdml")
        names |= set(re.findall(r'<(?:field|proto) name="([^"]*)"', output))
    return names


def wrong_coverage(fields, names):
    for _, abbreviation, *_ in fields:
        if abbreviation not in names and abbreviation not in UNSHOWN:
            yield f"{abbreviation}: occurs in no case of golden.py"
    for abbreviation in UNSHOWN:
        if abbreviation in names:
            yield f"{abbreviation}: occurs after all, strike it from UNSHOWN"
        if abbreviation not in [field[1] for field in fields]:
            yield f"{abbreviation}: is not registered, strike it from UNSHOWN"


def main():
    build = pathlib.Path(sys.argv[1]).resolve()
    with captures.folder() as where:
        tshark = Tshark(build, where)
        fields = registered(tshark)
        if {field[3] for field in fields} != set(PROTOCOLS):
            sys.exit("tshark does not list the fields of all our protocols")
        problems = [*wrong_names(fields), *wrong_lists(tshark),
                    *wrong_coverage(fields, shown(build, tshark, where))]
    print("\n".join(problems))
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
