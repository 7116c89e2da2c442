"""Object files: what they add to the schema, held against what is there and what else the zip brings."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from connectors.salesforce.local_org.calculated import formula_fault, is_text, looks_elsewhere
from connectors.salesforce.local_org.formula.evaluate import check as check_functions
from connectors.salesforce.local_org.formula.evaluate import check_nulls
from connectors.salesforce.local_org.formula.parse import FormulaError, parse, references
from connectors.salesforce.local_org.metadata import fields as field_rules
from connectors.salesforce.local_org.metadata.archive import File
from connectors.salesforce.local_org.metadata.outcome import Component, Failure
from connectors.salesforce.local_org.metadata.tree import Node
from connectors.salesforce.local_org.schema import EVENT, METADATA, FieldDef, ObjectDef, OrgSchema

ACTIVITY = ("Task", "Event")
"""Fields of Activity are fields of both."""

_KINDS = {"__mdt": METADATA, "__e": EVENT}
_EVENT_FIELDS = {"Checkbox", "Date", "DateTime", "LongTextArea", "Number", "Text"}
_METADATA_FIELDS = {
    "Checkbox", "Date", "DateTime", "Email", "LongTextArea", "Number", "Percent", "Phone", "Picklist", "Text",
    "TextArea", "Url",
}  # fmt: skip
_MODELLED_PARTS = {
    "fields", "validationRules", "listViews", "compactLayouts", "fieldSets", "webLinks", "nameField", "actionOverrides",
    "searchLayouts", "compactLayoutAssignment", "recordTypes", "businessProcesses",
}  # fmt: skip


@dataclass
class ObjectChange:
    """One object file, read: `label` is empty where the file only adds to an object."""

    component: Component
    name: str
    node: Node
    fields: list[FieldDef] = field(default_factory=list)
    rules: dict[str, dict[str, Any]] = field(default_factory=dict)

    @property
    def defines(self) -> bool:
        """Return whether the file defines a custom object, rather than adding to one."""
        if self.kind is not None:
            return bool(self.node.say("label"))
        return self.name.endswith("__c") and self.node.one("nameField") is not None

    @property
    def kind(self) -> str | None:
        """Return which kind of object other than for records the file is about, None for those."""
        return next((kind for suffix, kind in _KINDS.items() if self.name.endswith(suffix)), None)

    @property
    def targets(self) -> tuple[str, ...]:
        """Return the objects that the file's fields belong to."""
        return ACTIVITY if self.name == "Activity" else (self.name,)


def read(file: File, namespaces: Collection[str] = ()) -> tuple[ObjectChange, list[Failure]]:
    """Return what an object file says, and the faults of each part by itself; faulty parts are left out.

    `namespaces` are the prefixes that names may carry.
    """
    node = file.root
    assert node is not None  # noqa: S101
    change = ObjectChange(file.component, file.name, node)
    seen: set[str] = set()
    failures = [fault for child in node.all("fields") for fault in _read_field(change, child, seen, namespaces)]
    failures += [
        Failure(file.component, problem, node.line, node.column) for problem in _own_faults(change, namespaces)
    ]
    for child in node.all("validationRules"):
        failures += _read_rule(change, child)
    return change, failures


def _own_faults(change: ObjectChange, namespaces: Collection[str]) -> Iterator[str]:
    node = change.node
    for tag in sorted({child.tag for child in node.children if child.children} - _MODELLED_PARTS):
        yield f"The local org does not model '{tag}' of a CustomObject"
    if change.name.endswith(("__b", "__x")) or node.one("customSettingsType") is not None:
        yield f"The local org does not model objects such as {change.name}: only custom objects and standard ones"
    if not change.defines:
        return
    if change.kind is not None:
        yield from _kind_faults(change, namespaces)
        return
    fault = field_rules.custom_name_fault(change.name, namespaces)
    if fault:
        yield fault
    for tag in ("label", "pluralLabel", "sharingModel", "deploymentStatus"):
        if not node.say(tag):
            yield f"Must specify a non-empty {tag} for the CustomObject {change.name}"
    for tag in ("label", "pluralLabel"):
        if len(node.say(tag)) > 40:
            yield f"The {tag} of {change.name} is longer than 40 characters"
    name_field = node.one("nameField")
    kind = name_field.say("type") if name_field is not None else ""
    if kind not in {"Text", "AutoNumber"}:
        yield f"The nameField of {change.name} is Text or AutoNumber, not '{kind}'"
    if name_field is not None and kind == "AutoNumber" and "{0" not in name_field.say("displayFormat"):
        yield f"The nameField of {change.name} needs a displayFormat such as X-{{0000}}"
    if name_field is not None and not name_field.say("label"):
        yield f"Must specify a non-empty label for the nameField of {change.name}"


def _kind_faults(change: ObjectChange, namespaces: Collection[str]) -> Iterator[str]:
    """Yield what a custom metadata type or a platform event lacks, or has that only objects for records have."""
    bare = change.name.removesuffix("__mdt").removesuffix("__e")
    fault = field_rules.custom_name_fault(f"{bare}__c", namespaces)
    if fault:
        yield fault
    for tag in ("label", "pluralLabel", *(("deploymentStatus", "eventType") if change.kind == EVENT else ())):
        if not change.node.say(tag):
            yield f"Must specify a non-empty {tag} for the CustomObject {change.name}"
    for tag in ("nameField", "sharingModel", "enableHistory", "enableActivities", "validationRules"):
        if change.node.one(tag) is not None:
            yield f"Can not specify '{tag}' for {change.name}"
    wanted = _EVENT_FIELDS if change.kind == EVENT else _METADATA_FIELDS
    for each in change.fields:
        if each.type not in wanted:
            yield f"{change.name} can't have fields of the type {each.type} ({each.name})"


def _read_field(change: ObjectChange, node: Node, seen: set[str], namespaces: Collection[str]) -> list[Failure]:
    name = node.say("fullName")
    component = Component("CustomField", f"{change.name}.{name}", change.component.file)
    if not name.endswith("__c") and not change.name.endswith(("__c", *_KINDS)):
        return [Failure(component, f"The local org does not model changes of the standard field {name}", node.line)]
    problems = list(field_rules.faults(node, namespaces))
    if name.lower() in seen:
        problems.append(f"Duplicate field: {change.name} already has a field named {name} in this file")
    seen.add(name.lower())
    if not problems:
        change.fields.append(field_rules.field_of(node))
    return [Failure(component, problem, node.line, node.column) for problem in problems]


def _read_rule(change: ObjectChange, node: Node) -> list[Failure]:
    name = node.say("fullName")
    component = Component("ValidationRule", f"{change.name}.{name}", change.component.file)
    try:
        check_functions(parse(node.say("errorConditionFormula")))
    except FormulaError as error:
        return [Failure(component, f"Error in formula of {name}: {error}", node.line, node.column)]
    if len(node.say("errorMessage")) > 255 or not node.say("errorMessage"):
        return [Failure(component, f"The error message of {name} has 1 to 255 characters", node.line, node.column)]
    change.rules[name] = {
        "active": node.flag("active"),
        "formula": node.say("errorConditionFormula"),
        "message": node.say("errorMessage"),
        "field": node.say("errorDisplayField") or None,
    }
    return []


def check(change: ObjectChange, schema: OrgSchema, permissions: set[str], now: datetime) -> list[Failure]:
    """Return what is wrong with a change, held against the schema with every change already in it; `now` is any time
    at which its formulas are tried.
    """
    failures = []
    target = schema.object(change.targets[0])
    if target is None:
        words = f"In field: object - no CustomObject named {change.name} found"
        return [Failure(change.component, words, change.node.line)]
    for definition in change.fields:
        component = Component("CustomField", f"{change.name}.{definition.name}", change.component.file)
        for name in definition.reference_to:
            if schema.object(name) is None:
                words = f"referenceTo value of '{name}' does not resolve to a valid sObject type"
                failures.append(Failure(component, words, _line(change, definition.name)))
        fault = formula_fault(schema, target, definition, now) if definition.formula is not None else None
        if fault:
            words = f"Error in formula of {definition.name}: {fault}"
            failures.append(Failure(component, words, _line(change, definition.name)))
    for name, rule in change.rules.items():
        component = Component("ValidationRule", f"{change.name}.{name}", change.component.file)
        for problem in rule_faults(rule, target, permissions):
            failures.append(Failure(component, problem, _line(change, name)))
    return failures


def rule_faults(rule: dict[str, Any], target: ObjectDef, permissions: set[str]) -> Iterator[str]:
    """Yield the names in a validation rule that are not there, and what is asked of a field that its kind hasn't."""
    tree = parse(rule["formula"])
    try:
        check_nulls(tree, lambda name: is_text(target, name))
    except FormulaError as error:
        yield str(error)
    for name in references(tree):
        if name.startswith("$Permission."):
            if name.removeprefix("$Permission.").lower() not in permissions:
                yield f"Field {name} does not exist. Check spelling."
        elif "." in name or name.startswith("$"):
            yield f"The local org does not model '{name}' in a validation rule: only fields of the object itself"
        elif (found := target.field(name)) is None:
            yield f"Field {name} does not exist. Check spelling."
        elif found.formula is not None and looks_elsewhere(target, found):
            yield f"The local org does not model '{name}' in a validation rule: its formula looks at other records"
    if rule["field"] and target.field(rule["field"]) is None:
        yield f"Field {rule['field']} does not exist. Check spelling."


def _line(change: ObjectChange, name: str) -> int:
    return next((child.line for child in change.node.children if child.say("fullName") == name), change.node.line)


def type_change_fault(old: FieldDef, new: FieldDef) -> str | None:
    """Return why a field that is there can't become the new one; only what keeps its values is modelled."""
    if (old.formula is None) != (new.formula is None):
        return f"Cannot turn {old.name} from or into a formula: the local org does not model it"
    if old.type != new.type:
        return f"Cannot change the type of {old.name} from {old.type} to {new.type}: the local org does not model it"
    if [name.lower() for name in old.reference_to] != [name.lower() for name in new.reference_to]:
        return f"Cannot change which field this custom field references: {old.name}"
    if (old.length or 0) > (new.length or 0):
        return f"Cannot shorten {old.name} from {old.length} to {new.length}: the local org does not model it"
    return None


def merged(existing: ObjectDef, change: ObjectChange) -> ObjectDef:
    """Return the object with the change's fields and rules in it."""
    joined = {**existing.fields, **{definition.name.lower(): definition for definition in change.fields}}
    return replace(existing, fields=joined, validation_rules={**existing.validation_rules, **change.rules})
