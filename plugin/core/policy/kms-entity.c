/* kms-entity.c
 * The entities of the policy file: who they are, where they are, what they do
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "core/policy/kms-entity.h"

#include <gio/gio.h>

#include "core/kms/kms-pattern.h"
#include "core/policy/kms-policy-file.h"

struct KmsEntities {
    GPtrArray *all;         /* of KmsEntity, in the order of the file */
    KmsPatternIndex *index; /* identity -> KmsEntity */
    GHashTable *at;         /* address -> KmsEntity */
};

static void add(KmsEntities *entities, const KmsSection *section)
{
    static char *const none[] = {NULL};
    const KmsValue *role = kms_section_value(section, KMS_KEY_ROLE);
    char *const *addresses = kms_section_list(section, KMS_KEY_ADDRESSES);
    KmsEntity *entity = g_new(KmsEntity, 1);

    *entity = (KmsEntity){
        .identity = section->argument,
        .role = role ? (KmsEntityRole)role->number : KMS_ENTITY_ROLE_NOT_STATED,
        .domain = kms_section_text(section, KMS_KEY_DOMAIN),
        .addresses = addresses ? addresses : none,
        .certificate = kms_section_text(section, KMS_KEY_CERTIFICATE),
    };
    g_ptr_array_add(entities->all, entity);
    kms_pattern_index_add(entities->index, entity->identity, entity);
    /* Two entities on one host are no mistake; the first in the file stands for the address. */
    for (guint i = 0; entity->addresses[i]; i++) {
        if (!g_hash_table_contains(entities->at, entity->addresses[i])) {
            g_hash_table_insert(entities->at, entity->addresses[i], entity);
        }
    }
}

KmsEntities *kms_entities_new(const KmsPolicyFile *file)
{
    const GPtrArray *sections = file->sections[KMS_GROUP_ENTITY];
    KmsEntities *entities = g_new0(KmsEntities, 1);

    entities->all = g_ptr_array_new_with_free_func(g_free);
    entities->index = kms_pattern_index_new();
    entities->at = g_hash_table_new(g_str_hash, g_str_equal);
    for (guint i = 0; i < sections->len; i++) {
        add(entities, g_ptr_array_index(sections, i));
    }
    kms_pattern_index_sort(entities->index);
    return entities;
}

void kms_entities_free(KmsEntities *entities)
{
    if (entities) {
        kms_pattern_index_free(entities->index);
        g_hash_table_unref(entities->at);
        g_ptr_array_unref(entities->all);
        g_free(entities);
    }
}

const GPtrArray *kms_entities_all(const KmsEntities *entities)
{
    return entities->all;
}

const KmsEntity *kms_entities_find(const KmsEntities *entities, const char *identity)
{
    return kms_pattern_index_lookup(entities->index, identity);
}

const KmsEntity *kms_entities_at(const KmsEntities *entities, const char *address)
{
    g_autoptr(GInetAddress) parsed = g_inet_address_new_from_string(address);
    if (!parsed) {
        return NULL;
    }
    g_autofree char *text = g_inet_address_to_string(parsed);
    return g_hash_table_lookup(entities->at, text);
}

const char *kms_entity_role_name(KmsEntityRole role)
{
    return role < KMS_ENTITY_ROLE_NOT_STATED ? kms_type_choices(KMS_TYPE_ROLE)[role] : "not stated";
}
