/* audit-server.c
 * Audits for tests, each in a process of its own, without the start of libwireshark for each
 *
 * usage: audit-server
 *
 * Starts libwireshark, then reads requests from standard input until it ends. A request is a number
 * and as many texts, each with a NUL behind it: the files for standard output and standard error, the
 * folder to work in, and the command line of krraudit from argv[0] on. The answer is a line with the
 * exit status, or the negative number of the signal that ended the audit, and the most memory that it
 * held, in KiB.
 *
 * What an audit leaves behind ends with its process, so none can depend on the one before.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <glib.h>

#include "analyzer/engine/libwireshark.h"
#include "analyzer/run.h"

/* Of a request. */
enum { TEXT_STDOUT, TEXT_STDERR, TEXT_FOLDER, TEXT_ARGV };

#define MOST_TEXTS 1000

/* Ends a process whose place cannot be what the request says: no audit ends with this status. */
#define EXIT_NO_PLACE 98

/* A text up to its NUL; NULL at the end of the requests. Caller frees it. */
static char *read_text(void)
{
    char *text = NULL;
    size_t size = 0;

    if (getdelim(&text, &size, '\0', stdin) < 0) {
        g_clear_pointer(&text, free);
    }
    return text;
}

/* NULL at the end of the requests, else NULL-terminated. */
static GPtrArray *read_request(void)
{
    g_autoptr(GPtrArray) texts = g_ptr_array_new_with_free_func(free);
    char *number = read_text();
    guint64 count = number ? g_ascii_strtoull(number, NULL, 10) : 0;

    free(number);
    if (count <= TEXT_ARGV || count > MOST_TEXTS) {
        return NULL;
    }
    for (guint64 i = 0; i < count; i++) {
        char *text = read_text();

        if (!text) {
            return NULL;
        }
        g_ptr_array_add(texts, text);
    }
    g_ptr_array_add(texts, NULL);
    return g_steal_pointer(&texts);
}

/* Makes the file what the descriptor stands for. */
static void redirect(const char *path, int flags, int target)
{
    int descriptor = open(path, flags | O_CLOEXEC, 0600);

    if (descriptor < 0 || dup2(descriptor, target) < 0) {
        _exit(EXIT_NO_PLACE);
    }
    close(descriptor);
}

/* In the new process, which ends with the server. Returns its exit status. */
static int audit(const GPtrArray *request)
{
    char **texts = (char **)request->pdata;
    gsize count = request->len - TEXT_ARGV; /* with the NULL at the end */
    /* Options that were read are taken out of the array: the texts stay where they can be freed. */
    g_autofree char **argv = g_memdup2(texts + TEXT_ARGV, count * sizeof *argv);

    prctl(PR_SET_PDEATHSIG, SIGKILL);
    redirect("/dev/null", O_RDONLY, STDIN_FILENO);
    redirect(texts[TEXT_STDOUT], O_WRONLY | O_CREAT | O_TRUNC, STDOUT_FILENO);
    redirect(texts[TEXT_STDERR], O_WRONLY | O_CREAT | O_TRUNC, STDERR_FILENO);
    if (chdir(texts[TEXT_FOLDER]) != 0) {
        _exit(EXIT_NO_PLACE);
    }
    return krraudit_run((int)count - 1, argv);
}

static void serve(const GPtrArray *request)
{
    struct rusage usage = {0};
    int status = 0;
    pid_t child;

    fflush(NULL); /* or what is still to be written would be written twice */
    child = fork();
    if (child == 0) {
        exit(audit(request));
    }
    if (child < 0) {
        g_error("no process for an audit: %s", g_strerror(errno));
    }
    while (wait4(child, &status, 0, &usage) < 0 && errno == EINTR) {
    }
    printf("%d %ld\n", WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status),
           usage.ru_maxrss);
    fflush(stdout);
}

int main(void)
{
    g_autoptr(GError) error = NULL;
    GPtrArray *request;

    setlocale(LC_CTYPE, ""); /* as main() of krraudit does */
    if (!krraudit_init(&error)) {
        g_error("%s", error->message);
    }
    while ((request = read_request())) {
        serve(request);
        g_ptr_array_unref(request);
    }
    libwireshark_stop();
    return 0;
}
