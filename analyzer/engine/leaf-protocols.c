/* leaf-protocols.c
 * Protocols over UDP behind which there is nothing more
 *
 * Media take any ports, also those that Wireshark has registered for a protocol of which the
 * network has none. What is here was found by reading the dissectors: packet-NAME.c uses no table
 * of dissectors and no list of heuristic ones, calls none by name (but that of plain data), sets
 * none for a conversation, and includes no other dissector that would. It either refuses what
 * begins as media do, which is then nobody's, or shows fields of it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "analyzer/engine/leaf-protocols.h"

#include <stdlib.h>
#include <string.h>

#include <glib.h>

#include "plugin/wireshark-compat.h"

/* In the order of strcmp(). */
static const char *const leaves[] = {
    "ath",        /* begins with "TRIBES-B", or is refused */
    "dnp3",       /* begins with 0x0564, or is refused */
    "egd",        /* of fixed fields, then data */
    "eobi",       /* of fixed fields; off unless the user turns it on */
    "hcrt",       /* registers of a device */
    "kdp",        /* of fixed fields, then data */
    "mactelnet",  /* the keystrokes of a terminal, as data */
    "manolito",   /* names and values */
    "quake2",     /* moves of a game, then data */
    "quake3",     /* likewise */
    "quakeworld", /* likewise */
    "vuze-dht",   /* nodes of a distributed table */
};

static int compare_names(const void *name, const void *leaf)
{
    return strcmp(name, *(const char *const *)leaf);
}

bool leaf_protocols_have(const char *protocol)
{
    return KRR_LEAVES_ARE_KNOWN &&
           bsearch(protocol, leaves, G_N_ELEMENTS(leaves), sizeof leaves[0], compare_names) != NULL;
}
