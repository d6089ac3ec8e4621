/* sip-front.c
 * What stands in front of Wireshark's dissector of SIP
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "plugin/sip/sip-front.h"

#include "plugin/wireshark-compat.h"

#include <epan/exceptions.h>
#include <epan/expert.h>
#include <epan/show_exception.h>

#include "core/sip/sip-canonical.h"
#include "plugin/frame/krr-cargo.h"
#include "plugin/frame/krr-keep.h"
#include "plugin/frame/message-hop.h"
#include "plugin/frame/message-reading.h"
#include "plugin/sip/sip-rest.h"
#include "plugin/sip/sip-websocket.h"
#include "plugin/sip/unread-krr.h"

static int proto_front = -1;
static int ett_front = -1;

static expert_field ei_spelling;
static expert_field ei_cut;

/* Wireshark's own, and those in front of them. */
static dissector_handle_t datagram_sip, stream_sip;
static dissector_handle_t datagram_front, stream_front;

/* ---- one message ---- */

/* Says of a message that it is shown in another spelling than it came in. */
static void show_spelling(packet_info *pinfo, proto_tree *tree, tvbuff_t *tvb, guint oddities)
{
    g_autofree char *odd = sip_oddities_text(oddities);
    const char *kept = wmem_strdup(pinfo->pool, odd);
    proto_tree *subtree =
        proto_tree_add_subtree_format(tree, tvb, 0, -1, ett_front, NULL, "SIP with %s", kept);

    expert_add_info_format(pinfo, proto_tree_get_parent(subtree), &ei_spelling,
                           "Read as RFC 3261 and MIME read it: %s", kept);
}

/* @param octets  made of those of own; taken over */
static tvbuff_t *new_source(tvbuff_t *own, packet_info *pinfo, GBytes *octets, const char *name)
{
    gsize size;
    const guint8 *data = g_bytes_get_data(octets, &size);
    tvbuff_t *source = tvb_new_child_real_data(own, data, (guint)size, (int)size);

    krr_keep_for_packet(pinfo, octets, (GDestroyNotify)g_bytes_unref);
    add_new_data_source(pinfo, source, name);
    message_hop_copy(pinfo, own, source);
    return source;
}

/* The message as Wireshark understands it: itself, or a data source of its own. */
static tvbuff_t *readable(tvbuff_t *own, packet_info *pinfo, proto_tree *tree, gsize head)
{
    const int length = (int)tvb_captured_length(own);
    const SipSpan octets = {(const char *)tvb_get_ptr(own, 0, length), (gsize)length};
    guint oddities;
    GBytes *usual = sip_canonical(octets, head, &oddities);

    if (!usual) {
        return own;
    }
    tvbuff_t *written = new_source(own, pinfo, usual, "SIP in its usual spelling");
    show_spelling(pinfo, tree, own, oddities);
    return written;
}

/* One message that is broken must not hide those behind it. @param broken  out: it threw */
static int hand_on(dissector_handle_t sip, tvbuff_t *message, packet_info *pinfo, proto_tree *tree,
                   void *data, bool *broken)
{
    const guint16 can_desegment = pinfo->can_desegment;
    volatile bool threw = false;
    volatile int taken = 0;

    pinfo->can_desegment = 0; /* it is whole */
    TRY
    {
        taken = call_dissector_only(sip, message, pinfo, tree, data);
    }
    CATCH_NONFATAL_ERRORS
    {
        show_exception(message, pinfo, sip_rest_tree(tree), EXCEPT_CODE, GET_MESSAGE);
        taken = (int)tvb_captured_length(message);
        threw = true;
    }
    ENDTRY;
    pinfo->can_desegment = can_desegment;
    *broken = threw;
    return taken;
}

/* What follows the body in a datagram. */
static SipSpan behind(tvbuff_t *datagram, int end)
{
    const gint left = tvb_captured_length_remaining(datagram, end);

    return left > 0 ? (SipSpan){(const char *)tvb_get_ptr(datagram, end, left), (gsize)left}
                    : (SipSpan){0};
}

/* Shows and keeps what stands for KRRs that the message names, after all, and nobody read. */
static void find_unread(MessageReading *reading, packet_info *pinfo, proto_tree *tree, guint before,
                        bool broken)
{
    CargoRange read = {.first = before};

    read.all = krr_cargo_of(pinfo, &read.end);
    reading->unread = unread_krrs_find(reading, &read, broken);
    if (reading->unread) {
        krr_keep_for_packet(pinfo, reading->unread, (GDestroyNotify)g_ptr_array_unref);
        unread_krrs_show(pinfo, proto_tree_get_parent(sip_rest_tree(tree)), reading->unread);
    }
}

/* A message that was handed on. */
typedef struct HandedOn {
    tvbuff_t *message; /* as it was dissected */
    SipSpan behind;    /* what its datagram holds behind it */
    guint before;      /* what the frame had carried before */
    bool broken;       /* it threw */
} HandedOn;

/* Looks at what no dissector was led to, and notes that this was done. */
static void read_rest(const HandedOn *own, packet_info *pinfo, proto_tree *tree)
{
    const guint length = tvb_captured_length(own->message);
    const char *octets = (const char *)tvb_get_ptr(own->message, 0, (int)length);
    SipFrame frame;

    if (pinfo->flags.in_error_pkt || sip_message_find(octets, length, false, &frame) != SIP_WHOLE) {
        return;
    }
    MessageReading reading = {
        .octets = {octets, frame.head + frame.body}, .head = frame.head, .behind = own->behind};
    reading.searched = sip_rest_dissect(&reading, own->message, pinfo, tree, own->before);
    find_unread(&reading, pinfo, tree, own->before, own->broken || !reading.searched);
    message_reading_add(pinfo, &reading);
}

static int dissect_message(dissector_handle_t sip, tvbuff_t *tvb, int offset, const SipFrame *frame,
                           packet_info *pinfo, proto_tree *tree, void *data)
{
    const int length = (int)(frame->head + frame->body);
    tvbuff_t *whole = offset == 0 && (guint)length == tvb_reported_length(tvb)
                          ? tvb
                          : tvb_new_subset_length(tvb, offset, length);
    HandedOn own = {.message = readable(whole, pinfo, tree, frame->head)};

    krr_cargo_of(pinfo, &own.before);
    int taken = hand_on(sip, own.message, pinfo, tree, data, &own.broken);
    if (taken > 0) {
        own.behind = sip == datagram_sip ? behind(tvb, offset + length) : (SipSpan){0};
        read_rest(&own, pinfo, tree);
    }
    return taken;
}

/* ---- messages that the capture cut short ---- */

/* Wireshark looks at none of them. What is there of the header section says of which transaction one
 * is, and how that ended; the body is not looked at.
 * @return false: not even that can be told */
static bool dissect_cut(dissector_handle_t sip, tvbuff_t *tvb, int offset, packet_info *pinfo,
                        proto_tree *tree, void *data)
{
    const int length = (int)tvb_captured_length(tvb) - offset;

    if (length <= 0) {
        return false;
    }
    const char *octets = (const char *)tvb_get_ptr(tvb, offset, length);
    const gsize skipped = sip_message_skip(octets, (gsize)length);
    GBytes *head = sip_canonical_cut((SipSpan){octets + skipped, (gsize)length - skipped});
    if (!head) {
        return false;
    }
    tvbuff_t *own = tvb_new_subset_remaining(tvb, offset + (int)skipped);
    tvbuff_t *source = new_source(own, pinfo, head, "SIP header section");
    proto_item *item;
    proto_tree_add_subtree(tree, source, 0, -1, ett_front, &item, "SIP cut short by the capture");
    expert_add_info(pinfo, item, &ei_cut);
    bool broken;
    hand_on(sip, source, pinfo, tree, data, &broken);
    return true;
}

/* ---- datagrams ---- */

/* What follows the body of a message is not part of it (RFC 3261 18.3). */
static int dissect_datagram(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    const guint length = tvb_captured_length(tvb);
    SipFrame frame;

    if (length < tvb_reported_length(tvb) && dissect_cut(datagram_sip, tvb, 0, pinfo, tree, data)) {
        return (int)length;
    }
    if (length == 0 || length < tvb_reported_length(tvb) ||
        sip_message_find((const char *)tvb_get_ptr(tvb, 0, (int)length), length, false, &frame) !=
            SIP_WHOLE) {
        return call_dissector_only(datagram_sip, tvb, pinfo, tree, data);
    }
    int taken = dissect_message(datagram_sip, tvb, (int)frame.skipped, &frame, pinfo, tree, data);
    return taken > 0 ? (int)length : taken;
}

/* ---- streams ---- */

/* Asks for what is missing of a message. @return what is taken of the segment */
static int ask_for_more(tvbuff_t *tvb, packet_info *pinfo, int offset, const SipFrame *frame)
{
    pinfo->desegment_offset = offset;
    pinfo->desegment_len =
        frame->missing > 0 ? (guint32)frame->missing : DESEGMENT_ONE_MORE_SEGMENT;
    return (int)tvb_captured_length(tvb);
}

/* The rest of a segment that Wireshark must make something of. */
static int dissect_rest(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data, int offset)
{
    if (offset == 0) {
        return call_dissector_only(stream_sip, tvb, pinfo, tree, data);
    }
    if ((guint)offset < tvb_captured_length(tvb)) {
        bool broken;
        hand_on(stream_sip, tvb_new_subset_remaining(tvb, offset), pinfo, tree, data, &broken);
    }
    return (int)tvb_captured_length(tvb);
}

static int dissect_stream(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    const guint length = tvb_captured_length(tvb);
    const bool cut = length < tvb_reported_length(tvb);
    int offset = 0;

    if (sip_websocket_claim(tvb, pinfo, tree, data)) {
        return (int)length;
    }
    while ((guint)offset < length) {
        const guint rest = length - (guint)offset;
        const char *octets = (const char *)tvb_get_ptr(tvb, offset, (int)rest);
        SipFrame frame;
        SipFraming framing = sip_message_find(octets, rest, true, &frame);

        if (framing == SIP_PARTIAL && cut) {
            break;
        }
        if (framing == SIP_PARTIAL && pinfo->can_desegment) {
            return ask_for_more(tvb, pinfo, offset + (int)frame.skipped, &frame);
        }
        if (framing != SIP_WHOLE) {
            break;
        }
        offset += (int)frame.skipped;
        dissect_message(stream_sip, tvb, offset, &frame, pinfo, tree, data);
        offset += (int)(frame.head + frame.body);
    }
    if (cut && dissect_cut(stream_sip, tvb, offset, pinfo, tree, data)) {
        return (int)length;
    }
    return dissect_rest(tvb, pinfo, tree, data, offset);
}

/* ---- tables ---- */

/* Tables in which Wireshark has SIP, or its user puts it. */
static const struct {
    const char *name;
    bool text; /* its keys are strings, not numbers */
} tables[] = {
    {"udp.port", false},   {"tcp.port", false}, {"sctp.port", false}, {"dccp.port", false},
    {"tls.port", false},   {"ws.port", false},  {"dtls.port", false}, {"hep.type", false},
    {"ws.protocol", true}, {"tls.alpn", true},  {"media_type", true},
};

/* An entry that leads to Wireshark's own dissector. */
typedef struct Entry {
    gpointer key;
    dissector_handle_t front;
    bool by_user; /* not by Wireshark */
} Entry;

static dissector_handle_t front_of(dissector_handle_t handle)
{
    return handle == NULL           ? NULL
           : handle == datagram_sip ? datagram_front
           : handle == stream_sip   ? stream_front
                                    : NULL;
}

static void collect(const gchar *table, ftenum_t type, gpointer key, gpointer value, gpointer data)
{
    dissector_handle_t front = front_of(dtbl_entry_get_handle(value));

    (void)table;
    (void)type;
    if (front) {
        Entry entry = {key, front, !front_of(dtbl_entry_get_initial_handle(value))};
        g_array_append_val((GArray *)data, entry);
    }
}

static void take_number(const char *table, const Entry *entry)
{
    if (entry->by_user) {
        dissector_change_uint(table, GPOINTER_TO_UINT(entry->key), entry->front);
    } else {
        dissector_add_uint(table, GPOINTER_TO_UINT(entry->key), entry->front);
    }
}

static void take_table(gsize table)
{
    const char *name = tables[table].name;
    g_autoptr(GArray) entries = g_array_new(FALSE, FALSE, sizeof(Entry));

    if (!find_dissector_table(name)) {
        return;
    }
    dissector_table_foreach(name, collect, entries);
    for (guint i = 0; i < entries->len; i++) {
        const Entry *entry = &g_array_index(entries, Entry, i);

        if (!tables[table].text) {
            take_number(name, entry);
        } else {
            g_autofree char *key = g_strdup(entry->key); /* adding frees that of the table */
            dissector_add_string(name, key, entry->front);
        }
    }
}

/* Preferences put Wireshark's own dissector back. */
static void take_tables(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(tables); i++) {
        take_table(i);
    }
}

bool sip_front_is(dissector_handle_t handle)
{
    return handle && (handle == datagram_front || handle == stream_front ||
                      handle == datagram_sip || handle == stream_sip);
}

dissector_handle_t sip_front_handle(bool stream)
{
    return stream ? stream_front : datagram_front;
}

/* ---- registration ---- */

void sip_front_register(int proto_krr)
{
    static int *trees[] = {&ett_front};
    static ei_register_info experts[] = {
        {&ei_spelling,
         {"krr.sip_spelling", PI_PROTOCOL, PI_CHAT, "SIP in another spelling than the usual one",
          EXPFILL}},
        {&ei_cut,
         {"krr.sip_cut", PI_UNDECODED, PI_WARN, "A SIP message that the capture cut short",
          EXPFILL}},
    };
    const int proto_sip = proto_get_id_by_filter_name("sip");

    if (proto_sip == -1) {
        return;
    }
    /* Of SIP, so that disabling that disables this. */
    proto_front = proto_register_protocol_in_name_only("SIP in any spelling", "SIP (any)",
                                                       SIP_FRONT_NAME, proto_sip, FT_PROTOCOL);
    proto_register_subtree_array(trees, G_N_ELEMENTS(trees));
    expert_module_t *expert = expert_register_protocol(proto_krr);
    expert_register_field_array(expert, experts, G_N_ELEMENTS(experts));
    sip_rest_register(expert);
    sip_websocket_register(proto_front);
    register_init_routine(take_tables);
}

void sip_front_hand_off(void)
{
    datagram_sip = find_dissector("sip");
    stream_sip = find_dissector("sip.tcp");
    if (proto_front == -1 || !datagram_sip || !stream_sip) {
        datagram_sip = stream_sip = NULL;
        return;
    }
    sip_rest_hand_off();
    datagram_front = create_dissector_handle(dissect_datagram, proto_front);
    stream_front = create_dissector_handle(dissect_stream, proto_front);
    sip_websocket_hand_off(stream_front);
    take_tables();
}
