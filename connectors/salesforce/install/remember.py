"""What the org remembers of an installation: first what is under way, then what the org showed afterwards.

The first goes with the deployment itself, so there is no moment at which the org holds our components and doesn't know.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from connectors.salesforce.install.pieces import Components
from connectors.salesforce.install.record import UNSEEN, Marks, Record
from connectors.salesforce.install.threeway import MODEL, Comparison, Finding, Verdict


def under_way(comparisons: Iterable[Comparison], before: Record | None, version: str, api_version: str) -> Record:
    """Return the record that goes with a deployment: what it brings has not been looked at yet."""
    compared = tuple(comparisons)
    pieces = {one.name: _marks(one) for one in compared}
    brought = {one.name[1] for one in compared if one.name[0] == "Flow" and one.changes}
    on = (before.on if before else frozenset()) - brought
    return Record(version, api_version, {name: marks for name, marks in pieces.items() if marks}, on)


def _marks(one: Comparison) -> dict[str, Marks]:
    if not one.removes and one.name[0] not in MODEL and all(finding.ours is None for finding in one.findings):
        return {}  # Changed by an admin, and ours no more.
    found = {finding.name: _mark(finding, one) for finding in one.findings}
    return {name: marks for name, marks in found.items() if marks is not None}


def _mark(finding: Finding, one: Comparison) -> Marks | None:
    ours = finding.ours.mark if finding.ours else ""
    if finding.verdict in {Verdict.BROUGHT, Verdict.NEEDED, Verdict.TAKEN}:
        return Marks(ours, UNSEEN)
    if finding.verdict is Verdict.REMOVED:
        return finding.base if one.removes else None
    if finding.verdict is Verdict.SAME:
        return Marks(ours, finding.theirs.mark if finding.theirs else "")
    return finding.base


def looked_at(record: Record, comparisons: Iterable[Comparison], after: Components, on: Iterable[str]) -> Record:
    """Return the record with what the org shows of what was brought, removals left out, and the flows that are on."""
    pieces = dict(record.pieces)
    for one in comparisons:
        if one.removes:
            pieces.pop(one.name, None)
        elif one.changes:
            pieces[one.name] = _seen(record, one, after)
    return replace(record, pieces=pieces, on=frozenset(on))


def _seen(record: Record, one: Comparison, after: Components) -> dict[str, Marks]:
    marks = dict(record.pieces.get(one.name, {}))
    shown = after[one.name].pieces if one.name in after else {}
    for name, each in marks.items():
        if each.org == UNSEEN:
            marks[name] = Marks(each.shipped, shown[name].mark if name in shown else "")
    before = {finding.name for finding in one.findings}
    taken_for_granted = {name: Marks("", piece.mark) for name, piece in shown.items() if name not in before}
    return {**marks, **taken_for_granted}
