/* decode-as.h
 * "tcp.port==5070,sip": which dissector takes what
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef DECODE_AS_H
#define DECODE_AS_H

#include <stdbool.h>

#include <glib.h>

/**
 * Changes a dissector table as tshark's -d does; to be called after the preferences are applied.
 *
 * libwireshark exports the tables, but not the understanding of this notation.
 *
 * @param selector  "TABLE==VALUE,PROTOCOL"; VALUE is a number (decimal, 0x, 0), FIRST-LAST,
 *                  FIRST:COUNT, or a text, as the table wants; tables without values are written
 *                  "TABLE,PROTOCOL"
 * @return false with @p error set
 */
bool decode_as_apply(const char *selector, GError **error);

#endif
