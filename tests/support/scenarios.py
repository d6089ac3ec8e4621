# SPDX-License-Identifier: GPL-2.0-or-later
"""The scenarios of tests/scenarios: which there are, and what they expect.

Each rule has a folder of its own, whose scenarios fire it or are near misses: their expect lines say
which. The folders in ACROSS are about no single rule.
"""

import pathlib
import subprocess

from places import SCENARIOS

ACROSS = ("carrier", "hostile", "story", "torn")

# Words that scenarios of tests are made of: who is there, what is offered, how that is answered.
HOSTS = """\
host  alice  192.0.2.100:5060  sip:alice@home.example.org
host  proxy  192.0.2.10:5060   sip:bob@partner.example.org
"""
OFFER = """\
offer first
  idri    = sip:alice@home.example.org
  idrr    = sip:bob@partner.example.org
  idrkmsi = kms.home.example.org
  idrkmsr = kms.home.example.org
end
"""
REDIRECT = """\
krr redirect
  answers        = first
  creator        = sip:is-proxy@partner.example.org
  initiator-list = ANY
  receiver-list  = kms.partner.example.org
end
"""


def expectations(build, scenario):
    """What its title, expect, outcome, exit, signatures, policy and options lines say, as words."""
    text = subprocess.run([pathlib.Path(build, "samples", "make-capture"), "--list-expectations",
                           scenario], check=True, capture_output=True, text=True).stdout
    found = {}
    for line in text.splitlines():
        key, _, value = line.partition(" ")
        found.setdefault(key, []).extend(value.split())
    return found


def lines_of(scenario, key):
    """What stands behind a word that begins lines."""
    for line in scenario.read_text(encoding="utf-8", errors="replace").splitlines():
        first, _, rest = line.partition(" ")
        if first == key:
            yield rest.strip()


def policy_of(scenario):
    """The policy file that it names, or None."""
    named = next(lines_of(scenario, "policy"), None)
    return (scenario.parent / named).resolve() if named else None


def all_of(*folders):
    """The scenarios of these folders; of all folders where none is named."""
    chosen = [SCENARIOS / name for name in folders] or sorted(SCENARIOS.iterdir())
    return [path for folder in chosen for path in sorted(folder.glob("*.scenario"))]


def folders():
    """The names of all folders with scenarios."""
    return sorted({path.parent.name for path in all_of()})


def fires(scenario):
    """Does it expect the rule of its folder?"""
    return any(scenario.parent.name in line.split() for line in lines_of(scenario, "expect"))


def firing(*rules):
    """The scenarios that fire the rule of their folder; of all rules where none is named."""
    return [path for path in all_of(*rules) if fires(path)]


def one_a_rule(without=()):
    """The first scenario that fires each rule; none of those names."""
    chosen = [path for path in reversed(firing()) if path.stem not in without]
    return list({path.parent: path for path in chosen}.values())[::-1]


def name_of(scenario):
    """As it is called in messages: its folder and its name."""
    return f"{scenario.parent.name}/{scenario.name}"
