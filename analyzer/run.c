/* run.c
 * krraudit from its command line to its exit status
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "analyzer/run.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "analyzer/engine/libwireshark.h"
#include "analyzer/engine/tls-keys.h"
#include "analyzer/evidence/evidence.h"
#include "analyzer/jobs/reading.h"
#include "analyzer/options.h"
#include "analyzer/outputs.h"
#include "analyzer/process/complain.h"
#include "analyzer/process/confinement.h"
#include "analyzer/process/guard.h"
#include "analyzer/process/interrupt.h"
#include "analyzer/process/output.h"
#include "analyzer/report/known-report.h"
#include "analyzer/report/unread-words.h"
#include "core/policy/kms-policy-trust.h"
#include "core/story/timeline.h"
#include "plugin/preferences/krr-settings.h"

/* What scripts depend on. */
typedef enum ExitStatus {
    EXIT_CLEAN = 0,     /* no finding at or above --fail-on */
    EXIT_FINDINGS = 1,  /* findings */
    EXIT_UNUSABLE = 2,  /* wrong usage, a file that cannot be used, a report not written */
    EXIT_INCOMPLETE = 3 /* a capture could not be read to its end, or SIP in it; wins over 1 */
} ExitStatus;

/* Everything that an audit is made of. */
typedef struct Run {
    const Options *options;
    const Outputs *outputs;
    Confinement *confinement;    /* NULL: the user does not want it */
    const KrrSettings *settings; /* with the policy and who verifies by it */
    Engine *engine;
    Sieve *sieve;
    CaptureFilter *filter; /* NULL: none */
    GPtrArray *captures;   /* of Capture */
    CaptureSource *source; /* of the only capture, if it was opened already; else NULL */
    Timeline *timeline;    /* of the only capture */
    Ledger *ledger;
    Audit *audit;
    Known *known; /* the earlier report; NULL: none was given */

    /* For the evidence; NULL where none is wanted. */
    FrameLinks *links;
    HopView *hops;
} Run;

static KmsPolicy *load_policy(const Options *options, GError **error)
{
    const KmsOverrides overrides = {
        .has_window = options->window >= 0,
        .window = (guint)MAX(options->window, 0),
        .trust_anchors = (const char *const *)options->trust_anchors,
    };

    KmsPolicy *policy = kms_policy_load(options->policy, krr_rule_names(), &overrides, error);

    if (!policy) {
        g_prefix_error(error, "%s: ", options->policy);
    }
    return policy;
}

/* The dissectors and the audit judge by one policy, read once. */
static bool load_settings(Run *run, GError **error)
{
    g_autoptr(KmsPolicy) policy = load_policy(run->options, error);
    KrrTrust *trust = policy ? kms_policy_load_trust(policy, error) : NULL;

    run->settings = trust ? krr_settings_new(g_steal_pointer(&policy), trust) : NULL;
    return run->settings != NULL;
}

/* The dissector reads it by itself; here is where a mistake in it is told. */
static bool check_vocabulary(const Run *run, GError **error)
{
    const char *path = run->options->vocabulary;
    g_autoptr(KrrVocabulary) vocabulary = NULL;

    if (!path) {
        return true;
    }
    vocabulary = krr_vocabulary_load(path, error);
    if (!vocabulary) {
        g_prefix_error(error, "%s: ", path);
    }
    return vocabulary != NULL;
}

/* What was checked of the options before says nothing of the files that the policy names. */
static bool load_known(Run *run, GError **error)
{
    const char *path = run->options->known;

    run->known = path ? known_report_load(path, error) : NULL;
    if (path && !run->known) {
        g_prefix_error(error, "%s: ", path);
    }
    return !path || run->known;
}

static bool check_outputs(const Run *run, GError **error)
{
    g_autoptr(GPtrArray) files = kms_policy_files(run->settings->policy);

    g_ptr_array_add(files, NULL);
    return outputs_check(run->options, (const char *const *)files->pdata, error);
}

/* Of the only capture: as it is read. */
static void keep_event(StoryEvent *event, gpointer data)
{
    Run *run = data;
    Capture *capture = g_ptr_array_index(run->captures, 0);

    story_clock_take(capture->result.clock, event);
    if (run->hops) {
        hop_view_note(run->hops, event);
    }
    timeline_add(run->timeline, event);
}

/* Of several captures: in the order of all. */
static void tell_event(StoryEvent *event, gpointer data)
{
    Run *run = data;

    if (run->hops) {
        hop_view_note(run->hops, event);
    }
    ledger_add(run->ledger, event);
}

/* Once the policy is there: the ledger leans on it. */
static void open_ledger(Run *run)
{
    run->ledger = ledger_new(run->settings->policy);
    run->timeline = timeline_new(run->ledger);
}

static bool start_engine(Run *run, GError **error)
{
    const Options *options = run->options;

    open_ledger(run);
    const EngineSettings settings = {
        .options = {.policy = options->policy,
                    .vocabulary = options->vocabulary,
                    .tls_keys = options->tls_keys,
                    .preferences = options->preferences,
                    .decode_as = options->decode_as},
        .judge_by = run->settings,
        .session_frames = options->session_frames,
        .sink = keep_event,
        .data = run,
        .links = run->links,
    };

    run->engine = engine_new(&settings, error);
    return run->engine != NULL;
}

/* Once the engine has its preferences: the sieve asks libwireshark whose the ports are. */
static void make_sieve(Run *run)
{
    const SieveSettings settings = {run->options->preferences, run->options->decode_as};

    run->sieve = sieve_new(&settings);
}

static void free_capture(gpointer data)
{
    capture_free(data);
}

/* A preference may name files, of keys for example: by itself, or among others in quotation marks. */
static void let_read_value(Confinement *confinement, const char *preference)
{
    const char *value = strchr(preference, ':');
    g_auto(GStrv) parts = value ? g_strsplit_set(value + 1, "\",;", -1) : NULL;

    if (value) {
        confinement_let_read(confinement, value + 1);
    }
    for (char **part = parts; part && *part; part++) {
        if (g_path_is_absolute(*part) && g_file_test(*part, G_FILE_TEST_IS_REGULAR)) {
            confinement_let_read(confinement, *part);
        }
    }
}

/* All that is still to be opened by its name: libwireshark reads its keys at each renewal. */
static void confine(Run *run)
{
    const Options *options = run->options;
    Confinement *confinement;

    if (!options->sandbox) {
        return;
    }
    confinement = run->confinement = confinement_new(scratch_work(run->outputs->scratch));
    confinement_let_read(confinement, libwireshark_directory());
    confinement_let_read(confinement, options->policy);
    confinement_let_read(confinement, options->vocabulary);
    confinement_let_read(confinement, options->tls_keys);
    for (char **preference = options->preferences; preference && *preference; preference++) {
        let_read_value(confinement, *preference);
    }
    for (char **capture = options->captures; *capture; capture++) {
        confinement_let_read_capture(confinement, *capture);
    }
    confinement_begin(confinement);
}

static void limit_calls(Run *run, ConfineWork work)
{
    if (run->confinement) {
        confinement_limit_calls(run->confinement, work);
    }
}

/* The digest takes as long as all the rest: that of the only capture is begun while libwireshark
 * starts. Where there are several, each is read by a process of its own. */
static void begin_capture(Run *run)
{
    if (run->captures->len == 1) {
        run->source = capture_source_open(g_ptr_array_index(run->captures, 0));
    }
}

/* Whoever gives a file twice has its frames judged twice: most likely by mistake. */
static void remark_on_doubles(char *const *paths)
{
    g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

    for (; *paths; paths++) {
        struct stat file;
        if (stat(*paths, &file) == 0 && S_ISREG(file.st_mode) &&
            !g_hash_table_add(
                seen, g_strdup_printf("%ju %ju", (uintmax_t)file.st_dev, (uintmax_t)file.st_ino))) {
            complain("%s: this file is given twice, and what it shows counts twice", *paths);
        }
    }
}

/* Everything that can be wrong before anything is audited. */
static bool prepare(Run *run, GError **error)
{
    const Options *options = run->options;

    run->captures = g_ptr_array_new_with_free_func(free_capture);
    for (guint i = 0; options->captures[i]; i++) {
        g_ptr_array_add(run->captures, capture_new(options->captures[i], i + 1));
    }
    if (options->evidence) {
        run->links = frame_links_new();
        run->hops = hop_view_new();
    }
    if (options->capture_filter) {
        run->filter = capture_filter_new(options->capture_filter, error);
        if (!run->filter) {
            return false;
        }
    }
    if (!load_settings(run, error) || !check_vocabulary(run, error) || !load_known(run, error) ||
        (options->tls_keys && !tls_keys_check(options->tls_keys, error)) ||
        !check_outputs(run, error)) {
        return false;
    }
    remark_on_doubles(options->captures);
    confine(run); /* before there is a second thread */
    begin_capture(run);
    return start_engine(run, error);
}

static bool read_one(Run *run, const CaptureMethod *method, Progress *progress)
{
    Capture *capture = g_ptr_array_index(run->captures, 0);

    limit_calls(run, CONFINE_READING);
    capture->result.clock = story_clock_new();
    if (capture_read(capture, g_steal_pointer(&run->source), method, progress)) {
        return true;
    }
    progress_clear(progress);
    if (!interrupt_seen()) {
        complain("%s: %s", capture->path, capture->result.error);
    }
    return false;
}

static bool read_several(Run *run, const CaptureMethod *method, Progress *progress)
{
    const ReadingPlan plan = {
        .captures = run->captures,
        .method = method,
        .links = run->links,
        .jobs = run->options->jobs,
        .vocabulary = krr_settings()->vocabulary,
        .confinement = run->confinement,
    };

    limit_calls(run, CONFINE_SUPERVISING);
    return reading_run(&plan, progress, tell_event, run);
}

/* Returns whether all were read to their ends. */
static bool read_captures(Run *run)
{
    const CaptureMethod method = {
        .engine = run->engine,
        .filter = run->filter,
        .sieve = run->sieve,
        .dissect_all = !run->options->sieve,
        .keep = run->options->evidence != NULL,
    };
    g_autoptr(Progress) progress = progress_new(run->options->progress);

    for (guint i = 0; i < run->captures->len; i++) {
        progress_expect(progress, capture_size(g_ptr_array_index(run->captures, i)));
    }
    return run->captures->len == 1 ? read_one(run, &method, progress)
                                   : read_several(run, &method, progress);
}

static void judge(Run *run)
{
    if (run->captures->len > 1) {
        limit_calls(run, CONFINE_READING); /* no process is begun any more */
    }
    timeline_finish(run->timeline);
    ledger_finish(run->ledger);
    run->audit = audit_new(run->ledger, run->settings->policy, run->options->wanted);
    if (run->known) {
        known_match(run->known, run->audit);
    }
}

static bool write_report(const Run *run, const Report *report, GError **error)
{
    const Options *options = run->options;
    const ReportStyle style = {
        .colour = !options->output && isatty(STDOUT_FILENO) && !g_getenv("NO_COLOR"),
        .most_negotiations = options->most_negotiations,
    };
    g_autoptr(Output) output = NULL;

    if (options->quiet && !options->output) {
        return true;
    }
    output = output_new(run->outputs->report);
    options->format->write(report, &style, output);
    return output_finish(output, error);
}

static bool write_evidence(const Run *run, const Report *report, GError **error)
{
    g_autoptr(EvidencePlan) plan = NULL;

    if (!run->outputs->evidence) {
        return true;
    }
    plan = evidence_plan_new(report, run->links, run->hops);
    return evidence_write(run->outputs->evidence, plan, run->captures, error);
}

/* @param partial  out: the audit is not one of all that was there */
static bool write_results(const Run *run, bool *partial, GError **error)
{
    const Options *options = run->options;
    const ReportOptions shown = {
        .policy = options->policy,
        .trust_anchors = options->trust_anchors,
        .vocabulary = options->vocabulary,
        .tls_keys = options->tls_keys,
        .decode_as = options->decode_as,
        .capture_filter = options->capture_filter,
        .only = options->only,
        .skip = options->skip,
    };
    const Report report = {
        .wireshark = engine_version(),
        .options = &shown,
        .captures = run->captures,
        .policy = run->settings->policy,
        .preferences = engine_preferences(run->engine),
        .ledger = run->ledger,
        .audit = run->audit,
        .confinement = confinement_in_force(run->confinement),
        .known = run->known,
    };

    *partial = report_is_partial(&report);
    return write_report(run, &report, error) && write_evidence(run, &report, error);
}

/* What is asked for is judged by --fail-on: all findings, or those that the earlier report lacks. */
static bool has_failed(const Run *run)
{
    const GPtrArray *findings = run->audit->findings;

    if (!run->known) {
        return audit_gravest(run->audit) >= run->options->fail_on;
    }
    for (guint i = 0; i < findings->len; i++) {
        const AuditFinding *finding = g_ptr_array_index(findings, i);

        if (finding->severity >= run->options->fail_on && !known_has(run->known, finding)) {
            return true;
        }
    }
    return false;
}

static bool any_was_opened(const Run *run)
{
    for (guint i = 0; i < run->captures->len; i++) {
        const Capture *capture = g_ptr_array_index(run->captures, i);
        if (capture->result.format) {
            return true;
        }
    }
    return false;
}

static ExitStatus audit(Run *run, GError **error)
{
    bool complete, partial;

    if (!prepare(run, error)) {
        return EXIT_UNUSABLE;
    }
    make_sieve(run);
    interrupt_catch();
    complete = read_captures(run);
    if (interrupt_seen()) {
        return EXIT_INCOMPLETE;
    }
    if (!any_was_opened(run)) {
        return EXIT_UNUSABLE; /* nothing was audited: each was complained of */
    }
    judge(run);
    if (!write_results(run, &partial, error)) {
        return EXIT_UNUSABLE;
    }
    if (!complete || partial) {
        return EXIT_INCOMPLETE;
    }
    return has_failed(run) ? EXIT_FINDINGS : EXIT_CLEAN;
}

/* In this order: what leans on something goes before it, and what libxml2 has made before
 * libwireshark, which ends libxml2. */
static void run_clear(Run *run)
{
    g_clear_pointer(&run->source, capture_source_free);
    g_clear_pointer(&run->captures, g_ptr_array_unref);
    g_clear_pointer(&run->audit, audit_free);
    g_clear_pointer(&run->known, known_free);
    g_clear_pointer(&run->timeline, timeline_free);
    g_clear_pointer(&run->ledger, ledger_free);
    g_clear_pointer(&run->hops, hop_view_free);
    g_clear_pointer(&run->settings, krr_settings_unref);
    g_clear_pointer(&run->sieve, sieve_free);
    g_clear_pointer(&run->engine, engine_free);
    g_clear_pointer(&run->links, frame_links_free);
    g_clear_pointer(&run->filter, capture_filter_free);
    g_clear_pointer(&run->confinement, confinement_free);
}

/* What the user asked for, and where it goes. */
typedef struct Job {
    const Options *options;
    Outputs outputs;
} Job;

/* In the process of the audit. Returns its exit status. */
static int run_audit(gpointer data)
{
    const Job *job = data;
    Run run = {.options = job->options, .outputs = &job->outputs};
    g_autoptr(GError) error = NULL;
    ExitStatus status;

    g_setenv("TMPDIR", scratch_work(job->outputs.scratch), TRUE);
    status = audit(&run, &error);
    run_clear(&run);
    interrupt_pass_on();
    if (error) {
        complain("%s%s", error->message, outputs_written(&job->outputs));
    }
    return (int)status;
}

/* What is whole goes where it belongs, however the audit ended. */
static ExitStatus settle(Job *job, const GuardEnd *end)
{
    const bool all_put = outputs_put(&job->outputs);

    if (end->signal && !end->asked) {
        complain("the audit was ended by signal %d (%s)%s", end->signal, g_strsignal(end->signal),
                 outputs_written(&job->outputs));
    }
    return end->signal || !all_put ? EXIT_UNUSABLE : (ExitStatus)end->status;
}

/* The audit has a process of its own: whatever becomes of it, this one cleans up. */
static ExitStatus run_guarded(const Options *options)
{
    Job job = {.options = options};
    g_autoptr(GError) error = NULL;
    ExitStatus status = EXIT_UNUSABLE;
    GuardEnd end = {0};

    guard_begin();
    if (outputs_open(&job.outputs, options, &error)) {
        end = guard_run(run_audit, &job);
        status = settle(&job, &end);
    } else {
        complain("%s", error->message);
    }
    outputs_close(&job.outputs);
    guard_pass_on(&end);
    guard_release();
    return status;
}

bool krraudit_init(GError **error)
{
    return libwireshark_start(error);
}

int krraudit_run(int argc, char **argv)
{
    g_auto(Options) options;
    g_autoptr(GError) error = NULL;

    switch (options_parse(&options, argc, argv, &error)) {
    case OPTIONS_WRONG:
        complain("%s (see krraudit --help)", error->message);
        return EXIT_UNUSABLE;
    case OPTIONS_DONE:
        return fflush(stdout) == 0 ? EXIT_CLEAN : EXIT_UNUSABLE;
    case OPTIONS_AUDIT:
        break;
    }
    return (int)run_guarded(&options);
}
