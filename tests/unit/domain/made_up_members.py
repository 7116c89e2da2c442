"""Members made up by hypothesis, with facts of every kind around the days they are scored on."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import strategies as st

from plugin.domain.accountability import Accountability
from plugin.domain.entities import MILESTONE_TYPES, PARTIES
from plugin.domain.milestone import Metric, Milestone, Reading, Redating
from plugin.domain.outcome import DesiredOutcome, MemberFacts
from plugin.domain.requirement import Assessment, Condition, ExperienceElement

START = date(2025, 1, 1)
days = st.integers(0, 500).map(lambda count: START + timedelta(days=count))
perhaps = st.none() | days
as_ofs = st.integers(60, 600).map(lambda count: START + timedelta(days=count))
assessments = st.lists(st.builds(Assessment, days, st.sampled_from(("met", "breached"))), max_size=2).map(tuple)
readings = st.lists(st.builds(Reading, days, st.integers(-20, 120).map(float)), max_size=3).map(tuple)
metrics = st.builds(Metric, st.just(0.0), st.sampled_from((100.0, -50.0)), readings)


@st.composite
def milestones(draw: st.DrawFn, weighted: bool) -> tuple[Milestone, ...]:
    """Draw a few milestones, all with a weight of their own or none."""
    drawn = st.builds(
        Milestone,
        id=st.just(""),
        type=st.sampled_from(MILESTONE_TYPES),
        due_on=days,
        redated=st.lists(st.builds(Redating, days, days), max_size=2).map(tuple),
        weight=st.integers(1, 9).map(float) if weighted else st.none(),
        achieved_on=perhaps,
        reversed_on=st.none() | perhaps,
        metric=st.none() | metrics,
    )
    rows = draw(st.lists(drawn, min_size=1, max_size=5))
    return tuple(replace(row, id=f"m{i}") for i, row in enumerate(rows))


@st.composite
def outcomes(draw: st.DrawFn) -> DesiredOutcome:
    """Draw an outcome that is, as a rule, active and scored."""
    rows = draw(milestones(draw(st.booleans())))
    ids = st.sampled_from([row.id for row in rows])
    action = st.builds(Accountability, st.just("a"), ids, st.sampled_from(PARTIES), days, perhaps)
    condition = st.builds(Condition, st.just("c"), assessments, essential=st.booleans())
    return DesiredOutcome(
        id="o",
        starts_on=draw(st.integers(0, 60).map(lambda count: START + timedelta(days=count))),
        due_on=draw(days),
        priority=draw(st.sampled_from((1.0, 2.0, 3.5))),
        milestones=rows,
        conditions=tuple(draw(st.lists(condition, max_size=2))),
        experience=tuple(draw(st.lists(st.builds(ExperienceElement, st.just("x"), assessments), max_size=2))),
        accountabilities=tuple(draw(st.lists(action, max_size=3))),
        carried_credit=draw(st.dictionaries(ids, st.sampled_from((0.0, 0.5, 1.0)), max_size=1)),
    )


def numbered(drawn: list[DesiredOutcome]) -> tuple[DesiredOutcome, ...]:
    """The outcomes under ids of their own: no two of a member share one."""
    return tuple(replace(outcome, id=f"o{number}") for number, outcome in enumerate(drawn))


members = st.builds(MemberFacts, st.just("M"), st.lists(outcomes(), min_size=1, max_size=3).map(numbered))
single = st.builds(lambda outcome: MemberFacts("M", (outcome,)), outcomes())
