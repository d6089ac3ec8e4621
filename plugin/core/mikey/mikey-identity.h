/* mikey-identity.h
 * What the value of an ID or IDR payload is: a name, a UID, or mere octets
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef MIKEY_IDENTITY_H
#define MIKEY_IDENTITY_H

#include "core/mikey/mikey-reader.h"

/** Reads the value as a field of @p length octets, with what is wrong about it.
 *  @param role  of an IDR, which hides users under some roles; 0: none
 *  @param type  what it is said to be */
void mikey_read_identity(MikeyReader *reader, MikeyFieldId id, guint32 role, guint32 type,
                         guint32 length);

#endif
