/* portal.h - what the files of the portal family share. */
#ifndef MUSTER_APPS_PORTAL_PORTAL_H
#define MUSTER_APPS_PORTAL_PORTAL_H

#include "common/web/web.h"
#include "queries_portal.h"

/* Settings of this family: what platform administrators are shown, and the keys that seal mails. */
struct portal_config {
    const char *signups, *default_plan; /* as the environment has them; a stored value comes first */
    const char *secret_key_file;
    const char *smtp_url, *mail_from; /* "": none */
    bool mail;                        /* mails leave the machine; otherwise a reply holds the link */
};
extern struct portal_config portal_config;

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

/* Of /api/admin: bodies and query strings. */
struct orgs_query {
    const char *search, *plan, *cursor;
    int64_t limit;
};
struct org_body {
    const char *name, *plan, *admin_email;
};
struct org_change_body {
    const char *name, *plan, *status;
};
struct org_delete_body {
    const char *confirm_name;
};
struct org_invite_body {
    const char *email;
};
struct people_query {
    const char *search, *org, *cursor;
    int64_t limit;
};
struct person_change_body {
    const char *status;
};
struct plan_item {
    const char *name;
    const int64_t *seats, *monthly_exercises; /* NULL: no limit */
    bool api_access, byok;
};
struct retention_item {
    const char *name;
    const int64_t *days; /* NULL: for ever */
};
struct settings_body {
    const char *signups, *default_plan; /* NULL: as the environment has it */
    struct field_objs plans, retention;
};
struct jobs_query {
    const char *state, *cursor;
    int64_t limit;
};
struct admin_audit_query {
    const char *org, *action, *actor, *since, *until, *cursor;
    int64_t limit;
};
extern const struct field orgs_query_fields[], org_fields[], org_change_fields[], org_delete_fields[], org_invite_fields[],
    people_query_fields[], person_change_fields[], settings_fields[], jobs_query_fields[], admin_audit_query_fields[];

enum err sessions_get(struct req *q, struct resp *r);
enum err report_get(struct req *q, struct resp *r);
enum err certificate_get(struct req *q, struct resp *r);
enum err certificate_public_get(struct req *q, struct resp *r);

enum err admin_orgs_get(struct req *q, struct resp *r);
enum err admin_orgs_post(struct req *q, struct resp *r);
enum err admin_org_get(struct req *q, struct resp *r);
enum err admin_org_check(struct req *q, struct resp *r);
enum err admin_org_put(struct req *q, struct resp *r);
enum err admin_org_delete(struct req *q, struct resp *r);
enum err admin_org_invite_post(struct req *q, struct resp *r);
enum err admin_users_get(struct req *q, struct resp *r);
enum err admin_user_put(struct req *q, struct resp *r);
enum err admin_user_sessions_delete(struct req *q, struct resp *r);
enum err admin_settings_get(struct req *q, struct resp *r);
enum err admin_settings_check(struct req *q, struct resp *r);
enum err admin_settings_put(struct req *q, struct resp *r);
enum err admin_health_get(struct req *q, struct resp *r);
enum err admin_jobs_get(struct req *q, struct resp *r);
enum err admin_job_retry(struct req *q, struct resp *r);
enum err admin_job_delete(struct req *q, struct resp *r);
enum err admin_audit_check(struct req *q, struct resp *r);
enum err admin_audit_get(struct req *q, struct resp *r);

/* "<microseconds>.<uuid>" of the last row of a page, opaque to clients; NULL: the first page. Names the field when it is none. */
enum err page_cursor(struct req *q, struct resp *r, const char *cursor, const char **us, const char **id);
struct page_filter {
    const char *name, *value; /* value NULL: not given */
};
/* The Link header: the same address with the next cursor; filters end with a NULL name. */
void page_next(struct req *q, struct resp *r, int64_t limit, const char *cursor, const struct page_filter *filters);

/* A verdict of an admin_* function as a reply: {"success":true}, or its error. */
enum err admin_judge(struct resp *r, const char *verdict);
/* An integer, or null. */
void admin_kint(struct jwrite *w, const char *key, const struct db_rows *rows, int row, const char *column);

/* OK, ERR_MISSING_SESSION_ID for none, ERR_NOT_FOUND for what cannot be an id; the id in lower case in *out. */
enum err portal_session_id(struct arena *a, const char *given, const char **out);

#endif
