"""Properties of flags and sentences that must hold for any member on any day."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st
from made_up_members import as_ofs, members, perhaps

from plugin.domain.calculated import LONGEST_TEXT, calculated, worth_writing
from plugin.domain.entities import ENTITIES, Kind
from plugin.domain.member import Member
from plugin.domain.offer import ACCELERATOR, AdvocacyAsk, ExpansionOffer, OfferResponse
from plugin.domain.outcome import DesiredOutcome, MemberFacts
from plugin.domain.standing import standings

quick = settings(max_examples=40, deadline=None)
OFFER = ExpansionOffer("o", "Seats", "seats", Decimal("10"))


def named(facts: MemberFacts, confirmed_on: date | None) -> Member:
    """The same member with names, an offer and an ask on every milestone."""

    def with_names(outcome: DesiredOutcome) -> DesiredOutcome:
        rows = (
            replace(row, name=f"{row.type} step", offer=OFFER, ask=AdvocacyAsk("Review")) for row in outcome.milestones
        )
        return replace(outcome, milestones=tuple(rows), confirmed_on=confirmed_on)

    return Member(facts.id, "Sample Member 1", tuple(with_names(outcome) for outcome in facts.outcomes))


made_up = st.builds(named, members, perhaps)


@quick
@given(made_up, as_ofs)
def test_every_calculated_field_fits_where_it_is_written(member: Member, as_of: date) -> None:
    fields = ENTITIES["member"].calculated
    for name, value in calculated(standings([member], as_of)[0]).items():
        if fields[name].kind is Kind.TEXT:
            assert value is None or 0 < len(value) <= LONGEST_TEXT
        if fields[name].kind is Kind.CHOICE:
            assert value in fields[name].choices


@quick
@given(made_up, as_ofs)
def test_sentences_hold_at_most_two_reasons_and_never_predict(member: Member, as_of: date) -> None:
    text = standings([member], as_of)[0].explanation
    first = re.split(r"\. (?=If )", text)[0]
    assert first.count(";") <= 1
    assert not re.search(r"\b(will|expected|None)\b|\d\.\d", text)


@quick
@given(made_up, as_ofs)
def test_no_offer_or_ask_is_ready_on_an_assumed_goal_or_a_vector_that_is_not_positive(
    member: Member, as_of: date
) -> None:
    standing = standings([member], as_of)[0]
    if "ready" in (standing.expansion.flag, standing.advocacy.flag):
        assert standing.vector.shortfall is None
        assert any(outcome.confirmed_by(as_of) for outcome in member.outcomes)


def accelerated(member: Member) -> Member:
    """The same member with an accelerator on every milestone."""
    faster = replace(OFFER, kind=ACCELERATOR)
    return replace(
        member,
        outcomes=tuple(
            replace(outcome, milestones=tuple(replace(row, offer=faster) for row in outcome.milestones))
            for outcome in member.outcomes
        ),
    )


@settings(max_examples=150, deadline=None)
@given(made_up.map(accelerated), as_ofs)
def test_an_accelerator_is_offered_on_a_confirmed_goal_and_a_vector_that_is_drifting_or_better(
    member: Member, as_of: date
) -> None:
    standing = standings([member], as_of)[0]
    assert standing.expansion.flag != "ready"
    if standing.expansion.flag == "accelerator":
        assert standing.vector.status not in ("off_course", "no_goal")
        assert any(outcome.confirmed_by(as_of) for outcome in member.outcomes)


answers = st.lists(st.tuples(st.sampled_from(("shown", "taken", "declined")), as_ofs), max_size=4)


@quick
@given(made_up, as_ofs, answers)
def test_no_offer_is_ready_that_was_taken_or_rests_after_an_answer(
    member: Member, as_of: date, said: list[tuple[str, date]]
) -> None:
    responses = tuple(OfferResponse(OFFER.id, answer, on) for answer, on in said)
    flag = standings([replace(member, offer_responses=responses)], as_of)[0].expansion.flag
    ages = [(answer, (as_of - on).days) for answer, on in said if on <= as_of]
    if flag == "ready":
        assert not [age for answer, age in ages if answer == "taken"]
        assert all(age > 180 for answer, age in ages if answer == "declined")
        assert all(age > 30 for answer, age in ages if answer == "shown")


@quick
@given(st.lists(made_up, min_size=2, max_size=4), as_ofs)
def test_a_standing_does_not_depend_on_who_else_is_looked_at(batch: list[Member], as_of: date) -> None:
    numbered = [replace(member, id=f"M{i}") for i, member in enumerate(batch)]
    assert standings(numbered, as_of) == [standings([member], as_of)[0] for member in numbered]


@quick
@given(made_up, as_ofs)
def test_scoring_the_same_day_twice_is_not_worth_writing(member: Member, as_of: date) -> None:
    values = calculated(standings([member], as_of)[0])
    assert not worth_writing(values, calculated(standings([member], as_of)[0]), as_of)
