/* Taking connections: what is no listening socket is refused, errors that repeat end the process without spinning, a signal between two
 * requests is never lost. */
#include "common/base/clock.h"
#include "common/base/log.h"
#include "common/web/listen.h"
#include "tests/unit/unit.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

static struct sockaddr_un address = {.sun_family = AF_UNIX};
static socklen_t address_size;
static struct listener l;

/* An abstract address of the kernel's choice. */
static int new_socket(void) {
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    address_size = sizeof(sa_family_t);
    assert_int_equal(bind(fd, (const struct sockaddr *)&address, address_size), 0);
    address_size = sizeof(address);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&address, &address_size), 0);
    return fd;
}

static int caller(const char *says) {
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(connect(fd, (const struct sockaddr *)&address, address_size), 0);
    assert_int_equal(write(fd, says, strlen(says)), (ssize_t)strlen(says));
    return fd;
}

static int setup(void **state) {
    (void)state;
    memset(address.sun_path, 0, sizeof(address.sun_path));
    int fd = new_socket();
    assert_int_equal(listen(fd, 16), 0);
    return listener_open(&l, fd) ? 0 : -1;
}

static void forget_signals(void) {
    sigset_t stop;
    struct timespec now = {0};
    sigemptyset(&stop);
    sigaddset(&stop, SIGTERM);
    sigaddset(&stop, SIGINT);
    sigaddset(&stop, SIGUSR1);
    while (sigtimedwait(&stop, NULL, &now) > 0) {
    }
}

static int teardown(void **state) {
    (void)state;
    forget_signals();
    close(l.fd);
    listener_close(&l);
    return 0;
}

static void only_listening_sockets(void **state) {
    int pipes[2], rows[6];
    (void)state;
    assert_int_equal(pipe(pipes), 0);
    memset(address.sun_path, 0, sizeof(address.sun_path));
    rows[0] = -1;
    rows[1] = open("/dev/null", O_RDONLY | O_CLOEXEC);
    rows[2] = pipes[0];
    rows[3] = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    rows[4] = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    rows[5] = new_socket(); /* bound, but nobody listens */
    for (size_t i = 0; i < ROWS(rows); i++) {
        struct listener none;
        if (listener_open(&none, rows[i])) {
            fail_msg("row %zu", i);
        }
        if (rows[i] >= 0) {
            close(rows[i]);
        }
    }
    close(pipes[1]);
}

static void connections_come_blocking_and_in_order(void **state) {
    char text[2] = "";
    (void)state;
    assert_true(fcntl(l.fd, F_GETFL) & O_NONBLOCK);
    int one = caller("1"), two = caller("2");
    int first = listener_next(&l), second = listener_next(&l);
    assert_true(first >= 0 && second >= 0);
    assert_false(fcntl(first, F_GETFL) & O_NONBLOCK);
    assert_true(fcntl(first, F_GETFD) & FD_CLOEXEC);
    assert_int_equal(read(first, text, 1), 1);
    assert_string_equal(text, "1");
    assert_int_equal(read(second, text, 1), 1);
    assert_string_equal(text, "2");
    close(one);
    close(two);
    close(first);
    close(second);
}

/* The signal is there before anybody waits, with and without a connection that could be served. */
static void signals_are_not_lost(void **state) {
    static const int rows[] = {SIGTERM, SIGINT, SIGUSR1};
    (void)state;
    for (size_t i = 0; i < ROWS(rows); i++) {
        raise(rows[i]);
        assert_int_equal(listener_next(&l), LISTEN_STOP);
        forget_signals();
        int waiting = caller("x");
        raise(rows[i]);
        assert_int_equal(listener_next(&l), LISTEN_STOP);
        forget_signals();
        int taken = listener_next(&l);
        assert_true(taken >= 0);
        close(taken);
        close(waiting);
    }
}

/* One that connects and says nothing keeps nobody from ending. */
static void a_silent_caller_does_not_hold_up_the_end(void **state) {
    (void)state;
    int silent = caller("");
    int64_t begin = clock_mono_us();
    pid_t child = fork();
    if (child == 0) {
        struct timespec a_moment = {.tv_nsec = 50000000};
        nanosleep(&a_moment, NULL);
        _exit(kill(getppid(), SIGTERM));
    }
    assert_int_equal(listener_next(&l), LISTEN_STOP);
    assert_true(clock_mono_us() - begin < 1500000);
    waitpid(child, NULL, 0);
    close(silent);
}

static void most_files(rlim_t n) {
    struct rlimit limit;
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &limit), 0);
    limit.rlim_cur = n;
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &limit), 0);
}

static rlim_t files_before;

static void allow_files(int sig) {
    (void)sig;
    most_files(files_before);
}

/* So that accept() has no descriptor left. */
static int no_files(void) {
    struct rlimit limit;
    int waiting = caller("x");
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &limit), 0);
    files_before = limit.rlim_cur;
    most_files(0);
    return waiting;
}

static int64_t cpu_us(void) {
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return t.tv_sec * INT64_C(1000000) + t.tv_nsec / 1000;
}

static void errors_that_repeat_end_it_without_spinning(void **state) {
    (void)state;
    int waiting = no_files();
    int64_t cpu = cpu_us(), begin = clock_mono_us();
    int got = listener_next(&l);
    most_files(files_before);
    assert_int_equal(got, LISTEN_BROKEN);
    assert_true(cpu_us() - cpu < 500000);
    assert_true(clock_mono_us() - begin > 1000000); /* what is over in a moment does not end it */
    close(waiting);
}

static void errors_that_pass_do_not_end_it(void **state) {
    const struct sigaction handler = {.sa_handler = allow_files};
    (void)state;
    assert_int_equal(sigaction(SIGCHLD, &handler, NULL), 0);
    int waiting = no_files();
    pid_t child = fork();
    if (child == 0) {
        struct timespec a_moment = {.tv_nsec = 100000000};
        nanosleep(&a_moment, NULL);
        _exit(0);
    }
    int got = listener_next(&l); /* the end of the child gives the descriptors back */
    assert_true(got >= 0);
    assert_int_equal(l.failures, 0);
    signal(SIGCHLD, SIG_DFL);
    waitpid(child, NULL, 0);
    close(got);
    close(waiting);
}

/* A signal ends also one that is in trouble, at once and as if it were not. */
static void a_signal_ends_the_pauses(void **state) {
    (void)state;
    int waiting = no_files();
    pid_t child = fork();
    if (child == 0) {
        struct timespec a_moment = {.tv_nsec = 200000000};
        nanosleep(&a_moment, NULL);
        _exit(kill(getppid(), SIGTERM));
    }
    int got = listener_next(&l);
    most_files(files_before);
    assert_int_equal(got, LISTEN_STOP);
    waitpid(child, NULL, 0);
    close(waiting);
}

/* Processes that share the socket: each connection is taken once, and who got none waits on, for a signal as well. */
static void processes_share_the_socket(void **state) {
    enum { CHILDREN = 4, CALLS = 40 };
    pid_t children[CHILDREN];
    int taken[2];
    (void)state;
    assert_int_equal(pipe(taken), 0);
    for (int i = 0; i < CHILDREN; i++) {
        children[i] = fork();
        if (children[i] == 0) {
            struct listener mine;
            int got = listener_open(&mine, l.fd) ? listener_next(&mine) : LISTEN_BROKEN;
            while (got >= 0) {
                close(got);
                got = write(taken[1], "x", 1) == 1 ? listener_next(&mine) : LISTEN_BROKEN;
            }
            _exit(got == LISTEN_STOP ? 0 : 1);
        }
    }
    for (int i = 0; i < CALLS; i++) {
        char x;
        int fd = caller("x");
        assert_int_equal(read(taken[0], &x, 1), 1);
        close(fd);
    }
    for (int i = 0; i < CHILDREN; i++) {
        int status = -1;
        assert_int_equal(kill(children[i], SIGTERM), 0);
        assert_int_equal(waitpid(children[i], &status, 0), children[i]);
        assert_int_equal(status, 0);
    }
    struct pollfd more = {.fd = taken[0], .events = POLLIN};
    assert_int_equal(poll(&more, 1, 0), 0);
    close(taken[0]);
    close(taken[1]);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_listening_sockets),
        cmocka_unit_test_setup_teardown(connections_come_blocking_and_in_order, setup, teardown),
        cmocka_unit_test_setup_teardown(signals_are_not_lost, setup, teardown),
        cmocka_unit_test_setup_teardown(a_silent_caller_does_not_hold_up_the_end, setup, teardown),
        cmocka_unit_test_setup_teardown(errors_that_repeat_end_it_without_spinning, setup, teardown),
        cmocka_unit_test_setup_teardown(errors_that_pass_do_not_end_it, setup, teardown),
        cmocka_unit_test_setup_teardown(a_signal_ends_the_pauses, setup, teardown),
        cmocka_unit_test_setup_teardown(processes_share_the_socket, setup, teardown),
    };
    log_init("test", LOG_ERROR + 1);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
