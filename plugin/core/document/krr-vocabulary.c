/* krr-vocabulary.c
 * The element names of a KMS Redirect Response, as data
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "core/document/krr-vocabulary.h"

#include <string.h>

#define GROUP "elements"
/* A name list longer than this is no vocabulary. */
#define MAX_FILE_OCTETS (256 * 1024)

/* The canonical name of each element first, then its aliases. A profile: see the header. */
static const struct {
    const char *canonical;
    const char *aliases; /* separated by spaces */
} built_in[KRR_N_ELEMENTS] = {
    [KRR_ELEMENT_TIME] = {"Time", "Date DateTime TimeStamp Timestamp KrrTime"},
    [KRR_ELEMENT_CREATOR] = {"CreatorUri",
                             "Creator CreatorId KrrCreator SenderUri Sender IssuerUri "
                             "Issuer OriginatorUri ProcessorUri"},
    [KRR_ELEMENT_IDRI] = {"InitiatorUri",
                          "IDRi Initiator InitiatorId MikeyInitiator InitiatingUri"},
    [KRR_ELEMENT_IDRR] = {"ReceiverUri",
                          "IDRr Receiver ReceiverId ResponderUri Responder MikeyReceiver"},
    [KRR_ELEMENT_IDRKMSI] = {"InitiatorKmsUri", "IDRkmsi InitiatorKms"},
    [KRR_ELEMENT_IDRKMSR] = {"ReceiverKmsUri", "IDRkmsr ReceiverKms ResponderKmsUri"},
    [KRR_ELEMENT_INITIATOR_LIST] = {"InitiatorKmsList",
                                    "InitiatorList InitiatorKmsUriList InitiatorKmsUris"},
    [KRR_ELEMENT_RECEIVER_LIST] = {"ReceiverKmsList", "ReceiverList ReceiverKmsUriList "
                                                      "ReceiverKmsUris ResponderKmsList"},
    [KRR_ELEMENT_ANY] = {"Any", "ANY"},
    [KRR_ELEMENT_KMS] = {"KmsUri", "Kms Uri KmsURI KmsId"},
    [KRR_ELEMENT_KRR] = {"KmsRedirectResponse", ""},
    [KRR_ELEMENT_EMBEDDED] = {"EmbeddedKrr", "ReceivedKrr SubKrr EmbeddedKmsRedirectResponse"},
    [KRR_ELEMENT_SIGNED] = {"SignedKmsRedirectResponse", ""},
};

struct KrrVocabulary {
    GHashTable *elements; /* local name -> GUINT_TO_POINTER(KrrElement) */
};

static void add_name(KrrVocabulary *vocabulary, const char *name, KrrElement element)
{
    g_hash_table_replace(vocabulary->elements, g_strdup(name), GUINT_TO_POINTER(element));
}

static KrrVocabulary *built_in_new(void)
{
    KrrVocabulary *vocabulary = g_new0(KrrVocabulary, 1);

    vocabulary->elements = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    for (KrrElement element = 0; element < KRR_N_ELEMENTS; element++) {
        g_auto(GStrv) aliases = g_strsplit(built_in[element].aliases, " ", -1);
        add_name(vocabulary, built_in[element].canonical, element);
        for (guint i = 0; aliases[i]; i++) {
            if (aliases[i][0]) {
                add_name(vocabulary, aliases[i], element);
            }
        }
    }
    return vocabulary;
}

const KrrVocabulary *krr_vocabulary_default(void)
{
    static KrrVocabulary *vocabulary;

    if (g_once_init_enter(&vocabulary)) {
        g_once_init_leave(&vocabulary, built_in_new());
    }
    return vocabulary;
}

void krr_vocabulary_free(KrrVocabulary *vocabulary)
{
    if (vocabulary) {
        g_hash_table_unref(vocabulary->elements);
        g_free(vocabulary);
    }
}

KrrElement krr_vocabulary_lookup(const KrrVocabulary *vocabulary, const char *local_name)
{
    gpointer element;

    return g_hash_table_lookup_extended(vocabulary->elements, local_name, NULL, &element)
               ? (KrrElement)GPOINTER_TO_UINT(element)
               : KRR_ELEMENT_UNKNOWN;
}

const char *krr_vocabulary_name(KrrElement element)
{
    return element < KRR_N_ELEMENTS ? built_in[element].canonical : "unknown element";
}

/* ---- the file of a deployment ---- */

static KrrElement canonical_element(const char *name)
{
    for (KrrElement element = 0; element < KRR_N_ELEMENTS; element++) {
        if (g_str_equal(built_in[element].canonical, name)) {
            return element;
        }
    }
    return KRR_ELEMENT_UNKNOWN;
}

/* The line on which a key stands, from 1; 0 where it is not found. GKeyFile does not tell. */
static guint line_of_key(const char *text, const char *key)
{
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    size_t length = strlen(key);

    for (guint i = 0; lines[i]; i++) {
        const char *line = g_strchug(lines[i]);
        if (strncmp(line, key, length) == 0 && strchr("= \t", line[length])) {
            return i + 1;
        }
    }
    return 0;
}

/* May it be the local name of an element? ASCII names are all that a schema of this kind has. */
static bool is_name(const char *name)
{
    if (!g_ascii_isalpha(name[0]) && name[0] != '_') {
        return false;
    }
    for (const char *c = name; *c; c++) {
        if (!g_ascii_isalnum(*c) && !strchr("_-.", *c)) {
            return false;
        }
    }
    return true;
}

#define BAD(...) g_set_error(error, G_KEY_FILE_ERROR, G_KEY_FILE_ERROR_INVALID_VALUE, __VA_ARGS__)

/* @param given  names that the file gave before: name -> canonical name */
static bool take_names(KrrVocabulary *vocabulary, KrrElement element, char **names,
                       GHashTable *given, GError **error)
{
    for (guint i = 0; names[i]; i++) {
        const char *name = g_strstrip(names[i]);
        const char *other = g_hash_table_lookup(given, name);
        if (!is_name(name)) {
            BAD("\"%s\" is not the name of an element (no prefix, no blanks)", name);
            return false;
        }
        if (other && !g_str_equal(other, built_in[element].canonical)) {
            BAD("\"%s\" is also given to %s", name, other);
            return false;
        }
        g_hash_table_insert(given, g_strdup(name), (gpointer)built_in[element].canonical);
        add_name(vocabulary, name, element);
    }
    return true;
}

static bool take_key(KrrVocabulary *vocabulary, GKeyFile *file, const char *key, GHashTable *given,
                     GError **error)
{
    KrrElement element = canonical_element(key);

    if (element == KRR_ELEMENT_UNKNOWN) {
        BAD("no such element; the names are those of the built-in table, such as %s",
            built_in[KRR_ELEMENT_CREATOR].canonical);
        return false;
    }
    g_auto(GStrv) names = g_key_file_get_string_list(file, GROUP, key, NULL, error);
    return names && take_names(vocabulary, element, names, given, error);
}

static bool take_file(KrrVocabulary *vocabulary, GKeyFile *file, const char *text, GError **error)
{
    g_auto(GStrv) groups = g_key_file_get_groups(file, NULL);
    g_autoptr(GHashTable) given = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

    for (guint i = 0; groups[i]; i++) {
        if (!g_str_equal(groups[i], GROUP)) {
            BAD("[%s]: no such group; a vocabulary has one, [" GROUP "]", groups[i]);
            return false;
        }
    }
    g_auto(GStrv) keys = g_key_file_get_keys(file, GROUP, NULL, NULL);
    if (!keys) {
        BAD("there is no group [" GROUP "]");
        return false;
    }
    for (guint i = 0; keys[i]; i++) {
        if (!take_key(vocabulary, file, keys[i], given, error)) {
            g_prefix_error(error, "line %u: %s: ", line_of_key(text, keys[i]), keys[i]);
            return false;
        }
    }
    return true;
}

KrrVocabulary *krr_vocabulary_load(const char *path, GError **error)
{
    g_autofree char *text = NULL;
    gsize length;
    g_autoptr(GKeyFile) file = g_key_file_new();

    if (!g_file_get_contents(path, &text, &length, error)) {
        return NULL;
    }
    if (length > MAX_FILE_OCTETS) {
        BAD("larger than %d octets", MAX_FILE_OCTETS);
        return NULL;
    }
    if (!g_utf8_validate(text, (gssize)length, NULL)) {
        BAD("not UTF-8 text");
        return NULL;
    }
    if (!g_key_file_load_from_data(file, text, length, G_KEY_FILE_NONE, error)) {
        return NULL;
    }
    g_autoptr(KrrVocabulary) vocabulary = built_in_new();
    return take_file(vocabulary, file, text, error) ? g_steal_pointer(&vocabulary) : NULL;
}
