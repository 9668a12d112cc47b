"""What every page costs its reader: at most 100 KiB at the first visit, and at the next one the HTML and API calls alone (finding 10)."""
import urllib.parse

import pytest

from tests.browser import weight
from tests.browser.states import STATES

pytestmark = pytest.mark.spread

MOST_BYTES = 100 * 1024
MOST_REQUESTS = 4
# Pages that show several things at once: they leave this list as they become tabs.
BUSY = {"organisation-empty", "team-no-domain"}
ADDRESSES = [name for name, state in STATES.items() if state.address]


def paths(transfers):
    return [urllib.parse.urlsplit(name).path for name, _ in transfers]


@pytest.mark.parametrize("name", ADDRESSES)
def test_the_first_visit_and_the_next(page, cast, name):
    found = weight.cold(page, lambda: STATES[name].enter(page, cast))
    total = sum(size for _, size in found)
    assert total <= MOST_BYTES, (total, sorted(found, key=lambda row: -row[1])[:8])
    again = paths(weight.warm(page))
    kept = [path for path in again[1:] if not path.startswith("/api/")]
    assert not kept, f"asked for again: {kept}"
    assert name in BUSY or len(again) <= MOST_REQUESTS, again


def test_what_is_counted(page, instance):  # pylint: disable=unused-argument
    """The first visit has style sheets and scripts, the next one has none of them."""
    first = paths(weight.cold(page, lambda: page.open("/signin", "form")))
    assert any(path.endswith(".css") for path in first) and any(path.endswith(".js") for path in first)
    assert len(first) > len(weight.warm(page)) >= 1
