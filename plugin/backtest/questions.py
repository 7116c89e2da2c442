"""What is asked of the past: who renewed, who attained the goal, who expanded."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from plugin.backtest.seen import Seen
from plugin.domain.calibration_verdict import EXPANSION, GOAL, RENEWAL
from plugin.domain.member import Member
from plugin.domain.outcome import DesiredOutcome

AHEAD = timedelta(days=90)
"""How long before the end of what is paid a renewal is asked about."""
GOAL_AHEAD = EXPANSION_AHEAD = timedelta(days=180)
SETTLED = timedelta(days=60)
"""How long after the day in question an answer may still be recorded; what comes later does not count."""


@dataclass(frozen=True)
class Question:
    """A question about members on a day. `words` complete "whether a member ...".

    `ask` returns what the answer is about (None: not asked of this member today), `answer` the answer by what was seen
    `after` the day asked, None where it can't be told.
    """

    name: str
    words: str
    after: timedelta
    ask: Callable[[Seen, Member, date], Any]
    answer: Callable[[Seen, str, Any], bool | None]


def _ask_renewal(seen: Seen, member: Member, day: date) -> date | None:
    paid = seen.paid_through.get(member.id)
    return paid if paid is not None and day < paid <= day + AHEAD and not member.left_by(day) else None


def _renewed(seen: Seen, member: str, paid: date) -> bool | None:
    """Tell whether it is paid for a later day than before, and the membership did not end with what was paid."""
    now = seen.paid_through.get(member)
    dues = seen.dues.get(member)
    if now is None or dues is None:
        return None
    ended = dues.ended_on is not None and dues.ended_on <= paid + timedelta(days=1)
    return now > paid and not ended


def _ask_goal(_: Seen, member: Member, day: date) -> tuple[str, date] | None:
    """Ask about the goal that is due next, unless it was attained already."""
    ahead = [
        (outcome.id, outcome.due_on)
        for outcome in member.outcomes
        if outcome.scored_on(day) and outcome.due_on and day < outcome.due_on <= day + GOAL_AHEAD
        if not _attained_by(outcome, day)
    ]
    return min(ahead, key=lambda goal: goal[::-1], default=None)


def _attained(seen: Seen, member: str, about: tuple[str, date]) -> bool | None:
    goal, due = about
    known = seen.members.get(member)
    found = [outcome for outcome in known.outcomes if outcome.id == goal] if known else []
    return _attained_by(found[0], due) if found else None


def _attained_by(outcome: DesiredOutcome, day: date) -> bool:
    """Tell whether the goal itself is reached: its strategic milestones, or all where it has none."""
    goal = [one for one in outcome.milestones if one.type == "strategic"] or list(outcome.milestones)
    return all(one.achieved_as_of(day) is not None for one in goal)


def _ask_expansion(seen: Seen, member: Member, day: date) -> tuple[Decimal, date] | None:
    pays = seen.dues[member.id].yearly_on(day, day)
    return (pays, day + EXPANSION_AHEAD) if pays > 0 and not member.left_by(day) else None


def _expanded(seen: Seen, member: str, about: tuple[Decimal, date]) -> bool | None:
    pays, day = about
    dues = seen.dues.get(member)
    return None if dues is None else dues.yearly_on(day, day) > pays


QUESTIONS = (
    Question(RENEWAL, "renews when what is paid for runs out within 90 days", AHEAD + SETTLED, _ask_renewal, _renewed),
    Question(GOAL, "attains a goal that is due within 180 days", GOAL_AHEAD + SETTLED, _ask_goal, _attained),
    Question(EXPANSION, "pays more a year 180 days later", EXPANSION_AHEAD + SETTLED, _ask_expansion, _expanded),
)
"""In the order of the report."""
