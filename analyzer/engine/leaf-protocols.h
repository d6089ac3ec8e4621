/* leaf-protocols.h
 * Protocols over UDP behind which there is nothing more
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef LEAF_PROTOCOLS_H
#define LEAF_PROTOCOLS_H

#include <stdbool.h>

/**
 * Does the dissector of a protocol keep all it takes to itself? Then it hands no part of a datagram
 * to another dissector, and makes none responsible for later datagrams. Known of the dissectors
 * that Wireshark is built with; no others are loaded here.
 * @param protocol  its filter name, "dnp3"
 */
bool leaf_protocols_have(const char *protocol);

#endif
