/* routes.c - the resources of the exercises family: each has its rows at the end of its file. */
#include "apps/exercises/exercises.h"

extern const struct route catalog_routes[], generate_routes[], session_routes[], answer_routes[], profile_routes[], characters_routes[],
    tools_routes[], language_routes[], branding_routes[], health_routes[];

const struct route *const exercises_routes[] = {
    catalog_routes,  generate_routes, session_routes, answer_routes, profile_routes, characters_routes, tools_routes,
    language_routes, branding_routes, health_routes,  NULL};
