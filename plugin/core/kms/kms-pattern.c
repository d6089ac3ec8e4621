/* kms-pattern.c
 * Patterns with "*" and the most specific one that fits
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "core/kms/kms-pattern.h"

#include <string.h>

#include "core/octets/mcx-identity.h"

typedef struct KmsPattern {
    const char *text;
    glong literals; /* characters besides "*" */
    guint order;    /* in which it was added */
    gpointer meaning;
} KmsPattern;

/* A policy may have thousands of patterns, nearly all of the form "sip:*@domain". Such a pattern fits
 * only texts that end in its "@domain", so it is looked for among those with the same end. */
struct KmsPatternIndex {
    GHashTable *exact;   /* text -> meaning */
    GHashTable *by_end;  /* "@domain" of patterns without a star in it -> GArray of KmsPattern */
    GArray *others;      /* of KmsPattern */
    GStringChunk *texts; /* of the patterns, canonical */
    guint n_patterns;
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
    index->by_end =
        g_hash_table_new_full(g_str_hash, g_str_equal, NULL, (GDestroyNotify)g_array_unref);
    index->others = g_array_new(FALSE, FALSE, sizeof(KmsPattern));
    index->texts = g_string_chunk_new(1024);
    return index;
}

void kms_pattern_index_free(KmsPatternIndex *index)
{
    if (!index) {
        return;
    }
    g_hash_table_unref(index->exact);
    g_hash_table_unref(index->by_end);
    g_array_unref(index->others);
    g_string_chunk_free(index->texts);
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

/* The patterns among which one stands. */
static GArray *group_of(KmsPatternIndex *index, const char *pattern)
{
    const char *end = strrchr(pattern, '@');
    if (!end || strchr(end, '*')) {
        return index->others;
    }
    GArray *group = g_hash_table_lookup(index->by_end, end);
    if (!group) {
        group = g_array_new(FALSE, FALSE, sizeof(KmsPattern));
        g_hash_table_insert(index->by_end, (gpointer)end, group);
    }
    return group;
}

void kms_pattern_index_add(KmsPatternIndex *index, const char *identity, gpointer meaning)
{
    g_autofree char *canonical = mcx_identity_canonical(identity);
    const char *pattern = g_string_chunk_insert_const(index->texts, canonical);

    if (!kms_pattern_is_pattern(pattern)) {
        if (!g_hash_table_contains(index->exact, pattern)) {
            g_hash_table_insert(index->exact, (gpointer)pattern, meaning);
        }
        return;
    }
    KmsPattern added = {pattern, count_literals(pattern), index->n_patterns++, meaning};
    g_array_append_val(group_of(index, pattern), added);
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
    GHashTableIter iter;
    gpointer group;

    g_array_sort(index->others, compare_specificity);
    g_hash_table_iter_init(&iter, index->by_end);
    while (g_hash_table_iter_next(&iter, NULL, &group)) {
        g_array_sort(group, compare_specificity);
    }
}

/* The most specific pattern of a group that fits, or NULL. @param group  sorted; NULL: empty */
static const KmsPattern *first_fitting(const GArray *group, const char *text)
{
    for (guint i = 0; group && i < group->len; i++) {
        const KmsPattern *pattern = &g_array_index(group, KmsPattern, i);
        if (kms_pattern_fits(pattern->text, text)) {
            return pattern;
        }
    }
    return NULL;
}

/* Of two patterns, either of which may be NULL, the more specific one. */
static const KmsPattern *more_specific(const KmsPattern *one, const KmsPattern *other)
{
    if (!one || !other) {
        return one ? one : other;
    }
    return compare_specificity(one, other) < 0 ? one : other;
}

static const KmsPattern *best_fitting(const KmsPatternIndex *index, const char *text)
{
    const char *end = strrchr(text, '@');
    const GArray *group = end ? g_hash_table_lookup(index->by_end, end) : NULL;

    return more_specific(first_fitting(group, text), first_fitting(index->others, text));
}

gpointer kms_pattern_index_lookup(const KmsPatternIndex *index, const char *identity)
{
    g_autofree char *canonical = mcx_identity_canonical(identity);
    gpointer exact = g_hash_table_lookup(index->exact, canonical);
    if (exact || index->n_patterns == 0) {
        return exact;
    }
    const KmsPattern *best = best_fitting(index, canonical);
    /* "a*@example.org" has no scheme. */
    if (g_str_has_prefix(canonical, "sip:")) {
        best = more_specific(best, best_fitting(index, canonical + strlen("sip:")));
    }
    return best ? best->meaning : NULL;
}
