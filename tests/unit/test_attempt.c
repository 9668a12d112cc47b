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

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(a9_sources)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
