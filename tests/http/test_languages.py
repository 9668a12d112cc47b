"""In which language the server speaks: errors by the person's own language, else by what the browser asks for, else in English."""
import pytest

from tests.lib import Client, mailbox, offered

GONE = "/api/ttx/session/00000000-0000-4000-8000-000000000000"


def ask(client, method, path, language=None, **fields):
    return client.request(method, path, headers={"Accept-Language": language} if language else {}, **fields)


@pytest.fixture(scope="module")
def translated(instance):
    with offered(instance, "bec", "de", "fr"):
        yield


@pytest.mark.parametrize("header, language, sentence", [
    (None, "en", "There is nothing here."),
    ("de", "de", "Hier ist nichts."),
    ("de-CH, en;q=0.5", "de", "Hier ist nichts."),
    ("en;q=0.4, fr-CA;q=0.8, de;q=0.2", "fr", "Il n’y a rien ici."),
    ("xx, ar;q=0.9", "en", "There is nothing here."),
    ("de;q=0, *", "en", "There is nothing here."),
    ("," * 3000, "en", "There is nothing here."),
    ("de;q=nan, \x7f\xff;;=,q", "en", "There is nothing here."),
])
def test_errors_are_in_the_browsers_language(shared_admin, header, language, sentence):
    """The code stays; the reply says its language, and that it hangs on the header (RFC 9110, 12.5.4)."""
    reply = ask(shared_admin, "GET", GONE, header)
    assert reply.status_code == 404 and reply.json()["code"] == "not_found" and reply.json()["error"] == sentence
    assert reply.headers["Content-Language"] == language and "Accept-Language" in reply.headers["Vary"]


@pytest.mark.parametrize("language, error, fields", [
    ("de", "Einige Angaben fehlen oder sind ungültig.", {"theme": "wird benötigt", "questionCount": "muss zwischen 3 und 30 liegen"}),
    ("fr", "Certaines informations manquent ou ne sont pas valables.",
     {"theme": "est requis", "questionCount": "doit être entre 3 et 30"}),
    ("en", "Some fields are missing or invalid.", {"theme": "is required", "questionCount": "must be between 3 and 30"}),
])
def test_wrong_fields_too(shared_admin, language, error, fields):
    body = ask(shared_admin, "POST", "/api/ttx/generate", language, json={"questionCount": 2}).json()
    assert body["error"] == error
    assert {one["field"]: one["message"] for one in body["fields"]} == fields


def test_plurals(anon):
    """One character and several, as each language counts."""
    path = "/api/auth/register"
    for language, one, many in (("de", "muss mindestens 1 Zeichen haben", "darf höchstens 80 Zeichen haben"),
                                ("fr", "est requis", "doit avoir au plus 80 caractères")):
        body = ask(anon, "POST", path, language, json={"email": "a@example.com", "password": "long enough words", "firstName": "",
                                                       "lastName": "x" * 81, "organization": "Example"}).json()
        said = {field["field"]: field["message"] for field in body["fields"]}
        assert said["lastName"] == many and said["firstName"] in (one, "wird benötigt")


def test_the_persons_own_language_goes_first(instance, new_admin, translated):
    """me.language before the header; taken back, the header counts again; a language without words falls back to English."""
    admin = new_admin()
    admin.call("PUT", "/api/portal/language", json={"language": "de"})
    assert ask(admin, "GET", GONE, "fr").json()["error"] == "Hier ist nichts."
    assert ask(admin, "GET", GONE).headers["Content-Language"] == "de"
    body = ask(admin, "POST", "/api/ttx/generate", "fr", json={}).json()
    assert body["fields"] == [{"field": "theme", "message": "wird benötigt"}]
    admin.call("PUT", "/api/portal/language", json={"language": "fr"})
    assert ask(admin, "GET", GONE, "de").json()["error"] == "Il n’y a rien ici."
    instance.sql("UPDATE muster.app_user SET language = 'tlh' WHERE id = %s", admin.me["id"])
    assert ask(admin, "GET", GONE, "de").json()["error"] == "There is nothing here."
    admin.call("PUT", "/api/portal/language", json={})
    assert ask(admin, "GET", GONE, "de").json()["error"] == "Hier ist nichts."


def test_who_is_refused_is_told_in_the_browsers_language(anon, shared_admin):
    """Nobody is known then."""
    assert ask(anon, "GET", "/api/portal/me", "de").json()["error"].startswith("Melden Sie sich an")
    wrong = {"email": shared_admin.email, "password": "not this one at all"}
    assert ask(anon, "POST", "/api/auth/signin", "fr", json=wrong).json()["error"] == "L’adresse e-mail ou le mot de passe est incorrect."


def test_a_body_that_is_none(shared_admin):
    for body, german in ((b"", "Der Inhalt ist leer; er muss ein JSON-Objekt sein."), (b"{", "Der Inhalt endet zu früh."),
                         (b"{\"a\":1,\"a\":2}", "Der Inhalt enthält denselben Schlüssel zweimal."),
                         (b"{x}", "Der Inhalt ist kein gültiges JSON.")):
        reply = ask(shared_admin, "POST", "/api/ttx/generate", "de", data=body)
        assert reply.status_code == 400 and reply.json()["error"] == german


@pytest.mark.parametrize("language, sentence", [("de", "Unter dieser Adresse ist nichts."), ("fr", "Il n’y a rien à cette adresse."),
                                                ("en", "There is nothing at this address.")])
def test_nginx_says_it_too(anon, language, sentence):
    """What no service answered: in the language of the pages."""
    reply = ask(anon, "GET", "/api/nowhere", language)
    assert reply.status_code == 404 and reply.json()["error"] == sentence
    assert reply.headers["Content-Language"] == language and "Accept-Language" in reply.headers["Vary"]


def test_numbers_in_a_sentence(admin, translated):
    """Shares and counts as the language writes them: the certificate's condition, in its error and in the exercise."""
    exercise = admin.run("bec", "worst", questionCount=3)
    error = ask(admin, "GET", f"/api/portal/certificate?sessionId={exercise}", "de").json()["error"]
    assert error == ("Kein Zertifikat: Die Trefferquote liegt unter 50\u00a0% (3 von 3 rechtzeitig beantwortet, beste Option bei 0 von 3).")
    reason = ask(admin, "GET", f"/api/ttx/session/{exercise}", "fr").json()["certificate"]["reason"]
    assert reason == "la précision est inférieure à 50\u00a0%"


def test_an_answer_that_comes_twice(instance, admin):
    """An error with a result beside it."""
    exercise = admin.generate("bec", questionCount=3)
    admin.session(exercise)
    admin.answer(exercise, 0, "A")
    reply = ask(admin, "POST", f"/api/ttx/session/{exercise}/answer", "de", json={"questionIndex": 0, "selectedOption": "A"})
    assert reply.status_code == 409 and reply.json()["error"] == "Diese Frage ist schon beantwortet."
    assert reply.headers["Content-Language"] == "de"


def test_until_when_an_organisation_can_be_restored(instance, new_admin):
    """A day with the month's name."""
    admin = new_admin()
    instance.sql("INSERT INTO muster.org_ending (org_id, ends_at) VALUES (%s, '2031-03-04 05:06:07+00')", admin.me["orgId"])
    for language, sentence in (
            ("de", "Diese Organisation wird am 4. März 2031 um 05:06 UTC gelöscht. Bis dahin kann sie wiederherstellen, "
                   "wer sie verwaltet."),
            ("en", "This organisation will be deleted on 4 March 2031, 05:06 UTC. Until then an administrator of it can restore it.")):
        assert ask(admin, "GET", "/api/portal/users", language).json()["error"] == sentence


def test_programs_are_spoken_to_as_well(shared_admin, instance):
    """A key belongs to a person, whose language counts; without one it is English."""
    assert Client(instance).refused("GET", "/api/portal/me", 401, "unauthenticated")["error"].startswith("Sign in")


@pytest.mark.parametrize("own, organisation, subject, words", [
    ("fr", "de", "Une clé d’API a été créée pour votre compte", ["Bonjour Robin,", "a été créée le ", " UTC"]),
    (None, "de", "Für Ihr Konto wurde ein API-Schlüssel erstellt", ["Guten Tag Robin,", "am ", "API-Schlüssel:"]),
    ("tlh", "en", "An API key was made for your account", ["Hello Robin,", "API keys:"]),
])
def test_mails_are_in_the_readers_language(instance, new_admin, own, organisation, subject, words):
    """The person's, else the organisation's; one without words of ours is English. The HTML part says which it is."""
    admin = new_admin()
    instance.sql("UPDATE muster.org SET language = %s WHERE org_id = %s", organisation, admin.me["orgId"])
    instance.sql("UPDATE muster.app_user SET language = %s WHERE id = %s", own, admin.me["id"])
    admin.api_key(name="Report job")
    (mail,) = [mail for mail in mailbox.mails(instance, admin.email) if mail.subject == subject]
    text = mail.text.replace("\n", " ")
    assert [one for one in words if one not in text] == []
    language = {"fr": "fr", None: "de", "tlh": "en"}[own]
    assert f'<html lang="{language}" dir="ltr">' in mail.html
