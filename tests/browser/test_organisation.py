"""The organisation's inputs in the browser: typed, previewed, saved, and used by the next exercise."""
from selenium.webdriver.common.keys import Keys

from tests.lib import Client
from tests.lib.instance import wait_for

PATH = "/settings/organisation"
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
    page.login(client).open(PATH, "#branding-form")
    assert words(page) == {}
    page.type_into("Industry", TYPED["Industry"]).has("#profile-form .save-state", "Unsaved")
    for label in ("Critical assets", "Main cloud provider", "Who watches", "Authorities"):
        page.type_into(label, next(text for key, text in TYPED.items() if key.startswith(label)))
    page.sees("Harbour Nine works in manufacturing and depends on the customer database.")
    shown = words(page)
    page.tab_to("Save profile").press(Keys.ENTER, "Save profile").has("#profile-form .save-state", "Saved")
    made = slots(client, client.generate("ransomware"))
    assert shown == {field: made[slot] for field, slot in SLOTS.items()}
    page.reload().has("#branding-form")
    assert words(page) == shown
    assert client.call("GET", "/api/portal/profile")["regulatoryBodies"] == ["Data protection authority", "BaFin"]


LEAVES = "return window.dispatchEvent(new Event('beforeunload', {cancelable: true}))"


def test_leaving_with_unsaved_changes_is_asked_about(page):
    client = Client(page.instance).register().signin()
    page.login(client).open(PATH, "#branding-form")
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
    page.login(client).open(PATH, "#branding-form")
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
    page.login(client).open(PATH, "#branding-form").type_into("Search tools", "waz").has("#tool-folds label", "Wazuh")
    page.tab_to("Wazuh").press(" ", "Wazuh").has("#count-SIEM", "1 of")
    page.type_into("Name of the tool", "Lantern <b>").tab_to("Add tool").press(Keys.ENTER).has(".toast", "was added")
    page.click("#tools-form button", "Save tools").has("#tools-form .save-state", "Saved")
    tools = client.call("GET", "/api/portal/tools")
    assert sorted(row["name"] for row in tools["allTools"] if row["id"] in tools["selectedIds"]) == ["Lantern <b>", "Wazuh"]
    page.reload().has("#branding-form")
    page.click("#tool-search").keys("lantern").has("#tool-folds label", "Lantern <b>")
    page.click('[aria-label^="Remove Lantern"]').has("dialog", "Remove this tool?")
    page.click("dialog button", "Remove tool").has(".toast", "Tool removed")
    assert len(client.call("GET", "/api/portal/tools")["selectedIds"]) == 1


def test_a_character_is_added_changed_and_picked(page):
    client = Client(page.instance).register().signin()
    page.login(client).open(PATH + "#characters", "#character-form").type_into("Name", "Mara <i>Lind</i>").type_into("Role", "CISO")
    page.type_into("Expertise", "law, crisis").tab_to("Add character").press(Keys.ENTER).has(".people-list", "Mara <i>Lind</i> (CISO)")
    page.click(".character-actions button", "Change").focused("#c-name").type_into("Department", "Board")
    page.click("#character-form button", "Save")
    page.has(".people-list", "CISO · Board")
    page.open("/exercises/new", ".theme-grid").click("summary", "People in the story").click(".stored-people label", "Mara")
    page.click("#start").at("/exercises/[0-9a-f-]+/play").has(".opening summary", "People in the story")
    exercise = page.path.split("/")[2]
    assert [row["name"] for row in client.session(exercise)["scenario"]["characters"]] == ["Mara <i>Lind</i>"]
    page.open(PATH, ".people-list").click(".character-actions button", "Delete").has("dialog")
    page.click("dialog button", "Delete character").has("#people", "No characters yet.")


def test_branding_and_language(page):
    client = Client(page.instance).register().signin()
    page.login(client).open(PATH, "#branding-form").allow((400, "/api/portal/branding"))
    page.click("#b-name").keys("Brand & Co").click("#b-colour").keys("#ffee00").click("#branding-form button", "Save branding")
    page.has("#branding-form .form-summary", "too light")
    page.js("document.querySelector('#b-colour').value = ''")
    page.click("#b-colour").keys("#7a0019").click("#branding-form button", "Save branding")
    page.has("#branding-form .save-state", "Saved")
    assert client.call("GET", "/api/portal/branding") == {"displayName": "Brand & Co", "accentColor": "#7a0019"}
    page.click("#language-form button", "Save language").has("#language-form .save-state", "Saved")
    assert client.call("GET", "/api/portal/language")["language"] is None


def test_members_read_and_facilitators_keep_the_characters(page):
    admin = Client(page.instance).register().signin()
    page.login(admin.colleague()).open(PATH, "#branding-form").has("#hint", "Administrators change it")
    assert page.count("#profile-form :enabled:not(fieldset), #tools-form :enabled, #branding-form :enabled") == 0
    assert page.count("#character-form") == 0 and page.count("#language-form button") == 1
    page.fresh().login(admin.colleague("FACILITATOR")).open(PATH, "#branding-form")
    assert page.count("#character-form") == 1 and page.count("#profile-form button") == 0
