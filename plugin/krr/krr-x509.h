/* krr-x509.h
 * A certificate of a signature, shown by Wireshark's own dissector
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef KRR_X509_H
#define KRR_X509_H

#include <epan/packet.h>

/**
 * Dissects a certificate beneath the item that shows its text.
 * @param tvb     the document that it stands in
 * @param base64  DER in base64; what is no certificate, or too large, is left alone
 */
void krr_x509_add(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, const char *base64);

#endif
