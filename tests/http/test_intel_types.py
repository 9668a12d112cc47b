"""Types of indicators and associations as version 2 lists them."""
import xml.etree.ElementTree as ElementTree

import pytest

from tests.lib import Client
from tests.lib.intel import api_user

TYPES = "/api/v2/types"
INDICATORS = {
    "Address": "false true addresses address", "EmailAddress": "false true emailAddresses emailAddress", "File": "false true files file",
    "Host": "false true hosts host", "URL": "false true urls url", "ASN": "true true asns asn upper",
    "CIDR": "true true cidrBlocks cidrBlock lower", "Email Subject": "true false emailSubjects emailSubject sensitive",
    "Hashtag": "true true hashtags hashtag lower", "Mutex": "true false mutexes mutex sensitive",
    "Registry Key": "true false registryKeys registryKey sensitive", "User Agent": "true false userAgents userAgent sensitive"}


@pytest.fixture(scope="module", params=["signature", "token"])
def either(request, instance):
    user = api_user(Client(instance).register().signin(), role="Read Only User")
    return user if request.param == "signature" else user.with_token()


def test_types_of_indicators(either):
    """custom and parsable are words, as clients read them."""
    data = either.call("GET", f"{TYPES}/indicatorTypes")["data"]
    said = ("custom", "parsable", "apiBranch", "apiEntity", "casePreference")
    found = {row["name"]: " ".join(row[name] for name in said if name in row) for row in data["indicatorType"]}
    assert data["resultCount"] == 12 and found == INDICATORS
    rows = {row["name"]: row for row in data["indicatorType"]}
    assert [rows["File"][f"value{n}Label"] for n in (1, 2, 3)] == ["MD5", "SHA-1", "SHA-256"] and "value1Label" not in rows["Host"]
    assert rows["Registry Key"]["value3Type"] == "selectone" and rows["Registry Key"]["value3Option"].split(";")[-1] == "REG_SZ"
    assert rows["Registry Key"]["value1Type"] == "text" and "keys" not in rows["File"]


@pytest.mark.parametrize("name, keys", [
    ("mutex", {"key1": "Mutex"}), ("FILE", {"key1": "md5", "key2": "sha1", "key3": "sha256"}),
    ("Registry%20Key", {"key1": "Key Name", "key2": "Value Name", "key3": "Value Type"}), ("user%20agent", {"key1": "User Agent String"})])
def test_one_type(either, name, keys):
    """Letters of either case, encoded blanks."""
    row = either.call("GET", f"{TYPES}/indicatorTypes/{name}?includeAdditional=true")["data"]["indicatorType"]
    assert row["keys"] == keys
    assert "keys" not in either.call("GET", f"{TYPES}/indicatorTypes/{name}/")["data"]["indicatorType"]


def test_types_of_associations(either):
    data = either.call("GET", f"{TYPES}/associationTypes")["data"]
    rows = {row["name"]: row for row in data["associationType"]}
    assert data["resultCount"] == len(rows) == 15
    assert rows["ASN to CIDR"] == {"name": "ASN to CIDR", "custom": "true", "fileAction": "false", "apiBranch": "asnToCidr"}
    assert {row["apiBranch"] for row in rows.values() if row["fileAction"] == "true"} == {
        "archive", "drop", "traffic", "mutex", "registryKey", "userAgent", "dnsQuery"}
    assert either.call("GET", f"{TYPES}/associationTypes/url%20host")["data"]["associationType"] == rows["URL Host"]


@pytest.mark.parametrize("path", ["indicatorTypes/nothing", "associationTypes/nothing", "indicatorTypes/%2F", "nothing"])
def test_what_is_none(either, path):
    either.refused("GET", f"{TYPES}/{path}", 404, "not found", checked=False)


def test_in_xml(either):
    root = ElementTree.fromstring(either.send("GET", f"{TYPES}/indicatorTypes", headers={"Accept": "application/xml"}).body)
    data = root.find("Data")
    kind = data.get("{http://www.w3.org/2001/XMLSchema-instance}type")
    assert root.tag == "indicatorTypesResponse" and kind == "indicatorTypeListResponseData"
    (registry,) = [e for e in data.findall("IndicatorType") if e.findtext("Name") == "Registry Key"]
    assert registry.findtext("casePreference") == "sensitive" and registry.findtext("value1Label") == "Key Name"
