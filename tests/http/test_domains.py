"""Joining by e-mail domain, and invitations and proofs where mails leave the server (A3, A4, A6, A8, A9, A13, A14)."""
import hashlib
import re
import secrets
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.lib import Client, Instance, mailbox
from tests.lib.client import PASSWORD
from tests.lib.mail import hurry
from tests.lib.sink import Sink

DOMAINS, PROVE, REGISTER, CONFIRM = "/api/portal/domains", "/api/auth/verify-domain", "/api/auth/register", "/api/auth/register/confirm"
GONE = {"status": 410, "code": "token_expired"}


def new_domain():
    return f"d{secrets.token_hex(6)}.example"


def add(admin, domain, mailbox_name="postmaster"):
    return admin.call("POST", DOMAINS, json={"domain": domain, "mailbox": mailbox_name}, expect=201)


def prove(instance, token, **refused):
    client = Client(instance)
    return client.refused("POST", PROVE, json={"token": token}, **refused) if refused else client.call("POST", PROVE, json={"token": token})


def own(instance, admin):
    """A domain that the organisation has confirmed."""
    domain = new_domain()
    add(admin, domain)
    prove(instance, mailbox.last(instance, f"postmaster@{domain}").token)
    return domain


def ask(instance, email, password=PASSWORD, **fields):
    body = {"email": email, "password": password, "firstName": "New", "lastName": "Person", "joinDomain": True, **fields}
    return Client(instance).call("POST", REGISTER, json=body, expect=201)


def confirm(instance, token, password=PASSWORD, **refused):
    client = Client(instance)
    body = {"token": token, "password": password}
    return client.refused("POST", CONFIRM, json=body, **refused) if refused else client.call("POST", CONFIRM, json=body)


# ---- proving a domain ----

def test_a6_a_mailbox_of_the_domain_proves_it(instance, admin):
    """A6, A4: the mail goes to a mailbox that the owner alone has, names who asks, and its link works once."""
    domain = new_domain()
    made = add(admin, domain.upper(), "hostmaster")
    assert (made["domain"], made["mailbox"], made["status"], made["verifiedAt"]) == (domain, "hostmaster", "PENDING", None)
    mail = mailbox.last(instance, f"hostmaster@{domain}")
    assert re.fullmatch(re.escape(instance.base_url) + r"/verify-domain#token=[0-9A-Za-z]{43}", mail.url)
    name = admin.me["organization"]["name"]
    assert f'calls itself "{name}"' in mail.text.replace("\n", " ") and domain in mail.text and mail.subject == "Confirm a mail domain"
    (row,) = instance.sql("SELECT *, expires_at - created_at AS life FROM muster.org_domain WHERE id = %s", made["id"])
    assert bytes(row["token_hash"]) == hashlib.sha256(mail.token.encode()).digest() and row["life"].days == 3
    assert prove(instance, mail.token) == {"success": True, "domain": domain, "organization": name}
    prove(instance, mail.token, **GONE)
    (listed,) = admin.call("GET", DOMAINS)
    assert listed["status"] == "VERIFIED" and listed["verifiedAt"] and listed["expiresAt"] is None
    admin.refused("POST", DOMAINS, 409, "conflict", json={"domain": domain})
    assert [row["action"] for row in admin.call("GET", "/api/portal/audit-log") if row["target"]["type"] == "domain"] == \
        ["domain.verified", "domain.added"]
    assert not any(mail.token in text for _, text in instance.logs())


def test_a6_another_mail_replaces_the_link(instance, admin):
    """A6: expired, replaced and foreign links prove nothing."""
    domain = new_domain()
    first = add(admin, domain)
    old = mailbox.last(instance, f"postmaster@{domain}").token
    assert add(admin, domain, "admin")["id"] == first["id"]
    new = mailbox.last(instance, f"admin@{domain}").token
    prove(instance, old, **GONE)
    instance.sql("UPDATE muster.org_domain SET expires_at = now() WHERE id = %s", first["id"])
    prove(instance, new, **GONE)
    assert admin.call("GET", DOMAINS)[0]["status"] == "EXPIRED"
    for token in ("x" * 43, mailbox.last(instance, admin.email).token):
        prove(instance, token, **GONE)


def test_a4_one_organisation_has_a_domain(instance, admin, new_admin):
    """A4: the second one may ask, learns nothing from that, and does not get it."""
    domain, other = own(instance, admin), new_admin()
    assert add(other, domain)["status"] == "PENDING"
    prove(instance, mailbox.last(instance, f"postmaster@{domain}").token, status=409, code="conflict")
    assert other.call("GET", DOMAINS)[0]["status"] == "PENDING" and admin.call("GET", DOMAINS)[0]["status"] == "VERIFIED"


@pytest.mark.parametrize("domain", ["example", "-a.example", "a-.example", "a..example", "a.example.", ".example", "a b.example",
                                    "1.2.3.4", "mün\u00adchen.example", "a@b.example", "x" * 64 + ".example", "a." * 124 + "example",
                                    "[::1]", "a.example/x", "a_b.example", "a.example\r\nBcc: x", "xn--0.example", "", 5, None])
def test_what_is_no_domain(admin, domain):
    """A host name of two labels (RFC 1123), of other scripts one that has an xn-- form; nothing else gets near a mail."""
    admin.refused("POST", DOMAINS, 400, "validation_failed", json={"domain": domain})


def test_domains_of_all_kinds(instance, admin):
    for domain in ("xn--mnchen-3ya.example", "a1.b2.c3.example", "x" * 63 + ".example", "1and1.example"):
        assert add(admin, domain)["domain"] == domain
    for typed, domain in (("MÜNCHEN.example", "xn--mnchen-3ya.example"), ("ｅxample.com", "example.com")):
        assert add(admin, typed)["domain"] == domain
    admin.refused("POST", DOMAINS, 400, "validation_failed", json={"domain": new_domain(), "mailbox": "ceo"})


def test_a14_only_the_organisations_administrators(instance, admin, new_admin):
    """A14, A2: no other role, no key, nobody of another organisation."""
    made = add(admin, new_domain())
    for role in ("MEMBER", "FACILITATOR", "AUDITOR"):
        other = admin.colleague(role)
        other.refused("GET", DOMAINS, 403, "forbidden")
        other.refused("POST", DOMAINS, 403, "forbidden", json={"domain": new_domain()})
        other.refused("DELETE", f"{DOMAINS}/{made['id']}", 403, "forbidden")
    admin.api_key(scopes=["team", "settings"]).refused("GET", DOMAINS, 403, "scope_missing")
    stranger = new_admin()
    stranger.refused("DELETE", f"{DOMAINS}/{made['id']}", 404, "not_found")
    assert stranger.call("GET", DOMAINS) == [] and len(admin.call("GET", DOMAINS)) == 1
    admin.call("DELETE", f"{DOMAINS}/{made['id']}")
    admin.refused("DELETE", f"{DOMAINS}/{made['id']}", 404, "not_found")


def test_a9_mails_about_domains_are_limited(instance, admin, new_admin):
    """A9: five an hour to one mailbox, whoever asks; twenty of one organisation, and twenty domains."""
    domain = new_domain()
    for client in (admin, admin, new_admin(), new_admin(), new_admin()):
        add(client, domain)
    assert new_admin().post(DOMAINS, json={"domain": domain}).status_code == 429
    for _ in range(18):
        add(admin, new_domain())
    assert admin.post(DOMAINS, json={"domain": new_domain()}).status_code == 429
    instance.sql("DELETE FROM muster.attempt WHERE kind = 'domain-org'")
    add(admin, new_domain())
    admin.refused("POST", DOMAINS, 409, "conflict", json={"domain": new_domain()})
    assert len(admin.call("GET", DOMAINS)) == 20


# ---- joining by it ----

def test_a4_who_proves_an_address_joins(instance, admin):
    """A4: a registration alone makes no member; the mail's link with the password does, with a proven address."""
    domain = own(instance, admin)
    email = f"new.person@{domain}"
    assert ask(instance, email) == {"success": True, "verificationRequired": True}
    assert not instance.sql("SELECT 1 FROM muster.app_user WHERE email = %s", email)
    Client(instance).refused("POST", "/api/auth/signin", 401, "invalid_credentials", json={"email": email, "password": PASSWORD})
    mail = mailbox.last(instance, email)
    assert re.fullmatch(re.escape(instance.base_url) + r"/confirm#email=[^&]*&token=[0-9A-Za-z]{43}", mail.url) and "New" not in mail.text
    name = admin.me["organization"]["name"]
    assert confirm(instance, mail.token) == {"success": True, "email": email, "organization": name}
    confirm(instance, mail.token, **GONE)
    member = Client(instance).signin(email, PASSWORD)
    assert (member.me["orgId"], member.me["role"], member.me["emailVerified"]) == (admin.me["orgId"], "MEMBER", True)
    hurry(instance)
    joined = mailbox.last(instance, admin.email, "Somebody joined")
    assert name in joined.text and "New Person" in joined.text
    entry = admin.call("GET", "/api/portal/audit-log?action=user.joined")[0]
    assert entry["detail"]["role"] == "MEMBER" and entry["detail"]["domain"] == admin.call("GET", DOMAINS)[0]["id"]
    assert not instance.sql("SELECT 1 FROM muster.pending_registration WHERE email = %s", email)


def test_a4_nobody_joins_with_somebody_elses_address(instance, admin):
    """A4: the attacker has no link; the owner of the mailbox does not know the attacker's password, and a click changes nothing."""
    domain = own(instance, admin)
    ceo = f"ceo@{domain}"
    ask(instance, ceo, "the attackers password")
    planted = mailbox.last(instance, ceo).token
    body = confirm(instance, planted, PASSWORD, status=400, code="validation_failed")
    assert body["fields"][0]["field"] == "password"
    assert not instance.sql("SELECT 1 FROM muster.app_user WHERE email = %s", ceo)
    # The owner registers too: both wait side by side, and the owner's link with the owner's password is the one that counts.
    ask(instance, ceo)
    mine = mailbox.last(instance, ceo).token
    confirm(instance, mine)
    confirm(instance, planted, "the attackers password", **GONE)
    Client(instance).refused("POST", "/api/auth/signin", 401, "invalid_credentials",
                             json={"email": ceo, "password": "the attackers password"})
    Client(instance).signin(ceo, PASSWORD)


def test_a9_guessing_the_password_of_a_link(instance, admin):
    """A9: ten attempts with one link."""
    email = f"new@{own(instance, admin)}"
    ask(instance, email)
    token = mailbox.last(instance, email).token
    for _ in range(10):
        confirm(instance, token, "wrong words", status=400, code="validation_failed")
    assert Client(instance).post(CONFIRM, json={"token": token, "password": PASSWORD}).status_code == 429


def test_a8_the_answer_does_not_say_which_domains_are_known(instance, admin):
    """A8: same status, body and headers for a confirmed domain, an unknown one, and an address that has an account; one mail."""
    domain = own(instance, admin)
    emails = [f"first@{domain}", f"first@{new_domain()}", admin.email]
    body = {"password": PASSWORD, "firstName": "A", "lastName": "B", "joinDomain": True}
    replies = [Client(instance).post(REGISTER, json={**body, "email": email}) for email in emails]
    assert {reply.status_code for reply in replies} == {201} and len({reply.content for reply in replies}) == 1
    assert [len(mailbox.mails(instance, email, "Confirm your registration")) for email in emails] == [1, 0, 0]
    for email in emails[:2]:  # also beyond five mails an hour, of which no more goes out
        for _ in range(5):
            again = Client(instance).post(REGISTER, json={**body, "email": email})
            assert again.status_code == 201 and again.content == replies[0].content
    assert len(mailbox.mails(instance, emails[0], "Confirm your registration")) == 5


def test_a4_removed_people_need_an_invitation(instance, admin):
    """A4: no silent way back, neither by a new registration nor with a link from before; an invitation opens it again."""
    email = f"gone@{own(instance, admin)}"
    ask(instance, email)
    ask(instance, email)
    first, second = [mail.token for mail in mailbox.mails(instance, email)]
    confirm(instance, first)
    member = Client(instance).signin(email, PASSWORD)
    admin.call("DELETE", f"/api/portal/users/{member.me['id']}")
    confirm(instance, second, **GONE)
    ask(instance, email)
    assert len(mailbox.mails(instance, email)) == 2
    (result,) = admin.call("POST", "/api/portal/invite", json={"emails": [email]})["results"]
    back = Client(instance).register(email=email, invite=result["inviteUrl"].split("invite=")[1]).signin()
    assert back.me["orgId"] == admin.me["orgId"]
    admin.call("DELETE", f"/api/portal/users/{back.me['id']}")
    assert instance.value("SELECT count(*) FROM muster.removed_person WHERE org_id = %s", admin.me["orgId"]) == 1


def test_a13_seats_are_counted_when_somebody_joins(instance, admin):
    """A13: the plan's seats hold at that moment, also for many at once; who found none can try again."""
    domain = own(instance, admin)
    emails = [f"p{i}@{domain}" for i in range(4)]
    for email in emails:
        ask(instance, email)
    tokens = [mailbox.last(instance, email).token for email in emails]
    instance.sql("UPDATE muster.org SET plan = 'FREE' WHERE org_id = %s", admin.me["orgId"])
    with ThreadPoolExecutor(4) as pool:
        replies = list(pool.map(lambda t: Client(instance).post(CONFIRM, json={"token": t, "password": PASSWORD}), tokens))
    assert sorted(reply.status_code for reply in replies) == [200, 200, 403, 403]
    instance.sql("UPDATE muster.org SET plan = 'ENTERPRISE' WHERE org_id = %s", admin.me["orgId"])
    late = next(token for token, reply in zip(tokens, replies) if reply.status_code == 403)
    confirm(instance, late)


def test_a6_two_at_once(instance, admin):
    """A6: one link, many clients at the same moment, one account."""
    email = f"twice@{own(instance, admin)}"
    ask(instance, email)
    token = mailbox.last(instance, email).token
    with ThreadPoolExecutor(4) as pool:
        replies = list(pool.map(lambda _: Client(instance).post(CONFIRM, json={"token": token, "password": PASSWORD}), range(4)))
    assert sorted(reply.status_code for reply in replies) == [200, 410, 410, 410]


def test_a_removed_domain_lets_nobody_in(instance, admin):
    """A6: what waited for its mail is gone with the domain; expired links are too."""
    domain = own(instance, admin)
    early, late = f"early@{domain}", f"late@{domain}"
    for email in (early, late):
        ask(instance, email)
    instance.sql("UPDATE muster.pending_registration SET expires_at = now() WHERE email = %s", early)
    confirm(instance, mailbox.last(instance, early).token, **GONE)
    admin.call("DELETE", f"{DOMAINS}/{admin.call('GET', DOMAINS)[0]['id']}")
    confirm(instance, mailbox.last(instance, late).token, **GONE)
    ask(instance, late)
    assert len(mailbox.mails(instance, late)) == 1


def test_wrong_registrations(instance, anon):
    body = {"email": "a@b.example", "password": PASSWORD, "firstName": "A", "lastName": "B", "joinDomain": True}
    error = anon.refused("POST", REGISTER, 400, "validation_failed", json={**body, "inviteToken": "x" * 43})
    assert error["fields"][0]["field"] == "joinDomain"
    anon.refused("POST", REGISTER, 400, "validation_failed", json={**body, "joinDomain": "yes"})
    anon.refused("POST", REGISTER, 400, "validation_failed", json={**body, "password": "password"})


# ---- where mails leave the server ----

@pytest.fixture(scope="module")
def sink():
    with Sink() as server:
        yield server


@pytest.fixture(scope="module")
def mailing(sink):
    with Instance(SMTP_URL=sink.url, SMTP_TLS="off", MAIL_FROM="Muster <muster@example.com>", LIMIT_INVITE_MAILS="5") as started:
        yield started


def proven(instance, sink, **names):
    """An administrator who has confirmed the own address."""
    client = Client(instance).register(**names).signin()
    unprove(client)
    assert client.signin().me["emailVerified"] is False and "mail" in client.me["features"]
    client.call("POST", "/api/auth/verify/resend")
    client.call("GET", f"/api/auth/verify?token={sink.last(client.email, 'Confirm your email').token}")
    return client.signin()


def unprove(client):
    """As accounts are that were made before mails left the server."""
    client.instance.sql("UPDATE muster.app_user SET email_verified_at = NULL WHERE id = %s", client.me["id"])


def test_a4_nobody_mails_strangers_from_an_unproven_address(mailing, sink):
    """A4: inviting and adding domains need an own address that is proven."""
    admin = Client(mailing).register().signin()
    unprove(admin)
    for path, body in (("/api/portal/invite", {"emails": ["stranger@example.com"]}), (DOMAINS, {"domain": new_domain()})):
        error = admin.refused("POST", path, 403, "email_not_verified", json=body)
        assert "Confirm your own email address first" in error["error"]
    assert admin.call("GET", "/api/portal/invitations") == [] and admin.call("GET", DOMAINS) == []
    assert not sink.all("stranger@example.com")


def test_a13_invitations_by_mail(mailing, sink):
    """A13, A4: the link goes to the address and nowhere else, so that accepting it proves the address; each result says what became
    of it, and five a day are sent here."""
    admin = proven(mailing, sink, first="In", last="Viter")
    member = "with+plus@example.com"
    far = "x" * 65 + "@example.com"
    reply = admin.call("POST", "/api/portal/invite", json={"emails": [member, far, "no address", admin.email], "role": "FACILITATOR"})
    assert [(row["email"], row["status"], row.get("reason")) for row in reply["results"]] == [
        (member, "sent", None), (far, "failed", "address"), ("no address", "invalid", None), (admin.email, "already_member", None)]
    assert reply["sent"] == 1 and "inviteUrl" not in str(reply)
    mail = sink.last(member, "Invitation to")
    assert 'somebody called "In Viter" invites you' in mail.text and mail.token not in str(reply)
    assert re.search(r"ends on \d+ \w+ 20\d\d", mail.text)
    (listed,) = admin.call("GET", "/api/portal/invitations")
    assert listed["mailStatus"] in ("PENDING", "SENT")
    guest = Client(mailing).register(email=member, invite=mail.token).signin()
    assert (guest.me["role"], guest.me["emailVerified"]) == ("FACILITATOR", True)
    hurry(mailing)
    assert not sink.all(member, "Confirm your email") and sink.last(admin.email, "Somebody joined")
    many = admin.call("POST", "/api/portal/invite", json={"emails": [f"m{i}@{new_domain()}" for i in range(6)]})
    assert [row["status"] for row in many["results"]] == ["sent"] * 4 + ["failed"] * 2 and many["sent"] == 4
    assert [row["reason"] for row in many["results"][4:]] == ["daily_limit"] * 2
    assert len(admin.call("GET", "/api/portal/invitations")) == 4
    key = admin.api_key(scopes=["team"])
    key.refused("POST", "/api/portal/invite", 403, "scope_missing", json={"emails": ["a@example.com"], "role": "CLIENT_ADMIN"})


def test_a_revoked_invitation_is_not_sent(mailing, sink):
    """What waits in the queue goes with its invitation; of one that was replaced, the new mail alone is sent."""
    admin = proven(mailing, sink)
    gone, kept = (f"{name}-{secrets.token_hex(4)}@example.com" for name in ("gone", "kept"))
    mailing.stop_service("jobs")
    try:
        (row,) = admin.call("POST", "/api/portal/invite", json={"emails": [gone]})["results"]
        for _ in range(2):
            admin.call("POST", "/api/portal/invite", json={"emails": [kept]})
        admin.call("DELETE", f"/api/portal/invitations/{row['id']}")
        waiting = mailing.sql("SELECT recipient FROM muster.mail m JOIN muster.job j ON j.mail_id = m.id WHERE m.recipient IN (%s, %s)",
                              gone, kept)
        assert [row["recipient"] for row in waiting] == [kept]
    finally:
        mailing.start_service("jobs")
    token = sink.last(kept, "Invitation to").token
    assert Client(mailing).register(email=kept, invite=token).signin().me["orgId"] == admin.me["orgId"]


def test_a4_an_invitation_by_mail_proves_an_account_that_moves(mailing, sink):
    """A4: accepting with the account one has proves its address as well."""
    admin, guest = proven(mailing, sink), Client(mailing).register().signin()
    admin.call("POST", "/api/portal/invite", json={"emails": [guest.email]})
    guest.call("POST", "/api/auth/invitations/accept", json={"token": sink.last(guest.email, "Invitation to").token})
    assert guest.signin().me["orgId"] == admin.me["orgId"] and guest.me["emailVerified"] is True


def test_domain_and_reset_through_a_mail_server(mailing, sink):
    """The same flows with mails that leave: domain, joining, forgotten password."""
    admin = proven(mailing, sink)
    domain = new_domain()
    add(admin, domain)
    prove(mailing, sink.last(f"postmaster@{domain}").token)
    email = f"joiner@{domain}"
    ask(mailing, email)
    confirm(mailing, sink.last(email, "Confirm").token)
    Client(mailing).call("POST", "/api/auth/forgot-password", json={"email": email})
    Client(mailing).call("POST", "/api/auth/reset-password", json={"token": sink.last(email, "Choose").token, "password": PASSWORD + "x"})
    assert Client(mailing).signin(email, PASSWORD + "x").me["orgId"] == admin.me["orgId"]
    assert sink.last(email, "Your password was changed")


def test_a_mail_that_fails_is_seen(mailing, sink):
    admin = proven(mailing, sink)
    admin.call("POST", "/api/portal/invite", json={"emails": ["bounce@example.com"]})
    sink.last("bounce@example.com")
    mailing.sql("UPDATE muster.mail m SET state = 'DEAD', recipient = 'bounce@example.com' FROM muster.invitation i WHERE m.id = i.mail_id "
                "AND i.email = 'bounce@example.com'")
    assert admin.call("GET", "/api/portal/invitations")[0]["mailStatus"] == "FAILED"


def test_joining_by_domain_where_sign_ups_are_closed():
    """A4: closed sign-ups keep strangers from starting organisations; a confirmed domain is its organisation's standing invitation."""
    with Instance(SIGNUPS="closed") as closed:
        org = closed.value("INSERT INTO muster.org (name, slug, plan) VALUES ('Closed Ltd', 'closed', 'ENTERPRISE') RETURNING org_id::text")
        closed.sql("INSERT INTO muster.org_domain (org_id, domain, mailbox, expires_at, verified_at) "
                   "VALUES (%s, 'closed.example', 'admin', now(), now())", org)
        Client(closed).refused("POST", REGISTER, 403, "signups_closed", json={"email": "a@closed.example", "password": PASSWORD,
                                                                              "firstName": "A", "lastName": "B"})
        ask(closed, "a@closed.example")
        confirm(closed, mailbox.last(closed, "a@closed.example").token)
        assert Client(closed).signin("a@closed.example", PASSWORD).me["orgId"] == org
