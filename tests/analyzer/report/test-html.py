#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The HTML report: it says what the JSON report says, leads nowhere else, and nothing that came
from a capture is markup.

usage: test-html.py BUILD_DIR
"""

import html.parser
import re
import xml.etree.ElementTree as ElementTree

import scenarios
from krraudit import equal, expect, main, path
from places import SAMPLES, SCENARIOS

POLICY = ["--policy", SAMPLES / "policy.ini"]
CONTENT_POLICY = ("default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; "
                  "form-action 'none'")

# All elements and attributes that a report may have, and no others.
ELEMENTS = set("""html head meta title style body header nav main footer section article
    h1 h2 h3 h4 h5 p ul li dl dt dd a span strong div table thead tbody tr th td details summary figure
    figcaption code     svg g path rect text desc""".split())
ATTRIBUTES = set("""xmlns lang charset http-equiv content name class id href tabindex role
    aria-label scope colspan viewBox width height x y d""".split())

HOSTILE = """
title  Identities that want to be markup
expect unsigned-krr
host alice 192.0.2.1:5060
host proxy 192.0.2.2:5060
offer first
  idri    = sip:<script>alert('1')</script>@example.org
  idrr    = sip:"onmouseover="alert(2)@example.org
  idrkmsi = kms.\u202eemoh\u202c.example.org
  idrkmsr = &lt;b&gt;&#x202e;]]>
end
krr redirect
  answers        = first
  creator        = sip:</style></svg><img src=x onerror=alert(3)>@example.org
  initiator-list = javascript:alert(4); <!-- ; --> ; back\\slash.example.org
  receiver-list  = kms.\u200bexample.org; https://evil.example.org/
end
at 0.000 alice -> proxy INVITE offer=first
at 0.030 proxy -> alice 488    krr=redirect
"""


ONE_MACHINE = """
title  One program that calls itself
expect none
host alice 127.0.0.1:5070
offer first
  idri    = sip:alice@home.example.org
  idrr    = sip:alice@home.example.org
  idrkmsi = kms.home.example.org
  idrkmsr = kms.home.example.org
end
krr redirect
  answers        = first
  creator        = sip:alice@home.example.org
  initiator-list = ANY
  receiver-list  = kms.partner.example.org
end
at 0.000 alice -> alice INVITE offer=first
at 0.030 alice -> alice 488    krr=redirect
"""


class Nesting(html.parser.HTMLParser):
    """Reads as a browser does: what is open when, and what stands in it."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.open, self.elements = [], []

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        equal(len(attrs), len(dict(attrs)), f"attributes of {tag}")
        if tag != "meta":
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        equal(tag, "meta", "element without an end")
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag):
        equal(self.open.pop(), tag, "end of an element")

    def handle_comment(self, data):
        raise AssertionError(f"a comment: {data}")

    def handle_pi(self, data):
        raise AssertionError(f"an instruction: {data}")


def local(element):
    return element.tag.split("}")[1]


def text_of(element):
    return re.sub(r"\s+", " ", "".join(element.itertext()))


def check_links(elements):
    """Each id stands once, and every link leads to one of them."""
    ids = [attributes["id"] for _, attributes in elements if "id" in attributes]
    equal(len(ids), len(set(ids)), "ids")
    for tag, attributes in elements:
        if "href" in attributes:
            equal(tag, "a", "element with a link")
            expect(attributes["href"].startswith("#"), f"a link elsewhere: {attributes['href']}")
            expect(attributes["href"][1:] in ids, f"no such place: {attributes['href']}")


def check_use(root):
    """Who cannot see the page, or all of it, can use it."""
    equal(root.get("lang"), "en")
    for element in root.iter():
        if local(element) == "th":
            expect(element.get("scope") in ("col", "row", "rowgroup"), "a heading without a scope")
        if local(element) == "svg":
            expect(element.get("role") == "img" and [local(child) for child in element][:2] ==
                   ["title", "desc"], "a picture without words")
        if "scroll" == element.get("class"):
            expect(element.get("tabindex") == "0" and element.get("aria-label"), "for mice only")
    names = [local(element) for element in root.iter()]
    levels = [int(name[1]) for name in names if re.fullmatch("h[1-6]", name)]
    equal(levels[0], 1, "first heading")
    for before, after in zip(levels, levels[1:]):
        expect(after <= before + 1, f"h{before} before h{after}")


def checked(text):
    """The report as a tree, where it is all that it has to be, whatever was audited."""
    root = ElementTree.fromstring(text)
    nesting = Nesting()
    nesting.feed(text)
    nesting.close()
    equal(nesting.open, [], "open elements")
    equal([tag for tag, _ in nesting.elements], [local(element).lower() for element in root.iter()],
          "what a browser reads, and what an XML parser does")
    equal({local(element) for element in root.iter()} - ELEMENTS, set(), "elements")
    for element in root.iter():
        equal(set(element.keys()) - ATTRIBUTES, set(), f"attributes of {element.tag}")
    check_links(nesting.elements)
    check_use(root)
    metas = [attributes for tag, attributes in nesting.elements if tag == "meta"]
    equal(metas[0], {"charset": "utf-8"})
    equal(metas[1], {"http-equiv": "Content-Security-Policy", "content": CONTENT_POLICY})
    style = next(element for element in root.iter() if local(element) == "style").text
    expect("url(" not in style and "@import" not in style, "a style that fetches")
    namespaces = re.findall(r'xmlns="http://www\.w3\.org/(?:1999/xhtml|2000/svg)"', text)
    equal(text.count("://"), len(namespaces) + text_of(root).count("://"), "addresses")
    return root


def html_report(bench, *arguments, status=(0, 1)):
    result = bench.run("--format", "html", *arguments)
    expect(result.returncode in status, f"status {result.returncode}: {result.stderr}")
    expect(result.stdout.startswith("<!DOCTYPE html>\n"), "the document type")
    return checked(result.stdout)


def places(root):
    return {element.get("id"): element for element in root.iter() if element.get("id")}


def safe(text):
    """The texts of the samples, in which nothing but backslashes must be made visible."""
    return re.sub(r"\s+", " ", (text or "").replace("\\", "\\\\"))


def table(root, label):
    """The texts of the cells of a table, row by row."""
    box = next(element for element in root.iter() if element.get("aria-label") == label)
    return [[text_of(cell) for cell in row] for row in box.iter() if local(row) == "tr"][1:]


def compare(bench, *arguments):
    """Everything that the JSON report lists has its place, and says the same there."""
    report, root = bench.report(*arguments), html_report(bench, *arguments)
    found = places(root)
    for finding in report["findings"]:
        place = found[finding["id"]]
        for name in ("rule", "severity", "clause", "summary", "expected", "observed"):
            expect(safe(finding[name])[:500] in text_of(place), f"{name} of {finding['id']}")
        links = {link.get("href") for link in place.iter() if link.get("href")}
        equal(links, {f"#{finding[name]}" for name in ("krr", "offer") if finding[name]} |
              {f"#rule-{finding['rule']}"}, f"links of {finding['id']}")
        if finding["negotiation"]:
            expect(place in found[finding["negotiation"]].iter(), "beside its negotiation")
    for krr in report["krrs"]:
        words = text_of(found[krr["id"]])
        if "unreadable" in krr:
            expect("unknown" in words and safe(krr["unreadable"])[:150] in words, krr["id"])
            continue
        expect(krr["digest"] in words and safe(krr["creator"])[:150] in words, krr["id"])
        expect(("unsigned" if krr["signature"]["status"] == "absent" else
                f"signature {krr['signature']['status']}") in words, krr["signature"])
        if krr["embeds"]:
            expect(krr["embeds"] in words, f"{krr['id']} and what it embeds")
    for offer in report["offers"]:
        words = text_of(found[offer["id"]])
        for name in ("digest", "idri", "idrr", "uidi", "uidr", "idrkmsi", "idrkmsr", "key_purpose"):
            if name not in ("uidi", "uidr") or not offer[f"idr{name[-1]}"]:
                expect(safe(offer[name])[:150] in words, f"{name} of {offer['id']}")
    for negotiation in report["negotiations"]:
        words = text_of(found[negotiation["id"]])
        expect(f"{negotiation['id']}: {negotiation['outcome']} after" in words, negotiation["id"])
        for leg in (leg for attempt in negotiation["attempts"] for leg in attempt["legs"]):
            expect(safe(leg["call_id"])[:150] in words, leg["call_id"])
    whole = text_of(root)
    for capture in report["captures"]:
        expect(safe(capture["path"]) in whole and capture["sha256"] in whole, capture["path"])
    for gap in report["rules_not_evaluated"]:
        expect(gap["rule"] in whole and safe(gap["reason"])[:500] in whole, gap)
    policy = [[group, key, safe(value if isinstance(value, str) else "; ".join(value))]
              for group, keys in report["policy"].items() for key, value in keys.items()]
    equal(table(root, "The policy"), policy, "policy")
    equal(table(root, "Preferences"),
          [[name, safe(value)] for name, value in report["preferences"].items()], "preferences")
    return report, root


def messages(root):
    """(severity, time, frame, from, to, message) of each arrow, with its class."""
    drawn = []
    for svg in root.iter():
        if local(svg) != "svg":
            continue
        row = {}
        for group in svg:
            kind = group.get("class")
            if local(group) == "g" and kind in ("error", "warning", "note"):
                row["mark"] = kind
            elif local(group) == "text" and kind == "number":
                row["frame"] = group.text
            elif local(group) == "g" and kind != "head":
                row["kind"], row["title"] = kind, next(
                    child.text for child in group.iter() if local(child) == "title")
                drawn.append(row)
                row = {}
    return drawn


def sample(bench):
    """The ladder of the sample: who sent what to whom, what it is, and which messages are cited."""
    report, root = compare(bench, *POLICY, bench.demo())
    drawn = {int(row["frame"]): row for row in messages(root)}
    kinds = {"200": "granted", "488": "krr"}
    for negotiation in report["negotiations"]:
        for attempt in negotiation["attempts"]:
            for leg in attempt["legs"]:
                request, answer = drawn[leg["frame_request"]], drawn[leg["frame_response"]]
                expect(request["title"].startswith(f"INVITE {attempt['offer']}: "), request)
                equal((request["kind"], answer["kind"]), ("offer", kinds[str(leg["status"])]))
    gravity = ["error", "warning", "note"]
    for frame, row in drawn.items():
        cited = [finding["severity"] for finding in report["findings"]
                 if frame in finding["frames"]]
        equal(row.get("mark"), min(cited, key=gravity.index, default=None), f"frame {frame}")
    equal(drawn[28]["title"], "488 krr-3: sip:outbound-proxy@home.example.org to 192.0.2.103")
    found = places(root)
    expect(found["krr-2"] in found["krr-3"].iter(), "the embedded KRR is not in the other")
    expect("rule-list-widened" in found and "rule-krr-flood" not in found, "glossary")


def every_kind_of_story(bench):
    """Whatever the scenarios tell: the document is well-formed, complete and links are sound."""
    others = ("story/forking", "carrier/two-offers", "carrier/hidden-identities",
              "krr-replayed/one-krr-answers-two-offers", "malformed-krr/not-well-formed-xml")
    for scenario in scenarios.one_a_rule()[1::4] + [
            SCENARIOS / f"{name}.scenario" for name in others]:
        compare(bench, "--policy", SCENARIOS / "policy.ini", bench.capture(scenario))


def several_captures(bench):
    """Frames are written index:number; each capture has its digest."""
    other = bench.capture(SCENARIOS / "story/lossy.scenario")
    _, root = compare(bench, *POLICY, bench.demo(), other)
    marked = [row["frame"] for row in messages(root) if row.get("mark") == "error"]
    expect("1:28" in marked, marked)


def pictures(root):
    return [element for element in root.iter() if local(element) == "svg"]


def more_than_fit(bench):
    """Sixteen entities stand side by side; of seventeen the table alone tells."""
    equal(len(messages(html_report(bench, bench.capture(path(16), "sixteen")))), 30, "arrows")
    root = html_report(bench, bench.capture(path(17), "seventeen"))
    equal(pictures(root), [])
    rows = [[text_of(cell) for cell in row] for row in root.iter() if local(row) == "tr"]
    expect(["192.0.2.17", "192.0.2.16", "488 krr-1"] in [row[2:5] for row in rows], "the table")


def not_captured(bench):
    """A message that must have been there is dotted."""
    for name in ("unsolicited-krr/request-never-sent", "competing-krrs/from-address-never-asked"):
        report, root = compare(bench, "--policy", SCENARIOS / "policy.ini",
                               bench.capture(SCENARIOS / f"{name}.scenario"))
        legs = [leg for negotiation in report["negotiations"]
                for attempt in negotiation["attempts"] for leg in attempt["legs"]]
        unseen = sum(leg[frame] is None for leg in legs for frame in ("frame_request",
                                                                      "frame_response"))
        expect(unseen, f"{name}: all were seen")
        equal(sum(element.get("class") == "line unseen" for element in root.iter()), unseen, name)


def one_machine(bench):
    """A message to oneself is an arrow that comes back; ports tell who is who."""
    capture = bench.capture(ONE_MACHINE, "one-machine")
    drawn = [row["title"] for row in messages(html_report(bench, capture))]
    equal(drawn, ["INVITE offer-1: 127.0.0.1:5070 to 127.0.0.1:5070",
                  "488 krr-1: 127.0.0.1:5070 to 127.0.0.1:5070"])


def nothing_found(bench):
    """A clean capture, one without KRRs, and one that could not be read to its end."""
    root = html_report(bench, "--only", "redirect-loop", bench.demo())
    expect("no findings in 2 negotiations" in text_of(root), "verdict")
    cut = bench.folder / "cut.pcap"
    cut.write_bytes(bench.demo().read_bytes()[:1000])
    words = text_of(html_report(bench, cut, status=(3,)))
    for word in ("INCOMPLETE: ", ", as far as the captures could be read"):
        expect(word in words, word)


def hostile(bench):
    """Markup, quotes and letters that turn others about are shown for what they are."""
    name = "<img src=x onerror=alert(0)>.pcap"
    capture = bench.capture(HOSTILE, "hostile").rename(bench.folder / name)
    root = html_report(bench, name)
    words = text_of(root)
    for word in ("sip:<script>alert('1')</script>@example.org",
                 'sip:"onmouseover="alert(2)@example.org',
                 "kms.\\u{202e}emoh\\u{202c}.example.org", "&lt;b&gt;&#x202e;]]>",
                 "sip:</style></svg><img src=x onerror=alert(3)>@example.org",
                 "javascript:alert(4)", "<!--", "back\\\\slash.example.org", "kms.\\u{200b}example.org",
                 "https://evil.example.org/", name):
        expect(word in words, f"not shown: {word}")
    text = bench.run("--format", "html", capture).stdout
    expect(not re.search("[\u200b-\u200f\u202a-\u202e\u2066-\u2069]", text), "invisible letters")
    for scenario in scenarios.all_of("hostile"):
        html_report(bench, bench.capture(scenario), status=(0, 1, 3))


def same_bytes(bench):
    """The same input gives the same octets, wherever, however many at a time, and in a file."""
    flood = SCENARIOS / "krr-flood/twenty-one-in-ten-seconds.scenario"
    captures = [bench.demo(), bench.capture(flood)]
    reports = {bench.run("--format", "html", *POLICY, "--jobs", jobs, *captures, encoding="utf-8",
                         env=bench.environment | {"TZ": zone, "LC_ALL": locale}).stdout
               for jobs, zone, locale in ((1, "UTC", "C"), (2, "Asia/Tokyo", "C.UTF-8"))}
    equal(len(reports), 1, "different reports")
    result = bench.run("--format", "html", "--fail-on", "never", "--output", "report.html", *POLICY,
                       *captures)
    equal((result.returncode, result.stdout), (0, ""))
    equal((bench.folder / "report.html").read_text(encoding="utf-8"), reports.pop(), "the file")


main([sample, every_kind_of_story, several_captures, more_than_fit, not_captured, one_machine,
      nothing_found, hostile, same_bytes])
