/* inside.c
 * What an attacker could do who has taken over the process that reads captures
 *
 * Preloaded into krraudit, it takes the place of functions of libraries that the process calls while
 * it reads and while it reports. There it tries what no such process should manage, and says of each
 * attempt on standard error whether it succeeded: "inside WHERE ATTEMPT ERRNO", 0 for success.
 *
 * KRR_INSIDE names the folder in which there are the files "secret" and "other.pcap".
 * KRR_INSIDE_GENTLE leaves out what would end the audit where it succeeds.
 * KRR_INSIDE_CRASH is the number of the call of rename() at which the process is to crash.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

#define EXPORT __attribute__((visibility("default")))

/* ---- attempts: each returns whether it succeeded, else errno says why not ---- */

static bool opens(const char *name, int flags)
{
    char path[4096];
    int fd;

    snprintf(path, sizeof path, "%s/%s", getenv("KRR_INSIDE"), name);
    fd = open(path, flags, 0600);
    if (fd >= 0) {
        close(fd);
    }
    return fd >= 0;
}

static bool read_secret(void)
{
    return opens("secret", O_RDONLY);
}

static bool read_other_capture(void)
{
    return opens("other.pcap", O_RDONLY);
}

static bool change_secret(void)
{
    return opens("secret", O_WRONLY);
}

static bool make_file(void)
{
    return opens("planted", O_WRONLY | O_CREAT);
}

static bool remove_file(void)
{
    char path[4096];

    snprintf(path, sizeof path, "%s/removable", getenv("KRR_INSIDE"));
    return unlink(path) == 0;
}

static bool read_passwords(void)
{
    return open("/etc/shadow", O_RDONLY) >= 0;
}

static bool list_processes(void)
{
    return open("/proc", O_RDONLY | O_DIRECTORY) >= 0;
}

static bool open_socket(void)
{
    return socket(AF_INET, SOCK_STREAM, 0) >= 0;
}

static bool connect_somewhere(void)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(9)};

    return connect(0, (struct sockaddr *)&address, sizeof address) == 0;
}

static bool send_something(void)
{
    return sendto(0, "x", 1, 0, NULL, 0) == 1;
}

static bool execute(void)
{
    char *const argv[] = {(char *)"true", NULL};

    execve("/bin/true", argv, environ);
    return false;
}

static bool begin_process(void)
{
    pid_t pid = (pid_t)syscall(SYS_clone, SIGCHLD, NULL, NULL, NULL, NULL);

    if (pid == 0) {
        _exit(0);
    }
    return pid > 0;
}

static bool trace_parent(void)
{
    return ptrace(PTRACE_ATTACH, getppid(), NULL, NULL) == 0;
}

static bool signal_parent(void)
{
    return kill(getppid(), 0) == 0;
}

static bool become_root(void)
{
    return setuid(0) == 0;
}

static bool read_own_status(void)
{
    return open("/proc/self/status", O_RDONLY) >= 0;
}

static const struct {
    const char *name;
    bool (*attempt)(void);
    bool harsh; /* where it succeeds nothing comes after it */
} attempts[] = {
    {"read-secret", read_secret, false},
    {"read-other-capture", read_other_capture, false},
    {"change-secret", change_secret, false},
    {"make-file", make_file, false},
    {"remove-file", remove_file, false},
    {"read-passwords", read_passwords, false},
    {"list-processes", list_processes, false},
    {"read-own-status", read_own_status, false},
    {"socket", open_socket, false},
    {"connect", connect_somewhere, false},
    {"send", send_something, false},
    {"fork", begin_process, false},
    {"ptrace", trace_parent, true},
    {"kill", signal_parent, false},
    {"setuid", become_root, false},
    {"exec", execute, true},
};

static void try_all(const char *where)
{
    if (!getenv("KRR_INSIDE")) {
        return;
    }
    for (size_t i = 0; i < sizeof attempts / sizeof attempts[0]; i++) {
        if (attempts[i].harsh && getenv("KRR_INSIDE_GENTLE")) {
            continue;
        }
        errno = 0;
        bool success = attempts[i].attempt();

        dprintf(STDERR_FILENO, "inside %s %s %d\n", where, attempts[i].name, success ? 0 : errno);
    }
    dprintf(STDERR_FILENO, "inside %s uid %d\n", where, (int)geteuid());
}

/* ---- the places ---- */

/* Of libwiretap: whoever reads a capture opens it first. */
EXPORT void *wtap_open_offline(const char *path, unsigned type, int *err, char **info, int random)
{
    void *(*next)(const char *, unsigned, int *, char **, int) =
        (void *(*)(const char *, unsigned, int *, char **, int))dlsym(RTLD_NEXT,
                                                                      "wtap_open_offline");

    try_all("reading");
    return next(path, type, err, info, random);
}

/* Of libwsutil: the end of a JSON report. */
EXPORT int json_dumper_finish(void *dumper)
{
    int (*next)(void *) = (int (*)(void *))dlsym(RTLD_NEXT, "json_dumper_finish");

    try_all("reporting");
    return next(dumper);
}

EXPORT int rename(const char *from, const char *to)
{
    static int calls;
    int (*next)(const char *, const char *) =
        (int (*)(const char *, const char *))dlsym(RTLD_NEXT, "rename");
    const char *crash = getenv("KRR_INSIDE_CRASH");

    if (crash && ++calls == atoi(crash)) {
        abort();
    }
    return next(from, to);
}
