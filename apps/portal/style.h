/* style.h - the style sheets of the pages made here, and their names in the content security policy. */
#ifndef MUSTER_APPS_PORTAL_STYLE_H
#define MUSTER_APPS_PORTAL_STYLE_H

struct style {
    const char *css;
    char hash[64]; /* "sha256-..." once style_hash() was called */
};
extern struct style report_style, certificate_style;

/* Computed at the first call. */
const char *style_hash(struct style *s);

#endif
