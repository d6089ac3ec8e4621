# SPDX-License-Identifier: GPL-2.0-or-later
"""Runs krraudit on bad input: what it says, what it costs, and that it ends."""

import dataclasses
import json
import os
import pathlib
import signal
import subprocess
import tempfile
import time

# Seconds after which a run counts as hung. Nothing here should take a tenth of it on any machine.
PATIENCE = 120


@dataclasses.dataclass
class Audit:
    status: int  # negative: killed by that signal
    output: str
    errors: list  # lines on standard error
    peak: int     # octets of memory

    @property
    def report(self):
        return json.loads(self.output)

    def rules(self, frame=None):
        """The rules that fired, on a frame or at all."""
        return {finding["rule"] for finding in self.report["findings"]
                if frame is None or frame in finding["frames"]}


def wait(process):
    """Waits for the end of a process, not for ever. Returns its status and its peak memory."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        pid, status, usage = os.wait4(process.pid, os.WNOHANG)
        if pid:
            process.returncode = os.waitstatus_to_exitcode(status)
            return process.returncode, usage.ru_maxrss * 1024
        time.sleep(0.01)
    process.kill()
    process.wait()
    return -signal.SIGALRM, 0


def run(build, *arguments, where=None, stdin=subprocess.DEVNULL, prefix=()):
    """Runs krraudit in a folder; arguments come after those that make the report JSON."""
    command = [*prefix, pathlib.Path(build, "krraudit").resolve(), *map(str, arguments)]
    with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as errors:
        process = subprocess.Popen(command, cwd=where, stdin=stdin, stdout=output, stderr=errors)
        status, peak = wait(process)
        output.seek(0)
        errors.seek(0)
        return Audit(status, output.read().decode(), errors.read().decode().splitlines(), peak)


def run_json(build, *arguments, **settings):
    return run(build, "--format", "json", "--no-progress", *arguments, **settings)


def serve_json(auditor, *arguments, where=None):
    """The same by an audit server, where standard input and privileges do not matter."""
    try:
        found = auditor.run("--format", "json", "--no-progress", *arguments, cwd=where,
                            timeout=PATIENCE)
    except subprocess.TimeoutExpired:
        return Audit(-signal.SIGALRM, "", [], 0)
    return Audit(found.returncode, found.stdout, found.stderr.splitlines(), found.peak)
