/* krr.c
 * One KRR: what it says
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "core/document/krr.h"

#include "core/octets/kms-uri.h"
#include "core/octets/mcx-identity.h"

void krr_unrecognised_free(gpointer data)
{
    KrrUnrecognised *unrecognised = data;

    g_free(unrecognised->name);
    g_free(unrecognised->reason);
    g_free(unrecognised->text);
    g_free(unrecognised);
}

static void repeat_free(gpointer data)
{
    KrrRepeat *repeat = data;

    krr_value_clear(&repeat->value);
    g_ptr_array_unref(repeat->list.kms);
    g_free(repeat);
}

static void signature_clear(KrrSignature *signature)
{
    krr_value_clear(&signature->algorithm);
    krr_value_clear(&signature->digest_algorithm);
    krr_value_clear(&signature->canonicalization);
    krr_value_clear(&signature->reference);
    krr_verdict_clear(&signature->verdict);
}

Krr *krr_new(void)
{
    Krr *krr = g_new0(Krr, 1);

    krr->embedded = g_ptr_array_new_with_free_func(krr_free);
    krr->unrecognised = g_ptr_array_new_with_free_func(krr_unrecognised_free);
    krr->repeats = g_ptr_array_new_with_free_func(repeat_free);
    for (KrrSide side = 0; side < KRR_N_SIDES; side++) {
        krr->lists[side].kms = g_ptr_array_new_with_free_func(krr_value_free);
    }
    return krr;
}

void krr_free(gpointer data)
{
    Krr *krr = data;

    g_free(krr->digest);
    krr_value_clear(&krr->version);
    krr_value_clear(&krr->id);
    for (KrrElement element = 0; element < KRR_N_VALUES; element++) {
        krr_value_clear(&krr->values[element]);
    }
    for (KrrSide side = 0; side < KRR_N_SIDES; side++) {
        g_ptr_array_unref(krr->lists[side].kms);
    }
    signature_clear(&krr->signature);
    g_ptr_array_unref(krr->embedded);
    g_ptr_array_unref(krr->unrecognised);
    g_ptr_array_unref(krr->repeats);
    g_free(krr);
}

KrrSide krr_element_side(KrrElement element)
{
    KrrSide side = 0;

    while (side < KRR_N_SIDES && krr_side_element(side) != element) {
        side++;
    }
    return side;
}

GPtrArray *krr_lists_of(const Krr *krr, KrrSide side)
{
    GPtrArray *lists = g_ptr_array_new();

    g_ptr_array_add(lists, (gpointer)&krr->lists[side]);
    for (guint i = 0; i < krr->repeats->len; i++) {
        KrrRepeat *repeat = g_ptr_array_index(krr->repeats, i);
        if (repeat->element == krr_side_element(side)) {
            g_ptr_array_add(lists, &repeat->list);
        }
    }
    return lists;
}

GPtrArray *krr_kms_of(const Krr *krr, KrrSide side)
{
    g_autoptr(GPtrArray) lists = krr_lists_of(krr, side);
    GPtrArray *kms = g_ptr_array_new();

    for (guint i = 0; i < lists->len; i++) {
        const KrrList *list = g_ptr_array_index(lists, i);
        g_ptr_array_extend(kms, list->kms, NULL, NULL);
    }
    return kms;
}

bool krr_same_value(KrrElement element, const char *a, const char *b)
{
    switch (element) {
    case KRR_ELEMENT_CREATOR:
    case KRR_ELEMENT_IDRI:
    case KRR_ELEMENT_IDRR:
        return mcx_identity_same(a, b);
    case KRR_ELEMENT_IDRKMSI:
    case KRR_ELEMENT_IDRKMSR:
    case KRR_ELEMENT_KMS:
        return kms_uri_same(a, b);
    default:
        return g_str_equal(a, b);
    }
}
