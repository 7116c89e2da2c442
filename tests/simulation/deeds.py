"""What the service did: in its own name, with a need, no more often than a flip-flop may go, within the brakes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

from plugin.store.links import Link
from plugin.sync.flips import TWICE
from tests.simulation.ledger import Thing
from tests.simulation.mapping import EDITED
from tests.simulation.world import World

Problem = tuple[int | None, str]
CALCULATED = {"Vector_Status__c", "Success_Score__c"}
MOVED_UNSEEN = {"Account__c", "Desired_Outcome__c"}
"""A merge of theirs points records elsewhere without a stamp, so no guard sees it."""


class Deeds:
    """Looks through the whole `history`, in the order in which it was written."""

    def __init__(self, world: World, history: Sequence[Any], links: Sequence[Link]) -> None:
        self.world, self.links = world, links
        self.history = history
        self.shared = [row for row in history if row.field in EDITED.get(row.entity, ())]

    def problems(self) -> Iterator[Problem]:
        """Yield everything that was done amiss, with the family that it concerns, None for all."""
        yield from self._echoes()
        yield from self._flip_flops()
        yield from self._idle_writes()
        yield from self._brakes()

    def _echoes(self) -> Iterator[Problem]:
        for row in self.shared:
            if row.source in self.world.crms:
                thing = self.world.thing_of(row.record_id)
                edit = thing.find(row.field, row.new)
                if edit and edit.side != row.source and not edit.joined:
                    words = f"{row.entity}.{row.field} = {row.new!r} is {row.source}'s in the history"
                    yield thing.family, f"{words}, and {edit.side} wrote it"

    def _flip_flops(self) -> Iterator[Problem]:
        """Between two values of two systems, a value that was replaced twice is not taken from its system again."""
        runs: dict[tuple[UUID, str], list[Any]] = {}
        for row in self.shared:
            run = runs.setdefault((row.record_id, row.field), [])
            if row.source not in self.world.crms:
                run.clear()
                continue
            if len({value for one in (*run, row) for value in (one.old, one.new)}) > TWICE:
                run.clear()
            replaced = sum(one.old == row.new and one.source != row.source for one in run)
            if replaced >= TWICE:
                words = f"{row.entity} {row.record_id}.{row.field} = {row.new!r} was taken from {row.source} again"
                yield self.world.thing_of(row.record_id).family, f"{words}, and was replaced {replaced} times before"
            run.append(row)

    def _idle_writes(self) -> Iterator[Problem]:
        for name, crm in self.world.crms.items():
            idle = Counter(one.id for one in crm.idle_writes if not set(one.values) <= CALCULATED | MOVED_UNSEEN)
            for record_id, number in idle.items():
                if number > self.world.mishaps:
                    family = self.world.things[name, record_id or ""].family
                    yield family, f"{record_id} was written to {number} times without a need in {name}"

    def _brakes(self) -> Iterator[Problem]:
        if self.world.house.brakes is None:
            return
        for (name, kind, entity), things in self._braked().items():
            linked = sum(one.system == name and one.entity == entity for one in self.links)
            most = self.world.house.brakes.most("delete" if kind == "delete" else "overwrite", linked)
            let_go = self.world.braking.let_go.get((name, kind), 0)
            if len(things) > most + let_go:
                yield None, f"{kind}: {len(things)} {entity} in {name}, where {most} may be and {let_go} were let go"

    def _braked(self) -> dict[tuple[str, str, str], set[Thing]]:
        """What was overwritten or deleted over there, and what was deleted here because a system said so."""
        done = {key: set(things) for key, things in self.world.braking.done.items()}
        for row in self.history:
            if row.field == "deleted_at" and row.new is not None and row.source in self.world.crms:
                done.setdefault((row.source, "delete", row.entity), set()).add(self.world.thing_of(row.record_id))
        return done
