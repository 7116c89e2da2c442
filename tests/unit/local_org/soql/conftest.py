"""A small association in a scratch database: the rows that the SOQL tests ask for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from psycopg import sql
from soql_rows import NOW, ROWS, SCHEMA, ZONE

from connectors.salesforce.local_org import storage
from connectors.salesforce.local_org.schema import FieldDef, ObjectDef
from connectors.salesforce.local_org.soql.compile import compile
from connectors.salesforce.local_org.soql.parse import parse
from connectors.salesforce.local_org.soql.rows import answer
from plugin.store.embedded import EmbeddedPostgres


@dataclass
class Org:
    """Asks the small association's rows."""

    conn: psycopg.Connection[Any]

    def ask(
        self,
        query: str,
        *,
        include_deleted: bool = False,
        can_read: Callable[[ObjectDef, FieldDef], bool] = lambda _object, _field: True,
        now: datetime = NOW,
        time_zone: str = ZONE,
    ) -> dict[str, Any]:
        compiled = compile(
            parse(query), SCHEMA, include_deleted=include_deleted, now=now, time_zone=time_zone, can_read=can_read
        )
        rows = self.conn.execute(compiled.sql, compiled.params).fetchall()
        return answer(compiled.shape, rows, "66.0")

    def names(self, query: str, field: str = "Name", **options: Any) -> list[Any]:
        return [record[field] for record in self.ask(query, **options)["records"]]


def fill(conn: psycopg.Connection[Any]) -> None:
    conn.execute(storage.BOOKKEEPING)
    for definition in SCHEMA.objects.values():
        storage.create_table(conn, definition)
        for row in ROWS[definition.name]:
            columns = [sql.Identifier(name.lower()) for name in row]
            conn.execute(
                sql.SQL("INSERT INTO {} ({}) VALUES ({})").format(
                    storage.table(definition.name),
                    sql.SQL(", ").join(columns),
                    sql.SQL(", ").join(sql.Placeholder() * len(row)),
                ),
                list(row.values()),
            )


@pytest.fixture(scope="module")
def org(postgres: EmbeddedPostgres) -> Iterator[Org]:
    name = f"soql_{uuid4().hex}"
    with psycopg.connect(postgres.create_database(name), autocommit=True) as conn:
        fill(conn)
        yield Org(conn)
    postgres.drop_database(name)
