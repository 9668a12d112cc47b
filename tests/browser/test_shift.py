"""Nothing moves while a page comes: layout shift of every state that is an address, at most 0.02 on a desk and on a phone (finding 9)."""
import pytest

from tests.browser.page import NARROW, WIDE
from tests.browser.states import STATES

pytestmark = pytest.mark.spread

LIMIT = 0.02
# Pages whose placeholders are not yet of the size of what comes: they leave this list as they are made anew.
MOVING = {"platform-forbidden"}
SHIFTS = """
    const done = arguments[0];
    let sum = 0;
    const add = (list) => list.forEach((one) => { sum += one.hadRecentInput ? 0 : one.value; });
    const watch = new PerformanceObserver((list) => add(list.getEntries()));
    watch.observe({type: 'layout-shift', buffered: true});
    const end = () => { add(watch.takeRecords()); watch.disconnect(); done(sum); };
    requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(end)));"""


def shift(page):
    """All that moved since the page was asked for."""
    return page.driver.execute_async_script(SHIFTS)


@pytest.mark.parametrize("name", [name for name, state in STATES.items() if state.address and name not in MOVING])
def test_nothing_moves_while_it_comes(page, cast, name):
    page.look_like(WIDE)
    STATES[name].enter(page, cast)
    found = {"wide": shift(page)}
    page.look_like(NARROW).reload()
    found["narrow"] = shift(page)
    assert all(value <= LIMIT for value in found.values()), found


def test_the_watch_sees_what_moves(page):
    page.open("/design", "#table-box tbody tr")
    still = shift(page)
    page.js("const one = document.createElement('div'); one.style.height = '300px'; document.querySelector('main').prepend(one)")
    assert shift(page.still()) > still + LIMIT
