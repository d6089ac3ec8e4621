/* json-capture.c
 * What the JSON report says of a capture
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "analyzer/forms/json-capture.h"

#include "analyzer/capture/capture.h"
#include "analyzer/engine/renewal-schedule.h"
#include "analyzer/report/unread-words.h"

/* Only where there were any. */
static void renewals_member(JsonWriter *writer, const GArray *renewals)
{
    if (!renewals || !renewals->len) {
        return;
    }
    json_member(writer, "renewals");
    json_dumper_begin_array(writer->json);
    for (guint i = 0; i < renewals->len; i++) {
        const SessionRenewal *renewal = &g_array_index(renewals, SessionRenewal, i);

        json_dumper_begin_object(writer->json);
        json_int_member(writer, "frame", renewal->frame);
        json_int_member(writer, "unfinished", renewal->unfinished);
        json_dumper_end_object(writer->json);
    }
    json_dumper_end_array(writer->json);
}

static void unread_member(JsonWriter *writer, const Capture *capture)
{
    const Unread *unread;

    json_member(writer, "unread");
    json_dumper_begin_array(writer->json);
    for (guint i = 0; (unread = report_unread_at(capture, i)); i++) {
        json_dumper_begin_object(writer->json);
        json_text_member(writer, "kind", unread_kind_name(unread->kind));
        json_text_member(writer, "protocol", g_quark_to_string(unread->protocol));
        json_member(writer, "port");
        if (unread->port) {
            json_add_int(writer, unread->port);
        } else {
            json_add_null(writer);
        }
        json_int_member(writer, "count", (gint64)unread->count);
        json_int_member(writer, "first_frame", unread->first);
        json_text_member(writer, "help", words_unread_help(unread->kind));
        json_dumper_end_object(writer->json);
    }
    json_dumper_end_array(writer->json);
}

/* Absent where the times are as they are in the capture. */
static void clock_member(JsonWriter *writer, const StoryClock *clock)
{
    const GArray *steps = clock ? story_clock_steps(clock) : NULL;

    if (!clock || (steps->len == 0 && story_clock_offset(clock) == 0)) {
        return;
    }
    json_member(writer, "clock");
    json_dumper_begin_object(writer->json);
    json_int_member(writer, "offset_ns", story_clock_offset(clock));
    json_int_member(writer, "offers", (gint64)story_clock_witnesses(clock));
    json_member(writer, "steps");
    json_dumper_begin_array(writer->json);
    for (guint i = 0; i < steps->len; i++) {
        const StoryClockStep *step = &g_array_index(steps, StoryClockStep, i);

        json_dumper_begin_object(writer->json);
        json_int_member(writer, "frame", (gint64)step->frame);
        json_int_member(writer, "shift_ns", step->shift_ns);
        json_dumper_end_object(writer->json);
    }
    json_dumper_end_array(writer->json);
    json_dumper_end_object(writer->json);
}

void json_capture(JsonWriter *writer, gconstpointer element)
{
    const Capture *capture = element;

    json_text_member(writer, "path", capture->path);
    json_text_member(writer, "sha256", capture->result.sha256);
    json_text_member(writer, "format", capture->result.format);
    json_int_member(writer, "frames", (gint64)capture->result.frames);
    json_int_member(writer, "dissected", (gint64)capture->result.dissected);
    json_time_member(writer, "first", capture->result.has_time, capture->result.first_ns);
    json_time_member(writer, "last", capture->result.has_time, capture->result.last_ns);
    json_int_member(writer, "cut_bodies",
                    (gint64)ledger_cut_bodies(writer->report->ledger, capture->index));
    unread_member(writer, capture);
    renewals_member(writer, capture->result.renewals);
    clock_member(writer, capture->result.clock);
    json_bool_member(writer, "complete", capture->result.complete);
    json_text_member(writer, "error", capture->result.error);
}
