/* confine-calls.c
 * The system calls that this process may still make, by seccomp
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "analyzer/process/confine-calls.h"

#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <glib.h>
#include <seccomp.h>

/* By name: an architecture that lacks one has another for it. */
static const char *const reading_calls[] = {
    /* Files: which ones is up to Landlock. */
    "access",
    "chdir",
    "close",
    "dup",
    "dup2",
    "dup3",
    "faccessat",
    "faccessat2",
    "fadvise64",
    "fallocate",
    "fchdir",
    "fcntl",
    "fdatasync",
    "flock",
    "fstat",
    "fstat64",
    "fstatfs",
    "fsync",
    "ftruncate",
    "getcwd",
    "getdents",
    "getdents64",
    "lseek",
    "_llseek",
    "lstat",
    "mkdir",
    "mkdirat",
    "newfstatat",
    "open",
    "openat",
    "pread64",
    "preadv",
    "pwrite64",
    "pwritev",
    "read",
    "readlink",
    "readlinkat",
    "readv",
    "rename",
    "renameat",
    "renameat2",
    "rmdir",
    "stat",
    "statfs",
    "statx",
    "umask",
    "unlink",
    "unlinkat",
    "write",
    "writev",
    /* Memory and threads. */
    "brk",
    "exit",
    "exit_group",
    "futex",
    "futex_time64",
    "get_robust_list",
    "madvise",
    "membarrier",
    "mmap",
    "mmap2",
    "mprotect",
    "mremap",
    "munmap",
    "rseq",
    "sched_getaffinity",
    "sched_getattr",
    "sched_getparam",
    "sched_getscheduler",
    "sched_yield",
    "set_robust_list",
    "set_tid_address",
    "arch_prctl",
    /* Signals of its own: abort() and the like. */
    "restart_syscall",
    "rt_sigaction",
    "rt_sigprocmask",
    "rt_sigreturn",
    "sigaltstack",
    "tgkill",
    /* What it knows of itself and of time. */
    "capget",
    "clock_getres",
    "clock_gettime",
    "clock_gettime64",
    "clock_nanosleep",
    "getegid",
    "geteuid",
    "getgid",
    "getpid",
    "getppid",
    "getrandom",
    "getresgid",
    "getresuid",
    "getrlimit",
    "getrusage",
    "gettid",
    "gettimeofday",
    "getuid",
    "nanosleep",
    "prlimit64",
    "sysinfo",
    "time",
    "uname",
    /* Waiting for what is open. */
    "eventfd2",
    "pipe2",
    "poll",
    "ppoll",
};

static const char *const supervising_calls[] = {
    "clone",
    "fork",
    "kill",
    "prctl",
    "seccomp",
    "vfork",
    "wait4",
    "waitid",
    "landlock_create_ruleset",
    "landlock_add_rule",
    "landlock_restrict_self",
};

/* Sanitizers look for leaks from a process that holds this one, and ask much of themselves. */
#if defined(KRR_SANITIZED)
static const char *const sanitizer_calls[] = {
    "clone", "kill", "prctl", "ptrace", "process_vm_readv", "wait4", "waitid",
};
#endif

/* Questions about a terminal, and how much is there to be read. */
static const unsigned long harmless_ioctls[] = {TCGETS, TIOCGWINSZ, FIONREAD};

bool confine_calls_possible(void)
{
    const unsigned action = SECCOMP_RET_ERRNO;

    return syscall(SYS_seccomp, SECCOMP_GET_ACTION_AVAIL, 0, &action) == 0;
}

/* What this architecture or this libseccomp does not know need not be allowed. */
static void allow(scmp_filter_ctx filter, const char *const *names, gsize count)
{
    for (gsize i = 0; i < count; i++) {
        int number = seccomp_syscall_resolve_name(names[i]);

        if (number != __NR_SCMP_ERROR) {
            (void)seccomp_rule_add(filter, SCMP_ACT_ALLOW, number, 0);
        }
    }
}

static void allow_value(scmp_filter_ctx filter, int call, struct scmp_arg_cmp value)
{
    (void)seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, call, 1, &value);
}

static void allow_some_values(scmp_filter_ctx filter)
{
    for (gsize i = 0; i < G_N_ELEMENTS(harmless_ioctls); i++) {
        allow_value(
            filter, SCMP_SYS(ioctl),
            (struct scmp_arg_cmp){.arg = 1, .op = SCMP_CMP_EQ, .datum_a = harmless_ioctls[i]});
    }
    /* A thread is no new process. */
    allow_value(
        filter, SCMP_SYS(clone),
        (struct scmp_arg_cmp){
            .arg = 0, .op = SCMP_CMP_MASKED_EQ, .datum_a = CLONE_THREAD, .datum_b = CLONE_THREAD});
    allow_value(filter, SCMP_SYS(prctl),
                (struct scmp_arg_cmp){.arg = 0, .op = SCMP_CMP_EQ, .datum_a = PR_SET_NAME});
}

static void allow_work(scmp_filter_ctx filter, ConfineWork work)
{
    allow(filter, reading_calls, G_N_ELEMENTS(reading_calls));
    allow_some_values(filter);
    if (work == CONFINE_SUPERVISING) {
        allow(filter, supervising_calls, G_N_ELEMENTS(supervising_calls));
    }
#if defined(KRR_SANITIZED)
    allow(filter, sanitizer_calls, G_N_ELEMENTS(sanitizer_calls));
#endif
}

bool confine_calls(ConfineWork work)
{
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO(ENOSYS));
    bool done;

    if (!filter) {
        return false;
    }
    allow_work(filter, work);
    done = seccomp_attr_set(filter, SCMP_FLTATR_CTL_TSYNC, 1) == 0 && seccomp_load(filter) == 0;
    seccomp_release(filter);
    return done;
}
