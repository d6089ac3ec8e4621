/* rules-kms.c
 * The rules that need traffic with the Home KMS (clauses 7.2.1.3.3 step 4 and 7.2.1.3.5)
 *
 * Two of the four say that something did not happen. That the capture holds nothing of the kind is
 * no proof: what the user says to its KMS must be in view there and then, and readable.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "core/event/story-frames.h"
#include "core/octets/kms-uri.h"
#include "core/octets/mcx-identity.h"
#include "core/rules/rule-functions.h"
#include "core/rules/rule-words.h"

/* KMSs that a sentence names; a list may hold thousands. */
#define MAX_NAMED 5
/* Uploads of one KRR that are looked at for each offer that acts upon it. */
#define MAX_UPLOADS 256
/* Users and KMSs of requests that are told apart. */
#define MAX_CONTACTS 256

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

/* A request that shows that the device which received the KRR was in touch with the Home KMS
 * afterwards, for so long that what is not there did not happen. Else notes why that is not known: what
 * another device of the user asks says nothing of this one.
 * @param since_ns  from when on anything that could not be read may have been what is missing
 * @param fresh     rather a contact by a connection that was not open when the KRR came */
static const KmsExchange *find_contact(StoryJudge *judge, KrrRuleId rule, const KrrReceipt *receipt,
                                       gint64 since_ns, bool fresh)
{
    KmsAsked asked = {receipt->idri, receipt->leg, &receipt->frame, fresh};
    const KmsExchange *next = kms_view_next(judge->kms_view, &asked);

    if (!next && fresh) {
        asked.connects = false;
        next = kms_view_next(judge->kms_view, &asked);
    }
    if (!next) {
        audit_count_gap(judge, rule, AUDIT_GAP_KMS_NO_TRAFFIC);
        return NULL;
    }
    if (!capture_spans(judge, &next->request, receipt->frame.time_ns,
                       next->request.time_ns + story_window_ns(judge->policy))) {
        audit_count_gap(judge, rule, AUDIT_GAP_KMS_TOO_SHORT);
        return NULL;
    }
    if (kms_view_hides(judge->kms_view, receipt->idri, receipt->leg->source, since_ns)) {
        audit_count_gap(judge, rule, AUDIT_GAP_KMS_HIDDEN);
        return NULL;
    }
    return next;
}

static GArray *contact_frames(const KrrReceipt *receipt, const KmsExchange *contact)
{
    GArray *frames = evidence_new();

    evidence_add(frames, receipt->frame);
    add_exchange(frames, contact);
    return frames;
}

/* ---- krr-not-reported ---- */

static const char still_open[] =
    " In doubt: the connection had been open before the KRR came. The next "
    "one that the device opens would settle it.";

/* Clauses 7.2.1.3.3, step 4, and 7.2.1.3.5, Report KRRs: upon next connection to the Home KMS
 * the initiating client uploads the KRR that it received. Silent where: the policy does not
 * order reports, or another device of the user uploaded it. A doubt where the device that received the KRR
 * went on with a connection from before. It is a gap where the traffic of that device with the Home KMS is
 * not in view, or not for as long as the window. */
void rule_krr_not_reported(StoryJudge *judge, const KrrReceipt *receipt)
{
    if (!receipt->user.report_krr || kms_view_uploads(judge->kms_view, receipt->krr)) {
        return;
    }
    const KmsExchange *contact =
        find_contact(judge, KRR_RULE_KRR_NOT_REPORTED, receipt, receipt->frame.time_ns, true);
    if (!contact) {
        return;
    }
    StorySubject subject = {receipt->negotiation, receipt->krr, NULL};
    GArray *frames = contact_frames(receipt, contact);
    char *expected = rule_words("At its next connection to the Home KMS %pQ uploads krr-%u.",
                                receipt->idri, receipt->krr->number);
    g_autofree char *observed =
        rule_words("It asked the KMS for \"%s\", and up to the end of the "
                   "capture nothing uploads krr-%u.",
                   kms_resource_name(contact->resource), receipt->krr->number);
    if (contact->connected_ns > receipt->frame.time_ns) {
        audit_add_finding(judge, KRR_RULE_KRR_NOT_REPORTED, subject, frames, expected,
                          g_steal_pointer(&observed));
    } else {
        audit_add_doubt(judge, KRR_RULE_KRR_NOT_REPORTED, subject, frames, expected,
                        rule_words("%s%s", observed, still_open));
    }
}

/* ---- certificate-not-requested ---- */

static bool shall_ignore(const KrrReceipt *receipt)
{
    return !receipt->user.allow_krr ||
           (receipt->user.require_signed_krr && !receipt->krr->krr->signature.present);
}

/* The KMSs of the receiver list that the user does not know and did not ask for, in words; NULL
 * where there are none. Caller frees. */
static char *name_unasked(const StoryJudge *judge, const KrrReceipt *receipt)
{
    g_autoptr(GPtrArray) listed = krr_kms_of(receipt->krr->krr, KRR_RECEIVER);
    RuleNames names = {.most = MAX_NAMED};

    for (guint i = 0; i < listed->len; i++) {
        const char *kms = ((const KrrValue *)g_ptr_array_index(listed, i))->text;
        if (kms_user_role(&receipt->user, kms) == KMS_ROLE_UNKNOWN &&
            !kms_view_asked_for(judge->kms_view, receipt->idri, kms,
                                krr_text(receipt->krr->krr, KRR_ELEMENT_IDRR))) {
            rule_names_add(&names, "%pQ", kms);
        }
    }
    return rule_names_end(&names);
}

/* Clause 7.2.1.3.5, Request unknown KMS certificates: if the receiver list of a KRR holds a KMS
 * whose certificate is unknown, the client requests it from the Home KMS. Silent where: the KRR
 * shall be ignored, or the policy does not state the user's KMSs. A gap as for krr-not-reported,
 * but in the whole capture: a certificate that was asked for long before is known. */
void rule_certificate_not_requested(StoryJudge *judge, const KrrReceipt *receipt)
{
    const KmsUser *user = &receipt->user;

    if (!user->request_unknown_certificates || !user->knows_kms || shall_ignore(receipt)) {
        return;
    }
    g_autofree char *names = name_unasked(judge, receipt);
    const KmsExchange *contact =
        names ? find_contact(judge, KRR_RULE_CERTIFICATE_NOT_REQUESTED, receipt, G_MININT64, false)
              : NULL;
    if (!contact) {
        return;
    }
    StorySubject subject = {receipt->negotiation, receipt->krr, NULL};
    audit_add_finding(
        judge, KRR_RULE_CERTIFICATE_NOT_REQUESTED, subject, contact_frames(receipt, contact),
        rule_words("%pQ asks the Home KMS for the certificate of %s, which krr-%u offers for the "
                   "receiver and the user does not know.",
                   receipt->idri, names, receipt->krr->number),
        rule_words("It asked the KMS for \"%s\", and nowhere in the capture for that certificate "
                   "or for all of them.",
                   kms_resource_name(contact->resource)));
}

/* ---- contacted-other-kms ---- */

/* Requests of one user to one KMS that is not its own. */
typedef struct OtherContact {
    const KmsExchange *first;
    const KmsExchange *last;
    guint count;
} OtherContact;

/* Does a request say that one of the auditor's own users asks a KMS that is none of its own? A user
 * who is not named is not accused by an address. */
static bool is_to_another(const StoryJudge *judge, const KmsExchange *exchange)
{
    if (!exchange->user || !exchange->kms) {
        return false;
    }
    const KmsUser user = kms_policy_user(judge->policy, exchange->user, KMS_USER_INITIATOR);
    return user.own && user.home && !kms_view_is_home(&user, exchange);
}

/* Adds a request to those of the same user and KMS. More than MAX_CONTACTS are not told apart: there a
 * finding each would be a flood of its own. */
static void group_contact(GArray *contacts, const KmsExchange *exchange)
{
    for (guint i = 0; i < contacts->len; i++) {
        OtherContact *contact = &g_array_index(contacts, OtherContact, i);
        if (kms_view_same_host(contact->first->kms, exchange->kms) &&
            mcx_identity_same(contact->first->user, exchange->user)) {
            contact->last = exchange;
            contact->count++;
            return;
        }
    }
    if (contacts->len < MAX_CONTACTS) {
        const OtherContact fresh = {exchange, exchange, 1};
        g_array_append_val(contacts, fresh);
    }
}

/* ANY names no KMS, and so offers none. */
static bool list_names(const Krr *krr, KrrSide side, const char *kms)
{
    g_autoptr(GPtrArray) listed = krr_kms_of(krr, side);

    for (guint i = 0; i < listed->len; i++) {
        if (kms_view_same_host(((const KrrValue *)g_ptr_array_index(listed, i))->text, kms)) {
            return true;
        }
    }
    return false;
}

/* The first KRR for the user of a contact that names that KMS and was certainly seen before its last
 * request; NULL: there is none. */
static const StoryKrr *find_offering(const StoryJudge *judge, const OtherContact *contact)
{
    const GPtrArray *krrs = ledger_krrs(judge->ledger);

    for (guint i = 0; i < krrs->len; i++) {
        const StoryKrr *krr = story_krr_at(krrs, i);
        if (!krr->unreadable && krr->idri &&
            !kms_view_not_after(&contact->last->request, story_frame_at(krr->frames, 0)) &&
            mcx_identity_same(krr->idri, contact->last->user) &&
            (list_names(krr->krr, KRR_INITIATOR, contact->last->kms) ||
             list_names(krr->krr, KRR_RECEIVER, contact->last->kms))) {
            return krr;
        }
    }
    return NULL;
}

static void say_contact(StoryJudge *judge, const OtherContact *contact)
{
    const KmsUser user = kms_policy_user(judge->policy, contact->first->user, KMS_USER_INITIATOR);
    const StoryKrr *krr = find_offering(judge, contact);
    GArray *frames = evidence_new();
    g_autofree char *offered =
        krr ? rule_words(" krr-%u had offered that KMS.", krr->number) : g_strdup("");
    char *expected = rule_words("%pQ asks its Home KMS %pQ, or a secondary one.",
                                contact->first->user, user.home);
    char *observed =
        rule_words("%u request%s, the first for \"%s\", went to %pQ, which is neither.%s",
                   contact->count, rule_plural(contact->count),
                   kms_resource_name(contact->first->resource), contact->first->kms, offered);

    add_exchange(frames, contact->first);
    add_exchange(frames, contact->last);
    if (krr) {
        evidence_add(frames, *story_frame_at(krr->frames, 0));
        audit_add_error(judge, KRR_RULE_CONTACTED_OTHER_KMS, story_subject_krr(judge, krr), frames,
                        expected, observed);
    } else {
        audit_add_finding(judge, KRR_RULE_CONTACTED_OTHER_KMS, (StorySubject){0}, frames, expected,
                          observed);
    }
}

/* Clauses 7.2.1.3.1.2 and 7.2.1.3.3: a client gets its keys from its Home KMS, or where it has
 * migrated from a secondary one, and uploads KRRs there. Silent where: the request does not say who
 * asks whom, the policy does not state the user's Home KMS, or the user is none of the auditor's. */
void rule_contacted_other_kms(StoryJudge *judge)
{
    const GPtrArray *exchanges = kms_traffic_exchanges(ledger_kms_traffic(judge->ledger));
    g_autoptr(GArray) contacts = g_array_new(FALSE, FALSE, sizeof(OtherContact));

    for (guint i = 0; i < exchanges->len; i++) {
        const KmsExchange *exchange = g_ptr_array_index(exchanges, i);
        if (is_to_another(judge, exchange)) {
            group_contact(contacts, exchange);
        }
    }
    for (guint i = 0; i < contacts->len; i++) {
        say_contact(judge, &g_array_index(contacts, OtherContact, i));
    }
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

/* Does the new offer do what a KRR asked for? To offer the same pair again is to ignore it, and
 * of a pair that is not known nothing can be said. */
static bool acts(const StoryRetry *retry)
{
    for (KrrSide side = 0; side < KRR_N_SIDES; side++) {
        const char *before = story_offered(retry->before, side);
        const char *after = story_offered(retry->after, side);
        if (before && after && !kms_uri_same(before, after)) {
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
    if (last && last->request.time_ns >= krr->time_ns - story_window_ns(judge->policy)) {
        return last;
    }
    return kms_view_next(view, &(KmsAsked){retry->negotiation->idri, NULL, krr, false});
}

/* Would an answer to the upload have been seen? */
static bool answer_is_missing(const StoryJudge *judge, const KmsExchange *upload)
{
    return capture_spans(judge, &upload->request, upload->request.time_ns,
                         upload->request.time_ns + story_window_ns(judge->policy)) &&
           kms_view_shows_answers(judge->kms_view, upload);
}

/* Had the user asked the KMS, and was not accepted when it made the offer? Then it had not been
 * accepted before either, whether or not that is in the capture. */
static bool was_waiting(const Acceptance *acceptance, const StoryFrame *offer)
{
    return acceptance->refused || acceptance->waiting ||
           (acceptance->late && kms_view_not_after(&acceptance->late->request, offer));
}

/* Why the rule cannot be judged; AUDIT_N_GAP_KINDS: it can. */
static AuditGapKind gap_of(const StoryJudge *judge, const StoryRetry *retry,
                           const Acceptance *acceptance, const KmsExchange *view)
{
    const StoryFrame *krr = &retry->before->ended;
    const StoryLeg *leg = story_attempt_first_leg(retry->before);

    if (!view) {
        return AUDIT_GAP_KMS_NO_TRAFFIC;
    }
    if (!was_waiting(acceptance, &retry->after->started) &&
        !capture_spans(judge, &view->request, krr->time_ns, retry->after->started.time_ns)) {
        return AUDIT_GAP_KMS_TOO_SHORT;
    }
    if (acceptance->unclear || kms_view_hides(judge->kms_view, retry->negotiation->idri,
                                              leg ? leg->source : NULL, krr->time_ns)) {
        return AUDIT_GAP_KMS_HIDDEN;
    }
    if (acceptance->waiting && !acceptance->refused &&
        !answer_is_missing(judge, acceptance->waiting)) {
        return AUDIT_GAP_KMS_TOO_SHORT;
    }
    return AUDIT_N_GAP_KINDS;
}

static char *describe_refusal(guint krr, const KmsExchange *refused)
{
    g_autofree char *error = refused->error ? rule_words(", %pQ", refused->error) : g_strdup("");

    return rule_words("A new offer acts upon krr-%u, which the KMS had refused (%u%s).", krr,
                      refused->status, error);
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
        return rule_words("A new offer acts upon krr-%u, which was uploaded, but not answered.",
                          krr);
    }
    return rule_words("A new offer acts upon krr-%u, which %s.", krr,
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

/* Clause 7.2.1.3.5, Hold communication until KMS acceptance: if yes, the client does not act
 * upon a KRR until the Home KMS has notified it that the redirect is acceptable. Silent where:
 * the new offer does not act upon the KRR, or another KRR that was accepted allows it. It is a
 * gap where the user's traffic with its Home KMS, or the answer in it, is not in view. */
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
    AuditGapKind gap = gap_of(judge, retry, &acceptance, view);
    if (gap != AUDIT_N_GAP_KINDS) {
        audit_count_gap(judge, KRR_RULE_ACTED_BEFORE_ACCEPTANCE, gap);
        return;
    }
    audit_add_finding(judge, KRR_RULE_ACTED_BEFORE_ACCEPTANCE, retry_subject(retry),
                      acting_frames(retry, &acceptance, view),
                      rule_words("%pQ acts upon a KRR once the Home KMS has accepted it.",
                                 retry->negotiation->idri),
                      describe_acting(retry, &acceptance));
}
