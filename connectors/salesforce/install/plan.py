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
        yield Step(Change.KEPT, kind, name, f"switched off in this org. To switch it on with ours: --take Flow:{name}")
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
        return "no longer part of Success Vector"
    return "; ".join(_brought(each) for each in one.findings if each.verdict.changes)


def _brought(each: Finding) -> str:
    reason = {
        Verdict.NEEDED: " (changed in this org, but the service needs ours)",
        Verdict.TAKEN: " (yours is replaced, as asked for by --take)",
    }.get(each.verdict, "")
    return f"{_difference(each, each.theirs, each.result)}{reason}"


def _difference(each: Finding, before: Piece | None, after: Piece | None) -> str:
    if each.name == WHOLE:
        return "new content"
    if before is None:
        return f"{each.name} added"
    if after is None:
        return f"{each.name} removed"
    was, will = said(before), said(after)
    return f"{each.name} {was} -> {will}" if was and will and was != will else f"{each.name} changed"


def _yours(one: Comparison, kept: list[Finding]) -> str:
    if not one.there:
        return f"deleted in this org; not brought again. To have it back: --take {one.name[0]}:{one.name[1]}"
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
    hint = f". To take ours instead: --take {one.name[0]}:{one.name[1]}" if _offers(kept) else ""
    return "; ".join(parts) + hint


def _offers(kept: list[Finding]) -> bool:
    return any(each.ours is not None for each in kept)


def _edit(each: Finding) -> str:
    """Return what an admin's edit says, beside ours."""
    if each.name == WHOLE:
        return ""
    if each.theirs is None:
        return f"{each.name} removed"
    if each.ours is None:
        return f"{each.name} added"
    has, ours = said(each.theirs), said(each.ours)
    return f"{each.name} is {has} (ours: {ours})" if has and ours and has != ours else each.name


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
