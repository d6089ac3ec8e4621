/* test-mikey-message.c
 * What the parser makes of MIKEY-SAKKE messages, whole, cut and hostile
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include <string.h>

#include "core/mikey/mikey-offer-maker.h"
#include "core/mikey/mikey-parser.h"
#include "core/octets/hex.h"
#include "tests/support/mikey-walk.h"

/* ---- messages ---- */

/* A payload without "next payload", which is put before it; SIGN has none. */
typedef struct Piece {
    guint8 type;
    const char *hex; /* blanks in it are left out */
} Piece;

#define END                                                                                        \
    {                                                                                              \
        MIKEY_LAST, NULL                                                                           \
    }

#define UID_I  "0101010101010101010101010101010101010101010101010101010101010101"
#define UID_R  "8002020202020202020202020202020202020202020202020202020202020202"
#define NUMBER "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define ECCSI  NUMBER NUMBER "04" NUMBER NUMBER

/* 128 octets. */
#define COORDINATE NUMBER NUMBER NUMBER NUMBER

#define T_2026    "00 ed003780 80000000" /* 2026-01-01T00:00:00.5Z */
#define RAND_4    "04 01020304"
#define IDR_UIDI  "08 01 0020 " UID_I
#define IDR_UIDR  "09 01 0020 " UID_R
#define IDR_KMSI  "06 01 0005 6b6d732e61"   /* kms.a */
#define IDR_KMSR  "07 01 0006 6b6d732e6200" /* kms.b and a NUL */
#define SAKKE_273 "01 02 0111 04 " COORDINATE COORDINATE "00112233445566778899aabbccddeeff"
#define SIGN      "2081" ECCSI

/* Header of a GMK: one crypto session of a GENERIC-ID map, two policies, session data, SPI. */
static const char gmk_header[] = "01 1a 00 01 06a12aea 01 02"
                                 "04 00 82 00 01 000a 11223344 00000005 00ff 08 0df9bc39 06a12aea";
static const char srtp_header[] =
    "01 1a 00 01 16a12aea 02 00 00 11223344 00000001 01 55667788 00000002";
static const char plain_header[] = "01 1a 00 01 16a12aea 00 01";

/* Between them these hold every layout. */
static const Piece gmk_pieces[] = {
    {MIKEY_T, T_2026},
    {MIKEY_RAND, RAND_4},
    {MIKEY_IDR, IDR_UIDI},
    {MIKEY_IDR, IDR_UIDR},
    {MIKEY_IDR, IDR_KMSI},
    {MIKEY_IDR, IDR_KMSR},
    {MIKEY_SP, "00 00 000b 00 01 06 01 02 0010 12 02 abcd"},
    {MIKEY_SAKKE, SAKKE_273},
    {MIKEY_EXT, "06 000a 00 01 02 0005 0102030405"},
    {MIKEY_EXT, "07 0035 43 0000000001 00000000 00 01 28704fa41c8fe20f881c1bab0d32d8ca 06a12aea 00"
                "0012 0102 000102030405060708090a0b0c0d0e0f"},
    {MIKEY_SIGN, SIGN},
    END,
};
static const Piece other_pieces[] = {
    {MIKEY_T, "02 00000007"},
    {MIKEY_T, T_2026},
    {MIKEY_RAND, RAND_4},
    {MIKEY_ID, "00 0003 614062"},
    {MIKEY_KEMAC, "01 0002 0102 01 0102030405060708090a0b0c0d0e0f1011121314"},
    {MIKEY_V, "02" UID_I},
    {MIKEY_ERR, "05 0000"},
    {MIKEY_SP, "01 07 0004 ff 02 abcd"},
    {MIKEY_SAKKE, "01 f0 0003 040506"},
    {MIKEY_EXT, "00 0002 0102"},
    {MIKEY_EXT, "01 0003 312c32"},
    {MIKEY_EXT, "07 001d 01 00000001 0000000001 0000000002 0002 6869 0008 01 7b 0004 61406263"},
    {MIKEY_EXT, "63 0002 0102"},
    {MIKEY_SIGN, "0002 0102"},
    END,
};

static const struct {
    const char *name, *header;
    const Piece *pieces;
} samples[] = {
    {"gmk", gmk_header, gmk_pieces},
    {"others", srtp_header, other_pieces},
    {"plain", plain_header, other_pieces},
};

static void append_hex(GByteArray *octets, const char *hex)
{
    g_autoptr(GString) digits = g_string_new(NULL);

    for (; *hex; hex++) {
        if (*hex != ' ') {
            g_string_append_c(digits, *hex);
        }
    }
    const guint start = octets->len;
    g_byte_array_set_size(octets, start + (guint)digits->len / 2);
    g_assert_true(hex_decode(digits->str, octets->data + start, digits->len / 2));
}

/* A message of a header, whose "next payload" is set, and pieces. */
static GByteArray *build(const char *header, const Piece *pieces)
{
    GByteArray *octets = g_byte_array_new();

    append_hex(octets, header);
    octets->data[2] = pieces[0].type;
    for (gsize i = 0; pieces[i].hex; i++) {
        if (pieces[i].type != MIKEY_SIGN) {
            g_byte_array_append(octets, &pieces[i + 1].type, 1);
        }
        append_hex(octets, pieces[i].hex);
    }
    return octets;
}

/* ---- reading ---- */

/* The octets of the message that was read last: copied to where nothing follows them, so that no read
 * past the end goes unseen. */
static guint8 *lent;

static MikeyMessage *parse(const guint8 *octets, gsize length, bool may_be_cut)
{
    g_free(lent);
    lent = g_malloc(MAX(length, 1));
    memcpy(lent, octets, length);
    MikeyMessage *message = mikey_parse(lent, length, may_be_cut);
    walk_mikey_message(message);
    return message;
}

static MikeyMessage *parse_pieces(const char *header, const Piece *pieces)
{
    g_autoptr(GByteArray) octets = build(header, pieces);

    return parse(octets->data, octets->len, false);
}

static const MikeyProblem *find_problem(const MikeyMessage *message, MikeyProblemId id)
{
    for (guint i = 0; i < message->problems->len; i++) {
        const MikeyProblem *problem = &g_array_index(message->problems, MikeyProblem, i);
        if (problem->id == id) {
            return problem;
        }
    }
    return NULL;
}

/* A problem of that kind, with that field to blame. */
static void assert_problem(const MikeyMessage *message, MikeyProblemId id, MikeyFieldId blamed)
{
    const MikeyProblem *problem = find_problem(message, id);

    g_assert_nonnull(problem);
    g_assert_cmpuint(problem->field, !=, MIKEY_NO_FIELD);
    g_assert_cmpint(mikey_message_field(message, problem->field)->id, ==, blamed);
}

static void assert_blames_message(const MikeyMessage *message, MikeyProblemId id, const char *text)
{
    const MikeyProblem *problem = find_problem(message, id);

    g_assert_nonnull(problem);
    g_assert_cmpuint(problem->field, ==, MIKEY_NO_FIELD);
    g_assert_cmpstr(problem->text, ==, text);
}

static void assert_field(const MikeyMessage *message, const MikeyPayload *payload, MikeyFieldId id,
                         guint32 offset, guint32 length, gint64 number)
{
    const MikeyField *field = mikey_payload_field(message, payload, id);

    g_assert_nonnull(field);
    g_assert_cmpuint(field->offset - payload->offset, ==, offset);
    g_assert_cmpuint(field->length, ==, length);
    g_assert_cmpint(field->number, ==, number);
}

/* ---- header ---- */

static void test_header(void)
{
    g_autoptr(MikeyMessage) message = parse_pieces(gmk_header, gmk_pieces);
    const MikeyPayload *header = mikey_message_payload(message, 0);

    g_assert_cmpint(message->state, ==, MIKEY_WHOLE);
    /* The NUL behind the receiver's KMS; the SAKKE-to-self, which is too short to be one. */
    g_assert_cmpuint(message->problems->len, ==, 2);
    g_assert_cmpuint(header->length, ==, 36);
    assert_field(message, header, MIKEY_FIELD_VERSION, 0, 1, 1);
    assert_field(message, header, MIKEY_FIELD_DATA_TYPE, 1, 1, 26);
    assert_field(message, header, MIKEY_FIELD_NEXT_PAYLOAD, 2, 1, MIKEY_T);
    assert_field(message, header, MIKEY_FIELD_V, 3, 1, 0);
    assert_field(message, header, MIKEY_FIELD_PRF, 3, 1, 1);
    assert_field(message, header, MIKEY_FIELD_CSB_ID, 4, 4, 0x06a12aea);
    assert_field(message, header, MIKEY_FIELD_KEY_PURPOSE, 4, 1, 0);
    assert_field(message, header, MIKEY_FIELD_CS_COUNT, 8, 1, 1);
    assert_field(message, header, MIKEY_FIELD_CS_ID_MAP_TYPE, 9, 1, MIKEY_MAP_GENERIC);
    assert_field(message, header, MIKEY_FIELD_CS, 10, 26, 0);
    assert_field(message, header, MIKEY_FIELD_CS_ID, 10, 1, 4);
    assert_field(message, header, MIKEY_FIELD_CS_PROT_TYPE, 11, 1, 0);
    assert_field(message, header, MIKEY_FIELD_CS_S, 12, 1, 1);
    assert_field(message, header, MIKEY_FIELD_CS_POLICY_COUNT, 12, 1, 2);
    assert_field(message, header, MIKEY_FIELD_CS_POLICY, 13, 1, 0);
    assert_field(message, header, MIKEY_FIELD_CS_SESSION_LENGTH, 15, 2, 10);
    assert_field(message, header, MIKEY_FIELD_CS_SSRC, 17, 4, 0x11223344);
    assert_field(message, header, MIKEY_FIELD_CS_ROC, 21, 4, 5);
    assert_field(message, header, MIKEY_FIELD_CS_SEQ, 25, 2, 0xff);
    assert_field(message, header, MIKEY_FIELD_CS_SPI_LENGTH, 27, 1, 8);
    assert_field(message, header, MIKEY_FIELD_GMK_ID, 28, 4, 0x0df9bc39);
}

static void test_srtp_map(void)
{
    g_autoptr(MikeyMessage) message = parse_pieces(srtp_header, other_pieces);
    const MikeyPayload *header = mikey_message_payload(message, 0);

    g_assert_cmpuint(header->length, ==, 28);
    assert_field(message, header, MIKEY_FIELD_CS, 10, 9, 0);
    assert_field(message, header, MIKEY_FIELD_CS_SSRC, 11, 4, 0x11223344);
    g_assert_null(mikey_payload_field(message, header, MIKEY_FIELD_CS_ID));
    const MikeyField *last = mikey_message_field(message, header->first + header->count - 1);
    g_assert_cmpint(last->id, ==, MIKEY_FIELD_CS_ROC);
    g_assert_cmpint(last->number, ==, 2);
    g_assert_cmpint(mikey_message_field(message, last->parent)->number, ==, 1); /* the second */
}

static void test_header_problems(void)
{
    static const Piece none[] = {END};
    static const struct {
        const char *header;
        MikeyProblemId problem;
        MikeyFieldId blamed;
        MikeyState state;
    } cases[] = {
        {"01 1b 00 81 16a12aea 00 01", MIKEY_PROBLEM_V_SET, MIKEY_FIELD_V, MIKEY_WHOLE},
        {"01 1b 00 00 16a12aea 00 01", MIKEY_PROBLEM_PRF, MIKEY_FIELD_PRF, MIKEY_WHOLE},
        {"01 1b 00 01 76a12aea 00 01", MIKEY_PROBLEM_PURPOSE, MIKEY_FIELD_KEY_PURPOSE, MIKEY_WHOLE},
        {"01 1b 00 01 16a12aea 01 01", MIKEY_PROBLEM_MAP_COUNT, MIKEY_FIELD_CS_COUNT, MIKEY_WHOLE},
        {"01 1b 00 01 16a12aea 00 03", MIKEY_PROBLEM_MAP_TYPE, MIKEY_FIELD_CS_ID_MAP_TYPE,
         MIKEY_WHOLE},
        {"01 1b 00 01 16a12aea 01 03 ff", MIKEY_PROBLEM_MAP_TYPE, MIKEY_FIELD_CS_ID_MAP_TYPE,
         MIKEY_BROKEN},
        {"01 1b 00 01 16a12aea 01 00 ff", MIKEY_PROBLEM_LENGTH_PAST_END, MIKEY_FIELD_CS,
         MIKEY_BROKEN},
        {"01 1b 00 01 16a12aea 01 02 04 00 7f", MIKEY_PROBLEM_LENGTH_PAST_END,
         MIKEY_FIELD_CS_POLICY_COUNT, MIKEY_BROKEN},
        {"01 1b 00 01 16a12aea 01 02 04 00 00 ffff", MIKEY_PROBLEM_LENGTH_PAST_END,
         MIKEY_FIELD_CS_SESSION_LENGTH, MIKEY_BROKEN},
        {"01 1b 00 01 16a12aea 01 02 04 00 00 0000 ff", MIKEY_PROBLEM_LENGTH_PAST_END,
         MIKEY_FIELD_CS_SPI_LENGTH, MIKEY_BROKEN},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(MikeyMessage) message = parse_pieces(cases[i].header, none);
        g_test_message("%s", cases[i].header);
        assert_problem(message, cases[i].problem, cases[i].blamed);
        g_assert_cmpuint(message->problems->len, ==, 1);
        g_assert_cmpint(message->state, ==, cases[i].state);
    }
}

/* Session data that are not SRTP's, or of another size than S announces, stay octets; an SPI is a
 * GMK-ID only where there is a GMK. */
static void test_sessions_not_taken_apart(void)
{
    static const Piece none[] = {END};
    static const char *const headers[] = {
        "01 1b 00 01 06a12aea 01 02 04 00 00 000a 11223344 00000005 00ff 04 0df9bc39",
        "01 1b 00 01 06a12aea 01 02 04 00 80 0004 11223344 00",
        "01 1b 00 01 16a12aea 01 02 04 00 00 0000 08 0df9bc39 06a12aea",
    };

    for (gsize i = 0; i < G_N_ELEMENTS(headers); i++) {
        g_autoptr(MikeyMessage) message = parse_pieces(headers[i], none);
        const MikeyPayload *header = mikey_message_payload(message, 0);
        g_assert_cmpint(message->state, ==, MIKEY_WHOLE);
        g_assert_null(mikey_payload_field(message, header, MIKEY_FIELD_CS_SSRC));
        g_assert_null(mikey_payload_field(message, header, MIKEY_FIELD_GMK_ID));
    }
}

/* ---- payloads ---- */

/* What a payload of a sample holds, by its octets from "next payload" on. */
static void test_payloads(void)
{
    static const struct {
        guint sample, number; /* of the payload, the header being 0 */
        MikeyPayloadType type;
        guint32 size;
        struct {
            MikeyFieldId id;
            guint32 offset, length;
            gint64 number;
        } fields[6];
    } cases[] = {
        {0,
         1,
         MIKEY_T,
         10,
         {{MIKEY_FIELD_TIMESTAMP_TYPE, 1, 1, 0},
          {MIKEY_FIELD_TIMESTAMP, 2, 8, G_GINT64_CONSTANT(1767225600500000000)}}},
        {0,
         2,
         MIKEY_RAND,
         6,
         {{MIKEY_FIELD_RAND_LENGTH, 1, 1, 4}, {MIKEY_FIELD_RAND_VALUE, 2, 4, 0}}},
        {0,
         3,
         MIKEY_IDR,
         37,
         {{MIKEY_FIELD_IDR_ROLE, 1, 1, 8},
          {MIKEY_FIELD_IDR_TYPE, 2, 1, 1},
          {MIKEY_FIELD_IDR_LENGTH, 3, 2, 32},
          {MIKEY_FIELD_IDR_VALUE, 5, 32, MIKEY_IDENTITY_UID}}},
        {0,
         7,
         MIKEY_SP,
         16,
         {{MIKEY_FIELD_SP_POLICY, 1, 1, 0},
          {MIKEY_FIELD_SP_LENGTH, 3, 2, 11},
          {MIKEY_FIELD_SP_PARAM, 5, 3, 0},
          {MIKEY_FIELD_SP_PARAM_NUMBER, 7, 1, 6}}},
        {0,
         8,
         MIKEY_SAKKE,
         278,
         {{MIKEY_FIELD_SAKKE_PARAMS, 1, 1, 1},
          {MIKEY_FIELD_SAKKE_ID_SCHEME, 2, 1, 2},
          {MIKEY_FIELD_SAKKE_LENGTH, 3, 2, 273},
          {MIKEY_FIELD_SAKKE_DATA, 5, 273, 0},
          {MIKEY_FIELD_SAKKE_POINT, 5, 257, 0},
          {MIKEY_FIELD_SAKKE_HASH, 262, 16, 0}}},
        {0,
         9,
         MIKEY_EXT,
         14,
         {{MIKEY_FIELD_EXT_TYPE, 1, 1, 6},
          {MIKEY_FIELD_EXT_DATA, 4, 10, 0},
          {MIKEY_FIELD_SELF_NEXT_PAYLOAD, 4, 1, 0},
          {MIKEY_FIELD_SELF_LENGTH, 7, 2, 5},
          {MIKEY_FIELD_SELF_DATA, 9, 5, 0}}},
        {0,
         10,
         MIKEY_EXT,
         57,
         {{MIKEY_FIELD_KEY_MESSAGE_TYPE, 4, 1, 0x43},
          {MIKEY_FIELD_KEY_TIME, 5, 5, 1},
          {MIKEY_FIELD_KEY_IV, 16, 16, 0},
          {MIKEY_FIELD_KEY_DPPK_ID, 32, 4, 0x06a12aea},
          {MIKEY_FIELD_KEY_CIPHERTEXT, 39, 2, 0},
          {MIKEY_FIELD_KEY_TAG, 41, 16, 0}}},
        {0,
         11,
         MIKEY_SIGN,
         131,
         {{MIKEY_FIELD_SIGN_TYPE, 0, 2, MIKEY_SIGN_ECCSI},
          {MIKEY_FIELD_SIGN_LENGTH, 0, 2, 129},
          {MIKEY_FIELD_SIGN_VALUE, 2, 129, 0},
          {MIKEY_FIELD_SIGN_R, 2, 32, 0},
          {MIKEY_FIELD_SIGN_S, 34, 32, 0},
          {MIKEY_FIELD_SIGN_PVT, 66, 65, 0}}},
        {1, 1, MIKEY_T, 6, {{MIKEY_FIELD_TIMESTAMP_COUNTER, 2, 4, 7}}},
        {1,
         4,
         MIKEY_ID,
         7,
         {{MIKEY_FIELD_ID_TYPE, 1, 1, 0}, {MIKEY_FIELD_ID_VALUE, 4, 3, MIKEY_IDENTITY_TEXT}}},
        {1,
         5,
         MIKEY_KEMAC,
         27,
         {{MIKEY_FIELD_KEMAC_ENCR_ALG, 1, 1, 1},
          {MIKEY_FIELD_KEMAC_DATA, 4, 2, 0},
          {MIKEY_FIELD_KEMAC_MAC_ALG, 6, 1, 1},
          {MIKEY_FIELD_KEMAC_MAC, 7, 20, 0}}},
        {1,
         6,
         MIKEY_V,
         34,
         {{MIKEY_FIELD_VER_AUTH_ALG, 1, 1, 2}, {MIKEY_FIELD_VER_DATA, 2, 32, 0}}},
        {1,
         7,
         MIKEY_ERR,
         4,
         {{MIKEY_FIELD_ERR_NUMBER, 1, 1, 5}, {MIKEY_FIELD_ERR_RESERVED, 2, 2, 0}}},
        {1, 10, MIKEY_EXT, 6, {{MIKEY_FIELD_VENDOR_ID, 4, 2, 0}}},
        {1, 11, MIKEY_EXT, 7, {{MIKEY_FIELD_SDP_IDS, 4, 3, 0}}},
        {1,
         12,
         MIKEY_EXT,
         33,
         {{MIKEY_FIELD_KEY_TYPE, 4, 1, 1},
          {MIKEY_FIELD_KEY_EXPIRY, 14, 5, 2},
          {MIKEY_FIELD_KEY_TEXT, 21, 2, 0},
          {MIKEY_FIELD_KEY_GROUPS_COUNT, 25, 1, 1},
          {MIKEY_FIELD_KEY_GROUP_IEI, 26, 1, 0x7b},
          {MIKEY_FIELD_KEY_GROUP_URI, 29, 4, 0}}},
        {1, 13, MIKEY_EXT, 6, {{MIKEY_FIELD_EXT_TYPE, 1, 1, 99}, {MIKEY_FIELD_EXT_DATA, 4, 2, 0}}},
        {1,
         14,
         MIKEY_SIGN,
         4,
         {{MIKEY_FIELD_SIGN_TYPE, 0, 2, 0}, {MIKEY_FIELD_SIGN_VALUE, 2, 2, 0}}},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(MikeyMessage) message =
            parse_pieces(samples[cases[i].sample].header, samples[cases[i].sample].pieces);
        const MikeyPayload *payload = mikey_message_payload(message, cases[i].number);
        g_test_message("payload %u of %s", cases[i].number, samples[cases[i].sample].name);
        g_assert_cmpint(payload->type, ==, cases[i].type);
        g_assert_true(payload->whole);
        g_assert_cmpuint(payload->length, ==, cases[i].size);
        for (gsize f = 0; f < G_N_ELEMENTS(cases[i].fields) && cases[i].fields[f].length; f++) {
            assert_field(message, payload, cases[i].fields[f].id, cases[i].fields[f].offset,
                         cases[i].fields[f].length, cases[i].fields[f].number);
        }
    }
}

/* Each with a payload before SIGN of which something is wrong, and no more than that. */
static void test_payload_problems(void)
{
    static const struct {
        Piece piece;
        MikeyProblemId problem;
        MikeyFieldId blamed;
    } cases[] = {
        {{MIKEY_T, "03 00"}, MIKEY_PROBLEM_UNSUPPORTED_LAYOUT, MIKEY_FIELD_TIMESTAMP_TYPE},
        {{MIKEY_V, "03 00"}, MIKEY_PROBLEM_UNSUPPORTED_LAYOUT, MIKEY_FIELD_VER_AUTH_ALG},
        {{MIKEY_RAND, "00"}, MIKEY_PROBLEM_EMPTY_VALUE, MIKEY_FIELD_RAND_LENGTH},
        {{MIKEY_ID, "01 0000"}, MIKEY_PROBLEM_EMPTY_VALUE, MIKEY_FIELD_ID_LENGTH},
        {{MIKEY_SP, "00 00 0002 00 00"}, MIKEY_PROBLEM_EMPTY_VALUE, MIKEY_FIELD_SP_PARAM_LENGTH},
        {{MIKEY_SP, "00 00 0002 00 01"},
         MIKEY_PROBLEM_LENGTH_PAST_END,
         MIKEY_FIELD_SP_PARAM_LENGTH},
        {{MIKEY_SP, "00 00 0001 00"}, MIKEY_PROBLEM_LENGTH_PAST_END, MIKEY_FIELD_SP_PARAM},
        {{MIKEY_SAKKE, "01 02 0000"}, MIKEY_PROBLEM_SAKKE_DATA, MIKEY_FIELD_SAKKE_LENGTH},
        {{MIKEY_SAKKE, "01 02 0001 04"}, MIKEY_PROBLEM_SAKKE_DATA, MIKEY_FIELD_SAKKE_DATA},
        {{MIKEY_SAKKE, "01 02 0102 03 " COORDINATE COORDINATE "00"},
         MIKEY_PROBLEM_SAKKE_DATA,
         MIKEY_FIELD_SAKKE_DATA},
        {{MIKEY_EXT, "00 0000"}, MIKEY_PROBLEM_EMPTY_EXTENSION, MIKEY_FIELD_EXT_LENGTH},
        {{MIKEY_EXT, "06 0001 00"}, MIKEY_PROBLEM_LENGTH_PAST_END, MIKEY_FIELD_EXT_DATA},
        {{MIKEY_EXT, "06 0006 00 01 02 0001 04"}, MIKEY_PROBLEM_SAKKE_DATA, MIKEY_FIELD_SELF_DATA},
        {{MIKEY_EXT, "07 0012 01 00000001 0000000001 0000000002 0000 ff"},
         MIKEY_PROBLEM_LENGTH_PAST_END,
         MIKEY_FIELD_EXT_DATA},
        {{MIKEY_EXT, "07 0014 01 00000001 0000000001 0000000002 0000 0000 ff"},
         MIKEY_PROBLEM_EXT_LEFT_OVER,
         MIKEY_FIELD_EXT_DATA},
        {{MIKEY_EXT, "07 0017 01 00000001 0000000001 0000000002 0000 0004 01 7a 0000"},
         MIKEY_PROBLEM_GROUP_IEI,
         MIKEY_FIELD_KEY_GROUP_IEI},
        {{MIKEY_EXT, "07 0017 01 00000001 0000000001 0000000002 0000 0004 01 7b 0001"},
         MIKEY_PROBLEM_LENGTH_PAST_END,
         MIKEY_FIELD_KEY_GROUP_LENGTH},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        const Piece pieces[] = {cases[i].piece, {MIKEY_SIGN, SIGN}, END};
        g_autoptr(MikeyMessage) message = parse_pieces("01 1b 00 01 16a12aea 00 01", pieces);
        g_test_message("%s", cases[i].piece.hex);
        assert_problem(message, cases[i].problem, cases[i].blamed);
    }
}

static void test_key_parameters(void)
{
    static const Piece other_key[] = {
        {MIKEY_EXT,
         "07 0024 40 0000000001 00000000 00 01 28704fa41c8fe20f881c1bab0d32d8ca 06a12aeb 00"
         "0001 ff"},
        {MIKEY_SIGN, SIGN},
        END,
    };
    g_autoptr(MikeyMessage) message = parse_pieces("01 1b 00 01 16a12aea 00 01", other_key);

    assert_problem(message, MIKEY_PROBLEM_DPPK_ID, MIKEY_FIELD_KEY_DPPK_ID);
    assert_problem(message, MIKEY_PROBLEM_SHORT_CIPHERTEXT, MIKEY_FIELD_KEY_LENGTH);
}

static void test_signatures(void)
{
    static const struct {
        const char *hex;
        MikeyProblemId problem;
        MikeyFieldId blamed;
    } cases[] = {
        {"0002 0102", MIKEY_PROBLEM_SIGN_TYPE, MIKEY_FIELD_SIGN_TYPE},
        {"2002 0102", MIKEY_PROBLEM_SIGN_LENGTH, MIKEY_FIELD_SIGN_LENGTH},
        {"2081" NUMBER NUMBER "03" NUMBER NUMBER, MIKEY_PROBLEM_SIGN_PVT, MIKEY_FIELD_SIGN_PVT},
        {"2fff 00", MIKEY_PROBLEM_LENGTH_PAST_END, MIKEY_FIELD_SIGN_LENGTH},
        {"2081 00", MIKEY_PROBLEM_LENGTH_PAST_END, MIKEY_FIELD_SIGN_LENGTH},
        {"20", MIKEY_PROBLEM_LENGTH_PAST_END, MIKEY_FIELD_SIGN},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        const Piece pieces[] = {{MIKEY_SIGN, cases[i].hex}, END};
        g_autoptr(MikeyMessage) message = parse_pieces("01 1b 00 01 16a12aea 00 01", pieces);
        assert_problem(message, cases[i].problem, cases[i].blamed);
    }
}

/* ---- identities ---- */

static void test_identities(void)
{
    static const char forty[] =
        "ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00"
        "ff00ff00";
    static const struct {
        const char *head, *value; /* role and type; octets */
        MikeyIdentityKind kind;
        const char *text;
        MikeyProblemId problem; /* MIKEY_N_PROBLEMS: none */
    } cases[] = {
        {"01 01", "7369703a61", MIKEY_IDENTITY_TEXT, "sip:a", MIKEY_N_PROBLEMS},
        {"06 01", "6b6d730000", MIKEY_IDENTITY_TEXT, "kms", MIKEY_PROBLEM_TRAILING_NUL},
        {"08 01", UID_I, MIKEY_IDENTITY_UID, UID_I, MIKEY_N_PROBLEMS},
        {"01 01", UID_R, MIKEY_IDENTITY_UID, UID_R, MIKEY_N_PROBLEMS},
        {"06 01", UID_R, MIKEY_IDENTITY_TEXT, NULL, MIKEY_PROBLEM_IDENTITY_NOT_TEXT},
        {"09 01", "0102", MIKEY_IDENTITY_OCTETS, "0102", MIKEY_PROBLEM_UID_LENGTH},
        {"08 01", "6162", MIKEY_IDENTITY_TEXT, "ab", MIKEY_PROBLEM_UID_LENGTH},
        {"01 01", "61ff0a", MIKEY_IDENTITY_TEXT, "a\xef\xbf\xbd\xef\xbf\xbd",
         MIKEY_PROBLEM_IDENTITY_NOT_TEXT},
        /* All of them: two that begin alike are not the same. */
        {"03 02", forty, MIKEY_IDENTITY_OCTETS, forty, MIKEY_N_PROBLEMS},
        {"03 02", "6162", MIKEY_IDENTITY_TEXT, "ab", MIKEY_N_PROBLEMS},
        {"03 01", "", MIKEY_IDENTITY_TEXT, "", MIKEY_PROBLEM_EMPTY_VALUE},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *hex = g_strdup_printf("%s %04x %s", cases[i].head,
                                               (guint)strlen(cases[i].value) / 2, cases[i].value);
        const Piece pieces[] = {{MIKEY_IDR, hex}, END};
        g_autoptr(MikeyMessage) message = parse_pieces("01 1b 00 01 16a12aea 00 01", pieces);
        const MikeyField *value =
            mikey_payload_field(message, mikey_message_payload(message, 1), MIKEY_FIELD_IDR_VALUE);
        g_test_message("%s", hex);
        g_assert_cmpint(value->number, ==, cases[i].kind);
        if (cases[i].text) {
            g_assert_cmpstr(value->text, ==, cases[i].text);
        }
        g_assert_cmpuint(message->problems->len, ==, cases[i].problem != MIKEY_N_PROBLEMS);
        g_assert_true(cases[i].problem == MIKEY_N_PROBLEMS ||
                      find_problem(message, cases[i].problem));
    }
}

static void test_identity_of_role(void)
{
    static const Piece pieces[] = {{MIKEY_IDR, "06 01 0001 61"},
                                   {MIKEY_IDR, "07 01 0001 62"},
                                   {MIKEY_IDR, "06 01 0001 63"},
                                   END};
    g_autoptr(MikeyMessage) message = parse_pieces("01 1b 00 01 16a12aea 00 01", pieces);
    guint count;
    const MikeyPayload *found = mikey_message_identity(message, MIKEY_ROLE_INITIATOR_KMS, &count);

    g_assert_cmpuint(count, ==, 2);
    g_assert_cmpstr(mikey_payload_field(message, found, MIKEY_FIELD_IDR_VALUE)->text, ==, "a");
    g_assert_null(mikey_message_identity(message, MIKEY_ROLE_PSK, &count));
    g_assert_cmpuint(count, ==, 0);
}

/* ---- KRRs ---- */

static void test_krr(void)
{
    static const struct {
        const char *octets;
        gsize length;
        bool is_krr;
    } cases[] = {
#define DATA(text) text, sizeof(text) - 1
        {DATA("<KmsRedirectResponse/>"), true},
        {DATA(" \n<?xml version=\"1.0\"?><a:KmsRedirectResponse/>"), true},
        {DATA("\xef\xbb\xbf<KmsRedirectResponse/>"), true},
        {DATA("<\0K\0m\0s\0R\0e\0d\0i\0r\0e\0c\0t\0R\0e\0s\0p\0o\0n\0s\0e\0/\0>\0"), true},
        {DATA("KmsRedirectResponse"), false},
        {DATA("<KmsRequest/>"), false},
#undef DATA
    };

    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *octets = hex_encode((const guint8 *)cases[i].octets, cases[i].length);
        g_autofree char *hex = g_strdup_printf("07 %04x %s", (guint)cases[i].length, octets);
        const Piece pieces[] = {{MIKEY_EXT, hex}, END};
        g_autoptr(MikeyMessage) message = parse_pieces("01 1b 00 01 16a12aea 00 01", pieces);
        const MikeyField *krr =
            mikey_payload_field(message, mikey_message_payload(message, 1), MIKEY_FIELD_KRR);
        g_test_message("%s", cases[i].octets);
        g_assert_true((krr != NULL) == cases[i].is_krr);
        g_assert_true(!krr || krr->length == cases[i].length);
    }
}

/* ---- the chain ---- */

static void test_end_of_chain(void)
{
    static const struct {
        Piece pieces[3];
        MikeyProblemId problem;
        const char *text;
    } cases[] = {
        {{{MIKEY_ERR, "00 0000"}, {MIKEY_DH, "00"}, END},
         MIKEY_PROBLEM_UNSUPPORTED_PAYLOAD,
         "The chain goes on with a payload of type 3 (DH), which cannot be read"},
        {{{MIKEY_ERR, "00 0000"}, {99, "00"}, END},
         MIKEY_PROBLEM_UNDEFINED_PAYLOAD,
         "The chain goes on with a payload of type 99 (not defined), which cannot be read"},
        {{{MIKEY_SIGN, "2002 0102"}, {MIKEY_SIGN, "0000"}, END},
         MIKEY_PROBLEM_LEFT_OVER,
         "Octets left over after the last payload: 2"},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(MikeyMessage) message =
            parse_pieces("01 1b 00 01 16a12aea 00 01", cases[i].pieces);
        assert_blames_message(message, cases[i].problem, cases[i].text);
        g_assert_cmpint(message->state, ==,
                        cases[i].problem == MIKEY_PROBLEM_LEFT_OVER ? MIKEY_WHOLE : MIKEY_BROKEN);
    }
}

static void test_limits(void)
{
    Piece payloads[66];
    g_autoptr(GString) parameters = g_string_new("00 00 00c3");

    for (gsize i = 0; i < 65; i++) {
        payloads[i] = (Piece){MIKEY_ERR, "00 0000"};
        g_string_append(parameters, "00 01 01");
    }
    payloads[65] = (Piece)END;
    g_autoptr(MikeyMessage) many = parse_pieces("01 1b 00 01 16a12aea 00 01", payloads);
    assert_blames_message(many, MIKEY_PROBLEM_TOO_MANY_PAYLOADS, NULL);
    g_assert_cmpuint(many->payloads->len, ==, 65);

    const Piece pieces[] = {{MIKEY_SP, parameters->str}, END};
    g_autoptr(MikeyMessage) message = parse_pieces("01 1b 00 01 16a12aea 00 01", pieces);
    assert_problem(message, MIKEY_PROBLEM_TOO_MANY_PARAMETERS, MIKEY_FIELD_SP);
    g_assert_cmpint(message->state, ==, MIKEY_WHOLE);
    assert_field(message, mikey_message_payload(message, 1), MIKEY_FIELD_UNREAD, 5 + 64 * 3, 3, 0);
}

/* What an offer must hold once, and an answer need not. */
static void test_counts(void)
{
    static const Piece few[] = {{MIKEY_RAND, RAND_4}, {MIKEY_RAND, RAND_4}, END};
    static const char *const texts[] = {
        "T is missing",    "RAND occurs 2 times", "SAKKE is missing",   "IDRi is missing",
        "IDRr is missing", "IDRkmsi is missing",  "IDRkmsr is missing",
    };
    g_autoptr(MikeyMessage) offer = parse_pieces(plain_header, few);

    g_assert_cmpuint(offer->problems->len, ==, G_N_ELEMENTS(texts) + 1);
    for (guint i = 0; i < G_N_ELEMENTS(texts); i++) {
        g_assert_cmpstr(g_array_index(offer->problems, MikeyProblem, i).text, ==, texts[i]);
    }
    assert_blames_message(offer, MIKEY_PROBLEM_NO_SIGNATURE, NULL);
    g_autoptr(MikeyMessage) answer = parse_pieces("01 1b 00 01 16a12aea 00 01", few);
    g_assert_cmpuint(answer->problems->len, ==, 0);
}

/* ---- cut and hostile ---- */

/* Each sample ends with its signature, so none of its beginnings is whole. */
static void test_every_cut(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(samples); i++) {
        g_autoptr(GByteArray) octets = build(samples[i].header, samples[i].pieces);
        for (guint length = 0; length < octets->len; length++) {
            g_autoptr(MikeyMessage) cut = parse(octets->data, length, true);
            g_assert_cmpint(cut->state, ==, MIKEY_CUT);
            g_assert_nonnull(find_problem(cut, MIKEY_PROBLEM_CUT));
            g_assert_null(find_problem(cut, MIKEY_PROBLEM_LENGTH_PAST_END));
            g_autoptr(MikeyMessage) broken = parse(octets->data, length, false);
            g_assert_cmpint(broken->state, ==, MIKEY_BROKEN);
            g_assert_nonnull(find_problem(broken, MIKEY_PROBLEM_LENGTH_PAST_END));
            g_assert_null(find_problem(broken, MIKEY_PROBLEM_CUT));
        }
    }
}

static bool is_length(MikeyFieldId id)
{
    static const MikeyFieldId lengths[] = {
        MIKEY_FIELD_CS_SESSION_LENGTH, MIKEY_FIELD_CS_SPI_LENGTH,     MIKEY_FIELD_RAND_LENGTH,
        MIKEY_FIELD_IDR_LENGTH,        MIKEY_FIELD_ID_LENGTH,         MIKEY_FIELD_SP_LENGTH,
        MIKEY_FIELD_SP_PARAM_LENGTH,   MIKEY_FIELD_SAKKE_LENGTH,      MIKEY_FIELD_KEMAC_LENGTH,
        MIKEY_FIELD_EXT_LENGTH,        MIKEY_FIELD_SELF_LENGTH,       MIKEY_FIELD_KEY_LENGTH,
        MIKEY_FIELD_KEY_TEXT_LENGTH,   MIKEY_FIELD_KEY_GROUPS_LENGTH, MIKEY_FIELD_KEY_GROUP_LENGTH,
    };

    for (gsize i = 0; i < G_N_ELEMENTS(lengths); i++) {
        if (lengths[i] == id) {
            return true;
        }
    }
    return false;
}

/* Each length field in turn announces more than any message here has left: it is the one to blame,
 * and nobody reads on as if nothing had happened. Then it announces all else. */
static void test_every_length(void)
{
    guint tried = 0;

    for (gsize i = 0; i < G_N_ELEMENTS(samples); i++) {
        g_autoptr(GByteArray) octets = build(samples[i].header, samples[i].pieces);
        g_autoptr(GArray) lengths = g_array_new(FALSE, FALSE, sizeof(MikeyField));
        g_autoptr(MikeyMessage) whole = parse(octets->data, octets->len, false);
        for (guint f = 0; f < whole->fields->len; f++) {
            if (is_length(mikey_message_field(whole, f)->id)) {
                g_array_append_val(lengths, *mikey_message_field(whole, f));
            }
        }
        for (guint f = 0; f < lengths->len; f++) {
            const MikeyField *length = &g_array_index(lengths, MikeyField, f);
            g_autofree guint8 *spoilt = g_memdup2(octets->data, octets->len);
            const guint32 greatest = length->length == 1 ? 0xff : 0xffff;
            for (guint32 value = 0; value <= greatest; value += value < 1024 ? 1 : 63) {
                spoilt[length->offset] = (guint8)(value >> (8 * (length->length - 1)));
                spoilt[length->offset + length->length - 1] = (guint8)value;
                mikey_message_free(parse(spoilt, octets->len, false));
            }
            memset(spoilt + length->offset, 0xff, length->length);
            g_autoptr(MikeyMessage) message = parse(spoilt, octets->len, false);
            const MikeyProblem *problem = find_problem(message, MIKEY_PROBLEM_LENGTH_PAST_END);
            if (octets->len - length->offset - length->length < greatest) {
                g_assert_nonnull(problem);
                g_assert_cmpuint(mikey_message_field(message, problem->field)->offset, ==,
                                 length->offset);
                tried++;
            }
        }
    }
    g_assert_cmpuint(tried, >=, 30);
}

/* No octet is special-cased: each is every type, count and flag in turn. */
static void test_every_octet(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(samples); i++) {
        g_autoptr(GByteArray) octets = build(samples[i].header, samples[i].pieces);
        for (guint place = 0; place < octets->len; place++) {
            const guint8 kept = octets->data[place];
            for (guint value = 0; value < 256; value += place < 128 ? 1 : 15) {
                octets->data[place] = (guint8)value;
                mikey_message_free(parse(octets->data, octets->len, value & 1));
            }
            octets->data[place] = kept;
        }
    }
}

/* Random changes of several octets at once, the same in every run. */
static void test_random(void)
{
    g_autoptr(GRand) random = g_rand_new_with_seed(33180);

    for (guint run = 0; run < 20000; run++) {
        const gsize sample = (gsize)g_rand_int_range(random, 0, G_N_ELEMENTS(samples));
        g_autoptr(GByteArray) octets = build(samples[sample].header, samples[sample].pieces);
        const gint changes = g_rand_int_range(random, 1, 12);
        for (gint i = 0; i < changes; i++) {
            const gint place = g_rand_int_range(random, 0, (gint)octets->len);
            octets->data[place] = (guint8)g_rand_int_range(random, 0, 256);
        }
        const gint length = g_rand_int_range(random, 0, (gint)octets->len + 1);
        g_autoptr(MikeyMessage) message = parse(octets->data, (gsize)length, run & 1);
        g_autoptr(MikeyOffer) offer = mikey_offer_of_message(message);
        g_assert_true(offer->whole == (message->state == MIKEY_WHOLE));
        g_assert_true((offer->digest == NULL) == (message->state == MIKEY_CUT));
    }
}

/* ---- offers ---- */

static void test_offer(void)
{
    g_autoptr(GByteArray) octets = build(gmk_header, gmk_pieces);
    g_autoptr(MikeyOffer) offer = mikey_offer_of(octets->data, octets->len);
    g_autofree char *digest =
        g_compute_checksum_for_data(G_CHECKSUM_SHA256, octets->data, octets->len);

    g_assert_cmpstr(offer->digest, ==, digest);
    g_assert_cmpuint(offer->data_type, ==, MIKEY_DATA_TYPE_SAKKE);
    g_assert_cmphex(offer->csb_id, ==, 0x06a12aea);
    g_assert_true(offer->whole);
    g_assert_true(offer->has_time);
    g_assert_cmpint(offer->time_ns, ==, G_GINT64_CONSTANT(1767225600500000000));
    g_assert_null(offer->idri);
    g_assert_null(offer->idrr);
    g_assert_cmpstr(offer->idrkmsi, ==, "kms.a");
    g_assert_cmpstr(offer->idrkmsr, ==, "kms.b");
    g_assert_cmpstr(offer->uidi, ==, UID_I);
    g_assert_cmpstr(offer->uidr, ==, UID_R);
    g_assert_cmpstr(offer->gmk_id, ==, "0df9bc39");
}

/* The first of a kind counts, empty ones do not; a UID under the role of a user is no name. */
static void test_offer_repeated(void)
{
    static const Piece pieces[] = {
        {MIKEY_T, "02 00000007"},          {MIKEY_T, T_2026},
        {MIKEY_T, "00 ed003781 00000000"}, {MIKEY_IDR, "06 01 0000"},
        {MIKEY_IDR, "06 01 0001 61"},      {MIKEY_IDR, "06 01 0001 62"},
        {MIKEY_IDR, "01 01 0020 " UID_R},  {MIKEY_IDR, "01 01 0005 7369703a61"},
        {MIKEY_IDR, "09 01 0001 7a"},      END,
    };
    g_autoptr(GByteArray) octets = build(plain_header, pieces);
    g_autoptr(MikeyOffer) offer = mikey_offer_of(octets->data, octets->len);

    g_assert_cmpint(offer->time_ns, ==, G_GINT64_CONSTANT(1767225600500000000));
    g_assert_cmpstr(offer->idrkmsi, ==, "a");
    g_assert_cmpstr(offer->uidi, ==, UID_R);
    g_assert_cmpstr(offer->idri, ==, "sip:a");
    g_assert_null(offer->uidr);
    g_assert_null(offer->idrr);
}

/* What was read of a broken one is told, and that it is not all. */
static void test_offer_broken(void)
{
    g_autoptr(GByteArray) octets = build(gmk_header, gmk_pieces);
    g_autoptr(MikeyOffer) offer = mikey_offer_of(octets->data, octets->len - 1);
    g_autoptr(MikeyOffer) nothing = mikey_offer_of(octets->data, 0);

    g_assert_false(offer->whole);
    g_assert_nonnull(offer->digest);
    g_assert_cmpstr(offer->idrkmsi, ==, "kms.a");
    g_assert_false(nothing->whole);
    g_assert_cmpuint(nothing->data_type, ==, 0);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/mikey-message/header", test_header);
    g_test_add_func("/mikey-message/header/srtp-map", test_srtp_map);
    g_test_add_func("/mikey-message/header/problems", test_header_problems);
    g_test_add_func("/mikey-message/header/not-taken-apart", test_sessions_not_taken_apart);
    g_test_add_func("/mikey-message/payloads", test_payloads);
    g_test_add_func("/mikey-message/payloads/problems", test_payload_problems);
    g_test_add_func("/mikey-message/payloads/key-parameters", test_key_parameters);
    g_test_add_func("/mikey-message/payloads/signatures", test_signatures);
    g_test_add_func("/mikey-message/identities", test_identities);
    g_test_add_func("/mikey-message/identities/of-a-role", test_identity_of_role);
    g_test_add_func("/mikey-message/krr", test_krr);
    g_test_add_func("/mikey-message/chain/end", test_end_of_chain);
    g_test_add_func("/mikey-message/chain/limits", test_limits);
    g_test_add_func("/mikey-message/chain/counts", test_counts);
    g_test_add_func("/mikey-message/hostile/every-cut", test_every_cut);
    g_test_add_func("/mikey-message/hostile/every-length", test_every_length);
    g_test_add_func("/mikey-message/hostile/every-octet", test_every_octet);
    g_test_add_func("/mikey-message/hostile/random", test_random);
    g_test_add_func("/mikey-message/offer", test_offer);
    g_test_add_func("/mikey-message/offer/repeated", test_offer_repeated);
    g_test_add_func("/mikey-message/offer/broken", test_offer_broken);
    const int result = g_test_run();
    g_free(lent);
    return result;
}
