"""What members answered, from stored rows to flags, take rates and forecasts, on a real PostgreSQL."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy.engine import Connection

from plugin.domain.engagement import Departure, SurveyAnswer
from plugin.domain.offer import AdvocacyAsk, AskResponse, OfferResponse
from plugin.domain.take_rate import answers_of
from plugin.scoring import facts, rescore
from plugin.store.records import load_calculated
from tests.fakes.store import save

T0 = date(2026, 1, 1)


def day(number: int) -> date:
    return T0 + timedelta(days=number)


@pytest.fixture
def offer(conn: Connection) -> UUID:
    return save(conn, "expansion_offer", name="More seats", kind="seats", yearly_value=Decimal("1000.00"), active=True)


@pytest.fixture
def member(conn: Connection, offer: UUID) -> UUID:
    """A member on course that reached a milestone with an offer and an ask on day 20; a bigger ask was reached too."""
    member = save(conn, "member", name="Sample Member 1", joined_on=T0)
    goal = save(conn, "desired_outcome", member=member, starts_on=T0, due_on=day(700), confirmed_on=T0)
    save(
        conn, "milestone", desired_outcome=goal, type="functional", name="First CE credit", due_on=day(30),
        achieved_on=day(20), expansion_offer=offer, advocacy_ask="Review", advocacy_level=1,
    )  # fmt: skip
    save(
        conn, "milestone", desired_outcome=goal, type="operational", name="First exam", due_on=day(35),
        achieved_on=day(22), advocacy_ask="Reference", advocacy_level=2,
    )  # fmt: skip
    save(conn, "milestone", desired_outcome=goal, type="strategic", name="Certificate", due_on=day(700))
    return member


def flags(conn: Connection, member: UUID, as_of: date) -> dict[str, Any]:
    rescore(conn, [member], as_of)
    return load_calculated(conn, [member])[member]


def test_an_offer_that_was_shown_waits_thirty_days_and_is_ready_again(conn: Connection, member: UUID) -> None:
    assert flags(conn, member, day(25))["expansion_flag"] == "ready"
    save(conn, "response", member=member, offer="more SEATS", shown_on=day(26))
    waiting = flags(conn, member, day(27))
    assert waiting["expansion_flag"] == "wait"
    assert waiting["expansion_reason"] == "shown on 27 Jan, rests until 26 Feb"
    assert flags(conn, member, day(57))["expansion_flag"] == "ready"


def test_an_offer_that_was_taken_is_off_the_plan_for_good(conn: Connection, member: UUID, offer: UUID) -> None:
    save(
        conn, "response", member=member, offer="More seats", shown_on=day(21), answer="taken", answered_on=day(25),
        yearly_value=Decimal("900.00"),
    )  # fmt: skip
    assert flags(conn, member, day(60))["expansion_flag"] == "none"
    (found,) = facts(conn, [member], day(60))
    assert found.offer_responses == (
        OfferResponse(str(offer), "shown", day(21)),
        OfferResponse(str(offer), "taken", day(25), Decimal("900.00")),
    )
    assert [(one.offer, one.taken) for one in answers_of([found], day(60))] == [(str(offer), True)]


def test_an_offer_that_was_declined_is_silent_for_180_days(conn: Connection, member: UUID) -> None:
    save(conn, "response", member=member, offer="More seats", shown_on=day(21), answer="declined", answered_on=day(23))
    assert flags(conn, member, day(110))["expansion_flag"] == "wait"
    (found,) = facts(conn, [member], day(60))
    assert [one.taken for one in answers_of([found], day(60))] == [False]


def test_an_answer_finds_its_offer_by_a_former_name(conn: Connection, member: UUID, offer: UUID) -> None:
    save(conn, "response", member=member, offer="More seats", shown_on=day(21))
    save(conn, "expansion_offer", offer, name="Seats for the whole team")
    (found,) = facts(conn, [member], day(60))
    assert [one.offer for one in found.offer_responses] == [str(offer)]


def test_an_answer_about_no_offer_of_ours_counts_for_nothing(conn: Connection, member: UUID) -> None:
    save(conn, "response", member=member, offer="Something else", shown_on=day(21), answer="taken")
    assert facts(conn, [member], day(60))[0].offer_responses == ()


def test_the_next_ask_is_at_most_one_level_above_the_highest_that_was_fulfilled(conn: Connection, member: UUID) -> None:
    assert flags(conn, member, day(25))["advocacy_ask"] == "Review"
    save(conn, "response", member=member, ask="Review", shown_on=day(26), answer="taken", answered_on=day(30))
    now = flags(conn, member, day(31))
    assert (now["advocacy_flag"], now["advocacy_ask"]) == ("ready", "Reference")
    (found,) = facts(conn, [member], day(31))
    assert found.ask_responses[-1] == AskResponse(AdvocacyAsk("Review", 1), "taken", day(30))


def test_a_strong_survey_answer_is_an_occasion_for_an_ask(conn: Connection, member: UUID) -> None:
    late = day(150)
    goal = UUID(facts(conn, [member], late)[0].outcomes[0].id)
    save(
        conn, "milestone", desired_outcome=goal, type="operational", name="Team trained", due_on=day(160),
        achieved_on=day(145),
    )  # fmt: skip
    assert flags(conn, member, late)["advocacy_flag"] == "none"
    save(conn, "context_event", member=member, kind="survey_answer", happened_on=day(140), strong=True)
    (found,) = facts(conn, [member], late)
    assert found.survey_answers == (SurveyAnswer(day(140), True),)
    asked = flags(conn, member, day(151))
    assert (asked["advocacy_ask"], asked["advocacy_reason"]) == (
        "Review", "strong survey answer on 21 May"
    )  # fmt: skip


def test_a_key_contact_who_left_needs_us(conn: Connection, member: UUID) -> None:
    save(conn, "context_event", member=member, kind="key_contact_left", happened_on=day(40), who="the head of training")
    assert facts(conn, [member], day(50))[0].departures == (Departure(day(40), "the head of training"),)
    now = flags(conn, member, day(50))
    assert (now["intervention_flag"], now["intervention_reason"]) == (
        "key_contact_left", "the head of training left on 10 Feb"
    )  # fmt: skip


def test_a_member_of_whom_only_the_billing_contact_was_seen_needs_us(conn: Connection, member: UUID) -> None:
    save(conn, "engagement", member=member, happened_on=day(30), contact_role="billing")
    assert flags(conn, member, day(50))["intervention_flag"] == "billing_contact_only"
    save(conn, "engagement", member=member, happened_on=day(51), contact_role="day_to_day")
    assert flags(conn, member, day(52))["intervention_flag"] == "none"
