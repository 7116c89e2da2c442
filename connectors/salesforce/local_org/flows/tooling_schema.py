"""Flows as the Tooling API's objects: views over the bookkeeping, so that SOQL answers for them as for any object."""

from __future__ import annotations

from connectors.salesforce.local_org.schema import FieldDef, ObjectDef, OrgSchema

VIEWS = """
CREATE OR REPLACE VIEW org_meta.tooling_flowdefinition AS
SELECT f.id, f.name AS developername, f.label AS masterlabel, a.id AS activeversionid, l.id AS latestversionid,
    NULL::text AS namespaceprefix, NULL::text AS description, false AS isdeleted
FROM org_meta.flows f
LEFT JOIN org_meta.flow_versions a ON a.flow = f.key AND a.number = f.active
LEFT JOIN LATERAL (SELECT id FROM org_meta.flow_versions v WHERE v.flow = f.key ORDER BY number DESC LIMIT 1) l ON true;
CREATE OR REPLACE VIEW org_meta.tooling_flow AS
SELECT v.id, f.id AS definitionid, v.number::numeric AS versionnumber, v.status, f.label AS masterlabel,
    'AutoLaunchedFlow'::text AS processtype, false AS isdeleted
FROM org_meta.flow_versions v JOIN org_meta.flows f ON f.key = v.flow;
DO $$ BEGIN
    IF to_regclass('org.flowdefinition') IS NULL THEN
        CREATE VIEW org.flowdefinition AS SELECT * FROM org_meta.tooling_flowdefinition;
        CREATE VIEW org.flow AS SELECT * FROM org_meta.tooling_flow;
    END IF;
END $$;
"""


def _text(name: str, label: str) -> FieldDef:
    return FieldDef(name, label, "Text", length=255)


def _lookup(name: str, label: str, target: str, relationship: str) -> FieldDef:
    return FieldDef(name, label, "Lookup", length=18, reference_to=[target], relationship_name=relationship)


def _object(name: str, label: str, prefix: str, *fields: FieldDef) -> ObjectDef:
    own = [FieldDef("Id", f"{label} ID", "Id", length=18, nillable=False), *fields]
    return ObjectDef(name, label, f"{label}s", prefix, fields={field.name.lower(): field for field in own})


def tooling_schema() -> OrgSchema:
    """Return the objects that tooling queries know."""
    definition = _object(
        "FlowDefinition",
        "Flow Definition",
        "300",
        _text("DeveloperName", "Developer Name"),
        _text("MasterLabel", "Label"),
        _lookup("ActiveVersionId", "Active Version ID", "Flow", "ActiveVersion"),
        _lookup("LatestVersionId", "Latest Version ID", "Flow", "LatestVersion"),
        _text("NamespacePrefix", "Namespace Prefix"),
        _text("Description", "Description"),
    )
    flow = _object(
        "Flow",
        "Flow Version",
        "301",
        _lookup("DefinitionId", "Definition ID", "FlowDefinition", "Definition"),
        FieldDef("VersionNumber", "Version Number", "Number", precision=8, scale=0, extra={"described": "int"}),
        _text("Status", "Status"),
        _text("MasterLabel", "Label"),
        _text("ProcessType", "Process Type"),
    )
    return OrgSchema({"flowdefinition": definition, "flow": flow})
