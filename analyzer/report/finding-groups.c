/* finding-groups.c
 * Findings that say the same of the same: one rule, one creator, the same lists
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "analyzer/report/finding-groups.h"

#include "analyzer/report/words.h"
#include "core/octets/mcx-identity.h"

static void group_free(gpointer data)
{
    FindingGroup *group = data;

    g_free(group->kms);
    g_free(group);
}

/* What the lists of a KRR leave; caller frees. */
static char *lists_text(const Krr *krr)
{
    g_autofree char *initiator = words_list(&krr->lists[KRR_INITIATOR]);
    g_autofree char *receiver = words_list(&krr->lists[KRR_RECEIVER]);

    return g_strdup_printf("%s; %s", initiator, receiver);
}

static FindingGroup *group_new(const AuditFinding *finding, const char *creator, char *kms,
                               guint place)
{
    FindingGroup *group = g_new0(FindingGroup, 1);

    group->rule = finding->rule;
    group->severity = finding->severity;
    group->creator = creator;
    group->kms = kms;
    group->sample = place;
    group->first = *story_frame_at(finding->frames, 0);
    return group;
}

/* By what findings are the same; letter case makes no other host. Caller frees. */
static char *group_key(const AuditFinding *finding, const char *creator, const char *kms)
{
    g_autofree char *canonical = creator ? mcx_identity_canonical(creator) : g_strdup("");
    g_autofree char *lists = g_ascii_strdown(kms ? kms : "", -1);

    return g_strdup_printf("%d %d %s\n%s", finding->rule, finding->severity, canonical, lists);
}

static void add_finding(GPtrArray *groups, GHashTable *by_key, const AuditFinding *finding,
                        guint place)
{
    const StoryKrr *krr = finding->krr && !finding->krr->unreadable ? finding->krr : NULL;
    const char *creator = krr ? krr_text(krr->krr, KRR_ELEMENT_CREATOR) : NULL;
    g_autofree char *kms = krr ? lists_text(krr->krr) : NULL;
    g_autofree char *key = group_key(finding, creator, kms);
    FindingGroup *group = g_hash_table_lookup(by_key, key);

    if (!group) {
        group = group_new(finding, creator, g_steal_pointer(&kms), place);
        g_ptr_array_add(groups, group);
        g_hash_table_insert(by_key, g_steal_pointer(&key), group);
    }
    group->count++;
    group->last = *story_frame_at(finding->frames, 0);
}

static int compare_groups(gconstpointer a, gconstpointer b)
{
    const FindingGroup *first = *(FindingGroup *const *)a, *second = *(FindingGroup *const *)b;

    if (first->severity != second->severity) {
        return first->severity > second->severity ? -1 : 1;
    }
    if (first->count != second->count) {
        return first->count > second->count ? -1 : 1;
    }
    return first->sample < second->sample ? -1 : 1;
}

GPtrArray *finding_groups(const Report *report)
{
    const GPtrArray *findings = report->audit->findings;
    GPtrArray *groups = g_ptr_array_new_with_free_func(group_free);
    g_autoptr(GHashTable) by_key = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

    for (guint i = 0; i < findings->len; i++) {
        add_finding(groups, by_key, g_ptr_array_index(findings, i), i);
    }
    g_ptr_array_sort(groups, compare_groups);
    return groups;
}
