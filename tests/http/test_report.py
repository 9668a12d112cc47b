"""The executive report: figures as SQL computes them, markup as text (D5), headers (D6), recommendations (D2), no invention (D1)."""
import re

import pytest

from tests.lib import Library, offered
from tests.lib.client import questions
from tests.lib.library import pattern
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
    assert f"{db['points']:,} of {db['max']:,} points over {count} decisions" in page.text
    assert f"{db['best']} of {count} decisions took the best option" in page.text
    assert f"Accuracy {int(db['best'] * 100 / count + 0.5)}%" in page.text
    assert f"Completion {db['answered']} of {count}" in page.text and f"Too late {db['expired']} of {count}" in page.text
    assert f"Score {int(db['earned'] * 1000 / db['max']) / 10:.1f}%" in page.text
    interval = re.search(r"95% range (\d+)% to (\d+)%", page.text)
    assert bool(interval) == (count >= 10)
    if interval:
        p, z = db["best"] / count, 1.96
        middle, reach = p + z * z / (2 * count), z * (p * (1 - p) / count + z * z / (4 * count * count)) ** 0.5
        low, high = ((middle - reach) / (1 + z * z / count), (middle + reach) / (1 + z * z / count))
        assert abs(int(interval[1]) - 100 * low) <= 0.6 and abs(int(interval[2]) - 100 * high) <= 0.6
    else:
        assert "Too few decisions to give a range." in page.text
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
    assert "▲ Up 100 percentage points of accuracy from the run before (10 decisions now, 10 then)." in text
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
    gap = round(abs(50 - correct / 3 * 100))
    judged = f"{gap} points too sure" if correct < 1.5 else f"{gap} points too cautious"
    assert f"People were 50% sure and {correct / 3 * 100:.0f}% right over 3 answers with a confidence: {judged}." in page.text
    assert re.search(r"Time to decide (under 1|\d+) s Median over 3 answers\.", page.text)


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
    assert re.findall(r"\d%", head)
    for match in re.finditer(r"\d%", head):
        around = head[max(0, match.start() - 160):match.end() + 160]
        assert re.search(r"n=\d+|\d+ of \d+|\d+ decisions| \d+ ", around), around


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
    assert page.count("style") == 1 and page.count("h1") == 1 and ("html", {"lang": "en", "dir": "ltr"}) in page.tags
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
    assert "Too late 1 of 3 Time ran out" in text and "2 of 3 decisions took the best option" in text


# ---- the language of the exercise, whatever the reader's ----

@pytest.fixture(scope="module")
def translated(instance):
    with offered(instance, "bec", "de", "fr", "xx"):
        yield


@pytest.mark.parametrize("language, found", [
    ("de", ["Trefferquote", "Punktwert", "von 12 Entscheidungen fiel die Wahl", "Schwierigkeit Mittel", "Fünf Maßnahmen",
            "Mit mehr Fragen"]),
    ("fr", ["Précision", "sur 12 décisions avec la meilleure option", "Difficulté Intermédiaire", "Cinq actions", "Découle de F1"]),
])
def test_the_report_is_in_the_language_of_the_exercise(instance, new_admin, translated, language, found):
    """Item 2: read by somebody whose language is English; numbers, plurals and names of parts as that language has them; dates ISO."""
    admin = new_admin()
    exercise = admin.run("bec", "mixed", questionCount=12, language=language)
    assert admin.session(exercise)["language"] == language and admin.call("GET", "/api/portal/me")["language"] == "en"
    _, page = report(admin, exercise)
    assert ("html", {"lang": language, "dir": "ltr"}) in page.tags
    for words in found:
        assert words in page.text, words
    db = figures(instance, exercise)
    tenths = int(db["earned"] * 1000 / db["max"])
    assert f"{tenths // 10},{tenths % 10} %" in page.text
    assert re.search(r"\d{4}-\d\d-\d\d \d\d:\d\d", page.text)
    for english in ("decision", "Accuracy", "best option", "Owner", "Overall", "of its", "Stage", "Findings", "answered"):
        assert english not in own_words(page), english


def own_words(page):
    """The report's text without that of the library, which is English in this test."""
    library, text = Library.of("bec"), page.text
    pieces = {library.doc["title"], library.doc["blueprint"]["title"]}
    for stage in library.doc["blueprint"]["stages"]:
        pieces |= {stage["title"], *stage["clock"].values()}
    for objective in library.doc["blueprint"]["objectives"]:
        pieces |= {objective["text"], objective["capability"]}
    for item in library.questions:
        pieces |= {option["text"] for option in item["options"]} | set(item["consequence"].values())
    for piece in sorted(pieces, key=len, reverse=True):
        text = pattern(" ".join(piece.split())).sub(" ", text)
    return text


def test_a_language_that_nobody_wrote_words_for_is_reported_on_in_english(admin, translated):
    """Unknown to the catalogue: English sentences, and what the scenario says is marked as its own language."""
    exercise = admin.run("bec", "worst", questionCount=3, language="xx")
    _, page = report(admin, exercise)
    assert ("html", {"lang": "en", "dir": "ltr"}) in page.tags and "Accuracy 0%" in page.text
    assert any(attributes.get("lang") == "xx" for _, attributes in page.tags)


def test_one_headline_and_how_the_others_follow(admin):
    """Finding 15: accuracy stands first, and every other figure has its sentence."""
    text = report(admin, admin.run("bec", "mixed", questionCount=12))[1].text
    head = text[text.index("Overall:"):text.index("Rating by objective")]
    assert head.index("Accuracy") < head.index("Score") < head.index("Completion")
    assert "This is the headline figure." in head and "like accuracy, but hard questions count more" in head
    assert "The rating follows from the score: P (performed without challenges) from 85%, S (with some) from 70%" in text


def test_sentences_are_not_the_engineers(admin):
    """Finding 17: what a board reads."""
    text = "".join(report(admin, admin.run("bec", choose, questionCount=count))[1].text
                   for choose, count in (("worst", 12), ("best", 3), ("mixed", 12)))
    for words in ("n is too small", "lost credit times points", "sum of points x credit", "n = ", "Expired", "to name one:"):
        assert words not in text, words


# ---- charts ----

def luminance(colour):
    parts = [int(colour[i:i + 2], 16) / 255 for i in (1, 3, 5)]
    return sum(w * (c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4) for w, c in zip((0.2126, 0.7152, 0.0722), parts))


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_fills_can_be_told_apart_in_grey(admin, scheme):
    """Finding 11: of two fills that can stand side by side either one has a pattern, or they differ 3 to 1 without their colour."""
    page = report(admin, admin.run("bec", "mixed", questionCount=12))[1]
    variables = {}
    for rule in page.style.split(":root{")[1:1 + (scheme == "dark") + 1]:
        variables.update(re.findall(r"--(\w+):(#[0-9a-f]{3,6})\b", rule.partition("}")[0]))
    long = {name: value if len(value) == 7 else "#" + "".join(2 * c for c in value[1:]) for name, value in variables.items()}
    patterned = {attributes["class"] for name, attributes in page.tags if name == "rect" and "url(#" in attributes.get("fill", "")}
    ids = {attributes.get("id") for name, attributes in page.tags if name == "pattern"}
    assert patterned == {"c-part", "c-poor"} and ids == {"dots", "strokes"}
    edged = {"c-late", "c-none"}  # bare, with an edge of their own
    fills = {"c-best": "best", "c-part": "part", "c-poor": "poor", "c-late": "late", "c-none": "none"}
    for one in fills:
        for other in fills:
            light, dark = sorted((luminance(long[fills[one]]), luminance(long[fills[other]])), reverse=True)
            told = one == other or {one, other} & patterned or {one, other} <= edged or (light + 0.05) / (dark + 0.05) >= 3
            assert told, (one, other)
    for mark, back in (("dots", "part"), ("strokes", "poor"), ("lateline", "late")):
        light, dark = sorted((luminance(long[mark]), luminance(long[back])), reverse=True)
        assert (light + 0.05) / (dark + 0.05) >= (2 if mark == "dots" else 3), mark
