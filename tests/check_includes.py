#!/usr/bin/python3
"""Structure that a compiler does not check: who may include whom, where a library's header may appear, who may leave the machine, how
long a file is.

base <- json, db, html, crypto, net <- meta, auth, content, mail <- web <- apps; no family includes another one's headers.
"""
import pathlib
import re
import sys

TOP = pathlib.Path(__file__).resolve().parent.parent
MAX_LINES = 600
# Content, data, and landed schema files, which never change.
DATA = r"apps/exercises/library/.*\.(yaml|json)$|nginx/html/openapi\.json$|sql/schema/|tests/sql/data/"

# Layer of each folder of common/; a file includes its own folder and lower layers only.
LAYERS = {"base": 0, "json": 1, "db": 1, "html": 1, "crypto": 1, "net": 1, "words": 1,
          "meta": 2, "auth": 2, "content": 2, "mail": 2, "web": 3}

# Header of a library: the places (prefixes of the path) that may include it.
LIBRARIES = {
    r"fcgi\w*\.h|fastcgi\.h": ["common/web/fcgi"],
    r"libpq-fe\.h|libpq/.*|pg_config.*": ["common/db/"],
    r"json-c/.*|json\.h": ["common/json/"],
    r"argon2\.h|sodium\.h|sodium/.*": ["common/crypto/"],
    r"liboath/.*": ["common/crypto/"],
    r"qrencode\.h": ["common/html/"],
    r"curl/.*": ["common/net/"],
    r"sys/socket\.h|sys/un\.h|netdb\.h|netinet/.*": ["common/net/", "common/web/fcgi_reply", "common/web/health", "common/web/listen",
                                                     "common/base/sandbox_calls"],
    r"arpa/inet\.h": ["common/net/", "common/auth/attempt"],
    r"unistr\.h|uni(norm|ctype|width)\.h|idn2\.h": ["common/base/unicode", "common/base/email"],
    r"seccomp\.h": ["common/base/sandbox_calls"],
}

# common/net is the only way out, and only programs that serve no requests take it.
WORKERS = ("apps/jobs/",)

# Functions that open a way out, or start a program that could: the places that may call them. Families answer nginx and ask each
# other's health over UNIX sockets.
CALLS = {
    r"socket|connect": ["common/net/", "common/web/health"],
    r"send|recv": ["common/net/", "common/web/fcgi_reply", "common/web/health"],
    r"accept4?": ["common/net/", "common/web/listen"],
    r"socketpair|bind|listen|send(?:to|msg|mmsg|file)|recv(?:from|msg|mmsg)": ["common/net/"],
    r"getaddrinfo\w*|gethostby\w+|getnameinfo|res_\w+|curl_\w+": ["common/net/"],
    r"syscall": ["common/base/sandbox_files"],
    r"popen|system|posix_spawnp?|exec(?:l|le|lp|v|ve|vp|vpe)|execveat|fexecve|dlopen": [],
}
CALL = re.compile(r"(?<![\w.>])(" + "|".join(CALLS) + r")\s*\(")
QUIET = re.compile(r"""/\*.*?\*/|//[^\n]*|'(?:\\.|[^'\\\n])+'|"(?:\\.|[^"\\\n])*\"""", re.DOTALL)
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')


def sources():
    for folder in ("common", "apps"):
        for path in sorted((TOP / folder).rglob("*.[ch]")):
            yield path, path.relative_to(TOP).as_posix()


def includes(text):
    for number, line in enumerate(text.splitlines(), 1):
        match = INCLUDE.match(line)
        if match:
            yield number, match.group(1), match.group(2)


def wrong_direction(place, header):
    """Why the file at place must not include this header of ours, or None."""
    here, there = place.split("/"), header.split("/")
    if there[0] == "apps":
        if here[0] == "common":
            return "common code includes a family"
        if here[1] != there[1]:
            return f"the family {here[1]} includes the family {there[1]}"
        return None
    if there[0] != "common":
        if header.startswith("queries_") or header == "words_table.h":  # generated ones
            return None
        return "own headers are included by their path from the top"
    if there[1] not in LAYERS:
        return f"common/{there[1]} has no layer in {pathlib.Path(__file__).name}"
    if there[1] == "net" and here[1] != "net" and not place.startswith(WORKERS):
        return f"only {' and '.join(WORKERS)} may call outside"
    if here[0] == "apps" or here[1] == there[1]:
        return None
    if LAYERS[there[1]] >= LAYERS[here[1]]:
        return f"common/{here[1]} includes common/{there[1]}, which is not below it"
    return None


def wrong_library(place, header):
    for pattern, places in LIBRARIES.items():
        if re.fullmatch(pattern, header) and not place.startswith(tuple(places)):
            return f"only {' and '.join(places)} may include it"
    return None


def wrong_calls(place, text):
    """(line, function, why) of every call that this file must not make; words in comments and strings are none."""
    code = QUIET.sub(lambda match: "\n" * match.group().count("\n"), text)
    for match in CALL.finditer(code):
        (places,) = (where for names, where in CALLS.items() if re.fullmatch(names, match.group(1)))
        if not place.startswith(tuple(places)):
            why = f"only {' and '.join(places)} may call it" if places else "nobody may call it"
            yield code.count("\n", 0, match.start()) + 1, match.group(1), why


def problems(place, text):
    """What is wrong in a source file, a line of text each."""
    for number, kind, header in includes(text):
        problem = wrong_direction(place, header) if kind == '"' else None
        problem = problem or wrong_library(place, header)
        if problem:
            yield f"{place}:{number}: {header}: {problem}"
    for number, name, why in wrong_calls(place, text):
        yield f"{place}:{number}: {name}(): {why}"


def long_files():
    for folder in ("apps", "common", "sql", "nginx", "tests", "docker"):
        for path in sorted((TOP / folder).rglob("*")):
            place = path.relative_to(TOP).as_posix()
            if not path.is_file() or place.startswith("tests/vendor/") or re.match(DATA, place):
                continue
            if "__pycache__" in place or path.suffix in (".pyc", ".png", ".ico", ".woff2"):
                continue
            lines = path.read_bytes().count(b"\n")
            if lines > MAX_LINES:
                yield f"{place}: {lines} lines, the limit is {MAX_LINES}"


def main():
    found = list(long_files())
    for path, place in sources():
        found += problems(place, path.read_text(encoding="utf-8"))
    print("\n".join(found))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
