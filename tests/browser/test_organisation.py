"""The organisation's inputs in the browser: typed, previewed, saved, and used by the next exercise."""
from selenium.webdriver.common.keys import Keys

from tests.lib import Client
from tests.lib.instance import wait_for

PATH = "/settings/organisation"
PROFILE, TOOLS, CHARACTERS, BRANDING = (f"{PATH}/{part}" for part in ("profile", "tools", "characters", "branding"))
TYPED = {"Industry": "Manufacturing", "Critical assets": "Customer database, ERP", "Main cloud provider": "Nimbus Cloud",
         "Who watches (SOC)": "Hybrid with Example Watch, nights only", "Authorities": "Data protection authority, BaFin"}
SLOTS = {"industry": "sector", "criticalAssets": "crown_jewel", "primaryCloudProvider": "cloud", "socModel": "provider",
         "regulatoryBodies": "regulator"}
# For each field of SLOTS in turn.
KINDS = (("Retail and trade.", "Our webshop", "AWS", "In-house, 24/7", "BaFin"),
         ("IT services", "SAP S/4HANA; mail", "", "MSSP: Example Watch", ""),
         ("x" * 80, "The THING", "the cloud", "Example Watch", "the port authority"),
         ("", "booking system", "", "Managed SOC", "Our board"))


def words(page):
    return page.js("return Object.fromEntries(Array.from(document.querySelectorAll('[data-word]'))"
                   ".map((node) => [node.dataset.word, node.textContent]))")


def slots(client, exercise):
    return client.instance.value("SELECT recipe -> 'slots' FROM muster.exercise WHERE id = %s", exercise)


def test_profile_by_keyboard_and_the_preview_tells_the_truth(page):
    """What the preview says while one types is what the next exercise says."""
    client = Client(page.instance).register(organization="Harbour Nine").signin()
    page.login(client).open(PROFILE, "#profile-form")
    assert words(page) == {}
    page.has(".profile-meter", "0 of 5 that stories use")
    page.type_into("Industry", TYPED["Industry"]).has("#profile-form .save-state", "Unsaved")
    page.js("document.querySelectorAll('#profile-form details').forEach((one) => { one.open = true; })")
    for label in ("Authorities", "Main cloud provider", "Critical assets", "Who watches"):
        page.type_into(label, next(text for key, text in TYPED.items() if key.startswith(label)))
    page.has(".profile-meter", "5 of 5 that stories use")
    page.sees("Harbour Nine works in manufacturing and depends on the customer database.")
    shown = words(page)
    page.tab_to("Save profile").press(Keys.ENTER, "Save profile").has("#profile-form .save-state", "Saved")
    made = slots(client, client.generate("ransomware"))
    assert shown == {field: made[slot] for field, slot in SLOTS.items()}
    page.reload().has("#profile-form")
    assert words(page) == shown
    assert client.call("GET", "/api/portal/profile")["regulatoryBodies"] == ["Data protection authority", "BaFin"]


LEAVES = "return window.dispatchEvent(new Event('beforeunload', {cancelable: true}))"


def test_leaving_with_unsaved_changes_is_asked_about(page):
    client = Client(page.instance).register().signin()
    page.login(client).open(PROFILE, "#profile-form")
    assert page.js(LEAVES)
    page.type_into("Industry", "Shipping").has("#profile-form .save-state", "Unsaved")
    assert not page.js(LEAVES)
    page.click("#profile-form button", "Save").has("#profile-form .save-state", "Saved")
    assert page.js(LEAVES)
    # What is typed while it is being stored is not stored.
    page.js("const form = document.querySelector('#profile-form'); form.requestSubmit();"
            "form.elements.industry.value = 'Rail'; form.elements.industry.dispatchEvent(new Event('input', {bubbles: true}))")
    wait_for(lambda: client.call("GET", "/api/portal/profile")["industry"] == "Shipping"
             and page.js("return !document.querySelector('#profile-form [aria-disabled=\"true\"]')"), "stored")
    page.has("#profile-form .save-state", "Unsaved")
    assert not page.js(LEAVES)


def test_preview_agrees_with_the_server_on_every_kind_of_text(page):
    """The rules are written twice, in slots.c and in sentence.js: the same words come out."""
    client = Client(page.instance).register().signin()
    page.login(client).open(PROFILE, "#profile-form")
    for texts in KINDS:
        for field, text in zip(SLOTS, texts):
            page.js("const e = document.querySelector(`#p-${arguments[0]}`); e.value = arguments[1];"
                    "e.dispatchEvent(new Event('input', {bubbles: true}))", field, text)
        shown = words(page)
        page.click("#profile-form button", "Save").has("#profile-form .save-state", "Saved")
        made = slots(client, client.generate("bec", questionCount=3))
        assert shown == {field: made[slot] for field, slot in SLOTS.items() if slot in made}, texts


def test_tools_are_searched_chosen_and_added(page):
    client = Client(page.instance).register().signin()
    page.login(client).open(TOOLS, "#tools-form").type_into("Search tools", "waz").has("#tool-folds label", "Wazuh")
    page.tab_to("Wazuh").press(" ", "Wazuh").has("#count-SIEM", "1 of")
    page.type_into("Name of the tool", "Lantern <b>").tab_to("Add tool").press(Keys.ENTER).has(".toast", "was added")
    page.click("#tools-form button", "Save tools").has("#tools-form .save-state", "Saved")
    tools = client.call("GET", "/api/portal/tools")
    assert sorted(row["name"] for row in tools["allTools"] if row["id"] in tools["selectedIds"]) == ["Lantern <b>", "Wazuh"]
    page.reload().has("#tools-form")
    page.click("#tool-search").keys("lantern").has("#tool-folds label", "Lantern <b>")
    page.click('[aria-label^="Remove Lantern"]').has("dialog", "Remove this tool?")
    page.click("dialog button", "Remove tool").has(".toast", "Tool removed")
    assert len(client.call("GET", "/api/portal/tools")["selectedIds"]) == 1


def test_a_character_is_added_changed_and_picked(page):
    client = Client(page.instance).register().signin()
    page.login(client).open(CHARACTERS, "#character-form").type_into("Name", "Mara <i>Lind</i>").type_into("Role", "CISO")
    page.type_into("Expertise", "law, crisis").tab_to("Add character").press(Keys.ENTER).has(".people-list", "Mara <i>Lind</i> (CISO)")
    page.click(".character-actions button", "Change").focused("#c-name").type_into("Department", "Board")
    page.click("#character-form button", "Save")
    page.has(".people-list", "CISO · Board")
    page.open("/exercises/new", ".new-themes").click("summary", "More settings").click(".new-stored label", "Mara")
    page.click("#start").at("/exercises/[0-9a-f-]+/play").click(".opening summary", "About the organisation")
    page.has(".opening h3", "People in the story")
    exercise = page.path.split("/")[2]
    assert [row["name"] for row in client.session(exercise)["scenario"]["characters"]] == ["Mara <i>Lind</i>"]
    page.open(CHARACTERS, ".people-list").click(".character-actions button", "Delete").has("dialog")
    page.click("dialog button", "Delete character").has("#people", "No characters yet.")


def test_branding_and_language(page):
    client = Client(page.instance).register().signin()
    page.login(client).open(BRANDING, "#branding-form").allow((400, "/api/portal/branding"))
    page.click("#b-name").keys("Brand & Co").click("#b-colour").keys("#ffee00").click("#branding-form button", "Save branding")
    page.has("#branding-form .form-summary", "too light")
    page.js("document.querySelector('#b-colour').value = ''")
    page.click("#b-colour").keys("#7a0019").click("#branding-form button", "Save branding")
    page.has("#branding-form .save-state", "Saved")
    assert client.call("GET", "/api/portal/branding") == {"displayName": "Brand & Co", "accentColor": "#7a0019"}
    page.open(f"{PATH}/language", "#language-form").click("#language-form button", "Save language")
    page.has("#language-form .save-state", "Saved")
    assert client.call("GET", "/api/portal/language")["language"] is None


def test_members_read_and_facilitators_keep_the_characters(page):
    """Who may not change a part reads it; pages that are closed are no tabs."""
    admin = Client(page.instance).register().signin()
    member, facilitator = admin.colleague(), admin.colleague("FACILITATOR")
    page.login(member)
    for path, form in ((PROFILE, "#profile-form"), (TOOLS, "#tools-form"), (BRANDING, "#branding-form")):
        page.open(path, form).has("#hint", "Only an administrator can change it")
        assert page.count(f"{form} :enabled:not(fieldset)") == 0, path
    assert page.texts("#page-tabs a") == ["Profile", "Tools", "Characters", "Branding", "Language"]
    page.open(CHARACTERS, "#people").has("#hint")
    assert page.count("#character-form") == 0
    page.open(f"{PATH}/language", "#language-form")
    assert page.count("#language-form button") == 1
    page.allow((403, "/api/portal/domains"), (403, "/api/portal/security"))
    for part in ("domains", "sign-in"):
        page.open(f"{PATH}/{part}", "#part .notice").sees("Only administrators see this page")
    page.fresh().login(facilitator).open(CHARACTERS, "#character-form")
    page.open(PROFILE, "#profile-form")
    assert page.count("#profile-form button") == 0


def test_finding_16_tabs_have_addresses(page, cast):
    """Finding 16: each part has an address, the old one leads to the first; forms are 720 px at the left edge of the page's title."""
    page.login(cast.described).open(PATH).at(PROFILE).has("#profile-form")
    assert page.texts("#page-tabs a") == ["Profile", "Tools", "Characters", "Branding", "Language", "Email domains", "Sign-in"]
    for tab, path in (("Tools", TOOLS), ("Branding", BRANDING), ("Sign-in", f"{PATH}/sign-in")):
        page.tab_to(tab, of="#page-tabs a").press(Keys.ENTER).at(path)
        assert page.texts("#page-tabs [aria-current=page]") == [tab] and page.count("#part form, #part .card") >= 1
    page.driver.back()
    page.at(BRANDING).has("#branding-form")
    wide = page.js("const box = document.querySelector('#branding-form').getBoundingClientRect();"
                   "return [box.width, box.left - document.querySelector('h1').getBoundingClientRect().left]")
    assert wide == [720, 0]
    assert page.js("return document.documentElement.scrollHeight") < 1600


def test_finding_16_what_changes_stories_comes_first(page, cast):
    """Finding 16: four fields are seen, as often as stories use them; the rest is folded; the meter counts what stories really say."""
    page.login(cast.described).open(PROFILE, "#profile-form")
    seen = page.js("return Array.from(document.querySelectorAll('#profile-form [name]'))"
                   ".filter((one) => one.checkVisibility()).map((one) => one.name)")
    assert seen == ["criticalAssets", "socModel", "industry", "regulatoryBodies"]
    assert page.has(".profile-meter") == "3 of 5 that stories use"
    # How somebody watches is no name that a story could say.
    page.js("const e = document.querySelector('#p-socModel'); e.value = 'In-house, 24/7';"
            "e.dispatchEvent(new Event('input', {bubbles: true}))")
    assert page.has(".profile-meter") == "2 of 5 that stories use"
