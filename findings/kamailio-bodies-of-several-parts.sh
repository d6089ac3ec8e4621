#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# An INVITE whose body is multipart/mixed: a text, and SDP with an offer of keys (RFC 4567). Kamailio is asked what is
# in it, and told to leave the SDP alone in it.
#
# One would guess: a message either has SDP or has not; filter_body("application/sdp") leaves a message whose body
# is SDP, or the part as it was between its delimiters.
# What happens: has_body("application/sdp") says no, since it looks at the message's own Content-Type; sdp_content()
# and sdp_with_media() say yes, since they look into parts. filter_body() leaves the SDP without delimiters, but the
# message's Content-Type still says multipart/mixed; and of the part's header fields those behind Content-Type
# are left, so that the body begins with "Content-Disposition: ...". Nobody behind can read the offer, and it is all
# there. Whoever looks at the wire sees a broken message of an honest proxy.
# Source: Kamailio's documentation of textops (has_body(), filter_body(): its example replaces Content-Type by hand)
# and of sdpops; textops.c, filter_body_f().
. "$(dirname "$0")/kit/kit.sh"
fetch kamailio=5.6.3-2

cat >"$work/kamailio.cfg" <<END
children=1
log_stderror=yes
listen=udp:127.0.0.1:5060
mpath="$lib/kamailio/modules/"
loadmodule "pv.so"
loadmodule "textops.so"
loadmodule "sdpops.so"
request_route {
    if (has_body("application/sdp")) append_hf("X-Has-Body: yes\r\n");
    if (sdp_content()) append_hf("X-Sdp-Content: yes\r\n");
    if (sdp_with_media("audio")) append_hf("X-With-Media: yes\r\n");
    if (\$rU == "filter") filter_body("application/sdp");
    \$du = "sip:127.0.0.1:5070";
    forward();
}
END
cat >"$work/ask.py" <<'END'
import socket
import time

SDP = "\r\n".join(["v=0", "o=- 1 1 IN IP4 192.0.2.1", "s=-", "c=IN IP4 192.0.2.1", "t=0 0",
                   "a=key-mgmt:mikey AQ==", "m=audio 4000 RTP/SAVP 96", ""])
BODY = "\r\n".join(["--part", "Content-Type: text/plain", "", "hello", "--part", "Content-Type: application/sdp",
                    "Content-Disposition: session;handling=required", "", SDP, "--part--", ""])
client = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
client.bind(("127.0.0.1", 5070))
client.settimeout(0.2)
for user in ("as-it-is", "filter"):
    invite = "\r\n".join([f"INVITE sip:{user}@127.0.0.1 SIP/2.0", f"Via: SIP/2.0/UDP 127.0.0.1:5070;branch=z9hG4bK{user}",
                          "From: <sip:a@example.org>;tag=1", "To: <sip:b@example.org>", f"Call-ID: {user}",
                          "CSeq: 1 INVITE", "Content-Type: multipart/mixed;boundary=part",
                          f"Content-Length: {len(BODY)}", "", BODY])
    arrived, end = "", time.monotonic() + 10
    while f"Call-ID: {user}\r\n" not in arrived and time.monotonic() < end:  # until Kamailio is up
        client.sendto(invite.encode(), ("127.0.0.1", 5060))
        try:
            arrived = client.recv(9000).decode()
        except OSError:
            pass
    head, _, body = arrived.partition("\r\n\r\n")
    fields = dict(line.split(": ", 1) for line in head.split("\r\n")[1:])
    print("has_body", fields.get("X-Has-Body", "no"))
    print("sdp_content", fields.get("X-Sdp-Content", "no"))
    print("sdp_with_media", fields.get("X-With-Media", "no"))
    print("type", fields["Content-Type"])
    print("begins", body.split("\r\n")[0])
    print("key-mgmt", body.count("a=key-mgmt:"))
END
cat >"$work/run.sh" <<'END'
LD_LIBRARY_PATH=$2 "$3/usr/sbin/kamailio" -DD -E -f "$1/kamailio.cfg" -Y "$1" -m 32 -M 8 >"$1/log" 2>&1 &
python3 "$1/ask.py" >"$1/answers" || cat "$1/log"
kill $!
wait $! || true
END
alone sh "$work/run.sh" "$work" "$lib" "$root"

answer() { # LINE
    sed -n "$1{s/^[^ ]* //p;q}" "$work/answers"
}
same "has_body(\"application/sdp\")" "$(answer 1)" no
same "sdp_content()" "$(answer 2)" yes
same "sdp_with_media(\"audio\")" "$(answer 3)" yes
same "forwarded as it is: type" "$(answer 4)" "multipart/mixed;boundary=part"
same "forwarded as it is: first line of the body" "$(answer 5)" --part
same "filtered: type" "$(answer 10)" "multipart/mixed;boundary=part"
same "filtered: first line of the body" "$(answer 11)" "Content-Disposition: session;handling=required"
same "filtered: offers of keys in it" "$(answer 12)" 1
finish
