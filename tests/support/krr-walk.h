/* krr-walk.h
 * Walks all of a document, whatever it was read from, and checks what must hold for every one
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef KRR_WALK_H
#define KRR_WALK_H

#include <string.h>

#include "core/document/krr-document.h"
#include "core/document/krr-origin.h"
#include "core/document/krr-time.h"

/* An error is one line for people. */
#define WALK_LONGEST_ERROR 1000

static inline void walk_text(const char *text)
{
    g_assert_true(text == NULL || g_utf8_validate(text, -1, NULL));
}

static inline void walk_range(KrrRange range, KrrRange outer)
{
    if (range.length > 0) {
        g_assert_cmpuint(range.offset, >=, outer.offset);
        g_assert_cmpuint(range.offset - outer.offset, <=, outer.length);
        g_assert_cmpuint(range.length, <=, outer.length - (range.offset - outer.offset));
    }
}

static inline void walk_value(const KrrValue *value, KrrRange outer)
{
    walk_text(value->text);
    walk_range(value->range, outer);
}

static inline void walk_list(const KrrList *list, KrrRange outer)
{
    walk_range(list->range, outer);
    g_assert_cmpuint(list->kms->len > 0, ==, list->kind == KRR_LIST_LISTED);
    for (guint i = 0; i < list->kms->len; i++) {
        const KrrValue *kms = g_ptr_array_index(list->kms, i);
        walk_value(kms, list->range);
        g_assert_nonnull(kms->text);
        g_assert_cmpstr(kms->text, !=, "");
        g_assert_true(krr_list_allows(list, kms->text));
    }
    g_autofree char *text = krr_list_to_text(list);
    walk_text(text);
}

static inline void walk_signature(const KrrSignature *signature, KrrRange whole)
{
    walk_range(signature->range, whole);
    walk_value(&signature->algorithm, whole);
    walk_value(&signature->digest_algorithm, whole);
    walk_value(&signature->canonicalization, whole);
    walk_value(&signature->reference, whole);
}

static inline void walk_source(const KrrSource *source, const KrrSignature *signature,
                               KrrRange whole)
{
    g_assert_nonnull(source->element);
    g_assert_true((source->signatures != NULL) == signature->present);
    walk_value(&source->signature_value, whole);
    for (guint i = 0; signature->present && i < source->certificates->len; i++) {
        walk_value(g_ptr_array_index(source->certificates, i), whole);
    }
}

static inline void walk_unrecognised(const KrrUnrecognised *unrecognised, KrrRange whole)
{
    walk_range(unrecognised->range, whole);
    walk_text(unrecognised->name);
    walk_text(unrecognised->reason);
    walk_text(unrecognised->text);
    g_assert_nonnull(unrecognised->name);
    g_assert_nonnull(unrecognised->reason);
    g_assert_true(unrecognised->text == NULL || strlen(unrecognised->text) <= 260);
}

/** @return the number of KRRs seen, this one included */
static inline guint walk_krr(const KrrOrigin *origin, const Krr *krr, guint depth, KrrRange outer,
                             KrrRange whole)
{
    guint krrs = 1;

    g_assert_cmpuint(krr->depth, ==, depth);
    g_assert_cmpuint(depth, <=, KRR_MAX_DEPTH);
    g_assert_cmpuint(strlen(krr->digest), ==, 64);
    walk_range(krr->range, outer);
    walk_value(&krr->version, krr->range);
    walk_value(&krr->id, krr->range);
    for (KrrElement element = 0; element < KRR_N_VALUES; element++) {
        walk_value(&krr->values[element], krr->range);
    }
    gint64 ns;
    const char *time = krr_text(krr, KRR_ELEMENT_TIME);
    g_assert_true(krr->time_valid == (time != NULL && krr_time_parse(time, &ns)));
    for (KrrSide side = 0; side < KRR_N_SIDES; side++) {
        walk_list(&krr->lists[side], krr->range);
    }
    walk_signature(&krr->signature, whole);
    walk_source(krr_origin_of(origin, krr), &krr->signature, whole);
    for (guint i = 0; i < krr->unrecognised->len; i++) {
        walk_unrecognised(g_ptr_array_index(krr->unrecognised, i), whole);
    }
    for (guint i = 0; i < krr->embedded->len; i++) {
        krrs += walk_krr(origin, g_ptr_array_index(krr->embedded, i), depth + 1, krr->range, whole);
    }
    g_assert_cmpuint(krr->sub_krrs, ==, krrs - 1);
    return krrs;
}

/** Aborts where something does not hold. @return the number of KRRs in the document */
static inline guint walk_document(const KrrDocument *document, gsize length)
{
    const KrrRange whole = {0, length};
    guint krrs = 0;

    g_assert_cmpuint(document->length, ==, length);
    g_assert_cmpuint(strlen(document->body_digest), ==, 64);
    if (document->error != NULL) {
        walk_text(document->error);
        g_assert_cmpuint(strlen(document->error), <=, WALK_LONGEST_ERROR);
        g_assert_null(strpbrk(document->error, "\r\n"));
        g_assert_cmpuint(document->error_offset, <=, length);
    }
    if (document->kind == KRR_DOCUMENT_MALFORMED) {
        g_assert_nonnull(document->error);
        g_assert_cmpuint(document->krrs->len, ==, 0);
    } else if (document->kind == KRR_DOCUMENT_KRR) {
        g_assert_cmpuint(document->krrs->len, ==, 1);
    }
    for (guint i = 0; i < document->krrs->len; i++) {
        krrs += walk_krr(document->origin, g_ptr_array_index(document->krrs, i), 0, whole, whole);
    }
    return krrs;
}

#endif
