/* protocols.c
 * All that is registered with Wireshark, in the right order
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "plugin/protocols.h"

#include "plugin/frame/krr-cargo.h"
#include "plugin/frame/krr-experts.h"
#include "plugin/frame/krr-publisher.h"
#include "plugin/frame/message-reading.h"
#include "plugin/hep/packet-hep.h"
#include "plugin/hep/vxlan-port.h"
#include "plugin/kms/krr-kms.h"
#include "plugin/krr/packet-krr.h"
#include "plugin/mikey/packet-mikey-sakke.h"
#include "plugin/preferences/krr-preferences.h"
#include "plugin/sip/sip-claim.h"
#include "plugin/sip/sip-front.h"
#include "plugin/sip/sip-tls.h"
#include "plugin/story/krr-links.h"
#include "plugin/views/krr-export.h"
#include "plugin/views/krr-flow.h"
#include "plugin/views/krr-stats.h"
#include "plugin/wireshark-compat.h"

/* What follows a protocol is of it: so the protocol is first. Views look at taps and watch KRRs: so
 * the publisher is before them. */
static void register_dissectors(void)
{
    const int proto_krr = krr_dissector_register();

    krr_experts_register(proto_krr);
    krr_preferences_register(proto_krr);
    krr_cargo_register(proto_krr);
    message_reading_register(proto_krr);
    krr_publisher_register();
    krr_stats_register();
    krr_export_register(proto_krr);
    krr_flow_register(proto_krr);
    krr_kms_register();
    krr_links_register(proto_krr);
    mikey_sakke_register();
    hep_register();
    sip_front_register(proto_krr);
}

/* MIKEY-SAKKE finds the dissector of KRRs by its name. */
static void hand_off_dissectors(void)
{
    krr_dissector_hand_off();
    mikey_sakke_hand_off();
    hep_hand_off();
    vxlan_port_hand_off();
    sip_front_hand_off();
    sip_claim_hand_off();
    sip_tls_hand_off();
}

static const proto_plugin dissectors = {
    .register_protoinfo = register_dissectors,
    .register_handoff = hand_off_dissectors,
};

/* Their fields are there in any case, so that filters and columns of one program are understood by
 * the other. */
static const proto_plugin links = {.register_handoff = krr_links_hand_off};

void krr_protocols_announce(KrrProtocols wanted)
{
    proto_register_plugin(&dissectors);
    if (wanted == KRR_PROTOCOLS_ALL) {
        proto_register_plugin(&links);
    }
}
