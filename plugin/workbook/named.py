"""The records that an import touches, locked, and what the milestones of each goal are called."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from plugin.store import records
from plugin.store.among import among
from plugin.store.schema import TABLES
from plugin.workbook.contents import labels_of
from plugin.workbook.exported import Exported
from plugin.workbook.reading import Edit, Found
from plugin.workbook.text import decoded

Records = Mapping[str, Mapping[UUID, Mapping[str, Any]]]


@dataclass(frozen=True)
class Named:
    """Records by entity and id, the open goal of each new row, and the milestones of each goal by name."""

    records: Records
    goals: Mapping[UUID, UUID]
    milestones: Mapping[UUID, Mapping[str, UUID]]

    @classmethod
    def of(cls, conn: Connection, found: Found, exported: Exported) -> Named:
        """Load and lock what was edited, members' goals before what belongs to them."""
        wanted: dict[str, set[UUID]] = {"desired_outcome": set()}
        for edit in found.edits:
            wanted.setdefault(edit.entity, set()).add(edit.record)
        belongs = {edit.record: exported.new[edit.record][1] for edit in found.edits if edit.new}
        wanted["desired_outcome"].update(belongs.values())
        loaded = {entity: records.load(conn, entity, ids, for_update=True) for entity, ids in sorted(wanted.items())}
        open_ = {
            key for key, row in loaded["desired_outcome"].items()
            if row["deleted_at"] is None and row["closed_on"] is None
        }  # fmt: skip
        goals = {record: goal for record, goal in belongs.items() if goal in open_}
        of_actions = {row["desired_outcome"] for row in loaded.get("accountability", {}).values()}
        return cls(loaded, goals, _milestones(conn, found, belongs, {*of_actions, *belongs.values()}))

    def stored(self, entity: str, record: UUID) -> Mapping[str, Any] | None:
        """Return a record as the store holds it, None for one that isn't there."""
        return self.records.get(entity, {}).get(record)

    def goal_of(self, record: UUID) -> UUID | None:
        """Return the goal that a new row belongs to, None where it isn't open any longer."""
        return self.goals.get(record)

    def known(self, edit: Edit) -> Mapping[str, UUID]:
        """Return the milestones that a cell may name: those of its own goal."""
        row = self.stored(edit.entity, edit.record)
        goal = row["desired_outcome"] if row and "desired_outcome" in row else self.goals.get(edit.record)
        return self.milestones.get(goal, {}) if goal else {}


def _milestones(
    conn: Connection, found: Found, belongs: Mapping[UUID, UUID], goals: set[UUID]
) -> dict[UUID, dict[str, UUID]]:
    """Return the milestones of goals by what the workbook calls them, those that it adds included."""
    table = TABLES["milestone"]
    query = sa.select(table).where(among(table.c.desired_outcome, goals), table.c.deleted_at.is_(None))
    listed: dict[UUID, dict[UUID, str]] = {}
    for row in conn.execute(query.order_by(table.c.due_on.nulls_last(), table.c.id)):
        listed.setdefault(row.desired_outcome, {})[row.id] = row.name or f"{row.type} milestone"
    known = {goal: {label: one for one, label in labels_of(names).items()} for goal, names in listed.items()}
    added: dict[UUID, dict[str, UUID]] = {}
    for edit in found.edits:
        if edit.new and edit.entity == "milestone" and edit.name == "name" and isinstance(edit.cell.value, str):
            added.setdefault(belongs[edit.record], {}).setdefault(decoded(edit.cell.value).strip(), edit.record)
    return {goal: known.get(goal, {}) | added.get(goal, {}) for goal in {*known, *added}}
