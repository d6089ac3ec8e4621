/* finding-pile.c
 * The findings of an audit while it is made: as many as there is room for, the gravest first
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "core/rules/finding-pile.h"

#include <string.h>

/* What a finding takes beside its sentences and its frames: itself, the array of the frames, its
 * places in the pile and in the indexes of a report. */
#define FINDING_OCTETS (sizeof(AuditFinding) + 192)

#define N_SEVERITIES (KRR_SEVERITY_ERROR + 1)

struct FindingPile {
    gsize room;
    GPtrArray *findings;          /* of AuditFinding; NULL: it had to go */
    GArray *weights;              /* of gsize, parallel to the findings */
    GArray *places[N_SEVERITIES]; /* of guint: where those of a severity are */
    guint count[N_SEVERITIES];    /* of all that were added */
    guint64 left_out;
};

static void finding_free(gpointer data)
{
    AuditFinding *finding = data;

    if (finding) {
        g_ref_string_release(finding->expected);
        g_ref_string_release(finding->observed);
        g_array_unref(finding->frames);
        g_free(finding);
    }
}

FindingPile *finding_pile_new(gsize room)
{
    FindingPile *pile = g_new0(FindingPile, 1);

    pile->room = room;
    pile->findings = g_ptr_array_new_with_free_func(finding_free);
    pile->weights = g_array_new(FALSE, FALSE, sizeof(gsize));
    for (KrrSeverity severity = 0; severity < N_SEVERITIES; severity++) {
        pile->places[severity] = g_array_new(FALSE, FALSE, sizeof(guint));
    }
    return pile;
}

void finding_pile_free(FindingPile *pile)
{
    if (!pile) {
        return;
    }
    for (KrrSeverity severity = 0; severity < N_SEVERITIES; severity++) {
        g_array_unref(pile->places[severity]);
    }
    g_array_unref(pile->weights);
    g_ptr_array_unref(pile->findings);
    g_free(pile);
}

/* Drops the last of the least grave findings beneath a severity; false where there is none. */
static bool drop_one(FindingPile *pile, KrrSeverity beneath)
{
    KrrSeverity severity = 0;

    while (severity < beneath && pile->places[severity]->len == 0) {
        severity++;
    }
    if (severity == beneath) {
        return false;
    }
    GArray *places = pile->places[severity];
    guint place = g_array_index(places, guint, places->len - 1);
    g_array_set_size(places, places->len - 1);
    finding_free(g_ptr_array_index(pile->findings, place));
    g_ptr_array_index(pile->findings, place) = NULL;
    pile->room += g_array_index(pile->weights, gsize, place);
    pile->left_out++;
    return true;
}

void finding_pile_add(FindingPile *pile, const AuditFinding *finding, gsize octets,
                      const char *expected, const char *observed)
{
    gsize weight = FINDING_OCTETS + octets + strlen(expected) + strlen(observed);

    pile->count[finding->severity]++;
    while (weight > pile->room && drop_one(pile, finding->severity)) {
        continue;
    }
    if (weight > pile->room) {
        pile->left_out++;
        return;
    }
    pile->room -= weight;
    AuditFinding *own = g_memdup2(finding, sizeof(*finding));
    g_array_ref(own->frames);
    own->expected = g_ref_string_new_intern(expected);
    own->observed = g_ref_string_new_intern(observed);
    g_array_append_val(pile->places[own->severity], pile->findings->len);
    g_array_append_val(pile->weights, weight);
    g_ptr_array_add(pile->findings, own);
}

void finding_pile_finish(FindingPile *pile, Audit *audit)
{
    guint kept = 0;

    for (guint i = 0; i < pile->findings->len; i++) {
        if (g_ptr_array_index(pile->findings, i)) {
            g_ptr_array_index(pile->findings, kept++) = g_ptr_array_index(pile->findings, i);
        }
    }
    while (pile->findings->len > kept) {
        g_ptr_array_steal_index(pile->findings, pile->findings->len - 1);
    }
    audit->findings = g_steal_pointer(&pile->findings);
    pile->findings = g_ptr_array_new_with_free_func(finding_free);
    memcpy(audit->count, pile->count, sizeof(audit->count));
    audit->left_out = pile->left_out;
}
