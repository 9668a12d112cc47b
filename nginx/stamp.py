#!/usr/bin/python3
"""Makes what nginx sends: every page in every language, the files that pages use under an address that changes with them, and locations.

    stamp.py CONSTANTS.js DEST CONF-FOLDER

DEST/<language>/<page>.html       a page of pages/, in frame.html, with the words of common/words
DEST/a/<hash>/css|font|img/...      what all languages share; <hash> is of all that pages use, so it may be kept for ever
DEST/a/<hash>/<language>/js/...   modules: their relative imports find the words of the language
CONF-FOLDER/pages.conf            the locations of the pages; languages.conf: which language a page is in
Beside each file of text lies one that is compressed (gzip_static).
"""
import gzip
import hashlib
import json
import os
import pathlib
import re
import shutil
import sys
import zlib

import jinja2
import markupsafe
import yaml

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
from common.words import catalogue, compile as words_compile, html as words_html  # noqa: E402
from nginx import navigation  # noqa: E402

# Cascade layers, weakest first, and what of html/css makes the one style sheet of every page; all other files are of pages.
LAYERS = ("tokens", "base", "parts", "pages", "print")
COMMON_STYLES = {"tokens": "tokens", "base": "base", "components": "parts", "parts/*": "parts", "print": "print"}
IMPORT = re.compile(r"^\s*(?:import|export)\b[^;'\"]*?(?:\bfrom\s*)?['\"](\.{1,2}/[^'\"]+)['\"]", re.MULTILINE)
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
OWN_LINES = re.compile(r"^[ \t]*/\*.*?\*/[ \t]*\n", re.DOTALL | re.MULTILINE)
TEXT = {".html", ".css", ".js", ".json", ".svg", ".txt"}
ID = "[0-9A-Za-z-]{1,64}"


def read_pages():
    return yaml.safe_load((HERE / "pages.yaml").read_text(encoding="utf-8"))


def put(path, data):
    """A file whose time follows from its content: so does its ETag, on every machine and after every build."""
    path.parent.mkdir(parents=True, exist_ok=True)
    moment = 1_000_000_000 + zlib.crc32(data) % 500_000_000
    files = [(path, data)]
    if path.suffix in TEXT and len(data) > 600:
        files.append((path.with_name(path.name + ".gz"), gzip.compress(data, 9, mtime=0)))
    for one, content in files:
        one.write_bytes(content)
        os.utime(one, (moment, moment))


def sent_text(path):
    """Without the comments that have lines of their own: they are for whoever changes it, and a sixth of all that is sent."""
    return OWN_LINES.sub("", path.read_text(encoding="utf-8"))


def layered(layer, path):
    return f"@layer {layer} {{\n{sent_text(path)}}}\n"


def style_files(css):
    """css/common.css and one file for each page's own, every rule in its layer: a page wins over a part, whatever their selectors weigh."""
    order = f"@layer {', '.join(LAYERS)};\n"
    common = [(layer, path) for pattern, layer in COMMON_STYLES.items() for path in sorted(css.glob(f"{pattern}.css"))]
    found = {"css/common.css": (order + "".join(layered(*one) for one in common)).encode()}
    for path in sorted(css.glob("*.css")):
        if path not in [one for _, one in common]:
            found[f"css/{path.name}"] = (order + layered("pages", path)).encode()
    return found


def asset_files(constants, pages):
    """address below /a/<hash> -> content. Modules once a language."""
    html = HERE / "html"
    found = style_files(html / "css")
    found.update((f"font/{name}", (html / "font" / name).read_bytes()) for name in ("inter.woff2", "OFL.txt"))
    found.update((f"img/{path.name}", path.read_bytes()) for path in (html / "img").iterdir())
    modules = {path.relative_to(html / "js").as_posix(): path.read_bytes() if "vendor" in path.parts else sent_text(path).encode()
               for path in sorted((html / "js").rglob("*.js"))}
    modules["constants.js"] = constants
    words, lists = catalogue.load(), navigation.constants(constants.decode())
    for lang in catalogue.languages():
        def title(page, lang=lang):
            return catalogue.filled(words, lang, "pages")[message_key(page)]
        found[f"{lang}/js/nav.js"] = navigation.module(pages, lists, title, catalogue.languages()).encode()
        for area in words[catalogue.SOURCE]:
            if area not in catalogue.SERVER:
                module = words_compile.js_module(catalogue.filled(words, lang, area))
                found[f"{lang}/js/words/{area}.js"] = module.encode()
        found.update((f"{lang}/js/{name}", data) for name, data in modules.items())
    return found


def closure(files, start):
    """Every module that one needs, itself left out, each once: what the browser may fetch at once."""
    seen, todo = [], [start]
    while todo:
        at = todo.pop(0)
        if at not in files:
            sys.exit(f"stamp.py: {start} needs {at}, which is not there")
        for path in IMPORT.findall(COMMENT.sub("", files[at].decode())):
            other = os.path.normpath(os.path.join(os.path.dirname(at), path))
            if other not in seen and other != start:
                seen.append(other)
                todo.append(other)
    return seen


def translator(words, lang, area):
    """t(key, name=value) for the templates: a message of the page's own area, or area:key (common/words/html.py)."""
    def t(key, **args):
        where, _, name = key.rpartition(":")
        return words_html.said(catalogue.filled(words, lang, where or area)[name], args, catalogue.languages()[lang])
    return t


def message_key(page):
    """Of its title, and of the area with its words."""
    return f"error_{page}" if page[0].isdigit() else page.replace("-", "_")


def bounds(constants):
    """FIELDS of constants.js: what the server takes, by operation and field."""
    rows = constants.decode().partition("export const FIELDS")[2]
    return {name: json.loads(row) for name, row in re.findall(r"^  (\w+): (\{.*?\}),?$", rows, re.MULTILINE)}


def tabs(pages, lists, name):
    """The tabs of a page, each with its address and who sees it: pages of one parent, the parent among them, in their order."""
    home = pages[name].get("parent", name)
    return [{"name": one, "key": message_key(one), "at": row["at"], "roles": lists[row.get("roles", "ROLES")]}
            for one, row in pages.items() if row.get("tab") and home in (one, row.get("parent"))]


def stamp_page(env, files, prefix, name, pages, lang, words):
    row, key = pages[name], message_key(name)
    t = translator(words, lang, row.get("words", key))
    scripts = f"{prefix}/{lang}/js"
    start = f"{lang}/js/pages/{row['script']}.js" if "script" in row else None
    page = {"name": name, "key": key, "row": row, "lang": lang, "dir": catalogue.languages()[lang]["dir"], "t": t, "assets": prefix,
            "scripts": scripts, "styles": ["common"] + row.get("styles", []),
            "modules": [f"{prefix}/{one}" for one in closure(files, start)] if start else []}
    body = env.get_template(f"pages/{row.get('body', name)}.html").render(page)
    page["body"] = markupsafe.Markup("\n".join(("    " + line if line else "") for line in body.strip("\n").split("\n")))
    return env.get_template("frame.html").render(page)


def location(name, row, pages):
    at = row["at"]
    if "to" in row:
        return f"location = {at} {{\n    return 302 {pages[row['to']]['at']}$is_args$args;\n}}\n"
    match = f'~ "^{at.replace("{id}", ID)}$"' if "{id}" in at else f"= {at}"
    robots = f"    add_header X-Robots-Tag {row['robots']} always;\n" if "robots" in row else ""
    return f"location {match} {{\n    include page.conf;\n{robots}    try_files /$page_lang/{name}.html =404;\n}}\n"


def language_maps():
    """$page_lang: as asked for in the address, as chosen (a cookie), as the browser wants it; the first that is there."""
    langs = catalogue.languages()
    every, offered = "|".join(langs), "|".join(lang for lang, row in langs.items() if row["offered"])
    return f"""map $arg_lang $lang_asked {{
    default "";
    "~^(?<asked>{every})$" $asked;
}}
map $cookie_muster_lang $lang_chosen {{
    default "";
    "~^(?<chosen>{offered})$" $chosen;
}}
map $http_accept_language $lang_wanted {{
    default {catalogue.SOURCE};
    "~^(?:[^,]{{1,40}},){{0,9}}? *(?<wanted>{offered})\\b" $wanted;
}}
map "$lang_asked $lang_chosen $lang_wanted" $page_lang {{
    "~^ *(?<first>[a-z]+)" $first;
}}
"""


def main():
    constants, dest, conf = (pathlib.Path(one) for one in sys.argv[1:4])
    shutil.rmtree(dest, ignore_errors=True)
    pages, words = read_pages(), catalogue.load()
    files = asset_files(constants.read_bytes(), pages)
    whole = hashlib.sha256(b"".join(name.encode() + b"\0" + data for name, data in sorted(files.items()))).hexdigest()[:12]
    for name, data in files.items():
        put(dest / "a" / whole / name, data)
    for path in sorted((HERE / "html/img").iterdir()):
        put(dest / "img" / path.name, path.read_bytes())
    env = jinja2.Environment(loader=jinja2.FileSystemLoader(HERE), autoescape=True, keep_trailing_newline=True)
    lists = navigation.constants(constants.read_text(encoding="utf-8"))
    signs = navigation.icons((HERE / "html/js/icons.js").read_text(encoding="utf-8"))
    env.globals.update(icon=lambda name: navigation.svg(signs[name]), key_of=message_key, page_rows=pages,
                       nav_of=lambda name: navigation.of_page(pages, lists, name), tabs_of=lambda name: tabs(pages, lists, name))
    env.globals["FIELDS"] = bounds(constants.read_bytes())
    for lang in catalogue.languages():
        for name in (one for one, row in pages.items() if "to" not in row):
            put(dest / lang / f"{name}.html", stamp_page(env, files, f"/a/{whole}", name, pages, lang, words).encode())
    rows = "".join(location(name, row, pages) for name, row in pages.items() if "at" in row)
    (conf / "languages.conf").write_text("# Made by stamp.py from common/words/languages.yaml.\n" + language_maps(), encoding="utf-8")
    (conf / "pages.conf").write_text("# Made by stamp.py from pages.yaml: an address, a page in a language.\n" + rows, encoding="utf-8")


if __name__ == "__main__":
    main()
