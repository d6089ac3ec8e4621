/* path-server.c
 * A server that was asked, seen from both sides
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "core/rules/path-server.h"

#include "core/event/story-frames.h"
#include "core/rules/krr-claim.h"
#include "core/rules/krr-creator.h"
#include "core/story/leg-path.h"

/* Legs of one attempt that are compared with each other: an attacker may send very many. */
#define MAX_LEGS 256

/* Servers on the way of a request that are gone back over. */
#define MAX_HOPS 32

/* ---- addresses ---- */

/* May a server have sent one request because it received the other? The clocks of two captures may
 * differ. */
static bool may_follow(const StoryLeg *in, const StoryLeg *out)
{
    gint64 tolerance =
        in->request.capture == out->request.capture ? STORY_MAX_DISORDER : STORY_MAX_CLOCK_OFFSET;

    return !in->has_request || !out->has_request ||
           in->request.time_ns - out->request.time_ns <= tolerance;
}

/* Does a leg lead onwards from the server that was asked on another one? Not where it leads
 * back. */
static bool leads_onwards(const StoryJudge *judge, const StoryLeg *in, const StoryLeg *out)
{
    return out != in && leg_path_same_node(judge->policy, in->destination, out->source) &&
           !leg_path_same_node(judge->policy, in->source, out->source) &&
           !leg_path_same_node(judge->policy, in->source, out->destination) && may_follow(in, out);
}

/* The legs of the attempt on which the server that was asked on a leg asked on, or was answered
 * as if it had. Where all run on one address nothing can be told. */
static GPtrArray *legs_onwards(const StoryJudge *judge, const StoryAttempt *attempt,
                               const StoryLeg *in)
{
    GPtrArray *out = g_ptr_array_new();

    for (guint i = 0; i < attempt->legs->len && i < MAX_LEGS; i++) {
        StoryLeg *leg = story_leg_at(attempt->legs, i);
        if (!g_str_equal(in->source, in->destination) && leads_onwards(judge, in, leg)) {
            g_ptr_array_add(out, leg);
        }
    }
    return out;
}

/* ---- what it sent on ---- */

const StoryLeg *path_asked_on(const PathServer *server)
{
    for (guint i = 0; i < server->out->len; i++) {
        const StoryLeg *leg = story_leg_at(server->out, i);
        if (leg->has_request) {
            return leg;
        }
    }
    return NULL;
}

bool path_had_received(const PathServer *server, StoryFrame sent)
{
    for (guint i = 0; i < server->out->len; i++) {
        const StoryLeg *leg = story_leg_at(server->out, i);
        if (leg->krrs->len > 0 &&
            (story_frame_at(leg->krr_frames, 0)->capture != sent.capture ||
             story_frame_compare(story_frame_at(leg->krr_frames, 0), &sent) < 0)) {
            return true;
        }
    }
    return false;
}

/* ---- who made a KRR ---- */

bool path_made_by_server(const StoryJudge *judge, const PathServer *server, const StoryKrr *krr)
{
    const KmsEntity *entity = krr_creator_entity(judge->policy, krr->krr);

    return entity && entity == kms_policy_entity_at(judge->policy, server->in->destination);
}

bool path_made_elsewhere(const StoryJudge *judge, const PathServer *server, const StoryKrr *krr,
                         const StoryKrr *other)
{
    const KmsEntity *entity = krr_creator_entity(judge->policy, krr->krr);

    return entity && entity->addresses[0] &&
           entity != krr_creator_entity(judge->policy, other->krr) &&
           !g_strv_contains((const char *const *)entity->addresses, server->in->destination);
}

bool path_is_from_device(const StoryJudge *judge, const PathServer *server, const StoryLeg *out,
                         const StoryKrr *krr)
{
    const KmsEntity *entity = kms_policy_entity_at(judge->policy, out->destination);
    g_autoptr(GPtrArray) further = legs_onwards(judge, server->attempt, out);

    return krr_is_from_receiver(judge->policy, krr->krr) && further->len == 0 &&
           (!entity || entity->role == KMS_ENTITY_CLIENT);
}

/* ---- a KRR that it did not pass on ---- */

/* Is a KRR the same as another, or does it embed that one at some depth? An embedded one that was
 * altered is told by embedded-krr-altered. */
static bool holds(const StoryKrr *sent, const StoryKrr *krr)
{
    for (const StoryKrr *inner = sent; inner; inner = inner->embeds) {
        if (inner == krr || (inner != sent && krr_same_claim(inner->krr, krr->krr))) {
            return true;
        }
    }
    return false;
}

static bool brings(const StoryLeg *leg, const StoryKrr *krr)
{
    for (guint i = 0; i < leg->krrs->len && i < MAX_LEGS; i++) {
        if (holds(g_ptr_array_index(leg->krrs, i), krr)) {
            return true;
        }
    }
    return false;
}

/* Did the server pass a KRR on, on any leg on which it was asked? A request that is repeated, with
 * credentials or over another transport, is a leg of its own. */
static bool passed_on(const StoryJudge *judge, const PathServer *server, const StoryKrr *krr)
{
    const GPtrArray *legs = server->attempt->legs;

    for (guint i = 0; i < legs->len && i < MAX_LEGS; i++) {
        const StoryLeg *leg = story_leg_at(legs, i);
        if (!leg_path_same_node(judge->policy, leg->destination, server->in->destination)) {
            continue;
        }
        if (brings(leg, krr)) {
            return true;
        }
    }
    return false;
}

/* The leg on which whoever sent the request of another one was asked; NULL: none. */
static const StoryLeg *leg_before(const StoryJudge *judge, const GPtrArray *legs,
                                  const StoryLeg *leg)
{
    for (guint i = 0; i < legs->len && i < MAX_LEGS; i++) {
        const StoryLeg *before = story_leg_at(legs, i);
        if (leads_onwards(judge, before, leg)) {
            return before;
        }
    }
    return NULL;
}

/* Was a KRR seen nearer to the initiator than the server, whose own answer was not captured? Then the
 * server had passed it on. */
static bool came_beyond(const StoryJudge *judge, const PathServer *server, const StoryKrr *krr)
{
    const GPtrArray *legs = server->attempt->legs;
    const StoryLeg *leg = server->in->status < 200 ? leg_before(judge, legs, server->in) : NULL;

    for (guint hops = 0; leg && hops < MAX_HOPS; hops++) {
        if (brings(leg, krr)) {
            return true;
        }
        leg = leg_before(judge, legs, leg);
    }
    return false;
}

/* Did the server answer before the KRR came in? The clocks of two captures may differ, so there it
 * counts how long each leg took. */
static bool came_too_late(const StoryLeg *in, const StoryLeg *out, StoryFrame arrived)
{
    if (!in->has_response || in->status < 200) {
        return false;
    }
    if (in->response.capture == arrived.capture || !in->has_request || !out->has_request) {
        return story_frame_compare(&in->response, &arrived) < 0;
    }
    return arrived.time_ns - out->request.time_ns > in->response.time_ns - in->request.time_ns;
}

/* Was a request sent after a KRR had come in, by one clock? */
static bool asked_after(const StoryLeg *leg, StoryFrame arrived)
{
    return leg->has_request && leg->request.capture == arrived.capture &&
           story_frame_compare(&leg->request, &arrived) > 0;
}

/* The leg on which the server offered anew what a KRR had rejected; NULL: none. */
static const StoryLeg *hunted_on(const PathServer *server, const StoryLeg *out, StoryFrame arrived)
{
    for (guint i = 0; i < server->out->len; i++) {
        const StoryLeg *leg = story_leg_at(server->out, i);
        if (leg != out && asked_after(leg, arrived)) {
            return leg;
        }
    }
    return NULL;
}

/* Does a server owe a KRR to whom asked it? Not where the call came about on another branch, unless
 * the server tried that one when it had the KRR already; where it was cancelled (487); where
 * credentials were wanted first; or where its answer cannot be read. */
static bool owes_krr(const PathServer *server, const StoryLeg *out, StoryFrame arrived)
{
    const StoryLeg *in = server->in;
    const bool other_end = (story_is_success(in->status) && !hunted_on(server, out, arrived)) ||
                           story_asks_for_credentials(in->status) || in->status == 487;

    return !other_end && !in->answer_unreadable && !came_too_late(in, out, arrived);
}

/* Notes the first KRR that came in on a leg and was owed to whom asked the server. */
static void find_owed(PathServer *server, const StoryLeg *out)
{
    for (guint i = 0; i < out->krrs->len && !server->krr; i++) {
        const StoryKrr *krr = story_krr_at(out->krrs, i);
        const StoryFrame arrived = *story_frame_at(out->krr_frames, i);
        if (!krr->unreadable && owes_krr(server, out, arrived)) {
            server->withheld = out;
            server->krr = krr;
            server->arrived = arrived;
        }
    }
}

/* Did the server pass on any of the KRRs that it received? Of several branches it need not pass on all. */
static bool passed_on_any(const StoryJudge *judge, const PathServer *server)
{
    for (guint i = 0; i < server->out->len; i++) {
        const StoryLeg *out = story_leg_at(server->out, i);
        for (guint k = 0; k < out->krrs->len && k < MAX_LEGS; k++) {
            const StoryKrr *krr = story_krr_at(out->krrs, k);
            if (!krr->unreadable &&
                (passed_on(judge, server, krr) || came_beyond(judge, server, krr))) {
                return true;
            }
        }
    }
    return false;
}

/* Finds what may excuse a server that kept a KRR, among its other branches, and what does not. */
static void look_at_branches(PathServer *server)
{
    server->hunted = hunted_on(server, server->withheld, server->arrived);
    for (guint i = 0; i < server->out->len; i++) {
        const StoryLeg *leg = story_leg_at(server->out, i);
        if (leg == server->withheld) {
            continue;
        }
        if (leg->status < 200 || leg->answer_unreadable) {
            server->silent = leg;
        } else if (leg->krrs->len == 0 && leg->status == server->in->status) {
            server->branch = leg;
        }
    }
}

static void find_withheld(const StoryJudge *judge, PathServer *server)
{
    if (passed_on_any(judge, server)) {
        return;
    }
    for (guint i = 0; i < server->out->len && !server->krr; i++) {
        find_owed(server, story_leg_at(server->out, i));
    }
    if (server->krr) {
        look_at_branches(server);
    }
}

/* ---- all servers ---- */

void path_each_server(StoryJudge *judge, const StoryNegotiation *negotiation,
                      const StoryAttempt *attempt,
                      void (*visit)(StoryJudge *judge, const PathServer *server))
{
    for (guint i = 0; i < attempt->legs->len && i < MAX_LEGS; i++) {
        const StoryLeg *in = story_leg_at(attempt->legs, i);
        g_autoptr(GPtrArray) out = legs_onwards(judge, attempt, in);
        PathServer server = {.negotiation = negotiation, .attempt = attempt, .in = in, .out = out};
        find_withheld(judge, &server);
        visit(judge, &server);
    }
}
