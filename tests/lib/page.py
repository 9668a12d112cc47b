"""HTML replies as a browser would see them: elements, text, what would be loaded or run."""
import base64
import hashlib
from html.parser import HTMLParser

VOID = {"meta", "link", "br", "hr", "img", "input", "path", "rect", "circle", "ellipse", "line", "polyline", "polygon", "use", "col", "wbr"}


class Page(HTMLParser):
    """tags: (name, attributes); text: what is visible; style: the style sheet. Nesting must be sound."""

    def __init__(self, html):
        super().__init__(convert_charrefs=True)
        self.html, self.tags, self.texts, self.style, self._open = html, [], [], "", []
        self.feed(html)
        self.close()
        assert not self._open, f"not closed: {self._open}"

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        if tag not in VOID:
            assert self._open and self._open.pop() == tag, f"</{tag}> closes something else"

    def handle_data(self, data):
        if self._open and self._open[-1] == "style":
            self.style += data
        else:
            self.texts.append(data)

    @property
    def text(self):
        return " ".join(" ".join(self.texts).split()).replace("\u00a0", " ")

    def count(self, tag):
        return sum(name == tag for name, _ in self.tags)

    def assert_inert(self):
        """D5, D6: one inline style sheet, no script, no handler, nothing loaded from elsewhere."""
        assert not {"script", "iframe", "object", "embed", "base", "form", "link", "foreignobject"} & {name for name, _ in self.tags}
        for name, attributes in self.tags:
            for key, value in attributes.items():
                assert not key.startswith("on") and key != "style", (name, key)
                if key in ("src", "href", "xlink:href", "action", "data", "srcset", "poster") and value:
                    assert value.startswith(("data:image/", "#", "http://localhost", "/")), (name, key, value)
        assert "url(" not in self.style.replace("url(data:", "") and "@import" not in self.style

    def style_hash(self):
        return "'sha256-" + base64.b64encode(hashlib.sha256(self.style.encode()).digest()).decode() + "'"
