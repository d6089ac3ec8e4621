/* packet-mikey-sakke-carrier.c
 * Where MIKEY messages are found, and which dissector each is for
 *
 * SDP (RFC 4567), bodies and parts of bodies with the media type application/mikey, and MIKEY's own
 * port. Wherever Wireshark calls its own dissector "mikey", it calls this file instead; messages
 * that are none of MIKEY-SAKKE go on to "mikey" as they are.
 *
 * What Wireshark calls here is registered in name only, so that it leaves no trace in a packet's
 * list of protocols: a message that goes on to "mikey" is dissected as if this file were not there.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "plugin/wireshark-compat.h"

#include <epan/exceptions.h>
#include <epan/show_exception.h>

#include "core/mikey/mikey-offer.h"

#include "plugin/mikey/packet-mikey-sakke-carrier.h"

#define MIKEY_PORT    2269
#define MIKEY_VERSION 1

/* An SDP body has one key-mgmt line for each media stream; more are not looked at. */
#define MAX_SDP_MESSAGES 64

static int proto_sakke = -1;
static int proto_sdp = -1; /* Wireshark's own */
static int proto_dispatch = -1;
static int proto_sdp_media = -1;

static int hf_base64;
static int hf_sdp_media_attr;

static int ett_base64 = -1;
static int ett_attribute = -1;

static expert_field ei_base64;

static dissector_handle_t sakke_handle;
static dissector_handle_t mikey_handle; /* Wireshark's own */
static dissector_handle_t sdp_handle;   /* Wireshark's own */

/* Is a message that begins so one of MIKEY-SAKKE? None is where that protocol is disabled. */
static bool is_sakke(guint8 version, guint8 data_type)
{
    return proto_is_protocol_enabled(find_protocol_by_id(proto_sakke)) &&
           version == MIKEY_VERSION &&
           (data_type == MIKEY_DATA_TYPE_SAKKE || data_type == MIKEY_DATA_TYPE_CS_ID_MAP_TR);
}

static bool tvb_is_sakke(tvbuff_t *tvb)
{
    return tvb_captured_length(tvb) >= 2 && is_sakke(tvb_get_uint8(tvb, 0), tvb_get_uint8(tvb, 1));
}

/* Base64 text without the white space in it, up to the first octet that is neither. */
typedef struct Base64 {
    char *text; /* in the packet's pool, room for padding behind it */
    gsize length;
    bool foreign; /* it ends at such an octet */
} Base64;

static Base64 collect_base64(wmem_allocator_t *pool, tvbuff_t *tvb, int offset, int length)
{
    Base64 base64 = {.text = wmem_alloc(pool, (gsize)length + 4)};

    for (int i = 0; i < length && !base64.foreign; i++) {
        const char c = (char)tvb_get_uint8(tvb, offset + i);

        if (g_ascii_isalnum(c) || c == '+' || c == '/') {
            base64.text[base64.length++] = c;
        } else if (c == '=') { /* padding: all is said */
            break;
        } else {
            base64.foreign = !g_ascii_isspace(c);
        }
    }
    base64.text[base64.length] = '\0';
    return base64;
}

/* The first two octets of a message in base64 say what it is; they stand in its first three
 * characters. */
static bool base64_is_sakke(const Base64 *base64)
{
    char start[] = "AAAA";
    gsize length;

    if (base64->length < 3) {
        return false;
    }
    memcpy(start, base64->text, 3);
    g_base64_decode_inplace(start, &length);
    return is_sakke((guint8)start[0], (guint8)start[1]);
}

/* What a text of a MIKEY-SAKKE message decodes to, as a data source of its own. What the capture cut
 * from the text is missing in it, and its reported length says so. */
static tvbuff_t *decode_base64(Base64 *base64, tvbuff_t *tvb, packet_info *pinfo)
{
    const guint cut = tvb_reported_length(tvb) - tvb_captured_length(tvb);
    gsize length;

    /* The padding may have been left out, or cut; a single character of a group says nothing. */
    if (base64->length % 4 == 1) {
        base64->length--;
    }
    while (base64->length % 4 != 0) {
        base64->text[base64->length++] = '=';
    }
    base64->text[base64->length] = '\0';
    g_base64_decode_inplace(base64->text, &length);

    tvbuff_t *decoded = tvb_new_child_real_data(tvb, (const guint8 *)base64->text, (guint)length,
                                                (int)(length + cut / 4 * 3 + (cut ? 1 : 0)));

    add_new_data_source(pinfo, decoded, "MIKEY from base64");
    return decoded;
}

/* Dissects a message that length octets of text hold, beneath an item that highlights them.
 * Returns false where it is none of MIKEY-SAKKE. */
static bool dissect_base64(tvbuff_t *tvb, int offset, int length, packet_info *pinfo,
                           proto_tree *tree)
{
    Base64 base64 = collect_base64(pinfo->pool, tvb, offset, length);

    if (!base64_is_sakke(&base64)) {
        return false;
    }

    proto_item *item = proto_tree_add_item(tree, hf_base64, tvb, offset, length, ENC_NA);

    if (base64.foreign) {
        expert_add_info(pinfo, item, &ei_base64);
    }

    tvbuff_t *decoded = decode_base64(&base64, tvb, pinfo);

    return call_dissector_only(sakke_handle, decoded, pinfo,
                               proto_item_add_subtree(item, ett_base64), NULL) > 0;
}

static int dissect_dispatch(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    const int length = (int)MIN(tvb_captured_length(tvb), (guint)G_MAXINT - 4);
    int dissected = 0;

    if (tvb_is_sakke(tvb)) {
        dissected = call_dissector_only(sakke_handle, tvb, pinfo, tree, NULL);
    } else if (dissect_base64(tvb, 0, length, pinfo, tree)) {
        dissected = length;
    }
    if (dissected == 0) {
        dissected = call_dissector_only(mikey_handle, tvb, pinfo, tree, data);
    }
    return dissected;
}

/* On its own port nothing but MIKEY has a say in the columns. */
static int dissect_port(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    if (tvb_is_sakke(tvb)) {
        col_clear(pinfo->cinfo, COL_PROTOCOL);
        col_clear(pinfo->cinfo, COL_INFO);
    }
    return dissect_dispatch(tvb, pinfo, tree, data);
}

/* For a call that is set up by SIP, Wireshark reads the session part of the SDP twice: ahead of the
 * body's turn for the media streams, with no tree, and then for the tree. Only the second time is
 * it SDP that calls; a message that is taken both times would be published twice. */
static int dissect_key_mgmt(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    const wmem_list_frame_t *caller = wmem_list_tail(pinfo->layers);

    if (tvb_is_sakke(tvb) && caller && GPOINTER_TO_INT(wmem_list_frame_data(caller)) != proto_sdp) {
        return (int)tvb_captured_length(tvb);
    }
    return dissect_dispatch(tvb, pinfo, tree, data);
}

/* Where in a line the text of the message begins: behind "a=key-mgmt:mikey". 0: it is no such line.
 * Letter case and spaces are not looked at; exact is set where there are none to overlook. */
static int key_mgmt_text(tvbuff_t *tvb, int offset, int length, bool *exact)
{
    static const struct {
        const char *word;
        bool spaces; /* may stand before it even where the line is exact */
    } words[] = {{"a", false}, {"=", false}, {"key-mgmt", false}, {":", false}, {"mikey", true}};
    const int start = offset, end = offset + length;

    *exact = true;
    for (gsize i = 0; i < array_length(words); i++) {
        const int word_length = (int)strlen(words[i].word);

        for (; offset < end && tvb_get_uint8(tvb, offset) == ' '; offset++) {
            *exact = *exact && words[i].spaces;
        }
        if (end - offset < word_length ||
            tvb_strncaseeql(tvb, offset, words[i].word, word_length) != 0) {
            return 0;
        }
        *exact = *exact && tvb_strneql(tvb, offset, words[i].word, word_length) == 0;
        offset += word_length;
    }
    return offset < end && tvb_get_uint8(tvb, offset) == ' ' ? offset - start : 0;
}

/* The node of a field that begins at that octet of a data source, in a tree or beneath it. */
static proto_node *find_node(proto_node *node, int hf, const tvbuff_t *source, int start)
{
    const field_info *finfo = PNODE_FINFO(node);
    proto_node *found = NULL;

    if (finfo && finfo->hfinfo->id == hf && finfo->ds_tvb == source && finfo->start == start) {
        return node;
    }
    for (proto_node *child = node->first_child; child && !found; child = child->next) {
        found = find_node(child, hf, source, start);
    }
    return found;
}

/* Where to show what a line of the SDP body holds: beneath the SDP dissector's own item of that
 * line, or after the body where the tree has none. */
static proto_tree *attribute_tree(proto_tree *tree, tvbuff_t *tvb, int offset)
{
    if (!tree || !proto_field_is_referenced(tree, hf_sdp_media_attr)) {
        return tree;
    }

    proto_node *node =
        find_node(tree, hf_sdp_media_attr, tvb_get_ds_tvb(tvb), tvb_raw_offset(tvb) + offset);

    if (!node) {
        return tree;
    }

    proto_tree *own = proto_item_get_subtree(node);

    return own ? own : proto_item_add_subtree(node, ett_attribute);
}

/* Is there a word "key-mgmt" at all? In most bodies of SDP there is none, and hyphens are few. */
static bool mentions_key_mgmt(tvbuff_t *tvb)
{
    static const char before[] = "key", after[] = "mgmt";
    const guint length = tvb_captured_length(tvb);
    const char *const body = (const char *)tvb_get_ptr(tvb, 0, (int)length);
    const char *const end = body + length;

    for (const char *hyphen = length > 0 ? memchr(body, '-', length) : NULL; hyphen;
         hyphen = memchr(hyphen + 1, '-', (gsize)(end - hyphen - 1))) {
        if (hyphen - body >= (gssize)strlen(before) && end - hyphen > (gssize)strlen(after) &&
            g_ascii_strncasecmp(hyphen - strlen(before), before, strlen(before)) == 0 &&
            g_ascii_strncasecmp(hyphen + 1, after, strlen(after)) == 0) {
            return true;
        }
    }
    return false;
}

/* Wireshark's SDP dissector hands over the key-mgmt lines of the session, not those of the media
 * descriptions, nor those that it does not recognise for their spelling. */
static void dissect_sdp_messages(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree)
{
    const int end = (int)MIN(tvb_captured_length(tvb), (guint)G_MAXINT - 4);
    bool in_media = false;
    guint messages = 0;

    for (int offset = 0, next; offset < end && messages < MAX_SDP_MESSAGES; offset = next) {
        const int length = tvb_find_line_end(tvb, offset, end - offset, &next, FALSE);
        bool exact;
        const int text = key_mgmt_text(tvb, offset, length, &exact);

        if (length >= 2 && tvb_strneql(tvb, offset, "m=", 2) == 0) {
            in_media = true;
        }
        if (text > 0 && (in_media || !exact) &&
            dissect_base64(tvb, offset + text, length - text, pinfo,
                           attribute_tree(tree, tvb, offset))) {
            messages++;
        }
    }
}

static int dissect_sdp_media(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    volatile int dissected = 0;

    /* Where the body is cut or odd the SDP dissector throws; what it did not reach may still be whole,
     * and so are other parts of the message. */
    TRY
    {
        dissected = call_dissector_only(sdp_handle, tvb, pinfo, tree, data);
    }
    CATCH_NONFATAL_ERRORS
    {
        show_exception(tvb, pinfo, tree, EXCEPT_CODE, GET_MESSAGE);
        dissected = (int)tvb_captured_length(tvb);
    }
    ENDTRY;
    if (mentions_key_mgmt(tvb)) {
        dissect_sdp_messages(tvb, pinfo, tree);
    }
    return dissected;
}

void mikey_carrier_register(int proto, expert_module_t *expert)
{
    static hf_register_info hf[] = {
        {&hf_base64,
         {"MIKEY message in base64", "mikey_sakke.base64", FT_NONE, BASE_NONE, NULL, 0x0, NULL,
          HFILL}},
    };
    static int *ett[] = {&ett_base64, &ett_attribute};
    static ei_register_info ei[] = {
        {&ei_base64,
         {"mikey_sakke.not_base64", PI_MALFORMED, PI_WARN,
          "The text is base64 only up to some character", EXPFILL}},
    };

    proto_register_field_array(proto, hf, array_length(hf));
    proto_register_subtree_array(ett, array_length(ett));
    expert_register_field_array(expert, ei, array_length(ei));

    /* Of Wireshark's own protocols, so that disabling one of them disables what leads to it, and
     * disabling MIKEY-SAKKE leaves all to them. */
    proto_sakke = proto;
    proto_sdp = proto_get_id_by_filter_name("sdp");
    proto_dispatch =
        proto_register_protocol_in_name_only("MIKEY of any kind", "MIKEY (any)", "mikey_any",
                                             proto_get_id_by_filter_name("mikey"), FT_PROTOCOL);
    proto_sdp_media = proto_register_protocol_in_name_only(
        "SDP with MIKEY in its media", "SDP (MIKEY)", "sdp_mikey", proto_sdp, FT_PROTOCOL);
}

void mikey_carrier_handoff(dissector_handle_t sakke)
{
    dissector_handle_t dispatch = create_dissector_handle(dissect_dispatch, proto_dispatch);
    dissector_handle_t port = create_dissector_handle(dissect_port, proto_dispatch);
    dissector_handle_t key_mgmt = create_dissector_handle(dissect_key_mgmt, proto_dispatch);
    dissector_handle_t sdp_media = create_dissector_handle(dissect_sdp_media, proto_sdp_media);

    sakke_handle = sakke;
    mikey_handle = find_dissector("mikey");
    sdp_handle = find_dissector("sdp");
    hf_sdp_media_attr = proto_registrar_get_id_byname("sdp.media_attr");

    /* These replace Wireshark's own entries, which are made before any plugin's. */
    dissector_add_string("key_mgmt", "mikey", key_mgmt);
    dissector_add_string("media_type", "application/mikey", dispatch);
    dissector_add_string("media_type", "application/sdp", sdp_media);
    dissector_add_uint("udp.port", MIKEY_PORT, port);
    dissector_add_uint("tcp.port", MIKEY_PORT, port);
}
