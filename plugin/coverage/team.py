"""Reading a team file: who serves members, with how many hours, and what a member of each segment takes."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

from pydantic import Field

from mappings.toml_file import Table, read_tables
from plugin.domain.appropriate_experience import STAGES
from plugin.domain.capacity import Msm, Pool, Team
from plugin.errors import Problem, Problems

ASSUMED = Msm("", 120.0, 0.25)
"""The hours a month of everyone, and the share of them that members don't get, where no team file says."""
Hours = Annotated[float, Field(gt=0, le=744)]
Overhead = Annotated[float, Field(ge=0, lt=1)]
Name = Annotated[str, Field(min_length=1)]
PerMember = Annotated[float, Field(ge=0, le=744)]


class MsmTable(Table):
    """One `[[msm]]`: `name` as the members' owner has it, hours a month, and the share that members don't get."""

    name: Name
    hours: Hours
    overhead: Overhead = 0.0


class PoolTable(Table):
    """One `[[pool]]`, which serves every member of its segments; `hours` of all its people together."""

    name: Name
    segments: Annotated[tuple[Name, ...], Field(min_length=1)]
    hours: Annotated[float, Field(gt=0)] | None = None
    overhead: Overhead = 0.0


class TeamDocument(Table):
    """A team file; `hours` has a number a segment, or one for each lifecycle stage."""

    msm: tuple[MsmTable, ...] = ()
    pool: tuple[PoolTable, ...] = ()
    hours: Mapping[str, PerMember | Mapping[str, PerMember]] = {}


def load(path: Path) -> Team:
    """Return the team in a file. Raises Problems with all that is wrong in it, UserError where it can't be read."""
    document = read_tables(TeamDocument, path, "team file", "docs/member-success.md")
    problems = [*_twice(document), *_unknown_stages(document)]
    if problems:
        raise Problems.within(f"The team file {path.name}", problems)
    return Team(
        tuple(Msm(one.name, one.hours, one.overhead) for one in document.msm),
        tuple(Pool(one.name, one.segments, one.hours, one.overhead) for one in document.pool),
        {segment: _by_stage(hours) for segment, hours in document.hours.items()},
    )


def _by_stage(hours: float | Mapping[str, float]) -> Mapping[str, float]:
    if not isinstance(hours, Mapping):
        return {"": hours}
    return {"" if stage == "otherwise" else stage: value for stage, value in hours.items()}


def _twice(document: TeamDocument) -> list[Problem]:
    people = [one.name for one in document.msm]
    pools = [segment for one in document.pool for segment in one.segments]
    found = [Problem(f"msm {name}", "it is there twice", "Keep one.") for name in {*people} if people.count(name) > 1]
    return found + [
        Problem(f"pool segment {name}", "two pools serve it", "Keep it in one.")
        for name in {*pools}
        if pools.count(name) > 1
    ]


def _unknown_stages(document: TeamDocument) -> list[Problem]:
    return [
        Problem(f"hours.{segment}.{stage}", "there is no such stage", f"Use {', '.join(STAGES)} or otherwise.")
        for segment, hours in document.hours.items()
        if isinstance(hours, Mapping)
        for stage in hours
        if stage not in (*STAGES, "otherwise")
    ]
