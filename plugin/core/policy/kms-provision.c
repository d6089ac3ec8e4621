/* kms-provision.c
 * Fills in from KMS certificates what the policy file does not state
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "core/policy/kms-provision.h"

#include <string.h>

#include "core/trust/kms-certificate.h"

static bool add_certificate(KmsPolicyFile *file, KmsCertificate *certificate)
{
    GPtrArray *of_kms = g_hash_table_lookup(file->certificates, certificate->kms);
    if (!of_kms) {
        of_kms = g_ptr_array_new();
        g_hash_table_insert(file->certificates, certificate->kms, of_kms);
    }
    /* Several KMSs may have handed out the same certificate. */
    for (guint i = 0; i < of_kms->len; i++) {
        const KmsCertificate *there = g_ptr_array_index(of_kms, i);
        if (there->has_key == certificate->has_key && there->revoked == certificate->revoked &&
            there->valid_from == certificate->valid_from &&
            there->valid_to == certificate->valid_to &&
            memcmp(there->key, certificate->key, sizeof there->key) == 0) {
            return true;
        }
    }
    g_ptr_array_add(of_kms, certificate);
    return of_kms->len <= KMS_MAX_CERTIFICATES;
}

static void provide_seconds(KmsSection *section, KmsKey key, guint64 seconds)
{
    char **words = g_new0(char *, 2);
    words[0] = g_strdup_printf("%" G_GUINT64_FORMAT, seconds);
    kms_section_provide(section, key, words);
}

static KmsSection *domain_of(KmsPolicyFile *file, const char *kms)
{
    const GPtrArray *sections = file->sections[KMS_GROUP_KMS_DOMAIN];
    for (guint i = 0; i < sections->len; i++) {
        KmsSection *section = g_ptr_array_index(sections, i);
        if (g_str_equal(section->argument, kms)) {
            return section;
        }
    }
    return kms_policy_file_add_section(file, KMS_GROUP_KMS_DOMAIN, kms);
}

/* Of several certificates of a KMS the last one counts: a KMS adds one when something changes. */
static void fill_key_period(KmsPolicyFile *file, const KmsCertificate *certificate)
{
    KmsSection *section = domain_of(file, certificate->kms);
    if (certificate->user_key_period > 0) {
        provide_seconds(section, KMS_KEY_USER_KEY_PERIOD, certificate->user_key_period);
    }
    if (certificate->has_user_key_offset) {
        provide_seconds(section, KMS_KEY_USER_KEY_OFFSET, certificate->user_key_offset);
    }
}

/* Takes the certificates of a value. @param only  a KMS; NULL: all of them */
static bool take(KmsPolicyFile *file, const KmsSection *section, const KmsValue *value,
                 const char *key, const char *only, GError **error)
{
    guint taken = 0;
    for (guint i = 0; i < value->certificates->len; i++) {
        KmsCertificate *certificate = g_ptr_array_index(value->certificates, i);
        if (only && !g_str_equal(certificate->kms, only)) {
            continue;
        }
        taken++;
        if (!add_certificate(file, certificate)) {
            g_set_error(error, G_KEY_FILE_ERROR, G_KEY_FILE_ERROR_INVALID_VALUE,
                        "line %u: [%s] %s: more than %d certificates of \"%s\"", value->line,
                        section->name, key, KMS_MAX_CERTIFICATES, certificate->kms);
            return false;
        }
        fill_key_period(file, certificate);
    }
    if (only && taken == 0) {
        const KmsCertificate *other = g_ptr_array_index(value->certificates, 0);
        g_set_error(error, G_KEY_FILE_ERROR, G_KEY_FILE_ERROR_INVALID_VALUE,
                    "line %u: [%s] %s: \"%s\": there is no certificate of that KMS, but one of "
                    "\"%s\"",
                    value->line, section->name, key, value->meant[0], other->kms);
        return false;
    }
    return true;
}

static bool take_of_domains(KmsPolicyFile *file, GError **error)
{
    const GPtrArray *sections = file->sections[KMS_GROUP_KMS_DOMAIN];
    for (guint i = 0; i < sections->len; i++) {
        const KmsSection *section = g_ptr_array_index(sections, i);
        const KmsValue *value = kms_section_value(section, KMS_KEY_CERTIFICATE);
        if (value && !take(file, section, value, "certificate", section->argument, error)) {
            return false;
        }
    }
    return true;
}

/* The KMSs of the certificates with that role, each once, as words of a value. */
static char **kms_of_role(const GPtrArray *certificates, KmsCertificateRole role,
                          const char *const *except)
{
    GPtrArray *words = g_ptr_array_new();
    for (guint i = 0; i < certificates->len; i++) {
        const KmsCertificate *certificate = g_ptr_array_index(certificates, i);
        if (certificate->role == role &&
            !g_ptr_array_find_with_equal_func(words, certificate->kms, g_str_equal, NULL) &&
            !(except && g_strv_contains(except, certificate->kms))) {
            g_ptr_array_add(words, g_strdup(certificate->kms));
        }
    }
    g_ptr_array_add(words, NULL);
    return (char **)g_ptr_array_free(words, FALSE);
}

/* The lists of the auditor's own users, as their KMSs provisioned them. */
static void fill_lists(KmsPolicyFile *file, const GPtrArray *certificates)
{
    KmsSection *kms = kms_policy_file_section(file, KMS_GROUP_KMS);
    g_auto(GStrv) roots = kms_of_role(certificates, KMS_CERTIFICATE_ROOT, NULL);
    char **external =
        kms_of_role(certificates, KMS_CERTIFICATE_EXTERNAL, (const char *const *)roots);
    if (roots[0]) {
        char *home[] = {roots[0], NULL};
        kms_section_provide(kms, KMS_KEY_HOME, g_strdupv(home));
        kms_section_provide(kms, KMS_KEY_SECONDARY, g_strdupv(roots + 1));
    }
    kms_section_provide(kms, KMS_KEY_EXTERNAL, external);
}

bool kms_provision(KmsPolicyFile *file, GError **error)
{
    const KmsSection *kms = kms_policy_file_section(file, KMS_GROUP_KMS);
    const KmsValue *provisioned = kms_section_value(kms, KMS_KEY_PROVISIONED);
    if (!take_of_domains(file, error)) {
        return false;
    }
    if (!provisioned || !provisioned->certificates) {
        return true;
    }
    if (!take(file, kms, provisioned, "provisioned", NULL, error)) {
        return false;
    }
    fill_lists(file, provisioned->certificates);
    return true;
}
