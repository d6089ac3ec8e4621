/* leaf-protocols.h
 * Protocols over UDP behind which there is nothing more
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef LEAF_PROTOCOLS_H
#define LEAF_PROTOCOLS_H

#include <stdbool.h>

/**
 * Is nobody else asked about a datagram that a protocol's dissector has taken, whatever is in it,
 * nor about later ones because of it? Holds for the dissectors that Wireshark is built with: no
 * others are loaded here.
 * @param protocol  its filter name, "dnp3"
 */
bool leaf_protocols_have(const char *protocol);

#endif
