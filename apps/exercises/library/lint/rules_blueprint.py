"""Rules on the blueprint in theme.yaml."""

import re
from collections import Counter

from .registry import rule
from .text import sentence_count, word_count
from .yamlio import line_of

STAGES = 5
ARCS = {"3": 3, "4": 4}


def _outside(theme, text, low, high):
    """The number of words, or None when it is within the limits."""
    count = word_count(text, theme.library.slots)
    return None if low <= count <= high else count


@rule("summary-words", "blueprint")
def summary_words(theme):
    """The summary is one sentence of at most 30 words."""
    data = theme.document.data
    count = _outside(theme, data["summary"], 1, 30)
    if count is not None:
        yield line_of(data, "summary"), f"the summary has {count} words, limit 30"
    if sentence_count(data["summary"]) > 1:
        yield line_of(data, "summary"), f"the summary has {sentence_count(data['summary'])} sentences, one needed"


@rule("overview-words", "blueprint")
def overview_words(theme):
    """The overview has 60 to 120 words."""
    count = _outside(theme, theme.blueprint["overview"], 60, 120)
    if count is not None:
        yield line_of(theme.blueprint, "overview"), f"the overview has {count} words, 60 to 120 needed"


@rule("narrative-words", "stage")
def narrative_words(stage, theme):
    """A stage's narrative has 80 to 160 words."""
    count = _outside(theme, stage["narrative"], 80, 160)
    if count is not None:
        yield line_of(stage, "narrative"), f"the narrative has {count} words, 80 to 160 needed"


@rule("attack-version", "blueprint")
def attack_version(theme):
    """The ATT&CK version is the one that reference/attack.yaml ships."""
    shipped = theme.library.attack["version"]
    if theme.document.data["attack_version"] != shipped:
        yield line_of(theme.document.data, "attack_version"), f"'{theme.document.data['attack_version']}', shipped is '{shipped}'"


@rule("objective-count", "blueprint")
def objective_count(theme):
    """There are 3 to 7 objectives, each id once."""
    counts = Counter(objective["id"] for objective in theme.blueprint["objectives"])
    total = sum(counts.values())
    line = line_of(theme.blueprint, "objectives")
    if not 3 <= total <= 7:
        yield line, f"{total} objectives, 3 to 7 needed"
    for objective, count in counts.items():
        if count > 1:
            yield line, f"objective {objective} stands {count} times"


@rule("stage-count", "blueprint")
def stage_count(theme):
    """There are exactly 5 stages, each key once."""
    keys = [stage["key"] for stage in theme.stages]
    line = line_of(theme.blueprint, "stages")
    if len(keys) != STAGES:
        yield line, f"{len(keys)} stages, exactly {STAGES} needed"
    for key in sorted({key for key in keys if keys.count(key) > 1}):
        yield line, f"stage {key} stands {keys.count(key)} times"


@rule("clock", "blueprint")
def clock(theme):
    """A scenario clock reads "Day 1, 06:40" or "Day 1 (Monday), 06:40", and the clocks of the stages run forward."""
    last = (0, 0, 0)
    for stage in theme.stages:
        written = stage["clock"]["scenario"]
        line = line_of(stage["clock"], "scenario")
        found = re.fullmatch(r"Day (\d+)(?: \(\w+\))?, ([01]\d|2[0-3]):([0-5]\d)", written)
        if not found:
            yield line, f"stage {stage['key']}: clock '{written}' does not read \"Day 1, 06:40\""
            continue
        now = tuple(int(part) for part in found.groups())
        if now <= last:
            yield line, f"stage {stage['key']}: clock '{written}' is not after that of the stage before"
        last = now


@rule("bridge", "blueprint")
def bridge(theme):
    """Every stage but the first has a bridge of one or two sentences."""
    for number, stage in enumerate(theme.stages):
        if number == 0 and "bridge" in stage:
            yield line_of(stage, "bridge"), f"stage {stage['key']}: the first stage has no bridge"
        if number > 0 and "bridge" not in stage:
            yield stage.line, f"stage {stage['key']}: has no bridge"
        sentences = sentence_count(stage.get("bridge", ""))
        if sentences > 2:
            yield line_of(stage, "bridge"), f"stage {stage['key']}: the bridge has {sentences} sentences, one or two needed"


@rule("branch", "blueprint")
def branch(theme):
    """At least 2 stages branch, never the first, each on a variable of the blueprint."""
    branching = [(number, stage) for number, stage in enumerate(theme.stages) if "branch" in stage]
    if len(branching) < 2:
        yield line_of(theme.blueprint, "stages"), f"{len(branching)} stages with a branch, at least 2 needed"
    for number, stage in branching:
        if number == 0:
            yield line_of(stage, "branch"), f"stage {stage['key']}: the first stage has no choices to branch on"
        if stage["branch"]["variable"] not in theme.variables:
            yield (line_of(stage, "branch"), f"stage {stage['key']}: branch variable '{stage['branch']['variable']}' is none of "
                   + ", ".join(theme.variables))


@rule("inject-count", "blueprint")
def inject_count(theme):
    """A stage has 3 to 6 injects, the blueprint at least 15."""
    total = 0
    for stage in theme.stages:
        count = len(stage["injects"])
        total += count
        if not 3 <= count <= 6:
            yield line_of(stage, "injects"), f"stage {stage['key']}: {count} injects, 3 to 6 needed"
    if total < 15:
        yield line_of(theme.blueprint, "stages"), f"{total} injects in all, at least 15 needed"


@rule("inject-kinds", "stage")
def inject_kinds(stage, theme):
    """Each stage has one noise and one contradiction among its injects."""
    kinds = Counter(inject["kind"] for inject in stage["injects"])
    for kind in ("noise", "contradiction"):
        if kinds[kind] != 1:
            yield line_of(stage, "injects"), f"{kinds[kind]} injects of kind {kind}, exactly 1 needed"


@rule("probes", "stage")
def probes(stage, theme):
    """A stage's facilitator part has at least 3 probing questions; its read-aloud text is one paragraph."""
    facilitator = stage["facilitator"]
    if len(facilitator["probes"]) < 3:
        yield line_of(facilitator, "probes"), f"{len(facilitator['probes'])} probes, at least 3 needed"
    for probe in facilitator["probes"]:
        if not probe.strip().endswith("?"):
            yield line_of(facilitator, "probes"), f"a probe is not a question: '{probe.strip()[-50:]}'"
    paragraphs = len(re.split(r"\n\s*\n|\n(?=\S)", facilitator["read_aloud"].strip()))
    if paragraphs > 1:
        yield line_of(facilitator, "read_aloud"), f"read_aloud has {paragraphs} paragraphs, one needed (fold it with >)"


@rule("arcs", "blueprint")
def arcs(theme):
    """The arcs 3 and 4 name that many different stages in their order."""
    table = theme.blueprint["arcs"]
    keys = theme.stage_keys
    for name in sorted(set(ARCS) | set(table)):
        stages = table.get(name)
        line = line_of(table, name)
        if name not in ARCS or stages is None:
            yield line, f"arc {name} is {'missing' if stages is None else 'not one of 3, 4'}"
            continue
        lost = [key for key in stages if key not in keys]
        if lost:
            yield line, f"arc {name} names no stage: {', '.join(lost)}"
        elif len(stages) != ARCS[name] or sorted(set(stages), key=keys.index) != stages:
            yield line, f"arc {name} has {len(stages)} stages ({', '.join(stages)}); {ARCS[name]} different ones in story order needed"


@rule("first-run", "blueprint")
def first_run(theme):
    """A first run has two stages in story order, at most 120 words of story, and easy questions of them: 2 at least, then 1."""
    first = theme.blueprint.get("first")
    if first is None:
        return
    words = sum(word_count(first[name], theme.library.slots) for name in ("opening", "turn"))
    if words > 120:
        yield line_of(first, "opening"), f"opening and turn have {words} words, at most 120"
    if len(first["stages"]) != 2 or sorted(set(first["stages"]) & set(theme.stage_keys), key=theme.stage_keys.index) != first["stages"]:
        yield line_of(first, "stages"), "two different stages in story order needed"
        return
    if len(first["questions"]) != 2:
        yield line_of(first, "questions"), "two lists of questions needed, one a stage"
        return
    known = {question.id: question.data for question in theme.questions}
    for number, (stage, ids) in enumerate(zip(first["stages"], first["questions"])):
        fit = [name for name in ids if name in known and known[name]["stage"] == stage and known[name]["level"] == "easy"]
        if fit != list(dict.fromkeys(ids)) or len(fit) < 2 - number:
            yield line_of(first, "questions"), f"stage {stage}: {2 - number} easy questions of it needed at least, and no others"


@rule("guides", "blueprint")
def guides(theme):
    """The safety text says REAL INCIDENT, and the evaluator guide covers each objective once."""
    guide = theme.blueprint["guides"]
    if "REAL INCIDENT" not in guide["facilitator"]["safety"]:
        yield line_of(guide["facilitator"], "safety"), "guides.facilitator.safety does not say REAL INCIDENT"
    covered = Counter(entry["objective"] for entry in guide["evaluator"])
    line = line_of(guide, "evaluator")
    for objective in theme.objective_ids:
        if covered[objective] != 1:
            yield line, f"the evaluator guide has {covered[objective]} entries for {objective}, exactly 1 needed"
    for objective in sorted(set(covered) - set(theme.objective_ids)):
        yield line, f"the evaluator guide names '{objective}', which is no objective"


@rule("ioc-type", "stage")
def ioc_type(stage, theme):
    """An indicator's value fits its type: ip an address, a hash says (fictional)."""
    for ioc in stage.get("iocs", []):
        if ioc["type"] == "ip" and not re.fullmatch(r"[0-9A-Fa-f.:]+(/\d+)?", ioc["value"]):
            yield ioc.line, f"'{ioc['value']}' is no IP address"
        if ioc["type"] in ("hash", "sha256", "sha1", "md5") and not ioc["value"].endswith("(fictional)"):
            yield ioc.line, f"the hash '{ioc['value'][:20]}' does not end in (fictional)"
