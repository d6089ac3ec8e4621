/* fuzz-settings.c
 * A fuzz target: octets to a policy file, and to a vocabulary
 *
 * Both are read from files only; theirs is one in memory.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include <stddef.h>
#include <stdint.h>
#include <sys/mman.h>
#include <unistd.h>

#include "core/document/krr-vocabulary.h"
#include "core/policy/kms-policy.h"
#include "core/rules/krr-rules.h"

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t length);

static void count(const char *group, const char *key, const char *const *values, bool is_list,
                  gpointer data)
{
    g_assert_nonnull(group);
    g_assert_nonnull(key);
    g_assert_true(is_list || (values[0] && !values[1]));
    (*(guint *)data)++;
}

static void read_policy(const char *path)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(KmsPolicy) policy = kms_policy_load(path, krr_rule_names(), NULL, &error);
    g_autoptr(GPtrArray) files G_GNUC_UNUSED = policy ? kms_policy_files(policy) : NULL;
    guint values = 0;

    g_assert_true((policy == NULL) == (error != NULL));
    if (policy) {
        kms_policy_visit(policy, count, &values);
        g_assert_cmpuint(values, >, 0);
    }
}

static void read_vocabulary(const char *path)
{
    g_autoptr(GError) error = NULL;
    KrrVocabulary *vocabulary = krr_vocabulary_load(path, &error);

    g_assert_true((vocabulary == NULL) == (error != NULL));
    if (vocabulary) {
        krr_vocabulary_lookup(vocabulary, "Time");
        krr_vocabulary_free(vocabulary);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t length)
{
    int fd = memfd_create("settings", MFD_CLOEXEC);
    g_autofree char *path = g_strdup_printf("/proc/self/fd/%d", fd);

    g_assert_cmpint(fd, >=, 0);
    g_assert_cmpint(write(fd, octets, length), ==, (gssize)length);
    read_policy(path);
    read_vocabulary(path);
    close(fd);
    return 0;
}
