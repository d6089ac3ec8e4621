# SPDX-License-Identifier: GPL-2.0-or-later
"""SIP messages as they are on the wire every day, and what can be wrong with them."""

METHODS = ("INVITE", "ACK", "BYE", "CANCEL", "OPTIONS", "REGISTER", "PRACK", "UPDATE", "SUBSCRIBE",
           "NOTIFY", "PUBLISH", "MESSAGE", "INFO", "REFER")
STATUS = ("100 Trying", "180 Ringing", "183 Session Progress", "200 OK", "202 Accepted",
          "401 Unauthorized", "407 Proxy Authentication Required", "486 Busy Here",
          "487 Request Terminated", "488 Not Acceptable Here", "603 Decline")
PEOPLE = (
    "<sip:alice@example.org>", "\"Bob, the builder\" <sip:bob@192.0.2.7:5062;transport=udp>",
    "Carol Jones <sips:carol@[2001:db8::7]:5061>", "<tel:+15551234567>",
    "<sip:+15551234567@ims.example.org;user=phone>", "\"\" <sip:dave@example.org>",
    "<sip:proxy.example.org>",
)
TOPS = (
    "SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK%d", "SIP/2.0/UDP 192.0.2.1:5060;rport;branch=z9hG4bK%d",
    "SIP/2.0/TCP [2001:db8::1]:5060;branch=z9hG4bK-%d-1;received=192.0.2.5",
    "SIP/2.0/UDP "
    "phone.example.org;received=192.0.2.3;rport=5060;branch=z9hG4bK%d;keep",
)
VIAS = (
    "SIP/2.0/UDP 198.51.100.4;branch=z9hG4bKlower;ttl=3", "SIP/2.0/WSS a.b.invalid;branch=z9",
)
EXTRAS = (
    "Max-Forwards: 70", "User-Agent: phone/1.0 (test)", "Server: proxy",
    "Supported: 100rel, timer", "Supported:", "Allow: INVITE, ACK, BYE", "Expires: 3600",
    "Expires: 0", "Date: Mon, 1 Jan 2024", "Contact: <sip:alice@192.0.2.1:5060>", "Contact: *",
    "Require: 100rel", "RSeq: 988789",
    "Contact: <sip:a@192.0.2.1>;expires=600;+sip.instance=\"<urn:uuid:00000000-0000>\"",
    "Contact: \"A\" <sip:a@192.0.2.1;transport=udp>;q=0.5", "Session-Expires: 1800;refresher=uac",
    "Min-SE: 90", "Route: <sip:proxy.example.org;lr>", "Privacy: id",
    "Subject: hello \"there\" <x>",
    "Record-Route: <sip:p1.example.org;lr>, "
    "<sip:p2.example.org;lr>,<sip:p3.example.org>", "Path: <sip:edge@example.org;lr>",
    "Service-Route: <sip:orig@scscf.example.org;lr>",
    "P-Asserted-Identity: <sip:alice@example.org>",
    "P-Asserted-Identity: \"A\" <tel:+15551234567>",
    "P-Preferred-Identity: <sip:alice@example.org>", "P-Early-Media: supported",
    "P-Access-Network-Info: 3GPP-E-UTRAN-FDD;utran-cell-id-3gpp=0010100",
    "P-Access-Network-Info: IEEE-802.11", "Event: presence",
    "Subscription-State: active;expires=9",
    "Reason: Q.850;cause=16;text=\"Normal call clearing\"", "Reason: SIP;cause=200",
    "Authorization: Digest username=\"alice\", realm=\"a.b\", nonce=\"x,y\", "
    "uri=\"sip:a.b\", response=\"0\", algorithm=MD5, nc=00000001",
    "WWW-Authenticate: Digest realm=\"a.b\",nonce=\"n\",qop=\"auth,auth-int\"",
    "Proxy-Authenticate: Digest realm=\"a\"", "Proxy-Authorization: Digest username=\"a\", nc=1",
    "Authentication-Info: nextnonce=\"abc\", qop=auth",
    "Session-ID: 0123456789abcdef0123456789abcdef", "Warning: 399 a.b \"text\"", "Retry-After: 5",
    "Accept: application/sdp", "Feature-Caps: *;+g.3gpp.srvcc", "Resource-Priority: mcpttp.5",
    "Answer-Mode: Auto", "Accept-Contact: *;+g.3gpp.mcptt;require;explicit",
    "Call-Info: <http://example.org/x>",
)
SDP = ("v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\n"
       "m=audio 40000 RTP/AVP 0 8 101\r\na=rtpmap:0 PCMU/8000\r\n"
       "a=rtpmap:101 telephone-event/8000\r\n"
       "a=fmtp:101 0-16\r\na=ptime:20\r\na=sendrecv\r\n",
       "v=0\r\no=phone 17 18 IN IP6 2001:db8::1\r\ns=a call\r\ni=info\r\nc=IN IP6 2001:db8::1\r\n"
       "b=AS:64\r\nb=TIAS:64000\r\nt=0 0\r\na=group:BUNDLE a b\r\n"
       "m=audio 40000 RTP/SAVP 96 97\r\na=rtpmap:96 AMR-WB/16000/1\r\n"
       "a=fmtp:96 mode-set=0,2; octet-align=1;max-red=0\r\na=rtcp:40001\r\na=rtcp-mux\r\n"
       "a=mid:a\r\n"
       "a=curr:qos local none\r\n"
       "m=video 40002 RTP/AVPF 98\r\na=rtpmap:98 H264/90000\r\na=fmtp:98 max-br=3\r\n"
       "a=inactive\r\n",
       "v=0\r\no=- 1 2 IN IP4 192.0.2.1\r\ns=-\r\nt=0 0\r\nm=audio 0 RTP/AVP 0\r\n")

# What gets in between the lines of a header, and takes the place of a line of it.
ODD_LINES = (
    "v: SIP/2.0/UDP 192.0.2.9;branch=z9compact", "i: compact@example.org", "l: 0", "l: 7",
    "c: application/sdp", "m: <sip:a@b>", "f: <sip:c@d>;tag=compact", "t: <sip:c@d>;tag=compact",
    "Call-ID: second@example.org", "CSeq: 9 BYE", "CSeq: 4294967296 INVITE", "CSeq: 1",
    "CSeq: x INVITE", "CSeq: 0001 INVITE", "CSeq:  17\tINVITE",
    "CSeq: 1 XXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXX", "From: <sip:a@b>;tag=",
    "From: sip:a@b;tag=plain", "From: <sip:a@b>;mytag=1;tag=2", "From: <sip:a@b>;Tag=3",
    "To: <sip:a@b>", "To: \"a\\\"b;tag=5\" <sip:a@b>;tag=6", "To: <sip:a;tag=inside@b>;tag=7",
    "To: a b <sip:x@y> ;tag=8", "To: <sip:a@b>; tag=9", "To: <sip:a@b>;tag=1 2", "To: <sip:a@b",
    "To: tag=4 <sip:a@b>", "Via: SIP/2.0/UDP a;branch=x, SIP/2.0/UDP b;branch=y",
    "Via: SIP/2.0/UDP a", "Via: x", "Via: SIP/2.0/UDP a;branch", "Via: SIP/2.0/UDP a;Branch=z",
    "Via: SIP/2.0/UDP a;branch1=z;branch=q", "Via: SIP / 2.0 / UDP a:5060 ; branch = z",
    "Via: SIP/2.0/UDP a;oc=1;oc-seq=1.2;branch=o", "Via: SIP/2.0/UDP a:;branch=p",
    "Via: SIP/2.0/UDP a;be-route=x;branch=r", "Via:", "From:", "To:",
    "Via: SIP/2.0/UDP a:70000;branch=h", "Via: SIP/2.0/UDP [::1:5;branch=i",
    "Content-Type: application/sdp", "Content-Type: Application/SDP", "Content-Type: text/plain",
    "Content-Type: multipart/mixed;boundary=b", "Content-Type: message/sip",
    "Content-Encoding: gzip", "Content-Type: application/pkcs7-mime",
    "Content-Type: application/vnd.3gpp.kmsredirectresponse+xml",
    "Content-Type: application/sdp;charset=utf-8", "Content-Type:", "Content-Length: 3",
    "Content-Length: 0", "Content-Length: 99999", "Content-Length: -1", "Content-Length: +0",
    "Content-Length:", "content-length: 0", "CONTENT-LENGTH: 0", "Content-Length : 0", " folded",
    "\tfolded;tag=f", "no colon here", ": no name", "X-Unknown: value", "X-Unknown:", "Call-ID:",
    "Contact:", "Contact: <", "Contact: <sip:a@b>;expires=x", "Contact: <sip:a@b>, <sip:c@d>;q=1",
    "Contact: <sip:a@b>;x=\"unclosed", "Contact: sip:a@b;expires=1", "Route:", "Route: <",
    "Route: ,", "Record-Route: <sip:a>,", "Authorization:", "Authorization: Digest",
    "Authorization: Digest x", "Authorization: Digest a=\"", "Authorization: Digest =,=,",
    "WWW-Authenticate: Digest a=b=c", "Reason: SIP", "Reason: SIP;", "Reason: SIP;text=\"x",
    "Reason: ;cause=1;text=\"\"", "Session-ID:", "Session-ID: 0123;remote=4567", "Session-ID: zz",
    "Security-Client: a;d-alg=b;port-c=1", "P-Access-Network-Info: a;b;;c=d",
    "P-Access-Network-Info:", "History-Info: <sip:a@b>;index=1",
    "P-Charging-Vector: icid-value=1;icid-gen-addr=a", "P-Asserted-Identity: <sip:a@b>, <tel:+1>",
    "P-Asserted-Identity:", "RAck: 1 1 INVITE", "Retry-After: 5 (busy)", "Retry-After:",
    "RAck: 1", "Expires:", "Max-Forwards:", "Event:", "From: <sip:+@b>;tag=1",
    "From: <sip:+12@b>;tag=1", "To: <sip:@b>;tag=1", "To: <sip:>;tag=2",
    "Trigger-Consent: sip:a@b;target-uri=\"x\"", "Permission-Missing: <sip:a@b>",
    "Geolocation: <cid:x>",
)
ODD_SDP = (
    "a=key-mgmt:mikey AAAA", "a=key-mgmt:mikey", "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:AAAA",
    "a=fmtp:98 profile-level-id=42e01e;sprop-parameter-sets=Z0IACpZTBYmI,aMljiA==", "a=ptime:",
    "a=fmtp:98 profile-level-id=zz", "a=fmtp:98 config=00",
    "a=candidate:1 1 UDP 1 192.0.2.1 9 typ host", "a=h248item:h324ext/h223lcparm:00",
    "a=path:msrp://192.0.2.1:7394/2s93;tcp", "m=message 7394 TCP/MSRP *",
    "m=image 4000 udptl t38", "m=audio", "m=audio 1", "m=audio 1 RTP/AVP", "m=audio x RTP/AVP 0",
    "m=audio 40000/2 RTP/AVP 0", "m=audio 40000 RTP/AVP 300", "c=IN IP4",
    "c=IN IP4 224.2.1.1/127/3", "c=", "o=", "o=- 1 1", "o=a", "t=", "t=0", "b=", "b=AS", "b=AS:",
    "k=clear:x", "k=prompt", "z=0 0", "r=1 2 3", "x", "=", "v", "a", "a=", "a=:", "a=rtpmap:",
    "a=rtpmap:0", "a=rtpmap:0 X", "a=rtpmap:0 X/", "a=rtpmap:300 X/8000",
    "a=rtpmap:96 X/8000/2/3", "a=fmtp:", "a=fmtp:96", "a=fmtp:96 ", "a=fmtp:96 a", "a=fmtp:x a=b",
    "a=ipbcp:1 Request", "a=sprt:1", "a=type:radio", "a=fid:1", "a=rtcp:x", "s=\"quoted",
    "i=\"q\"", "a=mid:\"q", "y=unknown", "", "  ",
    "m=audio 1 RTP/AVP 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 "
    "0 0 0 0 0 0 0 0 0 0 0 0 0 0 0",
)


def ordinary(random):
    """A message that nobody would look twice at. Returns its head's lines and its body."""
    number = random.randrange(10 ** 6)
    method = random.choice(METHODS)
    sip = random.choice(PEOPLE)
    uri = sip[sip.index("<") + 1:sip.index(">")]
    first = (f"{method} {uri} SIP/2.0" if random.random() < 0.5 else
             f"SIP/2.0 {random.choice(STATUS)}")
    body = random.choice(SDP) if random.random() < 0.3 else ""
    lines = ["Via: " + random.choice(TOPS) % number,
             "From: " + random.choice(PEOPLE) + f";tag=from{number}",
             "To: " + sip + random.choice(("", f";tag=to{number}", f";x=y;tag=to{number};z")),
             f"Call-ID: {number}@192.0.2.1", f"CSeq: {random.randrange(1, 10 ** 9)} {method}",
             f"Content-Length: {len(body)}"]
    lines += random.sample([extra for extra in EXTRAS if not extra.startswith("Call-Info")],
                           random.randrange(8))
    if body:
        lines.append("Content-Type: application/sdp")
    head, rest = lines[:1], lines[1:]
    if random.random() < 0.3:
        head.append("Via: " + random.choice(VIAS))
    random.shuffle(rest)
    return [first] + head + rest, body


def text(lines, body):
    return ("\r\n".join(lines) + "\r\n\r\n" + body).encode()


def set_length(lines, body):
    """Makes the Content-Length right again."""
    return [f"Content-Length: {len(body)}" if line.startswith("Content-Length:") else line
            for line in lines]


def odd(random):
    """A message with something wrong, unusual or hostile about it."""
    lines, body = ordinary(random)
    kind = random.randrange(8)
    if kind == 0:  # another line
        lines.insert(random.randrange(1, len(lines) + 1), random.choice(ODD_LINES))
    elif kind == 1:  # another line in the place of one
        lines[random.randrange(1, len(lines))] = random.choice(ODD_LINES)
    elif kind == 2:  # a line twice, or not at all
        place = random.randrange(1, len(lines))
        lines[place:place + 1] = random.choice(([], [lines[place]] * 2))
    elif kind == 3:  # other lines in the body
        description = (body or random.choice(SDP)).split("\r\n")
        description.insert(random.randrange(len(description)), random.choice(ODD_SDP))
        body = "\r\n".join(description)
        if "Content-Type: application/sdp" not in lines:
            lines.append("Content-Type: application/sdp")
        lines = set_length(lines, body)
    elif kind == 4:  # another first line
        lines[0] = random.choice((
            "INVITE sip:a@b SIP/2.0 ", "INVITE  sip:a@b SIP/2.0", "invite sip:a@b SIP/2.0",
            "INVITE sip:a@b SIP/1.0", "INVITE a SIP/2.0", "INVITE mailto:a@b SIP/2.0",
            "SIP/2.0 200", "SIP/2.0 200 ", "SIP/2.0 99 x", "SIP/2.0 999 x", "SIP/2.0 2000 x",
            "sip/2.0 200 OK", "HELLO",
            "INVITE sip:a SIP/2.0", "INVITE sip:+1@b SIP/2.0", "INVITE <sip:a@b> SIP/2.0",
            "INVITE sip:a@b;x=\"y z\" SIP/2.0", "I sip:a@b SIP/2.0", "INVITE sip: SIP/2.0",
            "INVITE sip:a,b@c SIP/2.0", "INVITE tel:+1 SIP/2.0", "INVITE sips:a@[::1]:5 SIP/2.0",
            "X" * 20 + " sip:a@b SIP/2.0", "SIP/2.0 000 x",
            "INVITE sip:" + "a" * 3000 + " SIP/2.0"))
    message = text(lines, body)
    if kind == 5:  # other octets
        octets = bytearray(message)
        for _ in range(random.randrange(1, 4)):
            octets[random.randrange(len(octets))] = random.choice(
                b"\0\t\n\r\"',;:<>=@[]\\/ ()0aZ\x7f\x80\xc3\xff" + bytes([random.randrange(256)]))
        message = bytes(octets)
    elif kind == 6:  # octets more, or fewer
        place = random.randrange(len(message))
        message = random.choice((
            message[:place], message[:place] + message[place + 1:],
            message[:place] + bytes([random.randrange(256)]) + message[place:],
            message + b"\r\n", b"\r\n" + message, message + message, message + b"\0" * 9))
    elif kind == 7:  # other ends of lines
        message = random.choice((
            message.replace(b"\r\n", b"\n"), message.replace(b"\r\n", b"\r"),
            message.replace(b": ", b":"), message.replace(b": ", b":\t"),
            message.replace(b": ", b" : "), message.replace(b"\r\n", b" \r\n"),
            message.replace(b";", b" ; "), message.replace(b"\r\n\r\n", b"\r\n"), message.lower(),
            message.replace(b"\r\n", b"\r\n ", 2), message.upper()))
    return message
