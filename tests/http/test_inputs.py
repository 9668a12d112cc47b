"""What an organisation says about itself: profile, characters, tools, languages, branding, and what exercises make of it."""
import json
import re
import threading

import pytest

from tests.http.test_generate import complete, every_text
from tests.lib import Client, Library, offered, routes
from tests.lib.page import Page

CATEGORIES = {"EDR", "VULNERABILITY_MANAGEMENT", "SIEM", "XDR", "SOAR", "IDENTITY", "EMAIL_SECURITY", "NETWORK_SECURITY", "CLOUD_SECURITY",
              "DLP", "WAF", "THREAT_INTELLIGENCE", "PAM"}
FULL = {"industry": "Maritime logistics", "companySize": "250-999", "headquarters": "Rotterdam", "operatingRegions": ["Benelux", "Norway"],
        "primaryCloudProvider": "Nimbus Cloud", "hasOnPremInfra": True, "endpointCount": 3200, "serverCount": 0, "hasOtEnvironment": True,
        "otDescription": "Cranes.", "securityTeamSize": 7, "socModel": "Outsourced to Example Watch", "complianceFrameworks": ["NIS2"],
        "incidentFrequency": "yearly", "networkDescription": "Two sites.\nOne link.", "remoteWorkPercentage": 40, "branchOffices": 12,
        "criticalAssets": "Berth planning system, ERP", "regulatoryBodies": ["Port authority"], "recentIncidents": "Mail fraud.",
        "biggestConcerns": "Suppliers.", "additionalContext": "Busy in <b>autumn</b>."}
UNSET = {"operatingRegions": [], "complianceFrameworks": [], "regulatoryBodies": [], "hasOnPremInfra": False, "hasOtEnvironment": False}
MARA = {"name": "Mara Lind", "role": "CISO", "department": "Security", "description": "Calm.", "expertise": ["crisis", "law"]}


def fields(body):
    return {row["field"]: row["message"] for row in body["fields"]}


def put(client, what, body, **options):
    return client.call("PUT", f"/api/portal/{what}", json=body, **options)


def add(client, **changes):
    return client.call("POST", "/api/portal/characters", json={**MARA, **changes}, expect=201)


# ---- profile ----

def test_profile_is_read_by_everybody_and_written_by_admins(admin, new_admin):
    """A3: of one's own organisation, whole; A2: members and auditors read only. What is not set is left out."""
    assert admin.call("GET", "/api/portal/profile") == UNSET
    assert put(admin, "profile", FULL) == FULL
    for role in ("MEMBER", "FACILITATOR", "AUDITOR"):
        other = admin.colleague(role)
        assert other.call("GET", "/api/portal/profile") == FULL
        other.refused("PUT", "/api/portal/profile", 403, "forbidden", json={})
    assert new_admin().call("GET", "/api/portal/profile") == UNSET
    assert put(admin, "profile", {"industry": "", "endpointCount": None, "nonsense": 1}) == UNSET


@pytest.mark.parametrize("change", [
    {"industry": "x" * 81}, {"companySize": "many"}, {"endpointCount": -1}, {"endpointCount": 1.5}, {"serverCount": "12"},
    {"remoteWorkPercentage": 101}, {"hasOnPremInfra": "yes"}, {"operatingRegions": "Benelux"}, {"operatingRegions": ["x"] * 21},
    {"regulatoryBodies": ["x" * 81]}, {"incidentFrequency": ""}, {"additionalContext": "x" * 4001}, {"otDescription": "a\u0007b"}])
def test_profile_names_what_is_wrong(admin, change):
    body = admin.refused("PUT", "/api/portal/profile", 400, "validation_failed", json={**FULL, **change})
    assert {name.split("[")[0] for name in fields(body)} == set(change)
    assert admin.call("GET", "/api/portal/profile") == UNSET


def test_profile_that_an_older_version_stored(instance, admin):
    """What does not fit is left out and nothing breaks."""
    instance.sql("INSERT INTO muster.org_profile (org_id, profile) VALUES (%s, %s::jsonb)", admin.me["orgId"],
                 json.dumps({"industry": "shipping", "criticalAssets": ["a", "b"], "endpointCount": "many", "old": {"x": 1}}))
    assert admin.call("GET", "/api/portal/profile") == {**UNSET, "industry": "shipping"}


# ---- characters ----

def test_characters_life(admin):
    """Added, listed newest first, replaced, deleted; storyRole says which role of the stories the person takes."""
    made = add(admin)
    assert {**MARA, "storyRole": "ciso"} == {key: made[key] for key in (*MARA, "storyRole")}
    second = admin.call("POST", "/api/portal/characters", json={"name": "Ole", "role": "Crane driver"}, expect=201)
    assert (second["department"], second["description"], second["expertise"], second["storyRole"]) == ("", "", [], None)
    assert admin.call("GET", "/api/portal/characters") == [second, made]
    changed = admin.call("PUT", f"/api/portal/characters/{made['id']}", json={"name": "Mara L.", "role": "Legal counsel"})
    assert changed == {**made, "name": "Mara L.", "role": "Legal counsel", "department": "", "description": "", "expertise": [],
                       "storyRole": "legal"}
    assert admin.call("DELETE", f"/api/portal/characters/{made['id']}") == {"success": True}
    admin.refused("DELETE", f"/api/portal/characters/{made['id']}", 404, "not_found")
    admin.refused("PUT", f"/api/portal/characters/{made['id']}", 404, "not_found", json=MARA)
    assert [row["id"] for row in admin.call("GET", "/api/portal/characters")] == [second["id"]]


def test_characters_roles(admin):
    """A2: everybody of the organisation reads; administrators and facilitators write."""
    made = add(admin)
    led = add(admin.colleague("FACILITATOR"), name="Led")
    for role in ("MEMBER", "AUDITOR"):
        other = admin.colleague(role)
        assert len(other.call("GET", "/api/portal/characters")) == 2
        other.refused("POST", "/api/portal/characters", 403, "forbidden", json=MARA)
        other.refused("PUT", f"/api/portal/characters/{made['id']}", 403, "forbidden", json=MARA)
        other.refused("DELETE", f"/api/portal/characters/{led['id']}", 403, "forbidden")


def test_a14_characters_of_another_organisation(instance, admin, new_admin):
    """A3, A14: another tenant's id is 404 and nothing happens to the row."""
    made, stranger = add(admin), new_admin()
    assert stranger.call("GET", "/api/portal/characters") == []
    stranger.refused("PUT", f"/api/portal/characters/{made['id']}", 404, "not_found", json={**MARA, "name": "Taken"})
    stranger.refused("DELETE", f"/api/portal/characters/{made['id']}", 404, "not_found")
    assert admin.call("GET", "/api/portal/characters") == [made]


def test_characters_are_at_most_200(instance, admin):
    """Also when two ask for the last place at once."""
    instance.sql("INSERT INTO muster.org_character (org_id, name, role) SELECT %s, 'P' || i, 'CISO' FROM generate_series(1, 199) i",
                 admin.me["orgId"])
    statuses = []
    clients = [admin.colleague("FACILITATOR") for _ in range(3)]

    def ask(client):
        statuses.append(client.post("/api/portal/characters", json=MARA).status_code)
    threads = [threading.Thread(target=ask, args=(client,)) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(statuses) == [201, 409, 409]
    assert len(admin.call("GET", "/api/portal/characters")) == 200


def test_character_fields(admin):
    body = admin.refused("POST", "/api/portal/characters", 400, "validation_failed",
                         json={"role": "", "department": "x" * 81, "description": 3, "expertise": ["x"] * 11})
    assert set(fields(body)) == {"name", "role", "department", "description", "expertise"}


# ---- tools ----

def ids(tools, *names):
    return [next(row["id"] for row in tools["allTools"] if row["name"] == name) for name in names]


def test_catalogue_of_tools(admin):
    """At least 60 in each of the 13 categories together, none twice; nothing is selected at first."""
    tools = admin.call("GET", "/api/portal/tools")
    assert len(tools["allTools"]) >= 60 and {row["category"] for row in tools["allTools"]} == CATEGORIES and tools["selectedIds"] == []
    assert len({(row["category"], row["name"].lower()) for row in tools["allTools"]}) == len(tools["allTools"])
    assert not any(row["own"] for row in tools["allTools"])


def test_choosing_tools(admin, new_admin):
    """A3: a choice replaces the one before, for the own organisation alone."""
    tools = admin.call("GET", "/api/portal/tools")
    wanted = ids(tools, "Wazuh", "Keycloak", "MISP")
    assert sorted(put(admin, "tools", {"toolIds": wanted + wanted[:1]})["selectedIds"]) == sorted(wanted)
    assert sorted(put(admin, "tools", {"toolIds": [wanted[0].upper(), ids(tools, "Zeek")[0]]})["selectedIds"]) == \
        sorted([wanted[0], ids(tools, "Zeek")[0]])
    assert new_admin().call("GET", "/api/portal/tools") == tools
    admin.colleague().refused("PUT", "/api/portal/tools", 403, "forbidden", json={"toolIds": []})
    assert put(admin, "tools", {"toolIds": []}) == tools


def test_own_tools(admin, new_admin):
    """A14: an own tool is selected at once, can be deselected, and another organisation neither sees, selects nor removes it."""
    made = admin.call("POST", "/api/portal/tools", json={"name": "Lantern", "category": "SIEM"}, expect=201)
    assert made == {"id": made["id"], "name": "Lantern", "category": "SIEM", "own": True}
    assert admin.call("GET", "/api/portal/tools")["selectedIds"] == [made["id"]]
    assert put(admin, "tools", {"toolIds": []})["selectedIds"] == []
    assert put(admin, "tools", {"toolIds": [made["id"]]})["selectedIds"] == [made["id"]]
    stranger = new_admin()
    assert made["id"] not in stranger.request("GET", "/api/portal/tools").text
    body = stranger.refused("PUT", "/api/portal/tools", 400, "validation_failed", json={"toolIds": [made["id"]]})
    assert fields(body) == {"toolIds[0]": "is no tool of the list"}
    stranger.refused("DELETE", f"/api/portal/tools/{made['id']}", 404, "not_found")
    admin.refused("POST", "/api/portal/tools", 409, "conflict", json={"name": "LANTERN", "category": "SIEM"})
    admin.refused("POST", "/api/portal/tools", 409, "conflict", json={"name": "wazuh", "category": "SIEM"})
    admin.call("POST", "/api/portal/tools", json={"name": "Lantern", "category": "XDR"}, expect=201)
    assert admin.call("DELETE", f"/api/portal/tools/{made['id']}") == {"success": True}
    assert made["id"] not in admin.request("GET", "/api/portal/tools").text


def test_the_catalogue_is_nobodys_to_remove(admin):
    wazuh = ids(admin.call("GET", "/api/portal/tools"), "Wazuh")
    put(admin, "tools", {"toolIds": wazuh})
    admin.refused("DELETE", f"/api/portal/tools/{wazuh[0]}", 404, "not_found")
    assert admin.call("GET", "/api/portal/tools")["selectedIds"] == wazuh


def test_wrong_tools_are_named(admin):
    body = admin.refused("PUT", "/api/portal/tools", 400, "validation_failed", json={"toolIds": ["nonsense", routes.NO_UUID]})
    assert set(fields(body)) == {"toolIds[0]", "toolIds[1]"}
    admin.refused("PUT", "/api/portal/tools", 400, "validation_failed", json={})
    body = admin.refused("POST", "/api/portal/tools", 400, "validation_failed", json={"name": "x" * 81, "category": "FIREWALL"})
    assert set(fields(body)) == {"name", "category"} and "PAM" in fields(body)["category"]


def test_a_hundred_own_tools(instance, admin):
    instance.sql("INSERT INTO muster.org_tool (org_id, category, name) SELECT %s, 'SIEM', 'T' || i FROM generate_series(1, 100) i",
                 admin.me["orgId"])
    admin.refused("POST", "/api/portal/tools", 409, "conflict", json={"name": "One too many", "category": "SIEM"})


# ---- language ----

@pytest.fixture(scope="module")
def german(instance):
    with offered(instance, "bec", "de"):
        yield "de"


def test_languages_are_those_of_the_library(admin, german):
    assert admin.call("GET", "/api/portal/language") == {"language": None, "organisationDefault": "en", "languages": ["en", "de"]}
    body = admin.refused("PUT", "/api/portal/language", 400, "validation_failed", json={"language": "fr", "organisationDefault": "xx"})
    assert fields(body) == {"language": "must be one of: en, de", "organisationDefault": "must be one of: en, de"}


def test_own_language_then_the_organisations_then_english(admin, new_admin, german):
    """A3: each caller's own; the default is the organisation's and an administrator's to set."""
    member, auditor, stranger = admin.colleague(), admin.colleague("AUDITOR"), new_admin()

    def made_in(person, theme="bec"):
        return person.session(person.generate(theme, questionCount=3))["language"]
    assert made_in(member) == "en"
    member.refused("PUT", "/api/portal/language", 403, "forbidden", json={"organisationDefault": "de"})
    assert put(admin, "language", {"organisationDefault": "de"})["organisationDefault"] == "de"
    assert made_in(member) == "de" and made_in(member, "ransomware") == "en" and made_in(stranger) == "en"
    assert member.call("GET", "/api/portal/me")["language"] == "de"
    assert put(member, "language", {"language": "en", "organisationDefault": "de"})["language"] == "en"
    assert made_in(member) == "en" and made_in(admin) == "de"
    assert put(auditor, "language", {"language": "en"})["language"] == "en"
    assert put(member, "language", {})["language"] is None
    assert made_in(member) == "de"


# ---- branding ----

def test_branding_is_stored_whole(admin, new_admin):
    brand = {"displayName": "Harbour & Sons", "accentColor": "#7A0019", "footerText": "Internal use only."}
    assert admin.call("GET", "/api/portal/branding") == {}
    assert put(admin, "branding", brand) == {**brand, "accentColor": "#7a0019"}
    assert admin.colleague().call("GET", "/api/portal/branding") == {**brand, "accentColor": "#7a0019"}
    assert new_admin().call("GET", "/api/portal/branding") == {}
    assert put(admin, "branding", {"displayName": "", "accentColor": None}) == {}


@pytest.mark.parametrize("colour, hint", [("red", "such as #1d4ed8"), ("#12345", "such as"), ("#12345g", "such as"), ("7a0019", "such as"),
                                          ("#}*{x:y", "such as"), ("#ffee00", "too light"), ("#ffffff", "too light")])
def test_colours_that_cannot_be_read_are_refused(admin, colour, hint):
    """The message says why, and for a light colour offers the shade that would do; that one is then accepted."""
    body = admin.refused("PUT", "/api/portal/branding", 400, "validation_failed", json={"accentColor": colour})
    message = fields(body)["accentColor"]
    assert hint in message
    if hint == "too light":
        put(admin, "branding", {"accentColor": re.search(r"#[0-9a-f]{6}$", message)[0]})


# ---- what exercises make of it ----

def test_a_generated_exercise_uses_all_of_it(new_admin):
    """The texts have the organisation's name, its tools, its people and its profile."""
    admin = new_admin(organization="Harbour Nine")
    put(admin, "profile", FULL)
    tools = admin.call("GET", "/api/portal/tools")
    put(admin, "tools", {"toolIds": ids(tools, "CrowdStrike Falcon", "Wazuh", "Graylog", "Zeek", "Keycloak", "MISP")})
    people = [add(admin, name=name, role=role)["id"] for name, role in
              (("Mara Lind", "CISO"), ("Ole Berg", "Chief executive"), ("Tiu Kask", "Head of IT operations"), ("Ana Ruiz", "SOC analyst"))]
    session = complete(admin, admin.generate("ransomware", questionCount=30, seed=3, characterIds=people))
    text = "\n".join(value for _, value in every_text(session))
    for word in ("Harbour Nine", "CrowdStrike Falcon", "Graylog", "Zeek", "Ole Berg (Chief executive)", "Tiu Kask (Head of IT operations)",
                 "maritime logistics", "the berth planning system", "Example Watch"):
        assert word.lower() in text.lower(), word
    assert "Wazuh" not in text  # of two tools for logs the story names the first
    assert session["scenario"]["characters"][0] == MARA and len(session["scenario"]["characters"]) == 4
    alerts = {alert["tool"] for stage in session["scenario"]["stages"] for alert in stage["alertsTriggered"]}
    library = {alert["tool"] for stage in Library.of("ransomware").doc["blueprint"]["stages"] for alert in stage["alerts"]}
    known = {"EDR": "CrowdStrike Falcon", "SIEM": "Graylog", "NETWORK_SECURITY": "Zeek", "IDENTITY": "Keycloak",
             "THREAT_INTELLIGENCE": "MISP"}
    assert alerts == {known.get(category, category) for category in library}


def test_running_exercises_keep_what_they_were_made_with(new_admin):
    admin = new_admin()
    person = add(admin)
    put(admin, "tools", {"toolIds": ids(admin.call("GET", "/api/portal/tools"), "Wazuh")})
    exercise = admin.generate("ransomware", questionCount=6, seed=1, characterIds=[person["id"]])
    before = admin.session(exercise)["scenario"]
    put(admin, "tools", {"toolIds": []})
    put(admin, "profile", FULL)
    admin.call("DELETE", f"/api/portal/characters/{person['id']}")
    assert admin.session(exercise)["scenario"] == before


def test_a3_characters_of_others_cannot_be_chosen(admin, new_admin):
    """A3: another tenant's id, an unknown one and nonsense are the same field error."""
    mine, theirs = add(admin)["id"], add(new_admin())["id"]
    body = admin.refused("POST", "/api/ttx/generate", 400, "validation_failed",
                         json={"theme": "bec", "characterIds": [mine, theirs, routes.NO_UUID, "x'; --"]})
    assert set(fields(body)) == {f"characterIds[{i}]" for i in (1, 2, 3)} and len(set(fields(body).values())) == 1
    admin.generate("bec", questionCount=3, characterIds=[mine.upper()])


def test_chosen_people_stand_beside_those_of_the_request(admin):
    """Those named in the request come first; together at most 20."""
    stored = add(admin, role="CISO")["id"]
    session = admin.session(admin.generate("bec", characterIds=[stored], selectedCharacters=[{"name": "Eva", "role": "CISO"}]))
    assert [person["name"] for person in session["scenario"]["characters"]] == ["Eva", "Mara Lind"]
    body = admin.refused("POST", "/api/ttx/generate", 400, "validation_failed", json={
        "theme": "bec", "characterIds": [stored], "selectedCharacters": [{"name": "Eva", "role": "CISO"}] * 20})
    assert set(fields(body)) == {"characterIds"}


def test_the_longest_people_fit(admin):
    """Twenty people with the longest texts of four bytes a character."""
    wide = "\U0001f300"
    person = {"name": wide * 80, "role": wide * 80, "department": wide * 80, "description": wide * 500, "expertise": [wide * 80] * 10}
    body = {"theme": "bec", "customIncident": wide * 4000, "selectedCharacters": [person] * 20}
    reply = admin.post("/api/ttx/generate", data=json.dumps(body, ensure_ascii=False).encode(),
                       headers={"Content-Type": "application/json"})
    session = admin.session(reply.json()["id"])
    assert session["scenario"]["characters"] == [person] * 20


def test_replies_to_large_bodies_are_whole(admin):
    """A process that has read the body and not yet the record behind it must not reset the connection with its reply on it."""
    body = json.dumps({"displayName": "Brand", "unknown": "x" * 200000}).encode()
    for _ in range(60):
        reply = admin.request("PUT", "/api/portal/branding", data=body, headers={"Content-Type": "application/json"}, timeout=10)
        assert reply.status_code == 200 and reply.json()


def test_writes_are_in_the_audit_log(instance, admin):
    """A12: each change of the inputs is noted in its own transaction, without names."""
    put(admin, "profile", FULL)
    person = add(admin)
    admin.call("PUT", f"/api/portal/characters/{person['id']}", json=MARA)
    admin.call("DELETE", f"/api/portal/characters/{person['id']}")
    tool = admin.call("POST", "/api/portal/tools", json={"name": "Lantern", "category": "SIEM"}, expect=201)
    put(admin, "tools", {"toolIds": [tool["id"]]})
    admin.call("DELETE", f"/api/portal/tools/{tool['id']}")
    put(admin, "branding", {"displayName": "Brand"})
    put(admin, "language", {"organisationDefault": "en"})  # changes nothing, so nothing is noted
    rows = instance.sql("SELECT action, target_id, detail::text FROM muster.audit_log WHERE org_id = %s "
                        "AND action ~ '^(organization\\.[pbtl]|character|tool)' ORDER BY seq", admin.me["orgId"])
    assert [row["action"] for row in rows] == [
        "organization.profile_changed", "character.created", "character.changed", "character.deleted", "tool.created",
        "organization.tools_chosen", "tool.deleted", "organization.branding_changed"]
    assert {rows[1]["target_id"], rows[3]["target_id"]} == {person["id"]} and "Mara" not in str(rows) and "Lantern" not in str(rows)


EVIL = '<img src=x onerror=alert(1)>"\'&amp;</style><script>alert(2)</script>'


def test_d5_branding_in_report_certificate_and_public_page(new_admin):
    """D5, D6: name and line are text, the colour is the sheet's; the policy names the sheet as it is. The public page agrees."""
    admin = new_admin(organization="Registered Ltd")
    exercise = admin.run("bec", questionCount=3)
    paths = [f"/api/portal/{kind}?sessionId={exercise}" for kind in ("report", "certificate")]
    plain = [Page(admin.get(path).text) for path in paths]
    assert all("Registered Ltd" in page.text and "#7a0019" not in page.style for page in plain)
    put(admin, "branding", {"displayName": "Brand " + EVIL, "accentColor": "#7A0019", "footerText": "Line " + EVIL})
    for path, before in zip(paths, plain):
        reply = admin.get(path)
        page = Page(reply.text)
        page.assert_inert()
        assert "Brand " + EVIL in "".join(page.texts) and "Line " + EVIL in "".join(page.texts) and "Registered Ltd" not in page.text
        assert page.count("img") == before.count("img")
        assert page.style.startswith(before.style) and "#7a0019" in page.style[len(before.style):]
        assert page.style_hash() in reply.headers["Content-Security-Policy"]
    certificate = admin.session(exercise)["certificate"]["id"]
    assert Client(admin.instance).call("GET", f"/api/public/certificates/{certificate}")["organization"] == "Brand " + EVIL
    put(admin, "branding", {})
    assert [Page(admin.get(path).text).style for path in paths] == [page.style for page in plain]


def test_branding_is_not_the_next_organisations(admin, new_admin):
    """A3: the sheet of one request leaves nothing behind for the next."""
    put(admin, "branding", {"accentColor": "#7a0019", "displayName": "Brand"})
    stranger = new_admin()
    mine, theirs = admin.run("bec", questionCount=3), stranger.run("bec", questionCount=3)
    for _ in range(8):
        assert "#7a0019" in admin.get(f"/api/portal/report?sessionId={mine}").text
        page = stranger.get(f"/api/portal/report?sessionId={theirs}").text
        assert "#7a0019" not in page and "Brand" not in page
