/* health.c - whether this family answers. */
#include "common/web/health.h"

#include "apps/auth/auth.h"
#include "common/web/metrics.h"

const struct route health_routes[] = {
    {METHOD_GET, "/healthz", GUARD_PUBLIC, NULL, health_all, .summary = "Health of all families", .name = "getHealth", .tag = "operation",
     .help = "Asks every family over its own socket. 503 `unavailable` when one does not answer, with the state of each: a load balancer "
             "needs the status alone. Limited to 10 a second and address.",
     .reply_help = "Every family answers.", .reply = &health_all_shape, .errors = ERRORS({ERR_UNAVAILABLE, &health_unwell_shape})},
    {METHOD_GET, "/healthz/auth", GUARD_PUBLIC, NULL, health_family_get, .summary = "Health of the auth family", .name = "getHealthAuth",
     .tag = "operation",
     .help = "For finding out which family is not well: this one answers when its processes and its database connection do.",
     .reply_help = "The family and the database answer.", .reply = &health_shape},
    {METHOD_GET, "/metrics/auth", GUARD_PUBLIC, NULL, metrics_family_get, METRICS_ROW, .summary = "What the auth family counts",
     .name = "getMetricsAuth",
     .help = "Counters and histograms of all processes of the family, in the OpenMetrics text format. " METRICS_GUARD,
     .reply_help = "In the OpenMetrics text format, version 1.0.0."},
    {0},
};
