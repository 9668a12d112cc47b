/* health.c - whether this family answers. */
#include "common/web/health.h"

#include "apps/intel/intel.h"
#include "common/web/metrics.h"

const struct route health_routes[] = {
    {METHOD_GET, "/healthz/intel", GUARD_PUBLIC, NULL, health_family_get, .summary = "Health of the intel family", .name = "getHealthIntel",
     .tag = "operation",
     .help = "For finding out which family is not well: this one answers when its processes and its database connection do.",
     .reply_help = "The family and the database answer.", .reply = &health_shape},
    {METHOD_GET, "/metrics/intel", GUARD_PUBLIC, NULL, metrics_family_get, METRICS_ROW, .summary = "What the intel family counts",
     .name = "getMetricsIntel",
     .help = "Counters and histograms of all processes of the family, in the OpenMetrics text format. " METRICS_GUARD,
     .reply_help = "In the OpenMetrics text format, version 1.0.0."},
    {0},
};
