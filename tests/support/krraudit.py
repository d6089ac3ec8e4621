# SPDX-License-Identifier: GPL-2.0-or-later
"""What the tests of krraudit's command line share: captures of scenarios, runs, checks."""

import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import traceback

import audits
from scenarios import OFFER

PATH = """
title  A path of {count} entities
expect none
{hosts}
""" + OFFER + """\
krr redirect
  answers        = first
  creator        = sip:bob@partner.example.org
  initiator-list = ANY
  receiver-list  = kms.partner.example.org
end
{messages}
"""


def path(count):
    """A scenario in which an offer and its KRR pass as many entities."""
    hosts = [f"host h{i} 192.0.2.{i + 1}:5060" for i in range(count)]
    hops = range(count - 1)
    messages = [f"at 0.{i:02}0 h{i} -> h{i + 1} INVITE offer=first" for i in hops]
    messages += [f"at 1.{count - i:02}0 h{i + 1} -> h{i} 488 krr=redirect" for i in reversed(hops)]
    return PATH.format(count=count, hosts="\n".join(hosts), messages="\n".join(messages))


class Bench:
    """A build and a folder to work in."""

    def __init__(self, auditor, folder):
        """auditor: of audits.py; the folder is the current one of all that it runs."""
        self.auditor = auditor
        self.build = auditor.build
        self.folder = pathlib.Path(folder)
        self.environment = os.environ | audits.ENVIRONMENT

    def capture(self, scenario, name=None):
        """The capture of a scenario file, or of a text."""
        if isinstance(scenario, pathlib.Path):
            name = name or f"{scenario.stem}.pcap"
        else:
            text, scenario = scenario, self.folder / f"{name}.scenario"
            scenario.write_text(text)
        target = self.folder / name
        subprocess.run([self.build / "samples" / "make-capture", scenario, target], check=True)
        return target

    def demo(self):
        return self.build / "samples" / "captures" / "demo.pcap"

    def copy(self, capture):
        """The same in another file: one that is given twice is remarked on."""
        return shutil.copy(capture, self.folder / f"copy-of-{capture.name}")

    def run(self, *arguments, **options):
        """Runs krraudit in the folder; output is text unless the options say otherwise."""
        return self.auditor.run(*arguments, **({"cwd": self.folder} | options))

    def report(self, *arguments, status=(0, 1), **options):
        """The JSON report, where the exit status is as expected and nothing is complained of."""
        result = self.run("--format", "json", *arguments, **options)
        expect(result.returncode in status, f"status {result.returncode}: {result.stderr}")
        if 3 not in status:
            expect(result.stderr == "", f"complaint: {result.stderr}")
        return json.loads(result.stdout)

    def refused(self, *arguments, **options):
        """The one line with which krraudit refuses to audit."""
        result = self.run(*arguments, **options)
        expect(result.returncode == 2, f"status {result.returncode}, not 2: {arguments}")
        expect(result.stdout == "", "something was printed")
        return one_line(result.stderr)


def expect(condition, what):
    if not condition:
        raise AssertionError(what)


def equal(found, expected, what="value"):
    expect(found == expected, f"{what}: {found!r}, expected {expected!r}")


def one_line(text):
    """The only line, which must say whose it is."""
    expect(text.startswith("krraudit: ") and text.count("\n") == 1 and text.endswith("\n"),
           f"not one line of krraudit: {text!r}")
    return text.strip()


def rules(report):
    return sorted({finding["rule"] for finding in report["findings"]})


def gist(report):
    """What was found, whatever the numbers of frames, KRRs, offers and negotiations."""
    def plain(text):
        return re.sub(r"\b(krr|offer|negotiation)-\d+", r"\1-N", text or "")

    return sorted((finding["rule"], finding["severity"], finding["summary"],
                   plain(finding["observed"])) for finding in report["findings"])


def passes(test, auditor):
    with tempfile.TemporaryDirectory() as folder:
        try:
            test(Bench(auditor, folder))
            return True
        except Exception:
            print(f"FAILED {test.__name__}: {(test.__doc__ or '').strip()}")
            traceback.print_exc(limit=3, file=sys.stdout)
            return False


def main(tests=(), program=()):
    """Runs functions, each with a bench of its own; usage: SCRIPT BUILD_DIR
    program: those that are about the program itself, the others have an audit server."""
    results = [passes(test, audits.Program(sys.argv[1])) for test in program]
    if tests:
        with audits.Server(sys.argv[1]) as server:
            results += [passes(test, server) for test in tests]
    print(f"{sum(results)} of {len(results)} passed")
    sys.exit(0 if results and all(results) else 1)
