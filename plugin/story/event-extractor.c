/* event-extractor.c
 * From the dissection of a frame to events of the story
 *
 * What belongs to which message is told from the tree: the SIP dissector hands its facts to nobody
 * else, and the SIP tap has few of them. The dissectors say what was carried (krr-cargo.h); the tree,
 * in which a document or an offer stands beneath its message, says by whom. Frames without SIP in
 * which nothing was carried are not looked at.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "plugin/story/event-extractor.h"

#include "plugin/wireshark-compat.h"

#include <epan/address.h>
#include <epan/to_str.h>

#include "plugin/frame/krr-cargo.h"
#include "plugin/frame/krr-layers.h"
#include "plugin/frame/krr-nstime.h"
#include "plugin/frame/message-hop.h"
#include "plugin/frame/message-reading.h"
#include "plugin/kms/krr-http.h"
#include "plugin/sip/unread-krr.h"
#include "plugin/story/event-fields.h"

/* A message with a list of recipients in it names many; these are candidates for a UID. */
#define MAX_IDENTITIES 64

/* Bodies that nobody without the key can read. */
static const char *const opaque_types[] = {"application/pkcs7-mime", "multipart/encrypted"};

static const char *const user_schemes[] = {"sip:", "sips:", "tel:"};

struct EventExtractor {
    EventSink sink;
    KrrHidden *hidden;
    int proto_http2;
    EventFields fields;
};

/* The way through the tree of a frame. */
typedef struct FrameWalk {
    const EventExtractor *extractor;
    packet_info *pinfo;
    tvbuff_t *tvb;                 /* the frame */
    GPtrArray *events;             /* of StoryEvent: one a SIP message, in the order of the frame */
    KrrCargo *cargo;               /* what the frame carries */
    guint count;                   /* of it */
    guint next[KRR_CARGO_N_KINDS]; /* where in it to look for what is met next in the tree */
    bool broken;                   /* some dissection in the frame ended in an exception */
    StoryEvent *http; /* of the HTTP message that what is met next is the body of; NULL: none */
    const field_info *http_item;
    guint http_next;        /* where in the cargo to look for its KRRs */
    const field_info *item; /* of the message at hand */
    guint nested;           /* how many messages are around the node within the message at hand */
    guint message;          /* the index of the event of the message at hand */
} FrameWalk;

/* ---- the SIP message in the tree ---- */

/* Sets a text that is not set yet: the first Via is the topmost. */
static void set_text(char **text, const char *value)
{
    if (!*text) {
        *text = g_strdup(value);
    }
}

static bool has_prefix_of(const char *text, const char *const *prefixes, gsize count)
{
    for (gsize i = 0; i < count; i++) {
        if (g_ascii_strncasecmp(text, prefixes[i], strlen(prefixes[i])) == 0) {
            return true;
        }
    }
    return false;
}

static void add_identity(GPtrArray *identities, const char *value)
{
    g_autofree char *identity = g_strstrip(g_strdup(value));

    if (identities->len < MAX_IDENTITIES &&
        has_prefix_of(identity, user_schemes, G_N_ELEMENTS(user_schemes)) &&
        !g_ptr_array_find_with_equal_func(identities, identity, g_str_equal, NULL)) {
        g_ptr_array_add(identities, g_steal_pointer(&identity));
    }
}

static bool has_media_type(const char *value, const char *const *types, gsize count)
{
    while (g_ascii_isspace(*value)) {
        value++;
    }
    return has_prefix_of(value, types, count);
}

static void take_text(FrameWalk *frame, StoryEvent *event, EventField field, const char *value)
{
    const EventFieldInfo *known = &event_field_infos[field];
    const bool wanted = frame->count > 0 || !(known->kinds & EVENT_KIND_CARGO);

    if ((known->kinds & EVENT_KIND_TEXT) && wanted) {
        set_text(&G_STRUCT_MEMBER(char *, &event->sip, known->text), value);
    }
    if (known->kinds & EVENT_KIND_MEDIA_TYPE) {
        event->opaque |= has_media_type(value, opaque_types, G_N_ELEMENTS(opaque_types));
    }
    /* Candidates for the UIDs of an offer; most frames have none to resolve. */
    if ((known->kinds & EVENT_KIND_IDENTITY) && frame->count > 0) {
        add_identity(event->sip.identities, value);
    }
}

static void take_fact(FrameWalk *frame, StoryEvent *event, EventField field, field_info *info)
{
    if (field == EVENT_FIELD_STATUS) {
        event->sip.status = event->sip.status ? event->sip.status : krr_finfo_uint(info);
    } else if (field == EVENT_FIELD_CSEQ) {
        event->sip.cseq = krr_finfo_uint(info);
    } else {
        take_text(frame, event, field, krr_finfo_string(info));
    }
}

/* ---- events ---- */

static char *address_text(packet_info *pinfo, const address *host)
{
    return g_strdup(address_to_str(pinfo->pool, host));
}

static StoryEvent *new_event(packet_info *pinfo)
{
    StoryEvent *event = story_event_new();

    event->frame = (StoryFrame){.number = pinfo->num, .time_ns = krr_nanoseconds(&pinfo->abs_ts)};
    event->source = address_text(pinfo, &pinfo->src);
    event->destination = address_text(pinfo, &pinfo->dst);
    event->source_port = (guint16)pinfo->srcport;
    event->destination_port = (guint16)pinfo->destport;
    event->cut = pinfo->fd->cap_len < pinfo->fd->pkt_len;
    return event;
}

/* Of a copy, what it states of its original counts, not how the copy travelled. */
static void set_stated_hop(StoryEvent *event, packet_info *pinfo, const field_info *shown)
{
    const MessageHop *hop = message_hop_of(pinfo, shown);

    if (!hop) {
        return;
    }
    g_free(event->source);
    g_free(event->destination);
    event->source = address_text(pinfo, &hop->source);
    event->destination = address_text(pinfo, &hop->destination);
    event->source_port = hop->source_port;
    event->destination_port = hop->destination_port;
    if (hop->has_time) {
        event->frame.time_ns = hop->time_ns;
    }
}

static StoryCarrier carrier_of(const KrrTap *krr)
{
    if (krr->in_mikey) {
        return STORY_CARRIER_MIKEY;
    }
    if (krr->in_http && krr->document->kind == KRR_DOCUMENT_KMS_REQUEST) {
        return STORY_CARRIER_KMS_UPLOAD;
    }
    return STORY_CARRIER_OTHER; /* unless it stands in a SIP message */
}

static void take_krr(StoryEvent *event, const KrrTap *krr)
{
    if (krr->document) {
        story_event_add_krr(event, krr->document, carrier_of(krr));
    } else {
        event->cut = true;
        event->cut_bodies++;
    }
}

static void take_mikey(StoryEvent *event, const MikeySakkeTap *mikey)
{
    if (mikey->offer) {
        g_ptr_array_add(event->offers, mikey_offer_ref(mikey->offer));
    } else if (mikey->cut) {
        event->cut = true;
        event->cut_bodies++;
    } else {
        event->opaque = true;
    }
}

/* KRRs that nothing but the message itself carried. */
static void name_carriers(StoryEvent *event)
{
    for (guint i = 0; i < event->krrs->len; i++) {
        StoryKrrSeen *seen = g_ptr_array_index(event->krrs, i);
        if (seen->carrier == STORY_CARRIER_OTHER) {
            seen->carrier =
                event->sip.status == 488 ? STORY_CARRIER_SIP_488 : STORY_CARRIER_SIP_OTHER;
        }
    }
}

/* Adds what a message names and nobody read. Of one that the capture cut short, that is no wonder.
 * @param shown   the item of the message
 * @param before  where in the cargo what was read of it begins */
static void add_unread(const FrameWalk *frame, StoryEvent *event, const field_info *shown,
                       guint before)
{
    const CargoRange read = {frame->cargo, before, frame->next[KRR_CARGO_KRR]};
    g_autoptr(GPtrArray) found =
        event->cut ? NULL : unread_krrs_of(frame->pinfo, shown, &read, frame->broken);

    for (guint i = 0; found && i < found->len; i++) {
        story_event_add_krr(event, g_ptr_array_index(found, i), STORY_CARRIER_OTHER);
    }
}

/* @param shown, before  as in add_unread() */
static void finish_message(const FrameWalk *frame, StoryEvent *event, const field_info *shown,
                           guint before)
{
    add_unread(frame, event, shown, before);
    name_carriers(event);
    /* Of a message that the capture cut short the body is not looked at, and the header section only
     * where it says of which transaction it is. */
    event->opaque |= event->cut && !event->sip.call_id;
    if (event->cut && frame->count == 0 && unread_cargo_is_mentioned(frame->tvb)) {
        event->cut_bodies++;
    }
}

/* Is it a message? Octets on a port of SIP that are none are shown as the continuation of one. A
 *  message that the capture cut short need not show anything of itself. */
static bool is_message(const StoryEvent *event)
{
    return event->sip.method || event->sip.status || event->sip.call_id || event->cut ||
           event->krrs->len + event->offers->len > 0;
}

/* Is there anything in an event without SIP that is worth telling? */
static bool holds_something(const StoryEvent *event)
{
    return event->krrs->len + event->offers->len + event->cut_bodies > 0;
}

static void walk(FrameWalk *frame, proto_node *node, StoryEvent *event);

static void walk_message(FrameWalk *frame, proto_node *node)
{
    const guint own = frame->events->len;
    const guint before = frame->next[KRR_CARGO_KRR];
    StoryEvent *event = new_event(frame->pinfo);

    set_stated_hop(event, frame->pinfo, PNODE_FINFO(node));
    event->has_sip = true;
    frame->item = PNODE_FINFO(node);
    frame->message = own;
    g_ptr_array_add(frame->events, event);
    walk(frame, node, event);
    if (!is_message(event) && own == frame->events->len - 1) {
        g_ptr_array_set_size(frame->events, (gint)own);
        story_event_free(event);
    } else {
        finish_message(frame, event, PNODE_FINFO(node), before);
    }
}

/* What could not be dissected to its end: beneath the message, or behind the last one. */
static void mark_broken(const FrameWalk *frame, StoryEvent *event)
{
    if (!event->has_sip && frame->events->len > 0) {
        event = g_ptr_array_index(frame->events, frame->events->len - 1);
    }
    event->opaque = true;
}

/* What the tree meets next of a kind; NULL: no more was carried. */
static KrrCargo *next_cargo(FrameWalk *frame, KrrCargoKind kind)
{
    guint *next = &frame->next[kind];

    while (*next < frame->count && frame->cargo[*next].kind != kind) {
        (*next)++;
    }
    return *next < frame->count ? &frame->cargo[(*next)++] : NULL;
}

/* @param cargo    NULL: there is none
 *  @param message  the index of the event */
static void take_cargo(StoryEvent *event, KrrCargo *cargo, guint message)
{
    if (!cargo) {
        return;
    }
    cargo->message = message;
    if (cargo->kind == KRR_CARGO_KRR) {
        take_krr(event, cargo->krr);
    } else {
        take_mikey(event, cargo->mikey);
    }
}

/* ---- the HTTP message in the tree ---- */

/* Ends the message at hand: it is told if it is one, or brought something. */
static void end_http(FrameWalk *frame)
{
    g_autoptr(StoryEvent) event = g_steal_pointer(&frame->http);

    /* Of HTTP/2 the body may come behind, in frames of their own. */
    if (event && event->http->kind == STORY_HTTP_REQUEST && event->http->stream == 0 &&
        event->http->resource != KMS_RESOURCE_NONE) {
        add_unread(frame, event, frame->http_item, frame->http_next);
    }
    if (event && krr_http_is_message(event)) {
        g_ptr_array_add(frame->events, g_steal_pointer(&event));
    } else if (event && holds_something(event)) {
        story_event_forget_http(event);
        g_ptr_array_add(frame->events, g_steal_pointer(&event));
    }
}

/* What follows is of another message, with its body somewhere behind it. */
static void begin_http(FrameWalk *frame, const field_info *item)
{
    end_http(frame);
    frame->http_item = item;
    frame->http_next = frame->next[KRR_CARGO_KRR];
    frame->http = new_event(frame->pinfo);
    story_event_add_http(frame->http, STORY_HTTP_BODY);
}

static void take_kms(FrameWalk *frame)
{
    const KrrCargo *cargo = next_cargo(frame, KRR_CARGO_KMS);

    if (cargo && frame->http && !frame->http->http->message) {
        frame->http->http->message = kms_message_copy(cargo->kms);
    }
}

static void take_http(FrameWalk *frame, EventField field, field_info *info)
{
    if (frame->http) {
        krr_http_take(frame->http->http, event_field_infos[field].http, info);
    }
}

/* ---- all ---- */

/* A document that stands in no SIP message may stand in one of HTTP. */
static void visit_krr(FrameWalk *frame, StoryEvent *event, guint message)
{
    StoryEvent *around = !event->has_sip && frame->http ? frame->http : event;

    take_cargo(around, next_cargo(frame, KRR_CARGO_KRR), message);
}

/* What a message within a message says is of another hop, where it was seen or was not; but it names
 * users. */
static void visit_nested_fact(const FrameWalk *frame, StoryEvent *event, guint kinds,
                              field_info *info)
{
    if ((kinds & EVENT_KIND_IDENTITY) && frame->count > 0) {
        add_identity(event->sip.identities, krr_finfo_string(info));
    }
}

/* A field without a part of its own is a fact of a message, or nothing. */
static void visit_fact(FrameWalk *frame, StoryEvent *event, EventField field, field_info *info)
{
    const guint kinds = event_field_infos[field].kinds;

    if (frame->nested > 0) {
        visit_nested_fact(frame, event, kinds, info);
    } else if (kinds & EVENT_KIND_HTTP) {
        take_http(frame, field, info);
    } else if ((kinds & EVENT_KIND_FACT) && event->has_sip) {
        take_fact(frame, event, field, info);
    }
}

static void visit(FrameWalk *frame, proto_node *node, EventField field, StoryEvent *event)
{
    guint message = event->has_sip ? frame->message : KRR_CARGO_NO_MESSAGE;

    switch (field) {
    case EVENT_FIELD_HTTP:
    case EVENT_FIELD_HTTP2:
        begin_http(frame, PNODE_FINFO(node));
        break;
    case EVENT_FIELD_KMS:
        take_kms(frame);
        break;
    case EVENT_FIELD_KRR:
        visit_krr(frame, event, message);
        break;
    case EVENT_FIELD_MIKEY:
        take_cargo(event, next_cargo(frame, KRR_CARGO_MIKEY), message);
        break;
    case EVENT_FIELD_MALFORMED:
        if (!event->has_sip || !message_reading_is_whole(frame->pinfo, frame->item)) {
            mark_broken(frame, event);
        }
        break;
    case EVENT_FIELD_SHORT:
        mark_broken(frame, event);
        break;
    default:
        visit_fact(frame, event, field, PNODE_FINFO(node));
    }
}

/* What a message within a message carries, the one around it carries. */
static void walk_nested(FrameWalk *frame, proto_node *node, StoryEvent *event)
{
    frame->nested++;
    walk(frame, node, event);
    frame->nested--;
}

/* Takes what stands beneath a node. The depth of a tree is bounded by Wireshark.
 *  @param event  of the SIP message around the node, else that of what no message carries */
static void walk(FrameWalk *frame, proto_node *node, StoryEvent *event)
{
    for (proto_node *child = node->first_child; child; child = child->next) {
        EventField field = event_fields_of(&frame->extractor->fields, child);
        if (field == EVENT_FIELD_ICMP || field == EVENT_FIELD_ICMPV6) {
            continue; /* what ICMP quotes was sent in another frame, and is not tapped */
        }
        if (field == EVENT_FIELD_SIP && event->has_sip) {
            walk_nested(frame, child, event);
            continue;
        }
        if (field == EVENT_FIELD_SIP) {
            end_http(frame);
            walk_message(frame, child);
            continue;
        }
        if (field != EVENT_N_FIELDS) {
            visit(frame, child, field, event);
        }
        walk(frame, child, event);
    }
}

/* Of a field that was asked for. */
static bool has_field(const EventExtractor *extractor, proto_tree *tree, EventField field)
{
    const GPtrArray *found = proto_get_finfo_ptr_array(tree, extractor->fields.numbers[field]);

    return found && found->len > 0;
}

/* All events of the frame, those of SIP messages first. */
static GPtrArray *frame_events(const EventExtractor *extractor, packet_info *pinfo, tvbuff_t *tvb,
                               proto_tree *tree)
{
    FrameWalk frame = {
        .extractor = extractor, .pinfo = pinfo, .tvb = tvb, .events = g_ptr_array_new()};
    g_autoptr(StoryEvent) others = new_event(pinfo);
    KrrCargo *cargo;

    frame.cargo = krr_cargo_of(pinfo, &frame.count);
    frame.broken = has_field(extractor, tree, EVENT_FIELD_EXCEPTION) ||
                   has_field(extractor, tree, EVENT_FIELD_SHORT);
    walk(&frame, tree, others);
    end_http(&frame);
    while ((cargo = next_cargo(&frame, KRR_CARGO_KRR)) ||
           (cargo = next_cargo(&frame, KRR_CARGO_MIKEY))) {
        take_cargo(others, cargo, KRR_CARGO_NO_MESSAGE);
    }
    if (holds_something(others)) {
        g_ptr_array_add(frame.events, g_steal_pointer(&others));
    }
    return frame.events;
}

/* A SIP message that the capture cut short need not have been taken for one. */
bool event_extractor_may_tell(const EventExtractor *extractor, packet_info *pinfo)
{
    guint count;

    return krr_cargo_of(pinfo, &count) || pinfo->fd->cap_len < pinfo->fd->pkt_len ||
           krr_has_layer(pinfo, extractor->fields.numbers[EVENT_FIELD_SIP]);
}

static bool may_tell_http(const EventExtractor *extractor, packet_info *pinfo)
{
    return krr_has_layer(pinfo, extractor->fields.numbers[EVENT_FIELD_HTTP]) ||
           krr_has_layer(pinfo, extractor->proto_http2);
}

/* ---- the extractor ---- */

EventExtractor *event_extractor_new(EventSink sink, GError **error)
{
    g_autoptr(EventExtractor) extractor = g_new0(EventExtractor, 1);

    extractor->sink = sink;
    if (!event_fields_init(&extractor->fields, error)) {
        return NULL;
    }
    extractor->hidden = krr_hidden_new();
    extractor->proto_http2 = proto_get_id_by_filter_name("http2");
    return g_steal_pointer(&extractor);
}

void event_extractor_begin(EventExtractor *extractor)
{
    krr_hidden_begin(extractor->hidden);
}

void event_extractor_prime(const EventExtractor *extractor, struct epan_dissect *edt)
{
    for (EventField field = 0; field < EVENT_N_FIELDS; field++) {
        epan_dissect_prime_with_hfid(edt, extractor->fields.numbers[field]);
    }
}

GArray *event_extractor_fields(const EventExtractor *extractor, EventFacts facts)
{
    GArray *numbers = g_array_new(FALSE, FALSE, sizeof(int));

    for (EventField field = 0; field < EVENT_N_FIELDS; field++) {
        if (facts == EVENT_FACTS_ALL || (event_field_infos[field].kinds & EVENT_KIND_TRANSACTION)) {
            g_array_append_val(numbers, extractor->fields.numbers[field]);
        }
    }
    return numbers;
}

void event_extractor_run(const EventExtractor *extractor, packet_info *pinfo, tvbuff_t *tvb,
                         proto_tree *tree, gpointer data)
{
    if (!tree) {
        return;
    }
    if (krr_hidden_take(extractor->hidden, pinfo)) {
        StoryEvent *event = new_event(pinfo);
        story_event_add_http(event, STORY_HTTP_HIDDEN);
        extractor->sink(event, data);
    }
    if (!event_extractor_may_tell(extractor, pinfo) && !may_tell_http(extractor, pinfo)) {
        return;
    }
    g_autoptr(GPtrArray) events = frame_events(extractor, pinfo, tvb, tree);
    for (guint i = 0; i < events->len; i++) {
        extractor->sink(g_ptr_array_index(events, i), data);
    }
}

void event_extractor_free(EventExtractor *extractor)
{
    if (extractor) {
        krr_hidden_free(extractor->hidden);
        event_fields_clear(&extractor->fields);
        g_free(extractor);
    }
}
