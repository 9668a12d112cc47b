"""The content linter: one table of small rules over the scenario library. Entry: ../lint.py."""

from .registry import RULES, Problem, run
from .library import Library
from . import rules_schema, rules_question, rules_balance, rules_blueprint, rules_text, rules_reference, rules_translation

__all__ = ["RULES", "Problem", "run", "Library", "rules_schema", "rules_question", "rules_balance", "rules_blueprint",
           "rules_text", "rules_reference", "rules_translation"]
