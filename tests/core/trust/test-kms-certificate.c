/* test-kms-certificate.c
 * KMS certificates and the answers of KMSs: what they say, and what they make of a policy
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "core/trust/kms-certificate.h"

#include <string.h>

#include <glib.h>
#include <glib/gstdio.h>

#include "core/policy/kms-policy.h"

/* KPAK of RFC 6507 appendix A, and -KPAK, which is another point of the curve. */
#define KEY_X "50d4670bde75244f28d2838a0d25558a7a72686d4522d4c8273fb6442aebfa93"
#define KEY   "04" KEY_X "dbdd37551afd263b5dfd617f3960c65a8c298850ff99f20366dce7d4367217f4"
#define OTHER "04" KEY_X "2422c8a9e502d9c5a2029e80c69f39a573d677b000660dfc9923182bc98de80b"

#define NAMESPACE           " xmlns=\"urn:3gpp:ns:mcsecKMSInterface:1.0\""
#define CERTIFICATE(inside) "<KmsCertificate" NAMESPACE ">" inside "</KmsCertificate>"

static GPtrArray *read_text(const char *text, GError **error)
{
    return kms_certificates_read((const guint8 *)text, strlen(text), error);
}

static const KmsCertificate *at(const GPtrArray *certificates, guint i)
{
    g_assert_cmpuint(i, <, certificates->len);
    return g_ptr_array_index(certificates, i);
}

static void test_one(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) read = read_text(
        "<?xml version=\"1.0\"?>\n<KmsCertificate" NAMESPACE " Version=\"1.1.0\" Role=\"Root\">"
        "<CertUri>cert1.kms.example.org</CertUri><KmsUri> kms.example.org\n</KmsUri>"
        "<Issuer>www.example.org</Issuer><ValidFrom>2020-01-26T00:00:00</ValidFrom>"
        "<ValidTo>2030-01-26T01:59:59+02:00</ValidTo><Revoked>false</Revoked>"
        "<UserIdFormat>2</UserIdFormat><UserKeyPeriod>604800</UserKeyPeriod>"
        "<UserKeyOffset>7</UserKeyOffset><PubEncKey>029A2F</PubEncKey>"
        "<PubAuthKey>\n" KEY "\n</PubAuthKey></KmsCertificate>",
        &error);
    g_assert_no_error(error);
    g_assert_cmpuint(read->len, ==, 1);

    const KmsCertificate *certificate = at(read, 0);
    g_assert_cmpstr(certificate->kms, ==, "kms.example.org");
    g_assert_cmpint(certificate->role, ==, KMS_CERTIFICATE_ROOT);
    g_assert_cmpint(certificate->valid_from, ==, 1579996800);
    g_assert_cmpint(certificate->valid_to, ==, 1895615999);
    g_assert_false(certificate->revoked);
    g_assert_cmpuint(certificate->user_key_period, ==, 604800);
    g_assert_true(certificate->has_user_key_offset && certificate->user_key_offset == 7);
    g_assert_true(certificate->has_key);
    g_assert_cmpmem(certificate->key, 3, "\x04\x50\xd4", 3);
}

static void assert_state(const KmsCertificate *certificate, gint64 time, const char *name)
{
    g_assert_cmpstr(kms_certificate_state_name(kms_certificate_state(certificate, time)), ==, name);
}

static void test_states(void)
{
    g_autoptr(GPtrArray) read = read_text(
        "<KmsCertCache>" CERTIFICATE("<KmsUri>a</KmsUri><ValidFrom>1970-01-01T00:01:40Z</ValidFrom>"
                                     "<ValidTo>1970-01-01T00:03:20Z</ValidTo>")
            CERTIFICATE("<KmsUri>b</KmsUri>") CERTIFICATE(
                "<KmsUri>c</KmsUri><ValidTo>9999-12-31T23:59:59Z</ValidTo><Revoked>1</Revoked>")
                CERTIFICATE(
                    "<KmsUri>d</KmsUri><ValidTo>9999-12-31T23:59:59Z</ValidTo>") "</KmsCertCache>",
        NULL);
    g_assert_nonnull(read);
    assert_state(at(read, 0), 99, "not yet valid");
    assert_state(at(read, 0), 100, "current");
    assert_state(at(read, 0), 200, "current");
    assert_state(at(read, 0), 201, "outdated");
    assert_state(at(read, 1), G_MININT64, "current");
    assert_state(at(read, 1), G_MAXINT64, "current");
    assert_state(at(read, 2), 100, "revoked");
    assert_state(at(read, 3), 1895615999, "current");
    g_assert_false(at(read, 1)->has_key);
    g_assert_cmpuint(at(read, 1)->user_key_period, ==, 0);
}

/* Where no Role stands, what a certificate was provisioned in tells it. */
static void test_roles(void)
{
    static const struct {
        const char *text;
        KmsCertificateRole role;
    } rows[] = {
        {"<KmsResponse><KmsMessage><KmsInit><SignedKmsCertificate>" CERTIFICATE(
             "<KmsUri>a</KmsUri>") "</SignedKmsCertificate></KmsInit></KmsMessage></KmsResponse>",
         KMS_CERTIFICATE_ROOT},
        {"<k:KmsResponse xmlns:k=\"urn:x\"><k:KmsCertCache><k:KmsCertificate><k:KmsUri>a</k:KmsUri>"
         "</k:KmsCertificate></k:KmsCertCache></k:KmsResponse>",
         KMS_CERTIFICATE_EXTERNAL},
        {"<KmsCertCache><KmsCertificate Role='Root'><KmsUri>a</KmsUri></KmsCertificate>"
         "</KmsCertCache>",
         KMS_CERTIFICATE_ROOT},
        {"<KmsKeyProv><KmsCertificate Role=' External '><KmsUri>a</KmsUri></KmsCertificate>"
         "</KmsKeyProv>",
         KMS_CERTIFICATE_EXTERNAL},
        {CERTIFICATE("<KmsUri>a</KmsUri>"), KMS_CERTIFICATE_ROLE_NOT_STATED},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(GPtrArray) read = read_text(rows[i].text, &error);
        g_assert_no_error(error);
        g_assert_cmpint(at(read, 0)->role, ==, rows[i].role);
    }
}

static void assert_refused(const char *text, const char *says)
{
    g_autoptr(GError) error = NULL;
    g_assert_null(read_text(text, &error));
    g_assert_nonnull(error);
    if (!strstr(error->message, says)) {
        g_error("\"%s\" does not say \"%s\"", error->message, says);
    }
    g_assert_null(strchr(error->message, '\n'));
}

static void test_refused(void)
{
#define WITH(element) CERTIFICATE("<KmsUri>a</KmsUri>" element)
    static const struct {
        const char *text, *says;
    } rows[] = {
        {"", "the body is empty"},
        {"<KmsCertificate>", "line 1: "},
        {"<!DOCTYPE x [<!ENTITY a 'a'>]><KmsCertificate/>", "DOCTYPE"},
        {"<KmsResponse/>", "there is no KmsCertificate in it"},
        {"\n\n" CERTIFICATE(""), "line 3: KmsCertificate, KmsUri: is missing"},
        {CERTIFICATE("<KmsUri/>"), "KmsUri: names no KMS"},
        {CERTIFICATE("<KmsUri>*</KmsUri>"), "KmsUri: names no KMS"},
        {CERTIFICATE("<KmsUri>a b</KmsUri>"), "KmsUri: \"a b\" holds white space"},
        {CERTIFICATE("<KmsUri>a\nb</KmsUri>"), "holds a control character"},
        {WITH("<KmsUri>a</KmsUri>"), "KmsUri: there are several"},
        {WITH("<ValidFrom>today</ValidFrom>"), "ValidFrom: \"today\" is no xsd:dateTime"},
        {WITH("<ValidTo>2020-02-30T00:00:00Z</ValidTo>"), "is no xsd:dateTime"},
        {WITH("<Revoked>maybe\nso</Revoked>"), "\"maybe\\nso\" is neither true nor false"},
        {WITH("<UserKeyPeriod>0</UserKeyPeriod>"), "is not a number from 1 to 4294967295"},
        {WITH("<UserKeyOffset>-1</UserKeyOffset>"), "is not a number from 0 to 4294967295"},
        {WITH("<PubAuthKey/>"), "PubAuthKey: is not 65 octets in hex"},
        {WITH("<PubAuthKey>029A2F</PubAuthKey>"), "is not 65 octets in hex"},
        {WITH("<PubAuthKey>" KEY "0</PubAuthKey>"), "is not 65 octets in hex"},
        {WITH("<PubAuthKey>04" KEY_X KEY_X "</PubAuthKey>"), "is no uncompressed point"},
        {WITH("<PubAuthKey>" KEY "</PubAuthKey><PubAuthKey>" KEY "</PubAuthKey>"),
         "PubAuthKey: there are several"},
        {"<KmsCertificate Role='Leaf'><KmsUri>a</KmsUri></KmsCertificate>",
         "the Role \"Leaf\" is neither Root nor External"},
    };
#undef WITH

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        assert_refused(rows[i].text, rows[i].says);
    }
}

static void test_many(void)
{
    g_autoptr(GString) text = g_string_new("<KmsCertCache>");
    for (guint i = 0; i < 1001; i++) {
        g_string_append_printf(text, "<KmsCertificate><KmsUri>k%u</KmsUri></KmsCertificate>", i);
    }
    g_string_append(text, "</KmsCertCache>");
    assert_refused(text->str, "more than 1000 certificates");

    g_string_assign(text, "<KmsCertificate><KmsUri>");
    for (guint i = 0; i < 100 * 1024; i++) {
        g_string_append_c(text, 'k');
    }
    g_string_append(text, "</KmsUri></KmsCertificate>");
    assert_refused(text->str, "the text of an element is longer than");
}

/* ---- policies ---- */

typedef struct Folder {
    char *path;
    GPtrArray *files;
} Folder;

static void put_file(Folder *folder, const char *name, const char *text)
{
    char *path = g_build_filename(folder->path, name, NULL);
    g_assert_true(g_file_set_contents(path, text, -1, NULL));
    g_ptr_array_add(folder->files, path);
}

static void folder_set_up(Folder *folder, gconstpointer data)
{
    (void)data;
    folder->path = g_dir_make_tmp("krr-certificate-XXXXXX", NULL);
    g_assert_nonnull(folder->path);
    folder->files = g_ptr_array_new_with_free_func(g_free);
    put_file(folder, "init.xml",
             "<KmsResponse><KmsInit><KmsCertificate Role='Root'><KmsUri>kms.home</KmsUri>"
             "<UserKeyPeriod>604800</UserKeyPeriod><UserKeyOffset>5</UserKeyOffset>"
             "<PubAuthKey>" KEY "</PubAuthKey></KmsCertificate></KmsInit></KmsResponse>");
    put_file(folder, "migration.xml",
             "<KmsInit><KmsCertificate><KmsUri>kms.migration</KmsUri></KmsCertificate></KmsInit>");
    put_file(
        folder, "cache.xml",
        "<KmsCertCache><KmsCertificate><KmsUri>kms.partner</KmsUri><PubAuthKey>" OTHER
        "</PubAuthKey></KmsCertificate><KmsCertificate><KmsUri>kms.home</KmsUri><PubAuthKey>" KEY
        "</PubAuthKey></KmsCertificate><KmsCertificate><KmsUri>kms.partner</KmsUri>"
        "<Revoked>true</Revoked><UserKeyPeriod>60</UserKeyPeriod></KmsCertificate>"
        "</KmsCertCache>");
}

static void folder_tear_down(Folder *folder, gconstpointer data)
{
    (void)data;
    for (guint i = 0; i < folder->files->len; i++) {
        g_remove(g_ptr_array_index(folder->files, i));
    }
    g_rmdir(folder->path);
    g_ptr_array_unref(folder->files);
    g_free(folder->path);
}

static KmsPolicy *load_policy(Folder *folder, const char *text, GError **error)
{
    put_file(folder, "policy.ini", text);
    return kms_policy_load(g_ptr_array_index(folder->files, folder->files->len - 1), NULL, NULL,
                           error);
}

static void test_provisioned(Folder *folder, gconstpointer data)
{
    (void)data;
    g_autoptr(GError) error = NULL;
    g_autoptr(KmsPolicy) policy =
        load_policy(folder, "[kms]\nprovisioned = init.xml;migration.xml;cache.xml\n", &error);
    g_assert_no_error(error);

    const KmsUser user = kms_policy_user(policy, "sip:a@x", KMS_USER_INITIATOR);
    g_assert_true(user.own && user.knows_kms);
    g_assert_cmpint(kms_user_role(&user, "kms.home"), ==, KMS_ROLE_HOME);
    g_assert_cmpint(kms_user_role(&user, "kms.migration"), ==, KMS_ROLE_SECONDARY);
    g_assert_cmpint(kms_user_role(&user, "kms.partner"), ==, KMS_ROLE_EXTERNAL);
    g_assert_cmpstr(kms_user_list_at(&user.external, 0), ==, "kms.partner");
    g_assert_null(kms_user_list_at(&user.external, 1));
    g_assert_cmpuint(kms_policy_key_period(policy, "kms.home").period, ==, 604800);
    g_assert_cmpuint(kms_policy_key_period(policy, "kms.home").offset, ==, 5);
    g_assert_cmpuint(kms_policy_key_period(policy, "kms.partner").period, ==, 60);
    g_assert_cmpuint(kms_policy_key_period(policy, "kms.migration").period, ==,
                     MCX_DEFAULT_KEY_PERIOD);
    g_assert_cmpuint(kms_policy_known_kms(policy)->len, ==, 3);

    g_assert_true(kms_policy_has_certificates(policy));
    g_assert_cmpuint(kms_policy_certificates(policy, "kms.home")->len, ==, 1);
    g_assert_cmpuint(kms_policy_certificates(policy, "kms.partner")->len, ==, 2);
    g_assert_null(kms_policy_certificates(policy, "kms.stranger"));
}

/* What the file states itself goes before what certificates tell. */
static void test_stated(Folder *folder, gconstpointer data)
{
    (void)data;
    g_autoptr(GError) error = NULL;
    g_autoptr(KmsPolicy) policy =
        load_policy(folder,
                    "[kms]\nprovisioned = init.xml;cache.xml\nhome = kms.stated\nexternal =\n"
                    "[kms-domain kms.home]\nuser-key-offset = 9\n",
                    &error);
    g_assert_no_error(error);

    const KmsUser user = kms_policy_user(policy, "sip:a@x", KMS_USER_INITIATOR);
    g_assert_cmpint(kms_user_role(&user, "kms.stated"), ==, KMS_ROLE_HOME);
    g_assert_cmpint(kms_user_role(&user, "kms.home"), ==, KMS_ROLE_UNKNOWN);
    g_assert_cmpint(kms_user_role(&user, "kms.partner"), ==, KMS_ROLE_UNKNOWN);
    g_assert_cmpuint(kms_policy_key_period(policy, "kms.home").period, ==, 604800);
    g_assert_cmpuint(kms_policy_key_period(policy, "kms.home").offset, ==, 9);
    g_assert_nonnull(kms_policy_certificates(policy, "kms.partner"));
}

static void test_certificate(Folder *folder, gconstpointer data)
{
    (void)data;
    g_autoptr(GError) error = NULL;
    g_autoptr(KmsPolicy) policy =
        load_policy(folder, "[kms-domain kms.partner]\ncertificate = cache.xml\n", &error);
    g_assert_no_error(error);
    g_assert_cmpuint(kms_policy_certificates(policy, "kms.partner")->len, ==, 2);
    g_assert_null(kms_policy_certificates(policy, "kms.home")); /* not of this group */
    g_assert_cmpuint(kms_policy_key_period(policy, "kms.partner").period, ==, 60);
    g_assert_false(kms_policy_user(policy, "sip:a@x", KMS_USER_INITIATOR).knows_kms);
}

static void assert_policy_refused(Folder *folder, const char *text, const char *line,
                                  const char *says)
{
    g_autoptr(GError) error = NULL;
    g_assert_null(load_policy(folder, text, &error));
    if (!g_str_has_prefix(error->message, line) || !strstr(error->message, says)) {
        g_error("\"%s\" does not say \"%s ... %s\"", error->message, line, says);
    }
    g_assert_null(strchr(error->message, '\n'));
}

static void test_policy_refused(Folder *folder, gconstpointer data)
{
    (void)data;
    g_autoptr(GString) crowd = g_string_new("<KmsCertCache>");
    for (guint i = 1; i <= KMS_MAX_CERTIFICATES + 1; i++) {
        g_string_append_printf(crowd,
                               "<KmsCertificate><KmsUri>k</KmsUri><ValidFrom>2020-01-%02uT00:00:00Z"
                               "</ValidFrom></KmsCertificate>",
                               i);
    }
    g_string_append(crowd, "</KmsCertCache>");
    put_file(folder, "crowd.xml", crowd->str);
    put_file(folder, "broken.xml", "<KmsCertificate><KmsUri>a</KmsUri>");
    put_file(folder, "empty.xml", "");

    assert_policy_refused(folder, "[kms]\nprovisioned = init.xml;none.xml\n",
                          "line 2: [kms] provisioned: ", "none.xml\" cannot be read");
    assert_policy_refused(folder, "[kms]\nprovisioned = init.xml;broken.xml\n",
                          "line 2: [kms] provisioned: ", "broken.xml\": line 1: ");
    assert_policy_refused(folder, "[kms]\nprovisioned = empty.xml\n",
                          "line 2: [kms] provisioned: ", "empty.xml\": the body is empty");
    assert_policy_refused(folder, "[kms]\nprovisioned = crowd.xml\n",
                          "line 2: [kms] provisioned: ", "more than 8 certificates of \"k\"");
    assert_policy_refused(folder, "\n[kms-domain kms.other]\ncertificate = init.xml\n",
                          "line 3: [kms-domain kms.other] certificate: ",
                          "there is no certificate of that KMS, but one of \"kms.home\"");
    assert_policy_refused(folder, "[kms-domain kms.home]\ncertificate = policy.ini\n",
                          "line 2: [kms-domain kms.home] certificate: ", "policy.ini\": ");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/kms-certificate/one", test_one);
    g_test_add_func("/kms-certificate/states", test_states);
    g_test_add_func("/kms-certificate/roles", test_roles);
    g_test_add_func("/kms-certificate/refused", test_refused);
    g_test_add_func("/kms-certificate/many", test_many);
#define ADD(name, test)                                                                            \
    g_test_add("/kms-certificate/policy-" name, Folder, NULL, folder_set_up, test, folder_tear_down)
    ADD("provisioned", test_provisioned);
    ADD("stated", test_stated);
    ADD("certificate", test_certificate);
    ADD("refused", test_policy_refused);
    return g_test_run();
}
