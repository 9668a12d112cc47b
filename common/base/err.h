/*
 * err.h - the one error table: name, HTTP status, public code, public sentence.
 *
 * Functions return enum err; OK is 0. The sentence is what a client sees unless
 * the caller set a better one (resp_error). Details belong in the log.
 */
#ifndef MUSTER_BASE_ERR_H
#define MUSTER_BASE_ERR_H

#define ERR_TABLE(X)                                                                                                                       \
    X(OK, 200, "ok", "Done.")                                                                                                              \
    X(ERR_BAD_REQUEST, 400, "bad_request", "The request could not be understood.")                                                         \
    X(ERR_MALFORMED_JSON, 400, "malformed_json", "The body must be one valid JSON object in UTF-8.")                                       \
    X(ERR_VALIDATION, 400, "validation_failed", "Some fields are missing or invalid.")                                                     \
    X(ERR_INVALID_QUESTION, 400, "invalid_question", "There is no question with this index in the exercise.")                              \
    X(ERR_INVALID_OPTION, 400, "invalid_option", "selectedOption must name one of the question's options.")                                \
    X(ERR_MISSING_SESSION_ID, 400, "missing_session_id", "The query parameter sessionId is required.")                                     \
    X(ERR_EMAIL_MISMATCH, 400, "email_mismatch", "That is not the e-mail address of your account.")                                        \
    X(ERR_NAME_MISMATCH, 400, "name_mismatch", "That is not the name of your organisation.")                                               \
    X(ERR_UNAUTHENTICATED, 401, "unauthenticated", "Sign in, or send an API key as a bearer token.")                                       \
    X(ERR_INVALID_CREDENTIALS, 401, "invalid_credentials", "The e-mail address or the password is wrong.")                                 \
    X(ERR_INVALID_CODE, 401, "invalid_code", "The code is wrong, was used before, or is too old.")                                         \
    X(ERR_FORBIDDEN, 403, "forbidden", "Your role does not allow this.")                                                                   \
    X(ERR_RECENT_SIGN_IN, 403, "recent_sign_in_required", "Sign in again, then repeat this within 15 minutes.")                            \
    X(ERR_SCOPE, 403, "scope_missing", "This API key does not have the scope that the call needs.")                                        \
    X(ERR_PLAN, 403, "plan_required", "Your organisation's plan does not include this.")                                                   \
    X(ERR_QUOTA, 403, "quota_exceeded", "Your organisation has used all exercises of this month's plan.")                                  \
    X(ERR_SEATS, 403, "seats_used", "Every seat of this organisation's plan is used.")                                                     \
    X(ERR_SIGNUPS_CLOSED, 403, "signups_closed", "Sign-ups are closed here. Ask for an invitation.")                                       \
    X(ERR_EMAIL_NOT_VERIFIED, 403, "email_not_verified", "Confirm your own e-mail address first, with the link in the mail to it.")        \
    X(ERR_SUSPENDED, 403, "organization_suspended", "This organisation is suspended. Ask whoever runs this installation.")                 \
    X(ERR_CROSS_ORIGIN, 403, "cross_origin", "The request comes from another site.")                                                       \
    X(ERR_NOT_FOUND, 404, "not_found", "There is nothing here.")                                                                           \
    X(ERR_METHOD, 405, "method_not_allowed", "This method is not allowed here.")                                                           \
    X(ERR_CONFLICT, 409, "conflict", "The request conflicts with what is stored.")                                                         \
    X(ERR_EMAIL_TAKEN, 409, "email_taken", "There is already an account with this e-mail address.")                                        \
    X(ERR_LAST_ADMIN, 409, "last_admin", "This is the last administrator. Make somebody else administrator first.")                        \
    X(ERR_ALREADY_ANSWERED, 409, "already_answered", "This question has been answered.")                                                   \
    X(ERR_NOT_IN_PROGRESS, 409, "not_in_progress", "The exercise is not in progress.")                                                     \
    X(ERR_LOCKED, 409, "locked", "This question's stage is not open yet.")                                                                 \
    X(ERR_NOT_COMPLETED, 409, "not_completed", "The exercise is not completed yet.")                                                       \
    X(ERR_NOT_ELIGIBLE, 409, "not_eligible", "The conditions of the certificate are not met.")                                             \
    X(ERR_EXPIRED, 410, "expired", "The time for this question is over.")                                                                  \
    X(ERR_TOKEN_EXPIRED, 410, "token_expired", "This link has expired or was used.")                                                       \
    X(ERR_TOO_LARGE, 413, "too_large", "The request body is too large.")                                                                   \
    X(ERR_URI_TOO_LONG, 414, "uri_too_long", "The address is too long.")                                                                   \
    X(ERR_MEDIA_TYPE, 415, "unsupported_media_type", "Send the body as application/json.")                                                 \
    X(ERR_RATE_LIMITED, 429, "rate_limited", "Too many attempts. Wait, then try again.")                                                   \
    X(ERR_BUDGET, 429, "too_many_acts", "Your organisation has done as much as it may in an hour. Try again when the hour is over.")       \
    X(ERR_INTERNAL, 500, "internal", "Something went wrong on our side. The request id helps to find out.")                                \
    X(ERR_UNAVAILABLE, 503, "unavailable", "The service is not available at the moment. Try again shortly.")

enum err {
#define X(name, status, code, text) name,
    ERR_TABLE(X)
#undef X
        ERR_COUNT
};

int err_status(enum err e);       /* HTTP status */
const char *err_code(enum err e); /* snake_case, static */
const char *err_text(enum err e); /* one sentence, static */

#endif
