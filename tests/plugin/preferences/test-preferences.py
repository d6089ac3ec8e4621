#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Do the plugin's preferences do what they promise?

usage: test-preferences.py BUILD_DIR

Tables and files, on the command line and in a profile: what counts where they disagree, and what is
said where they are wrong.
"""

import pathlib
import sys

import captures
from places import DEMO, SAMPLES, SCENARIOS
from tshark import Tshark

HOME = 'uat:krr_kms:"sip:*@home.example.org","kms.home.example.org","home"'
PARTNER = 'uat:krr_kms:"sip:*@home.example.org","kms.partner.example.org","external"'
# The gravest severity of a finding, as Wireshark numbers it.
NOTE, WARNING, ERROR = "4194304", "6291456", "8388608"

# Whether rules fire in the demo's frames 11 and 28, under preferences. In 28 a KRR that offers
# kms.h0me and kms.partner embeds one that offers kms.partner.
RULES = {
    "nothing is known": ([], {"unknown_kms": (0, 0), "lookalike_kms": (0, 0)}),
    "the home KMS": ([HOME], {"unknown_kms": (1, 3), "lookalike_kms": (0, 1)}),
    "two rows": ([HOME, PARTNER], {"unknown_kms": (0, 1), "lookalike_kms": (0, 1)}),
    # Of what is the receiver's own nothing is known; a KMS that is nobody's is told whoever asks.
    "rows of others": ([HOME.replace("sip:*", "sip:x*")], {"unknown_kms": (0, 1)}),
    "the more specific row":
        ([HOME, PARTNER, 'uat:krr_kms:"sip:carol@home.example.org","kms.h0me.example.org",'
                         '"secondary"'], {"unknown_kms": (0, 2)}),
    "a row beside the policy file":
        (["krr.policy_file:{policy}", 'uat:krr_kms:"sip:carol@home.example.org",'
                                      '"kms.h0me.example.org","external"'],
         {"unknown_kms": (0, 0), "lookalike_kms": (0, 0)}),
    "the policy file":
        (["krr.policy_file:{policy}"], {"unknown_kms": (0, 1), "unsigned_krr": (1, 2)}),
    "a rule off": (["krr.policy_file:{policy}", 'uat:krr_rules:"unsigned-krr","off"',
                    'uat:krr_rules:"unknown-kms","off"'],
                   {"unknown_kms": (0, 0), "lookalike_kms": (0, 1), "unsigned_krr": (0, 0)}),
}

# What tshark says to them. UATs are read before all else, and stop tshark.
MISTAKES = {
    'uat:krr_kms:"","kms.home.example.org","home"': "The pattern of users names no user",
    'uat:krr_kms:"a b","kms.home.example.org","home"': "The pattern of users \"a b\" holds white",
    'uat:krr_kms:"*","","home"': "The KMS: has no value",
    'uat:krr_kms:"*","kms*","home"': "The KMS: \"kms*\" is a pattern",
    'uat:krr_kms:"*","kms.a;kms.b","home"': "\"kms.a;kms.b\" names several KMSs",
    'uat:krr_kms:"*","kms","primary"': "invalid value: primary",
    'uat:krr_rules:"no-such-rule","off"': "invalid value: no-such-rule",
    'uat:krr_rules:"bad-time","fatal"': "invalid value: fatal",
    'uat:krr_trust_anchors:"/nowhere/ca.pem"': "/nowhere/ca.pem: cannot be read",
    'uat:krr_trust_anchors:"{policy}"': "it holds no certificate in PEM",
    "krr.policy_file:/nowhere/policy.ini": "KRR policy file: /nowhere/policy.ini: cannot be read",
    "krr.policy_file:{pem}": "KRR policy file: {pem}: line 1: ",
    "krr.vocabulary_file:{pem}": "KRR vocabulary file: {pem}: ",
    "krr.trust_anchors:{policy}": "KRR trust: {policy}: it holds no certificate in PEM",
    "mikey_sakke.policy_file:{policy}": "obsolete",
}


def options(preferences, files):
    """For tshark; files: what stands for {policy} and {pem}."""
    return [word for text in preferences
            for word in ("-o", text.replace("{policy}", files["policy"]))]


def look_at_rules(tshark, demo, files):
    for name, (preferences, expected) in RULES.items():
        fields = [word for rule in expected for word in ("-e", f"krr.{rule}")]
        output = tshark.output(*options(preferences, files), "-r", demo, "-T", "fields", *fields,
                               "-Y", "frame.number in {11, 28}")
        rows = [[len(value.split(",")) if value else 0 for value in row.split("\t")]
                for row in output.splitlines()]
        found = dict(zip(expected, zip(*rows)))
        if found != expected:
            yield f"{name}: {found}, expected {expected}"


def severity_of(tshark, demo, preferences, files):
    """Of unsigned-krr in frame 11."""
    return tshark.output(*options(preferences, files), "-r", demo, "-Y", "frame.number == 11",
                         "-T", "fields", "-e", "_ws.expert.severity").strip()


def look_at_severities(tshark, demo, files, where):
    stated = where / "severe.ini"
    stated.write_text("[severity]\nunsigned-krr = error\n")
    stated.chmod(0o644)
    file = f"krr.policy_file:{stated}"
    cases = {(): WARNING, (file,): ERROR,
             (file, 'uat:krr_rules:"unsigned-krr","note"'): NOTE,
             (file, 'uat:krr_rules:"unsigned-krr","default"'): WARNING}
    for preferences, expected in cases.items():
        found = severity_of(tshark, demo, preferences, files)
        if found != expected:
            yield f"{preferences}: severity {found}, expected {expected}"


def look_at_anchors(build, tshark, where):
    signed = captures.make(
        build, SCENARIOS / "signature-untrusted/certificate-expired-on-the-way.scenario", where)
    tables = {"ca": ["valid"], "stranger-ca": ["untrusted"], ("stranger-ca", "ca"): ["valid"]}
    for names, expected in tables.items():
        names = [names] if isinstance(names, str) else names
        rows = [f'uat:krr_trust_anchors:"{where}/pki/{name}.pem"' for name in names]
        found = tshark.output(*options(rows, {"policy": ""}), "-r", signed, "-Y", "krr", "-T",
                              "fields", "-e", "krr.signature.status").split()
        if found != expected:
            yield f"{rows}: {found}, expected {expected}"


def look_at_mistakes(tshark, demo, files):
    for preference, says in MISTAKES.items():
        for name, path in files.items():
            preference, says = (text.replace(f"{{{name}}}", path) for text in (preference, says))
        result = tshark.run("-o", preference, "-r", demo)
        if result.stderr.count(says) != 1:
            yield f"{preference}: \"{says}\" is not told once:\n{result.stderr}"
        if "uat:" in preference and result.returncode == 0:
            yield f"{preference}: taken all the same"
    two_homes = HOME.replace("kms.home", "kms.other")
    result = tshark.run("-o", HOME, "-o", two_homes, "-r", demo)
    if "a user has exactly one Primary Home KMS" not in result.stderr or result.returncode:
        yield f"two homes: {result}"


def look_at_profile(tshark, demo):
    """Tables are files of the profile."""
    profile = pathlib.Path(tshark.environment["WIRESHARK_CONFIG_DIR"], "profiles", "Mine")
    profile.mkdir(parents=True)
    (profile / "krr_kms").write_text(HOME.split(":", 2)[2] + "\n")
    (profile / "krr_rules").write_text('"unsigned-krr","off"\n')
    for path in (profile.parent, profile, *profile.iterdir()):
        path.chmod(0o755 if path.is_dir() else 0o644)
    fields = ["-r", demo, "-Y", "frame.number == 11", "-T", "fields", "-e", "krr.unknown_kms", "-e",
              "krr.unsigned_krr"]
    for arguments, expected in ((["-C", "Mine"], "1\t\n"), ([], "\t1\n")):
        found = tshark.output(*arguments, *fields)
        if found != expected:
            yield f"{arguments}: {found!r}, expected {expected!r}"
    (profile / "krr_kms").write_text('"*","kms","primary"\n')
    result = tshark.run("-C", "Mine", *fields)
    if "invalid value: primary" not in result.stderr:
        yield f"a wrong row in the profile's file: {result}"


def look_at_links(tshark, demo):
    """Without links frames are shown as they are by themselves, in one pass and in two."""
    links = ("krr.offer_in", "krr.answered_in", "krr.negotiation", "krr.attempt")
    alone = ("frame.number", "krr.creator", "mikey_sakke.idrkmsi", "krr.unsigned_krr")

    def rows(passes, fields, *preferences):
        words = [word for field in fields for word in ("-e", field)]
        return tshark.output(*passes, *preferences, "-r", demo, "-T", "fields", *words)

    for passes in ([], ["-2"]):
        off = rows(passes, links, "-o", "krr.link_frames:FALSE")
        if off.strip() or not rows(passes, links).strip():
            yield f"links with {passes}: {off!r}"
        if rows(passes, alone, "-o", "krr.link_frames:FALSE") != rows(passes, alone):
            yield f"without links frames are not what they are with them: {passes}"


def main():
    build = pathlib.Path(sys.argv[1])
    with captures.folder() as where:
        captures.share_policies(SCENARIOS, where)
        policy = where / "policy.ini"
        policy.write_bytes((SAMPLES / "policy.ini").read_bytes())
        policy.chmod(0o644)
        files = {"policy": str(policy), "pem": str(where / "pki/ca.pem")}
        demo = captures.make(build, DEMO, where)
        tshark = Tshark(build, where)
        wrong = [*look_at_rules(tshark, demo, files),
                 *look_at_severities(tshark, demo, files, where),
                 *look_at_anchors(build, tshark, where), *look_at_mistakes(tshark, demo, files),
                 *look_at_links(tshark, demo), *look_at_profile(tshark, demo)]
    print("\n".join(wrong))
    sys.exit(1 if wrong else 0)


main()
