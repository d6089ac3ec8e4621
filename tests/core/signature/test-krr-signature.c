/* test-krr-signature.c
 * Signatures of KRRs: each status on documents that xmlsec1 signed, and attacks on them
 *
 * The documents are those of tests/signed, or of the folder that KRR_TEST_SIGNED names.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include <glib.h>
#include <glib/gstdio.h>

#include "core/policy/kms-policy-trust.h"
#include "core/rules/krr-claim.h"
#include "core/signature/krr-signature-parts.h"
#include "core/signature/krr-signature.h"
#include "core/signature/krr-signer.h"
#include "core/signature/krr-verifier.h"
#include "core/trust/krr-certificate.h"
#include "tests/support/krr-sample.h"

/* What hostile input may cost, with sanitizers and on a busy machine. */
#define PATIENCE (10 * G_USEC_PER_SEC)

#define SIGNATURE_START "<ds:Signature xmlns:ds"
#define SIGNATURE_END   "</ds:Signature>"
#define XML_DECLARATION "<?xml version=\"1.0\"?>\n"

/* ---- files and policies ---- */

static char *test_folder(const char *name)
{
    return g_build_filename(KRR_SOURCE_DIR "/tests", name, NULL);
}

static char *read_signed(const char *name)
{
    const char *other = g_getenv("KRR_TEST_SIGNED");
    g_autofree char *folder = other ? g_strdup(other) : test_folder("signed");
    g_autofree char *file = g_strconcat(name, ".xml", NULL);
    g_autofree char *path = g_build_filename(folder, file, NULL);
    char *text = NULL;

    g_assert_true(g_file_get_contents(path, &text, NULL, NULL));
    return text;
}

/* The policy of these lines, with paths relative to tests/pki. */
static KmsPolicy *policy_of(const char *lines)
{
    g_autofree char *pki = test_folder("pki");
    g_autofree char *absolute = g_canonicalize_filename(pki, NULL);
    g_autoptr(GString) text = g_string_new(lines);
    g_autofree char *path = g_build_filename(g_get_tmp_dir(), "krr-signature-XXXXXX", NULL);
    int file = g_mkstemp(path);
    g_autoptr(GError) error = NULL;

    g_assert_cmpint(file, >=, 0);
    g_string_replace(text, "PKI", absolute, 0);
    g_assert_true(g_file_set_contents(path, text->str, -1, NULL));
    KmsPolicy *policy = kms_policy_load(path, (const char *const[]){NULL}, NULL, &error);
    g_assert_no_error(error);
    g_close(file, NULL);
    g_unlink(path);
    return policy;
}

typedef struct Fixture {
    KmsPolicy *policy;
    KrrTrust *trust;
} Fixture;

static void trust_lines(Fixture *fixture, const char *lines)
{
    g_autoptr(GError) error = NULL;

    fixture->policy = policy_of(lines);
    fixture->trust = kms_policy_load_trust(fixture->policy, &error);
    g_assert_no_error(error);
}

static void set_up(Fixture *fixture, gconstpointer data)
{
    (void)data;
    trust_lines(fixture, "[trust]\nanchors = PKI/ca.pem\ncrls = PKI/crl.pem\n");
}

static void tear_down(Fixture *fixture, gconstpointer data)
{
    (void)data;
    krr_trust_free(fixture->trust);
    kms_policy_free(fixture->policy);
}

static KrrDocument *verified(const char *text, const KrrTrust *trust)
{
    KrrDocument *document = sample_parse(text);

    krr_signature_verify(document, trust);
    return document;
}

static const KrrVerdict *verdict_of(const Krr *krr)
{
    return &krr->signature.verdict;
}

/* A KRR of that status; the reason, if it has one, holds these words. */
static void assert_status(const Krr *krr, KrrSignatureStatus status, const char *reason)
{
    const KrrVerdict *verdict = verdict_of(krr);

    g_test_message("%s: %s", krr_signature_status_name(verdict->status),
                   verdict->reason ? verdict->reason : "-");
    g_assert_cmpstr(krr_signature_status_name(verdict->status), ==,
                    krr_signature_status_name(status));
    if (status == KRR_SIGNATURE_VALID || status == KRR_SIGNATURE_ABSENT) {
        g_assert_cmpstr(verdict->reason, ==, NULL);
    } else {
        g_assert_nonnull(verdict->reason);
        g_assert_nonnull(strstr(verdict->reason, reason ? reason : ""));
    }
}

static void assert_text_status(const Fixture *fixture, const char *text, KrrSignatureStatus status,
                               const char *reason)
{
    g_autoptr(KrrDocument) document = verified(text, fixture->trust);

    assert_status(sample_krr(document), status, reason);
}

/* ---- every status ---- */

static const struct {
    const char *file;
    KrrSignatureStatus status;
    const char *reason;
    KrrSignatureGrade grade;
    const char *outside;
} cases[] = {
    {"valid", KRR_SIGNATURE_VALID, NULL, KRR_GRADE_PROFILE, NULL},
    {"whole-document", KRR_SIGNATURE_VALID, NULL, KRR_GRADE_PROFILE, NULL},
    {"chained", KRR_SIGNATURE_VALID, NULL, KRR_GRADE_PROFILE, NULL},
    {"common-name", KRR_SIGNATURE_VALID, NULL, KRR_GRADE_PROFILE, NULL},
    {"short-lived", KRR_SIGNATURE_VALID, NULL, KRR_GRADE_PROFILE, NULL},
    {"not-creator", KRR_SIGNATURE_VALID, NULL, KRR_GRADE_PROFILE, NULL},
    {"p384", KRR_SIGNATURE_VALID, NULL, KRR_GRADE_PROFILE, NULL},
    {"wrapped", KRR_SIGNATURE_VALID, NULL, KRR_GRADE_PROFILE, NULL},
    {"wrapped-whole", KRR_SIGNATURE_VALID, NULL, KRR_GRADE_PROFILE, NULL},
    {"rsa", KRR_SIGNATURE_VALID, NULL, KRR_GRADE_UNUSUAL, "RSA-SHA256"},
    {"ecdsa-sha384", KRR_SIGNATURE_VALID, NULL, KRR_GRADE_UNUSUAL, "ECDSA-SHA384"},
    {"exclusive", KRR_SIGNATURE_VALID, NULL, KRR_GRADE_UNUSUAL, "exclusive"},
    {"stranger", KRR_SIGNATURE_UNTRUSTED, "does not chain", KRR_GRADE_PROFILE, NULL},
    {"expired", KRR_SIGNATURE_UNTRUSTED, "had expired", KRR_GRADE_PROFILE, NULL},
    {"revoked", KRR_SIGNATURE_UNTRUSTED, "revoked on 2025-12-01", KRR_GRADE_PROFILE, NULL},
    {"wrong-usage", KRR_SIGNATURE_UNTRUSTED, "not for signatures", KRR_GRADE_PROFILE, NULL},
    {"no-time", KRR_SIGNATURE_UNTRUSTED, "no time", KRR_GRADE_PROFILE, NULL},
    {"part", KRR_SIGNATURE_PARTIAL, "ReceiverKmsList", KRR_GRADE_PROFILE, NULL},
    {"two-references", KRR_SIGNATURE_PARTIAL, "another element", KRR_GRADE_PROFILE, NULL},
    {"two-signatures", KRR_SIGNATURE_PARTIAL, "one of 2", KRR_GRADE_PROFILE, NULL},
    {"xpath", KRR_SIGNATURE_PARTIAL, "XPath transform, which is never run", KRR_GRADE_PROFILE,
     NULL},
    {"xslt", KRR_SIGNATURE_PARTIAL, "XSLT transform, which is never run", KRR_GRADE_PROFILE, NULL},
    {"xpointer", KRR_SIGNATURE_PARTIAL, "never run", KRR_GRADE_PROFILE, NULL},
    {"sha1-digest", KRR_SIGNATURE_UNSUPPORTED, "SHA-1 is too weak", KRR_GRADE_WEAK, "SHA-1"},
    {"md5-digest", KRR_SIGNATURE_UNSUPPORTED, "MD5 is too weak", KRR_GRADE_WEAK, "MD5"},
    {"ecdsa-sha1", KRR_SIGNATURE_UNSUPPORTED, "ECDSA-SHA1", KRR_GRADE_WEAK, "ECDSA-SHA1"},
    {"rsa-sha1", KRR_SIGNATURE_UNSUPPORTED, "RSA-SHA1", KRR_GRADE_WEAK, "RSA-SHA1"},
    {"hmac", KRR_SIGNATURE_UNSUPPORTED, "HMAC-SHA1", KRR_GRADE_WEAK, "HMAC-SHA1"},
    {"rsa-1024", KRR_SIGNATURE_UNSUPPORTED, "1024 bits", KRR_GRADE_WEAK, "1024"},
    {"p224", KRR_SIGNATURE_UNSUPPORTED, "224 bits", KRR_GRADE_WEAK, "224"},
    {"key-value", KRR_SIGNATURE_UNSUPPORTED, "no X.509", KRR_GRADE_UNUSUAL, "certificate"},
};

static void test_statuses(Fixture *fixture, gconstpointer data)
{
    (void)data;
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *text = read_signed(cases[i].file);
        g_autoptr(KrrDocument) document = verified(text, fixture->trust);
        const KrrVerdict *verdict = verdict_of(sample_krr(document));

        g_test_message("%s", cases[i].file);
        assert_status(sample_krr(document), cases[i].status, cases[i].reason);
        g_assert_true(verdict->verified);
        g_assert_cmpint(verdict->grade, ==, cases[i].grade);
        g_assert_true((verdict->grade_reason != NULL) == (cases[i].outside != NULL));
        g_assert_true(!cases[i].outside || strstr(verdict->grade_reason, cases[i].outside));
    }
}

static void test_absent(Fixture *fixture, gconstpointer data)
{
    (void)data;
    assert_text_status(fixture, KRR, KRR_SIGNATURE_ABSENT, NULL);
}

/* ---- signers ---- */

static void assert_names(const Fixture *fixture, const char *file, const char *signer,
                         bool is_creator)
{
    g_autofree char *text = read_signed(file);
    g_autoptr(KrrDocument) document = verified(text, fixture->trust);
    const Krr *krr = sample_krr(document);

    g_assert_cmpstr(verdict_of(krr)->signer, ==, signer);
    g_assert_true(krr_verdict_names(verdict_of(krr), krr_text(krr, KRR_ELEMENT_CREATOR)) ==
                  is_creator);
}

/* Whose key it was is known for as long as the document is, whatever is dropped of it. */
static void test_same_signer(Fixture *fixture, gconstpointer data)
{
    static const struct {
        const char *file;
        bool same; /* as of "valid" */
    } rows[] = {{"whole-document", true}, {"bare-1", false}, {"tampered", false}};

    (void)data;
    g_autofree char *first_text = read_signed("valid");
    g_autoptr(KrrDocument) first = verified(first_text, fixture->trust);
    krr_document_drop_origin(first);
    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *text = read_signed(rows[i].file);
        g_autoptr(KrrDocument) document = verified(text, fixture->trust);
        krr_document_drop_origin(document);
        g_assert_true(krr_same_signer(sample_krr(first), sample_krr(document)) == rows[i].same);
    }
}

static void test_signers(Fixture *fixture, gconstpointer data)
{
    (void)data;
    assert_names(fixture, "valid", "sip:is-proxy@partner.example.org", true);
    assert_names(fixture, "common-name", "sip:is-proxy@partner.example.org", true);
    assert_names(fixture, "not-creator", "sip:outbound-proxy@home.example.org", false);
}

static void test_scheme_does_not_count(Fixture *fixture, gconstpointer data)
{
    g_autofree char *text = read_signed("valid");
    g_autoptr(KrrDocument) document = verified(text, fixture->trust);
    const KrrVerdict *verdict = verdict_of(sample_krr(document));

    (void)data;
    g_assert_true(krr_verdict_names(verdict, "is-proxy@partner.example.org"));
    g_assert_true(krr_verdict_names(verdict, "sips:is-proxy@partner.example.org"));
    g_assert_false(krr_verdict_names(verdict, "is-proxy"));
    g_assert_false(krr_verdict_names(verdict, "sip:is-proxy@partner.example.orgs"));
}

static void test_dates(Fixture *fixture, gconstpointer data)
{
    g_autofree char *text = read_signed("short-lived");
    g_autoptr(KrrDocument) document = verified(text, fixture->trust);

    (void)data;
    g_assert_cmpint(verdict_of(sample_krr(document))->not_before, ==, 1735689600);
    g_assert_cmpint(verdict_of(sample_krr(document))->not_after, ==, 1767268770);
}

/* ---- trust ---- */

static void test_no_anchor(void)
{
    Fixture fixture;
    g_autofree char *text = read_signed("valid");

    trust_lines(&fixture, "");
    g_autoptr(KrrDocument) document = verified(text, fixture.trust);
    assert_status(sample_krr(document), KRR_SIGNATURE_UNTRUSTED, "no trust anchor");
    g_assert_false(verdict_of(sample_krr(document))->trust_judged);
    tear_down(&fixture, NULL);
}

static void test_no_revocations(void)
{
    Fixture fixture;
    g_autofree char *text = read_signed("revoked");

    trust_lines(&fixture, "[trust]\nanchors = PKI/ca.pem\n");
    assert_text_status(&fixture, text, KRR_SIGNATURE_VALID, NULL);
    tear_down(&fixture, NULL);
}

/* The list is of one authority alone, and says nothing about signers of the other. */
static void test_revocations_of_another(void)
{
    Fixture fixture;
    g_autofree char *text = read_signed("stranger");

    trust_lines(&fixture, "[trust]\nanchors = PKI/stranger-ca.pem\ncrls = PKI/crl.pem\n");
    assert_text_status(&fixture, text, KRR_SIGNATURE_VALID, NULL);
    tear_down(&fixture, NULL);
}

/* An anchor need not be a root, nor an authority at all. */
static void test_any_anchor(void)
{
    static const char *const anchors[][2] = {{"issuer", "chained"}, {"is-proxy", "valid"}};

    for (gsize i = 0; i < G_N_ELEMENTS(anchors); i++) {
        Fixture fixture;
        g_autofree char *lines = g_strdup_printf("[trust]\nanchors = PKI/%s.pem\n", anchors[i][0]);
        g_autofree char *text = read_signed(anchors[i][1]);
        trust_lines(&fixture, lines);
        assert_text_status(&fixture, text, KRR_SIGNATURE_VALID, NULL);
        tear_down(&fixture, NULL);
    }
}

#define PIN "[entity sip:is-proxy@partner.example.org]\ncertificate = PKI/%s.pem\n"

static void assert_pinned(const char *pinned, const char *more, const char *file,
                          KrrSignatureStatus status, const char *reason)
{
    Fixture fixture;
    g_autofree char *pin = g_strdup_printf(PIN, pinned);
    g_autofree char *lines = g_strconcat(pin, more, NULL);
    g_autofree char *text = read_signed(file);

    trust_lines(&fixture, lines);
    assert_text_status(&fixture, text, status, reason);
    tear_down(&fixture, NULL);
}

static void test_pinned(void)
{
    const char *anchors = "[trust]\nanchors = PKI/ca.pem\ncrls = PKI/crl.pem\n";

    assert_pinned("is-proxy", "", "valid", KRR_SIGNATURE_VALID, NULL);
    assert_pinned("stranger", "", "stranger", KRR_SIGNATURE_VALID, NULL);
    assert_pinned("stranger", "", "valid", KRR_SIGNATURE_UNTRUSTED, "another certificate");
    assert_pinned("rsa", anchors, "valid", KRR_SIGNATURE_UNTRUSTED, "another certificate");
    assert_pinned("is-proxy", anchors, "valid", KRR_SIGNATURE_VALID, NULL);
    assert_pinned("expired", "", "expired", KRR_SIGNATURE_UNTRUSTED, "had expired");
    assert_pinned("revoked", anchors, "revoked", KRR_SIGNATURE_UNTRUSTED, "revoked");
    assert_pinned("wrong-usage", "", "wrong-usage", KRR_SIGNATURE_UNTRUSTED, "not for signatures");
    /* Of other creators a pin says nothing. */
    assert_pinned("rsa", anchors, "nested-1", KRR_SIGNATURE_VALID, NULL);
}

static void test_files_that_are_no_trust(void)
{
    static const char *const lines[][2] = {
        {"[trust]\nanchors = PKI/crl.pem\n", "no certificate"},
        {"[trust]\nanchors = PKI/ca.pem;PKI/make-pki.sh\n", "no certificate"},
        {"[trust]\ncrls = PKI/ca.pem\n", "no certificate revocation list"},
        {"[entity sip:a@b]\ncertificate = PKI/is-proxy.key\n", "no certificate"},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(lines); i++) {
        KmsPolicy *policy = policy_of(lines[i][0]);
        g_autoptr(GError) error = NULL;
        g_assert_null(kms_policy_load_trust(policy, &error));
        g_assert_nonnull(error);
        g_assert_nonnull(strstr(error->message, lines[i][1]));
        g_assert_nonnull(strstr(error->message, "pki/"));
        kms_policy_free(policy);
    }
}

static void test_turned_off(void)
{
    g_autofree char *text = read_signed("valid");
    g_autoptr(KrrDocument) document = verified(text, NULL);

    assert_status(sample_krr(document), KRR_SIGNATURE_UNSUPPORTED, "turned off");
    g_assert_false(verdict_of(sample_krr(document))->verified);
}

/* ---- attacks ---- */

/* Replaces text that must be there. Takes the old text. */
static char *replaced(char *text, const char *old, const char *new)
{
    g_autofree char *before = text;
    GString *result = g_string_new(before);

    g_assert_cmpuint(g_string_replace(result, old, new, 1), ==, 1);
    return g_string_free(result, FALSE);
}

/* A signed document in two: its signature, and the rest without an XML declaration. */
typedef struct Pieces {
    char *signature;
    char *rest;
} Pieces;

static Pieces take_apart(const char *file)
{
    g_autofree char *text = read_signed(file);
    const char *body =
        text + (g_str_has_prefix(text, XML_DECLARATION) ? strlen(XML_DECLARATION) : 0);
    const char *start = strstr(body, SIGNATURE_START);
    const char *end = start ? strstr(start, SIGNATURE_END) : NULL;

    g_assert_nonnull(end);
    end += strlen(SIGNATURE_END);
    return (Pieces){g_strndup(start, (gsize)(end - start)),
                    g_strdup_printf("%.*s%s", (int)(start - body), body, end)};
}

static void pieces_clear(Pieces *pieces)
{
    g_free(pieces->signature);
    g_free(pieces->rest);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Pieces, pieces_clear)

/* What the attacker wants to be read. */
#define EVIL(id, content)                                                                          \
    "<KmsRedirectResponse " XMLNS_KRR id ">" VALUES "<InitiatorKmsList><Any/></InitiatorKmsList>"  \
    "<ReceiverKmsList><KmsUri>kms.evil.example.net</KmsUri></ReceiverKmsList>" content             \
    "</KmsRedirectResponse>"

/* The attacker's KRR, with content of two pieces in it. */
static void assert_attack(const Fixture *fixture, const char *format, const char *first,
                          const char *second, KrrSignatureStatus status, const char *reason)
{
    g_auto(GStrv) parts = g_strsplit(format, "%s", 3);
    g_autofree char *text = g_strconcat(parts[0], first, parts[1], second, parts[2], NULL);
    g_autoptr(KrrDocument) document = verified(text, fixture->trust);
    const Krr *krr = sample_krr(document);

    g_assert_cmpstr(sample_kms(&krr->lists[KRR_RECEIVER], 0)->text, ==, "kms.evil.example.net");
    assert_status(krr, status, reason);
}

/* Exclusive canonical XML is what lets a signed element be moved: it takes no namespaces along. */

/* There it is a part of the signature, which enveloped-signature takes away. */
static void test_moved_into_object(Fixture *fixture, gconstpointer data)
{
    g_auto(Pieces) pieces = take_apart("exclusive");
    g_autofree char *object =
        g_strconcat("<ds:Object>", pieces.rest, "</ds:Object></ds:Signature>", NULL);
    g_autofree char *signature =
        replaced(g_steal_pointer(&pieces.signature), SIGNATURE_END, object);

    (void)data;
    assert_attack(fixture, EVIL("", "%s%s"), signature, "", KRR_SIGNATURE_INVALID, "digest");
}

static void test_moved_into_unknown(Fixture *fixture, gconstpointer data)
{
    g_auto(Pieces) pieces = take_apart("exclusive");

    (void)data;
    assert_attack(fixture, EVIL(" Id=\"other\"", "%s<Attic>%s</Attic>"), pieces.signature,
                  pieces.rest, KRR_SIGNATURE_PARTIAL, "another element");
}

static void test_signature_of_sub_krr(Fixture *fixture, gconstpointer data)
{
    g_auto(Pieces) pieces = take_apart("exclusive");

    (void)data;
    assert_attack(fixture, EVIL("", "%s%s"), pieces.rest, pieces.signature, KRR_SIGNATURE_PARTIAL,
                  "another element");
}

static void test_same_id(Fixture *fixture, gconstpointer data)
{
    g_auto(Pieces) pieces = take_apart("exclusive");

    (void)data;
    assert_attack(fixture, EVIL(" Id=\"krr-1\"", "%s<Attic>%s</Attic>"), pieces.signature,
                  pieces.rest, KRR_SIGNATURE_PARTIAL, "another element");
}

static void test_beside_in_wrapper(Fixture *fixture, gconstpointer data)
{
    g_auto(Pieces) pieces = take_apart("exclusive");
    const char *wrapper =
        "<SignedKmsRedirectResponse " XMLNS_KRR ">" EVIL("", "") "%s%s"
                                                                 "</SignedKmsRedirectResponse>";

    (void)data;
    assert_attack(fixture, wrapper, pieces.rest, pieces.signature, KRR_SIGNATURE_PARTIAL,
                  "another element");
}

static void test_second_signature(Fixture *fixture, gconstpointer data)
{
    g_auto(Pieces) pieces = take_apart("exclusive");
    g_auto(Pieces) others = take_apart("stranger");

    (void)data;
    g_autofree char *attic =
        g_strconcat(others.signature, "<Attic>", pieces.rest, "</Attic>", NULL);
    assert_attack(fixture, EVIL("", "%s%s"), attic, pieces.signature, KRR_SIGNATURE_PARTIAL,
                  "one of 2 signatures");
}

/* The signature of the sub-KRR, as it stands, says nothing of the whole. */
static void test_whole_signature_of_sub_krr(Fixture *fixture, gconstpointer data)
{
    g_auto(Pieces) pieces = take_apart("whole-document");

    (void)data;
    assert_attack(fixture, EVIL("", "%s%s"), pieces.rest, pieces.signature, KRR_SIGNATURE_INVALID,
                  "digest");
}

/* A signed document with one text changed. */
static void assert_changed(const Fixture *fixture, const char *file, const char *old,
                           const char *new, KrrSignatureStatus status, const char *reason)
{
    g_autofree char *text = replaced(read_signed(file), old, new);

    assert_text_status(fixture, text, status, reason);
}

/* What is outside of the covered part can be changed at will: that is why it is not enough. */
static void test_uncovered_changes(Fixture *fixture, gconstpointer data)
{
    (void)data;
    assert_changed(fixture, "part", "<InitiatorKmsList><Any/>",
                   "<InitiatorKmsList><KmsUri>kms.evil.example.net</KmsUri>", KRR_SIGNATURE_PARTIAL,
                   "another element");
    assert_changed(fixture, "xpath", "kms.other.example.org", "kms.evil.example.net",
                   KRR_SIGNATURE_PARTIAL, "never run");
}

static void test_doubled_id(Fixture *fixture, gconstpointer data)
{
    g_autofree char *twin = read_signed("wrapped");

    (void)data;
    twin = replaced(twin, "<KmsRedirectResponse", "<Other Id=\"krr-1\"/><KmsRedirectResponse");
    assert_text_status(fixture, twin, KRR_SIGNATURE_PARTIAL, "\"krr-1\" stands twice");
}

static void test_doubled_xml_id(Fixture *fixture, gconstpointer data)
{
    g_autofree char *twin = read_signed("wrapped");

    (void)data;
    twin = replaced(twin, "<KmsRedirectResponse", "<Other xml:id=\"krr-1\"/><KmsRedirectResponse");
    assert_text_status(fixture, twin, KRR_SIGNATURE_PARTIAL, "\"krr-1\" stands twice");
}

/* SignedInfo says what is covered, so it can not be changed either. */
static void test_reference_changes(Fixture *fixture, gconstpointer data)
{
    (void)data;
    assert_changed(fixture, "valid", "URI=\"#krr-1\"", "URI=\"#list-of-krr-1\"",
                   KRR_SIGNATURE_INVALID, "signature value");
    assert_changed(fixture, "valid", "URI=\"#krr-1\"", "URI=\"file:///etc/passwd\"",
                   KRR_SIGNATURE_INVALID, "signature value");
    assert_changed(fixture, "valid", " Id=\"krr-1\"", " Id=\"krr-2\"", KRR_SIGNATURE_INVALID,
                   "no element has that Id");
    assert_changed(fixture, "valid", " Id=\"krr-1\"", "", KRR_SIGNATURE_INVALID,
                   "no element has that Id");
}

static void test_comment_hides_nothing(Fixture *fixture, gconstpointer data)
{
    g_autofree char *text = read_signed("valid");

    (void)data;
    text = replaced(text, "sip:is-proxy@partner.example.org<",
                    "sip:is-proxy@partner<!-- .evil.example.net -->.example.org<");
    g_autoptr(KrrDocument) document = verified(text, fixture->trust);
    const Krr *krr = sample_krr(document);
    assert_status(krr, KRR_SIGNATURE_VALID, NULL);
    g_assert_cmpstr(krr_text(krr, KRR_ELEMENT_CREATOR), ==, "sip:is-proxy@partner.example.org");
}

/* Do two KRRs say the same? */
static bool same_content(const Krr *a, const Krr *b)
{
    bool same = a->embedded->len == b->embedded->len;

    for (KrrElement element = 0; element < KRR_N_VALUES; element++) {
        same = same && g_strcmp0(krr_text(a, element), krr_text(b, element)) == 0;
    }
    for (KrrSide side = 0; side < KRR_N_SIDES; side++) {
        g_autofree char *list_a = krr_list_to_text(&a->lists[side]);
        g_autofree char *list_b = krr_list_to_text(&b->lists[side]);
        same = same && g_str_equal(list_a, list_b);
    }
    return same;
}

/* Whichever octet is changed: what is still valid still says the same. */
static void test_every_octet(Fixture *fixture, gconstpointer data)
{
    static const char others[] = {'x', ' ', '<', '1'};
    g_autofree char *text = read_signed("valid");
    g_autoptr(KrrDocument) original = verified(text, fixture->trust);
    gsize length = strlen(text);
    guint invalid = 0;

    (void)data;
    for (gsize i = 0; i < length; i++) {
        char octet = text[i];
        text[i] = others[i % G_N_ELEMENTS(others)];
        g_autoptr(KrrDocument) document = verified(text, fixture->trust);
        if (document->kind == KRR_DOCUMENT_KRR) {
            const Krr *krr = g_ptr_array_index(document->krrs, 0);
            bool valid = verdict_of(krr)->status == KRR_SIGNATURE_VALID;
            g_assert_true(!valid || same_content(krr, sample_krr(original)));
            invalid += verdict_of(krr)->status == KRR_SIGNATURE_INVALID ? 1 : 0;
        }
        text[i] = octet;
    }
    g_assert_cmpuint(invalid, >, length / 8);
}

/* ---- nesting ---- */

static void assert_chain(const Fixture *fixture, const char *text,
                         const KrrSignatureStatus statuses[3])
{
    g_autoptr(KrrDocument) document = verified(text, fixture->trust);
    const Krr *krr = sample_krr(document);

    for (guint depth = 0; depth < 3; depth++) {
        g_assert_cmpuint(krr->depth, ==, depth);
        g_test_message("depth %u", depth);
        assert_status(krr, statuses[depth], NULL);
        krr = depth < 2 ? sample_embedded(krr) : krr;
    }
}

/* "nested" embeds verbatim; in "bare" what is in scope outside is not declared again, once where it
 * was declared on the root, once where it was declared where it is used. */
static const char *const chains[] = {"nested-3", "bare-3"};

static void test_three_deep(Fixture *fixture, gconstpointer data)
{
    (void)data;
    for (gsize i = 0; i < G_N_ELEMENTS(chains); i++) {
        static const KrrSignatureStatus all_valid[] = {KRR_SIGNATURE_VALID, KRR_SIGNATURE_VALID,
                                                       KRR_SIGNATURE_VALID};
        g_autofree char *text = read_signed(chains[i]);
        assert_chain(fixture, text, all_valid);
    }
}

/* The levels are told by their times, the innermost is the oldest. */
static void test_one_octet_at_each_level(Fixture *fixture, gconstpointer data)
{
    static const struct {
        const char *octet;
        KrrSignatureStatus statuses[3];
    } levels[] = {
        {"00.030Z", {KRR_SIGNATURE_INVALID, KRR_SIGNATURE_VALID, KRR_SIGNATURE_VALID}},
        {"00.020Z", {KRR_SIGNATURE_INVALID, KRR_SIGNATURE_INVALID, KRR_SIGNATURE_VALID}},
        {"00.010Z", {KRR_SIGNATURE_INVALID, KRR_SIGNATURE_INVALID, KRR_SIGNATURE_INVALID}},
    };

    (void)data;
    for (gsize i = 0; i < G_N_ELEMENTS(chains); i++) {
        for (gsize k = 0; k < G_N_ELEMENTS(levels); k++) {
            g_autofree char *text = read_signed(chains[i]);
            g_autofree char *changed = g_strdup(levels[k].octet);
            changed[1]++;
            text = replaced(text, levels[k].octet, changed);
            g_test_message("%s, %s", chains[i], levels[k].octet);
            assert_chain(fixture, text, levels[k].statuses);
        }
    }
}

/* A signed KRR without its XML declaration inside something else. */
static char *put_into(const char *before, const char *file, const char *after)
{
    g_autofree char *text = read_signed(file);

    return g_strconcat(before, text + strlen(XML_DECLARATION), after, NULL);
}

static void test_in_wrappers(Fixture *fixture, gconstpointer data)
{
    static const char *const wrappers[][2] = {
        {"<EmbeddedKrr>", "</EmbeddedKrr>"},
        {"<ReceivedKrr xmlns:x=\"y\"><!-- a --> ", " </ReceivedKrr>"},
        {"", ""},
    };
    static const char *const files[] = {"valid", "whole-document", "wrapped", "wrapped-whole"};

    (void)data;
    for (gsize i = 0; i < G_N_ELEMENTS(wrappers) * G_N_ELEMENTS(files); i++) {
        const char *const *wrapper = wrappers[i % G_N_ELEMENTS(wrappers)];
        g_autofree char *inner =
            put_into(wrapper[0], files[i / G_N_ELEMENTS(wrappers)], wrapper[1]);
        g_autofree char *text =
            g_strconcat("<KmsRedirectResponse " XMLNS_KRR " xmlns:z=\"z\">" FIELDS, inner,
                        "</KmsRedirectResponse>", NULL);
        g_autoptr(KrrDocument) document = verified(text, fixture->trust);
        g_test_message("%s in \"%s\"", files[i / G_N_ELEMENTS(wrappers)], wrapper[0]);
        assert_status(sample_krr(document), KRR_SIGNATURE_ABSENT, NULL);
        assert_status(sample_embedded(sample_krr(document)), KRR_SIGNATURE_VALID, NULL);
    }
}

/* ---- uploads ---- */

static const Krr *uploaded(const KrrDocument *document)
{
    g_assert_cmpstr(document->error, ==, NULL);
    g_assert_cmpint(document->kind, ==, KRR_DOCUMENT_KMS_REQUEST);
    g_assert_cmpuint(document->krrs->len, ==, 1);
    return g_ptr_array_index(document->krrs, 0);
}

static void test_upload(Fixture *fixture, gconstpointer data)
{
    g_autofree char *text =
        put_into("<KmsRequest " XMLNS_REQUEST "><KrrList>", "valid", "</KrrList></KmsRequest>");
    g_autoptr(KrrDocument) document = verified(text, fixture->trust);

    (void)data;
    assert_status(uploaded(document), KRR_SIGNATURE_VALID, NULL);
}

/* The list is the KRR, under another name: what was signed had its own. */
static void test_upload_renamed(Fixture *fixture, gconstpointer data)
{
    g_autofree char *text = put_into("<r:KmsRequest xmlns:r=\"" KMS_REQUEST_NAMESPACE "\">",
                                     "valid", "</r:KmsRequest>");

    (void)data;
    text = replaced(text, "<KmsRedirectResponse", "<r:KrrList");
    text = replaced(text, "</KmsRedirectResponse", "</r:KrrList");
    g_autoptr(KrrDocument) document = verified(text, fixture->trust);
    assert_status(uploaded(document), KRR_SIGNATURE_VALID, NULL);
}

/* ---- hostile input ---- */

static void assert_hostile(const Fixture *fixture, const char *old, const char *new,
                           KrrSignatureStatus status, const char *reason)
{
    gint64 start = g_get_monotonic_time();

    assert_changed(fixture, "valid", old, new, status, reason);
    g_assert_cmpint(g_get_monotonic_time() - start, <, PATIENCE);
}

#define DSIG_KEY_INFO "<ds:KeyInfo>"

static void test_broken_parts(Fixture *fixture, gconstpointer data)
{
    (void)data;
    assert_hostile(fixture, "<ds:SignatureValue>", "<ds:SignatureValue>!?", KRR_SIGNATURE_INVALID,
                   NULL);
    assert_hostile(fixture, "<ds:SignatureValue>", "<ds:SignatureValue/><ds:SignatureValue>",
                   KRR_SIGNATURE_INVALID, "SignatureValue twice");
    assert_hostile(fixture, "<ds:SignatureValue>", "<ds:SignatureValue>AAAA", KRR_SIGNATURE_INVALID,
                   NULL);
    assert_hostile(fixture, "<ds:SignedInfo>", "<ds:SignedInfo/><ds:SignedInfo>",
                   KRR_SIGNATURE_INVALID, "SignedInfo twice");
    assert_hostile(fixture, "<ds:DigestValue>", "<ds:DigestValue/><ds:DigestValue>",
                   KRR_SIGNATURE_INVALID, "DigestValue twice");
    assert_hostile(fixture, "<ds:Transforms>", "<ds:Transforms/><ds:Transforms>",
                   KRR_SIGNATURE_INVALID, "Transforms twice");
    assert_hostile(fixture, "<ds:SignedInfo>", "<ds:SignedInfo><ds:Surprise/>",
                   KRR_SIGNATURE_INVALID, "none of its parts");
    assert_hostile(fixture, DSIG_KEY_INFO, "<ds:KeyInfo/>" DSIG_KEY_INFO, KRR_SIGNATURE_INVALID,
                   "KeyInfo twice");
    assert_hostile(fixture, "<ds:X509Certificate>", "<ds:X509Certificate>!?",
                   KRR_SIGNATURE_UNSUPPORTED, "no X.509 certificate");
    assert_hostile(fixture, "<ds:X509Certificate>", "<ds:X509Certificate>AAAA",
                   KRR_SIGNATURE_UNSUPPORTED, "no X.509 certificate");
}

static void test_missing_parts(Fixture *fixture, gconstpointer data)
{
    static const char *const parts[] = {
        "SignedInfo",  "SignatureValue",         "DigestMethod", "SignatureMethod",
        "DigestValue", "CanonicalizationMethod", "Reference"};

    (void)data;
    for (gsize i = 0; i < G_N_ELEMENTS(parts); i++) {
        g_autofree char *text = read_signed("valid");
        GString *renamed = g_string_new(text);
        g_autofree char *old = g_strconcat("ds:", parts[i], NULL);
        g_assert_cmpuint(g_string_replace(renamed, old, "Nothing", 0), >, 0);
        assert_text_status(fixture, renamed->str, KRR_SIGNATURE_INVALID, NULL);
        g_string_free(renamed, TRUE);
    }
}

/* A text @p count times over; caller frees. */
static char *repeated(const char *text, gsize count)
{
    GString *result = g_string_sized_new(strlen(text) * count + 1);

    for (gsize i = 0; i < count; i++) {
        g_string_append(result, text);
    }
    return g_string_free(result, FALSE);
}

/* So many of a thing before the one that is there. */
static void assert_many(const Fixture *fixture, const char *before, const char *thing, gsize count,
                        KrrSignatureStatus status, const char *reason)
{
    g_autofree char *many = repeated(thing, count);
    g_autofree char *new = g_strconcat(many, before, NULL);

    assert_hostile(fixture, before, new, status, reason);
}

#define A_REFERENCE                                                                                \
    "<ds:Reference URI=\"\"><ds:DigestMethod "                                                     \
    "Algorithm=\"http://www.w3.org/2001/04/xmlenc#sha256\"/><ds:DigestValue>AAAA</ds:DigestValue>" \
    "</ds:Reference>"

static void test_too_many_parts(Fixture *fixture, gconstpointer data)
{
    (void)data;
    assert_many(fixture, "<ds:Reference URI", A_REFERENCE, KRR_MAX_REFERENCES,
                KRR_SIGNATURE_UNSUPPORTED, "more than 16 Reference");
    assert_many(fixture, "<ds:Reference URI", "<ds:Reference/>", 4000, KRR_SIGNATURE_UNSUPPORTED,
                "more than 16 Reference");
    assert_many(fixture, "<ds:Transform A",
                "<ds:Transform Algorithm=\"http://www.w3.org/2006/12/xml-c14n11\"/>",
                KRR_MAX_TRANSFORMS, KRR_SIGNATURE_UNSUPPORTED, "more than 4 Transform");
    assert_many(fixture, "<ds:X509Certificate>", "<ds:X509Certificate/>", KRR_MAX_CERTIFICATES,
                KRR_SIGNATURE_UNSUPPORTED, "more than 16 X509Certificate");
    assert_many(fixture, "<ds:Signature ", "<ds:Signature xmlns:ds=\"" XMLDSIG_NAMESPACE "\"/>",
                900, KRR_SIGNATURE_INVALID, NULL);
}

/* Below the limits of the document, above those of a certificate or a value. */
static void test_large_parts(Fixture *fixture, gconstpointer data)
{
    g_autofree char *large = g_strnfill(60000, 'A');
    g_autofree char *certificate = g_strconcat("<ds:X509Certificate>", large, NULL);
    g_autofree char *value = g_strconcat("<ds:SignatureValue>", large, NULL);
    g_autofree char *digest = g_strconcat("<ds:DigestValue>", large, NULL);

    (void)data;
    assert_hostile(fixture, "<ds:X509Certificate>", certificate, KRR_SIGNATURE_UNSUPPORTED,
                   "larger than 16384 octets");
    assert_hostile(fixture, "<ds:SignatureValue>", value, KRR_SIGNATURE_INVALID,
                   "a value of 45064 octets");
    assert_hostile(fixture, "<ds:DigestValue>", digest, KRR_SIGNATURE_INVALID, "signature value");
}

/* Refused as a whole, in time, by a limit of documents. */
static void assert_malformed(const char *before, const char *thing, gsize count)
{
    g_autofree char *many = repeated(thing, count);
    g_autofree char *new = g_strconcat(before, many, NULL);
    g_autofree char *text = replaced(read_signed("valid"), before, new);
    gint64 start = g_get_monotonic_time();
    g_autoptr(KrrDocument) document = sample_parse(text);

    krr_signature_verify(document, NULL);
    g_assert_cmpint(document->kind, ==, KRR_DOCUMENT_MALFORMED);
    g_test_message("%s", document->error);
    g_assert_cmpint(g_get_monotonic_time() - start, <, PATIENCE);
}

static void test_enormous_parts(void)
{
    assert_malformed("<ds:X509Certificate>", "A", 1024 * 1024);
    assert_malformed("</ds:Transforms>", "<ds:Reference/>", 50000);
    assert_malformed("</ds:SignedInfo>", A_REFERENCE, 1000000);
}

/* Elements with one Id, and a reference to it: not all are digested. */
static void test_many_targets(Fixture *fixture, gconstpointer data)
{
    g_autofree char *twins = repeated("<x Id=\"krr-1\"/>", 2000);
    g_autofree char *new = g_strconcat(twins, "<KmsRedirectResponse", NULL);
    g_autofree char *text = replaced(read_signed("wrapped"), "<KmsRedirectResponse", new);
    gint64 start = g_get_monotonic_time();

    (void)data;
    assert_text_status(fixture, text, KRR_SIGNATURE_INVALID, "digest");
    g_assert_cmpint(g_get_monotonic_time() - start, <, PATIENCE);
}

static void test_too_many_signatures(Fixture *fixture, gconstpointer data)
{
    g_autofree char *krrs =
        repeated("<KmsRedirectResponse " XMLNS_KRR "><s:Signature xmlns:s=\"" XMLDSIG_NAMESPACE
                 "\"/></KmsRedirectResponse>",
                 KRR_MAX_SIGNATURES + 3);
    g_autofree char *text = g_strconcat("<KmsRequest " XMLNS_REQUEST "><KrrList>", krrs,
                                        "</KrrList></KmsRequest>", NULL);
    g_autoptr(KrrDocument) document = verified(text, fixture->trust);

    (void)data;
    g_assert_cmpuint(document->krrs->len, ==, KRR_MAX_SIGNATURES + 3);
    assert_status(document->krrs->pdata[KRR_MAX_SIGNATURES - 1], KRR_SIGNATURE_INVALID, "lacks");
    assert_status(document->krrs->pdata[KRR_MAX_SIGNATURES], KRR_SIGNATURE_UNSUPPORTED,
                  "more than 128");
}

/* Signatures around signatures, each of which covers all beneath it. */
static void test_too_much_work(Fixture *fixture, gconstpointer data)
{
    g_auto(Pieces) pieces = take_apart("whole-document");
    g_autofree char *fill = repeated("<x/>", 3000);
    g_autofree char *text = g_strdup(fill);
    gint64 start = g_get_monotonic_time();
    guint refused = 0;

    (void)data;
    for (guint i = 0; i < 40; i++) {
        g_autofree char *inner = g_steal_pointer(&text);
        text = g_strconcat("<KmsRedirectResponse " XMLNS_KRR ">", inner, pieces.signature,
                           "</KmsRedirectResponse>", NULL);
    }
    g_autoptr(KrrDocument) document = verified(text, fixture->trust);
    for (const Krr *krr = sample_krr(document); krr;
         krr = krr->embedded->len > 0 ? krr->embedded->pdata[0] : NULL) {
        const KrrVerdict *verdict = verdict_of(krr);
        bool is_refused = verdict->status == KRR_SIGNATURE_UNSUPPORTED;
        g_assert_true(is_refused || verdict->status == KRR_SIGNATURE_INVALID);
        refused += is_refused && strstr(verdict->reason, "too much work") ? 1 : 0;
    }
    g_assert_cmpuint(refused, >, 0);
    g_assert_cmpint(g_get_monotonic_time() - start, <, PATIENCE);
}

/* ---- the verifier ---- */

static void assert_same_verdict(const Krr *a, const Krr *b)
{
    assert_status(b, verdict_of(a)->status, verdict_of(a)->reason);
    g_assert_cmpstr(verdict_of(a)->signer, ==, verdict_of(b)->signer);
    g_assert_cmpstr(verdict_of(a)->grade_reason, ==, verdict_of(b)->grade_reason);
    g_assert_cmpint(verdict_of(a)->not_after, ==, verdict_of(b)->not_after);
    g_assert_cmpint(verdict_of(a)->trust_judged, ==, verdict_of(b)->trust_judged);
    g_assert_true(krr_verdict_names(verdict_of(b), krr_text(a, KRR_ELEMENT_CREATOR)) ==
                  krr_verdict_names(verdict_of(a), krr_text(a, KRR_ELEMENT_CREATOR)));
}

static void test_verifier(Fixture *fixture, gconstpointer data)
{
    g_autoptr(KrrVerifier) verifier = krr_verifier_new(g_steal_pointer(&fixture->trust));

    (void)data;
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *text = read_signed(cases[i].file);
        g_autoptr(KrrDocument) first = sample_parse(text);
        g_autoptr(KrrDocument) again = sample_parse(text);
        krr_verifier_run(verifier, first);
        krr_verifier_run(verifier, again);
        assert_status(sample_krr(first), cases[i].status, cases[i].reason);
        assert_same_verdict(sample_krr(first), sample_krr(again));
    }
}

/* A document that is given out for one that was seen before shows that none is verified twice. */
static void test_verifier_remembers(Fixture *fixture, gconstpointer data)
{
    g_autoptr(KrrVerifier) verifier = krr_verifier_new(g_steal_pointer(&fixture->trust));
    g_autofree char *text = read_signed("valid");
    g_autofree char *forged = replaced(read_signed("valid"), "00.010Z", "00.011Z");
    g_autoptr(KrrDocument) document = sample_parse(text);
    g_autoptr(KrrDocument) impostor = sample_parse(forged);

    (void)data;
    krr_verifier_run(verifier, document);
    krr_verifier_run(verifier, impostor);
    assert_status(sample_krr(impostor), KRR_SIGNATURE_INVALID, "digest");
    g_free(impostor->body_digest);
    impostor->body_digest = g_strdup(document->body_digest);
    krr_verifier_run(verifier, impostor);
    assert_same_verdict(sample_krr(document), sample_krr(impostor));
}

#define ADD(name, function)                                                                        \
    g_test_add("/krr-signature/" name, Fixture, NULL, set_up, function, tear_down)

static void add_attacks(void)
{
    ADD("moved-into-object", test_moved_into_object);
    ADD("moved-into-unknown", test_moved_into_unknown);
    ADD("signature-of-sub-krr", test_signature_of_sub_krr);
    ADD("same-id", test_same_id);
    ADD("beside-in-wrapper", test_beside_in_wrapper);
    ADD("second-signature", test_second_signature);
    ADD("whole-signature-of-sub-krr", test_whole_signature_of_sub_krr);
    ADD("uncovered-changes", test_uncovered_changes);
    ADD("doubled-id", test_doubled_id);
    ADD("doubled-xml-id", test_doubled_xml_id);
    ADD("reference-changes", test_reference_changes);
    ADD("comment-hides-nothing", test_comment_hides_nothing);
    ADD("every-octet", test_every_octet);
}

static void add_hostile(void)
{
    ADD("broken-parts", test_broken_parts);
    ADD("missing-parts", test_missing_parts);
    ADD("too-many-parts", test_too_many_parts);
    ADD("large-parts", test_large_parts);
    g_test_add_func("/krr-signature/enormous-parts", test_enormous_parts);
    ADD("many-targets", test_many_targets);
    ADD("too-many-signatures", test_too_many_signatures);
    ADD("too-much-work", test_too_much_work);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    ADD("statuses", test_statuses);
    ADD("absent", test_absent);
    ADD("signers", test_signers);
    ADD("same-signer", test_same_signer);
    ADD("scheme-does-not-count", test_scheme_does_not_count);
    ADD("dates", test_dates);
    g_test_add_func("/krr-signature/no-anchor", test_no_anchor);
    g_test_add_func("/krr-signature/no-revocations", test_no_revocations);
    g_test_add_func("/krr-signature/revocations-of-another", test_revocations_of_another);
    g_test_add_func("/krr-signature/any-anchor", test_any_anchor);
    g_test_add_func("/krr-signature/pinned", test_pinned);
    g_test_add_func("/krr-signature/files-that-are-no-trust", test_files_that_are_no_trust);
    g_test_add_func("/krr-signature/turned-off", test_turned_off);
    add_attacks();
    ADD("three-deep", test_three_deep);
    ADD("one-octet-at-each-level", test_one_octet_at_each_level);
    ADD("in-wrappers", test_in_wrappers);
    ADD("upload", test_upload);
    ADD("upload-renamed", test_upload_renamed);
    add_hostile();
    ADD("verifier", test_verifier);
    ADD("verifier-remembers", test_verifier_remembers);
    return g_test_run();
}
