/* Whose attempts are counted together (A9). */
#include "common/auth/attempt.h"
#include "common/crypto/crypto.h"
#include "tests/unit/unit.h"

static const char *digest(struct arena *a, const char *text) {
    unsigned char hash[CRYPTO_HASH_SIZE];
    crypto_sha256(text, strlen(text), hash);
    return db_bytes(a, hash, sizeof(hash));
}

static void a9_sources(void **state) {
    static const struct {
        const char *address, *source;
    } rows[] = {
        {"192.0.2.7", "192.0.2.7"},
        {"2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"},
        {"2001:db8:1:2:ffff:ffff:ffff:ffff", "2001:db8:1:2::"},
        {"2001:db8:1:3::1", "2001:db8:1:3::"},
        {"2001:DB8::1", "2001:db8::"},
        {"::1", "::"},
        {"::ffff:192.0.2.7", "::ffff:192.0.2.7"},
        {"", ""},
        {"unix:", "unix:"},
        {"2001:db8::1%eth0", "2001:db8::1%eth0"},
        {"somebody@example.com", "somebody@example.com"},
    };
    struct arena *a = arena_new(1024);

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        assert_string_equal(attempt_key(a, rows[i].address), digest(a, rows[i].source));
    }
    arena_free(a);
}

static void a18_networks(void **state) {
    static const struct {
        const char *address;
        int bits4, bits6;
        const char *network;
    } rows[] = {
        {"192.0.2.7", 24, 56, "192.0.2.0/24"},
        {"192.0.2.7", 32, 0, "192.0.2.7/32"},
        {"192.0.255.7", 17, 0, "192.0.128.0/17"},
        {"192.0.2.7", 0, 56, "192.0.2.7"},
        {"::ffff:192.0.2.7", 24, 56, "192.0.2.0/24"},
        {"::FFFF:192.0.2.7", 0, 56, "::FFFF:192.0.2.7"},
        {"2001:db8:1:2ff:3:4:5:6", 24, 56, "2001:db8:1:200::/56"},
        {"2001:db8:1:2ff:3:4:5:6", 24, 48, "2001:db8:1::/48"},
        {"2001:db8:1:2ff:3:4:5:6", 24, 0, "2001:db8:1:2ff:3:4:5:6"},
        {"unix:", 24, 56, "unix:"},
        {"", 24, 56, ""},
    };
    struct arena *a = arena_new(1024);
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        assert_string_equal(attempt_network(a, rows[i].address, rows[i].bits4, rows[i].bits6), rows[i].network);
    }
    arena_free(a);
}

/* An address counts by itself, and as part of what is around it with more attempts. */
static void a18_around_an_address(void **state) {
    struct attempts v4 = {0}, v6 = {0}, none = {0};
    struct arena *a = arena_new(1024);
    (void)state;
    attempts_add_address(a, &v4, "kind", "192.0.2.7", 10);
    attempts_add_address(a, &v6, "kind", "2001:db8::1", 10);
    attempts_add_address(a, &none, "kind", "unix:", 10);
    assert_int_equal(v4.n, 2);
    assert_int_equal(v6.n, 3);
    assert_int_equal(none.n, 1);
    assert_string_equal(v4.list[0].text, "192.0.2.7");
    assert_int_equal(v4.list[0].limit, 10);
    assert_int_equal(v4.list[1].limit, 40);
    assert_string_equal(v6.list[2].text, "2001:db8::/48");
    assert_int_equal(v6.list[2].limit, 160);
    for (int i = 0; i < 2 * ATTEMPTS_MOST; i++) {
        attempts_add(&none, "kind", "more", 1);
    }
    assert_int_equal(none.n, ATTEMPTS_MOST);
    arena_free(a);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(a9_sources), cmocka_unit_test(a18_networks),
                                       cmocka_unit_test(a18_around_an_address)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
