"""What is kept of each computation: a result a subject, with a sentence that says how it came about."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from datetime import date
from fractions import Fraction
from typing import Any
from uuid import UUID

from plugin.domain.beside_context import Against, against_context
from plugin.domain.capacity import Capacity
from plugin.domain.coverage_rules import Coverage
from plugin.domain.engagement_mix import Mix, mix_by
from plugin.domain.entities import ENGAGEMENT_DIRECTIONS
from plugin.domain.forecast import Forecast
from plugin.domain.forecast_parts import HORIZONS, Part
from plugin.domain.growth import MOVEMENTS, Growth
from plugin.domain.shares import percent
from plugin.domain.take_rate import BANDS
from plugin.domain.words import on_date, quoted
from plugin.scoring.engagements import Relationships
from plugin.store.results import Result

ASSUMED = "everyone's hours are assumed"


def of_coverage(covered: Iterable[Coverage], as_of: date) -> Iterator[Result]:
    """Yield each member's segment, the rule's beside a person's, and why."""
    for one in covered:
        found = {
            "name": one.name,
            "segment": one.segment,
            "rule": one.assignment.rule,
            "rule_segment": one.assignment.segment,
            "decided_by_a_person": one.override is not None,
            "disagrees": one.disagrees,
        }
        yield Result("coverage", as_of, one.member, one.why, found, UUID(one.member))


def of_forecast(answer: Forecast) -> Iterator[Result]:
    """Yield every line (split, name and days), and what each member gives with the milestones it comes from."""
    for line in answer.lines:
        share = percent(line.assumed / line.mean) if line.mean else "none"
        found = {name: float(getattr(line, name)) for name in ("mean", "low", "high", "assumed")}
        reason = f"{line.parts} open milestones with an offer; {share} of it rests on something assumed"
        subject = f"{line.split}: {line.name}, {line.days} days"
        yield Result("forecast", answer.as_of, subject, reason, found | {"parts": line.parts, "days": line.days})
    by_member: dict[str, list[Part]] = defaultdict(list)
    for part in answer.parts:
        by_member[part.member].append(part)
    for member, parts in by_member.items():
        yield Result("forecast", answer.as_of, member, _why(answer, parts), _given(answer, parts), UUID(member))


def _given(answer: Forecast, parts: Sequence[Part]) -> dict[str, Any]:
    means = {str(days): float(sum(sum(one.amounts[: answer.steps.within(days)]) for one in parts)) for days in HORIZONS}
    return {"name": parts[0].member_name, "mean": means, "parts": [_part(one) for one in parts]}


def _part(part: Part) -> dict[str, Any]:
    return {
        "milestone": part.milestone,
        "offer": part.offer_name,
        "due_on": part.due_on.isoformat(),
        "reached": round(part.reached[-1], 4),
        "take_rate": round(part.rate.rate, 4),
        "value": float(part.value),
        "course": BANDS[part.band],
        "assumed": list(part.assumed),
    }


def _why(answer: Forecast, parts: Sequence[Part]) -> str:
    said = [
        f"{quoted(one.milestone)}, due {on_date(one.due_on, answer.as_of)}: reached within {HORIZONS[-1]} days "
        f"{percent(one.reached[-1])}, {one.offer_name} taken {percent(one.rate.rate)}, {one.value:,.0f} a year"
        for one in parts
    ]
    return "; ".join(said)


def of_capacity(one: Capacity, as_of: date, assumed: str | None) -> Iterator[Result]:
    """Yield the load of everyone, the hours of each segment, and what is short; `assumed` says what of the hours."""
    note = f"; {assumed}" if assumed else ""
    for load in one.loads:
        usable = "unknown hours" if load.usable is None else f"{load.usable:,.0f} usable hours"
        reason = f"{load.members} members take {load.hours:,.1f} hours a month of {usable}{note}"
        found = asdict(load) | {"load": load.load, "spare": load.spare, "assumed": assumed is not None}
        yield Result("capacity", as_of, f"{'pool' if load.pool else 'msm'}: {load.name}", reason, found)
    for segment in one.segments:
        reason = f"{segment.members} members take {segment.hours:,.1f} hours a month"
        yield Result("capacity", as_of, f"segment: {segment.segment}", reason, asdict(segment))
    whole = {"hours": one.hours, "usable": one.usable, "members_of_nobody": len(one.nobody)}
    yield Result("capacity", as_of, "total", (one.shortage or "There are hours enough.") + note, whole)


def of_relationships(found: Relationships, days: int, as_of: date) -> Iterator[Result]:
    """Yield the engagement mix of each MSM and segment with the share tied to a milestone, and context beside it."""
    groups = {"msm": mix_by(found.interactions, lambda one: one.msm)}
    groups["segment"] = mix_by(found.interactions, lambda one: one.segment)
    for kind, mixes in groups.items():
        for one in mixes:
            reason = one.remark or f"{one.engagements} engagements in {days} days, {percent(one.tied)} on a milestone"
            yield Result("engagement_mix", as_of, f"{kind}: {one.name}", reason, mixed(one) | {"days": days})
    yield from _of_context(found, days, as_of)


def mixed(one: Mix) -> dict[str, Any]:
    """Return a mix as JSON holds it."""
    return {
        "name": one.name,
        "engagements": one.engagements,
        "directions": {name: _rounded(one.share(name)) for name in ENGAGEMENT_DIRECTIONS},
        "channels": dict(one.channels),
        "tied_to_a_milestone": _rounded(one.tied),
        "on_the_segment_s_channels": _rounded(one.covered),
        "remark": one.remark,
    }


def _of_context(found: Relationships, days: int, as_of: date) -> Iterator[Result]:
    for kind, rows in against(found).items():
        for one in rows:
            reason = one.remark or f"{one.engagements} engagements, {sum(one.learned.values())} things learned"
            subject = f"context, {kind.removeprefix('by_')}: {one.name}"
            yield Result("engagement_mix", as_of, subject, reason, beside(one) | {"days": days})


def against(found: Relationships) -> dict[str, list[Against]]:
    """Return engagement against context, by MSM and by segment."""
    parts = found.bonds, found.interactions, found.learned
    return {
        "by_msm": against_context(*parts, lambda one: one.msm),
        "by_segment": against_context(*parts, lambda one: one.segment),
    }


def beside(one: Against) -> dict[str, Any]:
    """Return a group's engagements beside its context as JSON holds it."""
    return asdict(one) | {"met_and_known": _rounded(one.known), "remark": one.remark}


def of_growth(one: Growth, cohort: str) -> Result:
    """Return how a cohort's dues developed; kept under the day on which they were looked at again."""
    moved = {kind: float(one.total(kind)) for kind in MOVEMENTS}
    found = {
        "from": one.opens.isoformat(), "members": one.members, "lost": one.lost, "new_members": one.joined,
        "start": float(one.start), **moved, "end": float(one.end), "nrr": _rounded(one.net),
        "grr": _rounded(one.gross), "logo_churn": _rounded(one.logo_churn),
    }  # fmt: skip
    reason = (
        f"{one.start:,.2f} + {one.total('expansion'):,.2f} - {one.total('contraction'):,.2f} - "
        f"{one.total('churned'):,.2f}: NRR {percent(one.net, 1)}, GRR {percent(one.gross, 1)}"
    )
    return Result("growth", one.closes, f"{cohort}, from {one.opens.isoformat()}", reason, found)


def _rounded(share: Fraction | None) -> float | None:
    return None if share is None else round(float(share), 6)
