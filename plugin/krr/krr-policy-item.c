/* krr-policy-item.c
 * Which policy a KRR was judged by, in its tree
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "plugin/krr/krr-policy-item.h"

#include "plugin/preferences/krr-settings.h"
#include "plugin/wireshark-compat.h"

static int hf_policy;
static int hf_digest;
static int hf_users;
static int hf_outdated;

static int ett_policy = -1;

static proto_item *add_text(proto_tree *tree, packet_info *pinfo, tvbuff_t *tvb, int hf,
                            const char *text)
{
    proto_item *item =
        proto_tree_add_string(tree, hf, tvb, 0, 0, krr_format_text(pinfo->pool, text));

    proto_item_set_generated(item);
    return item;
}

void krr_policy_item_add(proto_tree *tree, packet_info *pinfo, tvbuff_t *tvb)
{
    const PolicyLabel *label = krr_settings()->policy_label;

    if (!label) {
        return;
    }
    proto_item *item = add_text(tree, pinfo, tvb, hf_policy, label->name);
    if (!label->path) {
        proto_item_append_text(item, " (rules that need a policy file are not judged)");
        return;
    }
    proto_tree *subtree = proto_item_add_subtree(item, ett_policy);
    add_text(subtree, pinfo, tvb, hf_users, label->users);
    if (label->digest) {
        add_text(subtree, pinfo, tvb, hf_digest, label->digest);
    }
    if (policy_label_is_outdated(label)) {
        proto_item_append_text(item, " (changed since: reload the capture)");
        proto_item_set_generated(proto_tree_add_boolean(subtree, hf_outdated, tvb, 0, 0, 1));
    }
}

void krr_policy_item_register(int proto)
{
    /* clang-format off */
    static hf_register_info fields[] = {
        {&hf_policy,
         {"Policy", "krr.policy", FT_STRING, BASE_NONE, NULL, 0,
          "The policy file by which the KRR was judged", HFILL}},
        {&hf_digest,
         {"Digest of the file", "krr.policy.digest", FT_STRING, BASE_NONE, NULL, 0,
          "SHA-256 of the policy file as it was read", HFILL}},
        {&hf_users,
         {"Binds", "krr.policy.users", FT_STRING, BASE_NONE, NULL, 0,
          "The users whom the policy binds", HFILL}},
        {&hf_outdated,
         {"Changed since", "krr.policy.changed", FT_BOOLEAN, BASE_NONE, NULL, 0,
          "The policy file is another by now; it is read again when the capture is reloaded",
          HFILL}},
    };
    /* clang-format on */
    static int *subtrees[] = {&ett_policy};

    proto_register_field_array(proto, fields, G_N_ELEMENTS(fields));
    proto_register_subtree_array(subtrees, G_N_ELEMENTS(subtrees));
}
