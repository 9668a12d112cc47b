"""The catalogue: every sentence that people read, by language, area and key; read, and held against its own rules.

common/words/<language>/<area>.yaml maps keys to messages (message.py). English is the source: every other whole language has the same keys
with the same arguments, and every category that its plurals have (CLDR, by Babel). languages.yaml names the languages.
"""
import pathlib
import re

import yaml
from babel import Locale

from common.words import message

HERE = pathlib.Path(__file__).resolve().parent
SOURCE = "en"
# Areas that programs speak; all others are words of the pages. `labels` is both: names of roles, states and the like.
SERVER = ("errors", "mail", "report", "certificate", "export", "next", "categories")
BOTH = ("labels",)
KEY = re.compile(r"[a-z][a-z0-9_]*(\.[a-z0-9_]+)*")


class OneOfEach(yaml.SafeLoader):
    """YAML without a key that stands twice, and without words that become something else: no, on, 1.0."""


def _mapping(loader, node):
    found = {}
    for key, value in node.value:
        name = loader.construct_scalar(key)
        if name in found:
            raise yaml.constructor.ConstructorError(None, None, f"{name} stands twice", key.start_mark)
        found[name] = loader.construct_scalar(value)
    return found


OneOfEach.add_constructor("tag:yaml.org,2002:map", _mapping)


def languages():
    return yaml.safe_load((HERE / "languages.yaml").read_text(encoding="utf-8"))


def locale(row):
    return Locale.parse(row["locale"])


def load():
    """language -> area -> key -> text."""
    found = {}
    for lang in languages():
        found[lang] = {}
        for path in sorted((HERE / lang).glob("*.yaml")):
            found[lang][path.stem] = yaml.load(path.read_text(encoding="utf-8"), OneOfEach) or {}  # nosec: a SafeLoader
    return found


def _plurals(where, row, tree):
    wanted = set(locale(row).plural_form.tags) | {"other"}
    # French counts millions apart, which nothing here reaches as a bare number.
    wanted -= {"many"} if row["locale"] == "fr" else set()
    for name, has in message.ways(tree):
        lacks = wanted - has
        if lacks:
            yield f"{where}: the plural of {name} has no {', '.join(sorted(lacks))}"


def _message(where, row, text, source):
    try:
        tree = message.parse(text)
        yield from _plurals(where, row, tree)
        has, wants = message.arguments(tree), message.arguments(message.parse(source))
        if has != wants:
            yield f"{where}: takes {has}, in English {wants}"
    except message.Wrong as error:
        yield f"{where}: {error}"
    if text != text.strip() or "  " in text:
        yield f"{where}: spaces at an end, or two in a row"


def missing(words=None):
    """Sentences about what a language lacks: it is English meanwhile, so that words can be written one language after the other."""
    words = words or load()
    for lang, row in languages().items():
        for area, keys in words[SOURCE].items():
            whole = row["whole"] or area in row.get("areas", ())
            for key in (keys if whole else ()):
                if key not in words[lang].get(area, {}):
                    yield f"{lang}/{area}: {key} is missing"


def faults(words=None):
    """Sentences about everything that is wrong with the messages that are there."""
    words = words or load()
    for lang, row in languages().items():
        for area, keys in words[SOURCE].items():
            for key, text in words[lang].get(area, {}).items():
                where = f"{lang}/{area}: {key}"
                if key not in keys:
                    yield f"{where} is not in English"
                elif not KEY.fullmatch(key):
                    yield f"{where}: a key is small letters, digits, _ and dots"
                else:
                    yield from _message(where, row, text, keys[key])
        for area in set(words[lang]) - set(words[SOURCE]):
            yield f"{lang}/{area} is not in English"


def filled(words, lang, area):
    """The messages of an area in a language, English where it has none."""
    return {key: words[lang].get(area, {}).get(key, text) for key, text in words[SOURCE][area].items()}
