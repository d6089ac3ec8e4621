/* test-mcx-uid.c
 * The UID recipe against published inputs and real UIDs
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "core/mikey/mcx-uid.h"

#include <string.h>

#include <glib.h>

#define NS_PER_SECOND G_GINT64_CONSTANT(1000000000)

/* 2025-10-02T23:47:52Z: T of the messages whose UIDs stand below. */
#define TIME_OF_MESSAGES (G_GINT64_CONSTANT(1759448872) * NS_PER_SECOND)

static const McxKeyPeriod default_period = {MCX_DEFAULT_KEY_PERIOD, MCX_DEFAULT_KEY_OFFSET};

static char *to_hex(const guint8 uid[MCX_UID_LENGTH])
{
    GString *hex = g_string_new(NULL);

    for (gsize i = 0; i < MCX_UID_LENGTH; i++) {
        g_string_append_printf(hex, "%02x", uid[i]);
    }
    return g_string_free(hex, FALSE);
}

static char *compute(const char *user, const char *kms, McxKeyPeriod key_period, guint64 number)
{
    guint8 uid[MCX_UID_LENGTH];

    mcx_uid_compute(user, kms, key_period, number, uid);
    return to_hex(uid);
}

static void assert_preimage(const guint8 *preimage, gsize length, const char *uid)
{
    g_autofree char *expected = g_compute_checksum_for_data(G_CHECKSUM_SHA256, preimage, length);

    g_assert_cmpstr(uid, ==, expected);
}

/* S written out octet by octet, hashed by another library than the one under test. */
static void test_preimage_of_vector(void)
{
    static const guint8 preimage[] = "\x00"
                                     "MIKEY-SAKKE-UID\x00\x0f"
                                     "sip:user@example.org\x00\x14"
                                     "kms.example.org\x00\x0f"
                                     "\x27\x8d\x00\x00\x03"
                                     "\x00\x00\x01"
                                     "\x01\x00\x01";
    g_autofree char *uid = compute("sip:user@example.org", "kms.example.org", default_period, 1);

    assert_preimage(preimage, sizeof preimage - 1, uid);
}

/* Numbers are as short as they can be, and up to eight octets long. */
static void test_preimage_of_numbers(void)
{
    static const guint8 preimage[] = "\x00"
                                     "MIKEY-SAKKE-UID\x00\x0f"
                                     "u\x00\x01"
                                     "\x00\x00"
                                     "\xff\x00\x01"
                                     "\x01\x00\x00\x02"
                                     "\xff\xff\xff\xff\xff\xff\xff\xff\x00\x08";
    McxKeyPeriod key_period = {255, 256};
    g_autofree char *uid = compute("u", "", key_period, G_MAXUINT64);

    assert_preimage(preimage, sizeof preimage - 1, uid);
}

/* Lengths of more than one octet. */
static void test_preimage_of_long_user(void)
{
    g_autofree char *user = g_strnfill(0x0102, 'x');
    g_autoptr(GByteArray) preimage = g_byte_array_new();
    static const guint8 head[] = "\x00MIKEY-SAKKE-UID\x00\x0f";
    static const guint8 tail[] = "\x01\x02"
                                 "k\x00\x01"
                                 "\x27\x8d\x00\x00\x03"
                                 "\x00\x00\x01"
                                 "\x00\x00\x01";
    g_byte_array_append(preimage, head, sizeof head - 1);
    g_byte_array_append(preimage, (const guint8 *)user, 0x0102);
    g_byte_array_append(preimage, tail, sizeof tail - 1);
    g_autofree char *uid = compute(user, "k", default_period, 0);

    assert_preimage(preimage->data, preimage->len, uid);
}

/* Vectors that an implementer published, with other periods, offsets and numbers. */
static void test_published_vectors(void)
{
    static const struct {
        McxKeyPeriod key_period;
        guint64 number;
        const char *uid;
    } vectors[] = {
        {{25920000, 100}, 1, "3c0ad8828cfae1ad1d08b27cc7b61258c6cfcd405081b68cd778f1e1c7f562a7"},
        {{25920000, 100}, 2048, "c88b3fa5e36a08985d10f7b31a631b0265e8249f0312435e4984dbc3765c7f0c"},
        {{25920000, 45920000},
         20393844,
         "8dc05540167345538475101514f4eabd384abd6ba665782abb312ecaf05934e1"},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(vectors); i++) {
        g_autofree char *uid = compute("sip:user@example.org", "kms.example.org",
                                       vectors[i].key_period, vectors[i].number);
        g_assert_cmpstr(uid, ==, vectors[i].uid);
    }
}

/* UIDs of messages that an implementation sent, known by their ends; its KMS has an unusual key
 * period. The users are found by the time of the messages alone. */
static void test_uids_of_messages(void)
{
    static const struct {
        const char *user, *begins, *ends;
    } users[] = {
        {"gms@streamwide.com", "15a4d5b1", "08d20e"},
        {"sip:alice@streamwide.com", "b5c45230", "c03dc4"},
    };
    const char *kms = "kms.mydev.streamwide.com";
    const McxKeyPeriod key_period = {16777215, 0};
    guint64 number = mcx_uid_period_number(TIME_OF_MESSAGES, key_period);

    for (gsize i = 0; i < G_N_ELEMENTS(users); i++) {
        g_autofree char *uid = compute(users[i].user, kms, key_period, number);
        g_autofree char *matched =
            mcx_uid_match(uid, users[i].user, kms, key_period, TIME_OF_MESSAGES);
        g_assert_true(g_str_has_prefix(uid, users[i].begins));
        g_assert_true(g_str_has_suffix(uid, users[i].ends));
        g_assert_cmpstr(matched, ==, users[i].user);
    }
}

static void test_every_input_counts(void)
{
    const McxKeyPeriod other_period = {MCX_DEFAULT_KEY_PERIOD + 1, 0};
    const McxKeyPeriod other_offset = {MCX_DEFAULT_KEY_PERIOD, 1};
    char *uids[] = {
        compute("sip:a@x", "kms", default_period, 7), compute("sip:A@x", "kms", default_period, 7),
        compute("a@x", "kms", default_period, 7),     compute("sip:a@x", "kms2", default_period, 7),
        compute("sip:a@x", "kms", other_period, 7),   compute("sip:a@x", "kms", other_offset, 7),
        compute("sip:a@x", "kms", default_period, 8), compute("sip:a@xk", "ms", default_period, 7),
    };

    for (gsize i = 0; i < G_N_ELEMENTS(uids); i++) {
        for (gsize j = 0; j < i; j++) {
            g_assert_cmpstr(uids[i], !=, uids[j]);
        }
    }
    for (gsize i = 0; i < G_N_ELEMENTS(uids); i++) {
        g_free(uids[i]);
    }
}

static void test_period_number(void)
{
    static const struct {
        gint64 unix_ns;
        McxKeyPeriod key_period;
        guint64 number;
    } cases[] = {
        {0, {1, 0}, 2208988800},
        {-1, {1, 0}, 2208988799},
        {-NS_PER_SECOND, {1, 0}, 2208988799},
        {-NS_PER_SECOND - 1, {1, 0}, 2208988798},
        {NS_PER_SECOND - 1, {1, 0}, 2208988800},
        {0, {2592000, 0}, 852},
        {TIME_OF_MESSAGES, {2592000, 0}, 1531},
        /* The second before and at a boundary: 852 * 2592000 is 604800 before 1970. */
        {-604800 * NS_PER_SECOND - 1, {2592000, 0}, 851},
        {-604800 * NS_PER_SECOND, {2592000, 0}, 852},
        {0, {10, 2208988790}, 1},
        {0, {10, 2208988791}, 0},
        {0, {10, 2208988800}, 0},
        {0, {10, 2208988801}, 0},
        {0, {10, G_MAXUINT64}, 0},
        {0, {G_MAXUINT64, 0}, 0},
        {G_MININT64, {1, 0}, 0},
        {G_MAXINT64, {1, 0}, 11432360836},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_assert_cmpuint(mcx_uid_period_number(cases[i].unix_ns, cases[i].key_period), ==,
                         cases[i].number);
    }
}

/* The UID of that user @p step periods away from the time of the messages. */
static char *uid_nearby(const char *user, int step)
{
    guint64 number = mcx_uid_period_number(TIME_OF_MESSAGES, default_period);

    return compute(user, "kms.example.org", default_period, number + (guint64)(gint64)step);
}

static char *match(const char *uid, const char *user)
{
    return mcx_uid_match(uid, user, "kms.example.org", default_period, TIME_OF_MESSAGES);
}

static void test_match_spellings(void)
{
    static const struct {
        const char *hashed, *asked, *matched;
    } cases[] = {
        {"sip:bob@example.org", "sip:bob@example.org", "sip:bob@example.org"},
        {"sip:bob@example.org", "bob@example.org", "sip:bob@example.org"},
        {"bob@example.org", "sip:bob@example.org", "bob@example.org"},
        {"bob@example.org", "bob@example.org", "bob@example.org"},
        {"bob@example.org", "SIP:bob@example.org", "bob@example.org"},
        {"bob@example.org", "sip:alice@example.org", NULL},
        {"bob@example.org", "Bob@example.org", NULL},
        {"tel:+33123456789", "tel:+33123456789", "tel:+33123456789"},
        {"bob@example.org", "", NULL},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *uid = uid_nearby(cases[i].hashed, 0);
        g_autofree char *matched = match(uid, cases[i].asked);
        g_assert_cmpstr(matched, ==, cases[i].matched);
    }
}

static void test_match_neighbours(void)
{
    const int most = MCX_UID_PERIOD_NEIGHBOURS;

    for (int step = -most - 1; step <= most + 1; step++) {
        g_autofree char *uid = uid_nearby("sip:bob@example.org", step);
        g_autofree char *matched = match(uid, "bob@example.org");
        const char *expected = ABS(step) <= most ? "sip:bob@example.org" : NULL;
        g_assert_cmpstr(matched, ==, expected);
    }
}

/* Period numbers end at zero: there is nothing before it to try, and nothing wraps round. */
static void test_match_at_first_period(void)
{
    const McxKeyPeriod key_period = {MCX_DEFAULT_KEY_PERIOD, G_MAXUINT64};

    for (guint64 number = 0; number <= MCX_UID_PERIOD_NEIGHBOURS; number++) {
        g_autofree char *uid = compute("u", "k", key_period, number);
        g_autofree char *matched = mcx_uid_match(uid, "u", "k", key_period, TIME_OF_MESSAGES);
        g_assert_cmpstr(matched, ==, "u");
    }
    g_autofree char *wrapped = compute("u", "k", key_period, G_MAXUINT64);
    g_assert_null(mcx_uid_match(wrapped, "u", "k", key_period, TIME_OF_MESSAGES));
}

static void test_match_wants_hex(void)
{
    g_autofree char *uid = uid_nearby("u", 0);
    g_autofree char *upper = g_ascii_strup(uid, -1);
    g_autofree char *cut = g_strndup(uid, 63);
    g_autofree char *longer = g_strconcat(uid, "0", NULL);
    g_autofree char *other_digit = g_strdup(uid);
    g_autofree char *no_digit = g_strdup(uid);
    g_autofree char *matched = match(upper, "u");

    other_digit[63] = uid[63] == '0' ? '1' : '0';
    no_digit[63] = 'g';
    g_assert_cmpstr(matched, ==, "u");
    g_assert_null(match(cut, "u"));
    g_assert_null(match(longer, "u"));
    g_assert_null(match(other_digit, "u"));
    g_assert_null(match(no_digit, "u"));
    g_assert_null(match("", "u"));
}

/* Neither a user nor a KMS of 64 KiB has a UID: its length would not fit. */
static void test_match_too_long(void)
{
    g_autofree char *enormous = g_strnfill(G_MAXUINT16 + 1, 'x');
    g_autofree char *uid_of_user = uid_nearby(enormous, 0);
    g_autofree char *uid_at_kms = compute("u", enormous, default_period, 0);

    g_assert_null(match(uid_of_user, enormous));
    g_assert_null(mcx_uid_match(uid_at_kms, "u", enormous, default_period, G_MININT64));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/mcx-uid/preimage/vector", test_preimage_of_vector);
    g_test_add_func("/mcx-uid/preimage/numbers", test_preimage_of_numbers);
    g_test_add_func("/mcx-uid/preimage/long-user", test_preimage_of_long_user);
    g_test_add_func("/mcx-uid/published-vectors", test_published_vectors);
    g_test_add_func("/mcx-uid/uids-of-messages", test_uids_of_messages);
    g_test_add_func("/mcx-uid/every-input-counts", test_every_input_counts);
    g_test_add_func("/mcx-uid/period-number", test_period_number);
    g_test_add_func("/mcx-uid/match/spellings", test_match_spellings);
    g_test_add_func("/mcx-uid/match/neighbours", test_match_neighbours);
    g_test_add_func("/mcx-uid/match/first-period", test_match_at_first_period);
    g_test_add_func("/mcx-uid/match/wants-hex", test_match_wants_hex);
    g_test_add_func("/mcx-uid/match/too-long", test_match_too_long);
    return g_test_run();
}
