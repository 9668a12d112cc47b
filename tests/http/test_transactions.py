"""Round trips of a valid request to every row, which the access line counts: one to read, at most two to act."""
import re

import pytest

from tests.lib import routes
from tests.lib.cast import Cast
from tests.lib.instance import wait_for
from tests.lib.sample import request_of

ROWS = routes.table()
# What takes more, and why.
MORE = {
    "POST /api/auth/verify/resend": 3,  # the attempts count before a mail is written, whatever becomes of it
    "POST /api/portal/domains": 3,  # the same
    "POST /api/portal/users/{id}/reset-factor": 3,  # the same
    # No transaction stays open while the password is hashed, and none of the attempts while a place in the queue is waited for.
    "POST /api/auth/signin": 3,
    "POST /api/auth/register/confirm": 3,
    "POST /api/auth/reset-password": 3,
    "POST /api/auth/change-password": 4,  # besides, who asks names the attempts' key
    "POST /api/auth/step-up": 4,  # the same
    "POST /api/auth/mfa/verify": 4,  # who asks names the attempts' key; a wrong code is noted after the proof failed
    "GET /api/portal/gdpr-export": 50,  # read in parts, so that none is held in memory whole
}


@pytest.fixture(name="cast")
def an_organisation(instance):
    return Cast(instance)


def caller_of(row):
    return {"public": "nobody", "platform": "platform", "pending": "half"}.get(row["guard"], "admin")


def transactions(own, request_id):
    """As the access line says."""
    pattern = re.compile(rf"{request_id} .* (\d+)tx$", re.MULTILINE)
    return wait_for(lambda: [int(n) for _, text in own.logs() for n in pattern.findall(text)], request_id, 5)


@pytest.mark.parametrize("row", ROWS, ids=routes.name)
def test_round_trips(instance, cast, row):
    caller = cast.client(caller_of(row))
    path, options = request_of(row, caller)
    reply = caller.request(row["method"], path, **options)
    assert reply.status_code < 500
    (n,) = transactions(instance, reply.headers["X-Request-Id"])
    # Below /api/v2 and /api/v3 a signature is looked at before anything else is asked.
    most = 1 if row["method"] == "GET" and row["dialect"] == "muster" else 2
    assert n <= MORE.get(routes.name(row), most)
