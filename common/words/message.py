"""Messages of the catalogue: what of ICU's MessageFormat they use, read into a tree.

    {name}                                    what somebody typed, or a word: as it is, its direction kept to itself
    {n, number}  {n, number, .0}  {n, number, percent}   formatted as the language does it; .0 and .00 fix the decimals
    {t, date}  {t, date, long}  {t, time}     a day, a day with the month's whole name, hours and minutes
    {n, plural, =0 {none} one {# day} other {# days}}    by CLDR's categories of the language; # is the number
    {role, select, ADMIN {...} other {...}}   by a constant of ours
    <link>text</link>                         a part that the caller turns into an element

An apostrophe is an apostrophe, except before a brace: '{' stands for a brace.
https://unicode-org.github.io/icu/userguide/format_parse/messages
"""
import re
from typing import NamedTuple

NAME = re.compile(r"[a-zA-Z][a-zA-Z0-9]*")
STYLES = {"number": ("", ".0", ".00", "percent"), "date": ("", "long"), "time": ("",)}
CATEGORIES = ("zero", "one", "two", "few", "many", "other")


class Arg(NamedTuple):
    name: str
    kind: str  # text, number, date, time
    style: str


class Choice(NamedTuple):
    name: str
    kind: str  # plural, select
    ways: dict  # key -> list of nodes


class Tag(NamedTuple):
    name: str
    inside: list


class Hash(NamedTuple):
    name: str  # the number of the plural around it


class Wrong(ValueError):
    pass


class Reader:
    def __init__(self, text):
        self.text, self.at = text, 0

    def peek(self, ahead=1):
        return self.text[self.at:self.at + ahead]

    def expect(self, what):
        if self.peek(len(what)) != what:
            raise Wrong(f"{what!r} expected at {self.at} of {self.text!r}")
        self.at += len(what)

    def skip(self):
        while self.peek().isspace():
            self.at += 1

    def word(self, pattern=NAME):
        found = pattern.match(self.text, self.at)
        if not found:
            raise Wrong(f"a name expected at {self.at} of {self.text!r}")
        self.at = found.end()
        return found.group()

    def nodes(self, plural=None, closing=None):
        """Up to the end, to } or to the closing tag."""
        out, plain = [], ""
        while self.at < len(self.text):
            one = self.peek()
            if one == "'" and self.peek(2) in ("'{", "'}"):
                end = self.text.find("'", self.at + 1)
                if end < 0:
                    raise Wrong(f"an open quote in {self.text!r}")
                plain += self.text[self.at + 1:end]
                self.at = end + 1
                continue
            if one == "}" or (closing and self.peek(2) == "</"):
                break
            special = one == "{" or (one == "#" and plural) or (one == "<" and NAME.match(self.text, self.at + 1))
            if not special:
                plain += one
                self.at += 1
                continue
            if plain:
                out.append(plain)
                plain = ""
            out.append(self.special(one, plural))
        if plain:
            out.append(plain)
        return out

    def special(self, one, plural):
        self.at += 1
        if one == "#":
            return Hash(plural)
        if one == "{":
            return self.argument(plural)
        name = self.word()
        self.expect(">")
        inside = self.nodes(plural, name)
        self.expect(f"</{name}>")
        return Tag(name, inside)

    def argument(self, plural):
        self.skip()
        name = self.word()
        self.skip()
        if self.peek() == "}":
            self.at += 1
            return Arg(name, "text", "")
        self.expect(",")
        self.skip()
        kind = self.word()
        self.skip()
        if kind in ("plural", "select"):
            self.expect(",")
            return self.choice(name, kind, plural)
        style = ""
        if self.peek() == ",":
            self.at += 1
            self.skip()
            style = self.word(re.compile(r"[.0a-z]+"))
            self.skip()
        self.expect("}")
        if style not in STYLES.get(kind, ()):
            raise Wrong(f"no such form: {{{name}, {kind}, {style}}} in {self.text!r}")
        return Arg(name, kind, style)

    def choice(self, name, kind, plural):
        ways = {}
        self.skip()
        while self.peek() != "}":
            key = self.word(re.compile(r"=[0-9]+|[A-Za-z][A-Za-z0-9_.-]*"))
            if kind == "plural" and key[0] != "=" and key not in CATEGORIES:
                raise Wrong(f"{key} is no category of plurals in {self.text!r}")
            self.skip()
            self.expect("{")
            ways[key] = self.nodes(name if kind == "plural" else plural)
            self.expect("}")
            self.skip()
        self.expect("}")
        if "other" not in ways:
            raise Wrong(f"no way 'other' for {name} in {self.text!r}")
        return Choice(name, kind, ways)


def parse(text):
    """The tree of a message: a list of texts and nodes."""
    reader = Reader(text)
    tree = reader.nodes()
    if reader.at < len(text):
        raise Wrong(f"a brace too many at {reader.at} of {text!r}")
    return tree


def walk(tree):
    """Every node, those inside others too, in order."""
    for node in tree:
        yield node
        if isinstance(node, Choice):
            for way in node.ways.values():
                yield from walk(way)
        elif isinstance(node, Tag):
            yield from walk(node.inside)


def arguments(tree):
    """name -> text, number, date or tag, in the order in which they come first."""
    found = {}
    for node in walk(tree):
        if isinstance(node, Arg):
            kind = {"time": "date"}.get(node.kind, node.kind)
        elif isinstance(node, Choice):
            kind = "number" if node.kind == "plural" else "text"
        elif isinstance(node, Tag):
            kind = "tag"
        else:
            continue
        if found.setdefault(node.name, kind) != kind:
            raise Wrong(f"{node.name} is {found[node.name]} and {kind}")
    return found


def ways(tree):
    """name -> categories of every plural in it."""
    return [(node.name, set(node.ways)) for node in walk(tree) if isinstance(node, Choice) and node.kind == "plural"]
