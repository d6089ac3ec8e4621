/* krr-stats.c
 * Statistics > KRR, and tshark -z krr,tree
 *
 * What is counted is what frames hold: a KRR that passes three hops counts three times, and a
 * sub-KRR counts each time it is seen inside another.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "plugin/views/krr-stats.h"

#include <epan/stats_tree.h>

#include "core/document/krr-verdict.h"
#include "plugin/frame/krr-text.h"
#include "plugin/frame/krr-traffic.h"
#include "plugin/preferences/krr-settings.h"
#include "plugin/wireshark-compat.h"

/* Whoever floods a capture with names must not make a tree that nobody can hold or read: a branch
 * takes that many different names, and a name is cut where it is long. */
#define MAX_NAMES 500

/* What is not a name of the capture is in brackets; see readable(). */
#define MORE_NAMES "[beyond the first " G_STRINGIFY(MAX_NAMES) " names]"
#define NO_NAME    "[not named]"
/* Of an offer that is broken it is not known how much of it was read, its purpose included. */
#define INCOMPLETE "[incomplete]"

/* Characters of a digest that tell states of a file from each other. */
#define DIGEST_SHOWN 12

#define NS_PER_MS G_GINT64_CONSTANT(1000000)

/* The branches of the tree, in the order in which they are shown. */
typedef enum Branch {
    BRANCH_POLICY,
    BRANCH_CARRIER,
    BRANCH_UNREAD,
    BRANCH_CREATOR,
    BRANCH_DEPTH,
    BRANCH_SIGNATURE,
    BRANCH_INITIATOR_LIST,
    BRANCH_RECEIVER_LIST,
    BRANCH_INITIATOR_KMS,
    BRANCH_RECEIVER_KMS,
    BRANCH_RULE,
    BRANCH_PURPOSE,
    BRANCH_PAIR,
    BRANCH_DELAY,
    N_BRANCHES
} Branch;

static const char *const branch_names[N_BRANCHES] = {
    [BRANCH_POLICY] = "KRR documents by policy",
    [BRANCH_CARRIER] = "KRR documents by carrier",
    [BRANCH_UNREAD] = "KRR documents not read",
    [BRANCH_CREATOR] = "KRRs by creator",
    [BRANCH_DEPTH] = "KRRs by depth",
    [BRANCH_SIGNATURE] = "KRRs by signature",
    [BRANCH_INITIATOR_LIST] = "KRRs by initiator list",
    [BRANCH_RECEIVER_LIST] = "KRRs by receiver list",
    [BRANCH_INITIATOR_KMS] = "KMSs offered to the initiator",
    [BRANCH_RECEIVER_KMS] = "KMSs offered for the receiver",
    [BRANCH_RULE] = "Rules that fired",
    [BRANCH_PURPOSE] = "Offers by key purpose",
    [BRANCH_PAIR] = "Offers by KMS pair",
    [BRANCH_DELAY] = "Time from offer to KRR (ms)",
};

static const struct {
    Branch kind;
    Branch kms;
} side_branches[KRR_N_SIDES] = {
    [KRR_INITIATOR] = {BRANCH_INITIATOR_LIST, BRANCH_INITIATOR_KMS},
    [KRR_RECEIVER] = {BRANCH_RECEIVER_LIST, BRANCH_RECEIVER_KMS},
};

/* Up to which time an answer belongs to which range. */
static const struct {
    gint64 limit_ns;
    const char *name;
} delay_ranges[] = {
    {10 * NS_PER_MS, "up to 10 ms"},   {100 * NS_PER_MS, "up to 100 ms"},
    {1000 * NS_PER_MS, "up to 1 s"},   {10000 * NS_PER_MS, "up to 10 s"},
    {60000 * NS_PER_MS, "up to 60 s"}, {G_MAXINT64, "longer"},
};

/* What we know of a tree of Wireshark's beyond what it tells. */
typedef struct Count {
    int nodes[N_BRANCHES];
    GHashTable *names[N_BRANCHES]; /* of the names that a branch has, owned */
} Count;

/* stats_tree * -> Count: nothing can be kept with a tree, and there may be several at a time, each
 * with a filter of its own. */
static GHashTable *counts;

static void free_count(gpointer data)
{
    Count *count = data;

    for (Branch branch = 0; branch < N_BRANCHES; branch++) {
        g_hash_table_unref(count->names[branch]);
    }
    g_free(count);
}

/* Also called when a tree is emptied. */
static void begin_tree(stats_tree *tree)
{
    Count *count = g_new0(Count, 1);

    for (Branch branch = 0; branch < N_BRANCHES; branch++) {
        stat_node_datatype type = branch == BRANCH_DELAY ? STAT_DT_FLOAT : STAT_DT_INT;
        count->nodes[branch] = stats_tree_create_node(tree, branch_names[branch], 0, type, TRUE);
        count->names[branch] = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    }
    g_hash_table_replace(counts, tree, count);
}

static void end_tree(stats_tree *tree)
{
    g_hash_table_remove(counts, tree);
}

/* One packet, counted in a tree. */
typedef struct Counting {
    stats_tree *tree;
    Count *count;
    wmem_allocator_t *pool;
} Counting;

/* A text of the capture as a name: printable, bounded, and no name of ours. */
static const char *readable(const Counting *counting, const char *text)
{
    if (!text || !*text) {
        return NO_NAME;
    }
    const char *name = krr_short_text(counting->pool, text);
    return *name == '[' ? wmem_strdup_printf(counting->pool, "\\%s", name) : name;
}

/* The name, or the one for all that come after as many as a branch takes. */
static const char *bounded(const Counting *counting, Branch branch, const char *name)
{
    GHashTable *names = counting->count->names[branch];

    if (g_hash_table_contains(names, name)) {
        return name;
    }
    if (g_hash_table_size(names) >= MAX_NAMES) {
        return MORE_NAMES;
    }
    g_hash_table_add(names, g_strdup(name));
    return name;
}

static void tick(const Counting *counting, Branch branch, const char *name)
{
    stats_tree_tick_pivot(counting->tree, counting->count->nodes[branch],
                          bounded(counting, branch, name));
}

static const char *carrier_name(const KrrTap *tap)
{
    if (tap->in_mikey) {
        return "MIKEY";
    }
    if (tap->in_http) {
        return "HTTP";
    }
    return tap->in_sip ? "SIP" : "other";
}

static void count_list(const Counting *counting, const KrrList *list, KrrSide side)
{
    tick(counting, side_branches[side].kind, krr_list_kind_name(list->kind));
    for (guint i = 0; i < list->kms->len; i++) {
        const KrrValue *kms = g_ptr_array_index(list->kms, i);
        tick(counting, side_branches[side].kms, readable(counting, kms->text));
    }
}

/* The depth is bounded by KRR_MAX_DEPTH. */
static void count_krr(const Counting *counting, const Krr *krr)
{
    tick(counting, BRANCH_CREATOR, readable(counting, krr_text(krr, KRR_ELEMENT_CREATOR)));
    tick(counting, BRANCH_DEPTH, wmem_strdup_printf(counting->pool, "%u", krr->depth));
    tick(counting, BRANCH_SIGNATURE, krr_signature_status_name(krr->signature.verdict.status));
    for (KrrSide side = 0; side < KRR_N_SIDES; side++) {
        count_list(counting, &krr->lists[side], side);
    }
    for (guint i = 0; i < krr->embedded->len; i++) {
        count_krr(counting, g_ptr_array_index(krr->embedded, i));
    }
}

/* Which policy the document was judged by, and which state of its file. */
static const char *policy_name(const Counting *counting)
{
    const PolicyLabel *label = krr_settings()->policy_label;

    if (!label || !label->digest) {
        return label ? readable(counting, label->name) : NO_NAME;
    }
    return wmem_strdup_printf(counting->pool, "%s, SHA-256 %.*s", readable(counting, label->name),
                              DIGEST_SHOWN, label->digest);
}

static void count_document(const Counting *counting, const KrrTap *tap)
{
    tick(counting, BRANCH_CARRIER, carrier_name(tap));
    if (!tap->document) {
        tick(counting, BRANCH_UNREAD, "cut short by the capture");
        return;
    }
    tick(counting, BRANCH_POLICY, policy_name(counting));
    if (tap->document->krrs->len == 0) {
        tick(counting, BRANCH_UNREAD, "malformed");
    }
    for (guint i = 0; i < tap->document->krrs->len; i++) {
        count_krr(counting, g_ptr_array_index(tap->document->krrs, i));
    }
}

static void count_offer(const Counting *counting, const MikeySakkeTap *tap)
{
    const MikeyOffer *offer = tap->offer;

    /* What cannot be read may be an answer as well. */
    if (!offer || offer->data_type != MIKEY_DATA_TYPE_SAKKE) {
        return;
    }
    tick(counting, BRANCH_PURPOSE,
         offer->whole ? mikey_purpose_name(mikey_purpose(offer->csb_id)) : INCOMPLETE);
    tick(counting, BRANCH_PAIR,
         wmem_strdup_printf(counting->pool, "%s -> %s", readable(counting, offer->idrkmsi),
                            readable(counting, offer->idrkmsr)));
}

static void count_rules(const Counting *counting, const guint *fired)
{
    const int node = counting->count->nodes[BRANCH_RULE];

    for (KrrRuleId rule = 0; rule < KRR_N_RULES; rule++) {
        if (fired[rule] > 0) {
            increase_stat_node(counting->tree, branch_names[BRANCH_RULE], 0, TRUE,
                               (int)fired[rule]);
            increase_stat_node(counting->tree, krr_rules[rule].name, node, FALSE, (int)fired[rule]);
        }
    }
}

static void count_delay(const Counting *counting, gint64 delay_ns)
{
    const int node = counting->count->nodes[BRANCH_DELAY];
    gsize range = 0;

    while (delay_ns > delay_ranges[range].limit_ns) {
        range++;
    }
    avg_stat_node_add_value_float(counting->tree, branch_names[BRANCH_DELAY], 0, TRUE,
                                  (float)((double)delay_ns / NS_PER_MS));
    tick_stat_node(counting->tree, delay_ranges[range].name, node, FALSE);
}

static tap_packet_status count_traffic(stats_tree *tree, packet_info *pinfo, epan_dissect_t *edt,
                                       const void *data, tap_flags_t flags)
{
    const KrrTraffic *traffic = data;
    const Counting counting = {tree, g_hash_table_lookup(counts, tree), pinfo->pool};

    (void)edt;
    (void)flags;
    switch (traffic->kind) {
    case KRR_TRAFFIC_KRR:
        count_document(&counting, traffic->krr);
        break;
    case KRR_TRAFFIC_MIKEY:
        count_offer(&counting, traffic->mikey);
        break;
    case KRR_TRAFFIC_RULES:
        count_rules(&counting, traffic->rules->fired);
        break;
    case KRR_TRAFFIC_DELAY:
        count_delay(&counting, traffic->delay_ns);
        break;
    }
    return TAP_PACKET_REDRAW;
}

void krr_stats_register(void)
{
    counts = g_hash_table_new_full(g_direct_hash, g_direct_equal, NULL, free_count);
    /* In one pass only a tree tells which offer a KRR answers. */
    stats_tree_register_plugin(KRR_TRAFFIC_TAP, "krr", "KRR", TL_REQUIRES_PROTO_TREE, count_traffic,
                               begin_tree, end_tree);
}
