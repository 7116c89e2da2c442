"""What people do at random, on both sides."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

from plugin.sync.review import Side
from tests.simulation.crm import RestlessCrm
from tests.simulation.ledger import Thing
from tests.simulation.mapping import EDITED, OBJECTS, PARENT
from tests.simulation.world import Rule, World

ENTITY = {object_name: entity for entity, object_name in OBJECTS.items()}
MEMBER = "Is_Member__c"
CHILDREN = {"Account": "Desired_Outcome__c", "Desired_Outcome__c": "Success_Milestone__c"}


class People:
    """Everybody who edits, creates, deletes and merges; one `act` is one thing that somebody does."""

    def __init__(self, world: World, rng: Random, family: int = 0) -> None:
        self.world, self.rng, self.family = world, rng, family
        self.mail: list[tuple[datetime, str, str, str]] = []
        several = len(world.crms) > 1
        self._weights: dict[Callable[[], None], int] = {
            self.edit_there: 30,
            self.edit_here: 30,
            self.create_there: 4,
            self.create_here: 7,
            self.agree_here: 4,
            self.agree_there: 4,
            self.take_back_here: 4,
            self.take_back_there: 4,
            self.touch: 3,
            self.move_there: 3,
            self.move_here: 3,
            self.delete_there: 3,
            self.undelete_there: 4,
            self.merge_there: 2,
            self.delete_here: 3,
            self.settle_here: 5,
            self.leave_there: 2,
            self.return_there: 4,
            self.automate: 2 if several else 0,
            self.purge_there: 0 if several or not world.reconciles else 2,
            self.hide_there: 0 if several or not world.reconciles else 2,
            self.show_there: 0 if several or not world.reconciles else 3,
        }

    def act(self) -> None:
        """Somebody does something."""
        self.world.family = self.family
        [action] = self.rng.choices(list(self._weights), list(self._weights.values()))
        action()

    def settle_in(self) -> None:
        """The records that every story begins with."""
        self.world.family = self.family
        for name in self.world.crms:
            for _ in range(self.rng.choice((1, 2))):
                account = self.world.create_there(name, "Account")
                for _ in range(self.rng.choice((1, 2))):
                    outcome = self.world.create_there(name, "Desired_Outcome__c", account)
                    if self.rng.random() < 0.6:
                        self.world.create_there(name, "Success_Milestone__c", outcome)

    def edit_there(self) -> None:
        found = self._under_way() or self._somewhere()
        if found:
            name, object_name, record_id = found
            for field in self._fields(ENTITY[object_name]):
                self.world.edit_there(name, object_name, record_id, field, self.world.value(field))
            self._tell(name, object_name, record_id)

    def edit_here(self) -> None:
        entity = self._entity()
        rows = self.world.rows(entity)
        if rows:
            row = self.rng.choice(rows)
            for field in self._fields(entity):
                self.world.edit_here(entity, row, field, self.world.value(field))

    def take_back_here(self) -> None:
        """Somebody on our side sets a field back to what it held before."""
        entity = self._entity()
        rows = self.world.rows(entity)
        if rows:
            row, object_name = self.rng.choice(rows), OBJECTS[entity]
            held = {field: self.world.normal(object_name, field, row[field]) for field in EDITED[entity]}
            for field, value in self._before(self.world.thing_of(row["id"]), object_name, held).items():
                self.world.edit_here(entity, row, field, value)

    def take_back_there(self) -> None:
        """Somebody over there sets a field back to what it held before."""
        found = self._under_way() or self._somewhere()
        if found:
            name, object_name, record_id = found
            theirs = {field: self.world.their_name(object_name, field) for field in EDITED[ENTITY[object_name]]}
            crm = self.world.crms[name]
            held = {field: crm.value(object_name, record_id, their_name) for field, their_name in theirs.items()}
            for field, value in self._before(self.world.things[name, record_id], object_name, held).items():
                self.world.edit_there(name, object_name, record_id, field, value)
            self._tell(name, object_name, record_id)

    def _before(self, thing: Thing, object_name: str, held: dict[str, Any]) -> dict[str, Any]:
        """What one of the fields, if any, held before somebody wrote over it what it holds, in our form."""
        known = {field: thing.find(field, value) for field, value in held.items()}
        replaced = {field: edit.before[-1].edit.value for field, edit in known.items() if edit and edit.before}
        if not replaced:
            return {}
        field = self.rng.choice(list(replaced))
        line = next(iter(self.world.crms.values())).mapping.source(object_name).fields[field]
        return {field: line.to_ours(replaced[field])}

    def create_there(self) -> None:
        name = self._system()
        object_name = OBJECTS[self._entity()]
        parent = self._parent_there(name, object_name)
        if parent or object_name == "Account":
            self._tell(name, object_name, self.world.create_there(name, object_name, parent))

    def create_here(self) -> None:
        entity = self._entity()
        parents = self.world.rows(PARENT[entity]) if entity in PARENT else []
        if entity not in PARENT:
            self.world.create_here(entity)
        elif parents:
            self.world.create_here(entity, self.rng.choice(parents)["id"])

    def agree_here(self) -> None:
        """Somebody on our side writes what the other side holds."""
        self._agree(here=True)

    def agree_there(self) -> None:
        """Somebody over there writes what we hold."""
        self._agree(here=False)

    def _agree(self, *, here: bool) -> None:
        entity = self.rng.choice(("desired_outcome", "milestone"))
        rows = self.world.rows(entity)
        name = self._system()
        if not rows:
            return
        row = self.rng.choice(rows)
        with self.world.moment() as moment:
            found = [one for one in moment.links_of(row["id"]) if one.system == name]
        crm, object_name = self.world.crms[name], OBJECTS[entity]
        alive = [one.external_id for one in found if one.external_id in self._alive(crm, object_name)]
        if alive:
            field = self.rng.choice(EDITED[entity])
            theirs = crm.value(object_name, alive[0], self.world.their_name(object_name, field))
            if self.world.normal(object_name, field, row[field]) == theirs:
                return
            if here:
                line = crm.mapping.source(object_name).fields[field]
                self.world.edit_here(entity, row, field, line.to_ours(theirs))
            else:
                self.world.edit_there(name, object_name, alive[0], field, row[field])
                self._tell(name, object_name, alive[0])

    def delete_here(self) -> None:
        """Somebody deletes a record of ours, and what is below goes with it."""
        entity = self._entity()
        rows = self.world.rows(entity)
        if rows:
            self._delete_here(entity, self.rng.choice(rows)["id"])

    def _delete_here(self, entity: str, record_id: UUID) -> None:
        for child in (one for one, above in PARENT.items() if above == entity):
            for row in self.world.rows(child):
                if row[entity] == record_id:
                    self._delete_here(child, row["id"])
        self.world.delete_here(entity, record_id)

    def settle_here(self) -> None:
        """Somebody decides on a field that waits."""
        with self.world.moment() as moment:
            found = [one for one in moment.waiting() if self.world.thing_of(one.record_id).family == self.family]
        if found:
            one = self.rng.choice(found)
            own = one.field in EDITED[one.entity]
            side: Side = self.rng.choice(("ours", "theirs", "value") if own else ("ours", "theirs"))
            value = self.world.value(one.field) if side == "value" else None
            self.world.settle_here(one, side, value.isoformat() if isinstance(value, date) else value)

    def leave_there(self) -> None:
        """Somebody ceases to be a member: our filter lets the account through no longer."""
        self._flip(is_member=False)

    def return_there(self) -> None:
        """Somebody is a member again."""
        self._flip(is_member=True)

    def _flip(self, *, is_member: bool) -> None:
        name = self._system()
        crm = self.world.crms[name]
        found = [one for one in self._alive(crm, "Account") if crm.value("Account", one, MEMBER) is not is_member]
        if found and self._is_linked(name, "Account", account := self.rng.choice(found)):
            words = "is a member again" if is_member else "is a member no longer"
            self.world.say(f"{name}: {account} {words}", self.family)
            crm.put("Account", account, **{MEMBER: is_member})
            self._tell(name, "Account", account)

    def automate(self) -> None:
        """In every system an automation begins to set the same field of a record to a value of its own, one at once."""
        entity = self._entity()
        rows = self.world.rows(entity)
        if not rows:
            return
        row, field = self.rng.choice(rows), self.rng.choice(EDITED[entity])
        thing = self.world.thing_of(row["id"])
        for name in self.world.crms:
            rule = Rule(field, self.world.value(field), self.rng.randint(2, 8))
            self.world.say(f"{name}: an automation sets {field} of {entity} {row['id']} to {rule.value!r}", self.family)
            self.world.rules[name, thing] = rule
        with self.world.moment() as moment:
            linked = [(one.system, one.external_id) for one in moment.links_of(row["id"]) if one.external_id]
        alive = [one for one in linked if self.world.crms[one[0]].lives(OBJECTS[entity], one[1])]
        if alive:
            name, record_id = self.rng.choice(alive)
            self.world.edit_there(name, OBJECTS[entity], record_id, field, self.world.rules[name, thing].value)
            self._tell(name, OBJECTS[entity], record_id)

    def touch(self) -> None:
        """The system touches a record, nobody changes it."""
        found = self._somewhere()
        if found:
            name, object_name, record_id = found
            self.world.say(f"{name}: the system touches {record_id}", self.family)
            self.world.crms[name].touch(object_name, record_id)

    def move_there(self) -> None:
        """Somebody gives a record another parent."""
        name = self._system()
        object_name = self.rng.choice(("Desired_Outcome__c", "Success_Milestone__c"))
        alive = self._alive(self.world.crms[name], object_name)
        parent = self._parent_there(name, object_name)
        if alive and parent:
            record_id = self.rng.choice(alive)
            theirs = self.world.their_name(object_name, PARENT[ENTITY[object_name]])
            self.world.say(f"{name}: somebody moves {record_id} below {parent}", self.family)
            self.world.crms[name].put(object_name, record_id, **{theirs: parent})
            self._tell(name, object_name, record_id)

    def move_here(self) -> None:
        """Somebody gives a record of ours another parent."""
        entity = self.rng.choice(("desired_outcome", "milestone"))
        rows, parents = self.world.rows(entity), self.world.rows(PARENT[entity])
        if rows and parents:
            parent = self.rng.choice(parents)["id"]
            self.world.edit_here(entity, self.rng.choice(rows), PARENT[entity], parent)

    def delete_there(self) -> None:
        """Somebody deletes a record, and what is below goes with it."""
        found = self._somewhere()
        if found and self._is_linked(*found):
            self._delete(*found)

    def _delete(self, name: str, object_name: str, record_id: str, merged_into: str | None = None) -> None:
        crm = self.world.crms[name]
        for child in self._below(name, object_name, record_id):
            self._delete(name, CHILDREN[object_name], child)
        merging = f", merging it into {merged_into}" if merged_into else ""
        self.world.say(f"{name}: somebody deletes {record_id}{merging}", self.family)
        crm.remove(object_name, record_id, merged_into)
        self._tell(name, object_name, record_id)

    def purge_there(self) -> None:
        """Somebody deletes a record for good, with what is below: nothing tells of it."""
        found = self._somewhere()
        if found and self._is_linked(*found):
            self._purge(*found)

    def _purge(self, name: str, object_name: str, record_id: str) -> None:
        for child in self._below(name, object_name, record_id, dead=True):
            self._purge(name, CHILDREN[object_name], child)
        self.world.say(f"{name}: somebody purges {record_id}", self.family)
        self.world.crms[name].purge(object_name, record_id)

    def hide_there(self) -> None:
        """We are no longer allowed to see a record."""
        found = self._somewhere()
        if found and self._is_linked(*found):
            self.world.say(f"{found[0]}: {found[2]} is out of our sight", self.family)
            self.world.crms[found[0]].hidden.add(found[2])
            # People may see and agree with what we can't.
            self.world.lagged = True

    def show_there(self) -> None:
        """We may see everything again."""
        for name, crm in self.world.crms.items():
            for record_id in sorted(one for one in crm.hidden if self._is_mine(name, one)):
                self.world.say(f"{name}: {record_id} is in our sight again", self.family)
                crm.hidden.discard(record_id)

    def undelete_there(self) -> None:
        """Somebody takes a record, with the records above it, out of the bin."""
        name = self._system()
        crm = self.world.crms[name]
        gone = [
            (object_name, key)
            for object_name in OBJECTS.values()
            for key in self._known(crm, object_name)
            if (one := crm.records[object_name][key]).deleted and not one.merged_into
        ]
        if gone:
            self._undelete(name, *self.rng.choice(gone))

    def _undelete(self, name: str, object_name: str, record_id: str) -> bool:
        """Take it out of the bin with what is above it, and return whether that could be done."""
        crm = self.world.crms[name]
        entity = ENTITY[object_name]
        if entity in PARENT:
            above = OBJECTS[PARENT[entity]]
            parent = str(crm.value(object_name, record_id, self.world.their_name(object_name, PARENT[entity])))
            held = crm.records[above][parent]
            if held.merged_into or (held.deleted and not self._undelete(name, above, parent)):
                return False
        if crm.is_taken(object_name, record_id):
            return False
        self.world.say(f"{name}: somebody undeletes {record_id}", self.family)
        crm.put(object_name, record_id)
        self.world.things[name, record_id].undeleted_there = self.world.clock()
        self._tell(name, object_name, record_id)
        return True

    def merge_there(self) -> None:
        """Somebody merges two accounts: what was below the one is below the other, without a new stamp."""
        name = self._system()
        crm = self.world.crms[name]
        alive = self._alive(crm, "Account")
        if len(alive) < 2:
            return
        winner, loser = self.rng.sample(alive, 2)
        if self._is_linked(name, "Account", loser):
            for child in self._below(name, "Account", loser, dead=True):
                crm.move_silently("Desired_Outcome__c", child, Account__c=winner)
            self._delete(name, "Account", loser, winner)

    # Where

    def _under_way(self) -> tuple[str, str, str] | None:
        """A record that is just being written to: that is where an edit hurts."""
        name, writes = self.world.under_way
        mine = [(name, one.object, one.id) for one in writes if one.id and self._is_mine(name, one.id)]
        alive = [one for one in mine if self.world.crms[name].lives(one[1], one[2])]
        return self.rng.choice(alive) if alive and self.rng.random() < 0.5 else None

    def _somewhere(self) -> tuple[str, str, str] | None:
        name, object_name = self._system(), OBJECTS[self._entity()]
        alive = self._alive(self.world.crms[name], object_name)
        return (name, object_name, self.rng.choice(alive)) if alive else None

    def _system(self) -> str:
        return self.rng.choice(list(self.world.crms))

    def _entity(self) -> str:
        return self.rng.choices(("member", "desired_outcome", "milestone"), (2, 5, 3))[0]

    def _fields(self, entity: str) -> list[str]:
        return self.rng.sample(EDITED[entity], min(len(EDITED[entity]), self.rng.choice((1, 1, 2))))

    def _parent_there(self, name: str, object_name: str) -> str | None:
        entity = ENTITY[object_name]
        alive = self._alive(self.world.crms[name], OBJECTS[PARENT[entity]]) if entity in PARENT else []
        return self.rng.choice(alive) if alive else None

    def _is_mine(self, name: str, record_id: str) -> bool:
        return self.world.things[name, record_id].family == self.family

    def _alive(self, crm: RestlessCrm, object_name: str) -> list[str]:
        held = crm.records.get(object_name, {})
        return [key for key in self._known(crm, object_name) if not held[key].deleted]

    def _known(self, crm: RestlessCrm, object_name: str) -> list[str]:
        """The family's records that aren't purged."""
        held = crm.records.get(object_name, {})
        return [key for key in self.world.theirs.get((crm.system, object_name, self.family), ()) if key in held]

    def _below(self, name: str, object_name: str, record_id: str, *, dead: bool = False) -> list[str]:
        child = CHILDREN.get(object_name)
        if child is None:
            return []
        crm = self.world.crms[name]
        reference = self.world.their_name(child, PARENT[ENTITY[child]])
        known = self._known(crm, child) if dead else self._alive(crm, child)
        return [key for key in known if crm.value(child, key, reference) == record_id]

    def _is_linked(self, name: str, object_name: str, record_id: str) -> bool:
        """Whether we know the record: nobody deletes what was created a moment ago and never heard of."""
        records = [(object_name, record_id)]
        for level in records:
            records += [(CHILDREN[level[0]], one) for one in self._below(name, *level)] if level[0] in CHILDREN else []
        with self.world.moment() as moment:
            return moment.knows([key for _, key in records])

    # Notifications

    def _tell(self, name: str, object_name: str, record_id: str) -> None:
        """A notification is sent: it is lost, or arrives in a while, once or twice."""
        for _ in range(self.rng.choice((0, 1, 1, 1, 2))):
            wait = timedelta(seconds=self.rng.choice((0, 0, 1, 5, 40)))
            self.mail.append((self.world.clock() + wait, name, object_name, record_id))

    def deliver(self) -> None:
        """Let the notifications arrive that have been long enough under way, in any order."""
        arrived = [one for one in self.mail if one[0] <= self.world.clock()]
        self.mail = [one for one in self.mail if one[0] > self.world.clock()]
        self.rng.shuffle(arrived)
        for _, name, object_name, record_id in arrived:
            self.world.say(f"{name} tells of {record_id}", self.family)
            self.world.notify(name, object_name, record_id)
