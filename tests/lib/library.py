"""The exercise library as the tests know it: which option of a question on the wire has which credit."""
import contextlib
import functools
import json
import re

from tests.lib.instance import BUILD

FILLED = re.compile(r"\{\{(\w+)\}\}")
SLOT = re.compile(r"\{\{\w+\}\}")


def pattern(text):
    """What a library text looks like once its slots are filled (a slot at a beginning may be capitalised)."""
    return re.compile(".+?".join(map(re.escape, SLOT.split(text))), re.DOTALL)


class Library:
    """One theme in one language: the document in .doc."""

    def __init__(self, theme, language="en"):
        built = BUILD / f"library/{theme}.{language}.json"
        if not built.exists():  # one of offered()
            built = BUILD / f"library/{theme}.en.json"
        self.doc = json.loads(built.read_text(encoding="utf-8"))
        self.questions = self.doc["questions"]
        self._patterns = [(pattern(q["stem"]), [pattern(o["text"]) for o in q["options"]]) for q in self.questions]

    @staticmethod
    @functools.lru_cache(maxsize=None)
    def of(theme, language="en"):
        return Library(theme, language)

    @staticmethod
    def themes():
        return sorted(file.name.split(".")[0] for file in (BUILD / "library").glob("*.en.json"))

    def item(self, question):
        """The library's question behind one of a session."""
        texts = [option["text"] for option in question["options"]]
        for item, (stem, options) in zip(self.questions, self._patterns):
            if stem.fullmatch(question["question"]) and all(any(p.fullmatch(t) for p in options) for t in texts):
                return item
        raise AssertionError(f"no question of {self.doc['theme']} reads: {question['question']}")

    def credits(self, question):
        """letter -> credit, 0 to 100."""
        item = self.item(question)
        patterns = [(pattern(option["text"]), option["credit"]) for option in item["options"]]
        found = {o["letter"]: next(credit for p, credit in patterns if p.fullmatch(o["text"])) for o in question["options"]}
        assert sorted(found.values()) == sorted(credit for _, credit in patterns)
        return found

    def render(self, text, values):
        """A text with its slots filled as play.c does it: defaults where values has none, {{Org}} begins in upper case."""
        def value(match):
            name = match.group(1)
            word = values.get(name.lower(), self.doc["slots"][name.lower()]["default"])
            return word[0].upper() + word[1:] if name[0].isupper() else word
        return FILLED.sub(value, text)

    def secrets(self, item):
        """Texts that give the answer away: explanation, consequences, whys."""
        texts = [item["explanation"], *item["consequence"].values(), *(o["why"] for o in item["options"] if o.get("why"))]
        return [text for text in texts if text]


@contextlib.contextmanager
def offered(instance, theme, *languages):
    """A theme in further languages, as the library would offer it: the English text under another name."""
    for language in languages:
        instance.sql("INSERT INTO muster.library (theme, language, version, doc, facts, is_current) SELECT theme, %s, version, "
                     "replace(doc, '\"language\":\"en\"', format('\"language\":\"%%s\"', %s::text)), facts, true FROM muster.library "
                     "WHERE theme = %s AND language = 'en' AND is_current "
                     "ON CONFLICT (theme, language, version) DO UPDATE SET is_current = true", language, language, theme)
    yield languages
    instance.sql("UPDATE muster.library SET is_current = false WHERE theme = %s AND language = ANY(%s)", theme, list(languages))


def longest_piece(text):
    """The longest part of a text without slots: what can be searched for in a reply."""
    return max(SLOT.split(text), key=len)
