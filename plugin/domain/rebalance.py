"""Rebalancing: which members to hand over so that everybody's load is as near to equal as whole members allow.

An integer program, solved by SciPy's HiGHS. Members of one owner that take the same hours are alike to it, so its size
grows with people and kinds of members, not with members: it counts how many of a kind go and come. Of those alike, the
ones that were owned for the shortest time go.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp  # type: ignore[import-untyped]
from scipy.sparse import coo_array, vstack  # type: ignore[import-untyped]

from plugin.domain.capacity import Capacity, Msm, Served, Team, capacity
from plugin.domain.dated import Floats

SECONDS = 30
"""How long each of the two searches may take; what was found by then is good, if not proven the best."""
PROVEN = 0.002
TINY = 1e-9

Kind = tuple[int, float]
"""A person by number, and the hours a month that each of these members takes."""


@dataclass(frozen=True)
class Move:
    """A member that is handed over."""

    member: str
    name: str
    giver: str
    taker: str
    hours: float


@dataclass(frozen=True)
class Rebalanced:
    """The moves, and the loads before and after them; what shortage remains is told by `after.shortage`."""

    moves: tuple[Move, ...]
    before: Capacity
    after: Capacity


def rebalance(served: Iterable[Served], team: Team, near: float = 0.0) -> Rebalanced:
    """Return the fewest moves that make loads as equal as whole members allow; never a higher highest load.

    With `near`, loads may differ by so much more than they need to, each way, where that saves moves. Members of
    a pooled segment, and those that nobody of the team owns, stay where they are.
    """
    everybody = list(served)
    before = capacity(everybody, team)
    kinds = _kinds(everybody, team)
    if len(team.msms) < 2 or not kinds:
        return Rebalanced((), before, before)
    program = _Program(team.msms, {kind: len(rows) for kind, rows in kinds.items()}, before.highest)
    moves = _moves(kinds, program.solve(near), team.msms)
    takers = {move.member: move.taker for move in moves}
    after = capacity((replace(one, owner=takers.get(one.member, one.owner)) for one in everybody), team)
    if after.highest > before.highest + TINY:
        return Rebalanced((), before, before)
    return Rebalanced(tuple(moves), before, after)


def _kinds(served: Sequence[Served], team: Team) -> dict[Kind, list[Served]]:
    """Return the members that can move, the ones owned for the shortest time first."""
    number = {msm.name: place for place, msm in enumerate(team.msms)}
    kinds: dict[Kind, list[Served]] = defaultdict(list)
    for one in served:
        if one.owner in number and team.pool_of(one.segment) is None and one.hours > 0:
            kinds[number[one.owner], one.hours].append(one)
    for rows in kinds.values():
        rows.sort(key=lambda one: ((one.owned_since or date.min).toordinal(), one.member), reverse=True)
    return kinds


class _Program:
    """How many members of each kind go from their owner, and come to each person.

    The variables: going per kind, coming per person and number of hours, then the highest and the lowest load.
    """

    def __init__(self, msms: Sequence[Msm], counts: dict[Kind, int], highest: float) -> None:
        self.kinds = sorted(counts)
        self.sizes = sorted({hours for _, hours in self.kinds})
        self.counts = np.array([counts[kind] for kind in self.kinds], float)
        self.usable = np.array([msm.usable for msm in msms])
        self.highest = highest
        self.coming = [(person, hours) for person in range(len(msms)) for hours in self.sizes]
        self.variables = len(self.kinds) + len(self.coming) + 2

    def solve(self, near: float) -> dict[Kind, int]:
        """Return how many more (or fewer) of each kind a person has afterwards; nothing where no way is better."""
        even = np.zeros(self.variables)
        even[-2:] = 2.0, -1.0
        first = self._minimise(even, 0.0, self.highest)
        if first is None:
            return {}
        fewest = np.zeros(self.variables)
        fewest[: len(self.kinds)] = 1.0
        second = self._minimise(fewest, first[-1] - near - TINY, min(first[-2] + near + TINY, self.highest))
        found = first if second is None else second
        change: dict[Kind, int] = defaultdict(int)
        for kind, count in zip([*self.kinds, *self.coming], np.rint(found[:-2]).astype(int).tolist(), strict=True):
            change[kind] += count
        for kind, count in zip(self.kinds, np.rint(found[: len(self.kinds)]).astype(int).tolist(), strict=True):
            change[kind] -= 2 * count
        return change

    def _minimise(self, cost: Floats, lowest: float, highest: float) -> Floats | None:
        going, coming = len(self.kinds), len(self.coming)
        total = {
            size: sum(n for (_, h), n in zip(self.kinds, self.counts, strict=True) if h == size) for size in self.sizes
        }
        upper = np.concatenate((self.counts, [total[hours] for _, hours in self.coming], [highest, highest]))
        lower = np.concatenate((np.zeros(going + coming), [max(lowest, 0.0)] * 2))
        whole = np.concatenate((np.ones(going + coming), [0, 0]))
        answer = milp(
            cost,
            integrality=whole,
            bounds=Bounds(lower, np.maximum(upper, lower)),
            constraints=self._constraints(),
            options={"time_limit": SECONDS, "mip_rel_gap": PROVEN},
        )
        return None if answer.x is None else np.asarray(answer.x, float)

    def _constraints(self) -> LinearConstraint:
        """Return: of every size as many come as go; every load lies between the lowest and the highest."""
        people, places = len(self.usable), [*self.kinds, *self.coming]
        sign = np.concatenate((-np.ones(len(self.kinds)), np.ones(len(self.coming))))
        column = np.arange(len(places))
        size = np.array([self.sizes.index(hours) for _, hours in places])
        person = np.array([who for who, _ in places])
        share = sign * np.array([hours for _, hours in places]) / self.usable[person]
        flow = coo_array((sign, (size, column)), shape=(len(self.sizes), self.variables))
        now = np.bincount(
            [who for who, _ in self.kinds],
            weights=[hours * n for (_, hours), n in zip(self.kinds, self.counts, strict=True)],
            minlength=people,
        )
        rows = []
        for bound in (-2, -1):
            limit = (-np.ones(people), (np.arange(people), np.full(people, self.variables + bound)))
            loads = coo_array((share, (person, column)), shape=(people, self.variables))
            rows.append(loads + coo_array(limit, shape=(people, self.variables)))
        load, nothing = now / self.usable, np.zeros(len(self.sizes))
        return LinearConstraint(
            vstack([flow, *rows]),
            np.concatenate((nothing, np.full(people, -np.inf), -load)),
            np.concatenate((nothing, -load, np.full(people, np.inf))),
        )


def _moves(kinds: dict[Kind, list[Served]], change: dict[Kind, int], msms: Sequence[Msm]) -> list[Move]:
    """Return who goes to whom: of every size those that go, in turn to those that take."""
    moves = []
    for size in sorted({hours for _, hours in change}):
        going = [
            (person, one)
            for (person, hours), count in sorted(change.items())
            if hours == size and count < 0
            for one in kinds[person, hours][:-count]
        ]
        takers = [
            person
            for (person, hours), count in sorted(change.items())
            if hours == size and count > 0
            for _ in range(count)
        ]
        moves += [
            Move(one.member, one.name, msms[giver].name, msms[taker].name, one.hours)
            for (giver, one), taker in zip(going, takers, strict=True)
        ]
    return moves
