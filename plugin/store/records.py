"""Canonical records: read, written field by field, tombstoned. Every write says where it comes from."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from difflib import get_close_matches
from typing import Any
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.engine import Connection

from plugin.domain.entities import ENTITIES, Entity
from plugin.errors import UserError
from plugin.store.among import among
from plugin.store.schema import TABLES, member_calculated

Values = Mapping[str, Any]


@dataclass(frozen=True)
class Origin:
    """Where a change comes from: `who` made it, through which `source`, when it happened and when we knew of it."""

    who: str
    source: str
    happened_at: datetime
    known_at: datetime

    def __post_init__(self) -> None:
        for name in ("happened_at", "known_at"):
            if getattr(self, name).tzinfo is None:
                raise ValueError(f"Origin.{name} has no time zone; give it one, such as datetime.now(UTC)")

    def as_setting(self) -> str:
        """Return the text that the history's triggers read."""
        return json.dumps(
            {
                "who": self.who,
                "source": self.source,
                "happened_at": self.happened_at.isoformat(),
                "known_at": self.known_at.isoformat(),
            }
        )


def load(conn: Connection, entity: str, ids: Collection[UUID], for_update: bool = False) -> dict[UUID, dict[str, Any]]:
    """Return the records that exist, tombstones too, by id: fields and bookkeeping. Locks are taken in id order."""
    table = _table(entity)
    query = sa.select(table).where(among(table.c.id, ids)).order_by(table.c.id)
    rows = conn.execute(query.with_for_update() if for_update else query)
    return {row.id: dict(row._mapping) for row in rows}


def save(conn: Connection, entity: str, record_id: UUID | None, values: Values, origin: Origin) -> UUID:
    """Write the given fields only, of a new record if `record_id` is None; return the record's id.

    Raises UserError for an unknown or calculated field, LookupError if there is no such record.
    """
    return save_many(conn, entity, [(record_id, values, origin)])[0]


def save_many(conn: Connection, entity: str, rows: Sequence[tuple[UUID | None, Values, Origin]]) -> list[UUID]:
    """Do what `save` does for many records in few round trips; return their ids in the order given."""
    table = _table(entity)
    ids = [record_id or uuid4() for record_id, _, _ in rows]
    inserts: dict[tuple[str, ...], list[dict[str, Any]]] = {}
    updates: dict[tuple[str, ...], list[dict[str, Any]]] = {}
    for (given, values, origin), record_id in zip(rows, ids, strict=True):
        names = _checked(entity, values)
        group = (inserts if given is None else updates).setdefault(names, [])
        group.append(_parameters(record_id, {name: values[name] for name in names}, origin))
    for names, group in inserts.items():
        conn.execute(_insert(table, names), group)
    for names, group in updates.items():
        _update_all(conn, table, names, group)
    return ids


def insert_as(conn: Connection, entity: str, record_id: UUID, values: Values, origin: Origin) -> None:
    """Write a new record under an id that was chosen before."""
    names = _checked(entity, values)
    parameters = _parameters(record_id, {name: values[name] for name in names}, origin)
    conn.execute(_insert(_table(entity), names), parameters)


def delete(conn: Connection, entity: str, record_id: UUID, origin: Origin) -> None:
    """Set the record's tombstone to when it happened; nothing is removed."""
    delete_many(conn, entity, [(record_id, origin)])


def delete_many(conn: Connection, entity: str, rows: Sequence[tuple[UUID, Origin]]) -> None:
    """Do what `delete` does for many records at once."""
    group = [_parameters(record_id, {"deleted_at": origin.happened_at}, origin) for record_id, origin in rows]
    _update_all(conn, _table(entity), ("deleted_at",), group)


def undelete(conn: Connection, entity: str, record_id: UUID, origin: Origin) -> None:
    """Take the tombstone away."""
    undelete_many(conn, entity, [(record_id, origin)])


def undelete_many(conn: Connection, entity: str, rows: Sequence[tuple[UUID, Origin]]) -> None:
    """Do what `undelete` does for many records at once."""
    group = [_parameters(record_id, {"deleted_at": None}, origin) for record_id, origin in rows]
    _update_all(conn, _table(entity), ("deleted_at",), group)


def load_calculated(conn: Connection, member_ids: Collection[UUID]) -> dict[UUID, dict[str, Any]]:
    """Return the calculated fields by member, for the members that were ever scored."""
    rows = conn.execute(sa.select(member_calculated).where(among(member_calculated.c.member_id, member_ids)))
    return {row.member_id: dict(row._mapping) for row in rows}


def save_calculated(conn: Connection, rows: Mapping[UUID, Values]) -> None:
    """Write members' calculated fields: all of them, a field that isn't given becomes null. They have no history."""
    names = tuple(ENTITIES["member"].calculated)
    for values in rows.values():
        _refuse_unknown("member", values, names)
    if not rows:
        return
    statement = insert(member_calculated)
    new = {name: statement.excluded[name] for name in names}
    statement = statement.on_conflict_do_update(index_elements=["member_id"], set_={**new, "updated_at": sa.func.now()})
    complete = [
        {"member_id": member_id} | {name: rows[member_id].get(name) for name in names} for member_id in sorted(rows)
    ]
    conn.execute(statement, complete)


def _table(entity: str) -> sa.Table:
    if entity not in TABLES:
        raise UserError(f"There is no entity {entity!r}.{_nearest(entity, TABLES)}")
    return TABLES[entity]


def _checked(entity: str, values: Values) -> tuple[str, ...]:
    known: Entity = ENTITIES[_table(entity).name]
    _refuse_unknown(entity, values, tuple(known.shared))
    return tuple(name for name in known.shared if name in values)


def _refuse_unknown(entity: str, values: Values, allowed: Sequence[str]) -> None:
    for name in values:
        if name not in allowed:
            raise UserError(f"{entity} has no field {name!r} that can be written here.{_nearest(name, allowed)}")


def _nearest(name: str, names: Iterable[str]) -> str:
    close = get_close_matches(name, list(names), n=1)
    return f" Did you mean {close[0]!r}?" if close else ""


def _parameters(record_id: UUID, values: Values, origin: Origin) -> dict[str, Any]:
    fields = {f"new_{name}": value for name, value in values.items()}
    return {"record_id": record_id, "origin": origin.as_setting()} | fields


def _origin_is_told() -> sa.ColumnElement[bool]:
    """Return a condition that tells the triggers the origin: part of the statement, it costs no round trip."""
    given = sa.func.set_config("success_vector.origin", sa.bindparam("origin", type_=sa.Text()), True)
    return sa.select(given).scalar_subquery().is_not(None)


def _insert(table: sa.Table, names: Sequence[str]) -> sa.Insert:
    fields = [sa.bindparam(f"new_{name}", type_=table.c[name].type) for name in names]
    row = sa.select(sa.bindparam("record_id", type_=sa.Uuid()), *fields).where(_origin_is_told())
    return table.insert().from_select(["id", *names], row, include_defaults=False)


def _update_all(conn: Connection, table: sa.Table, names: Sequence[str], group: list[dict[str, Any]]) -> None:
    new = {name: sa.bindparam(f"new_{name}", type_=table.c[name].type) for name in names}
    differs = sa.or_(sa.false(), *(table.c[name].is_distinct_from(value) for name, value in new.items()))
    touched = sa.case((differs, sa.func.now()), else_=table.c.updated_at)
    statement = (
        table.update()
        .values({**new, "updated_at": touched})
        .where(table.c.id == sa.bindparam("record_id", type_=sa.Uuid()), _origin_is_told())
    )
    # In id order, as `load` locks them: two transactions never wait for each other.
    group.sort(key=lambda parameters: parameters["record_id"])
    changed = conn.execute(statement, group).rowcount
    if changed != len(group):
        ids = ", ".join(str(parameters["record_id"]) for parameters in group[:5])
        raise LookupError(f"{len(group) - changed} of {len(group)} {table.name} records don't exist, among {ids}")
