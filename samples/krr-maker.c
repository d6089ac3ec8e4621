/* krr-maker.c
 * Writes the KMS Redirect Responses of a scenario as XML
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "samples/krr-maker.h"

#include <string.h>

#define KRR_NAMESPACE         "urn:3gpp:ns:mcsecKMSKRR:1.0"
#define KMS_REQUEST_NAMESPACE "urn:3gpp:ns:mcsecKMSInterface:1.0"
#define ROOT                  "KmsRedirectResponse"
#define MAX_EMBEDDING         1000 /* levels; deeper ones are surely a slip in the scenario */

/* A KRR that was made. */
typedef struct KrrText {
    GBytes *document; /* NULL while it is being made */
    char *element;    /* the KRR element alone, UTF-8, as it is put into another */
} KrrText;

struct KrrMaker {
    const Scenario *scenario;
    GHashTable *texts; /* name -> KrrText */
    guint depth;       /* of the embedding that is being made */
};

/* The KRR that is being written. */
typedef struct Writer {
    KrrMaker *maker;
    const ScenarioBlock *block;
    gint64 now_ns;
    char **styles;
    const char *prefix; /* "" or "krr:" */
    const char *gap;    /* between elements */
    GString *xml;
} Writer;

/* The elements with a text, in the profile's order. */
static const struct {
    const char *key;
    const char *name;
    const char *alias;
} values[] = {
    {"time", "Time", "DateTime"},
    {"creator", "CreatorUri", "Creator"},
    {"idri", "InitiatorUri", "IDRi"},
    {"idrr", "ReceiverUri", "IDRr"},
    {"idrkmsi", "InitiatorKmsUri", "IDRkmsi"},
    {"idrkmsr", "ReceiverKmsUri", "IDRkmsr"},
};

static const struct {
    const char *key;
    const char *name;
    const char *alias;
} lists[] = {
    {"initiator-list", "InitiatorKmsList", "InitiatorList"},
    {"receiver-list", "ReceiverKmsList", "ReceiverList"},
};

static const char *const known_keys[] = {
    "answers",        "embeds",        "creator", "idri",    "idrr",      "idrkmsi",
    "idrkmsr",        "time",          "id",      "version", "omit",      "extra",
    "initiator-list", "receiver-list", "style",   "doctype", "namespace", "encoding",
    "padding",        "levels",        "file",    NULL};

static const char *const *const known_lists[] = {known_keys, NULL};

static const char *const known_styles[] = {"prefixed", "no-ns",    "wrapped",  "signed-wrapper",
                                           "aliases",  "any-text", "comments", "cdata",
                                           "charrefs", "one-line", NULL};

static void krr_text_free(gpointer data)
{
    KrrText *text = data;
    g_clear_pointer(&text->document, g_bytes_unref);
    g_free(text->element);
    g_free(text);
}

KrrMaker *krr_maker_new(const Scenario *scenario)
{
    KrrMaker *maker = g_new0(KrrMaker, 1);
    maker->scenario = scenario;
    maker->texts = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, krr_text_free);
    return maker;
}

void krr_maker_free(KrrMaker *maker)
{
    if (!maker) {
        return;
    }
    g_hash_table_unref(maker->texts);
    g_free(maker);
}

const char *krr_maker_identity(const Scenario *scenario, const char *name, const char *key)
{
    /* Bounded, since a scenario may embed in a circle; krr_maker_get() reports that. */
    for (guint i = 0; name && i < MAX_EMBEDDING; i++) {
        const ScenarioBlock *block = scenario_block(scenario, "krr", name);
        if (!block) {
            return NULL;
        }
        const char *value = setting_get(block->settings, key);
        if (value || g_str_equal(key, "creator")) {
            return value;
        }
        const char *offer_name = setting_get(block->settings, "answers");
        if (offer_name) {
            const ScenarioBlock *offer = scenario_block(scenario, "offer", offer_name);
            return offer ? setting_get(offer->settings, key) : NULL;
        }
        name = setting_get(block->settings, "embeds");
    }
    return NULL;
}

/* ---- text ---- */

static bool has_style(const Writer *writer, const char *style)
{
    return g_strv_contains((const char *const *)writer->styles, style);
}

/* The value in the spelling that the style asks for: each of them means the same text. */
static void write_text(const Writer *writer, const char *text)
{
    gsize half = strlen(text) / 2;
    g_autofree char *head = g_markup_escape_text(text, half);
    g_autofree char *tail = g_markup_escape_text(text + half, -1);
    if (has_style(writer, "comments")) {
        g_string_append_printf(writer->xml, "%s<!-- and -->%s", head, tail);
    } else if (has_style(writer, "cdata")) {
        g_string_append_printf(writer->xml, "%s<![CDATA[%s]]>", head, text + half);
    } else if (has_style(writer, "charrefs")) {
        for (const char *at = text; *at; at = g_utf8_next_char(at)) {
            g_string_append_printf(writer->xml, "&#x%X;", g_utf8_get_char(at));
        }
    } else {
        g_string_append_printf(writer->xml, "%s%s", head, tail);
    }
}

static const char *name_for(const Writer *writer, const char *name, const char *alias)
{
    return has_style(writer, "aliases") ? alias : name;
}

static void write_element(const Writer *writer, const char *indent, const char *name,
                          const char *text)
{
    g_string_append_printf(writer->xml, "%s%s<%s%s>", writer->gap, *writer->gap ? indent : "",
                           writer->prefix, name);
    write_text(writer, text);
    g_string_append_printf(writer->xml, "</%s%s>", writer->prefix, name);
}

/* ---- parts of a KRR ---- */

static bool write_values(Writer *writer, GError **error)
{
    const ScenarioBlock *block = writer->block;
    const Scenario *scenario = writer->maker->scenario;
    const char *omitted = setting_get(block->settings, "omit");
    g_auto(GStrv) omit = g_strsplit(omitted ? omitted : "", " ", -1);
    for (gsize i = 0; i < G_N_ELEMENTS(values); i++) {
        const char *key = values[i].key;
        if (g_strv_contains((const char *const *)omit, key)) {
            continue;
        }
        g_autofree char *time = NULL;
        const char *text = i == 0 ? setting_get(block->settings, key)
                                  : krr_maker_identity(scenario, block->name, key);
        gint64 offset_ns = writer->now_ns;
        if (i == 0 &&
            (!text || ((*text == '+' || *text == '-') && scenario_seconds(text, &offset_ns)))) {
            text = time = scenario_time_text(scenario, offset_ns);
        }
        if (!text) {
            return scenario_fail(error, scenario, block->line,
                                 "krr '%s' has no %s: state it, or what it answers or embeds",
                                 block->name, key);
        }
        write_element(writer, "  ", name_for(writer, values[i].name, values[i].alias), text);
    }
    return true;
}

static void write_kms(Writer *writer, const char *list)
{
    g_auto(GStrv) members = g_strsplit(list, ";", -1);
    for (char **member = members; *member; member++) {
        write_element(writer, "    ", name_for(writer, "KmsUri", "Kms"), g_strstrip(*member));
    }
}

static bool write_lists(Writer *writer, GError **error)
{
    for (gsize i = 0; i < G_N_ELEMENTS(lists); i++) {
        const char *list = setting_get(writer->block->settings, lists[i].key);
        if (!list) {
            return scenario_fail(error, writer->maker->scenario, writer->block->line,
                                 "krr '%s' has no %s", writer->block->name, lists[i].key);
        }
        if (g_str_equal(list, "missing")) {
            continue;
        }
        const char *name = name_for(writer, lists[i].name, lists[i].alias);
        const char *indent = *writer->gap ? "  " : "";
        g_string_append_printf(writer->xml, "%s%s<%s%s>", writer->gap, indent, writer->prefix,
                               name);
        if (g_str_equal(list, "ANY")) {
            g_string_append_printf(writer->xml, has_style(writer, "any-text") ? "ANY" : "<%sAny/>",
                                   writer->prefix);
        } else if (!g_str_equal(list, "empty")) {
            write_kms(writer, list);
        }
        if (!g_str_equal(list, "empty") && !g_str_equal(list, "ANY")) {
            g_string_append_printf(writer->xml, "%s%s", writer->gap, indent);
        }
        g_string_append_printf(writer->xml, "</%s%s>", writer->prefix, name);
    }
    return true;
}

static bool write_extras(Writer *writer, GError **error)
{
    const Scenario *scenario = writer->maker->scenario;
    const GPtrArray *settings = writer->block->settings;
    guint64 padding = 0, levels = 0;
    if (!setting_number(scenario, settings, "padding", 64 << 20, 0, &padding, error) ||
        !setting_number(scenario, settings, "levels", 1 << 20, 0, &levels, error)) {
        return false;
    }
    for (guint i = 0; i < settings->len; i++) {
        const Setting *setting = settings->pdata[i];
        if (g_str_equal(setting->key, "extra")) {
            g_string_append_printf(writer->xml, "%s%s", writer->gap, setting->value);
        }
    }
    if (padding > 0) {
        g_autofree char *filling = g_strnfill(padding, '.');
        g_string_append_printf(writer->xml, "%s<!--%s-->", writer->gap, filling);
    }
    for (guint64 i = 0; i < levels; i++) {
        g_string_append(writer->xml, "<level>");
    }
    for (guint64 i = 0; i < levels; i++) {
        g_string_append(writer->xml, "</level>");
    }
    return true;
}

static const KrrText *make(KrrMaker *maker, const char *name, gint64 now_ns, guint line,
                           GError **error);

static bool write_embedded(Writer *writer, GError **error)
{
    const char *embeds = setting_get(writer->block->settings, "embeds");
    if (!embeds) {
        return true;
    }
    const KrrText *text = make(writer->maker, embeds, writer->now_ns, writer->block->line, error);
    if (!text) {
        return false;
    }
    bool wrapped = has_style(writer, "wrapped");
    g_string_append(writer->xml, writer->gap);
    if (wrapped) {
        g_string_append_printf(writer->xml, "<%sEmbeddedKrr>", writer->prefix);
    }
    g_string_append(writer->xml, text->element);
    if (wrapped) {
        g_string_append_printf(writer->xml, "</%sEmbeddedKrr>", writer->prefix);
    }
    return true;
}

/* ---- a KRR ---- */

static void write_attribute(Writer *writer, const char *name, const char *value)
{
    g_autofree char *escaped = g_markup_escape_text(value, -1);
    if (*value) {
        g_string_append_printf(writer->xml, " %s=\"%s\"", name, escaped);
    }
}

/* The start tag's namespace declaration; each KRR has its own, so that it means the same alone. */
static void write_namespace(Writer *writer)
{
    const char *namespace = setting_get(writer->block->settings, "namespace");
    if (has_style(writer, "no-ns")) {
        return;
    }
    write_attribute(writer, has_style(writer, "prefixed") ? "xmlns:krr" : "xmlns",
                    namespace ? namespace : KRR_NAMESPACE);
}

/* The KRR element alone. */
static bool write_krr(Writer *writer, GError **error)
{
    const GPtrArray *settings = writer->block->settings;
    const char *id = setting_get(settings, "id");
    const char *version = setting_get(settings, "version");
    g_string_append_printf(writer->xml, "<%s" ROOT, writer->prefix);
    write_namespace(writer);
    write_attribute(writer, "Id", id ? id : writer->block->name);
    write_attribute(writer, "Version", version ? version : "1.0");
    g_string_append_c(writer->xml, '>');
    if (!write_values(writer, error) || !write_lists(writer, error) ||
        !write_extras(writer, error) || !write_embedded(writer, error)) {
        return false;
    }
    g_string_append_printf(writer->xml, "%s</%s" ROOT ">", writer->gap, writer->prefix);
    return true;
}

/* The document around it: declaration, DOCTYPE, wrapper, encoding. */
static GBytes *finish_document(Writer *writer, const char *element, GError **error)
{
    const GPtrArray *settings = writer->block->settings;
    const char *encoding = setting_get(settings, "encoding");
    const char *doctype = setting_get(settings, "doctype");
    bool wrapper = has_style(writer, "signed-wrapper");
    g_autofree char *text =
        g_strdup_printf("<?xml version=\"1.0\" encoding=\"%s\"?>\n%s%s%s%s%s\n",
                        encoding ? encoding : "UTF-8", doctype ? doctype : "", doctype ? "\n" : "",
                        wrapper ? "<SignedKmsRedirectResponse xmlns=\"" KRR_NAMESPACE "\">\n" : "",
                        element, wrapper ? "\n</SignedKmsRedirectResponse>" : "");
    if (!encoding) {
        return g_bytes_new(text, strlen(text));
    }
    gsize length = 0;
    g_autoptr(GError) problem = NULL;
    char *converted = g_convert(text, -1, encoding, "UTF-8", NULL, &length, &problem);
    if (!converted) {
        scenario_fail(error, writer->maker->scenario, writer->block->line, "%s", problem->message);
        return NULL;
    }
    return g_bytes_new_take(converted, length);
}

static bool check_styles(const Writer *writer, GError **error)
{
    for (char **style = writer->styles; *style; style++) {
        if (**style && !g_strv_contains(known_styles, *style)) {
            return scenario_fail(error, writer->maker->scenario, writer->block->line,
                                 "unknown style '%s'", *style);
        }
    }
    return true;
}

static bool write_document(KrrMaker *maker, const ScenarioBlock *block, KrrText *text,
                           gint64 now_ns, GError **error)
{
    const char *style = setting_get(block->settings, "style");
    g_auto(GStrv) styles = g_strsplit(style ? style : "", " ", -1);
    g_autoptr(GString) xml = g_string_new(NULL);
    Writer writer = {
        .maker = maker, .block = block, .now_ns = now_ns, .styles = styles, .xml = xml};
    writer.prefix = has_style(&writer, "prefixed") ? "krr:" : "";
    writer.gap = has_style(&writer, "one-line") ? "" : "\n";
    if (!check_styles(&writer, error) || !write_krr(&writer, error)) {
        return false;
    }
    text->document = finish_document(&writer, xml->str, error);
    text->element = g_strdup(xml->str);
    return text->document != NULL;
}

/* A document from a file; what is embedded of it is all that follows its XML declaration. */
static bool read_document(KrrMaker *maker, const ScenarioBlock *block, KrrText *text,
                          GError **error)
{
    text->document =
        scenario_file(maker->scenario, setting_get(block->settings, "file"), block->line, error);
    if (!text->document) {
        return false;
    }
    gsize length = 0;
    const char *bytes = g_bytes_get_data(text->document, &length);
    g_autofree char *document = g_strndup(bytes, length);
    char *declared = g_str_has_prefix(document, "<?xml") ? strstr(document, "?>") : NULL;
    text->element = g_strdup(g_strstrip(declared ? declared + 2 : document));
    return true;
}

static const KrrText *make(KrrMaker *maker, const char *name, gint64 now_ns, guint line,
                           GError **error)
{
    const Scenario *scenario = maker->scenario;
    const ScenarioBlock *block = scenario_block(scenario, "krr", name);
    if (!block) {
        scenario_fail(error, scenario, line, "there is no krr '%s'", name);
        return NULL;
    }
    KrrText *text = g_hash_table_lookup(maker->texts, name);
    if (text && text->document) {
        return text;
    }
    if (text || maker->depth >= MAX_EMBEDDING) {
        scenario_fail(error, scenario, block->line, "krr '%s' embeds itself, or too much", name);
        return NULL;
    }
    text = g_new0(KrrText, 1);
    g_hash_table_insert(maker->texts, g_strdup(name), text);
    maker->depth++;
    bool made =
        settings_check(scenario, block->settings, known_lists, error) &&
        (setting_get(block->settings, "file") ? read_document(maker, block, text, error)
                                              : write_document(maker, block, text, now_ns, error));
    maker->depth--;
    return made ? text : NULL;
}

GBytes *krr_maker_get(KrrMaker *maker, const char *name, gint64 now_ns, guint line, GError **error)
{
    const KrrText *text = make(maker, name, now_ns, line, error);
    return text ? g_bytes_ref(text->document) : NULL;
}

GBytes *krr_maker_upload(KrrMaker *maker, const char *names, const char *user, const char *kms,
                         gint64 now_ns, guint line, GError **error)
{
    g_auto(GStrv) each = g_strsplit(names, ",", -1);
    g_autofree char *time = scenario_time_text(maker->scenario, now_ns);
    g_autofree char *user_escaped = g_markup_escape_text(user, -1);
    g_autofree char *kms_escaped = g_markup_escape_text(kms, -1);
    GString *xml = g_string_new("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    g_string_append_printf(xml,
                           "<KmsRequest xmlns=\"" KMS_REQUEST_NAMESPACE "\" Version=\"1.0\">\n"
                           "  <UserUri>%s</UserUri>\n  <KmsUri>%s</KmsUri>\n"
                           "  <Time>%s</Time>\n",
                           user_escaped, kms_escaped, time);
    for (char **name = each; *name; name++) {
        const KrrText *text = make(maker, *name, now_ns, line, error);
        if (!text) {
            g_string_free(xml, TRUE);
            return NULL;
        }
        g_string_append_printf(xml, "  <KrrList>\n%s\n  </KrrList>\n", text->element);
    }
    g_string_append(xml, "</KmsRequest>\n");
    return g_string_free_to_bytes(xml);
}
