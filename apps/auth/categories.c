/*
 * categories.c - what is kept about people, in the reader's language (rules E1, E4).
 *
 * The tables personal_category and retention say it in English, and so do exports for programs. Readers get it by the catalogue, in which
 * each row of those has its words; a test holds both against each other. A row that this program does not know yet, because the database is
 * newer, is said as the table has it.
 */
#include "apps/auth/auth.h"
#include "common/base/str.h"

struct category {
    const char *key;
    enum words_id label, purpose, basis, retention, erasure;
};
/* clang-format off */
#define CATEGORY(key, name, basis)                                                                                       \
    {key, WORDS_CATEGORIES_##name##_LABEL, WORDS_CATEGORIES_##name##_PURPOSE, WORDS_CATEGORIES_BASIS_##basis,           \
     WORDS_CATEGORIES_##name##_RETENTION, WORDS_CATEGORIES_##name##_ERASURE}
/* clang-format on */

static const struct category categories[] = {
    CATEGORY("personalData", PERSONAL_DATA, CONTRACT),
    CATEGORY("exerciseHistory", EXERCISE_HISTORY, CONTRACT),
    CATEGORY("playbooks", PLAYBOOKS, NONE),
    CATEGORY("certificates", CERTIFICATES, CONTRACT),
    CATEGORY("duels", DUELS, NONE),
    CATEGORY("createdExercises", CREATED_EXERCISES, CONTRACT),
    CATEGORY("exercisesSeen", EXERCISES_SEEN, CONTRACT),
    CATEGORY("backgroundWork", BACKGROUND_WORK, CONTRACT),
    CATEGORY("sessions", SESSIONS, ACCOUNTS),
    CATEGORY("apiKeys", API_KEYS, CONTRACT),
    CATEGORY("apiUsers", API_USERS, CONTRACT),
    CATEGORY("intelligence", INTELLIGENCE, CONTRACT),
    CATEGORY("signIn", SIGN_IN, CONTRACT),
    CATEGORY("invitations", INVITATIONS, INVITING),
    CATEGORY("registrations", REGISTRATIONS, CONTRACT),
    CATEGORY("domains", DOMAINS, ORGANISATION),
    CATEGORY("mails", MAILS, CONTRACT),
    CATEGORY("mailPreferences", MAIL_PREFERENCES, CONTRACT),
    CATEGORY("mailStops", MAIL_STOPS, QUIET),
    CATEGORY("auditLog", AUDIT_LOG, ACCOUNTS),
    CATEGORY("attempts", ATTEMPTS, ACCOUNTS),
    CATEGORY("removedPeople", REMOVED_PEOPLE, ORGANISATION),
    CATEGORY("characters", CHARACTERS, ORGANISATION),
    CATEGORY("serverLogs", SERVER_LOGS, SERVICE),
};

static const struct {
    const char *name;
    enum words_id words;
} rules[] = {
    {"api_keys", WORDS_CATEGORIES_RULE_API_KEYS},
    {"attempts", WORDS_CATEGORIES_RULE_ATTEMPTS},
    {"dead_jobs", WORDS_CATEGORIES_RULE_DEAD_JOBS},
    {"dead_mails", WORDS_CATEGORIES_RULE_DEAD_MAILS},
    {"displaced_people", WORDS_CATEGORIES_RULE_DISPLACED_PEOPLE},
    {"domains", WORDS_CATEGORIES_RULE_DOMAINS},
    {"exercises", WORDS_CATEGORIES_RULE_EXERCISES},
    {"jobs", WORDS_CATEGORIES_RULE_JOBS},
    {"known_devices", WORDS_CATEGORIES_RULE_KNOWN_DEVICES},
    {"links", WORDS_CATEGORIES_RULE_LINKS},
    {"mail_stop_links", WORDS_CATEGORIES_RULE_MAIL_STOP_LINKS},
    {"mails", WORDS_CATEGORIES_RULE_MAILS},
    {"open_invitations", WORDS_CATEGORIES_RULE_OPEN_INVITATIONS},
    {"outbox", WORDS_CATEGORIES_RULE_OUTBOX},
    {"pending_organizations", WORDS_CATEGORIES_RULE_PENDING_ORGANIZATIONS},
    {"pending_sessions", WORDS_CATEGORIES_RULE_PENDING_SESSIONS},
    {"registrations", WORDS_CATEGORIES_RULE_REGISTRATIONS},
    {"removed_people", WORDS_CATEGORIES_RULE_REMOVED_PEOPLE},
    {"sessions", WORDS_CATEGORIES_RULE_SESSIONS},
    {"unproven_organizations", WORDS_CATEGORIES_RULE_UNPROVEN_ORGANIZATIONS},
    {"unsubscribe_links", WORDS_CATEGORIES_RULE_UNSUBSCRIBE_LINKS},
    {"used_invitations", WORDS_CATEGORIES_RULE_USED_INVITATIONS},
};

static const struct category *category_of(const char *key) {
    for (size_t i = 0; i < sizeof(categories) / sizeof(categories[0]); i++) {
        if (str_eq(categories[i].key, key)) {
            return &categories[i];
        }
    }
    return NULL;
}

/* "sessions 7": the sentence of the rule with its days; NULL for a rule that is not known. */
static const char *period(struct arena *a, enum lang lang, const char *text) {
    size_t len = strcspn(text, " ");
    int64_t days;
    if (!text[len] || !str_to_i64(text + len + 1, 0, INT32_MAX, &days)) {
        return NULL;
    }
    for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++) {
        if (strlen(rules[i].name) == len && memcmp(rules[i].name, text, len) == 0) {
            return say(a, lang, (struct words){rules[i].words, (const union words_arg[]){{.number = (double)days}}, 1});
        }
    }
    return NULL;
}

/* How long, with a sentence for each period that is configured; NULL when one of them is not known. */
static const char *retention(struct arena *a, enum lang lang, enum words_id words, const char *periods) {
    const char *said = words_plain(lang, words);
    while (*periods) {
        size_t len = strcspn(periods, ",");
        const char *more = period(a, lang, arena_strndup(a, periods, len));
        if (!more) {
            return NULL;
        }
        said = arena_printf(a, "%s %s", said, more);
        periods += len + (periods[len] ? 1 : 0);
    }
    return said;
}

const char *category_say(struct arena *a, enum lang lang, const struct db_rows *notice, int row, enum db_column column) {
    const char *text = db_str(notice, row, column);
    const struct category *c = category_of(db_str(notice, row, COL_KEY));
    if (!c) {
        return text;
    }
    const char *said;
    switch ((int)column) {
    case COL_LABEL: return words_plain(lang, c->label);
    case COL_PURPOSE: return words_plain(lang, c->purpose);
    case COL_LEGAL_BASIS: return words_plain(lang, c->basis);
    case COL_RETENTION: said = retention(a, lang, c->retention, db_str(notice, row, COL_PERIODS)); return said ? said : text;
    case COL_ERASURE: return words_plain(lang, c->erasure);
    default: return text;
    }
}
