/* tools.c - which security tools an organisation uses: from the catalogue, or its own. Stories and alerts name them. */
#include "apps/exercises/exercises.h"
#include "common/base/str.h"

#include <strings.h>

#define MAX_TOOLS 100 /* of its own an organisation, as SQL counts them */

struct tool_body {
    const char *name, *category;
};

struct tools_body {
    struct field_strs tool_ids;
};

static const char *const categories[] = {
    "EDR", "VULNERABILITY_MANAGEMENT", "SIEM", "XDR", "SOAR", "IDENTITY", "EMAIL_SECURITY", "NETWORK_SECURITY", "CLOUD_SECURITY", "DLP",
    "WAF", "THREAT_INTELLIGENCE",      "PAM",  NULL};

static const struct field tools_fields[] = {
    {.name = "toolIds",
     .type = FT_STRS,
     .flags = FIELD_REQUIRED,
     .offset = offsetof(struct tools_body, tool_ids),
     .max = 300,
     .item_max = 36,
     .help = "Ids from allTools of GET /api/portal/tools: these are used, all others are not. An empty list: none.",
     .example = "14253647-5869-4a7b-8c9d-0e1f2a3b4c5d"},
    FIELD_END,
};
static const struct field tool_fields[] = {
    FIELD_STR(struct tool_body, name, "name", FIELD_REQUIRED, 1, 80, .help = "What the tool is called; alerts of stories name it.",
              .example = "Example Sensor"),
    FIELD_ENUM(struct tool_body, category, "category", FIELD_REQUIRED, categories, NULL, .help = "What kind of tool it is.",
               .example = "EDR"),
    FIELD_END,
};

static enum err tools_get(struct req *q, struct resp *r) {
    return reply_from(q, r, (struct db_call){SQL_TOOL_LIST()});
}

static bool is_listed(const struct db_rows *rows, const char *id) {
    for (int i = 0; i < rows->n; i++) {
        if (strcasecmp(db_str(rows, i, COL_ID), id) == 0) {
            return true;
        }
    }
    return false;
}

static enum err tools_check(struct req *q, struct resp *r) {
    const struct tools_body *b = q->body;
    struct db_rows rows;
    struct db_call call = {SQL_TOOL_LIST(), .rows = &rows};
    enum err e = req_run(q, &call, 1);
    for (size_t i = 0; e == OK && i < b->tool_ids.count; i++) {
        if (!is_listed(&rows, b->tool_ids.items[i])) {
            resp_field_error(r, arena_printf(q->arena, "toolIds[%zu]", i), W_ERRORS_FIELD_TOOL);
        }
    }
    return e;
}

static enum err tools_put(struct req *q, struct resp *r) {
    const struct tools_body *b = q->body;
    const char *ids = db_text_array(q->arena, b->tool_ids.items, b->tool_ids.count);
    struct db_rows rows;
    struct db_call calls[] = {
        {SQL_TOOL_LOCK()},      {SQL_TOOL_DESELECT(ids)}, {SQL_TOOL_MARK(ids)},
        {SQL_TOOL_SELECT(ids)}, {SQL_TOOL_NOTE(ids)},     {SQL_TOOL_LIST(), .rows = &rows},
    };
    enum err e = req_run(q, calls, 6);
    return e == OK ? reply_sets(q, r, &rows) : e;
}

static enum err tools_post(struct req *q, struct resp *r) {
    const struct tool_body *b = q->body;
    struct db_rows rows;
    struct db_call calls[] = {
        {SQL_TOOL_LOCK()},
        {SQL_TOOL_CREATE(b->category, b->name), .rows = &rows},
    };
    enum err e = req_run(q, calls, 2);
    if (e != OK) {
        return e;
    }
    if (str_eq(db_str(&rows, 0, COL_VERDICT), "there_already")) {
        return resp_fail(r, ERR_CONFLICT, W_ERRORS_TOOL_THERE);
    }
    if (str_eq(db_str(&rows, 0, COL_VERDICT), "full")) {
        return resp_fail(r, ERR_CONFLICT, W_ERRORS_TOOL_FULL(MAX_TOOLS));
    }
    return reply_sets(q, r, &rows);
}

static enum err tool_delete(struct req *q, struct resp *r) {
    return reply_from(q, r, (struct db_call){SQL_TOOL_DELETE(q->params[0])});
}

static const struct field tool_members[] = {
    OUT(FT_UUID, "id", "Of the tool: for toolIds.", .column = COL_ID, .example = "14253647-5869-4a7b-8c9d-0e1f2a3b4c5d"),
    OUT(FT_STR, "name", "What the tool is called; alerts of stories name it.", .column = COL_NAME, .min = 1, .max = 80,
        .example = "Example Sensor"),
    OUT(FT_ENUM, "category", "What kind of tool it is.", .column = COL_CATEGORY,
        .values = VALUES("EDR", "VULNERABILITY_MANAGEMENT", "SIEM", "XDR", "SOAR", "IDENTITY", "EMAIL_SECURITY", "NETWORK_SECURITY",
                         "CLOUD_SECURITY", "DLP", "WAF", "THREAT_INTELLIGENCE", "PAM"),
        .example = "EDR"),
    OUT(FT_BOOL, "own", "Added by the organisation; false: of the catalogue.", .column = COL_OWN, .example = "true"),
    FIELD_END,
};
static const struct shape tool_shape =
    SHAPE("Tool", "A security tool: of the catalogue that every organisation has, or one's own.", tool_members);

static const struct field tools_members[] = {
    OUT(FT_OBJS, "allTools", "The catalogue and the organisation's own tools, by category and name.", .set = 1, .min = 1,
        .shape = &tool_shape, .example = "1"),
    OUT(FT_STRS, "selectedIds", "Ids of those that the organisation uses.", .set = 1, .column = COL_SELECTED_ID,
        .pattern = "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$", .example = "14253647-5869-4a7b-8c9d-0e1f2a3b4c5d"),
    FIELD_END,
};
static const struct shape tools_shape = SHAPE("Tools", "Which tools there are, and which of them are used.", tools_members);

const struct route tools_routes[] = {
    {METHOD_GET, "/api/portal/tools", GUARD_MEMBER, "settings", tools_get, .summary = "The catalogue of tools and which of them are used",
     .name = "getTools", .tag = "settings",
     .help = "Alerts in stories name the tools that the organisation uses; in a category without one they name the category, such as SIEM.",
     .reply_help = "All tools by category and name, and the ids of those that are used.", .reply = &tools_shape},
    {METHOD_PUT, "/api/portal/tools", GUARD_ADMIN, "settings", tools_put, BODY(tools_fields, struct tools_body), .check = tools_check,
     .summary = "Choose the tools that the organisation uses", .name = "putTools", .tag = "settings",
     .help = "Replaces the whole choice. An id that is not in the list is 400 and named in fields, and nothing changes. When several of a "
             "category are chosen, stories name the first by name. Exercises that exist keep their names.",
     .reply_help = "The list and the choice as they are stored now.", .reply = &tools_shape},
    {METHOD_POST, "/api/portal/tools", GUARD_ADMIN, "settings", tools_post, BODY(tool_fields, struct tool_body),
     .summary = "Add a tool of one's own to the list", .name = "createTool", .tag = "settings",
     .help = "For a tool that the catalogue does not have. It is chosen at once, and stories name it. 409 `conflict`: the list has one of "
             "this name in this category, or the organisation has 100 of its own, the most it can have.",
     .reply_help = "It is stored and chosen.", .status = 201, .reply = &tool_shape, .errors = ERRORS({ERR_CONFLICT, NULL})},
    {METHOD_DELETE, "/api/portal/tools/{id}", GUARD_ADMIN, "settings", tool_delete, .summary = "Remove a tool of one's own",
     .name = "deleteTool", .tag = "settings", .param_help = {"Of one of the organisation's own tools."},
     .help = "Takes one of the organisation's own tools out of the list and out of the choice. Tools of the catalogue cannot be removed "
             "(404): leave them out of toolIds.",
     .reply_help = "Removed.", .reply = &success_shape},
    {0},
};
