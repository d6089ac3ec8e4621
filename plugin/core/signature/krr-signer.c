/* krr-signer.c
 * Who signed a KRR, as the certificate has it
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "core/signature/krr-signer.h"

#include "core/octets/mcx-identity.h"

bool krr_verdict_names(const KrrVerdict *verdict, const char *identity)
{
    for (guint i = 0; verdict->signer_uris && i < verdict->signer_uris->len; i++) {
        if (mcx_identity_same(g_ptr_array_index(verdict->signer_uris, i), identity)) {
            return true;
        }
    }
    return !verdict->signer_uris && verdict->signer && mcx_identity_same(verdict->signer, identity);
}
