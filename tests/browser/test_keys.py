"""API keys in the browser (A11): shown once, what the key may do, revoked."""
from selenium.webdriver.common.keys import Keys

from tests.browser.lists import act, cells, choose, click
from tests.lib import Client


def test_a11_key_is_shown_once_works_and_is_revoked(page):
    client = Client(page.instance).register().signin()
    page.login(client).open("/settings/api-keys", "#scopes label").sees("No keys yet")
    assert page.js("return document.querySelector('.page-actions a').getAttribute('href')") == "/openapi.json"
    page.tab_to("Create key").press(Keys.ENTER, "Create key").focused(".form-summary").sees("2 things need your attention")
    page.type_into("Name", "Nightly <b>job</b>").tab_to("Results").press(" ", "Results").tab_to("Create key").press(Keys.ENTER)
    page.has("#new-key", "not shown again")
    page.focused("#new-key h2")
    key = page.js("return document.querySelector('#new-key input').value")
    script = Client(page.instance, key=key)
    assert script.call("GET", "/api/portal/sessions") == []
    script.refused("POST", "/api/ttx/generate", 403, "scope_missing", json={"theme": "bec"})
    page.reload().has("#keys tbody", "Nightly <b>job</b>")
    assert key not in page.js("return document.documentElement.outerHTML") and page.count("#new-key input") == 0
    page.sees("Results")
    assert cells(page, "#keys", "Last used") != ["Never"]
    act(page, "Nightly", "Revoke key").has("dialog")
    page.sees("stops working at once").press(Keys.ENTER, "Keep key").press(Keys.ENTER, "Actions for Nightly")
    choose(page, "Revoke key").has("dialog")
    page.tab_to("Revoke key").press(Keys.ENTER)
    page.has(".toast", "Key revoked.")
    page.sees("No keys yet").focused("#name")
    script.refused("GET", "/api/portal/sessions", 401, "unauthenticated")


def test_plan_without_api_access_is_explained(page):
    client = Client(page.instance).register().signin()
    client.call("POST", "/api/portal/api-keys", json={"name": "Before", "scopes": ["results"]}, expect=201)
    page.login(client).open("/settings/api-keys", "#scopes label").allow((403, "/api/portal/api-keys"))
    # The plan changes while the form is open.
    page.instance.sql("UPDATE muster.org SET plan = 'FREE' WHERE org_id = %s", client.me["orgId"])
    page.type_into("Name", "x").click("#scopes label", "Results").click("button", "Create key").focused(".form-summary").sees("plan")
    page.reload().has("#create", "has no API access")
    assert page.count("#create form") == 0
    click(page, "#keys", "Revoke key").has("dialog")
    page.click("dialog button", "Revoke key").sees("No keys yet").focused("#main")
