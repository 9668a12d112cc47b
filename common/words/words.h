/*
 * words.h - sentences of the catalogue in the reader's language.
 *
 * A message is one of the generated macros, W_<AREA>_<KEY>, with its arguments in the order in which the English message names them:
 * numbers as double, dates as microseconds since 1970 (clock.h), texts as UTF-8. Placeholders, plurals and numbers are ICU's
 * MessageFormat as far as common/words/message.py says; plural categories, signs and names of months are CLDR's.
 */
#ifndef MUSTER_WORDS_WORDS_H
#define MUSTER_WORDS_WORDS_H

#include "common/base/arena.h"
#include "common/base/err.h"
#include "words_table.h"

#include <stdbool.h>
#include <stdint.h>

union words_arg {
    double number;
    int64_t date;
    const char *text;
};

/* A message and what it is about; made by the macros. The arguments live as long as the block that names them. */
struct words {
    enum words_id id;
    const union words_arg *args;
    int nargs;
};

/* The sentence, in memory of the arena (or static where it has no arguments). Tags such as <b> stay in it. Never NULL. */
const char *say(struct arena *a, enum lang lang, struct words words);

/* The same, said later: its arguments are kept in the arena; texts among them must live as long. */
const struct words *words_keep(struct arena *a, struct words words);

/* An error's own sentence (area errors), static. */
const char *err_say(enum err e, enum lang lang);

/* The message as it stands in the catalogue, static: for messages without arguments. */
const char *words_plain(enum lang lang, enum words_id id);

/* "name organization": its arguments in order, for whoever has them by name; static. */
const char *words_arguments(enum words_id id);

/* "errors.not_found": its area and key, static. */
const char *words_key(enum words_id id);

/* A language of the interface by its tag, "de" or "de-CH" (RFC 5646); LANG_EN for NULL and for what is not offered. */
enum lang lang_of(const char *tag);

/* The same for what is written once for everybody, in the language of an exercise: every whole language, offered or not. */
enum lang lang_written(const char *tag);

/* The first offered language of a header Accept-Language (RFC 9110, 12.5.4) by its weights; LANG_EN for NULL. Never reads beyond its end.
 */
enum lang lang_accepted(const char *header);

const char *lang_tag(enum lang lang); /* "de", static */
const char *lang_dir(enum lang lang); /* "ltr" or "rtl", static */
bool lang_is_offered(enum lang lang); /* people may choose it */

/* Numbers and times outside of a sentence, in memory of the arena. decimals: 0 to 2. */
const char *say_number(struct arena *a, enum lang lang, double value, int decimals);
const char *say_percent(struct arena *a, enum lang lang, double share);               /* 0.295: "30 %", rounded half up */
const char *say_share(struct arena *a, enum lang lang, double percent, int decimals); /* 29.5: "29.5 %" */
const char *say_day(struct arena *a, enum lang lang, int64_t us, bool whole_month);   /* UTC */
const char *say_time(struct arena *a, enum lang lang, int64_t us);                    /* hours and minutes, UTC */

#endif
