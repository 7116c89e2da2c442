"""Engagement against context: how often we meet, beside what we learned of those we meet. A view, never credit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from plugin.domain.engagement_mix import BOTH, CONTEXT_ONLY, ENGAGEMENT_ONLY, Interaction

READING, REACHED = "reading", "milestone reached"
"""What is learned of a member beside context events."""


@dataclass(frozen=True)
class Learned:
    """One thing that was learned: of whom, whose member, in which segment; `kind` is a context event's, or as above."""

    member: str
    msm: str
    segment: str
    kind: str


@dataclass(frozen=True)
class Bond:
    """A current member, whose it is, in which segment, and what the relationship is made of."""

    member: str
    msm: str
    segment: str
    made_of: str


@dataclass(frozen=True)
class Against:
    """A group's engagements beside its context; `learned` by kind, `made_of` counts members by their relationship."""

    name: str
    members: int
    engagements: int
    learned: Mapping[str, int]
    made_of: Mapping[str, int]

    @property
    def known(self) -> Fraction | None:
        """The share of the members we meet of whom something was learned; None where we meet nobody."""
        met = self.made_of.get(BOTH, 0) + self.made_of.get(ENGAGEMENT_ONLY, 0)
        return Fraction(self.made_of.get(BOTH, 0), met) if met else None

    @property
    def remark(self) -> str:
        """What stands out, if anything does."""
        said = []
        if self.known is not None and self.known < Fraction(1, 2):
            said.append("we meet most of them and learn nothing: ask where they stand")
        if self.made_of.get(CONTEXT_ONLY, 0) * 2 > self.members:
            said.append("we know most of them and never meet: use what we know")
        return "; ".join(said)


def against_context(
    bonds: Iterable[Bond],
    interactions: Iterable[Interaction],
    learned: Iterable[Learned],
    group: Callable[[Bond | Interaction | Learned], str],
) -> list[Against]:
    """Return each group's engagements beside what was learned, in order of name; every member counts once."""
    members, met, kinds = Counter[str](), Counter[str](), Counter[tuple[str, str]]()
    made_of = Counter[tuple[str, str]]()
    for bond in bonds:
        members[group(bond)] += 1
        made_of[group(bond), bond.made_of] += 1
    met.update(group(one) for one in interactions)
    kinds.update((group(one), one.kind) for one in learned)
    names = sorted({*members, *met, *(name for name, _ in kinds)})
    return [Against(name, members[name], met[name], _of(name, kinds), _of(name, made_of)) for name in names]


def _of(name: str, counted: Counter[tuple[str, str]]) -> dict[str, int]:
    return {kind: count for (group, kind), count in sorted(counted.items()) if group == name}
