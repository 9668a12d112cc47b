"""Mails that tell a person what happened to the own account, queued with the act (S13: second factor, keys, devices, roles)."""
import pytest

from tests.lib import Client, mailbox, otp
from tests.lib.client import PASSWORD

ON, OFF, REPLACED = "Your second factor was turned on", "Your second factor was turned off", "Your recovery codes were replaced"
USED, KEY, DEVICE = "A recovery code opened your account", "An API key was made for your account", "Your account was opened on a new device"


def told(client):
    """The mails so far, but for the one that registering sends."""
    return [mail for mail in mailbox.mails(client.instance, client.email) if mail.subject != "Confirm your email address"]


def subjects(client):
    return [mail.subject for mail in told(client)]


def fresh_code(client, secret):
    client.instance.sql("UPDATE muster.second_factor SET last_step = 0 WHERE user_id = %s", client.me["id"])
    return otp.code(secret, otp.step())


def test_a_second_factor_is_told_of(admin):
    """On, new recovery codes, one used, off: a mail each, with the way to the page that mends it, and no secret."""
    secret, codes = otp.enrol(admin, admin.instance)
    assert subjects(admin) == [ON]
    admin.call("POST", "/api/auth/mfa/recovery-codes", json={"code": fresh_code(admin, secret)})
    assert subjects(admin) == [ON, REPLACED]
    admin.call("DELETE", "/api/auth/mfa", json={"code": fresh_code(admin, secret)})
    assert subjects(admin) == [ON, REPLACED, OFF]
    for mail in told(admin):
        assert mail.url == admin.instance.base_url + "/settings/security" and "change your password at once" in mail.text.replace("\n", " ")
        assert secret not in mail.text and not any(code in mail.text for code in codes)


def test_a_recovery_code_that_was_used_is_told_of(admin):
    _, codes = otp.enrol(admin, admin.instance)
    for code, expected in ((None, [ON]), (codes[0], [ON, USED])):
        client = Client(admin.instance, address=admin.address)
        client.call("POST", "/api/auth/signin", json={"email": admin.email, "password": PASSWORD})
        client.post("/api/auth/mfa/verify", json={"recoveryCode": code or "x" * 16})
        assert subjects(admin) == expected


def test_a_key_is_told_of(admin):
    """And one that was refused is not; nothing of the key is in the mail."""
    admin.refused("POST", "/api/portal/api-keys", 400, "validation_failed", json={"name": ""})
    assert subjects(admin) == []
    key = admin.api_key(name="Report job").key
    (mail,) = told(admin)
    assert mail.subject == KEY and mail.url.endswith("/settings/api-keys") and key[:11] not in mail.text + mail.html


@pytest.mark.parametrize("second_factor", [False, True])
def test_a_new_device_is_told_of_once(admin, second_factor):
    """The first sign-in is nothing to tell, the same place neither; another address or browser is, the first time."""
    codes = otp.enrol(admin, admin.instance)[1] if second_factor else []
    home = Client(admin.instance, address=admin.address)
    away = Client(admin.instance)

    def signs_in(client, agent):
        made = client.post("/api/auth/signin", json={"email": admin.email, "password": PASSWORD}, headers={"User-Agent": agent})
        if made.json().get("mfaRequired"):
            client.post("/api/auth/mfa/verify", json={"recoveryCode": codes.pop()}, headers={"User-Agent": agent})
        return subjects(admin).count(DEVICE)
    usual = home.http.headers["User-Agent"]
    assert [signs_in(home, usual), signs_in(away, usual), signs_in(away, usual), signs_in(home, "Other/1.0"), signs_in(home, usual)] == \
        [0, 1, 1, 2, 2]
    devices = admin.call("GET", "/api/portal/gdpr-export")["sessions"]
    assert sum(row["state"] == "a device that is known" for row in devices) == 3


def test_a_refused_sign_in_makes_no_device_known(admin):
    away = Client(admin.instance)
    away.refused("POST", "/api/auth/signin", 401, "invalid_credentials", json={"email": admin.email, "password": "not this one"})
    assert admin.instance.value("SELECT count(*) FROM muster.known_device WHERE user_id = %s", admin.me["id"]) == 1
    assert subjects(admin) == []


def test_a_role_that_changed_is_told_of(admin):
    """With what the person is now; a change that changes nothing is not."""
    member = admin.colleague()
    path = f"/api/portal/users/{member.me['id']}"
    admin.call("PUT", path, json={"role": "MEMBER"})
    assert subjects(member) == []
    admin.call("PUT", path, json={"role": "CLIENT_ADMIN"})
    (mail,) = told(member)
    assert mail.subject == "Your role was changed" and "You are now an administrator." in mail.text


def test_what_is_undone_is_not_told_of(instance, admin):
    """The mail is in the act's transaction: an act that fails at its end leaves none."""
    instance.sql("CREATE FUNCTION public.no_log() RETURNS trigger LANGUAGE plpgsql AS "
                 "'BEGIN RAISE EXCEPTION ''no'' USING ERRCODE = ''40001''; END'")
    instance.sql("GRANT EXECUTE ON FUNCTION public.no_log() TO PUBLIC")
    instance.sql(f"CREATE TRIGGER no_log BEFORE INSERT ON muster.audit_log FOR EACH ROW WHEN (NEW.org_id = '{admin.me['orgId']}') "
                 "EXECUTE FUNCTION public.no_log()")
    try:
        assert admin.post("/api/portal/api-keys", json={"name": "Report job"}).status_code == 503
    finally:
        instance.sql("DROP TRIGGER no_log ON muster.audit_log")
        instance.sql("DROP FUNCTION public.no_log()")
    assert instance.value("SELECT count(*) FROM muster.mail WHERE kind = 'api_key_created' AND user_id = %s", admin.me["id"]) == 0
    admin.api_key()
    assert subjects(admin) == [KEY]
