/* A process in the sandbox tries what it must not do: each act in a process of its own. */
#include "common/base/log.h"
#include "common/base/sandbox_internal.h"
#include "common/base/str.h"
#include "tests/unit/unit.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <pthread.h>
#include <sched.h>
#include <seccomp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

static char folder[64], inside[96], outside[96], fresh[96];
static bool landlock;

/* What became of a process: the signal that ended it or the errno with which the act failed (0: it worked), and its standard error. */
struct fate {
    int sig, error;
    char said[600];
};

typedef long (*act_fn)(void);

static void in_child(const struct sandbox *rules, void (*before)(void), act_fn act, int fd) {
    char err[200];
    dup2(fd, STDERR_FILENO);
    if (before) {
        before();
    }
    if (!sandbox_enter(rules, err, sizeof(err))) {
        log_error("%s", err);
        _exit(255);
    }
    _exit(act() < 0 ? errno : 0);
}

static struct fate try(const struct sandbox *rules, void (*before)(void), act_fn act) {
    struct fate f = {0};
    int ends[2], status = 0;
    size_t got = 0;
    assert_int_equal(pipe(ends), 0);
    pid_t child = fork();
    if (child == 0) {
        in_child(rules, before, act, ends[1]);
    }
    close(ends[1]);
    for (ssize_t n = 1; n > 0 && got<sizeof(f.said) - 1; got += n> 0 ? (size_t)n : 0) {
        n = read(ends[0], f.said + got, sizeof(f.said) - 1 - got);
    }
    close(ends[0]);
    assert_int_equal(waitpid(child, &status, 0), child);
    f.sig = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
    f.error = WIFEXITED(status) ? WEXITSTATUS(status) : 0;
    return f;
}

#define ACT(name, expression)                                                                                                              \
    static long name(void) {                                                                                                               \
        return (long)(expression);                                                                                                         \
    }

static struct sockaddr_in loopback = {.sin_family = AF_INET};
static char *const no_arguments[] = {"true", NULL};

ACT(do_execve, execve("/bin/true", no_arguments, no_arguments + 1))
ACT(do_fork, syscall(SYS_clone, SIGCHLD, NULL, NULL, NULL, NULL))
ACT(do_ptrace, syscall(SYS_ptrace, 16 /* attach */, getppid(), NULL, NULL))
ACT(do_vm_read, syscall(SYS_process_vm_readv, getppid(), NULL, 0, NULL, 0, 0))
ACT(do_vm_write, syscall(SYS_process_vm_writev, getppid(), NULL, 0, NULL, 0, 0))
ACT(do_kill, kill(getppid(), SIGCONT))
ACT(do_tgkill, syscall(SYS_tgkill, getppid(), getppid(), SIGCONT))
ACT(do_pidfd, syscall(SYS_pidfd_open, getppid(), 0))
ACT(do_mount, mount("none", folder, "tmpfs", 0, NULL))
ACT(do_chroot, chroot(folder))
ACT(do_unshare, unshare(CLONE_NEWUSER))
ACT(do_setns, setns(0, 0))
ACT(do_bpf, syscall(SYS_bpf, 0, NULL, 0))
ACT(do_keyctl, syscall(SYS_keyctl, 0, 0, 0, 0, 0))
ACT(do_add_key, syscall(SYS_add_key, NULL, NULL, NULL, 0, 0))
ACT(do_perf, syscall(SYS_perf_event_open, NULL, 0, 0, 0, 0))
ACT(do_uring, syscall(SYS_io_uring_setup, 1, NULL))
ACT(do_userfault, syscall(SYS_userfaultfd, 0))
ACT(do_memfd, memfd_create("code", 0))
ACT(do_seccomp, syscall(SYS_seccomp, 0, 0, NULL))
ACT(do_setuid, setuid(getuid()))
ACT(do_prctl, prctl(PR_SET_NO_NEW_PRIVS, 0, 0, 0, 0))
ACT(do_limit, setrlimit(RLIMIT_CORE, &(struct rlimit){1, 1}))
ACT(do_chmod, chmod(inside, 0777))
ACT(do_unlink, unlinkat(AT_FDCWD, inside, 0))
ACT(do_write, open(inside, O_WRONLY))
ACT(do_create, open(fresh, O_RDONLY | O_CREAT, 0600))
ACT(do_truncate, truncate(inside, 0))
ACT(do_bind, bind(0, (const struct sockaddr *)&loopback, sizeof(loopback)))
ACT(do_packet, socket(AF_PACKET, SOCK_RAW, 0))
ACT(do_inet, socket(AF_INET, SOCK_STREAM, 0))
ACT(do_inet6, socket(AF_INET6, SOCK_DGRAM, 0))
ACT(do_vsock, socket(AF_VSOCK, SOCK_STREAM, 0))
ACT(do_netlink, socket(AF_NETLINK, SOCK_RAW, 0))
ACT(do_clone3, syscall(SYS_clone3, NULL, 0))
ACT(do_ioctl, ioctl(0, TIOCSTI, "x"))
ACT(do_code, mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0))
ACT(do_read_inside, open(inside, O_RDONLY))
ACT(do_read_outside, open(outside, O_RDONLY))
ACT(do_read_memory, open("/proc/1/mem", O_RDONLY))
ACT(do_list_outside, open("/", O_RDONLY | O_DIRECTORY))
ACT(do_write_inside, open(inside, O_WRONLY))
ACT(do_write_outside, open(outside, O_WRONLY | O_TRUNC))
ACT(do_unlink_outside, unlinkat(AT_FDCWD, outside, 0))

/* A call that is not in the table ends the process, and the line says which. What a sanitizer needs is open in its build. */
static void acts_that_end_it(void **state) {
    static const struct {
        const char *name;
        act_fn act;
        bool sanitized;
    } rows[] = {
        {"execve", do_execve, false},
        {"clone", do_fork, true},
        {"ptrace", do_ptrace, true},
        {"process_vm_readv", do_vm_read, true},
        {"process_vm_writev", do_vm_write, false},
        {"kill", do_kill, false},
        {"tgkill", do_tgkill, true},
        {"pidfd_open", do_pidfd, false},
        {"mount", do_mount, false},
        {"chroot", do_chroot, false},
        {"unshare", do_unshare, false},
        {"setns", do_setns, false},
        {"bpf", do_bpf, false},
        {"keyctl", do_keyctl, false},
        {"add_key", do_add_key, false},
        {"perf_event_open", do_perf, false},
        {"io_uring_setup", do_uring, false},
        {"userfaultfd", do_userfault, false},
        {"memfd_create", do_memfd, false},
        {"seccomp", do_seccomp, false},
        {"setuid", do_setuid, false},
        {"prctl", do_prctl, true},
        {"prlimit64", do_limit, true},
        {"chmod", do_chmod, false},
        {"unlinkat", do_unlink, false},
        {"openat", do_write, false},
        {"openat", do_create, false},
        {"truncate", do_truncate, false},
        {"bind", do_bind, false},
        {"socket", do_packet, false},
        {"socket", do_inet, false},
        {"socket", do_inet6, false},
        {"socket", do_vsock, false},
    };
    const struct sandbox rules = {.read = {folder}};
    char named[64];
    (void)state;
    for (size_t i = 0; i < ROWS(rows); i++) {
        if (rows[i].sanitized && SANDBOX_SANITIZED) {
            continue;
        }
        struct fate f = try(&rules, NULL, rows[i].act);
        snprintf(named, sizeof(named), "(%s)", rows[i].name);
        if (f.sig != SIGSYS || !strstr(f.said, named)) {
            fail_msg("%s: signal %d, errno %d, \"%s\"", rows[i].name, f.sig, f.error, f.said);
        }
    }
}

/* The files that Landlock guards, and calls that libraries try and do without. A row without a kernel's Landlock is left out. */
static void acts_that_fail(void **state) {
    const struct sandbox local = {.read = {folder}}, writer = {.write = {folder}}, internet = {.read = {folder}, .internet = true};
    const struct {
        const char *name;
        const struct sandbox *rules;
        act_fn act;
        int error;
        bool landlock;
    } rows[] = {
        {"netlink", &local, do_netlink, EAFNOSUPPORT, false},
        {"clone3", &local, do_clone3, ENOSYS, false},
        {"ioctl", &local, do_ioctl, ENOTTY, false},
        {"new code", &local, do_code, EPERM, false},
        {"read inside", &local, do_read_inside, 0, false},
        {"read outside", &local, do_read_outside, EACCES, true},
        {"read outside, internet", &internet, do_read_outside, EACCES, true},
        {"list outside", &local, do_list_outside, EACCES, true},
        {"memory of another", &internet, SANDBOX_SANITIZED ? do_read_outside : do_read_memory, EACCES, true},
        {"write inside", &writer, do_write_inside, 0, false},
        {"create inside", &writer, do_create, 0, false},
        {"write outside", &writer, do_write_outside, EACCES, true},
        {"remove outside", &writer, do_unlink_outside, EACCES, true},
        {"IPv4", &internet, do_inet, 0, false},
        {"IPv6", &internet, do_inet6, 0, false},
        {"netlink, internet", &internet, do_netlink, EAFNOSUPPORT, false},
    };
    (void)state;
    for (size_t i = 0; i < ROWS(rows); i++) {
        struct fate f = try(rows[i].rules, NULL, rows[i].act);
        bool wanted = f.sig == 0 && f.error == rows[i].error;
        if (!wanted && (!rows[i].landlock || landlock)) {
            fail_msg("%s: signal %d, errno %d, \"%s\"", rows[i].name, f.sig, f.error, f.said);
        }
    }
}

static void *in_thread(void *arg) {
    return arg;
}

/* What a family does all day, and a thread of the worker's. */
static long work(void) {
    char text[64], lower[8];
    str_lower_utf8(lower, "\u00c4");
    struct sockaddr_un nobody = {.sun_family = AF_UNIX, .sun_path = "/nonexistent"};
    struct rlimit core = {1, 1};
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    bool ok = fd >= 0 && connect(fd, (const struct sockaddr *)&nobody, sizeof(nobody)) != 0 && errno == ENOENT;
    ok = ok && getrlimit(RLIMIT_CORE, &core) == 0 && core.rlim_cur == 0 && core.rlim_max == 0;
    void *much = malloc(64 * 1024 * 1024);
    free(much);
    int file = open(inside, O_RDONLY | O_CLOEXEC);
    ok = ok && much && file >= 0 && read(file, text, sizeof(text)) > 0 && close(file) == 0 && close(fd) == 0;
    ok = ok && strcmp(lower, "\u00e4") == 0;
    errno = ENOTRECOVERABLE;
    return ok ? 0 : -1;
}

static long work_with_threads(void) {
    pthread_t thread;
    errno = ENOTRECOVERABLE;
    return pthread_create(&thread, NULL, in_thread, NULL) == 0 && pthread_join(thread, NULL) == 0 ? work() : -1;
}

static void work_goes_on(void **state) {
    const struct sandbox local = {.read = {folder, NULL, "", "/nonexistent"}}, internet = {.read = {folder}, .internet = true};
    (void)state;
    struct fate f = try(&local, NULL, work);
    assert_int_equal(f.sig, 0);
    assert_int_equal(f.error, 0);
    f = try(&internet, NULL, work_with_threads);
    assert_int_equal(f.sig, 0);
    assert_int_equal(f.error, 0);
}

static void on_alarm(int sig) {
    (void)sig;
    _exit(0);
}

/* A signal to itself, and abort(). */
static long do_signals(void) {
    signal(SIGUSR2, on_alarm);
    raise(SIGUSR2);
    return -1;
}

static long do_abort(void) {
    abort();
}

static void signals_to_itself(void **state) {
    const struct sandbox rules = {.read = {folder}};
    (void)state;
    assert_int_equal(try(&rules, NULL, do_signals).error, 0);
    assert_int_equal(try(&rules, NULL, do_abort).sig, SIGABRT);
}

/* A kernel from before Landlock. */
static void take_landlock_away(void) {
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);
    if (!filter || seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOSYS), 444, 0) != 0 || seccomp_load(filter) != 0) {
        _exit(254);
    }
    seccomp_release(filter);
}

static void a_kernel_without_landlock(void **state) {
    const struct sandbox rules = {.read = {folder}};
    (void)state;
    struct fate f = try(&rules, take_landlock_away, do_read_outside);
    assert_int_equal(f.error, 0);
    assert_non_null(strstr(f.said, "no Landlock"));
    assert_ptr_equal(strchr(f.said, '\n'), f.said + strlen(f.said) - 1);
    assert_int_equal(try(&rules, take_landlock_away, do_execve).sig, SIGSYS);
}

static void put(const char *path) {
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    assert_true(fd >= 0 && write(fd, "text", 4) == 4 && close(fd) == 0);
}

static int setup(void **state) {
    (void)state;
    snprintf(folder, sizeof(folder), "/tmp/muster-sandbox-XXXXXX");
    if (!mkdtemp(folder)) {
        return -1;
    }
    snprintf(inside, sizeof(inside), "%s/inside", folder);
    snprintf(fresh, sizeof(fresh), "%s/fresh", folder);
    snprintf(outside, sizeof(outside), "%s-outside", folder);
    put(inside);
    put(outside);
    log_init("sandbox", LOG_INFO);
    landlock = syscall(444, NULL, 0, 1U) > 0;
    return 0;
}

static int teardown(void **state) {
    (void)state;
    unlink(inside);
    unlink(fresh);
    unlink(outside);
    return rmdir(folder);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(acts_that_end_it),
        cmocka_unit_test(acts_that_fail),
        cmocka_unit_test(work_goes_on),
        cmocka_unit_test(signals_to_itself),
        cmocka_unit_test(a_kernel_without_landlock),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
