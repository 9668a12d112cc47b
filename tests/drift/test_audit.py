"""Every action that is written to the audit log has a name on its page (A12)."""
import re

from tests.lib.instance import ROOT

CALL = re.compile(r"'([a-z_]+\.[a-z_]+)'")


def written():
    """Actions in statements and functions, wherever audit() or audit_append() is called."""
    found = set()
    for file in (ROOT / "sql").rglob("*.sql"):
        for call in re.findall(r"\b(?:platform_)?audit(?:_append)?\((.*)", file.read_text(encoding="utf-8")):
            found.update(CALL.findall(call))
    return found


def test_every_action_has_a_name():
    """G2: the page's list and filter know all of them, and no others."""
    page = (ROOT / "nginx/html/js/pages/audit.js").read_text(encoding="utf-8")
    named = set(CALL.findall(re.search(r"const ACTIONS = \{(.*?)\};", page, re.S)[1]))
    assert len(named) > 15
    assert named == written()
