#include "common/base/clock.h"
#include "tests/unit/unit.h"

#include <string.h>

#define S INT64_C(1000000)

static void iso_times(void **state) {
    static const struct {
        int64_t us;
        const char *want;
    } rows[] = {
        {0, "1970-01-01T00:00:00.000Z"},
        {1795249530 * S + 123456, "2026-11-21T08:25:30.123Z"},
        {-1, "1969-12-31T23:59:59.999Z"},
        {-S, "1969-12-31T23:59:59.000Z"},
        {951782400 * S, "2000-02-29T00:00:00.000Z"},
        {INT64_MAX, "9999-12-31T23:59:59.999Z"},
        {INT64_MIN, "0000-01-01T00:00:00.000Z"},
    };
    char out[CLOCK_ISO_SIZE];

    (void)state;
    for (size_t i = 0; i < ROWS(rows); i++) {
        clock_iso(rows[i].us, out);
        assert_string_equal(out, rows[i].want);
    }
}

static void accepted(void **state) {
    static const struct {
        const char *text;
        int64_t us;
    } rows[] = {
        {"1970-01-01", 0},
        {"2026-11-21", 1795219200 * S},
        {"2000-02-29", 951782400 * S},
        {"2024-02-29T00:00:00Z", 1709164800 * S},
        {"1970-01-01T00:00Z", 0},
        {"1970-01-01T00:00:01Z", S},
        {"1970-01-01T00:00:00.5Z", S / 2},
        {"1970-01-01T00:00:00.123456Z", 123456},
        {"1970-01-01T00:00:00.123456789Z", 123456},
        {"1970-01-01T02:00:00+02:00", 0},
        {"1970-01-01T00:00:00-01:30", 5400 * S},
        {"1970-01-01T05:30:00+0530", 0},
        {"1970-01-01T05:00:00+05", 0},
        {"1969-12-31T23:59:59.25Z", -S * 3 / 4},
        {"0001-01-01", -62135596800 * S},
        {"9999-12-31T23:59:59Z", 253402300799 * S},
    };

    (void)state;
    for (size_t i = 0; i < ROWS(rows); i++) {
        int64_t us = 4711;
        if (!clock_parse(rows[i].text, &us)) {
            fail_msg("%s", rows[i].text);
        }
        if (us != rows[i].us) {
            fail_msg("%s: %lld", rows[i].text, (long long)us);
        }
    }
}

static void refused(void **state) {
    static const char *const rows[] = {
        "",
        "2026",
        "2026-11",
        "2026-11-2",
        "2026-1-21",
        "2026-13-01",
        "2026-00-01",
        "2026-11-00",
        "2026-11-31",
        "2026-02-29",
        "2100-02-29",
        "1900-02-29",
        "0000-01-01",
        "-001-01-01",
        " 2026-11-21",
        "2026-11-21 ",
        "2026-11-21T",
        "2026-11-21T08",
        "2026-11-21T08:15",
        "2026-11-21T08:15:30",
        "2026-11-21 08:15:30Z",
        "2026-11-21T24:00:00Z",
        "2026-11-21T08:60:00Z",
        "2026-11-21T08:15:60Z",
        "2026-11-21T08:15:30.Z",
        "2026-11-21T08:15:30.1234567890Z",
        "2026-11-21T08:15:30,5Z",
        "2026-11-21T08:15:30Zx",
        "2026-11-21T08:15:30z",
        "2026-11-21T08:15:30+16:00",
        "2026-11-21T08:15:30+02:60",
        "2026-11-21T08:15:30+2",
        "2026-11-21T08:15:30+02:",
        "2026-11-21T08:15:30+02:0",
        "2026-11-21Z",
        "21.11.2026",
        "20261121",
        "now",
    };

    (void)state;
    for (size_t i = 0; i < ROWS(rows); i++) {
        int64_t us = 4711;
        if (clock_parse(rows[i], &us)) {
            fail_msg("%s", rows[i]);
        }
        assert_int_equal(us, 4711);
    }
}

static void round_trip(void **state) {
    char out[CLOCK_ISO_SIZE];
    int64_t back;

    (void)state;
    for (int64_t us = -62135596800 * S; us < 253402300800 * S; us += 86399 * 7 * S * 997 / 10 + 1000) {
        clock_iso(us, out);
        assert_true(clock_parse(out, &back));
        assert_true(us - back >= 0 && us - back < 1000);
    }
}

static void clocks_run(void **state) {
    int64_t mono = clock_mono_us();
    int64_t now = clock_now_us();

    (void)state;
    assert_true(now > 1600000000 * S);
    assert_true(now < 253402300800 * S);
    assert_true(clock_mono_us() >= mono);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(iso_times),  cmocka_unit_test(accepted),   cmocka_unit_test(refused),
        cmocka_unit_test(round_trip), cmocka_unit_test(clocks_run),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
