"""What the operator's monitoring reads: /metrics, in the OpenMetrics text format, for whoever knows the token."""
import re
import secrets
import subprocess

import pytest
from prometheus_client.openmetrics.parser import text_string_to_metric_families

from tests.lib import Client, Instance
from tests.lib.instance import ROOT, wait_for

TOKEN = "metrics-" + secrets.token_urlsafe(32)
FAMILIES = ("auth", "exercises", "portal")
TYPE = "application/openmetrics-text; version=1.0.0; charset=utf-8"


@pytest.fixture(scope="module")
def own(tmp_path_factory):
    file = tmp_path_factory.mktemp("metrics") / "token"
    file.write_text(TOKEN + "\n", encoding="ascii")
    with Instance(PROCESSES=2, METRICS_TOKEN_FILE=file, RATE_LIMIT_PER_MINUTE=0, LIMIT_REGISTER=3, LIMIT_SIGNIN_ACCOUNT=3) as started:
        yield started


def scrape(own, path="/metrics"):
    """{(sample, labels): value}; the parser refuses what is not the format."""
    reply = Client(own).get(path, headers={"Authorization": f"Bearer {TOKEN}"})
    assert reply.status_code == 200 and reply.headers["Content-Type"] == TYPE and reply.text.endswith("\n# EOF\n")
    return {(sample.name, frozenset(sample.labels.items())): sample.value
            for family in text_string_to_metric_families(reply.text) for sample in family.samples}


def total(samples, name, **labels):
    return sum(value for (sample, those), value in samples.items() if sample == name and set(labels.items()) <= those)


def test_the_guard(own):
    """No credential of a person opens it, nor a wrong token; without the setting there is nothing."""
    admin = Client(own).register().signin()
    for path in ("/metrics", *(f"/metrics/{family}" for family in FAMILIES)):
        for headers in ({}, {"Authorization": f"Bearer {TOKEN[:-1]}"}, {"Authorization": f"Bearer {TOKEN}x"}, {"Authorization": TOKEN},
                        {"Authorization": "Bearer "}):
            reply = Client(own).get(path, headers=headers)
            assert (reply.status_code, reply.json()["code"]) == (401, "unauthenticated") and TOKEN not in reply.text
            assert reply.headers["WWW-Authenticate"] == "Bearer"
        assert admin.get(path).status_code == 401
        assert admin.api_key().get(path).status_code == 401
        scrape(own, path)


def test_off_without_a_token(instance):
    for path in ("/metrics", "/metrics/auth", "/metrics/none"):
        reply = Client(instance).get(path, headers={"Authorization": f"Bearer {TOKEN}"}, contracted=path != "/metrics/none")
        assert reply.status_code == 404


def test_requests_are_counted_by_route(own):
    """Each family tells its own, and /metrics all of them; what one process has counted is in what another one tells."""
    admin = Client(own).register().signin()
    before = scrape(own)
    for _ in range(20):
        admin.call("GET", "/api/portal/me")
        admin.get("/api/portal/report?sessionId=00000000-0000-4000-8000-000000000000")
    after = scrape(own)
    me = {"method": "GET", "route": "/api/portal/me"}

    def grown(name, **labels):
        return total(after, name, **labels) - total(before, name, **labels)

    assert grown("muster_requests_total", status="2xx", **me) == 20
    assert grown("muster_requests_total", status="4xx", method="GET", route="/api/portal/report") == 20
    assert grown("muster_request_duration_seconds_count", **me) == 20
    assert grown("muster_request_duration_seconds_bucket", le="+Inf", **me) == 20
    assert 0 < grown("muster_request_duration_seconds_sum", **me)
    assert grown("muster_database_round_trips_total", service="auth") >= 20
    assert total(scrape(own, "/metrics/auth"), "muster_requests_total", status="2xx", **me) == total(after, "muster_requests_total", **me)
    assert total(scrape(own, "/metrics/exercises"), "muster_requests_total", **me) == 0


def test_build_queue_and_workers(own):
    admin = Client(own).register().signin()
    version = (ROOT / "apps/instance/VERSION").read_text(encoding="ascii").strip()
    assert total(scrape(own), "muster_build_info", version=version) == 1 and total(scrape(own), "muster_database_up") == 1
    sent = total(scrape(own), "muster_mails_total", result="sent")
    admin.call("POST", "/api/auth/forgot-password", json={"email": admin.email})
    wait_for(lambda: total(scrape(own), "muster_mails_total", result="sent") > sent, "the mail is counted")
    assert total(scrape(own), "muster_jobs_total", kind="mail", result="done") > 0
    assert total(scrape(own), "muster_process_starts_total", service="jobs") == 1
    own.stop_service("jobs")
    try:
        admin.call("POST", "/api/auth/forgot-password", json={"email": admin.email})
        assert total(scrape(own), "muster_jobs_waiting", kind="mail") == 1
    finally:
        own.start_service("jobs")
    wait_for(lambda: total(scrape(own), "muster_jobs_waiting", kind="mail") == 0, "the mail goes")


def test_limits_events_and_passwords(own):
    """A limit that was reached, a password that was wrong, a role that may not: counted by kind, and told in the log as one line each."""
    admin, before = Client(own).register().signin(), scrape(own)
    guesser = Client(own)
    for want in (401, 401, 401, 429):
        assert guesser.post("/api/auth/signin", json={"email": admin.email, "password": "wrong"}).status_code == want
    admin.colleague().refused("GET", "/api/admin/orgs", 403, "forbidden")
    admin.refused("GET", "/api/portal/me", 401, "unauthenticated", headers={"Cookie": "muster_session=nobody"})
    after = scrape(own)

    def grown(name, **labels):
        return total(after, name, **labels) - total(before, name, **labels)

    assert grown("muster_limits_reached_total", limit="signIn") == 1
    assert grown("muster_security_events_total", event="limit.reached") == 1
    assert grown("muster_security_events_total", event="signin.failed") == 3
    assert grown("muster_security_events_total", event="access.refused", code="forbidden") == 1
    assert grown("muster_security_events_total", event="credential.refused") == 1
    assert grown("muster_password_wait_seconds_count") >= 3


def test_counters_survive_a_killed_process(own):
    admin, before = Client(own).register().signin(), None
    for _ in range(10):
        admin.call("GET", "/api/portal/me")
    before = scrape(own)
    own.kill("muster-auth")
    wait_for(lambda: Client(own).get("/healthz").status_code == 200, "auth is back")
    after = scrape(own)
    lost = {key: (value, after.get(key)) for key, value in before.items() if key[0].endswith("_total") and after.get(key, 0) < value}
    begun = [total(samples, "muster_process_starts_total", service="auth") for samples in (before, after)]
    assert not lost and begun[1] > begun[0]


def test_nothing_of_people_is_in_it(own):
    """Labels come from tables: no organisation, person, address or id."""
    admin = Client(own).register().signin()
    admin.get("/api/ttx/session/00000000-0000-4000-8000-000000000000")
    Client(own).get("/api/" + admin.me["orgId"], contracted=False)
    text = Client(own).get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"}).text
    assert admin.address not in text and admin.email not in text and not re.search(r"[0-9a-f]{8}-[0-9a-f]{4}-", text)
    assert {label for _, labels in scrape(own) for label, _ in labels} <= {
        "service", "method", "route", "status", "le", "limit", "event", "code", "kind", "result", "version"}


def test_a_database_that_is_away(own):
    own.stop_service("postgres")
    try:
        assert total(scrape(own), "muster_database_up") == 0
    finally:
        own.start_service("postgres")
    wait_for(lambda: total(scrape(own), "muster_database_up") == 1, "the database is back", 30)
    assert total(scrape(own), "muster_database_errors_total", kind="lost") > 0


@pytest.mark.parametrize("content", ["short", "x" * 31, "spaces are not among what a token may hold, whatever it says"])
def test_a_token_that_can_be_guessed(tmp_path, content):
    """Refused before anything starts, and not repeated."""
    file = tmp_path / "token"
    file.write_text(content + "\n", encoding="ascii")
    own = Instance(METRICS_TOKEN_FILE=file)
    own.port = 1024

    done = subprocess.run(own.command("check"), cwd=ROOT, env=own.environment(), capture_output=True, text=True, check=False)
    assert done.returncode == 1 and "METRICS_TOKEN_FILE" in done.stderr and content not in done.stderr
