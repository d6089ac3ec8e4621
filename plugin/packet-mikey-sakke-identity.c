/* packet-mikey-sakke-identity.c
 * Who is it? Identities whose UIDs a message carries
 *
 * A UID can only be recognised: it is recomputed for the identities that are known from elsewhere
 * (TS 33.180 F.2.1), here those of the SIP message around it and those of the policy file.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "wireshark-compat.h"

#include <epan/proto.h>
#include <epan/wmem_scopes.h>
#include <wsutil/report_message.h>

#include "packet-mikey-sakke-message.h"

#include "core/policy/kms-policy.h"
#include "core/rules/krr-rules.h"

/* Identities tried for one message: a hostile message must not buy much hashing with its length. */
#define MAX_CANDIDATES 1024

static int hf_idr_identity;

static int proto_sip = -1;

static const char *policy_path; /* the preference */
static KmsPolicy *policy;       /* what that file says; never NULL after the handoff */

/* The fields of a SIP message in which users are named, and the texts of XML bodies, among which are
 * the URIs of an mcptt-info. */
static const char *const identity_fields[] = {
    "sip.from.addr", "sip.to.addr", "sip.pai.addr", "sip.ppi.addr", "sip.r-uri", "xml.cdata",
};

static int identity_hfs[array_length(identity_fields)];

/* The node of the SIP message around a node; NULL where there is none. */
static proto_node *enclosing_sip(proto_node *node)
{
    while (node && !(PNODE_FINFO(node) && PNODE_FINFO(node)->hfinfo->id == proto_sip))
        node = node->parent;
    return node;
}

static void add_candidate(GHashTable *candidates, const char *text)
{
    if (!text || g_hash_table_size(candidates) >= MAX_CANDIDATES)
        return;

    g_autofree char *identity = g_strstrip(g_strdup(text));

    if (*identity)
        g_hash_table_add(candidates, g_steal_pointer(&identity));
}

static void add_sip_candidates(GHashTable *candidates, proto_node *sip)
{
    for (gsize i = 0; i < array_length(identity_hfs); i++) {
        if (identity_hfs[i] <= 0)
            continue;

        GPtrArray *fields = proto_find_finfo(sip, identity_hfs[i]);

        for (guint j = 0; j < fields->len; j++)
            add_candidate(candidates, krr_finfo_string(g_ptr_array_index(fields, j)));
        g_ptr_array_free(fields, TRUE);
    }
}

/* All that the identity behind a UID may be, as a set of strings. */
static GHashTable *find_candidates(proto_tree *tree)
{
    GHashTable *candidates = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    proto_node *sip = enclosing_sip(tree);
    const GPtrArray *known = kms_policy_known_identities(policy);

    if (sip)
        add_sip_candidates(candidates, sip);
    for (guint i = 0; i < known->len; i++)
        add_candidate(candidates, g_ptr_array_index(known, i));
    return candidates;
}

/* The candidate with that UID at that KMS, to be freed, or NULL. */
static char *match(GHashTable *candidates, const char *uid, const char *kms, gint64 time_ns)
{
    const McxKeyPeriod key_period = kms_policy_key_period(policy, kms);
    GHashTableIter iter;
    gpointer user;

    g_hash_table_iter_init(&iter, candidates);
    while (g_hash_table_iter_next(&iter, &user, NULL)) {
        char *spelling = mcx_uid_match(uid, user, kms, key_period, time_ns);

        if (spelling)
            return spelling;
    }
    return NULL;
}

static void show_identity(const MikeyMessage *message, const MikeyIdentityPlace *place,
                          const char *identity)
{
    proto_item *item = proto_tree_add_string_format(
        place->tree, hf_idr_identity, message->reader.tvb, place->offset, place->length, identity,
        "Identity: %s (UID matches)", identity);

    proto_item_set_generated(item);
    proto_item_append_text(proto_tree_get_parent(place->tree), " [%s]", identity);
}

void mikey_identity_resolve(const MikeyMessage *message)
{
    const MikeyOffer *offer = message->offer;
    const MikeyIdentityPlace *places = message->places;
    const struct {
        const char *uid, *kms;
        MikeyRole role, legacy_role;
    } users[] = {
        {offer->uidi, offer->idrkmsi, MIKEY_ROLE_INITIATOR_UID, MIKEY_ROLE_INITIATOR},
        {offer->uidr, offer->idrkmsr, MIKEY_ROLE_RESPONDER_UID, MIKEY_ROLE_RESPONDER},
    };
    const nstime_t *seen = &message->reader.pinfo->abs_ts;
    const gint64 time_ns =
        offer->has_time ? offer->time_ns : (gint64)seen->secs * 1000000000 + seen->nsecs;

    if (!(offer->uidi || offer->uidr) ||
        !proto_field_is_referenced(message->reader.tree, hf_idr_identity))
        return;

    g_autoptr(GHashTable) candidates = find_candidates(message->reader.tree);

    for (gsize i = 0; i < array_length(users); i++) {
        if (!users[i].uid || !users[i].kms)
            continue;

        g_autofree char *identity = match(candidates, users[i].uid, users[i].kms, time_ns);
        const MikeyIdentityPlace *place = &places[users[i].role];

        if (identity)
            show_identity(message, place->count ? place : &places[users[i].legacy_role], identity);
    }
}

/* The preference changed, or is set for the first time. A file that can not be used leaves the
 * policy empty: better no identity than one from a file that is not the user's any more. */
static void policy_changed(void)
{
    g_autoptr(GError) error = NULL;
    KmsPolicy *loaded = NULL;

    if (policy_path && *policy_path) {
        loaded = kms_policy_load(policy_path, krr_rule_names(), &error);
        if (!loaded)
            report_failure("MIKEY-SAKKE: policy file \"%s\": %s", policy_path, error->message);
    }
    kms_policy_free(policy);
    policy = loaded ? loaded : kms_policy_new();
}

static void forget_policy(void)
{
    g_clear_pointer(&policy, kms_policy_free);
}

void mikey_identity_register(int proto)
{
    static hf_register_info hf[] = {
        {&hf_idr_identity,
         {"Identity", "mikey_sakke.idr.identity", FT_STRING, BASE_NONE, NULL, 0x0,
          "The identity, known from elsewhere, that has this UID", HFILL}},
    };
    module_t *module = prefs_register_protocol(proto, policy_changed);

    proto_register_field_array(proto, hf, array_length(hf));
    prefs_register_filename_preference(
        module, "policy_file", "Policy file",
        "Names the identities that UIDs are compared with, and the key periods of the KMSs",
        &policy_path, false);
    register_shutdown_routine(forget_policy);
    policy = kms_policy_new();
}

void mikey_identity_handoff(void)
{
    proto_sip = proto_get_id_by_filter_name("sip");
    for (gsize i = 0; i < array_length(identity_fields); i++)
        identity_hfs[i] = proto_registrar_get_id_byname(identity_fields[i]);
}
