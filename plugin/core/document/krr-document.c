/* krr-document.c
 * One KMS Redirect Response document: what it says
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "core/document/krr-document.h"

#include "core/document/krr-origin.h"
#include "core/document/krr-texts.h"
#include "core/document/krr-visit.h"

KrrDocument *krr_document_new(void)
{
    KrrDocument *document = g_new0(KrrDocument, 1);

    document->references = 1;
    document->krrs = g_ptr_array_new_with_free_func(krr_free);
    return document;
}

KrrDocument *krr_document_new_unread(const char *digest, const char *why)
{
    KrrDocument *document = krr_document_new();

    document->kind = KRR_DOCUMENT_UNREAD;
    document->body_digest = g_strdup(digest);
    document->error = g_strdup(why);
    return document;
}

void krr_document_drop_origin(KrrDocument *document)
{
    g_clear_pointer(&document->origin, krr_origin_free);
}

/* The depth is bounded by KRR_MAX_DEPTH. */
static void collect_krrs(const GPtrArray *from, GPtrArray *krrs)
{
    for (guint i = 0; i < from->len; i++) {
        Krr *krr = g_ptr_array_index(from, i);
        g_ptr_array_add(krrs, krr);
        collect_krrs(krr->embedded, krrs);
    }
}

GPtrArray *krr_document_all_krrs(const KrrDocument *document)
{
    GPtrArray *krrs = g_ptr_array_new();

    collect_krrs(document->krrs, krrs);
    return krrs;
}

KrrDocument *krr_document_ref(KrrDocument *document)
{
    g_atomic_int_inc(&document->references);
    return document;
}

static void take_out_text(KrrVisitor *visitor, char **text)
{
    (void)visitor;
    *text = NULL;
}

/* Takes out of a document what is not its own, before the rest is freed. */
static void give_texts_back(KrrDocument *document)
{
    KrrVisitor visitor = {.text = take_out_text};

    document->error = NULL;
    krr_visit(&visitor, document->krrs);
    g_clear_pointer(&document->texts, krr_texts_unref);
}

void krr_document_unref(KrrDocument *document)
{
    if (document && g_atomic_int_dec_and_test(&document->references)) {
        if (document->texts) {
            give_texts_back(document);
        }
        g_ptr_array_unref(document->krrs);
        krr_document_drop_origin(document);
        g_free(document->error);
        g_free(document->body_digest);
        g_free(document);
    }
}
