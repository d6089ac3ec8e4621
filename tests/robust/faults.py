#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Ends, kills and starves krraudit at 200 points, and looks at what is left.

usage: faults.py BUILD_DIR

Whatever happens, the report is the one that was there before or a whole new one, nothing half-written
lies beside it, and one line says why there is none. Where not even the guard lives on, the next run
removes what is left.
"""

import json
import os
import pathlib
import resource
import signal
import subprocess
import sys
import tempfile
import time

import audits

OTHER = "retry-succeeds.pcap"  # beside the demo
OLD = '"the report that was there before"'
MEGABYTE = 2**20
SKIPPED = 77


class Fault:
    """Something that befalls a run: a signal after some time, or a limit from its start."""

    def __init__(self, name, point, signal_number=None, limit=None, several=False):
        self.name, self.point, self.signal_number, self.limit = name, point, signal_number, limit
        self.several = several  # captures, each read by a process of its own

    def prepare(self):
        signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
        if self.limit:
            resource.setrlimit(self.limit, (self.point, self.point))

    def strike(self, process):
        if self.signal_number:
            time.sleep(self.point)
            process.send_signal(self.signal_number)


def faults(length):
    """length: seconds of a whole run"""
    for step in range(45):
        yield Fault("SIGTERM", length * step / 40, signal.SIGTERM, several=step % 2 == 1)
    for step in range(35):
        yield Fault("SIGINT", length * step / 30, signal.SIGINT, several=step % 2 == 0)
    for step in range(40):
        yield Fault("SIGKILL", length * step / 35, signal.SIGKILL, several=step % 2 == 1)
    for step in range(50):
        yield Fault("memory", (40 + 12 * step) * MEGABYTE, limit=resource.RLIMIT_AS,
                    several=step % 2 == 1)
    for step in range(30):
        yield Fault("file size", step * step * 100, limit=resource.RLIMIT_FSIZE,
                    several=step % 2 == 1)


def whole(path):
    try:
        text = path.read_text()
        return text == OLD or "report_version" in json.loads(text)
    except (OSError, ValueError):
        return False


def run(build, where, demo, fault):
    """Returns the exit status and what was said."""
    other = demo.with_name(OTHER)
    process = subprocess.Popen([build / "krraudit", "--no-progress", "--format", "json", "--output",
                                "report.json", demo, *([other] if fault and fault.several else [])],
                               cwd=where, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                               env=os.environ | audits.ENVIRONMENT | {"TMPDIR": str(where / "tmp")},
                               text=True, preexec_fn=fault.prepare if fault else None)
    if fault:
        fault.strike(process)
    _, said = process.communicate(timeout=60)
    return process.returncode, said


def wrong_end(fault, status, said):
    """Why that is no good end, or None."""
    lines = said.splitlines()
    if fault.signal_number:
        if status not in (0, 1, -fault.signal_number):
            return f"exit status {status}"
        return f"says {lines}" if lines else None
    if "error while loading shared libraries" in said or "ld.so" in said:
        return None  # it did not even begin
    if status not in (0, 1, 2, 3):
        return f"exit status {status}"
    if status in (2, 3) and not any(line.startswith("krraudit: ") for line in lines):
        return f"exit status {status}, says {lines}"
    return f"says {lines}" if len(lines) > (3 if fault.several else 1) else None


def left_over(where, fault):
    if not whole(where / "report.json"):
        yield "the report is not whole"
    beside = sorted(path.name for path in where.iterdir() if path.name not in ("tmp", "report.json"))
    private = list((where / "tmp").iterdir())
    if fault.signal_number != signal.SIGKILL and (beside or private):
        yield f"left: {beside}, {len(private)} private folders"


def check(build, where, demo, fault):
    (where / "report.json").write_text(OLD)
    status, said = run(build, where, demo, fault)
    problem = wrong_end(fault, status, said)
    for what in ([problem] if problem else []) + list(left_over(where, fault)):
        yield f"{fault.name} at {fault.point:.3f}: {what}"
    if fault.signal_number == signal.SIGKILL:
        run(build, where, demo, None)
        beside = [path.name for path in where.iterdir() if path.name not in ("tmp", "report.json")]
        private = list((where / "tmp").iterdir())
        if beside or private:
            yield f"{fault.name} at {fault.point:.3f}: the next run left {beside}, {private}"


def main(build):
    if audits.is_sanitized(build):
        print("skipped: sanitizers need memory without limits")
        return SKIPPED
    demo, problems, counts = build / "samples" / "captures" / "demo.pcap", [], {}
    # Not on a disk, which would be waited for at each of so many reports.
    memory = pathlib.Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=memory if os.access(memory, os.W_OK) else None) as folder:
        where = pathlib.Path(folder)
        (where / "tmp").mkdir()
        start = time.monotonic()
        run(build, where, demo, None)
        length = time.monotonic() - start
        for fault in faults(length):
            found = list(check(build, where, demo, fault))
            problems += found
            points, bad = counts.get(fault.name, (0, 0))
            counts[fault.name] = (points + 1, bad + bool(found))
    for name, (points, bad) in counts.items():
        print(f"{name:10} {points:4} points, {bad} bad ends")
    print("\n".join(problems))
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1]).resolve()))
