/* rules-document.c
 * The rules that one KRR and its sub-KRRs alone can decide
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "core/rules/rules-document.h"

#include <string.h>

#include "core/rules/rules-private.h"

/* A quotation in a sentence: enough to recognise a URI, short enough to read. */
#define QUOTE_CHARACTERS 120
/* Names in a sentence before "and N more". */
#define MAX_NAMES 8

static const KrrElement identities[] = {KRR_ELEMENT_IDRI, KRR_ELEMENT_IDRR, KRR_ELEMENT_IDRKMSI,
                                        KRR_ELEMENT_IDRKMSR};

static const KrrElement list_elements[KRR_N_SIDES] = {
    [KRR_INITIATOR] = KRR_ELEMENT_INITIATOR_LIST,
    [KRR_RECEIVER] = KRR_ELEMENT_RECEIVER_LIST,
};

const char *rules_identity_name(KrrElement element)
{
    switch (element) {
    case KRR_ELEMENT_IDRI:
        return "IDRi";
    case KRR_ELEMENT_IDRR:
        return "IDRr";
    case KRR_ELEMENT_IDRKMSI:
        return "IDRkmsi";
    case KRR_ELEMENT_IDRKMSR:
        return "IDRkmsr";
    default:
        return krr_vocabulary_name(element);
    }
}

char *rules_quote(const char *text)
{
    if (!text) {
        return g_strdup("nothing");
    }
    if (g_utf8_strlen(text, -1) <= QUOTE_CHARACTERS) {
        return g_strdup_printf("\"%s\"", text);
    }
    g_autofree char *start = g_utf8_substring(text, 0, QUOTE_CHARACTERS);
    return g_strdup_printf("\"%s...\" (%" G_GSIZE_FORMAT " octets)", start, strlen(text));
}

KrrFinding *document_fire(DocumentJudge *judge, KrrRuleId rule, KrrSeverity severity,
                          const Krr *krr, KrrElement element, char *expected, char *observed)
{
    g_autofree char *expected_text = expected;
    g_autofree char *observed_text = observed;

    severity = krr_rule_severity(judge->policy, rule, severity);
    if (severity == KRR_SEVERITY_OFF) {
        return NULL;
    }
    KrrFinding *finding = g_new0(KrrFinding, 1);
    finding->rule = rule;
    finding->severity = severity;
    finding->krr = krr;
    finding->element = element;
    finding->expected = g_steal_pointer(&expected_text);
    finding->observed = g_steal_pointer(&observed_text);
    g_ptr_array_add(judge->findings, finding);
    return finding;
}

static KrrFinding *fire(DocumentJudge *judge, KrrRuleId rule, const Krr *krr, KrrElement element,
                        char *expected, char *observed)
{
    return document_fire(judge, rule, krr_rules[rule].severity, krr, element, expected, observed);
}

/* "a, b and 3 more" of names; caller frees. */
static char *enumerate(const GPtrArray *names)
{
    GString *text = g_string_new(NULL);

    for (guint i = 0; i < names->len && i < MAX_NAMES; i++) {
        g_string_append_printf(text, "%s%s", i ? ", " : "", (const char *)names->pdata[i]);
    }
    if (names->len > MAX_NAMES) {
        g_string_append_printf(text, " and %u more", names->len - MAX_NAMES);
    }
    return g_string_free(text, FALSE);
}

static void rule_malformed_krr(DocumentJudge *judge)
{
    if (!judge->document->error) {
        return;
    }
    KrrFinding *finding =
        fire(judge, KRR_RULE_MALFORMED_KRR, NULL, KRR_ELEMENT_KRR,
             g_strdup("A body of this media type is a well-formed KMS Redirect Response."),
             g_strdup_printf("It cannot be read: %s.", judge->document->error));
    if (finding) {
        finding->range.offset = MIN(judge->document->error_offset, judge->document->length);
    }
}

static void rule_missing_field(DocumentJudge *judge, const Krr *krr)
{
    g_autoptr(GPtrArray) missing = g_ptr_array_new();

    for (KrrElement element = 0; element < KRR_N_VALUES; element++) {
        if (!krr_text(krr, element)) {
            g_ptr_array_add(missing, (gpointer)krr_vocabulary_name(element));
        }
    }
    for (KrrSide side = 0; side < KRR_N_SIDES; side++) {
        if (krr->lists[side].kind == KRR_LIST_MISSING) {
            g_ptr_array_add(missing, (gpointer)krr_vocabulary_name(list_elements[side]));
        }
    }
    if (missing->len > 0) {
        g_autofree char *names = enumerate(missing);
        fire(judge, KRR_RULE_MISSING_FIELD, krr, KRR_ELEMENT_KRR,
             g_strdup("Every field but the signature is required content."),
             g_strdup_printf("Absent or without a value: %s.", names));
    }
}

static void rule_bad_time(DocumentJudge *judge, const Krr *krr)
{
    const char *time = krr_text(krr, KRR_ELEMENT_TIME);

    if (time && !krr->time_valid) {
        g_autofree char *quoted = rules_quote(time);
        fire(judge, KRR_RULE_BAD_TIME, krr, KRR_ELEMENT_TIME,
             g_strdup("The time is an xsd:dateTime, such as 2026-01-31T12:00:00Z."),
             g_strdup_printf("The time is %s.", quoted));
    }
}

static void rule_unrecognised_element(DocumentJudge *judge, const Krr *krr)
{
    if (krr->unrecognised->len == 0) {
        return;
    }
    g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
    for (guint i = 0; i < krr->unrecognised->len; i++) {
        const KrrUnrecognised *element = g_ptr_array_index(krr->unrecognised, i);
        g_ptr_array_add(names, g_strdup_printf("%s (%s)", element->name, element->reason));
    }
    const KrrUnrecognised *first = g_ptr_array_index(krr->unrecognised, 0);
    g_autofree char *text = enumerate(names);
    KrrFinding *finding =
        fire(judge, KRR_RULE_UNRECOGNISED_ELEMENT, krr, KRR_ELEMENT_KRR,
             g_strdup("The vocabulary knows every element, each stands where it belongs, once."),
             g_strdup_printf("Not as the vocabulary has it: %s.", text));
    if (finding) {
        finding->range = first->range;
    }
}

static void rule_unsigned_krr(DocumentJudge *judge, const Krr *krr)
{
    if (krr->signature.present) {
        return;
    }
    const char *initiator = krr_text(krr, KRR_ELEMENT_IDRI);
    bool required =
        initiator &&
        kms_policy_user(judge->policy, initiator, KMS_USER_INITIATOR).require_signed_krr;
    document_fire(judge, KRR_RULE_UNSIGNED_KRR,
                  required ? KRR_SEVERITY_ERROR : krr_rules[KRR_RULE_UNSIGNED_KRR].severity, krr,
                  KRR_ELEMENT_KRR,
                  g_strdup(required ? "The policy requires signed KRRs."
                                    : "A signature over the entire KRR is recommended."),
                  g_strdup("There is no signature: nothing shows who made this KRR."));
}

static void rule_empty_list(DocumentJudge *judge, const Krr *krr)
{
    for (KrrSide side = 0; side < KRR_N_SIDES; side++) {
        if (krr->lists[side].kind == KRR_LIST_EMPTY) {
            fire(judge, KRR_RULE_EMPTY_LIST, krr, list_elements[side],
                 g_strdup("A list that leaves the initiator a choice."),
                 g_strdup_printf("The %s list is empty: no KMS is acceptable, the communication "
                                 "must fail.",
                                 krr_side_name(side)));
        }
    }
}

bool rules_is_hidden(const char *identity)
{
    return strlen(identity) == 2 * MCX_UID_LENGTH &&
           strspn(identity, "0123456789abcdefABCDEF") == 2 * MCX_UID_LENGTH;
}

/* May the creator be the receiver itself? A hidden receiver (a UID) may be anybody. */
static bool may_be_receiver(const DocumentJudge *judge, const Krr *krr)
{
    const char *creator = krr_text(krr, KRR_ELEMENT_CREATOR);
    const char *receiver = krr_text(krr, KRR_ELEMENT_IDRR);

    return !creator || !receiver || rules_is_hidden(receiver) ||
           krr_is_from_receiver(judge->policy, krr);
}

/* A KRR that embeds another passes on what that one rejected, so it is not judged. */
static void rule_nothing_rejected(DocumentJudge *judge, const Krr *krr)
{
    const char *idrkmsi = krr_text(krr, KRR_ELEMENT_IDRKMSI);
    const char *idrkmsr = krr_text(krr, KRR_ELEMENT_IDRKMSR);

    if (!idrkmsi || !idrkmsr || krr->embedded->len > 0 || may_be_receiver(judge, krr)) {
        return;
    }
    if (krr_list_allows(&krr->lists[KRR_INITIATOR], idrkmsi) &&
        krr_list_allows(&krr->lists[KRR_RECEIVER], idrkmsr)) {
        g_autofree char *creator = rules_quote(krr_text(krr, KRR_ELEMENT_CREATOR));
        g_autofree char *kmsi = rules_quote(idrkmsi);
        g_autofree char *kmsr = rules_quote(idrkmsr);
        fire(judge, KRR_RULE_NOTHING_REJECTED, krr, KRR_ELEMENT_KRR,
             g_strdup("A server creates a KRR only when the offered pair is not acceptable to it."),
             g_strdup_printf("The creator %s is not the receiver, and its lists accept the offered "
                             "pair: initiator KMS %s, receiver KMS %s.",
                             creator, kmsi, kmsr));
    }
}

static void rule_too_many_sub_krrs(DocumentJudge *judge, const Krr *krr)
{
    const char *initiator = krr_text(krr, KRR_ELEMENT_IDRI);
    guint most =
        kms_policy_user(judge->policy, initiator ? initiator : "", KMS_USER_INITIATOR).max_sub_krrs;

    /* The count of the outermost KRR says it all. */
    if (krr->depth == 0 && krr->sub_krrs > most) {
        fire(judge, KRR_RULE_TOO_MANY_SUB_KRRS, krr, KRR_ELEMENT_KRR,
             g_strdup_printf("At most %u sub-KRRs.", most),
             g_strdup_printf("%u sub-KRRs are embedded.", krr->sub_krrs));
    }
}

static void rule_sub_krr_ids_differ(DocumentJudge *judge, const Krr *krr)
{
    for (guint i = 0; i < krr->embedded->len; i++) {
        const Krr *sub = g_ptr_array_index(krr->embedded, i);
        g_autoptr(GPtrArray) differences = g_ptr_array_new_with_free_func(g_free);
        KrrRange range = {0};

        for (guint k = 0; k < G_N_ELEMENTS(identities); k++) {
            const char *outer = krr_text(krr, identities[k]);
            const char *inner = krr_text(sub, identities[k]);
            if (outer && inner && !g_str_equal(outer, inner)) {
                g_autofree char *quoted_outer = rules_quote(outer);
                g_autofree char *quoted_inner = rules_quote(inner);
                g_ptr_array_add(differences, g_strdup_printf("%s is %s, in the embedded KRR %s",
                                                             rules_identity_name(identities[k]),
                                                             quoted_outer, quoted_inner));
                range = range.length ? range : sub->values[identities[k]].range;
            }
        }
        if (differences->len > 0) {
            g_autofree char *text = enumerate(differences);
            KrrFinding *finding =
                fire(judge, KRR_RULE_SUB_KRR_IDS_DIFFER, krr, KRR_ELEMENT_KRR,
                     g_strdup("An embedded KRR answers the same offer as the one that embeds it."),
                     g_strdup_printf("%s.", text));
            if (finding) {
                finding->range = range;
            }
        }
    }
}

/* Is the KRR dated after another? Who writes whole seconds has left a fraction out: within that
 *  second nothing is proven. Fractions are taken as they stand, since many drop their last zeros. */
static bool is_newer(const Krr *sub, const Krr *krr)
{
    bool whole_seconds = !strchr(krr_text(krr, KRR_ELEMENT_TIME), '.');

    return sub->time_ns > krr->time_ns &&
           (!whole_seconds || sub->time_ns - krr->time_ns >= STORY_SECOND);
}

static void rule_sub_krr_newer(DocumentJudge *judge, const Krr *krr)
{
    for (guint i = 0; i < krr->embedded->len; i++) {
        const Krr *sub = g_ptr_array_index(krr->embedded, i);
        if (krr->time_valid && sub->time_valid && is_newer(sub, krr)) {
            g_autofree char *outer = rules_quote(krr_text(krr, KRR_ELEMENT_TIME));
            g_autofree char *inner = rules_quote(krr_text(sub, KRR_ELEMENT_TIME));
            fire(judge, KRR_RULE_SUB_KRR_NEWER, krr, KRR_ELEMENT_TIME,
                 g_strdup("An embedded KRR is older than the one that embeds it."),
                 g_strdup_printf("The KRR is dated %s, the KRR that it embeds %s.", outer, inner));
        }
    }
}

/* The KMSs of a list in order, each once; borrowed texts. Caller frees the array. */
static GPtrArray *distinct_kms(const KrrList *list)
{
    GPtrArray *kms = g_ptr_array_new();

    for (guint i = 0; i < list->kms->len; i++) {
        const KrrValue *value = g_ptr_array_index(list->kms, i);
        if (!g_ptr_array_find_with_equal_func(kms, value->text, g_str_equal, NULL)) {
            g_ptr_array_add(kms, value->text);
        }
    }
    return kms;
}

static bool same_list(const KrrList *a, const KrrList *b)
{
    if (a->kind != b->kind) {
        return false;
    }
    g_autoptr(GPtrArray) in_a = distinct_kms(a);
    g_autoptr(GPtrArray) in_b = distinct_kms(b);
    for (guint i = 0; i < in_a->len && i < in_b->len; i++) {
        if (!g_str_equal(in_a->pdata[i], in_b->pdata[i])) {
            return false;
        }
    }
    return in_a->len == in_b->len;
}

/* Why a list is wider than the embedded KRR's, or NULL where it is not. Caller frees. */
static char *widening(const KrrList *list, const KrrList *embedded)
{
    if (list->kind == KRR_LIST_ANY && embedded->kind != KRR_LIST_ANY) {
        g_autofree char *before = krr_list_to_text(embedded);
        g_autofree char *quoted = rules_quote(before);
        return g_strdup_printf("ANY; the embedded KRR's is %s", quoted);
    }
    g_autoptr(GPtrArray) added = g_ptr_array_new();
    g_autoptr(GPtrArray) kms = distinct_kms(list);
    for (guint i = 0; i < kms->len; i++) {
        if (!krr_list_allows(embedded, kms->pdata[i])) {
            g_ptr_array_add(added, kms->pdata[i]);
        }
    }
    if (added->len == 0) {
        return NULL;
    }
    g_autofree char *names = enumerate(added);
    return g_strdup_printf("the embedded KRR's list does not hold %s", names);
}

static void list_widened(DocumentJudge *judge, const Krr *krr, const Krr *sub, KrrSide side)
{
    g_autofree char *reason = widening(&krr->lists[side], &sub->lists[side]);

    if (reason) {
        fire(judge, KRR_RULE_LIST_WIDENED, krr, list_elements[side],
             g_strdup("A new KRR only removes KMSs from a list of the KRR that it embeds."),
             g_strdup_printf("The %s list was widened: %s.", krr_side_name(side), reason));
    }
}

static void list_reordered(DocumentJudge *judge, const Krr *krr, const Krr *sub, KrrSide side)
{
    g_autoptr(GPtrArray) now = distinct_kms(&krr->lists[side]);
    g_autoptr(GPtrArray) before = distinct_kms(&sub->lists[side]);
    guint next = 0;

    for (guint i = 0; i < now->len; i++) {
        guint place;
        if (!g_ptr_array_find_with_equal_func(before, now->pdata[i], g_str_equal, &place)) {
            continue;
        }
        if (place < next) {
            g_autofree char *names_now = enumerate(now);
            g_autofree char *names_before = enumerate(before);
            fire(judge, KRR_RULE_LIST_REORDERED, krr, list_elements[side],
                 g_strdup("What is left of a list keeps its order: the preferred KMS comes first."),
                 g_strdup_printf("The %s list is %s; in the embedded KRR it is %s.",
                                 krr_side_name(side), names_now, names_before));
            return;
        }
        next = place + 1;
    }
}

/* Calls a check for each list that both the KRR and a KRR that it embeds have. */
static void each_common_list(DocumentJudge *judge, const Krr *krr,
                             void (*check)(DocumentJudge *, const Krr *, const Krr *, KrrSide))
{
    for (guint i = 0; i < krr->embedded->len; i++) {
        const Krr *sub = g_ptr_array_index(krr->embedded, i);
        for (KrrSide side = 0; side < KRR_N_SIDES; side++) {
            if (krr->lists[side].kind != KRR_LIST_MISSING &&
                sub->lists[side].kind != KRR_LIST_MISSING) {
                check(judge, krr, sub, side);
            }
        }
    }
}

static void rule_list_widened(DocumentJudge *judge, const Krr *krr)
{
    each_common_list(judge, krr, list_widened);
}

static void rule_list_reordered(DocumentJudge *judge, const Krr *krr)
{
    each_common_list(judge, krr, list_reordered);
}

/* How many of the two lists differ from those of a sub-KRR; -1 where one is missing. */
static int lists_changed(const Krr *krr, const Krr *sub)
{
    int changed = 0;

    for (KrrSide side = 0; side < KRR_N_SIDES; side++) {
        if (krr->lists[side].kind == KRR_LIST_MISSING ||
            sub->lists[side].kind == KRR_LIST_MISSING) {
            return -1;
        }
        changed += same_list(&krr->lists[side], &sub->lists[side]) ? 0 : 1;
    }
    return changed;
}

static void rule_both_lists_changed(DocumentJudge *judge, const Krr *krr)
{
    for (guint i = 0; i < krr->embedded->len; i++) {
        if (lists_changed(krr, g_ptr_array_index(krr->embedded, i)) == KRR_N_SIDES) {
            fire(judge, KRR_RULE_BOTH_LISTS_CHANGED, krr, KRR_ELEMENT_KRR,
                 g_strdup("A new KRR reduces one list and leaves the other unchanged."),
                 g_strdup("Both the initiator list and the receiver list differ from those of the "
                          "KRR that it embeds."));
        }
    }
}

static void rule_needless_krr(DocumentJudge *judge, const Krr *krr)
{
    for (guint i = 0; i < krr->embedded->len; i++) {
        if (lists_changed(krr, g_ptr_array_index(krr->embedded, i)) == 0) {
            fire(judge, KRR_RULE_NEEDLESS_KRR, krr, KRR_ELEMENT_KRR,
                 g_strdup("A new KRR is created to reduce a list; otherwise the received one is "
                          "forwarded."),
                 g_strdup("Neither list differs from those of the KRR that it embeds."));
        }
    }
}

typedef void (*JudgeKrr)(DocumentJudge *judge, const Krr *krr);

/* In the order of the catalogue. */
/* clang-format off */
static const JudgeKrr document_rules[] = {
    rule_missing_field,
    rule_bad_time,
    rule_unrecognised_element,
    rule_unsigned_krr,
    rule_signature_invalid,
    rule_signature_partial,
    rule_signature_untrusted,
    rule_signature_weak,
    rule_signer_not_creator,
    rule_unknown_kms,
    rule_unknown_signer,
    rule_lookalike_kms,
    rule_empty_list,
    rule_nothing_rejected,
    rule_too_many_sub_krrs,
    rule_sub_krr_ids_differ,
    rule_sub_krr_newer,
    rule_list_widened,
    rule_list_reordered,
    rule_both_lists_changed,
    rule_needless_krr,
    rule_wrong_list_for_role,
    rule_receiver_omits_own_kms,
    rule_receiver_omits_initiator_kms,
    rule_list_not_of_domain,
    rule_steered_to_own_domain,
};
/* clang-format on */

/* The depth is bounded by KRR_MAX_DEPTH. */
static void judge_krr(DocumentJudge *judge, const Krr *krr)
{
    for (guint i = 0; i < G_N_ELEMENTS(document_rules); i++) {
        document_rules[i](judge, krr);
    }
    for (guint i = 0; i < krr->embedded->len; i++) {
        judge_krr(judge, g_ptr_array_index(krr->embedded, i));
    }
}

GPtrArray *rules_document_judge(const KrrDocument *document, const KmsPolicy *policy)
{
    DocumentJudge judge = {
        .document = document,
        .policy = policy,
        .findings = g_ptr_array_new_with_free_func((GDestroyNotify)krr_finding_free),
    };

    rule_malformed_krr(&judge);
    for (guint i = 0; i < document->krrs->len; i++) {
        judge_krr(&judge, g_ptr_array_index(document->krrs, i));
    }
    return judge.findings;
}
