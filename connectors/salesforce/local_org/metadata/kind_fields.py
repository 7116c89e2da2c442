"""The fields that every custom metadata type and every platform event has from the start."""

from __future__ import annotations

from connectors.salesforce.local_org.schema import EVENT, METADATA, FieldDef


def _text(name: str, label: str, length: int) -> FieldDef:
    return FieldDef(name, label, "Text", length=length, createable=False, updateable=False)


STANDARD_FIELDS = {
    METADATA: (
        _text("DeveloperName", "Custom Metadata Record Name", 40),
        _text("MasterLabel", "Label", 40),
        _text("Label", "Label", 40),
        _text("Language", "Master Language", 40),
        _text("NamespacePrefix", "Namespace Prefix", 15),
        _text("QualifiedApiName", "Qualified API Name", 70),
    ),
    EVENT: (_text("ReplayId", "Replay ID", 1000), _text("EventUuid", "Event UUID", 36)),
}
