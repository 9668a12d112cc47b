"""What an invitation says to whoever has its link (finding 14), and what a page knows of deletions before anybody types (finding 17)."""
import pytest

from tests.http.test_team import NEW, invite, token_of
from tests.lib import Client, Instance
from tests.lib.cast import Cast

LOOK, PRIVACY = "/api/auth/invitation", "/api/portal/privacy"


def look(instance, token):
    return Client(instance).call("POST", LOOK, json={"token": token})


def over(instance, token):
    return Client(instance).refused("POST", LOOK, 410, "token_expired", json={"token": token})


# ---- invitations ----

@pytest.mark.parametrize("role", ["CLIENT_ADMIN", "MEMBER"])
def test_finding_14_who_invites_whom_to_what(instance, role):
    """Everything the page says, without signing in; looking changes nothing, and the token is in no log."""
    nora = Client(instance).register(first="Nora", last="Berg", organization="Northwind Traders").signin()
    (made,) = invite(nora, "Otto@Example.com", role=role)["results"]
    wanted = {"organization": "Northwind Traders", "inviter": "Nora Berg", "email": "otto@example.com", "role": role,
              "expiresAt": made["expiresAt"]}
    assert [look(instance, token_of(made)) for _ in range(2)] == [wanted, wanted]
    assert [row["status"] for row in nora.call("GET", "/api/portal/invitations")] == ["PENDING"]
    assert not any(token_of(made) in text for _, text in instance.logs())


def test_an_invitation_without_its_inviter(instance, admin):
    """Who invited has left, or it was the platform: there is no name, and the invitation is good."""
    said = look(instance, instance.invite(admin.me["orgId"], "alone@example.com"))
    assert (said["inviter"], said["email"]) == (None, "alone@example.com")


def test_a6_what_is_over_says_nothing(instance, admin):
    """A6: revoked, expired, used, replaced and invented tokens look alike; tokens of other links are none."""
    names = ("revoked", "expired", "used", "replaced")
    revoked, expired, used, replaced = invite(admin, *(f"{name}@example.com" for name in names))["results"]
    admin.call("DELETE", f"/api/portal/invitations/{revoked['id']}")
    instance.sql("UPDATE muster.invitation SET expires_at = now() WHERE id = %s", expired["id"])
    Client(instance).call("POST", "/api/auth/register", expect=201, json={**NEW, "email": used["email"], "inviteToken": token_of(used)})
    (again,) = invite(admin, replaced["email"])["results"]
    said = [over(instance, token) for token in [*map(token_of, (revoked, expired, used, replaced)), "x" * 43]]
    assert len({row["error"] for row in said}) == 1 and look(instance, token_of(again))["email"] == replaced["email"]
    for token in ("x" * 19, "x" * 101, "", None, 5):
        Client(instance).refused("POST", LOOK, 400, "validation_failed", json={"token": token})


def test_a3_another_organisations_people_see_what_everybody_sees(instance, admin, new_admin):
    """A3: who is signed in elsewhere learns what the link says, and enters nothing by it."""
    (made,) = invite(admin, "guest@example.com")["results"]
    other = new_admin()
    assert other.call("POST", LOOK, json={"token": token_of(made)})["organization"] == admin.me["organization"]["name"]
    assert other.call("GET", "/api/portal/me")["orgId"] == other.me["orgId"] and other.call("GET", "/api/portal/invitations") == []


def test_a9_guesses_are_limited_and_good_links_are_not():
    """A9: what is found takes no place; after as many misses as an address has, it waits, and others do not."""
    with Instance(RATE_LIMIT_PER_MINUTE=0, LIMIT_SIGNIN_ADDRESS=5) as own:
        admin = Client(own).register().signin()
        (made,) = invite(admin, "guest@example.com")["results"]
        client = Client(own)
        for _ in range(8):
            client.call("POST", LOOK, json={"token": token_of(made)})
        for _ in range(5):
            client.refused("POST", LOOK, 410, "token_expired", json={"token": "y" * 43})
        reply = client.post(LOOK, json={"token": token_of(made)})
        assert reply.status_code == 429 and int(reply.headers["Retry-After"]) > 0
        assert look(own, token_of(made))["email"] == "guest@example.com"


# ---- deletions ----

def deletion(client):
    return client.call("GET", PRIVACY)["deletion"]


def test_finding_17_the_refusal_is_known_before(instance, admin):
    """The last administrator cannot leave and can delete the organisation; a second one changes that, and the acts agree."""
    assert deletion(admin) == {"account": {"allowed": False, "why": "last_admin"}, "organization": {"allowed": True, "why": None}}
    admin.refused("POST", "/api/portal/delete-account", 409, "last_admin", json={"confirmEmail": admin.email})
    member = admin.colleague()
    assert deletion(member) == {"account": {"allowed": True, "why": None}, "organization": {"allowed": False, "why": "not_admin"}}
    admin.call("PUT", f"/api/portal/users/{member.me['id']}", json={"role": "CLIENT_ADMIN"})
    assert deletion(admin)["account"] == {"allowed": True, "why": None}
    admin.call("POST", "/api/portal/delete-account", json={"confirmEmail": admin.email})


def test_finding_17_the_platforms_last_administrator():
    """Neither the account nor the organisation of the platform's only administrator can go, and both say so."""
    with Instance() as own:
        boss = Cast(own).client("platform")
        assert deletion(boss) == {"account": {"allowed": False, "why": "last_platform_admin"},
                                  "organization": {"allowed": False, "why": "last_platform_admin"}}
        body = {"confirmEmail": boss.email, "confirmName": boss.call("GET", "/api/portal/me")["organization"]["name"]}
        boss.refused("POST", "/api/portal/delete-organization", 409, "last_admin", json=body)
