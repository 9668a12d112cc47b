/* sandbox_calls.c - the only user of libseccomp: the system calls of a process that serves, as a table. */
#include "common/base/log.h"
#include "common/base/sandbox_internal.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <seccomp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

/* When a row holds. */
enum { LOCAL = 1, INTERNET = 2, ALWAYS = 3, READER = 4, WRITER = 8, SANITIZED = 16, KEEPER = 32 };

struct row {
    const char *call;
    unsigned when;
    int refused;    /* errno with which it fails; 0: it is allowed */
    unsigned nargs; /* 1: only calls whose argument is so */
    struct scmp_arg_cmp arg;
};

#define EQUALS(n, value)                                                                                                                   \
    { n, SCMP_CMP_EQ, (value), 0 }
#define MASKED(n, mask, value)                                                                                                             \
    { n, SCMP_CMP_MASKED_EQ, (mask), (value) }
#define ALLOW(name, set)                                                                                                                   \
    { .call = name, .when = (set) }
#define ALLOW_IF(name, set, ...)                                                                                                           \
    { .call = name, .when = (set), .nargs = 1, .arg = __VA_ARGS__ }
#define REFUSE(name, set, error)                                                                                                           \
    { .call = name, .when = (set), .refused = (error) }
#define REFUSE_IF(name, set, error, ...)                                                                                                   \
    { .call = name, .when = (set), .refused = (error), .nargs = 1, .arg = __VA_ARGS__ }
#define THREAD (CLONE_THREAD | CLONE_VM | CLONE_SIGHAND)
#ifndef PR_SET_VMA
#define PR_SET_VMA 0x53564d41
#endif

static const struct row rows[] = {
    /* memory; what is mapped from now on cannot be executed, but for libraries that a look-up of names loads */
    ALLOW("brk", ALWAYS),
    ALLOW("munmap", ALWAYS),
    ALLOW("mremap", ALWAYS),
    ALLOW("madvise", ALWAYS),
    ALLOW_IF("mmap", LOCAL, MASKED(2, PROT_EXEC, 0)),
    REFUSE_IF("mmap", LOCAL, EPERM, MASKED(2, PROT_EXEC, PROT_EXEC)),
    ALLOW_IF("mprotect", LOCAL, MASKED(2, PROT_EXEC, 0)),
    REFUSE_IF("mprotect", LOCAL, EPERM, MASKED(2, PROT_EXEC, PROT_EXEC)),
    ALLOW("mmap", INTERNET),
    ALLOW("mprotect", INTERNET),
    /* descriptors and files */
    ALLOW("read", ALWAYS),
    ALLOW("readv", ALWAYS),
    ALLOW("pread64", ALWAYS),
    ALLOW("fstatfs", ALWAYS),
    ALLOW("write", ALWAYS),
    ALLOW("writev", ALWAYS),
    ALLOW("lseek", ALWAYS),
    ALLOW("close", ALWAYS),
    ALLOW("fstat", ALWAYS),
    ALLOW("stat", ALWAYS),
    ALLOW("lstat", ALWAYS),
    ALLOW("newfstatat", ALWAYS),
    ALLOW("statx", ALWAYS),
    ALLOW("fcntl", ALWAYS),
    ALLOW("dup", ALWAYS),
    ALLOW("getdents64", ALWAYS),
    ALLOW("access", ALWAYS),
    ALLOW("faccessat", ALWAYS),
    ALLOW("faccessat2", ALWAYS),
    ALLOW("readlink", ALWAYS),
    ALLOW("readlinkat", ALWAYS),
    ALLOW("getcwd", ALWAYS),
    REFUSE("ioctl", ALWAYS, ENOTTY),
    ALLOW_IF("open", READER, MASKED(1, O_ACCMODE | O_CREAT | O_TRUNC, O_RDONLY)),
    ALLOW_IF("openat", READER, MASKED(2, O_ACCMODE | O_CREAT | O_TRUNC, O_RDONLY)),
    ALLOW("open", WRITER),
    ALLOW("openat", WRITER),
    ALLOW("mkdir", WRITER),
    ALLOW("mkdirat", WRITER),
    ALLOW("unlinkat", WRITER),
    ALLOW("renameat", WRITER),
    ALLOW("renameat2", WRITER),
    ALLOW("fsync", WRITER),
    /* sockets: other families than these end the process, like everything that is not in this table */
    ALLOW_IF("socket", ALWAYS, EQUALS(0, AF_UNIX)),
    ALLOW_IF("socket", INTERNET, EQUALS(0, AF_INET)),
    ALLOW_IF("socket", INTERNET, EQUALS(0, AF_INET6)),
    REFUSE_IF("socket", ALWAYS, EAFNOSUPPORT, EQUALS(0, AF_NETLINK)),
    ALLOW_IF("socketpair", ALWAYS, EQUALS(0, AF_UNIX)),
    ALLOW("connect", ALWAYS),
    ALLOW("accept", ALWAYS),
    ALLOW("accept4", ALWAYS),
    ALLOW("shutdown", ALWAYS),
    ALLOW("getsockopt", ALWAYS),
    ALLOW("setsockopt", ALWAYS),
    ALLOW("getsockname", ALWAYS),
    ALLOW("getpeername", ALWAYS),
    ALLOW("sendto", ALWAYS),
    ALLOW("sendmsg", ALWAYS),
    ALLOW("sendmmsg", INTERNET),
    ALLOW("recvfrom", ALWAYS),
    ALLOW("recvmsg", ALWAYS),
    ALLOW("poll", ALWAYS),
    ALLOW("ppoll", ALWAYS),
    ALLOW("select", ALWAYS),
    ALLOW("pselect6", ALWAYS),
    ALLOW("epoll_create1", ALWAYS),
    ALLOW("epoll_ctl", ALWAYS),
    ALLOW("epoll_wait", ALWAYS),
    ALLOW("epoll_pwait", ALWAYS),
    ALLOW("signalfd4", ALWAYS),
    ALLOW("pipe2", INTERNET),
    ALLOW("eventfd2", INTERNET),
    /* clocks, randomness, signals to itself, the end */
    ALLOW("clock_gettime", ALWAYS),
    ALLOW("clock_nanosleep", ALWAYS),
    ALLOW("nanosleep", ALWAYS),
    ALLOW("gettimeofday", ALWAYS),
    ALLOW("time", ALWAYS),
    ALLOW("getrandom", ALWAYS),
    ALLOW("getpid", ALWAYS),
    ALLOW("getppid", ALWAYS),
    ALLOW("gettid", ALWAYS),
    ALLOW("getuid", ALWAYS),
    ALLOW("geteuid", ALWAYS),
    ALLOW("getgid", ALWAYS),
    ALLOW("getegid", ALWAYS),
    ALLOW("uname", ALWAYS),
    ALLOW("sysinfo", ALWAYS),
    ALLOW("getrusage", ALWAYS),
    ALLOW("sched_getaffinity", ALWAYS),
    ALLOW("sched_yield", ALWAYS),
    ALLOW("futex", ALWAYS),
    ALLOW("restart_syscall", ALWAYS),
    ALLOW("rt_sigaction", ALWAYS),
    ALLOW("rt_sigprocmask", ALWAYS),
    ALLOW("rt_sigpending", ALWAYS),
    ALLOW("rt_sigtimedwait", ALWAYS),
    ALLOW("rt_sigreturn", ALWAYS),
    ALLOW("sigaltstack", ALWAYS),
    ALLOW("exit", ALWAYS),
    ALLOW("exit_group", ALWAYS),
    ALLOW_IF("prctl", ALWAYS, EQUALS(0, PR_SET_PDEATHSIG)),
    ALLOW_IF("prctl", ALWAYS, EQUALS(0, PR_SET_NAME)),
    REFUSE_IF("prctl", ALWAYS, EINVAL, EQUALS(0, PR_SET_VMA)),
    /* threads, for looking up names */
    REFUSE("clone3", ALWAYS, ENOSYS),
    ALLOW_IF("clone", INTERNET, MASKED(0, THREAD, THREAD)),
    ALLOW("set_robust_list", INTERNET),
    ALLOW("rseq", INTERNET),
    REFUSE("membarrier", ALWAYS, ENOSYS),
    ALLOW_IF("prlimit64", ALWAYS, EQUALS(2, 0)), /* asks, sets nothing */
    /* processes of its own program, and what they need to enter a sandbox of their own */
    ALLOW("clone", KEEPER),
    ALLOW("set_robust_list", KEEPER),
    ALLOW("rseq", KEEPER),
    ALLOW("wait4", KEEPER),
    ALLOW("kill", KEEPER),
    ALLOW("tgkill", KEEPER),
    ALLOW("prctl", KEEPER),
    ALLOW("prlimit64", KEEPER),
    ALLOW("seccomp", KEEPER),
    ALLOW("landlock_create_ruleset", KEEPER),
    ALLOW("landlock_add_rule", KEEPER),
    ALLOW("landlock_restrict_self", KEEPER),
    /* the search for leaks when the process ends */
    ALLOW("clone", SANITIZED),
    ALLOW("prctl", SANITIZED),
    ALLOW("prlimit64", SANITIZED),
    ALLOW("getdents", SANITIZED),
    ALLOW("ptrace", SANITIZED),
    ALLOW("wait4", SANITIZED),
    ALLOW("tgkill", SANITIZED),
    ALLOW("set_robust_list", SANITIZED),
    ALLOW("process_vm_readv", SANITIZED),
};

/* Names by number, looked up before there is a filter: a handler of signals cannot ask for memory. */
static char names[512][24];

static void learn_names(void) {
    for (int i = 0; i < (int)(sizeof(names) / sizeof(names[0])); i++) {
        char *name = seccomp_syscall_resolve_num_arch(SCMP_ARCH_NATIVE, i);
        snprintf(names[i], sizeof(names[i]), "%s", name ? name : "");
        free(name);
    }
}

/* The kernel has not done the call. The signal that is raised here comes when this returns, before anything else is done. */
static void on_refused(int sig, siginfo_t *info, void *context) {
    int number = info->si_syscall;
    bool named = number >= 0 && number < (int)(sizeof(names) / sizeof(names[0]));
    (void)context;
    log_error("sandbox: the system call %d (%s) is not allowed; the process ends", number, named ? names[number] : "");
    signal(sig, SIG_DFL);
    raise(sig);
}

static bool handle_refusals(void) {
    struct sigaction act = {.sa_sigaction = on_refused, .sa_flags = SA_SIGINFO};
    sigemptyset(&act.sa_mask);
    learn_names();
    return sigaction(SIGSYS, &act, NULL) == 0;
}

/* A call that this architecture or this libseccomp does not know needs no rule. */
static bool add(scmp_filter_ctx filter, const struct row *row) {
    int number = seccomp_syscall_resolve_name(row->call);
    uint32_t action = row->refused ? SCMP_ACT_ERRNO(row->refused) : SCMP_ACT_ALLOW;
    if (number < 0) {
        return true;
    }
    return seccomp_rule_add_array(filter, action, number, row->nargs, &row->arg) == 0;
}

static bool add_rows(scmp_filter_ctx filter, unsigned when) {
    bool ok = true;
    for (size_t i = 0; ok && i < sizeof(rows) / sizeof(rows[0]); i++) {
        ok = !(rows[i].when & when) || add(filter, &rows[i]);
    }
    /* abort() and raise() */
    const struct row own = ALLOW_IF("tgkill", ALWAYS, EQUALS(0, (scmp_datum_t)getpid()));
    return ok && add(filter, &own);
}

bool sandbox_calls(const struct sandbox *rules) {
    unsigned when = (rules->internet ? INTERNET : LOCAL) | (rules->write[0] ? WRITER : READER) | (rules->keeps ? KEEPER : 0) |
                    (SANDBOX_SANITIZED ? SANITIZED : 0);
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_TRAP);
    bool ok = filter && seccomp_attr_set(filter, SCMP_FLTATR_CTL_OPTIMIZE, 2) == 0 && handle_refusals() && add_rows(filter, when);
    int rc = ok ? seccomp_load(filter) : 0;
    if (filter) {
        seccomp_release(filter);
    }
    errno = rc < 0 ? -rc : errno;
    return ok && rc == 0;
}
