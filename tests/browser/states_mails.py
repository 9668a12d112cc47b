"""States of the pages about mails. Loaded by states.py."""
from tests.browser.states import plain, state

plain("notifications", "/settings/notifications", "newcomer", until="#preferences form")
plain("unsubscribe-broken", "/unsubscribe", until="#unsubscribe .notice")


@state("unsubscribe")
def unsubscribe(page, _):
    page.open("/unsubscribe#token=" + "x" * 43, "#unsubscribe form").sees("Stop all emails of the kind")
    assert "no longer email" not in page.js("return document.body.innerText")  # nothing was turned off yet


@state("unsubscribe-old", allow=[(410, "/api/public/mail-choice")])
def unsubscribe_old(page, _):
    page.open("/unsubscribe?token=" + "x" * 43, "#unsubscribe form").click("#unsubscribe button", "Stop these")
    page.has(".form-summary", "too old")


@state("unsubscribe-done")
def unsubscribe_done(page, cast):
    token = "y" * 43
    cast.instance.sql("INSERT INTO muster.mail_unsubscribe (org_id, token_hash, user_id, topic, expires_at) "
                      "VALUES (%s, sha256(%s::bytea), %s, 'results', now() + interval '1 day') ON CONFLICT DO NOTHING",
                      cast.many.me["orgId"], token, cast.many.me["id"])
    page.open("/unsubscribe?token=" + token, "#unsubscribe form").click("#unsubscribe button", "Stop these")
    page.has("#unsubscribe h2", "Turned off")


@state("unsubscribe-again")
def unsubscribe_again(page, cast):
    unsubscribe_done(page, cast)
    page.sees("We no longer email you").click("#unsubscribe button", "Turn on again").has("#unsubscribe h2", "Turned on")
