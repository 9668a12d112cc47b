/*
 * principal.h - who is asking: session cookie or API key to a person, role and organisation.
 *
 * The look-up runs in the same pipeline as the request's first statements (sql/queries/common/principal.sql): it checks the guard and
 * sets the tenant, or ends the pipeline, so that no statement behind it runs for a caller who is refused (rules A1, A3).
 */
#ifndef MUSTER_AUTH_PRINCIPAL_H
#define MUSTER_AUTH_PRINCIPAL_H

#include "common/base/arena.h"
#include "common/base/err.h"
#include "common/db/db.h"

#include <stdbool.h>
#include <stdint.h>

/* Who may call a route (rule A2). Names of exercise-api.md section 3. */
enum guard {
    GUARD_PUBLIC,      /* nobody needs to be known */
    GUARD_MEMBER,      /* anybody who is signed in */
    GUARD_PLAYER,      /* members who may change things: everybody but AUDITOR */
    GUARD_FACILITATOR, /* who leads exercises: FACILITATOR, CLIENT_ADMIN, SUPER_ADMIN */
    GUARD_ADMIN,       /* CLIENT_ADMIN of the organisation, or SUPER_ADMIN */
    GUARD_OVERSIGHT,   /* administrators and AUDITOR: reads about people and what they did */
    GUARD_PLATFORM,    /* SUPER_ADMIN */
    GUARD_PENDING,     /* a session that waits for its second factor, and nobody else (rule A5) */
    GUARD_LEAVING,     /* anybody who is signed in, also halfway: to sign out */
    GUARD_COUNT
};

const char *guard_name(enum guard g);
/* Names of the roles that it lets in, NULL-terminated; empty: every role. */
const char *const *guard_roles(enum guard g);

/* What an API key may be used for (rule A11). NULL as a route's scope: only a session will do. */
extern const char *const api_scopes[];

/* What a route asks of whoever calls it. */
struct demand {
    enum guard guard;
    const char *scope;     /* of a key; NULL: only a session will do */
    int64_t proof_seconds; /* a session's password or code must not be older (rule A15); 0: it may be as old as the session */
    int64_t idle_seconds;  /* a session that was not used for so long is none; 0: no limit */
    const char *factor;    /* a second factor: "required" where the organisation does, "always"; NULL: it is not asked for */
    bool ending;           /* also of an organisation that is going to be deleted */
};

struct credential {
    bool is_key;       /* bearer token, otherwise session cookie */
    const char *token; /* NULL: none was sent */
};

struct principal {
    const char *user_id, *org_id, *role, *credential_id;
    const char *language; /* that the person chose; NULL: none */
    int64_t age_seconds;  /* since the session's password or code was given */
    bool is_key;
};

/* The first cookie of this name in a Cookie header, or NULL. */
const char *cookie_value(struct arena *a, const char *cookies, const char *name);
/* Finds the credential in an Authorization header of the scheme Bearer (RFC 6750) or, without one, in the cookie. A Bearer that is
 * malformed, or a key without the scheme, counts as a credential that will not be found; other schemes count as none. */
struct credential credential_from_headers(struct arena *a, const char *authorization, const char *cookies, const char *cookie_name);

/* The statement to put first into a pipeline: each of them shows the credential again, since the database believes nothing else. rows
 * receives what principal_read() wants; NULL: it is known already. */
struct db_call principal_call(struct arena *a, const struct credential *c, struct demand d, const char *request_id, struct db_rows *rows);
/* Who it is, after the pipeline went well. Who may not ends it with ERR_UNAUTHENTICATED, ERR_FORBIDDEN, ERR_SCOPE, ERR_PLAN,
 * ERR_SECOND_FACTOR, ERR_RECENT_SIGN_IN or ERR_ENDING. */
void principal_read(const struct db_rows *rows, bool is_key, struct principal *out);

#endif
