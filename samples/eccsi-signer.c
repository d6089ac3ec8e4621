/* eccsi-signer.c
 * Makes ECCSI signatures with a KMS's master secret, for captures whose offers are really signed
 *
 * The names of the values are those of RFC 6507. It shares no arithmetic with the code that
 * verifies.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "samples/eccsi-signer.h"

#include <string.h>

#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/obj_mac.h>

#define HASH_LENGTH 32

struct EccsiSigner {
    EC_GROUP *group;
    BN_CTX *numbers;
    BIGNUM *ssk; /* the signer's secret */
    BIGNUM *j;
    guint8 hs[HASH_LENGTH];
    guint8 pvt[ECCSI_POINT_LENGTH];
};

static void require(bool worked)
{
    if (!worked) {
        g_error("libcrypto has no memory or no P-256");
    }
}

static void digest_of(GChecksum *checksum, guint8 digest[HASH_LENGTH])
{
    gsize length = HASH_LENGTH;

    g_checksum_get_digest(checksum, digest, &length);
    g_checksum_free(checksum);
}

/* [k]G */
static EC_POINT *multiple_of_g(const EC_GROUP *group, const BIGNUM *k, BN_CTX *numbers)
{
    EC_POINT *point = EC_POINT_new(group);

    require(point && EC_POINT_mul(group, point, k, NULL, NULL, numbers) == 1);
    return point;
}

static void write_multiple_of_g(const EC_GROUP *group, const BIGNUM *k, BN_CTX *numbers,
                                guint8 octets[ECCSI_POINT_LENGTH])
{
    EC_POINT *point = multiple_of_g(group, k, numbers);

    require(EC_POINT_point2oct(group, point, POINT_CONVERSION_UNCOMPRESSED, octets,
                               ECCSI_POINT_LENGTH, numbers) == ECCSI_POINT_LENGTH);
    EC_POINT_free(point);
}

/* A number from 1 to q - 1 that looks random. */
static BIGNUM *derive(const EccsiSigner *signer, const char *label, const char *seed,
                      const guint8 *id, gsize id_length)
{
    GChecksum *checksum = g_checksum_new(G_CHECKSUM_SHA256);
    guint8 digest[HASH_LENGTH];
    BIGNUM *number = BN_new();

    g_checksum_update(checksum, (const guchar *)label, -1);
    g_checksum_update(checksum, (const guchar *)seed, -1);
    g_checksum_update(checksum, id, (gssize)id_length);
    digest_of(checksum, digest);
    require(number && BN_bin2bn(digest, sizeof digest, number) &&
            BN_mod(number, number, EC_GROUP_get0_order(signer->group), signer->numbers) == 1);
    return number;
}

/* HS = hash( G | KPAK | ID | PVT ) */
static void hash_identity(EccsiSigner *signer, const guint8 *kpak, const guint8 *id,
                          gsize id_length)
{
    GChecksum *checksum = g_checksum_new(G_CHECKSUM_SHA256);
    guint8 g[ECCSI_POINT_LENGTH];

    write_multiple_of_g(signer->group, BN_value_one(), signer->numbers, g);
    g_checksum_update(checksum, g, sizeof g);
    g_checksum_update(checksum, kpak, ECCSI_POINT_LENGTH);
    g_checksum_update(checksum, id, (gssize)id_length);
    g_checksum_update(checksum, signer->pvt, sizeof signer->pvt);
    digest_of(checksum, signer->hs);
}

EccsiSigner *eccsi_signer_new(const guint8 ksak[ECCSI_SECRET_LENGTH], const guint8 *id,
                              gsize id_length, const char *seed)
{
    EccsiSigner *signer = g_new0(EccsiSigner, 1);
    guint8 kpak[ECCSI_POINT_LENGTH];
    BIGNUM *secret = BN_bin2bn(ksak, ECCSI_SECRET_LENGTH, NULL);

    signer->group = EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1);
    signer->numbers = BN_CTX_new();
    signer->ssk = BN_new();
    require(secret && signer->group && signer->numbers && signer->ssk);

    BIGNUM *v = derive(signer, "v", seed, id, id_length);
    const BIGNUM *q = EC_GROUP_get0_order(signer->group);

    signer->j = derive(signer, "j", seed, id, id_length);
    eccsi_public_key(ksak, kpak);
    write_multiple_of_g(signer->group, v, signer->numbers, signer->pvt);
    hash_identity(signer, kpak, id, id_length);
    /* SSK = KSAK + HS * v */
    require(BN_bin2bn(signer->hs, sizeof signer->hs, signer->ssk) &&
            BN_mod_mul(signer->ssk, signer->ssk, v, q, signer->numbers) == 1 &&
            BN_mod_add(signer->ssk, signer->ssk, secret, q, signer->numbers) == 1);
    BN_free(v);
    BN_free(secret);
    return signer;
}

void eccsi_signer_free(EccsiSigner *signer)
{
    if (!signer) {
        return;
    }
    BN_free(signer->j);
    BN_free(signer->ssk);
    BN_CTX_free(signer->numbers);
    EC_GROUP_free(signer->group);
    g_free(signer);
}

void eccsi_signer_sign(const EccsiSigner *signer, const guint8 *message, gsize length,
                       guint8 signature[ECCSI_SIGNATURE_LENGTH])
{
    const BIGNUM *q = EC_GROUP_get0_order(signer->group);
    EC_POINT *point = multiple_of_g(signer->group, signer->j, signer->numbers);
    GChecksum *checksum = g_checksum_new(G_CHECKSUM_SHA256);
    BIGNUM *r = BN_new(), *s = BN_new();
    guint8 he[HASH_LENGTH];

    require(r && s &&
            EC_POINT_get_affine_coordinates(signer->group, point, r, NULL, signer->numbers) == 1 &&
            BN_bn2binpad(r, signature, ECCSI_NUMBER_LENGTH) == ECCSI_NUMBER_LENGTH);
    g_checksum_update(checksum, signer->hs, sizeof signer->hs);
    g_checksum_update(checksum, signature, ECCSI_NUMBER_LENGTH);
    g_checksum_update(checksum, message, (gssize)length);
    digest_of(checksum, he);
    /* s = (HE + r * SSK)^-1 * j */
    require(BN_mod_mul(s, r, signer->ssk, q, signer->numbers) == 1 && BN_bin2bn(he, sizeof he, r) &&
            BN_mod_add(s, s, r, q, signer->numbers) == 1 &&
            BN_mod_inverse(s, s, q, signer->numbers) &&
            BN_mod_mul(s, s, signer->j, q, signer->numbers) == 1 &&
            BN_bn2binpad(s, signature + ECCSI_NUMBER_LENGTH, ECCSI_NUMBER_LENGTH) ==
                ECCSI_NUMBER_LENGTH);
    memcpy(signature + 2 * ECCSI_NUMBER_LENGTH, signer->pvt, ECCSI_POINT_LENGTH);
    EC_POINT_free(point);
    BN_free(r);
    BN_free(s);
}

void eccsi_public_key(const guint8 ksak[ECCSI_SECRET_LENGTH], guint8 kpak[ECCSI_POINT_LENGTH])
{
    EC_GROUP *group = EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1);
    BN_CTX *numbers = BN_CTX_new();
    BIGNUM *secret = BN_bin2bn(ksak, ECCSI_SECRET_LENGTH, NULL);

    require(group && numbers && secret);
    write_multiple_of_g(group, secret, numbers, kpak);
    BN_free(secret);
    BN_CTX_free(numbers);
    EC_GROUP_free(group);
}
