/* krr-visit.c
 * Every text and every array of KRRs
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "core/document/krr-visit.h"

static void visit_text(KrrVisitor *visitor, char **text)
{
    if (*text) {
        visitor->text(visitor, text);
    }
}

static void visit_array(KrrVisitor *visitor, const GPtrArray *array, gsize element)
{
    if (array && visitor->array) {
        visitor->array(visitor, array, element);
    }
}

static void visit_values(KrrVisitor *visitor, const GPtrArray *values)
{
    visit_array(visitor, values, sizeof(KrrValue));
    for (guint i = 0; values && i < values->len; i++) {
        visit_text(visitor, &((KrrValue *)g_ptr_array_index(values, i))->text);
    }
}

static void visit_verdict(KrrVisitor *visitor, KrrVerdict *verdict)
{
    visit_text(visitor, &verdict->reason);
    visit_text(visitor, &verdict->grade_reason);
    visit_text(visitor, &verdict->signer);
    visit_text(visitor, &verdict->certificate);
    visit_array(visitor, verdict->signer_uris, 0);
    for (guint i = 0; verdict->signer_uris && i < verdict->signer_uris->len; i++) {
        visit_text(visitor, (char **)&g_ptr_array_index(verdict->signer_uris, i));
    }
}

static void visit_signature(KrrVisitor *visitor, KrrSignature *signature)
{
    visit_text(visitor, &signature->algorithm.text);
    visit_text(visitor, &signature->digest_algorithm.text);
    visit_text(visitor, &signature->canonicalization.text);
    visit_text(visitor, &signature->reference.text);
    visit_verdict(visitor, &signature->verdict);
}

static void visit_unrecognised(KrrVisitor *visitor, const GPtrArray *all)
{
    visit_array(visitor, all, sizeof(KrrUnrecognised));
    for (guint i = 0; i < all->len; i++) {
        KrrUnrecognised *unrecognised = g_ptr_array_index(all, i);
        visit_text(visitor, &unrecognised->name);
        visit_text(visitor, &unrecognised->reason);
        visit_text(visitor, &unrecognised->text);
    }
}

static void visit_repeats(KrrVisitor *visitor, const GPtrArray *all)
{
    visit_array(visitor, all, sizeof(KrrRepeat));
    for (guint i = 0; i < all->len; i++) {
        KrrRepeat *repeat = g_ptr_array_index(all, i);
        visit_text(visitor, &repeat->value.text);
        visit_values(visitor, repeat->list.kms);
    }
}

/* The depth is bounded by KRR_MAX_DEPTH. */
void krr_visit(KrrVisitor *visitor, const GPtrArray *krrs)
{
    visit_array(visitor, krrs, sizeof(Krr));
    for (guint i = 0; i < krrs->len; i++) {
        Krr *krr = g_ptr_array_index(krrs, i);
        visit_text(visitor, &krr->digest);
        visit_text(visitor, &krr->version.text);
        visit_text(visitor, &krr->id.text);
        for (KrrElement element = 0; element < KRR_N_VALUES; element++) {
            visit_text(visitor, &krr->values[element].text);
        }
        for (KrrSide side = 0; side < KRR_N_SIDES; side++) {
            visit_values(visitor, krr->lists[side].kms);
        }
        visit_signature(visitor, &krr->signature);
        visit_unrecognised(visitor, krr->unrecognised);
        visit_repeats(visitor, krr->repeats);
        krr_visit(visitor, krr->embedded);
    }
}
