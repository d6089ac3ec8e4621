/* cargo.c
 * What the messages of a scenario carry: its offers, KRRs and other bodies, each made once
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "samples/cargo.h"

#include <string.h>

#include "samples/mikey-maker.h"

struct CargoMaker {
    const Scenario *scenario;
    KrrMaker *krrs;
    GHashTable *offers; /* name -> GBytes */
};

CargoMaker *cargo_maker_new(const Scenario *scenario)
{
    CargoMaker *maker = g_new0(CargoMaker, 1);
    maker->scenario = scenario;
    maker->krrs = krr_maker_new(scenario);
    maker->offers =
        g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_bytes_unref);
    return maker;
}

void cargo_maker_free(CargoMaker *maker)
{
    if (!maker) {
        return;
    }
    krr_maker_free(maker->krrs);
    g_hash_table_unref(maker->offers);
    g_free(maker);
}

KrrMaker *cargo_maker_krrs(CargoMaker *maker)
{
    return maker->krrs;
}

/* ---- offers ---- */

/* Hands the block's lines over; with its default time first, so that offers differ by it. */
static bool feed_offer(CargoMaker *maker, MikeyMaker *mikey, const ScenarioBlock *block,
                       gint64 now_ns, GError **error)
{
    g_autoptr(GError) problem = NULL;
    g_autofree char *time = scenario_time_text(maker->scenario, now_ns);
    g_autofree char *time_line = g_strconcat("time = ", time, NULL);
    if (!setting_get(block->settings, "time") && !mikey_maker_line(mikey, time_line, &problem)) {
        return scenario_fail(error, maker->scenario, block->line, "%s", problem->message);
    }
    for (guint i = 0; i < block->lines->len; i++) {
        const ScenarioLine *line = block->lines->pdata[i];
        if (!mikey_maker_line(mikey, line->text, &problem)) {
            return scenario_fail(error, maker->scenario, line->number, "%s", problem->message);
        }
    }
    const GPtrArray *documents = mikey_maker_documents(mikey);
    for (guint i = 0; i < documents->len; i++) {
        const char *name = documents->pdata[i];
        g_autoptr(GBytes) krr = krr_maker_get(maker->krrs, name, now_ns, block->line, error);
        if (!krr) {
            return false;
        }
        mikey_maker_set_document(mikey, name, krr);
    }
    return true;
}

static GBytes *make_offer(CargoMaker *maker, const ScenarioBlock *block, gint64 now_ns,
                          GError **error)
{
    GBytes *bytes = g_hash_table_lookup(maker->offers, block->name);
    if (bytes) {
        return g_bytes_ref(bytes);
    }
    g_autoptr(MikeyMaker) mikey = mikey_maker_new();
    if (!feed_offer(maker, mikey, block, now_ns, error)) {
        return NULL;
    }
    g_autoptr(GError) problem = NULL;
    GByteArray *message = mikey_maker_finish(mikey, &problem);
    if (!message) {
        scenario_fail(error, maker->scenario, block->line, "%s", problem->message);
        return NULL;
    }
    bytes = g_byte_array_free_to_bytes(message);
    g_hash_table_insert(maker->offers, g_strdup(block->name), g_bytes_ref(bytes));
    return bytes;
}

/* ---- other bodies ---- */

static GBytes *make_krr(CargoMaker *maker, const ScenarioBlock *block, gint64 now_ns,
                        GError **error)
{
    return krr_maker_get(maker->krrs, block->name, now_ns, block->line, error);
}

static GBytes *make_body(CargoMaker *maker, const ScenarioBlock *block, gint64 now_ns,
                         GError **error)
{
    (void)maker, (void)now_ns, (void)error;
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < block->lines->len; i++) {
        g_string_append_printf(text, "%s\n", ((ScenarioLine *)block->lines->pdata[i])->text);
    }
    return g_string_free_to_bytes(text);
}

/* Appends a word of a line: "text", or the octets that hexadecimal digits stand for. */
static bool append_word(GByteArray *octets, const char *word)
{
    gsize length = strlen(word);
    if (*word == '"') {
        g_byte_array_append(octets, (const guint8 *)word + 1, (guint)(length - 1));
        return true;
    }
    for (gsize i = 0; i + 1 < length; i += 2) {
        if (!g_ascii_isxdigit(word[i]) || !g_ascii_isxdigit(word[i + 1])) {
            return false;
        }
        guint8 octet =
            (guint8)(g_ascii_xdigit_value(word[i]) << 4 | g_ascii_xdigit_value(word[i + 1]));
        g_byte_array_append(octets, &octet, 1);
    }
    return length % 2 == 0;
}

/* Words are parted by blanks; one that begins with a quotation mark ends before the next one. */
static bool append_line(GByteArray *octets, const char *line)
{
    while (*(line += strspn(line, " \t"))) {
        bool text = *line == '"';
        gsize length = text ? 1 + strcspn(line + 1, "\"") : strcspn(line, " \t");
        g_autofree char *word = g_strndup(line, length);
        if (!append_word(octets, word) || (text && !line[length])) {
            return false;
        }
        line += text ? length + 1 : length;
    }
    return true;
}

static GBytes *make_hex(CargoMaker *maker, const ScenarioBlock *block, gint64 now_ns,
                        GError **error)
{
    (void)now_ns;
    g_autoptr(GByteArray) octets = g_byte_array_new();
    for (guint i = 0; i < block->lines->len; i++) {
        const ScenarioLine *line = block->lines->pdata[i];
        if (!append_line(octets, line->text)) {
            scenario_fail(error, maker->scenario, line->number, "no hexadecimal digits: %s",
                          line->text);
            return NULL;
        }
    }
    return g_byte_array_free_to_bytes(g_steal_pointer(&octets));
}

/* ---- kinds ---- */

static const struct {
    const char *kind;
    const char *type; /* NULL: the block's own; of an offer: MIKEY */
    const char *way;
    GBytes *(*make)(CargoMaker *, const ScenarioBlock *, gint64, GError **);
} kinds[] = {
    {"offer", NULL, "sdp", make_offer},
    {"krr", KRR_MEDIA_TYPE, "body", make_krr},
    {"body", NULL, "body", make_body},
    {"hex", "application/octet-stream", "body", make_hex},
};

static gsize find_kind(const char *kind)
{
    gsize i = 0;
    while (i < G_N_ELEMENTS(kinds) && !g_str_equal(kinds[i].kind, kind)) {
        i++;
    }
    return i;
}

bool cargo_is_kind(const char *key)
{
    return find_kind(key) < G_N_ELEMENTS(kinds);
}

const char *cargo_usual_way(const char *kind)
{
    return kinds[find_kind(kind)].way;
}

GBytes *cargo_maker_get(CargoMaker *maker, const Setting *setting, gint64 now_ns, const char **type,
                        GError **error)
{
    const ScenarioBlock *block = scenario_block(maker->scenario, setting->key, setting->value);
    if (!block) {
        scenario_fail(error, maker->scenario, setting->line, "there is no %s '%s'", setting->key,
                      setting->value);
        return NULL;
    }
    gsize kind = find_kind(setting->key);
    *type = kinds[kind].type ? kinds[kind].type : block->type;
    return kinds[kind].make(maker, block, now_ns, error);
}

const char *cargo_identity(const Scenario *scenario, const Setting *setting, const char *key)
{
    if (g_str_equal(setting->key, "krr")) {
        return krr_maker_identity(scenario, setting->value, key);
    }
    const ScenarioBlock *block = scenario_block(scenario, setting->key, setting->value);
    return block ? setting_get(block->settings, key) : NULL;
}
