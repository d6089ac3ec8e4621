/* krr-creator.c
 * Who made a KRR, as far as it says and the policy knows
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "core/rules/krr-creator.h"

#include <string.h>

#include "core/octets/mcx-identity.h"

bool krr_signature_holds(const Krr *krr)
{
    const KrrVerdict *verdict = &krr->signature.verdict;

    return verdict->status == KRR_SIGNATURE_VALID || verdict->status == KRR_SIGNATURE_UNTRUSTED;
}

bool krr_is_made_afresh(const Krr *krr)
{
    return krr->embedded->len == 0;
}

const KmsEntity *krr_creator_entity(const KmsPolicy *policy, const Krr *krr)
{
    const char *creator = krr_text(krr, KRR_ELEMENT_CREATOR);

    return creator ? kms_policy_entity(policy, creator) : NULL;
}

static bool is_uid_of_creator(const KmsPolicy *policy, const Krr *krr)
{
    const char *receiver = krr_text(krr, KRR_ELEMENT_IDRR);
    const char *kms = krr_text(krr, KRR_ELEMENT_IDRKMSR);

    if (!mcx_uid_is_text(receiver) || !kms || !krr->time_valid) {
        return false;
    }
    g_autofree char *match = mcx_uid_match(receiver, krr_text(krr, KRR_ELEMENT_CREATOR), kms,
                                           kms_policy_key_period(policy, kms), krr->time_ns);
    return match != NULL;
}

/* Is the creator a terminating entity by the policy, and not the initiator's own? Neither a
 * client nor a GMS passes the offers of others on, so that it answers what was meant for it. */
static bool is_terminating(const KmsPolicy *policy, const Krr *krr, const char *creator)
{
    const KmsEntity *entity = krr_creator_entity(policy, krr);
    const char *initiator = krr_text(krr, KRR_ELEMENT_IDRI);

    return entity && (entity->role == KMS_ENTITY_CLIENT || entity->role == KMS_ENTITY_GMS) &&
           !(initiator && mcx_identity_same(creator, initiator));
}

bool krr_is_of_receiver(const KmsPolicy *policy, const Krr *krr)
{
    const char *creator = krr_text(krr, KRR_ELEMENT_CREATOR);
    const char *receiver = krr_text(krr, KRR_ELEMENT_IDRR);

    return creator && receiver &&
           (mcx_identity_same(creator, receiver) || is_uid_of_creator(policy, krr));
}

bool krr_is_from_receiver(const KmsPolicy *policy, const Krr *krr)
{
    const char *creator = krr_text(krr, KRR_ELEMENT_CREATOR);
    const char *receiver = krr_text(krr, KRR_ELEMENT_IDRR);

    return creator && receiver &&
           (krr_is_of_receiver(policy, krr) || is_terminating(policy, krr, creator));
}

const KmsDomain *krr_creator_domain(const KmsPolicy *policy, const Krr *krr)
{
    const KmsEntity *entity = krr_creator_entity(policy, krr);

    if (entity && entity->domain) {
        return kms_policy_domain(policy, entity->domain);
    }
    const char *creator = krr_text(krr, KRR_ELEMENT_CREATOR);
    return creator ? kms_policy_domain_of_entity(policy, creator) : NULL;
}
