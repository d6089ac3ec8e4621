/* mikey-parser.h
 * Octets in, a MIKEY-SAKKE message out
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef MIKEY_PARSER_H
#define MIKEY_PARSER_H

#include "core/mikey/mikey-message.h"

/**
 * Reads a message as far as it goes, and says what is wrong with it. Any octets will do: what they
 * are is for the caller to know, and the data type tells it.
 * @param octets      borrowed, must outlive the message; not NULL
 * @param length      beyond 2^31 - 1 the rest is not looked at
 * @param may_be_cut  what is missing at the end may have been lost by the capture
 * @return never NULL
 */
MikeyMessage *mikey_parse(const guint8 *octets, gsize length, bool may_be_cut);

#endif
