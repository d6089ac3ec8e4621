#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""What somebody can do who has taken over a process of krraudit by a capture: tried from inside.

usage: test-confinement.py BUILD_DIR
"""

import errno
import json
import os
import pathlib
import re
import subprocess
import sys

import audits
from krraudit import equal, expect, main
from places import SAMPLES

BUILD = sys.argv[1]
if audits.is_sanitized(BUILD):
    print("skipped: a sanitizer lets nothing be preloaded before it")
    sys.exit(77)

# What is up to Landlock, which a kernel may lack.
FILES = {"read-secret", "change-secret", "make-file", "remove-file", "list-processes",
         "read-own-status"}
# What seccomp forbids, or the lack of privileges.
CALLS = {"socket", "connect", "send", "ptrace", "exec", "setuid"}
PROCESSES = {"fork", "kill"}


def try_inside(bench, *arguments):
    """Runs krraudit with somebody in it. Returns the JSON report, and {place: {attempt: errno}}, and
    the user of each place."""
    for name in ("secret", "removable"):
        (bench.folder / name).write_text(name)
    (bench.folder / "secret").chmod(0o666)
    other = bench.folder / "other.pcap"
    if not other.exists():
        other.write_bytes(bench.demo().read_bytes())
    gentle = {"KRR_INSIDE_GENTLE": "1"} if "--no-sandbox" in arguments else {}
    environment = bench.environment | gentle | {"LD_PRELOAD": str(bench.build / "tests" / "libinside.so"),
                                       "KRR_INSIDE": str(bench.folder)}
    result = subprocess.run([bench.build / "krraudit", "--format", "json", "--no-progress",
                             *map(str, arguments)], cwd=bench.folder, env=environment,
                            capture_output=True, text=True, timeout=120)
    expect(result.returncode in (0, 1), f"status {result.returncode}: {result.stderr[:500]}")
    places, users = {}, {}
    for place, attempt, number in re.findall(r"^inside (\S+) (\S+) (\d+)$", result.stderr, re.MULTILINE):
        if attempt == "uid":
            users.setdefault(place, set()).add(int(number))
        else:
            places.setdefault(place, {}).setdefault(attempt, set()).add(int(number))
    return json.loads(result.stdout), places, users


def check_place(report, place, attempts, users, besides=()):
    force = report["tool"]["confinement"]
    expect({"no-new-privileges", "seccomp", "unprivileged-user"} <= set(force), f"in force: {force}")
    forbidden = CALLS | set(besides)
    if "landlock" in force:
        forbidden |= FILES
    for attempt in sorted(forbidden):
        expect(attempts.get(attempt), f"{place}: {attempt} was not tried, or not survived")
        expect(0 not in attempts[attempt], f"{place}: {attempt} succeeded")
    equal(attempts["socket"], {errno.ENOSYS}, f"{place}: socket")
    expect(0 not in users, f"{place}: it is root")


def one_capture(bench):
    """One process reads and reports: both are confined."""
    report, places, users = try_inside(bench, bench.demo())
    equal(sorted(places), ["reading", "reporting"], "places")
    for place, attempts in places.items():
        check_place(report, place, attempts, users[place],
                    PROCESSES | ({"read-other-capture"} if "landlock" in report["tool"]["confinement"]
                                 else set()))
    expect(not (bench.folder / "planted").exists(), "a file was made")


def several_captures(bench):
    """Each reader opens its own capture alone; whoever reports begins no process any more."""
    report, places, users = try_inside(bench, "-j", 2, bench.demo(), bench.demo())
    equal(sorted(places), ["reading", "reporting"], "places")
    check_place(report, "reading", places["reading"], users["reading"], PROCESSES)
    check_place(report, "reporting", places["reporting"], users["reporting"], PROCESSES)
    if "landlock" in report["tool"]["confinement"]:
        _, places, _ = try_inside(bench, "-j", 1, bench.demo(), "other.pcap")
        equal(places["reading"]["read-other-capture"], {0, errno.EACCES},
              "of two readers one may read a capture")


def outputs(bench):
    """The report and the evidence come where they were wanted, by a process that names neither."""
    report, places, users = try_inside(bench, "--evidence", "evidence.pcapng", bench.demo())
    check_place(report, "reading", places["reading"], users["reading"])
    expect((bench.folder / "evidence.pcapng").stat().st_size > 1000, "evidence")


def without(bench):
    """--no-sandbox: nothing is in force, the report says so, and the same attempts succeed. They
    are no empty ones."""
    report, places, _ = try_inside(bench, "--no-sandbox", bench.demo())
    equal(report["tool"]["confinement"], [], "in force")
    for attempt in ("read-secret", "change-secret", "make-file", "remove-file", "socket", "fork",
                    "kill", "list-processes", "read-own-status"):
        expect(0 in places["reading"][attempt], f"{attempt} did not succeed: "
                                                f"{places['reading'][attempt]}")
    confined = bench.report(bench.demo())
    equal({**report, "tool": None}, {**confined, "tool": None}, "the report")


def captures_of_root(bench):
    """What only root may read is read where root asks for it, and written where nobody may write."""
    if os.geteuid() != 0:
        return
    private = bench.folder / "private"
    private.mkdir(mode=0o700)
    capture = private / "capture.pcap"
    capture.write_bytes(bench.demo().read_bytes())
    capture.chmod(0o600)
    result = bench.run("--format", "json", "--output", private / "report.json", "--evidence",
                       private / "evidence.pcapng", capture)
    equal((result.returncode, result.stderr), (1, ""), "how it ended")
    report = json.loads((private / "report.json").read_text())
    expect("unprivileged-user" in report["tool"]["confinement"], "it stayed root")
    equal(sorted(path.name for path in private.iterdir()),
          ["capture.pcap", "evidence.pcapng", "report.json"], "files")


# As root in containers: without the power to read any file, and where there is no other user.
CONTAINERS = (["setpriv", "--bounding-set=-dac_read_search", "--inh-caps=-dac_read_search"],
              ["unshare", "--map-root-user"])


def root_of_containers(bench):
    """Where root cannot become somebody else who can read its captures, it stays root, and all else is in
    force."""
    if os.geteuid() != 0:
        return
    capture = bench.folder / "capture.pcap"
    capture.write_bytes(bench.demo().read_bytes())
    capture.chmod(0o600)
    for command in CONTAINERS:
        if subprocess.run([*command, "true"], check=False, capture_output=True).returncode != 0:
            continue  # that cannot be had here
        result = subprocess.run([*command, pathlib.Path(BUILD, "krraudit").resolve(),
                                 "--no-progress", "--format", "json", capture],
                                capture_output=True, text=True, check=False, timeout=60)
        equal((result.returncode, result.stderr), (1, ""), f"{command[0]}: how it ended")
        measures = json.loads(result.stdout)["tool"]["confinement"]
        expect("unprivileged-user" not in measures and "seccomp" in measures, measures)


def relative_names(bench):
    """A session is renewed, and a capture with a relative name is read to its end in a folder that
    nobody else may list."""
    (bench.folder / "here.pcap").write_bytes(bench.demo().read_bytes())
    bench.capture(SAMPLES / "scenarios" / "redirect-by-terminating-client.scenario", "there.pcap")
    bench.folder.chmod(0o711)
    report = bench.report("--session-frames", 1, "--no-sieve", "here.pcap", "./there.pcap")
    equal([capture["complete"] for capture in report["captures"]], [True, True], "complete")


main(program=[one_capture, several_captures, outputs, without, captures_of_root, root_of_containers,
              relative_names])
