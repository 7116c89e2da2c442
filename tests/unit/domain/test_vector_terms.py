"""The signed terms as screens read them: whole, true to the vector, and never longer than their field."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from made_up_members import as_ofs, members

from plugin.domain.accountability import Accountability
from plugin.domain.calculated import calculated, worth_writing
from plugin.domain.member import Member
from plugin.domain.milestone import Milestone
from plugin.domain.outcome import DesiredOutcome
from plugin.domain.requirement import Assessment, Condition, ExperienceElement
from plugin.domain.standing import standings
from plugin.domain.vector_terms import LONGEST_TERMS

quick = settings(max_examples=60, deadline=None)
T0 = date(2026, 1, 1)
MILLIONTH = 1e-6


def day(number: int) -> date:
    return T0 + timedelta(days=number)


def fields(member: Member, as_of: date) -> dict[str, Any]:
    return calculated(standings([member], as_of)[0])


def document(member: Member, as_of: date) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(fields(member, as_of)["vector_terms"])
    return found


def sample(count: int = 1, name: str = "First CE credit", **rest: Any) -> Member:
    milestones = tuple(Milestone(f"m{i}", "functional", day(30), name=f"{name} {i}") for i in range(count))
    outcome = DesiredOutcome("o", T0, day(365), milestones=milestones, confirmed_on=T0, name="More patients", **rest)
    return Member("M", "Sample Member 1", (outcome,), joined_on=T0)


named = st.builds(lambda facts, name: Member(facts.id, name, facts.outcomes), members, st.text(max_size=9))


@quick
@given(named, as_ofs)
def test_the_terms_sum_to_what_the_vector_says(member: Member, as_of: date) -> None:
    (standing,) = standings([member], as_of)
    if standing.terms is None:
        assert standing.vector.score is None
        return
    found = json.loads(standing.terms)
    values = [term["value"] for term in found["terms"]]
    assert abs(sum(values) + found["left_out"]["value"] - found["net"]) < MILLIONTH / 2
    assert abs(found["toward"] - found["away"] - found["net"]) < MILLIONTH / 2
    exact = [term.value for term in standing.vector.explanation]
    assert abs(found["net"] - sum(exact)) <= MILLIONTH * max(1, len(exact))
    assert len(values) + found["left_out"]["count"] == len(exact)
    assert [abs(value) for value in values] == sorted((abs(value) for value in values), reverse=True)


@quick
@given(named, as_ofs)
def test_the_figures_are_those_of_the_fields_beside_them(member: Member, as_of: date) -> None:
    written = fields(member, as_of)
    if written["vector_terms"] is not None:
        found = json.loads(written["vector_terms"])
        names = {"score": "score", "low": "score_low"} | {n: n for n in ("direction", "magnitude", "pace", "progress")}
        assert {key: found[key] for key in names} == {key: written[name] for key, name in names.items()}


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 120), st.text(alphabet='aé"\\\U0001f600\n', min_size=1, max_size=300))
def test_they_fit_their_field_whole_whatever_the_names(count: int, name: str) -> None:
    text = fields(sample(count + 1, name), day(200))["vector_terms"]
    assert len(text.encode("utf-16-le")) // 2 <= LONGEST_TERMS
    found = json.loads(text)
    assert len(found["terms"]) + found["left_out"]["count"] == count + 1


def test_the_smallest_terms_are_left_out_and_counted() -> None:
    member = sample(60)
    found = document(member, day(200))
    assert 10 < len(found["terms"]) < 60
    assert found["left_out"]["count"] == 60 - len(found["terms"])
    assert round(found["left_out"]["value"] + sum(term["value"] for term in found["terms"]), 6) == found["net"] < -0.9


def test_each_term_says_what_it_is_and_why() -> None:
    member = sample(
        accountabilities=(Accountability("a", "m0", "us_behind_the_scenes", day(20), name="audit pack"),),
        conditions=(Condition("c", (Assessment(day(50), "breached"),), "no overtime"),),
        experience=(ExperienceElement("x", (Assessment(day(60), "breached"),), "one contact person"),),
    )
    assert document(member, day(127))["terms"] == [
        {"kind": "overdue", "what": "First CE credit 0", "type": "functional", "goal": None, "weight": 1.0,
         "value": -1.0, "ours": False, "why": "'First CE credit 0' late since 31 Jan"},
        {"kind": "accountability", "what": "First CE credit 0", "type": "functional", "goal": None, "weight": 1.0,
         "value": -0.25, "ours": True, "why": "we owe 'audit pack' since 21 Jan"},
        {"kind": "condition", "what": "no overtime", "type": None, "goal": None, "weight": None,
         "value": -0.25, "ours": False, "why": "a condition is not met: 'no overtime' since 20 Feb"},
        {"kind": "experience", "what": "one contact person", "type": None, "goal": None, "weight": None,
         "value": -0.083333, "ours": False, "why": "the way there is not as agreed: 'one contact person' since 2 Mar"},
    ]  # fmt: skip


def test_a_goal_reached_and_then_spoiled_names_the_condition() -> None:
    goal = Milestone("s", "strategic", day(60), achieved_on=day(10), name="200 new patients")
    condition = Condition("c", (Assessment(day(115), "breached"),), "no overtime")
    outcome = DesiredOutcome("o", T0, day(365), milestones=(goal,), conditions=(condition,))
    (first, _) = document(Member("M", "Sample Member 1", (outcome,)), day(120))["terms"][:2]
    assert (first["kind"], first["value"]) == ("reversal", -1.0)
    assert first["why"] == "'200 new patients' does not count while a condition is not met: 'no overtime' since 26 Apr"


def test_with_several_goals_each_term_names_its_own() -> None:
    (one,) = sample().outcomes
    both = Member("M", "Sample Member 1", (one, replace(one, id="p", name="Fewer no-shows")))
    terms = document(both, day(120))["terms"]
    assert sorted(term["goal"] for term in terms) == ["Fewer no-shows", "More patients"]
    assert [term["weight"] for term in terms] == [0.5, 0.5]


def test_without_a_goal_to_score_there_are_none() -> None:
    assert fields(Member("M", "Sample Member 1"), day(10))["vector_terms"] is None


def test_they_alone_are_never_worth_writing() -> None:
    before = fields(sample(), day(20))
    now = before | {"vector_terms": '{"shape":1}', "scored_as_of": day(90)}
    assert not worth_writing(before, now, day(90))
    assert worth_writing(before, now | {"explanation": "Off course."}, day(90))
