"""Reading: by ids with proof of deletion, by keyset, counting and finding."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from connectors.base import Condition, Cursor, Fetched, Page, Row, Stamps
from connectors.salesforce.client import SalesforceClient, parsed
from connectors.salesforce.describe import Catalogue, Described
from connectors.salesforce.failures import Refused
from connectors.salesforce.forms import full_id, moment, soql_moment
from connectors.salesforce.limits import ROWS_PER_PAGE
from connectors.salesforce.query import all_rows, first_page
from connectors.salesforce.rows import readable, row, stamp, with_system
from connectors.salesforce.soql import after, conditions, following, listed, select

_ORDER = "ORDER BY SystemModstamp, Id"
REMEMBERED = timedelta(days=14)
"""The log of deletions reaches 15 days back, by their clock."""
_NO_LOG = frozenset(
    {"NOT_FOUND", "INVALID_TYPE", "EXCEEDED_ID_LIMIT", "INVALID_REPLICATION_DATE", "METHOD_NOT_ALLOWED"}
)
"""Not every object keeps one, and a purge may have cut it short: then there is no proof to be had."""


def fetch(client: SalesforceClient, described: Described, fields: Sequence[str], ids: Sequence[str]) -> Fetched:
    """Read records by id, 2,000 a call; ids without an answer are looked for among the deleted ones."""
    began_at = server_time = client.clock()
    asked = {text: _own_id(described, text) for text in ids}
    wanted = list(dict.fromkeys(found for found in asked.values() if found))
    rows: dict[str, Row] = {}
    for start in range(0, len(wanted), ROWS_PER_PAGE):
        records, told = _retrieve(client, described, fields, wanted[start : start + ROWS_PER_PAGE])
        server_time = told if start == 0 else server_time
        rows.update((each.id, each) for each in (row(described, fields, record) for record in records if record))
    missing = [each for each in wanted if each not in rows]
    if missing:
        rows.update((each.id, each) for each in _proof(client, described, fields, missing))
    absent = tuple(text for text, found in asked.items() if found not in rows)
    return Fetched(tuple(rows[each] for each in wanted if each in rows), absent, began_at, server_time)


def _own_id(described: Described, text: str) -> str | None:
    """An id that can't be one of this object's is absent without asking: a forged one must not spoil the call."""
    found = full_id(text)
    prefix = described.key_prefix
    return found if found and (prefix is None or found.startswith(prefix)) else None


def _retrieve(
    client: SalesforceClient, described: Described, fields: Sequence[str], ids: Sequence[str]
) -> tuple[list[dict[str, Any] | None], datetime]:
    answer = client.request(
        "POST",
        f"composite/sobjects/{described.schema.name}",
        safe=True,
        json={"ids": list(ids), "fields": with_system(described, fields)},
    )
    return parsed(answer, writing=False), client.server_time(answer)


def _proof(client: SalesforceClient, described: Described, fields: Sequence[str], ids: Sequence[str]) -> Iterator[Row]:
    """Yield what `queryAll` knows of these ids: deleted records, and archived activities, which a read may not show."""
    queries = list(listed(described.schema.name, with_system(described, fields), "Id", ids))
    for record in all_rows(client, queries, include_deleted=True):
        yield row(described, fields, record)


def changed(
    client: SalesforceClient,
    catalogue: Catalogue,
    described: Described,
    fields: Sequence[str],
    since: Cursor | None,
    where: Sequence[Condition],
) -> Iterator[Page]:
    """Yield pages in (SystemModstamp, Id) order.

    N rows take ceil(N / 2000) calls (one for none): the first query tells the total, so neither a count nor an empty
    last page is needed. A row that changes meanwhile moves behind the end and is the next poll's.
    """
    name, columns = described.schema.name, with_system(described, fields)
    filters = conditions(where, lambda path: type_of(catalogue, described, path))
    cursor, total, seen = since, None, 0
    while True:
        keyset = [*filters, after(cursor)] if cursor else filters
        tail = _ORDER if total is None else f"{_ORDER} LIMIT {ROWS_PER_PAGE}"
        answer = first_page(client, select(name, columns, keyset, tail), include_deleted=True)
        total = answer.total if total is None else total
        rows = tuple(row(described, fields, record) for record in answer.records)
        seen += len(rows)
        if rows:
            cursor = Cursor(rows[-1].stamp, rows[-1].id)
        if rows or not seen:
            yield Page(rows, cursor or Cursor(answer.server_time), answer.began_at, answer.server_time, total)
        if not rows or (answer.done and (seen >= total or len(rows) < ROWS_PER_PAGE)):
            return


def stamps(
    client: SalesforceClient,
    catalogue: Catalogue,
    described: Described,
    fields: Sequence[str],
    after_id: str,
    where: Sequence[Condition],
) -> Stamps:
    """Return the next page by id. The first one tells the total, so whole pages cost no empty call at the end."""
    filters = conditions(where, lambda path: type_of(catalogue, described, path))
    keyset = [*filters, following(after_id)] if after_id else filters
    columns = readable(described, ["Id", "SystemModstamp", "IsDeleted", *fields])
    tail = f"ORDER BY Id LIMIT {ROWS_PER_PAGE}" if after_id else "ORDER BY Id"
    answer = first_page(client, select(described.schema.name, columns, keyset, tail), include_deleted=True)
    found = tuple(stamp(fields, record) for record in answer.records)
    total = None if after_id else answer.total
    return Stamps(found, len(found) < answer.total if total is not None else len(found) == ROWS_PER_PAGE, total)


def deleted(client: SalesforceClient, object_name: str) -> dict[str, datetime]:
    """Return id -> when from the log of deletions, which forgets after 15 days; empty for an object that keeps none."""
    end = client.clock()
    span = {"start": soql_moment(end - REMEMBERED), "end": soql_moment(end)}
    try:
        told = client.json("GET", f"sobjects/{object_name}/deleted", params=span)
    except Refused as error:
        if error.code in _NO_LOG:
            return {}
        raise
    return {full_id(each["id"]) or each["id"]: moment(each["deletedDate"]) for each in told["deletedRecords"]}


def count(client: SalesforceClient, catalogue: Catalogue, described: Described, where: Sequence[Condition]) -> int:
    """Return how many records there are, without the deleted ones."""
    filters = conditions(where, lambda path: type_of(catalogue, described, path))
    return first_page(client, select(described.schema.name, ["COUNT()"], filters), include_deleted=False).total


def find(client: SalesforceClient, described: Described, field_name: str, values: Sequence[str]) -> dict[str, str]:
    """Return value -> id, of what lies in the bin only where nothing alive holds the value.

    Text compares as the org does: without case, unless the field minds it.
    """
    known = described.schema.fields.get(field_name)
    fold = (lambda text: text) if known and known.case_sensitive else str.casefold
    asked = list(dict.fromkeys(values))
    columns = readable(described, ["Id", "IsDeleted", field_name])
    queries = list(listed(described.schema.name, columns, field_name, asked))
    ids: dict[str, str] = {}
    records = all_rows(client, queries, include_deleted=True)
    for record in sorted(records, key=lambda record: bool(record.get("IsDeleted"))):
        ids.setdefault(fold(str(record[field_name])), record["Id"])
    return {value: ids[fold(value)] for value in asked if fold(value) in ids}


def type_of(catalogue: Catalogue, described: Described, path: str) -> str:
    """Return the type of a field, or of one reached over relationships (`Account.Is_Member__c`)."""
    head, _, rest = path.partition(".")
    if not rest:
        known = described.schema.fields.get(head)
        return known.type if known else "other"
    targets = described.relationships.get(head, ())
    return type_of(catalogue, catalogue.get(targets[0]), rest) if targets else "other"
