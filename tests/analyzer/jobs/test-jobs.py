#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Several captures: read at once or one after the other, it comes to the same.

usage: test-jobs.py BUILD_DIR
"""

import contextlib
import itertools
import json
import os
import pathlib
import re
import resource
import signal
import subprocess
import sys
import time

import audits
import packets
import pcapfile
from krraudit import equal, expect, main
from places import SAMPLES, SCENARIOS

# Stories over several hops and captures of every carrier.
STORIES = ["story/two-domains", "story/forking", "story/late-answer",
           "krr-not-forwarded/second-of-three-drops-krr",
           "received-krr-not-embedded/server-sends-own-krr", "carrier/tcp-segments",
           "carrier/ip-fragments", "carrier/mikey-base64",
           "signature-untrusted/certificate-for-something-else",
           "krr-flood/twenty-one-in-ten-seconds"]
POLICY = ["--policy", SAMPLES / "policy.ini"]


def options_of(number):
    """A SIP message of no interest."""
    return packets.sip("192.0.2.1", "192.0.2.2", (
        f"OPTIONS sip:b@x.example SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK{number}\r\n"
        f"From: <sip:a@x.example>;tag=1\r\nTo: <sip:b@x.example>\r\nCall-ID: call-{number}\r\n"
        f"CSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n"))


def plain_capture(bench, name, count):
    """A capture of such messages, one in ten milliseconds, from the middle of the demo's time on."""
    path = bench.folder / name
    start, step = 1767259830 * pcapfile.SECOND, pcapfile.SECOND // 100
    pcapfile.write(path, pcapfile.ETHERNET,
                   [pcapfile.Packet.new(start + number * step, options_of(number))
                    for number in range(count)])
    return path


def captures_of(bench):
    return [bench.capture(SCENARIOS / f"{story}.scenario") for story in STORIES]


def same_whatever_the_jobs(bench):
    """One at a time or four: the same report byte for byte, in any order of the files."""
    captures = captures_of(bench)
    for order in (captures, captures[::-1], captures[3:] + captures[:3]):
        for form in ("json", "text"):
            reports = {bench.run("--jobs", jobs, *POLICY, "--format", form, *order).stdout
                       for jobs in (1, 2, 4)}
            equal(len(reports), 1, f"different reports as {form}")
            expect(len(reports.pop()) > 3000, "nothing in the report")


def same_evidence(bench):
    """The evidence is the same too, fragments and streams of each capture included."""
    captures = captures_of(bench)
    found = set()
    for jobs in (1, 3):
        path = bench.folder / f"evidence-{jobs}.pcapng"
        bench.report("-j", jobs, *POLICY, "--evidence", path, *captures)
        found.add(path.read_bytes())
    equal(len(found), 1, "different evidence")
    expect(len(found.pop()) > 10000, "hardly any evidence")


def without_index(report):
    """As a report on the first capture alone has its frames."""
    text = re.sub(r'"1:(\d+)"', r"\1", json.dumps(report))
    return json.loads(text) | {"captures": None}


def same_as_alone(bench):
    """What is found in a capture does not depend on a second one that tells nothing."""
    quiet = plain_capture(bench, "quiet.pcap", 0)
    for capture in captures_of(bench):
        together = bench.report(*POLICY, capture, quiet)
        equal(without_index(together), without_index(bench.report(*POLICY, capture)), capture.name)


def disorder(bench):
    """Frames that run backwards by more than anybody would wait for: the same is told of them. The order
    of the file counts, as where a clock was set back."""
    demo, turned = bench.demo(), bench.folder / "turned.pcap"
    header, frames = pcapfile.read(demo)
    half = len(frames) // 2
    # Two halves of the demo the wrong way round: half a minute lies between them.
    pcapfile.write(turned, header, frames[half:] + frames[:half])
    quiet = plain_capture(bench, "quiet.pcap", 0)
    expected = bench.report(*POLICY, demo, quiet)
    found = bench.report(*POLICY, turned, quiet)
    for key in ("outcome", "idri", "idrr"):
        equal(sorted(negotiation[key] for negotiation in found["negotiations"]),
              sorted(negotiation[key] for negotiation in expected["negotiations"]), key)
    equal(found["summary"], expected["summary"], "summary")


def pipes(bench):
    """Standard input and pipes take their places among the captures."""
    demo, fifo = bench.demo(), bench.folder / "capture.fifo"
    os.mkfifo(fifo)
    plain = plain_capture(bench, "plain.pcap", 50)
    for jobs in (1, 4):
        with subprocess.Popen(["sh", "-c", 'cat "$1" >"$2"', "sh", plain, fifo]), \
                subprocess.Popen(["cat", demo], stdout=subprocess.PIPE) as source:
            report = bench.report("-j", jobs, *POLICY, "--evidence", "evidence.pcapng", "-", fifo,
                                  plain, stdin=source.stdout)
        equal([capture["frames"] for capture in report["captures"]], [42, 50, 50], "frames")
        expect(report["findings"], "nothing found in standard input")


def several_troubles(bench):
    """What cannot be read is complained about in the order of the captures, one line each."""
    demo = bench.demo()
    cut = bench.folder / "cut.pcap"
    cut.write_bytes(demo.read_bytes()[:-7])
    for jobs in (1, 3):
        result = bench.run("-j", jobs, "--format", "json", "missing.pcap", cut, demo, "/dev/null")
        equal(result.returncode, 3, "status")
        lines = result.stderr.splitlines()
        equal([line.split(":")[1].strip() for line in lines],
              ["missing.pcap", str(cut), "/dev/null"], "complaints")
        equal([capture["complete"] for capture in json.loads(result.stdout)["captures"]],
              [False, False, True, False], "complete")


def usage(bench):
    """A number of jobs is one from 1 on."""
    for number in ("0", "-1", "many", "1.5", "", "99999999999999999999"):
        expect("--jobs" in bench.refused("--jobs", number, bench.demo()), f"taken: {number!r}")
    bench.report("--jobs", 1024, bench.demo(), bench.copy(bench.demo()))


@contextlib.contextmanager
def waiting(bench, *arguments):
    """krraudit with a pipe among its captures that says nothing yet: the process, the writing end
    of the pipe and the folder for private files."""
    private, fifo = bench.folder / "tmp", bench.folder / "capture.fifo"
    private.mkdir()
    os.mkfifo(fifo)
    process = subprocess.Popen([bench.build / "krraudit", *map(str, arguments), fifo],
                               cwd=bench.folder, env=bench.environment | {"TMPDIR": str(private)},
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        with open(fifo, "wb") as stream:
            stream.write(bench.demo().read_bytes()[:2000])
            stream.flush()
            soon(lambda: list(private.rglob("capture-2")), "the pipe is not read")
            yield process, stream, private
    finally:
        process.kill()
        process.wait()


def soon(condition, what):
    deadline = time.monotonic() + 60
    while not condition():
        expect(time.monotonic() < deadline, what)
        time.sleep(0.02)


def children_of(pid):
    try:
        return [int(child) for child in
                pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []  # it has ended


def children(process):
    """Those that read: children of the audit, which is the child of its guard."""
    return [reader for audit in children_of(process.pid) for reader in children_of(audit)]


def gone(pid):
    return not pathlib.Path(f"/proc/{pid}").exists()


def killed_worker(bench):
    """A process that is killed takes its own capture with it, and says so; the other is reported."""
    with waiting(bench, "-j", "2", *POLICY, "--format", "json", bench.demo()) as (process, _, private):
        soon(lambda: len(children(process)) == 1, "both are at work")
        os.kill(children(process)[0], signal.SIGKILL)
        stdout, stderr = process.communicate(timeout=60)
    equal(process.returncode, 3, "status")
    expect("signal 9 (Killed)" in stderr and stderr.count("\n") == 1, f"complaint: {stderr}")
    captures = json.loads(stdout)["captures"]
    equal([capture["complete"] for capture in captures], [True, False], "complete")
    expect("signal 9" in captures[1]["error"], "the report does not say why")
    alone = bench.report(*POLICY, bench.demo())
    equal(len(json.loads(stdout)["findings"]), len(alone["findings"]), "findings of the other one")
    equal(list(private.iterdir()), [], "private files")


def interrupted(bench):
    """Ctrl-C ends all: no report, no process, no private file is left."""
    for how in (signal.SIGINT, signal.SIGTERM):
        with contextlib.ExitStack() as stack:
            folder = bench.folder / how.name
            folder.mkdir()
            here = type(bench)(bench.auditor, folder)
            process, _, private = stack.enter_context(
                waiting(here, "-j", "2", "--output", "report.txt", here.demo()))
            soon(lambda: children(process), "nobody is at work")
            workers = children(process)
            process.send_signal(how)
            stdout, stderr = process.communicate(timeout=60)
            equal(process.returncode, -how, "how it ended")
            equal(stdout + stderr, "", "said")
            soon(lambda: all(map(gone, workers)), "a process is left")
            equal(list(private.iterdir()), [], "private files")
            equal(sorted(path.name for path in folder.iterdir()), ["capture.fifo", "tmp"], "files")


def killed_parent(bench):
    """Where the parent is killed its children end as well."""
    with waiting(bench, "-j", "2", bench.demo()) as (process, _, _):
        soon(lambda: children(process), "nobody is at work")
        workers = children(process)
        process.kill()
        soon(lambda: all(map(gone, workers)), "a process is left")


def little_room(handler):
    """As a disk on which only small files fit; a handler that would kill is no excuse."""
    def limit():
        signal.signal(signal.SIGXFSZ, handler)
        resource.setrlimit(resource.RLIMIT_FSIZE, (400000, 400000))
    return limit


def full_disk(bench):
    """No room for what a capture tells: said in one line, and the other captures are whole."""
    large = plain_capture(bench, "large.pcap", 6000)
    for jobs, handler in ((1, signal.SIG_IGN), (2, signal.SIG_DFL)):
        result = bench.run("-j", jobs, *POLICY, "--format", "json", bench.demo(), large,
                           preexec_fn=little_room(handler))
        equal(result.returncode, 3, f"status: {result.stderr}")
        expect(result.stderr.startswith(f"krraudit: {large}: its events cannot be kept in ")
               and result.stderr.count("\n") == 1, f"complaint: {result.stderr}")
        report = json.loads(result.stdout)
        equal([capture["complete"] for capture in report["captures"]], [True, False], "complete")
        equal(report["summary"]["krrs"], bench.report(*POLICY, bench.demo())["summary"]["krrs"])


def crash_midway(bench):
    """What a process had told before it came to harm counts, up to a frame that the report names."""
    large, merged = plain_capture(bench, "large.pcap", 6000), bench.folder / "merged.pcap"
    header, frames = pcapfile.read(bench.demo())
    pcapfile.write(merged, header, frames + pcapfile.read(large)[1])
    environment = bench.environment | {"LD_PRELOAD": str(bench.build / "tests" / "libinside.so"),
                                       "KRR_INSIDE_CRASH": "3"}
    result = bench.run("-j", 2, *POLICY, "--format", "json", merged, bench.demo(), env=environment)
    equal(result.returncode, 3, f"status: {result.stderr}")
    report = json.loads(result.stdout)
    capture = report["captures"][0]
    expect(re.search(r"was ended by signal \d+ \(.*\) after frame \d+", capture["error"]),
           capture["error"])
    expect(1000 < capture["frames"] < 6000, f"{capture['frames']} frames")
    equal(len(capture["sha256"] or ""), 64, "digest")
    cited = list(itertools.chain(*(finding["frames"] for finding in report["findings"])))
    expect(any(frame.startswith("1:") for frame in cited), "nothing of what came before the harm")


main([same_whatever_the_jobs, same_as_alone, disorder, usage],
     program=[same_evidence, pipes, several_troubles, killed_worker, interrupted, killed_parent,
              full_disk] + ([] if audits.is_sanitized(sys.argv[1]) else [crash_midway]))
