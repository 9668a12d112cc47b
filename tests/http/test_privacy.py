"""Personal data: what is said about it, its export, deleting an account or an organisation (E1, E2, E3, A7, C1)."""
import json
import os
import re
import secrets
import socket
import subprocess
import threading
import time
from html.parser import HTMLParser

import pytest

from common.words import catalogue
from tests.lib import Client, Instance, Library, ending
from tests.lib.client import PASSWORD
from tests.lib.instance import wait_for
from tests.lib.library import longest_piece

pytestmark = pytest.mark.long

EXPORT = "/api/portal/gdpr-export"


def export(client):
    return client.call("GET", EXPORT)


def later(instance, client, minutes):
    """The client's sessions began so long ago."""
    instance.sql("UPDATE muster.user_session SET created_at = created_at - make_interval(mins => %s) WHERE user_id = %s",
                 minutes, client.me["id"])


def leave(client, email=None, expect=200):
    return client.call("POST", "/api/portal/delete-account", json={"confirmEmail": email or client.email}, expect=expect)


def close(client):
    """The organisation is gone at once, as if seven days had passed."""
    ending.close(client)
    ending.erased(client.instance, client.me["orgId"])


def receipts(instance, number):
    return instance.sql("SELECT kind FROM muster.erasure_receipt WHERE id = %s", number)


# ---- what is said ----

def test_notice(instance, admin):
    """E1, E4: every category of the registry with its period; it follows what is configured."""
    notice = admin.call("GET", "/api/portal/privacy")
    assert [row["key"] for row in notice["categories"]] == [
        row["key"] for row in instance.sql("SELECT key FROM muster.personal_category ORDER BY position")]
    assert all(row[name] for row in notice["categories"] for name in ("label", "purpose", "legalBasis", "retention", "erasure"))
    assert notice["thirdParties"] == [] and notice["recentSignIn"] is True
    period = {row["key"]: row["retention"] for row in notice["categories"]}["sessions"]
    assert "Expired sessions are removed after 7 days." in period
    later(instance, admin, 16)
    assert admin.call("GET", "/api/portal/privacy")["recentSignIn"] is False


COLUMNS = {"label": "label", "purpose": "purpose", "legalBasis": "legal_basis", "retention": "retention", "erasure": "erasure"}
DAYS = re.compile(r"\{days, plural, one \{# (\w+)\} other \{# (\w+)\}\}")


def snake(key):
    return re.sub(r"[A-Z]", lambda letter: "_" + letter[0].lower(), key)


def test_registry_and_catalogue_say_the_same(instance):
    """E1, G9: the English words of each category and rule are those of the registry, and every whole language has them all."""
    words = catalogue.load()
    english = words["en"]["categories"]
    rules = instance.sql("SELECT name, sentence FROM muster.retention WHERE category IS NOT NULL")
    said = {"rule." + row["name"]: row["sentence"] for row in rules}
    for row in instance.sql("SELECT * FROM muster.personal_category"):
        said |= {f"{snake(row['key'])}.{name}": row[name] for name in ("label", "purpose", "retention", "erasure")}
        assert row["legal_basis"] in [text for key, text in english.items() if key.startswith("basis.")]
    assert {key: DAYS.sub("%s days", text) for key, text in english.items() if not key.startswith("basis.")} == said
    for lang, row in catalogue.languages().items():
        assert not row["whole"] or set(words[lang]["categories"]) == set(english), lang


@pytest.mark.parametrize("lang", [lang for lang, row in catalogue.languages().items() if row["offered"]])
def test_notice_in_the_readers_language(instance, new_admin, lang):
    """E1, G9: the notice and the page to read are in the browser's language, and in the person's own once there is one."""
    person, words = new_admin(), catalogue.load()[lang]
    instance.sql("UPDATE muster.retention SET days = 1 WHERE name = 'known_devices'")
    try:
        for header, own in ((lang, None), ("xx", lang), ("fr" if lang != "fr" else "de", lang)):
            instance.sql("UPDATE muster.app_user SET language = %s WHERE id = %s", own, person.me["id"])
            read_in(person, {"Accept-Language": header}, lang, words)
        rows = instance.sql("SELECT * FROM muster.personal_category ORDER BY position")
        # Programs get English.
        told = person.request("GET", EXPORT, headers={"Accept-Language": lang}).json()["dataProcessing"]["categories"]
        assert [[one[name] for name in COLUMNS if name != "retention"] for one in told] == [
            [row[column] for name, column in COLUMNS.items() if name != "retention"] for row in rows]
    finally:
        instance.sql("UPDATE muster.retention SET days = 180 WHERE name = 'known_devices'")


def read_in(person, headers, lang, words):
    reply = person.request("GET", "/api/portal/privacy", headers=headers)
    assert reply.headers["Content-Language"] == lang
    shown, said = reply.json()["categories"], words["categories"]
    for row in shown:
        key = snake(row["key"])
        assert all(row[name] == said[f"{key}.{name}"] for name in ("label", "purpose", "erasure"))
        assert row["legalBasis"] in [text for key, text in said.items() if key.startswith("basis.")]
        assert row["retention"].startswith(said[f"{key}.retention"]) and "{" not in row["retention"]
    (period,) = [row["retention"] for row in shown if row["key"] == "sessions"]
    for rule, days in (("sessions", 7), ("known_devices", 1)):
        assert DAYS.sub(lambda way, n=days: f"{n} {way[1 if n == 1 else 2]}", said["rule." + rule]) in period
    reply = person.request("GET", EXPORT + "?format=html", headers=headers)
    assert reply.headers["Content-Language"] == lang and f'<html lang="{lang}"' in reply.text
    texts = Page(reply.text).texts
    assert {words["export"]["title"], words["export"]["none"]} | {row["label"] for row in shown if row["exported"]} <= set(texts)
    for row in shown:
        if row["exported"]:
            for line, name in (("purpose", "purpose"), ("basis", "legalBasis"), ("retention", "retention"), ("erasure", "erasure")):
                assert words["export"][line].replace("{text}", row[name]) in texts


def test_third_parties_follow_from_the_settings():
    """G4: who else gets data is what is configured."""
    with Instance(SMTP_URL="smtp://mail.example.net:2525", SMTP_TLS="off", MAIL_FROM="muster@example.net", LIMIT_EXPORT=2) as own:
        admin = Client(own).register().signin()
        (party,) = admin.call("GET", "/api/portal/privacy")["thirdParties"]
        assert party["name"] == "mail.example.net"
        assert export(admin)["dataProcessing"]["thirdParties"] == [party]
        assert "mail.example.net delivers mail" in admin.get(EXPORT + "?format=html").text
        # The third within an hour, counted by person.
        refused = admin.get(EXPORT)
        assert refused.status_code == 429 and 3000 < int(refused.headers["Retry-After"]) <= 3600
        assert admin.api_key(scopes=["account"]).get(EXPORT).status_code == 429
        assert Client(own).register().signin().get(EXPORT).status_code == 200


# ---- export ----

def test_export_has_every_category(instance, admin):
    """E1: the keys are those of the contract and of the registry; the attachment has its name."""
    member = admin.colleague(first="Ada", last="Byron")
    run = member.run("bec", questionCount=3, difficulty="BEGINNER")
    member.call("GET", f"/api/portal/certificate?sessionId={run}")
    key = member.api_key(scopes=["account", "results"])
    reply = key.get(EXPORT)
    assert re.fullmatch(r'attachment; filename="gdpr-export-\d{4}-\d\d-\d\d\.json"', reply.headers["Content-Disposition"])
    assert reply.headers["Cache-Control"] == "no-store"
    doc = reply.json()
    categories = instance.sql("SELECT key FROM muster.personal_category WHERE form <> 'none'")
    assert set(doc) == {"exportDate", "gdprArticle", "dataProcessing"} | {row["key"] for row in categories}
    me = doc["personalData"]
    assert (me["email"], me["firstName"], me["lastName"], me["role"]) == (member.email, "Ada", "Byron", "MEMBER")
    assert me["organization"]["id"] == member.me["orgId"] and me["organization"]["name"] == member.me["organization"]["name"]
    (history,) = doc["exerciseHistory"]
    assert history["exerciseId"] == run and history["theme"] == "bec" and history["difficulty"] == "BEGINNER"
    assert len(history["answers"]) == 3 and history["score"] == sum(answer["points"] for answer in history["answers"])
    assert doc["playbooks"] == [] and doc["duels"] == []
    assert [row["holder"] for row in doc["certificates"]] == ["Ada Byron"]
    assert [row["prefix"] for row in doc["apiKeys"]] == [key.key[:11]]
    assert [row["id"] for row in doc["createdExercises"]] == [run]
    assert {row["action"] for row in doc["auditLog"]} >= {"user.joined", "user.signed_in", "api_key.created", "exercise.generated"}
    assert [row["address"] for row in doc["sessions"] if "address" in row] == [member.address]
    assert len([row for row in doc["sessions"] if "address" not in row]) == 1, "the device that signed in"


def test_export_holds_nothing_of_others_and_no_secret(instance, admin):
    """E1, A6, B2: one's own rows alone; no hash, no sealed value, no token, no recipe."""
    member, other = admin.colleague(first="Ada"), admin.colleague(first="Grace")
    for client in (member, other, admin):
        client.run("bec", questionCount=3)
        client.api_key()
        client.post("/api/auth/mfa", json={})
    text = member.get(EXPORT).text
    for stranger in (other, admin):
        assert stranger.email not in text and stranger.me["id"] not in text
    hidden = instance.sql("SELECT encode(k.token_hash, 'hex') AS a, encode(s.token_hash, 'hex') AS b, c.password_hash AS c, f.sealed AS d "
                          "FROM muster.api_key k JOIN muster.user_session s USING (user_id) JOIN muster.credential c USING (user_id) "
                          "JOIN muster.second_factor f USING (user_id) WHERE user_id = %s", member.me["id"])
    assert hidden
    for row in hidden:
        for value in row.values():
            assert value not in text and value[10:40] not in text
    data = {key: value for key, value in json.loads(text).items() if key != "dataProcessing"}
    assert not re.search(r"recipe|[hH]ash|argon2|option_seed|optionSeed|sealed", json.dumps(data))


def test_export_gives_no_answer_away(admin):
    """C1: of a run that is under way the export knows the answers that were given, and nothing of the other questions."""
    library = Library.of("bec")
    exercise = admin.generate("bec", questionCount=6)
    admin.play(exercise, answers=2)
    reply = admin.get(EXPORT)
    (history,) = reply.json()["exerciseHistory"]
    given = {answer["question"] for answer in history["answers"]}
    assert len(given) == 2 and history["status"] == "IN_PROGRESS"
    for item in library.questions:
        assert item["id"] in given or item["id"] not in reply.text
        for secret in library.secrets(item):
            assert longest_piece(secret) not in reply.text


class Page(HTMLParser):
    """Texts and tags of a page."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.texts = [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)

    def handle_data(self, data):
        self.texts.append(data)


def test_export_as_a_page(admin):
    """E1, D5, D6: readable, escaped, under a policy of its own."""
    member = admin.colleague(first="<script>alert(1)</script>", last="O'Neil & \"Söhne\"")
    member.run("bec", questionCount=3)
    reply = member.get(EXPORT + "?format=html")
    assert reply.headers["Content-Type"] == "text/html; charset=utf-8" and "Content-Disposition" not in reply.headers
    assert reply.headers["Content-Security-Policy"].startswith("default-src 'none'; style-src 'sha256-")
    page = Page(reply.text)
    assert "<script>alert(1)</script>" in page.texts and "O'Neil & \"Söhne\"" in page.texts
    assert set(page.tags) <= {"html", "head", "meta", "title", "style", "body", "main", "h1", "h2", "p", "section", "dl", "dt", "dd",
                              "table", "tr", "th", "td"}
    labels = [row["label"] for row in member.call("GET", "/api/portal/privacy")["categories"] if row["exported"]]
    assert [text for text in page.texts if text in labels] == labels
    assert page.texts.count("There is nothing.") >= 3 and reply.text.endswith("</html>")
    member.refused("GET", EXPORT + "?format=pdf", 400, "validation_failed")


def test_export_keeps_what_was_written(admin):
    """E1, D6: reasons with everything that means something to PostgreSQL, JSON or HTML come out as they went in."""
    member = admin.colleague()
    said = ['He said "wait", (then) left', "C:\\share\\n,", "two\nlines\tand a tab", "<b>&amp;</b> 'é' \U0001f642", "()", '"', "NULL"]
    run = member.generate("bec", questionCount=len(said))
    for reason in said:
        stages = member.session(run)["scenario"]["stages"]
        waiting = [q for stage in stages for q in stage.get("questions", []) if "correctOption" not in q]
        member.answer(run, waiting[0]["questionIndex"], "A", rationale=reason)
    (history,) = export(member)["exerciseHistory"]
    assert [answer["rationale"] for answer in history["answers"]] == said
    assert [answer["questionIndex"] for answer in history["answers"]] == list(range(len(said)))
    assert all(type(answer["isCorrect"]) is bool and answer["confidence"] is None for answer in history["answers"])
    assert [sorted(row) for row in history["shown"]] == [["deadline", "questionIndex", "shownAt"]] * len(history["shown"]) != []
    page = Page(member.get(EXPORT + "?format=html").text)
    assert [text for text in page.texts if text in said] == said


def test_head_of_an_export(admin):
    """The headers alone."""
    reply = admin.request("HEAD", EXPORT, contracted=False)
    assert reply.status_code == 200 and reply.content == b"" and "attachment" in reply.headers["Content-Disposition"]


# ---- a person with 200,000 answers ----

ANSWERS, RUNS = 200000, 6667
ANSWERS_MADE = 30 * RUNS


@pytest.fixture(scope="module")
def own():
    # A sanitizer keeps what was freed for a while, which would count as memory.
    options = os.environ.get("ASAN_OPTIONS", "") + ":quarantine_size_mb=0:thread_local_quarantine_size_kb=0"
    with Instance(LIMIT_EXPORT=0, RATE_LIMIT_PER_MINUTE=0, ASAN_OPTIONS=options) as started:
        yield started


@pytest.fixture(scope="module")
def hoarder(own):
    """Somebody with 6,667 completed runs of 30 questions, as copies of one that was played."""
    person = Client(own).register(organization="Hoarders Ltd").signin()
    person.run("bec", questionCount=3)
    own.sql("SET session_replication_role = replica")  # no look-up of 200,000 foreign keys that are right
    own.sql("""
        INSERT INTO muster.exercise (org_id, title, theme, difficulty, language, engine, mode, timing, status, question_count,
            stage_count, current_stage, total_points, seed, library_id, recipe, question_ids, participant_count, correct_count,
            served_count, created_by, completed_at)
        SELECT org_id, title, theme, difficulty, language, engine, mode, timing, status, 30, stage_count, current_stage, total_points, seed,
            library_id, recipe, question_ids, 1, 30, 30, created_by, completed_at
        FROM muster.exercise, generate_series(1, %s) WHERE created_by = %s""", RUNS, person.me["id"])
    own.sql("""
        INSERT INTO muster.participant (org_id, exercise_id, user_id, option_seed, timing, completed_at, total_score, answered_count,
            correct_count)
        SELECT org_id, id, created_by, 1, 'off', completed_at, 3000, 30, 30 FROM muster.exercise
        WHERE created_by = %s AND question_count = 30""", person.me["id"])
    own.sql("""
        INSERT INTO muster.answer (org_id, participant_id, question_index, exercise_id, stage_number, item_id, selected, is_correct,
            credit, points, max_points, expired, confidence, rationale, shown_at, answered_at)
        SELECT p.org_id, p.id, i, p.exercise_id, 1, 'bec-101', 1, true, 100, 100, 100, false, 3, 'because of ' || i, now(), now()
        FROM muster.participant p, generate_series(0, 29) i WHERE p.user_id = %s AND p.answered_count = 30""", person.me["id"])
    own.sql("RESET session_replication_role")
    own.sql("ANALYZE")
    return person


def peaks(own):
    """Peak resident memory of each process of the family, in KiB."""
    found = {}
    for pid in own.pids("muster-auth"):
        with open(f"/proc/{pid}/status", encoding="ascii") as file:
            found[pid] = int(re.search(r"VmHWM:\s+(\d+) kB", file.read())[1])
    return found


def test_a_large_export_needs_little_memory(own, hoarder, record_property):
    """E1: 200,000 answers, whole and valid, in bounded memory."""
    other = hoarder.colleague()
    for _ in range(40):
        export(other)
    before = peaks(own)
    begin = time.monotonic()
    # Its form is checked on small ones: checking 200,000 answers takes ten times as long as sending them.
    reply = hoarder.get(EXPORT, timeout=120, contracted=False)
    seconds = time.monotonic() - begin
    after = peaks(own)
    doc = reply.json()
    answers = sum(len(run["answers"]) for run in doc["exerciseHistory"])
    assert len({run["participationId"] for run in doc["exerciseHistory"]}) == RUNS + 1 and answers >= ANSWERS
    assert len({run["id"] for run in doc["createdExercises"]}) == RUNS + 1
    assert before.keys() == after.keys(), "a process was restarted"
    growth = max(after[pid] - before[pid] for pid in before)
    print(f"export: {answers} answers, {len(reply.content) / 1e6:.0f} MB, {seconds:.1f} s, peak memory grew by {growth} KiB")
    assert growth < 2048, f"{growth} KiB for {len(reply.content)} bytes"
    page = hoarder.get(EXPORT + "?format=html", timeout=120, contracted=False).text
    assert page.endswith("</html>") and page.count("<td>because of ") == ANSWERS_MADE
    assert max(peaks(own)[pid] - before[pid] for pid in before) < 4096


@pytest.fixture
def slow(own):
    """A page of one of the last categories waits for a lock of ours: the export stands in the middle. Whoever connects anew would
    wait for it while preparing statements, so every process is connected before."""
    ask = Client(own)
    count = "SELECT count(*) FROM pg_stat_activity WHERE usename = 'muster_auth'"
    wait_for(lambda: ask.get("/healthz/auth") and own.value(count) == len(own.pids("muster-auth")), "every process is connected")
    lock = own.connect()
    with lock.cursor() as cursor:
        cursor.execute("BEGIN; LOCK TABLE muster.mail_optout IN ACCESS EXCLUSIVE MODE")
    yield lock
    lock.close()


@pytest.fixture
def bulky(own):
    """Somebody whose export fills a few buffers before it comes to the table that slow locks."""
    person = Client(own).register().signin().colleague()
    own.sql("INSERT INTO muster.user_session (org_id, user_id, token_hash, expires_at, address, user_agent) "
            "SELECT %s, %s, sha256(gen_random_uuid()::text::bytea), now() + interval '1 day', '192.0.2.1', repeat('agent ', 30) "
            "FROM generate_series(1, 400)", person.me["orgId"], person.me["id"])
    return person


def begun(client):
    """A reply of which the beginning has come; the rest waits for the lock of slow."""
    headers = {"Cookie": client.cookie, "Accept-Encoding": "identity"}
    reply = client.http.get(client.instance.url + EXPORT, headers=headers, stream=True, timeout=60)
    assert reply.status_code == 200
    return reply


def exporting(own):
    """The backend that waits in the middle of an export."""
    return own.sql("SELECT pid FROM pg_stat_activity WHERE usename = 'muster_auth' AND query LIKE '%export_page%' "
                   "AND wait_event_type = 'Lock'")


def rest(reply):
    """What still comes, and whether the reply said that it was whole."""
    data = b""
    try:
        while True:
            piece = reply.raw.read(1000)
            if not piece:
                return data, True
            data += piece
    except Exception:  # pylint: disable=broad-except  # whatever the client library calls a reply that was cut off
        return data, False


def test_a_failure_in_the_middle_does_not_look_whole(own, bulky, slow):
    """E1: the database goes away while the document is being written: the client learns that it is not the document."""
    reply = begun(bulky)
    (backend,) = wait_for(lambda: exporting(own), "an export waits")
    own.sql("SELECT pg_terminate_backend(%s)", backend["pid"])
    data, whole = rest(reply)
    assert not whole and b"sessions" in data and b"dataProcessing" not in data
    slow.close()
    assert wait_for(lambda: bulky.get("/api/portal/me").status_code == 200, "service again")


def test_an_account_that_goes_in_the_middle(own, bulky, slow):
    """E1: somebody who is gone when the next page is read gets a document that is cut off, not one that says less."""
    reply = begun(bulky)
    wait_for(lambda: exporting(own), "an export waits")
    with slow.cursor() as cursor:
        cursor.execute("DELETE FROM muster.app_user WHERE id = %s; COMMIT", (bulky.me["id"],))
    data, whole = rest(reply)
    assert not whole and b"dataProcessing" not in data
    bulky.refused("GET", EXPORT, 401, "unauthenticated")


def test_a_client_that_goes_away_ends_it(own, bulky, slow):
    """E1: nobody reads on for somebody who has left."""
    def finished():
        return sum(text.count(EXPORT) for service, text in own.logs() if service == "nginx")
    before = finished()
    with socket.create_connection(("127.0.0.1", own.port)) as client:
        client.sendall(f"GET {EXPORT} HTTP/1.1\r\nHost: localhost\r\nCookie: {bulky.cookie}\r\n\r\n".encode())
        wait_for(lambda: exporting(own), "an export waits")
    wait_for(lambda: finished() > before, "nginx knows")
    slow.close()
    wait_for(lambda: any("the client went away" in text for service, text in own.logs() if "auth" in service), "the export ends")


# ---- leaving ----

def test_deleting_ones_account(instance, admin):
    """E2, E3, A7: with the address typed; sessions and keys end, what others see stays without the person."""
    member = admin.colleague(first="Zebulon", last="Quartermain")
    run = member.run("bec", questionCount=3)
    certificate = re.search(r"/verify/([0-9a-f-]{36})", member.call("GET", f"/api/portal/certificate?sessionId={run}"))[1]
    unfinished = member.generate("bec", questionCount=3)
    key, half = member.api_key(), Client(instance).signin(member.email, PASSWORD)
    member.refused("POST", "/api/portal/delete-account", 400, "email_mismatch", json={"confirmEmail": admin.email})
    member.refused("POST", "/api/portal/delete-account", 400, "validation_failed", json={})
    assert member.get("/api/portal/me").status_code == 200
    report = admin.get(f"/api/portal/report?sessionId={run}").text
    reply = member.post("/api/portal/delete-account", json={"confirmEmail": member.email.upper()})
    assert reply.status_code == 200 and "Max-Age=0" in reply.headers["Set-Cookie"]
    assert receipts(instance, reply.json()["receipt"]) == [{"kind": "account"}]
    for client in (member, key, half):
        client.refused("GET", "/api/portal/me", 401, "unauthenticated")
    Client(instance).refused("POST", "/api/auth/signin", 401, "invalid_credentials", json={"email": member.email, "password": PASSWORD})
    rows = admin.call("GET", "/api/portal/sessions")
    assert [row["createdBy"] for row in rows if row["id"] == run] == [{"firstName": None, "lastName": None}]
    assert unfinished not in [row["id"] for row in rows]
    assert admin.get(f"/api/portal/report?sessionId={run}").text == report
    Client(instance).refused("GET", f"/api/public/certificates/{certificate}", 410, "withdrawn")
    assert "Quartermain" not in admin.get("/api/portal/audit-log").text + admin.get("/api/portal/users").text
    (entry,) = admin.call("GET", "/api/portal/audit-log?action=user.erased")
    assert entry["actor"]["id"] is None and entry["actor"]["name"] is None
    assert instance.value("SELECT muster.audit_verify(%s)", admin.me["orgId"]) is None
    # Nothing stands in the way of starting anew.
    Client(instance).register(email=member.email).signin()


def test_leaving_twice_at_once(instance, admin):
    """E2: a second request that was let in before the first was done finds nobody, as every later one does."""
    person = admin.colleague()
    path, body = "/api/portal/delete-account", {"confirmEmail": person.email}
    lock, statuses = instance.connect(), []
    with lock.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(hashtextextended('seats:' || %s, 0))", (person.me["orgId"],))

    def ask():
        second = Client(instance)
        second.cookie = person.cookie
        statuses.append(second.post(path, json=body).status_code)
    threads = [threading.Thread(target=ask) for _ in range(2)]
    for thread in threads:
        thread.start()
    try:
        wait_for(lambda: instance.value("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted") == 2, "both wait")
    finally:
        lock.close()
    for thread in threads:
        thread.join()
    assert sorted(statuses) == [200, 401]


def test_an_address_that_was_only_typed(instance, new_admin):
    """A3, A14, E1: who registers with somebody else's address neither sees nor deletes what other organisations hold about it."""
    host, target = new_admin(organization="Secret Merger Ltd"), f"target-{secrets.token_hex(4)}@example.com"
    host.call("POST", "/api/portal/invite", json={"emails": [target], "role": "AUDITOR"})
    for leaves in (leave, close):
        squatter = Client(instance).register(email=target).signin()
        assert "Secret Merger" not in squatter.get(EXPORT).text and "AUDITOR" not in squatter.get(EXPORT).text
        if leaves is leave:
            squatter.colleague("CLIENT_ADMIN")
        leaves(squatter)
        assert [row["email"] for row in host.call("GET", "/api/portal/invitations")] == [target]
    owner = Client(instance).register(email=target).signin()
    instance.sql("UPDATE muster.app_user SET email_verified_at = now() WHERE id = %s", owner.me["id"])
    (invitation,) = export(owner)["invitations"]
    assert invitation["organization"] == "Secret Merger Ltd"
    close(owner)
    assert host.call("GET", "/api/portal/invitations") == []


def test_export_of_what_others_did_and_of_ones_own_words(admin):
    """E1: entries of the log about a person without being by the person, and the incident described for an exercise."""
    member = admin.colleague()
    Client(admin.instance).refused("POST", "/api/auth/signin", 401, "invalid_credentials",
                                   json={"email": member.email, "password": "wrong words"})
    admin.call("PUT", f"/api/portal/users/{member.me['id']}", json={"role": "FACILITATOR"})
    member.generate("bec", questionCount=3, customIncident="A supplier's new account number arrived by fax.")
    doc = export(member)
    assert [(row["action"], row["by"]) for row in doc["auditLog"] if row.get("about") == "you"] == [
        ("user.sign_in_refused", "system"), ("user.role_changed", "session")]
    assert len({row["seq"] for row in doc["auditLog"]}) == len(doc["auditLog"])
    assert admin.me["id"] not in json.dumps(doc["auditLog"])
    assert [row["customIncident"] for row in doc["createdExercises"]] == ["A supplier's new account number arrived by fax."]


def test_a_recent_sign_in_is_needed(instance, admin):
    """E3: a cookie is not enough after 15 minutes; signing in again is; a key needs its scope."""
    member = admin.colleague()
    keyed = member.api_key(scopes=["exercises", "results", "team", "settings"])
    later(instance, member, 16)
    member.refused("POST", "/api/portal/delete-account", 403, "recent_sign_in_required", json={"confirmEmail": member.email})
    keyed.refused("POST", "/api/portal/delete-account", 403, "scope_missing", json={"confirmEmail": member.email})
    member.signin()
    later(instance, member, 14)
    leave(member)
    other = admin.colleague()
    key = other.api_key(scopes=["account"])
    later(instance, other, 100)
    assert leave(key)["success"] is True
    other.refused("GET", "/api/portal/me", 401, "unauthenticated")


def test_the_last_administrator_names_a_successor_first(instance, admin):
    """E3: 409 with what to do; two who leave at once cannot both."""
    member = admin.colleague()
    body = admin.refused("POST", "/api/portal/delete-account", 409, "last_admin", json={"confirmEmail": admin.email})
    assert "Make somebody else administrator first, or delete the organisation" in body["error"]
    admin.call("PUT", f"/api/portal/users/{member.me['id']}", json={"role": "CLIENT_ADMIN"})
    leave(admin)
    assert member.call("GET", "/api/portal/users")["seats"]["used"] == 1
    member.refused("POST", "/api/portal/delete-account", 409, "last_admin", json={"confirmEmail": member.email})
    assert instance.value("SELECT count(*) FROM muster.app_user WHERE org_id = %s", member.me["orgId"]) == 1


def test_the_last_platform_administrator_stays(instance, admin):
    """E3: an installation keeps somebody who administers it."""
    instance.sql("UPDATE muster.app_user SET role = 'SUPER_ADMIN' WHERE id = %s", admin.me["id"])
    others = [row["id"] for row in instance.sql("SELECT id FROM muster.app_user WHERE role = 'SUPER_ADMIN' AND id <> %s", admin.me["id"])]
    instance.sql("UPDATE muster.app_user SET status = 'DEACTIVATED' WHERE id = ANY (%s::uuid[])", others)
    try:
        body = admin.refused("POST", "/api/portal/delete-account", 409, "last_admin", json={"confirmEmail": admin.email})
        assert "platform" in body["error"]
        assert "platform" in ending.close(admin, expect=409)["error"]
    finally:
        instance.sql("UPDATE muster.app_user SET status = 'ACTIVE' WHERE id = ANY (%s::uuid[])", others)
        instance.sql("UPDATE muster.app_user SET role = 'CLIENT_ADMIN' WHERE id = %s", admin.me["id"])


def test_an_erasure_may_take_longer_than_other_requests(own):
    """E2, E3: nginx waits 30 seconds for others; a person with millions of answers must be possible to delete all the same."""
    admin = Client(own).register(organization="Vast Ltd").signin()
    member = admin.colleague()
    own.sql("CREATE SCHEMA slow")
    own.sql("CREATE FUNCTION slow.slow() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(31); RETURN OLD; END'")
    own.sql("CREATE TRIGGER slow BEFORE DELETE ON muster.app_user FOR EACH ROW EXECUTE FUNCTION slow.slow()")
    own.sql("GRANT USAGE ON SCHEMA slow TO PUBLIC")
    reply = leave(member)
    own.sql("DROP SCHEMA slow CASCADE")
    assert receipts(own, reply["receipt"]) == [{"kind": "account"}]
    assert own.value("SELECT count(*) FROM muster.app_user WHERE org_id = %s", admin.me["orgId"]) == 1


def test_nothing_is_left_in_a_dump(own):
    """E2: the whole database as text holds neither address nor names of who left."""
    mark = secrets.token_hex(8)
    admin = Client(own).register().signin()
    email = f"{mark}@example.com"
    stranger = Client(own).register().signin()
    token = own.invite(admin.me["orgId"], email)
    member = Client(own).register(email=email, invite=token, first=f"First{mark}", last=f"Last{mark}").signin()
    run = member.generate("bec", questionCount=3)
    for question in range(3):
        session = member.session(run)
        waiting = [q for stage in session["scenario"]["stages"] for q in stage.get("questions", []) if "correctOption" not in q]
        member.answer(run, waiting[0]["questionIndex"], "A", rationale=f"I, {mark}, think so, {question}")
    own.sql("INSERT INTO muster.certificate (org_id, exercise_id, user_id, holder, exercise_title, theme, difficulty, grade, "
            "correct_count, question_count, completed_at, valid_until) "
            "VALUES (%s, %s, %s, %s, 'x', 'bec', 'BEGINNER', 'GOLD', 3, 3, now(), now())",
            member.me["orgId"], run, member.me["id"], f"Last{mark}")
    own.sql("UPDATE muster.app_user SET email_verified_at = now() WHERE id = %s", member.me["id"])
    own.invite(stranger.me["orgId"], email)
    own.sql("SELECT muster.mail_queue_in(%s, NULL, %s, 'invitation', NULL, NULL)", stranger.me["orgId"], email)
    member.post("/api/auth/forgot-password", json={"email": email})
    member.api_key(name=f"key of {mark}")

    def dump():
        command = ["pg_dump", "-h", own.socket_dir, "-U", "postgres", "muster"]
        environment = {**os.environ, "PGPASSFILE": str(own.passfile)}
        return subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout
    # Every user agent, title and name that is about the person holds the mark.
    assert dump().count(mark) >= 9
    leave(member)
    assert [line for line in dump().splitlines() if mark in line] == []
