"""Generating an exercise: defaults, bad input, determinism, mix, stages, slots."""
import json
import math
import re

import pytest

from tests.lib import Library
from tests.lib.client import questions

MIX = {"BEGINNER": (50, 35, 15), "INTERMEDIATE": (20, 50, 30), "ADVANCED": (10, 30, 60), "EXPERT": (5, 25, 70)}
POINTS = {"BEGINNER": (100, 150, 200), "INTERMEDIATE": (100, 200, 300), "ADVANCED": (100, 200, 400), "EXPERT": (100, 300, 500)}
LEVELS = ("easy", "medium", "hard")


def complete(client, exercise):
    """The session when every question can be seen."""
    client.play(exercise, "best")
    return client.session(exercise)


def largest_remainder(count, percents):
    exact = [count * p / 100 for p in percents]
    counts = [math.floor(x) for x in exact]
    for i in sorted(range(3), key=lambda i: (-(exact[i] - counts[i]), i))[:count - sum(counts)]:
        counts[i] += 1
    return counts


def every_text(value, path=""):
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from every_text(inner, f"{path}.{key}")
    elif isinstance(value, list):
        for i, inner in enumerate(value):
            yield from every_text(inner, f"{path}[{i}]")
    elif isinstance(value, str):
        yield path, value


@pytest.mark.smoke
def test_defaults(admin):
    exercise = admin.generate("ransomware")
    session = admin.session(exercise)
    assert {name: session[name] for name in ("theme", "difficulty", "questionCount", "language", "mode", "timing", "engine", "status")} == {
        "theme": "ransomware", "difficulty": "INTERMEDIATE", "questionCount": 12, "language": "en", "mode": "INDIVIDUAL", "timing": "off",
        "engine": "library", "status": "IN_PROGRESS"}
    assert session["orgId"] == admin.me["orgId"] and session["createdById"] == admin.me["id"] and session["completedAt"] is None
    status = admin.call("GET", f"/api/ttx/status?id={exercise}")
    assert status == {"id": exercise, "status": "IN_PROGRESS", "title": session["title"], "progress": 100, "error": None}


def test_every_wrong_field_is_named_at_once(admin):
    body = admin.refused("POST", "/api/ttx/generate", 400, "validation_failed", json={
        "difficulty": "HEROIC", "questionCount": 31, "language": "x", "mode": "SOLO", "timing": "fast", "engine": "magic", "seed": -1,
        "mitreAttackIds": "T1078", "selectedCharacters": [{"name": "Kim", "role": "CISO"}, {"role": 5}], "customIncident": "x" * 4001})
    found = {row["field"]: row["message"] for row in body["fields"]}
    assert set(found) == {"theme", "difficulty", "questionCount", "language", "mode", "timing", "engine", "seed", "mitreAttackIds",
                          "selectedCharacters[1].name", "selectedCharacters[1].role", "customIncident"}
    assert found["difficulty"] == "must be one of: BEGINNER, INTERMEDIATE, ADVANCED, EXPERT"
    assert found["questionCount"] == "must be between 3 and 30" and found["theme"] == "is required"


@pytest.mark.parametrize("count", [2, 31, 0, -5, 10 ** 30, 12.5, "12", True, None, [12]])
def test_question_count_bounds(admin, count):
    if count is None:
        assert admin.session(admin.generate("bec", questionCount=None))["questionCount"] == 12
    else:
        body = admin.refused("POST", "/api/ttx/generate", 400, "validation_failed", json={"theme": "bec", "questionCount": count})
        assert [row["field"] for row in body["fields"]] == ["questionCount"]


def test_unknown_theme_lists_the_themes(admin):
    body = admin.refused("POST", "/api/ttx/generate", 400, "validation_failed", json={"theme": "dragons"})
    (row,) = body["fields"]
    assert row["field"] == "theme" and row["message"] == "must be one of: " + ", ".join(Library.themes())
    body = admin.refused("POST", "/api/ttx/generate", 400, "validation_failed", json={"theme": "bec", "language": "tlh"})
    (row,) = body["fields"]
    assert row["field"] == "language" and row["message"].startswith("must be one of: en")


def test_catalog_is_what_can_be_generated(admin):
    catalog = admin.call("GET", "/api/ttx/catalog")
    assert [row["theme"] for row in catalog["themes"]] == Library.themes()
    for row in catalog["themes"]:
        assert row["questions"] == len(Library.of(row["theme"]).questions) >= 48 and row["stages"] == 5
        for language in row["languages"]:
            admin.generate(row["theme"], language=language, questionCount=3)
    assert [(d["difficulty"], tuple(d["mix"].values()), tuple(d["points"].values()), d["seconds"], d["xpFactor"])
            for d in catalog["difficulties"]] == [(name, MIX[name], POINTS[name], seconds, factor) for name, seconds, factor in
                                                  (("BEGINNER", 90, 1), ("INTERMEDIATE", 60, 1.5), ("ADVANCED", 45, 2), ("EXPERT", 30, 3))]
    assert catalog["questionCount"] == {"min": 3, "max": 30, "default": 12}


def skeleton(session):
    """What the same seed must repeat: everything but ids, times and people."""
    return [session["title"], session["scenario"]["totalPoints"],
            [(stage["title"], stage["narrative"], [(q["question"], q["context"], q["maxPoints"], [o["text"] for o in q["options"]])
                                                   for q in stage["questions"]]) for stage in session["scenario"]["stages"]]]


@pytest.mark.smoke
@pytest.mark.parametrize("theme", Library.themes())
def test_same_seed_same_exercise(admin, theme):
    """Same seed and inputs, same exercise, to the order of the options; another seed, another one."""
    fields = {"seed": 4711, "questionCount": 15, "difficulty": "ADVANCED"}
    first, second = (skeleton(complete(admin, admin.generate(theme, **fields))) for _ in range(2))
    assert first == second
    assert skeleton(complete(admin, admin.generate(theme, **{**fields, "seed": 4712}))) != first


def test_same_seed_for_another_organisation(admin, new_admin):
    """The seed decides, not who asks: only the slots differ."""
    ids = []
    for person in (admin, new_admin()):
        session = complete(person, person.generate("ransomware", seed=99, questionCount=9))
        ids.append([Library.of("ransomware").item(q)["id"] for q in questions(session)])
    assert ids[0] == ids[1]


def test_without_seed_new_questions_come_first(admin):
    """A second exercise of a theme avoids what the person has just met."""
    met = []
    for _ in range(2):
        session = complete(admin, admin.generate("bec", questionCount=12))
        met.append({Library.of("bec").item(q)["id"] for q in questions(session)})
    assert len(met[0]) == len(met[1]) == 12
    assert len(met[0] & met[1]) <= 3


@pytest.mark.parametrize("difficulty", MIX)
@pytest.mark.parametrize("theme", Library.themes())
def test_mix_points_and_no_duplicates(admin, theme, difficulty):
    """The mix of levels of the difficulty, the points of each level, no question twice."""
    session = complete(admin, admin.generate(theme, difficulty=difficulty, questionCount=20))
    asked = questions(session)
    assert [q["questionIndex"] for q in asked] == list(range(20))
    assert [sum(q["difficulty"] == level for q in asked) for level in LEVELS] == largest_remainder(20, MIX[difficulty])
    assert all(q["maxPoints"] == POINTS[difficulty][LEVELS.index(q["difficulty"])] for q in asked)
    assert session["scenario"]["totalPoints"] == sum(q["maxPoints"] for q in asked) == session["participants"][0]["totalScore"]
    assert len({Library.of(theme).item(q)["id"] for q in asked}) == 20


@pytest.mark.parametrize("count", range(3, 31))
def test_stages(shared_admin, count):
    """min(5, max(3, ceil(n/3))) stages, with as many questions as asked for, dealt out evenly."""
    theme = Library.themes()[count % len(Library.themes())]
    session = shared_admin.session(shared_admin.generate(theme, questionCount=count))
    stages = session["scenario"]["stages"]
    sizes = [stage["questionCount"] for stage in stages]
    assert len(stages) == min(5, max(3, math.ceil(count / 3)))
    assert sum(sizes) == count == session["questionCount"] and max(sizes) - min(sizes) <= 1
    assert [stage["stageNumber"] for stage in stages] == list(range(1, len(stages) + 1))
    assert [stage["locked"] for stage in stages] == [False] + [True] * (len(stages) - 1)


def test_wanted_techniques_are_preferred(admin):
    wanted = admin.call("GET", "/api/ttx/catalog")["techniques"]
    library = Library.of("ransomware")
    counts = {t["id"]: sum(t["id"] in q["attack"] for q in library.questions) for t in wanted}
    technique = max(counts, key=counts.get)
    share = []
    for extra in ({}, {"mitreAttackIds": [technique]}):
        session = complete(admin, admin.generate("ransomware", seed=5, questionCount=15, **extra))
        share.append(sum(technique in q["mitreTechniques"] for q in questions(session)))
    assert share[1] > share[0] and admin.session(admin.generate("bec", mitreAttackIds=["T1566"]))["mitreAttackIds"] == ["T1566"]


PROFILE = {"industry": "maritime logistics", "headquarters": "Rotterdam", "criticalAssets": ["the berth planning system"],
           "regulatoryBodies": ["the port authority"], "primaryCloudProvider": "Nimbus Cloud", "socModel": "the watch desk provider"}
TOOLS = {"EDR": "Falconet EDR", "SIEM": "Lantern SIEM", "EMAIL_SECURITY": "Postern Mail", "IDENTITY": "Gatehouse ID",
         "CLOUD_SECURITY": "Cirrus Guard", "NETWORK_SECURITY": "Tripwire Net"}
PEOPLE = {"ciso": ("Mara Lind", "Chief Information Security Officer"), "legal": ("Ole Berg", "General Counsel"),
          "it-ops": ("Tiu Kask", "Head of IT operations"), "communications": ("Ana Ruiz", "Press office"), "finance": ("Bo Falk", "CFO"),
          "executive": ("Ida Holm", "Chief Executive"), "dpo": ("Lea Roth", "Data protection officer"), "hr": ("Per Dahl", "HR")}


def slot_values(library, organization):
    """What each slot must become, from where its source says."""
    values = {}
    for name, slot in library.doc["slots"].items():
        kind, _, key = slot["source"].partition(".")
        known = {"organisation": {"name": organization}, "tool": TOOLS, "character": {r: f"{n} ({w})" for r, (n, w) in PEOPLE.items()},
                 "profile": {k: v[0] if isinstance(v, list) else v for k, v in PROFILE.items()}}[kind]
        if key in known:
            values[name] = known[key]
    return values


@pytest.mark.parametrize("theme", Library.themes())
def test_slots_from_profile_tools_and_people(instance, new_admin, theme):
    """Every slot has what organisation, profile, tools and people say, and its default where they say nothing."""
    admin = new_admin(organization="Harbour Nine")
    org = admin.me["orgId"]
    instance.sql("INSERT INTO muster.org_profile (org_id, profile) VALUES (%s, %s::jsonb)", org, json.dumps(PROFILE))
    for category, tool in TOOLS.items():
        instance.sql("INSERT INTO muster.org_tool (org_id, category, name) VALUES (%s, %s, %s)", org, category, tool)
    people = [{"name": name, "role": role, "expertise": ["calm"]} for name, role in PEOPLE.values()]
    session = complete(admin, admin.generate(theme, questionCount=30, selectedCharacters=people))
    library = Library.of(theme)
    values = slot_values(library, "Harbour Nine")
    used = set()
    for question in questions(session):
        item = library.item(question)
        used |= {name.lower() for name in re.findall(r"\{\{(\w+)\}\}", json.dumps(item))}
        assert question["question"] == library.render(item["stem"], values)
        assert question["context"] == (library.render(item["context"], values) if item.get("context") else None)
        assert question["explanation"].startswith(library.render(item["explanation"], values))
        assert sorted(o["text"] for o in question["options"]) == sorted(library.render(o["text"], values) for o in item["options"])
    narratives = {library.render(stage["narrative"], values) for stage in library.doc["blueprint"]["stages"]}
    assert {stage["narrative"] for stage in session["scenario"]["stages"]} <= narratives
    assert used & set(values)


@pytest.mark.parametrize("theme", Library.themes())
def test_texts_without_any_input(admin, theme):
    """Without profile, tools and people every slot has its default: no braces, no empty holes, sentences begin in capitals."""
    session = complete(admin, admin.generate(theme, questionCount=30))
    for path, text in every_text(session):
        assert "{{" not in text and "}}" not in text and "  " not in text.replace("\n", "").strip() or path.endswith("context"), (path,
                                                                                                                                  text)
        assert " ." not in text.replace(" ...", "") or path.endswith("context"), (path, text)
        if path.endswith((".narrative", ".overview", ".question", ".explanation", ".consequence")):
            assert text[0].upper() == text[0], (path, text)


def test_values_are_text_not_templates(instance, admin):
    """D5: a value that looks like a slot or like markup is shown as it is and not filled again."""
    people = [{"name": "{{org}} <b>\"x\"</b> & {{ciso}}", "role": role} for _, role in PEOPLE.values()]
    exercise = admin.generate("ransomware", questionCount=30, selectedCharacters=people,
                              customIncident="We run {{edr}} <script>alert(1)</script>")
    session = complete(admin, exercise)
    text = "\n".join(text for _, text in every_text(session))
    assert people[0]["name"] in text
    assert "We run {{edr}} <script>alert(1)</script>" in text


def test_own_incident_opens_the_story(admin):
    session = admin.session(admin.generate("bec", customIncident="Our treasurer left last week."))
    first = session["scenario"]["stages"][0]["injects"][0]
    assert first["text"] == "Our treasurer left last week."


def test_alias_of_a_theme(admin):
    """data-exfiltration is data-exfil; while that theme is not in the library, the message names the ones that are."""
    reply = admin.post("/api/ttx/generate", json={"theme": "data-exfiltration"})
    assert reply.status_code == (200 if "data-exfil" in Library.themes() else 400)


def test_quota_of_the_plan(instance, admin):
    """403 quota_exceeded after the month's exercises of the plan, and the counter stays."""
    instance.sql("UPDATE muster.org SET plan = 'FREE' WHERE org_id = %s", admin.me["orgId"])
    for _ in range(3):
        admin.generate("bec", questionCount=3)
    admin.refused("POST", "/api/ttx/generate", 403, "quota_exceeded", json={"theme": "bec"})
    assert instance.value("SELECT exercises FROM muster.org_usage WHERE org_id = %s", admin.me["orgId"]) == 3
    assert len(admin.call("GET", "/api/portal/sessions")) == 3


def test_sixty_an_hour_and_person(instance, admin):
    """A9 for generate: the sixty-first in an hour waits; colleagues are not hit, bad requests cost nothing."""
    admin.refused("POST", "/api/ttx/generate", 400, "validation_failed", json={"theme": "dragons"})
    for _ in range(60):
        admin.generate("bec", questionCount=3)
    reply = admin.post("/api/ttx/generate", json={"theme": "bec"})
    assert reply.status_code == 429 and 3000 < int(reply.headers["Retry-After"]) <= 3600
    admin.colleague().generate("bec", questionCount=3)
