/* export.h - the two forms of an export, between export.c and export_html.c. */
#ifndef MUSTER_APPS_AUTH_EXPORT_H
#define MUSTER_APPS_AUTH_EXPORT_H

#include "common/html/hwrite.h"
#include "common/web/web.h"

#define EXPORT_ARTICLE "Articles 15 and 20 GDPR: right of access, right to data portability"
#define EXPORT_PURPOSE "Cyber exercises for the people of an organisation; what each category of data is for stands with it."
#define EXPORT_BASIS "Contract and legitimate interest, GDPR Art. 6(1)(b) and (f); each category says which."
#define EXPORT_RETENTION "Until the account is deleted, unless a category says otherwise."

/* Rows that an entry brings along under one key: names and kinds (text, time, boolean, number, json) of their columns. */
struct export_list {
    const char *key;
    const char **names, **kinds;
    size_t width;
};
#define EXPORT_MAX_LISTS 8

enum export_row { EXPORT_ROW_NONE, EXPORT_ROW_READ, EXPORT_ROW_BROKEN };

/* The lists of a table's entries, at most EXPORT_MAX_LISTS; known: all there are. */
size_t export_lists(struct arena *a, const struct db_rows *known, const char *table, struct export_list *lists);
/* Takes the next row of a list from *text, which is changed: its values, NULL for null. NONE: this list ends, another may begin. */
enum export_row export_row(char **text, size_t width, const char **values);
/* Members of the entry that is open. rows: what the database sent, changed. */
bool export_lists_json(struct jwrite *w, struct arena *a, const struct export_list *lists, size_t n, char *rows);

/* The page's one style sheet as the content security policy names it. */
const char *export_style_hash(struct arena *a);
void export_html_begin(struct hwrite *w, struct arena *a, enum lang lang, int64_t now);
/* A category with nothing in it says so. */
void export_html_category(struct hwrite *w, struct arena *a, enum lang lang, const struct db_rows *notice, const char *key);
/* One entry, from the JSON and the lists of the database. */
bool export_html_item(struct hwrite *w, struct arena *a, const char *item, const struct export_list *lists, size_t n, char *rows);
void export_html_none(struct hwrite *w, enum lang lang);
void export_html_category_end(struct hwrite *w);
void export_html_end(struct hwrite *w, struct arena *a, enum lang lang, const char *third_party);

#endif
