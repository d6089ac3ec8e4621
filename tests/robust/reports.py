#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Every form of the report goes out as it is made: a long one takes no more memory than another.

usage: reports.py BUILD_DIR
"""

import pathlib
import subprocess
import sys
import tempfile

import audit
import flood

COUNT = 4000
MIB = 1024 * 1024
# Beyond what the shortest report takes: forms for people sum up who steers whom before they say it. The
# longest is longer than this by far.
BOUND = 7 * MIB


def write(build, capture, form, folder):
    """The octets of a report, and of the memory that it took to make."""
    report = folder / f"report.{form}"
    program = pathlib.Path(build, "krraudit").resolve()
    process = subprocess.Popen([program, "--no-progress", "--format", form, "--output", report,
                                capture])
    status, peak = audit.wait(process)
    assert status == 1, f"{form}: status {status}"
    return report.stat().st_size, peak


def main():
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        with open(folder / "flood.pcap", "wb") as pipe:
            flood.pour(pipe, flood.small, COUNT, flood.MEDIA_TYPE)
        made = {form: write(sys.argv[1], folder / "flood.pcap", form, folder)
                for form in ("text", "json", "html", "csv")}
    least = min(peak for _, peak in made.values())
    for form, (length, peak) in made.items():
        print(f"{form}: {length / MIB:.1f} MiB, made in {peak / MIB:.1f} MiB of memory")
        assert peak - least <= BOUND, f"{form} takes {(peak - least) / MIB:.1f} MiB more"
    assert max(length for length, _ in made.values()) > 2 * BOUND, "too short to tell"


if __name__ == "__main__":
    main()
