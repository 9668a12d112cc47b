/*
 * routes.c - the rows of the portal family, nothing else.
 *
 * To add an endpoint: a statement in sql/queries/portal, a handler in this folder, a row here, a test in tests/http,
 * and its description in nginx/html/openapi.json (a test compares it with these rows).
 */
#include "apps/portal/portal.h"
#include "common/web/health.h"

#define BODY(fields, type) .body = fields, .body_size = sizeof(type)
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
    /* The platform's administrators, with a session: no scope of an API key leads here. */
    {METHOD_GET, "/api/admin/orgs", GUARD_PLATFORM, NULL, admin_orgs_get, QUERY(orgs_query_fields, struct orgs_query),
     .summary = "List the organisations, newest first"},
    {METHOD_POST, "/api/admin/orgs", GUARD_PLATFORM, NULL, admin_orgs_post, BODY(org_fields, struct org_body),
     .summary = "Create an organisation and invite its first administrator"},
    {METHOD_GET, "/api/admin/orgs/{id}", GUARD_PLATFORM, NULL, admin_org_get,
     .summary = "An organisation with its plan and what is used of it"},
    {METHOD_PUT, "/api/admin/orgs/{id}", GUARD_PLATFORM, NULL, admin_org_put, BODY(org_change_fields, struct org_change_body),
     .check = admin_org_check, .summary = "Change an organisation's name, plan or status"},
    {METHOD_DELETE, "/api/admin/orgs/{id}", GUARD_PLATFORM, NULL, admin_org_delete, BODY(org_delete_fields, struct org_delete_body),
     .flags = ROUTE_SLOW, .summary = "Delete an organisation with everything in it"},
    {METHOD_POST, "/api/admin/orgs/{id}/invitations", GUARD_PLATFORM, NULL, admin_org_invite_post,
     BODY(org_invite_fields, struct org_invite_body), .summary = "Invite another administrator of an organisation"},
    {METHOD_GET, "/api/admin/users", GUARD_PLATFORM, NULL, admin_users_get, QUERY(people_query_fields, struct people_query),
     .summary = "List people of all organisations, by e-mail address"},
    {METHOD_PUT, "/api/admin/users/{id}", GUARD_PLATFORM, NULL, admin_user_put, BODY(person_change_fields, struct person_change_body),
     .summary = "Deactivate or activate a person"},
    {METHOD_DELETE, "/api/admin/users/{id}/sessions", GUARD_PLATFORM, NULL, admin_user_sessions_delete,
     .summary = "End all sessions of a person"},
    {METHOD_GET, "/api/admin/settings", GUARD_PLATFORM, NULL, admin_settings_get, .summary = "Settings of the platform and its plans"},
    {METHOD_PUT, "/api/admin/settings", GUARD_PLATFORM, NULL, admin_settings_put, BODY(settings_fields, struct settings_body),
     .check = admin_settings_check, .summary = "Store settings of the platform; add or change plans"},
    {METHOD_GET, "/api/admin/health", GUARD_PLATFORM, NULL, admin_health_get, .summary = "Measured state of the installation"},
    {METHOD_GET, "/api/admin/jobs", GUARD_PLATFORM, NULL, admin_jobs_get, QUERY(jobs_query_fields, struct jobs_query),
     .summary = "List background jobs in one state"},
    {METHOD_POST, "/api/admin/jobs/{id}/retry", GUARD_PLATFORM, NULL, admin_job_retry, .summary = "Put a dead letter back into the queue"},
    {METHOD_DELETE, "/api/admin/jobs/{id}", GUARD_PLATFORM, NULL, admin_job_delete, .summary = "Give a dead letter up"},
    {METHOD_GET, "/api/admin/audit-log", GUARD_PLATFORM, NULL, admin_audit_get, QUERY(admin_audit_query_fields, struct admin_audit_query),
     .check = admin_audit_check, .summary = "The platform's own acts, or one organisation's log, newest first"},
    {METHOD_GET, "/healthz/portal", GUARD_PUBLIC, NULL, health_family_get, .summary = "Health of the portal family"},
};
const size_t portal_nroutes = sizeof(portal_routes) / sizeof(portal_routes[0]);
