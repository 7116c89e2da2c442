"""Members as the domain sees them, from stored rows; a row that lacks what makes it one is left out."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy.engine import Connection

from plugin.domain.accountability import Accountability
from plugin.domain.coverage import CoverageSegment
from plugin.domain.entities import MILESTONE_TYPES, PARTIES
from plugin.domain.member import Member
from plugin.domain.milestone import Metric, Milestone, Reading, Redating
from plugin.domain.offer import AdvocacyAsk, ExpansionOffer
from plugin.domain.outcome import DesiredOutcome
from plugin.domain.requirement import ASSESSMENT_STATES, Assessment, Condition, ExperienceElement
from plugin.scoring import beside
from plugin.scoring.rows import Stored, stored, time_zone


def facts(conn: Connection, member_ids: Collection[UUID], as_of: date, zone: str | None = None) -> list[Member]:
    """Return these members with all their facts, in order of id; unknown and deleted ones are left out.

    Thirteen queries at most, however many the members. `zone` (default: the first system's) says on which day a due
    date was moved. Accountabilities count from the day they were agreed.
    """
    return members_of(stored(conn, member_ids, zone or time_zone(conn), as_of), as_of)


def members_of(rows: Stored, as_of: date) -> list[Member]:
    """Return the members that the rows tell of, in order of id; they may be of today or of a past day."""
    return [_member(rows, row, as_of) for _, row in sorted(rows.members.items())]


def _member(rows: Stored, row: Any, as_of: date) -> Member:
    return Member(
        id=str(row.id),
        name=row.name or "",
        outcomes=tuple(_outcome(rows, outcome, row.ended_on, as_of) for outcome in rows.outcomes.get(row.id, ())),
        joined_on=row.joined_on,
        ended_on=row.ended_on,
        segment=_segment(row),
        engagements=beside.engagements(rows, row.id),
        departures=beside.departures(rows, row.id),
        survey_answers=beside.survey_answers(rows, row.id),
        offer_responses=beside.offer_responses(rows, row.id),
        ask_responses=beside.ask_responses(rows, row.id),
    )


def _segment(row: Any) -> CoverageSegment | None:
    if not row.coverage_segment:
        return None
    return CoverageSegment(row.segment_name or "", row.segment_model, row.segment_playbook or "")


def _outcome(rows: Stored, row: Any, ended_on: date | None, as_of: date) -> DesiredOutcome:
    """Return the outcome; membership's end closes it. A time frame needs both its days, else it is a wish.

    A milestone without a date of its own falls due with the goal.
    """
    milestones = tuple(
        _milestone(rows, milestone, due_on)
        for milestone in rows.milestones.get(row.id, ())
        if milestone.type in MILESTONE_TYPES and (due_on := milestone.due_on or milestone.first_due_on or row.due_on)
    )
    requirements = rows.requirements.get(row.id, ())
    return DesiredOutcome(
        id=str(row.id),
        starts_on=row.starts_on or as_of,
        due_on=row.due_on if row.starts_on else None,
        closed_on=min(filter(None, (row.closed_on, ended_on)), default=None),
        priority=row.priority if row.priority and row.priority > 0 else 1.0,
        milestones=milestones,
        conditions=tuple(
            Condition(str(one.id), _assessments(rows, one.id), one.description or "", one.essential is not False)
            for one in requirements
            if one.kind == "condition"
        ),
        experience=tuple(
            ExperienceElement(str(one.id), _assessments(rows, one.id), one.description or "")
            for one in requirements
            if one.kind == "experience"
        ),
        accountabilities=_accountabilities(rows, row.id, {milestone.id for milestone in milestones}, as_of),
        carried_credit={
            str(one.id): min(max(one.carried_credit, 0.0), 1.0)
            for one in rows.milestones.get(row.id, ())
            if one.carried_credit is not None
        },
        name=row.name or "",
        confirmed_on=row.confirmed_on,
    )


def _milestone(rows: Stored, row: Any, due_on: date) -> Milestone:
    """Return the milestone, promised for its first known due date, or for `due_on` if its history knows none."""
    moved = rows.due_dates.get(row.id, [])
    promise: date = row.first_due_on or (moved[0][1] if moved else due_on)
    if row.first_due_on is None:
        moved = moved[1:]
    return Milestone(
        id=str(row.id),
        type=row.type,
        due_on=promise,
        redated=tuple(Redating(on, to) for on, to in moved),
        weight=row.weight if row.weight and row.weight > 0 else None,
        achieved_on=row.achieved_on,
        reversed_on=row.reversed_on,
        metric=_metric(rows, row),
        name=row.name or f"{row.type} milestone",
        offer=_offer(rows, row.expansion_offer),
        ask=AdvocacyAsk(row.advocacy_ask, row.advocacy_level or 1) if row.advocacy_ask else None,
    )


def _metric(rows: Stored, row: Any) -> Metric | None:
    baseline, target = row.metric_baseline, row.metric_target
    if baseline is None or target is None or baseline == target:
        return None
    read = [one for one in rows.readings.get(row.id, ()) if one.read_on and one.value is not None]
    return Metric(baseline, target, tuple(Reading(one.read_on, one.value) for one in read))


def _offer(rows: Stored, offer_id: UUID | None) -> ExpansionOffer | None:
    row = rows.offers.get(offer_id) if offer_id else None
    if row is None:
        return None
    return ExpansionOffer(str(row.id), row.name or "", row.kind, row.yearly_value, row.active is not False)


def _assessments(rows: Stored, requirement: UUID) -> tuple[Assessment, ...]:
    return tuple(
        Assessment(one.read_on, one.state)
        for one in rows.readings.get(requirement, ())
        if one.read_on and one.state in ASSESSMENT_STATES
    )


def _accountabilities(rows: Stored, outcome: UUID, milestones: set[str], as_of: date) -> tuple[Accountability, ...]:
    """Return the agreed ones that have a day and a milestone of this outcome."""
    return tuple(
        Accountability(str(one.id), str(one.milestone), one.party, one.due_on, one.done_on, one.name or "agreed action")
        for one in rows.accountabilities.get(outcome, ())
        if one.due_on and one.agreed_on and one.agreed_on <= as_of
        if one.party in PARTIES and str(one.milestone) in milestones
    )
