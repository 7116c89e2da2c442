"""Roll-up summary fields: what a master's details add up to, kept on the master and saved like any other change."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from psycopg import sql
from psycopg.rows import dict_row

from connectors.salesforce.local_org.errors import OrgError
from connectors.salesforce.local_org.hooks import Change, Row
from connectors.salesforce.local_org.schema import FieldDef, ObjectDef, OrgSchema
from connectors.salesforce.local_org.storage import table
from connectors.salesforce.local_org.values import stored
from connectors.salesforce.local_org.work import Work

SUMMARY, MASTER = "Summary", "MasterDetail"
OPERATIONS = {"count": "count(*)", "sum": "coalesce(sum({}), 0)", "min": "min({})", "max": "max({})"}
OPERATORS = {
    "equals": "{} = ANY(%s)", "notEqual": "({0} IS NULL OR {0} <> ALL(%s))", "lessThan": "{} < %s",
    "lessOrEqual": "{} <= %s", "greaterThan": "{} > %s", "greaterOrEqual": "{} >= %s",
}  # fmt: skip
"""Filters that are modelled, by the name of their operation; the first two take values between commas."""

Save = Callable[[Work, ObjectDef, Sequence[Change], Row], None]


def refresh(work: Work, detail: ObjectDef, rows: Iterable[Row], save: Save) -> dict[str, OrgError]:
    """Bring the summaries of these details' masters up to date; returns the refusals by the masters' ids.

    A master whose summary changes is saved: stamped, and held against its rules and flows.
    """
    details = list(rows)
    refused: dict[str, OrgError] = {}
    for lookup in [field for field in detail.fields.values() if field.type == MASTER]:
        master = work.schema.objects[lookup.reference_to[0].lower()]
        summaries = list(summaries_of(master, detail, lookup))
        ids = sorted({row[lookup.name.lower()] for row in details if row.get(lookup.name.lower())})
        if summaries and ids:
            changes = list(_changed(work, master, summaries, ids))
            stamps = {"lastmodifieddate": work.now, "lastmodifiedbyid": work.user_id, "systemmodstamp": work.now}
            save(work, master, changes, stamps)
            refused |= {change.new["id"]: change.error for change in changes if change.error}
    return refused


def summaries_of(master: ObjectDef, detail: ObjectDef, lookup: FieldDef) -> Iterator[FieldDef]:
    """Yield a master's fields that sum up details which belong to it by this lookup."""
    key = f"{detail.name}.{lookup.name}".lower()
    for field in master.fields.values():
        if field.type == SUMMARY and field.extra["key"].lower() == key:
            yield field


def recount(work: Work, master: ObjectDef, summary: FieldDef) -> None:
    """Work a summary out for every master, without a stamp, as Salesforce does when the field is made."""
    statement = sql.SQL("SELECT id FROM {}").format(table(master.name))
    ids = [record_id for (record_id,) in work.conn.execute(statement).fetchall()]
    column = summary.name.lower()
    update = sql.SQL("UPDATE {} SET {} = %s WHERE id = %s").format(table(master.name), sql.Identifier(column))
    for change in _changed(work, master, [summary], ids):
        work.conn.execute(update, (change.new[column], change.new["id"]))


def _changed(work: Work, master: ObjectDef, summaries: Sequence[FieldDef], ids: Sequence[str]) -> Iterator[Change]:
    """Yield a change for each of the masters whose summaries aren't what their details come to."""
    parts, values = [], []
    for summary in summaries:
        part, bound = _counted(work.schema, summary)
        parts.append(sql.SQL("({}) AS {}").format(part, sql.Identifier(f"new {summary.name.lower()}")))
        values += bound
    columns = sql.SQL(", ").join([sql.Identifier("m", "id"), *(sql.Identifier("m", s.name.lower()) for s in summaries)])
    statement = sql.SQL("SELECT {}, {} FROM {} m WHERE m.id = ANY(%s) AND NOT m.isdeleted ORDER BY m.id FOR UPDATE")
    with work.conn.cursor(row_factory=dict_row) as cursor:
        cursor.execute(statement.format(columns, sql.SQL(", ").join(parts), table(master.name)), [*values, list(ids)])
        found = cursor.fetchall()
    for row in found:
        new = {name: row[f"new {name}"] for name in (summary.name.lower() for summary in summaries)}
        if any(row[name] != value for name, value in new.items()):
            yield Change(master, {}, {"id": row["id"], **new})


def _counted(schema: OrgSchema, summary: FieldDef) -> tuple[sql.Composed, list[Any]]:
    """Return the query of one summary for the master `m`, and its parameters."""
    said: Mapping[str, Any] = summary.extra
    detail = schema.objects[said["key"].partition(".")[0].lower()]
    lookup = sql.Identifier("d", said["key"].partition(".")[2].lower())
    summed = sql.Identifier("d", (said["summed"] or "Id").partition(".")[2].lower() or "id")
    tests: list[sql.Composable] = [sql.SQL("{} = m.id AND NOT d.isdeleted").format(lookup)]
    values: list[Any] = []
    for name, operation, text in said["filters"]:
        field = detail.fields[name.partition(".")[2].lower()]
        tests.append(sql.SQL(OPERATORS[operation]).format(sql.Identifier("d", field.name.lower())))
        several = operation in ("equals", "notEqual")
        values.append([_value(field, each) for each in text.split(",")] if several else _value(field, text))
    aggregate = sql.SQL(OPERATIONS[said["operation"]]).format(summed)
    where = sql.SQL(" AND ").join(tests)
    return sql.SQL("SELECT {} FROM {} d WHERE {}").format(aggregate, table(detail.name), where), values


def _value(field: FieldDef, text: str) -> Any:
    return stored(field, text.strip())


def faults(schema: OrgSchema, master: ObjectDef, summary: FieldDef) -> Iterator[str]:
    """Yield what is wrong with a summary, held against the schema."""
    said = summary.extra
    object_name, _, name = said["key"].partition(".")
    detail = schema.object(object_name)
    lookup = detail.field(name) if detail else None
    if detail is None or lookup is None or lookup.type != MASTER or master.name not in lookup.reference_to:
        yield f"summaryForeignKey: {said['key']} is no master-detail field that leads to {master.name}"
        return
    if said["operation"] != "count":
        summed = detail.field(said["summed"].partition(".")[2])
        wanted = NUMERIC if said["operation"] == "sum" else NUMERIC | {"Date", "DateTime"}
        if summed is None or summed.type not in wanted or summed.calculated:
            yield f"summarizedField: {said['summed']} is no field that can be summed up by {said['operation']}"
    for name, operation, text in said["filters"]:
        field = detail.field(name.partition(".")[2])
        if field is None or field.calculated or operation not in OPERATORS:
            yield f"summaryFilterItems: the local org does not model {name} {operation}"
            continue
        try:
            _ = [_value(field, each) for each in text.split(",")]
        except OrgError as error:
            yield f"summaryFilterItems: {error.message}"


NUMERIC = frozenset({"Number", "Currency", "Percent"})


def settle(schema: OrgSchema, summary: FieldDef) -> None:
    """Set the type, and the digits, of a summary by what it sums up."""
    detail = schema.objects[summary.extra["key"].partition(".")[0].lower()]
    summed = detail.field((summary.extra["summed"] or "").partition(".")[2])
    of = "Number" if summed is None or summary.extra["operation"] == "count" else summed.type
    summary.extra["of"] = of
    summary.precision, summary.scale = 18, 0 if summed is None else summed.scale
