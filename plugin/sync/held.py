"""Fields that wait for a person: both values, who and when on each side, and why."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from hashlib import sha256
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from plugin.domain.entities import ENTITIES
from plugin.domain.exchange_values import nearest
from plugin.errors import UserError
from plugin.store import history, links, records, systems
from plugin.store.links import Link
from plugin.sync.holding import REVIEW, waiting
from plugin.sync.kin import members_of
from plugin.sync.merge import Why

WORDS = {
    Why.POLICY: "both sides changed it, and the mapping leaves it to a person",
    Why.UNDECIDED: "both sides changed it, and nobody can tell who was later",
    Why.UNSURE: "nobody can tell what became of a write of ours",
    Why.FIRST_CONTACT: "both sides held a value when they met",
    Why.FLIP_FLOP: "it goes back and forth: it returned to a value that was replaced twice",
    Why.MOVED: "it was settled, and their value changed before they were told",
}


@dataclass(frozen=True)
class Held:
    """One field that waits. `theirs` and `ours` are as JSON holds them, a reference of ours as the record's id.

    `theirs_by` and `theirs_at` are whom and when the system names for the record's last change, as of which theirs was
    seen first; `ours_through` is where our value came from. `id` changes with either value.
    """

    id: str
    system: str
    object: str
    external_id: str
    entity: str
    record_id: UUID
    record: str | None
    members: tuple[str, ...]
    field: str
    theirs: Any
    theirs_by: str | None
    theirs_at: str | None
    ours: Any
    ours_by: str | None
    ours_through: str | None
    ours_at: datetime | None
    why: str
    explanation: str
    since: str


def held(
    conn: sa.Connection,
    *,
    system: str | None = None,
    entity: str | None = None,
    field: str | None = None,
    limit: int = 100,
    after: int = 0,
) -> list[Held]:
    """Return fields that wait, in the order of their links: of those links whose id is beyond `after`.

    A link's fields stand together, so there may be a few more than `limit`. Raises UserError for a system, an entity
    or a field that there isn't: no list is empty because of a slip of the pen.
    """
    _refuse_unknown(conn, system, entity, field)
    found: list[Held] = []
    for link in links.with_quarantined(conn, system, entity, field, REVIEW, after):
        for name in sorted(waiting(link)):
            if field in {None, name}:
                found.append(_bare(link, name))
        if len(found) >= limit:
            break
    return list(_with_ours(conn, found))


def _refuse_unknown(conn: sa.Connection, system: str | None, entity: str | None, field: str | None) -> None:
    known = [one.name for one in systems.all_systems(conn)]
    if system is not None and system not in known:
        raise UserError(f"No system {system!r} was synced. {nearest(system, known)}`success-vector status` names them.")
    if entity is not None and entity not in ENTITIES:
        raise UserError(f"Nothing is called {entity!r}. {nearest(entity, ENTITIES)}".strip())
    fields = [name for one in ([entity] if entity else ENTITIES) for name in ENTITIES[one].shared]
    if field is not None and field not in fields:
        raise UserError(f"No field of {entity or 'ours'} is called {field!r}. {nearest(field, fields)}".strip())


def counts(conn: sa.Connection) -> dict[str, int]:
    """Return how many fields wait, by system."""
    return links.quarantined_counts(conn, REVIEW)


def link_of(review_id: str) -> tuple[int, str, str]:
    """Return the link's id, the field and the digest that an id names. Raises ValueError."""
    link_id, name, digest = review_id.split(".")
    return int(link_id), name, digest


def one(conn: sa.Connection, link: Link, name: str) -> Held:
    """Return one waiting field of a link as it is now. Raises KeyError where it doesn't wait."""
    return next(_with_ours(conn, [_bare(link, name)]))


def _bare(link: Link, name: str) -> Held:
    kept = waiting(link)[name]
    why = str(kept["why"])
    return Held(
        id=f"{link.id}.{name}",
        system=link.system,
        object=link.object,
        external_id=link.external_id or "",
        entity=link.entity,
        record_id=link.record_id,
        record=None,
        members=(),
        field=name,
        theirs=kept["theirs"],
        theirs_by=kept.get("theirs_by"),
        theirs_at=kept.get("theirs_at"),
        ours=None,
        ours_by=None,
        ours_through=None,
        ours_at=None,
        why=why,
        explanation=WORDS[Why(why)],
        since=kept["since"],
    )


def _with_ours(conn: sa.Connection, found: Sequence[Held]) -> Iterator[Held]:
    known: dict[str, dict[UUID, dict[str, Any]]] = {}
    changed: dict[str, dict[UUID, dict[str, history.Change]]] = {}
    for entity in {each.entity for each in found}:
        ids = {each.record_id for each in found if each.entity == entity}
        known[entity] = records.load(conn, entity, ids)
        changed[entity] = history.last_changes(conn, entity, ids)
    names = _member_names(conn, found)
    for each in found:
        record = known[each.entity][each.record_id]
        last = changed[each.entity].get(each.record_id, {}).get(each.field)
        ours = as_json(record[each.field])
        yield replace(
            each,
            id=f"{each.id}.{_digest(each.theirs, ours)}",
            record=record.get("name"),
            members=names[each.entity, each.record_id],
            ours=ours,
            ours_by=last.who if last else None,
            ours_through=last.source if last else None,
            ours_at=last.happened_at if last else None,
        )


def _member_names(conn: sa.Connection, found: Sequence[Held]) -> dict[tuple[str, UUID], tuple[str, ...]]:
    of = {(one.entity, one.record_id): members_of(conn, one.entity, [one.record_id]) for one in found}
    members = records.load(conn, "member", {member for each in of.values() for member in each})
    return {key: tuple(sorted(str(members[one]["name"]) for one in each if one in members)) for key, each in of.items()}


def _digest(theirs: Any, ours: Any) -> str:
    return sha256(json.dumps([theirs, ours], sort_keys=True).encode()).hexdigest()[:8]


def as_json(value: Any) -> Any:
    """Return a value of ours as JSON holds it."""
    if isinstance(value, date | datetime):
        return value.isoformat()
    return str(value) if isinstance(value, UUID | Decimal) else value
