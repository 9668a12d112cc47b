"""Every state of every page: axe-core without a finding in both schemes and two widths, nothing wider than the screen (G5)."""
import pytest

from tests.browser.page import NARROW, WIDE
from tests.browser.states import STATES

pytestmark = pytest.mark.spread


@pytest.mark.parametrize("name", STATES)
def test_g5_axe_and_width(page, cast, name):
    """G5: zero violations light and dark, at 1280 and 360 pixels; no horizontal scrolling."""
    STATES[name].enter(page, cast)
    found = []
    for size in (WIDE, NARROW):
        page.look_like(size)
        found += [f"{size[0]} light: {line}" for line in page.axe() + page.overflow()]
        # The structure is the same in the dark: only what depends on colours is looked at again.
        page.look_like(size, dark=True)
        # A busy machine may still be repainting: what is really wrong is found twice.
        lines = page.axe(contrast_only=True) and page.still().axe(contrast_only=True)
        found += [f"{size[0]} dark: {line}" for line in lines]
    assert not found, f"{name}:\n" + "\n".join(found)
