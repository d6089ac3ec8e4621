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

/** What a rule must know before it can be judged. Its function stands in the file that is named
 *  so. */
typedef enum KrrRuleNeeds {
    KRR_NEEDS_DOCUMENT,        /**< one KRR and its sub-KRRs alone; rules-document.c, and so on */
    KRR_NEEDS_SIGNATURE,       /**< the verified signature of a KRR */
    KRR_NEEDS_POLICY,          /**< a KRR and who may use which KMS */
    KRR_NEEDS_ROLE,            /**< a KRR and what the policy says of its creator and its users */
    KRR_NEEDS_STANDING,        /**< the same, and where the KRR was seen */
    KRR_NEEDS_SIGHTING,        /**< when and in what a KRR was seen */
    KRR_NEEDS_OFFER,           /**< the offer that a KRR answers */
    KRR_NEEDS_OFFER_SIGNATURE, /**< the verified signature of an offer */
    KRR_NEEDS_PATH,            /**< several hops */
    KRR_NEEDS_SELECTION,       /**< the next offer */
    KRR_NEEDS_KMS              /**< traffic with the Home KMS */
} KrrRuleNeeds;

/** A rule; krr-rules.def has a row for each. */
typedef enum KrrRuleId {
/* clang-format off */
#define RULE(id, ...) KRR_RULE_##id,
#include "core/rules/krr-rules.def"
    /* clang-format on */
    KRR_N_RULES
} KrrRuleId;

/** A rule for people who do not know the specification. Each is a paragraph. */
typedef struct KrrExplanation {
    const char *meaning;  /**< what happened, and what should have */
    const char *fraud;    /**< why it matters to whoever looks for fraud */
    const char *innocent; /**< how it may come about without any */
    const char *next;     /**< what to look at now */
} KrrExplanation;

typedef struct KrrRule {
    const char *name;     /**< "list-widened" */
    const char *field;    /**< display filter field of its expert info, "krr.list_widened" */
    KrrSeverity severity; /**< default */
    const char *clause;   /**< of the specification */
    const char *summary;  /**< one line: what it means that the rule fired */
    KrrRuleNeeds needs;
    KrrExplanation explanation;
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
