/* evidence-plan.c
 * Which frames prove the findings, and what is to be said of each
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "analyzer/evidence/evidence-plan.h"

#include <string.h>

#include "analyzer/process/text.h"
#include "analyzer/report/finding-index.h"
#include "core/event/story-frames.h"

/* Of a sentence in a comment. Columns. */
#define MAX_SENTENCE 400
/* KRRs of a flood, of which there may be a million. */
#define MAX_FLOOD 10000
/* Of requests to KMSs. */
#define MAX_KMS 10000

struct EvidencePlan {
    const Report *report;
    const HopView *hops;
    GPtrArray *captures; /* by index: of GHashTable, frame -> GPtrArray of lines; NULL: nothing */
    GHashTable *taken;   /* of gconstpointer: what has been told already */
};

static void lines_free(gpointer data)
{
    g_ptr_array_unref(data);
}

static void frames_free(gpointer data)
{
    if (data) {
        g_hash_table_unref(data);
    }
}

static GHashTable *frames_of(EvidencePlan *plan, guint32 capture)
{
    if (plan->captures->len <= capture) {
        g_ptr_array_set_size(plan->captures, (gint)capture + 1);
    }
    if (!plan->captures->pdata[capture]) {
        plan->captures->pdata[capture] = g_hash_table_new_full(NULL, NULL, NULL, lines_free);
    }
    return plan->captures->pdata[capture];
}

/* Wants a frame; what is said twice is said once. Takes the text. */
static void add(EvidencePlan *plan, const StoryFrame *frame, char *text)
{
    GHashTable *frames = frames_of(plan, frame->capture);
    gpointer key = GUINT_TO_POINTER((guint32)frame->number); /* Wireshark's own have 32 bits */
    g_autofree char *line = text;
    GPtrArray *lines = g_hash_table_lookup(frames, key);

    if (!lines) {
        lines = g_ptr_array_new_with_free_func(g_free);
        g_hash_table_insert(frames, key, lines);
    }
    if (!g_ptr_array_find_with_equal_func(lines, line, g_str_equal, NULL)) {
        g_ptr_array_add(lines, g_steal_pointer(&line));
    }
}

static bool knows(const EvidencePlan *plan, const StoryFrame *frame)
{
    const GHashTable *frames =
        frame->capture < plan->captures->len ? plan->captures->pdata[frame->capture] : NULL;

    return frames &&
           g_hash_table_contains((GHashTable *)frames, GUINT_TO_POINTER((guint32)frame->number));
}

/* ---- the story ---- */

/* "offer-1, offer-2", else the method; caller frees. */
static char *cargo_text(const StoryLeg *leg)
{
    GString *text = g_string_new(NULL);

    for (guint i = 0; i < leg->offers->len; i++) {
        const StoryOffer *offer = g_ptr_array_index(leg->offers, i);

        if (offer->number) {
            g_string_append_printf(text, "%soffer-%u", text->len ? ", " : "", offer->number);
        }
    }
    if (!text->len) {
        g_string_append(text, leg->offers->len ? "an offer" : "a request");
    }
    return g_string_free(text, FALSE);
}

static char *safe_or(const char *raw, const char *otherwise)
{
    return raw ? text_safe(raw, TEXT_MAX_WORD) : g_strdup(otherwise);
}

/* "krr-3, embeds krr-2"; caller frees. */
static char *krr_name(const StoryKrr *krr)
{
    if (krr->embeds) {
        return g_strdup_printf("krr-%u, embeds krr-%u", krr->number, krr->embeds->number);
    }
    return g_strdup_printf("krr-%u", krr->number);
}

/* All KRRs that an answer brought, in its own words. Says whether the final one brought any. */
static bool add_answers(EvidencePlan *plan, const char *prefix, const StoryLeg *leg,
                        const char *rest)
{
    bool final = false;

    for (guint i = 0; i < leg->krrs->len; i++) {
        const StoryFrame *frame = &g_array_index(leg->krr_frames, StoryFrame, i);
        g_autofree char *krr = krr_name(g_ptr_array_index(leg->krrs, i));

        if (leg->has_response && story_frame_compare(frame, &leg->response) == 0) {
            add(plan, frame,
                g_strdup_printf("%s%s, in the %u that %s", prefix, krr, leg->status, rest));
            final = true;
        } else {
            add(plan, frame, g_strdup_printf("%s%s, in an answer that %s", prefix, krr, rest));
        }
    }
    return final;
}

/* An address; where both ends have the same, its port tells who is who. Caller frees. */
static char *end_text(const StoryLeg *leg, const char *address, guint16 port)
{
    g_autofree char *safe = safe_or(address, "?");

    if (g_strcmp0(leg->source, leg->destination) != 0) {
        return g_steal_pointer(&safe);
    }
    return g_strdup_printf("%s port %u", safe, port);
}

/* @param prefix  "negotiation-1: ", or "" */
static void add_leg(EvidencePlan *plan, const char *prefix, const StoryLeg *leg)
{
    g_autofree char *source = end_text(leg, leg->source, leg->source_port);
    g_autofree char *destination = end_text(leg, leg->destination, leg->destination_port);
    g_autofree char *method = safe_or(leg->method, "request");
    g_autofree char *cargo = cargo_text(leg);
    g_autofree char *rest = NULL;

    if (leg->has_request) {
        add(plan, &leg->request,
            g_strdup_printf("%s%s on its way from %s to %s (%s)", prefix, cargo, source,
                            destination, method));
    }
    rest = g_strdup_printf("answers %s, on its way back from %s to %s", cargo, destination, source);
    if (!add_answers(plan, prefix, leg, rest) && leg->has_response) {
        add(plan, &leg->response, g_strdup_printf("%sthe %u that %s", prefix, leg->status, rest));
    }
}

/* Sightings that no leg tells of: retransmissions, and what SIP did not carry. */
static void add_frames(EvidencePlan *plan, const char *prefix, const char *name,
                       const GArray *frames)
{
    for (guint i = 0; i < frames->len; i++) {
        const StoryFrame *frame = &g_array_index(frames, StoryFrame, i);

        if (!knows(plan, frame)) {
            add(plan, frame, g_strdup_printf("%s%s is in it", prefix, name));
        }
    }
}

static void add_offer(EvidencePlan *plan, const char *prefix, const StoryOffer *offer)
{
    g_autofree char *name =
        offer->number ? g_strdup_printf("offer-%u", offer->number) : g_strdup("an offer");

    if (!g_hash_table_add(plan->taken, (gpointer)offer)) {
        return;
    }
    for (guint i = 0; i < offer->legs->len; i++) {
        add_leg(plan, prefix, g_ptr_array_index(offer->legs, i));
    }
    add_frames(plan, prefix, name, offer->frames);
}

static void add_krr(EvidencePlan *plan, const char *prefix, const StoryKrr *krr)
{
    g_autofree char *name = krr_name(krr);

    if (!g_hash_table_add(plan->taken, (gpointer)krr)) {
        return;
    }
    for (guint i = 0; i < krr->legs->len; i++) {
        add_leg(plan, prefix, g_ptr_array_index(krr->legs, i));
    }
    add_frames(plan, prefix, name, krr->frames);
}

static void add_negotiation(EvidencePlan *plan, const StoryNegotiation *negotiation)
{
    g_autofree char *prefix = g_strdup_printf("negotiation-%u: ", negotiation->number);

    if (!g_hash_table_add(plan->taken, (gpointer)negotiation)) {
        return;
    }
    for (guint i = 0; i < negotiation->attempts->len; i++) {
        const StoryAttempt *attempt = g_ptr_array_index(negotiation->attempts, i);

        for (guint k = 0; k < attempt->legs->len; k++) {
            add_leg(plan, prefix, g_ptr_array_index(attempt->legs, k));
        }
        if (attempt->offer) {
            add_offer(plan, prefix, attempt->offer);
        }
        for (guint k = 0; k < attempt->krrs->len; k++) {
            add_krr(plan, prefix, g_ptr_array_index(attempt->krrs, k));
        }
    }
}

/* ---- the findings ---- */

/* "krr-3, embeds krr-2: list-widened (error): the sentence"; caller frees. */
static char *finding_text(const AuditFinding *finding)
{
    g_autofree char *observed =
        finding->observed ? text_safe(finding->observed, MAX_SENTENCE) : g_strdup("");
    g_autofree char *subject = NULL;

    if (finding->krr) {
        subject = krr_name(finding->krr);
    } else if (finding->offer && finding->offer->number) {
        subject = g_strdup_printf("offer-%u", finding->offer->number);
    }
    return g_strdup_printf("%s%s%s (%s): %s", subject ? subject : "", subject ? ": " : "",
                           krr_rules[finding->rule].name, krr_severity_name(finding->severity),
                           observed);
}

static void add_finding(EvidencePlan *plan, const AuditFinding *finding)
{
    g_autofree char *text = finding_text(finding);

    if (finding->negotiation) {
        add_negotiation(plan, finding->negotiation);
    }
    if (finding->krr) {
        add_krr(plan, "", finding->krr);
    }
    if (finding->offer) {
        add_offer(plan, "", finding->offer);
    }
    for (guint i = 0; i < finding->frames->len; i++) {
        add(plan, &g_array_index(finding->frames, StoryFrame, i), g_strdup(text));
    }
}

/* The others of a flood: a finding cites some of them. */
static void add_flood(EvidencePlan *plan, const StoryKrr *krr)
{
    const GPtrArray *krrs = ledger_krrs(plan->report->ledger);
    const char *creator = krr_text(krr->krr, KRR_ELEMENT_CREATOR);
    guint count = 0;

    for (guint i = 0; i < krrs->len && count < MAX_FLOOD; i++) {
        const StoryKrr *other = g_ptr_array_index(krrs, i);

        if (!other->seen_alone ||
            g_strcmp0(krr_text(other->krr, KRR_ELEMENT_CREATOR), creator) != 0) {
            continue;
        }
        count++;
        add_krr(plan, "", other); /* with what it answers: else it would be unsolicited */
    }
}

/* ---- what shows that something is absent ---- */

/* Until when the hop of a leg was in view, either way. */
static void add_view_after(EvidencePlan *plan, const StoryLeg *leg)
{
    const char *const ends[][2] = {{leg->source, leg->destination},
                                   {leg->destination, leg->source}};

    for (guint i = 0; i < G_N_ELEMENTS(ends); i++) {
        const HopSight *sight = hop_view_sight(plan->hops, ends[i][0], ends[i][1]);

        if (sight && sight->has_message) {
            add(plan, &sight->last_message,
                g_strdup("the last message seen on this hop: until then it was in view"));
        }
    }
}

/* From when on the requests of the hop of a leg were in view. */
static void add_view_before(EvidencePlan *plan, const StoryLeg *leg)
{
    const HopSight *sight = hop_view_sight(plan->hops, leg->source, leg->destination);

    if (sight && sight->has_request) {
        add(plan, &sight->first_request,
            g_strdup("the first request seen on this hop: from then on it was in view"));
    }
    if (sight && sight->has_cut) {
        add(plan, &sight->first_cut, g_strdup("cut short by the capture, on this hop"));
    }
}

/* Rules that say that something did not happen also judge by frames that they do not cite. */
static void add_context(EvidencePlan *plan, const AuditFinding *finding)
{
    const StoryNegotiation *negotiation = finding->negotiation;

    if (finding->rule == KRR_RULE_KRR_FLOOD && finding->krr) {
        add_flood(plan, finding->krr);
    }
    if (finding->rule == KRR_RULE_UNSOLICITED_KRR && finding->krr) {
        for (guint i = 0; i < finding->krr->legs->len; i++) {
            add_view_before(plan, g_ptr_array_index(finding->krr->legs, i));
        }
    }
    if (krr_rules[finding->rule].needs != KRR_NEEDS_PATH || !negotiation) {
        return;
    }
    for (guint i = 0; i < negotiation->attempts->len; i++) {
        const StoryAttempt *attempt = g_ptr_array_index(negotiation->attempts, i);

        for (guint k = 0; k < attempt->legs->len; k++) {
            add_view_after(plan, g_ptr_array_index(attempt->legs, k));
        }
    }
}

/* ---- the traffic with KMSs ---- */

/* Of whom some of it is evidence. */
typedef struct KmsPeople {
    EvidencePlan *plan;
    GHashTable *users;     /* set of text (borrowed) */
    GHashTable *addresses; /* likewise: theirs, and those of their KMSs */
} KmsPeople;

static void take_people(KmsPeople *people, const KmsExchange *exchange)
{
    if (exchange->user) {
        g_hash_table_add(people->users, exchange->user);
    }
    g_hash_table_add(people->addresses, exchange->client);
    g_hash_table_add(people->addresses, exchange->server);
}

/* "sip:alice@example.org asks a KMS for "certcache""; caller frees. */
static char *request_text(const KmsExchange *exchange)
{
    g_autofree char *user = safe_or(exchange->user ? exchange->user : exchange->client, "?");

    return g_strdup_printf("%s asks a KMS for \"%s\"", user, kms_resource_name(exchange->resource));
}

static void add_exchange(KmsPeople *people, const KmsExchange *exchange)
{
    g_autofree char *text = request_text(exchange);

    take_people(people, exchange);
    if (exchange->answer != KMS_ANSWER_NONE) {
        add(people->plan, &exchange->response,
            g_strdup_printf("the answer of the KMS where %s: %u", text, exchange->status));
    }
    add(people->plan, &exchange->request, g_steal_pointer(&text));
}

/* What could not be read may have been anything. */
static void add_hidden(const char *one, const char *other, const StoryFrame *last, gpointer data)
{
    const KmsPeople *people = data;

    if (g_hash_table_contains(people->addresses, one) &&
        g_hash_table_contains(people->addresses, other)) {
        add(people->plan, last, g_strdup("the last that could not be read between these two"));
    }
}

/* What a user said to its KMS may also excuse the user. So if one exchange of a user is evidence,
 * all of them are, and those that cannot be ascribed to a user. */
static void add_kms_traffic(EvidencePlan *plan)
{
    const KmsTraffic *traffic = ledger_kms_traffic(plan->report->ledger);
    const GPtrArray *exchanges = kms_traffic_exchanges(traffic);
    g_autoptr(GHashTable) users = g_hash_table_new(g_str_hash, g_str_equal);
    g_autoptr(GHashTable) addresses = g_hash_table_new(g_str_hash, g_str_equal);
    KmsPeople people = {plan, users, addresses};
    guint count = 0;

    for (guint i = 0; i < exchanges->len; i++) {
        const KmsExchange *exchange = g_ptr_array_index(exchanges, i);

        if (knows(plan, &exchange->request)) {
            take_people(&people, exchange);
        }
    }
    if (g_hash_table_size(addresses) == 0) {
        return;
    }
    for (guint i = 0; i < exchanges->len && count < MAX_KMS; i++) {
        const KmsExchange *exchange = g_ptr_array_index(exchanges, i);

        if (exchange->user && !g_hash_table_contains(users, exchange->user)) {
            continue;
        }
        count++;
        add_exchange(&people, exchange);
    }
    kms_traffic_each_hidden(traffic, add_hidden, &people);
}

/* The first KRR that names each identity; borrowed. Caller frees the table. */
static GHashTable *krr_by_identity(const Ledger *ledger)
{
    static const KrrElement elements[] = {KRR_ELEMENT_IDRI, KRR_ELEMENT_IDRR};
    const GPtrArray *krrs = ledger_krrs(ledger);
    GHashTable *index = g_hash_table_new(g_str_hash, g_str_equal);

    for (guint i = 0; i < krrs->len; i++) {
        const StoryKrr *krr = g_ptr_array_index(krrs, i);

        for (guint k = 0; k < G_N_ELEMENTS(elements); k++) {
            const char *identity = krr_text(krr->krr, elements[k]);

            if (identity && !g_hash_table_contains(index, identity)) {
                g_hash_table_insert(index, (gpointer)identity, (gpointer)krr);
            }
        }
    }
    return index;
}

/* An identity that was found behind a UID through a KRR that no finding is about. */
static void add_identity(EvidencePlan *plan, GHashTable *index, const StoryOffer *offer,
                         const char *identity, StoryIdentitySource source)
{
    const StoryKrr *krr =
        source == STORY_IDENTITY_KRR && identity ? g_hash_table_lookup(index, identity) : NULL;
    const StoryFrame *frame = krr ? &g_array_index(krr->frames, StoryFrame, 0) : NULL;

    if (frame && !knows(plan, frame)) {
        add(plan, frame,
            g_strdup_printf("krr-%u names an identity that is hidden in offer-%u", krr->number,
                            offer->number));
    }
}

static void add_identities(EvidencePlan *plan)
{
    const GPtrArray *offers = ledger_offers(plan->report->ledger);
    g_autoptr(GHashTable) index = krr_by_identity(plan->report->ledger);

    for (guint i = 0; i < offers->len; i++) {
        const StoryOffer *offer = g_ptr_array_index(offers, i);

        if (!g_hash_table_contains(plan->taken, offer)) {
            continue;
        }
        add_identity(plan, index, offer, offer->idri, offer->idri_source);
        add_identity(plan, index, offer, offer->idrr, offer->idrr_source);
    }
}

/* ---- what others cannot be read without ---- */

static void add_needed(guint32 capture, guint32 number, guint32 needed_by, bool stream,
                       gpointer data)
{
    EvidencePlan *plan = data;
    const StoryFrame frame = {.capture = capture, .number = number};
    const StoryFrame other = {.capture = capture, .number = needed_by};
    g_autofree char *name = report_frame(plan->report, &other);

    add(plan, &frame,
        g_strdup_printf(stream ? "before frame %s on the same TCP connection"
                               : "a part of what is read in frame %s",
                        name));
}

static void complete(EvidencePlan *plan, const FrameLinks *links)
{
    for (guint32 capture = 0; capture < plan->captures->len; capture++) {
        GHashTable *frames = plan->captures->pdata[capture];
        g_autoptr(GHashTable) set = g_hash_table_new(NULL, NULL);
        GHashTableIter iterator;
        gpointer frame;

        if (!frames) {
            continue;
        }
        g_hash_table_iter_init(&iterator, frames);
        while (g_hash_table_iter_next(&iterator, &frame, NULL)) {
            g_hash_table_add(set, frame);
        }
        frame_links_complete(links, capture, set, add_needed, plan);
    }
}

EvidencePlan *evidence_plan_new(const Report *report, const FrameLinks *links, const HopView *hops)
{
    const GPtrArray *findings = report->audit->findings;
    const StoryFrame *last = hop_view_last(hops);
    EvidencePlan *plan = g_new(EvidencePlan, 1);

    *plan = (EvidencePlan){.report = report,
                           .hops = hops,
                           .captures = g_ptr_array_new_with_free_func(frames_free),
                           .taken = g_hash_table_new(NULL, NULL)};
    for (guint i = 0; i < findings->len; i++) {
        add_finding(plan, g_ptr_array_index(findings, i));
    }
    for (guint i = 0; i < findings->len; i++) {
        add_context(plan, g_ptr_array_index(findings, i));
    }
    add_kms_traffic(plan);
    add_identities(plan);
    if (findings->len && last) {
        add(plan, last, g_strdup("the last message that was audited"));
    }
    complete(plan, links);
    return plan;
}

void evidence_plan_free(EvidencePlan *plan)
{
    if (!plan) {
        return;
    }
    g_ptr_array_unref(plan->captures);
    g_hash_table_unref(plan->taken);
    g_free(plan);
}

static GHashTable *planned(const EvidencePlan *plan, guint32 capture)
{
    return capture < plan->captures->len ? plan->captures->pdata[capture] : NULL;
}

char *evidence_plan_comment(const EvidencePlan *plan, guint32 capture, guint64 frame)
{
    GHashTable *frames = planned(plan, capture);
    const GPtrArray *lines =
        frames ? g_hash_table_lookup(frames, GUINT_TO_POINTER((guint32)frame)) : NULL;
    GString *text;

    if (!lines) {
        return NULL;
    }
    text = g_string_new(NULL);
    for (guint i = 0; i < lines->len; i++) {
        const char *line = g_ptr_array_index(lines, i);

        if (text->len + strlen(line) + 1 > EVIDENCE_MAX_COMMENT) {
            g_string_append_printf(text, "\nand %u more", lines->len - i);
            break;
        }
        g_string_append_printf(text, "%s%s", i ? "\n" : "", line);
    }
    return g_string_free(text, FALSE);
}

guint64 evidence_plan_last(const EvidencePlan *plan, guint32 capture)
{
    GHashTable *frames = planned(plan, capture);
    guint64 last = 0;
    GHashTableIter iterator;
    gpointer frame;

    if (!frames) {
        return 0;
    }
    g_hash_table_iter_init(&iterator, frames);
    while (g_hash_table_iter_next(&iterator, &frame, NULL)) {
        last = MAX(last, GPOINTER_TO_UINT(frame));
    }
    return last;
}
