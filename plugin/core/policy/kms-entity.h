/* kms-entity.h
 * The entities of the policy file: who they are, where they are, what they do
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef KMS_ENTITY_H
#define KMS_ENTITY_H

#include <glib.h>

/** Role of an entity in the signalling path (clause 7.2.1.3.2.3 and 4). */
typedef enum KmsEntityRole {
    KMS_ENTITY_CLIENT,
    KMS_ENTITY_GMS,
    KMS_ENTITY_MCX_SERVER,
    KMS_ENTITY_INBOUND_CS_PROXY,
    KMS_ENTITY_OUTBOUND_CS_PROXY,
    KMS_ENTITY_IS_PROXY,
    KMS_ENTITY_ROLE_NOT_STATED
} KmsEntityRole;

/** [entity IDENTITY]. Owned by the policy. */
typedef struct KmsEntity {
    const char *identity;
    KmsEntityRole role;
    const char *domain;      /**< NULL: not stated */
    char *const *addresses;  /**< IP addresses in GInetAddress' text form, NULL-terminated, never
                                  NULL */
    const char *certificate; /**< path of a PEM file, absolute or relative to the working directory;
                                  NULL: not stated */
} KmsEntity;

/** "inbound-cs-proxy" and so on; "not stated" for KMS_ENTITY_ROLE_NOT_STATED. */
const char *kms_entity_role_name(KmsEntityRole role);

struct KmsPolicyFile;

/** All entities of a file. Only kms-policy.c uses this; other code calls kms_policy_entity(). */
typedef struct KmsEntities KmsEntities;

/** @param file  must outlive the result */
KmsEntities *kms_entities_new(const struct KmsPolicyFile *file);
void kms_entities_free(KmsEntities *entities);

/** All of them, of KmsEntity, in the order of the file. */
const GPtrArray *kms_entities_all(const KmsEntities *entities);
/** As kms_policy_entity() has it. */
const KmsEntity *kms_entities_find(const KmsEntities *entities, const char *identity);
/** As kms_policy_entity_at() has it. */
const KmsEntity *kms_entities_at(const KmsEntities *entities, const char *address);

#endif
