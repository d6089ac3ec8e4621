/* rules-role.c
 * The rules on what a creator may say: by its role, its domain and its users
 *
 * Clauses 7.2.1.3.2.2 (a receiver) and 7.2.1.3.2.3 (a proxy, cases A to D). They speak of KRRs that are
 * made afresh; one that embeds another passes on what that one said.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "core/octets/kms-uri.h"
#include "core/rules/krr-claim.h"
#include "core/rules/krr-creator.h"
#include "core/rules/rule-functions.h"
#include "core/rules/rule-words.h"

/* ---- cases A to D of clause 7.2.1.3.2.3 ---- */

typedef struct RoleCase {
    const char *name;
    KrrSide given; /* the list that says what is acceptable; the other one is ANY */
} RoleCase;

static const RoleCase case_a = {"A", KRR_INITIATOR};
static const RoleCase case_b = {"B", KRR_INITIATOR};
static const RoleCase case_c = {"C", KRR_RECEIVER};
static const RoleCase case_d = {"D", KRR_RECEIVER};

/* Does a user belong to the domain of an entity? */
static bool relates(const DocumentJudge *judge, const Krr *krr, KrrElement user,
                    const KmsEntity *entity)
{
    const char *identity = document_identity(judge, krr, user);
    const KmsDomain *domain = identity ? kms_policy_domain_of_user(judge->policy, identity) : NULL;

    return domain && entity->domain && domain == kms_policy_domain(judge->policy, entity->domain);
}

static bool is_hidden(const DocumentJudge *judge, const Krr *krr, KrrElement user)
{
    const char *identity = document_identity(judge, krr, user);

    return identity && mcx_uid_is_text(identity);
}

/* The cases of an IS proxy, by the users of its domain. Somebody who is hidden may be of it too. */
static guint cases_of_is_proxy(const DocumentJudge *judge, const Krr *krr, const KmsEntity *entity,
                               const RoleCase *cases[2])
{
    bool initiator = relates(judge, krr, KRR_ELEMENT_IDRI, entity);
    bool receiver = relates(judge, krr, KRR_ELEMENT_IDRR, entity);
    guint count = 0;

    if (initiator || (receiver && is_hidden(judge, krr, KRR_ELEMENT_IDRI))) {
        cases[count++] = &case_b;
    }
    if (receiver || (initiator && is_hidden(judge, krr, KRR_ELEMENT_IDRR))) {
        cases[count++] = &case_c;
    }
    return count;
}

/* The cases that may apply to a creator; up to two. @return how many, 0 where it is not known */
static guint cases_of(const DocumentJudge *judge, const Krr *krr, const KmsEntity *entity,
                      const RoleCase *cases[2])
{
    switch (entity->role) {
    case KMS_ENTITY_INBOUND_CS_PROXY:
        cases[0] = &case_a;
        return 1;
    case KMS_ENTITY_OUTBOUND_CS_PROXY:
        cases[0] = &case_d;
        return 1;
    case KMS_ENTITY_IS_PROXY:
        return cases_of_is_proxy(judge, krr, entity, cases);
    default:
        return 0;
    }
}

static bool obeys(const Krr *krr, const RoleCase *role_case)
{
    KrrListKind given = krr->lists[role_case->given].kind;
    KrrListKind other =
        krr->lists[role_case->given == KRR_INITIATOR ? KRR_RECEIVER : KRR_INITIATOR].kind;

    return given != KRR_LIST_ANY && (other == KRR_LIST_ANY || other == KRR_LIST_MISSING);
}

static void say_wrong_list(DocumentJudge *judge, const Krr *krr, const KmsEntity *entity,
                           const RoleCase *role_case)
{
    KrrSide given = role_case->given;
    KrrSide other = given == KRR_INITIATOR ? KRR_RECEIVER : KRR_INITIATOR;

    document_add_finding(
        judge, KRR_RULE_WRONG_LIST_FOR_ROLE, krr,
        finding_in_list(krr->lists[given].kind == KRR_LIST_ANY ? given : other),
        rule_words("Case %s: a KRR of the %s %pQ gives the acceptable KMSs in the %s list and "
                   "leaves the %s list ANY.",
                   role_case->name, kms_entity_role_name(entity->role),
                   krr_text(krr, KRR_ELEMENT_CREATOR), krr_side_name(given), krr_side_name(other)),
        rule_words("The initiator list is %pL, the receiver list %pL.", &krr->lists[KRR_INITIATOR],
                   &krr->lists[KRR_RECEIVER]));
}

/* Clause 7.2.1.3.2.3, cases A to D: by where a proxy stands and whose user is concerned, one
 * list says what is acceptable and the other is ANY. Silent where: the policy does not state the
 * creator's role; the creator is the receiver, since keys may be meant for a server itself; or
 * the KRR embeds another. */
void rule_wrong_list_for_role(DocumentJudge *judge, const Krr *krr)
{
    const KmsEntity *entity = krr_creator_entity(judge->policy, krr);
    const RoleCase *cases[2];
    bool en_route = entity && krr_is_made_afresh(krr) && !krr_is_from_receiver(judge->policy, krr);
    guint count = en_route ? cases_of(judge, krr, entity, cases) : 0;

    for (guint i = 0; i < count; i++) {
        if (obeys(krr, cases[i])) {
            return;
        }
    }
    if (count > 0) {
        say_wrong_list(judge, krr, entity, cases[0]);
    }
}

/* ---- the receiver ---- */

static bool is_proxy(const KmsEntity *entity)
{
    return entity &&
           (entity->role == KMS_ENTITY_INBOUND_CS_PROXY ||
            entity->role == KMS_ENTITY_OUTBOUND_CS_PROXY || entity->role == KMS_ENTITY_IS_PROXY);
}

/* The receiver's own policy where it made the KRR, else that of nobody. What the policy says of
 * the users of a domain need not hold for its proxies, though keys may be meant for them. */
static KmsUser receiver_of(const DocumentJudge *judge, const Krr *krr)
{
    if (!krr_is_made_afresh(krr) || !krr_is_from_receiver(judge->policy, krr) ||
        is_proxy(krr_creator_entity(judge->policy, krr))) {
        return KMS_USER_NOBODY;
    }
    return kms_policy_user(judge->policy, krr_text(krr, KRR_ELEMENT_CREATOR), KMS_USER_RECEIVER);
}

/* Does a list that the KRR has leave out a KMS? */
static bool omits(const Krr *krr, KrrSide side, const char *kms)
{
    return kms && krr->lists[side].kind != KRR_LIST_MISSING &&
           !krr_list_allows(&krr->lists[side], kms);
}

static void say_omission(DocumentJudge *judge, KrrRuleId rule, const Krr *krr, KrrSide side,
                         const char *kms, const char *what)
{
    document_add_finding(
        judge, rule, krr, finding_in_list(side),
        rule_words("The %s list of the receiver %pQ holds at least %pQ, which is %s.",
                   krr_side_name(side), krr_text(krr, KRR_ELEMENT_CREATOR), kms, what),
        rule_words("The %s list is %pL.", krr_side_name(side), &krr->lists[side]));
}

/* Clause 7.2.1.3.2.2, 2a: if IDRkmsr is the home or a secondary KMS of the receiver, its
 * receiver list includes IDRkmsr at least. Silent where: somebody else made the KRR, it embeds
 * another, or the policy does not state the receiver's KMSs. */
void rule_receiver_omits_own_kms(DocumentJudge *judge, const Krr *krr)
{
    const KmsUser receiver = receiver_of(judge, krr);
    const char *kms = krr_text(krr, KRR_ELEMENT_IDRKMSR);

    if (omits(krr, KRR_RECEIVER, kms)) {
        KmsRole role = kms_user_role(&receiver, kms);
        if (role == KMS_ROLE_HOME || role == KMS_ROLE_SECONDARY) {
            say_omission(judge, KRR_RULE_RECEIVER_OMITS_OWN_KMS, krr, KRR_RECEIVER, kms,
                         role == KMS_ROLE_HOME ? "its home KMS" : "one of its secondary KMSs");
        }
    }
}

/* Clause 7.2.1.3.2.2, 1a: if IDRkmsi is one of the receiver's external KMSs, its initiator list
 * contains IDRkmsi at least. External KMSs always include the home and the secondary ones
 * (clause 7.2.1.3.1.3). Silent where: as for receiver-omits-own-kms. */
void rule_receiver_omits_initiator_kms(DocumentJudge *judge, const Krr *krr)
{
    const KmsUser receiver = receiver_of(judge, krr);
    const char *kms = krr_text(krr, KRR_ELEMENT_IDRKMSI);

    if (omits(krr, KRR_INITIATOR, kms) && kms_user_role(&receiver, kms) != KMS_ROLE_UNKNOWN) {
        say_omission(judge, KRR_RULE_RECEIVER_OMITS_INITIATOR_KMS, krr, KRR_INITIATOR, kms,
                     "one of its external KMSs");
    }
}

/* ---- domains ---- */

/* Clauses 7.2.1.3.2.2 and 7.2.1.3.2.3: a list holds KMSs that the creator's domain supports, or
 * that a receiver has as its own or external ones; that may be more than the other users of its
 * domain have. Silent where: the policy does not state what the domain accepts, or the KRR
 * embeds another. */
void rule_list_not_of_domain(DocumentJudge *judge, const Krr *krr)
{
    const KmsDomain *domain =
        krr_is_made_afresh(krr) ? krr_creator_domain(judge->policy, krr) : NULL;
    const KmsUser receiver = receiver_of(judge, krr);

    if (!domain || !domain->accepts) {
        return;
    }
    for (KrrSide side = 0; side < KRR_N_SIDES; side++) {
        g_autoptr(GPtrArray) listed = krr_kms_of(krr, side);
        for (guint i = 0; i < listed->len; i++) {
            const KrrValue *kms = g_ptr_array_index(listed, i);
            if (kms_uri_is_in(domain->accepts, kms->text) ||
                kms_user_role(&receiver, kms->text) != KMS_ROLE_UNKNOWN) {
                continue;
            }
            document_add_finding(
                judge, KRR_RULE_LIST_NOT_OF_DOMAIN, krr,
                finding_in_value(krr_side_element(side), kms),
                rule_words("A creator offers KMSs that its domain %s accepts.", domain->name),
                rule_words("The %s list of %pQ offers %pQ, which that domain does not accept.",
                           krr_side_name(side), krr_text(krr, KRR_ELEMENT_CREATOR), kms->text));
        }
    }
}

/* Is a KMS one by which the user may be keyed? */
static bool keys_user(const KmsUser *user, const char *kms)
{
    KmsRole role = kms_user_role(user, kms);

    return role == KMS_ROLE_HOME || role == KMS_ROLE_SECONDARY;
}

/* Is a list as it was in the KRR that is embedded? Then its creator left nothing out of it. */
static bool is_passed_on(const Krr *krr, KrrSide side)
{
    const Krr *inner = krr_is_made_afresh(krr) ? NULL : g_ptr_array_index(krr->embedded, 0);

    return inner && krr_same_list(&krr->lists[side], &inner->lists[side]);
}

/* Are all KMSs of a list the domain's, and none of them the user's own? */
static bool steers(const KrrList *list, const KmsDomain *domain, const KmsUser *user)
{
    for (guint i = 0; i < list->kms->len; i++) {
        const char *kms = krr_list_kms_at(list, i);
        if (!kms_domain_owns(domain, kms) || keys_user(user, kms)) {
            return false;
        }
    }
    return list->kms->len > 0;
}

/* Whose choice a list limits: the initiator signs with a KMS of its list, the receiver is
 * reached by one of the other. */
static const struct {
    KrrElement identity;
    KmsUserPart part;
} list_users[KRR_N_SIDES] = {
    [KRR_INITIATOR] = {KRR_ELEMENT_IDRI, KMS_USER_INITIATOR},
    [KRR_RECEIVER] = {KRR_ELEMENT_IDRR, KMS_USER_RECEIVER},
};

/* Is a user certainly not of a domain: of another one, or known to the policy and none of those
 * whom the domain states? */
static bool is_stranger(const DocumentJudge *judge, const char *identity, const KmsUser *user,
                        const KmsDomain *domain)
{
    const KmsDomain *home = kms_policy_domain_of_user(judge->policy, identity);

    if (home) {
        return home != domain;
    }
    return domain->users[0] && user->knows_kms && !mcx_uid_is_text(identity);
}

/* May the creator make that list as the receiver? Of its own KMSs it names which it likes; of
 * those of the initiator also, but that it must leave it an IDRkmsi with which it can do (clause
 * 7.2.1.3.2.2). Where its KMSs are not known, it may. */
static bool may_as_receiver(const DocumentJudge *judge, const Krr *krr, KrrSide side)
{
    const KmsUser receiver = receiver_of(judge, krr);
    const char *kms = krr_text(krr, KRR_ELEMENT_IDRKMSI);

    if (!krr_is_from_receiver(judge->policy, krr)) {
        return false;
    }
    return side == KRR_RECEIVER || !kms || kms_user_role(&receiver, kms) == KMS_ROLE_UNKNOWN ||
           krr_list_allows(&krr->lists[side], kms);
}

/* Does a list leave somebody who is not of the domain nothing but that domain's KMSs? */
static bool steers_to(const DocumentJudge *judge, const Krr *krr, KrrSide side,
                      const KmsDomain *domain)
{
    const char *identity = document_identity(judge, krr, list_users[side].identity);

    if (!identity || is_passed_on(krr, side) || may_as_receiver(judge, krr, side)) {
        return false;
    }
    const KmsUser user = kms_policy_user(judge->policy, identity, list_users[side].part);
    g_autoptr(GPtrArray) lists = krr_lists_of(krr, side);
    for (guint i = 0; is_stranger(judge, identity, &user, domain) && i < lists->len; i++) {
        if (steers(g_ptr_array_index(lists, i), domain, &user)) {
            return true;
        }
    }
    return false;
}

/* Clause 7.2.1.3.4: whoever runs a security domain can impersonate its users, so that a creator
 * which leaves a user of another domain only its own KMSs gains something. Silent where: the
 * user has one of these KMSs itself; the creator is the receiver and may choose so (clause
 * 7.2.1.3.2.2); or the policy does not know the creator's domain, or whether the user is of it. */
void rule_steered_to_own_domain(DocumentJudge *judge, const Krr *krr)
{
    const KmsDomain *domain = krr_creator_domain(judge->policy, krr);

    for (KrrSide side = 0; side < KRR_N_SIDES && domain; side++) {
        if (!steers_to(judge, krr, side, domain)) {
            continue;
        }
        document_add_finding(
            judge, KRR_RULE_STEERED_TO_OWN_DOMAIN, krr, finding_in_list(side),
            rule_words("A choice for %pQ, who is not of the creator's domain %s, that is not "
                       "only KMSs of that domain.",
                       document_identity(judge, krr, list_users[side].identity), domain->name),
            rule_words("The creator %pQ is of the domain %s, and the %s list leaves only that "
                       "domain's KMSs: %pL.",
                       krr_text(krr, KRR_ELEMENT_CREATOR), domain->name, krr_side_name(side),
                       &krr->lists[side]));
    }
}

/* ---- list-not-of-user ---- */

/* Does the creator list, as far as the policy tells, the KMSs by which the receiver is keyed? So do the
 * receiver and those who stand in its domain; an outbound CS proxy says what its own domain accepts
 * (case D). */
static bool lists_for_receiver(const DocumentJudge *judge, const Krr *krr)
{
    const KmsEntity *entity = krr_creator_entity(judge->policy, krr);
    const KmsDomain *domain = krr_creator_domain(judge->policy, krr);

    if (krr_is_of_receiver(judge->policy, krr)) {
        return true;
    }
    return !(entity && entity->role == KMS_ENTITY_OUTBOUND_CS_PROXY) && domain &&
           domain == kms_policy_domain_of_entity(judge->policy,
                                                 document_identity(judge, krr, KRR_ELEMENT_IDRR));
}

/* Clause 7.2.1.3.2.2, 2b, and 7.2.1.3.2.3, case C: the receiver list holds the home and the secondary
 * KMSs that the receiver uses. Silent where: the policy
 * does not state them, or only for all users of a domain, of which some may have more; the creator is neither the
 * receiver nor of its domain, or an outbound CS proxy (case D); or the KRR embeds another. */
void rule_list_not_of_user(DocumentJudge *judge, const Krr *krr)
{
    const char *receiver = document_identity(judge, krr, KRR_ELEMENT_IDRR);

    if (!receiver || mcx_uid_is_text(receiver) || !krr_is_made_afresh(krr) ||
        !lists_for_receiver(judge, krr)) {
        return;
    }
    const KmsUser user = kms_policy_user(judge->policy, receiver, KMS_USER_RECEIVER);
    g_autoptr(GPtrArray) listed = krr_kms_of(krr, KRR_RECEIVER);
    for (guint i = 0; user.keyed_by_name && i < listed->len; i++) {
        const KrrValue *kms = g_ptr_array_index(listed, i);
        if (keys_user(&user, kms->text)) {
            continue;
        }
        document_add_finding(
            judge, KRR_RULE_LIST_NOT_OF_USER, krr, finding_in_value(KRR_ELEMENT_RECEIVER_LIST, kms),
            rule_words("The receiver list holds home and secondary KMSs of %pQ.", receiver),
            rule_words("The receiver list of %pQ holds %pQ, which is neither.",
                       krr_text(krr, KRR_ELEMENT_CREATOR), kms->text));
    }
}
