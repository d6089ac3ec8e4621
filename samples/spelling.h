/* spelling.h
 * Other spellings of a SIP message that say the same, and some that RFC 3261 does not allow
 *
 * By the settings of a message; they leave the body alone, and all but content-length HTTP:
 *
 *   names = compact | upper | lower    of header fields; compact: "l" for "Content-Length"
 *   colon = space | tab      before the colon behind a name (legal, RFC 3261 7.3.1)
 *   fold = yes               the value begins in a line of its own (legal, likewise)
 *   only-headers = NAME,...  these alone are spelt so; default: all
 *   version = lower          "sip/2.0" in the first line (to be understood, 7.1)
 *   media-type = SPELLING    blank-slash: "application / sdp", blank-end: a blank behind it, or
 *                            blanks: both (legal, 25.1)
 *   type-before, type-after = TYPE     one more Content-Type before or behind the true one
 *   content-length = NUMBER | +NUMBER | -NUMBER | none    the length stated, or how far it is off
 *   lines = lf | lf-head | lf-body     bare line feeds: everywhere, in the header section, between
 *                            the parts of a body (see body-maker.h)
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef SPELLING_H
#define SPELLING_H

#include "samples/scenario.h"

/** Is it SIP, and neither HTTP nor octets of anything else? */
bool spelling_is_sip(GBytes *message);

/** Does the setting "lines" ask for bare line feeds in that place ("head" or "body")? */
bool spelling_wants_lf(const GPtrArray *settings, const char *place);

/**
 * Spells a message as its settings ask for.
 * @param bytes  a message in its usual spelling; taken over
 * @return to be freed with g_bytes_unref(); NULL with @p error set where the settings are wrong
 */
GBytes *spelling_apply(const Scenario *scenario, const ScenarioMessage *message, GBytes *bytes,
                       GError **error);

#endif
