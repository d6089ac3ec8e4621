/* steering-words.c
 * What the tables of who steers whom say in words
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "analyzer/report/steering-words.h"

#include "analyzer/report/words.h"
#include "core/signature/krr-signature.h"

#define MAX_NAMES 3 /* of a set */

char *steering_count_text(GHashTable *names)
{
    guint count = g_hash_table_size(names);

    return g_strdup_printf("%u%s", count, count < STEERING_MAX_NAMES ? "" : " or more");
}

static int compare_names(gconstpointer a, gconstpointer b)
{
    return g_strcmp0(*(const char *const *)a, *(const char *const *)b);
}

char *steering_names_text(GHashTable *names)
{
    g_autofree gpointer *all = g_hash_table_get_keys_as_array(names, NULL);
    guint count = g_hash_table_size(names);
    GString *text = g_string_new(count ? NULL : "none");

    qsort(all, count, sizeof *all, compare_names);
    for (guint i = 0; i < count && i < MAX_NAMES; i++) {
        const char *raw = all[i];
        g_autofree char *name = words_name(*raw ? raw : NULL, "none stated");

        g_string_append_printf(text, "%s%s", i ? ", " : "", name);
    }
    if (count > MAX_NAMES) {
        g_string_append_printf(text, " and %u%s more", count - MAX_NAMES,
                               count < STEERING_MAX_NAMES ? "" : " or");
    }
    return g_string_free(text, FALSE);
}

char *steering_signatures_text(const guint counts[KRR_SIGNATURE_UNSUPPORTED + 1])
{
    GString *text = g_string_new(NULL);

    for (KrrSignatureStatus status = 0; status <= KRR_SIGNATURE_UNSUPPORTED; status++) {
        const char *name =
            status == KRR_SIGNATURE_ABSENT ? "unsigned" : krr_signature_status_name(status);

        if (counts[status]) {
            g_string_append_printf(text, "%s%u %s", text->len ? ", " : "", counts[status], name);
        }
    }
    return g_string_free(text, FALSE);
}
