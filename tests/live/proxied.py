#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Has two SIPps make a call through Kamailio, and records it.

usage: proxied.py WAY FOLDER

To be run in namespaces (net, mount, pid) of its own, which end with it: Kamailio is in the first one,
the caller and the server each in a further one, all three on a bridge. WAY is one of WAYS. FOLDER holds
first.base64, retry.base64 and krr.xml, and gets "capture".
"""

import collections
import contextlib
import pathlib
import signal
import socket
import subprocess
import sys

import record

CALLER, PROXY, SERVER = "192.0.2.100", "192.0.2.10", "192.0.2.12"
COLLECTOR_PORT = 9060

# Both transports; what Kamailio does besides; whether not the bridge is recorded but what Kamailio
# tells its collector.
Way = collections.namedtuple("Way", "caller server modules told", defaults=((), False))
WAYS = {
    "udp": Way("udp", "udp"),
    "tcp": Way("tcp", "tcp"),
    "udp-to-tcp": Way("udp", "tcp"),
    "topoh": Way("udp", "udp", ("topoh",)),
    "hep": Way("udp", "udp", ("siptrace",), told=True),
}

# As in record.py: INVITEs need two packets, and segments are seen as they travel.
NETWORK = f"""
mount -t tmpfs krr /run
ip link set lo up
ip link add bridge type bridge
ip address add {PROXY}/24 dev bridge
for end in caller/{CALLER} server/{SERVER}; do
    name=${{end%/*}}
    ip netns add $name
    ip link add $name type veth peer name inside netns $name
    ip link set dev $name mtu 1280 gso_max_segs 1 master bridge up
    ip -n $name link set dev inside mtu 1280 gso_max_segs 1
    ip -n $name address add ${{end#*/}}/24 dev inside
    ip -n $name link set dev inside up
done
ip link set dev bridge mtu 1280 gso_max_segs 1 up
"""

CONFIGURATION = f"""
children=2
tcp_children=2
log_stderror=yes
server_header="Server: Kamailio"
dns=no
rev_dns=no
listen=udp:{PROXY}:{record.PORT}
listen=tcp:{PROXY}:{record.PORT}
loadmodule "tm.so"
loadmodule "tmx.so"
loadmodule "sl.so"
loadmodule "pv.so"
loadmodule "rr.so"
loadmodule "maxfwd.so"
"""

MODULES = {
    # Via, Contact and Call-ID are not on one side what they are on the other.
    "topoh": """
loadmodule "topoh.so"
modparam("topoh", "mask_key", "a key of the test")
modparam("topoh", "mask_ip", "192.0.2.254")
modparam("topoh", "mask_callid", 1)
""",
    "siptrace": f"""
loadmodule "siptrace.so"
modparam("siptrace", "trace_to_database", 0)
modparam("siptrace", "hep_mode_on", 1)
modparam("siptrace", "hep_version", 3)
modparam("siptrace", "duplicate_uri", "sip:{PROXY}:{COLLECTOR_PORT}")
modparam("siptrace", "trace_on", 1)
modparam("siptrace", "trace_mode", 1)
""",
}

# Whatever comes from the caller goes to the server; answers and ACKs go as transactions have it.
ROUTING = """
request_route {
    if (!mf_process_maxfwd_header("10")) {
        exit;
    }
    $du = "sip:SERVER:PORT;transport=TRANSPORT";
    t_relay();
}
"""


def configure(folder, way):
    routing = ROUTING.replace("SERVER", SERVER).replace("PORT", str(record.PORT), 1)
    routing = routing.replace("TRANSPORT", way.server)
    text = CONFIGURATION + "".join(MODULES[name] for name in way.modules) + routing
    (folder / "kamailio.cfg").write_text(text)


def start_kamailio(stack, folder):
    log = folder / "kamailio.log"
    process = record.start(stack, ["kamailio", "-DD", "-E", "-m", "32", "-M", "8", "-Y", folder, "-f",
                                   folder / "kamailio.cfg"], log, process_group=0)
    # Its first process ends the others; what is left of them ends with the namespaces.
    stack.callback(process.terminate)
    record.wait_until(lambda: process.poll() is not None
                      or all(record.is_bound(process, transport, PROXY) for transport in ("udp", "tcp")),
                      "Kamailio listens")
    if process.poll() is not None:
        sys.exit(f"Kamailio does not run:\n{log.read_text()}")


def inside(name):
    return ["nsenter", f"--net=/run/netns/{name}"]


def call(stack, folder, way):
    remote = record.start(stack, [*inside("server"), *record.sipp(folder, "server", way.server, SERVER)],
                          folder / "server.log", cwd=folder)
    record.wait_until(lambda: remote.poll() is not None or record.is_bound(remote, way.server, SERVER),
                      "the server listens")
    local = record.start(stack, [*inside("caller"), *record.sipp(folder, "caller", way.caller, CALLER),
                                 "-key", "retry_call", "", f"{PROXY}:{record.PORT}"],
                         folder / "caller.log", cwd=folder)
    for name, process in (("caller", local), ("server", remote)):
        status = process.wait(2 * record.PATIENCE)
        errors = folder / f"{name}.errors"
        if status or errors.exists():
            sys.exit(f"the {name} ended with {status}:\n" + "\n".join(
                file.read_text() for file in (errors, folder / f"{name}.log", folder / "kamailio.log")
                if file.exists()))


def main():
    way, folder = WAYS[sys.argv[1]], pathlib.Path(sys.argv[2])
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("terminated"))
    made = subprocess.run(["sh", "-ec", NETWORK], capture_output=True, text=True)
    if made.returncode:
        print(f"no network of its own: {made.stderr}")
        sys.exit(record.CANNOT)
    configure(folder, way)
    with contextlib.ExitStack() as stack:
        collector = stack.enter_context(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
        collector.bind((PROXY, COLLECTOR_PORT))
        finish = record.record(stack, folder, "tcpdump", "lo" if way.told else "bridge", PROXY, hops=2)
        start_kamailio(stack, folder)
        call(stack, folder, way)
        finish()


main()
