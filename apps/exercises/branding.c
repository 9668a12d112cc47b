/* branding.c - the name, the colour and the line that reports and certificates carry. The portal family reads them. */
#include "apps/exercises/exercises.h"
#include "common/base/colour.h"
#include "common/base/str.h"

struct branding_body {
    const char *display_name, *accent_color, *footer_text;
};

static const struct field branding_fields[] = {
    FIELD_STR(struct branding_body, display_name, "displayName", 0, 0, 120,
              .help = "Stands in reports and certificates in the place of the organisation's name; empty: not set.",
              .example = "Example Logistics"),
    FIELD_STR(struct branding_body, accent_color, "accentColor", 0, 0, 7,
              .help = "#rrggbb with a contrast of 4.5 to 1 on white; a lighter one is refused and the message offers a shade that has it.",
              .example = "#1d4ed8"),
    FIELD_STR(struct branding_body, footer_text, "footerText", 0, 0, 200,
              .help = "A line at the end of reports and certificates; empty: not set.", .example = "Security training 2026"),
    FIELD_END,
};

/* An empty text is how forms say that nothing is set. */
static const char *set(const char *text) {
    return text && *text ? text : NULL;
}

static void write_set(struct jwrite *w, const char *key, const char *text) {
    if (set(text)) {
        jw_kstr(w, key, text);
    }
}

static void branding_write(struct jwrite *w, const char *name, const char *colour, const char *footer) {
    jw_object(w);
    write_set(w, "displayName", name);
    write_set(w, "accentColor", colour);
    write_set(w, "footerText", footer);
    jw_object_end(w);
}

static enum err branding_get(struct req *q, struct resp *r) {
    struct db_rows rows;
    struct db_call call = {SQL_BRANDING_GET(), .rows = &rows};
    enum err e = req_run(q, &call, 1);
    if (e == OK) {
        bool known = rows.n == 1;
        branding_write(&r->json, known ? db_str(&rows, 0, COL_DISPLAY_NAME) : NULL, known ? db_str(&rows, 0, COL_ACCENT_COLOR) : NULL,
                       known ? db_str(&rows, 0, COL_FOOTER_TEXT) : NULL);
    }
    return e;
}

/* Text in this colour stands on white paper, so it has to be readable there; the message offers the nearest shade that is. */
static enum err branding_check(struct req *q, struct resp *r) {
    static const struct colour white = {255, 255, 255};
    const struct branding_body *b = q->body;
    struct colour c;
    char shade[COLOUR_TEXT_SIZE];
    if (!set(b->accent_color)) {
        return OK;
    }
    if (!colour_parse(b->accent_color, &c)) {
        resp_field_error(r, "accentColor", "must be a colour such as #1d4ed8");
    } else if (colour_contrast(c, white) < COLOUR_READABLE) {
        colour_format(colour_readable(c, white, COLOUR_READABLE), shade);
        resp_field_error(
            r, "accentColor",
            "is too light to read on white: its contrast is %.1f to 1 and text needs 4.5 to 1; the nearest shade that has it is %s",
            colour_contrast(c, white), shade);
    }
    return OK;
}

static enum err branding_put(struct req *q, struct resp *r) {
    const struct branding_body *b = q->body;
    char *colour = set(b->accent_color) ? arena_strdup(q->arena, b->accent_color) : NULL;
    if (colour) {
        str_lower(colour);
    }
    struct db_call call = {SQL_BRANDING_PUT(set(b->display_name), colour, set(b->footer_text))};
    enum err e = req_run(q, &call, 1);
    if (e == OK) {
        branding_write(&r->json, b->display_name, colour, b->footer_text);
    }
    return e;
}

static const struct field branding_members[] = {
    OUT(FT_STR, "displayName", "Stands in reports and certificates in the place of the organisation's name; empty: not set.", .max = 120,
        .flags = FIELD_MAYBE, .example = "Example Logistics"),
    OUT(FT_STR, "accentColor",
        "#rrggbb with a contrast of 4.5 to 1 on white; a lighter one is refused and the message offers a shade that has it.", .max = 7,
        .flags = FIELD_MAYBE, .example = "#1d4ed8"),
    OUT(FT_STR, "footerText", "A line at the end of reports and certificates; empty: not set.", .max = 200, .flags = FIELD_MAYBE,
        .example = "Security training 2026"),
    FIELD_END,
};
static const struct shape branding_shape =
    SHAPE("Branding", "How reports and certificates look. A member that is not set is absent.", branding_members);

const struct route branding_routes[] = {
    {METHOD_GET, "/api/portal/branding", GUARD_MEMBER, "settings", branding_get,
     .summary = "Name, colour and line of reports and certificates", .name = "getBranding", .tag = "settings",
     .help = "What reports and certificates carry of the organisation: a name, one colour and a line at the end.",
     .reply_help = "What is set; the rest is absent.", .reply = &branding_shape},
    {METHOD_PUT, "/api/portal/branding", GUARD_ADMIN, "settings", branding_put, BODY(branding_fields, struct branding_body),
     .check = branding_check, .summary = "Replace the branding", .name = "putBranding", .tag = "settings",
     .help =
         "Replaces all three: what the body leaves out is not set afterwards. Reports and certificates that are opened from then on look "
         "like it. A colour that is too light to read on white is 400, and the message names the nearest shade that is dark enough.",
     .reply_help = "As it is stored now.", .reply = &branding_shape},
    {0},
};
