/*
 * metrics.h - what the services of this instance count, for whoever knows the token of METRICS_TOKEN_FILE.
 */
#ifndef MUSTER_WEB_METRICS_H
#define MUSTER_WEB_METRICS_H

#include "common/web/web.h"

/* Handler of /metrics/<family>: what the family counts, in all of its pools. */
enum err metrics_family_get(struct req *q, struct resp *r);
/* The beginning of such a reply, when whoever asks may read it: what these services have counted, NULL-terminated. The caller may add
 * families of its own to r->body, and then writes the end. */
enum err metrics_tell(struct req *q, struct resp *r, const char *const *services);
enum err metrics_end(struct resp *r);

/* For rows: what is the same in each. */
#define METRICS_ROW                                                                                                                        \
    .flags = ROUTE_METRICS, .tag = "operation", .reply_text = "# TYPE muster_build info\\n...\\n# EOF\\n",                                 \
    .errors = ERRORS({ERR_UNAUTHENTICATED, NULL}, {ERR_NOT_FOUND, NULL})
#define METRICS_GUARD                                                                                                                      \
    "The bearer token is the one of the setting METRICS_TOKEN_FILE, and no API key; without that setting the reply is 404. Limited to 10 " \
    "a second and address."

#endif
