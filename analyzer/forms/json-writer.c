/* json-writer.c
 * Members of the JSON report
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "analyzer/forms/json-writer.h"

#include "analyzer/process/text.h"

void json_add_null(JsonWriter *writer)
{
    json_dumper_value_anyf(writer->json, "null");
}

void json_add_int(JsonWriter *writer, gint64 value)
{
    json_dumper_value_anyf(writer->json, "%" G_GINT64_FORMAT, value);
}

/* Strings are a capture's or a user's octets, and the report may be printed to a terminal: what
 * json_dumper escapes of them is not enough for that. */
void json_add_text(JsonWriter *writer, const char *text)
{
    if (text) {
        g_autofree char *string = text_json(text);

        json_dumper_value_anyf(writer->json, "%s", string);
    } else {
        json_add_null(writer);
    }
}

void json_member(JsonWriter *writer, const char *name)
{
    json_dumper_set_member_name(writer->json, name);
}

void json_text_member(JsonWriter *writer, const char *name, const char *text)
{
    json_member(writer, name);
    json_add_text(writer, text);
}

void json_int_member(JsonWriter *writer, const char *name, gint64 value)
{
    json_member(writer, name);
    json_add_int(writer, value);
}

void json_bool_member(JsonWriter *writer, const char *name, bool value)
{
    json_member(writer, name);
    json_dumper_value_anyf(writer->json, value ? "true" : "false");
}

void json_time_member(JsonWriter *writer, const char *name, bool known, gint64 ns)
{
    g_autofree char *text = known ? text_time(ns) : NULL;

    json_text_member(writer, name, text);
}

/* "krr-3"; null where the number is 0. */
void json_id_member(JsonWriter *writer, const char *name, const char *kind, guint number)
{
    g_autofree char *id = number ? g_strdup_printf("%s-%u", kind, number) : NULL;

    json_text_member(writer, name, id);
}

void json_texts_member(JsonWriter *writer, const char *name, const char *const *texts)
{
    json_member(writer, name);
    json_dumper_begin_array(writer->json);
    for (; texts && *texts; texts++) {
        json_add_text(writer, *texts);
    }
    json_dumper_end_array(writer->json);
}

void json_add_frame(JsonWriter *writer, const StoryFrame *frame)
{
    if (writer->report->captures->len == 1) {
        json_add_int(writer, (gint64)frame->number);
    } else {
        g_autofree char *text = report_frame(writer->report, frame);

        json_dumper_value_string(writer->json, text);
    }
}

void json_frame_member(JsonWriter *writer, const char *name, bool seen, const StoryFrame *frame)
{
    json_member(writer, name);
    if (seen) {
        json_add_frame(writer, frame);
    } else {
        json_add_null(writer);
    }
}

void json_frames_member(JsonWriter *writer, const char *name, const GArray *frames)
{
    json_member(writer, name);
    json_dumper_begin_array(writer->json);
    for (guint i = 0; i < frames->len; i++) {
        json_add_frame(writer, &g_array_index(frames, StoryFrame, i));
    }
    json_dumper_end_array(writer->json);
}

/* An array member of objects, one for each element; each goes out as it is made. */
void json_objects_member(JsonWriter *writer, const char *name, const GPtrArray *elements,
                         void (*write)(JsonWriter *writer, gconstpointer element))
{
    json_member(writer, name);
    json_dumper_begin_array(writer->json);
    for (guint i = 0; i < elements->len; i++) {
        json_dumper_begin_object(writer->json);
        write(writer, g_ptr_array_index(elements, i));
        json_dumper_end_object(writer->json);
        output_flow(writer->out);
    }
    json_dumper_end_array(writer->json);
}
