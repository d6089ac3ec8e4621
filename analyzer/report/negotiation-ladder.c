/* negotiation-ladder.c
 * A negotiation as a drawing: who said what to whom, attempt by attempt
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "analyzer/report/negotiation-ladder.h"

#include <string.h>

#include "analyzer/process/text.h"
#include "analyzer/report/negotiation-steps.h"
#include "analyzer/report/words.h"
#include "core/event/story-frames.h"

/* KRRs of one upload that an arrow names. */
#define MAX_UPLOADED 3

/* A KRR on its way to the KMS, or what the KMS says of it. */
typedef struct KmsStep {
    StoryFrame frame;
    const KmsExchange *exchange;
    bool answer;
} KmsStep;

typedef struct Builder {
    const Report *report;
    const FindingIndex *findings;
    const StoryNegotiation *negotiation;
    Ladder *ladder;
    GArray *reports; /* of KmsStep: its KRRs at the KMS, in the order of time */
    guint reported;  /* so many of these are drawn */
    bool ports;
    guint drawn;   /* messages */
    guint omitted; /* likewise */
} Builder;

static const char *const marks[] = {
    [KRR_SEVERITY_OFF] = "",
    [KRR_SEVERITY_NOTE] = "n",
    [KRR_SEVERITY_WARNING] = "W",
    [KRR_SEVERITY_ERROR] = "E",
};

/* The name above a column; caller frees. */
static char *entity_name(const Builder *builder, const char *address, guint16 port)
{
    const KmsEntity *entity = kms_policy_entity_at(builder->report->policy, address);
    g_autofree char *safe = NULL;

    if (entity && !builder->ports) {
        return words_name(entity->identity, "?");
    }
    safe = words_name(address, "?");
    if (!builder->ports) {
        return g_steal_pointer(&safe);
    }
    return strchr(safe, ':') ? g_strdup_printf("[%s]:%u", safe, port)
                             : g_strdup_printf("%s:%u", safe, port);
}

/* Both ends of a leg. The source gets its column to the left of the destination where only the
 * latter has one. */
static void place_leg(const Builder *builder, const StoryLeg *leg, guint *from, guint *to)
{
    g_autofree char *source = entity_name(builder, leg->source, leg->source_port);
    g_autofree char *destination = entity_name(builder, leg->destination, leg->destination_port);

    if (ladder_knows(builder->ladder, destination)) {
        *to = ladder_entity(builder->ladder, destination);
        *from = ladder_entity_before(builder->ladder, source, *to);
    } else {
        *from = ladder_entity(builder->ladder, source);
        *to = ladder_entity(builder->ladder, destination);
    }
}

/* Do the legs of an attempt come from several captures? */
static bool spans_captures(const StoryAttempt *attempt)
{
    for (guint i = 0; i < attempt->legs->len; i++) {
        const StoryLeg *leg = g_ptr_array_index(attempt->legs, i);

        if ((leg->has_request && leg->request.capture != attempt->started.capture) ||
            (leg->has_response && leg->response.capture != attempt->started.capture)) {
            return true;
        }
    }
    return false;
}

/* "+0.012": seconds after the negotiation began; caller frees. */
static char *time_text(const Builder *builder, const StoryFrame *frame)
{
    gint64 ms = (frame->time_ns - builder->negotiation->started.time_ns) / 1000000;

    return g_strdup_printf("%c%" G_GINT64_FORMAT ".%03d", ms < 0 ? '-' : '+', ABS(ms) / 1000,
                           (int)(ABS(ms) % 1000));
}

static void draw_step(Builder *builder, const NegotiationStep *step)
{
    g_autofree char *time = step->seen ? time_text(builder, &step->frame) : NULL;
    g_autofree char *frame = step->seen ? report_frame(builder->report, &step->frame) : NULL;
    const LadderMessage message = {
        .from = step->from,
        .to = step->to,
        .kind = step->kind,
        .mark = step->seen ? marks[finding_index_severity(builder->findings, &step->frame)] : NULL,
        .time = time,
        .frame = frame,
        .text = step->text,
        .detail = step->detail,
        .target = step->target,
        .unseen = !step->seen,
    };

    if (builder->drawn == NEGOTIATION_LADDER_MAX_MESSAGES) {
        builder->omitted++;
    } else {
        builder->drawn++;
        ladder_add_message(builder->ladder, &message);
    }
}

/* ---- uploads to a KMS ---- */

static void note_report(Builder *builder, const KmsExchange *exchange)
{
    const KmsStep request = {exchange->request, exchange, false};
    const KmsStep answer = {exchange->response, exchange, true};

    g_array_append_val(builder->reports, request);
    if (exchange->answer != KMS_ANSWER_NONE) {
        g_array_append_val(builder->reports, answer);
    }
}

static gint compare_reports(gconstpointer a, gconstpointer b)
{
    const KmsStep *first = a, *second = b;
    int order = story_frame_compare(&first->frame, &second->frame);

    return order ? order : (int)first->answer - (int)second->answer;
}

/* From whoever uploads them, in whatever request. Not where ports tell entities apart: it is not
 * known which of them the client of the KMS is. */
static void find_reports(Builder *builder)
{
    const KmsTraffic *traffic = ledger_kms_traffic(builder->report->ledger);
    g_autoptr(GHashTable) noted = g_hash_table_new(NULL, NULL);
    const GPtrArray *attempts = builder->negotiation->attempts;

    for (guint i = 0; i < attempts->len && !builder->ports; i++) {
        const StoryAttempt *attempt = g_ptr_array_index(attempts, i);

        for (guint k = 0; k < attempt->krrs->len; k++) {
            const GPtrArray *uploads = kms_traffic_uploads(traffic, attempt->krrs->pdata[k]);

            for (guint n = 0; uploads && n < uploads->len; n++) {
                if (builder->reports->len < NEGOTIATION_LADDER_MAX_MESSAGES &&
                    g_hash_table_add(noted, uploads->pdata[n])) {
                    note_report(builder, uploads->pdata[n]);
                }
            }
        }
    }
    g_array_sort(builder->reports, compare_reports);
}

/* "upload krr-1, krr-2"; caller frees. */
static char *upload_text(const KmsExchange *exchange)
{
    GString *text = g_string_new("upload");

    for (guint i = 0; i < exchange->krrs->len && i < MAX_UPLOADED; i++) {
        g_string_append_printf(text, "%s krr-%u", i ? "," : "",
                               ((const StoryKrr *)exchange->krrs->pdata[i])->number);
    }
    if (exchange->krrs->len > MAX_UPLOADED) {
        g_string_append(text, ", ...");
    }
    return g_string_free(text, FALSE);
}

static NegotiationStep report_step(const Builder *builder, const KmsStep *report)
{
    const KmsExchange *exchange = report->exchange;
    const StoryKrr *krr = g_ptr_array_index(exchange->krrs, 0);
    g_autofree char *client = entity_name(builder, exchange->client, 0);
    g_autofree char *server = entity_name(builder, exchange->server, 0);
    guint user = ladder_entity(builder->ladder, client);
    guint kms = ladder_entity(builder->ladder, server);

    if (report->answer) {
        return (NegotiationStep){
            .seen = true,
            .frame = report->frame,
            .from = kms,
            .to = user,
            .kind = exchange->answer == KMS_ANSWER_GRANTED ? LADDER_GRANTED : LADDER_REFUSED,
            .text = g_strdup_printf("%u%s", exchange->status, exchange->error ? ", error" : "")};
    }
    return (NegotiationStep){.seen = true,
                             .frame = report->frame,
                             .from = user,
                             .to = kms,
                             .text = upload_text(exchange),
                             .target = g_strdup_printf("krr-%u", krr->number)};
}

/* What goes to the KMS and back before the next attempt. @param by_path  what comes last in time,
 * too */
static void add_reports(Builder *builder, GArray *steps, const StoryAttempt *next, bool by_path)
{
    for (; builder->reported < builder->reports->len; builder->reported++) {
        const KmsStep *report = &g_array_index(builder->reports, KmsStep, builder->reported);
        NegotiationStep step;

        if (next && story_frame_compare(&report->frame, &next->started) > 0) {
            return;
        }
        step = report_step(builder, report);
        step.rank = by_path ? G_MAXUINT : 0;
        g_array_append_val(steps, step);
    }
}

/* ---- attempts ---- */

/* @param place  of the leg in the path */
static void add_leg(const Builder *builder, GArray *steps, const StoryLeg *leg, guint place,
                    bool by_path)
{
    NegotiationPlace at = {.rank = place, .by_path = by_path};

    place_leg(builder, leg, &at.from, &at.to);
    negotiation_steps_add_leg(steps, leg, &at);
}

/* @param next  attempt; NULL: it is the last one */
static void draw_legs(Builder *builder, const StoryAttempt *attempt, const StoryAttempt *next)
{
    g_autoptr(GArray) steps = negotiation_steps_new();
    bool by_path = spans_captures(attempt);

    for (guint i = 0; i < attempt->legs->len; i++) {
        if (builder->drawn + steps->len < 2 * NEGOTIATION_LADDER_MAX_MESSAGES) {
            add_leg(builder, steps, g_ptr_array_index(attempt->legs, i), i, by_path);
        } else {
            builder->omitted += 2;
        }
    }
    add_reports(builder, steps, next, by_path);
    negotiation_steps_sort(steps);
    for (guint i = 0; i < steps->len; i++) {
        draw_step(builder, &g_array_index(steps, NegotiationStep, i));
    }
}

/* Whether what cannot be read redirects, nobody knows. */
static const char *answered_by(const StoryAttempt *attempt)
{
    return attempt->received && attempt->received->unreadable ? "answered by unreadable"
                                                              : "redirected by";
}

/* What came of an attempt that was followed by another, or of the last one; caller frees. */
static char *outcome_text(const StoryNegotiation *negotiation, const StoryAttempt *attempt)
{
    g_autofree char *status =
        attempt->status ? g_strdup_printf("%u", attempt->status) : g_strdup("no final answer seen");
    g_autofree char *krr = attempt->received ? g_strdup_printf("krr-%u", attempt->received->number)
                                             : g_strdup("the KRR");
    guint last = negotiation->attempts->len - 1;

    if (attempt != g_ptr_array_index(negotiation->attempts, last)) {
        return attempt->krrs->len ? g_strdup_printf("%s: %s %s", status, answered_by(attempt), krr)
                                  : g_strdup_printf("%s: without a KRR", status);
    }
    switch (negotiation->outcome) {
    case STORY_OUTCOME_ESTABLISHED:
        return g_strdup_printf("%s: established", status);
    case STORY_OUTCOME_REFUSED:
        return g_strdup_printf("%s: refused without a KRR", status);
    case STORY_OUTCOME_NO_ACCEPTABLE_KMS:
        return g_strdup_printf("%s: %s leaves no acceptable KMS, and nothing followed", status,
                               krr);
    case STORY_OUTCOME_ABANDONED:
        return g_strdup_printf(attempt->received && attempt->received->unreadable
                                   ? "%s: %s could not be read, and nothing followed"
                                   : "%s: %s left a choice, and nothing followed",
                               status, krr);
    case STORY_OUTCOME_OPEN:
        break;
    }
    return g_strdup_printf("%s: open, the capture ends before more can be said", status);
}

/* What was offered: the two KMSs beneath each other, so that attempts can be compared. */
static void draw_offer(const Builder *builder, const char *label, const StoryAttempt *attempt)
{
    g_autofree char *clock = text_clock(report_shown_ns(builder->report, attempt->started));
    g_autofree char *initiator = words_name(story_attempt_idrkmsi(attempt), "not stated");
    g_autofree char *receiver = words_name(story_attempt_idrkmsr(attempt), "not stated");
    g_autofree char *initiator_text = g_strdup_printf("initiator's KMS: %s", initiator);
    g_autofree char *receiver_text = g_strdup_printf("receiver's KMS:  %s", receiver);
    g_autofree char *text = NULL;

    if (!attempt->offer) {
        text = g_strdup_printf("%s  an offer that is not in the capture", clock);
    } else if (attempt->offer->number) {
        text = g_strdup_printf("%s  offer-%u", clock, attempt->offer->number);
    } else {
        text = g_strdup_printf("%s  an offer", clock);
    }
    ladder_add_text(builder->ladder, label, text);
    ladder_add_text(builder->ladder, "", initiator_text);
    ladder_add_text(builder->ladder, "", receiver_text);
}

static void draw_attempt(Builder *builder, guint index)
{
    const GPtrArray *attempts = builder->negotiation->attempts;
    const StoryAttempt *attempt = g_ptr_array_index(attempts, index);
    g_autofree char *label = g_strdup_printf("%u.", index + 1);
    g_autofree char *outcome = outcome_text(builder->negotiation, attempt);

    draw_offer(builder, label, attempt);
    draw_legs(builder, attempt,
              index + 1 < attempts->len ? g_ptr_array_index(attempts, index + 1) : NULL);
    ladder_add_text(builder->ladder, "=>", outcome);
}

Ladder *negotiation_ladder(const Report *report, const FindingIndex *findings,
                           const StoryNegotiation *negotiation)
{
    g_autoptr(Ladder) ladder = ladder_new();
    g_autoptr(GArray) reports = g_array_new(FALSE, FALSE, sizeof(KmsStep));
    Builder builder = {.report = report,
                       .findings = findings,
                       .negotiation = negotiation,
                       .ladder = ladder,
                       .reports = reports,
                       .ports = report_shows_ports(negotiation)};

    find_reports(&builder);
    for (guint i = 0; i < negotiation->attempts->len; i++) {
        draw_attempt(&builder, i);
    }
    if (builder.omitted) {
        g_autofree char *count = text_count(builder.omitted, "message");
        g_autofree char *text = g_strdup_printf("%s more; the JSON report has all legs", count);

        ladder_add_text(ladder, "", text);
    }
    return g_steal_pointer(&ladder);
}
