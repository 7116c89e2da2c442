"""What installing would do to this org: created, changed, left as it is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from connectors.salesforce.install.activate import FlowState
from connectors.salesforce.install.metadata import tag
from connectors.salesforce.install.notify import Notice
from connectors.salesforce.install.org import Described, Org
from connectors.salesforce.install.source import Component, Source


class Change(StrEnum):
    """What becomes of a component."""

    CREATED = "created"
    CHANGED = "changed"
    LEFT = "left"


@dataclass(frozen=True)
class Step:
    """One component of the plan; `why` says what differs."""

    change: Change
    type: str
    name: str
    why: str = ""


_DESCRIBED_TYPE = {
    "Text": "string",
    "LongTextArea": "textarea",
    "Number": "double",
    "Currency": "currency",
    "Checkbox": "boolean",
    "Date": "date",
    "Picklist": "picklist",
    "Lookup": "reference",
    "MasterDetail": "reference",
}


def steps(
    source: Source, org: Org, permission_sets: Sequence[str], notices: Sequence[Notice], flows: Sequence[FlowState]
) -> tuple[Step, ...]:
    """Return the whole plan. `permission_sets` and `flows` are those that there are, as they are."""
    return (
        *_objects(source, org),
        *_fields(source, org),
        *_others(source, permission_sets),
        *_flows(notices, flows),
        *_own_flows(source, flows),
    )


def _objects(source: Source, org: Org) -> Iterator[Step]:
    for one in source.of("CustomObject"):
        label = org.labels.get(one.name)
        differs = f"label {label!r} -> {one.say('label')!r}" if label not in {None, one.say("label")} else ""
        yield Step(_change(label is not None, differs), "CustomObject", one.name, differs)


def _fields(source: Source, org: Org) -> Iterator[Step]:
    for one in source.of("CustomField"):
        owner, _, name = one.name.partition(".")
        described = org.fields.get("Task" if owner == "Activity" else owner, {}).get(name)
        differs = "; ".join(differences(one, described)) if described else ""
        yield Step(_change(described is not None, differs), "CustomField", one.name, differs)


def _change(there: bool, differs: str) -> Change:
    if not there:
        return Change.CREATED
    return Change.CHANGED if differs else Change.LEFT


def differences(field: Component, described: Described) -> Iterator[str]:
    """Yield what a field's describe has otherwise than its source."""
    for what, ours, theirs in _compared(field, described):
        if ours != theirs:
            yield f"{what} {_shown(theirs)} -> {_shown(ours)}"


def _compared(field: Component, described: Described) -> Iterator[tuple[str, Any, Any]]:
    kind = field.say("type") or ""
    yield "type", _DESCRIBED_TYPE.get(kind, kind), described["type"]
    yield "label", field.say("label"), described["label"]
    yield "help text", field.say("inlineHelpText"), described.get("inlineHelpText")
    if kind in {"Text", "LongTextArea"}:
        yield "length", int(field.say("length") or 0), described["length"]
    if kind in {"Number", "Currency"}:
        yield "precision", int(field.say("precision") or 0), described["precision"]
        yield "decimals", int(field.say("scale") or 0), described["scale"]
    if kind in {"Lookup", "MasterDetail"}:
        yield "refers to", [field.say("referenceTo")], list(described["referenceTo"])
    if kind == "Picklist":
        path = "/".join(tag(part) for part in ("valueSet", "valueSetDefinition", "value", "fullName"))
        values = [one["value"] for one in described["picklistValues"] if one.get("active", True)]
        yield "values", [one.text for one in field.root.iterfind(path)], values
    yield "unique", field.flag("unique"), bool(described.get("unique"))


def _shown(value: object) -> str:
    text = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    return text if len(text) <= 60 else f"{text[:57]}..."


def _others(source: Source, permission_sets: Sequence[str]) -> Iterator[Step]:
    """Yield what no describe shows: Salesforce itself finds out whether it differs, and tells after deploying."""
    for one in source.of("PermissionSet"):
        there = one.name in permission_sets
        yield Step(Change.LEFT if there else Change.CREATED, "PermissionSet", one.name)


def _flows(notices: Sequence[Notice], states: Sequence[FlowState]) -> Iterator[Step]:
    by_name = {state.name: state for state in states}
    for name in (name for notice in notices for name in notice.flows):
        state = by_name.get(name)
        differs = "" if state is None or state.active else "inactive -> active"
        yield Step(_change(state is not None, differs), "Flow", name, differs)


def _own_flows(source: Source, states: Sequence[FlowState]) -> Iterator[Step]:
    """Yield the package's flows. One that is switched off was switched off by an admin, and stays so."""
    by_name = {state.name: state for state in states}
    for one in source.of("Flow"):
        state = by_name.get(one.name)
        off = state is not None and state.active_version is None
        yield Step(_change(state is not None, ""), "Flow", one.name, "switched off; left as it is" if off else "")
