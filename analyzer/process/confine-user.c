/* confine-user.c
 * Root gives up being root
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "analyzer/process/confine-user.h"

#include <grp.h>
#include <linux/capability.h>
#include <pwd.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <glib.h>

/* Where there is no user of that name: the number that the kernel itself uses for nobody. */
#define NOBODY 65534

/* A number from the environment of root; 0: there is none. */
static guint32 number_of(const char *name)
{
    const char *text = g_getenv(name);
    guint64 number = 0;

    return text && g_ascii_string_to_unsigned(text, 10, 1, G_MAXINT32, &number, NULL)
               ? (guint32)number
               : 0;
}

uid_t confine_user_of_root(gid_t *gid)
{
    const guint32 user = number_of("SUDO_UID"), group = number_of("SUDO_GID");
    const struct passwd *nobody;

    if (user && group) {
        *gid = group;
        return user;
    }
    nobody = getpwnam("nobody");
    *gid = nobody ? nobody->pw_gid : NOBODY;
    return nobody ? nobody->pw_uid : NOBODY;
}

/* The power to read what root alone may read: containers often withhold it. */
#define READ_POWER (1U << CAP_DAC_READ_SEARCH)

static bool may_keep_reading(void)
{
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct powers[_LINUX_CAPABILITY_U32S_3] = {0};

    return syscall(SYS_capget, &header, powers) == 0 && (powers[0].permitted & READ_POWER);
}

/* Of all powers, that to read remains. */
static bool keep_reading(void)
{
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct powers[_LINUX_CAPABILITY_U32S_3] = {0};

    powers[0].effective = powers[0].permitted = READ_POWER;
    return syscall(SYS_capset, &header, powers) == 0;
}

bool confine_user(void)
{
    const pid_t parent = getppid();
    int death = 0;
    gid_t gid;
    uid_t uid;

    if (geteuid() != 0) {
        return true;
    }
    if (!may_keep_reading()) {
        return false; /* another user could not read root's captures */
    }
    uid = confine_user_of_root(&gid);
    prctl(PR_GET_PDEATHSIG, &death);
    if (prctl(PR_SET_KEEPCAPS, 1) != 0 || setgroups(0, NULL) != 0 ||
        setresgid(gid, gid, gid) != 0 || setresuid(uid, uid, uid) != 0) {
        return false;
    }
    /* It was permitted before; should it fail all the same, captures that cannot be read are told. */
    (void)keep_reading();
    prctl(PR_SET_PDEATHSIG, death); /* another user is no longer ended with the parent */
    if (getppid() != parent) {
        _exit(EXIT_FAILURE);
    }
#if defined(KRR_SANITIZED)
    (void)prctl(PR_SET_DUMPABLE, 1); /* sanitizers look into this process from another one */
#endif
    return true;
}
