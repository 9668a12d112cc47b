/* auth.h - what the files of the auth family share. */
#ifndef MUSTER_APPS_AUTH_AUTH_H
#define MUSTER_APPS_AUTH_AUTH_H

#include "common/crypto/crypto.h"
#include "common/web/web.h"
#include "queries_auth.h"

/* Settings of this family. */
struct auth_config {
    const char *signups;                                /* open or closed */
    const char *default_plan;                           /* of new organisations */
    int64_t limit_register;                             /* an hour and address */
    int64_t limit_signin_account, limit_signin_address; /* in 15 minutes */
    const char *secret_key_file;
    const char *smtp_url; /* "": none */
    bool mail;            /* mails leave the machine; otherwise whoever queues one returns its link to those who may have it */
};
extern struct auth_config auth_config;

extern const struct route auth_routes[];
extern const size_t auth_nroutes;

#define SIGNIN_WINDOW 900
#define SESSION_SECONDS (14 * 24 * 3600)
#define SESSION_SECONDS_TEXT "1209600"

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
struct password_body {
    const char *current_password, *new_password;
};
struct factor_body {
    const char *code, *recovery_code;
};
extern const struct field password_fields[], factor_fields[], factor_proof_fields[];
struct audit_query {
    const char *action, *actor, *since, *until, *format;
    const int64_t *limit, *cursor;
};
struct users_query {
    int64_t limit;
    const char *cursor;
};
struct user_change_body {
    const char *role, *status;
};
struct invite_body {
    struct field_strs emails;
    const char *role;
};
struct accept_body {
    const char *token;
};
extern const struct field audit_query_fields[], users_query_fields[], user_change_fields[], invite_fields[], accept_fields[];
/* The roles that an administrator gives. */
extern const char *const team_roles[];
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
enum err audit_check(struct req *q, struct resp *r);
enum err audit_get(struct req *q, struct resp *r);
enum err users_get(struct req *q, struct resp *r);
enum err user_change_check(struct req *q, struct resp *r);
enum err user_put(struct req *q, struct resp *r);
enum err user_delete(struct req *q, struct resp *r);
enum err invite_check(struct req *q, struct resp *r);
enum err invite_post(struct req *q, struct resp *r);
enum err invitations_get(struct req *q, struct resp *r);
enum err invitation_delete(struct req *q, struct resp *r);
enum err accept_post(struct req *q, struct resp *r);

enum err password_check(struct req *q, struct resp *r);
enum err password_post(struct req *q, struct resp *r);
enum err sessions_get(struct req *q, struct resp *r);
enum err sessions_delete_one(struct req *q, struct resp *r);
enum err sessions_delete_others(struct req *q, struct resp *r);
enum err factor_get(struct req *q, struct resp *r);
enum err factor_post(struct req *q, struct resp *r);
enum err factor_proof_check(struct req *q, struct resp *r);
enum err factor_delete(struct req *q, struct resp *r);
enum err factor_verify_post(struct req *q, struct resp *r);

/* A new session token in `token`, and its digest as a statement argument. */
const char *session_token(struct arena *a, char token[CRYPTO_TOKEN_SIZE]);
const char *token_hash(struct arena *a, const char *token);
/* What the client calls itself, as far as it is text. */
const char *session_agent(const struct req *q);
/* muster-auth --reseal; returns the exit code. */
int reseal_run(struct db *db);

/* Writes the user object of `me` and sign-in from a row of statement me. */
void me_write(struct req *q, struct resp *r, const struct db_rows *rows);

#endif
