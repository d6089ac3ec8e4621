/* krr-signature-parts.c
 * The parts of a ds:Signature element, each where it must stand and once
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "core/signature/krr-signature-parts.h"

#include "core/document/krr-vocabulary.h"

/* How often a part stands in the element that holds it. */
typedef enum PartCount { ONCE, AT_MOST_ONCE, FROM_ONCE, ANY_TIMES } PartCount;

/* A part that an element may hold. */
typedef struct PartRule {
    const char *name;
    PartCount count;
    xmlNodePtr *found; /* out: places for as many as there may be */
    guint places;
    guint n;
} PartRule;

static bool is_part(const xmlNode *element, const char *name)
{
    return element->ns && xmlStrEqual(element->ns->href, BAD_CAST XMLDSIG_NAMESPACE) &&
           xmlStrEqual(element->name, BAD_CAST name);
}

static KrrPartsProblem take_part(const xmlNode *holder, xmlNodePtr child, PartRule *rules,
                                 guint n_rules, char **reason)
{
    for (guint i = 0; i < n_rules; i++) {
        PartRule *rule = &rules[i];
        if (!is_part(child, rule->name)) {
            continue;
        }
        if (rule->n == 1 && (rule->count == ONCE || rule->count == AT_MOST_ONCE)) {
            *reason = g_strdup_printf("%s holds %s twice", holder->name, rule->name);
            return KRR_PARTS_BROKEN;
        }
        if (rule->n == rule->places) {
            *reason =
                g_strdup_printf("%s holds more than %u %s", holder->name, rule->places, rule->name);
            return KRR_PARTS_TOO_MANY;
        }
        rule->found[rule->n++] = child;
        return KRR_PARTS_FINE;
    }
    *reason = g_strdup_printf("%s holds an element that is none of its parts", holder->name);
    return KRR_PARTS_BROKEN;
}

/* @param open  other elements are allowed, and not looked at */
static KrrPartsProblem take_parts(xmlNodePtr holder, PartRule *rules, guint n_rules, bool open,
                                  char **reason)
{
    for (xmlNodePtr child = xmlFirstElementChild(holder); child;
         child = xmlNextElementSibling(child)) {
        KrrPartsProblem problem = take_part(holder, child, rules, n_rules, reason);
        if (problem == KRR_PARTS_TOO_MANY || (problem == KRR_PARTS_BROKEN && !open)) {
            return problem;
        }
        g_clear_pointer(reason, g_free);
    }
    for (guint i = 0; i < n_rules; i++) {
        if (rules[i].n == 0 && (rules[i].count == ONCE || rules[i].count == FROM_ONCE)) {
            *reason = g_strdup_printf("%s lacks %s", holder->name, rules[i].name);
            return KRR_PARTS_BROKEN;
        }
    }
    return KRR_PARTS_FINE;
}

static KrrPartsProblem take_reference(xmlNodePtr element, KrrReferenceParts *parts, char **reason)
{
    xmlNodePtr transforms = NULL;
    PartRule rules[] = {
        {"Transforms", AT_MOST_ONCE, &transforms, 1, 0},
        {"DigestMethod", ONCE, &parts->digest_method, 1, 0},
        {"DigestValue", ONCE, &parts->digest_value, 1, 0},
    };
    PartRule transform_rules[] = {
        {"Transform", FROM_ONCE, parts->transforms, KRR_MAX_TRANSFORMS, 0},
    };

    parts->element = element;
    KrrPartsProblem problem = take_parts(element, rules, G_N_ELEMENTS(rules), false, reason);
    if (problem == KRR_PARTS_FINE && transforms) {
        problem =
            take_parts(transforms, transform_rules, G_N_ELEMENTS(transform_rules), false, reason);
    }
    parts->n_transforms = transform_rules[0].n;
    return problem;
}

static KrrPartsProblem take_signed_info(KrrSignatureParts *parts, char **reason)
{
    xmlNodePtr references[KRR_MAX_REFERENCES];
    PartRule rules[] = {
        {"CanonicalizationMethod", ONCE, &parts->canonicalization, 1, 0},
        {"SignatureMethod", ONCE, &parts->method, 1, 0},
        {"Reference", FROM_ONCE, references, KRR_MAX_REFERENCES, 0},
    };
    KrrPartsProblem problem =
        take_parts(parts->signed_info, rules, G_N_ELEMENTS(rules), false, reason);

    for (guint i = 0; problem == KRR_PARTS_FINE && i < rules[2].n; i++) {
        problem = take_reference(references[i], &parts->references[parts->n_references++], reason);
    }
    return problem;
}

/* Only the certificates of KeyInfo are read: a key alone does not say whose it is, and what KeyInfo only
 * points to is not fetched. */
static KrrPartsProblem take_certificates(KrrSignatureParts *parts, char **reason)
{
    PartRule rule = {"X509Certificate", ANY_TIMES, parts->certificates, KRR_MAX_CERTIFICATES, 0};
    KrrPartsProblem problem = KRR_PARTS_FINE;

    for (xmlNodePtr data = xmlFirstElementChild(parts->key_info); data && problem == KRR_PARTS_FINE;
         data = xmlNextElementSibling(data)) {
        if (is_part(data, "X509Data")) {
            problem = take_parts(data, &rule, 1, true, reason);
        }
    }
    parts->n_certificates = rule.n;
    return problem;
}

KrrPartsProblem krr_signature_take_apart(xmlNodePtr signature, KrrSignatureParts *parts,
                                         char **reason)
{
    xmlNodePtr objects[KRR_MAX_REFERENCES];
    PartRule rules[] = {
        {"SignedInfo", ONCE, &parts->signed_info, 1, 0},
        {"SignatureValue", ONCE, &parts->value, 1, 0},
        {"KeyInfo", AT_MOST_ONCE, &parts->key_info, 1, 0},
        {"Object", ANY_TIMES, objects, G_N_ELEMENTS(objects), 0},
    };

    *parts = (KrrSignatureParts){0};
    *reason = NULL;
    KrrPartsProblem problem = take_parts(signature, rules, G_N_ELEMENTS(rules), false, reason);
    if (problem == KRR_PARTS_FINE) {
        problem = take_signed_info(parts, reason);
    }
    if (problem == KRR_PARTS_FINE && parts->key_info) {
        problem = take_certificates(parts, reason);
    }
    return problem;
}

xmlChar *krr_signature_attribute(const xmlNode *element, const char *name)
{
    return xmlGetNoNsProp((xmlNodePtr)element, BAD_CAST name);
}
