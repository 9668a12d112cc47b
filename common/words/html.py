"""A message as HTML, for what is stamped: bounds of the server as numbers, and elements for its tags."""
import markupsafe
from babel.numbers import format_decimal

from common.words import catalogue, message


def _element(value, inside):
    """value: the name of an element ("strong"), or the attributes of a link."""
    if isinstance(value, str):
        return markupsafe.Markup("<{0}>{1}</{0}>").format(value, inside)
    attributes = markupsafe.Markup("").join(markupsafe.Markup(' {}="{}"').format(*one) for one in value.items())
    return markupsafe.Markup("<a{}>{}</a>").format(attributes, inside)


def _way(node, value, locale):
    if node.kind == "plural":
        return node.ways.get(f"={value}") or node.ways.get(locale.plural_form(value)) or node.ways["other"]
    return node.ways.get(value, node.ways["other"])


def _said(tree, args, locale):
    out = markupsafe.Markup("")
    for node in tree:
        if isinstance(node, str):
            out += node
        elif isinstance(node, message.Tag):
            out += _element(args[node.name], _said(node.inside, args, locale))
        elif isinstance(node, message.Choice):
            out += _said(_way(node, args[node.name], locale), args, locale)
        elif isinstance(node, message.Hash) or node.kind == "number":
            out += format_decimal(args[node.name], locale=locale)
        else:
            out += args[node.name]
    return out


def said(text, args, row):
    """row: of languages.yaml."""
    return _said(message.parse(text), args, catalogue.locale(row))
