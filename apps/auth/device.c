/*
 * device.c - devices that have signed in before (a "device cookie").
 *
 * The cookie names one account and one device, sealed, so that nobody else can make it or read whose it is. It opens nothing: it only gives
 * attempts and a place in a queue that strangers cannot use up, so that guessing at an account, or flooding the sign-in, keeps nobody out
 * who was here before. What it gives is counted, device by device, and not given back.
 */
#include "apps/auth/auth.h"
#include "common/base/clock.h"
#include "common/base/str.h"
#include "common/crypto/seal.h"

#define DEVICE_DAYS 180
#define DEVICE_SECONDS (DEVICE_DAYS * INT64_C(86400))

struct device {
    unsigned char account[CRYPTO_HASH_SIZE], id[16];
    int64_t ends; /* seconds */
};

static const struct seal_place place = {.org_id = "", .user_id = "", .purpose = "device"};

static const char *cookie_name(void) {
    return str_starts(web_config.base_url, "https://") ? "__Secure-muster_device" : "muster_device";
}

static void account_digest(const struct req *q, const char *email, unsigned char out[CRYPTO_HASH_SIZE]) {
    const char *key = email_key(q->arena, email);
    crypto_sha256(key, strlen(key), out);
}

static bool read_device(const struct req *q, const char *email, struct device *d) {
    const char *value = req_cookie(q, cookie_name());
    unsigned char account[CRYPTO_HASH_SIZE];
    size_t len = 0;
    const void *opened = value && strlen(value) < 512 ? seal_open(q->arena, &place, value, &len) : NULL;
    if (!opened || len != sizeof(*d)) {
        return false;
    }
    memcpy(d, opened, sizeof(*d));
    account_digest(q, email, account);
    return memcmp(d->account, account, sizeof(account)) == 0 && d->ends > clock_now_us() / 1000000;
}

const char *device_of(const struct req *q, const char *email) {
    struct device d;
    char id[2 * sizeof(d.id) + 1];
    if (!read_device(q, email, &d)) {
        return NULL;
    }
    crypto_hex(d.id, sizeof(d.id), id);
    return arena_strdup(q->arena, id);
}

void device_remember(struct req *q, struct resp *r, const char *email) {
    struct device d;
    if (!read_device(q, email, &d)) {
        d = (struct device){0};
        account_digest(q, email, d.account);
        crypto_random(d.id, sizeof(d.id));
    }
    d.ends = clock_now_us() / 1000000 + DEVICE_SECONDS;
    resp_put_cookie(r, cookie_name(), "/api/auth", seal_close(q->arena, &place, &d, sizeof(d)), DEVICE_SECONDS);
}
