"""A sample association of which the charts in the docs are drawn: `python tests/unit/charts/sample.py docs/images`."""

from __future__ import annotations

import sys
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from plugin.charts.saved import save
from plugin.charts.stored import CHARTS, Asked, drawn
from plugin.plans.apply import apply
from plugin.plans.load import load_all
from plugin.plans.marks import StoreMarks
from plugin.scoring import rescore
from plugin.store import migrate, records
from plugin.store.embedded import EmbeddedPostgres
from plugin.store.engine import connect
from plugin.store.records import Origin
from plugin.store.schema import TABLES

TODAY = date(2026, 6, 1)
SEGMENTS = (
    ("Asynchronous", "asynchronous", 0.5),
    ("Synchronous", "synchronous", 2.5),
    ("Task Force", "task_force", 8.0),
)
MSMS = ("Sample MSM A", "Sample MSM B", "Sample MSM C", "Sample MSM D", "Sample MSM E")
MARKS = StoreMarks({}, lambda: _moment(TODAY))


def _moment(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 9, tzinfo=UTC)


def _origin(day: date) -> Origin:
    return Origin("sample", "salesforce", _moment(day), _moment(day))


def associate(conn: Connection, size: int = 160, seed: int = 7) -> list[UUID]:
    """Write a sample association: members on all templates, at all stages, some as agreed and some late."""
    chance, day = Random(seed), _origin(TODAY - timedelta(days=400))
    segments = [
        records.save(conn, "coverage_segment", None, {"name": n, "model": m, "hours_per_member_month": h}, day)
        for n, m, h in SEGMENTS
    ]
    templates = load_all()
    for place, name in enumerate(sorted({one.offer for each in templates for one in each.milestones if one.offer})):
        offer = {"name": name, "kind": "upsell", "yearly_value": Decimal(600 + 300 * place), "active": True}
        records.save(conn, "expansion_offer", None, offer, day)
    made = []
    for number in range(1, size + 1):
        starts_on = TODAY - timedelta(days=chance.randint(30, 380))
        fields = {
            "name": f"Sample Member {number:03}", "kind": "organisation", "joined_on": starts_on,
            "owner": chance.choices(MSMS, (40, 25, 15, 12, 8))[0],
            "coverage_segment": chance.choices(segments, (50, 40, 10))[0],
        }  # fmt: skip
        one = UUID(int=chance.getrandbits(128), version=4)
        records.insert_as(conn, "member", one, fields, _origin(starts_on))
        made.append(one)
        if chance.random() < 0.92:
            apply(conn, MARKS, templates[number % len(templates)], [one], starts_on, _moment(starts_on))
    _live(conn, chance)
    for begin in range(0, len(made), 40):
        rescore(conn, made[begin : begin + 40], TODAY)
    return made


def _live(conn: Connection, chance: Random) -> None:
    goal, member = TABLES["desired_outcome"], TABLES["member"]
    joined = goal.join(member, member.c.id == goal.c.member)
    for row in conn.execute(sa.select(goal).select_from(joined).order_by(member.c.name)).all():
        day, pace = _origin(row.starts_on), chance.betavariate(2.5, 1.2)
        records.save(conn, "desired_outcome", row.id, {"confirmed_on": row.starts_on, "confirmed_by": "them"}, day)
        steps = sa.select(TABLES["milestone"]).where(TABLES["milestone"].c.desired_outcome == row.id)
        for step in conn.execute(steps.order_by(TABLES["milestone"].c.due_on, TABLES["milestone"].c.name)).all():
            on = step.due_on + timedelta(days=round(chance.gauss(2, 14)))
            if on < TODAY and chance.random() < pace:
                on = max(on, row.starts_on)
                records.save(conn, "milestone", step.id, {"achieved_on": on}, _origin(on))
        actions = sa.select(TABLES["accountability"]).where(TABLES["accountability"].c.desired_outcome == row.id)
        for one in conn.execute(actions.order_by(TABLES["accountability"].c.name)).all():
            done = one.due_on if one.due_on < TODAY and chance.random() < pace else None
            records.save(conn, "accountability", one.id, {"agreed_on": row.starts_on, "done_on": done}, day)


def main(folder: Path) -> None:
    """Draw every chart of the sample association into a folder."""
    with TemporaryDirectory() as place:
        postgres = EmbeddedPostgres(Path(place), durable=False)
        engine = connect(postgres.start())
        try:
            migrate.upgrade(engine)
            with engine.begin() as conn:
                associate(conn)
                # The curve of public data stands in the docs already: a sample has nothing to be calibrated on.
                for name in CHARTS.keys() - {"calibration"}:
                    save(drawn(conn, name, Asked(TODAY)), folder / f"charts-{name}.svg")
        finally:
            engine.dispose()
            postgres.remove()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
