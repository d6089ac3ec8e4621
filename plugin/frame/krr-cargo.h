/* krr-cargo.h
 * What a frame carries: KRRs, MIKEY-SAKKE messages and what a KMS and its users say, as long as the
 * frame is dissected
 *
 * Taps tell the same, but only to programs that listen, at the end of the dissection, and not in the
 * first of tshark's two passes. Whoever links frames must know in every pass.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef KRR_CARGO_H
#define KRR_CARGO_H

#include <epan/packet.h>

#include "core/kms/kms-message.h"
#include "core/rules/krr-rules.h"
#include "plugin/frame/krr-tap.h"

/** Of KrrCargo::message: it is not known in which message it came. */
#define KRR_CARGO_NO_MESSAGE G_MAXUINT

/** What it is. */
typedef enum KrrCargoKind {
    KRR_CARGO_KRR,   /**< a document of KRRs */
    KRR_CARGO_MIKEY, /**< a MIKEY-SAKKE message */
    KRR_CARGO_KMS,   /**< a KmsRequest or KmsResponse */
    KRR_CARGO_N_KINDS
} KrrCargoKind;

/** One thing that a frame carries; lives as long as the packet (pinfo->pool). */
typedef struct KrrCargo {
    KrrCargoKind kind;
    union {
        const KrrTap *krr;
        const MikeySakkeTap *mikey;
        const KmsMessage *kms;
    };
    proto_item *item; /**< that shows it; NULL where there is no tree */
    guint message;    /**< whoever makes the events of the frame (event-extractor.h) notes here by
                           which of them it came, from 0 */
} KrrCargo;

/** To be called once, at registration. @param proto  the protocol krr */
void krr_cargo_register(int proto);

/** Notes one of the three. What ICMP quotes is left out: it was sent in another frame. */
void krr_cargo_add_krr(packet_info *pinfo, const KrrTap *krr, proto_item *item);
void krr_cargo_add_mikey(packet_info *pinfo, const MikeySakkeTap *mikey, proto_item *item);
void krr_cargo_add_kms(packet_info *pinfo, const KmsMessage *kms, proto_item *item);

/** All of the frame so far, each kind in the order of the frame. @param count  out
 *  @return in pinfo->pool; NULL where there is none */
KrrCargo *krr_cargo_of(packet_info *pinfo, guint *count);

/** Rules whose expert infos are shown in a frame. */
typedef struct KrrRuleCounts {
    guint fired[KRR_N_RULES]; /**< how often, by KrrRuleId */
    guint total;
} KrrRuleCounts;

/** Counts a rule whose expert info is shown in the frame.
 *  @return all so far, in pinfo->pool, which goes on counting; NULL in what ICMP quotes */
const KrrRuleCounts *krr_cargo_count_rule(packet_info *pinfo, KrrRuleId rule);

/** A copy of what was counted so far. */
KrrRuleCounts krr_cargo_rule_counts(packet_info *pinfo);

#endif
