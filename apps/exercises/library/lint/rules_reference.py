"""References resolve, nothing stands twice, and the shared files are whole."""

import datetime
import re
from collections import defaultdict

from . import formats
from . import vocabulary as words
from .registry import rule
from .text import sentence_count, shingles
from .yamlio import line_of

SIMILARITY = 0.8
SUBCATEGORIES = 106


def _chosen(names, *questions):
    """Whether one of the questions is of a theme that is being checked."""
    return any(question.file.split("/")[0] in names for question in questions)


@rule("unique-id", "library")
def unique_id(library, names):
    """A question id stands once in the whole library."""
    places = defaultdict(list)
    for theme in library.themes.values():
        for question in theme.questions:
            places[question.id].append(question)
    for question_id, questions in places.items():
        for question in questions[1:]:
            if _chosen(names, question, questions[0]):
                yield question.file, question.line, f"{question_id}: the id stands already in {questions[0].file}:{questions[0].line}"


@rule("stage-reference", "question")
def stage_reference(question, theme):
    """A question's stage is a stage of the blueprint."""
    if question["stage"] not in theme.stage_keys:
        yield question.line_of("stage"), f"there is no stage '{question['stage']}'; stages: {', '.join(map(str, theme.stage_keys))}"


@rule("objective-reference", "question")
def objective_reference(question, theme):
    """A question's objective is an objective of the blueprint."""
    if question["objective"] not in theme.objective_ids:
        known = ", ".join(map(str, theme.objective_ids))
        yield question.line_of("objective"), f"there is no objective '{question['objective']}'; objectives: {known}"


@rule("effect-reference", "question")
def effect_reference(question, theme):
    """Effects move variables of the blueprint, and by something else than 0."""
    for number, option in enumerate(question["options"], 1):
        for name, value in option.get("effects", {}).items():
            if name not in theme.variables:
                yield option.line, f"option {number} moves '{name}'; variables: {', '.join(theme.variables)}"
            if value == 0:
                yield option.line, f"option {number} moves '{name}' by 0, leave it out"


@rule("incident-reference", "question")
def incident_reference(question, theme):
    """A cited incident stands in incidents.yaml and has the theme among its themes."""
    cited = question.get("incident")
    if cited is None:
        return
    entry = theme.library.incidents.get(cited)
    if entry is None:
        yield question.line_of("incident"), f"there is no incident '{cited}' in incidents.yaml"
    elif theme.name not in (entry.get("themes") or []):
        yield question.line_of("incident"), f"incident '{cited}' is for {', '.join(entry.get('themes') or [])}, not for {theme.name}"


def _technique_problem(library, technique):
    newer = library.attack["deprecated"].get(technique)
    if newer:
        return f"technique {technique} is deprecated, now {newer}"
    return None if technique in library.techniques else f"technique {technique} is not in reference/attack.yaml"


@rule("technique-reference", "theme")
def technique_reference(theme):
    """Techniques of questions and stages stand in reference/attack.yaml and are not deprecated."""
    used = [(question.file, question.line_of("attack"), question.id, question["attack"]) for question in theme.sound_questions]
    used += [(theme.document.file, line_of(stage, "techniques"), f"stage {stage['key']}", stage["techniques"]) for stage in theme.stages]
    for file, line, owner, techniques in used:
        for technique in techniques:
            message = _technique_problem(theme.library, technique)
            if message:
                yield file, line, f"{owner}: {message}"


@rule("csf-reference", "theme")
def csf_reference(theme):
    """CSF subcategories of questions and objectives stand in reference/csf.yaml."""
    used = [(question.file, question.line_of("csf"), question.id, question["csf"]) for question in theme.sound_questions]
    if theme.sound:
        used += [(theme.document.file, line_of(objective, "csf"), f"objective {objective['id']}", objective["csf"])
                 for objective in theme.blueprint["objectives"]]
    for file, line, owner, subcategories in used:
        for subcategory in subcategories:
            if subcategory not in theme.library.csf:
                yield file, line, f"{owner}: CSF {subcategory} is not in reference/csf.yaml"


@rule("source-reference", "theme")
def source_reference(theme):
    """Source ids of the theme and its questions are known (lint/vocabulary.py)."""
    used = [(question.file, question.line_of("sources"), question.id + ": ", question["sources"]) for question in theme.sound_questions]
    if theme.sound:
        used.append((theme.document.file, line_of(theme.document.data, "sources"), "", theme.document.data["sources"]))
    for file, line, owner, sources in used:
        for source in sources:
            if source not in words.SOURCES:
                yield file, line, f"{owner}source '{source}' is not one of {', '.join(words.SOURCES)}"


def _similar_pairs(questions):
    """Pairs of questions that share a shingle, with their Jaccard similarity."""
    sets = [shingles(question["stem"]) for question in questions]
    holders = defaultdict(list)
    for index, own in enumerate(sets):
        shared = defaultdict(int)
        for shingle in own:
            for other in holders[shingle]:
                shared[other] += 1
            holders[shingle].append(index)
        for other, common in shared.items():
            yield questions[other], questions[index], common / (len(own) + len(sets[other]) - common)


@rule("similar-stem", "library")
def similar_stem(library, names):
    """No two stems of the library are alike: Jaccard similarity of their word 3-shingles at most 0.8."""
    questions = [question for theme in library.themes.values() for question in theme.sound_questions]
    for first, second, similarity in _similar_pairs(questions):
        if similarity > SIMILARITY and _chosen(names, first, second):
            message = f"{second.id}: the stem is {similarity:.2f} similar to that of {first.id}, limit {SIMILARITY}"
            yield second.file, second.line_of("stem"), message


@rule("repeated-text", "library")
def repeated_text(library, names):
    """No explanation stands twice in the library."""
    seen = {}
    for theme in library.themes.values():
        for question in theme.sound_questions:
            first = seen.setdefault(" ".join(question["explanation"].lower().split()), question)
            if first is not question and _chosen(names, first, question):
                yield question.file, question.line_of("explanation"), f"{question.id}: the explanation is that of {first.id}"


def _real_date(written):
    parts = [int(part) for part in written.split("-")]
    try:
        datetime.date(*(parts + [1, 1])[:3])
    except ValueError:
        return False
    return True


def _incident_problems(entry):
    if str(entry["year"]) != entry["id"][-4:] or str(entry["year"]) != entry["date"][:4]:
        yield "year", f"year {entry['year']}, id and date {entry['date']} do not agree"
    for key in ("date", "reviewed"):
        if re.fullmatch(r"\d{4}(-\d{2}){0,2}", entry[key]) and not _real_date(entry[key]):
            yield key, f"{key} '{entry[key]}' does not exist"
    sentences = sentence_count(entry["text"])
    if sentences > 2:
        yield "text", f"the text has {sentences} sentences, one or two needed"
    if entry["confidence"] == "B" and not words.HEDGES.search(entry["text"]):
        yield "text", "confidence is B, but the text does not say reported, estimated, claimed or the like"


@rule("incident-file", "library")
def incident_file(library, names):
    """Incidents: known keys, ISO dates, one or two sentences, B-confidence figures worded as reported, each id once."""
    document = library.shared["incidents.yaml"]
    ids = set()
    for index, entry in enumerate(document.data if isinstance(document.data, list) else []):
        line = line_of(document.data, index)
        findings = list(formats.INCIDENT.check(entry, line, ""))
        name = entry.get("id", "incident") if isinstance(entry, dict) else "incident"
        for finding in findings:
            yield document.file, finding.line, f"{name}: {finding.message}"
        if findings:
            continue
        for key, message in _incident_problems(entry):
            yield document.file, line_of(entry, key), f"{name}: {message}"
        if name in ids:
            yield document.file, line, f"{name}: the id stands twice"
        ids.add(name)


def _id_problems(library):
    """Ids that do not read as they should, and replacements that lead nowhere."""
    for technique in library.techniques:
        if not re.fullmatch(r"T\d{4}(\.\d{3})?", technique):
            yield "techniques", f"'{technique}' is no technique id"
    for old, new in library.attack["deprecated"].items():
        if new not in library.techniques or old in library.techniques:
            yield "deprecated", f"{old} -> {new}: {new} must be a known technique and {old} none"


@rule("reference-files", "library")
def reference_files(library, names):
    """reference/attack.yaml and reference/csf.yaml are whole: ids, names, tactics, replacements, 106 subcategories."""
    attack, csf = library.shared["reference/attack.yaml"], library.shared["reference/csf.yaml"]
    for document, shape in ((attack, formats.ATTACK), (csf, formats.CSF)):
        # A file that cannot be read is the business of the rule yaml.
        for finding in shape.check(document.data, 1, "") if document.data is not None else ():
            yield document.file, finding.line, finding.message
    for part, message in _id_problems(library):
        yield attack.file, line_of(attack.data, part), message
    for key in library.csf:
        if not re.fullmatch(r"(GV|ID|PR|DE|RS|RC)\.[A-Z]{2}-\d{2}", key):
            yield csf.file, line_of(csf.data, key), f"'{key}' is no subcategory id"
    if len(library.csf) != SUBCATEGORIES:
        yield csf.file, 1, f"{len(library.csf)} subcategories, {SUBCATEGORIES} needed"
