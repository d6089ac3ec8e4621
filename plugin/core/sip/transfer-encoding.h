/* transfer-encoding.h
 * Transfer encodings of MIME: quoted-printable and base64 (RFC 2045 6.7 and 6.8)
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef TRANSFER_ENCODING_H
#define TRANSFER_ENCODING_H

#include "core/sip/sip-message.h"

/** What stands behind "Content-Transfer-Encoding:". */
typedef enum TransferEncoding {
    TRANSFER_PLAIN, /**< 7bit, 8bit or binary: the octets are what they are */
    TRANSFER_QUOTED_PRINTABLE,
    TRANSFER_BASE64,
    TRANSFER_UNKNOWN
} TransferEncoding;

/** The encoding of that name, in any case. */
TransferEncoding transfer_encoding_of(SipSpan name);

/** Appends what encoded octets stand for; the result is never longer than they are. Octets that the
 *  encoding does not allow are kept in quoted-printable and left out in base64, as RFC 2045 advises.
 *  @param encoding  not UNKNOWN */
void transfer_encoding_undo(TransferEncoding encoding, SipSpan octets, GString *plain);

#endif
