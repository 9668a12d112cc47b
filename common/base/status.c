#include "common/base/status.h"

#include <stddef.h>

const char *http_phrase(int status) {
    switch (status) {
#define X(status_, phrase_)                                                                                                                \
    case status_: return phrase_;
        HTTP_STATUSES(X)
#undef X
    default: return NULL;
    }
}
