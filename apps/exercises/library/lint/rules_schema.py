"""Files can be read and have the shape of README.md."""

from . import formats
from .library import SHARED
from .registry import rule
from .yamlio import line_of


def _documents(library, names):
    yield from library.shared.values()
    for name in names:
        yield from library.themes[name].documents


@rule("yaml", "library")
def readable(library, names):
    """Every file is UTF-8 YAML without doubled keys and holds the list or mapping it should."""
    for document in _documents(library, names):
        if document.problem:
            yield (document.file, *document.problem)
            continue
        wanted = SHARED.get(document.file, list if document.kind == "question" else dict)
        if not isinstance(document.data, wanted):
            yield document.file, 1, f"holds no {'list' if wanted is list else 'mapping'}"


def _of_kind(theme, kind):
    for finding in theme.findings:
        if finding.kind == kind:
            yield theme.document.file, finding.line, finding.message
    for question in theme.questions:
        for finding in question.findings:
            if finding.kind == kind:
                yield question.file, finding.line, f"{question.id}: {finding.message}"


@rule("schema-type", "theme")
def types(theme):
    """Each value is text, a number, a list or a mapping as the format says."""
    return _of_kind(theme, "type")


@rule("schema-missing", "theme")
def missing(theme):
    """No required key is missing."""
    return _of_kind(theme, "missing")


@rule("schema-unknown", "theme")
def unknown(theme):
    """No key that the format does not know."""
    return _of_kind(theme, "unknown")


@rule("schema-value", "theme")
def values(theme):
    """Enums, id forms, ISO dates and number ranges hold; no text is empty."""
    return _of_kind(theme, "value")


@rule("slots-file", "library")
def slots_file(library, names):
    """Each slot in slots.yaml has a default and a source."""
    document = library.shared["slots.yaml"]
    for name, entry in document.data.items() if isinstance(document.data, dict) else []:
        line = line_of(document.data, name)
        for finding in formats.SLOT.check(entry, line, name):
            yield document.file, line, finding.message


@rule("theme-folder", "theme")
def folder(theme):
    """The theme, its blueprint id and its folder have the same name."""
    if not theme.sound:
        return
    name = theme.document.data["theme"]
    if name != theme.name:
        yield theme.document.file, line_of(theme.document.data, "theme"), f"theme is '{name}', the folder is '{theme.name}'"
    if not theme.blueprint["id"].startswith(theme.name + "-"):
        message = f"blueprint id '{theme.blueprint['id']}' does not start with '{theme.name}-'"
        yield theme.document.file, line_of(theme.blueprint, "id"), message


@rule("question-file", "theme")
def question_files(theme):
    """questions/N-stage.yaml: each stage of the blueprint has its file, and each question stands in its stage's file."""
    keys = theme.stage_keys
    expected = {f"{theme.name}/questions/{number}-{key}.yaml": key for number, key in enumerate(keys, 1)}
    for document in theme.question_files:
        if document.file not in expected:
            yield document.file, 1, f"matches no stage; expected names: {', '.join(name.split('/')[-1] for name in expected)}"
    present = {document.file for document in theme.question_files}
    for name in expected:
        if name not in present:
            yield theme.document.file, 1, f"there is no {name}"
    for question in theme.sound_questions:
        stage = expected.get(question.file)
        if stage and question["stage"] != stage:
            yield question.file, question.line_of("stage"), f"{question.id}: stage is '{question['stage']}', the file is for '{stage}'"
