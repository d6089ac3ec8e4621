# SPDX-License-Identifier: GPL-2.0-or-later
"""The golden cases: scenarios of tests/golden, and how they are looked at."""

import dataclasses

import captures
from places import TESTS

GOLDEN = TESTS / "golden"


@dataclasses.dataclass
class Case:
    """A scenario of tests/golden, which says what it is about, and how it is looked at."""
    protocols: list  # whose trees are kept
    views: list      # of TSHARK_VIEWS in golden.py, and of REPORT_VIEWS
    policy: str = "policy.ini"


REPORT_VIEWS = {"report.txt": "text", "report.json": "json", "report.csv": "csv",
                "report.html": "html"}
FORMATS = ["text", "columns", "fields", "json", "pdml"]
CASES = {
    "krr": Case(["krr", "krr.kms"], [*FORMATS, "report.json"]),
    "krr-rules": Case(["krr"], ["text", "experts"]),
    "krr-broken": Case(["krr"], [*FORMATS, *REPORT_VIEWS]),
    "krr-signatures": Case(["krr"], ["columns", "experts"], "policy-signatures.ini"),
    "redirects": Case(["krr"], ["columns", "links", *REPORT_VIEWS]),
    "mikey-payloads": Case(["mikey_sakke"], FORMATS),
    "mikey-broken": Case(["mikey_sakke"], ["text", "columns"]),
    "mikey-krr": Case(["mikey_sakke", "krr"], ["text", "columns", "json", "report.json"]),
    "mikey-identities": Case(["mikey_sakke"], ["fields", "columns", "report.json"]),
    "hep": Case(["hep"], [*FORMATS, "experts"]),
    "sip": Case(["krr", "mikey_sakke"], ["columns", "experts"]),
    "mikey-signatures": Case(["mikey_sakke"], ["fields", "experts"], "policy-signatures.ini"),
}


def set_up(build, name, where):
    """Makes the capture of a case, and shares its policy. Returns it and tshark's options."""
    capture = captures.make(build, GOLDEN / f"{name}.scenario", where)
    policy = captures.share_policies(GOLDEN, where) / CASES[name].policy
    return capture, ["-o", f"krr.policy_file:{policy}", "-r", capture]
