#include "common/base/str.h"
#include "common/crypto/crypto.h"
#include "common/crypto/password_list.h"
#include "tests/unit/unit.h"

#include <argon2.h>
#include <malloc.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#define HASH_STRONGER "$argon2id$v=19$m=65536,t=3,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAA"

static int setup(void **state) {
    (void)state;
    return crypto_init() ? 0 : -1;
}

static void tokens(void **state) {
    char token[CRYPTO_TOKEN_SIZE], last[CRYPTO_TOKEN_SIZE] = "";
    bool seen[256] = {false};
    int distinct = 0;

    (void)state;
    for (int i = 0; i < 200; i++) {
        crypto_token(token);
        assert_int_equal(strlen(token), CRYPTO_TOKEN_CHARS);
        assert_int_equal(strspn(token, "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"), CRYPTO_TOKEN_CHARS);
        assert_string_not_equal(token, last);
        assert_true(str_copy(last, sizeof(last), token));
        for (const char *p = token; *p != '\0'; p++) {
            seen[(unsigned char)*p] = true;
        }
    }
    for (int c = 0; c < 256; c++) {
        distinct += seen[c];
    }
    assert_int_equal(distinct, 62); /* 8600 draws miss one of 62 with a chance below 1e-58 */
}

static void uuids(void **state) {
    char uuid[37], last[37] = "";

    (void)state;
    for (int i = 0; i < 100; i++) {
        crypto_uuid(uuid);
        assert_true(str_is_uuid(uuid));
        assert_int_equal(uuid[14], '4');
        assert_non_null(strchr("89ab", uuid[19]));
        assert_string_not_equal(uuid, last);
        assert_true(str_copy(last, sizeof(last), uuid));
    }
}

static void sha256_vectors(void **state) {
    static const struct {
        const char *text, *want; /* FIPS 180-4 examples */
    } rows[] = {
        {"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
        {"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
        {"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
    };
    unsigned char hash[CRYPTO_HASH_SIZE];
    char hex[2 * CRYPTO_HASH_SIZE + 1];

    (void)state;
    for (size_t i = 0; i < ROWS(rows); i++) {
        crypto_sha256(rows[i].text, strlen(rows[i].text), hash);
        crypto_hex(hash, sizeof(hash), hex);
        assert_string_equal(hex, rows[i].want);
    }
}

static void wiping(void **state) {
    char a[8] = "1234567";
    static const char zero[8];

    (void)state;
    crypto_wipe(a, 8);
    assert_memory_equal(a, zero, 8);
}

static void password_round_trip(void **state) {
    char hash[CRYPTO_PASSWORD_SIZE], other[CRYPTO_PASSWORD_SIZE];

    (void)state;
    assert_true(crypto_password_hash("correct horse", hash));
    assert_true(str_starts(hash, "$argon2id$v=19$m=19456,t=2,p=1$"));
    assert_int_equal(crypto_password_verify("correct horse", hash), CRYPTO_MATCH);
    assert_int_equal(crypto_password_verify("correct horsf", hash), CRYPTO_MISMATCH);
    assert_int_equal(crypto_password_verify("correct hors", hash), CRYPTO_MISMATCH);
    assert_int_equal(crypto_password_verify("", hash), CRYPTO_MISMATCH);
    assert_true(crypto_password_hash("correct horse", other));
    assert_string_not_equal(hash, other); /* another salt */
    assert_false(crypto_password_outdated(hash));
}

/* Keyboards and systems write the same letters in several ways; a password from before that was compared stays good. */
static void passwords_have_one_form(void **state) {
    static const char composed[] = "Gr\u00fc\u00dfe aus K\u00f6ln 9", apart[] = "Gru\u0308\u00dfe aus Ko\u0308ln 9";
    static const char wide[] = "\uff11\uff12\uff13\uff14\uff15\uff16\uff17\uff18";
    char hash[CRYPTO_PASSWORD_SIZE], old[CRYPTO_PASSWORD_SIZE];

    (void)state;
    assert_true(crypto_password_hash(composed, hash));
    assert_int_equal(crypto_password_verify(composed, hash), CRYPTO_MATCH);
    assert_int_equal(crypto_password_verify(apart, hash), CRYPTO_MATCH);
    assert_int_equal(crypto_password_verify("Gru\u00dfe aus Koln 9", hash), CRYPTO_MISMATCH);
    assert_true(crypto_password_hash(apart, hash));
    assert_int_equal(crypto_password_verify(composed, hash), CRYPTO_MATCH);
    assert_true(crypto_password_hash("12345678", hash));
    assert_int_equal(crypto_password_verify(wide, hash), CRYPTO_MATCH);
    assert_int_equal(crypto_password_verify("12345679", hash), CRYPTO_MISMATCH);
    assert_int_equal(argon2id_hash_encoded(2, 19456, 1, apart, strlen(apart), "sixteen bytes of", 16, 32, old, sizeof(old)), ARGON2_OK);
    assert_int_equal(crypto_password_verify(apart, old), CRYPTO_MATCH_AS_TYPED);
    assert_int_equal(crypto_password_verify("Gru\u0308\u00dfe aus Ko\u0308ln 8", old), CRYPTO_MISMATCH);
    assert_true(password_is_common("\uff50\uff41\uff53\uff53\uff57\uff4f\uff52\uff44"));
}

/* Not the person's fault: nobody is told that the password is wrong. */
static void malformed_hashes_are_no_verdict(void **state) {
    static const char *const rows[] = {
        "", "x", "$argon2id$", "correct horse", "$argon2id$v=19$m=19456,t=2,p=1$AAAA", "$2b$12$abcdefghijklmnopqrstuv"};

    (void)state;
    for (size_t i = 0; i < ROWS(rows); i++) {
        assert_int_equal(crypto_password_verify("correct horse", rows[i]), CRYPTO_FAILED);
        assert_true(crypto_password_outdated(rows[i]) || str_starts(rows[i], "$argon2id$v=19$m=19456,t=2,"));
    }
}

/* Processor time, because the machine that runs the tests is busy. */
static int64_t cost_us(const char *hash) {
    struct timespec before, after;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &before);
    assert_int_equal(crypto_password_verify("wrong password", hash), CRYPTO_MISMATCH);
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &after);
    return (after.tv_sec - before.tv_sec) * INT64_C(1000000) + (after.tv_nsec - before.tv_nsec) / 1000;
}

/* Lets the process have so many more bytes than it has now; 0: as many as there are. */
static void allow_memory(size_t more) {
    struct rlimit limit;
    char text[32] = "";
    FILE *file = fopen("/proc/self/statm", "re");
    int64_t pages = 0;

    malloc_trim(0);
    assert_non_null(file);
    assert_non_null(fgets(text, sizeof(text), file));
    fclose(file);
    text[strcspn(text, " ")] = '\0';
    assert_true(str_to_i64(text, 1, INT64_MAX, &pages));
    assert_int_equal(getrlimit(RLIMIT_AS, &limit), 0);
    limit.rlim_cur = more ? (rlim_t)pages * (rlim_t)sysconf(_SC_PAGESIZE) + more : limit.rlim_max;
    assert_int_equal(setrlimit(RLIMIT_AS, &limit), 0);
}

static void without_memory_there_is_no_verdict(void **state) {
    char hash[CRYPTO_PASSWORD_SIZE], other[CRYPTO_PASSWORD_SIZE];

    (void)state;
#if defined(__SANITIZE_ADDRESS__)
    skip(); /* its allocator ends the process instead */
#endif
    assert_true(crypto_password_hash("correct horse", hash));
    allow_memory(4 * 1024 * 1024);
    bool reserved = crypto_password_reserve(), hashed = crypto_password_hash("correct horse", other);
    enum crypto_verdict right = crypto_password_verify("correct horse", hash), wrong = crypto_password_verify("x", hash);
    enum crypto_verdict nobody = crypto_password_verify("correct horse", NULL);
    allow_memory(0);
    assert_false(reserved || hashed);
    assert_int_equal(right, CRYPTO_FAILED);
    assert_int_equal(wrong, CRYPTO_FAILED);
    assert_int_equal(nobody, CRYPTO_FAILED);
    assert_int_equal(crypto_password_verify("correct horse", hash), CRYPTO_MATCH);
}

/* What was set aside is there, however little there is besides. */
static void memory_is_kept_for_the_next_password(void **state) {
    char hash[CRYPTO_PASSWORD_SIZE];

    (void)state;
#if defined(__SANITIZE_ADDRESS__)
    skip();
#endif
    assert_true(crypto_password_hash("correct horse", hash));
    assert_true(crypto_password_reserve());
    assert_true(crypto_password_reserve());
    allow_memory(1024 * 1024);
    enum crypto_verdict right = crypto_password_verify("correct horse", hash);
    allow_memory(0);
    assert_int_equal(right, CRYPTO_MATCH);
    crypto_password_release();
    crypto_password_release();
}

static void unknown_account_costs_the_same(void **state) {
    char hash[CRYPTO_PASSWORD_SIZE];
    int64_t real, dummy;

    (void)state;
    assert_true(crypto_password_hash("something", hash));
    real = cost_us(hash);
    dummy = cost_us(NULL);
    assert_true(dummy > real / 3);
    assert_true(dummy < real * 3);
}

static void weaker_parameters_are_outdated(void **state) {
    static const struct {
        const char *hash;
        bool outdated;
    } rows[] = {
        {"$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$aGFzaA", false},
        {HASH_STRONGER, false},
        {"$argon2id$v=19$m=19455,t=2,p=1$c2FsdA$aGFzaA", true},
        {"$argon2id$v=19$m=65536,t=1,p=1$c2FsdA$aGFzaA", true},
        {"$argon2id$v=16$m=19456,t=2,p=1$c2FsdA$aGFzaA", true},
        {"$argon2i$v=19$m=19456,t=2,p=1$c2FsdA$aGFzaA", true},
        {NULL, true},
    };

    (void)state;
    for (size_t i = 0; i < ROWS(rows); i++) {
        assert_int_equal(crypto_password_outdated(rows[i].hash), rows[i].outdated);
    }
}

static void common_passwords(void **state) {
    static const struct {
        const char *password;
        bool common;
    } rows[] = {
        {"password", true}, {"PassWord1", true}, {"12345678", true},  {"qwertyuiop", true}, {"iloveyou", true},    {"!@#$%^&*", true},
        {"zxasqw12", true}, {"", false},         {"passwore", false}, {"password ", false}, {"tK9#vq2!mZ", false}, {"correct horse", false},
    };
    char longer[5000];

    (void)state;
    assert_true(password_list_sound() >= 3000); /* ASVS 5.0, 6.2.4 */
    for (size_t i = 0; i < ROWS(rows); i++) {
        if (password_is_common(rows[i].password) != rows[i].common) {
            fail_msg("%s", rows[i].password);
        }
    }
    memset(longer, 'a', sizeof(longer) - 1);
    longer[sizeof(longer) - 1] = '\0';
    assert_false(password_is_common(longer));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tokens),
        cmocka_unit_test(uuids),
        cmocka_unit_test(sha256_vectors),
        cmocka_unit_test(wiping),
        cmocka_unit_test(password_round_trip),
        cmocka_unit_test(passwords_have_one_form),
        cmocka_unit_test(malformed_hashes_are_no_verdict),
        cmocka_unit_test(without_memory_there_is_no_verdict),
        cmocka_unit_test(memory_is_kept_for_the_next_password),
        cmocka_unit_test(unknown_account_costs_the_same),
        cmocka_unit_test(weaker_parameters_are_outdated),
        cmocka_unit_test(common_passwords),
    };
    return cmocka_run_group_tests(tests, setup, NULL);
}
