"""Partial results: some rows of a collection are refused while the others go in."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TypeVar

from connectors.salesforce.local_org.errors import OrgError
from connectors.salesforce.local_org.results import Result

T = TypeVar("T")
WORDS = "unable to obtain exclusive access to this record or 1 records"
_refuses: ContextVar[Callable[[], bool] | None] = ContextVar("refuses", default=None)


@contextmanager
def refusing(refuses: Callable[[], bool] | None) -> Iterator[None]:
    """Let `refuses` say of each row that is saved inside whether it is refused; None refuses none."""
    before = _refuses.set(refuses)
    try:
        yield
    finally:
        _refuses.reset(before)


def spared(rows: Sequence[T], save: Callable[[Sequence[T]], list[Result]]) -> list[Result]:
    """Save the rows that no fault strikes; returns a result for each row, in order."""
    refuses = _refuses.get()
    if refuses is None:
        return save(rows)
    struck = [refuses() for _ in rows]
    saved = iter(save([row for row, is_struck in zip(rows, struck, strict=True) if not is_struck]))
    return [Result(error=OrgError("UNABLE_TO_LOCK_ROW", WORDS)) if each else next(saved) for each in struck]
