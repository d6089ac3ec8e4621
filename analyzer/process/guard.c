/* guard.c
 * Work in a process of its own, which may come to harm
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "analyzer/process/guard.h"

#include <errno.h>
#include <link.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "analyzer/process/complain.h"

/* Those by which a program is asked to end, or which tell it that nobody reads on. */
static const int wishes[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGPIPE};

static sigset_t watched(void)
{
    sigset_t set;

    sigemptyset(&set);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGHUP);
    sigaddset(&set, SIGQUIT);
    sigaddset(&set, SIGCHLD);
    return set;
}

void guard_begin(void)
{
    const sigset_t set = watched();

    signal(SIGCHLD,
           SIG_DFL); /* where our parent ignores it, nobody would know how the work ended */
    sigprocmask(SIG_BLOCK, &set, NULL);
}

void guard_release(void)
{
    const sigset_t set = watched();

    sigprocmask(SIG_UNBLOCK, &set, NULL);
}

/* ---- in the process of the work ---- */

/* A library with fewer octets of data is not worth it. */
#define MUCH_DATA (1024 * 1024)

/* libwireshark has twenty megabytes of data, and changes nearly all of it as it starts. The process that
 * waits still holds the pages, so each has to be copied: all at once takes a third of the time. */
static int take_pages(struct dl_phdr_info *library, size_t size G_GNUC_UNUSED,
                      void *data G_GNUC_UNUSED)
{
#ifdef MADV_POPULATE_WRITE
    const guintptr page = (guintptr)sysconf(_SC_PAGESIZE);
    guintptr start = 0, end = 0;

    for (guint i = 0; i < library->dlpi_phnum; i++) {
        const ElfW(Phdr) *part = &library->dlpi_phdr[i];
        const guintptr place = library->dlpi_addr + part->p_vaddr;

        if (part->p_type == PT_LOAD && part->p_flags & PF_W) {
            end = place + part->p_filesz;
        } else if (part->p_type == PT_GNU_RELRO) {
            start =
                (place + part->p_memsz + page - 1) & ~(page - 1); /* before it none is written */
        }
    }
    if (start && end > start + MUCH_DATA) {
        (void)madvise((void *)start, (end - start) & ~(page - 1), MADV_POPULATE_WRITE);
    }
#endif
    return 0;
}

static void do_work(int (*work)(gpointer data), gpointer data, pid_t parent)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) {
        _exit(COMPLAIN_FATAL_STATUS);
    }
    dl_iterate_phdr(take_pages, NULL);
    signal(SIGXFSZ, SIG_IGN);
    g_log_set_default_handler(complain_of_glib, NULL);
    guard_release();
    exit(work(data));
}

/* ---- in the process that waits ---- */

static bool is_wish(int signal_number)
{
    for (gsize i = 0; i < G_N_ELEMENTS(wishes); i++) {
        if (wishes[i] == signal_number) {
            return true;
        }
    }
    return false;
}

static int await_end(pid_t child)
{
    const sigset_t set = watched();
    int status = 0;

    for (;;) {
        siginfo_t info;
        int signal_number = sigwaitinfo(&set, &info);

        if (waitpid(child, &status, WNOHANG) == child) {
            return status;
        }
        /* What a terminal sends goes to both. */
        if (signal_number > 0 && signal_number != SIGCHLD && info.si_code != SI_KERNEL) {
            kill(child, signal_number);
        }
    }
}

GuardEnd guard_run(int (*work)(gpointer data), gpointer data)
{
    GuardEnd end = {.status = COMPLAIN_FATAL_STATUS};
    pid_t parent = getpid(), child = fork();
    int status;

    if (child == 0) {
        do_work(work, data, parent);
    }
    if (child < 0) {
        complain("no process for the audit: %s", g_strerror(errno));
        return end;
    }
    status = await_end(child);
    if (WIFSIGNALED(status)) {
        end = (GuardEnd){-1, WTERMSIG(status), is_wish(WTERMSIG(status))};
    } else {
        end.status = WEXITSTATUS(status);
    }
    return end;
}

void guard_pass_on(const GuardEnd *end)
{
    if (end->asked) {
        signal(end->signal, SIG_DFL);
        raise(end->signal);
        guard_release();
    }
}
