"""Properties that must hold for any member on any day."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta

import numpy as np
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from made_up_members import START, as_ofs, members, single

from plugin.domain.cases import Subjects, cases_of
from plugin.domain.columns import columns_of
from plugin.domain.exchange import read_members
from plugin.domain.milestone import Milestone
from plugin.domain.outcome import DesiredOutcome, MemberFacts
from plugin.domain.success_vector import measure, score, statuses
from plugin.domain.vector import SuccessVector

quick = settings(max_examples=50, deadline=None)


def one(member: MemberFacts, as_of: date) -> SuccessVector:
    return score([member], as_of)[0]


def movement(member: MemberFacts, as_of: date) -> tuple[float, float, float]:
    """a, b and R of a member with one outcome."""
    columns = columns_of([member])
    measured = measure(cases_of(columns, Subjects(np.array([0]), np.array([as_of.toordinal()]))))
    return float(measured.a[0]), float(measured.b[0]), float(measured.called_for[0])


def shifted(value: object, by: timedelta) -> object:
    if isinstance(value, date):
        return value + by
    if isinstance(value, tuple):
        return tuple(shifted(part, by) for part in value)
    if hasattr(value, "__dataclass_fields__"):
        return replace(value, **{name: shifted(getattr(value, name), by) for name in value.__dataclass_fields__})
    return value


@quick
@given(single, as_ofs)
def test_the_explanation_sums_to_toward_minus_away(member: MemberFacts, as_of: date) -> None:
    a, b, _ = movement(member, as_of)
    assert abs(sum(term.value for term in one(member, as_of).explanation) - (a - b)) < 1e-12


@quick
@given(members, as_ofs)
def test_the_explanation_agrees_with_the_direction_of_several_outcomes(member: MemberFacts, as_of: date) -> None:
    vector = one(member, as_of)
    values = [term.value for term in vector.explanation]
    if vector.direction is None:
        assert values == []
    else:
        gross = sum(abs(value) for value in values)
        assert abs(sum(values) / gross - vector.direction) < 1e-9


@quick
@given(single, as_ofs)
def test_pace_times_what_was_called_for_is_toward_minus_away(member: MemberFacts, as_of: date) -> None:
    a, b, called_for = movement(member, as_of)
    vector = one(member, as_of)
    assert vector.magnitude is not None
    assert vector.pace is not None
    assume(vector.magnitude < 3)
    assert abs(vector.pace * called_for - (a - b)) < 1e-12


@quick
@given(st.lists(st.tuples(st.integers(0, 180), st.integers(1, 9)), min_size=1, max_size=6), st.integers(91, 180))
def test_exactly_on_plan_means_direction_one_and_magnitude_one(plan: list[tuple[int, int]], today: int) -> None:
    rows = tuple(
        Milestone(
            f"m{i}",
            "operational",
            START + timedelta(days=day),
            weight=float(weight),
            achieved_on=START + timedelta(days=day) if day <= today else None,
        )
        for i, (day, weight) in enumerate(plan)
    )
    due = sum(weight for day, weight in plan if today - 90 < day <= today)
    assume(due / sum(weight for _, weight in plan) >= 0.05)
    member = MemberFacts("M", (DesiredOutcome("o", START, START + timedelta(days=200), milestones=rows),))
    vector = one(member, START + timedelta(days=today))
    assert vector.direction == 1
    assert vector.magnitude is not None
    assert abs(vector.magnitude - 1) < 1e-9


@quick
@given(single)
def test_a_fresh_goal_has_not_moved(member: MemberFacts) -> None:
    outcome = member.outcomes[0]
    rows = tuple(replace(row, due_on=row.due_on + timedelta(days=60), redated=()) for row in outcome.milestones)
    fresh = replace(outcome, milestones=rows, conditions=(), experience=(), accountabilities=(), carried_credit={})
    assert movement(MemberFacts("M", (fresh,)), outcome.starts_on)[:2] == (0, 0)


@quick
@given(single, as_ofs, st.data())
def test_achieving_an_open_milestone_never_lowers_score_or_movement(
    member: MemberFacts, as_of: date, data: st.DataObject
) -> None:
    outcome = member.outcomes[0]
    chosen = data.draw(st.integers(0, len(outcome.milestones) - 1))
    assume(outcome.milestones[chosen].achieved_as_of(as_of) is None)
    after_start = max(as_of - timedelta(days=80), outcome.starts_on + timedelta(days=1))
    assume(after_start <= as_of)
    day = data.draw(st.sampled_from((as_of, after_start)))
    rows = list(outcome.milestones)
    rows[chosen] = replace(rows[chosen], achieved_on=None, reversed_on=None)
    open_ = MemberFacts("M", (replace(outcome, milestones=tuple(rows)),))
    rows[chosen] = replace(rows[chosen], achieved_on=day)
    done = MemberFacts("M", (replace(outcome, milestones=tuple(rows)),))
    before, after = one(open_, as_of), one(done, as_of)
    assert before.score is not None
    assert after.score is not None
    assert after.score >= before.score - 1e-9
    (a, b, _), (a_after, b_after, _) = movement(open_, as_of), movement(done, as_of)
    assert a_after - b_after >= a - b - 1e-12


@quick
@given(members, as_ofs, st.integers(-400, 4000))
def test_shifting_every_date_by_the_same_days_changes_nothing(member: MemberFacts, as_of: date, by: int) -> None:
    step = timedelta(days=by)
    then = one(member, as_of)
    now = score([shifted(member, step)], as_of + step)[0]  # type: ignore[list-item]
    assert shifted(then, step) == now


@quick
@given(members, as_ofs, st.randoms(use_true_random=False))
def test_the_order_of_milestones_changes_no_status(member: MemberFacts, as_of: date, random: object) -> None:
    def mixed(outcome: DesiredOutcome) -> DesiredOutcome:
        rows = list(outcome.milestones)
        random.shuffle(rows)  # type: ignore[attr-defined]
        return replace(outcome, milestones=tuple(rows))

    other = replace(member, outcomes=tuple(mixed(outcome) for outcome in member.outcomes))
    assert one(other, as_of).status == one(member, as_of).status


@quick
@given(st.lists(members, min_size=2, max_size=6), as_ofs)
def test_one_member_alone_equals_the_same_member_in_a_batch_bit_for_bit(batch: list[MemberFacts], as_of: date) -> None:
    assert score(batch, as_of) == [one(member, as_of) for member in batch]


@quick
@given(members, as_ofs, st.integers(1, 200))
def test_facts_dated_after_the_day_change_nothing(member: MemberFacts, as_of: date, later: int) -> None:
    def known(outcome: DesiredOutcome) -> DesiredOutcome:
        rows = tuple(
            replace(
                row,
                achieved_on=row.achieved_on if row.achieved_on and row.achieved_on <= as_of else None,
                reversed_on=row.reversed_on if row.reversed_on and row.reversed_on <= as_of else None,
                redated=tuple(redating for redating in row.redated if redating.on <= as_of),
                metric=row.metric
                and replace(row.metric, readings=tuple(read for read in row.metric.readings if read.on <= as_of)),
            )
            for row in outcome.milestones
        )
        return replace(outcome, milestones=rows)

    assert one(replace(member, outcomes=tuple(map(known, member.outcomes))), as_of) == one(member, as_of)


@quick
@given(members, as_ofs)
def test_a_gap_dates_from_the_first_day_of_an_unbroken_run(member: MemberFacts, as_of: date) -> None:
    vector = one(member, as_of)
    if vector.success_gap is None:
        assert vector.success_gap_since is None
        return
    first = as_of
    while one(member, first - timedelta(days=1)).success_gap is not None:
        first -= timedelta(days=1)
    assert vector.success_gap_since == first


@quick
@given(st.lists(members, min_size=1, max_size=3), as_ofs)
def test_statuses_on_many_days_are_those_of_each_day(batch: list[MemberFacts], as_of: date) -> None:
    asked = [as_of - timedelta(days=back) for back in (45, 7, 0)]
    by_day = [[vector.status for vector in score(batch, day)] for day in asked]
    assert statuses(batch, asked) == [list(row) for row in zip(*by_day, strict=True)]


def test_unlinked_engagements_and_dues_change_nothing() -> None:
    member = {
        "id": "M1",
        "outcomes": [
            {
                "id": "o",
                "starts_on": "2026-01-01",
                "due_on": "2026-12-31",
                "milestones": [{"id": "m", "type": "strategic", "due_on": "2026-03-01"}],
            }
        ],
    }
    more = member | {"dues": 12000, "engagements": [{"on": "2026-02-01", "channel": "email"}], "logins": 400}
    as_of = date(2026, 4, 1)
    plain = score(read_members(json.dumps({"members": [member]})), as_of)
    assert score(read_members(json.dumps({"members": [more]})), as_of) == plain
