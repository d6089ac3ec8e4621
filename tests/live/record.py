#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Has two SIPps make a call, and records it.

usage: record.py PLACE TRANSPORT RECORDER RETRY_CALL FOLDER

PLACE is "veth": caller and server each in a network namespace, joined by a virtual cable; to be run
in namespaces (net, mount, pid) of its own, which end with it. Or "loopback": needs no more than the
right to capture. TRANSPORT is udp or tcp, RECORDER tcpdump or dumpcap. RETRY_CALL is put before the
Call-ID of the second INVITE. FOLDER holds first.base64, retry.base64 and krr.xml, and gets
"capture". Exit status 77: calls cannot be made or recorded in this place.
"""

import contextlib
import pathlib
import signal
import socket
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
PORT = 5060
PATIENCE = 20  # seconds, for anything that is waited for
CANNOT = 77

# The cable takes no more than the least that IPv6 asks for, so an INVITE with an offer needs two
# packets; TCP's segments are not left to a network card, so they are seen as they travel.
VETH = """
mount -t tmpfs krr /run
ip netns add server
ip link add caller type veth peer name server netns server
ip link set dev caller mtu 1280 gso_max_segs 1
ip address add 192.0.2.100/24 dev caller
ip link set dev caller up
ip -n server link set dev server mtu 1280 gso_max_segs 1
ip -n server address add 192.0.2.12/24 dev server
ip -n server link set dev server up
"""

# Commands that make it, its interface, the addresses, how to be where the server is.
PLACES = {
    "veth": (VETH, "caller", "192.0.2.100", "192.0.2.12", ["nsenter", "--net=/run/netns/server"]),
    "loopback": ("", "lo", "127.0.0.100", "127.0.0.12", []),
}

# The command, and what it says when it has begun to capture.
RECORDERS = {
    "tcpdump": (["tcpdump", "-Z", "root", "-n", "-U", "--immediate-mode"], "listening on"),
    "dumpcap": (["dumpcap", "-q"], "File:"),
}


def wait_until(condition, what):
    end = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > end:
            sys.exit(f"waited in vain: {what}")
        time.sleep(0.02)


def start(stack, command, log, **options):
    """Starts a program that is ended with the stack, whatever happens."""
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log.open("w"),
                               stderr=subprocess.STDOUT, **options)

    def end():
        process.kill()
        process.wait()
    stack.callback(end)
    return process


def record(stack, folder, recorder, interface, address, hops=1):
    """Returns what ends the recording. Each message is seen on so many hops."""
    command, ready = RECORDERS[recorder]
    log = folder / f"{recorder}.log"
    # By address, not by port: fragments after the first have none.
    only = ["host", address] if recorder == "tcpdump" else ["-f", f"host {address}"]
    process = start(stack, [*command, "-i", interface, "-w", folder / "capture", *only], log)
    wait_until(lambda: process.poll() is not None or ready in log.read_text(),
               f"{recorder} begins to capture")
    if process.poll() is not None:
        print(f"{recorder} cannot capture: {log.read_text()}")
        sys.exit(CANNOT)

    def finish():
        # The BYE and its answer, each with this line, end the call.
        wait_until(lambda: (folder / "capture").read_bytes().count(b"CSeq: 3 BYE") == 2 * hops,
                   "the end of the call is in the capture")
        process.send_signal(signal.SIGINT)
        process.wait(PATIENCE)
    return finish


def is_bound(process, transport, address):
    """Does the process's network have that port open? Read from the kernel's table of sockets."""
    number = int.from_bytes(socket.inet_aton(address), sys.byteorder)
    wanted = f"{number:08X}:{PORT:04X}"
    table = pathlib.Path(f"/proc/{process.pid}/net/{transport}")
    return any(line.split()[1] == wanted for line in table.read_text().splitlines())


def sipp(folder, name, transport, address, *arguments):
    return ["sipp", "-sf", HERE / f"{name}.xml", "-i", address, "-bind_local", "-p", str(PORT),
            "-t", {"udp": "u1", "tcp": "t1"}[transport], "-m", "1", "-nostdin", "-trace_err",
            "-error_file", folder / f"{name}.errors", "-timeout", str(PATIENCE), "-timeout_error",
            *arguments]


def call(stack, folder, transport, retry_call, caller, server, at_server):
    remote = start(stack, [*at_server, *sipp(folder, "server", transport, server)],
                   folder / "server.log", cwd=folder)
    wait_until(lambda: remote.poll() is not None or is_bound(remote, transport, server),
               "the server listens")
    local = start(stack, sipp(folder, "caller", transport, caller, "-key", "retry_call",
                              retry_call, f"{server}:{PORT}"), folder / "caller.log", cwd=folder)
    for name, process in (("caller", local), ("server", remote)):
        status = process.wait(2 * PATIENCE)
        errors = folder / f"{name}.errors"
        if status or errors.exists():
            sys.exit(f"the {name} ended with {status}:\n" + "\n".join(
                file.read_text() for file in (errors, folder / f"{name}.log") if file.exists()))


def main():
    place, transport, recorder, retry_call, folder = sys.argv[1:]
    folder = pathlib.Path(folder)
    make, interface, caller, server, at_server = PLACES[place]
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("terminated"))
    made = subprocess.run(["sh", "-ec", make], capture_output=True, text=True)
    if made.returncode:
        print(f"no network of its own: {made.stderr}")
        sys.exit(CANNOT)
    with contextlib.ExitStack() as stack:
        finish = record(stack, folder, recorder, interface, server)
        call(stack, folder, transport, retry_call, caller, server, at_server)
        finish()


if __name__ == "__main__":
    main()
