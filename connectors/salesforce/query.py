"""Running queries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from connectors.salesforce.client import SalesforceClient, parsed
from connectors.salesforce.composite import read_all
from connectors.salesforce.limits import COLLECTIONS_PER_CALL, QUERY_URL_LENGTH
from connectors.salesforce.soql import query_path


@dataclass(frozen=True)
class Answer:
    """One page of a query: its records, how many rows the query has in all, and whether this is the last page."""

    records: list[dict[str, Any]]
    total: int
    done: bool
    began_at: datetime
    server_time: datetime


def first_page(client: SalesforceClient, soql: str, *, include_deleted: bool) -> Answer:
    """Run a query and return its first page; one call, whatever the query's length."""
    path = query_path(soql, include_deleted=include_deleted)
    began_at = client.clock()
    if len(path) > QUERY_URL_LENGTH:
        (body,), server_time = read_all(client, [path], kind="query")
    else:
        answer = client.request("GET", path, kind="query")
        body, server_time = parsed(answer, writing=False), client.server_time(answer)
    return Answer(body["records"], body["totalSize"], body["done"], began_at, server_time)


def all_rows(client: SalesforceClient, queries: Sequence[str], *, include_deleted: bool) -> list[dict[str, Any]]:
    """Run queries, five to a call, and return the records of all of them."""
    records: list[dict[str, Any]] = []
    for start in range(0, len(queries), COLLECTIONS_PER_CALL):
        paths = [
            query_path(soql, include_deleted=include_deleted) for soql in queries[start : start + COLLECTIONS_PER_CALL]
        ]
        bodies, _ = read_all(client, paths, kind="query")
        for first in bodies:
            page = first
            records.extend(page["records"])
            while not page["done"]:
                page = client.json("GET", page["nextRecordsUrl"], kind="query")
                records.extend(page["records"])
    return records
