"""The partner API's SOAP calls that REST has no like of: merging, the recycle bin. Any other is refused by name."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from connectors.salesforce.local_org.deletes import undelete_all
from connectors.salesforce.local_org.errors import OrgError
from connectors.salesforce.local_org.merges import MergeResult, merge
from connectors.salesforce.local_org.metadata.tree import Node
from connectors.salesforce.local_org.recycle_bin import purge_all
from connectors.salesforce.local_org.rest.context import work
from connectors.salesforce.local_org.results import Result
from connectors.salesforce.local_org.schema import ObjectDef
from connectors.salesforce.local_org.work import Work

NAMESPACE = "urn:partner.soap.sforce.com"
MOST_RECORDS = 200
TRUE, FALSE = frozenset({"true", "1"}), frozenset({"false", "0"})
Json = dict[str, Any]


def _merge(arguments: Node) -> list[Json]:
    """Merge request by request; one that is refused undoes no other."""
    requests = _within(arguments.children, "merge requests")
    return [_merged(request) for request in requests]


def _merged(request: Node) -> Json:
    master = request.one("masterRecord")
    if master is None:
        raise OrgError("MISSING_ARGUMENT", "masterRecord not specified")
    object_name = master.say("type") or master.attributes.get("type", "").rpartition(":")[2]
    losers = [each.text for each in request.all("recordToMergeIds")]
    with work() as at:
        definition = at.schema.object(object_name)
        if definition is None:
            words = f"sObject type '{object_name}' is not supported."
            raise OrgError("INVALID_TYPE", words)
        result = merge(at, object_name, master.say("Id"), losers, _values(definition, master))
    return _told(result)


def _values(definition: ObjectDef, record: Node) -> Json:
    """Return what an sObject element sets: its fields' text, and null for those that `fieldsToNull` names."""
    values: Json = {}
    for child in record.children:
        if child.tag in ("type", "Id", "fieldsToNull") or child.attributes.get("nil") == "true":
            continue
        found = definition.field(child.tag)
        values[child.tag] = _checkbox(child.text) if found and found.type == "Checkbox" else child.text
    return values | {child.text: None for child in record.all("fieldsToNull")}


def _checkbox(text: str) -> Any:
    return True if text.lower() in TRUE else False if text.lower() in FALSE else text


def _told(result: MergeResult) -> Json:
    if result.error is not None:
        return {"errors": [_error(result.error)], "id": result.id, "success": False}
    return {
        "id": result.id, "mergedRecordIds": result.merged, "success": True, "updatedRelatedIds": result.moved,
    }  # fmt: skip


def _undelete(arguments: Node) -> list[Json]:
    return _each(arguments, undelete_all)


def _empty_recycle_bin(arguments: Node) -> list[Json]:
    return _each(arguments, purge_all)


def _each(arguments: Node, act: Callable[[Work, Sequence[str]], list[Result]]) -> list[Json]:
    """Do something with records by their ids; one that is refused undoes no other."""
    ids = [each.text for each in _within(arguments.children, "ids")]
    with work() as at:
        results = act(at, ids)
    return [
        {"errors": [_error(result.error)] if result.error else [], "id": result.id, "success": result.success}
        for result in results
    ]


def _within(given: list[Node], what: str) -> list[Node]:
    if len(given) > MOST_RECORDS:
        raise OrgError("EXCEEDED_ID_LIMIT", f"record limit reached. cannot submit more than {MOST_RECORDS} {what}")
    return given


def _error(error: OrgError) -> Json:
    return {"fields": error.fields, "message": error.message, "statusCode": error.code}


METHODS: dict[str, Callable[[Node], list[Json]]] = {
    "emptyRecycleBin": _empty_recycle_bin,
    "merge": _merge,
    "undelete": _undelete,
}
