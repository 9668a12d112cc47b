/* characters.c - people who can appear in stories by name: at most 200 an organisation. */
#include "apps/exercises/exercises.h"
#include "apps/exercises/slots.h"

#define MAX_CHARACTERS 200 /* an organisation, as SQL counts them */

/* The role of the library's stories in which the person appears, null when no story speaks of such a one. */
static void write_story_role(const struct shape_at *at, const struct field *f) {
    (void)f;
    jw_str(at->json, slot_role(db_str(at->rows, at->row, COL_ROLE)));
}

const struct field character_fields[] = {
    OUT(FT_UUID, "id", "Of the character: for characterIds of generate.", .column = COL_ID, .flags = FIELD_READ_ONLY,
        .example = "a9b8c7d6-e5f4-4321-8fed-cba987654321"),
    FIELD_STR(struct character_body, name, "name", FIELD_REQUIRED, 1, 80, .help = "Full name, as stories use it.", .column = COL_NAME,
              .example = "Alex Example"),
    FIELD_STR(struct character_body, role, "role", FIELD_REQUIRED, 1, 80, .column = COL_ROLE,
              .help = "What the person does; stories give the part that fits best, by these words.", .example = "Head of IT operations"),
    FIELD_STR(struct character_body, department, "department", 0, 0, 80, .help = "Where in the organisation; empty: not said.",
              .column = COL_DEPARTMENT, .example = "IT"),
    FIELD_STR(struct character_body, description, "description", 0, 0, 500, .help = "A sentence for the players; empty: none.",
              .column = COL_DESCRIPTION, .example = "Keeps the servers running and knows every exception ever made."),
    FIELD_STRS(struct character_body, expertise, "expertise", 0, 0, 10, 80, .help = "What the person is good at.", .column = COL_EXPERTISE,
               .example = "Backup and recovery|Virtual servers"),
    OUT(FT_STR, "storyRole", "The part of the library's stories that the person takes, found by the words of role; null: none.",
        .write = write_story_role, .flags = FIELD_NULL | FIELD_READ_ONLY, .example = "it-ops"),
    OUT(FT_TIME, "createdAt", "When it was made.", .column = COL_CREATED_AT, .flags = FIELD_READ_ONLY,
        .example = "2026-11-21T08:15:30.123Z"),
    FIELD_END,
};

struct character_body character_read(struct arena *a, const struct db_rows *rows, int row) {
    const char **expertise = db_texts(a, db_str(rows, row, COL_EXPERTISE));
    size_t n = 0;
    while (expertise[n]) {
        n++;
    }
    return (struct character_body){.name = db_str(rows, row, COL_NAME),
                                   .role = db_str(rows, row, COL_ROLE),
                                   .department = db_str(rows, row, COL_DEPARTMENT),
                                   .description = db_str(rows, row, COL_DESCRIPTION),
                                   .expertise = {.items = expertise, .count = n}};
}

void character_write(struct jwrite *w, const struct character_body *c) {
    jw_kstr(w, "name", c->name);
    jw_kstr(w, "role", c->role);
    jw_kstr(w, "department", c->department ? c->department : "");
    jw_kstr(w, "description", c->description ? c->description : "");
    jw_kstrs(w, "expertise", c->expertise.items);
}

static enum err characters_get(struct req *q, struct resp *r) {
    return reply_from(q, r, (struct db_call){SQL_CHARACTER_LIST()});
}

static enum err characters_post(struct req *q, struct resp *r) {
    const struct character_body *b = q->body;
    struct db_rows rows;
    struct db_call calls[] = {
        {SQL_CHARACTER_LOCK()},
        {SQL_CHARACTER_CREATE(b->name, b->role, b->department, b->description,
                              db_text_array(q->arena, b->expertise.items, b->expertise.count)),
         .rows = &rows},
    };
    enum err e = req_run(q, calls, 2);
    if (e == OK && rows.n == 0) {
        return resp_fail(r, ERR_CONFLICT, W_ERRORS_CHARACTER_FULL(MAX_CHARACTERS));
    }
    return e == OK ? reply_sets(q, r, &rows) : e;
}

static enum err character_put(struct req *q, struct resp *r) {
    const struct character_body *b = q->body;
    return reply_from(q, r,
                      (struct db_call){SQL_CHARACTER_UPDATE(q->params[0], b->name, b->role, b->department, b->description,
                                                            db_text_array(q->arena, b->expertise.items, b->expertise.count))});
}

static enum err character_delete(struct req *q, struct resp *r) {
    return reply_from(q, r, (struct db_call){SQL_CHARACTER_DELETE(q->params[0])});
}

static const struct shape stored_character_shape =
    SHAPE("StoredCharacter", "A person who can appear in stories by name.", character_fields);

const struct route characters_routes[] = {
    {METHOD_GET, "/api/portal/characters", GUARD_MEMBER, "settings", characters_get,
     .summary = "List the people who can appear in stories, newest first", .flags = ROUTE_LIST, .name = "listCharacters", .tag = "settings",
     .help = "All of the organisation's characters, 200 at most, without pages. They are people of stories: nobody needs an account for "
             "being one.",
     .reply_help = "All of them, newest first.", .reply = &stored_character_shape},
    {METHOD_POST, "/api/portal/characters", GUARD_FACILITATOR, "settings", characters_post, BODY(character_fields, struct character_body),
     .summary = "Add a character", .name = "createCharacter", .tag = "settings",
     .help = "Stores a person who can be chosen for stories with characterIds of generate. An organisation has 200 at most: one more is "
             "409 `conflict`.",
     .reply_help = "It is stored; id names it.", .status = 201, .reply = &stored_character_shape, .errors = ERRORS({ERR_CONFLICT, NULL})},
    {METHOD_PUT, "/api/portal/characters/{id}", GUARD_FACILITATOR, "settings", character_put, BODY(character_fields, struct character_body),
     .summary = "Replace a character", .name = "putCharacter", .tag = "settings", .param_help = {"Of the character."},
     .help = "Replaces every member: what the body leaves out is empty afterwards. Exercises that were generated before keep the person as "
             "it was.",
     .reply_help = "The character as it is stored now.", .reply = &stored_character_shape},
    {METHOD_DELETE, "/api/portal/characters/{id}", GUARD_FACILITATOR, "settings", character_delete, .summary = "Delete a character",
     .name = "deleteCharacter", .tag = "settings", .param_help = {"Of the character."},
     .help = "Takes the person out of the list for good. Exercises that were generated with it keep it.",
     .reply_help = "Deleted; exercises that were made with it keep it.", .reply = &success_shape},
    {0},
};
