/* kms-message.c
 * What a user and a KMS say to each other: KmsRequest and KmsResponse
 *
 * Elements are known by their local names: the namespace changed from release to release. They stand
 * beneath the root, or beneath the message in it where the root is the signed form; what stands
 * deeper is the content, and may have been written by others, as KRRs are.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "core/kms/kms-message.h"

#include <string.h>

#include "core/document/krr-parser.h"

/* Longest error that is kept, octets. */
#define MAX_ERROR 160

static bool is_named(const xmlNode *node, const char *name)
{
    return node->type == XML_ELEMENT_NODE && g_str_equal((const char *)node->name, name);
}

static const xmlNode *child_named(const xmlNode *element, const char *name)
{
    for (const xmlNode *child = element->children; child; child = child->next) {
        if (is_named(child, name)) {
            return child;
        }
    }
    return NULL;
}

/* The whole text of an element in one line, runs of white space as one space. Caller frees. */
static char *text_of(const xmlNode *element)
{
    xmlChar *content = xmlNodeGetContent(element);
    GString *text = g_string_new(NULL);

    for (const char *c = (const char *)content; c && *c; c++) {
        const bool blank = g_ascii_isspace(*c) || g_ascii_iscntrl(*c);
        if (!blank) {
            g_string_append_c(text, *c);
        } else if (text->len > 0 && text->str[text->len - 1] != ' ') {
            g_string_append_c(text, ' ');
        }
    }
    xmlFree(content);
    return g_strchomp(g_string_free(text, FALSE));
}

static char *text_of_child(const xmlNode *element, const char *name)
{
    const xmlNode *child = child_named(element, name);
    g_autofree char *text = child ? text_of(child) : NULL;
    const gsize length = text ? strlen(text) : 0;

    return length > 0 && length <= KMS_MAX_TEXT ? g_steal_pointer(&text) : NULL;
}

/* The texts of an element's children, a space between them; of one without children, its own. Caller
 *  frees. */
static char *texts_of(const xmlNode *element)
{
    GString *texts = g_string_new(NULL);

    for (const xmlNode *child = element->children; child; child = child->next) {
        if (child->type == XML_ELEMENT_NODE && texts->len <= MAX_ERROR) {
            g_autofree char *text = text_of(child);
            g_string_append_printf(texts, "%s%s", texts->len > 0 ? " " : "", text);
        }
    }
    if (texts->len > 0) {
        return g_string_free(texts, FALSE);
    }
    g_string_free(texts, TRUE);
    return text_of(element);
}

static char *error_of(const xmlNode *element)
{
    static const char *const names[] = {"KmsError", "ClientError"};
    const xmlNode *error = NULL;

    for (guint i = 0; i < G_N_ELEMENTS(names) && !error; i++) {
        error = child_named(element, names[i]);
    }
    g_autofree char *text = error ? texts_of(error) : NULL;
    if (!text || strlen(text) <= MAX_ERROR) {
        return g_steal_pointer(&text);
    }
    g_autofree char *start = g_strndup(text, MAX_ERROR);
    return g_utf8_make_valid(start, -1);
}

/* The message: the root, or what the signed form wraps. */
static const xmlNode *message_element(const xmlNode *root, bool *is_response)
{
    static const struct {
        const char *name;
        const char *wrapper;
        bool is_response;
    } forms[] = {
        {"KmsRequest", "SignedKmsRequest", false},
        {"KmsResponse", "SignedKmsResponse", true},
    };

    for (guint i = 0; i < G_N_ELEMENTS(forms); i++) {
        *is_response = forms[i].is_response;
        if (is_named(root, forms[i].name)) {
            return root;
        }
        if (is_named(root, forms[i].wrapper)) {
            const xmlNode *inner = child_named(root, forms[i].name);
            return inner ? inner : root;
        }
    }
    return NULL;
}

/* A message may be in an element of its own. */
static const xmlNode *content_of(const xmlNode *message)
{
    const xmlNode *content = child_named(message, "KmsMessage");

    return content ? content : message;
}

KmsMessage *kms_message_of(const struct _xmlDoc *xml)
{
    const xmlNode *root = xml ? xmlDocGetRootElement((xmlDocPtr)xml) : NULL;
    bool is_response;
    const xmlNode *element = root ? message_element(root, &is_response) : NULL;

    if (!element) {
        return NULL;
    }
    KmsMessage *message = g_new0(KmsMessage, 1);
    const xmlNode *content = content_of(element);
    message->is_response = is_response;
    message->user = text_of_child(element, "UserUri");
    message->kms = text_of_child(element, "KmsUri");
    message->request_url = text_of_child(element, "ClientReqUrl");
    message->error = error_of(element);
    if (!message->error && content != element) {
        message->error = error_of(content);
    }
    message->brings_cache = child_named(content, "KmsCertCache") != NULL;
    return message;
}

KmsMessage *kms_message_parse(const guint8 *octets, gsize length)
{
    g_autoptr(KrrParse) parse = krr_parse_new(octets, length);

    return kms_message_of(parse->xml);
}

KmsMessage *kms_message_copy(const KmsMessage *message)
{
    KmsMessage *copy = g_new(KmsMessage, 1);

    *copy = (KmsMessage){
        .is_response = message->is_response,
        .user = g_strdup(message->user),
        .kms = g_strdup(message->kms),
        .request_url = g_strdup(message->request_url),
        .error = g_strdup(message->error),
        .brings_cache = message->brings_cache,
    };
    return copy;
}

void kms_message_free(KmsMessage *message)
{
    if (message) {
        g_free(message->user);
        g_free(message->kms);
        g_free(message->request_url);
        g_free(message->error);
        g_free(message);
    }
}
