/* rules-document.c
 * The rules that one KRR and its sub-KRRs alone can decide
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include <string.h>

#include "core/document/krr-time.h"
#include "core/event/story-event.h"
#include "core/event/story-time.h"
#include "core/octets/kms-uri.h"
#include "core/rules/krr-claim.h"
#include "core/rules/krr-creator.h"
#include "core/rules/rule-functions.h"
#include "core/rules/rule-words.h"

/* Names in a sentence before "and N more". */
#define MAX_NAMES 8

/* ---- content ---- */

/* Clause 7.2.1.3.2.1: a KRR has the content that the clause lists, so that a body which is said
 * to be a KRR can be read as one. Silent where: the capture cut the body short; it is not judged
 * at all. */
void rule_malformed_krr(DocumentJudge *judge)
{
    const KrrDocument *document = judge->document;

    if (!document->error || document->kind == KRR_DOCUMENT_UNREAD) {
        return;
    }
    KrrRange place = {.offset = (guint32)MIN(document->error_offset, document->length)};
    document_add_finding(
        judge, KRR_RULE_MALFORMED_KRR, NULL, finding_in_range(place),
        rule_words("A body of this media type is a well-formed KMS Redirect Response."),
        rule_words("It cannot be read: %s.", document->error));
}

/* Clause 7.2.1.3.2.1: a KRR is there to be read. Silent where: the capture cut the message short; a body
 * that was taken for a KRR and is none is malformed-krr. */
void rule_unread_krr(DocumentJudge *judge)
{
    const KrrDocument *document = judge->document;

    if (document->kind != KRR_DOCUMENT_UNREAD) {
        return;
    }
    document_add_finding(
        judge, KRR_RULE_UNREAD_KRR, NULL, finding_in_krr(),
        rule_words("A message that names a KMS Redirect Response carries one that can be read."),
        rule_words("The message names one, and none could be read: %s.", document->error));
}

/* Clause 7.2.1.3.2.1: every field but the signature is required content. Silent where: it is the
 * embedded KRR that is absent; whether there should be one is not to be seen in the KRR. */
void rule_missing_field(DocumentJudge *judge, const Krr *krr)
{
    RuleNames missing = {.most = MAX_NAMES};

    for (KrrElement element = 0; element < KRR_N_VALUES; element++) {
        if (!krr_text(krr, element)) {
            rule_names_add(&missing, "%s", krr_vocabulary_name(element));
        }
    }
    for (KrrSide side = 0; side < KRR_N_SIDES; side++) {
        if (krr->lists[side].kind == KRR_LIST_MISSING) {
            rule_names_add(&missing, "%s", krr_vocabulary_name(krr_side_element(side)));
        }
    }
    g_autofree char *names = rule_names_end(&missing);
    if (names) {
        document_add_finding(judge, KRR_RULE_MISSING_FIELD, krr, finding_in_krr(),
                             rule_words("Every field but the signature is required content."),
                             rule_words("Absent or without a value: %s.", names));
    }
}

/* What a field or list says that is there once more. Caller frees. */
static char *repeated_text(const KrrRepeat *repeat)
{
    return repeat->element < KRR_N_VALUES
               ? rule_words("%pQ", repeat->value.text ? repeat->value.text : "")
               : krr_list_to_text(&repeat->list);
}

/* The same of the first one. */
static char *first_text(const Krr *krr, KrrElement element)
{
    return element < KRR_N_VALUES
               ? rule_words("%pQ", krr_text(krr, element) ? krr_text(krr, element) : "")
               : krr_list_to_text(&krr->lists[krr_element_side(element)]);
}

/* Clause 7.2.1.3.2.1: the content of a KRR is what the clause lists, each once. Of a field or a list that
 * stands there twice, one reader may take the first and another the last. Silent where: both say the
 * same, in whatever spelling; that one is there twice is unrecognised-element. */
void rule_ambiguous_krr(DocumentJudge *judge, const Krr *krr)
{
    RuleNames names = {.most = MAX_NAMES};
    const KrrRepeat *first = NULL;

    for (guint i = 0; i < krr->repeats->len; i++) {
        const KrrRepeat *repeat = g_ptr_array_index(krr->repeats, i);
        if (!krr_repeat_differs(krr, repeat)) {
            continue;
        }
        g_autofree char *one = first_text(krr, repeat->element);
        g_autofree char *other = repeated_text(repeat);
        rule_names_add(&names, "%s is %s, and again %s", krr_vocabulary_name(repeat->element), one,
                       other);
        first = first ? first : repeat;
    }
    g_autofree char *text = rule_names_end(&names);
    if (text) {
        document_add_finding(
            judge, KRR_RULE_AMBIGUOUS_KRR, krr,
            (FindingPlace){first->element,
                           first->element < KRR_N_VALUES ? first->value.range : first->list.range},
            rule_words("Each field and each list stands in a KRR once, and says one thing."),
            rule_words("Readers may differ on what it says: %s.", text));
    }
}

/* Clause 7.2.1.3.2.1: the KRR states its date and time. Silent where: there is no time at all,
 * which is missing-field; or it is a legal one, centuries away, which is clock-skew. */
void rule_bad_time(DocumentJudge *judge, const Krr *krr)
{
    const KrrValue *time = &krr->values[KRR_ELEMENT_TIME];

    if (time->text && !krr->time_valid && !krr_time_is_far(time->text)) {
        document_add_finding(
            judge, KRR_RULE_BAD_TIME, krr, finding_in_element(KRR_ELEMENT_TIME),
            rule_words("The time is an xsd:dateTime, such as 2026-01-31T12:00:00Z."),
            rule_words("The time is %pQ.", time->text));
    }
}

/* Clause 7.2.1.3.2.1: the content of a KRR is what the clause lists, each once. Silent where: the
 * vocabulary of the deployment knows the element. */
void rule_unrecognised_element(DocumentJudge *judge, const Krr *krr)
{
    RuleNames names = {.most = MAX_NAMES};

    for (guint i = 0; i < krr->unrecognised->len; i++) {
        const KrrUnrecognised *element = g_ptr_array_index(krr->unrecognised, i);
        rule_names_add(&names, "%s (%s)", element->name, element->reason);
    }
    g_autofree char *text = rule_names_end(&names);
    if (text) {
        const KrrUnrecognised *first = g_ptr_array_index(krr->unrecognised, 0);
        document_add_finding(
            judge, KRR_RULE_UNRECOGNISED_ELEMENT, krr, finding_in_range(first->range),
            rule_words("The vocabulary knows every element, each stands where it belongs, once."),
            rule_words("Not as the vocabulary has it: %s.", text));
    }
}

/* Clause 7.2.1.3.2.1: a signature over the entire KRR is recommended; clause 7.2.1.3.5: the Home
 * KMS may require it, and then this is an error. Silent where: there is a signature, whatever it
 * is worth. */
void rule_unsigned_krr(DocumentJudge *judge, const Krr *krr)
{
    const char *initiator = document_identity(judge, krr, KRR_ELEMENT_IDRI);

    if (krr->signature.present) {
        return;
    }
    bool required =
        initiator &&
        kms_policy_user(judge->policy, initiator, KMS_USER_INITIATOR).require_signed_krr;
    document_add_finding_as(
        judge, KRR_RULE_UNSIGNED_KRR,
        required ? KRR_SEVERITY_ERROR : krr_rules[KRR_RULE_UNSIGNED_KRR].severity, krr,
        finding_in_krr(),
        rule_words(required ? "The policy requires signed KRRs."
                            : "A signature over the entire KRR is recommended."),
        rule_words("There is no signature: nothing shows who made this KRR."));
}

/* Clause 7.2.1.3.2.4: a list from which all KMSs were removed is empty, and the communication
 * fails. That is allowed; it is noted. Silent where: the list is ANY, or absent. */
void rule_empty_list(DocumentJudge *judge, const Krr *krr)
{
    for (KrrSide side = 0; side < KRR_N_SIDES; side++) {
        if (krr->lists[side].kind == KRR_LIST_EMPTY) {
            document_add_finding(judge, KRR_RULE_EMPTY_LIST, krr, finding_in_list(side),
                                 rule_words("A list that leaves the initiator a choice."),
                                 rule_words("The %s list is empty: no KMS is acceptable, the "
                                            "communication must fail.",
                                            krr_side_name(side)));
        }
    }
}

/* May the creator be the receiver itself? A hidden receiver (a UID) may be anybody. */
static bool may_be_receiver(const DocumentJudge *judge, const Krr *krr)
{
    const char *creator = krr_text(krr, KRR_ELEMENT_CREATOR);
    const char *receiver = krr_text(krr, KRR_ELEMENT_IDRR);

    return !creator || !receiver || mcx_uid_is_text(receiver) ||
           krr_is_from_receiver(judge->policy, krr);
}

/* Clause 7.2.1.3.2.3: a server creates a KRR where IDRkmsi or IDRkmsr is not acceptable. Silent
 * where: the receiver may have made it, which may state preferences (7.2.1.3.2.2); or it embeds
 * another KRR, and so passes on what that one rejected. */
void rule_nothing_rejected(DocumentJudge *judge, const Krr *krr)
{
    const char *idrkmsi = krr_text(krr, KRR_ELEMENT_IDRKMSI);
    const char *idrkmsr = krr_text(krr, KRR_ELEMENT_IDRKMSR);

    if (!idrkmsi || !idrkmsr || !krr_is_made_afresh(krr) || may_be_receiver(judge, krr)) {
        return;
    }
    if (krr_list_allows(&krr->lists[KRR_INITIATOR], idrkmsi) &&
        krr_list_allows(&krr->lists[KRR_RECEIVER], idrkmsr)) {
        document_add_finding(
            judge, KRR_RULE_NOTHING_REJECTED, krr, finding_in_krr(),
            rule_words("A server creates a KRR only when the offered pair is not acceptable to "
                       "it."),
            rule_words("The creator %pQ is not the receiver, and its lists accept the offered "
                       "pair: initiator KMS %pQ, receiver KMS %pQ.",
                       krr_text(krr, KRR_ELEMENT_CREATOR), idrkmsi, idrkmsr));
    }
}

/* ---- a KRR and those that it embeds ---- */

/* Clause 7.2.1.3.2.4: it is recommended that a maximum of 5 sub-KRRs are supported. Silent
 * where: the KRR is itself embedded, since the count of the outermost says it all. */
void rule_too_many_sub_krrs(DocumentJudge *judge, const Krr *krr)
{
    const char *initiator = document_identity(judge, krr, KRR_ELEMENT_IDRI);
    guint most =
        kms_policy_user(judge->policy, initiator ? initiator : "", KMS_USER_INITIATOR).max_sub_krrs;

    if (krr->depth == 0 && krr->sub_krrs > most) {
        document_add_finding(judge, KRR_RULE_TOO_MANY_SUB_KRRS, krr, finding_in_krr(),
                             rule_words("At most %u sub-KRRs.", most),
                             rule_words("%u sub-KRRs are embedded.", krr->sub_krrs));
    }
}

static void check_identities(DocumentJudge *judge, const Krr *krr, const Krr *sub)
{
    static const KrrElement identities[] = {KRR_ELEMENT_IDRI, KRR_ELEMENT_IDRR, KRR_ELEMENT_IDRKMSI,
                                            KRR_ELEMENT_IDRKMSR};
    RuleNames differences = {.most = MAX_NAMES};
    KrrRange first = {0};

    for (guint i = 0; i < G_N_ELEMENTS(identities); i++) {
        const char *outer = krr_text(krr, identities[i]);
        const char *inner = krr_text(sub, identities[i]);
        if (outer && inner && !krr_same_value(identities[i], outer, inner)) {
            rule_names_add(&differences, "%s is %pQ, in the embedded KRR %pQ",
                           rule_identity_name(identities[i]), outer, inner);
            first = first.length ? first : sub->values[identities[i]].range;
        }
    }
    g_autofree char *text = rule_names_end(&differences);
    if (text) {
        document_add_finding(
            judge, KRR_RULE_SUB_KRR_IDS_DIFFER, krr, finding_in_range(first),
            rule_words("An embedded KRR answers the same offer as the one that embeds it."),
            rule_words("%s.", text));
    }
}

/* Clause 7.2.1.3.2.4: a new KRR answers the offer that the received KRR, which it contains,
 * answers. Silent where: one of the two does not state the identity. */
void rule_sub_krr_ids_differ(DocumentJudge *judge, const Krr *krr)
{
    for (guint i = 0; i < krr->embedded->len; i++) {
        check_identities(judge, krr, g_ptr_array_index(krr->embedded, i));
    }
}

/* Is the KRR dated after another? Who writes whole seconds has left a fraction out: within that
 * second nothing is proven. Fractions are taken as they stand, since many drop their last zeros. */
static bool is_newer(const Krr *sub, const Krr *krr)
{
    bool whole_seconds = !strchr(krr_text(krr, KRR_ELEMENT_TIME), '.');

    return sub->time_ns > krr->time_ns &&
           (!whole_seconds || story_time_between(krr->time_ns, sub->time_ns) >= STORY_SECOND);
}

/* Clause 7.2.1.3.2.4: a new KRR is created on receipt of the KRR that it contains. Silent where:
 * one of the two times cannot be read, or they may be of the same second. Two clocks that differ by no
 * more than clock-skew deserve a note only. */
void rule_sub_krr_newer(DocumentJudge *judge, const Krr *krr)
{
    for (guint i = 0; i < krr->embedded->len; i++) {
        const Krr *sub = g_ptr_array_index(krr->embedded, i);
        if (krr->time_valid && sub->time_valid && is_newer(sub, krr)) {
            /* Not in nanoseconds: the difference of two arbitrary times need not fit. */
            const gint64 seconds = sub->time_ns / STORY_SECOND - krr->time_ns / STORY_SECOND;
            const bool clocks = seconds <= (gint64)kms_policy_clock_skew(judge->policy);
            document_add_finding_as(
                judge, KRR_RULE_SUB_KRR_NEWER,
                clocks ? KRR_SEVERITY_NOTE : krr_rules[KRR_RULE_SUB_KRR_NEWER].severity, krr,
                finding_in_element(KRR_ELEMENT_TIME),
                rule_words("An embedded KRR is older than the one that embeds it."),
                rule_words("The KRR is dated %pQ, the KRR that it embeds %pQ.",
                           krr_text(krr, KRR_ELEMENT_TIME), krr_text(sub, KRR_ELEMENT_TIME)));
        }
    }
}

/* ---- lists ---- */

static gboolean equal_kms(gconstpointer a, gconstpointer b)
{
    return kms_uri_same(a, b);
}

/* The KMSs of a list in order, each once; borrowed texts. Caller frees the array. */
static GPtrArray *distinct_kms(const KrrList *list)
{
    GPtrArray *kms = g_ptr_array_new();

    for (guint i = 0; i < list->kms->len; i++) {
        const KrrValue *value = g_ptr_array_index(list->kms, i);
        if (!g_ptr_array_find_with_equal_func(kms, value->text, equal_kms, NULL)) {
            g_ptr_array_add(kms, value->text);
        }
    }
    return kms;
}

static char *enumerate(const GPtrArray *kms)
{
    RuleNames names = {.most = MAX_NAMES};

    for (guint i = 0; i < kms->len; i++) {
        rule_names_add(&names, "%s", (const char *)g_ptr_array_index(kms, i));
    }
    return rule_names_end(&names);
}

static bool same_list(const KrrList *a, const KrrList *b)
{
    if (a->kind != b->kind) {
        return false;
    }
    g_autoptr(GPtrArray) in_a = distinct_kms(a);
    g_autoptr(GPtrArray) in_b = distinct_kms(b);
    for (guint i = 0; i < in_a->len && i < in_b->len; i++) {
        if (!kms_uri_same(g_ptr_array_index(in_a, i), g_ptr_array_index(in_b, i))) {
            return false;
        }
    }
    return in_a->len == in_b->len;
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

/* Why a list is wider than the embedded KRR's, or NULL where it is not. Caller frees. */
static char *widening(const KrrList *list, const KrrList *embedded)
{
    RuleNames added = {.most = MAX_NAMES};

    if (list->kind == KRR_LIST_ANY && embedded->kind != KRR_LIST_ANY) {
        return rule_words("ANY; the embedded KRR's is %pL", embedded);
    }
    g_autoptr(GPtrArray) kms = distinct_kms(list);
    for (guint i = 0; i < kms->len; i++) {
        const char *uri = g_ptr_array_index(kms, i);
        if (!krr_list_allows(embedded, uri)) {
            rule_names_add(&added, "%s", uri);
        }
    }
    g_autofree char *names = rule_names_end(&added);
    return names ? rule_words("the embedded KRR's list does not hold %s", names) : NULL;
}

static void check_widening(DocumentJudge *judge, const Krr *krr, const Krr *sub, KrrSide side)
{
    g_autofree char *reason = widening(&krr->lists[side], &sub->lists[side]);

    if (reason) {
        document_add_finding(
            judge, KRR_RULE_LIST_WIDENED, krr, finding_in_list(side),
            rule_words("A new KRR only removes KMSs from a list of the KRR that it embeds."),
            rule_words("The %s list was widened: %s.", krr_side_name(side), reason));
    }
}

/* Clause 7.2.1.3.2.4, cases A to D: a list of the received KRR is unchanged, or reduced to
 * remove KMSs that are not acceptable. ANY holds every KMS, so that to list some is a reduction.
 * Silent where: one of the two KRRs has no such list. */
void rule_list_widened(DocumentJudge *judge, const Krr *krr)
{
    each_common_list(judge, krr, check_widening);
}

static void check_order(DocumentJudge *judge, const Krr *krr, const Krr *sub, KrrSide side)
{
    g_autoptr(GPtrArray) now = distinct_kms(&krr->lists[side]);
    g_autoptr(GPtrArray) before = distinct_kms(&sub->lists[side]);
    guint next = 0;

    for (guint i = 0; i < now->len; i++) {
        guint place;
        if (!g_ptr_array_find_with_equal_func(before, g_ptr_array_index(now, i), equal_kms,
                                              &place)) {
            continue;
        }
        if (place < next) {
            g_autofree char *names_now = enumerate(now);
            g_autofree char *names_before = enumerate(before);
            document_add_finding(judge, KRR_RULE_LIST_REORDERED, krr, finding_in_list(side),
                                 rule_words("What is left of a list keeps its order: the preferred "
                                            "KMS comes first."),
                                 rule_words("The %s list is %s; in the embedded KRR it is %s.",
                                            krr_side_name(side), names_now, names_before));
            return;
        }
        next = place + 1;
    }
}

/* Clauses 7.2.1.3.2.1 and 7.2.1.3.2.4: the lists are ordered, the preferred KMS first, and a new
 * KRR only removes from them. Silent where: the old list was ANY, which has no order. A KMS that
 * was added is passed over; it is list-widened. */
void rule_list_reordered(DocumentJudge *judge, const Krr *krr)
{
    each_common_list(judge, krr, check_order);
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

/* Clause 7.2.1.3.2.4, cases A to D: one list is reduced, the other is unchanged. Silent where:
 * one of the KRRs lacks a list. */
void rule_both_lists_changed(DocumentJudge *judge, const Krr *krr)
{
    for (guint i = 0; i < krr->embedded->len; i++) {
        if (lists_changed(krr, g_ptr_array_index(krr->embedded, i)) == KRR_N_SIDES) {
            document_add_finding(
                judge, KRR_RULE_BOTH_LISTS_CHANGED, krr, finding_in_krr(),
                rule_words("A new KRR reduces one list and leaves the other unchanged."),
                rule_words("Both the initiator list and the receiver list differ from those of "
                           "the KRR that it embeds."));
        }
    }
}

/* Clause 7.2.1.3.2.4: a new KRR is created if a list holds a KMS that is not acceptable;
 * otherwise the received one is forwarded. Silent where: one of the KRRs lacks a list. */
void rule_needless_krr(DocumentJudge *judge, const Krr *krr)
{
    for (guint i = 0; i < krr->embedded->len; i++) {
        if (lists_changed(krr, g_ptr_array_index(krr->embedded, i)) == 0) {
            document_add_finding(
                judge, KRR_RULE_NEEDLESS_KRR, krr, finding_in_krr(),
                rule_words("A new KRR is created to reduce a list; otherwise the received one is "
                           "forwarded."),
                rule_words("Neither list differs from those of the KRR that it embeds."));
        }
    }
}
