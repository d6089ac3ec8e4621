/* engine-options.c
 * What the user wants of libwireshark, as preferences and dissector tables
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "analyzer/engine/engine-options.h"

#include <string.h>

#include "plugin/wireshark-compat.h"

#include <epan/addr_resolv.h>

#include "analyzer/engine/decode-as.h"

/* What the dissection depends on, set explicitly so that the report can name it. Checksums are not
 * checked: captures on the sending host have wrong ones in frames that were fine on the wire. */
static const EnginePreference own_preferences[] = {
    /* IMS has ESP that does not encrypt (RFC 2410), and says so nowhere. What looks like it by its
     * padding is read; of frames that are encrypted, one in 400 does. */
    {"esp.enable_null_encryption_decode_heuristic", "TRUE"},
    {"gui.max_tree_items", "1000000"},
    {"http.dechunk_body", "TRUE"},
    {"http.decompress_body", "TRUE"},
    {"http.desegment_body", "TRUE"},
    {"http.desegment_headers", "TRUE"},
    {"ip.check_checksum", "FALSE"},
    {"ip.defragment", "TRUE"},
    {"ipv6.defragment", "TRUE"},
    {"sctp.reassembly", "TRUE"},
    /* An audit does not look at media; and the more calls two addresses have, the longer it takes
     * to set up the conversation of the next one. */
    {"sdp.establish_conversation", "FALSE"},
    {"sip.desegment_body", "TRUE"},
    {"sip.desegment_headers", "TRUE"},
    {"tcp.analyze_sequence_numbers", "TRUE"},
    {"tcp.check_checksum", "FALSE"},
    {"tcp.desegment_tcp_streams", "TRUE"},
    {"tcp.reassemble_out_of_order", "TRUE"},
    {"tls.desegment_ssl_application_data", "TRUE"},
    {"tls.desegment_ssl_records", "TRUE"},
    {"udp.check_checksum", "FALSE"},
};

static void preference_free(gpointer data)
{
    EnginePreference *preference = data;

    g_free(preference->name);
    g_free(preference->value);
    g_free(preference);
}

/* What was set last is what counts, and what is reported. */
static void record(GPtrArray *preferences, const char *name, const char *value)
{
    EnginePreference *preference;

    for (guint i = 0; i < preferences->len; i++) {
        preference = g_ptr_array_index(preferences, i);
        if (strcmp(preference->name, name) == 0) {
            g_ptr_array_remove_index(preferences, i);
            break;
        }
    }
    preference = g_new(EnginePreference, 1);
    *preference = (EnginePreference){g_strdup(name), g_strdup(value)};
    g_ptr_array_add(preferences, preference);
}

/* @param why  out: what is wrong with the value, where libwireshark says so; to be freed */
static prefs_set_pref_e set(GPtrArray *preferences, const char *name, const char *value, char **why)
{
    g_autofree char *text = g_strconcat(name, ":", value, NULL);
    prefs_set_pref_e outcome;

    *why = NULL;
    outcome = prefs_set_pref(text, why);
    if (outcome == PREFS_SET_OK) {
        record(preferences, name, value);
    }
    return outcome;
}

/* A preference that this Wireshark does not know does nothing and is not recorded. */
static void set_own(GPtrArray *preferences, const char *name, const char *value)
{
    g_autofree char *why = NULL;

    if (value) {
        set(preferences, name, value, &why);
    }
}

static bool set_users(GPtrArray *preferences, const char *text, GError **error)
{
    const char *colon = strchr(text, ':');
    g_autofree char *name = NULL, *why = NULL;
    const char *what = NULL;

    if (!colon || colon == text) {
        what = "it must have the form NAME:VALUE";
    } else if (g_str_has_prefix(text, "nameres.")) {
        what = "names are never resolved in an audit";
    }
    if (!what) {
        name = g_strndup(text, (gsize)(colon - text));
        switch (set(preferences, name, colon + 1, &why)) {
        case PREFS_SET_OK:
            return true;
        case PREFS_SET_SYNTAX_ERR:
            what = why ? why : "the value is not one that the preference can have";
            break;
        case PREFS_SET_NO_SUCH_PREF:
            what = "there is no such preference";
            break;
        case PREFS_SET_OBSOLETE:
            what = "this preference exists no more";
            break;
        }
    }
    g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, "--preference %s: %s", text, what);
    return false;
}

static bool set_all(GPtrArray *preferences, const EngineOptions *options, GError **error)
{
    for (guint i = 0; i < G_N_ELEMENTS(own_preferences); i++) {
        set_own(preferences, own_preferences[i].name, own_preferences[i].value);
    }
    set_own(preferences, "krr.vocabulary_file", options->vocabulary);
    set_own(preferences, "krr.policy_file", options->policy);
    set_own(preferences, "tls.keylog_file", options->tls_keys);
    for (char **text = options->preferences; text && *text; text++) {
        if (!set_users(preferences, *text, error)) {
            return false;
        }
    }
    return true;
}

GPtrArray *engine_options_apply(const EngineOptions *options, GError **error)
{
    g_autoptr(GPtrArray) preferences = g_ptr_array_new_with_free_func(preference_free);

    if (!set_all(preferences, options, error)) {
        return NULL;
    }
    prefs_apply_all(); /* before that they have no effect */
    disable_name_resolution();
    for (char **selector = options->decode_as; selector && *selector; selector++) {
        if (!decode_as_apply(*selector, error)) {
            return NULL;
        }
    }
    return g_steal_pointer(&preferences);
}

bool engine_options_have_keys(const EngineOptions *options)
{
    static const char *const prefixes[] = {"dtls.", "quic.", "ssl.", "tls.", "uat:", "wlan."};

    for (char **text = options->preferences; text && *text; text++) {
        for (gsize i = 0; i < G_N_ELEMENTS(prefixes); i++) {
            if (g_str_has_prefix(*text, prefixes[i])) {
                return true;
            }
        }
    }
    return options->tls_keys != NULL;
}
