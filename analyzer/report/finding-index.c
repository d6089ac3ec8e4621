/* finding-index.c
 * Findings by what they are about: a negotiation, a frame
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "analyzer/report/finding-index.h"

struct FindingIndex {
    GHashTable *by_negotiation; /* StoryNegotiation or NULL -> GPtrArray of AuditFinding */
    GHashTable *severities;     /* StoryFrame -> KrrSeverity */
    GHashTable *numbers;        /* AuditFinding -> guint, from 1 */
};

static guint frame_hash(gconstpointer key)
{
    const StoryFrame *frame = key;

    return (guint)frame->number * 31 + frame->capture;
}

static gboolean frame_equal(gconstpointer a, gconstpointer b)
{
    const StoryFrame *first = a, *second = b;

    return first->number == second->number && first->capture == second->capture;
}

static void note_frames(FindingIndex *index, const AuditFinding *finding)
{
    for (guint i = 0; i < finding->frames->len; i++) {
        StoryFrame *frame = &g_array_index(finding->frames, StoryFrame, i);

        if (finding->severity > finding_index_severity(index, frame)) {
            g_hash_table_insert(index->severities, frame, GUINT_TO_POINTER(finding->severity));
        }
    }
}

static void note_finding(FindingIndex *index, AuditFinding *finding)
{
    gpointer key = (gpointer)finding->negotiation;
    GPtrArray *findings = g_hash_table_lookup(index->by_negotiation, key);

    if (!findings) {
        findings = g_ptr_array_new();
        g_hash_table_insert(index->by_negotiation, key, findings);
    }
    g_ptr_array_add(findings, finding);
}

FindingIndex *finding_index_new(const Audit *audit)
{
    FindingIndex *index = g_new(FindingIndex, 1);

    index->by_negotiation =
        g_hash_table_new_full(NULL, NULL, NULL, (GDestroyNotify)g_ptr_array_unref);
    index->severities = g_hash_table_new(frame_hash, frame_equal);
    index->numbers = g_hash_table_new(NULL, NULL);
    for (guint i = 0; i < audit->findings->len; i++) {
        g_hash_table_insert(index->numbers, g_ptr_array_index(audit->findings, i),
                            GUINT_TO_POINTER(i + 1));
    }
    for (KrrSeverity severity = KRR_SEVERITY_ERROR; severity > KRR_SEVERITY_OFF; severity--) {
        for (guint i = 0; i < audit->findings->len; i++) {
            AuditFinding *finding = g_ptr_array_index(audit->findings, i);

            if (finding->severity == severity) {
                note_finding(index, finding);
                note_frames(index, finding);
            }
        }
    }
    return index;
}

void finding_index_free(FindingIndex *index)
{
    if (!index) {
        return;
    }
    g_hash_table_unref(index->by_negotiation);
    g_hash_table_unref(index->severities);
    g_hash_table_unref(index->numbers);
    g_free(index);
}

const GPtrArray *finding_index_of(const FindingIndex *index, const StoryNegotiation *negotiation)
{
    return g_hash_table_lookup(index->by_negotiation, negotiation);
}

guint finding_index_number(const FindingIndex *index, const AuditFinding *finding)
{
    return GPOINTER_TO_UINT(g_hash_table_lookup(index->numbers, finding));
}

KrrSeverity finding_index_gravest(const FindingIndex *index, const StoryNegotiation *negotiation)
{
    const GPtrArray *findings = finding_index_of(index, negotiation);

    return findings ? ((const AuditFinding *)g_ptr_array_index(findings, 0))->severity
                    : KRR_SEVERITY_OFF;
}

KrrSeverity finding_index_severity(const FindingIndex *index, const StoryFrame *frame)
{
    return GPOINTER_TO_UINT(g_hash_table_lookup(index->severities, frame));
}
