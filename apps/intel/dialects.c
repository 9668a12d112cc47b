/* dialects.c - how the calls of the protocol speak: envelopes, statuses, codes and sentences that its clients know. */
#include "apps/intel/intel.h"

/* Version 3 has a code with each error but those of who asks. */
#define NONE ""
#define GENERAL "0x1001"
#define PERMISSION "0x1002"

static const struct envelope v3_success[] = {{.name = "next", .part = PART_FACT},
                                             {.name = "data", .part = PART_REPLY},
                                             {.name = "count", .part = PART_FACT},
                                             {.name = "prev", .part = PART_FACT},
                                             {.name = "message", .part = PART_FACT},
                                             {.name = "status", .part = PART_WORD, .word = "Success"},
                                             {0}};
static const struct envelope v3_error[] = {{.name = "errCode", .part = PART_CODE},
                                           {.name = "message", .part = PART_TEXT},
                                           {.name = "status", .part = PART_WORD, .word = "Failure"},
                                           {0}};
static const struct envelope v2_success[] = {
    {.name = "status", .part = PART_WORD, .word = "Success"}, {.name = "data", .part = PART_REPLY}, {0}};
static const struct envelope v2_error[] = {
    {.name = "status", .part = PART_WORD, .word = "Failure"}, {.name = "message", .part = PART_TEXT}, {0}};

#define SHARED_ERRORS                                                                                                                      \
    {ERR_BAD_REQUEST, 0, GENERAL, "The request was not properly formed"}, {ERR_MALFORMED_JSON, 0, "0x1003", NULL},                         \
        {ERR_VALIDATION, 0, GENERAL, NULL}, {ERR_UNAUTHENTICATED, HTTP_403, NONE, "Access Denied"},                                        \
        {ERR_TOKEN_EXPIRED, HTTP_401, NONE, "Unauthorized"}, {ERR_FORBIDDEN, 0, PERMISSION, "Access Denied"},                              \
        {ERR_CROSS_ORIGIN, 0, PERMISSION, NULL}, {ERR_PLAN, 0, PERMISSION, NULL}, {ERR_SCOPE, 0, PERMISSION, NULL},                        \
        {ERR_SUSPENDED, 0, PERMISSION, NULL}, {ERR_ENDING, 0, PERMISSION, NULL}, {ERR_SECOND_FACTOR, 0, PERMISSION, NULL},                 \
        {ERR_RECENT_SIGN_IN, 0, PERMISSION, NULL}, {ERR_METHOD, 0, GENERAL, NULL}, {ERR_CONFLICT, HTTP_400, "0x100A", NULL},               \
        {ERR_TOO_LARGE, 0, "0x1008", NULL}, {ERR_URI_TOO_LONG, 0, "0x1008", NULL}, {ERR_MEDIA_TYPE, 0, GENERAL, NULL},                     \
        {ERR_RATE_LIMITED, 0, "0x1008", "Too many requests. Wait a moment and try again."}, {ERR_BUDGET, 0, "0x1008", NULL},               \
        {ERR_INTERNAL, 0, "0x1004", "An unknown error occurred"}, {                                                                        \
        ERR_UNAVAILABLE, 0, "0x1004", NULL                                                                                                 \
    }

static const struct dialect_error errors[] = {
    SHARED_ERRORS, {ERR_NOT_FOUND, 0, "0x1007", "The requested resource was not found"}, {OK, 0, NULL, NULL}};
static const struct dialect_error v1_errors[] = {
    SHARED_ERRORS,
    {ERR_NOT_FOUND, 0, "0x1007", "Version 1 of the API is no longer available. Use version 3, below /api/v3."},
    {OK, 0, NULL, NULL}};

/* A query of 8 KiB, each byte of it escaped, fits a request line of 16 KiB only where most bytes are not: nginx's bound counts. */
#define PATH_BYTES 8192
#define QUERY_BYTES 16000

const struct dialect intel_v3 = {.name = "intel",
                                 .content_type = "application/json",
                                 .authenticator = &intel_authenticator,
                                 .success = v3_success,
                                 .error = v3_error,
                                 .errors = errors,
                                 .error_shape = "IntelError",
                                 .limits = {.path = PATH_BYTES, .query = QUERY_BYTES},
                                 .slash = true,
                                 .options = true};
const struct dialect intel_v2 = {.name = "inteltwo",
                                 .content_type = "application/json",
                                 .authenticator = &intel_authenticator,
                                 .success = v2_success,
                                 .error = v2_error,
                                 .errors = errors,
                                 .error_shape = "IntelFailure",
                                 .limits = {.path = PATH_BYTES, .query = QUERY_BYTES},
                                 .slash = true,
                                 .options = true};
const struct dialect intel_v1 = {.name = "intelone",
                                 .content_type = "application/json",
                                 .authenticator = &intel_authenticator,
                                 .success = v2_success,
                                 .error = v2_error,
                                 .errors = v1_errors,
                                 .error_shape = "IntelFailure",
                                 .limits = {.path = PATH_BYTES, .query = QUERY_BYTES}};
const struct dialect intel_renewal = {.name = "intelrenewal",
                                      .content_type = "application/json",
                                      .authenticator = &intel_authenticator,
                                      .error = v2_error,
                                      .errors = errors,
                                      .error_shape = "IntelFailure",
                                      .limits = {.path = 1024, .query = 4096},
                                      .slash = true};

const char *const intel_org_roles[] = {
    "Organization Administrator", "App Developer", "Standard User", "Sharing User", "Read Only Commenter", "Read Only User", NULL};
const char *const intel_comm_roles[] = {"Director", "Editor", "Contributor", "Commenter", "User", "Subscriber", "Banned", NULL};
const char *const intel_kinds[] = {"Organization", "Community", "Source", NULL};
const char *const intel_made_kinds[] = {"Community", "Source", NULL};
