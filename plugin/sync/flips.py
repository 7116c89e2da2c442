"""Fields that go back and forth: automations or systems that set each other's values again and again."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from mappings.model import Source
from plugin.store import history, systems
from plugin.store.history import Change

OURSELVES = "success-vector"
"""Who it is in the history that programs of ours wrote something."""
TWICE = 2


def flip_flops(
    conn: sa.Connection, system: str, source: Source, taking: Mapping[UUID, Mapping[str, Any]]
) -> dict[UUID, set[str]]:
    """Return, by record, the fields that return with `taking` to a value that we replaced twice in that system.

    An edit by a person on our side makes an end of what was before it. CRMs don't tell people from programs, so an edit
    over there is a person's to us only if it brings another value.
    """
    shared = {*source.shared, *source.references}
    wanted = {key: {name: new for name, new in each.items() if name in shared} for key, each in taking.items()}
    wanted = {key: each for key, each in wanted.items() if each}
    if not wanted:
        return {}
    names = {name for each in wanted.values() for name in each}
    found: dict[tuple[UUID, str], list[Change]] = {}
    for change in history.often_changed(conn, source.entity, wanted, names, least=2 * TWICE - 1):
        found.setdefault((change.record_id, change.field), []).append(change)
    programs = {known.name for known in systems.all_systems(conn)}
    flipping: dict[UUID, set[str]] = {}
    for (record_id, name), changes in found.items():
        if name in wanted.get(record_id, {}) and _returns(changes, wanted[record_id][name], system, programs):
            flipping.setdefault(record_id, set()).add(name)
    return flipping


def _returns(changes: Sequence[Change], new: Any, system: str, programs: Collection[str]) -> bool:
    """Whether our side replaced the value twice or more since a person last edited the field on our side."""
    replaced = 0
    seen: set[Any] = set()
    for change in reversed(changes):
        by_program = change.source in programs or change.who == OURSELVES
        if not by_program or len(seen | {change.old, change.new, new}) > TWICE:
            break
        seen |= {change.old, change.new, new}
        replaced += change.old == new and change.source != system
    return replaced >= TWICE
