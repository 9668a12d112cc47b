/* next.c - GET /api/portal/next: at most five things that the caller should do next, the most pressing first, in one round trip. */
#include "apps/portal/portal.h"
#include "common/base/clock.h"
#include "common/base/str.h"
#include "common/words/words.h"

#define MAX_ITEMS 5
#define LATE_SECONDS 900 /* a job that has been due for so long is late */

struct item {
    const char *kind, *title, *why, *due, *href;
    int64_t minutes; /* 0: not said */
};

struct next {
    struct arena *arena;
    enum lang lang;
    struct db_rows person, open, weak, unread, setup, platform;
    struct item items[MAX_ITEMS];
    int n;
};

static const char *const kinds[] = {"timed", "open", "first", "weak", "report", "audit", "invitations", "jobs", "queue", "orgs", NULL};

static const struct field next_item_members[] = {
    OUT(FT_ENUM, "kind",
        "timed: a run with a clock was left open. open: a run was left open. first: the first exercise. weak: a theme below 60 %. report: "
        "an "
        "own report that was never opened. audit: one of the organisation's, for auditors. invitations: some end within two days. jobs: "
        "some "
        "failed for good. queue: background work is late. orgs: new ones. The last three are for administrators of the platform.",
        .values = kinds, .example = "open"),
    OUT(FT_STR, "title", "What to do, in the caller's language.", .min = 1, .example = "Continue The backup that would not start"),
    OUT(FT_STR, "why", "The reason, in a sentence.", .min = 1, .example = "3 questions to go. Your answers so far are kept."),
    OUT(FT_TIME, "due", "Until when; null: there is no limit.", .flags = FIELD_NULL, .example = "null"),
    OUT(FT_STR, "href", "Where it is done: a page of this site.", .min = 1,
        .example = "/exercises/7f2c1b8e-4a35-4f0d-9c61-2d8a5b3e6f10/play"),
    OUT(FT_INT, "minutes", "About how long it takes; null: not said.", .min = 1, .flags = FIELD_NULL, .example = "6"),
    FIELD_END,
};
static const struct shape next_item_shape = SHAPE("NextItem", "Something to do.", next_item_members);

static const struct field next_step_members[] = {
    OUT(FT_ENUM, "key",
        "profile: the organisation's profile, which stories use. people: a second person, or an invitation. factor: the caller's second "
        "factor. exercise: a completed exercise.",
        .values = VALUES("profile", "people", "factor", "exercise"), .example = "profile|people|factor|exercise"),
    OUT(FT_BOOL, "done", "Whether it is done."),
    OUT(FT_STR, "href", "Where it is done.", .min = 1, .example = "/settings/organisation/profile"),
    FIELD_END,
};
static const struct shape next_step_shape = SHAPE("NextStep", "A step of setting the organisation up.", next_step_members);

static const struct field next_members[] = {
    OUT(FT_OBJS, "items", "The most pressing first.", .max = MAX_ITEMS, .shape = &next_item_shape, .example = "1"),
    OUT(FT_OBJS, "checklist", "For administrators, until all is done; null: it is, or the caller is none.", .min = 4, .max = 4,
        .shape = &next_step_shape, .flags = FIELD_NULL, .example = "4"),
    FIELD_END,
};
static const struct shape next_shape = SHAPE("Next", "What to do next.", next_members);

static void add(struct next *x, struct item item) {
    if (x->n < MAX_ITEMS) {
        x->items[x->n++] = item;
    }
}

#define SAY(x, words) say((x)->arena, (x)->lang, words)

static const char *called(const struct db_rows *rows, int i) {
    return db_null(rows, i, COL_NAME) ? db_str(rows, i, COL_TITLE) : db_str(rows, i, COL_NAME);
}

static void add_open(struct next *x) {
    for (int i = 0; i < x->open.n; i++) {
        bool timed = db_bool(&x->open, i, COL_TIMED);
        int64_t all = db_int(&x->open, i, COL_QUESTIONS), left = all - db_int(&x->open, i, COL_ANSWERED);
        int64_t minutes = db_null(&x->open, i, COL_MINUTES) || all <= 0 ? 0 : (db_int(&x->open, i, COL_MINUTES) * left + all - 1) / all;
        const char *name = called(&x->open, i);
        add(x, (struct item){.kind = timed ? "timed" : "open",
                             .title = timed ? SAY(x, W_NEXT_TIMED(name)) : SAY(x, W_NEXT_OPEN(name)),
                             .why = timed ? SAY(x, W_NEXT_TIMED_WHY((double)left)) : SAY(x, W_NEXT_OPEN_WHY((double)left)),
                             .due = db_iso(x->arena, db_str(&x->open, i, COL_DUE)),
                             .href = arena_printf(x->arena, "/exercises/%s/play", db_str(&x->open, i, COL_ID)),
                             .minutes = minutes});
    }
}

/* Auditors play nothing. */
static void add_first(struct next *x) {
    if (!x->open.n && db_bool(&x->person, 0, COL_NEWCOMER) && !str_eq(db_str(&x->person, 0, COL_ROLE), "AUDITOR")) {
        add(x, (struct item){.kind = "first",
                             .title = SAY(x, W_NEXT_FIRST),
                             .why = SAY(x, W_NEXT_FIRST_WHY),
                             .href = "/exercises/new",
                             .minutes = db_null(&x->person, 0, COL_MINUTES) ? 0 : db_int(&x->person, 0, COL_MINUTES)});
    }
}

static void add_weak(struct next *x) {
    for (int i = 0; i < x->weak.n; i++) {
        add(x, (struct item){.kind = "weak",
                             .title = SAY(x, W_NEXT_WEAK(db_str(&x->weak, i, COL_TITLE))),
                             .why = SAY(x, W_NEXT_WEAK_WHY(db_num(&x->weak, i, COL_ACCURACY), (double)db_int(&x->weak, i, COL_ANSWERS))),
                             .href = arena_printf(x->arena, "/exercises/new?theme=%s", db_str(&x->weak, i, COL_THEME)),
                             .minutes = db_null(&x->weak, i, COL_MINUTES) ? 0 : db_int(&x->weak, i, COL_MINUTES)});
    }
}

static void add_unread(struct next *x) {
    for (int i = 0; i < x->unread.n; i++) {
        bool own = db_bool(&x->unread, i, COL_OWN);
        const char *name = called(&x->unread, i);
        add(x, (struct item){.kind = own ? "report" : "audit",
                             .title = own ? SAY(x, W_NEXT_REPORT(name)) : SAY(x, W_NEXT_AUDIT(name)),
                             .why = own ? SAY(x, W_NEXT_REPORT_WHY) : SAY(x, W_NEXT_AUDIT_WHY),
                             .href = arena_printf(x->arena, "/api/portal/report?sessionId=%s", db_str(&x->unread, i, COL_ID))});
    }
}

static void add_invitations(struct next *x) {
    if (x->setup.n && db_int(&x->setup, 0, COL_ENDING) > 0) {
        add(x, (struct item){.kind = "invitations",
                             .title = SAY(x, W_NEXT_INVITATIONS((double)db_int(&x->setup, 0, COL_ENDING))),
                             .why = SAY(x, W_NEXT_INVITATIONS_WHY),
                             .due = db_iso(x->arena, db_str(&x->setup, 0, COL_ENDS_AT)),
                             .href = "/settings/team/invitations"});
    }
}

static void add_platform(struct next *x) {
    if (!x->platform.n) {
        return;
    }
    int64_t dead = db_int(&x->platform, 0, COL_DEAD), waiting = db_int(&x->platform, 0, COL_WAITING);
    int64_t orgs = db_int(&x->platform, 0, COL_ORGS);
    if (dead > 0) {
        add(x, (struct item){
                   .kind = "jobs", .title = SAY(x, W_NEXT_JOBS((double)dead)), .why = SAY(x, W_NEXT_JOBS_WHY), .href = "/platform/health"});
    }
    if (waiting > LATE_SECONDS) {
        add(x, (struct item){.kind = "queue",
                             .title = SAY(x, W_NEXT_QUEUE),
                             .why = SAY(x, W_NEXT_QUEUE_WHY((double)(waiting / 60))),
                             .href = "/platform/health"});
    }
    if (orgs > 0) {
        add(x,
            (struct item){.kind = "orgs", .title = SAY(x, W_NEXT_ORGS((double)orgs)), .why = SAY(x, W_NEXT_ORGS_WHY), .href = "/platform"});
    }
}

static void write_items(struct jwrite *w, const struct next *x) {
    jw_karray(w, "items");
    for (int i = 0; i < x->n; i++) {
        const struct item *item = &x->items[i];
        jw_object(w);
        jw_kstr(w, "kind", item->kind);
        jw_kstr(w, "title", item->title);
        jw_kstr(w, "why", item->why);
        jw_kstr(w, "due", item->due);
        jw_kstr(w, "href", item->href);
        if (item->minutes > 0) {
            jw_kint(w, "minutes", item->minutes);
        } else {
            jw_knull(w, "minutes");
        }
        jw_object_end(w);
    }
    jw_array_end(w);
}

static void write_checklist(struct jwrite *w, const struct next *x) {
    static const struct {
        const char *key, *href;
        enum db_column column;
    } steps[] = {{"profile", "/settings/organisation/profile", COL_PROFILE},
                 {"people", "/settings/team/invitations", COL_PEOPLE},
                 {"factor", "/settings/security", COL_FACTOR},
                 {"exercise", "/exercises/new", COL_EXERCISE}};
    size_t n = sizeof(steps) / sizeof(steps[0]), done = 0;
    for (size_t i = 0; x->setup.n && i < n; i++) {
        done += db_bool(&x->setup, 0, steps[i].column);
    }
    if (!x->setup.n || done == n) {
        jw_knull(w, "checklist");
        return;
    }
    jw_karray(w, "checklist");
    for (size_t i = 0; i < n; i++) {
        jw_object(w);
        jw_kstr(w, "key", steps[i].key);
        jw_kbool(w, "done", db_bool(&x->setup, 0, steps[i].column));
        jw_kstr(w, "href", steps[i].href);
        jw_object_end(w);
    }
    jw_array_end(w);
}

static enum err next_get(struct req *q, struct resp *r) {
    struct next *x = arena_calloc(q->arena, 1, sizeof(*x));
    struct db_call calls[] = {
        {SQL_NEXT_PERSON(), .rows = &x->person}, {SQL_NEXT_OPEN(), .rows = &x->open},   {SQL_NEXT_WEAK(), .rows = &x->weak},
        {SQL_NEXT_UNREAD(), .rows = &x->unread}, {SQL_NEXT_SETUP(), .rows = &x->setup}, {SQL_NEXT_PLATFORM(), .rows = &x->platform},
    };
    enum err e = req_run(q, calls, sizeof(calls) / sizeof(calls[0]));
    if (e == OK && !x->person.n) {
        return ERR_NOT_FOUND;
    }
    if (e != OK) {
        return e;
    }
    const char *language = db_str(&x->person, 0, COL_LANGUAGE);
    x->arena = q->arena;
    x->lang = language ? lang_of(language) : lang_accepted(req_header(q, "HTTP_ACCEPT_LANGUAGE"));
    add_platform(x);
    add_open(x);
    add_first(x);
    add_weak(x);
    add_unread(x);
    add_invitations(x);
    jw_object(&r->json);
    write_items(&r->json, x);
    write_checklist(&r->json, x);
    jw_object_end(&r->json);
    return OK;
}

const struct route next_routes[] = {
    {METHOD_GET, "/api/portal/next", GUARD_MEMBER, "results", next_get, .summary = "What the caller should do next", .name = "getNext",
     .tag = "results",
     .help =
         "At most five things, the most pressing first: what is open and whose clock runs, the first exercise, a theme below 60 % of at "
         "least 5 answers, reports that were not opened, invitations that end soon, and for administrators of the platform failed "
         "jobs, late work and new organisations. Words are in the caller's language, else the browser's. Administrators also get the "
         "steps of setting the organisation up, until all are done.",
     .reply_help = "What there is to do; nothing is an empty list.", .reply = &next_shape},
    {0},
};
