/*
 * smtp.h - hands one mail after the other to a server (RFC 5321), over one kept connection.
 *
 * Every call has a deadline. The server is the operator's own, so that it may be at any address. The outcome says what to do with the mail,
 * not what libcurl thought of it.
 */
#ifndef MUSTER_NET_SMTP_H
#define MUSTER_NET_SMTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SMTP_WHY_SIZE 200

enum smtp_tls {
    SMTP_TLS_REQUIRED,      /* STARTTLS or smtps, the certificate is verified */
    SMTP_TLS_OPPORTUNISTIC, /* encrypted when the server offers it, to whomever it is */
    SMTP_TLS_OFF
};

struct smtp_config {
    const char *url;           /* smtp://host[:port] or smtps://host[:port] */
    const char *hello;         /* how we introduce ourselves: a host name */
    const char *user;          /* "": no authentication */
    const char *password_file; /* read for every connection, so that it can be changed */
    const char *ca_file;       /* "": the system's authorities */
    enum smtp_tls tls;
    int64_t timeout;       /* seconds for one mail, connecting included */
    bool (*give_up)(void); /* asked about once a second; true ends the attempt (SMTP_DOWN) */
};

enum smtp_outcome {
    SMTP_SENT,    /* the server has said that it took the mail */
    SMTP_REFUSED, /* for good: it will never take this mail */
    SMTP_LATER,   /* it does not take this mail now */
    SMTP_DOWN     /* no mail can be handed over now: not reached, no TLS, not let in, overloaded */
};

struct smtp;

/* False with a sentence in err when the settings make no sense together. */
bool smtp_check(const struct smtp_config *config, char *err, size_t size);
/* config must outlive it. NULL when libcurl cannot start. */
struct smtp *smtp_new(const struct smtp_config *config);
/* from and to are bare addresses; data is the mail with CRLF at line ends, without dot-stuffing. why gets a sentence without personal
 * data when the outcome is not SMTP_SENT. */
enum smtp_outcome smtp_send(struct smtp *s, const char *from, const char *to, const char *data, size_t len, char why[SMTP_WHY_SIZE]);
/* Says goodbye on the kept connection, if there is one; does not wait for the answer. */
void smtp_hang_up(struct smtp *s);
void smtp_free(struct smtp *s);

#endif
