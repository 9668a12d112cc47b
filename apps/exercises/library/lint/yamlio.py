"""YAML with line numbers, and with the plain scalars of YAML 1.2.

YAML 1.1 reads 16:52 as a number, 2026-11-21 as a date and "no" as false; authors write such things as text, so only
true/false, null and plain numbers are anything but text here.
"""

import re

import yaml


class Map(dict):
    """A mapping that knows its own line and the line of each key."""

    def __init__(self, line):
        super().__init__()
        self.line = line
        self.lines = {}


class Seq(list):
    """A sequence that knows its own line and the line of each item."""

    def __init__(self, line):
        super().__init__()
        self.line = line
        self.lines = []


class Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
    """The safe loader without the implicit types of YAML 1.1."""

    yaml_implicit_resolvers = {}


def _resolve(tag, pattern, first):
    Loader.add_implicit_resolver("tag:yaml.org,2002:" + tag, re.compile(pattern), list(first))


_resolve("bool", r"^(?:true|false)$", "tf")
_resolve("null", r"^(?:null|~|)$", ["n", "~", ""])
_resolve("int", r"^-?[0-9]+$", "-0123456789")
_resolve("float", r"^-?[0-9]+\.[0-9]+$", "-0123456789")

_SCALARS = {
    "tag:yaml.org,2002:bool": lambda text: text == "true",
    "tag:yaml.org,2002:null": lambda text: None,
    "tag:yaml.org,2002:int": int,
    "tag:yaml.org,2002:float": float,
}


class YamlProblem(Exception):
    """The file is not what the library accepts as YAML."""

    def __init__(self, line, message):
        super().__init__(message)
        self.line = line
        self.message = message


def _line(node):
    return node.start_mark.line + 1


def _scalar(node):
    # A value in quotes stays text whatever it looks like: its tag is str already.
    return _SCALARS.get(node.tag, str)(node.value)


def _mapping(node):
    result = Map(_line(node))
    for key_node, value_node in node.value:
        if not isinstance(key_node, yaml.ScalarNode):
            raise YamlProblem(_line(key_node), "a key must be a plain word")
        # Keys such as 45 in "shorten" become text, as they are in JSON.
        key = key_node.value
        if key in result:
            raise YamlProblem(_line(key_node), f"key '{key}' stands twice")
        result[key] = _value(value_node)
        result.lines[key] = _line(key_node)
    return result


def _sequence(node):
    result = Seq(_line(node))
    for item in node.value:
        result.append(_value(item))
        result.lines.append(_line(item))
    return result


def _value(node):
    if isinstance(node, yaml.MappingNode):
        return _mapping(node)
    if isinstance(node, yaml.SequenceNode):
        return _sequence(node)
    return _scalar(node)


def load(path):
    """The content of a YAML file; raises YamlProblem."""
    try:
        text = path.read_text(encoding="utf-8")
        node = yaml.compose(text, Loader=Loader)
    except UnicodeDecodeError as error:
        raise YamlProblem(1, f"not UTF-8 at byte {error.start}") from error
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise YamlProblem(mark.line + 1 if mark else 1, error.problem or str(error)) from error
    except yaml.YAMLError as error:
        raise YamlProblem(1, str(error).splitlines()[0]) from error
    return None if node is None else _value(node)


def line_of(container, key):
    """The line of a key or index, or of the container when that is not known."""
    lines = getattr(container, "lines", {})
    try:
        return lines[key]
    except (KeyError, IndexError, TypeError):
        return getattr(container, "line", 1)
