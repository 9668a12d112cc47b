/* style.h - the style sheets of the pages made here, and their names in the content security policy. */
#ifndef MUSTER_APPS_PORTAL_STYLE_H
#define MUSTER_APPS_PORTAL_STYLE_H

struct arena;

struct style {
    const char *css;
    char hash[64]; /* "sha256-..." once style_hash() was called without rules */
};
extern struct style report_style, certificate_style;

/* Rules that put the organisation's accent ("#rrggbb", NULL: none) in the place of ours; written behind the sheet, in the same
 * element. "" when there is nothing to say. */
const char *style_accent(struct arena *a, const char *accent);
/* Of the sheet with these rules behind it; without rules computed at the first call. */
const char *style_hash(struct arena *a, struct style *s, const char *accent_rules);

#endif
