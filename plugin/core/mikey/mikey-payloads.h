/* mikey-payloads.h
 * The payloads of a MIKEY-SAKKE message, one function each
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef MIKEY_PAYLOADS_H
#define MIKEY_PAYLOADS_H

#include "core/mikey/mikey-reader.h"

/** How to read a payload. */
typedef struct MikeyPayloadLayout {
    MikeyPayloadType type;
    MikeyFieldId group;                /**< what holds its fields */
    void (*read)(MikeyReader *reader); /**< reads all that follows "next payload" */
} MikeyPayloadLayout;

/** NULL: not a payload of a MIKEY-SAKKE message. */
const MikeyPayloadLayout *mikey_payload_layout(guint32 type);

#endif
