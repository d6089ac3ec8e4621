/* story-judge.h
 * How rules on the story say what they found, on what evidence, and what they could not judge
 *
 * A rule that fires adds a finding. A rule that ought to have judged something, and could not,
 * never stays silent about that: it counts a gap, or adds one with a reason of its own.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef STORY_JUDGE_H
#define STORY_JUDGE_H

#include "core/rules/finding-pile.h"
#include "core/rules/kms-view.h"

/** Why rules could not be judged in places; each has its sentence, with how often. */
typedef enum AuditGapKind {
    AUDIT_GAP_OFFER_MISSING,      /**< the offer that a KRR answers is not in the capture */
    AUDIT_GAP_REQUEST_MISSING,    /**< nor is the request, or not wholly */
    AUDIT_GAP_OFFER_UNVERIFIABLE, /**< the signature of an offer is of another kind, or nobody's */
    AUDIT_GAP_CAPTURE_ENDS,       /**< before a server would have had to pass a KRR on */
    AUDIT_GAP_OTHER_BRANCH,       /**< a server may have answered as another branch did */
    AUDIT_GAP_OTHER_KEY,          /**< a new offer may be for another key */
    AUDIT_GAP_BEHIND_SERVER,      /**< a new offer of which only hops behind a server were seen */
    AUDIT_GAP_KMS_NO_TRAFFIC,     /**< none of the user with its Home KMS is in the capture */
    AUDIT_GAP_KMS_TOO_SHORT, /**< the capture with that traffic begins too late, ends too soon */
    AUDIT_GAP_KMS_HIDDEN,    /**< there is traffic that could not be read */
    AUDIT_N_GAP_KINDS
} AuditGapKind;

/** While one audit is made. */
typedef struct StoryJudge {
    const Ledger *ledger;
    const KmsPolicy *policy;
    KrrSeverity severity[KRR_N_RULES]; /**< OFF: turned off, or not asked for */
    FindingPile *pile;                 /**< where findings gather */
    GPtrArray *gaps;                   /**< of AuditGap */
    guint gap_counts[KRR_N_RULES][AUDIT_N_GAP_KINDS];
    GHashTable *negotiation_of; /**< StoryKrr or StoryOffer -> StoryNegotiation */
    GHashTable *offers_of_hop;  /**< of rules-offer.c; NULL until that needs it; likewise */
    GHashTable *requests_with_offers;
    GPtrArray *request_answers;
    const KmsView *kms_view;
} StoryJudge;

/* ---- findings ---- */

/** What a finding is about. */
typedef struct StorySubject {
    const StoryNegotiation *negotiation; /**< or NULL; likewise */
    const StoryKrr *krr;
    const StoryOffer *offer;
} StorySubject;

/** A KRR, and the negotiation in which it was seen. */
StorySubject story_subject_krr(const StoryJudge *judge, const StoryKrr *krr);
/** An offer, and the last negotiation in which it was tried. */
StorySubject story_subject_offer(const StoryJudge *judge, const StoryOffer *offer);

/**
 * Adds a finding, unless the rule is not wanted or off.
 *
 * @param frames    the evidence (evidence_new()), never empty; taken over
 * @param expected  what the clause demands, a sentence (rule-words.h); taken over
 * @param observed  what was seen instead; taken over
 */
void audit_add_finding(StoryJudge *judge, KrrRuleId rule, StorySubject subject, GArray *frames,
                       char *expected, char *observed);

/** The same as an error, where more was seen than the rule asks for; unless the policy states another
 *  severity for the rule. */
void audit_add_error(StoryJudge *judge, KrrRuleId rule, StorySubject subject, GArray *frames,
                     char *expected, char *observed);

/**
 * Adds a doubt: a finding of severity NOTE, where something speaks for the rule and something that the
 * capture may not show could speak against it. Unless the rule is not wanted or off.
 *
 * @param observed  what was seen, what would explain it, and which frame or hop would settle it;
 *                  taken over, as the other two
 */
void audit_add_doubt(StoryJudge *judge, KrrRuleId rule, StorySubject subject, GArray *frames,
                     char *expected, char *observed);

/* ---- gaps ---- */

/** Notes that a rule could not be judged in one place, for a reason that many places share. */
void audit_count_gap(StoryJudge *judge, KrrRuleId rule, AuditGapKind kind);

/** Notes that a rule could not be judged, at all or in places. @param reason  taken over */
void audit_add_gap(StoryJudge *judge, KrrRuleId rule, char *reason);

/** Adds a gap, with its number, for all that were counted. To be called once all rules were
 *  judged. */
void audit_add_counted_gaps(StoryJudge *judge);

/* ---- evidence ---- */

/** Frames, in order of time and once each; empty. */
GArray *evidence_new(void);
void evidence_add(GArray *frames, StoryFrame frame);
/** The request of a leg, where it was captured, and the frame in which a KRR answered it. */
void evidence_add_answer(GArray *frames, const StoryLeg *leg, const StoryKrr *krr);

/* ---- what many rules ask ---- */

/** The policy of the initiator; that of nobody where its identity is hidden. */
KmsUser story_initiator(const StoryJudge *judge, const StoryNegotiation *negotiation);

/** Was the initiator's own hop captured, as far as the policy can tell? Behind a server it is
 *  not known what reached the initiator, nor whether it tried something in between. */
bool story_has_initiators_hop(const StoryJudge *judge, const StoryNegotiation *negotiation,
                              const StoryAttempt *attempt);

#endif
