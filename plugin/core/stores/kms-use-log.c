/* kms-use-log.c
 * Which users offered which KMSs to whom, and how often
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "core/stores/kms-use-log.h"

#include <string.h>

#include "core/event/story-frames.h"

/* Uses that are told apart, and the length of a name beyond which an offer is not counted. */
#define MAX_USES 8192

struct KmsUseLog {
    GPtrArray *uses;     /* of KmsUse */
    GHashTable *by_text; /* their four texts in one -> KmsUse (borrowed) */
    guint64 left_out;
};

static void use_free(gpointer data)
{
    KmsUse *use = data;

    g_free(use->idri);
    g_free(use->idrr);
    g_free(use->idrkmsi);
    g_free(use->idrkmsr);
    g_free(use);
}

KmsUseLog *kms_use_log_new(void)
{
    KmsUseLog *log = g_new0(KmsUseLog, 1);

    log->uses = g_ptr_array_new_with_free_func(use_free);
    log->by_text = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    return log;
}

void kms_use_log_free(KmsUseLog *log)
{
    g_hash_table_unref(log->by_text);
    g_ptr_array_unref(log->uses);
    g_free(log);
}

/* A text, with a mark that no other text has where there is none. */
static void append_text(GString *key, const char *text)
{
    g_string_append_printf(key, "%" G_GSIZE_FORMAT ":%s,", text ? strlen(text) : G_MAXSIZE,
                           text ? text : "");
}

static char *key_of(const KmsUse *use)
{
    GString *key = g_string_new(NULL);

    append_text(key, use->idri);
    append_text(key, use->idrr);
    append_text(key, use->idrkmsi);
    append_text(key, use->idrkmsr);
    return g_string_free(key, FALSE);
}

/* Adds what a use says to the like one of the log. */
static void add(KmsUseLog *log, const KmsUse *use)
{
    g_autofree char *key = key_of(use);
    KmsUse *known = g_hash_table_lookup(log->by_text, key);

    if (known) {
        known->count += use->count;
        known->first =
            story_frame_compare(&use->first, &known->first) < 0 ? use->first : known->first;
        known->last = story_frame_compare(&use->last, &known->last) > 0 ? use->last : known->last;
    } else if (log->uses->len >= MAX_USES || strlen(key) > STORY_MAX_IDENTITY) {
        log->left_out += use->count;
    } else {
        known = g_new(KmsUse, 1);
        *known = *use;
        known->idri = g_strdup(use->idri);
        known->idrr = g_strdup(use->idrr);
        known->idrkmsi = g_strdup(use->idrkmsi);
        known->idrkmsr = g_strdup(use->idrkmsr);
        g_ptr_array_add(log->uses, known);
        g_hash_table_insert(log->by_text, g_steal_pointer(&key), known);
    }
}

static KmsUseLog *copy_of(const KmsUseLog *log)
{
    KmsUseLog *copy = kms_use_log_new();

    for (guint i = 0; i < log->uses->len; i++) {
        add(copy, g_ptr_array_index(log->uses, i));
    }
    copy->left_out = log->left_out;
    return copy;
}

KmsUse kms_use_of(const StoryOffer *offer)
{
    const MikeyOffer *facts = offer->facts;
    const StoryFrame frame = story_offer_first_frame(offer);

    return (KmsUse){
        .idri = facts->idri ? facts->idri : (char *)offer->idri,
        .idrr = facts->idrr ? facts->idrr : (char *)offer->idrr,
        .idrkmsi = facts->idrkmsi,
        .idrkmsr = facts->idrkmsr,
        .count = 1,
        .first = frame,
        .last = frame,
    };
}

void kms_use_log_note(KmsUseLog *log, const StoryOffer *offer)
{
    const KmsUse use = kms_use_of(offer);

    add(log, &use);
}

KmsUseLog *kms_use_log_with(const KmsUseLog *log, const GPtrArray *offers, GHashTable *but)
{
    KmsUseLog *copy = copy_of(log);

    for (guint i = 0; i < offers->len; i++) {
        const StoryOffer *offer = story_offer_at(offers, i);
        if (!but || !g_hash_table_contains(but, offer)) {
            kms_use_log_note(copy, offer);
        }
    }
    return copy;
}

const GPtrArray *kms_use_log_uses(const KmsUseLog *log)
{
    return log->uses;
}

guint64 kms_use_log_left_out(const KmsUseLog *log)
{
    return log->left_out;
}
