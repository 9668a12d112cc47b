"""Team, audit log and accepting an invitation in the browser, by keyboard (A4, A7, A12, A13, D5)."""
from selenium.webdriver.common.keys import Keys

from tests.browser.lists import ROW, act, cells, choose, pick, rows, settled
from tests.lib import Client
from tests.lib.cast import Cast
from tests.lib.client import PASSWORD
from tests.lib.instance import wait_for


PEOPLE, INVITATIONS = "/settings/team", "/settings/team/invitations"


def test_a13_invite_revoke_and_join(page):
    """A13: several addresses at once, a link for each; one is revoked, the other brings a member."""
    admin = Client(page.instance).register(organization="Keyboard Ltd").signin()
    page.login(admin).open(INVITATIONS, "#invitations .empty").sees("No open invitations").tab_to("Invite people").press(Keys.ENTER)
    page.focused("#emails").tab_to("Create invitations").press(Keys.ENTER).focused(".form-summary").sees("One thing needs your attention")
    page.tab_to("Email addresses: Enter").press(Keys.ENTER).focused("#emails")
    page.keys("first@example.com, Second@Example.com", Keys.ENTER, "nonsense").tab_to("Member")
    page.keys(Keys.ARROW_DOWN).keys(Keys.ARROW_DOWN).tab_to("Create invitations").press(Keys.ENTER).has("dialog h2", "2 invitations ready")
    page.sees("first@example.com", "second@example.com", "This is not an email address.")
    link = page.js("return document.querySelector('dialog input').value")
    page.tab_to("Done").press(Keys.ENTER)
    settled(page, "#invitations", 2)
    assert set(cells(page, "#invitations", "Role")) == {"Auditor"}
    act(page, "second@example.com", "Revoke invitation").has("dialog", "stops working at once")
    page.tab_to("Revoke invitation").press(Keys.ENTER).has(".toast", "Invitation revoked.")
    settled(page.reload(), "#invitations", 1)
    assert rows(page, "#invitations") == ["first@example.com"] and link not in page.js("return document.documentElement.outerHTML")
    page.fresh().open(link).has("#invitation", "first@example.com")
    page.type_into("First name", "<b>Fi</b>").type_into("Last name", "Rst")
    page.type_into("Password", PASSWORD).keys(Keys.ENTER).at("/home")
    page.fresh().login(admin).open(PEOPLE, "#people tbody").sees("<b>Fi</b> Rst", "2 active people")
    page.open(INVITATIONS, "#invitations .empty")


def test_a7_role_deactivation_and_removal(page):
    """A7: what the dialogs say happens at once, from the menu of a row, by keyboard; the focus stays where it was."""
    admin = Client(page.instance).register(organization="Roles Ltd").signin()
    member = admin.colleague(first="Mia", last="Member")
    page.login(admin).open(PEOPLE, "#people tbody")
    act(page, "Mia Member", "Change role").has("dialog", "Role of Mia Member")
    page.tab_to("Member").keys(Keys.ARROW_DOWN).tab_to("Save role").press(Keys.ENTER)
    page.has(".toast", "Mia Member is now: Facilitator.")
    assert member.call("GET", "/api/portal/me")["role"] == "FACILITATOR"
    wait_for(lambda: "Facilitator" in cells(page, "#people", "Role"), "the row says so")
    page.press(Keys.ENTER, "Actions for Mia")
    choose(page, "Deactivate").has("dialog", "end at once")
    page.press(Keys.ENTER, "Cancel").press(Keys.ENTER, "Actions for Mia")
    choose(page, "Deactivate").has("dialog")
    page.tab_to("Deactivate").press(Keys.ENTER).has(".toast", "Mia Member was deactivated.")
    member.refused("GET", "/api/portal/me", 401, "unauthenticated")
    wait_for(lambda: "Deactivated" in cells(page, "#people", "Status"), "the row says so")
    page.has("#seats", "1 active person")
    page.press(Keys.ENTER, "Actions for Mia")
    choose(page, "Remove from the organisation").has("dialog", "Coming back needs a new invitation")
    page.tab_to("Remove").press(Keys.ENTER).has(".toast", "Mia Member was removed.")
    settled(page, "#people", 1)
    assert page.count("[aria-label*='Mia']") == 0


def test_the_last_administrator_has_no_menu_and_auditors_only_look(page):
    """G2: nothing is offered that would be refused; pages that are closed are no tabs."""
    admin = Client(page.instance).register(organization="Lookers Ltd").signin()
    auditor = admin.colleague("AUDITOR")
    page.login(admin).open(PEOPLE, "#people tbody")
    settled(page, "#people", 2)
    assert page.count("#people .dt-cell.dt-menu button") == 1 and page.texts("#page-tabs a") == ["People", "Invitations"]
    page.fresh().login(auditor).open(PEOPLE, "#people tbody")
    settled(page, "#people", 2)
    assert page.count("#people .dt-cell.dt-menu") == 0 and not page.texts("#invite") and page.texts("#page-tabs a") == ["People"]
    page.has("#site-nav", "Audit log")
    member = admin.colleague()
    page.fresh().login(member).allow((403, "/api/portal/users")).open(PEOPLE)
    page.sees("Only administrators and auditors see the people")
    assert "Team" not in page.has("#site-nav", "API keys")


AUDIT, LOG = "/settings/audit-log", "#list"


def test_a12_the_log_is_read_filtered_and_exported(page):
    """A12: what happened, by whom, newest first; filters stand in the address, survive a reload and going back; the export follows them."""
    admin = Client(page.instance).register(first="<i>Au</i>", last="Dit", organization="Log Ltd").signin()
    member = admin.colleague(first="Mo", last="Ved")
    admin.call("PUT", f"/api/portal/users/{member.me['id']}", json={"role": "FACILITATOR"})
    for _ in range(50):
        admin.call("DELETE", f"/api/portal/api-keys/{admin.api_key().made['id']}")
    page.login(admin).open(AUDIT, "#list tbody").sees("API key created", "<i>Au</i> Dit", "Access: exercises, results")
    settled(page, LOG, 50)
    page.tab_to("Load more", 90).press(Keys.ENTER)
    settled(page, LOG, 100)
    assert page.js("return document.activeElement === document.querySelectorAll(arguments[0])[50]", f"{LOG} {ROW}")
    pick(page, LOG, "action", "user.role_changed").at(AUDIT + r"\?action=user.role_changed")
    settled(page, LOG, 1).has(LOG, "Person: Mo Ved · Member → Facilitator")
    target = page.js("return document.getElementById('export').getAttribute('href')")
    assert len(admin.get(target).text.splitlines()) == 2 and "user.role_changed" in target
    settled(page.reload(), LOG, 1)
    page.open(PEOPLE, "#people tbody").driver.back()
    settled(page.at(AUDIT + r"\?action=user.role_changed"), LOG, 1)
    pick(page, LOG, "actor", member.me["id"]).at(AUDIT + r"\?action=user.role_changed&actor=.*").sees("Nothing found")


def test_finding_18_dates_are_typed_as_the_page_is_written(page):
    """Finding 18: days in the order of the reader's language, whatever the browser's own date field would show; ISO is read, too."""
    admin = Client(page.instance).register(organization="Days Ltd").signin()
    agent, usual = page.js("return [navigator.userAgent, navigator.languages.join()]")
    try:
        page.cdp("Network.setUserAgentOverride", userAgent=agent, acceptLanguage="en-GB")
        days(page.login(admin).open(AUDIT, "#list tbody"))
    finally:
        page.cdp("Network.setUserAgentOverride", userAgent=agent, acceptLanguage=usual)


def days(page):
    field = page.js("const one = document.querySelector('[name=since]'); return [one.type, one.placeholder.slice(0, 5)]")
    assert field == ["text", "31/12"]
    page.type_into("From", "24/11/2025").keys(Keys.TAB).at(AUDIT + r"\?since=2025-11-24").has("#list .chip", "From: 24 Nov 2025")
    page.type_into("From", "31/11/2025").keys(Keys.TAB).has("#list .field-error", "Enter a date such as 31/12/2026")
    assert page.path.endswith("since=2025-11-24")
    page.tab_to("From", back=True, of="input").retype("2001-01-01", Keys.TAB).at(AUDIT + r"\?since=2001-01-01")
    page.click("[name=until]").retype("1/2/2001", Keys.TAB).at(AUDIT + r".*until=2001-02-01").sees("Nothing found")
    page.click("#list .empty button").at(AUDIT)
    assert page.js("return document.querySelector('[name=until]').value") == ""


def test_a4_accepting_with_an_account(page):
    """A4: says what it means, refuses where something would be lost, and moves who leaves nothing behind."""
    host = Client(page.instance).register(organization="Host Ltd").signin()
    guest = Client(page.instance).register(organization="Solo Ltd").signin()
    url = host.call("POST", "/api/portal/invite", json={"emails": [guest.email]})["results"][0]["inviteUrl"]
    page.open(url).sees("Already have an account with this address?").allow((401, "/api/portal/me"))
    page.tab_to("Accept with it").press(Keys.ENTER)
    page.at(r"/signin\?next=%2Fjoin#invite=.*").type_into("Email", guest.email).type_into("Password", PASSWORD).keys(Keys.ENTER)
    page.at(r"/join#invite=.*")
    page.sees("Solo Ltd", "moves this account")
    friend = guest.colleague()
    page.allow((409, "/api/auth/invitations/accept")).tab_to("Join with this account").press(Keys.ENTER).sees("has other people in it")
    guest.call("DELETE", f"/api/portal/users/{friend.me['id']}")
    page.tab_to("Join with this account", back=True).press(Keys.ENTER).sees("You have joined Host Ltd", "Sign in again")
    page.tab_to("Sign in").press(Keys.ENTER).at("/signin")
    assert guest.signin().me["organization"]["name"] == "Host Ltd"
    page.fresh().login(guest).open("/join#invite=short").sees("This link is incomplete")


def test_what_is_said_in_a_dialog_is_seen_in_it(page):
    """Everything outside an open dialog is dimmed and silent, so "copied" stands inside."""
    page.login(Client(page.instance).register().signin()).open(INVITATIONS, "#invitations .empty").click("#invite")
    page.type_into("Email addresses", "guest@example.com").tab_to("Create invitations").press(Keys.ENTER)
    page.has("dialog", "1 invitation ready")
    page.js("navigator.clipboard.writeText = () => Promise.reject(new Error('blocked'))")
    page.tab_to("Copy link for guest").press(Keys.ENTER).has("dialog .toast")
    page.still()
    assert page.js("""
        const toast = document.querySelector('.toast'), box = toast.getBoundingClientRect();
        return toast.contains(document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2));""")
    assert page.count("dialog [aria-live]") == 1
    page.tab_to("Done").press(Keys.ENTER).has("#invitations tbody", "guest@example.com")


def test_members_read_who_sees_the_team(page):
    """What a role does not allow is said with what to do, without a reference for support."""
    member = Cast(page.instance).client("member")
    page.allow((403, "/api/portal/users"), (403, "/api/portal/audit-log")).login(member)
    for path, css in ((PEOPLE, "#people"), ("/settings/audit-log", "#list")):
        text = page.open(path, css + " .notice").has(css + " .notice", "administrators and auditors")
        assert "Ask an administrator" in text and "Reference" not in text


PASTED = {
    'Doe, Jane (IT) <jane@example.com>; "O\'Neil, Pat" <pat@example.com>; "Roe; Ann" <ann@example.com>; Lee <lee@example.com>':
        ["jane@example.com", "pat@example.com", "ann@example.com", "lee@example.com"],
    "a@example.com, b@example.com;c@example.com\nd@example.com\te@example.com": [f"{one}@example.com" for one in "abcde"],
    "Jane Doe <jane@example.com>, Pat O'Neil <pat@example.com>": ["jane@example.com", "pat@example.com"],
    "first@example.com, Doe, Jane <jane@example.com>,last@example.com": ["first@example.com", "jane@example.com", "last@example.com"],
    "<jane@example.com>\r\n<mailto:pat@example.com>": ["jane@example.com", "pat@example.com"],
    "Jane Doe [mailto:jane@example.com]; pat@example.com (Pat)": ["jane@example.com", "pat@example.com"],
    "jane@example.com <jane@example.com>; JANE@example.com": ["jane@example.com"],
    "Jane\n <jane@example.com>；pat@example.com": ["jane@example.com", "pat@example.com"],
    "nonsense, a@example.com": ["nonsense", "a@example.com"],
    "; ,\n": [],
    "; ".join(f"Doe, Person {i} (IT) <p{i}@example.com>" for i in range(40)): [f"p{i}@example.com" for i in range(40)],
}


def test_recipients_as_mail_programs_copy_them(page):
    """Names with commas, in quotes, with remarks; lists with every separator: the addresses, each once."""
    page.open("/")
    for text, want in PASTED.items():
        found = page.driver.execute_async_script(
            "const [text, done] = arguments;"
            "const module = document.querySelector('script[src$=\"/theme.js\"]').src.replace('theme.js', 'text.js');"
            "import(module).then((one) => done(one.addresses(text)), (e) => done(String(e)))", text)
        assert found == want, text


def test_forty_people_are_invited_at_once(page):
    """Pasted from a mail program into the dialog."""
    admin = Client(page.instance).register(organization="Paste Ltd").signin()
    page.login(admin).open(PEOPLE, "#people tbody").tab_to("Invite people").press(Keys.ENTER).focused("#emails")
    page.js("document.querySelector('#emails').value = " + repr("; ".join(f"Doe, Person {i} (IT) <p{i}@example.com>" for i in range(40))))
    page.tab_to("Create invitations").press(Keys.ENTER).has("dialog h2", "40 invitations ready")
    assert len(admin.call("GET", "/api/portal/invitations")) == 40


def test_names_keep_their_direction_to_themselves(page):
    """D5: marks of direction in names do not turn the words of the page round, nor do names that run from right to left."""
    admin = Client(page.instance).register(organization="Marks\u202e Ltd").signin()
    admin.colleague(first="Eve\u202e", last="Il\u2066")
    admin.colleague(first="\u0645\u0631\u064a\u0645", last="12")
    page.login(admin).open(PEOPLE, "#people tbody")
    act(page, "\u2068Eve", "Deactivate").has("dialog")
    title = page.js("return document.querySelector('#dialog-title').textContent")
    assert title == "Deactivate \u2068Eve\u202e Il\u2066\u2069\u2069?"
    where = page.js("""
        const node = document.querySelector('#dialog-title').firstChild, at = (i) => {
          const range = document.createRange();
          range.setStart(node, i);
          range.setEnd(node, i + 1);
          return range.getBoundingClientRect().left;
        };
        return [at(0), at(4), at(node.data.indexOf('E')), at(node.data.length - 1)];""")
    assert where == sorted(where)
    page.click("dialog .btn").has("#people", "\u0645\u0631\u064a\u0645 12")
