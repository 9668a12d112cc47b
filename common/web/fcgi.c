/* fcgi.c - the only user of libfcgi: parameters, bytes. Connections come from listen.c, complete replies go out through fcgi_reply.c. */
#include "common/base/log.h"
#include "common/base/str.h"
#include "common/web/internal.h"
#include "common/web/listen.h"

#include <fcgiapp.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>

#define WIRE_MOST (9 * 1024 * 1024) /* the largest reply with its headers and records */

struct call {
    FCGX_Request request;
    struct buf wire; /* complete replies */
    int64_t unread;  /* bytes of the body; of one without a length 1 until its end */
    bool body;       /* there is one */
    bool sized;      /* the length is known */
    bool sent;       /* one of them is out, with the record that ends it */
    bool cut;        /* the reply is not whole, and nginx must see that */
};

static const char *fcgi_param(void *ctx, const char *name) {
    struct call *call = ctx;
    return FCGX_GetParam(name, call->request.envp);
}

/* What is there and at least a byte: libfcgi itself waits until all that was asked for has come. */
static int read_some(FCGX_Stream *in, char *out, int len) {
    int got = 0;
    if (in->rdNext == in->stop) {
        got = FCGX_GetStr(out, 1, in);
        if (got != 1) {
            return FCGX_GetError(in) ? -1 : 0;
        }
    }
    long there = in->stop - in->rdNext;
    int more = there < len - got ? (int)there : len - got;
    return more > 0 ? got + FCGX_GetStr(out + got, more, in) : got;
}

static int fcgi_read(void *ctx, char *out, int len) {
    struct call *call = ctx;
    int n = read_some(call->request.in, out, len);
    if (call->sized) {
        call->unread -= n > 0 ? n : 0;
    } else if (n == 0) {
        call->unread = 0;
    }
    return n;
}

static bool fcgi_write(void *ctx, const char *data, size_t len) {
    struct call *call = ctx;
    return FCGX_PutStr(data, (int)len, call->request.out) == (int)len;
}

static bool fcgi_whole(void *ctx, const struct buf *head, const char *body, size_t len) {
    struct call *call = ctx;
    call->sent = true;
    return fcgi_reply(call->request.ipcFd, call->request.requestId, &call->wire, head, body, len);
}

/* nginx closes its side when the client went away or has waited too long. */
static bool fcgi_gone(void *ctx) {
    const struct call *call = ctx;
    struct pollfd peer = {.fd = call->request.ipcFd, .events = POLLRDHUP};
    return poll(&peer, 1, 0) > 0 && (peer.revents & (POLLRDHUP | POLLHUP | POLLERR));
}

static void fcgi_cut(void *ctx) {
    struct call *call = ctx;
    call->cut = true;
}

/* nginx takes a connection that just ends for the end of the reply (fastcgi_keep_conn is off), but a record that makes no sense for an
 * error, and then cuts off its client likewise. Records were written as a whole, so this one begins where it expects one. */
static void fcgi_finish(struct call *call) {
    static const char nonsense[8] = {0};
    if (call->sent) {
        if (!call->body) {
            /* Otherwise libfcgi waits until nginx closes its side. That is for a peer that may still be sending, if only the record that
             * ends a body (closing on what was not read resets the connection, and the reply with it), and for TCP. */
            fcgi_drain(call->request.ipcFd);
            FCGX_Detach(&call->request);
        }
        FCGX_Free(&call->request, 1);
        return;
    }
    if (!call->cut) {
        FCGX_Finish_r(&call->request);
        return;
    }
    if (write(call->request.ipcFd, nonsense, sizeof(nonsense)) != (ssize_t)sizeof(nonsense)) {
        log_info("web: nginx is gone, too");
    }
    FCGX_Free(&call->request, 1);
}

static void handle_signals(void) {
    struct sigaction ignore = {.sa_handler = SIG_IGN};
    sigemptyset(&ignore.sa_mask);
    sigaction(SIGPIPE, &ignore, NULL);
    /* When the watcher above us is killed, we must not stay behind on a socket that nobody reaches any more. */
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    if (getppid() == 1) {
        log_info("started without a watcher");
    }
}

/* What nginx hands on as it comes (fastcgi_upload.conf) may be in chunks, of a length that shows at the end. */
static int64_t declared(FCGX_Request *request, bool *sized) {
    const char *length = FCGX_GetParam("CONTENT_LENGTH", request->envp);
    int64_t bytes = 0;
    *sized = length && *length && str_to_i64(length, 0, INT64_MAX, &bytes);
    bool none = (!length || !*length) && !FCGX_GetParam("HTTP_TRANSFER_ENCODING", request->envp);
    return *sized || none ? bytes : 1;
}

/* libfcgi has no socket to accept from (its own loop repeats what fails for ever): it is handed the connection as if it had been kept
 * from the request before. False when what came is no request; the connection is closed then. */
static bool fcgi_begin(struct call *call, int connection) {
    call->request.keepConnection = 1;
    call->request.ipcFd = connection;
    call->sent = call->cut = false;
    if (FCGX_Accept_r(&call->request) != 0) {
        return false;
    }
    call->unread = declared(&call->request, &call->sized);
    call->body = call->unread != 0;
    return true;
}

static void fcgi_serve(struct worker *w, struct call *call) {
    const struct transport t = {
        .param = fcgi_param, .read = fcgi_read, .reply = fcgi_whole, .write = fcgi_write, .gone = fcgi_gone, .cut = fcgi_cut, .ctx = call};
    web_serve(w, &t);
    fcgi_finish(call);
}

int fcgi_loop(struct worker *w) {
    struct call call = {0};
    struct listener listener;
    handle_signals();
    if (!listener_open(&listener, STDIN_FILENO)) {
        return 1;
    }
    buf_init(&call.wire, WIRE_MOST);
    if (FCGX_Init() != 0 || FCGX_InitRequest(&call.request, -1, FCGI_FAIL_ACCEPT_ON_INTR) != 0) {
        log_error("web: cannot set up FastCGI");
        return 1;
    }
    int got = listener_next(&listener);
    while (got >= 0) {
        if (fcgi_begin(&call, got)) {
            fcgi_serve(w, &call);
        } else {
            log_warn("web: what came on a connection is no FastCGI request");
        }
        got = listener_next(&listener);
    }
    FCGX_Free(&call.request, 1);
    listener_close(&listener);
    buf_release(&call.wire);
    return got == LISTEN_STOP ? 0 : 1;
}
