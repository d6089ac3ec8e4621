/* confinement.c
 * What a process that reads captures can still do: captures come from attackers
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "analyzer/process/confinement.h"

#include <sys/prctl.h>

#include "analyzer/process/confine-files.h"
#include "analyzer/process/confine-user.h"

/* What libraries open while they work: glibc its modules, time zones and tables of names; whoever
 * begins threads asks for the number of processors. */
static const char *const system_files[] = {
    "/usr/lib",
    "/usr/lib32",
    "/usr/lib64",
    "/lib",
    "/lib64",
    "/usr/local/lib",
    "/usr/share/wireshark", /* of one who stays root it lets no other place count */
    "/usr/local/share/wireshark",
    "/etc/wireshark", /* to which the former has links */
    "/usr/share/zoneinfo",
    "/usr/share/locale",
    "/etc/ld.so.cache",
    "/etc/localtime",
    "/etc/nsswitch.conf",
    "/etc/host.conf",
    "/etc/hosts",
    "/etc/resolv.conf",
    "/etc/gai.conf",
    "/etc/protocols",
    "/etc/services",
    "/etc/ssl/openssl.cnf",
    "/dev/null",
    "/dev/random",
    "/dev/urandom",
    "/sys/devices/system/cpu",
#if defined(KRR_SANITIZED)
    "/proc", /* sanitizers look for leaks in the maps of the process */
#endif
};

#define MOST_MEASURES 4

struct Confinement {
    char *folder;
    GPtrArray *readable; /* of char *: what every process may read */
    GPtrArray *captures; /* of char * */
    const char *in_force[MOST_MEASURES + 1];
    guint measures;
};

Confinement *confinement_new(const char *folder)
{
    Confinement *confinement = g_new0(Confinement, 1);

    confinement->folder = g_strdup(folder);
    confinement->readable = g_ptr_array_new_with_free_func(g_free);
    confinement->captures = g_ptr_array_new_with_free_func(g_free);
    for (gsize i = 0; i < G_N_ELEMENTS(system_files); i++) {
        confinement_let_read(confinement, system_files[i]);
    }
    return confinement;
}

void confinement_free(Confinement *confinement)
{
    if (!confinement) {
        return;
    }
    g_ptr_array_unref(confinement->readable);
    g_ptr_array_unref(confinement->captures);
    g_free(confinement->folder);
    g_free(confinement);
}

void confinement_let_read(Confinement *confinement, const char *path)
{
    if (path) {
        g_ptr_array_add(confinement->readable, g_strdup(path));
    }
}

void confinement_let_read_capture(Confinement *confinement, const char *path)
{
    g_ptr_array_add(confinement->captures, g_strdup(path));
}

static void note(Confinement *confinement, bool done, const char *measure)
{
    if (done && confinement->measures < MOST_MEASURES &&
        !g_strv_contains(confinement->in_force, measure)) {
        confinement->in_force[confinement->measures++] = measure;
    }
}

static void add_all(GPtrArray *paths, const GPtrArray *more)
{
    for (guint i = 0; i < more->len; i++) {
        g_ptr_array_add(paths, more->pdata[i]);
    }
}

/* @param captures  of char * */
static bool limit_files(const Confinement *confinement, const GPtrArray *captures)
{
    const char *const writable[] = {confinement->folder, NULL};
    g_autoptr(GPtrArray) readable = g_ptr_array_new();

    add_all(readable, confinement->readable);
    add_all(readable, captures);
    g_ptr_array_add(readable, NULL);
    return confine_files((const char *const *)readable->pdata, writable);
}

void confinement_begin(Confinement *confinement)
{
    note(confinement, prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0, "no-new-privileges");
    note(confinement, confine_user(), "unprivileged-user");
    note(confinement, limit_files(confinement, confinement->captures), "landlock");
}

void confinement_narrow(Confinement *confinement, const char *capture)
{
    g_autoptr(GPtrArray) captures = g_ptr_array_new();

    g_ptr_array_add(captures, (gpointer)capture);
    (void)limit_files(confinement, captures);
}

void confinement_limit_calls(Confinement *confinement, ConfineWork work)
{
    note(confinement, confine_calls(work), "seccomp");
}

const char *const *confinement_in_force(const Confinement *confinement)
{
    static const char *const nothing[] = {NULL};

    return confinement ? confinement->in_force : nothing;
}

char *confinement_describe_machine(void)
{
    const guint landlock = confine_files_version();
    g_autofree char *files =
        landlock ? g_strdup_printf("Landlock %u", landlock) : g_strdup("no Landlock");

    return g_strdup_printf("no new privileges, %s, %s", files,
                           confine_calls_possible() ? "seccomp" : "no seccomp");
}
