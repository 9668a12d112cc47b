"""Translations say everything the theme says, with the same slots."""

from collections import Counter
from itertools import chain

from . import translation
from . import vocabulary as words
from .registry import rule
from .text import slots


def _missing(theme, document):
    said = translation.found(document)
    for path, text in translation.expected(theme).items():
        if path not in said or not isinstance(said[path], str) or not said[path].strip():
            yield translation.line_at(document, path), f"{translation.place(path)}: is not translated"


def _unknown(theme, document):
    wanted = translation.expected(theme)
    for path in translation.found(document):
        if path not in wanted:
            yield translation.line_at(document, path), f"{translation.place(path)}: translates nothing of the theme"


def _slots(theme, document):
    said = translation.found(document)
    for path, text in translation.expected(theme).items():
        there = said.get(path)
        if isinstance(there, str) and Counter(slots(there)) != Counter(slots(text)):
            names = [" ".join(sorted(slots(version))) or "none" for version in (there, text)]
            yield translation.line_at(document, path), f"{translation.place(path)}: has the slots {names[0]}; the original has {names[1]}"


def _language(theme, document):
    stem = document.path.stem
    written = document.data.get("language")
    if written != stem or stem not in words.LANGUAGES:
        message = f"language '{written}' and file name '{stem}' should be the same, one of {', '.join(words.LANGUAGES)}"
        yield translation.line_at(document, ("language",)), message


def findings(theme, document):
    """Everything that keeps a translation from being offered."""
    return chain(*(check(theme, document) for check in (_language, _missing, _unknown, _slots)))


def _each(theme, check):
    # Without a sound blueprint there is nothing to compare with.
    for document in theme.translations if theme.sound else []:
        if isinstance(document.data, dict):
            for line, message in check(theme, document):
                yield document.file, line, message


@rule("translation-language", "theme")
def translation_language(theme):
    """A translation's language is its file name and a known code."""
    return _each(theme, _language)


@rule("translation-missing", "theme")
def translation_missing(theme):
    """A translation has every text of the theme."""
    return _each(theme, _missing)


@rule("translation-unknown", "theme")
def translation_unknown(theme):
    """A translation has nothing that the theme does not have."""
    return _each(theme, _unknown)


@rule("translation-slots", "theme")
def translation_slots(theme):
    """A translated text has the slots of the original, each as often."""
    return _each(theme, _slots)
