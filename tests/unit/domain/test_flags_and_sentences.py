"""Flags, next steps and sentences, on members made by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from plugin.domain.accountability import Accountability
from plugin.domain.calculated import calculated, worth_writing
from plugin.domain.coverage import CoverageSegment
from plugin.domain.engagement import Departure, Engagement, SurveyAnswer
from plugin.domain.entities import ENTITIES
from plugin.domain.member import Member
from plugin.domain.milestone import Milestone
from plugin.domain.offer import AdvocacyAsk, AskResponse, ExpansionOffer, OfferResponse
from plugin.domain.outcome import DesiredOutcome
from plugin.domain.requirement import Assessment, Condition, ExperienceElement
from plugin.domain.standing import Standing, standings

T0 = date(2026, 1, 1)
SEATS = ExpansionOffer("seats", "More seats", "seats", Decimal("1000"))
COACHING = ExpansionOffer("coaching", "Coaching", "accelerator", Decimal("250"))
REVIEW, REFERENCE = AdvocacyAsk("Review", 1), AdvocacyAsk("Reference", 2)
FIRST = Milestone("m1", "functional", T0 + timedelta(days=30), name="First CE credit")
AUDIT = Milestone("m2", "strategic", T0 + timedelta(days=200), name="Certification audit")


def day(number: int) -> date:
    return T0 + timedelta(days=number)


def member(
    *milestones: Milestone, confirmed: bool = True, actions: tuple[Accountability, ...] = (), **rest: Any
) -> Member:
    outcome = DesiredOutcome(
        "o", T0, day(365), milestones=milestones, accountabilities=actions, confirmed_on=T0 if confirmed else None
    )
    return Member("M", "Sample Member 1", (outcome,), joined_on=T0, **rest)


def standing(who: Member, on: int) -> Standing:
    return standings([who], day(on))[0]


def reached(milestone: Milestone, on: int, **rest: Any) -> Milestone:
    return replace(milestone, achieved_on=day(on), **rest)


def test_an_offer_is_ready_for_ninety_days_after_its_milestone_was_achieved() -> None:
    who = member(reached(FIRST, 25, offer=SEATS), AUDIT)
    assert standing(who, 24).expansion.flag == "teed_up"
    ready = standing(who, 40).expansion
    assert (ready.flag, ready.offer, ready.milestone, ready.since) == ("ready", SEATS, "First CE credit", day(25))
    assert ready.reason == "'First CE credit' achieved on 26 Jan"
    assert standing(who, 116).expansion.flag == "none"


def test_an_offer_on_an_assumed_goal_waits_for_the_member_to_confirm_it() -> None:
    waits = standing(member(reached(FIRST, 25, offer=SEATS), AUDIT, confirmed=False), 40).expansion
    assert (waits.flag, waits.reason) == ("wait", "the goal is assumed until the member confirms it")


@pytest.mark.parametrize(
    ("answer", "on", "asked", "flag"),
    [
        ("taken", 30, 40, "none"),
        ("declined", 30, 40, "wait"),
        ("shown", 30, 40, "wait"),
        ("shown", 30, 61, "ready"),
        ("declined", -160, 21 + 4, "ready"),
    ],
)
def test_an_offer_rests_after_an_answer(answer: str, on: int, asked: int, flag: str) -> None:
    who = member(reached(FIRST, 25, offer=SEATS), AUDIT, offer_responses=(OfferResponse("seats", answer, day(on)),))
    assert standing(who, asked).expansion.flag == flag


def test_no_offer_is_made_to_a_member_who_is_off_course() -> None:
    late = Milestone("m3", "operational", day(30), name="Roll-out")
    waits = standing(member(reached(FIRST, 25, offer=SEATS), late, AUDIT), 100).expansion
    assert (waits.flag, waits.reason) == ("wait", "the member is off course")


def test_an_accelerator_is_offered_before_its_milestone_even_while_drifting() -> None:
    who = member(reached(FIRST, 25), replace(AUDIT, offer=COACHING))
    assert standing(who, 100).expansion.flag == "teed_up"
    faster = standing(who, 120).expansion
    assert (faster.flag, faster.reason) == ("accelerator", "would speed up 'Certification audit', due 20 Jul")


def test_the_next_ask_is_at_most_one_level_above_what_was_fulfilled() -> None:
    who = member(reached(FIRST, 25, ask=REFERENCE), AUDIT)
    assert standing(who, 40).advocacy.reason == "a smaller ask comes first"
    asked = replace(who, ask_responses=(AskResponse(REVIEW, "taken", day(30)),))
    assert (standing(asked, 40).advocacy.flag, standing(asked, 40).advocacy.ask) == ("ready", REFERENCE)


def test_a_strong_survey_answer_is_an_occasion_to_ask() -> None:
    who = member(reached(FIRST, 25), replace(AUDIT, ask=REVIEW))
    assert standing(who, 40).advocacy.flag == "teed_up"
    strong = replace(who, survey_answers=(SurveyAnswer(day(38), strong=True),))
    assert standing(strong, 40).advocacy.reason == "strong survey answer on 8 Feb"


def test_off_course_says_since_when_what_is_shared_and_what_one_thing_would_change() -> None:
    actions = (
        Accountability("a", "m1", "together", day(30), name="Kick-off"),
        Accountability("b", "m1", "member_inside", day(31), name="Enrol two people"),
        Accountability("c", "m1", "member_outside", day(32), done_on=day(32), name="Name a lead"),
    )
    result = standing(member(FIRST, AUDIT, actions=actions), 60)
    assert result.explanation == (
        "Off course: 'First CE credit' late since 31 Jan; two of three shared actions missed. "
        "If 'First CE credit' is achieved this week: on course, 20 to 76."
    )
    assert result.intervention.flag == "off_course"
    assert result.intervention.next_step == "The MSM: write about 'First CE credit'."
    assert result.intervention.by == date(2026, 3, 6)


def test_our_own_lateness_is_told_first_and_as_ours() -> None:
    actions = (Accountability("a", "m1", "us_behind_the_scenes", day(40), name="audit pack"),)
    result = standing(member(FIRST, AUDIT, actions=actions), 60)
    assert result.explanation.startswith("Off course: we owe 'audit pack' since 10 Feb; 'First CE credit' late since")
    assert result.intervention.next_step == "The MSM: deliver 'audit pack', late since 10 Feb."


def test_the_worked_example_off_course_with_what_we_owe_and_45_to_93() -> None:
    """Of the design's operations.md; that ours comes first, and each name in quotes, is decision 19."""
    steps = (
        Milestone("a", "operational", date(2026, 8, 15), achieved_on=date(2026, 8, 15), weight=6.0, name="Handbook"),
        Milestone("b", "opportune", date(2026, 10, 12), weight=9.0, name="Certification audit"),
        Milestone("c", "strategic", date(2027, 4, 1), weight=10.0, name="First contract by it"),
    )
    owed = Accountability("x", "b", "us_behind_the_scenes", date(2026, 11, 10), name="audit pack")
    start = date(2026, 3, 1)
    outcome = DesiredOutcome("o", start, date(2027, 5, 1), milestones=steps, accountabilities=(owed,))
    (result,) = standings([Member("M", "Sample Member 1", (outcome,), joined_on=start)], date(2026, 12, 10))
    assert result.explanation == (
        "Off course: we owe 'audit pack' since 10 Nov; 'Certification audit' late since 12 Oct. "
        "If 'Certification audit' is achieved this week: on course, 45 to 93."
    )


def test_our_late_action_is_a_flag_of_its_own_while_the_member_is_fine() -> None:
    actions = (Accountability("a", "m2", "us_behind_the_scenes", day(40), name="audit pack"),)
    result = standing(member(reached(FIRST, 25), AUDIT, actions=actions), 45)
    assert (result.vector.status, result.intervention.flag) == ("on_course", "our_action_late")
    assert result.intervention.reason == "we owe 'audit pack' since 10 Feb"


def test_an_inbound_member_gets_a_resource_not_a_meeting() -> None:
    result = standing(member(FIRST, AUDIT, segment=CoverageSegment("Self-serve", "inbound")), 60)
    assert result.intervention.next_step == "The inbound team: send a resource on 'First CE credit'."


def test_an_unmoved_score_says_that_nothing_was_due() -> None:
    who = member(reached(FIRST, 25), AUDIT)
    assert standing(who, 130).explanation == "Holding: nothing has moved since 26 Jan; nothing was due."


def test_grace_names_what_was_due() -> None:
    assert standing(member(FIRST, AUDIT), 33).explanation == (
        "In the week of grace: 'First CE credit' was due on 31 Jan. "
        "If 'First CE credit' is achieved this week: on course, 50 to 76."
    )


def test_a_breached_condition_is_named_and_its_mending_is_scored() -> None:
    who = member(reached(FIRST, 25), reached(AUDIT, 50))
    condition = Condition("c", (Assessment(day(60), "breached"),), "average ARR of $12k or more")
    outcome = replace(who.outcomes[0], conditions=(condition,), experience=(ExperienceElement("x", (), "in person"),))
    text = standing(replace(who, outcomes=(outcome,)), 70).explanation
    assert "a condition is not met: 'average ARR of $12k or more' since 2 Mar" in text


def test_drifting_becomes_a_flag_after_thirty_days() -> None:
    late = Milestone("m3", "operational", day(100), weight=1.0, name="Roll-out")
    who = member(reached(FIRST, 25, weight=8.0), late, replace(AUDIT, weight=1.0))
    first = next(on for on in range(25, 200) if standing(who, on).vector.status == "drifting")
    assert standing(who, first + 29).intervention.flag == "none"
    assert standing(who, first + 30).intervention.flag == "drifting"


@pytest.mark.parametrize(
    ("change", "flag"),
    [
        ({"outcomes": ()}, "no_goal"),
        ({"departures": (Departure(day(50), "The director"),)}, "key_contact_left"),
        ({"engagements": (Engagement(day(50), "billing"),)}, "billing_contact_only"),
        ({"engagements": (Engagement(day(50), "billing"), Engagement(day(40)))}, "none"),
        ({"ended_on": day(55), "departures": (Departure(day(50), "The director"),)}, "none"),
    ],
)
def test_what_else_calls_for_us(change: dict[str, Any], flag: str) -> None:
    assert standing(replace(member(reached(FIRST, 25), AUDIT), **change), 60).intervention.flag == flag


def test_an_arrived_member_is_asked_for_the_next_destination() -> None:
    result = standing(member(reached(FIRST, 25), reached(AUDIT, 50)), 60)
    assert (result.intervention.flag, result.next_milestone) == ("none", None)
    assert result.intervention.next_step == "The MSM: agree the next destination."
    assert result.explanation == "Arrived: 'Certification audit' achieved on 20 Feb."


def test_sentences_never_promise_or_predict() -> None:
    for on in range(0, 400, 7):
        result = standing(member(FIRST, reached(AUDIT, 190)), on)
        words = f"{result.explanation} {result.intervention.reason} {result.intervention.next_step}".split()
        assert not {"will", "expected", "predicted"} & set(words)


def test_calculated_fields_are_all_of_them_rounded() -> None:
    values = calculated(standing(member(reached(FIRST, 25, offer=SEATS), AUDIT), 40))
    assert list(values) == list(ENTITIES["member"].calculated)
    assert (values["progress"], values["score"], values["expansion_value"]) == (0.2, 76.0, Decimal("1000"))
    assert values["success_gap"] == "none"
    assert values["next_milestone"] == "Certification audit"
    assert values["definition_version"] == 1


BEFORE = calculated(standing(member(reached(FIRST, 25), AUDIT), 40))


@pytest.mark.parametrize(
    ("change", "days", "worth"),
    [
        ({}, 0, False),
        ({"scored_as_of": day(41)}, 1, False),
        ({"scored_as_of": day(60)}, 20, False),
        ({"score": BEFORE["score"] + 0.9}, 1, False),
        ({"score": BEFORE["score"] - 1.0}, 1, True),
        ({"score": BEFORE["score"] + 0.1}, 6, False),
        ({"score": BEFORE["score"] + 0.1}, 7, True),
        ({"score": None}, 1, True),
        ({"vector_status": "grace"}, 1, True),
        ({"stale": True}, 1, True),
        ({"success_gap": "open"}, 1, True),
        ({"intervention_flag": "stale"}, 1, True),
        ({"next_milestone_due": day(201)}, 1, True),
        ({"explanation": "Other words."}, 1, False),
        ({"explanation": "Other words."}, 7, True),
    ],
)
def test_calculated_fields_are_written_only_when_it_is_worth_it(change: dict[str, Any], days: int, worth: bool) -> None:
    assert worth_writing(BEFORE, BEFORE | change, day(40 + days)) is worth


def test_what_was_never_written_is_worth_writing() -> None:
    assert worth_writing(None, BEFORE, day(40))


def test_a_quiet_year_is_written_about_once_a_week_at_most() -> None:
    who, written, last = member(reached(FIRST, 25), AUDIT), 0, None
    for on in range(40, 160):
        now = calculated(standing(who, on))
        if worth_writing(last, now, day(on)):
            written, last = written + 1, now
    assert written <= 120 / 7 + 1
