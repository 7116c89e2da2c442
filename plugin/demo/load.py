"""Putting the made-up association into an org, the way any client would: by the REST API, a thousand rows a call."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from connectors.base import Outcome, Write
from connectors.salesforce.client import SalesforceClient
from connectors.salesforce.write import write
from plugin.demo.record import Record, Rows
from plugin.errors import UserError

Progress = Callable[[str, int], None]


def load(client: SalesforceClient, rows: Rows, progress: Progress) -> dict[str, str]:
    """Create the records, parents first; return their ids by key. `progress` hears of an object's rows created.

    Raises UserError with the org's own words for the first row that it refuses.
    """
    ids: dict[str, str] = {}
    for object_name, records in rows.items():
        waiting = list(records)
        while waiting:
            ready = [one for one in waiting if ids.keys() >= set(one.references.values())]
            if not ready:
                raise UserError(f"{object_name} {waiting[0].key} refers to a record that isn't there.")
            ids.update(_create(client, object_name, ready, ids))
            waiting = [one for one in waiting if one.key not in ids]
        progress(object_name, len(records))
    return ids


def _create(
    client: SalesforceClient, object_name: str, records: Sequence[Record], ids: Mapping[str, str]
) -> dict[str, str]:
    writes = [
        Write(object_name, {**one.fields, **{name: ids[key] for name, key in one.references.items()}})
        for one in records
    ]
    made = {}
    for record, result in zip(records, write(client, writes), strict=True):
        if result.outcome is not Outcome.WRITTEN or result.id is None:
            raise UserError(f"The org refused {object_name} {record.key}: {result.message} ({result.code}).")
        made[record.key] = result.id
    return made
