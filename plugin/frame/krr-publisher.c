/* krr-publisher.c
 * Where dissectors hand over what they found in a frame, for all who want to know of it
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "plugin/frame/krr-publisher.h"

#include <epan/tap.h>

#include "plugin/frame/krr-cargo.h"
#include "plugin/frame/krr-traffic.h"

static int krr_tap = -1;
static int mikey_sakke_tap = -1;

static GArray *watchers; /* of KrrWatcher; made at registration */

void krr_publisher_register(void)
{
    krr_tap = register_tap("krr");
    mikey_sakke_tap = register_tap("mikey_sakke");
    krr_traffic_register();
    watchers = g_array_new(FALSE, FALSE, sizeof(KrrWatcher));
}

void krr_publisher_watch(KrrWatcher watcher)
{
    g_array_append_val(watchers, watcher);
}

void krr_publish_krr(packet_info *pinfo, const KrrTap *tap, proto_item *item)
{
    tap_queue_packet(krr_tap, pinfo, tap);
    krr_traffic_add_krr(pinfo, tap);
    krr_cargo_add_krr(pinfo, tap, item);
    for (guint i = 0; i < watchers->len; i++) {
        g_array_index(watchers, KrrWatcher, i)(pinfo, tap);
    }
}

void krr_publish_mikey(packet_info *pinfo, const MikeySakkeTap *tap, proto_item *item)
{
    tap_queue_packet(mikey_sakke_tap, pinfo, tap);
    krr_traffic_add_mikey(pinfo, tap);
    krr_cargo_add_mikey(pinfo, tap, item);
}
