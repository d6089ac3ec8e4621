/* process-policies.c
 * Whom libwireshark takes this process for
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "analyzer/engine/process-policies.h"

#include <stdbool.h>
#include <stdlib.h>
#include <unistd.h>

#include <glib.h>
#include <wsutil/privileges.h>

#define NOBODY 65534

/* The saved ids stay root's, which is the way back. */
static bool become_ordinary(void)
{
    return setregid(NOBODY, 0) == 0 && setegid(NOBODY) == 0 && setreuid(NOBODY, 0) == 0 &&
           seteuid(NOBODY) == 0;
}

static bool become_root(void)
{
    return seteuid(0) == 0 && setreuid(0, 0) == 0 && setegid(0) == 0 && setregid(0, 0) == 0;
}

void process_policies_init(void)
{
    bool root = getuid() == 0 && geteuid() == 0 && getgid() == 0 && getegid() == 0;

    if (root) {
        become_ordinary();
    }
    init_process_policies();
    /* Neither change may stop half-way: files would be read and written as another user. */
    if (root && !become_root()) {
        abort();
    }
}
