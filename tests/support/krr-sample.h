/* krr-sample.h
 * KRR documents for tests, and short ways to look into them
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef KRR_SAMPLE_H
#define KRR_SAMPLE_H

#include <string.h>

#include "core/document/krr-document-reader.h"
#include "core/document/krr-document.h"

#define XMLNS_KRR     "xmlns=\"" KRR_NAMESPACE "\""
#define XMLNS_REQUEST "xmlns=\"" KMS_REQUEST_NAMESPACE "\""

/* All required values. */
#define VALUES                                                                                     \
    "<Time>2026-03-01T10:00:00Z</Time>"                                                            \
    "<CreatorUri>sip:bob@example.org</CreatorUri>"                                                 \
    "<InitiatorUri>sip:alice@example.com</InitiatorUri>"                                           \
    "<ReceiverUri>sip:bob@example.org</ReceiverUri>"                                               \
    "<InitiatorKmsUri>kms.example.com</InitiatorKmsUri>"                                           \
    "<ReceiverKmsUri>kms.old.example.org</ReceiverKmsUri>"

/* Both required lists. */
#define LISTS                                                                                      \
    "<InitiatorKmsList><Any></Any></InitiatorKmsList>"                                             \
    "<ReceiverKmsList><KmsUri>kms.one.example.org</KmsUri>"                                        \
    "<KmsUri>kms.two.example.org</KmsUri></ReceiverKmsList>"

#define FIELDS VALUES LISTS

/* A KRR in canonical form, with more content behind the required one. */
#define KRR_WITH(content)                                                                          \
    "<KmsRedirectResponse " XMLNS_KRR ">" FIELDS content "</KmsRedirectResponse>"
#define KRR KRR_WITH("")

/* The same without a namespace declaration of its own. */
#define SUB_KRR_WITH(content) "<KmsRedirectResponse>" FIELDS content "</KmsRedirectResponse>"
#define SUB_KRR               SUB_KRR_WITH("")

static inline KrrDocument *sample_parse_octets(const void *octets, gsize length)
{
    return krr_document_parse(octets, length, krr_vocabulary_default());
}

static inline KrrDocument *sample_parse(const char *text)
{
    return sample_parse_octets(text, strlen(text));
}

/** The outermost KRR of a document that must hold one and be free of errors. */
static inline const Krr *sample_krr(const KrrDocument *document)
{
    g_assert_cmpstr(document->error, ==, NULL);
    g_assert_cmpint(document->kind, ==, KRR_DOCUMENT_KRR);
    g_assert_cmpuint(document->krrs->len, ==, 1);
    return g_ptr_array_index(document->krrs, 0);
}

/** The KRR that is embedded in another, which must hold exactly one. */
static inline const Krr *sample_embedded(const Krr *krr)
{
    g_assert_cmpuint(krr->embedded->len, ==, 1);
    return g_ptr_array_index(krr->embedded, 0);
}

static inline const KrrValue *sample_kms(const KrrList *list, guint index)
{
    g_assert_cmpuint(index, <, list->kms->len);
    return g_ptr_array_index(list->kms, index);
}

static inline const KrrUnrecognised *sample_unrecognised(const Krr *krr, guint index)
{
    g_assert_cmpuint(index, <, krr->unrecognised->len);
    return g_ptr_array_index(krr->unrecognised, index);
}

/** A KRR that holds @p levels others, one in the other, each with all fields. Caller frees. */
static inline char *sample_nested(guint levels)
{
    GString *text = g_string_new(NULL);

    for (guint i = 0; i <= levels; i++) {
        g_string_append(text, i == 0 ? "<KmsRedirectResponse " XMLNS_KRR ">" FIELDS
                                     : "<KmsRedirectResponse>" FIELDS);
    }
    for (guint i = 0; i <= levels; i++) {
        g_string_append(text, "</KmsRedirectResponse>");
    }
    return g_string_free(text, FALSE);
}

#endif
