/*
 * err.h - the one error table: name, HTTP status, public code, and what a caller can do.
 *
 * Functions return enum err; OK is 0. The sentence that a client sees is of the
 * catalogue (area errors, err_say() of words.h), unless the handler said a better one. What a caller can do is for the
 * API's description. Details belong in the log.
 */
#ifndef MUSTER_BASE_ERR_H
#define MUSTER_BASE_ERR_H

#define ERR_TABLE(X)                                                                                                                       \
    X(OK, 200, "ok", "")                                                                                                                   \
    X(ERR_BAD_REQUEST, 400, "bad_request", "Repair the request; sending it again as it is fails again.")                                   \
    X(ERR_MALFORMED_JSON, 400, "malformed_json", "Send one object, such as {}, as JSON.")                                                  \
    X(ERR_VALIDATION, 400, "validation_failed", "Every wrong field is named in fields; correct them all and send again.")                  \
    X(ERR_INVALID_QUESTION, 400, "invalid_question", "Take questionIndex from the questions of GET /api/ttx/session/{id}.")                \
    X(ERR_INVALID_OPTION, 400, "invalid_option", "Send a letter of the question's options, or its index from 0.")                          \
    X(ERR_MISSING_SESSION_ID, 400, "missing_session_id", "Add ?sessionId= with the id of an exercise.")                                    \
    X(ERR_EMAIL_MISMATCH, 400, "email_mismatch", "Send the address that GET /api/portal/me shows.")                                        \
    X(ERR_NAME_MISMATCH, 400, "name_mismatch", "Send the name exactly as it is stored.")                                                   \
    X(ERR_UNAUTHENTICATED, 401, "unauthenticated",                                                                                         \
      "Sign in again, or create another API key: the one sent is missing, wrong, expired or revoked.")                                     \
    X(ERR_INVALID_CREDENTIALS, 401, "invalid_credentials", "Ask the person again; after too many attempts the reply is 429.")              \
    X(ERR_INVALID_CODE, 401, "invalid_code", "Wait for the app's next code, or use a recovery code.")                                      \
    X(ERR_FORBIDDEN, 403, "forbidden", "Use an account with one of the roles that may call this; the same credential fails again.")        \
    X(ERR_RECENT_SIGN_IN, 403, "recent_sign_in_required",                                                                                  \
      "Call POST /api/auth/step-up with the password or a code, then this again with the new cookie.")                                     \
    X(ERR_SECOND_FACTOR, 403, "second_factor_required",                                                                                    \
      "Set it up with POST /api/auth/mfa in a session, which is possible without one, then call this again.")                              \
    X(ERR_SCOPE, 403, "scope_missing", "Create a key with the scope named here; calls without a scope take the session cookie only.")      \
    X(ERR_PLAN, 403, "plan_required", "Ask whoever runs the installation for a larger plan.")                                              \
    X(ERR_QUOTA, 403, "quota_exceeded", "Wait for the next month, or ask for a larger plan.")                                              \
    X(ERR_SEATS, 403, "seats_used", "Remove or deactivate somebody, revoke invitations, or ask for a larger plan.")                        \
    X(ERR_SIGNUPS_CLOSED, 403, "signups_closed", "Register with the token of an invitation.")                                              \
    X(ERR_EMAIL_NOT_VERIFIED, 403, "email_not_verified", "POST /api/auth/verify/resend sends the mail again.")                             \
    X(ERR_SUSPENDED, 403, "organization_suspended", "Nothing can be done with a credential of it until it is resumed.")                    \
    X(ERR_ENDING, 403, "organization_ending",                                                                                              \
      "POST /api/portal/restore-organization takes it back; until then only reading about oneself, exporting and leaving are possible.")   \
    X(ERR_CROSS_ORIGIN, 403, "cross_origin", "Call from this site's own pages, or with an API key in place of the cookie.")                \
    X(ERR_NOT_FOUND, 404, "not_found", "Check the id; what belongs to another organisation is not told apart from what does not exist.")   \
    X(ERR_METHOD, 405, "method_not_allowed", "Use one of the methods in the header Allow.")                                                \
    X(ERR_CONFLICT, 409, "conflict", "The sentence in error says what stands in the way; read the current state, then decide.")            \
    X(ERR_EMAIL_TAKEN, 409, "email_taken", "Sign in with it, or ask for a new password.")                                                  \
    X(ERR_LAST_ADMIN, 409, "last_admin", "PUT /api/portal/users/{id} gives somebody the role CLIENT_ADMIN.")                               \
    X(ERR_ALREADY_ANSWERED, 409, "already_answered", "The first answer stands and is in this reply; go on with the next question.")        \
    X(ERR_NOT_IN_PROGRESS, 409, "not_in_progress", "Read the exercise: only while status is IN_PROGRESS are answers taken.")               \
    X(ERR_LOCKED, 409, "locked", "Answer the questions before it, and read the exercise again.")                                           \
    X(ERR_NOT_COMPLETED, 409, "not_completed", "Answer every question first.")                                                             \
    X(ERR_NOT_ELIGIBLE, 409, "not_eligible", "The sentence in error names the condition; another exercise may meet it.")                   \
    X(ERR_EXPIRED, 410, "expired", "Nothing was scored; read the exercise for the next question.")                                         \
    X(ERR_TOKEN_EXPIRED, 410, "token_expired", "Ask for a new one.")                                                                       \
    X(ERR_WITHDRAWN, 410, "withdrawn", "Do not rely on it. Nothing else is kept of it.")                                                   \
    X(ERR_TOO_LARGE, 413, "too_large", "Send at most 256 KiB.")                                                                            \
    X(ERR_URI_TOO_LONG, 414, "uri_too_long", "Shorten the query string.")                                                                  \
    X(ERR_MEDIA_TYPE, 415, "unsupported_media_type", "Set the header Content-Type: application/json.")                                     \
    X(ERR_RATE_LIMITED, 429, "rate_limited", "Wait as many seconds as the header Retry-After says.")                                       \
    X(ERR_BUDGET, 429, "too_many_acts",                                                                                                    \
      "Wait as many seconds as the header Retry-After says; reading, signing in and taking things away go on (LIMIT_WRITES).")             \
    X(ERR_INTERNAL, 500, "internal", "Try once more; when it stays, report the request id to whoever runs the installation.")              \
    X(ERR_UNAVAILABLE, 503, "unavailable", "Wait as many seconds as the header Retry-After says, then try again.")

enum err {
#define X(name, status, code, remedy) name,
    ERR_TABLE(X)
#undef X
        ERR_COUNT
};

int err_status(enum err e);         /* HTTP status */
const char *err_code(enum err e);   /* snake_case, static */
const char *err_remedy(enum err e); /* what a caller can do, one sentence, static */

#endif
