/* test-story-property.c
 * Whatever the honest do, the audit has nothing to say; whatever one of them breaks, it says which rule
 *
 * Thousands of random negotiations that keep to the specification, captured on some or all hops, give
 * no finding at or above a warning. Then one thing in a story is changed, and its rule must fire.
 *
 * Then both are disturbed, as probes, networks and clocks do it: still nobody honest is accused; and of what
 * was broken the rule, or a note of it, is told, or the report says that it could not judge it.
 *
 *   --seeds COUNT   how many stories, and a share of it for each change
 *   --seed NUMBER   that one only, and print it
 *   --figures       print how often each rule was told of disturbed stories
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include <glib.h>

#include "tests/support/policy-text.h"
#include "tests/support/story-disturbance.h"
#include "tests/support/story-generator.h"

#define DEFAULT_SEEDS 1600
/* Of the seeds, one in so many for each change; a change that finds no place in a story goes on to
 * the next one. */
#define SEEDS_A_CHANGE 200
#define TRIES_A_CHANGE 100

static guint seeds = DEFAULT_SEEDS;
static gint64 only_seed = -1;
static bool show_figures;

/* ---- printing ---- */

static void write_krr(GString *text, const KrrSpec *krr)
{
    g_string_append_printf(text, " KRR{%s by %s (%s, %s): %s | %s", krr->time, krr->creator,
                           krr->idrkmsi, krr->idrkmsr, krr->initiator_list, krr->receiver_list);
    if (krr->embeds) {
        write_krr(text, krr->embeds);
    }
    g_string_append_c(text, '}');
}

static void write_message(GString *text, const Message *message)
{
    g_string_append_printf(text, "%8.3f #%u %s > %s %s/%u ", (double)message->ms / 1000,
                           message->capture, message->from, message->to, message->call,
                           message->cseq);
    if (message->status > 0) {
        g_string_append_printf(text, "%u", message->status);
    } else {
        g_string_append(text, message->method ? message->method : "INVITE");
    }
    if (message->offer) {
        const OfferSpec *offer = message->offer;
        g_string_append_printf(text, " %s{%s -> %s (%s, %s)%s%s}", offer->name, offer->idri,
                               offer->idrr, offer->idrkmsi, offer->idrkmsr,
                               offer->hide_idri ? " UIDi" : "", offer->hide_idrr ? " UIDr" : "");
    }
    if (message->krr) {
        write_krr(text, message->krr);
    }
    g_string_append_c(text, '\n');
}

/* Everything that is needed to see what went wrong. */
static void print_story(guint32 seed, const char *policy, const GArray *messages,
                        const Ledger *ledger, const Audit *audit)
{
    g_autoptr(GString) text = g_string_new(NULL);
    g_autofree char *story = story_text(ledger);

    g_string_append_printf(text, "\n=== seed %u\n%s\n", seed, policy);
    for (guint i = 0; i < messages->len; i++) {
        write_message(text, &g_array_index(messages, Message, i));
    }
    g_string_append_printf(text, "\n%s\n\n", story);
    for (guint i = 0; i < audit->findings->len; i++) {
        const AuditFinding *finding = g_ptr_array_index(audit->findings, i);
        g_string_append_printf(text, "%s %s: %s\n", krr_severity_name(finding->severity),
                               krr_rules[finding->rule].name, finding->observed);
    }
    g_printerr("%s", text->str);
}

/* ---- the capture ---- */

/* What probes see of one direction of a hop. */
typedef struct Probes {
    GHashTable *seen;  /* "from>to" -> which probes, as bits */
    gint64 offset_ms;  /* of the second probe's clock */
    bool everything;   /* by the first one */
    double asymmetric; /* share of hops whose directions are seen apart */
} Probes;

static guint random_probes(const World *world)
{
    static const guint shares[] = {0, 1, 1, 1, 2, 2, 3};

    return shares[world_below(world, G_N_ELEMENTS(shares))];
}

static guint probes_seeing(Probes *probes, const World *world, const char *from, const char *to)
{
    const char *key = world_text(world, "%s>%s", from, to);
    gpointer known;

    if (probes->everything) {
        return 1;
    }
    if (!g_hash_table_lookup_extended(probes->seen, key, NULL, &known)) {
        const char *back = world_text(world, "%s>%s", to, from);
        guint mask = random_probes(world);
        guint mask_back = world_chance(world, probes->asymmetric) ? random_probes(world) : mask;
        g_hash_table_insert(probes->seen, (gpointer)key, GUINT_TO_POINTER(mask));
        g_hash_table_insert(probes->seen, (gpointer)back, GUINT_TO_POINTER(mask_back));
        return mask;
    }
    return GPOINTER_TO_UINT(known);
}

/* The messages that the probes saw, merged by time. */
static GArray *capture(const Story *story, Probes *probes)
{
    GArray *messages = g_array_new(FALSE, TRUE, sizeof(Message));

    for (guint i = 0; i < story->lines->len; i++) {
        Message message = g_array_index(story->lines, StoryLine, i).message;
        guint mask = probes_seeing(probes, story->world, message.from, message.to);
        for (guint32 probe = 1; probe <= 2; probe++) {
            if (mask & probe) {
                Message seen = message;
                seen.capture = probe;
                seen.ms += probe == 2 ? probes->offset_ms : 0;
                g_array_append_val(messages, seen);
            }
        }
    }
    messages_sort(messages);
    return messages;
}

/* Half of the captures go on past the window, on every hop, so that absence means something. */
static void say_goodbye(Story *story)
{
    gint64 end = 0;
    guint count = story->lines->len;

    for (guint i = 0; i < count; i++) {
        end = MAX(end, g_array_index(story->lines, StoryLine, i).message.ms);
    }
    for (guint i = 0; i < count; i++) {
        StoryLine line = g_array_index(story->lines, StoryLine, i);
        line.message = (Message){.ms = end + STORY_WINDOW_MS + 5000 + i,
                                 .from = line.message.from,
                                 .to = line.message.to,
                                 .call = world_text(story->world, "end%u", i),
                                 .method = "OPTIONS",
                                 .cseq = 1};
        line.main = false;
        g_array_append_val(story->lines, line);
    }
}

/* ---- the honest ---- */

static const KrrSpec nothing_unsaid;

static const char *honest_severities(const World *world)
{
    return world->narrow ? "unsigned-krr = off\nunknown-kms = note\n" : "unsigned-krr = off\n";
}

/* Does the ledger tell what happened, where everything was captured? A negotiation for each in which
 *  there was a KRR, with as many attempts. */
static bool story_is_told(const Story *story, const Ledger *ledger)
{
    g_autofree guint *attempts = g_new0(guint, story->negotiations + 1);
    g_autofree bool *redirected = g_new0(bool, story->negotiations + 1);
    guint expected = 0;
    guint expected_attempts = 0;
    guint found_attempts = 0;

    for (guint i = 0; i < story->lines->len; i++) {
        const StoryLine *line = &g_array_index(story->lines, StoryLine, i);
        if (line->message.offer || line->message.krr) {
            attempts[line->negotiation] = MAX(attempts[line->negotiation], line->attempt + 1);
            redirected[line->negotiation] |= line->message.krr != NULL;
        }
    }
    for (guint i = 0; i < story->negotiations; i++) {
        expected += redirected[i] ? 1 : 0;
        expected_attempts += redirected[i] ? attempts[i] : 0;
    }
    const GPtrArray *negotiations = ledger_negotiations(ledger);
    for (guint i = 0; i < negotiations->len; i++) {
        found_attempts += ((const StoryNegotiation *)negotiations->pdata[i])->attempts->len;
    }
    return negotiations->len == expected && found_attempts == expected_attempts;
}

static void judge_honest(guint32 seed)
{
    World *world = world_new(seed);
    g_autofree char *text = world_policy_text(world, "", "", honest_severities(world));
    g_autoptr(KmsPolicy) policy = policy_from_text(text);
    Story *story = story_new(world, policy);
    g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);
    Probes probes = {
        .seen = seen,
        .everything = world_chance(world, 0.4),
        .asymmetric = world_chance(world, 0.3) ? 0.5 : 0,
    };
    /* Half of a transaction here and half of it there, by clocks that differ, can not be put in order. */
    probes.offset_ms = probes.asymmetric > 0 ? 0 : (gint64)world_below(world, 1800) - 900;
    bool may_hide = world_chance(world, 0.5);

    story->shortest_pause_ms = probes.everything || probes.offset_ms == 0 ? 50 : 1000;
    story_generate(story, may_hide, probes.asymmetric == 0);
    if (world_chance(world, 0.5)) {
        say_goodbye(story);
    }
    g_autoptr(GArray) messages = capture(story, &probes);
    g_autoptr(Ledger) ledger = story_tell((const Message *)(gpointer)messages->data, messages->len,
                                          &nothing_unsaid, policy);
    g_autoptr(Audit) audit = audit_new(ledger, policy, NULL);
    g_autofree char *rules = audit_text(audit);
    bool told = may_hide || !probes.everything || story_is_told(story, ledger);

    if (rules[0] || !told || only_seed >= 0) {
        print_story(seed, text, messages, ledger, audit);
    }
    if (rules[0]) {
        g_test_fail_printf("seed %u: the honest are accused: %s", seed, rules);
    }
    if (!told) {
        g_test_fail_printf("seed %u: negotiations or attempts are not those that were made", seed);
    }
    story_free(story);
    world_free(world);
}

static void test_honest(void)
{
    guint first = only_seed >= 0 ? (guint)only_seed : 0;
    guint count = only_seed >= 0 ? 1 : seeds;

    for (guint seed = first; seed < first + count && !g_test_failed(); seed++) {
        judge_honest(seed);
    }
}

/* ---- one thing that is not right ---- */

typedef bool (*Suits)(const Story *story, const StoryMade *made);

/* The first line that shows a KRR by itself, or NULL. */
static StoryLine *line_of(const Story *story, const StoryMade *made)
{
    for (guint i = 0; i < story->lines->len; i++) {
        StoryLine *line = &g_array_index(story->lines, StoryLine, i);
        if (line->main && line->message.krr == &made->spec) {
            return line;
        }
    }
    return NULL;
}

/* A KRR that was seen by itself and suits, or NULL. */
static StoryMade *pick_made(const Story *story, Suits suits)
{
    guint count = story->made->len;
    guint first = count > 0 ? world_below(story->world, count) : 0;

    for (guint i = 0; i < count; i++) {
        StoryMade *made = g_ptr_array_index(story->made, (first + i) % count);
        if (line_of(story, made) && suits(story, made)) {
            return made;
        }
    }
    return NULL;
}

static bool is_any_krr(const Story *story, const StoryMade *made)
{
    (void)story;
    (void)made;
    return true;
}

static bool has_embedded(const Story *story, const StoryMade *made)
{
    (void)story;
    return made->spec.embeds != NULL;
}

/* Does it embed one that was seen by itself? */
static bool embeds_what_was_seen(const Story *story, const StoryMade *made)
{
    return made->spec.embeds && line_of(story, (const StoryMade *)made->spec.embeds);
}

static bool is_fresh_of_server(const Story *story, const StoryMade *made)
{
    (void)story;
    return made->server && !made->spec.embeds;
}

static bool is_fresh_of_receiver(const Story *story, const StoryMade *made)
{
    (void)story;
    return !made->server && !made->spec.embeds;
}

static bool is_listed(const char *list)
{
    return list[0] && !g_str_equal(list, "ANY");
}

static const char *embedded_list(const StoryMade *made, KrrSide side)
{
    return *made_list((StoryMade *)made->spec.embeds, side);
}

/* A copy of a KRR that nobody made. */
static StoryMade *forge(Story *story, const KrrSpec *spec)
{
    StoryMade *forged = g_memdup2((const StoryMade *)spec, sizeof(StoryMade));

    g_ptr_array_add(story->made, forged);
    return forged;
}

static bool widen_list(Story *story)
{
    StoryMade *made = pick_made(story, has_embedded);

    for (KrrSide side = 0; made && side < KRR_N_SIDES; side++) {
        const char *before = embedded_list(made, side);
        if (!g_str_equal(before, "ANY")) {
            *made_list(made, side) =
                kms_list_has(before, WORLD_OUTSIDE)
                    ? "ANY"
                    : kms_list_add(story->world, *made_list(made, side), WORLD_OUTSIDE);
            return true;
        }
    }
    return false;
}

static const char *reversed(const World *world, const char *list)
{
    g_auto(GStrv) members = g_strsplit(list, " ", -1);
    guint count = g_strv_length(members);

    for (guint i = 0; i < count / 2; i++) {
        char *member = members[i];
        members[i] = members[count - 1 - i];
        members[count - 1 - i] = member;
    }
    return kms_list_join(world, members, count);
}

static bool can_be_reordered(const Story *story, const StoryMade *made)
{
    (void)story;
    for (KrrSide side = 0; made->spec.embeds && side < KRR_N_SIDES; side++) {
        if (is_listed(embedded_list(made, side)) &&
            strchr(side == KRR_INITIATOR ? made->spec.initiator_list : made->spec.receiver_list,
                   ' ')) {
            return true;
        }
    }
    return false;
}

static bool reorder_list(Story *story)
{
    StoryMade *made = pick_made(story, can_be_reordered);

    for (KrrSide side = 0; made && side < KRR_N_SIDES; side++) {
        if (is_listed(embedded_list(made, side))) {
            *made_list(made, side) = reversed(story->world, *made_list(made, side));
        }
    }
    return made != NULL;
}

static bool change_both_lists(Story *story)
{
    StoryMade *made = pick_made(story, has_embedded);

    for (KrrSide side = 0; made && side < KRR_N_SIDES; side++) {
        const char *before = embedded_list(made, side);
        if (g_str_equal(*made_list(made, side), before)) {
            *made_list(made, side) =
                g_str_equal(before, "ANY") ? story->world->domains[0].home : "";
            if (!before[0]) {
                return false;
            }
        }
    }
    return made != NULL;
}

static bool embed_without_need(Story *story)
{
    StoryMade *made = pick_made(story, has_embedded);

    for (KrrSide side = 0; made && side < KRR_N_SIDES; side++) {
        *made_list(made, side) = embedded_list(made, side);
    }
    return made != NULL;
}

static bool alter_embedded(Story *story)
{
    StoryMade *made = pick_made(story, embeds_what_was_seen);

    if (made) {
        StoryMade *altered = forge(story, made->spec.embeds);
        altered->spec.receiver_list = kms_list_add(
            story->world, is_listed(altered->spec.receiver_list) ? altered->spec.receiver_list : "",
            WORLD_OUTSIDE);
        made->spec.embeds = &altered->spec;
    }
    return made != NULL;
}

static bool embed_of_others(Story *story)
{
    StoryMade *made = pick_made(story, has_embedded);

    if (made) {
        StoryMade *other = forge(story, made->spec.embeds);
        other->spec.idri = "sip:somebody@else.invalid";
        made->spec.embeds = &other->spec;
    }
    return made != NULL;
}

static bool date_before_embedded(Story *story)
{
    StoryMade *made = pick_made(story, has_embedded);

    if (made) {
        made->spec.time = "2026-03-01T08:00:00Z";
    }
    return made != NULL;
}

static bool embed_nothing(Story *story)
{
    StoryMade *made = pick_made(story, embeds_what_was_seen);

    if (made) {
        made->spec.embeds = NULL;
    }
    return made != NULL;
}

/* ---- any KRR ---- */

static bool name_other_ids(Story *story)
{
    StoryMade *made = pick_made(story, is_any_krr);

    if (made) {
        made->spec.idrkmsi = WORLD_OUTSIDE;
    }
    return made != NULL;
}

static bool date_far_off(Story *story)
{
    StoryMade *made = pick_made(story, is_any_krr);

    if (made) {
        made->spec.time = "2026-03-01T12:00:00Z";
    }
    return made != NULL;
}

static bool date_long_ago(Story *story)
{
    StoryMade *made = pick_made(story, is_any_krr);

    if (made) {
        made->spec.time = "2025-03-01T12:00:00Z";
    }
    return made != NULL;
}

static bool leave_out_creator(Story *story)
{
    StoryMade *made = pick_made(story, is_any_krr);

    if (made) {
        made->spec.creator = KRR_ABSENT;
    }
    return made != NULL;
}

static bool date_with_words(Story *story)
{
    StoryMade *made = pick_made(story, is_any_krr);

    if (made) {
        made->spec.time = "soon";
    }
    return made != NULL;
}

static bool add_more(Story *story, const char *xml)
{
    StoryMade *made = pick_made(story, is_any_krr);

    if (made) {
        made->spec.more = xml;
    }
    return made != NULL;
}

static bool add_element(Story *story)
{
    return add_more(story, "<Colour>red</Colour>");
}

static bool add_second_list(Story *story)
{
    return add_more(story, "<ReceiverKmsList><KmsUri>kms.elsewhere.example</KmsUri>"
                           "</ReceiverKmsList>");
}

static bool break_xml(Story *story)
{
    return add_more(story, "</Time>");
}

static bool offer_kms(Story *story, const char *kms)
{
    StoryMade *made = pick_made(story, is_any_krr);

    if (made) {
        made->spec.receiver_list = kms;
    }
    return made != NULL;
}

static bool offer_unknown_kms(Story *story)
{
    return offer_kms(story, "somewhere.else.invalid");
}

static bool offer_lookalike(Story *story)
{
    return offer_kms(story, "kms.alpha.examp1e");
}

static bool offer_nothing(Story *story)
{
    return offer_kms(story, "");
}

/* ---- fresh ones ---- */

static bool reject_nothing(Story *story)
{
    StoryMade *made = pick_made(story, is_fresh_of_server);

    if (made) {
        made->spec.initiator_list = made->spec.receiver_list = "ANY";
    }
    return made != NULL;
}

/* Is there only one case by which its server may reject an offer? */
static bool is_of_one_case(const Story *story, const StoryMade *made)
{
    return is_fresh_of_server(story, made) && (made->server->role != KMS_ENTITY_IS_PROXY ||
                                               made->initiator->domain != made->receiver->domain);
}

static bool swap_lists(Story *story)
{
    StoryMade *made = pick_made(story, is_of_one_case);

    if (made) {
        const char *list = made->spec.initiator_list;
        made->spec.initiator_list = made->spec.receiver_list;
        made->spec.receiver_list = list;
    }
    return made != NULL;
}

static bool offer_what_is_not_accepted(Story *story)
{
    StoryMade *made = pick_made(story, is_fresh_of_server);

    for (KrrSide side = 0; made && side < KRR_N_SIDES; side++) {
        if (!g_str_equal(*made_list(made, side), "ANY")) {
            *made_list(made, side) =
                kms_list_add(story->world, *made_list(made, side), WORLD_OUTSIDE);
        }
    }
    return made != NULL;
}

static bool list_what_is_not_the_receivers(Story *story)
{
    StoryMade *made = pick_made(story, is_fresh_of_receiver);

    if (!made || !is_listed(made->spec.receiver_list)) {
        return false;
    }
    made->spec.receiver_list = kms_list_add(story->world, made->spec.receiver_list, WORLD_OUTSIDE);
    return true;
}

static bool create_as_initiator(Story *story)
{
    StoryMade *made = pick_made(story, is_fresh_of_server);

    if (made) {
        made->spec.creator = made->spec.idri;
    }
    return made != NULL;
}

static bool omit_own_kms(Story *story)
{
    StoryMade *made = pick_made(story, is_fresh_of_receiver);

    if (!made || !kms_list_has(made->receiver->keys, made->spec.idrkmsr)) {
        return false;
    }
    made->spec.receiver_list =
        kms_list_sift(story->world, made->receiver->keys, made->spec.idrkmsr, false);
    return true;
}

static bool omit_initiator_kms(Story *story)
{
    StoryMade *made = pick_made(story, is_fresh_of_receiver);
    const char *external =
        made ? kms_list_add(story->world, made->receiver->keys, made->receiver->external) : "";

    if (!made || !kms_list_has(external, made->spec.idrkmsi)) {
        return false;
    }
    made->spec.initiator_list = kms_list_sift(story->world, external, made->spec.idrkmsi, false);
    return true;
}

/* A receiver may name its own KMS alone, but not where it can do with that of the initiator. */
static bool steer(Story *story)
{
    StoryMade *made = pick_made(story, is_fresh_of_receiver);
    const char *own = made ? story->world->domains[made->receiver->domain].home : "";

    if (!made || !world_steers(story->world, made->receiver->domain, made->initiator, own) ||
        !kms_list_has(made->receiver->external, made->spec.idrkmsi)) {
        return false;
    }
    made->spec.initiator_list = own;
    return true;
}

/* ---- messages ---- */

static StoryLine *pick_line(const Story *story, bool (*suits)(const StoryLine *line))
{
    guint count = story->lines->len;
    guint first = count > 0 ? world_below(story->world, count) : 0;

    for (guint i = 0; i < count; i++) {
        StoryLine *line = &g_array_index(story->lines, StoryLine, (first + i) % count);
        if (line->main && suits(line)) {
            return line;
        }
    }
    return NULL;
}

static bool brings_krr(const StoryLine *line)
{
    return line->message.krr != NULL;
}

static bool brings_krr_from_further(const StoryLine *line)
{
    return line->message.krr && line->hop > 0;
}

static bool brings_krr_to_initiator(const StoryLine *line)
{
    return line->message.krr && line->hop == 0;
}

static bool carry_in_other_answer(Story *story)
{
    StoryLine *line = pick_line(story, brings_krr);

    if (line) {
        line->message.status = 480;
    }
    return line != NULL;
}

/* On the first hop: further on, a server may have taken them out. */
static bool take_offers_away(Story *story)
{
    const StoryLine *answer = pick_line(story, brings_krr_to_initiator);

    for (guint i = 0; answer && i < story->lines->len; i++) {
        Message *message = &g_array_index(story->lines, StoryLine, i).message;
        if (g_str_equal(message->from, answer->message.to) &&
            g_str_equal(message->to, answer->message.from)) {
            message->offer = NULL;
        }
    }
    return answer != NULL;
}

static bool answer_twice(Story *story)
{
    StoryLine *line = pick_line(story, brings_krr);

    if (!line) {
        return false;
    }
    StoryLine again = *line;
    StoryMade *other = forge(story, line->message.krr);
    other->spec.receiver_list =
        g_str_equal(other->spec.receiver_list, WORLD_OUTSIDE) ? "" : WORLD_OUTSIDE;
    again.message.krr = &other->spec;
    again.message.ms += 5;
    g_array_append_val(story->lines, again);
    return true;
}

/* Somebody else's final answer behind that which brings a KRR. */
static bool answer_otherwise(Story *story)
{
    StoryLine *line = pick_line(story, brings_krr);

    if (!line) {
        return false;
    }
    StoryLine other = *line;
    other.message.krr = NULL;
    other.message.status = 480;
    other.message.ms += 5;
    g_array_append_val(story->lines, other);
    return true;
}

static bool replay(Story *story)
{
    const StoryLine *first = pick_line(story, brings_krr);

    for (guint i = 0; first && i < story->lines->len; i++) {
        StoryLine *line = &g_array_index(story->lines, StoryLine, i);
        if (line->message.krr &&
            (line->negotiation != first->negotiation || line->attempt != first->attempt)) {
            line->message.krr = first->message.krr;
            return true;
        }
    }
    return false;
}

static bool swallow_krr(Story *story)
{
    const StoryLine *received = pick_line(story, brings_krr_from_further);

    for (guint i = 0; received && i < story->lines->len; i++) {
        StoryLine *line = &g_array_index(story->lines, StoryLine, i);
        if (line->negotiation == received->negotiation && line->attempt == received->attempt &&
            line->hop == received->hop - 1 && line->message.status == 488) {
            line->message.status = 480;
            line->message.krr = NULL;
        }
    }
    return received != NULL;
}

static bool forward_all_the_same(Story *story)
{
    const StoryMade *made = pick_made(story, is_fresh_of_server);
    const StoryLine *answer = made ? line_of(story, made) : NULL;

    for (guint i = 0; answer && i < story->lines->len; i++) {
        StoryLine line = g_array_index(story->lines, StoryLine, i);
        if (line.main && line.message.offer && line.negotiation == answer->negotiation &&
            line.attempt == answer->attempt && line.hop == answer->hop) {
            line.message.ms++;
            line.message.from = made->server->outward;
            line.message.to = "10.9.0.1";
            line.message.call = "onwards";
            line.message.branch = "z9hG4bKonwards";
            g_array_append_val(story->lines, line);
            return true;
        }
    }
    return false;
}

#define FLOOD 25

static bool flood(Story *story)
{
    StoryLine *first = pick_line(story, brings_krr);

    if (!first) {
        return false;
    }
    StoryLine line = *first;
    for (guint i = 0; i < FLOOD; i++) {
        StoryMade *made = forge(story, line.message.krr);
        made->spec.more = world_text(story->world, "<N>%u</N>", i);
        line.message.krr = &made->spec;
        line.message.call = world_text(story->world, "flood%u", i);
        line.message.branch = world_text(story->world, "z9hG4bKflood%u", i);
        line.message.ms += 100;
        g_array_append_val(story->lines, line);
    }
    return true;
}

/* ---- the initiator ---- */

/* An answer with a KRR to the initiator, and its next offer. */
typedef struct Turn {
    const OfferSpec *offered;
    StoryMade *received;
    OfferSpec *next;
} Turn;

static const OfferSpec *offer_of(const Story *story, guint negotiation, guint attempt)
{
    for (guint i = 0; i < story->lines->len; i++) {
        const StoryLine *line = &g_array_index(story->lines, StoryLine, i);
        if (line->main && line->message.offer && line->hop == 0 &&
            line->negotiation == negotiation && line->attempt == attempt) {
            return line->message.offer;
        }
    }
    return NULL;
}

static bool reaches_initiator(const StoryLine *line)
{
    return line->message.krr && line->hop == 0;
}

/* @param attempt  where it is not G_MAXUINT: the one of that number */
static bool pick_turn(const Story *story, guint attempt, Turn *turn)
{
    const StoryLine *line = pick_line(story, reaches_initiator);

    if (!line || (attempt != G_MAXUINT && line->attempt != attempt)) {
        return false;
    }
    turn->received = (StoryMade *)(gpointer)line->message.krr;
    turn->offered = offer_of(story, line->negotiation, line->attempt);
    turn->next = (OfferSpec *)offer_of(story, line->negotiation, line->attempt + 1);
    return turn->next != NULL;
}

static bool retry_at_all(Story *story)
{
    Turn turn;

    return pick_turn(story, G_MAXUINT, &turn) &&
           (!g_str_equal(turn.offered->idrkmsi, turn.next->idrkmsi) ||
            !g_str_equal(turn.offered->idrkmsr, turn.next->idrkmsr));
}

static bool retry_outside_list(Story *story)
{
    Turn turn;
    bool found = pick_turn(story, G_MAXUINT, &turn);

    if (found) {
        turn.received->spec.receiver_list =
            kms_list_sift(story->world, world_all_kms(story->world), turn.next->idrkmsr, false);
    }
    return found;
}

static bool retry_after_empty_list(Story *story)
{
    Turn turn;
    bool found = pick_turn(story, G_MAXUINT, &turn);

    if (found) {
        turn.received->spec.initiator_list = "";
    }
    return found;
}

static bool retry_same_pair(Story *story)
{
    Turn turn;

    if (!pick_turn(story, G_MAXUINT, &turn) ||
        (kms_list_has(turn.received->spec.initiator_list, turn.offered->idrkmsi) &&
         kms_list_has(turn.received->spec.receiver_list, turn.offered->idrkmsr))) {
        return false;
    }
    turn.next->idrkmsi = turn.offered->idrkmsi;
    turn.next->idrkmsr = turn.offered->idrkmsr;
    return true;
}

static bool retry_unprovisioned(Story *story)
{
    Turn turn;
    bool found = pick_turn(story, G_MAXUINT, &turn);

    if (found) {
        turn.next->idrkmsi = WORLD_OUTSIDE;
    }
    return found;
}

static bool begin_unprovisioned(Story *story)
{
    Turn turn;
    bool found =
        pick_turn(story, 0, &turn) &&
        g_str_has_suffix(turn.received->spec.idri, "@alpha.example"); /* the auditor's own */

    if (found) {
        ((OfferSpec *)(gpointer)turn.offered)->idrkmsi = WORLD_OUTSIDE;
    }
    return found;
}

static bool retry_with_second_choice(Story *story)
{
    Turn turn;

    if (!pick_turn(story, G_MAXUINT, &turn) || !strchr(turn.received->initiator->keys, ' ')) {
        return false;
    }
    const char *home = kms_list_first(story->world, turn.received->initiator->keys);
    turn.received->spec.initiator_list = turn.received->initiator->keys;
    turn.next->idrkmsi = kms_list_first(
        story->world, kms_list_sift(story->world, turn.received->initiator->keys, home, false));
    return true;
}

static bool come_back(Story *story)
{
    Turn first;
    Turn second;
    const OfferSpec *between;

    if (!pick_turn(story, 0, &first) || !pick_turn(story, 1, &second)) {
        return false;
    }
    between = first.next;
    if (second.offered != between ||
        (g_str_equal(first.offered->idrkmsi, between->idrkmsi) &&
         g_str_equal(first.offered->idrkmsr, between->idrkmsr)) ||
        (kms_list_has(first.received->spec.initiator_list, first.offered->idrkmsi) &&
         kms_list_has(first.received->spec.receiver_list, first.offered->idrkmsr))) {
        return false;
    }
    second.next->idrkmsi = first.offered->idrkmsi;
    second.next->idrkmsr = first.offered->idrkmsr;
    return true;
}

static bool embed_at_all(Story *story)
{
    return pick_made(story, has_embedded) != NULL;
}

static bool redirect_at_all(Story *story)
{
    return pick_made(story, is_any_krr) != NULL;
}

typedef struct Change {
    KrrRuleId rule;
    bool (*apply)(Story *story); /* false: there is no place for it in this story */
    const char *policy_keys;
    const char *user_keys;
    bool signatures; /* unsigned KRRs are told */
} Change;

/* clang-format off */
static const Change changes[] = {
    {KRR_RULE_MALFORMED_KRR, break_xml, "", "", false},
    {KRR_RULE_MISSING_FIELD, leave_out_creator, "", "", false},
    {KRR_RULE_AMBIGUOUS_KRR, add_second_list, "", "", false},
    {KRR_RULE_BAD_TIME, date_with_words, "", "", false},
    {KRR_RULE_UNRECOGNISED_ELEMENT, add_element, "", "", false},
    {KRR_RULE_UNSIGNED_KRR, redirect_at_all, "", "", true},
    {KRR_RULE_UNKNOWN_KMS, offer_unknown_kms, "", "", false},
    {KRR_RULE_LOOKALIKE_KMS, offer_lookalike, "", "", false},
    {KRR_RULE_EMPTY_LIST, offer_nothing, "", "", false},
    {KRR_RULE_NOTHING_REJECTED, reject_nothing, "", "", false},
    {KRR_RULE_TOO_MANY_SUB_KRRS, embed_at_all, "max-sub-krrs = 0\n", "", false},
    {KRR_RULE_SUB_KRR_IDS_DIFFER, embed_of_others, "", "", false},
    {KRR_RULE_SUB_KRR_NEWER, date_before_embedded, "", "", false},
    {KRR_RULE_LIST_WIDENED, widen_list, "", "", false},
    {KRR_RULE_LIST_REORDERED, reorder_list, "", "", false},
    {KRR_RULE_BOTH_LISTS_CHANGED, change_both_lists, "", "", false},
    {KRR_RULE_NEEDLESS_KRR, embed_without_need, "", "", false},
    {KRR_RULE_WRONG_CARRIER, carry_in_other_answer, "", "", false},
    {KRR_RULE_CLOCK_SKEW, date_far_off, "", "", false},
    {KRR_RULE_KRR_OLDER_THAN_OFFER, date_long_ago, "", "", false},
    {KRR_RULE_UNSOLICITED_KRR, take_offers_away, "", "", false},
    {KRR_RULE_IDS_DIFFER_FROM_OFFER, name_other_ids, "", "", false},
    {KRR_RULE_WRONG_LIST_FOR_ROLE, swap_lists, "", "", false},
    {KRR_RULE_CREATOR_WITHOUT_STANDING, create_as_initiator, "", "", false},
    {KRR_RULE_LIST_NOT_OF_USER, list_what_is_not_the_receivers, "", "", false},
    {KRR_RULE_RECEIVER_OMITS_OWN_KMS, omit_own_kms, "", "", false},
    {KRR_RULE_RECEIVER_OMITS_INITIATOR_KMS, omit_initiator_kms, "", "", false},
    {KRR_RULE_LIST_NOT_OF_DOMAIN, offer_what_is_not_accepted, "", "", false},
    {KRR_RULE_OFFER_FORWARDED_AFTER_KRR, forward_all_the_same, "", "", false},
    {KRR_RULE_KRR_NOT_FORWARDED, swallow_krr, "", "", false},
    {KRR_RULE_RECEIVED_KRR_NOT_EMBEDDED, embed_nothing, "", "", false},
    {KRR_RULE_EMBEDDED_KRR_ALTERED, alter_embedded, "", "", false},
    {KRR_RULE_COMPETING_KRRS, answer_twice, "", "", false},
    {KRR_RULE_CONFLICTING_ANSWERS, answer_otherwise, "", "", false},
    {KRR_RULE_KRR_REPLAYED, replay, "", "", false},
    {KRR_RULE_RETRY_OUTSIDE_LIST, retry_outside_list, "", "", false},
    {KRR_RULE_RETRY_UNPROVISIONED_KMS, retry_unprovisioned, "", "", false},
    {KRR_RULE_OFFER_UNPROVISIONED_KMS, begin_unprovisioned, "", "", false},
    {KRR_RULE_RETRY_AFTER_EMPTY_LIST, retry_after_empty_list, "", "", false},
    {KRR_RULE_RETRY_SAME_PAIR, retry_same_pair, "", "", false},
    {KRR_RULE_RETRY_NOT_PREFERRED, retry_with_second_choice, "", "", false},
    {KRR_RULE_REDIRECT_LOOP, come_back, "", "", false},
    {KRR_RULE_ACTED_ON_FORBIDDEN_KRR, retry_at_all, "", "allow-krr = no\n", false},
    {KRR_RULE_ACTED_ON_UNSIGNED_KRR, retry_at_all, "", "require-signed-krr = yes\n", false},
    {KRR_RULE_STEERED_TO_OWN_DOMAIN, steer, "", "", false},
    {KRR_RULE_KRR_FLOOD, flood, "", "", false},
};
/* clang-format on */

/* Tells the story as it is now, and judges it. @return did the rule fire? */
static bool fires(const Story *story, const Change *change, const char *policy_text, bool print)
{
    g_autoptr(KmsPolicy) policy = policy_from_text(policy_text);
    Probes probes = {.everything = true};
    g_autoptr(GArray) messages = capture(story, &probes);
    g_autoptr(Ledger) ledger = story_tell((const Message *)(gpointer)messages->data, messages->len,
                                          &nothing_unsaid, policy);
    g_autoptr(Audit) audit = audit_new(ledger, policy, NULL);
    bool fired = false;

    for (guint i = 0; i < audit->findings->len; i++) {
        fired |= ((const AuditFinding *)audit->findings->pdata[i])->rule == change->rule;
    }
    if (print && (!fired || only_seed >= 0)) {
        print_story(0, policy_text, messages, ledger, audit);
    }
    return fired;
}

/* An honest story in which something may be changed, and the policies before and after that. */
typedef struct ChangeStory {
    World *world;
    char *before;
    char *after;
    KmsPolicy *policy;
    Story *story;
} ChangeStory;

static ChangeStory change_story_new(guint32 seed, const Change *change)
{
    ChangeStory made = {.world = world_new(seed)};

    made.world->knowledge = WORLD_ALL;
    const char *honest = honest_severities(made.world);
    made.before = world_policy_text(made.world, "", "", honest);
    made.after = world_policy_text(made.world, change->policy_keys, change->user_keys,
                                   change->signatures ? "" : honest);
    made.policy = policy_from_text(made.before);
    made.story = story_new(made.world, made.policy);
    made.story->plain = true;
    story_generate(made.story, false, true);
    return made;
}

static void change_story_clear(ChangeStory *made)
{
    story_free(made->story);
    kms_policy_free(made->policy);
    g_free(made->before);
    g_free(made->after);
    world_free(made->world);
}

/* @return was there a place for the change in this story? */
static bool judge_changed(guint32 seed, const Change *change)
{
    ChangeStory made = change_story_new(seed, change);
    bool found = !fires(made.story, change, made.before, false) && change->apply(made.story);

    if (found && !fires(made.story, change, made.after, true)) {
        g_test_fail_printf("seed %u: %s does not fire", seed, krr_rules[change->rule].name);
    }
    change_story_clear(&made);
    return found;
}

static void test_change(gconstpointer data)
{
    const Change *change = data;
    guint wanted = only_seed >= 0 ? 1 : MAX(seeds / SEEDS_A_CHANGE, 1);
    guint tries = only_seed >= 0 ? 1 : wanted * TRIES_A_CHANGE;
    guint found = 0;

    for (guint i = 0; i < tries && found < wanted && !g_test_failed(); i++) {
        found += judge_changed((only_seed >= 0 ? (guint)only_seed : i), change) ? 1 : 0;
    }
    if (only_seed < 0 && !g_test_failed()) {
        g_assert_cmpuint(found, ==, wanted);
    }
}

/* ---- both, disturbed ---- */

/* How often a rule was told of a disturbed story. */
typedef struct Figures {
    guint honest;  /* accused, where everybody keeps to the specification */
    guint changed; /* stories in which somebody breaks it */
    guint told;    /* of these: at warning or above, or as grave as the rule is */
    guint doubted; /* of the others: as a note, or as not evaluated in places */
} Figures;

static Figures figures[KRR_N_RULES];
static guint disturbed_stories;

/* One or two at a time, so that what goes wrong can be seen. */
static guint pick_disturbances(const World *world)
{
    return 1u << world_below(world, N_DISTURBANCES) |
           (world_chance(world, 0.5) ? 1u << world_below(world, N_DISTURBANCES) : 0);
}

static void print_disturbances(guint disturbances)
{
    for (guint i = 0; i < N_DISTURBANCES; i++) {
        if (disturbances & 1u << i) {
            g_printerr("# disturbed by %s\n", disturbance_names[i]);
        }
    }
}

static void judge_disturbed(guint32 seed)
{
    World *world = world_new(seed);
    g_autofree char *text = world_policy_text(world, "", "", honest_severities(world));
    g_autoptr(KmsPolicy) policy = policy_from_text(text);
    Story *story = story_new(world, policy);
    Probes probes = {.everything = true};

    const guint disturbances = pick_disturbances(world);
    /* Keys of several purposes are all brought by INVITEs here: without the offer none could tell. */
    story_generate(story, world_chance(world, 0.3), !(disturbances & DISTURB_LOSS));
    if (world_chance(world, 0.5)) {
        say_goodbye(story);
    }
    g_autoptr(GArray) messages = capture(story, &probes);
    story_disturb(story, disturbances, messages);
    g_autoptr(Ledger) ledger = story_tell_by_clocks(messages, &nothing_unsaid, policy);
    g_autoptr(Audit) audit = audit_new(ledger, policy, NULL);
    g_autofree char *rules = audit_text(audit);

    disturbed_stories++;
    for (guint i = 0; i < audit->findings->len; i++) {
        const AuditFinding *finding = g_ptr_array_index(audit->findings, i);
        figures[finding->rule].honest += finding->severity >= KRR_SEVERITY_WARNING;
    }
    if (only_seed >= 0) {
        print_story(seed, text, messages, ledger, audit);
    }
    if (rules[0]) {
        print_disturbances(disturbances);
        g_printerr("# seed %u: the honest are accused: %s\n", seed, rules);
        g_test_fail();
    }
    story_free(story);
    world_free(world);
}

static void test_disturbed(void)
{
    guint first = only_seed >= 0 ? (guint)only_seed : 0;
    guint count = only_seed >= 0 ? 1 : seeds;

    for (guint seed = first; seed < first + count; seed++) {
        judge_disturbed(seed);
    }
}

/* Is a rule told of: as a finding, as a note of it, or as one that could not be judged in places? */
static bool note_telling(const Audit *audit, KrrRuleId rule)
{
    KrrSeverity gravest = KRR_SEVERITY_OFF;
    bool found = false, doubted = false;

    for (guint i = 0; i < audit->findings->len; i++) {
        const AuditFinding *finding = g_ptr_array_index(audit->findings, i);
        if (finding->rule == rule) {
            gravest = MAX(gravest, finding->severity);
            found = true;
        }
    }
    for (guint i = 0; i < audit->not_evaluated->len; i++) {
        doubted |= ((const AuditGap *)g_ptr_array_index(audit->not_evaluated, i))->rule == rule;
    }
    found = found && gravest >= MIN(krr_rules[rule].severity, KRR_SEVERITY_WARNING);
    figures[rule].changed++;
    figures[rule].told += found;
    doubted = doubted || gravest != KRR_SEVERITY_OFF;
    figures[rule].doubted += !found && doubted;
    return found || doubted;
}

/* The change alone must make the rule fire; then the same is disturbed. */
static bool judge_changed_and_disturbed(guint32 seed, const Change *change)
{
    ChangeStory made = change_story_new(seed, change);
    const bool found = !fires(made.story, change, made.before, false) &&
                       change->apply(made.story) && fires(made.story, change, made.after, false);

    if (found) {
        Probes probes = {.everything = true};
        g_autoptr(KmsPolicy) judging = policy_from_text(made.after);
        g_autoptr(GArray) messages = capture(made.story, &probes);
        const guint disturbances = pick_disturbances(made.world) & ~(guint)DISTURB_LOSS;
        story_disturb(made.story, disturbances, messages);
        g_autoptr(Ledger) ledger = story_tell_by_clocks(messages, &nothing_unsaid, judging);
        g_autoptr(Audit) audit = audit_new(ledger, judging, NULL);
        if (!note_telling(audit, change->rule) && show_figures) {
            print_disturbances(disturbances);
            print_story(seed, made.after, messages, ledger, audit);
        }
    }
    change_story_clear(&made);
    return found;
}

/* The table of doc/figures.md, without its head. */
static void print_figures(void)
{
    for (guint i = 0; i < G_N_ELEMENTS(changes); i++) {
        const KrrRuleId rule = changes[i].rule;
        const Figures *of = &figures[rule];
        g_print("# | %s | %u | %u | %u | %u | %u |\n", krr_rules[rule].name, of->changed, of->told,
                of->doubted, of->changed - of->told - of->doubted, of->honest);
    }
    g_print("# %u stories of the honest, disturbed\n", disturbed_stories);
}

/* What was broken in plain sight is told all the same where nothing but the disturbance came to it; figures
 * are for --figures alone, since of what nobody saw nothing can be told. */
static void test_changed_and_disturbed(void)
{
    const guint wanted = only_seed >= 0 ? 0 : MAX(seeds / SEEDS_A_CHANGE, 1);

    for (guint i = 0; i < G_N_ELEMENTS(changes); i++) {
        guint found = 0;
        for (guint seed = 0; seed < wanted * TRIES_A_CHANGE && found < wanted; seed++) {
            found += judge_changed_and_disturbed(seed, &changes[i]);
        }
    }
    if (show_figures) {
        print_figures();
    }
}

/* Rules on signatures and on traffic with a KMS have their own tests; every other one is provoked. */
static void test_every_rule_is_provoked(void)
{
    for (KrrRuleId rule = 0; rule < KRR_N_RULES; rule++) {
        bool provoked = krr_rules[rule].needs == KRR_NEEDS_SIGNATURE ||
                        krr_rules[rule].needs == KRR_NEEDS_OFFER_SIGNATURE ||
                        krr_rules[rule].needs == KRR_NEEDS_KMS ||
                        rule == KRR_RULE_UNREAD_KRR; /* what these stories hold can be read */
        for (guint i = 0; i < G_N_ELEMENTS(changes); i++) {
            provoked |= changes[i].rule == rule;
        }
        if (!provoked) {
            g_test_fail_printf("no change here makes %s fire", krr_rules[rule].name);
        }
    }
}

/* Takes our options out of the arguments: GLib has a --seed of its own, of another kind. */
static void read_options(int *argc, char **argv)
{
    int kept = 1;

    for (int i = 1; i < *argc; i++) {
        if (i + 1 < *argc && g_str_equal(argv[i], "--seed")) {
            only_seed = (gint64)g_ascii_strtoull(argv[++i], NULL, 10);
        } else if (i + 1 < *argc && g_str_equal(argv[i], "--seeds")) {
            seeds = (guint)g_ascii_strtoull(argv[++i], NULL, 10);
        } else if (g_str_equal(argv[i], "--figures")) {
            show_figures = true;
        } else {
            argv[kept++] = argv[i];
        }
    }
    *argc = kept;
    argv[kept] = NULL;
}

int main(int argc, char **argv)
{
    read_options(&argc, argv);
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/story-property/honest", test_honest);
    g_test_add_func("/story-property/disturbed", test_disturbed);
    g_test_add_func("/story-property/changed-and-disturbed", test_changed_and_disturbed);
    g_test_add_func("/story-property/every-rule-is-provoked", test_every_rule_is_provoked);
    for (guint i = 0; i < G_N_ELEMENTS(changes); i++) {
        g_autofree char *path =
            g_strconcat("/story-property/changed/", krr_rules[changes[i].rule].name, NULL);
        g_test_add_data_func(path, &changes[i], test_change);
    }
    return g_test_run();
}
