"""What became of each row of a request."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from connectors.salesforce.local_org.errors import OrgError
from connectors.salesforce.local_org.work import Work

ROLLED_BACK = "Record rolled back because not all records were valid and the request was using AllOrNone header"


@dataclass
class Result:
    """One row's outcome: the record's 18-character id, whether it is new, and the error if it was refused."""

    id: str | None = None
    created: bool = False
    error: OrgError | None = None

    @property
    def success(self) -> bool:
        """Whether the row went in."""
        return self.error is None

    def body(self) -> dict[str, Any]:
        """Return the outcome as the collections resource writes it."""
        if self.error is not None:
            shown: dict[str, Any] = {"id": self.id} if self.id else {}
            return {**shown, "success": False, "errors": [self.error.row_body()]}
        return {"id": self.id, "success": True, "errors": []}


class _Undone(Exception):
    """Carries the results out of the savepoint that is rolled back."""


def _check(results: list[Result], all_or_none: bool) -> None:
    if all_or_none and any(not result.success for result in results):
        raise _Undone


def finish(work: Work, run: Callable[[], list[Result]], all_or_none: bool) -> list[Result]:
    """Run the saving of all rows; with `all_or_none` one refused row undoes every other."""
    results: list[Result] = []
    try:
        with work.savepoint():
            results = run()
            _check(results, all_or_none)
    except _Undone:
        undone = OrgError("ALL_OR_NONE_OPERATION_ROLLED_BACK", ROLLED_BACK)
        return [Result(error=result.error or undone) for result in results]
    return results
