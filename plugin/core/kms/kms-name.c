/* kms-name.c
 * What may be the name of a user, of an entity, of a domain or of a KMS
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "core/kms/kms-name.h"

#include <string.h>

#define MAX_NAME_LENGTH 1024 /* octets */

bool kms_name_check(const char *name, GError **error)
{
    if (strlen(name) > MAX_NAME_LENGTH) {
        g_set_error(error, G_KEY_FILE_ERROR, G_KEY_FILE_ERROR_INVALID_VALUE,
                    "is longer than %d octets", MAX_NAME_LENGTH);
        return false;
    }
    for (const char *c = name; *c; c = g_utf8_next_char(c)) {
        if (g_unichar_iscntrl(g_utf8_get_char(c))) {
            g_set_error(error, G_KEY_FILE_ERROR, G_KEY_FILE_ERROR_INVALID_VALUE,
                        "holds a control character");
            return false;
        }
        if (g_unichar_isspace(g_utf8_get_char(c))) {
            g_set_error(error, G_KEY_FILE_ERROR, G_KEY_FILE_ERROR_INVALID_VALUE,
                        "\"%s\" holds white space (comments stand on lines of their own)", name);
            return false;
        }
    }
    return true;
}
