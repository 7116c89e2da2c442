"""The related lists of a page layout as a describe tells them."""

from __future__ import annotations

import re
from typing import Any

from connectors.salesforce.local_org.deletes import children_of
from connectors.salesforce.local_org.errors import not_modelled
from connectors.salesforce.local_org.metadata.tree import Node
from connectors.salesforce.local_org.schema import FieldDef, ObjectDef
from connectors.salesforce.local_org.soql.children import child_relationship_name
from connectors.salesforce.local_org.work import Work

STANDARD = re.compile(r"Related(\w+)List")
WITHOUT_ROWS = {
    "RelatedActivityList": ("Open Activities", "OpenActivities", "OpenActivity", "WhatId"),
    "RelatedHistoryList": ("Activity History", "ActivityHistories", "ActivityHistory", "WhatId"),
}
"""Lists of what the org has no rows of: their label, relationship, object, and the field by which it belongs."""
ROWS = 5
Json = dict[str, Any]


def related_lists(at: Work, definition: ObjectDef, layout: Node) -> list[Json]:
    """Return the lists of records that belong to a record of the object; those out of the user's sight are left out."""
    told = []
    for each in layout.all("relatedLists"):
        if without := _without_rows(definition, each):
            told.append(without)
            continue
        child, lookup = _child(at, definition, each.say("relatedList"))
        if at.access.can(child, "read") and at.access.readable(child, lookup):
            told.append(_of_child(at, child, lookup, each))
    return told


def _without_rows(definition: ObjectDef, asked: Node) -> Json | None:
    """Return a list of activities or of a custom object's history, None where it is another."""
    name = asked.say("relatedList")
    about = WITHOUT_ROWS.get(name)
    if name == "RelatedEntityHistoryList" and definition.custom:
        kept_as = f"{definition.name.removesuffix('__c')}__History"
        about = (f"{definition.label} History", "Histories", kept_as, "ParentId")
    if about is None:
        return None
    for column in asked.all("fields"):
        raise not_modelled(f"the column {column.text} of the related list {name}", "NOT_FOUND", 404)
    label, relationship, object_name, field = about
    return _list([], [], custom=False, field=field, label=label, name=relationship, sobject=object_name)


def _child(at: Work, definition: ObjectDef, name: str) -> tuple[ObjectDef, FieldDef]:
    """Return the object and the lookup that a list is about: `Goal__c.Account__c`, or `RelatedContactList`."""
    wanted = STANDARD.fullmatch(name)
    for child, lookup in children_of(at, definition):
        by_object = wanted is not None and child.name == wanted[1]
        if by_object or f"{child.name}.{lookup.name}".lower() == name.lower():
            return child, lookup
    raise not_modelled(f"the related list {name} of {definition.name}", "NOT_FOUND", 404)


def _of_child(at: Work, child: ObjectDef, lookup: FieldDef, asked: Node) -> Json:
    columns = [_column(at, child, each.text) for each in asked.all("fields")]
    sort = asked.say("sortField")
    order = [{"ascending": asked.say("sortOrder") != "Desc", "column": _named(child, sort).name}] if sort else []
    return _list(
        [each for each in columns if each], order, custom=child.custom, field=lookup.name, label=child.plural_label,
        name=child_relationship_name(lookup), sobject=child.name,
    )  # fmt: skip


def _list(columns: list[Json], sort: list[Json], **about: Any) -> Json:
    fixed: Json = {"accessLevelRequiredForCreate": None, "buttons": [], "limitRows": ROWS}
    return {**fixed, "columns": columns, "sort": sort, **about}


def _column(at: Work, child: ObjectDef, name: str) -> Json | None:
    """Return a column, None for one that the user may not read."""
    found = _named(child, name)
    if not at.access.readable(child, found):
        return None
    return {
        "field": f"{child.name}.{found.name}", "fieldApiName": found.name,
        "format": found.type.lower() if found.type in ("Date", "DateTime") else None,
        "label": found.label, "lookupId": "Id" if found.name == "Name" else None, "name": found.name,
        "sortable": found.type not in ("LongTextArea", "Html", "MultiselectPicklist"),
    }  # fmt: skip


def _named(child: ObjectDef, name: str) -> FieldDef:
    """Return the field of a column; standard fields have other names here (`CONTACT.PHONE1`), which aren't known."""
    found = child.field(name.rpartition(".")[2])
    if found is None:
        raise not_modelled(f"the column {name} of a related list", "NOT_FOUND", 404)
    return found
