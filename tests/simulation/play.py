"""A story told by hand: what a failing seed came down to."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from plugin.store import dead_letters, links
from plugin.store.schema import due as DUE
from plugin.sync.points import Point
from tests.simulation.checks import Checks
from tests.simulation.crm import Weather
from tests.simulation.mapping import OBJECTS
from tests.simulation.story import quiet
from tests.simulation.world import World

ACCOUNT, OUTCOME, MILESTONE = OBJECTS.values()


class Play:
    """Says what people and faults do, one after the other; `ends_well` lets it go quiet and checks everything."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.crm = next(iter(world.crms.values()))
        self.account = world.create_there("east", ACCOUNT)
        self.outcome = world.create_there("east", OUTCOME, self.account)
        self.milestone = world.create_there("east", MILESTONE, self.outcome)
        self.later(5)
        world.first_syncs()
        self.sync()

    def later(self, seconds: float = 3) -> None:
        """Time passes."""
        self.world.clock.forward(seconds)

    def sync(self, seconds: float = 3) -> None:
        """The service reads what changed, and works on what is due."""
        self.later(seconds)
        for name in self.world.crms:
            self.world.poll(name)
        self.work(seconds)

    def work(self, seconds: float = 3) -> None:
        """The service works on what is due, without being told of anything new."""
        self.later(seconds)
        for name in self.world.crms:
            self.world.drain(name)

    def here(self, record_id: str) -> dict[str, Any]:
        """Our record that theirs is."""
        link = self.link(record_id)
        with self.world.moment() as moment:
            return next(one for one in moment.rows(link.entity, 0) if one["id"] == link.record_id)

    def link(self, record_id: str) -> links.Link:
        """The link of a record of theirs."""
        with self.world.database.connect() as conn:
            return links.by_external(conn, "east", [record_id])[record_id]

    def links_of(self, entity: str, our_id: UUID, system: str = "east") -> list[links.Link]:
        """The links of a record of ours in a system."""
        with self.world.database.connect() as conn:
            return links.by_record(conn, system, entity, [our_id]).get(our_id, [])

    def edit_here(self, record_id: str, **values: Any) -> None:
        """Somebody edits our record."""
        entity = self.link(record_id).entity
        for name, value in values.items():
            self.world.edit_here(entity, self.here(record_id), name, value)

    def edit_there(self, object_name: str, record_id: str, **values: Any) -> None:
        """Somebody edits their record."""
        for name, value in values.items():
            self.world.edit_there("east", object_name, record_id, name, value)

    def there(self, object_name: str, record_id: str, name: str) -> Any:
        """What a person sees there, by our name of the field."""
        return self.crm.value(object_name, record_id, self.world.their_name(object_name, name))

    def die_at(self, point: Point) -> None:
        """Let the next worker that passes that point die there, and no other."""
        usual = self.world.engine.passing

        def passing(here: Point) -> None:
            if here is point:
                self.world.crash(f"at {point.name}")
            usual(here)

        self.world.engine.passing = passing

    def create_unheard(self, entity: str, parent: UUID | None = None) -> tuple[UUID, str]:
        """Somebody creates a record of ours, and the service dies as it lands there; return both sides' ids."""
        before = self.crm.alive(OBJECTS[entity])
        born = self.world.create_here(entity, parent)
        self.die_at(Point.CALLED)
        self.work()
        [there] = [one for one in self.crm.alive(OBJECTS[entity]) if one not in before]
        return born, there

    def delete_all_there(self) -> None:
        """Somebody deletes the member there, with what is below it."""
        for object_name, record_id in reversed(self._family()):
            self.crm.remove(object_name, record_id)

    def undelete_all_there(self) -> None:
        """Somebody takes the member out of the bin there, with what is below it."""
        for object_name, record_id in self._family():
            self.crm.put(object_name, record_id)

    def _family(self) -> list[tuple[str, str]]:
        return [(ACCOUNT, self.account), (OUTCOME, self.outcome), (MILESTONE, self.milestone)]

    def meanwhile(self, point: Point, act: Callable[[], None]) -> None:
        """Let people act when the service next passes that point."""
        usual = self.world.engine.passing

        def passing(here: Point) -> None:
            usual(here)
            if here is point:
                self.world.engine.passing = usual
                act()

        self.world.engine.passing = passing

    def next_write_meets(self, weather: Weather, meanwhile: Callable[[], None] = lambda: None) -> None:
        """Let the next write meet a fault; `meanwhile` somebody does something."""
        usual = self.crm.meets

        def meets(kind: str, writes: Any) -> Weather:
            if not writes:
                return usual(kind, writes)
            self.crm.meets = usual
            meanwhile()
            self.world.mishaps += 1
            return weather

        self.crm.meets = meets

    def letters(self) -> list[dead_letters.DeadLetter]:
        """The dead letters."""
        with self.world.database.connect() as conn:
            return dead_letters.newest(conn)

    def still_due(self) -> list[Any]:
        """Everything that is still due, whenever."""
        with self.world.database.connect() as conn:
            return list(conn.execute(DUE.select()))

    def ends_well(self) -> None:
        """Let it go quiet, and check all that is checked after a seed."""
        quiet(self.world)
        assert [words for _, words in Checks(self.world).problems()] == []
