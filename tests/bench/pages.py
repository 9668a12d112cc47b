"""How soon a page shows something: first contentful paint of every page that is an address, on a processor slowed down four times, as a
phone of some years ago is. Cold: nothing kept; warm: the next visit. The aim is a second, on a quiet machine."""
import statistics

from tests.bench import settings
from tests.browser import weight
from tests.browser.page import NARROW, Chromium, Page
from tests.browser.states import STATES, Cast

SLOWER = 4
HEAD = ("page", "first contentful paint, ms: first visit", "the next one", "KiB: first visit", "the next one", "requests: first visit",
        "the next one")
PAINT = "return performance.getEntriesByName('first-contentful-paint').map((one) => one.startTime)"


def visit(page, transfers):
    """(ms until something was painted, bytes, requests)"""
    (painted,) = page.js(PAINT)
    return painted, sum(size for _, size in transfers), len(transfers)


def measure(page, cast, name):
    """Medians over the rounds of the first visit and of the next."""
    first, second = [], []
    for _ in range(settings.ROUNDS):
        page.fresh().look_like(NARROW)
        page.cdp("Emulation.setCPUThrottlingRate", rate=SLOWER)
        first.append(visit(page, weight.cold(page, lambda: STATES[name].enter(page, cast))))
        second.append(visit(page, weight.warm(page)))
    page.cdp("Emulation.setCPUThrottlingRate", rate=1)
    return [[statistics.median(column) for column in zip(*side)] for side in (first, second)]


def pages(instance):
    """The table's rows, the slowest page first."""
    browser = Chromium()
    rows = []
    try:
        cast = Cast(instance)
        for name in (name for name, state in STATES.items() if state.address):
            settings.say(f"page {name}")
            (paint, size, requests), (paint2, size2, requests2) = measure(Page(browser.driver, instance), cast, name)
            rows.append((paint, (name, f"{paint:.0f}", f"{paint2:.0f}", f"{size / 1024:.0f}", f"{size2 / 1024:.0f}",
                                 f"{requests:.0f}", f"{requests2:.0f}")))
    finally:
        browser.close()
    return [row for _, row in sorted(rows, key=lambda one: -one[0])]
