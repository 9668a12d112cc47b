"""Certificates: conditions (C6), stored once with a stable id and verified in public (D4), markup as text (D5), headers (D6)."""
import re
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.lib import Client, Library, ending, offered, routes
from tests.lib.page import Page

MARKUP = '<b onmouseover=alert(1)>"\'&</b><script>1</script>'
PATH = "/api/portal/certificate?sessionId="


def run_with(client, best, questions, **fields):
    """A completed run with exactly so many best options."""
    exercise = client.generate("ransomware", questionCount=questions, **fields)
    given = []

    def choose(question, credits):
        given.append(question["questionIndex"])
        return (max if len(given) <= best else min)(credits, key=credits.get)
    client.play(exercise, choose)
    return exercise


def certificate(client, exercise, query=""):
    reply = client.get(PATH + exercise + query)
    assert reply.status_code == 200, reply.text
    return reply, Page(reply.text)


def stored(instance, exercise):
    (row,) = instance.sql("SELECT *, valid_until - issued_at AS life FROM muster.certificate WHERE exercise_id = %s", exercise)
    return row


@pytest.mark.smoke
@pytest.mark.parametrize("best, questions, grade",
                         [(10, 10, "PLATINUM"), (9, 10, "PLATINUM"), (8, 10, "GOLD"), (6, 8, "GOLD"), (7, 10, "SILVER"),
                          (6, 10, "SILVER"), (5, 10, "BRONZE"), (3, 6, "BRONZE")])
def test_grades(instance, admin, best, questions, grade):
    """C6: accuracy over the questions served: 90, 75, 60, 50 %."""
    exercise = run_with(admin, best, questions)
    _, page = certificate(admin, exercise)
    row = stored(instance, exercise)
    assert (row["grade"], row["correct_count"], row["question_count"]) == (grade, best, questions)
    assert f"{best} of {questions}" in page.text and grade in page.text and "Robin Example" in page.text
    assert admin.me["organization"]["name"] in page.text and str(row["id"]) in page.text
    assert 365 <= row["life"].days <= 366
    session = admin.session(exercise)["certificate"]
    assert session == {"eligible": True, "id": str(row["id"]), "grade": grade, "reason": None}


@pytest.mark.parametrize("best, questions", [(0, 3), (4, 10), (1, 3), (14, 29)])
def test_below_half_there_is_none(instance, admin, best, questions):
    """C6: 409 not_eligible says which condition failed, with the figures."""
    exercise = run_with(admin, best, questions)
    assert admin.session(exercise)["certificate"] == {"eligible": False, "id": None, "grade": None, "reason": "the accuracy is below 50%"}
    body = admin.refused("GET", PATH + exercise, 409, "not_eligible")
    assert "below 50%" in body["error"] and f"best option in {best} of {questions}" in body["error"]
    assert instance.sql("SELECT 1 FROM muster.certificate WHERE exercise_id = %s", exercise) == []


@pytest.mark.parametrize("late, eligible", [(2, True), (3, False)])
def test_most_questions_must_be_answered_in_time(instance, admin, late, eligible):
    """C6: at least 80 % of the questions answered in time."""
    exercise = admin.generate("bec", questionCount=10, timing="x2")
    for _ in range(late):
        admin.run_out_of_time(exercise)
    admin.play(exercise, "best")
    if eligible:
        certificate(admin, exercise)
        assert stored(instance, exercise)["grade"] == "GOLD"
    else:
        body = admin.refused("GET", PATH + exercise, 409, "not_eligible")
        assert "80%" in body["error"] and "7 of 10 answered in time" in body["error"]


def test_the_run_must_be_completed(admin):
    exercise = admin.generate("bec", questionCount=3)
    admin.play(exercise, "best", answers=2)
    body = admin.refused("GET", PATH + exercise, 409, "not_eligible")
    assert "not completed" in body["error"] and "2 of 3" in body["error"]


def test_stored_once(instance, admin):
    """D4: one id, however often it is asked for; also when asked for ten times at once; facts do not change afterwards."""
    exercise = admin.run("bec", "best", questionCount=3)

    def ask(_):
        client = Client(instance)
        client.cookie = admin.cookie
        return certificate(client, exercise)[0].text
    with ThreadPoolExecutor(10) as pool:
        pages = set(pool.map(ask, range(10)))
    assert len(pages) == 1
    before = stored(instance, exercise)
    instance.sql("UPDATE muster.app_user SET first_name = 'Renamed' WHERE id = %s", admin.me["id"])
    assert "Renamed" not in certificate(admin, exercise)[1].text
    assert stored(instance, exercise) == before


@pytest.mark.smoke
def test_public_verification(instance, admin, anon):
    """D4: whoever has the id can verify it, without a credential; nothing but the certificate's facts."""
    exercise = run_with(admin, 6, 8)
    certificate(admin, exercise)
    row = stored(instance, exercise)
    facts = anon.call("GET", f"/api/public/certificates/{row['id']}")
    assert facts == {"id": str(row["id"]), "status": "valid", "holder": "Robin Example", "organization": admin.me["organization"]["name"],
                     "exercise": admin.session(exercise)["title"], "theme": "ransomware",
                     "themeTitle": Library.of("ransomware").doc["title"], "difficulty": "INTERMEDIATE", "grade": "GOLD",
                     "accuracy": 0.75, "issuedAt": facts["issuedAt"], "validUntil": facts["validUntil"]}
    for secret in (admin.email, admin.me["id"], admin.me["orgId"], exercise):
        assert secret not in str(facts)
    instance.sql("UPDATE muster.certificate SET valid_until = now() - interval '1 day' WHERE id = %s", row["id"])
    assert anon.call("GET", f"/api/public/certificates/{row['id']}")["status"] == "expired"
    instance.sql("UPDATE muster.certificate SET revoked_at = now() WHERE id = %s", row["id"])
    assert anon.call("GET", f"/api/public/certificates/{row['id']}")["status"] == "revoked"
    instance.sql("UPDATE muster.certificate SET theme = 'taken-out' WHERE id = %s", row["id"])
    assert anon.call("GET", f"/api/public/certificates/{row['id']}")["themeTitle"] is None
    anon.refused("GET", "/api/public/certificates/00000000-0000-4000-8000-000000000000", 404, "not_found")
    anon.refused("GET", f"/api/public/certificates/{exercise}", 404, "not_found")


@pytest.mark.parametrize("language, found", [
    ("de", ["Hiermit wird bestätigt, dass", "die folgende Tabletop-Übung abgeschlossen hat", "6 von 8 Entscheidungen (Trefferquote 75 %)",
            "GOLD", "Schwierigkeit Mittel", "Stufe Gold", "Gültig bis"]),
    ("fr", ["Il est certifié que", "6 sur 8 décisions (précision 75 %)", "OR", "Difficulté Intermédiaire", "Niveau Or",
            "Valable jusqu’au"]),
    ("xx", ["This records that", "6 of 8 decisions (accuracy 75%)", "Grade Gold"]),
])
def test_in_the_language_of_the_exercise(instance, admin, language, found):
    """Item 2: whatever the holder's own language is; days as that language writes them. One without words of ours is English."""
    with offered(instance, "ransomware", language):
        exercise = run_with(admin, 6, 8, language=language)
        _, page = certificate(admin, exercise)
    tag = language if language != "xx" else "en"
    assert ("html", {"lang": tag, "dir": "ltr"}) in page.tags
    for words in found:
        assert words in page.text, words
    issued = stored(instance, exercise)["issued_at"]
    month = {"de": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
             "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
             "en": "January February March April May June July August September October November December"}[tag].split()[issued.month - 1]
    assert f"{issued.day}{'.' if tag == 'de' else ''} {month} {issued.year}" in page.text


def test_survives_the_exercise(instance, admin, anon):
    """D4: a certificate stays verifiable when its exercise is deleted."""
    exercise = admin.run("bec", "best", questionCount=3)
    certificate(admin, exercise)
    number = str(stored(instance, exercise)["id"])
    admin.call("DELETE", f"/api/ttx/session/{exercise}")
    assert anon.call("GET", f"/api/public/certificates/{number}")["status"] == "valid"


def test_verification_address(instance, admin):
    """D4, G4: the address on the page is BASE_URL/verify/<id>, in text and in a QR code, and that page exists."""
    exercise = admin.run("bec", "best", questionCount=3)
    _, page = certificate(admin, exercise)
    number = str(stored(instance, exercise)["id"])
    assert f"{instance.base_url}/verify/{number}" in page.text
    assert page.count("svg") >= 2
    reply = admin.get(f"/verify/{number}")
    assert reply.status_code == 200 and reply.headers["Content-Type"].startswith("text/html")


def test_headers(admin):
    """D6: no-store, its own policy, a safe attachment name."""
    exercise = admin.run("bec", "best", questionCount=3)
    reply, page = certificate(admin, exercise)
    assert reply.headers["Cache-Control"] == "no-store" and reply.headers["X-Content-Type-Options"] == "nosniff"
    policy = reply.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy and f"style-src {page.style_hash()}" in policy and "script-src" not in policy
    page.assert_inert()
    reply, _ = certificate(admin, exercise, "&download=1")
    assert re.fullmatch(r'attachment; filename="muster-certificate-bec-\d{4}-\d\d-\d\d\.html"', reply.headers["Content-Disposition"])


def test_markup_in_names_is_text(instance, new_admin, anon):
    """D5: holder and organisation full of markup are text in page and reply."""
    plain_admin = new_admin()
    _, plain = certificate(plain_admin, plain_admin.run("bec", "best", questionCount=3))
    admin = new_admin(first=MARKUP[:80], last="Last" + MARKUP[:70], organization="Org" + MARKUP)
    exercise = admin.run("bec", "best", questionCount=3)
    reply, page = certificate(admin, exercise)
    assert "<script" not in reply.text and "<b onmouseover" not in reply.text
    text = "".join(page.texts)
    assert "Org" + MARKUP in text and MARKUP[:80] in text
    assert {name for name, _ in page.tags} == {name for name, _ in plain.tags}
    page.assert_inert()
    facts = anon.call("GET", f"/api/public/certificates/{stored(instance, exercise)['id']}")
    assert facts["organization"] == "Org" + MARKUP


def test_a_fault_in_the_attachment_name(instance, admin):
    """D6: whatever the theme is called, the file name stays one safe word and the header one line."""
    exercise = admin.run("bec", "best", questionCount=3)
    instance.sql("UPDATE muster.exercise SET theme = %s WHERE id = %s", 'a"; x="../../é\r\nSet-Cookie: a=b', exercise)
    reply = admin.get(f"{PATH}{exercise}&download=1", contracted=False)
    assert reply.status_code == 200 and "Set-Cookie" not in reply.headers
    assert re.fullmatch(r'attachment; filename="muster-[A-Za-z0-9._-]*\.html"', reply.headers["Content-Disposition"])


def test_refusals(admin, new_admin):
    exercise = admin.run("bec", "best", questionCount=3)
    for query in ("", "?sessionId=", "?download=1"):
        admin.refused("GET", "/api/portal/certificate" + query, 400, "missing_session_id")
    admin.refused("GET", PATH + "00000000-0000-4000-8000-000000000000", 404, "not_found")
    admin.refused("GET", PATH + "nonsense", 404, "not_found")
    new_admin().refused("GET", PATH + exercise, 404, "not_found")
    admin.colleague().refused("GET", PATH + exercise, 404, "not_found")


@pytest.mark.parametrize("way", ["leaving", "removal", "organisation"])
def test_a_deleted_certificate_is_no_forgery(instance, new_admin, way):
    """E2: whose certificate is deleted with the person or the organisation: the number says that, and nothing about anybody."""
    admin = new_admin()
    member = admin.colleague(last="Vanishing")
    run = member.run("bec", questionCount=3)
    number = re.search(r"/verify/([0-9a-f-]{36})", member.call("GET", PATH + run))[1]
    anon = Client(instance)
    assert anon.call("GET", f"/api/public/certificates/{number}")["holder"] == "Robin Vanishing"
    if way == "leaving":
        member.call("POST", "/api/portal/delete-account", json={"confirmEmail": member.email})
    elif way == "removal":
        admin.call("DELETE", f"/api/portal/users/{member.me['id']}")
    else:
        ending.close(admin)
        ending.erased(instance, admin.me["orgId"])
    reply = anon.get(f"/api/public/certificates/{number}")
    assert reply.status_code == 410 and set(reply.json()) == {"error", "code", "requestId"} and reply.json()["code"] == "withdrawn"
    assert anon.get(f"/api/public/certificates/{number.upper()}").status_code == 410
    anon.refused("GET", f"/api/public/certificates/{number[:-4]}0000", 404, "not_found")
    kept = instance.sql("SELECT encode(digest, 'hex') AS digest, valid_until::text FROM muster.withdrawn_certificate")
    assert not [row for row in kept if number in row["digest"]] and {len(row["valid_until"]) for row in kept} == {10}


def test_searchers_do_not_list_certificates(anon):
    """What shows a person's name to whoever has the number is not for search engines."""
    for path in (f"/verify/{routes.NO_UUID}", f"/api/public/certificates/{routes.NO_UUID}"):
        assert anon.get(path, contracted=False).headers["X-Robots-Tag"] == "noindex", path
