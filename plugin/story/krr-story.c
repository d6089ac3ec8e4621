/* krr-story.c
 * From the dissection of a frame to events of the story
 *
 * What belongs to which message is told from the tree: the SIP dissector hands its facts to nobody
 * else, and the SIP tap has few of them. The dissectors say what was carried (krr-cargo.h); the tree,
 * in which a document or an offer stands beneath its message, says by whom. Frames without SIP in
 * which nothing was carried are not looked at.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "plugin/story/krr-story.h"

#include "plugin/wireshark-compat.h"

#include <epan/address.h>
#include <epan/to_str.h>
#include <gio/gio.h>

#include "plugin/frame/krr-cargo.h"
#include "plugin/frame/krr-layers.h"
#include "plugin/frame/krr-nstime.h"
#include "plugin/kms/krr-http.h"

/* A message with a list of recipients in it names many; these are candidates for a UID. */
#define MAX_IDENTITIES 64

/* Fields that events are made of. */
typedef enum StoryField {
    FIELD_ICMP,
    FIELD_ICMPV6,
    FIELD_MALFORMED,
    FIELD_SHORT,
    FIELD_KMS,
    FIELD_HTTP,
    FIELD_HTTP2,      /* a frame of HTTP/2: a part of a message */
    FIELD_HTTP_FIRST, /* from here on, fields of HTTP, in the order of KrrHttpField */
    FIELD_SIP = FIELD_HTTP_FIRST +
                KRR_N_HTTP_FIELDS, /* from here on, what tells a transaction from others */
    FIELD_KRR,
    FIELD_MIKEY,
    FIELD_STATUS, /* from here on, facts of a SIP message */
    FIELD_CALL_ID,
    FIELD_CSEQ,
    FIELD_CSEQ_METHOD,
    FIELD_BRANCH, /* up to here, what tells a transaction from others */
    FIELD_METHOD,
    FIELD_FROM_TAG,
    FIELD_TO_TAG,
    FIELD_CONTENT_TYPE,
    FIELD_BODY,
    FIELD_PART_TYPE,
    FIELD_REQUEST_URI, /* this one and those that follow may name users */
    FIELD_FROM,
    FIELD_TO,
    FIELD_PAI,
    FIELD_PPI,
    FIELD_XML_TEXT, /* of an mcptt-info body */
    N_FIELDS
} StoryField;

static const char *const field_names[N_FIELDS] = {
    [FIELD_SIP] = "sip",
    [FIELD_ICMP] = "icmp",
    [FIELD_ICMPV6] = "icmpv6",
    [FIELD_KRR] = "krr",
    [FIELD_MIKEY] = "mikey_sakke",
    [FIELD_MALFORMED] = "_ws.malformed",
    [FIELD_SHORT] = "_ws.short",
    [FIELD_KMS] = "krr.kms",
    [FIELD_HTTP] = "http",
    [FIELD_HTTP2] = "http2.stream",
    [FIELD_METHOD] = "sip.Method",
    [FIELD_STATUS] = "sip.Status-Code",
    [FIELD_CALL_ID] = "sip.Call-ID",
    [FIELD_CSEQ] = "sip.CSeq.seq",
    [FIELD_CSEQ_METHOD] = "sip.CSeq.method",
    [FIELD_BRANCH] = "sip.Via.branch",
    [FIELD_FROM_TAG] = "sip.from.tag",
    [FIELD_TO_TAG] = "sip.to.tag",
    [FIELD_CONTENT_TYPE] = "sip.Content-Type",
    [FIELD_BODY] = "sip.msg_body",
    [FIELD_PART_TYPE] = "mime_multipart.header.content-type",
    [FIELD_REQUEST_URI] = "sip.r-uri",
    [FIELD_FROM] = "sip.from.addr",
    [FIELD_TO] = "sip.to.addr",
    [FIELD_PAI] = "sip.pai.addr",
    [FIELD_PPI] = "sip.ppi.addr",
    [FIELD_XML_TEXT] = "xml.cdata",
};

static const char *const krr_types[] = {KRR_MEDIA_TYPE};

/* Bodies that nobody without the key can read. */
static const char *const opaque_types[] = {"application/pkcs7-mime", "multipart/encrypted"};

static const char *const user_schemes[] = {"sip:", "sips:", "tel:"};

struct KrrStory {
    KrrStorySink sink;
    KrrHidden *hidden;
    int proto_http2;
    int fields[N_FIELDS];
    guint8 *field_of; /* StoryField by Wireshark's number of the field; N_FIELDS: none of ours */
    guint count;      /* how many numbers it knows */
};

/* The way through the tree of a frame. */
typedef struct FrameWalk {
    const KrrStory *story;
    packet_info *pinfo;
    tvbuff_t *tvb;     /* the frame */
    GPtrArray *events; /* of StoryEvent: one a SIP message, in the order of the frame */
    KrrCargo *cargo;   /* what the frame carries */
    guint count;       /* of it */
    guint krrs;        /* where in it to look for the document that is met next in the tree */
    guint mikeys;      /* likewise, for the MIKEY-SAKKE message */
    guint kms;         /* likewise, for what a KMS or its user says */
    StoryEvent *http;  /* of the HTTP message that what is met next is the body of; NULL: none */
    guint message;     /* the index of the event of the message at hand */
    bool promises_krr; /* the message at hand says that its body is a KRR */
    bool has_body;     /* the message at hand has one */
} FrameWalk;

/* ---- the SIP message in the tree ---- */

static StoryField field_of(const KrrStory *story, const proto_node *node)
{
    const field_info *info = PNODE_FINFO(node);

    return info && (guint)info->hfinfo->id < story->count ? story->field_of[info->hfinfo->id]
                                                          : N_FIELDS;
}

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

static void take_text(StoryEvent *event, StoryField field, const char *value)
{
    StorySip *sip = &event->sip;
    char **const texts[N_FIELDS] = {
        [FIELD_METHOD] = &sip->method,           [FIELD_CSEQ_METHOD] = &sip->method,
        [FIELD_CALL_ID] = &sip->call_id,         [FIELD_BRANCH] = &sip->branch,
        [FIELD_FROM_TAG] = &sip->from_tag,       [FIELD_TO_TAG] = &sip->to_tag,
        [FIELD_REQUEST_URI] = &sip->request_uri,
    };

    if (texts[field]) {
        set_text(texts[field], value);
    }
    if ((field == FIELD_CONTENT_TYPE || field == FIELD_PART_TYPE) &&
        has_media_type(value, opaque_types, G_N_ELEMENTS(opaque_types))) {
        event->opaque = true;
    }
}

static void take_field(StoryEvent *event, StoryField field, field_info *info)
{
    if (field == FIELD_STATUS) {
        event->sip.status = event->sip.status ? event->sip.status : krr_finfo_uint(info);
    } else if (field == FIELD_CSEQ) {
        event->sip.cseq = krr_finfo_uint(info);
    } else {
        take_text(event, field, krr_finfo_string(info));
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

/* Does a frame that was cut short show that it carried something of ours? */
static bool mentions_cargo(tvbuff_t *frame)
{
    static const char *const marks[] = {"kmsredirectresponse", "key-mgmt:mikey",
                                        "application/mikey"};
    gsize length = tvb_captured_length(frame);
    const char *octets = (const char *)tvb_get_ptr(frame, 0, (int)length);
    gsize run;

    /* From zero to zero, since strings are searched for. */
    for (gsize i = 0; i < length; i += run + 1) {
        run = strnlen(octets + i, length - i);
        for (gsize mark = 0; mark < G_N_ELEMENTS(marks); mark++) {
            if (g_strstr_len(octets + i, (gssize)run, marks[mark])) {
                return true;
            }
        }
    }
    return false;
}

/* No dissector is called for a body without octets. */
static void add_empty_krr(StoryEvent *event)
{
    g_autoptr(KrrDocument) document =
        krr_document_parse((const guint8 *)"", 0, krr_vocabulary_default());

    story_event_add_krr(event, document, STORY_CARRIER_OTHER);
}

static void finish_message(const FrameWalk *frame, StoryEvent *event)
{
    if (frame->promises_krr && !frame->has_body && !event->cut && !event->opaque) {
        add_empty_krr(event);
    }
    name_carriers(event);
    /* Wireshark's SIP dissector gives up on a message that the capture cut short before it comes
     * to the headers, let alone the body. */
    if (event->cut && !event->sip.call_id) {
        event->opaque = true;
        event->cut_bodies += mentions_cargo(frame->tvb) ? 1 : 0;
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
    const guint around = frame->message; /* a message may hold another one */
    const guint own = frame->events->len;
    StoryEvent *event = new_event(frame->pinfo);

    event->has_sip = true;
    frame->message = own;
    g_ptr_array_add(frame->events, event);
    frame->promises_krr = frame->has_body = false;
    walk(frame, node, event);
    if (!is_message(event) && own == frame->events->len - 1) {
        g_ptr_array_set_size(frame->events, (gint)own);
        story_event_free(event);
    } else {
        finish_message(frame, event);
    }
    frame->message = around;
}

/* What could not be dissected to its end: beneath the message, or behind the last one. */
static void mark_broken(const FrameWalk *frame, StoryEvent *event)
{
    if (!event->has_sip && frame->events->len > 0) {
        event = g_ptr_array_index(frame->events, frame->events->len - 1);
    }
    event->opaque = true;
}

static KrrCargo *next_krr(FrameWalk *frame)
{
    while (frame->krrs < frame->count && !frame->cargo[frame->krrs].krr) {
        frame->krrs++;
    }
    return frame->krrs < frame->count ? &frame->cargo[frame->krrs++] : NULL;
}

static KrrCargo *next_mikey(FrameWalk *frame)
{
    while (frame->mikeys < frame->count && !frame->cargo[frame->mikeys].mikey) {
        frame->mikeys++;
    }
    return frame->mikeys < frame->count ? &frame->cargo[frame->mikeys++] : NULL;
}

static const KmsMessage *next_kms(FrameWalk *frame)
{
    while (frame->kms < frame->count && !frame->cargo[frame->kms].kms) {
        frame->kms++;
    }
    return frame->kms < frame->count ? frame->cargo[frame->kms++].kms : NULL;
}

/* @param cargo    NULL: there is none
 *  @param message  the index of the event */
static void take_cargo(StoryEvent *event, KrrCargo *cargo, guint message)
{
    if (!cargo) {
        return;
    }
    cargo->message = message;
    if (cargo->krr) {
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

    if (event && krr_http_is_message(event)) {
        g_ptr_array_add(frame->events, g_steal_pointer(&event));
    } else if (event && holds_something(event)) {
        story_event_forget_http(event);
        g_ptr_array_add(frame->events, g_steal_pointer(&event));
    }
}

/* What follows is of another message, with its body somewhere behind it. */
static void begin_http(FrameWalk *frame)
{
    end_http(frame);
    frame->http = new_event(frame->pinfo);
    story_event_add_http(frame->http, STORY_HTTP_BODY);
}

static void take_kms(FrameWalk *frame)
{
    const KmsMessage *message = next_kms(frame);

    if (message && frame->http && !frame->http->http->message) {
        frame->http->http->message = kms_message_copy(message);
    }
}

/* @return whether the field is one of HTTP */
static bool visit_http(FrameWalk *frame, proto_node *node, StoryField field)
{
    if (field == FIELD_HTTP || field == FIELD_HTTP2) {
        begin_http(frame);
    } else if (field == FIELD_KMS) {
        take_kms(frame);
    } else if (field >= FIELD_HTTP_FIRST && field < FIELD_SIP && frame->http) {
        krr_http_take(frame->http->http, (KrrHttpField)(field - FIELD_HTTP_FIRST),
                      PNODE_FINFO(node));
    }
    return field >= FIELD_KMS && field < FIELD_SIP;
}

/* ---- all ---- */

static void visit(FrameWalk *frame, proto_node *node, StoryField field, StoryEvent *event)
{
    guint message = event->has_sip ? frame->message : KRR_CARGO_NO_MESSAGE;

    if (visit_http(frame, node, field)) {
        return;
    }
    if (!event->has_sip && field == FIELD_KRR && frame->http) {
        event = frame->http;
    }
    if (field == FIELD_KRR) {
        take_cargo(event, next_krr(frame), message);
    } else if (field == FIELD_MIKEY) {
        take_cargo(event, next_mikey(frame), message);
    } else if (field == FIELD_MALFORMED || field == FIELD_SHORT) {
        mark_broken(frame, event);
    } else if (field == FIELD_BODY) {
        frame->has_body = true;
    } else if (field >= FIELD_STATUS && field < N_FIELDS && event->has_sip) {
        frame->promises_krr |=
            field == FIELD_CONTENT_TYPE &&
            has_media_type(krr_finfo_string(PNODE_FINFO(node)), krr_types, G_N_ELEMENTS(krr_types));
        take_field(event, field, PNODE_FINFO(node));
        /* Candidates for the UIDs of an offer; most frames have none to resolve. */
        if (field >= FIELD_REQUEST_URI && frame->count > 0) {
            add_identity(event->sip.identities, krr_finfo_string(PNODE_FINFO(node)));
        }
    }
}

/* Takes what stands beneath a node. The depth of a tree is bounded by Wireshark.
 *  @param event  of the SIP message around the node, else that of what no message carries */
static void walk(FrameWalk *frame, proto_node *node, StoryEvent *event)
{
    for (proto_node *child = node->first_child; child; child = child->next) {
        StoryField field = field_of(frame->story, child);
        if (field == FIELD_ICMP || field == FIELD_ICMPV6) {
            continue; /* what ICMP quotes was sent in another frame, and is not tapped */
        }
        if (field == FIELD_SIP) {
            end_http(frame);
            walk_message(frame, child);
            continue;
        }
        visit(frame, child, field, event);
        walk(frame, child, event);
    }
}

/* All events of the frame, those of SIP messages first. */
static GPtrArray *frame_events(const KrrStory *story, packet_info *pinfo, tvbuff_t *tvb,
                               proto_tree *tree)
{
    FrameWalk frame = {.story = story, .pinfo = pinfo, .tvb = tvb, .events = g_ptr_array_new()};
    g_autoptr(StoryEvent) others = new_event(pinfo);
    KrrCargo *cargo;

    frame.cargo = krr_cargo_of(pinfo, &frame.count);
    walk(&frame, tree, others);
    end_http(&frame);
    while ((cargo = next_krr(&frame)) || (cargo = next_mikey(&frame))) {
        take_cargo(others, cargo, KRR_CARGO_NO_MESSAGE);
    }
    if (holds_something(others)) {
        g_ptr_array_add(frame.events, g_steal_pointer(&others));
    }
    return frame.events;
}

/* A SIP message that the capture cut short need not have been taken for one. */
bool krr_story_may_tell(const KrrStory *story, packet_info *pinfo)
{
    guint count;

    return krr_cargo_of(pinfo, &count) || pinfo->fd->cap_len < pinfo->fd->pkt_len ||
           krr_has_layer(pinfo, story->fields[FIELD_SIP]);
}

static bool may_tell_http(const KrrStory *story, packet_info *pinfo)
{
    return krr_has_layer(pinfo, story->fields[FIELD_HTTP]) ||
           krr_has_layer(pinfo, story->proto_http2);
}

/* ---- the story ---- */

static bool resolve_fields(KrrStory *story, GError **error)
{
    for (StoryField field = 0; field < N_FIELDS; field++) {
        const char *name = field >= FIELD_HTTP_FIRST && field < FIELD_SIP
                               ? krr_http_fields[field - FIELD_HTTP_FIRST]
                               : field_names[field];
        const header_field_info *info = proto_registrar_get_byname(name);
        if (!info) {
            g_set_error(error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                        "this Wireshark has no field \"%s\"", name);
            return false;
        }
        story->fields[field] = info->id;
    }
    return true;
}

/* A visible tree has hundreds of items, nearly all of which are none of ours. */
static void index_fields(KrrStory *story)
{
    for (StoryField field = 0; field < N_FIELDS; field++) {
        story->count = MAX(story->count, (guint)story->fields[field] + 1);
    }
    story->field_of = g_malloc(story->count);
    memset(story->field_of, N_FIELDS, story->count);
    for (StoryField field = 0; field < N_FIELDS; field++) {
        story->field_of[story->fields[field]] = field;
    }
}

KrrStory *krr_story_new(KrrStorySink sink, GError **error)
{
    g_autoptr(KrrStory) story = g_new0(KrrStory, 1);

    story->sink = sink;
    if (!resolve_fields(story, error)) {
        return NULL;
    }
    index_fields(story);
    story->hidden = krr_hidden_new();
    story->proto_http2 = proto_get_id_by_filter_name("http2");
    return g_steal_pointer(&story);
}

void krr_story_begin(KrrStory *story)
{
    krr_hidden_begin(story->hidden);
}

void krr_story_prime(const KrrStory *story, struct epan_dissect *edt)
{
    for (StoryField field = 0; field < N_FIELDS; field++) {
        epan_dissect_prime_with_hfid(edt, story->fields[field]);
    }
}

GArray *krr_story_fields(const KrrStory *story, KrrStoryFacts facts)
{
    const StoryField first = facts == KRR_STORY_TRANSACTIONS ? FIELD_SIP : 0;
    const StoryField end = facts == KRR_STORY_TRANSACTIONS ? FIELD_BRANCH + 1 : N_FIELDS;
    GArray *fields = g_array_sized_new(FALSE, FALSE, sizeof story->fields[0], end - first);

    g_array_append_vals(fields, story->fields + first, end - first);
    return fields;
}

void krr_story_tell(const KrrStory *story, packet_info *pinfo, tvbuff_t *tvb, proto_tree *tree,
                    gpointer data)
{
    if (!tree) {
        return;
    }
    if (krr_hidden_take(story->hidden, pinfo)) {
        StoryEvent *event = new_event(pinfo);
        story_event_add_http(event, STORY_HTTP_HIDDEN);
        story->sink(event, data);
    }
    if (!krr_story_may_tell(story, pinfo) && !may_tell_http(story, pinfo)) {
        return;
    }
    g_autoptr(GPtrArray) events = frame_events(story, pinfo, tvb, tree);
    for (guint i = 0; i < events->len; i++) {
        story->sink(g_ptr_array_index(events, i), data);
    }
}

void krr_story_free(KrrStory *story)
{
    if (story) {
        krr_hidden_free(story->hidden);
        g_free(story->field_of);
        g_free(story);
    }
}
