#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Checks what installing leaves behind, in a scratch folder; the system's folders stay untouched.

usage: run.py BUILD_DIR CHECK

CHECK is one of:
  system    cmake --install: each file where it belongs, and Wireshark and krraudit take it there
  user      the same for the preset "user", which needs no root
  binaries  the symbols that krr.so exports, and the hardening of both files
  again     built in two other folders, krr.so and krraudit are the same octets
  packages  debian/ asks for what samples/packages.txt has, and completion knows its places
"""

import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

import audit_profile
from places import SOURCE
from tshark import Tshark

SCENARIO = SOURCE / "samples" / "scenarios" / "redirect-by-own-server.scenario"
SYMBOLS = {"plugin_version", "plugin_want_major", "plugin_want_minor", "plugin_register"}
PROFILE = sorted(path.name for path in (SOURCE / "plugin/profile/KRR audit").iterdir())
# What people read, below share/doc/krr: as it is here, so that links hold.
PAGES = ["README.md", "CONTRIBUTING.md", "CHANGELOG.md",
         *(str(path.relative_to(SOURCE)) for path in (*SOURCE.glob("doc/*.md"),
                                                      *SOURCE.glob("doc/pictures/*"))),
         "samples/policy.ini", "samples/demo.pcap", "analyzer/report.schema.json"]
NEWER_SYMBOLS = {"plugin_describe"}  # since Wireshark 4.4


def run(*command, **options):
    """What it prints, where it ends well."""
    result = subprocess.run(list(map(str, command)), capture_output=True, text=True, **options)
    if result.returncode:
        sys.exit(f"{' '.join(map(str, command))} ended with {result.returncode}:\n"
                 f"{result.stdout}{result.stderr}")
    return result.stdout


def require(condition, what):
    if not condition:
        sys.exit(what)


def plugin_folder():
    """Wireshark's own, as an absolute path, and its last part: the version."""
    folder = pathlib.Path(run("pkg-config", "--variable=plugindir", "wireshark").strip())
    return folder, folder.name


# ---- what both ways of installing must lead to

def require_files(root, expected):
    """Exactly these files, readable for everybody and the programs executable."""
    found = {str(path.relative_to(root)) for path in root.rglob("*") if path.is_file()}
    require(found == set(expected), f"installed: {sorted(found)}, expected: {sorted(expected)}")
    for name in expected:
        mode = (root / name).stat().st_mode & 0o777
        wanted = 0o755 if "bin/" in name else 0o644
        require(mode | wanted == mode and not mode & 0o022, f"{name} has mode {mode:o}")


def profile_files(folder):
    """What the profile consists of, below a folder of profiles."""
    return [f"{folder}/KRR audit/{name}" for name in PROFILE]


def manual_files(share):
    """What people read, below a folder share."""
    return [f"{share}/bash-completion/completions/krraudit", f"{share}/zsh/site-functions/_krraudit",
            f"{share}/fish/vendor_completions.d/krraudit.fish", f"{share}/man/man1/krraudit.1", f"{share}/man/man5/krr-policy.5",
            *(f"{share}/doc/krr/{name}" for name in PAGES)]


def require_use(build, folder, krraudit, plugin, environment):
    """tshark loads this plugin, and krraudit is at ease with it: a plugin that it loaded beside its
    own dissectors would be fatal."""
    capture = folder / "capture.pcap"
    run(build / "samples" / "make-capture", SCENARIO, capture)
    alone = subprocess.run([build / "krraudit", "-f", "json", capture.name], cwd=folder,
                           capture_output=True)
    require(alone.returncode == 1 and alone.stdout, f"krraudit: {alone}")

    tshark = Tshark(build, folder)
    del tshark.environment["WIRESHARK_CONFIG_DIR"]
    tshark.environment |= {"WIRESHARK_PLUGIN_DIR": str(folder / "nothing")} | environment
    loaded = [line.split("\t")[-1] for line in tshark.output("-G", "plugins").splitlines()
              if line.startswith("krr.so")]
    require(loaded == [str(plugin)], f"tshark loads these: {loaded}")
    shown = tshark.output("-r", capture, "-Y", "krr", "-T", "fields", "-e", "krr.creator")
    require(shown == "sip:inbound-proxy@home.example.org\n", f"tshark shows: {shown}")

    colours = tshark.output("-C", audit_profile.NAME, "--color", "-r", capture, "-Y", "krr", "-T",
                            "fields", "-e", "frame.coloring_rule.name")
    require(colours == "KRR audit: warning\n", f"the profile colours KRRs: {colours}")

    beside = subprocess.run(
        [*tshark.unprivileged, krraudit, "-f", "json", capture.name], cwd=folder,
        env={key: value for key, value in tshark.environment.items() if key != "LD_PRELOAD"},
        capture_output=True)
    require((beside.returncode, beside.stdout) == (alone.returncode, alone.stdout),
            f"krraudit beside the installed plugin: {beside}")


# ---- checks

def check_system(build, folder):
    root = folder / "root"
    run("cmake", "--install", build, "--prefix", "/usr", env=os.environ | {"DESTDIR": str(root)})
    plugins, _ = plugin_folder()
    plugin = root / plugins.relative_to("/") / "epan" / "krr.so"
    data = pathlib.Path(run("pkg-config", "--variable=prefix", "wireshark").strip(),
                        "share/wireshark").relative_to("/")
    require_files(root, [str(plugin.relative_to(root)), "usr/bin/krraudit",
                         *profile_files(data / "profiles"), *manual_files("usr/share")])
    # What Wireshark's variable names is the folder above the version. A global profile that is used
    # is copied to the personal ones.
    (folder / "home").mkdir()
    (folder / "home").chmod(0o777)
    shared = audit_profile.global_folder(folder, root / data / "profiles")
    require_use(build, folder, root / "usr/bin/krraudit", plugin,
                {"WIRESHARK_PLUGIN_DIR": str(root / plugins.parent.relative_to("/")),
                 "WIRESHARK_DATA_DIR": str(shared),
                 "HOME": str(folder / "home")})
    check_uninstall(build, root)


def check_uninstall(build, root):
    """What was installed is gone, and nothing else; in the system's folders no folder of ours is left."""
    beside = root / "usr/share/wireshark/profiles/Another/preferences"
    beside.parent.mkdir(parents=True)
    beside.write_text("of somebody else")
    # The manifest is the one of the last installation from that folder.
    run("cmake", "-D", f"MANIFEST={build / 'install_manifest.txt'}", "-P",
        SOURCE / "cmake" / "uninstall.cmake", env=os.environ | {"DESTDIR": str(root)})
    require_files(root, [str(beside.relative_to(root))])
    left = [path for path in root.rglob("*") if path.name in ("KRR audit", "krr")]
    require(not left, f"left behind: {left}")


def check_user(build, folder):
    """The preset is configured, but not compiled: it differs in where things go alone, so what is
    installed is what has been built."""
    home = folder / "home"
    home.mkdir(mode=0o755)
    scratch = folder / "build"
    environment = {key: value for key, value in os.environ.items() if key != "XDG_CONFIG_HOME"}
    environment |= {"HOME": str(home)}
    run("cmake", "--preset", "user", "-B", scratch, "-D", "BUILD_TESTING=OFF", cwd=SOURCE,
        env=environment)
    for name in ("krr.so", "krraudit", "samples/captures/demo.pcap"):
        (scratch / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(build / name, scratch / name)
    run("cmake", "--install", scratch, env=environment)
    _, version = plugin_folder()
    plugin = home / f".local/lib/wireshark/plugins/{version}/epan/krr.so"
    require_files(home, [str(plugin.relative_to(home)), ".local/bin/krraudit",
                         *profile_files(".config/wireshark/profiles"),
                         *manual_files(".local/share")])
    require_use(build, folder, home / ".local/bin/krraudit", plugin, {"HOME": str(home)})


def check_binaries(build, folder):
    del folder
    exported = {line.split()[-1] for line in
                run("nm", "-D", "--defined-only", build / "krr.so").splitlines()}
    # AddressSanitizer marks each variable that is exported.
    exported = {name for name in exported if not name.startswith("__odr_asan.")}
    _, version = plugin_folder()
    newer = tuple(map(int, version.split("."))) >= (4, 4)
    require(exported == SYMBOLS | (NEWER_SYMBOLS if newer else set()),
            f"krr.so exports: {sorted(exported)}")
    for name in ("krr.so", "krraudit"):
        check_hardening(build / name)


def check_hardening(file):
    dynamic = run("readelf", "-dW", file)
    segments = run("readelf", "-lW", file)
    imported = run("nm", "-D", "--undefined-only", file)
    stack = re.search(r"GNU_STACK.*", segments)
    marks = {
        "read-only relocations": "GNU_RELRO" in segments,
        "binding at start": bool(re.search(r"\(FLAGS_1\).*\bNOW\b", dynamic)),
        "no executable stack": bool(stack) and "RWE" not in stack[0],
        "position independence": "DYN" in run("readelf", "-hW", file),
        "stack canaries": "__stack_chk_fail" in imported,
        "no library path of its own": not re.search(r"\((RPATH|RUNPATH)\)", dynamic),
    }
    require(all(marks.values()),
            f"{file.name} lacks: {', '.join(name for name in marks if not marks[name])}")


def check_again(build, folder):
    """In two folders, from copies of the source; without a compiler cache, which would give both the object
    files of the first, or write paths as no compiler does."""
    del build
    environment = os.environ | {"CCACHE_DISABLE": "1"}
    sums = []
    for name in ("one", "another place/and deeper"):
        source = folder / name
        shutil.copytree(SOURCE, source, ignore=lambda place, names: [
            name for name in names if name.startswith((".git", "build"))])
        run("cmake", "--preset", "release", "-D", "BUILD_TESTING=OFF",
            "-D", "CMAKE_C_COMPILER_LAUNCHER=", cwd=source, env=environment)
        run("cmake", "--build", "--preset", "release", "--target", "krr", "krraudit", cwd=source,
            env=environment)
        sums.append(run("sha256sum", "krr.so", "krraudit", cwd=source / "build-release"))
    require(sums[0] == sums[1], f"built twice:\n{sums[0]}{sums[1]}")


def check_packages(build, folder):
    del build, folder
    control = (SOURCE / "debian/control").read_text()
    asked = {line.split()[0].strip(" ,") for line in
             control.split("Build-Depends:\n")[1].split("Standards-Version")[0].splitlines()}
    needed = set((SOURCE / "samples/packages.txt").read_text().split())
    # Every Debian has the first; the others are for the demo and for debhelper.
    require(asked == needed - {"build-essential", "tshark"} | {"debhelper-compat"},
            f"debian/control and samples/packages.txt differ: {sorted(asked ^ needed)}")
    version = re.search(r"(?m)^project\(krr VERSION (\S+)", (SOURCE / "CMakeLists.txt").read_text())[1]
    first = (SOURCE / "debian/changelog").read_text().splitlines()[0]
    require(first.startswith(f"krr ({version}"), f"debian/changelog is of another version: {first}")


CHECKS = {"system": check_system, "user": check_user, "binaries": check_binaries, "again": check_again,
          "packages": check_packages}


def main():
    build = pathlib.Path(sys.argv[1]).resolve()
    with tempfile.TemporaryDirectory(prefix="krr-install-") as name:
        folder = pathlib.Path(name)
        # tshark runs without privileges.
        folder.chmod(0o755)
        CHECKS[sys.argv[2]](build, folder)


main()
