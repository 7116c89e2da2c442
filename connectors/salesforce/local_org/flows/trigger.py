"""Where flows and validation rules join in the saving of records."""

from __future__ import annotations

import threading
from collections.abc import Container, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from typing import Any

import psycopg
from psycopg.types.json import Jsonb

from connectors.salesforce.local_org.calculated import term_in
from connectors.salesforce.local_org.errors import OrgError
from connectors.salesforce.local_org.flows.definition import HEARD
from connectors.salesforce.local_org.flows.granted import CustomPermissions
from connectors.salesforce.local_org.flows.run import Interview, local_now
from connectors.salesforce.local_org.flows.versions import ActiveFlow, active_flows
from connectors.salesforce.local_org.formula.evaluate import Scene, evaluate
from connectors.salesforce.local_org.formula.parse import FormulaError, parse
from connectors.salesforce.local_org.hooks import Change, Row
from connectors.salesforce.local_org.outbound.queue import enqueue
from connectors.salesforce.local_org.values import shown
from connectors.salesforce.local_org.work import Connection, Work

TABLES = """
CREATE TABLE IF NOT EXISTS org_meta.interviews (
    id bigserial PRIMARY KEY, version text NOT NULL, object text NOT NULL, record jsonb NOT NULL, prior jsonb);
"""
DEEPEST = 16


class Triggers:
    """The active flows by object, and the hooks that run them. `wake` is called when something waits for the
    background: asynchronous paths or messages.
    """

    def __init__(self, wake: threading.Event) -> None:
        self._wake = wake
        self._flows: dict[str, list[ActiveFlow]] = {}
        self._depth = threading.local()

    def load(self, conn: Connection) -> None:
        """Read the active flows anew: to be called after a deployment or an activation is committed."""
        flows: dict[str, list[ActiveFlow]] = {}
        for active in active_flows(conn):
            flows.setdefault(active.flow.object.lower(), []).append(active)
        self._flows = flows

    def before_save(self, work: Work, changes: Sequence[Change]) -> None:
        """Run the flows that may change the record, then hold it against its validation rules."""
        granted = CustomPermissions(work)
        for change in changes:
            try:
                self._run_before(work, change)
                refuse_invalid(work, change, granted)
            except OrgError as error:
                change.error = error

    def _run_before(self, work: Work, change: Change) -> None:
        for active in self._of(change, "RecordBeforeSave"):
            interview = Interview(work, active.flow, change.object, change.new, change.old)
            with _told_as(active):
                if interview.begins():
                    interview.run(active.flow.start)

    def after_save(self, work: Work, changes: Sequence[Change]) -> None:
        """Run immediate paths, and note asynchronous ones and messages for after the commit."""
        with self._nested():
            sends: list[tuple[str, str]] = []
            later: list[tuple[Any, ...]] = []
            for change in changes:
                later += self._heard(change)
                for active in self._of(change, "RecordAfterSave"):
                    interview = Interview(work, active.flow, change.object, dict(change.new), change.old)
                    try:
                        with _told_as(active):
                            self._enter(interview, active, later)
                    except OrgError as error:
                        change.error = error
                        break
                    sends += [(name, change.new["id"]) for name in interview.sends]
            if any(change.error for change in changes):
                return
            enqueue(work, sends)
            _note(work, later)
            if sends or later:
                work.after_commit.append(self._wake.set)

    def _heard(self, change: Change) -> list[tuple[Any, ...]]:
        """Return what waits for the commit of a published event; whatever comes of it doesn't touch the publisher."""
        heard = self._of(change, HEARD)
        return [(active.id, change.object.name, Jsonb(_json(change.new)), None) for active in heard]

    def _enter(self, interview: Interview, active: ActiveFlow, later: list[tuple[Any, ...]]) -> None:
        if not interview.begins():
            return
        if active.flow.later is not None:
            prior = None if interview.prior is None else Jsonb(_json(interview.prior))
            later.append((active.id, interview.object.name, Jsonb(_json(interview.record)), prior))
        with interview.work.savepoint() if active.flow.writes else nullcontext():
            interview.run(active.flow.start)

    def _of(self, change: Change, trigger: str) -> list[ActiveFlow]:
        flows = self._flows.get(change.object.name.lower(), [])
        return [active for active in flows if active.flow.trigger == trigger]

    @contextmanager
    def _nested(self) -> Iterator[None]:
        depth = getattr(self._depth, "value", 0)
        if depth >= DEEPEST:
            raise OrgError("CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY", "Maximum trigger depth exceeded")
        self._depth.value = depth + 1
        try:
            yield
        finally:
            self._depth.value = depth

    def run_later(self, work: Work, limit: int = 200) -> int:
        """Run asynchronous paths, and what events start, oldest first; returns how many. A failing one undoes only
        itself.
        """
        waiting = work.conn.execute(
            "SELECT id, version, object, record, prior FROM org_meta.interviews ORDER BY id LIMIT %s FOR UPDATE",
            (limit,),
        ).fetchall()
        by_id = {active.id: active for flows in self._flows.values() for active in flows}
        for _, version, object_name, record, prior in waiting:
            definition, active = work.schema.object(object_name), by_id.get(version)
            if definition is None or active is None:
                continue
            interview = Interview(work, active.flow, definition, record, prior)
            try:
                with _told_as(active), work.savepoint():
                    if active.flow.trigger != HEARD:
                        interview.run(active.flow.later)
                    elif interview.begins():
                        interview.run(active.flow.start)
                    enqueue(work, [(name, record["id"]) for name in interview.sends])
            except (OrgError, psycopg.Error) as error:
                self.last_error = f"{active.name}: {error}"
        ids = [row[0] for row in waiting]
        work.conn.execute("DELETE FROM org_meta.interviews WHERE id = ANY(%s)", (ids,))
        return len(ids)

    last_error: str | None = None
    """Why the latest failing asynchronous path failed, None if none did."""


def _note(work: Work, later: Sequence[tuple[Any, ...]]) -> None:
    if later:
        with work.conn.cursor() as cursor:
            cursor.executemany(
                "INSERT INTO org_meta.interviews (version, object, record, prior) VALUES (%s, %s, %s, %s)", later
            )


def _json(row: Row) -> Row:
    return {name: shown(value) for name, value in row.items()}


@contextmanager
def _told_as(active: ActiveFlow) -> Iterator[None]:
    """Say of an error in a flow which flow it was, as Salesforce tells whoever saved the record."""
    try:
        yield
    except (OrgError, FormulaError, TypeError, ValueError, ArithmeticError) as error:
        words = error.message if isinstance(error, OrgError) else str(error)
        raise OrgError(
            "CANNOT_EXECUTE_FLOW_TRIGGER",
            f"We can't save this record because the “{active.flow.label}” process failed. Give your Salesforce admin "
            f"these details. {words}",
        ) from error


def refuse_invalid(work: Work, change: Change, granted: Container[str]) -> None:
    """Raise the error of the first active validation rule that the record breaks."""

    now = local_now(work)

    def seen(name: str, row: Row) -> Any:
        permission = name.removeprefix("$Permission.")
        return term_in(change.object, row, name, now) if permission == name else permission in granted

    old = change.old or {}
    scene = Scene(lambda name: seen(name, change.new), lambda name: seen(name, old), change.created, now)
    for name, rule in sorted(change.object.validation_rules.items()):
        if not rule["active"]:
            continue
        try:
            broken = evaluate(parse(rule["formula"]), scene) is True
        except FormulaError as error:
            raise OrgError("FORMULA_EXPRESSION_INVALID", f"{name}: {error}") from error
        if broken:
            fields = [rule["field"]] if rule["field"] else []
            raise OrgError("FIELD_CUSTOM_VALIDATION_EXCEPTION", rule["message"], fields)
