"""What Salesforce's error codes mean: for a whole call, and for one row of a batch.

The codes decide, never the HTTP status: UNABLE_TO_LOCK_ROW comes as 400 and as 500.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from html import unescape
from typing import Any

from connectors.base import Outcome, WriteResult
from connectors.salesforce.forms import full_id
from plugin.errors import LimitReached, OutcomeUnknown, RetryLater, SuccessVectorError, UserError

LIMIT_CODES = frozenset({"REQUEST_LIMIT_EXCEEDED"})
LOCK_CODES = frozenset({"UNABLE_TO_LOCK_ROW"})
BUSY_CODES = (
    LIMIT_CODES
    | LOCK_CODES
    | {
        "SERVER_UNAVAILABLE",
        "REQUEST_RUNNING_TOO_LONG",
        "QUERY_TIMEOUT",
        "TXN_SECURITY_METERING_ERROR",
        "ALL_OR_NONE_OPERATION_ROLLED_BACK",
        "PROCESSING_HALTED",
        "DATACLOUD_API_UNAVAILABLE",
        "APEX_CONCURRENT_LIMIT_EXCEEDED",
    }
)
UNKNOWN_CODES = frozenset({"UNKNOWN_EXCEPTION", "INTERNAL_SERVER_ERROR"})
NO_FIELD_CODES = frozenset({"INVALID_FIELD", "INVALID_FIELD_FOR_INSERT_UPDATE"})
EXPIRED = "INVALID_SESSION_ID"
DAY_LIMIT_PAUSE = 900.0

_NEXT_STEP = {
    "INVALID_FIELD": "Run `success-vector check`: a mapped field is missing or hidden from the integration user",
    "INVALID_TYPE": "Run `success-vector check`: a mapped object is missing or hidden from the integration user",
    "MALFORMED_QUERY": "Check the `where` lines of the mapping",
    "NOT_FOUND": "Check SUCCESS_VECTOR_SALESFORCE_API_VERSION and that the object exists",
    "UNSUPPORTED_API_VERSION": "Set SUCCESS_VECTOR_SALESFORCE_API_VERSION to a version that the org has",
    "API_DISABLED_FOR_ORG": "Give the integration user the permission 'API Enabled', in an edition that has the API",
    "API_CURRENTLY_DISABLED": "Give the integration user the permission 'API Enabled'",
    "INSUFFICIENT_ACCESS": "Assign our integration permission set to the integration user",
    "INSUFFICIENT_ACCESS_OR_READONLY": "Assign our integration permission set to the integration user",
    "FORBIDDEN": "Assign our integration permission set to the integration user",
    "MUTUAL_AUTHENTICATION_FAILED": "Present the client certificate that the org asks for",
}
_GOVERNOR = re.compile(
    r"Apex CPU time limit|Apex heap size too large|System\.LimitException|"
    r"Too many (?:SOQL queries|SOSL queries|DML statements|DML rows|query rows|query locator rows|future calls|"
    r"queueable jobs|callouts|Email Invocations|fields describes)",
    re.IGNORECASE,
)
_DUPLICATE_OF = re.compile(r"record with id:?\s*([A-Za-z0-9]{15,18})")


class Refused(UserError):
    """Salesforce refused a whole call, and would again. `code` is its error code, `said` its words."""

    def __init__(self, message: str, code: str, said: str = "") -> None:
        self.code = code
        self.said = said
        super().__init__(message)


@dataclass(frozen=True)
class Fault:
    """One error as Salesforce words it; `fields` are those it names, `alike` the rows a duplicate rule takes it for."""

    code: str
    message: str
    fields: tuple[str, ...] = ()
    alike: tuple[str, ...] = ()


_SOAP_FAULT = re.compile(
    r"<faultcode>(?:\w+:)?([A-Z][A-Z_]+)</faultcode>.*?<faultstring>(.*?)</faultstring>", re.DOTALL
)


def faults_in(body: Any) -> tuple[Fault, ...]:
    """Return the errors of a body: a list or a single object, with `errorCode` (REST) or `statusCode` (collections),
    or the text of a SOAP fault.
    """
    if isinstance(body, str):
        return tuple(
            Fault(code, unescape(words).removeprefix(f"{code}: ")) for code, words in _SOAP_FAULT.findall(body)
        )
    entries = body if isinstance(body, list) else [body]
    return tuple(
        Fault(
            str(entry.get("errorCode") or entry.get("statusCode")),
            str(entry.get("message", "")),
            tuple(entry.get("fields") or ()),
            _alike(entry),
        )
        for entry in entries
        if isinstance(entry, dict) and (entry.get("errorCode") or entry.get("statusCode"))
    )


def _alike(entry: dict[str, Any]) -> tuple[str, ...]:
    """Return the rows that a duplicate rule found; the REST API spells it `duplicateResut`, and SOAP as one expects."""
    told = entry.get("duplicateResut") or entry.get("duplicateResult") or {}
    found = [
        str(match["record"]["Id"])
        for result in told.get("matchResults") or ()
        for match in result.get("matchRecords") or ()
        if (match.get("record") or {}).get("Id")
    ]
    return tuple(dict.fromkeys(full_id(each) or each for each in found))


def call_error(faults: Sequence[Fault], status: int, where: str, *, writing: bool) -> SuccessVectorError:
    """Return the error for a call that failed as a whole; `where` is its method and path."""
    if not faults:
        return _wordless(status, where, writing=writing)
    fault = faults[0]
    said = f"Salesforce answered {fault.code} to {where}: {fault.message}"
    if fault.code in LIMIT_CODES:
        if "concurrent" in fault.message.lower():
            return RetryLater(f"{said} Too many long calls run at once.", 30.0)
        return LimitReached(
            f"{said} The org's API calls of the last 24 hours are used up: see Setup, System Overview.",
            DAY_LIMIT_PAUSE,
        )
    if is_busy(fault):
        return RetryLater(said, 30.0)
    if fault.code in UNKNOWN_CODES:
        return OutcomeUnknown(said) if writing else RetryLater(said)
    step = _NEXT_STEP.get(fault.code, "Run `success-vector check` to compare the mapping with the org")
    return Refused(f"{said.rstrip('.')}. {step}.", fault.code, fault.message)


def _wordless(status: int, where: str, *, writing: bool) -> SuccessVectorError:
    if status >= 500:
        said = f"The answer to {where} was HTTP {status} without a word from Salesforce."
        return OutcomeUnknown(said) if writing else RetryLater(said)
    return Refused(
        f"The answer to {where} was HTTP {status} and not Salesforce's. "
        "Check that SUCCESS_VECTOR_SALESFORCE_URL is the org's My Domain address (https://....my.salesforce.com).",
        f"HTTP_{status}",
    )


def is_busy(fault: Fault) -> bool:
    """Return whether the same request may go through later; triggers wrap lock errors in codes of their own."""
    return fault.code in BUSY_CODES or "UNABLE_TO_LOCK_ROW" in fault.message


def is_governor(text: str) -> bool:
    """Return whether an error's words tell of a limit on what one transaction may do: fewer rows may go through."""
    return _GOVERNOR.search(text) is not None


def row_result(faults: Sequence[Fault], row_id: str | None, status: int = 400) -> WriteResult:
    """Return what became of a row that was not written; `row_id` is None for a row that was to be created."""
    if status == 412:
        fault = faults[0] if faults else Fault("PRECONDITION_FAILED", "The record was modified in the meantime.")
        return WriteResult(Outcome.CONFLICT, row_id, fault.code, fault.message)
    if not faults:
        outcome = Outcome.UNKNOWN if status >= 500 else Outcome.REJECTED
        return WriteResult(outcome, row_id, f"HTTP_{status}", "Salesforce gave no reason.")
    fault = faults[0]
    fields = tuple(dict.fromkeys(name for each in faults for name in each.fields))
    message = "; ".join(each.message for each in faults)
    found = _DUPLICATE_OF.search(fault.message) if fault.code == "DUPLICATE_VALUE" else None
    return WriteResult(
        _outcome(fault, row_id),
        row_id,
        fault.code,
        message,
        fields,
        full_id(found.group(1)) if found else None,
        fault.alike,
    )


def _outcome(fault: Fault, row_id: str | None) -> Outcome:
    if is_busy(fault) or is_governor(fault.message):
        return Outcome.BUSY
    if fault.code in UNKNOWN_CODES:
        return Outcome.UNKNOWN
    if fault.code in NO_FIELD_CODES:
        return Outcome.NO_FIELD
    # A deleted *parent* is told by the same code, with the lookup's name: that proves nothing about this row.
    if fault.code == "ENTITY_IS_DELETED" and row_id is not None and not fault.fields:
        return Outcome.GONE
    # A duplicate *rule* matches by likeness, so it never says which row is the same one.
    if fault.code == "DUPLICATES_DETECTED":
        return Outcome.ALIKE
    return Outcome.DUPLICATE if fault.code == "DUPLICATE_VALUE" else Outcome.REJECTED
