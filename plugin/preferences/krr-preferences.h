/* krr-preferences.h
 * What the user prefers, and the settings that are made of it
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef KRR_PREFERENCES_H
#define KRR_PREFERENCES_H

#include "plugin/preferences/krr-settings.h"

/** Registers the preferences of the protocol "krr"; to be called once, at its registration. */
void krr_preferences_register(int protocol);

/** To be called when a capture is opened: the files that the preferences name, and those that these
 *  name, are read again, since they may have been edited. */
void krr_preferences_refresh(void);

/** Sets the one function that is called each time when other preferences have been applied, before the
 *  next frame is read. */
void krr_preferences_notify(void (*changed)(void));

/**
 * From now on, judges by the policy and the verifier of settings that the program brings along,
 * whatever policy file, trust anchors and tables the preferences name. The other preferences count.
 * To be called once the preferences are registered. Takes a share.
 */
void krr_preferences_judge_by(const KrrSettings *settings);

#endif
