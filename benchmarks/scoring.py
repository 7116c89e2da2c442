"""What scoring a member costs, alone and among many: one implementation serves both."""

from __future__ import annotations

from datetime import date, timedelta

from benchmarks.table import Figures, seconds
from plugin.domain.accountability import Accountability
from plugin.domain.milestone import Metric, Milestone, Reading
from plugin.domain.outcome import DesiredOutcome, MemberFacts
from plugin.domain.requirement import Assessment, Condition
from plugin.domain.success_vector import score

START = date(2026, 1, 1)
AS_OF = date(2026, 7, 1)
SIZES = ((1, 50), (1_000, 5), (100_000, 1))


def member(number: int) -> MemberFacts:
    """A member with one goal of five milestones, at a place on the way that differs from number to number."""
    kinds = ("functional", "functional", "operational", "opportune", "strategic")
    milestones = tuple(
        Milestone(
            id=f"m{place}",
            type=kind,
            due_on=START + timedelta(days=50 * (place + 1) + number % 20),
            achieved_on=START + timedelta(days=45 * (place + 1)) if place < number % 5 else None,
            metric=Metric(0.0, 100.0, (Reading(START + timedelta(days=170), float(number % 90)),))
            if place == 4
            else None,
        )
        for place, kind in enumerate(kinds)
    )
    outcome = DesiredOutcome(
        id="o",
        starts_on=START,
        due_on=START + timedelta(days=365),
        milestones=milestones,
        conditions=(Condition("c", (Assessment(START + timedelta(days=90), "met"),)),),
        accountabilities=(Accountability("a", "m2", "together", START + timedelta(days=120), None),),
    )
    return MemberFacts(str(number), (outcome,))


def measure() -> Figures:
    """Return the cost of a member by the size of the batch."""
    taken = {}
    for size, times in SIZES:
        members = [member(number) for number in range(size)]
        taken[size] = seconds(lambda batch=members: score(batch, AS_OF), times) / size
    least = min(taken.values())
    rows = ((f"{size:,}", f"{1 / each:,.0f}", f"{each / least:,.1f}") for size, each in taken.items())
    return Figures("Scoring", ("Members at once", "Members a second", "Cost of one, as a ratio"), tuple(rows))
