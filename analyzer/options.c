/* options.c
 * The command line of krraudit, checked as far as it can be checked by itself
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "analyzer/options.h"

#include <stdio.h>
#include <string.h>

#include "analyzer/engine/engine.h"
#include "analyzer/explain.h"
#include "analyzer/forms/rules-json.h"
#include "analyzer/help.h"
#include "analyzer/process/confinement.h"
#include "analyzer/report/selection.h"
#include "core/signature/krr-libraries.h"

/* Processes are dear, and no machine has more cores. */
#define MAX_JOBS 1024

/* What GOption leaves behind: texts that are still to be understood. Paths and patterns are
 * octets, not text of some locale, so all are "file names" to GOption. */
typedef struct Raw {
    char *format;
    char *fail_on;
    char **only;
    char **skip;
    char *explain;
    char *window;
    char *jobs;
    char *session_frames;
    char *most_negotiations;
    gboolean draft_policy;
    gboolean list_rules;
    gboolean no_sieve;
    gboolean no_sandbox;
    gboolean no_progress;
    gboolean quiet;
    gboolean version;
    gboolean help;
} Raw;

static void raw_clear(Raw *raw)
{
    g_free(raw->format);
    g_free(raw->fail_on);
    g_free(raw->explain);
    g_free(raw->window);
    g_free(raw->jobs);
    g_free(raw->session_frames);
    g_free(raw->most_negotiations);
    g_strfreev(raw->only);
    g_strfreev(raw->skip);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Raw, raw_clear)

static bool wrong(GError **error, const char *format, ...) G_GNUC_PRINTF(2, 3);

static bool wrong(GError **error, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    if (error) {
        *error = g_error_new_valist(G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, format, arguments);
    }
    va_end(arguments);
    return false;
}

static bool parse(Options *options, Raw *raw, int argc, char **argv, GError **error)
{
    const GOptionEntry judge_by[] = {
        {"policy", 'p', 0, G_OPTION_ARG_FILENAME, &options->policy,
         "Who may use which KMS; what the Home KMS demands", "FILE"},
        {"trust-anchor", 'a', 0, G_OPTION_ARG_FILENAME_ARRAY, &options->trust_anchors,
         "Certificates in PEM that KRR signers must chain to (repeatable)", "FILE"},
        {"vocabulary", 0, 0, G_OPTION_ARG_FILENAME, &options->vocabulary,
         "KRR element names of a deployment", "FILE"},
        {"window", 0, 0, G_OPTION_ARG_FILENAME, &raw->window,
         "From an answer to the next attempt, at most", "SECONDS"},
        {"only", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &raw->only, "Judge these rules alone",
         "RULE,..."},
        {"skip", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &raw->skip, "Do not judge these rules",
         "RULE,..."},
        {NULL, 0, 0, 0, NULL, NULL, NULL}};
    const GOptionEntry write[] = {
        {"format", 'f', 0, G_OPTION_ARG_FILENAME, &raw->format,
         "text, json, html, csv or ndjson (default: as the name of the output ends, else text)",
         "NAME"},
        {"output", 'o', 0, G_OPTION_ARG_FILENAME, &options->output,
         "Write the report there, not to standard output", "FILE"},
        {"evidence", 0, 0, G_OPTION_ARG_FILENAME, &options->evidence,
         "Write a pcapng there of the frames that prove the findings", "FILE"},
        {"known", 0, 0, G_OPTION_ARG_FILENAME, &options->known,
         "An earlier JSON report: what it has found is known, not new", "REPORT"},
        {"max-negotiations", 0, 0, G_OPTION_ARG_FILENAME, &raw->most_negotiations,
         "Draw so many in full in text and HTML (default 500; 0: all)", "N"},
        {"draft-policy", 0, 0, G_OPTION_ARG_NONE, &raw->draft_policy,
         "Instead of a report: a policy file to begin with, from what is seen", NULL},
        {"fail-on", 0, 0, G_OPTION_ARG_FILENAME, &raw->fail_on,
         "note, warning (default), error or never", "SEVERITY"},
        {"quiet", 0, 0, G_OPTION_ARG_NONE, &raw->quiet,
         "Only the exit status and errors, and --output", NULL},
        {"no-progress", 0, 0, G_OPTION_ARG_NONE, &raw->no_progress, "Show no progress", NULL},
        {NULL, 0, 0, 0, NULL, NULL, NULL}};
    const GOptionEntry read[] = {
        {"tls-keys", 0, 0, G_OPTION_ARG_FILENAME, &options->tls_keys, "NSS key log", "FILE"},
        {"decode-as", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &options->decode_as,
         "As tshark's -d: tcp.port==5070,sip (repeatable)", "SELECTOR"},
        {"preference", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &options->preferences,
         "As tshark's -o (repeatable)", "NAME:VALUE"},
        {"capture-filter", 0, 0, G_OPTION_ARG_FILENAME, &options->capture_filter,
         "libpcap filter; what does not pass is not dissected", "EXPR"},
        {"no-sieve", 0, 0, G_OPTION_ARG_NONE, &raw->no_sieve,
         "Dissect also what certainly tells nothing of offers and KRRs", NULL},
        {"jobs", 'j', 0, G_OPTION_ARG_FILENAME, &raw->jobs,
         "Captures that are read at a time (default: as many as there are cores)", "N"},
        {"session-frames", 0, 0, G_OPTION_ARG_FILENAME, &raw->session_frames,
         "Let Wireshark forget after so many frames, where that is safe (0: never)", "N"},
        {"no-sandbox", 0, 0, G_OPTION_ARG_NONE, &raw->no_sandbox,
         "Let the process that reads captures do what you may do", NULL},
        {NULL, 0, 0, 0, NULL, NULL, NULL}};
    const GOptionEntry help[] = {
        {"list-rules", 0, 0, G_OPTION_ARG_NONE, &raw->list_rules,
         "Print all rules and exit; with --format=json, as JSON", NULL},
        {"explain", 0, 0, G_OPTION_ARG_FILENAME, &raw->explain,
         "Print what a rule, an outcome, a status or a key of the policy file means, and exit",
         "WORD"},
        {"version", 0, 0, G_OPTION_ARG_NONE, &raw->version,
         "Print the versions of the program and of its libraries, and exit", NULL},
        {"help", 'h', 0, G_OPTION_ARG_NONE, &raw->help, "Print this, and exit", NULL},
        {NULL, 0, 0, 0, NULL, NULL, NULL}};
    const GOptionEntry captures[] = {
        {G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &options->captures, NULL, NULL},
        {NULL, 0, 0, 0, NULL, NULL, NULL}};
    const HelpGroup groups[] = {{"What to judge by", judge_by},
                                {"What to write", write},
                                {"How to read", read},
                                {"Help", help}};
    g_autoptr(GOptionContext) context = g_option_context_new(NULL);

    g_option_context_set_help_enabled(context, FALSE);
    for (gsize i = 0; i < G_N_ELEMENTS(groups); i++) {
        g_option_context_add_main_entries(context, groups[i].entries, NULL);
    }
    g_option_context_add_main_entries(context, captures, NULL);
    if (!g_option_context_parse(context, &argc, &argv, error)) {
        return false;
    }
    if (raw->help) {
        g_autoptr(GString) text = g_string_new(NULL);
        help_append(text, groups, G_N_ELEMENTS(groups));
        fputs(text->str, stdout);
    }
    return true;
}

static void print_version(void)
{
    const KrrLibrary *libraries = krr_libraries();
    g_autofree char *confinement = confinement_describe_machine();

    printf("krraudit %s (Wireshark %s", KRR_VERSION, engine_version());
    for (guint i = 0; i < KRR_N_LIBRARIES; i++) {
        printf(", %s %s", libraries[i].name, libraries[i].version);
    }
    printf(")\n");
    printf("captures are read with: %s\n", confinement);
}

static void print_rules(void)
{
    printf("%-28s %-8s %-20s %s\n", "RULE", "SEVERITY", "CLAUSE", "SUMMARY");
    for (guint i = 0; i < KRR_N_RULES; i++) {
        const KrrRule *rule = &krr_rules[i];

        printf("%-28s %-8s %-20s %s\n", rule->name, krr_severity_name(rule->severity), rule->clause,
               rule->summary);
    }
}

static OptionsOutcome list_rules(const char *format, GError **error)
{
    if (!format || strcmp(format, "text") == 0) {
        print_rules();
    } else if (strcmp(format, "json") == 0) {
        g_autoptr(GString) text = rules_json();
        fputs(text->str, stdout);
    } else {
        wrong(error, "--list-rules --format %s: there are text and json", format);
        return OPTIONS_WRONG;
    }
    return OPTIONS_DONE;
}

/* "a,b" and "c" to a, b, c; NULL stays NULL. */
static char **split_names(char **lists)
{
    g_autofree char *joined = NULL;

    if (!lists) {
        return NULL;
    }
    joined = g_strjoinv(",", lists);
    return g_strsplit(joined, ",", -1);
}

/* No such rule; says which ones are like it. */
static bool no_rule(const char *option, const char *name, GError **error)
{
    g_autofree char *nearest = explain_nearest(name, false);

    if (*nearest) {
        return wrong(error, "%s: there is no rule \"%s\"; is it %s?", option, name, nearest);
    }
    return wrong(error, "%s: there is no rule \"%s\", see --list-rules", option, name);
}

static OptionsOutcome explain(const char *name, GError **error)
{
    KrrRuleId rule = krr_rule_lookup(name);
    g_autoptr(GString) text = g_string_new(NULL);

    if (rule != KRR_N_RULES) {
        explain_rule(rule, text);
    }
    if (!explain_word(name, text) && rule == KRR_N_RULES) {
        g_autofree char *nearest = explain_nearest(name, true);
        wrong(error,
              "--explain: \"%s\" is no rule, outcome, status or key of the policy file%s%s%s", name,
              *nearest ? "; is it " : ", see --list-rules", nearest, *nearest ? "?" : "");
        return OPTIONS_WRONG;
    }
    fputs(text->str, stdout);
    return OPTIONS_DONE;
}

/* Sets wanted[] of every rule that is named. */
static bool mark_rules(bool wanted[KRR_N_RULES], char **names, bool mark, const char *option,
                       GError **error)
{
    for (char **name = names; name && *name; name++) {
        KrrRuleId rule = krr_rule_lookup(*name);

        if (rule == KRR_N_RULES) {
            return no_rule(option, *name, error);
        }
        wanted[rule] = mark;
    }
    return true;
}

static bool choose_rules(Options *options, const Raw *raw, GError **error)
{
    options->only = split_names(raw->only);
    options->skip = split_names(raw->skip);
    if (options->only && !*options->only) {
        return wrong(error, "--only: it names no rule");
    }
    for (guint i = 0; i < KRR_N_RULES; i++) {
        options->wanted[i] = !options->only;
    }
    return mark_rules(options->wanted, options->only, true, "--only", error) &&
           mark_rules(options->wanted, options->skip, false, "--skip", error);
}

static bool choose_fail_on(Options *options, const char *name, GError **error)
{
    KrrSeverity severity = KRR_SEVERITY_WARNING;

    if (g_strcmp0(name, "never") == 0) {
        options->fail_on = OPTIONS_FAIL_NEVER;
        return true;
    }
    if (name && (!krr_severity_parse(name, &severity) || severity == KRR_SEVERITY_OFF)) {
        return wrong(error, "--fail-on %s: there are note, warning, error and never", name);
    }
    options->fail_on = severity;
    return true;
}

static bool choose_format(Options *options, const char *name, GError **error)
{
    options->format = name ? report_format_lookup(name) : report_format_of_file(options->output);
    if (!options->format) {
        return wrong(error, "--format %s: there are text, json, html, csv and ndjson", name);
    }
    return true;
}

static bool check_captures(const Options *options, GError **error)
{
    guint standard_input = 0;

    if (!options->captures || !options->captures[0]) {
        return wrong(error, "no capture given");
    }
    for (char **capture = options->captures; *capture; capture++) {
        standard_input += strcmp(*capture, "-") == 0;
    }
    if (standard_input > 1) {
        return wrong(error, "standard input can be read once only");
    }
    return true;
}

/* @param value  in: what holds where nothing is given; out */
static bool take_number(const char *option, const char *noun, const char *text, guint64 least,
                        guint64 most, gint64 *value, GError **error)
{
    guint64 number;

    if (!text) {
        return true;
    }
    if (!g_ascii_string_to_unsigned(text, 10, least, most, &number, NULL)) {
        return wrong(error, "%s %s: it is no %s from %" G_GUINT64_FORMAT " to %" G_GUINT64_FORMAT,
                     option, text, noun, least, most);
    }
    *value = (gint64)number;
    return true;
}

static bool choose_numbers(Options *options, const Raw *raw, GError **error)
{
    gint64 window = -1, jobs = g_get_num_processors(), frames = -1, drawn = SELECTION_DEFAULT;

    if (!take_number("--window", "number of seconds", raw->window, 0, G_MAXINT, &window, error) ||
        !take_number("--jobs", "number", raw->jobs, 1, MAX_JOBS, &jobs, error) ||
        !take_number("--session-frames", "number of frames", raw->session_frames, 0, G_MAXUINT32,
                     &frames, error) ||
        !take_number("--max-negotiations", "number", raw->most_negotiations, 0, G_MAXUINT32, &drawn,
                     error)) {
        return false;
    }
    options->window = (int)window;
    options->jobs = (guint)jobs;
    options->session_frames = frames;
    options->most_negotiations = (guint)drawn;
    return true;
}

/* A draft is made of what is seen alone, and whatever is found in it is no matter. */
static bool choose_draft(Options *options, const Raw *raw, GError **error)
{
    if (!raw->draft_policy) {
        return true;
    }
    if (options->policy || raw->format) {
        return wrong(error, "--draft-policy: it goes with neither --policy nor --format");
    }
    options->format = report_format_draft();
    options->fail_on = OPTIONS_FAIL_NEVER;
    return true;
}

static bool understand(Options *options, const Raw *raw, GError **error)
{
    options->sieve = !raw->no_sieve;
    options->sandbox = !raw->no_sandbox;
    options->progress = !raw->no_progress && !raw->quiet;
    options->quiet = raw->quiet;
    return choose_rules(options, raw, error) && choose_fail_on(options, raw->fail_on, error) &&
           choose_format(options, raw->format, error) && choose_draft(options, raw, error) &&
           choose_numbers(options, raw, error) && check_captures(options, error);
}

OptionsOutcome options_parse(Options *options, int argc, char **argv, GError **error)
{
    g_auto(Raw) raw = {0};

    *options = (Options){0};
    if (!parse(options, &raw, argc, argv, error)) {
        return OPTIONS_WRONG;
    }
    if (raw.help) {
        return OPTIONS_DONE;
    }
    if (raw.version) {
        print_version();
        return OPTIONS_DONE;
    }
    if (raw.list_rules) {
        return list_rules(raw.format, error);
    }
    if (raw.explain) {
        return explain(raw.explain, error);
    }
    return understand(options, &raw, error) ? OPTIONS_AUDIT : OPTIONS_WRONG;
}

void options_clear(Options *options)
{
    g_free(options->policy);
    g_strfreev(options->trust_anchors);
    g_free(options->output);
    g_free(options->evidence);
    g_free(options->known);
    g_free(options->tls_keys);
    g_free(options->vocabulary);
    g_free(options->capture_filter);
    g_strfreev(options->only);
    g_strfreev(options->skip);
    g_strfreev(options->decode_as);
    g_strfreev(options->preferences);
    g_strfreev(options->captures);
}
