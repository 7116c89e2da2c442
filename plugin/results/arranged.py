"""What the association arranged, and nobody can compute: who serves members, and by which rules they are covered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy.engine import Connection

from plugin.coverage import load, members, team
from plugin.domain.capacity import Team
from plugin.domain.coverage_rules import CoverageRule
from plugin.plans.marking import Marks
from plugin.results import told
from plugin.settings import Settings
from plugin.store import results


@dataclass(frozen=True)
class Arranged:
    """Who serves members (None: everybody's hours are assumed), the coverage rules, and whether they are written."""

    team: Team | None = None
    rules: Sequence[CoverageRule] = field(default_factory=load.load)
    rules_apply: bool = False


def arranged(settings: Settings) -> Arranged:
    """Return what the settings' files say; raise Problems, or UserError, for one that is wrong or can't be read."""
    return Arranged(
        team.load(settings.team) if settings.team else None,
        load.load(settings.coverage_rules) if settings.coverage_rules else load.load(),
        settings.coverage_apply,
    )


def keep_coverage(
    conn: Connection, marks: Marks, found: Arranged, today: date, now: datetime
) -> tuple[int, dict[str, str | None]]:
    """Keep every member's segment with its reason, and write it where that is arranged and no person decided.

    Return how many were kept, and the segment that the rules give each member, by its id.
    """
    covered = members.coverage(conn, found.rules, today)
    count = results.replace(conn, "coverage", today, told.of_coverage(covered.members, today))
    if found.rules_apply:
        members.assign_segments(conn, marks, covered, now)
    return count, {one.member: one.assignment.segment for one in covered.members}
