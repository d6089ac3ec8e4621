/* policy-label.c
 * Which policy is in force, in words for whoever looks at what it judged
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "plugin/preferences/policy-label.h"

#include <glib/gstdio.h>

#include "core/document/krr-canonical.h"
#include "core/octets/bounded-file.h"

/* Of a file that is larger no digest is told; no policy is. */
#define MAX_OCTETS ((gsize)16 * 1024 * 1024)

#define NS_PER_S G_GINT64_CONSTANT(1000000000)

/* A pipe can be read once, and was. @return false: it is no regular file, or gone */
static bool look_at(const char *path, GStatBuf *file)
{
    return g_stat(path, file) == 0 && S_ISREG(file->st_mode);
}

static gint64 changed_ns(const GStatBuf *file)
{
    return (gint64)file->st_mtim.tv_sec * NS_PER_S + file->st_mtim.tv_nsec;
}

static void take_users(const char *group, const char *key, const char *const *values, bool is_list,
                       gpointer data)
{
    char **users = data;

    if (is_list && g_str_equal(group, "kms") && g_str_equal(key, "users") && !*users) {
        *users = g_strjoinv(", ", (char **)values);
    }
}

static char *users_of(const KmsPolicy *policy)
{
    g_autofree char *users = NULL;

    kms_policy_visit(policy, take_users, &users);
    return users && *users ? g_steal_pointer(&users) : g_strdup("every initiator");
}

static void take_file(PolicyLabel *label, const char *path)
{
    GStatBuf file;

    label->path = g_strdup(path);
    if (!look_at(path, &file)) {
        return;
    }
    label->changed_ns = changed_ns(&file);
    label->size = (guint64)file.st_size;
    GString *octets = bounded_file_read(path, MAX_OCTETS, NULL);
    if (octets) {
        label->digest = krr_sha256_hex(octets->str, octets->len);
        g_string_free(octets, TRUE);
    }
}

PolicyLabel *policy_label_new(const char *path, const KmsPolicy *policy)
{
    PolicyLabel *label = g_new0(PolicyLabel, 1);

    label->name = path ? g_path_get_basename(path) : g_strdup(POLICY_LABEL_NONE);
    label->users = users_of(policy);
    if (path) {
        take_file(label, path);
    }
    return label;
}

void policy_label_free(PolicyLabel *label)
{
    if (label) {
        g_free(label->name);
        g_free(label->digest);
        g_free(label->users);
        g_free(label->path);
        g_free(label);
    }
}

bool policy_label_is_outdated(const PolicyLabel *label)
{
    GStatBuf file;

    return label->digest &&
           (!look_at(label->path, &file) || changed_ns(&file) != label->changed_ns ||
            (guint64)file.st_size != label->size);
}
