/* rules-private.h
 * What the files of rules share: how a rule says what it found
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef RULES_PRIVATE_H
#define RULES_PRIVATE_H

#include "core/rules/audit.h"
#include "core/rules/finding-pile.h"
#include "core/rules/kms-view.h"
#include "core/rules/rules-document.h"

/** Rules on documents, while one document is judged. */
typedef struct DocumentJudge {
    const KrrDocument *document;
    const KmsPolicy *policy;
    GPtrArray *findings; /**< of KrrFinding */
} DocumentJudge;

/** Adds a finding unless the policy turned the rule off; takes both texts.
 *  @param severity  where the policy's [severity] does not state another */
KrrFinding *document_fire(DocumentJudge *judge, KrrRuleId rule, KrrSeverity severity,
                          const Krr *krr, KrrElement element, char *expected, char *observed);

void rule_signature_invalid(DocumentJudge *judge, const Krr *krr);
void rule_signature_partial(DocumentJudge *judge, const Krr *krr);
void rule_signature_untrusted(DocumentJudge *judge, const Krr *krr);
void rule_signature_weak(DocumentJudge *judge, const Krr *krr);
void rule_signer_not_creator(DocumentJudge *judge, const Krr *krr);
void rule_unknown_kms(DocumentJudge *judge, const Krr *krr);
/** unknown-kms, where it is the signer who is not known. */
void rule_unknown_signer(DocumentJudge *judge, const Krr *krr);
void rule_lookalike_kms(DocumentJudge *judge, const Krr *krr);
void rule_wrong_list_for_role(DocumentJudge *judge, const Krr *krr);
void rule_receiver_omits_own_kms(DocumentJudge *judge, const Krr *krr);
void rule_receiver_omits_initiator_kms(DocumentJudge *judge, const Krr *krr);
void rule_list_not_of_domain(DocumentJudge *judge, const Krr *krr);
void rule_steered_to_own_domain(DocumentJudge *judge, const Krr *krr);

/** Did the receiver of the offer make the KRR, as far as it says? A receiver that it names by a UID is
 *  the creator where that is the creator's UID about that time; and an entity that the policy calls a
 *  client or a GMS answers what was meant for it. */
bool krr_is_from_receiver(const KmsPolicy *policy, const Krr *krr);

/** The domain of a KRR's creator, by its entity or as the receiver; NULL where it is not known. */
const KmsDomain *krr_creator_domain(const KmsPolicy *policy, const Krr *krr);

/** Why the rules on traffic with the KMS could not be judged. */
typedef enum KmsGap {
    KMS_GAP_NO_TRAFFIC, /**< none of the user with its Home KMS is in the capture there and then */
    KMS_GAP_TOO_SHORT,  /**< the capture with that traffic begins too late or ends too soon */
    KMS_GAP_HIDDEN,     /**< there is traffic that could not be read */
    KMS_N_GAPS
} KmsGap;

/** Rules on the story, while one audit is made. */
typedef struct StoryJudge {
    const Ledger *ledger;
    const KmsPolicy *policy;
    Audit *audit;
    FindingPile *pile;          /**< where findings gather until the audit is made */
    const bool *wanted;         /**< by KrrRuleId */
    GHashTable *negotiation_of; /**< StoryKrr or StoryOffer -> StoryNegotiation */
    GHashTable *offers_of_hop;  /**< while the rules on offers are judged */
    const KmsView *kms_view;
    guint kms_gaps[KRR_N_RULES][KMS_N_GAPS]; /**< how often, of rules on traffic with the KMS */
} StoryJudge;

/** What a finding of the story is about. */
typedef struct StorySubject {
    const StoryNegotiation *negotiation;
    const StoryKrr *krr;
    const StoryOffer *offer;
} StorySubject;

/** Adds a finding unless the rule is not wanted or off; takes both texts.
 *  @param frames  evidence, of StoryFrame; taken over */
void story_fire(StoryJudge *judge, KrrRuleId rule, StorySubject subject, GArray *frames,
                char *expected, char *observed);

/** Notes that a rule could not be judged, at all or in places; once a reason. Takes the text. */
void story_gap(StoryJudge *judge, KrrRuleId rule, char *reason);

/** The negotiation in which a KRR was seen, or NULL. */
const StoryNegotiation *story_negotiation_of(const StoryJudge *judge, const StoryKrr *krr);

/** The last negotiation in which an offer was tried, or NULL. */
const StoryNegotiation *story_negotiation_of_offer(const StoryJudge *judge,
                                                   const StoryOffer *offer);

/** Frames for evidence; each call adds one. */
GArray *evidence_new(void);
void evidence_add(GArray *frames, StoryFrame frame);

/** A KRR that was answered by a further offer. */
typedef struct StoryRetry {
    const StoryNegotiation *negotiation;
    const StoryAttempt *before;
    const StoryAttempt *after;
    const StoryKrr *krr; /**< that reached the initiator */
} StoryRetry;

/** The answer on the leg nearest to the initiator, and the retry. */
GArray *retry_frames(const StoryRetry *retry);
StorySubject retry_subject(const StoryRetry *retry);

/** The KMS that an attempt offered on a side, or NULL. */
const char *story_offered(const StoryAttempt *attempt, KrrSide side);

/** The policy of the initiator; NULL where its identity is hidden. */
KmsUser story_initiator(const StoryJudge *judge, const StoryNegotiation *negotiation);

/** Was the initiator's own hop captured, as far as the policy can tell? Behind a server it is not known
 *  what reached the initiator, nor whether it tried something in between. */
bool story_has_initiators_hop(const StoryJudge *judge, const StoryNegotiation *negotiation,
                              const StoryAttempt *attempt);

/** What is asked of a KRR. */
typedef bool (*RetryFits)(const StoryKrr *krr, gpointer data);

/** Did another KRR allow the retry? Where several answered the initiator, it may have acted on any.
 *  @param fits  what else is asked of it, or NULL */
bool retry_another_krr_allows(const StoryRetry *retry, RetryFits fits, gpointer data);

/** Judges acted-before-acceptance. */
void rule_acted_before_acceptance(StoryJudge *judge, const StoryRetry *retry);

/** Notes what the rules on signatures could not judge. */
void note_unjudged_signatures(StoryJudge *judge);

void rules_sighting_judge(StoryJudge *judge);
void rules_offer_judge(StoryJudge *judge);
void rules_offer_signature_judge(StoryJudge *judge);
void rules_path_judge(StoryJudge *judge);
void rules_selection_judge(StoryJudge *judge);
/** After the rules on selection, which judge one of those that need traffic with the KMS. */
void rules_kms_judge(StoryJudge *judge);

/** Notes which rules say nothing of whom, since the policy does not know them. */
void rules_knowledge_note(StoryJudge *judge);

/** A text of the capture in quotation marks, cut where it is long; "nothing" for NULL. Caller frees. */
char *rules_quote(const char *text);

/** Is an identity a UID? It may be anybody's. */
bool rules_is_hidden(const char *identity);

/** "IDRi", "IDRkmsr", ... of an element with an identity. */
const char *rules_identity_name(KrrElement element);

#endif
