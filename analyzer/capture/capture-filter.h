/* capture-filter.h
 * A libpcap filter on the records of capture files
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef CAPTURE_FILTER_H
#define CAPTURE_FILTER_H

#include <stdbool.h>

#include <glib.h>

#include "analyzer/sieve/raw-frame.h"

/** What the filter says of a frame. */
typedef enum CaptureFilterVerdict {
    CAPTURE_FILTER_PASS,
    CAPTURE_FILTER_SKIP,
    CAPTURE_FILTER_UNUSABLE /**< libpcap cannot apply it to the frame's link type */
} CaptureFilterVerdict;

typedef struct CaptureFilter CaptureFilter;

/**
 * Checks an expression. It is compiled for a link type when the first frame of that type comes.
 * @return NULL with @p error set where it suits no common link type
 */
CaptureFilter *capture_filter_new(const char *expression, GError **error);

void capture_filter_free(CaptureFilter *filter);

/** @param why  out, set where it is UNUSABLE; owned by the filter */
CaptureFilterVerdict capture_filter_judge(CaptureFilter *filter, const RawFrame *frame,
                                          const char **why);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(CaptureFilter, capture_filter_free)

#endif
