/* krr-signature-claims.c
 * What a ds:Signature element claims, without a word on whether it holds
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "core/document/krr-signature-claims.h"

/* While one signature is read. */
typedef struct Claims {
    KrrSignature *signature;
    KrrSource *source;
    const KrrInput *input;
} Claims;

static bool is_dsig(const xmlNode *element, const char *name)
{
    return element->type == XML_ELEMENT_NODE && element->ns &&
           xmlStrEqual(element->ns->href, BAD_CAST XMLDSIG_NAMESPACE) &&
           xmlStrEqual(element->name, BAD_CAST name);
}

bool krr_is_signature(const xmlNode *element)
{
    return is_dsig(element, "Signature");
}

static char *taken(xmlChar *text)
{
    char *copy = g_strdup((const char *)text);

    xmlFree(text);
    return copy;
}

/* The first such attribute counts. */
static void read_attribute(const Claims *claims, KrrValue *value, xmlNodePtr element,
                           const char *name)
{
    const KrrExtent *extent = krr_parse_extent(claims->input->parse, element);
    xmlChar *text = xmlGetNoNsProp(element, BAD_CAST name);

    if (value->text) {
        xmlFree(text);
    } else if (text) {
        value->text = taken(text);
        value->range = krr_input_range(claims->input, extent->start, extent->content);
    }
}

static KrrValue read_text(const Claims *claims, xmlNodePtr element)
{
    const KrrExtent *extent = krr_parse_extent(claims->input->parse, element);
    char *text = taken(xmlNodeGetContent(element));

    return (KrrValue){text ? g_strstrip(text) : NULL,
                      krr_input_range(claims->input, extent->content, extent->content_end)};
}

static void read_reference(const Claims *claims, xmlNodePtr reference)
{
    KrrSignature *signature = claims->signature;

    if (signature->references++ > 0) {
        return;
    }
    read_attribute(claims, &signature->reference, reference, "URI");
    for (xmlNodePtr child = reference->children; child; child = child->next) {
        if (is_dsig(child, "DigestMethod")) {
            read_attribute(claims, &signature->digest_algorithm, child, "Algorithm");
        }
    }
}

static void read_signed_info(const Claims *claims, xmlNodePtr signed_info)
{
    KrrSignature *signature = claims->signature;

    for (xmlNodePtr child = signed_info->children; child; child = child->next) {
        if (is_dsig(child, "CanonicalizationMethod")) {
            read_attribute(claims, &signature->canonicalization, child, "Algorithm");
        } else if (is_dsig(child, "SignatureMethod")) {
            read_attribute(claims, &signature->algorithm, child, "Algorithm");
        } else if (is_dsig(child, "Reference")) {
            read_reference(claims, child);
        }
    }
}

static void read_key_info(const Claims *claims, xmlNodePtr key_info)
{
    for (xmlNodePtr data = key_info->children; data; data = data->next) {
        if (!is_dsig(data, "X509Data")) {
            continue;
        }
        for (xmlNodePtr child = data->children; child; child = child->next) {
            if (is_dsig(child, "X509Certificate")) {
                KrrValue value = read_text(claims, child);
                g_ptr_array_add(claims->source->certificates, g_memdup2(&value, sizeof(value)));
                claims->signature->n_certificates++;
            }
        }
    }
}

void krr_signature_read(KrrSignature *signature, KrrSource *source, xmlNodePtr element,
                        const KrrInput *input)
{
    const Claims claims = {signature, source, input};

    signature->present = true;
    signature->range = krr_element_range(input, element);
    source->certificates = g_ptr_array_new_with_free_func(krr_value_free);
    source->signatures = g_ptr_array_new();
    g_ptr_array_add(source->signatures, element);
    signature->verdict.status = KRR_SIGNATURE_UNSUPPORTED;
    signature->verdict.reason = g_strdup("it has not been verified");
    for (xmlNodePtr child = element->children; child; child = child->next) {
        if (is_dsig(child, "SignedInfo")) {
            read_signed_info(&claims, child);
        } else if (is_dsig(child, "SignatureValue") && !source->signature_value.text) {
            source->signature_value = read_text(&claims, child);
        } else if (is_dsig(child, "KeyInfo")) {
            read_key_info(&claims, child);
        }
    }
}
