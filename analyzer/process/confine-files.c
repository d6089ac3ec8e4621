/* confine-files.c
 * The files that this process may still name, by Landlock
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "analyzer/process/confine-files.h"

#include <fcntl.h>
#include <linux/landlock.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Kernel headers are often older than the kernel. These are its own numbers. */
#ifndef LANDLOCK_ACCESS_FS_REFER
#define LANDLOCK_ACCESS_FS_REFER (1ULL << 13)
#endif
#ifndef LANDLOCK_ACCESS_FS_TRUNCATE
#define LANDLOCK_ACCESS_FS_TRUNCATE (1ULL << 14)
#endif
#ifndef LANDLOCK_ACCESS_NET_BIND_TCP
#define LANDLOCK_ACCESS_NET_BIND_TCP    (1ULL << 0)
#define LANDLOCK_ACCESS_NET_CONNECT_TCP (1ULL << 1)
#endif
#ifndef LANDLOCK_SCOPE_SIGNAL
#define LANDLOCK_SCOPE_ABSTRACT_UNIX_SOCKET (1ULL << 0)
#define LANDLOCK_SCOPE_SIGNAL               (1ULL << 1)
#endif

/* landlock_ruleset_attr, whose later members older headers lack. The kernel takes as much of it as it
 * is told that there is. */
typedef struct Ruleset {
    guint64 files;
    guint64 net;
    guint64 scoped;
} Ruleset;

/* What a version of Landlock can forbid, by the first version that can. Forbidding what one
 * does not know is an error. Device ioctls are left to the list of system calls. */
static const struct {
    guint version;
    gsize size; /* of the ruleset */
    Ruleset adds;
} abilities[] = {
    {1, G_STRUCT_OFFSET(Ruleset, net), {.files = (LANDLOCK_ACCESS_FS_MAKE_SYM << 1) - 1}},
    {2, G_STRUCT_OFFSET(Ruleset, net), {.files = LANDLOCK_ACCESS_FS_REFER}},
    {3, G_STRUCT_OFFSET(Ruleset, net), {.files = LANDLOCK_ACCESS_FS_TRUNCATE}},
    {4,
     G_STRUCT_OFFSET(Ruleset, scoped),
     {.net = LANDLOCK_ACCESS_NET_BIND_TCP | LANDLOCK_ACCESS_NET_CONNECT_TCP}},
    {6, sizeof(Ruleset), {.scoped = LANDLOCK_SCOPE_ABSTRACT_UNIX_SOCKET | LANDLOCK_SCOPE_SIGNAL}},
};

#define READ_FILE LANDLOCK_ACCESS_FS_READ_FILE
#define READ_ALL  (READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR)
#define WRITE_ALL                                                                                  \
    (READ_ALL | LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_TRUNCATE |                      \
     LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_ACCESS_FS_MAKE_DIR | LANDLOCK_ACCESS_FS_REMOVE_FILE |  \
     LANDLOCK_ACCESS_FS_REMOVE_DIR)

guint confine_files_version(void)
{
    long version = syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);

    return version > 0 ? (guint)version : 0;
}

/* All that the version can forbid. @param size  out: octets of it that the kernel knows */
static Ruleset forbid_all(guint version, gsize *size)
{
    Ruleset all = {0};

    for (gsize i = 0; i < G_N_ELEMENTS(abilities) && abilities[i].version <= version; i++) {
        all.files |= abilities[i].adds.files;
        all.net |= abilities[i].adds.net;
        all.scoped |= abilities[i].adds.scoped;
        *size = abilities[i].size;
    }
    return all;
}

/* Rights to what does not exist are no rights, so that is no error. */
static void allow(int ruleset, const char *path, guint64 rights)
{
    struct landlock_path_beneath_attr rule = {.parent_fd = open(path, O_PATH | O_CLOEXEC)};
    struct stat status;

    if (rule.parent_fd < 0) {
        return;
    }
    if (fstat(rule.parent_fd, &status) == 0) {
        /* The kernel takes no rights to a file that only a folder can give. */
        rule.allowed_access = S_ISDIR(status.st_mode) ? rights : rights & READ_FILE;
        (void)syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &rule, 0);
    }
    close(rule.parent_fd);
}

static void allow_all(int ruleset, const char *const *paths, guint64 rights)
{
    for (; *paths; paths++) {
        allow(ruleset, *paths, rights);
    }
}

bool confine_files(const char *const *readable, const char *const *writable)
{
    gsize size = 0;
    const Ruleset all = forbid_all(confine_files_version(), &size);
    int ruleset;
    bool done;

    if (!size) {
        return false;
    }
    ruleset = (int)syscall(SYS_landlock_create_ruleset, &all, size, 0);
    if (ruleset < 0) {
        return false;
    }
    allow_all(ruleset, readable, READ_ALL & all.files);
    allow_all(ruleset, writable, WRITE_ALL & all.files);
    done = syscall(SYS_landlock_restrict_self, ruleset, 0) == 0;
    close(ruleset);
    return done;
}
