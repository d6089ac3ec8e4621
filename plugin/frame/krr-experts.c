/* krr-experts.c
 * Rules that fired, shown as expert infos
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "plugin/frame/krr-experts.h"

#include <epan/expert.h>

#include "plugin/frame/krr-cargo.h"
#include "plugin/frame/krr-traffic.h"
#include "plugin/wireshark-compat.h"

/* One expert info a rule, in the order of the catalogue, then our own. */
#define KRR_EXPERT_CUT KRR_N_RULES
#define KRR_N_EXPERTS  (KRR_N_RULES + 1)

/* Octets of an expert info's text that Wireshark keeps, and of an expectation so few that they tell
 * nothing. */
#define MAX_TEXT       (ITEM_LABEL_LENGTH - 1)
#define LEAST_EXPECTED 20

static expert_field expert_fields[KRR_N_EXPERTS];
static ei_register_info expert_infos[KRR_N_EXPERTS];

/* Which of Wireshark's groups suits a rule. */
static const int groups[] = {
    [KRR_NEEDS_DOCUMENT] = PI_PROTOCOL, [KRR_NEEDS_SIGNATURE] = PI_SECURITY,
    [KRR_NEEDS_POLICY] = PI_SECURITY,   [KRR_NEEDS_ROLE] = PI_SECURITY,
    [KRR_NEEDS_STANDING] = PI_SECURITY, [KRR_NEEDS_SIGHTING] = PI_PROTOCOL,
    [KRR_NEEDS_OFFER] = PI_SECURITY,    [KRR_NEEDS_OFFER_SIGNATURE] = PI_SECURITY,
    [KRR_NEEDS_PATH] = PI_SECURITY,     [KRR_NEEDS_SELECTION] = PI_SECURITY,
    [KRR_NEEDS_KMS] = PI_SECURITY,
};

static const int expert_severities[] = {
    [KRR_SEVERITY_OFF] = PI_COMMENT,
    [KRR_SEVERITY_NOTE] = PI_NOTE,
    [KRR_SEVERITY_WARNING] = PI_WARN,
    [KRR_SEVERITY_ERROR] = PI_ERROR,
};

/* ---- texts ---- */

/* Appends a text of the capture, or as much of it as leaves so many octets behind it free. */
static void append_cut(packet_info *pinfo, wmem_strbuf_t *text, const char *words, gsize behind)
{
    static const char cut[] = "...";
    const char *printable = krr_format_text(pinfo->pool, words);
    const gsize taken = wmem_strbuf_get_len(text) + behind;
    const gsize room = MAX_TEXT - MIN(MAX_TEXT, taken);

    if (strlen(printable) <= room) {
        wmem_strbuf_append(text, printable);
    } else if (room > strlen(cut)) {
        const char *end = g_utf8_find_prev_char(printable, printable + room - strlen(cut) + 1);
        wmem_strbuf_append(text, wmem_strndup(pinfo->pool, printable, (gsize)(end - printable)));
        wmem_strbuf_append(text, cut);
    }
}

/* "rule: observed Expected: expected [place]", in the pool. */
static const char *text_of(packet_info *pinfo, const KrrExpert *expert)
{
    static const char label[] = " Expected: ";
    wmem_strbuf_t *text = wmem_strbuf_new(pinfo->pool, krr_rules[expert->rule].name);
    const char *place =
        expert->place ? wmem_strdup_printf(pinfo->pool, " [%s]", expert->place) : "";
    const gsize behind = strlen(place);

    wmem_strbuf_append(text, ": ");
    append_cut(pinfo, text, expert->observed, behind);
    if (expert->expected &&
        wmem_strbuf_get_len(text) + strlen(label) + LEAST_EXPECTED + behind <= MAX_TEXT) {
        wmem_strbuf_append(text, label);
        append_cut(pinfo, text, expert->expected, behind);
    }
    wmem_strbuf_append(text, place);
    return wmem_strbuf_get_str(text);
}

/* ---- expert infos ---- */

void krr_experts_add_rule(packet_info *pinfo, proto_item *item, KrrRuleId rule,
                          KrrSeverity severity, const char *observed)
{
    const KrrExpert expert = {.rule = rule, .severity = severity, .observed = observed};

    krr_experts_add_finding(pinfo, item, &expert);
}

void krr_experts_add_finding(packet_info *pinfo, proto_item *item, const KrrExpert *expert)
{
    const KrrRuleId rule = expert->rule;
    expert_field_info *info = &expert_infos[rule].eiinfo;
    const int registered = info->severity;

    /* An expert info has one severity, ours depend on policy and KRR. Wireshark keeps no copy of
     * the registered one and reads it anew each time, since users can change it ("Expert Info
     * Severity" in the preferences); where one has, that counts. */
    if (registered == info->orig_severity) {
        info->severity = expert_severities[expert->severity];
    }
    expert_add_info_format(pinfo, item, &expert_fields[rule], "%s", text_of(pinfo, expert));
    info->severity = registered;
    const KrrRuleCounts *counts = krr_cargo_count_rule(pinfo, rule);
    if (counts && counts->total == 1) {
        krr_traffic_add_rules(pinfo, counts);
    }
}

void krr_experts_add_cut(packet_info *pinfo, proto_item *item)
{
    expert_add_info(pinfo, item, &expert_fields[KRR_EXPERT_CUT]);
}

void krr_experts_register(int proto)
{
    for (KrrRuleId rule = 0; rule < KRR_N_RULES; rule++) {
        expert_infos[rule].eiinfo = (expert_field_info){
            .name = krr_rules[rule].field,
            .group = rule == KRR_RULE_MALFORMED_KRR ? PI_MALFORMED : groups[krr_rules[rule].needs],
            .severity = expert_severities[krr_rules[rule].severity],
            .summary = krr_rules[rule].summary,
        };
    }
    expert_infos[KRR_EXPERT_CUT].eiinfo = (expert_field_info){
        .name = "krr.cut",
        .group = PI_UNDECODED,
        .severity = PI_CHAT,
        .summary = "Cut short by the capture, not judged",
    };
    for (guint i = 0; i < KRR_N_EXPERTS; i++) {
        expert_fields[i] = (expert_field)EI_INIT;
        expert_infos[i].ids = &expert_fields[i];
    }
    expert_register_field_array(expert_register_protocol(proto), expert_infos, KRR_N_EXPERTS);
}
