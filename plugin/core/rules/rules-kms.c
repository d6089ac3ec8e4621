/* rules-kms.c
 * The rules that need traffic with the Home KMS (clauses 7.2.1.3.3 step 4 and 7.2.1.3.5)
 *
 * Two of the three say that something did not happen. That the capture holds nothing of the kind is
 * no proof: what the user says to its KMS must be in view there and then, and readable.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "core/rules/rules-private.h"

/* KMSs that a sentence names; a list may hold thousands. */
#define MAX_NAMED 5
/* Uploads of one KRR that are looked at for each offer that acts upon it. */
#define MAX_UPLOADS 256

/* A KRR that reached its initiator. */
typedef struct Receipt {
    const StoryNegotiation *negotiation;
    const StoryKrr *krr;
    const StoryLeg *leg; /* on which it did */
    StoryFrame frame;    /* in which it did */
    KmsUser user;        /* the initiator's policy */
    const char *idri;    /* the initiator */
} Receipt;

static gint64 window_ns(const StoryJudge *judge)
{
    return kms_policy_window(judge->policy) * STORY_SECOND;
}

static void note_gap(StoryJudge *judge, KrrRuleId rule, KmsGap gap)
{
    judge->kms_gaps[rule][gap]++;
}

/* Does the capture that a frame is of tell of the time between two others, both included? */
static bool capture_spans(const StoryJudge *judge, const StoryFrame *frame, gint64 from_ns,
                          gint64 to_ns)
{
    gint64 first, last;

    return ledger_capture_span(judge->ledger, frame->capture, &first, &last) && first <= from_ns &&
           last >= to_ns;
}

static void add_exchange(GArray *frames, const KmsExchange *exchange)
{
    evidence_add(frames, exchange->request);
    if (exchange->answer != KMS_ANSWER_NONE) {
        evidence_add(frames, exchange->response);
    }
}

/* ---- what was received ---- */

/* On which of the initiator's own legs a KRR came; NULL: on none. */
static const StoryLeg *leg_of_receipt(const StoryAttempt *attempt, StoryFrame *frame)
{
    for (guint i = 0; i < attempt->legs->len; i++) {
        const StoryLeg *leg = g_ptr_array_index(attempt->legs, i);
        guint place;
        if (g_str_equal(leg->source, ((const StoryLeg *)attempt->legs->pdata[0])->source) &&
            g_ptr_array_find(leg->krrs, attempt->received, &place)) {
            *frame = g_array_index(leg->krr_frames, StoryFrame, place);
            return leg;
        }
    }
    return NULL;
}

/* @return false where no KRR reached the initiator, or that is not known */
static bool find_receipt(const StoryJudge *judge, const StoryNegotiation *negotiation,
                         const StoryAttempt *attempt, Receipt *receipt)
{
    if (!attempt->received || !story_has_initiators_hop(judge, negotiation, attempt)) {
        return false;
    }
    *receipt = (Receipt){
        .negotiation = negotiation,
        .krr = attempt->received,
        .user = story_initiator(judge, negotiation),
        .idri = negotiation->idri,
    };
    receipt->leg = leg_of_receipt(attempt, &receipt->frame);
    return receipt->leg && receipt->idri;
}

/* A request that shows that the user was in touch with its Home KMS after the KRR, for so long that
 *  what is not there did not happen. Else notes why that is not known.
 *  @param since_ns  from when on anything that could not be read may have been what is missing */
static const KmsExchange *find_contact(StoryJudge *judge, KrrRuleId rule, const Receipt *receipt,
                                       gint64 since_ns)
{
    const KmsExchange *next = kms_view_next(judge->kms_view, receipt->idri, &receipt->frame);

    if (!next) {
        note_gap(judge, rule, KMS_GAP_NO_TRAFFIC);
        return NULL;
    }
    if (!capture_spans(judge, &next->request, receipt->frame.time_ns,
                       next->request.time_ns + window_ns(judge))) {
        note_gap(judge, rule, KMS_GAP_TOO_SHORT);
        return NULL;
    }
    if (kms_view_hides(judge->kms_view, receipt->idri, receipt->leg->source, since_ns)) {
        note_gap(judge, rule, KMS_GAP_HIDDEN);
        return NULL;
    }
    return next;
}

static GArray *contact_frames(const Receipt *receipt, const KmsExchange *contact)
{
    GArray *frames = evidence_new();

    evidence_add(frames, receipt->frame);
    add_exchange(frames, contact);
    return frames;
}

/* ---- krr-not-reported ---- */

static void rule_krr_not_reported(StoryJudge *judge, const Receipt *receipt)
{
    if (!receipt->user.report_krr || kms_view_uploads(judge->kms_view, receipt->krr)) {
        return;
    }
    const KmsExchange *contact =
        find_contact(judge, KRR_RULE_KRR_NOT_REPORTED, receipt, receipt->frame.time_ns);
    if (!contact) {
        return;
    }
    g_autofree char *user = rules_quote(receipt->idri);
    StorySubject subject = {receipt->negotiation, receipt->krr, NULL};
    story_fire(judge, KRR_RULE_KRR_NOT_REPORTED, subject, contact_frames(receipt, contact),
               g_strdup_printf("At its next connection to the Home KMS %s uploads krr-%u.", user,
                               receipt->krr->number),
               g_strdup_printf("It asked the KMS for \"%s\", and up to the end of the capture "
                               "nothing uploads krr-%u.",
                               kms_resource_name(contact->resource), receipt->krr->number));
}

/* ---- certificate-not-requested ---- */

static bool shall_ignore(const Receipt *receipt)
{
    return !receipt->user.allow_krr ||
           (receipt->user.require_signed_krr && !receipt->krr->krr->signature.present);
}

/* The KMSs of the receiver list that the user does not know and did not ask for, in words; NULL where
 *  there are none. Caller frees. */
static char *name_unasked(const StoryJudge *judge, const Receipt *receipt)
{
    const KrrList *list = &receipt->krr->krr->lists[KRR_RECEIVER];
    GString *names = g_string_new(NULL);
    guint count = 0;

    for (guint i = 0; i < list->kms->len; i++) {
        const char *kms = ((const KrrValue *)list->kms->pdata[i])->text;
        if (kms_user_role(&receipt->user, kms) != KMS_ROLE_UNKNOWN ||
            kms_view_asked_for(judge->kms_view, receipt->idri, kms,
                               krr_text(receipt->krr->krr, KRR_ELEMENT_IDRR)) ||
            count++ >= MAX_NAMED) {
            continue;
        }
        g_autofree char *quoted = rules_quote(kms);
        g_string_append_printf(names, "%s%s", names->len > 0 ? ", " : "", quoted);
    }
    if (count > MAX_NAMED) {
        g_string_append_printf(names, " and %u more", count - MAX_NAMED);
    }
    return g_string_free(names, count == 0);
}

static void rule_certificate_not_requested(StoryJudge *judge, const Receipt *receipt)
{
    const KmsUser *user = &receipt->user;

    if (!user->request_unknown_certificates || !user->knows_kms || shall_ignore(receipt)) {
        return;
    }
    g_autofree char *names = name_unasked(judge, receipt);
    /* A certificate that was asked for long before is known: hence the whole capture counts. */
    const KmsExchange *contact =
        names ? find_contact(judge, KRR_RULE_CERTIFICATE_NOT_REQUESTED, receipt, G_MININT64) : NULL;
    if (!contact) {
        return;
    }
    g_autofree char *quoted = rules_quote(receipt->idri);
    StorySubject subject = {receipt->negotiation, receipt->krr, NULL};
    story_fire(judge, KRR_RULE_CERTIFICATE_NOT_REQUESTED, subject, contact_frames(receipt, contact),
               g_strdup_printf("%s asks the Home KMS for the certificate of %s, which krr-%u "
                               "offers for the receiver and the user does not know.",
                               quoted, names, receipt->krr->number),
               g_strdup_printf("It asked the KMS for \"%s\", and nowhere in the capture for that "
                               "certificate or for all of them.",
                               kms_resource_name(contact->resource)));
}

/* ---- acted-before-acceptance ---- */

/* What the Home KMS said of a KRR until an offer, and afterwards. */
typedef struct Acceptance {
    const KmsExchange *upload;  /* the first */
    const KmsExchange *refused; /* before the offer, and certainly that */
    const KmsExchange *late;    /* accepted, but after the offer */
    const KmsExchange *waiting; /* uploaded before the offer, and no answer was seen */
    bool accepted;              /* before the offer */
    bool unclear;               /* an answer before the offer that may be to another request */
} Acceptance;

static void take_answer(Acceptance *acceptance, const KmsExchange *upload, const StoryFrame *offer)
{
    if (upload->answer == KMS_ANSWER_NONE) {
        acceptance->waiting =
            kms_view_not_after(&upload->request, offer) ? upload : acceptance->waiting;
    } else if (upload->answer == KMS_ANSWER_GRANTED) {
        bool before = kms_view_not_after(&upload->response, offer);
        acceptance->accepted = acceptance->accepted || before;
        acceptance->unclear = acceptance->unclear || (!before && !upload->certain);
        acceptance->late = before || acceptance->late ? acceptance->late : upload;
    } else if (!upload->certain) {
        acceptance->unclear = true;
    } else if (kms_view_not_after(&upload->response, offer)) {
        acceptance->refused = upload;
    }
}

static Acceptance find_acceptance(const StoryJudge *judge, const KmsUser *user, const StoryKrr *krr,
                                  const StoryFrame *offer)
{
    const GPtrArray *uploads = kms_view_uploads(judge->kms_view, krr);
    Acceptance acceptance = {.unclear = uploads && uploads->len > MAX_UPLOADS};

    for (guint i = 0; uploads && i < MIN(uploads->len, MAX_UPLOADS) && !acceptance.accepted; i++) {
        const KmsExchange *upload = g_ptr_array_index(uploads, i);
        if (kms_view_is_home(user, upload)) {
            acceptance.upload = acceptance.upload ? acceptance.upload : upload;
            take_answer(&acceptance, upload, offer);
        }
    }
    return acceptance;
}

/* What another KRR is asked that the initiator may have acted on instead. */
typedef struct Alternative {
    const StoryJudge *judge;
    const KmsUser *user;
    const StoryFrame *offer;
} Alternative;

static bool was_accepted(const StoryKrr *krr, gpointer data)
{
    const Alternative *alternative = data;

    return find_acceptance(alternative->judge, alternative->user, krr, alternative->offer).accepted;
}

/* Does the new offer do what a KRR asked for? To offer the same pair again is to ignore it, and of a
 *  pair that is not known nothing can be said. */
static bool acts(const StoryRetry *retry)
{
    for (KrrSide side = 0; side < KRR_N_SIDES; side++) {
        const char *before = story_offered(retry->before, side);
        const char *after = story_offered(retry->after, side);
        if (before && after && !g_str_equal(before, after)) {
            return true;
        }
    }
    return false;
}

/* A request of the user about the time of the KRR that shows that such requests are in view. */
static const KmsExchange *find_view(const StoryJudge *judge, const StoryRetry *retry,
                                    const Acceptance *acceptance)
{
    const KmsView *view = judge->kms_view;
    const StoryFrame *krr = &retry->before->ended;

    if (acceptance->upload) {
        return acceptance->upload;
    }
    const KmsExchange *last = kms_view_last(view, retry->negotiation->idri, krr);
    if (last && last->request.time_ns >= krr->time_ns - window_ns(judge)) {
        return last;
    }
    return kms_view_next(view, retry->negotiation->idri, krr);
}

/* Would an answer to the upload have been seen? */
static bool answer_is_missing(const StoryJudge *judge, const KmsExchange *upload)
{
    return capture_spans(judge, &upload->request, upload->request.time_ns,
                         upload->request.time_ns + window_ns(judge)) &&
           kms_view_shows_answers(judge->kms_view, upload);
}

/* Had the user asked the KMS, and was not accepted when it made the offer? Then it had not been accepted
 *  before either, whether or not that is in the capture. */
static bool was_waiting(const Acceptance *acceptance, const StoryFrame *offer)
{
    return acceptance->refused || acceptance->waiting ||
           (acceptance->late && kms_view_not_after(&acceptance->late->request, offer));
}

/* Why the rule cannot be judged; KMS_N_GAPS: it can. */
static KmsGap gap_of(const StoryJudge *judge, const StoryRetry *retry, const Acceptance *acceptance,
                     const KmsExchange *view)
{
    const StoryFrame *krr = &retry->before->ended;
    const StoryLeg *leg = retry->before->legs->len > 0 ? retry->before->legs->pdata[0] : NULL;

    if (!view) {
        return KMS_GAP_NO_TRAFFIC;
    }
    if (!was_waiting(acceptance, &retry->after->started) &&
        !capture_spans(judge, &view->request, krr->time_ns, retry->after->started.time_ns)) {
        return KMS_GAP_TOO_SHORT;
    }
    if (acceptance->unclear || kms_view_hides(judge->kms_view, retry->negotiation->idri,
                                              leg ? leg->source : NULL, krr->time_ns)) {
        return KMS_GAP_HIDDEN;
    }
    if (acceptance->waiting && !acceptance->refused &&
        !answer_is_missing(judge, acceptance->waiting)) {
        return KMS_GAP_TOO_SHORT;
    }
    return KMS_N_GAPS;
}

static char *describe_refusal(guint krr, const KmsExchange *refused)
{
    g_autofree char *error = refused->error ? rules_quote(refused->error) : NULL;

    return g_strdup_printf("A new offer acts upon krr-%u, which the KMS had refused (%u%s%s).", krr,
                           refused->status, error ? ", " : "", error ? error : "");
}

static char *describe_acting(const StoryRetry *retry, const Acceptance *acceptance)
{
    guint krr = retry->krr->number;
    const KmsExchange *late = acceptance->late;

    if (acceptance->refused) {
        return describe_refusal(krr, acceptance->refused);
    }
    if (late) {
        return g_strdup_printf(
            "A new offer acts upon krr-%u %.3f seconds before the KMS accepted it.", krr,
            (double)(late->response.time_ns - retry->after->started.time_ns) / STORY_SECOND);
    }
    if (acceptance->waiting) {
        return g_strdup_printf(
            "A new offer acts upon krr-%u, which was uploaded, but not answered.", krr);
    }
    return g_strdup_printf("A new offer acts upon krr-%u, which %s.", krr,
                           acceptance->upload ? "was uploaded only afterwards"
                                              : "was not uploaded to the KMS");
}

static GArray *acting_frames(const StoryRetry *retry, const Acceptance *acceptance,
                             const KmsExchange *view)
{
    GArray *frames = retry_frames(retry);
    const KmsExchange *said = acceptance->refused ? acceptance->refused
                              : acceptance->late  ? acceptance->late
                                                  : acceptance->waiting;

    add_exchange(frames, said ? said : view);
    return frames;
}

void rule_acted_before_acceptance(StoryJudge *judge, const StoryRetry *retry)
{
    const KmsUser user = story_initiator(judge, retry->negotiation);
    Alternative alternative = {judge, &user, &retry->after->started};

    if (!user.hold_until_accepted || !acts(retry)) {
        return;
    }
    Acceptance acceptance = find_acceptance(judge, &user, retry->krr, &retry->after->started);
    if (acceptance.accepted || retry_another_krr_allows(retry, was_accepted, &alternative)) {
        return;
    }
    const KmsExchange *view = find_view(judge, retry, &acceptance);
    KmsGap gap = gap_of(judge, retry, &acceptance, view);
    if (gap != KMS_N_GAPS) {
        note_gap(judge, KRR_RULE_ACTED_BEFORE_ACCEPTANCE, gap);
        return;
    }
    g_autofree char *initiator = rules_quote(retry->negotiation->idri);
    story_fire(judge, KRR_RULE_ACTED_BEFORE_ACCEPTANCE, retry_subject(retry),
               acting_frames(retry, &acceptance, view),
               g_strdup_printf("%s acts upon a KRR once the Home KMS has accepted it.", initiator),
               describe_acting(retry, &acceptance));
}

/* ---- all ---- */

static const char *const gap_texts[KMS_N_GAPS] = {
    [KMS_GAP_NO_TRAFFIC] = "the capture shows no traffic of the initiator with its Home KMS",
    [KMS_GAP_TOO_SHORT] =
        "the capture with the traffic of the KMS begins too late or ends too soon",
    [KMS_GAP_HIDDEN] =
        "there is traffic with a KMS that cannot be read or told apart, or was left out",
};

static const KrrRuleId kms_rules[] = {
    KRR_RULE_ACTED_BEFORE_ACCEPTANCE,
    KRR_RULE_KRR_NOT_REPORTED,
    KRR_RULE_CERTIFICATE_NOT_REQUESTED,
};

static void note_gaps(StoryJudge *judge, KrrRuleId rule)
{
    for (KmsGap gap = 0; gap < KMS_N_GAPS; gap++) {
        guint count = judge->kms_gaps[rule][gap];
        if (count > 0) {
            story_gap(
                judge, rule,
                g_strdup_printf("Of %u KRR%s %s.", count, count == 1 ? "" : "s", gap_texts[gap]));
        }
    }
}

void rules_kms_judge(StoryJudge *judge)
{
    const GPtrArray *negotiations = ledger_negotiations(judge->ledger);
    g_autoptr(GHashTable) judged = g_hash_table_new(NULL, NULL); /* StoryKrr: once each */
    Receipt receipt;

    for (guint i = 0; i < negotiations->len; i++) {
        const StoryNegotiation *negotiation = g_ptr_array_index(negotiations, i);
        for (guint k = 0; k < negotiation->attempts->len; k++) {
            if (find_receipt(judge, negotiation, negotiation->attempts->pdata[k], &receipt) &&
                g_hash_table_add(judged, (gpointer)receipt.krr)) {
                rule_krr_not_reported(judge, &receipt);
                rule_certificate_not_requested(judge, &receipt);
            }
        }
    }
    for (guint i = 0; i < G_N_ELEMENTS(kms_rules); i++) {
        note_gaps(judge, kms_rules[i]);
    }
}
