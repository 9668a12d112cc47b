"""Which mails one gets, in the browser: switches by keyboard, and the page that a mail's link opens (E5)."""
from selenium.webdriver.common.keys import Keys

from tests.lib import Client
from tests.lib.mail import hurry, one_click, wait_for_mail

NOTIFICATIONS = "/settings/notifications"
PREFERENCES = "/api/auth/mail-preferences"


def test_e5_switches_by_keyboard(page):
    """E5: what is turned off stays off, and can be turned on again."""
    client = Client(page.instance).register().signin()
    page.login(client).open("/exercises", "#site-tools .menu").click("#site-tools .menu > button").click(".menu-panel a", "Notifications")
    page.at(NOTIFICATIONS).has("#preferences form")
    page.tab_to("I complete an exercise").keys(Keys.SPACE).tab_to("Save").press(Keys.ENTER).has(".toast", "Saved.")
    assert client.call("GET", PREFERENCES) == {"team": True, "results": False}
    page.reload().has("#preferences form")
    assert page.js("return [document.getElementById('results').checked, document.getElementById('team').checked]") == [False, True]
    page.tab_to("I complete an exercise").keys(Keys.SPACE).tab_to("Save").press(Keys.ENTER).has(".toast", "Saved.")
    assert client.call("GET", PREFERENCES) == {"team": True, "results": True}


def test_e5_link_of_a_mail(page):
    """E5: opening the link, as scanners do, changes nothing; its button does, without a sign-in."""
    client = Client(page.instance).register().signin()
    client.run("bec", questionCount=3)
    hurry(page.instance)
    link = one_click(wait_for_mail(page.instance, client.email, "Exercise completed"))
    page.open(link, "#unsubscribe form").at(r"/unsubscribe#token=\w+")
    assert client.call("GET", PREFERENCES)["results"] is True
    page.tab_to("Stop these emails").press(Keys.ENTER, "Stop these emails").focused("#unsubscribe h2").sees("complete an exercise")
    assert client.call("GET", PREFERENCES) == {"team": True, "results": False}
    page.instance.sql("UPDATE muster.mail_unsubscribe SET expires_at = now() WHERE user_id = %s", client.me["id"])
    page.allow((410, "/api/public/mail-choice")).open(link, "#unsubscribe form").click("#unsubscribe button", "Stop these")
    page.focused(".form-summary").sees("too old")
    page.open("/unsubscribe").has("#unsubscribe", "incomplete")
