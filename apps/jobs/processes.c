/* processes.c - the first process keeps the workers: starts them again when they end, and ends with the last of them. */
#include "apps/jobs/jobs.h"
#include "common/base/clock.h"
#include "common/base/log.h"

#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#define MAX_PROCESSES 64
#define PAUSE_US 1000000 /* between two starts of the same worker */

struct worker {
    pid_t pid; /* 0: not running */
    int64_t started_us;
};

/* Also when this process is killed its workers are told to stop. */
static void begin(struct worker *w, const sigset_t *before, int (*work)(void *arg), void *arg) {
    pid_t parent = getpid();
    w->started_us = clock_mono_us();
    w->pid = fork();
    if (w->pid < 0) {
        log_error("jobs: no worker could be started: %m");
        w->pid = 0;
    }
    if (w->pid == 0 && getpid() != parent) {
        sigprocmask(SIG_SETMASK, before, NULL);
        prctl(PR_SET_PDEATHSIG, SIGTERM);
        exit(getppid() == parent ? work(arg) : 0);
    }
}

static void reap(struct worker *workers, int n) {
    int status;
    for (pid_t pid = waitpid(-1, &status, WNOHANG); pid > 0; pid = waitpid(-1, &status, WNOHANG)) {
        for (int i = 0; i < n; i++) {
            workers[i].pid = workers[i].pid == pid ? 0 : workers[i].pid;
        }
    }
}

static bool any(const struct worker *workers, int n) {
    for (int i = 0; i < n; i++) {
        if (workers[i].pid) {
            return true;
        }
    }
    return false;
}

static void stop_all(const struct worker *workers, int n) {
    for (int i = 0; i < n; i++) {
        if (workers[i].pid) {
            kill(workers[i].pid, SIGTERM);
        }
    }
}

/* Whoever does not run and did not just begin is started. */
static void fill(struct worker *workers, int n, const sigset_t *before, int (*work)(void *arg), void *arg) {
    for (int i = 0; i < n; i++) {
        if (!workers[i].pid && (!workers[i].started_us || clock_mono_us() - workers[i].started_us > PAUSE_US)) {
            begin(&workers[i], before, work, arg);
        }
    }
}

void processes_keep(int n, int (*work)(void *arg), void *arg) {
    struct worker workers[MAX_PROCESSES] = {0};
    const struct timespec look = {.tv_sec = 1};
    sigset_t wake, before;
    bool stopping = false;
    sigemptyset(&wake);
    sigaddset(&wake, SIGTERM);
    sigaddset(&wake, SIGINT);
    sigaddset(&wake, SIGCHLD);
    sigprocmask(SIG_BLOCK, &wake, &before);
    for (n = n < MAX_PROCESSES ? n : MAX_PROCESSES; !stopping || any(workers, n);) {
        if (!stopping) {
            fill(workers, n, &before, work, arg);
        }
        int sig = sigtimedwait(&wake, NULL, &look);
        if (sig == SIGTERM || sig == SIGINT) {
            stopping = true;
            stop_all(workers, n);
        }
        reap(workers, n);
    }
}
