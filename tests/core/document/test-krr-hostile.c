/* test-krr-hostile.c
 * Documents that were made to break whoever reads them
 *
 * Nothing here may crash, hang or leak; what is read all the same must hold together.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include <glib.h>

#include "core/document/krr-document-reader.h"
#include "tests/support/krr-sample.h"
#include "tests/support/krr-walk.h"

/* The mutations are the same in every run. */
#define MUTATION_SEED  20260301
#define MUTATIONS      6000
#define MOST_SNIPPET   64
#define MOST_MUTATIONS 4

/* Generous, for slow machines under sanitizers; a document that is quadratic in its size takes
 * minutes. */
#define LONGEST_SECONDS 30

/* Something of everything: nesting with wrappers, namespaces, signatures, odd text. */
static const char specimen[] =
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
    "<!-- a chain of two -->\n"
    "<KmsRedirectResponse " XMLNS_KRR " xmlns:x=\"urn:x\" Id=\"krr-1\" Version=\"1.0\">\n"
    "  <Time>2026-03-01T10:00:02.5+01:00</Time>\n"
    "  <CreatorUri><![CDATA[sip:is-proxy@example.org]]></CreatorUri>\n"
    "  <InitiatorUri>sip:al&#105;ce@example.com</InitiatorUri>\n"
    "  <ReceiverUri>sip:j\xc3\xbcrgen<!-- x -->@example.org</ReceiverUri>\n"
    "  <InitiatorKmsUri>kms.example.com</InitiatorKmsUri>\n"
    "  <ReceiverKmsUri>kms.example.org</ReceiverKmsUri>\n"
    "  <InitiatorKmsList><Any/></InitiatorKmsList>\n"
    "  <ReceiverKmsList><KmsUri>kms.one</KmsUri><Kms>kms.two</Kms></ReceiverKmsList>\n"
    "  <x:Extra x:a='1'>more &amp; more</x:Extra>\n"
    "  <EmbeddedKrr><k:KmsRedirectResponse xmlns:k=\"" KRR_NAMESPACE "\" Id=\"krr-2\">"
    "<k:Time>2026-03-01T09:00:01Z</k:Time><k:Sender>sip:bob@example.org</k:Sender>"
    "<k:InitiatorKmsList>ANY</k:InitiatorKmsList><k:ReceiverKmsList/>"
    "<ds:Signature xmlns:ds=\"" XMLDSIG_NAMESPACE "\"><ds:SignedInfo>"
    "<ds:SignatureMethod Algorithm=\"urn:m\"/><ds:Reference URI=\"#krr-2\">"
    "<ds:DigestMethod Algorithm=\"urn:d\"/></ds:Reference></ds:SignedInfo>"
    "<ds:SignatureValue>AAAA</ds:SignatureValue></ds:Signature>"
    "</k:KmsRedirectResponse></EmbeddedKrr>\n"
    "  <Signature xmlns=\"" XMLDSIG_NAMESPACE "\"><SignedInfo>"
    "<CanonicalizationMethod Algorithm=\"urn:c\"/><Reference URI=\"\"/></SignedInfo>"
    "<SignatureValue>\nAAAA\n</SignatureValue><KeyInfo><X509Data><X509Certificate>MIIB"
    "</X509Certificate></X509Data></KeyInfo></Signature>\n"
    "</KmsRedirectResponse>\n";

static const char upload_specimen[] =
    "<KmsRequest " XMLNS_REQUEST "><UserUri>sip:alice@example.com</UserUri><KrrList>" KRR
    "</KrrList><KrrList xmlns:k=\"" KRR_NAMESPACE "\"><k:Time>2026-03-01T10:00:00Z</k:Time>"
    "<k:CreatorUri>sip:bob</k:CreatorUri></KrrList></KmsRequest>";

/* Reads octets and walks over the result. @return how many KRRs there are in it */
static guint read_and_walk(const void *octets, gsize length)
{
    /* In memory of just that size: reading beyond it is seen. */
    g_autofree guint8 *copy = g_memdup2(octets, length);
    gint64 start = g_get_monotonic_time();
    g_autoptr(KrrDocument) document = sample_parse_octets(copy, length);

    g_assert_cmpint(g_get_monotonic_time() - start, <, LONGEST_SECONDS * G_USEC_PER_SEC);
    return walk_document(document, length);
}

static void assert_malformed(const void *octets, gsize length)
{
    g_autoptr(KrrDocument) document = sample_parse_octets(octets, length);

    g_assert_cmpint(document->kind, ==, KRR_DOCUMENT_MALFORMED);
    g_assert_nonnull(document->error);
    g_assert_cmpuint(read_and_walk(octets, length), ==, 0);
}

static void assert_malformed_text(const char *text)
{
    assert_malformed(text, strlen(text));
}

static char *repeated(const char *text, gsize count)
{
    GString *result = g_string_sized_new(strlen(text) * count + 1);

    for (gsize i = 0; i < count; i++) {
        g_string_append(result, text);
    }
    return g_string_free(result, FALSE);
}

static void test_specimens_are_good(void)
{
    g_assert_cmpuint(read_and_walk(specimen, strlen(specimen)), ==, 2);
    g_assert_cmpuint(read_and_walk(upload_specimen, strlen(upload_specimen)), ==, 2);
}

static void test_not_xml(void)
{
    static const char *const texts[] = {
        "",
        " ",
        "\n\n",
        "x",
        "<",
        "<>",
        "</a>",
        "<!",
        "<?",
        "<?xml",
        "<?xml version=\"1.0\"?>",
        "<!-- only this -->",
        "hello",
        "{\"krr\": true}",
        "<html><body><p>busy</body></html>",
        "<KmsRedirectResponse",
        "<KmsRedirectResponse>",
        "<KmsRedirectResponse/><KmsRedirectResponse/>",
        "<KmsRedirectResponse/>x",
        "<KmsRedirectResponse a='1' a='2'/>",
        "<KmsRedirectResponse>&unknown;</KmsRedirectResponse>",
        "<KmsRedirectResponse>&#0;</KmsRedirectResponse>",
        "<KmsRedirectResponse>&#xd800;</KmsRedirectResponse>",
        "<KmsRedirectResponse>&#x110000;</KmsRedirectResponse>",
        "<KmsRedirectResponse>]]></KmsRedirectResponse>",
        "<KmsRedirectResponse a='<'/>",
        "<KmsRedirectResponse><!-- -- --></KmsRedirectResponse>",
        "<k:KmsRedirectResponse/>",
        "<KmsRedirectResponse k:a='1'/>",
        "<KmsRedirectResponse xmlns:k=''/>",
        "<KmsRedirectResponse><?xml version='1.0'?></KmsRedirectResponse>",
        "\x1f\x8b\x08\x01\x02\x03",
        "\xff\xfe",
        "\xfe\xff",
        "\xef\xbb\xbf",
    };

    for (gsize i = 0; i < G_N_ELEMENTS(texts); i++) {
        assert_malformed_text(texts[i]);
    }
}

static void test_no_octets(void)
{
    g_autoptr(KrrDocument) document = krr_document_parse(NULL, 0, krr_vocabulary_default());

    g_assert_cmpint(document->kind, ==, KRR_DOCUMENT_MALFORMED);
    walk_document(document, 0);
}

static void test_wrong_root(void)
{
    static const char *const texts[] = {
        "<a/>",
        "<kmsredirectresponse " XMLNS_KRR "/>",
        "<KmsRedirectResponses " XMLNS_KRR "/>",
        "<KmsResponse " XMLNS_REQUEST "/>",
        "<EmbeddedKrr " XMLNS_KRR ">" KRR "</EmbeddedKrr>",
        "<a>" KRR "</a>",
        "<a xmlns='one&#10;two&#13;three'/>",
        "<Signature xmlns=\"" XMLDSIG_NAMESPACE "\"/>",
    };

    for (gsize i = 0; i < G_N_ELEMENTS(texts); i++) {
        assert_malformed_text(texts[i]);
    }
}

/* An error stays one readable line, whatever the names in it. */
static void test_long_names(void)
{
    g_autofree char *name = g_strnfill(40000, 'n');
    g_autofree char *root = g_strdup_printf("<%s xmlns='urn:x'/>", name);
    g_autofree char *space = g_strdup_printf("<a xmlns='urn:%.4000s'/>", name);
    g_autofree char *prefix = g_strdup_printf("<%s:a/>", name);
    g_autofree char *encoding = g_strdup_printf("<?xml version='1.0' encoding='%s'?><a/>", name);
    g_autofree char *unbalanced = g_strdup_printf("<a><%s></a>", name);
    g_autofree char *entity = g_strdup_printf("<a>&%s;</a>", name);
    g_autofree char *element = g_strdup_printf(KRR_WITH("<%s/>"), name);
    const char *texts[] = {root, space, prefix, encoding, unbalanced, entity};

    for (gsize i = 0; i < G_N_ELEMENTS(texts); i++) {
        assert_malformed_text(texts[i]);
    }
    g_assert_cmpuint(read_and_walk(element, strlen(element)), ==, 1);
}

static void test_five_megabytes(void)
{
    const gsize size = 5 * 1024 * 1024;
    g_autofree char *text = g_strnfill(size, 'x');

    assert_malformed(text, size);
    memcpy(text, KRR, strlen(KRR));
    assert_malformed(text, size);
    memset(text, 0, size);
    assert_malformed(text, size);
    memset(text, '<', size);
    assert_malformed(text, size);
}

/* Elements, open or closed, in numbers. The shorter ones are within the limit of size. */
static void test_many_levels(void)
{
    g_autofree char *open = repeated("<a>", 100000);
    g_autofree char *close = repeated("</a>", 100000);
    g_autofree char *both = g_strconcat(open, close, NULL);
    g_autofree char *krrs = repeated("<KmsRedirectResponse>", 100000);
    g_autofree char *some_krrs = repeated("<KmsRedirectResponse>", 40000);
    g_autofree char *lists = repeated("<KrrList>", 100000);
    g_autofree char *request = g_strdup_printf("<KmsRequest>%s", lists);

    assert_malformed_text(open);
    assert_malformed_text(both);
    assert_malformed_text(close);
    assert_malformed_text(krrs);
    assert_malformed_text(some_krrs);
    assert_malformed_text(request);
}

static void test_many_elements(void)
{
    g_autofree char *million = repeated("<a/>", 1000000);
    g_autofree char *text = g_strdup_printf(KRR_WITH("%s"), million);
    g_autofree char *within_size = g_strdup_printf(KRR_WITH("%.1000000s"), million);

    assert_malformed_text(text);
    assert_malformed_text(within_size);
}

static void test_many_attributes(void)
{
    GString *text = g_string_new("<KmsRedirectResponse");
    GString *namespaces = g_string_new("<KmsRedirectResponse");

    for (guint i = 0; i < 1000000; i++) {
        g_string_append_printf(text, " a%u=''", i);
        g_string_append_printf(namespaces, " xmlns:a%u='u'", i);
    }
    g_string_append(text, "/>");
    g_string_append(namespaces, "/>");
    assert_malformed(text->str, text->len);
    assert_malformed(namespaces->str, namespaces->len);
    /* and within the limit of size, where comparing each with each would take long */
    assert_malformed(text->str, KRR_MAX_OCTETS);
    assert_malformed(namespaces->str, KRR_MAX_OCTETS);
    g_string_free(text, TRUE);
    g_string_free(namespaces, TRUE);
}

/* The same in other encodings, which hide the quotes from whoever looks at octets. */
static void test_many_attributes_encoded(void)
{
    static const char *const encodings[] = {"UTF-16LE", "UTF-16BE", "UTF-32LE",
                                            "UTF-32BE", "UTF-7",    "EBCDIC-US"};
    static const char *const marks[] = {"", "\xef\xbb\xbf", "<?xml version='1.0'?>"};
    GString *text = g_string_new("<KmsRedirectResponse");

    for (guint i = 0; i < 20000; i++) {
        g_string_append_printf(text, " a%u=''", i);
    }
    g_string_append(text, "/>");
    for (gsize i = 0; i < G_N_ELEMENTS(encodings); i++) {
        for (gsize j = 0; j < G_N_ELEMENTS(marks); j++) {
            g_autofree char *marked = g_strconcat(marks[j], text->str, NULL);
            gsize length;
            g_autofree char *octets =
                g_convert(marked, -1, encodings[i], "UTF-8", NULL, &length, NULL);
            if (octets != NULL) {
                assert_malformed(octets, length);
            }
        }
    }
    g_string_free(text, TRUE);
}

/* ---- declarations ---- */

static void test_entities(void)
{
    static const char *const texts[] = {
        "<!DOCTYPE KmsRedirectResponse><KmsRedirectResponse/>",
        "<!DOCTYPE KmsRedirectResponse SYSTEM \"krr.dtd\"><KmsRedirectResponse/>",
        "<!DOCTYPE KmsRedirectResponse PUBLIC \"-//X\" \"http://127.0.0.1:9/x.dtd\">"
        "<KmsRedirectResponse/>",
        "<!DOCTYPE k [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;\">"
        "<!ENTITY c \"&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;\"><!ENTITY d \"&c;&c;&c;&c;&c;&c;&c;&c;\">"
        "<!ENTITY e \"&d;&d;&d;&d;&d;&d;&d;&d;\"><!ENTITY f \"&e;&e;&e;&e;&e;&e;&e;&e;\">"
        "<!ENTITY g \"&f;&f;&f;&f;&f;&f;&f;&f;\"><!ENTITY h \"&g;&g;&g;&g;&g;&g;&g;&g;\">]>"
        "<KmsRedirectResponse><Time>&h;</Time></KmsRedirectResponse>",
        "<!DOCTYPE k [<!ENTITY a \"&b;\"><!ENTITY b \"&a;\">]>"
        "<KmsRedirectResponse><Time>&a;</Time></KmsRedirectResponse>",
        "<!DOCTYPE k [<!ENTITY f SYSTEM \"file:///etc/passwd\">]>"
        "<KmsRedirectResponse><Time>&f;</Time></KmsRedirectResponse>",
        "<!DOCTYPE k [<!ENTITY f SYSTEM \"http://127.0.0.1:9/\">]>"
        "<KmsRedirectResponse><Time>&f;</Time></KmsRedirectResponse>",
        "<!DOCTYPE k [<!ENTITY % p SYSTEM \"file:///dev/zero\">%p;]><KmsRedirectResponse/>",
        "<!DOCTYPE k [<!ATTLIST KmsRedirectResponse Id CDATA \"default\">]>"
        "<KmsRedirectResponse/>",
        "<!DOCTYPE k [<!ELEMENT k ANY>",
    };

    for (gsize i = 0; i < G_N_ELEMENTS(texts); i++) {
        g_autoptr(KrrDocument) document = sample_parse(texts[i]);
        assert_malformed_text(texts[i]);
        g_assert_nonnull(strstr(document->error, "DOCTYPE"));
    }
}

/* The content of a file next to the test must not get into a document. */
static void test_inclusions(void)
{
    static const char text[] =
        "<?xml-stylesheet href='file:///etc/passwd'?><KmsRedirectResponse " XMLNS_KRR
        " xmlns:xi='http://www.w3.org/2001/XInclude'><CreatorUri>"
        "<xi:include href='/etc/passwd' parse='text'/></CreatorUri>"
        "</KmsRedirectResponse>";
    g_autoptr(KrrDocument) document = sample_parse(text);

    g_assert_null(krr_text(sample_krr(document), KRR_ELEMENT_CREATOR));
    walk_document(document, strlen(text));
}

/* ---- octets ---- */

static void test_invalid_utf8(void)
{
    static const char *const octets[] = {
        "\x80",         "\xff",
        "\xc3",         "\xc0\xaf",
        "\xed\xa0\x80", "\xf4\x90\x80\x80",
        "\xe2\x82",     "\xf8\x88\x80\x80\x80",
        "\xef\xbf\xbf",
    };

    for (gsize i = 0; i < G_N_ELEMENTS(octets); i++) {
        g_autofree char *text = g_strdup_printf("<KmsRedirectResponse " XMLNS_KRR "><CreatorUri>%s"
                                                "</CreatorUri></KmsRedirectResponse>",
                                                octets[i]);
        g_autofree char *attribute = g_strdup_printf("<KmsRedirectResponse Id='%s'/>", octets[i]);
        g_autofree char *name =
            g_strdup_printf("<KmsRedirectResponse><%s/></KmsRedirectResponse>", octets[i]);
        assert_malformed_text(text);
        assert_malformed_text(attribute);
        assert_malformed_text(name);
    }
}

/* A NUL ends no document: what stands behind it is seen. */
static void test_nul_octets(void)
{
    gsize length = strlen(specimen);

    assert_malformed("\0", 1);
    assert_malformed("<KmsRedirectResponse/>\0", strlen("<KmsRedirectResponse/>") + 1);
    assert_malformed("<KmsRedirectResponse/>\0<x", strlen("<KmsRedirectResponse/>") + 3);
    for (gsize i = 0; i < length; i++) {
        g_autofree char *text = g_strdup(specimen);
        text[i] = '\0';
        read_and_walk(text, length);
        g_autoptr(KrrDocument) document = sample_parse_octets(text, length);
        g_assert_cmpint(document->kind, ==, KRR_DOCUMENT_MALFORMED);
    }
}

/* A library that complains on its own would do so into the output of whoever embeds it. */
static void test_no_complaints(void)
{
    g_test_trap_subprocess("/krr-hostile/lying-encodings", 0, 0);
    g_test_trap_assert_passed();
    g_test_trap_assert_stderr("");
    g_test_trap_subprocess("/krr-hostile/not-xml", 0, 0);
    g_test_trap_assert_passed();
    g_test_trap_assert_stderr("");
}

static void test_lying_encodings(void)
{
    static const char *const encodings[] = {
        "UTF-16",      "UTF-16LE",  "UTF-16BE", "UTF-32", "UCS-4",    "EBCDIC-CP-US", "UTF-7",
        "ISO-2022-JP", "x-unknown", "HTML",     "IBM037", "US-ASCII", "%s%n"};

    for (gsize i = 0; i < G_N_ELEMENTS(encodings); i++) {
        g_autofree char *text =
            g_strdup_printf("<?xml version=\"1.0\" encoding=\"%s\"?>" KRR, encodings[i]);
        g_test_message("%s", encodings[i]);
        read_and_walk(text, strlen(text));
        read_and_walk(text, strlen(text) - 1);
    }
}

/* ---- cuts and mutations ---- */

static void test_cut_everywhere(void)
{
    const gsize root_end = (gsize)(g_strrstr(specimen, ">") + 1 - specimen);

    for (gsize length = 0; length < strlen(specimen); length++) {
        guint krrs = read_and_walk(specimen, length);
        g_assert_cmpuint(krrs, ==, length >= root_end ? 2 : 0);
    }
}

static void test_cut_at_the_front(void)
{
    for (gsize i = 0; i < strlen(specimen); i++) {
        read_and_walk(specimen + i, strlen(specimen) - i);
    }
}

static void test_cut_wide(void)
{
    gsize length;
    g_autofree char *wide =
        g_convert(specimen + strcspn(specimen, "\n"), -1, "UTF-16", "UTF-8", NULL, &length, NULL);

    for (gsize cut = 0; cut <= length; cut++) {
        read_and_walk(wide, cut);
    }
}

typedef void (*Mutation)(GRand *random, GByteArray *octets);

static guint any_place(GRand *random, const GByteArray *octets)
{
    return (guint)g_rand_int_range(random, 0, (gint32)octets->len);
}

/* @return a length that fits behind the place */
static guint any_length(GRand *random, const GByteArray *octets, guint place)
{
    return (guint)g_rand_int_range(random, 0, (gint32)MIN(octets->len - place, MOST_SNIPPET) + 1);
}

static void insert(GByteArray *octets, guint place, const guint8 *snippet, guint length)
{
    guint old_length = octets->len;

    if (length == 0) {
        return;
    }
    g_byte_array_set_size(octets, old_length + length);
    memmove(octets->data + place + length, octets->data + place, old_length - place);
    memcpy(octets->data + place, snippet, length);
}

static void flip_bit(GRand *random, GByteArray *octets)
{
    octets->data[any_place(random, octets)] ^= (guint8)(1u << g_rand_int_range(random, 0, 8));
}

static void set_octet(GRand *random, GByteArray *octets)
{
    static const guint8 special[] = "<>/&;\"'=!-[]?: \n\0\xff\xc3#kK";

    octets->data[any_place(random, octets)] =
        special[g_rand_int_range(random, 0, sizeof special - 1)];
}

static void remove_snippet(GRand *random, GByteArray *octets)
{
    guint place = any_place(random, octets);

    g_byte_array_remove_range(octets, place,
                              MIN(any_length(random, octets, place), octets->len - 1));
}

static void copy_snippet(GRand *random, GByteArray *octets)
{
    guint from = any_place(random, octets);
    guint length = any_length(random, octets, from);
    g_autofree guint8 *snippet = g_memdup2(octets->data + from, length);

    insert(octets, any_place(random, octets), snippet, length);
}

static void insert_token(GRand *random, GByteArray *octets)
{
    static const char *const tokens[] = {
        "<KmsRedirectResponse>",
        "</KmsRedirectResponse>",
        "<KrrList>",
        "</KrrList>",
        "<Any/>",
        "<CreatorUri>",
        "</CreatorUri>",
        "<SubKrr>",
        "</SubKrr>",
        "<SignedKmsRedirectResponse>",
        "<!--",
        "-->",
        "<![CDATA[",
        "]]>",
        "<?pi ?>",
        "&#60;",
        "&#x10ffff;",
        "&amp;",
        " xmlns=\"\"",
        " xmlns:k=\"urn:k\"",
        " xmlns:x=\"" KRR_NAMESPACE "\"",
        "<k:Time/>",
        "<!DOCTYPE a>",
        "ANY",
        "<ReceiverKmsList/>",
        "xml:lang='en'",
        "\xef\xbb\xbf",
    };
    const char *token = tokens[g_rand_int_range(random, 0, G_N_ELEMENTS(tokens))];

    insert(octets, any_place(random, octets), (const guint8 *)token, (guint)strlen(token));
}

static void rename_element(GRand *random, GByteArray *octets)
{
    static const char *const names[] = {"Time", "CreatorUri", "KmsUri", "Any"};
    const char *name = names[g_rand_int_range(random, 0, G_N_ELEMENTS(names))];
    const char *other = names[g_rand_int_range(random, 0, G_N_ELEMENTS(names))];
    GString *text = g_string_new_len((const char *)octets->data, octets->len);

    /* A NUL would end the search, which is all right. */
    g_string_replace(text, name, other, 0);
    g_byte_array_set_size(octets, 0);
    g_byte_array_append(octets, (const guint8 *)text->str, (guint)text->len);
    g_string_free(text, TRUE);
}

/* @return how many of the mutated documents could still be read */
static guint mutate(const char *text, guint rounds, GRand *random)
{
    static const Mutation mutations[] = {flip_bit,     set_octet,      remove_snippet, copy_snippet,
                                         insert_token, rename_element, insert_token};
    guint readable = 0;

    for (guint round = 0; round < rounds; round++) {
        g_autoptr(GByteArray) octets = g_byte_array_new();
        g_byte_array_append(octets, (const guint8 *)text, (guint)strlen(text));
        gint32 count = g_rand_int_range(random, 1, MOST_MUTATIONS + 1);
        for (gint32 i = 0; i < count && octets->len > 0; i++) {
            mutations[g_rand_int_range(random, 0, G_N_ELEMENTS(mutations))](random, octets);
        }
        readable += read_and_walk(octets->data, octets->len) > 0;
    }
    return readable;
}

static void test_mutations(void)
{
    GRand *random = g_rand_new_with_seed(MUTATION_SEED);
    guint readable = mutate(specimen, MUTATIONS, random);
    guint readable_uploads = mutate(upload_specimen, MUTATIONS / 2, random);

    g_rand_free(random);
    /* Had all been refused at once, nothing would have been tested. */
    g_test_message("%u and %u readable", readable, readable_uploads);
    g_assert_cmpuint(readable, >, MUTATIONS / 20);
    g_assert_cmpuint(readable_uploads, >, MUTATIONS / 40);
}

/* ---- the worst that the limits allow ---- */

/* Reads a text, however it ends, in the time that is allowed. */
static void assert_fast(const char *what, const char *text)
{
    gint64 start = g_get_monotonic_time();
    g_autoptr(KrrDocument) document = sample_parse(text);
    double seconds = (double)(g_get_monotonic_time() - start) / G_USEC_PER_SEC;

    g_test_message("%s: %" G_GSIZE_FORMAT " octets, %.3f s, %s", what, strlen(text), seconds,
                   document->error ? document->error : "read");
    g_assert_cmpfloat(seconds, <, LONGEST_SECONDS);
    walk_document(document, strlen(text));
}

/* All levels of sub-KRRs, with these attributes for each, around @p content. */
static char *chain(const char *attributes, const char *content)
{
    g_autofree char *start = g_strdup_printf("<KmsRedirectResponse " XMLNS_KRR "%s>", attributes);
    g_autofree char *starts = repeated(start, KRR_MAX_DEPTH + 1);
    g_autofree char *ends = repeated("</KmsRedirectResponse>", KRR_MAX_DEPTH + 1);

    return g_strconcat(starts, content, ends, NULL);
}

/* Every KRR is canonicalized with all that it embeds, so what the innermost holds costs most. */
static void test_full_chains(void)
{
    static const struct {
        const char *what, *piece;
        guint count;
    } cases[] = {
        {"elements", "<x/>", 4900},
        {"empty creators", "<CreatorUri/>", 4900},
        {"fields", "<x>" FIELDS "</x>", 370},
        {"attributes", "<x a='' b='' c='' d='' e='' f='' g='' h='' i='' j='' k='' l=''/>", 750},
        {"many attributes", "<x aa='' b='' c='' d='' e='' f='' g='' h='' i='' j=''/>", 18000},
        {"comments", "<!---->", 9800},
        {"many comments", "<!---->", 140000},
        {"instructions", "<?a?>", 9800},
        {"references", "<x>&#10;&lt;</x>", 4850},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *content = repeated(cases[i].piece, cases[i].count);
        g_autofree char *text = chain("", content);
        assert_fast(cases[i].what, text);
    }
    g_autofree char *references = repeated("&#13;&amp;", 6000);
    g_autofree char *element = g_strdup_printf("<x>%s</x>", references);
    g_autofree char *elements = repeated(element, 17);
    g_autofree char *text = chain("", elements);
    assert_fast("texts of references", text);
}

/* Namespace declarations for a start tag, with numbers from @p first. */
static char *declarations(guint first, guint count)
{
    GString *text = g_string_new(NULL);

    for (guint i = first; i < first + count; i++) {
        g_string_append_printf(text, " xmlns:a%u='u'", i);
    }
    return g_string_free(text, FALSE);
}

/* Canonical form asks of each element which of the namespaces in scope it shows, and looks for each
 * through all levels. */
static void test_many_namespaces(void)
{
    g_autofree char *many = declarations(0, 60);
    g_autofree char *far = declarations(2, KRR_MAX_PREFIXES - 3);
    g_autofree char *levels = repeated("<a1:x>", 170);
    g_autofree char *ends = repeated("</a1:x>", 170);
    g_autofree char *elements = repeated("<a1:x a1:y=''/>", 4500);
    g_autofree char *far_elements = repeated("<a2:x a3:y=''/>", 4500);
    g_autofree char *deep = g_strconcat(levels, elements, ends, NULL);
    g_autofree char *far_deep = g_strconcat(levels, far_elements, ends, NULL);
    g_autofree char *same = chain(many, elements);
    g_autofree char *one_prefix = chain(" xmlns:a1='u'", deep);
    g_autofree char *far_chain = chain(" xmlns:a1='v'", far_deep);
    g_autofree char *far_away = g_strdup_printf(
        "<SignedKmsRedirectResponse%s>%s</SignedKmsRedirectResponse>", far, far_chain);

    assert_fast("sixty prefixes at every level", same);
    assert_fast("one prefix at every level", one_prefix);
    assert_fast("prefixes of the root, used far below", far_away);
}

int main(int argc, char **argv)
{
    static const struct {
        const char *path;
        void (*function)(void);
    } tests[] = {
        {"specimens-are-good", test_specimens_are_good},
        {"not-xml", test_not_xml},
        {"no-octets", test_no_octets},
        {"wrong-root", test_wrong_root},
        {"long-names", test_long_names},
        {"five-megabytes", test_five_megabytes},
        {"many-levels", test_many_levels},
        {"many-elements", test_many_elements},
        {"many-attributes", test_many_attributes},
        {"many-attributes-encoded", test_many_attributes_encoded},
        {"entities", test_entities},
        {"inclusions", test_inclusions},
        {"invalid-utf8", test_invalid_utf8},
        {"nul-octets", test_nul_octets},
        {"lying-encodings", test_lying_encodings},
        {"no-complaints", test_no_complaints},
        {"cut-everywhere", test_cut_everywhere},
        {"cut-at-the-front", test_cut_at_the_front},
        {"cut-wide", test_cut_wide},
        {"mutations", test_mutations},
        {"full-chains", test_full_chains},
        {"many-namespaces", test_many_namespaces},
    };

    g_test_init(&argc, &argv, NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(tests); i++) {
        g_autofree char *path = g_strconcat("/krr-hostile/", tests[i].path, NULL);
        g_test_add_func(path, tests[i].function);
    }
    return g_test_run();
}
