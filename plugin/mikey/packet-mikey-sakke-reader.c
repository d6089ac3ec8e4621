/* packet-mikey-sakke-reader.c
 * Reads a MIKEY message field by field, and never past its end
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "plugin/wireshark-compat.h"

#include "plugin/mikey/packet-mikey-sakke-reader.h"

static int hf_unread;

static expert_field ei_length_past_end;
static expert_field ei_cut;

void mikey_reader_init(MikeyReader *reader, tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree)
{
    const guint captured = tvb_captured_length(tvb);

    *reader = (MikeyReader){
        .tvb = tvb,
        .pinfo = pinfo,
        .tree = tree,
        .end = (int)MIN(captured, G_MAXINT),
        /* A message that was decoded from text does not know what its text lost. */
        .may_be_cut = captured < tvb_reported_length(tvb) || pinfo->fragmented ||
                      pinfo->fd->cap_len < pinfo->fd->pkt_len,
    };
}

bool mikey_reader_intact(const MikeyReader *reader)
{
    return reader->state == MIKEY_READER_INTACT;
}

int mikey_reader_left(const MikeyReader *reader)
{
    return mikey_reader_intact(reader) ? reader->end - reader->offset : 0;
}

void mikey_reader_break(MikeyReader *reader)
{
    if (mikey_reader_intact(reader)) {
        reader->state = MIKEY_READER_BROKEN;
    }
}

/* Says why the reader breaks, at the field to blame or else at the subtree that is being filled. */
static void lacks(MikeyReader *reader, int length)
{
    const int left = mikey_reader_left(reader);
    proto_item *blamed =
        reader->announced ? reader->announced : proto_tree_get_parent(reader->tree);

    if (reader->may_be_cut) {
        reader->state = MIKEY_READER_CUT;
        expert_add_info_format(reader->pinfo, blamed, &ei_cut,
                               "Of %d octets that follow the capture holds %d: not judged", length,
                               left);
    } else {
        reader->state = MIKEY_READER_BROKEN;
        expert_add_info_format(reader->pinfo, blamed, &ei_length_past_end,
                               "Octets that should follow: %d, that are left: %d", length, left);
    }
    if (left > 0) {
        proto_tree_add_item(reader->tree, hf_unread, reader->tvb, reader->offset, left, ENC_NA);
    }
}

bool mikey_reader_has(MikeyReader *reader, int length)
{
    if (!mikey_reader_intact(reader)) {
        return false;
    }
    if (length <= mikey_reader_left(reader)) {
        return true;
    }
    lacks(reader, length);
    return false;
}

MikeyReader mikey_reader_part(MikeyReader *reader, int length)
{
    const bool there = mikey_reader_has(reader, length);
    MikeyReader part = *reader;

    if (there) {
        part.end = reader->offset + length;
        /* All of it was captured, so what is missing in it was never there. */
        part.may_be_cut = false;
        part.announced = NULL;
        reader->offset += length;
        reader->announced = NULL;
    }
    return part;
}

guint32 mikey_peek_uint(MikeyReader *reader, int length)
{
    guint32 value = 0;

    if (mikey_reader_has(reader, length)) {
        for (int i = 0; i < length; i++) {
            value = value << 8 | tvb_get_uint8(reader->tvb, reader->offset + i);
        }
    }
    return value;
}

guint32 mikey_read_uint(MikeyReader *reader, int hf, int length, proto_item **item)
{
    const guint32 value = mikey_peek_uint(reader, length);
    proto_item *shown = NULL;

    if (mikey_reader_intact(reader)) {
        shown = proto_tree_add_item(reader->tree, hf, reader->tvb, reader->offset, length,
                                    ENC_BIG_ENDIAN);
        reader->offset += length;
        reader->announced = NULL;
    }
    if (item) {
        *item = shown;
    }
    return value;
}

guint32 mikey_read_length(MikeyReader *reader, int hf, int length)
{
    proto_item *item;
    const guint32 value = mikey_read_uint(reader, hf, length, &item);

    reader->announced = item;
    return value;
}

proto_item *mikey_read_octets(MikeyReader *reader, int hf, int length)
{
    proto_item *item = NULL;

    if (mikey_reader_has(reader, length)) {
        if (length > 0) {
            item = proto_tree_add_item(reader->tree, hf, reader->tvb, reader->offset, length,
                                       ENC_UTF_8 | ENC_BIG_ENDIAN);
        }
        reader->offset += length;
        reader->announced = NULL;
    }
    return item;
}

void mikey_read_rest(MikeyReader *reader)
{
    if (mikey_reader_left(reader) > 0) {
        mikey_read_octets(reader, hf_unread, mikey_reader_left(reader));
    }
}

void mikey_reader_register(int proto, expert_module_t *expert)
{
    static hf_register_info hf[] = {
        {&hf_unread,
         {"Octets not taken apart", "mikey_sakke.unread", FT_BYTES, BASE_NONE, NULL, 0x0, NULL,
          HFILL}},
    };
    static ei_register_info ei[] = {
        {&ei_length_past_end,
         {"mikey_sakke.length_past_end", PI_MALFORMED, PI_ERROR,
          "A length points past the end of the message", EXPFILL}},
        {&ei_cut,
         {"mikey_sakke.cut", PI_UNDECODED, PI_NOTE, "The capture cut the message short", EXPFILL}},
    };

    proto_register_field_array(proto, hf, array_length(hf));
    expert_register_field_array(expert, ei, array_length(ei));
}
