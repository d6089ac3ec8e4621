#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# An offer whose media are RTP/SAVP, with their keys in MIKEY (a=key-mgmt, RFC 4567) and nothing else, goes through
# rtpengine, the relay of media beside Kamailio and OpenSIPS. It is asked for nothing but to relay.
#
# One would guess: it does not know MIKEY, so it leaves keys alone and relays what is encrypted; or it refuses, or
# takes a line out that it does not understand.
# What happens: the MIKEY message is passed on unchanged, and behind it rtpengine offers keys of its own making, twelve
# a=crypto lines (RFC 4568), and a fingerprint for DTLS-SRTP (RFC 5763). The receiver now chooses among three ways, and
# with two of them the media are encrypted towards the relay, not towards the caller. With SDES=off DTLS is still
# offered. Asked for RTP/AVP, it passes MIKEY on beneath a profile that has no encryption. So that an offer arrived
# unchanged, and was answered 200, does not say that its keys are those of the call.
# Source: rtpengine's documentation of the ng protocol, flags SDES and DTLS, transport-protocol; call.c and sdp.c, in
# which a=key-mgmt is an attribute like any other.
. "$(dirname "$0")/kit/kit.sh"
fetch rtpengine-daemon=10.5.3.5-1+deb12u1

cat >"$work/ask.py" <<'END'
import socket
import sys
import time


def bencoded(value):
    if isinstance(value, dict):
        return b"d" + b"".join(bencoded(key) + bencoded(value[key]) for key in sorted(value)) + b"e"
    if isinstance(value, list):
        return b"l" + b"".join(map(bencoded, value)) + b"e"
    return b"%d:%s" % (len(value.encode()), value.encode())


SDP = "\r\n".join(["v=0", "o=- 1 1 IN IP4 127.0.0.1", "s=-", "c=IN IP4 127.0.0.1", "t=0 0",
                   "m=audio 4000 RTP/SAVP 0", "a=key-mgmt:mikey AQ==", ""])
client = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
client.settimeout(0.5)
for name, more in (("plain", {}), ("off", {"SDES": ["off"]}), ("avp", {"transport-protocol": "RTP/AVP"})):
    offer = {"command": "offer", "call-id": name, "from-tag": "1", "sdp": SDP, **more}
    answer, end = b"", time.monotonic() + 10
    while not answer and time.monotonic() < end:  # until rtpengine is up
        client.sendto(name.encode() + b" " + bencoded(offer), ("127.0.0.1", 2223))
        try:
            answer = client.recv(65000)
        except OSError:
            time.sleep(0.1)
    with open(f"{sys.argv[1]}/{name}", "wb") as file:
        file.write(answer.replace(b"\r", b""))
END
cat >"$work/run.sh" <<'END'
LD_LIBRARY_PATH=$2 "$3/usr/bin/rtpengine" -f -E -i 127.0.0.1 -n 127.0.0.1:2223 -t -1 -m 30000 -M 30100 \
    >"$1/log" 2>&1 &
python3 "$1/ask.py" "$1"
kill $!
wait $! || true
END
alone sh "$work/run.sh" "$work" "$lib" "$root"

look() {
    echo "$(sed -n 's/^m=audio [0-9]* \([^ ]*\).*/\1/p' "$work/$1")," \
        "MIKEY $(grep -c '^a=key-mgmt:mikey AQ==$' "$work/$1")," \
        "crypto $(grep -c '^a=crypto:' "$work/$1"), fingerprint $(grep -c '^a=fingerprint:' "$work/$1")"
}
same "told nothing" "$(look plain)" "RTP/SAVP, MIKEY 1, crypto 12, fingerprint 1"
same "SDES=off" "$(look off)" "RTP/SAVP, MIKEY 1, crypto 0, fingerprint 1"
same "transport-protocol=RTP/AVP" "$(look avp)" "RTP/AVP, MIKEY 1, crypto 0, fingerprint 0"
finish
