/* eccsi-signer.h
 * Makes ECCSI signatures with a KMS's master secret, for captures whose offers are really signed
 *
 * RFC 6507. For samples only: what must be random is derived, so that the same input makes the same
 * octets, and who knows the secret of a sample can sign as anybody.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef ECCSI_SIGNER_H
#define ECCSI_SIGNER_H

#include <glib.h>

#include "core/mikey/eccsi.h"

#define ECCSI_SECRET_LENGTH 32 /**< octets of KSAK, the KMS's master secret */

/** A signature in the making: its PVT and the signer's key are made before what is signed. */
typedef struct EccsiSigner EccsiSigner;

/**
 * Does the part of the KMS: a key for an identity.
 * @param ksak  the master secret: not 0, below the order of the curve
 * @param seed  what is derived comes from this, and from @p id
 */
EccsiSigner *eccsi_signer_new(const guint8 ksak[ECCSI_SECRET_LENGTH], const guint8 *id,
                              gsize id_length, const char *seed);
void eccsi_signer_free(EccsiSigner *signer);

/** Does the part of the signer. */
void eccsi_signer_sign(const EccsiSigner *signer, const guint8 *message, gsize length,
                       guint8 signature[ECCSI_SIGNATURE_LENGTH]);

/** KPAK, the public key that belongs to a master secret. */
void eccsi_public_key(const guint8 ksak[ECCSI_SECRET_LENGTH], guint8 kpak[ECCSI_POINT_LENGTH]);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(EccsiSigner, eccsi_signer_free)

#endif
