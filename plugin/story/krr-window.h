/* krr-window.h
 * What the plugin asks of Wireshark's window
 *
 * While a capture is read, Wireshark applies the display filter to each frame at once. What only
 * later frames tell is not known by then, and frames that it would let through stay hidden. So once
 * all has been read, the filter is applied again. Other programs than Wireshark have no window, and
 * nothing is done there.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef KRR_WINDOW_H
#define KRR_WINDOW_H

#include <stdbool.h>

/**
 * Has the display filter applied again as soon as the window has read what there is: a file, or a
 * capture that has been stopped. To be called when a frame was read for the first time; many calls
 * are as one.
 * @param ask  asked once, then; false: no frame says another thing than it did at first
 */
void krr_window_filter_later(bool (*ask)(void));

/** Wireshark closes the capture, or ends: nothing is applied. */
void krr_window_forget(void);

#endif
