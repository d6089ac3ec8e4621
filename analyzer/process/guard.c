/* guard.c
 * Work in a process of its own, which may come to harm
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "analyzer/process/guard.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
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

/* GLib would say it in two lines, and abort. Its handler takes no data but a pointer. */
static void tell_fatal(const char *domain G_GNUC_UNUSED, GLogLevelFlags level, const char *message,
                       gpointer failed)
{
    if (level & G_LOG_FLAG_FATAL) {
        complain("%s", message);
        _exit(GPOINTER_TO_INT(failed));
    }
    if (level & (G_LOG_LEVEL_CRITICAL | G_LOG_LEVEL_WARNING)) {
        complain("%s", message);
    }
}

static void do_work(int (*work)(gpointer data), gpointer data, int failed, pid_t parent)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) {
        _exit(failed);
    }
    signal(SIGXFSZ, SIG_IGN);
    g_log_set_default_handler(tell_fatal, GINT_TO_POINTER(failed));
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

GuardEnd guard_run(int (*work)(gpointer data), gpointer data, int failed)
{
    GuardEnd end = {.status = failed};
    pid_t parent = getpid(), child = fork();
    int status;

    if (child == 0) {
        do_work(work, data, failed, parent);
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
