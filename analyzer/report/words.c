/* words.c
 * What the report says in words, whatever its form
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "analyzer/report/words.h"

#include <string.h>

#include "analyzer/engine/renewal-schedule.h"
#include "analyzer/process/text.h"
#include "analyzer/report/unread-words.h"
#include "core/signature/krr-signature.h"

#define MAX_KMS    20 /* of a list; the JSON report has them all */
#define MAX_FRAMES 12 /* of a sighting; likewise */

/* For people; in the report's own words these are story_link_name(). */
static const char *const link_texts[] = {
    [STORY_LINK_TRANSACTION] = "answers the same SIP transaction",
    [STORY_LINK_OFFER_DIGEST] = "the same offer on another leg",
    [STORY_LINK_CREDENTIALS] = "an offer that was asked for credentials, or came anew with them",
    [STORY_LINK_KRR_DIGEST] = "the same KRR on another leg",
    [STORY_LINK_EMBEDDED] = "its KRR embeds that of another leg, or is embedded there",
    [STORY_LINK_IDENTITIES] = "same initiator, receiver and key purpose, within the window",
    [STORY_LINK_UID] = "same initiator, receiver and key purpose, recomputed from their UIDs",
    [STORY_LINK_KRR_IDENTITIES] = "the KRR's own identities: its offer is not in the capture",
};

static const char *const source_texts[] = {
    [STORY_IDENTITY_SIP] = "its UID matches an identity of the SIP message",
    [STORY_IDENTITY_KRR] = "its UID matches an identity of a KRR",
    [STORY_IDENTITY_POLICY] = "its UID matches an identity of the policy",
};

/* What the keys are for (TS 33.180); the rest is not assigned. */
static const char *const key_texts[MIKEY_N_PURPOSES] = {
    [MIKEY_PURPOSE_GMK] = "group master key",
    [MIKEY_PURPOSE_PCK] = "private call key",
    [MIKEY_PURPOSE_CSK] = "client-server key",
    [MIKEY_PURPOSE_SPK] = "signalling protection key",
    [MIKEY_PURPOSE_MKFC] = "multicast key for floor control",
    [MIKEY_PURPOSE_MSCCK] = "MBMS subchannel control key",
    [MIKEY_PURPOSE_MUSIK] = "multicast signalling key",
};

char *words_name(const char *raw, const char *otherwise)
{
    return raw ? text_safe(raw, TEXT_MAX_WORD) : g_strdup(otherwise);
}

char *words_frames(const Report *report, const GArray *frames)
{
    GString *text = g_string_new(frames->len == 1 ? "frame" : "frames");

    for (guint i = 0; i < frames->len && i < MAX_FRAMES; i++) {
        g_autofree char *frame = report_frame(report, &g_array_index(frames, StoryFrame, i));

        g_string_append_printf(text, "%s %s", i ? "," : "", frame);
    }
    if (frames->len > MAX_FRAMES) {
        g_string_append_printf(text, " and %u more", frames->len - MAX_FRAMES);
    }
    return g_string_free(text, FALSE);
}

char *words_wireshark(const Report *report, const StoryFrame *frame)
{
    const Capture *capture = g_ptr_array_index(report->captures, frame->capture - 1);
    g_autofree char *quoted = NULL;
    g_autofree char *command = NULL;

    if (strcmp(capture->path, "-") == 0) {
        return NULL;
    }
    quoted = strpbrk(capture->path, " '\"\\$`&;()<>|*?[]#~!{}\t\n") ? g_shell_quote(capture->path)
                                                                    : g_strdup(capture->path);
    command = g_strdup_printf("wireshark -r %s -g %" G_GUINT64_FORMAT, quoted, frame->number);
    return text_safe(command, 0);
}

/* ---- what was audited, and what came of it ---- */

char *words_shares(const Capture *capture)
{
    guint64 passed = capture->result.frames - capture->result.filtered;
    GString *text = g_string_new(NULL);

    if (capture->result.filtered) {
        g_string_append_printf(text, "%" G_GUINT64_FORMAT " passed the capture filter", passed);
    }
    if (capture->result.dissected != passed) {
        g_string_append_printf(text, "%s%" G_GUINT64_FORMAT " dissected", text->len ? ", " : "",
                               capture->result.dissected);
    }
    if (text->len) {
        g_string_prepend(text, " (");
        g_string_append_c(text, ')');
    }
    return g_string_free(text, FALSE);
}

char *words_renewals(const Capture *capture)
{
    const GArray *renewals = capture->result.renewals;
    g_autofree char *times = NULL, *lost = NULL;
    guint64 unfinished = 0;

    if (!renewals || !renewals->len) {
        return NULL;
    }
    for (guint i = 0; i < renewals->len; i++) {
        unfinished += g_array_index(renewals, SessionRenewal, i).unfinished;
    }
    times = text_count(renewals->len, "time");
    lost = g_strdup_printf(
        "%" G_GUINT64_FORMAT " unfinished connections and fragments were given up", unfinished);
    return g_strdup_printf("session renewed %s, first before frame %u; %s", times,
                           g_array_index(renewals, SessionRenewal, 0).frame,
                           unfinished ? lost : "nothing was left unfinished");
}

/* Seconds with a sign, to the millisecond. Caller frees. */
static char *seconds(gint64 ns)
{
    return g_strdup_printf("%+.3f s", (double)ns / STORY_SECOND);
}

static char *words_steps(const GArray *steps)
{
    const StoryClockStep *first = &g_array_index(steps, StoryClockStep, 0);
    g_autofree char *by = seconds(-first->shift_ns);
    g_autofree char *times = text_count(steps->len, "time");

    return g_strdup_printf("its clock was set %s, first before frame %" G_GUINT64_FORMAT
                           " by about %s: the order of frames counts",
                           times, first->frame, by);
}

char *words_clock(const Capture *capture)
{
    const StoryClock *clock = capture->result.clock;
    const GArray *steps = clock ? story_clock_steps(clock) : NULL;
    const gint64 offset_ns = clock ? story_clock_offset(clock) : 0;

    if (!clock || (steps->len == 0 && offset_ns == 0)) {
        return NULL;
    }
    g_autofree char *set = steps->len > 0 ? words_steps(steps) : NULL;
    if (offset_ns == 0) {
        return g_steal_pointer(&set);
    }
    g_autofree char *off = seconds(-offset_ns);
    g_autofree char *offers = text_count(story_clock_witnesses(clock), "offer");
    return g_strdup_printf("its clock shows %s against those of other captures, by %s that both "
                           "saw%s%s",
                           off, offers, set ? "; " : "", set ? set : "");
}

char *words_severity_counts(const guint counts[KRR_SEVERITY_ERROR + 1])
{
    static const struct {
        KrrSeverity severity;
        const char *noun;
    } kinds[] = {{KRR_SEVERITY_ERROR, "error"},
                 {KRR_SEVERITY_WARNING, "warning"},
                 {KRR_SEVERITY_NOTE, "note"}};
    GString *text = g_string_new(NULL);

    for (guint i = 0; i < G_N_ELEMENTS(kinds); i++) {
        guint n = counts[kinds[i].severity];
        g_autofree char *count = n ? text_count(n, kinds[i].noun) : NULL;

        if (count) {
            g_string_append_printf(text, "%s%s", text->len ? ", " : "", count);
        }
    }
    return g_string_free(text, FALSE);
}

/* How many negotiations have findings. */
static guint troubled_negotiations(const Audit *audit)
{
    g_autoptr(GHashTable) troubled = g_hash_table_new(NULL, NULL);

    for (guint i = 0; i < audit->findings->len; i++) {
        const AuditFinding *finding = g_ptr_array_index(audit->findings, i);

        if (finding->negotiation) {
            g_hash_table_add(troubled, (gpointer)finding->negotiation);
        }
    }
    return g_hash_table_size(troubled);
}

/* What was found, where there was anything to find. */
static char *found_text(const Report *report)
{
    guint negotiations = ledger_negotiations(report->ledger)->len;
    g_autofree char *all = text_count(negotiations, "negotiation");
    g_autofree char *counts = words_severity_counts(report->audit->count);
    guint troubled = troubled_negotiations(report->audit);

    if (!*counts) {
        return g_strdup_printf("no findings in %s", all);
    }
    if (negotiations == 0) {
        return g_strdup_printf("%s; no negotiation was seen", counts);
    }
    if (troubled == 0) {
        return g_strdup_printf("%s, in none of %u %s", counts, negotiations,
                               negotiations == 1 ? "negotiation" : "negotiations");
    }
    return g_strdup_printf("%s in %u of %s", counts, troubled, all);
}

char *words_verdict(const Report *report)
{
    char *verdict;

    if (ledger_krrs(report->ledger)->len == 0 && audit_gravest(report->audit) == KRR_SEVERITY_OFF) {
        g_autofree char *offers = text_count(ledger_offers_seen(report->ledger), "offer");

        verdict = g_strdup_printf("no KMS Redirect Response was seen (and %s)", offers);
    } else {
        verdict = found_text(report);
    }
    if (!report_complete(report)) {
        g_autofree char *part = verdict;

        verdict = g_strconcat(part, ", as far as the captures could be read", NULL);
    } else if (report_has_unread(report)) {
        g_autofree char *part = verdict;

        verdict = g_strconcat(part, ", in what could be read", NULL);
    }
    return verdict;
}

char *words_since(const Report *report)
{
    g_autoptr(GPtrArray) gone = report->known ? known_gone(report->known) : NULL;

    if (!gone) {
        return NULL;
    }
    const guint known = known_count(report->known);
    return g_strdup_printf("findings since the earlier report: %u new, %u known, %u gone",
                           report->audit->findings->len - known, known, gone->len);
}

/* ---- who, and what for ---- */

char *words_party(const char *identity, const char *uid, StoryIdentitySource source)
{
    const char *how = source < G_N_ELEMENTS(source_texts) ? source_texts[source] : NULL;
    g_autofree char *name = NULL;

    if (identity) {
        name = text_safe(identity, TEXT_MAX_WORD);
    } else {
        name = uid ? g_strdup_printf("hidden, UID %s", uid) : g_strdup("not known");
    }
    return how ? g_strdup_printf("%s (%s)", name, how) : g_steal_pointer(&name);
}

char *words_key(guint purpose)
{
    if (purpose == STORY_PURPOSE_UNKNOWN) {
        return NULL;
    }
    if (purpose >= MIKEY_N_PURPOSES) {
        return g_strdup(mikey_purpose_name(purpose));
    }
    return g_strdup_printf("%s, %s", mikey_purpose_name(purpose), key_texts[purpose]);
}

static void add_place(const Report *report, GPtrArray *places, GHashTable *told,
                      const char *address)
{
    const KmsEntity *entity = kms_policy_entity_at(report->policy, address);
    g_autofree char *identity = NULL, *safe = NULL;
    bool has_role;

    if (!entity || !g_hash_table_add(told, (gpointer)address)) {
        return;
    }
    identity = words_name(entity->identity, "?");
    safe = words_name(address, "?");
    has_role = entity->role != KMS_ENTITY_ROLE_NOT_STATED;
    g_ptr_array_add(places, g_strdup_printf("%s is %s%s%s", safe, identity, has_role ? ", " : "",
                                            has_role ? kms_entity_role_name(entity->role) : ""));
}

GPtrArray *words_places(const Report *report, const StoryNegotiation *negotiation)
{
    g_autoptr(GHashTable) told = g_hash_table_new(g_str_hash, g_str_equal);
    GPtrArray *places = g_ptr_array_new_with_free_func(g_free);

    if (report_shows_ports(negotiation)) {
        return places;
    }
    for (guint i = 0; i < negotiation->attempts->len; i++) {
        const StoryAttempt *attempt = g_ptr_array_index(negotiation->attempts, i);

        for (guint k = 0; k < attempt->legs->len; k++) {
            const StoryLeg *leg = g_ptr_array_index(attempt->legs, k);

            add_place(report, places, told, leg->source);
            add_place(report, places, told, leg->destination);
        }
    }
    return places;
}

/* ---- offers and KRRs ---- */

const char *words_link(StoryLink link)
{
    return link_texts[link];
}

char *words_list(const KrrList *list)
{
    GString *text;

    if (list->kind != KRR_LIST_LISTED) {
        return krr_list_to_text(list);
    }
    text = g_string_new(NULL);
    for (guint i = 0; i < list->kms->len && i < MAX_KMS; i++) {
        const KrrValue *kms = g_ptr_array_index(list->kms, i);
        g_autofree char *name = words_name(kms->text, "(no name)");

        g_string_append_printf(text, "%s%s", i ? ", " : "", name);
    }
    if (list->kms->len > MAX_KMS) {
        g_string_append_printf(text, " and %u more", list->kms->len - MAX_KMS);
    }
    return g_string_free(text, FALSE);
}

char *words_krr_signature(const StoryKrr *krr)
{
    const KrrVerdict *verdict = &krr->krr->signature.verdict;
    g_autofree char *signer = words_name(verdict->signer, "nobody");
    g_autofree char *reason =
        verdict->reason ? text_safe(verdict->reason, TEXT_MAX_SENTENCE) : NULL;
    GString *text = g_string_new(krr_signature_status_name(verdict->status));

    if (verdict->signer) {
        g_string_append_printf(text, ", by %s", signer);
    }
    if (verdict->signer && report_signer_expired(krr)) {
        g_string_append(text, ", whose certificate had expired when this was captured");
    }
    if (reason) {
        g_string_append_printf(text, ": %s", reason);
    }
    return g_string_free(text, FALSE);
}

char *words_offer_signature(const Report *report, const MikeyOffer *facts)
{
    const MikeySignature *signature = &facts->signature;
    const char *status = mikey_signature_status_name(signature->status);
    const char *convention = mikey_signature_convention_text(signature);
    const char *certificate = mikey_signature_certificate(signature);
    g_autofree char *kms = words_name(facts->idrkmsi, "not stated");
    g_autofree char *state = NULL;

    if (!kms_policy_has_certificates(report->policy)) {
        return NULL;
    }
    if (signature->status < MIKEY_SIGNATURE_INVALID) {
        return g_strdup(status);
    }
    if (signature->certificate != KMS_CERTIFICATE_CURRENT && certificate) {
        state = g_strdup_printf(", whose KMS certificate is %s", certificate);
    }
    return g_strdup_printf("%s under %s of %s%s%s%s", status,
                           convention ? "a key" : "every known key", kms, state ? state : "",
                           convention ? ", " : "", convention ? convention : "");
}

const char *words_capture_format(const char *name)
{
    static const char *const words[][2] = {
        {"nsecpcap", "pcap with nanoseconds"},
        {"modpcap", "pcap as modified for Linux"},
        {"aixpcap", "pcap of AIX"},
        {"nokiapcap", "pcap of Nokia"},
        {"ngsniffer", "Sniffer"},
        {"ngwsniffer_1_1", "Sniffer for Windows 1.1"},
        {"ngwsniffer_2_0", "Sniffer for Windows 2.00x"},
        {"netmon1", "Network Monitor 1.x"},
        {"netmon2", "Network Monitor 2.x"},
        {"erf", "ERF of Endace"},
        {"snoop", "snoop of Solaris"},
        {"k12text", "K12 text"},
        {"5views", "Accellent 5Views"},
    };

    for (gsize i = 0; name && i < G_N_ELEMENTS(words); i++) {
        if (strcmp(words[i][0], name) == 0) {
            return words[i][1];
        }
    }
    return name;
}
