/* eccsi.c
 * ECCSI: does a signature by an identity hold?
 *
 * The names of the values are those of RFC 6507. P-256 has cofactor 1, so that a point of the curve
 * that is not at infinity has the order q, and needs no further test.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "core/mikey/eccsi.h"

#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/obj_mac.h>

#define HASH_LENGTH        32
#define UNCOMPRESSED_POINT 0x04

/* A piece of what is hashed. */
typedef struct Piece {
    const guint8 *octets;
    gsize length;
} Piece;

/* The curve, and room for numbers. */
typedef struct Arithmetic {
    EC_GROUP *group;
    BN_CTX *numbers;
} Arithmetic;

/* Without memory or the curve nothing true could be said any more. */
static void require(bool worked)
{
    if (!worked) {
        g_error("libcrypto has no memory, no P-256 or no SHA-256");
    }
}

static void arithmetic_init(Arithmetic *arithmetic)
{
    arithmetic->group = EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1);
    arithmetic->numbers = BN_CTX_new();
    require(arithmetic->group && arithmetic->numbers);
    BN_CTX_start(arithmetic->numbers);
}

static void arithmetic_clear(Arithmetic *arithmetic)
{
    BN_CTX_end(arithmetic->numbers);
    BN_CTX_free(arithmetic->numbers);
    EC_GROUP_free(arithmetic->group);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Arithmetic, arithmetic_clear)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(EC_POINT, EC_POINT_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(EVP_MD_CTX, EVP_MD_CTX_free)

static EC_POINT *point_new(const Arithmetic *arithmetic)
{
    EC_POINT *point = EC_POINT_new(arithmetic->group);

    require(point);
    return point;
}

/* libcrypto looks whether it lies on the curve. */
static bool read_point(const Arithmetic *arithmetic, const guint8 octets[ECCSI_POINT_LENGTH],
                       EC_POINT *point)
{
    return octets[0] == UNCOMPRESSED_POINT &&
           EC_POINT_oct2point(arithmetic->group, point, octets, ECCSI_POINT_LENGTH,
                              arithmetic->numbers) == 1;
}

/* A number from octets; it belongs to the arithmetic. */
static BIGNUM *read_number(const Arithmetic *arithmetic, const guint8 octets[ECCSI_NUMBER_LENGTH])
{
    BIGNUM *number = BN_CTX_get(arithmetic->numbers);

    require(number && BN_bin2bn(octets, ECCSI_NUMBER_LENGTH, number));
    return number;
}

static BIGNUM *hash(const Arithmetic *arithmetic, const Piece *pieces, gsize n,
                    guint8 digest[HASH_LENGTH])
{
    g_autoptr(EVP_MD_CTX) context = EVP_MD_CTX_new();

    require(context && EVP_DigestInit_ex(context, EVP_sha256(), NULL) == 1);
    for (gsize i = 0; i < n; i++) {
        require(EVP_DigestUpdate(context, pieces[i].octets, pieces[i].length) == 1);
    }
    require(EVP_DigestFinal_ex(context, digest, NULL) == 1);
    return read_number(arithmetic, digest);
}

static bool is_within(const BIGNUM *number, const BIGNUM *limit)
{
    return !BN_is_zero(number) && BN_cmp(number, limit) < 0;
}

/* HS = hash( G | KPAK | ID | PVT ) */
static BIGNUM *hash_identity(const Arithmetic *arithmetic, const guint8 *kpak, Piece id,
                             const guint8 *pvt, guint8 hs[HASH_LENGTH])
{
    guint8 g[ECCSI_POINT_LENGTH];
    const Piece pieces[] = {
        {g, sizeof g}, {kpak, ECCSI_POINT_LENGTH}, id, {pvt, ECCSI_POINT_LENGTH}};

    require(EC_POINT_point2oct(arithmetic->group, EC_GROUP_get0_generator(arithmetic->group),
                               POINT_CONVERSION_UNCOMPRESSED, g, sizeof g,
                               arithmetic->numbers) == sizeof g);
    return hash(arithmetic, pieces, G_N_ELEMENTS(pieces), hs);
}

/* Is the x coordinate of J = [s]( [HE]G + [r]Y ) what r says? At infinity it has none. */
static bool leads_to_r(const Arithmetic *arithmetic, const BIGNUM *r, const BIGNUM *s,
                       const BIGNUM *he, const EC_POINT *y)
{
    g_autoptr(EC_POINT) j = point_new(arithmetic);
    BIGNUM *x = BN_CTX_get(arithmetic->numbers);

    require(x && EC_POINT_mul(arithmetic->group, j, he, y, r, arithmetic->numbers) == 1 &&
            EC_POINT_mul(arithmetic->group, j, NULL, j, s, arithmetic->numbers) == 1);
    return !EC_POINT_is_at_infinity(arithmetic->group, j) &&
           EC_POINT_get_affine_coordinates(arithmetic->group, j, x, NULL, arithmetic->numbers) ==
               1 &&
           BN_cmp(x, r) == 0;
}

bool eccsi_is_point(const guint8 point[ECCSI_POINT_LENGTH])
{
    g_auto(Arithmetic) arithmetic;

    arithmetic_init(&arithmetic);
    g_autoptr(EC_POINT) read = point_new(&arithmetic);
    return read_point(&arithmetic, point, read);
}

bool eccsi_verify(const guint8 kpak[ECCSI_POINT_LENGTH], const guint8 *id, gsize id_length,
                  const guint8 *message, gsize length,
                  const guint8 signature[ECCSI_SIGNATURE_LENGTH])
{
    const guint8 *pvt_octets = signature + 2 * ECCSI_NUMBER_LENGTH;
    guint8 hs_octets[HASH_LENGTH], he_octets[HASH_LENGTH];
    const Piece pieces[] = {
        {hs_octets, sizeof hs_octets}, {signature, ECCSI_NUMBER_LENGTH}, {message, length}};
    g_auto(Arithmetic) arithmetic;

    arithmetic_init(&arithmetic);
    const BIGNUM *r = read_number(&arithmetic, signature);
    const BIGNUM *s = read_number(&arithmetic, signature + ECCSI_NUMBER_LENGTH);
    g_autoptr(EC_POINT) pvt = point_new(&arithmetic);
    g_autoptr(EC_POINT) y = point_new(&arithmetic);

    if (!is_within(r, EC_GROUP_get0_field(arithmetic.group)) ||
        !is_within(s, EC_GROUP_get0_order(arithmetic.group)) ||
        !read_point(&arithmetic, pvt_octets, pvt) || !read_point(&arithmetic, kpak, y)) {
        return false;
    }

    const BIGNUM *hs =
        hash_identity(&arithmetic, kpak, (Piece){id, id_length}, pvt_octets, hs_octets);
    const BIGNUM *he = hash(&arithmetic, pieces, G_N_ELEMENTS(pieces), he_octets);

    /* Y = [HS]PVT + KPAK, in the place of KPAK */
    require(EC_POINT_mul(arithmetic.group, pvt, NULL, pvt, hs, arithmetic.numbers) == 1 &&
            EC_POINT_add(arithmetic.group, y, pvt, y, arithmetic.numbers) == 1);
    return leads_to_r(&arithmetic, r, s, he, y);
}
