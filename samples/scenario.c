/* scenario.c
 * A scenario source: what happens on the wire, in lines that a person can read
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "samples/scenario.h"

#include <string.h>

#define DEFAULT_START "2026-01-01T12:00:00Z"
#define DEFAULT_PORT  5060

G_DEFINE_QUARK(scenario-error-quark, scenario_error)

/* The reading of one source. */
typedef struct Parser {
    Scenario *scenario;
    char **lines;
    guint next;        /* index of the line to be read next */
    guint line;        /* number of the statement's first line, from 1 */
    GPtrArray *always; /* of Setting */
} Parser;

/* ---- what a scenario is made of ---- */

static Setting *setting_new(const char *key, const char *value, guint line)
{
    Setting *setting = g_new0(Setting, 1);
    setting->key = g_strdup(key);
    setting->value = g_strdup(value);
    setting->line = line;
    return setting;
}

static void setting_free(gpointer data)
{
    Setting *setting = data;
    g_free(setting->key);
    g_free(setting->value);
    g_free(setting);
}

static ScenarioLine *line_new(const char *text, guint number)
{
    ScenarioLine *line = g_new0(ScenarioLine, 1);
    line->text = g_strdup(text);
    line->number = number;
    return line;
}

static void line_free(gpointer data)
{
    ScenarioLine *line = data;
    g_free(line->text);
    g_free(line);
}

static void host_free(gpointer data)
{
    ScenarioHost *host = data;
    g_free(host->name);
    g_clear_object(&host->address);
    g_free(host->identity);
    g_free(host);
}

static void block_free(gpointer data)
{
    ScenarioBlock *block = data;
    g_free(block->kind);
    g_free(block->name);
    g_free(block->type);
    g_ptr_array_unref(block->lines);
    g_ptr_array_unref(block->settings);
    g_free(block);
}

static void message_free(gpointer data)
{
    ScenarioMessage *message = data;
    g_free(message->what);
    g_ptr_array_unref(message->settings);
    g_free(message);
}

static void expectation_free(gpointer data)
{
    ScenarioExpectation *expectation = data;
    g_free(expectation->key);
    g_free(expectation->value);
    g_free(expectation);
}

static Scenario *scenario_new(const char *path)
{
    Scenario *scenario = g_new0(Scenario, 1);
    scenario->path = g_strdup(path);
    scenario->folder = g_path_get_dirname(path);
    scenario->expectations = g_ptr_array_new_with_free_func(expectation_free);
    scenario->start = g_date_time_new_from_iso8601(DEFAULT_START, NULL);
    scenario->hosts = g_ptr_array_new_with_free_func(host_free);
    scenario->blocks = g_ptr_array_new_with_free_func(block_free);
    scenario->messages = g_ptr_array_new_with_free_func(message_free);
    return scenario;
}

void scenario_free(Scenario *scenario)
{
    if (!scenario) {
        return;
    }
    g_free(scenario->path);
    g_free(scenario->folder);
    g_ptr_array_unref(scenario->expectations);
    g_date_time_unref(scenario->start);
    g_ptr_array_unref(scenario->hosts);
    g_ptr_array_unref(scenario->blocks);
    g_ptr_array_unref(scenario->messages);
    g_free(scenario);
}

/* ---- asking it ---- */

bool scenario_fail(GError **error, const Scenario *scenario, guint line, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    g_autofree char *what = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    g_set_error(error, SCENARIO_ERROR, 0, "%s:%u: %s", scenario->path, line, what);
    return false;
}

const ScenarioBlock *scenario_block(const Scenario *scenario, const char *kind, const char *name)
{
    for (guint i = 0; i < scenario->blocks->len; i++) {
        const ScenarioBlock *block = scenario->blocks->pdata[i];
        if (g_str_equal(block->kind, kind) && g_str_equal(block->name, name)) {
            return block;
        }
    }
    return NULL;
}

static const ScenarioHost *find_host(const Scenario *scenario, const char *name)
{
    for (guint i = 0; i < scenario->hosts->len; i++) {
        const ScenarioHost *host = scenario->hosts->pdata[i];
        if (g_str_equal(host->name, name)) {
            return host;
        }
    }
    return NULL;
}

bool scenario_seconds(const char *text, gint64 *ns)
{
    g_autoptr(GRegex) regex = g_regex_new("^([-+]?)([0-9]{1,9})(?:\\.([0-9]{1,9}))?$", 0, 0, NULL);
    g_autoptr(GMatchInfo) match = NULL;
    if (!g_regex_match(regex, text, 0, &match)) {
        return false;
    }
    g_autofree char *sign = g_match_info_fetch(match, 1);
    g_autofree char *whole = g_match_info_fetch(match, 2);
    g_autofree char *fraction = g_match_info_fetch(match, 3);
    gint64 value = g_ascii_strtoll(whole, NULL, 10) * G_GINT64_CONSTANT(1000000000);
    gint64 unit = 100000000;
    for (const char *digit = fraction; digit && *digit; digit++, unit /= 10) {
        value += (*digit - '0') * unit;
    }
    *ns = *sign == '-' ? -value : value;
    return true;
}

char *scenario_time_text(const Scenario *scenario, gint64 offset_ns)
{
    const gint64 second = G_GINT64_CONSTANT(1000000000);
    gint64 ns = g_date_time_get_microsecond(scenario->start) * G_GINT64_CONSTANT(1000) + offset_ns;
    gint64 seconds = ns / second - (ns % second < 0 ? 1 : 0);
    ns -= seconds * second;
    g_autoptr(GDateTime) whole =
        g_date_time_new_from_unix_utc(g_date_time_to_unix(scenario->start) + seconds);
    g_autofree char *text = g_date_time_format(whole, "%Y-%m-%dT%H:%M:%S");
    g_autofree char *fraction = g_strdup_printf("%09" G_GINT64_FORMAT, ns);
    for (gsize end = strlen(fraction); end > 0 && fraction[end - 1] == '0'; end--) {
        fraction[end - 1] = '\0';
    }
    return g_strconcat(text, *fraction ? "." : "", fraction, "Z", NULL);
}

GBytes *scenario_file(const Scenario *scenario, const char *name, guint line, GError **error)
{
    g_autofree char *path = g_build_filename(scenario->folder, name, NULL);
    char *contents = NULL;
    gsize length = 0;
    g_autoptr(GError) problem = NULL;
    if (!g_file_get_contents(path, &contents, &length, &problem)) {
        scenario_fail(error, scenario, line, "%s", problem->message);
        return NULL;
    }
    return g_bytes_new_take(contents, length);
}

const char *setting_get(const GPtrArray *settings, const char *key)
{
    const char *value = NULL;
    for (guint i = 0; i < settings->len; i++) {
        const Setting *setting = settings->pdata[i];
        if (g_str_equal(setting->key, key)) {
            value = setting->value;
        }
    }
    return value;
}

bool setting_is_yes(const GPtrArray *settings, const char *key)
{
    return g_strcmp0(setting_get(settings, key), "yes") == 0;
}

bool setting_number(const Scenario *scenario, const GPtrArray *settings, const char *key,
                    guint64 largest, guint64 otherwise, guint64 *number, GError **error)
{
    *number = otherwise;
    for (guint i = 0; i < settings->len; i++) {
        const Setting *setting = settings->pdata[i];
        if (g_str_equal(setting->key, key) &&
            !g_ascii_string_to_unsigned(setting->value, 10, 0, largest, number, NULL)) {
            return scenario_fail(error, scenario, setting->line,
                                 "%s: '%s' is no number from 0 to %" G_GUINT64_FORMAT, key,
                                 setting->value, largest);
        }
    }
    return true;
}

void setting_add(GPtrArray *settings, const char *key, const char *value, guint line)
{
    g_ptr_array_add(settings, setting_new(key, value, line));
}

bool setting_is_known(const char *const *const *known, const char *key)
{
    for (; *known; known++) {
        if (g_strv_contains(*known, key)) {
            return true;
        }
    }
    return false;
}

bool settings_check(const Scenario *scenario, const GPtrArray *settings,
                    const char *const *const *known, GError **error)
{
    for (guint i = 0; i < settings->len; i++) {
        const Setting *setting = settings->pdata[i];
        if (!setting_is_known(known, setting->key)) {
            return scenario_fail(error, scenario, setting->line, "unknown key '%s'", setting->key);
        }
    }
    return true;
}

/* ---- statements ---- */

/* KEY=VALUE words, from the @p first one on. */
static bool parse_settings(Parser *parser, char **words, GPtrArray *settings, GError **error)
{
    for (; *words; words++) {
        char *equals = strchr(*words, '=');
        if (!equals || equals == *words) {
            return scenario_fail(error, parser->scenario, parser->line, "'%s' is no KEY=VALUE",
                                 *words);
        }
        g_autofree char *key = g_strndup(*words, equals - *words);
        g_ptr_array_add(settings, setting_new(key, equals + 1, parser->line));
    }
    return true;
}

/* Takes ownership of the value. */
static void add_expectation(Parser *parser, const char *key, char *value)
{
    ScenarioExpectation *expectation = g_new0(ScenarioExpectation, 1);
    expectation->key = g_strdup(key);
    expectation->value = value;
    expectation->line = parser->line;
    g_ptr_array_add(parser->scenario->expectations, expectation);
}

static bool parse_expectation(Parser *parser, char **words, GError **error)
{
    add_expectation(parser, words[0], g_strjoinv(" ", words + 1));
    return words[1] || scenario_fail(error, parser->scenario, parser->line, "%s what?", words[0]);
}

static bool parse_policy(Parser *parser, char **words, GError **error)
{
    if (g_strv_length(words) != 2) {
        return scenario_fail(error, parser->scenario, parser->line, "policy FILE");
    }
    add_expectation(parser, "policy", g_build_filename(parser->scenario->folder, words[1], NULL));
    return true;
}

static bool parse_start(Parser *parser, char **words, GError **error)
{
    GDateTime *start = words[1] ? g_date_time_new_from_iso8601(words[1], NULL) : NULL;
    if (!start || words[2]) {
        g_clear_pointer(&start, g_date_time_unref);
        return scenario_fail(error, parser->scenario, parser->line,
                             "start wants a time such as " DEFAULT_START);
    }
    g_date_time_unref(parser->scenario->start);
    parser->scenario->start = start;
    return true;
}

static bool parse_host(Parser *parser, char **words, GError **error)
{
    Scenario *scenario = parser->scenario;
    guint count = g_strv_length(words);
    if (count < 3 || count > 4) {
        return scenario_fail(error, scenario, parser->line, "host NAME ADDRESS[:PORT] [SIP-URI]");
    }
    if (find_host(scenario, words[1])) {
        return scenario_fail(error, scenario, parser->line, "a second host '%s'", words[1]);
    }
    g_autoptr(GSocketConnectable) parsed = g_network_address_parse(words[2], DEFAULT_PORT, NULL);
    g_autoptr(GInetAddress) address =
        parsed ? g_inet_address_new_from_string(
                     g_network_address_get_hostname(G_NETWORK_ADDRESS(parsed)))
               : NULL;
    if (!address) {
        return scenario_fail(error, scenario, parser->line, "'%s' is no IP address", words[2]);
    }
    ScenarioHost *host = g_new0(ScenarioHost, 1);
    host->name = g_strdup(words[1]);
    host->address = g_steal_pointer(&address);
    host->port = g_network_address_get_port(G_NETWORK_ADDRESS(parsed));
    host->identity = g_strdup(words[3]);
    g_ptr_array_add(scenario->hosts, host);
    host->number = scenario->hosts->len;
    return true;
}

static bool parse_always(Parser *parser, char **words, GError **error)
{
    return parse_settings(parser, words + 1, parser->always, error);
}

/* Takes a line of a block, and what it sets if it reads "key = value". */
static void take_line(ScenarioBlock *block, const char *text, guint number)
{
    g_ptr_array_add(block->lines, line_new(text, number));
    g_autofree char *stripped = g_strstrip(g_strdup(text));
    char *equals = strchr(stripped, '=');
    if (*stripped == '#' || !equals) {
        return;
    }
    *equals = '\0';
    g_ptr_array_add(block->settings,
                    setting_new(g_strchomp(stripped), g_strchug(equals + 1), number));
}

/* Takes the lines up to "end" as they are. */
static bool take_lines(Parser *parser, ScenarioBlock *block, GError **error)
{
    while (parser->lines[parser->next]) {
        const char *line = parser->lines[parser->next++];
        g_autofree char *stripped = g_strstrip(g_strdup(line));
        if (g_str_equal(stripped, "end")) {
            return true;
        }
        take_line(block, line, parser->next);
    }
    return scenario_fail(error, parser->scenario, block->line, "no 'end' of this block");
}

/* Puts the lines of the other block before its own, but for the keys that it states itself. */
static void take_likeness(ScenarioBlock *block, const ScenarioBlock *other)
{
    g_autoptr(GPtrArray) own_lines = block->lines;
    g_autoptr(GPtrArray) own_settings = block->settings;
    block->lines = g_ptr_array_new_with_free_func(line_free);
    block->settings = g_ptr_array_new_with_free_func(setting_free);
    for (guint i = 0; i < other->lines->len; i++) {
        const ScenarioLine *line = other->lines->pdata[i];
        g_auto(GStrv) halves = g_strsplit(line->text, "=", 2);
        if (!halves[0] || !setting_get(own_settings, g_strstrip(halves[0]))) {
            take_line(block, line->text, line->number);
        }
    }
    for (guint i = 0; i < own_lines->len; i++) {
        const ScenarioLine *line = own_lines->pdata[i];
        take_line(block, line->text, line->number);
    }
}

/* In a krr block a line that is no setting would be silently lost. */
static bool check_krr_lines(Parser *parser, const ScenarioBlock *block, GError **error)
{
    for (guint i = 0; i < block->lines->len; i++) {
        const ScenarioLine *line = block->lines->pdata[i];
        g_autofree char *text = g_strstrip(g_strdup(line->text));
        if (*text && *text != '#' && !strchr(text, '=')) {
            return scenario_fail(error, parser->scenario, line->number, "'%s' is no KEY = VALUE",
                                 text);
        }
    }
    return true;
}

static ScenarioBlock *block_new(const char *kind, const char *name, guint line)
{
    ScenarioBlock *block = g_new0(ScenarioBlock, 1);
    block->kind = g_strdup(kind);
    block->name = g_strdup(name);
    block->line = line;
    block->lines = g_ptr_array_new_with_free_func(line_free);
    block->settings = g_ptr_array_new_with_free_func(setting_free);
    return block;
}

/* offer NAME [like OTHER], krr NAME [like OTHER] */
static bool parse_block(Parser *parser, char **words, GError **error)
{
    Scenario *scenario = parser->scenario;
    guint count = g_strv_length(words);
    bool like = count == 4 && g_str_equal(words[2], "like");
    if (count != 2 && !like) {
        return scenario_fail(error, scenario, parser->line, "%s NAME [like OTHER]", words[0]);
    }
    const ScenarioBlock *other = like ? scenario_block(scenario, words[0], words[3]) : NULL;
    if (like && !other) {
        return scenario_fail(error, scenario, parser->line, "there is no %s '%s' before this",
                             words[0], words[3]);
    }
    if (scenario_block(scenario, words[0], words[1])) {
        return scenario_fail(error, scenario, parser->line, "a second %s '%s'", words[0], words[1]);
    }
    ScenarioBlock *block = block_new(words[0], words[1], parser->line);
    g_ptr_array_add(scenario->blocks, block);
    if (!take_lines(parser, block, error)) {
        return false;
    }
    if (other) {
        take_likeness(block, other);
    }
    return !g_str_equal(block->kind, "krr") || check_krr_lines(parser, block, error);
}

/* body NAME TYPE */
static bool parse_body(Parser *parser, char **words, GError **error)
{
    Scenario *scenario = parser->scenario;
    if (g_strv_length(words) != 3) {
        return scenario_fail(error, scenario, parser->line, "body NAME TYPE");
    }
    if (scenario_block(scenario, words[0], words[1])) {
        return scenario_fail(error, scenario, parser->line, "a second body '%s'", words[1]);
    }
    ScenarioBlock *block = block_new(words[0], words[1], parser->line);
    block->type = g_strdup(g_str_equal(words[2], "krr") ? KRR_MEDIA_TYPE : words[2]);
    g_ptr_array_add(scenario->blocks, block);
    return take_lines(parser, block, error);
}

static const ScenarioHost *message_host(Parser *parser, const char *name, GError **error)
{
    const ScenarioHost *host = find_host(parser->scenario, name);
    if (!host) {
        scenario_fail(error, parser->scenario, parser->line, "there is no host '%s'", name);
    }
    return host;
}

static bool parse_message(Parser *parser, char **words, GError **error)
{
    Scenario *scenario = parser->scenario;
    gint64 offset_ns;
    if (g_strv_length(words) < 6 || !g_str_equal(words[3], "->") ||
        !scenario_seconds(words[1], &offset_ns)) {
        return scenario_fail(error, scenario, parser->line,
                             "at SECONDS FROM -> TO WHAT [KEY=VALUE...]");
    }
    const ScenarioHost *from = message_host(parser, words[2], error);
    const ScenarioHost *to = from ? message_host(parser, words[4], error) : NULL;
    if (!to) {
        return false;
    }
    if (g_inet_address_get_family(from->address) != g_inet_address_get_family(to->address)) {
        return scenario_fail(error, scenario, parser->line,
                             "%s and %s are of different IP versions", from->name, to->name);
    }
    ScenarioMessage *message = g_new0(ScenarioMessage, 1);
    message->line = parser->line;
    message->offset_ns = offset_ns;
    message->from = from;
    message->to = to;
    message->what = g_strdup(words[5]);
    message->settings = g_ptr_array_new_with_free_func(setting_free);
    for (guint i = 0; i < parser->always->len; i++) {
        const Setting *setting = parser->always->pdata[i];
        g_ptr_array_add(message->settings,
                        setting_new(setting->key, setting->value, setting->line));
    }
    g_ptr_array_add(scenario->messages, message);
    return parse_settings(parser, words + 6, message->settings, error);
}

/* ---- the source ---- */

static const struct {
    const char *keyword;
    bool (*parse)(Parser *parser, char **words, GError **error);
} statements[] = {
    {"expect", parse_expectation},
    {"doubt", parse_expectation},
    {"exit", parse_expectation},
    {"outcome", parse_expectation},
    {"signatures", parse_expectation},
    {"options", parse_expectation},
    {"policy", parse_policy},
    {"start", parse_start},
    {"host", parse_host},
    {"always", parse_always},
    {"offer", parse_block},
    {"krr", parse_block},
    {"body", parse_body},
    {"hex", parse_block},
    {"at", parse_message},
};

/* A title is prose: its apostrophes quote nothing. */
static bool is_title(const char *text)
{
    return g_str_has_prefix(text, "title") && g_ascii_isspace(text[strlen("title")]);
}

static bool parse_title(Parser *parser, const char *text, GError **error)
{
    g_autofree char *title = g_strstrip(g_strdup(text + strlen("title")));
    char *words[] = {"title", *title ? title : NULL, NULL};
    return parse_expectation(parser, words, error);
}

static bool parse_statement(Parser *parser, const char *text, GError **error)
{
    g_auto(GStrv) words = NULL;
    g_autoptr(GError) problem = NULL;
    if (is_title(text)) {
        return parse_title(parser, text, error);
    }
    if (!g_shell_parse_argv(text, NULL, &words, &problem)) {
        if (g_error_matches(problem, G_SHELL_ERROR, G_SHELL_ERROR_EMPTY_STRING)) {
            return true;
        }
        return scenario_fail(error, parser->scenario, parser->line, "%s", problem->message);
    }
    for (gsize i = 0; i < G_N_ELEMENTS(statements); i++) {
        if (g_str_equal(words[0], statements[i].keyword)) {
            return statements[i].parse(parser, words, error);
        }
    }
    return scenario_fail(error, parser->scenario, parser->line, "unknown statement '%s'", words[0]);
}

/* The next line, and those that continue it. */
static char *next_statement(Parser *parser)
{
    GString *text = g_string_new(NULL);
    parser->line = parser->next + 1;
    while (parser->lines[parser->next]) {
        g_string_append(text, parser->lines[parser->next++]);
        if (text->len == 0 || text->str[text->len - 1] != '\\') {
            break;
        }
        text->str[text->len - 1] = ' ';
    }
    /* Without the end of the line GLib takes a comment that is a lone "#" for an open quote. */
    g_string_append_c(text, '\n');
    return g_string_free(text, FALSE);
}

static gint by_time(gconstpointer a, gconstpointer b)
{
    const ScenarioMessage *first = *(ScenarioMessage *const *)a;
    const ScenarioMessage *second = *(ScenarioMessage *const *)b;
    if (first->offset_ns != second->offset_ns) {
        return first->offset_ns < second->offset_ns ? -1 : 1;
    }
    return first->line < second->line ? -1 : first->line > second->line;
}

/* The text of one round. */
static char *text_of_round(const char *source, guint round)
{
    g_autofree char *number = g_strdup_printf("%u", round);
    g_autofree char *octets =
        g_strdup_printf("%u.%u.%u", round >> 16 & 0xff, round >> 8 & 0xff, round & 0xff);
    GString *text = g_string_new(source);
    g_string_replace(text, "{n.n.n}", octets, 0);
    g_string_replace(text, "{n}", number, 0);
    return g_string_free(text, FALSE);
}

static void shift_start(Scenario *scenario, gint64 shift_ns)
{
    GDateTime *start = g_date_time_add(scenario->start, shift_ns / 1000);
    g_date_time_unref(scenario->start);
    scenario->start = start;
}

Scenario *scenario_load(const char *path, guint round, gint64 shift_ns, GError **error)
{
    g_autofree char *source = NULL;
    gsize length = 0;
    if (!g_file_get_contents(path, &source, &length, error)) {
        return NULL;
    }
    g_autoptr(Scenario) scenario = scenario_new(path);
    if (!g_utf8_validate(source, length, NULL)) {
        scenario_fail(error, scenario, 1, "not UTF-8");
        return NULL;
    }
    g_autofree char *text = text_of_round(source, round);
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    g_autoptr(GPtrArray) always = g_ptr_array_new_with_free_func(setting_free);
    Parser parser = {.scenario = scenario, .lines = lines, .always = always};
    while (parser.lines[parser.next]) {
        g_autofree char *statement = next_statement(&parser);
        if (!parse_statement(&parser, statement, error)) {
            return NULL;
        }
    }
    g_ptr_array_sort(scenario->messages, by_time);
    shift_start(scenario, shift_ns);
    return g_steal_pointer(&scenario);
}
