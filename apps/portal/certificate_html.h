/* certificate_html.h - a certificate as one landscape A4 page. */
#ifndef MUSTER_APPS_PORTAL_CERTIFICATE_HTML_H
#define MUSTER_APPS_PORTAL_CERTIFICATE_HTML_H

#include "common/base/arena.h"
#include "common/html/hwrite.h"
#include "common/words/words.h"

/* The stored facts; times in ISO 8601. */
struct certificate {
    enum lang lang; /* of the exercise */
    const char *id, *holder, *organization, *exercise, *theme, *difficulty, *grade, *status;
    const char *completed_at, *issued_at, *valid_until;
    const char *verify_url;
    const char *accent_rules, *footer; /* branding: style rules ("" for none), a line or NULL */
    int correct, questions;
};

void certificate_write(struct hwrite *w, struct arena *a, const struct certificate *c);
/* A QR code of text as an SVG element; nothing when the text is too long for one. */
void qr_write(struct hwrite *w, struct arena *a, const char *text);

#endif
