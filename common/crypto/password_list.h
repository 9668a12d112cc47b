/*
 * password_list.h - passwords that are refused: those that everybody tries first, those that were stolen elsewhere, and what an attacker
 * knows of a person with little beside it.
 *
 * NIST SP 800-63B section 5.1.1.2 asks for all three, ASVS 5.0 in 6.2.4, 6.2.11 and 6.2.12. The list of this program holds only passwords
 * of eight or more characters: shorter ones fail the length rule.
 */
#ifndef MUSTER_CRYPTO_PASSWORD_LIST_H
#define MUSTER_CRYPTO_PASSWORD_LIST_H

#include <stdbool.h>
#include <stddef.h>

/* Maps the list of stolen passwords: sorted beginnings of digests, PASSWORD_DIGEST bytes each (apps/auth/passwords.py). Before the sandbox
 * closes. False with a sentence in err when the file is there and is no such list; without one the own list is all there is. */
#define PASSWORD_DIGEST 8
bool password_list_open(const char *path, char *err, size_t size);

/* True when one of the lists holds the password, in any mix of cases and in any width of letters. */
bool password_is_common(const char *password);
/* Why nobody should have this password. known: n texts that belong to the person, such as names and
 * addresses; NULL and "" count for nothing. */
enum password_fault {
    PASSWORD_FINE,
    PASSWORD_COMMON,   /* everybody tries it */
    PASSWORD_STOLEN,   /* on the list of those that were stolen elsewhere */
    PASSWORD_OWN_WORDS /* made of the person's own words, with little else */
};
enum password_fault password_refusal(const char *password, const char *const *known, size_t n);
/* For the unit test: rows are sorted, unique, in lower case and of eight or more characters; how many there are, or 0. */
size_t password_list_sound(void);

#endif
