#include "common/base/err.h"

#include "common/base/status.h"

struct row {
    int status;
    const char *code;
    const char *remedy;
};

static const struct row rows[ERR_COUNT] = {
#define X(name, status_, code_, remedy_) [name] = {.status = HTTP_##status_, .code = code_, .remedy = remedy_},
    ERR_TABLE(X)
#undef X
};

/* A value outside the table is a defect of ours and must not read beyond it. */
static const struct row *row_of(enum err e) {
    return (unsigned)e < ERR_COUNT ? &rows[e] : &rows[ERR_INTERNAL];
}

int err_status(enum err e) {
    return row_of(e)->status;
}

const char *err_code(enum err e) {
    return row_of(e)->code;
}

const char *err_remedy(enum err e) {
    return row_of(e)->remedy;
}
