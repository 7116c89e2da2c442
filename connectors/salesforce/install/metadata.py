"""Metadata XML, and the files that a deployment is made of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element, indent, register_namespace, tostring

NAMESPACE = "http://soap.sforce.com/2006/04/metadata"
_SCHEMA = "http://www.w3.org/2001/XMLSchema"
register_namespace("xsi", f"{_SCHEMA}-instance")

Content = str | bool | int | Sequence["Child"]
Child = tuple[str, Content]
ComponentName = tuple[str, str]
"""A metadata type and a full name: ("CustomField", "Account.Is_Member__c")."""


@dataclass(frozen=True)
class File:
    """One file of a deployment: its `path` in the zip, and the components in it with the source file of each.

    A generated one holds our secret, so contents are never shown.
    """

    path: str
    content: bytes = field(repr=False)
    components: dict[ComponentName, str]


def tag(name: str) -> str:
    """Return an element's name with the namespace of metadata."""
    return f"{{{NAMESPACE}}}{name}"


def element(name: str, content: Content) -> Element:
    """Return an element of metadata that holds a value or the given children, in their order."""
    made = Element(tag(name))
    if isinstance(content, bool):
        made.text = "true" if content else "false"
    elif isinstance(content, str | int):
        made.text = str(content)
    else:
        made.extend(element(child, inner) for child, inner in content)
    return made


def text_of(root: Element) -> bytes:
    """Return the element as a document of its own."""
    indent(root, "    ")
    body: bytes = tostring(root, encoding="UTF-8", xml_declaration=True, default_namespace=NAMESPACE)
    if b'"xsd:' in body:
        # The prefix stands inside values only ("xsd:boolean"), where the serialiser doesn't look for it.
        body = body.replace(b" xmlns=", f' xmlns:xsd="{_SCHEMA}" xmlns='.encode(), 1)
    return body + b"\n"
