"""What elements metadata may hold, by the Metadata API's own WSDL (it travels in the simple-salesforce wheel).

Salesforce ignores the order of elements, so only names, values, repetition and presence are checked.
"""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from connectors.salesforce.local_org.metadata.tree import NAMESPACE, Node, parse


@dataclass(frozen=True)
class Element:
    """One element that a type may hold."""

    type: str
    required: bool
    many: bool


@dataclass
class Shape:
    """A complex type: its own elements by name, and the type it extends."""

    elements: dict[str, Element] = field(default_factory=dict)
    base: str | None = None


@dataclass(frozen=True)
class Fault:
    """Something Salesforce would not take, with its words and its place in the file."""

    problem: str
    line: int
    column: int


@dataclass(frozen=True)
class Wsdl:
    """All types of the Metadata API: `shapes` by name, `enums` the values of the enumerations."""

    shapes: dict[str, Shape]
    enums: dict[str, frozenset[str]]

    def elements(self, name: str) -> dict[str, Element]:
        """Return every element of a type, those of the types it extends included."""
        shape = self.shapes[name]
        return {**(self.elements(shape.base) if shape.base else {}), **shape.elements}


_PLAIN = {
    "boolean": ("true|false|0|1", "xsd:boolean"),
    "int": (r"[+-]?\d+", "xsd:int"),
    "double": (r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?|NaN|-?INF", "xsd:double"),
    "date": (r"\d{4}-\d\d-\d\d", "xsd:date"),
    "dateTime": (r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)?", "xsd:dateTime"),
}


@cache
def wsdl() -> Wsdl:
    """Return the types of the WSDL in the simple-salesforce wheel."""
    spec = importlib.util.find_spec("simple_salesforce")
    folders = [] if spec is None else spec.submodule_search_locations or []
    text = (Path(next(iter(folders))) / "metadata.wsdl").read_text()
    schema = text[text.index("<xsd:schema") : text.index("</xsd:schema>") + len("</xsd:schema>")]
    root = parse(schema.replace("<xsd:schema", '<xsd:schema xmlns:xsd="urn:xsd"', 1).encode())
    shapes = {node.attributes["name"]: _shape(node) for node in root.all("complexType")}
    enums = {node.attributes["name"]: _values(node) for node in root.all("simpleType")}
    return Wsdl(shapes, {name: values for name, values in enums.items() if values})


def _shape(node: Node) -> Shape:
    extension = next((child for child in node.walk() if child.tag == "extension"), None)
    shape = Shape(base=None if extension is None else extension.attributes["base"].removeprefix("tns:"))
    for child in node.walk():
        if child.tag == "element" and "name" in child.attributes:
            said = child.attributes
            shape.elements[said["name"]] = Element(
                said.get("type", ""), said.get("minOccurs", "1") != "0", said.get("maxOccurs") == "unbounded"
            )
    return shape


def _values(node: Node) -> frozenset[str]:
    return frozenset(child.attributes["value"] for child in node.walk() if child.tag == "enumeration")


def check(node: Node, type_name: str) -> Iterator[Fault]:
    """Yield every fault of an element that should be of that WSDL type, and of everything below it."""
    elements = wsdl().elements(type_name)
    counts: dict[str, int] = {}
    for child in node.children:
        element = elements.get(child.tag)
        if element is None or child.namespace != NAMESPACE:
            yield Fault(
                f"Error parsing file: Element {{{child.namespace}}}{child.tag} invalid at this location in type "
                f"{type_name}",
                child.line,
                child.column,
            )
            continue
        counts[child.tag] = counts.get(child.tag, 0) + 1
        if counts[child.tag] == 2 and not element.many:
            yield Fault(
                f"Error parsing file: Element {child.tag} is duplicated at this location in type {type_name}",
                child.line,
                child.column,
            )
        yield from _check_value(child, element.type)
    for name, element in elements.items():
        if element.required and name not in counts:
            yield Fault(f"Required field is missing: {name}", node.line, node.column)


def _check_value(node: Node, type_name: str) -> Iterator[Fault]:
    space, _, name = type_name.partition(":")
    if space == "tns" and name in wsdl().shapes:
        yield from check(node, name)
    elif space == "tns" and name in wsdl().enums:
        if node.text not in wsdl().enums[name]:
            yield Fault(f"'{node.text}' is not a valid value for the enum '{name}'", node.line, node.column)
    elif node.children:
        yield Fault(f"Error parsing file: Element {node.tag} may not hold elements", node.line, node.column)
    elif name in _PLAIN and not re.fullmatch(_PLAIN[name][0], node.text):
        yield Fault(f"'{node.text}' is not a valid value for the type {_PLAIN[name][1]}", node.line, node.column)
