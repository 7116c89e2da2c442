"""Writing: a thousand rows a call in collections, guarded rows twenty-five a call, and what became of each."""

from __future__ import annotations

import random
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import replace

from connectors.base import Outcome, Write, WriteResult
from connectors.salesforce import bulk
from connectors.salesforce.alike import name_alike
from connectors.salesforce.batches import (
    Batch,
    guarded_batches,
    in_calls,
    plain_batches,
    removing_batches,
    split,
)
from connectors.salesforce.blame import Blame, Call
from connectors.salesforce.client import SalesforceClient
from connectors.salesforce.composite import Part, PartAnswer, send, send_alone
from connectors.salesforce.describe import Described
from connectors.salesforce.failures import LOCK_CODES, Fault, Refused, faults_in, is_governor, row_result
from connectors.salesforce.forms import full_id
from connectors.salesforce.sizes import Sizes
from plugin.errors import OutcomeUnknown, SuccessVectorError

LOCK_ATTEMPTS = 3
"""A locked row is tried so often before it is handed back as busy."""
NOT_SENT = "NOT_SENT"
ENDING = "The service ends: what was not sent yet goes with its next start."
Results = dict[int, WriteResult]


def write_many(
    client: SalesforceClient,
    writes: Sequence[Write],
    sizes: Sizes,
    described: Callable[[str], Described],
    stopping: Callable[[], bool],
) -> list[WriteResult]:
    """Write rows by bulk jobs where those take fewer calls, the others as `write` does; results in order.

    What a job's size was too much for, and what a duplicate rule refused, is sent once more in collections. Raises only
    if nothing was sent.
    """
    results: Results = {}
    for job in bulk.jobs_in(writes, described):
        if results and stopping():
            ending = WriteResult(Outcome.BUSY, code=NOT_SENT, message=ENDING)
            results |= {row: replace(ending, id=writes[row].id) for row in job.rows}
            continue
        try:
            results |= bulk.run(client, job, writes, stopping)
        except SuccessVectorError as error:
            if not results:
                raise
            words = WriteResult(Outcome.BUSY, code=NOT_SENT, message=str(error))
            results |= {row: replace(words, id=writes[row].id) for row in job.rows}
    rest = [row for row in range(len(writes)) if row not in results or _again(results[row])]
    try:
        found = write(client, [writes[row] for row in rest], sizes, stopping, begun=bool(results))
    except SuccessVectorError as error:
        if not results:
            raise
        unsent = [row for row in rest if row not in results]
        found = [WriteResult(Outcome.BUSY, writes[row].id, NOT_SENT, str(error)) for row in unsent]
        rest = unsent
    results.update(zip(rest, found, strict=True))
    return [results[row] for row in range(len(writes))]


def _again(result: WriteResult) -> bool:
    return result.outcome is Outcome.ALIKE or _locked(result) or _crowded(result)


def write(
    client: SalesforceClient,
    writes: Sequence[Write],
    sizes: Sizes | None = None,
    stopping: Callable[[], bool] = lambda: False,
    *,
    removing: bool = False,
    begun: bool = False,
) -> list[WriteResult]:
    """Write rows (those without an id are created), or remove them, and return per-row results in order.

    Only rows that met a lock, or a limit on what one transaction may do, are sent again, in collections half as large.
    Raises only if nothing was sent; once rows are written, what stops the rest is told in their results. Where the
    service is `stopping` no call follows the first one, and none at all once the writing has `begun`.
    """
    results: Results = {}
    rows: Sequence[int] = range(len(writes))
    sizes, tries = sizes or Sizes(), 0

    def ending() -> bool:
        return (begun or bool(results)) and stopping()

    while rows and _send_all(client, writes, rows, results, sizes, ending, removing=removing):
        crowded = [row for row in rows if _crowded(results[row])]
        locked = [row for row in rows if _locked(results[row])]
        for name in sorted({writes[row].object for row in (*crowded, *locked)}):
            sizes.halve(name)
        tries += bool(locked)
        if locked and tries < LOCK_ATTEMPTS:
            client.sleep(random.uniform(0.2, 0.6) * 2**tries)  # noqa: S311 - jitter
            crowded += locked
        rows = sorted(crowded)
    if not removing:
        name_alike(client, writes, results)
    return [results[number] for number in range(len(writes))]


def _locked(result: WriteResult) -> bool:
    return result.outcome is Outcome.BUSY and any(code in f"{result.code} {result.message}" for code in LOCK_CODES)


def _crowded(result: WriteResult) -> bool:
    return result.outcome is Outcome.BUSY and not _locked(result) and is_governor(result.message or "")


def _send_all(
    client: SalesforceClient,
    writes: Sequence[Write],
    rows: Sequence[int],
    results: Results,
    sizes: Sizes,
    ending: Callable[[], bool],
    *,
    removing: bool,
) -> bool:
    """Send the rows and note their results; return whether every call was answered."""
    if removing:
        batches = list(removing_batches(writes, rows, sizes))
    else:
        batches = [*plain_batches(writes, rows, sizes), *guarded_batches(writes, rows)]
    calls, blame = deque(Call(batch) for batch in in_calls(batches)), Blame()
    while calls:
        call = calls.popleft()
        if ending():
            _mark(writes, [call, *calls], results, WriteResult(Outcome.BUSY, code=NOT_SENT, message=ENDING))
            return False
        try:
            answers = _sent(client, [each.part(writes) for each in call.batches], literal=call.batches[0].literal)
        except OutcomeUnknown as error:
            _mark(writes, [call], results, WriteResult(Outcome.UNKNOWN, code="CONNECTION_BROKEN", message=str(error)))
            _mark(writes, calls, results, WriteResult(Outcome.BUSY, code=NOT_SENT, message=str(error)))
            return False
        except SuccessVectorError as error:
            if isinstance(error, Refused) and blame.is_a_rows(error) and not blame.everybodys:
                calls.extendleft(reversed(blame.pieces(call)))
                if call.alone:
                    _mark(writes, [call], results, row_result([Fault(error.code, str(error))], None))
                continue
            if not results:
                raise
            _mark(writes, [call, *calls], results, WriteResult(Outcome.BUSY, code=NOT_SENT, message=str(error)))
            return False
        blame.answered()
        calls.extend(Call(batch, siblings=True) for batch in _note(writes, call, answers, results, sizes))
    return True


def _sent(client: SalesforceClient, parts: Sequence[Part], *, literal: bool) -> list[PartAnswer]:
    if literal:
        return [send_alone(client, part, kind="write", safe=False) for part in parts]
    return send(client, parts, kind="write", safe=False)[0]


def _mark(writes: Sequence[Write], calls: Sequence[Call] | deque[Call], results: Results, result: WriteResult) -> None:
    for call in calls:
        for batch in call.batches:
            for row in batch.rows:
                results[row] = replace(result, id=writes[row].id)


def _note(
    writes: Sequence[Write], call: Call, answers: Sequence[PartAnswer], results: Results, sizes: Sizes
) -> list[tuple[Batch, ...]]:
    """Note the results of a call; return the batches to send again in pieces: one bad row refuses all of its batch."""
    refused = [_refusal(answer) for answer in answers]
    # When every piece of a refused batch is refused for the same reason, the reason isn't one of its rows.
    same = call.siblings and len(call.batches) > 1 and None not in refused and len(set(refused)) == 1
    pieces: list[tuple[Batch, ...]] = []
    for batch, answer, fault in zip(call.batches, answers, refused, strict=True):
        if fault is not None and len(batch.rows) > 1 and not same and _by_its_rows(fault):
            pieces.append(split(batch))
            continue
        found = _rows_of(writes, batch, answer)
        results.update(found)
        if not any(_crowded(each) or _locked(each) for each in found.values()):
            for name in {writes[row].object for row in batch.rows}:
                sizes.note_clean(name)
    return pieces


def _refusal(answer: PartAnswer) -> Fault | None:
    if answer.status < 300:
        return None
    faults = answer.faults
    return faults[0] if faults else Fault(f"HTTP_{answer.status}", "")


def _by_its_rows(fault: Fault) -> bool:
    return row_result([fault], None).outcome in {Outcome.REJECTED, Outcome.NO_FIELD}


def _rows_of(writes: Sequence[Write], batch: Batch, answer: PartAnswer) -> Results:
    if answer.status >= 300:
        found = {row: row_result(answer.faults, writes[row].id, answer.status) for row in batch.rows}
    elif batch.guarded:
        return {row: WriteResult(Outcome.WRITTEN, writes[row].id) for row in batch.rows}
    else:
        found = {
            row: WriteResult(Outcome.WRITTEN, full_id(entry["id"]) or entry["id"])
            if entry["success"]
            else row_result(faults_in(entry["errors"]), writes[row].id)
            for row, entry in zip(batch.rows, answer.body, strict=True)
        }
    if len(batch.rows) > 1:
        return found
    # A row that is too much for a transaction by itself will be so again.
    return {row: replace(one, outcome=Outcome.REJECTED) if _crowded(one) else one for row, one in found.items()}
