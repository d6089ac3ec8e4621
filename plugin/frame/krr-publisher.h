/* krr-publisher.h
 * Where dissectors hand over what they found in a frame, for all who want to know of it
 *
 * A KRR or a MIKEY-SAKKE message goes to the listeners of its tap (krr-tap.h), to statistics and
 * flows (krr-traffic.h), into the frame's cargo (krr-cargo.h) and to whoever watches KRRs. So a
 * dissector need not know who looks at what it found.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef KRR_PUBLISHER_H
#define KRR_PUBLISHER_H

#include <epan/packet.h>

#include "plugin/frame/krr-tap.h"

/** Is called for each KRR document while its frame is dissected, when it is in the cargo already.
 *  A tap listener is called later and may queue nothing; a watcher may.
 *  @param tap  in pinfo->pool */
typedef void (*KrrWatcher)(packet_info *pinfo, const KrrTap *tap);

/** Registers the taps; to be called once, at registration. */
void krr_publisher_register(void);

/** Has a watcher called for each KRR from now on, after those before it; for good. */
void krr_publisher_watch(KrrWatcher watcher);

/** Hands over a KRR document. @param tap  in pinfo->pool @param item  that shows it, or NULL */
void krr_publish_krr(packet_info *pinfo, const KrrTap *tap, proto_item *item);

/** Hands over a MIKEY-SAKKE message. @param tap  in pinfo->pool @param item  that shows it, or NULL */
void krr_publish_mikey(packet_info *pinfo, const MikeySakkeTap *tap, proto_item *item);

#endif
