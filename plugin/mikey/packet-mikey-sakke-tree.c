/* packet-mikey-sakke-tree.c
 * The fields of a MIKEY-SAKKE message in Wireshark's tree
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "plugin/wireshark-compat.h"

#include "plugin/mikey/packet-mikey-sakke-tree.h"

#include <epan/exceptions.h>
#include <epan/show_exception.h>

#include "plugin/frame/krr-nstime.h"
#include "plugin/mikey/packet-mikey-sakke-experts.h"
#include "plugin/mikey/packet-mikey-sakke-fields.h"
#include "plugin/mikey/packet-mikey-sakke-names.h"

static int ett_payload = -1;
static int ett_cs = -1;
static int ett_session = -1;
static int ett_param = -1;
static int ett_octets = -1;
static int ett_data = -1;

static dissector_handle_t krr_handle;

/* ---- subtrees ---- */

/* Users open and close subtrees by their kind. */
static int subtree_kind(MikeyFieldId id)
{
    switch (id) {
    case MIKEY_FIELD_CS:
        return ett_cs;
    case MIKEY_FIELD_CS_SESSION_DATA:
        return ett_session;
    case MIKEY_FIELD_SP_PARAM:
        return ett_param;
    case MIKEY_FIELD_SAKKE_DATA:
    case MIKEY_FIELD_SELF_DATA:
    case MIKEY_FIELD_SIGN_VALUE:
        return ett_octets;
    case MIKEY_FIELD_EXT_DATA:
        return ett_data;
    default:
        return ett_payload;
    }
}

/* The subtree of a field that holds others. */
static proto_tree *tree_of(const MikeyTree *shown, guint index)
{
    if (index == MIKEY_NO_FIELD) {
        return shown->root;
    }
    if (!shown->trees[index]) {
        const MikeyField *field = mikey_message_field(shown->message, index);
        shown->trees[index] = proto_item_add_subtree(shown->items[index], subtree_kind(field->id));
    }
    return shown->trees[index];
}

proto_tree *mikey_tree_of_payload(const MikeyTree *shown, const MikeyPayload *payload)
{
    return tree_of(shown, payload->first);
}

/* ---- what stands on the item of a group ---- */

static const MikeyField *held(const MikeyTree *shown, guint group, MikeyFieldId id)
{
    return mikey_group_field(shown->message, group, id);
}

static void label_session(const MikeyTree *shown, guint group, proto_item *item)
{
    const MikeyField *id = held(shown, group, MIKEY_FIELD_CS_ID);

    proto_item_append_text(item, " %u",
                           (guint)mikey_message_field(shown->message, group)->number + 1);
    if (id && held(shown, group, MIKEY_FIELD_CS_S)) {
        const guint number = (guint)id->number;
        proto_item_append_text(item, ", CS-ID %u (%s)", number,
                               val_to_str_const(number, mikey_cs_id_names, "not assigned"));
    } else if (!id && held(shown, group, MIKEY_FIELD_CS_ROC)) {
        proto_item_append_text(item, ", policy %u, SSRC 0x%08x",
                               (guint)held(shown, group, MIKEY_FIELD_CS_POLICY)->number,
                               (guint)held(shown, group, MIKEY_FIELD_CS_SSRC)->number);
    }
}

static void label_identity(const MikeyField *value, proto_item *item)
{
    if (value) {
        proto_item_append_text(item, ": %s", value->text);
    }
}

static void label_idr(const MikeyTree *shown, guint group, proto_item *item)
{
    if (held(shown, group, MIKEY_FIELD_IDR_LENGTH)) {
        const guint role = (guint)held(shown, group, MIKEY_FIELD_IDR_ROLE)->number;
        proto_item_append_text(item, ", %s",
                               val_to_str_const(role, mikey_role_names, "Unknown role"));
    }
    label_identity(held(shown, group, MIKEY_FIELD_IDR_VALUE), item);
}

static void label_id(const MikeyTree *shown, guint group, proto_item *item)
{
    label_identity(held(shown, group, MIKEY_FIELD_ID_VALUE), item);
}

/* A parameter of SRTP that may be a number is called by its name, even where the number is missing. */
static void label_parameter(const MikeyTree *shown, guint group, proto_item *item)
{
    const guint payload = mikey_message_field(shown->message, group)->parent;
    const MikeyField *protocol = held(shown, payload, MIKEY_FIELD_SP_PROT_TYPE);
    const MikeyField *type = held(shown, group, MIKEY_FIELD_SP_PARAM_TYPE);
    const MikeyField *length = held(shown, group, MIKEY_FIELD_SP_PARAM_LENGTH);
    const MikeyField *number = held(shown, group, MIKEY_FIELD_SP_PARAM_NUMBER);
    const int hf =
        protocol->number == MIKEY_PROTOCOL_SRTP ? mikey_srtp_parameter_number(type->number) : 0;

    if (hf > 0 && length && length->number >= 1 && length->number <= MIKEY_MAX_SRTP_NUMBER) {
        proto_item_append_text(item, ", %s: %u", proto_registrar_get_name(hf),
                               number ? (guint)number->number : 0);
    } else {
        proto_item_append_text(item, ", type %u", (guint)type->number);
    }
}

static void label_extension(const MikeyTree *shown, guint group, proto_item *item)
{
    if (held(shown, group, MIKEY_FIELD_EXT_LENGTH)) {
        const guint type = (guint)held(shown, group, MIKEY_FIELD_EXT_TYPE)->number;
        proto_item_append_text(item, ", %s",
                               val_to_str_const(type, mikey_ext_type_names, "Unknown type"));
    }
}

static void label_group(const MikeyTree *shown, guint group, proto_item *item)
{
    static const struct {
        MikeyFieldId id;
        void (*label)(const MikeyTree *shown, guint group, proto_item *item);
    } labels[] = {
        {MIKEY_FIELD_CS, label_session},    {MIKEY_FIELD_IDR, label_idr},
        {MIKEY_FIELD_ID, label_id},         {MIKEY_FIELD_SP_PARAM, label_parameter},
        {MIKEY_FIELD_EXT, label_extension},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(labels); i++) {
        if (labels[i].id == mikey_message_field(shown->message, group)->id) {
            labels[i].label(shown, group, item);
        }
    }
}

/* ---- fields ---- */

/* What is wrong with the document must not take the message with it. */
static void dissect_krr(const MikeyTree *shown, const MikeyField *field, proto_tree *tree)
{
    tvbuff_t *document = tvb_new_subset_length(shown->tvb, (int)field->offset, (int)field->length);
    packet_info *pinfo = shown->pinfo;

    TRY
    {
        call_dissector_only(krr_handle, document, pinfo, tree, NULL);
    }
    CATCH_NONFATAL_ERRORS
    {
        show_exception(document, pinfo, tree, EXCEPT_CODE, GET_MESSAGE);
    }
    ENDTRY;
}

static proto_item *add_derived(const MikeyTree *shown, const MikeyField *field, proto_tree *tree,
                               int hf)
{
    proto_item *item = proto_tree_add_uint(tree, hf, shown->tvb, (int)field->offset,
                                           (int)field->length, (guint32)field->number);

    proto_item_set_generated(item);
    return item;
}

static proto_item *add_time(const MikeyTree *shown, const MikeyField *field, proto_tree *tree,
                            int hf)
{
    const nstime_t time = field->kind == MIKEY_KIND_NTP ? krr_nstime(field->number)
                                                        : (nstime_t){.secs = field->number};

    return proto_tree_add_time(tree, hf, shown->tvb, (int)field->offset, (int)field->length, &time);
}

static proto_item *add_group(const MikeyTree *shown, guint index, proto_tree *tree, int hf)
{
    const MikeyField *field = mikey_message_field(shown->message, index);
    proto_item *item =
        proto_tree_add_item(tree, hf, shown->tvb, (int)field->offset, (int)field->length, ENC_NA);

    /* Nobody sees a label in an invisible tree, and it takes looking up. */
    if (tree && PTREE_DATA(tree)->visible) {
        label_group(shown, index, item);
    }
    return item;
}

static proto_item *add_field(const MikeyTree *shown, guint index)
{
    const MikeyField *field = mikey_message_field(shown->message, index);
    proto_tree *tree = tree_of(shown, field->parent);
    const int hf = mikey_field_number(shown->message, index);
    const int offset = (int)field->offset, length = (int)field->length;

    switch (field->kind) {
    case MIKEY_KIND_GROUP:
        return add_group(shown, index, tree, hf);
    case MIKEY_KIND_NUMBER:
        return proto_tree_add_item(tree, hf, shown->tvb, offset, length, ENC_BIG_ENDIAN);
    case MIKEY_KIND_DERIVED:
        return add_derived(shown, field, tree, hf);
    case MIKEY_KIND_OCTETS:
        return proto_tree_add_item(tree, hf, shown->tvb, offset, length,
                                   ENC_UTF_8 | ENC_BIG_ENDIAN);
    case MIKEY_KIND_TEXT:
        return proto_tree_add_string(tree, hf, shown->tvb, offset, length, field->text);
    case MIKEY_KIND_NTP:
    case MIKEY_KIND_SECONDS:
        return add_time(shown, field, tree, hf);
    case MIKEY_KIND_KRR:
        dissect_krr(shown, field, tree);
        break;
    }
    return NULL;
}

/* ---- all ---- */

static void add_problem(const MikeyTree *shown, const MikeyProblem *problem)
{
    mikey_experts_add(shown->pinfo,
                      problem->field == MIKEY_NO_FIELD ? proto_tree_get_parent(shown->root)
                                                       : shown->items[problem->field],
                      problem);
}

MikeyTree *mikey_tree_add(proto_tree *tree, tvbuff_t *tvb, packet_info *pinfo,
                          const MikeyMessage *message)
{
    const guint count = message->fields->len;
    MikeyTree *shown = wmem_new(pinfo->pool, MikeyTree);
    guint problem = 0;

    *shown = (MikeyTree){
        .pinfo = pinfo,
        .tvb = tvb,
        .root = tree,
        .message = message,
        .items = wmem_alloc0_array(pinfo->pool, proto_item *, count),
        .trees = wmem_alloc0_array(pinfo->pool, proto_tree *, count),
    };
    for (guint i = 0; i <= count; i++) {
        for (; problem < message->problems->len; problem++) {
            const MikeyProblem *next = &g_array_index(message->problems, MikeyProblem, problem);
            if (next->place > i) {
                break;
            }
            add_problem(shown, next);
        }
        if (i < count) {
            shown->items[i] = add_field(shown, i);
        }
    }
    return shown;
}

void mikey_tree_hand_off(void)
{
    krr_handle = find_dissector("krr");
}

void mikey_tree_register(int proto, expert_module_t *expert)
{
    static int *ett[] = {&ett_payload, &ett_cs, &ett_session, &ett_param, &ett_octets, &ett_data};

    mikey_fields_register(proto);
    mikey_experts_register(expert);
    proto_register_subtree_array(ett, G_N_ELEMENTS(ett));
}
