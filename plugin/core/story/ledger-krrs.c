/* ledger-krrs.c
 * The KRRs of the ledger, and bodies that should have been ones, each however often it was seen
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include <string.h>

#include "core/document/krr-keeping.h"
#include "core/story/ledger-private.h"
#include "core/story/story-frames.h"

#define MAX_KRR_OCTETS ((gsize)LEDGER_MAX_KRR_MIB * 1024 * 1024)
/* What the ledger and the rules take for a KRR beside its document: the object with its arrays, its
 * first sighting, its places in tables and in a negotiation. */
#define KRR_OCTETS (sizeof(StoryKrr) + 320)

void ledger_krr_free(gpointer data)
{
    StoryKrr *krr = data;

    krr_document_unref(krr->document);
    g_array_unref(krr->frames);
    g_array_unref(krr->wrong_frames);
    g_ptr_array_unref(krr->legs);
    g_free(krr);
}

void ledger_malformed_free(gpointer data)
{
    StoryMalformed *malformed = data;

    krr_document_unref(malformed->document);
    g_array_unref(malformed->frames);
    g_free(malformed);
}

/* Is there room for that many octets more? Notes what there is none for. */
static bool take_room(Ledger *ledger, gsize octets)
{
    if (octets > MAX_KRR_OCTETS - ledger->krr_octets) {
        ledger->omissions.krrs++;
        return false;
    }
    ledger->krr_octets += octets;
    return true;
}

/* Notes a sighting, as long as there is room; the first one always. */
static void note_sighting(Ledger *ledger, GArray *frames, StoryFrame frame)
{
    guint before = frames->len;

    if (before > 0 && ledger->krr_octets + sizeof(StoryFrame) > MAX_KRR_OCTETS) {
        ledger->omissions.krrs++;
        return;
    }
    story_frames_append(frames, frame);
    if (before > 0 && frames->len > before) {
        ledger->krr_octets += sizeof(StoryFrame);
    }
}

/* Makes a document of which something is to be kept as light as can be; false where there is no room
 *  for it, or for @p octets besides. */
static bool keep_document(Ledger *ledger, KrrDocument *document, gsize octets)
{
    bool is_kept = document->texts == ledger->texts;

    if (!is_kept) {
        octets += krr_document_weight(document, ledger->texts);
    }
    if (!take_room(ledger, octets)) {
        return false;
    }
    krr_document_share(document, ledger->texts);
    return true;
}

/* @return NULL where there are too many */
static StoryKrr *krr_register(Ledger *ledger, const Krr *facts, KrrDocument *document)
{
    StoryKrr *krr = g_hash_table_lookup(ledger->krr_by_digest, facts->digest);

    if (!krr && ledger->krrs->len >= LEDGER_MAX_KRRS) {
        ledger->omissions.krrs++;
        return NULL;
    }
    if (!krr && !keep_document(ledger, document, KRR_OCTETS)) {
        return NULL;
    }
    if (!krr) {
        krr = g_new0(StoryKrr, 1);
        krr->krr = facts;
        krr->document = krr_document_ref(document);
        krr->carrier = STORY_CARRIER_EMBEDDED;
        krr->depth = facts->depth;
        krr->frames = story_frames_new();
        krr->wrong_frames = story_frames_new();
        krr->legs = g_ptr_array_new();
        g_ptr_array_add(ledger->krrs, krr);
        krr->number = ledger->krrs->len;
        g_hash_table_insert(ledger->krr_by_digest, facts->digest, krr);
    }
    krr->depth = MIN(krr->depth, facts->depth);
    return krr;
}

/* Registers a KRR and those beneath it; the depth is bounded by KRR_MAX_DEPTH.
 *  @return NULL where there are too many */
static StoryKrr *krr_sight(Ledger *ledger, const Krr *facts, KrrDocument *document,
                           StoryFrame frame)
{
    StoryKrr *krr = krr_register(ledger, facts, document);

    if (!krr) {
        return NULL;
    }
    note_sighting(ledger, krr->frames, frame);
    for (guint i = 0; i < facts->embedded->len; i++) {
        StoryKrr *sub = krr_sight(ledger, facts->embedded->pdata[i], document, frame);
        if (i == 0) {
            krr->embeds = sub;
        }
    }
    static const KrrElement identities[] = {KRR_ELEMENT_IDRI, KRR_ELEMENT_IDRR};
    for (guint i = 0; i < G_N_ELEMENTS(identities); i++) {
        const char *identity = krr_text(facts, identities[i]);
        if (identity && strlen(identity) <= LEDGER_MAX_IDENTITY) {
            uid_resolver_add(ledger->resolver, identity, STORY_IDENTITY_KRR);
        }
    }
    return krr;
}

/* What carried the KRR, where that is neither a SIP 488 nor an upload; else NULL. */
static const char *wrong_carrier(const StoryEvent *event, StoryCarrier carrier)
{
    if (carrier == STORY_CARRIER_KMS_UPLOAD || (event->has_sip && event->sip.status == 488)) {
        return NULL;
    }
    if (!event->has_sip) {
        return carrier == STORY_CARRIER_MIKEY ? "a MIKEY message without SIP"
                                              : "a message that is no SIP";
    }
    return event->sip.status == 0 ? "a SIP request" : "a SIP response other than 488";
}

static void krr_sight_alone(Ledger *ledger, StoryKrr *krr, const StoryEvent *event,
                            StoryCarrier carrier)
{
    const char *wrong = wrong_carrier(event, carrier);

    if (!krr->seen_alone) {
        krr->seen_alone = true;
        krr->first_alone = event->frame;
        krr->carrier = carrier;
    }
    if (event->has_sip && !krr->has_first_sip) {
        krr->has_first_sip = true;
        krr->first_sip = event->frame;
    }
    if (wrong) {
        krr->wrong_carrier = krr->wrong_carrier ? krr->wrong_carrier : wrong;
        note_sighting(ledger, krr->wrong_frames, event->frame);
    }
}

static void malformed_sight(Ledger *ledger, KrrDocument *document, StoryFrame frame)
{
    StoryMalformed *malformed =
        g_hash_table_lookup(ledger->malformed_by_digest, document->body_digest);

    if (!malformed && ledger->malformed->len >= LEDGER_MAX_KRRS) {
        ledger->omissions.krrs++;
        return;
    }
    if (!malformed && !keep_document(ledger, document, KRR_OCTETS)) {
        return;
    }
    if (!malformed) {
        malformed = g_new0(StoryMalformed, 1);
        malformed->document = krr_document_ref(document);
        malformed->frames = story_frames_new();
        g_ptr_array_add(ledger->malformed, malformed);
        g_hash_table_insert(ledger->malformed_by_digest, document->body_digest, malformed);
    }
    note_sighting(ledger, malformed->frames, frame);
}

void ledger_take_krrs(Ledger *ledger, const StoryEvent *event, StoryLeg *leg)
{
    for (guint i = 0; i < event->krrs->len; i++) {
        const StoryKrrSeen *seen = g_ptr_array_index(event->krrs, i);
        if (seen->document->error) {
            malformed_sight(ledger, seen->document, event->frame);
        }
        for (guint k = 0; k < seen->document->krrs->len; k++) {
            StoryKrr *krr =
                krr_sight(ledger, seen->document->krrs->pdata[k], seen->document, event->frame);
            if (!krr) {
                if (leg) {
                    leg->answer_unreadable = true; /* it seems to have no KRR, but it had one */
                }
                continue;
            }
            krr_sight_alone(ledger, krr, event, seen->carrier);
            ledger_expiry_note_krr(ledger, krr->krr, leg, event->frame.time_ns);
            if (leg && ledger_leg_may_matter(ledger, leg)) {
                ledger_leg_add_krr(leg, krr, event->frame);
            } else if (leg) {
                leg->answer_unreadable = true;
            }
        }
    }
}

GPtrArray *ledger_krrs_of(const Ledger *ledger, const StoryEvent *event, bool *whole)
{
    GPtrArray *krrs = event->krrs->len > 0 ? g_ptr_array_new() : NULL;

    *whole = event->cut_bodies == 0;
    for (guint i = 0; i < event->krrs->len; i++) {
        const KrrDocument *document = ((const StoryKrrSeen *)event->krrs->pdata[i])->document;
        *whole = *whole && !document->error;
        for (guint k = 0; k < document->krrs->len; k++) {
            const Krr *facts = g_ptr_array_index(document->krrs, k);
            StoryKrr *krr = g_hash_table_lookup(ledger->krr_by_digest, facts->digest);
            *whole = *whole && krr;
            if (krr) {
                g_ptr_array_add(krrs, krr);
            }
        }
    }
    return krrs;
}
