/* krr-texts.c
 * Texts of many documents, each of them kept once
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "core/document/krr-texts.h"

#include <string.h>

/* A piece of the memory that texts stand in. */
#define CHUNK_OCTETS (16 * 1024)
/* What the table of texts takes for each, when it has just grown. */
#define ENTRY_OCTETS 32

struct KrrTexts {
    GStringChunk *octets;
    GHashTable *known; /* set of texts, borrowed from the octets */
    gint references;
};

KrrTexts *krr_texts_new(void)
{
    KrrTexts *texts = g_new0(KrrTexts, 1);

    texts->octets = g_string_chunk_new(CHUNK_OCTETS);
    texts->known = g_hash_table_new(g_str_hash, g_str_equal);
    texts->references = 1;
    return texts;
}

KrrTexts *krr_texts_ref(KrrTexts *texts)
{
    g_atomic_int_inc(&texts->references);
    return texts;
}

void krr_texts_unref(KrrTexts *texts)
{
    if (texts && g_atomic_int_dec_and_test(&texts->references)) {
        g_hash_table_unref(texts->known);
        g_string_chunk_free(texts->octets);
        g_free(texts);
    }
}

bool krr_texts_hold(const KrrTexts *texts, const char *text)
{
    return g_hash_table_contains(texts->known, text);
}

const char *krr_texts_keep(KrrTexts *texts, const char *text)
{
    char *kept = g_hash_table_lookup(texts->known, text);

    if (!kept) {
        kept = g_string_chunk_insert(texts->octets, text);
        g_hash_table_add(texts->known, kept);
    }
    return kept;
}

gsize krr_texts_weight(const char *text)
{
    return strlen(text) + 1 + ENTRY_OCTETS;
}
