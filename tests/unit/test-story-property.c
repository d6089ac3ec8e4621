/* test-story-property.c
 * Whatever the honest do, the audit has nothing to say; whatever one of them breaks, it says which rule
 *
 * Thousands of random negotiations that keep to the specification, captured on some or all hops, give
 * no finding at or above a warning. Then one thing in a story is changed, and its rule must fire.
 *
 *   --seeds COUNT   how many stories, and a share of it for each change
 *   --seed NUMBER   that one only, and print it
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include <glib.h>

#include "policy-text.h"
#include "story-generator.h"

#define DEFAULT_SEEDS 2000
/* Of the seeds, one in so many for each change; a change that finds no place in a story goes on to
 * the next one. */
#define SEEDS_A_CHANGE 100
#define MOST_TRIES     400

static guint seeds = DEFAULT_SEEDS;
static gint64 only_seed = -1;

/* Printing */

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

/** Everything that is needed to see what went wrong. */
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

/* The capture */

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

/** The messages that the probes saw, merged by time. */
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

/** Half of the captures go on past the window, on every hop, so that absence means something. */
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

/* The honest */

static const KrrSpec nothing_unsaid;

static const char *honest_severities(const World *world)
{
    return world->narrow ? "unsigned-krr = off\nunknown-kms = note\n" : "unsigned-krr = off\n";
}

/** Does the ledger tell what happened, where everything was captured? A negotiation for each in which
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

/** Takes our options out of the arguments: GLib has a --seed of its own, of another kind. */
static void read_options(int *argc, char **argv)
{
    int kept = 1;

    for (int i = 1; i < *argc; i++) {
        if (i + 1 < *argc && g_str_equal(argv[i], "--seed")) {
            only_seed = (gint64)g_ascii_strtoull(argv[++i], NULL, 10);
        } else if (i + 1 < *argc && g_str_equal(argv[i], "--seeds")) {
            seeds = (guint)g_ascii_strtoull(argv[++i], NULL, 10);
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
    return g_test_run();
}
