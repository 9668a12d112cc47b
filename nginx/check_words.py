#!/usr/bin/python3
"""Words of the pages against the catalogue (common/words): no sentence stands in a template or a module; messages are there, and used.

    check_words.py         what is wrong, one line each

A text is a sentence for people when it begins with a capital letter, or has a space and an end, or stands in an attribute that is read
(aria-label, title, alt, placeholder). Names that are not translated, and keys of keyboards, are listed here.
"""
import pathlib
import re
import sys
from html.parser import HTMLParser

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
from common.words import catalogue, message  # noqa: E402

JS = HERE / "html/js"
# Not words of a language.
NAMES = {"Muster", "ApiError", "IoT", "Edge", "Edg/", "Opera", "Firefox", "Firefox/", "Chrome", "Chrome/", "Safari", "Safari/", "Android",
         "Windows", "Mac OS", "Linux",
         "Intl", "Accept", "Content-Type", "Accept-Language", "Retry-After", "Date", "Link", "Location"}
KEYS = re.compile(r"Arrow(Up|Down|Left|Right)|Escape|Enter|Home|End|Tab|Delete|Backspace|Page(Up|Down)|Shift|Control|Meta|Alt|Space|[A-Z]")
READ = ("aria-label", "title", "alt", "placeholder", "aria-description", "aria-roledescription")
COMMENT = re.compile(r"/\*.*?\*/|(?<![:'\"])//[^\n]*", re.DOTALL)
STRING = re.compile(r"'((?:\\.|[^'\\\n])*)'|`((?:\\.|[^`\\])*)`|\"((?:\\.|[^\"\\\n])*)\"")
IMPORT = re.compile(r"import \{ t(?: as (\w+))? \} from '(?:\.{1,2}/)+words/(\w+)\.js'")


def is_sentence(text):
    text = re.sub(r"\\u[0-9a-fA-F]{4}", " ", text).strip()
    if not text or text in NAMES or KEYS.fullmatch(text) or re.fullmatch(r"[A-Z0-9_]+", text) or "://" in text:
        return False
    if re.match(r"[A-ZÄÖÜ][a-zäöüé’]", text):
        return not re.fullmatch(r"[A-Za-z]+(-[A-Za-z]+)+", text) or " " in text
    return bool(re.search(r"[a-z]{2,} [a-z]{2,}.*[.?!:,]( |$)", text)) and not re.search(r"[{}()<>=\[\]]", text)


class Texts(HTMLParser):
    """What of a template is read."""

    def __init__(self):
        super().__init__()
        self.found = []

    def handle_starttag(self, tag, attrs):
        self.found += [value for name, value in attrs if name in READ and value]

    def handle_data(self, data):
        self.found.append(data)


def template(path):
    parser = Texts()
    parser.feed(re.sub(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", " ", path.read_text(encoding="utf-8"), flags=re.DOTALL))
    for text in parser.found:
        if re.search(r"[A-Za-z]{2}", text) and text.strip(" ·\n") not in NAMES:
            yield f"{path.name}: {text.strip()[:80]!r} is not of the catalogue"


def strings(code):
    for found in STRING.finditer(code):
        yield found.start(), next(one for one in found.groups() if one is not None)


def module(path):
    code = COMMENT.sub(lambda one: " " * len(one.group()), path.read_text(encoding="utf-8"))
    name = path.relative_to(JS).as_posix()
    for at, text in strings(code):
        for part in re.split(r"\$\{[^}]*\}", text):
            if is_sentence(part) and "import" not in code[code.rfind("\n", 0, at) + 1:at]:
                line = code.count("\n", 0, at) + 1
                yield f"{name}:{line}: {part[:80]!r} is not of the catalogue"
                break


def areas(words):
    """area -> key -> arguments."""
    return {area: {key: message.arguments(message.parse(text)) for key, text in keys.items()}
            for area, keys in words[catalogue.SOURCE].items()}


def uses(path, known, used):
    """Calls of t() of each area that a module imports."""
    code = COMMENT.sub(" ", path.read_text(encoding="utf-8"))
    name = path.relative_to(JS).as_posix()
    for alias, area in IMPORT.findall(code):
        if area not in known:
            yield f"{name}: there is no area {area}"
            continue
        call = re.compile(r"(?<![\w.])" + (alias or "t") + r"(?:\.nodes|\.has)?\(\s*(?:'([^']*)'|([^')]))")
        for found in call.finditer(code):
            key = found.group(1)
            if key is None or code[found.end():].lstrip().startswith("+"):
                used.setdefault(area, set()).add(None)  # a key that is made: every one of the area may be meant
            elif key not in known[area]:
                yield f"{name}: {area} has no message {key}"
            else:
                used.setdefault(area, set()).add(key)
        for key in re.findall(r"'([a-z][a-z0-9_.]*)'", code):
            if key in known[area]:
                used.setdefault(area, set()).add(key)


def template_uses(path, own, known, used):
    for key in re.findall(r"t\(\s*['\"]([^'\"]*)['\"]\s*[),~]", path.read_text(encoding="utf-8")):
        area, _, name = key.rpartition(":")
        area = area or own
        made = key.endswith((":", "."))  # the rest follows by ~
        if not made and name not in known.get(area, {}):
            yield f"{path.name}: {area} has no message {name}"
        used.setdefault(area, set()).add(None if key.endswith(".") else name)


def faults(pages):
    words = catalogue.load()
    known, used = areas(words), {}
    areas_of = {row.get("body", name): row.get("words", name.replace("-", "_")) for name, row in pages.items()}
    for path in sorted((HERE / "pages").glob("*.html")):
        yield from template(path)
        yield from template_uses(path, areas_of.get(path.stem, path.stem.replace("-", "_")), known, used)
    for name in ("frame.html", "shell.html"):
        yield from template(HERE / name)
        yield from template_uses(HERE / name, "shell", known, used)
    for path in sorted(JS.rglob("*.js")):
        if "vendor" not in path.parts:
            yield from module(path)
            yield from uses(path, known, used)
    for area, keys in known.items():
        if area in catalogue.SERVER or area in catalogue.BOTH or area == "pages" or None in used.get(area, ()):
            continue
        for key in keys:
            if key not in used.get(area, ()):
                yield f"{area}: nothing says {key}"


def main():
    import yaml
    found = list(faults(yaml.safe_load((HERE / "pages.yaml").read_text(encoding="utf-8"))))
    print("\n".join(found))
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
