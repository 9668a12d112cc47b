#!/usr/bin/env python3
"""Compiles the scenario library: compile.py [--root FOLDER] OUTDIR writes OUTDIR/<theme>.<language>.json.

One canonical document for each theme and each language that is complete: sorted keys, no white space that is not
needed, UTF-8, one newline at the end. The same library gives the same bytes, so a changed "version" means changed content.
"""

import argparse
import copy
import hashlib
import json
import sys
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent))

from lint import Library, run  # noqa: E402
from lint import translation  # noqa: E402

ORIGINAL = "en"
# Without these rules the document itself would be wrong; the others are about quality and belong to lint.py.
SHAPE_RULES = {"yaml", "schema-type", "schema-missing", "schema-unknown", "schema-value", "slots-file", "theme-folder", "unique-id",
               "question-id", "stage-count", "stage-reference", "objective-reference", "effect-reference", "incident-reference",
               "incident-file", "one-best", "credit-range", "arcs", "first-run", "technique-reference"}
QUESTION_KEYS = ("id", "level", "role", "objective", "activity", "csf", "attack", "incident", "jurisdiction", "sources", "context", "stem",
                 "explanation", "consequence")


def canonical(document):
    """The document as the bytes that are written."""
    text = json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return (text + "\n").encode("utf-8")


def versioned(document):
    """The document with its version: the start of the hash of its canonical form before the version is added."""
    return {**document, "version": hashlib.sha256(canonical(document)).hexdigest()[:16]}


def stripped(value):
    """Plain lists and mappings with texts freed of the newline that YAML's block form leaves."""
    if isinstance(value, dict):
        return {key: stripped(item) for key, item in value.items()}
    if isinstance(value, list):
        return [stripped(item) for item in value]
    return value.strip() if isinstance(value, str) else value


def compiled_option(option):
    result = {"text": option["text"], "credit": round(option["credit"] * 100)}
    # false says the same as absent; only one of them may appear, or equal content would have two versions.
    result.update({key: option[key] for key in ("critical", "why", "effects") if option.get(key)})
    return result


def compiled_question(question, stage_keys):
    result = {key: question[key] for key in QUESTION_KEYS if key in question}
    result["stage"] = stage_keys.index(question["stage"])
    result["options"] = [compiled_option(option) for option in question["options"]]
    if question.get("recall"):
        result["recall"] = True
    return result


def compiled_blueprint(blueprint, stage_keys):
    arcs = {name: [stage_keys.index(key) for key in keys] for name, keys in blueprint["arcs"].items()}
    built = {**blueprint, "arcs": arcs}
    if "first" in blueprint:
        built["first"] = {**blueprint["first"], "stages": [stage_keys.index(key) for key in blueprint["first"]["stages"]]}
    return built


def put(value, path, text):
    for key in path[:-1]:
        value = value[key]
    value[path[-1]] = text


def translate_question(question, texts):
    """Puts the translated texts of one question in the place of the original ones."""
    explained = [option for option in question["options"] if "why" in option]
    for path, text in texts.items():
        if path[0] == "options":
            question["options"][path[1]]["text"] = text
        elif path[0] == "why":
            explained[path[1]]["why"] = text
        else:
            put(question, path, text)


def content(theme, document=None):
    """Theme data and questions in the original language, or in that of a translation."""
    data = copy.deepcopy(theme.document.data)
    questions = {question.id: copy.deepcopy(question.data) for question in theme.questions}
    texts = {}
    for path, text in translation.found(document).items() if document else ():
        if path[0] == "questions":
            texts.setdefault(path[1], {})[path[2:]] = text
        else:
            put(data, path, text)
    for question_id, own in texts.items():
        translate_question(questions[question_id], own)
    return data, [questions[question_id] for question_id in sorted(questions)]


def technique_names(theme, questions):
    """Id -> name of each technique that stages or questions carry; a sub-technique's name begins with its parent's."""
    known = theme.library.techniques
    used = {tag for question in questions for tag in question["attack"]}
    used.update(tag for stage in theme.document.data["blueprint"]["stages"] for tag in stage["techniques"])
    return {tag: ": ".join(known[part]["name"] for part in dict.fromkeys((tag.split(".")[0], tag))) for tag in used}


def compiled(theme, document=None):
    """The document of a theme in one language."""
    data, questions = content(theme, document)
    library = theme.library
    cited = sorted({question["incident"] for question in questions if "incident" in question})
    return versioned(stripped({
        "theme": theme.name,
        "language": document.data["language"] if document else ORIGINAL,
        "title": data["title"],
        "summary": data["summary"],
        "attackVersion": data["attack_version"],
        "blueprint": compiled_blueprint(data["blueprint"], theme.stage_keys),
        "slots": library.shared["slots.yaml"].data,
        "techniques": technique_names(theme, questions),
        "incidents": {name: {key: library.incidents[name][key] for key in ("name", "year", "text")} for name in cited},
        "questions": [compiled_question(question, theme.stage_keys) for question in questions],
    }))


def refusals(library):
    """Theme -> problems that forbid compiling it. Those of the shared files count for every theme."""
    result = {}
    for problem in run(library, only=SHAPE_RULES):
        folder = problem.file.split("/")[0]
        for name in [folder] if folder in library.themes else library.themes:
            result.setdefault(name, []).append(problem)
    return result


def _write(target, theme, document=None):
    built = compiled(theme, document)
    (target / f"{theme.name}.{built['language']}.json").write_bytes(canonical(built))


def compile_theme(target, theme):
    """Writes the theme in all its complete languages and says which are not."""
    # A translation may be behind at any time: the language is then not offered, and the theme still is.
    _write(target, theme)
    for document in theme.translations:
        if translation.complete(theme, document):
            _write(target, theme, document)
        else:
            print(f"{document.file}: not complete, so not offered (lint.py {theme.name} says what is missing)", file=sys.stderr)


def main(argv=None):
    parser = argparse.ArgumentParser(description="Compiles the scenario library to JSON.")
    parser.add_argument("outdir", type=Path, help="where the documents go")
    parser.add_argument("--root", default=Path(__file__).resolve().parent, help="library folder (default: this one)")
    wanted = parser.parse_args(argv)
    library = Library(wanted.root)
    wanted.outdir.mkdir(parents=True, exist_ok=True)
    refused = refusals(library)
    for name, theme in library.themes.items():
        if name not in refused:
            compile_theme(wanted.outdir, theme)
    for name, problems in refused.items():
        print(f"{name}: refused, {len(problems)} problems of shape or reference:", file=sys.stderr)
        for problem in problems:
            print(f"  {problem.file}:{problem.line}: {problem.rule}: {problem.message}", file=sys.stderr)
    return 1 if refused else 0


if __name__ == "__main__":
    sys.exit(main())
