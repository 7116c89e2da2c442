"""The local org's entrances as OpenAPI describes them, written from the table of docs/local-org-clients.md.

Salesforce publishes no such description. What it allows here is what the org would take, and leads to something in it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from tests.unit.local_org.coverage_page import PAGE
from tests.unit.local_org.openapi_bodies import QUERIES, Bodies, Schema, one_of, parts

VARIABLE = re.compile(r"(?<=/)(?:[A-Z_]{3,}|\{ingest,query\})(?=/|$)")
LAST = ("GET", "PUT", "POST", "PATCH", "DELETE")
FIELDS = one_of("Id", "Name,Key__c", "Id,CreatedDate")
HTTP_DATE = one_of("Thu, 01 Jan 2015 00:00:00 GMT", "Thu, 01 Jan 2999 00:00:00 GMT")
HEADERS: Mapping[str, Schema] = {
    "If-Modified-Since": HTTP_DATE, "If-Unmodified-Since": HTTP_DATE,
    "Sforce-Query-Options": one_of("batchSize=200"), "Sforce-Duplicate-Rule-Header": one_of("allowSave=true"),
}  # fmt: skip
ERRORS: Schema = {
    "type": "array", "minItems": 1,
    "items": {"type": "object", "required": ["errorCode", "message"],
              "properties": {"errorCode": {"type": "string"}, "message": {"type": "string"}}},
}  # fmt: skip
TREE_ERRORS: Schema = {"type": "object", "required": ["hasErrors", "results"]}
BULK_ERROR: Schema = {"type": "object", "required": ["exceptionCode", "exceptionMessage"]}
OAUTH_ERROR: Schema = {"type": "object", "required": ["error", "error_description"]}
Ids = Mapping[str, list[str]]


def entrances() -> list[tuple[str, str]]:
    """Method and path of all that the server serves, as the documentation's table has it; what deletes comes last."""
    rows = re.findall(r"^\| (GET|PUT|POST|PATCH|DELETE) \| `([^`]+)` \|", PAGE.read_text(), re.MULTILINE)
    return sorted(rows, key=lambda each: (each[1], LAST.index(each[0])))


def description(ids: Ids, bodies: Bodies) -> dict[str, Any]:
    """All entrances; `ids` are values of the variable parts of their paths, by the path or for any path."""
    paths: dict[str, dict[str, Any]] = {}
    for method, path in entrances():
        paths.setdefault(written(path), {})[method.lower()] = _operation(method, path, ids, bodies)
    return {"openapi": "3.1.0", "info": {"title": "The local org", "version": "66.0"}, "paths": paths}


def written(path: str) -> str:
    """A path of the documentation's table as OpenAPI writes it."""
    return VARIABLE.sub(lambda part: f"{{{_name(part[0])}}}", path).replace("/vNN.0", "/services/data/v66.0")


def _name(part: str) -> str:
    return "KIND" if part == "{ingest,query}" else part


def _operation(method: str, path: str, ids: Ids, bodies: Bodies) -> dict[str, Any]:
    """What one entrance takes and answers."""
    wanted: list[dict[str, Any]] = []
    for part in VARIABLE.findall(path):
        values = ids.get(f"{path} {_name(part)}") or ids[_name(part)]
        wanted.append({"in": "path", "name": _name(part), "required": True, "schema": one_of(*values)})
    if path.startswith("/vNN.0"):
        wanted += [{"in": "header", "name": name, "schema": schema} for name, schema in HEADERS.items()]
    for name, schema in _asked(method, path, ids).items():
        wanted.append({"in": "query", "name": name, "schema": schema, "required": name in ("q", "start", "end", "ids")})
    told: dict[str, Any] = {"parameters": wanted, "responses": _responses(path)}
    if content := _taken(method, path, bodies):
        told["requestBody"] = {"required": True, "content": {form: {"schema": each} for form, each in content.items()}}
    return told


def _asked(method: str, path: str, ids: Ids) -> dict[str, Schema]:
    """What an entrance takes in its query string."""
    if path.endswith(("/query", "/queryAll")) and method == "GET":
        tooling = "tooling" in path
        queries = ("SELECT Id, ActiveVersionId FROM FlowDefinition",) if tooling else (*QUERIES, *GROUPED)
        return {"q": one_of(*queries), "columns": one_of("true", "false")}
    if path.endswith(("/updated", "/deleted")):
        return {"start": one_of(*ids["START"]), "end": one_of(*ids["END"])}
    if path == "/vNN.0/composite/sobjects" and method == "DELETE":
        return {"ids": one_of(*ids["DOOMED"]), "allOrNone": one_of("true", "false")}
    if path == "/vNN.0/composite/sobjects/NAME" and method == "GET":
        return {"ids": one_of(",".join(ids["RECORD_ID"])), "fields": FIELDS}
    fields = {"fields": FIELDS} if path.endswith(("RECORD_ID", "VALUE")) else {}
    page = {"locator": one_of("0", "1"), "maxRecords": one_of("1", "5")} if path.endswith("/results") else {}
    more = {"includeDetails": one_of("true", "false")} if path.endswith("DEPLOYMENT_ID") else {}
    counted = {"sObjects": one_of("Account", "Account,Contact")} if path.endswith("recordCount") else {}
    return {**fields, **page, **more, **counted}


GROUPED = ("SELECT COUNT() FROM Account", "SELECT Tier__c, COUNT(Id) FROM Account GROUP BY Tier__c")


def _taken(method: str, path: str, bodies: Bodies) -> dict[str, Schema]:
    """The bodies that an entrance takes, by their media type."""
    if path.startswith("/services/Soap"):
        calls = ("describeMetadata", "listMetadata") if "/m/" in path else ("merge", "undelete")
        return {"text/xml": bodies.envelope(*calls)}
    if path.endswith("/batches") or (
        path.endswith("/batch") and path.startswith("/services/async") and method == "POST"
    ):
        return {"text/csv": one_of("Name\nA\n", "Id,Name\r\n001,\r\n", QUERIES[0])}
    if path.endswith("deployRequest"):
        options = one_of('{"deployOptions": {"checkOnly": true}}', '{"deployOptions": {"singlePackage": true}}')
        return {"multipart/form-data": parts("json", "file", json=options, file={"type": "string", "format": "binary"})}
    content = {}
    if schema := bodies.by_json().get((method, path)):
        content["application/json"] = schema
        if path.startswith("/services/async"):
            content["application/xml"] = {**schema, "xml": {"name": "jobInfo"}}
    if schema := bodies.by_form().get((method, path)):
        content["application/x-www-form-urlencoded"] = schema
    return content


def _responses(path: str) -> dict[str, Any]:
    """What an entrance may answer: never a fault of its own, and a refusal in the form of its API."""
    if path.startswith("/services/Soap"):
        return {each: _content("text/xml") for each in ("200", "500")}
    refusal: Schema = ERRORS
    if path.startswith("/services/async"):
        refusal = {"anyOf": [ERRORS, BULK_ERROR]}
    elif path.startswith("/services/oauth2"):
        refusal = {"anyOf": [ERRORS, OAUTH_ERROR]}
    elif "/tree/" in path:
        refusal = {"anyOf": [ERRORS, TREE_ERRORS]}
    bad = _content("application/json", schema=refusal)
    if path.startswith("/services/async"):
        bad["content"]["application/xml"] = {}
    elif path == "/__local__/":
        bad["content"]["text/html"] = {}
    good = ("text/html",) if path == "/__local__/" else ("application/json", "application/xml", "text/csv")
    empty = {each: {"description": "nothing"} for each in ("201", "204", "303", "304")}
    return {**{each: _content(*good) for each in ("200", "202", "300")}, **empty, "4XX": bad}


def _content(*forms: str, schema: Schema | None = None) -> dict[str, Any]:
    return {"description": "an answer", "content": {form: {"schema": schema} if schema else {} for form in forms}}
