/* krr-links.c
 * The story in Wireshark: which frames belong together, and what only all of them show
 *
 * What one hop tells stands with the KRR or the offer: the request in which it was offered, the
 * answer. What the whole story tells stands under an item of its own, since the final answer of a
 * negotiation holds neither a KRR nor an offer, and is a part of it all the same.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "plugin/story/krr-links.h"

#include "plugin/wireshark-compat.h"

#include <epan/conversation_filter.h>

#include "core/audit/story-index.h"
#include "core/event/story-exchange.h"
#include "core/stores/story-clock.h"
#include "core/story/timeline.h"
#include "plugin/frame/krr-cargo.h"
#include "plugin/frame/krr-experts.h"
#include "plugin/frame/krr-nstime.h"
#include "plugin/frame/krr-traffic.h"
#include "plugin/preferences/krr-preferences.h"
#include "plugin/story/event-extractor.h"
#include "plugin/story/krr-passes.h"
#include "plugin/story/krr-window.h"

/* While a capture grows, the story is settled anew at most after so many times as long as it took. */
#define SETTLE_PAUSE 10

/* Of the findings that cite one frame, and of the negotiations that it is a part of: more would
 * overflow the tree of a frame that was made for it. */
#define MAX_FINDINGS 1000
#define MAX_PARTS    1000

static int hf_offer_in;
static int hf_time_since_offer;
static int hf_answered_in;
static int hf_negotiation;
static int hf_attempt;
static int hf_attempts;
static int hf_outcome;
static int hf_retried_in;
static int hf_retry_of;
static int hf_begun_in;
static int hf_ended_in;

static int ett_negotiation = -1;

static const value_string outcome_names[] = {
    {STORY_OUTCOME_ESTABLISHED, "established"},
    {STORY_OUTCOME_REFUSED, "refused"},
    {STORY_OUTCOME_NO_ACCEPTABLE_KMS, "no acceptable KMS"},
    {STORY_OUTCOME_ABANDONED, "abandoned"},
    {STORY_OUTCOME_OPEN, "open"},
    {0, NULL},
};

/* The story of the capture that is open. */
typedef struct LinkedStory {
    const KrrSettings *settings; /* a share: the ledger leans on the policy */
    Ledger *ledger;
    Timeline *timeline; /* before the ledger: frames may stand out of the order of time */
    StoryClock *clock;
    StoryExchanges *exchanges;
    StoryIndex *index;    /* NULL: not settled yet */
    bool stale;           /* something was told since it was settled */
    gint64 may_settle_us; /* when it may be settled again, in monotonic time */
} LinkedStory;

static EventExtractor *extractor; /* how frames are read */
static LinkedStory *links;        /* NULL: nothing was told yet */
static dissector_handle_t links_handle;

/* Frames are seen once: nobody can be shown what only later frames tell, so it is not gathered. */
static bool one_pass;
static bool asking; /* for fields, where frames are seen once */

/* Of the frame at hand. */
typedef struct LinkedFrame {
    packet_info *pinfo;
    tvbuff_t *tvb;
    proto_tree *tree;
    KrrCargo *cargo;
    guint count;    /* of cargo */
    guint messages; /* how many SIP messages were told */
} LinkedFrame;

/* ---- telling ---- */

static LinkedStory *links_new(void)
{
    LinkedStory *fresh = g_new0(LinkedStory, 1);

    fresh->settings = krr_settings_ref(krr_settings());
    fresh->ledger = ledger_new(fresh->settings->policy);
    fresh->timeline = timeline_new(fresh->ledger);
    fresh->clock = story_clock_new();
    fresh->exchanges = story_exchanges_new();
    return fresh;
}

static void forget_links(void)
{
    krr_window_forget();
    if (links) {
        timeline_free(links->timeline);
        story_clock_free(links->clock);
        ledger_free(links->ledger);
        story_exchanges_free(links->exchanges);
        story_index_free(links->index);
        krr_settings_unref(links->settings);
        g_clear_pointer(&links, g_free);
    }
}

static bool has_story(void);

static void take_event(StoryEvent *event, gpointer data)
{
    LinkedFrame *frame = data;

    if (!links) {
        links = links_new();
    }
    event->frame.capture = 1;
    for (guint i = 0; i < frame->count; i++) {
        if (frame->cargo[i].message == frame->messages) {
            story_exchanges_take(links->exchanges, event, i);
        }
    }
    frame->messages++;
    if (one_pass) {
        story_event_free(event);
        return;
    }
    story_clock_take(links->clock, event);
    timeline_add(links->timeline, event);
    if (!links->stale) {
        links->stale = true;
        krr_window_filter_later(has_story);
    }
}

/* Makes the whole story of what was told so far. */
static void settle_now(void)
{
    gint64 now = g_get_monotonic_time();

    timeline_finish(links->timeline);
    ledger_finish(links->ledger);
    g_autoptr(Audit) audit =
        audit_new(links->ledger, links->settings->policy, links->settings->wanted);
    story_index_free(links->index);
    links->index = story_index_new(links->ledger, audit);
    links->stale = false;
    gint64 done = g_get_monotonic_time();
    links->may_settle_us = done + SETTLE_PAUSE * (done - now);
}

/* The same where it is worth it: it costs as much as there was told, and a capture that is going on
 * is looked at again and again. */
static void settle(void)
{
    if (links->stale && (!links->index || g_get_monotonic_time() >= links->may_settle_us)) {
        settle_now();
    }
}

/* Is there anything that frames say only in the light of later ones? */
static bool has_story(void)
{
    if (links && links->stale) {
        settle_now();
    }
    return links && !story_index_is_empty(links->index);
}

/* ---- hops ---- */

static proto_item *add_frame(const LinkedFrame *frame, proto_tree *tree, int hf, guint64 number)
{
    proto_item *item = proto_tree_add_uint(tree, hf, frame->tvb, 0, 0, (guint32)number);

    proto_item_set_generated(item);
    return item;
}

/* @param delay_ns  as the frames were told: users may shift the times of those that they look at */
static void show_offer(const LinkedFrame *frame, proto_tree *tree, const StoryFrame *offer,
                       gint64 delay_ns)
{
    const nstime_t delay = krr_nstime(delay_ns);

    add_frame(frame, tree, hf_offer_in, offer->number);
    if (!frame->pinfo->fd->has_ts) {
        return;
    }
    proto_item_set_generated(
        proto_tree_add_time(tree, hf_time_since_offer, frame->tvb, 0, 0, &delay));
    krr_traffic_add_delay(frame->pinfo, delay_ns);
}

/* @param place  of something in the frame's cargo */
static void show_exchange(const LinkedFrame *frame, guint place)
{
    const KrrCargo *cargo = &frame->cargo[place];
    const guint64 number = frame->pinfo->num;

    if (cargo->kind == KRR_CARGO_KRR) {
        gint64 delay_ns;
        const StoryFrame *offer =
            story_exchanges_offer_of(links->exchanges, number, place, &delay_ns);
        if (offer) {
            show_offer(frame, cargo->item, offer, delay_ns);
        }
    } else if (cargo->kind == KRR_CARGO_MIKEY) {
        const StoryFrame *answer = story_exchanges_answer_of(links->exchanges, number, place);
        if (answer) {
            add_frame(frame, cargo->item, hf_answered_in, answer->number);
        }
    }
}

/* ---- the whole story ---- */

static void show_number(const LinkedFrame *frame, proto_tree *tree, int hf, guint number)
{
    proto_item_set_generated(proto_tree_add_uint(tree, hf, frame->tvb, 0, 0, number));
}

static proto_item *show_part(const LinkedFrame *frame, const StoryIndexPart *part)
{
    const StoryIndexNegotiation *known = story_index_negotiation(links->index, part->negotiation);
    const char *outcome = val_to_str_const(known->outcome, outcome_names, "");
    proto_item *item = add_frame(frame, frame->tree, hf_negotiation, known->number);
    proto_tree *tree = proto_item_add_subtree(item, ett_negotiation);

    proto_item_append_text(item, ", attempt %u of %u, %s", part->attempt, known->attempts, outcome);
    show_number(frame, tree, hf_attempt, part->attempt);
    show_number(frame, tree, hf_attempts, known->attempts);
    show_number(frame, tree, hf_outcome, known->outcome);
    if (part->retry_of) {
        add_frame(frame, tree, hf_retry_of, part->retry_of);
    }
    if (part->retried_in) {
        add_frame(frame, tree, hf_retried_in, part->retried_in);
    }
    if (known->begun_in != part->frame) {
        add_frame(frame, tree, hf_begun_in, known->begun_in);
    }
    if (known->ended_in && known->ended_in != part->frame) {
        add_frame(frame, tree, hf_ended_in, known->ended_in);
    }
    return item;
}

/* Is a KRR in that document, at whatever depth? The depth is bounded by KRR_MAX_DEPTH. */
static bool holds_krr(const GPtrArray *krrs, const char *digest)
{
    for (guint i = 0; i < krrs->len; i++) {
        const Krr *krr = g_ptr_array_index(krrs, i);
        if (g_str_equal(krr->digest, digest) || holds_krr(krr->embedded, digest)) {
            return true;
        }
    }
    return false;
}

static bool is_about(const StoryIndexFinding *finding, const KrrCargo *cargo)
{
    if (cargo->kind == KRR_CARGO_KRR) {
        return finding->krr && cargo->krr->document &&
               holds_krr(cargo->krr->document->krrs, finding->krr);
    }
    return finding->offer && cargo->kind == KRR_CARGO_MIKEY && cargo->mikey->offer &&
           g_str_equal(cargo->mikey->offer->digest, finding->offer);
}

/* The item of the KRR or the offer that a finding is about; in a frame that holds neither, that of
 *  the negotiation. NULL: there is none of these. */
static proto_item *item_of(const LinkedFrame *frame, const StoryIndexFinding *finding,
                           proto_item *negotiation)
{
    for (guint i = 0; i < frame->count; i++) {
        if (is_about(finding, &frame->cargo[i])) {
            return frame->cargo[i].item;
        }
    }
    return negotiation ? negotiation : frame->count > 0 ? frame->cargo[0].item : frame->tree;
}

/* Shows the findings that cite the frame, but for those that the document or the offer alone gave:
 *  its dissector showed them. */
static void show_findings(const LinkedFrame *frame, proto_item *negotiation)
{
    const KrrRuleCounts shown = krr_cargo_rule_counts(frame->pinfo);
    guint count;
    const StoryIndexFinding *findings =
        story_index_findings(links->index, frame->pinfo->num, &count);

    for (guint i = 0; i < MIN(count, MAX_FINDINGS); i++) {
        if (!shown.fired[findings[i].rule]) {
            const KrrExpert expert = {findings[i].rule, findings[i].severity, findings[i].observed,
                                      findings[i].expected, findings[i].place};
            krr_experts_add_finding(frame->pinfo, item_of(frame, &findings[i], negotiation),
                                    &expert);
        }
    }
}

static void show_story(const LinkedFrame *frame)
{
    guint count;
    const StoryIndexPart *parts = story_index_parts(links->index, frame->pinfo->num, &count);
    proto_item *first = NULL;

    for (guint i = 0; i < MIN(count, MAX_PARTS); i++) {
        proto_item *item = show_part(frame, &parts[i]);
        first = first ? first : item;
    }
    show_findings(frame, first);
}

/* ---- the postdissector ---- */

/* Asks for fields, of all frames to come. */
static void ask_for(EventFacts facts)
{
    set_postdissector_wanted_hfids(links_handle, event_extractor_fields(extractor, facts));
}

/* Asks for fields as long as no frame has them, whatever the dissection: without asking for a tree. */
static void ask_ahead(void)
{
    g_autoptr(GArray) fields = event_extractor_fields(extractor, EVENT_FACTS_TRANSACTIONS);
    epan_dissect_t nothing = {0};

    epan_dissect_prime_with_hfid_array(&nothing, fields);
}

/* In one pass there may be a tree, for a filter or for the output, and where there is none there is
 * nothing to show links in. So no field is wanted, which would make one. That a field was asked for
 * Wireshark forgets at the end of the first frame that has it: behind such a frame fields are wanted
 * until they have been asked for again, in a frame without them. Frames of media cost nothing, nor
 * does SIP where nobody looks at links: that shows only once there is a frame, so for the first one
 * with SIP fields are asked for in any case. */
static void open_capture(void)
{
    forget_links();
    krr_preferences_refresh();
    event_extractor_begin(extractor);
    if (one_pass) {
        set_postdissector_wanted_hfids(links_handle, NULL);
        asking = false;
        if (krr_settings()->link_frames) {
            ask_ahead();
        }
    }
}

/* Which fields are wanted must be clear before a capture is opened: by then it is settled whether
 * frames get trees. */
static void heed_preferences(void)
{
    if (one_pass) {
        return;
    }
    if (krr_settings()->link_frames) {
        ask_for(EVENT_FACTS_ALL);
    } else {
        set_postdissector_wanted_hfids(links_handle, NULL);
    }
}

/* Does a filter, a column, the output or a listener look at what links show? Where all of a tree is
 *  shown nobody needs to ask for fields: it has them all. */
static bool are_looked_at(const LinkedFrame *frame)
{
    static const int *const shown[] = {&hf_offer_in, &hf_time_since_offer, &hf_answered_in};

    if (PTREE_DATA(frame->tree)->visible) {
        return false;
    }
    for (gsize i = 0; i < G_N_ELEMENTS(shown); i++) {
        if (proto_field_is_referenced(frame->tree, *shown[i])) {
            return true;
        }
    }
    return krr_traffic_is_heard();
}

/* @param used_up  the frame may have had some of the fields that are still needed */
static void ask_again(bool used_up)
{
    if (used_up == asking) {
        return;
    }
    asking = used_up;
    if (asking) {
        ask_for(EVENT_FACTS_TRANSACTIONS);
    } else {
        set_postdissector_wanted_hfids(links_handle, NULL);
    }
}

/* What the frame tells, told as far as somebody may want to know it later. */
static void tell(LinkedFrame *frame)
{
    if (one_pass) {
        ask_again(event_extractor_may_tell(extractor, frame->pinfo) && are_looked_at(frame));
    }
    /* Without the story, messages that carry nothing are of no use. */
    if (!one_pass || frame->count > 0) {
        event_extractor_run(extractor, frame->pinfo, frame->tvb, frame->tree, frame);
    }
}

/* Where there is no tree, somebody may listen all the same: Expert Information and the statistics go
 * through all frames without one. Only for the first time a frame needs a tree, to be told. */
static int dissect_links(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    LinkedFrame frame = {.pinfo = pinfo, .tvb = tvb, .tree = tree};

    (void)data;
    if (!krr_settings()->link_frames || (one_pass && !tree)) {
        return 0;
    }
    const bool first_visit = !PINFO_FD_VISITED(pinfo);
    frame.cargo = krr_cargo_of(pinfo, &frame.count);
    if (first_visit) {
        tell(&frame);
    }
    if (!links) {
        return 0;
    }
    const char *protocol = pinfo->current_proto; /* Expert Information says whose info it is */
    pinfo->current_proto = "KRR";
    for (guint i = 0; i < frame.count; i++) {
        show_exchange(&frame, i);
    }
    if (!first_visit && !one_pass) {
        settle();
        show_story(&frame);
    }
    pinfo->current_proto = protocol;
    return (int)tvb_captured_length(tvb);
}

/* ---- the conversation filter ---- */

/* The first negotiation that a frame is a part of; NULL: it is of none. */
static const StoryIndexNegotiation *negotiation_of(const packet_info *pinfo)
{
    guint count = 0;
    const StoryIndexPart *parts =
        links && links->index ? story_index_parts(links->index, pinfo->num, &count) : NULL;

    return parts ? story_index_negotiation(links->index, parts->negotiation) : NULL;
}

static KRR_CONVERSATION_BOOL has_negotiation(KRR_CONVERSATION_PARAMETERS)
{
    return negotiation_of(pinfo) != NULL;
}

static char *negotiation_filter(KRR_CONVERSATION_PARAMETERS)
{
    const StoryIndexNegotiation *negotiation = negotiation_of(pinfo);

    return negotiation ? g_strdup_printf("krr.negotiation == %u", negotiation->number) : NULL;
}

/* ---- registration ---- */

/* clang-format off */
static void register_fields(int proto)
{
    static hf_register_info fields[] = {
        {&hf_offer_in,
         {"Offer in", "krr.offer_in", FT_FRAMENUM, BASE_NONE, FRAMENUM_TYPE(FT_FRAMENUM_REQUEST), 0,
          "The request on this hop that carried the offer which the KRR answers", HFILL}},
        {&hf_time_since_offer,
         {"Time since offer", "krr.time_since_offer", FT_RELATIVE_TIME, BASE_NONE, NULL, 0,
          "From the first request with the offer to this answer, on this hop", HFILL}},
        {&hf_answered_in,
         {"Answered in", "krr.answered_in", FT_FRAMENUM, BASE_NONE,
          FRAMENUM_TYPE(FT_FRAMENUM_RESPONSE), 0,
          "The KRR that answers the offer, on this hop", HFILL}},
        {&hf_negotiation,
         {"KRR negotiation", "krr.negotiation", FT_UINT32, BASE_DEC, NULL, 0,
          "The number of the negotiation: all frames of it, on all hops, have the same", HFILL}},
        {&hf_attempt,
         {"Attempt", "krr.attempt", FT_UINT32, BASE_DEC, NULL, 0,
          "Which attempt of the negotiation the frame belongs to", HFILL}},
        {&hf_attempts,
         {"Attempts", "krr.attempts", FT_UINT32, BASE_DEC, NULL, 0,
          "How many attempts the negotiation has", HFILL}},
        {&hf_outcome,
         {"Outcome", "krr.outcome", FT_UINT8, BASE_DEC, VALS(outcome_names), 0,
          "How the negotiation ended", HFILL}},
        {&hf_retried_in,
         {"Retried in", "krr.retried_in", FT_FRAMENUM, BASE_NONE,
          FRAMENUM_TYPE(FT_FRAMENUM_REQUEST), 0,
          "The offer that followed the KRR", HFILL}},
        {&hf_retry_of,
         {"Retry after", "krr.retry_of", FT_FRAMENUM, BASE_NONE,
          FRAMENUM_TYPE(FT_FRAMENUM_RESPONSE), 0,
          "The KRR that this offer followed", HFILL}},
        {&hf_begun_in,
         {"Begun in", "krr.begun_in", FT_FRAMENUM, BASE_NONE, FRAMENUM_TYPE(FT_FRAMENUM_NONE), 0,
          "The first frame of the negotiation", HFILL}},
        {&hf_ended_in,
         {"Ended in", "krr.ended_in", FT_FRAMENUM, BASE_NONE, FRAMENUM_TYPE(FT_FRAMENUM_NONE), 0,
          "The last answer of the negotiation", HFILL}},
    };
    static int *subtrees[] = {&ett_negotiation};

    proto_register_field_array(proto, fields, G_N_ELEMENTS(fields));
    proto_register_subtree_array(subtrees, G_N_ELEMENTS(subtrees));
}
/* clang-format on */

static void forget_all(void)
{
    forget_links();
    g_clear_pointer(&extractor, event_extractor_free);
}

void krr_links_register(int proto)
{
    register_fields(proto);
}

/* Once all protocols are registered, whose fields are asked for. Of no protocol, so that it is no
 * layer of any frame. */
void krr_links_hand_off(void)
{
    g_autoptr(GError) error = NULL;

    extractor = event_extractor_new(take_event, &error);
    if (!extractor) {
        report_failure("KRRs cannot be linked: %s", error->message);
        return;
    }
    one_pass = krr_passes_of_program_is_one();
    links_handle = create_dissector_handle_with_name_and_description(dissect_links, -1, NULL,
                                                                     "KRR negotiations");
    register_postdissector(links_handle);
    heed_preferences();
    krr_preferences_notify(heed_preferences);
    krr_register_conversation_filter("krr", "KRR negotiation", has_negotiation, negotiation_filter);
    register_init_routine(open_capture);
    register_cleanup_routine(forget_links);
    register_shutdown_routine(forget_all);
}
