/* krr-story.c
 * From the dissection of a frame to events of the story
 *
 * The dissectors tap what a message carries before the SIP dissector taps the message, so what is
 * pending when a "sip" packet comes is what that message carried. Facts of the message itself are
 * taken from its part of the tree: the tap has few of them, and where one SIP message holds another
 * it has those of the wrong one.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "krr-story.h"

#include "wireshark-compat.h"

#include <epan/address.h>
#include <epan/tap.h>
#include <epan/to_str.h>
#include <gio/gio.h>

#include "krr-tap.h"

/* A message with a list of recipients in it names many; these are candidates for a UID. */
#define MAX_IDENTITIES 64

/** Fields that events are made of. */
typedef enum StoryField {
    FIELD_SIP,
    FIELD_ICMP,
    FIELD_ICMPV6,
    FIELD_METHOD,
    FIELD_STATUS,
    FIELD_CALL_ID,
    FIELD_CSEQ,
    FIELD_CSEQ_METHOD,
    FIELD_BRANCH,
    FIELD_FROM_TAG,
    FIELD_TO_TAG,
    FIELD_CONTENT_TYPE,
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
    [FIELD_METHOD] = "sip.Method",
    [FIELD_STATUS] = "sip.Status-Code",
    [FIELD_CALL_ID] = "sip.Call-ID",
    [FIELD_CSEQ] = "sip.CSeq.seq",
    [FIELD_CSEQ_METHOD] = "sip.CSeq.method",
    [FIELD_BRANCH] = "sip.Via.branch",
    [FIELD_FROM_TAG] = "sip.from.tag",
    [FIELD_TO_TAG] = "sip.to.tag",
    [FIELD_CONTENT_TYPE] = "sip.Content-Type",
    [FIELD_PART_TYPE] = "mime_multipart.header.content-type",
    [FIELD_REQUEST_URI] = "sip.r-uri",
    [FIELD_FROM] = "sip.from.addr",
    [FIELD_TO] = "sip.to.addr",
    [FIELD_PAI] = "sip.pai.addr",
    [FIELD_PPI] = "sip.ppi.addr",
    [FIELD_XML_TEXT] = "xml.cdata",
};

/* Bodies that nobody without the key can read. */
static const char *const opaque_types[] = {"application/pkcs7-mime", "multipart/encrypted"};

static const char *const user_schemes[] = {"sip:", "sips:", "tel:"};

/** Taps that are listened to, in no particular order. */
typedef enum StoryTap { TAP_KRR, TAP_MIKEY, TAP_SIP, N_TAPS } StoryTap;

struct KrrStory {
    KrrStorySink sink;
    gpointer data;
    int fields[N_FIELDS];
    KrrStory *taps[N_TAPS]; /**< itself: a listener is known by the address of its data */
    StoryEvent *pending;    /**< what the frame showed and no SIP message has taken yet, or NULL */
    epan_dissect_t *edt;    /**< of the frame that pending is from */
    guint messages;         /**< SIP messages of the frame that are done */
};

/* ---- the SIP message in the tree ---- */

static StoryField field_of(const KrrStory *story, const proto_node *node)
{
    const field_info *info = PNODE_FINFO(node);
    StoryField field = 0;

    while (info && field < N_FIELDS && story->fields[field] != info->hfinfo->id) {
        field++;
    }
    return info ? field : N_FIELDS;
}

/** The SIP message whose dissection ended as number *skip (from 0) in the frame; counts *skip down.
 *
 *  A message inside another ends before that one. What ICMP quotes is no message of the frame, and
 *  not tapped. The depth of a tree is bounded by Wireshark. */
static proto_node *find_message(const KrrStory *story, proto_node *node, guint *skip)
{
    StoryField field = field_of(story, node);

    if (field == FIELD_ICMP || field == FIELD_ICMPV6) {
        return NULL;
    }
    for (proto_node *child = node->first_child; child; child = child->next) {
        proto_node *found = find_message(story, child, skip);
        if (found) {
            return found;
        }
    }
    if (field != FIELD_SIP) {
        return NULL;
    }
    return (*skip)-- == 0 ? node : NULL;
}

/** Sets a text that is not set yet: the first Via is the topmost. */
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

static void take_content_type(StoryEvent *event, const char *value)
{
    while (g_ascii_isspace(*value)) {
        value++;
    }
    if (has_prefix_of(value, opaque_types, G_N_ELEMENTS(opaque_types))) {
        event->opaque = true;
    }
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
    if (field == FIELD_CONTENT_TYPE || field == FIELD_PART_TYPE) {
        take_content_type(event, value);
    }
    /* Identities stand for the UIDs of an offer; a KRR has its own. */
    if (field >= FIELD_REQUEST_URI && event->offers->len + event->krrs->len > 0) {
        add_identity(sip->identities, value);
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

/** Takes what stands beneath a SIP message, but not what belongs to a message inside it. */
static void take_message(const KrrStory *story, StoryEvent *event, proto_node *node)
{
    for (proto_node *child = node->first_child; child; child = child->next) {
        StoryField field = field_of(story, child);
        if (field == FIELD_SIP) {
            continue;
        }
        if (field > FIELD_ICMPV6 && field < N_FIELDS) {
            take_field(event, field, PNODE_FINFO(child));
        }
        take_message(story, event, child);
    }
}

/* ---- events ---- */

static gint64 nanoseconds(const nstime_t *time)
{
    const gint64 second = G_GINT64_CONSTANT(1000000000);

    /* The times of a broken capture may be anything. */
    if (time->secs >= G_MAXINT64 / second || time->secs <= G_MININT64 / second) {
        return 0;
    }
    return (gint64)time->secs * second + time->nsecs;
}

static char *address_text(packet_info *pinfo, const address *host)
{
    return g_strdup(address_to_str(pinfo->pool, host));
}

static StoryEvent *new_event(packet_info *pinfo)
{
    StoryEvent *event = story_event_new();

    event->frame = (StoryFrame){.number = pinfo->num, .time_ns = nanoseconds(&pinfo->abs_ts)};
    event->source = address_text(pinfo, &pinfo->src);
    event->destination = address_text(pinfo, &pinfo->dst);
    event->source_port = (guint16)pinfo->srcport;
    event->destination_port = (guint16)pinfo->destport;
    event->cut = pinfo->fd->cap_len < pinfo->fd->pkt_len;
    return event;
}

/** The event that gathers what the next SIP message carried. */
static StoryEvent *pending_event(KrrStory *story, packet_info *pinfo, epan_dissect_t *edt)
{
    if (!story->pending) {
        story->pending = new_event(pinfo);
        story->edt = edt;
    }
    return story->pending;
}

/** KRRs that nothing but the message itself carried. */
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

/** Makes the event that of the next SIP message in the tree; false where there is none. */
static bool take_next_message(KrrStory *story, StoryEvent *event, epan_dissect_t *edt)
{
    guint skip = story->messages;
    proto_node *node = edt->tree ? find_message(story, edt->tree, &skip) : NULL;

    if (!node) {
        return false;
    }
    story->messages++;
    event->has_sip = true;
    take_message(story, event, node);
    name_carriers(event);
    return true;
}

/* ---- listeners ---- */

static StoryCarrier carrier_of(const KrrTap *krr)
{
    if (krr->in_mikey) {
        return STORY_CARRIER_MIKEY;
    }
    if (krr->in_http && krr->document->kind == KRR_DOCUMENT_KMS_REQUEST) {
        return STORY_CARRIER_KMS_UPLOAD;
    }
    return STORY_CARRIER_OTHER; /* unless a SIP message takes it */
}

static tap_packet_status on_krr(void *tap_data, packet_info *pinfo, epan_dissect_t *edt,
                                const void *data, tap_flags_t flags)
{
    KrrStory *story = *(KrrStory **)tap_data;
    StoryEvent *event = pending_event(story, pinfo, edt);
    const KrrTap *krr = data;

    (void)flags;
    if (krr->document) {
        story_event_add_krr(event, krr->document, carrier_of(krr));
    } else {
        event->cut = true;
        event->cut_bodies++;
    }
    return TAP_PACKET_DONT_REDRAW;
}

static tap_packet_status on_mikey(void *tap_data, packet_info *pinfo, epan_dissect_t *edt,
                                  const void *data, tap_flags_t flags)
{
    KrrStory *story = *(KrrStory **)tap_data;
    StoryEvent *event = pending_event(story, pinfo, edt);
    const MikeySakkeTap *mikey = data;

    (void)flags;
    if (mikey->offer) {
        g_ptr_array_add(event->offers, mikey_offer_ref(mikey->offer));
    }
    if (mikey->cut) {
        event->cut = true;
        event->cut_bodies++;
    } else if (!mikey->offer) {
        event->opaque = true;
    }
    return TAP_PACKET_DONT_REDRAW;
}

static tap_packet_status on_sip(void *tap_data, packet_info *pinfo, epan_dissect_t *edt,
                                const void *data, tap_flags_t flags)
{
    KrrStory *story = *(KrrStory **)tap_data;
    StoryEvent *event = pending_event(story, pinfo, edt);

    (void)data;
    (void)flags;
    if (take_next_message(story, event, edt)) {
        story->pending = NULL;
        story->sink(event, story->data);
    }
    return TAP_PACKET_DONT_REDRAW;
}

static const struct {
    const char *name;
    tap_packet_cb callback;
    guint flags;
} listeners[N_TAPS] = {
    [TAP_KRR] = {"krr", on_krr, TL_REQUIRES_NOTHING},
    [TAP_MIKEY] = {"mikey_sakke", on_mikey, TL_REQUIRES_NOTHING},
    [TAP_SIP] = {"sip", on_sip, TL_REQUIRES_PROTO_TREE},
};

/* ---- the story ---- */

static bool resolve_fields(KrrStory *story, GError **error)
{
    for (StoryField field = 0; field < N_FIELDS; field++) {
        const header_field_info *info = proto_registrar_get_byname(field_names[field]);
        if (!info) {
            g_set_error(error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                        "this Wireshark has no field \"%s\"", field_names[field]);
            return false;
        }
        story->fields[field] = info->id;
    }
    return true;
}

static bool listen(KrrStory *story, GError **error)
{
    for (StoryTap tap = 0; tap < N_TAPS; tap++) {
        story->taps[tap] = story;
        GString *reason =
            register_tap_listener(listeners[tap].name, &story->taps[tap], NULL,
                                  listeners[tap].flags, NULL, listeners[tap].callback, NULL, NULL);
        if (reason) {
            g_set_error(error, G_IO_ERROR, G_IO_ERROR_FAILED, "no tap \"%s\": %s",
                        listeners[tap].name, reason->str);
            g_string_free(reason, TRUE);
            story->taps[tap] = NULL;
            return false;
        }
    }
    return true;
}

KrrStory *krr_story_new(KrrStorySink sink, gpointer data, GError **error)
{
    KrrStory *story = g_new0(KrrStory, 1);

    story->sink = sink;
    story->data = data;
    if (!resolve_fields(story, error) || !listen(story, error)) {
        krr_story_free(story);
        return NULL;
    }
    return story;
}

void krr_story_prime(const KrrStory *story, struct epan_dissect *edt)
{
    for (StoryField field = 0; field < N_FIELDS; field++) {
        epan_dissect_prime_with_hfid(edt, story->fields[field]);
    }
}

void krr_story_end_frame(KrrStory *story)
{
    StoryEvent *event = g_steal_pointer(&story->pending);

    if (event) {
        /* A message that another dissector could not read to its end stands in the tree, but is
         * not tapped. */
        if (take_next_message(story, event, story->edt)) {
            event->opaque = true;
        }
        story->sink(event, story->data);
    }
    story->edt = NULL;
    story->messages = 0;
}

void krr_story_free(KrrStory *story)
{
    if (!story) {
        return;
    }
    for (StoryTap tap = 0; tap < N_TAPS; tap++) {
        if (story->taps[tap]) {
            remove_tap_listener(&story->taps[tap]);
        }
    }
    story_event_free(story->pending);
    g_free(story);
}
