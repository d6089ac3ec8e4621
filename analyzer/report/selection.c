/* selection.c
 * Which negotiations a report for people draws in full
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "analyzer/report/selection.h"

struct Selection {
    guint left;
    GHashTable *drawn;  /* StoryNegotiation */
    GHashTable *hidden; /* StoryOffer and StoryKrr of the others */
};

/* Draws those with a finding of that severity as their gravest, as long as there is room. */
static void draw_severity(Selection *selection, const GPtrArray *negotiations,
                          const FindingIndex *findings, KrrSeverity severity, guint most)
{
    for (guint i = 0; i < negotiations->len && g_hash_table_size(selection->drawn) < most; i++) {
        gpointer negotiation = g_ptr_array_index(negotiations, i);

        if (finding_index_gravest(findings, negotiation) == severity) {
            g_hash_table_add(selection->drawn, negotiation);
        }
    }
}

static void draw(Selection *selection, const GPtrArray *negotiations, const FindingIndex *findings,
                 guint most)
{
    bool all = !most || negotiations->len <= most;
    KrrSeverity least = all ? KRR_SEVERITY_OFF : KRR_SEVERITY_NOTE;

    for (int severity = KRR_SEVERITY_ERROR; severity >= (int)least; severity--) {
        draw_severity(selection, negotiations, findings, (KrrSeverity)severity,
                      all ? G_MAXUINT : most);
    }
    selection->left = negotiations->len - g_hash_table_size(selection->drawn);
}

/* ---- what the others hold ---- */

typedef void TakeThing(Selection *selection, gpointer thing);

static void hide(Selection *selection, gpointer thing)
{
    g_hash_table_add(selection->hidden, thing);
}

static void reveal(Selection *selection, gpointer thing)
{
    g_hash_table_remove(selection->hidden, thing);
}

static void each_thing(Selection *selection, const StoryNegotiation *negotiation, TakeThing *take)
{
    for (guint i = 0; i < negotiation->attempts->len; i++) {
        const StoryAttempt *attempt = story_attempt_at(negotiation->attempts, i);

        if (attempt->offer) {
            take(selection, attempt->offer);
        }
        for (guint k = 0; k < attempt->krrs->len; k++) {
            for (StoryKrr *krr = story_krr_at(attempt->krrs, k); krr; krr = krr->embeds) {
                take(selection, krr);
            }
        }
    }
}

/* One offer or KRR may be a part of several negotiations, and cited from anywhere. */
static void hide_others(Selection *selection, const GPtrArray *negotiations,
                        const GPtrArray *findings)
{
    for (guint i = 0; i < negotiations->len; i++) {
        if (!selection_has(selection, story_negotiation_at(negotiations, i))) {
            each_thing(selection, story_negotiation_at(negotiations, i), hide);
        }
    }
    for (guint i = 0; i < negotiations->len; i++) {
        if (selection_has(selection, story_negotiation_at(negotiations, i))) {
            each_thing(selection, story_negotiation_at(negotiations, i), reveal);
        }
    }
    for (guint i = 0; i < findings->len; i++) {
        const AuditFinding *finding = g_ptr_array_index(findings, i);

        if (selection_shows(selection, finding)) {
            reveal(selection, (gpointer)finding->krr);
            reveal(selection, (gpointer)finding->offer);
        }
    }
}

/* ---- all of it ---- */

Selection *selection_new(const Report *report, const FindingIndex *findings, guint most)
{
    const GPtrArray *negotiations = ledger_negotiations(report->ledger);
    Selection *selection = g_new0(Selection, 1);

    selection->drawn = g_hash_table_new(NULL, NULL);
    selection->hidden = g_hash_table_new(NULL, NULL);
    draw(selection, negotiations, findings, most);
    if (selection->left) {
        hide_others(selection, negotiations, report->audit->findings);
    }
    return selection;
}

void selection_free(Selection *selection)
{
    if (!selection) {
        return;
    }
    g_hash_table_unref(selection->drawn);
    g_hash_table_unref(selection->hidden);
    g_free(selection);
}

bool selection_has(const Selection *selection, const StoryNegotiation *negotiation)
{
    return g_hash_table_contains(selection->drawn, negotiation);
}

guint selection_left(const Selection *selection)
{
    return selection->left;
}

bool selection_hides(const Selection *selection, gconstpointer thing)
{
    return g_hash_table_contains(selection->hidden, thing);
}

bool selection_shows(const Selection *selection, const AuditFinding *finding)
{
    return !finding->negotiation || selection_has(selection, finding->negotiation);
}
