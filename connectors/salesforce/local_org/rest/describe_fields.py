"""The describe of one field: the same keys as Salesforce's."""

from __future__ import annotations

from typing import Any

from connectors.salesforce.local_org.records import finds_records
from connectors.salesforce.local_org.schema import FieldDef, ObjectDef
from connectors.salesforce.local_org.soql.calculated import ADDRESS_PARTS
from connectors.salesforce.local_org.soql.scope import relationship_name
from connectors.salesforce.local_org.standard.fields import SYSTEM
from connectors.salesforce.local_org.values import NUMBERS, REFERENCES, length_of

TYPES = {
    "Id": "id", "Text": "string", "TextArea": "textarea", "LongTextArea": "textarea", "Html": "textarea",
    "Phone": "phone", "Email": "email", "Url": "url", "Picklist": "picklist", "MultiselectPicklist": "multipicklist",
    "AutoNumber": "string", "Lookup": "reference", "MasterDetail": "reference", "Checkbox": "boolean", "Date": "date",
    "DateTime": "datetime", "Number": "double", "Currency": "currency", "Percent": "percent",
    "Address": "address",
}  # fmt: skip
SOAP = {"id": "tns:ID", "reference": "tns:ID", "boolean": "xsd:boolean", "date": "xsd:date", "datetime": "xsd:dateTime",
        "double": "xsd:double", "currency": "xsd:double", "percent": "xsd:double", "int": "xsd:int",
        "address": "urn:address"}  # fmt: skip
LONG = frozenset({"LongTextArea", "Html"})
UNGROUPABLE = NUMBERS | {"DateTime", "MultiselectPicklist", "Summary", "Address"}
NOT_MODELLED = {
    "aiPredictionField": False, "controllerName": None,
    "defaultValueFormula": None, "dependentPicklist": False, "deprecatedAndHidden": False,
    "displayLocationInDecimal": False, "encrypted": False, "filteredLookupInfo": None,
    "highScaleNumber": False, "mask": None, "maskType": None,
    "referenceTargetField": None, "searchPrefilterable": False,
}  # fmt: skip


def described_type(field: FieldDef) -> str:
    """Return the type by which the API calls a field: string, reference, currency, ..."""
    kind = str(field.extra["of"]) if field.type == "Summary" else field.type
    return str(field.extra.get("described") or TYPES[kind])


def describe_field(field: FieldDef) -> dict[str, Any]:
    """Return what a describe says of a field, rights left aside."""
    kind, name = described_type(field), field.name.lower()
    length = length_of(field)
    filterable = field.type not in LONG
    return {
        **NOT_MODELLED,
        **_numbers(field, kind),
        "aggregatable": filterable and kind != "boolean",
        "autoNumber": field.type == "AutoNumber",
        "byteLength": length * 3 if SOAP.get(kind) != "tns:ID" else length,
        "cascadeDelete": field.type == "MasterDetail" or field.delete_constraint == "Cascade",
        "calculated": field.formula is not None or field.type == "Summary",
        "calculatedFormula": field.formula,
        "caseSensitive": field.case_sensitive,
        "createable": field.createable and field.type != "AutoNumber",
        "custom": field.custom,
        "defaultValue": _default(field),
        "defaultedOnCreate": name in SYSTEM or field.type in ("Checkbox", "AutoNumber") or field.default is not None,
        "externalId": field.external_id,
        "extraTypeInfo": "plaintextarea" if kind == "textarea" and field.type != "Html" else None,
        "filterable": filterable,
        "formulaTreatNullNumberAsZero": field.formula is not None and field.extra.get("blanks") != "BlankAsBlank",
        "groupable": filterable and field.type not in UNGROUPABLE,
        "htmlFormatted": field.type == "Html",
        "idLookup": finds_records(field),
        "inlineHelpText": field.help_text,
        "label": field.label,
        "length": length,
        "name": field.name,
        "nameField": name == "name" or kind == "combobox" or bool(field.extra.get("name_field")),
        "namePointing": len(field.reference_to) > 1,
        "nillable": field.nillable and not field.required and field.type not in ("Checkbox", "MasterDetail"),
        "queryByDistance": field.type == "Address",
        "picklistValues": [choice(field, value) for value in field.picklist],
        "polymorphicForeignKey": len(field.reference_to) > 1,
        "referenceTo": list(field.reference_to),
        "relationshipName": relationship_name(field) if field.type in REFERENCES else None,
        "relationshipOrder": 0 if field.type == "MasterDetail" else None,
        "restrictedDelete": field.delete_constraint == "Restrict",
        "restrictedPicklist": field.restricted,
        "soapType": SOAP.get(kind, "xsd:string"),
        "sortable": filterable and field.type not in ("MultiselectPicklist", "Address"),
        "type": kind,
        "unique": field.unique,
        "updateable": field.updateable and field.type not in ("AutoNumber", "MasterDetail"),
        "writeRequiresMasterRead": False,
    }


def compound_of(definition: ObjectDef, field: FieldDef) -> str | None:
    """Return the compound field that a field is part of: an address, or a person's name."""
    name = field.name.lower()
    if name in ("firstname", "lastname", "salutation"):
        return "Name" if "name" in definition.fields else None
    parts = (each for each in definition.fields.values() if each.type == "Address")
    named = (each.name for each in parts if name in {f"{each.name[:-7]}{part}".lower() for part in ADDRESS_PARTS})
    return next(named, None)


def _numbers(field: FieldDef, kind: str) -> dict[str, int]:
    """Return precision, scale and digits: whole numbers have only the last."""
    if field.type not in NUMBERS and field.extra.get("of") not in NUMBERS:
        return {"precision": 0, "scale": 0, "digits": 0}
    if kind == "int":
        return {"precision": 0, "scale": 0, "digits": field.precision or 8}
    return {"precision": field.precision or 18, "scale": field.scale or 0, "digits": 0}


def _default(field: FieldDef) -> Any:
    if field.type == "Checkbox":
        return (field.default or "false").lower() == "true"
    return None


def choice(field: FieldDef, value: str) -> dict[str, Any]:
    """Return what a describe says of one value of a picklist."""
    chosen = value == (field.default or "").strip("\"'")
    return {"active": True, "defaultValue": chosen, "label": value, "validFor": None, "value": value}
