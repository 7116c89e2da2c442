"""What both sides hold in the end, field by field, against what people wrote."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from math import ceil
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from benchmarks.soak.ledger import Edit, Ledger, Place
from connectors.base import Row
from mappings.model import Direction, Source
from plugin.store import records
from plugin.store.links import Link
from plugin.store.schema import TABLES
from plugin.store.schema import links as links_table
from plugin.sync.holding import waiting
from plugin.sync.normal import normal
from plugin.sync.system import System


@dataclass
class Verdict:
    """What was compared, by what was found; `problems` are what must not be."""

    counted: Counter[str] = field(default_factory=Counter)
    problems: list[str] = field(default_factory=list)


class Comparison:
    """Reads every record of both sides once."""

    def __init__(self, database: sa.Engine, system: System, ledger: Ledger) -> None:
        self.system, self.ledger, self.verdict = system, ledger, Verdict()
        with database.connect() as conn:
            self.links = [Link(**row._mapping) for row in conn.execute(sa.select(links_table))]
            self.ours: dict[str, dict[UUID, dict[str, Any]]] = {}
            for entity in {source.entity for source in system.mapping.sources}:
                ids = [row.id for row in conn.execute(sa.select(TABLES[entity].c.id))]
                self.ours[entity] = records.load(conn, entity, ids)
        self.by_external = {link.external_id: link for link in self.links if link.external_id}

    def run(self) -> Verdict:
        """Return what was found."""
        seen: set[str] = set()
        for source in self.system.read_sources:
            for row in self._rows(source):
                if not row.deleted and source.matches(row.values):
                    seen.add(row.id)
                    self._row(source, row)
        for link in self.links:
            reads = self.system.mapping.source(link.object).reads
            if reads and link.state == "active" and link.external_id not in seen:
                self._wrong(f"{link.object} {link.external_id} is linked and isn't there")
        self._nothing_doubled()
        return self.verdict

    def _rows(self, source: Source) -> Iterator[Row]:
        fields = self.system.readable(source)
        for page in self.system.connector.changed(source.object, fields, None):
            yield from page.rows

    def _row(self, source: Source, row: Row) -> None:
        link = self.by_external.get(row.id)
        if link is None or link.state != "active":
            self._wrong(f"{row.object} {row.id} isn't here: {link and link.state}")
            return
        self.verdict.counted["records compared"] += 1
        record = self.ours[source.entity][link.record_id]
        if record["deleted_at"]:
            self._wrong(f"{row.object} {row.id} is deleted here and not there")
        held = waiting(link)
        for name, line in source.fields.items():
            if line.theirs not in self.system.schemas[source.object].fields or line.theirs not in row.values:
                continue
            schema = self.system.schemas[source.object].fields[line.theirs]
            theirs = normal(row.values[line.theirs], schema)
            alone = line.direction is Direction.OUT
            ours = link.written.get(name) if alone else normal(line.to_theirs(record.get(name)), schema)
            self.verdict.counted["fields compared"] += 1
            last = {
                side: normal(line.to_theirs(edits[row.object, row.id, name].value), schema)
                for side, edits in (("here", self.ledger.here), ("there", self.ledger.there))
                if (row.object, row.id, name) in edits
            }
            if name in held:
                edited = "edited on both sides" if len(last) == 2 else f"edited {next(iter(last), 'nowhere')} alone"
                self.verdict.counted[f"fields that wait for a person ({held[name]['why']}), {edited}"] += 1
            elif theirs != ours:
                self._wrong(f"{row.object} {row.id}.{name}: they hold {theirs!r}, we {ours!r}")
            self._nothing_lost((row.object, row.id, name), {theirs, ours}, last, waits=name in held)

    def _nothing_lost(self, place: Place, stands: set[Any], last: dict[str, Any], *, waits: bool) -> None:
        """What stands is somebody's last edit; where it waits for a person, the last edit of all is still there."""
        if not last:
            return
        self.verdict.counted["edited fields"] += 1
        here, there = self.ledger.here.get(place), self.ledger.there.get(place)
        latest = "here" if here and (not there or here.began > there.began) else "there"
        if (last[latest] not in stands) if waits else (not stands <= set(last.values())):
            self._wrong(f"{place}: {stands!r} stands, and the last edits were {last!r}")
        if here and there and not waits:
            self._contested(here, there, stands == {last["here"]})

    def _contested(self, here: Edit, there: Edit, ours_stands: bool) -> None:
        stands, gone = (here, there) if ours_stands else (there, here)
        if stands.began > gone.ended:
            told = "the later edit stands"
        elif stands.ended < gone.began:
            seconds = ceil((gone.began - stands.ended).total_seconds())
            told = f"the earlier edit stands, by {seconds} s at most"
        else:
            told = "one of two edits at the same time stands"
        self.verdict.counted[f"fields edited on both sides: {told}"] += 1

    def _nothing_doubled(self) -> None:
        there: Counter[str] = Counter()
        source = self.system.mapping.source("Success_Milestone__c")
        for row in self._rows(source):
            if not row.deleted:
                there[str(row.values["Name"])] += 1
        here = Counter(one["name"] for one in self.ours["milestone"].values() if not one["deleted_at"])
        for name in self.ledger.born:
            self.verdict.counted["births"] += 1
            if (here[name], there[name]) != (1, 1):
                self._wrong(f"{name} is here {here[name]} times and there {there[name]} times")
        for name in self.ledger.buried:
            self.verdict.counted["burials"] += 1
            if here[name] or there[name]:
                self._wrong(f"{name} was deleted; it is here {here[name]} times and there {there[name]} times")
        self._written_once()
        linked = Counter((link.system, link.record_id) for link in self.links if link.state == "active")
        for key, number in linked.items():
            if number > 1:
                self._wrong(f"{key} is linked {number} times")

    def _written_once(self) -> None:
        """What we only write is over there as often as it was created."""
        for source in self.system.mapping.sources:
            if not source.reads:
                known = sum(link.object == source.object and link.state == "active" for link in self.links)
                there = self.system.connector.count(source.object, source.where)
                self.verdict.counted[f"{source.object} written"] += known
                if known != there:
                    self._wrong(f"{known} {source.object} are linked, and there are {there}")

    def _wrong(self, words: str) -> None:
        self.verdict.problems.append(words)
