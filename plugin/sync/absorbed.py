"""What came of a read."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import UUID

from mappings.model import Reference
from plugin.store.unmatched import Ambiguous


@dataclass
class Absorbed:
    """What came of a read: what changed here, and what is due because of it.

    `push` has news for the other side; to `remind` of is what differs though nothing changed since it was last looked
    at. `taken` are the records that took something of theirs, if only its end; `born` are those that we created over
    there and that are linked now. `unmatched` are rows that may be one of several records of ours, and `braked` those
    that a brake leaves as they are; both wait for a person. `known` are the records that were read, by ours, and `met`
    the rows that were compared with ours: no other read says that nothing over there would be overwritten. What is
    due though it was not read itself has the row that it goes back to: in `reread`, and for our own in `causes`.
    """

    saved: dict[str, set[UUID]] = field(default_factory=dict)
    linked: list[str] = field(default_factory=list)
    push: dict[str, set[UUID]] = field(default_factory=dict)
    remind: set[UUID] = field(default_factory=set)
    taken: set[UUID] = field(default_factory=set)
    born: set[UUID] = field(default_factory=set)
    reread: dict[Reference, str] = field(default_factory=dict)
    parked: dict[str, Reference] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)
    unmatched: dict[str, Ambiguous] = field(default_factory=dict)
    braked: set[Reference] = field(default_factory=set)
    known: dict[UUID, str] = field(default_factory=dict)
    met: set[str] = field(default_factory=set)
    causes: dict[UUID, str] = field(default_factory=dict)

    def note_saved(self, entity: str, record_id: UUID) -> None:
        """Remember that a record of ours was changed."""
        self.saved.setdefault(entity, set()).add(record_id)

    def note_push(self, entity: str, ids: Iterable[UUID], because: str | None = None) -> None:
        """Remember that records of ours have something to tell, `because` of the row of that id."""
        found = set(ids)
        self.push.setdefault(entity, set()).update(found)
        if because is not None:
            self.causes |= dict.fromkeys(found, because)

    def add(self, other: Absorbed) -> None:
        """Take in what came of another part of the same read."""
        for entity, ids in other.saved.items():
            self.saved.setdefault(entity, set()).update(ids)
        self.linked += other.linked
        for entity, ids in other.push.items():
            self.note_push(entity, ids)
        self.remind |= other.remind
        self.taken |= other.taken
        self.born |= other.born
        self.reread |= other.reread
        self.parked |= other.parked
        self.refused |= other.refused
        self.unmatched |= other.unmatched
        self.braked |= other.braked
        self.known |= other.known
        self.met |= other.met
        self.causes |= other.causes
