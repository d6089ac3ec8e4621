/* domain-use.c
 * Which KMSs the users of one domain use towards those of another
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "analyzer/report/domain-use.h"

#include <string.h>

#include "core/event/story-frames.h"
#include "core/octets/kms-uri.h"
#include "core/octets/mcx-identity.h"
#include "core/stores/kms-traffic.h"

/* Initiators that are told apart in one row. */
#define MAX_NAMES 4096

typedef struct Builder {
    const KmsTraffic *traffic;
    GPtrArray *uses;
    GHashTable *by_key; /* domains and KMSs -> DomainUse */
    guint64 left_out;
} Builder;

static void use_free(gpointer data)
{
    DomainUse *use = data;

    g_free(use->initiator);
    g_free(use->receiver);
    g_free(use->idrkmsi);
    g_free(use->idrkmsr);
    g_hash_table_unref(use->names);
    g_hash_table_unref(use->counted);
    g_free(use);
}

static char *key_of(const char *initiator, const char *receiver, const KmsUse *use)
{
    g_autofree char *idrkmsi = use->idrkmsi ? kms_uri_canonical(use->idrkmsi) : NULL;
    g_autofree char *idrkmsr = use->idrkmsr ? kms_uri_canonical(use->idrkmsr) : NULL;

    return g_strdup_printf("%s\n%s\n%s\n%s", initiator, receiver, idrkmsi ? idrkmsi : "",
                           idrkmsr ? idrkmsr : "");
}

static DomainUse *use_new(char *initiator, char *receiver, const KmsUse *from)
{
    DomainUse *use = g_new0(DomainUse, 1);

    use->initiator = initiator;
    use->receiver = receiver;
    use->idrkmsi = g_strdup(from->idrkmsi);
    use->idrkmsr = g_strdup(from->idrkmsr);
    use->first = from->first;
    use->last = from->last;
    use->names = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    use->counted = g_hash_table_new(NULL, NULL);
    return use;
}

/* The row of some offers; NULL where there is no room for another one. */
static DomainUse *row_of(Builder *builder, const KmsUse *from)
{
    g_autofree char *initiator = mcx_identity_domain(from->idri);
    g_autofree char *receiver = mcx_identity_domain(from->idrr);
    g_autofree char *key = key_of(initiator, receiver, from);
    DomainUse *use = g_hash_table_lookup(builder->by_key, key);

    if (!use && builder->uses->len < DOMAIN_USE_MAX) {
        use = use_new(g_steal_pointer(&initiator), g_steal_pointer(&receiver), from);
        g_ptr_array_add(builder->uses, use);
        g_hash_table_insert(builder->by_key, g_steal_pointer(&key), use);
    }
    return use;
}

/* Returns the row in which they were counted, or NULL. */
static DomainUse *count_offers(Builder *builder, const KmsUse *from)
{
    DomainUse *use = row_of(builder, from);

    if (!use) {
        builder->left_out += from->count;
        return NULL;
    }
    use->offers += from->count;
    if (from->idri && g_hash_table_size(use->names) < MAX_NAMES) {
        g_hash_table_add(use->names, mcx_identity_canonical(from->idri));
    }
    use->first = story_frame_compare(&from->first, &use->first) < 0 ? from->first : use->first;
    use->last = story_frame_compare(&from->last, &use->last) > 0 ? from->last : use->last;
    return use;
}

static void count_krrs(Builder *builder, DomainUse *use, const StoryOffer *offer)
{
    bool redirected = false;

    for (guint i = 0; i < offer->legs->len; i++) {
        const GPtrArray *krrs = story_leg_at(offer->legs, i)->krrs;

        redirected |= krrs->len > 0;
        for (guint k = 0; k < krrs->len; k++) {
            StoryKrr *krr = story_krr_at(krrs, k);
            if (g_hash_table_add(use->counted, krr)) {
                use->krrs++;
                use->reported += kms_traffic_uploads(builder->traffic, krr) != NULL;
            }
        }
    }
    use->redirected += redirected;
}

static void count_offer(Builder *builder, const StoryOffer *offer)
{
    const KmsUse one = kms_use_of(offer);
    DomainUse *use = count_offers(builder, &one);

    if (use) {
        count_krrs(builder, use, offer);
    }
}

static int compare_uses(gconstpointer a, gconstpointer b)
{
    const DomainUse *first = *(DomainUse *const *)a, *second = *(DomainUse *const *)b;
    int order;

    if (first->offers != second->offers) {
        return first->offers > second->offers ? -1 : 1;
    }
    order = strcmp(first->initiator, second->initiator);
    order = order ? order : strcmp(first->receiver, second->receiver);
    order = order ? order : g_strcmp0(first->idrkmsi, second->idrkmsi);
    return order ? order : g_strcmp0(first->idrkmsr, second->idrkmsr);
}

GPtrArray *domain_uses(const Ledger *ledger, guint64 *left_out)
{
    const GPtrArray *removed = kms_use_log_uses(ledger_removed_uses(ledger));
    const GPtrArray *offers = ledger_all_offers(ledger);
    g_autoptr(GHashTable) by_key = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    Builder builder = {
        .traffic = ledger_kms_traffic(ledger),
        .uses = g_ptr_array_new_with_free_func(use_free),
        .by_key = by_key,
        .left_out = kms_use_log_left_out(ledger_removed_uses(ledger)),
    };

    for (guint i = 0; i < removed->len; i++) {
        count_offers(&builder, g_ptr_array_index(removed, i));
    }
    for (guint i = 0; i < offers->len; i++) {
        count_offer(&builder, story_offer_at(offers, i));
    }
    for (guint i = 0; i < builder.uses->len; i++) {
        DomainUse *use = g_ptr_array_index(builder.uses, i);
        use->users = g_hash_table_size(use->names);
    }
    g_ptr_array_sort(builder.uses, compare_uses);
    *left_out = builder.left_out;
    return builder.uses;
}
