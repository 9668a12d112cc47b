#!/usr/bin/env python3
"""Checks the scenario library: lint.py [--root FOLDER] [--list-rules] [theme ...]. Exit 1 when there are problems."""

import argparse
import sys
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent))

# The package beside this file: a package comes before a module of the same name.
from lint import RULES, Library, run  # noqa: E402


def arguments(argv):
    parser = argparse.ArgumentParser(description="Content linter of the scenario library.")
    parser.add_argument("themes", nargs="*", help="theme folders (default: all)")
    parser.add_argument("--root", default=Path(__file__).resolve().parent, help="library folder (default: this one)")
    parser.add_argument("--list-rules", action="store_true", help="print each rule with its summary")
    return parser.parse_args(argv)


def list_rules():
    for entry in sorted(RULES):
        print(f"{entry.id:22} {entry.summary}")


def main(argv=None):
    wanted = arguments(argv)
    if wanted.list_rules:
        list_rules()
        return 0
    library = Library(wanted.root)
    unknown = [name for name in wanted.themes if name.strip("/") not in library.themes]
    if unknown:
        print(f"no theme.yaml in: {', '.join(unknown)}; themes: {', '.join(library.themes) or 'none'}", file=sys.stderr)
        return 2
    names = [name.strip("/") for name in wanted.themes] or list(library.themes)
    problems = run(library, names)
    for problem in problems:
        print(f"{problem.file}:{problem.line}: {problem.rule}: {problem.message}")
    for name in names:
        if not library.themes[name].sound:
            print(f"note: {name}/theme.yaml: rules on the blueprint wait until its yaml and schema problems are mended")
    questions = sum(len(library.themes[name].questions) for name in names)
    print(f"{len(names)} themes, {questions} questions, {len(problems)} problems")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
