"""The connector, counting its calls for every object that they were made for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from connectors.base import Condition, Cursor, Fetched, Page, Write, WriteResult
from connectors.salesforce.connector import SalesforceConnector

T = TypeVar("T")


class CountedConnector(SalesforceConnector):
    """`reads` and `writes` are calls by object; `rows_read` and `rows_written` what they carried."""

    def begin(self) -> None:
        """Count anew."""
        self.reads: Counter[str] = Counter()
        self.writes: Counter[str] = Counter()
        self.rows_read: Counter[str] = Counter()
        self.rows_written: Counter[str] = Counter()
        self._calls = self.usage().calls

    @property
    def calls(self) -> int:
        """All calls since counting began."""
        return self.usage().calls - self._calls

    def _counted(self, kind: Counter[str], object_name: str, call: Callable[[], T]) -> T:
        before = self.usage().calls
        try:
            return call()
        finally:
            kind[object_name] += self.usage().calls - before

    def changed(
        self, object_name: str, fields: Sequence[str], since: Cursor | None, where: Sequence[Condition] = ()
    ) -> Iterator[Page]:
        pages = super().changed(object_name, fields, since, where)
        while page := self._counted(self.reads, object_name, lambda: next(pages, None)):
            self.rows_read[object_name] += len(page.rows)
            yield page

    def fetch(self, object_name: str, fields: Sequence[str], ids: Sequence[str]) -> Fetched:
        self.rows_read[object_name] += len(ids)
        return self._counted(
            self.reads, object_name, lambda: super(CountedConnector, self).fetch(object_name, fields, ids)
        )

    def create(self, writes: Sequence[Write]) -> list[WriteResult]:
        return self._written(writes, super().create)

    def update(self, writes: Sequence[Write]) -> list[WriteResult]:
        return self._written(writes, super().update)

    def _written(
        self, writes: Sequence[Write], call: Callable[[Sequence[Write]], list[WriteResult]]
    ) -> list[WriteResult]:
        (object_name,) = {each.object for each in writes}
        self.rows_written[object_name] += len(writes)
        return self._counted(self.writes, object_name, lambda: call(writes))
