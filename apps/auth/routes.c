/*
 * routes.c - the rows of the auth family, nothing else.
 *
 * To add an endpoint: a statement in sql/queries/auth.sql, a handler in this folder, a row here, a test in tests/http,
 * and its description in nginx/html/openapi.json (a test compares it with these rows).
 */
#include "apps/auth/auth.h"
#include "common/web/health.h"

#define BODY(fields, type) .body = fields, .body_size = sizeof(type)
#define QUERY(fields, type) .query = fields, .query_size = sizeof(type)

const struct route auth_routes[] = {
    {METHOD_GET, "/api/public/signup-status", GUARD_PUBLIC, NULL, signup_status_get, .summary = "Whether registration is open"},
    {METHOD_POST, "/api/auth/register", GUARD_PUBLIC, NULL, register_post, BODY(register_fields, struct register_body),
     .check = register_check, .flags = ROUTE_HASHES, .summary = "Register a person, with a new organisation or an invitation"},
    {METHOD_POST, "/api/auth/signin", GUARD_PUBLIC, NULL, signin_post, BODY(signin_fields, struct signin_body), .flags = ROUTE_HASHES,
     .summary = "Sign in; sets the session cookie"},
    {METHOD_POST, "/api/auth/signout", GUARD_MEMBER, NULL, signout_post, .summary = "Sign out; deletes the session on the server"},
    {METHOD_GET, "/api/portal/me", GUARD_MEMBER, "results", me_get, .summary = "The signed-in person"},
    {METHOD_GET, "/api/portal/api-keys", GUARD_MEMBER, "settings", api_keys_get, .summary = "List one's own API keys"},
    {METHOD_POST, "/api/portal/api-keys", GUARD_MEMBER, NULL, api_keys_post, BODY(api_key_fields, struct api_key_body),
     .check = api_keys_check, .summary = "Create an API key; the key is shown once"},
    {METHOD_DELETE, "/api/portal/api-keys", GUARD_MEMBER, "settings", api_keys_delete, QUERY(id_query_fields, struct id_query),
     .summary = "Revoke an API key named by ?id="},
    {METHOD_DELETE, "/api/portal/api-keys/{id}", GUARD_MEMBER, "settings", api_keys_delete, .summary = "Revoke an API key"},
    {METHOD_GET, "/healthz", GUARD_PUBLIC, NULL, health_all, .summary = "Health of all families"},
    {METHOD_GET, "/healthz/auth", GUARD_PUBLIC, NULL, health_family_get, .summary = "Health of the auth family"},
};
const size_t auth_nroutes = sizeof(auth_routes) / sizeof(auth_routes[0]);
