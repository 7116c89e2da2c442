"""Writing: a thousand rows a call in collections, guarded rows twenty-five a call, and what became of each."""

from __future__ import annotations

import random
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, replace

from connectors.base import Outcome, Write, WriteResult
from connectors.salesforce.batches import Batch, guarded_batches, in_calls, plain_batches, split
from connectors.salesforce.client import SalesforceClient
from connectors.salesforce.composite import Part, PartAnswer, send, send_alone
from connectors.salesforce.failures import LOCK_CODES, Fault, faults_in, row_result
from connectors.salesforce.forms import full_id
from plugin.errors import OutcomeUnknown, SuccessVectorError

LOCK_ATTEMPTS = 3
"""A locked row is tried so often before it is handed back as busy."""
NOT_SENT = "NOT_SENT"
Results = dict[int, WriteResult]


@dataclass(frozen=True)
class _Call:
    """The batches of one call; `siblings` were one batch that Salesforce refused as a whole."""

    batches: tuple[Batch, ...]
    siblings: bool = False


def write(client: SalesforceClient, writes: Sequence[Write]) -> list[WriteResult]:
    """Write rows (those without an id are created) and return per-row results in order.

    Raises only if nothing was sent; once rows are written, what stops the rest is told in their results.
    """
    results: Results = {}
    rows: Sequence[int] = range(len(writes))
    for attempt in range(LOCK_ATTEMPTS):
        if attempt:
            client.sleep(random.uniform(0.2, 0.6) * 2**attempt)  # noqa: S311 - jitter
        if not _send_all(client, writes, rows, results):
            break
        rows = [row for row in rows if _locked(results[row])]
        if not rows:
            break
    return [results[number] for number in range(len(writes))]


def _locked(result: WriteResult) -> bool:
    return result.outcome is Outcome.BUSY and any(code in f"{result.code} {result.message}" for code in LOCK_CODES)


def _send_all(client: SalesforceClient, writes: Sequence[Write], rows: Sequence[int], results: Results) -> bool:
    """Send the rows and note their results; return whether every call was answered."""
    batches = [*plain_batches(writes, rows), *guarded_batches(writes, rows)]
    calls = deque(_Call(batch) for batch in in_calls(batches))
    while calls:
        call = calls.popleft()
        try:
            answers = _sent(client, [each.part(writes) for each in call.batches], literal=call.batches[0].literal)
        except OutcomeUnknown as error:
            _mark(writes, [call], results, WriteResult(Outcome.UNKNOWN, code="CONNECTION_BROKEN", message=str(error)))
            _mark(writes, calls, results, WriteResult(Outcome.BUSY, code=NOT_SENT, message=str(error)))
            return False
        except SuccessVectorError as error:
            if not results:
                raise
            _mark(writes, [call, *calls], results, WriteResult(Outcome.BUSY, code=NOT_SENT, message=str(error)))
            return False
        calls.extend(_Call(batch, siblings=True) for batch in _note(writes, call, answers, results))
    return True


def _sent(client: SalesforceClient, parts: Sequence[Part], *, literal: bool) -> list[PartAnswer]:
    if literal:
        return [send_alone(client, part, kind="write", safe=False) for part in parts]
    return send(client, parts, kind="write", safe=False)[0]


def _mark(
    writes: Sequence[Write], calls: Sequence[_Call] | deque[_Call], results: Results, result: WriteResult
) -> None:
    for call in calls:
        for batch in call.batches:
            for row in batch.rows:
                results[row] = replace(result, id=writes[row].id)


def _note(
    writes: Sequence[Write], call: _Call, answers: Sequence[PartAnswer], results: Results
) -> list[tuple[Batch, ...]]:
    """Note the results of a call; return the batches to send again in pieces: one bad row refuses all of its batch."""
    refused = [_refusal(answer) for answer in answers]
    # When every piece of a refused batch is refused for the same reason, the reason isn't one of its rows.
    same = call.siblings and len(call.batches) > 1 and None not in refused and len(set(refused)) == 1
    pieces: list[tuple[Batch, ...]] = []
    for batch, answer, fault in zip(call.batches, answers, refused, strict=True):
        if fault is not None and len(batch.rows) > 1 and not same and _by_its_rows(fault):
            pieces.append(split(batch))
        else:
            results.update(_rows_of(writes, batch, answer))
    return pieces


def _refusal(answer: PartAnswer) -> Fault | None:
    if answer.status < 300:
        return None
    faults = answer.faults
    return faults[0] if faults else Fault(f"HTTP_{answer.status}", "")


def _by_its_rows(fault: Fault) -> bool:
    return row_result([fault], None).outcome is Outcome.REJECTED


def _rows_of(writes: Sequence[Write], batch: Batch, answer: PartAnswer) -> Results:
    if answer.status >= 300:
        return {row: row_result(answer.faults, writes[row].id, answer.status) for row in batch.rows}
    if batch.guarded:
        return {row: WriteResult(Outcome.WRITTEN, writes[row].id) for row in batch.rows}
    return {
        row: WriteResult(Outcome.WRITTEN, full_id(entry["id"]) or entry["id"])
        if entry["success"]
        else row_result(faults_in(entry["errors"]), writes[row].id)
        for row, entry in zip(batch.rows, answer.body, strict=True)
    }
