/* kms-resource.c
 * What is asked of a KMS: the resources that it offers to its users over HTTP
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "core/kms/kms-resource.h"

#include <string.h>

/* Beneath this every resource stands; a proxy may have put something before it. */
static const char root[] = "/keymanagement/identity/v1/";

static const char *const names[KMS_N_RESOURCES] = {
    [KMS_RESOURCE_NONE] = "none",         [KMS_RESOURCE_INIT] = "init",
    [KMS_RESOURCE_KEYPROV] = "keyprov",   [KMS_RESOURCE_CERTCACHE] = "certcache",
    [KMS_RESOURCE_CERT] = "cert",         [KMS_RESOURCE_LOOKUP] = "lookup",
    [KMS_RESOURCE_REDIRECT] = "redirect", [KMS_RESOURCE_OTHER] = "other",
};

const char *kms_resource_name(KmsResource resource)
{
    return names[resource];
}

static KmsResource resource_named(const char *name, gsize length)
{
    for (KmsResource resource = KMS_RESOURCE_INIT; resource < KMS_RESOURCE_OTHER; resource++) {
        if (strlen(names[resource]) == length && memcmp(names[resource], name, length) == 0) {
            return resource;
        }
    }
    return KMS_RESOURCE_OTHER;
}

static char *argument_of(const char *text, gsize length)
{
    g_autofree char *decoded = length > 0 && length <= KMS_MAX_ARGUMENT
                                   ? g_uri_unescape_segment(text, text + length, NULL)
                                   : NULL;

    if (decoded) {
        return g_utf8_make_valid(decoded, -1);
    }
    /* A "%" that is none of an escape stands for itself. */
    return length > 0 && length <= KMS_MAX_ARGUMENT ? g_utf8_make_valid(text, (gssize)length)
                                                    : NULL;
}

KmsResource kms_resource_parse(const char *target, char **argument)
{
    const gsize path = strcspn(target, "?#");
    const char *found = g_strstr_len(target, (gssize)path, root);

    *argument = NULL;
    if (!found) {
        return KMS_RESOURCE_NONE;
    }
    const char *name = found + strlen(root);
    const gsize left = path - (gsize)(name - target);
    const char *slash = memchr(name, '/', left);
    const gsize length = slash ? (gsize)(slash - name) : left;
    const KmsResource resource = resource_named(name, length);
    if (slash && resource != KMS_RESOURCE_OTHER) {
        *argument = argument_of(slash + 1, left - length - 1);
    }
    return resource;
}
