/* test-krr-document.c
 * What is read from a KRR document, and from where in it
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include <glib.h>

#include "core/document/krr-document-reader.h"
#include "core/document/krr-origin.h"
#include "tests/support/krr-sample.h"

#define PREFIXED_KRR                                                                               \
    "<k:KmsRedirectResponse xmlns:k=\"" KRR_NAMESPACE "\"><k:Time>2026-03-01T10:00:00Z</k:Time>"   \
    "<k:InitiatorKmsList><k:Any/></k:InitiatorKmsList></k:KmsRedirectResponse>"

#define DSIG "xmlns:ds=\"" XMLDSIG_NAMESPACE "\""
#define C14N "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"

/* The octets of a range are that text. */
static void assert_range(const char *text, KrrRange range, const char *expected)
{
    g_assert_cmpuint(range.offset, <=, strlen(text));
    g_assert_cmpuint(range.length, <=, strlen(text) - range.offset);
    g_autofree char *slice = g_strndup(text + range.offset, range.length);
    g_assert_cmpstr(slice, ==, expected);
}

static void assert_value(const char *text, const KrrValue *value, const char *expected)
{
    g_assert_cmpstr(value->text, ==, expected);
    assert_range(text, value->range, expected);
}

/* ---- content ---- */

static void test_all_fields(void)
{
    static const char *const values[KRR_N_VALUES] = {
        [KRR_ELEMENT_TIME] = "2026-03-01T10:00:00Z",  [KRR_ELEMENT_CREATOR] = "sip:bob@example.org",
        [KRR_ELEMENT_IDRI] = "sip:alice@example.com", [KRR_ELEMENT_IDRR] = "sip:bob@example.org",
        [KRR_ELEMENT_IDRKMSI] = "kms.example.com",    [KRR_ELEMENT_IDRKMSR] = "kms.old.example.org",
    };
    g_autoptr(KrrDocument) document = sample_parse(KRR);
    const Krr *krr = sample_krr(document);

    for (KrrElement element = 0; element < KRR_N_VALUES; element++) {
        assert_value(KRR, &krr->values[element], values[element]);
        g_assert_cmpstr(krr_text(krr, element), ==, values[element]);
    }
    g_assert_true(krr->time_valid);
    g_assert_cmpint(krr->time_ns, ==, G_GINT64_CONSTANT(1772359200) * 1000000000);
    g_assert_cmpint(krr->lists[KRR_INITIATOR].kind, ==, KRR_LIST_ANY);
    g_assert_cmpint(krr->lists[KRR_RECEIVER].kind, ==, KRR_LIST_LISTED);
    g_assert_cmpuint(krr->lists[KRR_RECEIVER].kms->len, ==, 2);
    assert_value(KRR, sample_kms(&krr->lists[KRR_RECEIVER], 0), "kms.one.example.org");
    assert_value(KRR, sample_kms(&krr->lists[KRR_RECEIVER], 1), "kms.two.example.org");
    assert_range(KRR, krr->lists[KRR_INITIATOR].range,
                 "<InitiatorKmsList><Any></Any></InitiatorKmsList>");
    assert_range(KRR, krr->range, KRR);
    g_assert_null(krr->version.text);
    g_assert_null(krr->id.text);
    g_assert_false(krr->signature.present);
    g_assert_cmpuint(krr->embedded->len, ==, 0);
    g_assert_cmpuint(krr->unrecognised->len, ==, 0);
    g_assert_cmpuint(krr->depth, ==, 0);
    g_assert_cmpuint(krr->sub_krrs, ==, 0);
    g_assert_nonnull(krr_origin_of(document->origin, krr)->element);
    g_assert_true(document->has_ranges);
    g_assert_cmpuint(document->length, ==, strlen(KRR));
}

static void test_attributes(void)
{
    static const char text[] =
        "<KmsRedirectResponse " XMLNS_KRR " Version='1.2' Id=\"krr-7\" other='3'>" FIELDS
        "</KmsRedirectResponse>";
    g_autoptr(KrrDocument) document = sample_parse(text);
    const Krr *krr = sample_krr(document);

    g_assert_cmpstr(krr->version.text, ==, "1.2");
    g_assert_cmpstr(krr->id.text, ==, "krr-7");
}

static void test_missing_fields(void)
{
    g_autoptr(KrrDocument) document = sample_parse("<KmsRedirectResponse " XMLNS_KRR "/>");
    const Krr *krr = sample_krr(document);

    for (KrrElement element = 0; element < KRR_N_VALUES; element++) {
        g_assert_null(krr->values[element].text);
        g_assert_cmpuint(krr->values[element].range.length, ==, 0);
    }
    for (KrrSide side = 0; side < KRR_N_SIDES; side++) {
        g_assert_cmpint(krr->lists[side].kind, ==, KRR_LIST_MISSING);
        g_assert_cmpuint(krr->lists[side].kms->len, ==, 0);
    }
    g_assert_false(krr->time_valid);
    g_assert_cmpuint(krr->unrecognised->len, ==, 0);
}

/* Present but without text: the text is NULL, the range that of the element. */
static void test_empty_fields(void)
{
    static const char *const elements[] = {"<CreatorUri/>", "<CreatorUri></CreatorUri>",
                                           "<CreatorUri> \n\t</CreatorUri>",
                                           "<CreatorUri><!-- nobody --></CreatorUri>"};

    for (gsize i = 0; i < G_N_ELEMENTS(elements); i++) {
        g_autofree char *text = g_strdup_printf(
            "<KmsRedirectResponse " XMLNS_KRR ">%s</KmsRedirectResponse>", elements[i]);
        g_autoptr(KrrDocument) document = sample_parse(text);
        const KrrValue *value = &sample_krr(document)->values[KRR_ELEMENT_CREATOR];
        g_test_message("%s", elements[i]);
        g_assert_null(value->text);
        assert_range(text, value->range, elements[i]);
    }
}

static void test_times(void)
{
    static const struct {
        const char *content;
        bool valid;
        gint64 seconds;
    } cases[] = {
        {"<Time>1970-01-01T01:00:00+01:00</Time>", true, 0},
        {"<Time>\n 1970-01-01T00:00:07Z \r\n</Time>", true, 7},
        {"<Time>1970-01-01<!-- at -->T00:00:07Z</Time>", true, 7},
        {"<Time>yesterday</Time>", false, 0},
        {"<Time/>", false, 0},
        {"", false, 0},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *text = g_strdup_printf(
            "<KmsRedirectResponse " XMLNS_KRR ">%s</KmsRedirectResponse>", cases[i].content);
        g_autoptr(KrrDocument) document = sample_parse(text);
        const Krr *krr = sample_krr(document);
        g_assert_true(krr->time_valid == cases[i].valid);
        if (cases[i].valid) {
            g_assert_cmpint(krr->time_ns, ==, cases[i].seconds * 1000000000);
        }
    }
}

/* No comment, section, reference or instruction may cut or hide part of a value. */
static void test_whole_values(void)
{
    static const struct {
        const char *content, *text, *slice;
    } cases[] = {
        {"sip:al<!-- x -->ice@example.org", "sip:alice@example.org",
         "sip:al<!-- x -->ice@example.org"},
        {"<!-- x -->sip:alice<!-- y -->", "sip:alice", NULL},
        {"<![CDATA[sip:alice]]>", "sip:alice", NULL},
        {"sip:<![CDATA[alice]]>@example.org", "sip:alice@example.org", NULL},
        {"sip:a<![CDATA[<b>&amp;]]>c", "sip:a<b>&amp;c", NULL},
        {"sip&#58;alice&#x40;example.org", "sip:alice@example.org",
         "sip&#58;alice&#x40;example.org"},
        {"a&amp;b&lt;c&gt;d&quot;e&apos;f", "a&b<c>d\"e'f", NULL},
        {"sip:al<?pi data?>ice", "sip:alice", NULL},
        {" \r\n\t sip:alice \t\n", "sip:alice", "sip:alice"},
        {"two  words", "two  words", "two  words"},
        {"sip:j\xc3\xbcrgen@example.org", "sip:j\xc3\xbcrgen@example.org",
         "sip:j\xc3\xbcrgen@example.org"},
        {"&#xfc;&#x10ffff;", "\xc3\xbc\xf4\x8f\xbf\xbf", "&#xfc;&#x10ffff;"},
        {"&#32;sip:alice&#10;", "sip:alice", NULL},
        {"a<![CDATA[]]>b<![CDATA[]]>", "ab", NULL},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *text =
            g_strdup_printf("<KmsRedirectResponse " XMLNS_KRR "><CreatorUri>%s</CreatorUri>"
                            "<InitiatorKmsList><KmsUri>%s</KmsUri></InitiatorKmsList>"
                            "</KmsRedirectResponse>",
                            cases[i].content, cases[i].content);
        g_autoptr(KrrDocument) document = sample_parse(text);
        const Krr *krr = sample_krr(document);
        const KrrValue *value = &krr->values[KRR_ELEMENT_CREATOR];
        g_test_message("%s", cases[i].content);
        g_assert_cmpstr(value->text, ==, cases[i].text);
        g_assert_cmpstr(sample_kms(&krr->lists[KRR_INITIATOR], 0)->text, ==, cases[i].text);
        assert_range(text, value->range, cases[i].slice ? cases[i].slice : cases[i].content);
    }
}

static void test_elements_inside_a_value(void)
{
    static const char text[] =
        "<KmsRedirectResponse " XMLNS_KRR "><CreatorUri>sip:<b>alice</b>@example.org</CreatorUri>"
        "</KmsRedirectResponse>";
    g_autoptr(KrrDocument) document = sample_parse(text);
    const Krr *krr = sample_krr(document);

    assert_range(text, krr->values[KRR_ELEMENT_CREATOR].range, "sip:<b>alice</b>@example.org");
    g_assert_cmpstr(krr_text(krr, KRR_ELEMENT_CREATOR), ==, "sip:alice@example.org");
    g_assert_cmpuint(krr->unrecognised->len, ==, 1);
    g_assert_cmpstr(sample_unrecognised(krr, 0)->name, ==, "b");
    assert_range(text, sample_unrecognised(krr, 0)->range, "<b>alice</b>");
}

/* ---- lists ---- */

static void test_list_kinds(void)
{
    static const struct {
        const char *list;
        KrrListKind kind;
        const char *text;
    } cases[] = {
        {"", KRR_LIST_MISSING, "missing"},
        {"<InitiatorKmsList><Any/></InitiatorKmsList>", KRR_LIST_ANY, "ANY"},
        {"<InitiatorKmsList> <Any></Any>\n</InitiatorKmsList>", KRR_LIST_ANY, "ANY"},
        {"<InitiatorKmsList>ANY</InitiatorKmsList>", KRR_LIST_ANY, "ANY"},
        {"<InitiatorKmsList> any\n</InitiatorKmsList>", KRR_LIST_ANY, "ANY"},
        {"<InitiatorKmsList>A<!-- -->n<![CDATA[y]]></InitiatorKmsList>", KRR_LIST_ANY, "ANY"},
        {"<InitiatorKmsList><KmsUri>Any</KmsUri></InitiatorKmsList>", KRR_LIST_ANY, "ANY"},
        {"<InitiatorKmsList><Uri> aNy </Uri></InitiatorKmsList>", KRR_LIST_ANY, "ANY"},
        {"<InitiatorKmsList/>", KRR_LIST_EMPTY, "empty"},
        {"<InitiatorKmsList></InitiatorKmsList>", KRR_LIST_EMPTY, "empty"},
        {"<InitiatorKmsList>\n  <!-- <Any/> -->\n</InitiatorKmsList>", KRR_LIST_EMPTY, "empty"},
        {"<InitiatorKmsList><KmsUri>a</KmsUri></InitiatorKmsList>", KRR_LIST_LISTED, "a"},
        {"<InitiatorKmsList><KmsUri>anyone</KmsUri></InitiatorKmsList>", KRR_LIST_LISTED, "anyone"},
        {"<InitiatorKmsList><KmsUri>z</KmsUri><!-- --><Kms>a</Kms> <Uri>m</Uri><KmsURI>b</KmsURI>"
         "<KmsId>z</KmsId></InitiatorKmsList>",
         KRR_LIST_LISTED, "z, a, m, b, z"},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *text = g_strdup_printf(
            "<KmsRedirectResponse " XMLNS_KRR ">" VALUES "%s</KmsRedirectResponse>", cases[i].list);
        g_autoptr(KrrDocument) document = sample_parse(text);
        const Krr *krr = sample_krr(document);
        const KrrList *list = &krr->lists[KRR_INITIATOR];
        g_autofree char *words = krr_list_to_text(list);
        g_test_message("%s", cases[i].list);
        g_assert_cmpint(list->kind, ==, cases[i].kind);
        g_assert_cmpstr(words, ==, cases[i].text);
        g_assert_cmpint(krr->lists[KRR_RECEIVER].kind, ==, KRR_LIST_MISSING);
        g_assert_cmpuint(krr->unrecognised->len, ==, 0);
        if (cases[i].kind != KRR_LIST_MISSING) {
            assert_range(text, list->range, cases[i].list);
        }
        if (cases[i].kind != KRR_LIST_LISTED) {
            g_assert_cmpuint(list->kms->len, ==, 0);
        }
    }
}

/* A list that says two things at once, or something else: never wider than it may be meant. */
static void test_odd_lists(void)
{
    static const struct {
        const char *list, *text;
    } cases[] = {
        {"<Any/><KmsUri>a</KmsUri>", "a"},
        {"<KmsUri>a</KmsUri><KmsUri>ANY</KmsUri>", "a"},
        {"ANY<KmsUri>a</KmsUri>", "a"},
        {"ANY kms.example.org", "empty"},
        {"kms.example.org", "empty"},
        {"<KmsUri>a</KmsUri><KmsUri/>", "a"},
        {"<KmsUri>a</KmsUri><Server>b</Server>", "a"},
        {"<Server>ANY</Server>", "empty"},
        {"<KmsUri/>", "empty"},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *text = g_strdup_printf("<KmsRedirectResponse " XMLNS_KRR ">" VALUES
                                                "<ReceiverKmsList>%s</ReceiverKmsList>"
                                                "</KmsRedirectResponse>",
                                                cases[i].list);
        g_autoptr(KrrDocument) document = sample_parse(text);
        const Krr *krr = sample_krr(document);
        g_autofree char *words = krr_list_to_text(&krr->lists[KRR_RECEIVER]);
        g_test_message("%s", cases[i].list);
        g_assert_cmpstr(words, ==, cases[i].text);
        g_assert_cmpuint(krr->unrecognised->len, ==, 1);
    }
}

static void test_list_allows(void)
{
    g_autoptr(KrrDocument) document = sample_parse(KRR);
    g_autoptr(KrrDocument) nothing = sample_parse("<KmsRedirectResponse " XMLNS_KRR
                                                  "><InitiatorKmsList/></KmsRedirectResponse>");
    const KrrList *listed = &sample_krr(document)->lists[KRR_RECEIVER];
    const KrrList *any = &sample_krr(document)->lists[KRR_INITIATOR];

    g_assert_true(krr_list_allows(any, "kms.whatever.example"));
    g_assert_true(krr_list_allows(listed, "kms.one.example.org"));
    g_assert_true(krr_list_allows(listed, "kms.two.example.org"));
    g_assert_true(krr_list_allows(listed, "KMS.one.example.org"));
    g_assert_true(krr_list_allows(listed, "kms.one.example.org."));
    g_assert_false(krr_list_allows(listed, "kms.one.example.or"));
    g_assert_false(krr_list_allows(listed, ""));
    g_assert_false(krr_list_allows(&sample_krr(nothing)->lists[KRR_INITIATOR], "a"));
    g_assert_false(krr_list_allows(&sample_krr(nothing)->lists[KRR_RECEIVER], "a"));
}

static void test_names(void)
{
    g_assert_cmpstr(krr_list_kind_name(KRR_LIST_MISSING), ==, "missing");
    g_assert_cmpstr(krr_list_kind_name(KRR_LIST_ANY), ==, "any");
    g_assert_cmpstr(krr_list_kind_name(KRR_LIST_EMPTY), ==, "empty");
    g_assert_cmpstr(krr_list_kind_name(KRR_LIST_LISTED), ==, "listed");
    g_assert_cmpstr(krr_side_name(KRR_INITIATOR), ==, "initiator");
    g_assert_cmpstr(krr_side_name(KRR_RECEIVER), ==, "receiver");
}

/* ---- names ---- */

/* A KRR that has @p name in place of @p instead_of. */
static char *with_name(const char *instead_of, const char *name)
{
    g_autofree char *start = g_strdup_printf("<%s>", instead_of);
    g_autofree char *end = g_strdup_printf("</%s>", instead_of);
    g_autofree char *new_start = g_strdup_printf("<%s>", name);
    g_autofree char *new_end = g_strdup_printf("</%s>", name);
    GString *text = g_string_new(KRR);

    g_assert_cmpuint(g_string_replace(text, start, new_start, 0), >, 0);
    g_assert_cmpuint(g_string_replace(text, end, new_end, 0), >, 0);
    return g_string_free(text, FALSE);
}

/* A document with an alias says just what it says with the canonical name. */
static void test_aliases(void)
{
    static const char *const aliases[][2] = {
        {"Time", "Date DateTime TimeStamp Timestamp KrrTime"},
        {"CreatorUri", "Creator CreatorId KrrCreator SenderUri Sender IssuerUri Issuer "
                       "OriginatorUri ProcessorUri"},
        {"InitiatorUri", "IDRi Initiator InitiatorId MikeyInitiator InitiatingUri"},
        {"ReceiverUri", "IDRr Receiver ReceiverId ResponderUri Responder MikeyReceiver"},
        {"InitiatorKmsUri", "IDRkmsi InitiatorKms"},
        {"ReceiverKmsUri", "IDRkmsr ReceiverKms ResponderKmsUri"},
        {"InitiatorKmsList", "InitiatorList InitiatorKmsUriList InitiatorKmsUris"},
        {"ReceiverKmsList", "ReceiverList ReceiverKmsUriList ReceiverKmsUris ResponderKmsList"},
        {"KmsUri", "Kms Uri KmsURI KmsId"},
    };
    g_autoptr(KrrDocument) expected_document = sample_parse(KRR);
    const Krr *expected = sample_krr(expected_document);

    for (gsize i = 0; i < G_N_ELEMENTS(aliases); i++) {
        g_auto(GStrv) names = g_strsplit(aliases[i][1], " ", -1);
        for (gsize j = 0; names[j] != NULL; j++) {
            g_autofree char *text = with_name(aliases[i][0], names[j]);
            g_autoptr(KrrDocument) document = sample_parse(text);
            const Krr *krr = sample_krr(document);
            g_test_message("%s", names[j]);
            for (KrrElement element = 0; element < KRR_N_VALUES; element++) {
                assert_value(text, &krr->values[element], expected->values[element].text);
            }
            for (KrrSide side = 0; side < KRR_N_SIDES; side++) {
                g_autofree char *list = krr_list_to_text(&krr->lists[side]);
                g_autofree char *expected_list = krr_list_to_text(&expected->lists[side]);
                g_assert_cmpstr(list, ==, expected_list);
            }
            g_assert_cmpuint(krr->unrecognised->len, ==, 0);
            g_assert_cmpstr(krr->digest, !=, expected->digest);
        }
    }
}

static void test_vocabulary_of_a_deployment(void)
{
    static const char file[] = "[elements]\nKmsRedirectResponse=Redirect\nCreatorUri=Author\n"
                               "EmbeddedKrr=Older\nAny=Everything\n";
    static const char text[] =
        "<Redirect " XMLNS_KRR "><Author>sip:bob</Author><InitiatorKmsList><Everything/>"
        "</InitiatorKmsList><Older><Redirect><Author>sip:is</Author></Redirect></Older></Redirect>";
    g_autofree char *path = g_build_filename(g_get_tmp_dir(), "krr-document-test.ini", NULL);
    g_assert_true(g_file_set_contents(path, file, -1, NULL));
    g_autoptr(GError) error = NULL;
    g_autoptr(KrrVocabulary) vocabulary = krr_vocabulary_load(path, &error);
    g_assert_no_error(error);
    g_autoptr(KrrDocument) document =
        krr_document_parse((const guint8 *)text, strlen(text), vocabulary);
    g_autoptr(KrrDocument) not_read = sample_parse(text);

    g_assert_cmpstr(krr_text(sample_krr(document), KRR_ELEMENT_CREATOR), ==, "sip:bob");
    g_assert_cmpint(sample_krr(document)->lists[KRR_INITIATOR].kind, ==, KRR_LIST_ANY);
    g_assert_cmpstr(krr_text(sample_embedded(sample_krr(document)), KRR_ELEMENT_CREATOR), ==,
                    "sip:is");
    g_assert_cmpuint(sample_krr(document)->unrecognised->len, ==, 0);
    g_assert_cmpint(not_read->kind, ==, KRR_DOCUMENT_MALFORMED);
}

static void test_unknown_elements(void)
{
    static const char text[] =
        "<KmsRedirectResponse " XMLNS_KRR " xmlns:x=\"urn:x\">"
        "<Priority>9</Priority>" VALUES "<x:CreatorUri>sip:mallory</x:CreatorUri>" LISTS
        "<x:Extra><x:Deep>deep</x:Deep></x:Extra><Empty/></KmsRedirectResponse>";
    static const struct {
        const char *name, *text, *element;
    } expected[] = {
        {"Priority", "9", "<Priority>9</Priority>"},
        {"{urn:x}CreatorUri", "sip:mallory", "<x:CreatorUri>sip:mallory</x:CreatorUri>"},
        {"{urn:x}Extra", "deep", "<x:Extra><x:Deep>deep</x:Deep></x:Extra>"},
        {"Empty", NULL, "<Empty/>"},
    };
    g_autoptr(KrrDocument) document = sample_parse(text);
    const Krr *krr = sample_krr(document);

    g_assert_cmpuint(krr->unrecognised->len, ==, G_N_ELEMENTS(expected));
    for (guint i = 0; i < G_N_ELEMENTS(expected); i++) {
        const KrrUnrecognised *unrecognised = sample_unrecognised(krr, i);
        g_assert_cmpstr(unrecognised->name, ==, expected[i].name);
        g_assert_cmpstr(unrecognised->text, ==, expected[i].text);
        g_assert_nonnull(unrecognised->reason);
        assert_range(text, unrecognised->range, expected[i].element);
    }
    g_assert_cmpstr(krr_text(krr, KRR_ELEMENT_CREATOR), ==, "sip:bob@example.org");
}

/* Cut at 256 octets, but never inside a character. */
static void test_long_unknown_text(void)
{
    g_autofree char *content = g_strnfill(255, 'x');
    g_autofree char *text = g_strdup_printf("<KmsRedirectResponse " XMLNS_KRR "><Unknown>%s\xc3\xbc"
                                            "and more</Unknown></KmsRedirectResponse>",
                                            content);
    g_autoptr(KrrDocument) document = sample_parse(text);
    const KrrUnrecognised *unrecognised = sample_unrecognised(sample_krr(document), 0);

    g_assert_true(g_utf8_validate(unrecognised->text, -1, NULL));
    g_assert_true(g_str_has_prefix(unrecognised->text, content));
    g_assert_cmpuint(strlen(unrecognised->text), <=, 260);
}

/* The first counts; the second is noted where it stands. */
static void test_doubled_elements(void)
{
    static const char *const doubles[] = {
        "<Time>2020-01-01T00:00:00Z</Time>",
        "<CreatorUri>sip:mallory</CreatorUri>",
        "<Sender>sip:mallory</Sender>",
        "<InitiatorUri>sip:mallory</InitiatorUri>",
        "<ReceiverUri>sip:mallory</ReceiverUri>",
        "<InitiatorKmsUri>kms.mallory</InitiatorKmsUri>",
        "<ReceiverKmsUri>kms.mallory</ReceiverKmsUri>",
        "<InitiatorKmsList><KmsUri>kms.mallory</KmsUri></InitiatorKmsList>",
        "<ReceiverKmsList><Any/></ReceiverKmsList>",
        "<ReceiverKmsList/>",
        "<CreatorUri/>",
    };
    g_autoptr(KrrDocument) single = sample_parse(KRR);

    for (gsize i = 0; i < G_N_ELEMENTS(doubles); i++) {
        g_autofree char *text = g_strdup_printf(
            "<KmsRedirectResponse " XMLNS_KRR ">" FIELDS "%s</KmsRedirectResponse>", doubles[i]);
        g_autoptr(KrrDocument) document = sample_parse(text);
        const Krr *krr = sample_krr(document);
        g_test_message("%s", doubles[i]);
        for (KrrElement element = 0; element < KRR_N_VALUES; element++) {
            g_assert_cmpstr(krr_text(krr, element), ==, krr_text(sample_krr(single), element));
        }
        g_assert_cmpint(krr->lists[KRR_INITIATOR].kind, ==, KRR_LIST_ANY);
        g_assert_cmpuint(krr->lists[KRR_RECEIVER].kms->len, ==, 2);
        g_assert_cmpuint(krr->unrecognised->len, ==, 1);
        assert_range(text, sample_unrecognised(krr, 0)->range, doubles[i]);
        g_assert_nonnull(strstr(sample_unrecognised(krr, 0)->reason, "second"));
    }
}

/* An empty first one is not made up for by a second. */
static void test_empty_then_doubled(void)
{
    static const char text[] = "<KmsRedirectResponse " XMLNS_KRR "><CreatorUri/>"
                               "<CreatorUri>sip:mallory</CreatorUri></KmsRedirectResponse>";
    g_autoptr(KrrDocument) document = sample_parse(text);

    g_assert_null(krr_text(sample_krr(document), KRR_ELEMENT_CREATOR));
    g_assert_cmpuint(sample_krr(document)->unrecognised->len, ==, 1);
}

/* ---- namespaces and wrappers ---- */

static void test_namespaces(void)
{
    static const struct {
        const char *declaration;
        guint unrecognised;
    } cases[] = {
        {XMLNS_KRR, 0},
        {"", 1},
        {"xmlns=\"urn:example:other\"", 1},
        {"xmlns=\"urn:3gpp:ns:mcsecKMSKRR:1.1\"", 1},
        {"xmlns=\"URN:3gpp:ns:mcsecKMSKRR:1.0\"", 1},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *text =
            g_strdup_printf("<KmsRedirectResponse %s>" FIELDS SUB_KRR "</KmsRedirectResponse>",
                            cases[i].declaration);
        g_autoptr(KrrDocument) document = sample_parse(text);
        const Krr *krr = sample_krr(document);
        const Krr *sub = sample_embedded(krr);
        g_test_message("%s", cases[i].declaration);
        g_assert_cmpstr(krr_text(krr, KRR_ELEMENT_CREATOR), ==, "sip:bob@example.org");
        g_assert_cmpstr(krr_text(sub, KRR_ELEMENT_CREATOR), ==, "sip:bob@example.org");
        g_assert_cmpuint(krr->lists[KRR_RECEIVER].kms->len, ==, 2);
        g_assert_cmpuint(krr->unrecognised->len, ==, cases[i].unrecognised);
        g_assert_cmpuint(sub->unrecognised->len, ==, cases[i].unrecognised);
    }
}

static void test_prefix(void)
{
    g_autoptr(KrrDocument) document = sample_parse(PREFIXED_KRR);
    const Krr *krr = sample_krr(document);

    assert_value(PREFIXED_KRR, &krr->values[KRR_ELEMENT_TIME], "2026-03-01T10:00:00Z");
    g_assert_cmpint(krr->lists[KRR_INITIATOR].kind, ==, KRR_LIST_ANY);
    g_assert_cmpuint(krr->unrecognised->len, ==, 0);
}

static void test_signed_root(void)
{
    static const char text[] = "<SignedKmsRedirectResponse " XMLNS_KRR ">\n" SUB_KRR
                               "<Signature xmlns=\"" XMLDSIG_NAMESPACE "\"/>"
                               "</SignedKmsRedirectResponse>";
    g_autoptr(KrrDocument) document = sample_parse(text);
    const Krr *krr = sample_krr(document);

    assert_range(text, krr->range, SUB_KRR);
    g_assert_true(krr->signature.present);
    assert_range(text, krr->signature.range, "<Signature xmlns=\"" XMLDSIG_NAMESPACE "\"/>");
    g_assert_cmpuint(krr->unrecognised->len, ==, 0);
    g_assert_cmpuint(krr->depth, ==, 0);
}

static void test_signed_root_without_krr(void)
{
    static const char text[] = "<SignedKmsRedirectResponse " XMLNS_KRR "><Time/>"
                               "</SignedKmsRedirectResponse>";
    g_autoptr(KrrDocument) document = sample_parse(text);

    g_assert_cmpint(document->kind, ==, KRR_DOCUMENT_MALFORMED);
    g_assert_nonnull(document->error);
    g_assert_cmpuint(document->krrs->len, ==, 0);
}

/* ---- sub-KRRs ---- */

static void test_embedded(void)
{
    static const char *const wrappers[] = {"", "EmbeddedKrr", "ReceivedKrr", "SubKrr",
                                           "EmbeddedKmsRedirectResponse"};
    const char *inner = "<KmsRedirectResponse><CreatorUri> sip:is-proxy </CreatorUri>"
                        "<ReceiverKmsList><KmsUri>kms.deep</KmsUri></ReceiverKmsList>"
                        "</KmsRedirectResponse>";

    for (gsize i = 0; i < G_N_ELEMENTS(wrappers); i++) {
        const char *name = wrappers[i];
        g_autofree char *start = *name ? g_strdup_printf("<%s>\n", name) : g_strdup("");
        g_autofree char *end = *name ? g_strdup_printf("\n</%s>", name) : g_strdup("");
        g_autofree char *text = g_strdup_printf("<KmsRedirectResponse " XMLNS_KRR ">" FIELDS
                                                "%s%s%s</KmsRedirectResponse>",
                                                start, inner, end);
        g_autoptr(KrrDocument) document = sample_parse(text);
        const Krr *krr = sample_krr(document);
        const Krr *sub = sample_embedded(krr);
        g_test_message("%s", name);
        g_assert_cmpuint(sub->depth, ==, 1);
        g_assert_cmpuint(krr->sub_krrs, ==, 1);
        g_assert_cmpuint(sub->sub_krrs, ==, 0);
        g_assert_cmpuint(krr->unrecognised->len, ==, 0);
        assert_range(text, sub->range, inner);
        assert_value(text, &sub->values[KRR_ELEMENT_CREATOR], "sip:is-proxy");
        assert_value(text, sample_kms(&sub->lists[KRR_RECEIVER], 0), "kms.deep");
        g_assert_cmpstr(krr_text(krr, KRR_ELEMENT_CREATOR), ==, "sip:bob@example.org");
    }
}

/* An embedded KRR is found wherever it stands, and takes no field of the outer one. */
static void test_embedded_first(void)
{
    static const char text[] =
        "<KmsRedirectResponse " XMLNS_KRR "><KmsRedirectResponse>"
        "<CreatorUri>sip:inner</CreatorUri></KmsRedirectResponse>" FIELDS "</KmsRedirectResponse>";
    g_autoptr(KrrDocument) document = sample_parse(text);
    const Krr *krr = sample_krr(document);

    assert_value(text, &krr->values[KRR_ELEMENT_CREATOR], "sip:bob@example.org");
    assert_value(text, &sample_embedded(krr)->values[KRR_ELEMENT_CREATOR], "sip:inner");
    g_assert_null(krr_text(sample_embedded(krr), KRR_ELEMENT_TIME));
}

static void test_embedded_twice(void)
{
    static const char text[] =
        KRR_WITH(SUB_KRR "<EmbeddedKrr>" SUB_KRR_WITH(SUB_KRR) "</EmbeddedKrr>");
    g_autoptr(KrrDocument) document = sample_parse(text);
    const Krr *krr = sample_krr(document);

    g_assert_cmpuint(krr->embedded->len, ==, 2);
    g_assert_cmpuint(krr->sub_krrs, ==, 3);
    g_assert_cmpuint(krr->unrecognised->len, ==, 1);
    assert_range(text, ((const Krr *)krr->embedded->pdata[0])->range, SUB_KRR);
    assert_range(text, ((const Krr *)krr->embedded->pdata[1])->range, SUB_KRR_WITH(SUB_KRR));
}

/* Every level says where its values stand. */
static void test_ranges_at_depth(void)
{
    const guint levels = 7;
    GString *text = g_string_new("\xef\xbb\xbf<?xml version=\"1.0\"?>\n");

    for (guint i = 0; i <= levels; i++) {
        g_string_append_printf(text,
                               "<KmsRedirectResponse %s a='>'>\r\n <!-- <CreatorUri> -->"
                               "<CreatorUri  b = \"/>\" >\n sip:\xc3\xbc%u\t</CreatorUri  >",
                               i == 0 ? XMLNS_KRR : "", i);
    }
    for (guint i = 0; i <= levels; i++) {
        g_string_append(text, "</KmsRedirectResponse>\n");
    }
    g_autoptr(KrrDocument) document = sample_parse(text->str);
    const Krr *krr = sample_krr(document);
    for (guint i = 0; i <= levels; i++) {
        g_autofree char *creator = g_strdup_printf("sip:\xc3\xbc%u", i);
        assert_value(text->str, &krr->values[KRR_ELEMENT_CREATOR], creator);
        g_assert_cmpuint(krr->depth, ==, i);
        g_assert_cmpuint(krr->sub_krrs, ==, levels - i);
        g_assert_true(g_str_has_prefix(text->str + krr->range.offset, "<KmsRedirectResponse"));
        g_assert_true(g_str_has_prefix(text->str + krr->range.offset + krr->range.length, "\n"));
        krr = i < levels ? sample_embedded(krr) : NULL;
    }
    g_string_free(text, TRUE);
}

/* ---- signatures ---- */

#define SIGNATURE                                                                                  \
    "<ds:Signature " DSIG "><ds:SignedInfo>"                                                       \
    "<ds:CanonicalizationMethod Algorithm=\"" C14N "\"/>"                                          \
    "<ds:SignatureMethod Algorithm=\"urn:method\"/>"                                               \
    "<ds:Reference URI=\"#krr-1\"><ds:Transforms><ds:Transform Algorithm=\"urn:transform\"/>"      \
    "</ds:Transforms><ds:DigestMethod Algorithm=\"urn:digest\"/>"                                  \
    "<ds:DigestValue>AAAA</ds:DigestValue></ds:Reference>"                                         \
    "<ds:Reference URI=\"#other\"><ds:DigestMethod Algorithm=\"urn:digest-2\"/></ds:Reference>"    \
    "</ds:SignedInfo><ds:SignatureValue>\nTUlL\nRVk=\n</ds:SignatureValue>"                        \
    "<ds:KeyInfo><ds:X509Data><ds:X509Certificate>MIIB</ds:X509Certificate>"                       \
    "<ds:X509Certificate>MIIC</ds:X509Certificate></ds:X509Data></ds:KeyInfo></ds:Signature>"

static void test_signature_claims(void)
{
    static const char text[] = KRR_WITH(SIGNATURE);
    g_autoptr(KrrDocument) document = sample_parse(text);
    const KrrSignature *signature = &sample_krr(document)->signature;
    const KrrSource *source = krr_origin_of(document->origin, sample_krr(document));

    g_assert_true(signature->present);
    assert_range(text, signature->range, SIGNATURE);
    g_assert_cmpstr(signature->canonicalization.text, ==, C14N);
    g_assert_cmpstr(signature->algorithm.text, ==, "urn:method");
    g_assert_cmpstr(signature->digest_algorithm.text, ==, "urn:digest");
    g_assert_cmpstr(signature->reference.text, ==, "#krr-1");
    g_assert_cmpstr(source->signature_value.text, ==, "TUlL\nRVk=");
    g_assert_cmpuint(signature->references, ==, 2);
    g_assert_cmpuint(source->certificates->len, ==, 2);
    assert_value(text, source->certificates->pdata[0], "MIIB");
    assert_value(text, source->certificates->pdata[1], "MIIC");
    g_assert_cmpuint(sample_krr(document)->unrecognised->len, ==, 0);
}

static void test_signature_of_whole_document(void)
{
    static const char text[] =
        KRR_WITH("<Signature xmlns=\"" XMLDSIG_NAMESPACE "\"><SignedInfo><Reference URI=''/>"
                 "</SignedInfo></Signature>");
    g_autoptr(KrrDocument) document = sample_parse(text);
    const KrrSignature *signature = &sample_krr(document)->signature;
    const KrrSource *source = krr_origin_of(document->origin, sample_krr(document));

    g_assert_true(signature->present);
    g_assert_cmpstr(signature->reference.text, ==, "");
    g_assert_null(signature->algorithm.text);
    g_assert_null(signature->digest_algorithm.text);
    g_assert_null(source->signature_value.text);
    g_assert_cmpuint(signature->references, ==, 1);
    g_assert_cmpuint(source->certificates->len, ==, 0);
}

static void test_empty_signature(void)
{
    static const char text[] = KRR_WITH("<Signature xmlns=\"" XMLDSIG_NAMESPACE "\"/>");
    g_autoptr(KrrDocument) document = sample_parse(text);
    const KrrSignature *signature = &sample_krr(document)->signature;
    const KrrSource *source = krr_origin_of(document->origin, sample_krr(document));

    g_assert_true(signature->present);
    g_assert_null(signature->reference.text);
    g_assert_cmpuint(signature->references, ==, 0);
    g_assert_cmpuint(source->certificates->len, ==, 0);
}

/* Only XML Signature's own element is one. */
static void test_no_signature(void)
{
    g_autoptr(KrrDocument) document = sample_parse(KRR_WITH("<Signature/>"));
    const Krr *krr = sample_krr(document);

    g_assert_false(krr->signature.present);
    g_assert_cmpuint(krr->unrecognised->len, ==, 1);
}

/* Each KRR has its own; that of a sub-KRR says nothing about the outer one. */
static void test_signature_of_sub_krr(void)
{
    static const char text[] = KRR_WITH("<SubKrr>" SUB_KRR_WITH(SIGNATURE) "</SubKrr>");
    static const char other[] = KRR_WITH(SUB_KRR SIGNATURE);
    g_autoptr(KrrDocument) document = sample_parse(text);
    g_autoptr(KrrDocument) other_document = sample_parse(other);

    g_assert_false(sample_krr(document)->signature.present);
    g_assert_true(sample_embedded(sample_krr(document))->signature.present);
    g_assert_true(sample_krr(other_document)->signature.present);
    g_assert_false(sample_embedded(sample_krr(other_document))->signature.present);
}

static void test_second_signature(void)
{
    static const char text[] =
        KRR_WITH("<a:Signature xmlns:a=\"" XMLDSIG_NAMESPACE "\"/>" SIGNATURE);
    g_autoptr(KrrDocument) document = sample_parse(text);
    const Krr *krr = sample_krr(document);

    g_assert_null(krr->signature.algorithm.text);
    g_assert_cmpuint(krr->unrecognised->len, ==, 1);
    assert_range(text, sample_unrecognised(krr, 0)->range, SIGNATURE);
}

/* ---- uploads to a KMS ---- */

#define UPLOAD_HEAD                                                                                \
    "<UserUri>sip:alice@example.com</UserUri><KmsUri>kms.example.com</KmsUri>"                     \
    "<Time>2026-03-01T10:00:01Z</Time><ClientReqUrl>http://kms.example.com/</ClientReqUrl>"
#define IS_KRR                                                                                     \
    "<KrrList xmlns:k=\"" KRR_NAMESPACE "\"><k:CreatorUri>sip:is</k:CreatorUri></KrrList>"
#define HOLDS_TWO "<KrrList>" KRR KRR_WITH(SUB_KRR) "</KrrList>"

static void test_upload(void)
{
    static const struct {
        const char *content;
        guint krrs;
    } cases[] = {
        {UPLOAD_HEAD, 0},
        {UPLOAD_HEAD "<KrrList/>", 0},
        {UPLOAD_HEAD "<KrrList>\n</KrrList>", 0},
        {UPLOAD_HEAD "<ClientError>no</ClientError>", 0},
        {UPLOAD_HEAD IS_KRR, 1},
        {UPLOAD_HEAD HOLDS_TWO, 2},
        {UPLOAD_HEAD IS_KRR HOLDS_TWO IS_KRR, 4},
        {UPLOAD_HEAD "<KrrList>" KRR "</KrrList><KrrList>" KRR "</KrrList>", 2},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *text =
            g_strdup_printf("<KmsRequest " XMLNS_REQUEST ">%s</KmsRequest>", cases[i].content);
        g_autofree char *signed_text =
            g_strdup_printf("<SignedKmsRequest " XMLNS_REQUEST
                            ">%s<Signature xmlns=\"" XMLDSIG_NAMESPACE "\"/></SignedKmsRequest>",
                            text);
        const char *texts[] = {text, signed_text};
        for (gsize j = 0; j < G_N_ELEMENTS(texts); j++) {
            g_autoptr(KrrDocument) document = sample_parse(texts[j]);
            g_test_message("%s", texts[j]);
            g_assert_cmpint(document->kind, ==, KRR_DOCUMENT_KMS_REQUEST);
            g_assert_cmpstr(document->error, ==, NULL);
            g_assert_cmpuint(document->krrs->len, ==, cases[i].krrs);
            for (guint k = 0; k < document->krrs->len; k++) {
                const Krr *krr = g_ptr_array_index(document->krrs, k);
                g_assert_nonnull(krr_text(krr, KRR_ELEMENT_CREATOR));
                g_assert_cmpuint(krr->depth, ==, 0);
                g_assert_cmpuint(krr->unrecognised->len, ==, 0);
            }
        }
    }
}

static void test_upload_ranges(void)
{
    static const char text[] =
        "<KmsRequest " XMLNS_REQUEST ">" UPLOAD_HEAD IS_KRR HOLDS_TWO "</KmsRequest>";
    g_autoptr(KrrDocument) document = sample_parse(text);

    g_assert_cmpuint(document->krrs->len, ==, 3);
    assert_range(text, ((const Krr *)document->krrs->pdata[0])->range, IS_KRR);
    assert_range(text, ((const Krr *)document->krrs->pdata[1])->range, KRR);
    assert_range(text, ((const Krr *)document->krrs->pdata[2])->range, KRR_WITH(SUB_KRR));
}

/* The outermost KRRs of a list that is a KRR embed others like any. */
static void test_upload_of_chain(void)
{
    static const char text[] = "<KmsRequest " XMLNS_REQUEST "><KrrList xmlns:k=\"" KRR_NAMESPACE
                               "\"><k:CreatorUri>sip:is</k:CreatorUri>" KRR "</KrrList>"
                               "</KmsRequest>";
    g_autoptr(KrrDocument) document = sample_parse(text);

    g_assert_cmpuint(document->krrs->len, ==, 1);
    const Krr *krr = g_ptr_array_index(document->krrs, 0);
    g_assert_cmpstr(krr_text(krr, KRR_ELEMENT_CREATOR), ==, "sip:is");
    g_assert_cmpuint(sample_embedded(krr)->depth, ==, 1);
    assert_range(text, sample_embedded(krr)->range, KRR);
}

static void test_signed_krr_in_upload(void)
{
    static const char text[] =
        "<KmsRequest " XMLNS_REQUEST "><KrrList><SignedKmsRedirectResponse " XMLNS_KRR
        ">" SUB_KRR SIGNATURE "</SignedKmsRedirectResponse>"
        "</KrrList></KmsRequest>";
    g_autoptr(KrrDocument) document = sample_parse(text);
    g_autoptr(KrrDocument) alone = sample_parse(KRR);

    g_assert_cmpuint(document->krrs->len, ==, 1);
    const Krr *krr = g_ptr_array_index(document->krrs, 0);
    g_assert_cmpstr(krr_text(krr, KRR_ELEMENT_CREATOR), ==, "sip:bob@example.org");
    g_assert_true(krr->signature.present);
    g_assert_cmpuint(krr->depth, ==, 0);
    g_assert_cmpstr(krr->digest, ==, sample_krr(alone)->digest);
}

/* ---- encodings ---- */

static void test_utf8_mark(void)
{
    static const char text[] = "\xef\xbb\xbf" KRR;
    g_autoptr(KrrDocument) document = sample_parse(text);
    const Krr *krr = sample_krr(document);

    g_assert_true(document->has_ranges);
    assert_range(text, krr->range, KRR);
    assert_value(text, &krr->values[KRR_ELEMENT_CREATOR], "sip:bob@example.org");
}

static void test_utf8_declared(void)
{
    static const char text[] = "<?xml version=\"1.0\" encoding=\"utf-8\" standalone=\"yes\"?>\r\n"
                               "<!-- made for a test -->\r\n" KRR "\r\n<!-- end -->\r\n";
    g_autoptr(KrrDocument) document = sample_parse(text);
    const Krr *krr = sample_krr(document);

    g_assert_true(document->has_ranges);
    assert_range(text, krr->range, KRR);
    assert_value(text, &krr->values[KRR_ELEMENT_IDRI], "sip:alice@example.com");
}

/* Parses a text in another encoding; everything is read, every range is the whole. */
static void assert_read_in(const char *text, const char *encoding, const char *creator)
{
    gsize length;
    g_autofree char *octets = g_convert(text, -1, encoding, "UTF-8", NULL, &length, NULL);
    g_assert_nonnull(octets);
    g_autoptr(KrrDocument) document = sample_parse_octets(octets, length);
    const Krr *krr = sample_krr(document);

    g_test_message("%s", encoding);
    g_assert_cmpstr(krr_text(krr, KRR_ELEMENT_CREATOR), ==, creator);
    g_assert_false(document->has_ranges);
    const KrrRange ranges[] = {krr->range, krr->values[KRR_ELEMENT_CREATOR].range,
                               krr->lists[KRR_RECEIVER].range,
                               sample_kms(&krr->lists[KRR_RECEIVER], 1)->range};
    for (gsize i = 0; i < G_N_ELEMENTS(ranges); i++) {
        g_assert_cmpuint(ranges[i].offset, ==, 0);
        g_assert_cmpuint(ranges[i].length, ==, length);
    }
}

static void test_other_encodings(void)
{
#define KRR_OF(creator)                                                                            \
    "<KmsRedirectResponse " XMLNS_KRR "><CreatorUri>" creator "</CreatorUri>" LISTS                \
    "</KmsRedirectResponse>"
    static const char wide[] = "\xef\xbb\xbf" KRR_OF("sip:\xd0\xb6\xf0\x9f\x94\x91");
    static const char declared[] =
        "\xef\xbb\xbf<?xml version=\"1.0\" encoding=\"UTF-16\"?>" KRR_OF("sip:j\xc3\xbcrgen");
    static const char latin[] =
        "<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?>" KRR_OF("sip:j\xc3\xbcrgen");

    assert_read_in(wide, "UTF-16LE", "sip:\xd0\xb6\xf0\x9f\x94\x91");
    assert_read_in(wide, "UTF-16BE", "sip:\xd0\xb6\xf0\x9f\x94\x91");
    assert_read_in(declared, "UTF-16LE", "sip:j\xc3\xbcrgen");
    assert_read_in(declared, "UTF-16BE", "sip:j\xc3\xbcrgen");
    assert_read_in(latin, "ISO-8859-1", "sip:j\xc3\xbcrgen");
}

/* ---- lifetime ---- */

static void test_references(void)
{
    KrrDocument *document = sample_parse(KRR);

    g_assert_true(krr_document_ref(document) == document);
    krr_document_unref(document);
    g_assert_cmpstr(krr_text(sample_krr(document), KRR_ELEMENT_CREATOR), ==, "sip:bob@example.org");
    krr_document_unref(document);
}

/* The input may go away. */
static void test_input_is_not_kept(void)
{
    char *text = g_strdup(KRR);
    g_autoptr(KrrDocument) document = sample_parse(text);

    memset(text, 'x', strlen(text));
    g_free(text);
    g_assert_cmpstr(krr_text(sample_krr(document), KRR_ELEMENT_IDRR), ==, "sip:bob@example.org");
    g_assert_cmpstr(sample_kms(&sample_krr(document)->lists[KRR_RECEIVER], 0)->text, ==,
                    "kms.one.example.org");
}

static void test_body_digest(void)
{
    static const char *const bodies[] = {"", "not XML", KRR};

    for (gsize i = 0; i < G_N_ELEMENTS(bodies); i++) {
        g_autofree char *expected = g_compute_checksum_for_string(G_CHECKSUM_SHA256, bodies[i], -1);
        g_autoptr(KrrDocument) document = sample_parse(bodies[i]);
        g_assert_cmpstr(document->body_digest, ==, expected);
    }
}

int main(int argc, char **argv)
{
    static const struct {
        const char *path;
        void (*function)(void);
    } tests[] = {
        {"content/all-fields", test_all_fields},
        {"content/attributes", test_attributes},
        {"content/missing-fields", test_missing_fields},
        {"content/empty-fields", test_empty_fields},
        {"content/times", test_times},
        {"content/whole-values", test_whole_values},
        {"content/elements-inside-a-value", test_elements_inside_a_value},
        {"lists/kinds", test_list_kinds},
        {"lists/odd", test_odd_lists},
        {"lists/allows", test_list_allows},
        {"lists/names", test_names},
        {"names/aliases", test_aliases},
        {"names/deployment", test_vocabulary_of_a_deployment},
        {"names/unknown", test_unknown_elements},
        {"names/long-unknown-text", test_long_unknown_text},
        {"names/doubled", test_doubled_elements},
        {"names/empty-then-doubled", test_empty_then_doubled},
        {"namespaces/which", test_namespaces},
        {"namespaces/prefix", test_prefix},
        {"wrappers/signed-root", test_signed_root},
        {"wrappers/signed-root-without-krr", test_signed_root_without_krr},
        {"embedded/wrappers", test_embedded},
        {"embedded/first", test_embedded_first},
        {"embedded/twice", test_embedded_twice},
        {"embedded/ranges-at-depth", test_ranges_at_depth},
        {"signature/claims", test_signature_claims},
        {"signature/whole-document", test_signature_of_whole_document},
        {"signature/empty", test_empty_signature},
        {"signature/none", test_no_signature},
        {"signature/sub-krr", test_signature_of_sub_krr},
        {"signature/second", test_second_signature},
        {"upload/lists", test_upload},
        {"upload/ranges", test_upload_ranges},
        {"upload/chain", test_upload_of_chain},
        {"upload/signed-krr", test_signed_krr_in_upload},
        {"encoding/utf8-mark", test_utf8_mark},
        {"encoding/utf8-declared", test_utf8_declared},
        {"encoding/others", test_other_encodings},
        {"lifetime/references", test_references},
        {"lifetime/input-is-not-kept", test_input_is_not_kept},
        {"lifetime/body-digest", test_body_digest},
    };

    g_test_init(&argc, &argv, NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(tests); i++) {
        g_autofree char *path = g_strconcat("/krr-document/", tests[i].path, NULL);
        g_test_add_func(path, tests[i].function);
    }
    return g_test_run();
}
