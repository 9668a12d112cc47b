"""The table of rules and the loop that runs them."""

from collections import namedtuple

Rule = namedtuple("Rule", "id scope check summary")
Problem = namedtuple("Problem", "file line rule message")

RULES = []


def rule(rule_id, scope):
    """Puts a check into the table; its docstring is what --list-rules shows.

    scope   called with          yields
    text    a Text               messages
    question (question, theme)   messages, or (line, message)
    stage   (stage, theme)       messages, or (line, message)
    blueprint theme              messages, or (line, message), all about theme.yaml
    theme   theme                (file, line, message)
    library (library, names)     (file, line, message)
    """
    def enter(check):
        RULES.append(Rule(rule_id, scope, check, check.__doc__))
        return check
    return enter


def _with_line(found, line):
    return found if isinstance(found, tuple) else (line, found)


def _question_problems(entry, theme):
    for question in theme.sound_questions:
        for found in entry.check(question, theme):
            line, message = _with_line(found, question.line)
            yield Problem(question.file, line, entry.id, f"{question.id}: {message}")


def _stage_problems(entry, theme):
    for stage in theme.stages if theme.sound else []:
        for found in entry.check(stage, theme):
            line, message = _with_line(found, stage.line)
            yield Problem(theme.document.file, line, entry.id, f"stage {stage['key']}: {message}")


def _blueprint_problems(entry, theme):
    # A blueprint with a wrong shape is first brought into shape: the other rules could only guess at it.
    if theme.sound:
        for found in entry.check(theme):
            line, message = _with_line(found, theme.blueprint.line)
            yield Problem(theme.document.file, line, entry.id, message)


def _text_problems(entry, texts):
    for text in texts:
        for message in entry.check(text):
            owner = f"{text.owner}: " if text.owner else ""
            yield Problem(text.file, text.line, entry.id, f"{owner}{text.place}: {message}")


def _located(entry, found):
    for file, line, message in found:
        yield Problem(file, line, entry.id, message)


_PER_THEME = {
    "question": _question_problems,
    "stage": _stage_problems,
    "blueprint": _blueprint_problems,
    "text": lambda entry, theme: _text_problems(entry, theme.texts),
    "theme": lambda entry, theme: _located(entry, entry.check(theme)),
}


def run(library, names=None, only=None):
    """Problems of the named themes (default: all) and of the shared files, in file order; only: a set of rule ids."""
    names = list(library.themes) if not names else names
    problems = []
    for entry in RULES:
        if only is not None and entry.id not in only:
            continue
        if entry.scope == "library":
            problems += _located(entry, entry.check(library, names))
            continue
        if entry.scope == "text":
            problems += _text_problems(entry, library.shared_texts)
        for name in names:
            problems += _PER_THEME[entry.scope](entry, library.themes[name])
    return sorted(set(problems))
