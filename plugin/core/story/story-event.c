/* story-event.c
 * What one message of a capture adds to the story
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "story-event.h"

static const char *const carrier_names[STORY_N_CARRIERS] = {
    [STORY_CARRIER_SIP_488] = "sip-488", [STORY_CARRIER_SIP_OTHER] = "sip-other",
    [STORY_CARRIER_MIKEY] = "mikey",     [STORY_CARRIER_KMS_UPLOAD] = "kms-upload",
    [STORY_CARRIER_OTHER] = "other",     [STORY_CARRIER_EMBEDDED] = "embedded",
};

const char *story_carrier_name(StoryCarrier carrier)
{
    return carrier_names[carrier];
}

static void krr_seen_free(StoryKrrSeen *seen)
{
    krr_document_unref(seen->document);
    g_free(seen);
}

StoryEvent *story_event_new(void)
{
    StoryEvent *event = g_new0(StoryEvent, 1);

    event->sip.identities = g_ptr_array_new_with_free_func(g_free);
    event->offers = g_ptr_array_new_with_free_func((GDestroyNotify)mikey_offer_unref);
    event->krrs = g_ptr_array_new_with_free_func((GDestroyNotify)krr_seen_free);
    return event;
}

static void story_sip_clear(StorySip *sip)
{
    g_free(sip->method);
    g_free(sip->call_id);
    g_free(sip->branch);
    g_free(sip->from_tag);
    g_free(sip->to_tag);
    g_free(sip->request_uri);
    g_ptr_array_unref(sip->identities);
}

void story_event_free(StoryEvent *event)
{
    if (!event) {
        return;
    }
    g_free(event->source);
    g_free(event->destination);
    story_sip_clear(&event->sip);
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
