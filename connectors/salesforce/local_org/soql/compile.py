"""From a query's values to PostgreSQL, with every value of the query's text bound as a parameter."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from connectors.salesforce.local_org.schema import FieldDef, ObjectDef, OrgSchema
from connectors.salesforce.local_org.soql import ast
from connectors.salesforce.local_org.soql.aggregates import is_aggregated, select_aggregates
from connectors.salesforce.local_org.soql.children import children_sql, record_sql
from connectors.salesforce.local_org.soql.clauses import check_numbers, from_where, limits, source_object
from connectors.salesforce.local_org.soql.errors import malformed
from connectors.salesforce.local_org.soql.scope import Scope, Surroundings
from connectors.salesforce.local_org.soql.select import Selection
from connectors.salesforce.local_org.soql.shape import Count, Shape


@dataclass(frozen=True)
class Compiled:
    """A statement for psycopg: `sql` with `%(name)s` placeholders and their `params`; `shape` says what its columns
    mean (see rows.answer); `object` is the queried one.
    """

    sql: str
    params: dict[str, Any]
    shape: Shape
    object: ObjectDef


def compile(
    query: ast.Query,
    schema: OrgSchema,
    *,
    include_deleted: bool,
    now: datetime,
    time_zone: str,
    can_read: Callable[[ObjectDef, FieldDef], bool],
    in_sight: Callable[[ObjectDef, str, Callable[[str], str]], str | None] = lambda *_: None,
) -> Compiled:
    """Return the statement that answers the query.

    `include_deleted` is true for queryAll: deleted and archived rows count. `now` and the org's `time_zone` (an IANA
    name) say what TODAY is. A field for which `can_read` says no is as unknown as one that isn't there; rows
    that `in_sight` (see sharing.in_sight) leaves out are absent.
    Raises SoqlError with Salesforce's code and wording.
    """
    around = Surroundings(schema, can_read, include_deleted or query.all_rows, now, ZoneInfo(time_zone), in_sight)
    check_numbers(query)
    scope = Scope(query, source_object(query, schema), around)
    sql, shape = _statement(query, scope)
    return Compiled(sql, around.params, shape, scope.object)


def _statement(query: ast.Query, scope: Scope) -> tuple[str, Shape]:
    if _is_count(query):
        return _count(query, scope), Count()
    if is_aggregated(query):
        return select_aggregates(query, scope)
    selection = Selection(scope, children_sql)
    record = selection.add(query)
    return record_sql(query, scope, selection.columns), record


def _is_count(query: ast.Query) -> bool:
    item = query.select[0]
    if len(query.select) != 1 or isinstance(item, ast.ChildrenItem) or isinstance(item.expression, ast.Path):
        return False
    return item.expression.name.upper() == "COUNT" and not item.expression.arguments


def _count(query: ast.Query, scope: Scope) -> str:
    if query.group_by or query.having:
        raise malformed("COUNT() takes no GROUP BY; use COUNT(Id)")
    if query.order_by:
        raise malformed("COUNT() takes no ORDER BY")
    tail = limits(query, scope)
    return f"SELECT count(*) FROM (SELECT 1 {from_where(query, scope)}{tail}) AS counted"
