/* workers.c
 * Tasks in processes of their own, some of them at a time
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "analyzer/process/workers.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <glib-unix.h>

#ifdef __linux__
#include <sys/prctl.h>
#endif

#define TICK_MS 200
/* A longer line is broken. */
#define MAX_LINE 8192

/* A process at work. What it writes to standard error comes here: so lines of several do not mix,
 * and the end of the pipe is the end of the process. */
typedef struct Worker {
    guint task;
    pid_t pid;
    int pipe;
    GString *text; /* that has no end of a line yet */
} Worker;

typedef struct Workers {
    const WorkersCalls *calls;
    gpointer data;
    GPtrArray *at_work; /* of Worker */
} Workers;

static void worker_free(gpointer data)
{
    Worker *worker = data;

    close(worker->pipe);
    g_string_free(worker->text, TRUE);
    g_free(worker);
}

/* ---- lines ---- */

static void tell_lines(const Workers *workers, Worker *worker, bool all)
{
    GString *text = worker->text;
    const char *end;

    while ((end = memchr(text->str, '\n', text->len)) || text->len > MAX_LINE ||
           (all && text->len > 0)) {
        gsize length = end ? (gsize)(end - text->str) : MIN(text->len, MAX_LINE);
        g_autofree char *line = g_strndup(text->str, length);

        workers->calls->line(line, workers->data);
        g_string_erase(text, 0, (gssize)length + (end ? 1 : 0));
    }
}

/* @return false where the process writes no more */
static bool listen_to(const Workers *workers, Worker *worker)
{
    char octets[4096];
    ssize_t length = read(worker->pipe, octets, sizeof octets);

    if (length < 0 && (errno == EINTR || errno == EAGAIN)) {
        return true;
    }
    if (length > 0) {
        g_string_append_len(worker->text, octets, length);
    }
    tell_lines(workers, worker, length <= 0);
    return length > 0;
}

/* ---- beginning ---- */

/* Whoever kills the parent does not want its children to go on. */
static bool end_with(pid_t parent)
{
#ifdef __linux__
    if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0) {
        return false;
    }
#endif
    return getppid() == parent;
}

/* In the process of the worker: never returns. */
static void do_work(const Workers *workers, guint task, int pipe, pid_t parent)
{
    if (!end_with(parent) || dup2(pipe, STDERR_FILENO) < 0) {
        _exit(EXIT_FAILURE);
    }
    close(pipe);
    /* Not exit(): what is to be cleaned up is the parent's. */
    _exit(workers->calls->work(task, workers->data) ? EXIT_SUCCESS : EXIT_FAILURE);
}

/* @return false with errno set */
static bool begin(Workers *workers, guint task)
{
    pid_t parent = getpid(), pid;
    int ends[2];
    Worker *worker;

    if (!g_unix_open_pipe(ends, FD_CLOEXEC, NULL)) {
        return false;
    }
    pid = fork();
    if (pid == 0) {
        do_work(workers, task, ends[1], parent);
    }
    close(ends[1]); /* the end of the worker must be the end of the pipe */
    if (pid < 0) {
        int reason = errno;

        close(ends[0]);
        errno = reason;
        return false;
    }
    worker = g_new0(Worker, 1);
    *worker = (Worker){task, pid, ends[0], g_string_new(NULL)};
    g_ptr_array_add(workers->at_work, worker);
    return true;
}

/* ---- ending ---- */

static void tell_end(const Workers *workers, guint task, int status)
{
    g_autofree char *how = NULL;

    if (WIFSIGNALED(status)) {
        how = g_strdup_printf("was ended by signal %d (%s)", WTERMSIG(status),
                              g_strsignal(WTERMSIG(status)));
    } else if (WEXITSTATUS(status) != EXIT_SUCCESS) {
        how = g_strdup_printf("ended with status %d", WEXITSTATUS(status));
    }
    workers->calls->ended(task, how, workers->data);
}

static int wait_for(pid_t pid)
{
    int status = 0;

    while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
        continue;
    }
    return status;
}

static void kill_all(Workers *workers)
{
    for (guint i = 0; i < workers->at_work->len; i++) {
        kill(((const Worker *)g_ptr_array_index(workers->at_work, i))->pid, SIGKILL);
    }
    for (guint i = 0; i < workers->at_work->len; i++) {
        wait_for(((const Worker *)g_ptr_array_index(workers->at_work, i))->pid);
    }
    g_ptr_array_set_size(workers->at_work, 0);
}

/* Waits until something happens, but not long. */
static void attend(Workers *workers)
{
    GPtrArray *at_work = workers->at_work;
    g_autofree struct pollfd *fds = g_new0(struct pollfd, at_work->len);

    for (guint i = 0; i < at_work->len; i++) {
        fds[i] = (struct pollfd){((Worker *)g_ptr_array_index(at_work, i))->pipe, POLLIN, 0};
    }
    if (poll(fds, at_work->len, TICK_MS) <= 0) {
        return; /* in vain, or for a signal that is asked about elsewhere */
    }
    for (guint i = at_work->len; i-- > 0;) {
        Worker *worker = g_ptr_array_index(at_work, i);

        if (fds[i].revents && !listen_to(workers, worker)) {
            guint task = worker->task;
            int status = wait_for(worker->pid);

            g_ptr_array_remove_index(at_work, i);
            tell_end(workers, task, status);
        }
    }
}

bool workers_run(guint tasks, guint jobs, const WorkersCalls *calls, gpointer data)
{
    g_autoptr(GPtrArray) at_work = g_ptr_array_new_with_free_func(worker_free);
    Workers workers = {calls, data, at_work};
    guint next = 0;

    signal(SIGCHLD, SIG_DFL); /* where our parent ignores it, nobody would know how a task ended */

    while (next < tasks || at_work->len > 0) {
        if (calls->stop()) {
            kill_all(&workers);
            return false;
        }
        if (next < tasks && at_work->len < jobs) {
            if (begin(&workers, next)) {
                next++;
                continue;
            }
            /* Too many processes or files: those at work will leave room. */
            if (at_work->len == 0) {
                g_autofree char *how =
                    g_strdup_printf("could not be started: %s", g_strerror(errno));

                calls->ended(next++, how, data);
                continue;
            }
        }
        attend(&workers);
        calls->tick(data);
    }
    return true;
}
