/*
 * totp.h - one-time codes of an authenticator app (RFC 6238): SHA-1, 6 digits, 30 seconds, as every app understands them.
 *
 * liboath does the work.
 */
#ifndef MUSTER_CRYPTO_TOTP_H
#define MUSTER_CRYPTO_TOTP_H

#include "common/base/arena.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TOTP_SECRET_SIZE 20 /* bytes: as long as the digest (RFC 4226 section 4) */
#define TOTP_STEP_SECONDS 30
#define TOTP_WINDOW 1 /* steps that a clock may be ahead or behind */

/* Base32 without padding (RFC 4648 section 6), in the arena. */
const char *totp_base32(struct arena *a, const void *data, size_t len);
/* "otpauth://totp/Issuer:account?..." for the QR code, in the arena. */
const char *totp_uri(struct arena *a, const char *issuer, const char *account, const char *secret32);
/* True when the code belongs to a step of the window around `now` (seconds); *step is that step's number. */
bool totp_check(const void *secret, size_t len, int64_t now, const char *code, int64_t *step);

#endif
