/* test-eccsi.c
 * ECCSI against the published example of RFC 6507, and against what is no signature
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "core/mikey/eccsi.h"

#include <string.h>

#include <glib.h>

/* RFC 6507 appendix A. */
static const char kpak_hex[] = "0450d4670bde75244f28d2838a0d25558a7a72686d4522d4c8273fb6442aebfa93"
                               "dbdd37551afd263b5dfd617f3960c65a8c298850ff99f20366dce7d4367217f4";
static const char r_hex[] = "269d4c8fdeb66a74e4ef8c0d5dcc597ddfe6029c2affc4936008cd2cc1045d81";
static const char s_hex[] = "e09b528d0ef8d6df1aa3ecbf80110cfcec9fc68252cebb679f4134846940ccfd";
static const char pvt_hex[] = "04758a142779be89e829e71984cb40ef758cc4ad775fc5b9a3e1c8ed52f6fa36d9"
                              "a79d247692f4eda3a6bdab77d6aa6474a464ae4934663c5265ba7018ba091f79";
static const char identity[] = "2011-02\0tel:+447700900123"; /* and its last NUL belongs to it */
static const char message[] = "message";                     /* so does this one's */

/* Parameters of P-256 (FIPS 186). */
static const char p_hex[] = "ffffffff00000001000000000000000000000000ffffffffffffffffffffffff";
static const char q_hex[] = "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551";

typedef struct Vector {
    guint8 kpak[ECCSI_POINT_LENGTH];
    guint8 signature[ECCSI_SIGNATURE_LENGTH];
} Vector;

static void put_hex(guint8 *octets, const char *hex)
{
    for (gsize i = 0; hex[i]; i += 2) {
        octets[i / 2] =
            (guint8)(g_ascii_xdigit_value(hex[i]) << 4 | g_ascii_xdigit_value(hex[i + 1]));
    }
}

static Vector vector(void)
{
    Vector made;

    put_hex(made.kpak, kpak_hex);
    put_hex(made.signature, r_hex);
    put_hex(made.signature + ECCSI_NUMBER_LENGTH, s_hex);
    put_hex(made.signature + 2 * ECCSI_NUMBER_LENGTH, pvt_hex);
    return made;
}

static bool verify(const Vector *of)
{
    return eccsi_verify(of->kpak, (const guint8 *)identity, sizeof identity,
                        (const guint8 *)message, sizeof message, of->signature);
}

static void test_published(void)
{
    const Vector published = vector();

    g_assert_true(verify(&published));
}

/* No octet of the signature, the identity, the message or the key can be another. */
static void test_every_octet(void)
{
    Vector changed = vector();
    char other_identity[sizeof identity], other_message[sizeof message];

    for (gsize i = 0; i < sizeof changed.signature; i++) {
        changed.signature[i] ^= 1;
        g_assert_false(verify(&changed));
        changed.signature[i] ^= 1;
    }
    for (gsize i = 0; i < sizeof changed.kpak; i++) {
        changed.kpak[i] ^= 1;
        g_assert_false(eccsi_is_point(changed.kpak));
        g_assert_false(verify(&changed));
        changed.kpak[i] ^= 1;
    }
    for (gsize i = 0; i < sizeof identity; i++) {
        memcpy(other_identity, identity, sizeof identity);
        other_identity[i] ^= 1;
        g_assert_false(eccsi_verify(changed.kpak, (const guint8 *)other_identity, sizeof identity,
                                    (const guint8 *)message, sizeof message, changed.signature));
    }
    for (gsize i = 0; i < sizeof message; i++) {
        memcpy(other_message, message, sizeof message);
        other_message[i] ^= 1;
        g_assert_false(eccsi_verify(changed.kpak, (const guint8 *)identity, sizeof identity,
                                    (const guint8 *)other_message, sizeof message,
                                    changed.signature));
    }
    g_assert_true(verify(&changed));
}

static void test_lengths(void)
{
    const Vector published = vector();
    const guint8 *id = (const guint8 *)identity;
    const guint8 *signed_octets = (const guint8 *)message;

    g_assert_false(eccsi_verify(published.kpak, id, sizeof identity - 1, signed_octets,
                                sizeof message, published.signature));
    g_assert_false(eccsi_verify(published.kpak, id, sizeof identity, signed_octets,
                                sizeof message - 1, published.signature));
    g_assert_false(eccsi_verify(published.kpak, id, 0, signed_octets, 0, published.signature));
}

/* Numbers out of their ranges, those that are equal to the right ones modulo q included. */
static void test_ranges(void)
{
    static const char zero[] = "0000000000000000000000000000000000000000000000000000000000000000";
    static const char most[] = "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff";
    const char *const numbers[] = {zero, q_hex, p_hex, most};

    for (gsize i = 0; i < G_N_ELEMENTS(numbers); i++) {
        Vector changed = vector();

        put_hex(changed.signature, numbers[i]);
        g_assert_false(verify(&changed));
        put_hex(changed.signature, r_hex);
        put_hex(changed.signature + ECCSI_NUMBER_LENGTH, numbers[i]);
        g_assert_false(verify(&changed));
    }
}

/* [q - s] gives -J, whose x coordinate is the same: RFC 6507 lets a signer choose either of the two,
 * so both hold. */
static void test_negated(void)
{
    static const char negated[] =
        "1f64ad71f1072921e55c13407feef302d047342b5448e31d5478963e93225854";
    Vector changed = vector();

    put_hex(changed.signature + ECCSI_NUMBER_LENGTH, negated);
    g_assert_true(verify(&changed));
}

/* What is no point: infinity, compressed and hybrid forms, coordinates off the curve or beyond p. */
static void test_points(void)
{
    static const guint8 forms[] = {0x00, 0x02, 0x03, 0x05, 0x06, 0x07, 0xff};
    Vector changed = vector();

    g_assert_true(eccsi_is_point(changed.kpak));
    for (gsize i = 0; i < G_N_ELEMENTS(forms); i++) {
        changed = vector();
        changed.kpak[0] = forms[i];
        g_assert_false(eccsi_is_point(changed.kpak));
        changed = vector();
        changed.signature[2 * ECCSI_NUMBER_LENGTH] = forms[i];
        g_assert_false(verify(&changed));
    }
    changed = vector();
    memset(changed.kpak + 1, 0, ECCSI_POINT_LENGTH - 1);
    g_assert_false(eccsi_is_point(changed.kpak));
    memset(changed.kpak + 1, 0xff, ECCSI_POINT_LENGTH - 1);
    g_assert_false(eccsi_is_point(changed.kpak));
    put_hex(changed.kpak + 1, p_hex);
    g_assert_false(eccsi_is_point(changed.kpak));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/eccsi/published", test_published);
    g_test_add_func("/eccsi/every-octet", test_every_octet);
    g_test_add_func("/eccsi/lengths", test_lengths);
    g_test_add_func("/eccsi/ranges", test_ranges);
    g_test_add_func("/eccsi/negated", test_negated);
    g_test_add_func("/eccsi/points", test_points);
    return g_test_run();
}
