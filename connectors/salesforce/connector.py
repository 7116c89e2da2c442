"""Salesforce as a `connectors.base.Connector`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from connectors.base import (
    Condition,
    Cursor,
    Fetched,
    ObjectSchema,
    OrgIdentity,
    Page,
    Stamps,
    Usage,
    Write,
    WriteResult,
)
from connectors.salesforce import identity as identities
from connectors.salesforce import read
from connectors.salesforce.client import SalesforceClient
from connectors.salesforce.config import SalesforceConfig, config_from
from connectors.salesforce.describe import Catalogue
from connectors.salesforce.failures import Refused
from connectors.salesforce.sizes import NOTHING, Sizes
from connectors.salesforce.write import write, write_many
from plugin.settings import Settings


class SalesforceConnector:
    """One Salesforce org. Threads may share it.

    `stopping` is asked while much is written: where the service is about to end, a bulk job is aborted, and what was
    not sent yet is told as busy.
    """

    system = "salesforce"

    def __init__(
        self,
        config: SalesforceConfig,
        stopping: Callable[[], bool] = lambda: False,
        sizes: Mapping[str, int] = NOTHING,
        **client_options: Any,
    ) -> None:
        """`sizes` are the collections that an earlier process learnt to make, by object; see `usage`."""
        self.client = SalesforceClient(config.url, config.credentials, version=config.api_version, **client_options)
        self._catalogue = Catalogue(self.client)
        self._sizes, self._stopping = Sizes(sizes), stopping

    def identity(self) -> OrgIdentity:
        """Return whom we are signed in to; one call."""
        return identities.identity(self.client)

    def describe(self, objects: Sequence[str]) -> Mapping[str, ObjectSchema]:
        """Return the schemas as they are now, 25 objects a call; a missing object is not in the answer."""
        return {name: found.schema for name, found in self._catalogue.ask(objects).items()}

    def fetch(self, object_name: str, fields: Sequence[str], ids: Sequence[str]) -> Fetched:
        """Read records by id, 2,000 a call, and one more call where some don't answer."""
        try:
            return read.fetch(self.client, self._catalogue.get(object_name), fields, ids)
        except Refused as error:
            if error.code != "INVALID_FIELD":
                raise
        # A field was taken away since we asked for the schema.
        self._catalogue.forget(object_name)
        return read.fetch(self.client, self._catalogue.get(object_name), fields, ids)

    def changed(
        self, object_name: str, fields: Sequence[str], since: Cursor | None, where: Sequence[Condition] = ()
    ) -> Iterator[Page]:
        """Yield what was modified after `since`, deleted records included; ceil(rows / 2000) calls, at least one.

        There is always a first page, which knows the total.
        """
        seen = False
        try:
            described = self._catalogue.get(object_name)
            for page in read.changed(self.client, self._catalogue, described, fields, since, where):
                seen = True
                yield page
        except Refused as error:
            self._catalogue.forget(object_name)
            if error.code != "INVALID_FIELD" or seen:
                raise
        else:
            return
        # A field was taken away since we asked for the schema: the rest is read without it.
        described = self._catalogue.get(object_name)
        yield from read.changed(self.client, self._catalogue, described, fields, since, where)

    def stamps(self, object_name: str, fields: Sequence[str], after: str, where: Sequence[Condition] = ()) -> Stamps:
        """Return the next 2,000 ids and stamps after that id, deleted records included; one call."""
        try:
            return read.stamps(self.client, self._catalogue, self._catalogue.get(object_name), fields, after, where)
        except Refused as error:
            self._catalogue.forget(object_name)
            if error.code != "INVALID_FIELD":
                raise
        return read.stamps(self.client, self._catalogue, self._catalogue.get(object_name), fields, after, where)

    def deleted(self, object_name: str) -> Mapping[str, datetime]:
        """Return id -> when, of what was deleted in the last fortnight; one call. Purging a bin may shorten that."""
        return read.deleted(self.client, object_name)

    def count(self, object_name: str, where: Sequence[Condition] = ()) -> int:
        """Return how many records there are, without deleted ones; one call."""
        return read.count(self.client, self._catalogue, self._catalogue.get(object_name), where)

    def find(self, object_name: str, field_name: str, values: Sequence[str]) -> Mapping[str, str]:
        """Return value -> id for the records whose unique field holds one of the values, as `Connector.find` says."""
        return read.find(self.client, self._catalogue.get(object_name), field_name, values)

    def create(self, writes: Sequence[Write]) -> list[WriteResult]:
        """Create rows, a thousand a call, or by a bulk job where that is fewer; raises only if nothing was sent."""
        if any(each.id is not None for each in writes):
            raise ValueError("a row with an id exists already: update it")
        return write_many(self.client, writes, self._sizes, self._catalogue.get, self._stopping)

    def update(self, writes: Sequence[Write]) -> list[WriteResult]:
        """Update rows by id, a thousand a call, guarded ones 25 a call, or by a bulk job where that is fewer.

        Raises only if nothing was sent.
        """
        if any(each.id is None for each in writes):
            raise ValueError("a row without an id can't be updated: an update never becomes a create")
        return write_many(self.client, writes, self._sizes, self._catalogue.get, self._stopping)

    def delete(self, writes: Sequence[Write]) -> list[WriteResult]:
        """Delete rows by id, a thousand a call; raises only if nothing was sent."""
        if any(each.id is None for each in writes):
            raise ValueError("a row without an id can't be deleted")
        return write(self.client, writes, self._sizes, self._stopping, removing=True)

    def usage(self) -> Usage:
        """Return the API calls used, and the sizes that collections were learnt to have."""
        return replace(self.client.usage(), sizes=self._sizes.learnt())


def connector_from(
    settings: Settings, stopping: Callable[[], bool] = lambda: False, sizes: Mapping[str, int] = NOTHING
) -> SalesforceConnector:
    """Return the connector that the settings describe; raises Problems that lists everything missing."""
    reserve = settings.calls_reserve_percent / 100
    connector = SalesforceConnector(config_from(settings), stopping, sizes, reserve=reserve)
    connector.client.in_its_words = settings.in_its_words
    return connector
