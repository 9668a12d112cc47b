"""Every action that is written to the audit log is in the description and has a name on its page (A12)."""
import re

from common.words import catalogue
from tests.lib import contract
from tests.lib.instance import ROOT

CALL = re.compile(r"'([a-z_]+\.[a-z_]+)'")


def written():
    """Actions in statements and functions that call audit() or its kin; settings of the transaction and names of the schema look alike."""
    texts = [file.read_text(encoding="utf-8") for file in (ROOT / "sql").rglob("*.sql")]
    return {name for text in texts if re.search(r"\b(?:platform_)?audit(?:_append)?\(", text)
            for name in CALL.findall(text) if not name.startswith(("app.", "muster."))}


def test_every_action_has_a_name():
    """G2: the page's list and filter know all of them, and no others."""
    words = catalogue.load()[catalogue.SOURCE]["audit_log"]
    named = {key.removeprefix("action.") for key in words if key.startswith("action.")}
    assert len(named) > 15
    assert named == written()


def test_every_action_is_described():
    """G2: both logs' descriptions list what is written, and nothing else."""
    schemas = contract.Contract.load().doc["components"]["schemas"]
    for name in ("AuditEntry", "AdminAuditEntry"):
        assert schemas[name]["properties"]["action"]["enum"] == sorted(written()), name
