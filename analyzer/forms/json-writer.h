/* json-writer.h
 * Members of the JSON report
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef JSON_WRITER_H
#define JSON_WRITER_H

#include <wsutil/json_dumper.h>

#include "analyzer/process/output.h"
#include "analyzer/report/report.h"

/** What is written, and to where. */
typedef struct JsonWriter {
    const Report *report;
    Output *out;
    json_dumper *json; /**< appends to the output's text */
    guint findings;    /**< written so far */
} JsonWriter;

void json_add_null(JsonWriter *writer);
void json_add_int(JsonWriter *writer, gint64 value);
/** Text of a capture or a user, in any octets; NULL: null. */
void json_add_text(JsonWriter *writer, const char *text);
/** The name of a member, whose value comes next. */
void json_member(JsonWriter *writer, const char *name);
void json_text_member(JsonWriter *writer, const char *name, const char *text);
void json_int_member(JsonWriter *writer, const char *name, gint64 value);
void json_bool_member(JsonWriter *writer, const char *name, bool value);
/** @param known  false: null */
void json_time_member(JsonWriter *writer, const char *name, bool known, gint64 ns);
/** "krr-3"; null where the number is 0. */
void json_id_member(JsonWriter *writer, const char *name, const char *kind, guint number);
/** @param texts  NULL-terminated; NULL: none */
void json_texts_member(JsonWriter *writer, const char *name, const char *const *texts);
/** A number; with several captures, capture and number. */
void json_add_frame(JsonWriter *writer, const StoryFrame *frame);
/** @param seen  false: null */
void json_frame_member(JsonWriter *writer, const char *name, bool seen, const StoryFrame *frame);
/** @param frames  of StoryFrame */
void json_frames_member(JsonWriter *writer, const char *name, const GArray *frames);
/** An array of objects, one for each element; each goes out as it is made. */
void json_objects_member(JsonWriter *writer, const char *name, const GPtrArray *elements,
                         void (*write)(JsonWriter *writer, gconstpointer element));

#endif
