"""The exact status of a call that succeeds, for each role (A2, A3, A14). Who is let in at all, of every route: test_callers.py."""
import secrets

import pytest

from tests.lib import Client, routes

ROLES = ["nobody", "member", "auditor", "admin", "stranger"]


class World:
    """Two organisations: ours with all roles and an exercise the member has completed, and the stranger's."""

    def __init__(self, instance):
        self.nobody = Client(instance)
        self.admin = Client(instance).register(organization="Ours Ltd").signin()
        self.member = self.admin.colleague("MEMBER", first="Mem", last="Ber")
        self.auditor = self.admin.colleague("AUDITOR")
        self.stranger = Client(instance).register(organization="Theirs Ltd").signin()
        self.done = self.member.run("bec", questionCount=3, difficulty="BEGINNER")
        self.member.call("GET", f"/api/portal/certificate?sessionId={self.done}")
        self.certificate_id = instance.value("SELECT id FROM muster.certificate WHERE exercise_id = %s", self.done)

    def client(self, role):
        return getattr(self, role)

    def character(self):
        return self.admin.call("POST", "/api/portal/characters", json=PERSON, expect=201)["id"]

    def tool(self):
        return self.admin.call("POST", "/api/portal/tools", json=own_tool(), expect=201)["id"]

    def colleague(self):
        return self.admin.colleague().me["id"]

    def invitation(self):
        reply = self.admin.call("POST", "/api/portal/invite", json={"emails": [f"guest-{secrets.token_hex(4)}@example.com"]})
        return reply["results"][0]["id"]

    def domain(self):
        made = self.admin.call("POST", "/api/portal/domains", json={"domain": f"{secrets.token_hex(4)}.example"}, expect=201)
        # Of the tests before: an organisation has at most 20, and so many mails an hour.
        self.nobody.instance.sql("DELETE FROM muster.org_domain WHERE org_id = %s AND id <> %s", self.admin.me["orgId"], made["id"])
        self.nobody.instance.sql("DELETE FROM muster.attempt WHERE kind = 'domain-org'")
        return made["id"]

    def session(self):
        """Another session of the member's."""
        Client(self.nobody.instance).signin(self.member.email, self.member.password)
        return next(row["id"] for row in self.member.call("GET", "/api/auth/sessions") if not row["current"])

    def fresh(self):
        """A new exercise of the member's."""
        return self.member.generate("bec", questionCount=3)


@pytest.fixture(scope="module")
def world(instance):
    return World(instance)


def everybody(status):
    return dict.fromkeys(ROLES, status)


def members(status=200, stranger=None, auditor=None, admin=None):
    """Guard "member" (or "player" with auditor=403): nobody is 401."""
    return {"nobody": 401, "member": status, "auditor": auditor or status, "admin": admin or status, "stranger": stranger or status}


# Each row of the tables: how it is called (path parameters, options) and what each role gets. 404 for the stranger: an id of ours.
CASES = {
    "GET /api/public/signup-status": (lambda w: ("", {}), everybody(200)),
    "POST /api/auth/register": (lambda w: ("", {"json": {"email": w.member.email, "password": "long enough words", "firstName": "A",
                                                         "lastName": "B"}}), everybody(409)),
    "POST /api/auth/signin": (lambda w: ("", {"json": {"email": "no@example.com", "password": "wrong words"}}), everybody(401)),
    "POST /api/auth/signout": (lambda w: ("", {}), members()),
    "GET /api/portal/me": (lambda w: ("", {}), members()),
    "GET /api/portal/api-keys": (lambda w: ("", {}), members()),
    "POST /api/portal/api-keys": (lambda w: ("", {"json": {"name": "Matrix"}}), members(201)),
    "DELETE /api/portal/api-keys": (lambda w: (f"?id={w.member.api_key().made['id']}", {}), members(404) | {"member": 200}),
    "DELETE /api/portal/api-keys/{id}": (lambda w: (w.member.api_key().made["id"], {}), members(404) | {"member": 200}),
    "GET /healthz": (lambda w: ("", {}), everybody(200)),
    "GET /healthz/auth": (lambda w: ("", {}), everybody(200)),
    "GET /healthz/exercises": (lambda w: ("", {}), everybody(200)),
    "GET /healthz/intel": (lambda w: ("", {}), everybody(200)),
    "GET /healthz/portal": (lambda w: ("", {}), everybody(200)),
    # without METRICS_TOKEN_FILE, which no credential of a person stands for (test_metrics.py)
    "GET /metrics": (lambda w: ("", {}), everybody(404)),
    "GET /metrics/auth": (lambda w: ("", {}), everybody(404)),
    "GET /metrics/exercises": (lambda w: ("", {}), everybody(404)),
    "GET /metrics/intel": (lambda w: ("", {}), everybody(404)),
    "GET /metrics/portal": (lambda w: ("", {}), everybody(404)),
    "GET /readyz": (lambda w: ("", {}), everybody(200)),
    "GET /api/ttx/catalog": (lambda w: ("", {}), members()),
    "POST /api/ttx/generate": (lambda w: ("", {"json": {"theme": "bec", "questionCount": 3}}), members(auditor=403)),
    "GET /api/ttx/status": (lambda w: (f"?id={w.done}", {}), members(stranger=404)),
    "GET /api/ttx/session/{id}": (lambda w: (w.done, {}), members(stranger=404)),
    "DELETE /api/ttx/session/{id}": (lambda w: (w.fresh(), {}), members(auditor=403, stranger=404)),
    # Only who plays may answer: a colleague who administers gets 403 from the handler, not from the guard.
    "POST /api/ttx/session/{id}/answer": (lambda w: (w.fresh(), {"json": {"questionIndex": 0, "selectedOption": "A"}}),
                                          members(auditor=403, admin=403, stranger=404)),
    "GET /api/portal/sessions": (lambda w: ("", {}), members()),
    "GET /api/portal/report": (lambda w: (f"?sessionId={w.done}", {}), members(stranger=404)),
    # The caller's own certificate: colleagues took no part in the run.
    "GET /api/portal/certificate": (lambda w: (f"?sessionId={w.done}", {}), members(404) | {"member": 200}),
    "GET /api/public/certificates/{id}": (lambda w: (w.certificate_id, {}), everybody(200)),
}


def admins(status=200, stranger=None):
    """Guard "admin", "facilitator": of the roles here administrators alone are let in."""
    return {"nobody": 401, "member": 403, "auditor": 403, "admin": status, "stranger": stranger or status}


PERSON = {"name": "Mara Lind", "role": "CISO"}


def own_tool():
    return {"name": f"Tool {secrets.token_hex(4)}", "category": "SIEM"}


CASES.update({
    "GET /api/portal/profile": (lambda w: ("", {}), members()),
    "PUT /api/portal/profile": (lambda w: ("", {"json": {"industry": "logistics"}}), admins()),
    "GET /api/portal/characters": (lambda w: ("", {}), members()),
    "POST /api/portal/characters": (lambda w: ("", {"json": PERSON}), admins(201)),
    "PUT /api/portal/characters/{id}": (lambda w: (w.character(), {"json": PERSON}), admins(stranger=404)),
    "DELETE /api/portal/characters/{id}": (lambda w: (w.character(), {}), admins(stranger=404)),
    "GET /api/portal/tools": (lambda w: ("", {}), members()),
    "PUT /api/portal/tools": (lambda w: ("", {"json": {"toolIds": []}}), admins()),
    "POST /api/portal/tools": (lambda w: ("", {"json": own_tool()}), admins(201)),
    "DELETE /api/portal/tools/{id}": (lambda w: (w.tool(), {}), admins(stranger=404)),
    "GET /api/portal/language": (lambda w: ("", {}), members()),
    "PUT /api/portal/language": (lambda w: ("", {"json": {"language": "en"}}), members()),
    "GET /api/portal/branding": (lambda w: ("", {}), members()),
    "PUT /api/portal/branding": (lambda w: ("", {"json": {"displayName": "Ours"}}), admins()),
})


def intel_user(world):
    """The number of a new API user."""
    return str(world.admin.call("POST", "/api/portal/api-users", json={"name": "Matrix"}, expect=201)["id"])


CASES.update({
    "GET /api/portal/api-users": (lambda w: ("", {}), admins()),
    "POST /api/portal/api-users": (lambda w: ("", {"json": {"name": "Matrix"}}), admins(201)),
    "DELETE /api/portal/api-users/{id}": (lambda w: (intel_user(w), {}), admins(stranger=404)),
    "POST /api/portal/api-users/{id}/token": (lambda w: (intel_user(w), {"json": {}}), admins(stranger=404)),
})


# Administrators and auditors.
OVERSIGHT = {"nobody": 401, "member": 403, "auditor": 200, "admin": 200, "stranger": 200}
CASES.update({
    "GET /api/portal/users": (lambda w: ("", {}), OVERSIGHT),
    "PUT /api/portal/users/{id}": (lambda w: (w.colleague(), {"json": {"role": "FACILITATOR"}}), admins(stranger=404)),
    "DELETE /api/portal/users/{id}": (lambda w: (w.colleague(), {}), admins(stranger=404)),
    "POST /api/portal/invite": (lambda w: ("", {"json": {"emails": ["matrix@example.com"]}}), admins()),
    "GET /api/portal/invitations": (lambda w: ("", {}), admins()),
    "DELETE /api/portal/invitations/{id}": (lambda w: (w.invitation(), {}), admins(stranger=404)),
    "POST /api/auth/invitations/accept": (lambda w: ("", {"json": {"token": "x" * 43}}), members(410)),
    "GET /api/portal/audit-log": (lambda w: ("", {}), OVERSIGHT),
})


CASES.update({
    "GET /api/portal/privacy": (lambda w: ("", {}), members()),
    "GET /api/portal/gdpr-export": (lambda w: ("", {}), members()),
    # Nobody is erased here: the address is another one, and each role's own case is in test_privacy.py.
    "POST /api/portal/delete-account": (lambda w: ("", {"json": {"confirmEmail": "somebody@example.com"}}), members(400)),
    "POST /api/portal/delete-organization": (
        lambda w: ("", {"json": {"confirmName": "Ours Ltd", "confirmEmail": "somebody@example.com"}}), admins(400)),
    "POST /api/portal/restore-organization": (lambda w: ("", {}), admins()),
})

# Account security. Passwords and codes are wrong on purpose: what counts is who is let in.
CASES.update({
    "POST /api/auth/change-password": (lambda w: ("", {"json": {"currentPassword": "wrong words", "newPassword": "long enough words"}}),
                                       members(400)),
    "GET /api/auth/sessions": (lambda w: ("", {}), members()),
    "DELETE /api/auth/sessions": (lambda w: ("", {}), members()),
    "DELETE /api/auth/sessions/{id}": (lambda w: (w.session(), {}), members(404) | {"member": 200}),
    "GET /api/auth/mfa": (lambda w: ("", {}), members()),
    "POST /api/auth/mfa": (lambda w: ("", {"json": {}}), members()),
    "DELETE /api/auth/mfa": (lambda w: ("", {"json": {"code": "123456"}}), members(409)),
    # Only for a session that waits for its second factor, which none of these is (test_mfa.py has one).
    "POST /api/auth/mfa/verify": (lambda w: ("", {"json": {"code": "123456"}}), everybody(401)),
})


# Links from mails: these tokens are nobody's. Who may send mails, and to whom, has tests of its own (test_forgot.py, test_domains.py).
LINK = {"token": "x" * 43}
CASES.update({
    "POST /api/auth/register/confirm": (lambda w: ("", {"json": {**LINK, "password": "long enough words"}}), everybody(410)),
    "GET /api/auth/verify": (lambda w: ("?token=" + "x" * 43, {}), everybody(410)),
    "POST /api/auth/verify/resend": (lambda w: ("", {}), members()),
    "POST /api/auth/invitation": (lambda w: ("", {"json": LINK}), everybody(410)),
    "POST /api/auth/forgot-password": (lambda w: ("", {"json": {"email": f"{secrets.token_hex(4)}@example.com"}}), everybody(200)),
    "POST /api/auth/reset-factor": (lambda w: ("", {"json": {**LINK, "answer": "stop"}}), everybody(410)),
    "POST /api/auth/reset-password": (lambda w: ("", {"json": {**LINK, "password": "long enough words"}}), everybody(410)),
    "POST /api/auth/mfa/recovery-codes": (lambda w: ("", {"json": {"code": "123456"}}), members(409)),
    "GET /api/portal/domains": (lambda w: ("", {}), admins()),
    "POST /api/portal/domains": (lambda w: ("", {"json": {"domain": f"{secrets.token_hex(4)}.example"}}), admins(201)),
    "DELETE /api/portal/domains/{id}": (lambda w: (w.domain(), {}), admins(stranger=404)),
    "POST /api/auth/verify-domain": (lambda w: ("", {"json": LINK}), everybody(410)),
})


def path_of(row, argument):
    return routes.fill(row["path"], argument) if "{" in row["path"] else row["path"] + argument


ROWS = [row for row in routes.table() if routes.name(row) in CASES]


def test_every_case_has_a_row():
    """A case of a route that is no more says nothing."""
    assert len(ROWS) == len(CASES)


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("row", ROWS, ids=routes.name)
def test_role(world, row, role):
    """A2, A3: the status that guard and tenancy demand."""
    make, expected = CASES[routes.name(row)]
    argument, options = make(world)
    client = world.client(role)
    if routes.name(row) == "POST /api/auth/signout" and role != "nobody":
        client = Client(world.nobody.instance).signin(client.email, client.password)
    reply = client.request(row["method"], path_of(row, argument), **options)
    assert reply.status_code == expected[role], reply.text[:500]
    if role == "stranger" and reply.status_code == 200 and row["guard"] != "public":
        for secret in (world.admin.me["orgId"], "Ours Ltd", world.done):
            assert secret not in reply.text


def test_cases_agree_with_the_guards():
    """A2: what the cases expect is what each row's guard means."""
    for row in ROWS:
        _, expected = CASES[routes.name(row)]
        if row["guard"] == "public":
            assert len(set(expected.values())) == 1
        elif row["guard"] == "pending":
            assert set(expected.values()) == {401}
        else:
            assert expected["nobody"] == 401 and 401 not in [expected[role] for role in ROLES[1:]]
        assert (expected["auditor"] == 403) == (row["guard"] in ("player", "facilitator", "admin", "platform")), row
        assert row["guard"] not in ("facilitator", "admin", "oversight", "platform") or expected["member"] == 403


def test_the_stranger_changed_nothing(instance, world):
    """A14: deleting with another tenant's id deletes nothing."""
    exercise = world.fresh()
    world.stranger.refused("DELETE", f"/api/ttx/session/{exercise}", 404, "not_found")
    world.stranger.refused("POST", f"/api/ttx/session/{exercise}/answer", 404, "not_found",
                           json={"questionIndex": 0, "selectedOption": "A"})
    assert instance.value("SELECT count(*) FROM muster.exercise WHERE id = %s", exercise) == 1
    assert instance.value("SELECT count(*) FROM muster.answer WHERE exercise_id = %s", exercise) == 0


def test_a_colleague_deletes_only_what_is_hers(world):
    """A member deletes her own exercises; an administrator of the organisation any of it."""
    other = world.admin.colleague()
    exercise = world.fresh()
    other.refused("DELETE", f"/api/ttx/session/{exercise}", 403, "forbidden")
    assert world.admin.call("DELETE", f"/api/ttx/session/{exercise}") == {"success": True}
    world.member.refused("GET", f"/api/ttx/session/{exercise}", 404, "not_found")
