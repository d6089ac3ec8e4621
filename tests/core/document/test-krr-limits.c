/* test-krr-limits.c
 * What is just within the limits of a document is read, what is beyond one is refused with its name
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include <glib.h>

#include "tests/support/krr-sample.h"
#include "tests/support/krr-walk.h"

/* A text @p count times over; caller frees. */
static char *repeated(const char *text, gsize count)
{
    GString *result = g_string_sized_new(strlen(text) * count + 1);

    for (gsize i = 0; i < count; i++) {
        g_string_append(result, text);
    }
    return g_string_free(result, FALSE);
}

static void assert_read(const char *text)
{
    g_autoptr(KrrDocument) document = sample_parse(text);

    g_assert_cmpstr(document->error, ==, NULL);
    g_assert_cmpint(document->kind, ==, KRR_DOCUMENT_KRR);
    walk_document(document, strlen(text));
}

/* Refused, and the error holds these words. */
static void assert_refused(const char *text, const char *limit, const char *what)
{
    g_autoptr(KrrDocument) document = sample_parse(text);

    g_assert_cmpint(document->kind, ==, KRR_DOCUMENT_MALFORMED);
    walk_document(document, strlen(text));
    g_test_message("%s", document->error);
    g_assert_nonnull(strstr(document->error, limit));
    g_assert_nonnull(strstr(document->error, what));
}

static char *of_size(gsize size)
{
    const char *head = "<KmsRedirectResponse " XMLNS_KRR "><!--";
    const char *tail = "--></KmsRedirectResponse>";
    g_autofree char *fill = g_strnfill(size - strlen(head) - strlen(tail), 'x');

    return g_strconcat(head, fill, tail, NULL);
}

static void test_bytes(void)
{
    g_autofree char *most = of_size(KRR_MAX_OCTETS);
    g_autofree char *more = of_size(KRR_MAX_OCTETS + 1);

    assert_read(most);
    assert_refused(more, "1048576", "larger");
}

/* A document with that many levels of elements. */
static char *of_levels(guint levels)
{
    g_autofree char *starts = repeated("<x>", levels - 1);
    g_autofree char *ends = repeated("</x>", levels - 1);

    return g_strdup_printf("<KmsRedirectResponse " XMLNS_KRR ">%s%s</KmsRedirectResponse>", starts,
                           ends);
}

static void test_element_depth(void)
{
    g_autofree char *most = of_levels(KRR_MAX_ELEMENT_DEPTH);
    g_autofree char *more = of_levels(KRR_MAX_ELEMENT_DEPTH + 1);

    assert_read(most);
    assert_refused(more, "240", "nested");
}

static void test_elements(void)
{
    g_autofree char *most_children = repeated("<x/>", KRR_MAX_ELEMENTS - 1);
    g_autofree char *most = g_strdup_printf(
        "<KmsRedirectResponse " XMLNS_KRR ">%s</KmsRedirectResponse>", most_children);
    g_autofree char *more = g_strdup_printf(
        "<KmsRedirectResponse " XMLNS_KRR ">%s<y></y></KmsRedirectResponse>", most_children);

    assert_read(most);
    assert_refused(more, G_STRINGIFY(KRR_MAX_ELEMENTS), "elements");
}

/* All that the tree has to hold counts, not only elements. */
static void test_nodes(void)
{
    static const struct {
        const char *piece;
        guint nodes;
    } cases[] = {
        {"<!---->", 1},
        {"<?a?>", 1},
        {"a<!---->", 2},
        {"<x a='1' b='2' c='3' d='4'/>", 5},
        {"<x xmlns:a='u' xmlns:b='u' xmlns:c='u' xmlns:d='u'/>", 5},
        {"<![CDATA[a]]>b", 2},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        guint most_pieces = (KRR_MAX_NODES - 2) / cases[i].nodes;
        g_autofree char *most_content = repeated(cases[i].piece, most_pieces);
        g_autofree char *most = g_strdup_printf(
            "<KmsRedirectResponse " XMLNS_KRR ">%s</KmsRedirectResponse>", most_content);
        g_autofree char *more = g_strdup_printf("<KmsRedirectResponse " XMLNS_KRR
                                                ">%s<y>z</y><y>z</y></KmsRedirectResponse>",
                                                most_content);
        g_test_message("%s", cases[i].piece);
        assert_read(most);
        assert_refused(more, "10000", "comments");
    }
}

/* One text is one node, in however many pieces it was written. */
static void test_text_in_pieces(void)
{
    g_autofree char *references = repeated("&amp;", KRR_MAX_NODES + 100);
    g_autofree char *text = g_strdup_printf("<KmsRedirectResponse " XMLNS_KRR "><CreatorUri>%s"
                                            "</CreatorUri></KmsRedirectResponse>",
                                            references);

    assert_read(text);
}

/* A KRR whose element x has @p count attributes. */
static char *of_attributes(guint count, const char *name, const char *quote)
{
    GString *text = g_string_new("<KmsRedirectResponse " XMLNS_KRR "><x");

    for (guint i = 0; i < count; i++) {
        g_string_append_printf(text, "\n%s%u=%s%u>%s", name, i, quote, i, quote);
    }
    g_string_append(text, "/></KmsRedirectResponse>");
    return g_string_free(text, FALSE);
}

static void test_attributes(void)
{
    g_autofree char *most = of_attributes(KRR_MAX_ATTRIBUTES, "a", "'");
    g_autofree char *more = of_attributes(KRR_MAX_ATTRIBUTES + 1, "a", "'");
    g_autofree char *more_quoted = of_attributes(KRR_MAX_ATTRIBUTES + 1, "a", "\"");
    g_autofree char *more_namespaces = of_attributes(KRR_MAX_ATTRIBUTES + 1, "xmlns:a", "'");

    assert_read(most);
    assert_refused(more, "64", "attributes");
    assert_refused(more_quoted, "64", "attributes");
    assert_refused(more_namespaces, "64", "attributes");
}

/* What only looks like attributes is none. */
static void test_no_attributes(void)
{
    g_autofree char *pairs = repeated(" a='b' c=\"d\"", KRR_MAX_ATTRIBUTES);
    g_autofree char *text = g_strdup_printf("<?pi %s?><!-- <x%s --><KmsRedirectResponse " XMLNS_KRR
                                            ">%s<![CDATA[<x%s]]>"
                                            "</KmsRedirectResponse>",
                                            pairs, pairs, pairs, pairs);

    assert_read(text);
}

static char *of_attribute_bytes(gsize length)
{
    g_autofree char *value = g_strnfill(length, 'v');

    return g_strdup_printf("<KmsRedirectResponse Id=\"%s\" " XMLNS_KRR "/>", value);
}

static void test_attribute_bytes(void)
{
    g_autofree char *most = of_attribute_bytes(KRR_MAX_ATTRIBUTE_OCTETS);
    g_autofree char *more = of_attribute_bytes(KRR_MAX_ATTRIBUTE_OCTETS + 1);
    g_autoptr(KrrDocument) document = sample_parse(most);

    assert_read(most);
    g_assert_cmpuint(strlen(sample_krr(document)->id.text), ==, KRR_MAX_ATTRIBUTE_OCTETS);
    assert_refused(more, "4096", "attribute");
}

/* A namespace's name is an attribute's value, too. */
static void test_namespace_bytes(void)
{
    g_autofree char *name = g_strnfill(KRR_MAX_ATTRIBUTE_OCTETS + 1, 'v');
    g_autofree char *more =
        g_strdup_printf("<KmsRedirectResponse " XMLNS_KRR " xmlns:v=\"urn:%s\"/>", name);

    assert_refused(more, "4096", "attribute");
}

/* A creator whose text is @p length octets in plain text, a section and a reference. */
static char *of_text(gsize length)
{
    g_autofree char *half = g_strnfill(length / 2, 'x');
    g_autofree char *rest = g_strnfill(length - length / 2 - 1, 'y');

    return g_strdup_printf("<KmsRedirectResponse " XMLNS_KRR "><CreatorUri>%s<!-- -->&amp;"
                           "<![CDATA[%s]]></CreatorUri></KmsRedirectResponse>",
                           half, rest);
}

static void test_text_bytes(void)
{
    g_autofree char *most = of_text(KRR_MAX_TEXT_OCTETS);
    g_autofree char *more = of_text(KRR_MAX_TEXT_OCTETS + 1);
    g_autoptr(KrrDocument) document = sample_parse(most);

    assert_read(most);
    g_assert_cmpuint(strlen(krr_text(sample_krr(document), KRR_ELEMENT_CREATOR)), ==,
                     KRR_MAX_TEXT_OCTETS);
    assert_refused(more, "65536", "text");
}

/* Each element has its own text: together they may be longer. */
static void test_text_of_many(void)
{
    g_autofree char *value = g_strnfill(KRR_MAX_TEXT_OCTETS, 'x');
    g_autofree char *text = g_strdup_printf("<KmsRedirectResponse " XMLNS_KRR
                                            "><CreatorUri>%s</CreatorUri><InitiatorUri>%s"
                                            "</InitiatorUri></KmsRedirectResponse>",
                                            value, value);

    assert_read(text);
}

/* ---- sub-KRRs ---- */

static guint count_levels(const Krr *krr)
{
    guint levels = 0;

    for (; krr->embedded->len > 0; levels++) {
        krr = sample_embedded(krr);
        g_assert_cmpstr(krr_text(krr, KRR_ELEMENT_CREATOR), ==, "sip:bob@example.org");
    }
    return levels;
}

static void test_sub_krrs(void)
{
    g_autofree char *text = sample_nested(KRR_MAX_DEPTH);
    g_autoptr(KrrDocument) document = sample_parse(text);

    g_assert_cmpuint(count_levels(sample_krr(document)), ==, KRR_MAX_DEPTH);
    g_assert_cmpuint(sample_krr(document)->sub_krrs, ==, KRR_MAX_DEPTH);
    walk_document(document, strlen(text));
}

/* What real servers would send at worst stays within all limits: every level formatted and signed,
 * with a dozen of KMSs. */
static void test_formatted_and_signed(void)
{
    const char *start = "<KmsRedirectResponse " XMLNS_KRR " Id=\"krr\" Version=\"1.0\">\n";
    const char *end =
        "\n<ds:Signature xmlns:ds=\"" XMLDSIG_NAMESPACE "\">\n<ds:SignedInfo>\n"
        "<ds:CanonicalizationMethod Algorithm=\"urn:c\"/>\n"
        "<ds:SignatureMethod Algorithm=\"urn:m\"/>\n<ds:Reference URI=\"\">\n<ds:Transforms>\n"
        "<ds:Transform Algorithm=\"urn:t\"/>\n</ds:Transforms>\n"
        "<ds:DigestMethod Algorithm=\"urn:d\"/>\n<ds:DigestValue>AAAA</ds:DigestValue>\n"
        "</ds:Reference>\n</ds:SignedInfo>\n<ds:SignatureValue>AAAA</ds:SignatureValue>\n"
        "<ds:KeyInfo>\n<ds:X509Data>\n<ds:X509Certificate>MIIB</ds:X509Certificate>\n"
        "</ds:X509Data>\n</ds:KeyInfo>\n</ds:Signature>\n</KmsRedirectResponse>\n";
    g_autofree char *kms = repeated("<KmsUri>kms.example.org</KmsUri>\n", 12);
    GString *krr = g_string_new(NULL);
    g_string_printf(krr, "%s" VALUES "<ReceiverKmsList>%s</ReceiverKmsList>", start, kms);
    g_string_replace(krr, "><", ">\n<", 0);
    g_autofree char *starts = repeated(krr->str, KRR_MAX_DEPTH + 1);
    g_autofree char *ends = repeated(end, KRR_MAX_DEPTH + 1);
    g_autofree char *text = g_strconcat(starts, ends, NULL);
    g_autoptr(KrrDocument) document = sample_parse(text);

    g_assert_cmpuint(sample_krr(document)->sub_krrs, ==, KRR_MAX_DEPTH);
    g_assert_true(sample_krr(document)->signature.present);
    g_string_free(krr, TRUE);
}

/* More levels than that: what is above is read, and the error stands beside it. */
static void test_too_many_sub_krrs(void)
{
    static const guint levels[] = {KRR_MAX_DEPTH + 1, KRR_MAX_DEPTH + 2, 200};

    for (gsize i = 0; i < G_N_ELEMENTS(levels); i++) {
        g_autofree char *text = sample_nested(levels[i]);
        g_autoptr(KrrDocument) document = sample_parse(text);
        g_assert_cmpint(document->kind, ==, KRR_DOCUMENT_KRR);
        g_assert_cmpuint(document->krrs->len, ==, 1);
        g_assert_nonnull(document->error);
        g_assert_nonnull(strstr(document->error, "64"));
        g_assert_cmpuint(count_levels(document->krrs->pdata[0]), ==, KRR_MAX_DEPTH);
        g_assert_true(g_str_has_prefix(text + document->error_offset, "<KmsRedirectResponse>"));
        walk_document(document, strlen(text));
    }
}

/* Wrappers do not cost levels. */
static void test_wrapped_sub_krrs(void)
{
    g_autofree char *starts = repeated("<SubKrr><KmsRedirectResponse>", KRR_MAX_DEPTH);
    g_autofree char *ends = repeated("</KmsRedirectResponse></SubKrr>", KRR_MAX_DEPTH);
    g_autofree char *text = g_strdup_printf(
        "<KmsRedirectResponse " XMLNS_KRR ">%s%s</KmsRedirectResponse>", starts, ends);
    g_autoptr(KrrDocument) document = sample_parse(text);

    g_assert_cmpuint(sample_krr(document)->sub_krrs, ==, KRR_MAX_DEPTH);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/krr-limits/bytes", test_bytes);
    g_test_add_func("/krr-limits/element-depth", test_element_depth);
    g_test_add_func("/krr-limits/elements", test_elements);
    g_test_add_func("/krr-limits/nodes", test_nodes);
    g_test_add_func("/krr-limits/text-in-pieces", test_text_in_pieces);
    g_test_add_func("/krr-limits/attributes", test_attributes);
    g_test_add_func("/krr-limits/no-attributes", test_no_attributes);
    g_test_add_func("/krr-limits/attribute-bytes", test_attribute_bytes);
    g_test_add_func("/krr-limits/namespace-bytes", test_namespace_bytes);
    g_test_add_func("/krr-limits/text-bytes", test_text_bytes);
    g_test_add_func("/krr-limits/text-of-many", test_text_of_many);
    g_test_add_func("/krr-limits/sub-krrs", test_sub_krrs);
    g_test_add_func("/krr-limits/formatted-and-signed", test_formatted_and_signed);
    g_test_add_func("/krr-limits/too-many-sub-krrs", test_too_many_sub_krrs);
    g_test_add_func("/krr-limits/wrapped-sub-krrs", test_wrapped_sub_krrs);
    return g_test_run();
}
