"""What must hold when all has gone quiet."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from mappings.model import Deletes
from plugin.store import dead_letters
from plugin.store.links import Link
from plugin.store.schema import TABLES, history
from plugin.store.schema import due as due_table
from plugin.store.schema import links as links_table
from plugin.sync.holding import waiting
from plugin.sync.merge import Why
from tests.simulation.deeds import Deeds, Problem
from tests.simulation.ledger import OURS, Edit, Thing, lost, lost_withdrawals
from tests.simulation.mapping import EDITED, OBJECTS, PARENT
from tests.simulation.world import World


class Checks:
    """Reads the whole store once, and compares it with the systems and with what people did."""

    def __init__(self, world: World) -> None:
        self.world = world
        with world.database.connect() as conn:
            self.records: dict[str, dict[Any, dict[str, Any]]] = {
                entity: {row.id: dict(row._mapping) for row in conn.execute(sa.select(TABLES[entity]))}
                for entity in OBJECTS
            }
            self.links = [Link(**row._mapping) for row in conn.execute(sa.select(links_table))]
            self.due = list(conn.execute(sa.select(due_table)))
            self.letters = dead_letters.newest(conn, limit=100_000)
            self.history = list(conn.execute(sa.select(history).order_by(history.c.id)))
        self.by_external = {(one.system, one.external_id): one for one in self.links if one.external_id}
        self.by_record: dict[tuple[str, Any], list[Link]] = {}
        for one in self.links:
            self.by_record.setdefault((one.system, one.record_id), []).append(one)
        self.ids_of: dict[tuple[str, Thing], list[str]] = {}
        for (name, key), thing in world.things.items():
            self.ids_of.setdefault((name, thing), []).append(key)
        self.shown: set[tuple[Thing, str, Any]] = set()
        for one in self.links:
            for name, why in waiting(one).items():
                thing = world.things[one.system, one.external_id or ""]
                self.shown |= {(thing, name, why["theirs"]), (thing, name, why["ours"])}
        self.parked = {(row.system, row.record_id) for row in self.due if row.waits_for is not None}
        self.buried = {(one.system, one.record_id) for one in self.letters if one.stage == "push"}
        self.apart = {
            (link.system, link.record_id)
            for link in self.links
            if link.external_id and self._is_apart(link.system, link.external_id)
        }
        self.above_here = {
            record[PARENT[entity]]
            for entity, held in self.records.items()
            for record in held.values()
            if entity in PARENT and record["deleted_at"] is None
        }

    def problems(self) -> Iterator[Problem]:
        """Yield everything that is wrong, with the family that it concerns, None for all."""
        yield from self.world.errors
        for row in self.due:
            yield from _of(self._family(row.object, row.record_id), self._left_over(row))
        for letter in self.letters:
            if not self._has_a_cause(letter):
                yield self._family(letter.object, letter.record_id), f"a dead letter without a cause: {letter}"
        yield from self._every_record_is_here()
        for entity, held in self.records.items():
            for key, record in held.items():
                yield from _of(self.world.thing_of(key).family, self._is_over_there(entity, key, record))
        yield from self._nothing_is_doubled()
        for link in self.links:
            if link.state == "active":
                family = self.world.things[link.system, link.external_id or ""].family
                yield from _of(family, self._agreement(link))
        yield from Deeds(self.world, self.history, self.links).problems()

    def _is_apart(self, name: str, record_id: str) -> bool:
        """Whether their account is no member's, so that nothing of it and of what is below it is ours to sync."""
        crm = self.world.crms[name]
        return crm.lives("Account", record_id) and not crm.value("Account", record_id, "Is_Member__c")

    def forgotten(self) -> Iterator[Problem]:
        """Yield what differs from what was agreed on though nobody will ever look at it: this must never be."""
        awaited = {(row.system, row.record_id) for row in self.due if row.stage == "push"} | self.buried
        for link in self.links:
            record = self.records[link.entity][link.record_id]
            if link.state == "suspended" and record["deleted_at"] and not self._may_be_gone(link):
                thing = self.world.things[link.system, link.external_id or ""]
                yield thing.family, f"{link.external_id} left {link.system}, and ours was deleted"
            if link.state != "active" or record["deleted_at"] or (link.system, str(link.record_id)) in awaited:
                continue
            for name in set(EDITED[link.entity]) - set(link.quarantined):
                ours = self.world.normal(link.object, name, record[name])
                if ours != {**link.shadow, **(link.sent or {})}.get(name):
                    family = self.world.things[link.system, link.external_id or ""].family
                    yield family, f"{link.external_id}.{name} = {ours!r} is forgotten by {link.system}"

    def _may_be_gone(self, link: Link) -> bool:
        """Whether somebody deleted the record here, or in a system from which we have read nothing newer since."""
        gone = [one for one in self.links if one.record_id == link.record_id and one.state == "deleted"]
        known = [self.world.crms[one.system].versions.get((one.object, one.external_id or ""), []) for one in gone]
        deleted = any(version.stored.deleted for versions in known for version in versions)
        return self.world.thing_of(link.record_id).deleted_here is not None or deleted

    def _family(self, object_name: str, record_id: str) -> int | None:
        known = [thing for (_, key), thing in self.world.things.items() if key == record_id]
        known += [thing for key, thing in self.world.mine.items() if str(key) == record_id]
        return known[0].family if known else None

    # What is left to do

    def _left_over(self, row: Any) -> Iterator[str]:
        if row.waits_for is not None:
            alive = any(self.world.crms[row.system].lives(one, row.waits_for) for one in OBJECTS.values())
            link = self.by_external.get((row.system, row.waits_for))
            if alive and link and link.state == "active":
                yield f"{row.record_id} waits for {row.waits_for}, which is here"
        elif not (row.stage == "push" and self._waits_for_good(row)):
            yield f"still due: {row.stage} {row.system} {row.object} {row.record_id}: {row.error}"

    def _waits_for_good(self, row: Any) -> bool:
        record = next((one for key, one in self.records[row.object].items() if str(key) == row.record_id), None)
        if record is None:
            return False
        if record["deleted_at"] is not None:
            return record["id"] in self.above_here
        return self._is_parked(row.system, record["id"]) or self._below_a_deleted_one(row.system, row.object, record)

    def _is_parked(self, name: str, our_id: UUID) -> bool:
        """Whether the latest read of a record in a system waits for one that it refers to there."""
        return any((name, one.external_id) in self.parked for one in self.by_record.get((name, our_id), []))

    def _has_a_cause(self, letter: dead_letters.DeadLetter) -> bool:
        if letter.stage != "push":
            return False
        if letter.code in {"ENTITY_IS_DELETED", "INVALID_CROSS_REFERENCE_KEY"}:
            # It or its parent was gone or out of sight when it was tried; whether it is back, a replay has to find out.
            return True
        record = next((one for key, one in self.records[letter.object].items() if str(key) == letter.record_id), None)
        if record is None:
            return False
        if record["deleted_at"] is not None:
            return letter.code in {"EDITED_THERE", "DELETE_FAILED"}
        above = record[PARENT[letter.object]] if letter.object in PARENT else None
        if letter.code == "GONE" and self._went_there_alone(self.by_record.get((letter.system, above), [])):
            return True
        return self._below_a_deleted_one(letter.system, letter.object, record) or any(
            isinstance(value, str) and "forbidden" in value for value in record.values()
        )

    def _below_a_deleted_one(self, name: str, entity: str, record: dict[str, Any]) -> bool:
        if entity not in PARENT:
            return False
        above = self.records[PARENT[entity]].get(record[PARENT[entity]])
        return above is None or above["deleted_at"] is not None or self._is_stuck(name, PARENT[entity], above)

    def _is_stuck(self, name: str, entity: str, record: dict[str, Any]) -> bool:
        gone = (name, str(record["id"])) in self.buried or (name, record["id"]) in self.apart
        return gone or self._rests_parked(name, record) or self._below_a_deleted_one(name, entity, record)

    def _rests_parked(self, name: str, record: dict[str, Any]) -> bool:
        """Whether it came back into sight below an account that is no member's: until that changes, its link rests."""
        there = self.by_record.get((name, record["id"]), [])
        return any(one.state == "suspended" and (name, one.external_id) in self.parked for one in there)

    # Whether everything is everywhere, once

    def _every_record_is_here(self) -> Iterator[Problem]:
        for name, crm in self.world.crms.items():
            for object_name in OBJECTS.values():
                for record_id in crm.alive(object_name):
                    link = self.by_external.get((name, record_id))
                    if self._is_apart(name, record_id):
                        if link is not None and link.state != "suspended":
                            family = self.world.things[name, record_id].family
                            yield family, f"{record_id} of {name} is no member, and its link is {link.state}"
                        continue
                    if (link is None or link.state != "active") and (name, record_id) not in self.parked:
                        family = self.world.things[name, record_id].family
                        yield family, f"{object_name} {record_id} of {name} isn't here: {link and link.state}"

    def _is_over_there(self, entity: str, key: Any, record: dict[str, Any]) -> Iterator[str]:
        for name, crm in self.world.crms.items():
            found = [one for one in self.by_record.get((name, key), []) if one.external_id]
            alive = [one for one in found if crm.lives(OBJECTS[entity], one.external_id)]
            absent = self._is_stuck(name, entity, record) or self._went_there_alone(found)
            if record["deleted_at"] is None and not alive and not absent:
                yield f"{entity} {key} isn't in {name}"
            if record["deleted_at"] is not None and alive and not self._may_stay(name, key):
                yield f"{entity} {key} is deleted here and alive in {name} as {alive[0].external_id}"

    def _went_there_alone(self, found: Sequence[Link]) -> bool:
        """Whether a record was deleted there, and an undelete in another system brought ours back."""
        return len(self.world.crms) > 1 and any(one.state == "deleted" for one in found)

    def _went_with_its_record(self, thing: Thing, name: str, edit: Edit) -> bool:
        """Whether somebody deleted, in one of several systems, each record there that ever held what was edited."""
        crm, object_name = self.world.crms.get(edit.side), OBJECTS[thing.entity]
        if crm is None or len(self.world.crms) == 1:
            return False
        theirs = self.world.their_name(object_name, name)
        held = [
            key
            for key in self.ids_of.get((edit.side, thing), ())
            if any(one.stored.values.get(theirs) == edit.value for one in crm.versions.get((object_name, key), ()))
        ]
        return bool(held) and not any(crm.lives(object_name, key) for key in held)

    def _may_stay(self, name: str, key: Any) -> bool:
        """Whether a record that is deleted here may be alive over there: somebody deleted it here, or elsewhere."""
        entity = next(one for one, held in self.records.items() if key in held)
        if self._is_cut_off(name, entity, key):
            return True
        if self.world.thing_of(key).deleted_here is None and len(self.world.crms) == 1:
            return False
        if self.world.house.deletes is Deletes.KEEP:
            return True
        return (name, str(key)) in self.buried or key in self.above_here

    def _nothing_is_doubled(self) -> Iterator[Problem]:
        seen: dict[int, Any] = {}
        for entity, held in self.records.items():
            for key in held:
                thing = self.world.thing_of(key)
                if id(thing) in seen:
                    yield thing.family, f"{entity} {key} is here twice, also as {seen[id(thing)]}"
                seen[id(thing)] = key

    # Whether both sides agree, and on what

    def _agreement(self, link: Link) -> Iterator[str]:
        crm = self.world.crms[link.system]
        record = self.records[link.entity][link.record_id]
        parked = (link.system, link.external_id) in self.parked
        if record["deleted_at"] is not None or parked or self._below_apart(link.system, link.entity, record):
            return
        if link.external_id is None or not crm.lives(link.object, link.external_id):
            yield f"the link of {link.external_id} is active and the record isn't"
            return
        where = f"{link.object} {link.external_id} = {link.record_id}"
        stuck = self._is_stuck(link.system, link.entity, record)
        if link.sent is not None:
            yield f"{where}: what was sent is still open: {link.sent}"
        thing = self.world.things[link.system, link.external_id]
        source = crm.mapping.source(link.object)
        for name in EDITED[link.entity]:
            theirs = crm.value(link.object, link.external_id, source.fields[name].theirs)
            ours = self.world.normal(link.object, name, record[name])
            yield from self._field(f"{where}.{name}", link, thing, name, theirs, ours, stuck=stuck)
        if link.entity in PARENT:
            yield from self._parent(where, link, record, stuck=stuck)

    def _below_apart(self, name: str, entity: str, record: dict[str, Any]) -> bool:
        """Whether what it belongs to is no member's: it is neither read nor written until that is one again."""
        if (name, record["id"]) in self.apart:
            return True
        above = self.records[PARENT[entity]].get(record[PARENT[entity]]) if entity in PARENT else None
        return above is not None and self._below_apart(name, PARENT[entity], above)

    def _is_cut_off(self, name: str, entity: str, our_id: UUID) -> bool:
        """Whether a record waits for good in a system, where it, or what we have it below, belongs to no member."""
        return self._is_parked(name, our_id) or self._below_apart(name, entity, self.records[entity][our_id])

    def _field(
        self, where: str, link: Link, thing: Thing, name: str, theirs: Any, ours: Any, *, stuck: bool
    ) -> Iterator[str]:
        held = waiting(link).get(name)
        if theirs == ours:
            if held:
                yield f"{where} is held though both sides agree on {ours!r}"
            elif link.shadow.get(name) != theirs:
                yield f"{where}: both sides hold {ours!r}, and what we agreed on is {link.shadow.get(name)!r}"
            final = thing.find(name, ours)
            if final is None:
                yield f"{where} holds {ours!r}, which nobody wrote"
                return
            policy = self.world.systems[link.system].mapping.source(link.object).fields[name].policy
            open_edits = [
                one
                for one in thing.fields[name]
                if (thing, name, one.value) not in self.shown
                and not self._went_with_its_record(thing, name, one)
                and not (one.side != link.system and self._is_cut_off(one.side, link.entity, link.record_id))
            ]
            within_reach = [one for one in open_edits if not self._was_claimed_where_stuck(one, link)]
            several = len(self.world.crms) > 1
            for words in (
                *lost(open_edits, final, policy, several),
                *lost_withdrawals(within_reach, final, policy, several),
            ):
                yield f"{where}: {words}"
        elif held:
            if (held.get("theirs"), held.get("ours")) != (theirs, ours):
                yield f"{where} is held as {held}, and they hold {theirs!r}, we {ours!r}"
            yield from self._needs_holding(where, thing, name, theirs, ours, link)
        elif not stuck:
            yield f"{where}: they hold {theirs!r}, we hold {ours!r}, we agreed on {link.shadow.get(name)!r}"

    def _was_claimed_where_stuck(self, edit: Edit, link: Link) -> bool:
        """Whether somebody wrote a value in another system than the link's, where the record takes nothing of ours."""
        elsewhere = {claim.side for claim in edit.claims()} - {OURS, link.system}
        record = self.records[link.entity][link.record_id]
        return any(self._is_stuck(name, link.entity, record) for name in elsewhere)

    def _needs_holding(self, where: str, thing: Thing, name: str, theirs: Any, ours: Any, link: Link) -> Iterator[str]:
        policy = self.world.systems[link.system].mapping.source(link.object).fields[name].policy
        over_there, here = thing.find(name, theirs), thing.find(name, ours)
        assert over_there is not None
        assert here is not None
        if self.world.mishaps or self.world.lagged or len(self.world.crms) > 1:
            return
        if over_there.is_known_over(here) or here.is_known_over(over_there):
            yield f"{where} is held, and one value was written over the other: {over_there}; {here}"
        elif policy not in {"review", "latest"} and waiting(link)[name]["why"] != Why.MOVED:
            yield f"{where} is held, and its policy is {policy}"

    def _parent(self, where: str, link: Link, record: dict[str, Any], *, stuck: bool) -> Iterator[str]:
        name = PARENT[link.entity]
        reference = self.world.their_name(link.object, name)
        theirs = self.world.crms[link.system].value(link.object, link.external_id or "", reference)
        known = [one.external_id for one in self.by_record.get((link.system, record[name]), [])]
        if theirs not in known and name not in link.quarantined and not stuck:
            yield f"{where} is below {theirs} there, and below {known} here; we agreed on {link.shadow.get(name)}"
        if theirs in known and name in link.quarantined:
            yield f"{where}: the parent is held though both sides agree on it"


def _of(family: int | None, words: Iterator[str]) -> Iterator[Problem]:
    for one in words:
        yield family, one
