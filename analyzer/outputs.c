/* outputs.c
 * What an audit leaves behind: opened by the process that can name files, written by the one that
 * reads captures
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "analyzer/outputs.h"

#include <string.h>
#include <unistd.h>

#include "analyzer/evidence/evidence.h"
#include "analyzer/process/complain.h"
#include "analyzer/process/confine-user.h"

/* All files that are read, NULL-terminated; borrowed. Caller frees the array. */
static GPtrArray *input_files(const Options *options)
{
    char *const files[] = {options->vocabulary, options->tls_keys, options->policy, options->known};
    GPtrArray *inputs = g_ptr_array_new();

    for (char **capture = options->captures; *capture; capture++) {
        g_ptr_array_add(inputs, strcmp(*capture, "-") == 0 ? (char *)"/dev/stdin" : *capture);
    }
    for (guint i = 0; i < G_N_ELEMENTS(files); i++) {
        if (files[i]) {
            g_ptr_array_add(inputs, files[i]);
        }
    }
    for (char **anchor = options->trust_anchors; anchor && *anchor; anchor++) {
        g_ptr_array_add(inputs, *anchor);
    }
    g_ptr_array_add(inputs, NULL);
    return inputs;
}

bool outputs_check(const Options *options, const char *const *inputs, GError **error)
{
    return (!options->output || output_file_check(options->output, inputs, error)) &&
           (!options->evidence ||
            evidence_check(options->evidence, options->output, inputs, error));
}

/* An audit that gives up being root works in that folder all the same. */
static void give_scratch(const Scratch *scratch)
{
    gid_t gid;
    uid_t uid = confine_user_of_root(&gid);

    scratch_give(scratch, uid, gid);
}

bool outputs_open(Outputs *outputs, const Options *options, GError **error)
{
    g_autoptr(GPtrArray) files = input_files(options);

    if (!outputs_check(options, (const char *const *)files->pdata, error)) {
        return false;
    }
    outputs->scratch = scratch_new(error);
    if (!outputs->scratch) {
        return false;
    }
    if (options->sandbox && geteuid() == 0) {
        give_scratch(outputs->scratch);
    }
    if (options->output) {
        outputs->report = output_file_open(options->output, outputs->scratch, error);
        if (!outputs->report) {
            return false;
        }
    }
    if (options->evidence) {
        outputs->evidence = output_file_open(options->evidence, outputs->scratch, error);
    }
    return outputs->evidence || !options->evidence;
}

static bool put(OutputFile *file)
{
    g_autoptr(GError) error = NULL;

    if (!file || !output_file_is_whole(file) || output_file_put(file, &error)) {
        return true;
    }
    complain("%s", error->message);
    return false;
}

bool outputs_put(Outputs *outputs)
{
    bool report = put(outputs->report);
    bool evidence = put(outputs->evidence);

    return report && evidence;
}

const char *outputs_written(const Outputs *outputs)
{
    const OutputFile *report = outputs->report;

    return report && output_file_is_whole(report) ? "; the report is written all the same" : "";
}

void outputs_close(Outputs *outputs)
{
    g_clear_pointer(&outputs->report, output_file_free);
    g_clear_pointer(&outputs->evidence, output_file_free);
    g_clear_pointer(&outputs->scratch, scratch_free); /* last: the others have noted in it */
}
