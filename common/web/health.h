/*
 * health.h - health from probes (rule G3).
 */
#ifndef MUSTER_WEB_HEALTH_H
#define MUSTER_WEB_HEALTH_H

#include "common/web/web.h"

/* What the two reply. */
extern const struct shape health_shape, health_all_shape, health_unwell_shape;

/* Row among the settings of a family that asks the others: without it the others' sockets stay closed to the family's user. */
#define HEALTH_SETTING                                                                                                                     \
    {                                                                                                                                      \
        .name = "HEALTH_SOCKETS", .type = CFG_STR, .out = &web_config.health_sockets, .dflt = "", .max = 4000,                             \
        .help = "Sockets of all families, separated by colons, for /healthz."                                                              \
    }

/* Handler of /healthz/<family>: 200 {"status":"ok","family":...} when the database answers a statement, otherwise 503. */
enum err health_family_get(struct req *q, struct resp *r);
/* Handler of /healthz: asks every family over its own socket (HEALTH_SOCKETS, named <family>.sock or, for a further pool
 * of it, <family>-<pool>.sock) and answers 200 when all are well,
 * otherwise 503, with the state of each. */
enum err health_all(struct req *q, struct resp *r);
/* Writes an object of families: the state of each, asked over its socket; own is that of the one that runs. True when all are well. */
bool health_families(struct req *q, struct jwrite *w, bool own);
/* The service of a socket: "/run/x/auth-hash.sock" is that of "auth-hash". */
const char *health_pool_of(struct arena *a, const char *path);
/* The verdict alone. */
bool health_families_well(struct req *q, bool own);

#endif
