/*
 * routes.c - the rows of the portal family, nothing else.
 *
 * To add an endpoint: a statement in sql/queries/portal.sql, a handler in this folder, a row here, a test in tests/http,
 * and its description in nginx/html/openapi.json (a test compares it with these rows).
 */
#include "apps/portal/portal.h"
#include "common/web/health.h"

#define QUERY(fields, type) .query = fields, .query_size = sizeof(type)

const struct route portal_routes[] = {
    {METHOD_GET, "/api/portal/sessions", GUARD_MEMBER, "results", sessions_get, QUERY(sessions_query_fields, struct sessions_query),
     .summary = "List the organisation's exercises, newest first"},
    {METHOD_GET, "/api/portal/report", GUARD_MEMBER, "results", report_get, QUERY(report_query_fields, struct report_query),
     .flags = ROUTE_HTML, .summary = "The report of a completed exercise, as one HTML page"},
    {METHOD_GET, "/api/portal/certificate", GUARD_MEMBER, "results", certificate_get,
     QUERY(certificate_query_fields, struct certificate_query), .flags = ROUTE_HTML,
     .summary = "The caller's own certificate of a completed exercise, as one HTML page"},
    {METHOD_GET, "/api/public/certificates/{id}", GUARD_PUBLIC, NULL, certificate_public_get, .summary = "Verify a certificate by its id"},
    {METHOD_GET, "/healthz/portal", GUARD_PUBLIC, NULL, health_family_get, .summary = "Health of the portal family"},
};
const size_t portal_nroutes = sizeof(portal_routes) / sizeof(portal_routes[0]);
