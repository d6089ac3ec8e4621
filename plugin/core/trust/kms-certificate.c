/* kms-certificate.c
 * KMS certificates: a KMS, its public key and its key periods, as the KMS itself provisions them
 *
 * Elements are known by their local names: deployments differ in the namespace, which changed from
 * release to release, and no other element of an answer has these names.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "core/trust/kms-certificate.h"

#include <string.h>

#include "core/document/krr-limits.h"
#include "core/document/krr-parser.h"
#include "core/kms/kms-name.h"
#include "core/octets/bounded-file.h"

#define MAX_CERTIFICATES 1000 /* in one document */
#define MAX_SHOWN        80   /* characters of a value in an error */

/* Reads the text of an element. What is wrong goes into the error, without the element's name. */
typedef bool (*ValueReader)(KmsCertificate *certificate, const char *text, GError **error);

typedef struct ElementRule {
    const char *name;
    ValueReader read;
    bool required;
} ElementRule;

G_GNUC_PRINTF(2, 3)
static bool refuse(GError **error, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    g_autofree char *message = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    g_set_error_literal(error, G_FILE_ERROR, G_FILE_ERROR_INVAL, message);
    return false;
}

/* ---- values ---- */

/* A wrong value in an error message: on one line, and cut where it is long. */
static char *shown(const char *text)
{
    g_autofree char *beginning = g_utf8_substring(text, 0, MIN(g_utf8_strlen(text, -1), MAX_SHOWN));
    g_autofree char *escaped = g_strescape(beginning, NULL);
    return g_strdup_printf("\"%s\"", escaped);
}

static bool read_kms(KmsCertificate *certificate, const char *text, GError **error)
{
    if (!kms_name_check(text, error)) {
        return false;
    }
    if (*text == '\0' || strchr(text, '*')) {
        return refuse(error, "names no KMS");
    }
    certificate->kms = g_strdup(text);
    return true;
}

/* An xsd:dateTime; without a zone it is UTC. GDateTime knows the years 1 to 9999. */
static bool read_time(const char *text, gint64 *seconds, GError **error)
{
    g_autoptr(GTimeZone) utc = g_time_zone_new_utc();
    g_autoptr(GDateTime) time = g_date_time_new_from_iso8601(text, utc);
    if (!time) {
        g_autofree char *value = shown(text);
        return refuse(error, "%s is no xsd:dateTime", value);
    }
    *seconds = g_date_time_to_unix(time);
    return true;
}

static bool read_valid_from(KmsCertificate *certificate, const char *text, GError **error)
{
    return read_time(text, &certificate->valid_from, error);
}

static bool read_valid_to(KmsCertificate *certificate, const char *text, GError **error)
{
    return read_time(text, &certificate->valid_to, error);
}

static bool read_revoked(KmsCertificate *certificate, const char *text, GError **error)
{
    static const char *const booleans[] = {"false", "true", "0", "1"};
    for (guint i = 0; i < G_N_ELEMENTS(booleans); i++) {
        if (g_str_equal(text, booleans[i])) {
            certificate->revoked = i % 2 == 1;
            return true;
        }
    }
    g_autofree char *value = shown(text);
    return refuse(error, "%s is neither true nor false", value);
}

static bool read_seconds(const char *text, guint64 least, guint64 *seconds, GError **error)
{
    if (g_ascii_string_to_unsigned(text, 10, least, G_MAXUINT32, seconds, NULL)) {
        return true;
    }
    g_autofree char *value = shown(text);
    return refuse(error, "%s is not a number from %" G_GUINT64_FORMAT " to %u", value, least,
                  G_MAXUINT32);
}

static bool read_period(KmsCertificate *certificate, const char *text, GError **error)
{
    return read_seconds(text, 1, &certificate->user_key_period, error);
}

static bool read_offset(KmsCertificate *certificate, const char *text, GError **error)
{
    certificate->has_user_key_offset = true;
    return read_seconds(text, 0, &certificate->user_key_offset, error);
}

/* Hex digits; some write them in groups. */
static bool read_key(KmsCertificate *certificate, const char *text, GError **error)
{
    gsize digits = 0;
    for (const char *c = text; *c; c++) {
        if (g_ascii_isspace(*c)) {
            continue;
        }
        if (!g_ascii_isxdigit(*c) || digits == 2 * ECCSI_POINT_LENGTH) {
            return refuse(error, "is not %d octets in hex", ECCSI_POINT_LENGTH);
        }
        guint8 *octet = &certificate->key[digits++ / 2];
        *octet = (guint8)(*octet << 4 | g_ascii_xdigit_value(*c));
    }
    if (digits != 2 * ECCSI_POINT_LENGTH) {
        return refuse(error, "is not %d octets in hex", ECCSI_POINT_LENGTH);
    }
    if (!eccsi_is_point(certificate->key)) {
        return refuse(error, "is no uncompressed point (04, x, y) of the curve P-256");
    }
    certificate->has_key = true;
    return true;
}

static const ElementRule elements[] = {
    {"KmsUri", read_kms, true},
    {"ValidFrom", read_valid_from, false},
    {"ValidTo", read_valid_to, false},
    {"Revoked", read_revoked, false},
    {"UserKeyPeriod", read_period, false},
    {"UserKeyOffset", read_offset, false},
    {"PubAuthKey", read_key, false},
};

/* ---- elements ---- */

static bool is_named(const xmlNode *node, const char *name)
{
    return node->type == XML_ELEMENT_NODE && g_str_equal((const char *)node->name, name);
}

/* The whole text, white space at both ends dropped. Caller frees. */
static char *text_of(const xmlNode *element)
{
    xmlChar *content = xmlNodeGetContent(element);
    char *text = g_strstrip(g_strdup(content ? (const char *)content : ""));
    xmlFree(content);
    return text;
}

/* The role of a certificate that does not state it: the element that provisions it tells. */
static KmsCertificateRole role_by_place(const xmlNode *element)
{
    for (const xmlNode *above = element->parent; above; above = above->parent) {
        if (is_named(above, "KmsInit") || is_named(above, "KmsKeyProv")) {
            return KMS_CERTIFICATE_ROOT;
        }
        if (is_named(above, "KmsCertCache")) {
            return KMS_CERTIFICATE_EXTERNAL;
        }
    }
    return KMS_CERTIFICATE_ROLE_NOT_STATED;
}

static bool read_role(KmsCertificate *certificate, xmlNode *element, GError **error)
{
    xmlChar *content = xmlGetNoNsProp(element, BAD_CAST "Role");
    g_autofree char *text = content ? g_strstrip(g_strdup((const char *)content)) : NULL;
    xmlFree(content);
    if (!text) {
        certificate->role = role_by_place(element);
    } else if (g_str_equal(text, "Root")) {
        certificate->role = KMS_CERTIFICATE_ROOT;
    } else if (g_str_equal(text, "External")) {
        certificate->role = KMS_CERTIFICATE_EXTERNAL;
    } else {
        g_autofree char *value = shown(text);
        return refuse(error, "the Role %s is neither Root nor External", value);
    }
    return true;
}

/* The element of that name in a certificate. @return false where there are several */
static bool find_only(const xmlNode *certificate, const char *name, const xmlNode **found)
{
    *found = NULL;
    for (const xmlNode *child = certificate->children; child; child = child->next) {
        if (!is_named(child, name)) {
            continue;
        }
        if (*found) {
            return false;
        }
        *found = child;
    }
    return true;
}

static bool read_element(KmsCertificate *certificate, const xmlNode *element,
                         const ElementRule *rule, GError **error)
{
    const xmlNode *found;
    if (!find_only(element, rule->name, &found)) {
        return refuse(error, "there are several");
    }
    if (!found) {
        return !rule->required || refuse(error, "is missing");
    }
    g_autofree char *text = text_of(found);
    return rule->read(certificate, text, error);
}

static void certificate_free(gpointer data)
{
    KmsCertificate *certificate = data;
    g_free(certificate->kms);
    g_free(certificate);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC(KmsCertificate, certificate_free)

static KmsCertificate *read_certificate(xmlNode *element, GError **error)
{
    g_autoptr(KmsCertificate) certificate = g_new0(KmsCertificate, 1);
    certificate->valid_from = G_MININT64;
    certificate->valid_to = G_MAXINT64;
    if (!read_role(certificate, element, error)) {
        g_prefix_error(error, "line %ld: KmsCertificate: ", xmlGetLineNo(element));
        return NULL;
    }
    for (guint i = 0; i < G_N_ELEMENTS(elements); i++) {
        if (!read_element(certificate, element, &elements[i], error)) {
            g_prefix_error(error, "line %ld: KmsCertificate, %s: ", xmlGetLineNo(element),
                           elements[i].name);
            return NULL;
        }
    }
    return g_steal_pointer(&certificate);
}

/* The depth is bounded by the parser. */
static bool collect(xmlNode *element, GPtrArray *certificates, GError **error)
{
    if (is_named(element, "KmsCertificate")) {
        KmsCertificate *certificate = read_certificate(element, error);
        if (certificate) {
            g_ptr_array_add(certificates, certificate);
        }
        if (certificates->len > MAX_CERTIFICATES) {
            return refuse(error, "there are more than %d certificates", MAX_CERTIFICATES);
        }
        return certificate != NULL;
    }
    for (xmlNode *child = element->children; child; child = child->next) {
        if (!collect(child, certificates, error)) {
            return false;
        }
    }
    return true;
}

GPtrArray *kms_certificates_read(const guint8 *octets, gsize length, GError **error)
{
    g_autoptr(GPtrArray) certificates = g_ptr_array_new_with_free_func(certificate_free);
    g_autoptr(KrrParse) parse = krr_parse_new(octets, length);
    if (!parse->xml) {
        refuse(error, "%s", parse->error);
        return NULL;
    }
    if (!collect(xmlDocGetRootElement(parse->xml), certificates, error)) {
        return NULL;
    }
    if (certificates->len == 0) {
        refuse(error, "there is no KmsCertificate in it");
        return NULL;
    }
    return g_steal_pointer(&certificates);
}

GPtrArray *kms_certificates_load(const char *path, GError **error)
{
    g_autoptr(GString) octets = bounded_file_read(path, KRR_MAX_OCTETS, error);
    GPtrArray *certificates = NULL;
    if (octets) {
        certificates = kms_certificates_read((const guint8 *)octets->str, octets->len, error);
    }
    if (!certificates) {
        g_prefix_error(error, "\"%s\"%s ", path, octets ? ":" : "");
    }
    return certificates;
}

KmsCertificateState kms_certificate_state(const KmsCertificate *certificate, gint64 at)
{
    if (certificate->revoked) {
        return KMS_CERTIFICATE_REVOKED;
    }
    if (at < certificate->valid_from) {
        return KMS_CERTIFICATE_NOT_YET_VALID;
    }
    return at > certificate->valid_to ? KMS_CERTIFICATE_OUTDATED : KMS_CERTIFICATE_CURRENT;
}
