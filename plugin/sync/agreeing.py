"""One row against the record and the link that it belongs to: what both held, and what the link remembers of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from connectors.base import Fetched, ObjectSchema, Row
from mappings.model import Source
from plugin.store import history, systems
from plugin.store.links import Link
from plugin.sync import holding
from plugin.sync.absorbed import Absorbed
from plugin.sync.merge import Value, Verdict
from plugin.sync.row import Agreement, Changed, RowMerge, merge_row, ours_normal

LANDING = timedelta(minutes=2)
"""Longer than any call of ours lasts: what has not landed by then is lost, and is written again."""
SECOND = timedelta(seconds=1)


@dataclass(frozen=True)
class Agreeing:
    """Compares the rows of one read with ours, at `now`, and notes on their links what follows."""

    conn: sa.Connection
    source: Source
    schema: ObjectSchema
    fetched: Fetched
    now: datetime

    def compare(
        self,
        row: Row,
        theirs: Mapping[str, Value],
        ours: Mapping[str, Any],
        references: Mapping[str, str | None],
        link: Link,
    ) -> RowMerge:
        """Return the merge of every field that was read; `ours` is the record, `references` are its own, as theirs."""
        held = ours_normal(self.source, self.schema, ours, references)
        # The call lasted from `began_at` to before `now`, and their clocks tell whole seconds.
        doubt = self.now - self.fetched.began_at + 2 * SECOND
        agreed = Agreement(
            shadow=link.shadow,
            sent=link.sent,
            stamp=link.stamp,
            read_until=holding.surely_seen_at(link),
            seen_at=holding.seen_at(link),
            doubt=doubt,
            stuck=holding.stuck(link),
            undecided=holding.undecided(link),
            settled=holding.settled(link),
            landed=link.sent_at is None,
            perhaps_before=self._perhaps_before_push(row, link),
        )

        def ours_changed_at(name: str) -> Changed | None:
            changes = history.last_changes(self.conn, self.source.entity, [link.record_id])
            last = changes.get(link.record_id, {}).get(name)
            if last is None:
                return None
            elsewhere = systems.get(self.conn, last.source) is not None
            return Changed((last.known_at if elsewhere else last.happened_at) + self._drift, exact=not elsewhere)

        merged = merge_row(self.source, row, theirs, held, agreed, ours_changed_at)
        return merged.awaiting(self._perhaps_replaced(row, link, merged), link.shadow)

    def settle(self, row: Row, link: Link, merged: RowMerge, result: Absorbed) -> Link:
        """Return the link as it is after the read, and note in `result` what is due because of it."""
        waiting = merged.any(Verdict.WAIT) and not self._lost(link)
        settled = replace(
            link,
            external_id=row.id,
            state="active",
            shadow=merged.shadow,
            sent=_still_sent(link, merged) if waiting else None,
            stamp=row.stamp,
            modified_at=row.modified_at,
            read_at=self._read_at(),
            quarantined=holding.after(link, row, merged, self.now),
        )
        if waiting:
            result.reread[row.object, row.id] = row.id
        if link.state != "active":
            result.linked.append(row.id)
        if link.state == "creating":
            result.born.add(link.record_id)
        if merged.any(Verdict.PUSH) or (merged.any(Verdict.WAIT) and not waiting):
            if _agreement(settled) == _agreement(link):
                result.remind.add(link.record_id)
            else:
                result.note_push(link.entity, [link.record_id])
        return settled

    def first_link(self, system: str, row: Row, theirs: dict[str, Value], record_id: UUID) -> Link:
        """Return the link of a record that was born over there and is ours from now on."""
        return Link(
            system=system,
            object=row.object,
            external_id=row.id,
            entity=self.source.entity,
            record_id=record_id,
            shadow=theirs,
            stamp=row.stamp,
            modified_at=row.modified_at,
            read_at=self._read_at(),
        )

    def perhaps_not_undeleted(self, row: Row, link: Link) -> bool:
        """Whether a row that is alive may be from before the deletion that we know of: a copy that lags may show it."""
        return link.state == "deleted" and (
            self._perhaps_before_push(row, link) or self._perhaps_same_second(row, link)
        )

    @property
    def _drift(self) -> timedelta:
        return self.fetched.server_time + SECOND - self.fetched.began_at

    def _perhaps_before_push(self, row: Row, link: Link) -> bool:
        """Whether a copy that lags may have answered with a state from before our last push ended."""
        ended = link.push_ended_at
        if ended is None or self.fetched.began_at - ended > holding.LAGGING:
            return False
        return row.stamp <= ended + self._drift

    def _perhaps_same_second(self, row: Row, link: Link) -> bool:
        """Whether a copy that lags may have answered with an earlier state of the very second that we have seen."""
        return row.stamp == link.stamp and self.fetched.server_time - row.stamp <= holding.LAGGING

    def _perhaps_replaced(self, row: Row, link: Link, merged: RowMerge) -> set[str]:
        """The fields that would be as before their last change, where a copy that lags may show that same second."""
        agreed = {name for name in merged.taken if name in link.shadow and merged.ours[name] == link.shadow[name]}
        if not agreed or not self._perhaps_same_second(row, link):
            return set()
        last = history.last_changes(self.conn, self.source.entity, [link.record_id]).get(link.record_id, {})
        before = {name: last[name].old for name in agreed if name in last}
        replaced = ours_normal(self.source, self.schema, before, {})
        return {name for name, value in replaced.items() if value == merged.theirs[name]}

    def _lost(self, link: Link) -> bool:
        return link.sent_at is not None and self.now - link.sent_at > LANDING

    def _read_at(self) -> datetime:
        """The earliest moment, by their clock, that the read can show: its answer names the latest."""
        return self.fetched.server_time - (self.now - self.fetched.began_at)


def _still_sent(link: Link, merged: RowMerge) -> dict[str, Value] | None:
    """What may not show yet: of a write that surely landed only those fields that wait, as the others were merged."""
    if link.sent is None or link.sent_at is not None:
        return link.sent
    return {name: value for name, value in link.sent.items() if merged.verdicts.get(name, Verdict.WAIT) is Verdict.WAIT}


def _agreement(link: Link) -> tuple[object, ...]:
    """What a push goes by: where it is unchanged, there is no news for one."""
    return link.state, link.shadow, link.sent, link.quarantined
