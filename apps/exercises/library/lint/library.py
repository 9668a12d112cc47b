"""The library in memory: files, themes, questions, translations, each with its lines."""

from collections import namedtuple
from functools import cached_property
from pathlib import Path

from . import formats, schema
from .yamlio import YamlProblem, line_of, load

# kind: theme, question, translation or shared; place: stem, options[1].text and the like; owner: the question's id.
Text = namedtuple("Text", "file line place text kind owner library")
SHARED = {"slots.yaml": dict, "incidents.yaml": list, "reference/attack.yaml": dict, "reference/csf.yaml": dict}
# Values that are ids or enums: no reader sees them, so rules on texts leave them alone.
NOT_TEXT = {"id", "theme", "key", "csf", "attack", "techniques", "sources", "stage", "level", "role", "objective", "activity", "incident",
            "jurisdiction", "channel", "kind", "tool", "severity", "attack_version", "reviewed", "language", "mitre_phase", "variable",
            "variables", "arcs", "date", "themes", "source", "confidence"}


class Document:
    """One YAML file, or the reason why it cannot be read."""

    def __init__(self, root, path, kind):
        self.file = path.relative_to(root).as_posix()
        self.path, self.kind, self.data, self.problem = path, kind, None, None
        try:
            self.data = load(path)
        except YamlProblem as problem:
            self.problem = (problem.line, problem.message)
        except OSError as error:
            self.problem = (1, error.strerror)

    def texts(self, library, value=None, path=(), line=1):
        """Every text a reader could see, ids and enums left out."""
        value = self.data if not path else value
        if isinstance(value, dict):
            for key, item in value.items():
                if key not in NOT_TEXT:
                    yield from self.texts(library, item, path + (key,), line_of(value, key))
        elif isinstance(value, list):
            for index, item in enumerate(value):
                yield from self.texts(library, item, path + (index,), line_of(value, index))
        elif isinstance(value, str):
            yield Text(self.file, line, place_name(path, self.kind), value, self.kind, self._owner(path), library)

    def _owner(self, path):
        """The id of the list entry a text belongs to: a question's or an incident's."""
        if path and isinstance(self.data, list) and isinstance(self.data[path[0]], dict):
            return str(self.data[path[0]].get("id", ""))
        return path[1] if self.kind == "translation" and path[:1] == ("questions",) and len(path) > 1 else ""


def place_name(path, kind=""):
    """options[2].text of a path; the entry's own number is left out where its id is said."""
    parts = path[1:] if path and isinstance(path[0], int) else path
    if kind == "translation" and parts[:1] == ("questions",):
        parts = parts[2:]
    return "".join(f"[{part + 1}]" if isinstance(part, int) else f".{part}" for part in parts).lstrip(".") or "text"


class Question:
    """One question of a theme."""

    def __init__(self, document, data, line):
        self.document, self.data, self.line = document, data, line
        self.file = document.file
        written = data.get("id") if isinstance(data, dict) else None
        self.id = written if isinstance(written, str) else f"question at line {line}"
        self.findings = list(formats.QUESTION.check(data, line, ""))
        self.sound = not any(finding.kind in schema.FATAL for finding in self.findings)

    def get(self, key, default=None):
        return self.data.get(key, default)

    def __getitem__(self, key):
        return self.data[key]

    def line_of(self, key):
        return line_of(self.data, key)

    @property
    def best(self):
        """Index of the key, or None unless there is exactly one."""
        keys = [index for index, option in enumerate(self["options"]) if option["credit"] == 1]
        return keys[0] if len(keys) == 1 else None

    @property
    def defensible(self):
        return [option for option in self["options"] if 0.4 <= option["credit"] <= 0.7]

    def option_lengths(self, defaults):
        from .text import expand
        return [len(expand(option["text"], defaults)) for option in self["options"]]


class Theme:
    """One folder of the library."""

    def __init__(self, library, folder):
        self.library, self.folder, self.name = library, folder, folder.name
        self.document = Document(library.root, folder / "theme.yaml", "theme")
        self.question_files = self._documents("questions", "question")
        self.translations = self._documents("translations", "translation")
        self.questions = [Question(document, data, line_of(document.data, index)) for document in self.question_files
                          if isinstance(document.data, list) for index, data in enumerate(document.data)]

    def _documents(self, sub, kind):
        return [Document(self.library.root, path, kind) for path in sorted((self.folder / sub).glob("*.yaml"))]

    @property
    def documents(self):
        return [self.document] + self.question_files + self.translations

    @cached_property
    def findings(self):
        """Schema findings of theme.yaml."""
        return [] if self.document.problem else list(formats.THEME.check(self.document.data, 1, ""))

    @cached_property
    def sound(self):
        return not self.document.problem and not any(finding.kind in schema.FATAL for finding in self.findings)

    @property
    def blueprint(self):
        return self.document.data["blueprint"]

    @property
    def stages(self):
        return self.blueprint["stages"] if self.sound else []

    @cached_property
    def stage_keys(self):
        """The keys as far as they can be read, so that questions can be checked before theme.yaml is finished."""
        return [stage.get("key") for stage in _maps(self.document.data, "stages")]

    @cached_property
    def objective_ids(self):
        ids = [objective.get("id") for objective in _maps(self.document.data, "objectives")]
        return [written for written in ids if isinstance(written, str)]

    @cached_property
    def variables(self):
        blueprint = _blueprint(self.document.data)
        return [name for name in blueprint.get("variables") or [] if isinstance(name, str)]

    @property
    def sound_questions(self):
        return [question for question in self.questions if question.sound]

    @cached_property
    def texts(self):
        return [text for document in self.documents if document.data is not None for text in document.texts(self.library)]


def _blueprint(data):
    blueprint = data.get("blueprint") if isinstance(data, dict) else None
    return blueprint if isinstance(blueprint, dict) else {}


def _maps(data, key):
    entries = _blueprint(data).get(key)
    return [entry for entry in entries if isinstance(entry, dict)] if isinstance(entries, list) else []


class Library:
    """All of it, read from a root folder."""

    def __init__(self, root):
        self.root = Path(root).resolve()
        self.shared = {name: Document(self.root, self.root / name, "shared") for name in SHARED}
        folders = sorted(path.parent for path in self.root.glob("*/theme.yaml"))
        self.themes = {folder.name: Theme(self, folder) for folder in folders}

    def _shared(self, name, kind):
        data = self.shared[name].data
        return data if isinstance(data, kind) else kind()

    @cached_property
    def slots(self):
        """Name -> default."""
        return {name: entry["default"] for name, entry in self._shared("slots.yaml", dict).items()
                if isinstance(entry, dict) and isinstance(entry.get("default"), str)}

    @cached_property
    def incidents(self):
        entries = [entry for entry in self._shared("incidents.yaml", list) if isinstance(entry, dict)]
        return {entry["id"]: entry for entry in entries if isinstance(entry.get("id"), str)}

    @cached_property
    def attack(self):
        """The ATT&CK file, or an empty one when it is out of shape (the rule reference-files says so)."""
        data = self.shared["reference/attack.yaml"].data
        whole = not any(True for _ in formats.ATTACK.check(data, 1, ""))
        return data if whole else {"version": "", "techniques": {}, "ics": {}, "deprecated": {}}

    @cached_property
    def techniques(self):
        return {**self.attack["techniques"], **self.attack["ics"]}

    @property
    def csf(self):
        return self._shared("reference/csf.yaml", dict)

    @cached_property
    def shared_texts(self):
        names = ("slots.yaml", "incidents.yaml")
        return [text for name in names if self.shared[name].data is not None for text in self.shared[name].texts(self)]
