"""G2: every link of every page resolves, every control is reached by Tab and can be seen there (G5)."""
import re
from urllib.parse import urljoin, urlsplit

import pytest

from tests.browser.states import STATES
from tests.browser.states_platform import operator

CONTROLS = ("landing", "signin-errors", "register", "list-full", "menu-open", "new", "new-errors", "play-opening", "play-question",
            "play-chosen", "play-poor", "play-last", "result", "keys", "keys-created", "organisation-profile-empty", "organisation-everything",
            "team", "audit-log", "join", "verify-valid", "verify-unknown", "security-on", "security-enrol", "signin-code", "not-found",
            "unavailable", "platform", "platform-org", "platform-settings", "platform-health",
            "forgot", "reset", "verify-email", "verify-domain", "confirm", "privacy", "register-join", "notifications", "unsubscribe",
            "register-invited", "factor-reset", "security-reset-asked", "security-required", "team-factor")


def test_g2_every_link_resolves(page, cast):
    """G2: from the product page and from the list everything that is linked or loaded answers, pages as pages."""
    seen, dead = {}, []
    player = cast.player
    inside = ["/exercises", f"/exercises/{player.begun}/play", f"/exercises/{player.good}/result", f"/verify/{player.certificate}"]
    boss = operator(cast.instance)
    for client, first in ((None, ["/", "/signin", "/register", "/no-such-page"]), (player, inside), (boss, ["/platform"])):
        page.fresh().allow((404, "/no-such-page"))
        if client:
            page.login(client)
        waiting = list(first)
        done = set()
        while waiting:
            path = waiting.pop()
            if path in done:
                continue
            done.add(path)
            page.open(path)
            for link in page.look("links"):
                target = urlsplit(urljoin(page.base + path, link))
                assert target.scheme + "://" + target.netloc == page.base, f"{path} links to {link}"
                address = target.path + (f"?{target.query}" if target.query else "")
                if address not in seen:
                    reply = (client or cast.newcomer).request("GET", address, contracted=False)
                    seen[address] = reply.status_code
                    if reply.status_code != 200:
                        dead.append(f"{path} links to {address}: {reply.status_code}")
                is_page = not re.match(r"/(api|css|js|img)/|.*download=", address)
                if is_page and pattern(address) not in {pattern(one) for one in done | set(waiting)}:
                    waiting.append(address)
            if target_ids(page):
                dead.append(f"{path}: anchors without a target: {target_ids(page)}")
    assert not dead, dead
    assert len(seen) > 20, seen


def pattern(address):
    return re.sub(r"[0-9a-f-]{36}", "ID", address)


def target_ids(page):
    return page.js("return Array.from(document.querySelectorAll('a[href^=\"#\"]')).map((a) => a.getAttribute('href').slice(1))"
                   ".filter((id) => id && !document.getElementById(id))")


@pytest.mark.parametrize("name", CONTROLS)
def test_g5_tab_reaches_every_control(page, cast, name):
    """G5: Tab alone visits everything that can be operated, in one round, and each stop shows its focus uncovered."""
    STATES[name].enter(page, cast)
    wanted = page.look("controls")
    reached = []
    for _ in range(len(wanted) + 12):
        page.tab()
        now = page.focus()
        if now.get("body"):  # the end of the page; the next Tab begins again at its top
            continue
        assert now["ok"], f"{name}: the focus cannot be seen: {now}"
        reached.append(page.look("control"))
        if set(wanted) <= set(reached):
            break
    missing = [one for one in wanted if one not in reached]
    assert wanted and not missing, f"{name}: Tab does not reach {missing}; it went {reached}"
