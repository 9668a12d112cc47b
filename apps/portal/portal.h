/* portal.h - what the files of the portal family share. */
#ifndef MUSTER_APPS_PORTAL_PORTAL_H
#define MUSTER_APPS_PORTAL_PORTAL_H

#include "common/web/web.h"
#include "queries_portal.h"

extern const struct route portal_routes[];
extern const size_t portal_nroutes;

/* Query strings and their descriptors, used by routes.c. */
struct sessions_query {
    const char *status, *theme, *difficulty, *updated_since, *cursor;
    int64_t limit;
};
struct report_query {
    const char *session_id, *variant;
    bool download;
};
struct certificate_query {
    const char *session_id;
    bool download;
};
extern const struct field sessions_query_fields[], report_query_fields[], certificate_query_fields[];

enum err sessions_get(struct req *q, struct resp *r);
enum err report_get(struct req *q, struct resp *r);
enum err certificate_get(struct req *q, struct resp *r);
enum err certificate_public_get(struct req *q, struct resp *r);

/* OK, ERR_MISSING_SESSION_ID for none, ERR_NOT_FOUND for what cannot be an id; the id in lower case in *out. */
enum err portal_session_id(struct arena *a, const char *given, const char **out);

#endif
