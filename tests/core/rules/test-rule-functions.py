#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Each rule's function stands in the file of the family that its row names, under a comment that says
what its clause demands and where it stays silent.

usage: test-rule-functions.py [BUILD_DIR]
"""

import pathlib
import re
import sys

RULES = pathlib.Path(__file__).resolve().parents[3] / "plugin/core/rules"
ROW = re.compile(r'^[A-Z_]+_RULE\((\w+), (\w+), "([^"]+)",\s+(\w+), \w+, "([^"]+)",', re.M)
FUNCTION = re.compile(r"/\*((?:(?!\*/).)*)\*/\nvoid rule_(\w+)\(", re.S)


def first_clause(clause):
    """ "3.2.1, 3.5" is 7.2.1.3.2.1 in full; others are named with their document."""
    first = clause.split(",")[0].split(" note")[0].split(" step")[0]
    return "7.2.1." + first.split(" ")[0] if first[0].isdigit() else first


def plain(comment):
    return " ".join(comment.replace("*", " ").split())


def wrong_with(name, family, clause, comments):
    file = f"rules-{family.lower().replace('_', '-')}.c"
    if file not in comments or name not in comments[file]:
        return f"rule_{name}() does not stand in {file}, directly under a comment"
    comment = comments[file][name]
    if not re.match(r"(Clauses? 7\.2\.1|TS 33\.180|RFC )", comment):
        return f"the comment of rule_{name}() does not begin with its clause"
    if first_clause(clause).replace(",", "") not in comment.replace(",", ""):
        return f"the comment of rule_{name}() does not speak of clause {clause}"
    if "Silent where: " not in comment:
        return f"the comment of rule_{name}() does not say where it is silent"
    return None


def main():
    rows = [row for file in sorted(RULES.glob("krr-rules-*.def"))
            for row in ROW.findall(file.read_text(encoding="utf-8"))]
    comments = {file.name: {name: plain(comment) for comment, name in
                            FUNCTION.findall(file.read_text(encoding="utf-8"))}
                for file in RULES.glob("rules-*.c")}
    wrong = [problem for _, name, _, family, clause in rows
             if (problem := wrong_with(name, family, clause, comments))]
    known = {row[1] for row in rows}
    wrong += [f"no row of the catalogue names rule_{name}()"
              for found in comments.values() for name in found if name not in known]
    print("\n".join(wrong) or f"{len(rows)} rules, each where its row says")
    sys.exit(bool(wrong) or len(rows) < 50)


if __name__ == "__main__":
    main()
