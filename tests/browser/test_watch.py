"""The watch itself: what a page does wrong does fail a test (otherwise the other tests prove nothing)."""
import hashlib

import pytest

from tests.lib.instance import ROOT, wait_for


def noted(page, text):
    wait_for(lambda: any(text in line for line in page.problems()), f"{text!r} is noted, there is {page.noted}")
    # Seen: this test wanted it.
    page.noted.clear()


def test_console_requests_and_policy_are_watched(page):
    page.open("/50x.html")
    page.js("setTimeout(() => { throw new Error('thrown on purpose'); })")
    noted(page, "thrown on purpose")
    page.js("fetch('/api/portal/me')")
    noted(page, "status of 401")
    page.js("import('/img/no-such-file.js').catch(() => 0)")
    noted(page, "no-such-file.js")


def test_page_policy_refuses_inline_code(page):
    """G5 tests rely on it: inline script, inline style and foreign requests are refused by the pages' own policy."""
    page.open("/50x.html")
    page.js("const s = document.createElement('script'); s.appendChild(document.createTextNode('window.ran = 1'));"
            "document.body.appendChild(s)")
    noted(page, "An HTMLScriptElement was directly modified and will not be executed")
    assert page.js("return window.ran") is None
    for act, wants in (("document.body.innerHTML = '<b>x</b>'", "TrustedHTML"),
                       ("document.createElement('script').src = '/x.js'", "TrustedScriptURL")):
        page.js(f"try {{ {act}; }} catch (e) {{ window.refused = e.name; }}")
        noted(page, f"This document requires '{wants}' assignment")
        assert page.js("return window.refused") == "TypeError"
    page.js("document.body.setAttribute('style', 'color: red')")
    noted(page, "Content Security Policy")
    page.js("fetch('http://127.0.0.1:1/').catch(() => 0)")
    noted(page, "Content Security Policy")


def test_allowed_failures_are_exact(page):
    page.allow((401, "/api/portal/me"))
    page.open("/50x.html").js("return fetch('/api/portal/me').then(() => fetch('/api/portal/sessions'))")
    wait_for(lambda: page.problems(), "the other request is noted")
    assert len(page.problems()) == 1 and "/api/portal/sessions" in page.problems()[0]
    page.noted.clear()


def style(page, rule):
    """Adds a rule to the page's own sheets; the policy allows no other."""
    page.js("for (const sheet of document.styleSheets) { sheet.insertRule(arguments[0], sheet.cssRules.length); }", rule)


def test_axe_and_width_find_what_is_wrong(page):
    page.open("/50x.html")
    assert page.axe() == [] and page.overflow() == []
    style(page, ".muted {color: #999}")
    assert any(line.startswith("color-contrast") for line in page.still().axe(contrast_only=True))
    page.js("const i = document.createElement('img'); i.src = '/img/logo.svg'; i.width = 2000; i.className = 'wide';"
            "document.querySelector('main p').appendChild(i)")
    assert any(line.startswith("image-alt") for line in page.axe())
    style(page, ".wide {max-width: none !important}")
    assert page.look_like((360, 800)).overflow()
    style(page, ":focus-visible {outline: none !important}")
    page.tab()
    assert not page.focus()["ok"]


@pytest.mark.parametrize("folder, names", [
    ("tests/vendor/axe", {"axe.min.js", "LICENSE", "LICENSE-3RD-PARTY.txt"}),
    ("nginx/html/js/vendor", {"lit-html.js", "LICENSE"}),
    ("nginx/html/font", {"inter.woff2", "OFL.txt"})])
def test_vendored_files_are_unchanged(folder, names):
    rows = [line.split() for line in (ROOT / folder / "SHA256SUMS").read_text(encoding="utf-8").splitlines()]
    assert {name for _, name in rows} == names
    assert names | {"SHA256SUMS", "README.md"} == {path.name for path in (ROOT / folder).iterdir()}
    for digest, name in rows:
        assert hashlib.sha256((ROOT / folder / name).read_bytes()).hexdigest() == digest, name
