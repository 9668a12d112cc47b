/* export.h - the two forms of an export, between export.c and export_html.c. */
#ifndef MUSTER_APPS_AUTH_EXPORT_H
#define MUSTER_APPS_AUTH_EXPORT_H

#include "common/html/hwrite.h"
#include "common/web/web.h"

#define EXPORT_ARTICLE "Articles 15 and 20 GDPR: right of access, right to data portability"
#define EXPORT_PURPOSE "Cyber exercises for the people of an organisation; what each category of data is for stands with it."
#define EXPORT_BASIS "Contract and legitimate interest, GDPR Art. 6(1)(b) and (f); each category says which."
#define EXPORT_RETENTION "Until the account is deleted, unless a category says otherwise."

/* The page's one style sheet as the content security policy names it. */
const char *export_style_hash(struct arena *a);
void export_html_begin(struct hwrite *w, const char *date);
/* A category with nothing in it says so. */
void export_html_category(struct hwrite *w, const struct db_rows *notice, const char *key);
/* One row, parsed from the JSON of a page of the database. */
bool export_html_item(struct hwrite *w, struct arena *a, const char *item);
void export_html_none(struct hwrite *w);
void export_html_category_end(struct hwrite *w);
void export_html_end(struct hwrite *w, const char *third_party);

#endif
