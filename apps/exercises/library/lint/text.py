"""Counting words, sentences and slots the way a reader meets them."""

import re

SLOT = re.compile(r"\{\{([A-Za-z_]+)\}\}")
# A full stop after one of these does not end a sentence.
_ABBREVIATIONS = re.compile(r"\b(e\.g|i\.e|etc|vs|approx|no|Dr|Mr|Ms|cf)\.", re.I)
_SENTENCE_END = re.compile(r"[.!?][\"'”’)]*(?=\s+[\"'“‘(]*(?:[A-Z0-9]|\{\{))")


def slot_name(written):
    """org for both {{org}} and {{Org}}."""
    return written[:1].lower() + written[1:]


def slots(text):
    return [slot_name(name) for name in SLOT.findall(text)]


def expand(text, defaults):
    """The text with each slot's default, as a player without a profile reads it."""
    def default(match):
        word = defaults.get(slot_name(match[1]), match[1])
        return word[:1].upper() + word[1:] if match[1][:1].isupper() else word
    return SLOT.sub(default, text)


def word_count(text, defaults):
    return sum(any(char.isalnum() for char in word) for word in expand(text, defaults).split())


def sentence_count(text):
    body = _ABBREVIATIONS.sub(lambda match: match[0].replace(".", ""), text.strip())
    return len(_SENTENCE_END.findall(body)) + 1 if body else 0


def shingles(text, size=3):
    words = re.findall(r"[a-z0-9]+", text.lower())
    return {tuple(words[i:i + size]) for i in range(max(1, len(words) - size + 1))} if words else set()
