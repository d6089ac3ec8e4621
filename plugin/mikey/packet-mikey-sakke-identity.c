/* packet-mikey-sakke-identity.c
 * Who is it? Identities whose UIDs a message carries
 *
 * A UID can only be recognised: it is recomputed for the identities that are known from elsewhere
 * (TS 33.180 F.2.1), here those of the packet that carries it and those of the policy file.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "plugin/wireshark-compat.h"

#include <string.h>

#include "plugin/mikey/packet-mikey-sakke-identity.h"

#include "plugin/frame/krr-nstime.h"
#include "plugin/preferences/krr-settings.h"

/* A hostile capture must not buy much work with its length. */
#define MAX_CANDIDATES   512          /* identities tried for a message */
#define MAX_TEXT         (128 * 1024) /* octets of a packet that are searched for identities */
#define LONGEST_IDENTITY 255          /* octets of an identity in SIP */

static int hf_idr_identity;

static const char *const uri_schemes[] = {"sip:", "sips:", "tel:"};

static void add_candidate(GHashTable *candidates, const char *text, gsize length)
{
    if (length > 0 && g_hash_table_size(candidates) < MAX_CANDIDATES) {
        g_hash_table_add(candidates, g_strndup(text, length));
    }
}

/* How many octets of a URI stand at the start of a text, its parameters and headers left out; 0
 * where it begins with no scheme of a user's URI. */
static gsize uri_length(const char *text, gsize left)
{
    gsize length = 0;

    for (gsize i = 0; i < array_length(uri_schemes) && length == 0; i++) {
        const gsize scheme = strlen(uri_schemes[i]);

        if (left > scheme && g_ascii_strncasecmp(text, uri_schemes[i], scheme) == 0) {
            length = scheme;
        }
    }
    if (length == 0) {
        return 0;
    }
    while (length < left && g_ascii_isgraph(text[length]) && !strchr("<>\"';,?&()", text[length])) {
        length++;
    }
    return length <= LONGEST_IDENTITY ? length : 0;
}

static void search_text(GHashTable *candidates, const char *text, gsize length)
{
    for (gsize i = 0; i < length;) {
        const gsize uri = uri_length(text + i, length - i);

        add_candidate(candidates, text + i, uri);
        i += MAX(uri, 1);
    }
}

/* All that the identity behind a UID may be, as a set of strings: every URI that the packet holds
 * as text (of From, To, P-Asserted-Identity, P-Preferred-Identity, the Request-URI, an mcptt-info),
 * and the identities of the policy file. The octets are searched and not the tree, which lacks
 * what nobody asked for: a filter must find what the tree shows. A URI that stands for something
 * else does no harm, since only the right one gives the UID. */
static GHashTable *find_candidates(const packet_info *pinfo)
{
    GHashTable *candidates = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    const GPtrArray *known = kms_policy_known_identities(krr_settings()->policy);
    gsize left = MAX_TEXT;

    for (GSList *source = pinfo->data_src; source; source = source->next) {
        tvbuff_t *tvb = get_data_source_tvb(source->data);
        const gsize length = MIN(tvb_captured_length(tvb), left);

        if (length > 0) {
            search_text(candidates, (const char *)tvb_get_ptr(tvb, 0, (int)length), length);
        }
        left -= length;
    }
    for (guint i = 0; i < known->len; i++) {
        const char *identity = g_ptr_array_index(known, i);

        add_candidate(candidates, identity, strlen(identity));
    }
    return candidates;
}

/* The candidate with that UID at that KMS, to be freed, or NULL. */
static char *match(GHashTable *candidates, const char *uid, const char *kms, gint64 time_ns)
{
    const McxKeyPeriod key_period = kms_policy_key_period(krr_settings()->policy, kms);
    GHashTableIter iter;
    gpointer user;

    g_hash_table_iter_init(&iter, candidates);
    while (g_hash_table_iter_next(&iter, &user, NULL)) {
        char *spelling = mcx_uid_match(uid, user, kms, key_period, time_ns);

        if (spelling) {
            return spelling;
        }
    }
    return NULL;
}

static void show_identity(const MikeyTree *shown, const MikeyPayload *payload, const char *identity)
{
    const MikeyField *value = mikey_payload_field(shown->message, payload, MIKEY_FIELD_IDR_VALUE);
    proto_tree *tree = mikey_tree_of_payload(shown, payload);
    proto_item *item = proto_tree_add_string_format(
        tree, hf_idr_identity, shown->tvb, (int)value->offset, (int)value->length, identity,
        "Identity: %s (UID matches)", identity);

    proto_item_set_generated(item);
    proto_item_append_text(proto_tree_get_parent(tree), " [%s]", identity);
}

void mikey_identity_resolve(const MikeyTree *shown, const MikeyOffer *offer)
{
    const struct {
        const char *uid, *kms;
        MikeyRole role, legacy_role;
    } users[] = {
        {offer->uidi, offer->idrkmsi, MIKEY_ROLE_INITIATOR_UID, MIKEY_ROLE_INITIATOR},
        {offer->uidr, offer->idrkmsr, MIKEY_ROLE_RESPONDER_UID, MIKEY_ROLE_RESPONDER},
    };
    const gint64 time_ns =
        offer->has_time ? offer->time_ns : krr_nanoseconds(&shown->pinfo->abs_ts);

    if (!(offer->uidi || offer->uidr) || !proto_field_is_referenced(shown->root, hf_idr_identity)) {
        return;
    }
    g_autoptr(GHashTable) candidates = find_candidates(shown->pinfo);
    for (gsize i = 0; i < array_length(users); i++) {
        if (!users[i].uid || !users[i].kms) {
            continue;
        }
        g_autofree char *identity = match(candidates, users[i].uid, users[i].kms, time_ns);
        const MikeyPayload *payload = mikey_message_identity(shown->message, users[i].role, NULL);
        if (identity) {
            show_identity(shown,
                          payload
                              ? payload
                              : mikey_message_identity(shown->message, users[i].legacy_role, NULL),
                          identity);
        }
    }
}

void mikey_identity_register(int proto)
{
    static hf_register_info hf[] = {
        {&hf_idr_identity,
         {"Identity", "mikey_sakke.idr.identity", FT_STRING, BASE_NONE, NULL, 0x0,
          "The identity, known from elsewhere, that has this UID", HFILL}},
    };

    proto_register_field_array(proto, hf, array_length(hf));
    /* It is the KRRs' policy now. An old file with preferences is no mistake. */
    prefs_register_obsolete_preference(prefs_register_protocol(proto, NULL), "policy_file");
}
