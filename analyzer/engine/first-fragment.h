/* first-fragment.h
 * Is a frame the first fragment of a SIP message, and how is it read without the others?
 *
 * With the length of the whole datagram, and no word of fragments, it is a frame that the capture cut
 * short: its header section says of which transaction it is.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef FIRST_FRAGMENT_H
#define FIRST_FRAGMENT_H

#include <stdbool.h>

#include "analyzer/engine/session.h"

struct epan_dissect;

/** What is looked at. */
typedef struct FirstFragment FirstFragment;

/** After epan_init(). */
FirstFragment *first_fragment_new(void);
void first_fragment_free(FirstFragment *first);

/** Asks for the fields; before every dissection. */
void first_fragment_prime(const FirstFragment *first, struct epan_dissect *edt);

/**
 * Looks at a frame with a fragment, of UDP in IPv4 or IPv6. Within another packet none is known.
 * @param patches  out
 * @param missing  out: octets of the datagram that are not in the frame
 * @return false: it is none
 */
bool first_fragment_of(const FirstFragment *first, struct epan_dissect *edt,
                       SessionPatch patches[2], guint32 *missing);

#endif
