/* test-krr-digest.c
 * The digest of a KRR: the same wherever it stands, another for any other content
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include <glib.h>

#include "tests/support/krr-sample.h"

#define PREFIXED_CONTENT                                                                           \
    "<k:Time>2026-03-01T10:00:00Z</k:Time><k:CreatorUri>sip:bob@example.org</k:CreatorUri>"        \
    "<k:ReceiverKmsList><k:KmsUri>kms.one.example.org</k:KmsUri></k:ReceiverKmsList>"
#define XMLNS_K  "xmlns:k=\"" KRR_NAMESPACE "\""
#define PREFIXED "<k:KmsRedirectResponse " XMLNS_K ">" PREFIXED_CONTENT "</k:KmsRedirectResponse>"

#define XSI "http://www.w3.org/2001/XMLSchema-instance"

/* The digest of the outermost KRR; caller frees. */
static char *digest_of(const char *text)
{
    g_autoptr(KrrDocument) document = sample_parse(text);

    g_test_message("%s", text);
    return g_strdup(sample_krr(document)->digest);
}

/* The digest of the KRR @p depth levels beneath the outermost; caller frees. */
static char *digest_at(const char *text, guint depth)
{
    g_autoptr(KrrDocument) document = sample_parse(text);
    const Krr *krr = sample_krr(document);

    g_test_message("%s", text);
    for (guint i = 0; i < depth; i++) {
        krr = sample_embedded(krr);
    }
    return g_strdup(krr->digest);
}

/* The digest of the only KRR of an upload; caller frees. */
static char *digest_in_upload(const char *text)
{
    g_autoptr(KrrDocument) document = sample_parse(text);

    g_test_message("%s", text);
    g_assert_cmpint(document->kind, ==, KRR_DOCUMENT_KMS_REQUEST);
    g_assert_cmpuint(document->krrs->len, ==, 1);
    return g_strdup(((const Krr *)document->krrs->pdata[0])->digest);
}

static void assert_same_digest(const char *text, const char *other)
{
    g_autofree char *digest = digest_of(text);
    g_autofree char *other_digest = digest_of(other);

    g_assert_cmpstr(digest, ==, other_digest);
}

static void assert_other_digest(const char *text, const char *other)
{
    g_autofree char *digest = digest_of(text);
    g_autofree char *other_digest = digest_of(other);

    g_assert_cmpstr(digest, !=, other_digest);
}

/* The KRR at a depth has the digest that @p alone has as a document. */
static void assert_digest_at(const char *text, guint depth, const char *alone)
{
    g_autofree char *digest = digest_at(text, depth);
    g_autofree char *expected = digest_of(alone);

    g_assert_cmpstr(digest, ==, expected);
}

/* What is canonical already is hashed as it stands. */
static void test_canonical_text(void)
{
    static const char *const texts[] = {
        KRR,
        PREFIXED,
        KRR_WITH(SUB_KRR),
        KRR_WITH("<Other xmlns=\"urn:x\"><Deep xmlns=\"\"></Deep></Other>"),
        "<KmsRedirectResponse " XMLNS_KRR " Id=\"a\" Version=\"1\">\n  <Time>&lt;&amp;&gt;&#xD;"
        "</Time>\n</KmsRedirectResponse>",
        "<KmsRedirectResponse " XMLNS_KRR " xmlns:unused=\"urn:u\">j\xc3\xbcrgen"
        "</KmsRedirectResponse>",
    };

    for (gsize i = 0; i < G_N_ELEMENTS(texts); i++) {
        g_autofree char *digest = digest_of(texts[i]);
        g_autofree char *expected = g_compute_checksum_for_string(G_CHECKSUM_SHA256, texts[i], -1);
        g_assert_cmpstr(digest, ==, expected);
    }
}

/* What XML does not tell apart. */
static void test_other_spelling(void)
{
    assert_same_digest(KRR, "<?xml version=\"1.0\"?>\n<!-- a -->\n" KRR "\n<!-- b -->\n");
    assert_same_digest(KRR, "\xef\xbb\xbf" KRR);
    assert_same_digest(KRR, KRR_WITH("<!-- no comment -->"));
    assert_same_digest(KRR, "<KmsRedirectResponse \n xmlns='" KRR_NAMESPACE "' >" FIELDS
                            "</KmsRedirectResponse\n>");
    assert_same_digest(KRR_WITH("<x></x>"), KRR_WITH("<x/>"));
    assert_same_digest(KRR_WITH("<x>a&amp;b</x>"), KRR_WITH("<x>&#97;<![CDATA[&]]>b</x>"));
    assert_same_digest(KRR_WITH("<x b=\"2\" a=\"1\"></x>"), KRR_WITH("<x a='1' b='2'/>"));
    assert_same_digest(KRR_WITH("<x " XMLNS_KRR "/>"), KRR_WITH("<x/>"));
    assert_same_digest(KRR_WITH("\n"), KRR_WITH("\r\n"));
}

static void test_other_content(void)
{
    static const char *const others[] = {
        KRR_WITH(" "),
        KRR_WITH("<x/>"),
        KRR_WITH("<?pi?>"),
        KRR_WITH(SUB_KRR),
        "<KmsRedirectResponse " XMLNS_KRR " Id=\"a\">" FIELDS "</KmsRedirectResponse>",
        "<KmsRedirectResponse " XMLNS_KRR " xmlns:a=\"a\">" FIELDS "</KmsRedirectResponse>",
        "<KmsRedirectResponse>" FIELDS "</KmsRedirectResponse>",
        "<k:KmsRedirectResponse " XMLNS_K " " XMLNS_KRR ">" FIELDS "</k:KmsRedirectResponse>",
    };

    for (gsize i = 0; i < G_N_ELEMENTS(others); i++) {
        assert_other_digest(KRR, others[i]);
    }
    assert_other_digest(KRR_WITH("<x>a</x>"), KRR_WITH("<x>a </x>"));
}

/* Every single character of the text counts. */
static void test_every_character(void)
{
    static const char original[] = KRR;
    const char *first = strstr(original, "sip:bob");
    g_autofree char *expected = digest_of(original);

    for (const char *at = first; *at != '<'; at++) {
        g_autofree char *text = g_strdup(original);
        text[at - original] = *at == 'x' ? 'y' : 'x';
        g_autofree char *digest = digest_of(text);
        g_assert_cmpstr(digest, !=, expected);
    }
}

/* Embedded, it is what it was. */
static void test_embedded(void)
{
    assert_digest_at(KRR_WITH(KRR), 1, KRR);
    assert_digest_at(KRR_WITH("<EmbeddedKrr>\n" KRR "\n</EmbeddedKrr>"), 1, KRR);
    assert_digest_at(KRR_WITH(KRR_WITH(KRR)), 2, KRR);
    assert_digest_at(KRR_WITH(KRR_WITH(KRR)), 1, KRR_WITH(KRR));
    assert_digest_at(KRR_WITH(PREFIXED), 1, PREFIXED);
}

/* A namespace that only the outer one declared goes with it. */
static void test_inherited_namespace(void)
{
    assert_digest_at(KRR_WITH(SUB_KRR), 1, KRR);
    assert_digest_at(KRR_WITH("<SubKrr>" SUB_KRR_WITH(SUB_KRR) "</SubKrr>"), 1, KRR_WITH(SUB_KRR));
    assert_digest_at(KRR_WITH("<SubKrr>" SUB_KRR_WITH(SUB_KRR) "</SubKrr>"), 2, KRR);
    assert_digest_at("<k:KmsRedirectResponse " XMLNS_K "><k:KmsRedirectResponse>" PREFIXED_CONTENT
                     "</k:KmsRedirectResponse></k:KmsRedirectResponse>",
                     1, PREFIXED);
    /* used by the content only, not by the element itself */
    assert_digest_at("<KmsRedirectResponse " XMLNS_KRR " xmlns:x=\"urn:x\">"
                     "<KmsRedirectResponse><x:More></x:More></KmsRedirectResponse>"
                     "</KmsRedirectResponse>",
                     1,
                     "<KmsRedirectResponse " XMLNS_KRR " xmlns:x=\"urn:x\"><x:More></x:More>"
                     "</KmsRedirectResponse>");
    /* used by an attribute only */
    assert_digest_at("<KmsRedirectResponse " XMLNS_KRR " xmlns:x=\"urn:x\">"
                     "<KmsRedirectResponse x:a=\"1\"></KmsRedirectResponse>"
                     "</KmsRedirectResponse>",
                     1,
                     "<KmsRedirectResponse " XMLNS_KRR " xmlns:x=\"urn:x\" x:a=\"1\">"
                     "</KmsRedirectResponse>");
}

/* What only an ancestor declares and uses does not count. */
static void test_ancestors_do_not_count(void)
{
    static const char *const ancestors[] = {
        "<KmsRedirectResponse " XMLNS_KRR " xmlns:xsi=\"" XSI "\" xsi:schemaLocation=\"a b\">",
        "<KmsRedirectResponse " XMLNS_KRR " xmlns:unused=\"urn:u\">",
        "<KmsRedirectResponse " XMLNS_KRR " xml:lang=\"fr\" xml:space=\"preserve\">",
        "<KmsRedirectResponse " XMLNS_KRR " xml:base=\"http://example.org/\" Id=\"krr-1\">",
        "<k:KmsRedirectResponse " XMLNS_K " " XMLNS_KRR ">",
    };

    for (gsize i = 0; i < G_N_ELEMENTS(ancestors); i++) {
        bool prefixed = g_str_has_prefix(ancestors[i], "<k:");
        const char *end = prefixed ? "</k:KmsRedirectResponse>" : "</KmsRedirectResponse>";
        g_autofree char *inherits = g_strconcat(ancestors[i], SUB_KRR, end, NULL);
        g_autofree char *declares = g_strconcat(ancestors[i], KRR, end, NULL);
        assert_digest_at(inherits, 1, KRR);
        assert_digest_at(declares, 1, KRR);
    }
}

/* But what the KRR itself says does, also where an ancestor says the same. */
static void test_own_declarations_count(void)
{
#define DECLARES                                                                                   \
    "<KmsRedirectResponse " XMLNS_KRR " xmlns:u=\"urn:u\">" FIELDS "</KmsRedirectResponse>"
    assert_digest_at("<KmsRedirectResponse " XMLNS_KRR " xmlns:u=\"urn:u\">" DECLARES
                     "</KmsRedirectResponse>",
                     1, DECLARES);
    assert_other_digest(KRR, DECLARES);
}

/* One prefix with two meanings. */
static void test_prefix_with_two_meanings(void)
{
#define REDECLARES                                                                                 \
    "<KmsRedirectResponse " XMLNS_KRR "><x:a xmlns:x=\"urn:1\"></x:a><x:b xmlns:x=\"urn:2\">"      \
    "</x:b></KmsRedirectResponse>"
    assert_digest_at("<KmsRedirectResponse " XMLNS_KRR " xmlns:x=\"urn:3\">" REDECLARES
                     "</KmsRedirectResponse>",
                     1, REDECLARES);
    assert_other_digest("<KmsRedirectResponse " XMLNS_KRR " xmlns:x=\"urn:1\"><x:a/>"
                        "</KmsRedirectResponse>",
                        "<KmsRedirectResponse " XMLNS_KRR " xmlns:x=\"urn:2\"><x:a/>"
                        "</KmsRedirectResponse>");
}

static void test_no_namespace(void)
{
    static const char bare[] = "<KmsRedirectResponse>" FIELDS "</KmsRedirectResponse>";

    assert_digest_at("<KmsRedirectResponse>" SUB_KRR "</KmsRedirectResponse>", 1, bare);
    /* out of the default namespace of the one that embeds it */
    assert_digest_at("<KmsRedirectResponse " XMLNS_KRR "><KmsRedirectResponse xmlns=\"\">" FIELDS
                     "</KmsRedirectResponse></KmsRedirectResponse>",
                     1, bare);
}

static void test_signed_root(void)
{
    assert_same_digest(KRR, "<SignedKmsRedirectResponse " XMLNS_KRR ">" SUB_KRR
                            "<Signature xmlns=\"" XMLDSIG_NAMESPACE "\"/>"
                            "</SignedKmsRedirectResponse>");
}

/* A list that itself is a KRR is digested as the KRR that it is. */
static void test_upload(void)
{
    static const struct {
        const char *list, *alone;
    } cases[] = {
        {"<KrrList>" KRR "</KrrList>", KRR},
        {"<KrrList " XMLNS_K ">" PREFIXED_CONTENT "</KrrList>", PREFIXED},
        {"<KrrList><Time " XMLNS_KRR ">t</Time><CreatorUri " XMLNS_KRR ">c</CreatorUri></KrrList>",
         "<KmsRedirectResponse " XMLNS_KRR "><Time>t</Time><CreatorUri>c</CreatorUri>"
         "</KmsRedirectResponse>"},
        {"<KrrList " XMLNS_K " Id=\"a\" Version=\"1\"><k:Time>t</k:Time></KrrList>",
         "<k:KmsRedirectResponse " XMLNS_K " Version=\"1\" Id=\"a\"><k:Time>t</k:Time>"
         "</k:KmsRedirectResponse>"},
        {"<KrrList " XMLNS_K "><k:CreatorUri>c</k:CreatorUri><k:KmsRedirectResponse><k:CreatorUri>"
         "d</k:CreatorUri></k:KmsRedirectResponse></KrrList>",
         "<k:KmsRedirectResponse " XMLNS_K "><k:CreatorUri>c</k:CreatorUri><k:KmsRedirectResponse>"
         "<k:CreatorUri>d</k:CreatorUri></k:KmsRedirectResponse></k:KmsRedirectResponse>"},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *upload = g_strdup_printf(
            "<KmsRequest " XMLNS_REQUEST "><UserUri>u</UserUri>%s</KmsRequest>", cases[i].list);
        g_autofree char *prefixed_upload = g_strdup_printf(
            "<r:KmsRequest xmlns:r=\"" KMS_REQUEST_NAMESPACE "\" " XMLNS_K ">%s</r:KmsRequest>",
            cases[i].list);
        g_autofree char *digest = digest_in_upload(upload);
        g_autofree char *other_digest = digest_in_upload(prefixed_upload);
        g_autofree char *expected = digest_of(cases[i].alone);
        g_assert_cmpstr(digest, ==, expected);
        g_assert_cmpstr(other_digest, ==, expected);
    }
}

/* The list may find its prefix on the request. */
static void test_upload_inherits_prefix(void)
{
    g_autofree char *digest = digest_in_upload("<KmsRequest " XMLNS_REQUEST " " XMLNS_K ">"
                                               "<KrrList>" PREFIXED_CONTENT "</KrrList>"
                                               "</KmsRequest>");
    g_autofree char *expected = digest_of(PREFIXED);

    g_assert_cmpstr(digest, ==, expected);
}

static void test_form(void)
{
    g_autofree char *digest = digest_of(KRR);

    g_assert_cmpuint(strlen(digest), ==, 64);
    g_assert_cmpuint(strspn(digest, "0123456789abcdef"), ==, 64);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/krr-digest/form", test_form);
    g_test_add_func("/krr-digest/canonical-text", test_canonical_text);
    g_test_add_func("/krr-digest/other-spelling", test_other_spelling);
    g_test_add_func("/krr-digest/other-content", test_other_content);
    g_test_add_func("/krr-digest/every-character", test_every_character);
    g_test_add_func("/krr-digest/embedded", test_embedded);
    g_test_add_func("/krr-digest/inherited-namespace", test_inherited_namespace);
    g_test_add_func("/krr-digest/ancestors-do-not-count", test_ancestors_do_not_count);
    g_test_add_func("/krr-digest/own-declarations-count", test_own_declarations_count);
    g_test_add_func("/krr-digest/prefix-with-two-meanings", test_prefix_with_two_meanings);
    g_test_add_func("/krr-digest/no-namespace", test_no_namespace);
    g_test_add_func("/krr-digest/signed-root", test_signed_root);
    g_test_add_func("/krr-digest/upload", test_upload);
    g_test_add_func("/krr-digest/upload-inherits-prefix", test_upload_inherits_prefix);
    return g_test_run();
}
