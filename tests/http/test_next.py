"""What to do next (finding 5): at most five things by role, each with a page behind it, in the caller's language."""
import pytest


def kinds(client):
    return [item["kind"] for item in client.call("GET", "/api/portal/next")["items"]]


def one(client, kind):
    (item,) = [item for item in client.call("GET", "/api/portal/next")["items"] if item["kind"] == kind]
    return item


def test_from_the_first_exercise_to_its_report(admin):
    """A newcomer is offered the first run; what is open comes before it; what is completed has a report, until it was opened."""
    member = admin.colleague()
    first = one(member, "first")
    assert kinds(member) == ["first"] and first["href"] == "/exercises/new" and 1 <= first["minutes"] <= 6 and first["due"] is None
    run = member.generate("ransomware", preset="first", name="Dry run <b>")
    member.play(run, "best", answers=1)
    item = one(member, "open")
    assert kinds(member) == ["open"] and item["href"] == f"/exercises/{run}/play" and item["title"] == "Continue Dry run <b>"
    assert item["why"].startswith("2 questions to go") and 1 <= item["minutes"] <= 4
    member.play(run, "best")
    item = one(member, "report")
    assert kinds(member) == ["report"] and item["href"] == f"/api/portal/report?sessionId={run}"
    assert member.get(item["href"]).status_code == 200
    assert kinds(member) == []
    assert kinds(admin)[0] == "first", "a colleague's run is not one's own"


def test_a_clock_comes_first_and_says_until_when(admin):
    plain = admin.generate("bec", questionCount=3)
    timed = admin.generate("bec", questionCount=3, timing="standard")
    newer = admin.generate("bec", questionCount=3)
    asked = [row["deadline"] for stage in admin.session(timed)["scenario"]["stages"] for row in stage.get("questions", [])]
    items = admin.call("GET", "/api/portal/next")["items"]
    assert [item["kind"] for item in items] == ["timed", "open", "open"]
    assert [item["href"].split("/")[2] for item in items] == [timed, newer, plain]
    assert items[0]["due"] == asked[0] and items[1]["due"] is None


def test_a_weak_theme_is_offered_for_practice(admin):
    """Below 60 % of at least 5 answers; four are too few, and a strong theme is none."""
    for theme, choose, count in (("bec", "worst", 4), ("ransomware", "best", 6), ("cloud-breach", "worst", 6)):
        run = admin.generate(theme, questionCount=count)
        admin.play(run, choose)
    item = one(admin, "weak")
    title = {row["theme"]: row["title"] for row in admin.call("GET", "/api/ttx/catalog")["themes"]}["cloud-breach"]
    assert item["href"] == "/exercises/new?theme=cloud-breach" and title in item["title"]
    assert "0%" in item["why"].replace("\u00a0", "") and "6 decisions" in item["why"]
    assert item["minutes"] > 5 and len(kinds(admin)) <= 5


def test_setting_the_organisation_up(admin):
    """The list for administrators alone: each step when it is done, and nothing when all are."""
    def steps():
        return {step["key"]: step["done"] for step in admin.call("GET", "/api/portal/next")["checklist"]}

    assert steps() == {"profile": False, "people": False, "factor": False, "exercise": False}
    for step in admin.call("GET", "/api/portal/next")["checklist"]:
        assert admin.get(step["href"]).status_code == 200, step
    admin.call("PUT", "/api/portal/profile", {"industry": "Logistics"})
    assert steps()["profile"]
    others = [admin.colleague(role=role) for role in ("MEMBER", "FACILITATOR", "AUDITOR")]
    assert steps() == {"profile": True, "people": True, "factor": False, "exercise": False}
    assert [other.call("GET", "/api/portal/next")["checklist"] for other in others] == [None] * 3
    others[0].play(others[0].generate("bec", questionCount=3), "best")
    assert steps()["exercise"]


def test_invitations_that_end_soon(instance, admin):
    for name in ("one", "two"):
        admin.call("POST", "/api/portal/invite", {"emails": [f"{name}-{admin.me['orgId'][:8]}@example.com"]})
    assert "invitations" not in kinds(admin)
    instance.sql("UPDATE muster.invitation SET expires_at = now() + interval '1 day' WHERE org_id = %s", admin.me["orgId"])
    item = one(admin, "invitations")
    assert item["title"] == "2 invitations are about to expire" and item["due"] and item["href"] == "/settings/team/invitations"
    assert kinds(admin.colleague("FACILITATOR")) == ["first"]


def test_an_auditor_reads_reports_and_plays_nothing(admin):
    auditor, member = admin.colleague("AUDITOR"), admin.colleague()
    assert kinds(auditor) == []
    runs = [member.generate("bec", questionCount=3) for _ in range(2)]
    for run in runs:
        member.play(run, "best")
    assert kinds(auditor) == ["audit", "audit"]
    auditor.get(f"/api/portal/report?sessionId={runs[1]}")
    assert one(auditor, "audit")["href"].endswith(runs[0])
    assert kinds(admin) == ["first"], "administrators are not sent through everybody's reports"


def test_the_platform(instance, new_admin):
    boss, other = new_admin(), new_admin()
    instance.sql("UPDATE muster.app_user SET role = 'SUPER_ADMIN' WHERE id = %s", boss.me["id"])
    assert one(boss, "orgs")["href"] == "/platform" and "orgs" not in kinds(other) + kinds(other.colleague("AUDITOR"))


@pytest.mark.parametrize("language", ["en", "xx", None])
def test_in_the_callers_language(instance, admin, language):
    """What is not offered is English."""
    instance.sql("UPDATE muster.app_user SET language = %s WHERE id = %s", language, admin.me["id"])
    assert one(admin, "first")["title"] == "Play your first exercise"


def test_only_with_a_credential(anon):
    anon.refused("GET", "/api/portal/next", 401, "unauthenticated")
