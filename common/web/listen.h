/*
 * listen.h - connections of a listening socket that several processes share, and the signals that end this one.
 *
 * SIGTERM, SIGINT and SIGUSR1 end a process between two requests at once, and one that is busy after its request. Errors of accept()
 * that may repeat (no descriptor left, no memory, a socket that is none) are logged, at most once a second, and end it after ten in a
 * row, so that its watcher starts a sound one; a connection that was aborted or that another process took is no error.
 */
#ifndef MUSTER_WEB_LISTEN_H
#define MUSTER_WEB_LISTEN_H

#include <stdbool.h>
#include <stdint.h>

enum { LISTEN_STOP = -1, LISTEN_BROKEN = -2, LISTEN_NOTHING = -3 };

struct listener {
    int fd, epoll, signals;
    int failures;    /* in a row */
    unsigned untold; /* since the last line about them */
    int64_t told_us; /* monotonic; 0: never */
};

/* Makes fd non-blocking and blocks the three signals. False, with an error line, when fd is not a listening socket. */
bool listener_open(struct listener *l, int fd);
/* Does not close the listening socket. */
void listener_close(struct listener *l);
/* Waits. A connection that has something to say (a blocking descriptor, which the caller closes), LISTEN_STOP after one of the
 * signals, or LISTEN_BROKEN, with an error line. */
int listener_next(struct listener *l);

#endif
