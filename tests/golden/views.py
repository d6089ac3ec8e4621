# SPDX-License-Identifier: GPL-2.0-or-later
"""What is kept of tshark's output: the trees of our own protocols, as lines under their frames.

So the files of the golden tests stay readable, and Wireshark's other dissectors may change.
"""

import decimal
import json
import re
import xml.etree.ElementTree

# Our protocols, and how the line of each begins in -V.
PROTOCOLS = {"krr": "KMS Redirect Response", "krr.kms": "KMS message",
             "mikey_sakke": "MIKEY-SAKKE key management", "hep": "Homer Encapsulation Protocol"}

# The display filter fields that users are promised, without their protocol's name.
FIELDS = {
    "krr": """version id time creator idri idrr idrkmsi idrkmsr initiator_list initiator_list.kind
        initiator_list.kms receiver_list receiver_list.kind receiver_list.kms depth sub_krrs sub_krr
        digest signature signature.status signature.signer signature.algorithm
        signature.digest_algorithm signature.canonicalization signature.reference
        signature.certificate signature.value offer_in time_since_offer answered_in negotiation
        attempt attempts outcome retried_in retry_of begun_in ended_in""".split(),
    "krr.kms": "user uri request_url error".split(),
    "mikey_sakke": """version data_type v prf csb_id key_purpose cs_count cs_id_map_type cs.id
        cs.prot_type cs.policy timestamp rand idr.role idr.type idr.value idr.identity idri idrr
        idrkmsi idrkmsr uidi uidr sp.policy sp.prot_type sp.param.type sakke.params sakke.id_scheme
        sakke.data sign.type sign.value sign.status sign.convention sign.kms sign.kms_certificate
        ext.type ext.data digest""".split(),
    "hep": """version length header_length chunk chunk.vendor chunk.type chunk.length chunk.data
        family protocol src dst ipv6_src ipv6_dst src_port dst_port seconds microseconds time type
        capture_id keep_alive auth_key payload compressed_payload correlation_id vlan node_name
        skipped""".split(),
}

# What is known of a frame only when all are: not in the first pass.
LATER = ("Answered in: ", "KRR negotiation: ", "Attempt: ", "Attempts: ", "Outcome: ", "Retried in: ",
         "Retry after: ", "Begun in: ", "Ended in: ")
LINKS = ["krr." + name for name in """offer_in time_since_offer answered_in negotiation attempt
         attempts outcome retried_in retry_of begun_in ended_in""".split()]

# Dissectors of Wireshark that ours call: that they were called is kept, what they show is not.
FOREIGN = {"pkix-cert": "PKIX CERT File Format"}

# Values longer than this are key material: their beginning and their length tell them apart.
LONGEST = 160

# So many octets of a value -V shows in Wireshark 4.0; later versions show more, and say in the label
# that it is cut.
CUT_OCTETS = re.compile(r"^( *[^:]+?)(?: \[…\])?: ([0-9a-f]{72})[0-9a-f]*…?$")


# How versions mark a line of a tree that they have cut, each at another place.
CUT_MARKS = re.compile(r" ?\[truncated\](?=:)| ?\[…\](?=:)|\[ \[truncated\]|\[\[…\] |^ \[truncated\]|^\[…\] ")
CUT_LINE = 160

# What versions say of a segment whose message goes on in another one.
SEGMENTS = re.compile(r" \[TCP (?:segment of a reassembled PDU|PDU reassembled in \d+)\]")

# Times, which are "Jan  1, 2026 12:00:00.5 UTC" up to 4.4 and as in RFC 3339 later; and spans, of which
# later versions choose the unit.
DATES = re.compile(r"\b([A-Z][a-z]{2}) +(\d+), (\d{4}) (\d\d:\d\d:\d\d\.\d+) UTC")
MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
SPANS = re.compile(r"\b(\d+)\.?(\d*) (milli|micro|nano)?seconds?\b")
PLACES = {None: 0, "milli": 3, "micro": 6, "nano": 9}

# Values of booleans, which are 0 and 1 in Wireshark 4.0 and words later.
TRUTH = {"False": "0", "True": "1"}


def date_alike(match):
    month, day, year, clock = match.groups()
    return f"{year}-{MONTHS.index(month) + 1:02}-{int(day):02}T{clock}Z" if month in MONTHS else match[0]


def span_alike(match):
    whole, part, unit = match.groups()
    return f"{decimal.Decimal(f'{whole}.{part or 0}').scaleb(-PLACES[unit]):.9f} seconds"


def cut_alike(text):
    """A line of a tree with times, spans and the mark that it was cut as all versions are compared."""
    text = SPANS.sub(span_alike, DATES.sub(date_alike, text))
    text = CUT_OCTETS.sub(r"\1: \2…", text)
    whole = CUT_MARKS.sub("", text, count=1)
    return text if whole == text else f"{whole[:CUT_LINE]} [cut]"


def shorten(value):
    value = cut_alike(TRUTH.get(value, value))
    return value if len(value) <= LONGEST else f"{value[:LONGEST]}... ({len(value)} characters)"


def by_frame(trees):
    """The lines of (frame, line) pairs under a heading for each frame that has any."""
    last = None
    for frame, line in trees:
        if frame != last:
            yield f"frame {frame}"
            last = frame
        yield line


def trees_of_text(output, protocols):
    """The lines of -V that belong to our trees, moved to the left."""
    roots = tuple(PROTOCOLS[name] for name in protocols)
    frame, root, foreign = None, None, None
    for line in filter(str.strip, output.splitlines()):
        text = line.lstrip(" ")
        indent = len(line) - len(text)
        if re.match(r"Frame \d+:", line):
            frame = line.split()[1].rstrip(":")
        if root is None or indent <= root:
            root = indent if text.startswith(roots) else None
        if foreign is None or indent <= foreign:
            foreign = indent if text.startswith(tuple(FOREIGN.values())) else None
        if root is not None and foreign in (None, indent):
            yield frame, "  " + cut_alike(line[root:])


def rows_of_fields(output, protocols):
    """The fields of -T fields that have a value, one a line."""
    for number, row in enumerate(output.splitlines(), 1):
        for name, value in zip(field_names(protocols), row.split("\t"), strict=True):
            if value:
                value = ";".join(TRUTH.get(item, item) for item in value.split(";"))
                yield number, f"  {name} = {shorten(value)}"


def trees_of_json(output, protocols):
    """Our objects in -T json. It repeats keys, so objects are lists of pairs here."""
    def find(pairs):
        for name, value in pairs:
            if name in protocols:
                yield from write(name, value, "  ")
            elif isinstance(value, list):
                yield from find(value)

    def write(name, value, indent):
        if isinstance(value, list):
            yield f"{indent}{json.dumps(name)}: {{"
            for pair in value if name not in FOREIGN else []:
                yield from write(*pair, indent + "  ")
            yield f"{indent}}}"
        else:
            text = shorten(value) if isinstance(value, str) else value
            yield f"{indent}{json.dumps(name)}: {json.dumps(text, ensure_ascii=False)}"

    for number, frame in enumerate(json.loads(output, object_pairs_hook=list), 1):
        for line in find(frame):
            yield number, line


def trees_of_pdml(output, protocols):
    """Our elements in -T pdml: name, place in the octets and value of each field."""
    def find(element):
        for child in element:
            yield from write(child, "  ") if child.get("name") in protocols else find(child)

    def write(element, indent):
        place = f"{element.get('pos')}+{element.get('size')}"
        value = element.get("show") or element.get("showname") or ""
        yield f"{indent}{element.get('name') or '-'} {place} {shorten(value)}".rstrip()
        for child in element if element.get("name") not in FOREIGN else []:
            yield from write(child, indent + "  ")

    for packet in xml.etree.ElementTree.fromstring(output.encode()).iter("packet"):
        number = packet.find("proto[@name='geninfo']/field[@name='num']").get("show")
        for line in find(packet):
            yield number, line


def rows_of_columns(output, _):
    """The columns of each frame, without those that only say where and when."""
    for row in output.splitlines():
        number, *columns = row.split("\t")
        yield number.strip(), "  " + SEGMENTS.sub("", "  ".join(columns))


def rows_of_experts(output, _):
    """The expert infos of each frame, one a line."""
    for row in output.splitlines():
        number, messages = row.split("\t")
        for message in in_order(messages):
            yield number, "  " + message


def in_order(messages):
    """Expert infos; versions of Wireshark list those of a frame in other orders."""
    return sorted(messages.split("\x1f")) if messages else []


def field_names(protocols):
    return [f"{protocol}.{name}" for protocol in protocols for name in FIELDS[protocol]]


def ask_for_fields(protocols):
    return ["-T", "fields", "-E", "occurrence=a", "-E", "aggregator=;",
            *(word for name in field_names(protocols) for word in ("-e", name))]


def ask_for_columns(_):
    return ["-o", 'gui.column.format:"No.","%m","Protocol","%p","Info","%i"', "-T", "tabs"]


def ask_for_links(_):
    return ["-2", "-T", "fields", "-E", "occurrence=a", "-E", "aggregator=\x1f", "-e", "frame.number",
            *(word for name in [*LINKS, "_ws.expert.message"] for word in ("-e", name))]


def rows_of_links(output, _):
    """What links each frame to others, and all its expert infos, one a line."""
    for row in output.splitlines():
        number, *values = row.split("\t")
        for name, value in zip(LINKS, values, strict=False):
            for item in value.split("\x1f") if value else []:
                yield number, f"  {name} = {item}"
        for message in in_order(values[-1]):
            yield number, f"  {message}"


def ask_for_experts(_):
    return ["-T", "fields", "-E", "occurrence=a", "-E", "aggregator=\x1f",
            "-e", "frame.number", "-e", "_ws.expert.message"]
