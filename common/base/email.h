/*
 * email.h - e-mail addresses and domains in one form: two spellings of one address are one account, one invitation, one limit.
 *
 * Domains are in lower case and, where they have other letters, in their xn-- form (IDNA 2008 with UTS 46); the part before the at sign is
 * in lower case, in NFC and in plain width. Addresses that were stored before had lower case alone.
 */
#ifndef MUSTER_BASE_EMAIL_H
#define MUSTER_BASE_EMAIL_H

#include "common/base/arena.h"

/* The normal form, in the arena; NULL when it is none that may be given to an account: not an address, a domain that cannot be one, or
 * characters that nobody sees. */
const char *email_normal(struct arena *a, const char *typed);
/* The normal form of a domain; NULL when it cannot be one: at least two labels of letters, digits and inner hyphens (RFC 1123), the last
 * one no number and longer than a letter. */
const char *domain_normal(struct arena *a, const char *typed);
/* The normal form, or where there is none the address in lower case: what attempts are counted by. */
const char *email_key(struct arena *a, const char *typed);
/* The mailbox that mails of strangers to an address are counted by: email_key() without what stands behind a plus, and without dots. */
const char *mailbox_key(struct arena *a, const char *typed);

#define EMAIL_SPELLINGS 4
/* How an account may have been stored that somebody means who types this: as typed in lower case, then in the normal form, then with the
 * domain in its letters in both forms that keyboards write. Each once; returns how many. */
size_t email_spellings(struct arena *a, const char *typed, const char *out[EMAIL_SPELLINGS]);

#endif
