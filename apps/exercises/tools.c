/* tools.c - which security tools an organisation uses: from the catalogue, or its own. Stories and alerts name them. */
#include "apps/exercises/exercises.h"
#include "common/base/str.h"

#include <strings.h>

static const char *const categories[] = {
    "EDR", "VULNERABILITY_MANAGEMENT", "SIEM", "XDR", "SOAR", "IDENTITY", "EMAIL_SECURITY", "NETWORK_SECURITY", "CLOUD_SECURITY", "DLP",
    "WAF", "THREAT_INTELLIGENCE",      "PAM",  NULL};

const struct field tools_fields[] = {
    {.name = "toolIds",
     .type = FT_STRS,
     .flags = FIELD_REQUIRED,
     .offset = offsetof(struct tools_body, tool_ids),
     .max = 300,
     .item_max = 36},
    FIELD_END,
};
const struct field tool_fields[] = {
    FIELD_STR(struct tool_body, name, "name", FIELD_REQUIRED, 1, 80),
    FIELD_ENUM(struct tool_body, category, "category", FIELD_REQUIRED, categories, NULL),
    FIELD_END,
};

static void write_tool(struct jwrite *w, const struct db_rows *rows, int i) {
    jw_object(w);
    jw_kstr(w, "id", db_str(rows, i, "id"));
    jw_kstr(w, "name", db_str(rows, i, "name"));
    jw_kstr(w, "category", db_str(rows, i, "category"));
    jw_kbool(w, "own", db_bool(rows, i, "own"));
    jw_object_end(w);
}

static void write_tools(struct jwrite *w, const struct db_rows *rows) {
    jw_object(w);
    jw_karray(w, "allTools");
    for (int i = 0; i < rows->n; i++) {
        write_tool(w, rows, i);
    }
    jw_array_end(w);
    jw_karray(w, "selectedIds");
    for (int i = 0; i < rows->n; i++) {
        if (db_bool(rows, i, "selected")) {
            jw_str(w, db_str(rows, i, "id"));
        }
    }
    jw_array_end(w);
    jw_object_end(w);
}

enum err tools_get(struct req *q, struct resp *r) {
    struct db_rows rows;
    struct db_call call = {.stmt = STMT_TOOL_LIST, .rows = &rows};
    enum err e = req_run(q, &call, 1);
    if (e == OK) {
        write_tools(&r->json, &rows);
    }
    return e;
}

static bool is_listed(const struct db_rows *rows, const char *id) {
    for (int i = 0; i < rows->n; i++) {
        if (strcasecmp(db_str(rows, i, "id"), id) == 0) {
            return true;
        }
    }
    return false;
}

enum err tools_check(struct req *q, struct resp *r) {
    const struct tools_body *b = q->body;
    struct db_rows rows;
    struct db_call call = {.stmt = STMT_TOOL_LIST, .rows = &rows};
    enum err e = req_run(q, &call, 1);
    for (size_t i = 0; e == OK && i < b->tool_ids.count; i++) {
        if (!is_listed(&rows, b->tool_ids.items[i])) {
            resp_field_error(r, arena_printf(q->arena, "toolIds[%zu]", i), "is no tool of the list");
        }
    }
    return e;
}

enum err tools_put(struct req *q, struct resp *r) {
    const struct tools_body *b = q->body;
    const char *ids = db_text_array(q->arena, b->tool_ids.items, b->tool_ids.count);
    struct db_rows rows;
    struct db_call calls[] = {
        {.stmt = STMT_TOOL_LOCK},
        {.stmt = STMT_TOOL_DESELECT, .args = {ids}},
        {.stmt = STMT_TOOL_MARK, .args = {ids}},
        {.stmt = STMT_TOOL_SELECT, .args = {ids}},
        {.stmt = STMT_TOOL_NOTE, .args = {ids}},
        {.stmt = STMT_TOOL_LIST, .rows = &rows},
    };
    enum err e = req_run(q, calls, 6);
    if (e == OK) {
        write_tools(&r->json, &rows);
    }
    return e;
}

enum err tools_post(struct req *q, struct resp *r) {
    const struct tool_body *b = q->body;
    struct db_rows rows;
    struct db_call calls[] = {
        {.stmt = STMT_TOOL_LOCK},
        {.stmt = STMT_TOOL_CREATE, .args = {b->category, b->name}, .rows = &rows},
    };
    enum err e = req_run(q, calls, 2);
    if (e != OK) {
        return e;
    }
    if (str_eq(db_str(&rows, 0, "verdict"), "there_already")) {
        return resp_fail(r, ERR_CONFLICT, "The list has a tool of this name in this category. Select it there.");
    }
    if (str_eq(db_str(&rows, 0, "verdict"), "full")) {
        return resp_fail(r, ERR_CONFLICT, "Your organisation has 100 tools of its own, the most it can have. Remove one first.");
    }
    resp_status(r, 201);
    write_tool(&r->json, &rows, 0);
    return OK;
}

enum err tool_delete(struct req *q, struct resp *r) {
    struct db_rows rows;
    struct db_call call = {.stmt = STMT_TOOL_DELETE, .args = {q->params[0]}, .rows = &rows};
    enum err e = req_run(q, &call, 1);
    if (e == OK && rows.n == 0) {
        return ERR_NOT_FOUND;
    }
    if (e == OK) {
        jw_object(&r->json);
        jw_kbool(&r->json, "success", true);
        jw_object_end(&r->json);
    }
    return e;
}
