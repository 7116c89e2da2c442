"""query and queryAll, a page at a time."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from flask import Blueprint, Response, jsonify, request

from connectors.salesforce.local_org.errors import OrgError, not_modelled
from connectors.salesforce.local_org.locators import Answer
from connectors.salesforce.local_org.rest.columns import column_metadata
from connectors.salesforce.local_org.rest.context import here, signed_in, version, work
from connectors.salesforce.local_org.schema import EVENT, OrgSchema
from connectors.salesforce.local_org.sharing import in_sight
from connectors.salesforce.local_org.soql.compile import Compiled, compile
from connectors.salesforce.local_org.soql.errors import SoqlError
from connectors.salesforce.local_org.soql.parse import parse
from connectors.salesforce.local_org.soql.rows import answer, records
from connectors.salesforce.local_org.work import Work

PAGE = 2000
blueprint = Blueprint("queries", __name__)


@blueprint.get("/query", strict_slashes=False)
@blueprint.get("/queryAll", strict_slashes=False)
def query() -> Response:
    """Answer a query; queryAll tells of deleted and archived records as well, columns=true only of the columns."""
    text = request.args.get("q")
    if not text:
        raise OrgError("MALFORMED_QUERY", "A query string has to be specified")
    if "explain" in request.args:
        raise not_modelled("query plans")
    everything = request.path.rstrip("/").endswith("queryAll")
    with work() as at:
        if request.args.get("columns", "").lower() == "true":
            return jsonify(column_metadata(compiled_query(at, text, include_deleted=everything), at.schema))
        compiled, rows = run(at, text, include_deleted=everything)
    size = page_size()
    if len(rows) <= size:
        return jsonify(answer(compiled.shape, rows, version()))
    whole = Answer(signed_in().user_id, here().org.clock(), compiled.shape, rows, size)
    return jsonify(_page(here().locators.keep(whole), whole, 0))


@blueprint.get("/query/<locator>")
@blueprint.get("/queryAll/<locator>")
def more(locator: str) -> Response:
    """Return the page of a long answer that begins at the locator's row."""
    name, _, start = locator.partition("-")
    if not (start.isascii() and start.isdigit()):
        raise OrgError("INVALID_QUERY_LOCATOR", "invalid query locator")
    whole = here().locators.of(name, signed_in().user_id, here().org.clock())
    return jsonify(_page(name, whole, int(start)))


def run(at: Work, text: str, *, include_deleted: bool = False) -> tuple[Compiled, Sequence[Sequence[Any]]]:
    """Return a query's compiled form and its rows. A refusal carries Salesforce's code and words."""
    compiled = compiled_query(at, text, include_deleted=include_deleted)
    return compiled, at.conn.execute(compiled.sql.encode(), compiled.params).fetchall()


def compiled_query(at: Work, text: str, *, include_deleted: bool) -> Compiled:
    """Return a query made ready for the database, as far as the caller may ask it."""
    objects = {
        name: each
        for name, each in at.schema.objects.items()
        if at.access.can(each, "read") and each.extra.get("kind") != EVENT
    }
    try:
        return compile(
            parse(text), OrgSchema(objects), include_deleted=include_deleted, now=at.now,
            time_zone=at.org.settings.time_zone, can_read=at.access.readable,
            in_sight=in_sight(at.access, at.schema),
        )  # fmt: skip
    except SoqlError as error:
        raise OrgError(error.code, error.message) from None


def page_size() -> int:
    """Return how many rows a page has: 2,000, or what `Sforce-Query-Options` asks for (200 to 2,000)."""
    wanted = re.search(r"batchSize\s*=\s*(\d+)", request.headers.get("Sforce-Query-Options", ""))
    return min(max(int(wanted[1]), 200), PAGE) if wanted else PAGE


def _page(name: str, whole: Answer, start: int) -> dict[str, Any]:
    end = start + whole.page
    told: dict[str, Any] = {"totalSize": len(whole.rows), "done": end >= len(whole.rows)}
    if not told["done"]:
        told["nextRecordsUrl"] = f"/services/data/v{version()}/query/{name}-{end}"
    return {**told, "records": records(whole.shape, whole.rows[start:end], version())}
