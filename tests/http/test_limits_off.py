"""Every limit has a 0 that switches it off, for whoever limits elsewhere (A9, A18)."""
import re
import secrets

import pytest

from tests.lib import Client, Instance
from tests.lib.client import PASSWORD
from tests.lib.instance import ROOT, wait_for
from tests.lib.sink import Sink

LIMITS = re.findall(r"^(LIMIT_\w+|RATE_LIMIT_\w+) +number", (ROOT / "apps/instance/settings.sh").read_text(encoding="utf-8"), re.M)
INVITE = "/api/portal/invite"


@pytest.fixture(scope="module")
def sink():
    with Sink() as server:
        yield server


@pytest.fixture(scope="module")
def unlimited(sink):
    with Instance(SMTP_URL=sink.url, SMTP_TLS="off", MAIL_FROM="muster@example.com", **dict.fromkeys(LIMITS, 0)) as started:
        yield started


def some(count):
    return [f"some-{secrets.token_hex(6)}@example.com" for _ in range(count)]


def test_nginx_counts_nothing(unlimited):
    assert len(LIMITS) > 15
    used = re.compile(r"^\s*(limit_conn|limit_req|access_by_lua_block) ", re.M)
    assert not [file.name for file in unlimited.var.glob("etc/nginx/*.conf") if used.search(file.read_text(encoding="utf-8"))]


def test_attempts(unlimited):
    """Of one account and one address, past what is the limit by itself."""
    person = Client(unlimited).register()
    one = Client(unlimited, address=unlimited.new_address())
    for _ in range(12):
        one.refused("POST", "/api/auth/signin", 401, "invalid_credentials", json={"email": person.email, "password": "wrong words"})
    for email in some(7):
        assert one.post("/api/auth/register", json={"email": email, "password": PASSWORD, "firstName": "New", "lastName": "Person",
                                                    "organization": "New Ltd"}).status_code == 201
    assert person.signin()


def test_mails(unlimited, sink):
    """To one mailbox, and of one organisation that nobody has joined."""
    admin, known = Client(unlimited).register().signin(), some(1)[0]
    sent = admin.call("POST", INVITE, json={"emails": some(25)})["results"]
    assert [row["status"] for row in sent] == ["sent"] * 25
    for _ in range(5):
        other = Client(unlimited).register().signin()
        assert other.call("POST", INVITE, json={"emails": [known]})["results"][0]["status"] == "sent"
    for _ in range(7):
        Client(unlimited).call("POST", "/api/auth/forgot-password", json={"email": admin.email})
    wait_for(lambda: len(sink.all(known)) == 5, "they are sent", 30)
    wait_for(lambda: unlimited.value("SELECT count(*) FROM muster.mail WHERE kind = 'reset_password'") == 7, "all were queued", 30)
