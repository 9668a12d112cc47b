"""Where mail leaves the server an address is an account only when it is proven (S5), few mails go to one mailbox (S10), and invitations
have an end (S8)."""
import json
import re
import secrets
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest

from tests.lib import Client, Instance, mailbox, otp
from tests.lib.cast import Cast
from tests.lib.client import PASSWORD
from tests.lib.ending import close, erased
from tests.lib.instance import wait_for
from tests.lib.mail import hurry, one_click
from tests.lib.sink import Sink

REGISTER, CONFIRM, SIGNIN, INVITE = "/api/auth/register", "/api/auth/register/confirm", "/api/auth/signin", "/api/portal/invite"
THEIRS = "the strangers own words"
CONFIRM_MAIL, KNOWN_MAIL, INVITATION = "Confirm your registration", "You have an account already", "Invitation to Muster"


@pytest.fixture(scope="module")
def sink():
    with Sink() as server:
        yield server


@pytest.fixture(scope="module")
def mailing(sink):
    with Instance(SMTP_URL=sink.url, SMTP_TLS="off", MAIL_FROM="Muster <muster@example.com>", LIMIT_INVITE_OPEN="12",
                  LIMIT_INVITE_FIRST="6") as started:
        yield started


def address(name="somebody"):
    return f"{name}-{secrets.token_hex(6)}@example.com"


def ask(instance, email, password=PASSWORD, **fields):
    body = {"email": email, "password": password, "firstName": "New", "lastName": "Person", "organization": "New Ltd", **fields}
    return Client(instance).post(REGISTER, json=body)


def confirm(instance, token, password=PASSWORD):
    return Client(instance).post(CONFIRM, json={"token": token, "password": password})


def founded(instance, sink, email=None, **fields):
    """Registers and confirms, as people do."""
    email = email or address()
    count = len(sink.all(email, CONFIRM_MAIL)) + 1
    assert ask(instance, email, **fields).status_code == 201
    assert confirm(instance, sink.last(email, CONFIRM_MAIL, count).token).status_code == 200
    return Client(instance).signin(email, PASSWORD)


def left_behind(instance, email=None):
    """What a stranger made with somebody's address before mail left the server: an organisation of the own, a second factor, a key, an
    exercise."""
    stranger = Client(instance).register(email=email or address("ceo"), password=THEIRS).signin()
    otp.enrol(stranger, instance)
    stranger.key_client = stranger.api_key()
    stranger.generate("bec", questionCount=3)
    instance.sql("UPDATE muster.app_user SET email_verified_at = NULL WHERE id = %s", stranger.me["id"])
    audit_founder(instance, stranger)
    return stranger


def audit_founder(instance, client):
    """It had registered, not been invited."""
    instance.sql("SELECT muster.audit_append(%s, %s, 'user.registered', 'user', %s, NULL)", client.me["orgId"], client.me["id"],
                 client.me["id"])


def reset(instance, sink, email, password=PASSWORD):
    count = len(sink.all(email, "Choose a new")) + 1
    Client(instance).call("POST", "/api/auth/forgot-password", json={"email": email})
    Client(instance).call("POST", "/api/auth/reset-password", json={"token": sink.last(email, "Choose a new", count).token,
                                                                    "password": password})
    return Client(instance).signin(email, password)


# ---- S5: registering ----

def test_s5_a_registration_waits_for_its_mail(mailing, sink):
    """201 and nothing more; no account before the mail's link and the password, and then one with a proven address."""
    email = address()
    made = ask(mailing, email)
    assert (made.status_code, made.json()) == (201, {"success": True})
    assert Client(mailing).call("GET", "/api/public/signup-status")["confirmsByMail"] is True
    Client(mailing).refused("POST", SIGNIN, 401, "invalid_credentials", json={"email": email, "password": PASSWORD})
    assert not mailing.sql("SELECT 1 FROM muster.app_user WHERE email = %s", email)
    mail = sink.last(email, CONFIRM_MAIL)
    assert re.fullmatch(re.escape(mailing.base_url) + r"/confirm#email=[^&]*&token=[0-9A-Za-z]{43}", mail.url) and "New" not in mail.text
    wrong = confirm(mailing, mail.token, "not this password")
    assert wrong.status_code == 400 and wrong.json()["fields"][0]["field"] == "password"
    assert confirm(mailing, mail.token).json() == {"success": True, "email": email, "organization": "New Ltd"}
    assert confirm(mailing, mail.token).status_code == 410
    person = Client(mailing).signin(email, PASSWORD)
    assert (person.me["role"], person.me["emailVerified"], person.me["organization"]["name"]) == ("CLIENT_ADMIN", True, "New Ltd")
    assert [row["action"] for row in person.call("GET", "/api/portal/audit-log")][-2:] == ["user.registered", "organization.registered"]
    assert not any(mail.token in text for _, text in mailing.logs())


def test_s5_the_reply_does_not_say_who_is_known(mailing, sink):
    """The same status, body and headers; the owner of a known address is told, and its password is as good as before."""
    known, unknown = founded(mailing, sink), address()
    replies = [ask(mailing, email, THEIRS) for email in (known.me["email"], unknown)]
    assert {reply.status_code for reply in replies} == {201} and len({reply.content for reply in replies}) == 1
    assert len({tuple(sorted(set(reply.headers) - {"Date", "X-Request-Id"})) for reply in replies}) == 1
    mail = sink.last(known.me["email"], KNOWN_MAIL)
    assert mail.url == mailing.base_url + "/signin" and "New" not in mail.text
    assert not sink.all(unknown, KNOWN_MAIL) and sink.last(unknown, CONFIRM_MAIL)
    Client(mailing).signin(known.me["email"], PASSWORD)
    for _ in range(6):  # beyond five mails an hour, too, of which no more goes out
        assert ask(mailing, unknown).content == replies[0].content
    wait_for(lambda: not mailing.value("SELECT count(*) FROM muster.mail WHERE state = 'QUEUED'"), "all are sent", 30)
    assert len(sink.all(unknown)) == 5


def test_s5_who_proves_first_has_the_address(mailing, sink):
    """Several wait side by side; a stranger's is of no use to the owner, nor to the stranger, and ends with the owner's."""
    email = address("ceo")
    ask(mailing, email, THEIRS, organization="Planted")
    planted = sink.last(email, CONFIRM_MAIL).token
    assert confirm(mailing, planted).status_code == 400
    person = founded(mailing, sink, email, organization="Mine")
    assert person.me["organization"]["name"] == "Mine"
    assert confirm(mailing, planted, THEIRS).status_code == 410
    Client(mailing).refused("POST", SIGNIN, 401, "invalid_credentials", json={"email": email, "password": THEIRS})


def test_s5_one_link_at_the_same_moment(mailing, sink):
    """One account, whoever clicks how often; of two registrations of an address one wins."""
    email = address()
    ask(mailing, email)
    first = sink.last(email, CONFIRM_MAIL).token
    ask(mailing, email)
    second = sink.last(email, CONFIRM_MAIL, 2).token
    with ThreadPoolExecutor(4) as pool:
        codes = sorted(reply.status_code for reply in pool.map(lambda token: confirm(mailing, token), [first, second] * 2))
    assert codes[0] == 200 and set(codes[1:]) <= {409, 410, 503}
    assert mailing.value("SELECT count(*) FROM muster.app_user WHERE email = %s", email) == 1


def test_s5_an_invitation_that_was_handed_over_waits_too(mailing, sink):
    """A link from the server's command proves nothing about the mailbox; one that came by mail does."""
    cast = Cast(mailing)
    email, mailed = address(), address()
    token = mailing.invite(cast.org, email, "FACILITATOR")
    assert ask(mailing, email, inviteToken=token).json() == {"success": True}
    Client(mailing).refused("POST", SIGNIN, 401, "invalid_credentials", json={"email": email, "password": PASSWORD})
    assert confirm(mailing, sink.last(email, CONFIRM_MAIL).token).json()["organization"] == "Cast Ltd"
    person = Client(mailing).signin(email, PASSWORD)
    assert (person.me["orgId"], person.me["role"], person.me["emailVerified"]) == (cast.org, "FACILITATOR", True)
    assert ask(mailing, email, inviteToken=token).status_code == 410
    token = mailing.invite(cast.org, mailed)
    mailing.sql("UPDATE muster.invitation SET mail_id = gen_random_uuid() WHERE email = %s", mailed)
    assert ask(mailing, mailed, inviteToken=token).status_code == 201
    assert Client(mailing).signin(mailed, PASSWORD).me["emailVerified"] is True and not sink.all(mailed)


def test_s5_a_link_behind_an_invitation_that_is_over(mailing, sink):
    """The registration outlives its invitation, and then is over, too: that is said, and nothing is tried again and again."""
    cast, email = Cast(mailing), address()
    assert ask(mailing, email, inviteToken=mailing.invite(cast.org, email)).status_code == 201
    token = sink.last(email, CONFIRM_MAIL).token
    mailing.sql("UPDATE muster.invitation SET expires_at = now() WHERE email = %s", email)
    assert confirm(mailing, token).status_code == 410
    mailing.sql("UPDATE muster.invitation SET expires_at = now() + interval '1 day' WHERE email = %s", email)
    assert confirm(mailing, token).status_code == 200


def test_s10_an_invitation_that_was_handed_over_is_no_way_to_flood_a_mailbox(sink):
    """Each registration with it causes a mail, so each takes a place of the address that sends it."""
    with Instance(SMTP_URL=sink.url, SMTP_TLS="off", MAIL_FROM="muster@example.com", LIMIT_REGISTER="2") as own:
        cast, email, client = Cast(own), address(), Client(own)
        body = {"email": email, "password": PASSWORD, "firstName": "New", "lastName": "Person", "inviteToken": own.invite(cast.org, email)}
        assert [client.post(REGISTER, json=body).status_code for _ in range(4)] == [201, 201, 429, 429]
        assert own.value("SELECT count(*) FROM muster.mail WHERE kind = 'confirm_registration'") == 2


def test_s5_a_waiting_organisation_is_nobodys(mailing, sink):
    """The platform does not count it, and what nobody answered is gone after seven days."""
    email = address()
    ask(mailing, email, organization="Nobody yet")
    token = sink.last(email, CONFIRM_MAIL).token
    boss = Cast(mailing).client("platform")
    assert not [row for row in boss.call("GET", "/api/admin/orgs?q=Nobody yet") if row["name"] == "Nobody yet"]
    mailing.sql("UPDATE muster.org SET created_at = now() - interval '8 days' WHERE pending AND name = 'Nobody yet'")
    with closing(mailing.connect()) as holder, holder.cursor() as cursor:
        holder.autocommit = False
        cursor.execute("SELECT muster.seats_lock_of(org_id) FROM muster.org WHERE name = 'Nobody yet'")
        mailing.sql("SET lock_timeout = '5s'")
        mailing.sql("SELECT muster.retention_apply()")  # it holds rows of others by then, and waits for nobody's seats
        mailing.sql("RESET lock_timeout")
        assert mailing.sql("SELECT 1 FROM muster.org WHERE name = 'Nobody yet'")
        holder.rollback()
    mailing.sql("SELECT muster.retention_apply()")
    assert not mailing.sql("SELECT 1 FROM muster.org WHERE name = 'Nobody yet'")
    assert not mailing.sql("SELECT 1 FROM muster.pending_registration WHERE email = %s", email)
    assert confirm(mailing, token).status_code == 410


def test_s5_without_a_mail_server_nothing_waits(instance, admin):
    """As the contract says: an account at once, and a taken address is a conflict."""
    email = address()
    assert ask(instance, email).json() == {"success": True}
    assert Client(instance).signin(email, PASSWORD).me["emailVerified"] is False
    Client(instance).refused("POST", REGISTER, 409, "email_taken", json={
        "email": email, "password": PASSWORD, "firstName": "A", "lastName": "B"})
    assert "confirmsByMail" not in Client(instance).call("GET", "/api/public/signup-status")


# ---- S5: what a stranger had left ----

def test_s5_a_reset_displaces_the_stranger(mailing, sink):
    """The owner's link by mail ends second factor, keys and sessions, asks for no code of the stranger's, and what the stranger had done
    keeps nobody from joining the own company."""
    stranger = left_behind(mailing)
    owner = reset(mailing, sink, stranger.email)
    assert owner.me["emailVerified"] is True and owner.call("GET", "/api/auth/mfa")["enabled"] is False
    stranger.key_client.refused("GET", "/api/portal/me", 401, "unauthenticated")
    stranger.refused("GET", "/api/portal/me", 401, "unauthenticated")
    company = founded(mailing, sink)
    company.call("POST", INVITE, json={"emails": [stranger.email]})
    owner.call("POST", "/api/auth/invitations/accept", json={"token": sink.last(stranger.email, INVITATION).token})
    assert owner.signin(stranger.email, PASSWORD).me["orgId"] == company.me["orgId"]


def test_s5_the_strangers_people_do_not_come_along(mailing, sink):
    """A second administrator whom the stranger had made keeps the stranger's organisation, and the owner begins anew in one of the own."""
    stranger = left_behind(mailing)
    token = mailing.invite(stranger.me["orgId"], address("second"), "CLIENT_ADMIN")
    mailing.sql("UPDATE muster.invitation SET mail_id = gen_random_uuid() WHERE org_id = %s", stranger.me["orgId"])
    email = mailing.value("SELECT email FROM muster.invitation WHERE org_id = %s AND accepted_at IS NULL", stranger.me["orgId"])
    second = Client(mailing).register(email=email, invite=token).signin()
    owner = reset(mailing, sink, stranger.email)
    assert owner.me["orgId"] != stranger.me["orgId"] and owner.me["role"] == "CLIENT_ADMIN" and owner.me["emailVerified"] is True
    assert [row["email"] for row in owner.call("GET", "/api/portal/users")["users"]] == [stranger.email]
    assert stranger.email not in str(second.call("GET", "/api/portal/users"))
    company = founded(mailing, sink)
    company.call("POST", INVITE, json={"emails": [stranger.email]})
    owner.call("POST", "/api/auth/invitations/accept", json={"token": sink.last(stranger.email, INVITATION).token})


def test_s5_the_strangers_way_back_is_closed(mailing, sink):
    """Invitations and domains that the stranger made in the organisation that the owner has from now on lead nobody into it."""
    stranger = left_behind(mailing)
    org, friend = stranger.me["orgId"], address("friend")
    tokens = [mailing.invite(org, email, "CLIENT_ADMIN") for email in (friend, address("other"))]
    mailing.sql("UPDATE muster.invitation SET mail_id = gen_random_uuid() WHERE org_id = %s", org)
    mailing.sql("UPDATE muster.invitation SET created_by = %s WHERE org_id = %s AND email = %s", stranger.me["id"], org, friend)
    mailing.sql("INSERT INTO muster.org_domain (org_id, domain, mailbox, token_hash, created_by, expires_at, verified_at) "
                "VALUES (%s, %s, 'admin', NULL, %s, now(), now())", org, f"d{secrets.token_hex(6)}.example", stranger.me["id"])
    owner = reset(mailing, sink, stranger.email)
    assert owner.me["orgId"] == org
    assert owner.call("GET", "/api/portal/invitations") == [] and owner.call("GET", "/api/portal/domains") == []
    assert ask(mailing, friend, inviteToken=tokens[0]).status_code == 410
    assert [row["email"] for row in owner.call("GET", "/api/portal/users")["users"]] == [stranger.email]
    assert [row["action"] for row in owner.call("GET", "/api/portal/audit-log")].count("invitation.revoked") == 2


def test_s10_registrations_write_to_one_mailbox_few_times(mailing, sink):
    """However the address is written that a stranger types."""
    name = f"many{secrets.token_hex(5)}"
    spelled = [f"{name}@example.com", *(f"{name}+{n}@example.com" for n in range(4)),
               f"m.{name[1:]}@example.com", f"{name[:3]}.{name[3:]}+x@example.com"]
    assert {ask(mailing, email).status_code for email in spelled} == {201}
    wait_for(lambda: not mailing.value("SELECT count(*) FROM muster.mail WHERE state = 'QUEUED'"), "all are sent", 30)
    assert sum(len(sink.all(email)) for email in spelled) == 5


def test_s10_an_invitation_in_hand_is_no_way_to_write_often(mailing, sink):
    """One that did not come by mail: whoever has it could be anybody."""
    email = address()
    token = mailing.invite(Cast(mailing).org, email)
    assert {ask(mailing, email, inviteToken=token).status_code for _ in range(7)} == {201}
    wait_for(lambda: not mailing.value("SELECT count(*) FROM muster.mail WHERE state = 'QUEUED'"), "all are sent", 30)
    assert len(sink.all(email)) == 5 and confirm(mailing, sink.all(email)[-1].token).status_code == 200


def test_s10_dots_make_no_other_mailbox(mailing, sink):
    name = f"many{secrets.token_hex(5)}"
    spelled = [f"{name}@example.com", f"{name[:2]}.{name[2:]}@example.com",
               f"{name[:4]}.{name[4:]}+a@example.com", f"{name[:6]}.{name[6:]}@example.com"]
    rows = founded(mailing, sink).call("POST", INVITE, json={"emails": spelled})["results"]
    assert [row.get("reason") for row in rows].count("recipient_limit") == 1


def test_s5_a_confirmed_mail_makes_no_account_of_a_strangers(mailing, sink):
    """The mail that a stranger's session sends to the owner: whoever answers it without being signed in there proves nothing, and a new
    password is the owner's way in."""
    stranger = left_behind(mailing)
    stranger.call("POST", "/api/auth/verify/resend")
    path = f"/api/auth/verify?token={sink.last(stranger.email, 'Confirm your email').token}"
    somebody = Client(mailing).register().signin()
    for client in (Client(mailing), somebody, stranger.key_client):
        client.refused("GET", path, 403, "forbidden")
    assert mailing.value("SELECT email_verified_at IS NULL FROM muster.app_user WHERE id = %s", stranger.me["id"])
    owner = reset(mailing, sink, stranger.email)
    assert owner.call("GET", "/api/auth/mfa")["enabled"] is False
    person = Client(mailing).register().signin()
    mailing.sql("UPDATE muster.app_user SET email_verified_at = NULL WHERE id = %s", person.me["id"])
    person.call("POST", "/api/auth/verify/resend")
    path = f"/api/auth/verify?token={sink.last(person.email, 'Confirm your email').token}"
    person.call("GET", path)
    Client(mailing).call("GET", path)  # mail programs open it again


def test_s5_an_invited_colleague_keeps_the_organisation(mailing, sink):
    """Whoever was invited and had not proven the address stays where the invitation led: only what signs in ends."""
    admin = founded(mailing, sink)
    token = mailing.invite(admin.me["orgId"], address("member"))
    mailing.sql("UPDATE muster.invitation SET mail_id = gen_random_uuid() WHERE org_id = %s", admin.me["orgId"])
    email = mailing.value("SELECT email FROM muster.invitation WHERE org_id = %s", admin.me["orgId"])
    member = Client(mailing).register(email=email, invite=token).signin()
    mailing.sql("UPDATE muster.app_user SET email_verified_at = NULL WHERE id = %s", member.me["id"])
    assert reset(mailing, sink, email).me["orgId"] == admin.me["orgId"]


def test_s5_a_proven_account_keeps_its_factor(mailing, sink):
    """Displacing is for addresses that nobody had proven."""
    person = founded(mailing, sink)
    otp.enrol(person, mailing)
    email = person.me["email"]
    Client(mailing).call("POST", "/api/auth/forgot-password", json={"email": email})
    Client(mailing).call("POST", "/api/auth/reset-password", json={"token": sink.last(email, "Choose a new").token, "password": PASSWORD})
    assert Client(mailing).call("POST", SIGNIN, json={"email": email, "password": PASSWORD}) == {"mfaRequired": True}


@pytest.mark.parametrize("way", ["invitation", "registration"])
def test_s5_a_proof_displaces_what_was_there(mailing, sink, way):
    """Registering with a mailed invitation, or anew: never email_taken. What is left is gone after its days."""
    stranger = left_behind(mailing)
    if way == "invitation":
        company = founded(mailing, sink)
        company.call("POST", INVITE, json={"emails": [stranger.email]})
        assert ask(mailing, stranger.email, inviteToken=sink.last(stranger.email, INVITATION).token).status_code == 201
        owner = Client(mailing).signin(stranger.email, PASSWORD)
        assert owner.me["orgId"] == company.me["orgId"]
    else:
        owner = founded(mailing, sink, stranger.email)
    assert owner.me["emailVerified"] is True and owner.me["id"] != stranger.me["id"] and owner.me["orgId"] != stranger.me["orgId"]
    stranger.refused("GET", "/api/portal/me", 401, "unauthenticated")
    stranger.key_client.refused("GET", "/api/portal/me", 401, "unauthenticated")
    Client(mailing).refused("POST", SIGNIN, 401, "invalid_credentials", json={"email": stranger.email, "password": THEIRS})
    org = stranger.me["orgId"]
    assert mailing.sql("SELECT 1 FROM muster.org WHERE org_id = %s", org)
    mailing.sql("UPDATE muster.app_user SET displaced_at = now() - interval '31 days' WHERE id = %s", stranger.me["id"])
    mailing.sql("SELECT muster.retention_apply()")
    mailing.sql("SELECT muster.retention_apply()")
    assert not mailing.sql("SELECT 1 FROM muster.app_user WHERE id = %s", stranger.me["id"])
    assert not mailing.sql("SELECT 1 FROM muster.org WHERE org_id = %s", org)


def test_s5_unproven_accounts_expire_where_mail_leaves_the_server(mailing, sink, instance):
    """Seven days, also from the moment on that mail leaves it; never without a mail server, never proven ones, the platform's or what
    somebody worked in."""
    def made(own, **columns):
        person = Cast(own).person("CLIENT_ADMIN")
        own.sql("UPDATE muster.app_user SET created_at = now() - interval '9 days' WHERE id = %s", person.me["id"])
        for column, value in columns.items():
            own.sql(f"UPDATE muster.app_user SET {column} = %s WHERE id = %s", value, person.me["id"])
        return person

    def there(own, person):
        return bool(own.sql("SELECT 1 FROM muster.org WHERE org_id = %s", person.me["orgId"]))
    idle, boss, proven, young = made(mailing), made(mailing, role="SUPER_ADMIN"), made(mailing, email_verified_at="now"), made(mailing)
    mailing.sql("UPDATE muster.app_user SET created_at = now() WHERE id = %s", young.me["id"])
    busy, unmailed, opened, ending = made(mailing), made(instance), made(mailing), made(mailing)
    busy.generate("bec", questionCount=3)
    mailing.sql("SELECT muster.audit_append(%s, NULL, 'platform.organization_created', 'organization', %s, NULL)", opened.me["orgId"],
                opened.me["orgId"])
    close(ending)
    mailing.sql("SELECT muster.retention_apply()")
    assert there(mailing, idle)  # mail has not left the server for as long
    mailing.sql("UPDATE muster.platform_setting SET mail_since = now() - interval '8 days'")
    mailing.sql("SELECT muster.retention_apply()")
    instance.sql("SELECT muster.retention_apply()")
    assert not there(mailing, idle)
    assert all(there(mailing, one) for one in (boss, proven, young, busy, opened)) and there(instance, unmailed)
    assert there(mailing, ending)  # its own end comes, and has the receipt that was announced
    receipt = erased(mailing, ending.me["orgId"])
    assert mailing.value("SELECT kind FROM muster.erasure_receipt WHERE id = %s", receipt) == "organization"


def test_s5_who_was_there_before_is_written_to(sink):
    """An instance that sends mails from now on asks everybody to prove the address, once."""
    with Instance() as own:
        before = Client(own).register().signin()
        own.terminate()
        own.settings.update({"SMTP_URL": sink.url, "SMTP_TLS": "off", "MAIL_FROM": "muster@example.com"})
        own.disconnect()
        own.start()
        mail = sink.last(before.email, "Please confirm")
        assert "seven days" in mail.text
        assert Client(own).signin(before.email, PASSWORD).me["emailVerified"] is False
        own.value("SELECT muster.mail_mode(true)::text")
        assert own.value("SELECT count(*) FROM muster.mail WHERE kind = 'prove_address'") == 1


def test_s5_the_demo_needs_no_mailbox(sink):
    """Nobody answers the demo's mails; it signs in all the same, also after another start, and nothing is sent to it."""
    with Instance(DEMO="1", SMTP_URL=sink.url, SMTP_TLS="off", MAIL_FROM="muster@example.com") as own:
        password = json.loads((own.var / "etc/demo.json").read_text(encoding="utf-8"))["password"]
        for _ in range(2):
            assert Client(own).signin("demo@example.com", password).me["organization"]["name"] == "Demo Organisation"
            own.terminate()
            own.disconnect()
            own.start()
        assert own.value("SELECT count(*) FROM muster.mail WHERE recipient = 'demo@example.com' AND kind IN "
                         "('verify_email', 'confirm_registration', 'already_registered', 'prove_address')") == 0
        assert own.value("SELECT count(*) FROM muster.org") == 1


# ---- S8, S10: how many ----

def test_s8_open_invitations_have_an_end(mailing, sink):
    """Counted under a lock, so that many at once do not get beyond; what was revoked or has expired is not open."""
    admin = founded(mailing, sink)
    mailing.sql("INSERT INTO muster.invitation (org_id, email, role, token_hash, expires_at) "
                "SELECT %s, 'x' || n || '@example.com', 'MEMBER', sha256((%s || n)::bytea), now() + interval '1 day' "
                "FROM generate_series(1, 10) n", admin.me["orgId"], admin.me["id"])
    with ThreadPoolExecutor(6) as pool:
        replies = list(pool.map(lambda _: Client.post(clone(admin), INVITE, json={"emails": [address()]}), range(6)))
    assert sorted(reply.status_code for reply in replies) == [200, 200, 409, 409, 409, 409]
    refused = next(reply for reply in replies if reply.status_code == 409).json()
    assert refused["code"] == "conflict" and "more than 12 open invitations" in refused["error"]
    again = admin.call("POST", INVITE, json={"emails": ["x1@example.com"]})["results"]
    assert again[0]["status"] == "sent"  # in place of the one that is there
    mailing.sql("UPDATE muster.invitation SET expires_at = now() WHERE org_id = %s AND email = 'x2@example.com'", admin.me["orgId"])
    assert admin.call("POST", INVITE, json={"emails": [address()]})["results"][0]["status"] == "sent"
    admin.refused("POST", INVITE, 409, "conflict", json={"emails": [address()]})


def clone(client):
    """The same session from another connection."""
    other = Client(client.instance)
    other.cookie = client.cookie
    return other


def test_s8_without_a_mail_server_too():
    with Instance(LIMIT_INVITE_OPEN="3") as own:
        admin = Client(own).register().signin()
        admin.call("POST", INVITE, json={"emails": [address() for _ in range(3)]})
        admin.refused("POST", INVITE, 409, "conflict", json={"emails": [address()]})
        admin.call("DELETE", f"/api/portal/invitations/{admin.call('GET', '/api/portal/invitations')[0]['id']}")
        admin.call("POST", INVITE, json={"emails": [address()]})


def test_s10_a_new_organisation_sends_few_until_somebody_joins(mailing, sink):
    admin = founded(mailing, sink)
    first = address("first")
    sent = admin.call("POST", INVITE, json={"emails": [first] + [address() for _ in range(6)]})["results"]
    assert [row["status"] for row in sent] == ["sent"] * 6 + ["failed"] and sent[6]["reason"] == "new_organization_limit"
    assert admin.call("POST", INVITE, json={"emails": [address()]})["results"][0]["reason"] == "new_organization_limit"
    Client(mailing).register(email=first, invite=sink.last(first, INVITATION).token)
    assert admin.call("POST", INVITE, json={"emails": [address()]})["results"][0]["status"] == "sent"


def test_s10_a_mailbox_gets_three_invitations_a_day(mailing, sink):
    """Of all organisations at once, however the address is written."""
    name = f"many{secrets.token_hex(5)}"
    spelled = [f"{name}@bücher.example", f"{name.upper()}@xn--bcher-kva.example", f"{name}+one@bücher.example",
               f"{name}@BÜCHER.example", f"{name}+two@xn--bcher-kva.example", f" {name}@bu\u0308cher.example"]
    admins = [founded(mailing, sink) for _ in spelled]
    with ThreadPoolExecutor(6) as pool:
        rows = list(pool.map(lambda pair: pair[0].call("POST", INVITE, json={"emails": [pair[1]]})["results"][0], zip(admins, spelled)))
    assert sorted(row["status"] for row in rows) == ["failed"] * 3 + ["sent"] * 3
    assert {row.get("reason") for row in rows if row["status"] == "failed"} == {"recipient_limit"}


def test_s10_hostile_names_stay_in_quotation_marks(mailing, sink):
    hostile = "Your account is locked, call +1 555 0100 now"
    admin = founded(mailing, sink, organization=hostile, firstName="Click", lastName="evil.example/now")
    to = address()
    admin.call("POST", INVITE, json={"emails": [to]})
    mail = sink.last(to)
    assert mail.subject == INVITATION and "an organisation that calls itself" in mail.text.replace("\n", " ")
    assert hostile not in mail.text + mail.html and "evil.example" not in mail.text + mail.html and "0100" not in mail.text


def test_s10_do_not_mail_me_again(mailing, sink):
    """Said once by whoever has the address, account or not, it holds for all organisations and for registrations by strangers; mail that
    an account needs still comes, and so does all of it when it is allowed again. The link in the text has its token behind #."""
    to, admin, other = address(), founded(mailing, sink), founded(mailing, sink)
    admin.call("POST", INVITE, json={"emails": [to]})
    mail = sink.last(to, INVITATION)
    off = re.search(r"/unsubscribe#token=(\w+)", mail.text).group(1)
    path = one_click(mail.message)
    assert mail.message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click" and path.endswith("?token=" + off)
    form = {"data": "List-Unsubscribe=One-Click", "headers": {"Content-Type": "application/x-www-form-urlencoded"}}
    for _ in range(2):
        assert Client(mailing).call("POST", path, **form) == {"success": True, "topic": "invitations"}
    for spelled in (to.upper(), to.replace("@", "+again@")):
        assert other.call("POST", INVITE, json={"emails": [spelled]})["results"][0]["reason"] == "unwanted"
    assert ask(mailing, to).json() == {"success": True}
    hurry(mailing)
    wait_for(lambda: mailing.sql("SELECT 1 FROM muster.mail WHERE state = 'SKIPPED' AND kind = 'confirm_registration'"), "it is not sent")
    assert [one.subject for one in sink.all(to)] == [INVITATION]
    choice = {"token": off, "wanted": True}
    assert Client(mailing).call("POST", "/api/public/mail-choice", json=choice)["topic"] == "invitations"
    assert ask(mailing, to).status_code == 201
    confirm(mailing, sink.last(to, CONFIRM_MAIL).token)
    Client(mailing).call("POST", "/api/public/mail-choice", json={**choice, "wanted": False})
    assert reset(mailing, sink, to, "another few good words").me["email"] == to
    Client(mailing).refused("POST", "/api/public/mail-choice", 410, "token_expired", json={"token": "x" * 43, "wanted": True})


def test_s14_links_of_mails_have_their_tokens_behind_the_fragment(mailing, sink):
    """All mails of this file: no address in a text or a page's href has a token in its query."""
    founded(mailing, sink)
    assert len(sink.mails) > 20
    for mail in list(sink.mails):
        for url in mailbox.LINK.findall(mail.text + mail.html):
            assert not re.search(r"\?.*(token|invite)=", url), (mail.subject, url)
