/* test-krr-keeping.c
 * Documents that are kept for long: they say what they said, and weigh less
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include <glib.h>

#include "core/document/krr-keeping.h"
#include "tests/support/krr-sample.h"
#include "tests/support/krr-walk.h"

#define SIGNATURE                                                                                  \
    "<Signature xmlns=\"http://www.w3.org/2000/09/xmldsig#\"><SignedInfo>"                         \
    "<SignatureMethod Algorithm=\"urn:some\"/><Reference URI=\"\"/></SignedInfo>"                  \
    "<SignatureValue>AAAA</SignatureValue><KeyInfo><X509Data>"                                     \
    "<X509Certificate>BBBB</X509Certificate><X509Certificate>CCCC</X509Certificate>"               \
    "</X509Data></KeyInfo></Signature>"

static const char *with_everything =
    KRR_WITH("<Surprise>one</Surprise><CreatorUri>sip:carol@example.org</CreatorUri>"
             "<ReceiverKmsList><KmsUri>kms.else</KmsUri></ReceiverKmsList>" SIGNATURE SUB_KRR);

/* All that a text report could quote of a document. */
static char *facts(const KrrDocument *document)
{
    const Krr *krr = sample_krr(document);
    const Krr *sub = sample_embedded(krr);
    g_autofree char *receiver = krr_list_to_text(&krr->lists[KRR_RECEIVER]);
    GString *text = g_string_new(NULL);

    g_string_append_printf(text, "%s %s %s %s\n", krr->digest, krr_text(krr, KRR_ELEMENT_CREATOR),
                           krr_text(krr, KRR_ELEMENT_TIME), receiver);
    g_string_append_printf(text, "%s %s\n", sub->digest, krr_text(sub, KRR_ELEMENT_IDRI));
    g_string_append_printf(text, "%s %s\n", sample_unrecognised(krr, 0)->name,
                           sample_unrecognised(krr, 0)->text);
    for (guint i = 0; i < krr->repeats->len; i++) {
        const KrrRepeat *repeat = g_ptr_array_index(krr->repeats, i);
        g_autofree char *list = krr_list_to_text(&repeat->list);
        g_string_append_printf(text, "again %s %s\n", repeat->value.text, list);
    }
    g_string_append_printf(text, "%s %s %u\n", krr->signature.algorithm.text,
                           krr->signature.verdict.reason, krr->signature.n_certificates);
    return g_string_free(text, FALSE);
}

static void test_facts_stay(void)
{
    g_autoptr(KrrTexts) texts = krr_texts_new();
    g_autoptr(KrrDocument) document = sample_parse(with_everything);
    g_autofree char *before = facts(document);

    walk_document(document, strlen(with_everything));
    krr_document_drop_origin(document);
    krr_document_share(document, texts);
    g_autofree char *after = facts(document);
    g_assert_cmpstr(after, ==, before);
    g_assert_null(document->origin);
}

static void test_texts_are_shared(void)
{
    g_autoptr(KrrTexts) texts = krr_texts_new();
    g_autoptr(KrrDocument) first = sample_parse(KRR);
    g_autoptr(KrrDocument) second = sample_parse(KRR_WITH("<Surprise/>"));

    krr_document_share(first, texts);
    krr_document_share(second, texts);
    g_assert_true(krr_text(sample_krr(first), KRR_ELEMENT_CREATOR) ==
                  krr_text(sample_krr(second), KRR_ELEMENT_CREATOR));
    g_assert_cmpstr(sample_krr(first)->digest, !=, sample_krr(second)->digest);
}

static void test_texts_outlive_their_owner(void)
{
    KrrTexts *texts = krr_texts_new();
    g_autoptr(KrrDocument) document = sample_parse(KRR);

    krr_document_share(document, texts);
    krr_texts_unref(texts);
    g_assert_cmpstr(krr_text(sample_krr(document), KRR_ELEMENT_CREATOR), ==, "sip:bob@example.org");
}

/* Whoever shares already goes on with the same. */
static void test_first_texts_count(void)
{
    g_autoptr(KrrTexts) first = krr_texts_new();
    g_autoptr(KrrTexts) second = krr_texts_new();
    g_autoptr(KrrDocument) document = sample_parse(KRR);

    krr_document_share(document, first);
    krr_document_share(document, second);
    krr_document_drop_origin(document);
    g_assert_true(document->texts == first);
    g_assert_false(krr_texts_hold(second, "sip:bob@example.org"));
}

static void test_weight(void)
{
    g_autoptr(KrrTexts) texts = krr_texts_new();
    g_autoptr(KrrDocument) small = sample_parse(KRR);
    g_autoptr(KrrDocument) large = sample_parse(with_everything);
    g_autoptr(KrrDocument) again = sample_parse(with_everything);
    gsize alone = krr_document_weight(large, texts);

    g_assert_cmpuint(krr_document_weight(small, texts), <, alone);
    g_assert_cmpuint(krr_document_weight(again, texts), ==, alone);
    krr_document_share(large, texts);
    g_assert_cmpuint(krr_document_weight(again, texts), <, alone);
    g_assert_cmpuint(krr_document_weight(again, texts), ==, krr_document_weight(large, texts));
    g_assert_cmpuint(krr_document_weight(large, texts), >, 2 * sizeof(Krr));
}

/* A long list weighs as much as its members, whatever few texts it repeats. */
static void test_weight_of_members(void)
{
    g_autoptr(KrrTexts) texts = krr_texts_new();
    GString *text = g_string_new("<KmsRedirectResponse " XMLNS_KRR ">" VALUES "<ReceiverKmsList>");

    for (guint i = 0; i < 1000; i++) {
        g_string_append(text, "<KmsUri>kms.example.org</KmsUri>");
    }
    g_string_append(text, "</ReceiverKmsList></KmsRedirectResponse>");
    g_autoptr(KrrDocument) document = sample_parse(text->str);
    g_autoptr(KrrDocument) small = sample_parse(KRR);
    krr_document_share(document, texts);
    krr_document_share(small, texts);
    g_assert_cmpuint(krr_document_weight(document, texts), >,
                     krr_document_weight(small, texts) + 900 * sizeof(KrrValue));
    g_string_free(text, TRUE);
}

static void test_malformed(void)
{
    g_autoptr(KrrTexts) texts = krr_texts_new();
    g_autoptr(KrrDocument) document = sample_parse("<Nonsense/>");
    g_autofree char *error = g_strdup(document->error);

    g_assert_nonnull(error);
    krr_document_share(document, texts);
    g_assert_cmpstr(document->error, ==, error);
    g_assert_true(krr_texts_hold(texts, error));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/krr-keeping/facts-stay", test_facts_stay);
    g_test_add_func("/krr-keeping/texts-are-shared", test_texts_are_shared);
    g_test_add_func("/krr-keeping/texts-outlive-their-owner", test_texts_outlive_their_owner);
    g_test_add_func("/krr-keeping/first-texts-count", test_first_texts_count);
    g_test_add_func("/krr-keeping/weight", test_weight);
    g_test_add_func("/krr-keeping/weight-of-members", test_weight_of_members);
    g_test_add_func("/krr-keeping/malformed", test_malformed);
    return g_test_run();
}
