"""Text as people type it, and as what stands in front sends it: spellings of addresses and passwords, names that show nothing, codes,
integers, encodings, other layers' credentials, addresses of pages (A1, A4, A7, A8, A9, A10, D5)."""
import gzip
import json
import secrets
import unicodedata
import urllib.parse

import pytest

from tests.lib import Client, Instance, mailbox, otp
from tests.lib.client import PASSWORD

REGISTER, SIGNIN, FORGOT = "/api/auth/register", "/api/auth/signin", "/api/auth/forgot-password"


def person(email, **fields):
    return {"email": email, "password": PASSWORD, "firstName": "New", "lastName": "Person", "organization": "Text Ltd", **fields}


def fresh(domain="bücher.example", local="eva"):
    """An address nobody has, in letters, and in the form that mails have."""
    name = f"{local}-{secrets.token_hex(4)}"
    return f"{name}@{domain}", f"{unicodedata.normalize('NFC', name)}@{domain.encode('idna').decode()}"


def apart(text):
    return unicodedata.normalize("NFD", text)


def signs_in(instance, email, password=PASSWORD, expect=200):
    return Client(instance).call("POST", SIGNIN, json={"email": email, "password": password}, expect=expect)


# ---- two spellings of one address ----

def test_a_guest_types_the_other_spelling_of_a_domain(instance, admin):
    """A4: invited with letters, accepted with xn--, as a browser sends what is typed into a field for addresses."""
    letters, coded = fresh()
    (result,) = admin.call("POST", "/api/portal/invite", json={"emails": [letters]})["results"]
    assert result["email"] == coded and result["status"] == "invitation_created"
    token = result["inviteUrl"].split("invite=")[1]
    guest = Client(instance).register(email=coded, invite=token).signin()
    assert guest.me["orgId"] == admin.me["orgId"] and guest.me["email"] == coded
    (again,) = admin.call("POST", "/api/portal/invite", json={"emails": [letters.upper()]})["results"]
    assert again["status"] == "already_member"


def test_one_address_is_one_invitation(admin):
    letters, coded = fresh()
    reply = admin.call("POST", "/api/portal/invite", json={"emails": [letters, coded, apart(letters), letters.upper()]})
    assert [row["email"] for row in reply["results"]] == [coded]


@pytest.mark.parametrize("domain, local", [("bücher.example", "eva"), ("example.com", "jürgen"), ("straße.example", "é"),
                                           ("例え.example", "Ö")])
def test_one_address_is_one_account(instance, domain, local):
    """A second registration in another spelling is one of an address that is in use; every spelling signs in."""
    name = f"{local}-{secrets.token_hex(4)}"
    typed = f"{name}@{domain}"
    Client(instance).call("POST", REGISTER, json=person(typed), expect=201)
    me = signs_in(instance, typed)
    coded = me["email"]
    assert coded.isascii() or coded.split("@")[1].isascii()
    assert coded == unicodedata.normalize("NFC", coded)
    for other in (typed, apart(typed), typed.upper() if "ß" not in typed else typed, coded, f"{name}@{coded.split('@')[1].upper()}"):
        Client(instance).refused("POST", REGISTER, 409, "email_taken", json=person(other))
        assert signs_in(instance, other)["id"] == me["id"], other


def test_full_width_letters_are_letters(instance):
    name = f"eva{secrets.token_hex(4)}"
    wide = "".join(chr(ord(c) + 0xfee0) for c in f"{name}@example.com")
    Client(instance).call("POST", REGISTER, json=person(wide), expect=201)
    assert signs_in(instance, f"{name}@example.com")["email"] == f"{name}@example.com"


def test_joining_by_a_domain_in_letters(instance, admin, new_admin):
    """A4: the domain is added in one spelling, the address typed in the other; who was removed does not come back in either."""
    label = f"bü{secrets.token_hex(3)}"
    coded = f"{label}.example".encode("idna").decode()
    made = admin.call("POST", "/api/portal/domains", json={"domain": f"{label.upper()}.example", "mailbox": "postmaster"}, expect=201)
    assert made["domain"] == coded
    Client(instance).call("POST", "/api/auth/verify-domain", json={"token": mailbox.last(instance, f"postmaster@{coded}").token})
    body = {key: value for key, value in person(f"kit@{label}.example").items() if key != "organization"}
    Client(instance).call("POST", REGISTER, json={**body, "joinDomain": True}, expect=201)
    token = mailbox.last(instance, f"kit@{coded}").token
    Client(instance).call("POST", "/api/auth/register/confirm", json={"token": token, "password": PASSWORD})
    member = signs_in(instance, f"kit@{label}.example")
    assert member["orgId"] == admin.me["orgId"]
    admin.call("DELETE", f"/api/portal/users/{member['id']}")
    before = len(mailbox.mails(instance, f"kit@{coded}"))
    for email in (f"kit@{label}.example", f"kit@{coded}"):
        Client(instance).call("POST", REGISTER, json={**body, "email": email, "joinDomain": True}, expect=201)
    mailbox.settled(instance, f"kit@{coded}")
    assert len(mailbox.mails(instance, f"kit@{coded}")) == before


def of_everybody(instance, email):
    """Attempts at an account, whoever made them."""
    return instance.value("SELECT coalesce(sum(count), 0)::int FROM muster.attempt WHERE kind = 'signin-everybody' "
                          "AND key = sha256(convert_to(%s, 'UTF8'))", email)


def test_limits_count_an_address_once(instance, admin):
    """A9, A18: one asker's attempts at one account are counted together, and everybody's, however its address is written."""
    letters, coded = fresh()
    Client(instance).call("POST", REGISTER, json=person(letters), expect=201)
    address = instance.new_address()
    statuses = [Client(instance, address=address).post(SIGNIN, json={"email": email, "password": "wrong password"}).status_code
                for _ in range(4) for email in (letters, coded, apart(letters))]
    assert statuses == [401] * 10 + [429] * 2
    assert of_everybody(instance, coded) == 10
    assert instance.value("SELECT count(*) FROM muster.audit_log WHERE action = 'user.sign_in_refused' AND org_id = "
                          "(SELECT org_id FROM muster.app_user WHERE email = %s)", coded) == 10


def test_a18_a_device_is_known_however_the_address_is_written(instance):
    """A18: signed in with letters, the device has its own attempts for the other spellings, too; a strange one has none."""
    letters, coded = fresh()
    client = Client(instance).register(email=letters).signin()
    for email in (letters, coded, apart(letters)):
        for device, counted in ((client.device, 0), (None, 1)):
            instance.sql("DELETE FROM muster.attempt WHERE kind = 'signin-everybody'")
            headers = {"Cookie": device} if device else {}
            Client(instance).refused("POST", SIGNIN, 401, "invalid_credentials", json={"email": email, "password": "wrong password"},
                                     headers=headers)
            assert of_everybody(instance, coded) == counted, (email, device)


def test_a9_a_second_factor_gives_attempts_back_to_an_account_from_before(instance):
    """A9: an account that is stored in another form has its attempts at the password back after both steps, like any other."""
    email = f"eva-{secrets.token_hex(4)}@bücher.example"
    client = Client(instance).register().signin()
    _, codes = otp.enrol(client, instance)
    instance.sql("UPDATE muster.app_user SET email = %s WHERE id = %s", email, client.me["id"])
    address = instance.new_address()
    for code in codes[:2]:
        for _ in range(8):
            Client(instance, address=address).refused("POST", SIGNIN, 401, "invalid_credentials", json={"email": email, "password": "no"})
        half = Client(instance, address=address)
        assert half.call("POST", SIGNIN, json={"email": email, "password": PASSWORD}) == {"mfaRequired": True}
        half.call("POST", "/api/auth/mfa/verify", json={"recoveryCode": code})


def test_a_forgotten_password_in_another_spelling(instance):
    letters, coded = fresh()
    Client(instance).call("POST", REGISTER, json=person(letters), expect=201)
    Client(instance).call("POST", FORGOT, json={"email": apart(letters)})
    token = mailbox.last(instance, coded, "Choose a new password").token
    Client(instance).call("POST", "/api/auth/reset-password", json={"token": token, "password": "another horse battery 8"})
    signs_in(instance, letters, "another horse battery 8")


def test_deleting_with_another_spelling(instance):
    letters, _ = fresh()
    client = Client(instance).register(email=letters).signin()
    client.refused("POST", "/api/portal/delete-account", 400, "email_mismatch", json={"confirmEmail": "x" + letters})


@pytest.mark.parametrize("stored", ["eva-{}@bücher.example", "ju\u0308rgen-{}@example.com", "e-{}@x-.example",
                                    "e\u00ad-{}@example.com", "e-{}@1.2.3.4"])
def test_accounts_from_before_go_on(instance, stored):
    """Whatever was taken then: signing in, a new password, confirming with the address. Nobody registers it again."""
    email = stored.format(secrets.token_hex(4))
    client = Client(instance).register().signin()
    instance.sql("UPDATE muster.app_user SET email = %s WHERE id = %s", email, client.me["id"])
    assert signs_in(instance, email)["id"] == client.me["id"]
    assert signs_in(instance, email.upper() if "ß" not in email else email)["email"] == email
    again = Client(instance).post(REGISTER, json=person(email))
    assert again.status_code in (400, 409), again.text
    Client(instance).call("POST", FORGOT, json={"email": email})
    token = mailbox.last(instance, email, "Choose a new password").token
    Client(instance).call("POST", "/api/auth/reset-password", json={"token": token, "password": "another horse battery 8"})
    client.signin(email=email, password="another horse battery 8")
    client.call("POST", "/api/portal/delete-organization", json={"confirmName": client.me["organization"]["name"], "confirmEmail": email},
                expect=202)


def test_the_platform_finds_an_address_in_letters(instance, admin):
    letters, coded = fresh()
    Client(instance).call("POST", REGISTER, json=person(letters), expect=201)
    instance.sql("UPDATE muster.app_user SET role = 'SUPER_ADMIN' WHERE id = %s", admin.me["id"])
    otp.silently(admin, instance)
    for typed in (letters, apart(letters).upper(), coded):
        found = admin.call("GET", "/api/admin/users?q=" + urllib.parse.quote(typed))
        assert [row["email"] for row in found] == [coded], typed


def test_two_accounts_from_before_that_were_one_address(instance):
    """Each signs in with the spelling that it has; another spelling means the one in the normal form."""
    letters, coded = fresh()
    one, other = Client(instance).register().signin(), Client(instance).register().signin()
    instance.sql("UPDATE muster.app_user SET email = %s WHERE id = %s", letters, one.me["id"])
    instance.sql("UPDATE muster.app_user SET email = %s WHERE id = %s", coded, other.me["id"])
    assert signs_in(instance, letters)["id"] == one.me["id"]
    assert signs_in(instance, coded)["id"] == other.me["id"]
    assert signs_in(instance, apart(letters))["id"] == other.me["id"]


def test_an_invitation_from_before_is_accepted(instance, admin):
    letters, coded = fresh()
    token = instance.invite(admin.me["orgId"], letters, "MEMBER")
    assert Client(instance).register(email=coded, invite=token).signin().me["orgId"] == admin.me["orgId"]


# ---- passwords ----

@pytest.mark.parametrize("first, second", [("Grüße aus Köln 9", apart("Grüße aus Köln 9")), (apart("Grüße aus Köln 9"), "Grüße aus Köln 9"),
                                           ("correct 12345", "correct １２３４５"), ("ｃｏｒｒｅｃｔ horse", "correct horse")])
def test_a_password_is_what_it_says(instance, first, second):
    """Registered on one keyboard, signed in with another; also changed and reset. Another password is still wrong."""
    client = Client(instance).register(password=first).signin(password=second)
    signs_in(instance, client.email, first + "x", 401)
    signs_in(instance, client.email, "Grusse aus Koln 9", 401)
    client.call("POST", "/api/auth/change-password", json={"currentPassword": second, "newPassword": first})
    signs_in(instance, client.email, second)
    Client(instance).call("POST", FORGOT, json={"email": client.email})
    token = mailbox.last(instance, client.email, "Choose a new password").token
    Client(instance).call("POST", "/api/auth/reset-password", json={"token": token, "password": second})
    signs_in(instance, client.email, first)


# Of "Grüße aus Köln 9" with letters apart, as it was typed, from before passwords had one form.
OLD_HASH = "$argon2id$v=19$m=19456,t=2,p=1$c2l4dGVlbiBieXRlcyBvZg$" \
    "gNTbjJ1qL2qyua6GQLa+CToGa2GWnUAp5ks1aRbUW38"


def test_a_password_from_before_signs_in_and_gets_the_form(instance):
    """As typed it is still right; from then on the other spelling is as well."""
    client = Client(instance).register().signin()
    instance.sql("UPDATE muster.credential SET password_hash = %s WHERE user_id = %s", OLD_HASH, client.me["id"])
    signs_in(instance, client.email, "Grüße aus Köln 9", 401)
    signs_in(instance, client.email, apart("Grüße aus Köln 8"), 401)
    signs_in(instance, client.email, apart("Grüße aus Köln 9"))
    assert instance.value("SELECT password_hash FROM muster.credential WHERE user_id = %s", client.me["id"]) != OLD_HASH
    signs_in(instance, client.email, "Grüße aus Köln 9")
    signs_in(instance, client.email, apart("Grüße aus Köln 9"))


def test_rules_for_passwords_hold_in_every_spelling(instance):
    """The length counts what is compared, and common passwords are common in every width."""
    for password, word in ((apart("äöüä"), "at least 8"), ("ｐａｓｓｗｏｒｄ", "most common"), (apart("ä") * 7, "at least 8")):
        body = Client(instance).refused("POST", REGISTER, 400, "validation_failed", json=person(fresh()[0], password=password))
        assert [row["field"] for row in body["fields"]] == ["password"] and word in body["fields"][0]["message"]
    Client(instance).call("POST", REGISTER, json=person(fresh()[0], password=apart("ä" * 8)), expect=201)
    Client(instance).call("POST", REGISTER, json=person(fresh()[0], password=apart("ä" * 256)), expect=201)


# ---- names and addresses that show nothing ----

NOTHING = ["\u200b", "\u00a0", "\u3164", "\u2800", "\u200e\u200f", "\u00ad", "\u2060", "\ufeff", "\u180e", "\u115f", "\U000e0020", "\u202e"]


@pytest.mark.parametrize("text", NOTHING, ids=ascii)
def test_a_name_shows_something(instance, admin, text):
    body = Client(instance).refused("POST", REGISTER, 400, "validation_failed",
                                    json=person(fresh()[0], firstName=text, lastName=text, organization=text))
    found = {row["field"]: row["message"] for row in body["fields"]}
    assert found["firstName"] == found["lastName"] == "is required" and "organization" in found
    for path, fields in (("/api/portal/characters", {"name": text, "role": text}),
                         ("/api/portal/api-keys", {"name": text, "scopes": ["results"]}),
                         ("/api/portal/tools", {"name": text, "category": "SIEM"})):
        body = admin.refused("POST", path, 400, "validation_failed", json=fields)
        assert {row["field"]: row["message"] for row in body["fields"]}["name"] == "is required", path


def test_white_space_around_a_name_is_not_kept(instance):
    client = Client(instance).register(first="\u00a0Eva\u3000", last="\u2003Moser\n", organization=" \u00a0 Acme ").signin()
    assert (client.me["firstName"], client.me["lastName"], client.me["organization"]["name"]) == ("Eva", "Moser", "Acme")


@pytest.mark.parametrize("sign", ["\u00ad", "\u034f", "\ufe0f", "\u115f", "\u3164", "\u2800", "\u180e", "\U000e0041", "\u200b",
                                  "\u2060", "\u202e"], ids=ascii)
def test_an_address_has_no_invisible_characters(instance, admin, sign):
    email = f"a{sign}b-{secrets.token_hex(4)}@example.com"
    body = Client(instance).refused("POST", REGISTER, 400, "validation_failed", json=person(email))
    assert [row["field"] for row in body["fields"]] == ["email"]
    (result,) = admin.call("POST", "/api/portal/invite", json={"emails": [email]})["results"]
    assert result["status"] == "invalid"


@pytest.mark.parametrize("domain", ["x-.example", "-x.example", "a.-b.example", "1.2.3.4", "example.c", "ex_ample.com", "xn--0.example"])
def test_there_is_one_rule_for_domains(instance, admin, domain):
    Client(instance).refused("POST", REGISTER, 400, "validation_failed", json=person(f"a@{domain}"))
    admin.refused("POST", "/api/portal/domains", 400, "validation_failed", json={"domain": domain, "mailbox": "postmaster"})
    (result,) = admin.call("POST", "/api/portal/invite", json={"emails": [f"a@{domain}"]})["results"]
    assert result["status"] == "invalid"


# ---- codes ----

def test_codes_as_keyboards_write_them(instance, admin):
    """Digits of other scripts and widths, dashes that auto-correction made of hyphens."""
    secret, codes = otp.enrol(admin, instance)

    def prove(**code):
        client = Client(instance)
        assert client.call("POST", SIGNIN, json={"email": admin.email, "password": PASSWORD}) == {"mfaRequired": True}
        return client.call("POST", "/api/auth/mfa/verify", json=code)
    code = otp.code(secret, otp.step(1))
    prove(code="".join(chr(0xff10 + int(digit)) for digit in code))
    prove(recoveryCode=codes[0].replace("-", "–").lower())
    prove(recoveryCode=codes[1].replace("-", " — "))
    for bad in ("".join(chr(0x660 + int(digit)) for digit in code), codes[0]):
        client = Client(instance)
        client.call("POST", SIGNIN, json={"email": admin.email, "password": PASSWORD})
        client.refused("POST", "/api/auth/mfa/verify", 401, "invalid_code", json={"code": bad} if len(bad) == 6 else {"recoveryCode": bad})


def test_the_authenticator_says_which_installation(instance, admin):
    """Two installations, one address: two entries."""
    made = admin.call("POST", "/api/auth/mfa", json={})
    address = urllib.parse.urlsplit(made["uri"])
    host = instance.base_url.split("://")[1].replace(":", " ")
    assert urllib.parse.parse_qs(address.query)["issuer"] == [f"Muster ({host})"]
    label = urllib.parse.unquote(address.path.lstrip("/"))
    assert label == f"Muster ({host}):{admin.email}" and label.count(":") == 1


# ---- integers ----

@pytest.mark.parametrize("written, status", [("12.0", 200), ("1.2e1", 200), ("120e-1", 200), ("12", 200), ("12.5", 400), ("1e400", 400),
                                             ("9007199254740993.0", 400), ("12.00000000000000000001", 400), ("-12.0", 400), ('"12"', 400)])
def test_integers_as_json_allows_them(admin, written, status):
    reply = admin.post("/api/ttx/generate", data=f'{{"theme":"bec","questionCount":{written}}}',
                       headers={"Content-Type": "application/json"})
    assert reply.status_code == status, reply.text
    if status == 200:
        assert admin.session(reply.json()["id"])["questionCount"] == 12


def test_integers_of_an_answer(admin):
    exercise = admin.generate("bec", questionCount=3)
    reply = admin.post(f"/api/ttx/session/{exercise}/answer", headers={"Content-Type": "application/json"},
                       data='{"questionIndex":0.0,"selectedOption":1.0,"confidence":4.0}')
    assert reply.status_code == 200, reply.text
    (row,) = [one for one in admin.session(exercise)["participants"] if one["userId"] == admin.me["id"]]
    assert row["answers"][0]["selectedOption"] in ("B", 1) and row["answers"][0]["confidence"] == 4


# ---- what headers say of a body ----

def test_encoded_bodies_are_415(admin):
    body = json.dumps({"theme": "bec"}).encode()
    for data, coding in ((gzip.compress(body), "gzip"), (body, "gzip"), (body, "br"), (body, "deflate")):
        reply = admin.post("/api/ttx/generate", data=data, headers={"Content-Type": "application/json", "Content-Encoding": coding})
        assert reply.status_code == 415 and reply.json()["code"] == "unsupported_media_type", coding
        assert reply.headers["Accept-Encoding"] == "identity"
    for charset in ("iso-8859-1", "utf-16"):
        reply = admin.post("/api/ttx/generate", data=body, headers={"Content-Type": f"application/json; charset={charset}"})
        assert reply.status_code == 415 and "UTF-8" in reply.json()["error"]
    for headers in ({"Content-Encoding": "identity"}, {"Content-Type": 'application/json; charset="UTF-8"'}):
        assert admin.post("/api/ttx/generate", data=body, headers={"Content-Type": "application/json", **headers}).status_code == 200
    reply = admin.post("/api/ttx/generate", data=b"\xef\xbb\xbf" + body, headers={"Content-Type": "application/json"})
    assert reply.status_code == 400 and "byte order mark" in reply.json()["error"]


# ---- credentials of another layer ----

@pytest.mark.parametrize("header", ["Basic dTpw", 'Digest username="u"', "Negotiate abc", "NTLM abc"])
def test_credentials_for_what_stands_in_front(instance, admin, header):
    """A1, A10: they are none of ours, beside a cookie and alone; a request with them is one with a cookie."""
    headers = {"Authorization": header}
    assert admin.call("GET", "/api/portal/me", headers=headers)["id"] == admin.me["id"]
    admin.call("POST", "/api/ttx/generate", json={"theme": "bec"}, headers=headers)
    Client(instance).refused("GET", "/api/portal/me", 401, "unauthenticated", headers=headers)
    admin.refused("POST", "/api/ttx/generate", 403, "cross_origin", json={"theme": "bec"},
                  headers={**headers, "Origin": "https://evil.example"})
    admin.refused("GET", "/api/portal/me", 401, "unauthenticated", headers={"Authorization": "Bearer tc_" + "A" * 43})


# ---- origin ----

def outcome(instance, **headers):
    """Of a sign-in with a wrong password."""
    return Client(instance).post(SIGNIN, json={"email": f"{secrets.token_hex(8)}@example.com", "password": "x"},
                                 headers={name.replace("_", "-"): value for name, value in headers.items()}).status_code


def test_without_a_base_url_the_names_of_this_machine_count(instance):
    """Whatever Host a proxy makes of it."""
    port = instance.port
    for host in (f"localhost:{port}", f"127.0.0.1:{port}", "localhost", "127.0.0.1", "muster.internal"):
        for origin in (f"http://localhost:{port}", f"http://127.0.0.1:{port}", f"http://[::1]:{port}", f"HTTP://LocalHost:{port}"):
            assert outcome(instance, Host=host, Origin=origin) == 401, (host, origin)
        for origin in ("http://evil.example", f"https://localhost:{port}", "http://localhost:1", "http://localhost", f"http://{host}:1",
                       "null"):
            assert outcome(instance, Host=host, Origin=origin) == 403, (host, origin)
    assert outcome(instance, Host="evil.example", Origin="http://evil.example") == 403


def test_with_a_base_url_it_alone_counts():
    """A10: names that somebody points at this machine do not, nor what else leads to it."""
    with Instance(BASE_URL="https://Muster.example:443") as other:
        for host in ("muster.example", "muster.example:443", f"127.0.0.1:{other.port}", "localhost", "evil.example"):
            for origin in ("https://muster.example", "https://muster.example:443", "https://MUSTER.example"):
                assert outcome(other, Host=host, Origin=origin) == 401, (host, origin)
                assert outcome(other, Host=host, Origin=origin, Sec_Fetch_Site="same-origin") == 401, (host, origin)
            for origin in (f"http://{host}", f"https://{host}" if "muster" not in host else "null", "http://muster.example",
                           "https://muster.example.evil.example", f"http://127.0.0.1:{other.port}", f"http://localhost:{other.port}"):
                assert outcome(other, Host=host, Origin=origin) == 403, (host, origin)


# ---- addresses of pages ----

@pytest.mark.parametrize("asked, page", [
    ("/signin/", "/signin"), ("/register/?invite=abc&x=1", "/register?invite=abc&x=1"), ("/verify/{id}/", "/verify/{id}"),
    ("/verify/{id}.", "/verify/{id}"), ("/verify/{id}).", "/verify/{id}"), ("/exercises/new/", "/exercises/new"),
    ("/settings/team//", "/settings/team"), ("/signin.", "/signin")])
def test_what_stands_behind_an_address_leads_to_the_page(anon, asked, page):
    number = "6de343c6-820b-4008-b653-bfc12c7ac9f2"
    reply = anon.get(asked.format(id=number), contracted=False)
    assert reply.status_code == 301 and reply.headers["Location"] == page.format(id=number)
    assert anon.get(reply.headers["Location"], contracted=False).status_code == 200


@pytest.mark.parametrize("path", ["/api/portal/me/", "/healthz/", "/nothing", "/%5cevil.example/", "//evil.example%2f", "/evil.example/",
                                  "/a%0d%0ab/", "/img/", "/a/0123456789ab/css/", "/"])
def test_it_leads_nowhere_else(anon, path):
    reply = anon.get(path, contracted=False)
    assert reply.status_code in (200, 404), path
