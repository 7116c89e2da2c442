"""First contact: whether a record that we never met over there is one of ours already. Nothing is guessed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

from connectors.base import Row
from mappings.model import Canonical, Source
from plugin.store import key_index, links, records
from plugin.store.links import How, Link
from plugin.store.schema import TABLES
from plugin.store.spelling import alike
from plugin.store.unmatched import Ambiguous


@dataclass(frozen=True)
class Unknown:
    """A row that is linked with nothing of ours."""

    row: Row
    canonical: Canonical


@dataclass
class Matches:
    """Rows that are records of ours, by their ids, with new links; and those that may be several."""

    links: dict[str, Link] = field(default_factory=dict)
    ambiguous: dict[str, Ambiguous] = field(default_factory=dict)


def match(conn: sa.Connection, system: str, source: Source, unknown: Sequence[Unknown]) -> Matches:
    """Link each row with the record that it carries the id of, else with the only one that has the mapping's keys.

    A row that fits nothing is in neither part of the answer: it is a new record.
    """
    found = Matches()
    if not unknown or not (source.external_id or source.match):
        return found
    matching = _Matching(conn, system, source, found)
    left = matching.by_own_id(unknown)
    if source.match and left:
        matching.by_keys(left)
    return found


@dataclass(frozen=True)
class _Matching:
    conn: sa.Connection
    system: str
    source: Source
    found: Matches

    def by_own_id(self, unknown: Sequence[Unknown]) -> list[Unknown]:
        """Match by our id as they keep it; return the rows that carry none that we know."""
        carried = {one.row.id: own_id for one in unknown if (own_id := _uuid(one.canonical.own_id))}
        known = records.load(self.conn, self.source.entity, set(carried.values()))
        alive = {key for key, record in known.items() if record["deleted_at"] is None}
        candidates = {row_id: (own_id,) for row_id, own_id in carried.items() if own_id in alive}
        keys = {row_id: {self.source.external_id or "": str(carried[row_id])} for row_id in candidates}
        self._link([one for one in unknown if one.row.id in candidates], candidates, keys, "external_id")
        return [one for one in unknown if one.row.id not in candidates]

    def by_keys(self, unknown: Sequence[Unknown]) -> None:
        """Match by the mapping's keys: all of them must be filled and equal, text whatever its case and space."""
        keys = {
            one.row.id: {name: str(one.canonical.fields[name]) for name in self.source.match}
            for one in unknown
            if all(one.canonical.fields.get(name) is not None for name in self.source.match)
        }
        candidates = self._with_keys(keys)
        self._link([one for one in unknown if one.row.id in candidates], candidates, keys, "keys")

    def _with_keys(self, keys: Mapping[str, Mapping[str, str]]) -> dict[str, tuple[UUID, ...]]:
        if not keys:
            return {}
        table = TABLES[self.source.entity]
        ids = list(keys)
        columns = [sa.literal([keys[one][name] for one in ids], ARRAY(sa.Text())) for name in self.source.match]
        asked = (
            sa.func.unnest(sa.literal(ids, ARRAY(sa.Text())), *columns)
            .table_valued("row_id", *(f"key_{name}" for name in self.source.match), name="asked")
            .render_derived()
        )
        equal = [_same(table.c[name], sa.cast(asked.c[f"key_{name}"], sa.Text())) for name in self.source.match]
        fits = sa.select(table.c.id).where(*equal, table.c.deleted_at.is_(None))
        if key_index.stands(self.conn, self.source.entity, self.source.match):
            # The offset keeps the planner from working out the spelling of every name instead of asking the index.
            fits = fits.offset(0)
        each = fits.lateral("each")
        query = sa.select(asked.c.row_id, each.c.id).join_from(asked, each, sa.true())
        found: dict[str, tuple[UUID, ...]] = {}
        for row in self.conn.execute(query.order_by(each.c.id)):
            found[row.row_id] = (*found.get(row.row_id, ()), row.id)
        return found

    def _link(
        self,
        rows: Sequence[Unknown],
        candidates: Mapping[str, tuple[UUID, ...]],
        keys: Mapping[str, Mapping[str, str]],
        how: How,
    ) -> None:
        wanted = {record_id for each in candidates.values() for record_id in each}
        taken = links.by_record(self.conn, self.system, self.source.entity, wanted)
        fresh = []
        for one in rows:
            of_row = candidates[one.row.id]
            held = [link for record_id in of_row for link in taken.get(record_id, []) if link.state != "deleted"]
            rivals = [key for key, other in candidates.items() if key != one.row.id and set(other) & set(of_row)]
            if how == "keys" and held and all(link.how == "read" and link.state != "unlinked" for link in held):
                continue  # Two of their own that share these keys: both were born there.
            if why := self._doubt(of_row, held, rivals):
                self.found.ambiguous[one.row.id] = Ambiguous(keys[one.row.id], of_row, why)
                continue
            entity = self.source.entity
            fresh.append(Link(self.system, one.row.object, one.row.id, entity, of_row[0], how=how))
        self.found.links |= {link.external_id or "": link for link in links.insert_many(self.conn, fresh)}

    def _doubt(self, candidates: Sequence[UUID], held: Sequence[Link], rivals: Sequence[str]) -> str | None:
        if len(candidates) > 1:
            return f"{len(candidates)} records of ours fit it"
        if held:
            there = held[0].external_id or "one that is being created"
            apart = "was unlinked from" if held[0].state == "unlinked" else "is linked with"
            return f"the record of ours that fits it {apart} {there} already"
        if rivals:
            return f"{', '.join(sorted(rivals))} fits the same record of ours"
        return None


def _uuid(text: str | None) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        return None


def _same(column: sa.ColumnElement[Any], asked: sa.ColumnElement[str]) -> sa.ColumnElement[bool]:
    return alike(column) == alike(asked) if isinstance(column.type, sa.Text) else column == sa.cast(asked, column.type)
