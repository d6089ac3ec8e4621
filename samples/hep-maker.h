/* hep-maker.h
 * Copies of messages for a collector, in the Homer Encapsulation Protocol (HEP)
 *
 * Versions 1 and 2 have a fixed header, in which version 2 states the time in the sender's own
 * order of octets (here: the least one first). Version 3 is a list of chunks, each with a vendor, a
 * type and a length.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef HEP_MAKER_H
#define HEP_MAKER_H

#include "samples/tunnel.h"

typedef enum HepVariant {
    HEP_VERSION_1 = 1,
    HEP_VERSION_2,
    HEP_VERSION_3,
    HEP_VERSION_3_GZIP,  /**< its payload is compressed, as gzip */
    HEP_VERSION_3_ZLIB,  /**< likewise, in the format of zlib */
    HEP_VERSION_3_NESTED /**< its payload is a copy itself */
} HepVariant;

/**
 * A copy.
 * @param time_ns  when the original was seen, since 1970
 * @return to be freed with g_bytes_unref()
 */
GBytes *hep_packet(HepVariant variant, const Parcel *parcel, gint64 time_ns);

#endif
