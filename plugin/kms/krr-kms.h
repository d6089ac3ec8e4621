/* krr-kms.h
 * KmsRequest and KmsResponse: what users and their KMS say to each other, shown
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef KRR_KMS_H
#define KRR_KMS_H

#include <epan/packet.h>

#include "core/kms/kms-message.h"

/** Registers the protocol "krr.kms" and its fields; to be called once, at registration. */
void krr_kms_register(void);

/**
 * Adds an item for a message, and notes it with the frame's cargo (krr-cargo.h).
 * @param tvb      the body
 * @param message  taken over; NULL: there is nothing to show
 */
void krr_kms_add(proto_tree *tree, tvbuff_t *tvb, packet_info *pinfo, KmsMessage *message);

#endif
