/* krr-kms.c
 * KmsRequest and KmsResponse: what users and their KMS say to each other, shown
 *
 * The document itself is shown by the owner of its media type. What the story asks of it is read by
 * our own parser, with our own limits, and shown here.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "plugin/kms/krr-kms.h"

#include "plugin/frame/krr-cargo.h"
#include "plugin/frame/krr-keep.h"
#include "plugin/frame/krr-text.h"
#include "plugin/wireshark-compat.h"

static int proto_kms = -1;
static int hf_user;
static int hf_uri;
static int hf_request_url;
static int hf_error;

static int ett_kms = -1;

/* clang-format off */
void krr_kms_register(void)
{
    static hf_register_info fields[] = {
        {&hf_user,
         {"User", "krr.kms.user", FT_STRING, BASE_NONE, NULL, 0, "UserUri: who asks", HFILL}},
        {&hf_uri,
         {"KMS", "krr.kms.uri", FT_STRING, BASE_NONE, NULL, 0, "KmsUri: who is asked", HFILL}},
        {&hf_request_url,
         {"Request", "krr.kms.request_url", FT_STRING, BASE_NONE, NULL, 0,
          "ClientReqUrl: what is asked, also in the answer", HFILL}},
        {&hf_error,
         {"Error", "krr.kms.error", FT_STRING, BASE_NONE, NULL, 0,
          "KmsError or ClientError: why it is not granted", HFILL}},
    };
    static int *subtrees[] = {&ett_kms};

    proto_kms = proto_register_protocol("KMS message", "KMS message", "krr.kms");
    proto_set_cant_toggle(proto_kms); /* it has no dissector to be turned off */
    proto_register_field_array(proto_kms, fields, G_N_ELEMENTS(fields));
    proto_register_subtree_array(subtrees, G_N_ELEMENTS(subtrees));
}
/* clang-format on */

void krr_kms_add(proto_tree *tree, tvbuff_t *tvb, packet_info *pinfo, KmsMessage *message)
{
    if (!message) {
        return;
    }
    const struct {
        int hf;
        const char *text;
    } texts[] = {
        {hf_user, message->user},
        {hf_uri, message->kms},
        {hf_request_url, message->request_url},
        {hf_error, message->error},
    };
    krr_keep_for_packet(pinfo, message, (GDestroyNotify)kms_message_free);
    const int length = (int)tvb_captured_length(tvb);
    proto_item *item = proto_tree_add_item(tree, proto_kms, tvb, 0, length, ENC_NA);
    proto_item_append_text(item, ": %s", message->is_response ? "KmsResponse" : "KmsRequest");
    proto_tree *subtree = proto_item_add_subtree(item, ett_kms);
    for (gsize i = 0; i < G_N_ELEMENTS(texts); i++) {
        if (texts[i].text) {
            proto_tree_add_string(subtree, texts[i].hf, tvb, 0, length, texts[i].text);
        }
    }
    krr_cargo_add_kms(pinfo, message, item);
}
