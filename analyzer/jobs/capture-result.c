/* capture-result.c
 * What became of a capture, told by the process that read it to the one that reports
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "analyzer/jobs/capture-result.h"

#include <errno.h>
#include <string.h>

#include <glib/gstdio.h>

#include "analyzer/engine/renewal-schedule.h"
#include "analyzer/engine/unread.h"
#include "analyzer/jobs/spool.h"
#include "core/event/story-time.h"

/* Facts by their name, then the lengths of the runs, then parts and streams of the frame links. */
#define RESULT_TYPE "(a{sv}at" FRAME_LINKS_TYPE ")"

/* How a fact is kept. */
typedef enum FactKind {
    FACT_TEXT,
    FACT_STATIC_TEXT,
    FACT_FLAG,
    FACT_NUMBER,
    FACT_RENEWALS,
    FACT_UNREAD,
    FACT_CLOCK
} FactKind;

/* Renewals go as pairs of numbers. */
#define NUMBERS_RENEWAL 2

#define UNREAD_TYPE "a(usuut)"
G_STATIC_ASSERT(sizeof(SessionRenewal) == NUMBERS_RENEWAL * sizeof(guint32));

/* All of CaptureResult. */
static const struct {
    const char *name;
    FactKind kind;
    gsize place;
} facts[] = {
    {"sha256", FACT_TEXT, G_STRUCT_OFFSET(CaptureResult, sha256)},
    {"format", FACT_STATIC_TEXT, G_STRUCT_OFFSET(CaptureResult, format)},
    {"frames", FACT_NUMBER, G_STRUCT_OFFSET(CaptureResult, frames)},
    {"filtered", FACT_NUMBER, G_STRUCT_OFFSET(CaptureResult, filtered)},
    {"dissected", FACT_NUMBER, G_STRUCT_OFFSET(CaptureResult, dissected)},
    {"has-time", FACT_FLAG, G_STRUCT_OFFSET(CaptureResult, has_time)},
    {"first", FACT_NUMBER, G_STRUCT_OFFSET(CaptureResult, first_ns)},
    {"last", FACT_NUMBER, G_STRUCT_OFFSET(CaptureResult, last_ns)},
    {"renewals", FACT_RENEWALS, G_STRUCT_OFFSET(CaptureResult, renewals)},
    {"unread", FACT_UNREAD, G_STRUCT_OFFSET(CaptureResult, unread)},
    {"clock", FACT_CLOCK, G_STRUCT_OFFSET(CaptureResult, clock)},
    {"complete", FACT_FLAG, G_STRUCT_OFFSET(CaptureResult, complete)},
    {"error", FACT_TEXT, G_STRUCT_OFFSET(CaptureResult, error)},
    {"readable", FACT_TEXT, G_STRUCT_OFFSET(CaptureResult, readable)},
    {"size", FACT_NUMBER, G_STRUCT_OFFSET(CaptureResult, size)},
    {"modified", FACT_NUMBER, G_STRUCT_OFFSET(CaptureResult, modified_ns)},
};

/* What is added to a result must be added to the facts as well. */
#if GLIB_SIZEOF_VOID_P == 8
G_STATIC_ASSERT(sizeof(CaptureResult) == 128);
#endif

static char *path_of(const Capture *capture, const char *directory)
{
    return g_strdup_printf("%s/result-%u", directory, capture->index);
}

/* ---- writing ---- */

/* NULL: there were none. */
static GVariant *renewals_variant(const GArray *renewals)
{
    if (!renewals) {
        return NULL;
    }
    return g_variant_new_fixed_array(G_VARIANT_TYPE_UINT32, renewals->data,
                                     (gsize)NUMBERS_RENEWAL * renewals->len, sizeof(guint32));
}

/* Names, since quarks are those of a process. NULL: nothing is known. */
static GVariant *unread_variant(const GArray *unread)
{
    GVariantBuilder builder;

    if (!unread) {
        return NULL;
    }
    g_variant_builder_init(&builder, G_VARIANT_TYPE(UNREAD_TYPE));
    for (guint i = 0; i < unread->len; i++) {
        const Unread *one = &g_array_index(unread, Unread, i);
        const char *protocol = g_quark_to_string(one->protocol);
        g_variant_builder_add(&builder, "(usuut)", one->kind, protocol ? protocol : "", one->port,
                              one->first, one->count);
    }
    return g_variant_builder_end(&builder);
}

/* NULL: what is not known. */
static GVariant *fact_variant(FactKind kind, gconstpointer place)
{
    switch (kind) {
    case FACT_TEXT:
    case FACT_STATIC_TEXT:
        return *(char *const *)place ? g_variant_new_bytestring(*(char *const *)place) : NULL;
    case FACT_FLAG:
        return g_variant_new_boolean(*(const bool *)place);
    case FACT_NUMBER:
        return g_variant_new_uint64(*(const guint64 *)place);
    case FACT_RENEWALS:
        return renewals_variant(*(GArray *const *)place);
    case FACT_UNREAD:
        return unread_variant(*(GArray *const *)place);
    case FACT_CLOCK:
        return *(StoryClock *const *)place ? story_clock_variant(*(StoryClock *const *)place)
                                           : NULL;
    }
    g_return_val_if_reached(NULL);
}

static GVariant *facts_variant(const CaptureResult *result)
{
    GVariantBuilder builder;

    g_variant_builder_init(&builder, G_VARIANT_TYPE_VARDICT);
    for (guint i = 0; i < G_N_ELEMENTS(facts); i++) {
        GVariant *fact =
            fact_variant(facts[i].kind, G_STRUCT_MEMBER_P((CaptureResult *)result, facts[i].place));

        if (fact) {
            g_variant_builder_add(&builder, "{sv}", facts[i].name, fact);
        }
    }
    return g_variant_builder_end(&builder);
}

/* A file that is there is whole. */
static bool write_file(const char *path, GVariant *variant, GError **error)
{
    g_autofree char *fresh = g_strconcat(path, ".new", NULL);
    int reason;

    if (g_file_set_contents_full(fresh, g_variant_get_data(variant),
                                 (gssize)g_variant_get_size(variant), G_FILE_SET_CONTENTS_NONE,
                                 0600, error) &&
        g_rename(fresh, path) == 0) {
        return true;
    }
    reason = errno;
    if (error && !*error) {
        g_set_error(error, G_FILE_ERROR, g_file_error_from_errno(reason), "%s: %s", path,
                    g_strerror(reason));
    }
    return false;
}

bool capture_result_save(const Capture *capture, const GArray *lengths, const FrameLinks *links,
                         const char *directory, GError **error)
{
    g_autofree char *path = path_of(capture, directory);
    GVariant *const children[] = {
        facts_variant(&capture->result),
        g_variant_new_fixed_array(G_VARIANT_TYPE_UINT64, lengths->data, lengths->len,
                                  sizeof(guint64)),
        frame_links_variant(links, capture->index),
    };
    g_autoptr(GVariant) result =
        g_variant_ref_sink(g_variant_new_tuple(children, G_N_ELEMENTS(children)));

    return write_file(path, result, error);
}

/* ---- reading ---- */

static void take_renewals(GVariant *fact, GArray **renewals)
{
    gsize count;
    const guint32 *numbers = g_variant_get_fixed_array(fact, &count, sizeof(guint32));

    g_clear_pointer(renewals, g_array_unref);
    *renewals = g_array_new(FALSE, FALSE, sizeof(SessionRenewal));
    if (count >= NUMBERS_RENEWAL) {
        g_array_append_vals(*renewals, numbers, (guint)(count / NUMBERS_RENEWAL));
    }
}

static void take_unread(GVariant *fact, gpointer place)
{
    GArray *unread = g_array_new(FALSE, FALSE, sizeof(Unread));
    GVariantIter iterator;
    const char *protocol;
    Unread one = {0};

    g_variant_iter_init(&iterator, fact);
    while (g_variant_iter_next(&iterator, "(u&suut)", &one.kind, &protocol, &one.port, &one.first,
                               &one.count)) {
        one.protocol = *protocol ? g_quark_from_string(protocol) : 0;
        one.kind = MIN(one.kind, UNREAD_N_KINDS - 1);
        g_array_append_val(unread, one);
    }
    g_clear_pointer((GArray **)place, g_array_unref);
    *(GArray **)place = unread;
}

static void take_fact(FactKind kind, GVariant *fact, gpointer place)
{
    if (kind == FACT_TEXT) {
        g_free(*(char **)place);
        *(char **)place = g_variant_dup_bytestring(fact, NULL);
    } else if (kind == FACT_STATIC_TEXT) {
        *(const char **)place = g_intern_string(g_variant_get_bytestring(fact));
    } else if (kind == FACT_FLAG) {
        *(bool *)place = g_variant_get_boolean(fact);
    } else if (kind == FACT_RENEWALS) {
        take_renewals(fact, place);
    } else if (kind == FACT_UNREAD) {
        take_unread(fact, place);
    } else if (kind == FACT_CLOCK) {
        g_clear_pointer((StoryClock **)place, story_clock_free);
        *(StoryClock **)place = story_clock_new_from(fact);
    } else {
        *(guint64 *)place = g_variant_get_uint64(fact);
    }
}

static const GVariantType *fact_type(FactKind kind)
{
    return kind == FACT_FLAG       ? G_VARIANT_TYPE_BOOLEAN
           : kind == FACT_NUMBER   ? G_VARIANT_TYPE_UINT64
           : kind == FACT_RENEWALS ? G_VARIANT_TYPE("au")
           : kind == FACT_UNREAD   ? G_VARIANT_TYPE(UNREAD_TYPE)
           : kind == FACT_CLOCK    ? G_VARIANT_TYPE(STORY_CLOCK_TYPE)
                                   : G_VARIANT_TYPE_BYTESTRING;
}

/* The process that told has read what an attacker wrote: what it tells must be what a capture can
 * have. */
static void bound_facts(CaptureResult *result)
{
    result->first_ns = story_time_bound(result->first_ns);
    result->last_ns = CLAMP(story_time_bound(result->last_ns), result->first_ns, STORY_LAST_TIME);
    result->frames = MIN(result->frames, G_MAXUINT32);
    result->dissected = MIN(result->dissected, result->frames);
    result->filtered = MIN(result->filtered, result->frames);
}

/* What is read again must be the capture, or the copy of it in the private folder. */
static bool check_place(const Capture *capture, const char *directory)
{
    const char *readable = capture->result.readable;
    g_autofree char *name = g_strdup_printf("capture-%u", capture->index);
    g_autofree char *copy = g_build_filename(directory, name, NULL);

    return !readable || g_str_equal(readable, capture->path) || g_str_equal(readable, copy);
}

static void take_facts(CaptureResult *result, GVariant *variant)
{
    for (guint i = 0; i < G_N_ELEMENTS(facts); i++) {
        g_autoptr(GVariant) fact =
            g_variant_lookup_value(variant, facts[i].name, fact_type(facts[i].kind));

        if (fact) {
            take_fact(facts[i].kind, fact, G_STRUCT_MEMBER_P(result, facts[i].place));
        }
    }
    bound_facts(result);
}

static GArray *take_lengths(GVariant *variant)
{
    gsize count;
    const guint64 *numbers = g_variant_get_fixed_array(variant, &count, sizeof(guint64));
    GArray *lengths = g_array_new(FALSE, FALSE, sizeof(guint64));

    if (count > 0) {
        g_array_append_vals(lengths, numbers, (guint)MIN(count, SPOOL_MAX_RUNS));
    }
    return lengths;
}

GArray *capture_result_load(Capture *capture, FrameLinks *links, const char *directory,
                            GError **error)
{
    g_autofree char *path = path_of(capture, directory);
    g_autoptr(GMappedFile) file = g_mapped_file_new(path, FALSE, error);
    g_autoptr(GBytes) octets = file ? g_mapped_file_get_bytes(file) : NULL;
    g_autoptr(GVariant) result = NULL, known = NULL, lengths = NULL, connected = NULL;

    if (!octets) {
        return NULL;
    }
    result = g_variant_ref_sink(
        g_variant_new_from_bytes((const GVariantType *)RESULT_TYPE, octets, FALSE));
    if (!g_variant_is_normal_form(result)) {
        g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_INVAL, "%s: it is damaged", path);
        return NULL;
    }
    known = g_variant_get_child_value(result, 0);
    lengths = g_variant_get_child_value(result, 1);
    connected = g_variant_get_child_value(result, 2);
    take_facts(&capture->result, known);
    if (!check_place(capture, directory)) {
        g_clear_pointer(&capture->result.readable, g_free);
        g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_INVAL, "%s: it names another file", path);
        return NULL;
    }
    if (links) {
        frame_links_take(links, capture->index, connected);
    }
    return take_lengths(lengths);
}
