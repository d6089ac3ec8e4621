/* story-event.c
 * What one message of a capture adds to the story
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "core/event/story-event.h"

#include <string.h>

#include "core/document/krr-keeping.h"

/* What is allocated for an event whatever it says, its place among others included, and for an offer. */
#define EVENT_OCTETS (sizeof(StoryEvent) + 640)
#define OFFER_OCTETS (sizeof(MikeyOffer) + 512)

static const char *const carrier_names[STORY_N_CARRIERS] = {
    [STORY_CARRIER_SIP_488] = "sip-488", [STORY_CARRIER_SIP_OTHER] = "sip-other",
    [STORY_CARRIER_MIKEY] = "mikey",     [STORY_CARRIER_KMS_UPLOAD] = "kms-upload",
    [STORY_CARRIER_OTHER] = "other",     [STORY_CARRIER_EMBEDDED] = "embedded",
};

const char *story_carrier_name(StoryCarrier carrier)
{
    return carrier_names[carrier];
}

const char *krr_wrong_carrier(StoryCarrier carrier, guint status)
{
    if (carrier == STORY_CARRIER_KMS_UPLOAD || status == 488) {
        return NULL;
    }
    if (status == STORY_NO_SIP) {
        return carrier == STORY_CARRIER_MIKEY ? "a MIKEY message without SIP"
                                              : "a message that is no SIP";
    }
    return status == 0 ? "a SIP request" : "a SIP response other than 488";
}

static void krr_seen_free(StoryKrrSeen *seen)
{
    krr_document_unref(seen->document);
    g_free(seen);
}

static StoryEvent *event_new(GDestroyNotify free_text)
{
    StoryEvent *event = g_new0(StoryEvent, 1);

    event->sip.identities = g_ptr_array_new_with_free_func(free_text);
    event->offers = g_ptr_array_new_with_free_func((GDestroyNotify)mikey_offer_unref);
    event->krrs = g_ptr_array_new_with_free_func((GDestroyNotify)krr_seen_free);
    return event;
}

StoryEvent *story_event_new(void)
{
    return event_new(g_free);
}

StoryEvent *story_event_new_lent(GBytes *lender)
{
    StoryEvent *event = event_new(NULL);

    event->lender = g_bytes_ref(lender);
    return event;
}

static void free_texts(StoryEvent *event)
{
    StorySip *sip = &event->sip;

    g_free(event->source);
    g_free(event->destination);
    g_free(sip->method);
    g_free(sip->call_id);
    g_free(sip->branch);
    g_free(sip->from_tag);
    g_free(sip->to_tag);
    g_free(sip->request_uri);
    g_free(sip->contact);
}

static void story_http_free(StoryHttp *http)
{
    if (http) {
        g_free(http->argument);
        kms_message_free(http->message);
        g_free(http);
    }
}

void story_event_free(StoryEvent *event)
{
    if (!event) {
        return;
    }
    if (event->lender) {
        g_bytes_unref(event->lender);
    } else {
        free_texts(event);
    }
    g_ptr_array_unref(event->sip.identities);
    story_http_free(event->http);
    g_ptr_array_unref(event->offers);
    g_ptr_array_unref(event->krrs);
    g_free(event);
}

void story_event_add_krr(StoryEvent *event, KrrDocument *document, StoryCarrier carrier)
{
    StoryKrrSeen *seen = g_new0(StoryKrrSeen, 1);

    seen->document = krr_document_ref(document);
    seen->carrier = carrier;
    g_ptr_array_add(event->krrs, seen);
}

StoryHttp *story_event_add_http(StoryEvent *event, StoryHttpKind kind)
{
    event->http = g_new0(StoryHttp, 1);
    event->http->kind = kind;
    return event->http;
}

void story_event_forget_http(StoryEvent *event)
{
    g_clear_pointer(&event->http, story_http_free);
}

bool story_event_is_foreign(const StoryEvent *event)
{
    const StoryHttp *http = event->http;

    return http && http->resource == KMS_RESOURCE_NONE && !http->message &&
           event->krrs->len + event->cut_bodies == 0;
}

bool story_sip_awaits_answer(const StorySip *sip)
{
    return g_strcmp0(sip->method, "ACK") != 0 && g_strcmp0(sip->method, "CANCEL") != 0;
}

gsize story_text_weight(const char *text)
{
    return text ? strlen(text) : 0;
}

static gsize sip_weight(const StorySip *sip)
{
    gsize weight = story_text_weight(sip->method) + story_text_weight(sip->call_id) +
                   story_text_weight(sip->branch) + story_text_weight(sip->from_tag) +
                   story_text_weight(sip->to_tag) + story_text_weight(sip->request_uri) +
                   story_text_weight(sip->contact);

    for (guint i = 0; i < sip->identities->len; i++) {
        weight += sizeof(gpointer) + story_text_weight(g_ptr_array_index(sip->identities, i));
    }
    return weight;
}

static gsize offer_weight(const MikeyOffer *offer)
{
    return OFFER_OCTETS + story_text_weight(offer->idri) + story_text_weight(offer->idrr) +
           story_text_weight(offer->idrkmsi) + story_text_weight(offer->idrkmsr);
}

static gsize http_weight(const StoryHttp *http)
{
    const KmsMessage *message = http->message;
    gsize weight = sizeof *http + story_text_weight(http->argument);

    return !message
               ? weight
               : weight + sizeof *message + story_text_weight(message->user) +
                     story_text_weight(message->kms) + story_text_weight(message->request_url) +
                     story_text_weight(message->error);
}

gsize story_event_own_weight(const StoryEvent *event)
{
    gsize weight = EVENT_OCTETS + sip_weight(&event->sip);

    weight += event->http ? http_weight(event->http) : 0;
    for (guint i = 0; i < event->offers->len; i++) {
        weight += offer_weight(g_ptr_array_index(event->offers, i));
    }
    return weight;
}

gsize story_event_weight(const StoryEvent *event)
{
    gsize weight = story_event_own_weight(event);

    for (guint i = 0; i < event->krrs->len; i++) {
        weight += krr_document_weight(story_event_krr(event, i)->document, NULL);
    }
    return weight;
}
