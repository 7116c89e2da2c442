"""One row of theirs against one record of ours: every mapped field merged. Pure."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from connectors.base import ObjectSchema, Row
from mappings.model import Canonical, Direction, FieldMap, Source
from plugin.sync.merge import MISSING, Merged, Sides, Value, Verdict, Why, three_way
from plugin.sync.normal import normal


@dataclass(frozen=True)
class Agreement:
    """What a link remembers, as far as a merge needs it: see `plugin.store.links.Link`.

    `read_until` is when, by their clock, our last read surely still saw the shadow; `seen_at` says so of held fields.
    `doubt` is how far their stamps may be off when compared with a moment of ours; `stuck` are the fields that
    stay with a person whatever is read, and why, `settled` those that one has decided on; `landed` says that the answer
    to the last push was heard. The read is
    `perhaps_before` it. Of `undecided` fields nobody could tell who was later: both values, theirs first.
    """

    shadow: Mapping[str, Value] = field(default_factory=dict)
    sent: Mapping[str, Value] | None = None
    stamp: datetime | None = None
    read_until: datetime | None = None
    seen_at: Mapping[str, datetime | None] = field(default_factory=dict)
    doubt: timedelta = timedelta()
    stuck: Mapping[str, Why] = field(default_factory=dict)
    undecided: Mapping[str, tuple[Value, Value]] = field(default_factory=dict)
    settled: frozenset[str] = frozenset()
    landed: bool = False
    perhaps_before: bool = False


@dataclass(frozen=True)
class Changed:
    """When a value of ours was set, by the other side's clock; at the latest then if it is not `exact`.

    Another system tells only when a record changed, so of what came from there nobody knows that it is later.
    """

    at: datetime
    exact: bool = True


@dataclass(frozen=True)
class RowMerge:
    """What follows from one read: fields that become ours, the new shadow, and the verdict on every field.

    `theirs` and `ours` are what both sides held; `held` are the fields that wait for a person, and why.
    """

    taken: tuple[str, ...]
    shadow: dict[str, Value]
    verdicts: dict[str, Verdict]
    theirs: dict[str, Value]
    ours: Mapping[str, Value]
    held: Mapping[str, Why] = field(default_factory=dict)

    def any(self, verdict: Verdict) -> bool:
        """Return whether some field got that verdict."""
        return verdict in self.verdicts.values()

    def holding(self, names: Collection[str], why: Why, shadow: Mapping[str, Value]) -> RowMerge:
        """Return the same with these fields left to a person instead; what was agreed on stays as in `shadow`."""
        untouched = self._untouched(names, Verdict.HOLD, shadow)
        return replace(untouched, held={**self.held, **dict.fromkeys(names, why)})

    def awaiting(self, names: Collection[str], shadow: Mapping[str, Value]) -> RowMerge:
        """Return the same with these fields to be read again instead; what was agreed on stays as in `shadow`."""
        return self._untouched(names, Verdict.WAIT, shadow)

    def _untouched(self, names: Collection[str], verdict: Verdict, shadow: Mapping[str, Value]) -> RowMerge:
        kept = {name: value for name, value in self.shadow.items() if name not in names}
        return replace(
            self,
            taken=tuple(name for name in self.taken if name not in names),
            shadow=kept | {name: shadow[name] for name in names if name in shadow},
            verdicts=self.verdicts | dict.fromkeys(names, verdict),
        )


def theirs_normal(source: Source, schema: ObjectSchema, row: Row, canonical: Canonical) -> dict[str, Value]:
    """Return the row's inbound fields and references in normal form, by our names; what wasn't read is left out."""
    result: dict[str, Value] = {
        ours: normal(row.values[line.theirs], schema.fields[line.theirs], fits=False)
        for ours, line in source.inbound.items()
        if line.theirs in row.values
    }
    result.update({ours: found[1] if found else None for ours, found in canonical.references.items()})
    return result


def ours_normal(
    source: Source, schema: ObjectSchema, values: Mapping[str, object], references: Mapping[str, str | None]
) -> dict[str, Value]:
    """Return our values in the form that they would have over there if they fit, by our names.

    `references` holds the other side's ids.
    """
    result: dict[str, Value] = {}
    for ours, line in source.fields.items():
        if ours in values and line.theirs in schema.fields:
            result[ours] = normal(line.to_theirs(values[ours]), schema.fields[line.theirs], fits=False)
    for ours in source.references:
        if ours in references:
            result[ours] = references[ours]
    return result


def merge_row(
    source: Source,
    row: Row,
    theirs: Mapping[str, Value],
    ours: Mapping[str, Value],
    agreed: Agreement,
    ours_changed_at: Callable[[str], Changed | None],
) -> RowMerge:
    """Merge every field that was read; see `plugin.sync.merge` for the rules."""
    shadow: dict[str, Value] = dict(agreed.shadow)
    verdicts: dict[str, Verdict] = {}
    held: dict[str, Why] = {}
    for name, value in theirs.items():
        sides = Sides(
            theirs=value,
            ours=ours.get(name),
            shadow=agreed.shadow.get(name, MISSING),
            sent=agreed.sent.get(name, MISSING) if agreed.sent else MISSING,
            landed=agreed.landed,
            perhaps_before=agreed.perhaps_before,
            stuck=agreed.stuck.get(name),
            settled=name in agreed.settled,
            stamp_moved=row.stamp != agreed.stamp,
            theirs_changed_at=row.modified_at + agreed.doubt,
            shadow_seen_at=agreed.seen_at.get(name, agreed.read_until),
        )
        merged = _merge_field(sides, source, name, agreed, ours_changed_at)
        verdicts[name] = merged.verdict
        held |= {name: merged.why} if merged.why else {}
        if merged.shadow is not MISSING:
            shadow[name] = merged.shadow  # type: ignore[assignment]
    taken = tuple(name for name, verdict in verdicts.items() if verdict is Verdict.TAKE)
    return RowMerge(taken, shadow, verdicts, dict(theirs), ours, held)


def _merge_field(
    sides: Sides, source: Source, name: str, agreed: Agreement, ours_changed_at: Callable[[str], Changed | None]
) -> Merged:
    line: FieldMap | None = source.fields.get(name)
    if (line.direction if line else source.direction) is Direction.IN:
        return _inward(sides)
    policy = line.policy if line else source.policy
    merged = three_way(sides, policy)
    # Some reads are timed more exactly than others: what a person was asked stays theirs while both values stand.
    asked = agreed.undecided.get(name) == (sides.theirs, sides.ours)
    if merged.why is Why.UNDECIDED and not asked:
        ours = ours_changed_at(name)
        theirs_at = sides.theirs_changed_at if ours and ours.exact else None
        return three_way(replace(sides, ours_changed_at=ours.at if ours else None, theirs_changed_at=theirs_at), policy)
    return merged


def _inward(sides: Sides) -> Merged:
    """A field that is only read: their changes come in, and what we have is never asserted."""
    changed = sides.theirs not in (sides.shadow, sides.ours)
    return Merged(Verdict.TAKE if changed else Verdict.AGREED, sides.theirs)
