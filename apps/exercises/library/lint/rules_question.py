"""Rules on one question at a time."""

import re

from . import vocabulary as words
from .registry import rule
from .text import expand, sentence_count, word_count

WORDS_PER_SECOND = 3.5
READING_LIMIT = 90
LENGTH_RATIO = 1.4
# Two defensible options of full credit: with more, guessing would pay.
CREDIT_SUM = 1.4


def _defaults(theme):
    return theme.library.slots


@rule("question-id", "question")
def question_id(question, theme):
    """A question's id is its theme, its stage's number and two digits."""
    keys = theme.stage_keys
    number = keys.index(question["stage"]) + 1 if question["stage"] in keys else "[1-5]"
    if not re.fullmatch(rf"{re.escape(theme.name)}-{number}\d\d", question.id):
        yield f"the id should be {theme.name}-{number} and two digits"


@rule("option-count", "question")
def option_count(question, theme):
    """A question has 4 options, or 3."""
    count = len(question["options"])
    if count not in (3, 4):
        yield question.line_of("options"), f"{count} options, 3 or 4 needed"


@rule("one-best", "question")
def one_best(question, theme):
    """Exactly one option has credit 1."""
    count = sum(option["credit"] == 1 for option in question["options"])
    if count != 1:
        yield question.line_of("options"), f"{count} options with credit 1, exactly 1 needed"


@rule("credit-range", "question")
def credit_range(question, theme):
    """Credit is 1, 0.4 to 0.7 (defensible), 0.1 to 0.2 (poor) or 0 (harmful), in steps of 0.01."""
    for number, option in enumerate(question["options"], 1):
        credit = option["credit"]
        allowed = credit in (0, 1) or 0.4 <= credit <= 0.7 or 0.1 <= credit <= 0.2
        if not allowed or round(credit * 100) / 100 != credit:
            yield option.line, f"option {number} has credit {credit}; allowed: 1, 0.4 to 0.7, 0.1 to 0.2, 0"


@rule("credit-sum", "question")
def credit_sum(question, theme):
    """The credits of all options but the best sum up to at most 1.4 (two defensible ones), and one option is poor or harmful."""
    credits = [option["credit"] for option in question["options"] if option["credit"] != 1]
    if round(sum(credits), 2) > CREDIT_SUM:
        yield question.line_of("options"), f"the options but the best have credits of {sum(credits):.2f} together, limit {CREDIT_SUM}"
    if credits and min(credits) > 0.2:
        yield question.line_of("options"), f"no option is poor or harmful: the lowest credit is {min(credits)}, 0.2 or less needed"


@rule("critical-credit", "question")
def critical_credit(question, theme):
    """Only an option with credit 0 is critical."""
    for number, option in enumerate(question["options"], 1):
        if option.get("critical") and option["credit"] != 0:
            yield option.line, f"option {number} is critical but has credit {option['credit']}, 0 needed"


@rule("option-length", "question")
def option_length(question, theme):
    """The longest option has at most 1.4 times the characters of the shortest (slots with their defaults)."""
    lengths = question.option_lengths(_defaults(theme))
    if lengths and max(lengths) > LENGTH_RATIO * min(lengths):
        ratio = max(lengths) / max(1, min(lengths))
        listed = ", ".join(map(str, lengths))
        yield question.line_of("options"), f"longest to shortest option is {ratio:.2f} (characters {listed}), limit {LENGTH_RATIO}"


@rule("option-form", "question")
def option_form(question, theme):
    """Options have the same form: all differ, all start alike (capital or slot), all end with the same punctuation."""
    texts = [expand(option["text"], _defaults(theme)).strip() for option in question["options"]]
    if len({text.lower() for text in texts}) < len(texts):
        yield question.line_of("options"), "two options are the same"
    endings = {text[-1:] if text[-1:] in ".!?;:," else "nothing" for text in texts}
    if len(endings) > 1:
        yield question.line_of("options"), f"options end differently: {' '.join(sorted(endings))}"
    if len({text[:1].islower() for text in texts}) > 1:
        yield question.line_of("options"), "some options start with a capital and some do not"


@rule("option-banned", "question")
def option_banned(question, theme):
    """No option refers to others, is an absolute that gives it away, or is one that nobody would choose."""
    for number, option in enumerate(question["options"], 1):
        for pattern, reason in words.BANNED_IN_OPTIONS:
            found = re.search(pattern, option["text"], re.I)
            if found:
                yield option.line, f"option {number} says '{found[0]}' ({reason})"


@rule("stem-form", "question")
def stem_form(question, theme):
    """The stem ends with its question and can be answered without reading the options."""
    stem = question["stem"].strip()
    if not stem.endswith("?"):
        yield question.line_of("stem"), "the stem does not end with a question mark"
    for pattern, reason in words.BANNED_IN_STEMS:
        found = re.search(pattern, stem, re.I)
        if found:
            yield question.line_of("stem"), f"the stem says '{found[0]}' ({reason})"


@rule("stem-words", "question")
def stem_words(question, theme):
    """A stem has at most 80 words."""
    count = word_count(question["stem"], _defaults(theme))
    if count > 80:
        yield question.line_of("stem"), f"the stem has {count} words, limit 80"


@rule("context-words", "question")
def context_words(question, theme):
    """A context has at most 60 words."""
    count = word_count(question.get("context", ""), _defaults(theme))
    if count > 60:
        yield question.line_of("context"), f"the context has {count} words, limit 60"


@rule("reading-time", "question")
def reading_time(question, theme):
    """Context, stem and options are read in 90 s at 3.5 words a second."""
    texts = [question.get("context", ""), question["stem"]] + [option["text"] for option in question["options"]]
    count = sum(word_count(text, _defaults(theme)) for text in texts)
    seconds = count / WORDS_PER_SECOND
    if seconds > READING_LIMIT:
        yield f"{count} words take {seconds:.0f} s to read, limit {READING_LIMIT} s ({READING_LIMIT * WORDS_PER_SECOND:.0f} words)"


@rule("why-present", "question")
def why_present(question, theme):
    """Every option but the best says why it is worse, the best does not."""
    for number, option in enumerate(question["options"], 1):
        if option["credit"] == 1 and "why" in option:
            yield option.line, f"option {number} is the best and needs no why (say it in the explanation)"
        if option["credit"] != 1 and not option.get("why"):
            yield option.line, f"option {number} has no why"


@rule("why-form", "question")
def why_form(question, theme):
    """A why is one sentence of 6 to 25 words."""
    for number, option in enumerate(question["options"], 1):
        if "why" not in option:
            continue
        count = word_count(option["why"], _defaults(theme))
        if not 6 <= count <= 25:
            yield option.line, f"the why of option {number} has {count} words, 6 to 25 needed"
        if sentence_count(option["why"]) > 1:
            yield option.line, f"the why of option {number} has {sentence_count(option['why'])} sentences, one needed"


@rule("explanation-words", "question")
def explanation_words(question, theme):
    """The explanation and all whys together have 40 to 120 words."""
    own = word_count(question["explanation"], _defaults(theme))
    whys = sum(word_count(option.get("why", ""), _defaults(theme)) for option in question["options"])
    if not 40 <= own + whys <= 120:
        yield question.line_of("explanation"), f"explanation ({own}) and whys ({whys}) have {own + whys} words, 40 to 120 needed"


@rule("consequence", "question")
def consequence(question, theme):
    """Each consequence is one sentence; partial stands where an option is defensible."""
    for key, text in question["consequence"].items():
        if isinstance(text, str) and sentence_count(text) > 1:
            yield question.line_of("consequence"), f"consequence.{key} has {sentence_count(text)} sentences, one needed"
    if question.defensible and "partial" not in question["consequence"]:
        credits = ", ".join(str(option["credit"]) for option in question.defensible)
        yield question.line_of("consequence"), f"consequence.partial is missing (an option has credit {credits})"


@rule("hard-defensible", "question")
def hard_defensible(question, theme):
    """A hard question has at least one defensible option (credit 0.4 to 0.7)."""
    if question["level"] == "hard" and not question.defensible:
        yield question.line_of("options"), "0 options with credit 0.4 to 0.7, a hard question needs at least 1"


@rule("recall-easy", "question")
def recall_easy(question, theme):
    """Only an easy question asks for knowledge."""
    if question.get("recall") and question["level"] != "easy":
        yield question.line_of("recall"), f"recall is true on a {question['level']} question, only easy ones may"


@rule("legal", "question")
def legal(question, theme):
    """A question resting on a law names its jurisdiction; its explanation says "check with counsel"."""
    laws = sorted(words.LEGAL_SOURCES & set(question["sources"]))
    if laws and "jurisdiction" not in question.data:
        yield question.line_of("sources"), f"cites {', '.join(laws)} but has no jurisdiction"
    if "jurisdiction" in question.data and "check with counsel" not in question["explanation"].lower():
        yield question.line_of("explanation"), 'has a jurisdiction, but its explanation does not say "check with counsel"'
