/* kms-lookalike.c
 * Does an unknown KMS URI pass for a known one?
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "core/policy/kms-lookalike.h"

#include <string.h>

#include "core/octets/kms-uri.h"
#include "core/policy/kms-disguise.h"
#include "core/policy/kms-skeleton.h"

#define MAX_CHARACTERS           1024 /* longer ones pass for nothing that anybody reads */
#define MAX_OCTETS_PER_CHARACTER 4
#define MIN_CHARACTERS_EDIT      6 /* in shorter ones one edit is a different name */

/* Is the rest of two texts, behind their common beginning, one edit apart? Takes time in proportion
 * to the length. */
static bool tails_one_edit_apart(const gunichar *one, glong one_length, const gunichar *other,
                                 glong other_length)
{
    gsize size = sizeof *one;
    if (one_length == other_length + 1) {
        return memcmp(one + 1, other, (gsize)other_length * size) == 0;
    }
    if (other_length == one_length + 1) {
        return memcmp(one, other + 1, (gsize)one_length * size) == 0;
    }
    if (one_length != other_length || one_length == 0) {
        return false;
    }
    if (memcmp(one + 1, other + 1, (gsize)(one_length - 1) * size) == 0) {
        return true;
    }
    return one_length >= 2 && one[0] == other[1] && one[1] == other[0] &&
           memcmp(one + 2, other + 2, (gsize)(one_length - 2) * size) == 0;
}

static bool one_edit_apart(const char *kms, const char *known)
{
    gsize kms_size = strlen(kms), known_size = strlen(known);
    if (MAX(kms_size, known_size) - MIN(kms_size, known_size) > MAX_OCTETS_PER_CHARACTER) {
        return false;
    }

    glong one_length, other_length;
    g_autofree gunichar *one = g_utf8_to_ucs4_fast(kms, (glong)kms_size, &one_length);
    g_autofree gunichar *other = g_utf8_to_ucs4_fast(known, (glong)known_size, &other_length);
    if (one_length < MIN_CHARACTERS_EDIT) {
        return false;
    }

    glong same = 0;
    while (same < one_length && same < other_length && one[same] == other[same]) {
        same++;
    }
    return tails_one_edit_apart(one + same, one_length - same, other + same, other_length - same);
}

static const char *const texts[] = {
    [KMS_LIKENESS_NONE] = "is not like it",
    [KMS_LIKENESS_CASE] = "differs in letter case only",
    [KMS_LIKENESS_TRAILING_DOT] = "differs in dots at its end only",
    [KMS_LIKENESS_PUNYCODE] = "is like it once its xn-- labels are decoded",
    [KMS_LIKENESS_CONFUSABLE] = "differs in characters that look alike",
    [KMS_LIKENESS_INVISIBLE] = "differs in characters that are not seen",
    [KMS_LIKENESS_SUBDOMAIN] = "has its host as the beginning of another one",
    [KMS_LIKENESS_USER] = "has its host before an @, where a user stands",
    [KMS_LIKENESS_PATH] = "has its host behind another host",
    [KMS_LIKENESS_SCHEME] = "is its host with another scheme",
    [KMS_LIKENESS_PORT] = "is its host with another port",
    [KMS_LIKENESS_TOP_LEVEL] = "differs in its top-level domain only",
    [KMS_LIKENESS_ONE_EDIT] = "is one edit away",
};

const char *kms_likeness_text(KmsLikeness likeness)
{
    return texts[likeness];
}

/* For each likeness, in the order in which they are tried: the form of two URIs that is then equal. */
static const struct {
    KmsLikeness likeness;
    gsize form;
} same_forms[] = {
    {KMS_LIKENESS_CASE, offsetof(KmsSkeleton, folded)},
    {KMS_LIKENESS_TRAILING_DOT, offsetof(KmsSkeleton, dotless)},
    {KMS_LIKENESS_CONFUSABLE, offsetof(KmsSkeleton, skeleton)},
    {KMS_LIKENESS_INVISIBLE, offsetof(KmsSkeleton, seen)},
};

/* How two URIs are alike, as they are written: xn-- labels are not decoded. */
static KmsLikeness plain_likeness(const KmsSkeleton *kms, const KmsSkeleton *known)
{
    for (guint i = 0; i < G_N_ELEMENTS(same_forms); i++) {
        gsize form = same_forms[i].form;
        if (g_str_equal(G_STRUCT_MEMBER(char *, kms, form), G_STRUCT_MEMBER(char *, known, form))) {
            return same_forms[i].likeness;
        }
    }
    return KMS_LIKENESS_NONE;
}

/* A URI as it stands and, where that differs, with its xn-- labels decoded. */
typedef struct Looks {
    char *canonical;
    KmsSkeleton *plain;
    KmsSkeleton *decoded; /* the same as plain where nothing is to be decoded */
} Looks;

static Looks looks_of(const char *kms)
{
    g_autofree char *decoded = kms_skeleton_decode(kms);
    KmsSkeleton *plain = kms_skeleton_new(kms);
    return (Looks){kms_uri_canonical(kms), plain, decoded ? kms_skeleton_new(decoded) : plain};
}

static void looks_clear(Looks *looks)
{
    if (looks->decoded != looks->plain) {
        kms_skeleton_free(looks->decoded);
    }
    kms_skeleton_free(looks->plain);
    g_free(looks->canonical);
}

/* Numbered siblings are one edit apart, and honest. */
static KmsLikeness spelling_likeness(const KmsSkeleton *kms, const KmsSkeleton *known)
{
    KmsLikeness likeness = plain_likeness(kms, known);

    return likeness == KMS_LIKENESS_NONE && one_edit_apart(kms->dotless, known->dotless) &&
                   !kms_are_siblings(kms->dotless, known->dotless)
               ? KMS_LIKENESS_ONE_EDIT
               : likeness;
}

static KmsLikeness likeness_of_looks(const Looks *kms, const Looks *known)
{
    KmsLikeness likeness = plain_likeness(kms->plain, known->plain);
    if (likeness == KMS_LIKENESS_NONE) {
        likeness = kms_disguise(kms->canonical, known->canonical);
    }
    if (likeness == KMS_LIKENESS_NONE) {
        likeness = spelling_likeness(kms->plain, known->plain);
    }
    if (likeness != KMS_LIKENESS_NONE ||
        (kms->plain == kms->decoded && known->plain == known->decoded)) {
        return likeness;
    }
    likeness = spelling_likeness(kms->decoded, known->decoded);
    return likeness == KMS_LIKENESS_NONE ? KMS_LIKENESS_NONE : KMS_LIKENESS_PUNYCODE;
}

static bool is_comparable(const char *kms)
{
    gsize most = MAX_CHARACTERS * MAX_OCTETS_PER_CHARACTER;
    return strnlen(kms, most + 1) <= most && g_utf8_validate(kms, -1, NULL) &&
           g_utf8_strlen(kms, -1) <= MAX_CHARACTERS;
}

static bool is_known(const char *kms, const GPtrArray *known)
{
    for (guint i = 0; i < known->len; i++) {
        if (kms_uri_same(kms, g_ptr_array_index(known, i))) {
            return true;
        }
    }
    return false;
}

KmsLikeness kms_lookalike(const char *kms, const GPtrArray *known, const char **match)
{
    if (match) {
        *match = NULL;
    }
    if (is_known(kms, known) || !is_comparable(kms)) {
        return KMS_LIKENESS_NONE;
    }

    Looks looks = looks_of(kms);
    KmsLikeness closest = KMS_LIKENESS_NONE;
    for (guint i = 0; i < known->len && closest != KMS_LIKENESS_CASE; i++) {
        const char *candidate = g_ptr_array_index(known, i);
        if (!is_comparable(candidate)) {
            continue;
        }
        Looks candidate_looks = looks_of(candidate);
        KmsLikeness likeness = likeness_of_looks(&looks, &candidate_looks);
        looks_clear(&candidate_looks);
        if (likeness == KMS_LIKENESS_NONE || (closest && likeness >= closest)) {
            continue;
        }
        closest = likeness;
        if (match) {
            *match = candidate;
        }
    }
    looks_clear(&looks);
    return closest;
}
