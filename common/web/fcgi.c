/* fcgi.c - the only user of libfcgi: accept, parameters, bytes. */
#include "common/base/log.h"
#include "common/web/internal.h"

#include <fcgiapp.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>

static volatile sig_atomic_t stopping;

static void on_stop(int sig) {
    (void)sig;
    stopping = 1;
    FCGX_ShutdownPending();
}

static const char *fcgi_param(void *ctx, const char *name) {
    FCGX_Request *request = ctx;
    return FCGX_GetParam(name, request->envp);
}

static int fcgi_read(void *ctx, char *out, int len) {
    FCGX_Request *request = ctx;
    return FCGX_GetStr(out, len, request->in);
}

static bool fcgi_write(void *ctx, const char *data, size_t len) {
    FCGX_Request *request = ctx;
    return FCGX_PutStr(data, (int)len, request->out) == (int)len;
}

/* nginx closes its side when the client went away or has waited too long. */
static bool fcgi_gone(void *ctx) {
    const FCGX_Request *request = ctx;
    struct pollfd peer = {.fd = request->ipcFd, .events = POLLRDHUP};
    return poll(&peer, 1, 0) > 0 && (peer.revents & (POLLRDHUP | POLLHUP | POLLERR));
}

/* Without the record that ends a reply: nginx takes it for what it is, half a reply. */
static void fcgi_cut(void *ctx) {
    FCGX_Free(ctx, 1);
}

/* No SA_RESTART: accept() must return, so that SIGTERM ends an idle process at once and a busy one after its request. */
static void handle_signals(void) {
    struct sigaction stop = {.sa_handler = on_stop};
    struct sigaction ignore = {.sa_handler = SIG_IGN};
    sigemptyset(&stop.sa_mask);
    sigemptyset(&ignore.sa_mask);
    sigaction(SIGTERM, &stop, NULL);
    sigaction(SIGINT, &stop, NULL);
    sigaction(SIGUSR1, &stop, NULL);
    sigaction(SIGPIPE, &ignore, NULL);
    /* When the watcher above us is killed, we must not stay behind on a socket that nobody reaches any more. */
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    if (getppid() == 1) {
        log_info("started without a watcher");
    }
}

int fcgi_loop(struct worker *w) {
    FCGX_Request request;
    handle_signals();
    if (FCGX_Init() != 0 || FCGX_InitRequest(&request, 0, FCGI_FAIL_ACCEPT_ON_INTR) != 0) {
        log_error("web: cannot set up FastCGI");
        return 1;
    }
    while (!stopping) {
        if (FCGX_Accept_r(&request) < 0) {
            continue;
        }
        struct transport t = {
            .param = fcgi_param, .read = fcgi_read, .write = fcgi_write, .gone = fcgi_gone, .cut = fcgi_cut, .ctx = &request};
        web_serve(w, &t);
        FCGX_Finish_r(&request);
    }
    FCGX_Free(&request, 1);
    return 0;
}
