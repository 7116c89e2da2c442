"""describe/layouts: the page layout of an object, from its deployed metadata.

Which of several layouts is whose is for profiles to say, which aren't modelled: then, and where none was deployed, this
refuses.
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, jsonify

from connectors.salesforce.local_org.dml import object_named
from connectors.salesforce.local_org.errors import OrgError, not_modelled
from connectors.salesforce.local_org.ids import normal_id
from connectors.salesforce.local_org.metadata.tree import parse
from connectors.salesforce.local_org.record_types import record_types
from connectors.salesforce.local_org.rest.context import version, work
from connectors.salesforce.local_org.rest.describe import record_type_infos
from connectors.salesforce.local_org.rest.describe_fields import choice
from connectors.salesforce.local_org.rest.layout_sections import Sections
from connectors.salesforce.local_org.rest.related_lists import related_lists
from connectors.salesforce.local_org.retrieve.sources import Kept, kept
from connectors.salesforce.local_org.schema import ObjectDef
from connectors.salesforce.local_org.work import Work

PICKLISTS = ("Picklist", "MultiselectPicklist")
blueprint = Blueprint("layouts", __name__)
Json = dict[str, Any]


@blueprint.get("/sobjects/<name>/describe/layouts", strict_slashes=False)
def layouts(name: str) -> Response:
    """Describe an object's layout; with several record types only which of them has which."""
    with work() as at:
        definition = object_named(at, name)
        found = _layout(at, definition)
        infos = record_type_infos(at, definition, version())
        own = [each for each in infos if not each["master"]]
        told = {
            "layouts": None if len(own) > 1 else [_told(at, definition, found)],
            "recordTypeMappings": [{**each, **_mapping(definition, each, found)} for each in infos],
            "recordTypeSelectorRequired": [sum(each["available"] for each in own) > 1],
        }
    return jsonify(told)


@blueprint.get("/sobjects/<name>/describe/layouts/<record_type_id>", strict_slashes=False)
def layout_of(name: str, record_type_id: str) -> Response:
    """Describe the layout of an object's records of one record type."""
    with work() as at:
        definition = object_named(at, name)
        known = {each["recordTypeId"] for each in record_type_infos(at, definition, version())}
        if normal_id(record_type_id) not in known:
            raise OrgError("NOT_FOUND", "The requested resource does not exist")
        return jsonify(_told(at, definition, _layout(at, definition)))


def _layout(at: Work, definition: ObjectDef) -> Kept:
    """Return the one layout that an object has."""
    prefix = f"{definition.name}-".lower()
    found = [each for each in kept(at.conn, "Layout") if each.source.name.lower().startswith(prefix)]
    if len(found) != 1:
        why = "none was deployed" if not found else "which of several is whose is up to profiles"
        raise not_modelled(f"a layout of {definition.name}: {why}", "NOT_FOUND", 404)
    return found[0]


def _told(at: Work, definition: ObjectDef, found: Kept) -> Json:
    layout, sections = parse(found.source.content), Sections(at, definition, found.id)
    return {
        "buttonLayoutSection": {"detailButtons": []},
        "detailLayoutSections": sections.told(layout, editing=False),
        "editLayoutSections": sections.told(layout, editing=True),
        "feedView": None,
        "highlightsPanelLayoutSection": None,
        "id": found.id,
        "multirowEditLayoutSections": [],
        "offlineLinks": [],
        "quickActionList": {"quickActionListItems": []},
        "relatedContent": None,
        "relatedLists": related_lists(at, definition, layout),
        "saveOptions": [],
    }


def _mapping(definition: ObjectDef, info: Json, found: Kept) -> Json:
    """Return which layout a record type has, and the values that its picklists have."""
    own = next((each.picklists for each in record_types(definition) if each.id == info["recordTypeId"]), {})
    lists = [
        {"picklistName": each.name,
         "picklistValues": [choice(each, value) for value in own.get(each.name.lower(), each.picklist)]}
        for each in definition.fields.values() if each.type in PICKLISTS
    ]  # fmt: skip
    return {"layoutId": found.id, "picklistsForRecordType": lists}
