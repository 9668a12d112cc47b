/* language.c - which language somebody reads, and how it writes numbers and times. */
#include "common/base/clock.h"
#include "common/base/str.h"
#include "common/words/words_internal.h"

#include <math.h>
#include <strings.h>

#define MAX_RANGES 32

static bool find(const char *tag, size_t len, enum lang *found) {
    size_t primary = 0;
    while (primary < len && tag[primary] != '-') {
        primary++;
    }
    for (int i = 0; i < LANG_COUNT; i++) {
        const char *name = words_languages[i].tag;
        if (strlen(name) == primary && strncasecmp(name, tag, primary) == 0) {
            *found = (enum lang)i;
            return true;
        }
    }
    return false;
}

enum lang lang_of(const char *tag) {
    enum lang found;
    return tag && find(tag, strlen(tag), &found) && words_languages[found].offered ? found : LANG_EN;
}

enum lang lang_written(const char *tag) {
    enum lang found;
    return tag && find(tag, strlen(tag), &found) && words_languages[found].whole ? found : LANG_EN;
}

/* The weight of a range in thousands: 1000 without one, 0 for what is none (RFC 9110, 12.4.2: "0" or "1", at most three decimals). */
static int weight(const char *range, size_t len) {
    const char *q = memchr(range, ';', len), *end = range + len;
    int whole = 1000;
    if (!q) {
        return whole;
    }
    for (q++; q < end && (*q == ' ' || *q == '\t');) {
        q++;
    }
    if (end - q < 3 || (*q | 0x20) != 'q' || q[1] != '=' || (q[2] != '0' && q[2] != '1')) {
        return 0;
    }
    int value = q[2] == '1' ? whole : 0;
    q += 3;
    if (q < end && *q == '.') {
        for (q++; q < end && *q >= '0' && *q <= '9' && whole > 1; q++) {
            whole /= 10;
            value += (*q - '0') * whole;
        }
    }
    while (q < end && (*q == ' ' || *q == '\t')) {
        q++;
    }
    return q == end && value <= 1000 ? value : 0;
}

enum lang lang_accepted(const char *header) {
    enum lang best = LANG_EN, found;
    int most = 0;
    const char *at = header ? header : "";
    for (int i = 0; i < MAX_RANGES && *at; i++) {
        at += strspn(at, " \t,");
        size_t len = strcspn(at, ",");
        size_t tag = strcspn(at, " \t,;");
        int q = weight(at, len);
        if (q > most && find(at, tag, &found) && words_languages[found].offered) {
            best = found;
            most = q;
        }
        at += len;
    }
    return best;
}

const char *lang_tag(enum lang lang) {
    return words_languages[lang].tag;
}

const char *lang_dir(enum lang lang) {
    return words_languages[lang].dir;
}

bool lang_is_offered(enum lang lang) {
    return words_languages[lang].offered;
}

const char *say_number(struct arena *a, enum lang lang, double value, int decimals) {
    const struct words_language *l = &words_languages[lang];
    const char *plain = arena_printf(a, "%.*f", decimals, fabs(value));
    size_t whole = strcspn(plain, ".");
    char *out = arena_alloc(a, strlen(plain) + whole * strlen(l->group) + 8);
    size_t n = 0;
    if (value < 0 && strpbrk(plain, "123456789")) {
        memcpy(out, "\xe2\x88\x92", 3); /* a minus sign */
        n = 3;
    }
    for (size_t i = 0; i < whole; i++) {
        if (i && (whole - i) % 3 == 0) {
            memcpy(out + n, l->group, strlen(l->group));
            n += strlen(l->group);
        }
        out[n++] = plain[i];
    }
    out[n] = '\0';
    return plain[whole] ? arena_printf(a, "%s%s%s", out, l->decimal, plain + whole + 1) : out;
}

const char *say_share(struct arena *a, enum lang lang, double percent, int decimals) {
    return arena_printf(a, "%s%s", say_number(a, lang, percent, decimals), words_languages[lang].percent);
}

const char *say_percent(struct arena *a, enum lang lang, double share) {
    return say_share(a, lang, floor(share * 100 + 0.5), 0);
}

/* One field of CLDR's pattern of a day: what stands for y, M or d in this length. */
static const char *field(struct arena *a, const struct words_language *l, const char *iso, char letter, size_t len) {
    int64_t month = 1, day = 1;
    str_to_i64(arena_strndup(a, iso + 5, 2), 1, 12, &month);
    str_to_i64(arena_strndup(a, iso + 8, 2), 1, 31, &day);
    if (letter == 'y') {
        return len == 2 ? arena_strndup(a, iso + 2, 2) : arena_strndup(a, iso, 4);
    }
    if (letter == 'd') {
        return len == 2 ? arena_strndup(a, iso + 8, 2) : arena_printf(a, "%d", (int)day);
    }
    return len >= 4   ? l->months[month - 1]
           : len == 3 ? l->months_short[month - 1]
           : len == 2 ? arena_strndup(a, iso + 5, 2)
                      : arena_printf(a, "%d", (int)month);
}

const char *say_day(struct arena *a, enum lang lang, int64_t us, bool whole_month) {
    const struct words_language *l = &words_languages[lang];
    const char *pattern = whole_month ? l->day_long : l->day, *out = "";
    char iso[CLOCK_ISO_SIZE];
    clock_iso(us, iso);
    while (*pattern) {
        size_t len = strspn(pattern, (char[]){*pattern, '\0'});
        bool letter = strchr("yMd", *pattern);
        out = arena_printf(a, "%s%s", out, letter ? field(a, l, iso, *pattern, len) : arena_strndup(a, pattern, len));
        pattern += len;
    }
    return out;
}

const char *say_time(struct arena *a, enum lang lang, int64_t us) {
    char iso[CLOCK_ISO_SIZE];
    (void)lang; /* all of ours write 15:12 */
    clock_iso(us, iso);
    return arena_strndup(a, iso + 11, 5);
}
