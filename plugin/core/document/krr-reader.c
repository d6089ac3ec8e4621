/* krr-reader.c
 * From an element to the KRR that it is
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "core/document/krr-reader.h"

#include "core/document/krr-canonical.h"
#include "core/document/krr-limits.h"
#include "core/document/krr-signature-claims.h"
#include "core/document/krr-time.h"

/* Of an element that is not read, enough of its text to recognise it. */
#define UNRECOGNISED_TEXT_OCTETS 256

void krr_reader_note(const KrrReader *reader, Krr *krr, const xmlNode *element, char *reason)
{
    KrrUnrecognised *unrecognised = g_new0(KrrUnrecognised, 1);
    g_autofree char *text = krr_element_text(element);

    unrecognised->name = element->ns && !krr_element_in_namespace(element, KRR_NAMESPACE)
                             ? g_strdup_printf("{%s}%s", element->ns->href, element->name)
                             : g_strdup((const char *)element->name);
    unrecognised->reason = reason;
    if (text) {
        g_autofree char *start = g_strndup(text, UNRECOGNISED_TEXT_OCTETS);
        unrecognised->text = g_utf8_make_valid(start, -1);
    }
    unrecognised->range = krr_element_range(&reader->input, element);
    g_ptr_array_add(krr->unrecognised, unrecognised);
}

/* ---- lists ---- */

static bool says_any(const char *text)
{
    return text && g_ascii_strcasecmp(text, "ANY") == 0;
}

static void read_member(const KrrReader *reader, Krr *krr, KrrList *list, xmlNodePtr member,
                        guint *anys)
{
    KrrElement element = krr_element_meaning(&reader->input, member);

    if (element == KRR_ELEMENT_ANY) {
        (*anys)++;
        return;
    }
    if (element != KRR_ELEMENT_KMS) {
        krr_reader_note(reader, krr, member, g_strdup("no member of a list of KMSs"));
        return;
    }
    KrrValue value = krr_element_value(&reader->input, member);
    if (says_any(value.text)) {
        (*anys)++;
        krr_value_clear(&value);
    } else if (!value.text) {
        krr_reader_note(reader, krr, member, g_strdup("a KMS URI without text"));
    } else {
        g_ptr_array_add(list->kms, g_memdup2(&value, sizeof(value)));
    }
}

static void read_list(const KrrReader *reader, Krr *krr, KrrList *list, xmlNodePtr element)
{
    guint anys = 0;
    g_autofree char *text = krr_element_own_text(element);

    list->range = krr_element_range(&reader->input, element);
    for (xmlNodePtr child = element->children; child; child = child->next) {
        if (child->type == XML_ELEMENT_NODE) {
            read_member(reader, krr, list, child, &anys);
        }
    }
    if (says_any(text)) {
        anys++;
    } else if (text) {
        krr_reader_note(reader, krr, element, g_strdup("text beside the members of the list"));
    }
    if (list->kms->len > 0) {
        list->kind = KRR_LIST_LISTED;
        if (anys > 0) {
            /* Read the stricter way: who offers everything need not list anything. */
            krr_reader_note(reader, krr, element, g_strdup("ANY beside KMS URIs"));
        }
    } else {
        list->kind = anys > 0 ? KRR_LIST_ANY : KRR_LIST_EMPTY;
    }
}

/* ---- KRRs ---- */

static void read_value(const KrrReader *reader, Krr *krr, KrrElement element, xmlNodePtr child)
{
    krr->values[element] = krr_element_value(&reader->input, child);
    for (xmlNodePtr inner = child->children; inner; inner = inner->next) {
        if (inner->type == XML_ELEMENT_NODE) {
            krr_reader_note(reader, krr, inner,
                            g_strdup_printf("an element inside %s", child->name));
        }
    }
}

static void read_embedded(KrrReader *reader, Krr *krr, xmlNodePtr element)
{
    if (krr->depth + 1 > KRR_MAX_DEPTH) {
        if (!reader->document->error) {
            reader->document->error =
                g_strdup_printf("there are more than %d levels of sub-KRRs", KRR_MAX_DEPTH);
            reader->document->error_offset = krr_element_range(&reader->input, element).offset;
        }
        return;
    }
    if (krr->embedded->len > 0) {
        krr_reader_note(reader, krr, element, g_strdup("a second embedded KRR"));
    }
    g_ptr_array_add(krr->embedded, krr_reader_take(reader, element, krr->depth + 1, false));
}

void krr_reader_take_signature(const KrrReader *reader, Krr *krr, xmlNodePtr element)
{
    KrrSource *source = krr_origin_of(reader->document->origin, krr);

    if (krr->signature.present) {
        krr_reader_note(reader, krr, element, g_strdup("a second Signature"));
        g_ptr_array_add(source->signatures, element);
    } else {
        krr_signature_read(&krr->signature, source, element, &reader->input);
    }
}

/* Looks into a wrapper around the embedded KRR. The signature in a signed wrapper is the KRR's. */
static void read_wrapper(KrrReader *reader, Krr *krr, xmlNodePtr wrapper)
{
    guint before = krr->embedded->len;

    for (xmlNodePtr child = wrapper->children; child; child = child->next) {
        if (child->type != XML_ELEMENT_NODE || krr_is_signature(child)) {
            continue;
        }
        KrrElement element = krr_element_meaning(&reader->input, child);
        if (element == KRR_ELEMENT_KRR) {
            read_embedded(reader, krr, child);
        } else if (element == KRR_ELEMENT_SIGNED &&
                   krr_element_meaning(&reader->input, wrapper) == KRR_ELEMENT_EMBEDDED) {
            read_wrapper(reader, krr, child);
        } else {
            krr_reader_note(reader, krr, child, g_strdup("not in the vocabulary"));
        }
    }
    for (xmlNodePtr child = wrapper->children; child; child = child->next) {
        if (krr_is_signature(child) && krr->embedded->len > before) {
            krr_reader_take_signature(reader, g_ptr_array_index(krr->embedded, before), child);
        }
    }
}

/* Keeps what a field or a list says that was read before: other readers may take this one. */
static void read_repeat(const KrrReader *reader, Krr *krr, KrrElement element, xmlNodePtr child)
{
    KrrRepeat *repeat = g_new0(KrrRepeat, 1);

    repeat->element = element;
    repeat->list.kms = g_ptr_array_new_with_free_func(krr_value_free);
    g_ptr_array_add(krr->repeats, repeat);
    krr_reader_note(reader, krr, child,
                    g_strdup_printf("a second %s", krr_vocabulary_name(element)));
    if (element < KRR_N_VALUES) {
        repeat->value = krr_element_value(&reader->input, child);
    } else {
        read_list(reader, krr, &repeat->list, child);
    }
}

/* @param seen  bits of the fields read so far */
static void read_child(KrrReader *reader, Krr *krr, xmlNodePtr child, guint *seen)
{
    KrrElement element = krr_element_meaning(&reader->input, child);
    KrrSide side = krr_element_side(element);

    if (element < KRR_N_REQUIRED) {
        if (*seen & (1u << element)) {
            read_repeat(reader, krr, element, child);
            return;
        }
        *seen |= 1u << element;
    }
    if (element < KRR_N_VALUES) {
        read_value(reader, krr, element, child);
    } else if (side != KRR_N_SIDES) {
        read_list(reader, krr, &krr->lists[side], child);
    } else if (element == KRR_ELEMENT_KRR) {
        read_embedded(reader, krr, child);
    } else if (element == KRR_ELEMENT_EMBEDDED || element == KRR_ELEMENT_SIGNED) {
        read_wrapper(reader, krr, child);
    } else {
        krr_reader_note(reader, krr, child, g_strdup("not in the vocabulary"));
    }
}

/* Is a child read at all: in the namespace of the KRR that holds it, or a KRR under whatever
 * namespace? Local elements of a schema may also stand in no namespace. */
static bool is_readable(const KrrReader *reader, const xmlNode *krr, const xmlNode *child)
{
    KrrElement element = krr_element_meaning(&reader->input, child);

    return !child->ns || krr_element_in_namespace(child, KRR_NAMESPACE) ||
           (krr->ns && xmlStrEqual(child->ns->href, krr->ns->href)) || element == KRR_ELEMENT_KRR ||
           element == KRR_ELEMENT_EMBEDDED || element == KRR_ELEMENT_SIGNED;
}

static void read_children(KrrReader *reader, Krr *krr, xmlNodePtr element)
{
    guint seen = 0;

    for (xmlNodePtr child = element->children; child; child = child->next) {
        if (child->type != XML_ELEMENT_NODE) {
            continue;
        }
        if (krr_is_signature(child)) {
            krr_reader_take_signature(reader, krr, child);
        } else if (is_readable(reader, element, child)) {
            read_child(reader, krr, child, &seen);
        } else {
            krr_reader_note(reader, krr, child, g_strdup("of a foreign namespace"));
        }
    }
}

static void note_namespace(const KrrReader *reader, Krr *krr, xmlNodePtr element, bool is_list)
{
    if (!is_list && !krr_element_in_namespace(element, KRR_NAMESPACE)) {
        krr_reader_note(reader, krr, element,
                        g_strdup("read, although it is not in the namespace " KRR_NAMESPACE));
    }
}

Krr *krr_reader_take(KrrReader *reader, xmlNodePtr element, guint depth, bool is_list)
{
    Krr *krr = krr_new();

    krr_origin_add(reader->document->origin, krr, element);
    krr->is_list = is_list;
    krr->range = krr_element_range(&reader->input, element);
    krr->depth = depth;
    krr->version = krr_attribute_value(&reader->input, element, "Version");
    krr->id = krr_attribute_value(&reader->input, element, "Id");
    note_namespace(reader, krr, element, is_list);
    read_children(reader, krr, element);
    const char *time = krr_text(krr, KRR_ELEMENT_TIME);
    krr->time_valid = time && krr_time_parse(time, &krr->time_ns);
    for (guint i = 0; i < krr->embedded->len; i++) {
        krr->sub_krrs += 1 + ((const Krr *)krr->embedded->pdata[i])->sub_krrs;
    }
    krr->digest = krr_canonical_digest(element, is_list);
    return krr;
}
