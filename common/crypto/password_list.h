/*
 * password_list.h - passwords that are refused because everybody tries them first.
 *
 * NIST SP 800-63B section 5.1.1.2 asks for such a list. It holds only passwords of
 * eight or more characters: shorter ones fail the length rule.
 */
#ifndef MUSTER_CRYPTO_PASSWORD_LIST_H
#define MUSTER_CRYPTO_PASSWORD_LIST_H

#include <stdbool.h>

/* True when the list holds the password in any mix of ASCII cases. */
bool password_is_common(const char *password);
/* For the unit test: rows are sorted, unique, in lower case and of eight or more characters. */
bool password_list_sound(void);

#endif
