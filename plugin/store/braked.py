"""What the brakes count and stop: records overwritten in a system, and records deleted because of it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.engine import Connection

from plugin.store.among import among
from plugin.store.schema import braked, links

Kind = Literal["overwrite", "delete"]
State = Literal["done", "waiting", "allowed"]
KINDS: tuple[Kind, ...] = ("overwrite", "delete")


@dataclass(frozen=True)
class Stopped:
    """How many records of an entity a brake holds back, and since when the first of them."""

    system: str
    kind: Kind
    entity: str
    number: int
    since: datetime


def note(
    conn: Connection, system: str, kind: Kind, entity: str, ids: Collection[UUID], state: State, at: datetime
) -> None:
    """Remember of records what became of them; one that waits already keeps its time."""
    if not ids:
        return
    key = {"system": system, "kind": kind, "entity": entity}
    statement = insert(braked)
    new = statement.excluded
    waits = sa.and_(braked.c.state == "waiting", new.state == "waiting")
    again = {"state": new.state, "at": sa.case((waits, braked.c.at), else_=new.at)}
    rows = [{**key, "record_id": one, "state": state, "at": at} for one in sorted(ids)]
    conn.execute(statement.on_conflict_do_update(index_elements=[*key, "record_id"], set_=again), rows)


def done_since(conn: Connection, system: str, kind: Kind, entity: str, since: datetime) -> set[UUID]:
    """Return the records that were overwritten or deleted since then and count against the brake."""
    query = sa.select(braked.c.record_id).where(*_of(system, kind), braked.c.entity == entity)
    return set(conn.scalars(query.where(braked.c.state == "done", braked.c.at > since)))


def allowed(
    conn: Connection, system: str, kind: Kind, entity: str, ids: Collection[UUID], since: datetime
) -> set[UUID]:
    """Return those of the records that a person has released since then."""
    query = sa.select(braked.c.record_id).where(
        *_of(system, kind), braked.c.entity == entity, among(braked.c.record_id, ids)
    )
    return set(conn.scalars(query.where(braked.c.state == "allowed", braked.c.at > since)))


def is_on(conn: Connection, system: str, kind: Kind) -> bool:
    """Return whether the brake holds anything back."""
    return bool(conn.scalar(sa.select(sa.exists().where(*_of(system, kind), braked.c.state == "waiting"))))


def clear(conn: Connection, system: str, kind: Kind, entity: str, ids: Collection[UUID]) -> None:
    """Hold records back no longer that would not be overwritten or deleted any more."""
    if ids and is_on(conn, system, kind):
        gone = sa.delete(braked).where(*_of(system, kind), braked.c.entity == entity, among(braked.c.record_id, ids))
        conn.execute(gone.where(braked.c.state == "waiting"))


def forget(conn: Connection, system: str, before: datetime) -> None:
    """Take away what counts no longer."""
    old = sa.delete(braked).where(braked.c.system == system, braked.c.state != "waiting", braked.c.at <= before)
    conn.execute(old)


def stopped(conn: Connection, system: str | None = None) -> list[Stopped]:
    """Return what the brakes hold back, by system, kind and entity."""
    key = (braked.c.system, braked.c.kind, braked.c.entity)
    query = sa.select(*key, sa.func.count().label("number"), sa.func.min(braked.c.at).label("since"))
    query = query.where(braked.c.state == "waiting").group_by(*key).order_by(*key)
    if system is not None:
        query = query.where(braked.c.system == system)
    return [Stopped(**row._mapping) for row in conn.execute(query)]


def release(conn: Connection, system: str, kind: Kind, at: datetime) -> dict[str, set[UUID]]:
    """Allow what waits, and return it by entity."""
    let_go = sa.update(braked).where(*_of(system, kind), braked.c.state == "waiting").values(state="allowed", at=at)
    found: dict[str, set[UUID]] = {}
    for row in conn.execute(let_go.returning(braked.c.entity, braked.c.record_id)):
        found.setdefault(row.entity, set()).add(row.record_id)
    return found


def linked(conn: Connection, system: str, entity: str) -> int:
    """Return how many records of an entity are linked with the system."""
    query = sa.select(sa.func.count()).select_from(links)
    where = (links.c.system == system, links.c.entity == entity, links.c.state == "active")
    return conn.scalar(query.where(*where)) or 0


def _of(system: str, kind: Kind) -> list[sa.ColumnElement[bool]]:
    return [braked.c.system == system, braked.c.kind == kind]
