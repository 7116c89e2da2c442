"""What a portfolio of 100,000 members takes: plans, scores and flags, the forecast, rebalancing; seconds and memory."""

from __future__ import annotations

import resource
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from time import perf_counter
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from benchmarks.table import Figures
from mappings.load import load as load_mapping
from plugin.coverage.work import work
from plugin.domain.capacity import Msm
from plugin.domain.forecast import Declared, forecast
from plugin.domain.rebalance import rebalance
from plugin.plans.apply import apply
from plugin.plans.load import load
from plugin.plans.marks import StoreMarks
from plugin.scoring import rescore
from plugin.scoring.portfolio import portfolio
from plugin.store import migrate, records
from plugin.store.embedded import EmbeddedPostgres
from plugin.store.engine import connect
from plugin.store.records import Origin

MEMBERS = 100_000
MSMS = 150
AT_ONCE = 5_000
TEMPLATE = load("member_company")
START, TODAY = date(2026, 1, 5), date(2026, 6, 1)
SEGMENTS = (
    ("Inbound", "inbound", 0.05, 90.0),
    ("Asynchronous", "asynchronous", 0.5, 7.0),
    ("Synchronous", "synchronous", 2.0, 2.5),
    ("Task Force", "task_force", 6.0, 0.5),
)
"""Name, model, hours a member and month, percent of the members: most have nobody of their own, as in a large body."""


def measure(members: int = MEMBERS) -> Figures:
    """Return seconds, the process's highest memory so far, and what came out, step by step."""
    with TemporaryDirectory() as folder:
        postgres = EmbeddedPostgres(Path(folder), durable=False)
        engine = connect(postgres.start())
        try:
            migrate.upgrade(engine)
            rows = tuple(_steps(engine, members))
        finally:
            engine.dispose()
            postgres.remove()
    return Figures(f"A portfolio of {members:,} members", ("Step", "Seconds", "Peak MiB", "What came out"), rows)


def _steps(engine: sa.Engine, size: int) -> Iterator[tuple[str, ...]]:
    ids: list[UUID] = []

    def members(conn: Connection) -> str:
        ids.extend(_members(conn, size))
        return f"{len(ids):,} members"

    steps: tuple[tuple[str, Callable[[Connection], str]], ...] = (
        ("members (not counted: a sync brings them)", members),
        ("plans", lambda conn: _plans(conn, ids)),
        ("evidence (not counted: it comes from the CRM)", _evidence),
        ("scores and flags", lambda conn: _scores(conn, ids)),
        ("forecast", _forecast),
        ("rebalancing", _rebalance),
    )
    for name, act in steps:
        began = perf_counter()
        with engine.begin() as conn:
            came = act(conn)
        yield name, f"{perf_counter() - began:.0f}", f"{_peak():,.0f}", came


def _members(conn: Connection, size: int) -> list[UUID]:
    chance = Random(1)
    origin = _origin(START)
    segments = [
        records.save(conn, "coverage_segment", None, {"name": n, "model": m, "hours_per_member_month": h}, origin)
        for n, m, h, _ in SEGMENTS
    ]
    for name in sorted({one.offer for one in TEMPLATE.milestones if one.offer}):
        offer = {"name": name, "kind": "seats", "yearly_value": Decimal(1200), "active": True}
        records.save(conn, "expansion_offer", None, offer, origin)
    ids: list[UUID] = []
    for begin in range(0, size, AT_ONCE):
        rows = [
            (
                None,
                {
                    "name": f"Sample Member {number:06}", "kind": "organisation", "joined_on": START,
                    "owner": f"Sample MSM {min(chance.randrange(MSMS), chance.randrange(MSMS)):02}",
                    "coverage_segment": chance.choices(segments, [share for *_, share in SEGMENTS])[0],
                },
                origin,
            )
            for number in range(begin, min(begin + AT_ONCE, size))
        ]  # fmt: skip
        ids += records.save_many(conn, "member", rows)
    return ids


def _plans(conn: Connection, ids: list[UUID]) -> str:
    marks = StoreMarks({"salesforce": load_mapping("salesforce", ("Account",))}, lambda: _moment(START))
    applied = apply(conn, marks, TEMPLATE, ids, START, _moment(START))
    return f"{len(applied.members):,} plans of {len(applied.plan.milestones)} milestones"


def _evidence(conn: Connection) -> str:
    """Reach milestones in bulk: about two thirds of those due, from on time to two months late; confirm the goals."""
    conn.execute(sa.text("SELECT setseed(0.5)"))
    reached = _changed(
        conn,
        "UPDATE milestone SET achieved_on = LEAST(due_on + (random() * 60)::int, :day) "
        "WHERE due_on < :day AND random() < 0.66",
        TODAY,
    )
    _changed(conn, "UPDATE desired_outcome SET confirmed_on = :day", START)
    _changed(conn, "UPDATE accountability SET agreed_on = :day", START)
    return f"{reached:,} milestones reached"


def _changed(conn: Connection, statement: str, day: date) -> int:
    """Return how many rows a statement changed; the origin it needs holds for one statement."""
    told = sa.text("SELECT set_config('success_vector.origin', :origin, true)")
    conn.execute(told, {"origin": _origin(day).as_setting()})
    return conn.execute(sa.text(statement), {"day": day}).rowcount


def _scores(conn: Connection, ids: list[UUID]) -> str:
    written = 0
    for begin in range(0, len(ids), AT_ONCE):
        written += len(rescore(conn, ids[begin : begin + AT_ONCE], TODAY).members)
    return f"{written:,} members scored and written"


def _forecast(conn: Connection) -> str:
    found = portfolio(conn, TODAY)
    answer = forecast(found.members, TODAY, found.owners, Declared(rates={}))
    line = answer.total(90)
    return f"{line.parts:,} parts; 90 days: {line.mean:,.0f} ({line.low:,.0f} to {line.high:,.0f})"


def _rebalance(conn: Connection) -> str:
    found = work(conn, TODAY, None, Msm("", 120.0, 0.25))
    evened = rebalance(found.served, found.team)
    before, after = evened.before.highest, evened.after.highest
    return f"{len(evened.moves):,} moves; highest load {before:.0%} to {after:.0%}"


def _moment(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 9, tzinfo=UTC)


def _origin(day: date) -> Origin:
    return Origin("sample", "benchmark", _moment(day), _moment(day))


def _peak() -> float:
    """Return the most memory that this process has held, in MiB; Linux tells it in KiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
