/* words_internal.h - the generated tables, for the files of this folder alone. */
#ifndef MUSTER_WORDS_WORDS_INTERNAL_H
#define MUSTER_WORDS_WORDS_INTERNAL_H

#include "common/words/words.h"

/* How a language writes (CLDR). Patterns of days: d, dd, MM, MMM, MMMM, y, yy. */
struct words_language {
    const char *tag, *dir;
    bool offered, whole;
    const char *decimal, *group, *percent;
    const char *day, *day_long, *time;
    const char *months[12], *months_short[12];
    const char *(*category)(unsigned long n); /* "one", "other"... of a whole number */
};

extern const struct words_language words_languages[LANG_COUNT];
extern const char *const words_texts[LANG_COUNT][WORDS_COUNT]; /* arguments by number */
extern const char *const words_keys[WORDS_COUNT];
extern const char *const words_names[WORDS_COUNT]; /* of the arguments, by number, with a blank between */

/* say() for a message that is at hand: its arguments by number. */
const char *say_text(struct arena *a, enum lang lang, const char *text, const union words_arg *args);

#endif
