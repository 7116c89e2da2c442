"""Which row spoils a call that Salesforce refuses as a whole: calls are halved until it stands alone."""

from __future__ import annotations

from dataclasses import dataclass

from connectors.salesforce.batches import Batch, halves
from connectors.salesforce.failures import Refused

NOBODYS = frozenset(
    {
        "NOT_FOUND",
        "UNSUPPORTED_API_VERSION",
        "API_DISABLED_FOR_ORG",
        "API_CURRENTLY_DISABLED",
        "INSUFFICIENT_ACCESS",
        "INSUFFICIENT_ACCESS_OR_READONLY",
        "FORBIDDEN",
        "MUTUAL_AUTHENTICATION_FAILED",
        "METHOD_NOT_ALLOWED",
    }
)
"""Refusals of whoever calls, whatever the rows."""
ROWS_MAY_BE_IT = frozenset({"HTTP_400", "HTTP_413"})
TELLING = 3
"""So many rows refused one after the other, with nothing taken in between, and the rows are not what is wrong."""


@dataclass(frozen=True)
class Call:
    """The batches of one call; `siblings` were one batch that Salesforce refused as a whole."""

    batches: tuple[Batch, ...]
    siblings: bool = False

    @property
    def alone(self) -> bool:
        """Whether the call holds a single row."""
        return len(self.batches) == 1 and len(self.batches[0].rows) == 1


class Blame:
    """Follows the refusals of whole calls, in one go over some rows."""

    def __init__(self) -> None:
        self._refused = 0
        self._any_answer = False

    def answered(self) -> None:
        """Note that a call was taken."""
        self._any_answer = True

    def is_a_rows(self, error: Refused) -> bool:
        """Return whether one of the rows may have caused this refusal."""
        if error.code.startswith("HTTP_"):
            return error.code in ROWS_MAY_BE_IT
        return error.code not in NOBODYS

    @property
    def everybodys(self) -> bool:
        """Whether single rows were refused so often, and nothing taken, that looking on would only cost calls."""
        return self._refused >= TELLING and not self._any_answer

    def pieces(self, call: Call) -> list[Call]:
        """Return the two halves of a refused call; of one with a single row nothing is left to send."""
        if call.alone:
            self._refused += 1
            return []
        if len(call.batches) > 1:
            middle = len(call.batches) // 2
            return [Call(call.batches[:middle]), Call(call.batches[middle:])]
        return [Call((half,)) for half in halves(call.batches[0])]
