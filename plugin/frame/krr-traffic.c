/* krr-traffic.c
 * One tap for all that is counted and drawn: KRRs, MIKEY-SAKKE messages, rules that fired
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "plugin/frame/krr-traffic.h"

#include <epan/tap.h>

#include "plugin/wireshark-compat.h"

static int traffic_tap = -1;

void krr_traffic_register(void)
{
    traffic_tap = register_tap(KRR_TRAFFIC_TAP);
}

bool krr_traffic_is_heard(void)
{
    return have_tap_listener(traffic_tap);
}

static KrrTraffic *queue(packet_info *pinfo, KrrTrafficKind kind)
{
    KrrTraffic *traffic = wmem_new0(pinfo->pool, KrrTraffic);

    traffic->kind = kind;
    tap_queue_packet(traffic_tap, pinfo, traffic);
    return traffic;
}

void krr_traffic_add_krr(packet_info *pinfo, const KrrTap *tap)
{
    if (krr_traffic_is_heard()) {
        queue(pinfo, KRR_TRAFFIC_KRR)->krr = tap;
    }
}

void krr_traffic_add_mikey(packet_info *pinfo, const MikeySakkeTap *tap)
{
    if (krr_traffic_is_heard()) {
        queue(pinfo, KRR_TRAFFIC_MIKEY)->mikey = tap;
    }
}

void krr_traffic_add_rules(packet_info *pinfo, const KrrRuleCounts *rules)
{
    if (krr_traffic_is_heard()) {
        queue(pinfo, KRR_TRAFFIC_RULES)->rules = rules;
    }
}

void krr_traffic_add_delay(packet_info *pinfo, gint64 delay_ns)
{
    if (krr_traffic_is_heard()) {
        queue(pinfo, KRR_TRAFFIC_DELAY)->delay_ns = delay_ns;
    }
}
