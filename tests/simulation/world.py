"""The engine between a real database and restless CRMs, with everything that happens drawn from one seed."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa

from connectors.base import Write
from mappings.model import Deletes
from plugin.errors import RetryLater, SignInFailed, SuccessVectorError, UserError
from plugin.store import due, links, records, systems
from plugin.store.braked import KINDS
from plugin.store.records import Origin
from plugin.store.schema import TABLES
from plugin.store.schema import links as LINKS
from plugin.store.walks import Kind
from plugin.sync import backfill, reconcile
from plugin.sync.brakes import Brakes, release
from plugin.sync.engine import Engine
from plugin.sync.held import Held, held
from plugin.sync.normal import normal
from plugin.sync.points import Point
from plugin.sync.poll import first_sync, poll
from plugin.sync.review import Settlement, Side, settle
from plugin.sync.system import System
from plugin.sync.walking import Step, begin, walk_on
from tests.fakes.crm import Clock
from tests.simulation.crm import CLEAR, RestlessCrm, Weather
from tests.simulation.ledger import OURS, Braking, Edit, Thing
from tests.simulation.mapping import EDITED, OBJECTS, PARENT, mapping

START = datetime(2026, 3, 2, 9, 0, 0, 250_000, tzinfo=UTC)
OUTSIDE = {Point.READ, Point.FETCHED, Point.SENT, Point.CALLED, Point.PUSHED}
"""The points where no transaction of the engine is open, so that others can act."""
MOST_CALLS = 2000
MEDDLES = 4
"""How often at most people act while the service works on one thing: else it would never end."""


class Crash(BaseException):
    """The process died: nothing catches it, and what was not committed is gone."""


@dataclass(frozen=True)
class Temper:
    """How often what goes wrong goes wrong, of 1."""

    crash: float = 0.0
    cut: float = 0.0
    refuse: float = 0.0
    lag: float = 0.0
    busy: float = 0.0
    meddle: float = 0.0
    acting: float = 0.4
    forbid: float = 0.0


CALM = Temper()


class Linked(NamedTuple):
    """What a record of ours is in a system."""

    system: str
    external_id: str | None


@dataclass(frozen=True)
class House:
    """What an association has set, and is: what deleting here means over there, its brakes, and whether it is so small
    that every write to what people edit is guarded.
    """

    deletes: Deletes = Deletes.KEEP
    brakes: Brakes | None = None
    guarded: bool = True


@dataclass
class Rule:
    """An automation of theirs that sets a field back to its value so many times."""

    field: str
    value: Any
    left: int


@dataclass
class Moment:
    """One moment on our side, in one transaction: what people see in it, and what they saved."""

    conn: sa.Connection
    thing_of: Callable[[UUID], Thing]
    seen: dict[str, dict[int, list[sa.Row[Any]]]] = field(default_factory=dict)
    linked: dict[UUID, list[Linked]] | None = None
    held: list[Held] | None = None
    edits: dict[str, list[tuple[UUID, dict[str, Any], Origin]]] = field(default_factory=dict)
    deleted: dict[str, list[tuple[UUID, Origin]]] = field(default_factory=dict)
    saved: dict[str, set[UUID]] = field(default_factory=dict)
    told: dict[tuple[str, str], list[str]] = field(default_factory=dict)

    def rows(self, entity: str, family: int) -> list[dict[str, Any]]:
        """A family's records of an entity that are not deleted."""
        if entity not in self.seen:
            above = [PARENT[entity]] if entity in PARENT else []
            columns = [TABLES[entity].c[name] for name in ("id", *EDITED[entity], *above)]
            alive = sa.select(*columns).where(TABLES[entity].c.deleted_at.is_(None)).order_by(TABLES[entity].c.id)
            by_family = self.seen[entity] = {}
            for row in self.conn.execute(alive):
                by_family.setdefault(self.thing_of(row.id).family, []).append(row)
        return [dict(row._mapping) for row in self.seen[entity].get(family, [])]

    def links_of(self, record_id: UUID) -> list[Linked]:
        """What a record of ours is in the systems."""
        return self._linked().get(record_id, [])

    def knows(self, external_ids: Collection[str]) -> bool:
        """Whether we have met all these records of theirs."""
        return {one.external_id for found in self._linked().values() for one in found} >= set(external_ids)

    def _linked(self) -> dict[UUID, list[Linked]]:
        if self.linked is None:
            self.linked = {}
            rows = self.conn.execute(sa.select(LINKS.c.record_id, LINKS.c.system, LINKS.c.external_id))
            for record_id, system, external_id in rows:
                self.linked.setdefault(record_id, []).append(Linked(system, external_id))
        return self.linked

    def flush(self) -> None:
        """Store what people edited and deleted."""
        for entity, rows in self.edits.items():
            records.save_many(self.conn, entity, rows)
        for entity, gone in self.deleted.items():
            records.delete_many(self.conn, entity, gone)

    def waiting(self) -> list[Held]:
        """The fields that wait for a person."""
        if self.held is None:
            self.held = held(self.conn, limit=10_000)
        return self.held


class World:
    """One association on one or two systems. `act` is called where people may act between two steps of the engine.

    Families of records that have nothing to do with each other share it, so that one call serves them all.
    """

    def __init__(
        self,
        database: sa.Engine,
        rng: Random,
        names: Sequence[str] = ("east",),
        house: House = House(),
        *,
        reconciles: bool = False,
    ) -> None:
        self.database, self.rng, self.house, self.reconciles = database, rng, house, reconciles
        self.clock = Clock(START)
        self.temper = CALM
        self.log: list[tuple[int | None, str]] = []
        self.family = 0
        self._moment: Moment | None = None
        self.things: dict[tuple[str, str], Thing] = {}
        self.mine: dict[UUID, Thing] = {}
        self.theirs: dict[tuple[str, str, int], list[str]] = {}
        self.errors: list[tuple[int | None, str]] = []
        self.mishaps = 0
        self.lagged = False
        self.act: Callable[[], None] = lambda: None
        self.serial = 0
        self.patience = 0
        self.under_way: tuple[str, Sequence[Write]] = ("", ())
        self.rules: dict[tuple[str, Thing], Rule] = {}
        self.braking = Braking()
        self.crms = {name: self._crm(name) for name in names}
        self.systems = {
            name: System(name, crm, crm.mapping, crm.describe(crm.mapping.objects)) for name, crm in self.crms.items()
        }
        self.engine = self._engine()

    def _crm(self, name: str) -> RestlessCrm:
        crm = RestlessCrm(mapping(name, self.house.deletes), self.clock, system=name, org_id=f"00D{name}")
        crm.meets = lambda kind, writes: self._meets(name, kind, writes)
        crm.leaves = lambda kind, _writes: self._leaves(name, kind)
        crm.locked = lambda number, chance: [self.rng.random() < chance for _ in range(number)]
        crm.landing = lambda kind, write: self._landing(name, kind, write)
        crm.landed = lambda write, record_id: self._landed(name, write, record_id)
        return crm

    def _engine(self) -> Engine:
        return Engine(self.database, self.systems, self.clock, "UTC", self._passing, brakes=self.house.brakes)

    def say(self, words: str, family: int | None = None) -> None:
        """Add a line to the log that a failing seed prints; without a family it concerns all."""
        self.log.append((family, f"{self.clock():%H:%M:%S.%f} {words}"))

    @contextmanager
    def moment(self) -> Iterator[Moment]:
        """One moment on our side; what is saved in it is made due at its end. Within a moment it is the same one."""
        if self._moment:
            yield self._moment
            return
        with self.database.begin() as conn:
            self._moment = Moment(conn, self.thing_of)
            try:
                yield self._moment
                self._moment.flush()
                for entity, ids in self._moment.saved.items():
                    self.engine.mark_score(conn, entity, ids)
                    self.engine.mark_push(conn, entity, ids)
                for (name, object_name), told in self._moment.told.items():
                    due.mark(conn, "fetch", name, object_name, told, "interactive", self.clock())
            finally:
                self._moment = None

    # What the engine meets

    def _passing(self, point: Point) -> None:
        if self.rng.random() < self.temper.crash:
            self.crash(f"at {point.name}")
        if point in OUTSIDE:
            self._meddle()

    def _meets(self, name: str, kind: str, writes: Sequence[Write]) -> Weather:
        crm = self.crms[name]
        if len(crm.calls) > MOST_CALLS:
            raise AssertionError(f"{MOST_CALLS} calls to {name}: the engine goes in circles")
        self.under_way = name, writes
        self._meddle()
        self.under_way = "", ()
        self.say(f"{name}.{kind}")
        for one in writes:
            words = f"   {one.object} {one.id or 'new'} {dict(one.values)} unless after {one.unmodified_since}"
            self.say(words, self._family_of(name, one))
        if self.rng.random() < self.temper.crash:
            self.crash(f"before {kind}")
        chance = self.rng.random()
        if chance < self.temper.refuse:
            self.say("   can't answer")
            raise RetryLater("come back later", 20) if chance < self.temper.refuse * 0.7 else SignInFailed("who?")
        if writes:
            if self.rng.random() < self.temper.cut:
                self.mishaps += 1
                cut = self.rng.choice(("before", "between", "after"))
                self.say(f"   the line is cut {cut} it landed")
                return Weather(cut=cut)
            return Weather(busy=self.temper.busy)
        if self.rng.random() < self.temper.lag:
            self.lagged = True
            lag = self.rng.choice((0.5, 2, 8, 30))
            self.say(f"   the replica lags {lag} s")
            return Weather(lag=lag)
        return CLEAR

    def _leaves(self, name: str, kind: str) -> None:
        if self.rng.random() < self.temper.crash:
            self.crash(f"after {name}.{kind}")
        self._meddle()

    def crash(self, where: str) -> None:
        """The service's process dies."""
        self.mishaps += 1
        self.say(f"   CRASH {where}")
        raise Crash(where)

    def _meddle(self) -> None:
        if self.patience and self.rng.random() < self.temper.meddle:
            self.patience -= 1
            self.clock.forward(self.rng.choice((0.0, 0.3, 1.1)))
            with self.moment():
                self.act()

    def _family_of(self, name: str, write: Write) -> int:
        if write.id:
            return self.things[name, write.id].family
        return self.thing_of(UUID(str(write.values["Success_Vector_Id__c"]))).family

    def _landed(self, name: str, write: Write, record_id: str) -> None:
        self.say(f"   landed {write.object} {record_id}", self._family_of(name, write))
        if write.id is None:
            thing = self.thing_of(UUID(str(write.values["Success_Vector_Id__c"])))
            doubles = [
                key
                for (system, key), known in self.things.items()
                if system == name and known is thing and not self.crms[name].records[write.object][key].deleted
            ]
            if doubles:
                words = f"{write.object} {doubles[0]} was created twice in {name}, as {record_id}"
                self.errors.append((thing.family, words))
            self._met(name, write.object, record_id, thing)
        rule = self.rules.get((name, self.things[name, record_id]))
        if rule and rule.left and not self.crms[name].records[write.object][record_id].deleted:
            self._set_back(name, write.object, record_id, rule)

    def _set_back(self, name: str, object_name: str, record_id: str, rule: Rule) -> None:
        """An automation over there answers our write."""
        now = self.crms[name].value(object_name, record_id, self.their_name(object_name, rule.field))
        if now != self.normal(object_name, rule.field, rule.value):
            rule.left -= 1
            self.family = self.things[name, record_id].family
            self.edit_there(name, object_name, record_id, rule.field, rule.value)

    def _landing(self, name: str, kind: str, write: Write) -> None:
        """A write is about to land on a record over there: note what people lose by it."""
        crm, record_id = self.crms[name], write.id or ""
        thing = self.things[name, record_id]
        entity = crm.mapping.source(write.object).entity
        read_at = crm.read_at.get(record_id, START)
        deletes = kind == "delete"
        loses = False
        for field_name in EDITED[entity]:
            theirs = self.their_name(write.object, field_name)
            edit = thing.find(field_name, crm.value(write.object, record_id, theirs))
            if edit is None or (not deletes and write.values.get(theirs, edit.value) == edit.value):
                continue
            loses |= edit.value is not None
            unguarded = write.unmodified_since is None and not self.house.guarded
            unread = any(claim.side == name and claim.at > read_at for claim in edit.claims())
            if unread and (deletes or unguarded):
                edit.overrun = True
            elif deletes and self._came_after(thing, edit, name):
                words = f"{record_id} was deleted in {name} over an edit after the deletion here: {edit}"
                self.errors.append((thing.family, words))
        if loses:
            self.braking.count(name, "delete" if deletes else "overwrite", entity, thing)

    def _came_after(self, thing: Thing, edit: Edit, name: str) -> bool:
        """Whether an edit over there came after the deletion here that stands: one that no undelete took back."""
        gone, back = thing.deleted_here, thing.undeleted_there or START
        return edit.side == name and gone is not None and back < gone < edit.at - timedelta(seconds=5)

    # Who is who

    def _met(self, name: str, object_name: str, record_id: str, thing: Thing) -> None:
        self.things[name, record_id] = thing
        self.theirs.setdefault((name, object_name, thing.family), []).append(record_id)

    def thing_of(self, our_id: UUID) -> Thing:
        """The thing that a record of ours is."""
        if our_id not in self.mine:
            with self.moment() as moment:
                found = moment.links_of(our_id)
            self.mine[our_id] = next(self.things[one.system, one.external_id] for one in found if one.external_id)
        return self.mine[our_id]

    def normal(self, object_name: str, name: str, value: Any) -> Any:
        """A value of ours in the form that is compared."""
        crm = next(iter(self.crms.values()))
        line = crm.mapping.source(object_name).fields[name]
        return normal(line.to_theirs(value), crm.schema_of(object_name)[line.theirs])

    def their_name(self, object_name: str, name: str) -> str:
        """What they call a field or reference of ours."""
        source = next(iter(self.crms.values())).mapping.source(object_name)
        return source.fields[name].theirs if name in source.fields else next(iter(source.references[name]))

    def value(self, name: str) -> Any:
        """A value for a field that nobody ever wrote before, as ours holds it."""
        self.serial += 1
        if name == "due_on":
            return date(2026, 6, 1) + timedelta(days=self.serial)
        if name in {"priority", "metric_target"}:
            return self.serial + self.rng.choice((0.0, 0.25, 0.126, 0.1249))
        edge = self.rng.choice(("", "", "", " ", "\t"))
        word = "forbidden" if self.rng.random() < self.temper.forbid else self.rng.choice(("ask", "bid", "course"))
        return f"{edge}{word} {self.serial}{edge}"

    # What people do over there

    def create_there(self, name: str, object_name: str, parent: str | None = None) -> str:
        """Somebody creates a record in a system."""
        crm = self.crms[name]
        entity = crm.mapping.source(object_name).entity
        thing = Thing(entity, name, self.family)
        self.serial += 1
        record_id = f"a0{self.serial:013d}AAA"
        values: dict[str, Any] = {"Is_Member__c": True} if entity == "member" else {}
        if entity == "milestone":
            values["Type__c"] = "Functional"
        for one in EDITED[entity]:
            held = self.normal(object_name, one, self.value(one))
            thing.edit(one, name, held, self.clock(), None)
            values[self.their_name(object_name, one)] = held
        if entity in PARENT:
            values[self.their_name(object_name, PARENT[entity])] = parent
        self._met(name, object_name, record_id, thing)
        self.say(f"{name}: somebody creates {object_name} {record_id} {values}", self.family)
        crm.put(object_name, record_id, **values)
        return record_id

    def edit_there(self, name: str, object_name: str, record_id: str, field: str, value: Any) -> None:
        """Somebody edits a field in a system."""
        crm = self.crms[name]
        theirs = self.their_name(object_name, field)
        held = self.normal(object_name, field, value)
        if field in EDITED[crm.mapping.source(object_name).entity]:
            thing, seen = self.things[name, record_id], crm.value(object_name, record_id, theirs)
            heard = not thing.was_joined(field, seen) or self._is_agreed(
                thing.entity, self._ours_of(name, record_id), field, seen
            )
            thing.edit(field, name, held, self.clock(), seen, heard=heard)
        self.say(f"{name}: somebody edits {object_name} {record_id} {field} = {held!r}", self.family)
        crm.put(object_name, record_id, **{theirs: held})

    def _ours_of(self, name: str, record_id: str) -> UUID | None:
        """The id of our record that one of theirs is linked with."""
        with self.moment() as moment:
            link = links.by_external(moment.conn, name, [record_id]).get(record_id)
        return link.record_id if link else None

    def _is_agreed(self, entity: str, our_id: UUID | None, field: str, value: Any) -> bool:
        """Whether the service knows by now that ours and theirs hold a value alike, or is writing it."""
        if our_id is None:
            return False
        with self.moment() as moment:
            ours = records.load(moment.conn, entity, [our_id])[our_id][field]
            linked = [links.by_record(moment.conn, name, entity, [our_id]).get(our_id, []) for name in self.crms]
        known = [(one.shadow.get(field), (one.sent or {}).get(field)) for each in linked for one in each]
        return self.normal(OBJECTS[entity], field, ours) == value and all(value in each for each in known)

    def notify(self, name: str, object_name: str, record_id: str) -> None:
        """A notification arrives."""
        with self.moment() as moment:
            moment.told.setdefault((name, object_name), []).append(record_id)

    # What people do here

    def rows(self, entity: str) -> list[dict[str, Any]]:
        """Our records of an entity that are not deleted, of the family that acts."""
        with self.moment() as moment:
            return moment.rows(entity, self.family)

    def create_here(self, entity: str, parent: UUID | None = None) -> UUID:
        """Somebody creates a record on our side."""
        thing = Thing(entity, OURS, self.family)
        values: dict[str, Any] = {"kind": "organisation"} if entity == "member" else {}
        if entity == "milestone":
            values["type"] = "functional"
        for one in EDITED[entity]:
            values[one] = self.value(one)
            thing.edit(one, OURS, self.normal(OBJECTS[entity], one, values[one]), self.clock(), None)
        if entity in PARENT:
            values[PARENT[entity]] = parent
        record_id = self._save(entity, None, values)
        self.mine[record_id] = thing
        self.say(f"ours: somebody creates {entity} {record_id} {values}", self.family)
        return record_id

    def edit_here(self, entity: str, record: dict[str, Any], field: str, value: Any) -> None:
        """Somebody edits a field of a record of ours, `record` being what they see."""
        object_name = OBJECTS[entity]
        if field in EDITED[entity]:
            thing = self.thing_of(record["id"])
            seen, new = (self.normal(object_name, field, one) for one in (record[field], value))
            heard = not thing.was_joined(field, seen) or self._is_agreed(entity, record["id"], field, seen)
            thing.edit(field, OURS, new, self.clock(), seen, heard=heard)
        self.say(f"ours: somebody edits {entity} {record['id']} {field} = {value!r}", self.family)
        self._save(entity, record["id"], {field: value})

    def delete_here(self, entity: str, record_id: UUID) -> None:
        """Somebody deletes a record of ours."""
        now = self.clock()
        self.thing_of(record_id).deleted_here = now
        self.say(f"ours: somebody deletes {entity} {record_id}", self.family)
        with self.moment() as moment:
            moment.deleted.setdefault(entity, []).append((record_id, Origin("someone", "workbook", now, now)))
            moment.saved.setdefault(entity, set()).add(record_id)

    def settle_here(self, one: Held, side: Side, value: Any = None) -> None:
        """Somebody settles a field that waits."""
        mappings = {name: crm.mapping for name, crm in self.crms.items()}
        settlement = Settlement(side, value, "someone")
        with self.moment() as moment:
            try:
                stands = settle(moment.conn, mappings, one.id, settlement, self.clock())
            except UserError as error:
                self.say(f"ours: {one.entity} {one.record_id} {one.field} can't be settled: {error}", self.family)
                return
        self.say(f"ours: somebody settles {one.entity} {one.record_id} {one.field}: {side} {stands!r}", self.family)
        if one.field in EDITED[one.entity]:
            schema = self.crms[one.system].schema_of(one.object)[self.their_name(one.object, one.field)]
            new, theirs, ours = (normal(each, schema) for each in (stands, one.theirs, one.ours))
            self.thing_of(one.record_id).settle(one.field, new, self.clock(), (theirs, ours))

    def release(self) -> None:
        """Somebody looks at what the brakes hold back, and lets it go."""
        for name in self.crms:
            for kind in KINDS:
                with self.database.begin() as conn:
                    number = release(conn, name, kind, "someone", None, self.clock())
                if number:
                    self.say(f"ours: somebody releases {number} records from the {kind} brake of {name}")
                    self.braking.released(name, kind, number)

    def _save(self, entity: str, record_id: UUID | None, values: dict[str, Any]) -> UUID:
        now = self.clock()
        origin = Origin("someone", "workbook", now, now)
        with self.moment() as moment:
            if record_id is None:
                record_id = records.save(moment.conn, entity, None, values, origin)
            else:
                moment.edits.setdefault(entity, []).append((record_id, values, origin))
            moment.saved.setdefault(entity, set()).add(record_id)
        return record_id

    # What the service does

    def attempt(self, words: str, work: Callable[[Engine], object]) -> bool:
        """Let the service work; a crash is followed by a new process."""
        self.say(words)
        self.patience = MEDDLES
        try:
            work(self.engine)
        except Crash:
            self.engine = self._engine()
            return False
        except SuccessVectorError as error:
            self.say(f"   it stops: {error}")
            return False
        return True

    def first_syncs(self) -> None:
        """Sync every system for the first time, however often it takes."""
        for name in self.crms:
            while not self._complete(name):
                self.attempt(
                    f"first sync of {name}", lambda engine, name=name: first_sync(engine, name, lambda _: None)
                )
                self.clock.forward(31)

    def _complete(self, name: str) -> bool:
        with self.database.connect() as conn:
            known = systems.get(conn, name)
        return known is not None and known.first_sync_completed_at is not None

    def drain(self, name: str) -> bool:
        """Work on what is due."""
        return self.attempt(f"drain {name}", lambda engine: engine.drain(name))

    def reconcile(self, name: str) -> bool:
        """Hold ids and stamps against ours."""
        return self._walk(name, "reconcile", reconcile.step)

    def backfill(self, name: str) -> bool:
        """Read everything again."""
        return self._walk(name, "backfill", backfill.step)

    def _walk(self, name: str, kind: Kind, step: Step) -> bool:
        def walk(engine: Engine) -> None:
            begin(engine, name, kind)
            walk_on(engine, name, kind, step, lambda _: None)

        return self.attempt(f"{kind} {name}", walk)

    def poll(self, name: str) -> bool:
        """Read what changed without being told."""
        return self.attempt(f"poll {name}", lambda engine: poll(engine, name))
