/*
 * routes.c - the rows of the exercises family, nothing else.
 *
 * To add an endpoint: a statement in sql/queries/exercises, a handler in this folder, a row here, a test in
 * tests/http, and its description in nginx/html/openapi.json (a test compares it with these rows).
 */
#include "apps/exercises/exercises.h"
#include "apps/exercises/slots.h"
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
    {METHOD_GET, "/api/portal/profile", GUARD_MEMBER, "settings", profile_get, .summary = "What the organisation says about itself"},
    {METHOD_PUT, "/api/portal/profile", GUARD_ADMIN, "settings", profile_put, BODY(profile_fields, struct profile_body),
     .summary = "Replace the organisation's profile"},
    {METHOD_GET, "/api/portal/characters", GUARD_MEMBER, "settings", characters_get,
     .summary = "List the people who can appear in stories, newest first"},
    {METHOD_POST, "/api/portal/characters", GUARD_FACILITATOR, "settings", characters_post, BODY(character_fields, struct character_body),
     .summary = "Add a character"},
    {METHOD_PUT, "/api/portal/characters/{id}", GUARD_FACILITATOR, "settings", character_put, BODY(character_fields, struct character_body),
     .summary = "Replace a character"},
    {METHOD_DELETE, "/api/portal/characters/{id}", GUARD_FACILITATOR, "settings", character_delete, .summary = "Delete a character"},
    {METHOD_GET, "/api/portal/tools", GUARD_MEMBER, "settings", tools_get, .summary = "The catalogue of tools and which of them are used"},
    {METHOD_PUT, "/api/portal/tools", GUARD_ADMIN, "settings", tools_put, BODY(tools_fields, struct tools_body), .check = tools_check,
     .summary = "Choose the tools that the organisation uses"},
    {METHOD_POST, "/api/portal/tools", GUARD_ADMIN, "settings", tools_post, BODY(tool_fields, struct tool_body),
     .summary = "Add a tool of one's own to the list"},
    {METHOD_DELETE, "/api/portal/tools/{id}", GUARD_ADMIN, "settings", tool_delete, .summary = "Remove a tool of one's own"},
    {METHOD_GET, "/api/portal/language", GUARD_MEMBER, "settings", language_get, .summary = "The language of new exercises"},
    {METHOD_PUT, "/api/portal/language", GUARD_MEMBER, "settings", language_put, BODY(language_fields, struct language_body),
     .check = language_check, .summary = "Choose one's own language, and as an administrator the organisation's"},
    {METHOD_GET, "/api/portal/branding", GUARD_MEMBER, "settings", branding_get,
     .summary = "Name, colour and line of reports and certificates"},
    {METHOD_PUT, "/api/portal/branding", GUARD_ADMIN, "settings", branding_put, BODY(branding_fields, struct branding_body),
     .check = branding_check, .summary = "Replace the branding"},
    {METHOD_GET, "/healthz/exercises", GUARD_PUBLIC, NULL, health_family_get, .summary = "Health of the exercises family"},
};
const size_t exercises_nroutes = sizeof(exercises_routes) / sizeof(exercises_routes[0]);
