/* krr-stats.h
 * Statistics > KRR, and tshark -z krr,tree
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef KRR_STATS_H
#define KRR_STATS_H

/** Registers the statistics; after krr_publisher_register(). */
void krr_stats_register(void);

#endif
