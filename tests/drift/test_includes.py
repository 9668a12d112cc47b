"""The check of includes and calls finds what it is for, and passes what is right."""
import os
import pathlib
import subprocess

import pytest

from tests.check_includes import WORKERS, problems

PROGRAMS = sorted((pathlib.Path(os.environ.get("BUILD", "build")) / "bin").glob("muster-*"))

WRONG = [
    # Ways out beside common/net.
    ("apps/portal/report.c", "#include <curl/curl.h>"),
    ("apps/jobs/mail.c", "#include <curl/curl.h>"),
    ("apps/jobs/mail.c", "#  include <sys/socket.h>"),
    ("common/base/log.c", "#include <netdb.h>"),
    ("common/db/db.c", "#include <netinet/in.h>"),
    ("common/web/serve.c", "#include <sys/un.h>"),
    ("common/meta/field.c", "#include <arpa/inet.h>"),
    ("apps/jobs/feed.c", "int f(void) {\n    return socket(AF_INET, SOCK_STREAM, 0);\n}"),
    ("apps/jobs/feed.c", "x = connect (fd, a, n);"),
    ("common/auth/attempt.c", "int fd = socket(AF_INET6, SOCK_DGRAM, 0);"),
    ("common/web/fcgi_reply.c", "connect(fd, a, n);"),
    ("common/web/health.c", "sendto(fd, d, n, 0, a, l);"),
    ("common/web/health.c", "getaddrinfo(host, port, NULL, &found);"),
    ("common/mail/mail.c", "curl_easy_init();"),
    ("common/net/core.c", "popen(command, \"r\");"),
    ("apps/instance/x.c", "if (system(command)) {"),
    ("apps/exercises/tools.c", "execvp(*argv, argv);"),
    ("apps/exercises/tools.c", "syscall(SYS_socket, 2, 1, 0);"),
    ("apps/portal/x.c", "c = '\"'; socket(a, b, c); d = '\"';"),
    ("apps/portal/x.c", "/* it's */ socket(a, b, c); /* end */"),
    # common/net is for workers.
    ("apps/portal/report.c", '#include "common/net/http.h"'),
    ("apps/auth/link.c", '#include "common/net/smtp.h"'),
    ("common/web/serve.c", '#include "common/net/http.h"'),
    ("common/base/buf.c", '#include "common/net/address.h"'),
    # Directions.
    ("common/net/http.c", '#include "common/web/web.h"'),
    ("common/net/http.c", '#include "common/db/db.h"'),
    ("common/base/log.c", '#include "apps/jobs/jobs.h"'),
    ("apps/jobs/mail.c", '#include "apps/auth/auth.h"'),
    ("apps/jobs/mail.c", '#include "jobs.h"'),
    ("apps/jobs/mail.c", '#include "common/other/x.h"'),
    ("apps/jobs/mail.c", "#include <libpq-fe.h>"),
]
RIGHT = [
    ("common/net/core.c", "#include <curl/curl.h>\n#include <sys/socket.h>\nint fd = socket(a, b, c);"),
    ("common/web/health.c", "#include <sys/un.h>\nfd = socket(AF_UNIX, b, c);\nconnect(fd, a, n);\nsend(fd, d, n, 0);"),
    ("common/auth/attempt.c", "#include <arpa/inet.h>\ninet_pton(AF_INET6, text, &a);"),
    ("apps/jobs/mail.c", '#include "common/net/smtp.h"\n#include "apps/jobs/jobs.h"\n#include "queries_jobs.h"'),
    ("common/base/log.c", '/* we connect (later)\n * and listen (to all) */\nputs("system(1) \\" connect(2)");  // send(it)'),
    ("common/db/db.c", "db_connect(db); c->connect(1); c.send(2); PQsocket(conn); static int resend(void);"),
]


@pytest.mark.parametrize("place, text", WRONG)
def test_what_is_wrong_is_found(place, text):
    assert len(list(problems(place, text))) == 1


@pytest.mark.parametrize("place, text", RIGHT)
def test_what_is_right_passes(place, text):
    assert not list(problems(place, text))


def test_the_line_is_named():
    text = "/* a\n * comment */\nint f(void) {\n    return socket(1, 2, 3);\n}\n"
    assert list(problems("apps/jobs/x.c", text)) == ["apps/jobs/x.c:4: socket(): only common/net/ and common/web/health may call it"]


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda path: path.name)
def test_only_workers_are_linked_with_the_way_out(program):
    needed = subprocess.run(["readelf", "--dynamic", program], capture_output=True, text=True, check=True).stdout
    assert ("[libcurl" in needed) == (f"apps/{program.name.removeprefix('muster-')}/" in WORKERS)
