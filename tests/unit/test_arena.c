#include "common/base/arena.h"
#include "tests/unit/unit.h"

#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#if defined(__SANITIZE_ADDRESS__)
#define WITH_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define WITH_ASAN 1
#endif
#endif
#ifdef WITH_ASAN
#include <sanitizer/asan_interface.h>
#endif

static char order[16];

static void note(void *arg) {
    size_t n = strlen(order);
    order[n] = *(const char *)arg;
    order[n + 1] = '\0';
}

static void allocations_are_zeroed_and_aligned(void **state) {
    struct arena *a = arena_new(64);

    (void)state;
    for (size_t size = 1; size < 200; size++) {
        unsigned char *p = arena_alloc(a, size);
        assert_int_equal((uintptr_t)p % _Alignof(max_align_t), 0);
        for (size_t i = 0; i < size; i++) {
            assert_int_equal(p[i], 0);
        }
        memset(p, 0xff, size);
    }
    arena_free(a);
}

static void memory_is_zeroed_again_after_reset(void **state) {
    struct arena *a = arena_new(256);
    char *p = arena_alloc(a, 100), *q;

    (void)state;
    memset(p, 'x', 100);
    arena_reset(a);
    q = arena_alloc(a, 100);
    assert_ptr_equal(p, q); /* the first block is kept */
    for (size_t i = 0; i < 100; i++) {
        assert_int_equal(q[i], 0);
    }
    arena_free(a);
}

static void used_counts_what_was_handed_out(void **state) {
    struct arena *a = arena_new(16);

    (void)state;
    assert_int_equal(arena_used(a), 0);
    arena_alloc(a, 10);
    arena_calloc(a, 3, 7);
    assert_int_equal(arena_used(a), 31);
    arena_reset(a);
    assert_int_equal(arena_used(a), 0);
    arena_free(a);
}

static void large_allocations_get_their_own_block(void **state) {
    struct arena *a = arena_new(32);
    char *big = arena_alloc(a, 3 << 20), *small;

    (void)state;
    memset(big, 'b', 3 << 20);
    small = arena_strdup(a, "after");
    assert_string_equal(small, "after");
    assert_int_equal(big[(3 << 20) - 1], 'b');
    arena_free(a);
}

static void strings_are_copied(void **state) {
    struct arena *a = arena_new(64);
    char text[] = "abcdef";
    char *all = arena_strdup(a, text), *part = arena_strndup(a, text, 3), *longer = arena_strndup(a, text, 99);

    (void)state;
    memset(text, 'x', 6);
    assert_string_equal(all, "abcdef");
    assert_string_equal(part, "abc");
    assert_string_equal(longer, "abcdef");
    assert_string_equal(arena_printf(a, "%d-%s-%0200d", 7, "x", 5) + 200, "0005");
    arena_free(a);
}

/* In what is left of a block or in the next one, whatever there is left. */
static void formatted_text_of_any_length(void **state) {
    (void)state;
    for (size_t used = 0; used <= 64; used++) {
        for (int length = 1; length < 100; length++) {
            struct arena *a = arena_new(64);
            char *before = used ? memset(arena_alloc(a, used), 'x', used) : NULL, *text = arena_printf(a, "%0*d", length, 7);
            char *behind = arena_alloc(a, 8);

            assert_int_equal(arena_used(a), used + (size_t)length + 1 + 8);
            memset(behind, 'y', 8);
            assert_int_equal(strlen(text), length);
            assert_int_equal(text[length - 1], '7');
            assert_true(used == 0 || before[used - 1] == 'x');
            arena_free(a);
        }
    }
}

static void cleanups_run_newest_first(void **state) {
    struct arena *a = arena_new(64);

    (void)state;
    order[0] = '\0';
    arena_cleanup(a, note, (void *)"1");
    arena_cleanup(a, note, (void *)"2");
    arena_alloc(a, 1000);
    arena_cleanup(a, note, (void *)"3");
    arena_reset(a);
    assert_string_equal(order, "321");
    arena_reset(a); /* they ran once */
    assert_string_equal(order, "321");
    arena_cleanup(a, note, (void *)"4");
    arena_wipe(a);
    arena_cleanup(a, note, (void *)"5");
    arena_free(a);
    assert_string_equal(order, "32145");
}

static struct arena *nested;

static void note_and_register(void *arg) {
    note(arg);
    arena_cleanup(nested, note, (void *)"n");
}

static void cleanup_may_register_another(void **state) {
    (void)state;
    order[0] = '\0';
    nested = arena_new(64);
    arena_cleanup(nested, note, (void *)"1");
    arena_cleanup(nested, note_and_register, (void *)"2");
    arena_reset(nested);
    assert_string_equal(order, "2n1");
    arena_free(nested);
}

/* What did not fit where it was begun leaves nothing there. */
static void a_text_that_moves_leaves_nothing(void **state) {
    struct arena *a = arena_new(64);
    char *first = arena_alloc(a, 16);
    size_t begin = 16;

    (void)state;
    assert_string_equal(arena_printf(a, "correct horse %0100d", 1) + 113, "1");
#ifdef WITH_ASAN
    __asan_unpoison_memory_region(first, 64);
    begin += 16; /* the gap */
#endif
    for (size_t i = begin; i < 64; i++) {
        assert_int_equal(first[i], 0);
    }
    arena_free(a);
}

static void wipe_overwrites_the_first_block(void **state) {
    struct arena *a = arena_new(256);
    char *secret = arena_strdup(a, "correct horse");

    (void)state;
    arena_wipe(a);
#ifdef WITH_ASAN
    assert_true(__asan_address_is_poisoned(secret));
    __asan_unpoison_memory_region(secret, 13);
#endif
    for (size_t i = 0; i < 13; i++) {
        assert_int_equal(secret[i], 0);
    }
    arena_free(a);
}

#ifdef WITH_ASAN
static void unused_bytes_are_poisoned(void **state) {
    struct arena *a = arena_new(256);
    char *p = arena_alloc(a, 24), *q = arena_alloc(a, 24);

    (void)state;
    assert_false(__asan_address_is_poisoned(p + 23));
    assert_true(__asan_address_is_poisoned(p + 24));
    assert_false(__asan_address_is_poisoned(q));
    arena_reset(a);
    assert_true(__asan_address_is_poisoned(p));
    arena_free(a);
}
#endif

static void overflow(void) {
    arena_calloc(arena_new(64), SIZE_MAX / 2, 3);
}

static void impossible(void) {
    arena_alloc(arena_new(64), SIZE_MAX - 8);
}

static void assert_exits(void (*fn)(void)) {
    int status;
    pid_t child = fork();

    if (child == 0) {
        close(STDERR_FILENO);
        fn();
        _exit(0); /* not reached when fn exits */
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    assert_int_not_equal(WEXITSTATUS(status), 0);
}

static void exhaustion_exits(void **state) {
    (void)state;
    assert_exits(overflow);
    assert_exits(impossible);
}

static void free_allows_null(void **state) {
    (void)state;
    arena_free(NULL);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(allocations_are_zeroed_and_aligned),
        cmocka_unit_test(memory_is_zeroed_again_after_reset),
        cmocka_unit_test(used_counts_what_was_handed_out),
        cmocka_unit_test(large_allocations_get_their_own_block),
        cmocka_unit_test(strings_are_copied),
        cmocka_unit_test(cleanups_run_newest_first),
        cmocka_unit_test(cleanup_may_register_another),
        cmocka_unit_test(formatted_text_of_any_length),
        cmocka_unit_test(a_text_that_moves_leaves_nothing),
        cmocka_unit_test(wipe_overwrites_the_first_block),
#ifdef WITH_ASAN
        cmocka_unit_test(unused_bytes_are_poisoned),
#endif
        cmocka_unit_test(exhaustion_exits),
        cmocka_unit_test(free_allows_null),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
