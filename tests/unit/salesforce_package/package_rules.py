"""Rules that Salesforce enforces and its schema doesn't know, and those that we set ourselves."""

import re
from collections import Counter
from collections.abc import Iterator

from connectors.salesforce.install.metadata import tag
from connectors.salesforce.install.source import Component, Source

STANDARD = {"Account", "Contact", "Activity", "Task", "Event", "Opportunity"}
STANDARD_FIELDS = {"Task.ActivityDate", "Task.WhoId", "Event.WhoId", "Opportunity.AccountId", "Opportunity.Amount"}
NEEDS = {
    "Text": ("length",),
    "LongTextArea": ("length", "visibleLines"),
    "Number": ("precision", "scale"),
    "Currency": ("precision", "scale"),
    "Checkbox": ("defaultValue",),
    "Date": (),
    "Picklist": ("valueSet",),
    "Lookup": ("referenceTo", "relationshipName", "relationshipLabel", "deleteConstraint"),
    "MasterDetail": ("referenceTo", "relationshipName", "relationshipLabel", "relationshipOrder", "sharing"),
}
FOR_EVERYONE = {"Coverage_Segment__c", "Expansion_Offer__c"}
"""What is about no member: whoever may read the object reads every record."""
LONGEST = {"label": 40, "inlineHelpText": 510, "description": 1000}


def faults(source: Source) -> list[str]:
    """Return everything that is wrong with a package, in sentences."""
    fields = [fault for one in source.of("CustomField") for fault in _field(one, source)]
    rest = (_relationships(source), _objects(source), _rules(source), _permissions(source))
    return fields + [fault for part in rest for fault in part]


def objects(source: Source) -> set[str]:
    return STANDARD | {one.name for one in source.of("CustomObject")}


def _field(field: Component, source: Source) -> Iterator[str]:
    kind = field.say("type") or "nothing"
    if kind not in NEEDS:
        yield f"{field.name} is of type {kind}"
        return
    for need in NEEDS[kind]:
        if need != "sharing" and field.root.find(tag(need)) is None:
            yield f"{field.name} has no {need}"
    for name, longest in LONGEST.items():
        if not 0 < len(field.say(name) or "") <= longest:
            yield f"{field.name} needs a {name} of 1 to {longest} characters"
    if not field.name.endswith(f".{field.say('fullName')}"):
        yield f"{field.name} calls itself {field.say('fullName')}"
    if kind in {"Lookup", "MasterDetail"} and field.say("referenceTo") not in objects(source):
        yield f"{field.name} refers to {field.say('referenceTo')}, which is not there"
    if kind == "MasterDetail" and (field.say("required") or field.say("deleteConstraint")):
        yield f"{field.name} is a master-detail and can't say required or deleteConstraint"
    if field.flag("externalId") and not field.flag("unique"):
        yield f"{field.name} is an external id and not unique"
    if kind == "Text" and not 1 <= int(field.say("length") or 0) <= 255:
        yield f"{field.name} has an impossible length"
    if kind in {"Number", "Currency"} and int(field.say("precision") or 0) > 18:
        yield f"{field.name} has more than 18 digits"
    if field.flag("trackHistory") and field.object in STANDARD:
        yield f"{field.name} tracks history on a standard object"


def _relationships(source: Source) -> Iterator[str]:
    names = Counter((one.say("referenceTo"), one.say("relationshipName")) for one in source.of("CustomField"))
    yield from (f"{name} of {parent} is used {n} times" for (parent, name), n in names.items() if name and n > 1)


def _objects(source: Source) -> Iterator[str]:
    children = {one.object for one in source.of("CustomField") if one.say("type") == "MasterDetail"}
    tracking = {one.object for one in source.of("CustomField") if one.flag("trackHistory")}
    for one in source.of("CustomObject"):
        if not one.name.endswith("__c"):
            continue
        missing = [
            n for n in ("label", "pluralLabel", "nameField", "deploymentStatus") if one.root.find(tag(n)) is None
        ]
        yield from (f"{one.name} has no {name}" for name in missing)
        wanted = "ControlledByParent" if one.name in children else "Read" if one.name in FOR_EVERYONE else "Private"
        if one.say("sharingModel") != wanted:
            yield f"{one.name} is shared as {one.say('sharingModel')}, not {wanted}"
        if one.flag("enableHistory") != (one.name in tracking):
            yield f"{one.name} keeps history of no field, or not at all"


def _rules(source: Source) -> Iterator[str]:
    for rule in source.of("ValidationRule"):
        known = set(source.objects[str(rule.object)])
        formula = rule.say("errorConditionFormula") or ""
        for name in [*re.findall(r"(?<![\w.])\w+__c\b", formula), rule.say("errorDisplayField") or ""]:
            if name and name not in known:
                yield f"{rule.name} names {name}, which {rule.object} doesn't have"
        if "NOT($Permission.Success_Vector_Bypass)" not in formula:
            yield f"{rule.name} can't be bypassed"
        if not 0 < len(rule.say("errorMessage") or "") <= 255:
            yield f"{rule.name} needs a message of 1 to 255 characters"


def securable(field: Component) -> bool:
    """Return whether field permissions can name it: not where everybody sees everything, as in switches and events."""
    if not str(field.object).endswith("__c") and field.object not in STANDARD:
        return False
    return field.say("type") != "MasterDetail" and not field.flag("required")


def granted(permission_set: Component) -> dict[str, bool]:
    """Return field -> editable, of the fields that a permission set lets be read."""
    rows = permission_set.root.findall(tag("fieldPermissions"))
    return {str(row.findtext(tag("field"))): row.findtext(tag("editable")) == "true" for row in rows}


def _permissions(source: Source) -> Iterator[str]:
    fields = {f"{owner}.{name}": one for owner, own in source.objects.items() for name, one in own.items()}
    seen: set[str] = set()
    for one in source.of("PermissionSet"):
        names = [str(row.findtext(tag("field"))) for row in one.root.findall(tag("fieldPermissions"))]
        yield from (f"{one.name} names {name} twice" for name, n in Counter(names).items() if n > 1)
        for name in names:
            if name not in fields and name not in STANDARD_FIELDS:
                yield f"{one.name} grants {name}, which is not there"
            elif name in fields and not securable(fields[name]):
                yield f"{one.name} grants {name}, to which no field permission applies"
        seen |= set(names)
        yield from _object_permissions(one, source)
        for row in one.root.findall(tag("customPermissions")):
            if row.findtext(tag("name")) not in {each.name for each in source.of("CustomPermission")}:
                yield f"{one.name} grants {row.findtext(tag('name'))}, which is not there"
    yield from (
        f"{name} is granted in no permission set" for name, f in fields.items() if securable(f) and name not in seen
    )


def _object_permissions(permission_set: Component, source: Source) -> Iterator[str]:
    rows = permission_set.root.findall(tag("objectPermissions"))
    read = {row.findtext(tag("object")) for row in rows if row.findtext(tag("allowRead")) == "true"}
    yield from (
        f"{permission_set.name} grants {name}, which is not there" for name in read if name not in objects(source)
    )
    for field in source.of("CustomField"):
        if field.say("type") == "MasterDetail" and field.object in read and field.say("referenceTo") not in read:
            yield f"{permission_set.name} reads {field.object} but not its master {field.say('referenceTo')}"
    for row in rows:
        flags = {one.tag.rpartition("}")[2] for one in row if one.text == "true"}
        needed = {"allowRead", "allowEdit", "allowDelete", "viewAllRecords"}
        if "modifyAllRecords" in flags and not needed <= flags:
            yield f"{permission_set.name} modifies all {row.findtext(tag('object'))} without what that depends on"
