/* mikey-header.h
 * The header of a MIKEY message, and the map of crypto sessions in it
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef MIKEY_HEADER_H
#define MIKEY_HEADER_H

#include "core/mikey/mikey-reader.h"

/** Reads it, from the first octet of the message on. @return the type of the first payload */
guint32 mikey_read_header(MikeyReader *reader);

#endif
