"""The search of the palette: what may be seen, by a word, five of each kind."""
import urllib.parse

import pytest


def found(client, text):
    return client.call("GET", "/api/portal/search?q=" + urllib.parse.quote(text))


def test_exercises_people_and_themes(admin, new_admin):
    member, auditor = admin.colleague(first="Zoë", last="Möller"), admin.colleague("AUDITOR")
    run = member.generate("ransomware", questionCount=3, name="Nachtübung 100 %")
    others = [admin.generate("bec", questionCount=3) for _ in range(7)]
    (hit,) = found(admin, "nachtÜBUNG 100 %")["exercises"]
    assert hit["id"] == run and hit["name"] == "Nachtübung 100 %" and hit["status"] == "IN_PROGRESS" and hit["own"] is False
    assert found(member, "nachtübung")["exercises"][0]["own"] is True
    title = member.session(others[0])["title"]
    assert [row["id"] for row in found(member, title[3:].upper())["exercises"]] == others[:1:-1]
    for who, text in ((admin, "möll"), (auditor, "MÖLL")):
        assert [row["lastName"] for row in found(who, text)["people"]] == ["Möller"]
    assert [row["email"] for row in found(admin, member.email)["people"]] == [member.email]
    assert found(member, "möll")["people"] == found(admin.colleague("FACILITATOR"), "möll")["people"] == []
    assert [row["theme"] for row in found(member, "ransom")["themes"]] == ["ransomware"]
    assert found(admin, "%") == {"exercises": [hit], "people": [], "themes": []} and found(admin, "_")["exercises"] == []
    stranger = new_admin()
    assert found(stranger, "nachtübung")["exercises"] == [] and found(stranger, "möll")["people"] == [], "A3"


@pytest.mark.parametrize("query", ["", "q=", "q=%20", "q=" + "x" * 81, "q=%00", "q=a&q=b"])
def test_odd_questions(shared_admin, query):
    shared_admin.refused("GET", "/api/portal/search?" + query, 400, "validation_failed")
