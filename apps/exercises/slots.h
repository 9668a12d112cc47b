/*
 * slots.h - words for the slots of the library's texts, from what an organisation says about itself. No database here.
 *
 * A value must read well in the middle of a sentence, so what people write into a form is shortened and tidied. The page
 * /settings/organisation shows the same while one types (nginx/html/js/settings/sentence.js; a browser test compares them).
 */
#ifndef MUSTER_APPS_EXERCISES_SLOTS_H
#define MUSTER_APPS_EXERCISES_SLOTS_H

#include "common/base/arena.h"
#include "common/meta/field.h"

#include <stdbool.h>

struct json_object;

struct character_body {
    const char *name, *role, *department, *description;
    struct field_strs expertise;
};

struct slot_inputs {
    const char *organisation;
    struct json_object *profile, *tools; /* NULL: nothing is known */
    const struct character_body *people;
    size_t npeople;
    bool english; /* articles and small letters are a matter of language */
};

/* The words for a slot's source ("profile.industry", "tool.SIEM", "character.ciso"), or NULL: the library's default then. */
const char *slot_words(struct arena *a, const struct slot_inputs *in, const char *source);
/* The library's role for one that people write ("Head of IT operations": it-ops), or NULL. */
const char *slot_role(const char *written);
/* The provider that a description of the SOC names, or NULL: "Outsourced to Example Watch" names one, "In-house, 24/7" none. */
const char *slot_provider(struct arena *a, const char *soc_model);

#endif
