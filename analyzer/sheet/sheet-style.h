/* sheet-style.h
 * How the HTML report looks: on a screen by day and by night, on a phone, on paper
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef SHEET_STYLE_H
#define SHEET_STYLE_H

/** The style sheet. */
extern const char sheet_style[];

#endif
