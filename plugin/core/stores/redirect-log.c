/* redirect-log.c
 * Who was redirected, and when last: whoever was may try again
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "core/stores/redirect-log.h"

#include <string.h>

#include "core/octets/mcx-identity.h"
#include "core/stores/story.h"

/* Users who are remembered by name. */
#define MAX_USERS 65536

struct RedirectLog {
    GHashTable *users;  /* name, canonical -> gint64 *: when last */
    gint64 nameless_ns; /* when last somebody whose name is not among these */
};

RedirectLog *redirect_log_new(void)
{
    RedirectLog *log = g_new0(RedirectLog, 1);

    log->users = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    log->nameless_ns = G_MININT64;
    return log;
}

void redirect_log_free(RedirectLog *log)
{
    g_hash_table_unref(log->users);
    g_free(log);
}

/* @return when the user was redirected last; NULL: never, as far as names were noted */
static gint64 *find(const RedirectLog *log, const char *user)
{
    g_autofree char *name = user ? mcx_identity_canonical(user) : NULL;

    return name ? g_hash_table_lookup(log->users, name) : NULL;
}

void redirect_log_note(RedirectLog *log, const char *user, gint64 time_ns)
{
    gint64 *last = find(log, user);

    if (last) {
        *last = MAX(*last, time_ns);
    } else if (!user || strlen(user) > STORY_MAX_IDENTITY ||
               g_hash_table_size(log->users) >= MAX_USERS) {
        log->nameless_ns = MAX(log->nameless_ns, time_ns);
    } else {
        last = g_new(gint64, 1);
        *last = time_ns;
        g_hash_table_insert(log->users, mcx_identity_canonical(user), last);
    }
}

bool redirect_log_has(const RedirectLog *log, const char *user, gint64 since_ns)
{
    const gint64 *last = find(log, user);

    return last && *last >= since_ns;
}

bool redirect_log_has_nameless(const RedirectLog *log, gint64 since_ns)
{
    return log->nameless_ns >= since_ns;
}
