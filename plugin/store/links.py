"""Links: which record of which system is which record of ours, and what the two last agreed on."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB, JSONPATH
from sqlalchemy.engine import Connection

from plugin.store.among import among
from plugin.store.schema import links

State = Literal["creating", "active", "suspended", "deleted", "unlinked"]
How = Literal["read", "created", "external_id", "keys", "hand"]


@dataclass(frozen=True)
class Link:
    """One record of a system (`object`, `external_id`) and the record of ours that it is.

    `shadow` holds the values both sides last agreed on; `sent` what we are about to write, while no read has shown it,
    `sent_at` when, as long as no answer told that it was written, and `sent_guarded` whether a later change over there
    stops it; `written` the values of ours alone last written;
    `quarantined` the fields that are left alone, and why. `stamp` and `modified_at` are the system's own, `read_at` is
    its clock when we last read the record. A link that is `creating` has no `external_id` yet; one that a person
    `unlinked` keeps both sides apart, so that nothing is read, written or created because of it. `how` it came about:
    the record was born there and read, or born here and created there, or was known already and found by our id
    (`external_id`), by the mapping's `keys`, or by a person's `hand`. `id` is None until the link is stored.
    """

    system: str
    object: str
    external_id: str | None
    entity: str
    record_id: UUID
    shadow: dict[str, Any] = field(default_factory=dict)
    sent: dict[str, Any] | None = None
    sent_at: datetime | None = None
    sent_guarded: bool = False
    push_ended_at: datetime | None = None
    written: dict[str, Any] = field(default_factory=dict)
    stamp: datetime | None = None
    modified_at: datetime | None = None
    read_at: datetime | None = None
    state: State = "active"
    quarantined: dict[str, Any] = field(default_factory=dict)
    how: How = "read"
    id: int | None = None


STORED = tuple(one.name for one in fields(Link) if one.name != "id")


def by_external(
    conn: Connection, system: str, external_ids: Collection[str], for_update: bool = False
) -> dict[str, Link]:
    """Return the links of a system's records by external id. Locks are taken in link id order."""
    found = _select(conn, [links.c.system == system, among(links.c.external_id, external_ids)], for_update)
    return {link.external_id: link for link in found if link.external_id}


def by_record(
    conn: Connection, system: str | None, entity: str, record_ids: Collection[UUID], for_update: bool = False
) -> dict[UUID, list[Link]]:
    """Return the links of our records, in link id order; of every system if `system` is None.

    A record of ours has several links of one system after the system merged two of its own.
    """
    if not record_ids:
        return {}
    conditions = [links.c.entity == entity, among(links.c.record_id, record_ids)]
    if system is not None:
        conditions.append(links.c.system == system)
    found: dict[UUID, list[Link]] = {}
    for link in _select(conn, conditions, for_update):
        found.setdefault(link.record_id, []).append(link)
    return found


def insert(conn: Connection, link: Link) -> Link:
    """Store a new link and return it with its id."""
    return insert_many(conn, [link])[0]


def insert_many(conn: Connection, new: Sequence[Link]) -> list[Link]:
    """Store new links and return them with their ids, in order."""
    if not new:
        return []
    statement = links.insert().returning(links.c.id, sort_by_parameter_order=True)
    ids = conn.scalars(statement, [_values(link) for link in new]).all()
    return [replace(link, id=link_id) for link, link_id in zip(new, ids, strict=True)]


def update(conn: Connection, link: Link) -> None:
    """Store everything that the link holds. Lock it first: the last writer wins."""
    update_many(conn, [link])


def update_many(conn: Connection, changed: Sequence[Link]) -> None:
    """Store everything that the links hold."""
    if not changed:
        return
    values = {name: sa.bindparam(f"new_{name}", type_=links.c[name].type) for name in _values(changed[0])}
    statement = links.update().where(links.c.id == sa.bindparam("link_id")).values(values)
    rows = [
        {"link_id": link.id} | {f"new_{name}": value for name, value in _values(link).items()}
        for link in sorted(changed, key=lambda link: link.id or 0)
    ]
    stored = conn.execute(statement, rows).rowcount
    if stored != len(rows):
        raise LookupError(f"{len(rows) - stored} of {len(rows)} links don't exist; insert them first")


def drop_barriers(conn: Connection, system: str, entity: str, record_id: UUID) -> None:
    """Take away what kept a record of ours from being created in a system: it is linked there now."""
    conn.execute(
        sa.delete(links).where(
            links.c.system == system,
            links.c.entity == entity,
            links.c.record_id == record_id,
            links.c.state == "unlinked",
            links.c.external_id.is_(None),
        )
    )


def forget_creation(conn: Connection, link_id: int) -> None:
    """Take away the link of a creation that was surely refused: the record isn't in that system."""
    conn.execute(sa.delete(links).where(links.c.id == link_id, links.c.state == "creating"))


def by_id(conn: Connection, link_id: int, for_update: bool = False) -> Link | None:
    """Return the link of that id, None if there is none."""
    return next(iter(_select(conn, [links.c.id == link_id], for_update)), None)


def with_quarantined(
    conn: Connection, system: str | None, entity: str | None, field: str | None, reason: str, after: int
) -> Iterator[Link]:
    """Yield the links, in id order and beyond that id, of which a field is quarantined for that reason."""
    path = "$.*" if field is None else f"$.{json.dumps(field)}"
    condition = sa.func.jsonb_path_exists(
        links.c.quarantined,
        sa.cast(f"{path} ? (@.reason == $reason)", JSONPATH),
        sa.func.jsonb_build_object("reason", sa.literal(reason, sa.Text())),
    )
    query = sa.select(links).where(condition, links.c.id > after).order_by(links.c.id)
    for column, wanted in ((links.c.system, system), (links.c.entity, entity)):
        query = query.where(column == wanted) if wanted is not None else query
    for row in conn.execute(query.execution_options(yield_per=500)):
        yield Link(**row._mapping)


def quarantined_counts(conn: Connection, reason: str) -> dict[str, int]:
    """Return how many fields are quarantined for that reason, by system."""
    field = sa.func.jsonb_each(links.c.quarantined).table_valued("key", "value", name="field")
    where = sa.cast(field.c.value, JSONB)["reason"].astext == reason
    query = sa.select(links.c.system, sa.func.count()).select_from(links).join(field, sa.true()).where(where)
    return {row[0]: row[1] for row in conn.execute(query.group_by(links.c.system))}


def counts(conn: Connection) -> dict[tuple[str, State], int]:
    """Return how many links there are by (system, state)."""
    key = (links.c.system, links.c.state)
    rows = conn.execute(sa.select(*key, sa.func.count()).group_by(*key))
    return {(system, state): number for system, state, number in rows}


def _select(conn: Connection, conditions: Sequence[sa.ColumnElement[bool]], for_update: bool) -> list[Link]:
    query = sa.select(links).where(*conditions).order_by(links.c.id)
    rows = conn.execute(query.with_for_update() if for_update else query)
    return [Link(**row._mapping) for row in rows]


def _values(link: Link) -> dict[str, Any]:
    return {name: getattr(link, name) for name in STORED}
