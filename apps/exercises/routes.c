/*
 * routes.c - the rows of the exercises family, nothing else.
 *
 * To add an endpoint: a statement in sql/queries/exercises.sql, a handler in this folder, a row here, a test in
 * tests/http, and its description in nginx/html/openapi.json (a test compares it with these rows).
 */
#include "apps/exercises/exercises.h"
#include "common/web/health.h"

#define BODY(fields, type) .body = fields, .body_size = sizeof(type)
#define QUERY(fields, type) .query = fields, .query_size = sizeof(type)

const struct route exercises_routes[] = {
    {METHOD_GET, "/api/ttx/catalog", GUARD_MEMBER, "exercises", catalog_get, .summary = "Themes, difficulties, languages and techniques"},
    {METHOD_POST, "/api/ttx/generate", GUARD_PLAYER, "exercises", generate_post, BODY(generate_fields, struct generate_body),
     .check = generate_check, .summary = "Generate an exercise"},
    {METHOD_GET, "/api/ttx/status", GUARD_MEMBER, "exercises", status_get, QUERY(status_query_fields, struct status_query),
     .summary = "State of an exercise"},
    {METHOD_GET, "/api/ttx/session/{id}", GUARD_MEMBER, "exercises", session_get, .summary = "An exercise as the caller may see it"},
    {METHOD_DELETE, "/api/ttx/session/{id}", GUARD_PLAYER, "exercises", session_delete,
     .summary = "Delete an exercise (creator or administrator)"},
    {METHOD_POST, "/api/ttx/session/{id}/answer", GUARD_PLAYER, "exercises", answer_post, BODY(answer_fields, struct answer_body),
     .summary = "Answer a question"},
    {METHOD_GET, "/healthz/exercises", GUARD_PUBLIC, NULL, health_family_get, .summary = "Health of the exercises family"},
};
const size_t exercises_nroutes = sizeof(exercises_routes) / sizeof(exercises_routes[0]);
