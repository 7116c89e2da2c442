"""Settling a field that waits: a person's word, through the same merge, save and due path as any other change."""

from __future__ import annotations

from collections.abc import Mapping as MappingOf
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

import sqlalchemy as sa

from mappings.convert import Value
from mappings.model import Mapping, Source
from plugin.domain.entities import ENTITIES, Kind
from plugin.errors import UserError
from plugin.store import decisions, due, links, records
from plugin.store.links import Link
from plugin.store.records import Origin
from plugin.sync.held import Held, as_json, link_of, one
from plugin.sync.holding import SETTLED, waiting
from plugin.sync.marking import mark_push, mark_score
from plugin.sync.proposed import WORKBOOK
from plugin.sync.written import written_value

Side = Literal["ours", "theirs", "value"]
THROUGH = "review"


class Stale(UserError):
    """The values have moved since the person looked; `now` is what waits by now, None if nothing does."""

    def __init__(self, message: str, now: Held | None) -> None:
        self.now = now
        super().__init__(message)


@dataclass(frozen=True)
class Settlement:
    """What a person decided: whose value is to stand, or which (`value`, as text or JSON), who decided it and why."""

    take: Side
    value: Any = None
    who: str = ""
    because: str | None = None


def settle(
    conn: sa.Connection, mappings: MappingOf[str, Mapping], review_id: str, settlement: Settlement, now: datetime
) -> Any:
    """Settle one field, and return the value that stands on our side from now on, as JSON holds it.

    `theirs` becomes ours; `ours`, or another value, is due to be written over there. Their value as the person saw it
    counts as agreed on, so that the next read undoes nothing: if they have changed it meanwhile, the field waits again.
    Raises Stale where the values have moved since they were listed, UserError for a value that the field can't hold.
    """
    link, shown = _as_shown(conn, review_id)
    source = None if link.system == WORKBOOK else _source(mappings, link)
    field = shown.field
    if field in (link.sent or {}):
        raise UserError(f"{field} is just being written to {link.system}. Try again in two minutes.")
    origin = Origin(settlement.who, THROUGH, now, now)
    ours = records.load(conn, link.entity, [link.record_id], for_update=True)[link.record_id]
    value = _chosen(conn, link, source, shown, settlement, ours[field])
    if value != ours[field]:
        records.save(conn, link.entity, link.record_id, {field: value}, origin)
    kept = {name: why for name, why in link.quarantined.items() if name != field}
    if settlement.take != "theirs" and source is not None:
        kept[field] = {"reason": SETTLED, "at": now.isoformat(), "who": settlement.who}
    links.update(conn, replace(link, shadow={**link.shadow, field: shown.theirs}, quarantined=kept))
    _decided(conn, shown, settlement, value, now)
    mark_score(conn, link.entity, {link.record_id}, "interactive", now)
    mark_push(conn, mappings, link.entity, {link.record_id}, "interactive", now)
    if source is not None:
        due.mark(conn, "fetch", link.system, link.object, [link.external_id or ""], "interactive", now)
    return as_json(value)


def find(conn: sa.Connection, review_id: str) -> Held:
    """Return the field that waits under that id. Raises Stale where it has moved, UserError for an id of nothing."""
    return _as_shown(conn, review_id)[1]


def _as_shown(conn: sa.Connection, review_id: str) -> tuple[Link, Held]:
    try:
        link_id, field, _ = link_of(review_id)
    except ValueError:
        raise UserError(f"{review_id} is no id of a field that waits; `success-vector review` lists them.") from None
    link = links.by_id(conn, link_id, for_update=True)
    if link is None:
        raise UserError(f"Nothing waits under {review_id}; `success-vector review` lists what does.")
    if field not in waiting(link):
        raise Stale(
            f"{field} of {link.object} {link.external_id} waits no longer: both sides agree, or it is settled.", None
        )
    shown = one(conn, link, field)
    if shown.id != review_id:
        ours_at = shown.ours_at.isoformat() if shown.ours_at else "never"
        raise Stale(
            f"{field} of {link.object} {link.external_id} has moved since you looked: they hold {shown.theirs!r} "
            f"(changed {shown.theirs_at}), we hold {shown.ours!r} (changed {ours_at}). "
            f"Look again; its id is {shown.id} now.",
            shown,
        )
    return link, shown


def _source(mappings: MappingOf[str, Mapping], link: Link) -> Source:
    mapping = mappings.get(link.system)
    if mapping is None or link.object not in mapping.objects:
        raise UserError(f"{link.object} of {link.system} is mapped no longer, so nothing can be settled for it.")
    return mapping.source(link.object)


def _chosen(
    conn: sa.Connection, link: Link, source: Source | None, shown: Held, settlement: Settlement, ours: Value | UUID
) -> Value | UUID:
    if settlement.take == "ours":
        return ours
    if source is None:
        return _proposed(conn, link, shown, settlement)
    definition = source.definition.fields[shown.field]
    if definition.kind is Kind.REFERENCE:
        if settlement.take == "value":
            raise UserError(f"{shown.field} names another record: take ours or theirs, or move the record first.")
        return _record_of(conn, link, shown)
    line = source.fields[shown.field]
    if settlement.take == "theirs":
        return line.to_ours(shown.theirs, source.zone)
    value = written_value(definition, settlement.value)
    line.to_theirs(value)
    return value


def _proposed(conn: sa.Connection, link: Link, shown: Held, settlement: Settlement) -> Value | UUID:
    """Return what a file's value, or another one, is as ours: a file names records by our ids."""
    definition = ENTITIES[link.entity].fields[shown.field]
    written = shown.theirs if settlement.take == "theirs" else settlement.value
    if definition.refers_to is None or written is None:
        return written_value(definition, written)
    if settlement.take == "value":
        raise UserError(f"{shown.field} names another record: take ours or theirs, or move the record first.")
    if UUID(written) not in records.load(conn, definition.refers_to, [UUID(written)]):
        raise UserError(f"{shown.field} names a record that isn't here. Take ours.")
    return UUID(written)


def _record_of(conn: sa.Connection, link: Link, shown: Held) -> UUID | None:
    if shown.theirs is None:
        return None
    named = links.by_external(conn, link.system, [str(shown.theirs)]).get(str(shown.theirs))
    if named is None or named.state != "active":
        raise UserError(f"{shown.field} names {shown.theirs} over there, which isn't here. Sync first, or take ours.")
    return named.record_id


def _decided(conn: sa.Connection, shown: Held, settlement: Settlement, value: Value | UUID, now: datetime) -> None:
    decisions.add(
        conn,
        "settle",
        shown.system,
        settlement.who,
        settlement.because,
        now,
        entity=shown.entity,
        record_id=shown.record_id,
        field=shown.field,
        external_id=shown.external_id,
        before={"theirs": shown.theirs, "ours": shown.ours, "why": shown.why},
        after={"take": settlement.take, "value": as_json(value)},
    )
