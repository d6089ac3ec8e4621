/* krr-list.c
 * The two lists of a KRR: which KMSs are acceptable
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "core/document/krr-list.h"

#include "core/octets/kms-uri.h"

bool krr_list_allows(const KrrList *list, const char *kms)
{
    if (list->kind == KRR_LIST_ANY) {
        return true;
    }
    for (guint i = 0; i < list->kms->len; i++) {
        if (kms_uri_same(((const KrrValue *)list->kms->pdata[i])->text, kms)) {
            return true;
        }
    }
    return false;
}

char *krr_list_to_text(const KrrList *list)
{
    if (list->kind == KRR_LIST_ANY) {
        return g_strdup("ANY");
    }
    if (list->kind != KRR_LIST_LISTED) {
        return g_strdup(krr_list_kind_name(list->kind));
    }
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < list->kms->len; i++) {
        g_string_append_printf(text, "%s%s", i ? ", " : "",
                               ((const KrrValue *)list->kms->pdata[i])->text);
    }
    return g_string_free(text, FALSE);
}

const char *krr_list_kind_name(KrrListKind kind)
{
    static const char *const names[] = {
        [KRR_LIST_MISSING] = "missing",
        [KRR_LIST_ANY] = "any",
        [KRR_LIST_EMPTY] = "empty",
        [KRR_LIST_LISTED] = "listed",
    };

    return names[kind];
}

const char *krr_side_name(KrrSide side)
{
    return side == KRR_INITIATOR ? "initiator" : "receiver";
}
