/* branding.c - the name, the colour and the line that reports and certificates carry. The portal family reads them. */
#include "apps/exercises/exercises.h"
#include "common/base/colour.h"
#include "common/base/str.h"

struct branding_body {
    const char *display_name, *accent_color, *footer_text;
};

static const struct field branding_fields[] = {
    FIELD_STR(struct branding_body, display_name, "displayName", FIELD_MAYBE, 0, 120, .column = COL_DISPLAY_NAME,
              .help = "Stands in reports and certificates in the place of the organisation's name; empty: not set.",
              .example = "Example Logistics"),
    FIELD_STR(struct branding_body, accent_color, "accentColor", FIELD_MAYBE, 0, 7, .column = COL_ACCENT_COLOR,
              .help = "#rrggbb with a contrast of 4.5 to 1 on white; a lighter one is refused and the message offers a shade that has it.",
              .example = "#1d4ed8"),
    FIELD_STR(struct branding_body, footer_text, "footerText", FIELD_MAYBE, 0, 200, .column = COL_FOOTER_TEXT,
              .help = "A line at the end of reports and certificates; empty: not set.", .example = "Security training 2026"),
    FIELD_END,
};

/* An empty text is how forms say that nothing is set. */
static const char *set(const char *text) {
    return text && *text ? text : NULL;
}

static enum err branding_get(struct req *q, struct resp *r) {
    return reply_from(q, r, (struct db_call){SQL_BRANDING_GET()});
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
        resp_field_error(r, "accentColor", W_ERRORS_FIELD_COLOUR);
    } else if (colour_contrast(c, white) < COLOUR_READABLE) {
        colour_format(colour_readable(c, white, COLOUR_READABLE), shade);
        resp_field_error(r, "accentColor", W_ERRORS_FIELD_LIGHT(colour_contrast(c, white), COLOUR_READABLE, arena_strdup(q->arena, shade)));
    }
    return OK;
}

static enum err branding_put(struct req *q, struct resp *r) {
    const struct branding_body *b = q->body;
    char *colour = set(b->accent_color) ? arena_strdup(q->arena, b->accent_color) : NULL;
    if (colour) {
        str_lower(colour);
    }
    struct db_rows rows;
    struct db_call calls[] = {
        {SQL_BRANDING_PUT(set(b->display_name), colour, set(b->footer_text))},
        {SQL_BRANDING_GET(), .rows = &rows},
    };
    enum err e = req_run(q, calls, 2);
    return e == OK ? reply_sets(q, r, &rows) : e;
}

static const struct shape branding_shape =
    SHAPE("Branding", "How reports and certificates look. A member that is not set is absent.", branding_fields);

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
