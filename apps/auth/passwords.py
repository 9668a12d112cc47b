#!/usr/bin/python3
"""passwords.py FILE: writes the list of passwords that were stolen elsewhere, for common/crypto/password_list.c.

They are those of the package python3-zxcvbn, which counted them in collections of millions that were published. FILE gets the beginnings
of the SHA-256 digests of all that are long enough to be chosen, sorted; without the package it is empty, and the program's own list is
all there is.
"""
import hashlib
import sys
import unicodedata

LEAST = 8  # characters of a password
DIGEST = 8  # bytes, PASSWORD_DIGEST


def passwords():
    try:
        from zxcvbn.frequency_lists import FREQUENCY_LISTS
    except ImportError:
        print("The package python3-zxcvbn is missing: no list of stolen passwords.", file=sys.stderr)
        return []
    return FREQUENCY_LISTS["passwords"]


def main():
    forms = {unicodedata.normalize("NFKC", one).lower() for one in passwords()}
    digests = sorted({hashlib.sha256(one.encode()).digest()[:DIGEST] for one in forms if len(one) >= LEAST})
    with open(sys.argv[1], "wb") as file:
        file.write(b"".join(digests))


if __name__ == "__main__":
    main()
