/* mikey-sakke-data.c
 * A SAKKE payload, on its own or within an extension
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "core/mikey/mikey-sakke-data.h"

#define UNCOMPRESSED_POINT 0x04
#define POINT_LENGTH       257 /* 0x04, x, y of 128 octets each */

/* The point R_(b,S), then the masked value H of whatever length: some drop its leading zeros. */
static void read_point_and_hash(MikeyReader *reader, const MikeySakkeFields *fields, guint32 length)
{
    const guint outer = reader->parent;

    reader->parent =
        mikey_add_field(reader, fields->data, MIKEY_KIND_OCTETS, reader->offset, length, 0);
    mikey_read_octets(reader, fields->point, POINT_LENGTH);
    mikey_read_octets(reader, fields->hash, length - POINT_LENGTH);
    reader->parent = outer;
}

void mikey_read_sakke(MikeyReader *reader, const MikeySakkeFields *fields)
{
    mikey_read_number(reader, fields->params, 1);
    mikey_read_number(reader, fields->id_scheme, 1);
    const guint32 length = mikey_read_length(reader, fields->length, 2);
    if (!mikey_reader_has(reader, length)) {
        return;
    }
    if (length > POINT_LENGTH && mikey_octet(reader, reader->offset) == UNCOMPRESSED_POINT) {
        read_point_and_hash(reader, fields, length);
        return;
    }
    mikey_read_octets(reader, fields->data, length);
    mikey_note(reader, MIKEY_PROBLEM_SAKKE_DATA, mikey_last_field(reader));
}
