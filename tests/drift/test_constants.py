"""The pages share roles, scopes and bounds with the server through one generated file, and have none of their own."""
import json
import re

import pytest

from tests.lib import contract
from tests.lib.instance import BUILD, ROOT

TEXT = (BUILD / "constants.js").read_text(encoding="utf-8")
OPERATIONS = {operation["operationId"]: operation for _, _, operation in contract.Contract.load().operations()}
PAGES = sorted((ROOT / "nginx/html").rglob("*.js")) + sorted((ROOT / "nginx/pages").glob("*.html"))


def constant(name):
    """A list of constants.js."""
    return json.loads(re.search(rf"^export const {name} = (\[.*\]);$", TEXT, re.M)[1])


def fields():
    rows = re.findall(r"^  (\w+): (\{.*\}),?$", TEXT.partition("FIELDS = {")[2], re.M)
    return {name: json.loads(row) for name, row in rows}


def test_roles_and_scopes():
    """As the programs have them."""
    text = (ROOT / "common/auth/principal.c").read_text(encoding="utf-8")
    assert constant("SCOPES") == re.findall(r'"(\w+)"', re.search(r"api_scopes\[\] = \{(.*?)\}", text)[1])
    assert constant("ADMINS") == re.findall(r'"(\w+)"', re.search(r"\[GUARD_ADMIN\] = \{(.*?)\},\n", text)[1])[1:]
    assert constant("OVERSIGHT") == re.findall(r'"(\w+)"', re.search(r"\[GUARD_OVERSIGHT\] = \{(.*?)\},\n", text)[1])[1:]
    assert set(constant("ADMINS") + constant("OVERSIGHT")) < set(constant("ROLES")) and len(constant("ROLES")) == 5


def test_fields():
    """Bounds of a body, of a query and of a list's items."""
    found = fields()
    assert set(found) <= set(OPERATIONS) and len(found) > 30
    assert found["register"]["password"] == {"minLength": 8, "maxLength": 256}
    assert found["invite"]["role"] == {"values": ["MEMBER", "FACILITATOR", "AUDITOR", "CLIENT_ADMIN"], "value": "MEMBER"}
    assert found["generateExercise"]["selectedCharacters"]["item"]["name"] == {"minLength": 1, "maxLength": 80}
    assert found["listUsers"]["limit"] == {"min": 1, "max": 500, "value": 200}


@pytest.mark.parametrize("file", PAGES, ids=lambda file: file.name)
def test_pages_have_no_copies(file):
    """No page names a length, or a list of roles, by itself."""
    text = file.read_text(encoding="utf-8")
    assert re.findall(r"(?i)(?:min|max)length[\"']?\s*[:=]\s*[\"']?\d+", text) == []
    assert re.findall(r"\[\s*'(?:SUPER_ADMIN|CLIENT_ADMIN|FACILITATOR|MEMBER|AUDITOR)'", text) == []


@pytest.mark.parametrize("file", [file for file in PAGES if file.suffix == ".js"], ids=lambda file: file.name)
def test_pages_use_what_there_is(file):
    """What a page imports is exported, and the operations and fields that it names have bounds."""
    text, known = file.read_text(encoding="utf-8"), fields()
    for names in re.findall(r"import \{ ([^}]*) \} from '[./]*/constants\.js';", text):
        for name in (one.partition(" as ")[0] for one in names.split(", ")):
            assert re.search(rf"^export const {name} = ", TEXT, re.M), name
    for operation, field in re.findall(r"\bFIELDS\.(\w+)(?:\.(\w+))?", text):
        assert operation in known and (not field or field in known[operation]), (operation, field)
