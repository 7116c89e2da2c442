"""A made-up association: member organisations with two years of history that ends today. One seed, the same rows."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from connectors.base import Scalar
from plugin.demo.courses import STORIES, arrived, on_course
from plugin.demo.destinations import DESTINATIONS, OFFERS, SEGMENTS, TRADES
from plugin.demo.goals import Goal, add_goal, offer_key
from plugin.demo.record import ORDER, Record, Rows

MEMBERS = 300
SEED = 2024
WITH_GOAL = 0.85
CONFIRMED = 0.78
ENGAGEMENTS = (
    ("Asked how to book", "Inbound reactive", "Email"),
    ("Sent a reminder of the next step", "Outbound reactive", "Email"),
    ("Asked about a late milestone", "Outbound reactive", "Chat"),
    ("Planned the next milestone", "Outbound proactive", "1:1 meeting"),
    ("Short video on the next step", "Outbound proactive", "1:1 asynchronous"),
    ("Briefing for the group", "Outbound proactive", "1:many video"),
)


def association(today: date, members: int = MEMBERS, seed: int = SEED) -> Rows:
    """Return the association's records by object, in an order in which they can be created."""
    chance = Random(seed)  # noqa: S311 - made-up members, no secret
    rows: Rows = {name: [] for name in ORDER}
    for number, (name, model, hours, playbook) in enumerate(SEGMENTS, 1):
        fields: dict[str, Scalar] = {
            "Name": name,
            "Model__c": model,
            "Hours_per_Member_Month__c": hours,
            "Playbook__c": playbook,
        }
        rows["Coverage_Segment__c"].append(Record(f"segment {number}", fields))
    for name, kind, value in OFFERS:
        fields = {"Name": name, "Kind__c": kind, "Yearly_Value__c": value, "Active__c": True}
        rows["Expansion_Offer__c"].append(Record(offer_key(name), fields))
    for number in range(1, members + 1):
        _add_member(rows, chance, f"{number:03}", today)
    return rows


def _add_member(rows: Rows, chance: Random, number: str, today: date) -> None:
    key, trade = f"member {number}", chance.choice(TRADES)
    joined = today - timedelta(days=chance.randint(745, 15 * 365))
    paid_through = today + timedelta(days=chance.randint(20, 364))
    fields: dict[str, Scalar] = {
        "Name": f"Sample Member {number} ({trade})",
        "Is_Member__c": True,
        "Member_Since__c": joined.isoformat(),
        "Paid_Through__c": paid_through.isoformat(),
    }
    segment = chance.choices(range(1, len(SEGMENTS) + 1), (25, 35, 34, 6))[0]
    rows["Account"].append(Record(key, fields, {"Coverage_Segment__c": f"segment {segment}"}))
    _add_engagements(rows, chance, key, today)
    before = chance.random()
    if before < 0.2:
        _add_reached(rows, chance, number, today)
    if chance.random() < WITH_GOAL:
        _add_current(rows, chance, number, today, changed=0.2 <= before < 0.3)


def _add_current(rows: Rows, chance: Random, number: str, today: date, *, changed: bool) -> None:
    """Add the goal that the member pursues now and, if the destination `changed`, the version before it."""
    story = chance.choices(list(STORIES), list(STORIES.values()))[0]
    destination = chance.choice(DESTINATIONS)
    days = destination.days + chance.randint(-20, 20)
    course = story(chance, destination, days)
    starts_on = today - timedelta(days=course.elapsed)
    goal = Goal(
        f"goal {number}",
        f"member {number}",
        number,
        destination,
        days,
        course,
        starts_on,
        confirmed=chance.random() < CONFIRMED,
        supersedes=f"goal {number} before" if changed else None,
    )
    if changed:
        _add_superseded(rows, chance, number, starts_on)
    add_goal(rows, chance, goal)


def _add_superseded(rows: Rows, chance: Random, number: str, closed_on: date) -> None:
    """Add a goal that was under way when the member chose another destination."""
    destination = chance.choice(DESTINATIONS)
    course = on_course(chance, destination, destination.days)
    starts_on = closed_on - timedelta(days=course.elapsed)
    add_goal(rows, chance, Goal(
        f"goal {number} before", f"member {number}", number, destination, destination.days, course, starts_on,
        closed=(closed_on, "Destination changed"),
    ))  # fmt: skip


def _add_reached(rows: Rows, chance: Random, number: str, today: date) -> None:
    """Add a goal that was reached a while ago."""
    destination = chance.choice(DESTINATIONS)
    course = arrived(chance, destination, destination.days - 80)
    closed_on = today - timedelta(days=chance.randint(300, 400))
    starts_on = closed_on - timedelta(days=course.elapsed)
    add_goal(rows, chance, Goal(
        f"goal {number} reached", f"member {number}", number, destination, destination.days - 80, course, starts_on,
        closed=(closed_on, "Reached"),
    ))  # fmt: skip


def _add_engagements(rows: Rows, chance: Random, member: str, today: date) -> None:
    for object_name, count in (("Task", chance.randint(1, 4)), ("Event", chance.randint(0, 1))):
        for _ in range(count):
            subject, direction, channel = chance.choice(ENGAGEMENTS)
            on = today - timedelta(days=chance.randint(1, 730))
            fields: dict[str, Scalar] = {
                "Subject": subject,
                "ActivityDate": on.isoformat(),
                "Engagement_Direction__c": direction,
                "Engagement_Channel__c": channel,
            }
            if object_name == "Task":
                fields["Status"] = "Completed"
            else:
                fields |= {"DurationInMinutes": 45, "ActivityDateTime": f"{on.isoformat()}T14:00:00.000+0000"}
            key = f"{object_name} {len(rows[object_name]) + 1}"
            rows[object_name].append(Record(key, fields, {"WhatId": member}))
