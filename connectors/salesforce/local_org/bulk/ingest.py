"""What an ingest job does with its rows: in chunks, each a transaction of its own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from connectors.salesforce.local_org import dml
from connectors.salesforce.local_org.bulk.dialect import BadCsv, Dialect
from connectors.salesforce.local_org.bulk.jobs import ABORTED, BATCH, Job, add_lines, content_of, load
from connectors.salesforce.local_org.deletes import delete
from connectors.salesforce.local_org.errors import OrgError
from connectors.salesforce.local_org.faults import Faults
from connectors.salesforce.local_org.faulty.rows import spared
from connectors.salesforce.local_org.results import Result
from connectors.salesforce.local_org.schema import ObjectDef
from connectors.salesforce.local_org.work import Work

if TYPE_CHECKING:
    from connectors.salesforce.local_org.org import Org

CHUNK = 200
SUCCESSFUL, FAILED, UNPROCESSED = "successfulResults", "failedResults", "unprocessedrecords"
IN_ORDER = "results"
NULL = "#N/A"
YES, NO = frozenset({"true", "yes", "y", "on", "1"}), frozenset({"false", "no", "n", "off", "0"})
Line = list[str]
Json = dict[str, Any]


class Ingest:
    """One job at work. `processed` and `failed` count its rows; `faults` may refuse rows of a chunk."""

    def __init__(self, org: Org, job: Job, faults: Faults) -> None:
        self._org = org
        self._job = job
        self._faults = faults
        self.processed = 0
        self.failed = 0
        self._succeeded = 0

    def run(self) -> str | None:
        """Do all rows; returns why the rest was left out, None when there is no rest or the job was aborted."""
        with self._org.work() as work:
            content = content_of(work.conn, self._job) or b""
        try:
            header, rows = self._job.dialect.read(content)
            self._check(header)
            for chunk in _chunks(header, rows):
                if not self._do(header, chunk):
                    break
        except BadCsv as error:
            return str(error)
        return None

    def _check(self, header: Line) -> None:
        """Refuse a header that names what isn't there, as a whole."""
        with self._org.work(self._org.access(self._job.user_id)) as work:
            definition = dml.object_named(work, self._job.spec["object"])
            for name in header:
                if "." not in name and (
                    (found := definition.field(name)) is None or not work.access.readable(definition, found)
                ):
                    raise BadCsv(f"InvalidBatch : Field name not found : {name}")

    def _do(self, header: Line, chunk: list[Line]) -> bool:
        """Do a chunk; returns False, with nothing done, where the job was aborted. Aborting waits for its end."""
        with self._org.work(self._org.access(self._job.user_id)) as work:
            if load(work.conn, self._job.kind, self._job.id, lock=True).state == ABORTED:
                return False
            with self._faults.in_chunk(f"/services/data/v66.0/jobs/ingest/{self._job.id}/batches"):
                results = spared(chunk, lambda some: _results(work, self._job, header, some))
            write = self._job.dialect.write
            definition = dml.object_named(work, self._job.spec["object"])
            good, bad, all_of_them = [], [], []
            for result, row in zip(results, chunk, strict=True):
                created, words = str(result.created).lower(), ""
                if result.error is None:
                    good.append(write([[result.id, created, *row]]))
                else:
                    words = _words(definition, dict(zip(header, row, strict=True)), result.error)
                    bad.append(write([[result.id or "", words, *row]]))
                all_of_them.append([result.id or "", str(not words).lower(), created, words])
            add_lines(work.conn, self._job, SUCCESSFUL, self._succeeded, good)
            add_lines(work.conn, self._job, FAILED, self.failed, bad)
            if self._job.kind == BATCH:
                lines = [Dialect().write([line]) for line in all_of_them]
                add_lines(work.conn, self._job, IN_ORDER, self.processed, lines)
        self._succeeded += len(good)
        self.failed += len(bad)
        self.processed += len(chunk)
        return True


def _chunks(header: Line, rows: Iterator[Line]) -> Iterator[list[Line]]:
    """Yield rows in chunks in which no id comes twice."""
    at = next((index for index, name in enumerate(header) if name.lower() == "id"), None)
    chunk: list[Line] = []
    ids: set[str] = set()
    for number, row in enumerate(rows, 1):
        if len(row) != len(header):
            raise BadCsv(f"InvalidBatch : Row {number} has {len(row)} columns, the header {len(header)}")
        key = row[at] if at is not None else ""
        if len(chunk) == CHUNK or (key and key in ids):
            yield chunk
            chunk, ids = [], set()
        chunk.append(row)
        ids.add(key)
    if chunk:
        yield chunk


def _results(work: Work, job: Job, header: Line, chunk: Sequence[Line]) -> list[Result]:
    try:
        with work.savepoint():
            return _save(work, job, header, chunk)
    except OrgError as error:
        return [Result(error=error) for _ in chunk]


def _save(work: Work, job: Job, header: Line, chunk: Sequence[Line]) -> list[Result]:
    name, operation = job.spec["object"], job.spec["operation"]
    definition = dml.object_named(work, name)
    rows = [values_of(definition, header, row) for row in chunk]
    ids = [next((str(value or "") for key, value in row.items() if key.lower() == "id"), "") for row in rows]
    if operation == "insert":
        return dml.create(work, name, rows)
    if operation == "update":
        return dml.update(work, name, list(zip(ids, rows, strict=True)))
    if operation == "delete":
        return delete(work, ids)
    by = str(job.spec["externalIdFieldName"])
    keys = [next((value for key, value in row.items() if key.lower() == by.lower()), None) for row in rows]
    return dml.upsert(work, name, by, list(zip(keys, rows, strict=True)))


def values_of(definition: ObjectDef, header: Sequence[str], row: Sequence[str]) -> Json:
    """Return a row as a client of the REST API would send it: empty columns left out, #N/A as null."""
    values: Json = {}
    for name, text in zip(header, row, strict=True):
        if text == "":
            continue
        value = None if text == NULL else text
        relationship, dot, key = name.rpartition(".")
        if dot:
            # Polymorphic lookups name their object first: `Account:What.Key__c`.
            values[relationship.rpartition(":")[2]] = {key: value}
            continue
        field = definition.field(name)
        if field and field.type == "Checkbox" and value is not None:
            value = _checkbox(value)
        values[name] = value
    return values


def _checkbox(text: str) -> Any:
    folded = text.strip().lower()
    return True if folded in YES else False if folded in NO else text


def _words(definition: ObjectDef, row: Json, error: OrgError) -> str:
    """Return an error as a failed row tells it: code, message and fields."""
    code, message = error.code, error.message
    if code == "JSON_PARSER_ERROR" and error.fields:
        # A row isn't JSON: what can't be read as a field's type has another code here.
        name = error.fields[0]
        field = definition.field(name)
        value = next((text for column, text in row.items() if column.lower() == name.lower()), "")
        code = "INVALID_TYPE_ON_FIELD_IN_RECORD"
        message = f"{field.label if field else name}: value not of required type: {value}"
    return f"{code}:{message}:{','.join(error.fields)} --"
