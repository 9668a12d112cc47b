"""The executive report: figures as SQL computes them, markup as text (D5), headers (D6), recommendations (D2), no invention (D1)."""
import re

import pytest

from tests.lib import Library
from tests.lib.client import questions
from tests.lib.page import Page

MARKUP = '<img src=x onerror=alert(1)>"\'&amp;</td><script>alert(2)</script>'


def report(client, exercise, query=""):
    reply = client.get(f"/api/portal/report?sessionId={exercise}{query}")
    assert reply.status_code == 200, reply.text
    return reply, Page(reply.text)


def figures(instance, exercise):
    """What the database says, by a way of its own."""
    return instance.sql("""
        SELECT e.question_count AS n, count(a.*) AS answered, count(*) FILTER (WHERE a.is_correct) AS best, sum(a.points) AS points,
               e.total_points AS max, count(*) FILTER (WHERE a.expired) AS expired, sum(a.max_points * a.credit) / 100.0 AS earned
        FROM muster.exercise e LEFT JOIN muster.answer a ON a.org_id = e.org_id AND a.exercise_id = e.id
        WHERE e.id = %s GROUP BY e.org_id, e.id""", exercise)[0]


@pytest.mark.smoke
@pytest.mark.parametrize("theme", Library.themes())
@pytest.mark.parametrize("choose, count", [("best", 12), ("worst", 12), ("mixed", 12), ("mixed", 30), ("mixed", 3)])
def test_figures_equal_the_database(instance, admin, theme, choose, count):
    """D1, C8: every headline figure is the one SQL computes from the stored answers."""
    exercise = admin.run(theme, choose, questionCount=count, seed=count)
    _, page = report(admin, exercise)
    db = figures(instance, exercise)
    assert f"{db['points']} of {db['max']} points, n = {count}" in page.text
    assert f"{db['best']} of {count} best options" in page.text
    assert f"Accuracy {db['best'] * 100 / count:.0f} %" in page.text
    assert f"Completion {db['answered']} of {count}" in page.text and f"Expired {db['expired']} of {count}" in page.text
    assert f"Score {int(db['earned'] * 1000 / db['max']) / 10:.1f} %" in page.text
    interval = re.search(r"95 % interval (\d+) to (\d+) %", page.text)
    assert bool(interval) == (count >= 10)
    if interval:
        p, z = db["best"] / count, 1.96
        middle, reach = p + z * z / (2 * count), z * (p * (1 - p) / count + z * z / (4 * count * count)) ** 0.5
        low, high = ((middle - reach) / (1 + z * z / count), (middle + reach) / (1 + z * z / count))
        assert abs(int(interval[1]) - 100 * low) <= 0.6 and abs(int(interval[2]) - 100 * high) <= 0.6
    else:
        assert "n too small for an interval" in page.text
    for row in admin.call("GET", "/api/portal/sessions"):
        if row["id"] == exercise:
            assert round(row["accuracy"] * count) == db["best"]


def test_groups_come_from_each_questions_own_tags(instance, admin):
    """C8: the counts by level and by role are those of the questions' tags and the stored answers."""
    exercise = admin.run("ransomware", "mixed", questionCount=20)
    _, page = report(admin, exercise)
    library = Library.of("ransomware")
    sums = {}
    for question in questions(admin.session(exercise)):
        for group in (question["difficulty"], library.item(question)["role"]):
            best, n = sums.get(group, (0, 0))
            sums[group] = (best + question["isCorrect"], n + 1)
    for level in ("easy", "medium", "hard"):
        assert "{} {} of {} best".format(level.capitalize(), *sums[level]) in page.text
    roles = page.html.partition("By role addressed")[2].partition("What followed in the scenario")[0]
    found = sorted((int(b), int(n)) for b, n in re.findall(r'<span class="count">(\d+) of (\d+) best</span>', roles))
    assert found == sorted(sums[group] for group in sums if group not in ("easy", "medium", "hard"))


def recommendations(page):
    section = re.search(r"(One|Two|Three|Four|Five) actions?(.*?)Strengths to keep", page.text)
    return section[2] if section else ""


def test_recommendations_name_their_findings(admin):
    """D2: each action names findings, and each finding is one of this run's."""
    exercise = admin.run("ransomware", "worst", questionCount=15)
    _, page = report(admin, exercise)
    actions = recommendations(page)
    named = re.findall(r"Follows from ((?:F\d+(?:, )?)+)", actions)
    assert 1 <= len(named) <= 5
    listed = set(re.findall(r"F\d+", page.text.rpartition("Findings behind the actions")[2]))
    for group in named:
        assert set(re.findall(r"F\d+", group)) <= listed
    assert len(listed) == 15


def test_different_runs_give_different_recommendations(admin):
    """D2: two different runs differ in their actions; a perfect run has none."""
    texts = set()
    for choose, theme, seed in (("worst", "ransomware", 1), ("worst", "ransomware", 2), ("mixed", "ransomware", 1), ("worst", "bec", 1)):
        exercise = admin.generate(theme, questionCount=12, seed=seed)
        admin.play(exercise, choose)
        text = recommendations(report(admin, exercise)[1])
        assert "Follows from" in text
        texts.add(text)
    assert len(texts) == 4
    perfect = report(admin, admin.run("bec", "best", questionCount=12))[1]
    assert "Follows from" not in perfect.text and "Nothing was found that calls for a corrective action" in perfect.text


def test_the_same_run_gives_the_same_report(admin):
    exercise = admin.run("bec", "mixed", questionCount=9)
    first, second = (re.sub(r"generated [^<]*? UTC", "", report(admin, exercise)[0].text) for _ in range(2))
    assert first == second


def test_costly_choices_and_what_followed(admin):
    """The consequences shown are those that the scenario states for the options really chosen."""
    exercise = admin.run("cloud-breach", "worst", questionCount=9)
    _, page = report(admin, exercise)
    shown = [q["consequence"] for q in questions(admin.session(exercise)) if " ".join(q["consequence"].split()) in page.text]
    assert len(shown) == 3


def test_trend(admin):
    """D1: the first run of a kind has no trend; a later one is compared with the organisation's own earlier run."""
    first = admin.generate("bec", questionCount=10, seed=1)
    admin.play(first, "worst")
    assert "First run of this kind" in report(admin, first)[1].text
    second = admin.generate("bec", questionCount=10, seed=2)
    admin.play(second, "best")
    text = report(admin, second)[1].text
    assert "▲ up by +100 points of accuracy against the run before (n = 10, before 10)" in text
    assert "First run of this kind" in report(admin, first)[1].text
    other = admin.generate("bec", questionCount=10, difficulty="EXPERT")
    admin.play(other, "best")
    assert "First run of this kind" in report(admin, other)[1].text


def test_time_and_confidence(instance, admin):
    exercise = admin.generate("bec", questionCount=3)
    session = admin.session(exercise)
    assert session["questionCount"] == 3
    for index, confidence in enumerate((5, 3, 1)):
        admin.session(exercise)
        admin.answer(exercise, index, "A", confidence=confidence)
    _, page = report(admin, exercise)
    correct = sum(q["isCorrect"] for q in questions(admin.session(exercise)))
    gap, accuracy = f"{(0.5 - correct / 3) * 100:+.0f}", f"{correct / 3 * 100:.0f}"
    assert f"Gap {gap} points: confidence 50 % against accuracy {accuracy} % (n = 3 answers" in page.text
    assert re.search(r"Time to decide (under 1|\d+) s median from shown, or from the answer before, to answered, n = 3", page.text)


def test_no_comparison_with_others(admin):
    """D1: no benchmark, no peer, no industry figure, no tick for a control."""
    text = report(admin, admin.run("ransomware", "mixed", questionCount=12))[1].text.lower()
    for word in ("benchmark", "industry average", "peers", "percentile", "compliant", "platform average"):
        assert word not in text


def test_every_percentage_has_its_n(admin):
    """D1: what is a share says of how many."""
    exercise = admin.run("ransomware", "mixed", questionCount=12)
    _, page = report(admin, exercise)
    head = page.text.split("Method and limits")[0]
    assert re.findall(r"\d %", head)
    for match in re.finditer(r"\d %", head):
        around = head[max(0, match.start() - 160):match.end() + 160]
        assert re.search(r"n = \d+|\d+ of \d+|at least \d+ decisions| \d+ ", around), around


def test_persons_are_not_named(admin):
    page = report(admin, admin.run("bec", "mixed", questionCount=6))[1]
    assert "Robin" not in page.html and admin.email not in page.html


def test_headers(admin):
    """D6: no-store, a policy of its own that allows its one style sheet and nothing else."""
    reply, page = report(admin, admin.run("bec", "best", questionCount=3))
    assert reply.headers["Content-Type"] == "text/html; charset=utf-8" and reply.headers["Cache-Control"] == "no-store"
    policy = dict(part.strip().partition(" ")[::2] for part in reply.headers["Content-Security-Policy"].split(";"))
    assert policy == {"default-src": "'none'", "style-src": page.style_hash(), "img-src": "data:", "base-uri": "'none'",
                      "form-action": "'none'",
                      "frame-ancestors": "'self'"}
    assert reply.headers["X-Content-Type-Options"] == "nosniff" and "Content-Disposition" not in reply.headers
    page.assert_inert()
    assert page.count("style") == 1 and page.count("h1") == 1 and ("html", {"lang": "en"}) in page.tags
    assert all(attributes.get("role") == "img" or attributes.get("aria-hidden") == "true" for name,
               attributes in page.tags if name == "svg")
    assert "@page" in page.style and "prefers-color-scheme" in page.style


@pytest.mark.parametrize("value", ["1", "true"])
def test_download(admin, value):
    exercise = admin.run("bec", "best", questionCount=3)
    reply, _ = report(admin, exercise, f"&download={value}")
    assert re.fullmatch(r'attachment; filename="muster-report-bec-\d{4}-\d\d-\d\d\.html"', reply.headers["Content-Disposition"])
    assert reply.headers["Cache-Control"] == "no-store"
    assert "Content-Disposition" not in report(admin, exercise, "&download=0")[0].headers


def test_markup_in_names_is_text(instance, new_admin):
    """D5: organisation, people, tools, title and profile full of markup show up as text and make no element."""
    plain = report(*_played(new_admin(), instance, None))[1]
    reply, page = report(*_played(new_admin(organization="Evil " + MARKUP), instance, MARKUP))
    assert "Evil " + MARKUP in "".join(page.texts) and "<script" not in reply.text and "<img" not in reply.text
    page.assert_inert()
    assert sorted({name for name, _ in page.tags}) == sorted({name for name, _ in plain.tags})


def _played(admin, instance, markup):
    people = [{"name": (markup or "Plain")[:80], "role": "CISO"}]
    if markup:
        instance.sql("INSERT INTO muster.org_tool (org_id, category, name) VALUES (%s, 'SIEM', %s)", admin.me["orgId"], markup)
    exercise = admin.generate("ransomware", questionCount=12, seed=6, selectedCharacters=people, customIncident=markup or "Plain")
    if markup:
        instance.sql("UPDATE muster.exercise SET title = %s, theme = %s WHERE id = %s", "Title " + markup, "ransomware", exercise)
    admin.play(exercise, "worst")
    return admin, exercise


def test_refusals(admin, new_admin):
    """400 missing_session_id, 404 for what is not ours or no id, 409 not_completed, and an unknown variant names the known ones."""
    exercise = admin.generate("bec", questionCount=3)
    path = "/api/portal/report"
    for query in ("", "?sessionId=", "?download=1"):
        admin.refused("GET", path + query, 400, "missing_session_id")
    admin.refused("GET", f"{path}?sessionId={exercise}", 409, "not_completed")
    admin.refused("GET", f"{path}?sessionId=00000000-0000-4000-8000-000000000000", 404, "not_found")
    admin.refused("GET", f"{path}?sessionId=nonsense", 404, "not_found")
    new_admin().refused("GET", f"{path}?sessionId={exercise}", 404, "not_found")
    body = admin.refused("GET", f"{path}?sessionId={exercise}&variant=glossy", 400, "validation_failed")
    assert body["fields"] == [{"field": "variant", "message": "must be one of: executive"}]


def test_late_answers_are_counted_as_late(instance, admin):
    """C4 in the report: expired is expired, not wrong by choice."""
    exercise = admin.generate("bec", questionCount=3, timing="standard")
    admin.run_out_of_time(exercise)
    admin.play(exercise, "best")
    text = report(admin, exercise)[1].text
    assert "Expired 1 of 3 answered too late" in text and "2 of 3 best options" in text
