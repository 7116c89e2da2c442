"""The association's own history, replayed: on each past day what was known then, and later what became of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import partial
from typing import Any

import numpy as np
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from plugin.backtest.questions import QUESTIONS, Question
from plugin.backtest.seen import Seen, seen
from plugin.backtest.vectors import vector_columns
from plugin.domain.calibration_rows import MEASURES, Observations, measures_of, numbered
from plugin.domain.columns import columns_of
from plugin.domain.dated import Floats, day_numbers
from plugin.domain.member import Member
from plugin.errors import UserError
from plugin.store.schema import history

STEP = timedelta(days=30)
"""From one day looked at to the next; every question is answered a multiple of it later."""
NO_TEMPLATE = "no template"
A_YEAR = timedelta(days=365)
COUNTED = ("tenure", "engagement_count", "recency", "mean_result")
SCORE = MEASURES.index("score")
UNKNOWN = "unknown"
NEVER_ENGAGED = 3650
"""Days since the last engagement where neither one nor the day of joining is known."""


@dataclass(frozen=True)
class Asked:
    """A question put to a member on a day. `measures` are in the order of `MEASURES`, `late` those with hindsight."""

    member: str
    template: str
    cohort: str
    as_of: date
    recorded_by: date
    measures: tuple[float, ...]
    late: tuple[float, ...]
    question: Question
    about: Any


@dataclass
class Replay:
    """What came of a replay: the rows by question's name, and the same rows with hindsight for the audit.

    `without_goal` counts members and days left out because there was no goal to measure.
    """

    days: tuple[date, ...] = ()
    rows: dict[str, Observations] = field(default_factory=dict)
    hindsight: dict[str, Mapping[str, Floats]] = field(default_factory=dict)
    without_goal: int = 0


def replay(conn: Connection, until: date, zone: str) -> Replay:
    """Replay every 30th day up to `until`. Raises UserError if nothing was recorded before that."""
    days = _days(conn, until, zone)
    result = Replay(tuple(days))
    waiting: dict[date, list[Asked]] = defaultdict(list)
    answered: dict[str, list[tuple[Asked, bool, date]]] = defaultdict(list)
    last = seen(conn, until, zone)
    for day in days:
        now = seen(conn, day, zone)
        for asked in waiting.pop(day, []):
            answer = asked.question.answer(now, asked.member, asked.about)
            if answer is not None:
                answered[asked.question.name].append((asked, answer, day))
        for asked in _ask(now, last, day, result):
            waiting[day + asked.question.after].append(asked)
    for question in QUESTIONS:
        rows = answered[question.name]
        result.rows[question.name] = _observations(rows)
        result.hindsight[question.name] = _columns([asked.late for asked, _, _ in rows])
    return result


def _days(conn: Connection, until: date, zone: str) -> list[date]:
    """Return the days looked at, from when anything was recorded first."""
    first = conn.scalar(sa.select(sa.func.timezone(zone, sa.func.min(history.c.known_at))))
    if first is None or first.date() > until:
        raise UserError(
            f"Nothing was recorded by {until}, so there is nothing to look back on. Sync first: `success-vector sync`. "
            "Or name a later day."
        )
    steps = (until - first.date()) // STEP
    return [until - STEP * back for back in range(steps, -1, -1)]


def _ask(now: Seen, last: Seen, day: date, result: Replay) -> Iterator[Asked]:
    """Put every question to every member that has a goal, of whom it can be asked on this day."""
    known, late = _measures(now, day), _measures(last, day)
    for member in now.members.values():
        values = known[member.id]
        if np.isnan(values[SCORE]):
            result.without_goal += 1
            continue
        asked = partial(
            Asked,
            member=member.id,
            template=_template(now, member, day),
            cohort=str(member.joined_on.year) if member.joined_on else UNKNOWN,
            as_of=day,
            recorded_by=now.recorded_by,
            measures=values,
            late=late.get(member.id, values),
        )
        for question in QUESTIONS:
            about = question.ask(now, member, day)
            if about is not None:
                yield asked(question=question, about=about)


def _template(now: Seen, member: Member, day: date) -> str:
    """Return the template of the member's most important goal on a day."""
    goals = [outcome for outcome in member.outcomes if outcome.scored_on(day)]
    first = max(goals, key=lambda outcome: (outcome.priority, outcome.id), default=None)
    return now.templates.get(first.id, NO_TEMPLATE) if first else NO_TEMPLATE


def _measures(now: Seen, day: date) -> dict[str, tuple[float, ...]]:
    """Return what is measured of each member on a day, in the order of `MEASURES`; the score is NaN without a goal."""
    members = list(now.members.values())
    columns = columns_of([member.facts for member in members])
    numbers = np.arange(len(members))
    vector = vector_columns(columns, numbers, np.full(len(members), day.toordinal()))
    counted = np.array([_counted(now, member, day) for member in members], np.float64).reshape(-1, len(COUNTED))
    found = vector | dict(zip(COUNTED, counted.T, strict=True))
    return {member.id: tuple(float(found[name][row]) for name in MEASURES) for row, member in enumerate(members)}


def _counted(now: Seen, member: Member, day: date) -> tuple[float, ...]:
    """Return the values of `COUNTED`: days of membership, engagements of a year, days since the last, mean reading."""
    engaged = [on for on in now.engagements.get(member.id, ()) if on <= day]
    since = engaged[-1] if engaged else member.joined_on
    shares = [
        min(max((read[-1].value - metric.baseline) / (metric.target - metric.baseline), 0.0), 1.0)
        for outcome in member.outcomes
        if outcome.active_on(day)
        for metric in (one.metric for one in outcome.milestones if one.metric)
        if (read := [reading for reading in metric.readings if reading.on <= day])
    ]
    return (
        float((day - member.joined_on).days) if member.joined_on else 0.0,
        float(sum(on > day - A_YEAR for on in engaged)),
        -float((day - since).days) if since else -float(NEVER_ENGAGED),
        sum(shares) / len(shares) if shares else 0.0,
    )


def _observations(rows: Sequence[tuple[Asked, bool, date]]) -> Observations:
    template, templates = numbered([asked.template for asked, _, _ in rows])
    cohort, cohorts = numbered([asked.cohort for asked, _, _ in rows])
    return Observations(
        member=numbered([asked.member for asked, _, _ in rows])[0],
        template=template,
        cohort=cohort,
        as_of=day_numbers([asked.as_of for asked, _, _ in rows]),
        recorded_by=day_numbers([asked.recorded_by for asked, _, _ in rows]),
        answered_by=day_numbers([day for _, _, day in rows]),
        measures=_columns([asked.measures for asked, _, _ in rows]),
        label=np.array([answer for _, answer, _ in rows], np.float64),
        templates=templates,
        cohorts=cohorts,
    )


def _columns(rows: Sequence[Sequence[float]]) -> dict[str, Floats]:
    table = np.array(rows, np.float64).reshape(-1, len(MEASURES))
    return measures_of(dict(zip(MEASURES, table.T, strict=True)))
