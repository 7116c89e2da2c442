"""One seed: a beginning, a storm, and the quiet after it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from random import Random
from unittest import mock
from uuid import UUID

import sqlalchemy as sa

from plugin.store.schema import metadata
from tests.simulation.checks import Checks
from tests.simulation.people import People, everything_due
from tests.simulation.world import CALM, Temper, World

TEMPERS = (
    CALM,
    Temper(meddle=0.2),
    Temper(meddle=0.15, lag=0.2),
    Temper(meddle=0.1, crash=0.06, forbid=0.05),
    Temper(meddle=0.15, cut=0.3, refuse=0.05, busy=0.1),
    Temper(meddle=0.12, crash=0.03, cut=0.1, lag=0.1, refuse=0.05, busy=0.05, forbid=0.03),
)


class Broken(AssertionError):
    """A seed after which not everything holds; the message is the whole story."""


@dataclass(frozen=True)
class Told:
    """What a seed came to."""

    seed: int
    problems: tuple[str, ...]
    log: tuple[str, ...]

    def __str__(self) -> str:
        return "\n".join([f"seed {self.seed}:", *self.problems, "", *self.log])


def tell(database: sa.Engine, seed: int) -> Told:
    """Play one seed, and return what is wrong at its end."""
    rng = Random(seed)
    names = ("east", "west") if seed % 4 == 3 and SEVERAL else ("east",)
    with seeded(rng):
        empty(database)
        world = World(database, rng, names)
        people = People(world, rng)
        problems: list[str] = []
        try:
            _storm(world, people, rng)
            _quiet(world)
            problems += Checks(world).problems()
        except Exception as error:
            problems.append(f"{type(error).__name__}: {error}")
            if not isinstance(error, AssertionError):
                import traceback

                problems.append(traceback.format_exc())
    return Told(seed, tuple(problems), tuple(world.log))


SEVERAL = False


def _storm(world: World, people: People, rng: Random) -> None:
    for crm in world.crms.values():
        crm.skew = _skew(rng)
    people.settle_in()
    world.clock.forward(rng.choice((1, 5)))
    temper = rng.choice(TEMPERS)
    world.temper = temper if rng.random() < 0.3 else CALM
    world.act = people.act
    world.first_syncs()
    world.temper = temper
    for _ in range(rng.randint(6, 14)):
        for _ in range(rng.choice((1, 1, 2))):
            people.act()
            world.clock.forward(rng.choice((0, 0.2, 0.9)))
        world.clock.forward(rng.choice((0, 0.4, 1, 3, 20)))
        people.deliver()
        name = rng.choice(list(world.crms))
        chance = rng.random()
        if chance < 0.12:
            world.poll(name)
        if chance < 0.8:
            world.drain(name)


def _skew(rng: Random):
    from datetime import timedelta

    return timedelta(seconds=rng.choice((0, 0, 0.4, -0.7, 90, -240)))


def _quiet(world: World) -> None:
    world.say("--- quiet ---")
    world.temper = CALM
    world.mail.clear()
    for turn, seconds in enumerate((2, 10, 70, 150, 1000, 4000, 4000, 4000)):
        world.clock.forward(seconds)
        for name in world.crms:
            if turn < 2:
                world.poll(name)
            world.drain(name)
        waiting = [row for row in everything_due(world.database) if row.waits_for is None]
        if turn >= 2 and not waiting:
            break
    written = {name: len(crm.written) for name, crm in world.crms.items()}
    world.say("--- idle ---")
    world.clock.forward(5)
    for name in world.crms:
        world.poll(name)
        world.drain(name)
    for name, crm in world.crms.items():
        if len(crm.written) != written[name]:
            world.errors.append(f"{name} was written to when nothing had happened: {crm.written[written[name]:]}")


@contextmanager
def seeded(rng: Random) -> Iterator[None]:
    """One process and one thread: nobody else holds a lane, and new ids are drawn from the seed."""

    @contextmanager
    def alone(_engine: sa.Engine, _name: str) -> Iterator[bool]:
        yield True

    def drawn() -> UUID:
        return UUID(int=rng.getrandbits(128), version=4)

    with (
        mock.patch("plugin.sync.engine.lane_lock", alone),
        mock.patch("plugin.sync.poll.lane_lock", alone),
        mock.patch("plugin.store.records.uuid4", drawn),
    ):
        yield


USED = ("member", "desired_outcome", "milestone", "vector_snapshot", "member_calculated", "links", "due",
        "dead_letters", "history", "cursors", "systems")


def empty(database: sa.Engine) -> None:
    """Forget everything that the seed before left."""
    assert set(USED) <= set(metadata.tables)
    with database.begin() as conn:
        conn.execute(sa.text("SET LOCAL session_replication_role = replica"))
        conn.execute(sa.text("; ".join(f"DELETE FROM {name}" for name in USED)))
