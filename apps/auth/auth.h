/* auth.h - what the files of the auth family share. */
#ifndef MUSTER_APPS_AUTH_AUTH_H
#define MUSTER_APPS_AUTH_AUTH_H

#include "common/web/web.h"
#include "queries_auth.h"

/* Settings of this family. */
struct auth_config {
    const char *signups;                                /* open or closed */
    const char *default_plan;                           /* of new organisations */
    int64_t limit_register;                             /* an hour and address */
    int64_t limit_signin_account, limit_signin_address; /* in 15 minutes */
};
extern struct auth_config auth_config;

extern const struct route auth_routes[];
extern const size_t auth_nroutes;

/* Request bodies and their descriptors, used by routes.c. */
struct signin_body {
    const char *email, *password;
};
struct register_body {
    const char *email, *password, *first_name, *last_name, *organization, *invite_token;
};
struct api_key_body {
    const char *name, *expires_at;
    struct field_strs scopes;
};
struct id_query {
    const char *id;
};
extern const struct field signin_fields[], register_fields[], api_key_fields[], id_query_fields[];

enum err signup_status_get(struct req *q, struct resp *r);
enum err register_check(struct req *q, struct resp *r);
enum err register_post(struct req *q, struct resp *r);
enum err signin_post(struct req *q, struct resp *r);
enum err signout_post(struct req *q, struct resp *r);
enum err me_get(struct req *q, struct resp *r);
enum err api_keys_get(struct req *q, struct resp *r);
enum err api_keys_check(struct req *q, struct resp *r);
enum err api_keys_post(struct req *q, struct resp *r);
enum err api_keys_delete(struct req *q, struct resp *r);

/* Writes the user object of `me` and sign-in from a row of statement me. */
void me_write(struct req *q, struct resp *r, const struct db_rows *rows);

#endif
