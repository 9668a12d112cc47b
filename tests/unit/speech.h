/*
 * speech.h - a second dialect, and rows below a prefix that speak it: for unit tests, and for the program behind a real nginx
 * (tests/http/dialect.c).
 *
 * Who asks says so with "Authorization: Sign HEX", the SHA-256 of "secret METHOD TARGET" over the target as it was sent.
 */
#ifndef MUSTER_TESTS_SPEECH_H
#define MUSTER_TESTS_SPEECH_H

#include "common/base/str.h"
#include "common/web/web.h"

#include <stdio.h>

#define SPEECH_SCHEME "Sign "

static inline enum err speech_credential(struct req *q, struct resp *r) {
    const char *given = req_header(q, "HTTP_AUTHORIZATION");
    if (q->route->guard == GUARD_PUBLIC || (given && str_starts(given, SPEECH_SCHEME))) {
        q->proof = arena_strdup(q->arena, given ? given : "");
        return OK;
    }
    return resp_fail_text(r, ERR_UNAUTHENTICATED, "A signature is missing.");
}

static inline enum err speech_known(struct req *q, struct resp *r, const struct db_rows *rows) {
    unsigned char hash[CRYPTO_HASH_SIZE];
    char hex[2 * CRYPTO_HASH_SIZE + 1];
    const char *said = arena_printf(q->arena, "secret %s %s", req_header(q, "REQUEST_METHOD"), q->target);
    (void)rows;
    crypto_sha256(said, strlen(said), hash);
    crypto_hex(hash, sizeof(hash), hex);
    q->who = (struct principal){.user_id = "1", .org_id = "1", .role = "MEMBER", .credential_id = "1"};
    return str_eq((const char *)q->proof + strlen(SPEECH_SCHEME), hex) ? OK
                                                                       : resp_fail_text(r, ERR_UNAUTHENTICATED, "The signature differs.");
}

static const char *const speech_schemes[] = {"signature", NULL};
static const struct authenticator speech_authenticator = {
    .credential = speech_credential, .known = speech_known, .apart = true, .schemes = speech_schemes};
static const struct envelope speech_success[] = {{.name = "data", .part = PART_REPLY},
                                                 {.name = "message", .part = PART_FACT},
                                                 {.name = "count", .part = PART_FACT},
                                                 {.name = "status", .part = PART_WORD, .word = "Success"},
                                                 {0}};
static const struct envelope speech_error[] = {{.name = "errCode", .part = PART_CODE},
                                               {.name = "message", .part = PART_TEXT},
                                               {.name = "status", .part = PART_WORD, .word = "Failure"},
                                               {0}};
static const struct dialect_error speech_errors[] = {{ERR_UNAUTHENTICATED, HTTP_403, "0x1002", "Access Denied"},
                                                     {ERR_NOT_FOUND, 0, "0x1007", "It isn't here: \"nothing\" \\ at all."},
                                                     {ERR_VALIDATION, 0, "0x1001", NULL},
                                                     {ERR_TOO_LARGE, 0, "0x1008", NULL},
                                                     {OK, 0, NULL, NULL}};
static const struct dialect speech = {.name = "speech",
                                      .content_type = "application/json",
                                      .authenticator = &speech_authenticator,
                                      .success = speech_success,
                                      .error = speech_error,
                                      .errors = speech_errors,
                                      .error_shape = "SpeechError",
                                      .limits = {.path = 2048, .query = 2048},
                                      .options = true};

/* ---- rows ---- */

struct speech_body {
    const char *text;
};
struct speech_query {
    const char *tql;
};
static const struct field speech_body_fields[] = {FIELD_STR(struct speech_body, text, "text", FIELD_REQUIRED, 1, 2000), FIELD_END};
static const struct field speech_query_fields[] = {FIELD_STR(struct speech_query, tql, "tql", 0, 0, 8192), FIELD_END};
static const struct field speech_members[] = {OUT(FT_STR, "text", "What was said.", .max = 16384), FIELD_END};
static const struct shape speech_shape = SHAPE("Speech", "What was said.", speech_members);

/* Says what came: parameters as they were taken, the target as it was sent. */
static inline enum err speech_say(struct req *q, struct resp *r) {
    const struct speech_body *body = q->body;
    jw_object(&r->json);
    jw_kstr(&r->json, "method", req_header(q, "REQUEST_METHOD"));
    jw_kstr(&r->json, "target", q->target);
    jw_karray(&r->json, "params");
    for (int i = 0; i < ROUTE_MAX_PARAMS && q->params[i]; i++) {
        jw_str(&r->json, q->params[i]);
    }
    jw_array_end(&r->json);
    jw_kint(&r->json, "number", q->numbers[0]);
    jw_kstr(&r->json, "text", body ? body->text : NULL);
    jw_object_end(&r->json);
    return OK;
}

static inline enum err speech_list(struct req *q, struct resp *r) {
    const struct speech_query *query = q->query;
    jw_array(&r->json);
    jw_str(&r->json, query->tql);
    jw_array_end(&r->json);
    resp_fact_int(r, "count", 1);
    resp_fact(r, "unknown", "that no member asks for");
    return OK;
}

/* Nothing but the envelope. */
static inline enum err speech_delete(struct req *q, struct resp *r) {
    (void)q;
    resp_fact(r, "message", "Deleted");
    return OK;
}

/* A quota that is known before the body. */
static inline enum err speech_file_check(struct req *q, struct resp *r) {
    return q->numbers[0] == 507 ? resp_fail_text(r, ERR_QUOTA, "There is no room for it.") : OK;
}

static inline enum err speech_file(struct req *q, struct resp *r) {
    char hex[2 * CRYPTO_HASH_SIZE + 1];
    enum err e = q->numbers[0] == 1 ? upload_keep(q, "kept") : OK;
    crypto_hex(q->upload->sha256, sizeof(q->upload->sha256), hex);
    jw_object(&r->json);
    jw_kint(&r->json, "size", q->upload->size);
    jw_kstr(&r->json, "sha256", hex);
    jw_object_end(&r->json);
    return e;
}

static inline enum err speech_part(struct req *q, struct resp *r, bool *done) {
    int *n = r->state;
    jw_int(&r->json, *n);
    *done = ++*n == 3;
    if (*done) {
        jw_array_end(&r->json);
    }
    (void)q;
    return OK;
}

static inline enum err speech_stream(struct req *q, struct resp *r) {
    r->stream = speech_part;
    r->state = arena_alloc(q->arena, sizeof(int));
    jw_array(&r->json);
    return OK;
}

#define SPEECH_ROW(m, p, g, fn)                                                                                                            \
    .method = m, .path = p, .guard = g, .handler = fn, .summary = "Says something", .name = #fn, .tag = "speech", .reply_help = "It.",     \
    .reply = &speech_shape
#define SPEECH_BODY BODY(speech_body_fields, struct speech_body)

static const struct route speech_routes[] = {
    {SPEECH_ROW(METHOD_GET, "/api/t9/things", GUARD_MEMBER, speech_list), QUERY(speech_query_fields, struct speech_query),
     .limits = {.query = 15000}},
    {SPEECH_ROW(METHOD_OPTIONS, "/api/t9/things", GUARD_PUBLIC, speech_say)},
    {SPEECH_ROW(METHOD_GET, "/api/t9/things/{id}", GUARD_MEMBER, speech_say), .params = {PARAM_INT}},
    {SPEECH_ROW(METHOD_PATCH, "/api/t9/things/{id}", GUARD_MEMBER, speech_say), SPEECH_BODY, .params = {PARAM_INT}},
    {SPEECH_ROW(METHOD_PUT, "/api/t9/things/{id}", GUARD_MEMBER, speech_say), SPEECH_BODY, .params = {PARAM_INT}},
    {SPEECH_ROW(METHOD_DELETE, "/api/t9/things/{id}", GUARD_MEMBER, speech_delete), .params = {PARAM_INT}},
    {SPEECH_ROW(METHOD_GET, "/api/t9/things/{name}", GUARD_MEMBER, speech_say), .params = {PARAM_NAME}},
    {SPEECH_ROW(METHOD_GET, "/api/t9/names/{name}/of/{id}/{uuid}", GUARD_MEMBER, speech_say), .params = {PARAM_NAME, PARAM_INT, PARAM_UUID},
     .param_help = {"Of the thing.", NULL, "Of its owner."}},
    {SPEECH_ROW(METHOD_GET, "/api/t9/raw/{rest}", GUARD_MEMBER, speech_say), .params = {PARAM_REST},
     .param_help = {"What it is about, as it is sent."}, .limits = {.path = 4096}},
    {SPEECH_ROW(METHOD_POST, "/api/t9/small", GUARD_MEMBER, speech_say), SPEECH_BODY, .limits = {.body = 1000}},
    {SPEECH_ROW(METHOD_GET, "/api/t9/stream", GUARD_MEMBER, speech_stream)},
    {SPEECH_ROW(METHOD_PUT, "/api/t9/files/{id}", GUARD_MEMBER, speech_file), .check = speech_file_check, .params = {PARAM_INT},
     .flags = ROUTE_UPLOAD, .limits = {.body = 64 << 20}},
    {0},
};

#endif
