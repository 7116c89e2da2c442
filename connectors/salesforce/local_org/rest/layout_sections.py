"""The sections of a page layout as a describe tells them: rows of items, made out of the columns that were deployed."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import zip_longest
from typing import Any

from connectors.salesforce.local_org.errors import not_modelled
from connectors.salesforce.local_org.metadata.tree import Node
from connectors.salesforce.local_org.rest.describe import describe_of
from connectors.salesforce.local_org.rest.describe_fields import compound_of
from connectors.salesforce.local_org.schema import FieldDef, ObjectDef
from connectors.salesforce.local_org.work import Work

TAB_ORDER = {"TwoColumnsTopToBottom": "TopToBottom"}
COMPONENTS = {
    "customLink": "CustomLink", "page": "VisualforcePage", "canvas": "Canvas", "scontrol": "SControl",
    "reportChartComponent": "ReportChart", "analyticsCloudComponent": "AnalyticsCloud",
}  # fmt: skip
NO_ITEM = {
    "editableForNew": False, "editableForUpdate": False, "label": "", "layoutComponents": [], "placeholder": True,
    "required": False, "uiBehavior": None,
}  # fmt: skip
Json = dict[str, Any]


class Sections:
    """Tells the sections of one layout to one user: what he may not read is left blank."""

    def __init__(self, at: Work, definition: ObjectDef, layout_id: str) -> None:
        self._at, self._definition, self._id = at, definition, layout_id

    def told(self, layout: Node, *, editing: bool) -> list[Json]:
        """Return the sections for looking at a record or, where compound fields come in their parts, for editing it."""
        return [self._section(each, editing=editing) for each in layout.all("layoutSections")]

    def _section(self, section: Node, *, editing: bool) -> Json:
        columns = [list(self._items(column, editing=editing)) for column in section.all("layoutColumns")]
        rows = [[each or NO_ITEM for each in row] for row in zip_longest(*columns)]
        return {
            "collapsed": False,
            "columns": len(columns),
            "heading": section.say("label"),
            "layoutRows": [{"layoutItems": row, "numItems": len(row)} for row in rows],
            "layoutSectionId": None,
            "parentLayoutId": self._id,
            "rows": len(rows),
            "tabOrder": TAB_ORDER.get(section.say("style"), "LeftToRight"),
            "useCollapsibleSection": not editing,
            "useHeading": section.flag("editHeading" if editing else "detailHeading"),
        }

    def _items(self, column: Node, *, editing: bool) -> Iterator[Json]:
        for item in column.all("layoutItems"):
            name = item.say("field")
            if name:
                yield from self._fields(name, item.say("behavior", "Edit"), editing=editing)
            elif item.flag("emptySpace"):
                yield NO_ITEM
            else:
                yield _component(item)

    def _fields(self, name: str, behavior: str, *, editing: bool) -> Iterator[Json]:
        """Yield the item of a field, or of each part of a compound one; blank where the user may not read it."""
        found = self._definition.field(name)
        if found is None or not self._at.access.readable(self._definition, found):
            yield NO_ITEM
            return
        parts = self._parts(found)
        for each in parts if editing and parts else [found]:
            yield self._item(each, [] if editing else parts, behavior)

    def _item(self, found: FieldDef, parts: list[FieldDef], behavior: str) -> Json:
        component = self._component(found, 1)
        if parts:
            told = [self._component(part, place) for place, part in enumerate(parts, 1)]
            component |= {"components": told, "fieldType": component["details"]["type"]}
        writable = [component["details"], *(each["details"] for each in component.get("components", []))]
        open_to_edit = behavior != "Readonly"
        return {
            "editableForNew": open_to_edit and any(each["createable"] for each in writable),
            "editableForUpdate": open_to_edit and any(each["updateable"] for each in writable),
            "label": found.label.removesuffix(" ID") if found.reference_to else found.label,
            "layoutComponents": [component],
            "placeholder": False,
            "required": behavior == "Required",
            "uiBehavior": behavior,
        }

    def _component(self, found: FieldDef, place: int) -> Json:
        return {
            "details": describe_of(self._at, self._definition, found),
            "displayLines": found.extra.get("lines", 1),
            "tabOrder": place,
            "type": "Field",
            "value": found.name,
        }

    def _parts(self, found: FieldDef) -> list[FieldDef]:
        """Return the fields that a compound one consists of, as far as the user may read them."""
        return [
            each
            for each in self._definition.fields.values()
            if compound_of(self._definition, each) == found.name and self._at.access.readable(self._definition, each)
        ]


def _component(item: Node) -> Json:
    """Return an item that is no field: what it is and its name, which is all that is known of it here."""
    tag = next((child.tag for child in item.children if child.tag in COMPONENTS), None)
    if tag is None:
        raise not_modelled(f"a layout's item of {', '.join(child.tag for child in item.children)}", "NOT_FOUND", 404)
    about = item.one(tag)
    names = (
        [about.text, *(child.text for child in about.children if child.tag.lower().endswith("name"))] if about else []
    )
    component = {
        "details": None, "displayLines": 1, "tabOrder": 1, "type": COMPONENTS[tag],
        "value": next((name for name in names if name), None),
    }  # fmt: skip
    return {**NO_ITEM, "layoutComponents": [component], "placeholder": False}
