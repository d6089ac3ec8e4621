/* policy-draft.c
 * --draft-policy: a policy file to begin with, from what captures show
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "analyzer/forms/policy-draft.h"

#include <string.h>

#include "analyzer/forms/draft-facts.h"
#include "analyzer/process/text.h"
#include "core/octets/mcx-identity.h"

/* Of the entities and answers that are named. */
#define MAX_NAMED 100

/* A draft while it is written. */
typedef struct Draft {
    const Report *report;
    const DraftFacts *facts;
    GString *out;
} Draft;

/* ---- names ---- */

/* Can a policy file hold the name as it is? What else names from captures hold would end a line, a list
 * or a group. */
static bool is_plain(const char *name)
{
    return *name &&
           name[strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
                             "-._~:/@%+*")] == '\0';
}

/* For a comment; to be freed. */
static char *safe(const char *name)
{
    return text_safe(name, 120);
}

static char *frame_of(const Draft *draft, const StoryFrame *frame)
{
    g_autofree char *number = report_frame(draft->report, frame);

    return g_strdup_printf("frame %s", number);
}

/* ---- the KMSs of own users ---- */

static bool is_external(const Draft *draft, const DraftKms *kms)
{
    return kms != draft->facts->home && !kms->like && is_plain(kms->name) && !kms->own &&
           !kms->asked;
}

static bool is_secondary(const Draft *draft, const DraftKms *kms)
{
    return kms != draft->facts->home && !kms->like && is_plain(kms->name) &&
           (kms->own || kms->asked);
}

/* What was seen of a KMS, as a comment. */
static void write_kms_comment(const Draft *draft, const DraftKms *kms)
{
    g_autofree char *name = safe(kms->name);
    g_autofree char *frame = frame_of(draft, &kms->first);

    g_string_append_printf(draft->out,
                           "#   %s: first in %s\n"
                           "#     offers that name it for their own side: %" G_GUINT64_FORMAT
                           ", for the other side: %" G_GUINT64_FORMAT "; KRRs that list it: %u\n",
                           name, frame, kms->own, kms->other, kms->lists);
    if (kms->asked) {
        g_string_append(draft->out, "#     these users asked it for keys or certificates\n");
    }
    if (kms->like) {
        g_autofree char *like = safe(kms->like);
        g_string_append_printf(
            draft->out, "#     It passes for %s, and is left out below: is it forged?\n", like);
    } else if (!is_plain(kms->name)) {
        g_string_append(draft->out,
                        "#     A policy cannot hold such a name: it is left out below.\n");
    } else if (!kms->own && !kms->other && !kms->asked) {
        g_string_append(draft->out,
                        "#     Only KRRs name it: take it out unless these users know it.\n");
    }
}

static void write_list(const Draft *draft, const char *key,
                       bool (*belongs)(const Draft *, const DraftKms *))
{
    const char *before = "";
    g_autoptr(GString) names = g_string_new(NULL);

    for (guint i = 0; i < draft->facts->kms->len; i++) {
        const DraftKms *kms = g_ptr_array_index(draft->facts->kms, i);
        if (belongs(draft, kms)) {
            g_string_append_printf(names, "%s%s", before, kms->name);
            before = ";";
        }
    }
    if (names->len > 0) {
        g_string_append_printf(draft->out, "%s = %s\n", key, names->str);
    }
}

static void write_own(const Draft *draft)
{
    const DraftFacts *facts = draft->facts;
    GString *out = draft->out;

    g_string_append(out,
                    "[kms]\n# Whom the policy binds: whoever made the most offers. KMSs that were "
                    "seen:\n");
    for (guint i = 0; i < facts->kms->len; i++) {
        write_kms_comment(draft, g_ptr_array_index(facts->kms, i));
    }
    if (facts->left_out) {
        g_string_append_printf(
            out,
            "#   %" G_GUINT64_FORMAT
            " mentions of more KMSs or domains are not in this draft, which holds %d "
            "of each.\n",
            facts->left_out, DRAFT_MAX_NAMES);
    }
    if (facts->own && is_plain(facts->own->pattern)) {
        g_string_append_printf(out, "users = %s\n", facts->own->pattern);
    } else {
        g_string_append(
            out, "# No offer tells whose calls these are.\n# users = sip:*@home.example.org\n");
    }
    if (facts->home && is_plain(facts->home->name)) {
        g_string_append_printf(out, "home = %s\n", facts->home->name);
    } else {
        g_string_append(out, "# No offer tells the home KMS.\n# home = kms.home.example.org\n");
    }
    write_list(draft, "secondary", is_secondary);
    write_list(draft, "external", is_external);
}

/* ---- other domains ---- */

static void write_users(const Draft *draft, const DraftUsers *users)
{
    g_autofree char *pattern = safe(users->pattern);
    g_autofree char *frame = frame_of(draft, &users->first);
    const char *at = strchr(pattern, '@');

    g_string_append_printf(draft->out, "\n# [domain %s]\n", at ? at + 1 : pattern);
    g_string_append_printf(draft->out,
                           "# users = %s\n#   first in %s; made %" G_GUINT64_FORMAT
                           " offers, got %" G_GUINT64_FORMAT ":",
                           pattern, frame, users->made, users->got);
    for (guint i = 0; i < users->identities->len; i++) {
        g_autofree char *identity = safe(g_ptr_array_index(users->identities, i));
        g_string_append_printf(draft->out, "%s %s", i ? "," : "", identity);
    }
    g_string_append(draft->out, "\n# kms = (which KMSs does this domain own?)\n"
                                "# accepts = (which KMSs does it accept?)\n");
}

static void write_domains(const Draft *draft)
{
    g_string_append(draft->out, "\n# ---- domains: who else was seen\n");
    for (guint i = 0; i < draft->facts->users->len; i++) {
        write_users(draft, g_ptr_array_index(draft->facts->users, i));
    }
}

/* ---- entities ---- */

/* Where a KRR came from first, and what that makes of its creator most likely. */
static void write_creator(const Draft *draft, const StoryKrr *krr, const char *creator)
{
    const StoryLeg *leg = krr->legs->len ? story_leg_at(krr->legs, 0) : NULL;
    const char *receiver = krr_text(krr->krr, KRR_ELEMENT_IDRR);
    g_autofree char *name = safe(creator);
    g_autofree char *frame = frame_of(draft, story_frame_at(krr->frames, 0));
    g_autofree char *address = leg ? safe(leg->destination) : NULL;

    g_string_append_printf(draft->out, "\n# [entity %s]\n#   made krr-%u, %s\n", name, krr->number,
                           frame);
    if (receiver && mcx_identity_same(creator, receiver)) {
        g_string_append(draft->out, "# role = client\n#   the receiver itself made it\n");
    } else {
        g_string_append_printf(draft->out, "# role = (%s?)\n#   it is not the receiver\n",
                               krr->embeds ? "outbound-cs-proxy, is-proxy or mcx-server"
                                           : "inbound-cs-proxy, is-proxy or mcx-server");
    }
    if (address && krr->seen_alone) {
        g_string_append_printf(draft->out,
                               "# addresses = %s\n#   the KRR was seen to come from there "
                               "first; the entity itself may stand behind it\n",
                               address);
    }
}

static void write_entities(const Draft *draft)
{
    const GPtrArray *krrs = ledger_krrs(draft->report->ledger);
    g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);

    g_string_append(draft->out, "\n# ---- entities: who made KRRs\n");
    for (guint i = 0; i < krrs->len && g_hash_table_size(seen) < MAX_NAMED; i++) {
        const StoryKrr *krr = story_krr_at(krrs, i);
        const char *creator = krr_text(krr->krr, KRR_ELEMENT_CREATOR);
        if (creator && g_hash_table_add(seen, (gpointer)creator)) {
            write_creator(draft, krr, creator);
        }
    }
    if (g_hash_table_size(seen) == 0) {
        g_string_append(draft->out, "# None was seen.\n");
    }
}

/* ---- what KMSs answered ---- */

static void write_answers(const Draft *draft)
{
    const GPtrArray *exchanges = kms_traffic_exchanges(ledger_kms_traffic(draft->report->ledger));
    guint found = 0;

    g_string_append(draft->out, "\n# ---- answers of KMSs, which say better what users know\n");
    for (guint i = 0; i < exchanges->len && found < MAX_NAMED; i++) {
        const KmsExchange *exchange = g_ptr_array_index(exchanges, i);
        if (exchange->answer == KMS_ANSWER_GRANTED &&
            (exchange->resource == KMS_RESOURCE_INIT ||
             exchange->resource == KMS_RESOURCE_CERTCACHE)) {
            g_autofree char *frame = frame_of(draft, &exchange->response);
            g_autofree char *user = safe(exchange->user ? exchange->user : "a user");
            g_string_append_printf(draft->out, "#   %s: to %s\n", frame, user);
            found++;
        }
    }
    g_string_append(draft->out,
                    found ? "# Save them with File > Export Objects of Wireshark, and name "
                            "them in [kms]:\n# provisioned = FILE\n"
                          : "# None was seen.\n");
}

/* ---- all of it ---- */

static const char head[] =
    "# A draft of a policy, made by krraudit from what captures show. See krr-policy(5).\n"
    "#\n"
    "# It believes what it saw: a KMS that somebody slipped in is in it, too. Compare each line "
    "that is\n"
    "# stated with what you know; take the \"# \" from those below that are right, and put in the "
    "rest.\n"
    "\n"
    "[policy]\n"
    "# What the Home KMS demands of its users cannot be seen; these are the defaults.\n"
    "# allow-krr = yes\n"
    "# report-krr = no\n"
    "# require-signed-krr = no\n"
    "# request-unknown-certificates = no\n"
    "# hold-until-accepted = no\n"
    "\n";

static const char tail[] =
    "\n# The home KMS above is a guess: take these two lines out when it is confirmed.\n"
    "[severity]\n"
    "retry-not-preferred = off\n"
    "\n# ---- trust: which authorities certify those who sign KRRs\n"
    "\n"
    "# [trust]\n"
    "# anchors = (a file of certificates in PEM)\n";

void policy_draft(const Report *report, const ReportStyle *style, Output *out)
{
    g_autoptr(DraftFacts) facts = draft_facts_new(report);
    const Draft draft = {report, facts, out->text};

    (void)style;
    g_string_append(out->text, head);
    write_own(&draft);
    output_flow(out);
    write_domains(&draft);
    write_entities(&draft);
    write_answers(&draft);
    g_string_append(out->text, tail);
}
