"""What a translation must hold, computed from the texts of the theme."""

from . import formats
from .library import place_name
from .yamlio import line_of

TOP = ("title", "summary")


def _question_entry(question):
    """The translatable part of a question in the shape of a translation."""
    entry = {key: question[key] for key in ("context", "stem", "explanation") if key in question.data}
    entry["options"] = [option["text"] for option in question["options"]]
    entry["why"] = [option["why"] for option in question["options"] if "why" in option]
    entry["consequence"] = dict(question["consequence"])
    return entry


def leaves(value, path=()):
    """path -> text of all leaves."""
    if isinstance(value, dict):
        items = value.items()
    elif isinstance(value, list):
        items = enumerate(value)
    else:
        return {path: value}
    return {leaf: text for key, item in items for leaf, text in leaves(item, path + (key,)).items()}


def expected(theme):
    """path -> English text of everything a translation has to say."""
    data = theme.document.data
    wanted = {(key,): data[key] for key in TOP}
    wanted.update({("blueprint",) + path: text for path, text in formats.BLUEPRINT.prose(theme.blueprint, ())})
    for question in theme.sound_questions:
        for path, text in leaves(_question_entry(question)).items():
            wanted[("questions", question.id) + path] = text
    return wanted


def found(document):
    """path -> text of everything a translation says; the language itself and empty entries of lists left out."""
    data = document.data if isinstance(document.data, dict) else {}
    return {path: text for path, text in leaves(data).items() if path != ("language",) and text is not None}


def complete(theme, document):
    """Whether the language can be offered: every text there, with the same slots, nothing else."""
    from .rules_translation import findings
    return document.problem is None and isinstance(document.data, dict) and not any(True for _ in findings(theme, document))


def line_at(document, path):
    """The line of a path, or of the deepest part of it that exists."""
    value, line = document.data, 1
    for key in path:
        line = line_of(value, key) if _has(value, key) else line
        if not _has(value, key):
            break
        value = value[key]
    return line


def _has(value, key):
    return isinstance(value, dict) and key in value or isinstance(value, list) and isinstance(key, int) and key < len(value)


def place(path):
    if path[0] == "questions" and len(path) > 1:
        return f"{path[1]}: {place_name(path[2:]) if len(path) > 2 else 'entry'}"
    return place_name(path)
