/* hep-payload.h
 * What a HEP message is a copy of, dissected as if it were where the original was
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef HEP_PAYLOAD_H
#define HEP_PAYLOAD_H

#include "plugin/hep/hep-message.h"

/** Registers the table of dissectors by type, "hep.type". */
void hep_payload_register(int proto);

/** Enters SIP in it. To be called once all dissectors are registered. */
void hep_payload_hand_off(void);

/**
 * Undoes the compression, whichever of gzip, zlib or none of their headers it has, up to a limit that
 * no message needs.
 * @param left  in and out: how many octets it may become
 * @return a data source of the frame; NULL: it is damaged, or longer
 */
tvbuff_t *hep_payload_decompress(packet_info *pinfo, tvbuff_t *compressed, gsize *left);

/** Dissects a copy, with addresses, ports and transport as stated; notes its hop (message-hop.h). */
void hep_payload_dissect(tvbuff_t *payload, packet_info *pinfo, proto_tree *tree,
                         const HepMessage *message);

#endif
