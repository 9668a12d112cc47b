"""Rules on every text a reader sees."""

import datetime
import re

from . import indicators
from . import vocabulary as words
from .registry import rule
from .text import SLOT, slot_name

_MONTH = (r"(?:January|February|March|April|May|June|July|August|September|October|November|December|"
          r"Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\.?")
_DATE_FORMS = [
    re.compile(rf"\b\d{{1,2}}(?:st|nd|rd|th)?(?: of)? {_MONTH}(?![a-z])(?: \d{{4}})?"),
    re.compile(rf"\b{_MONTH} \d{{1,2}}(?:st|nd|rd|th)?\b(?!:)(?:,? \d{{4}})?"),
    re.compile(r"(?<![\w./-])\d{1,2}[./]\d{1,2}[./](?:19|20)\d{2}(?![\w/-]|\.\d)"),
    re.compile(r"(?<![\w./-])\d{1,2}/\d{1,2}/\d{2}(?![\w/-]|\.\d)"),
    re.compile(r"(?<![\w./-])(?:19|20)\d{2}/\d{1,2}/\d{1,2}(?![\w/-]|\.\d)"),
]
_ISO_LIKE = re.compile(r"(?<![\w-])((?:19|20)\d{2})-(\d{1,2})-(\d{1,2})(?![\d-])")
_TIME_FORMS = [
    re.compile(r"\b\d{1,2}(?:[:.]\d{2})?\s?(?:a\.m\.|p\.m\.|[ap]m\b)", re.I),
    re.compile(r"(?<![\d:.\w])\d:[0-5]\d(?![\d:])"),
    re.compile(r"\b\d{1,2} o['’]clock\b"),
]
_PRODUCTS = re.compile(rf"(?<![\w-])(?:{words.PRODUCTS})(?![\w])", re.I)
_PRODUCTS_MID = re.compile(rf"(?<=[a-z,;] )(?:{words.PRODUCTS_MID_SENTENCE})\b")
_IDIOMS = re.compile(rf"\b(?:{'|'.join(map(re.escape, words.IDIOMS))})\b", re.I)
_SENTENCE_START = re.compile(r"(?:^|[.!?][\"'”’)]*\s+|\n\s*[-*]?\s*)\{\{([a-z]\w*)\}\}")
_MID_SENTENCE = re.compile(r"[a-z0-9,;] \{\{([A-Z]\w*)\}\}")
# Values that are words, not sentences.
_NO_SENTENCE = ("industry", "attacker.", "value", "term")


def _language(text):
    return text.file.rsplit("/", 1)[-1].split(".")[0] if text.kind == "translation" else "en"


@rule("indicators", "text")
def documentation_ranges(text):
    """Addresses, domains, e-mails and hashes are of documentation ranges only, hashes say (fictional)."""
    return indicators.problems(text.text)


@rule("slot-name", "text")
def slot_names(text):
    """Each {{slot}} is one of slots.yaml and written without blanks."""
    if text.kind == "shared":
        return
    for name in SLOT.findall(text.text):
        if slot_name(name) not in text.library.slots:
            yield f"there is no slot {{{{{name}}}}} in slots.yaml"
    rest = SLOT.sub("", text.text)
    broken = re.search(r"\{\{[^{}]*\}?\}?|[\w ]*\}\}", rest)
    if broken:
        yield f"broken slot '{broken[0]}', write {{{{name}}}}"


@rule("slot-article", "text")
def slot_article(text):
    """No article (nor a word such as "our" before a default with one) stands directly before a slot."""
    articles = words.ARTICLES.get(_language(text), "")
    for found in re.finditer(rf"\b(?:{articles}) \{{\{{\w+\}}\}}", text.text, re.I) if articles else ():
        yield f"'{found[0]}': the slot brings its own article"
    for found in re.finditer(rf"\b(?:{words.DETERMINERS}) \{{\{{(\w+)\}}\}}", text.text, re.I):
        default = text.library.slots.get(slot_name(found[1]), "")
        if _language(text) == "en" and default.startswith("the "):
            yield f"'{found[0]}' reads '{found[0].split()[0]} {default}'"


@rule("slot-inflected", "text")
def slot_inflected(text):
    """No slot is inflected or in a possessive: nothing but punctuation or a blank follows it."""
    for found in re.finditer(r"\{\{\w+\}\}(?:['’]s?\b|-?[A-Za-z]\w*)", text.text):
        if not re.search(r"\}\}['’]$", found[0]):
            yield f"'{found[0]}' inflects the slot"


@rule("slot-capital", "text")
def slot_capital(text):
    """A slot has a capital where a sentence starts, and only there."""
    if text.kind in ("shared", "translation") or any(part in text.place for part in _NO_SENTENCE):
        return
    for found in _SENTENCE_START.finditer(text.text):
        yield f"{{{{{found[1]}}}}} starts a sentence, write {{{{{found[1][:1].upper() + found[1][1:]}}}}}"
    for found in _MID_SENTENCE.finditer(text.text):
        yield f"{{{{{found[1]}}}}} stands inside a sentence, write {{{{{slot_name(found[1])}}}}}"


@rule("date-form", "text")
def date_form(text):
    """Dates in texts are ISO dates that exist (2026-03-14)."""
    for form in _DATE_FORMS:
        for found in form.finditer(text.text):
            if text.kind != "translation":
                yield f"'{found[0]}' is no ISO date such as 2026-03-14"
    for found in _ISO_LIKE.finditer(text.text):
        try:
            datetime.date.fromisoformat(found[0])
        except ValueError:
            yield f"'{found[0]}' is no date that exists in the form 2026-03-14"


@rule("time-form", "text")
def time_form(text):
    """Times are 24-hour times with two digits (06:52)."""
    if text.kind == "shared":
        return
    for form in _TIME_FORMS:
        for found in form.finditer(text.text):
            yield f"'{found[0]}' is no 24-hour time such as 06:52"


@rule("idiom", "text")
def idiom(text):
    """No idiom from the list: texts get translated."""
    if text.kind == "translation":
        return
    for found in _IDIOMS.finditer(text.text):
        yield f"idiom '{found[0]}'"


@rule("product-name", "text")
def product_name(text):
    """No name of a product, a vendor, a gang or a real company in the story (real cases go into incidents.yaml)."""
    if text.kind == "shared":
        return
    for pattern in (_PRODUCTS, _PRODUCTS_MID):
        for found in pattern.finditer(text.text):
            yield f"names '{found[0]}'"
