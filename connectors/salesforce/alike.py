"""Duplicate rules: a collection's answer doesn't say which rows one is taken for, a single row's does."""

from __future__ import annotations

from collections.abc import MutableMapping, Sequence
from dataclasses import replace

from connectors.base import Outcome, Write, WriteResult
from connectors.salesforce.batches import is_literal, single
from connectors.salesforce.client import SalesforceClient
from connectors.salesforce.composite import PartAnswer, send
from connectors.salesforce.failures import row_result
from connectors.salesforce.forms import full_id
from connectors.salesforce.limits import PARTS_PER_CALL
from plugin.errors import OutcomeUnknown, SuccessVectorError

MOST_NAMED = 100
"""Rows that are asked about again in one go, four calls' worth; the others are told without their likenesses."""


def name_alike(client: SalesforceClient, writes: Sequence[Write], results: MutableMapping[int, WriteResult]) -> None:
    """Send the rows that a duplicate rule refused once more, each by itself, and note in `results` what they are like.

    One that goes through this time is written. Where the calls fail, the results stay as they were.
    """
    unnamed = [
        row
        for row, one in sorted(results.items())
        if one.outcome is Outcome.ALIKE and not one.alike and not is_literal(writes[row])
    ][:MOST_NAMED]
    for start in range(0, len(unnamed), PARTS_PER_CALL):
        rows = unnamed[start : start + PARTS_PER_CALL]
        try:
            answers, _ = send(client, [single(writes[row]) for row in rows], kind="write", safe=False)
        except OutcomeUnknown as error:
            for row in rows:
                results[row] = replace(results[row], outcome=Outcome.UNKNOWN, message=str(error))
            return
        except SuccessVectorError:
            return
        for row, answer in zip(rows, answers, strict=True):
            results[row] = _result(writes[row], answer)


def _result(write: Write, answer: PartAnswer) -> WriteResult:
    if answer.status >= 300:
        return row_result(answer.faults, write.id, answer.status)
    return WriteResult(Outcome.WRITTEN, write.id or full_id(answer.body["id"]) or answer.body["id"])
