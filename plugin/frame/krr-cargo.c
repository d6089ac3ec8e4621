/* krr-cargo.c
 * What a frame carries: KRRs, MIKEY-SAKKE messages and what a KMS and its users say, as long as the
 * frame is dissected
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "plugin/frame/krr-cargo.h"

#include <epan/proto_data.h>

#include "plugin/wireshark-compat.h"

/* Under what a packet keeps it. */
#define CARGO_KEY 0
#define RULES_KEY 1

static int proto_krr = -1;

void krr_cargo_register(int proto)
{
    proto_krr = proto;
}

static void add(packet_info *pinfo, KrrCargo cargo)
{
    wmem_array_t *all = p_get_proto_data(pinfo->pool, pinfo, proto_krr, CARGO_KEY);

    if (pinfo->flags.in_error_pkt) {
        return;
    }
    if (!all) {
        all = wmem_array_new(pinfo->pool, sizeof(KrrCargo));
        p_add_proto_data(pinfo->pool, pinfo, proto_krr, CARGO_KEY, all);
    }
    wmem_array_append_one(all, cargo);
}

void krr_cargo_add_krr(packet_info *pinfo, const KrrTap *krr, proto_item *item)
{
    add(pinfo, (KrrCargo){.krr = krr, .item = item, .message = KRR_CARGO_NO_MESSAGE});
}

void krr_cargo_add_mikey(packet_info *pinfo, const MikeySakkeTap *mikey, proto_item *item)
{
    add(pinfo, (KrrCargo){.mikey = mikey, .item = item, .message = KRR_CARGO_NO_MESSAGE});
}

void krr_cargo_add_kms(packet_info *pinfo, const KmsMessage *kms, proto_item *item)
{
    add(pinfo, (KrrCargo){.kms = kms, .item = item, .message = KRR_CARGO_NO_MESSAGE});
}

KrrCargo *krr_cargo_of(packet_info *pinfo, guint *count)
{
    wmem_array_t *all = p_get_proto_data(pinfo->pool, pinfo, proto_krr, CARGO_KEY);

    *count = all ? wmem_array_get_count(all) : 0;
    return all ? wmem_array_get_raw(all) : NULL;
}

const KrrRules *krr_cargo_add_rule(packet_info *pinfo, KrrRuleId rule)
{
    KrrRules *rules = p_get_proto_data(pinfo->pool, pinfo, proto_krr, RULES_KEY);

    if (pinfo->flags.in_error_pkt) {
        return NULL;
    }
    if (!rules) {
        rules = wmem_new0(pinfo->pool, KrrRules);
        p_add_proto_data(pinfo->pool, pinfo, proto_krr, RULES_KEY, rules);
    }
    rules->fired[rule]++;
    rules->total++;
    return rules;
}

KrrRules krr_cargo_rules(packet_info *pinfo)
{
    const KrrRules *rules = p_get_proto_data(pinfo->pool, pinfo, proto_krr, RULES_KEY);

    return rules ? *rules : (KrrRules){0};
}
