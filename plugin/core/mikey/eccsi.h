/* eccsi.h
 * ECCSI: does a signature by an identity hold?
 *
 * RFC 6507 over the curve P-256 with SHA-256, as RFC 6509 and TS 33.180 use it. No certificate of
 * the signer is needed: the KMS's public key and the signer's identity are enough.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef ECCSI_H
#define ECCSI_H

#include <stdbool.h>

#include <glib.h>

#define ECCSI_NUMBER_LENGTH    32 /**< octets of r and of s */
#define ECCSI_POINT_LENGTH     65 /**< octets of an uncompressed point: 04, x, y */
#define ECCSI_SIGNATURE_LENGTH (2 * ECCSI_NUMBER_LENGTH + ECCSI_POINT_LENGTH) /**< r, s, PVT */

/** Is it a point of the curve, in the uncompressed form? What is not can be no KMS key. */
bool eccsi_is_point(const guint8 point[ECCSI_POINT_LENGTH]);

/**
 * Verifies a signature (RFC 6507 5.2.2). Numbers that a signer never writes are refused: r lies
 * between 0 and p, s between 0 and q, both excluded. Takes about 0.2 ms.
 *
 * @param kpak       KMS Public Authentication Key, an eccsi_is_point()
 * @param id         the signer's identity
 * @param message    what was signed
 * @param signature  r, s and PVT; any octets
 */
bool eccsi_verify(const guint8 kpak[ECCSI_POINT_LENGTH], const guint8 *id, gsize id_length,
                  const guint8 *message, gsize length,
                  const guint8 signature[ECCSI_SIGNATURE_LENGTH]);

#endif
