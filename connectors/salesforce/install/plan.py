"""What installing would do to this org: created, changed, removed, kept as its admins made it, left as it is."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from xml.etree.ElementTree import Element

from connectors.salesforce.install.metadata import tag
from connectors.salesforce.install.pieces import WHOLE, Piece
from connectors.salesforce.install.threeway import Comparison, Finding, Verdict


class Change(StrEnum):
    """What becomes of a component."""

    CREATED = "created"
    CHANGED = "changed"
    REMOVED = "removed"
    KEPT = "yours, kept"
    LEFT = "left"


@dataclass(frozen=True)
class Step:
    """One component of the plan; `why` says what differs."""

    change: Change
    type: str
    name: str
    why: str = ""


_KEPT = {Verdict.YOURS, Verdict.BOTH, Verdict.UNKNOWN}


def steps(comparisons: Iterable[Comparison], off: Collection[str] = (), on: Collection[str] = ()) -> tuple[Step, ...]:
    """Return the whole plan; a component of which a part changes and a part is kept has two steps.

    `off` are the flows that an admin switched off, `on` those that are there and will be switched on.
    """
    return tuple(step for one in comparisons for step in _steps(one, off, on))


def _steps(one: Comparison, off: Collection[str], on: Collection[str]) -> Iterator[Step]:
    kind, name = one.name
    if kind == "Flow" and name in off:
        yield Step(Change.KEPT, kind, name, "switched off in this org; it stays off")
        return
    if kind == "Flow" and name in on and one.there and not one.changes:
        yield Step(Change.CHANGED, kind, name, "inactive -> active")
        return
    kept = [finding for finding in one.findings if finding.verdict in _KEPT]
    if one.changes:
        yield Step(_change(one), *one.name, _why(one))
    if kept:
        yield Step(Change.KEPT, *one.name, _yours(one, kept))
    if not one.changes and not kept:
        retired = any(finding.verdict is Verdict.RETIRED for finding in one.findings)
        yield Step(Change.LEFT, *one.name, "no longer used by Success Vector; stays with its data" if retired else "")


def _change(one: Comparison) -> Change:
    if not one.there:
        return Change.CREATED
    return Change.REMOVED if one.removes else Change.CHANGED


def _why(one: Comparison) -> str:
    if not one.there:
        return "put back: it had been deleted, and the service needs it" if one.known else ""
    if one.removes:
        return ""
    return "; ".join(_brought(each) for each in one.findings if each.verdict.changes)


def _brought(each: Finding) -> str:
    reason = {
        Verdict.NEEDED: " (changed in this org, but the service needs ours)",
        Verdict.TAKEN: " (yours is replaced, as asked for by --take)",
    }.get(each.verdict, "")
    return f"{_difference(each, each.theirs, each.result)}{reason}"


def _difference(each: Finding, before: Piece | None, after: Piece | None) -> str:
    if each.name == WHOLE:
        return "our new version"
    if before is None:
        return f"{_named(each)} added"
    if after is None:
        return f"{_named(each)} removed"
    was, will = said(before), said(after)
    return f"{_named(each)} {was} -> {will}" if was and will and was != will else f"{_named(each)} changed"


def _yours(one: Comparison, kept: list[Finding]) -> str:
    if not one.there:
        return "deleted in this org; not brought again"
    if all(each.ours is None for each in one.findings):
        return "changed in this org; no longer part of Success Vector, so from now on it is only yours"
    said_of = {
        Verdict.YOURS: "changed in this org",
        Verdict.BOTH: "changed in this org and by us",
        Verdict.UNKNOWN: "differs from ours, and it isn't known who changed it",
    }
    parts = []
    for verdict, words in said_of.items():
        found = [each for each in kept if each.verdict is verdict]
        if found:
            told = "; ".join(filter(None, map(_edit, found)))
            parts.append(f"{words}: {told}" if told else words)
    return "; ".join(parts)


def _edit(each: Finding) -> str:
    """Return what an admin's edit says, beside ours."""
    if each.name == WHOLE:
        return ""
    if each.theirs is None:
        return f"{_named(each)} removed"
    if each.ours is None:
        return f"{_named(each)} added"
    has, ours = said(each.theirs), said(each.ours)
    return f"{_named(each)} is {has} (ours: {ours})" if has and ours and has != ours else _named(each)


_PARTS = {
    "applicationVisibilities": "app",
    "customPermissions": "custom permission",
    "fieldPermissions": "field",
    "flowAccesses": "flow",
    "inlineHelpText": "help text",
    "labels": "label",
    "objectPermissions": "object",
    "pluralLabel": "plural label",
    "tabSettings": "tab",
    "userPermissions": "permission",
    "valueSet": "picklist values",
}


def _named(each: Finding) -> str:
    """Return a piece's name as admins know it."""
    kind, _, name = each.name.partition(" ")
    return name if kind == "values" else f"{_PARTS.get(kind, kind)} {name}".rstrip()


def said(piece: Piece) -> str:
    """Return the value of a piece that has only one, shortened; nothing for any other."""
    elements = piece.elements
    if len(elements) != 1 or piece.files:
        return ""
    (element,) = elements
    value = element.find(tag("value"))
    text = (value.text if value is not None else element.text) or ""
    if len(element) and value is None:
        return _flags(element)
    return repr(text if len(text) <= 60 else f"{text[:57]}...")


def _flags(element: Element) -> str:
    children = [(str(child.tag).rpartition("}")[2], child.text or "") for child in element]
    return ", ".join(f"{name} {text}" for name, text in children if text in {"true", "false"})
