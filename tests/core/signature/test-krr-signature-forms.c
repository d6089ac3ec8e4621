/* test-krr-signature-forms.c
 * Signatures in forms that versions of xmlsec, libxml2 and OpenSSL read otherwise: one verdict on all
 *
 * Each form is made of a document that xmlsec1 signed: of those of tests/signed, or of the folder that
 * KRR_TEST_SIGNED names, which the xmlsec1 of this machine has made.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include <glib.h>
#include <openssl/ecdsa.h>

#include "core/signature/krr-signature.h"
#include "tests/support/krr-sample.h"

#define VALUE_START  "<ds:SignatureValue>"
#define VALUE_END    "</ds:SignatureValue>"
#define DIGEST_START "<ds:DigestValue>"
#define DIGEST_END   "</ds:DigestValue>"

static char *read_signed(const char *name)
{
    const char *other = g_getenv("KRR_TEST_SIGNED");
    g_autofree char *path =
        g_strdup_printf("%s/%s.xml", other ? other : KRR_SOURCE_DIR "/tests/signed", name);
    char *text = NULL;

    g_assert_true(g_file_get_contents(path, &text, NULL, NULL));
    return text;
}

/* Its certificate is one of tests/pki, its authority is known. */
static KrrTrust *trust_new(void)
{
    const KrrTrustFiles files = {
        .anchors = (const char *const[]){KRR_SOURCE_DIR "/tests/pki/ca.pem", NULL},
        .crls = (const char *const[]){KRR_SOURCE_DIR "/tests/pki/crl.pem", NULL},
    };
    g_autoptr(GError) error = NULL;
    KrrTrust *trust = krr_trust_new(&files, &error);

    g_assert_no_error(error);
    return trust;
}

static void assert_verdict(const char *text, const KrrTrust *trust, KrrSignatureStatus status,
                           const char *reason)
{
    g_autoptr(KrrDocument) document = sample_parse(text);

    krr_signature_verify(document, trust);
    const KrrVerdict *verdict = &sample_krr(document)->signature.verdict;
    g_test_message("%s: %s", krr_signature_status_name(verdict->status),
                   verdict->reason ? verdict->reason : "-");
    g_assert_cmpstr(krr_signature_status_name(verdict->status), ==,
                    krr_signature_status_name(status));
    g_assert_true((verdict->reason != NULL) == (reason != NULL));
    g_assert_true(!reason || strstr(verdict->reason, reason));
}

/* ---- values ---- */

/* The octets of a value in another writing; to be freed. */
typedef char *(*Writing)(const guint8 *octets, gsize length);

static char *folded(const guint8 *octets, gsize length, guint width, const char *end)
{
    g_autofree char *base64 = g_base64_encode(octets, length);
    GString *text = g_string_new(end);

    for (const char *rest = base64; *rest; rest += MIN(strlen(rest), width)) {
        g_string_append_printf(text, "%.*s%s", (int)width, rest, end);
    }
    return g_string_free(text, FALSE);
}

static char *in_one_line(const guint8 *octets, gsize length)
{
    return g_base64_encode(octets, length);
}

/* As Java writes it: lines of 76 digits, whose CR is written out so that it survives. */
static char *of_java(const guint8 *octets, gsize length)
{
    return folded(octets, length, 76, "&#13;\n");
}

static char *indented(const guint8 *octets, gsize length)
{
    return folded(octets, length, 3, "\r\n\t ");
}

static char *in_a_section(const guint8 *octets, gsize length)
{
    g_autofree char *base64 = g_base64_encode(octets, length);

    return g_strdup_printf("<![CDATA[%s]]>", base64);
}

static char *with_a_comment(const guint8 *octets, gsize length)
{
    g_autofree char *base64 = g_base64_encode(octets, length);

    return g_strdup_printf("%.20s<!-- half -->%s", base64, base64 + 20);
}

static char *by_reference(const guint8 *octets, gsize length)
{
    g_autofree char *base64 = g_base64_encode(octets, length);

    return g_strdup_printf("&#x%x;%s", base64[0], base64 + 1);
}

static char *without_padding(const guint8 *octets, gsize length)
{
    g_autofree char *base64 = g_base64_encode(octets, length);

    base64[strcspn(base64, "=")] = '\0';
    return g_steal_pointer(&base64);
}

static char *padded_twice(const guint8 *octets, gsize length)
{
    g_autofree char *base64 = g_base64_encode(octets, length);

    return g_strconcat(base64, "====", NULL);
}

static char *for_urls(const guint8 *octets, gsize length)
{
    g_autofree char *base64 = g_base64_encode(octets, length);

    base64[0] = '-';
    return g_steal_pointer(&base64);
}

static char *with_a_letter_beside(const guint8 *octets, gsize length)
{
    g_autofree char *base64 = g_base64_encode(octets, length);

    return g_strconcat(base64, "%", NULL);
}

static char *of_nothing(const guint8 *octets, gsize length)
{
    (void)octets;
    (void)length;
    return g_strdup(" \n ");
}

/* A value of ECDSA: both numbers with as many octets each, from the left or cut from there. */
static char *resized(const guint8 *octets, gsize length, gsize size)
{
    g_autofree guint8 *other = g_malloc0(2 * size);
    gsize half = length / 2, kept = MIN(half, size);

    memcpy(other + size - kept, octets + half - kept, kept);
    memcpy(other + 2 * size - kept, octets + length - kept, kept);
    return g_base64_encode(other, 2 * size);
}

static char *longer_numbers(const guint8 *octets, gsize length)
{
    return resized(octets, length, length / 2 + 1);
}

static char *shorter_numbers(const guint8 *octets, gsize length)
{
    return resized(octets, length, length / 2 - 1);
}

static char *one_octet_more(const guint8 *octets, gsize length)
{
    g_autofree guint8 *more = g_malloc0(length + 1);

    memcpy(more, octets, length);
    return g_base64_encode(more, length + 1);
}

static char *one_octet_before(const guint8 *octets, gsize length)
{
    g_autofree guint8 *more = g_malloc0(length + 1);

    memcpy(more + 1, octets, length);
    return g_base64_encode(more, length + 1);
}

/* As OpenSSL and Java make it before XML Signature's form is made of it. */
static char *in_der(const guint8 *octets, gsize length)
{
    ECDSA_SIG *signature = ECDSA_SIG_new();
    guint8 *der = NULL;

    ECDSA_SIG_set0(signature, BN_bin2bn(octets, (int)length / 2, NULL),
                   BN_bin2bn(octets + length / 2, (int)length / 2, NULL));
    int size = i2d_ECDSA_SIG(signature, &der);
    g_assert_cmpint(size, >, 64);
    char *text = g_base64_encode(der, (gsize)size);
    OPENSSL_free(der);
    ECDSA_SIG_free(signature);
    return text;
}

static char *reversed_numbers(const guint8 *octets, gsize length)
{
    g_autofree guint8 *other = g_malloc(length);

    memcpy(other, octets + length / 2, length / 2);
    memcpy(other + length / 2, octets, length / 2);
    return g_base64_encode(other, length);
}

/* A document whose value between two tags is written otherwise; to be freed. */
static char *rewritten(const char *text, const char *start, const char *end, Writing writing)
{
    const char *from = strstr(text, start) + strlen(start), *to = strstr(from, end);
    g_autofree char *base64 = g_strndup(from, (gsize)(to - from));
    gsize length = 0;
    g_autofree guint8 *octets = g_base64_decode(base64, &length);
    g_autofree char *other = writing(octets, length);

    return g_strdup_printf("%.*s%s%s", (int)(from - text), text, other, to);
}

#define NO_BASE64 "its signature value is no base64"
#define NO_VALUE  "does not verify the signature value"

/* What is as good as the value counts as it, and what is not does not. */
static const struct {
    const char *file;
    Writing writing;
    KrrSignatureStatus status;
    const char *reason;
} values[] = {
    {"valid", in_one_line, KRR_SIGNATURE_VALID, NULL},
    {"valid", of_java, KRR_SIGNATURE_VALID, NULL},
    {"valid", indented, KRR_SIGNATURE_VALID, NULL},
    {"valid", in_a_section, KRR_SIGNATURE_VALID, NULL},
    {"valid", with_a_comment, KRR_SIGNATURE_VALID, NULL},
    {"valid", by_reference, KRR_SIGNATURE_VALID, NULL},
    {"valid", without_padding, KRR_SIGNATURE_INVALID, NO_BASE64},
    {"valid", padded_twice, KRR_SIGNATURE_INVALID, NO_BASE64},
    {"valid", for_urls, KRR_SIGNATURE_INVALID, NO_BASE64},
    {"valid", with_a_letter_beside, KRR_SIGNATURE_INVALID, NO_BASE64},
    {"valid", of_nothing, KRR_SIGNATURE_INVALID, NO_BASE64},
    {"valid", longer_numbers, KRR_SIGNATURE_INVALID, "a value of 66 octets"},
    {"valid", shorter_numbers, KRR_SIGNATURE_INVALID, "a value of 62 octets"},
    {"valid", one_octet_more, KRR_SIGNATURE_INVALID, "a value of 65 octets"},
    {"valid", one_octet_before, KRR_SIGNATURE_INVALID, "a value of 65 octets"},
    {"valid", in_der, KRR_SIGNATURE_INVALID, "octets, but the key of its certificate makes 64"},
    {"valid", reversed_numbers, KRR_SIGNATURE_INVALID, NO_VALUE},
    {"p384", indented, KRR_SIGNATURE_VALID, NULL},
    {"p384", longer_numbers, KRR_SIGNATURE_INVALID, "a value of 98 octets"},
    {"p384", shorter_numbers, KRR_SIGNATURE_INVALID, "a value of 94 octets"},
    {"rsa", of_java, KRR_SIGNATURE_VALID, NULL},
    {"rsa", one_octet_more, KRR_SIGNATURE_INVALID, "a value of 257 octets"},
    {"rsa", one_octet_before, KRR_SIGNATURE_INVALID, "a value of 257 octets"},
};

static void test_values(void)
{
    g_autoptr(KrrTrust) trust = trust_new();

    for (gsize i = 0; i < G_N_ELEMENTS(values); i++) {
        g_autofree char *text = read_signed(values[i].file);
        g_autofree char *other = rewritten(text, VALUE_START, VALUE_END, values[i].writing);
        g_test_message("value %" G_GSIZE_FORMAT " of %s", i, values[i].file);
        assert_verdict(other, trust, values[i].status, values[i].reason);
    }
}

/* A digest is signed as it is written: in another writing, it is another text. */
static void test_digests(void)
{
    static const Writing writings[] = {of_java, indented, without_padding, one_octet_more,
                                       for_urls};
    g_autoptr(KrrTrust) trust = trust_new();
    g_autofree char *text = read_signed("valid");

    for (gsize i = 0; i < G_N_ELEMENTS(writings); i++) {
        g_autofree char *other = rewritten(text, DIGEST_START, DIGEST_END, writings[i]);
        assert_verdict(other, trust, KRR_SIGNATURE_INVALID, NO_VALUE);
    }
}

/* ---- namespace names ---- */

#define ROOT "<KmsRedirectResponse "
#define LIST "<ReceiverKmsList "

#define NO_FORM "canonical XML has no form"

/* A declaration in a document, and what becomes of its signature. */
static const struct {
    const char *place;
    const char *declaration;
    KrrSignatureStatus status;
    const char *reason;
} namespaces[] = {
    {ROOT, "xmlns:a=\"relative\" ", KRR_SIGNATURE_UNSUPPORTED, NO_FORM},
    {ROOT, "xmlns:a=\"../up\" ", KRR_SIGNATURE_UNSUPPORTED, NO_FORM},
    {ROOT, "xmlns:a=\"//host/path\" ", KRR_SIGNATURE_UNSUPPORTED, NO_FORM},
    {ROOT, "xmlns:a=\"#part\" ", KRR_SIGNATURE_UNSUPPORTED, NO_FORM},
    {LIST, "xmlns:a=\"relative\" ", KRR_SIGNATURE_UNSUPPORTED, NO_FORM},
    {ROOT, "xmlns:a=\"urn:another\" ", KRR_SIGNATURE_INVALID, NO_VALUE},
    {LIST, "xmlns:a=\"urn:another\" ", KRR_SIGNATURE_INVALID, "digest"},
    /* There too, although the signature itself is not covered. */
    {"<ds:KeyInfo", " xmlns:a=\"relative\"", KRR_SIGNATURE_UNSUPPORTED, NO_FORM},
    {"<ds:SignatureValue", " xmlns:a=\"../up\"", KRR_SIGNATURE_UNSUPPORTED, NO_FORM},
    {"<ds:SignedInfo", " xmlns:a=\"relative\"", KRR_SIGNATURE_UNSUPPORTED, NO_FORM},
};

static void test_namespaces(void)
{
    g_autoptr(KrrTrust) trust = trust_new();

    for (gsize i = 0; i < G_N_ELEMENTS(namespaces); i++) {
        g_autofree char *text = read_signed("valid");
        const char *at = strstr(text, namespaces[i].place) + strlen(namespaces[i].place);
        g_autofree char *other =
            g_strdup_printf("%.*s%s%s", (int)(at - text), text, namespaces[i].declaration, at);
        g_test_message("%s%s", namespaces[i].place, namespaces[i].declaration);
        assert_verdict(other, trust, namespaces[i].status, namespaces[i].reason);
    }
}

/* A name that is no URI at all makes the document none; each version of libxml2 says so. */
static void test_no_uri(void)
{
    static const char *const names[] = {"urn:a b", "http://[", "urn:%zz", "urn:\xc3\xa4"};
    g_autofree char *text = read_signed("valid");
    const char *root = strstr(text, ROOT) + strlen(ROOT);

    for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
        g_autofree char *other = g_strdup_printf(ROOT "xmlns:a=\"%s\" %s", names[i], root);
        g_autoptr(KrrDocument) document = sample_parse(other);
        g_test_message("%s", document->error);
        g_assert_true(document->error && strstr(document->error, "is not a valid URI"));
    }
}

/* ---- what is no document ---- */

/* Versions of libxml2 read these otherwise, or not at all; nobody here does. */
static void test_refused(void)
{
    static const char *const before[] = {
        "<!DOCTYPE KmsRedirectResponse>",
        "<!DOCTYPE KmsRedirectResponse [<!ATTLIST Any by CDATA 'default'>]>"};
    g_autofree char *text = read_signed("whole-document");
    const char *root = strstr(text, ROOT);

    for (gsize i = 0; i < G_N_ELEMENTS(before); i++) {
        g_autofree char *other = g_strconcat(before[i], root, NULL);
        g_autoptr(KrrDocument) document = sample_parse(other);
        g_assert_nonnull(document->error);
    }
    for (gsize nuls = 1; nuls <= 4; nuls++) {
        g_autofree char *other = g_malloc0(strlen(root) + nuls);
        memcpy(other, root, strlen(root));
        g_autoptr(KrrDocument) document = sample_parse_octets(other, strlen(root) + nuls);
        g_assert_cmpstr(document->error, ==, "it holds a NUL character");
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/krr-signature-forms/values", test_values);
    g_test_add_func("/krr-signature-forms/digests", test_digests);
    g_test_add_func("/krr-signature-forms/namespaces", test_namespaces);
    g_test_add_func("/krr-signature-forms/no-uri", test_no_uri);
    g_test_add_func("/krr-signature-forms/refused", test_refused);
    return g_test_run();
}
