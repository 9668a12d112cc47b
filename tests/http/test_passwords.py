"""Passwords that nobody may choose: common ones, stolen ones, and what is known of the person (ASVS 5.0, 6.2.4, 6.2.11 and 6.2.12)."""
import hashlib
import subprocess

import pytest

from tests.lib import Client, Instance
from tests.lib.client import PASSWORD
from tests.lib.instance import BUILD, ROOT, wait_for
from tests.lib.mailbox import last

COMMON, STOLEN, KNOWN = "among the most common", "stolen elsewhere", "made of your name"
PERSON = {"first": "Theodora", "last": "Lindqvist", "organization": "Vantage Harbour Ltd"}
MADE_OF = ["Theodora2026", "lindqvist!1", "TheodoraLindqvist", "Vantage-Harbour", "vantageharbour99", "Muster2026!", "mustermuster",
           "Th30d0ra!!",
           "L1ndqv1st_7", "theo.lindqvist", "Theodora123456", "Theodora!!!!!!!!", "lindqvist654321", "qwertzTheodora", "Lindqvist2024!!",
           "Vantage_20242025", "abcdefgLindqvist", "Muster_Password1", "--Theodora--iloveyou1--",
           "northwind7", "Password1Muster", "\uff34heodora12"]


def listed():
    data = (BUILD / "passwords").read_bytes()
    return {data[i:i + 8] for i in range(0, len(data), 8)}


def reason(reply, field):
    (error,) = reply.json()["fields"]
    assert reply.status_code == 400 and error["field"] == field
    return error["message"]


def register(instance, password, email="theo@northwind.example", invite=None):
    body = {"email": email, "password": password, "firstName": PERSON["first"], "lastName": PERSON["last"]}
    joins = {"inviteToken": invite} if invite else {"organization": PERSON["organization"]}
    return Client(instance).post("/api/auth/register", json={**body, **joins})


def stolen():
    """One of the collections that the program does not know itself."""
    from zxcvbn.frequency_lists import FREQUENCY_LISTS
    own = (ROOT / "common/crypto/password_list.c").read_text(encoding="utf-8")
    return next(one for one in reversed(FREQUENCY_LISTS["passwords"]) if len(one) >= 8 and one.isalpha() and f'"{one}"' not in own)


def test_the_lists_are_long_enough():
    """6.2.4 asks for 3,000 of eight characters or more; the stolen ones come beside them."""
    assert len(listed()) > 10000 and hashlib.sha256(stolen().encode()).digest()[:8] in listed()


@pytest.mark.parametrize("password", MADE_OF)
def test_what_is_known_of_a_person_is_refused(instance, password):
    assert KNOWN in reason(register(instance, password), "password")


@pytest.mark.parametrize("password", ["lantern Theodora meadow 4", "harbour lantern quiet meadow", "mustering the courage",
                                      "vantage point of the gulls"])
def test_more_than_that_is_taken(instance, password):
    """A word that is known takes nothing away from what stands beside it."""
    client = Client(instance).register(password=password, **PERSON).signin()
    assert client.me["firstName"] == PERSON["first"]


@pytest.mark.parametrize("first,last,organization,password", [
    ("Al", "Ng", "IT", "algae italic angle"), ("Jo", "Li", "The", "the other weather"),
    ("Ann", "Lee", "The Art of It", "planning a fleet 7"),
    ("Eva", "Ost", "For You and Me Ltd", "you and forty geese"), ("Ed", "Wu", "A1", "reduced a1 wurst"),
    ("\u674e", "\u660e", "\u96f7", "\u674e\u5b50\u6811\u4e0b\u7684\u7ea2\u8272\u5c0f\u8239"),
    ("Ben", "Fox", "Com", "benches become comfy 9"), ("Theo", "Dean", "Sea", "theory of 2031 deans")])
def test_ordinary_names_are_in_no_ones_way(instance, first, last, organization, password):
    """Short names and common words are inside of many good passwords."""
    Client(instance).register(password=password, first=first, last=last, organization=organization).signin()


@pytest.mark.parametrize("spell", [str, str.upper, str.title])
def test_stolen_and_common_ones_in_any_case(instance, spell):
    assert STOLEN in reason(register(instance, spell(stolen())), "password")
    assert COMMON in reason(register(instance, spell("iloveyou1")), "password")


def test_the_same_rule_when_it_is_changed(instance):
    client = Client(instance).register(**PERSON).signin()
    for new, why in (("Theodora2026", KNOWN), ("Vantage-Harbour", KNOWN), (client.email, KNOWN), ("iloveyou1", COMMON), (stolen(), STOLEN)):
        reply = client.post("/api/auth/change-password", json={"currentPassword": PASSWORD, "newPassword": new})
        assert why in reason(reply, "newPassword")
    client.call("POST", "/api/auth/change-password", json={"currentPassword": PASSWORD, "newPassword": "Theodora rows a red boat"})


def test_the_same_rule_when_it_is_forgotten(instance):
    client = Client(instance).register(**PERSON).signin()
    client.call("POST", "/api/auth/forgot-password", json={"email": client.email})
    token = last(instance, client.email).token
    for new, why in (("lindqvist!1", KNOWN), ("vantageharbour99", KNOWN), ("iloveyou1", COMMON), (stolen(), STOLEN)):
        assert why in reason(client.post("/api/auth/reset-password", json={"token": token, "password": new}), "password")
    client.call("POST", "/api/auth/reset-password", json={"token": token, "password": "a red boat for Theodora"})


def test_the_same_rule_with_an_invitation(instance):
    """The organisation is the inviting one, whose name the invited person knows; a refusal costs no place among the registrations."""
    admin = Client(instance).register(organization="Quillfeather Partners").signin()
    email = "invited-to-quillfeather@example.com"
    token = instance.invite(admin.me["orgId"], email)
    for _ in range(8):
        assert KNOWN in reason(register(instance, "Quillfeather2026", email=email, invite=token), "password")
    assert register(instance, PASSWORD, email=email, invite=token).status_code == 201


def test_without_the_package_the_own_list_holds(tmp_path):
    """It is said, nothing fails, and the common ones are refused as before."""
    empty = tmp_path / "passwords"
    done = subprocess.run(["/usr/bin/python3", "-S", ROOT / "apps/auth/passwords.py", empty], capture_output=True, text=True, check=False)
    assert done.returncode == 0 and "python3-zxcvbn" in done.stderr and empty.read_bytes() == b""
    with Instance(PROCESSES=2) as own:
        (own.var / "app/share/muster/passwords").write_bytes(b"")
        own.stop_service("auth")
        own.stop_service("auth-hash")
        own.start_service("auth-hash")
        own.start_service("auth")
        client = Client(own)
        nobody = {"email": "nobody@example.com", "password": "some wrong words"}
        wait_for(lambda: client.request("POST", "/api/auth/signin", json=nobody).status_code == 401, "both answer again")
        client.register(password=stolen())
        assert COMMON in reason(register(own, "iloveyou1"), "password")
