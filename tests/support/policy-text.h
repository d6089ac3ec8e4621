/* policy-text.h
 * A policy from the text of its file; for tests
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef POLICY_TEXT_H
#define POLICY_TEXT_H

#include <glib/gstdio.h>

#include "core/rules/krr-rules.h"

/** Reads a policy that must be good. */
static inline KmsPolicy *policy_from_text(const char *text)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *path = NULL;
    int file = g_file_open_tmp("krr-policy-XXXXXX.ini", &path, &error);

    g_assert_no_error(error);
    g_assert_true(g_close(file, &error));
    g_assert_true(g_file_set_contents(path, text, -1, &error));
    KmsPolicy *policy = kms_policy_load(path, krr_rule_names(), NULL, &error);
    g_assert_cmpint(g_unlink(path), ==, 0);
    g_assert_no_error(error);
    return policy;
}

#endif
