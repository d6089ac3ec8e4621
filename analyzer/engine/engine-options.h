/* engine-options.h
 * What the user wants of libwireshark, as preferences and dissector tables
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef ENGINE_OPTIONS_H
#define ENGINE_OPTIONS_H

#include <stdbool.h>

#include <glib.h>

/** What the user gave. NULL: not given. */
typedef struct EngineOptions {
    const char *policy;     /**< policy file, one that can be used */
    const char *vocabulary; /**< file of element names */
    const char *tls_keys;   /**< NSS key log */
    char **preferences;     /**< "NAME:VALUE", NULL-terminated */
    char **decode_as;       /**< see decode_as_apply(), NULL-terminated */
} EngineOptions;

/** A preference that was set, for the report. */
typedef struct EnginePreference {
    char *name;
    char *value;
} EnginePreference;

/**
 * Sets the preferences that an audit depends on, then those of the user, and the dissector tables.
 * Once, after libwireshark_start().
 * @return the preferences set, of EnginePreference, in the order set; owned by the caller. NULL
 *         with @p error set, for example where a preference does not exist
 */
GPtrArray *engine_options_apply(const EngineOptions *options, GError **error);

/** May the user have given keys? If so, a session must not be renewed: to decrypt a connection,
 *  Wireshark needs what was agreed at its beginning, perhaps long ago. */
bool engine_options_have_keys(const EngineOptions *options);

#endif
