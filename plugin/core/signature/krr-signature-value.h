/* krr-signature-value.h
 * The octets of SignatureValue and DigestValue, and how many of them a key makes
 *
 * Both are read here, not by xmlsec: its versions differ in what they take for base64, and in the
 * lengths of ECDSA values that they let pass.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef KRR_SIGNATURE_VALUE_H
#define KRR_SIGNATURE_VALUE_H

#include <glib.h>
#include <libxml/tree.h>
#include <openssl/evp.h>

/**
 * Reads the base64 in an element (xsd:base64Binary; white space counts for nothing).
 * @return to be unref'd; NULL where it is no base64, or holds no octet
 */
GBytes *krr_signature_value_read(const xmlNode *element);

/** How many octets a signature value of a key has: for ECDSA both numbers, each as long as the curve's
 *  order (RFC 4050 3.3, RFC 6931 2.3.6); for RSA the modulus. */
gsize krr_signature_value_length(const EVP_PKEY *key);

#endif
