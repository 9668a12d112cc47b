"""The first seed's requests exactly as printed there, with curl and a Bearer key (issue 2, purpose)."""
import json
import subprocess

import pytest

GENERATE = '{ "theme": "ransomware", "difficulty": "INTERMEDIATE", "questionCount": 12, "language": "en" }'
ANSWER = '{ "questionIndex": 0, "selectedOption": "B" }'


@pytest.fixture(scope="module")
def key(shared_admin):
    return shared_admin.api_key().key


@pytest.fixture
def curl(instance, key):
    """What a script does; returns (status, body)."""
    def run(*arguments):
        done = subprocess.run(["curl", "--silent", "--show-error", "--noproxy", "*", "--write-out", "\n%{http_code}",
                               "-H", f"Authorization: Bearer {key}", *arguments], capture_output=True, text=True, check=True)
        body, _, status = done.stdout.rpartition("\n")
        return int(status), body
    return run


@pytest.mark.smoke
def test_main_job_with_the_printed_bodies(instance, curl):
    status, body = curl("-X", "POST", "-d", GENERATE, f"{instance.url}/api/ttx/generate", "-H", "Content-Type: application/json")
    assert status == 200, body
    made = json.loads(body)
    assert made["status"] == "READY" and set(made) == {"id", "status"}
    status, body = curl(f"{instance.url}/api/ttx/session/{made['id']}")
    session = json.loads(body)
    assert status == 200 and session["questionCount"] == 12 and session["difficulty"] == "INTERMEDIATE" and session["language"] == "en"
    status, body = curl("-X", "POST", "-H", "Content-Type: application/json", "-d", ANSWER,
                        f"{instance.url}/api/ttx/session/{made['id']}/answer")
    answer = json.loads(body)
    assert status == 200 and answer["answered"] == 1 and answer["total"] == 12 and not answer["completed"]
    status, body = curl(f"{instance.url}/api/portal/sessions")
    assert status == 200 and json.loads(body)[0]["id"] == made["id"]
    for path in ("report", "certificate"):
        status, body = curl(f"{instance.url}/api/portal/{path}?sessionId={made['id']}")
        assert status == 409, body


def test_register_as_printed(instance, curl):
    status, body = curl("-X", "POST", "-H", "Content-Type: application/json", f"{instance.url}/api/auth/register", "-d",
                        '{ "email": "someone@example.com", "password": "three words here", "firstName": "Some", "lastName": "One" }')
    assert (status, json.loads(body)) == (201, {"success": True})
