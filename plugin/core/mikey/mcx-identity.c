/* mcx-identity.c
 * Identities of users, as texts
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "core/mikey/mcx-identity.h"

#include <string.h>

#include <glib.h>

const char *mcx_identity_bare(const char *identity)
{
    static const char *const schemes[] = {"sip:", "sips:"};

    for (guint i = 0; i < G_N_ELEMENTS(schemes); i++) {
        if (g_str_has_prefix(identity, schemes[i])) {
            return identity + strlen(schemes[i]);
        }
    }
    return identity;
}

bool mcx_identity_same(const char *a, const char *b)
{
    return g_str_equal(mcx_identity_bare(a), mcx_identity_bare(b));
}
