/* audit-knowledge.c
 * Which rules could not be judged for want of a policy, of a trust anchor, or of a key
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "core/audit/audit-knowledge.h"

#include "core/rules/krr-creator.h"
#include "core/rules/rule-words.h"

/* ---- what the policy does not say ---- */

/* Rules that need one thing; more than any does. */
#define MAX_RULES 4

/* Whom the policy leaves unknown in some respect, as to one KRR; NULL: nobody. Borrowed. */
typedef const char *(*Stranger)(const StoryJudge *judge, const Krr *krr);

static bool made_by_server(const StoryJudge *judge, const Krr *krr)
{
    return krr_is_made_afresh(krr) && krr_text(krr, KRR_ELEMENT_CREATOR) &&
           !krr_is_from_receiver(judge->policy, krr);
}

static const char *initiator_without_kms(const StoryJudge *judge, const Krr *krr)
{
    const char *initiator = krr_text(krr, KRR_ELEMENT_IDRI);

    return initiator && !kms_policy_user(judge->policy, initiator, KMS_USER_INITIATOR).knows_kms
               ? initiator
               : NULL;
}

static const char *receiver_without_kms(const StoryJudge *judge, const Krr *krr)
{
    const char *receiver = krr_text(krr, KRR_ELEMENT_IDRR);

    return krr_is_made_afresh(krr) && krr_is_from_receiver(judge->policy, krr) &&
                   !kms_policy_user(judge->policy, receiver, KMS_USER_RECEIVER).knows_kms
               ? receiver
               : NULL;
}

static const char *creator_without_role(const StoryJudge *judge, const Krr *krr)
{
    const KmsEntity *entity = krr_creator_entity(judge->policy, krr);

    return made_by_server(judge, krr) && (!entity || entity->role == KMS_ENTITY_ROLE_NOT_STATED)
               ? krr_text(krr, KRR_ELEMENT_CREATOR)
               : NULL;
}

static const char *creator_without_address(const StoryJudge *judge, const Krr *krr)
{
    const KmsEntity *entity = krr_creator_entity(judge->policy, krr);

    return made_by_server(judge, krr) && (!entity || !entity->addresses[0])
               ? krr_text(krr, KRR_ELEMENT_CREATOR)
               : NULL;
}

static const char *creator_without_domain(const StoryJudge *judge, const Krr *krr)
{
    return krr_creator_domain(judge->policy, krr) ? NULL : krr_text(krr, KRR_ELEMENT_CREATOR);
}

/* What the policy may not say, of whom, and the rules that then say nothing of them. */
static const struct {
    Stranger stranger;
    const char *what;
    const char *whom;
    KrrRuleId rules[MAX_RULES];
    guint n_rules;
} knowledge[] = {
    {initiator_without_kms,
     "KMSs",
     "initiators",
     {KRR_RULE_UNKNOWN_KMS, KRR_RULE_RETRY_UNPROVISIONED_KMS, KRR_RULE_RETRY_NOT_PREFERRED},
     3},
    {receiver_without_kms,
     "KMSs",
     "receivers that made KRRs",
     {KRR_RULE_RECEIVER_OMITS_OWN_KMS, KRR_RULE_RECEIVER_OMITS_INITIATOR_KMS,
      KRR_RULE_STEERED_TO_OWN_DOMAIN},
     3},
    {creator_without_role, "role", "servers that made KRRs", {KRR_RULE_WRONG_LIST_FOR_ROLE}, 1},
    {creator_without_address,
     "addresses",
     "servers that made KRRs",
     {KRR_RULE_OFFER_FORWARDED_AFTER_KRR},
     1},
    {creator_without_domain,
     "domain",
     "creators of KRRs",
     {KRR_RULE_LIST_NOT_OF_DOMAIN, KRR_RULE_STEERED_TO_OWN_DOMAIN},
     2},
};

/* Whom the policy leaves unknown in one respect: how many, and the first of them. */
static guint count_strangers(const StoryJudge *judge, Stranger stranger, const char **example)
{
    const GPtrArray *krrs = ledger_krrs(judge->ledger);
    g_autoptr(GHashTable) strangers = g_hash_table_new(g_str_hash, g_str_equal);

    for (guint i = 0; i < krrs->len; i++) {
        const char *identity = stranger(judge, story_krr_at(krrs, i)->krr);
        if (identity && g_hash_table_add(strangers, (gpointer)identity) && !*example) {
            *example = identity;
        }
    }
    return g_hash_table_size(strangers);
}

/* @return why rules can not be judged, of all or of some; NULL where they can. Caller frees. */
static char *reason_of(const StoryJudge *judge, guint place)
{
    if (!kms_policy_loaded(judge->policy)) {
        return rule_words("No policy file states the %s of the %s.", knowledge[place].what,
                          knowledge[place].whom);
    }
    const char *example = NULL;
    guint count = count_strangers(judge, knowledge[place].stranger, &example);
    if (count == 0) {
        return NULL;
    }
    return rule_words("The policy states no %s for %u of the %s, such as %pQ.",
                      knowledge[place].what, count, knowledge[place].whom, example);
}

void audit_note_unknown(StoryJudge *judge)
{
    if (kms_policy_known_kms(judge->policy)->len == 0) {
        audit_add_gap(judge, KRR_RULE_LOOKALIKE_KMS,
                      rule_words("No policy file names known KMSs."));
    }
    for (guint i = 0; i < G_N_ELEMENTS(knowledge); i++) {
        g_autofree char *reason = reason_of(judge, i);
        for (guint k = 0; reason && k < knowledge[i].n_rules; k++) {
            audit_add_gap(judge, knowledge[i].rules[k], g_strdup(reason));
        }
    }
}

/* ---- signatures that were not judged ---- */

/* The first KRR with a verdict of that status that nobody has judged; NULL: there is none. */
static const StoryKrr *find_unjudged(const StoryJudge *judge, KrrSignatureStatus status)
{
    const GPtrArray *krrs = ledger_krrs(judge->ledger);

    for (guint i = 0; i < krrs->len; i++) {
        const StoryKrr *krr = story_krr_at(krrs, i);
        const KrrVerdict *verdict = &krr->krr->signature.verdict;
        if (verdict->status == status &&
            (status == KRR_SIGNATURE_UNTRUSTED ? !verdict->trust_judged : !verdict->verified)) {
            return krr;
        }
    }
    return NULL;
}

void audit_note_unverified(StoryJudge *judge)
{
    static const KrrRuleId rules[] = {KRR_RULE_SIGNATURE_INVALID, KRR_RULE_SIGNATURE_PARTIAL,
                                      KRR_RULE_SIGNATURE_UNTRUSTED, KRR_RULE_SIGNATURE_WEAK,
                                      KRR_RULE_SIGNER_NOT_CREATOR};
    const StoryKrr *untrusted = find_unjudged(judge, KRR_SIGNATURE_UNTRUSTED);
    const StoryKrr *unverified = find_unjudged(judge, KRR_SIGNATURE_UNSUPPORTED);

    if (untrusted) {
        audit_add_gap(judge, KRR_RULE_SIGNATURE_UNTRUSTED,
                      rule_words("No trust anchor is given that the certificate of krr-%u could "
                                 "chain to.",
                                 untrusted->number));
    }
    for (guint i = 0; unverified && i < G_N_ELEMENTS(rules); i++) {
        audit_add_gap(judge, rules[i],
                      rule_words("Signatures were not verified: %s.",
                                 unverified->krr->signature.verdict.reason));
    }
}
