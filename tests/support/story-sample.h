/* story-sample.h
 * Messages said in a few words, the story that they make, and both as text; for tests
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef STORY_SAMPLE_H
#define STORY_SAMPLE_H

#include "core/audit/audit.h"
#include "tests/support/krr-spec.h"

/* 2026-03-01T10:00:00Z: when stories begin. */
#define STORY_BASE_SECONDS G_GINT64_CONSTANT(1772359200)
#define STORY_MS           G_GINT64_CONSTANT(1000000)

/** One I_MESSAGE. */
typedef struct OfferSpec {
    const char *name; /**< two offers of one name are the same message */
    const char *idri;
    const char *idrr;
    const char *idrkmsi;
    const char *idrkmsr;
    guint purpose;  /**< MikeyKeyPurpose */
    bool hide_idri; /**< only the UID stands in the message */
    bool hide_idrr;
} OfferSpec;

/** One message of a capture. What is not said: SIP, an INVITE or its answer, CSeq 1, capture 1. */
typedef struct Message {
    gint64 ms; /**< after the beginning of the story */
    const char *from;
    const char *to;
    const char *call; /**< Call-ID, also makes the branch */
    guint status;     /**< 0: a request */
    const OfferSpec *offer;
    const OfferSpec *second_offer;
    const KrrSpec *krr;
    const KrrSpec *second_krr;
    const char *method;
    guint cseq;
    guint32 capture;
    const char *branch;
    const char *identities; /**< between blanks; NULL: those of the offer */
    bool no_sip;
    StoryCarrier carrier; /**< of KRRs outside SIP */
    bool cut;
    bool opaque;
    guint16 port;        /**< that it is sent from */
    const char *contact; /**< NULL: none */
} Message;

static inline gint64 story_time_ns(gint64 ms)
{
    return STORY_BASE_SECONDS * 1000 * STORY_MS + ms * STORY_MS;
}

static inline char *offer_spec_uid(const char *user, const char *kms, const KmsPolicy *policy)
{
    McxKeyPeriod period = kms_policy_key_period(policy, kms);
    guint8 uid[MCX_UID_LENGTH];
    GString *text = g_string_new(NULL);

    mcx_uid_compute(user, kms, period, mcx_uid_period_number(story_time_ns(0), period), uid);
    for (guint i = 0; i < MCX_UID_LENGTH; i++) {
        g_string_append_printf(text, "%02x", uid[i]);
    }
    return g_string_free(text, FALSE);
}

static inline MikeyOffer *offer_spec_make(const OfferSpec *spec, const KmsPolicy *policy)
{
    MikeyOffer *offer = mikey_offer_new();

    offer->digest = g_compute_checksum_for_string(G_CHECKSUM_SHA256, spec->name, -1);
    offer->data_type = MIKEY_DATA_TYPE_SAKKE;
    offer->csb_id = spec->purpose << 28 | 1;
    offer->whole = true;
    offer->has_time = true;
    offer->time_ns = story_time_ns(0);
    offer->idri = spec->hide_idri ? NULL : g_strdup(spec->idri);
    offer->idrr = spec->hide_idrr ? NULL : g_strdup(spec->idrr);
    offer->idrkmsi = g_strdup(spec->idrkmsi);
    offer->idrkmsr = g_strdup(spec->idrkmsr);
    offer->uidi = spec->hide_idri ? offer_spec_uid(spec->idri, spec->idrkmsi, policy) : NULL;
    offer->uidr = spec->hide_idrr ? offer_spec_uid(spec->idrr, spec->idrkmsr, policy) : NULL;
    return offer;
}

static inline void message_fill_sip(StorySip *sip, const Message *message)
{
    sip->status = message->status;
    sip->method = g_strdup(message->method ? message->method : "INVITE");
    sip->call_id = g_strdup(message->call);
    sip->cseq = message->cseq ? message->cseq : 1;
    sip->contact = g_strdup(message->contact);
    sip->branch = message->branch ? g_strdup(message->branch)
                                  : g_strdup_printf("z9hG4bK-%s-%u", message->call, sip->cseq);
    if (message->identities) {
        g_auto(GStrv) identities = g_strsplit(message->identities, " ", -1);
        for (guint i = 0; identities[i]; i++) {
            g_ptr_array_add(sip->identities, g_strdup(identities[i]));
        }
    } else if (message->offer) {
        g_ptr_array_add(sip->identities, g_strdup(message->offer->idri));
        g_ptr_array_add(sip->identities, g_strdup(message->offer->idrr));
    }
}

static inline void message_add_krr(StoryEvent *event, const Message *message, const KrrSpec *spec,
                                   const KrrSpec *otherwise)
{
    StoryCarrier carrier =
        event->sip.status == 488 ? STORY_CARRIER_SIP_488 : STORY_CARRIER_SIP_OTHER;
    g_autoptr(KrrDocument) document = krr_spec_parse(spec, otherwise);

    story_event_add_krr(event, document,
                        message->carrier || message->no_sip ? message->carrier : carrier);
}

/** @param number     of the frame in its capture
 *  @param otherwise  for what the KRRs do not say */
static inline StoryEvent *message_event(const Message *message, guint64 number,
                                        const KrrSpec *otherwise, const KmsPolicy *policy)
{
    const OfferSpec *offers[] = {message->offer, message->second_offer};
    const KrrSpec *krrs[] = {message->krr, message->second_krr};
    StoryEvent *event = story_event_new();

    event->frame.capture = message->capture ? message->capture : 1;
    event->frame.number = number;
    event->frame.time_ns = story_time_ns(message->ms);
    event->source = g_strdup(message->from);
    event->destination = g_strdup(message->to);
    event->source_port = message->port;
    event->has_sip = !message->no_sip;
    event->cut = message->cut;
    event->opaque = message->opaque;
    if (event->has_sip) {
        message_fill_sip(&event->sip, message);
    }
    for (guint i = 0; i < G_N_ELEMENTS(offers); i++) {
        if (offers[i]) {
            g_ptr_array_add(event->offers, offer_spec_make(offers[i], policy));
        }
        if (krrs[i]) {
            message_add_krr(event, message, krrs[i], otherwise);
        }
    }
    return event;
}

/** A finished ledger of messages that are in the order of time.
 *  @param listen  called with the ledger after each message but the last; NULL: nobody is */
static inline Ledger *story_tell_to(const Message *messages, guint count, const KrrSpec *otherwise,
                                    KmsPolicy *policy, void (*listen)(Ledger *, KmsPolicy *))
{
    Ledger *ledger = ledger_new(policy);
    guint64 numbers[4] = {0};

    for (guint i = 0; i < count; i++) {
        guint32 capture = messages[i].capture ? messages[i].capture : 1;
        g_assert_cmpuint(capture, <, G_N_ELEMENTS(numbers));
        if (listen && i > 0) {
            listen(ledger, policy);
        }
        ledger_add(ledger, message_event(&messages[i], ++numbers[capture], otherwise, policy));
    }
    ledger_finish(ledger);
    return ledger;
}

static inline Ledger *story_tell(const Message *messages, guint count, const KrrSpec *otherwise,
                                 KmsPolicy *policy)
{
    return story_tell_to(messages, count, otherwise, policy, NULL);
}

/* The story as text */

static inline void story_write_leg(GString *text, const StoryLeg *leg)
{
    g_string_append_printf(text, "%s>%s", leg->source, leg->destination);
    if (!leg->has_request) {
        g_string_append(text, "(no request)");
    }
    if (leg->status > 0) {
        g_string_append_printf(text, "/%u", leg->status);
    }
    for (guint i = 0; i < leg->krrs->len; i++) {
        g_string_append_printf(text, "/krr-%u", ((const StoryKrr *)leg->krrs->pdata[i])->number);
    }
}

static inline void story_write_attempt(GString *text, const StoryAttempt *attempt)
{
    const char *kmsi = story_attempt_idrkmsi(attempt);
    const char *kmsr = story_attempt_idrkmsr(attempt);

    if (attempt->offer) {
        g_string_append_printf(text, "\n  offer-%u", attempt->offer->number);
    } else {
        g_string_append(text, "\n  no offer");
    }
    g_string_append_printf(text, " (%s, %s) by %s, %u", kmsi ? kmsi : "?", kmsr ? kmsr : "?",
                           story_link_name(attempt->linked_by), attempt->status);
    if (attempt->received) {
        g_string_append_printf(text, ", received krr-%u", attempt->received->number);
    }
    for (guint i = 0; i < attempt->krrs->len; i++) {
        g_string_append_printf(text, "%s krr-%u", i == 0 ? " of" : "",
                               ((const StoryKrr *)attempt->krrs->pdata[i])->number);
    }
    for (guint i = 0; i < attempt->legs->len; i++) {
        g_string_append(text, i == 0 ? ": " : " ");
        story_write_leg(text, attempt->legs->pdata[i]);
    }
}

/** All negotiations as text, for people and for comparison. Caller frees. */
static inline char *story_text(const Ledger *ledger)
{
    const GPtrArray *negotiations = ledger_negotiations(ledger);
    GString *text = g_string_new(NULL);

    for (guint i = 0; i < negotiations->len; i++) {
        const StoryNegotiation *negotiation = g_ptr_array_index(negotiations, i);
        g_string_append_printf(text, "%s%s -> %s %s %s", i ? "\n" : "",
                               negotiation->idri ? negotiation->idri : "?",
                               negotiation->idrr ? negotiation->idrr : "?",
                               negotiation->purpose == STORY_PURPOSE_UNKNOWN
                                   ? "unknown"
                                   : mikey_purpose_name(negotiation->purpose),
                               story_outcome_name(negotiation->outcome));
        for (guint k = 0; k < negotiation->attempts->len; k++) {
            story_write_attempt(text, negotiation->attempts->pdata[k]);
        }
    }
    return g_string_free(text, FALSE);
}

/** The names of the rules that fired, notes aside, each once, in the order of the catalogue. */
static inline char *audit_text(const Audit *audit)
{
    bool fired[KRR_N_RULES] = {false};
    GString *text = g_string_new(NULL);

    for (guint i = 0; i < audit->findings->len; i++) {
        const AuditFinding *finding = g_ptr_array_index(audit->findings, i);
        g_assert_cmpuint(finding->frames->len, >, 0);
        fired[finding->rule] |= finding->severity >= KRR_SEVERITY_WARNING;
    }
    for (KrrRuleId rule = 0; rule < KRR_N_RULES; rule++) {
        if (fired[rule]) {
            g_string_append_printf(text, "%s%s", text->len ? " " : "", krr_rules[rule].name);
        }
    }
    return g_string_free(text, FALSE);
}

#endif
