# SPDX-License-Identifier: GPL-2.0-or-later
"""Runs krraudit: the program itself, or the same code in the process of an audit server."""

import json
import os
import pathlib
import re
import select
import subprocess
import sys
import tempfile

# The same words and times on every machine.
ENVIRONMENT = {"LC_ALL": "C.UTF-8", "TZ": "UTC"}
PATIENCE = 120  # seconds; no audit here takes a tenth of it


def without_circumstances(report):
    """The text of a report without what depends on how it was made: the numbers of dissected frames,
    and the renewals of sessions."""
    report = re.sub(r'^( *"dissected": )[0-9]+', r"\1", report, flags=re.MULTILINE)
    report = re.sub(r" \([0-9]+ dissected\)", "", report)
    return re.sub(r'^ *"renewals": \[[^]]*\],\n', "", report, flags=re.MULTILINE)


def is_sanitized(build):
    """Sanitizers keep freed memory for a while, so the peak says nothing of the program."""
    return b"__asan_init" in pathlib.Path(build, "krraudit").read_bytes()


class Program:
    """krraudit as users have it."""

    def __init__(self, build):
        self.build = pathlib.Path(build).resolve()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass

    def run(self, *arguments, **options):
        """The finished process. options: of subprocess.run(); output is captured text otherwise."""
        options = {"capture_output": True, "text": True, "timeout": PATIENCE,
                   "env": os.environ | ENVIRONMENT} | options
        return subprocess.run([self.build / "krraudit", *map(str, arguments)], **options)

    def report(self, *arguments, status=(0, 1), **options):
        """The JSON report of an audit that ends with one of these: by default, that has read its
        captures to the end."""
        result = self.run("--format", "json", "--no-progress", *arguments, **options)
        if result.returncode not in status:
            sys.exit(f"krraudit {' '.join(map(str, arguments))} ended with {result.returncode}: "
                     f"{result.stderr}")
        return json.loads(result.stdout)

    def rules(self):
        """The names of all rules, as --list-rules has them."""
        names = [line.split()[0] for line in self.run("--list-rules").stdout.splitlines()[1:]]
        if len(names) < 40:
            sys.exit(f"krraudit lists hardly any rules: {names}")
        return names


class Server(Program):
    """The same without its start: a process that has started libwireshark once and forks one for each
    audit. Only for audits that need neither standard input nor an environment of their own."""

    def __init__(self, build, prefix=()):
        """prefix: a command that runs the server."""
        super().__init__(build)
        self._command = [*prefix, self.build / "tests" / "audit-server"]
        self._folder = tempfile.TemporaryDirectory(prefix="krr-audits-")
        self._start()

    def _start(self):
        self._process = subprocess.Popen(self._command, stdin=subprocess.PIPE, bufsize=0,
                                         stdout=subprocess.PIPE, env=os.environ | ENVIRONMENT)

    def __exit__(self, kind, *_):
        self._process.stdin.close()
        status = self._process.wait(PATIENCE)
        self._process.stdout.close()
        self._folder.cleanup()
        if status and kind is None:
            sys.exit(f"the audit server ended with {status}")

    def run(self, *arguments, cwd=None, text=True, timeout=PATIENCE, **options):
        if options:
            return super().run(*arguments, cwd=cwd, text=text, timeout=timeout, **options)
        words = ["krraudit", *map(str, arguments)]
        files = [pathlib.Path(self._folder.name, name) for name in ("stdout", "stderr")]
        status, peak = self._ask([*files, pathlib.Path(cwd or ".").resolve(), *words], timeout)
        output = [path.read_bytes() for path in files]
        result = subprocess.CompletedProcess(
            words, status, *(octets.decode() if text else octets for octets in output))
        result.peak = peak * 1024  # octets of memory
        return result

    def _ask(self, texts, timeout):
        """The exit status, which is negative where a signal was the end, and the peak in KiB."""
        request = b"".join(os.fsencode(text) + b"\0" for text in [str(len(texts)), *texts])
        while request:
            request = request[self._process.stdin.write(request):]
        if not select.select([self._process.stdout], [], [], timeout)[0]:
            self._process.kill()  # and the audit with it
            self._start()
            raise subprocess.TimeoutExpired(texts[3:], timeout)
        answer = self._process.stdout.readline()
        if not answer.endswith(b"\n"):
            sys.exit(f"the audit server ended with {self._process.wait()}")
        return map(int, answer.split())
