# SPDX-License-Identifier: GPL-2.0-or-later
"""Captures for tests: made from scenarios, in a folder that everybody can read."""

import contextlib
import os
import pathlib
import shutil
import subprocess
import tempfile

import scenarios
from places import SCENARIOS


def unprivileged():
    """What goes before a command that must not run as root, where this does."""
    if os.getuid():
        return []
    return ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]


@contextlib.contextmanager
def folder():
    """A temporary folder. tshark steps down from root, so it must be open to others."""
    with tempfile.TemporaryDirectory(prefix="krr-") as name:
        path = pathlib.Path(name)
        path.chmod(0o755)
        yield path


def make(build, scenario, where):
    """Makes the capture of a scenario file in the folder; returns its path."""
    capture = where / f"{pathlib.Path(scenario).stem}.pcap"
    subprocess.run([pathlib.Path(build, "samples", "make-capture"), scenario, capture], check=True)
    capture.chmod(0o644)
    return capture


def share_policies(source, where):
    """Copies the policy files of a folder of tests/, and what they name in other folders of it, so
    that everybody can read them. Returns the copy of that folder."""
    for pattern in (f"{source.name}/*.ini", "scenarios/kms/*", "pki/*.pem"):
        for path in source.parent.glob(pattern):
            copy = where / path.relative_to(source.parent)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, copy)
            copy.parent.chmod(0o755)
            copy.chmod(0o644)
    return where / source.name


def policy_of(scenario, where):
    """The copy of the policy file that a scenario of tests/scenarios names, which everybody can read;
    None where it names none."""
    named = scenarios.policy_of(scenario)
    return share_policies(SCENARIOS, where) / named.name if named else None
