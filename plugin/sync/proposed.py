"""Values that a file proposes where ours has changed meanwhile: they wait for a person beside those of systems.

A file is no system: nothing is read from it again and nothing is written to it. Its links only keep what waits.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from plugin.store import links
from plugin.store.links import Link
from plugin.sync.holding import REVIEW
from plugin.sync.merge import Why

WORKBOOK = "workbook"
"""What stands for the system of such a link."""


@dataclass(frozen=True)
class Proposal:
    """One field of a record of ours with the value that a file proposes and the one we hold, as JSON holds them."""

    entity: str
    record_id: UUID
    field: str
    theirs: Any
    ours: Any
    place: str
    why: Why


def propose(conn: sa.Connection, proposal: Proposal, who: str, at: datetime) -> None:
    """Leave a proposed value to a person; a newer one for the same field takes its place."""
    named = f"{proposal.entity}:{proposal.record_id}"
    known = links.by_external(conn, WORKBOOK, [named], for_update=True).get(named)
    link = known or links.insert(
        conn, Link(WORKBOOK, proposal.place, named, proposal.entity, proposal.record_id, state="unlinked", how="hand")
    )
    entry = {
        "reason": REVIEW,
        "why": proposal.why.value,
        "theirs": proposal.theirs,
        "ours": proposal.ours,
        "theirs_by": who,
        "theirs_at": at.isoformat(),
        "since": at.isoformat(),
        "seen": None,
    }
    links.update(conn, replace(link, object=proposal.place, quarantined={**link.quarantined, proposal.field: entry}))
