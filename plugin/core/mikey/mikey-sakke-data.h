/* mikey-sakke-data.h
 * A SAKKE payload, on its own or within an extension
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef MIKEY_SAKKE_DATA_H
#define MIKEY_SAKKE_DATA_H

#include "core/mikey/mikey-reader.h"

/** What its fields are called: one within another payload has its own. */
typedef struct MikeySakkeFields {
    MikeyFieldId params, id_scheme, length, data, point, hash;
} MikeySakkeFields;

/** Reads a SAKKE payload after its "next payload" (RFC 6509 4.2). */
void mikey_read_sakke(MikeyReader *reader, const MikeySakkeFields *fields);

#endif
