/*
 * fcgi_reply.c - a complete reply as FastCGI records (FastCGI 1.0, sections 3.3 and 5), in one system call.
 *
 * libfcgi sends a reply in pieces of 8 KiB. A process that is killed between two of them leaves half a reply, and nginx takes a
 * connection that just ends for the reply's end: the client then waits for the bytes that Content-Length promised, or, behind
 * gzip, gets half a JSON as if it were whole. With one call the reply either is with nginx or was never begun, and a reply that
 * was not begun is asked of another process or answered with 503. That holds as far as the socket's buffer goes, which the
 * kernel bounds with net.core.wmem_max (some 400 KiB as Debian sets it).
 */
#include "common/web/internal.h"

#include <errno.h>
#include <fastcgi.h>
#include <string.h>
#include <sys/socket.h>

#define RECORD_MOST 0xfff8 /* a multiple of eight, so that no record wants padding */
#define BUFFER_PLENTY (64 * 1024)

static void add_record(struct buf *out, int type, int request, const void *content, size_t len) {
    const FCGI_Header header = {.version = FCGI_VERSION_1,
                                .type = (unsigned char)type,
                                .requestIdB1 = (unsigned char)(request >> 8),
                                .requestIdB0 = (unsigned char)request,
                                .contentLengthB1 = (unsigned char)(len >> 8),
                                .contentLengthB0 = (unsigned char)len};
    buf_append(out, &header, sizeof(header));
    buf_append(out, content, len);
}

static void add_stdout(struct buf *out, int request, const char *data, size_t len) {
    for (size_t at = 0; at < len; at += RECORD_MOST) {
        add_record(out, FCGI_STDOUT, request, data + at, len - at < RECORD_MOST ? len - at : RECORD_MOST);
    }
}

static bool send_all(int fd, const char *data, size_t len) {
    int room = (int)len;
    if (len > BUFFER_PLENTY && setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &room, sizeof(room)) != 0) {
        return false;
    }
    while (len > 0) {
        ssize_t sent = send(fd, data, len, MSG_NOSIGNAL);
        if (sent < 0 && errno != EINTR) {
            return false;
        }
        data += sent > 0 ? sent : 0;
        len -= sent > 0 ? (size_t)sent : 0;
    }
    return true;
}

void fcgi_drain(int fd) {
    char rest[512];
    while (recv(fd, rest, sizeof(rest), MSG_DONTWAIT) > 0) {
    }
}

bool fcgi_reply(int fd, int request, struct buf *wire, const struct buf *head, const char *body, size_t len) {
    const FCGI_EndRequestBody end = {.protocolStatus = FCGI_REQUEST_COMPLETE};
    buf_clear(wire, 256 * 1024);
    add_stdout(wire, request, head->data, head->len);
    add_stdout(wire, request, body, len);
    add_record(wire, FCGI_STDOUT, request, "", 0);
    add_record(wire, FCGI_END_REQUEST, request, &end, sizeof(end));
    return !wire->failed && send_all(fd, wire->data, wire->len);
}
