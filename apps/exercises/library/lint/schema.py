"""The shape of the files: small checkers that compose, and what they know about texts.

A checker has check(value, line, place), which yields findings, and prose(value, path), which yields the texts that a
translator writes. So the translation format follows from the same description.
"""

import re
from collections import namedtuple

from .yamlio import line_of

# kind: "type", "missing", "unknown" or "value", one rule each. The first two make the record unfit for other rules.
Finding = namedtuple("Finding", "kind line message")
FATAL = {"type", "missing"}


class Text:
    """A text; prose is for readers (translated), the rest are ids and enums."""

    def __init__(self, values=None, pattern=None, prose=False, hint=""):
        self.values, self.pattern, self.is_prose, self.hint = values, pattern, prose, hint

    def check(self, value, line, place):
        if not isinstance(value, str):
            yield Finding("type", line, f"{place}: expected text, found {describe(value)} (put it in quotes)")
        elif not value.strip():
            yield Finding("value", line, f"{place}: is empty")
        elif self.values is not None and value not in self.values:
            yield Finding("value", line, f"{place}: '{value}' is not one of {', '.join(self.values)}")
        elif self.pattern and not re.fullmatch(self.pattern, value):
            yield Finding("value", line, f"{place}: '{value}' does not read {self.hint or self.pattern}")

    def prose(self, value, path):
        if self.is_prose and isinstance(value, str):
            yield path, value


class Scalar:
    """A number or true/false."""

    def __init__(self, kind, low=None, high=None):
        self.kind, self.low, self.high = kind, low, high

    def check(self, value, line, place):
        if not self._fits(value):
            yield Finding("type", line, f"{place}: expected a {self.kind}, found {describe(value)}")
        elif self.low is not None and not self.low <= value <= self.high:
            yield Finding("value", line, f"{place}: {value} is outside {self.low} to {self.high}")

    def _fits(self, value):
        # bool is an int to Python, not to an author.
        if self.kind == "boolean":
            return isinstance(value, bool)
        wanted = int if self.kind == "whole number" else (int, float)
        return isinstance(value, wanted) and not isinstance(value, bool)

    def prose(self, value, path):
        return ()


class List:
    """A list of one kind of item."""

    def __init__(self, item, low=0):
        self.item, self.low = item, low

    def check(self, value, line, place):
        if not isinstance(value, list):
            yield Finding("type", line, f"{place}: expected a list, found {describe(value)}")
            return
        if len(value) < self.low:
            yield Finding("value", line, f"{place}: has {len(value)} entries, at least {self.low} needed")
        for index, item in enumerate(value):
            yield from self.item.check(item, line_of(value, index), f"{place}[{index + 1}]")

    def prose(self, value, path):
        for index, item in enumerate(value if isinstance(value, list) else []):
            yield from self.item.prose(item, path + (index,))


class Table:
    """A mapping whose keys are the author's (effects, arcs) or a fixed set of numbers (shorten)."""

    def __init__(self, item, keys=None, low=0):
        self.item, self.keys, self.low = item, keys, low

    def check(self, value, line, place):
        if not isinstance(value, dict):
            yield Finding("type", line, f"{place}: expected a mapping, found {describe(value)}")
            return
        for key in self.keys or []:
            if key not in value:
                yield Finding("missing", line, f"{place}: '{key}' is missing")
        if len(value) < self.low:
            yield Finding("value", line, f"{place}: has {len(value)} entries, at least {self.low} needed")
        for key, item in value.items():
            if self.keys and key not in self.keys:
                yield Finding("unknown", line_of(value, key), f"{place}: unknown key '{key}'; known: {', '.join(self.keys)}")
            else:
                yield from self.item.check(item, line_of(value, key), f"{place}.{key}")

    def prose(self, value, path):
        for key, item in (value.items() if isinstance(value, dict) else []):
            yield from self.item.prose(item, path + (key,))


class Record:
    """A mapping with known keys; those added with maybe() may be absent."""

    def __init__(self, **fields):
        self.fields, self.optional = fields, set()

    def maybe(self, **fields):
        self.fields.update(fields)
        self.optional |= set(fields)
        return self

    def check(self, value, line, place):
        if not isinstance(value, dict):
            yield Finding("type", line, f"{place or 'file'}: expected a mapping, found {describe(value)}")
            return
        for key in self.fields:
            if key not in value and key not in self.optional:
                yield Finding("missing", line, f"{dotted(place, key)}: is missing")
        for key, item in value.items():
            if key not in self.fields:
                yield Finding("unknown", line_of(value, key), f"{dotted(place, key)}: unknown key; known: {', '.join(self.fields)}")
            else:
                yield from self.fields[key].check(item, line_of(value, key), dotted(place, key))

    def prose(self, value, path):
        if isinstance(value, dict):
            for key, checker in self.fields.items():
                if key in value:
                    yield from checker.prose(value[key], path + (key,))


def dotted(place, key):
    return f"{place}.{key}" if place else key


def describe(value):
    if value is None:
        return "nothing"
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, list):
        return "a list"
    return f"{type(value).__name__} {value!r}"
