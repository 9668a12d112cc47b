/*
 * dialect.h - how the calls of a table of rows speak: who is asked for, what a reply and an error look like, what OPTIONS says.
 *
 * Everything is data but the authenticator's functions. What a dialect says of errors holds for nginx's own error pages too: they are
 * printed from it (nginx.c), and so is what the description says of replies (openapi.c). The first dialect, muster_dialect, is what the
 * tables without one of their own speak.
 */
#ifndef MUSTER_WEB_DIALECT_H
#define MUSTER_WEB_DIALECT_H

#include "common/base/err.h"
#include "common/db/db.h"

#include <stdbool.h>
#include <stdint.h>

struct req;
struct resp;

/*
 * Who asks. The functions are called in this order, each at most once a request but enter():
 */
struct authenticator {
    /* Reads the headers, asks nobody; runs for public rows too. An error is the answer: no credential where one is needed, a request
     * that another site made. */
    enum err (*credential)(struct req *q, struct resp *r);
    /* The statement that looks the credential up, first in the pipeline of the request's first statements. NULL: the database is not
     * asked. */
    struct db_call (*call)(struct req *q, struct db_rows *rows);
    /* Fills q->who from what call() found (rows may have none), or refuses. */
    enum err (*known)(struct req *q, struct resp *r, const struct db_rows *rows);
    /* The statement that enters the tenant again, first in further pipelines. NULL: none. */
    struct db_call (*enter)(struct req *q);
    bool apart;                 /* known() decides, and not call() already: no other statement runs before, and no body is read */
    const char *challenge;      /* WWW-Authenticate of a 401; NULL: none */
    const char *const *schemes; /* securitySchemes of the description, any of which will do; NULL: session, or bearer with a scope */
};

/* What a member of an envelope holds. */
enum part {
    PART_WORD,   /* always the same word */
    PART_REPLY,  /* what the handler wrote; left out when that is nothing */
    PART_FACT,   /* resp_fact() of its name; left out without one */
    PART_TEXT,   /* of an error: its sentence */
    PART_CODE,   /* of an error; left out where the dialect has "" for it */
    PART_ID,     /* the request id */
    PART_FIELDS, /* of an error: the fields that are wrong; left out when there are none */
};

/* A member of the object that a reply is; a table of them ends with {0}. */
struct envelope {
    const char *name;
    enum part part;
    const char *word; /* of PART_WORD */
};

/* What a dialect calls an error where that is not what err.h says. */
struct dialect_error {
    enum err err; /* OK: the end */
    int status;   /* HTTP_403; 0: as err.h has it */
    const char *code, *text;
};

/* How long a request may be; 0: what the next one says, in the order row, table, dialect. */
struct limits {
    int path, query; /* bytes, as they were sent when the table has a prefix */
    int64_t body;
};

struct dialect {
    const char *name;         /* in nginx's configuration and in the description: letters */
    const char *content_type; /* of replies and errors in JSON, exactly */
    const struct authenticator *authenticator;
    const struct envelope *success; /* around what handlers write; NULL: that is the reply */
    const struct envelope *error;
    const struct dialect_error *errors; /* NULL: all as in err.h */
    const char *error_shape;            /* of the description: printed from `error`, or found among the parts that are written by hand */
    struct limits limits;
    bool slash;   /* "/x/" is "/x", where no row takes it as it is */
    bool options; /* OPTIONS has content: rows of METHOD_OPTIONS are looked for, and where there is none 200 with the envelope */
};

/* {"error","code","requestId","fields"}; sessions and API keys. */
extern const struct dialect muster_dialect;

int dialect_status(const struct dialect *d, enum err e);
const char *dialect_code(const struct dialect *d, enum err e);
const char *dialect_text(const struct dialect *d, enum err e); /* its own sentence, or NULL */

#endif
