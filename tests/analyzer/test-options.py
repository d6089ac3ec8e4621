#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The command line of krraudit: what it takes, what it refuses, how it ends.

usage: test-options.py BUILD_DIR
"""

import bz2
import gzip
import json
import lzma
import os
import signal
import subprocess
import time

from krraudit import equal, expect, main, one_line, rules
from places import POLICY, SAMPLES, SCENARIOS
from scenarios import OFFER, REDIRECT

# A redirect between two hosts on a port that Wireshark does not take for SIP.
ODD_PORT = """
title  SIP on a port of its own
expect none
host alice 192.0.2.100:15999 sip:alice@home.example.org
host proxy 192.0.2.10:15998
""" + OFFER + REDIRECT + """\
at 0.000 alice -> proxy INVITE offer=first
at 0.030 proxy -> alice 488    krr=redirect
"""


def formats(bench):
    """Text is the default; json is one object; other names are refused in one line."""
    text = bench.run(bench.demo())
    equal(text.stdout, bench.run("--format", "text", bench.demo()).stdout, "text report")
    expect(text.stdout.startswith("krraudit "), "no text report")
    equal(bench.report(bench.demo())["report_version"], 1)
    expect("xml" in bench.refused("--format", "xml", bench.demo()), "it does not say what is wrong")


def usage(bench):
    """Everything that is wrong with a command line is one line and status 2."""
    demo = bench.demo()
    for arguments in ([], ["--no-such-option", demo], ["--fail-on", "sometimes", demo],
                      ["--only", "no-such-rule", demo], ["--skip", "unsigned-krr,", demo],
                      ["--window", "-5", demo], ["--window", "soon", demo], ["-", "-"],
                      ["--policy", "missing.ini", demo], ["--trust-anchor", "missing.pem", demo],
                      ["--tls-keys", "missing.log", demo], ["--vocabulary", "missing.ini", demo],
                      ["--capture-filter", "not a filter", demo],
                      ["--preference", "no.such.preference:1", demo], ["--preference", "tcp", demo],
                      ["--decode-as", "tcp.port", demo],
                      ["--decode-as", "tcp.port==5070,no-such-protocol", demo]):
        bench.refused(*arguments)
    hostile = bench.refused("--policy", "new\nline\x1b[31m.ini", demo)
    expect("\x1b" not in hostile, "a file name reaches the terminal as it is")


def information(bench):
    """--help, --version, --list-rules and --explain need no capture."""
    for option, word in (("--help", "--evidence"), ("--version", "Wireshark"),
                         ("--list-rules", "list-widened")):
        result = bench.run(option)
        equal((result.returncode, result.stderr), (0, ""), option)
        expect(word in result.stdout, f"{option} does not say {word}")


def explain(bench):
    """--explain tells everything of each rule; of an unknown one it names the nearest."""
    listed = [line.split()[0] for line in bench.run("--list-rules").stdout.splitlines()[1:]]
    expect(len(listed) > 45, "hardly any rules")
    for rule in listed:
        result = bench.run("--explain", rule, "no-such-capture.pcap")
        equal((result.returncode, result.stderr), (0, ""), rule)
        for heading in ("What it means", "Clause", "Why it matters for fraud",
                        "What innocent cause it may have", "What to check next"):
            expect(f"\n{heading}\n" in result.stdout, f"{rule}: no {heading}")
    expect("list-widened" in bench.refused("--explain", "list-wided"), "the nearest is not named")
    bench.refused("--explain", "")


def other_words(bench):
    """--explain knows outcomes, statuses and keys of the policy file, and is not led astray."""
    for word, kind in (("abandoned", "outcome"), ("untrusted", "signature"), ("window", "[policy]"),
                       ("3", "exit status")):
        result = bench.run("--explain", word)
        equal((result.returncode, result.stderr), (0, ""), word)
        expect(kind in result.stdout, f"{word}: {result.stdout}")
    expect("abandoned" in bench.refused("--explain", "abandonned"), "the nearest is not named")


def rules_as_json(bench):
    """--list-rules --format json has what --list-rules has."""
    listed = json.loads(bench.run("--list-rules", "--format", "json").stdout)
    text = [line.split()[:2] for line in bench.run("--list-rules").stdout.splitlines()[1:]]
    equal([[rule["name"], rule["severity"]] for rule in listed], text)
    bench.refused("--list-rules", "--format", "html")


def versions(bench):
    """--version and the JSON report name the libraries that verdicts rest on."""
    told = bench.run("--version").stdout
    tool = bench.report(bench.demo())["tool"]
    for name, member in (("libxml2", "libxml2"), ("xmlsec", "xmlsec"), ("OpenSSL", "openssl")):
        expect(f"{name} {tool[member]}" in told, f"{name}: {told}")


def format_of_output(bench):
    """Where --format is not given, the name of the output says it."""
    for name, start in (("a.json", "{"), ("a.HTML", "<!DOCTYPE"), ("a.txt", "krraudit "),
                        ("a.csv", "row,"), ("a", "krraudit "), ("json", "krraudit ")):
        bench.run("--output", name, bench.demo())
        shown = (bench.folder / name).read_text()
        expect(shown.lower().startswith(start.lower()), f"{name} begins {shown[:20]}")
    bench.run("--format", "csv", "--output", "b.json", bench.demo())
    expect((bench.folder / "b.json").read_text()[:1] != "{", "--format does not go first")


def folder_missing(bench):
    """An output in a folder that is not there: the line says which is missing."""
    line = bench.refused("--output", "nowhere/report.txt", bench.demo())
    expect("nowhere/report.txt: it cannot be written: there is no folder nowhere" in line, line)


def same_file_twice(bench):
    """It is remarked on, by whatever name, and audited all the same."""
    (bench.folder / "link").symlink_to(bench.demo())
    result = bench.run(bench.demo(), "link")
    equal(result.returncode, 1)
    equal(result.stderr, "krraudit: link: this file is given twice, and what it shows counts twice\n")


def severities_and_status(bench):
    """--fail-on decides between 0 and 1, and nothing else does."""
    notes = bench.capture(SCENARIOS / "empty-list/empty-receiver-list.scenario")
    policy = ["--policy", POLICY]
    equal(bench.run("--fail-on", "note", *policy, notes).returncode, 1, "a note, --fail-on note")
    equal(bench.run(*policy, notes).returncode, 0, "a note, by default")
    demo = ["--policy", SAMPLES / "policy.ini", bench.demo()]
    for severity, status in (("note", 1), ("warning", 1), ("error", 1), ("never", 0)):
        equal(bench.run("--fail-on", severity, *demo).returncode, status, severity)
    warning = ["--only", "unsigned-krr", *demo]
    equal(bench.run("--fail-on", "warning", *warning).returncode, 1)
    equal(bench.run("--fail-on", "error", *warning).returncode, 0)


def only_and_skip(bench):
    """--only and --skip choose rules, and the report says so."""
    demo = ["--policy", SAMPLES / "policy.ini", bench.demo()]
    everything = rules(bench.report(*demo))
    report = bench.report("--only", "unsigned-krr,list-widened", *demo)
    equal(rules(report), ["list-widened", "unsigned-krr"])
    equal(report["options"]["only"], ["unsigned-krr", "list-widened"])
    equal(report["rules_not_evaluated"], [], "gaps of rules that were not asked for")
    report = bench.report("--skip", "unsigned-krr", "--skip", "list-widened", *demo)
    equal(rules(report), sorted(set(everything) - {"unsigned-krr", "list-widened"}))
    report = bench.report("--only", "unsigned-krr", "--skip", "unsigned-krr", *demo)
    equal(rules(report), [])


def quiet(bench):
    """--quiet prints nothing, but writes what it is told to write, and ends as ever."""
    result = bench.run("--quiet", bench.demo())
    equal((result.returncode, result.stdout, result.stderr), (1, "", ""))
    result = bench.run("--quiet", "--output", "report.txt", bench.demo())
    equal((result.returncode, result.stdout), (1, ""))
    expect((bench.folder / "report.txt").read_text().startswith("krraudit "), "no report")


def output(bench):
    """--output replaces a file as a whole, keeps its mode, follows a link."""
    target = bench.folder / "report.json"
    target.write_text("old")
    target.chmod(0o640)
    (bench.folder / "link").symlink_to("report.json")
    expected = bench.run("--format", "json", bench.demo()).stdout
    equal(bench.run("--format", "json", "--output", "link", bench.demo()).stdout, "")
    equal(target.read_text(), expected, "report in a file")
    equal(target.stat().st_mode & 0o777, 0o640, "mode")
    expect((bench.folder / "link").is_symlink(), "the link is gone")
    equal(sorted(path.name for path in bench.folder.iterdir()), ["link", "report.json"], "files")


def output_refused(bench):
    """A report that cannot be written, or would overwrite what is read, is told before the audit."""
    capture = bench.folder / "capture.pcap"
    capture.write_bytes(bench.demo().read_bytes())
    (bench.folder / "hard").hardlink_to(capture)
    policy = bench.folder / "policy.ini"
    policy.write_bytes((SAMPLES / "policy.ini").read_bytes())
    before = capture.read_bytes(), policy.read_bytes()
    for target in ("capture.pcap", "hard", ".", "missing/report.txt"):
        bench.refused("--output", target, "capture.pcap")
    bench.refused("--output", "policy.ini", "--policy", "policy.ini", "capture.pcap")
    equal((capture.read_bytes(), policy.read_bytes()), before, "what was read")
    target = bench.folder / "old.txt"
    target.write_text("old")
    bench.refused("--output", "old.txt", "--policy", "missing.ini", "capture.pcap")
    equal(target.read_text(), "old", "a report where nothing was audited")
    with open("/dev/full", "w") as full:
        result = bench.run("capture.pcap", stdout=full, stderr=subprocess.PIPE,
                           capture_output=False)
    equal(result.returncode, 2, "a full disk")
    one_line(result.stderr)


def standard_input(bench):
    """"-" reads standard input, from a file or a pipe, to the same findings and digest."""
    whole = bench.report(bench.demo())
    piped = subprocess.run([bench.build / "krraudit", "--format", "json", "-"],
                           input=bench.demo().read_bytes(), capture_output=True,
                           env=bench.environment, check=False)
    equal(piped.returncode, 1)
    report = json.loads(piped.stdout)
    equal(report["findings"], whole["findings"], "findings")
    equal(report["captures"][0]["sha256"], whole["captures"][0]["sha256"])
    equal(report["captures"][0]["path"], "-")
    with open(bench.demo(), "rb") as stream:
        equal(bench.report("-", stdin=stream)["findings"], whole["findings"])
    one_line(bench.run("-", stdin=subprocess.DEVNULL).stderr)


def compressed(bench):
    """A capture in gzip is read as it is; its digest is that of the file as it lies there."""
    path = bench.folder / "demo.pcap.gz"
    path.write_bytes(gzip.compress(bench.demo().read_bytes(), mtime=0))
    report, whole = bench.report(path), bench.report(bench.demo())
    equal(report["findings"], whole["findings"], "findings")
    expect(report["captures"][0]["sha256"] != whole["captures"][0]["sha256"], "digest")
    path.write_bytes(path.read_bytes()[:-200])
    report = bench.report(path, status=[3])
    expect(not report["captures"][0]["complete"], "a cut gzip file passes for complete")


def several_captures(bench):
    """Several captures are one timeline; frames are written index:number, in any order of files."""
    first, second = bench.folder / "first.pcap", bench.folder / "second.pcap"
    # Frames in turn: neither file alone has the story.
    odd = [str(number) for number in range(1, 43, 2)]
    subprocess.run(["editcap", "-r", bench.demo(), first, *odd], check=True)
    subprocess.run(["editcap", bench.demo(), second, *odd], check=True)
    options = ["--policy", SAMPLES / "policy.ini"]
    whole = bench.report(*options, bench.demo())

    def frame(text):
        index, number = map(int, text.split(":"))
        return 2 * number - 1 if index == 1 else 2 * number

    report = bench.report(*options, first, second)
    equal([(finding["rule"], [frame(name) for name in finding["frames"]])
           for finding in report["findings"]],
          [(finding["rule"], finding["frames"]) for finding in whole["findings"]], "findings")
    turned = bench.report(*options, second, first)
    equal(rules(turned), rules(whole), "rules in the other order")
    equal([capture["frames"] for capture in turned["captures"]], [21, 21])


def mistyped(bench):
    """Where no capture can be opened nothing is audited: a line for each, and no report."""
    report = bench.folder / "report.json"
    for names in (["missing.pcap"], ["missing.pcap", "missing too.pcap"], ["/dev/null"], ["."]):
        result = bench.run("-o", report, *names)
        equal((result.returncode, result.stdout, report.exists()), (2, "", False), f"{names}")
        equal([line.split(": ")[1] for line in result.stderr.splitlines()], names, "complaints")


def packed(bench):
    """Of a file that Wireshark does not unpack, the line says what it is and what to do."""
    octets = bench.demo().read_bytes()
    for name, pack in (("xz", lzma.compress), ("bzip2", bz2.compress)):
        (bench.folder / name).write_bytes(pack(octets))
        line = bench.refused(name)
        expect(f"compressed with {name}" in line and f"{name} -dc" in line, line)


def incomplete(bench):
    """What could be read is reported in full, the rest is one line, and 3 wins over 1."""
    cut = bench.folder / "cut.pcap"
    cut.write_bytes(bench.demo().read_bytes()[:-100])
    result = bench.run("--format", "json", cut, bench.demo(), "missing.pcap")
    equal(result.returncode, 3)
    equal(result.stderr.count("\n"), 2, "lines of complaint")
    report = json.loads(result.stdout)
    equal([capture["complete"] for capture in report["captures"]], [False, True, False])
    equal([capture["frames"] for capture in report["captures"]], [41, 42, 0])
    expect(report["findings"], "no findings")
    expect("INCOMPLETE CAPTURES" in bench.run(cut).stdout, "the text report does not say so")


def capture_filter(bench):
    """What does not pass the filter is not dissected, but has its number."""
    report = bench.report("--capture-filter", "host 192.0.2.103", bench.demo())
    equal(report["captures"][0]["frames"], 42, "frames")
    expect(0 < report["captures"][0]["dissected"] < 42, "nothing was left out, or all")
    equal(report["options"]["capture_filter"], "host 192.0.2.103")
    equal({name for negotiation in report["negotiations"] for name in [negotiation["idri"]]},
          {"sip:carol@home.example.org"}, "initiators")
    whole = bench.report(bench.demo())
    numbers = {frame for finding in whole["findings"] for frame in finding["frames"]}
    expect({frame for finding in report["findings"] for frame in finding["frames"]} <= numbers,
           "frames were numbered anew")


def window(bench):
    """--window replaces the policy's: beyond it an attempt is a negotiation of its own."""
    equal(len(bench.report(bench.demo())["negotiations"]), 2)
    narrow = bench.report("--window", "0", "--policy", SAMPLES / "policy.ini", bench.demo())
    equal(narrow["policy"]["policy"]["window"], "0")
    expect(all(len(negotiation["attempts"]) == 1 for negotiation in narrow["negotiations"]),
           "an attempt a second later is within a window of none")


def decode_as(bench):
    """SIP on an odd port is found where --decode-as says so."""
    capture = bench.capture(ODD_PORT, "odd-port")
    report = bench.report("--decode-as", "udp.port==15998,sip", capture)
    equal(len(report["krrs"]), 1, "KRRs with --decode-as")
    equal(report["options"]["decode_as"], ["udp.port==15998,sip"])
    equal(bench.report("--decode-as", "udp.port==15990-15999,sip", capture)["krrs"],
          report["krrs"], "a range of ports")
    equal(bench.report("--decode-as", "udp.port==15998,dns", capture)["krrs"], report["krrs"],
          "what begins as SIP is SIP, whatever else it is said to be")


def odd_ports(bench):
    """SIP is found on any port, over UDP and TCP, where nothing says that it is there."""
    over_tcp = ODD_PORT.replace("\noffer first", "\nalways over=tcp segment=200\n\noffer first")
    expect(over_tcp != ODD_PORT, "not over TCP")
    for scenario, name in ((ODD_PORT, "udp"), (over_tcp, "tcp")):
        for options in ((), ("--no-sieve",)):
            report = bench.report(*options, bench.capture(scenario, name))
            equal(len(report["krrs"]), 1, f"KRRs over {name}")


def preference(bench):
    """A preference has its effect, and is in the report."""
    capture = bench.capture(SCENARIOS / "carrier/tcp-segments.scenario")
    equal(len(bench.report(capture)["krrs"]), 1)
    report = bench.report("--preference", "tcp.desegment_tcp_streams:FALSE", capture)
    equal(report["preferences"]["tcp.desegment_tcp_streams"], "FALSE")
    equal(report["krrs"], [], "KRRs without reassembly")


def interrupted(bench):
    """Ctrl-C ends the run in good order: no report, no evidence, no private files left behind."""
    private = bench.folder / "tmp"
    private.mkdir()
    fifo = bench.folder / "capture.fifo"
    os.mkfifo(fifo)
    process = subprocess.Popen([bench.build / "krraudit", "--output", "report.txt", "--evidence",
                                "evidence.pcapng", "capture.fifo"], cwd=bench.folder,
                               env=bench.environment | {"TMPDIR": str(private)},
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    with open(fifo, "wb") as stream:
        stream.write(bench.demo().read_bytes()[:2000])
        stream.flush()
        deadline = time.monotonic() + 60
        while not list(private.rglob("capture-1")) and time.monotonic() < deadline:
            time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        stdout, _ = process.communicate(timeout=60)
    equal(process.returncode, -signal.SIGINT, "how it ended")
    equal(stdout, "")
    equal(list(private.iterdir()), [], "private files")
    equal(sorted(path.name for path in bench.folder.iterdir()), ["capture.fifo", "tmp"], "files")


main([severities_and_status, only_and_skip, compressed, several_captures, incomplete, capture_filter,
      window, decode_as, odd_ports, preference],
     program=[formats, usage, information, explain, other_words, rules_as_json, versions, quiet, output,
              output_refused, format_of_output, folder_missing, same_file_twice, standard_input,
              mistyped, packed, interrupted])
