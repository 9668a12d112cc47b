"""Owners of threat intelligence: what the protocol shows of them, and how administrators make and share them. Who may do what in which
role, and row security: tests/sql/intel_owners.sql."""
import secrets
import xml.etree.ElementTree as ElementTree

import pytest

from tests.lib import Client
from tests.lib.cast import Cast
from tests.lib.intel import api_user, send

OWNERS = "/api/portal/owners"
ORDER = ["id", "name", "type", "ownerRole", "permIndicator", "permGroup", "permPost", "permVictim", "permAttribute", "permApps",
         "permUsers", "permSecurityLabel", "permTag", "permAttributeType", "permSettings", "permMembers", "permCopyData", "permInvite",
         "permTask", "permCaseTag", "permArtifact", "permComment", "permTimeline", "permWorkflowTemplate", "permPublish",
         "permPlaybooksExecute", "permPlaybooks"]


def owner(admin, **fields):
    body = {"name": f"Community {secrets.token_hex(4)}", "type": "Community", **fields}
    return admin.call("POST", OWNERS, json=body, expect=201)


def slug(admin):
    return admin.call("GET", "/api/portal/me")["organization"]["slug"]


def join(ours, theirs, made, role):
    ours.call("POST", f"{OWNERS}/{made['id']}/members", json={"organization": slug(theirs), "role": role}, expect=201)
    theirs.call("POST", f"{OWNERS}/{made['id']}/accept")


@pytest.fixture(scope="module", params=["signature", "token"])
def either(request, instance):
    """What works with a signature works with a token; its organisation has one Community."""
    admin = Client(instance).register(organization="Owner Tests Ltd").signin()
    user = api_user(admin)
    user.admin, user.community = admin, owner(admin)
    if request.param == "signature":
        return user
    other = user.with_token()
    other.admin, other.community = user.admin, user.community
    return other


# ---- the protocol ----

def test_owners_of_version_2(either):
    """The call that clients ask first."""
    reply = either.call("GET", "/api/v2/owners")
    assert list(reply) == ["status", "data"] and list(reply["data"]) == ["resultCount", "owner"] and reply["data"]["resultCount"] == 2
    mine, community = reply["data"]["owner"]
    assert list(mine) == ["id", "name", "type"] and isinstance(mine["id"], int)
    assert (mine["name"], mine["type"]) == ("Owner Tests Ltd", "Organization")
    assert community == {"id": either.community["id"], "name": either.community["name"], "type": "Community"}
    assert either.call("GET", "/api/v2/owners/mine")["data"]["owner"] == mine
    assert either.call("GET", f"/api/v2/owners/{community['id']}")["data"]["owner"] == community
    for number in ("0", "1", str(2 ** 31), str(2 ** 63 - 1)):
        if int(number) != mine["id"]:
            either.refused("GET", f"/api/v2/owners/{number}", 404, "not found")


def test_in_xml(either):
    """Where Accept names XML and not JSON; names as its schema has them, text escaped."""
    named = owner(either.admin, name=f"A & B <{secrets.token_hex(3)}>")
    reply = either.send("GET", "/api/v2/owners", headers={"Accept": "application/xml"})
    assert reply.status == 200 and reply.headers["Content-Type"] == "application/xml"
    root = ElementTree.fromstring(reply.body)
    kind = "{http://www.w3.org/2001/XMLSchema-instance}type"
    assert root.tag == "ownersResponse" and root.findtext("Status") == "Success"
    data = root.find("Data")
    assert data.get(kind) == "ownerListResponseData" and data.findtext("ResultCount") == str(len(data.findall("Owner")))
    found = {o.findtext("Name"): (o.findtext("Id"), o.findtext("Type"), o.get(kind)) for o in data.findall("Owner")}
    assert found[named["name"]] == (str(named["id"]), "Community", "community") and found["Owner Tests Ltd"][2] == "organization"
    one = ElementTree.fromstring(either.send("GET", "/api/v2/owners/mine", headers={"Accept": "text/xml"}).body)
    assert one.tag == "ownerResponse" and one.findtext("Data/Owner/Type") == "Organization"
    who = ElementTree.fromstring(either.send("GET", "/api/v2/whoami", headers={"Accept": "text/xml, */*"}).body)
    assert who.tag == "userResponse" and who.findtext("Data/User/UserName") == either.access_id
    for accept in ("*/*", "application/json, application/xml", "text/html", ""):
        assert either.send("GET", "/api/v2/owners", headers={"Accept": accept}).headers["Content-Type"] == "application/json"
    either.admin.call("DELETE", f"{OWNERS}/{named['id']}")


def test_rights(either):
    """With a count unasked, the members in the order of the protocol's samples."""
    reply = either.call("GET", "/api/v3/security/owners")
    assert list(reply) == ["data", "count", "status"] and reply["count"] == len(reply["data"])
    mine, community = reply["data"][:2]
    assert list(mine) == ORDER and list(community) == ORDER
    assert mine["ownerRole"] == "Organization Administrator" and mine["permApps"] == "BUILD" and mine["permIndicator"] == "FULL"
    assert community["ownerRole"] == "Director" and community["permMembers"] == "FULL" and community["permApps"] == "NONE"
    assert either.call("GET", "/api/v3/security/owners?resultLimit=1")["data"] == [mine]
    page = either.call("GET", "/api/v3/security/owners?resultStart=1&resultLimit=500")
    assert page["data"][0] == community and "count" not in page
    assert either.call("GET", "/api/v3/security/owners?resultStart=99999999999")["data"] == []
    for query in ("resultLimit=0", "resultLimit=10001", "resultLimit=x", "resultStart=-1", "resultLimit=-1"):
        either.refused("GET", f"/api/v3/security/owners?{query}", 400, "maximum value for resultLimit is 10000", "0x1001")


def test_roles(either):
    rows = either.call("GET", "/api/v3/security/ownerRoles")["data"]
    names = {row["name"]: (row["orgRole"], row["commRole"]) for row in rows}
    assert len(rows) == 13 and names["Sharing User"] == (True, False) and names["Contributor"] == (False, True)
    assert all(row["available"] is True and ("descriptionOrg" in row) == row["orgRole"] for row in rows)


@pytest.mark.parametrize("role", ["Contributor", "Commenter", "User", "Banned"])
def test_what_a_member_sees(instance, role):
    """A3, A16: an organisation's role there, bounded by the API user's own; nothing before it joins, nothing when it is banned."""
    ours, theirs = (Client(instance).register().signin() for _ in range(2))
    made, user, reader = owner(ours), api_user(theirs), api_user(theirs, role="Read Only User")
    ours.call("POST", f"{OWNERS}/{made['id']}/members", json={"organization": slug(theirs), "role": "Editor"}, expect=201)
    user.refused("GET", f"/api/v2/owners/{made['id']}", 404)
    theirs.call("POST", f"{OWNERS}/{made['id']}/accept")
    assert user.call("GET", f"/api/v2/owners/{made['id']}")["data"]["owner"]["name"] == made["name"]
    ours.call("POST", f"{OWNERS}/{made['id']}/members", json={"organization": slug(theirs), "role": role}, expect=201)
    seen = {row["id"]: row for row in user.call("GET", "/api/v3/security/owners")["data"]}
    if role == "Banned":
        assert made["id"] not in seen
        user.refused("GET", f"/api/v2/owners/{made['id']}", 404)
        return
    assert seen[made["id"]]["ownerRole"] == role
    assert seen[made["id"]]["permIndicator"] == {"Contributor": "CREATE"}.get(role, "READ")
    assert {row["id"]: row["ownerRole"] for row in reader.call("GET", "/api/v3/security/owners")["data"]}[made["id"]] == "User"


def test_people_on_the_pages(instance):
    cast = Cast(instance)
    for caller, level in {"admin": "FULL", "facilitator": "FULL", "member": "READ", "auditor": "READ"}.items():
        reply = send(instance, "GET", "/api/v3/security/owners", headers={"Cookie": cast.client(caller).cookie})
        assert [row["permIndicator"] for row in reply.json["data"]] == [level]


# ---- administration ----

def test_made_changed_and_deleted(admin):
    made = owner(admin, type="Source")
    assert made == {"id": made["id"], "name": made["name"], "type": "Source", "public": False, "role": "Director", "own": True,
                    "accepted": True}
    changed = admin.call("PUT", f"{OWNERS}/{made['id']}", json={"name": "Another " + made["name"]})
    assert changed == {**made, "name": "Another " + made["name"]}
    assert admin.call("PUT", f"{OWNERS}/{made['id']}", json={}) == changed
    assert [row["type"] for row in admin.call("GET", OWNERS)] == ["Organization", "Source"]
    admin.call("DELETE", f"{OWNERS}/{made['id']}")
    assert [row["type"] for row in admin.call("GET", OWNERS)] == ["Organization"]
    admin.refused("DELETE", f"{OWNERS}/{made['id']}", 404, "not_found")


@pytest.mark.parametrize("body", [{}, {"name": "x"}, {"name": "", "type": "Source"}, {"name": "x" * 101, "type": "Source"},
                                  {"name": "x", "type": "Organization"}, {"name": "x", "type": "Community", "public": True},
                                  {"name": "x", "type": "Source", "public": "yes"}])
def test_bad_bodies(shared_admin, body):
    shared_admin.refused("POST", OWNERS, 400, "validation_failed", json=body)


def test_numbers_that_are_none(shared_admin):
    for number in (0, 2 ** 31, 2 ** 63 - 1):
        for method, path, body in (("PUT", "", {"name": "x"}), ("DELETE", "", None), ("GET", "/members", None), ("POST", "/accept", None),
                                   ("POST", "/members", {"organization": "x", "role": "User"})):
            options = {} if body is None else {"json": body}
            shared_admin.refused(method, f"{OWNERS}/{number}{path}", 404, "not_found", **options)


def test_names(new_admin):
    """409 for a name that the caller sees already, also when joining; another organisation's are free."""
    one, other = new_admin(organization="One Name Ltd"), new_admin()
    made = owner(one)
    one.refused("POST", OWNERS, 409, "conflict", json={"name": made["name"].upper(), "type": "Source"})
    one.refused("POST", OWNERS, 409, "conflict", json={"name": "One name ltd", "type": "Source"})
    owner(other, name=made["name"])
    one.call("POST", f"{OWNERS}/{made['id']}/members", json={"organization": slug(other), "role": "User"}, expect=201)
    other.refused("POST", f"{OWNERS}/{made['id']}/accept", 409, "conflict")


def test_nothing_is_public_by_a_tenants_act(instance, admin):
    """F1: the public feed holds nothing that a tenant put there."""
    admin.refused("POST", OWNERS, 403, "forbidden", json={"name": "Feed", "type": "Source", "public": True})
    made = owner(admin, type="Source")
    admin.refused("PUT", f"{OWNERS}/{made['id']}", 403, "forbidden", json={"public": True})
    boss = Cast(instance).client("platform")
    feed = owner(boss, type="Source", public=True)
    assert feed["public"] is True and boss.call("PUT", f"{OWNERS}/{feed['id']}", json={"public": False})["public"] is False
    boss.refused("PUT", f"{OWNERS}/{owner(boss)['id']}", 409, "conflict", json={"public": True})


def test_members(new_admin):
    """A14: only whose it is invites and takes out; each may leave."""
    ours, theirs, stranger = new_admin(), new_admin(organization="Member Ltd"), new_admin()
    made = owner(ours)
    path = f"{OWNERS}/{made['id']}"
    join(ours, theirs, made, "Contributor")
    rows = ours.call("GET", f"{path}/members")
    assert [(row["orgId"], row["role"], row["acceptedAt"] is not None) for row in rows] == [
        (ours.me["orgId"], "Director", True), (theirs.me["orgId"], "Contributor", True)]
    assert [row["orgId"] for row in theirs.call("GET", f"{path}/members")] == [theirs.me["orgId"]]
    (seen,) = [row for row in theirs.call("GET", OWNERS) if row["id"] == made["id"]]
    assert seen["own"] is False and seen["role"] == "Contributor"
    theirs.refused("PUT", path, 403, "forbidden", json={"name": "Mine"})
    theirs.refused("DELETE", path, 403, "forbidden")
    theirs.refused("POST", f"{path}/members", 403, "forbidden", json={"organization": slug(stranger), "role": "User"})
    theirs.refused("DELETE", f"{path}/members/{ours.me['orgId']}", 403, "forbidden")
    for method, more, body in (("GET", "/members", None), ("PUT", "", {"name": "x"}), ("DELETE", "", None), ("POST", "/accept", None),
                               ("DELETE", f"/members/{theirs.me['orgId']}", None), ("DELETE", f"/members/{stranger.me['orgId']}", None)):
        stranger.refused(method, path + more, 404, "not_found", **({} if body is None else {"json": body}))
    ours.refused("DELETE", f"{path}/members/{ours.me['orgId']}", 409, "conflict")
    theirs.call("DELETE", f"{path}/members/{theirs.me['orgId']}")
    assert made["id"] not in [row["id"] for row in theirs.call("GET", OWNERS)]
    ours.refused("POST", f"{path}/members", 404, "not_found", json={"organization": "nobody-is-called-this", "role": "User"})


def test_an_organisation_that_goes_takes_its_communities_along(instance, new_admin):
    """E2: nothing of it is left for its members."""
    ours, theirs = new_admin(), new_admin()
    made = owner(ours)
    join(ours, theirs, made, "User")
    instance.sql("DELETE FROM muster.org WHERE org_id = %s", ours.me["orgId"])
    assert [row["type"] for row in theirs.call("GET", OWNERS)] == ["Organization"]
