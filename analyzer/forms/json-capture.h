/* json-capture.h
 * What the JSON report says of a capture
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef JSON_CAPTURE_H
#define JSON_CAPTURE_H

#include "analyzer/forms/json-writer.h"

/** Writes the members of a capture, for json_objects_member(). @param element  Capture */
void json_capture(JsonWriter *writer, gconstpointer element);

#endif
