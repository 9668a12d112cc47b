"""A second factor that is required, and one that was lost, in the browser by keyboard (A5, A7, A15)."""
from selenium.webdriver.common.keys import Keys

from tests.browser.lists import act, cells, choose, rows
from tests.lib import Client, mailbox, otp
from tests.lib.cast import Cast
from tests.lib.client import PASSWORD
from tests.lib.instance import wait_for

SECURITY, TEAM, RULE = "/settings/security", "/settings/team", "/settings/organisation/sign-in"
LED = SECURITY + r"\?next=.+"


def enrol(page):
    """Sets the second factor up on the page that asks for it."""
    page.tab_to("Set up").press(Keys.ENTER, "Set up").has(".enrol-qr")
    secret = page.has("#secret").replace(" ", "")
    page.type_into("Code", otp.code(secret, otp.step())).keys(Keys.ENTER).has("#codes")


def test_a5_led_to_setting_it_up_and_back(page):
    """A5: signing in leads where one wanted to go, from there to the own security with the reason, and back."""
    whole = Cast(page.instance)
    page.instance.sql("UPDATE muster.org SET second_factor_required = true WHERE org_id = %s", whole.org)
    member = whole.person("MEMBER")
    page.allow((403, "/api/portal/sessions"), (403, "/api/ttx/catalog"), (403, "/api/portal/profile"), (403, "/api/portal/tools"),
               (403, "/api/portal/characters"),
               (403, "/api/portal/branding"), (403, "/api/portal/language"))
    page.open("/signin?next=%2Fexercises%3Fstatus%3DCOMPLETED").type_into("Email", member.email)
    page.type_into("Password", PASSWORD).keys(Keys.ENTER)
    page.at(LED).has("#factor .notice", "Your organisation requires a second factor")
    # What is everybody's right is open meanwhile.
    page.open("/privacy").has("main", "Your account")
    page.open("/settings/organisation/profile").at(LED).has("#factor .notice", "requires")
    page.open("/exercises?status=COMPLETED").at(LED).has("#factor .notice", "requires")
    enrol(page)
    page.has("#factor", "I have stored them, carry on")
    # Who loads the page again has not seen the last of it: the way back is still there.
    page.reload().tab_to("Carry on", of="#factor a").press(Keys.ENTER).at(r"/exercises\?status=COMPLETED")
    page.open(SECURITY, "#factor .pill").sees("so it stays on")
    assert "Turn the second factor off" not in page.js("return document.getElementById('factor').textContent")


def test_a5_the_token_of_a_link_stays_behind_the_number_sign(page):
    """A5: where a link leads to the own security the server, its log and the history's list of addresses do not learn the link's token."""
    whole = Cast(page.instance)
    page.instance.sql("UPDATE muster.org SET second_factor_required = true WHERE org_id = %s", whole.org)
    member, host = whole.person("MEMBER"), Client(page.instance).register().signin()
    page.login(member).allow((403, "/api/auth/invitations/accept"))
    link = "#invite=" + page.instance.invite(host.me["orgId"], member.email)
    page.open("/join" + link).tab_to("Join with this account").press(Keys.ENTER).at(r"/settings/security\?next=%2Fjoin" + link)
    page.tab_to("Skip to content").press(Keys.ENTER)
    enrol(page)
    page.tab_to("I have stored them, carry on").press(Keys.ENTER).at("/join" + link)


def test_a5_the_platform_leads_there_too(page):
    boss = Cast(page.instance).person("SUPER_ADMIN")
    page.login(boss).allow((403, "/api/admin/orgs"), (403, "/api/admin/settings"))
    page.open("/platform").at(LED).has("#factor .notice", "Platform administrators")
    enrol(page)
    page.tab_to("I have stored them, carry on").press(Keys.ENTER).at("/platform").has("#list")


def test_a5_requiring_it_of_everybody(page):
    """A5: who has none is told to begin with the own; the list says who has one."""
    whole = Cast(page.instance)
    admin, member = whole.person("CLIENT_ADMIN"), whole.person("MEMBER")
    page.login(admin).allow((409, "/api/portal/security")).open(RULE, "#factor-rule")
    page.has("#part", "0 of 2 active people have a second factor")
    page.tab_to("Require a second factor").press(Keys.ENTER).focused("dialog .btn")
    page.tab_to("Require it", of="dialog button").press(Keys.ENTER)
    page.has("dialog .notice", "Set up your own second factor first")
    page.keys(Keys.ESCAPE)
    otp.silently(admin, page.instance)
    page.reload()
    page.has("#part", "1 of 2 active people have a second factor")
    page.tab_to("Require a second factor").press(Keys.ENTER).tab_to("Require it", of="dialog button").press(Keys.ENTER)
    page.has(".toast", "is now required")
    page.focused("#part-title").has("#part .badge", "Required")
    page.open(TEAM, "#people tbody")
    found = dict(zip(rows(page, "#people"), cells(page, "#people", "Second factor")))
    assert {name.removesuffix(" You"): has for name, has in found.items()} == {"Cast Client_Admin": "On", "Cast Member": "Off"}
    member.refused("GET", "/api/portal/sessions", 403, "second_factor_required")


def test_a7_a_lost_factor(page):
    """A5, A7: asked for by an administrator; the person keeps it in a session; asked for again, it is removed by the mail's link."""
    whole = Cast(page.instance)
    admin, person = whole.person("CLIENT_ADMIN"), whole.person("MEMBER")
    otp.enrol(person, page.instance)

    def ask():
        page.fresh().login(admin).open(TEAM, "#people tbody")
        act(page, "Cast Member", "Remove second factor").has("dialog", "Make sure it really is")
        page.tab_to("Remove in 24 hours").press(Keys.ENTER).has(".toast", "in 24 hours")
        page.has("#people .badge", "Removed on")
    ask()
    page.fresh().login(person).open("/exercises").has(".banner", "asked to remove your second factor")
    page.tab_to("Keep my second factor").press(Keys.ENTER).has(".toast", "stays")
    assert page.count(".banner") == 0
    ask()
    page.press(Keys.ENTER, "Actions for Cast Member")
    choose(page, "Keep second factor").tab_to("Keep second factor", of="dialog button").press(Keys.ENTER).has(".toast", "stays")
    wait_for(lambda: cells(page, "#people", "Second factor").count("On") == 1, "the row says so")
    ask()
    url = mailbox.last(page.instance, person.email, "Your second factor is to be removed").url
    page.fresh().open(url, "#link-box button").tab_to("I lost it: remove it now").press(Keys.ENTER).focused("#link-box h2")
    page.sees("Your second factor is removed").at("/factor-reset").has("#link-box a.btn", "Sign in")
    assert page.js("return window.location.hash") == ""
    Client(page.instance).signin(person.email, PASSWORD)
    page.fresh().allow((410, "/api/auth/reset-factor")).open(url, "#link-box button")
    page.tab_to("Stop: I still have it").press(Keys.ENTER)
    page.has("#link-box .notice", "answered, called off or done")
    page.fresh().login(admin).open("/settings/audit-log", "#list tbody")
    page.has("#list tbody", "Lost second factor removed")
    page.sees("By the person", "By an administrator")
