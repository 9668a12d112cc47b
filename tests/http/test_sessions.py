"""The organisation's exercises: newest first, pages by Link, filters, accuracy."""
import re
import urllib.parse

import pytest

ROW = {"id", "name", "title", "theme", "difficulty", "language", "mode", "timing", "status", "questionCount", "minutes", "currentStage",
       "maxScore", "myScore", "answered", "createdById", "createdAt", "startedAt", "completedAt", "createdBy", "_count", "accuracy"}


def ids(rows):
    return [row["id"] for row in rows]


def next_page(reply):
    link = reply.headers.get("Link")
    return re.fullmatch(r'<(/api/portal/sessions\?[^>]+)>; rel="next"', link).group(1) if link else None


def pages(client, path):
    """The rows of each page, following the links."""
    found = []
    while path:
        reply = client.get(path)
        assert reply.status_code == 200, reply.text
        found.append(ids(reply.json()))
        path = next_page(reply)
    return found


@pytest.fixture(scope="module")
def history(instance, shared_admin):
    """25 exercises, four of them created at the same moment; the oldest first."""
    made = [shared_admin.generate(("bec", "ransomware", "cloud-breach")[i % 3], questionCount=3,
                                  difficulty=("BEGINNER", "EXPERT")[i % 2]) for i in range(25)]
    for i, exercise in enumerate(made):
        instance.sql("UPDATE muster.exercise SET created_at = timestamptz '2026-01-01 00:00Z' + %s * interval '1 hour', "
                     "updated_at = timestamptz '2026-01-01 00:00Z' + %s * interval '1 hour' WHERE id = %s", max(i, 3), i, exercise)
    for exercise in made[:5]:
        shared_admin.play(exercise, "best")
    return made


def test_newest_first_without_scenario(shared_admin, history):
    rows = shared_admin.call("GET", "/api/portal/sessions")
    assert ids(rows)[:-4] == list(reversed(history))[:-4] and set(ids(rows)) == set(history)
    assert all(set(row) == ROW for row in rows)
    assert [row["createdAt"] for row in rows] == sorted((row["createdAt"] for row in rows), reverse=True)


@pytest.mark.parametrize("limit", [1, 2, 7, 24, 25, 26, 200])
def test_pages(shared_admin, history, limit):
    """Every row once, in one order, whatever the page size; also over rows of the same moment."""
    everything = ids(shared_admin.call("GET", "/api/portal/sessions?limit=200"))
    found = pages(shared_admin, f"/api/portal/sessions?limit={limit}")
    assert [row for page in found for row in page] == everything
    assert [len(page) for page in found[:-1]] == [limit] * (len(found) - 1) and found[-1]


def test_pages_are_stable_while_rows_arrive(shared_admin, history):
    """Keyset paging: what is added meanwhile neither shifts nor repeats anything."""
    first = shared_admin.get("/api/portal/sessions?limit=10")
    added = shared_admin.generate("bec", questionCount=3)
    rest = [row for page in pages(shared_admin, next_page(first)) for row in page]
    assert set(ids(first.json())) | set(rest) == set(history) and added not in rest and not set(ids(first.json())) & set(rest)
    shared_admin.call("DELETE", f"/api/ttx/session/{added}")


@pytest.mark.parametrize("query, chosen", [
    ("status=COMPLETED", lambda i: i < 5), ("status=IN_PROGRESS", lambda i: i >= 5), ("status=LOBBY", lambda i: False),
    ("theme=bec", lambda i: i % 3 == 0), ("theme=dragons", lambda i: False), ("difficulty=EXPERT", lambda i: i % 2 == 1),
    ("theme=bec&difficulty=EXPERT&status=IN_PROGRESS", lambda i: i % 3 == 0 and i % 2 == 1 and i >= 5)])
def test_filters(shared_admin, history, query, chosen):
    found = [row for page in pages(shared_admin, f"/api/portal/sessions?limit=2&{query}") for row in page]
    assert sorted(found) == sorted(exercise for i, exercise in enumerate(history) if chosen(i))


def test_updated_since(shared_admin, history):
    since = urllib.parse.quote("2026-01-01T20:00:00Z")
    rows = shared_admin.call("GET", f"/api/portal/sessions?updatedSince={since}&status=IN_PROGRESS")
    assert sorted(ids(rows)) == sorted(history[20:])
    played = shared_admin.call("GET", "/api/portal/sessions?updatedSince=2026-02-01T00:00:00%2B00:00")
    assert sorted(ids(played)) == sorted(history[:5])


def test_wrong_parameters_are_named_at_once(shared_admin):
    body = shared_admin.refused("GET", "/api/portal/sessions?status=OPEN&difficulty=easy&updatedSince=yesterday&limit=201&cursor=x", 400,
                                "validation_failed")
    assert {row["field"] for row in body["fields"]} == {"status", "difficulty", "updatedSince", "limit", "cursor"}


@pytest.mark.parametrize("query", ["limit=0", "limit=-1", "limit=1.5", "limit=ten", "limit=5&limit=6", "cursor=1.not-a-uuid-at-all-xxxx",
                                   "cursor=99999999999999999999.00000000-0000-4000-8000-000000000000", "theme=%00", "theme=%ff"])
def test_odd_parameters(shared_admin, query):
    shared_admin.refused("GET", "/api/portal/sessions?" + query, 400, "validation_failed")


def test_link_keeps_the_filters(shared_admin, history):
    filters = "limit=1&theme=bec&difficulty=BEGINNER&updatedSince=2020-01-01T00:00:00%2B02:00"
    path = next_page(shared_admin.get("/api/portal/sessions?" + filters))
    query = urllib.parse.parse_qs(urllib.parse.urlsplit(path).query)
    assert query["theme"] == ["bec"] and query["difficulty"] == ["BEGINNER"] and query["limit"] == ["1"]
    assert query["updatedSince"] == ["2020-01-01T00:00:00+02:00"]


def test_scores_and_accuracy(instance, admin):
    """C6, C8: accuracy over the questions served, only for completed runs; one's own score, and none of a colleague's."""
    colleague = admin.colleague(first="Kim", last="Other")
    mixed = admin.generate("ransomware", questionCount=10)
    replies = admin.play(mixed, "mixed")
    unfinished = colleague.generate("ransomware", questionCount=10)
    colleague.play(unfinished, "best", answers=2)
    rows = {row["id"]: row for row in admin.call("GET", "/api/portal/sessions")}
    assert rows[mixed]["accuracy"] == pytest.approx(sum(reply["isCorrect"] for reply in replies) / 10, abs=1e-4)
    assert rows[mixed]["myScore"] == replies[-1]["totalScore"] and rows[mixed]["answered"] == 10
    assert rows[mixed]["_count"] == {"participants": 1} and rows[mixed]["createdBy"] == {"firstName": "Robin", "lastName": "Example"}
    assert rows[unfinished]["accuracy"] is None and rows[unfinished]["myScore"] is None and rows[unfinished]["answered"] is None
    assert rows[unfinished]["createdBy"] == {"firstName": "Kim", "lastName": "Other"}
    (row,) = [row for row in colleague.call("GET", "/api/portal/sessions") if row["id"] == unfinished]
    assert row["answered"] == 2 and row["accuracy"] is None


def test_a_colleague_knows_no_accuracy(admin):
    """C15: how well a colleague did is for the person and for those who lead or audit."""
    people = {role: admin.colleague(role=role) for role in ("MEMBER", "FACILITATOR", "AUDITOR")}
    run = admin.generate("bec", questionCount=3)
    admin.play(run, "best")
    for role, person in people.items():
        (row,) = person.call("GET", "/api/portal/sessions")
        assert row["accuracy"] == (None if role == "MEMBER" else 1) and row["myScore"] is None and row["status"] == "COMPLETED", role
        (row,) = person.call("GET", "/api/portal/sessions?sort=-accuracy&q=" + urllib.parse.quote(row["title"][:5]))
        assert row["accuracy"] == (None if role == "MEMBER" else 1), role


@pytest.mark.parametrize("sort, key", [
    ("created", lambda row: row["createdAt"]), ("title", lambda row: row["title"].lower()), ("theme", lambda row: row["theme"]),
    ("difficulty", lambda row: ["BEGINNER", "INTERMEDIATE", "ADVANCED", "EXPERT"].index(row["difficulty"])),
    ("status", lambda row: ["IN_PROGRESS", "COMPLETED"].index(row["status"])), ("accuracy", lambda row: row["accuracy"]),
    ("score", lambda row: row["myScore"])])
@pytest.mark.parametrize("way", ["", "-"])
def test_sorted(shared_admin, history, sort, key, way):
    """Each order over pages of seven; what has no value comes last."""
    path, rows = f"/api/portal/sessions?limit=7&sort={way}{sort}", []
    while path:
        reply = shared_admin.get(path)
        assert reply.status_code == 200, reply.text
        rows += reply.json()
        path = next_page(reply)
    assert sorted(ids(rows)) == sorted(history)
    values = [key(row) for row in rows]
    known = [value for value in values if value is not None]
    assert known == sorted(known, reverse=way == "-") and values[len(known):] == [None] * (len(values) - len(known))


def test_name_search_and_scope(admin):
    """An own name: when generating, in the list, by search, changed and taken off by those who may, and in the log."""
    member, other, auditor = admin.colleague(), admin.colleague(), admin.colleague(role="AUDITOR")
    run = member.generate("bec", questionCount=3, name="  Übung 7_% der Nachtschicht ")
    plain = admin.generate("ransomware", questionCount=3)
    (row,) = [row for row in admin.call("GET", "/api/portal/sessions") if row["id"] == run]
    assert row["name"] == "Übung 7_% der Nachtschicht" and isinstance(row["minutes"], int) and row["minutes"] > 0
    assert member.call("GET", f"/api/ttx/session/{run}")["name"] == row["name"]
    assert member.call("GET", f"/api/ttx/session/{run}")["minutes"] == row["minutes"]

    def found(who, query):
        return ids(who.call("GET", "/api/portal/sessions?" + urllib.parse.urlencode(query)))

    assert found(admin, {"q": "übung 7_%"}) == [run] and found(admin, {"q": row["title"].upper()}) == [run]
    assert found(admin, {"q": "7__"}) == [] and found(admin, {"q": "nachtschicht", "theme": "ransomware"}) == []
    assert found(member, {"scope": "mine"}) == [run] and found(admin, {"scope": "mine"}) == [plain]
    assert found(other, {"scope": "mine"}) == []
    assert found(other, {"scope": "all"}) == [plain, run]
    path = f"/api/ttx/session/{run}"
    other.refused("PUT", path, 403, "forbidden", {"name": "Mine"})
    auditor.refused("PUT", path, 403, "forbidden", {"name": "Mine"})
    for bad in ("x" * 121, 5, ["x"]):
        assert admin.refused("PUT", path, 400, "validation_failed", {"name": bad})["fields"][0]["field"] == "name"
    for who, name, stored in ((member, "Second", "Second"), (admin.colleague(role="FACILITATOR"), "", None), (admin, "Third", "Third"),
                              (admin, None, None)):
        assert who.call("PUT", path, {"name": name}) == {"success": True}
        assert member.call("GET", path)["name"] == stored
    admin.call("PUT", path, {"name": None})
    log = [entry for entry in admin.call("GET", "/api/portal/audit-log?action=exercise.renamed")]
    assert len(log) == 4 and all(entry["target"]["id"] == run for entry in log)


def test_names_stay_in_the_organisation(shared_admin, new_admin):
    """A14."""
    run = shared_admin.generate("bec", questionCount=3)
    stranger = new_admin()
    stranger.refused("PUT", f"/api/ttx/session/{run}", 404, "not_found", {"name": "Theirs"})
    assert shared_admin.call("GET", f"/api/ttx/session/{run}")["name"] is None
    shared_admin.call("DELETE", f"/api/ttx/session/{run}")


@pytest.mark.parametrize("query", ["sort=name", "sort=--title", "scope=theirs", "q=" + "x" * 121, "sort=title&cursor=1.nothing",
                                   "sort=title&cursor=1.00000000-0000-4000-8000-000000000000." + "x" * 1000])
def test_odd_orders(shared_admin, query):
    shared_admin.refused("GET", "/api/portal/sessions?" + query, 400, "validation_failed")


def test_other_organisations_are_not_listed(shared_admin, history, new_admin):
    """A3."""
    assert new_admin().call("GET", "/api/portal/sessions") == []


def test_tenant_data_is_not_cached(shared_admin):
    assert shared_admin.get("/api/portal/sessions").headers["Cache-Control"] == "no-store"
