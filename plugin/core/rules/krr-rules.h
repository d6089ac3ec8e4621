/* krr-rules.h
 * The catalogue of rules, and what a rule that fired says
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef KRR_RULES_H
#define KRR_RULES_H

#include <stdbool.h>

#include <glib.h>

#include "core/document/krr-document.h"
#include "core/policy/kms-policy.h"

/** In rising order of gravity. */
typedef enum KrrSeverity {
    KRR_SEVERITY_OFF,
    KRR_SEVERITY_NOTE,
    KRR_SEVERITY_WARNING,
    KRR_SEVERITY_ERROR
} KrrSeverity;

/** What a rule must know before it can be judged; also the file that it stands in. */
typedef enum KrrRuleNeeds {
    KRR_NEEDS_DOCUMENT,  /**< one KRR and its sub-KRRs alone */
    KRR_NEEDS_SIGNATURE, /**< the verified signature */
    KRR_NEEDS_POLICY,    /**< a KRR and the policy file */
    KRR_NEEDS_SIGHTING,  /**< when and in what the KRR was seen */
    KRR_NEEDS_OFFER,     /**< the offer that it answers */
    KRR_NEEDS_PATH,      /**< several hops */
    KRR_NEEDS_SELECTION, /**< the next offer */
    KRR_NEEDS_KMS        /**< traffic with the Home KMS */
} KrrRuleNeeds;

typedef enum KrrRuleId {
    KRR_RULE_MALFORMED_KRR,
    KRR_RULE_MISSING_FIELD,
    KRR_RULE_BAD_TIME,
    KRR_RULE_UNRECOGNISED_ELEMENT,
    KRR_RULE_UNSIGNED_KRR,
    KRR_RULE_SIGNATURE_INVALID,
    KRR_RULE_SIGNATURE_PARTIAL,
    KRR_RULE_SIGNATURE_UNTRUSTED,
    KRR_RULE_SIGNATURE_WEAK,
    KRR_RULE_SIGNER_NOT_CREATOR,
    KRR_RULE_UNKNOWN_KMS,
    KRR_RULE_LOOKALIKE_KMS,
    KRR_RULE_EMPTY_LIST,
    KRR_RULE_NOTHING_REJECTED,
    KRR_RULE_TOO_MANY_SUB_KRRS,
    KRR_RULE_SUB_KRR_IDS_DIFFER,
    KRR_RULE_SUB_KRR_NEWER,
    KRR_RULE_LIST_WIDENED,
    KRR_RULE_LIST_REORDERED,
    KRR_RULE_BOTH_LISTS_CHANGED,
    KRR_RULE_NEEDLESS_KRR,
    KRR_RULE_WRONG_CARRIER,
    KRR_RULE_CLOCK_SKEW,
    KRR_RULE_UNSOLICITED_KRR,
    KRR_RULE_IDS_DIFFER_FROM_OFFER,
    KRR_RULE_WRONG_LIST_FOR_ROLE,
    KRR_RULE_RECEIVER_OMITS_OWN_KMS,
    KRR_RULE_RECEIVER_OMITS_INITIATOR_KMS,
    KRR_RULE_LIST_NOT_OF_DOMAIN,
    KRR_RULE_OFFER_FORWARDED_AFTER_KRR,
    KRR_RULE_KRR_NOT_FORWARDED,
    KRR_RULE_RECEIVED_KRR_NOT_EMBEDDED,
    KRR_RULE_EMBEDDED_KRR_ALTERED,
    KRR_RULE_COMPETING_KRRS,
    KRR_RULE_KRR_REPLAYED,
    KRR_RULE_RETRY_OUTSIDE_LIST,
    KRR_RULE_RETRY_UNPROVISIONED_KMS,
    KRR_RULE_RETRY_AFTER_EMPTY_LIST,
    KRR_RULE_RETRY_SAME_PAIR,
    KRR_RULE_RETRY_NOT_PREFERRED,
    KRR_RULE_REDIRECT_LOOP,
    KRR_RULE_ACTED_ON_FORBIDDEN_KRR,
    KRR_RULE_ACTED_ON_UNSIGNED_KRR,
    KRR_RULE_ACTED_BEFORE_ACCEPTANCE,
    KRR_RULE_KRR_NOT_REPORTED,
    KRR_RULE_CERTIFICATE_NOT_REQUESTED,
    KRR_RULE_STEERED_TO_OWN_DOMAIN,
    KRR_RULE_KRR_FLOOD,
    KRR_RULE_OFFER_SIGNATURE_INVALID,
    KRR_RULE_OFFER_SIGNER_UNKNOWN_KMS,
    KRR_N_RULES
} KrrRuleId;

typedef struct KrrRule {
    const char *name;     /**< "list-widened" */
    const char *field;    /**< display filter field of its expert info, "krr.list_widened" */
    KrrSeverity severity; /**< default */
    const char *clause;   /**< of the specification */
    const char *summary;  /**< one line: what it means that the rule fired */
    KrrRuleNeeds needs;
} KrrRule;

/** The catalogue, by KrrRuleId, in the order in which it is listed to users. */
extern const KrrRule krr_rules[KRR_N_RULES];

/** The rule with that name, or KRR_N_RULES. */
KrrRuleId krr_rule_lookup(const char *name);

/** All names, NULL-terminated, for kms_policy_load(). Static. */
const char *const *krr_rule_names(void);

/** "off", "note", "warning", "error". */
const char *krr_severity_name(KrrSeverity severity);

/** The reverse; false where there is no such severity. */
bool krr_severity_parse(const char *name, KrrSeverity *severity);

/** The severity of a rule under a policy's [severity], else @p otherwise. */
KrrSeverity krr_rule_severity(const KmsPolicy *policy, KrrRuleId rule, KrrSeverity otherwise);

/** A rule that fired on a document. */
typedef struct KrrFinding {
    KrrRuleId rule;
    KrrSeverity severity; /**< never OFF */
    const Krr *krr;       /**< the (sub-)KRR that it is about; NULL: the document */
    KrrElement element;   /**< the element that shows it; KRR_ELEMENT_KRR: the whole */
    KrrRange range;       /**< octets that show it; length 0: those of the element */
    char *expected;       /**< a sentence for people */
    char *observed;       /**< a sentence for people */
} KrrFinding;

void krr_finding_free(KrrFinding *finding);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(KrrFinding, krr_finding_free)

#endif
