/* listen.c - the next connection, or the end; see listen.h. */
#include "common/web/listen.h"

#include "common/base/clock.h"
#include "common/base/log.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <unistd.h>

#define FAILURES_MOST 10 /* in a row; with the pauses between them some three seconds */
#define PAUSE_FIRST_MS 10
#define PAUSE_MOST_MS 1000
#define LOG_EVERY_US 1000000
#define SILENT_MS 2000 /* what connects and then says nothing is let go */

static bool refuse(const char *why) {
    log_error("web: %s", why);
    return false;
}

static bool is_listening(int fd) {
    int yes = 0;
    socklen_t size = sizeof(yes);
    return getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &yes, &size) == 0 && yes;
}

static bool watch(const struct listener *l, int fd, uint32_t events) {
    struct epoll_event event = {.events = events, .data.fd = fd};
    return epoll_ctl(l->epoll, EPOLL_CTL_ADD, fd, &event) == 0;
}

static sigset_t stop_signals(void) {
    sigset_t stop;
    sigemptyset(&stop);
    sigaddset(&stop, SIGTERM);
    sigaddset(&stop, SIGINT);
    sigaddset(&stop, SIGUSR1); /* how web servers of old ask a FastCGI process to end when it is idle */
    return stop;
}

/* The signals that end a process stay blocked and are read like input: none can come between a look at a flag and the wait, and none
 * interrupts a request. */
static int open_signals(void) {
    const sigset_t stop = stop_signals();
    sigprocmask(SIG_BLOCK, &stop, NULL);
    return signalfd(-1, &stop, SFD_CLOEXEC | SFD_NONBLOCK);
}

/* Several processes share the socket. Exclusive: a connection wakes one of those that wait, and not all of them. Non-blocking: when
 * another one took the connection, this one waits again for it or for a signal, and not in accept() for a connection alone. */
bool listener_open(struct listener *l, int fd) {
    *l = (struct listener){.fd = fd, .epoll = -1, .signals = -1};
    if (!is_listening(fd)) {
        return refuse("standard input is not a listening socket; a family is started behind one, as apps/instance/services does");
    }
    int flags = fcntl(fd, F_GETFL);
    if (flags < 0 || fcntl(fd, F_SETFL, flags | O_NONBLOCK) < 0) {
        return refuse("the listening socket cannot be made non-blocking");
    }
    l->signals = open_signals();
    l->epoll = epoll_create1(EPOLL_CLOEXEC);
    if (l->signals < 0 || l->epoll < 0 || !watch(l, l->signals, EPOLLIN) || !watch(l, fd, EPOLLIN | EPOLLEXCLUSIVE)) {
        listener_close(l);
        return refuse("cannot wait for connections");
    }
    return true;
}

void listener_close(struct listener *l) {
    if (l->epoll >= 0) {
        close(l->epoll);
    }
    if (l->signals >= 0) {
        close(l->signals);
    }
    l->epoll = l->signals = -1;
}

/* Needs no descriptor, because there may be none left: poll() fails then as well. */
static bool signal_comes_within(int ms) {
    const sigset_t stop = stop_signals();
    const struct timespec t = {.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000L};
    return sigtimedwait(&stop, NULL, &t) > 0;
}

/* What says nothing about this process or its socket: the connection is gone again, or another process has it. */
static bool passes(int error) {
    return error == EINTR || error == ECONNABORTED || error == EAGAIN || error == EWOULDBLOCK;
}

/* At most a line a second, also when failures and successes alternate. */
static void tell(struct listener *l, int error) {
    int64_t now = clock_mono_us();
    l->untold++;
    if (l->told_us && now - l->told_us < LOG_EVERY_US) {
        return;
    }
    errno = error;
    log_warn("web: cannot take a connection: %m (%u since the last such line)", l->untold);
    l->told_us = now;
    l->untold = 0;
}

/* The connection stays in the queue, so the next attempt would come at once: pauses that grow. */
static int failed(struct listener *l, int error) {
    int pause = PAUSE_FIRST_MS << l->failures;
    l->failures++;
    tell(l, error);
    if (l->failures == FAILURES_MOST) {
        errno = error;
        log_error("web: no connection could be taken %d times in a row, the last time because of: %m; giving up", FAILURES_MOST);
        return LISTEN_BROKEN;
    }
    return signal_comes_within(pause < PAUSE_MOST_MS ? pause : PAUSE_MOST_MS) ? LISTEN_STOP : LISTEN_NOTHING;
}

/* One that is silent would keep this process from all the others. */
static int speaking(const struct listener *l, int connection) {
    struct pollfd both[] = {{.fd = connection, .events = POLLIN}, {.fd = l->signals, .events = POLLIN}};
    int n = poll(both, 2, SILENT_MS);
    if (n > 0 && both[0].revents & POLLIN) {
        return connection;
    }
    close(connection);
    return n > 0 && both[1].revents ? LISTEN_STOP : LISTEN_NOTHING;
}

/* Looks for a signal each time, so that a stream of connections does not keep one out. */
static int take(struct listener *l) {
    struct epoll_event events[2];
    int n = epoll_wait(l->epoll, events, 2, -1);
    if (n < 0) {
        return errno == EINTR ? LISTEN_NOTHING : failed(l, errno);
    }
    for (int i = 0; i < n; i++) {
        if (events[i].data.fd == l->signals) {
            return LISTEN_STOP;
        }
    }
    int connection = accept4(l->fd, NULL, NULL, SOCK_CLOEXEC);
    if (connection < 0) {
        return passes(errno) ? LISTEN_NOTHING : failed(l, errno);
    }
    l->failures = 0;
    return speaking(l, connection);
}

int listener_next(struct listener *l) {
    int got = LISTEN_NOTHING;
    while (got == LISTEN_NOTHING) {
        got = take(l);
    }
    return got;
}
