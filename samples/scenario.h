/* scenario.h
 * A scenario source: what happens on the wire, in lines that a person can read
 *
 * One statement a line; "#" begins a comment; a line that ends in "\" goes on in the next one.
 * Words are split as a shell would split them, so that "quotes" hold words together.
 *
 *   title    TEXT                  one line on what the capture shows
 *   expect   RULE... | none        the exact set of rules that krraudit reports on it
 *   exit     STATUS                its exit status, where it does not follow from the severities
 *   outcome  OUTCOME...            how the negotiations end, in order
 *   signatures STATUS[:CONVENTION]...  of the offers that were redirected, in order; "-" for
 *                                  the spaces of a status
 *   policy   FILE                  policy file, relative to the scenario
 *   options  TEXT                  further options of krraudit, as on a command line
 *   start    DATE-TIME             of second 0; default 2026-01-01T12:00:00Z
 *   host     NAME ADDRESS[:PORT] [SIP-URI]     IPv6 as [ADDRESS]:PORT; port 5060 by default
 *   always   KEY=VALUE...          settings of every message that does not state them itself
 *
 *   offer NAME ... end             lines for the maker of MIKEY messages, see mikey-maker.h;
 *                                  "time" is by default when the offer is first sent
 *   krr NAME ... end               "key = value" lines, see krr-maker.h
 *   offer|krr NAME like OTHER ... end    begins with the lines of the other, earlier one, without
 *                                  those whose keys it states itself
 *   body NAME TYPE ... end         any other body, its lines as they are; "krr" is short for the
 *                                  media type of a KRR
 *
 *   hex NAME ... end               octets: hexadecimal digits and "text", blanks between them
 *
 *   at SECONDS FROM -> TO WHAT [KEY=VALUE...]  one message: WHAT is a SIP method, a status code,
 *                                  or DATA for bare octets; RTP is a whole stream
 *
 * The settings of a message:
 *
 *   what it says                   sip-maker.h; of a stream, rtp-maker.h
 *   how its body is put            body-maker.h
 *   how it is spelt                spelling.h
 *   what stands between messages   keep-alive.h
 *   how it travels                 packet-maker.h
 *   in frames of a WebSocket       websocket-maker.h
 *   in what, besides               tunnel.h
 *
 * "make-capture --encode KEY=VALUE" gives every message of any scenario such a setting.
 *
 * A scenario may be played in many rounds, each some time after the one before. Wherever in the source
 * stands {n}, that is the number of the round, from 0; and {n.n.n} is the same number as three octets
 * of an address.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef SCENARIO_H
#define SCENARIO_H

#include <stdbool.h>

#include <gio/gio.h>

#include "core/document/krr-vocabulary.h"

#define SCENARIO_ERROR scenario_error_quark()
GQuark scenario_error_quark(void);

/** A "key = value" line of a block, or a KEY=VALUE word of a message. */
typedef struct Setting {
    char *key;
    char *value;
    guint line; /**< of the source, from 1 */
} Setting;

typedef struct ScenarioHost {
    char *name;
    GInetAddress *address;
    guint16 port;
    char *identity; /**< SIP URI of its user; NULL: not stated */
    guint number;   /**< from 1, in the order of the source */
} ScenarioHost;

/** A line of a block, as it stands in the source. */
typedef struct ScenarioLine {
    char *text;
    guint number; /**< from 1 */
} ScenarioLine;

/** offer, krr, body or hex. */
typedef struct ScenarioBlock {
    char *kind;
    char *name;
    char *type; /**< of a body: its media type */
    guint line;
    GPtrArray *lines;    /**< of ScenarioLine */
    GPtrArray *settings; /**< of Setting: those lines that read "key = value" */
} ScenarioBlock;

typedef struct ScenarioMessage {
    guint line;
    gint64 offset_ns; /**< after the start */
    const ScenarioHost *from;
    const ScenarioHost *to;
    char *what;
    GPtrArray *settings; /**< of Setting, in order; those of "always" go before */
} ScenarioMessage;

/** A line that says what is expected of the audit, for whoever runs it. */
typedef struct ScenarioExpectation {
    char *key;
    char *value;
    guint line; /**< of the source, from 1 */
} ScenarioExpectation;

typedef struct Scenario {
    char *path;
    char *folder;
    GPtrArray *expectations; /**< of ScenarioExpectation, in the order of the source */
    GDateTime *start;
    GPtrArray *hosts;    /**< of ScenarioHost */
    GPtrArray *blocks;   /**< of ScenarioBlock */
    GPtrArray *messages; /**< of ScenarioMessage, in order of time */
} Scenario;

/**
 * Reads a scenario.
 * @param round     its number, from 0
 * @param shift_ns  by how much later than the source says it starts
 * @return NULL with @p error ("FILE:LINE: what is wrong") set
 */
Scenario *scenario_load(const char *path, guint round, gint64 shift_ns, GError **error);
void scenario_free(Scenario *scenario);

/** The block of that kind and name, or NULL. */
const ScenarioBlock *scenario_block(const Scenario *scenario, const char *kind, const char *name);

/** The time so long after the start as RFC 3339 in UTC, with as many digits as are needed.
 *  Caller frees. */
char *scenario_time_text(const Scenario *scenario, gint64 offset_ns);

/** Seconds with a fraction, for example "-1.25", as nanoseconds. False where it is no such text. */
bool scenario_seconds(const char *text, gint64 *ns);

/** The contents of a file named in the scenario, relative to it. NULL with @p error set. */
GBytes *scenario_file(const Scenario *scenario, const char *name, guint line, GError **error);

/** The value of the last setting with that key, or NULL. */
const char *setting_get(const GPtrArray *settings, const char *key);

/** Is there a setting with that key and a value of "yes"? */
bool setting_is_yes(const GPtrArray *settings, const char *key);

/**
 * The value of the last setting with that key as a number.
 * @param otherwise  the number where there is no such setting
 * @return false with @p error set where it is no number from 0 to @p largest
 */
bool setting_number(const Scenario *scenario, const GPtrArray *settings, const char *key,
                    guint64 largest, guint64 otherwise, guint64 *number, GError **error);

/** Adds a setting, which goes before those with the same key. @param line  of the source, from 1 */
void setting_add(GPtrArray *settings, const char *key, const char *value, guint line);

/** Is a key in one of the lists? @param known  NULL-terminated lists, and the list of them too */
bool setting_is_known(const char *const *const *known, const char *key);

/**
 * Are all keys known?
 * @param known  NULL-terminated lists, and the list of them too
 * @return false with @p error set if not
 */
bool settings_check(const Scenario *scenario, const GPtrArray *settings,
                    const char *const *const *known, GError **error);

/** Sets an error "FILE:LINE: ...". @return false, so that callers can return it */
bool scenario_fail(GError **error, const Scenario *scenario, guint line, const char *format, ...)
    G_GNUC_PRINTF(4, 5);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Scenario, scenario_free)

#endif
