/* krr-time.h
 * xsd:dateTime, the form of the time of a KRR
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef KRR_TIME_H
#define KRR_TIME_H

#include <stdbool.h>

#include <glib.h>

/**
 * An xsd:dateTime as a time.
 * @param text  without white space around it
 * @param ns    out: nanoseconds since 1970 UTC; finer digits are dropped
 * @return false where it is none, or does not fit 64 bits
 */
bool krr_time_parse(const char *text, gint64 *ns);

/** Is it an xsd:dateTime that does not fit 64 bits: centuries from any capture? */
bool krr_time_is_far(const char *text);

#endif
