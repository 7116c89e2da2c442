"""Three-way comparison, a piece at a time: what we last shipped, what the org has now, what we ship now.

What an admin changed stays and is told, except where the service could not work then. Why: docs/adr/0015.
"""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass, replace
from enum import StrEnum
from fnmatch import fnmatchcase

from connectors.salesforce.install.metadata import ComponentName, tag
from connectors.salesforce.install.pieces import WHOLE, Components, Made, Piece, piece_of, says_all, with_pieces
from connectors.salesforce.install.record import UNSEEN, Marks, Record


class Verdict(StrEnum):
    """What becomes of one piece, and why."""

    SAME = "same"
    BROUGHT = "brought"
    REMOVED = "removed"
    YOURS = "yours"
    BOTH = "both changed"
    UNKNOWN = "unknown"
    NEEDED = "needed"
    TAKEN = "taken"
    RETIRED = "retired"

    @property
    def changes(self) -> bool:
        """Whether the org is changed by it."""
        return self in {Verdict.BROUGHT, Verdict.REMOVED, Verdict.NEEDED, Verdict.TAKEN}


@dataclass(frozen=True)
class Finding:
    """One piece: its content with us and in the org, what it becomes (None: nothing), and what was last shipped."""

    name: str
    verdict: Verdict
    ours: Piece | None
    theirs: Piece | None
    result: Piece | None
    base: Marks | None = None


@dataclass(frozen=True)
class Comparison:
    """One component: `made` says how it is written, `there` whether the org has it."""

    name: ComponentName
    made: Made
    findings: tuple[Finding, ...]
    there: bool
    known: bool

    @property
    def changes(self) -> bool:
        """Whether the org is changed."""
        return any(one.verdict.changes for one in self.findings)

    @property
    def removes(self) -> bool:
        """Whether nothing is left of the component."""
        return self.changes and all(one.result is None for one in self.findings)

    @property
    def result(self) -> Made:
        """The component as it will be."""
        return with_pieces(self.made, {one.name: one.result for one in self.findings if one.result is not None})


_WORDS = {"label", "pluralLabel", "inlineHelpText", "description", "nameField"}
_SIZES = {"length", "precision", "visibleLines"}
MODEL = frozenset({"CustomObject", "CustomField"})
"""What holds data, and so is never removed by an upgrade."""

_PROGRAM = {"CustomPermission", "LightningComponentBundle", "LightningMessageChannel"}
"""What other parts of the package call: kept as changed, but not in an old form beside new callers."""


@dataclass(frozen=True)
class Rules:
    """What must be ours: `always` names components that the service itself lives on; `take` is what was asked for."""

    always: frozenset[ComponentName] = frozenset()
    take: tuple[str, ...] = ()

    def needs(self, name: ComponentName, piece: str) -> bool:
        """Return whether ours wins where both sides have changed a piece, or it has gone."""
        return name in self.always or name[0] in _PROGRAM or (name[0] in MODEL and piece not in _WORDS)

    def takes(self, name: ComponentName) -> bool:
        """Return whether ours was asked for by `--take TYPE:NAME`; a star stands for any letters."""
        return any(fnmatchcase(f"{name[0]}:{name[1]}", wanted) for wanted in self.take)


def compare(ours: Components, theirs: Components, record: Record | None, rules: Rules) -> tuple[Comparison, ...]:
    """Return what becomes of every component that we ship or have shipped."""
    shipped = record.pieces if record else {}
    names = [*ours, *(name for name in shipped if name not in ours)]
    return tuple(
        _component(name, ours.get(name), theirs.get(name), shipped.get(name), rules)
        for name in names
        if name in ours or name in theirs
    )


def _component(
    name: ComponentName, ours: Made | None, theirs: Made | None, base: Mapping[str, Marks] | None, rules: Rules
) -> Comparison:
    made = ours or theirs
    assert made is not None  # noqa: S101 - every name is of one of them
    mine, has = (ours.pieces if ours else {}), (theirs.pieces if theirs else {})
    gone = base is not None and theirs is None
    back = gone and (rules.takes(name) or rules.needs(name, WHOLE))
    known = {} if base is None or back else base
    findings = []
    for piece in dict.fromkeys((*mine, *has)):
        if name[0] == "CustomLabels" and piece not in mine and piece not in known:
            continue  # The file holds all labels of the org, and most of them are none of our business.
        sides = _Sides(mine.get(piece), has.get(piece), known.get(piece))
        if gone and not back:
            findings.append(Finding(piece, Verdict.YOURS, sides.ours, None, None, sides.base))
        elif ours is None and name[0] in MODEL:
            findings.append(Finding(piece, Verdict.RETIRED, None, sides.theirs, sides.theirs, sides.base))
        else:
            findings.append(_finding(name, piece, sides, rules, fresh=base is None))
    return Comparison(name, made, tuple(findings), theirs is not None, base is not None)


@dataclass(frozen=True)
class _Sides:
    ours: Piece | None
    theirs: Piece | None
    base: Marks | None

    @property
    def agree(self) -> bool:
        """Whether the org has all that we ship."""
        if self.ours is None or self.theirs is None:
            return self.ours is self.theirs
        return self.ours.mark == self.theirs.mark or says_all(self.theirs, self.ours)

    def settled(self) -> Marks | None:
        """Return the base; of a deployment that nobody looked at afterwards, what the org shows if it is what came."""
        if self.base is None or self.base.org != UNSEEN:
            return self.base
        mine, has = (self.ours.mark if self.ours else ""), (self.theirs.mark if self.theirs else "")
        came = has == self.base.shipped or not has or (mine == self.base.shipped and self.agree)
        return Marks(self.base.shipped, has if came else self.base.shipped)


def _finding(name: ComponentName, piece: str, sides: _Sides, rules: Rules, *, fresh: bool) -> Finding:
    verdict = _verdict(name, piece, sides, rules, fresh=fresh)
    result = sides.theirs
    if verdict in {Verdict.BROUGHT, Verdict.NEEDED, Verdict.TAKEN}:
        result = sides.ours
    if verdict is Verdict.REMOVED:
        result = None
    if piece == "valueSet" and sides.ours and sides.theirs:
        return replace(_values(sides, verdict), base=sides.settled())
    return Finding(piece, verdict, sides.ours, sides.theirs, result, sides.settled())


def _verdict(name: ComponentName, piece: str, sides: _Sides, rules: Rules, *, fresh: bool) -> Verdict:
    base = sides.settled()
    mine, has = (sides.ours.mark if sides.ours else ""), (sides.theirs.mark if sides.theirs else "")
    if base is None and sides.ours is None:
        return Verdict.SAME if fresh else Verdict.YOURS
    if mine == has or (base is None and sides.agree):
        return Verdict.SAME
    changed_here = base is None or mine != base.shipped
    if (base is None and not has) or (base is not None and has == base.org):
        return _brings(sides) if changed_here else Verdict.SAME
    return _both(name, piece, sides, rules, base, changed_here=changed_here)


def _brings(sides: _Sides) -> Verdict:
    return Verdict.BROUGHT if sides.ours else Verdict.REMOVED


def _both(
    name: ComponentName, piece: str, sides: _Sides, rules: Rules, base: Marks | None, *, changed_here: bool
) -> Verdict:
    """Return what becomes of a piece that the org has otherwise than we left it."""
    if rules.takes(name):
        return Verdict.TAKEN
    forced = rules.needs(name, piece) and (changed_here or sides.theirs is None) and not _wide_enough(piece, sides)
    lived_on = name in rules.always and not sides.agree
    if sides.ours is not None and (forced or lived_on):
        return Verdict.NEEDED
    if base is None:
        return Verdict.UNKNOWN
    return Verdict.BOTH if changed_here else Verdict.YOURS


def _wide_enough(piece: str, sides: _Sides) -> bool:
    """Return whether the org's size holds all that ours does: sizes are never taken back."""
    if piece not in _SIZES or sides.ours is None or sides.theirs is None:
        return False
    mine, has = (each.elements[0].text or "" for each in (sides.ours, sides.theirs))
    return mine.isdigit() and has.isdigit() and int(has) >= int(mine)


_DEFINITION = tag("valueSetDefinition")
_VALUE = f"{_DEFINITION}/{tag('value')}"


def _values(sides: _Sides, verdict: Verdict) -> Finding:
    """Join the values of a picklist: ours are always there, and what an admin added stays."""
    assert sides.ours is not None and sides.theirs is not None  # noqa: S101, PT018 - the caller has looked
    ours, theirs = sides.ours.elements[0], sides.theirs.elements[0]
    names = {one.findtext(tag("fullName")) for one in theirs.iterfind(_VALUE)}
    missing = [one for one in ours.iterfind(_VALUE) if one.findtext(tag("fullName")) not in names]
    added = len(names) + len(missing) > len(list(ours.iterfind(_VALUE)))
    if missing and added:
        joined = deepcopy(theirs)
        for definition in joined.iterfind(_DEFINITION):
            definition.extend(missing)
        return Finding("valueSet", Verdict.NEEDED, sides.ours, sides.theirs, piece_of((joined,)))
    if missing:
        return Finding("valueSet", Verdict.BROUGHT, sides.ours, sides.theirs, sides.ours)
    if verdict.changes and added:
        return Finding("valueSet", Verdict.YOURS, sides.ours, sides.theirs, sides.theirs)
    result = sides.ours if verdict.changes else sides.theirs
    return Finding("valueSet", verdict, sides.ours, sides.theirs, result)
