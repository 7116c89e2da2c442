"""An association's past, put into the store with the times at which each fact was recorded."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy.engine import Connection

from plugin.store import records
from plugin.store.records import Origin

BEGIN = date(2023, 1, 1)
UNTIL = date(2025, 6, 1)
LEAST_TO_RENEWAL, MOST_TO_RENEWAL = 400, 750
"""Days from `BEGIN` to the end of what is paid."""


def recorded(day: date) -> Origin:
    """Return an origin of a fact that happened and was recorded on a day."""
    at = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
    return Origin("Sample MSM", "crm", at, at)


@dataclass(frozen=True)
class Story:
    """One member's past: when a milestone was due and reached, when that was recorded, and whether they renewed."""

    paid_through: date
    due_on: date
    achieved_on: date
    recorded_on: date
    renewed: bool


def tell(conn: Connection, stories: list[Story]) -> list[UUID]:
    """Write the pasts; return the members."""
    rows: dict[str, list[tuple[UUID | None, dict[str, Any], Origin]]] = {
        name: [] for name in ("member", "desired_outcome", "milestone")
    }
    start = recorded(BEGIN)
    for number, story in enumerate(stories):
        rows["member"].append(
            (
                None,
                {"name": f"Sample Member {number:03}", "joined_on": BEGIN, "paid_through": story.paid_through},
                start,
            )
        )
    members = records.save_many(conn, "member", rows["member"])
    rows["desired_outcome"] = [
        (None, {"member": member, "starts_on": BEGIN, "due_on": date(2026, 12, 31), "template": "Sample plan"}, start)
        for member in members
    ]
    goals = records.save_many(conn, "desired_outcome", rows["desired_outcome"])
    first = records.save_many(
        conn,
        "milestone",
        [
            (None, {"desired_outcome": goal, "type": "operational", "due_on": story.due_on}, start)
            for goal, story in zip(goals, stories, strict=True)
        ],
    )
    last = {"type": "strategic", "due_on": date(2026, 12, 1)}
    records.save_many(conn, "milestone", [(None, {"desired_outcome": goal, **last}, start) for goal in goals])
    records.save_many(
        conn,
        "milestone",
        [
            (milestone, {"achieved_on": story.achieved_on}, recorded(story.recorded_on))
            for milestone, story in zip(first, stories, strict=True)
        ],
    )
    records.save_many(conn, "member", [_end(*pair) for pair in zip(members, stories, strict=True)])
    return members


def _end(member: UUID, story: Story) -> tuple[UUID, dict[str, Any], Origin]:
    if story.renewed:
        values = {"paid_through": story.paid_through + timedelta(days=365)}
        return member, values, recorded(story.paid_through + timedelta(days=10))
    return member, {"ended_on": story.paid_through}, recorded(story.paid_through + timedelta(days=20))


def movement_decides(members: int, seed: int = 1) -> list[Story]:
    """Return pasts in which those who moved lately renew four times of five, and others one of five."""
    chance = Random(seed)
    stories = []
    for _ in range(members):
        paid = BEGIN + timedelta(days=chance.randint(LEAST_TO_RENEWAL, MOST_TO_RENEWAL))
        moved = chance.random() < 0.5
        on = paid - timedelta(days=92 if moved else 300)
        stories.append(Story(paid, on, on, on, chance.random() < (0.8 if moved else 0.2)))
    return stories


def recorded_with_hindsight(members: int, seed: int = 4) -> list[Story]:
    """Return pasts in which chance decides, and a month after a renewal somebody writes that a milestone was reached.

    Who did not renew reached it long ago. So the dates seem to tell who renews, yet nobody knew.
    """
    chance = Random(seed)
    stories = []
    for _ in range(members):
        paid = BEGIN + timedelta(days=chance.randint(LEAST_TO_RENEWAL, MOST_TO_RENEWAL))
        renewed = chance.random() < 0.5
        on = paid - timedelta(days=92 if renewed else 300)
        stories.append(Story(paid, paid - timedelta(days=92), on, paid + timedelta(days=30), renewed))
    return stories


def a_member(conn: Connection, on: date = BEGIN, **values: Any) -> UUID:
    """Write one member as recorded on a day."""
    record_id = uuid4()
    records.insert_as(
        conn, "member", record_id, {"name": "Sample Member 001", "joined_on": BEGIN, **values}, recorded(on)
    )
    return record_id
