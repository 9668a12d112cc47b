/* routes.c - the resources of the intel family: each has its rows at the end of its file. */
#include "apps/intel/intel.h"

extern const struct route api_users_routes[], owners_routes[], v2_owners_routes[], v2_types_routes[], security_routes[], tokens_routes[],
    renewal_routes[], whoami_routes[], health_routes[];

/* Version 1 is answered by its dialect alone. */
static const struct route no_routes[] = {{0}};

const struct table intel_tables[] = {{.rows = api_users_routes},
                                     {.rows = owners_routes},
                                     {.rows = tokens_routes, .prefix = "/api/v3", .dialect = &intel_v3},
                                     {.rows = security_routes, .prefix = "/api/v3", .dialect = &intel_v3},
                                     {.rows = v2_types_routes, .prefix = "/api/v2", .dialect = &intel_v2},
                                     {.rows = v2_owners_routes, .prefix = "/api/v2", .dialect = &intel_v2},
                                     {.rows = whoami_routes, .prefix = "/api/v2", .dialect = &intel_v2},
                                     {.rows = no_routes, .prefix = "/api/v1", .dialect = &intel_v1},
                                     {.rows = renewal_routes, .prefix = "/api/appAuth", .dialect = &intel_renewal},
                                     {.rows = health_routes},
                                     {0}};
