/*
 * status.h - the one table of HTTP statuses that a reply may have, with their phrases (RFC 9110, section 15; RFC 6585).
 *
 * A status is named where it is set (HTTP_303), so that one without a phrase does not compile.
 */
#ifndef MUSTER_BASE_STATUS_H
#define MUSTER_BASE_STATUS_H

#define HTTP_STATUSES(X)                                                                                                                   \
    X(200, "OK")                                                                                                                           \
    X(201, "Created")                                                                                                                      \
    X(202, "Accepted")                                                                                                                     \
    X(204, "No Content")                                                                                                                   \
    X(206, "Partial Content")                                                                                                              \
    X(301, "Moved Permanently")                                                                                                            \
    X(302, "Found")                                                                                                                        \
    X(303, "See Other")                                                                                                                    \
    X(304, "Not Modified")                                                                                                                 \
    X(307, "Temporary Redirect")                                                                                                           \
    X(308, "Permanent Redirect")                                                                                                           \
    X(400, "Bad Request")                                                                                                                  \
    X(401, "Unauthorized")                                                                                                                 \
    X(403, "Forbidden")                                                                                                                    \
    X(404, "Not Found")                                                                                                                    \
    X(405, "Method Not Allowed")                                                                                                           \
    X(406, "Not Acceptable")                                                                                                               \
    X(408, "Request Timeout")                                                                                                              \
    X(409, "Conflict")                                                                                                                     \
    X(410, "Gone")                                                                                                                         \
    X(411, "Length Required")                                                                                                              \
    X(412, "Precondition Failed")                                                                                                          \
    X(413, "Content Too Large")                                                                                                            \
    X(414, "URI Too Long")                                                                                                                 \
    X(415, "Unsupported Media Type")                                                                                                       \
    X(416, "Range Not Satisfiable")                                                                                                        \
    X(421, "Misdirected Request")                                                                                                          \
    X(422, "Unprocessable Content")                                                                                                        \
    X(425, "Too Early")                                                                                                                    \
    X(428, "Precondition Required")                                                                                                        \
    X(429, "Too Many Requests")                                                                                                            \
    X(431, "Request Header Fields Too Large")                                                                                              \
    X(500, "Internal Server Error")                                                                                                        \
    X(501, "Not Implemented")                                                                                                              \
    X(502, "Bad Gateway")                                                                                                                  \
    X(503, "Service Unavailable")                                                                                                          \
    X(504, "Gateway Timeout")

enum {
#define X(status, phrase) HTTP_##status = (status),
    HTTP_STATUSES(X)
#undef X
};

/* NULL: none of the table, and never sent. */
const char *http_phrase(int status);

#endif
