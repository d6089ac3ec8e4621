/* rules-standing.c
 * The rule on who may make a KRR at all
 *
 * Clauses 7.2.1.3.1.1, 7.2.1.3.2.2 and 7.2.1.3.2.3: a KRR is made by the terminating entity, or by a
 * server on the way of the offer.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "core/event/story-frames.h"
#include "core/octets/mcx-identity.h"
#include "core/rules/krr-creator.h"
#include "core/rules/rule-functions.h"
#include "core/rules/rule-words.h"

/* What speaks against a creator. */
typedef struct Objection {
    const char *what; /* static, follows "The creator ... "; NULL: nothing */
    bool doubt;       /* the policy or the capture does not tell enough */
} Objection;

static const Objection no_objection;

/* ---- where it stands ---- */

static bool is_at(const KmsEntity *entity, const char *address)
{
    return g_strv_contains((const char *const *)entity->addresses, address);
}

/* Has no other entity that address? Two on one host look like one. */
static bool is_alone_at(const KmsPolicy *policy, const KmsEntity *entity, const char *address)
{
    const GPtrArray *all = kms_policy_entities(policy);

    for (guint i = 0; i < all->len; i++) {
        const KmsEntity *other = g_ptr_array_index(all, i);
        if (other != entity && is_at(other, address)) {
            return false;
        }
    }
    return true;
}

/* Was an offer that the KRR answers sent to the entity? */
static bool was_asked(const StoryKrr *krr, const KmsEntity *entity)
{
    for (guint i = 0; i < krr->legs->len; i++) {
        if (is_at(entity, story_leg_at(krr->legs, i)->destination)) {
            return true;
        }
    }
    return false;
}

static const StoryFrame *frame_on(const StoryLeg *leg, const StoryKrr *krr)
{
    for (guint i = 0; i < leg->krrs->len; i++) {
        if (story_krr_at(leg->krrs, i) == krr) {
            return story_frame_at(leg->krr_frames, i);
        }
    }
    return NULL;
}

/* Had the KRR left the entity before it came in? Then it only came round again. */
static bool had_left(const StoryKrr *krr, const KmsEntity *entity, const StoryFrame *came)
{
    for (guint i = 0; i < krr->legs->len; i++) {
        const StoryLeg *leg = story_leg_at(krr->legs, i);
        const StoryFrame *left = frame_on(leg, krr);
        gint64 slack = left && left->capture != came->capture ? STORY_MAX_CLOCK_OFFSET : 0;
        if (left && is_at(entity, leg->destination) && left->time_ns <= came->time_ns + slack) {
            return true;
        }
    }
    return false;
}

/* Did the KRR come to its own creator from somewhere else, as an answer to what that one had asked? */
static bool came_from_outside(const StoryJudge *judge, const StoryKrr *krr, const KmsEntity *entity)
{
    for (guint i = 0; i < krr->legs->len; i++) {
        const StoryLeg *leg = story_leg_at(krr->legs, i);
        const StoryFrame *came = frame_on(leg, krr);
        if (came && is_at(entity, leg->source) && !is_at(entity, leg->destination) &&
            is_alone_at(judge->policy, entity, leg->source) && !had_left(krr, entity, came)) {
            return true;
        }
    }
    return false;
}

/* ---- what it is ---- */

/* Is a user certainly not of a domain? */
static bool is_stranger(const StoryJudge *judge, const char *identity, const char *domain)
{
    const KmsDomain *of_entity = domain ? kms_policy_domain(judge->policy, domain) : NULL;
    const KmsDomain *of_user =
        identity ? kms_policy_domain_of_entity(judge->policy, identity) : NULL;

    return of_entity && of_user && of_user != of_entity;
}

/* A client or a GMS that is not the receiver. The receiver may be a group, which the policy does not
 * name; then whoever was asked as one of it may answer. */
static Objection object_to_terminating(const StoryJudge *judge, const StoryKrr *krr,
                                       const KmsEntity *entity)
{
    const bool other = krr->idrr && kms_policy_names(judge->policy, krr->idrr);
    const bool gms = entity->role == KMS_ENTITY_GMS;

    if (!other && was_asked(krr, entity)) {
        return no_objection;
    }
    return (Objection){gms ? "is a group management server, and not whom the offer is meant for"
                           : "is a client, and not the receiver",
                       !other};
}

/* Somebody who is no entity of the policy. */
static Objection object_to_unlisted(const StoryJudge *judge, const char *creator)
{
    if (kms_policy_names(judge->policy, creator)) {
        return (Objection){"is a user by the policy, neither the receiver nor a server", false};
    }
    if (kms_policy_entities(judge->policy)->len > 0) {
        return (Objection){"is no entity of the policy", true};
    }
    return no_objection;
}

static Objection object_to_entity(const StoryJudge *judge, const StoryKrr *krr,
                                  const KmsEntity *entity)
{
    if (entity->role == KMS_ENTITY_CLIENT || entity->role == KMS_ENTITY_GMS) {
        return object_to_terminating(judge, krr, entity);
    }
    if (entity->role == KMS_ENTITY_IS_PROXY && is_stranger(judge, krr->idri, entity->domain) &&
        is_stranger(judge, krr->idrr, entity->domain)) {
        return (Objection){"is an IS proxy of a domain that neither user is of", false};
    }
    if (came_from_outside(judge, krr, entity)) {
        return (Objection){"is the very server to which the KRR came from outside", false};
    }
    return no_objection;
}

/* What speaks against the creator of a KRR. A receiver that is hidden may be anybody but the
 * initiator. */
static Objection objection_to(const StoryJudge *judge, const StoryKrr *krr)
{
    const char *creator = krr_text(krr->krr, KRR_ELEMENT_CREATOR);

    if (!creator || krr_is_of_receiver(judge->policy, krr->krr) ||
        (krr->idrr && mcx_identity_same(creator, krr->idrr))) {
        return no_objection;
    }
    if (krr->idri && mcx_identity_same(creator, krr->idri)) {
        return (Objection){"is the initiator itself", false};
    }
    const KmsEntity *entity = krr_creator_entity(judge->policy, krr->krr);
    if (!entity) {
        return krr_text(krr->krr, KRR_ELEMENT_IDRR) && !krr->idrr
                   ? no_objection
                   : object_to_unlisted(judge, creator);
    }
    return object_to_entity(judge, krr, entity);
}

/* Clauses 7.2.1.3.1.1, 7.2.1.3.2.2 and 7.2.1.3.2.3: the receiver of an offer makes a KRR, or a server on
 * the way there. In doubt where: the policy states entities, and the creator is none of them; or it is a
 * client or a GMS, and the receiver may be a group. Silent where: the policy states no entity, or the
 * receiver is hidden and may be the creator. */
void rule_creator_without_standing(StoryJudge *judge, const StoryKrr *krr)
{
    const Objection objection = krr->unreadable ? no_objection : objection_to(judge, krr);

    if (!objection.what || krr->frames->len == 0) {
        return;
    }
    GArray *frames = evidence_new();
    evidence_add(frames, *story_frame_at(krr->frames, 0));
    char *expected = rule_words("The receiver or a server on the way of the offer makes a KRR.");
    char *observed = rule_words(
        "The creator of krr-%u, %pQ, %s.%s", krr->number, krr_text(krr->krr, KRR_ELEMENT_CREATOR),
        objection.what,
        objection.doubt ? " Whether it stands on the way is not known: an [entity] group with its "
                          "role and addresses, or the hop on which it was asked, would settle it."
                        : "");
    const StorySubject subject = story_subject_krr(judge, krr);
    if (objection.doubt) {
        audit_add_doubt(judge, KRR_RULE_CREATOR_WITHOUT_STANDING, subject, frames, expected,
                        observed);
    } else {
        audit_add_finding(judge, KRR_RULE_CREATOR_WITHOUT_STANDING, subject, frames, expected,
                          observed);
    }
}
