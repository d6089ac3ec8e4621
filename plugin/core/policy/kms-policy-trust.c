/* kms-policy-trust.c
 * Whose certificates are believed, as the policy has it
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "core/policy/kms-policy-trust.h"

KrrTrust *kms_policy_load_trust(const KmsPolicy *policy, GError **error)
{
    const GPtrArray *entities = kms_policy_entities(policy);
    g_autofree KrrTrustPin *pins = g_new(KrrTrustPin, entities->len);

    for (guint i = 0; i < entities->len; i++) {
        const KmsEntity *entity = g_ptr_array_index(entities, i);
        pins[i] = (KrrTrustPin){entity->identity, entity->certificate};
    }
    const KrrTrustFiles files = {
        .anchors = kms_policy_trust_anchors(policy),
        .crls = kms_policy_trust_crls(policy),
        .pins = pins,
        .n_pins = entities->len,
    };
    return krr_trust_new(&files, error);
}
