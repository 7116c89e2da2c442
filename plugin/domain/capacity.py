"""Capacity: how many hours a month members call for, and how many of them the people who serve them have."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from math import ceil

from plugin.domain.shares import percent


@dataclass(frozen=True)
class Msm:
    """A member success manager, by the name the members' records have; `hours` a month, `overhead` a share of them."""

    name: str
    hours: float
    overhead: float = 0.0

    @property
    def usable(self) -> float:
        """The hours a month that are left for members."""
        return self.hours * (1 - self.overhead)


@dataclass(frozen=True)
class Pool:
    """People who serve the members of some segments together; without `hours` its load can't be told."""

    name: str
    segments: tuple[str, ...]
    hours: float | None = None
    overhead: float = 0.0

    @property
    def usable(self) -> float | None:
        """The hours a month that are left for members."""
        return None if self.hours is None else self.hours * (1 - self.overhead)


@dataclass(frozen=True)
class Team:
    """Who serves members, and the hours a member and month that each segment takes, by lifecycle stage.

    `hours[segment][stage]` goes before `hours[segment][""]`, which holds for the stages that are not named.
    """

    msms: tuple[Msm, ...]
    pools: tuple[Pool, ...] = ()
    hours: Mapping[str, Mapping[str, float]] = field(default_factory=dict)

    def hours_of(self, segment: str, stage: str) -> float | None:
        """Return the hours a month that a member of this segment takes in this stage; None where nobody said."""
        by_stage = self.hours.get(segment, {})
        return by_stage.get(stage, by_stage.get(""))

    def pool_of(self, segment: str) -> Pool | None:
        """Return the pool that serves a segment, if one does."""
        return next((pool for pool in self.pools if segment in pool.segments), None)


@dataclass(frozen=True)
class Served:
    """A member as work: who owns it (since when), its segment, and the `hours` a month that takes.

    `called_for` are the hours that the segment by the rules would take, where they are known.
    """

    member: str
    name: str
    owner: str | None
    segment: str
    hours: float
    owned_since: date | None = None
    called_for: float | None = None


@dataclass(frozen=True)
class Load:
    """What a person or a pool has to do: `load` is hours / usable hours, None for a pool without hours."""

    name: str
    pool: bool
    members: int
    hours: float
    usable: float | None

    @property
    def load(self) -> float | None:
        """The share of the usable hours that the members call for; above 1 they are not served as agreed."""
        return None if self.usable is None else self.hours / self.usable

    @property
    def spare(self) -> float:
        """The hours a month that nobody calls for: members could be served by fewer, or more of them."""
        return max(0.0, (self.usable or 0.0) - self.hours)


@dataclass(frozen=True)
class SegmentHours:
    """What a segment costs to serve: hours a month, and how many of them are more than the members' way calls for."""

    segment: str
    members: int
    hours: float
    over: float


@dataclass(frozen=True)
class Capacity:
    """Loads, the fullest first; hours by segment; and the members without anybody in the team to serve them."""

    loads: tuple[Load, ...]
    segments: tuple[SegmentHours, ...]
    nobody: tuple[Served, ...]

    @property
    def highest(self) -> float:
        """The highest load of a person; 0 without any."""
        return max((load.load or 0.0 for load in self.loads if not load.pool), default=0.0)

    @property
    def hours(self) -> float:
        """The hours a month that the people's members call for."""
        return sum(load.hours for load in self.loads if not load.pool)

    @property
    def usable(self) -> float:
        """The hours a month that the people have."""
        return sum(load.usable or 0.0 for load in self.loads if not load.pool)

    @property
    def shortage(self) -> str:
        """What remains to be decided however the members are shared out; empty where there is enough."""
        short, people = self.hours - self.usable, [load for load in self.loads if not load.pool]
        if short <= 0 or not people:
            return ""
        each = self.usable / len(people)
        hire, fewer = ceil(short / each - 1e-9), percent(short / self.hours)
        return (
            f"{self.hours:,.0f} hours a month are called for and {self.usable:,.0f} are there: {short:,.0f} short, at "
            f"{percent(self.hours / self.usable)} on average. Hire {hire} {'person' if hire == 1 else 'people'} with "
            f"{each:,.0f} hours each, or change coverage so that members take {fewer} fewer hours."
        )


def capacity(served: Iterable[Served], team: Team) -> Capacity:
    """Return the loads of a team: a pooled segment loads its pool, every other member its owner."""
    people, pools = {msm.name: msm for msm in team.msms}, {pool.name: pool for pool in team.pools}
    of_people: dict[str, list[Served]] = {name: [] for name in people}
    of_pools: dict[str, list[Served]] = {name: [] for name in pools}
    segments: dict[str, list[Served]] = defaultdict(list)
    nobody = []
    for one in served:
        segments[one.segment].append(one)
        pool = team.pool_of(one.segment)
        if pool is not None:
            of_pools[pool.name].append(one)
        elif one.owner in people:
            of_people[one.owner or ""].append(one)
        else:
            nobody.append(one)
    loads = [Load(name, False, len(rows), _hours(rows), people[name].usable) for name, rows in of_people.items()]
    loads += [Load(name, True, len(rows), _hours(rows), pools[name].usable) for name, rows in of_pools.items()]
    loads.sort(key=lambda load: (load.pool, -(load.load or 0.0), load.name))
    return Capacity(
        tuple(loads),
        tuple(SegmentHours(name, len(rows), _hours(rows), _over(rows)) for name, rows in sorted(segments.items())),
        tuple(nobody),
    )


def _hours(served: Sequence[Served]) -> float:
    return sum(one.hours for one in served)


def _over(served: Sequence[Served]) -> float:
    return sum(max(0.0, one.hours - one.called_for) for one in served if one.called_for is not None)
