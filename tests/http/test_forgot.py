"""Forgotten passwords and proven addresses: links in mails, used once, by whoever has the mailbox (A5, A6, A7, A8, A9)."""
import hashlib
import re
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.lib import Client, mailbox, otp
from tests.lib.client import PASSWORD
from tests.lib.instance import wait_for

FORGOT, RESET, VERIFY, RESEND = ("/api/auth/forgot-password", "/api/auth/reset-password", "/api/auth/verify", "/api/auth/verify/resend")
CHOOSE, CONFIRM, CHANGED = "Choose a new password", "Confirm your email address", "Your password was changed"
NEW = "another horse battery 8"


def forgot(instance, email):
    return Client(instance).call("POST", FORGOT, json={"email": email})


def reset_token(instance, email):
    forgot(instance, email)
    return mailbox.last(instance, email, CHOOSE).token


def reset(instance, token, password=NEW, **refused):
    client = Client(instance)
    body = {"token": token, "password": password}
    return client.refused("POST", RESET, json=body, **refused) if refused else client.call("POST", RESET, json=body)


# ---- forgotten passwords ----

def test_a6_a_link_sets_a_new_password_once(instance, admin):
    """A6: the mail's link sets a password, once; only a hash of its token is stored, and no log or reply has it."""
    assert forgot(instance, admin.email) == {"success": True}
    mail = mailbox.last(instance, admin.email, CHOOSE)
    assert re.fullmatch(re.escape(f"{instance.base_url}/reset#email={admin.email}") + r"&token=[0-9A-Za-z]{43}", mail.url)
    (row,) = instance.sql("SELECT *, expires_at - created_at AS life FROM muster.account_token WHERE user_id = %s AND "
                          "purpose = 'reset_password'", admin.me["id"])
    assert bytes(row["token_hash"]) == hashlib.sha256(mail.token.encode()).digest() and row["life"].total_seconds() == 3600
    assert reset(instance, mail.token) == {"success": True}
    Client(instance).refused("POST", "/api/auth/signin", 401, "invalid_credentials", json={"email": admin.email, "password": PASSWORD})
    Client(instance).signin(admin.email, NEW)
    reset(instance, mail.token, "yet another battery 9", status=410, code="token_expired")
    Client(instance).signin(admin.email, NEW)
    assert not instance.sql("SELECT 1 FROM muster.account_token WHERE user_id = %s AND purpose = 'reset_password'", admin.me["id"])
    assert not any(mail.token in text for _, text in instance.logs())
    assert mail.token not in str(instance.sql("SELECT * FROM muster.mail WHERE user_id = %s", admin.me["id"]))


def test_a7_everything_ends(instance, admin):
    """A7: sessions, half sessions and keys end at once; it is in the log and in a mail to the person."""
    other, key, colleague = Client(instance).signin(admin.email, PASSWORD), admin.api_key(), admin.colleague()
    secret, _ = otp.enrol(admin, instance)
    half = Client(instance)
    assert half.call("POST", "/api/auth/signin", json={"email": admin.email, "password": PASSWORD}) == {"mfaRequired": True}
    reset(instance, reset_token(instance, admin.email))
    for client in (admin, other, key):
        client.refused("GET", "/api/portal/me", 401, "unauthenticated")
    half.refused("POST", "/api/auth/mfa/verify", 401, "unauthenticated", json={"code": otp.code(secret, otp.step())})
    colleague.call("GET", "/api/portal/me")
    row = instance.sql("SELECT * FROM muster.audit_log WHERE org_id = %s AND action = 'user.password_reset'", admin.me["orgId"])[0]
    assert row["detail"] == {"sessions": 2, "keys": 1} and str(row["target_id"]) == admin.me["id"]
    asked = instance.sql("SELECT actor_kind FROM muster.audit_log WHERE org_id = %s AND action = 'user.reset_requested'", admin.me["orgId"])
    assert [one["actor_kind"] for one in asked] == ["system"]
    assert re.search(r"on \d+ \w+ 20\d\d, \d\d:\d\d UTC", mailbox.last(instance, admin.email, CHANGED).text)


def test_a5_the_second_factor_stays(instance, admin):
    """A5: a mailbox alone does not open an account with a second factor."""
    secret, _ = otp.enrol(admin, instance)
    reset(instance, reset_token(instance, admin.email))
    client = Client(instance)
    assert client.call("POST", "/api/auth/signin", json={"email": admin.email, "password": NEW}) == {"mfaRequired": True}
    client.refused("GET", "/api/portal/me", 401, "unauthenticated")
    client.call("POST", "/api/auth/mfa/verify", json={"code": otp.code(secret, otp.step())})
    assert client.call("GET", "/api/portal/me")["id"] == admin.me["id"]


def test_a8_the_answer_does_not_say_who_has_an_account(instance, admin):
    """A8: same status, same body, same headers; for nobody, for a deactivated person and for an account."""
    member = admin.colleague()
    admin.call("PUT", f"/api/portal/users/{member.me['id']}", json={"status": "DEACTIVATED"})
    replies = [Client(instance).post(FORGOT, json={"email": email}) for email in (admin.email, "nobody@example.com", member.email)]
    assert {reply.status_code for reply in replies} == {200} and len({reply.content for reply in replies}) == 1
    assert len({tuple(sorted(reply.headers)) for reply in replies}) == 1
    assert mailbox.mails(instance, admin.email, CHOOSE)
    assert not mailbox.mails(instance, "nobody@example.com") and not mailbox.mails(instance, member.email, CHOOSE)


def test_a8_the_same_work(instance, admin):
    """A8: the same statements in as many transactions, whether there is an account, none, or one that is deactivated. That each waits
    for the disk is shown in tests/sql/links.sql."""
    member = admin.colleague()
    admin.call("PUT", f"/api/portal/users/{member.me['id']}", json={"status": "DEACTIVATED"})
    instance.sql("ALTER ROLE muster_auth SET log_statement = 'all'")
    try:
        instance.kill("muster-auth")  # settings of a role count for new connections
        seen = [statements(instance, email) for email in (admin.email, "neither@example.com", member.email)]
    finally:
        instance.sql("ALTER ROLE muster_auth RESET log_statement")
        killed = instance.kill("muster-auth")
        # The tests that follow find it as it was.
        wait_for(lambda: len(set(instance.pids("muster-auth")) - set(killed)) == len(killed)
                 and Client(instance).get("/healthz").status_code == 200, "the family is back", 30)
    assert seen[0] == seen[1] == seen[2]
    assert seen[0] == ["request", "attempt_take_each", "request", "forgot"]


def statements(instance, email):
    """The named statements of one request, as PostgreSQL logs them; a look at the health, which every process answers, ends it."""
    def log():
        return "\n".join(text for name, text in instance.logs() if name == "postgres")
    wait_for(lambda: Client(instance).get("/healthz/auth").status_code == 200, "the family is back")
    wait_for(lambda: log().endswith("\n") and "execute" in log(), "PostgreSQL logs statements")
    before = len(log())
    forgot(instance, email)
    Client(instance).call("GET", "/healthz/auth")
    text = wait_for(lambda: "execute ping" in log()[before:].partition("execute forgot")[2] and log()[before:], "the statements are logged")
    names = re.findall(r"execute (\w+):", text[text.index("execute request"):])
    return names[:names.index("ping")]


def test_a9_mails_to_one_address_are_limited(instance, admin):
    """A9, A18: five an hour and address of the mail, alike for who has no account; then the mail is there, and who asks is told the same.
    From one client 240 an hour."""
    for email in (admin.email, "somebody@example.com"):
        for _ in range(5):
            forgot(instance, email)
        assert forgot(instance, email.upper()) == {"success": True}
    assert len(mailbox.mails(instance, admin.email, CHOOSE)) == 5
    client = Client(instance)
    instance.sql("INSERT INTO muster.attempt VALUES ('mail-address', %s, now() + interval '1 hour', 240)",
                 hashlib.sha256(client.address.encode()).digest())
    assert client.post(FORGOT, json={"email": "other@example.com"}).status_code == 429
    assert not instance.sql("SELECT 1 FROM muster.attempt WHERE kind = 'forgot-mail' AND key = %s",
                            hashlib.sha256(b"other@example.com").digest())


def test_a9_guessing_links(instance):
    client = Client(instance)
    for i in range(60):
        client.refused("POST", RESET, 410, "token_expired", json={"token": f"{i:043}", "password": NEW})
    assert client.post(RESET, json={"token": "x" * 43, "password": NEW}).status_code == 429


def test_a6_expired_replaced_foreign_and_forged_links(instance, admin, new_admin):
    """A6: none of them opens anything, and a link for one thing does not do for another."""
    first, second = reset_token(instance, admin.email), reset_token(instance, admin.email)
    gone = {"status": 410, "code": "token_expired"}
    reset(instance, first, **gone)
    verify = mailbox.last(instance, admin.email, CONFIRM).token
    reset(instance, verify, **gone)
    Client(instance).refused("GET", f"{VERIFY}?token={second}", 410, "token_expired")
    for forged in (second[:-1] + ("a" if second[-1] != "a" else "b"), second.lower() + "x", "x" * 43, "' OR true --" * 3):
        reset(instance, forged, **gone)
    instance.sql("UPDATE muster.account_token SET expires_at = now() WHERE user_id = %s", admin.me["id"])
    reset(instance, second, **gone)
    other = new_admin()
    theirs = reset_token(instance, other.email)
    reset(instance, theirs)
    Client(instance).signin(admin.email, PASSWORD)
    for body in ({}, {"token": "x" * 43}, {"token": "x", "password": NEW}, {"token": ["x" * 43], "password": NEW}):
        Client(instance).refused("POST", RESET, 400, "validation_failed", json=body)
    for password in ("short", "password", "x" * 257):
        body = reset(instance, "x" * 43, password, status=400, code="validation_failed")
        assert [row["field"] for row in body["fields"]] == ["password"]


def test_a6_two_at_once(instance, admin):
    """A6: of two that use a link at the same moment one wins, and its password is the one that counts."""
    for turn in range(3):
        token = reset_token(instance, admin.email)
        passwords = [f"horse {turn} number {i} battery" for i in range(4)]
        with ThreadPoolExecutor(4) as pool:
            replies = list(pool.map(lambda p, t=token: Client(instance).post(RESET, json={"token": t, "password": p}), passwords))
        assert sorted(reply.status_code for reply in replies) == [200, 410, 410, 410]
        winner = next(i for i, reply in enumerate(replies) if reply.status_code == 200)
        Client(instance).signin(admin.email, passwords[winner])


def test_a7_a_deactivated_person_does_not_come_back(instance, admin):
    """A7: not with a link that was asked for before."""
    member = admin.colleague()
    token = reset_token(instance, member.email)
    admin.call("PUT", f"/api/portal/users/{member.me['id']}", json={"status": "DEACTIVATED"})
    reset(instance, token, status=410, code="token_expired")


def test_a_reset_gives_locked_out_people_their_attempts_back(instance, admin):
    """A9, A18: who answers the mail can sign in at once, also after ten wrong passwords from everywhere and ten of the own; the device is
    known from then on."""
    client, wrong = Client(instance), {"email": admin.email, "password": "wrong words"}
    for _ in range(10):
        client.refused("POST", "/api/auth/signin", 401, "invalid_credentials", json=wrong)
    for _ in range(9):
        guesser = Client(instance)
        for _ in range(10):
            guesser.refused("POST", "/api/auth/signin", 401, "invalid_credentials", json=wrong)
    for anybody in (client, Client(instance)):
        anybody.refused("POST", "/api/auth/signin", 429, "rate_limited", json={"email": admin.email, "password": PASSWORD})
    assert client.call("POST", RESET, json={"token": reset_token(instance, admin.email), "password": NEW}) == {"success": True}
    assert client.device
    client.signin(admin.email, NEW)
    Client(instance).signin(admin.email, NEW)


def test_a_changed_password_is_told(instance, admin):
    admin.call("POST", "/api/auth/change-password", json={"currentPassword": PASSWORD, "newPassword": NEW})
    (mail,) = mailbox.mails(instance, admin.email, CHANGED)
    assert "If it was not you" in mail.text and "Hello Robin," in mail.text


# ---- proving one's address ----

def test_a4_the_mail_of_registration_proves_the_address(instance, admin):
    """A4: registering says nothing about the address; the link does, and may be opened again while it lives."""
    assert admin.me["emailVerified"] is False and "mail" not in admin.me["features"]
    mail = mailbox.last(instance, admin.email, CONFIRM)
    assert re.fullmatch(re.escape(instance.base_url) + r"/verify-email#token=[0-9A-Za-z]{43}", mail.url)
    for _ in range(2):
        assert Client(instance).call("GET", f"{VERIFY}?token={mail.token}") == {"success": True}
    assert admin.call("GET", "/api/portal/me")["emailVerified"] is True
    entries = admin.call("GET", "/api/portal/audit-log?action=user.email_verified")
    assert [row["actor"]["id"] for row in entries] == [admin.me["id"]]
    admin.refused("POST", RESEND, 409, "conflict")
    instance.sql("UPDATE muster.account_token SET expires_at = now() WHERE user_id = %s", admin.me["id"])
    Client(instance).refused("GET", f"{VERIFY}?token={mail.token}", 410, "token_expired")


def test_a6_another_mail_replaces_the_link(instance, admin, new_admin):
    """A6, A9: the old link is over, five an hour; the link of one person proves nothing for another."""
    first = mailbox.last(instance, admin.email, CONFIRM).token
    admin.call("POST", RESEND)
    second = mailbox.last(instance, admin.email, CONFIRM).token
    Client(instance).refused("GET", f"{VERIFY}?token={first}", 410, "token_expired")
    other = new_admin()
    other.call("GET", f"{VERIFY}?token={second}")
    assert other.call("GET", "/api/portal/me")["emailVerified"] is False
    assert admin.call("GET", "/api/portal/me")["emailVerified"] is True
    for _ in range(5):
        other.call("POST", RESEND)
    assert other.post(RESEND).status_code == 429
    for query in ("", "?token=x", "?token=" + "x" * 101):
        Client(instance).refused("GET", VERIFY + query, 400, "validation_failed")


def test_a_reset_proves_the_address(instance, admin):
    reset(instance, reset_token(instance, admin.email))
    assert admin.signin(password=NEW).me["emailVerified"] is True


# ---- recovery codes ----

def test_a5_new_recovery_codes(instance, admin):
    """A5: a code of the app, once, makes ten new ones; the old ones are worthless, and a session alone or a recovery code makes none."""
    path = "/api/auth/mfa/recovery-codes"
    admin.refused("POST", path, 409, "conflict", json={"code": "123456"})
    secret, old = otp.enrol(admin, instance)
    admin.refused("POST", path, 400, "validation_failed", json={})
    admin.refused("POST", path, 400, "validation_failed", json={"recoveryCode": old[0]})
    admin.refused("POST", path, 400, "validation_failed", json={"code": otp.code(secret, otp.step(-9))})
    code = otp.code(secret, otp.step())
    new = admin.call("POST", path, json={"code": code})["recoveryCodes"]
    assert len(set(new)) == 10 and not set(new) & set(old)
    admin.refused("POST", path, 400, "validation_failed", json={"code": code})
    assert admin.call("GET", "/api/auth/mfa")["recoveryCodesLeft"] == 10
    entries = admin.call("GET", "/api/portal/audit-log?action=user.recovery_codes_replaced")
    assert [row["target"]["id"] for row in entries] == [admin.me["id"]]
    client = Client(instance)
    client.call("POST", "/api/auth/signin", json={"email": admin.email, "password": PASSWORD})
    client.refused("POST", "/api/auth/mfa/verify", 401, "invalid_code", json={"recoveryCode": old[1]})
    client.call("POST", "/api/auth/mfa/verify", json={"recoveryCode": new[1]})


# ---- who looks at the product page ----

@pytest.mark.parametrize("cookie, signed_in", [("own", True), (None, False), ("muster_session=nobody", False)])
def test_signup_status_knows_the_session(admin, anon, cookie, signed_in):
    """Pages that anybody may open ask here, so that no request has to fail."""
    anon.cookie = admin.cookie if cookie == "own" else cookie
    assert anon.call("GET", "/api/public/signup-status") == {"open": True, "signedIn": signed_in}
