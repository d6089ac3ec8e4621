/* kms-pattern.c
 * Patterns with "*" and the most specific one that fits
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "core/policy/kms-pattern.h"

#include <string.h>

#include "core/policy/kms-uri.h"

typedef struct KmsPattern {
    const char *text;
    glong literals; /* characters besides "*" */
    guint order;    /* in which it was added */
    gpointer meaning;
} KmsPattern;

struct KmsPatternIndex {
    GHashTable *exact; /* text -> meaning */
    GArray *patterns;  /* of KmsPattern, the most specific first */
};

bool kms_pattern_is_pattern(const char *text)
{
    return strchr(text, '*') != NULL;
}

bool kms_pattern_fits(const char *pattern, const char *text)
{
    const char *star = strchr(pattern, '*');
    if (!star) {
        return strcmp(pattern, text) == 0;
    }
    gsize head = (gsize)(star - pattern);
    if (strncmp(pattern, text, head) != 0) {
        return false;
    }
    text += head;

    /* Between two stars the leftmost place is as good as any: no need to go back. */
    for (const char *piece = star + 1;; piece = star + 1) {
        star = strchr(piece, '*');
        if (!star) {
            return g_str_has_suffix(text, piece);
        }
        g_autofree char *middle = g_strndup(piece, (gsize)(star - piece));
        const char *found = strstr(text, middle);
        if (!found) {
            return false;
        }
        text = found + strlen(middle);
    }
}

KmsPatternIndex *kms_pattern_index_new(void)
{
    KmsPatternIndex *index = g_new0(KmsPatternIndex, 1);
    index->exact = g_hash_table_new(g_str_hash, g_str_equal);
    index->patterns = g_array_new(FALSE, FALSE, sizeof(KmsPattern));
    return index;
}

void kms_pattern_index_free(KmsPatternIndex *index)
{
    if (!index) {
        return;
    }
    g_hash_table_unref(index->exact);
    g_array_unref(index->patterns);
    g_free(index);
}

static glong count_literals(const char *pattern)
{
    glong stars = 0;
    for (const char *star = strchr(pattern, '*'); star; star = strchr(star + 1, '*')) {
        stars++;
    }
    return g_utf8_strlen(pattern, -1) - stars;
}

void kms_pattern_index_add(KmsPatternIndex *index, const char *pattern, gpointer meaning)
{
    if (!kms_pattern_is_pattern(pattern)) {
        if (!g_hash_table_contains(index->exact, pattern)) {
            g_hash_table_insert(index->exact, (gpointer)pattern, meaning);
        }
        return;
    }
    KmsPattern added = {pattern, count_literals(pattern), index->patterns->len, meaning};
    g_array_append_val(index->patterns, added);
}

static gint compare_specificity(gconstpointer a, gconstpointer b)
{
    const KmsPattern *one = a, *other = b;
    if (one->literals != other->literals) {
        return one->literals > other->literals ? -1 : 1;
    }
    return one->order < other->order ? -1 : 1;
}

void kms_pattern_index_sort(KmsPatternIndex *index)
{
    g_array_sort(index->patterns, compare_specificity);
}

gpointer kms_pattern_index_lookup(const KmsPatternIndex *index, const char *text)
{
    gpointer exact = g_hash_table_lookup(index->exact, text);
    if (exact) {
        return exact;
    }
    for (guint i = 0; i < index->patterns->len; i++) {
        const KmsPattern *pattern = &g_array_index(index->patterns, KmsPattern, i);
        if (kms_pattern_fits(pattern->text, text)) {
            return pattern->meaning;
        }
    }
    return NULL;
}

gpointer kms_pattern_index_lookup_identity(const KmsPatternIndex *index, const char *identity)
{
    gpointer meaning = kms_pattern_index_lookup(index, identity);
    if (meaning || kms_uri_has_scheme(identity)) {
        return meaning;
    }
    g_autofree char *sip = g_strconcat("sip:", identity, NULL);
    return kms_pattern_index_lookup(index, sip);
}
