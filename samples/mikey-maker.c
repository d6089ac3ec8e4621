/* mikey-maker.c
 * Turns the lines of an "offer NAME ... end" block into one MIKEY message
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "samples/mikey-maker.h"

#include <string.h>

#include "core/mikey/mcx-uid.h"
#include "core/mikey/mikey-offer.h"

#include "samples/eccsi-signer.h"

#define NTP_TO_UNIX   2208988800
#define SPI_GMK       "gmk"
#define SPI_CSB       "csb"
#define DIGEST_LENGTH 32

enum { PAYLOAD_HDR = -1, PAYLOAD_SIGN = 4 }; /* the header has no number */

/* What the value of a key looks like. */
typedef enum KeyKind {
    KEY_TEXT,
    KEY_NUMBER,
    KEY_HEX,
    KEY_HEX32,
    KEY_HEX64, /* digits */
    KEY_YES_NO,
    KEY_TIME,
    KEY_CHOICE, /* one of the choices */
    KEY_LIST    /* as KEY_TEXT, and the key may repeat */
} KeyKind;

typedef struct Key {
    const char *name;
    KeyKind kind;
    const char *otherwise; /* the default; NULL: derived, or none */
    const char *choices;   /* separated by spaces */
} Key;

static const Key keys[] = {
    {"purpose", KEY_CHOICE, "PCK", "GMK PCK CSK SPK MKFC MSCCK MuSiK"},
    {"csb-id", KEY_HEX32, NULL, NULL},
    {"gmk-id", KEY_HEX32, NULL, NULL},
    {"time", KEY_TIME, "2026-01-01T12:00:00Z", NULL},
    {"idri", KEY_TEXT, "sip:alice@home.example.org", NULL},
    {"idrr", KEY_TEXT, "sip:bob@partner.example.org", NULL},
    {"idrkmsi", KEY_TEXT, "kms.home.example.org", NULL},
    {"idrkmsr", KEY_TEXT, "kms.partner.example.org", NULL},
    {"hidden", KEY_YES_NO, "no", NULL},
    {"legacy-roles", KEY_YES_NO, "no", NULL},
    {"period", KEY_NUMBER, "2592000", NULL},
    {"offset", KEY_NUMBER, "0", NULL},
    {"period-shift", KEY_NUMBER, "0", NULL},
    {"rand", KEY_HEX, NULL, NULL},
    {"map", KEY_CHOICE, NULL, "generic empty srtp"},
    {"cs", KEY_LIST, NULL, NULL},
    {"sp", KEY_LIST, NULL, NULL},
    {"sakke-length", KEY_NUMBER, "273", NULL},
    {"ext", KEY_LIST, NULL, NULL},
    {"sign", KEY_TEXT, "eccsi", NULL},
    {"sign-key", KEY_HEX64, NULL, NULL},
    {"sign-as", KEY_TEXT, NULL, NULL},
    {"sign-convention", KEY_CHOICE, "header", "header no-header header-hex-id no-header-hex-id"},
    {"data-type", KEY_NUMBER, "26", NULL},
    {"version", KEY_NUMBER, "1", NULL},
    {"v", KEY_NUMBER, "0", NULL},
    {"prf", KEY_NUMBER, "1", NULL},
};

/* Octets that replace others when all else is done, or a number that is added to one of them. */
typedef struct Patch {
    guint64 offset;
    GByteArray *octets; /* without octets the number is added */
    gint64 added;
} Patch;

struct MikeyMaker {
    GHashTable *values;  /* key -> GPtrArray of char * */
    GPtrArray *payloads; /* of char *: "payload" and "raw" lines, the word dropped from the first */
    GPtrArray *patches;  /* of Patch */
    GPtrArray *names;    /* of char *: documents of extensions */
    GHashTable *documents; /* name -> GBytes */
    GString *seed;         /* all lines: what is derived comes from these */
    guint64 truncate;      /* G_MAXUINT64: not */
};

/* One message being made. */
typedef struct Message {
    const MikeyMaker *maker;
    GByteArray *octets;
    gint64 next_at; /* where the type of the next payload belongs; -1: nowhere */
    gint64 sign_at; /* where the last SIGN payload begins; -1: there is none */
    guint used_sp;  /* simple-form lines that payload lines took */
    guint used_ext;
    guint filler; /* pieces of filler made */
} Message;

/* The parameters of a payload line. */
typedef GHashTable Parameters;

static GQuark maker_error(void)
{
    return g_quark_from_static_string("mikey-maker-error");
}

static bool fail(GError **error, const char *format, ...) G_GNUC_PRINTF(2, 3);

static bool fail(GError **error, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    g_propagate_error(error, g_error_new_valist(maker_error(), 0, format, arguments));
    va_end(arguments);
    return false;
}

static void patch_free(gpointer data)
{
    Patch *patch = data;

    g_byte_array_unref(patch->octets);
    g_free(patch);
}

static void values_free(gpointer data)
{
    g_ptr_array_unref(data);
}

MikeyMaker *mikey_maker_new(void)
{
    MikeyMaker *maker = g_new0(MikeyMaker, 1);

    maker->values = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, values_free);
    maker->payloads = g_ptr_array_new_with_free_func(g_free);
    maker->patches = g_ptr_array_new_with_free_func(patch_free);
    maker->names = g_ptr_array_new_with_free_func(g_free);
    maker->documents =
        g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_bytes_unref);
    maker->seed = g_string_new(NULL);
    maker->truncate = G_MAXUINT64;
    return maker;
}

void mikey_maker_free(MikeyMaker *maker)
{
    if (!maker) {
        return;
    }
    g_hash_table_unref(maker->values);
    g_ptr_array_unref(maker->payloads);
    g_ptr_array_unref(maker->patches);
    g_ptr_array_unref(maker->names);
    g_hash_table_unref(maker->documents);
    g_string_free(maker->seed, TRUE);
    g_free(maker);
}

static bool append_hex(GByteArray *octets, const char *hex, GError **error)
{
    const gsize length = strlen(hex);

    for (gsize i = 0; i < length; i += 2) {
        if (!g_ascii_isxdigit(hex[i]) || !g_ascii_isxdigit(hex[i + 1])) {
            return fail(error, "\"%s\" is not pairs of hex digits", hex);
        }

        const guint8 octet =
            (guint8)(g_ascii_xdigit_value(hex[i]) << 4 | g_ascii_xdigit_value(hex[i + 1]));

        g_byte_array_append(octets, &octet, 1);
    }
    return true;
}

static bool parse_number(const char *text, gint64 *number, GError **error)
{
    char *end;

    *number = g_ascii_strtoll(text, &end, 0);
    if (end == text || *end) {
        return fail(error, "\"%s\" is no number", text);
    }
    return true;
}

static bool parse_time(const char *text, gint64 *unix_us, GError **error)
{
    g_autoptr(GDateTime) time = g_date_time_new_from_iso8601(text, NULL);

    if (!time) {
        return fail(error, "\"%s\" is no RFC 3339 time with a zone", text);
    }
    *unix_us = g_date_time_to_unix(time) * G_USEC_PER_SEC + g_date_time_get_microsecond(time);
    return true;
}

static bool is_choice(const char *choices, const char *value)
{
    g_auto(GStrv) words = g_strsplit(choices, " ", -1);

    return g_strv_contains((const char *const *)words, value);
}

/* Refuses a value that its key cannot have. */
static bool check_value(const Key *key, const char *value, GError **error)
{
    g_autoptr(GByteArray) octets = g_byte_array_new();
    gint64 ignored;

    switch (key->kind) {
    case KEY_NUMBER:
        return parse_number(value, &ignored, error);
    case KEY_HEX:
        return append_hex(octets, value, error);
    case KEY_HEX32:
        if (strlen(value) != 8) {
            return fail(error, "%s has 8 hex digits", key->name);
        }
        return append_hex(octets, value, error);
    case KEY_HEX64:
        if (strlen(value) != 2 * ECCSI_SECRET_LENGTH || strspn(value, "0") == strlen(value)) {
            return fail(error, "%s has 64 hex digits, not all of them 0", key->name);
        }
        return append_hex(octets, value, error);
    case KEY_YES_NO:
        return is_choice("yes no", value) || fail(error, "%s is yes or no", key->name);
    case KEY_TIME:
        return parse_time(value, &ignored, error);
    case KEY_CHOICE:
        return is_choice(key->choices, value) ||
               fail(error, "%s is one of: %s", key->name, key->choices);
    case KEY_TEXT:
    case KEY_LIST:
        return true;
    }
    g_assert_not_reached();
}

static const Key *lookup_key(const char *name)
{
    for (gsize i = 0; i < G_N_ELEMENTS(keys); i++) {
        if (g_str_equal(keys[i].name, name)) {
            return &keys[i];
        }
    }
    return NULL;
}

/* "key = value" */
static bool take_value(MikeyMaker *maker, const char *line, GError **error)
{
    const char *equals = strchr(line, '=');

    if (!equals) {
        return fail(error, "neither \"key = value\" nor a payload: %s", line);
    }

    g_autofree char *name = g_strstrip(g_strndup(line, equals - line));
    g_autofree char *value = g_strstrip(g_strdup(equals + 1));
    const Key *key = lookup_key(name);

    if (!key) {
        return fail(error, "no such key: %s", name);
    }
    if (!check_value(key, value, error)) {
        return false;
    }

    GPtrArray *values = g_hash_table_lookup(maker->values, key->name);

    if (values && key->kind != KEY_LIST) {
        return fail(error, "%s is stated twice", key->name);
    }
    if (!values) {
        values = g_ptr_array_new_with_free_func(g_free);
        g_hash_table_insert(maker->values, (gpointer)key->name, values);
    }
    if (g_str_equal(key->name, "ext") && g_str_has_prefix(value, "krr:")) {
        g_ptr_array_add(maker->names, g_strdup(value + strlen("krr:")));
    }
    g_ptr_array_add(values, g_steal_pointer(&value));
    return true;
}

/* "patch OFFSET HEX", "patch OFFSET +NUMBER", "patch OFFSET -NUMBER" */
static bool take_patch(MikeyMaker *maker, const char *rest, GError **error)
{
    g_auto(GStrv) words = g_strsplit(rest, " ", 2);
    g_autoptr(GByteArray) octets = g_byte_array_new();
    gint64 offset, added = 0;

    if (g_strv_length(words) != 2) {
        return fail(error, "patch needs an offset and hex digits");
    }

    const char *change = g_strstrip(words[1]);
    const bool relative = *change == '+' || *change == '-';

    if (!parse_number(words[0], &offset, error) ||
        !(relative ? parse_number(change, &added, error) : append_hex(octets, change, error))) {
        return false;
    }

    Patch *patch = g_new0(Patch, 1);

    patch->offset = (guint64)offset;
    patch->added = added;
    patch->octets = g_steal_pointer(&octets);
    g_ptr_array_add(maker->patches, patch);
    return true;
}

bool mikey_maker_line(MikeyMaker *maker, const char *line, GError **error)
{
    g_autofree char *text = g_strstrip(g_strdup(line));
    gint64 number;

    if (!*text || *text == '#') {
        return true;
    }
    if (g_str_has_prefix(text, "patch ")) {
        return take_patch(maker, text + strlen("patch "), error);
    }
    if (g_str_has_prefix(text, "truncate ")) {
        if (!parse_number(text + strlen("truncate "), &number, error)) {
            return false;
        }
        maker->truncate = (guint64)number;
        return true;
    }
    /* What is derived does not depend on the above: a cut message is a piece of the whole one. */
    g_string_append(g_string_append(maker->seed, text), "\n");
    if (g_str_has_prefix(text, "payload ") || g_str_has_prefix(text, "raw ")) {
        g_ptr_array_add(maker->payloads, g_steal_pointer(&text));
        return true;
    }
    return take_value(maker, text, error);
}

void mikey_maker_set_document(MikeyMaker *maker, const char *name, GBytes *document)
{
    g_hash_table_insert(maker->documents, g_strdup(name), g_bytes_ref(document));
}

const GPtrArray *mikey_maker_documents(const MikeyMaker *maker)
{
    return maker->names;
}

/* ---- what the simple form says ---- */

static const GPtrArray *values_of(const MikeyMaker *maker, const char *name)
{
    return g_hash_table_lookup(maker->values, name);
}

static const char *value_of(const MikeyMaker *maker, const char *name)
{
    const GPtrArray *values = values_of(maker, name);

    return values ? g_ptr_array_index(values, 0) : lookup_key(name)->otherwise;
}

/* Of a value that was checked when its line was taken. */
static gint64 number_of(const MikeyMaker *maker, const char *name)
{
    gint64 number = 0;

    parse_number(value_of(maker, name), &number, NULL);
    return number;
}

static bool is_yes(const MikeyMaker *maker, const char *name)
{
    return g_str_equal(value_of(maker, name), "yes");
}

/* Octets that look random, always the same for the same lines and label. */
static void derive(const MikeyMaker *maker, const char *label, guint8 *octets, gsize length)
{
    for (gsize done = 0, block = 0; done < length; block++) {
        g_autoptr(GChecksum) checksum = g_checksum_new(G_CHECKSUM_SHA256);
        g_autofree char *tail = g_strdup_printf("%s %" G_GSIZE_FORMAT, label, block);
        guint8 digest[DIGEST_LENGTH];
        gsize size = sizeof digest;

        g_checksum_update(checksum, (const guchar *)maker->seed->str, maker->seed->len);
        g_checksum_update(checksum, (const guchar *)tail, -1);
        g_checksum_get_digest(checksum, digest, &size);
        memcpy(octets + done, digest, MIN(size, length - done));
        done += MIN(size, length - done);
    }
}

static guint32 hex32_of(const MikeyMaker *maker, const char *name, guint32 top)
{
    const char *value = value_of(maker, name);
    guint8 octets[4];
    guint32 number;

    if (value) {
        return (guint32)g_ascii_strtoull(value, NULL, 16);
    }
    derive(maker, name, octets, sizeof octets);
    memcpy(&number, octets, sizeof number);
    return top << 28 | (GUINT32_FROM_BE(number) & 0x0fffffff);
}

static guint32 purpose_of(const MikeyMaker *maker)
{
    g_auto(GStrv) names = g_strsplit(lookup_key("purpose")->choices, " ", -1);
    guint32 purpose = 0;

    while (!g_str_equal(names[purpose], value_of(maker, "purpose"))) {
        purpose++;
    }
    return purpose;
}

static guint32 csb_id_of(const MikeyMaker *maker)
{
    return hex32_of(maker, "csb-id", purpose_of(maker));
}

static gint64 time_us_of(const MikeyMaker *maker)
{
    gint64 us = 0;

    parse_time(value_of(maker, "time"), &us, NULL);
    return us;
}

/* ---- octets ---- */

static void put(GByteArray *octets, guint64 number, guint width)
{
    while (width-- > 0) {
        const guint8 octet = (guint8)(number >> (8 * width));

        g_byte_array_append(octets, &octet, 1);
    }
}

static void put_filler(Message *message, GByteArray *octets, gsize length)
{
    g_autofree guint8 *filler = g_malloc(length + 1);
    g_autofree char *label = g_strdup_printf("filler %u", message->filler++);

    derive(message->maker, label, filler, length);
    g_byte_array_append(octets, filler, (guint)length);
}

/* A point as SAKKE and ECCSI write it, and what follows it. */
static void put_point(Message *message, GByteArray *octets, gsize length)
{
    if (length == 0) {
        return;
    }
    put(octets, 0x04, 1);
    put_filler(message, octets, length - 1);
}

/* ---- parameters of a payload line ---- */

static Parameters *parse_parameters(char **words, GError **error)
{
    g_autoptr(GHashTable) parameters =
        g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);

    for (char **word = words; *word; word++) {
        const char *equals = strchr(*word, '=');

        if (!**word) {
            continue;
        }
        if (!equals) {
            fail(error, "no \"key=value\": %s", *word);
            return NULL;
        }
        g_hash_table_insert(parameters, g_strndup(*word, equals - *word), g_strdup(equals + 1));
    }
    return g_steal_pointer(&parameters);
}

/* A number of the parameters; without it the other one. Used up: what stays is not understood. */
static bool take_number(Parameters *parameters, const char *name, gint64 otherwise, gint64 *number,
                        GError **error)
{
    const char *text = g_hash_table_lookup(parameters, name);
    bool ok = true;

    *number = otherwise;
    if (text) {
        ok = parse_number(text, number, error);
    }
    g_hash_table_remove(parameters, name);
    return ok;
}

/* Puts a number of the parameters, or else the other one. */
static bool put_number(GByteArray *octets, guint width, Parameters *parameters, const char *name,
                       gint64 otherwise, GError **error)
{
    gint64 number;

    if (!take_number(parameters, name, otherwise, &number, error)) {
        return false;
    }
    if (width < 8 && (guint64)number >> (8 * width) != 0) {
        return fail(error, "%s: %" G_GINT64_FORMAT " does not fit %u octets", name, number, width);
    }
    put(octets, (guint64)number, width);
    return true;
}

/* Puts the octets that "hex" or "value" gives; content stays empty where neither does. */
static bool take_content(Parameters *parameters, GByteArray *content, bool *given, GError **error)
{
    const char *hex = g_hash_table_lookup(parameters, "hex");
    const char *value = g_hash_table_lookup(parameters, "value");

    *given = hex || value;
    if (hex && !append_hex(content, hex, error)) {
        return false;
    }
    if (value) {
        g_byte_array_append(content, (const guint8 *)value, (guint)strlen(value));
    }
    g_hash_table_remove(parameters, "hex");
    g_hash_table_remove(parameters, "value");
    return true;
}

/* Puts a length field, true unless the parameters say otherwise, and the content. */
static bool put_content(GByteArray *octets, guint width, Parameters *parameters,
                        const GByteArray *content, GError **error)
{
    if (!put_number(octets, width, parameters, "length", content->len, error)) {
        return false;
    }
    g_byte_array_append(octets, content->data, content->len);
    return true;
}

/* ---- payloads: all that follows "next payload" ---- */

typedef bool (*PayloadMaker)(Message *message, Parameters *parameters, GByteArray *out,
                             GError **error);

static bool make_t(Message *message, Parameters *parameters, GByteArray *out, GError **error)
{
    g_autoptr(GByteArray) content = g_byte_array_new();
    const gint64 us = time_us_of(message->maker);
    bool given;

    if (!put_number(out, 1, parameters, "type", 0, error) ||
        !take_content(parameters, content, &given, error)) {
        return false;
    }
    if (!given) {
        put(content, (guint64)(us / G_USEC_PER_SEC + NTP_TO_UNIX), 4);
        put(content, ((guint64)(us % G_USEC_PER_SEC) << 32) / G_USEC_PER_SEC, 4);
    }
    g_byte_array_append(out, content->data, content->len);
    return true;
}

static bool make_rand(Message *message, Parameters *parameters, GByteArray *out, GError **error)
{
    g_autoptr(GByteArray) content = g_byte_array_new();
    const char *rand = value_of(message->maker, "rand");
    bool given;

    if (!take_content(parameters, content, &given, error)) {
        return false;
    }
    if (!given && rand) {
        append_hex(content, rand, NULL);
    } else if (!given) {
        put_filler(message, content, 16);
    }
    return put_content(out, 1, parameters, content, error);
}

static void compute_uid(const MikeyMaker *maker, const char *identity, const char *kms,
                        guint8 uid[MCX_UID_LENGTH])
{
    const McxKeyPeriod key_period = {.period = (guint64)MAX(number_of(maker, "period"), 1),
                                     .offset = (guint64)number_of(maker, "offset")};
    const guint64 number = mcx_uid_period_number(time_us_of(maker) * 1000, key_period) +
                           (guint64)number_of(maker, "period-shift");

    mcx_uid_compute(identity, kms, key_period, number, uid);
}

/* The identity of "idri" and so on, for its IDR payload. */
static void put_identity(const MikeyMaker *maker, const char *key, const char *kms_key,
                         GByteArray *content)
{
    const char *identity = value_of(maker, key);
    guint8 uid[MCX_UID_LENGTH];

    if (kms_key && is_yes(maker, "hidden")) {
        compute_uid(maker, identity, value_of(maker, kms_key), uid);
        g_byte_array_append(content, uid, sizeof uid);
        return;
    }
    /* Older releases wrote the KMS as a C string, NUL and all. */
    g_byte_array_append(content, (const guint8 *)identity,
                        (guint)strlen(identity) + (!kms_key && is_yes(maker, "legacy-roles")));
}

/* The four identities of the simple form: their roles in clear and hidden. */
static const struct {
    const char *key, *kms_key;
    guint8 role, hidden_role;
} identities[] = {
    {"idri", "idrkmsi", 1, 8},
    {"idrr", "idrkmsr", 2, 9},
    {"idrkmsi", NULL, 6, 6},
    {"idrkmsr", NULL, 7, 7},
};

static bool make_simple_idr(Message *message, gsize which, Parameters *parameters, GByteArray *out,
                            GError **error)
{
    const MikeyMaker *maker = message->maker;
    const bool by_uid = is_yes(maker, "hidden") && !is_yes(maker, "legacy-roles");
    g_autoptr(GByteArray) content = g_byte_array_new();

    put_identity(maker, identities[which].key, identities[which].kms_key, content);
    return put_number(out, 1, parameters, "role",
                      by_uid ? identities[which].hidden_role : identities[which].role, error) &&
           put_number(out, 1, parameters, "type", 1, error) &&
           put_content(out, 2, parameters, content, error);
}

static bool make_id_or_idr(Parameters *parameters, bool has_role, GByteArray *out, GError **error)
{
    g_autoptr(GByteArray) content = g_byte_array_new();
    bool given;

    return (!has_role || put_number(out, 1, parameters, "role", 1, error)) &&
           put_number(out, 1, parameters, "type", 1, error) &&
           take_content(parameters, content, &given, error) &&
           put_content(out, 2, parameters, content, error);
}

static bool make_idr(Message *message, Parameters *parameters, GByteArray *out, GError **error)
{
    (void)message;
    return make_id_or_idr(parameters, true, out, error);
}

static bool make_id(Message *message, Parameters *parameters, GByteArray *out, GError **error)
{
    (void)message;
    return make_id_or_idr(parameters, false, out, error);
}

/* The SRTP parameters of "sp = VALUE": a name of a known set, or the octets. */
static bool put_srtp_parameters(GByteArray *content, const char *value, GError **error)
{
    static const struct {
        const char *name, *hex;
    } sets[] = {
        {"on", "00010601011002010404010c050100060100120104130100140110"},
        {"legacy", "00010101011002010103011404010e05010006010007010108010109010"
                   "00a01010b010a0c0100"},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(sets); i++) {
        if (g_str_equal(sets[i].name, value)) {
            return append_hex(content, sets[i].hex, error);
        }
    }
    return append_hex(content, value, error);
}

static bool make_sp(Message *message, Parameters *parameters, GByteArray *out, GError **error)
{
    g_autoptr(GByteArray) content = g_byte_array_new();
    const GPtrArray *values = values_of(message->maker, "sp");
    const guint number = message->used_sp++;
    bool given;

    if (!take_content(parameters, content, &given, error)) {
        return false;
    }
    if (!given) {
        const char *value =
            values && number < values->len ? g_ptr_array_index(values, number) : "on";

        if (!put_srtp_parameters(content, value, error)) {
            return false;
        }
    }
    return put_number(out, 1, parameters, "policy", number, error) &&
           put_number(out, 1, parameters, "protocol", 0, error) &&
           put_content(out, 2, parameters, content, error);
}

static bool make_sakke(Message *message, Parameters *parameters, GByteArray *out, GError **error)
{
    g_autoptr(GByteArray) content = g_byte_array_new();
    bool given;

    if (!take_content(parameters, content, &given, error)) {
        return false;
    }
    if (!given) {
        put_point(message, content, (gsize)MAX(number_of(message->maker, "sakke-length"), 0));
    }
    return put_number(out, 1, parameters, "params", 1, error) &&
           put_number(out, 1, parameters, "scheme", 2, error) &&
           put_content(out, 2, parameters, content, error);
}

/* Key parameters as they are sent: encrypted, with a tag of 16 octets. */
static void put_protected(Message *message, GByteArray *content)
{
    put(content, 0x43, 1);
    put(content, 1, 5); /* date and time */
    put(content, 0, 4); /* payload ID */
    put(content, 0, 1); /* sequence number */
    put(content, 1, 1); /* AEAD_AES_128_GCM */
    put_filler(message, content, 16);
    put(content, csb_id_of(message->maker), 4);
    put(content, 0, 1); /* payload IEI */
    put(content, 36, 2);
    put_filler(message, content, 36);
}

/* Key parameters as older releases sent them. They number the kinds of keys from 1. */
static void put_clear(Message *message, GByteArray *content)
{
    put(content, purpose_of(message->maker) + 1, 1);
    put(content, 1, 4); /* status */
    put(content, 0, 5); /* activation */
    put(content, 0, 5); /* expiry */
    put(content, 0, 2); /* length of text */
}

static void put_sakke_to_self(Message *message, GByteArray *content)
{
    const guint16 length = 273;

    put(content, 0, 1);
    put(content, 1, 1);
    put(content, 2, 1);
    put(content, length, 2);
    put_point(message, content, length);
}

/* "vendor:HEX", "sdp-ids:TEXT", "krr:NAME", "TYPE:HEX" */
static bool put_named_extension(Message *message, const char *value, gint64 *type,
                                GByteArray *content, GError **error)
{
    const char *colon = strchr(value, ':');

    if (!colon) {
        return fail(error, "no such extension: %s", value);
    }

    g_autofree char *name = g_strndup(value, colon - value);
    const char *rest = colon + 1;

    if (g_str_equal(name, "krr")) {
        GBytes *document = g_hash_table_lookup(message->maker->documents, rest);
        gsize length;

        if (!document) {
            return fail(error, "no such document: %s", rest);
        }

        const guint8 *octets = g_bytes_get_data(document, &length);

        g_byte_array_append(content, octets, (guint)length);
        *type = 0;
        return true;
    }
    if (g_str_equal(name, "sdp-ids")) {
        g_byte_array_append(content, (const guint8 *)rest, (guint)strlen(rest));
        *type = 1;
        return true;
    }
    *type = 0;
    if (!g_str_equal(name, "vendor") && !parse_number(name, type, error)) {
        return false;
    }
    return append_hex(content, rest, error);
}

static bool put_extension(Message *message, const char *value, gint64 *type, GByteArray *content,
                          GError **error)
{
    static const struct {
        const char *name;
        guint8 type;
        void (*put)(Message *message, GByteArray *content);
    } known[] = {
        {"protected", 7, put_protected},
        {"clear", 7, put_clear},
        {"self", 6, put_sakke_to_self},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(known); i++) {
        if (g_str_equal(known[i].name, value)) {
            known[i].put(message, content);
            *type = known[i].type;
            return true;
        }
    }
    return put_named_extension(message, value, type, content, error);
}

static bool make_ext(Message *message, Parameters *parameters, GByteArray *out, GError **error)
{
    g_autoptr(GByteArray) content = g_byte_array_new();
    const GPtrArray *values = values_of(message->maker, "ext");
    gint64 type = 0;
    bool given;

    if (!take_content(parameters, content, &given, error)) {
        return false;
    }
    if (!given) {
        const guint number = message->used_ext++;
        const char *value =
            values && number < values->len ? g_ptr_array_index(values, number) : "protected";

        if (!put_extension(message, value, &type, content, error)) {
            return false;
        }
    }
    return put_number(out, 1, parameters, "type", type, error) &&
           put_content(out, 2, parameters, content, error);
}

static bool make_kemac(Message *message, Parameters *parameters, GByteArray *out, GError **error)
{
    g_autoptr(GByteArray) content = g_byte_array_new();
    bool given;

    if (!take_content(parameters, content, &given, error)) {
        return false;
    }
    if (!given) {
        put_filler(message, content, 32);
    }
    if (!put_number(out, 1, parameters, "encryption", 1, error) ||
        !put_content(out, 2, parameters, content, error) ||
        !put_number(out, 1, parameters, "mac", 1, error)) {
        return false;
    }
    put_filler(message, out, 20);
    return true;
}

static bool make_v(Message *message, Parameters *parameters, GByteArray *out, GError **error)
{
    if (!put_number(out, 1, parameters, "mac", 1, error)) {
        return false;
    }
    put_filler(message, out, 20);
    return true;
}

static bool make_err(Message *message, Parameters *parameters, GByteArray *out, GError **error)
{
    (void)message;
    return put_number(out, 1, parameters, "number", 0, error) &&
           put_number(out, 2, parameters, "reserved", 0, error);
}

/* "sign = eccsi" or "sign = TYPE LENGTH" */
static bool simple_signature(const MikeyMaker *maker, gint64 *type, gint64 *length, GError **error)
{
    const char *value = value_of(maker, "sign");
    g_auto(GStrv) words = g_strsplit(value, " ", 2);

    *type = 2;
    *length = 129;
    if (g_strv_length(words) == 2) {
        return parse_number(words[0], type, error) && parse_number(words[1], length, error);
    }
    return is_choice("eccsi none", value) || fail(error, "no such signature: %s", value);
}

/* Has no "next payload": type and length share its two first octets. */
static bool make_sign(Message *message, Parameters *parameters, GByteArray *out, GError **error)
{
    g_autoptr(GByteArray) content = g_byte_array_new();
    gint64 type, length;
    bool given;

    if (!simple_signature(message->maker, &type, &length, error) ||
        !take_content(parameters, content, &given, error)) {
        return false;
    }
    if (!given) {
        put_filler(message, content, (gsize)MIN(length, 64));
        if (length > 64) {
            put_point(message, content, (gsize)length - 64);
        }
    }
    if (!take_number(parameters, "type", type, &type, error) ||
        !take_number(parameters, "length", content->len, &length, error)) {
        return false;
    }
    if (type < 0 || type > 0xf || length < 0 || length > 0xfff) {
        return fail(error, "the signature's type and length do not fit their 4 and 12 bits");
    }
    put(out, (guint64)(type << 12 | length), 2);
    g_byte_array_append(out, content->data, content->len);
    return true;
}

/* ---- the header ---- */

/* "ID [prot=N] [s=0|1] [policies=N,N] [data=HEX] [spi=HEX|gmk|csb]" */
static bool put_generic_cs(const MikeyMaker *maker, const char *id, Parameters *parameters,
                           GByteArray *map, GError **error)
{
    const char *policies = g_hash_table_lookup(parameters, "policies");
    const char *data = g_hash_table_lookup(parameters, "data");
    const char *spi = g_hash_table_lookup(parameters, "spi");
    g_auto(GStrv) numbers = g_strsplit(policies ? policies : "", ",", -1);
    g_autoptr(GByteArray) octets = g_byte_array_new();
    gint64 number, s;

    if (!parse_number(id, &number, error)) {
        return false;
    }
    put(map, (guint64)number, 1);
    if (!put_number(map, 1, parameters, "prot", 0, error) ||
        !take_number(parameters, "s", 0, &s, error)) {
        return false;
    }
    put(map, (guint64)(s << 7 | g_strv_length(numbers)), 1);
    for (char **policy = numbers; *policy; policy++) {
        if (!parse_number(*policy, &number, error)) {
            return false;
        }
        put(map, (guint64)number, 1);
    }
    if (data && !append_hex(octets, data, error)) {
        return false;
    }
    put(map, octets->len, 2);
    g_byte_array_append(map, octets->data, octets->len);
    g_byte_array_set_size(octets, 0);
    if (g_strcmp0(spi, SPI_GMK) == 0) {
        put(octets, hex32_of(maker, "gmk-id", 0), 4);
    }
    if (g_strcmp0(spi, SPI_GMK) == 0 || g_strcmp0(spi, SPI_CSB) == 0) {
        put(octets, csb_id_of(maker), 4);
    } else if (spi && !append_hex(octets, spi, error)) {
        return false;
    }
    put(map, octets->len, 1);
    g_byte_array_append(map, octets->data, octets->len);
    return true;
}

/* "POLICY [ssrc=N] [roc=N]" */
static bool put_srtp_cs(const char *policy, Parameters *parameters, GByteArray *map, GError **error)
{
    gint64 number;

    if (!parse_number(policy, &number, error)) {
        return false;
    }
    put(map, (guint64)number, 1);
    return put_number(map, 4, parameters, "ssrc", 0, error) &&
           put_number(map, 4, parameters, "roc", 0, error);
}

static bool put_cs(const MikeyMaker *maker, const char *line, bool generic, GByteArray *map,
                   GError **error)
{
    g_auto(GStrv) words = g_strsplit(line, " ", -1);
    g_autoptr(GHashTable) parameters = parse_parameters(words + 1, error);

    if (!parameters) {
        return false;
    }
    return generic ? put_generic_cs(maker, words[0], parameters, map, error)
                   : put_srtp_cs(words[0], parameters, map, error);
}

/* The CS ID map that a message of the purpose has unless cs lines tell another. */
static const char *usual_cs(const MikeyMaker *maker)
{
    switch (purpose_of(maker)) {
    case MIKEY_PURPOSE_GMK:
        return "4 policies=0 spi=" SPI_GMK;
    case MIKEY_PURPOSE_CSK:
        return "6 policies=0 spi=" SPI_CSB;
    case MIKEY_PURPOSE_MUSIK:
        return "7 policies=0 spi=" SPI_CSB;
    default:
        return NULL;
    }
}

/* The entries of the map. @param type  out: of the map */
static bool make_map(const MikeyMaker *maker, GByteArray *map, guint *count, guint *type,
                     GError **error)
{
    static const char *const types[] = {"srtp", "empty", "generic"};
    const GPtrArray *lines = values_of(maker, "cs");
    const char *usual = usual_cs(maker);
    const char *name = value_of(maker, "map");

    if (!name) {
        name = lines || usual ? "generic" : "empty";
    }
    for (*type = 0; !g_str_equal(types[*type], name);) {
        ++*type;
    }
    *count = lines ? lines->len : 0;
    for (guint i = 0; i < *count; i++) {
        if (!put_cs(maker, g_ptr_array_index(lines, i), *type == 2, map, error)) {
            return false;
        }
    }
    if (!lines && usual && *type == 2) {
        *count = 1;
        return put_cs(maker, usual, true, map, error);
    }
    return true;
}

static bool make_hdr(Message *message, Parameters *parameters, GByteArray *out, GError **error)
{
    const MikeyMaker *maker = message->maker;
    const char *cs = g_hash_table_lookup(parameters, "cs");
    g_autoptr(GByteArray) map = g_byte_array_new();
    guint count, type;

    if (!make_map(maker, map, &count, &type, error)) {
        return false;
    }
    if (cs) {
        g_byte_array_set_size(map, 0);
        if (!append_hex(map, cs, error)) {
            return false;
        }
        g_hash_table_remove(parameters, "cs");
    }
    put(out, (guint64)(number_of(maker, "v") << 7 | number_of(maker, "prf")), 1);
    put(out, csb_id_of(maker), 4);
    if (!put_number(out, 1, parameters, "cs-count", count, error) ||
        !put_number(out, 1, parameters, "map", type, error)) {
        return false;
    }
    g_byte_array_append(out, map->data, map->len);
    return true;
}

/* ---- the chain ---- */

static const struct {
    const char *name;
    int number;
    PayloadMaker make;
} payloads[] = {
    {"hdr", PAYLOAD_HDR, make_hdr},
    {"t", 5, make_t},
    {"rand", 11, make_rand},
    {"idr", 14, make_idr},
    {"id", 6, make_id},
    {"sp", 10, make_sp},
    {"sakke", 26, make_sakke},
    {"ext", 21, make_ext},
    {"kemac", 1, make_kemac},
    {"v", 9, make_v},
    {"err", 12, make_err},
    {"sign", PAYLOAD_SIGN, make_sign},
};

/* Makes what follows "next payload" of the payload of that name. */
static bool make_body(Message *message, const char *name, int *number, Parameters *parameters,
                      GByteArray *body, GError **error)
{
    const char *hex = g_hash_table_lookup(parameters, "body");
    gint64 any;

    if (hex && !append_hex(body, hex, error)) {
        return false;
    }
    for (gsize i = 0; i < G_N_ELEMENTS(identities); i++) {
        if (g_str_equal(identities[i].key, name)) {
            *number = 14;
            return hex || make_simple_idr(message, i, parameters, body, error);
        }
    }
    for (gsize i = 0; i < G_N_ELEMENTS(payloads); i++) {
        if (g_str_equal(payloads[i].name, name)) {
            *number = payloads[i].number;
            return hex || payloads[i].make(message, parameters, body, error);
        }
    }
    if (!parse_number(name, &any, NULL) || any < 0 || any > G_MAXUINT8) {
        return fail(error, "no such payload: %s", name);
    }
    *number = (int)any;
    return true;
}

/* Names this payload's type in the one before it. */
static void link_payload(Message *message, int number)
{
    if (message->next_at >= 0 && number != PAYLOAD_HDR) {
        message->octets->data[message->next_at] = (guint8)number;
    }
    message->next_at = -1;
}

static bool add_payload(Message *message, const char *name, Parameters *parameters, GError **error)
{
    g_autoptr(GByteArray) body = g_byte_array_new();
    const MikeyMaker *maker = message->maker;
    const bool fixed_next = g_hash_table_contains(parameters, "next");
    int number = 0;
    gint64 next;

    if (!make_body(message, name, &number, parameters, body, error) ||
        !take_number(parameters, "next", 0, &next, error)) {
        return false;
    }
    g_hash_table_remove(parameters, "body");
    link_payload(message, number);
    if (number == PAYLOAD_SIGN) {
        message->sign_at = message->octets->len;
    }
    if (number == PAYLOAD_HDR) {
        put(message->octets, (guint64)number_of(maker, "version"), 1);
        if (!put_number(message->octets, 1, parameters, "type", number_of(maker, "data-type"),
                        error)) {
            return false;
        }
    }
    if (number != PAYLOAD_SIGN) {
        message->next_at = fixed_next ? -1 : (gint64)message->octets->len;
        put(message->octets, (guint64)next, 1);
    }
    g_byte_array_append(message->octets, body->data, body->len);
    if (g_hash_table_size(parameters) > 0) {
        return fail(error, "payload %s: a key that it does not have", name);
    }
    return true;
}

static bool add_plain(Message *message, const char *name, GError **error)
{
    g_autoptr(GHashTable) parameters = g_hash_table_new(g_str_hash, g_str_equal);

    return add_payload(message, name, parameters, error);
}

static bool add_repeated(Message *message, const char *name, GError **error)
{
    const GPtrArray *values = values_of(message->maker, name);

    for (guint i = 0; values && i < values->len; i++) {
        if (!g_str_equal(g_ptr_array_index(values, i), "none") &&
            !add_plain(message, name, error)) {
            return false;
        }
    }
    return true;
}

/* The order of the messages that are seen most. */
static bool add_usual_payloads(Message *message, GError **error)
{
    const MikeyMaker *maker = message->maker;

    if (!add_plain(message, "hdr", error)) {
        return false;
    }
    if (number_of(maker, "data-type") == MIKEY_DATA_TYPE_CS_ID_MAP_TR) {
        return true; /* an answer is a header */
    }
    if (!add_plain(message, "t", error) || !add_plain(message, "rand", error)) {
        return false;
    }
    for (gsize i = 0; i < G_N_ELEMENTS(identities); i++) {
        if (!g_str_equal(value_of(maker, identities[i].key), "none") &&
            !add_plain(message, identities[i].key, error)) {
            return false;
        }
    }
    if (!add_repeated(message, "sp", error) || !add_plain(message, "sakke", error) ||
        !add_repeated(message, "ext", error)) {
        return false;
    }
    return g_str_equal(value_of(maker, "sign"), "none") || add_plain(message, "sign", error);
}

/* "payload NAME ..." or "raw HEX" */
static bool add_line(Message *message, const char *line, GError **error)
{
    g_auto(GStrv) words = g_strsplit(line, " ", -1);
    g_autoptr(GHashTable) parameters = NULL;

    if (!words[1] || !*words[1]) {
        return fail(error, "%s needs a name or hex digits", words[0]);
    }
    if (g_str_equal(words[0], "raw")) {
        return append_hex(message->octets, words[1], error);
    }
    parameters = parse_parameters(words + 2, error);
    return parameters && add_payload(message, words[1], parameters, error);
}

static bool add_payloads(Message *message, GError **error)
{
    const GPtrArray *lines = message->maker->payloads;

    if (lines->len == 0) {
        return add_usual_payloads(message, error);
    }
    for (guint i = 0; i < lines->len; i++) {
        if (!add_line(message, g_ptr_array_index(lines, i), error)) {
            return false;
        }
    }
    return true;
}

/* Who signs, in octets or in hex digits. */
static void signer_id(const MikeyMaker *maker, bool hex, GByteArray *id)
{
    const char *identity = value_of(maker, "sign-as");
    guint8 uid[MCX_UID_LENGTH];

    compute_uid(maker, identity ? identity : value_of(maker, "idri"), value_of(maker, "idrkmsi"),
                uid);
    for (gsize i = 0; i < sizeof uid && hex; i++) {
        char digits[3];

        g_snprintf(digits, sizeof digits, "%02x", uid[i]);
        g_byte_array_append(id, (const guint8 *)digits, 2);
    }
    if (!hex) {
        g_byte_array_append(id, uid, sizeof uid);
    }
}

/* Puts a real signature in the place of what looks like one. */
static bool sign(Message *message, GError **error)
{
    const MikeyMaker *maker = message->maker;
    const char *convention = value_of(maker, "sign-convention");
    const gsize value = (gsize)message->sign_at + 2;
    g_autoptr(GByteArray) ksak = g_byte_array_new(), id = g_byte_array_new();

    if (!value_of(maker, "sign-key")) {
        return true;
    }
    if (message->sign_at < 0 || message->octets->len != value + ECCSI_SIGNATURE_LENGTH) {
        return fail(error, "sign-key: the message does not end in a signature of %d octets",
                    ECCSI_SIGNATURE_LENGTH);
    }
    append_hex(ksak, value_of(maker, "sign-key"), NULL);
    signer_id(maker, g_str_has_suffix(convention, "hex-id"), id);

    g_autoptr(EccsiSigner) signer =
        eccsi_signer_new(ksak->data, id->data, id->len, maker->seed->str);

    eccsi_signer_sign(signer, message->octets->data,
                      g_str_has_prefix(convention, "no-header") ? value - 2 : value,
                      message->octets->data + value);
    return true;
}

static bool apply_patches(const MikeyMaker *maker, GByteArray *octets, GError **error)
{
    for (guint i = 0; i < maker->patches->len; i++) {
        const Patch *patch = g_ptr_array_index(maker->patches, i);
        const guint length = MAX(patch->octets->len, 1);

        if (patch->offset > octets->len || length > octets->len - patch->offset) {
            return fail(error, "a patch lies outside of the message's %u octets", octets->len);
        }
        octets->data[patch->offset] += (guint8)patch->added;
        if (patch->octets->len > 0) {
            memcpy(octets->data + patch->offset, patch->octets->data, patch->octets->len);
        }
    }
    if (maker->truncate < octets->len) {
        g_byte_array_set_size(octets, (guint)maker->truncate);
    }
    return true;
}

GByteArray *mikey_maker_finish(MikeyMaker *maker, GError **error)
{
    g_autoptr(GByteArray) octets = g_byte_array_new();
    Message message = {.maker = maker, .octets = octets, .next_at = -1, .sign_at = -1};

    if (!add_payloads(&message, error) || !sign(&message, error) ||
        !apply_patches(maker, octets, error)) {
        return NULL;
    }
    return g_steal_pointer(&octets);
}
