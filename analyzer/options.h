/* options.h
 * The command line of krraudit, checked as far as it can be checked by itself
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef OPTIONS_H
#define OPTIONS_H

#include <stdbool.h>

#include <glib.h>

#include "analyzer/forms/report-format.h"
#include "core/rules/krr-rules.h"

/** --fail-on never: no finding is this grave. */
#define OPTIONS_FAIL_NEVER (KRR_SEVERITY_ERROR + 1)

/** What the command line asks for. */
typedef enum OptionsOutcome {
    OPTIONS_AUDIT, /**< an audit */
    OPTIONS_DONE,  /**< what was printed already: help, versions, the rules or a word */
    OPTIONS_WRONG  /**< nothing that could be done; the error says why */
} OptionsOutcome;

/** Paths are octets as the user gave them. NULL: not given. */
typedef struct Options {
    char *policy;
    char **trust_anchors; /**< or NULL */
    char *output;
    char *evidence;
    char *known; /**< an earlier JSON report */
    char *tls_keys;
    char *vocabulary;
    char *capture_filter;
    const ReportFormat *format;
    guint fail_on;            /**< KrrSeverity, or OPTIONS_FAIL_NEVER */
    char **only;              /**< names of rules; NULL: all */
    char **skip;              /**< names of rules, or NULL */
    bool wanted[KRR_N_RULES]; /**< what the two come to */
    char **decode_as;         /**< or NULL */
    char **preferences;       /**< "NAME:VALUE", or NULL */
    guint jobs;               /**< captures that are read at a time */
    int window;               /**< seconds; -1: as the policy says */
    gint64 session_frames;    /**< as in EngineSettings */
    guint most_negotiations;  /**< as in ReportStyle */
    bool sieve;               /**< skip what certainly tells nothing */
    bool sandbox;             /**< confine the process that reads captures */
    bool progress;            /**< shown if standard error is a terminal */
    bool quiet;               /**< no report on standard output */
    char **captures;          /**< at least one */
} Options;

/**
 * Reads the command line; prints what --help, --version, --list-rules and --explain ask for.
 * @param options  out, to be given to options_clear() whatever the outcome
 * @param error    one line, set where the outcome is OPTIONS_WRONG
 */
OptionsOutcome options_parse(Options *options, int argc, char **argv, GError **error);

void options_clear(Options *options);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Options, options_clear)

#endif
