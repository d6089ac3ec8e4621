/* krr-claim.c
 * Two KRRs that claim to be one, and how they differ
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "core/rules/krr-claim.h"

#include <string.h>

#include "core/octets/kms-uri.h"
#include "core/rules/krr-creator.h"
#include "core/rules/rule-words.h"

static bool same_text(const Krr *a, const Krr *b, KrrElement element)
{
    const char *first = krr_text(a, element);

    const char *second = krr_text(b, element);

    return first && second && krr_same_value(element, first, second);
}

bool krr_same_claim(const Krr *a, const Krr *b)
{
    return same_text(a, b, KRR_ELEMENT_CREATOR) && same_text(a, b, KRR_ELEMENT_TIME) &&
           same_text(a, b, KRR_ELEMENT_IDRI) && same_text(a, b, KRR_ELEMENT_IDRR);
}

bool krr_same_list(const KrrList *a, const KrrList *b)
{
    if (a->kind != b->kind || a->kms->len != b->kms->len) {
        return false;
    }
    for (guint i = 0; i < a->kms->len; i++) {
        if (!kms_uri_same(krr_list_kms_at(a, i), krr_list_kms_at(b, i))) {
            return false;
        }
    }
    return true;
}

char *krr_claim_differences(const Krr *now, const Krr *before)
{
    static const KrrElement compared[] = {KRR_ELEMENT_IDRKMSI, KRR_ELEMENT_IDRKMSR};
    GString *text = g_string_new(NULL);

    for (guint i = 0; i < G_N_ELEMENTS(compared); i++) {
        const char *value = krr_text(now, compared[i]);
        const char *old = krr_text(before, compared[i]);
        if (!value != !old || (value && !krr_same_value(compared[i], value, old))) {
            rule_words_append(text, "; %s was %pQ and is %pQ", rule_identity_name(compared[i]), old,
                              value);
        }
    }
    for (KrrSide side = 0; side < KRR_N_SIDES; side++) {
        if (!krr_same_list(&now->lists[side], &before->lists[side])) {
            rule_words_append(text, "; the %s list was %pL and is %pL", krr_side_name(side),
                              &before->lists[side], &now->lists[side]);
        }
    }
    return g_string_free(text, FALSE);
}

/* The certificate whose key made a signature, by its digest; NULL where that is not proven. */
static const char *proven_certificate(const Krr *krr)
{
    return krr_signature_holds(krr) ? krr->signature.verdict.certificate : NULL;
}

bool krr_same_signer(const Krr *a, const Krr *b)
{
    const char *first = proven_certificate(a);

    return first && g_strcmp0(first, proven_certificate(b)) == 0;
}

/* ---- what is said, whoever wrote it down ---- */

bool krr_repeat_differs(const Krr *krr, const KrrRepeat *repeat)
{
    if (repeat->element >= KRR_N_VALUES) {
        return !krr_same_list(&krr->lists[krr_element_side(repeat->element)], &repeat->list);
    }
    const char *first = krr_text(krr, repeat->element);
    const char *second = repeat->value.text;
    return first && second ? !krr_same_value(repeat->element, first, second) : first != second;
}

bool krr_is_ambiguous(const Krr *krr)
{
    for (guint i = 0; i < krr->repeats->len; i++) {
        if (krr_repeat_differs(krr, g_ptr_array_index(krr->repeats, i))) {
            return true;
        }
    }
    return false;
}

static bool same_or_absent(const Krr *a, const Krr *b, KrrElement element)
{
    const char *first = krr_text(a, element);
    const char *second = krr_text(b, element);

    return first && second ? krr_same_value(element, first, second) : first == second;
}

bool krr_same_saying(const Krr *a, const Krr *b)
{
    for (KrrElement element = KRR_ELEMENT_CREATOR; element < KRR_N_VALUES; element++) {
        if (!same_or_absent(a, b, element)) {
            return false;
        }
    }
    if (krr_is_ambiguous(a) || krr_is_ambiguous(b) ||
        !krr_same_list(&a->lists[KRR_INITIATOR], &b->lists[KRR_INITIATOR]) ||
        !krr_same_list(&a->lists[KRR_RECEIVER], &b->lists[KRR_RECEIVER]) ||
        a->signature.present != b->signature.present ||
        (a->signature.present && !krr_same_signer(a, b)) || a->embedded->len != b->embedded->len) {
        return false;
    }
    for (guint i = 0; i < a->embedded->len; i++) {
        if (!krr_same_saying(g_ptr_array_index(a->embedded, i),
                             g_ptr_array_index(b->embedded, i))) {
            return false;
        }
    }
    return true;
}

static void add_repeat(GChecksum *checksum, const KrrRepeat *repeat)
{
    g_autofree char *list = krr_list_to_text(&repeat->list);
    g_autofree char *text = g_strdup_printf("+%d %s %s", (int)repeat->element,
                                            repeat->value.text ? repeat->value.text : "", list);

    g_checksum_update(checksum, (const guchar *)text, (gssize)strlen(text) + 1);
}

static void add_content(GChecksum *checksum, const Krr *krr)
{
    for (KrrElement element = 0; element < KRR_N_VALUES; element++) {
        const char *text = krr_text(krr, element) ? krr_text(krr, element) : "";
        g_checksum_update(checksum, (const guchar *)text, (gssize)strlen(text) + 1);
    }
    for (KrrSide side = 0; side < KRR_N_SIDES; side++) {
        g_autofree char *list = krr_list_to_text(&krr->lists[side]);
        g_checksum_update(checksum, (const guchar *)list, (gssize)strlen(list) + 1);
    }
    for (guint i = 0; i < krr->repeats->len; i++) {
        add_repeat(checksum, g_ptr_array_index(krr->repeats, i));
    }
    for (guint i = 0; i < krr->embedded->len; i++) {
        g_checksum_update(checksum, (const guchar *)"[", 1);
        add_content(checksum, g_ptr_array_index(krr->embedded, i));
    }
    g_checksum_update(checksum, (const guchar *)"]", 1);
}

char *krr_content_digest(const Krr *krr)
{
    g_autoptr(GChecksum) checksum = g_checksum_new(G_CHECKSUM_SHA256);

    add_content(checksum, krr);
    return g_strdup(g_checksum_get_string(checksum));
}

GPtrArray *krr_groups_by_content(const GPtrArray *krrs)
{
    GPtrArray *groups = g_ptr_array_new_with_free_func((GDestroyNotify)g_ptr_array_unref);
    g_autoptr(GHashTable) by_content = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

    for (guint i = 0; i < krrs->len; i++) {
        StoryKrr *krr = story_krr_at(krrs, i);
        if (krr->unreadable) {
            continue;
        }
        char *content = krr_content_digest(krr->krr);
        GPtrArray *group = g_hash_table_lookup(by_content, content);
        if (!group) {
            group = g_ptr_array_new();
            g_ptr_array_add(groups, group);
            g_hash_table_insert(by_content, content, group);
        } else {
            g_free(content);
        }
        g_ptr_array_add(group, krr);
    }
    return groups;
}

bool krr_legs_share_offer(const StoryLeg *a, const StoryLeg *b)
{
    for (guint i = 0; i < a->offers->len; i++) {
        if (g_ptr_array_find(b->offers, story_offer_at(a->offers, i), NULL)) {
            return true;
        }
    }
    return false;
}

bool krr_may_be_made_at_once(const StoryKrr *a, const StoryKrr *b)
{
    return a->has_first_sip && b->has_first_sip &&
           ABS(a->first_sip.time_ns - b->first_sip.time_ns) < STORY_SECOND;
}
