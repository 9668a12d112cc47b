/* routes.c - the resources of the exercises family: each has its rows at the end of its file. */
#include "apps/exercises/exercises.h"

extern const struct route catalog_routes[], generate_routes[], session_routes[], answer_routes[], profile_routes[], characters_routes[],
    tools_routes[], language_routes[], branding_routes[], health_routes[];

const struct table exercises_tables[] = {{.rows = catalog_routes},
                                         {.rows = generate_routes},
                                         {.rows = session_routes},
                                         {.rows = answer_routes},
                                         {.rows = profile_routes},
                                         {.rows = characters_routes},
                                         {.rows = tools_routes},
                                         {.rows = language_routes},
                                         {.rows = branding_routes},
                                         {.rows = health_routes},
                                         {0}};
