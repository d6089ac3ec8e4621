/* steering.c
 * Who steers whom: the creators of KRRs, the KMSs that they offer, the domains between which that happens
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "analyzer/report/steering.h"

#include <string.h>

#include "core/octets/kms-uri.h"
#include "core/octets/mcx-identity.h"

/* Rows under construction: each by the one text of all its spellings. */
typedef struct Builder {
    const Report *report;
    GHashTable *creators; /* canonical name -> SteeringRow */
    GHashTable *kms;      /* likewise */
    GHashTable *pairs;    /* "domain domain" -> SteeringPair */
    GHashTable *names;    /* every canonical name, once */
    guint entries;        /* in the sets of all rows */
    guint64 left_out;     /* mentions for which there was no room */
} Builder;

/* ---- rows ---- */

static GHashTable *name_set(void)
{
    return g_hash_table_new(g_str_hash, g_str_equal);
}

static void row_free(gpointer data)
{
    SteeringRow *row = data;

    g_hash_table_unref(row->others);
    g_hash_table_unref(row->users);
    g_free(row);
}

static void pair_free(gpointer data)
{
    SteeringPair *pair = data;

    g_free(pair->initiator);
    g_free(pair->receiver);
    g_free(pair);
}

/* The one copy of a name that all sets point to; NULL where there is no room for it. Takes the text
 * over. */
static const char *keep_name(Builder *builder, char *canonical)
{
    gpointer kept = NULL;

    if (g_hash_table_lookup_extended(builder->names, canonical, &kept, NULL)) {
        g_free(canonical);
        return kept;
    }
    if (g_hash_table_size(builder->names) >= STEERING_MAX_ROWS) {
        builder->left_out++;
        g_free(canonical);
        return NULL;
    }
    g_hash_table_add(builder->names, canonical);
    return canonical;
}

static void add_name(Builder *builder, GHashTable *set, const char *name)
{
    if (!name || g_hash_table_size(set) >= STEERING_MAX_NAMES) {
        return;
    }
    if (builder->entries < STEERING_MAX_ENTRIES) {
        builder->entries += g_hash_table_add(set, (gpointer)name);
    } else if (!g_hash_table_contains(set, name)) {
        builder->left_out++;
    }
}

/* The row of a name in a table; NULL where there is no room for it. @param canonical  taken over */
static SteeringRow *row_of(Builder *builder, GHashTable *table, const char *written,
                           char *canonical)
{
    const char *name = keep_name(builder, canonical);
    SteeringRow *row = name ? g_hash_table_lookup(table, name) : NULL;

    if (!row && name) {
        row = g_new0(SteeringRow, 1);
        row->name = written;
        row->canonical = name;
        row->others = name_set();
        row->users = name_set();
        g_hash_table_insert(table, (gpointer)name, row);
    }
    return row;
}

static SteeringRow *creator_row(Builder *builder, const Krr *krr)
{
    const char *written = krr_text(krr, KRR_ELEMENT_CREATOR);

    return row_of(builder, builder->creators, written,
                  written ? mcx_identity_canonical(written) : g_strdup(""));
}

static SteeringRow *kms_row(Builder *builder, const char *written)
{
    return row_of(builder, builder->kms, written, kms_uri_canonical(written));
}

/* ---- KRRs ---- */

static void sum_krr(SteeringSum *sum, const StoryKrr *krr)
{
    const StoryFrame *frame = story_frame_at(krr->frames, 0);

    if (!sum->krrs++) {
        sum->first = *frame;
    }
    sum->last = *frame;
}

/* Calls for each distinct KMS that either list of a KRR offers. */
static void each_kms(Builder *builder, const Krr *krr, void (*call)(SteeringRow *, gpointer),
                     gpointer data)
{
    g_autoptr(GHashTable) met = g_hash_table_new(NULL, NULL);

    for (KrrSide side = 0; side < KRR_N_SIDES; side++) {
        for (guint i = 0; i < krr->lists[side].kms->len; i++) {
            const char *kms = krr_list_kms_at(&krr->lists[side], i);
            SteeringRow *row = kms ? kms_row(builder, kms) : NULL;

            if (row && g_hash_table_add(met, row)) {
                call(row, data);
            }
        }
    }
}

/* One KRR on its way into the rows of its creator and its KMSs. */
typedef struct Offering {
    Builder *builder;
    const StoryKrr *krr;
    SteeringRow *creator; /* NULL: there was no room */
    const char *user;     /* NULL: hidden, or no room */
} Offering;

static void count_in_row(const Offering *offering, SteeringRow *row)
{
    sum_krr(&row->sum, offering->krr);
    row->signatures[offering->krr->krr->signature.verdict.status]++;
    add_name(offering->builder, row->users, offering->user);
}

static void count_kms(SteeringRow *row, gpointer data)
{
    const Offering *offering = data;

    count_in_row(offering, row);
    if (offering->creator) {
        add_name(offering->builder, row->others, offering->creator->canonical);
        add_name(offering->builder, offering->creator->others, row->canonical);
    }
}

static void count_krr(Builder *builder, const StoryKrr *krr)
{
    const char *user = krr_text(krr->krr, KRR_ELEMENT_IDRI);
    Offering offering = {builder, krr, creator_row(builder, krr->krr),
                         user ? keep_name(builder, mcx_identity_canonical(user)) : NULL};

    if (offering.creator) {
        count_in_row(&offering, offering.creator);
    }
    each_kms(builder, krr->krr, count_kms, &offering);
}

/* ---- what followed ---- */

/* Does the KRR offer that KMS? */
static bool offers_kms(const Krr *krr, const char *kms)
{
    for (KrrSide side = 0; side < KRR_N_SIDES; side++) {
        for (guint i = 0; i < krr->lists[side].kms->len; i++) {
            const char *offered = krr_list_kms_at(&krr->lists[side], i);

            if (offered && kms_uri_same(offered, kms)) {
                return true;
            }
        }
    }
    return false;
}

static void count_follower(Builder *builder, const char *kms)
{
    SteeringRow *row = kms_row(builder, kms);

    if (row) {
        row->followed++;
    }
}

/* An attempt follows the KRR that reached its initiator before, as far as the capture shows. */
static void count_followers(Builder *builder, const StoryNegotiation *negotiation)
{
    for (guint i = 1; i < negotiation->attempts->len; i++) {
        const StoryKrr *krr = story_attempt_at(negotiation->attempts, i - 1)->received;
        const StoryOffer *offer = story_attempt_at(negotiation->attempts, i)->offer;

        if (!krr || krr->unreadable || !offer) {
            continue;
        }
        const char *initiator = offer->facts->idrkmsi, *receiver = offer->facts->idrkmsr;
        if (initiator && offers_kms(krr->krr, initiator)) {
            count_follower(builder, initiator);
        }
        if (receiver && !(initiator && kms_uri_same(initiator, receiver)) &&
            offers_kms(krr->krr, receiver)) {
            count_follower(builder, receiver);
        }
    }
}

/* ---- domains ---- */

/* NULL where there is no room for it. */
static SteeringPair *pair_row(Builder *builder, const StoryNegotiation *negotiation)
{
    g_autofree char *initiator = mcx_identity_domain(negotiation->idri);
    g_autofree char *receiver = mcx_identity_domain(negotiation->idrr);
    char *key = g_strdup_printf("%s %s", initiator, receiver);
    SteeringPair *row = g_hash_table_lookup(builder->pairs, key);

    if (row || g_hash_table_size(builder->pairs) >= STEERING_MAX_ROWS) {
        builder->left_out += !row;
        g_free(key);
        return row;
    }
    row = g_new0(SteeringPair, 1);
    row->initiator = g_steal_pointer(&initiator);
    row->receiver = g_steal_pointer(&receiver);
    g_hash_table_insert(builder->pairs, key, row);
    return row;
}

static void count_negotiation(Builder *builder, const StoryNegotiation *negotiation)
{
    SteeringPair *pair = pair_row(builder, negotiation);

    count_followers(builder, negotiation);
    if (!pair) {
        return;
    }
    pair->negotiations++;
    for (guint i = 0; i < negotiation->attempts->len; i++) {
        const StoryAttempt *attempt = story_attempt_at(negotiation->attempts, i);

        for (guint k = 0; k < attempt->krrs->len; k++) {
            sum_krr(&pair->sum, story_krr_at(attempt->krrs, k));
        }
    }
}

/* ---- findings ---- */

/* Findings of one KRR, by severity. */
typedef struct Blame {
    guint findings[KRR_SEVERITY_ERROR + 1];
} Blame;

static void add_blame(SteeringSum *sum, const Blame *blame)
{
    for (KrrSeverity severity = KRR_SEVERITY_NOTE; severity <= KRR_SEVERITY_ERROR; severity++) {
        sum->findings[severity] += blame->findings[severity];
    }
}

static void blame_kms(SteeringRow *row, gpointer data)
{
    add_blame(&row->sum, data);
}

/* Sums the findings up by KRR before its lists are walked: there may be thousands of both. */
static GHashTable *blames_of(Builder *builder)
{
    const GPtrArray *findings = builder->report->audit->findings;
    GHashTable *blames = g_hash_table_new_full(NULL, NULL, NULL, g_free);

    for (guint i = 0; i < findings->len; i++) {
        const AuditFinding *finding = g_ptr_array_index(findings, i);

        SteeringPair *pair = finding->negotiation ? pair_row(builder, finding->negotiation) : NULL;

        if (pair) {
            pair->sum.findings[finding->severity]++;
        }
        if (finding->krr && !finding->krr->unreadable) {
            Blame *blame = g_hash_table_lookup(blames, finding->krr);
            if (!blame) {
                blame = g_new0(Blame, 1);
                g_hash_table_insert(blames, (gpointer)finding->krr, blame);
            }
            blame->findings[finding->severity]++;
        }
    }
    return blames;
}

static void count_findings(Builder *builder)
{
    g_autoptr(GHashTable) blames = blames_of(builder);
    GHashTableIter at;
    gpointer krr, blame;

    g_hash_table_iter_init(&at, blames);
    while (g_hash_table_iter_next(&at, &krr, &blame)) {
        SteeringRow *creator = creator_row(builder, ((const StoryKrr *)krr)->krr);

        if (creator) {
            add_blame(&creator->sum, blame);
        }
        each_kms(builder, ((const StoryKrr *)krr)->krr, blame_kms, blame);
    }
}

/* ---- order ---- */

static int compare_counts(guint a, guint b)
{
    return a < b ? 1 : a > b ? -1 : 0;
}

static int compare_sums(const SteeringSum *a, const SteeringSum *b)
{
    int order = 0;

    for (KrrSeverity severity = KRR_SEVERITY_ERROR; !order && severity > KRR_SEVERITY_OFF;
         severity--) {
        order = compare_counts(a->findings[severity], b->findings[severity]);
    }
    return order ? order : compare_counts(a->krrs, b->krrs);
}

static int compare_rows(gconstpointer a, gconstpointer b)
{
    const SteeringRow *first = *(SteeringRow *const *)a, *second = *(SteeringRow *const *)b;
    int order = compare_sums(&first->sum, &second->sum);

    return order ? order : g_strcmp0(first->name, second->name);
}

static int compare_pairs(gconstpointer a, gconstpointer b)
{
    const SteeringPair *first = *(SteeringPair *const *)a;
    const SteeringPair *second = *(SteeringPair *const *)b;
    int order = compare_sums(&first->sum, &second->sum);

    order = order ? order : strcmp(first->initiator, second->initiator);
    return order ? order : strcmp(first->receiver, second->receiver);
}

/* The rows of a table, which own themselves from now on. */
static GPtrArray *sorted_rows(GHashTable *table, GDestroyNotify free_row, GCompareFunc compare)
{
    GPtrArray *rows = g_ptr_array_new_with_free_func(free_row);
    GHashTableIter at;
    gpointer row;

    g_hash_table_iter_init(&at, table);
    while (g_hash_table_iter_next(&at, NULL, &row)) {
        g_ptr_array_add(rows, row);
    }
    g_ptr_array_sort(rows, compare);
    return rows;
}

/* ---- all of it ---- */

static void count_all(Builder *builder)
{
    const GPtrArray *krrs = ledger_krrs(builder->report->ledger);
    const GPtrArray *negotiations = ledger_negotiations(builder->report->ledger);

    for (guint i = 0; i < krrs->len; i++) {
        const StoryKrr *krr = story_krr_at(krrs, i);

        if (!krr->unreadable) {
            count_krr(builder, krr);
        }
    }
    for (guint i = 0; i < negotiations->len; i++) {
        count_negotiation(builder, story_negotiation_at(negotiations, i));
    }
    count_findings(builder);
}

Steering *steering_new(const Report *report)
{
    g_autoptr(GHashTable) creators = name_set();
    g_autoptr(GHashTable) kms = name_set();
    g_autoptr(GHashTable) pairs = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    Steering *steering = g_new(Steering, 1);
    Builder builder = {.report = report, .creators = creators, .kms = kms, .pairs = pairs};

    steering->names = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    builder.names = steering->names;
    count_all(&builder);
    steering->left_out = builder.left_out;
    steering->creators = sorted_rows(creators, row_free, compare_rows);
    steering->kms = sorted_rows(kms, row_free, compare_rows);
    steering->pairs = sorted_rows(pairs, pair_free, compare_pairs);
    return steering;
}

void steering_free(Steering *steering)
{
    if (!steering) {
        return;
    }
    g_ptr_array_unref(steering->creators);
    g_ptr_array_unref(steering->kms);
    g_ptr_array_unref(steering->pairs);
    g_hash_table_unref(steering->names);
    g_free(steering);
}

KrrSeverity steering_gravest(const SteeringSum *sum)
{
    KrrSeverity severity = KRR_SEVERITY_ERROR;

    while (severity > KRR_SEVERITY_OFF && !sum->findings[severity]) {
        severity--;
    }
    return severity;
}
