/* test-kms-policy.c
 * The policy file: every row of its grammar, its errors, who gets which policy
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include <string.h>

#include <glib.h>
#include <glib/gstdio.h>

#include "core/policy/kms-policy.h"

static const char *const rule_names[] = {"unsigned-krr", "krr-flood", "list-widened", NULL};

/* A folder of its own for each test, with one file that can be read and one folder. */
typedef struct Folder {
    char *path;
    char *policy;
    char *pem;
    char *subfolder;
} Folder;

static void folder_set_up(Folder *folder, gconstpointer data)
{
    (void)data;
    folder->path = g_dir_make_tmp("krr-policy-XXXXXX", NULL);
    g_assert_nonnull(folder->path);
    folder->policy = g_build_filename(folder->path, "policy.ini", NULL);
    folder->pem = g_build_filename(folder->path, "ca.pem", NULL);
    folder->subfolder = g_build_filename(folder->path, "folder", NULL);
    g_assert_true(g_file_set_contents(folder->pem, "certificate\n", -1, NULL));
    g_assert_cmpint(g_mkdir(folder->subfolder, 0700), ==, 0);
}

static void folder_tear_down(Folder *folder, gconstpointer data)
{
    (void)data;
    g_remove(folder->policy);
    g_remove(folder->pem);
    g_rmdir(folder->subfolder);
    g_rmdir(folder->path);
    g_free(folder->path);
    g_free(folder->policy);
    g_free(folder->pem);
    g_free(folder->subfolder);
}

static KmsPolicy *load_bytes(const Folder *folder, const char *bytes, gssize length, GError **error)
{
    g_assert_true(g_file_set_contents(folder->policy, bytes, length, NULL));
    return kms_policy_load(folder->policy, rule_names, NULL, error);
}

static KmsPolicy *load_with(const Folder *folder, const char *text, const KmsOverrides *overrides)
{
    g_autoptr(GError) error = NULL;
    g_assert_true(g_file_set_contents(folder->policy, text, -1, NULL));
    KmsPolicy *policy = kms_policy_load(folder->policy, rule_names, overrides, &error);
    g_assert_no_error(error);
    g_assert_nonnull(policy);
    return policy;
}

static KmsPolicy *load(const Folder *folder, const char *text)
{
    return load_with(folder, text, NULL);
}

static void assert_list(const KmsUserList *list, const char *expected)
{
    g_autoptr(GString) joined = g_string_new(NULL);
    const char *kms;
    for (guint i = 0; (kms = kms_user_list_at(list, i)); i++) {
        g_string_append_printf(joined, "%s%s", i ? " " : "", kms);
    }
    g_assert_cmpstr(joined->str, ==, expected);
}

static void assert_same_user(KmsUser a, KmsUser b)
{
    g_assert_true(a.own == b.own && a.knows_kms == b.knows_kms && a.allow_krr == b.allow_krr &&
                  a.report_krr == b.report_krr && a.require_signed_krr == b.require_signed_krr &&
                  a.request_unknown_certificates == b.request_unknown_certificates &&
                  a.hold_until_accepted == b.hold_until_accepted &&
                  a.max_sub_krrs == b.max_sub_krrs);
    g_assert_cmpstr(a.home, ==, b.home);
    g_assert_true(a.secondary.stated == b.secondary.stated &&
                  a.external.stated == b.external.stated);
}

static void assert_refused(const Folder *folder, const char *bytes, gssize length, const char *says)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(KmsPolicy) policy = load_bytes(folder, bytes, length, &error);
    if (policy) {
        g_error("accepted: %s", bytes);
    }
    g_assert_nonnull(error);
    if (!strstr(error->message, says)) {
        g_error("\"%s\" does not say \"%s\"", error->message, says);
    }
    g_assert_null(strpbrk(error->message, "\n\r"));
}

/* Each row of the grammar: the group, a key, a value that is right and one that is wrong. */
static const struct {
    const char *group, *key, *good, *bad, *says;
} rows[] = {
    {"policy", "allow-krr", "no", "false", "\"false\" is none of: no, yes"},
    {"policy", "report-krr", "yes", "Yes", "\"Yes\" is none of: no, yes"},
    {"policy", "require-signed-krr", "yes", "yes # always", "is none of: no, yes"},
    {"policy", "request-unknown-certificates", "yes", "1", "\"1\" is none of: no, yes"},
    {"policy", "hold-until-accepted", "yes", "", "has no value"},
    {"policy", "max-sub-krrs", "0", "many", "\"many\" is not a number from 0 to 1000"},
    {"policy", "max-sub-krrs", "1000", "1001", "\"1001\" is not a number from 0 to 1000"},
    {"policy", "max-sub-krrs", "7", "-1", "\"-1\" is not a number from 0 to 1000"},
    {"policy", "clock-skew", "31536000", "31536001", "is not a number from 0 to 31536000"},
    {"policy", "window", "0", "180 # s", "\"180 # s\" is not a number from 0 to 31536000"},
    {"kms", "users", "sip:*@home.example.org", "sip:*@x # ours", "holds white space"},
    {"kms", "home", "kms.x", "kms.x;kms.y", "2 KMSs, but a user has exactly one Primary Home KMS"},
    {"kms", "home", "kms.x;", "", "has no value"},
    {"kms", "home", "sip:kms.x", "kms.*", "\"kms.*\" is a pattern"},
    {"kms", "secondary", "", "kms.a kms.b", "\"kms.a kms.b\" holds white space"},
    {"kms", "external", ";kms.a; ;kms.b;", "kms.a;kms.\\nb", "holds a control character"},
    {"user sip:a@x", "allow-krr", "no", "on", "\"on\" is none of"},
    {"user sip:a@x", "report-krr", "no", "on", "\"on\" is none of"},
    {"user sip:a@x", "require-signed-krr", "no", "on", "\"on\" is none of"},
    {"user sip:a@x", "request-unknown-certificates", "no", "on", "\"on\" is none of"},
    {"user sip:a@x", "hold-until-accepted", "no", "on", "\"on\" is none of"},
    {"user sip:a@x", "max-sub-krrs", "3", "0x3", "\"0x3\" is not a number"},
    {"user sip:a@x", "home", "kms.a", "kms.a;kms.b", "exactly one Primary Home KMS"},
    {"user sip:a@x", "secondary", "kms.a", "a b", "holds white space"},
    {"user sip:a@x", "external", "kms.a", "a b", "holds white space"},
    {"entity sip:p@x", "role", "gms", "boss", "\"boss\" is none of: client, gms, mcx-server, "},
    {"entity sip:p@x", "domain", "x.org", "x.org y.org", "holds white space"},
    {"entity sip:p@x", "addresses", "192.0.2.1;2001:db8::1", "192.0.2.256",
     "\"192.0.2.256\" is not an IP address"},
    {"entity sip:p@x", "addresses", "", "kms.x", "\"kms.x\" is not an IP address"},
    {"entity sip:p@x", "certificate", "ca.pem", "none.pem",
     "none.pem\" cannot be read: No such file or directory"},
    {"entity sip:p@x", "certificate", "ca.pem", "folder", "folder\" is not a file"},
    {"domain x.org", "users", "sip:*@x.org;tel:*", "a b", "holds white space"},
    {"domain x.org", "kms", "kms.a", "a b", "holds white space"},
    {"domain x.org", "accepts", "kms.a", "a b", "holds white space"},
    {"domain x.org", "home", "kms.a", "kms.a;kms.b", "exactly one Primary Home KMS"},
    {"domain x.org", "secondary", "kms.a", "a b", "holds white space"},
    {"domain x.org", "external", "kms.a", "a b", "holds white space"},
    {"kms-domain kms.a", "user-key-period", "1", "0", "is not a number from 1 to 4294967295"},
    {"kms-domain kms.a", "user-key-offset", "0", "4294967296", "is not a number from 0 to "},
    {"trust", "anchors", "ca.pem;ca.pem", "ca.pem;none.pem", "none.pem\" cannot be read"},
    {"trust", "anchors", "", "ca.pem # root", "ca.pem # root\" cannot be read"},
    {"trust", "crls", "ca.pem;ca.pem", "none.pem", "none.pem\" cannot be read"},
    {"severity", "unsigned-krr", "off", "fatal", "\"fatal\" is none of: off, note, warning, error"},
};

static void test_rows(Folder *folder, gconstpointer data)
{
    (void)data;
    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *good =
            g_strdup_printf("# first\n[%s]\n%s = %s\n", rows[i].group, rows[i].key, rows[i].good);
        g_autoptr(KmsPolicy) policy = load(folder, good);
        g_assert_true(kms_policy_loaded(policy));

        g_autofree char *bad =
            g_strdup_printf("# first\n\n[%s]\n%s=%s\n", rows[i].group, rows[i].key, rows[i].bad);
        g_autofree char *where = g_strdup_printf("line 4: [%s] %s: ", rows[i].group, rows[i].key);
        assert_refused(folder, bad, -1, where);
        assert_refused(folder, bad, -1, rows[i].says);
    }
}

/* Keys that stand in one group and not in another. */
static void test_misplaced_keys(Folder *folder, gconstpointer data)
{
    (void)data;
    static const char *const misplaced[][2] = {
        {"policy", "home"},
        {"policy", "users"},
        {"kms", "allow-krr"},
        {"kms", "kms"},
        {"user sip:a@x", "users"},
        {"user sip:a@x", "window"},
        {"user sip:a@x", "clock-skew"},
        {"entity sip:a@x", "home"},
        {"domain x", "role"},
        {"domain x", "max-sub-krrs"},
        {"kms-domain x", "home"},
        {"trust", "certificate"},
        {"policy", "allow-krr[de]"},
        {"policy", "Allow-KRR"},
    };
    for (guint i = 0; i < G_N_ELEMENTS(misplaced); i++) {
        g_autofree char *text =
            g_strdup_printf("[%s]\n%s = yes\n", misplaced[i][0], misplaced[i][1]);
        g_autofree char *says =
            g_strdup_printf("line 2: [%s] %s: unknown key", misplaced[i][0], misplaced[i][1]);
        assert_refused(folder, text, -1, says);
    }
    assert_refused(folder, "[severity]\nunsigned = off\n", -1,
                   "line 2: [severity] unsigned: unknown rule");
}

static void test_structure(Folder *folder, gconstpointer data)
{
    (void)data;
    static const struct {
        const char *text, *says;
    } broken[] = {
        {"[polcy]\n", "line 1: [polcy]: unknown group"},
        {"[]\n", "line 1: []: unknown group"},
        {"\n[user]\n", "line 2: [user]: lacks its name, as in [user sip:alice@example.org]"},
        {"[entity ]\n", "line 1: [entity]: lacks its name"},
        {"[domain]\n", "line 1: [domain]: lacks its name"},
        {"[kms-domain]\n", "line 1: [kms-domain]: lacks its name"},
        {"[policy strict]\n", "line 1: [policy]: takes no name"},
        {"[user sip:a@x sip:b@x]\n", "line 1: [user]: its name \"sip:a@x sip:b@x\" holds white"},
        {"home = kms.x\n[kms]\n", "line 1: home: stands before any [group]"},
        {"[kms]\nhome = a\n\nhome = b\n", "line 4: [kms] home: stands in line 2 already"},
        {"[kms]\n[policy]\n[kms]\n", "line 3: [kms]: stands in line 1 already"},
        {"[user sip:a@x]\n[user  sip:a@x ]\n", "line 2: [user sip:a@x]: stands in line 1"},
        {"[domain X.org]\n[domain x.ORG]\n", "line 2: [domain x.org]: stands in line 1"},
        {"[kms]\nhome\n", "line 2: [kms]: neither a [group] nor key = value nor a # comment"},
        {"[kms]\n= kms.x\n", "line 2: [kms]: neither a [group]"},
        {"[kms] # ours\n", "line 1: a group stands alone in its line"},
        {"[kms ]\n", "line 1: [kms]: takes no name"},
        {"[ kms]\n", "line 1: []: unknown group"},
        {"[user\tsip:a@x]\n", "line 1: a group stands alone in its line"},
        {"[user sip:\xc2\x80@x]\n", "line 1: [user]: its name holds a control character"},
        {"[kms\n", "line 1: a group stands alone in its line"},
        {"[user sip:a@[::1]]\n", "line 1: a group stands alone in its line"},
        {"[kms]\nhome = a\rb\n", "line 2: [kms]: a control character"},
        {"[kms]\nhome = a\\qb\n", "line 2: [kms] home: a backslash stands only in"},
        {"[kms]\nexternal = a;b\\qc\n", "line 2: [kms] external: a backslash stands only in"},
        {"[trust]\nanchors = a\\tb\n", "line 2: [trust] anchors: holds a control character"},
    };
    for (guint i = 0; i < G_N_ELEMENTS(broken); i++) {
        assert_refused(folder, broken[i].text, -1, broken[i].says);
    }

    static const char nul[] = "[kms]\nhome = a\0b\n";
    assert_refused(folder, nul, sizeof nul - 1, "line 2: a NUL octet");
    assert_refused(folder, "[kms]\n\nhome = \xff\n", -1, "line 3: octets that are not UTF-8");

    g_autofree char *name = g_strnfill(2000, 'a');
    g_autofree char *long_name = g_strdup_printf("[user %s]\n", name);
    assert_refused(folder, long_name, -1, "line 1: [user]: its name is longer than 1024 octets");
    g_autofree char *value = g_strnfill(5000, 'a');
    g_autofree char *long_value = g_strdup_printf("[policy]\nallow-krr = %s\n", value);
    assert_refused(folder, long_value, -1, "line 2: [policy] allow-krr: a value is longer than");
}

static void test_forms(Folder *folder, gconstpointer data)
{
    (void)data;
    g_autoptr(KmsPolicy) empty = load(folder, "");
    g_assert_true(kms_policy_loaded(empty));
    g_assert_cmpuint(kms_policy_window(empty), ==, 180);

    /* Mark at the beginning, carriage returns, indentation, no end of the last line. */
    g_autoptr(KmsPolicy) odd =
        load(folder, "\xef\xbb\xbf# c\r\n  [kms] \t\r\n\thome  =  kms.x  \r\n"
                     "   # c\r\n[policy]\r\nwindow=9");
    g_assert_cmpuint(kms_policy_window(odd), ==, 9);
    g_assert_cmpstr(kms_policy_user(odd, "sip:a@x", KMS_USER_INITIATOR).home, ==, "kms.x");

    /* GKeyFile's escapes. */
    g_autoptr(KmsPolicy) escaped = load(folder, "[kms]\nexternal = a\\;b ; c\\\\d;;\n");
    const KmsUser user = kms_policy_user(escaped, "sip:a@x", KMS_USER_INITIATOR);
    assert_list(&user.external, "a;b c\\d");
}

static void test_unreadable(Folder *folder, gconstpointer data)
{
    (void)data;
    g_autoptr(GError) missing = NULL;
    g_assert_null(kms_policy_load(folder->policy, rule_names, NULL, &missing));
    g_assert_cmpstr(missing->message, ==, "cannot be read: No such file or directory");

    g_autoptr(GError) is_folder = NULL;
    g_assert_null(kms_policy_load(folder->subfolder, rule_names, NULL, &is_folder));
    g_assert_true(g_str_has_prefix(is_folder->message, "cannot be read: "));

    gsize most = 4 * 1024 * 1024;
    g_autofree char *bytes = g_strnfill(most + 1, '#');
    assert_refused(folder, bytes, (gssize)most + 1, "is larger than 4194304 octets");
    g_autoptr(GError) error = NULL;
    g_autoptr(KmsPolicy) largest = load_bytes(folder, bytes, (gssize)most, &error);
    g_assert_no_error(error);
    g_assert_nonnull(largest);
}

static void test_defaults(void)
{
    g_autoptr(KmsPolicy) policy = kms_policy_new();
    g_assert_false(kms_policy_loaded(policy));
    g_assert_cmpuint(kms_policy_window(policy), ==, 180);
    g_assert_cmpuint(kms_policy_clock_skew(policy), ==, 300);
    g_assert_null(kms_policy_trust_anchors(policy)[0]);
    g_assert_null(kms_policy_severity(policy, "unsigned-krr"));
    g_assert_cmpuint(kms_policy_known_kms(policy)->len, ==, 0);
    g_assert_cmpuint(kms_policy_known_identities(policy)->len, ==, 0);
    g_assert_null(kms_policy_entity(policy, "sip:a@x"));
    g_assert_null(kms_policy_domain_of_user(policy, "sip:a@x"));
    McxKeyPeriod period = kms_policy_key_period(policy, "kms.x");
    g_assert_cmpuint(period.period, ==, MCX_DEFAULT_KEY_PERIOD);
    g_assert_cmpuint(period.offset, ==, MCX_DEFAULT_KEY_OFFSET);

    const KmsUser initiator = kms_policy_user(policy, "sip:a@x", KMS_USER_INITIATOR);
    g_assert_true(initiator.own);
    g_assert_false(initiator.knows_kms);
    g_assert_true(initiator.allow_krr);
    g_assert_false(initiator.report_krr);
    g_assert_false(initiator.require_signed_krr);
    g_assert_false(initiator.request_unknown_certificates);
    g_assert_false(initiator.hold_until_accepted);
    g_assert_cmpuint(initiator.max_sub_krrs, ==, 5);
    g_assert_cmpint(kms_user_role(&initiator, "kms.x"), ==, KMS_ROLE_UNKNOWN);
    g_assert_false(kms_policy_user(policy, "sip:a@x", KMS_USER_RECEIVER).own);
}

static void test_overrides(Folder *folder, gconstpointer data)
{
    (void)data;
    static const char text[] = "[policy]\nwindow=10\nmax-sub-krrs=2\n"
                               "[user sip:a@x]\nmax-sub-krrs=9\n";
    const KmsOverrides overrides = {.has_window = true, .window = 7, .max_sub_krrs = 4};
    g_autoptr(KmsPolicy) stated = load(folder, text);
    g_assert_cmpuint(kms_policy_window(stated), ==, 10);
    g_assert_cmpuint(kms_policy_user(stated, "sip:b@x", KMS_USER_INITIATOR).max_sub_krrs, ==, 2);
    g_assert_cmpuint(kms_policy_user(stated, "sip:a@x", KMS_USER_INITIATOR).max_sub_krrs, ==, 9);

    g_autoptr(KmsPolicy) policy = load_with(folder, text, &overrides);
    g_assert_cmpuint(kms_policy_window(policy), ==, 7);
    g_assert_cmpuint(kms_policy_user(policy, "sip:b@x", KMS_USER_INITIATOR).max_sub_krrs, ==, 4);
    g_assert_cmpuint(kms_policy_user(policy, "sip:b@x", KMS_USER_RECEIVER).max_sub_krrs, ==, 4);
    g_assert_cmpuint(kms_policy_user(policy, "sip:a@x", KMS_USER_INITIATOR).max_sub_krrs, ==, 9);
}

static void test_overlays(Folder *folder, gconstpointer data)
{
    (void)data;
    g_autoptr(KmsPolicy) policy =
        load(folder, "[policy]\nreport-krr=yes\nallow-krr=no\n"
                     "[kms]\nusers=sip:*@home;sip:guest@else\nhome=kms.home\nsecondary=kms.sec\n"
                     "external=kms.ext\n"
                     "[user sip:*]\nhold-until-accepted=yes\n"
                     "[user sip:*@home]\nrequire-signed-krr=yes\nsecondary=\n"
                     "[user sip:alice@home]\nallow-krr=yes\nexternal=kms.a;kms.b\nmax-sub-krrs=1\n"
                     "[user sip:carol@far]\nhome=kms.carol\nreport-krr=yes\n"
                     "[domain far]\nusers=sip:*@far\nhome=kms.far\nexternal=kms.home\n"
                     "[domain homeland]\nusers=sip:*@home\nhome=kms.never\n");

    const KmsUser alice = kms_policy_user(policy, "sip:alice@home", KMS_USER_INITIATOR);
    g_assert_true(alice.own && alice.knows_kms && alice.allow_krr && alice.report_krr);
    g_assert_false(alice.require_signed_krr); /* one [user] group only: the most specific */
    g_assert_false(alice.hold_until_accepted);
    g_assert_cmpuint(alice.max_sub_krrs, ==, 1);
    g_assert_cmpint(kms_user_role(&alice, "kms.home"), ==, KMS_ROLE_HOME);
    g_assert_cmpint(kms_user_role(&alice, "kms.sec"), ==, KMS_ROLE_SECONDARY);
    g_assert_cmpint(kms_user_role(&alice, "kms.b"), ==, KMS_ROLE_EXTERNAL);
    g_assert_cmpint(kms_user_role(&alice, "kms.ext"), ==, KMS_ROLE_UNKNOWN);
    g_assert_cmpint(kms_user_role(&alice, "KMS.home."), ==, KMS_ROLE_HOME);

    const KmsUser bob = kms_policy_user(policy, "sip:bob@home", KMS_USER_RECEIVER);
    g_assert_true(bob.own && bob.require_signed_krr && bob.report_krr);
    g_assert_false(bob.allow_krr);
    g_assert_cmpint(kms_user_role(&bob, "kms.sec"), ==, KMS_ROLE_UNKNOWN); /* stated to be none */
    g_assert_cmpint(kms_user_role(&bob, "kms.ext"), ==, KMS_ROLE_EXTERNAL);
    assert_same_user(bob, kms_policy_user(policy, "sip:bert@home", KMS_USER_INITIATOR));

    const KmsUser guest = kms_policy_user(policy, "sip:guest@else", KMS_USER_INITIATOR);
    g_assert_true(guest.own && guest.hold_until_accepted);

    /* Of the domain "far": its KMSs, none of our switches, but what [user] states. */
    const KmsUser carol = kms_policy_user(policy, "sip:carol@far", KMS_USER_INITIATOR);
    g_assert_false(carol.own);
    g_assert_true(carol.allow_krr && carol.report_krr && carol.knows_kms);
    g_assert_cmpstr(carol.home, ==, "kms.carol");
    g_assert_cmpint(kms_user_role(&carol, "kms.home"), ==, KMS_ROLE_EXTERNAL);
    const KmsUser chris = kms_policy_user(policy, "sip:chris@far", KMS_USER_RECEIVER);
    g_assert_cmpstr(chris.home, ==, "kms.far");
    g_assert_false(chris.report_krr);

    const KmsUser nobody = kms_policy_user(policy, "tel:1", KMS_USER_INITIATOR);
    g_assert_false(nobody.own || nobody.knows_kms);

    /* Without a scheme. */
    assert_same_user(kms_policy_user(policy, "alice@home", KMS_USER_INITIATOR), alice);
    assert_same_user(kms_policy_user(policy, "carol@far", KMS_USER_INITIATOR), carol);
}

/* [kms] users not stated: every initiator is our own, but for those whom another domain provides
 * with KMSs. */
static void test_default_users(Folder *folder, gconstpointer data)
{
    (void)data;
    g_autoptr(KmsPolicy) policy =
        load(folder, "[kms]\nhome=kms.home\n[domain far]\nusers=sip:*@far\nhome=kms.far\n");
    const KmsUser ours = kms_policy_user(policy, "sip:a@home", KMS_USER_INITIATOR);
    g_assert_true(ours.own);
    g_assert_cmpstr(ours.home, ==, "kms.home");
    const KmsUser receiver = kms_policy_user(policy, "sip:a@home", KMS_USER_RECEIVER);
    g_assert_false(receiver.own || receiver.knows_kms);
    const KmsUser theirs = kms_policy_user(policy, "sip:a@far", KMS_USER_INITIATOR);
    g_assert_false(theirs.own);
    g_assert_cmpstr(theirs.home, ==, "kms.far");

    g_autoptr(KmsPolicy) domains =
        load(folder, "[policy]\nallow-krr=no\n[kms]\nhome=kms.home\nsecondary=kms.away\n"
                     "[domain home]\nusers=sip:*@home\nhome=kms.home\nexternal=kms.far\n"
                     "[domain silent]\nusers=sip:*@silent\naccepts=kms.far\n"
                     "[domain far]\nusers=sip:*@far\nexternal=kms.home\n");
    const KmsUser of_home = kms_policy_user(domains, "sip:a@home", KMS_USER_INITIATOR);
    g_assert_true(of_home.own && !of_home.allow_krr);
    assert_list(&of_home.secondary, "kms.away");
    assert_list(&of_home.external, "kms.far");
    const KmsUser silent = kms_policy_user(domains, "sip:a@silent", KMS_USER_INITIATOR);
    g_assert_true(silent.own && !silent.allow_krr);
    g_assert_cmpstr(silent.home, ==, "kms.home");
    g_assert_false(kms_policy_user(domains, "sip:a@far", KMS_USER_INITIATOR).own);

    g_autoptr(KmsPolicy) nobody = load(folder, "[kms]\nusers=\nhome=kms.home\n");
    g_assert_false(kms_policy_user(nobody, "sip:a@home", KMS_USER_INITIATOR).own);
}

static void test_many_users(Folder *folder, gconstpointer data)
{
    (void)data;
    g_autoptr(KmsPolicy) policy = load(folder, "[kms]\nusers=sip:*0@x\nhome=kms.x\n");
    for (guint i = 0; i < 70000; i++) {
        char identity[32];
        g_snprintf(identity, sizeof identity, "sip:%u@x", i);
        const KmsUser user = kms_policy_user(policy, identity, KMS_USER_INITIATOR);
        g_assert_true(user.own == (i % 10 == 0) && user.knows_kms == user.own);
    }
    g_autofree char *endless = g_strnfill(100000, 'a');
    g_assert_false(kms_policy_user(policy, endless, KMS_USER_INITIATOR).own);
}

static void test_domains(Folder *folder, gconstpointer data)
{
    (void)data;
    g_autoptr(KmsPolicy) policy =
        load(folder, "[domain x.org]\nusers=sip:*@x.org;sip:*@*.x.org\n"
                     "[domain sub.x.org]\nusers=sip:*@sub.x.org\nsecondary=kms.s\n"
                     "[domain listed.org]\nkms=kms.x.org;kms.l\naccepts=kms.l\nhome=kms.l\n"
                     "[domain none.org]\nkms=\n");
    const KmsDomain *x = kms_policy_domain(policy, "X.org");
    const KmsDomain *sub = kms_policy_domain(policy, "sub.x.org");
    const KmsDomain *listed = kms_policy_domain(policy, "listed.org");
    const KmsDomain *none = kms_policy_domain(policy, "none.org");
    g_assert_true(x && sub && listed && none);
    g_assert_null(kms_policy_domain(policy, "org"));
    g_assert_true(!x->kms && !x->accepts && !x->home && !x->secondary && !x->external);
    g_assert_cmpstr(sub->secondary[0], ==, "kms.s");
    g_assert_cmpstr(listed->accepts[0], ==, "kms.l");
    g_assert_cmpstr(listed->home, ==, "kms.l");

    g_assert_true(kms_policy_domain_of_user(policy, "sip:a@x.org") == x);
    g_assert_true(kms_policy_domain_of_user(policy, "sip:a@sub.x.org") == sub);
    g_assert_true(kms_policy_domain_of_user(policy, "sip:a@other.x.org") == x);
    g_assert_true(kms_policy_domain_of_user(policy, "a@x.org") == x);
    g_assert_null(kms_policy_domain_of_user(policy, "sip:a@y.org"));

    g_assert_true(kms_domain_owns(x, "x.org"));
    g_assert_true(kms_domain_owns(x, "sip:a@kms.X.ORG:5060"));
    g_assert_true(kms_domain_owns(x, "https://kms.sub.x.org/p"));
    g_assert_false(kms_domain_owns(x, "kmsx.org"));
    g_assert_false(kms_domain_owns(x, "kms.x.org.evil"));
    g_assert_false(kms_domain_owns(x, "https://evil/x.org"));
    g_assert_false(kms_domain_owns(x, ""));
    g_assert_true(kms_domain_owns(listed, "kms.l"));
    g_assert_false(kms_domain_owns(listed, "kms.listed.org"));
    g_assert_false(kms_domain_owns(none, "kms.none.org"));
}

static void test_entities(Folder *folder, gconstpointer data)
{
    (void)data;
    g_autoptr(KmsPolicy) policy =
        load(folder, "[entity sip:p@x]\nrole=is-proxy\ndomain=x\n"
                     "addresses=192.0.2.1;2001:DB8:0:0::10\ncertificate=ca.pem\n"
                     "[entity sip:*@x]\naddresses=192.0.2.1;192.0.2.2\n"
                     "[entity sip:c@y]\nrole=client\n");
    const KmsEntity *proxy = kms_policy_entity(policy, "sip:p@x");
    g_assert_cmpstr(proxy->identity, ==, "sip:p@x");
    g_assert_cmpint(proxy->role, ==, KMS_ENTITY_IS_PROXY);
    g_assert_cmpstr(proxy->domain, ==, "x");
    g_assert_cmpstr(proxy->addresses[1], ==, "2001:db8::10");
    g_assert_cmpstr(proxy->certificate, ==, folder->pem);
    g_assert_cmpint(kms_policy_entity(policy, "sip:c@y")->role, ==, KMS_ENTITY_CLIENT);

    const KmsEntity *any = kms_policy_entity(policy, "sip:q@x");
    g_assert_cmpstr(any->identity, ==, "sip:*@x");
    g_assert_cmpint(any->role, ==, KMS_ENTITY_ROLE_NOT_STATED);
    g_assert_true(!any->domain && !any->certificate);
    g_assert_null(kms_policy_entity(policy, "sip:p@z"));

    g_assert_true(kms_policy_entity_at(policy, "192.0.2.1") == proxy);
    g_assert_true(kms_policy_entity_at(policy, "2001:db8::0010") == proxy);
    g_assert_true(kms_policy_entity_at(policy, "192.0.2.2") == any);
    g_assert_null(kms_policy_entity_at(policy, "192.0.2.3"));
    g_assert_null(kms_policy_entity_at(policy, "no address"));

    static const char *const names[] = {
        "client",   "gms",       "mcx-server", "inbound-cs-proxy", "outbound-cs-proxy",
        "is-proxy", "not stated"};
    for (guint role = 0; role <= KMS_ENTITY_ROLE_NOT_STATED; role++) {
        g_assert_cmpstr(kms_entity_role_name(role), ==, names[role]);
    }
}

static void assert_texts(const GPtrArray *texts, const char *expected)
{
    g_autoptr(GPtrArray) copy = g_ptr_array_new();
    for (guint i = 0; i < texts->len; i++) {
        g_ptr_array_add(copy, g_ptr_array_index(texts, i));
    }
    g_ptr_array_add(copy, NULL);
    g_autofree char *joined = g_strjoinv(" ", (char **)copy->pdata);
    g_assert_cmpstr(joined, ==, expected);
}

static void test_known(Folder *folder, gconstpointer data)
{
    (void)data;
    g_autoptr(KmsPolicy) policy =
        load(folder, "[kms]\nusers=sip:z@x;sip:*\nhome=k5\nsecondary=k4\nexternal=k3;k5\n"
                     "[user sip:y@x]\nhome=k6\n[user sip:*@w]\nexternal=k1\n"
                     "[entity sip:a@x]\n[domain d]\nkms=k7\naccepts=k8;k3\nhome=k9\n"
                     "secondary=ka\nexternal=kb\nusers=sip:b@x\n[kms-domain k2]\n");
    assert_texts(kms_policy_known_kms(policy), "k1 k2 k3 k4 k5 k6 k7 k8 k9 ka kb");
    assert_texts(kms_policy_known_identities(policy), "sip:a@x sip:b@x sip:y@x sip:z@x");
}

static void test_key_periods(Folder *folder, gconstpointer data)
{
    (void)data;
    g_autoptr(KmsPolicy) policy =
        load(folder, "[kms-domain a]\nuser-key-period=10\nuser-key-offset=3\n"
                     "[kms-domain b]\nuser-key-offset=4\n");
    McxKeyPeriod a = kms_policy_key_period(policy, "a");
    McxKeyPeriod b = kms_policy_key_period(policy, "b");
    g_assert_true(a.period == 10 && a.offset == 3);
    g_assert_true(b.period == MCX_DEFAULT_KEY_PERIOD && b.offset == 4);
    g_assert_cmpuint(kms_policy_key_period(policy, "c").period, ==, MCX_DEFAULT_KEY_PERIOD);
}

static void test_severities_and_anchors(Folder *folder, gconstpointer data)
{
    (void)data;
    g_autofree char *text = g_strdup_printf(
        "[trust]\nanchors=ca.pem;%s\n[severity]\nkrr-flood=note\nunsigned-krr=off\n", folder->pem);
    g_autoptr(KmsPolicy) policy = load(folder, text);
    g_assert_cmpstr(kms_policy_severity(policy, "krr-flood"), ==, "note");
    g_assert_cmpstr(kms_policy_severity(policy, "unsigned-krr"), ==, "off");
    g_assert_null(kms_policy_severity(policy, "list-widened"));
    g_assert_null(kms_policy_severity(policy, "no-such-rule"));
    const char *const *anchors = kms_policy_trust_anchors(policy);
    g_assert_cmpstr(anchors[0], ==, folder->pem);
    g_assert_cmpstr(anchors[1], ==, folder->pem);
    g_assert_null(anchors[2]);
}

/* What was stated beside the file comes beside it, but one user has one home. */
static void test_grants(Folder *folder, gconstpointer data)
{
    (void)data;
    static const char text[] = "[kms]\nhome=h\nsecondary=s\n[user sip:b@x]\nexternal=e\n";
    static const KmsGrant list[] = {
        {"sip:*@x", "g", KMS_ROLE_HOME},       {"sip:*@x", "t", KMS_ROLE_SECONDARY},
        {"sip:*@x", "s", KMS_ROLE_SECONDARY},  {"sip:b@x", "f", KMS_ROLE_EXTERNAL},
        {"sip:b@x", "e", KMS_ROLE_EXTERNAL},   {"sip:*@x", "g", KMS_ROLE_HOME},
        {"sip:new@y", "k", KMS_ROLE_EXTERNAL},
    };
    const KmsOverrides overrides = {.grants = list, .n_grants = G_N_ELEMENTS(list)};
    g_autoptr(KmsPolicy) without = load(folder, text);
    g_assert_cmpstr(kms_policy_user(without, "sip:a@x", 0).home, ==, "h");
    assert_texts(kms_policy_known_kms(without), "e h s");

    g_autoptr(KmsPolicy) policy = load_with(folder, text, &overrides);
    const KmsUser a = kms_policy_user(policy, "sip:a@x", KMS_USER_INITIATOR);
    g_assert_true(a.own);
    g_assert_cmpstr(a.home, ==, "g");
    g_assert_cmpint(kms_user_role(&a, "h"), ==, KMS_ROLE_UNKNOWN);
    g_assert_cmpint(kms_user_role(&a, "t"), ==, KMS_ROLE_SECONDARY);
    assert_list(&a.secondary, "s t s");
    assert_list(&a.external, "");
    /* The most specific pattern alone. */
    const KmsUser b = kms_policy_user(policy, "sip:b@x", KMS_USER_RECEIVER);
    g_assert_null(b.home);
    assert_list(&b.secondary, "");
    assert_list(&b.external, "e f e");
    g_assert_true(kms_policy_user(policy, "sip:new@y", KMS_USER_RECEIVER).knows_kms);
    g_assert_false(kms_policy_user(policy, "sip:c@y", KMS_USER_RECEIVER).knows_kms);
    assert_texts(kms_policy_known_kms(policy), "e f g h k s t");
    assert_texts(kms_policy_known_identities(policy), "sip:b@x sip:new@y");
}

static void test_wrong_grants(void)
{
    static const struct {
        KmsGrant grant;
        const char *what;
    } cases[] = {
        {{"", "k", KMS_ROLE_HOME}, "names no user"},
        {{"a b", "k", KMS_ROLE_HOME}, "white space"},
        {{"*", "", KMS_ROLE_HOME}, "has no value"},
        {{"*", "k*", KMS_ROLE_EXTERNAL}, "is a pattern"},
        {{"*", "k\n", KMS_ROLE_EXTERNAL}, "control character"},
        {{"*", "other", KMS_ROLE_HOME}, "exactly one Primary Home KMS"},
    };
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        const KmsGrant list[] = {{"*", "home", KMS_ROLE_HOME}, cases[i].grant};
        const KmsOverrides overrides = {.grants = list, .n_grants = G_N_ELEMENTS(list)};
        g_autoptr(GError) checked = NULL;
        g_autoptr(GError) error = NULL;
        g_assert_false(kms_check_grants(list, G_N_ELEMENTS(list), &checked));
        g_assert_nonnull(strstr(checked->message, cases[i].what));
        g_assert_null(kms_policy_load(NULL, NULL, &overrides, &error));
        g_assert_cmpstr(error->message, ==, checked->message);
    }
}

static void test_override_severity(Folder *folder, gconstpointer data)
{
    (void)data;
    static const KmsSeverityOverride graver[] = {
        {"krr-flood", "error"}, {"list-widened", "off"}, {"no-such-rule", "off"}};
    static const KmsSeverityOverride unstated[] = {{"krr-flood", NULL}};
    g_autoptr(KmsPolicy) policy =
        load_with(folder, "[severity]\nkrr-flood=note\n",
                  &(KmsOverrides){.severities = graver, .n_severities = G_N_ELEMENTS(graver)});
    g_assert_cmpstr(kms_policy_severity(policy, "krr-flood"), ==, "error");
    g_assert_cmpstr(kms_policy_severity(policy, "list-widened"), ==, "off");
    g_assert_null(kms_policy_severity(policy, "no-such-rule"));

    g_autoptr(KmsPolicy) catalogue =
        load_with(folder, "[severity]\nkrr-flood=note\n",
                  &(KmsOverrides){.severities = unstated, .n_severities = 1});
    g_assert_null(kms_policy_severity(catalogue, "krr-flood"));

    const KmsOverrides overrides = {.severities = graver, .n_severities = 1};
    g_autoptr(KmsPolicy) without = kms_policy_load(NULL, rule_names, &overrides, NULL);
    g_assert_false(kms_policy_loaded(without));
    g_assert_cmpstr(kms_policy_severity(without, "krr-flood"), ==, "error");
}

static void note_visit(const char *group, const char *key, const char *const *values, bool is_list,
                       gpointer data)
{
    g_autofree char *joined = g_strjoinv(",", (char **)values);
    g_assert_true(is_list || g_strv_length((char **)values) == 1);
    g_string_append_printf(data, "%s|%s|%s%s%s\n", group, key, is_list ? "[" : "", joined,
                           is_list ? "]" : "");
}

static void test_visit(Folder *folder, gconstpointer data)
{
    (void)data;
    static const char *const anchors[] = {"more.pem", NULL};
    const KmsOverrides overrides = {.has_window = true, .window = 30, .trust_anchors = anchors};
    g_autoptr(KmsPolicy) policy =
        load_with(folder,
                  "[severity]\nlist-widened=off\nunsigned-krr=note\n[trust]\nanchors=ca.pem\n"
                  "[kms-domain k]\nuser-key-offset=007\n[domain d]\nhome=k\nkms=\n"
                  "[entity sip:p@x]\naddresses=2001:DB8::1\nrole=gms\n"
                  "[user sip:b@x]\nexternal=k;l\nreport-krr=no\n[user sip:a@x]\nhome=k\n"
                  "[kms]\nhome=k\n[policy]\nwindow=1\n",
                  &overrides);
    g_autoptr(GString) seen = g_string_new(NULL);
    kms_policy_visit(policy, note_visit, seen);
    g_assert_cmpstr(seen->str, ==,
                    "policy|allow-krr|yes\npolicy|report-krr|no\npolicy|require-signed-krr|no\n"
                    "policy|request-unknown-certificates|no\npolicy|hold-until-accepted|no\n"
                    "policy|max-sub-krrs|5\npolicy|clock-skew|300\npolicy|window|30\n"
                    "kms|home|k\n"
                    "user sip:b@x|report-krr|no\nuser sip:b@x|external|[k,l]\n"
                    "user sip:a@x|home|k\n"
                    "entity sip:p@x|role|gms\nentity sip:p@x|addresses|[2001:DB8::1]\n"
                    "domain d|kms|[]\ndomain d|home|k\n"
                    "kms-domain k|user-key-period|2592000\nkms-domain k|user-key-offset|007\n"
                    "trust|anchors|[ca.pem,more.pem]\n"
                    "severity|unsigned-krr|note\nseverity|list-widened|off\n");
}

/* The policy file that the samples use. */
static void test_sample(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(KmsPolicy) policy =
        kms_policy_load(KRR_SOURCE_DIR "/samples/policy.ini", rule_names, NULL, &error);
    g_assert_no_error(error);

    const KmsUser alice = kms_policy_user(policy, "sip:alice@home.example.org", 0);
    g_assert_true(alice.own);
    g_assert_cmpint(kms_user_role(&alice, "kms.home.example.org"), ==, KMS_ROLE_HOME);
    g_assert_cmpint(kms_user_role(&alice, "kms.migration.example.org"), ==, KMS_ROLE_SECONDARY);
    g_assert_cmpint(kms_user_role(&alice, "kms.other.example.org"), ==, KMS_ROLE_EXTERNAL);
    const KmsUser bob = kms_policy_user(policy, "sip:bob@partner.example.org", KMS_USER_RECEIVER);
    g_assert_false(bob.own);
    g_assert_cmpstr(bob.home, ==, "kms.partner.example.org");
    const KmsEntity *proxy = kms_policy_entity_at(policy, "198.51.100.12");
    g_assert_cmpstr(proxy->identity, ==, "sip:is-proxy@partner.example.org");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    static const struct {
        const char *name;
        void (*test)(Folder *folder, gconstpointer data);
    } with_folder[] = {
        {"rows", test_rows},
        {"misplaced-keys", test_misplaced_keys},
        {"structure", test_structure},
        {"forms", test_forms},
        {"unreadable", test_unreadable},
        {"overrides", test_overrides},
        {"overlays", test_overlays},
        {"default-users", test_default_users},
        {"many-users", test_many_users},
        {"domains", test_domains},
        {"entities", test_entities},
        {"known", test_known},
        {"key-periods", test_key_periods},
        {"severities-and-anchors", test_severities_and_anchors},
        {"grants", test_grants},
        {"override-severity", test_override_severity},
        {"visit", test_visit},
    };
    for (guint i = 0; i < G_N_ELEMENTS(with_folder); i++) {
        g_autofree char *path = g_strconcat("/kms-policy/", with_folder[i].name, NULL);
        g_test_add(path, Folder, NULL, folder_set_up, with_folder[i].test, folder_tear_down);
    }
    g_test_add_func("/kms-policy/defaults", test_defaults);
    g_test_add_func("/kms-policy/wrong-grants", test_wrong_grants);
    g_test_add_func("/kms-policy/sample", test_sample);
    return g_test_run();
}
