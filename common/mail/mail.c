#include "common/mail/mail.h"

#include "common/base/buf.h"
#include "common/crypto/crypto.h"
#include "common/crypto/seal.h"
#include "common/json/jread.h"
#include "common/json/jwrite.h"

#include <stdarg.h>

/* Who queues a mail may not know the organisation yet (registration), but always the address. */
static struct seal_place place_of(const char *to) {
    return (struct seal_place){.org_id = "", .user_id = to, .purpose = "mail"};
}

static void release(void *buf) {
    struct buf *b = buf;
    if (b->len) {
        crypto_wipe(b->data, b->len);
    }
    buf_release(b);
}

const char *mail_params(struct arena *a, const char *to, ...) {
    const struct seal_place place = place_of(to);
    struct buf *json = arena_alloc(a, sizeof(*json));
    struct jwrite w;
    va_list ap;
    buf_init(json, SEAL_MAX_SECRET);
    arena_cleanup(a, release, json);
    jw_init(&w, json);
    jw_object(&w);
    va_start(ap, to);
    for (const char *name = va_arg(ap, const char *); name; name = va_arg(ap, const char *)) {
        jw_kstr(&w, name, va_arg(ap, const char *));
    }
    va_end(ap);
    jw_object_end(&w);
    return jw_done(&w) && !json->failed ? seal_close(a, &place, json->data, json->len) : NULL;
}

int mail_params_open(struct arena *a, const char *to, const char *sealed, struct mail_param params[MAIL_MAX_PARAMS]) {
    const struct seal_place place = place_of(to);
    const char *why = NULL;
    size_t len = 0;
    int n = 0;
    const char *text = seal_open(a, &place, sealed, &len);
    struct json_object *o = text ? jr_parse(a, text, len, &why) : NULL;
    if (!o || !json_object_is_type(o, json_type_object)) {
        return -1;
    }
    json_object_object_foreach(o, key, value) {
        if (n < MAIL_MAX_PARAMS && json_object_is_type(value, json_type_string)) {
            params[n++] = (struct mail_param){arena_strdup(a, key), arena_strdup(a, json_object_get_string(value))};
        }
    }
    return n;
}

const char *mail_params_reseal(struct arena *a, const char *to, const char *sealed) {
    const struct seal_place place = place_of(to);
    size_t len = 0;
    const void *secret = seal_open(a, &place, sealed, &len);
    return secret ? seal_close(a, &place, secret, len) : NULL;
}
