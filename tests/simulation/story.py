"""One seed: a beginning, a storm, and the quiet after it."""

from __future__ import annotations

import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from random import Random
from unittest import mock
from uuid import UUID

import sqlalchemy as sa

from mappings.model import Deletes
from plugin.store.schema import due
from plugin.sync.brakes import Brakes
from plugin.sync.packing import MOST_GUARDED
from plugin.sync.poll import OVERLAP
from tests.simulation.checks import Checks
from tests.simulation.people import People
from tests.simulation.world import CALM, House, Temper, World

TEMPERS = (
    CALM,
    Temper(meddle=0.2),
    Temper(meddle=0.15, lag=0.2),
    Temper(meddle=0.1, crash=0.06, forbid=0.05),
    Temper(meddle=0.15, cut=0.3, refuse=0.05, busy=0.1),
    Temper(meddle=0.12, crash=0.03, cut=0.1, lag=0.1, refuse=0.05, busy=0.05, forbid=0.03),
)


BLOCK = 125
"""Seeds that share one engine, one run of bad luck and every call: what a seed costs is mostly round trips."""
SKEWS = (0, 0, 0.4, -0.7, 90, -240)
QUIET = (2, 10, 70, 150, 150, 150, 150, 1000, 4000, 4000, 4000)
AUTOMATED = 8
"""How many turns of the quiet automations go on for: time enough for what goes back and forth to be noticed."""


@dataclass(frozen=True)
class Told:
    """How one seed ended badly: what is wrong, and what happened."""

    seed: int
    problems: tuple[str, ...]
    log: tuple[str, ...]

    def __str__(self) -> str:
        again = f"python -m tests.simulation --seeds {self.seed}"
        return "\n".join([f"seed {self.seed} ({again}):", *self.problems, "", *self.log])


def tell(database: sa.Engine, block: int) -> list[Told]:
    """Play a block of seeds, and return those that ended badly."""
    rng, house = Random(block), _house(block)
    with seeded(rng, guarded=house.guarded):
        empty(database)
        several = block % 4 == 3
        # Every other block does without a reconcile: it must not be what makes the rest right.
        world = World(database, rng, ("east", "west") if several else ("east",), house, reconciles=block % 2 == 0)
        people = [People(world, Random(seed), seed) for seed in seeds_of(block)]
        problems: list[tuple[int | None, str]] = []
        try:
            _storm(world, people, rng)
            problems += Checks(world).forgotten()
            quiet(world)
            problems += Checks(world).problems()
        except Exception as error:
            problems.append((None, "".join(traceback.format_exception(error))))
    concerned = {family for family, _ in problems}
    if None in concerned:
        concerned = {block * BLOCK} if concerned == {None} else concerned - {None}
    return [_told(world, seed, problems) for seed in sorted(concerned)]


def _house(block: int) -> House:
    brakes = Brakes(overwrite_share=0.1, delete_share=0.05, least=8) if block % 7 in {2, 5} else None
    return House(Deletes.PUSH if block % 5 in {1, 3, 4} else Deletes.KEEP, brakes, guarded=block % 3 != 1)


def seeds_of(block: int) -> range:
    """The seeds of a block."""
    return range(block * BLOCK, (block + 1) * BLOCK)


def _told(world: World, seed: int, problems: list[tuple[int | None, str]]) -> Told:
    mine = tuple(words for family, words in problems if family in {seed, None})
    return Told(seed, mine, tuple(words for family, words in world.log if family in {seed, None}))


def _storm(world: World, people: Sequence[People], rng: Random) -> None:
    def act(share: float = 0.3) -> None:
        for one in people:
            if rng.random() < share:
                one.act()

    for crm in world.crms.values():
        crm.skew = timedelta(seconds=rng.choice(SKEWS))
    for one in people:
        one.settle_in()
    world.clock.forward(rng.choice((1, 5)))
    temper = rng.choice(TEMPERS)
    world.temper = temper if rng.random() < 0.3 else CALM
    world.act = act
    world.first_syncs()
    world.temper = temper
    for _ in range(rng.randint(8, 14)):
        with world.moment():
            act(0.7)
            world.clock.forward(rng.choice((0, 0.2, 0.9, 3)))
            for one in people:
                one.deliver()
        world.clock.forward(rng.choice((0, 0.4, 1, 3, 20)))
        if world.house.brakes and rng.random() < 0.2:
            world.release()
        name = rng.choice(list(world.crms))
        chance = rng.random()
        if chance < 0.15:
            world.poll(name)
        if chance < 0.8:
            world.drain(name)
        if world.reconciles and chance > 0.9:
            world.backfill(name) if rng.random() < 0.5 else world.reconcile(name)


def quiet(world: World) -> None:
    """Let nothing happen any more, until all is done."""
    world.say("--- quiet ---")
    world.temper = CALM
    come_back(world)
    if world.reconciles:
        _find_what_nothing_told(world)
    for turn, seconds in enumerate(QUIET):
        if turn == AUTOMATED:
            world.rules.clear()
        world.clock.forward(seconds)
        for name in world.crms:
            if turn < 2:
                world.poll(name)
            world.drain(name)
        world.release()
        if turn >= 3 and not _waiting(world):
            break
    written = {name: len(crm.written) for name, crm in world.crms.items()}
    world.say("--- idle ---")
    world.clock.forward(5)
    for name in world.crms:
        world.poll(name)
        world.drain(name)
    with world.database.connect() as conn:
        parked = set(conn.scalars(sa.select(due.c.record_id).where(due.c.waits_for.is_not(None))))
    for name, crm in world.crms.items():
        for one in crm.written[written[name] :]:
            if one.id in parked:
                continue
            family = world.things[name, one.id].family if one.id else None
            world.errors.append((family, f"{name} was written to when nothing had happened: {one}"))


def come_back(world: World) -> None:
    """Most of those who left are members again; some never are."""
    for name, crm in world.crms.items():
        for account in crm.alive("Account"):
            if not crm.value("Account", account, "Is_Member__c") and world.rng.random() < 0.7:
                world.say(f"{name}: {account} is a member again", world.things[name, account].family)
                crm.put("Account", account, Is_Member__c=True)


def _find_what_nothing_told(world: World) -> None:
    """Let us see everything only once the poll has nothing more to say: the rest is for going through all to find.

    A reconcile finds it, or else a backfill; but what was deleted for good is found by a reconcile alone.
    """
    for name, crm in world.crms.items():
        for _ in range(2):
            world.clock.forward(OVERLAP.total_seconds())
            world.poll(name)
            world.drain(name)
        again = world.rng.random() < 0.5
        if again:
            world.reconcile(name)
        world.say(f"{name}: everything is in our sight again")
        crm.hidden.clear()
        world.backfill(name) if again else world.reconcile(name)
        if world.house.brakes:
            # A purge that the brake held back is proven again by the next reconcile.
            world.release()
            world.reconcile(name)


def _waiting(world: World) -> bool:
    with world.database.connect() as conn:
        return bool(conn.scalar(sa.select(sa.exists().where(due.c.waits_for.is_(None)))))


@contextmanager
def seeded(rng: Random, *, guarded: bool = True) -> Iterator[None]:
    """One process and one thread: nobody else holds a lane, and new ids are drawn from the seed.

    A world of many families has more to write at once than one guarded call holds: where all is to be `guarded`, one
    call holds it all.
    """

    @contextmanager
    def alone(_engine: sa.Engine, _name: str) -> Iterator[bool]:
        yield True

    def drawn() -> UUID:
        return UUID(int=rng.getrandbits(128), version=4)

    with (
        mock.patch("plugin.sync.engine.lane_lock", alone),
        mock.patch("plugin.sync.poll.lane_lock", alone),
        mock.patch("plugin.sync.walking.lane_lock", alone),
        mock.patch("plugin.store.records.uuid4", drawn),
        mock.patch("plugin.sync.packing.MOST_GUARDED", 10_000 if guarded else MOST_GUARDED),
    ):
        yield


USED = (
    "member desired_outcome milestone vector_snapshot member_calculated "
    "links due dead_letters history cursors systems walks braked decisions unmatched"
)


def empty(database: sa.Engine) -> None:
    """Forget everything that the seed before left."""
    with database.begin() as conn:
        conn.execute(sa.text("SET LOCAL session_replication_role = replica"))
        conn.execute(sa.text("; ".join(f"DELETE FROM {name}" for name in USED.split())))


def open_database(url: str) -> sa.Engine:
    """Connections that ask for no round trip more than the engine does, not to prepare either, and wait for no disk."""
    options = "-c timezone=UTC -c synchronous_commit=off -c jit=off"
    return sa.create_engine(
        sa.make_url(url).set(drivername="postgresql+psycopg"),
        pool_size=2,
        connect_args={"options": options, "prepare_threshold": None},
    )
