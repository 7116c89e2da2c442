"""What Salesforce refuses at a deployment although its schema allows it: order, sizes, counts, formulas in flows."""

import re
from collections import Counter
from collections.abc import Iterator
from xml.etree.ElementTree import Element

from connectors.salesforce.install.metadata import tag
from connectors.salesforce.install.source import Component, Source

LONGEST = {
    ("CompactLayout", "label"): 80,
    ("CustomApplication", "description"): 255,
    ("CustomLabels", "fullName"): 80,
    ("CustomLabels", "shortDescription"): 80,
    ("CustomLabels", "value"): 1000,
    ("CustomMetadata", "label"): 40,
    ("CustomObject", "description"): 1000,
    ("CustomObject", "label"): 40,
    ("CustomObject", "pluralLabel"): 40,
    ("CustomPermission", "description"): 255,
    ("CustomField", "relationshipLabel"): 80,
    ("CustomField", "relationshipName"): 40,
    ("Dashboard", "description"): 255,
    ("Dashboard", "title"): 80,
    ("FlexiPage", "description"): 255,
    ("FlexiPage", "masterLabel"): 80,
    ("Flow", "label"): 255,
    ("Flow", "name"): 80,
    ("Layout", "label"): 80,
    ("LightningComponentBundle", "masterLabel"): 80,
    ("ListView", "fullName"): 40,
    ("ListView", "label"): 40,
    ("PermissionSet", "description"): 255,
    ("PermissionSet", "label"): 80,
    ("Report", "description"): 255,
    ("Report", "name"): 40,
    ("ReportType", "description"): 255,
    ("ReportType", "label"): 50,
    ("ValidationRule", "description"): 255,
    ("ValidationRule", "errorMessage"): 255,
    ("ValidationRule", "fullName"): 40,
}
MOST_TRACKED, MOST_MASTERS, MOST_COLUMNS, MOST_FILTERS, MOST_COMPACT = 20, 2, 15, 10, 10
LONG_TEXT_OF_AN_OBJECT = 1_638_400
LONGEST_FORMULA = 3_900
FUNCTIONS = {"AND", "OR", "NOT", "IF", "ISBLANK", "ISNEW", "ISCHANGED", "ISPICKVAL", "TEXT", "TODAY", "LEFT",
             "BLANKVALUE"}  # fmt: skip
"""What our formulas use; a new one is looked up first, for not every function may stand in every formula."""

EVENTS_HOLD = {"Text", "LongTextArea", "Number", "Checkbox", "Date", "DateTime"}
SWITCHES_HOLD = EVENTS_HOLD | {"Picklist", "Email", "Percent", "Phone", "TextArea", "Url", "MetadataRelationship"}
NEWEST = "66.0"
"""The version in which `lightning/graphql` may change records."""


def faults(source: Source) -> list[str]:
    """Return everything that goes beyond what Salesforce takes, in sentences."""
    parts = (_together, _lengths, _counts, _kinds, _rules, _starts, _switches, _bundles)
    return [fault for part in parts for fault in part(source)]


def _named(element: Element) -> str:
    return str(element.tag).removeprefix(tag(""))


def _together(source: Source) -> Iterator[str]:
    """Yield elements apart from others of their name: `Element ... is duplicated at this location`."""
    for one in source.components:
        for element in one.root.iter():
            names = [_named(child) for child in element]
            groups = Counter(name for at, name in enumerate(names) if at == 0 or names[at - 1] != name)
            yield from (f"{one.name} has {name} in {n} places" for name, n in groups.items() if n > 1)


def _lengths(source: Source) -> Iterator[str]:
    for one in source.components:
        for element in one.root.iter():
            longest = LONGEST.get((one.kind.type, _named(element)))
            if longest is not None and len(element.text or "") > longest:
                yield f"{one.name} has a {_named(element)} of more than {longest} characters"


def _counts(source: Source) -> Iterator[str]:
    fields = source.of("CustomField")
    for name in sorted({str(one.object) for one in fields}):
        own = [one for one in fields if one.object == name]
        if sum(one.flag("trackHistory") for one in own) > MOST_TRACKED:
            yield f"{name} tracks more than {MOST_TRACKED} fields"
        if sum(one.say("type") == "MasterDetail" for one in own) > MOST_MASTERS:
            yield f"{name} has more than {MOST_MASTERS} masters"
        if (
            sum(int(one.say("length") or 0) for one in own if one.say("type") == "LongTextArea")
            > LONG_TEXT_OF_AN_OBJECT
        ):
            yield f"{name} has more long text than an object may"
    most = {
        "ListView": (("columns", MOST_COLUMNS), ("filters", MOST_FILTERS)),
        "CompactLayout": (("fields", MOST_COMPACT),),
    }
    for kind, limits in most.items():
        for one in source.of(kind):
            for part, number in limits:
                if len(one.root.findall(tag(part))) > number:
                    yield f"{one.name} has more than {number} {part}"


def _kinds(source: Source) -> Iterator[str]:
    for one in source.of("CustomField"):
        kind = str(one.say("type"))
        holds = {"__e": EVENTS_HOLD, "__mdt": SWITCHES_HOLD}.get(re.sub(r".*(__\w+)$", r"\1", str(one.object)))
        if holds is not None and kind not in holds:
            yield f"{one.name} is a {kind}, which {one.object} can't hold"
        if kind == "LongTextArea" and not 256 <= int(one.say("length") or 0) <= 131_072:
            yield f"{one.name} has an impossible length"
        if kind == "Lookup" and one.flag("required") and one.say("deleteConstraint") == "SetNull":
            yield f"{one.name} is required, so it can't be emptied when its target goes"
        values = [each.findtext(tag("fullName")) for each in one.root.iter(tag("value"))]
        yield from (f"{one.name} has the value {value} {n} times" for value, n in Counter(values).items() if n > 1)


def _formula(name: str, text: str) -> Iterator[str]:
    if len(text) > LONGEST_FORMULA:
        yield f"{name} has a formula of more than {LONGEST_FORMULA} characters"
    unknown = sorted(set(re.findall(r"\b([A-Z][A-Z0-9]+)\s*\(", text)) - FUNCTIONS)
    yield from (f"{name} uses {function}(), which nobody has looked up" for function in unknown)
    if text.count("(") != text.count(")"):
        yield f"{name} has a formula with a bracket too many"


def _rules(source: Source) -> Iterator[str]:
    for one in source.of("ValidationRule"):
        yield from _formula(one.name, one.say("errorConditionFormula") or "")
    for one in source.of("Flow"):
        for part in ("filterFormula", "expression"):
            for element in one.root.iter(tag(part)):
                yield from _formula(one.name, element.text or "")


def _starts(source: Source) -> Iterator[str]:
    """Yield what a flow asks of the past that its start doesn't know, and paths that don't fit."""
    for one in source.of("Flow"):
        start = one.root.find(tag("start"))
        if start is None:
            continue
        when, said = start.findtext(tag("recordTriggerType")) or "", "".join(one.root.itertext())
        delayed = start.find(tag("scheduledPaths")) is not None
        if "ISCHANGED(" in said and (when != "Update" or delayed):
            yield f"{one.name} asks ISCHANGED(), which it can't when it {'runs later' if delayed else 'also creates'}"
        if "$Record__Prior" in said and "Update" not in when:
            yield f"{one.name} asks for earlier values of a record that is new"
        if "$Record__Prior" in said and start.findtext(tag("doesRequireRecordChangedToMeetCriteria")) == "true":
            yield f"{one.name} asks for earlier values, which it can't when it runs only as criteria come true"
        outside = "".join(text for element in one.root if element is not start for text in element.itertext())
        if delayed and "$Record__Prior" in outside:
            yield f"{one.name} asks for earlier values after they are gone"
        if start.find(tag("filterFormula")) is not None and start.find(tag("filters")) is not None:
            yield f"{one.name} has both a formula and filters at its start"
        order = one.say("triggerOrder")
        if order is not None and not 1 <= int(order) <= 2000:
            yield f"{one.name} has an impossible trigger order"


def _switches(source: Source) -> Iterator[str]:
    """Yield references to switches outside the formulas of a flow: Flow Builder knows them there only."""
    for one in source.of("Flow"):
        for element in one.root.iter():
            if _named(element) != "expression" and "$CustomMetadata" in (element.text or ""):
                yield f"{one.name} names a switch in its {_named(element)}, not in a formula"


def _bundles(source: Source) -> Iterator[str]:
    for one in source.of("LightningComponentBundle"):
        said = b"".join(body for path, body in one.contents.items() if path.endswith(".js"))
        if b"lightning/graphql" in said and float(one.say("apiVersion") or 0) < float(NEWEST):
            yield f"{one.name} changes records by lightning/graphql, which needs version {NEWEST}"
        yield from _markup(one)


def _markup(one: Component) -> Iterator[str]:
    if not re.fullmatch(r"[a-z](?:[A-Za-z0-9]|_(?!_))*(?<!_)", one.name) or len(one.name) > 40:
        yield f"{one.name} is no name for a web component"
    for path, body in one.contents.items():
        if path.endswith(".html") and b"<template" not in body:
            yield f"{path} has no template"
