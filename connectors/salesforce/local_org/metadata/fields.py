"""A CustomField's XML to a FieldDef, with the faults that Salesforce finds in the definition alone."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import Any

from connectors.salesforce.local_org.formula.evaluate import check as check_functions
from connectors.salesforce.local_org.formula.parse import FormulaError, parse
from connectors.salesforce.local_org.metadata.tree import Node
from connectors.salesforce.local_org.schema import FieldDef
from connectors.salesforce.local_org.soql.calculated import RESULTS

MODELLED = frozenset(
    [
        "AutoNumber",
        "Lookup",
        "MasterDetail",
        "Checkbox",
        "Currency",
        "Date",
        "DateTime",
        "Email",
        "Number",
        "Percent",
        "Phone",
        "Picklist",
        "MultiselectPicklist",
        "Text",
        "TextArea",
        "LongTextArea",
        "Html",
        "Url",
        "Summary",
    ]
)
_NEEDS = {
    "Text": ("length",),
    "LongTextArea": ("length", "visibleLines"),
    "Html": ("length", "visibleLines"),
    "Number": ("precision", "scale"),
    "Currency": ("precision", "scale"),
    "Percent": ("precision", "scale"),
    "Checkbox": ("defaultValue",),
    "Lookup": ("referenceTo", "relationshipName"),
    "MasterDetail": ("referenceTo", "relationshipName"),
    "MultiselectPicklist": ("visibleLines",),
    "AutoNumber": (),
    "Summary": ("summaryForeignKey", "summaryOperation"),
}
_LENGTHS = {"Text": (1, 255), "LongTextArea": (256, 131_072), "Html": (256, 131_072)}
_FIXED_LENGTHS = {"TextArea": 255, "Email": 80, "Phone": 40, "Url": 255, "AutoNumber": 30, "Picklist": 255}
_MAY_BE_UNIQUE = {"Text", "Email", "Number"}
_MAY_BE_EXTERNAL = {"Text", "Email", "Number", "AutoNumber"}
_FORMULA_LENGTH = 1300
_NAME = re.compile(r"[A-Za-z](_?[A-Za-z0-9])*")


def custom_name_fault(name: str, namespaces: Collection[str] = ()) -> str | None:
    """Return what is wrong with the API name of a custom object or field, `__c` included."""
    bare = name.removesuffix("__c")
    if bare == name:
        return f"The custom name '{name}' must end in __c"
    bare = bare.removeprefix(_prefix(bare)) if _prefix(bare).removesuffix("__") in namespaces else bare
    if not _NAME.fullmatch(bare):
        return (
            f"The object name you entered is not valid: '{name}'. Names begin with a letter, hold only letters, digits "
            "and single underscores, and don't end in an underscore"
        )
    return f"The name '{name}' is longer than 40 characters" if len(bare) > 40 else None


def _prefix(name: str) -> str:
    """Return the prefix of a package's component, underscores included; nothing where there is none."""
    namespace, mark, _ = name.removesuffix("__c").partition("__")
    return f"{namespace}{mark}" if mark else ""


def field_of(node: Node) -> FieldDef:
    """Return the definition in a `fields` element that `faults` finds nothing wrong with."""
    kind = node.say("type")
    values, default = _picklist(node)
    required = node.flag("required") or kind == "MasterDetail"
    writable = kind not in {"AutoNumber", "Summary"} and node.one("formula") is None
    return FieldDef(
        name=node.say("fullName"),
        label=node.say("label"),
        type=kind,
        custom=True,
        length=_FORMULA_LENGTH
        if node.one("formula") is not None and kind == "Text"
        else node.number("length") or _FIXED_LENGTHS.get(kind),
        precision=node.number("precision"),
        scale=node.number("scale"),
        required=required,
        unique=node.flag("unique"),
        external_id=node.flag("externalId"),
        case_sensitive=node.flag("caseSensitive"),
        restricted=any(set_.flag("restricted") for set_ in node.all("valueSet")),
        picklist=values,
        default=node.say("defaultValue") or default,
        reference_to=[child.text for child in node.all("referenceTo")],
        relationship_name=_relationship(node.say("fullName")) if node.all("referenceTo") else None,
        child_relationship_name=_children(node),
        delete_constraint="Cascade" if kind == "MasterDetail" else node.say("deleteConstraint", "SetNull"),
        formula=node.say("formula") or None,
        createable=writable,
        updateable=writable and (kind != "MasterDetail" or node.flag("reparentableMasterDetail")),
        nillable=not required and kind != "Checkbox",
        help_text=node.say("inlineHelpText") or None,
        track_history=node.flag("trackHistory"),
        extra=_extra(node, kind),
    )


def _extra(node: Node, kind: str) -> dict[str, Any]:
    if kind == "Summary":
        filters = [(each.say("field"), each.say("operation"), each.say("value")) for each in
                   node.all("summaryFilterItems")]  # fmt: skip
        return {"key": node.say("summaryForeignKey"), "operation": node.say("summaryOperation"),
                "summed": node.say("summarizedField") or None, "filters": filters}  # fmt: skip
    if node.one("formula") is not None:
        return {"blanks": node.say("formulaTreatBlanksAs", "BlankAsZero")}
    if kind == "AutoNumber":
        return {"format": node.say("displayFormat")}
    lines = node.number("visibleLines")
    return {"lines": lines} if lines else {}


def _relationship(name: str) -> str:
    return f"{name.removesuffix('__c')}__r"


def _children(node: Node) -> str | None:
    """Return the name by which a parent knows its children: that of a package's lookup carries its prefix."""
    name = node.say("relationshipName")
    return f"{_prefix(node.say('fullName'))}{name}__r" if name else None


def _picklist(node: Node) -> tuple[list[str], str | None]:
    values = [
        value for set_ in node.all("valueSet") for d in set_.all("valueSetDefinition") for value in d.all("value")
    ]
    active = [value for value in values if value.flag("isActive", True)]
    default = next((value.say("fullName") for value in active if value.flag("default")), None)
    return [value.say("fullName") for value in active], default


def faults(node: Node, namespaces: Collection[str] = ()) -> Iterator[str]:
    """Yield every fault of a `fields` element by itself. `namespaces` are the prefixes that its name may carry."""
    name, kind = node.say("fullName"), node.say("type")
    fault = custom_name_fault(name, namespaces)
    if fault:
        yield fault
    if not kind:
        yield "Must specify 'type' for a CustomField"
        return
    formula = node.one("formula")
    if kind not in (RESULTS if formula is not None else MODELLED):
        yield f"The local org does not model {'formula ' if formula is not None else ''}fields of type {kind}"
        return
    if not node.say("label"):
        yield f"Must specify a non-empty label for the CustomField {name}"
    if len(node.say("label")) > 40:
        yield f"The label of {name} is longer than 40 characters: shorten '{node.say('label')}'"
    if formula is not None:
        yield from _formula_faults(node, kind)
        return
    for need in _NEEDS.get(kind, ()):
        if not node.say(need):
            yield f"Must specify '{need}' for a CustomField of type {kind}"
    yield from _size_faults(node, kind)
    yield from _key_faults(node, kind)
    yield from _relation_faults(node, kind)
    if kind == "Summary" and node.say("summaryOperation") != "count" and not node.say("summarizedField"):
        yield "Must specify 'summarizedField' for a CustomField of type Summary"
    if kind in {"Picklist", "MultiselectPicklist"}:
        yield from _picklist_faults(node, kind)


def _formula_faults(node: Node, kind: str) -> Iterator[str]:
    if kind in {"Number", "Currency", "Percent"}:
        yield from (
            f"Must specify '{need}' for a CustomField of type {kind}" for need in ("scale",) if not node.say(need)
        )
    for part in ("required", "unique", "externalId", "defaultValue", "length"):
        if node.one(part) is not None and node.say(part) != "false":
            yield f"Can not specify '{part}' for a formula field"
    if node.say("formulaTreatBlanksAs", "BlankAsZero") not in {"BlankAsZero", "BlankAsBlank"}:
        yield f"formulaTreatBlanksAs is BlankAsZero or BlankAsBlank, not {node.say('formulaTreatBlanksAs')}"
    try:
        check_functions(parse(node.say("formula")))
    except FormulaError as error:
        yield f"Error in formula of {node.say('fullName')}: {error}"


def _size_faults(node: Node, kind: str) -> Iterator[str]:
    length, precision, scale = node.number("length"), node.number("precision"), node.number("scale")
    if length is not None and kind not in _LENGTHS:
        yield f"Can not specify 'length' for a CustomField of type {kind}"
    elif length is not None and not _LENGTHS[kind][0] <= length <= _LENGTHS[kind][1]:
        yield f"Length must be {_LENGTHS[kind][0]} to {_LENGTHS[kind][1]}: '{length}' of {node.say('fullName')}"
    if precision is not None and not 1 <= precision <= 18:
        yield f"Precision must be between 1 and 18: '{precision}'"
    if precision is not None and scale is not None and not 0 <= scale <= precision:
        yield f"Scale must be between 0 and the precision: '{scale}'"
    if kind == "Checkbox" and node.say("defaultValue") not in {"", "true", "false"}:
        yield f"The default of a Checkbox is true or false, not '{node.say('defaultValue')}'"


def _key_faults(node: Node, kind: str) -> Iterator[str]:
    if node.flag("unique") and kind not in _MAY_BE_UNIQUE:
        yield f"Can not specify 'unique' for a CustomField of type {kind}"
    if node.flag("externalId") and kind not in _MAY_BE_EXTERNAL:
        yield f"Can not specify 'externalId' for a CustomField of type {kind}"
    if node.flag("required") and kind in {"Checkbox", "AutoNumber", "LongTextArea", "Html", "MultiselectPicklist"}:
        yield f"Can not specify 'required' for a CustomField of type {kind}"


def _relation_faults(node: Node, kind: str) -> Iterator[str]:
    if kind == "MasterDetail" and node.one("required") is not None:
        yield "Can not specify 'required' for a CustomField of type MasterDetail"
    if kind == "MasterDetail" and node.one("deleteConstraint") is not None:
        yield "Can not specify 'deleteConstraint' for a CustomField of type MasterDetail"
    if kind not in {"Lookup", "MasterDetail"} and node.one("referenceTo") is not None:
        yield f"Can not specify 'referenceTo' for a CustomField of type {kind}"
    if kind == "Lookup" and node.flag("required") and node.say("deleteConstraint", "SetNull") == "SetNull":
        yield "A required Lookup can not have the deleteConstraint SetNull: use Restrict"
    for part in ("lookupFilter",):
        if node.one(part) is not None:
            yield f"The local org does not model '{part}'"


def _picklist_faults(node: Node, kind: str) -> Iterator[str]:
    sets = node.all("valueSet")
    if any(set_.one("valueSetName") is not None or set_.one("controllingField") is not None for set_ in sets):
        yield "The local org does not model global value sets or dependent picklists"
        return
    values, _ = _picklist(node)
    if not values:
        yield f"Must specify the values of a CustomField of type {kind}: valueSet with at least one value"
    lowered = [value.lower() for value in values]
    for value in sorted({value for value in values if lowered.count(value.lower()) > 1}):
        yield f"Duplicate picklist value: {value}"
    for value in values:
        if not value or len(value) > 255:
            yield f"A picklist value has 1 to 255 characters: '{value[:40]}'"
