/* negotiation-steps.c
 * The messages of an attempt, as steps of a ladder
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "analyzer/report/negotiation-steps.h"

#include "analyzer/report/words.h"
#include "core/event/story-frames.h"

static void step_clear(gpointer data)
{
    NegotiationStep *step = data;

    g_free(step->text);
    g_free(step->detail);
    g_free(step->target);
}

GArray *negotiation_steps_new(void)
{
    GArray *steps = g_array_new(FALSE, FALSE, sizeof(NegotiationStep));

    g_array_set_clear_func(steps, step_clear);
    return steps;
}

/* "INVITE offer-1"; caller frees. */
static char *request_text(const StoryLeg *leg)
{
    g_autofree char *method = words_name(leg->method, "request");
    GString *text = g_string_new(method);

    for (guint i = 0; i < leg->offers->len; i++) {
        const StoryOffer *offer = g_ptr_array_index(leg->offers, i);

        g_string_append(text, i ? ", " : " ");
        if (offer->number) {
            g_string_append_printf(text, "offer-%u", offer->number);
        } else {
            g_string_append(text, "offer");
        }
    }
    if (!leg->has_request) {
        g_string_append(text, " not seen");
    }
    return g_string_free(text, FALSE);
}

/* The first offer with a number; NULL: none has one. Caller frees. */
static char *offer_target(const StoryLeg *leg)
{
    for (guint i = 0; i < leg->offers->len; i++) {
        const StoryOffer *offer = g_ptr_array_index(leg->offers, i);

        if (offer->number) {
            return g_strdup_printf("offer-%u", offer->number);
        }
    }
    return NULL;
}

/* Adds "krr-2" to a text, and what it embeds to another. */
static void append_krr(GString *text, GString *detail, const StoryKrr *krr)
{
    g_string_append_printf(text, "%skrr-%u", text->len ? " " : "", krr->number);
    if (krr->embeds) {
        g_string_append_printf(detail, "%sembeds krr-%u", detail->len ? ", " : "",
                               krr->embeds->number);
    }
}

/* What an answer is that holds no KRR. @param status  0: not known */
static LadderKind answer_kind(guint status)
{
    if (status < 200) {
        return LADDER_PLAIN;
    }
    return status < 300 ? LADDER_GRANTED : LADDER_REFUSED;
}

/* An answer with all KRRs that were first seen in that frame. @param status  0: not known */
static void add_answer(GArray *steps, const StoryLeg *leg, NegotiationStep step, guint status)
{
    GString *text = g_string_new(NULL);
    GString *detail = g_string_new(NULL);

    if (status) {
        g_string_append_printf(text, "%u", status);
    }
    step.kind = answer_kind(status);
    for (guint i = 0; i < leg->krrs->len; i++) {
        const StoryFrame *frame = &g_array_index(leg->krr_frames, StoryFrame, i);

        if (story_frame_compare(frame, &step.frame) == 0) {
            const StoryKrr *krr = g_ptr_array_index(leg->krrs, i);

            append_krr(text, detail, krr);
            step.kind = LADDER_REDIRECT;
            if (!step.target) {
                step.target = g_strdup_printf("krr-%u", krr->number);
            }
        }
    }
    step.text = g_string_free(text, FALSE);
    step.detail = g_string_free(detail, FALSE);
    g_array_append_val(steps, step);
}

/* All answers of a leg, from where its request went to. */
static void add_answers(GArray *steps, const StoryLeg *leg, NegotiationStep step)
{
    bool told = false;

    for (guint i = 0; i < leg->krrs->len; i++) {
        StoryFrame frame = g_array_index(leg->krr_frames, StoryFrame, i);
        bool final = leg->has_response && story_frame_compare(&frame, &leg->response) == 0;

        if (i && story_frame_compare(&frame, &step.frame) == 0) {
            continue; /* told with the one before */
        }
        step.frame = frame;
        step.seen = true;
        add_answer(steps, leg, step, final ? leg->status : 0);
        told = told || final;
    }
    if (leg->has_response && !told) {
        step.frame = leg->response;
        step.seen = true;
        add_answer(steps, leg, step, leg->status);
    } else if (!leg->has_response && leg->krrs->len == 0) {
        step.seen = false;
        step.rank = G_MAXUINT; /* nobody knows when */
        step.text = g_strdup("no answer seen");
        g_array_append_val(steps, step);
    }
}

void negotiation_steps_add_leg(GArray *steps, const StoryLeg *leg, const NegotiationPlace *place)
{
    const NegotiationStep request = {
        .rank = place->by_path ? place->rank : 0,
        .seen = leg->has_request,
        .frame = leg->has_request ? leg->request : leg->response,
        .from = place->from,
        .to = place->to,
        .kind = leg->offers->len ? LADDER_OFFER : LADDER_PLAIN,
        .text = request_text(leg),
        .target = offer_target(leg),
    };
    const NegotiationStep answer = {
        .rank = place->by_path ? G_MAXUINT - 1 - place->rank : 0, /* it comes back as it went */
        .frame = request.frame,
        .from = place->to,
        .to = place->from,
    };

    g_array_append_val(steps, request);
    add_answers(steps, leg, answer);
}

static gint compare_steps(gconstpointer a, gconstpointer b)
{
    const NegotiationStep *first = a, *second = b;
    int order;

    if (first->rank != second->rank) {
        return first->rank < second->rank ? -1 : 1;
    }
    order = story_frame_compare(&first->frame, &second->frame);
    /* A request that was not seen stands before the answer that proves it. */
    return order ? order : (int)first->seen - (int)second->seen;
}

void negotiation_steps_sort(GArray *steps)
{
    g_array_sort(steps, compare_steps); /* stable */
}
