"""The whole loop once round: an org that was synced, scored and written to, and all of its rows before and after."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import psycopg
import sqlalchemy as sa
from psycopg.rows import dict_row

from mappings.model import Source
from plugin.bootstrap import SALESFORCE
from plugin.errors import Problem
from plugin.store.schema import TABLES, links
from plugin.sync.engine import Engine
from tests.e2e.npsp.counted import CountedConnector
from tests.e2e.npsp.nonprofit import Nonprofit

Table = dict[str, dict[str, Any]]


@dataclass(frozen=True)
class Loop:
    """What there is to compare. `notified` counts the org's notifications before and after, `calls` ours."""

    nonprofit: Nonprofit
    engine: Engine
    connector: CountedConnector
    problems: tuple[Problem, ...]
    before: dict[str, Table]
    after: dict[str, Table]
    notified: tuple[int, int]
    calls: dict[str, Mapping[str, int]]
    org_url: str

    def ours(self, statement: sa.Executable) -> list[Any]:
        """Rows of our own database."""
        with self.engine.database.connect() as conn:
            return [dict(row) for row in conn.execute(statement).mappings()]

    def linked(self, entity: str) -> Table:
        """Our records of an entity, by the id that they have over there."""
        table = TABLES[entity]
        joined = sa.select(links.c.external_id, links.c.object, table).join_from(
            links, table, links.c.record_id == table.c.id
        )
        rows = self.ours(joined.where(links.c.entity == entity))
        found = {row["external_id"]: row for row in rows}
        assert len(found) == len(rows), "one record of theirs is linked twice"
        return found

    @property
    def members(self) -> Source:
        """The source that members come from."""
        return self.engine.connected[SALESFORCE].mapping.source("Contact")


def rows_of(url: str) -> dict[str, Table]:
    """All rows of all objects of an org, by object and id."""
    with psycopg.connect(url, row_factory=dict_row) as connection:
        names = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'org'").fetchall()
        return {
            each["tablename"]: {
                row["id"]: row for row in connection.execute(f'SELECT * FROM org."{each["tablename"]}"')
            }
            for each in names
        }


def notifications(url: str) -> int:
    """How many notifications wait in an org whose listener never answers."""
    with psycopg.connect(url) as connection:
        return int(connection.execute("SELECT count(*) FROM org_meta.notifications").fetchall()[0][0])
