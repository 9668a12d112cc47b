/* A complete reply on its way to nginx: well-formed records, and one system call, so that a killed process never leaves half of one. */
#include "common/web/internal.h"
#include "tests/unit/unit.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define MOST (2 * 1024 * 1024)

static struct buf wire, head, body;
static unsigned char *got;

static int setup(void **state) {
    (void)state;
    buf_init(&wire, MOST);
    buf_init(&head, 1024);
    buf_init(&body, MOST);
    got = malloc(MOST);
    return got ? 0 : -1;
}

static int teardown(void **state) {
    (void)state;
    buf_release(&wire);
    buf_release(&head);
    buf_release(&body);
    free(got);
    return 0;
}

static void make_reply(size_t len) {
    buf_clear(&head, 0);
    buf_clear(&body, 0);
    buf_puts(&head, "Status: 200 OK\r\n\r\n");
    for (size_t i = 0; i < len; i++) {
        buf_putc(&body, (char)('a' + i % 26));
    }
}

/* Takes the records apart; what STDOUT carried has to be head and body. */
static void check_records(const unsigned char *at, size_t len) {
    size_t carried = 0, total = head.len + body.len;
    bool ended = false;

    for (const unsigned char *end = at + len; at < end;) {
        size_t content = (size_t)at[4] << 8 | at[5];
        assert_true(end - at >= (ptrdiff_t)(8 + content));
        assert_true(at[0] == 1 && at[2] == 1 && at[3] == 2 && at[6] == 0); /* version, request 258, no padding */
        if (at[1] == 6 && content) {
            for (size_t i = 0; i < content; i++, carried++) {
                char expected = carried < head.len ? head.data[carried] : body.data[carried - head.len];
                assert_int_equal(at[8 + i], expected);
            }
        } else if (at[1] == 6) {
            assert_false(ended);
            ended = true;
        } else {
            static const unsigned char complete[8] = {0};
            assert_true(ended && at[1] == 3 && content == 8 && memcmp(at + 8, complete, 8) == 0);
            assert_ptr_equal(at + 16, end);
        }
        at += 8 + content;
    }
    assert_true(ended && carried == total);
}

/* A seqpacket socket keeps what one call wrote together: one packet is one call. */
static void one_call(void **state) {
    static const size_t sizes[] = {0, 1, 1000, 65527, 65528, 65529, 200000};

    (void)state;
    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        int fds[2];
        assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, fds), 0);
        make_reply(sizes[i]);
        assert_true(fcgi_reply(fds[0], 258, &wire, &head, body.data, body.len));
        ssize_t n = recv(fds[1], got, MOST, 0);
        assert_true(n > 0);
        check_records(got, (size_t)n);
        assert_true(recv(fds[1], got, MOST, MSG_DONTWAIT) == -1 && errno == EAGAIN);
        close(fds[0]);
        close(fds[1]);
    }
}

/* More than one buffer holds at first still is taken without waiting for the peer. */
static void a_large_reply_does_not_wait(void **state) {
    int fds[2];

    (void)state;
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, fds), 0);
    make_reply(350000);
    assert_true(fcgi_reply(fds[0], 258, &wire, &head, body.data, body.len));
    size_t len = 0;
    for (ssize_t n; (n = recv(fds[1], got + len, MOST - len, 0)) > 0;) {
        len += (size_t)n;
    }
    check_records(got, len);
    close(fds[0]);
    close(fds[1]);
}

static void a_peer_that_is_gone(void **state) {
    int fds[2];

    (void)state;
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
    close(fds[1]);
    make_reply(100);
    assert_false(fcgi_reply(fds[0], 258, &wire, &head, body.data, body.len));
    close(fds[0]);
}

static void more_than_the_maximum_is_not_begun(void **state) {
    int fds[2];

    (void)state;
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
    make_reply(MOST - 10);
    assert_false(fcgi_reply(fds[0], 258, &wire, &head, body.data, body.len));
    assert_true(recv(fds[1], got, MOST, MSG_DONTWAIT) == -1 && errno == EAGAIN);
    close(fds[0]);
    close(fds[1]);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_call),
        cmocka_unit_test(a_large_reply_does_not_wait),
        cmocka_unit_test(a_peer_that_is_gone),
        cmocka_unit_test(more_than_the_maximum_is_not_begun),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
