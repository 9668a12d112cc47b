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
    {METHOD_POST, "/api/auth/register/confirm", GUARD_PUBLIC, NULL, confirm_post, BODY(confirm_fields, struct link_body),
     .flags = ROUTE_HASHES, .summary = "Join by a verified domain, with the link from the mail and the password"},
    {METHOD_GET, "/api/auth/verify", GUARD_PUBLIC, NULL, verify_get, QUERY(link_query_fields, struct link_query),
     .summary = "Prove one's e-mail address with the link from the mail"},
    {METHOD_POST, "/api/auth/verify/resend", GUARD_MEMBER, NULL, verify_resend_post,
     .summary = "Send the mail that proves one's e-mail address again"},
    {METHOD_POST, "/api/auth/forgot-password", GUARD_PUBLIC, NULL, forgot_post, BODY(forgot_fields, struct forgot_body),
     .summary = "Ask for a mail with a link to set a new password"},
    {METHOD_POST, "/api/auth/reset-password", GUARD_PUBLIC, NULL, reset_post, BODY(reset_fields, struct link_body), .check = reset_check,
     .flags = ROUTE_HASHES, .summary = "Set a new password with the link from the mail; ends all sessions and all API keys"},
    {METHOD_POST, "/api/auth/signin", GUARD_PUBLIC, NULL, signin_post, BODY(signin_fields, struct signin_body), .flags = ROUTE_HASHES,
     .summary = "Sign in; sets the session cookie"},
    {METHOD_POST, "/api/auth/signout", GUARD_LEAVING, NULL, signout_post, .summary = "Sign out; deletes the session on the server"},
    {METHOD_POST, "/api/auth/change-password", GUARD_MEMBER, NULL, password_post, BODY(password_fields, struct password_body),
     .check = password_check, .flags = ROUTE_HASHES, .summary = "Change one's password; ends all other sessions and all API keys"},
    {METHOD_GET, "/api/auth/sessions", GUARD_MEMBER, NULL, sessions_get, .summary = "List one's own sessions"},
    {METHOD_DELETE, "/api/auth/sessions", GUARD_MEMBER, NULL, sessions_delete_others, .summary = "End all of one's other sessions"},
    {METHOD_DELETE, "/api/auth/sessions/{id}", GUARD_MEMBER, NULL, sessions_delete_one, .summary = "End one of one's own sessions"},
    {METHOD_GET, "/api/auth/mfa", GUARD_MEMBER, NULL, factor_get, .summary = "Whether the second factor is on"},
    {METHOD_POST, "/api/auth/mfa", GUARD_MEMBER, NULL, factor_post, BODY(factor_fields, struct factor_body),
     .summary = "Begin to set up the second factor, or confirm it with a code"},
    {METHOD_DELETE, "/api/auth/mfa", GUARD_MEMBER, NULL, factor_delete, BODY(factor_proof_fields, struct factor_body),
     .check = factor_proof_check, .summary = "Turn the second factor off"},
    {METHOD_POST, "/api/auth/mfa/recovery-codes", GUARD_MEMBER, NULL, recovery_codes_post, BODY(factor_code_fields, struct factor_body),
     .summary = "Replace all recovery codes of the second factor"},
    {METHOD_POST, "/api/auth/mfa/verify", GUARD_PENDING, NULL, factor_verify_post, BODY(factor_proof_fields, struct factor_body),
     .check = factor_proof_check, .summary = "Second step of signing in; sets the session cookie"},
    {METHOD_GET, "/api/portal/me", GUARD_MEMBER, "results", me_get, .summary = "The signed-in person"},
    {METHOD_GET, "/api/portal/api-keys", GUARD_MEMBER, "settings", api_keys_get, .summary = "List one's own API keys"},
    {METHOD_POST, "/api/portal/api-keys", GUARD_MEMBER, NULL, api_keys_post, BODY(api_key_fields, struct api_key_body),
     .check = api_keys_check, .summary = "Create an API key; the key is shown once"},
    {METHOD_DELETE, "/api/portal/api-keys", GUARD_MEMBER, "settings", api_keys_delete, QUERY(id_query_fields, struct id_query),
     .summary = "Revoke an API key named by ?id="},
    {METHOD_DELETE, "/api/portal/api-keys/{id}", GUARD_MEMBER, "settings", api_keys_delete, .summary = "Revoke an API key"},
    {METHOD_GET, "/api/portal/users", GUARD_OVERSIGHT, "team", users_get, QUERY(users_query_fields, struct users_query),
     .summary = "List the organisation's people and its seats"},
    {METHOD_PUT, "/api/portal/users/{id}", GUARD_ADMIN, NULL, user_put, BODY(user_change_fields, struct user_change_body),
     .check = user_change_check, .summary = "Change a person's role or status"},
    {METHOD_DELETE, "/api/portal/users/{id}", GUARD_ADMIN, NULL, user_delete, .summary = "Remove a person from the organisation"},
    {METHOD_POST, "/api/portal/invite", GUARD_ADMIN, "team", invite_post, BODY(invite_fields, struct invite_body), .check = invite_check,
     .summary = "Invite people by e-mail address"},
    {METHOD_GET, "/api/portal/invitations", GUARD_ADMIN, "team", invitations_get, .summary = "List the invitations nobody has accepted"},
    {METHOD_DELETE, "/api/portal/invitations/{id}", GUARD_ADMIN, "team", invitation_delete, .summary = "Revoke an invitation"},
    {METHOD_POST, "/api/auth/invitations/accept", GUARD_MEMBER, NULL, accept_post, BODY(accept_fields, struct accept_body),
     .summary = "Accept an invitation with the account one is signed in with"},
    {METHOD_GET, "/api/portal/domains", GUARD_ADMIN, NULL, domains_get, .summary = "List the organisation's e-mail domains"},
    {METHOD_POST, "/api/portal/domains", GUARD_ADMIN, NULL, domain_post, BODY(domain_fields, struct domain_body), .check = domain_check,
     .summary = "Add an e-mail domain, or send its mail again"},
    {METHOD_DELETE, "/api/portal/domains/{id}", GUARD_ADMIN, NULL, domain_delete, .summary = "Remove an e-mail domain"},
    {METHOD_POST, "/api/auth/verify-domain", GUARD_PUBLIC, NULL, domain_verify_post, BODY(link_fields, struct link_body),
     .summary = "Prove an e-mail domain with the link from the mail"},
    {METHOD_GET, "/api/portal/audit-log", GUARD_OVERSIGHT, "settings", audit_get, QUERY(audit_query_fields, struct audit_query),
     .check = audit_check, .summary = "The organisation's audit log, newest first"},
    {METHOD_GET, "/healthz", GUARD_PUBLIC, NULL, health_all, .summary = "Health of all families"},
    {METHOD_GET, "/healthz/auth", GUARD_PUBLIC, NULL, health_family_get, .summary = "Health of the auth family"},
};
const size_t auth_nroutes = sizeof(auth_routes) / sizeof(auth_routes[0]);
