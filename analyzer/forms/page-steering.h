/* page-steering.h
 * Who steers whom, on the page of the text report
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef PAGE_STEERING_H
#define PAGE_STEERING_H

#include "analyzer/forms/page.h"

/** Creators and KMSs by what they did, the gravest first; nothing where no KRR was read. */
void page_steering(Page *page);

#endif
