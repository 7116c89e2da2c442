"""Playbooks of coverage segments: from the segments' own fields, or from a TOML file that is written into them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from mappings.reports import nearest
from mappings.toml_file import Table, read_tables
from plugin.domain.playbook import OTHERWISE, SITUATIONS, Play, Playbook, fault, lines, playbook, prose
from plugin.errors import Problem, Problems
from plugin.plans.document import Line, Name
from plugin.plans.marking import Marks
from plugin.store import records
from plugin.store.records import Origin
from plugin.store.schema import TABLES


class PlayTable(Table):
    """One `[[segment.play]]`."""

    situation: str
    step: Line
    channel: str | None = None


class SegmentTable(Table):
    """One `[[segment]]`: its name in the CRM, who acts, and the plays that are other than the shipped ones."""

    name: Name
    who: Line | None = None
    play: tuple[PlayTable, ...] = ()


class PlaybookDocument(Table):
    """The whole file."""

    segment: tuple[SegmentTable, ...]


@dataclass(frozen=True)
class SegmentBook:
    """A segment of the association with its playbook, and the text of its field."""

    segment: UUID
    name: str
    model: str | None
    field: str

    @property
    def book(self) -> Playbook:
        """The playbook that counts."""
        return playbook(self.model, self.field)


def load_playbooks(path: Path) -> PlaybookDocument:
    """Return the file's plays. Raises Problems with all that doesn't fit, UserError where it can't be read."""
    return read_tables(PlaybookDocument, path, "playbooks file", "docs/member-success.md")


def segment_books(conn: Connection) -> list[SegmentBook]:
    """Return the playbook of every coverage segment, in order of name."""
    table = TABLES["coverage_segment"]
    rows = conn.execute(sa.select(table).where(table.c.deleted_at.is_(None)).order_by(table.c.name, table.c.id))
    return [SegmentBook(row.id, row.name or "", row.model, row.playbook or "") for row in rows]


def proposed(books: Sequence[SegmentBook], document: PlaybookDocument) -> list[SegmentBook]:
    """Return the segments that the file names, with the field as it would be: its prose kept, its plays replaced.

    Raises Problems for a segment that there isn't, and for plays that can't be used.
    """
    known = {one.name.casefold(): one for one in books}
    found = list(_faults(document, known))
    if found:
        raise Problems("The playbooks don't fit:", found)
    return [_rewritten(known[table.name.casefold()], table) for table in document.segment]


def write_playbooks(conn: Connection, marks: Marks, wanted: Sequence[SegmentBook], at: datetime) -> list[UUID]:
    """Write the fields that differ, and mark the segments' members; return the segments that changed."""
    now = records.load(conn, "coverage_segment", [one.segment for one in wanted], for_update=True)
    changed = {one.segment: one.field for one in wanted if (now[one.segment]["playbook"] or "") != one.field}
    origin = Origin(who="success-vector", source="playbooks", happened_at=at, known_at=at)
    records.save_many(conn, "coverage_segment", [(key, {"playbook": field}, origin) for key, field in changed.items()])
    marks.mark_push(conn, "coverage_segment", set(changed))
    marks.mark_score(conn, "coverage_segment", set(changed))
    return list(changed)


def _rewritten(before: SegmentBook, table: SegmentTable) -> SegmentBook:
    plays = {one.situation: Play(one.step, one.channel) for one in table.play}
    kept = "\n".join(prose(before.field)).strip()
    own = "\n".join(lines(table.who, plays))
    field = "\n\n".join(part for part in (kept, own) if part)
    return SegmentBook(before.segment, before.name, before.model, field)


def _faults(document: PlaybookDocument, known: Mapping[str, SegmentBook]) -> Iterator[Problem]:
    for table in document.segment:
        segment = known.get(table.name.casefold())
        if segment is None:
            names = [one.name for one in known.values()]
            yield Problem(
                f"segment {table.name!r}", "there is no such coverage segment", f"Use {nearest(table.name, names)}."
            )
            continue
        situations = [one.situation for one in table.play]
        for one in table.play:
            wrong = fault(segment.model, one.situation, one.channel)
            if wrong:
                known_words = f"Situations are {', '.join((*SITUATIONS, OTHERWISE))}."
                yield Problem(f"segment {table.name!r}, {one.situation}", wrong, known_words)
        for name in dict.fromkeys(name for name in situations if situations.count(name) > 1):
            yield Problem(f"segment {table.name!r}, {name}", "it is there twice", "Keep one.")
