#include "common/base/clock.h"

#include <string.h>
#include <time.h>

#define US_PER_SECOND INT64_C(1000000)
#define SECONDS_PER_DAY INT64_C(86400)

/* Four digits of a year are all that the format has. */
#define ISO_MIN_US (INT64_C(-62167219200) * US_PER_SECOND)
#define ISO_MAX_US (INT64_C(253402300800) * US_PER_SECOND - 1)

static int64_t read_clock(clockid_t id) {
    struct timespec t;

    clock_gettime(id, &t); /* cannot fail for these two clocks */
    return (int64_t)t.tv_sec * US_PER_SECOND + t.tv_nsec / 1000;
}

int64_t clock_now_us(void) {
    return read_clock(CLOCK_REALTIME);
}

int64_t clock_mono_us(void) {
    return read_clock(CLOCK_MONOTONIC);
}

static char *put_digits(char *out, int value, int digits) {
    for (int i = digits - 1; i >= 0; i--, value /= 10) {
        out[i] = (char)('0' + value % 10);
    }
    return out + digits;
}

void clock_iso(int64_t us, char *out) {
    int64_t clamped = us < ISO_MIN_US ? ISO_MIN_US : us > ISO_MAX_US ? ISO_MAX_US : us;
    int64_t rest = (clamped % US_PER_SECOND + US_PER_SECOND) % US_PER_SECOND;
    time_t seconds = (clamped - rest) / US_PER_SECOND;
    struct tm t;

    gmtime_r(&seconds, &t);
    out = put_digits(out, t.tm_year + 1900, 4);
    *out++ = '-';
    out = put_digits(out, t.tm_mon + 1, 2);
    *out++ = '-';
    out = put_digits(out, t.tm_mday, 2);
    *out++ = 'T';
    out = put_digits(out, t.tm_hour, 2);
    *out++ = ':';
    out = put_digits(out, t.tm_min, 2);
    *out++ = ':';
    out = put_digits(out, t.tm_sec, 2);
    *out++ = '.';
    out = put_digits(out, (int)(rest / 1000), 3);
    *out++ = 'Z';
    *out = '\0';
}

/* Reads exactly `digits` digits with a value from min to max and moves *p behind them. */
static bool read_digits(const char **p, int digits, int min, int max, int *out) {
    int v = 0;

    for (int i = 0; i < digits; i++, (*p)++) {
        if (**p < '0' || **p > '9') {
            return false;
        }
        v = v * 10 + (**p - '0');
    }
    *out = v;
    return v >= min && v <= max;
}

static bool skip(const char **p, char c) {
    if (**p != c) {
        return false;
    }
    (*p)++;
    return true;
}

static int days_in_month(int year, int month) {
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

    return days[month - 1] + (month == 2 && leap);
}

/* Year 0 is refused because PostgreSQL has none. */
static bool read_date(const char **p, int64_t *us) {
    int year, month, day;
    struct tm t = {0};

    if (!read_digits(p, 4, 1, 9999, &year) || !skip(p, '-') || !read_digits(p, 2, 1, 12, &month) || !skip(p, '-')) {
        return false;
    }
    if (!read_digits(p, 2, 1, days_in_month(year, month), &day)) {
        return false;
    }
    t.tm_year = year - 1900;
    t.tm_mon = month - 1;
    t.tm_mday = day;
    *us = (int64_t)timegm(&t) * US_PER_SECOND;
    return true;
}

/* One to nine digits; those beyond microseconds are dropped. */
static bool read_fraction(const char **p, int64_t *us) {
    int64_t unit = US_PER_SECOND / 10;
    int digits = 0;

    for (; **p >= '0' && **p <= '9'; (*p)++, digits++) {
        *us += (**p - '0') * unit;
        unit /= 10;
    }
    return digits >= 1 && digits <= 9;
}

static bool read_time(const char **p, int64_t *us) {
    int hour, minute, second = 0;

    if (!read_digits(p, 2, 0, 23, &hour) || !skip(p, ':') || !read_digits(p, 2, 0, 59, &minute)) {
        return false;
    }
    if (skip(p, ':')) {
        if (!read_digits(p, 2, 0, 59, &second)) {
            return false;
        }
        if (skip(p, '.') && !read_fraction(p, us)) {
            return false;
        }
    }
    *us += ((int64_t)hour * 3600 + minute * 60 + second) * US_PER_SECOND;
    return true;
}

/* Z, +HH, +HHMM or +HH:MM; 15:59 is the largest offset that PostgreSQL takes. */
static bool read_offset(const char **p, int64_t *us) {
    int hours, minutes = 0;
    int sign = **p == '-' ? 1 : -1;

    if (skip(p, 'Z')) {
        return true;
    }
    if (!skip(p, '+') && !skip(p, '-')) {
        return false;
    }
    if (!read_digits(p, 2, 0, 15, &hours)) {
        return false;
    }
    if (**p != '\0') {
        skip(p, ':');
        if (!read_digits(p, 2, 0, 59, &minutes)) {
            return false;
        }
    }
    *us += sign * ((int64_t)hours * 3600 + minutes * 60) * US_PER_SECOND;
    return true;
}

bool clock_parse(const char *text, int64_t *us) {
    const char *p = text;
    int64_t at = 0;

    if (!read_date(&p, &at)) {
        return false;
    }
    if (skip(&p, 'T') && (!read_time(&p, &at) || !read_offset(&p, &at))) {
        return false;
    }
    if (*p != '\0') {
        return false;
    }
    *us = at;
    return true;
}
