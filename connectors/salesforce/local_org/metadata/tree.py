"""Metadata XML as plain nodes that remember their line."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any
from xml.sax import SAXParseException
from xml.sax.handler import ContentHandler
from xml.sax.xmlreader import Locator

import defusedxml.sax
from defusedxml import DefusedXmlException

NAMESPACE = "http://soap.sforce.com/2006/04/metadata"


class MalformedXml(Exception):
    """The text is no XML that may be read; `line` and `column` say where."""

    def __init__(self, message: str, line: int, column: int) -> None:
        self.line = line
        self.column = column
        super().__init__(message)


@dataclass
class Node:
    """One element: its `tag` without namespace, `attributes` likewise, stripped `text`, children, where it begins."""

    tag: str
    namespace: str
    line: int
    column: int
    attributes: dict[str, str] = field(default_factory=dict)
    text: str = ""
    children: list[Node] = field(default_factory=list)

    def all(self, tag: str) -> list[Node]:
        """Return the children of that tag."""
        return [child for child in self.children if child.tag == tag]

    def one(self, tag: str) -> Node | None:
        """Return the first child of that tag."""
        return next((child for child in self.children if child.tag == tag), None)

    def say(self, tag: str, default: str = "") -> str:
        """Return the text of the first child of that tag."""
        child = self.one(tag)
        return default if child is None else child.text

    def flag(self, tag: str, default: bool = False) -> bool:
        """Return the child of that tag as yes or no."""
        child = self.one(tag)
        return default if child is None else child.text == "true"

    def number(self, tag: str) -> int | None:
        """Return the child of that tag as a whole number, None where it is absent or no number."""
        text = self.say(tag)
        return int(text) if text.lstrip("-").isdigit() else None

    def walk(self) -> Iterator[Node]:
        """Yield this node and everything below it."""
        yield self
        for child in self.children:
            yield from child.walk()

    def plain(self) -> Any:
        """Return text for a leaf, else a dictionary of lists by tag; to compare and to store."""
        if not self.children:
            return self.text
        return {tag: [child.plain() for child in self.all(tag)] for tag in sorted({c.tag for c in self.children})}


class _Builder(ContentHandler):
    def __init__(self) -> None:
        super().__init__()
        self.root: Node | None = None
        self.open: list[Node] = []
        self.locator: Locator | None = None

    def setDocumentLocator(self, locator: Any) -> None:  # noqa: N802
        self.locator = locator

    def startElementNS(self, name: Any, qname: Any, attrs: Any) -> None:  # noqa: N802
        line = (self.locator.getLineNumber() if self.locator else 0) or 0
        column = (self.locator.getColumnNumber() if self.locator else 0) or 0
        attributes = {local: value for (_, local), value in attrs.items()}
        node = Node(name[1], name[0] or "", line, column, attributes)
        if self.open:
            self.open[-1].children.append(node)
        else:
            self.root = node
        self.open.append(node)

    def characters(self, content: str) -> None:
        if self.open:
            self.open[-1].text += content

    def endElementNS(self, name: Any, qname: Any) -> None:  # noqa: N802
        node = self.open.pop()
        node.text = "" if node.children else node.text.strip()


def parse(content: bytes) -> Node:
    """Return the root of the document; MalformedXml for anything else, entities and document types included."""
    builder = _Builder()
    reader = defusedxml.sax.make_parser()
    reader.setFeature("http://xml.org/sax/features/namespaces", True)
    reader.forbid_dtd = True
    reader.setContentHandler(builder)
    try:
        reader.parse(BytesIO(content.decode("utf-8-sig").encode()))
    except SAXParseException as error:
        place = (error.getLineNumber() or 1, error.getColumnNumber() or 1)
        raise MalformedXml(f"Error parsing file: {error.getMessage()}", *place) from error
    except (DefusedXmlException, UnicodeDecodeError) as error:
        raise MalformedXml(
            "Error parsing file: document types and other encodings than UTF-8 are refused", 1, 1
        ) from error
    if builder.root is None:
        raise MalformedXml("Error parsing file: no element", 1, 1)
    return builder.root
