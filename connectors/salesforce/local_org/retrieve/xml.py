"""Metadata nodes as XML text again."""

from __future__ import annotations

from xml.sax.saxutils import escape, quoteattr

from connectors.salesforce.local_org.metadata.tree import NAMESPACE, Node

DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'


def xml_of(node: Node, depth: int = 1) -> str:
    """Return the element, indented, with a line break at its end."""
    pad = "    " * depth
    attributes = "".join(f" {name}={quoteattr(value)}" for name, value in node.attributes.items())
    if not node.children:
        return f"{pad}<{node.tag}{attributes}>{escape(node.text)}</{node.tag}>\n"
    inner = "".join(xml_of(child, depth + 1) for child in node.children)
    return f"{pad}<{node.tag}{attributes}>\n{inner}{pad}</{node.tag}>\n"


def document(root: str, *parts: bytes) -> bytes:
    """Return a metadata file of that root element around what stands in it already."""
    return f'{DECLARATION}<{root} xmlns="{NAMESPACE}">\n'.encode() + b"".join(parts) + f"</{root}>\n".encode()
