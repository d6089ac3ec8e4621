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
#define CARGO_KEY  0
#define COUNTS_KEY 1

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
    add(pinfo,
        (KrrCargo){KRR_CARGO_KRR, .krr = krr, .item = item, .message = KRR_CARGO_NO_MESSAGE});
}

void krr_cargo_add_mikey(packet_info *pinfo, const MikeySakkeTap *mikey, proto_item *item)
{
    add(pinfo,
        (KrrCargo){KRR_CARGO_MIKEY, .mikey = mikey, .item = item, .message = KRR_CARGO_NO_MESSAGE});
}

void krr_cargo_add_kms(packet_info *pinfo, const KmsMessage *kms, proto_item *item)
{
    add(pinfo,
        (KrrCargo){KRR_CARGO_KMS, .kms = kms, .item = item, .message = KRR_CARGO_NO_MESSAGE});
}

KrrCargo *krr_cargo_of(packet_info *pinfo, guint *count)
{
    wmem_array_t *all = p_get_proto_data(pinfo->pool, pinfo, proto_krr, CARGO_KEY);

    *count = all ? wmem_array_get_count(all) : 0;
    return all ? wmem_array_get_raw(all) : NULL;
}

const KrrRuleCounts *krr_cargo_count_rule(packet_info *pinfo, KrrRuleId rule)
{
    KrrRuleCounts *counts = p_get_proto_data(pinfo->pool, pinfo, proto_krr, COUNTS_KEY);

    if (pinfo->flags.in_error_pkt) {
        return NULL;
    }
    if (!counts) {
        counts = wmem_new0(pinfo->pool, KrrRuleCounts);
        p_add_proto_data(pinfo->pool, pinfo, proto_krr, COUNTS_KEY, counts);
    }
    counts->fired[rule]++;
    counts->total++;
    return counts;
}

KrrRuleCounts krr_cargo_rule_counts(packet_info *pinfo)
{
    const KrrRuleCounts *counts = p_get_proto_data(pinfo->pool, pinfo, proto_krr, COUNTS_KEY);

    return counts ? *counts : (KrrRuleCounts){0};
}
