"""Rules on all questions of a theme together."""

from collections import Counter

from . import vocabulary as words
from .registry import rule

PER_STAGE = {"easy": 3, "medium": 3, "hard": 4}
PER_THEME = {"easy": 15, "medium": 16, "hard": 21}
STAGE_QUESTIONS = 10
OBJECTIVE_QUESTIONS = 3
ROLES_NEEDED = 6
ROLE_QUESTIONS = 2


def _at_theme(theme, message):
    return theme.document.file, 1, message


def _shares(counts, total):
    return ", ".join(f"{name} {count}/{total} = {100 * count / total:.1f} %" for name, count in counts)


@rule("key-longest", "theme")
def key_longest(theme):
    """The key is the single longest option in at most 30 % of a theme's questions."""
    longest = []
    keyed = [question for question in theme.sound_questions if question.best is not None]
    for question in keyed:
        lengths = question.option_lengths(theme.library.slots)
        if lengths[question.best] == max(lengths) and lengths.count(max(lengths)) == 1:
            longest.append(question.id)
    if keyed and len(longest) > 0.3 * len(keyed):
        share = 100 * len(longest) / len(keyed)
        yield _at_theme(theme, f"the key is the longest option in {len(longest)} of {len(keyed)} questions = {share:.1f} %, limit 30 %: "
                        + ", ".join(longest))


@rule("key-position", "theme")
def key_position(theme):
    """Each of the positions A to D holds the key in 20 to 30 % of a theme's questions."""
    positions = Counter("ABCD"[question.best] for question in theme.sound_questions if question.best is not None and question.best < 4)
    total = sum(positions.values())
    counts = [(letter, positions[letter]) for letter in "ABCD"]
    if total and any(not 0.2 * total <= count <= 0.3 * total for _, count in counts):
        yield _at_theme(theme, f"positions of the key: {_shares(counts, total)}; each needs 20 to 30 %")


@rule("recall-share", "theme")
def recall_share(theme):
    """At most 15 % of a theme's questions ask for knowledge."""
    recall = [question.id for question in theme.sound_questions if question.get("recall")]
    if len(recall) > 0.15 * len(theme.questions):
        share = 100 * len(recall) / len(theme.questions)
        yield _at_theme(theme, f"{len(recall)} of {len(theme.questions)} questions are recall = {share:.1f} %, limit 15 %")


@rule("stage-levels", "theme")
def stage_levels(theme):
    """A stage has at least 10 questions: 3 easy, 3 medium, 4 hard."""
    for key in theme.stage_keys:
        levels = Counter(question["level"] for question in theme.sound_questions if question["stage"] == key)
        short = [f"{levels[level]} {level} (at least {need})" for level, need in PER_STAGE.items() if levels[level] < need]
        total = sum(levels.values())
        if total < STAGE_QUESTIONS:
            short.append(f"{total} questions (at least {STAGE_QUESTIONS})")
        if short:
            yield _at_theme(theme, f"stage {key} has {', '.join(short)}")


@rule("theme-levels", "theme")
def theme_levels(theme):
    """A theme has at least 15 easy, 16 medium and 21 hard questions."""
    levels = Counter(question["level"] for question in theme.sound_questions)
    short = [f"{levels[level]} {level} (at least {need})" for level, need in PER_THEME.items() if levels[level] < need]
    if short:
        yield _at_theme(theme, f"has {', '.join(short)}")


@rule("objective-coverage", "theme")
def objective_coverage(theme):
    """Each objective of the blueprint has at least 3 questions."""
    counts = Counter(question["objective"] for question in theme.sound_questions)
    for objective in theme.objective_ids:
        if counts[objective] < OBJECTIVE_QUESTIONS:
            yield _at_theme(theme, f"objective {objective} has {counts[objective]} questions, at least {OBJECTIVE_QUESTIONS} needed")


@rule("role-coverage", "theme")
def role_coverage(theme):
    """At least 6 roles are asked, each of them in at least 2 questions."""
    counts = Counter(question["role"] for question in theme.sound_questions if question["role"] in words.ROLES)
    if len(counts) < ROLES_NEEDED:
        yield _at_theme(theme, f"{len(counts)} roles are asked ({', '.join(sorted(counts)) or 'none'}), at least {ROLES_NEEDED} needed")
    for role, count in sorted(counts.items()):
        if count < ROLE_QUESTIONS:
            yield _at_theme(theme, f"role {role} has {count} question, at least {ROLE_QUESTIONS} needed")


@rule("variable-moved", "theme")
def variable_moved(theme):
    """Each variable is moved by an option, and what a branch depends on can reach 1 in a stage before it."""
    raised = {}
    moved = set()
    for question in theme.sound_questions:
        for option in question["options"]:
            for name, value in option.get("effects", {}).items():
                moved.add(name)
                if value > 0:
                    raised.setdefault(name, set()).add(question["stage"])
    for name in theme.variables:
        if name not in moved:
            yield _at_theme(theme, f"variable {name} is moved by no option")
    for number, stage in enumerate(theme.stages):
        name = stage.get("branch", {}).get("variable")
        before = theme.stage_keys[:number]
        if name in moved and not raised.get(name, set()) & set(before):
            yield _at_theme(theme, f"stage {stage['key']}: its branch cannot go high: no option before it raises {name}")
