"""The Metadata API's own schema, from the WSDL in the simple-salesforce wheel."""

from functools import cache
from pathlib import Path

import simple_salesforce
from lxml import etree

from connectors.salesforce.install.kinds import BUNDLES, KINDS

XSD = "{http://www.w3.org/2001/XMLSchema}"
NAMESPACE = "http://soap.sforce.com/2006/04/metadata"
ROOTS = {kind.root for kind in (*KINDS.values(), *BUNDLES.values())} | {"Workflow", "Package"}


@cache
def _schema() -> tuple[etree.XMLSchema, dict[str, list[tuple[str, str]]]]:
    wsdl = etree.parse(Path(simple_salesforce.__file__).with_name("metadata.wsdl"))
    root = etree.fromstring(etree.tostring(wsdl.find(f".//{XSD}schema")))
    for name in sorted(ROOTS):
        if root.find(f"{XSD}element[@name='{name}']") is None:
            etree.SubElement(root, f"{XSD}element", name=name, type=f"tns:{name}")
    own = {one.get("name"): one for one in root.findall(f"{XSD}complexType")}

    def ordered(name: str) -> list[tuple[str, str]]:
        if name not in own:
            return []
        extension = own[name].find(f".//{XSD}extension")
        base = ordered(extension.get("base").removeprefix("tns:")) if extension is not None else []
        here = [(e.get("name"), (e.get("type") or "").removeprefix("tns:")) for e in own[name].iter(f"{XSD}element")]
        return base + here

    return etree.XMLSchema(root), {name: ordered(name) for name in own}


def _sort(element: etree._Element, type_name: str, orders: dict[str, list[tuple[str, str]]]) -> None:
    """Bring children into the schema's order, which Salesforce itself does not ask for."""
    order = {name: (place, child) for place, (name, child) in enumerate(orders.get(type_name, []))}
    element[:] = sorted(element, key=lambda one: order.get(etree.QName(one).localname, (10_000, ""))[0])
    for child in element:
        _sort(child, order.get(etree.QName(child).localname, (0, ""))[1], orders)


def faults(content: bytes) -> list[str]:
    """Return what the schema says against a document whose root is named for its type."""
    schema, orders = _schema()
    root = etree.fromstring(content)
    for targets in root.findall(f"{{{NAMESPACE}}}targetConfigs"):
        targets[:] = []  # a web component's targets are text to the schema
    _sort(root, etree.QName(root).localname, orders)
    fresh = etree.fromstring(etree.tostring(root))
    return [] if schema.validate(fresh) else [error.message for error in schema.error_log]
