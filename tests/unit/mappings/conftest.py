"""Schemas and mapping files to try mappings on."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from connectors.base import FieldSchema, ObjectSchema
from mappings.load import load

ROOT = Path(__file__).resolve().parents[3]
PACKAGE = ROOT / "connectors" / "salesforce" / "package" / "force-app" / "main" / "default" / "objects"
NS = {"m": "http://soap.sforce.com/2006/04/metadata"}
TYPES = {
    "Text": "text",
    "TextArea": "text",
    "LongTextArea": "long_text",
    "Number": "number",
    "Currency": "number",
    "Percent": "number",
    "Checkbox": "boolean",
    "Date": "date",
    "DateTime": "datetime",
    "Picklist": "choice",
    "Lookup": "reference",
    "MasterDetail": "reference",
}


def standard(name, kind, **more):
    return FieldSchema(name, name, kind, **more)


def read_only(name, kind):
    return standard(name, kind, createable=False, updateable=False)


STANDARD = {
    "Account": [standard("Name", "text", max_length=255), standard("OwnerId", "reference", references=("User",))],
    "Contact": [read_only("Name", "text"), standard("OwnerId", "reference", references=("User",))],
    "Activity": [
        standard("Subject", "text", max_length=255),
        standard("ActivityDate", "date"),
        standard("WhoId", "reference", references=("Contact", "Lead")),
        read_only("IsClosed", "boolean"),
        read_only("AccountId", "reference"),
    ],
    "Opportunity": [
        standard("Amount", "number", precision=18, scale=2),
        standard("CloseDate", "date"),
        read_only("IsWon", "boolean"),
        standard("AccountId", "reference", references=("Account",)),
    ],
}
STANDARD["Activity"][-1] = FieldSchema("AccountId", "Account", "reference", False, False, references=("Account",))


def _field(path: Path) -> FieldSchema:
    root = ET.parse(path).getroot()

    def get(tag):
        return root.findtext(f"m:{tag}", namespaces=NS)

    number = {key: int(get(key)) for key in ("precision", "scale") if get(key)}
    return FieldSchema(
        name=get("fullName"),
        label=get("label"),
        type=TYPES[get("type")],
        updateable=get("type") != "MasterDetail",
        required_on_create=get("required") == "true",
        max_length=int(get("length")) if get("length") else None,
        choices=tuple(each.text for each in root.findall(".//m:valueSetDefinition/m:value/m:fullName", NS)),
        choices_restricted=root.findtext(".//m:restricted", namespaces=NS) == "true",
        references=(get("referenceTo"),) if get("referenceTo") else (),
        external_id=get("externalId") == "true",
        unique=get("unique") == "true",
        **number,
    )


def _object(folder: Path, name: str) -> ObjectSchema:
    fields = {field.name: field for field in map(_field, sorted(folder.glob("fields/*.xml")))}
    for field in STANDARD.get(folder.name, []):
        fields[field.name] = field
    meta = folder / f"{folder.name}.object-meta.xml"
    kind = ET.parse(meta).getroot().findtext("m:nameField/m:type", namespaces=NS) if meta.exists() else None
    if kind:
        named = standard("Name", "text", max_length=80) if kind == "Text" else read_only("Name", "text")
        fields["Name"] = named
    return ObjectSchema(name, name, fields, createable=True, updateable=True, deletable=True)


@pytest.fixture(scope="session")
def package_schemas() -> dict[str, ObjectSchema]:
    """Our package as an org would describe it, with the standard fields that the mapping uses."""
    schemas = {folder.name: _object(folder, folder.name) for folder in PACKAGE.iterdir()}
    activity = PACKAGE / "Activity"
    del schemas["Activity"]
    return {**schemas, "Task": _object(activity, "Task"), "Event": _object(activity, "Event")}


MEMBER = """
system = "salesforce"
[[source]]
entity = "member"
object = "Account"
[source.fields]
name = "Name"
"""


@pytest.fixture
def loaded(tmp_path):
    """Return a function that loads a mapping from text: its own, after a smallest possible member source."""

    def load_text(text: str, head: str = MEMBER, members=None):
        path = tmp_path / "mine.toml"
        path.write_text(head + text, encoding="utf-8")
        return load(path, members)

    return load_text
