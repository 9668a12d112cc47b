/*
 * mail.h - for whoever queues a mail with muster.mail_queue() (sql/code/jobs).
 *
 * The words of a mail are the templates of the worker (apps/jobs); a caller gives what only it knows, above all links with tokens.
 * That is stored sealed until the mail is sent (rules A6, B1). The recipient's first name ("name") and the organisation's name
 * ("organization") need not be given: the worker looks them up.
 */
#ifndef MUSTER_MAIL_MAIL_H
#define MUSTER_MAIL_MAIL_H

#include "common/base/arena.h"

#include <stddef.h>

#define MAIL_MAX_PARAMS 8

/* name, value, name, value, ..., NULL as the argument p_sealed, in the arena; the value is bound to the recipient's address. For
 * families that have loaded the keys (seal_load). NULL when it would be longer than SEAL_MAX_SECRET. */
const char *mail_params(struct arena *a, const char *to, ...) __attribute__((sentinel));

struct mail_param {
    const char *name, *value;
};

/* The other way: fills at most MAIL_MAX_PARAMS of params and returns their number, or -1 when it does not open. */
int mail_params_open(struct arena *a, const char *to, const char *sealed, struct mail_param params[MAIL_MAX_PARAMS]);

/* sealed again under the current key, or NULL when it does not open. */
const char *mail_params_reseal(struct arena *a, const char *to, const char *sealed);

#endif
