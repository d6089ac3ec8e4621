/* rules-json.c
 * The catalogue of rules as JSON, for editors and scripts
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "analyzer/forms/rules-json.h"

#include <wsutil/json_dumper.h>

#include "core/rules/krr-rules.h"

static void write_text(json_dumper *json, const char *name, const char *text)
{
    json_dumper_set_member_name(json, name);
    json_dumper_value_string(json, text);
}

static void write_rule(json_dumper *json, const KrrRule *rule)
{
    json_dumper_begin_object(json);
    write_text(json, "name", rule->name);
    write_text(json, "severity", krr_severity_name(rule->severity));
    write_text(json, "clause", rule->clause);
    write_text(json, "summary", rule->summary);
    json_dumper_end_object(json);
}

GString *rules_json(void)
{
    GString *text = g_string_new(NULL);
    json_dumper json = {.output_string = text, .flags = JSON_DUMPER_FLAGS_PRETTY_PRINT};

    json_dumper_begin_array(&json);
    for (guint i = 0; i < KRR_N_RULES; i++) {
        write_rule(&json, &krr_rules[i]);
    }
    json_dumper_end_array(&json);
    json_dumper_finish(&json);
    return text;
}
